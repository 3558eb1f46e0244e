package orgfile

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/sheet"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/organisation"
)

// people decides people. Somebody is found by id, else by account, else by badge, else by role and how they are called.
func (c *checker) people() error {
	known, err := c.sealed()
	if err != nil {
		return err
	}
	seen, users := map[string]int{}, map[string]int{}
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("call"))
		a := organisation.SetPerson{ID: r.Get("id"), Role: role(r.Get("role")), Call: r.Get("call"), Badge: r.Get("badge"), User: strings.ToLower(r.Get("user")),
			Seats: c.seats(&w, r.Line, r.Get("seats"))}
		if a.Role != "" && !grid.Role(a.Role).Known() {
			w.bad(r.Line, "role", "orgfile.role", fault.Args{"value": r.Get("role")})
		}
		for _, x := range list(r.Get("cells")) {
			a.Cells = append(a.Cells, c.cell(&w, r.Line, "cells", x))
		}
		was := c.whoIs(&w, r.Line, a)
		if was != nil {
			a.ID = was.ID
			c.keepPerson(&a, was)
		} else if a.ID != "" {
			w.bad(r.Line, "id", "org.person_not_found", nil)
		}
		c.once(&w, seen, r.Line, "call", a.ID)
		c.once(&w, users, r.Line, "user", a.User)
		a.Name = c.personal(&w, r, "name", was, known)
		a.Phone = c.personal(&w, r, "phone", was, known)
		if err := c.setPerson(w, a, was); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) setPerson(w wish, a organisation.SetPerson, was *organisation.Person) error {
	fate := New
	if was != nil {
		fate = Changed
		if len(w.wrong) == 0 && equal(a, personAct(was)) {
			c.same(w)
			return nil
		}
	}
	return decide(c, w, fate, "org.set_person", (*organisation.Org).SetPerson, a)
}

// personAct is the act that would leave somebody as they are.
func personAct(p *organisation.Person) organisation.SetPerson {
	a := organisation.SetPerson{ID: p.ID, Role: string(p.Role), Call: p.Call, Badge: p.Badge, Cells: p.Cells, User: p.User}
	for _, s := range p.Seats {
		a.Seats = append(a.Seats, organisation.SeatAtPost{Post: string(s.Post), From: string(s.From), Until: string(s.Until)})
	}
	return a
}

// keepPerson leaves as it is what the file has no column for.
func (c *checker) keepPerson(a *organisation.SetPerson, p *organisation.Person) {
	was := personAct(p)
	if !c.table.has("badge") {
		a.Badge = was.Badge
	}
	if !c.table.has("cells") {
		a.Cells = was.Cells
	}
	if !c.table.has("seats") {
		a.Seats = was.Seats
	}
	if a.User == "" {
		a.User = was.User
	}
}

// whoIs finds the person a row is about; nil is somebody new.
func (c *checker) whoIs(w *wish, line int, a organisation.SetPerson) *organisation.Person {
	if a.ID != "" {
		if p, ok := c.org.People[a.ID]; ok && !p.Gone {
			return p
		}
		return nil
	}
	if id, ok := c.org.ByUser[a.User]; ok && a.User != "" {
		return c.org.People[id]
	}
	match := func(fits func(p *organisation.Person) bool) (found []*organisation.Person) {
		for _, p := range c.org.Everyone() {
			if !p.Gone && !strings.Contains(p.ID, ":") && fits(p) { // never a new one of this file
				found = append(found, p)
			}
		}
		return found
	}
	found := match(func(p *organisation.Person) bool { return a.Badge != "" && p.Badge == a.Badge })
	if len(found) == 0 {
		found = match(func(p *organisation.Person) bool {
			return p.Call == a.Call && string(p.Role) == a.Role && (a.User == "" || p.User == "") && (a.Badge == "" || p.Badge == "")
		})
	}
	if len(found) > 1 {
		w.bad(line, "call", "orgfile.two_people", nil)
		return nil
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// sealed opens names and phones when the file has columns to compare with them.
func (c *checker) sealed() (map[vault.Ref]string, error) {
	var texts []vault.Text
	for _, p := range c.org.Everyone() {
		if c.table.has("name") {
			texts = append(texts, p.Name)
		}
		if c.table.has("phone") {
			texts = append(texts, p.Phone)
		}
	}
	return c.reveal(texts...)
}

// personal gives what a row says of a name or phone, "" when that is what is sealed already or its mask.
func (c *checker) personal(w *wish, r sheet.Row, column string, was *organisation.Person, known map[vault.Ref]string) string {
	typed := r.Get(column)
	if typed == "" {
		return ""
	}
	mask, current := vault.MaskName, ""
	var text vault.Text
	if was != nil {
		text = was.Name
	}
	if column == "phone" {
		mask = vault.MaskPhone
		if was != nil {
			text = was.Phone
		}
	}
	current = known[text.Ref()]
	clean, _ := work.Line(column, typed, 1000, false)
	switch {
	case current != "" && (clean == current || clean == mask(current)):
		return ""
	case strings.ContainsAny(typed, "*＊"):
		w.bad(r.Line, column, "orgfile.masked", nil)
	}
	return typed
}

// duty decides rosters: every stretch a row, all of one person together; the newest roster replaces the old one.
func (c *checker) duty() error {
	var order []string
	acts, wishes := map[string]*organisation.SetDuty{}, map[string]*wish{}
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("person"))
		id := c.person(&w, r.Line, r.Get("person"))
		h := organisation.DutyHours{From: c.instant(&w, r.Line, "from", r.Get("from")), Until: c.instant(&w, r.Line, "until", r.Get("until"))}
		if id == "" {
			c.refuse(w)
			continue
		}
		if acts[id] == nil {
			w.name = c.org.Call(id)
			acts[id], wishes[id], order = &organisation.SetDuty{Person: id}, &w, append(order, id)
		} else {
			wishes[id].wrong = append(wishes[id].wrong, w.wrong...)
		}
		if !h.From.IsZero() && !h.Until.IsZero() && !h.From.Before(h.Until) {
			wishes[id].bad(r.Line, "until", "org.duty_hours", nil)
		}
		acts[id].Hours = append(acts[id].Hours, h)
	}
	for _, id := range order {
		a, fate := *acts[id], New
		slices.SortFunc(a.Hours, func(x, y organisation.DutyHours) int { return x.From.Compare(y.From) })
		for i := 1; i < len(a.Hours); i++ {
			if a.Hours[i].From.Before(a.Hours[i-1].Until) && len(wishes[id].wrong) == 0 {
				wishes[id].bad(wishes[id].line, "from", "orgfile.duty_overlaps", fault.Args{"at": a.Hours[i].From.In(clock.Shanghai).Format("2006-01-02 15:04")})
			}
		}
		if was := dutyAct(c.org.People[id]); len(was.Hours) > 0 {
			fate = Changed
			if len(wishes[id].wrong) == 0 && equal(a, was) {
				c.same(*wishes[id])
				continue
			}
		}
		if err := decide(c, *wishes[id], fate, "org.set_duty", (*organisation.Org).SetDuty, a); err != nil {
			return err
		}
	}
	return nil
}

