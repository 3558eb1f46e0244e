package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/storetest"
)

func TestJournal(t *testing.T) {
	var mu sync.Mutex
	urls := map[string]string{}
	storetest.Exercise(t, func(t *testing.T) (journal.Store, func()) {
		mu.Lock()
		defer mu.Unlock()
		if urls[t.Name()] == "" {
			urls[t.Name()] = pgtest.Start(t)
		}
		e, err := postgres.Open(context.Background(), urls[t.Name()])
		if err != nil {
			t.Fatal(err)
		}
		return e.Journal, func() {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestTampering(t *testing.T) {
	storetest.Tamper(t, func(t *testing.T) (journal.Store, *sql.DB, func()) {
		url := pgtest.Start(t)
		e, err := postgres.Open(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		return e.Journal, db, func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestTwoInstancesOnOneDatabase(t *testing.T) {
	ctx, url := context.Background(), pgtest.Start(t)
	var engines []journal.Store
	for range 2 {
		e, err := postgres.Open(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		engines = append(engines, e.Journal)
	}
	var wg sync.WaitGroup
	for i, s := range engines {
		wg.Go(func() {
			for n := range 40 {
				stream := []string{"a/1", "a/2"}[i]
				if _, err := s.Append(ctx, storetest.Batch("s1", stream+string(rune('A'+n)), stream, n, 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if head, _, _ := engines[0].Head(ctx, "s1"); head != 80 {
		t.Fatalf("head %d", head)
	}
	if err := journal.VerifyChain(ctx, engines[1], "s1"); err != nil {
		t.Fatal(err)
	}
}

// A county's database server is restarted now and then: the station's program must not have to be.
func TestServerRestartIsSurvived(t *testing.T) {
	dir, address := t.TempDir(), filepath.Join(t.TempDir(), "s")
	at := func(server string) string { // the same address each time: a link to where the server's socket is
		u, err := url.Parse(server)
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(address)
		if err := os.Symlink(u.Query().Get("host"), address); err != nil {
			t.Fatal(err)
		}
		return strings.Replace(server, url.QueryEscape(u.Query().Get("host")), url.QueryEscape(address), 1)
	}
	server, stop, err := pgtest.StartServer(dir)
	if errors.Is(err, pgtest.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	e, err := postgres.Open(ctx, at(server))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := e.Journal.Append(ctx, storetest.Batch("s1", "k1", "a/1", 0, 1)); err != nil {
		t.Fatal(err)
	}
	if err := pgtest.Kill(dir); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := e.Journal.Append(ctx, storetest.Batch("s1", "k2", "a/1", 1, 1)); fault.Code(err) != "store.unavailable" {
		t.Fatalf("without a server: %v", err)
	}
	server, stop, err = pgtest.StartServer(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	at(server)
	var last error
	for range 5 { // the pool finds its dead connections out one by one
		if _, last = e.Journal.Append(ctx, storetest.Batch("s1", "k2", "a/1", 1, 1)); last == nil {
			break
		}
	}
	if last != nil {
		t.Fatalf("after the restart: %v", last)
	}
	if err := journal.VerifyChain(ctx, e.Journal, "s1"); err != nil {
		t.Fatal(err)
	}
}
