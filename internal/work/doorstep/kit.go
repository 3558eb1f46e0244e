package doorstep

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Kit (便携设备) is a portable kit: one of the station's own, or one of the county unit's that is borrowed. It has a stream of its own,
// so that two visits can never hold it at the same time.
type Kit struct {
	ID        string
	Version   int
	Kind      string // among kits.csv
	Name      string
	Home      string // AtStation or AtCounty
	Bookings  []KitBooking
	Out       *KitOut   // who has it in hand; nil when it lies where it belongs
	Broken    *KitFault // nil when it works
	Charge    int       // in percent, as last said
	ChargedAt time.Time
	Lacks     []string // what was not in it at the last hand-over or return
	Loans     []Loan
	RetiredAt time.Time
}

// Where a kit is at home.
const (
	AtStation = "station"
	AtCounty  = "county"
)

// Homes are where a kit may be at home.
var Homes = []string{AtStation, AtCounty}

// KitBooking is a time for which a kit is taken.
type KitBooking struct {
	ID          string
	Matter      string
	Visit       string
	Purpose     string // when it is for no matter
	From, Until time.Time
	By          string
	State       string
}

// The states of a booking.
const (
	KitBooked = "booked"
	KitTaken  = "out"
	KitBack   = "back"
	KitLetGo  = "released"
)

// BookingStates are those states.
var BookingStates = []string{KitBooked, KitTaken, KitBack, KitLetGo}

// live tells whether the booking still takes the kit up.
func (b *KitBooking) live() bool { return b.State == KitBooked || b.State == KitTaken }

// KitOut is a kit in somebody's hands.
type KitOut struct {
	To      string
	Booking string
	Since   time.Time
	Due     time.Time
	By      string
	Image   string // signature of who took it
}

// KitFault is that a kit does not work.
type KitFault struct {
	At    time.Time
	By    string
	Words vault.Text
}

// Loan (借用) is a kit of the county unit, asked for and granted from a time to a time.
type Loan struct {
	ID          string
	Matter      string
	From, Until time.Time
	AskedBy     string
	AskedAt     time.Time
	Why         vault.Text
	State       string // asked, granted, refused
	Approver    vault.Text
	AnsweredBy  string
	AnsweredAt  time.Time
	Note        vault.Text
}

// The states of a loan.
const (
	LoanAsked   = "asked"
	LoanGranted = "granted"
	LoanRefused = "refused"
)

// LoanStates are those states.
var LoanStates = []string{LoanAsked, LoanGranted, LoanRefused}

// KitStream is the stream of a kit.
func KitStream(id string) string { return "kit/" + id }

// OnKit is what every act on a kit carries.
type OnKit struct {
	Kit     string `json:"kit" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the kit's id and the version the person saw.
func (o OnKit) Target() (string, int) { return o.Kit, o.Version }

type kitEvent interface{ tell(k *Kit, at work.At) }

// FoldKit makes a kit from its stream; Version 0 when there are no events.
func FoldKit(events []journal.Event) (*Kit, error) {
	k := &Kit{}
	return k, work.Replay(events, k.Apply)
}

// Apply folds one event.
func (k *Kit) Apply(v work.Event, at work.At) error {
	e, ok := v.(kitEvent)
	if !ok {
		return fmt.Errorf("event %s is not of a kit", v.EventKind())
	}
	k.Bookings, k.Loans = slices.Clone(k.Bookings), slices.Clone(k.Loans)
	e.tell(k, at)
	k.Version = at.Version
	return nil
}

// ahead is the kit as it stands after events of an act that are not appended yet.
func (k *Kit) ahead(events []work.Event, mo Moment) *Kit {
	c := *k
	for _, e := range events {
		if err := c.Apply(e, work.At{HappenedAt: mo.HappenedAt, RecordedAt: mo.Now, Actor: mo.Actor, Version: c.Version + 1}); err != nil {
			panic(err) // a rule that decides events of another stream for this one
		}
	}
	return &c
}

// there refuses what only makes sense for a kit that is in use.
func (k *Kit) there() error {
	switch {
	case k.Version == 0:
		return fault.New(fault.Missing, "kit.not_found", nil)
	case !k.RetiredAt.IsZero():
		return fault.New(fault.Stale, "kit.retired", fault.Args{"kit": k.Name})
	}
	return nil
}

// Due is when the kit has to be back where it belongs: of a borrowed one at the end of its loan, else at the end of what it was taken
// for; zero when nobody has it.
func (k *Kit) Due() time.Time {
	if k.Out == nil {
		return time.Time{}
	}
	return k.Out.Due
}

// Overdue tells whether it should have been returned.
func (k *Kit) Overdue(now time.Time) bool { due := k.Due(); return !due.IsZero() && now.After(due) }

// RegisterKit (登记设备) brings a kit into use.
type RegisterKit struct {
	Kind string `json:"kit_kind" form:"kitkind,required"`
	Name string `json:"kit_name" form:"line,required"`
	Home string `json:"kit_home" form:"kithome,required"`
}

// KitRegistered is a kit in use.
type KitRegistered struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	Home string `json:"home"`
}

// EventKind implements work.Event.
func (KitRegistered) EventKind() string { return "kit.registered/1" }

func (e KitRegistered) tell(k *Kit, _ work.At) {
	k.ID, k.Kind, k.Name, k.Home = e.ID, e.Kind, e.Name, e.Home
	k.Charge = 100
}

// Register decides a new kit; the receiver is the zero Kit.
func (Kit) Register(a RegisterKit, mo Moment) ([]work.Event, error) {
	_, ok := mo.KitKind(a.Kind)
	if err := work.Must(ok, "kit_kind", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	name, err := work.Line("kit_name", a.Name, 40, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Homes, a.Home), "kit_home", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	return []work.Event{KitRegistered{mo.NewID("k"), a.Kind, name, a.Home}}, nil
}

// RetireKit (停用设备) takes a kit out of use.
type RetireKit struct {
	OnKit
	Words string `json:"words" form:"words,required"`
}

// KitRetired is a kit out of use.
type KitRetired struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitRetired) EventKind() string { return "kit.retired/1" }

func (KitRetired) tell(k *Kit, at work.At) { k.RetiredAt = at.HappenedAt }

// Retire decides that a kit is no longer used: not while somebody has it, nor while a visit counts on it.
func (k *Kit) Retire(a RetireKit, mo Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	counted := slices.ContainsFunc(k.Bookings, func(b KitBooking) bool { return b.live() && b.Until.After(mo.HappenedAt) })
	if k.Out != nil || counted {
		return nil, fault.New(fault.Stale, "kit.in_use", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{KitRetired{vault.Plain(k.ID, "retired", words)}}, nil
}
