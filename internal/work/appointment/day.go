// Package appointment holds the rules of appointments (预约) and of the queue in the service hall: what is open on a day, who may take
// which slot, who is called next. One window on one day is one stream, so that a place can never be given twice.
package appointment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// State is where a visit stands.
type State string

// The states of a visit.
const (
	Booked    State = "booked"    // has an appointment and has not come yet
	Waiting   State = "waiting"   // is in the hall with a number
	Serving   State = "serving"   // was called to the window
	Passed    State = "passed"    // was called and not there (过号)
	Done      State = "done"      // was served, with a result
	Missed    State = "missed"    // did not come
	Cancelled State = "cancelled" // called it off
	Moved     State = "moved"     // has another window or day now
)

// WalkIn is the slot of somebody who came without an appointment.
const WalkIn = -1

// Visit is one person at one window on one day, with an appointment or a number taken at the door.
type Visit struct {
	ID, Service, Channel string
	Slot                 int // minutes after midnight; WalkIn without an appointment
	Span                 int // slots it takes, one after the other
	State                State
	Name, Phone          vault.Text
	Code                 vault.Text
	Agent, Guardian      vault.Text
	PhoneKey, MissKey    string // keyed digests of the phone, of this day and of this month
	Ticket               string // waiting number
	First                bool   // goes before others of the queue: old, ill, disabled, pregnant, with a small child
	Displaced            bool   // its slot fell away after it was booked: it must be moved
	Reminded             bool
	Limited              bool      // they asked that it is no longer used
	ErasedAt             time.Time // what was personal is destroyed
	Changes              int
	Counter              int // place at the window
	Result               string
	Place                Place // where it was moved to
	By                   string

	MadeAt, ArrivedAt, CalledAt, EndedAt time.Time
}

// Held tells whether the visit takes room of its slot.
func (v *Visit) Held() bool {
	return v.Slot >= 0 && v.State != Cancelled && v.State != Moved && v.State != Missed
}

// Place is a window on a day.
type Place struct {
	Window string `json:"window"`
	On     string `json:"on"` // 2006-01-02
}

// Stream is the stream of a window on a day.
func (p Place) Stream() string { return "windowday/" + p.Window + "/" + p.On }

// PlaceOf reads a stream's name.
func PlaceOf(stream string) (Place, bool) {
	rest, ok := strings.CutPrefix(stream, "windowday/")
	window, on, both := strings.Cut(rest, "/")
	return Place{window, on}, ok && both
}

// Day is a window on a day as it stands.
type Day struct {
	Place
	Version int
	Changes
	Visits   []*Visit
	tickets  int // numbers given to who came without an appointment
	arrivals int // numbers given to who came with one
	inRow    int // called one after the other with an appointment
}

// Changes are what was decided beyond the hours of the playbook.
type Changes struct {
	Closures []Closure `json:"closures,omitempty"`
	Extras   []Extra   `json:"extras,omitempty"`
}

// Closure is a time at which a window takes nobody, or fewer.
type Closure struct {
	ID          string `json:"id"`
	From, Until int    // minutes after midnight
	Fewer       int    // how many people fewer of each slot; 0: closed
	Reason      string `json:"reason"`
}

// Extra is a time at which a window takes more people than by the playbook.
type Extra struct {
	ID                          string
	From, Until, Slot, Capacity int
	Reason                      string
}

// NewDay is a window on a day on which nothing has happened.
func NewDay(p Place) *Day { return &Day{Place: p} }

// Fold makes a window's day from its stream.
func Fold(p Place, events []journal.Event) (*Day, error) {
	d := NewDay(p)
	return d, work.Replay(events, func(v work.Event, at work.At) error { d.Apply(v, at); return nil })
}

// Visit finds a visit of the day; a missing one is a fault.
func (d *Day) Visit(id string) (*Visit, error) {
	if v := d.find(id); v != nil {
		return v, nil
	}
	return nil, fault.New(fault.Missing, "appointment.not_found", nil)
}

func (d *Day) find(id string) *Visit {
	if i := slices.IndexFunc(d.Visits, func(v *Visit) bool { return v.ID == id }); i >= 0 {
		return d.Visits[i]
	}
	return nil
}

