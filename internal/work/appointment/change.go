package appointment

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// OnVisit is what every act on an appointment carries: where it is, or for who has no account the code that leads there.
type OnVisit struct {
	Window string `json:"hall_window,omitempty" form:"hidden"`
	On     string `json:"on,omitempty" form:"hidden"`
	ID     string `json:"id,omitempty" form:"hidden"`
	Code   string `json:"code,omitempty" form:"hidden"`
}

// Place is the window and day it is at.
func (o OnVisit) Place() Place { return Place{o.Window, o.On} }

// Ref is the part of an act that says which appointment it is about; who has only a code is led there by the desk.
func (o *OnVisit) Ref() *OnVisit { return o }

// Change (改约) moves an appointment to another slot, day or window.
type Change struct {
	OnVisit
	ToWindow string `json:"to_window" form:"window,required"`
	ToOn     string `json:"to_on" form:"date,required"`
	ToSlot   string `json:"to_slot" form:"time,required"`
}

// To is the window and day it goes to.
func (a Change) To() Place { return Place{a.ToWindow, a.ToOn} }

// AppointmentShifted is an appointment moved within its day and window.
type AppointmentShifted struct {
	ID      string     `json:"id"`
	Slot    int        `json:"slot"`
	Span    int        `json:"span"`
	Changes int        `json:"changes"`
	Phone   *vault.Ref `json:"phone,omitempty"`
	Day     string     `json:"day"`
	At      time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (AppointmentShifted) EventKind() string { return "appointment.shifted/1" }
func (e AppointmentShifted) visit() string   { return e.ID }

// AppointmentMovedOut is an appointment that has another window or day now.
type AppointmentMovedOut struct {
	ID string `json:"id"`
	To Place  `json:"to"`
}

// EventKind implements work.Event.
func (AppointmentMovedOut) EventKind() string { return "appointment.moved_out/1" }
func (e AppointmentMovedOut) visit() string   { return e.ID }

// AppointmentMovedIn is an appointment that came from another window or day. What is personal stays under its own key.
type AppointmentMovedIn struct {
	ID       string     `json:"id"`
	From     Place      `json:"from"`
	Service  string     `json:"service"`
	Slot     int        `json:"slot"`
	Span     int        `json:"span"`
	Channel  string     `json:"channel"`
	Name     *vault.Ref `json:"name,omitempty"`
	Phone    *vault.Ref `json:"phone,omitempty"`
	Code     *vault.Ref `json:"code,omitempty"`
	Agent    *vault.Ref `json:"agent,omitempty"`
	Guardian *vault.Ref `json:"guardian,omitempty"`
	PhoneKey string     `json:"phone_key"`
	MissKey  string     `json:"miss_key"`
	First    bool       `json:"first,omitempty"`
	Changes  int        `json:"changes"`
	Day      string     `json:"day"`
	At       time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (AppointmentMovedIn) EventKind() string { return "appointment.moved_in/1" }

// Change decides the events of both days; to is d itself when window and day stay. Room at the new slot is taken in the same batch in
// which it is given up at the old one.
func (d *Day) Change(a Change, to *Day, mo Moment) (here, there []work.Event, err error) {
	v, err := d.movable(a.ID, mo)
	if err != nil {
		return nil, nil, err
	}
	w, item, err := offered(mo, a.ToWindow, v.Service)
	if err != nil {
		return nil, nil, onto(err)
	}
	slot, span, err := to.free(w, item, a.ToSlot, mo, v)
	if err != nil {
		return nil, nil, onto(err)
	}
	if d.Place == to.Place && slot == v.Slot && !v.Displaced {
		return nil, nil, work.Must(false, "to_slot", "appointment.same", nil)
	}
	changes := v.Changes
	if !v.Displaced { // a window that closed is not theirs to answer for
		changes++
	}
	if most := mo.Playbook.AppointmentSettings().Changes; mo.Actor == work.Public && changes > most {
		return nil, nil, fault.New(fault.Invalid, "appointment.changes", fault.Args{"max": most})
	}
	if d.Place == to.Place {
		return []work.Event{AppointmentShifted{v.ID, slot, span, changes, refTo(v.Phone), to.On, to.Place.At(slot).UTC()}}, nil, nil
	}
	// The digest of the phone is of one window and day: there it is made anew by the desk.
	phone, err := mo.Open(v.Phone)
	if err != nil {
		return nil, nil, err
	}
	key := mo.PhoneKey(phone, to.Place)
	if err := to.spare(key, mo); err != nil {
		return nil, nil, err
	}
	in := AppointmentMovedIn{ID: v.ID, From: d.Place, Service: v.Service, Slot: slot, Span: span, Channel: v.Channel, Name: refTo(v.Name), Phone: refTo(v.Phone),
		Code: refTo(v.Code), Agent: refTo(v.Agent), Guardian: refTo(v.Guardian), PhoneKey: key, MissKey: mo.MissKey(phone, to.On[:7]),
		First: v.First, Changes: changes, Day: to.On, At: to.Place.At(slot).UTC()}
	if there = []work.Event{in}; v.Limited {
		there = append(there, AppointmentLimited{v.ID, true})
	}
	return []work.Event{AppointmentMovedOut{v.ID, to.Place}}, there, nil
}

// onto puts a refusal on the fields of a change.
func onto(err error) error {
	f, ok := fault.Of(err)
	if to := map[string]string{"slot": "to_slot", "on": "to_on", "hall_window": "to_window"}[fieldOf(f)]; ok && to != "" {
		return f.On(to)
	}
	return err
}

func fieldOf(f *fault.Fault) string {
	if f == nil {
		return ""
	}
	return f.Field
}

// movable finds an appointment that may still be changed or called off.
func (d *Day) movable(id string, mo Moment) (*Visit, error) {
	v, err := d.Visit(id)
	if err != nil {
		return nil, err
	}
	switch {
	case v.State == Cancelled:
		return nil, fault.New(fault.Stale, "appointment.is_cancelled", nil)
	case v.State == Moved:
		return nil, fault.New(fault.Stale, "appointment.is_moved", fault.Args{"day": v.Place.On})
	case v.State != Booked:
		return nil, fault.New(fault.Stale, "appointment.has_come", nil)
	case !v.Displaced && mo.Actor == work.Public && !d.Place.At(v.Slot).After(mo.Now):
		return nil, fault.New(fault.Stale, "appointment.begun", nil)
	}
	return v, nil
}

// Cancel (取消预约) calls an appointment off.
type Cancel struct {
	OnVisit
	Reason string `json:"reason,omitempty" form:"line"`
}

// AppointmentCancelled is an appointment called off.
type AppointmentCancelled struct {
	ID     string     `json:"id"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (AppointmentCancelled) EventKind() string { return "appointment.cancelled/1" }
func (e AppointmentCancelled) visit() string   { return e.ID }

// Cancel decides that an appointment is called off; its room is free at once.
func (d *Day) Cancel(a Cancel, mo Moment) ([]work.Event, error) {
	v, err := d.movable(a.ID, mo)
	if err != nil {
		return nil, err
	}
	reason, err := work.Line("reason", a.Reason, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{AppointmentCancelled{v.ID, vault.Plain(v.ID, "reason", reason)}}, nil
}
