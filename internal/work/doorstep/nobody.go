package doorstep

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// MostTries is how often the team comes to a closed door before the desk decides what next.
const MostTries = 3

// LeftAt is what is left when nobody was home, so that they know who came and how to call.
var LeftAt = []string{"card", "phone", "neighbour"}

// NotHome (家中无人) records a try at a closed door.
type NotHome struct {
	matter.On
	At    time.Time `json:"at,omitzero" form:"datetime"`
	Left  []string  `json:"left_word" form:"doorleft,required"`
	Words string    `json:"words,omitempty" form:"words"`
}

// NobodyHome is that try.
type NobodyHome struct {
	Visit string     `json:"visit"`
	At    time.Time  `json:"at"`
	Left  []string   `json:"left"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (NobodyHome) EventKind() string { return "doorstep.nobody_home/1" }

// Tell implements matter.Built.
func (e NobodyHome) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("arrived", e.At)
}

func (e NobodyHome) apply(d *Doorstep, at work.At) {
	v := d.end(e.Visit, Nobody, at, e.Words)
	v.EndedAt, v.Left = e.At, e.Left
}

// NotHome decides a try: something was left at the door, and the kit is free again.
func (d *Doorstep) NotHome(a NotHome, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	at, err := d.when(a.At, v, mo)
	if err != nil {
		return nil, nil, err
	}
	if err := work.Must(len(a.Left) > 0, "left_word", "doorstep.leave_word", nil); err != nil {
		return nil, nil, err
	}
	for _, l := range a.Left {
		if err := work.Must(slices.Contains(LeftAt, l), "left_word", "form.unknown_choice", nil); err != nil {
			return nil, nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, nil, err
	}
	kits, err := d.free(v, mo)
	return []work.Event{NobodyHome{v.ID, at, a.Left, d.text("nobody", words)}}, kits, err
}

// Tries are the visits of this round at which nobody was home, since the desk last decided.
func (d *Doorstep) Tries() []Visit {
	var list []Visit
	for _, v := range d.Visits[min(d.Again, len(d.Visits)):] {
		switch v.State {
		case Nobody:
			list = append(list, v)
		case Served, Brought, Lacking: // somebody was met
			list = nil
		}
	}
	return list
}

// undecided tells whether the tries are used up and the desk has not said what next.
func (d *Doorstep) undecided() bool { return !d.GaveUp && len(d.Tries()) >= MostTries }

// part is the part of the day an hour lies in: tries at the same part of the day find the same closed door.
func part(t time.Time) string {
	switch h := t.In(clock.Shanghai).Hour(); {
	case h < 12:
		return "morning"
	case h < 18:
		return "afternoon"
	}
	return "evening"
}

// otherHours asks for another time of day when two tries at the same one found nobody: three tries at three different times.
func (d *Doorstep) otherHours(v *Visit) error {
	tries := d.Tries()
	if v.From.IsZero() || len(tries) < MostTries-1 {
		return nil
	}
	same := part(tries[0].EndedAt)
	for _, t := range tries {
		if part(t.EndedAt) != same {
			return nil
		}
	}
	return work.Must(part(v.From) != same, "from", "doorstep.other_hours", fault.Args{"part": "{daypart." + same + "}"})
}

// What the desk decides after three tries.
const (
	CallAgain = "call_again"
	CloseIt   = "close"
)

// Nexts are those decisions.
var Nexts = []string{CallAgain, CloseIt}

// Decide (三次未遇后决定) says what next when nobody was home three times: call again, or close it as withdrawn, with word to the family
// how to come back. It is the desk's to decide, by name.
type Decide struct {
	matter.On
	Next   string   `json:"door_next" form:"doornext,required"`
	Notice []string `json:"noticed,omitempty" form:"doorleft"`
	Words  string   `json:"words" form:"words,required"`
}

// Decided is that decision.
type Decided struct {
	Next   string     `json:"next"`
	Notice []string   `json:"notice,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Decided) EventKind() string { return "doorstep.decided/1" }

// Tell implements matter.Built.
func (e Decided) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.Next == CloseIt {
		m.Reach("told", at.HappenedAt)
	}
}

func (e Decided) apply(d *Doorstep, _ work.At) {
	d.GaveUp = e.Next == CloseIt
	if e.Next == CallAgain {
		d.Again = len(d.Visits)
	}
}

// Decide decides what next after three tries.
func (d *Doorstep) Decide(a Decide, mo Moment) ([]work.Event, []OfKit, error) {
	if err := d.planned(); err != nil {
		return nil, nil, err
	}
	if !d.undecided() {
		return nil, nil, fault.New(fault.Stale, "doorstep.nothing_to_decide", fault.Args{"tries": MostTries})
	}
	if !mo.Role.HasPolicePowers() && mo.Role != grid.WindowClerk {
		return nil, nil, fault.New(fault.Denied, "doorstep.desk_decides", nil)
	}
	if err := work.Must(slices.Contains(Nexts, a.Next), "door_next", "form.unknown_choice", nil); err != nil {
		return nil, nil, err
	}
	if err := work.Must(a.Next != CloseIt || len(a.Notice) > 0, "noticed", "doorstep.leave_word", nil); err != nil {
		return nil, nil, err
	}
	if err := work.Must(a.Next != CloseIt || d.ServedAt.IsZero(), "door_next", "doorstep.card_waits", nil); err != nil {
		return nil, nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{Decided{a.Next, a.Notice, d.text("decided", words)}}, nil, nil
}
