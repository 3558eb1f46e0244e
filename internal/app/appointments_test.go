package app_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/appointment"
)

func TestAppointmentsAreFollowed(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		follow := func() {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
		}
		public, clerk, scope := desk.Public(desktest.Station), cast["window_clerk"], access.System(desktest.Station)
		book := func(on, slot string) desk.Answer {
			follow()
			return d.Do(t, public, "appointment.book", &appointment.Book{Window: "household", On: on, Slot: slot, Service: "id_renew", Name: "李某", Phone: "13900000001"})
		}
		one, two, three := book("2026-03-03", "09:00"), book("2026-03-03", "09:15"), book("2026-03-04", "10:00")
		d.Do(t, public, "appointment.change", &appointment.Change{OnVisit: appointment.OnVisit{Code: one.Receipt}, ToWindow: "household", ToOn: "2026-03-05", ToSlot: "09:00"})
		d.Do(t, public, "appointment.change", &appointment.Change{OnVisit: appointment.OnVisit{Code: one.Receipt}, ToWindow: "household", ToOn: "2026-03-03", ToSlot: "16:00"}) // and back
		d.Do(t, clerk, "window.close", &appointment.Close{OnWindow: appointment.OnWindow{Window: "household", On: "2026-03-04"}, Reason: "停电"})
		d.Do(t, public, "reminder.ask", &appointment.AskReminder{EndsOn: "2026-04-20", Phone: "13900000001", Consent: true})
		follow()
		t.Run("要改的在名单上，改走的不留旧行", func(t *testing.T) {
			rows, err := a.Boards.Appointments.Displaced(ctx, scope, "2026-03-02", 10)
			if err != nil || len(rows) != 1 || rows[0].ID != three.ID {
				t.Fatalf("%+v %v", rows, err)
			}
			r, ok, err := a.Boards.Appointments.One(ctx, scope, one.ID)
			if err != nil || !ok || r.On != "2026-03-03" || r.Slot != 16*60 {
				t.Fatalf("%+v %v %v", r, ok, err)
			}
		})
		t.Run("前一天提醒，身份证到期提醒，都只一次", func(t *testing.T) {
			for range 3 {
				if err := a.Watch(ctx); err != nil {
					t.Fatal(err)
				}
				follow()
			}
			day, err := d.WindowDay(ctx, desktest.Station, appointment.Place{Window: "household", On: "2026-03-03"})
			if err != nil || !day.Visits[0].Reminded || !day.Visits[1].Reminded {
				t.Fatal(err)
			}
			if due, err := a.Boards.Appointments.RemindersDue(ctx, scope, "2026-12-31", 10); err != nil || len(due) != 0 {
				t.Fatal(due, err)
			}
			head, _, _ := a.Engine.Journal.Head(ctx, desktest.Station)
			if err := a.Watch(ctx); err != nil {
				t.Fatal(err)
			}
			if again, _, _ := a.Engine.Journal.Head(ctx, desktest.Station); again != head {
				t.Error("somebody was told twice")
			}
		})
		t.Run("两次约了没来，网页上三十天只能约当天", func(t *testing.T) {
			d.Clock.Set(time.Date(2026, 3, 3, 17, 0, 0, 0, clock.Shanghai))
			for _, x := range []desk.Answer{one, two} {
				d.Do(t, clerk, "appointment.no_show", &appointment.NoShow{OnVisit: appointment.OnVisit{Window: "household", On: "2026-03-03", ID: x.ID}})
			}
			again := &appointment.Book{Window: "household", On: "2026-03-06", Slot: "09:00", Service: "id_renew", Name: "李某", Phone: "13900000001"}
			if _, err := d.Try(public, "appointment.book", again); err == nil {
				t.Fatal("booked")
			}
			d.Do(t, clerk, "appointment.book", again)
			d.Clock.Set(time.Date(2026, 4, 6, 9, 0, 0, 0, clock.Shanghai))
			again.On = "2026-04-08"
			d.Do(t, public, "appointment.book", again)
			follow()
		})
		t.Run("跟随与重建逐行相同", func(t *testing.T) {
			before := dump(t, a)
			if len(before["board_appointment"]) != 5 || len(before["board_window_day"]) != 5 || len(before["board_reminder"]) != 1 {
				t.Fatal(len(before["board_appointment"]), len(before["board_window_day"]), len(before["board_reminder"]))
			}
			if _, err := a.Boards.Rebuild(ctx, "appointments"); err != nil {
				t.Fatal(err)
			}
			if after := dump(t, a); !reflect.DeepEqual(before, after) {
				t.Fatalf("a rebuild gave other rows:\n%v\n%v", before["board_appointment"], after["board_appointment"])
			}
		})
	})
}
