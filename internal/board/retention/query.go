package retention

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
)

// Row is one thing and how it is kept.
type Row struct {
	Thing   string    `json:"thing"`
	Rule    string    `json:"rule"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	HeldAt  time.Time `json:"held_at,omitzero"`
	HeldBy  string    `json:"held_by,omitempty"`
	GoneAt  time.Time `json:"gone_at,omitzero"`
}

// Query asks the board.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Term is a rule and until when what is kept by it must have ended to be due.
type Term struct {
	Rule  string
	Until time.Time
	Ask   bool // only what was agreed to is due
}

const rowColumns = "thing, rule, ended_at, held_at, held_by, gone_at"

// Due gives the things whose time by a rule is over, those that ended first before the others. What is held is not among them, nor, of
// archives, what nobody agreed to.
func (q *Query) Due(ctx context.Context, s access.Scope, t Term, now time.Time, limit int) ([]Row, error) {
	return q.rows(ctx, "select "+rowColumns+` from board_retention where station = $1 and rule = $2 and gone_at = 0 and ended_at > 0 and ended_at <= $3
		and look_at <= $4 and held_at = 0 and agreed >= $5 order by ended_at, thing limit $6`, s, t.Rule, board.Micros(t.Until), board.Micros(now), board.Flag(t.Ask), limit)
}

// Waiting gives the archives whose time is over and that nobody agreed to destroy yet.
func (q *Query) Waiting(ctx context.Context, s access.Scope, t Term, now time.Time, limit int) ([]Row, error) {
	return q.rows(ctx, "select "+rowColumns+` from board_retention where station = $1 and rule = $2 and gone_at = 0 and ended_at > 0 and ended_at <= $3
		and look_at <= $4 and held_at = 0 and agreed = 0 order by ended_at, thing limit $5`, s, t.Rule, board.Micros(t.Until), board.Micros(now), limit)
}

// Held gives what is held back.
func (q *Query) Held(ctx context.Context, s access.Scope, limit int) ([]Row, error) {
	return q.rows(ctx, "select "+rowColumns+" from board_retention where station = $1 and held_at > 0 order by held_at, thing limit $2", s, limit)
}

// GoneSince gives what went since a time: pictures lie outside the journal and are dropped by it.
func (q *Query) GoneSince(ctx context.Context, s access.Scope, since time.Time) ([]Row, error) {
	return q.rows(ctx, "select "+rowColumns+" from board_retention where station = $1 and gone_on >= $2 and gone_at >= $3 order by gone_at, thing", s, board.Day(since), board.Micros(since))
}

func (q *Query) rows(ctx context.Context, text string, s access.Scope, args ...any) ([]Row, error) {
	if !s.Whole() || s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "what is kept", text, append([]any{s.Station()}, args...), func(rows *sql.Rows) (r Row, err error) {
		var ended, held, gone int64
		err = rows.Scan(&r.Thing, &r.Rule, &ended, &held, &r.HeldBy, &gone)
		r.EndedAt, r.HeldAt, r.GoneAt = board.Instant(ended), board.Instant(held), board.Instant(gone)
		return r, err
	})
}

// Count tells of the things kept by a rule how many have ended and are due by a day, how many of those must stay for now (held, or because
// something open refers to them).
func (q *Query) Count(ctx context.Context, s access.Scope, t Term, now time.Time) (due, stay int, err error) {
	if !s.Whole() || s.Station() == "" {
		return 0, 0, nil
	}
	err = q.db.QueryRowContext(ctx, `select coalesce(sum(case when held_at = 0 and look_at <= $4 then 1 else 0 end), 0),
		coalesce(sum(case when held_at = 0 and look_at <= $4 then 0 else 1 end), 0) from board_retention
		where station = $1 and rule = $2 and gone_at = 0 and ended_at > 0 and ended_at <= $3`, s.Station(), t.Rule, board.Micros(t.Until), board.Micros(now)).Scan(&due, &stay)
	if err != nil {
		return 0, 0, fmt.Errorf("count what is kept: %w", err)
	}
	return due, stay, nil
}

// Went is what went on a day by a rule.
type Went struct {
	On     string `json:"on"`
	Rule   string `json:"rule"`
	Months int    `json:"months"`
	N      int    `json:"n"`
}

// Went sums up what went, the newest day first.
func (q *Query) Went(ctx context.Context, s access.Scope, limit int) ([]Went, error) {
	if !s.Whole() || s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "what went", `select gone_on, gone_rule, months, count(*) from board_retention where station = $1 and gone_on <> ''
		group by gone_on, gone_rule, months order by gone_on desc, gone_rule, months limit $2`, []any{s.Station(), limit}, func(rows *sql.Rows) (w Went, err error) {
		err = rows.Scan(&w.On, &w.Rule, &w.Months, &w.N)
		return w, err
	})
}
