package card

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/card"
)

// Routes are the pages of contact cards: those behind the code of a card, and those for who carries cards to people's doors.
func (s Pages) Routes() []web.Route { return append(s.scanRoutes(), s.cardRoutes()...) }

// cardRoutes are the pages of contact cards and households for who carries them to people's doors.
func (s Pages) cardRoutes() []web.Route {
	if s.Boards.Cards == nil {
		return nil
	}
	return []web.Route{
		{Method: "GET", Pattern: "/cards", May: "card.read", Handler: s.cardsShow},
		{Method: "GET", Pattern: "/cards/print", May: "card.read", Handler: s.cardsPrint},
		{Method: "POST", Pattern: "/cards/print", May: "card.read", Handler: s.cardsPrinted},
		{Method: "GET", Pattern: "/cards/give", May: "card.read", Handler: s.cardGive},
		{Method: "GET", Pattern: "/cards/withdraw", May: "card.read", Handler: s.cardWithdraw},
		{Method: "GET", Pattern: "/cards/replace", May: "card.read", Handler: s.cardReplace},
		{Method: "GET", Pattern: "/cards/{id}", May: "card.read", Handler: s.cardsBatch},
		{Method: "GET", Pattern: "/cards/{id}/cards.pdf", May: "card.read", Handler: s.cardsPDF},
		{Method: "GET", Pattern: "/households", May: "card.read", Handler: s.households},
		{Method: "GET", Pattern: "/households/twice", May: "card.read", Handler: s.householdsTwice},
		{Method: "GET", Pattern: "/households/sheet.pdf", May: "card.read", Handler: s.householdsPDF},
		{Method: "GET", Pattern: "/households/import", May: "card.read", Handler: s.householdsImport},
		{Method: "POST", Pattern: "/households/import", May: "card.read", Large: true, Handler: s.householdsImported},
		{Method: "GET", Pattern: "/households/{id}", May: "card.read", Handler: s.household},
	}
}

// carrier is a teller of cards: it knows which cells somebody carries them in, and whom a card leads to.
type carrier struct {
	*teller
	contact func(cell, person string) (here, who string)
	cells   []grid.Cell // those of today that are theirs, the whole station for who leads it
}

func (s Pages) carrier(r *http.Request) (*carrier, error) {
	l, err := s.tell(r)
	if err != nil {
		return nil, err
	}
	c := &carrier{teller: l, contact: l.Org().Contacts(l.Now())}
	tree := l.Org().Tree()
	if tree == nil {
		return c, nil
	}
	for _, x := range tree.Cells(l.Now()) {
		leads := l.Who().Role == grid.Head || l.Who().Role == grid.DutyLead
		if x.Kind != grid.KindStation && len(tree.Descendants(x.ID, l.Now())) == 0 && (leads || slices.Contains(l.Who().Cells, string(x.ID))) {
			c.cells = append(c.cells, x)
		}
	}
	return c, nil
}

// with are the ids of cells, and of those that went into them.
func (c *carrier) with(list ...grid.Cell) (ids []string) {
	ids = []string{}
	for _, x := range list {
		ids = append(ids, web.WithMerged(c.Org(), string(x.ID))...)
	}
	return ids
}

// sums gives what stands under each cell of today, and what stands under cells that ended and went nowhere.
func (c *carrier) sums() (now map[string]cards.Sum, ended map[string]cards.Sum, err error) {
	all, err := c.s.Boards.Cards.Sums(c.Ctx(), c.Scope())
	if err != nil {
		return nil, nil, err
	}
	now, ended = map[string]cards.Sum{}, map[string]cards.Sum{}
	for cell, sum := range all {
		here := c.Org().Present(cell, c.Now())
		into := now
		if here == "" {
			here, into = cell, ended
		}
		x := into[here]
		into[here] = cards.Sum{Households: x.Households + sum.Households, Carded: x.Carded + sum.Carded, Ever: x.Ever + sum.Ever,
			Cards: x.Cards + sum.Cards, Given: x.Given + sum.Given, Gone: x.Gone + sum.Gone}
	}
	return now, ended, nil
}

// callBacks is how many wishes the page lists.
const callBacks = 50

