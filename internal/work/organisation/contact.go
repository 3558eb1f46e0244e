package organisation

import (
	"maps"
	"slices"
	"time"

	"maplegrid/internal/grid"
)

// contacts are the roles whose people stand on a contact card (警民连心卡), the first before the others.
var contacts = []grid.Role{grid.Officer, grid.AuxOfficer, grid.CellWorker}

// Present gives the cell that a cell goes on as: what it was merged into, itself while it is in force, "" when it ended and nothing
// came after it.
func (o *Org) Present(cell string, at time.Time) string {
	day := grid.DayOf(at)
	for range o.Merged { // each merger is gone through once at most
		m, ok := o.MergedInto(cell)
		if !ok || m.From > day {
			break
		}
		cell = m.Into
	}
	if c, ok := o.Cell(cell); !ok || c.Until != "" && c.Until < day {
		return ""
	}
	return cell
}

// Contacts answers which cell came after a cell, and who of it stands on its contact card at a time: the person wished for while they
// still work there, else one of their role, else officer before auxiliary before grid member; of several the one with the fewest
// cells. Nobody is "". What was found out of a person is kept for the next question.
func (o *Org) Contacts(at time.Time) func(cell, person string) (here, who string) {
	known := map[string][]string{}
	covers := func(p *Person, cell string) (cells int, ok bool) {
		if p == nil || p.Gone || !slices.Contains(contacts, p.Role) {
			return 0, false
		}
		list, seen := known[p.ID]
		if !seen {
			list = o.own(p.ID, at)
			known[p.ID] = list
		}
		_, ok = slices.BinarySearch(list, cell)
		return len(list), ok
	}
	return func(cell, person string) (here, who string) {
		if here = o.Present(cell, at); here == "" {
			return "", ""
		}
		wished := o.People[person]
		if _, ok := covers(wished, here); ok {
			return here, person
		}
		best := [2]int{}
		for _, p := range o.Everyone() {
			n, ok := covers(p, here)
			if !ok {
				continue
			}
			rank := [2]int{slices.Index(contacts, p.Role), n}
			if wished != nil && p.Role == wished.Role {
				rank[0] = -1
			}
			if who == "" || slices.Compare(rank[:], best[:]) < 0 {
				who, best = p.ID, rank
			}
		}
		return here, who
	}
}

// own are the cells somebody covers themselves, without those they look after for others; sorted.
func (o *Org) own(person string, at time.Time) []string {
	c := coverage{o, at, map[string]bool{}, map[string]bool{}}
	c.person(person)
	return slices.Sorted(maps.Keys(c.seen))
}
