package desk

import (
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Spaces of claims: from the code of a card to its batch, from a cell and an address to the household.
const (
	CardCodes  = "card"
	Households = "household"
)

// Cards are the rows of contact cards and of the register of households.
var Cards = []Spec{
	{Name: "card.print", New: make_[card.Print], do: printCards},
	{Name: "card.give", New: make_[card.Give], Additive: true, do: func(c *call) error {
		a := c.act.(*card.Give)
		return c.giveCard(a.Code, a.Household, a.Matter)
	}},
	{Name: "card.withdraw", New: make_[card.Withdraw], do: withdrawCard},
	{Name: "card.replace", New: make_[card.Replace], do: replaceCard},
	{Name: "card.ask", New: make_[card.Ask], do: askByCard},
	{Name: "card.called", New: make_[card.Called], Additive: true, do: calledBack},
	{Name: "household.set", New: make_[card.SetHousehold], do: setHousehold},
	{Name: "household.retire", New: make_[card.RetireHousehold], do: retireHousehold},
}

// cardMoment is the moment of a rule of cards.
func (c *call) cardMoment() card.Moment {
	return card.Moment{Moment: c.moment, Contact: c.org.Contacts(c.moment.HappenedAt),
		Badge: func(person string) string {
			if p, ok := c.org.People[person]; ok {
				return p.Badge
			}
			return ""
		},
		Parent: func(cell string) string { x, _ := c.org.Cell(cell); return string(x.Parent) }}
}

// cardThing is a card or household as the policy sees it: it belongs to its cell and to the one that came after.
func (c *call) cardThing(kind, cell string) access.Thing {
	t := access.Thing{Kind: kind, Cells: []string{cell}}
	if here := c.org.Present(cell, c.moment.Now); here != "" && here != cell {
		t.Cells = append(t.Cells, here)
	}
	return t
}

// printCards draws a code for every card and claims it.
func printCards(c *call) error {
	a := *c.act.(*card.Print)
	if err := c.permit(c.cardThing("card", a.Cell)); err != nil {
		return err
	}
	a.Codes = nil
	for range min(max(a.Sheets, 0), card.MaxSheets) * card.PerSheet {
		a.Codes = append(a.Codes, string(ident.NewReceipt(c.Rand)))
	}
	events, err := card.Batch{}.Print(a, c.cardMoment())
	if err != nil {
		return err
	}
	c.answer.ID = events[0].(card.CardsPrinted).ID
	for _, code := range a.Codes {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: CardCodes, Value: code, Holder: c.answer.ID})
	}
	return c.change(card.Stream(c.answer.ID), 0, events)
}

// cardBatch finds the batch of a code as people type it. A code that does not exist is told only to who may do the act in cells of
// their own.
func (c *call) cardBatch(field, typed string) (*card.Batch, string, error) {
	unknown := fault.New(fault.Missing, "card.unknown", nil).On(field)
	code, err := ident.ParseReceipt(typed)
	holder := ""
	if err == nil {
		if holder, err = c.Journal.Holder(c.ctx, c.who.Station, CardCodes, string(code)); err != nil {
			return nil, "", err
		}
	}
	if holder == "" {
		if err := c.permit(access.Thing{Kind: "card", Cells: c.who.Cells}); err != nil {
			return nil, "", err
		}
		return nil, "", unknown
	}
	b, err := c.batchOf(holder)
	if err != nil {
		return nil, "", err
	}
	return b, string(code), c.permit(c.cardThing("card", b.Cell))
}

func (c *call) batchOf(id string) (*card.Batch, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, card.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return card.Fold(events)
}

// giveCard leaves a card with a household, or at the visit of a matter with whoever was met.
func (c *call) giveCard(typed, household, of string) error {
	b, code, err := c.cardBatch("card_code", typed)
	if err != nil {
		return err
	}
	if of != "" {
		if _, err := c.visibleMatter(of); err != nil {
			return err
		}
	}
	mo := c.cardMoment()
	h, more, claim, err := c.householdFor(b, household, mo)
	if err != nil {
		return err
	}
	events, err := b.Give(code, h, of, mo)
	if err != nil {
		return err
	}
	if c.answer.ID == "" {
		c.answer.ID = b.ID
	}
	if h != nil {
		if err := c.changeHousehold(*h, more, claim); err != nil {
			return err
		}
	}
	return c.change(card.Stream(b.ID), b.Version, events)
}

