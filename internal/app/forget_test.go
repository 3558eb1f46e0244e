package app_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/photo"
	"maplegrid/internal/work/draft"
)

// What was said in a group and came to nothing is kept for six months (retention.csv, law-and-standards 15.5); then the program destroys
// it by itself.
func TestWhatCameToNothingIsForgotten(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		lead := d.Cast(t, desktest.Station)["duty_lead"]
		var pictures []string
		for _, words := range []string{"井盖", "水坑"} {
			id, err := a.Site.Blobs.Put(ctx, desktest.Station, lead.Person, photo.Picture{Original: []byte(words), JPEG: []byte(words), Thumb: []byte(words), Type: "image/jpeg", W: 4, H: 3}, d.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			pictures = append(pictures, id)
		}
		pasted := d.Do(t, lead, "draft.paste", &draft.Paste{Group: "东街群", Cell: "c1", Photos: pictures,
			Text: "李梅：井盖没了\n王强：井盖真没了[图片]\n赵敏：路灯坏了又停水了\n钱多：南口有坑[图片]\n孙兰：西口有坑\n"})
		list := pasted.Drafts
		for _, id := range pictures {
			if err := a.Site.Blobs.Attach(ctx, desktest.Station, id, "draft/"+pasted.ID); err != nil {
				t.Fatal(err)
			}
		}
		on := func(i int) draft.On { return draft.On{Draft: list[i]} }
		d.Do(t, lead, "draft.join", &draft.Join{On: on(1), Into: list[0]})
		d.Do(t, lead, "draft.put_aside", &draft.PutAside{On: on(0), Reason: draft.Known})
		parts := d.Do(t, lead, "draft.part", &draft.Part{On: on(2), Cuts: []int{4}}).Drafts
		d.Do(t, lead, "draft.accept", &draft.Accept{On: on(3)})
		watch := func() {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			if err := a.Watch(ctx); err != nil {
				t.Fatal(err)
			}
		}
		kept := func(id string) bool {
			t.Helper()
			_, ok, err := d.Journal.Key(ctx, desktest.Station, id)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		d.Clock.Advance(150 * 24 * time.Hour)
		watch()
		t.Run("没到六个月的一条不少", func(t *testing.T) {
			for _, id := range append(list, parts...) {
				if !kept(id) {
					t.Errorf("%s is gone", id)
				}
			}
		})
		d.Clock.Advance(40 * 24 * time.Hour)
		watch()
		t.Run("过了六个月，放在一边的、并进它的、拆开的原话都销毁", func(t *testing.T) {
			for _, id := range list[:3] {
				if kept(id) {
					t.Errorf("%s can still be opened", id)
				}
			}
		})
		t.Run("照片随原话一起销毁，立了的那条的照片还在", func(t *testing.T) {
			for i, want := range []bool{false, true} {
				if _, ok, err := a.Site.Blobs.Meta(ctx, desktest.Station, pictures[i]); err != nil || ok != want {
					t.Errorf("picture %d is there: %v, %v", i, ok, err)
				}
			}
		})
		t.Run("还待定的、立了的不动", func(t *testing.T) {
			for _, id := range append(parts, list[3], list[4]) {
				if !kept(id) {
					t.Errorf("%s is gone", id)
				}
			}
		})
		t.Run("再走一遍什么也不写", func(t *testing.T) {
			before, _, err := d.Journal.Head(ctx, desktest.Station)
			if err != nil {
				t.Fatal(err)
			}
			watch()
			if after, _, err := d.Journal.Head(ctx, desktest.Station); err != nil || after != before {
				t.Errorf("from %d to %d, %v", before, after, err)
			}
		})
	})
}
