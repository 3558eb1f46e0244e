package grid

import "math"

// Centre is a point that stands for the whole cell: the centre of its largest ring. False for a cell without an outline.
func (c Cell) Centre() (Point, bool) {
	var at Point
	best := 0.0
	for _, r := range c.Outline {
		var area, x, y float64
		for i := 1; i < len(r); i++ {
			// Relative to the first point: degrees far from zero would cost digits.
			x0, y0, x1, y1 := r[i-1][0]-r[0][0], r[i-1][1]-r[0][1], r[i][0]-r[0][0], r[i][1]-r[0][1]
			cross := x0*y1 - x1*y0
			area, x, y = area+cross, x+(x0+x1)*cross, y+(y0+y1)*cross
		}
		if math.Abs(area) > best {
			best, at = math.Abs(area), Point{r[0][0] + x/(3*area), r[0][1] + y/(3*area)}
		}
	}
	return at, best > 0
}
