package missing

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// The outcomes of looking for somebody that the rules know.
const (
	handedHome = "missing_home"   // found and handed over
	ownWay     = "missing_adult"  // an adult who is well and goes their own way
	dead       = "missing_dead"   // found dead
	passed     = "missing_passed" // passed on to the unit that goes on looking
)

// Guard refuses an act of the base life that looking for somebody does not allow now. Nobody is told to wait: there is no pause, no
// lower grade and no sending back while the person is not found; "not found" is no end, only another who goes on looking is.
func (x *Missing) Guard(act any, mo Moment) error {
	switch a := act.(type) {
	case matter.Pause:
		if x.Found == nil {
			return fault.New(fault.Stale, "missing.no_waiting", nil)
		}
	case matter.Regrade:
		if x.Found == nil && Frail(x.Who) && a.Grade != mo.Book.GradeOf(x.Kind, map[string]string{"missing_vulnerable": "yes"}) {
			return fault.New(fault.Stale, "missing.stays_critical", nil).On("grade")
		}
	case matter.Finish:
		if err := x.mayEnd(a.Outcome); err != nil {
			return err
		}
		return x.quietOn(a.Answer)
	case matter.Verify:
		if a.Pass {
			return x.mayEnd(x.Outcome)
		}
	case matter.Close:
		return x.mayEnd(x.Outcome)
	}
	return nil
}

func (x *Missing) mayEnd(outcome string) error {
	no := func(code string) error { return fault.New(fault.Stale, code, nil).On("outcome") }
	switch outcome {
	case "duplicate", passed:
	case handedHome:
		if x.Handed == nil || x.Handed.Relation == "self" {
			return no("missing.not_handed_yet")
		}
	case ownWay:
		if x.Handed == nil || x.Handed.Relation != "self" {
			return no("missing.not_on_own_way")
		}
	case dead:
		if x.Found == nil || x.Found.Condition != "dead" {
			return no("missing.not_found_yet")
		}
	}
	if x.noticeOut() {
		return no("missing.take_down_first")
	}
	return nil
}

// quietOn refuses an answer to who reported it that carries a phone or ID number, and, where the person wants nobody told, more than
// that they are well: the rule knows no place, so it lets only a fixed sentence through.
func (x *Missing) quietOn(answer string) error {
	if vault.MaskFree(answer) != answer {
		return fault.New(fault.Invalid, "missing.answer_personal", nil).On("answer")
	}
	if x.Found != nil && x.Found.Private && answer != "" && answer != PrivateAnswer {
		return fault.New(fault.Invalid, "missing.answer_private", fault.Args{"answer": PrivateAnswer}).On("answer")
	}
	return nil
}

// PrivateAnswer is all that is said of an adult who was found well and wants nobody told where.
const PrivateAnswer = "人已找到，平安。其他情况按本人意愿不便告知。"

// After adds nothing to what the base life decided.
func (x *Missing) After(_ any, events []work.Event, _ Moment) []work.Event { return events }
