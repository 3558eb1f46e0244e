package doorstep

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Depart (出发) says that they are on the way.
type Depart struct {
	matter.On
}

// Departed is that they are.
type Departed struct {
	Visit string `json:"visit"`
}

// EventKind implements work.Event.
func (Departed) EventKind() string { return "doorstep.departed/1" }

// Tell implements matter.Built.
func (Departed) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e Departed) apply(d *Doorstep, at work.At) {
	if v := d.Current(); v != nil {
		v.State, v.DepartedAt = UnderWay, at.HappenedAt
	}
}

// Depart decides that they leave: with the kit the service needs, and one that works.
func (d *Doorstep) Depart(_ Depart, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if !v.DepartedAt.IsZero() {
		return nil, nil, fault.New(fault.Stale, "doorstep.departed_already", nil)
	}
	if err := d.equipped(v, mo); err != nil {
		return nil, nil, err
	}
	return []work.Event{Departed{v.ID}}, nil, nil
}

// equipped refuses a visit without the kit it needs, or with a broken one.
func (d *Doorstep) equipped(v *Visit, mo Moment) error {
	if v.For == ForCard || d.Plan.Kit == "" {
		return nil
	}
	if v.Kit == "" {
		return fault.New(fault.Stale, "doorstep.no_kit", nil)
	}
	k, err := mo.Kit(v.Kit)
	if err != nil {
		return err
	}
	if k.Broken != nil {
		return fault.New(fault.Stale, "kit.broken", fault.Args{"kit": k.Name})
	}
	return nil
}

// Arrive (到门口) says that they are at the door.
type Arrive struct {
	matter.On
}

// Arrived is that they are.
type Arrived struct {
	Visit string `json:"visit"`
}

// EventKind implements work.Event.
func (Arrived) EventKind() string { return "doorstep.arrived/1" }

// Tell implements matter.Built.
func (Arrived) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("arrived", at.HappenedAt)
}

func (e Arrived) apply(d *Doorstep, at work.At) {
	if v := d.Current(); v != nil {
		v.State, v.ArrivedAt = UnderWay, at.HappenedAt
	}
}

// Arrive decides that they are there.
func (d *Doorstep) Arrive(_ Arrive, _ Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if !v.ArrivedAt.IsZero() {
		return nil, nil, fault.New(fault.Stale, "doorstep.arrived_already", nil)
	}
	return []work.Event{Arrived{v.ID}}, nil, nil
}

// Serve (上门办成) records that the service was done at the door: who was there, the number of the receipt that was given.
type Serve struct {
	matter.On
	At            time.Time `json:"at,omitzero" form:"datetime"`
	Present       []string  `json:"colleagues,omitempty" form:"people"`
	Receipt       string    `json:"receipt_no,omitempty" form:"line"`
	GuardianThere bool      `json:"guardian_there,omitempty" form:"yesno"`
	Words         string    `json:"words,omitempty" form:"words"`
}

// VisitServed is that it was done. Of what was taken down with the kit nothing is kept here.
type VisitServed struct {
	Visit    string     `json:"visit"`
	At       time.Time  `json:"at"`
	Present  []string   `json:"present"`
	Receipt  string     `json:"receipt,omitempty"`
	Card     bool       `json:"card,omitempty"`
	IDCard   bool       `json:"id_card,omitempty"` // the legal time to issue one starts
	Guardian bool       `json:"guardian,omitempty"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (VisitServed) EventKind() string { return "doorstep.served/1" }

// Tell implements matter.Built.
func (e VisitServed) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Present...)
	m.Reach("contacted", e.At)
	m.Reach("arrived", e.At)
	m.Reach("doorstep_done", e.At)
	if e.IDCard {
		m.Reach("id_card_applied", e.At)
	}
}

func (e VisitServed) apply(d *Doorstep, at work.At) {
	v := d.end(e.Visit, Served, at, e.Words)
	v.EndedAt, v.Present = e.At, e.Present
	if v.ArrivedAt.IsZero() {
		v.ArrivedAt = e.At
	}
	d.ServedAt, d.Receipt, d.Card = e.At, e.Receipt, e.Card
	d.Missing = nil
}

// Serve decides that the service was done. What needs an officer is recorded by one who was there (law-and-standards 8.8, 13.1); a
// child's guardian was there too (8.1); a card has a receipt number (8.2).
func (d *Doorstep) Serve(a Serve, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if v.For == ForCard {
		return nil, nil, fault.New(fault.Stale, "doorstep.bring_it", nil)
	}
	if err := d.equipped(v, mo); err != nil {
		return nil, nil, err
	}
	at, err := d.when(a.At, v, mo)
	if err != nil {
		return nil, nil, err
	}
	present, err := d.present(a.Present, v, mo)
	if err != nil {
		return nil, nil, err
	}
	if d.Plan.Officer {
		if !mo.Role.HasPolicePowers() {
			return nil, nil, fault.New(fault.Denied, "doorstep.officer_records", nil)
		}
		if err := work.Must(slices.Contains(present, mo.Actor), "colleagues", "doorstep.officer_was_there", nil); err != nil {
			return nil, nil, err
		}
	}
	if err := work.Must(d.Plan.Guardian == "" || a.GuardianThere, "guardian_there", "doorstep.guardian_there", nil); err != nil {
		return nil, nil, err
	}
	receipt, err := number("receipt_no", a.Receipt, d.Plan.Card)
	if err != nil {
		return nil, nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, nil, err
	}
	s, _ := mo.Service(d.Plan.Service)
	return []work.Event{VisitServed{Visit: v.ID, At: at, Present: present, Receipt: receipt, Card: d.Plan.Card, IDCard: issuedByLaw(s),
		Guardian: a.GuardianThere, Words: d.text("served", words)}}, nil, nil
}

// issuedByLaw tells whether the sixty days of L12 §12 run for the item; a temporary card has a time of its own (law-and-standards 8.3).
func issuedByLaw(s playbook.Service) bool {
	return FollowsCard(s) && s.Group == "id_card" && s.LimitUnit == "day"
}

// when is the time of what happened at the door: now unless another is said, never in the future nor before the day agreed.
func (d *Doorstep) when(at time.Time, v *Visit, mo Moment) (time.Time, error) {
	if at.IsZero() {
		return mo.HappenedAt, nil
	}
	if err := work.Must(!at.After(mo.Now.Add(time.Minute)), "at", "form.future", nil); err != nil {
		return at, err
	}
	if v != nil {
		day, _ := v.span(0)
		if err := work.Must(!at.Before(day), "at", "doorstep.before_visit", nil); err != nil {
			return at, err
		}
	}
	return at.UTC(), nil
}

// present is who was at the door: those who were to go, unless others are named.
func (d *Doorstep) present(people []string, v *Visit, mo Moment) ([]string, error) {
	if len(people) == 0 {
		return slices.Clone(v.With), nil
	}
	list, err := d.team(people, ForCard, mo)
	return list, renamed(err, map[string]string{"with": "colleagues"})
}

// LackPapers (材料不齐) records that papers are missing: told once and completely, the list is kept.
type LackPapers struct {
	matter.On
	Missing []string `json:"missing" form:"papersof,required"`
	ToldTo  string   `json:"told_to" form:"doortold,required"`
	Words   string   `json:"words,omitempty" form:"words"`
}

// PapersLacked is what is missing.
type PapersLacked struct {
	Visit   string     `json:"visit"`
	Missing []string   `json:"missing"`
	ToldTo  string     `json:"told_to"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PapersLacked) EventKind() string { return "doorstep.papers_lacked/1" }

