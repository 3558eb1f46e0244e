package firms

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/fault"
	"maplegrid/internal/store"
)

// Row is a firm in a list. Days on which nothing is due are "".
type Row struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Sort       string   `json:"sort"`
	Cell       string   `json:"cell"`
	Place      string   `json:"place"`
	Officer    string   `json:"officer,omitempty"`
	Deputy     string   `json:"deputy,omitempty"`
	Hazards    []string `json:"hazards,omitempty"`
	Live       bool     `json:"live"`
	Post       bool     `json:"post,omitempty"` // a guard post is set
	Pupils     int      `json:"pupils,omitempty"`
	BriefOn    string   `json:"brief_on"`
	VisitOn    string   `json:"visit_on"`
	QuestionOn string   `json:"question_on,omitempty"` // the first open question is due
	Questions  int      `json:"questions,omitempty"`
	AdviceOn   string   `json:"advice_on,omitempty"`
	Advice     int      `json:"advice,omitempty"`
	Asks       int      `json:"asks,omitempty"` // checks of recruits that wait for an officer
	by         string   // what the list is in order of
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// View is a part of the list.
type View string

// The parts of the list.
const (
	All       View = "all"       // by name
	BriefLate View = "brief"     // a briefing is overdue
	VisitLate View = "visit"     // a visit is overdue
	Questions View = "questions" // questions wait for an answer
	Advice    View = "advice"    // advice was not followed yet
	Asks      View = "asks"      // a check of a recruit waits
	Nobody    View = "nobody"    // no officer keeps in touch
	Retired   View = "retired"
)

// Views are the parts in the order they are shown.
var Views = []View{All, BriefLate, VisitLate, Questions, Advice, Asks, Nobody, Retired}

// Filter narrows the list. Empty fields do not.
type Filter struct {
	View    View
	Officer string // keeps in touch or stands in
	Cells   []string
	Sorts   []string
	Name    string // part of it
	Post    bool   // only where a guard post is set
}

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// MaxPage is how many rows a page has at most, MaxCount where counting stops.
const (
	MaxPage  = 500
	MaxCount = 100
)

// of is the part of the list a view is, and the column it is in order of.
func of(v View, today string, arg func(any) string) (where, by string, err error) {
	switch v {
	case All, "":
		return "f.live = 1", "name", nil
	case BriefLate:
		return "f.live = 1 and f.brief_on < " + arg(today), "brief_on", nil
	case VisitLate:
		return "f.live = 1 and f.visit_on < " + arg(today), "visit_on", nil
	case Questions:
		return "f.live = 1 and f.question_on < '" + never + "'", "question_on", nil
	case Advice:
		return "f.live = 1 and f.advice_on < '" + never + "'", "advice_on", nil
	case Asks:
		return "f.live = 1 and f.asks > 0", "name", nil
	case Nobody:
		return "f.live = 1 and f.officer = ''", "name", nil
	case Retired:
		return "f.live = 0", "name", nil
	}
	return "", "", fault.New(fault.Invalid, "list.unknown_tab", nil)
}

type asked struct {
	args   board.Args
	wheres []string
}

func (a *asked) in(column string, values []string) {
	a.wheres = append(a.wheres, a.args.In(column, values))
}

// seen narrows to what a scope sees; ok is false when that is nothing.
func (a *asked) seen(s access.Scope) bool {
	if s.Station() == "" {
		return false
	}
	a.wheres = append(a.wheres, "f.station = "+a.args.Add(s.Station()))
	if s.Whole() {
		return true
	}
	who := board.SeesAs(s)
	if len(who) == 0 {
		return false
	}
	a.wheres = append(a.wheres, "f.id in (select x.id from board_firm_sight x where x.station = $1 and "+a.args.In("x.who", who)+")")
	return true
}

