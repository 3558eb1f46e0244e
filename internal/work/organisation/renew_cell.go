package organisation

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
)

// RenewCell (改名、调整网格) changes a cell from a day on and keeps how it was before: a new name, another parent, a redrawn outline.
// A wrong entry is corrected by SetCell instead.
type RenewCell struct {
	ID         string      `json:"id" form:"cell,required"`
	From       string      `json:"from" form:"date,required"` // the first day of the new version
	Zh         string      `json:"zh" form:"line,required"`
	En         string      `json:"en,omitempty" form:"line"`
	Parent     string      `json:"parent,omitempty" form:"cell"`
	Kind       string      `json:"kind,omitempty" form:"cellkind"`
	Code       string      `json:"code,omitempty" form:"line"`
	CodeScheme string      `json:"code_scheme,omitempty" form:"line"`
	Nature     string      `json:"nature,omitempty" form:"nature"`
	Until      string      `json:"until,omitempty" form:"date"`
	Outline    []grid.Ring `json:"outline,omitempty"` // none keeps the outline of before
}

// CellRenewed is the new version of a cell; the one before ends the day before.
type CellRenewed struct{ SetCell }

// EventKind implements work.Event.
func (CellRenewed) EventKind() string { return "org.cell_renewed/1" }

func (e CellRenewed) apply(o *Org, at work.At) {
	if i, ok := o.index[grid.CellID(e.ID)]; ok {
		was := o.Cells[i]
		was.Until = earlier(was.Until, dayBefore(e.From))
		o.Past = append(o.Past, was)
	}
	CellSet(e).apply(o, at)
}

// RenewCell decides a new version: later than every version there is.
func (o *Org) RenewCell(a RenewCell, mo work.Moment) ([]work.Event, error) {
	was, ok := o.Cell(a.ID)
	if !ok {
		return nil, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": a.ID}).On("id")
	}
	if err := work.Must(a.From != "", "from", "form.required", fault.Args{"field": "from"}); err != nil {
		return nil, err
	}
	if err := work.Must(a.From > string(was.From), "from", "org.cell_version_order", fault.Args{"day": was.From}); err != nil {
		return nil, err
	}
	set := SetCell{ID: a.ID, Parent: a.Parent, Kind: a.Kind, Zh: a.Zh, En: a.En, Code: a.Code, CodeScheme: a.CodeScheme, Nature: a.Nature,
		From: a.From, Until: a.Until, Outline: a.Outline}
	if set.Kind == "" {
		set.Kind = string(was.Kind)
	}
	if len(set.Outline) == 0 {
		set.Outline = was.Outline
	}
	set, err := o.checkCell(set)
	if err != nil {
		return nil, err
	}
	if set.Parent == "" && was.Parent != "" {
		set.Parent = string(was.Parent)
	}
	e := CellRenewed{set}
	if err := o.holds(e, "from"); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// dayBefore gives the day before a day; "" of none.
func dayBefore(day string) grid.Day {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return grid.Day(t.AddDate(0, 0, -1).Format(time.DateOnly))
}

// earlier is the earlier of two ends; "" is no end.
func earlier(a, b grid.Day) grid.Day {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

func init() { work.Know[CellRenewed]() }
