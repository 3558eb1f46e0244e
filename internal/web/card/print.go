package card

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/card"
)

// cardsPrint asks for a batch of cards: who stands on them is who looks after the cell, the rest is what the last ones said.
func (s Pages) cardsPrint(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	a := &card.Print{Cell: r.URL.Query().Get("cell"), Sheets: 1}
	if a.Cell == "" && len(c.cells) == 1 {
		a.Cell = string(c.cells[0].ID)
	}
	var cells []string
	if a.Cell != "" {
		if _, who := c.contact(a.Cell, c.Who().Person); who != "" {
			a.Person = who
		}
		cells = web.WithMerged(c.Org(), a.Cell)
	}
	last, ok, err := s.Boards.Cards.Design(c.Ctx(), access.System(c.Who().Station), cells, a.Person)
	if err == nil && !ok { // the duty telephone is the station's
		last, ok, err = s.Boards.Cards.Design(c.Ctx(), access.System(c.Who().Station), nil, a.Person)
	}
	if err != nil {
		return err
	}
	if ok {
		a.DutyPhone, a.Hours = last.DutyPhone, last.Hours
		if last.Person == a.Person {
			a.OfficePhone, a.BadgeOnly = last.OfficePhone, last.BadgeOnly
		}
	}
	return c.printForm(w, r, http.StatusOK, a, web.FormOptions{})
}

func (c *carrier) printForm(w http.ResponseWriter, r *http.Request, status int, a *card.Print, o web.FormOptions) error {
	cells := []part.Option{}
	for _, x := range c.cells {
		up, _ := c.Org().Cell(string(x.Parent))
		cells = append(cells, part.Option{Value: string(x.ID), Label: c.Org().CellName(string(x.ID), c.Lang()), Group: up.Name.In(c.Lang())})
	}
	slices.SortStableFunc(cells, func(x, y part.Option) int {
		at := func(o part.Option) int {
			return slices.IndexFunc(cells, func(z part.Option) bool { return z.Group == o.Group })
		}
		return at(x) - at(y)
	})
	people := slices.DeleteFunc(c.s.PeopleOptions(c.Lang(), c.Org(), c.Who()), func(o part.Option) bool {
		for _, x := range c.cells {
			if _, who := c.contact(string(x.ID), o.Value); who == o.Value {
				return false
			}
		}
		return true
	})
	o.Options = map[string][]part.Option{"cell": cells, "person": people}
	o.Only = []string{"cell", "person", "duty_phone", "office_phone", "card_hours", "card_sheets", "badge_only"}
	o.Hints = map[string]string{"person": c.T("cards.print_person_hint"), "office_phone": c.T("cards.print_phone_hint"), "card_sheets": c.T("cards.print_sheets_hint")}
	o.Submit, o.Icon, o.Cancel = c.T("cards.print_go"), "printer", &part.Link{Href: "/cards", Label: c.T("act.cancel")}
	f, err := c.s.ActForm(c.Ctx(), c.Who(), a, o)
	if err != nil {
		return err
	}
	f.Action = "/cards/print"
	head := part.Heading{Title: c.Called("act.card.print"), Sub: c.T("cards.print_sub"), Back: &part.Link{Href: "/cards", Label: c.T("cards.title")}}
	return c.s.Page(w, r, status, head.Title, "services", web.Narrow(head, f))
}

