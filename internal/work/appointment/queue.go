package appointment

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Arrive (报到取号) gives who has an appointment a waiting number.
type Arrive struct{ OnVisit }

// AppointmentArrived is somebody with an appointment in the hall.
type AppointmentArrived struct {
	ID     string `json:"id"`
	Ticket string `json:"ticket"`
}

// EventKind implements work.Event.
func (AppointmentArrived) EventKind() string { return "appointment.arrived/1" }
func (e AppointmentArrived) visit() string   { return e.ID }

// Arrive decides a waiting number for somebody with an appointment: Y01, Y02 … of the window and day, before them the window's letter.
func (d *Day) Arrive(a Arrive, mo Moment) ([]work.Event, error) {
	v, err := d.Visit(a.ID)
	if err != nil {
		return nil, err
	}
	if err := d.today(mo); err != nil {
		return nil, err
	}
	switch v.State {
	case Booked:
		w, _ := mo.Playbook.Window(d.Window)
		return []work.Event{AppointmentArrived{v.ID, fmt.Sprintf("%sY%02d", w.Letter, d.arrivals+1)}}, nil
	case Passed:
		return []work.Event{VisitReturned{v.ID}}, nil
	case Missed, Cancelled, Moved:
		return nil, fault.New(fault.Stale, "appointment.no_longer", nil)
	}
	return nil, fault.New(fault.Stale, "appointment.has_come", nil)
}

func (d *Day) today(mo Moment) error {
	if d.On != Today(mo.Now) {
		return fault.New(fault.Invalid, "appointment.not_today", fault.Args{"day": d.On})
	}
	return nil
}

// VisitReturned is somebody who was passed over and is there again.
type VisitReturned struct {
	ID string `json:"id"`
}

// EventKind implements work.Event.
func (VisitReturned) EventKind() string { return "visit.returned/1" }
func (e VisitReturned) visit() string   { return e.ID }

// TakeNumber (取号) gives who came without an appointment a waiting number. Nothing is asked but what they came for.
type TakeNumber struct {
	Window  string `json:"hall_window" form:"window,required"`
	Service string `json:"service" form:"service,required"`
	First   bool   `json:"first,omitempty" form:"yesno"`
}

// NumberTaken is a waiting number.
type NumberTaken struct {
	ID      string `json:"id"`
	Service string `json:"service"`
	Ticket  string `json:"ticket"`
	First   bool   `json:"first,omitempty"`
}

// EventKind implements work.Event.
func (NumberTaken) EventKind() string { return "visit.number_taken/1" }

// TakeNumber decides a waiting number: A01, A02 … of the window and day.
func (d *Day) TakeNumber(a TakeNumber, mo Moment) ([]work.Event, error) {
	w, item, err := offered(mo, a.Window, a.Service)
	if err != nil {
		return nil, err
	}
	if err := d.today(mo); err != nil {
		return nil, err
	}
	return []work.Event{NumberTaken{mo.NewID("ap"), item.Key, fmt.Sprintf("%s%02d", w.Letter, d.tickets+1), a.First}}, nil
}

// Call (叫号) calls the next person to a place at the window, or one by their number.
type Call struct {
	Window  string `json:"hall_window" form:"window,required"`
	Counter int    `json:"counter,omitempty" form:"number"`
	ID      string `json:"id,omitempty" form:"hidden"`
}

// VisitCalled is somebody called to the window.
type VisitCalled struct {
	ID      string `json:"id"`
	Counter int    `json:"counter"`
	Due     bool   `json:"due,omitempty"` // by the slot of an appointment
}

// EventKind implements work.Event.
func (VisitCalled) EventKind() string { return "visit.called/1" }
func (e VisitCalled) visit() string   { return e.ID }

// Call decides who is called.
func (d *Day) Call(a Call, mo Moment) ([]work.Event, error) {
	w, ok := mo.Playbook.Window(a.Window)
	if err := work.Must(ok, "hall_window", "window.unknown", nil); err != nil {
		return nil, err
	}
	if err := d.today(mo); err != nil {
		return nil, err
	}
	counter := max(1, a.Counter)
	if err := work.Must(counter <= w.Places, "counter", "window.counter", fault.Args{"max": w.Places}); err != nil {
		return nil, err
	}
	for _, v := range d.Visits {
		if v.State == Serving && v.Counter == counter && v.ID != a.ID {
			return nil, fault.New(fault.Stale, "appointment.serving", fault.Args{"ticket": v.Ticket})
		}
	}
	if a.ID != "" {
		return d.callOne(a.ID, counter, mo)
	}
	v, due := d.Next(mo.Now, mo.Playbook.AppointmentSettings())
	if v == nil {
		return nil, fault.New(fault.Stale, "appointment.nobody", nil)
	}
	return []work.Event{VisitCalled{v.ID, counter, due}}, nil
}

