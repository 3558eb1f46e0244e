package disputes

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/fault"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
)

// Row is one dispute in a list.
type Row struct {
	ID, Number, Title, Place string
	Kind, Grade, Type        string // Type: key of the playbook's types of dispute
	State                    string
	Running                  bool
	Risk, Track              string
	Course                   int
	Host, Passing            string // Passing: the track it is on its way to
	Cell, Handler, OpenedBy  string
	Presiders                []string
	Source                   string // report, found, transfer
	OpenedAt                 time.Time
	OpenedOn                 string
	FirstAt                  time.Time // first session; zero: none yet
	Sessions                 int
	LastOutcome              string // of the last session
	HandledOn                string
	Method, AgreementNumber  string // track and number of the agreement in force
	EffectiveOn, PerformedOn string
	ClosedOn, FollowedOn     string
	Outcome                  string // "" of one tied to a case or a warning when it is not the asker's to know
	Relapse                  bool
	Flagged                  bool // only for who may know: police, and those who take part
	LookedOn, LookOn         string
	LookLate                 bool   // LookOn has passed
	FollowUntil              string // followed until, after performance
	Calls                    int
	Promises                 int
	PromisesKept             int
	PromisesBroken           int
	BackOn, Back             string // last visit to a party and what it found performed: all, part, none
	Involved                 int
	Amount                   dispute.Fen
	Team                     string

	violation bool
	people    []string
	eased     []string
	lon, lat  float64
	kept30    int
	kept90    int
	kept180   int
	parties   string
	words     string
	appeal    string
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row
	Next string
}

// Filter narrows a list. Empty fields do not.
type Filter struct {
	Risk, Track, State, Kind, Type, Cell, Handler string
	Open                                          *bool
	From, Until                                   string // opened within, days included
	LookLate                                      bool   // open and not looked at as often as its risk wants
	Flagged                                       bool   // a safety flag is open; for police
}

// Query asks the board; every reader demands a Scope.
type Query struct {
	db *sql.DB
	// grade tells of a risk grade of a station how many days may pass between looks, and how long a settled dispute is followed.
	grade func(station, risk string) (lookDays, followDays int)
}

// NewQuery reads from the boards of an engine. grade gives a risk grade's days; it may be nil.
func NewQuery(b store.Boards, grade func(station, risk string) (lookDays, followDays int)) *Query {
	if grade == nil {
		grade = func(string, string) (int, int) { return 0, 0 }
	}
	return &Query{b.Read, grade}
}

// MaxPage is how many rows a page has at most.
const MaxPage = 200

// List gives disputes, the newest first. today is a date in Asia/Shanghai.
func (q *Query) List(ctx context.Context, s access.Scope, f Filter, today, cursor string, limit int) (Page, error) {
	b := newBuilder(s)
	for _, c := range []struct{ column, value string }{{"risk", f.Risk}, {"track", f.Track}, {"state", f.State}, {"kind", f.Kind}, {"type", f.Type},
		{"cell", f.Cell}, {"handler", f.Handler}} {
		if c.value != "" {
			b.where("d." + c.column + " = " + b.args.Add(c.value))
		}
	}
	if f.Open != nil {
		b.both("is_open = " + b.args.Add(board.Flag(*f.Open)))
	}
	if f.From != "" {
		b.where("d.opened_on >= " + b.args.Add(f.From))
	}
	if f.Until != "" {
		b.where("d.opened_on <= " + b.args.Add(f.Until))
	}
	if f.Flagged {
		b.where("d.flagged = 1")
		b.none = b.none || !s.Police()
	}
	if f.LookLate {
		b.both("is_open = 1")
		if err := q.lookLate(ctx, s.Station(), today, b); err != nil {
			return Page{}, err
		}
	}
	return q.run(ctx, s, b, today, cursor, limit)
}

// lookLate keeps to disputes whose last look is longer ago than their risk allows.
func (q *Query) lookLate(ctx context.Context, station, today string, b *builder) error {
	risks, err := board.Ask(ctx, q.db, "list risk grades", "select distinct risk from board_dispute where station = $1 and is_open = 1", []any{station}, board.Word)
	if err != nil {
		return err
	}
	var conds []string
	for _, risk := range risks {
		if days, _ := q.grade(station, risk); days > 0 {
			conds = append(conds, "d.risk = "+b.args.Add(risk)+" and d.looked_on < "+b.args.Add(board.DayAfter(today, -days)))
		}
	}
	if len(conds) == 0 {
		b.none = true
		return nil
	}
	b.where("(" + strings.Join(conds, " or ") + ")")
	return nil
}

