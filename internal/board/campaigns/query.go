package campaigns

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
)

// Row is a campaign in a list.
type Row struct {
	ID         string    `json:"id"`
	Plan       string    `json:"plan"`
	Title      string    `json:"title"`
	Checklist  string    `json:"checklist"`
	Inspection bool      `json:"inspection,omitempty"`
	From       string    `json:"from"`
	Until      string    `json:"until"`
	StartedAt  time.Time `json:"started_at"`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
	Running    bool      `json:"running"`
	Places     int       `json:"places"`
	Checked    int       `json:"checked"`
	Faults     int       `json:"faults"`
	Open       int       `json:"open"`
}

// Fault is a fault in a list. Its words are a sealed reference: a page opens those it shows.
type Fault struct {
	ID       string     `json:"id"`
	Campaign string     `json:"campaign"`
	Firm     string     `json:"firm"`
	Cell     string     `json:"cell"`
	Question string     `json:"question,omitempty"`
	DueOn    string     `json:"due_on"`
	State    string     `json:"state"` // open, fixed, right
	Matter   string     `json:"matter,omitempty"`
	Words    vault.Text `json:"-"`
}

// Place is a campaign as one firm sees it.
type Place struct {
	Campaign string    `json:"campaign"`
	Title    string    `json:"title"`
	State    string    `json:"state"` // open, missed, checked, dropped
	At       time.Time `json:"at,omitzero"`
	Faults   int       `json:"faults"`
	Running  bool      `json:"running"`
}

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// MaxPage is how many rows a page has at most, MaxCount where counting stops.
const (
	MaxPage  = 200
	MaxCount = 100
)

type asked struct{ args board.Args }

// who lists as whom a scope sees: its cells and the person; "" for the whole station.
func (a *asked) who(s access.Scope) (in string, ok bool) {
	if s.Station() == "" {
		return "", false
	}
	a.args.Add(s.Station())
	if s.Whole() {
		return "", true
	}
	var who []string
	for _, w := range board.SeesAs(s) {
		who = append(who, a.args.Add(w))
	}
	return strings.Join(who, ", "), len(who) > 0
}

const (
	places      = board.Order[board.ByWord]("campaigns")
	faultPlaces = board.Order[board.ByWord]("campaign faults")
)

const seenCampaign = "c.id in (select x.id from board_campaign_sight x where x.station = $1 and x.who in (%s))"

// List gives campaigns: those that run by their end, those that ended the latest first.
func (q *Query) List(ctx context.Context, s access.Scope, running bool, cursor string, limit int) ([]Row, string, error) {
	limit = board.Limit(limit, MaxPage)
	a := &asked{}
	in, ok := a.who(s)
	if !ok {
		return nil, "", nil
	}
	wheres, way, than := []string{"c.station = $1", "c.running = 0"}, "desc", "<"
	if running {
		wheres[1], way, than = "c.running = 1", "asc", ">"
	}
	if in != "" {
		wheres = append(wheres, fmt.Sprintf(seenCampaign, in))
	}
	from, err := places.After(cursor, board.ByWord{})
	if err != nil {
		return nil, "", err
	}
	if cursor != "" {
		wheres = append(wheres, "(c.until_on, c.id) "+than+" ("+a.args.Add(from.By)+", "+a.args.Add(from.ID)+")")
	}
	list, err := q.rows(ctx, a, strings.Join(wheres, " and ")+" order by c.until_on "+way+", c.id "+way, limit+1)
	list, next := board.Cut(places, list, limit, func(r Row) board.ByWord { return board.ByWord{By: r.Until, ID: r.ID} })
	return list, next, err
}

func (q *Query) rows(ctx context.Context, a *asked, rest string, limit int) (list []Row, err error) {
	most := a.args.Add(limit)
	return board.Ask(ctx, q.db, "list campaigns", `select c.id, c.plan, c.title, c.checklist, c.inspection, c.from_on, c.until_on, c.started_at, c.closed_at, c.running,
		c.places, c.checked, c.faults, c.open from board_campaign c where `+rest+" limit "+most, a.args, func(rows *sql.Rows) (x Row, err error) {
		var started, closed int64
		err = rows.Scan(&x.ID, &x.Plan, &x.Title, &x.Checklist, &x.Inspection, &x.From, &x.Until, &started, &closed, &x.Running, &x.Places, &x.Checked, &x.Faults, &x.Open)
		x.StartedAt, x.ClosedAt = time.UnixMicro(started).UTC(), board.Instant(closed)
		return x, err
	})
}

// Last gives the latest campaign of a plan, whoever asks: it says no more than when it was.
func (q *Query) Last(ctx context.Context, s access.Scope, plan string) (Row, bool, error) {
	if s.Station() == "" {
		return Row{}, false, nil
	}
	a := &asked{args: []any{s.Station(), plan}}
	list, err := q.rows(ctx, a, "c.station = $1 and c.plan = $2 order by c.from_on desc, c.id desc", 1)
	if err != nil || len(list) == 0 {
		return Row{}, false, err
	}
	return list[0], true, nil
}

