package app

import (
	"context"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/work/appointment"
)

// fromHour is when on the day before people are told of their appointment, so that nobody is woken.
const fromHour = 9

// watchAppointments reminds of the appointments of tomorrow, and of cards that end for who asked for it.
func (a *App) watchAppointments(ctx context.Context, station string) error {
	now := a.Desk.Clock.Now().In(clock.Shanghai)
	if now.Hour() < fromHour {
		return nil
	}
	places, err := a.Boards.Appointments.ToRemind(ctx, access.System(station), now.AddDate(0, 0, 1).Format(time.DateOnly))
	if err != nil {
		return err
	}
	for _, p := range places {
		day, err := a.Desk.WindowDay(ctx, station, p)
		if err != nil {
			return err
		}
		// The version is in the key: who books after the others were told is told too.
		key := fmt.Sprintf("remind-%s-%s-%d", p.Window, p.On, day.Version)
		if err := a.program(ctx, station, key, "appointment.remind", &appointment.Remind{Window: p.Window, On: p.On}); err != nil {
			return err
		}
	}
	due, err := a.Boards.Appointments.RemindersDue(ctx, access.System(station), now.Format(time.DateOnly), 200)
	if err != nil {
		return err
	}
	for _, id := range due {
		if err := a.program(ctx, station, "tell-"+id, "reminder.tell", &appointment.TellReminder{Reminder: id}); err != nil {
			return err
		}
	}
	return nil
}
