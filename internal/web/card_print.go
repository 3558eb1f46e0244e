package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/card"
)

// cardsPrint asks for a batch of cards: who stands on them is who looks after the cell, the rest is what the last ones said.
func (s *Site) cardsPrint(w http.ResponseWriter, r *http.Request) error {
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
		if _, who := c.contact(a.Cell, c.who.Person); who != "" {
			a.Person = who
		}
		cells = withMerged(c.org, a.Cell)
	}
	last, ok, err := s.Boards.Cards.Design(c.ctx, access.System(c.who.Station), cells, a.Person)
	if err == nil && !ok { // the duty telephone is the station's
		last, ok, err = s.Boards.Cards.Design(c.ctx, access.System(c.who.Station), nil, a.Person)
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
	return c.printForm(w, r, http.StatusOK, a, FormOptions{})
}

func (c *carrier) printForm(w http.ResponseWriter, r *http.Request, status int, a *card.Print, o FormOptions) error {
	cells := []part.Option{}
	for _, x := range c.cells {
		up, _ := c.org.Cell(string(x.Parent))
		cells = append(cells, part.Option{Value: string(x.ID), Label: c.org.CellName(string(x.ID), c.lang), Group: up.Name.In(c.lang)})
	}
	slices.SortStableFunc(cells, func(x, y part.Option) int {
		at := func(o part.Option) int {
			return slices.IndexFunc(cells, func(z part.Option) bool { return z.Group == o.Group })
		}
		return at(x) - at(y)
	})
	people := slices.DeleteFunc(c.s.PeopleOptions(c.lang, c.org, c.who), func(o part.Option) bool {
		for _, x := range c.cells {
			if _, who := c.contact(string(x.ID), o.Value); who == o.Value {
				return false
			}
		}
		return true
	})
	o.Options = map[string][]part.Option{"cell": cells, "person": people}
	o.Only = []string{"cell", "person", "duty_phone", "office_phone", "card_hours", "card_sheets", "badge_only"}
	o.Hints = map[string]string{"person": c.t("cards.print_person_hint"), "office_phone": c.t("cards.print_phone_hint"), "card_sheets": c.t("cards.print_sheets_hint")}
	o.Submit, o.Icon, o.Cancel = c.t("cards.print_go"), "printer", &part.Link{Href: "/cards", Label: c.t("act.cancel")}
	f, err := c.s.ActForm(c.ctx, c.who, a, o)
	if err != nil {
		return err
	}
	f.Action = "/cards/print"
	head := part.Heading{Title: c.Called("act.card.print"), Sub: c.t("cards.print_sub"), Back: &part.Link{Href: "/cards", Label: c.t("cards.title")}}
	return c.s.Page(w, r, status, head.Title, "services", Narrow(head, f))
}

func (s *Site) cardsPrinted(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, c.who.Person)
	if err != nil {
		return err
	}
	a := &card.Print{}
	wrong := Decode(a, form)
	if len(wrong) == 0 {
		answer, err := s.Do(c.ctx, c.who, form.Get("key"), "card.print", a)
		if err == nil {
			done := c.t("cards.printed")
			if a.Sheets == 0 {
				done = c.t("cards.design_set")
			}
			return s.See(w, r, "/cards/"+url.PathEscape(answer.ID), done)
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return c.printForm(w, r, StatusOf(wrong), a, FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// cardsPDF is a batch on sheets of A4 to be cut: all of it, or what was not given yet.
func (s *Site) cardsPDF(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	b, err := c.batch(r.PathValue("id"))
	if err != nil {
		return err
	}
	zh := part.WithLang(c.ctx, "zh") // paper is Chinese whatever the page is
	role := ""
	if p, ok := c.org.People[b.Person]; ok {
		role = p.Role.Name().Zh
	}
	var list []any
	for _, x := range b.Cards {
		if r.URL.Query().Get("left") != "" && x.State != card.Printed {
			continue
		}
		list = append(list, document.Facts{"网址": s.Address(r) + "/k/" + x.Code, "编码": ident.Receipt(x.Code).String(), "本所": c.org.Name,
			"称呼": cardName(zh, c.org, b.Person, b.BadgeOnly), "身份": role, "网格": c.org.CellName(b.Cell, "zh"), "办公电话": b.OfficePhone, "值班电话": b.DutyPhone, "服务时间": b.Hours})
	}
	if len(list) == 0 {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	return c.SendSheet(w, "contact_card", document.Facts{"卡": list})
}

// cardGive registers a stub that was brought back.
func (s *Site) cardGive(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.useCard(w, r, &card.Give{Household: q.Get("household"), Code: q.Get("code")}, "give", []string{"card_code", "household"})
}

func (s *Site) cardWithdraw(w http.ResponseWriter, r *http.Request) error {
	return s.useCard(w, r, &card.Withdraw{Code: r.URL.Query().Get("code")}, "withdraw", []string{"card_code", "reason"})
}

func (s *Site) cardReplace(w http.ResponseWriter, r *http.Request) error {
	return s.useCard(w, r, &card.Replace{Code: r.URL.Query().Get("code")}, "replace", []string{"card_code", "new_code", "reason"})
}

// useCard is the page of one act on a card.
func (s *Site) useCard(w http.ResponseWriter, r *http.Request, act any, verb string, only []string) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	o := FormOptions{Only: only, Next: "/cards/" + verb, Submit: c.Called("act.card." + verb), Icon: "check", Focus: "card_code", Hints: map[string]string{},
		Cancel: &part.Link{Href: "/cards", Label: c.t("act.cancel")}}
	if give, ok := act.(*card.Give); ok {
		o.Hints["household"] = c.t("cards.give_household_hint")
		if _, err := ident.ParseID("h", give.Household); err == nil {
			if err := c.giveTo(give, &o); err != nil {
				return err
			}
		}
	}
	f, err := s.ActForm(c.ctx, c.who, act, o)
	if err != nil {
		return err
	}
	head := part.Heading{Title: c.Called("act.card." + verb), Sub: c.t("cards." + verb + "_sub"), Back: &part.Link{Href: "/cards", Label: c.t("cards.title")}}
	return s.Page(w, r, http.StatusOK, head.Title, "services", Narrow(head, f))
}

// giveTo fixes the household a card goes to: chosen from the list, and back to the list afterwards.
func (c *carrier) giveTo(a *card.Give, o *FormOptions) error {
	found, err := c.s.Boards.Cards.ByID(c.ctx, c.scope, a.Household)
	if err != nil {
		return err
	}
	h, ok := found[a.Household]
	if !ok {
		return fault.New(fault.Missing, "household.not_found", nil)
	}
	cell := c.org.Present(h.Cell, c.now)
	if cell == "" {
		cell = h.Cell
	}
	o.Next = "/households?" + url.Values{"cell": {cell}}.Encode()
	o.Fixed = []string{"household"}
	o.Hints["card_code"] = c.t("cards.household") + " " + h.Label
	o.Only = []string{"card_code"}
	return nil
}

// cellsOptions are the cells somebody carries cards in, to choose one.
func (c *carrier) cellsOptions() (list []part.Option) {
	for _, x := range c.cells {
		list = append(list, part.Option{Value: string(x.ID), Label: c.org.CellName(string(x.ID), c.lang)})
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
