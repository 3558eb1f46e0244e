package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/appointment"
)

// booked is the class of what tells one appointment from another. An appointment belongs to the window, not to a cell: who runs the
// window sees all of the station's, nobody else any; name and phone are masked to them too. hall says who runs it (law-and-standards 8,
// 13.1): the front desk and police.
const booked class = "booked"

var hall = []string{"aux_officer", "window_clerk", "officer", "duty_lead", "head"}

func init() {
	maps.Copy(pages, map[string]row{
		"GET /services":                                  asks("/services"),
		"GET /book":                                      asks("/book"),
		"GET /book/find":                                 asks("/book/find"),
		"POST /book/find":                                {asks: []string{"/book/find|code={booking}&key={key}", "/book/find|receipt={booking}&key={key}"}, holder: true},
		"GET /book/card":                                 asks("/book/card"),
		"POST /book/card":                                asks("/book/card|born=1990-01-01&issued=2020-01-01"),
		"POST /book/card/remind":                         asks("/book/card/remind|phone={phone}&key={key}"), // without consent: refused
		"GET /book/card/stop":                            asks("/book/card/stop"),
		"POST /book/card/stop":                           asks("/book/card/stop|code={receipt}&key={key}", "/book/card/stop|code={booking}&key={key}"),
		"GET /catalogue/{service}":                       asks("/catalogue/id_renew", "/catalogue/id_renew?on=2026-03-03", "/catalogue/{visit}"),
		"POST /catalogue/{service}":                      asks("/catalogue/id_renew|on=2026-03-03&slot=&key={key}"),
		"GET /book/{code}":                               {asks: []string{"/book/{booking}", "/book/{receipt}", "/book/{visit}"}, holder: true},
		"GET /book/{code}/change":                        {asks: []string{"/book/{booking}/change", "/book/{booking}/change?on=2026-03-04"}, holder: true},
		"POST /book/{code}/change":                       {asks: []string{"/book/{booking}/change|on=2026-03-04&slot=&key={key}"}, holder: true},
		"POST /book/{code}/cancel":                       {asks: []string{"/book/{booking}/cancel|key={key}"}, holder: true, does: true},
		"GET /appointments":                              asks("/appointments", "/appointments?day=2026-03-03", "/appointments?day=2026-03-04", "/appointments?day=2026-03-03&window=household"),
		"GET /appointments/book":                         asks("/appointments/book", "/appointments/book?service=id_renew"),
		"POST /appointments/book":                        asks("/appointments/book|service=id_renew&on=2026-03-04&slot=&name={name}&key={key}"),
		"GET /appointments/hours":                        asks("/appointments/hours"),
		"GET /appointments/sheet":                        asks("/appointments/sheet?day=2026-03-03"),
		"GET /appointments/screen":                       {asks: []string{"/appointments/screen"}, holder: true},
		"GET /appointments/at/{window}/{on}/{id}":        asks("/appointments/at/household/{bookedon}/{visit}"),
		"GET /appointments/at/{window}/{on}/{id}/change": asks("/appointments/at/household/{bookedon}/{visit}/change", "/appointments/at/household/{bookedon}/{visit}/change?on=2026-03-04"),
	})
	look := pages["GET /look"]
	look.asks = append(look.asks, "/look?thing=appointment&id=household/{bookedon}/{visit}&subject={visit}&field=phone&v=0", "/look?thing=right&id={right}&subject={right}&field=phone&v=0")
	pages["GET /look"] = look
	full := pages["POST /look"]
	full.asks = append(full.asks, "/look|thing=right&id={right}&subject={right}&field=phone&purpose=核对要更正的电话&key={key}")
	pages["POST /look"] = full
}

// comes books a slot, as somebody without an account does, for a child, with all that can be said; and asks to be reminded of a card. An
// appointment is of the whole station: those made after the first of a place would be seen, and rightly, by who sees nothing of its cell.
func (w *town) comes(t *testing.T, p where, x map[string]string) {
	t.Helper()
	if p != abroad && w.targets[p]["booking"] != "" {
		return
	}
	w.bookings++
	n := w.bookings - 1
	day, slot := clock.Shanghai, 9*60+15*(n%8)
	on := desktest.Start.In(day).AddDate(0, 0, 1+n/8+n/24*4).Format("2006-01-02") // three days of a week
	public := desk.Public(stationOf(p))
	a := w.Do(t, public, "appointment.book", &appointment.Book{Window: "household", On: on, Slot: fmt.Sprintf("%02d:%02d", slot/60, slot%60), Service: "id_renew",
		Name: "尤" + w.can(p, personal, "applicant"), Phone: w.phone(p, personal), Young: true, Guardian: "尤" + w.can(p, personal, "guardian")})
	x["bookedon"], x["visit"], x["booking"] = on, a.ID, w.keep(p, receipt, "receipt", a.Receipt)
	w.keep(p, booked, "appointment", a.ID)
	w.keep(p, receipt, "receipt", w.Do(t, public, "reminder.ask", &appointment.AskReminder{EndsOn: "2026-06-01", Name: "尤" + w.can(p, personal, "carded"), Phone: w.phone(p, personal), Consent: true}).Receipt)
}

// TestNobodyLearnsOfAppointments asks the pages of appointments alone, as everybody, of every place; and the acts on one by its window, day
// and id.
func TestNobodyLearnsOfAppointments(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	ours := func(template string) bool {
		return slices.ContainsFunc([]string{"/book", "/appointments", "/catalogue", "/services", "thing=appointment"}, func(s string) bool { return strings.Contains(template, s) })
	}
	h.over(t, ours)
	for _, a := range h.askers {
		if a.role == "public" || slices.Contains(hall, a.role) {
			continue
		}
		before := h.heads(t)
		for _, p := range append(slices.Clone(places), none) {
			for _, name := range []string{"appointment.arrive", "appointment.no_show", "visit.pass", "visit.finish"} {
				r := h.ask(a, fmt.Sprintf(`POST /api/v1/acts/%s|{"hall_window":%q,"on":%q,"id":%q}`, name, "household", h.targets[p]["bookedon"], h.targets[p]["visit"]))
				if h.tries++; r.status != http.StatusForbidden && r.status != http.StatusUnprocessableEntity {
					h.leak(t, "%s %s of %s: %d %.200s", a, name, p, r.status, r.body)
				}
			}
		}
		if h.heads(t) != before {
			h.leak(t, "%s wrote on an appointment", a)
		}
	}
	h.report(t, booked)
}
