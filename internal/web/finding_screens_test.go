package web_test

import (
	"testing"

	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

func TestScreensOfFinding(t *testing.T) {
	s := searching(t)
	on := matter.On{Matter: s.lost}
	by := s.Cast["officer_1"]
	s.Do(t, by, "missing.search_area", &missing.SearchArea{On: on, Cell: "c1", Place: "老粮站"})
	s.Do(t, by, "missing.ask_camera", &missing.AskCamera{On: on, Place: "北桥路口", Whose: "桥头超市"})
	s.Do(t, by, "missing.sight", &missing.Sight{On: on, At: s.Clock.Now(), Place: "汽车站门口", Lon: 111.209, Lat: 34.798, Sure: "unsure"})
	s.Do(t, s.Cast["volunteer_1"], "missing.reply", &missing.Reply{On: on, Answer: "searching"})
	s.Publish(t, s.Cast, s.lost)
	s.Do(t, by, "seek.ask_first", &seek.AskFirst{On: matter.On{Matter: s.seeking}, Candidate: s.candidate, How: "sy_visit", Told: "老同学在找您，想见一面", Answer: "conditions", Conditions: []string{"family_along"}, Give: []string{"name"}})
	s.settle(t)
	pages := [][3]string{{"list", "officer_1", "/finding"}, {"list-called", "volunteer_1", "/finding"}, {"call", "volunteer_1", "/finding/" + s.lost}, {"missing", "officer_1", "/matters/" + s.lost},
		{"missing-sealed", "officer_2", "/matters/" + s.lost}, {"seek", "officer_1", "/matters/" + s.seeking}, {"seek-ask", "officer_1", "/matters/" + s.seeking + "/do/ask_first?candidate=" + s.candidate},
		{"missing-call", "officer_1", "/matters/" + s.lost + "/do/call_out"}, {"seek-compare", "officer_1", "/matters/" + s.seeking + "/do/compare?candidate=" + s.candidate}}
	for size, width := range map[string]int{"wide": 1440, "phone": 390, "small": 360} {
		for _, script := range []bool{true, false} {
			t.Run(size+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				tabs := map[string]*browser.Tab{}
				for _, x := range pages {
					p := tabs[x[1]]
					if p == nil {
						p = browser.Page(t, width, 900)
						p.Allow("status of 4")
						p.JSEnabled(script)
						s.enter(p, x[1])
						tabs[x[1]] = p
					}
					p.Open(s.Server.URL + x[2])
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", x[0], over)
					}
					if double := browser.Eval[string](p, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(" "))([...document.querySelectorAll("[id]")].map(e => e.id))`); double != "" && script {
						t.Errorf("%s: ids twice: %s", x[0], double)
					}
					if script && size != "small" {
						p.Screen("finding-" + x[0] + "-" + size)
					}
				}
			})
		}
	}
}
