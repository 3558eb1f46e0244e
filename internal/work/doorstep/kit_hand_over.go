package doorstep

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

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
