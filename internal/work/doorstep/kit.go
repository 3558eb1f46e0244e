package doorstep

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
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

func (k *Kit) booking(id string) *KitBooking {
	for i := range k.Bookings {
		if k.Bookings[i].ID == id && id != "" {
			return &k.Bookings[i]
		}
	}
	return nil
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

// freeFor refuses a time for which the kit cannot be had: broken, taken by another, or the county unit's and not lent for it.
func (k *Kit) freeFor(from, until time.Time, mo Moment) error {
	if err := k.there(); err != nil {
		return err
	}
	if k.Broken != nil {
		return fault.New(fault.Stale, "kit.broken", fault.Args{"kit": k.Name})
	}
	for i := range k.Bookings {
		b := &k.Bookings[i]
		if b.live() && b.From.Before(until) && from.Before(b.Until) {
			return fault.New(fault.Stale, "kit.taken", fault.Args{"kit": k.Name, "from": shown(b.From), "until": shown(b.Until)}).On("from")
		}
	}
	if k.Home == AtCounty && !slices.ContainsFunc(k.Loans, func(l Loan) bool {
		return l.State == LoanGranted && !from.Before(l.From) && !until.After(l.Until)
	}) {
		return fault.New(fault.Stale, "kit.not_lent", fault.Args{"kit": k.Name}).On("from")
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

// ReserveKit (预留设备) takes a kit for a time and a purpose of its own, such as a day of applications in a village. A visit takes its
// kit by doorstep.agree or doorstep.equip.
type ReserveKit struct {
	OnKit
	Purpose string    `json:"kit_purpose" form:"line,required"`
	From    time.Time `json:"from" form:"datetime,required"`
	Until   time.Time `json:"until" form:"datetime,required"`
}

// KitReserved is a time for which a kit is taken.
type KitReserved struct {
	Booking string    `json:"booking"`
	Matter  string    `json:"matter,omitempty"`
	Visit   string    `json:"visit,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
}

// EventKind implements work.Event.
func (KitReserved) EventKind() string { return "kit.reserved/1" }

func (e KitReserved) tell(k *Kit, at work.At) {
	k.Bookings = append(k.Bookings, KitBooking{ID: e.Booking, Matter: e.Matter, Visit: e.Visit, Purpose: e.Purpose, From: e.From, Until: e.Until, By: at.Actor, State: KitBooked})
}

// longestBooking is how long one booking may be: a week at another village.
const longestBooking = 14 * 24 * time.Hour

// Reserve decides a booking without a matter.
func (k *Kit) Reserve(a ReserveKit, mo Moment) ([]work.Event, error) {
	purpose, err := work.Line("kit_purpose", a.Purpose, 80, true)
	if err != nil {
		return nil, err
	}
	if err := span(a.From, a.Until, longestBooking, mo); err != nil {
		return nil, err
	}
	if err := k.freeFor(a.From, a.Until, mo); err != nil {
		return nil, err
	}
	return []work.Event{KitReserved{Booking: mo.NewID("b"), Purpose: purpose, From: a.From.UTC(), Until: a.Until.UTC()}}, nil
}

// span checks a time from one instant to another that is still to come.
func span(from, until time.Time, most time.Duration, mo Moment) error {
	for _, x := range []struct {
		field string
		at    time.Time
	}{{"from", from}, {"until", until}} {
		if err := work.Must(!x.at.IsZero(), x.field, "form.required", fault.Args{"field": x.field}); err != nil {
			return err
		}
	}
	if err := work.Must(until.After(from), "until", "form.until_before_from", nil); err != nil {
		return err
	}
	if err := work.Must(until.After(mo.HappenedAt), "until", "doorstep.past", nil); err != nil {
		return err
	}
	return work.Must(until.Sub(from) <= most, "until", "kit.too_long", fault.Args{"days": int(most.Hours() / 24)})
}

// ReleaseKit (取消预留) gives a booked time back to others.
type ReleaseKit struct {
	OnKit
	Booking string `json:"booking" form:"kitbooking,required"`
}

// KitReleased is a time given back.
type KitReleased struct {
	Booking string `json:"booking"`
}

// EventKind implements work.Event.
func (KitReleased) EventKind() string { return "kit.released/1" }

func (e KitReleased) tell(k *Kit, _ work.At) {
	if b := k.booking(e.Booking); b != nil {
		b.State = KitLetGo
	}
}

// Release decides that a booking is given back. That of a visit goes with the visit: it is moved or called off there.
func (k *Kit) Release(a ReleaseKit, _ Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	b := k.booking(a.Booking)
	if err := work.Must(b != nil, "booking", "kit.unknown_booking", nil); err != nil {
		return nil, err
	}
	if b.State != KitBooked {
		return nil, fault.New(fault.Stale, "kit.not_booked", nil)
	}
	if b.Visit != "" {
		return nil, fault.New(fault.Stale, "kit.of_a_visit", nil)
	}
	return []work.Event{KitReleased{a.Booking}}, nil
}

// HandOverKit (交接设备) puts a kit into somebody's hands: how full it is, what is in it, until when.
type HandOverKit struct {
	OnKit
	Booking string    `json:"booking,omitempty" form:"kitbooking"`
	To      string    `json:"kit_holder" form:"person,required"`
	Charge  int       `json:"charge" form:"number,required"`
	Items   []string  `json:"kit_items,omitempty" form:"kititems"`
	Due     time.Time `json:"due_back,omitzero" form:"datetime"`
	Words   string    `json:"words,omitempty" form:"words"`
	Image   string    `json:"image,omitempty" form:"signature"`
}

// KitHandedOver is a kit in somebody's hands.
type KitHandedOver struct {
	Booking string     `json:"booking,omitempty"`
	To      string     `json:"to"`
	Charge  int        `json:"charge"`
	Items   []string   `json:"items,omitempty"`
	Lacks   []string   `json:"lacks,omitempty"`
	Due     time.Time  `json:"due"`
	Words   vault.Text `json:"words,omitzero"`
	Image   string     `json:"image,omitempty"`
}

// EventKind implements work.Event.
func (KitHandedOver) EventKind() string { return "kit.handed_over/1" }

func (e KitHandedOver) tell(k *Kit, at work.At) {
	k.Out = &KitOut{To: e.To, Booking: e.Booking, Since: at.HappenedAt, Due: e.Due, By: at.Actor, Image: e.Image}
	k.Charge, k.ChargedAt, k.Lacks = e.Charge, at.HappenedAt, e.Lacks
	if b := k.booking(e.Booking); b != nil {
		b.State = KitTaken
	}
}

// dayOut is how long a kit handed over without a booking may stay out.
const dayOut = 12 * time.Hour

// HandOver decides a hand-over: of a kit that works, full enough or with a word why not, and what is missing said.
func (k *Kit) HandOver(a HandOverKit, mo Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Broken != nil {
		return nil, fault.New(fault.Stale, "kit.broken", fault.Args{"kit": k.Name})
	}
	if err := work.Must(mo.Book.Person(a.To), "kit_holder", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if k.Out != nil {
		if err := work.Must(k.Out.To != a.To, "kit_holder", "kit.has_it", nil); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	if a.Booking == "" {
		a.Booking = k.bookedNow(mo.HappenedAt)
	}
	due, err := k.dueOf(a, mo)
	if err != nil {
		return nil, err
	}
	items, lacks, err := k.checked(a.Items, mo)
	if err != nil {
		return nil, err
	}
	if err := charged(k, a.Charge, words, mo); err != nil {
		return nil, err
	}
	image, err := work.Line("image", a.Image, 64, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(lacks) == 0 || words != "", "words", "kit.say_what_lacks", fault.Args{"items": strings.Join(lacks, "、")}); err != nil {
		return nil, err
	}
	return []work.Event{KitHandedOver{Booking: a.Booking, To: a.To, Charge: a.Charge, Items: items, Lacks: lacks, Due: due, Words: vault.Plain(k.ID, "handed", words), Image: image}}, nil
}

// bookedNow is what a kit is handed over for when nobody says: what it is out for and goes on to a colleague with, else what it is
// booked for just then.
func (k *Kit) bookedNow(now time.Time) string {
	if k.Out != nil {
		return k.Out.Booking
	}
	for i := range k.Bookings {
		if b := &k.Bookings[i]; b.State == KitBooked && !now.Before(b.From) && now.Before(b.Until) {
			return b.ID
		}
	}
	return ""
}

// dueOf is when a kit handed over has to be back: as said, else at the end of its booking, else the same day. A borrowed kit is never
// handed out beyond its loan, and none into a time that is another's.
func (k *Kit) dueOf(a HandOverKit, mo Moment) (time.Time, error) {
	due := a.Due.UTC()
	b := k.booking(a.Booking)
	if err := work.Must(a.Booking == "" || b != nil && b.live(), "booking", "kit.unknown_booking", nil); err != nil {
		return due, err
	}
	if a.Due.IsZero() {
		if due = mo.HappenedAt.Add(dayOut); b != nil {
			due = b.Until
		}
	}
	if err := work.Must(due.After(mo.HappenedAt), "due_back", "doorstep.past", nil); err != nil {
		return due, err
	}
	for i := range k.Bookings {
		x := &k.Bookings[i]
		if x.live() && (b == nil || x.ID != b.ID) && x.From.Before(due) && mo.HappenedAt.Before(x.Until) {
			if a.Due.IsZero() && x.From.After(mo.HappenedAt) {
				due = x.From
				continue
			}
			return due, fault.New(fault.Stale, "kit.taken", fault.Args{"kit": k.Name, "from": shown(x.From), "until": shown(x.Until)}).On("due_back")
		}
	}
	if k.Home == AtCounty {
		for _, l := range k.Loans {
			if l.State == LoanGranted && !mo.HappenedAt.Before(l.From) && mo.HappenedAt.Before(l.Until) {
				if due.After(l.Until) {
					due = l.Until
				}
				return due, nil
			}
		}
		return due, fault.New(fault.Stale, "kit.not_lent", fault.Args{"kit": k.Name})
	}
	return due, nil
}

// charged refuses a kit too empty for its kind, unless somebody says why it goes all the same.
func charged(k *Kit, charge int, words string, mo Moment) error {
	if err := work.Must(charge >= 0 && charge <= 100, "charge", "kit.charge", nil); err != nil {
		return err
	}
	kind, ok := mo.KitKind(k.Kind)
	return work.Must(!ok || charge >= kind.Least || words != "", "charge", "kit.charge_first",
		fault.Args{"least": kind.Least, "minutes": kind.ChargeMinutes * (kind.Least - charge) / 100})
}

// checked compares what is there with what belongs to a kit of the kind.
func (k *Kit) checked(items []string, mo Moment) (there, lacks []string, err error) {
	kind, ok := mo.KitKind(k.Kind)
	if !ok {
		return items, nil, nil
	}
	for _, i := range items {
		if err := work.Must(slices.ContainsFunc(kind.Items, func(x grid.Name) bool { return x.Zh == i }), "kit_items", "form.unknown_choice", nil); err != nil {
			return nil, nil, err
		}
	}
	for _, x := range kind.Items {
		if !slices.Contains(items, x.Zh) {
			lacks = append(lacks, x.Zh)
		}
	}
	return items, lacks, nil
}

// ReturnKit (归还设备) brings a kit back.
type ReturnKit struct {
	OnKit
	Charge int      `json:"charge" form:"number,required"`
	Items  []string `json:"kit_items,omitempty" form:"kititems"`
	Words  string   `json:"words,omitempty" form:"words"`
}

// KitReturned is a kit that came back.
type KitReturned struct {
	Charge int        `json:"charge"`
	Items  []string   `json:"items,omitempty"`
	Lacks  []string   `json:"lacks,omitempty"`
	Late   bool       `json:"late,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitReturned) EventKind() string { return "kit.returned/1" }

func (e KitReturned) tell(k *Kit, at work.At) {
	if k.Out != nil {
		if b := k.booking(k.Out.Booking); b != nil {
			b.State = KitBack
		}
	}
	k.Out, k.Charge, k.ChargedAt, k.Lacks = nil, e.Charge, at.HappenedAt, e.Lacks
}

// Return decides that a kit came back, and what is missing of it.
func (k *Kit) Return(a ReturnKit, mo Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Out == nil {
		return nil, fault.New(fault.Stale, "kit.not_out", nil)
	}
	if err := work.Must(a.Charge >= 0 && a.Charge <= 100, "charge", "kit.charge", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	items, lacks, err := k.checked(a.Items, mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(lacks) == 0 || words != "", "words", "kit.say_what_lacks", fault.Args{"items": strings.Join(lacks, "、")}); err != nil {
		return nil, err
	}
	return []work.Event{KitReturned{a.Charge, items, lacks, k.Overdue(mo.HappenedAt), vault.Plain(k.ID, "returned", words)}}, nil
}

// BreakKit (设备报修) says that a kit does not work.
type BreakKit struct {
	OnKit
	Words string `json:"words" form:"words,required"`
}

// KitBroken is a kit that does not work.
type KitBroken struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitBroken) EventKind() string { return "kit.broken/1" }

func (e KitBroken) tell(k *Kit, at work.At) { k.Broken = &KitFault{at.HappenedAt, at.Actor, e.Words} }

// Break decides that a kit is broken; visits that booked it are shown to be without one.
func (k *Kit) Break(a BreakKit, _ Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Broken != nil {
		return nil, fault.New(fault.Stale, "kit.broken", fault.Args{"kit": k.Name})
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{KitBroken{vault.Plain(k.ID, "broken", words)}}, nil
}

// RepairKit (设备修好) says that it works again.
type RepairKit struct {
	OnKit
	Words string `json:"words" form:"words,required"`
}

// KitRepaired is a kit that works again.
type KitRepaired struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitRepaired) EventKind() string { return "kit.repaired/1" }

func (KitRepaired) tell(k *Kit, _ work.At) { k.Broken = nil }

// Repair decides that it works again.
func (k *Kit) Repair(a RepairKit, _ Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Broken == nil {
		return nil, fault.New(fault.Stale, "kit.works", fault.Args{"kit": k.Name})
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{KitRepaired{vault.Plain(k.ID, "repaired", words)}}, nil
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
