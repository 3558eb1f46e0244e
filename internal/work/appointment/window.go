package appointment

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// OnWindow is what acts on the hours of a window carry: from which day, and until which.
type OnWindow struct {
	Window string `json:"hall_window" form:"window,required"`
	On     string `json:"on" form:"date,required"`
	Till   string `json:"till,omitempty" form:"date"`
}

// Places are the window's days the act is about, at most maxDays; a fault names what is wrong.
func (o OnWindow) Places() ([]Place, error) {
	from, till := Date(o.On), Date(o.On)
	if o.Till != "" {
		till = Date(o.Till)
	}
	if err := work.Must(!from.IsZero(), "on", "form.date", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!till.Before(from), "till", "form.until_before_from", nil); err != nil {
		return nil, err
	}
	var list []Place
	for on := from; !on.After(till); on = on.AddDate(0, 0, 1) {
		list = append(list, Place{o.Window, on.Format(time.DateOnly)})
	}
	return list, work.Must(len(list) <= maxDays, "till", "window.too_long", fault.Args{"max": maxDays})
}

const maxDays = 62

// Close (停办) closes a window on days, or for hours of them, or leaves it with fewer people.
type Close struct {
	OnWindow
	From   string `json:"from_time,omitempty" form:"time"`
	Until  string `json:"until_time,omitempty" form:"time"`
	Fewer  int    `json:"fewer,omitempty" form:"number"`
	Reason string `json:"reason" form:"line,required"`
}

// WindowClosed is a closing.
type WindowClosed struct {
	ID     string `json:"id"`
	From   int    `json:"from"`
	Until  int    `json:"until"`
	Fewer  int    `json:"fewer,omitempty"`
	Reason string `json:"reason"`
}

// EventKind implements work.Event.
func (WindowClosed) EventKind() string { return "window.closed/1" }

// AppointmentDisplaced is an appointment whose slot fell away: it must be moved, and its person told.
type AppointmentDisplaced struct {
	ID     string     `json:"id"`
	Phone  *vault.Ref `json:"phone,omitempty"`
	Code   *vault.Ref `json:"code,omitempty"`
	Day    string     `json:"day"`
	At     time.Time  `json:"at"`
	Reason string     `json:"reason"`
}

// EventKind implements work.Event.
func (AppointmentDisplaced) EventKind() string { return "appointment.displaced/1" }
func (e AppointmentDisplaced) visit() string   { return e.ID }

// Close decides a closing on one day: whoever has an appointment that no longer finds room is on the list of those to be moved.
func (d *Day) Close(a Close, mo Moment) ([]work.Event, error) {
	w, from, until, err := d.hours(a.Window, a.From, a.Until, mo)
	if err != nil {
		return nil, err
	}
	reason, err := work.Line("reason", a.Reason, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Fewer >= 0 && a.Fewer < 100, "fewer", "form.number", nil); err != nil {
		return nil, err
	}
	closed := WindowClosed{mo.NewID("cl"), from, until, a.Fewer, reason}
	after := *d
	after.Closures = append(slices.Clone(d.Closures), Closure(closed))
	events := []work.Event{closed}
	for _, v := range after.homeless(w, mo) {
		events = append(events, AppointmentDisplaced{v.ID, refTo(v.Phone), refTo(v.Code), d.On, d.Place.At(v.Slot).UTC(), reason})
	}
	return events, nil
}

// homeless are the appointments that no longer find room, the last booked first to go, without those that are on the list already.
func (d *Day) homeless(w playbook.Window, mo Moment) (list []*Visit) {
	slots := Slots(w, d.On, mo.Calendar, d.Changes)
	for _, v := range d.Visits {
		if !v.Held() || v.Displaced {
			continue
		}
		if v.State == Booked && !fits(slots, v) {
			list = append(list, v)
			continue
		}
		fill(slots, []Hold{{v.Slot, v.Span, 1}})
	}
	return list
}

// fits tells whether there is room for a visit at the slot it holds.
func fits(slots []Slot, v *Visit) bool {
	i := slices.IndexFunc(slots, func(s Slot) bool { return s.Start == v.Slot })
	if i < 0 || i+v.Span > len(slots) {
		return false
	}
	return !slices.ContainsFunc(slots[i:i+v.Span], func(s Slot) bool { return s.Room() == 0 })
}

