package appointment

import (
	"errors"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Book (预约) takes a slot: by a page without an account, by a clerk on the phone, by a grid member for somebody.
type Book struct {
	Window  string `json:"hall_window" form:"window,required"`
	On      string `json:"on" form:"date,required"`
	Slot    string `json:"slot" form:"time,required"`
	Service string `json:"service" form:"service,required"`
	Name    string `json:"name" form:"line,required"`
	Phone   string `json:"phone" form:"phone,required"`
	// IDNumber is only looked at, to check it and the age in it, and is never kept.
	IDNumber string `json:"id_number,omitempty" form:"line"`
	Young    bool   `json:"young,omitempty" form:"yesno"`
	Guardian string `json:"guardian,omitempty" form:"line"`
	Agent    string `json:"agent,omitempty" form:"line"`
	Mandate  bool   `json:"mandate,omitempty" form:"yesno"`
	First    bool   `json:"first,omitempty" form:"yesno"`
	Channel  string `json:"channel,omitempty" form:"bookedby"`
}

// Place is the window and day it is about.
func (a Book) Place() Place { return Place{a.Window, a.On} }

// Channels are the ways an appointment comes in: by page, by phone, at the counter, through a grid member.
var Channels = []string{"page", "phone", "counter", "grid"}

// AppointmentBooked is an appointment.
type AppointmentBooked struct {
	ID       string     `json:"id"`
	Service  string     `json:"service"`
	Slot     int        `json:"slot"`
	Span     int        `json:"span"`
	Channel  string     `json:"channel"`
	Name     vault.Text `json:"name"`
	Phone    vault.Text `json:"phone"`
	Code     vault.Text `json:"code"`
	Agent    vault.Text `json:"agent,omitzero"`
	Guardian vault.Text `json:"guardian,omitzero"`
	PhoneKey string     `json:"phone_key"`
	MissKey  string     `json:"miss_key"`
	First    bool       `json:"first,omitempty"`
	Day      string     `json:"day"` // day and instant are for the words of a message
	At       time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (AppointmentBooked) EventKind() string { return "appointment.booked/1" }

// Book decides an appointment.
func (d *Day) Book(a Book, mo Moment) ([]work.Event, error) {
	w, item, err := offered(mo, a.Window, a.Service)
	if err != nil {
		return nil, err
	}
	slot, span, err := d.free(w, item, a.Slot, mo, nil)
	if err != nil {
		return nil, err
	}
	who, err := person(a, item, mo)
	if err != nil {
		return nil, err
	}
	key := mo.PhoneKey(who.phone, d.Place)
	if err := d.bounds(key, who.phone, mo); err != nil {
		return nil, err
	}
	id := mo.NewID("ap")
	return []work.Event{AppointmentBooked{ID: id, Service: item.Key, Slot: slot, Span: span, Channel: who.channel, Name: vault.Plain(id, "name", who.name),
		Phone: vault.Plain(id, "phone", who.phone), Code: vault.Plain(id, "code", mo.Code), Agent: vault.Plain(id, "agent", who.agent),
		Guardian: vault.Plain(id, "guardian", who.guardian), PhoneKey: key, MissKey: mo.MissKey(who.phone, d.On[:7]), First: a.First,
		Day: d.On, At: d.Place.At(slot).UTC()}}, nil
}

// offered finds a window and an item that it does.
func offered(mo Moment, window, service string) (playbook.Window, playbook.Service, error) {
	item, ok := mo.Playbook.Service(service)
	if err := work.Must(ok && item.Window, "service", "appointment.no_service", nil); err != nil {
		return playbook.Window{}, item, err
	}
	w, ok := mo.Playbook.Window(window)
	if err := work.Must(ok && slices.Contains(w.Items, service), "hall_window", "appointment.not_here", fault.Args{"service": item.Name.Zh}); err != nil {
		return w, item, err
	}
	return w, item, nil
}

// free checks that a slot of the day can be taken and gives it in minutes, and how many slots the item takes. moving is the visit that
// gives up its own room for it.
func (d *Day) free(w playbook.Window, item playbook.Service, at string, mo Moment, moving *Visit) (slot, span int, err error) {
	slot, ok := Minutes(at)
	if err := work.Must(ok, "slot", "appointment.slot_form", nil); err != nil {
		return 0, 0, err
	}
	day := Date(d.On)
	if err := work.Must(!day.IsZero(), "on", "form.date", nil); err != nil {
		return 0, 0, err
	}
	if err := work.Must(d.Place.At(slot).After(mo.Now), "slot", "appointment.past", nil); err != nil {
		return 0, 0, err
	}
	ahead := mo.Playbook.AppointmentSettings().AheadDays
	if err := work.Must(!day.After(Date(Today(mo.Now)).AddDate(0, 0, ahead)), "on", "appointment.too_far", fault.Args{"days": ahead}); err != nil {
		return 0, 0, err
	}
	slots := d.without(moving).Slots(w, mo.Calendar)
	i := slices.IndexFunc(slots, func(s Slot) bool { return s.Start == slot })
	if i < 0 || slots[i].Capacity == 0 {
		return 0, 0, fault.New(fault.Stale, "appointment.closed", fault.Args{"day": d.On, "time": Clock(slot)}).On("slot")
	}
	if room(slots, i, item.Minutes) == 0 {
		return 0, 0, d.full(w, item, slot, mo)
	}
	return slot, Span(item, slots[i].Minutes), nil
}

// full is the refusal of a slot that is taken, with the free ones next to it on the day.
func (d *Day) full(w playbook.Window, item playbook.Service, slot int, mo Moment) error {
	next := NextFree(Offers(w, item, d.Place, mo.Calendar, d.Changes, d.Holds(), mo.Now), slot, 3)
	if len(next) == 0 {
		return fault.New(fault.Stale, "appointment.day_full", fault.Args{"day": d.On}).On("slot")
	}
	list := ""
	for i, o := range next {
		if i > 0 {
			list += " "
		}
		list += Clock(o.Slot)
	}
	return fault.New(fault.Stale, "appointment.taken", fault.Args{"time": Clock(slot), "next": list}).On("slot")
}

// NextFree are the free slots of a day nearest to a time.
func NextFree(day OfferDay, slot, most int) []Offer {
	free := slices.DeleteFunc(slices.Clone(day.Slots), func(o Offer) bool { return o.Room == 0 })
	slices.SortStableFunc(free, func(a, b Offer) int { return distance(a.Slot, slot) - distance(b.Slot, slot) })
	return free[:min(most, len(free))]
}

func distance(a, b int) int { return max(a-b, b-a) }

// without is the day without what a visit holds.
func (d *Day) without(v *Visit) *Day {
	if v == nil {
		return d
	}
	e := *d
	e.Visits = slices.DeleteFunc(slices.Clone(d.Visits), func(x *Visit) bool { return x.ID == v.ID })
	return &e
}

// asker is who an appointment is for, checked.
type asker struct{ name, phone, guardian, agent, channel string }

func person(a Book, item playbook.Service, mo Moment) (p asker, err error) {
	if p.name, err = work.Line("name", a.Name, 40, true); err != nil {
		return p, err
	}
	if p.phone, err = Phone("phone", a.Phone); err != nil {
		return p, err
	}
	if p.guardian, err = work.Line("guardian", a.Guardian, 40, false); err != nil {
		return p, err
	}
	if p.agent, err = work.Line("agent", a.Agent, 40, false); err != nil {
		return p, err
	}
	young, err := tooYoung(a, item, Date(a.On))
	if err != nil {
		return p, err
	}
	if young {
		if err := work.Must(p.guardian != "", "guardian", "appointment.guardian", fault.Args{"age": item.MinAge}); err != nil {
			return p, err
		}
	}
	if p.agent != "" {
		if err := work.Must(item.Proxy, "agent", "appointment.in_person", nil); err != nil {
			return p, err
		}
		if err := work.Must(a.Mandate, "mandate", "appointment.mandate", nil); err != nil {
			return p, err
		}
	}
	p.channel = "page"
	if mo.Actor != work.Public {
		p.channel = a.Channel
		if p.channel == "" {
			p.channel = "phone"
		}
	}
	return p, work.Must(slices.Contains(Channels, p.channel), "channel", "form.unknown_choice", nil)
}

// tooYoung tells whether the applicant is below the age from which they apply on their own. The number is checked and forgotten.
func tooYoung(a Book, item playbook.Service, on time.Time) (bool, error) {
	if a.IDNumber == "" {
		return a.Young && item.MinAge > 0, nil
	}
	number, err := ident.CheckResidentID(a.IDNumber)
	if err != nil {
		code := "appointment.id_shape"
		if errors.Is(err, ident.ErrCheck) {
			code = "appointment.id_check"
		}
		return false, work.Must(false, "id_number", code, nil)
	}
	born := ident.BornOn(number)
	return item.MinAge > 0 && Age(born, on) < item.MinAge, nil
}

// Age is the full years of somebody on a day.
func Age(born, on time.Time) int {
	on = on.In(clock.Shanghai)
	years := on.Year() - born.Year()
	if on.Month() < born.Month() || on.Month() == born.Month() && on.Day() < born.Day() {
		years--
	}
	return years
}

// Phone checks a phone number: a mobile one, or a landline with its area code.
func Phone(field, s string) (string, error) {
	digits := make([]byte, 0, 16)
	for _, r := range s {
		switch {
		case r >= '０' && r <= '９':
			digits = append(digits, byte(r-'０'+'0'))
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r == ' ', r == '-', r == '－', r == '—', r == '+', r == '(', r == ')':
		default:
			return "", work.Must(false, field, "appointment.phone", nil)
		}
	}
	n := string(digits)
	if len(n) == 13 && n[:2] == "86" {
		n = n[2:]
	}
	switch {
	case n == "":
		return "", work.Must(false, field, "form.required", fault.Args{"field": field})
	case ident.IsMobile(n), len(n) >= 10 && len(n) <= 12 && n[0] == '0', len(n) == 7 || len(n) == 8:
		return n, nil
	}
	return "", work.Must(false, field, "appointment.phone", nil)
}

// bounds refuses more appointments of one phone than the playbook allows, and, for who books without a clerk, appointments of other days
// after some were missed. A clerk may always book: the rule keeps slots free, it judges nobody.
func (d *Day) bounds(key, phone string, mo Moment) error {
	if err := d.spare(key, mo); err != nil {
		return err
	}
	s := mo.Playbook.AppointmentSettings()
	if mo.Actor != work.Public || s.Missed == 0 || d.On == Today(mo.Now) {
		return nil
	}
	missed, err := mo.Missed(phone)
	if err != nil {
		return err
	}
	if missed >= s.Missed {
		return fault.New(fault.Invalid, "appointment.only_today", fault.Args{"days": s.MissedDays, "n": missed}).On("on")
	}
	return nil
}

// spare refuses one more appointment of a phone than a family needs.
func (d *Day) spare(key string, mo Moment) error {
	n, most := 0, mo.Playbook.AppointmentSettings().PerPhone
	for _, v := range d.Visits {
		if v.PhoneKey == key && v.Held() {
			n++
		}
	}
	if n >= most {
		return fault.New(fault.Invalid, "appointment.phone_full", fault.Args{"max": most}).On("phone")
	}
	return nil
}
