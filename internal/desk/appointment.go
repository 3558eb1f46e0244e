package desk

import (
	"context"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
)

// Appointments are the rows of the table of acts around appointments, windows and the queue in the hall.
var Appointments = []Spec{
	{Name: "appointment.book", New: make_[appointment.Book], do: bookAppointment, crowded: true},
	{Name: "appointment.change", New: make_[appointment.Change], do: changeAppointment, crowded: true},
	onVisit("appointment.cancel", (*appointment.Day).Cancel),
	onVisit("appointment.arrive", (*appointment.Day).Arrive),
	onVisit("visit.pass", (*appointment.Day).Pass),
	onVisit("visit.finish", (*appointment.Day).Finish),
	{Name: "appointment.no_show", New: make_[appointment.NoShow], do: noShow, crowded: true},
	onPlace("visit.take_number", func(a appointment.TakeNumber, mo appointment.Moment) appointment.Place {
		return appointment.Place{Window: a.Window, On: appointment.Today(mo.Now)}
	}, (*appointment.Day).TakeNumber),
	onPlace("visit.call", func(a appointment.Call, mo appointment.Moment) appointment.Place {
		return appointment.Place{Window: a.Window, On: appointment.Today(mo.Now)}
	}, (*appointment.Day).Call),
	onPlace("appointment.remind", func(a appointment.Remind, _ appointment.Moment) appointment.Place { return a.Place() },
		(*appointment.Day).Remind).internal(),
	onDays("window.close", func(a appointment.Close) appointment.OnWindow { return a.OnWindow }, (*appointment.Day).Close),
	onDays("window.extend", func(a appointment.Extend) appointment.OnWindow { return a.OnWindow }, (*appointment.Day).Extend),
	onPlace("window.reopen", func(a appointment.Reopen, _ appointment.Moment) appointment.Place { return a.Place() }, (*appointment.Day).Reopen),

	{Name: "reminder.ask", New: make_[appointment.AskReminder], do: askReminder},
	{Name: "reminder.stop", New: make_[appointment.StopReminder], do: stopReminder},
	Spec{Name: "reminder.tell", New: make_[appointment.TellReminder], do: tellReminder}.internal(),
}

// Spaces of claims: the code of an appointment leads to "window/day/id" where it was booked, that of a reminder to its id.
const (
	AppointmentCodes = "appointment"
	ReminderCodes    = "reminder"
)

// appointmentMoment is the moment of a rule of appointments.
func (c *call) appointmentMoment() appointment.Moment {
	return appointment.Moment{Moment: c.moment, Playbook: c.moment.Book.(book).Book,
		PhoneKey: func(phone string, p appointment.Place) string { return c.st.keyring.Blind(p.Stream(), phone) },
		MissKey:  func(phone, month string) string { return c.st.keyring.Blind("missed/"+month, phone) },
		Missed:   c.missed, Open: c.open}
}

// missed counts the appointments of a phone that were missed within the days of the playbook.
func (c *call) missed(phone string) (n int, err error) {
	mo := c.appointmentMoment()
	since := appointment.Date(appointment.Today(c.moment.Now)).AddDate(0, 0, -mo.Playbook.AppointmentSettings().MissedDays)
	for month := since; !month.After(c.moment.Now.AddDate(0, 1, 0)); month = month.AddDate(0, 1, 1-month.Day()) {
		events, err := c.Journal.Stream(c.ctx, c.who.Station, appointment.MissStream(mo.MissKey(phone, month.Format("2006-01"))), 0)
		if err != nil {
			return 0, err
		}
		for i := range events {
			v, err := work.Decode(&events[i])
			if err != nil {
				return 0, err
			}
			if x, ok := v.(appointment.MissCounted); ok && !appointment.Date(x.On).Before(since) {
				n++
			}
		}
	}
	return n, nil
}

// open gives the words of one sealed text to a rule that needs them.
func (c *call) open(t vault.Text) (string, error) {
	words, err := c.Reveal(c.ctx, c.who.Station, t)
	return words[t.Ref()], err
}

// WindowDay gives a window's day as it stands.
func (d *Desk) WindowDay(ctx context.Context, station string, p appointment.Place) (*appointment.Day, error) {
	events, err := d.Journal.Stream(ctx, station, p.Stream(), 0)
	if err != nil {
		return nil, err
	}
	return appointment.Fold(p, events)
}

// Appointment finds an appointment by its code, wherever it was moved to.
func (d *Desk) Appointment(ctx context.Context, station, code string) (*appointment.Day, *appointment.Visit, error) {
	receipt, err := ident.ParseReceipt(code)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "appointment.code", nil).On("code")
	}
	holder, err := d.Journal.Holder(ctx, station, AppointmentCodes, string(receipt))
	if err != nil {
		return nil, nil, err
	}
	p, id, ok := placeAndID(holder)
	for hops := 0; ok && hops < 100; hops++ {
		day, err := d.WindowDay(ctx, station, p)
		if err != nil {
			return nil, nil, err
		}
		v, err := day.Visit(id)
		if err != nil {
			return nil, nil, err
		}
		if v.State != appointment.Moved {
			return day, v, nil
		}
		p = v.Place
	}
	return nil, nil, fault.New(fault.Missing, "appointment.not_found", nil)
}

