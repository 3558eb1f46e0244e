package cards

import (
	"context"
	"database/sql"
	"slices"
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

// MaxPage is how many rows a page has at most.
const MaxPage = 500

// Batch is what was printed in one go.
type Batch struct {
	ID          string    `json:"id"`
	Cell        string    `json:"cell"`
	Person      string    `json:"person"`
	BadgeOnly   bool      `json:"badge_only,omitempty"`
	OfficePhone string    `json:"office_phone,omitempty"`
	DutyPhone   string    `json:"duty_phone"`
	Hours       string    `json:"hours"`
	At          time.Time `json:"at"`
	By          string    `json:"by"`
	Cards       int       `json:"cards"`
	Given       int       `json:"given"`
	Gone        int       `json:"gone"`
}

// Household is an address in a list.
type Household struct {
	ID      string `json:"id"`
	Cell    string `json:"cell"`
	Label   string `json:"label"`
	Address string `json:"-"`
	Living  int    `json:"living,omitempty"`
	Retired bool   `json:"retired,omitempty"`
	Cards   int    `json:"cards"` // in use
	Ever    int    `json:"ever"`  // those that were lost since, too
}

// Sum is how far a cell has come: households, those with a card, those that ever had one, cards printed and given.
type Sum struct{ Households, Carded, Ever, Cards, Given, Gone int }

// Asked is a wish that came through a card.
type Asked struct {
	Report string    `json:"report"`
	Code   string    `json:"-"`
	About  string    `json:"about"`
	Cell   string    `json:"cell"`
	To     string    `json:"to,omitempty"`
	At     time.Time `json:"at"`
	Due    time.Time `json:"due"`
	DoneAt time.Time `json:"done_at,omitzero"`
	Tries  int       `json:"tries,omitempty"`
}

// Of chooses households.
type Of string

// What may be asked of households.
const (
	All     Of = "all"
	Never   Of = "never" // never had a card
	Without Of = "lost"  // had one, and has none now
	With    Of = "with"
)

// Ofs lists them in the order of the page.
var Ofs = []Of{Never, Without, With, All}

var ofs = map[Of]string{All: "", Never: " and ever = 0", Without: " and ever > 0 and cards = 0", With: " and cards > 0"}

// asking builds one query within a scope.
type asking struct {
	where []string
	args  board.Args
}

func (a *asking) in(column string, list []string) {
	a.where = append(a.where, a.args.In(column, list))
}

// within begins a query over the rows of a scope, narrowed to some cells (nil for all). ok is false when nothing may be seen.
func within(s access.Scope, cells []string) (a *asking, ok bool) {
	a = &asking{}
	if s.Station() == "" {
		return a, false
	}
	a.where = append(a.where, "station = "+a.args.Add(s.Station()))
	if !s.Whole() {
		mine := s.Cells()
		if cells == nil {
			cells = mine
		}
		cells = slices.DeleteFunc(slices.Clone(cells), func(c string) bool { return !slices.Contains(mine, c) })
		if len(cells) == 0 {
			return a, false
		}
	}
	if cells != nil {
		if len(cells) == 0 {
			return a, false
		}
		a.in("cell", cells)
	}
	return a, true
}

const (
	batchPlaces     = board.Order[board.ByTime]("card batches")
	householdPlaces = board.Order[board.ByWord]("households")
	askedPlaces     = board.Order[board.ByTime]("asked by card")
)

// Batches gives what was printed for some cells (nil for all of the scope), the latest first, and the cursor of the next run.
func (q *Query) Batches(ctx context.Context, s access.Scope, cells []string, after string, limit int) ([]Batch, string, error) {
	a, ok := within(s, cells)
	if !ok {
		return nil, "", nil
	}
	from, err := batchPlaces.After(after, board.ByTime{})
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		a.where = append(a.where, "(at, id) < ("+a.args.Add(from.At)+", "+a.args.Add(from.ID)+")")
	}
	limit = board.Limit(limit, MaxPage)
	text := "select " + batchColumns + " from board_card_batch where " + strings.Join(a.where, " and ") + " order by at desc, id desc limit " + a.args.Add(limit+1)
	list, err := board.Ask(ctx, q.db, "ask cards", text, a.args, func(r *sql.Rows) (b Batch, err error) {
		var station string
		var badge, at int64
		err = r.Scan(&station, &b.ID, &b.Cell, &b.Person, &badge, &b.OfficePhone, &b.DutyPhone, &b.Hours, &at, &b.By, &b.Cards, &b.Given, &b.Gone)
		b.BadgeOnly, b.At = badge == 1, time.UnixMicro(at).UTC()
		return b, err
	})
	list, next := board.Cut(batchPlaces, list, limit, func(b Batch) board.ByTime { return board.ByTime{At: board.Micros(b.At), ID: b.ID} })
	return list, next, err
}

