package demo

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/appointment"
)

// windowDays is over how many days before the last one people come to the windows; some appointments lie ahead of it.
const windowDays = 12

// windows lets people book and come to the windows, one of them closed for an afternoon that lies ahead.
func (l *life) windows() {
	last := l.end.In(clock.Shanghai)
	for i := -windowDays; i <= 5; i++ {
		on := time.Date(last.Year(), last.Month(), last.Day()+i, 0, 0, 0, 0, clock.Shanghai)
		booked := on.AddDate(0, 0, -2).Add(15 * hour)
		if booked.After(l.end.Add(-2 * hour)) {
			booked = l.end.Add(-2 * hour)
		}
		if booked.After(l.end.AddDate(0, 0, -l.opt.Days).Add(12 * hour)) {
			l.at(booked.UTC(), func() error { return l.bookDay(on.Format(time.DateOnly), i <= 0) })
		}
	}
	closing := time.Date(last.Year(), last.Month(), last.Day()+3, 0, 0, 0, 0, clock.Shanghai).Format(time.DateOnly)
	l.at(l.end.Add(-time.Hour), func() error {
		book, err := l.d.Book(l.ctx, l.station)
		if err != nil || len(book.Windows()) == 0 {
			return err
		}
		_, err = l.by(l.clerk(), "window.close", &appointment.Close{OnWindow: appointment.OnWindow{Window: book.Windows()[0].Key, On: closing}, From: "14:00", Until: "18:00", Reason: "线路检修停电"})
		return err
	})
}

// bookDay books a handful of slots of a day, and lets whoever has one come.
func (l *life) bookDay(on string, comes bool) error {
	book, err := l.d.Book(l.ctx, l.station)
	if err != nil {
		return err
	}
	cal, err := l.d.Calendar(l.ctx, l.station)
	if err != nil {
		return err
	}
	for _, w := range book.Windows() {
		slots := appointment.Slots(w, on, cal, appointment.Changes{})
		for n := range min(len(slots), 4+l.rng.IntN(3)) {
			s := slots[(n*3+1)%len(slots)]
			if err := l.bookOne(book, w, on, s, comes); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *life) bookOne(book *playbook.Book, w playbook.Window, on string, s appointment.Slot, comes bool) error {
	place := appointment.Place{Window: w.Key, On: on}
	item, _ := book.Service(pick(l, w.Items))
	if !place.At(s.Start).After(l.now()) || item.Minutes > s.Minutes {
		return nil
	}
	act := &appointment.Book{Window: w.Key, On: on, Slot: appointment.Clock(s.Start), Service: item.Key, Name: l.name(), Phone: l.phone()}
	who := desk.Public(l.station)
	if l.chance(30) {
		act.Channel = "phone"
		who = l.town.who[l.clerk()]
	}
	a, err := l.do(who, "appointment.book", act)
	if refused(err) {
		return nil // full: they take another day
	}
	if err != nil || !comes {
		return err
	}
	visit := appointment.OnVisit{Window: w.Key, On: on, ID: a.ID}
	at := place.At(s.Start)
	late := time.Duration(book.AppointmentSettings().LateMinutes)*minute + 25*minute
	if at.Add(hour + late).After(l.end) {
		return nil
	}
	if l.chance(8) {
		l.at(at.Add(late).UTC(), func() error {
			_, err := l.by(l.clerk(), "appointment.no_show", &appointment.NoShow{OnVisit: visit})
			return err
		})
		return nil
	}
	l.at(at.Add(time.Duration(l.rng.IntN(10))*minute).UTC(), func() error { return l.comeToWindow(visit) })
	return nil
}

// comeToWindow lets somebody come, be called and be served; now and then a paper is missing, and everything is told at once.
func (l *life) comeToWindow(v appointment.OnVisit) error {
	clerk := l.clerk()
	if l.chance(25) {
		book, err := l.d.Book(l.ctx, l.station)
		if err != nil {
			return err
		}
		w, _ := book.Window(v.Window)
		if _, err := l.by(clerk, "visit.take_number", &appointment.TakeNumber{Window: v.Window, Service: pick(l, w.Items), First: l.chance(20)}); err != nil {
			return err
		}
	}
	if _, err := l.by(clerk, "appointment.arrive", &appointment.Arrive{OnVisit: v}); err != nil {
		return err
	}
	return l.serve(v.Window, v.On)
}

// serve calls whoever is next, until nobody waits.
func (l *life) serve(window, on string) error {
	for range 4 {
		day, err := l.d.WindowDay(l.ctx, l.station, appointment.Place{Window: window, On: on})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(day.Visits, func(v *appointment.Visit) bool { return v.State == appointment.Waiting }); i < 0 {
			return nil
		}
		a, err := l.by(l.clerk(), "visit.call", &appointment.Call{Window: window})
		if refused(err) {
			return nil // somebody is at the window: the next one waits
		}
		if err != nil {
			return err
		}
		end := appointment.Finish{OnVisit: appointment.OnVisit{Window: window, On: on, ID: a.ID}, Result: "done"}
		if l.chance(12) {
			end.Result, end.Note = "papers", "缺户口簿原件，其他都齐了；下次带来，不用再排队。"
		} else if l.chance(50) {
			end.Receipt = fmt.Sprintf("SL%08d", l.rng.IntN(1e8))
		}
		if _, err := l.by(l.clerk(), "visit.finish", &end); err != nil {
			return err
		}
	}
	return nil
}
