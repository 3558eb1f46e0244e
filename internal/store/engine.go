package store

import (
	"database/sql"
	"errors"
)

// Engine is an opened store: the journal with its vault, and the place where boards are kept.
type Engine struct {
	Name    string // "sqlite" or "postgres"
	Journal *Journal
	Boards  Boards
	Blobs   Boards // pictures and papers, sealed; synced at every commit, unlike boards: they cannot be rebuilt

	// Raw opens a plain handle on the same engine, disk and durability, for measuring the floor. The caller closes it.
	Raw func() (*sql.DB, error)

	closers []func() error
}

// Boards is where projections live. Write takes one transaction at a time; Read is for queries.
type Boards struct {
	Write, Read *sql.DB
	Engine      string
}

// OnClose adds what Close must close, in order of opening.
func (e *Engine) OnClose(f ...func() error) { e.closers = append(e.closers, f...) }

// Close answers the acts under way, then closes everything in reverse order.
func (e *Engine) Close() error {
	var errs []error
	if e.Journal != nil {
		errs = append(errs, e.Journal.Close())
	}
	for i := len(e.closers) - 1; i >= 0; i-- {
		errs = append(errs, e.closers[i]())
	}
	e.closers = nil
	return errors.Join(errs...)
}
