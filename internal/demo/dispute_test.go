package demo

import (
	"context"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
)

// TestDisputesAreLivedThroughTheirActs: forty days have most of what a dispute can come to.
func TestDisputesAreLivedThroughTheirActs(t *testing.T) {
	b := live(t, Options{Days: 40, Seed: 5, End: end})
	seen := map[string]int{}
	for at := journal.Seq(0); ; {
		events, err := b.Journal.Read(context.Background(), desktest.Station, at, 2000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		for i := range events {
			at = events[i].Seq
			v, err := work.Decode(&events[i])
			if err != nil {
				t.Fatal(err)
			}
			seen[events[i].Kind]++
			if e, ok := v.(dispute.AgreementDrafted); ok {
				for _, c := range e.Clauses {
					if c.Promise != nil && c.Promise.Times > 1 {
						seen["instalments"]++
					}
					if c.Promise != nil && c.Promise.AtOnce {
						seen["at once"]++
					}
				}
			}
			if e, ok := v.(dispute.SessionHeld); ok && e.No > 1 {
				seen["second session"]++
			}
		}
	}
	for _, what := range []string{"dispute.safety_asked/1", "dispute.said/1", "dispute.track_chosen/1", "dispute.track_moved/1", "dispute.session_planned/1", "dispute.session_held/1",
		"dispute.sheet_saved/1", "dispute.agreement_effective/1", "dispute.promise_kept/1", "dispute.promise_broken/1", "dispute.told/1", "dispute.risk_graded/1",
		"dispute.settlement_decided/1", "dispute.safety_flagged/1", "dispute.warned/1", "dispute.warning_visited/1", "conference.decided/1", "conference.closed/1",
		"instalments", "at once", "second session"} {
		if seen[what] == 0 {
			t.Errorf("never happened: %s", what)
		}
	}
	t.Log(seen)
}
