// Package retention is the board of what is kept and for how long: what has ended and when, by which row of retention.csv it is kept, what
// is held, what went and by which rule. It holds no word of anything.
package retention

import (
	"context"
	"fmt"
	"strings"
	"time"

	"maplegrid/internal/board"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/retention"
	"maplegrid/internal/work/right"
)

// Board is the projection. RuleOf says by which row a matter is kept.
type Board struct {
	RuleOf func(ctx context.Context, station string, m *matter.Matter) (string, error)
}

// Name implements board.Board.
func (*Board) Name() string { return "retention" }

// Version implements board.Board.
func (*Board) Version() int { return 2 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_retention"}, []string{
		`create table board_retention (
  station text not null, thing text not null, rule text not null, ended_at bigint not null, look_at bigint not null, why text not null,
  held_at bigint not null, held_by text not null, agreed bigint not null, gone_at bigint not null, gone_on text not null,
  gone_rule text not null, months bigint not null, primary key (station, thing))`,
		"create index board_retention_due on board_retention (station, rule, gone_at, ended_at)",
		"create index board_retention_gone on board_retention (station, gone_on, gone_rule)",
		"create index board_retention_held on board_retention (station, held_at) where held_at > 0",
	}
}

// ended is a thing whose end an event may have moved, and how far the journal is read for it.
type ended struct {
	thing string
	seq   journal.Seq
}

