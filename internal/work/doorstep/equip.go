package doorstep

import (
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Equip (给上门配设备) books a kit for the visit agreed.
type Equip struct {
	matter.On
	Kit string `json:"portable_kit" form:"portablekit,required"`
}

// VisitEquipped is the kit of the visit agreed.
type VisitEquipped struct {
	Visit   string `json:"visit"`
	Kit     string `json:"kit"`
	Booking string `json:"booking"`
}

// EventKind implements work.Event.
func (VisitEquipped) EventKind() string { return "doorstep.visit_equipped/1" }

// Tell implements matter.Built.
func (VisitEquipped) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e VisitEquipped) apply(d *Doorstep, _ work.At) {
	if v := d.Current(); v != nil {
		v.Kit, v.Booking = e.Kit, e.Booking
	}
}

// Equip decides that a kit goes along on the visit agreed, in the place of one booked before.
func (d *Doorstep) Equip(a Equip, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	freed, err := d.free(v, mo)
	if err != nil {
		return nil, nil, err
	}
	next := *v
	kits, err := d.book(&next, a.Kit, mo, freed...)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{VisitEquipped{v.ID, next.Kit, next.Booking}}, kits, nil
}