// placeAndID reads "window/day/id".
func placeAndID(s string) (appointment.Place, string, bool) {
	part := strings.Split(s, "/")
	if len(part) != 3 {
		return appointment.Place{}, "", false
	}
	return appointment.Place{Window: part[0], On: part[1]}, part[2], true
}

// bookAppointment draws a code and takes a slot.
func bookAppointment(c *call) error {
	a := *c.act.(*appointment.Book)
	if err := c.permit(access.Thing{Kind: "appointment"}); err != nil {
		return err
	}
	c.queue(a.Place().Stream())
	day, err := c.day(a.Place())
	if err != nil {
		return err
	}
	mo := c.appointmentMoment()
	mo.Code = string(ident.NewReceipt(c.Rand))
	events, err := day.Book(a, mo)
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Receipt = events[0].(appointment.AppointmentBooked).ID, mo.Code
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: AppointmentCodes, Value: mo.Code, Holder: a.Window + "/" + a.On + "/" + c.answer.ID})
	return c.change(day.Stream(), day.Version, events)
}

// about finds the appointment an act is about: who has no account knows its code and nothing else.
func (c *call) about(o *appointment.OnVisit) error {
	if err := c.permit(access.Thing{Kind: "appointment"}); err != nil {
		return err
	}
	if c.who.Person != work.Public && o.Code == "" {
		return nil
	}
	day, v, err := c.Appointment(c.ctx, c.who.Station, o.Code)
	if err != nil {
		return err
	}
	o.Window, o.On, o.ID = day.Window, day.On, v.ID
	return nil
}

// changeAppointment gives up a slot and takes another in one batch.
func changeAppointment(c *call) error {
	a := *c.act.(*appointment.Change)
	if err := c.about(&a.OnVisit); err != nil {
		return err
	}
	c.queue(a.Place().Stream(), a.To().Stream())
	from, err := c.day(a.Place())
	if err != nil {
		return err
	}
	to := from
	if a.To() != a.Place() {
		if to, err = c.day(a.To()); err != nil {
			return err
		}
	}
	here, there, err := from.Change(a, to, c.appointmentMoment())
	if err != nil {
		return err
	}
	c.answer.ID = a.ID
	if err := c.change(from.Stream(), from.Version, here); err != nil {
		return err
	}
	return c.change(to.Stream(), to.Version, there)
}

// noShow notes a missed appointment, and counts it in the stream of the phone's digest.
func noShow(c *call) error {
	a := *c.act.(*appointment.NoShow)
	if err := c.about(&a.OnVisit); err != nil {
		return err
	}
	c.queue(a.Place().Stream())
	day, err := c.day(a.Place())
	if err != nil {
		return err
	}
	here, counted, err := day.NoShow(a, c.appointmentMoment())
	if err != nil {
		return err
	}
	c.answer.ID = a.ID
	if err := c.change(day.Stream(), day.Version, here); err != nil || len(counted) == 0 {
		return err
	}
	v, err := day.Visit(a.ID)
	if err != nil {
		return err
	}
	stream := appointment.MissStream(v.MissKey)
	before, err := c.Journal.Stream(c.ctx, c.who.Station, stream, 0)
	if err != nil {
		return err
	}
	return c.change(stream, len(before), counted)
}

// onVisit makes the row of an act on one appointment from its rule.
func onVisit[A any](name string, rule func(*appointment.Day, A, appointment.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], crowded: true, do: func(c *call) error {
		a := *c.act.(*A)
		o := any(&a).(interface {
			Ref() *appointment.OnVisit
		}).Ref()
		if err := c.about(o); err != nil {
			return err
		}
		c.answer.ID = o.ID
		return c.onDay(o.Place(), func(d *appointment.Day, mo appointment.Moment) ([]work.Event, error) { return rule(d, a, mo) })
	}}
}

// onPlace makes the row of an act on a window's day from its rule.
func onPlace[A any](name string, place func(A, appointment.Moment) appointment.Place, rule func(*appointment.Day, A, appointment.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], crowded: true, do: func(c *call) error {
		a := *c.act.(*A)
		if err := c.permit(access.Thing{Kind: "appointment"}); err != nil {
			return err
		}
		return c.onDay(place(a, c.appointmentMoment()), func(d *appointment.Day, mo appointment.Moment) ([]work.Event, error) { return rule(d, a, mo) })
	}}
}

// onDay decides on one window's day.
func (c *call) onDay(p appointment.Place, rule func(*appointment.Day, appointment.Moment) ([]work.Event, error)) error {
	c.queue(p.Stream())
	day, err := c.day(p)
	if err != nil {
		return err
	}
	events, err := rule(day, c.appointmentMoment())
	if err != nil {
		return err
	}
	switch e := events[0].(type) {
	case appointment.NumberTaken:
		c.answer.ID, c.answer.Number = e.ID, e.Ticket
	case appointment.AppointmentArrived:
		c.answer.ID, c.answer.Number = e.ID, e.Ticket
	case appointment.VisitCalled:
		v, err := day.Visit(e.ID)
		if err != nil {
			return err
		}
		c.answer.ID, c.answer.Number = e.ID, v.Ticket
	}
	return c.change(p.Stream(), day.Version, events)
}