func (q *Query) ask(s access.Scope, f Filter, today string) (a *asked, by string, ok bool, err error) {
	a = &asked{}
	if ok = a.seen(s); !ok {
		return a, "", false, nil
	}
	where, by, err := of(f.View, today, a.args.Add)
	if err != nil {
		return nil, "", false, err
	}
	a.wheres = append(a.wheres, where)
	if f.Officer != "" {
		o := a.args.Add(f.Officer)
		a.wheres = append(a.wheres, "(f.officer = "+o+" or f.deputy = "+o+")")
	}
	if len(f.Cells) > 0 {
		a.in("f.cell", f.Cells)
	}
	if len(f.Sorts) > 0 {
		a.in("f.sort", f.Sorts)
	}
	if f.Name != "" {
		a.wheres = append(a.wheres, "f.name like "+a.args.Add("%"+strings.NewReplacer("%", "", "_", "").Replace(f.Name)+"%"))
	}
	if f.Post {
		a.wheres = append(a.wheres, "f.post = 1")
	}
	return a, by, true, nil
}

// List gives firms, by name or by what is due first. today is a date in Asia/Shanghai.
func (q *Query) List(ctx context.Context, s access.Scope, f Filter, today, cursor string, limit int) (Page, error) {
	limit = board.Limit(limit, MaxPage)
	a, by, ok, err := q.ask(s, f, today)
	if err != nil || !ok {
		return Page{}, err
	}
	places := board.Order[board.ByWord]("firms " + by)
	from, err := places.After(cursor, board.ByWord{})
	if err != nil {
		return Page{}, err
	}
	if cursor != "" {
		a.wheres = append(a.wheres, "(f."+by+", f.id) > ("+a.args.Add(from.By)+", "+a.args.Add(from.ID)+")")
	}
	list, err := q.rows(ctx, a, "f."+by, limit+1)
	list, next := board.Cut(places, list, limit, func(r Row) board.ByWord { return board.ByWord{By: r.by, ID: r.ID} })
	return Page{list, next}, err
}

// rows reads rows in an order.
func (q *Query) rows(ctx context.Context, a *asked, by string, limit int) ([]Row, error) {
	most := a.args.Add(limit)
	return board.Ask(ctx, q.db, "list firms", `select f.id, f.name, f.sort, f.cell, f.place, f.officer, f.deputy, f.hazards, f.live, f.post, f.pupils,
		f.brief_on, f.visit_on, f.question_on, f.questions, f.advice_on, f.advice, f.asks, `+by+` from board_firm f where `+
		strings.Join(a.wheres, " and ")+" order by "+by+", f.id limit "+most, a.args, func(rows *sql.Rows) (x Row, err error) {
		var hazards string
		err = rows.Scan(&x.ID, &x.Name, &x.Sort, &x.Cell, &x.Place, &x.Officer, &x.Deputy, &hazards, &x.Live, &x.Post, &x.Pupils, &x.BriefOn, &x.VisitOn,
			&x.QuestionOn, &x.Questions, &x.AdviceOn, &x.Advice, &x.Asks, &x.by)
		x.Hazards = board.Split(hazards)
		x.QuestionOn, x.AdviceOn = dueOr(x.QuestionOn), dueOr(x.AdviceOn)
		return x, err
	})
}

// dueOr is a day, or "" for one on which nothing is due.
func dueOr(on string) string {
	if strings.HasPrefix(on, "9999") {
		return ""
	}
	return on
}

// Counts counts every part of the list, each up to MaxCount.
func (q *Query) Counts(ctx context.Context, s access.Scope, today string) (map[View]int, error) {
	counts := map[View]int{}
	for _, v := range Views {
		a, _, ok, err := q.ask(s, Filter{View: v}, today)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		var n int
		most := a.args.Add(MaxCount)
		if err := q.db.QueryRowContext(ctx, "select count(*) from (select f.id from board_firm f where "+strings.Join(a.wheres, " and ")+" limit "+most+") c", a.args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count firms: %w", err)
		}
		counts[v] = n
	}
	return counts, nil
}

// ByID gives some firms, those that may be seen.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) ([]Row, error) {
	var all []Row
	for chunk := range slices.Chunk(ids, MaxPage) {
		a := &asked{}
		if !a.seen(s) {
			return nil, nil
		}
		a.in("f.id", chunk)
		list, err := q.rows(ctx, a, "f.name", MaxPage)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}
