// Package looks is the board of who looked at somebody's data and who took a ledger out of the house: what a head and an auditor
// read, and what a person may be told about themselves.
package looks

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/clock"
	"maplegrid/internal/journal"
	"maplegrid/internal/store"
	"maplegrid/internal/work/retention"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "looks" }

// Version implements board.Board.
func (*Board) Version() int { return 3 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_look"}, []string{
		`create table board_look (
  station text not null, seq bigint not null, what text not null, at bigint not null, person text not null, role text not null,
  subject text not null, field text not null, purpose text not null, thing text not null, id text not null,
  primary key (station, seq))`,
		"create index board_look_subject on board_look (station, subject, seq)",
		"create index board_look_person on board_look (station, person, seq)",
	}
}

const columns = "station, seq, what, at, person, role, subject, field, purpose, thing, id"

var upsert = store.Upsert(columns, "station", "seq")

// What a row of the board is.
const (
	Look   = "look"
	Export = "export"
	Print  = "print" // a paper, which shows full names; Field is which paper
)

// kinds are the events the board is made of. Their payloads belong to the desk; the board reads the few fields it shows.
var kinds = map[string]string{"person.looked/1": Look, "ledger.exported/1": Export, "dispute.paper_printed/1": Print}

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var rows [][]any
	var gone []string
	for _, item := range batch.Items {
		if e, ok := item.Payload.(retention.Forgotten); ok {
			if month, ok := strings.CutPrefix(e.Thing, "looks/"); ok {
				gone = append(gone, month)
			}
		}
		what, ok := kinds[item.Kind]
		if !ok {
			continue
		}
		var e struct{ Subject, Field, Purpose, Thing, ID, Role, From, Until, Ledger, Paper string }
		if err := json.Unmarshal(item.Data, &e); err != nil {
			return fmt.Errorf("event %s/%d: %w", item.Station, item.Seq, err)
		}
		if what == Export {
			e.Thing, e.ID, e.Field = "ledger", e.Ledger, strings.Trim(e.From+" — "+e.Until, " ")
		}
		if what == Print {
			_, id, _ := strings.Cut(item.Stream, "/")
			e.Thing, e.ID, e.Field = "matter", id, e.Paper
		}
		rows = append(rows, []any{batch.Station, int64(item.Seq), what, item.RecordedAt.UnixMicro(), item.Actor, e.Role, e.Subject, e.Field, e.Purpose, e.Thing, e.ID})
	}
	if len(rows) > 0 {
		if err := store.Insert(ctx, batch.Tx, "board_look", columns, upsert, rows); err != nil {
			return err
		}
	}
	for _, month := range gone { // kept as long as retention.csv says: a month goes at once
		from, err := time.ParseInLocation(time.DateOnly, month+"-01", clock.Shanghai)
		if err != nil {
			return fmt.Errorf("looks of %q: %w", month, err)
		}
		if _, err := batch.Tx.ExecContext(ctx, "delete from board_look where station = $1 and at >= $2 and at < $3", batch.Station, from.UnixMicro(), from.AddDate(0, 1, 0).UnixMicro()); err != nil {
			return fmt.Errorf("forget the looks of %s: %w", month, err)
		}
	}
	return nil
}

// Row is one look, or one ledger that left the house. For a ledger Field is its range of dates.
type Row struct {
	Seq     journal.Seq `json:"seq"`
	What    string      `json:"what"`
	At      time.Time   `json:"at"`
	Person  string      `json:"person"` // who looked
	Role    string      `json:"role"`   // as what
	Subject string      `json:"subject,omitempty"`
	Field   string      `json:"field,omitempty"`
	Purpose string      `json:"purpose"`
	Thing   string      `json:"thing"`        // matter, report, ledger
	ID      string      `json:"id,omitempty"` // of a ledger which one, "" that of matters
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

const places = board.Order[journal.Seq]("looks")

// List gives looks of a station, the newest first, by one person when person is not "". It asks for the whole station: who may look
// over looks is asked of the policy ("looks.read") by the caller.
func (q *Query) List(ctx context.Context, s access.Scope, person, after string, limit int) (Page, error) {
	if !s.Whole() || s.Station() == "" {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	before, err := places.After(after, 1<<62-1)
	if err != nil {
		return Page{}, err
	}
	list, err := board.Ask(ctx, q.db, "list looks", "select "+columns+` from board_look where station = $1 and seq < $2 and ($3 = '' or person = $3)
		order by seq desc limit $4`, []any{s.Station(), int64(before), person, limit + 1}, scan)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) journal.Seq { return r.Seq })
	return Page{list, next}, nil
}

func scan(rows *sql.Rows) (r Row, err error) {
	var station string
	var at int64
	err = rows.Scan(&station, &r.Seq, &r.What, &at, &r.Person, &r.Role, &r.Subject, &r.Field, &r.Purpose, &r.Thing, &r.ID)
	r.At = time.UnixMicro(at).UTC()
	return r, err
}

// Of gives the looks at the data of some subjects, the newest first: what the person whose data it is may be told.
func (q *Query) Of(ctx context.Context, s access.Scope, subjects ...string) ([]Row, error) {
	var list []Row
	for _, subject := range subjects {
		some, err := board.Ask(ctx, q.db, "list looks", "select "+columns+" from board_look where station = $1 and subject = $2 order by seq desc limit $3",
			[]any{s.Station(), subject, MaxPage}, scan)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	slices.SortStableFunc(list, func(a, b Row) int { return cmp.Compare(b.Seq, a.Seq) })
	return list, nil
}
