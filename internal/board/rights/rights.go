// Package rights is the board of requests about one's own data: what waits for an answer and until when, and what was erased.
package rights

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/right"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "rights" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_right"}, []string{
		`create table board_right (
  station text not null, id text not null, thing text not null, want text not null, field text not null, asked_at bigint not null,
  due_at bigint not null, result text not null, answered_at bigint not null, erased bigint not null, primary key (station, id))`,
		"create index board_right_result on board_right (station, result, asked_at, id)",
		"create index board_right_thing on board_right (station, thing, asked_at)",
		"create index board_right_erased on board_right (station, erased, answered_at)",
	}
}

const columns = "station, id, thing, want, field, asked_at, due_at, result, answered_at, erased"

var upsert = store.Upsert(columns, "station", "id")

// Apply implements board.Board: a request has two events, so a changed one is read whole.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var rows [][]any
	seen := map[string]int{}
	for _, item := range batch.Items {
		if !strings.HasPrefix(item.Stream, "right/") {
			continue
		}
		events, err := batch.Journal.Stream(ctx, batch.Station, item.Stream, 0)
		if err != nil {
			return err
		}
		for len(events) > 0 && events[len(events)-1].Version > item.Version { // as it was then
			events = events[:len(events)-1]
		}
		r, err := right.Fold(events)
		if err != nil {
			return err
		}
		e, _ := item.Payload.(right.Answered)
		row := []any{batch.Station, r.ID, r.Thing, r.Want, r.Field, board.Micros(r.AskedAt), board.Micros(r.DueAt), r.Result, board.Micros(r.AnsweredAt), board.Flag(len(e.Erased) > 0)}
		if i, twice := seen[r.ID]; twice {
			rows[i] = row
			continue
		}
		seen[r.ID], rows = len(rows), append(rows, row)
	}
	return store.Insert(ctx, batch.Tx, "board_right", columns, upsert, rows)
}

// Row is one request.
type Row struct {
	ID         string    `json:"id"`
	Thing      string    `json:"thing"`
	Want       string    `json:"want"`
	Field      string    `json:"field,omitempty"`
	AskedAt    time.Time `json:"asked_at"`
	DueAt      time.Time `json:"due_at,omitzero"`
	Result     string    `json:"result,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Erased     bool      `json:"erased,omitempty"`
}

// Page is a run of rows and the cursor of the next.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// Query asks the board.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// MaxPage is how many rows a page has at most.
const MaxPage = 100

const places = board.Order[board.ByTime]("requests")

// List gives requests: those that wait the oldest first, those answered the newest first. It asks for the whole station.
func (q *Query) List(ctx context.Context, s access.Scope, waiting bool, after string, limit int) (Page, error) {
	if !s.Whole() || s.Station() == "" {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	is, cmp, dir, start := "= ''", ">", "", int64(-1<<62)
	if !waiting {
		is, cmp, dir, start = "<> ''", "<", " desc", 1<<62
	}
	from, err := places.After(after, board.ByTime{At: start})
	if err != nil {
		return Page{}, err
	}
	list, err := q.rows(ctx, "select "+columns+" from board_right where station = $1 and result "+is+" and (asked_at, id) "+cmp+" ($2, $3) order by asked_at"+dir+", id"+dir+
		" limit $4", s.Station(), from.At, from.ID, limit+1)
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: board.Micros(r.AskedAt), ID: r.ID} })
	return Page{list, next}, err
}

// Of gives the requests about one thing, the newest first.
func (q *Query) Of(ctx context.Context, s access.Scope, thing string) ([]Row, error) {
	return q.rows(ctx, "select "+columns+" from board_right where station = $1 and thing = $2 order by asked_at desc limit $3", s.Station(), thing, MaxPage)
}

// Erased gives what was erased since a time: pictures of it are dropped, of which the journal knows nothing.
func (q *Query) Erased(ctx context.Context, s access.Scope, since time.Time) ([]Row, error) {
	return q.rows(ctx, "select "+columns+" from board_right where station = $1 and erased = 1 and answered_at >= $2", s.Station(), board.Micros(since))
}

func (q *Query) rows(ctx context.Context, text string, args ...any) ([]Row, error) {
	return board.Ask(ctx, q.db, "list requests", text, args, func(rows *sql.Rows) (r Row, err error) {
		var station string
		var asked, due, answered, erased int64
		err = rows.Scan(&station, &r.ID, &r.Thing, &r.Want, &r.Field, &asked, &due, &r.Result, &answered, &erased)
		r.AskedAt, r.DueAt, r.AnsweredAt, r.Erased = board.Instant(asked), board.Instant(due), board.Instant(answered), erased == 1
		return r, err
	})
}
