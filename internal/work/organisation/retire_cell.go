package organisation

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
)

// RetireCell (停用网格) ends a cell after a day. What lies in it stays under its id; nothing new is put there.
type RetireCell struct {
	Cell  string `json:"cell" form:"cell,required"`
	Until string `json:"until" form:"date,required"` // the last day on which it is in force
	Note  string `json:"note,omitempty" form:"line"` // why, for those who worked there
}

// CellRetired is that end.
type CellRetired struct {
	Cell  string `json:"cell"`
	Until string `json:"until"`
	Note  string `json:"note,omitempty"`
}

// EventKind implements work.Event.
func (CellRetired) EventKind() string { return "org.cell_retired/1" }

func (e CellRetired) apply(o *Org, _ work.At) {
	if i, ok := o.index[grid.CellID(e.Cell)]; ok {
		o.Cells[i].Until = grid.Day(e.Until)
	}
}

// RetireCell decides it. Cells below must be moved or retired first, so that nobody falls out of the tree unseen.
func (o *Org) RetireCell(a RetireCell, _ work.Moment) ([]work.Event, error) {
	c, ok := o.Cell(a.Cell)
	if !ok {
		return nil, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": a.Cell}).On("cell")
	}
	if err := work.Must(a.Until != "", "until", "form.required", fault.Args{"field": "until"}); err != nil {
		return nil, err
	}
	if err := dates(string(c.From), a.Until); err != nil {
		return nil, err
	}
	note, err := work.Line("note", a.Note, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(c.Until == "" || a.Until < string(c.Until), "until", "org.cell_already_ended", fault.Args{"day": c.Until}); err != nil {
		return nil, err
	}
	for _, below := range o.Cells {
		if below.Parent == c.ID && (below.Until == "" || string(below.Until) > a.Until) {
			return nil, fault.New(fault.Invalid, "org.cell_has_cells", fault.Args{"below": below.Name.Zh}).On("cell")
		}
	}
	e := CellRetired{a.Cell, a.Until, note}
	if err := o.holds(e, "cell"); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// holds refuses events after which the tree of cells would not hold for everybody.
func (o *Org) holds(e applier, field string) error {
	n := o.clone()
	e.apply(n, work.At{})
	if _, err := grid.NewTree(n.everyCell()); err != nil {
		return fault.New(fault.Invalid, "org.cell_tree", fault.Args{"why": err.Error()}).On(field)
	}
	return nil
}

// everyCell lists every version of every cell, those that ended first.
func (o *Org) everyCell() []grid.Cell { return slices.Concat(o.Past, o.Cells) }

// Versions lists the versions of a cell from the first to the last.
func (o *Org) Versions(id string) (all []grid.Cell) {
	for _, c := range o.everyCell() {
		if string(c.ID) == id {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b grid.Cell) int { return compare(a.From, b.From) })
	return all
}

func compare(a, b grid.Day) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Ending lists the cells a person works in that end, or ended within the last month: they are to be told.
func (o *Org) Ending(person string, at time.Time) (cells []grid.Cell) {
	p, ok := o.People[person]
	if !ok {
		return nil
	}
	ids := slices.Clone(p.Cells)
	for _, s := range p.Seats {
		if post, ok := o.Post(string(s.Post)); ok && s.Covers(grid.DayOf(at)) {
			for _, c := range post.Cells {
				ids = append(ids, string(c))
			}
		}
	}
	slices.Sort(ids)
	since := grid.DayOf(at.AddDate(0, -1, 0))
	for _, id := range slices.Compact(ids) {
		if c, ok := o.Cell(id); ok && c.Until != "" && c.Until >= since {
			cells = append(cells, c)
		}
	}
	return cells
}

func init() { work.Know[CellRetired]() }
