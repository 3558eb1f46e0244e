package matter

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Mark (记节点) says that a step was reached at which clocks start or stop, or without which an outcome may not be chosen: arrived,
// told, case filed, checked again. Steps of the base life are reached by their own acts and cannot be marked.
type Mark struct {
	On
	Step  string    `json:"step" form:"step,required"`
	At    time.Time `json:"at,omitzero" form:"datetime"`
	Words string    `json:"words" form:"words,required"`
}

// Marked is a step reached.
type Marked struct {
	Step  string     `json:"step"`
	At    time.Time  `json:"at"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Marked) EventKind() string { return "matter.marked/1" }

func (e Marked) apply(m *Matter, at work.At) { m.help(at.Actor); m.reach(e.Step, e.At) }

// Mark decides that a step was reached. It cannot lie in the future, nor before the matter began.
func (m Matter) Mark(a Mark, mo work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Step(m.Kind, a.Step), "step", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if _, ok := m.Reached[a.Step]; ok {
		return nil, fault.New(fault.Stale, "matter.already_marked", fault.Args{"step": "{step." + a.Step + "}"})
	}
	at := a.At.UTC()
	if a.At.IsZero() {
		at = mo.HappenedAt
	}
	if err := work.Must(!at.After(mo.Now.Add(time.Minute)), "at", "form.future", nil); err != nil {
		return nil, err
	}
	if opened := m.Reached["opened"]; at.Before(opened) {
		if err := work.Must(at.After(opened.Add(-time.Minute)), "at", "matter.before_it_began", nil); err != nil {
			return nil, err
		}
		at = opened // a form knows minutes only
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Marked{a.Step, at, vault.Plain(m.ID, "mark", words)}}, nil
}
