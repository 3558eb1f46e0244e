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
	"maplegrid/internal/work/dispute"
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
func (*Board) Version() int { return 3 }

// Tables implements board.Board. with_matter is the matter that a thing ends with: a matter itself, or the one it was merged into; a
// report, the matter it was triaged into last. A report of several matters may go on longer than its row says; whoever destroys it looks
// at the things themselves (work/retention Standing), and what must stay is written here as spared.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_retention"}, []string{
		`create table board_retention (
  station text not null, thing text not null, rule text not null, ended_at bigint not null, look_at bigint not null, why text not null,
  held_at bigint not null, held_by text not null, agreed bigint not null, gone_at bigint not null, gone_on text not null,
  gone_rule text not null, months bigint not null, with_matter text not null, primary key (station, thing))`,
		"create index board_retention_due on board_retention (station, rule, gone_at, ended_at)",
		"create index board_retention_gone on board_retention (station, gone_on, gone_rule)",
		"create index board_retention_held on board_retention (station, held_at) where held_at > 0",
		"create index board_retention_with on board_retention (station, with_matter)",
	}
}

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	for _, item := range batch.Items {
		if err := b.apply(ctx, batch, item); err != nil {
			return fmt.Errorf("how long %s is kept: %w", item.Stream, err)
		}
	}
	return nil
}

func (b *Board) apply(ctx context.Context, batch *board.Batch, item board.Item) error {
	switch kind, id, _ := strings.Cut(item.Stream, "/"); kind {
	case "kept":
		return b.kept(ctx, batch, item)
	case "matter":
		return b.matter(ctx, batch, id, item)
	case "report":
		return b.report(ctx, batch, item)
	}
	switch item.Payload.(type) {
	case appointment.AppointmentBooked, appointment.AppointmentMovedIn, appointment.NumberTaken:
		if p, ok := appointment.PlaceOf(item.Stream); ok {
			return ends(ctx, batch, item.Stream, "appointment", appointment.Date(p.On).Add(12*time.Hour), "")
		}
	case rating.Answered, rating.ExclusionDecided, right.Answered, appointment.ReminderTold:
		return b.small(ctx, batch, item)
	}
	if isLook(item.Kind) {
		month := board.Day(item.RecordedAt)[:7]
		return ends(ctx, batch, "looks/"+month, "looks", appointment.Date(month+"-01").Add(-12*time.Hour).AddDate(0, 1, 0), "")
	}
	return nil
}

// ends writes when a thing ended (zero: it goes on), by which rule it is kept, and the matter it ends with.
func ends(ctx context.Context, batch *board.Batch, thing, rule string, end time.Time, with string) error {
	_, err := batch.Tx.ExecContext(ctx, fresh+"on conflict (station, thing) do update set rule = excluded.rule, ended_at = excluded.ended_at, with_matter = excluded.with_matter",
		batch.Station, thing, rule, board.Micros(end), with)
	return err
}

// matter moves the end of a matter, and with it that of its reports and of what was merged into it.
func (b *Board) matter(ctx context.Context, batch *board.Batch, id string, item board.Item) error {
	if filing(item) {
		return b.filed(ctx, batch, id, item)
	}
	set := func(what string, args ...any) error {
		_, err := batch.Tx.ExecContext(ctx, "update board_retention set "+what+" where station = $1 and with_matter = $2", append([]any{batch.Station, id}, args...)...)
		return err
	}
	switch e := item.Payload.(type) {
	case matter.Opened:
		rule, err := b.RuleOf(ctx, batch.Station, &matter.Matter{ID: id, Kind: e.Kind})
		if err != nil {
			return err
		}
		return ends(ctx, batch, item.Stream, rule, time.Time{}, id)
	case matter.ClosedWith, matter.VoidedFor:
		return set("ended_at = $3", item.HappenedAt.UnixMicro())
	case matter.ReopenedFor:
		if err := set("ended_at = 0"); err != nil {
			return err
		}
		return b.filed(ctx, batch, id, item)
	case matter.MergedInto: // it ends when that one does, and is kept as that one is
		into := "(select %s from board_retention i where i.station = $1 and i.thing = $3)"
		return set(fmt.Sprintf("with_matter = $4, ended_at = coalesce("+into+", 0), rule = case when thing like 'report/%%' and "+into+" <> 'case' then 'report' else coalesce("+into+", rule) end",
			"ended_at", "rule", "rule"), matter.Stream(e.Into), e.Into)
	case matter.Forgotten:
		_, err := batch.Tx.ExecContext(ctx, "update board_retention set ended_at = 0 where station = $1 and thing = $2", batch.Station, item.Stream)
		return err
	}
	return nil
}

// filing tells whether an event may make a case file of a matter, or no longer one.
func filing(item board.Item) bool {
	switch e := item.Payload.(type) {
	case matter.Marked:
		return e.Step == "case_filed"
	case dispute.CaseFiled, dispute.TrackChosen:
		return true
	case dispute.CourseEnded:
		return e.Runs
	case dispute.PromiseBroken:
		return e.Runs
	}
	return false
}