// hours reads the hours of an act on a window; empty is the whole day. What is over cannot be changed.
func (d *Day) hours(window, from, until string, mo Moment) (w playbook.Window, begin, end int, err error) {
	w, ok := mo.Playbook.Window(window)
	if err := work.Must(ok, "hall_window", "window.unknown", nil); err != nil {
		return w, 0, 0, err
	}
	begin, end = 0, 24*60
	if from != "" {
		if begin, ok = Minutes(from); !ok {
			return w, 0, 0, work.Must(false, "from_time", "appointment.slot_form", nil)
		}
	}
	if until != "" {
		if end, ok = Minutes(until); !ok {
			return w, 0, 0, work.Must(false, "until_time", "appointment.slot_form", nil)
		}
	}
	if err := work.Must(begin < end, "until_time", "window.hours", nil); err != nil {
		return w, 0, 0, err
	}
	return w, begin, end, work.Must(d.On >= Today(mo.Now), "on", "form.past", nil)
}

// Reopen (恢复办理) takes a closing back.
type Reopen struct {
	Window  string `json:"hall_window" form:"hidden"`
	On      string `json:"on" form:"hidden"`
	Closure string `json:"closure" form:"hidden"`
}

// Place is the window and day it is about.
func (a Reopen) Place() Place { return Place{a.Window, a.On} }

// WindowReopened is a closing taken back.
type WindowReopened struct {
	ID string `json:"id"`
}

// EventKind implements work.Event.
func (WindowReopened) EventKind() string { return "window.reopened/1" }

// AppointmentSpared is an appointment that need not be moved after all.
type AppointmentSpared struct {
	ID    string     `json:"id"`
	Phone *vault.Ref `json:"phone,omitempty"`
	Day   string     `json:"day"`
	At    time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (AppointmentSpared) EventKind() string { return "appointment.spared/1" }
func (e AppointmentSpared) visit() string   { return e.ID }

// Reopen decides that a closing is taken back; who has not moved yet and finds room again keeps the appointment and is told.
func (d *Day) Reopen(a Reopen, mo Moment) ([]work.Event, error) {
	w, ok := mo.Playbook.Window(a.Window)
	if err := work.Must(ok, "hall_window", "window.unknown", nil); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(d.Closures, func(c Closure) bool { return c.ID == a.Closure })
	if i < 0 {
		return nil, fault.New(fault.Stale, "window.not_closed", nil)
	}
	after := *d
	after.Closures = slices.Delete(slices.Clone(d.Closures), i, i+1)
	events := []work.Event{WindowReopened{a.Closure}}
	slots := Slots(w, d.On, mo.Calendar, after.Changes)
	for _, v := range d.Visits {
		if v.Held() && !v.Displaced {
			fill(slots, []Hold{{v.Slot, v.Span, 1}})
		}
	}
	for _, v := range d.Visits {
		if !v.Displaced || v.State != Booked {
			continue
		}
		if fits(slots, v) {
			fill(slots, []Hold{{v.Slot, v.Span, 1}})
			events = append(events, AppointmentSpared{v.ID, refTo(v.Phone), d.On, d.Place.At(v.Slot).UTC()})
		}
	}
	return events, nil
}

// Extend (加开) opens a window beyond its hours, or takes more people in the same slots: summer rush, evenings, weekends.
type Extend struct {
	OnWindow
	From     string `json:"from_time" form:"time,required"`
	Until    string `json:"until_time" form:"time,required"`
	Minutes  int    `json:"slot_minutes" form:"number,required"`
	Capacity int    `json:"capacity" form:"number,required"`
	Reason   string `json:"reason" form:"line,required"`
}

// WindowExtended is a window open beyond its hours.
type WindowExtended struct {
	ID       string `json:"id"`
	From     int    `json:"from"`
	Until    int    `json:"until"`
	Slot     int    `json:"slot"`
	Capacity int    `json:"capacity"`
	Reason   string `json:"reason"`
}

// EventKind implements work.Event.
func (WindowExtended) EventKind() string { return "window.extended/1" }

// Extend decides hours beyond those of the playbook on one day.
func (d *Day) Extend(a Extend, mo Moment) ([]work.Event, error) {
	w, from, until, err := d.hours(a.Window, a.From, a.Until, mo)
	if err != nil {
		return nil, err
	}
	reason, err := work.Line("reason", a.Reason, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Minutes >= 5 && (until-from)%a.Minutes == 0, "slot_minutes", "window.slot_minutes", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Capacity >= 1 && a.Capacity <= 50, "capacity", "window.capacity", nil); err != nil {
		return nil, err
	}
	for _, s := range Slots(w, d.On, mo.Calendar, d.Changes) {
		overlaps := s.Start < until && from < s.Start+s.Minutes
		same := s.Minutes == a.Minutes && s.Start >= from && (s.Start-from)%a.Minutes == 0
		if overlaps && !same {
			return nil, fault.New(fault.Invalid, "window.overlap", fault.Args{"time": Clock(s.Start), "minutes": s.Minutes}).On("from_time")
		}
	}
	return []work.Event{WindowExtended{mo.NewID("ex"), from, until, a.Minutes, a.Capacity, reason}}, nil
}
