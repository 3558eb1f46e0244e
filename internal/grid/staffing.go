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

// Gaps lists what the rules ask for and the posts lack at that time, rule by rule.
func Gaps(tree *Tree, posts []Post, people []Person, rules []StaffingRule, at time.Time) (gaps []Gap) {
	for _, r := range rules {
		covered := map[CellID]bool{}
		for _, p := range posts {
			if p.Kind != r.Post || !p.Covers(DayOf(at)) {
				continue
			}
			for _, c := range p.Cells {
				covered[c] = true
			}
			if g := r.gapAt(p, people, at); g.Have < g.Want {
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

func (r StaffingRule) gapAt(p Post, people []Person, at time.Time) Gap {
	g := Gap{Post: p.ID, Role: r.Role, Want: r.Count}
	if len(p.Cells) > 0 {
		g.Where = p.Cells[0]
	}
	for _, who := range people {
		switch {
		case !who.sitsAt(p.ID, at):
		case who.Role == r.Role:
			g.Have++
		case slices.Contains(r.StandIns, who.Role):
			g.StandIns++
		}
	}
	return g
}
