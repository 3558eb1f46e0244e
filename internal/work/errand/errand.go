// Package errand holds the rules of emergency errands (紧急护送): somebody ill at night and nobody at home who can drive. Who drove
// whom, when they left, arrived, handed over and told the family: each stamp is made once and stays (law-and-standards 9.5). The name
// of who is brought is never asked: a child's must not be shown, and nobody needs it to drive.
package errand

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters are emergency errands.
const Base = "errand"

// Child is who must never be named (law-and-standards 5.2, 15.13).
const Child = "child"

// The choices of the form: who is brought, who is at home, to whom somebody is handed, how they are the day after.
var (
	Needings  = []string{Child, "elder", "pregnant", "disabled", "other"}
	AtHomes   = []string{"elders_only", "alone", "family", "unknown"}
	Receivers = []string{"doctor", "relative", "other"}
	Healths   = []string{"better", "same", "worse"}
)

// The steps of an errand, in their order; telling the family and looking in stand beside them.
const (
	Left     = "errand_left"
	Met      = "errand_met"
	Arrived  = "errand_arrived"
	Handed   = "errand_handed"
	Back     = "errand_back"
	Told     = "errand_family_told"
	LookedIn = "errand_looked_in"
)

// Steps are the steps that follow one another.
var Steps = []string{Left, Met, Arrived, Handed, Back}

// Stamp is one step that was done. At is when, as it was told; the journal keeps when it was recorded.
type Stamp struct {
	Step         string
	At, Recorded time.Time
	By           string
}

// Telling is one try to tell the family.
type Telling struct {
	Relation string
	Phone    vault.Text
	Words    vault.Text
	Reached  bool
	At       time.Time
	By       string
}

// Errand is a matter with what was done to bring somebody to help.
type Errand struct {
	matter.Matter

	Needing     string
	AtHome      string
	Ailing      vault.Text // what is wrong, in words
	Caller      vault.Text
	Phone       vault.Text
	Destination string
	Driver      string
	With        []string
	Vehicle     string
	Escort      vault.Text // who of the family goes along
	Stamps      []Stamp
	To          string // one of Receivers
	ToName      vault.Text
	Signature   matter.Attachment
	Stays       bool // in hospital: there is nobody to bring home
	BackTo      vault.Text
	Tellings    []Telling
	Health      string
	HealthWords vault.Text
}

// Fold makes an errand from its stream.
func Fold(events []journal.Event) (*Errand, error) {
	e := &Errand{}
	return e, work.Replay(events, e.Apply)
}

// applier is an event of an errand: it changes what an errand adds, and by Tell the base life.
type applier interface {
	matter.Built
	apply(e *Errand, at work.At)
}

// Apply folds one event of the stream in place.
func (e *Errand) Apply(v work.Event, at work.At) error {
	if err := e.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to an errand: %w", v.EventKind(), err)
	}
	if x, ok := v.(applier); ok {
		x.apply(e, at)
	}
	return nil
}

// Guard refuses an act of the base life that an errand does not allow now; there is none.
func (e *Errand) Guard(any, work.Moment) error { return nil }

// After adds to what an act of the base life decided; nothing.
func (e *Errand) After(_ any, events []work.Event, _ work.Moment) []work.Event { return events }

// Stamp gives a step that was done.
func (e *Errand) Stamp(step string) (Stamp, bool) {
	i := slices.IndexFunc(e.Stamps, func(s Stamp) bool { return s.Step == step })
	if i < 0 {
		return Stamp{}, false
	}
	return e.Stamps[i], true
}

// Next is the step that waits to be done: leaving, arriving, handing over, coming back. Picking up may be left out. "" when all is done.
func (e *Errand) Next() string {
	for _, step := range []string{Left, Arrived, Handed, Back} {
		if _, done := e.Stamp(step); !done {
			if step == Arrived {
				if _, met := e.Stamp(Met); !met {
					return Met
				}
			}
			return step
		}
	}
	return ""
}

// stamp checks a step: it is done once, after the ones before it, and not in the future. after are steps that must have been done.
func (e *Errand) stamp(step string, at time.Time, mo work.Moment, after ...string) (time.Time, error) {
	if err := e.Stands(); err != nil {
		return at, err
	}
	if s, done := e.Stamp(step); done {
		return at, fault.New(fault.Stale, "errand.stamped", fault.Args{"step": "{step." + step + "}", "at": clockTime(s.At)})
	}
	for _, must := range after {
		if _, done := e.Stamp(must); !done {
			return at, fault.New(fault.Stale, "errand.step_first", fault.Args{"step": "{step." + must + "}"})
		}
	}
	if at.IsZero() {
		at = mo.HappenedAt
	}
	if err := work.Must(!at.After(mo.Now), "at", "errand.not_yet", nil); err != nil {
		return at, err
	}
	for _, s := range e.Stamps {
		if slices.Index(Steps, s.Step) < slices.Index(Steps, step) && at.Before(s.At) {
			return at, fault.New(fault.Invalid, "errand.before_step", fault.Args{"step": "{step." + s.Step + "}", "at": clockTime(s.At)}).On("at")
		}
	}
	return at, nil
}

func clockTime(at time.Time) string { return at.In(clock.Shanghai).Format("01-02 15:04") }

// tell notes a step in the base life: clocks start and stop at it, and who did it takes part.
func tell(m *matter.Matter, step string, happened time.Time, at work.At) {
	m.Reach(step, happened)
	m.Reach("started", happened)
	m.Help(at.Actor)
}

func (e *Errand) text(field, words string) vault.Text { return vault.Plain(e.ID, field, words) }
