package errand

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// PickUp (接到人) is the moment they are in the car.
type PickUp struct {
	matter.On
	At time.Time `json:"at,omitzero" form:"datetime"`
}

// PickedUp is that moment.
type PickedUp struct {
	At time.Time `json:"at"`
}

// EventKind implements work.Event.
func (PickedUp) EventKind() string { return "errand.picked_up/1" }

// Tell implements matter.Built.
func (v PickedUp) Tell(m *matter.Matter, at work.At) { tell(m, Met, v.At, at) }

func (v PickedUp) apply(e *Errand, at work.At) {
	e.Stamps = append(slices.Clip(e.Stamps), Stamp{Met, v.At, at.RecordedAt, at.Actor})
}

// PickUp decides the stamp.
func (e *Errand) PickUp(a PickUp, mo work.Moment) ([]work.Event, error) {
	at, err := e.stamp(Met, a.At, mo, Left)
	if err != nil {
		return nil, err
	}
	if s, done := e.Stamp(Arrived); done {
		return nil, fault.New(fault.Stale, "errand.stamped", fault.Args{"step": "{step." + Arrived + "}", "at": clockTime(s.At)})
	}
	return []work.Event{PickedUp{at}}, nil
}

// Arrive (送到) is the moment they are there.
type Arrive struct {
	matter.On
	Destination string    `json:"destination,omitempty" form:"line"`
	At          time.Time `json:"at,omitzero" form:"datetime"`
}

// ArrivedAt is where and when.
type ArrivedAt struct {
	Destination string    `json:"destination,omitempty"`
	At          time.Time `json:"at"`
}

// EventKind implements work.Event.
func (ArrivedAt) EventKind() string { return "errand.arrived/1" }

// Tell implements matter.Built.
func (v ArrivedAt) Tell(m *matter.Matter, at work.At) { tell(m, Arrived, v.At, at) }

func (v ArrivedAt) apply(e *Errand, at work.At) {
	if v.Destination != "" {
		e.Destination = v.Destination
	}
	e.Stamps = append(slices.Clip(e.Stamps), Stamp{Arrived, v.At, at.RecordedAt, at.Actor})
}

// Arrive decides the stamp; where must be known, from before or now.
func (e *Errand) Arrive(a Arrive, mo work.Moment) ([]work.Event, error) {
	at, err := e.stamp(Arrived, a.At, mo, Left)
	if err != nil {
		return nil, err
	}
	destination, err := work.Line("destination", a.Destination, work.MaxShort, e.Destination == "")
	if err != nil {
		return nil, err
	}
	return []work.Event{ArrivedAt{destination, at}}, nil
}

// HandOver (交接) gives them into somebody's hands: a signature on the screen, or the name.
type HandOver struct {
	matter.On
	To        string    `json:"handed_to" form:"handedto,required"`
	Name      string    `json:"receiver_name,omitempty" form:"line"`
	Signature string    `json:"handover_signature,omitempty" form:"signature"`
	At        time.Time `json:"at,omitzero" form:"datetime"`
}

// HandedOver is to whom.
type HandedOver struct {
	To        string            `json:"handed_to"`
	Person    string            `json:"person,omitempty"`
	Name      vault.Text        `json:"name,omitzero"`
	Signature matter.Attachment `json:"handover_signature,omitzero"`
	At        time.Time         `json:"at"`
}

// EventKind implements work.Event.
func (HandedOver) EventKind() string { return "errand.handed_over/1" }

// Tell implements matter.Built.
func (v HandedOver) Tell(m *matter.Matter, at work.At) { tell(m, Handed, v.At, at) }

func (v HandedOver) apply(e *Errand, at work.At) {
	e.To, e.ToName, e.Signature = v.To, v.Name, v.Signature
	e.Stamps = append(slices.Clip(e.Stamps), Stamp{Handed, v.At, at.RecordedAt, at.Actor})
}

// HandOver decides it.
func (e *Errand) HandOver(a HandOver, mo work.Moment) ([]work.Event, error) {
	at, err := e.stamp(Handed, a.At, mo, Left, Arrived)
	if err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Receivers, a.To), "handed_to", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	name, err := work.Line("receiver_name", a.Name, 40, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(name != "" || strings.TrimSpace(a.Signature) != "", "receiver_name", "errand.name_or_signature", nil); err != nil {
		return nil, err
	}
	v := HandedOver{To: a.To, At: at}
	if name != "" {
		v.Person = mo.NewID("p")
		v.Name = vault.Plain(v.Person, "name", name)
	}
	if a.Signature != "" {
		v.Signature = matter.Attachment{ID: a.Signature}
	}
	return []work.Event{v}, nil
}

// BringBack (送回) ends the way: home again, or staying in hospital.
type BringBack struct {
	matter.On
	Stays bool      `json:"stays_there,omitempty" form:"yesno"`
	Name  string    `json:"receiver_name,omitempty" form:"line"` // who received them at home
	At    time.Time `json:"at,omitzero" form:"datetime"`
}

// BroughtBack is that end.
type BroughtBack struct {
	Stays  bool       `json:"stays_there,omitempty"`
	Person string     `json:"person,omitempty"`
	Name   vault.Text `json:"name,omitzero"`
	At     time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (BroughtBack) EventKind() string { return "errand.brought_back/1" }

// Tell implements matter.Built.
func (v BroughtBack) Tell(m *matter.Matter, at work.At) { tell(m, Back, v.At, at) }

func (v BroughtBack) apply(e *Errand, at work.At) {
	e.Stays, e.BackTo = v.Stays, v.Name
	e.Stamps = append(slices.Clip(e.Stamps), Stamp{Back, v.At, at.RecordedAt, at.Actor})
}

// BringBack decides it. Who is brought home is received there by somebody.
func (e *Errand) BringBack(a BringBack, mo work.Moment) ([]work.Event, error) {
	at, err := e.stamp(Back, a.At, mo, Left, Arrived, Handed)
	if err != nil {
		return nil, err
	}
	name, err := work.Line("receiver_name", a.Name, 40, !a.Stays)
	if err != nil {
		return nil, err
	}
	v := BroughtBack{Stays: a.Stays, At: at}
	if name != "" {
		v.Person = mo.NewID("p")
		v.Name = vault.Plain(v.Person, "name", name)
	}
	return []work.Event{v}, nil
}
