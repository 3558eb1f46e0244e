// Package doorstep holds the rules of going to people's doors (上门服务): what is asked for and on what ground, the visit agreed, what
// came of it, the card waited for and brought; and the portable kits (便携设备) that go along. A home visit is a matter: its events lie
// in the matter's stream, between those of the base life. A kit has a stream of its own.
//
// What is never kept: fingerprints, pictures of cards, chip data, medical papers (law-and-standards 8.2, 8.8). Of the card itself there
// is a receipt number and dates.
package doorstep

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters are done at a door.
const Base = "doorstep_service"

// Rules is what the playbook in force says of services and kits. Answers are data; a rule never asks which station it is in.
type Rules interface {
	Service(key string) (playbook.Service, bool)
	KitKind(key string) (playbook.KitKind, bool)
	Reasons(use string) []playbook.Reason
}

// Moment is everything a rule of home visits may know besides the matter's own history.
type Moment struct {
	work.Moment
	Rules
	// Kit is a kit as it stands.
	Kit func(id string) (*Kit, error)
	// Reporter opens who reported and their phone, for an applicant who is the reporter: nothing is typed twice.
	Reporter func(report string) (name, phone string, err error)
	// Asked is what was ticked when the service was asked for; nil when it was not asked for in that way.
	Asked func(report string) (*Asked, error)
}

// Steps are the steps of the playbook that only acts of this room reach.
var Steps = []string{"doorstep_done", "id_card_applied", "id_card_issued"}

// Doorstep is a matter with all that going to a door adds. It is folded anew for each act.
type Doorstep struct {
	matter.Matter

	Plan      *Plan
	Visits    []Visit
	Again     int       // visits begun before the desk last decided to call again: their tries no longer count
	GaveUp    bool      // the desk decided to close it, as nobody could be met
	Missing   []string  // papers told to be missing, once and completely (law-and-standards 8.4)
	ServedAt  time.Time // this round
	Receipt   string
	Card      bool // a card follows
	ReadyAt   time.Time
	Delivered *Delivery
	Heard     []Heard
}

// Fold makes one from its stream.
func Fold(events []journal.Event) (*Doorstep, error) {
	d := &Doorstep{}
	return d, work.Replay(events, d.Apply)
}

// applier is an event of this room: it changes what a home visit adds, and by Tell the base life.
type applier interface {
	matter.Built
	apply(d *Doorstep, at work.At)
}

// Apply folds one event of the stream, of the base life or of this room, in place.
func (d *Doorstep) Apply(v work.Event, at work.At) error {
	if err := d.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to a home visit: %w", v.EventKind(), err)
	}
	switch e := v.(type) {
	case applier:
		d.Visits, d.Heard = slices.Clone(d.Visits), slices.Clone(d.Heard)
		e.apply(d, at)
	case matter.ReopenedFor: // a new round: what was done before is history, the plan stays
		d.Again, d.GaveUp, d.Missing = len(d.Visits), false, nil
		d.ServedAt, d.Receipt, d.Card, d.ReadyAt, d.Delivered = time.Time{}, "", false, time.Time{}, nil
	}
	return nil
}

func (d *Doorstep) planned() error {
	if err := d.Running(); err != nil {
		return err
	}
	if d.Plan == nil {
		return fault.New(fault.Stale, "doorstep.no_plan", nil)
	}
	return nil
}

func (d *Doorstep) text(field, words string) vault.Text { return vault.Plain(d.ID, field, words) }

// Service is what is asked for: as planned, or as the form of the matter said at its opening.
func (d *Doorstep) Service() string {
	if d.Plan != nil {
		return d.Plan.Service
	}
	return d.Extra["service_item"]
}

// Stage is where a home visit stands, for lists. It decides nothing.
type Stage string

// The stages, in the order they are gone through.
const (
	ToPlan    Stage = "to_plan"   // nothing agreed yet
	Agreed    Stage = "agreed"    // a visit is agreed
	Away      Stage = "away"      // somebody is on the way or there
	ThirdTry  Stage = "third_try" // three times nobody home: the desk has to decide
	Waiting   Stage = "waiting"   // done, the card is being made
	ToBring   Stage = "to_bring"  // the card is here
	Completed Stage = "completed" // done, and brought where there is a card
	Ended     Stage = "ended"     // the matter has a result
)

// Stage tells where it stands.
func (d *Doorstep) Stage() Stage {
	v := d.Current()
	switch {
	case !d.IsOpen() || d.State == matter.OutcomeIn || d.State == matter.Checked:
		return Ended
	case v != nil && v.State == UnderWay:
		return Away
	case v != nil:
		return Agreed
	case d.undecided():
		return ThirdTry
	case d.Card && d.Delivered == nil && d.ReadyAt.IsZero():
		return Waiting
	case d.Card && d.Delivered == nil:
		return ToBring
	case !d.ServedAt.IsZero():
		return Completed
	}
	return ToPlan
}
