// Package found holds the rules of things found (拾得遗失物): taken in from a finder, described in words that everybody may read and in
// proof details that only the owner can know, a notice of claim that tells nothing of the proof, claims compared point by point, costs
// and reward, the hand-over, and after a year the state (Civil Code §314–318; law-and-standards 7.1–7.6). Property of a case is another
// register with another clock (6): the two are never mixed.
package found

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters are things found.
const Base = "found"

// Sorts are what a thing can be; those an owner seeks have the same (fields.csv, lost_sort).
var Sorts = []string{"purse", "phone", "cash", "id_card", "bank_card", "papers", "keys", "bag", "jewellery", "electronics", "vehicle",
	"clothing", "perishable", "animal", "other"}

// Some sorts are treated apart.
const (
	IDCard     = "id_card"
	Perishable = "perishable"
	Animal     = "animal"
)

// valuable are handed over only to somebody whose identity was checked.
var valuable = []string{"purse", "phone", "cash", IDCard, "bank_card", "papers", "jewellery", "electronics", "vehicle"}

// The choices of the form: from whom it comes, what the finder asks, what became of an identity card, how a claim is answered.
var (
	Sources    = []string{"person", "hotel", "unit", "patrol"}
	Wishes     = []string{"waived", "costs", "reward", "later"}
	CardStates = []string{"reissued", "current", "unknown"}
	Answers    = []string{"accept", "refuse", "court"}
)

// Steps of the playbook that acts reach.
const (
	TakenInStep   = "found_taken_in"
	NoticeStep    = "notice_published"
	OwnerTold     = "owner_told"
	CardChecked   = "card_checked"
	ReturnedStep  = "thing_returned"
	DestroyedStep = "thing_destroyed"
	PassedStep    = "found_passed"
	ClaimedStep   = "claimed" // the year's clock stops: returned or passed on
)

// Moment is everything a rule of things found may know besides the matter's own history.
type Moment struct {
	work.Moment
	// Number draws the next number of a pattern with {year} and {no} in it. The desk claims it.
	Number func(pattern string) string
	// Reveal opens a sealed text, so that what is to be published can be held against it; "" of what was erased.
	Reveal func(vault.Text) string
}

// Proof is one detail that only the owner can know. What it is about ("amount of cash") may be read by staff; the detail is sealed.
type Proof struct {
	ID     string
	What   string
	Secret vault.Text
}

// Claim is somebody who says the thing is theirs.
type Claim struct {
	ID         string
	At         time.Time
	By         string
	Name       vault.Text
	Phone      vault.Text
	Told       vault.Text // what they said of it, taken down before anything was compared
	Identity   bool       // their identity was checked
	Compared   bool
	Agree      []string // ids of the proofs that agree
	Result     string   // "", accept, refuse, court
	Reason     string
	DecidedBy  string
	DecidedAt  time.Time
	ResultText vault.Text
}

// Open tells whether the claim has not been answered.
func (c Claim) Open() bool { return c.Result == "" || c.Result == "court" }

// Picture is a photograph, and whether everybody may see it.
type Picture struct {
	ID   string
	Show bool
}

// Thing is a matter with the thing found.
type Thing struct {
	matter.Matter

	Sort      string
	Looks     string // public words
	Area      string // public: where, by area
	FoundAt   time.Time
	Proofs    []Proof
	Spot      vault.Text // exactly where; not published
	Source    string
	LeftOn    string // the day it was left in a hotel
	Unnamed   bool   // the finder gave no name
	Finder    string // subject of the finder
	Name      vault.Text
	Phone     vault.Text
	Wish      string
	TakenAt   time.Time
	TakenBy   string
	Receipt   string
	Keeper    string
	KeptAt    string
	Pictures  []Picture
	NoticeAt  time.Time
	Notice    string // its number
	Where     string // where to claim
	Owner     string // subject of an owner who is known
	OwnerName vault.Text
	OwnerTel  vault.Text
	OwnerTold time.Time
	Claims    []Claim
	Card      string // of CardStates
	CardEntry string
	CardTold  bool
	Costs     Fen
	Reward    Fen
	Promised  bool
	Settled   bool
	Paid      bool
	Forfeited bool
	SoldFor   Fen
	SoldAt    time.Time
	EndedAt   time.Time // returned, destroyed or passed on
	Ended     string    // step
	ListNo    string    // of what was passed to the state
}

