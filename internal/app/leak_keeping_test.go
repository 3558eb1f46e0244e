package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// The pages of emergency errands, of things found and of arms handed in.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /found":                        {asks: []string{"/found", "/found?tab=to_notice", "/found?view=public"}, holder: true},
		"GET /found/{id}/photo/{n}":         asks("/found/{thing}/photo/1"),
		"GET /found/new":                    asks("/found/new"),
		"GET /found/state.pdf":              asks("/found/state.pdf"),
		"GET /errand":                       asks("/errand"),
		"GET /errand/{id}":                  asks("/errand/{errand}", "/errand/{thing}"),
		"GET /surrender":                    asks("/surrender"),
		"GET /matters/{id}/keeping/{paper}": asks("/matters/{thing}/keeping/found_receipt.pdf", "/matters/{arms}/keeping/surrender_receipt.pdf", "/matters/{matter}/keeping/found_receipt.pdf"),
	})
	seen := pages["GET /matters/{id}"]
	seen.asks = append(seen.asks, "/matters/{thing}", "/matters/{arms}", "/matters/{errand}")
	pages["GET /matters/{id}"] = seen
}

// keepThings makes a thing found with its finder and a claimant, arms handed in, and an errand.
func (w *town) keepThings(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, second := w.cast(p)["head"], w.cast(p)["officer_2"]
	join := func(id string) {
		if p != joined {
			return
		}
		for _, a := range w.askers {
			if sight[a.role] != "---" && sight[a.role] != "ccc" && a.station == stationOf(p) {
				w.Do(t, head, "matter.set_task", &matter.SetTask{On: matter.On{Matter: id}, Title: w.can(p, content, "task"), Person: a.who.Person})
			}
		}
	}
	x["thing"] = w.Do(t, head, "found.register", &found.Register{Cell: w.cell(p), Find: found.Find{Sort: "purse", Looks: "钱包 " + w.can(p, content, "looks"), Area: w.can(p, content, "area"),
		Spot: w.can(p, personal, "spot"), FoundAt: w.Clock.Now(), Source: "person", Name: "罗" + w.can(p, personal, "finder"), Phone: w.phone(p, personal), KeptAt: "保管柜",
		Points: []found.Point{{What: "金额", Secret: w.can(p, personal, "proof")}}}}).ID
	join(x["thing"])
	w.Do(t, head, "found.take_claim", &found.TakeClaim{On: matter.On{Matter: x["thing"]}, Name: "牛" + w.can(p, personal, "claimant"), Phone: w.phone(p, personal), Told: w.can(p, personal, "told"), Identity: true})
	x["arms"] = w.Do(t, head, "surrender.register", &surrender.Register{Cell: w.cell(p), HandIn: surrender.HandIn{Items: []surrender.Counted{{Arm: "round", Count: 10, Again: 10}}, Second: second.Person,
		At: w.Clock.Now(), Name: "石" + w.can(p, personal, "surrenderer"), Phone: w.phone(p, personal), Origin: w.can(p, personal, "origin"), Voluntary: true}}).ID
	join(x["arms"])
	x["errand"] = w.Do(t, head, "errand.call", &errand.Call{Needing: errand.Child, Ailing: w.can(p, content, "ailing"), Place: w.can(p, content, "home"), Cell: w.cell(p),
		Caller: "石" + w.can(p, personal, "caller"), Phone: w.phone(p, personal)}).ID
	join(x["errand"])
}

// TestNobodyLearnsOfThingsKept asks the pages of these kinds, and the lists they could show on, as everybody, of every place.
func TestNobodyLearnsOfThingsKept(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, _, _ := strings.Cut(key, " ")
			for _, template := range pages[key].asks {
				ours := slices.ContainsFunc([]string{"{thing}", "{arms}", "{errand}", "/found", "/errand", "/surrender"}, func(s string) bool { return strings.Contains(template, s) })
				if ours || slices.Contains([]string{"/matters?tab=open", "/ledger"}, template) {
					h.all(t, a, method, template, pages[key])
				}
			}
		}
	}
	t.Logf("%d attempts as %d askers, canaries met %d times where they belong; %d compared with nothing there; %d leaks", h.tries, len(h.askers), h.shown, h.compared, h.leaks)
	if h.leaks > 0 || h.met[content] == 0 {
		t.Errorf("%d leaks, met %v", h.leaks, h.met)
	}
}
