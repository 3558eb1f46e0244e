package appointment

import (
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// CardEnds is the last day of an identity card by the day it was issued and the holder's age on that day: below 16 years 5 years, from
// 16 to 25 ten, from 26 to 45 twenty, from 46 on without end (《居民身份证法》第5条, law-and-standards 8.1). forever tells of the last.
func CardEnds(born, issued time.Time) (ends time.Time, forever bool) {
	years := 0
	switch age := Age(born, issued); {
	case age < 16:
		years = 5
	case age <= 25:
		years = 10
	case age <= 45:
		years = 20
	default:
		return time.Time{}, true
	}
	ends = issued.AddDate(years, 0, 0)
	if ends.Day() != issued.Day() { // 29 February: the last day of the month counts (《民法典》第202条)
		ends = ends.AddDate(0, 0, -1)
	}
	return ends, false
}

// Reminder is what somebody asked for: to be told before a card ends.
type Reminder struct {
	ID, EndsOn     string
	Version        int
	Name, Phone    vault.Text
	Code           vault.Text
	Told, Stopped  bool
	AskedAt, DueAt time.Time
}

// ReminderStream is the stream of a reminder.
func ReminderStream(id string) string { return "reminder/" + id }

// AskReminder (到期提醒) asks to be told by phone before a card ends. Nothing else is kept, and the code takes it back.
type AskReminder struct {
	EndsOn  string `json:"ends_on" form:"date,required"`
	Name    string `json:"name,omitempty" form:"line"`
	Phone   string `json:"phone" form:"phone,required"`
	Consent bool   `json:"consent" form:"yesno"`
}

// ReminderAsked is a reminder asked for.
type ReminderAsked struct {
	ID     string     `json:"id"`
	EndsOn string     `json:"ends_on"`
	DueOn  string     `json:"due_on"`
	Name   vault.Text `json:"name,omitzero"`
	Phone  vault.Text `json:"phone"`
	Code   vault.Text `json:"code"`
}

// EventKind implements work.Event.
func (ReminderAsked) EventKind() string { return "reminder.asked/1" }

// Ask decides a reminder; the receiver is the zero Reminder.
func (Reminder) Ask(a AskReminder, mo Moment) ([]work.Event, error) {
	ends := Date(a.EndsOn)
	if err := work.Must(!ends.IsZero(), "ends_on", "form.date", nil); err != nil {
		return nil, err
	}
	if err := work.Must(ends.After(mo.Now), "ends_on", "reminder.over", nil); err != nil {
		return nil, err
	}
	if err := work.Must(ends.Before(mo.Now.AddDate(21, 0, 0)), "ends_on", "reminder.too_far", nil); err != nil {
		return nil, err
	}
	name, err := work.Line("name", a.Name, 40, false)
	if err != nil {
		return nil, err
	}
	phone, err := Phone("phone", a.Phone)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Consent, "consent", "reminder.consent", nil); err != nil {
		return nil, err
	}
	due := ends.AddDate(0, 0, -mo.Playbook.AppointmentSettings().RemindBefore)
	if due.Before(mo.Now) {
		due = mo.Now.In(clock.Shanghai)
	}
	id := mo.NewID("rm")
	return []work.Event{ReminderAsked{id, a.EndsOn, due.Format(time.DateOnly), vault.Plain(id, "name", name), vault.Plain(id, "phone", phone),
		vault.Plain(id, "code", mo.Code)}}, nil
}

// StopReminder (不再提醒) takes a reminder back: name and phone are destroyed with it.
type StopReminder struct {
	Code string `json:"code" form:"line,required"`
}

// ReminderStopped is a reminder taken back.
type ReminderStopped struct{}

// EventKind implements work.Event.
func (ReminderStopped) EventKind() string { return "reminder.stopped/1" }

// Stop decides that a reminder is taken back.
func (r Reminder) Stop() ([]work.Event, error) {
	if r.Version == 0 {
		return nil, fault.New(fault.Missing, "reminder.not_found", nil)
	}
	if r.Stopped {
		return nil, fault.New(fault.Stale, "reminder.stopped", nil)
	}
	return []work.Event{ReminderStopped{}}, nil
}

// TellReminder (到期提醒) tells that a card ends; done by the program when the day has come.
type TellReminder struct {
	Reminder string `json:"reminder" form:"hidden"`
}

// ReminderTold is somebody told that a card ends.
type ReminderTold struct {
	Phone *vault.Ref `json:"phone,omitempty"`
	Day   string     `json:"day"`
}

// EventKind implements work.Event.
func (ReminderTold) EventKind() string { return "reminder.told/1" }

// Tell decides that a reminder is told, once.
func (r Reminder) Tell(mo Moment) ([]work.Event, error) {
	if r.Version == 0 {
		return nil, fault.New(fault.Missing, "reminder.not_found", nil)
	}
	if r.Stopped || r.Told || mo.Now.Before(r.DueAt) {
		return nil, fault.New(fault.Stale, "reminder.not_due", nil)
	}
	return []work.Event{ReminderTold{refTo(r.Phone), r.EndsOn}}, nil
}

// FoldReminder makes a reminder from its stream.
func FoldReminder(events []journal.Event) (r Reminder, err error) {
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return r, err
		}
		at := work.Where(&events[i])
		switch e := v.(type) {
		case ReminderAsked:
			r = Reminder{ID: e.ID, EndsOn: e.EndsOn, Name: e.Name, Phone: e.Phone, Code: e.Code, AskedAt: at.HappenedAt,
				DueAt: Date(e.DueOn).Add(-12 * time.Hour)}
		case ReminderStopped:
			r.Stopped = true
		case ReminderTold:
			r.Told = true
		}
		r.Version = at.Version
	}
	return r, nil
}
