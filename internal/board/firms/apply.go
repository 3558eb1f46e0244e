// Package firms is the board of firms, schools and venues (一企一警): who keeps in touch with which, and what of it is due. It holds nothing
// of the people of a firm.
package firms

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/firm"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "firms" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board. A day on which nothing is due is "9999-12-31", so that one index orders what is due.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_firm", "board_firm_sight"}, []string{
		`create table board_firm (
  station text not null, id text not null, name text not null, sort text not null, cell text not null, place text not null,
  officer text not null, deputy text not null, hazards text not null, live bigint not null, post bigint not null, pupils bigint not null,
  brief_on text not null, visit_on text not null, question_on text not null, questions bigint not null,
  advice_on text not null, advice bigint not null, asks bigint not null,
  primary key (station, id))`,
		"create index board_firm_name on board_firm (station, live, name, id)",
		"create index board_firm_brief on board_firm (station, live, brief_on, id)",
		"create index board_firm_visit on board_firm (station, live, visit_on, id)",
		"create index board_firm_question on board_firm (station, live, question_on, id)",
		"create index board_firm_advice on board_firm (station, live, advice_on, id)",
		"create index board_firm_post on board_firm (station, post, name, id)",
		"create table board_firm_sight (station text not null, who text not null, id text not null, primary key (station, who, id))",
		"create index board_firm_sight_id on board_firm_sight (station, id)",
	}
}

const columns = "station, id, name, sort, cell, place, officer, deputy, hazards, live, post, pupils, brief_on, visit_on, question_on, questions, " +
	"advice_on, advice, asks"

var upsert = store.Upsert(columns, "station", "id")

const never = "9999-12-31"

// Apply implements board.Board. Who comes and goes at a school's gate changes nothing here.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var changed []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "firm/")
		if !ok || slices.Contains(changed, id) {
			continue
		}
		switch item.Payload.(type) {
		case firm.Stood, firm.StoodDown:
			continue
		}
		changed = append(changed, id)
	}
	var rows [][]any
	for _, id := range changed {
		f, err := fold(ctx, batch, id)
		if err != nil {
			return err
		}
		rows = append(rows, row(batch.Station, f))
		if err := sight(ctx, batch, f); err != nil {
			return err
		}
	}
	return store.Insert(ctx, batch.Tx, "board_firm", columns, upsert, rows)
}

// fold makes a firm as far as the run at hand goes.
func fold(ctx context.Context, batch *board.Batch, id string) (*firm.Firm, error) {
	events, err := batch.Stream(ctx, firm.Stream(id))
	if err != nil {
		return nil, err
	}
	return firm.Fold(events)
}

func row(station string, f *firm.Firm) []any {
	question, advice, asks := open{on: never}, open{on: never}, 0
	for _, q := range f.Questions {
		if q.Open() {
			question.add(q.DueOn)
		}
	}
	for _, a := range f.Advice {
		if a.Open() {
			advice.add(a.DueOn)
		}
	}
	for _, a := range f.Asks {
		asks += board.Flag(!a.Checked)
	}
	return []any{station, f.ID, f.Name, f.Sort, f.Cell, f.Place, f.Officer, f.Deputy, strings.Join(f.Hazards, ","), board.Flag(f.Retired.IsZero()),
		board.Flag(f.Post != nil && f.Retired.IsZero()), f.Pupils, f.BriefOn, f.VisitOn, question.on, question.n, advice.on, advice.n, asks}
}

// open counts what is open, and keeps the day the first of it is due.
type open struct {
	n  int
	on string
}

func (o *open) add(on string) {
	if on == "" {
		on = "9999-12-30" // open without a day: after those that have one
	}
	o.n, o.on = o.n+1, min(o.on, on)
}

// sight writes who sees a firm: its cell ("c/…"), its officers and who stands at its gate ("p/…").
func sight(ctx context.Context, batch *board.Batch, f *firm.Firm) error {
	if _, err := batch.Tx.ExecContext(ctx, "delete from board_firm_sight where station = $1 and id = $2", batch.Station, f.ID); err != nil {
		return fmt.Errorf("clear who sees firm %s: %w", f.ID, err)
	}
	var rows [][]any
	for _, who := range board.SeenBy(f.Cells(), f.People()) {
		rows = append(rows, []any{batch.Station, who, f.ID})
	}
	return store.Insert(ctx, batch.Tx, "board_firm_sight", "station, who, id", "", rows)
}
