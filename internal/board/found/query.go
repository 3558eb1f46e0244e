package found

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/store"
	"maplegrid/internal/work/found"
)

// Row is a thing found in a list.
type Row struct {
	Matter, Number, Title, Kind, Grade string
	Cell, Handler, Keeper              string
	Sort, Looks, Area                  string
	FoundAt, TakenAt                   time.Time
	Receipt, Notice, Where             string
	NoticedAt, Until                   time.Time
	Claims, Shown                      int
	State, Ended                       string
	EndedAt                            time.Time
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row
	Next string
}

// View is a part of the list.
type View string

// The parts of the list for those who keep the things.
const (
	Waiting View = "to_notice" // no notice yet, and no owner known
	Running View = "running"   // the year runs
	Claimed View = "claims"    // somebody claims it and waits for an answer
	Return  View = "owner"     // to be handed back
	Over    View = "over"      // nobody claimed it in a year
	Done    View = "ended"
)

// Views are the parts in the order they are shown.
var Views = []View{Waiting, Running, Claimed, Return, Over, Done}

// MaxPage is how many rows a page has at most, maxCount where counting stops.
const (
	MaxPage  = 200
	maxCount = 100
)

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// List gives the things of a part, those first whose time comes first; what has ended, the latest first.
func (q *Query) List(ctx context.Context, s access.Scope, v View, now time.Time, cursor string, limit int) (Page, error) {
	b := newBuilder(s)
	if err := b.view(v, now); err != nil {
		return Page{}, err
	}
	return q.run(ctx, b, "b.sort_at", v == Done, cursor, limit)
}

// Public gives the notices that are up, the newest first: for everybody. sort narrows it to a sort of thing, "" does not.
func (q *Query) Public(ctx context.Context, s access.Scope, sort, cursor string, limit int) (Page, error) {
	b := newBuilder(s)
	b.where("b.state = '" + Noticed + "'")
	if sort != "" {
		b.where("b.sort = " + b.args.Add(sort))
	}
	return q.run(ctx, b, "b.noticed_at", true, cursor, limit)
}

// Counts counts the parts, each up to a hundred.
func (q *Query) Counts(ctx context.Context, s access.Scope, now time.Time) (map[View]int, error) {
	counts := map[View]int{}
	for _, v := range Views {
		b := newBuilder(s)
		if b.none {
			continue
		}
		if err := b.view(v, now); err != nil {
			return nil, err
		}
		var n int
		text := "select count(*) from (select 1 from board_found b where " + strings.Join(b.wheres, " and ") + " limit " + fmt.Sprint(maxCount) + ") c"
		if err := q.db.QueryRowContext(ctx, text, b.args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count things found: %w", err)
		}
		counts[v] = n
	}
	return counts, nil
}

// Likely is a match between something sought and something found, with the reason. Nothing is ever joined by it.
type Likely struct {
	Matter, Number, Title string
	found.Likeness
}

// Sought gives what owners seek that may be this thing.
func (q *Query) Sought(ctx context.Context, s access.Scope, sort, cell string, foundAt time.Time) ([]Likely, error) {
	b := newBuilder(s)
	if b.none || sort == "" {
		return nil, nil
	}
	b.where("b.is_open = 1")
	b.where("b.sort = " + b.args.Add(sort))
	rows, err := q.db.QueryContext(ctx, "select b.matter, b.number, b.title, b.sort, b.lost_on, b.cell from board_sought b where "+
		strings.Join(b.wheres, " and ")+" order by b.lost_on desc, b.matter limit 50", b.args...)
	if err != nil {
		return nil, fmt.Errorf("list what is sought: %w", err)
	}
	defer rows.Close()
	var list []Likely
	for rows.Next() {
		var x Likely
		var lost, on, at string
		if err := rows.Scan(&x.Matter, &x.Number, &x.Title, &lost, &on, &at); err != nil {
			return nil, fmt.Errorf("list what is sought: %w", err)
		}
		var ok bool
		if x.Likeness, ok = found.Match(lost, at, dayOf(on), sort, cell, foundAt); ok && len(list) < 10 {
			list = append(list, x)
		}
	}
	return list, rows.Err()
}

