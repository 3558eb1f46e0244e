package app_test

import (
	"maps"
	"strings"
	"testing"
)

// The page of what is kept for how long: numbers and counts, no word of anything. And one's own page of an appointment.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /retention":                asks("/retention"),
		"POST /retention/{verb}":        {asks: []string{"/retention/hold|kept_thing=matter/{matter}&words=调卷&key={key}", "/retention/release|kept_thing=matter/{matter}&key={key}", "/retention/agree|kept_things=matter/{matter}&key={key}"}, does: true},
		"GET /book/{code}/data":         {asks: []string{"/book/{booking}/data", "/book/{receipt}/data"}, holder: true},
		"GET /book/{code}/data/copy":    {asks: []string{"/book/{booking}/data/copy", "/book/{booking}/data/copy?as=json"}, holder: true},
		"POST /book/{code}/data/{want}": {asks: []string{"/book/{booking}/data/explain|words=x&key={key}", "/book/{booking}/data/limit|words=x&key={key}"}, holder: true},
	})
}

// TestNobodyLearnsOfWhatIsKept asks these pages alone, as everybody, of every place.
func TestNobodyLearnsOfWhatIsKept(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	h.over(t, func(template string) bool {
		return strings.HasPrefix(template, "/retention") || strings.Contains(template, "/data")
	})
	t.Logf("%d attempts as %d askers, met %d; %d compared; %d leaks", h.tries, len(h.askers), h.shown, h.compared, h.leaks)
	if h.leaks > 0 || h.compared == 0 {
		t.Errorf("%d leaks, met %v", h.leaks, h.met)
	}
}