// Fold makes a thing from its stream.
func Fold(events []journal.Event) (*Thing, error) {
	t := &Thing{}
	return t, work.Replay(events, t.Apply)
}

// applier is an event of a thing found: it changes what this kind adds, and by Tell the base life.
type applier interface {
	matter.Built
	apply(t *Thing, at work.At)
}

// Apply folds one event of the stream in place.
func (t *Thing) Apply(v work.Event, at work.At) error {
	if err := t.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to a thing found: %w", v.EventKind(), err)
	}
	if x, ok := v.(applier); ok {
		x.apply(t, at)
	}
	if _, ok := v.(matter.Forgotten); ok {
		t.Looks, t.Area, t.Where, t.KeptAt, t.Pictures = "", "", "", "", nil
	}
	return nil
}

// Guard refuses an act of the base life that does not fit now: no end while a claim waits for its answer.
func (t *Thing) Guard(act any, _ Moment) error {
	switch act.(type) {
	case matter.Finish, matter.Verify, matter.Close:
		if n := len(t.OpenClaims()); n > 0 && t.Ended == "" {
			return fault.New(fault.Stale, "found.claims_open", fault.Args{"n": n})
		}
	case matter.Merge:
		return fault.New(fault.Invalid, "found.never_merged", nil)
	}
	return nil
}

// After adds to what an act of the base life decided; nothing.
func (t *Thing) After(_ any, events []work.Event, _ Moment) []work.Event { return events }

// OpenClaims are those that wait for an answer.
func (t *Thing) OpenClaims() (list []Claim) {
	for _, c := range t.Claims {
		if c.Open() {
			list = append(list, c)
		}
	}
	return list
}

// Claim finds a claim by its id.
func (t *Thing) Claim(id string) (Claim, bool) {
	i := slices.IndexFunc(t.Claims, func(c Claim) bool { return c.ID == id })
	if i < 0 {
		return Claim{}, false
	}
	return t.Claims[i], true
}

// Accepted is the claim that was recognised.
func (t *Thing) Accepted() (Claim, bool) {
	i := slices.IndexFunc(t.Claims, func(c Claim) bool { return c.Result == "accept" })
	if i < 0 {
		return Claim{}, false
	}
	return t.Claims[i], true
}

// Valuable tells whether it is handed over only against a checked identity.
func (t *Thing) Valuable() bool { return slices.Contains(valuable, t.Sort) || t.SoldFor > 0 }

// Listed tells whether the notice is up: published, and the thing neither returned nor passed on.
func (t *Thing) Listed() bool {
	return !t.NoticeAt.IsZero() && t.Ended == "" && !t.State.Gone() && t.OwnerTold.IsZero()
}

// there refuses what is done to a thing that is not there or not taken in yet.
func (t *Thing) there() error {
	switch {
	case t.Version == 0:
		return fault.New(fault.Missing, "matter.not_found", nil)
	case t.TakenAt.IsZero():
		return fault.New(fault.Stale, "found.not_taken_in", nil)
	}
	return nil
}

// kept refuses what only makes sense while the police keep the thing.
func (t *Thing) kept() error {
	if err := t.there(); err != nil {
		return err
	}
	if t.Ended != "" {
		return fault.New(fault.Stale, "found.ended", fault.Args{"step": "{step." + t.Ended + "}"})
	}
	return nil
}

func (t *Thing) text(field, words string) vault.Text { return vault.Plain(t.ID, field, words) }

// end notes that the police keep it no longer.
func (t *Thing) end(step string, at work.At) { t.Ended, t.EndedAt = step, at.HappenedAt }

func ended(m *matter.Matter, step string, at work.At) {
	m.Reach(step, at.HappenedAt)
	m.Reach(ClaimedStep, at.HappenedAt)
	m.Reach("started", at.HappenedAt)
	m.Help(at.Actor)
}