// Design is the last that was printed for some cells: what their cards say today. Of the person wished for, when there is any.
func (q *Query) Design(ctx context.Context, s access.Scope, cells []string, person string) (Batch, bool, error) {
	list, _, err := q.Batches(ctx, s, cells, "", 50)
	if err != nil || len(list) == 0 {
		return Batch{}, false, err
	}
	if i := slices.IndexFunc(list, func(b Batch) bool { return b.Person == person }); i >= 0 {
		return list[i], true, nil
	}
	return list[0], true, nil
}

// Sums gives for each cell of the scope how far it has come.
func (q *Query) Sums(ctx context.Context, s access.Scope) (map[string]Sum, error) {
	all := map[string]Sum{}
	a, ok := within(s, nil)
	if !ok {
		return all, nil
	}
	where := strings.Join(a.where, " and ")
	add := func(text string, put func(sum *Sum, n [3]int)) error {
		_, err := board.Ask(ctx, q.db, "ask cards", text, a.args, func(r *sql.Rows) (n [3]int, err error) {
			var cell string
			if err = r.Scan(&cell, &n[0], &n[1], &n[2]); err == nil {
				sum := all[cell]
				put(&sum, n)
				all[cell] = sum
			}
			return n, err
		})
		return err
	}
	if err := add("select cell, households, carded, ever from board_household_cell where "+where, func(sum *Sum, n [3]int) {
		sum.Households, sum.Carded, sum.Ever = n[0], n[1], n[2]
	}); err != nil {
		return nil, err
	}
	return all, add("select cell, sum(cards), sum(given), sum(gone) from board_card_batch where "+where+" group by cell", func(sum *Sum, n [3]int) {
		sum.Cards, sum.Given, sum.Gone = n[0], n[1], n[2]
	})
}

func scanHousehold(r *sql.Rows) (h Household, err error) {
	var retired int
	err = r.Scan(&h.ID, &h.Cell, &h.Label, &h.Address, &h.Living, &retired, &h.Cards, &h.Ever)
	h.Retired = retired == 1
	return h, err
}

const householdColumns = "id, cell, label, address, living, retired, cards, ever"

// Households gives the addresses of some cells (nil for all of the scope) in the order of their labels, and the cursor of the next run.
func (q *Query) Households(ctx context.Context, s access.Scope, cells []string, of Of, after string, limit int) ([]Household, string, error) {
	a, ok := within(s, cells)
	if !ok {
		return nil, "", nil
	}
	a.where = append(a.where, "retired = 0"+ofs[of])
	from, err := householdPlaces.After(after, board.ByWord{})
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		a.where = append(a.where, "(label, id) > ("+a.args.Add(from.By)+", "+a.args.Add(from.ID)+")")
	}
	limit = board.Limit(limit, MaxPage)
	text := "select " + householdColumns + " from board_household where " + strings.Join(a.where, " and ") + " order by label, id limit " + a.args.Add(limit+1)
	list, err := board.Ask(ctx, q.db, "ask cards", text, a.args, scanHousehold)
	list, next := board.Cut(householdPlaces, list, limit, func(h Household) board.ByWord { return board.ByWord{By: h.Label, ID: h.ID} })
	return list, next, err
}

// ByID gives households of the scope.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) (map[string]Household, error) {
	found := map[string]Household{}
	a, ok := within(s, nil)
	if !ok || len(ids) == 0 {
		return found, nil
	}
	a.in("id", ids)
	list, err := board.Ask(ctx, q.db, "ask cards", "select "+householdColumns+" from board_household where "+strings.Join(a.where, " and "), a.args, scanHousehold)
	for _, h := range list {
		found[h.ID] = h
	}
	return found, err
}