// Apply folds one event.
func (d *Day) Apply(e work.Event, at work.At) {
	d.Version = at.Version
	switch e := e.(type) {
	case WindowClosed:
		d.Closures = append(d.Closures, Closure(e))
		return
	case WindowReopened:
		d.Closures = slices.DeleteFunc(d.Closures, func(c Closure) bool { return c.ID == e.ID })
		return
	case WindowExtended:
		d.Extras = append(d.Extras, Extra(e))
		return
	case AppointmentBooked:
		d.Visits = append(d.Visits, &Visit{ID: e.ID, Service: e.Service, Channel: e.Channel, Slot: e.Slot, Span: e.Span, State: Booked, Name: e.Name,
			Phone: e.Phone, Code: e.Code, Agent: e.Agent, Guardian: e.Guardian, PhoneKey: e.PhoneKey, MissKey: e.MissKey, First: e.First, MadeAt: at.HappenedAt, By: at.Actor})
		return
	case AppointmentMovedIn:
		d.Visits = slices.DeleteFunc(d.Visits, func(v *Visit) bool { return v.ID == e.ID }) // it may have been here before
		d.Visits = append(d.Visits, &Visit{ID: e.ID, Service: e.Service, Channel: e.Channel, Slot: e.Slot, Span: e.Span, State: Booked, Name: ref(e.Name),
			Phone: ref(e.Phone), Code: ref(e.Code), Agent: ref(e.Agent), Guardian: ref(e.Guardian), PhoneKey: e.PhoneKey, MissKey: e.MissKey, First: e.First,
			Changes: e.Changes, MadeAt: at.HappenedAt, By: at.Actor})
		return
	case NumberTaken:
		d.tickets++
		d.Visits = append(d.Visits, &Visit{ID: e.ID, Service: e.Service, Channel: "walk_in", Slot: WalkIn, State: Waiting, Ticket: e.Ticket, First: e.First,
			MadeAt: at.HappenedAt, ArrivedAt: at.HappenedAt, By: at.Actor})
		return
	}
	d.applyVisit(e, at)
}

// applyVisit folds what happened to one visit.
func (d *Day) applyVisit(e work.Event, at work.At) {
	about, ok := e.(interface{ visit() string })
	if !ok {
		return
	}
	v := d.find(about.visit())
	if v == nil {
		return
	}
	switch e := e.(type) {
	case AppointmentDisplaced:
		v.Displaced = true
	case AppointmentSpared:
		v.Displaced = false
	case AppointmentShifted:
		v.Slot, v.Span, v.Displaced, v.Reminded, v.Changes = e.Slot, e.Span, false, false, e.Changes
	case AppointmentMovedOut:
		v.State, v.Place, v.Displaced = Moved, e.To, false
	case AppointmentCancelled:
		v.State, v.Displaced, v.EndedAt = Cancelled, false, at.HappenedAt
	case AppointmentReminded:
		v.Reminded = true
	case AppointmentArrived:
		d.arrivals++
		v.State, v.Ticket, v.ArrivedAt, v.Displaced = Waiting, e.Ticket, at.HappenedAt, false
	case AppointmentMissed:
		v.State, v.EndedAt = Missed, at.HappenedAt
	case VisitCalled:
		v.State, v.Counter, v.CalledAt = Serving, e.Counter, at.HappenedAt
		if e.Due {
			d.inRow++
		} else {
			d.inRow = 0
		}
	case VisitPassed:
		v.State = Passed
	case VisitReturned:
		v.State, v.ArrivedAt = Waiting, at.HappenedAt
	case VisitFinished:
		v.State, v.Result, v.EndedAt = Done, e.Result, at.HappenedAt
	case AppointmentCorrected:
		e.correct(v)
	case AppointmentLimited:
		v.Limited = e.On
	case AppointmentErased:
		e.erase(v, at.HappenedAt)
	}
}

// ref is the text that a reference leads to.
func ref(r *vault.Ref) vault.Text {
	if r == nil {
		return vault.Text{}
	}
	return vault.At(*r)
}

// refTo is the reference of a sealed text, nil for none.
func refTo(t vault.Text) *vault.Ref {
	if t.Empty() {
		return nil
	}
	r := t.Ref()
	return &r
}

// Clock writes minutes after midnight as 08:30.
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Minutes reads 08:30; ok is false for what is none.
func Minutes(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil
}

// Date is a day at noon in Shanghai; the zero time for what is no date.
func Date(on string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, on, clock.Shanghai)
	if err != nil {
		return time.Time{}
	}
	return t.Add(12 * time.Hour)
}

// At is the instant of a slot.
func (p Place) At(slot int) time.Time {
	return Date(p.On).Add(time.Duration(slot)*time.Minute - 12*time.Hour)
}

// Today is the date of an instant in Shanghai.
func Today(t time.Time) string { return t.In(clock.Shanghai).Format(time.DateOnly) }

// Moment is what a rule of appointments is handed.
type Moment struct {
	work.Moment
	Playbook *playbook.Book
	// PhoneKey and MissKey make the keyed digests of a phone: of one window and day, and of one month.
	PhoneKey func(phone string, p Place) string
	MissKey  func(phone, month string) string
	// Open gives the words of a sealed text; it is asked for nothing but the phone of an appointment that moves.
	Open func(vault.Text) (string, error)
	// Missed is how many appointments of a phone were missed within the days of the playbook.
	Missed func(phone string) (int, error)
	// Code is drawn for a new appointment.
	Code string
}
