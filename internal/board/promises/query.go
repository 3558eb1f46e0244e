package promises

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

// Row is one promise in the ledger. Names are sealed references: a page opens those it shows, and never that of a minor.
type Row struct {
	ID              string      `json:"id"`
	Matter          string      `json:"matter"`
	Number          string      `json:"number"` // of the matter
	Title           string      `json:"title"`
	Kind            string      `json:"kind"`
	Cell            string      `json:"cell"`
	Handler         string      `json:"handler,omitempty"`
	Track           string      `json:"track,omitempty"`
	Agreement       string      `json:"agreement"`
	AgreementNumber string      `json:"agreement_number,omitempty"`
	What            string      `json:"what"` // of dispute.PromiseWhats
	Amount          dispute.Fen `json:"amount,omitempty"`
	Every           string      `json:"every,omitempty"`
	Times           int         `json:"times,omitempty"`
	Security        string      `json:"security,omitempty"`
	SeenBy          string      `json:"seen_by,omitempty"` // person
	Payer           string      `json:"payer"`             // party or companion whose turn it is
	PayerName       vault.Text  `json:"-"`
	PayerMinor      bool        `json:"payer_minor,omitempty"`
	Receiver        string      `json:"receiver,omitempty"`
	ReceiverName    vault.Text  `json:"-"`
	ReceiverMinor   bool        `json:"receiver_minor,omitempty"`
	N               int         `json:"n,omitempty"` // next open instalment, 0 when the promise has ended
	DueOn           string      `json:"due_on"`      // of that instalment; of an ended promise its last day
	Open            dispute.Fen `json:"open,omitempty"`
	Left            dispute.Fen `json:"left,omitempty"` // of the whole promise
	Running         bool        `json:"running"`
	State           string      `json:"state"` // open, part, broken, kept, waived, void
	Overdue         bool        `json:"overdue,omitempty"`
	Kept            int         `json:"kept"`
	Broken          int         `json:"broken"`
	Reminded        []string    `json:"reminded,omitempty"`
	EffectiveOn     string      `json:"effective_on"`
	EndedOn         string      `json:"ended_on,omitempty"`
	Words           vault.Text  `json:"-"` // as agreed
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// View is a part of the ledger.
type View string

// The parts of the ledger.
const (
	DueWeek View = "due_week" // due today or within the seven days after it
	Overdue View = "overdue"
	Part    View = "part"   // partly performed
	Broken  View = "broken" // a failure was recorded and it is still owed
	Open    View = "open"
	Kept    View = "kept"
	All     View = "all"
)

// Views are the parts in the order they are shown.
var Views = []View{DueWeek, Overdue, Part, Broken, Open, Kept, All}

// Filter narrows the ledger. Empty fields do not; the empty View is Open.
type Filter struct {
	View                         View
	Handler, Cell, Payer, Matter string
	From, Until                  string // due within, days included
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

// List gives promises by the day their next open instalment is due. today is a date in Asia/Shanghai.
func (q *Query) List(ctx context.Context, s access.Scope, f Filter, today, cursor string, limit int) (Page, error) {
	b, err := newBuilder(s, f, today)
	if err != nil {
		return Page{}, err
	}
	return q.run(ctx, b, today, cursor, limit)
}

// Counts counts every part of the ledger, each up to MaxCount.
func (q *Query) Counts(ctx context.Context, s access.Scope, today string) (map[View]int, error) {
	counts := map[View]int{}
	for _, v := range Views {
		b, err := newBuilder(s, Filter{View: v}, today)
		if err != nil {
			return nil, err
		}
		if b.none {
			continue
		}
		var n int
		if err := q.db.QueryRowContext(ctx, "select count(*) from ("+b.sql("p.id", board.ByWord{}, MaxCount)+") c", b.args...).Scan(&n); err != nil {
			return nil, fmt.Errorf("count promises: %w", err)
		}
		counts[v] = n
	}
	return counts, nil
}

// Due gives running promises whose next instalment is due on untilDay or before and of which it was not reminded yet that they are
// overdue: what the program still has to remind of, those due first. Reminded tells of what it was reminded.
func (q *Query) Due(ctx context.Context, s access.Scope, untilDay, cursor string, limit int) (Page, error) {
	b, err := newBuilder(s, Filter{View: Open, Until: untilDay}, untilDay)
	if err != nil {
		return Page{}, err
	}
	b.where("p.told = 0")
	return q.run(ctx, b, untilDay, cursor, limit)
}

// Of gives the promises of one matter, by due day.
func (q *Query) Of(ctx context.Context, s access.Scope, matter, today string) ([]Row, error) {
	p, err := q.List(ctx, s, Filter{View: All, Matter: matter}, today, "", MaxPage)
	return p.Rows, err
}

// Confirmation is an agreement in force whose judicial confirmation may be applied for (law-and-standards 4.1).
type Confirmation struct {
	Agreement       string    `json:"agreement"`
	AgreementNumber string    `json:"agreement_number,omitempty"`
	Matter          string    `json:"matter"`
	Number          string    `json:"number"`
	Title           string    `json:"title"`
	Cell            string    `json:"cell"`
	Handler         string    `json:"handler,omitempty"`
	Track           string    `json:"track"`
	EffectiveAt     time.Time `json:"effective_at"`
	Reminded        []string  `json:"reminded,omitempty"` // confirm_20, confirm_27
}

// Confirmations gives agreements that took effect before an instant (and after another, when it is not zero) and for which nobody
// has applied yet, the oldest first.
func (q *Query) Confirmations(ctx context.Context, s access.Scope, effectiveAfter, effectiveBefore time.Time, cursor string, limit int) ([]Confirmation, string, error) {
	if s.Station() == "" {
		return nil, "", nil
	}
	limit = board.Limit(limit, MaxPage)
	from, err := confirmations.After(cursor, board.ByTime{})
	if err != nil {
		return nil, "", err
	}
	type row struct {
		Confirmation
		cells, people string
	}
	list, err := board.Ask(ctx, q.db, "list confirmations", `select agreement, agreement_no, matter, number, title, cell, handler, cells, people, track, effective_at, reminded
		from board_confirmation where station = $1 and waits = 1 and effective_at > $2 and effective_at < $3 and (effective_at, agreement) > ($4, $5)
		order by effective_at, agreement limit $6`,
		[]any{s.Station(), board.Micros(effectiveAfter), board.Micros(effectiveBefore), from.At, from.ID, limit + 1}, func(rows *sql.Rows) (x row, err error) {
			var reminded string
			var at int64
			err = rows.Scan(&x.Agreement, &x.AgreementNumber, &x.Matter, &x.Number, &x.Title, &x.Cell, &x.Handler, &x.cells, &x.people, &x.Track, &at, &reminded)
			x.EffectiveAt, x.Reminded = time.UnixMicro(at).UTC(), board.Split(reminded)
			return x, err
		})
	if err != nil {
		return nil, "", err
	}
	list, next := board.Cut(confirmations, list, limit, func(x row) board.ByTime { return board.ByTime{At: x.EffectiveAt.UnixMicro(), ID: x.Agreement} })
	var seen []Confirmation
	for _, x := range list {
		if s.Sees(access.Thing{Kind: "matter", Station: s.Station(), Cells: board.Split(x.cells), People: board.Split(x.people)}) {
			seen = append(seen, x.Confirmation)
		}
	}
	return seen, next, nil
}

const (
	places        = board.Order[board.ByWord]("promises")
	confirmations = board.Order[board.ByTime]("confirmations")
)

// builder puts one list query together from fixed pieces; what people type only ever becomes an argument.
type builder struct {
	from   []string // conditions on board_promise_sight that name promises that may be seen; none: the whole station
	inner  []string // conditions on is_open, state, what and due_on, which both tables have
	wheres []string // conditions on board_promise alone
	none   bool
	args   board.Args
}

func newBuilder(s access.Scope, f Filter, today string) (*builder, error) {
	b := &builder{none: s.Station() == ""}
	b.args.Add(s.Station())
	switch f.View {
	case DueWeek:
		b.both("is_open = 1")
		b.both("due_on >= " + b.args.Add(today))
		b.both("due_on <= " + b.args.Add(board.DayAfter(today, 7)))
	case Overdue:
		b.both("is_open = 1")
		b.both("due_on < " + b.args.Add(today))
		b.both("what <> '" + forbear + "'")
	case Part, Broken, Kept:
		b.both("state = " + b.args.Add(string(f.View)))
	case Open, "":
		b.both("is_open = 1")
	case All:
	default:
		return nil, fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	if f.From != "" {
		b.both("due_on >= " + b.args.Add(f.From))
	}
	if f.Until != "" {
		b.both("due_on <= " + b.args.Add(f.Until))
	}
	switch {
	case !s.Whole():
		for _, w := range board.SeesAs(s) {
			b.from = append(b.from, "who = "+b.args.Add(w))
		}
		b.none = b.none || len(b.from) == 0
	case f.Cell != "": // as that cell sees it: a matter in transfer is seen from both
		b.from = append(b.from, "who = "+b.args.Add("c/"+f.Cell))
		f.Cell = ""
	case f.Handler != "":
		b.from = append(b.from, "who = "+b.args.Add("p/"+f.Handler))
	}
	// The index of who sees what begins with what is open; that of the whole station has one by state.
	var from []string
	for _, open := range map[View][]string{Part: {"1"}, Broken: {"1"}, Kept: {"0"}, All: {"0", "1"}}[f.View] {
		for _, w := range b.from {
			from = append(from, w+" and is_open = "+open)
		}
	}
	if from != nil {
		b.from = from
	}
	for _, c := range []struct{ column, value string }{{"handler", f.Handler}, {"payer", f.Payer}, {"matter", f.Matter}} {
		if c.value != "" {
			b.where("p." + c.column + " = " + b.args.Add(c.value))
		}
	}
	if f.Cell != "" {
		b.where("p.cell = " + b.args.Add(f.Cell))
	}
	return b, nil
}

func (b *builder) both(cond string)  { b.inner = append(b.inner, cond) }
func (b *builder) where(cond string) { b.wheres = append(b.wheres, cond) }

// sql gives the query. Each cell or person names a page of ids by an index of its own, so that no list grows with the table; only
// what narrows it further (payer, handler) makes it look at all of them.
func (b *builder) sql(what string, after board.ByWord, limit int) string {
	inner, wheres := slices.Clone(b.inner), append([]string{"p.station = $1"}, b.wheres...)
	if after.ID != "" {
		inner = append(inner, "(due_on, id) > ("+b.args.Add(after.By)+", "+b.args.Add(after.ID)+")")
	}
	n := b.args.Add(limit)
	const order = " order by due_on, id"
	text := "select " + what + " from "
	if len(b.from) > 0 {
		var sources []string
		for _, f := range b.from {
			q := "select id from board_promise_sight where " + strings.Join(append([]string{"station = $1", f}, inner...), " and ")
			if len(b.wheres) == 0 {
				q += order + " limit " + n
			}
			sources = append(sources, "select id from ("+q+") s")
		}
		// A cross join keeps SQLite to this order: a page of ids first, each looked up by its key.
		text += "(" + strings.Join(sources, " union ") + ") v cross join "
		wheres = append(wheres, "p.id = v.id")
	} else {
		for _, c := range inner {
			if !strings.HasPrefix(c, "(") {
				wheres = append(wheres, "p."+c)
			} else {
				wheres = append(wheres, strings.Replace(c, "(due_on, id)", "(p.due_on, p.id)", 1))
			}
		}
	}
	return text + "board_promise p where " + strings.Join(wheres, " and ") + " order by p.due_on, p.id limit " + n
}

func (q *Query) run(ctx context.Context, b *builder, today, cursor string, limit int) (Page, error) {
	if b.none {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	from, err := places.After(cursor, board.ByWord{})
	if err != nil {
		return Page{}, err
	}
	text := b.sql("p."+strings.ReplaceAll(columns, ", ", ", p."), from, limit+1)
	list, err := board.Ask(ctx, q.db, "list promises", text, b.args, func(rows *sql.Rows) (Row, error) { return scan(rows, today) })
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByWord { return board.ByWord{By: r.DueOn, ID: r.ID} })
	return Page{list, next}, nil
}

func scan(rows *sql.Rows, today string) (Row, error) {
	var r Row
	var station, payer, receiver, reminded, words string
	var payerMinor, receiverMinor, open, told int
	err := rows.Scan(&station, &r.ID, &r.Matter, &r.Number, &r.Title, &r.Kind, &r.Cell, &r.Handler, &r.Track, &r.Agreement, &r.AgreementNumber, &r.What,
		&r.Amount, &r.Every, &r.Times, &r.Security, &r.SeenBy, &r.Payer, &payer, &payerMinor, &r.Receiver, &receiver, &receiverMinor, &r.N, &r.DueOn,
		&r.Open, &r.Left, &open, &r.State, &r.Kept, &r.Broken, &reminded, &told, &r.EffectiveOn, &r.EndedOn, &words)
	if err != nil {
		return r, err
	}
	r.PayerMinor, r.ReceiverMinor, r.Running, r.Reminded = payerMinor == 1, receiverMinor == 1, open == 1, board.Split(reminded)
	r.Overdue = r.Running && r.DueOn < today && r.What != forbear
	for _, t := range []struct {
		raw  string
		into *vault.Text
	}{{payer, &r.PayerName}, {receiver, &r.ReceiverName}, {words, &r.Words}} {
		if t.raw != "" {
			if err := json.Unmarshal([]byte(t.raw), t.into); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}
