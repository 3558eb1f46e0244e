package errand

import (
	"slices"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// TellFamily (告知家人) is a call to the family: parents who work far away. A call that reached nobody is kept too.
type TellFamily struct {
	matter.On
	Relation string    `json:"relation_to" form:"line,required"`
	Phone    string    `json:"phone,omitempty" form:"phone"`
	Reached  bool      `json:"got_through" form:"yesno,required"`
	Words    string    `json:"words,omitempty" form:"words"`
	At       time.Time `json:"at,omitzero" form:"datetime"`
}

// FamilyTold is one such call.
type FamilyTold struct {
	Relation string     `json:"relation_to"`
	Person   string     `json:"person,omitempty"`
	Phone    vault.Text `json:"phone,omitzero"`
	Reached  bool       `json:"got_through"`
	Words    vault.Text `json:"words,omitzero"`
	At       time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (FamilyTold) EventKind() string { return "errand.family_told/1" }

// Tell implements matter.Built.
func (v FamilyTold) Tell(m *matter.Matter, at work.At) {
	if v.Reached {
		m.Reach(Told, v.At)
	}
	m.Help(at.Actor)
}

func (v FamilyTold) apply(e *Errand, at work.At) {
	e.Tellings = append(slices.Clip(e.Tellings), Telling{v.Relation, v.Phone, v.Words, v.Reached, v.At, at.Actor})
}

// TellFamily decides a call to the family.
func (e *Errand) TellFamily(a TellFamily, mo work.Moment) ([]work.Event, error) {
	if err := e.Stands(); err != nil {
		return nil, err
	}
	if err := work.AtMost("relation_to", len(e.Tellings), 50); err != nil {
		return nil, err
	}
	relation, err := work.Line("relation_to", a.Relation, 40, true)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 40, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	if a.At.IsZero() {
		a.At = mo.HappenedAt
	}
	if err := work.Must(!a.At.After(mo.Now), "at", "errand.not_yet", nil); err != nil {
		return nil, err
	}
	v := FamilyTold{Relation: relation, Reached: a.Reached, Words: e.text("told", words), At: a.At}
	if phone != "" {
		v.Person = mo.NewID("p")
		v.Phone = vault.Plain(v.Person, "phone", phone)
	}
	return []work.Event{v}, nil
}

// LookIn (次日回访) asks the day after how they are.
type LookIn struct {
	matter.On
	Way    string    `json:"way" form:"way,required"`
	Health string    `json:"health_after" form:"health,required"`
	Words  string    `json:"words,omitempty" form:"words"`
	At     time.Time `json:"at,omitzero" form:"datetime"`
}

// WentToSee is how they are.
type WentToSee struct {
	Way    string     `json:"way"`
	Health string     `json:"health_after"`
	Words  vault.Text `json:"words,omitzero"`
	At     time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (WentToSee) EventKind() string { return "errand.looked_in/1" }

// Tell implements matter.Built.
func (v WentToSee) Tell(m *matter.Matter, at work.At) {
	m.Reach(LookedIn, v.At)
	m.Help(at.Actor)
}

func (v WentToSee) apply(e *Errand, _ work.At) { e.Health, e.HealthWords = v.Health, v.Words }

// LookIn decides it: after they were handed over.
func (e *Errand) LookIn(a LookIn, mo work.Moment) ([]work.Event, error) {
	if err := e.Stands(); err != nil {
		return nil, err
	}
	handed, done := e.Stamp(Handed)
	if err := work.Must(done, "", "errand.step_first", map[string]any{"step": "{step." + Handed + "}"}); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(matter.Ways, a.Way), "way", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Healths, a.Health), "health_after", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	if a.At.IsZero() {
		a.At = mo.HappenedAt
	}
	if err := work.Must(!a.At.After(mo.Now) && !a.At.Before(handed.At), "at", "errand.not_yet", nil); err != nil {
		return nil, err
	}
	return []work.Event{WentToSee{Way: a.Way, Health: a.Health, Words: e.text("health", words), At: a.At}}, nil
}
