package org

import (
	"cmp"
	"slices"
	"strconv"

	"maplegrid/internal/grid"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/plan"
)

// shade is how much is open in a cell, in four steps.
func shade(n int) string {
	switch {
	case n == 0:
		return "shade-0"
	case n < 3:
		return "shade-1"
	case n < 10:
		return "shade-2"
	}
	return "shade-3"
}

// orgMap draws the cells of one kind: the kind asked for, else the one of which most are drawn. current stands out; nil where nothing
// has an outline.
func (l *teller) orgMap(cells []grid.Cell, kind grid.Kind, current grid.CellID, open map[string]int, at string) *org.Map {
	counts, order := map[grid.Kind]int{}, []grid.Kind{}
	var ground []grid.Ring
	for _, c := range cells {
		if len(c.Outline) == 0 {
			continue
		}
		if c.Kind == grid.KindStation {
			ground = c.Outline
			continue
		}
		if counts[c.Kind] == 0 {
			order = append(order, c.Kind)
		}
		counts[c.Kind]++
	}
	if counts[kind] == 0 { // where most of the work lies, else where most is drawn
		most := -1
		for _, k := range order {
			n := counts[k]
			for _, c := range cells {
				if c.Kind == k {
					n += 1000 * open[string(c.ID)]
				}
			}
			if n > most {
				kind, most = k, n
			}
		}
	}
	var drawn []grid.Cell
	for _, c := range cells {
		if c.Kind == kind && len(c.Outline) > 0 {
			drawn = append(drawn, c)
		}
	}
	frame := drawn
	if ground != nil {
		frame = append(slices.Clone(drawn), grid.Cell{Outline: ground})
	}
	p, ok := plan.Of(frame)
	if !ok || len(drawn) == 0 {
		return nil
	}
	m := &org.Map{Title: l.T("org.map.title", "kind", l.cellKind(kind)), Note: l.T("org.map.note"), View: l.cellKind(kind), Width: p.Width, Height: p.Height, Ground: p.Path(ground)}
	for _, k := range order {
		if k != kind && counts[k] > 1 {
			m.Views = append(m.Views, part.Link{Href: at + "?map=" + string(k), Label: l.cellKind(k)})
		}
	}
	if current != "" {
		m.Views = nil
	}
	// A village with a hole for its town is drawn before the town.
	slices.SortStableFunc(drawn, func(a, b grid.Cell) int { return cmp.Compare(p.Size(b), p.Size(a)) })
	for _, c := range drawn {
		m.Shapes = append(m.Shapes, l.shape(p, c, current, open))
	}
	m.Legend = l.mapLegend(current)
	return m
}

func (l *teller) shape(p plan.Plan, c grid.Cell, current grid.CellID, open map[string]int) org.Shape {
	name, n := l.Name(c.Name), l.below(c.ID, open)
	s := org.Shape{Href: cellAt(c.ID), Path: p.Path(c.Outline), Class: shade(n), Title: l.T("org.map.point", "name", name, "n", n)}
	x, y, width, height := p.Middle(c.Outline)
	s.X, s.Y, s.Lines = x, y, plan.Label(name, width, height)
	if current != "" {
		s.Class, s.Current, s.Title = "shade-0", c.ID == current, name
		if s.Lines = nil; s.Current {
			s.Class, s.Href = "shade-this", ""
			s.Lines = plan.Label(name, width, height)
		}
	}
	return s
}

func (l *teller) mapLegend(current grid.CellID) (legend []org.Shade) {
	if current != "" {
		return []org.Shade{{Class: "shade-this", Label: l.T("org.map.this")}, {Class: "shade-0", Label: l.T("org.map.other")}}
	}
	for i := range 4 {
		legend = append(legend, org.Shade{Class: "shade-" + strconv.Itoa(i), Label: l.T("org.legend." + strconv.Itoa(i))})
	}
	return legend
}
