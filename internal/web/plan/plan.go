// Package plan draws outlines of cells: degrees become places on a drawing of a page.
package plan

import (
	"math"
	"strconv"
	"strings"

	"maplegrid/internal/grid"
)

// How wide a map is drawn, how tall it may be, and the room around it.
const (
	maxWidth    = 560
	maxHeight   = 620
	margin      = 8
	letterWidth = 13.5 // width of a Chinese letter on the map
)

// Plan turns degrees into places on the drawing, Width by Height pixels large.
type Plan struct {
	west, north, across, scale float64
	Width, Height              int
}

// Of fits outlines into the drawing. A degree of longitude is shorter the further north.
func Of(cells []grid.Cell) (Plan, bool) {
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range cells {
		for _, r := range c.Outline {
			for _, p := range r {
				west, east, south, north = min(west, p[0]), max(east, p[0]), min(south, p[1]), max(north, p[1])
			}
		}
	}
	if west >= east || south >= north {
		return Plan{}, false
	}
	across := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := min((maxWidth-2*margin)/((east-west)*across), (maxHeight-2*margin)/(north-south))
	return Plan{west, north, across, scale, int((east-west)*across*scale) + 2*margin + 1, int((north-south)*scale) + 2*margin + 1}, true
}

// At is where a point stands on the drawing.
func (p Plan) At(x grid.Point) (float64, float64) {
	return (x[0]-p.west)*p.across*p.scale + margin, (p.north-x[1])*p.scale + margin
}

// Path writes rings as an SVG path; points closer than two thirds of a pixel to the last one are left out.
func (p Plan) Path(rings []grid.Ring) string {
	var b strings.Builder
	for _, r := range rings {
		lastX, lastY := math.Inf(1), math.Inf(1)
		for i, pt := range r {
			x, y := p.At(pt)
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

// Middle is where the name of a cell stands: the centre of its largest ring, how wide that ring is there, and how tall.
func (p Plan) Middle(rings []grid.Ring) (x, y, width, height float64) {
	best := 0.0
	var largest grid.Ring
	for _, r := range rings {
		var area, cx, cy float64
		top, bottom := math.Inf(1), math.Inf(-1)
		for i := 1; i < len(r); i++ {
			x0, y0 := p.At(r[i-1])
			x1, y1 := p.At(r[i])
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
func (p Plan) chord(r grid.Ring, x, y float64) (left, right float64) {
	left, right = math.Inf(-1), math.Inf(1)
	for i := 1; i < len(r); i++ {
		x0, y0 := p.At(r[i-1])
		x1, y1 := p.At(r[i])
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

// Label breaks a name into at most three lines that fit a width and height; nothing when it fits in none.
func Label(name string, width, height float64) []string {
	r := []rune(name)
	letter := letterWidth
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

// Size is how much room there is for the name of a cell.
func (p Plan) Size(c grid.Cell) float64 {
	_, _, w, h := p.Middle(c.Outline)
	return w * h
}
