package dispute

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Guard refuses an act of the base life that a dispute does not allow now: an end that settles while a flag is open or promises run,
// any end while what grew out of the dispute is open, the parties were not told of other ways or a penalty is still to follow, merging
// under a flag, more time than the law gives. Acts it does not know pass. A verification and a closing are asked again, as much can happen after the outcome was reported.
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
	case matter.Extend:
		return d.mayExtend(a)
	case matter.DecideExtension:
		return d.mayGrant(a)
	}
	return nil
}

// The clocks of the law (clocks.csv) and what may be added to them: a case twice thirty days with the approval of the parent organ (L1
// §118; law-and-standards 2.14), people's mediation as long as both sides agree (3.5), the others nothing (2.5, 4.1).
const (
	caseClock    = "case"
	peopleClock  = "people_mediation"
	mostCaseDays = 30
	mostCaseAsks = 2
)

var fixedClocks = []string{"order_mediation_first", "order_mediation_second", confirmLimit}

func (d *Dispute) mayExtend(a matter.Extend) error {
	switch {
	case slices.Contains(fixedClocks, a.Limit):
		return fault.New(fault.Invalid, "dispute.time_is_fixed", nil).On("limit")
	case a.Limit == peopleClock:
		return d.consentOf(a.Consents, "dispute.longer_by_consent")
	case a.Limit != caseClock:
		return nil
	}
	granted := 0
	for _, x := range d.Extensions {
		if x.Limit == caseClock && x.ApprovedBy != "" {
			granted++
		}
	}
	if granted >= mostCaseAsks {
		return fault.New(fault.Stale, "dispute.case_extended_twice", nil).On("limit")
	}
	return work.Must(a.Days <= mostCaseDays, "days", "matter.extension_days", fault.Args{"max": mostCaseDays})
}

// mayGrant asks for the parent organ's approval in words when the time of a case is made longer: a station cannot grant it by itself.
func (d *Dispute) mayGrant(a matter.DecideExtension) error {
	n := len(d.Extensions)
	waits := n > 0 && d.Extensions[n-1].Limit == caseClock && d.Extensions[n-1].ApprovedBy == "" && !d.Extensions[n-1].Refused
	return work.Must(!a.Grant || !waits || strings.TrimSpace(a.Note) != "", "note", "dispute.parent_approves", nil)
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
	if outcome == toPenalty && !d.inCase() {
		return fault.New(fault.Stale, "dispute.no_case", nil).On("outcome")
	}
	mediated, _ := d.policeCourse()
	if d.untold() || outcome == toPenalty && mediated != nil && !d.told(d.failedAt(), court) {
		return fault.New(fault.Stale, "dispute.not_told", nil).On("outcome")
	}
	if outcome != warned && d.penaltyFollows() {
		return fault.New(fault.Stale, "dispute.penalty_follows", nil).On("outcome")
	}
	return d.outgrown(mo)
}

// warned is the outcome of a written warning: violence at home so light that the law gives no penalty (L24 §16).
const warned = "dv_warned"

// penaltyFollows tells whether the police found an act that breaks public-order rules and nothing spares it: no agreement with them is
// performed, no performed settlement approved, and yet no case is filed (L1 §9, L3 §185; law-and-standards 2.13, 2.15).
func (d *Dispute) penaltyFollows() bool {
	if d.inCase() || d.spared() {
		return false
	}
	found := func(c Course) bool {
		return c.Track == Order && c.Reason != "not_order_breach" && d.thisRound(c.ChosenAt)
	}
	return d.Track != nil && found(*d.Track) || slices.ContainsFunc(d.Courses, found)
}

// unkept counts promises that are not performed to their end.
func (d *Dispute) unkept() int {
	n := 0
	for i := range d.Promises {
		if d.Promises[i].open() {
			n++
		}
	}
	return n
}

// The ways that parties must be told of: after the police's mediation the court, of an act that breaks no rule people's mediation or
// the court, after a committee's arbitration, administrative remedy or court (L3 §178, §185, L2 §26; law-and-standards 2.3, 2.13, 3.7).
var (
	court      = []string{"court"}
	civilWays  = []string{"people_mediation", "court"}
	remedyWays = []string{"arbitration", "administrative", "court"}
)

// untold tells whether the last course failed or was stopped and the parties were not told of other ways since.
func (d *Dispute) untold() bool {
	c := d.course()
	if c == nil || c.Ended != "failed" && c.Ended != "stopped" {
		return false
	}
	ways := remedyWays
	switch {
	case c.Reason == "not_order_breach":
		ways = civilWays
	case c.Track == Order:
		ways = court
	}
	return !d.told(c.EndedAt, ways)
}

// told tells whether somebody of each side was told of one of some ways since then, in one telling or several.
func (d *Dispute) told(since time.Time, ways []string) bool {
	heard := map[string]bool{}
	for _, t := range d.Told {
		if t.At.Before(since) || !slices.ContainsFunc(t.Ways, func(w string) bool { return slices.Contains(ways, w) }) {
			continue
		}
		for _, id := range t.Parties {
			p, _ := d.Matter.Party(id)
			heard[p.Side] = true
		}
	}
	for _, side := range []string{"a", "b"} {
		if len(d.OnSide(side)) > 0 && !heard[side] {
			return false
		}
	}
	return true
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

// relapse begins another round after a reopening: the course ended, settled when an agreement of it is in force, facts stay.
func (d *Dispute) relapse(at work.At) {
	how := "failed"
	for i := range d.Agreements {
		if ag := &d.Agreements[i]; d.Track != nil && ag.Course == d.Track.No && ag.Effective() {
			how = "settled"
		}
	}
	d.endCourse(how, at.HappenedAt)
	d.Passing = nil
}
