// Package findings is the board of people sought: seekings and missing persons that are open, with who may see each and who was only
// called to look out. It holds ids, titles and counts, nothing that is sealed.
package findings

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// Board is the projection. Base gives the base of a kind of a station.
type Board struct {
	Base func(ctx context.Context, station, kind string) (string, error)

	known map[string]map[string]string // by station: base of each matter that is one
}

// Name implements board.Board.
func (*Board) Name() string { return "findings" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.known = nil }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_finding", "board_finding_sight"}, []string{
		`create table board_finding (
  station text not null, id text not null, base text not null, kind text not null, number text not null, title text not null,
  place text not null, cell text not null, grade text not null, state text not null, handler text not null, opened_at bigint not null,
  is_open bigint not null, stage text not null, stage_at bigint not null, called bigint not null, replied bigint not null,
  sightings bigint not null, primary key (station, id))`,
		"create index board_finding_open on board_finding (station, is_open, opened_at, id)",
		`create table board_finding_sight (
  station text not null, who text not null, id text not null, is_open bigint not null, opened_at bigint not null, called bigint not null,
  primary key (station, id, who))`,
		"create index board_finding_sight_open on board_finding_sight (station, who, is_open, opened_at, id)",
	}
}

const (
	columns = "station, id, base, kind, number, title, place, cell, grade, state, handler, opened_at, is_open, stage, stage_at, called, " +
		"replied, sightings"
	sightColumns = "station, who, id, is_open, opened_at, called"
)

// Apply implements board.Board: each matter about finding somebody that the run touched is folded once, as far as the run goes.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var ids []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "matter/")
		if !ok || slices.Contains(ids, id) {
			continue
		}
		base, err := b.baseOf(ctx, batch, id, item.Payload)
		if err != nil {
			return err
		}
		if base != "" {
			ids = append(ids, id)
		}
	}
	var rows, sights [][]any
	for _, id := range ids {
		x, err := b.fold(ctx, batch, id)
		if err != nil {
			return err
		}
		rows = append(rows, x.row(batch.Station))
		if _, err := batch.Tx.ExecContext(ctx, "delete from board_finding_sight where station = $1 and id = $2", batch.Station, id); err != nil {
			return fmt.Errorf("clear who sees %s: %w", id, err)
		}
		sights = append(sights, x.sights(batch.Station)...)
	}
	if err := store.Insert(ctx, batch.Tx, "board_finding", columns, store.Upsert(columns, "station", "id"), rows); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_finding_sight", sightColumns, "", sights)
}

// baseOf gives the base of a matter about finding somebody, "" of any other: asked at its opening, remembered from then on.
func (b *Board) baseOf(ctx context.Context, batch *board.Batch, id string, v work.Event) (string, error) {
	if b.known == nil {
		b.known = map[string]map[string]string{}
	}
	known := b.known[batch.Station]
	if known == nil {
		known = map[string]string{}
		rows, err := batch.Tx.QueryContext(ctx, "select id, base from board_finding where station = $1", batch.Station)
		if err != nil {
			return "", fmt.Errorf("list people sought: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var one, base string
			if err := rows.Scan(&one, &base); err != nil {
				return "", err
			}
			known[one] = base
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
		b.known[batch.Station] = known
	}
	if e, ok := v.(matter.Opened); ok {
		base, err := b.Base(ctx, batch.Station, e.Kind)
		if err != nil || base != seek.Base && base != missing.Base {
			return "", err
		}
		known[id] = base
	}
	return known[id], nil
}

// finding is one matter as the board keeps it.
type finding struct {
	*matter.Matter
	base, stage        string
	at                 time.Time
	called             []string
	replied, sightings int
}

func (b *Board) fold(ctx context.Context, batch *board.Batch, id string) (finding, error) {
	events, err := batch.Stream(ctx, matter.Stream(id))
	if err != nil {
		return finding{}, err
	}
	if b.known[batch.Station][id] == seek.Base {
		s, err := seek.Fold(events)
		if err != nil {
			return finding{}, err
		}
		stage, at := seekStage(s)
		return finding{Matter: &s.Matter, base: seek.Base, stage: stage, at: at}, nil
	}
	x, err := missing.Fold(events)
	if err != nil {
		return finding{}, err
	}
	f := finding{Matter: &x.Matter, base: missing.Base, sightings: len(x.Sightings)}
	f.stage, f.at = missingStage(x)
	for _, c := range x.Called {
		if c.Answer != "" {
			f.replied++
		}
	}
	if x.Found == nil { // who was only called has no business with it any more
		f.called = x.CalledPeople()
	}
	return f, nil
}

// Stages are how far it is, in the order they come; a seeking and a missing person have their own.
var Stages = []string{"opened", "checked", "looking", "asked", "agreed", "told", "together", "called_out", "sighted", "found", "handed", "stopped"}

func seekStage(s *seek.Seek) (string, time.Time) {
	reached := func(step string) time.Time { return s.Reached[step] }
	switch {
	case len(s.Met) > 0:
		return "together", reached("seek_together")
	case s.Safety.Flagged:
		return "stopped", s.Safety.FlaggedAt
	case slices.ContainsFunc(s.Candidates, func(c seek.Candidate) bool { return c.Agrees() }):
		return "agreed", reached("seek_asked")
	case !reached("seek_asked").IsZero():
		return "asked", reached("seek_asked")
	case len(s.Searches) > 0:
		return "looking", reached("seek_looked")
	case s.Seeker != nil && s.Seeker.Checked != "":
		return "checked", s.Seeker.CheckedAt
	}
	return "opened", s.OpenedAt
}

func missingStage(x *missing.Missing) (string, time.Time) {
	switch {
	case x.Handed != nil:
		return "handed", x.Handed.At
	case x.Found != nil:
		return "found", x.Found.At
	case len(x.Sightings) > 0:
		return "sighted", x.Sightings[len(x.Sightings)-1].At
	case len(x.Called) > 0:
		return "called_out", x.Called[len(x.Called)-1].CalledAt
	}
	return "opened", x.OpenedAt
}

func (f finding) row(station string) []any {
	return []any{station, f.ID, f.base, f.Kind, f.Number, f.Title, f.Place, f.Cell, f.Grade, string(f.State), f.Handler, board.Micros(f.OpenedAt),
		board.Flag(f.IsOpen()), f.stage, board.Micros(f.at), len(f.called), f.replied, f.sightings}
}

// sights are who may see it: cells and people as for every matter, and those who were only called.
func (f finding) sights(station string) (list [][]any) {
	add := func(who string, called bool) {
		list = append(list, []any{station, who, f.ID, board.Flag(f.IsOpen()), board.Micros(f.OpenedAt), board.Flag(called)})
	}
	for _, c := range slices.Compact(slices.Sorted(slices.Values(f.Cells()))) {
		if c != "" {
			add("c/"+c, false)
		}
	}
	people := f.People()
	for _, p := range people {
		add("p/"+p, false)
	}
	for _, p := range f.called {
		if !slices.Contains(people, p) {
			add("p/"+p, true)
		}
	}
	return list
}
