package card

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/clock"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/card"
)

// households is the register by cell: which addresses never had a card, which lost theirs.
func (s Pages) households(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	cell, of := q.Get("cell"), c.of(q)
	if cell == "" && len(c.cells) == 1 {
		cell = string(c.cells[0].ID)
	}
	sums, ended, err := c.sums()
	if err != nil {
		return err
	}
	twice, err := s.Boards.Cards.Twice(c.Ctx(), c.Scope(), 200)
	if err != nil {
		return err
	}
	bar := part.FilterBar{Action: "/households", Fields: []part.Field{{Name: "cell", Label: c.T("households.cell"), Kind: part.KindSelect, Value: cell, Options: c.cellsOptions()}}}
	parts := []templ.Component{c.householdHead(cell, of), bar}
	if len(twice) > 0 {
		parts = append(parts, part.Button{Label: c.T("households.twice") + "（" + strconv.Itoa(len(twice)) + "）", Icon: "triangle-alert", Href: "/households/twice", Kind: part.Quiet})
	}
	if cell == "" {
		parts = append(parts, web.Paragraph(c.T("households.pick")), c.progress(sums))
		return s.Page(w, r, http.StatusOK, c.T("households.title"), "services", part.Some(parts...))
	}
	ids, err := c.cellIDs(cell)
	if err != nil {
		return err
	}
	rows, next, err := s.Boards.Cards.Households(c.Ctx(), c.Scope(), ids, of, q.Get("after"), 100)
	if err != nil {
		return err
	}
	sum, ok := sums[cell]
	if !ok {
		sum = ended[cell]
	}
	parts = append(parts, c.cellProgress(cell, sum), c.ofTabs(q, of, sum), c.householdTable(rows, of))
	if p := c.Pager("/households", q, next); p != nil {
		parts = append(parts, p)
	}
	if c.May("household.set", access.Thing{Kind: "household", Cells: ids}) {
		add, err := c.addForm(cell, q)
		if err != nil {
			return err
		}
		parts = append(parts, web.Around(part.Disclosure{Summary: c.T("households.add"), Icon: "plus"}, add))
	}
	return s.Page(w, r, http.StatusOK, c.T("households.title"), "services", part.Some(parts...))
}

// cellIDs are a cell and those that went into it, when its households may be seen.
func (c *carrier) cellIDs(cell string) ([]string, error) {
	ids := web.WithMerged(c.Org(), cell)
	if _, ok := c.Org().Cell(cell); !ok || !c.Scope().Sees(access.Thing{Kind: "household", Station: c.Who().Station, Cells: ids}) {
		return nil, fault.New(fault.Missing, "web.no_page", nil)
	}
	return ids, nil
}

func (c *carrier) of(q url.Values) cards.Of {
	if of := cards.Of(q.Get("of")); slices.Contains(cards.Ofs, of) {
		return of
	}
	return cards.Never
}

func (c *carrier) householdHead(cell string, of cards.Of) templ.Component {
	var actions []templ.Component
	if cell != "" {
		actions = append(actions, part.Button{Label: c.T("households.pdf"), Icon: "printer", Href: "/households/sheet.pdf?" + url.Values{"cell": {cell}, "of": {string(of)}}.Encode()})
	}
	if len(c.cells) > 0 && c.May("household.set", access.Thing{Kind: "household", Cells: c.Who().Cells}) {
		actions = append(actions, part.Button{Label: c.T("households.import"), Icon: "upload", Href: "/households/import?" + url.Values{"cell": {cell}}.Encode(), Kind: part.Quiet})
	}
	return web.Around(part.Heading{Title: c.T("households.title"), Sub: c.T("households.sub"), Back: &part.Link{Href: "/cards", Label: c.T("cards.title")}}, actions...)
}

func (c *carrier) cellProgress(cell string, sum cards.Sum) part.Bars {
	b := part.Bars{Title: c.T("households.cell_progress"), Max: 100, Rows: []part.Bar{{Label: c.Org().CellName(cell, c.Lang()), Text: c.T("cards.of", "n", sum.Carded, "all", sum.Households)}}}
	if sum.Households > 0 {
		b.Rows[0].Value = float64(sum.Carded) * 100 / float64(sum.Households)
	}
	return b
}

