package grid

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Mistake is a sentence about one row (counted from 1) of the cells handed in.
type Mistake struct {
	Row      int
	Cell     CellID
	Sentence string
}

// Mistakes is everything wrong with a set of cells.
type Mistakes []Mistake

// Error gives one line per mistake.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, x := range m {
		lines[i] = fmt.Sprintf("第%d行：%s", x.Row, x.Sentence)
	}
	return strings.Join(lines, "\n")
}

// Tree answers who lies within whom, and where a point belongs, at any date.
type Tree struct {
	cells    []Cell
	versions map[CellID][]int // rows of one id
	children map[CellID][]int // rows under one id
	shapes   []shape          // smallest first
}

// NewTree builds the tree. An id may come back in another row for another span (a redrawn outline, a merged village),
// never twice at once. All mistakes are returned together, as Mistakes.
func NewTree(cells []Cell) (*Tree, error) {
	t := &Tree{cells: slices.Clone(cells), versions: map[CellID][]int{}, children: map[CellID][]int{}}
	var wrong Mistakes
	miss := func(i int, format string, a ...any) {
		wrong = append(wrong, Mistake{i + 1, t.cells[i].ID, fmt.Sprintf(format, a...)})
	}
	for i, c := range t.cells {
		t.checkTwice(i, c, miss)
		t.versions[c.ID] = append(t.versions[c.ID], i)
		t.children[c.Parent] = append(t.children[c.Parent], i)
	}
	for i, c := range t.cells {
		if c.Until != "" && c.Until < c.From {
			miss(i, "“%s”的截止日%s早于起始日%s。", c.ID, c.Until, c.From)
		}
		if c.Parent != "" && !slices.ContainsFunc(t.versions[c.Parent], func(j int) bool { return t.cells[j].Overlaps(c.Span) }) {
			miss(i, "“%s”的上级“%s”不存在，或在同一时期没有启用。", c.ID, c.Parent)
		}
	}
	t.checkCycles(miss)
	if len(wrong) > 0 {
		slices.SortStableFunc(wrong, func(a, b Mistake) int { return a.Row - b.Row })
		return nil, wrong
	}
	t.shapes = shapesOf(t)
	return t, nil
}

func (t *Tree) checkTwice(i int, c Cell, miss func(int, string, ...any)) {
	for _, j := range t.versions[c.ID] {
		o := t.cells[j]
		switch {
		case !o.Overlaps(c.Span):
		case o.Parent != c.Parent:
			miss(i, "“%s”同时有两个上级：“%s”（第%d行）和“%s”。", c.ID, o.Parent, j+1, c.Parent)
		default:
			miss(i, "“%s”与第%d行重复，日期也重叠。", c.ID, j+1)
		}
	}
}

// A circle stands from the latest From of its members on, so looking on each From day finds every one.
func (t *Tree) checkCycles(miss func(int, string, ...any)) {
	days, told := map[Day]bool{}, map[int]bool{}
	for _, c := range t.cells {
		days[c.From] = true
	}
	for d := range days {
		for i := range t.cells {
			if !told[i] && t.cells[i].Covers(d) && t.comesBack(i, d) {
				told[i] = true
				miss(i, "“%s”沿上级往上走又回到自己，成了循环。", t.cells[i].ID)
			}
		}
	}
}

func (t *Tree) comesBack(i int, d Day) bool {
	at := i
	for range t.cells {
		if at = t.rowOn(t.cells[at].Parent, d); at < 0 || at == i {
			return at == i
		}
	}
	return false
}

func (t *Tree) rowOn(id CellID, d Day) int {
	for _, i := range t.versions[id] {
		if t.cells[i].Covers(d) {
			return i
		}
	}
	return -1
}

// Cell finds the version of id in force at that time.
func (t *Tree) Cell(id CellID, at time.Time) (Cell, bool) {
	i := t.rowOn(id, DayOf(at))
	if i < 0 {
		return Cell{}, false
	}
	return t.cells[i], true
}

// Cells lists what is in force at that time, in the order of the rows.
func (t *Tree) Cells(at time.Time) (all []Cell) {
	for _, c := range t.cells {
		if c.Covers(DayOf(at)) {
			all = append(all, c)
		}
	}
	return all
}

// All lists every version of every cell, in the order of the rows.
func (t *Tree) All() []Cell { return slices.Clone(t.cells) }

// Ancestors lists what lies above id, nearest first.
func (t *Tree) Ancestors(id CellID, at time.Time) (up []Cell) {
	for i := t.rowOn(id, DayOf(at)); i >= 0; {
		if i = t.rowOn(t.cells[i].Parent, DayOf(at)); i >= 0 {
			up = append(up, t.cells[i])
		}
	}
	return up
}

// Descendants lists what lies below id, each parent before its children.
func (t *Tree) Descendants(id CellID, at time.Time) (down []Cell) {
	for _, i := range t.children[id] {
		if c := t.cells[i]; c.Covers(DayOf(at)) {
			down = append(append(down, c), t.Descendants(c.ID, at)...)
		}
	}
	return down
}

// Within tells whether id is of, or lies below it.
func (t *Tree) Within(id, of CellID, at time.Time) bool {
	return id == of || slices.ContainsFunc(t.Ancestors(id, at), func(c Cell) bool { return c.ID == of })
}

// Path lists the cells from the top down to id, id included.
func (t *Tree) Path(id CellID, at time.Time) []Cell {
	path := t.Ancestors(id, at)
	slices.Reverse(path)
	if c, ok := t.Cell(id, at); ok {
		path = append(path, c)
	}
	return path
}

// Locate finds the smallest cell around a point, of these kinds only if any are named. Where two cells share a line,
// a point on the line belongs to exactly one of them.
func (t *Tree) Locate(lon, lat float64, at time.Time, kinds ...Kind) (Cell, bool) {
	d, p := DayOf(at), Point{lon, lat}
	for _, s := range t.shapes {
		c := t.cells[s.row]
		if s.box.holds(p) && c.Covers(d) && (len(kinds) == 0 || slices.Contains(kinds, c.Kind)) && inside(p, c.Outline) {
			return c, true
		}
	}
	return Cell{}, false
}

// shape is what Locate looks at before it walks an outline.
type shape struct {
	row, depth int
	area       float64
	box        box
}

func shapesOf(t *Tree) (all []shape) {
	for i, c := range t.cells {
		if len(c.Outline) > 0 {
			depth := len(t.Ancestors(c.ID, c.From.Start()))
			all = append(all, shape{i, depth, areaOf(c.Outline), boxOf(c.Outline)})
		}
	}
	slices.SortStableFunc(all, func(a, b shape) int {
		return cmp.Or(cmp.Compare(a.area, b.area), b.depth-a.depth)
	})
	return all
}
