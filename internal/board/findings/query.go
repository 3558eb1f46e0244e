package findings

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
)

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Row is one matter about finding somebody.
type Row struct {
	ID         string    `json:"id"`
	Base       string    `json:"base"`
	Kind       string    `json:"kind"`
	Number     string    `json:"number"`
	Title      string    `json:"title"`
	Place      string    `json:"place,omitempty"`
	Cell       string    `json:"cell"`
	Grade      string    `json:"grade"`
	State      string    `json:"state"`
	Handler    string    `json:"handler,omitempty"`
	OpenedAt   time.Time `json:"opened_at"`
	Stage      string    `json:"stage"`
	StageAt    time.Time `json:"stage_at"`
	Called     int       `json:"called,omitempty"`
	Replied    int       `json:"replied,omitempty"`
	Sightings  int       `json:"sightings,omitempty"`
	CalledOnly bool      `json:"called_only,omitempty"` // who asks was called to look out and sees no more of it than the call
}

// MaxPage is how many rows a page has at most.
const MaxPage = 200

const places = board.Order[board.ByTime]("findings")

// Open gives the open ones that may be seen, the latest first, and the cursor of the next page ("" at the end).
func (q *Query) Open(ctx context.Context, s access.Scope, cursor string, limit int) ([]Row, string, error) {
	if s.Station() == "" || !s.Whole() && s.Person() == "" && len(s.Cells()) == 0 {
		return nil, "", nil
	}
	limit = board.Limit(limit, MaxPage)
	from, err := places.After(cursor, board.ByTime{At: 1 << 62})
	if err != nil {
		return nil, "", err
	}
	text, args := listed(s, from, limit+1)
	list, err := board.Ask(ctx, q.db, "list people sought", text, args, func(rows *sql.Rows) (r Row, err error) {
		var opened, stage int64
		var only int
		err = rows.Scan(&r.ID, &r.Base, &r.Kind, &r.Number, &r.Title, &r.Place, &r.Cell, &r.Grade, &r.State, &r.Handler, &opened, &r.Stage, &stage,
			&r.Called, &r.Replied, &r.Sightings, &only)
		r.OpenedAt, r.StageAt, r.CalledOnly = time.UnixMicro(opened).UTC(), time.UnixMicro(stage).UTC(), only == 1
		return r, err
	})
	if err != nil {
		return nil, "", err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: r.OpenedAt.UnixMicro(), ID: r.ID} })
	return list, next, nil
}

const shown = "x.id, x.base, x.kind, x.number, x.title, x.place, x.cell, x.grade, x.state, x.handler, x.opened_at, x.stage, x.stage_at, x.called, " +
	"x.replied, x.sightings"

// listed gives the query: of the whole station by its own index, of cells and people by theirs, each a page of ids first.
func listed(s access.Scope, from board.ByTime, limit int) (string, []any) {
	args := board.Args{s.Station(), from.At, from.ID, limit}
	const order = " order by opened_at desc, id desc limit $4"
	if s.Whole() {
		return "select " + shown + ", 0 from board_finding x where station = $1 and is_open = 1 and (opened_at, id) < ($2, $3)" + order, args
	}
	var sources []string
	for _, w := range board.SeesAs(s) {
		sources = append(sources, "select * from (select id, opened_at, called from board_finding_sight where station = $1 and who = "+args.Add(w)+
			" and is_open = 1 and (opened_at, id) < ($2, $3)"+order+") s")
	}
	return "select " + shown + ", v.only_called from (select id, min(called) as only_called, max(opened_at) as opened_at from (" + strings.Join(sources, " union all ") +
		") u group by id" + order + ") v join board_finding x on x.station = $1 and x.id = v.id order by x.opened_at desc, x.id desc", args
}
