package appointment

import (
	"cmp"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
)

// Slot is a stretch of time at a window, how many it takes and how many have it.
type Slot struct {
	Start, Minutes, Capacity, Taken int
}

// Room is how many more it takes.
func (s Slot) Room() int { return max(0, s.Capacity-s.Taken) }

// Slots are a window's slots on a day, by the hours of the playbook and what was changed since, in order. Of hours that overlap those
// that stand first in the table count.
func Slots(w playbook.Window, on string, cal *clock.Calendar, c Changes) []Slot {
	day := Date(on)
	if day.IsZero() {
		return nil
	}
	return slotsOn(w, playbook.SortOf(day, cal), c)
}

func slotsOn(w playbook.Window, day playbook.SortOfDay, c Changes) (slots []Slot) {
	for _, h := range w.Hours {
		if h.Holds(day) {
			slots = add(slots, h.From, h.Until, h.Slot, h.Capacity)
		}
	}
	for _, x := range c.Extras {
		slots = add(slots, x.From, x.Until, x.Slot, x.Capacity)
	}
	slices.SortFunc(slots, func(a, b Slot) int { return cmp.Compare(a.Start, b.Start) })
	for _, x := range c.Closures {
		for i := range slots {
			s := &slots[i]
			if s.Start < x.Until && x.From < s.Start+s.Minutes {
				if x.Fewer == 0 {
					s.Capacity = 0
				} else {
					s.Capacity = max(0, s.Capacity-x.Fewer)
				}
			}
		}
	}
	return slots
}

// add cuts hours into slots. One that is there already takes more; one that would overlap is left out.
func add(slots []Slot, from, until, minutes, capacity int) []Slot {
	if minutes <= 0 {
		return slots
	}
	had := len(slots)
next:
	for start := from; start+minutes <= until; start += minutes {
		for i := range slots[:had] {
			s := &slots[i]
			if s.Start == start && s.Minutes == minutes {
				s.Capacity += capacity
				continue next
			}
			if s.Start < start+minutes && start < s.Start+s.Minutes {
				continue next
			}
		}
		slots = append(slots, Slot{Start: start, Minutes: minutes, Capacity: capacity})
	}
	return slots
}

// Hold is that so many hold a slot and those after it.
type Hold struct{ Slot, Span, N int }

// Holds sums up what the visits of a day hold, in order.
func (d *Day) Holds() (holds []Hold) {
	n := map[Hold]int{}
	for _, v := range d.Visits {
		if v.Held() {
			n[Hold{v.Slot, max(1, v.Span), 0}]++
		}
	}
	for h, count := range n {
		holds = append(holds, Hold{h.Slot, h.Span, count})
	}
	slices.SortFunc(holds, func(a, b Hold) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Span, b.Span)) })
	return holds
}

// fill counts holds into slots. What is held at a time that is no slot any more takes no room.
func fill(slots []Slot, holds []Hold) []Slot {
	for _, h := range holds {
		i, ok := slices.BinarySearchFunc(slots, h.Slot, func(s Slot, start int) int { return s.Start - start })
		for n := 0; ok && n < max(1, h.Span) && i+n < len(slots); n++ {
			slots[i+n].Taken += h.N
		}
	}
	return slots
}

// Slots are the day's slots with what is taken.
func (d *Day) Slots(w playbook.Window, cal *clock.Calendar) []Slot {
	return fill(Slots(w, d.On, cal, d.Changes), d.Holds())
}

// Span is how many slots of a length an item takes.
func Span(item playbook.Service, slotMinutes int) int {
	if slotMinutes <= 0 {
		return 1
	}
	return max(1, (item.Minutes+slotMinutes-1)/slotMinutes)
}

// room tells how many more an item that takes some minutes finds at slot i: the least of the slots one after the other that it takes.
func room(slots []Slot, i, minutes int) int {
	left, end := slots[i].Room(), slots[i].Start
	for n := i; minutes > 0; n++ {
		if n >= len(slots) || slots[n].Start != end {
			return 0 // the window closes, or there is a break
		}
		left = min(left, slots[n].Room())
		minutes -= slots[n].Minutes
		end += slots[n].Minutes
	}
	return left
}

// Busy says how busy a slot or a day is.
type Busy string

// How busy it is: 宽松, 适中, 紧张, 已满.
const (
	Quiet  Busy = "quiet"
	Fair   Busy = "fair"
	Tight  Busy = "tight"
	Full   Busy = "full"
	Closed Busy = "closed"
)