// onDays makes the row of an act on the hours of a window, on one day or on several at once.
func onDays[A any](name string, of func(A) appointment.OnWindow, rule func(*appointment.Day, A, appointment.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], crowded: true, do: func(c *call) error {
		a := *c.act.(*A)
		if err := c.permit(access.Thing{Kind: "appointment"}); err != nil {
			return err
		}
		places, err := of(a).Places()
		if err != nil {
			return err
		}
		var streams []string
		for _, p := range places {
			streams = append(streams, p.Stream())
		}
		c.queue(streams...)
		for _, p := range places {
			day, err := c.day(p)
			if err != nil {
				return err
			}
			events, err := rule(day, a, c.appointmentMoment())
			if err != nil {
				return err
			}
			if err := c.change(p.Stream(), day.Version, events); err != nil {
				return err
			}
		}
		return nil
	}}
}

// askReminder draws a code by which a reminder is taken back.
func askReminder(c *call) error {
	if err := c.permit(access.Thing{Kind: "reminder"}); err != nil {
		return err
	}
	mo := c.appointmentMoment()
	mo.Code = string(ident.NewReceipt(c.Rand))
	events, err := appointment.Reminder{}.Ask(*c.act.(*appointment.AskReminder), mo)
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Receipt = events[0].(appointment.ReminderAsked).ID, mo.Code
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: ReminderCodes, Value: mo.Code, Holder: c.answer.ID})
	return c.change(appointment.ReminderStream(c.answer.ID), 0, events)
}

// stopReminder takes a reminder back and destroys what was kept for it.
func stopReminder(c *call) error {
	if err := c.permit(access.Thing{Kind: "reminder"}); err != nil {
		return err
	}
	code, err := ident.ParseReceipt(c.act.(*appointment.StopReminder).Code)
	if err != nil {
		return fault.New(fault.Invalid, "appointment.code", nil).On("code")
	}
	id, err := c.Journal.Holder(c.ctx, c.who.Station, ReminderCodes, string(code))
	if err != nil {
		return err
	}
	r, err := c.reminder(id)
	if err != nil {
		return err
	}
	events, err := r.Stop()
	if err != nil {
		return err
	}
	c.answer.ID, c.batch.Erase = r.ID, append(c.batch.Erase, r.ID)
	return c.change(appointment.ReminderStream(r.ID), r.Version, events)
}

func tellReminder(c *call) error {
	if err := c.permit(access.Thing{Kind: "reminder"}); err != nil {
		return err
	}
	r, err := c.reminder(c.act.(*appointment.TellReminder).Reminder)
	if err != nil {
		return err
	}
	events, err := r.Tell(c.appointmentMoment())
	if err != nil {
		return err
	}
	c.answer.ID = r.ID
	return c.change(appointment.ReminderStream(r.ID), r.Version, events)
}

func (c *call) reminder(id string) (appointment.Reminder, error) {
	if id == "" {
		return appointment.Reminder{}, fault.New(fault.Missing, "reminder.not_found", nil)
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, appointment.ReminderStream(id), 0)
	if err != nil {
		return appointment.Reminder{}, err
	}
	return appointment.FoldReminder(events)
}

// appointmentTexts are the personal texts of an appointment, named "window/day/id", that can be looked at one by one.
func (c *call) appointmentTexts(name string) (access.Thing, []vault.Text, error) {
	thing := access.Thing{Kind: "appointment"}
	p, id, ok := placeAndID(name)
	if !ok {
		c.things = append(c.things, thing)
		return thing, nil, fault.New(fault.Missing, "unmask.not_found", nil)
	}
	day, err := c.day(p)
	if err != nil {
		return thing, nil, err
	}
	v, err := day.Visit(id)
	if err != nil { // who may not look is not told whether it is there
		return thing, nil, nil
	}
	return thing, []vault.Text{v.Name, v.Phone, v.Agent, v.Guardian}, nil
}

// provableAppointment is an appointment whose person can be checked; its name is "appointment/window/day/id".
func provableAppointment(c *call, id string) (provable, error) {
	p, id, ok := placeAndID(id)
	if !ok {
		c.things = append(c.things, access.Thing{Kind: "proof"})
		return provable{}, fault.New(fault.Missing, "proof.no_thing", nil)
	}
	day, err := c.day(p)
	if err != nil {
		return provable{}, err
	}
	v, err := day.Visit(id)
	if err != nil {
		c.things = append(c.things, access.Thing{Kind: "proof"})
		return provable{}, fault.New(fault.Missing, "proof.no_thing", nil)
	}
	return provable{access.Thing{Kind: "appointment"}, v.ID, v.Phone, true}, nil
}

func init() { provables["appointment"] = provableAppointment }
