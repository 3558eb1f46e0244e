package doorstep

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

func (k *Kit) booking(id string) *KitBooking {
	for i := range k.Bookings {
		if k.Bookings[i].ID == id && id != "" {
			return &k.Bookings[i]
		}
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