// Twice gives the addresses that are registered in two cells, one after the other; a person has to say where they belong. Somebody who
// sees one of the two sees the other as well, or it could never be settled.
func (q *Query) Twice(ctx context.Context, s access.Scope, limit int) ([]Household, error) {
	a, ok := within(s, nil)
	if !ok {
		return nil, nil
	}
	a.where[0] = "x." + a.where[0]
	text := "select h.id, h.cell, h.label, h.address, h.living, h.retired, h.cards, h.ever from board_household_twice t join board_household h on h.station = t.station and h.address = t.address and h.retired = 0 where t.station = $1"
	if !s.Whole() {
		text += " and exists (select 1 from board_household x where x.address = t.address and x.retired = 0 and " + strings.Join(a.where, " and ") + ")"
	}
	text += " order by h.address, h.cell, h.id limit " + a.args.Add(board.Limit(limit, MaxPage))
	return board.Ask(ctx, q.db, "ask cards", text, a.args, scanHousehold)
}

// Asked gives what came through cards and is not done, the earliest due first, or what is done, the latest first.
func (q *Query) Asked(ctx context.Context, s access.Scope, open bool, after string, limit int) ([]Asked, string, error) {
	a, ok := within(s, nil)
	if !ok {
		return nil, "", nil
	}
	done, dir, cmp := "done_at = 0", "", ">"
	if !open {
		done, dir, cmp = "done_at > 0", " desc", "<"
	}
	a.where = append(a.where, done)
	from, err := askedPlaces.After(after, board.ByTime{})
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		a.where = append(a.where, "(due, report) "+cmp+" ("+a.args.Add(from.At)+", "+a.args.Add(from.ID)+")")
	}
	limit = board.Limit(limit, MaxPage)
	text := "select " + askedColumns + " from board_card_asked where " + strings.Join(a.where, " and ") + " order by due" + dir + ", report" + dir + " limit " + a.args.Add(limit+1)
	list, err := board.Ask(ctx, q.db, "ask cards", text, a.args, scanAsked)
	list, next := board.Cut(askedPlaces, list, limit, func(x Asked) board.ByTime { return board.ByTime{At: board.Micros(x.Due), ID: x.Report} })
	return list, next, err
}

const askedColumns = "report, code, about, cell, person, at, due, done_at, tries"

func scanAsked(r *sql.Rows) (x Asked, err error) {
	var at, due, done int64
	err = r.Scan(&x.Report, &x.Code, &x.About, &x.Cell, &x.To, &at, &due, &done, &x.Tries)
	x.At, x.Due, x.DoneAt = time.UnixMicro(at).UTC(), time.UnixMicro(due).UTC(), board.Instant(done)
	return x, err
}

// Wish gives what came through a card as a report.
func (q *Query) Wish(ctx context.Context, s access.Scope, report string) (Asked, bool, error) {
	if s.Station() == "" {
		return Asked{}, false, nil
	}
	list, err := board.Ask(ctx, q.db, "ask cards", "select "+askedColumns+" from board_card_asked where station = $1 and report = $2",
		[]any{s.Station(), report}, scanAsked)
	if err != nil || len(list) == 0 || !s.Sees(access.Thing{Kind: "report", Station: s.Station(), Cells: []string{list[0].Cell}}) {
		return Asked{}, false, err
	}
	return list[0], true, nil
}

// Card is one card that a household had.
type Card struct {
	Code    string    `json:"code"`
	Batch   string    `json:"batch"`
	Cell    string    `json:"cell"`
	Person  string    `json:"person"`
	State   string    `json:"state"`
	Reason  string    `json:"reason,omitempty"`
	GivenAt time.Time `json:"given_at"`
	GivenBy string    `json:"given_by"`
}

// CardsOf gives the cards of a household of the scope, the latest first.
func (q *Query) CardsOf(ctx context.Context, s access.Scope, household string) ([]Card, error) {
	if found, err := q.ByID(ctx, s, household); err != nil || len(found) == 0 {
		return nil, err
	}
	return board.Ask(ctx, q.db, "ask cards", `select c.code, c.batch, c.cell, b.person, c.state, c.reason, c.given_at, c.given_by from board_card c
		join board_card_batch b on b.station = c.station and b.id = c.batch where c.station = $1 and c.household = $2 order by c.given_at desc, c.code limit 50`,
		[]any{s.Station(), household}, func(r *sql.Rows) (x Card, err error) {
			var at int64
			err = r.Scan(&x.Code, &x.Batch, &x.Cell, &x.Person, &x.State, &x.Reason, &at, &x.GivenBy)
			x.GivenAt = time.UnixMicro(at).UTC()
			return x, err
		})
}
