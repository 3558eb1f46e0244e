package keep_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/photo"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/keep"
)

type rings struct{}

func (rings) Keyring(_ context.Context, station string) (*vault.Keyring, error) {
	return vault.NewKeyring(station, [32]byte{9})
}

// each runs a test on both engines.
func each(t *testing.T, run func(t *testing.T, e *store.Engine)) {
	t.Run("sqlite", func(t *testing.T) {
		e, err := sqlite.Open(context.Background(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		run(t, e)
	})
	t.Run("postgres", func(t *testing.T) {
		e, err := postgres.Open(context.Background(), pgtest.Start(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		run(t, e)
	})
}

func TestSessionsOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, e *store.Engine) {
		ctx, at := context.Background(), desktest.Start
		s, err := keep.NewSessions(ctx, e.Boards.Write, e.Boards.Read)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep.NewSessions(ctx, e.Boards.Write, e.Boards.Read); err != nil {
			t.Fatalf("a second start: %v", err)
		}
		for i, token := range []string{"a", "b", "c"} {
			if err := s.Open(ctx, keep.Session{Hash: keep.HashToken(token), Station: "s1", Person: "u_1", Stage: keep.Full, Factor: i == 0, Agent: "Chrome · Linux", MadeAt: at, SeenAt: at.Add(time.Duration(i) * time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		n, ok, err := s.Find(ctx, keep.HashToken("a"))
		if err != nil || !ok || !n.Factor || n.Stage != keep.Full || !n.MadeAt.Equal(at) {
			t.Fatalf("%v %v %+v", ok, err, n)
		}
		if err := s.Touch(ctx, n.Hash, at.Add(5*time.Hour)); err != nil {
			t.Fatal(err)
		}
		list, err := s.Of(ctx, "s1", "u_1")
		if err != nil || len(list) != 3 || list[0].Hash != n.Hash {
			t.Fatalf("%v %+v", err, list)
		}
		if err := s.Purge(ctx, at.Add(time.Minute), at.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.CloseOthers(ctx, "s1", "u_1", keep.HashToken("c")); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Of(ctx, "s1", "u_1"); err != nil || len(list) != 1 || list[0].Hash != keep.HashToken("c") {
			t.Fatalf("%v %+v", err, list)
		}
		if err := s.Close(ctx, keep.HashToken("c")); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := s.Find(ctx, keep.HashToken("c")); ok || err != nil {
			t.Error(ok, err)
		}
	})
}

func TestBlobsOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, e *store.Engine) {
		ctx, at := context.Background(), desktest.Start
		b, err := keep.NewBlobs(ctx, e.Blobs.Write, e.Blobs.Read, rings{}, desktest.Random(3))
		if err != nil {
			t.Fatal(err)
		}
		var ids [3]string
		for i := range ids {
			p := photo.Picture{Original: []byte("original-words"), JPEG: []byte("shown-words"), Thumb: []byte("thumb-words"), Type: "image/jpeg", W: 4, H: 3}
			if ids[i], err = b.Put(ctx, "s1", "u_1", p, at); err != nil {
				t.Fatal(err)
			}
		}
		got, ok, err := b.Get(ctx, "s1", ids[0], keep.Original)
		if err != nil || !ok || string(got) != "original-words" {
			t.Fatalf("%q %v %v", got, ok, err)
		}
		if _, ok, err := b.Get(ctx, "s2", ids[0], keep.Original); ok || err != nil {
			t.Errorf("another station reads it: %v %v", ok, err)
		}
		if err := b.Attach(ctx, "s1", ids[0], "report/r_1"); err != nil {
			t.Fatal(err)
		}
		if err := b.Attach(ctx, "s1", ids[0], "report/r_1"); err != nil {
			t.Errorf("attached twice to the same: %v", err)
		}
		if err := b.Attach(ctx, "s1", ids[0], "report/r_2"); err == nil {
			t.Error("a picture moved to another thing")
		}
		if n, err := b.Purge(ctx, at.Add(time.Second)); err != nil || n != 2 {
			t.Errorf("%d purged: %v", n, err)
		}
		if m, ok, err := b.Meta(ctx, "s1", ids[0]); err != nil || !ok || m.Thing != "report/r_1" || m.Width != 4 || !m.MadeAt.Equal(at) {
			t.Errorf("%v %v %+v", ok, err, m)
		}
		for _, column := range []string{"original", "shown", "thumb"} {
			var raw []byte
			if err := e.Blobs.Read.QueryRowContext(ctx, "select "+column+" from blob where id = $1", ids[0]).Scan(&raw); err != nil || bytes.Contains(raw, []byte("-words")) {
				t.Errorf("%s lies open: %v", column, err)
			}
		}
		// A ciphertext moved to another row, or to another column of its own, does not open.
		if _, err := e.Blobs.Write.ExecContext(ctx, "update blob set shown = original where id = $1", ids[0]); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.Get(ctx, "s1", ids[0], keep.Shown); err == nil {
			t.Error("a moved ciphertext opens")
		}
		if err := b.DropOf(ctx, "s1", "report/r_1"); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := b.Meta(ctx, "s1", ids[0]); ok {
			t.Error("still there")
		}
	})
}
