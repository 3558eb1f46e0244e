// Package surrender holds the rules of arms, ammunition and explosives handed in (上交枪支弹药爆炸物): two officers, each counting,
// the notice in force that day, explosives that are not moved, the hand-over to the county, and thanks that name nobody
// (Firearms Law §27; law-and-standards 7.7, 13.1).
package surrender

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters are arms handed in.
const Base = "surrender"

// The sorts of what is handed in. Dangerous ones are not moved by the station: the county's own people come for them.
var (
	Sorts     = []string{"round", "gun", "gun_part", "air_gun", "replica", "powder", "explosive", "detonator", "grenade", "shell", "unknown"}
	dangerous = []string{"explosive", "detonator", "grenade", "shell", "unknown"}
)

// Dangerous tells whether a sort is left where it is until the county's people come.
func Dangerous(sort string) bool { return slices.Contains(dangerous, sort) }

// Steps of the playbook that acts reach.
const (
	SecuredStep   = "arms_secured"
	ReceivedStep  = "arms_received"
	HandedStep    = "arms_handed"
	DestroyedStep = "arms_destroyed"
)

// Moment is everything a rule of arms handed in may know besides the matter's own history.
type Moment struct {
	work.Moment
	// Notice is the joint notice in force on the day of an instant.
	Notice func(at time.Time) (playbook.ArmsNotice, bool)
	// Number draws the next number of a pattern with {year} and {no} in it. The desk claims it.
	Number func(pattern string) string
	// Reveal opens a sealed text, so that public words can be held against it; "" of what was erased.
	Reveal func(vault.Text) string
}

// Item is one sort of thing handed in, as both officers counted it.
type Item struct {
	ID      string `json:"id"`
	Arm     string `json:"arm"`
	Model   string `json:"arm_model,omitempty"`
	Calibre string `json:"arm_calibre,omitempty"`
	Serial  string `json:"arm_serial,omitempty"`
	Count   int    `json:"arm_count"`
	State   string `json:"state,omitempty"`
}

// Surrender is a matter with what was handed in.
type Surrender struct {
	matter.Matter

	Secured   *ScenesSecured
	SecuredAt time.Time
	Items     []Item
	At        time.Time // when it was handed in
	Received  time.Time // when it was written down
	By        string
	Second    string
	Receipt   string
	Person    string // subject of who handed it in
	Name      vault.Text
	Phone     vault.Text
	IDNo      vault.Text
	IDWrong   bool // the check character of the number does not fit
	Origin    vault.Text
	Voluntary bool
	Notice    string // key
	Title     string // of the notice, as it was called
	Until     string // lenient until
	OnSpot    bool   // left where it was found
	Custody   []string
	KeptAt    vault.Text
	HandedAt  time.Time
	Unit      string
	Receiver  vault.Text
	Letter    string // number of the county's receipt
	Destroyed string // day
	Reference string
	Thanks    []Thanked
}

// Fold makes one from its stream.
func Fold(events []journal.Event) (*Surrender, error) {
	s := &Surrender{}
	return s, work.Replay(events, s.Apply)
}

// applier is an event of arms handed in: it changes what this kind adds, and by Tell the base life.
type applier interface {
	matter.Built
	apply(s *Surrender, at work.At)
}

// Apply folds one event of the stream in place.
func (s *Surrender) Apply(v work.Event, at work.At) error {
	if err := s.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to arms handed in: %w", v.EventKind(), err)
	}
	if x, ok := v.(applier); ok {
		x.apply(s, at)
	}
	return nil
}

// Guard refuses an act of the base life that does not fit: what was received is handed to the county before the end.
func (s *Surrender) Guard(act any, _ Moment) error {
	switch act.(type) {
	case matter.Finish, matter.Verify, matter.Close:
		if !s.Received.IsZero() && s.HandedAt.IsZero() {
			return fault.New(fault.Stale, "surrender.still_here", nil)
		}
	case matter.Merge:
		if !s.Received.IsZero() {
			return fault.New(fault.Invalid, "surrender.never_merged", nil)
		}
	}
	return nil
}

// After adds to what an act of the base life decided; nothing.
func (s *Surrender) After(_ any, events []work.Event, _ Moment) []work.Event { return events }

// Count is how many pieces were received.
func (s *Surrender) Count() (n int) {
	for _, x := range s.Items {
		n += x.Count
	}
	return n
}

// Lenient tells whether it was handed in freely while a notice was in force.
func (s *Surrender) Lenient() bool { return s.Voluntary && s.Notice != "" }

func (s *Surrender) received() error {
	if err := s.Stands(); err != nil {
		return err
	}
	if s.Received.IsZero() {
		return fault.New(fault.Stale, "surrender.not_received", nil)
	}
	return nil
}

func (s *Surrender) here() error {
	if err := s.received(); err != nil {
		return err
	}
	if !s.HandedAt.IsZero() {
		return fault.New(fault.Stale, "surrender.handed_already", fault.Args{"number": s.Letter})
	}
	return nil
}

// pair refuses anybody but two different officers: an auxiliary never receives arms (law-and-standards 7.7, 13.1).
func pair(second string, mo Moment) error {
	if !mo.Role.HasPolicePowers() {
		return fault.New(fault.Denied, "surrender.officers_only", nil)
	}
	if err := work.Must(mo.Book.Person(second), "second", "form.unknown_person", nil); err != nil {
		return err
	}
	return work.Must(second != mo.Actor && mo.Book.Role(second).HasPolicePowers(), "second", "surrender.two_officers", nil)
}

func (s *Surrender) text(field, words string) vault.Text { return vault.Plain(s.ID, field, words) }

func itemID(i int) string { return strconv.Itoa(i + 1) }

func oneLine(field, s string, max int) (string, error) {
	return work.Line(field, strings.TrimSpace(s), max, false)
}
