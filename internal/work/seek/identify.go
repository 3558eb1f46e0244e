package seek

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Identify (核对寻人者) says who seeks, why, and how it was made sure who they are; nobody is sought for somebody unknown.
type Identify struct {
	matter.On
	Name     string `json:"name" form:"line,required"`
	Phone    string `json:"phone,omitempty" form:"phone"`
	Relation string `json:"seeker_relation" form:"line,required"`
	Why      string `json:"seek_why" form:"words,required"`
	Checked  string `json:"identity_checked,omitempty" form:"reason:identity_check"`
}

// Identified is who seeks.
type Identified struct {
	Seeker   string     `json:"seeker"`
	Name     vault.Text `json:"name,omitzero"`
	Phone    vault.Text `json:"phone,omitzero"`
	Relation string     `json:"relation"`
	Why      vault.Text `json:"why,omitzero"`
	Checked  string     `json:"checked,omitempty"`
}

// EventKind implements work.Event.
func (Identified) EventKind() string { return "seek.identified/1" }

// Tell implements matter.Built.
func (Identified) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	if at.Actor == m.Handler {
		m.Reach("contacted", at.HappenedAt)
	}
}

func (e Identified) apply(s *Seek, at work.At) {
	x := Seeker{ID: e.Seeker, Name: e.Name, Phone: e.Phone, Relation: e.Relation, Why: e.Why, Checked: e.Checked}
	if e.Checked != "" {
		x.CheckedBy, x.CheckedAt = at.Actor, at.HappenedAt
	}
	s.Seeker = &x
}

// Identify decides who seeks; it may be said again when the identity was checked later.
func (s *Seek) Identify(a Identify, mo Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	name, err := work.Line("name", a.Name, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 30, false)
	if err != nil {
		return nil, err
	}
	relation, err := work.Line("seeker_relation", a.Relation, 40, true)
	if err != nil {
		return nil, err
	}
	why, err := work.Words("seek_why", a.Why, true)
	if err != nil {
		return nil, err
	}
	if a.Checked != "" {
		if err := reason("identity_checked", "identity_check", a.Checked, mo); err != nil {
			return nil, err
		}
	}
	id := mo.NewID("p")
	if s.Seeker != nil {
		id = s.Seeker.ID
	}
	return []work.Event{Identified{id, vault.Plain(id, "name", name), vault.Plain(id, "phone", phone), relation, vault.Plain(id, "seek_why", why), a.Checked}}, nil
}

// Safety is the gate before any search: does whoever seeks mean harm (L24 §23; law-and-standards 5.1)?
type Safety struct {
	AskedAt   time.Time
	AskedBy   string
	Flagged   bool
	FlaggedAt time.Time
	FlaggedBy string
	LiftedBy  string
}

// AskSafety (安全询问) puts the questions before the search. Yes names those answered with yes, or found in the station's own warnings
// and the court's protection orders; any of them stops the search.
type AskSafety struct {
	matter.On
	Looked bool     `json:"looked_orders" form:"yesno,required"` // the station's warnings and the court's orders were looked at
	Yes    []string `json:"yes,omitempty" form:"reasons:seek_safety"`
	Words  string   `json:"words,omitempty" form:"words"`
}

// SafetyAsked is the answers.
type SafetyAsked struct {
	Yes   []string   `json:"yes,omitempty"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SafetyAsked) EventKind() string { return "seek.safety_asked/1" }

// Tell implements matter.Built.
func (SafetyAsked) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e SafetyAsked) apply(s *Seek, at work.At) {
	s.Safety.AskedAt, s.Safety.AskedBy = at.HappenedAt, at.Actor
	if len(e.Yes) > 0 {
		s.Safety.Flagged, s.Safety.FlaggedAt, s.Safety.FlaggedBy = true, at.HappenedAt, at.Actor
	}
}

// AskSafety decides the answers; it may be asked again, a flag stays until a head lifts it.
func (s *Seek) AskSafety(a AskSafety, mo Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	if err := work.Must(a.Looked, "looked_orders", "seek.look_first", nil); err != nil {
		return nil, err
	}
	for _, y := range a.Yes {
		if err := reason("yes", "seek_safety", y, mo); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{SafetyAsked{a.Yes, s.text("safety", words)}}, nil
}

// FlagSafety (标记危险) stops the search at once; anybody who works on it may.
type FlagSafety struct {
	matter.On
	Reason string `json:"reason" form:"words,required"`
}

// SafetyFlagged stops the search.
type SafetyFlagged struct {
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SafetyFlagged) EventKind() string { return "seek.safety_flagged/1" }

// Tell implements matter.Built.
func (SafetyFlagged) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (SafetyFlagged) apply(s *Seek, at work.At) {
	s.Safety.Flagged, s.Safety.FlaggedAt, s.Safety.FlaggedBy = true, at.HappenedAt, at.Actor
}

// FlagSafety decides a flag raised by hand.
func (s *Seek) FlagSafety(a FlagSafety, _ Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	if s.Safety.Flagged {
		return nil, fault.New(fault.Stale, "seek.already_flagged", nil)
	}
	words, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{SafetyFlagged{s.text("flag", words)}}, nil
}

// LiftSafety (解除标记) lets the search go on; a head's decision, with its reason.
type LiftSafety struct {
	matter.On
	Reason string `json:"reason" form:"words,required"`
}

// SafetyLifted is that decision.
type SafetyLifted struct {
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SafetyLifted) EventKind() string { return "seek.safety_lifted/1" }

// Tell implements matter.Built.
func (SafetyLifted) Tell(*matter.Matter, work.At) {}

func (SafetyLifted) apply(s *Seek, at work.At) {
	s.Safety.Flagged, s.Safety.LiftedBy = false, at.Actor
}

// LiftSafety decides that the search may go on. That only a head may is the access policy's.
func (s *Seek) LiftSafety(a LiftSafety, _ Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	if !s.Safety.Flagged {
		return nil, fault.New(fault.Stale, "seek.not_flagged", nil)
	}
	words, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{SafetyLifted{s.text("flag", words)}}, nil
}
