package demo

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/draft"
)

// Three groups were pasted: most of what was said is dealt with, of what came in last a part, so that the page has a reply to copy
// whatever the hour, and the rest still waits. Who goes on from what another one said is joined to it.
func TestGroupsArePasted(t *testing.T) {
	b := week(t, 1)
	states, groups, last := map[draft.State]int{}, map[string]int{}, 0
	for from := journal.Seq(0); ; {
		events, err := b.Journal.Read(context.Background(), desktest.Station, from, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		from = events[len(events)-1].Seq
		for _, e := range events {
			if e.Kind != (draft.Taken{}).EventKind() {
				continue
			}
			stream, err := b.Journal.Stream(context.Background(), desktest.Station, e.Stream, 0)
			if err != nil {
				t.Fatal(err)
			}
			d, err := draft.Fold(stream)
			if err != nil {
				t.Fatal(err)
			}
			states[d.State]++
			groups[d.Group]++
			if d.State == draft.Filed && b.Clock.Now().Sub(e.RecordedAt) < time.Hour {
				last++
			}
		}
	}
	if states[draft.Filed]+states[draft.Joined] < 22 || last < 3 {
		t.Errorf("%v, %d filed within the hour", states, last)
	}
	total := 0
	for _, n := range groups {
		total += n
	}
	if len(groups) != 3 || total < 50 || states[draft.Filed] < 12 || states[draft.Waiting] < 12 || states[draft.Aside] < 3 {
		t.Errorf("%d messages of %d groups: %v", total, len(groups), states)
	}
}
