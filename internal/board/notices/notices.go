// Package notices is the board of what people were told: a colleague's own messages, and what left the house and whether it arrived.
package notices

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/journal"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/notice"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "notices" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_notice", "board_notice_read", "board_notice_upto"}, []string{
		`create table board_notice (
  station text not null, id text not null, seq bigint not null, at bigint not null, telling text not null, thing text not null, channel text not null,
  person text not null, cell text not null, phone text not null, code text not null, urgent bigint not null, blanks text not null,
  state text not null, tries bigint not null, state_at bigint not null, why text not null, primary key (station, id))`,
		"create index board_notice_person on board_notice (station, person, channel, seq, id)",
		"create index board_notice_state on board_notice (station, state, seq, id)",
		"create index board_notice_thing on board_notice (station, thing, seq, id)",
		"create index board_notice_out on board_notice (station, channel, seq, id)",
		`create table board_notice_read (station text not null, person text not null, upto bigint not null, primary key (station, person))`,
		`create table board_notice_upto (station text not null, upto bigint not null, primary key (station))`,
	}
}

const columns = "station, id, seq, at, telling, thing, channel, person, cell, phone, code, urgent, blanks, state, tries, state_at, why"

// Apply implements board.Board.
func (*Board) Apply(ctx context.Context, batch *board.Batch) error {
	for _, item := range batch.Items {
		var err error
		switch e := item.Payload.(type) {
		case notice.Made:
			err = made(ctx, batch, item, e)
		case notice.Delivered:
			for _, r := range e.Results {
				if _, err = batch.Tx.ExecContext(ctx, "update board_notice set state = $3, tries = $4, state_at = $5, why = $6 where station = $1 and id = $2",
					batch.Station, r.Notice, r.State, r.Tries, item.RecordedAt.UnixMicro(), r.Why); err != nil {
					break
				}
			}
		case notice.WasRead:
			_, err = batch.Tx.ExecContext(ctx, `insert into board_notice_read (station, person, upto) values ($1, $2, $3)
				on conflict (station, person) do update set upto = case when excluded.upto > board_notice_read.upto then excluded.upto else board_notice_read.upto end`,
				batch.Station, item.Actor, e.Upto)
		}
		if err != nil {
			return fmt.Errorf("notices of event %d: %w", item.Seq, err)
		}
	}
	return nil
}

func made(ctx context.Context, batch *board.Batch, item board.Item, e notice.Made) error {
	var rows [][]any
	for _, n := range e.List {
		state := notice.Waiting
		if n.Channel == notice.Page {
			state = notice.Sent
		}
		blanks, err := json.Marshal(n.Blanks)
		if err != nil {
			return err
		}
		rows = append(rows, []any{batch.Station, n.ID, int64(item.Seq), item.RecordedAt.UnixMicro(), n.Telling, n.Thing, n.Channel, n.To, n.Cell,
			ref(n.Phone), ref(n.Code), board.Flag(n.Urgent), string(blanks), state, 0, item.RecordedAt.UnixMicro(), ""})
	}
	if err := store.Insert(ctx, batch.Tx, "board_notice", columns, store.Upsert(columns, "station", "id"), rows); err != nil {
		return err
	}
	_, err := batch.Tx.ExecContext(ctx, `insert into board_notice_upto (station, upto) values ($1, $2)
		on conflict (station) do update set upto = excluded.upto`, batch.Station, int64(e.Upto))
	return err
}

// ref keeps a reference to a sealed text as "subject\nfield\nversion"; "" for none.
func ref(r *vault.Ref) string {
	if r == nil {
		return ""
	}
	b, _ := json.Marshal(r) // three plain fields
	return string(b)
}

func unref(s string) *vault.Ref {
	var r vault.Ref
	if s == "" || json.Unmarshal([]byte(s), &r) != nil {
		return nil
	}
	return &r
}

// Row is one notice.
type Row struct {
	notice.Notice
	Seq     journal.Seq
	At      time.Time
	State   string
	Tries   int
	StateAt time.Time
	Why     string
}

// Page is a run of rows and the cursor of the next.
type Page struct {
	Rows []Row
	Next string
}

// MaxPage is how many rows a page has at most.
const MaxPage = 200

// Query asks the board.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Mine gives what somebody was told on the page, the latest first.
func (q *Query) Mine(ctx context.Context, s access.Scope, cursor string, limit int) (Page, error) {
	if s.Station() == "" || s.Person() == "" {
		return Page{}, nil
	}
	return q.page(ctx, "person = $4 and channel = 'page'", []any{s.Person()}, s, cursor, limit)
}

