package desktest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Tell appends events to the stream of a matter as if somebody's act had made them: for boards and pages that must be seen with days
// and sums as a test needs them. What the rules allow is tested with the rules. The events may carry no words to be sealed.
func (d *Desk) Tell(t testing.TB, who access.Who, id string, events ...work.Event) {
	t.Helper()
	before, err := d.Engine.Journal.Stream(context.Background(), who.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	a := journal.Append{Stream: matter.Stream(id), Want: len(before)}
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		a.Drafts = append(a.Drafts, journal.Draft{Kind: e.EventKind(), HappenedAt: d.Clock.Now(), Data: data})
	}
	d.keys++
	b := journal.Batch{Station: who.Station, Key: fmt.Sprintf("tell%d", d.keys), Actor: who.Person, RecordedAt: d.Clock.Now(), Answer: json.RawMessage("{}"), Appends: []journal.Append{a}}
	if _, err := d.Engine.Journal.Append(context.Background(), b); err != nil {
		t.Fatalf("tell %s: %v", id, err)
	}
}
