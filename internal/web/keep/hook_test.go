package keep_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"maplegrid/internal/chat"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/store"
	"maplegrid/internal/web/keep"
)

func TestHooksOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, e *store.Engine) {
		ctx, at := context.Background(), desktest.Start
		open := func() *keep.Hooks {
			h, err := keep.NewHooks(ctx, e.Blobs.Write, e.Blobs.Read, rings{}, desktest.Random(3))
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		h := open()
		t.Run("计数重启还在，各群各记", func(t *testing.T) {
			for _, n := range []chat.Counts{{Heard: 1}, {Heard: 2, Forged: 3, Stale: 4, Replayed: 5, TooLarge: 6, Malformed: 7}} {
				if err := h.KeepCounts(ctx, "s1", "dongjie", n); err != nil {
					t.Fatal(err)
				}
			}
			for name, want := range map[string]chat.Counts{"dongjie": {Heard: 2, Forged: 3, Stale: 4, Replayed: 5, TooLarge: 6, Malformed: 7}, "xijie": {}} {
				if n, err := open().Counts(ctx, "s1", name); err != nil || n != want {
					t.Errorf("%s %+v %v", name, n, err)
				}
			}
			if n, err := h.Counts(ctx, "s2", "dongjie"); err != nil || n != (chat.Counts{}) {
				t.Errorf("%+v %v", n, err)
			}
		})
		t.Run("要取的图重启还在，只记一次，地址是密文", func(t *testing.T) {
			w := keep.Wanted{Station: "s1", Draft: "dr_1", Place: 1, Chat: "dongjie", Picture: chat.Picture{URL: "https://p.qpic.cn/a?sign=open"}}
			for range 2 {
				if err := h.Want(ctx, w, at); err != nil {
					t.Fatal(err)
				}
			}
			list, err := open().Wanted(ctx, at, 10)
			if err != nil || len(list) != 1 || list[0] != w {
				t.Fatalf("%+v %v", list, err)
			}
			var sealed []byte
			if err := e.Blobs.Read.QueryRowContext(ctx, "select sealed from hook_picture").Scan(&sealed); err != nil || bytes.Contains(sealed, []byte("qpic")) {
				t.Errorf("%q %v", sealed, err)
			}
			if err := h.PutOff(ctx, w, at.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if list, err := h.Wanted(ctx, at.Add(time.Second), 10); err != nil || len(list) != 0 {
				t.Errorf("没到时候：%+v %v", list, err)
			}
			if list, err := h.Wanted(ctx, at.Add(time.Minute), 10); err != nil || len(list) != 1 || list[0].Tries != 1 {
				t.Errorf("%+v %v", list, err)
			}
			if err := h.Settled(ctx, w); err != nil {
				t.Fatal(err)
			}
			if list, err := h.Wanted(ctx, at.Add(time.Hour), 10); err != nil || len(list) != 0 {
				t.Errorf("%+v %v", list, err)
			}
		})
	})
}
