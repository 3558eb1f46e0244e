package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"

	"maplegrid/internal/journal"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/store/storetest"
)

func TestJournal(t *testing.T) {
	var mu sync.Mutex
	dirs := map[string]string{}
	storetest.Exercise(t, func(t *testing.T) (journal.Store, func()) {
		mu.Lock()
		defer mu.Unlock()
		if dirs[t.Name()] == "" {
			dirs[t.Name()] = t.TempDir()
		}
		e, err := sqlite.Open(context.Background(), dirs[t.Name()])
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
		dir := t.TempDir()
		e, err := sqlite.Open(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "journal.db")+"?_pragma=busy_timeout(10000)")
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