// filed writes anew by which rule a matter is kept, and with it what ends with it: what was told of a case is a paper of the case.
func (b *Board) filed(ctx context.Context, batch *board.Batch, id string, item board.Item) error {
	events, err := stream(ctx, batch, matter.Stream(id), item.Seq)
	if err != nil {
		return err
	}
	m, err := matter.Fold(events)
	if err != nil {
		return err
	}
	rule, err := b.RuleOf(ctx, batch.Station, &m)
	if err != nil {
		return err
	}
	told := "report"
	if rule == "case" {
		told = rule
	}
	_, err = batch.Tx.ExecContext(ctx, "update board_retention set rule = case when thing like 'report/%' then $3 else $4 end where station = $1 and with_matter = $2", batch.Station, id, told, rule)
	return err
}

// report moves the end of a report: it ends with its matter, and without one when it was answered or withdrawn.
func (b *Board) report(ctx context.Context, batch *board.Batch, item board.Item) error {
	at := item.HappenedAt.UnixMicro()
	switch e := item.Payload.(type) {
	case report.TriagedInto:
		if len(e.Matters) == 0 {
			return ends(ctx, batch, item.Stream, "report", item.HappenedAt, "")
		}
		last := e.Matters[len(e.Matters)-1]
		_, err := batch.Tx.ExecContext(ctx, strings.Replace(fresh, "$4", "coalesce((select ended_at from board_retention i where i.station = $1 and i.thing = $4), 0)", 1)+
			"on conflict (station, thing) do update set ended_at = excluded.ended_at, with_matter = excluded.with_matter", batch.Station, item.Stream, "report", matter.Stream(last), last)
		return err
	case report.WithdrawnWith:
		_, err := batch.Tx.ExecContext(ctx, fresh+"on conflict (station, thing) do update set ended_at = excluded.ended_at where board_retention.with_matter = ''", batch.Station, item.Stream, "report", at, "")
		return err
	case report.ReopenAsked: // one that was declined waits again
		_, err := batch.Tx.ExecContext(ctx, "update board_retention set ended_at = 0 where station = $1 and thing = $2 and with_matter = ''", batch.Station, item.Stream)
		return err
	case report.Erased:
		return ends(ctx, batch, item.Stream, "report", time.Time{}, "")
	}
	return nil
}

// isLook tells whether an event is in the record of who looked (board/looks).
func isLook(kind string) bool {
	return kind == "person.looked/1" || kind == "ledger.exported/1" || kind == "dispute.paper_printed/1"
}

// stream reads a stream as far as an event of the journal.
func stream(ctx context.Context, batch *board.Batch, name string, until journal.Seq) ([]journal.Event, error) {
	events, err := batch.Journal.Stream(ctx, batch.Station, name, 0)
	for len(events) > 0 && events[len(events)-1].Seq > until {
		events = events[:len(events)-1]
	}
	return events, err
}

// small are the things that end by an event of their own; a rating and a reminder know when.
func (b *Board) small(ctx context.Context, batch *board.Batch, item board.Item) error {
	events, err := stream(ctx, batch, item.Stream, item.Seq)
	if err != nil {
		return err
	}
	rule, end := "appointment", time.Time{}
	switch kind, _, _ := strings.Cut(item.Stream, "/"); kind {
	case "rating":
		r, err := rating.Fold(events)
		if err != nil {
			return err
		}
		rule, end = "rating", r.EndedAt
	case "right":
		r, err := right.Fold(events)
		if err != nil {
			return err
		}
		rule, end = "right", r.AnsweredAt
	default:
		r, err := appointment.FoldReminder(events)
		if err != nil {
			return err
		}
		if r.Told {
			end = r.DueAt
		}
	}
	return ends(ctx, batch, item.Stream, rule, end, "")
}

// fresh is the row of a thing of which nothing else is known.
const fresh = `insert into board_retention (station, thing, rule, ended_at, look_at, why, held_at, held_by, agreed, gone_at, gone_on, gone_rule, months, with_matter)
	values ($1, $2, $3, $4, 0, '', 0, '', 0, 0, '', '', 0, $5) `

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
			set, args = "agreed = 0, why = $3, rule = $4", append(args, e.Why, e.Rule)
			break
		}
		set, args = "look_at = $3, why = $4, rule = $5", append(args, board.Micros(e.Until), e.Why, e.Rule)
	case retention.Forgotten:
		set, args = "gone_rule = $3, months = $4, gone_at = $5, gone_on = $6, held_at = 0", append(args, e.Rule, e.Months, item.HappenedAt.UnixMicro(), board.Day(item.HappenedAt))
	default:
		return nil
	}
	if _, err := batch.Tx.ExecContext(ctx, fresh+"on conflict (station, thing) do nothing", batch.Station, thing, "", 0, ""); err != nil {
		return err
	}
	if _, err := batch.Tx.ExecContext(ctx, "update board_retention set "+set+" where station = $1 and thing = $2", args...); err != nil {
		return err
	}
	return nil
}
