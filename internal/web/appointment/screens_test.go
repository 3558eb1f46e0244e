package appointment_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/appointment"
)

func TestScreensOfAppointments(t *testing.T) {
	s := webtest.Stage(t)
	s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast["window_clerk"].Person, Password: webtest.Password})
	public, clerk := desk.Public(desktest.Station), s.Cast["window_clerk"]
	book := func(on, slot, service, name, phone string) desk.Answer {
		return s.Do(t, public, "appointment.book", &appointment.Book{Window: "household", On: on, Slot: slot, Service: service, Name: name, Phone: phone})
	}
	own := book("2026-03-04", "09:00", "id_renew", "赵桂兰", "13900001234")
	moved := book("2026-03-05", "09:00", "hh_book", "钱大有", "13900001235")
	var today []desk.Answer
	for i, slot := range []string{"08:30", "08:45", "08:45", "09:00", "10:00"} {
		today = append(today, book(nextDay, slot, "id_renew", []string{"孙玉梅", "李守田", "周小芳", "吴建华", "郑老汉"}[i], "1390000124"+string(rune('0'+i))))
	}
	s.Do(t, clerk, "window.close", &appointment.Close{OnWindow: appointment.OnWindow{Window: "household", On: "2026-03-05"}, Reason: "停电检修"})
	s.Clock.Set(time.Date(2026, 3, 3, 8, 50, 0, 0, clock.Shanghai))
	for _, a := range today[:3] {
		s.Do(t, clerk, "appointment.arrive", &appointment.Arrive{OnVisit: appointment.OnVisit{Window: "household", On: nextDay, ID: a.ID}})
	}
	s.Do(t, clerk, "visit.take_number", &appointment.TakeNumber{Window: "household", Service: "cert_kin", First: true})
	s.Do(t, clerk, "visit.call", &appointment.Call{Window: "household"})
	s.Settle(t)
	day, v, err := s.Desk.Appointment(context.Background(), desktest.Station, own.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	visit := "/appointments/at/" + day.Window + "/" + day.On + "/" + v.ID
	pages := [][3]string{{"catalogue", "", "/book"}, {"item", "", "/catalogue/id_renew"}, {"slots", "", "/catalogue/id_renew?on=2026-03-04"}, {"own", "", "/book/" + own.Receipt + "?new=1"},
		{"displaced", "", "/book/" + moved.Receipt}, {"change", "", "/book/" + own.Receipt + "/change?on=2026-03-06"}, {"card", "", "/book/card"}, {"screen", "", "/appointments/screen"},
		{"day", "window_clerk", "/appointments"}, {"visit", "window_clerk", visit}, {"move", "window_clerk", visit + "/change?on=2026-03-06"}, {"hours", "window_clerk", "/appointments/hours"},
		{"phone", "window_clerk", "/appointments/book?service=id_renew&on=2026-03-06"}}
	for size, width := range map[string]int{"wide": 1440, "phone": 390, "small": 360} {
		for _, script := range []bool{true, false} {
			if script && size == "small" {
				continue
			}
			t.Run(size+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				tabs := map[string]*browser.Tab{}
				for _, x := range pages {
					p := tabs[x[1]]
					if p == nil {
						p = browser.Page(t, width, 900)
						p.Allow("status of 4")
						p.JSEnabled(script)
						if x[1] != "" {
							s.Enter(p, x[1])
						}
						tabs[x[1]] = p
					}
					p.Open(s.Server.URL + x[2])
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", x[0], over)
					}
					if double := browser.Eval[string](p, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(" "))([...document.querySelectorAll("[id]")].map(e => e.id))`); double != "" {
						t.Errorf("%s: ids twice: %s", x[0], double)
					}
					if script {
						p.Screen("appointment-" + x[0] + "-" + size)
					}
				}
			})
		}
	}
}
