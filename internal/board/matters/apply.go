// Package matters is the board behind the work list (mine, my cell, unassigned, due soon, overdue), the ledger (台账) and the tasks of
// my day: one row a matter, with who may see it for which cell or person.
package matters

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/clock"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// Never is the due time of a matter with nothing due: it sorts last.
const Never = math.MaxInt64 / 4

// Board is the projection. Calendar gives the calendar of a station, Renew makes it look whether that has changed.
type Board struct {
	Calendar func(station string) *clock.Calendar
	Renew    func(ctx context.Context) error

	seen map[string]*entry // station + stream → what is known of it
}

// entry is a matter kept in memory between events, and what was last written for it.
type entry struct {
	m       matter.Matter
	visible string
	tasks   string
	dirty   bool
}

// maxSeen is how many matters are kept in memory while following; reading the past keeps as many as there are, up to maxPast.
const (
	maxSeen = 4000
	maxPast = 400000
)

// Name implements board.Board.
func (*Board) Name() string { return "matters" }

// Version implements board.Board.
func (*Board) Version() int { return 4 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.seen = nil }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_matter", "board_matter_cell", "board_matter_person", "board_task"}, []string{
		`create table board_matter (
  station text not null, id text not null, number text not null, kind text not null, grade text not null, state text not null,
  is_open bigint not null, cell text not null, handler text not null, title text not null, place text not null,
  opened_at bigint not null, due_at bigint not null, due_limit text not null, warn_at bigint not null,
  updated_at bigint not null, closed_at bigint not null, outcome text not null, reports bigint not null,
  supervised text not null, chased bigint not null, escalated text not null, reopened bigint not null, elsewhere text not null,
  helpers text not null, verified_by text not null, followed_up bigint not null, version bigint not null,
  offence bigint not null, untold_at bigint not null, untold_limit text not null,
  primary key (station, id))`,
		"create index board_matter_untold on board_matter (station, untold_at, id)",
		"create index board_matter_due on board_matter (station, is_open, due_at, id)",
		"create index board_matter_handler on board_matter (station, is_open, handler, due_at, id)",
		"create index board_matter_state on board_matter (station, state, due_at, id)",
		"create index board_matter_opened on board_matter (station, opened_at, id)",
		"create index board_matter_number on board_matter (station, number)",
		`create table board_matter_cell (
  station text not null, cell text not null, id text not null, is_open bigint not null, due_at bigint not null, opened_at bigint not null,
  primary key (station, id, cell))`,
		"create index board_matter_cell_due on board_matter_cell (station, cell, is_open, due_at, id)",
		"create index board_matter_cell_opened on board_matter_cell (station, cell, opened_at, id)",
		`create table board_matter_person (
  station text not null, person text not null, id text not null, works bigint not null, is_open bigint not null, due_at bigint not null,
  opened_at bigint not null, primary key (station, id, person))`,
		"create index board_matter_person_due on board_matter_person (station, person, works, is_open, due_at, id)",
		"create index board_matter_person_opened on board_matter_person (station, person, opened_at, id)",
		`create table board_task (
  station text not null, task text not null, matter text not null, person text not null, title text not null, due_on text not null,
  primary key (station, task))`,
		"create index board_task_person on board_task (station, person, due_on, task)",
		"create index board_task_matter on board_task (station, matter)",
	}
}

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	limit := maxSeen
	if batch.Past {
		limit = maxPast
	}
	if b.seen == nil || len(b.seen) > limit {
		b.seen = map[string]*entry{}
	}
	var changed []*entry
	moved := false
	for _, item := range batch.Items {
		if _, ok := item.Payload.(organisation.CalendarSet); ok {
			moved = true
		}
		id, ok := strings.CutPrefix(item.Stream, "matter/")
		if !ok {
			continue
		}
		e, err := b.entry(ctx, batch, id, item.Version)
		if err != nil {
			return err
		}
		if item.Version == e.m.Version+1 {
			if err := e.m.ApplyEvent(item.Payload, work.Where(item.Event)); err != nil {
				return err
			}
		}
		if !e.dirty {
			e.dirty = true
			changed = append(changed, e)
		}
	}
	if moved {
		var err error
		if changed, err = b.recount(ctx, batch, changed); err != nil {
			return err
		}
	}
	if err := b.write(ctx, batch, changed); err != nil {
		return err
	}
	for _, e := range changed { // little more will come to what is closed: it is read again when something does
		if !e.m.IsOpen() {
			delete(b.seen, batch.Station+"/"+e.m.ID)
		}
	}
	return nil
}

// recount adds every matter with something due: the calendar has changed, and due times with it.
func (b *Board) recount(ctx context.Context, batch *board.Batch, changed []*entry) ([]*entry, error) {
	if err := b.Renew(ctx); err != nil {
		return nil, err
	}
	ids, err := board.Ask(ctx, batch.Tx, "list what is due", "select id from board_matter where station = $1 and due_at < $2", []any{batch.Station, int64(Never)}, board.Word)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		e, err := b.entry(ctx, batch, id, 2)
		if err != nil {
			return nil, err
		}
		if !e.dirty {
			e.dirty = true
			changed = append(changed, e)
		}
	}
	return changed, nil
}

// entry finds a matter in memory or reads its stream; version is that of the event at hand, 1 for a matter just opened.
func (b *Board) entry(ctx context.Context, batch *board.Batch, id string, version int) (*entry, error) {
	key := batch.Station + "/" + id
	if e, ok := b.seen[key]; ok {
		return e, nil
	}
	e := &entry{}
	if version > 1 {
		e.visible, e.tasks = "?", "?" // what was written before is not known
		events, err := batch.Journal.Stream(ctx, batch.Station, matter.Stream(id), 0)
		if err != nil {
			return nil, err
		}
		if e.m, err = matter.Fold(events); err != nil {
			return nil, err
		}
	}
	b.seen[key] = e
	return e, nil
}

