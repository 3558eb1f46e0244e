package postgres_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"

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