func (c *carrier) ofTabs(q url.Values, now cards.Of, sum cards.Sum) part.Tabs {
	n := map[cards.Of]int{cards.Never: sum.Households - sum.Ever, cards.Without: sum.Ever - sum.Carded, cards.With: sum.Carded, cards.All: sum.Households}
	tabs := part.Tabs{Label: c.T("households.title")}
	for _, of := range cards.Ofs {
		tabs.Items = append(tabs.Items, part.Tab{Href: web.Address("/households", q, "of", string(of), "after", ""), Label: c.T("households.of." + string(of)), Count: n[of], Current: of == now})
	}
	return tabs
}

func (c *carrier) householdTable(list []cards.Household, of cards.Of) part.Table {
	t := part.Table{Caption: c.T("households.title"), Empty: &part.Empty{Icon: "house", Text: c.T("households.none." + string(of))},
		Columns: []part.Column{{Label: c.T("households.address")}, {Label: c.T("households.living"), Num: true}, {Label: c.T("households.card")}}}
	for _, h := range list {
		cells := part.Cells(h.Label, orNone(h.Living), "")
		cells[2] = c.cardMark(h)
		t.Rows = append(t.Rows, part.Row{Href: "/households/" + h.ID, Cells: cells})
	}
	return t
}

func (c *carrier) cardMark(h cards.Household) part.Status {
	switch {
	case h.Cards > 0:
		return part.Status{Tone: part.OK, Label: c.T("households.card_has")}
	case h.Ever > 0:
		return part.Status{Tone: part.Due, Label: c.T("households.card_lost")}
	}
	return part.Status{Tone: part.Due, Label: c.T("households.card_none")}
}

func (c *carrier) addForm(cell string, q url.Values) (part.Form, error) {
	return c.s.ActForm(c.Ctx(), c.Who(), &card.SetHousehold{Cell: cell}, web.FormOptions{Fixed: []string{"cell"}, Only: []string{"house_address", "living"}, Skip: []string{"id"},
		Next: web.Address("/households", q, "cell", cell), Submit: c.T("households.add"), Icon: "plus", Hints: map[string]string{"house_address": c.T("cards.give_household_hint")}})
}

// householdsTwice are the addresses that stand in two cells, for somebody to settle.
func (s Pages) householdsTwice(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	list, err := s.Boards.Cards.Twice(c.Ctx(), c.Scope(), 200)
	if err != nil {
		return err
	}
	t := part.Table{Caption: c.T("households.twice"), Empty: &part.Empty{Icon: "circle-check", Text: c.T("cards.dead_none")},
		Columns: []part.Column{{Label: c.T("households.address")}, {Label: c.T("households.cell")}, {Label: c.T("households.card")}}}
	t.Empty.Text = c.T("households.twice_none")
	for _, h := range list {
		cells := part.Cells(h.Label, c.Cell(h.Cell), "")
		cells[2] = c.cardMark(h)
		row := part.Row{Cells: cells}
		if c.Scope().Sees(access.Thing{Kind: "household", Station: c.Who().Station, Cells: []string{h.Cell}}) {
			row.Href = "/households/" + h.ID
		}
		t.Rows = append(t.Rows, row)
	}
	head := part.Heading{Title: c.T("households.twice"), Sub: c.T("households.twice_note"), Back: &part.Link{Href: "/households", Label: c.T("households.title")}}
	return s.Page(w, r, http.StatusOK, head.Title, "services", part.Some(head, t))
}

