package matter

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Chase (催办) reminds the handler.
type Chase struct {
	On
	Words string `json:"words,omitempty" form:"words"`
}

// ChasedWith is a reminder.
type ChasedWith struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ChasedWith) EventKind() string { return "matter.chased/1" }

func (ChasedWith) apply(m *Matter, _ work.At) { m.Chased++ }

// Chase decides a reminder; there must be somebody to remind.
func (m Matter) Chase(a Chase, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbSupervise); err != nil {
		return nil, err
	}
	if m.Handler == "" {
		return nil, fault.New(fault.Stale, "matter.nobody_to_chase", nil)
	}
	if mo.Actor == m.Handler {
		return nil, fault.New(fault.Denied, "matter.chase_self", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ChasedWith{vault.Plain(m.ID, "chase", words)}}, nil
}

// Supervise (督办) puts the matter under a leader's eye until it is closed.
type Supervise struct {
	On
	Words string `json:"words" form:"words,required"`
}

// SupervisedWith is that.
type SupervisedWith struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SupervisedWith) EventKind() string { return "matter.supervised/1" }

func (SupervisedWith) apply(m *Matter, at work.At) { m.SupervisedBy = at.Actor }

// Supervise decides it.
func (m Matter) Supervise(a Supervise, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbSupervise); err != nil {
		return nil, err
	}
	if m.SupervisedBy == mo.Actor {
		return nil, fault.New(fault.Stale, "matter.already_supervised", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{SupervisedWith{vault.Plain(m.ID, "supervise", words)}}, nil
}

// Escalate (超时上报) tells the head that a clock ran out. The program itself does it, once for each clock and round.
type Escalate struct {
	On
	Limit string `json:"limit"`
}

// EscalatedFor is that the head was told.
type EscalatedFor struct {
	Limit string `json:"limit"`
	To    string `json:"to,omitempty"`
}

// EventKind implements work.Event.
func (EscalatedFor) EventKind() string { return "matter.escalated/1" }

func (e EscalatedFor) apply(m *Matter, _ work.At) { m.Escalated = append(m.Escalated, e.Limit) }

// Escalate decides it: only for a clock that really is overdue at now and was not escalated before.
func (m Matter) Escalate(a Escalate, mo work.Moment) ([]work.Event, error) {
	if slices.Contains(m.Escalated, a.Limit) {
		return nil, fault.New(fault.Stale, "matter.already_escalated", nil)
	}
	for _, c := range m.Clocks(mo.Calendar, mo.Now) {
		if c.Key == a.Limit && c.StoppedAt.IsZero() && !c.Paused && c.Late() {
			return []work.Event{EscalatedFor{Limit: a.Limit}}, nil
		}
	}
	return nil, fault.New(fault.Stale, "matter.not_overdue", nil)
}