// BusyOf says how busy it is with so much room left of a capacity.
func BusyOf(room, capacity int) Busy {
	switch {
	case capacity <= 0:
		return Closed
	case room <= 0:
		return Full
	case room*4 <= capacity:
		return Tight
	case room*3 <= capacity*2:
		return Fair
	}
	return Quiet
}

// Offer is a slot somebody may take.
type Offer struct {
	Place
	Slot, Room, Capacity int
	Busy                 Busy
}

// OfferDay is what a window offers of an item on a day.
type OfferDay struct {
	Place
	Slots          []Offer // those that have begun or are full too, so that a page can show them
	Room, Capacity int
	Busy           Busy
}

// Offers are what a window offers for an item on a day, seen from now.
func Offers(w playbook.Window, item playbook.Service, p Place, cal *clock.Calendar, c Changes, holds []Hold, now time.Time) OfferDay {
	return offers(item, p, Slots(w, p.On, cal, c), holds, now)
}

func offers(item playbook.Service, p Place, slots []Slot, holds []Hold, now time.Time) OfferDay {
	day := OfferDay{Place: p, Slots: make([]Offer, 0, len(slots))}
	fill(slots, holds)
	today, minute := Today(now), now.In(clock.Shanghai).Hour()*60+now.In(clock.Shanghai).Minute()
	for i, s := range slots {
		if p.On < today || p.On == today && s.Start <= minute {
			continue // begun: nobody can be there any more
		}
		o := Offer{Place: p, Slot: s.Start, Room: room(slots, i, item.Minutes), Capacity: s.Capacity}
		o.Busy = BusyOf(o.Room, o.Capacity)
		day.Room, day.Capacity = day.Room+s.Room(), day.Capacity+s.Capacity
		day.Slots = append(day.Slots, o)
	}
	free := slices.ContainsFunc(day.Slots, func(o Offer) bool { return o.Room > 0 })
	day.Busy = BusyOf(day.Room, day.Capacity)
	if !free && day.Capacity > 0 {
		day.Busy = Full
	}
	return day
}

// Quietest are the slots to propose first: those with the most room in proportion, on the emptiest days, the soonest of equals, each half
// day once before any twice. They steer people away from the rush without sending them far off.
func Quietest(days []OfferDay, most int) []Offer {
	var all []Offer
	for _, d := range days {
		for _, o := range d.Slots {
			if o.Room > 0 {
				all = append(all, o)
			}
		}
	}
	rank := map[Busy]int{Quiet: 0, Fair: 1, Tight: 2}
	slices.SortStableFunc(all, func(a, b Offer) int {
		return cmp.Or(cmp.Compare(rank[a.Busy], rank[b.Busy]), cmp.Compare(a.On, b.On), cmp.Compare(b.Room, a.Room), cmp.Compare(a.Slot, b.Slot))
	})
	type half struct {
		on    string
		later bool
	}
	var best, rest []Offer
	seen := map[half]bool{}
	for _, o := range all { // one of each half day first: who cannot come in the morning is shown an evening
		if h := (half{o.On, o.Slot >= noon}); !seen[h] {
			seen[h] = true
			best = append(best, o)
		} else {
			rest = append(rest, o)
		}
	}
	best = append(best, rest...)
	return best[:min(most, len(best))]
}

// noon is the minute that parts the halves of a day.
const noon = 12 * 60

// Search gives what all windows that do an item offer, on so many days from a day on, in the order of days and windows. taken tells what
// is taken and changed of a window's day.
func Search(book *playbook.Book, cal *clock.Calendar, item playbook.Service, from string, days int, taken func(Place) (Changes, []Hold), now time.Time) (list []OfferDay) {
	windows, first := book.WindowsFor(item.Key), Date(from)
	// Most days are alike: the slots of the hours that hold are cut once for each sort of day.
	type alike struct {
		window, hours int
	}
	cut := map[alike][]Slot{}
	var scratch []Slot
	for n := range days {
		day := first.AddDate(0, 0, n)
		sort, on := playbook.SortOf(day, cal), day.Format(time.DateOnly)
		for i, w := range windows {
			p := Place{w.Key, on}
			changes, holds := taken(p)
			var slots []Slot
			if len(changes.Closures)+len(changes.Extras) > 0 {
				slots = slotsOn(w, sort, changes)
			} else {
				kind := alike{window: i}
				for n, h := range w.Hours {
					if h.Holds(sort) {
						kind.hours |= 1 << n
					}
				}
				once, ok := cut[kind]
				if !ok {
					once = slotsOn(w, sort, changes)
					cut[kind] = once
				}
				scratch = append(scratch[:0], once...)
				slots = scratch
			}
			if len(slots) > 0 {
				list = append(list, offers(item, p, slots, holds, now))
			}
		}
	}
	return list
}
