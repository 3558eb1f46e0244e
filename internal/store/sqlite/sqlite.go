// Package sqlite opens the embedded store: three files in one folder: journal.db (synchronous=FULL, the truth), blobs.db
// (the same, pictures and papers) and boards.db (which can be deleted at any time and is rebuilt). Sources: stack.md 1, reliability-security.md A1 and pitfall 1.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the pure-Go engine

	"maplegrid/internal/store"
)

//go:embed migrate/*.sql
var migrations embed.FS

// Open opens or makes the store in a folder. It refuses to start when the journal's file would not be synced at every commit.
func Open(ctx context.Context, dir string) (*store.Engine, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	e := &store.Engine{Name: "sqlite", Raw: func() (*sql.DB, error) {
		write, read, err := open(filepath.Join(dir, "floor.db"), "FULL")
		if err != nil {
			return nil, err
		}
		return write, read.Close()
	}}
	write, read, err := open(filepath.Join(dir, "journal.db"), "FULL")
	if err != nil {
		return nil, err
	}
	e.OnClose(write.Close, read.Close)
	if err := errors.Join(durable(ctx, write), migrate(ctx, write)); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	if e.Journal, err = store.NewJournal(ctx, write, read, "sqlite"); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	bw, br, err := open(filepath.Join(dir, "boards.db"), "NORMAL")
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	bw.SetMaxOpenConns(2) // the follower keeps one
	e.OnClose(bw.Close, br.Close)
	e.Boards = store.Boards{Write: bw, Read: br, Engine: "sqlite"}
	pw, pr, err := open(filepath.Join(dir, "blobs.db"), "FULL")
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.OnClose(pw.Close, pr.Close)
	if err := durable(ctx, pw); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.Blobs = store.Boards{Write: pw, Read: pr, Engine: "sqlite"}
	return e, nil
}

// Scratch opens boards alone in a folder, to build them a second time beside the real ones.
func Scratch(dir string) (*store.Engine, error) {
	write, read, err := open(filepath.Join(dir, "boards.db"), "NORMAL")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(2)
	e := &store.Engine{Name: "sqlite", Boards: store.Boards{Write: write, Read: read, Engine: "sqlite"}}
	e.OnClose(write.Close, read.Close)
	return e, nil
}

// open gives a writing pool of one connection and a reading pool: readers on the writer's pool would wait for it.
func open(path, synchronous string) (write, read *sql.DB, err error) {
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "secure_delete(" + map[bool]string{true: "on", false: "off"}[synchronous == "FULL"] + ")",
		"temp_store(memory)", "cache_size(-16000)", "page_size(8192)"}}
	if write, err = sql.Open("sqlite", "file:"+path+"?_txlock=immediate&"+pragmas.Encode()); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", filepath.Base(path), errors.Join(err, write.Close()))
	}
	pragmas.Set("_pragma", "busy_timeout(10000)")
	pragmas.Add("_pragma", "query_only(1)")
	pragmas.Add("_pragma", "cache_size(-8000)")
	if read, err = sql.Open("sqlite", "file:"+path+"?"+pragmas.Encode()); err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", filepath.Base(path), errors.Join(err, write.Close()))
	}
	read.SetMaxOpenConns(4)
	read.SetMaxIdleConns(4)
	return write, read, nil
}

// durable reads the settings back: a journal that is not synced at every commit passes every kill test and loses at a power cut.
func durable(ctx context.Context, db *sql.DB) error {
	var mode string
	var sync int
	if err := db.QueryRowContext(ctx, "pragma journal_mode").Scan(&mode); err != nil {
		return fmt.Errorf("read journal_mode: %w", err)
	}
	if err := db.QueryRowContext(ctx, "pragma synchronous").Scan(&sync); err != nil {
		return fmt.Errorf("read synchronous: %w", err)
	}
	if mode != "wal" || sync != 2 {
		return fmt.Errorf("what is written would not survive a power cut (journal_mode=%s synchronous=%d, wanted wal and 2): refusing to start", mode, sync)
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	steps, err := fs.Sub(migrations, "migrate")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, steps)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
