// Package postgres opens the store on a PostgreSQL server, for a county's many stations. Journal and boards share the database;
// the boards' connections do not wait for the disk, since boards can be rebuilt.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"maplegrid/internal/store"
)

//go:embed migrate/*.sql
var migrations embed.FS

// Open opens the store at a postgres:// URL. It refuses to start when the server does not sync its commits.
func Open(ctx context.Context, url string) (*store.Engine, error) {
	e := &store.Engine{Name: "postgres", Raw: func() (*sql.DB, error) { return open(url, "on", 1) }}
	journalDB, err := open(url, "on", 6)
	if err != nil {
		return nil, err
	}
	e.OnClose(journalDB.Close)
	if err := errors.Join(durable(ctx, journalDB), migrate(ctx, journalDB)); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	if e.Journal, err = store.NewJournal(ctx, journalDB, journalDB, "postgres"); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	boards, err := open(url, "off", 6)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.OnClose(boards.Close)
	e.Boards = store.Boards{Write: boards, Read: boards, Engine: "postgres"}
	e.Blobs = store.Boards{Write: journalDB, Read: journalDB, Engine: "postgres"}
	return e, nil
}

func open(url, synchronousCommit string, conns int) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	config.RuntimeParams["synchronous_commit"] = synchronousCommit
	config.RuntimeParams["application_name"] = "maplegrid"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func durable(ctx context.Context, db *sql.DB) error {
	var fsync, commit string
	if err := db.QueryRowContext(ctx, "select current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commit); err != nil {
		return fmt.Errorf("read fsync: %w", err)
	}
	if fsync != "on" || commit == "off" || commit == "local" {
		return fmt.Errorf("the journal would not survive a power cut (fsync=%s synchronous_commit=%s): refusing to start", fsync, commit)
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	steps, err := fs.Sub(migrations, "migrate")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, steps, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
