// Package found is the board of things found (拾得遗失物): what is to be noticed, whose year runs, who claims, what nobody claimed in a
// year; and of things that owners seek, so that the one can be held beside the other. It holds ids and public words, never a proof
// detail or a name.
package found

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/board"
	"maplegrid/internal/clock"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
)

// LostSort and LostOn are the extra fields by which a matter says what its owner seeks.
const (
	LostSort = "lost_sort"
	LostOn   = "lost_on"
)

// Board is the projection. Calendar says which days are off, as a year that ends on one ends after it.
type Board struct {
	Calendar func(station string) *clock.Calendar

	known map[string]map[string]bool // by station, the matters that have rows
}

// Name implements board.Board.
func (*Board) Name() string { return "found" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.known = nil }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_found", "board_found_sight", "board_sought"}, []string{
		`create table board_found (
  station text not null, matter text not null, number text not null, title text not null, kind text not null, grade text not null,
  cell text not null, handler text not null, keeper text not null, sort text not null, looks text not null, area text not null,
  found_at bigint not null, taken_at bigint not null, receipt text not null, notice text not null, claim_where text not null,
  noticed_at bigint not null, until_at bigint not null, claims bigint not null, shown bigint not null, state text not null,
  sort_at bigint not null, ended text not null, ended_at bigint not null,
  primary key (station, matter))`,
		"create index board_found_state on board_found (station, state, sort_at, matter)",
		"create index board_found_claims on board_found (station, claims, sort_at, matter)",
		"create index board_found_noticed on board_found (station, state, noticed_at, matter)",
		"create index board_found_sort on board_found (station, sort, state, found_at, matter)",
		`create table board_found_sight (
  station text not null, who text not null, matter text not null, primary key (station, matter, who))`,
		`create table board_sought (
  station text not null, matter text not null, number text not null, title text not null, sort text not null, lost_on text not null,
  cell text not null, is_open bigint not null, primary key (station, matter))`,
		"create index board_sought_sort on board_sought (station, is_open, sort, lost_on, matter)",
	}
}

const columns = "station, matter, number, title, kind, grade, cell, handler, keeper, sort, looks, area, found_at, taken_at, receipt, notice, " +
	"claim_where, noticed_at, until_at, claims, shown, state, sort_at, ended, ended_at"

const soughtColumns = "station, matter, number, title, sort, lost_on, cell, is_open"

var (
	upsert       = store.Upsert(columns, "station", "matter")
	upsertSought = store.Upsert(soughtColumns, "station", "matter")
)

// Apply implements board.Board: a matter that is a thing found, or seeks one, is folded anew as far as the run at hand goes.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	known, err := b.knows(ctx, batch)
	if err != nil {
		return err
	}
	var order []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "matter/")
		if !ok {
			continue
		}
		if !known[id] && !concerns(item.Payload) {
			continue
		}
		if known[id] = true; !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	var rows, sought, sight [][]any
	for _, id := range order {
		t, err := fold(ctx, batch, id)
		if err != nil {
			return err
		}
		if !t.TakenAt.IsZero() {
			rows = append(rows, b.row(batch.Station, t))
		}
		if s := t.Extra[LostSort]; s != "" {
			sought = append(sought, []any{batch.Station, t.ID, t.Number, t.Title, s, t.Extra[LostOn], t.Cell, board.Flag(t.IsOpen())})
		}
		if _, err := batch.Tx.ExecContext(ctx, "delete from board_found_sight where station = $1 and matter = $2", batch.Station, id); err != nil {
			return fmt.Errorf("clear who sees %s: %w", id, err)
		}
		for _, who := range board.SeenBy(t.Cells(), t.People()) {
			sight = append(sight, []any{batch.Station, who, id})
		}
	}
	for _, w := range []struct {
		table, columns, tail string
		rows                 [][]any
	}{{"board_found", columns, upsert, rows}, {"board_sought", soughtColumns, upsertSought, sought}, {"board_found_sight", "station, who, matter", "", sight}} {
		if err := store.Insert(ctx, batch.Tx, w.table, w.columns, w.tail, w.rows); err != nil {
			return err
		}
	}
	return nil
}

// concerns tells whether an event makes its matter one of this board.
func concerns(v work.Event) bool {
	switch e := v.(type) {
	case found.TakenIn:
		return true
	case matter.Opened:
		return e.Extra[LostSort] != ""
	case matter.Filled:
		return e.Extra[LostSort] != ""
	}
	return false
}

// knows gives the matters of a station that have rows, read once.
func (b *Board) knows(ctx context.Context, batch *board.Batch) (map[string]bool, error) {
	if m := b.known[batch.Station]; m != nil {
		return m, nil
	}
	m := map[string]bool{}
	for _, table := range []string{"board_found", "board_sought"} {
		ids, err := board.Ask(ctx, batch.Tx, "read what is known of things found", "select matter from "+table+" where station = $1", []any{batch.Station}, board.Word)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			m[id] = true
		}
	}
	if b.known == nil {
		b.known = map[string]map[string]bool{}
	}
	b.known[batch.Station] = m
	return m, nil
}

// fold makes a thing as far as the run at hand goes.
func fold(ctx context.Context, batch *board.Batch, id string) (*found.Thing, error) {
	events, err := batch.Stream(ctx, matter.Stream(id))
	if err != nil {
		return nil, err
	}
	return found.Fold(events)
}

// The states of a row.
const (
	ToNotice = "to_notice"
	Noticed  = "noticed"
	Owner    = "owner" // recognised or told: to be handed back
	Ended    = "ended"
)

func (b *Board) row(station string, t *found.Thing) []any {
	state, at := ToNotice, board.Micros(t.TakenAt)
	until := b.until(station, t)
	_, accepted := t.Accepted()
	shown := 0
	for _, p := range t.Pictures {
		shown += board.Flag(p.Show)
	}
	switch {
	case t.Ended != "" || t.State.Gone():
		state, at = Ended, board.Micros(t.EndedAt)
	case accepted || !t.OwnerTold.IsZero():
		state = Owner
	case !t.NoticeAt.IsZero():
		state, at = Noticed, board.Micros(until)
	}
	claims := 0
	if state != Ended {
		claims = len(t.OpenClaims())
	}
	return []any{station, t.ID, t.Number, t.Title, t.Kind, t.Grade, t.Cell, t.Handler, t.Keeper, t.Sort, t.Looks, t.Area, board.Micros(t.FoundAt),
		board.Micros(t.TakenAt), t.Receipt, t.Notice, t.Where, board.Micros(t.NoticeAt), board.Micros(until), claims, shown, state, at, t.Ended,
		board.Micros(t.EndedAt)}
}

// until is the end of the year that began with the notice.
func (b *Board) until(station string, t *found.Thing) time.Time {
	if t.NoticeAt.IsZero() {
		return time.Time{}
	}
	cal := clock.China()
	if b.Calendar != nil {
		cal = b.Calendar(station)
	}
	return t.YearEnds(work.Moment{Calendar: cal, Now: t.NoticeAt})
}
