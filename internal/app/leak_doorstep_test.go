package app_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// The pages of home visits and kits: police see the whole station, others their cells and what they take part in. A kit is everybody's
// who goes to doors (its own pages are asked with an id that is none); whose visit it is booked for is not.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /doorstep/ask":                   asks("/doorstep/ask", "/doorstep/ask?service=id_renew"),
		"POST /doorstep/ask":                  asks("/doorstep/ask|service="),
		"GET /doorsteps":                      asks("/doorsteps", "/doorsteps?view=to_plan", "/doorsteps?view=tomorrow", "/doorsteps?view=waiting"),
		"GET /matters/{id}/doorstep/slip.pdf": asks("/matters/{doorstep}/doorstep/slip.pdf"),
		"GET /matters/{id}/doorstep/card.pdf": asks("/matters/{doorstep}/doorstep/card.pdf"),
		"GET /kits":                           asks("/kits"),
		"GET /kits/new":                       asks("/kits/new"),
		"GET /kits/{id}":                      asks("/kits/{doorstep}"),
		"GET /kits/{id}/do/{act}":             asks("/kits/{doorstep}/do/reserve", "/kits/{doorstep}/do/hand_over", "/kits/{doorstep}/do/ask_loan"),
		"GET /kits/{id}/handover.pdf":         asks("/kits/{doorstep}/handover.pdf"),
	})
}

// visited makes a home visit of a place, agreed, with a kit.
func (w *town) visited(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head := w.cast(p)["head"]
	if w.targets[p]["kit"] == "" || p == abroad { // a kit is of the station: one more of a hidden cell would be seen, and rightly
		x["kit"] = w.Do(t, head, "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "箱" + strconv.Itoa(len(w.canaries)), Home: doorstep.AtStation}).ID
	}
	a := w.Do(t, head, "matter.open", &matter.Open{Kind: doorstep.Base, Title: "上门办证", Cell: w.cell(p), Place: w.can(p, content, "door")})
	x["doorstep"] = a.ID
	on := matter.On{Matter: a.ID}
	for _, asker := range w.askers {
		if p == joined && sight[asker.role] != "---" && sight[asker.role] != "ccc" && asker.station == stationOf(p) {
			w.Do(t, head, "matter.set_task", &matter.SetTask{On: on, Title: w.can(p, content, "task"), Person: asker.who.Person})
		}
	}
	w.Do(t, head, "doorstep.plan", &doorstep.PlanVisit{On: on, Service: "id_renew", Ground: "old_age", Name: "石" + w.can(p, personal, "applicant"), Phone: w.phone(p, personal), Age: "46",
		PapersTold: true, PapersToldTo: "family"})
	w.Do(t, head, "doorstep.agree", &doorstep.Agree{On: on, Day: w.Clock.Now().In(clock.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly), With: []string{head.Person}, Kit: x["kit"]})
}

// TestNobodyLearnsOfVisits asks the pages of home visits and kits alone, as everybody, of every place.
func TestNobodyLearnsOfVisits(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, at, _ := strings.Cut(key, " ")
			if !strings.HasPrefix(at, "/doorstep") && !strings.HasPrefix(at, "/kits") && !strings.Contains(at, "/doorstep/") {
				continue
			}
			for _, template := range pages[key].asks {
				h.all(t, a, method, template, pages[key])
			}
		}
	}
	if h.leaks > 0 || h.met[content] == 0 || h.compared == 0 {
		t.Errorf("%d attempts, %d compared, %d leaks, met %v", h.tries, h.compared, h.leaks, h.met)
	}
}