// callOne calls somebody by their number, who may have been passed over or be called once more.
func (d *Day) callOne(id string, counter int, mo Moment) ([]work.Event, error) {
	v, err := d.Visit(id)
	if err != nil {
		return nil, err
	}
	if v.State != Waiting && v.State != Passed && v.State != Serving {
		return nil, fault.New(fault.Stale, "appointment.not_waiting", nil)
	}
	return []work.Event{VisitCalled{v.ID, counter, false}}, nil
}

// Next is who is to be called. The rule, as it hangs in the hall:
//
//  1. Who has an appointment, came in time (at most so many minutes late) and whose slot has begun is called by their slot.
//  2. After so many of them in a row one who took a number is called, so that nobody waits without end.
//  3. Who took a number, or came too late for their slot, is called in the order they came; old, ill or disabled people, pregnant
//     women and those with a small child before the others.
//  4. Who has an appointment and came early is called when nobody else waits.
//
// due tells that it was by the first rule.
func (d *Day) Next(now time.Time, s playbook.AppointmentSettings) (next *Visit, due bool) {
	slot, line, early := d.lines(now, s)
	switch {
	case len(slot) > 0 && (len(line) == 0 || d.inRow < s.InRow):
		return slot[0], true
	case len(line) > 0:
		return line[0], false
	case len(early) > 0:
		return early[0], false
	}
	return nil, false
}

// lines sorts who waits: by slot, in the order they came, early.
func (d *Day) lines(now time.Time, s playbook.AppointmentSettings) (slot, line, early []*Visit) {
	late := time.Duration(s.LateMinutes) * time.Minute
	for _, v := range d.Visits {
		if v.State != Waiting {
			continue
		}
		begins := d.Place.At(max(0, v.Slot))
		switch {
		case v.Slot == WalkIn || v.ArrivedAt.After(begins.Add(late)):
			line = append(line, v)
		case begins.After(now):
			early = append(early, v)
		default:
			slot = append(slot, v)
		}
	}
	bySlot := func(a, b *Visit) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), a.ArrivedAt.Compare(b.ArrivedAt)) }
	slices.SortStableFunc(slot, bySlot)
	slices.SortStableFunc(early, bySlot)
	slices.SortStableFunc(line, func(a, b *Visit) int {
		if a.First != b.First {
			if a.First {
				return -1
			}
			return 1
		}
		return a.ArrivedAt.Compare(b.ArrivedAt)
	})
	return slot, line, early
}

// Line is everybody who waits, in the order they would be called if nobody else came.
func (d *Day) Line(now time.Time, s playbook.AppointmentSettings) (order []*Visit) {
	slot, line, early := d.lines(now, s)
	row := d.inRow
	for len(slot)+len(line) > 0 {
		if len(slot) > 0 && (len(line) == 0 || row < s.InRow) {
			order, slot, row = append(order, slot[0]), slot[1:], row+1
		} else {
			order, line, row = append(order, line[0]), line[1:], 0
		}
	}
	return append(order, early...)
}

// Pass (过号) notes that who was called is not there.
type Pass struct{ OnVisit }

// VisitPassed is somebody passed over; they come back by reporting at the desk.
type VisitPassed struct {
	ID string `json:"id"`
}

// EventKind implements work.Event.
func (VisitPassed) EventKind() string { return "visit.passed/1" }
func (e VisitPassed) visit() string   { return e.ID }

// Pass decides that somebody is passed over.
func (d *Day) Pass(a Pass, mo Moment) ([]work.Event, error) {
	v, err := d.Visit(a.ID)
	if err != nil {
		return nil, err
	}
	if v.State != Serving {
		return nil, fault.New(fault.Stale, "appointment.not_called", nil)
	}
	return []work.Event{VisitPassed{v.ID}}, nil
}

// Results are how a visit at the window ends. papers: papers are missing, told once and completely (law-and-standards 8.4).
var Results = []string{"done", "papers", "not_eligible", "left"}

// Finish (办结) ends a visit at the window.
type Finish struct {
	OnVisit
	Result  string `json:"result" form:"windowresult,required"`
	Receipt string `json:"receipt_no,omitempty" form:"line"`
	Note    string `json:"note,omitempty" form:"words"`
}