func (s Pages) cardsPrinted(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, c.Who().Person)
	if err != nil {
		return err
	}
	a := &card.Print{}
	wrong := web.Decode(a, form)
	if len(wrong) == 0 {
		answer, err := s.Do(c.Ctx(), c.Who(), form.Get("key"), "card.print", a)
		if err == nil {
			done := c.T("cards.printed")
			if a.Sheets == 0 {
				done = c.T("cards.design_set")
			}
			return s.See(w, r, "/cards/"+url.PathEscape(answer.ID), done)
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return c.printForm(w, r, web.StatusOf(wrong), a, web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// cardsPDF is a batch on sheets of A4 to be cut: all of it, or what was not given yet.
func (s Pages) cardsPDF(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	b, err := c.batch(r.PathValue("id"))
	if err != nil {
		return err
	}
	zh := part.WithLang(c.Ctx(), "zh") // paper is Chinese whatever the page is
	role := ""
	if p, ok := c.Org().People[b.Person]; ok {
		role = p.Role.Name().Zh
	}
	var list []any
	for _, x := range b.Cards {
		if r.URL.Query().Get("left") != "" && x.State != card.Printed {
			continue
		}
		list = append(list, document.Facts{"网址": s.Address(r) + "/k/" + x.Code, "编码": ident.Receipt(x.Code).String(), "本所": c.Org().Name,
			"称呼": cardName(zh, c.Org(), b.Person, b.BadgeOnly), "身份": role, "网格": c.Org().CellName(b.Cell, "zh"), "办公电话": b.OfficePhone, "值班电话": b.DutyPhone, "服务时间": b.Hours})
	}
	if len(list) == 0 {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	return c.SendSheet(w, "contact_card", document.Facts{"卡": list})
}

// cardGive registers a stub that was brought back.
func (s Pages) cardGive(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.useCard(w, r, &card.Give{Household: q.Get("household"), Code: q.Get("code")}, "give", []string{"card_code", "household"})
}

func (s Pages) cardWithdraw(w http.ResponseWriter, r *http.Request) error {
	return s.useCard(w, r, &card.Withdraw{Code: r.URL.Query().Get("code")}, "withdraw", []string{"card_code", "reason"})
}

func (s Pages) cardReplace(w http.ResponseWriter, r *http.Request) error {
	return s.useCard(w, r, &card.Replace{Code: r.URL.Query().Get("code")}, "replace", []string{"card_code", "new_code", "reason"})
}

// useCard is the page of one act on a card.
func (s Pages) useCard(w http.ResponseWriter, r *http.Request, act any, verb string, only []string) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	o := web.FormOptions{Only: only, Next: "/cards/" + verb, Submit: c.Called("act.card." + verb), Icon: "check", Focus: "card_code", Hints: map[string]string{},
		Cancel: &part.Link{Href: "/cards", Label: c.T("act.cancel")}}
	if give, ok := act.(*card.Give); ok {
		o.Hints["household"] = c.T("cards.give_household_hint")
		if _, err := ident.ParseID("h", give.Household); err == nil {
			if err := c.giveTo(give, &o); err != nil {
				return err
			}
		}
	}
	f, err := s.ActForm(c.Ctx(), c.Who(), act, o)
	if err != nil {
		return err
	}
	head := part.Heading{Title: c.Called("act.card." + verb), Sub: c.T("cards." + verb + "_sub"), Back: &part.Link{Href: "/cards", Label: c.T("cards.title")}}
	return s.Page(w, r, http.StatusOK, head.Title, "services", web.Narrow(head, f))
}

// giveTo fixes the household a card goes to: chosen from the list, and back to the list afterwards.
func (c *carrier) giveTo(a *card.Give, o *web.FormOptions) error {
	found, err := c.s.Boards.Cards.ByID(c.Ctx(), c.Scope(), a.Household)
	if err != nil {
		return err
	}
	h, ok := found[a.Household]
	if !ok {
		return fault.New(fault.Missing, "household.not_found", nil)
	}
	cell := c.Org().Present(h.Cell, c.Now())
	if cell == "" {
		cell = h.Cell
	}
	o.Next = "/households?" + url.Values{"cell": {cell}}.Encode()
	o.Fixed = []string{"household"}
	o.Hints["card_code"] = c.T("cards.household") + " " + h.Label
	o.Only = []string{"card_code"}
	return nil
}

// cellsOptions are the cells somebody carries cards in, to choose one.
func (c *carrier) cellsOptions() (list []part.Option) {
	for _, x := range c.cells {
		list = append(list, part.Option{Value: string(x.ID), Label: c.Org().CellName(string(x.ID), c.Lang())})
	}
	return list
}

// orNone says a number in a table, nothing for none.
func orNone(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}
