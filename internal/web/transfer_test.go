package web_test

import (
	"strings"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

func TestTransferAsksForAStationOnlyWhereThereAreSeveral(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	m := h.opened(t, "officer_1")
	form := "/matters/" + m
	if a := c.get(form); !strings.Contains(words(a.Body), "转给的单位") || strings.Contains(words(a.Body), "转给的派出所") {
		t.Fatalf("单独一个所也问转给哪个所：%d %s", a.StatusCode, words(a.Body))
	}
	h.Do(t, desktest.Founder(desktest.Elsewhere), "org.set_station", &organisation.SetStation{Name: "河西派出所"})
	if said := words(c.get(form).Body); !strings.Contains(said, "转给的派出所") || !strings.Contains(said, "河西派出所") {
		t.Fatalf("有别的所却不能选：%s", said)
	}
	if a := c.post("/act/matter.transfer", "key", "own", "matter", m, "to_station", desktest.Station, "reason", "x", "next", "/matters/"+m); a.StatusCode != 422 {
		t.Fatalf("转给本所：%d", a.StatusCode)
	}
	if a := c.post("/act/matter.transfer", "key", "other", "matter", m, "to_station", desktest.Elsewhere, "reason", "在河西", "next", "/matters/"+m); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	page := c.get("/matters/" + m)
	if strings.Count(words(page.Body), "河西派出所") < 2 || strings.Contains(page.Body, "/act/matter.take") {
		t.Errorf("the page says where it went, and offers nobody to take it: %s", words(page.Body))
	}
	h.Do(t, desktest.Founder(desktest.Station), "matter.take", &matter.Take{On: matter.On{Matter: m}, Reference: "260302-ABCDE"})
	if said := words(c.get("/matters/" + m).Body); !strings.Contains(said, "河西派出所 260302-ABCDE") {
		t.Errorf("the other station's number is not told: %s", said)
	}
}