// householdFor finds the household of an id or an address in the cell of a card; one that is not registered is made of the address.
func (c *call) householdFor(b *card.Batch, said string, mo card.Moment) (h *card.Household, made []work.Event, claim string, err error) {
	said = strings.TrimSpace(said)
	if said == "" {
		return nil, nil, "", nil
	}
	if _, err := ident.ParseID("h", said); err == nil {
		h, err := c.household(said)
		if err == nil && h.Version == 0 {
			err = fault.New(fault.Missing, "household.not_found", nil).On("household")
		}
		return &h, nil, "", err
	}
	a := card.SetHousehold{Cell: b.Cell, Label: said}
	if here, _ := mo.Contact(b.Cell, ""); here != "" {
		a.Cell = here
	}
	there, claim, err := c.householdAt(&a, mo)
	if err != nil || there.Version > 0 && !there.Retired {
		return &there, nil, "", err
	}
	if made, err = there.Set(a, mo); err != nil {
		if f, ok := fault.Of(err); ok {
			err = f.On("household")
		}
		return nil, nil, "", err
	}
	e := made[0].(card.HouseholdSet)
	return &card.Household{ID: e.ID, Version: there.Version, Cell: e.Cell, Label: e.Label, Key: e.Key}, made, claim, nil
}

// household loads a household; one that does not exist has no version.
func (c *call) household(id string) (card.Household, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, card.HouseholdStream(id), 0)
	if err != nil {
		return card.Household{}, err
	}
	return card.FoldHousehold(events)
}

// householdAt loads the household that stands at the address of an act now, the zero one when none does, with the claim that
// a household new there makes. Where houses were numbered anew one address has been several households': each has a claim of its own, the later ones
// counted.
func (c *call) householdAt(a *card.SetHousehold, mo card.Moment) (card.Household, string, error) {
	key := card.Key(a.Label, mo.Parent(a.Cell))
	for n := 1; ; n++ {
		claim := a.Cell + "|" + key
		if n > 1 {
			claim += "#" + strconv.Itoa(n)
		}
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, Households, claim)
		if err != nil || holder == "" {
			return card.Household{}, claim, err
		}
		h, err := c.household(holder)
		if err != nil || h.Cell == a.Cell && h.Key == key {
			return h, "", err // claimed already
		}
	}
}

// changeHousehold appends to a household and claims its address, so that the same address in a cell is one household.
func (c *call) changeHousehold(h card.Household, events []work.Event, claim string) error {
	if len(events) == 0 {
		return nil
	}
	if claim != "" {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: Households, Value: claim, Holder: h.ID})
	}
	return c.change(card.HouseholdStream(h.ID), h.Version, events)
}

func withdrawCard(c *call) error {
	a := *c.act.(*card.Withdraw)
	b, code, err := c.cardBatch("card_code", a.Code)
	if err != nil {
		return err
	}
	events, err := b.Withdraw(code, a.Reason, "", c.cardMoment())
	if err != nil {
		return err
	}
	c.answer.ID = b.ID
	return c.change(card.Stream(b.ID), b.Version, events)
}

// replaceCard takes one card out of use and gives another to the same household, in one batch.
func replaceCard(c *call) error {
	a := *c.act.(*card.Replace)
	old, code, err := c.cardBatch("card_code", a.Code)
	if err != nil {
		return err
	}
	next, fresh, err := c.cardBatch("new_code", a.New)
	if err != nil {
		return err
	}
	a.Code, a.New = code, fresh
	id, err := old.Replaceable(a)
	if err != nil {
		return err
	}
	h, err := c.household(id)
	if err != nil {
		return err
	}
	mo := c.cardMoment()
	var gone []work.Event
	if was, _ := old.Card(code); was.State != card.Withdrawn {
		if gone, err = old.Withdraw(code, a.Reason, fresh, mo); err != nil {
			return err
		}
	}
	come, err := next.Give(fresh, &h, "", mo)
	if f, ok := fault.Of(err); ok && f.Field == "card_code" {
		err = f.On("new_code")
	}
	if err != nil {
		return err
	}
	c.answer.ID = next.ID
	if old.ID == next.ID {
		return c.change(card.Stream(old.ID), old.Version, slices.Concat(gone, come))
	}
	if err := c.change(card.Stream(old.ID), old.Version, gone); err != nil {
		return err
	}
	return c.change(card.Stream(next.ID), next.Version, come)
}

