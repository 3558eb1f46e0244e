// Package appointments is the board of appointments and of the queue in the hall: what is taken on which day, what must be moved, who
// did not come, who is to be reminded. It holds no name and no phone.
package appointments

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/appointment"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "appointments" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_window_day", "board_appointment", "board_reminder"}, []string{
		`create table board_window_day (
  station text not null, day text not null, win text not null, holds text not null, changes text not null, primary key (station, day, win))`,
		`create table board_appointment (
  station text not null, id text not null, day text not null, win text not null, slot bigint not null, service text not null,
  channel text not null, state text not null, ticket text not null, displaced bigint not null, reminded bigint not null, made_at bigint not null,
  ended_at bigint not null, result text not null, primary key (station, id))`,
		"create index board_appointment_day on board_appointment (station, day, win, slot, id)",
		"create index board_appointment_displaced on board_appointment (station, day, slot, id) where displaced = 1",
		`create table board_reminder (
  station text not null, id text not null, due_on text not null, ends_on text not null, state text not null, primary key (station, id))`,
		"create index board_reminder_due on board_reminder (station, due_on, id) where state = 'open'",
	}
}

const (
	visitColumns    = "station, id, day, win, slot, service, channel, state, ticket, displaced, reminded, made_at, ended_at, result"
	dayColumns      = "station, day, win, holds, changes"
	reminderColumns = "station, id, due_on, ends_on, state"
)

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var days []appointment.Place
	var reminders []string
	for _, item := range batch.Items {
		if p, ok := appointment.PlaceOf(item.Stream); ok {
			if !slices.Contains(days, p) {
				days = append(days, p)
			}
		} else if id, ok := strings.CutPrefix(item.Stream, "reminder/"); ok && !slices.Contains(reminders, id) {
			reminders = append(reminders, id)
		}
	}
	if err := applyDays(ctx, batch, days); err != nil {
		return err
	}
	return applyReminders(ctx, batch, reminders)
}

func applyDays(ctx context.Context, batch *board.Batch, days []appointment.Place) error {
	var dayRows, visitRows [][]any
	for _, p := range days {
		d, err := fold(ctx, batch, p)
		if err != nil {
			return err
		}
		changes := ""
		if len(d.Closures)+len(d.Extras) > 0 {
			raw, err := json.Marshal(d.Changes)
			if err != nil {
				return err
			}
			changes = string(raw)
		}
		dayRows = append(dayRows, []any{batch.Station, p.On, p.Window, holdText(d.Holds()), changes})
		for _, v := range d.Visits {
			if v.State == appointment.Moved { // its row is where it went
				if _, err := batch.Tx.ExecContext(ctx, "delete from board_appointment where station = $1 and id = $2 and day = $3 and win = $4",
					batch.Station, v.ID, p.On, p.Window); err != nil {
					return fmt.Errorf("appointment moved: %w", err)
				}
				continue
			}
			visitRows = append(visitRows, []any{batch.Station, v.ID, p.On, p.Window, v.Slot, v.Service, v.Channel, string(v.State), v.Ticket,
				board.Flag(v.Displaced), board.Flag(v.Reminded), board.Micros(v.MadeAt), board.Micros(v.EndedAt), v.Result})
		}
	}
	if err := store.Insert(ctx, batch.Tx, "board_window_day", dayColumns, store.Upsert(dayColumns, "station", "day", "win"), dayRows); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_appointment", visitColumns, store.Upsert(visitColumns, "station", "id"), visitRows)
}

// fold makes a window's day as far as the run at hand goes.
func fold(ctx context.Context, batch *board.Batch, p appointment.Place) (*appointment.Day, error) {
	events, err := batch.Stream(ctx, p.Stream())
	if err != nil {
		return nil, err
	}
	return appointment.Fold(p, events)
}

func applyReminders(ctx context.Context, batch *board.Batch, ids []string) error {
	var rows [][]any
	for _, id := range ids {
		events, err := batch.Stream(ctx, appointment.ReminderStream(id))
		if err != nil {
			return err
		}
		r, err := appointment.FoldReminder(events)
		if err != nil {
			return err
		}
		state := "open"
		if r.Stopped {
			state = "stopped"
		} else if r.Told {
			state = "told"
		}
		rows = append(rows, []any{batch.Station, id, board.Day(r.DueAt), r.EndsOn, state})
	}
	return store.Insert(ctx, batch.Tx, "board_reminder", reminderColumns, store.Upsert(reminderColumns, "station", "id"), rows)
}

// holdText writes holds as 510.1.2;525.2.1: slot, span, how many.
func holdText(holds []appointment.Hold) string {
	var b strings.Builder
	for i, h := range holds {
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, "%d.%d.%d", h.Slot, h.Span, h.N)
	}
	return b.String()
}

// readHolds reads what holdText wrote.
func readHolds(s string) (holds []appointment.Hold) {
	var n [3]int
	at := 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == ';':
			if at == 2 {
				holds = append(holds, appointment.Hold{Slot: n[0], Span: n[1], N: n[2]})
			}
			n, at = [3]int{}, 0
		case s[i] == '.':
			at++
		case at < 3:
			n[at] = n[at]*10 + int(s[i]-'0')
		}
	}
	return holds
}
