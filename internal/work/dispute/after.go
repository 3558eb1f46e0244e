package dispute

import (
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// After adds to what an act of the base life decided what it means for a dispute: its risk is graded at its opening, when the form is
// filled in and when it breaks out again. Acts it does not know pass.
func (d *Dispute) After(act any, events []work.Event, mo Moment) []work.Event {
	switch act.(type) {
	case matter.Open, matter.Fill, matter.Reopen, matter.FollowUp:
		return d.regrade(events, mo)
	}
	return events
}