// cardsShow is how far the cards have come: who waits for an answer, which cards lead to nobody, each cell's progress, what was printed.
func (s Pages) cardsShow(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	sums, ended, err := c.sums()
	if err != nil {
		return err
	}
	asked, next, err := s.Boards.Cards.Asked(c.Ctx(), c.Scope(), true, r.URL.Query().Get("asked"), callBacks)
	if err != nil {
		return err
	}
	if !slices.Contains([]grid.Role{grid.Head, grid.DutyLead}, c.Who().Role) { // an officer may see them all, and has enough with their own
		asked = slices.DeleteFunc(asked, func(a cards.Asked) bool { return a.To != c.Who().Person && !slices.Contains(c.Who().Cells, a.Cell) })
	}
	batches, after, err := s.Boards.Cards.Batches(c.Ctx(), c.Scope(), c.with(c.cells...), r.URL.Query().Get("after"), 20)
	if err != nil {
		return err
	}
	body := part.Some(
		c.cardHead(),
		c.cardStats(sums, len(asked), next != ""),
		web.Around(part.Section{Title: c.T("cards.asked"), Count: len(asked), ID: "asked"}, part.Matters{Items: c.wishes(asked), Empty: &part.Empty{Icon: "phone", Text: c.T("cards.asked_none")}},
			c.onward(c.Pager("/cards", r.URL.Query(), ""), next)),
		c.deadSection(sums, ended),
		c.progress(sums),
		web.Around(part.Section{Title: c.T("cards.batches"), ID: "batches"}, c.batchTable(batches), c.onward(c.Pager("/cards", r.URL.Query(), after), "")))
	return s.Page(w, r, http.StatusOK, c.T("cards.title"), "services", body)
}

func (c *carrier) cardHead() templ.Component {
	actions := []templ.Component{}
	add := func(act, key, href, icon string, kind part.ButtonKind) {
		if c.May(act, access.Thing{Kind: "card", Cells: c.Who().Cells}) {
			actions = append(actions, part.Button{Label: c.T(key), Icon: icon, Href: href, Kind: kind})
		}
	}
	add("card.give", "cards.give", "/cards/give", "handshake", part.Primary)
	add("card.print", "cards.print", "/cards/print", "printer", part.Quiet)
	add("card.withdraw", "cards.withdraw", "/cards/withdraw", "x", part.Quiet)
	add("card.replace", "cards.replace", "/cards/replace", "rotate-ccw", part.Quiet)
	actions = append(actions, part.Button{Label: c.T("cards.households"), Icon: "house", Href: "/households", Kind: part.Quiet})
	return web.Around(part.Heading{Title: c.T("cards.title"), Sub: c.T("cards.sub"), Back: &part.Link{Href: "/services", Label: c.T("services.title")}}, actions...)
}

func (c *carrier) onward(p *part.Pager, next string) templ.Component {
	if next != "" {
		p = &part.Pager{Next: "/cards?" + url.Values{"asked": {next}}.Encode()}
	}
	if p == nil {
		return templ.NopComponent
	}
	return p
}

func (c *carrier) cardStats(sums map[string]cards.Sum, open int, more bool) part.Stats {
	var all cards.Sum
	for _, x := range c.cells {
		s := sums[string(x.ID)]
		all.Households, all.Carded, all.Ever = all.Households+s.Households, all.Carded+s.Carded, all.Ever+s.Ever
		all.Cards, all.Given, all.Gone = all.Cards+s.Cards, all.Given+s.Given, all.Gone+s.Gone
	}
	stat := func(key string, n int, href string, tone part.Tone) part.Stat {
		if n == 0 {
			tone = part.Plain
		}
		return part.Stat{Label: c.T("cards.stat_" + key), Value: strconv.Itoa(n), Href: href, Tone: tone}
	}
	s := part.Stats{Items: []part.Stat{stat("households", all.Households, "/households", part.Plain), stat("carded", all.Carded, "/households", part.OK),
		stat("never", all.Households-all.Ever, "/households", part.Due), stat("left", all.Cards-all.Given-all.Gone, "#batches", part.Plain), stat("open", open, "#asked", part.Due)}}
	if more {
		s.Items[4].Value += "+"
	}
	return s
}

// wishes are what came through cards, in a list of things to do.
func (c *carrier) wishes(list []cards.Asked) []part.Matter {
	items := make([]part.Matter, len(list))
	for i, a := range list {
		m := part.Matter{Href: "/reports/" + a.Report, Title: fault.Name(c.Lang(), "cardabout."+a.About), Icon: "qr-code", Place: c.Cell(a.Cell), When: c.Ago(a.At),
			Clock: c.ClockAt(a.Due, a.Due)}
		m.Title = c.Capital(m.Title)
		if a.To != "" {
			m.Handler = c.T("cards.asked_to", "name", c.Person(a.To))
		}
		if a.Tries > 0 {
			m.Marks = append(m.Marks, c.T("cards.asked_tries", "n", a.Tries))
		}
		items[i] = m
	}
	return items
}