// One gives the row of one dispute, or fault.Missing when it is not there or not to be seen.
func (q *Query) One(ctx context.Context, s access.Scope, id string) (Row, error) {
	rows, err := q.ByID(ctx, s, id)
	if err != nil {
		return Row{}, err
	}
	if len(rows) == 0 {
		return Row{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return rows[0], nil
}

// ByID gives the rows of some disputes that may be seen, the newest first.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) ([]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	b := newBuilder(s)
	b.where(b.args.In("d.id", ids))
	b.few = true
	p, err := q.run(ctx, s, b, "", "", MaxPage)
	return p.Rows, err
}

// Count is how many disputes are alike in state, risk, track, kind, type and cell.
type Count struct {
	State, Risk, Track, Kind, Type, Cell string
	N                                    int
	Flagged                              int // of them with an open safety flag; counted for police only
}

// Counts counts open disputes, and those closed on a day or after it when one is given, by state, risk, track, kind, type and cell.
func (q *Query) Counts(ctx context.Context, s access.Scope, closedSince string) ([]Count, error) {
	b := newBuilder(s)
	if closedSince == "" {
		b.where("d.is_open = 1")
	} else {
		b.where("(d.is_open = 1 or d.closed_on >= " + b.args.Add(closedSince) + ")")
	}
	if b.none {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "count disputes", "select d.state, d.risk, d.track, d.kind, d.type, d.cell, count(*), sum(d.flagged) from board_dispute d where "+
		b.seen()+" group by d.state, d.risk, d.track, d.kind, d.type, d.cell order by 1, 2, 3, 4, 5, 6", b.args, func(rows *sql.Rows) (c Count, err error) {
		err = rows.Scan(&c.State, &c.Risk, &c.Track, &c.Kind, &c.Type, &c.Cell, &c.N, &c.Flagged)
		if !s.Police() {
			c.Flagged = 0
		}
		return c, err
	})
}

// Load is what one mediator carries: to share work out, not to compare people.
type Load struct {
	Person    string
	Handles   int // open disputes they handle
	Presides  int // open disputes they presided over a session of
	Sessions  int // held since
	SessionOn string
}

// Load gives what handlers and presiders carry, by person: open disputes, and sessions held on a day or after it.
func (q *Query) Load(ctx context.Context, s access.Scope, since string) ([]Load, error) {
	people := map[string]*Load{}
	of := func(id string) *Load {
		if people[id] == nil {
			people[id] = &Load{Person: id}
		}
		return people[id]
	}
	for _, part := range []struct {
		text string
		note func(l *Load, n int, on string)
	}{
		{"select d.handler, count(*), '' from board_dispute d where d.is_open = 1 and d.handler <> '' and %s group by d.handler",
			func(l *Load, n int, _ string) { l.Handles = n }},
		{"select x.preside, count(distinct d.id), '' from board_dispute d join board_dispute_session x on x.station = d.station and x.matter = d.id " +
			"where d.is_open = 1 and %s group by x.preside", func(l *Load, n int, _ string) { l.Presides = n }},
		{"select x.preside, count(*), max(x.held_on) from board_dispute_session x join board_dispute d on d.station = x.station and d.id = x.matter " +
			"where x.held_on >= since and %s group by x.preside", func(l *Load, n int, on string) { l.Sessions, l.SessionOn = n, on }},
	} {
		b := newBuilder(s)
		if b.none {
			return nil, nil
		}
		text := part.text
		if head, tail, ok := strings.Cut(text, ">= since"); ok {
			text = head + ">= " + b.args.Add(since) + tail
		}
		type carried struct {
			person, on string
			n          int
		}
		list, err := board.Ask(ctx, q.db, "count what mediators carry", fmt.Sprintf(text, b.seen()), b.args, func(rows *sql.Rows) (c carried, err error) {
			err = rows.Scan(&c.person, &c.n, &c.on)
			return c, err
		})
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			part.note(of(c.person), c.n, c.on)
		}
	}
	var list []Load
	for _, l := range people {
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Load) int { return strings.Compare(a.Person, b.Person) })
	return list, nil
}

// builder puts one query together from fixed pieces; what people type only ever becomes an argument.
type builder struct {
	from   []string // conditions on board_dispute_sight; none: the whole station
	inner  []string // conditions on is_open and opened_at, which both tables have
	wheres []string // conditions on board_dispute alone
	none   bool
	few    bool // named by id: sorted after they were found, not read in order until they are
	args   board.Args
}

func newBuilder(s access.Scope) *builder {
	b := &builder{none: s.Station() == ""}
	b.args.Add(s.Station())
	if s.Whole() {
		return b
	}
	for _, w := range board.SeesAs(s) {
		b.from = append(b.from, "who = "+b.args.Add(w))
	}
	b.none = b.none || len(b.from) == 0
	return b
}

func (b *builder) both(cond string)  { b.inner = append(b.inner, cond) }
func (b *builder) where(cond string) { b.wheres = append(b.wheres, cond) }

// seen is the condition of counts: what is narrowed to, and that it may be seen.
func (b *builder) seen() string {
	conds := append([]string{"d.station = $1"}, b.wheres...)
	if len(b.from) > 0 {
		conds = append(conds, "d.id in (select id from board_dispute_sight where station = $1 and ("+strings.Join(b.from, " or ")+"))")
	}
	return strings.Join(conds, " and ")
}