// Tell implements matter.Built.
func (e PapersLacked) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("arrived", at.HappenedAt)
	m.Reach("told", at.HappenedAt)
}

func (e PapersLacked) apply(d *Doorstep, at work.At) {
	d.end(e.Visit, Lacking, at, e.Words)
	d.Missing = e.Missing
}

// LackPapers decides what is missing. It is told once: a later visit may find what is still missing of that list, never something new
// (law-and-standards 8.4), and never what was not on the list that was told before.
func (d *Doorstep) LackPapers(a LackPapers, _ Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if err := work.Must(len(a.Missing) > 0, "missing", "form.required", fault.Args{"field": "missing"}); err != nil {
		return nil, nil, err
	}
	for _, p := range a.Missing {
		if err := work.Must(slices.Contains(d.Plan.Papers, p), "missing", "doorstep.not_told_before", fault.Args{"paper": p}); err != nil {
			return nil, nil, err
		}
		if err := work.Must(d.Missing == nil || slices.Contains(d.Missing, p), "missing", "doorstep.told_once", fault.Args{"paper": p}); err != nil {
			return nil, nil, err
		}
	}
	if err := work.Must(slices.Contains(ToldTo, a.ToldTo), "told_to", "form.unknown_choice", nil); err != nil {
		return nil, nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{PapersLacked{v.ID, a.Missing, a.ToldTo, d.text("lacking", words)}}, nil, nil
}

// FailKit (设备坏了) records that the kit broke at the door or on the way: the visit is planned again, the kit is marked.
type FailKit struct {
	matter.On
	Words string `json:"words" form:"words,required"`
}

// KitFailedAt is that the visit ended for it.
type KitFailedAt struct {
	Visit string     `json:"visit"`
	Kit   string     `json:"kit"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitFailedAt) EventKind() string { return "doorstep.kit_failed/1" }

// Tell implements matter.Built.
func (KitFailedAt) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e KitFailedAt) apply(d *Doorstep, at work.At) { d.end(e.Visit, KitFailed, at, e.Words) }

// FailKit decides that the kit failed: the visit is over, the kit is broken for everybody who booked it.
func (d *Doorstep) FailKit(a FailKit, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if v.Kit == "" {
		return nil, nil, fault.New(fault.Stale, "doorstep.no_kit", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, nil, err
	}
	k, err := mo.Kit(v.Kit)
	if err != nil {
		return nil, nil, err
	}
	var kits []OfKit
	var list []work.Event
	if b := k.booking(v.Booking); b != nil && b.State == KitBooked {
		list = append(list, KitReleased{Booking: v.Booking})
	}
	if k.Broken == nil {
		list = append(list, KitBroken{Words: vault.Plain(k.ID, "broken", words)})
	}
	if len(list) > 0 {
		kits = []OfKit{{k, list}}
	}
	return []work.Event{KitFailedAt{v.ID, v.Kit, d.text("kit_failed", words)}}, kits, nil
}
