// Package ratings is the board of what people think of the work (law-and-standards 18): figures by month and grade that know no names, and
// the follow-ups of bad ratings for who sees to them. A good rating is counted without the report it came from.
package ratings

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/clock"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "ratings" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_rating", "board_rating_item", "board_rating_follow"}, []string{
		`create table board_rating (
  station text not null, seq bigint not null, month text not null, stars bigint not null, primary key (station, seq))`,
		"create index board_rating_month on board_rating (station, month, stars)",
		`create table board_rating_item (
  station text not null, seq bigint not null, item text not null, month text not null, stars bigint not null, primary key (station, seq, item))`,
		"create index board_rating_item_month on board_rating_item (station, month, item)",
		`create table board_rating_follow (
  station text not null, id text not null, thing text not null, month text not null, stars bigint not null, is_open bigint not null,
  opened_at bigint not null, due_at bigint not null, follower text not null, checked bigint not null, calls bigint not null, answered_at bigint not null,
  asked_out text not null, is_out bigint not null, primary key (station, id))`,
		"create index board_rating_follow_open on board_rating_follow (station, is_open, opened_at, id)",
		"create index board_rating_follow_month on board_rating_follow (station, month)",
		"create index board_rating_follow_thing on board_rating_follow (station, thing)",
	}
}

const (
	columns       = "station, seq, month, stars"
	itemColumns   = "station, seq, item, month, stars"
	followColumns = "station, id, thing, month, stars, is_open, opened_at, due_at, follower, checked, calls, answered_at, asked_out, is_out"
)

var (
	upsert       = store.Upsert(columns, "station", "seq")
	itemUpsert   = store.Upsert(itemColumns, "station", "seq", "item")
	followUpsert = store.Upsert(followColumns, "station", "id")
)

func month(at time.Time) string { return at.In(clock.Shanghai).Format("2006-01") }

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var rows, items [][]any
	changed := map[string]*rating.Rating{}
	var order []string
	for _, item := range batch.Items {
		if e, ok := item.Payload.(report.Rated); ok {
			m := month(item.HappenedAt)
			rows = append(rows, []any{batch.Station, int64(item.Seq), m, e.Stars})
			for _, key := range slices.Sorted(maps.Keys(e.Items)) {
				items = append(items, []any{batch.Station, int64(item.Seq), key, m, e.Items[key]})
			}
		}
		id, ok := strings.CutPrefix(item.Stream, "rating/")
		if !ok {
			continue
		}
		r, seen := changed[id]
		if !seen {
			r = &rating.Rating{}
			if item.Version > 1 {
				events, err := batch.Journal.Stream(ctx, batch.Station, item.Stream, 0)
				if err != nil {
					return err
				}
				if *r, err = rating.Fold(events); err != nil {
					return err
				}
			}
			changed[id], order = r, append(order, id)
		}
		if item.Version == r.Version+1 {
			if err := r.ApplyEvent(item.Payload, work.Where(item.Event)); err != nil {
				return err
			}
		}
	}
	var follows [][]any
	for _, id := range order {
		r := changed[id]
		follows = append(follows, []any{batch.Station, r.ID, r.Thing, month(r.OpenedAt), r.Stars, board.Flag(r.Open()), board.Micros(r.OpenedAt), board.Micros(r.DueAt), r.To,
			board.Flag(!r.CheckedAt.IsZero()), len(r.Calls), board.Micros(r.AnsweredAt), r.AskedOut, board.Flag(r.Out)})
	}
	if err := store.Insert(ctx, batch.Tx, "board_rating", columns, upsert, rows); err != nil {
		return err
	}
	if err := store.Insert(ctx, batch.Tx, "board_rating_item", itemColumns, itemUpsert, items); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_rating_follow", followColumns, followUpsert, follows)
}

// Month is what was said in a month, without names.
type Month struct {
	Grades   [6]int          `json:"grades"` // by stars, 1 to 5
	Items    map[string]Item `json:"items,omitempty"`
	Bad      int             `json:"bad"`      // of those: bad, whether or not they count
	Answered int             `json:"answered"` // bad ones that were answered
	InTime   int             `json:"in_time"`  // within their time
	Late     int             `json:"late"`     // not answered though the time is over
	Excluded int             `json:"excluded"` // left out after a review
}

// Item is one item of the ratings of a month.
type Item struct{ Sum, N int }

// Total is how many ratings count.
func (m Month) Total() (n int) {
	for _, k := range m.Grades {
		n += k
	}
	return n - m.Excluded
}

