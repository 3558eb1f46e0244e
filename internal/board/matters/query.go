package matters

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/fault"
	"maplegrid/internal/store"
)

// Row is one matter in a list.
type Row struct {
	ID         string    `json:"id"`
	Number     string    `json:"number"`
	Kind       string    `json:"kind"`
	Grade      string    `json:"grade"`
	State      string    `json:"state"`
	Open       bool      `json:"open"`
	Cell       string    `json:"cell"`
	Handler    string    `json:"handler,omitempty"`
	Title      string    `json:"title"`
	Place      string    `json:"place,omitempty"`
	OpenedAt   time.Time `json:"opened_at"`
	DueAt      time.Time `json:"due_at,omitzero"` // zero: nothing due, or paused
	DueLimit   string    `json:"due_limit,omitempty"`
	WarnAt     time.Time `json:"warn_at,omitzero"`
	UpdatedAt  time.Time `json:"updated_at"`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
	Outcome    string    `json:"outcome,omitempty"`
	Reports    int       `json:"reports"`
	Supervised string    `json:"supervised,omitempty"` // by whom
	Chased     int       `json:"chased,omitempty"`
	Escalated  []string  `json:"escalated,omitempty"` // limits that ran out and were told to the head
	Reopened   int       `json:"reopened,omitempty"`
	Elsewhere  string    `json:"elsewhere,omitempty"` // body it was handed to and that has not acknowledged
	Helpers    []string  `json:"helpers,omitempty"`
	VerifiedBy string    `json:"verified_by,omitempty"`
	FollowedUp bool      `json:"followed_up,omitempty"`
	Version    int       `json:"version"`
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// Tab is a part of the work list.
type Tab string

// The parts of the work list.
const (
	Mine       Tab = "mine"
	MyCell     Tab = "cell"
	Unassigned Tab = "unassigned"
	DueSoon    Tab = "due_soon"
	Overdue    Tab = "overdue"
	AllOpen    Tab = "open"
)

// Tabs are the parts in the order they are shown.
var Tabs = []Tab{Mine, MyCell, Unassigned, DueSoon, Overdue, AllOpen}

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// MaxPage is how many rows a page has at most.
const MaxPage = 200

// soonest is how far ahead "due soon" looks when a clock has no warning of its own.
const soonest = 24 * time.Hour

// Filter narrows a list. Empty fields do not.
type Filter struct {
	Kind, Grade, State, Cell, Handler, Outcome string
	From, To                                   time.Time // opened within, for the ledger; To is exclusive
	Open                                       *bool
}

// WorkList gives a part of the open matters, by due time.
func (q *Query) WorkList(ctx context.Context, s access.Scope, tab Tab, f Filter, now time.Time, cursor string, limit int) (Page, error) {
	b := newBuilder(s, "due_at", false)
	if f.State == "" {
		b.both("is_open = 1")
	} else {
		b.where("m.is_open + 0 = 1") // not by the index of what is open: that of states is the narrower one
	}
	switch tab {
	case Mine:
		b.people(s.Person())
	case MyCell:
		b.cells(s.Cells())
	case Unassigned:
		b.visible(s)
		b.where("m.handler = '' and m.state <> 'transferred'") // what another is to take waits for them
	case DueSoon:
		b.visible(s)
		b.where("m.due_at >= " + b.args.Add(now.UnixMicro()) + " and m.due_at < " + b.args.Add(now.Add(30*24*time.Hour).UnixMicro()))
		b.where("(m.warn_at <= " + b.args.Add(now.UnixMicro()) + " or m.due_at < " + b.args.Add(now.Add(soonest).UnixMicro()) + ")")
	case Overdue:
		b.visible(s)
		b.both("due_at < " + b.args.Add(now.UnixMicro()))
	case AllOpen:
		b.visible(s)
	default:
		return Page{}, fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	b.filter(f)
	return q.run(ctx, b, cursor, limit)
}

// Ledger gives matters open or not, the newest first.
func (q *Query) Ledger(ctx context.Context, s access.Scope, f Filter, cursor string, limit int) (Page, error) {
	b := newBuilder(s, "opened_at", true)
	b.visible(s)
	b.filter(f)
	return q.run(ctx, b, cursor, limit)
}

// MaxCount is where counting stops: a tab then says 99+.
const MaxCount = 100

// Count counts a part of the work list, up to MaxCount.
func (q *Query) Count(ctx context.Context, s access.Scope, tab Tab, now time.Time) (int, error) {
	p, err := q.WorkList(ctx, s, tab, Filter{}, now, "", MaxCount)
	return len(p.Rows), err
}

// One gives the row of one matter, or fault.Missing when it is not there or not to be seen.
func (q *Query) One(ctx context.Context, s access.Scope, id string) (Row, error) {
	p, err := q.ByID(ctx, s, id)
	if err != nil {
		return Row{}, err
	}
	if len(p) == 0 {
		return Row{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return p[0], nil
}

// ByID gives the rows of some matters that may be seen, the newest first.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) ([]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	b := newBuilder(s, "opened_at", true)
	b.visible(s)
	b.where(b.args.In("m.id", ids))
	p, err := q.run(ctx, b, "", MaxPage)
	return p.Rows, err
}

// Seen tells which of some matters may be seen.
func (q *Query) Seen(ctx context.Context, s access.Scope, ids []string) (func(id string) bool, error) {
	if s.Whole() {
		return func(string) bool { return true }, nil
	}
	seen := map[string]bool{}
	for some := range slices.Chunk(ids, MaxPage) {
		rows, err := q.ByID(ctx, s, some...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			seen[r.ID] = true
		}
	}
	return func(id string) bool { return seen[id] }, nil
}

// ByNumber finds a matter by the number people say on the phone.
func (q *Query) ByNumber(ctx context.Context, s access.Scope, number string) (Row, error) {
	b := newBuilder(s, "opened_at", true)
	b.visible(s)
	b.where("m.number = " + b.args.Add(strings.ToUpper(strings.TrimSpace(number))))
	p, err := q.run(ctx, b, "", 1)
	if err != nil {
		return Row{}, err
	}
	if len(p.Rows) == 0 {
		return Row{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return p.Rows[0], nil
}

// Task is an open step of one person.
type Task struct {
	ID     string `json:"id"`
	Matter string `json:"matter"`
	Title  string `json:"title"`
	DueOn  string `json:"due_on,omitempty"` // date, Asia/Shanghai
}

// MyTasks gives the open tasks of whoever asks, those with the nearest date first.
func (q *Query) MyTasks(ctx context.Context, s access.Scope, limit int) ([]Task, error) {
	return board.Ask(ctx, q.db, "list tasks", `select task, matter, title, due_on from board_task where station = $1 and person = $2
		order by case when due_on = '' then '9' else due_on end, task limit $3`,
		[]any{s.Station(), s.Person(), limit}, func(rows *sql.Rows) (t Task, err error) {
			err = rows.Scan(&t.ID, &t.Matter, &t.Title, &t.DueOn)
			return t, err
		})
}

// Late is a matter with a clock that ran out.
type Late struct{ ID, Limit string }

// LateUntold gives matters of which a clock ran out and the head was not told yet: of each the clock that ran out first. A matter that
// was closed and is still to be followed up has a clock too. For the program itself.
func (q *Query) LateUntold(ctx context.Context, s access.Scope, now time.Time, limit int) ([]Late, error) {
	if !s.Whole() {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "list late matters", `select id, untold_limit from board_matter where station = $1 and untold_at < $2
		order by untold_at, id limit $3`, []any{s.Station(), now.UnixMicro(), limit}, func(rows *sql.Rows) (l Late, err error) {
		err = rows.Scan(&l.ID, &l.Limit)
		return l, err
	})
}

// builder puts one list query together from fixed pieces; what people type only ever becomes an argument.
type builder struct {
	order  string // due_at or opened_at
	desc   bool
	from   [][2]string // table and condition that name ids that may be seen; none: the whole station
	inner  []string    // conditions on is_open, due_at and opened_at, repeated inside each source
	plain  bool        // nothing but order and inner narrows the list: each source can be cut to a page
	none   bool        // nothing may be seen
	police bool        // violation records may be known of
	wheres []string
	args   board.Args
}

func newBuilder(s access.Scope, order string, desc bool) *builder {
	b := &builder{order: order, desc: desc}
	b.where("m.station = " + b.args.Add(s.Station()))
	b.none, b.plain, b.police = s.Station() == "", true, s.Police()
	return b
}

func (b *builder) where(cond string) { b.wheres, b.plain = append(b.wheres, cond), false }

// both is a condition on is_open, due_at or opened_at, which the sources have too.
func (b *builder) both(cond string) {
	b.wheres, b.inner = append(b.wheres, "m."+cond), append(b.inner, cond)
}

// visible keeps to what the scope sees.
func (b *builder) visible(s access.Scope) {
	if s.Whole() {
		return
	}
	b.none = b.none || s.Person() == "" && len(s.Cells()) == 0
	b.source("board_matter_person", "person", s.Person())
	for _, c := range s.Cells() {
		b.source("board_matter_cell", "cell", c)
	}
}

func (b *builder) people(person string) {
	b.none = b.none || person == ""
	b.source("board_matter_person", "works = 1 and person", person)
}

func (b *builder) cells(cells []string) {
	b.none = b.none || len(cells) == 0
	for _, c := range cells {
		b.source("board_matter_cell", "cell", c)
	}
}

// source names ids through one cell or person; each is cut to a page by its own index, so that no list grows with the table.
func (b *builder) source(table, column, value string) {
	if value != "" {
		b.from = append(b.from, [2]string{table, column + " = " + b.args.Add(value)})
	}
}

func (b *builder) filter(f Filter) {
	for _, c := range []struct{ column, value string }{{"kind", f.Kind}, {"grade", f.Grade}, {"state", f.State}, {"cell", f.Cell},
		{"handler", f.Handler}, {"outcome", f.Outcome}} {
		if c.value != "" {
			b.where("m." + c.column + " = " + b.args.Add(c.value))
		}
	}
	if f.Outcome != "" && !b.police {
		b.where("m.offence = 0") // an outcome that is not shown is not found by either
	}
	if !f.From.IsZero() {
		b.both("opened_at >= " + b.args.Add(f.From.UnixMicro()))
	}
	if !f.To.IsZero() {
		b.both("opened_at < " + b.args.Add(f.To.UnixMicro()))
	}
	if f.Open != nil {
		b.both("is_open = " + b.args.Add(board.Flag(*f.Open)))
	}
}

// places are those of a list in the order asked for.
func (b *builder) places() board.Order[board.ByTime] {
	return board.Order[board.ByTime]("matters " + b.order)
}

func (b *builder) sql(after board.ByTime, limit int) string {
	dir, cmp := "", ">"
	if b.desc {
		dir, cmp = " desc", "<"
	}
	order := func(t string) string { return " order by " + t + b.order + dir + ", " + t + "id" + dir }
	if after.ID != "" {
		at, id := b.args.Add(after.At), b.args.Add(after.ID)
		b.wheres = append(b.wheres, "(m."+b.order+", m.id) "+cmp+" ("+at+", "+id+")")
		b.inner = append(b.inner, "("+b.order+", id) "+cmp+" ("+at+", "+id+")")
	}
	n := b.args.Add(limit)
	var sources []string
	for _, f := range b.from {
		if !b.plain {
			sources = append(sources, "exists (select 1 from "+f[0]+" x where x.station = $1 and x.id = m.id and x."+f[1]+")")
			continue
		}
		q := "select id from " + f[0] + " where " + strings.Join(append([]string{"station = $1", f[1]}, b.inner...), " and ")
		sources = append(sources, "select id from ("+q+order("")+" limit "+n+") s")
	}
	q := "select m." + strings.ReplaceAll(columns, ", ", ", m.") + " from "
	switch {
	case len(sources) == 0:
	case b.plain:
		// A cross join keeps SQLite to this order: a page of ids first, each looked up by its key. It would else walk all open matters
		// by their due time to find somebody's three.
		q += "(" + strings.Join(sources, " union ") + ") v cross join "
		b.wheres = append(b.wheres, "m.id = v.id")
	default:
		// What narrows the list has an index of its own (due time, nobody's, state): of the few rows it gives each is asked whether it
		// may be seen.
		b.wheres = append(b.wheres, "("+strings.Join(sources, " or ")+")")
	}
	q += "board_matter m"
	return q + " where " + strings.Join(b.wheres, " and ") + order("m.") + " limit " + n
}

func (q *Query) run(ctx context.Context, b *builder, cursor string, limit int) (Page, error) {
	if b.none {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	from, err := b.places().After(cursor, board.ByTime{})
	if err != nil {
		return Page{}, err
	}
	text := b.sql(from, limit+1)
	list, err := board.Ask(ctx, q.db, "list matters", text, b.args, func(rows *sql.Rows) (Row, error) { return scan(rows, b.police) })
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(b.places(), list, limit, func(r Row) board.ByTime {
		switch {
		case b.order == "opened_at":
			return board.ByTime{At: r.OpenedAt.UnixMicro(), ID: r.ID}
		case r.DueAt.IsZero():
			return board.ByTime{At: Never, ID: r.ID}
		}
		return board.ByTime{At: r.DueAt.UnixMicro(), ID: r.ID}
	})
	return Page{list, next}, nil
}

func scan(rows *sql.Rows, police bool) (Row, error) {
	var r Row
	var station, escalated, helpers string
	var open, followed, offence int
	var opened, due, warn, updated, closed int64
	err := rows.Scan(&station, &r.ID, &r.Number, &r.Kind, &r.Grade, &r.State, &open, &r.Cell, &r.Handler, &r.Title, &r.Place, &opened, &due,
		&r.DueLimit, &warn, &updated, &closed, &r.Outcome, &r.Reports, &r.Supervised, &r.Chased, &escalated, &r.Reopened, &r.Elsewhere,
		&helpers, &r.VerifiedBy, &followed, &r.Version, &offence)
	r.Open, r.FollowedUp = open == 1, followed == 1
	r.OpenedAt, r.DueAt, r.WarnAt, r.UpdatedAt, r.ClosedAt = instant(opened), instant(due), instant(warn), instant(updated), instant(closed)
	if offence == 1 && !police { // sealed: neither how it ended nor the clocks of the case (law-and-standards 5.6)
		r.Outcome, r.DueLimit, escalated = "", "", ""
	}
	r.Escalated, r.Helpers = board.Split(escalated), board.Split(helpers)
	return r, err
}

func instant(us int64) time.Time {
	if us >= Never {
		return time.Time{}
	}
	return board.Instant(us)
}
