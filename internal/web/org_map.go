package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/grid"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
)

// How wide a map is drawn, how tall it may be, and the room around it.
const (
	mapWidth  = 560
	mapHeight = 620
	mapMargin = 8
	mapChars  = 13.5 // width of a Chinese letter on the map
)

// plan turns degrees into places on the drawing.
type plan struct {
	west, north, across, scale float64
	width, height              int
}

// planOf fits outlines into the drawing. A degree of longitude is shorter the further north.
func planOf(cells []grid.Cell) (plan, bool) {
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range cells {
		for _, r := range c.Outline {
			for _, p := range r {
				west, east, south, north = min(west, p[0]), max(east, p[0]), min(south, p[1]), max(north, p[1])
			}
		}
	}
	if west >= east || south >= north {
		return plan{}, false
	}
	across := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := min((mapWidth-2*mapMargin)/((east-west)*across), (mapHeight-2*mapMargin)/(north-south))
	return plan{west, north, across, scale, int((east-west)*across*scale) + 2*mapMargin + 1, int((north-south)*scale) + 2*mapMargin + 1}, true
}

func (p plan) at(x grid.Point) (float64, float64) {
	return (x[0]-p.west)*p.across*p.scale + mapMargin, (p.north-x[1])*p.scale + mapMargin
}

// path writes rings as an SVG path; points closer than two thirds of a pixel to the last one are left out.
func (p plan) path(rings []grid.Ring) string {
	var b strings.Builder
	for _, r := range rings {
		lastX, lastY := math.Inf(1), math.Inf(1)
		for i, pt := range r {
			x, y := p.at(pt)
			if i > 0 && i < len(r)-1 && math.Hypot(x-lastX, y-lastY) < 0.67 {
				continue
			}
			if i == len(r)-1 {
				break // Z goes back to the first
			}
			b.WriteByte("ML"[min(i, 1)])
			b.WriteString(strconv.FormatFloat(x, 'f', 1, 64) + " " + strconv.FormatFloat(y, 'f', 1, 64))
			lastX, lastY = x, y
		}
		if len(r) > 0 {
			b.WriteByte('Z')
		}
	}
	return b.String()
}

// middle is where the name of a cell stands: the centre of its largest ring, how wide that ring is there, and how tall.
func (p plan) middle(rings []grid.Ring) (x, y, width, height float64) {
	best := 0.0
	var largest grid.Ring
	for _, r := range rings {
		var area, cx, cy float64
		top, bottom := math.Inf(1), math.Inf(-1)
		for i := 1; i < len(r); i++ {
			x0, y0 := p.at(r[i-1])
			x1, y1 := p.at(r[i])
			cross := x0*y1 - x1*y0
			area, cx, cy = area+cross, cx+(x0+x1)*cross, cy+(y0+y1)*cross
			top, bottom = min(top, y1), max(bottom, y1)
		}
		if math.Abs(area) > best {
			best, largest = math.Abs(area), r
			x, y, height = cx/(3*area), cy/(3*area), bottom-top
		}
	}
	// A slanting cell is narrower at the height of its name than all in all: the narrowest of three lines through the name counts.
	width = math.Inf(1)
	for _, dy := range []float64{-12, 0, 12} {
		left, right := p.chord(largest, x, y+dy)
		width = min(width, 2*min(x-left, right-x))
	}
	return x, y, max(0, width), height
}

// chord is how far a ring reaches to the left and right of a point.
func (p plan) chord(r grid.Ring, x, y float64) (left, right float64) {
	left, right = math.Inf(-1), math.Inf(1)
	for i := 1; i < len(r); i++ {
		x0, y0 := p.at(r[i-1])
		x1, y1 := p.at(r[i])
		if (y0 > y) == (y1 > y) {
			continue
		}
		if at := x0 + (y-y0)*(x1-x0)/(y1-y0); at <= x {
			left = max(left, at)
		} else {
			right = min(right, at)
		}
	}
	if math.IsInf(left, 0) || math.IsInf(right, 0) {
		return x, x
	}
	return left, right
}

// label breaks a name into at most three lines that fit a width and height; nothing when it fits in none.
func label(name string, width, height float64) []string {
	r := []rune(name)
	letter := mapChars
	if !strings.ContainsFunc(name, func(r rune) bool { return r > 0x2e80 }) {
		letter *= 0.55
	}
	for lines := 1; lines <= 3 && lines <= len(r); lines++ {
		if height < 18+16*float64(lines-1)*1.5 {
			return nil
		}
		if each := (len(r) + lines - 1) / lines; float64(each)*letter < width-4 {
			var out []string
			for i := 0; i < len(r); i += each {
				out = append(out, strings.TrimSpace(string(r[i:min(i+each, len(r))])))
			}
			return out
		}
	}
	return nil
}

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
	p, ok := planOf(frame)
	if !ok || len(drawn) == 0 {
		return nil
	}
	m := &org.Map{Title: l.t("org.map.title", "kind", l.cellKind(kind)), Note: l.t("org.map.note"), View: l.cellKind(kind), Width: p.width, Height: p.height, Ground: p.path(ground)}
	for _, k := range order {
		if k != kind && counts[k] > 1 {
			m.Views = append(m.Views, part.Link{Href: at + "?map=" + string(k), Label: l.cellKind(k)})
		}
	}
	if current != "" {
		m.Views = nil
	}
	// A village with a hole for its town is drawn before the town.
	slices.SortStableFunc(drawn, func(a, b grid.Cell) int { return cmp.Compare(p.size(b), p.size(a)) })
	for _, c := range drawn {
		m.Shapes = append(m.Shapes, l.shape(p, c, current, open))
	}
	m.Legend = l.mapLegend(current)
	return m
}

func (p plan) size(c grid.Cell) float64 {
	_, _, w, h := p.middle(c.Outline)
	return w * h
}

func (l *teller) shape(p plan, c grid.Cell, current grid.CellID, open map[string]int) org.Shape {
	name, n := l.name(c.Name), l.below(c.ID, open)
	s := org.Shape{Href: cellAt(c.ID), Path: p.path(c.Outline), Class: shade(n), Title: l.t("org.map.point", "name", name, "n", n)}
	x, y, width, height := p.middle(c.Outline)
	s.X, s.Y, s.Lines = x, y, label(name, width, height)
	if current != "" {
		s.Class, s.Current, s.Title = "shade-0", c.ID == current, name
		if s.Lines = nil; s.Current {
			s.Class, s.Href = "shade-this", ""
			s.Lines = label(name, width, height)
		}
	}
	return s
}

func (l *teller) mapLegend(current grid.CellID) (legend []org.Shade) {
	if current != "" {
		return []org.Shade{{Class: "shade-this", Label: l.t("org.map.this")}, {Class: "shade-0", Label: l.t("org.map.other")}}
	}
	for i := range 4 {
		legend = append(legend, org.Shade{Class: "shade-" + strconv.Itoa(i), Label: l.t("org.legend." + strconv.Itoa(i))})
	}
	return legend
}