// deadSection lists the cells whose cards lead to nobody, to be worked off.
func (c *carrier) deadSection(sums, ended map[string]cards.Sum) templ.Component {
	t := part.Table{Caption: c.T("cards.dead"), Columns: []part.Column{{Label: c.T("cards.cell")}, {Label: c.T("cards.dead_column"), Num: true}}, Empty: &part.Empty{Icon: "circle-check", Text: c.T("cards.dead_none")}}
	add := func(cell string, given int, href string) {
		t.Rows = append(t.Rows, part.Row{Href: href, Tone: part.Due, Cells: part.Cells(web.CellPath(c.Org(), cell, c.Lang(), c.Now()), strconv.Itoa(given))})
	}
	for _, x := range c.cells {
		if _, who := c.contact(string(x.ID), ""); who == "" && sums[string(x.ID)].Given > 0 {
			add(string(x.ID), sums[string(x.ID)].Given, "/households?cell="+url.QueryEscape(string(x.ID))+"&of=with")
		}
	}
	for _, cell := range slices.Sorted(maps.Keys(ended)) {
		if ended[cell].Given > 0 && (c.Scope().Whole() || slices.Contains(c.Who().Cells, cell)) {
			add(cell, ended[cell].Given, "/households?cell="+url.QueryEscape(cell)+"&of=with")
		}
	}
	note := ""
	if len(t.Rows) > 0 {
		note = c.T("cards.dead_note")
	}
	return web.Around(part.Section{Title: c.T("cards.dead"), Count: len(t.Rows), Note: note}, t)
}

// progress is a bar for each cell: households with a card, of those registered.
func (c *carrier) progress(sums map[string]cards.Sum) templ.Component {
	b := part.Bars{Title: c.T("cards.progress"), Max: 100}
	none, given := 0, 0
	for _, x := range c.cells {
		s := sums[string(x.ID)]
		if s.Households == 0 && len(c.cells) > fewCells { // nothing to show progress of
			none, given = none+1, given+s.Given
			continue
		}
		row := part.Bar{Label: c.Org().CellName(string(x.ID), c.Lang()), Href: "/households?cell=" + url.QueryEscape(string(x.ID)), Text: c.T("cards.no_register", "n", s.Given)}
		if s.Households > 0 {
			row.Value, row.Text = float64(s.Carded)*100/float64(s.Households), c.T("cards.of", "n", s.Carded, "all", s.Households)
		}
		if s.Households > 0 && s.Carded == s.Households {
			row.Tone = part.OK
		}
		b.Rows = append(b.Rows, row)
	}
	if none > 0 {
		b.Rows = append(b.Rows, part.Bar{Label: c.T("cards.cells_without", "n", none), Text: c.T("cards.no_register", "n", given)})
	}
	if len(b.Rows) == 0 {
		return templ.NopComponent
	}
	return web.Around(part.Section{}, b)
}

// fewCells are so few that each is shown, whether households are registered there or not.
const fewCells = 12

func (c *carrier) batchTable(list []cards.Batch) part.Table {
	t := part.Table{Caption: c.T("cards.batches"), Empty: &part.Empty{Icon: "printer", Text: c.T("cards.batches_none")}, Columns: []part.Column{{Label: c.T("cards.at")}, {Label: c.T("cards.cell")},
		{Label: c.T("cards.person")}, {Label: c.T("cards.count"), Num: true}, {Label: c.T("cards.given"), Num: true}, {Label: c.T("cards.gone"), Num: true}}}
	for _, b := range list {
		n := strconv.Itoa(b.Cards)
		if b.Cards == 0 {
			n = c.T("cards.corrected")
		}
		t.Rows = append(t.Rows, part.Row{Href: "/cards/" + b.ID, Cells: part.Cells(c.When(b.At), c.Cell(b.Cell), c.Person(b.Person), n, strconv.Itoa(b.Given), strconv.Itoa(b.Gone))})
	}
	return t
}

