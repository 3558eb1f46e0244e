package organisation

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
)

// SwapSeats (换岗) lets two people change places from a day on: each takes every seat the other holds that day.
type SwapSeats struct {
	Person string `json:"person" form:"person,required"`
	With   string `json:"with" form:"person,required"`
	From   string `json:"from" form:"date,required"`
}

// SeatsSwapped is that exchange.
type SeatsSwapped struct{ SwapSeats }

// EventKind implements work.Event.
func (SeatsSwapped) EventKind() string { return "org.seats_swapped/1" }

func (e SeatsSwapped) apply(o *Org, _ work.At) {
	a, b := o.People[e.Person], o.People[e.With]
	if a == nil || b == nil {
		return
	}
	keepA, giveA := splitSeats(a.Seats, e.From)
	keepB, giveB := splitSeats(b.Seats, e.From)
	a.Seats, b.Seats = append(keepA, giveB...), append(keepB, giveA...)
}

// splitSeats parts sittings at a day: what is over by then, and what goes on from it.
func splitSeats(seats []grid.Sitting, from string) (before, after []grid.Sitting) {
	day := grid.Day(from)
	for _, s := range seats {
		if s.From < day {
			was := s
			if was.Until == "" || was.Until >= day {
				was.Until = dayBefore(from)
			}
			before = append(before, was)
		}
		if s.Until == "" || s.Until >= day {
			s.From = max(s.From, day)
			after = append(after, s)
		}
	}
	return before, after
}

// SwapSeats decides it: both must be allowed to sit where the other sits (law-and-standards 13.1).
func (o *Org) SwapSeats(a SwapSeats, _ work.Moment) ([]work.Event, error) {
	if err := o.known(a.Person); err != nil {
		return nil, err
	}
	if err := o.known(a.With); err != nil {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil).On("with")
	}
	if err := work.Must(a.From != "", "from", "form.required", fault.Args{"field": "from"}); err != nil {
		return nil, err
	}
	if err := dates(a.From, ""); err != nil {
		return nil, err
	}
	p, q := o.People[a.Person], o.People[a.With]
	_, mine := splitSeats(p.Seats, a.From)
	_, theirs := splitSeats(q.Seats, a.From)
	if a.Person == a.With || len(mine) == 0 && len(theirs) == 0 {
		return nil, fault.New(fault.Invalid, "org.swap", nil).On("with")
	}
	for _, side := range []struct {
		who   *Person
		seats []grid.Sitting
		from  grid.Role
	}{{p, theirs, q.Role}, {q, mine, p.Role}} {
		for _, s := range side.seats {
			if post, ok := o.Post(string(s.Post)); ok && !maySit(post, side.from, side.who.Role) {
				return nil, fault.New(fault.Invalid, "org.swap_role", fault.Args{"by": side.who.Call, "post": post.Name.Zh}).On("with")
			}
		}
	}
	return []work.Event{SeatsSwapped{a}}, nil
}

// maySit tells whether somebody may take a seat at a post that a role left: the same role, or one the post takes instead.
func maySit(post grid.Post, left, by grid.Role) bool {
	if left == by {
		return true
	}
	if !left.MayStandIn(by) {
		return false
	}
	return slices.ContainsFunc(post.Seats, func(s grid.Seat) bool { return s.Role == by || s.Role == left && slices.Contains(s.StandIns, by) })
}

func init() { work.Know[SeatsSwapped]() }
