package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"maplegrid/internal/app"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
)

// verify reads every station's journal from the first event, for which it needs no key; then, where the key is, it builds every board
// a second time and compares them row by row.
func verify(ctx context.Context, c *call) error {
	if _, err := c.parse(); err != nil {
		return err
	}
	if err := c.exists(); err != nil {
		return err
	}
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(c.chains(ctx, e.Journal), e.Close()); err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if errors.Is(err, app.ErrKeyGone) {
		printf(c, "没有密钥，只校验了日志 / without the key only the journal was verified")
		return nil
	}
	if err != nil {
		return err
	}
	err = a.VerifyBoards(ctx)
	if wrong := (*app.WrongRow)(nil); errors.As(err, &wrong) {
		err = fault.New(fault.Invalid, "cli.board_differs", fault.Args{"table": wrong.Table, "have": wrong.Have, "want": wrong.Want})
	}
	if err == nil {
		printf(c, "ok %s", strings.Join(a.Boards.Names(), " "))
	}
	return errors.Join(err, a.Close())
}

// chains verifies all stations, tells of each, and gives the first bad event.
func (c *call) chains(ctx context.Context, s journal.Store) error {
	stations, err := s.Stations(ctx)
	if err != nil {
		return err
	}
	for _, id := range stations {
		var broken *journal.Broken
		if err := journal.VerifyChain(ctx, s, id); errors.As(err, &broken) {
			return fault.New(fault.Invalid, "cli.broken", fault.Args{"station": broken.Station, "seq": int64(broken.Seq), "why": broken.Why})
		} else if err != nil {
			return err
		}
		seq, hash, err := s.Head(ctx, id)
		if err != nil {
			return err
		}
		printf(c, "ok %s %d %x", id, seq, hash)
	}
	return nil
}

func rebuild(ctx context.Context, c *call) error {
	names, err := c.parse("BOARD…")
	if err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	for _, n := range names {
		if known := a.Boards.Names(); !slices.Contains(known, n) {
			return errors.Join(fault.New(fault.Missing, "cli.no_board", fault.Args{"board": n, "boards": strings.Join(known, " ")}), a.Close())
		}
	}
	n, err := a.Boards.Rebuild(ctx, names...)
	if err == nil {
		printf(c, "%d", n)
	}
	return errors.Join(err, a.Close())
}
