package org

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/organisation"
)

// orgForm is how the form of one act begins: what is known already, and what it says about its questions.
type orgForm func(l *teller, q url.Values) (act any, o web.FormOptions, back string, err error)

// orgForms are the acts on the organisation that have a form of their own here, by the last part of their name.
var orgForms = map[string]orgForm{
	"set_cell": setCellForm, "renew_cell": renewCellForm, "retire_cell": retireCellForm, "merge_cells": mergeCellsForm,
	"set_body": setBodyForm, "set_post": setPostForm, "set_lead": setLeadForm, "set_calendar": setCalendarForm,
	"set_person": setPersonForm, "leave": leaveForm, "set_duty": setDutyForm, "set_stand_in": standInForm, "set_stand_ins": standInsForm,
	"swap_seats": swapForm, "close_account": closeForm, "end_stand_in": endStandInForm,
}

// orgDo asks for one change of the organisation on a page of its own. The form posts to the act; refused, it comes back with what was
// typed.
func (s Pages) orgDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	name, q := r.PathValue("act"), r.URL.Query()
	form, ok := orgForms[name]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	if !l.May("org."+name, orgThing) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	act, o, back, err := form(l, q)
	if err != nil {
		return err
	}
	if o.Next == "" {
		o.Next = back
	}
	o.Cancel = &part.Link{Href: back, Label: l.T("act.back")}
	f, err := s.ActForm(l.Ctx(), l.Who(), act, o)
	if err != nil {
		return err
	}
	about := ""
	for i, x := range f.Fields { // what the address names is not asked again
		if slices.Contains([]string{"id", "cell", "person"}, x.Name) && x.Value != "" && x.Kind != part.KindHidden || x.Name == "by" && name == "end_stand_in" {
			f.Fields[i].Kind = part.KindHidden
		}
	}
	switch {
	case q.Get("cell") != "" && name != "set_post" && name != "set_lead":
		about = l.cellNow(grid.CellID(q.Get("cell")))
	case q.Get("person") != "":
		about = l.Person(q.Get("person"))
	}
	p := org.Ask{Heading: part.Heading{Title: fault.Name(l.Lang(), "act.org."+name), Kicker: about, Back: &part.Link{Href: back}}, Form: f}
	if key := "org.note." + name; text.Has(key) {
		p.Note = l.T(key)
	}
	nav := "org"
	if slices.Contains([]string{"set_person", "leave", "set_duty", "set_stand_in", "set_stand_ins", "swap_seats", "close_account", "end_stand_in"}, name) {
		nav = "people"
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, nav, p.Show())
}

// cellAsked is the cell an address names; a wrong one is not there.
func (l *teller) cellAsked(q url.Values) (grid.Cell, error) {
	c, ok := l.Org().Cell(q.Get("cell"))
	if !ok {
		return c, fault.New(fault.Missing, "web.no_page", nil)
	}
	return c, nil
}

func (l *teller) personAsked(q url.Values) (*organisation.Person, error) {
	p, ok := l.Org().People[q.Get("person")]
	if !ok || p.Gone {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil)
	}
	return p, nil
}

func setCellForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	if q.Get("cell") == "" {
		return &organisation.SetCell{Parent: q.Get("parent")}, web.FormOptions{Next: "/org", Only: []string{"id", "zh", "en", "kind", "parent", "nature", "code", "code_scheme", "from", "until"}}, "/org", nil
	}
	c, err := l.cellAsked(q)
	a := organisation.ActOf(c)
	return &a, web.FormOptions{Only: []string{"id", "zh", "en", "kind", "parent", "nature", "code", "code_scheme", "from", "until"}}, cellAt(c.ID), err
}

func renewCellForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	c, err := l.cellAsked(q)
	return &organisation.RenewCell{ID: string(c.ID), From: l.Today(), Zh: c.Name.Zh, En: c.Name.En, Parent: string(c.Parent), Kind: string(c.Kind), Code: c.Code, CodeScheme: c.CodeScheme,
		Nature: string(c.Nature)}, web.FormOptions{Focus: "zh"}, cellAt(c.ID), err
}

func retireCellForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	c, err := l.cellAsked(q)
	return &organisation.RetireCell{Cell: string(c.ID), Until: l.Today()}, web.FormOptions{Danger: true}, cellAt(c.ID), err
}

func mergeCellsForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	c, err := l.cellAsked(q)
	var like []part.Option
	for _, x := range l.cellsNow() {
		if x.Kind == c.Kind && x.Parent == c.Parent {
			like = append(like, part.Option{Value: string(x.ID), Label: l.Name(x.Name)})
		}
	}
	return &organisation.MergeCells{Cells: []string{string(c.ID)}, From: l.Today()}, web.FormOptions{Next: "/org", Options: map[string][]part.Option{"cells": like}}, cellAt(c.ID), err
}

func setBodyForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	a, o := &organisation.SetBody{}, web.FormOptions{}
	list := slices.Concat(l.Org().Bodies, l.Book().Org().Bodies)
	if i := slices.IndexFunc(list, func(b grid.Body) bool { return string(b.ID) == q.Get("body") }); i >= 0 {
		b := list[i]
		*a = organisation.SetBody{ID: string(b.ID), Kind: b.Kind, Zh: b.Name.Zh, En: b.Name.En, Outside: b.Outside, MayCall: b.MayCall, MayTransfer: b.MayTransfer, Phone: b.Phone}
	}
	return a, o, "/org?view=bodies", nil
}

func setPostForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	a := &organisation.SetPost{}
	back := "/org?view=posts"
	if c := q.Get("cell"); c != "" {
		a.Cells, back = []string{c}, cellAt(grid.CellID(c))
	}
	if p, ok := l.Org().Post(q.Get("post")); ok {
		*a = organisation.SetPost{ID: string(p.ID), Kind: string(p.Kind), Zh: p.Name.Zh, En: p.Name.En, From: string(p.From), Until: string(p.Until)}
		for _, c := range p.Cells {
			a.Cells = append(a.Cells, string(c))
		}
		for _, s := range p.Seats {
			seat := organisation.PostSeat{Role: string(s.Role), HowMany: s.HowMany}
			for _, r := range s.StandIns {
				seat.StandIns = append(seat.StandIns, string(r))
			}
			a.Seats = append(a.Seats, seat)
		}
		back = "/org/staffing#post-" + url.PathEscape(string(p.ID))
	}
	return a, web.FormOptions{Rows: len(a.Seats) + rowsAsked(q, 1), Options: map[string][]part.Option{"kind": l.postKinds()}}, back, nil
}

// postKinds are the kinds of posts the station and its playbook know, as suggestions.
func (l *teller) postKinds() (list []part.Option) {
	var kinds []grid.PostKind
	for _, p := range l.Org().Posts {
		kinds = append(kinds, p.Kind)
	}
	for _, r := range l.Book().Org().Rules {
		kinds = append(kinds, r.Post)
	}
	slices.Sort(kinds)
	for _, k := range slices.Compact(kinds) {
		label := string(k)
		if key := "postkind." + label; text.Has(key) {
			label = l.T(key)
		}
		list = append(list, part.Option{Value: string(k), Label: label})
	}
	return list
}

// rowsAsked is how many empty rows a form of rows has, without script to add one.
func rowsAsked(q url.Values, least int) int {
	n, err := strconv.Atoi(q.Get("rows"))
	if err != nil || n < least || n > 40 {
		return least
	}
	return n
}

func setLeadForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	a := &organisation.SetLead{From: l.Today()}
	if q.Get("cell") == "" {
		return a, web.FormOptions{}, "/org?view=leads", nil
	}
	c, err := l.cellAsked(q)
	if c.Kind == grid.KindBeat {
		a.Beat = string(c.ID)
	} else {
		a.PartyCell = string(c.ID)
	}
	return a, web.FormOptions{}, cellAt(c.ID), err
}

func setCalendarForm(_ *teller, q url.Values) (any, web.FormOptions, string, error) {
	return &organisation.SetCalendar{}, web.FormOptions{Rows: rowsAsked(q, 4)}, "/settings", nil
}

func setPersonForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	if q.Get("person") == "" {
		return &organisation.SetPerson{}, web.FormOptions{Next: "/people/{id}", Rows: rowsAsked(q, 1), Focus: "call",
			Only: []string{"role", "call", "badge", "user", "name", "phone", "cells", "seats"}}, "/people", nil
	}
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	a := &organisation.SetPerson{ID: p.ID, Role: string(p.Role), Call: p.Call, Badge: p.Badge, Cells: p.Cells, User: p.User}
	for _, s := range p.Seats {
		a.Seats = append(a.Seats, organisation.SeatAtPost{Post: string(s.Post), From: string(s.From), Until: string(s.Until)})
	}
	return a, web.FormOptions{Rows: len(a.Seats) + rowsAsked(q, 1), Only: []string{"role", "call", "badge", "user", "name", "phone", "cells", "seats"}}, web.PersonAt(p.ID), nil
}

func leaveForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	return &organisation.Leave{Person: p.ID}, web.FormOptions{Danger: true, Next: "/people", Confirm: l.T("org.note.leave")}, web.PersonAt(p.ID), nil
}

func closeForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	return &organisation.CloseAccount{Person: p.ID}, web.FormOptions{Danger: true}, web.PersonAt(p.ID), nil
}

func setDutyForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	a := &organisation.SetDuty{Person: p.ID}
	for _, h := range p.OnDuty {
		if h.Until.After(l.Now()) {
			a.Hours = append(a.Hours, organisation.DutyHours{From: h.From, Until: h.Until})
		}
	}
	return a, web.FormOptions{Rows: len(a.Hours) + rowsAsked(q, 3)}, web.PersonAt(p.ID), nil
}

func standInForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	return &organisation.SetStandIn{Person: p.ID, From: l.Now()}, web.FormOptions{}, web.PersonAt(p.ID), nil
}

func endStandInForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	p, err := l.personAsked(q)
	if err != nil {
		return nil, web.FormOptions{}, "", err
	}
	return &organisation.EndStandIn{Person: p.ID, By: q.Get("by")}, web.FormOptions{}, web.PersonAt(p.ID), nil
}

func standInsForm(l *teller, _ url.Values) (any, web.FormOptions, string, error) {
	return &organisation.SetStandIns{From: l.Now()}, web.FormOptions{Next: "/people", Only: []string{"by", "from", "until", "people"}}, "/people", nil
}

func swapForm(l *teller, q url.Values) (any, web.FormOptions, string, error) {
	return &organisation.SwapSeats{Person: q.Get("person"), From: l.Today()}, web.FormOptions{Next: "/people"}, "/people", nil
}