// VisitFinished is the end of a visit.
type VisitFinished struct {
	ID      string     `json:"id"`
	Result  string     `json:"result"`
	Receipt vault.Text `json:"receipt,omitzero"`
	Note    vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (VisitFinished) EventKind() string { return "visit.finished/1" }
func (e VisitFinished) visit() string   { return e.ID }

// Finish decides the end of a visit. Missing papers are named: all of them, once.
func (d *Day) Finish(a Finish, mo Moment) ([]work.Event, error) {
	v, err := d.Visit(a.ID)
	if err != nil {
		return nil, err
	}
	if v.State != Serving {
		return nil, fault.New(fault.Stale, "appointment.not_called", nil)
	}
	if err := work.Must(slices.Contains(Results, a.Result), "result", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	receipt, err := work.Line("receipt_no", a.Receipt, 40, false)
	if err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, a.Result == "papers" || a.Result == "not_eligible")
	if err != nil {
		return nil, err
	}
	return []work.Event{VisitFinished{v.ID, a.Result, vault.Plain(v.ID, "receipt", receipt), vault.Plain(v.ID, "note", note)}}, nil
}

// NoShow (没来) notes that somebody with an appointment did not come.
type NoShow struct{ OnVisit }

// AppointmentMissed is an appointment nobody came to.
type AppointmentMissed struct {
	ID string `json:"id"`
}

// EventKind implements work.Event.
func (AppointmentMissed) EventKind() string { return "appointment.missed/1" }
func (e AppointmentMissed) visit() string   { return e.ID }

// MissCounted is one appointment missed, in the stream of a phone's keyed digest of that month: what bounds further booking, for some
// weeks, and tells nothing of who it was.
type MissCounted struct {
	On string `json:"on"`
}

// EventKind implements work.Event.
func (MissCounted) EventKind() string { return "appointment.miss_counted/1" }

// MissStream is the stream in which the missed appointments of a phone are counted in a month.
func MissStream(key string) string { return "missed/" + key }

// NoShow decides that an appointment was missed, not before its slot and the minutes of grace are over. An appointment that had to be
// moved by the station is nobody's to have missed.
func (d *Day) NoShow(a NoShow, mo Moment) (here, counted []work.Event, err error) {
	v, err := d.Visit(a.ID)
	if err != nil {
		return nil, nil, err
	}
	if v.State != Booked {
		return nil, nil, fault.New(fault.Stale, "appointment.has_come", nil)
	}
	if v.Displaced {
		return nil, nil, fault.New(fault.Stale, "appointment.must_move", nil)
	}
	grace := time.Duration(mo.Playbook.AppointmentSettings().LateMinutes) * time.Minute
	if !mo.Now.After(d.Place.At(v.Slot).Add(grace)) {
		return nil, nil, fault.New(fault.Invalid, "appointment.may_come", fault.Args{"time": Clock(v.Slot + int(grace.Minutes()))})
	}
	if v.MissKey != "" {
		counted = []work.Event{MissCounted{d.On}}
	}
	return []work.Event{AppointmentMissed{v.ID}}, counted, nil
}

// Remind (提醒) tells everybody with an appointment on the next day; done by the program.
type Remind struct {
	Window string `json:"hall_window" form:"hidden"`
	On     string `json:"on" form:"hidden"`
}

// Place is the window and day it is about.
func (a Remind) Place() Place { return Place(a) }

// AppointmentReminded is a reminder of an appointment on the next day.
type AppointmentReminded struct {
	ID    string     `json:"id"`
	Phone *vault.Ref `json:"phone,omitempty"`
	Code  *vault.Ref `json:"code,omitempty"`
	Day   string     `json:"day"`
	At    time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (AppointmentReminded) EventKind() string { return "appointment.reminded/1" }
func (e AppointmentReminded) visit() string   { return e.ID }

// Remind decides the reminders of a day: on the day before, each once.
func (d *Day) Remind(a Remind, mo Moment) (events []work.Event, err error) {
	if Today(mo.Now.AddDate(0, 0, 1)) != d.On {
		return nil, fault.New(fault.Stale, "appointment.not_tomorrow", nil)
	}
	for _, v := range d.Visits {
		if v.State == Booked && !v.Reminded && !v.Displaced && !v.Limited {
			events = append(events, AppointmentReminded{v.ID, refTo(v.Phone), refTo(v.Code), d.On, d.Place.At(v.Slot).UTC()})
		}
	}
	if len(events) == 0 {
		return nil, fault.New(fault.Stale, "appointment.none_to_remind", nil)
	}
	return events, nil
}