// household is one address: what is said of it, the cards it had, and what may be done.
func (s Pages) household(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	found, err := s.Boards.Cards.ByID(c.Ctx(), c.Scope(), r.PathValue("id"))
	if err != nil {
		return err
	}
	h, ok := found[r.PathValue("id")]
	if !ok {
		return fault.New(fault.Missing, "household.not_found", nil)
	}
	list, err := s.Boards.Cards.CardsOf(c.Ctx(), c.Scope(), h.ID)
	if err != nil {
		return err
	}
	cell := h.Cell
	if here := c.Org().Present(h.Cell, c.Now()); here != "" {
		cell = here
	}
	thing := access.Thing{Kind: "household", Cells: []string{h.Cell, cell}}
	back := "/households?" + url.Values{"cell": {cell}}.Encode()
	head := part.Heading{Title: h.Label, Kicker: c.Cell(h.Cell), Back: &part.Link{Href: back, Label: c.T("households.title")}}
	var actions []templ.Component
	if !h.Retired && h.Cards == 0 && c.May("card.give", access.Thing{Kind: "card", Cells: thing.Cells}) {
		actions = append(actions, part.Button{Label: c.T("cards.give"), Icon: "handshake", Href: "/cards/give?household=" + url.QueryEscape(h.ID)})
	}
	state := c.cardMark(h)
	if h.Retired {
		state = part.Status{Tone: part.Paused, Label: c.T("households.retired")}
	}
	parts := []templ.Component{web.Around(head, actions...), state, web.Around(part.Section{Title: c.T("households.history")}, c.historyTable(list))}
	forms, err := c.householdForms(h, thing, back)
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, h.Label, "services", part.Some(append(parts, forms...)...))
}

func (c *carrier) householdForms(h cards.Household, thing access.Thing, back string) (list []templ.Component, err error) {
	if c.May("household.set", thing) {
		f, err := c.s.ActForm(c.Ctx(), c.Who(), &card.SetHousehold{ID: h.ID, Cell: h.Cell, Label: h.Label, Living: h.Living}, web.FormOptions{Next: "/households/" + h.ID, Submit: c.T("households.edit"), Icon: "pencil"})
		if err != nil {
			return nil, err
		}
		f.Scope = "set-"
		list = append(list, web.Around(part.Disclosure{Summary: c.T("households.edit"), Icon: "pencil"}, f))
	}
	if !h.Retired && c.May("household.retire", thing) {
		f, err := c.s.ActForm(c.Ctx(), c.Who(), &card.RetireHousehold{ID: h.ID}, web.FormOptions{Next: back, Submit: c.T("households.retire"), Icon: "trash-2", Danger: true})
		if err != nil {
			return nil, err
		}
		f.Scope = "retire-"
		list = append(list, web.Around(part.Disclosure{Summary: c.T("households.retire"), Icon: "trash-2"}, f))
	}
	return list, nil
}

func (c *carrier) historyTable(list []cards.Card) part.Table {
	t := part.Table{Caption: c.T("households.history"), Empty: &part.Empty{Icon: "qr-code", Text: c.T("households.history_none")},
		Columns: []part.Column{{Label: c.T("cards.code")}, {Label: c.T("cards.state")}, {Label: c.T("cards.by")}, {Label: c.T("cards.facts_now")}}}
	for _, x := range list {
		state := part.Status{Tone: cardTones[card.State(x.State)], Label: c.Called("cardstate." + x.State)}
		if x.Reason != "" {
			state.Label = c.Reason("card", x.Reason)
		}
		cells := part.Cells(ident.Receipt(x.Code).String(), "", c.Person(x.GivenBy)+" "+c.Day(x.GivenAt), c.leadsTo(x.Cell, x.Person))
		cells[1] = state
		t.Rows = append(t.Rows, part.Row{Href: "/cards/" + x.Batch, Cells: cells})
	}
	return t
}

// mostPrinted is how many households one round is printed for.
const mostPrinted = 2000

// householdsPDF is the list to walk: what it says is asked of the cell, and room is left for the codes.
func (s Pages) householdsPDF(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	ids, err := c.cellIDs(q.Get("cell"))
	if err != nil {
		return err
	}
	of, after, rows := c.of(q), "", []any{}
	for len(rows) < mostPrinted {
		list, next, err := s.Boards.Cards.Households(c.Ctx(), c.Scope(), ids, of, after, cards.MaxPage)
		if err != nil {
			return err
		}
		for _, h := range list {
			rows = append(rows, document.Facts{"地址": h.Label, "人数": orNone(h.Living)})
		}
		if after = next; after == "" {
			break
		}
	}
	return c.SendSheet(w, "household_round", document.Facts{"标题": text.In("zh", "households.sheet_title", "of", text.In("zh", "households.of."+string(of))),
		"网格": c.Org().CellName(q.Get("cell"), "zh"), "户数": len(rows), "日期": c.Now().In(clock.Shanghai).Format("2006-01-02"), "户": rows})
}
