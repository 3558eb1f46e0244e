package errand

import (
	"slices"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Call (求助) opens an errand from the phone in the night: who needs to be brought, from where, and whether the car leaves at once.
type Call struct {
	Kind        string   `json:"kind,omitempty" form:"hidden"`
	Needing     string   `json:"needing" form:"needing,required"`
	Ailing      string   `json:"ailing" form:"line,required"`
	AtHome      string   `json:"at_home,omitempty" form:"athome"`
	Place       string   `json:"place" form:"line,required"`
	Cell        string   `json:"cell" form:"cell,required"`
	Destination string   `json:"destination,omitempty" form:"line"`
	Caller      string   `json:"caller_name,omitempty" form:"line"`
	Phone       string   `json:"phone,omitempty" form:"phone"`
	With        []string `json:"with,omitempty" form:"people"`
	Leave       bool     `json:"leave_now,omitempty" form:"yesno"` // the car leaves now
}

// Called is what is known of who needs help.
type Called struct {
	Needing     string     `json:"needing"`
	AtHome      string     `json:"at_home,omitempty"`
	Destination string     `json:"destination,omitempty"`
	Person      string     `json:"person,omitempty"` // who called: a subject of their own
	Ailing      vault.Text `json:"ailing,omitzero"`
	Caller      vault.Text `json:"caller_name,omitzero"`
	Phone       vault.Text `json:"phone,omitzero"`
}

// EventKind implements work.Event.
func (Called) EventKind() string { return "errand.called/1" }

// Tell implements matter.Built.
func (Called) Tell(*matter.Matter, work.At) {}

func (v Called) apply(e *Errand, _ work.At) {
	e.Needing, e.AtHome, e.Destination, e.Ailing, e.Caller, e.Phone = v.Needing, v.AtHome, v.Destination, v.Ailing, v.Caller, v.Phone
}

// titles are what errands are called in lists: whom, and never a name or what ails them.
var titles = map[string]string{Child: "护送孩子就医", "elder": "护送老人就医", "pregnant": "护送孕产妇就医", "disabled": "护送残疾人就医", "other": "紧急护送群众"}

// Open decides a new errand: it is in the hands of who registers it, and on its way when the car leaves at once.
func Open(a Call, mo work.Moment) ([]work.Event, error) {
	if err := work.Must(slices.Contains(Needings, a.Needing), "needing", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.AtHome == "" || slices.Contains(AtHomes, a.AtHome), "at_home", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	ailing, err := work.Line("ailing", a.Ailing, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if _, err := work.Line("place", a.Place, work.MaxShort, true); err != nil {
		return nil, err
	}
	destination, err := work.Line("destination", a.Destination, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	caller, err := work.Line("caller_name", a.Caller, 40, false)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 40, false)
	if err != nil {
		return nil, err
	}
	open := matter.Open{Kind: a.Kind, Title: titles[a.Needing], Cell: a.Cell, Place: a.Place}
	mine := mo.Book.CanHandle(mo.Actor)
	if mine {
		open.To = mo.Actor
	}
	events, err := matter.Matter{}.Open(open, "", mo)
	if err != nil {
		return nil, err
	}
	if mine {
		events = append(events, matter.Acknowledged{}, matter.Started{})
	}
	e := &Errand{}
	e.ID, e.Version, e.State = events[0].(matter.Opened).ID, 1, matter.UnderWay
	called := Called{Needing: a.Needing, AtHome: a.AtHome, Destination: destination, Ailing: e.text("ailing", ailing)}
	if caller != "" || phone != "" {
		called.Person = mo.NewID("p")
		called.Caller, called.Phone = vault.Plain(called.Person, "name", caller), vault.Plain(called.Person, "phone", phone)
	}
	events = append(events, called)
	if !a.Leave {
		return events, nil
	}
	out, err := e.SetOut(SetOut{With: a.With}, mo)
	return append(events, out...), err
}

// SetOut (出发) is the car on its way.
type SetOut struct {
	matter.On
	Driver  string    `json:"driver,omitempty" form:"person"`
	With    []string  `json:"with,omitempty" form:"people"`
	Vehicle string    `json:"drive_vehicle,omitempty" form:"line"`
	Escort  string    `json:"family_escort,omitempty" form:"line"`
	At      time.Time `json:"at,omitzero" form:"datetime"`
}

// WentOut is who drove, with whom, since when.
type WentOut struct {
	Driver  string     `json:"driver"`
	With    []string   `json:"with,omitempty"`
	Vehicle string     `json:"drive_vehicle,omitempty"`
	Escort  vault.Text `json:"family_escort,omitzero"`
	At      time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (WentOut) EventKind() string { return "errand.set_out/1" }

// Tell implements matter.Built.
func (v WentOut) Tell(m *matter.Matter, at work.At) {
	tell(m, Left, v.At, at)
	m.Help(v.Driver)
	m.Help(v.With...)
}

func (v WentOut) apply(e *Errand, at work.At) {
	e.Driver, e.With, e.Vehicle, e.Escort = v.Driver, v.With, v.Vehicle, v.Escort
	e.Stamps = append(slices.Clip(e.Stamps), Stamp{Left, v.At, at.RecordedAt, at.Actor})
}

// SetOut decides the departure. Who drives is who says so unless somebody else is named.
func (e *Errand) SetOut(a SetOut, mo work.Moment) ([]work.Event, error) {
	at, err := e.stamp(Left, a.At, mo)
	if err != nil {
		return nil, err
	}
	if a.Driver == "" {
		a.Driver = mo.Actor
	}
	if err := work.Must(mo.Book.Person(a.Driver), "driver", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if err := mo.People("with", a.With, 20); err != nil {
		return nil, err
	}
	a.With = slices.DeleteFunc(slices.Clone(a.With), func(p string) bool { return p == a.Driver })
	vehicle, err := work.Line("drive_vehicle", a.Vehicle, 40, false)
	if err != nil {
		return nil, err
	}
	escort, err := work.Line("family_escort", a.Escort, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{WentOut{Driver: a.Driver, With: a.With, Vehicle: vehicle, Escort: e.text("escort", escort), At: at}}, nil
}

// ChildAlone tells whether a child rides with one person and nobody of the family: said on the page, never in the way of leaving.
func (e *Errand) ChildAlone() bool {
	_, left := e.Stamp(Left)
	return left && e.Needing == Child && e.Escort.Empty() && len(e.With) == 0
}