// Apply implements board.Board. The end of a thing is found out as it was at the last event that may have moved it, so that following and
// rebuilding give the same rows.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	at := map[string]journal.Seq{}
	var order []string
	moved := func(thing string, seq journal.Seq) {
		if at[thing] == 0 {
			order = append(order, thing)
		}
		at[thing] = seq
	}
	for _, item := range batch.Items {
		if strings.HasPrefix(item.Stream, "kept/") {
			if err := b.kept(ctx, batch, item); err != nil {
				return err
			}
			continue
		}
		if moves(item) {
			moved(item.Stream, item.Seq)
		}
		if isLook(item.Kind) {
			moved("looks/"+board.Day(item.RecordedAt)[:7], item.Seq)
		}
	}
	for _, thing := range order { // the end of a matter moves that of its reports
		more, err := b.settle(ctx, batch, ended{thing, at[thing]})
		if err != nil {
			return err
		}
		for _, id := range more {
			if r := report.Stream(id); at[r] < at[thing] {
				at[r] = at[thing]
				if _, err := b.settle(ctx, batch, ended{r, at[thing]}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// moves tells whether an event may begin or move the end of its thing.
func moves(item board.Item) bool {
	switch e := item.Payload.(type) {
	case report.TriagedInto, report.WithdrawnWith, report.ReopenAsked, report.Erased,
		matter.ClosedWith, matter.VoidedFor, matter.MergedInto, matter.ReopenedFor, matter.Forgotten,
		rating.Answered, rating.ExclusionDecided, right.Answered, appointment.ReminderTold,
		appointment.AppointmentBooked, appointment.AppointmentMovedIn, appointment.NumberTaken:
		return true
	case matter.Marked:
		return e.Step == "case_filed"
	}
	return item.Kind == "dispute.case_filed/1"
}

// isLook tells whether an event is in the record of who looked (board/looks).
func isLook(kind string) bool {
	return kind == "person.looked/1" || kind == "ledger.exported/1" || kind == "dispute.paper_printed/1"
}

// settle writes when a thing ended and by which rule it is kept; it gives the reports of a matter.
func (b *Board) settle(ctx context.Context, batch *board.Batch, x ended) (reports []string, err error) {
	rule, end := "", time.Time{}
	kind, id, _ := strings.Cut(x.thing, "/")
	switch kind {
	case "matter":
		m, err := b.matter(ctx, batch, id, x.seq)
		if err != nil {
			return nil, err
		}
		if reports = m.Reports; m.ForgottenAt.IsZero() {
			end = m.EndedAt()
		}
		if rule, err = b.RuleOf(ctx, batch.Station, &m); err != nil {
			return nil, err
		}
	case "report":
		if rule, end, err = b.report(ctx, batch, id, x.seq); err != nil {
			return nil, err
		}
	case "windowday":
		p, _ := appointment.PlaceOf(x.thing)
		rule, end = "appointment", appointment.Date(p.On).Add(12*time.Hour)
	case "looks":
		rule, end = "looks", appointment.Date(id+"-01").Add(-12*time.Hour).AddDate(0, 1, 0)
	case "rating", "right", "reminder":
		if rule, end, err = b.small(ctx, batch, x); err != nil {
			return nil, err
		}
	}
	_, err = batch.Tx.ExecContext(ctx, fresh+"on conflict (station, thing) do update set rule = excluded.rule, ended_at = excluded.ended_at", batch.Station, x.thing, rule, board.Micros(end))
	if err != nil {
		return nil, fmt.Errorf("how long %s is kept: %w", x.thing, err)
	}
	return reports, nil
}

// stream reads a stream as far as an event of the journal.
func stream(ctx context.Context, batch *board.Batch, name string, until journal.Seq) ([]journal.Event, error) {
	events, err := batch.Journal.Stream(ctx, batch.Station, name, 0)
	for len(events) > 0 && events[len(events)-1].Seq > until {
		events = events[:len(events)-1]
	}
	return events, err
}

// matter reads a matter, and for one that went into another the end of that one.
func (b *Board) matter(ctx context.Context, batch *board.Batch, id string, until journal.Seq) (matter.Matter, error) {
	events, err := stream(ctx, batch, matter.Stream(id), until)
	if err != nil {
		return matter.Matter{}, err
	}
	return matter.Fold(events)
}

func (b *Board) report(ctx context.Context, batch *board.Batch, id string, until journal.Seq) (string, time.Time, error) {
	events, err := stream(ctx, batch, report.Stream(id), until)
	if err != nil {
		return "", time.Time{}, err
	}
	r, err := report.Fold(events)
	if err != nil || !r.ErasedAt.IsZero() {
		return "report", time.Time{}, err
	}
	rule := "report"
	var matters []matter.Matter
	for _, id := range r.Matters {
		m, err := b.matter(ctx, batch, id, until)
		for err == nil && m.MergedInto != "" {
			m, err = b.matter(ctx, batch, m.MergedInto, until)
		}
		if err != nil {
			return "", time.Time{}, err
		}
		if _, filed := m.Reached["case_filed"]; filed {
			rule = "case"
		}
		matters = append(matters, m)
	}
	return rule, r.EndedAt(matters), nil
}

// small are the things that end by one event of their own.
func (b *Board) small(ctx context.Context, batch *board.Batch, x ended) (rule string, end time.Time, err error) {
	events, err := stream(ctx, batch, x.thing, x.seq)
	if err != nil {
		return "", time.Time{}, err
	}
	switch kind, _, _ := strings.Cut(x.thing, "/"); kind {
	case "rating":
		r, err := rating.Fold(events)
		return "rating", r.EndedAt, err
	case "right":
		r, err := right.Fold(events)
		return "right", r.AnsweredAt, err
	}
	r, err := appointment.FoldReminder(events)
	if err == nil && r.Told {
		end = r.DueAt
	}
	return "appointment", end, err
}

// fresh is the row of a thing of which nothing else is known. What is written of its end and what is decided about it lie in columns of
// their own, so that it does not matter which of a run is applied first.
const fresh = `insert into board_retention (station, thing, rule, ended_at, look_at, why, held_at, held_by, agreed, gone_at, gone_on, gone_rule, months)
	values ($1, $2, $3, $4, 0, '', 0, '', 0, 0, '', '', 0) `

// kept applies what was decided about how a thing is kept.
func (b *Board) kept(ctx context.Context, batch *board.Batch, item board.Item) error {
	thing := strings.TrimPrefix(item.Stream, "kept/")
	set, args := "", []any{batch.Station, thing}
	switch e := item.Payload.(type) {
	case retention.Held:
		set, args = "held_at = $3, held_by = $4, agreed = 0", append(args, item.HappenedAt.UnixMicro(), item.Actor)
	case retention.Released:
		set = "held_at = 0, held_by = ''"
	case retention.Agreed:
		set = "agreed = 1"
	case retention.Spared:
		if e.Why == retention.Ask { // an old word does not count: it waits for the head again
			set, args = "agreed = 0, why = $3", append(args, e.Why)
			break
		}
		set, args = "look_at = $3, why = $4", append(args, board.Micros(e.Until), e.Why)
	case retention.Forgotten:
		set, args = "gone_rule = $3, months = $4, gone_at = $5, gone_on = $6, held_at = 0", append(args, e.Rule, e.Months, item.HappenedAt.UnixMicro(), board.Day(item.HappenedAt))
	default:
		return nil
	}
	if _, err := batch.Tx.ExecContext(ctx, fresh+"on conflict (station, thing) do nothing", batch.Station, thing, "", 0); err != nil {
		return fmt.Errorf("how %s is kept: %w", thing, err)
	}
	if _, err := batch.Tx.ExecContext(ctx, "update board_retention set "+set+" where station = $1 and thing = $2", args...); err != nil {
		return fmt.Errorf("how %s is kept: %w", thing, err)
	}
	return nil
}
