package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// An appointment is one of the things people ask about: seen, corrected, no longer used, erased when its day is over (L8 §44-47;
// law-and-standards 15.7).
func TestOneAsksAboutOnesAppointment(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, station)
		public, head, clerk := desk.Public(station), cast["head"], cast["window_clerk"]
		booked := d.Do(t, public, "appointment.book", &appointment.Book{Window: "household", On: "2026-03-03", Slot: "09:00", Service: "id_renew", Name: "赵小曼", Phone: "13900003333"})
		thing := "appointment/household/2026-03-03/" + booked.ID
		d.Do(t, public, "appointment.change", &appointment.Change{OnVisit: appointment.OnVisit{Code: booked.Receipt}, ToWindow: "household", ToOn: "2026-03-04", ToSlot: "09:00"})
		asks := func(want, field, value string) string {
			return d.Do(t, public, "right.ask", &right.Ask{Thing: thing, Want: want, Field: field, Value: value, Words: "我的预约"}).ID
		}
		grants := func(id string) {
			d.Do(t, head, "right.answer", &right.Answer{Right: id, Result: right.Granted, Words: "同意"})
		}
		visit := func() (*appointment.Day, *appointment.Visit) {
			day, v, err := d.Appointment(ctx, station, booked.Receipt)
			if err != nil {
				t.Fatal(err)
			}
			return day, v
		}
		t.Run("15.7 更正姓名电话，改约以后也找得到", func(t *testing.T) {
			grants(asks(right.Correct, "name", "赵小满"))
			_, old := visit()
			before := old.PhoneKey
			grants(asks(right.Correct, "phone", "139 0000 4444"))
			day, v := visit()
			words, err := d.Reveal(ctx, station, v.Name, v.Phone)
			if err != nil || words[v.Name.Ref()] != "赵小满" || words[v.Phone.Ref()] != "13900004444" || v.PhoneKey == before || day.On != "2026-03-04" {
				t.Errorf("%v %v on %s", words, err, day.On)
			}
			if _, err := d.Try(head, "right.answer", &right.Answer{Right: asks(right.Correct, "phone", "不是电话"), Result: right.Granted, Words: "改"}); fault.Code(err) != "appointment.phone" {
				t.Errorf("what is no phone: %v", err)
			}
		})
		look := &desk.Unmask{Thing: "appointment", ID: "household/2026-03-04/" + booked.ID, Subject: booked.ID, Field: "phone", Purpose: "通知改期"}
		t.Run("15.7 停止使用：不提醒，除所长外不能再看全；恢复后照旧", func(t *testing.T) {
			d.Do(t, clerk, "person.unmask", look)
			grants(asks(right.Limit, "", ""))
			if _, err := d.Try(clerk, "person.unmask", look); fault.Code(err) != "right.limited" {
				t.Errorf("a clerk looks: %v", err)
			}
			d.Do(t, head, "person.unmask", look)
			d.Clock.Set(time.Date(2026, 3, 3, 2, 0, 0, 0, time.UTC))
			if _, err := d.Try(desk.Program(station), "appointment.remind", &appointment.Remind{Window: "household", On: "2026-03-04"}); fault.Code(err) != "appointment.none_to_remind" {
				t.Errorf("reminded: %v", err)
			}
			grants(asks(right.Resume, "", ""))
			d.Do(t, clerk, "person.unmask", look)
			d.Do(t, desk.Program(station), "appointment.remind", &appointment.Remind{Window: "household", On: "2026-03-04"})
		})
		t.Run("15.7 日子没过删不掉，过了就删", func(t *testing.T) {
			q := asks(right.Erase, "", "")
			if _, err := d.Try(head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "删"}); fault.Code(err) != "right.running" {
				t.Fatalf("before its day: %v", err)
			}
			d.Clock.Set(time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC))
			grants(q)
			_, v := visit()
			if v.ErasedAt.IsZero() || !v.Name.Empty() || v.PhoneKey != "" {
				t.Errorf("%+v", v)
			}
			if _, ok, err := d.Journal.Key(ctx, station, booked.ID); ok || err != nil {
				t.Errorf("the key is there: %v", err)
			}
			if err := journal.VerifyChain(ctx, d.Journal, station); err != nil {
				t.Error(err)
			}
		})
		t.Run("哪块板上都没有", func(t *testing.T) {
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			for table, rows := range dump(t, a) {
				if slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, "赵小") || strings.Contains(row, "1390000") }) {
					t.Errorf("%s holds it", table)
				}
			}
		})
	})
}

// What somebody limited the use of is only kept (L8 §44; law-and-standards 15.7). That nobody is told is tested in notify.
func TestWhatIsLimitedIsOnlyKept(t *testing.T) {
	engines(t, func(t *testing.T, _ *app.App, d *desktest.Desk) {
		cast := d.Cast(t, station)
		public, head, officer := desk.Public(station), cast["head"], cast["officer_1"]
		told := d.Do(t, public, "report.submit", &report.Submit{Words: "路灯不亮", Cell: "c1", Name: "赵小满", Phone: "13900003333"})
		q := d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + told.ID, Want: right.Limit, Words: "不要再打电话给我"}).ID
		look := &desk.Unmask{Thing: "report", ID: told.ID, Subject: told.ID, Field: "phone", Purpose: "联系报事人"}
		t.Run("没同意以前照常", func(t *testing.T) {
			d.Do(t, officer, "person.unmask", look)
		})
		d.Do(t, head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "不再使用"})
		t.Run("15.7 民警不能再看全，说明为什么；所长可以", func(t *testing.T) {
			if _, err := d.Try(officer, "person.unmask", look); fault.Code(err) != "right.limited" {
				t.Errorf("%v", err)
			}
			d.Do(t, head, "person.unmask", look)
		})
	})
}
