package web_test

import (
	"testing"

	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/doorstep"
)

// Pictures of home visits and kits, on a desk and on a phone.
func TestScreensOfDoors(t *testing.T) {
	d := goToDoors(t)
	officer := d.Cast["officer_1"]
	d.Do(t, officer, "doorstep.plan", &doorstep.PlanVisit{On: d.On, Name: "赵满囤", Phone: "13900006601", Age: "46", Why: "摔断了腿", OpenFrom: "08:00", OpenUntil: "18:00", PapersTold: true, PapersToldTo: "family"})
	d.Do(t, officer, "doorstep.agree", &doorstep.Agree{On: d.On, Day: "2026-03-02", From: "14:00", Until: "16:00", With: []string{officer.Person, d.Cast["cell_worker_1"].Person}, Kit: d.Kit})
	d.Do(t, d.Cast["duty_lead"], "kit.ask_loan", &doorstep.AskLoan{OnKit: doorstep.OnKit{Kit: d.County}, From: d.Clock.Now().Add(24 * 3600e9), Until: d.Clock.Now().Add(96 * 3600e9), Reason: "并村换证，两套排不开。"})
	d.settle(t)
	for size, width := range widths {
		for name, x := range map[string]struct{ who, path string }{"doorsteps": {"officer_1", "/doorsteps"}, "doorstep-visit": {"officer_1", "/matters/" + d.On.Matter},
			"doorstep-plan": {"officer_1", "/matters/" + d.On.Matter + "/do/plan"}, "doorstep-serve": {"officer_1", "/matters/" + d.On.Matter + "/do/serve"},
			"kits": {"officer_1", "/kits"}, "kit": {"officer_1", "/kits/" + d.County}, "kit-hand-over": {"officer_1", "/kits/" + d.Kit + "/do/hand_over"}, "doorstep-ask": {"", "/doorstep/ask"}} {
			p := browser.Page(t, width, 900)
			if x.who != "" {
				p = d.tab(t, width, x.who)
			}
			p.Open(d.Server.URL + x.path)
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