func (b *builder) sql(after board.ByTime, limit int) string {
	inner, wheres := slices.Clone(b.inner), append([]string{"d.station = $1"}, b.wheres...)
	next := ""
	if after.ID != "" {
		next = "(opened_at, id) < (" + b.args.Add(after.At) + ", " + b.args.Add(after.ID) + ")"
		inner = append(inner, next)
	}
	n := b.args.Add(limit)
	text := "select d." + strings.ReplaceAll(columns, ", ", ", d.") + " from "
	if len(b.from) > 0 {
		var sources []string
		for _, f := range b.from {
			q := "select id from board_dispute_sight where " + strings.Join(append([]string{"station = $1", f}, inner...), " and ")
			if len(b.wheres) == 0 {
				q += " order by opened_at desc, id desc limit " + n
			}
			sources = append(sources, "select id from ("+q+") s")
		}
		text += "(" + strings.Join(sources, " union ") + ") v cross join "
		wheres = append(wheres, "d.id = v.id")
	} else {
		for _, c := range b.inner {
			wheres = append(wheres, "d."+c)
		}
		if next != "" {
			wheres = append(wheres, strings.Replace(next, "(opened_at, id)", "(d.opened_at, d.id)", 1))
		}
	}
	order := "d.opened_at"
	if b.few {
		order = "d.opened_at + 0"
	}
	return text + "board_dispute d where " + strings.Join(wheres, " and ") + " order by " + order + " desc, d.id desc limit " + n
}

const places = board.Order[board.ByTime]("disputes")

func (q *Query) run(ctx context.Context, s access.Scope, b *builder, today, cursor string, limit int) (Page, error) {
	if b.none {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	from, err := places.After(cursor, board.ByTime{})
	if err != nil {
		return Page{}, err
	}
	text := b.sql(from, limit+1)
	list, err := board.Ask(ctx, q.db, "list disputes", text, b.args, func(rows *sql.Rows) (Row, error) { return q.scan(rows, s, today) })
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: r.OpenedAt.UnixMicro(), ID: r.ID} })
	return Page{list, next}, nil
}

func (q *Query) scan(rows *sql.Rows, s access.Scope, today string) (Row, error) {
	var r Row
	var station, presiders, people, eased string
	var open, relapse, flagged, violation int
	var opened, first int64
	err := rows.Scan(&station, &r.ID, &r.Number, &r.Title, &r.Place, &r.Kind, &r.Grade, &r.Type, &r.State, &open, &r.Risk, &r.Track, &r.Course, &r.Host,
		&r.Passing, &r.Cell, &r.Handler, &r.OpenedBy, &presiders, &people, &r.Source, &opened, &r.OpenedOn, &first, &r.Sessions, &r.LastOutcome, &r.HandledOn,
		&r.Method, &r.AgreementNumber, &r.EffectiveOn, &r.PerformedOn, &r.ClosedOn, &r.FollowedOn, &r.Outcome, &relapse, &flagged, &violation, &r.LookedOn,
		&r.Calls, &r.kept30, &r.kept90, &r.kept180, &r.Promises, &r.PromisesKept, &r.PromisesBroken, &r.BackOn, &r.Back, &r.Involved, &r.Amount, &eased,
		&r.Team, &r.lon, &r.lat, &r.parties, &r.words, &r.appeal)
	if err != nil {
		return r, err
	}
	r.Running, r.Relapse, r.violation = open == 1, relapse == 1, violation == 1
	r.OpenedAt, r.Presiders, r.people, r.eased = time.UnixMicro(opened).UTC(), board.Split(presiders), board.Split(people), board.Split(eased)
	r.FirstAt = board.Instant(first)
	r.Flagged = flagged == 1 && (s.Police() || s.Person() != "" && slices.Contains(r.people, s.Person()))
	if r.violation && !s.Police() {
		r.Outcome = "" // sealed (law-and-standards 5.6)
	}
	look, follow := q.grade(s.Station(), r.Risk)
	if look > 0 && r.Running {
		r.LookOn = board.DayAfter(r.LookedOn, look)
		r.LookLate = today != "" && r.LookOn < today
	}
	if follow > 0 && r.PerformedOn != "" {
		r.FollowUntil = board.DayAfter(r.PerformedOn, follow)
	}
	return r, nil
}

// Registered is a row of the register of disputes (矛盾纠纷排查台账, law-and-standards 19.2) with its sealed references.
type Registered struct {
	Row
	Parties []Party
	Words   vault.Text
	Appeal  vault.Text
	Sealed  bool // a case or a warning is tied to it: the register says only 其他程序
}

// Register gives the rows of the register of disputes opened within days (both included), the newest first.
func (q *Query) Register(ctx context.Context, s access.Scope, f Filter, cursor string, limit int) ([]Registered, string, error) {
	p, err := q.List(ctx, s, f, "", cursor, limit)
	if err != nil {
		return nil, "", err
	}
	list := make([]Registered, len(p.Rows))
	for i, r := range p.Rows {
		list[i] = Registered{Row: r, Sealed: r.violation}
		for _, v := range []struct {
			raw  string
			into any
		}{{r.parties, &list[i].Parties}, {r.words, &list[i].Words}, {r.appeal, &list[i].Appeal}} {
			if err := json.Unmarshal([]byte(v.raw), v.into); err != nil {
				return nil, "", fmt.Errorf("read a row of the register: %w", err)
			}
		}
	}
	return list, p.Next, nil
}