const columns = "station, id, number, kind, grade, state, is_open, cell, handler, title, place, opened_at, due_at, due_limit, warn_at, " +
	"updated_at, closed_at, outcome, reports, supervised, chased, escalated, reopened, elsewhere, helpers, verified_by, followed_up, version, offence"

// written are the columns of a row; those that no list shows come last.
const written = columns + ", untold_at, untold_limit"

var upsert = store.Upsert(written, "station", "id")

// write puts the changed matters into the tables.
func (b *Board) write(ctx context.Context, batch *board.Batch, changed []*entry) error {
	var rows, cells, people, tasks [][]any
	var unseen, untasked []any
	for _, e := range changed {
		e.dirty = false
		m := &e.m
		due, limit, warn := b.due(batch.Station, m, nil)
		untold, untoldLimit, _ := b.due(batch.Station, m, m.Escalated)
		open := board.Flag(m.IsOpen())
		rows = append(rows, append(row(batch.Station, m, due, limit, warn), untold, untoldLimit))
		visible := fmt.Sprint(m.Cells(), m.People(), m.Handler, len(m.Helpers), open, due)
		if visible != e.visible {
			if e.visible != "" {
				unseen = append(unseen, m.ID)
			}
			e.visible = visible
			for _, c := range m.Cells() {
				cells = append(cells, []any{batch.Station, c, m.ID, open, due, board.Micros(m.OpenedAt)})
			}
			for _, p := range m.People() {
				people = append(people, []any{batch.Station, p, m.ID, board.Flag(m.Works(p)), open, due, board.Micros(m.OpenedAt)})
			}
		}
		var list [][]any
		for _, t := range m.Tasks {
			if t.DoneAt.IsZero() && m.IsOpen() {
				list = append(list, []any{batch.Station, t.ID, m.ID, t.Person, t.Title, t.DueOn})
			}
		}
		if s := fmt.Sprint(list); s != e.tasks && (len(list) > 0 || e.tasks != "") {
			if e.tasks != "" {
				untasked = append(untasked, m.ID)
			}
			if e.tasks = s; len(list) == 0 {
				e.tasks = ""
			}
			tasks = append(tasks, list...)
		}
	}
	for _, d := range []struct {
		table, column string
		ids           []any
	}{{"board_matter_cell", "id", unseen}, {"board_matter_person", "id", unseen}, {"board_task", "matter", untasked}} {
		if err := remove(ctx, batch.Tx, d.table, d.column, batch.Station, d.ids); err != nil {
			return err
		}
	}
	const visibleColumns = "id, is_open, due_at, opened_at"
	for _, w := range []struct {
		table, columns, tail string
		rows                 [][]any
	}{
		{"board_matter", written, upsert, rows},
		{"board_matter_cell", "station, cell, " + visibleColumns, "", cells},
		{"board_matter_person", "station, person, id, works, is_open, due_at, opened_at", "", people},
		{"board_task", "station, task, matter, person, title, due_on", "", tasks},
	} {
		if err := store.Insert(ctx, batch.Tx, w.table, w.columns, w.tail, w.rows); err != nil {
			return err
		}
	}
	return nil
}

func remove(ctx context.Context, tx *store.Session, table, column, station string, ids []any) error {
	const most = 200
	for len(ids) > 0 {
		n := min(most, len(ids))
		if _, err := tx.ExecContext(ctx, "delete from "+table+" where station = $1 and "+column+" in ("+store.Holes(2, n)+")",
			append([]any{station}, ids[:n]...)...); err != nil {
			return fmt.Errorf("clear %s: %w", table, err)
		}
		ids = ids[n:]
	}
	return nil
}

// due is the earliest end of a running clock, its key and its first warning, those left out that were told to the head already.
func (b *Board) due(station string, m *matter.Matter, told []string) (int64, string, int64) {
	if m.State == matter.Answered || m.State.Gone() {
		return Never, "", Never
	}
	due, key, warn := int64(Never), "", int64(Never)
	for _, c := range m.Clocks(b.Calendar(station), m.UpdatedAt) {
		if c.StoppedAt.IsZero() && !c.DueAt.IsZero() && c.DueAt.UnixMicro() < due && !slices.Contains(told, c.Key) {
			due, key, warn = c.DueAt.UnixMicro(), c.Key, c.DueAt.UnixMicro()
			if !c.WarnAt.IsZero() {
				warn = c.WarnAt.UnixMicro()
			}
		}
	}
	return due, key, warn
}

func row(station string, m *matter.Matter, due int64, limit string, warn int64) []any {
	elsewhere := ""
	if m.SendBackTo != nil {
		elsewhere = m.SendBackTo.ToBody
	}
	_, followed := m.Reached["followed_up"]
	return []any{station, m.ID, m.Number, m.Kind, m.Grade, string(m.State), board.Flag(m.IsOpen()), m.Cell, m.Handler, m.Title, m.Place,
		board.Micros(m.OpenedAt), due, limit, warn, board.Micros(m.UpdatedAt), board.Micros(m.Reached["closed"]), m.Outcome, len(m.Reports),
		m.SupervisedBy, m.Chased, strings.Join(m.Escalated, ","), m.Reopened, elsewhere, strings.Join(m.Helpers, ","), m.VerifiedBy, board.Flag(followed), m.Version, board.Flag(offence(m))}
}

// offence tells whether a case or a written warning is tied to the matter: such records are sealed (law-and-standards 5.6).
func offence(m *matter.Matter) bool {
	_, filed := m.Reached["case_filed"]
	_, warned := m.Reached["dv_warning_issued"]
	return filed || warned
}
