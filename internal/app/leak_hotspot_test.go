package app_test

import (
	"maps"
	"strings"
	"testing"
)

// The page of hot spots: groups of like reports, counted. Somebody who may not see one of them must not learn of the group.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /hotspots": asks("/hotspots", "/hotspots?span=day", "/hotspots?span=week", "/hotspots?span=month"),
	})
	boards["hotspots"] = []string{"", "span=day", "span=month", "span=year", "span=none", "limit=1"}
}

// TestNobodyLearnsOfHotSpots asks the page of hot spots alone, as everybody.
func TestNobodyLearnsOfHotSpots(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			if method, at, _ := strings.Cut(key, " "); strings.HasPrefix(at, "/hotspots") {
				for _, template := range pages[key].asks {
					h.all(t, a, method, template, pages[key])
				}
			}
		}
	}
	if h.leaks > 0 || h.tries == 0 {
		t.Errorf("%d attempts, %d compared, %d leaks, met %v", h.tries, h.compared, h.leaks, h.met)
	}
}
