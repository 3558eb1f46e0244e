// Package worktest gives rules under test a playbook, a moment, and a way to compare what they decide.
package worktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Start is a Monday, nine in the morning in Shanghai.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai).UTC()

// Book is a small invented playbook: kinds tip, dispute, boundary (a dispute) and hazard, grades planned and urgent, cells c1 c2, bodies food and roads, committee, court, village
// and women, the other station s2, and people whose ids begin with "p".
type Book struct{}

// Kind implements work.Book.
func (Book) Kind(k string) (string, bool) {
	return "planned", in(k, "tip", "dispute", "boundary", "hazard")
}

// Grade implements work.Book.
func (Book) Grade(g string) bool { return in(g, "planned", "urgent") }

// Limits implements work.Book.
func (Book) Limits(_, grade string) []work.Limit {
	limit := func(key string, n int, u clock.Unit, from, until string) work.Limit {
		return work.Limit{Limit: clock.Limit{Key: key, Amount: n, Unit: u}, From: from, Until: until}
	}
	finish := limit("finish", 15, clock.Workdays, "opened", "closed")
	if grade == "urgent" {
		finish = limit("finish", 3, clock.Days, "opened", "closed")
	}
	return []work.Limit{limit("ack", 12, clock.Hours, "assigned", "acknowledged"), limit("contact", 24, clock.Hours, "opened", "contacted"),
		limit("start", 48, clock.Hours, "opened", "started"), finish, limit("verify", 3, clock.Workdays, "outcome", "verified"),
		limit("follow", 7, clock.Days, "closed", "followed_up")}
}

// Extra implements work.Book: "sum" is kept in clear, "wish" sealed, others are refused.
func (Book) Extra(_ string, values map[string]string) (clear, sealed map[string]string, err error) {
	clear, sealed = map[string]string{}, map[string]string{}
	for k, v := range values {
		switch k {
		case "sum":
			clear[k] = v
		case "wish":
			sealed[k] = v
		default:
			return nil, nil, fault.New(fault.Invalid, "form.unknown_field", fault.Args{"field": k}).On("extra." + k)
		}
	}
	return clear, sealed, nil
}

// Reason implements work.Book.
func (Book) Reason(list, key string) bool {
	for _, r := range (&Rules{}).Reasons(list) {
		if r.Key == key {
			return true
		}
	}
	return in(list+"/"+key, "pause/appraisal", "pause/await_party", "sendback/wrong_cell", "decline/not_police")
}

// StopsClock implements work.Book.
func (Book) StopsClock(reason string) bool { return reason == "appraisal" }

// Step implements work.Book: "told" and "arrived" may be marked.
func (Book) Step(_, step string) bool { return in(step, "told", "arrived") }

// Needs implements work.Book: whoever found nothing must have been there.
func (Book) Needs(outcome string) []string {
	if outcome == "unfounded" {
		return []string{"arrived"}
	}
	return nil
}

// Required implements work.Book: of a hazard it must be known what it is worth.
func (Book) Required(kind string) []work.Field {
	if kind == "hazard" {
		return []work.Field{{Key: "sum", Name: grid.Name{Zh: "金额", En: "sum"}}}
	}
	return nil
}

// Role implements work.Book: everybody is an officer but those whose id says otherwise.
func (Book) Role(id string) grid.Role {
	if r, ok := map[string]grid.Role{"p_mediator": grid.Mediator, "p_aux": grid.AuxOfficer, "p_grid": grid.CellWorker, "p_guard": grid.Guard, "p_cadre": grid.VillageCadre,
		"p_lead": grid.DutyLead, "p_head": grid.Head, "p_volunteer": grid.Volunteer}[id]; ok {
		return r
	}
	if (Book{}).Person(id) {
		return grid.Officer
	}
	return ""
}

// Outcome implements work.Book.
func (Book) Outcome(_, key string) bool { return in(key, "settled", "unfounded") }

// Cell implements work.Book.
func (Book) Cell(id string) bool { return in(id, "c1", "c2") }

// GradeOf implements work.Book: a danger to life is critical, violence at home in a dispute urgent, whatever the kind.
func (b Book) GradeOf(kind string, facts map[string]string) string {
	if facts["danger"] == "life" {
		return "critical"
	}
	if kind == "dispute" && facts["family_violence"] == "yes" {
		return "urgent"
	}
	grade, _ := b.Kind(kind)
	return grade
}

// Person implements work.Book.
func (Book) CanHandle(id string) bool { return Book{}.Person(id) }

// Person implements work.Book.
func (Book) Person(id string) bool { return strings.HasPrefix(id, "p") && id != work.Public }

// Body implements work.Book.
func (Book) Body(id string) bool {
	return in(id, "food", "roads", "committee", "court", "village", "women")
}

// Station implements work.Book.
func (Book) Station(id string) bool { return id == "s2" }

func in(s string, list ...string) bool { return slices.Contains(list, s) }

// Moment is somebody's moment at a time after Start. New ids count up: m_00001, m_00002 …
func Moment(actor string, after time.Duration) work.Moment {
	n := 0
	at := Start.Add(after)
	return work.Moment{Now: at, HappenedAt: at, Actor: actor, Role: grid.Officer, Book: Book{}, Calendar: clock.China(),
		NewID: func(p string) string { n++; return fmt.Sprintf("%s_%05d", p, n) }}
}

// Show writes an event with the words in it, so that two can be compared.
func Show(e work.Event) string {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	s := e.EventKind() + " " + string(data)
	for _, t := range vault.Collect(e) {
		words, _ := t.Reveal()
		s += fmt.Sprintf(" %s=%q", t.Ref().Field, words)
	}
	return s
}

// Check compares what a rule answered with the events wanted, or with the code of the refusal wanted.
func Check(t testing.TB, got []work.Event, err error, code string, want ...work.Event) {
	t.Helper()
	if fault.Code(err) != code || err != nil && code == "" {
		t.Fatalf("refused with %v, want %q", err, code)
	}
	if err != nil {
		if len(got) > 0 {
			t.Fatalf("refused, yet there are events: %v", got)
		}
		return
	}
	sealedOnce(t, got)
	if len(want) > 0 && !slices.EqualFunc(got, want, func(a, b work.Event) bool { return Show(a) == Show(b) }) {
		t.Fatalf("got\n  %s\nwant\n  %s", show(got), show(want))
	}
}

// sealedOnce demands that no event seals two texts under one name: the vault keeps one for a subject, a field and a version, and the
// version is the event's.
func sealedOnce(t testing.TB, events []work.Event) {
	t.Helper()
	for _, e := range events {
		seen := map[string]bool{}
		for _, x := range vault.Collect(e) {
			name := x.Ref().Subject + "/" + x.Ref().Field
			if seen[name] {
				t.Errorf("%s seals %s twice", e.EventKind(), name)
			}
			seen[name] = true
		}
	}
}

func show(list []work.Event) string {
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = Show(e)
	}
	return strings.Join(lines, "\n  ")
}