// Wanted says which faults a list is of. Empty fields do not narrow it.
type Wanted struct {
	Until    string // due before this day
	Fixed    bool   // said to be put right, to be seen again
	Campaign string
	Firm     string
	Matter   string
	Closed   bool // those that are right too; asked with a campaign, firm or matter
}

// Faults gives open faults, those due first; a fault is seen by its cell and by who takes part in its campaign.
func (q *Query) Faults(ctx context.Context, s access.Scope, w Wanted, cursor string, limit int) ([]Fault, string, error) {
	limit = board.Limit(limit, MaxPage)
	a := &asked{}
	wheres, ok := a.faults(s, w)
	if !ok {
		return nil, "", nil
	}
	from, err := faultPlaces.After(cursor, board.ByWord{})
	if err != nil {
		return nil, "", err
	}
	if cursor != "" {
		wheres = append(wheres, "(f.due_on, f.fault) > ("+a.args.Add(from.By)+", "+a.args.Add(from.ID)+")")
	}
	most := a.args.Add(limit + 1)
	list, err := board.Ask(ctx, q.db, "list faults", `select f.fault, f.id, f.firm, f.cell, f.question, f.due_on, f.state, f.matter, f.words
		from board_campaign_fault f where `+strings.Join(wheres, " and ")+" order by f.due_on, f.fault limit "+most, a.args, scanFault)
	if err != nil {
		return nil, "", err
	}
	list, next := board.Cut(faultPlaces, list, limit, func(x Fault) board.ByWord { return board.ByWord{By: x.DueOn, ID: x.ID} })
	return list, next, nil
}

func scanFault(rows *sql.Rows) (x Fault, err error) {
	var words string
	if err = rows.Scan(&x.ID, &x.Campaign, &x.Firm, &x.Cell, &x.Question, &x.DueOn, &x.State, &x.Matter, &words); err == nil && words != "" {
		err = json.Unmarshal([]byte(words), &x.Words)
	}
	return x, err
}

func (a *asked) faults(s access.Scope, w Wanted) (wheres []string, ok bool) {
	if s.Station() == "" {
		return nil, false
	}
	wheres = []string{"f.station = " + a.args.Add(s.Station())}
	if !w.Closed {
		wheres = append(wheres, "f.is_open = 1")
	}
	if !s.Whole() {
		var any []string
		for _, c := range s.Cells() {
			any = append(any, "f.cell = "+a.args.Add(c))
		}
		if s.Person() != "" {
			any = append(any, "f.id in (select x.id from board_campaign_sight x where x.station = $1 and x.who = "+a.args.Add("p/"+s.Person())+")")
		}
		if len(any) == 0 {
			return nil, false
		}
		wheres = append(wheres, "("+strings.Join(any, " or ")+")")
	}
	for column, value := range map[string]string{"id": w.Campaign, "firm": w.Firm, "matter": w.Matter} {
		if value != "" {
			wheres = append(wheres, "f."+column+" = "+a.args.Add(value))
		}
	}
	if w.Until != "" {
		wheres = append(wheres, "f.due_on < "+a.args.Add(w.Until))
	}
	if w.Fixed {
		wheres = append(wheres, "f.state = 'fixed'")
	}
	return wheres, true
}

// Count counts faults, up to MaxCount.
func (q *Query) Count(ctx context.Context, s access.Scope, w Wanted) (n int, err error) {
	a := &asked{}
	wheres, ok := a.faults(s, w)
	if !ok {
		return 0, nil
	}
	most := a.args.Add(MaxCount)
	err = q.db.QueryRowContext(ctx, "select count(*) from (select f.fault from board_campaign_fault f where "+strings.Join(wheres, " and ")+" limit "+most+") c", a.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count faults: %w", err)
	}
	return n, nil
}

// Of gives the campaigns a firm is or was in, the latest first, those that may be seen.
func (q *Query) Of(ctx context.Context, s access.Scope, firm string, limit int) (list []Place, err error) {
	a := &asked{}
	in, ok := a.who(s)
	if !ok {
		return nil, nil
	}
	seen := ""
	if in != "" {
		seen = " and " + fmt.Sprintf(seenCampaign, in)
	}
	of, most := a.args.Add(firm), a.args.Add(limit)
	return board.Ask(ctx, q.db, "list campaigns of a firm", `select p.id, c.title, p.state, p.at, p.faults, c.running from board_campaign_place p
		join board_campaign c on c.station = p.station and c.id = p.id where p.station = $1 and p.firm = `+of+seen+" order by p.id desc limit "+most,
		a.args, func(rows *sql.Rows) (x Place, err error) {
			var at int64
			err = rows.Scan(&x.Campaign, &x.Title, &x.State, &at, &x.Faults, &x.Running)
			x.At = board.Instant(at)
			return x, err
		})
}
