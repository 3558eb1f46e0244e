package dispute

// Standing is where mediation by the police stands (law-and-standards 2.16); Standings are all of them, in their order.
type Standing string

// The six states of 治安调解.
const (
	Awaiting    Standing = "awaiting"    // 待调解
	Mediating   Standing = "mediating"   // 调解中
	Agreed      Standing = "agreed"      // 已达成待履行
	Performed   Standing = "performed"   // 已履行结案
	Unperformed Standing = "unperformed" // 不履行转处罚
	NotAgreed   Standing = "not_agreed"  // 未达成转处罚
)

// Standings are the states of mediation by the police.
var Standings = []Standing{Awaiting, Mediating, Agreed, Performed, Unperformed, NotAgreed}

// Standing tells where mediation by the police stands in this round of the dispute's life; "" when they do not mediate the act. It is
// computed from what happened: signing is not performing, and performing alone is the end (L3 §258).
func (d *Dispute) Standing() Standing {
	c, held := d.policeCourse()
	if c == nil {
		return ""
	}
	ag := d.agreementOn(c.No)
	switch {
	case d.spared():
		return Performed
	case ag != nil && d.broken(ag) && (d.inCase() || c.Ended != "" && c.Ended != "settled"):
		return Unperformed
	case ag != nil:
		return Agreed
	case c.Ended != "":
		return NotAgreed
	case held:
		return Mediating
	}
	return Awaiting
}

// policeCourse is the last course of the police on the act itself in this round, and whether they sat on it.
func (d *Dispute) policeCourse() (last *Course, held bool) {
	all := d.Courses
	if d.Track != nil {
		all = append(all[:len(all):len(all)], *d.Track)
	}
	for i := range all {
		if c := &all[i]; c.Track == Order && !c.Damages && d.thisRound(c.ChosenAt) {
			last = c
		}
	}
	for _, s := range d.Sessions {
		held = held || last != nil && s.Course == last.No && s.State == "held"
	}
	return last, held
}

// agreementOn is the agreement in force that was made on a course.
func (d *Dispute) agreementOn(course int) *Agreement {
	for i := range d.Agreements {
		if ag := &d.Agreements[i]; ag.Course == course && ag.Effective() {
			return ag
		}
	}
	return nil
}

// broken tells whether an open promise of an agreement was not kept.
func (d *Dispute) broken(ag *Agreement) bool {
	for i := range d.Promises {
		if p := &d.Promises[i]; p.Agreement == ag.ID && p.EndedAt.IsZero() && len(p.Broken) > 0 {
			return true
		}
	}
	return false
}
