package grid

import (
	"math"
	"slices"
	"time"
)

// aroundM is how far apart two outlines may lie and still be neighbours: outlines drawn by hand never meet exactly.
const aroundM = 150

// Around lists the cells of the same kind whose outlines touch that of id, itself first. Where nothing is drawn, those that lie in the
// same cell above are around it.
func (t *Tree) Around(id CellID, at time.Time) []Cell {
	c, ok := t.Cell(id, at)
	if !ok {
		return nil
	}
	list := []Cell{c}
	for _, x := range t.Cells(at) {
		if x.ID == c.ID || x.Kind != c.Kind {
			continue
		}
		drawn := len(c.Outline) > 0 && len(x.Outline) > 0
		if drawn && near(c.Outline, x.Outline) || !drawn && x.Parent == c.Parent {
			list = append(list, x)
		}
	}
	return list
}

// near tells whether a corner of one outline lies close to a side of the other, or one inside the other.
func near(a, b []Ring) bool {
	box, other := boxOf(a), boxOf(b)
	lat := (box.min[1] + box.max[1]) / 2 * math.Pi / 180
	scale := Point{111320 * math.Cos(lat), 110540}
	for k := range scale {
		if gap := aroundM / scale[k]; box.min[k] > other.max[k]+gap || other.min[k] > box.max[k]+gap {
			return false
		}
	}
	return inside(a[0][0], b) || inside(b[0][0], a) || corners(a, b, scale) || corners(b, a, scale)
}

func corners(a, b []Ring, scale Point) bool {
	return slices.ContainsFunc(a, func(r Ring) bool {
		return slices.ContainsFunc(r, func(p Point) bool {
			return slices.ContainsFunc(b, func(s Ring) bool {
				for i := 1; i < len(s); i++ {
					if toSide(p, s[i-1], s[i], scale) <= aroundM {
						return true
					}
				}
				return false
			})
		})
	})
}

// toSide is the distance in metres from a point to a side.
func toSide(p, a, b, scale Point) float64 {
	ax, ay := (a[0]-p[0])*scale[0], (a[1]-p[1])*scale[1]
	bx, by := (b[0]-p[0])*scale[0], (b[1]-p[1])*scale[1]
	dx, dy := bx-ax, by-ay
	along := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		along = min(1, max(0, -(ax*dx+ay*dy)/l))
	}
	return math.Hypot(ax+along*dx, ay+along*dy)
}