func dutyAct(p *organisation.Person) organisation.SetDuty {
	a := organisation.SetDuty{Person: p.ID}
	for _, h := range p.OnDuty {
		a.Hours = append(a.Hours, organisation.DutyHours{From: h.From.UTC(), Until: h.Until.UTC()})
	}
	slices.SortFunc(a.Hours, func(x, y organisation.DutyHours) int { return x.From.Compare(y.From) })
	return a
}

func (c *checker) instant(w *wish, line int, column, s string) time.Time {
	if s == "" {
		w.bad(line, column, "form.required", fault.Args{"field": column})
		return time.Time{}
	}
	at, p, err := sheet.ParseTime(s, clock.Shanghai)
	if err != nil || p == sheet.ToDay {
		w.bad(line, column, "form.datetime", nil)
		return time.Time{}
	}
	return at.UTC()
}

// calendar lays the days that differ over the station's table, all in one act.
func (c *checker) calendar() error {
	was, seen := map[string]organisation.CalendarDay{}, map[string]int{}
	for _, d := range calendarDays(c.org) {
		was[d.On] = d
	}
	var a organisation.SetCalendar
	first := -1
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("on")+" "+r.Get("name"))
		d := organisation.CalendarDay{On: c.day(&w, r.Line, "on", r.Get("on")), Kind: key("day", r.Get("kind")), Name: r.Get("name")}
		if d.Kind != string(clock.Holiday) && d.Kind != string(clock.MakeUp) {
			w.bad(r.Line, "kind", "orgfile.day_kind", fault.Args{"value": r.Get("kind")})
		}
		c.once(&w, seen, r.Line, "on", d.On)
		old, there := was[d.On]
		switch {
		case len(w.wrong) > 0:
			c.refuse(w)
			continue
		case old == d:
			c.same(w)
			continue
		}
		a.Days = append(a.Days, d)
		fate := New
		if there {
			fate = Changed
		}
		c.plan.Rows = append(c.plan.Rows, Row{Line: w.line, Name: w.name, Fate: fate})
		if first < 0 {
			first = len(c.plan.Rows) - 1
		}
	}
	if first < 0 {
		return nil
	}
	if _, err := c.org.SetCalendar(a, c.moment); err != nil {
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		c.plan.Mistakes = append(c.plan.Mistakes, Mistake{Line: c.plan.Rows[first].Line, Fault: f})
		return nil
	}
	c.plan.Rows[first].name, c.plan.Rows[first].act = "org.set_calendar", &a
	return nil
}

// calendarDays is the station's own table, the last word for every day.
func calendarDays(o *organisation.Org) (days []organisation.CalendarDay) {
	last := map[string]organisation.CalendarDay{}
	for _, d := range o.Days {
		on := d.On.In(clock.Shanghai).Format(time.DateOnly)
		last[on] = organisation.CalendarDay{On: on, Kind: string(d.Kind), Name: d.Name}
	}
	for _, d := range last {
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b organisation.CalendarDay) int { return strings.Compare(a.On, b.On) })
	return days
}