// Out gives what left the house or waits to, the latest first; state "" is every state. That somebody may see it is the policy's to say
// ("notices.read").
func (q *Query) Out(ctx context.Context, s access.Scope, state, cursor string, limit int) (Page, error) {
	if s.Station() == "" || !s.Whole() {
		return Page{}, nil
	}
	if state != "" {
		return q.page(ctx, "state = $4 and channel <> 'page'", []any{state}, s, cursor, limit)
	}
	return q.page(ctx, "channel in ('sms', 'robot')", nil, s, cursor, limit)
}

// About gives what was told about one thing ("matter/m_…") outside the house, the latest first. Who asks has seen the thing.
func (q *Query) About(ctx context.Context, s access.Scope, thing string, limit int) (Page, error) {
	if s.Station() == "" {
		return Page{}, nil
	}
	return q.page(ctx, "thing = $4 and channel <> 'page'", []any{thing}, s, "", limit)
}

// Waiting gives what is to be sent, the oldest first.
func (q *Query) Waiting(ctx context.Context, station string, limit int) ([]Row, error) {
	return q.rows(ctx, "where station = $1 and state = 'waiting' order by seq, id limit $2", station, limit)
}

// Upto is the last event that was looked at for notices.
func (q *Query) Upto(ctx context.Context, station string) (journal.Seq, error) {
	var at int64
	err := q.db.QueryRowContext(ctx, "select upto from board_notice_upto where station = $1", station).Scan(&at)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	return journal.Seq(at), err
}

// most is how far unread messages are counted.
const most = 100

// Unread counts what somebody has not read yet, up to 100.
func (q *Query) Unread(ctx context.Context, s access.Scope) (n int, err error) {
	if s.Station() == "" || s.Person() == "" {
		return 0, nil
	}
	err = q.db.QueryRowContext(ctx, `select count(*) from (select 1 from board_notice where station = $1 and person = $2 and channel = 'page'
		and seq > coalesce((select upto from board_notice_read where station = $1 and person = $2), 0) limit $3) x`, s.Station(), s.Person(), most).Scan(&n)
	return n, err
}

// ReadTo is up to where somebody has read.
func (q *Query) ReadTo(ctx context.Context, s access.Scope) (seq journal.Seq, err error) {
	var at int64
	err = q.db.QueryRowContext(ctx, "select upto from board_notice_read where station = $1 and person = $2", s.Station(), s.Person()).Scan(&at)
	if err == sql.ErrNoRows {
		err = nil
	}
	return journal.Seq(at), err
}

const places = board.Order[board.ByTime]("notices") // in order of the journal, not of an instant

func (q *Query) page(ctx context.Context, where string, args []any, s access.Scope, after string, limit int) (Page, error) {
	from, err := places.After(after, board.ByTime{At: 1 << 62})
	if err != nil {
		return Page{}, err
	}
	limit = board.Limit(limit, MaxPage)
	list, err := q.rows(ctx, "where station = $1 and (seq, id) < ($2, $3) and "+where+fmt.Sprintf(" order by seq desc, id desc limit %d", limit+1),
		append([]any{s.Station(), from.At, from.ID}, args...)...)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: int64(r.Seq), ID: r.ID} })
	return Page{list, next}, nil
}

func (q *Query) rows(ctx context.Context, where string, args ...any) ([]Row, error) {
	return board.Ask(ctx, q.db, "list notices", `select id, seq, at, telling, thing, channel, person, cell, phone, code, urgent, blanks, state, tries, state_at, why
		from board_notice `+where, args, func(rows *sql.Rows) (r Row, err error) {
		var at, stateAt, urgent int64
		var phone, code, blanks string
		if err = rows.Scan(&r.ID, &r.Seq, &at, &r.Telling, &r.Thing, &r.Channel, &r.To, &r.Cell, &phone, &code, &urgent, &blanks, &r.State, &r.Tries, &stateAt, &r.Why); err != nil {
			return r, err
		}
		r.At, r.StateAt, r.Urgent, r.Phone, r.Code = time.UnixMicro(at).UTC(), time.UnixMicro(stateAt).UTC(), urgent == 1, unref(phone), unref(code)
		err = json.Unmarshal([]byte(blanks), &r.Blanks)
		return r, err
	})
}
