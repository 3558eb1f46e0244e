package tour_test

import (
	"net/http"
	"testing"
	"time"

	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/webtest"
)

// Pictures of the day's round, on a desk and on a phone, and a tour walked through without script.
func TestScreensOfTours(t *testing.T) {
	s := abroad(t, 12)
	webtest.Shows(t, s.send(s.office, "/tours/"+s.day+"/plan", s.form(t, "typed", "村口桥 下湾村第一网格")...), http.StatusOK, "东片")
	s.Clock.Advance(15 * time.Hour)
	team := "/tours/" + s.day + "/t1"
	for size, width := range webtest.Widths {
		for name, x := range map[string]struct{ who, path string }{"tours": {"duty_lead", "/tours"}, "tour-day": {"duty_lead", "/tours/" + s.day},
			"tour-plan": {"duty_lead", "/tours/" + s.day + "/plan"}, "tour-walk": {"officer_1", team}, "tour-move": {"duty_lead", "/tours/" + s.day + "/move?visit=" + s.doors[3] + "&team=t2"}} {
			p := s.Tab(t, width, x.who)
			p.Open(s.Server.URL + x.path)
			if over := p.Overflow(); over != "" {
				t.Errorf("%s at %s scrolls sideways: %s", name, size, over)
			}
			if small := browser.Eval[string](p, `[...document.querySelectorAll("main button:not([hidden]), main a.button")].filter(e => e.offsetHeight && e.getBoundingClientRect().height < 36).map(e => e.outerHTML.slice(0, 80)).join("\n")`); small != "" {
				t.Errorf("too small for a thumb at %s: %s", size, small)
			}
			p.Screen(name + "-" + size)
		}
	}
}
