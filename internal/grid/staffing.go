package grid

import (
	"slices"
	"time"
)

// StaffingRule asks for Count people of Role at every post of a kind, and, where For names kinds of cells, for such a
// post in every cell of those kinds. It is a check, not a hard limit (law-and-standards 10.7).
type StaffingRule struct {
	Post     PostKind
	For      []Kind
	Role     Role
	Count    int
	StandIns []Role
	Source   string
}

// Gap is a seat that is not filled by its own role; StandIns counts those who sit in for it.
type Gap struct {
	Where                CellID
	Post                 PostID // "" when the cell has no such post at all
	Role                 Role
	Want, Have, StandIns int
}

// Open is how many nobody sits in for.
func (g Gap) Open() int { return max(0, g.Want-g.Have-g.StandIns) }

// Filled is a seat of a post and who fills it: Here by their own role, Cover standing in.
type Filled struct {
	Gap
	Here, Cover []PersonID
}

// Fill seats people at a post by the rules of its kind. Nobody sits twice: everyone takes a seat of their own role first, and who is
// left over then stands in where the rules let them.
func Fill(p Post, rules []StaffingRule, people []Person, at time.Time) []Filled {
	var seats []Filled
	var asked []StaffingRule
	where := CellID("")
	if len(p.Cells) > 0 {
		where = p.Cells[0]
	}
	for _, r := range rules {
		if r.Post == p.Kind {
			seats, asked = append(seats, Filled{Gap: Gap{Where: where, Post: p.ID, Role: r.Role, Want: r.Count}}), append(asked, r)
		}
	}
	var left []Person
	for _, who := range people {
		if !who.sitsAt(p.ID, at) {
			continue
		}
		i := slices.IndexFunc(seats, func(s Filled) bool { return s.Role == who.Role && s.Have < s.Want })
		if i < 0 {
			left = append(left, who)
			continue
		}
		seats[i].Have, seats[i].Here = seats[i].Have+1, append(seats[i].Here, who.ID)
	}
	for _, who := range left {
		for i := range seats {
			s := &seats[i]
			if s.Open() > 0 && slices.Contains(asked[i].StandIns, who.Role) {
				s.StandIns, s.Cover = s.StandIns+1, append(s.Cover, who.ID)
				break
			}
		}
	}
	return seats
}

// Gaps lists what the rules ask for and the posts lack at that time, rule by rule.
func Gaps(tree *Tree, posts []Post, people []Person, rules []StaffingRule, at time.Time) (gaps []Gap) {
	for i, r := range rules {
		covered := map[CellID]bool{}
		for _, p := range posts {
			if p.Kind != r.Post || !p.Covers(DayOf(at)) {
				continue
			}
			for _, c := range p.Cells {
				covered[c] = true
			}
			n := 0 // which of the seats of this kind the rule asks for
			for _, before := range rules[:i] {
				if before.Post == r.Post {
					n++
				}
			}
			if g := Fill(p, rules, people, at)[n].Gap; g.Have < g.Want {
				gaps = append(gaps, g)
			}
		}
		for _, c := range tree.Cells(at) {
			if slices.Contains(r.For, c.Kind) && !covered[c.ID] {
				gaps = append(gaps, Gap{Where: c.ID, Role: r.Role, Want: r.Count})
			}
		}
	}
	return gaps
}
