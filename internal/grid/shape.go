package grid

import "math"

type box struct{ min, max Point }

func boxOf(rings []Ring) box {
	b := box{Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}}
	for _, r := range rings {
		for _, p := range r {
			for k := range p {
				b.min[k], b.max[k] = min(b.min[k], p[k]), max(b.max[k], p[k])
			}
		}
	}
	return b
}

func (b box) holds(p Point) bool {
	return b.min[0] <= p[0] && p[0] <= b.max[0] && b.min[1] <= p[1] && p[1] <= b.max[1]
}

// inside counts the edges east of p. An edge owns its lower end and not its upper, and a point on it lies to its
// east, so that neighbours never both claim a point.
func inside(p Point, rings []Ring) bool {
	in := false
	for _, r := range rings {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if a[1] > b[1] { // walk every edge upwards: neighbours must compute the same crossing
				a, b = b, a
			}
			if a[1] <= p[1] && p[1] < b[1] && p[0] < a[0]+(p[1]-a[1])*(b[0]-a[0])/(b[1]-a[1]) {
				in = !in
			}
		}
	}
	return in
}

func ringArea(r Ring) (twice float64) {
	for i := 1; i < len(r); i++ {
		twice += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return twice / 2
}

// areaOf is in square degrees, for comparing only; rings within rings take away.
func areaOf(rings []Ring) (sum float64) {
	for i, r := range rings {
		if around(rings, i)%2 == 0 {
			sum += math.Abs(ringArea(r))
		} else {
			sum -= math.Abs(ringArea(r))
		}
	}
	return sum
}

// around counts the other rings that ring i lies in.
func around(rings []Ring, i int) (n int) {
	for j := range rings {
		if i != j && len(rings[i]) > 0 && within(rings[i], rings[j]) {
			n++
		}
	}
	return n
}

// within looks at a middle of an edge too, since a first corner may touch the ring around it.
func within(r, of Ring) bool {
	mid := Point{(r[0][0] + r[1][0]) / 2, (r[0][1] + r[1][1]) / 2}
	return inside(r[0], []Ring{of}) && inside(mid, []Ring{of})
}
