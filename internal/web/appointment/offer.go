package appointment

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	page "maplegrid/internal/web/page/appointment"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/appointment"
)

// booker tells people at windows and before them what there is; the public is told by one too.
type booker struct {
	*teller
}

// bookerFor tells residents, who have no account.
func (s Pages) bookerFor(r *http.Request) (*booker, error) {
	l, err := s.tellTo(r.Context(), desk.Public(s.Station))
	return &booker{l}, err
}

// shownDays is how many open days a page offers at once.
const shownDays = 12

// offers are the days of an item from a day on; those that are open, as many as the playbook lets people book ahead.
func (l *booker) offers(item playbook.Service, from string) ([]appointment.OfferDay, error) {
	today := appointment.Date(appointment.Today(l.Now()))
	last := today.AddDate(0, 0, l.Book().AppointmentSettings().AheadDays)
	first := appointment.Date(from)
	if first.Before(today) {
		first = today
	}
	if first.After(last) {
		return nil, nil
	}
	taken, err := l.s.Boards.Appointments.Days(l.Ctx(), access.System(l.Who().Station), first.Format(time.DateOnly), last.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	days := int(last.Sub(first).Hours()/24) + 1
	return appointment.Search(l.Book(), l.Calendar(), item, first.Format(time.DateOnly), days, func(p appointment.Place) (appointment.Changes, []appointment.Hold) {
		return taken[p].Changes, taken[p].Holds
	}, l.Now()), nil
}

// chooser are the days to choose from, the slots to propose first, and the day that was chosen; href makes the address of a day.
type chooser struct {
	days []page.Day
	best []part.Link
	more *part.Link
	none *part.Empty
	on   []appointment.OfferDay // of the chosen day, by window
}

func (l *booker) choose(item playbook.Service, from, on string, href func(key, value string) string) (c chooser, err error) {
	all, err := l.offers(item, from)
	if err != nil {
		return c, err
	}
	byDay := map[string][]appointment.OfferDay{}
	var order []string
	for _, d := range all {
		if d.Capacity == 0 {
			continue
		}
		if byDay[d.On] == nil {
			order = append(order, d.On)
		}
		byDay[d.On] = append(byDay[d.On], d)
	}
	for i, day := range order {
		if i == shownDays {
			c.more = &part.Link{Href: href("from", day) + "#days", Label: l.T("book.later")}
			break
		}
		busy := busyOf(byDay[day])
		c.days = append(c.days, page.Day{Href: href("on", day) + "#slot", Date: l.shortDay(day), Weekday: l.weekday(day), Busy: l.busy(busy),
			Current: day == on, Full: busy == appointment.Full})
	}
	if len(order) == 0 {
		c.none = &part.Empty{Icon: "calendar-clock", Text: l.T("book.no_days"), Hint: l.T("book.no_days_hint")}
	}
	soon := all[:min(len(all), 8*max(1, len(l.Book().WindowsFor(item.Key))))]
	for _, o := range appointment.Quietest(soon, 3) {
		c.best = append(c.best, part.Link{Href: href("on", o.On) + "&slot=" + url.QueryEscape(slotValue(o)) + "#slot",
			Label: l.shortDay(o.On) + " " + appointment.Clock(o.Slot) + "（" + fault.Name(l.Lang(), "busy."+string(o.Busy)) + "）"})
	}
	c.on = byDay[on]
	return c, nil
}

// busyOf is how busy a day is over all windows.
func busyOf(days []appointment.OfferDay) appointment.Busy {
	room, capacity, free := 0, 0, false
	for _, d := range days {
		room, capacity = room+d.Room, capacity+d.Capacity
		free = free || slices.ContainsFunc(d.Slots, func(o appointment.Offer) bool { return o.Room > 0 })
	}
	if !free {
		return appointment.Full
	}
	return appointment.BusyOf(room, capacity)
}

func (l *booker) busy(b appointment.Busy) part.Status {
	tone := map[appointment.Busy]part.Tone{appointment.Quiet: part.OK, appointment.Fair: part.Info, appointment.Tight: part.Due, appointment.Full: part.Plain,
		appointment.Closed: part.Plain}[b]
	return part.Status{Tone: tone, Label: fault.Name(l.Lang(), "busy."+string(b))}
}

// slotValue is a slot as a form sends it: window and time.
func slotValue(o appointment.Offer) string { return o.Window + "/" + appointment.Clock(o.Slot) }

// slotField asks for one of the free slots of a day. Full ones are left out: nobody can take them.
func (l *booker) slotField(days []appointment.OfferDay, chosen string) part.Field {
	f := part.Field{Name: "slot", Label: fault.Name(l.Lang(), "field.slot"), Kind: part.KindRadio, Required: true, Value: chosen}
	several := len(days) > 1
	for _, d := range days {
		for _, o := range d.Slots {
			if o.Room == 0 {
				continue
			}
			hint := fault.Name(l.Lang(), "busy."+string(o.Busy))
			if several {
				hint = l.window(d.Window) + " · " + hint
			}
			f.Options = append(f.Options, part.Option{Value: slotValue(o), Label: appointment.Clock(o.Slot), Hint: hint})
		}
	}
	slices.SortStableFunc(f.Options, func(a, b part.Option) int { return strings.Compare(a.Label, b.Label) })
	return f
}

// window is what a window is called.
func (l *booker) window(key string) string {
	if w, ok := l.Book().Window(key); ok {
		return l.Name(w.Name)
	}
	return key
}

func (l *booker) item(key string) string {
	if s, ok := l.Book().Service(key); ok {
		return l.Name(s.Name)
	}
	return l.T("say.unknown_kind")
}

// shortDay is 3月5日; weekday 周四.
func (l *booker) shortDay(on string) string {
	day := appointment.Date(on)
	if l.Lang() == "en" {
		return day.Format("2 Jan")
	}
	return fmt.Sprintf("%d月%d日", day.Month(), day.Day())
}

func (l *booker) weekday(on string) string {
	day := appointment.Date(on)
	if l.Lang() == "en" {
		return day.Format("Mon")
	}
	return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[day.Weekday()]
}

func (l *booker) longDay(on string) string { return l.shortDay(on) + " " + l.weekday(on) }

// papersOf are the papers of an item, complete.
func (l *booker) papersOf(item playbook.Service) page.Papers {
	p := page.Papers{Title: l.T("book.papers"), Foot: l.T("book.papers_foot")}
	for _, x := range item.Papers {
		one := page.Paper{Name: l.Name(x.Name), When: l.Name(x.When)}
		if x.Original {
			one.Original = l.T("book.original")
		}
		p.Items = append(p.Items, one)
	}
	return p
}

// factsOf are who may apply, how long it takes and what it costs.
func (l *booker) factsOf(item playbook.Service) part.Definitions {
	pairs := []part.Pair{{Term: l.T("book.who"), Text: l.Name(item.Who)}}
	switch {
	case item.InPerson && item.MinAge > 0:
		pairs = append(pairs, part.Pair{Term: l.T("book.person"), Text: l.T("book.in_person_guardian", "age", item.MinAge)})
	case item.InPerson:
		pairs = append(pairs, part.Pair{Term: l.T("book.person"), Text: l.T("book.in_person")})
	case item.Proxy:
		pairs = append(pairs, part.Pair{Term: l.T("book.person"), Text: l.T("book.proxy")})
	}
	fee := l.T("book.free")
	if item.Fee > 0 {
		fee = l.T("book.yuan", "n", item.Fee/100)
	}
	pairs = append(pairs, part.Pair{Term: l.T("book.fee"), Text: fee}, part.Pair{Term: l.T("book.minutes"), Text: l.T("book.minutes_n", "n", item.Minutes)})
	if item.Limit > 0 {
		days := item.Limit
		words := l.T("book.limit_n", "n", days, "unit", fault.Name(l.Lang(), "unit."+item.LimitUnit))
		if item.Remote > 0 {
			words += l.T("book.remote_n", "n", item.Remote)
		}
		pairs = append(pairs, part.Pair{Term: l.T("book.limit"), Text: words})
	}
	return part.Definitions{Pairs: append(pairs, part.Pair{Term: l.T("book.source"), Text: item.Source})}
}

// splitSlot reads what slotValue wrote.
func splitSlot(s string) (window, at string) {
	window, at, _ = strings.Cut(s, "/")
	return window, at
}