// askByCard makes a report of what somebody wants who scanned a card, with its receipt, and a clock on the card.
func askByCard(c *call) error {
	a := *c.act.(*card.Ask)
	b, code, err := c.cardBatch("card_code", a.Code)
	if err != nil {
		return err
	}
	a.Code = code
	if err := a.Check(); err != nil {
		return err
	}
	limits := c.moment.Book.(book).CardSettings()
	hours := limits.AnswerHours
	if a.About == card.CallBack {
		hours = limits.CallBackHours
	}
	r, err := report.Report{}.Submit(report.Submit{Words: c.askedWords(a), Cell: "", Phone: a.Phone, Receipt: string(ident.NewReceipt(c.Rand))}, c.moment)
	if err != nil {
		return err
	}
	e := r[0].(report.Submitted)
	events, err := b.Ask(a, e.ID, hours, c.cardMoment())
	if err != nil {
		return err
	}
	e.Channel, e.Cell = "card", events[0].(card.CardAsked).Cell
	c.answer.ID, c.answer.Receipt = e.ID, e.Receipt
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "receipt", Value: e.Receipt, Holder: e.ID})
	if err := c.change(report.Stream(e.ID), 0, []work.Event{e}); err != nil {
		return err
	}
	return c.change(card.Stream(b.ID), b.Version, events)
}

// askedWords are the words of the report: what is wanted in the words of the playbook, then those that were typed.
func (c *call) askedWords(a card.Ask) string {
	b := c.moment.Book.(book)
	said := b.Text("card."+a.About, "zh")
	if when := strings.TrimSpace(a.Suits); when != "" {
		said += strings.ReplaceAll(b.Text("card.call_when", "zh"), "{when}", when)
	}
	return strings.TrimSpace(said + a.Words)
}

func calledBack(c *call) error {
	a := *c.act.(*card.Called)
	b, code, err := c.cardBatch("card_code", a.Code)
	if err != nil {
		return err
	}
	a.Code = code
	events, err := b.Called(a)
	if err != nil {
		return err
	}
	c.answer.ID = a.Report
	return c.change(card.Stream(b.ID), b.Version, events)
}

func setHousehold(c *call) error {
	a := *c.act.(*card.SetHousehold)
	var h card.Household
	var err error
	if a.ID != "" {
		if h, err = c.household(a.ID); err != nil {
			return err
		}
	}
	thing := c.cardThing("household", a.Cell)
	if h.Version > 0 && h.Cell != a.Cell { // it is taken out of one cell and put into another
		thing.Cells = []string{h.Cell}
		if slices.Contains(c.who.Cells, h.Cell) {
			thing.Cells = []string{a.Cell}
		}
	}
	if err := c.permit(thing); err != nil {
		return err
	}
	if a.ID != "" && h.Version == 0 {
		return fault.New(fault.Missing, "household.not_found", nil)
	}
	mo := c.cardMoment()
	at, claim, err := c.householdAt(&a, mo)
	if err != nil {
		return err
	}
	if h.Version == 0 {
		if h = at; h.Version > 0 && !h.Retired { // the same address said again: what is known of it stays
			a.Label = h.Label
			if a.Living == 0 {
				a.Living = h.Living
			}
		}
	} else if at.Version > 0 && at.ID != h.ID {
		return fault.New(fault.Stale, "household.there", fault.Args{"label": at.Label}).On("house_address")
	}
	events, err := h.Set(a, mo)
	if err != nil {
		return err
	}
	if len(events) > 0 {
		h.ID = events[0].(card.HouseholdSet).ID
	}
	c.answer.ID = h.ID
	return c.changeHousehold(h, events, claim)
}

func retireHousehold(c *call) error {
	a := *c.act.(*card.RetireHousehold)
	h, err := c.household(a.ID)
	if err != nil {
		return err
	}
	cells := c.who.Cells
	if h.Version > 0 {
		cells = c.cardThing("household", h.Cell).Cells
	}
	if err := c.permit(access.Thing{Kind: "household", Cells: cells}); err != nil {
		return err
	}
	events, err := h.Retire(a, c.cardMoment())
	if err != nil {
		return err
	}
	c.answer.ID = h.ID
	return c.change(card.HouseholdStream(h.ID), h.Version, events)
}

// withCard lets the record of a visit hand over a card in the same act. Whether a card may be given here is asked besides.
func withCard(s Spec) Spec {
	visit, give := s.do, &Spec{Name: "card.give"}
	s.do = func(c *call) error {
		if err := visit(c); err != nil {
			return err
		}
		a := c.act.(*matter.Visit)
		if a.Card == "" {
			return nil
		}
		was := c.spec
		c.spec = give
		err := c.giveCard(a.Card, a.Household, a.Matter)
		c.spec = was
		return err
	}
	return s
}