// Query asks the board.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Month gives the figures of a month ("2026-03"). It asks for the whole station.
func (q *Query) Month(ctx context.Context, s access.Scope, month string, now time.Time) (Month, error) {
	m := Month{Items: map[string]Item{}}
	if !s.Whole() || s.Station() == "" {
		return m, nil
	}
	var stars, n, sum int
	var item string
	if err := q.each(ctx, "select stars, count(*) from board_rating where station = $1 and month = $2 group by stars", []any{s.Station(), month}, []any{&stars, &n}, func() {
		if stars >= 1 && stars <= 5 {
			m.Grades[stars] = n
		}
	}); err != nil {
		return m, err
	}
	if err := q.each(ctx, "select item, sum(stars), count(*) from board_rating_item where station = $1 and month = $2 group by item", []any{s.Station(), month},
		[]any{&item, &sum, &n}, func() { m.Items[item] = Item{sum, n} }); err != nil {
		return m, err
	}
	var due, answered int64
	var out int
	err := q.each(ctx, "select due_at, answered_at, is_out from board_rating_follow where station = $1 and month = $2", []any{s.Station(), month}, []any{&due, &answered, &out}, func() {
		m.Bad++
		switch {
		case out == 1:
			m.Excluded++
		case answered != 0:
			m.Answered++
			if due == 0 || answered <= due {
				m.InTime++
			}
		case due != 0 && due < now.UnixMicro():
			m.Late++
		}
	})
	return m, err
}

func (q *Query) each(ctx context.Context, text string, args, into []any, do func()) error {
	rows, err := q.db.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("count ratings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("count ratings: %w", err)
		}
		do()
	}
	return rows.Err()
}

// Row is the follow-up of a bad rating.
type Row struct {
	ID         string    `json:"id"`
	Thing      string    `json:"thing"`
	Stars      int       `json:"stars"`
	Open       bool      `json:"open"`
	OpenedAt   time.Time `json:"opened_at"`
	DueAt      time.Time `json:"due_at,omitzero"`
	To         string    `json:"to,omitempty"`
	Checked    bool      `json:"checked"`
	Calls      int       `json:"calls"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	AskedOut   bool      `json:"asked_out"`
	Out        bool      `json:"out"`
}

// Page is a run of rows and the cursor of the next.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// MaxPage is how many rows a page has at most.
const MaxPage = 100

const places = board.Order[board.ByTime]("follow-ups of ratings")

// List gives follow-ups, those that go on the oldest first, those that are over the newest first; of one person when to is not "".
func (q *Query) List(ctx context.Context, s access.Scope, open bool, to, after string, limit int) (Page, error) {
	if !s.Whole() || s.Station() == "" {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	cmp, dir, start := ">", "", int64(-1<<62)
	if !open {
		cmp, dir, start = "<", " desc", 1<<62
	}
	from, err := places.After(after, board.ByTime{At: start})
	if err != nil {
		return Page{}, err
	}
	list, err := board.Ask(ctx, q.db, "list ratings", "select "+followColumns+" from board_rating_follow where station = $1 and is_open = $2 and (opened_at, id) "+cmp+
		" ($3, $4) and ($5 = '' or follower = $5) order by opened_at"+dir+", id"+dir+" limit $6", []any{s.Station(), board.Flag(open), from.At, from.ID, to, limit + 1}, scan)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: board.Micros(r.OpenedAt), ID: r.ID} })
	return Page{list, next}, nil
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var station, month, asked string
	var isOpen, opened, due, checked, answered, out int64
	err := rows.Scan(&station, &r.ID, &r.Thing, &month, &r.Stars, &isOpen, &opened, &due, &r.To, &checked, &r.Calls, &answered, &asked, &out)
	r.Open, r.OpenedAt, r.DueAt, r.Checked, r.AnsweredAt, r.AskedOut, r.Out = isOpen == 1, board.Instant(opened), board.Instant(due), checked == 1, board.Instant(answered), asked != "", out == 1
	return r, err
}

// Of gives the follow-ups of one thing, the newest first: its person reads the answers.
func (q *Query) Of(ctx context.Context, s access.Scope, thing string) ([]Row, error) {
	return board.Ask(ctx, q.db, "list ratings", "select "+followColumns+" from board_rating_follow where station = $1 and thing = $2 order by opened_at desc",
		[]any{s.Station(), thing}, scan)
}
