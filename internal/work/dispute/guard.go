package dispute

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Guard refuses an act of the base life that a dispute does not allow now: an end that settles while a flag is open or promises run,
// any end while what grew out of the dispute is open or the parties were not told of other ways, merging under a flag. Acts it does
// not know pass. A verification and a closing are asked again, as much can happen after the outcome was reported.
func (d *Dispute) Guard(act any, mo Moment) error {
	switch a := act.(type) {
	case matter.Finish:
		return d.mayEnd(a.Outcome, mo)
	case matter.Verify:
		if a.Pass {
			return d.mayEnd(d.Outcome, mo)
		}
	case matter.Close:
		return d.mayEnd(d.Outcome, mo)
	case matter.Merge:
		if d.Safety.Flagged {
			return fault.New(fault.Stale, "dispute.merge_flagged", nil)
		}
	}
	return nil
}

// toPenalty is the outcome that hands the matter to the penalty procedure (law-and-standards 2.13).
const toPenalty = "to_penalty"

func (d *Dispute) mayEnd(outcome string, mo Moment) error {
	settles := slices.ContainsFunc(mo.Outcomes(d.Kind), func(o playbook.Outcome) bool { return o.Key == outcome && o.Settled })
	if settles && d.Safety.Flagged {
		return fault.New(fault.Stale, "dispute.end_flagged", nil).On("outcome")
	}
	if n := d.unkept(); settles && n > 0 {
		return fault.New(fault.Stale, "dispute.open_promises", fault.Args{"n": n}).On("outcome")
	}
	if outcome == toPenalty && d.Case == nil {
		return fault.New(fault.Stale, "dispute.no_case", nil).On("outcome")
	}
	if d.untold() {
		return fault.New(fault.Stale, "dispute.not_told", nil).On("outcome")
	}
	return d.outgrown(mo)
}

// unkept counts promises that are not performed to their end. One without end (every new year, in turn) runs for ever and cannot be
// waited for.
func (d *Dispute) unkept() int {
	n := 0
	for _, p := range d.Promises {
		if endless := p.Every != "" && p.Times == 0; p.EndedAt.IsZero() && !endless {
			n++
		}
	}
	return n
}

// untold tells whether the last course failed or was stopped and the parties were not told of other ways since (law-and-standards 2.13,
// 3.7).
func (d *Dispute) untold() bool {
	c := d.course()
	if c == nil || c.Ended != "failed" && c.Ended != "stopped" {
		return false
	}
	return !slices.ContainsFunc(d.Told, func(t Telling) bool { return !t.At.Before(c.EndedAt) })
}

// outgrown refuses an end while a matter that grew out of the dispute is open, or cannot be seen, unless the head released it.
func (d *Dispute) outgrown(mo Moment) error {
	for _, g := range d.Growths {
		if g.Released {
			continue
		}
		other, err := mo.Other(g.Matter)
		if err != nil && fault.Code(err) == "" {
			return err
		}
		if err != nil || other.IsOpen() {
			return fault.New(fault.Stale, "dispute.growth_open", fault.Args{"number": other.Number})
		}
	}
	return nil
}

// relapse begins another round after a reopening: the course ended, facts stay.
func (d *Dispute) relapse(at work.At) {
	d.endCourse("failed", at.HappenedAt)
	d.Passing = nil
}
