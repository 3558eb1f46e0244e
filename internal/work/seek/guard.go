package seek

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// The outcomes of seeking that the rules know. Nobody found, and somebody who does not want to be known of, end alike.
const (
	together = "seek_together"
	passedOn = "seek_passed_on"
	declined = "seek_declined"
	nothing  = "seek_nothing"
)

// Answer is the sentence that goes to who seeks with an outcome, when it may say no more: the same for nobody found and for somebody
// who hides.
const (
	NothingAnswer  = "我们已经按您说的情况查找，没有可以告知您的结果。"
	DeclinedAnswer = "我们找到了相符的人并征求了意见，对方不愿意联系，请您理解。"
)

// Guard refuses an act of the base life that would give what nobody agreed to: an outcome that is not true or says too much, an answer
// with a name, phone or address in it. A verification and a closing are asked again, since a yes can be taken back meanwhile.
func (s *Seek) Guard(act any, mo Moment) error {
	switch a := act.(type) {
	case matter.Finish:
		if err := s.mayEnd(a.Outcome); err != nil {
			return err
		}
		return s.mayAnswer(a.Outcome, a.Answer, mo)
	case matter.Verify:
		if a.Pass {
			return s.mayEnd(s.Outcome)
		}
	case matter.Close:
		return s.mayEnd(s.Outcome)
	case matter.Merge:
		if s.Safety.Flagged {
			return fault.New(fault.Stale, "seek.flagged", nil)
		}
	}
	return nil
}

func (s *Seek) mayEnd(outcome string) error {
	no := func(code string) error { return fault.New(fault.Stale, code, nil).On("outcome") }
	switch outcome {
	case together:
		if len(s.Met) == 0 {
			return no("seek.not_met")
		}
	case passedOn:
		if len(s.Given) == 0 {
			return no("seek.nothing_given")
		}
	case declined:
		return s.maySay("declined", "outcome")
	case nothing:
		if s.agreed() && !s.Safety.Flagged {
			return no("seek.somebody_agreed")
		}
		if len(s.Searches) == 0 && !s.Safety.Flagged {
			return no("seek.look_before")
		}
	}
	if s.Safety.Flagged && (outcome == together || outcome == passedOn) && len(s.Met) == 0 && len(s.Given) == 0 {
		return no("seek.flagged")
	}
	return nil
}

// mayAnswer lets nothing but the fixed sentence go with an end that may say no more.
func (s *Seek) mayAnswer(outcome, answer string, mo Moment) error {
	fixed := map[string]string{declined: DeclinedAnswer, nothing: NothingAnswer}[outcome]
	if fixed != "" && answer != "" && answer != fixed {
		return fault.New(fault.Invalid, "seek.fixed_answer", fault.Args{"answer": fixed}).On("answer")
	}
	return s.givesAway("answer", answer, mo)
}

// After puts the fixed sentence where nothing was written: who seeks always hears, and hears the same.
func (s *Seek) After(_ any, events []work.Event, _ Moment) []work.Event {
	for i, e := range events {
		f, ok := e.(matter.Finished)
		if !ok || !f.Answer.Empty() {
			continue
		}
		if fixed := map[string]string{declined: DeclinedAnswer, nothing: NothingAnswer}[f.Outcome]; fixed != "" {
			f.Answer = answerText(s.ID, fixed)
			events = slices.Clone(events)
			events[i] = f
		}
	}
	return events
}
