package organisation

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
)

// MergeCells (合并) makes one cell of several from a day on, as when villages are merged: the old cells end the day before, what lay
// below them lies below the new one, addresses and matters keep the id they were written under.
type MergeCells struct {
	Cells      []string `json:"cells" form:"cells,required"` // those that end
	ID         string   `json:"id" form:"line,required"`     // of the new cell; it may be one that is there already
	Zh         string   `json:"zh" form:"line,required"`
	En         string   `json:"en,omitempty" form:"line"`
	From       string   `json:"from" form:"date,required"` // the first day of the new cell
	Code       string   `json:"code,omitempty" form:"line"`
	CodeScheme string   `json:"code_scheme,omitempty" form:"line"`
}

// CellsMerged says which cells became which. The end of the old cells and the new cell have events of their own before it.
type CellsMerged struct {
	Cells []string `json:"cells"`
	Into  string   `json:"into"`
	From  string   `json:"from"`
}

// EventKind implements work.Event.
func (CellsMerged) EventKind() string { return "org.cells_merged/1" }

func (e CellsMerged) apply(o *Org, _ work.At) {
	for _, c := range e.Cells {
		o.Merged = append(o.Merged, Merger{c, e.Into, grid.Day(e.From)})
	}
}

// Merger says that a cell became another.
type Merger struct {
	Cell, Into string
	From       grid.Day
}

// MergeCells decides a merger: cells of one kind under one parent, so that what was covered stays covered.
func (o *Org) MergeCells(a MergeCells, _ work.Moment) ([]work.Event, error) {
	old := slices.Compact(slices.Sorted(slices.Values(a.Cells)))
	old = slices.DeleteFunc(old, func(c string) bool { return c == a.ID })
	_, there := o.Cell(a.ID)
	if err := work.Must(len(old) > 1 || there && len(old) == 1, "cells", "org.merge_two", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("cells", len(old), 50); err != nil {
		return nil, err
	}
	if err := work.Must(a.From != "", "from", "form.required", fault.Args{"field": "from"}); err != nil {
		return nil, err
	}
	if err := dates(a.From, ""); err != nil {
		return nil, err
	}
	first, err := o.alike(old, a)
	if err != nil {
		return nil, err
	}
	events, n := []work.Event(nil), o.clone()
	add := func(e work.Event) {
		events = append(events, e)
		e.(applier).apply(n, work.At{})
	}
	if err := o.mergedCell(a, first, add); err != nil {
		return nil, err
	}
	for _, c := range o.Cells { // below the old ones: first, or they would hang in the air
		if slices.Contains(old, string(c.Parent)) && (c.Until == "" || string(c.Until) >= a.From) {
			set := ActOf(c)
			set.Parent = a.ID
			if string(c.From) < a.From {
				set.From = a.From
				add(CellRenewed{set})
			} else {
				add(CellSet{set})
			}
		}
	}
	for _, id := range old {
		add(CellRetired{Cell: id, Until: string(dayBefore(a.From)), Note: a.Zh})
	}
	add(CellsMerged{old, a.ID, a.From})
	if _, err := grid.NewTree(n.everyCell()); err != nil {
		return nil, fault.New(fault.Invalid, "org.cell_tree", fault.Args{"why": err.Error()}).On("cells")
	}
	return events, nil
}

// alike gives the first of the cells that are to end; all must be in force, of one kind and under one parent.
func (o *Org) alike(old []string, a MergeCells) (grid.Cell, error) {
	ids := old
	if _, there := o.Cell(a.ID); there {
		ids = append(slices.Clone(old), a.ID)
	}
	var first grid.Cell
	for i, id := range ids {
		c, ok := o.Cell(id)
		if !ok {
			return first, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": id}).On("cells")
		}
		if c.Until != "" && string(c.Until) < a.From || string(c.From) >= a.From {
			return first, fault.New(fault.Invalid, "org.merge_not_in_force", fault.Args{"cell": c.Name.Zh, "day": a.From}).On("cells")
		}
		if i == 0 {
			first = c
		}
		if c.Kind != first.Kind || c.Parent != first.Parent || c.Kind == grid.KindStation {
			return first, fault.New(fault.Invalid, "org.merge_alike", fault.Args{"cell": c.Name.Zh}).On("cells")
		}
	}
	return first, nil
}

// mergedCell adds the new cell, or the new version of the one that the others join. Its outline is all of theirs: what lies within an
// odd number of rings is inside, and cells of one kind do not lie in one another.
func (o *Org) mergedCell(a MergeCells, first grid.Cell, add func(work.Event)) error {
	set := SetCell{ID: a.ID, Parent: string(first.Parent), Kind: string(first.Kind), Nature: string(first.Nature), Zh: a.Zh, En: a.En,
		Code: a.Code, CodeScheme: a.CodeScheme, From: a.From}
	for _, c := range o.Cells {
		if slices.Contains(a.Cells, string(c.ID)) || string(c.ID) == a.ID {
			set.Outline = append(set.Outline, c.Outline...)
		}
	}
	set, err := o.checkCell(set)
	if err != nil {
		return err
	}
	if _, there := o.Cell(a.ID); there {
		add(CellRenewed{set})
	} else {
		add(CellSet{set})
	}
	return nil
}

// ActOf is the act that would make a cell as it is.
func ActOf(c grid.Cell) SetCell {
	return SetCell{ID: string(c.ID), Parent: string(c.Parent), Kind: string(c.Kind), Zh: c.Name.Zh, En: c.Name.En, Code: c.Code,
		CodeScheme: c.CodeScheme, Nature: string(c.Nature), From: string(c.From), Until: string(c.Until), Outline: c.Outline}
}

// MergedInto gives what a cell became, and since when.
func (o *Org) MergedInto(id string) (Merger, bool) {
	for _, m := range o.Merged {
		if m.Cell == id {
			return m, true
		}
	}
	return Merger{}, false
}

// MergedFrom lists the cells that became a cell.
func (o *Org) MergedFrom(id string) (cells []string) {
	for _, m := range o.Merged {
		if m.Into == id {
			cells = append(cells, m.Cell)
		}
	}
	return cells
}

func init() { work.Know[CellsMerged]() }
