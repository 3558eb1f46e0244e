// Package inbox is the board of reports: what came in, what became of it. The words stay in the vault; a page opens those it shows.
package inbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/report"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "inbox" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_report"}, []string{
		`create table board_report (
  station text not null, id text not null, receipt text not null, state text not null, channel text not null, cell text not null,
  place text not null, at bigint not null, taken_by text not null, triaged_by text not null, triaged_at bigint not null,
  reason text not null, matters text not null, photos bigint not null, rating bigint not null, reopens bigint not null,
  additions bigint not null, anonymous bigint not null, words text not null, version bigint not null,
  primary key (station, id))`,
		"create index board_report_state on board_report (station, state, at, id)",
		"create index board_report_cell on board_report (station, cell, state, at, id)",
		"create index board_report_at on board_report (station, at, id)",
		"create index board_report_taken on board_report (station, taken_by, at, id)",
	}
}

const columns = "station, id, receipt, state, channel, cell, place, at, taken_by, triaged_by, triaged_at, reason, matters, photos, rating, " +
	"reopens, additions, anonymous, words, version"

var upsert = store.Upsert(columns, "station", "id")

// Apply implements board.Board: a report's stream is short, so a changed one is read whole.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	reports := map[string]*report.Report{}
	var order []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "report/")
		if !ok {
			continue
		}
		r, seen := reports[id]
		if !seen {
			r = &report.Report{}
			if item.Version > 1 {
				events, err := batch.Journal.Stream(ctx, batch.Station, item.Stream, 0)
				if err != nil {
					return err
				}
				if *r, err = report.Fold(events); err != nil {
					return err
				}
			}
			reports[id], order = r, append(order, id)
		}
		if item.Version == r.Version+1 {
			if err := r.ApplyEvent(item.Payload, work.Where(item.Event)); err != nil {
				return err
			}
		}
	}
	var rows [][]any
	for _, id := range order {
		r := reports[id]
		words, err := json.Marshal(r.Words)
		if err != nil {
			return err
		}
		rows = append(rows, []any{batch.Station, r.ID, r.Receipt, string(r.State), r.Channel, r.Cell, r.Place, board.Micros(r.At), r.TakenBy, r.TriagedBy,
			board.Micros(r.TriagedAt), r.Reason, strings.Join(r.Matters, ","), len(r.Photos), r.Rating, r.Reopens, len(r.Additions), board.Flag(r.Anonymous),
			string(words), r.Version})
	}
	return store.Insert(ctx, batch.Tx, "board_report", columns, upsert, rows)
}

// Row is one report in a list. Words is a sealed reference.
type Row struct {
	ID        string     `json:"id"`
	State     string     `json:"state"`
	Channel   string     `json:"channel"`
	Cell      string     `json:"cell,omitempty"`
	Place     string     `json:"place,omitempty"`
	At        time.Time  `json:"at"`
	TakenBy   string     `json:"taken_by,omitempty"`
	TriagedBy string     `json:"triaged_by,omitempty"`
	TriagedAt time.Time  `json:"triaged_at,omitzero"`
	Reason    string     `json:"reason,omitempty"`
	Matters   []string   `json:"matters,omitempty"`
	Photos    int        `json:"photos,omitempty"`
	Rating    int        `json:"-"` // staff do not see who rated (law-and-standards 18.2)
	Reopens   int        `json:"reopens,omitempty"`
	Additions int        `json:"additions,omitempty"`
	Anonymous bool       `json:"anonymous,omitempty"`
	Words     vault.Text `json:"-"`
	Version   int        `json:"version"`
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
const MaxPage = 200

const places = board.Order[board.ByTime]("reports")

// List gives reports in a state ("" all): those waiting for triage oldest first, others newest first. cell narrows to one cell.
// Without the whole station in scope it gives those of the scope's cells and those the asker took down.
func (q *Query) List(ctx context.Context, s access.Scope, state, cell, after string, limit int) (Page, error) {
	if s.Station() == "" || !s.Whole() && len(s.Cells()) == 0 && s.Person() == "" {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	args := board.Args{s.Station()}
	arg := args.Add
	wheres := []string{"station = $1"}
	dir, cmp := " desc", "<"
	if state == string(report.Fresh) {
		dir, cmp = "", ">"
	}
	if state != "" {
		wheres = append(wheres, "state = "+arg(state))
	}
	from, err := places.After(after, board.ByTime{})
	if err != nil {
		return Page{}, err
	}
	if after != "" {
		wheres = append(wheres, "(at, id) "+cmp+" ("+arg(from.At)+", "+arg(from.ID)+")")
	}
	if cell != "" {
		wheres = append(wheres, "cell = "+arg(cell))
	}
	order := " order by at" + dir + ", id" + dir + " limit " + arg(limit+1)
	base := "select " + columns + " from board_report where " + strings.Join(wheres, " and ")
	text := base + order
	if !s.Whole() {
		var parts []string
		for _, c := range s.Cells() {
			parts = append(parts, "select * from ("+base+" and cell = "+arg(c)+order+") c")
		}
		if s.Person() != "" {
			parts = append(parts, "select * from ("+base+" and taken_by = "+arg(s.Person())+order+") t")
		}
		text = "select * from (" + strings.Join(parts, " union ") + ") a" + order
	}
	list, err := board.Ask(ctx, q.db, "list reports", text, args, scan)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: r.At.UnixMicro(), ID: r.ID} })
	return Page{list, next}, nil
}

// ByID gives the rows of some reports that may be seen, the newest first.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) ([]Row, error) {
	if len(ids) == 0 || s.Station() == "" {
		return nil, nil
	}
	args := []any{s.Station()}
	for _, id := range ids {
		args = append(args, id)
	}
	list, err := board.Ask(ctx, q.db, "list reports", "select "+columns+" from board_report where station = $1 and id in ("+store.Holes(2, len(ids))+
		") order by at desc, id desc", args, scan)
	return slices.DeleteFunc(list, func(r Row) bool { return !s.Sees(r.thing(s.Station())) }), err
}

// thing is the report as the policy sees it.
func (r *Row) thing(station string) access.Thing {
	t := access.Thing{Kind: "report", Station: station, People: []string{r.TakenBy}}
	if r.Cell != "" {
		t.Cells = []string{r.Cell}
	}
	return t
}

// Waiting counts the reports waiting for triage that may be seen, up to 100.
func (q *Query) Waiting(ctx context.Context, s access.Scope) (int, error) {
	p, err := q.List(ctx, s, string(report.Fresh), "", "", 100)
	return len(p.Rows), err
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var station, receipt, matters, words string
	var at, triaged int64
	var anonymous int
	if err := rows.Scan(&station, &r.ID, &receipt, &r.State, &r.Channel, &r.Cell, &r.Place, &at, &r.TakenBy, &r.TriagedBy, &triaged, &r.Reason,
		&matters, &r.Photos, &r.Rating, &r.Reopens, &r.Additions, &anonymous, &words, &r.Version); err != nil {
		return r, err
	}
	r.At, r.Anonymous = time.UnixMicro(at).UTC(), anonymous == 1
	r.TriagedAt, r.Matters = board.Instant(triaged), board.Split(matters)
	err := json.Unmarshal([]byte(words), &r.Words)
	return r, err
}
