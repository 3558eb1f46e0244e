package matter

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Finish (反馈结果) reports what came of it, by the handler.
type Finish struct {
	On
	Outcome string   `json:"outcome" form:"outcome,required"`
	Words   string   `json:"words" form:"words,required"`
	Answer  string   `json:"answer,omitempty" form:"words"` // what the reporter is told
	Photos  []string `json:"photos,omitempty" form:"photos"`
}

// Finished is the outcome.
type Finished struct {
	Outcome string       `json:"outcome"`
	Words   vault.Text   `json:"words,omitzero"`
	Answer  vault.Text   `json:"answer,omitzero"`
	Photos  []Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Finished) EventKind() string { return "matter.outcome_reported/1" }

func (e Finished) apply(m *Matter, at work.At) {
	m.move(VerbOutcome)
	m.Outcome, m.OutcomeBy = e.Outcome, at.Actor
	m.Attachments = append(m.Attachments, e.Photos...)
	m.reach("started", at.HappenedAt)
	m.reach("contacted", at.HappenedAt)
	m.reach("outcome", at.HappenedAt)
}

// Finish decides the outcome: by the handler, while no called body still owes its part and no task is open, when the steps it needs
// were reached and the form is complete.
func (m Matter) Finish(a Finish, mo work.Moment) ([]work.Event, error) {
	if err := m.byHandler(VerbOutcome, mo); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Outcome(m.Kind, a.Outcome), "outcome", "matter.unknown_outcome", nil); err != nil {
		return nil, err
	}
	for _, t := range m.Tasks {
		if t.DoneAt.IsZero() {
			return nil, fault.New(fault.Stale, "matter.open_tasks", fault.Args{"task": t.Title})
		}
	}
	for _, c := range m.Calls {
		if !c.Settled() {
			return nil, fault.New(fault.Stale, "matter.open_calls", nil)
		}
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	answer, err := work.Words("answer", a.Answer, false)
	if err != nil {
		return nil, err
	}
	for _, step := range mo.Book.Needs(a.Outcome) {
		if _, ok := m.Reached[step]; !ok && (step != "told" || answer == "") { // the answer to the reporter is the telling
			return nil, fault.New(fault.Invalid, "matter.outcome_needs", fault.Args{"step": "{step." + step + "}"}).On("outcome")
		}
	}
	if err := m.complete(mo.Book); err != nil {
		return nil, err
	}
	photos, err := Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{Finished{a.Outcome, vault.Plain(m.ID, "outcome", words), vault.Plain(m.ID, "answer", answer), photos}}, nil
}

// Verify (核查) is another person's look at the outcome: right, or back to the handler (law-and-standards 10.10).
type Verify struct {
	On
	Pass bool   `json:"pass" form:"yesno,required"`
	Note string `json:"note,omitempty" form:"words"`
}

// VerifiedAs is the result of that look.
type VerifiedAs struct {
	Pass bool       `json:"pass"`
	Note vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (VerifiedAs) EventKind() string { return "matter.verified/1" }

func (e VerifiedAs) apply(m *Matter, at work.At) {
	if !e.Pass {
		m.move(VerbReject)
		m.VerifiedBy = ""
		delete(m.Reached, "outcome")
		delete(m.Reached, "verified")
		return
	}
	m.move(VerbVerify)
	m.VerifiedBy = at.Actor
	m.reach("verified", at.HappenedAt)
}

// Verify decides the look at the outcome. Whoever handled it or reported the outcome can never verify it.
func (m Matter) Verify(a Verify, mo work.Moment) ([]work.Event, error) {
	verb := VerbReject
	if a.Pass {
		verb = VerbVerify
	}
	if err := m.may(verb); err != nil {
		return nil, err
	}
	if mo.Actor == m.Handler || mo.Actor == m.OutcomeBy {
		return nil, fault.New(fault.Denied, "matter.verify_own", nil)
	}
	note, err := work.Words("note", a.Note, !a.Pass)
	if err != nil {
		return nil, err
	}
	return []work.Event{VerifiedAs{a.Pass, vault.Plain(m.ID, "note", note)}}, nil
}

// Close (办结) ends the work on a matter; the follow-up is still to come.
type Close struct {
	On
	Note string `json:"note,omitempty" form:"words"`
}

// ClosedWith is the end of the work.
type ClosedWith struct {
	Note vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (ClosedWith) EventKind() string { return "matter.closed/1" }

func (ClosedWith) apply(m *Matter, at work.At) { m.move(VerbClose); m.reach("closed", at.HappenedAt) }

// Close decides the end of the work: only what was verified can be closed.
func (m Matter) Close(a Close, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbClose); err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ClosedWith{vault.Plain(m.ID, "note", note)}}, nil
}

// FollowUp (回访) asks afterwards, those concerned or at the place, whether it held.
type FollowUp struct {
	On
	Held  bool   `json:"held" form:"yesno,required"`
	Way   string `json:"way" form:"way,required"` // visit, phone, page
	Words string `json:"words" form:"words,required"`
}

// FollowedUpWith is what the follow-up found.
type FollowedUpWith struct {
	Held  bool       `json:"held"`
	Way   string     `json:"way"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (FollowedUpWith) EventKind() string { return "matter.followed_up/1" }

func (e FollowedUpWith) apply(m *Matter, at work.At) {
	m.FollowedUpBy = at.Actor
	if e.Held {
		m.move(VerbFollowUp)
		m.reach("followed_up", at.HappenedAt)
	}
}

// Ways a follow-up can be made.
var Ways = []string{"visit", "phone", "page"}

// FollowUp decides the follow-up. When it did not hold, the matter is opened again in the same act.
func (m Matter) FollowUp(a FollowUp, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbFollowUp); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Ways, a.Way), "way", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	events := []work.Event{FollowedUpWith{a.Held, a.Way, vault.Plain(m.ID, "followup", words)}}
	if !a.Held {
		events = append(events, ReopenedFor{By: "follow_up"})
	}
	return events, nil
}

// Reopen (重新办理) opens a closed matter again.
type Reopen struct {
	On
	Reason string `json:"reason" form:"words,required"`
}

// ReopenedFor is that it goes on. By says at whose wish: staff, reporter or follow_up.
type ReopenedFor struct {
	By     string     `json:"by"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (ReopenedFor) EventKind() string { return "matter.reopened/1" }

func (e ReopenedFor) apply(m *Matter, at work.At) {
	old := m.Handler
	m.State, m.Handler, m.Outcome, m.OutcomeBy, m.VerifiedBy = Unassigned, "", "", "", ""
	m.Passage = nil
	m.help(old)
	m.Reopened++
	m.Escalated, m.Pauses, m.Extensions = nil, nil, nil
	m.Reached = map[string]time.Time{"opened": at.HappenedAt} // a new round: every clock starts anew
}

// Reopen decides that a closed matter goes on. Words of a reporter are sealed under the report's own key by the caller.
func (m Matter) Reopen(a Reopen, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbReopen); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{ReopenedFor{By: "staff", Reason: vault.Plain(m.ID, "reason", reason)}}, nil
}