// batch loads a batch that somebody may see.
func (c *carrier) batch(id string) (*card.Batch, error) {
	events, err := c.s.Desk.Journal.Stream(c.Ctx(), c.Who().Station, card.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	b, err := card.Fold(events)
	if err != nil {
		return nil, err
	}
	here, _ := c.contact(b.Cell, "")
	if b.ID == "" || !c.Scope().Sees(access.Thing{Kind: "card", Station: c.Who().Station, Cells: []string{b.Cell, here}}) {
		return nil, fault.New(fault.Missing, "web.no_page", nil)
	}
	return b, nil
}

// cardsBatch is one batch: what stands on its cards, whom they lead to now, and where each of them is.
func (s Pages) cardsBatch(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	b, err := c.batch(r.PathValue("id"))
	if err != nil {
		return err
	}
	table, err := c.cardTable(b)
	if err != nil {
		return err
	}
	title := c.T("cards.batch", "cell", c.Cell(b.Cell), "name", cardName(c.Ctx(), c.Org(), b.Person, b.BadgeOnly))
	facts := part.Definitions{Pairs: []part.Pair{{Term: c.T("cards.at"), Text: c.When(b.At) + " " + c.Person(b.By)}, {Term: c.T("cards.facts_office"), Text: web.OrDash(b.OfficePhone)}, {Term: c.T("cards.facts_duty"), Text: b.DutyPhone},
		{Term: c.T("cards.facts_hours"), Text: b.Hours}, {Term: c.T("cards.facts_now"), Text: c.leadsTo(b.Cell, b.Person)}}}
	head := part.Heading{Title: title, Kicker: c.T("cards.title"), Back: &part.Link{Href: "/cards", Label: c.T("cards.title")}}
	var actions []templ.Component
	left := slices.ContainsFunc(b.Cards, func(x card.Card) bool { return x.State == card.Printed })
	if len(b.Cards) > 0 {
		actions = append(actions, part.Button{Label: c.T("cards.pdf"), Icon: "printer", Href: "/cards/" + b.ID + "/cards.pdf"})
	}
	if left && slices.ContainsFunc(b.Cards, func(x card.Card) bool { return x.State != card.Printed }) {
		actions = append(actions, part.Button{Label: c.T("cards.pdf_left"), Icon: "printer", Href: "/cards/" + b.ID + "/cards.pdf?left=1", Kind: part.Quiet})
	}
	return s.Page(w, r, http.StatusOK, title, "services", part.Some(web.Around(head, actions...), facts, web.Around(part.Section{Title: c.T("cards.list"), Count: len(b.Cards)}, table)))
}

// leadsTo says whom the cards of a cell lead to today.
func (c *carrier) leadsTo(cell, person string) string {
	here, who := c.contact(cell, person)
	if who == "" {
		return c.T("cards.nobody")
	}
	return c.Cell(here) + " · " + c.Person(who)
}

var cardTones = map[card.State]part.Tone{card.Given: part.OK, card.Withdrawn: part.Paused}

func (c *carrier) cardTable(b *card.Batch) (part.Table, error) {
	var ids []string
	for _, x := range b.Cards {
		if x.Household != "" {
			ids = append(ids, x.Household)
		}
	}
	homes, err := c.s.Boards.Cards.ByID(c.Ctx(), access.System(c.Who().Station), ids...) // the batch is theirs, and so is where its cards went
	if err != nil {
		return part.Table{}, err
	}
	t := part.Table{Caption: c.T("cards.list"), Empty: &part.Empty{Icon: "printer", Text: c.T("cards.corrected")}, Columns: []part.Column{{Label: c.T("cards.code")}, {Label: c.T("cards.state")}, {Label: c.T("cards.household")}, {Label: c.T("cards.by")}}}
	for _, x := range b.Cards {
		state := part.Status{Tone: cardTones[x.State], Label: c.Called("cardstate." + string(x.State))}
		if x.Reason != "" {
			state.Label = c.Reason("card", x.Reason)
		}
		home, by := "—", "—"
		switch {
		case x.Household != "":
			home = homes[x.Household].Label
		case x.Matter != "":
			home = c.T("cards.at_visit")
		}
		if x.GivenBy != "" {
			by = c.Person(x.GivenBy) + " " + c.Day(x.GivenAt)
		}
		cells := part.Cells(ident.Receipt(x.Code).String(), "", home, by)
		cells[1] = state
		t.Rows = append(t.Rows, part.Row{Cells: cells})
	}
	return t, nil
}
