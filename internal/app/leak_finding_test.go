package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// finding makes somebody who got lost, with everybody of the cell called out, and a seeking with a candidate found; what is sealed of
// either is for who works on it.
func (w *town) finding(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, handler := w.cast(p)["head"], w.cast(p)["officer_2"]
	open := func(kind string, extra map[string]string) (string, matter.On) {
		id := w.Do(t, head, "matter.open", &matter.Open{Kind: kind, Title: "找人 " + w.can(p, content, "title"), Cell: w.cell(p), Place: w.can(p, content, "place"), To: handler.Person, Extra: extra}).ID
		w.Do(t, handler, "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: id}})
		if p == joined {
			for _, a := range w.askers {
				if sight[a.role] != "---" && sight[a.role] != "ccc" && a.station == stationOf(p) {
					w.Do(t, handler, "matter.set_task", &matter.SetTask{On: matter.On{Matter: id}, Title: w.can(p, content, "task"), Person: a.who.Person})
				}
			}
		}
		return id, matter.On{Matter: id}
	}
	lost, on := open("missing", map[string]string{"missing_vulnerable": "yes"})
	x["missing"], x["lost"] = lost, lost
	w.Do(t, handler, "missing.describe", &missing.Describe{On: on, Who: "elder", Name: "周" + w.can(p, personal, "lost"), Age: 80, Clothes: "穿" + w.can(p, finds, "clothes"), Marks: w.can(p, finds, "marks"),
		Family: "周" + w.can(p, personal, "family"), FamilyPhone: w.phone(p, personal)})
	w.Do(t, handler, "missing.set_last_seen", &missing.SetLastSeen{On: on, At: w.Clock.Now().Add(-time.Hour), Place: w.can(p, finds, "seenat"), Words: w.can(p, finds, "seen")})
	w.Do(t, handler, "missing.call_out", &missing.CallOut{On: on, Cells: []string{w.cell(p)}, Words: "走失老人 " + w.can(p, calling, "call")})
	w.Do(t, handler, "missing.sight", &missing.Sight{On: on, At: w.Clock.Now(), Place: w.can(p, finds, "sighted"), Sure: "likely", From: "孙" + w.can(p, personal, "witness"), FromPhone: w.phone(p, personal), Words: w.can(p, finds, "sightwords")})
	w.Do(t, head, "missing.publish", &missing.Publish{On: on, Consent: true, Consenter: "周" + w.can(p, personal, "consenter"), Text: w.can(p, finds, "notice"), Channels: []string{"chat"}})
	events, err := w.Journal.Stream(context.Background(), stationOf(p), matter.Stream(lost), 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := missing.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	x["lostperson"] = m.Subject

	x["seek"], on = open("seek", nil)
	w.Do(t, handler, "seek.identify", &seek.Identify{On: on, Name: "耿" + w.can(p, personal, "seeker"), Phone: w.phone(p, personal), Relation: "同学" + w.can(p, finds, "relation"), Why: w.can(p, finds, "why"), Checked: "idc_shown"})
	w.Do(t, handler, "seek.ask_safety", &seek.AskSafety{On: on, Looked: true, Words: w.can(p, sealed, "safety")})
	w.Do(t, handler, "seek.describe", &seek.Describe{On: on, NameThen: "尚" + w.can(p, personal, "sought"), Year: w.can(p, finds, "year")})
	w.Do(t, handler, "seek.look", &seek.Look{On: on, Where: "sw_elders", Purpose: "寻找同学" + w.can(p, finds, "purpose"), Result: "lead", Words: w.can(p, finds, "looked")})
	w.Do(t, handler, "seek.compare", &seek.Compare{On: on, Name: "尚" + w.can(p, personal, "candidate"), Phone: w.phone(p, personal), Home: w.can(p, sealed, "home"), SealHome: true, Alive: "yes", Year: "agree"})
	if events, err = w.Journal.Stream(context.Background(), stationOf(p), matter.Stream(x["seek"]), 0); err != nil {
		t.Fatal(err)
	}
	s, err := seek.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	x["candidate"] = s.Candidates[0].ID
	w.Do(t, handler, "seek.ask_first", &seek.AskFirst{On: on, Candidate: x["candidate"], How: "sy_visit", Told: "有人在找 " + w.can(p, finds, "told"), Answer: "no", Hidden: true, Words: w.can(p, sealed, "answer")})
}

// TestNobodyLearnsOfPeopleSought is the hunt over the pages around people sought, and over the lists they could show on.
func TestNobodyLearnsOfPeopleSought(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, _, _ := strings.Cut(key, " ")
			for _, template := range pages[key].asks {
				ours := slices.ContainsFunc([]string{"{missing}", "{lost}", "{seek}", "/finding"}, func(s string) bool { return strings.Contains(template, s) })
				if ours || slices.Contains([]string{"/", "/matters?tab=open", "/search?q={title}", "/search?q={name}", "/ledger", "/services"}, template) {
					h.all(t, a, method, template, pages[key])
				}
			}
		}
		for _, body := range []string{`{"thing":"matter","id":"{seek}","subject":"{candidate}","field":"phone","purpose":"联系本人"}`, `{"thing":"matter","id":"{lost}","subject":"{lostperson}","field":"name","purpose":"联系本人"}`} {
			if a.role != "public" {
				h.knock(t, a, "person.unmask", body, "lost")
			}
		}
	}
	t.Logf("%d attempts as %d askers, canaries met %d times where they belong; %d compared with nothing there; %d leaks", h.tries, len(h.askers), h.shown, h.compared, h.leaks)
	if h.leaks > 0 || h.met[finds] == 0 || h.met[calling] == 0 {
		t.Errorf("%d leaks, met %v", h.leaks, h.met)
	}
}