// Found gives the things found that may be what is sought.
func (q *Query) Found(ctx context.Context, s access.Scope, sort, cell, lostOn string) ([]Likely, error) {
	b := newBuilder(s)
	if b.none || sort == "" {
		return nil, nil
	}
	b.where("b.sort = " + b.args.Add(sort))
	b.where("b.state in ('" + ToNotice + "', '" + Noticed + "')")
	if on := dayOf(lostOn); !on.IsZero() {
		b.where("b.found_at >= " + b.args.Add(board.Micros(on)))
	}
	rows, err := q.db.QueryContext(ctx, "select b.matter, b.number, b.title, b.sort, b.found_at, b.cell from board_found b where "+
		strings.Join(b.wheres, " and ")+" order by b.found_at, b.matter limit 50", b.args...)
	if err != nil {
		return nil, fmt.Errorf("list what was found: %w", err)
	}
	defer rows.Close()
	var list []Likely
	for rows.Next() {
		var x Likely
		var what, at string
		var foundAt int64
		if err := rows.Scan(&x.Matter, &x.Number, &x.Title, &what, &foundAt, &at); err != nil {
			return nil, fmt.Errorf("list what was found: %w", err)
		}
		var ok bool
		if x.Likeness, ok = found.Match(sort, cell, dayOf(lostOn), what, at, time.UnixMicro(foundAt)); ok && len(list) < 10 {
			list = append(list, x)
		}
	}
	return list, rows.Err()
}

func dayOf(on string) time.Time {
	d, err := grid.ParseDay(on)
	if err != nil {
		return time.Time{}
	}
	return d.Start()
}

// builder puts one list query together from fixed pieces; what people type only ever becomes an argument.
type builder struct {
	wheres []string
	args   board.Args
	none   bool
}

func newBuilder(s access.Scope) *builder {
	b := &builder{none: s.Station() == ""}
	b.where("b.station = " + b.args.Add(s.Station()))
	if s.Whole() {
		return b
	}
	who := board.SeesAs(s)
	if b.none = b.none || len(who) == 0; !b.none {
		b.where("exists (select 1 from board_found_sight s where s.station = b.station and s.matter = b.matter and " + b.args.In("s.who", who) + ")")
	}
	return b
}

func (b *builder) view(v View, now time.Time) error {
	switch v {
	case Waiting, Return, Done:
		b.where("b.state = " + b.args.Add(string(v)))
	case Running:
		b.where("b.state = '" + Noticed + "' and b.sort_at >= " + b.args.Add(board.Micros(now)))
	case Over:
		b.where("b.state = '" + Noticed + "' and b.sort_at < " + b.args.Add(board.Micros(now)))
	case Claimed:
		b.where("b.claims > 0")
	default:
		return fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	return nil
}

func (b *builder) where(cond string) { b.wheres = append(b.wheres, cond) }

func (q *Query) run(ctx context.Context, b *builder, key string, down bool, cursor string, limit int) (p Page, err error) {
	if b.none {
		return p, nil
	}
	limit = board.Limit(limit, MaxPage)
	way, beyond := " asc", " > "
	if down {
		way, beyond = " desc", " < "
	}
	places := board.Order[board.ByTime]("found " + key)
	from, err := places.After(cursor, board.ByTime{})
	if err != nil {
		return p, err
	}
	if cursor != "" {
		b.where("(" + key + ", b.matter)" + beyond + "(" + b.args.Add(from.At) + ", " + b.args.Add(from.ID) + ")")
	}
	type row struct {
		Row
		at int64
	}
	most := b.args.Add(limit + 1)
	list, err := board.Ask(ctx, q.db, "list things found", "select "+key+", "+"b."+strings.ReplaceAll(strings.TrimPrefix(columns, "station, "), ", ", ", b.")+" from board_found b where "+
		strings.Join(b.wheres, " and ")+" order by "+key+way+", b.matter"+way+" limit "+most, b.args, func(rows *sql.Rows) (r row, err error) {
		var foundAt, taken, noticed, until, sortAt, ended int64
		err = rows.Scan(&r.at, &r.Matter, &r.Number, &r.Title, &r.Kind, &r.Grade, &r.Cell, &r.Handler, &r.Keeper, &r.Sort, &r.Looks, &r.Area, &foundAt, &taken,
			&r.Receipt, &r.Notice, &r.Where, &noticed, &until, &r.Claims, &r.Shown, &r.State, &sortAt, &r.Ended, &ended)
		r.FoundAt, r.TakenAt, r.NoticedAt, r.Until, r.EndedAt = board.Instant(foundAt), board.Instant(taken), board.Instant(noticed), board.Instant(until), board.Instant(ended)
		return r, err
	})
	if err != nil {
		return p, err
	}
	list, p.Next = board.Cut(places, list, limit, func(r row) board.ByTime { return board.ByTime{At: r.at, ID: r.Matter} })
	for _, r := range list {
		p.Rows = append(p.Rows, r.Row)
	}
	return p, nil
}
