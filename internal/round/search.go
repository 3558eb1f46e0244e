package round

import (
	"cmp"
	"math"
	"slices"
)

// dice is a small random source: the search throws it far more often than anything else.
type dice struct {
	x    uint64
	skip int
}

func newDice(seed uint64) *dice { return &dice{x: seed*0x9E3779B97F4A7C15 | 1} }

func (d *dice) next() uint64 {
	d.x ^= d.x >> 12
	d.x ^= d.x << 25
	d.x ^= d.x >> 27
	return d.x * 0x2545F4914F6CDD1D
}

// below is a number from 0 to n-1.
func (d *dice) below(n int) int { return int((d.next() >> 32) * uint64(n) >> 32) }

func (d *dice) part() float64 { return float64(d.next()>>11) / (1 << 53) }

// blinks overlooks one place in a hundred, so that the same visits do not always go back the same way.
func (d *dice) blinks() bool {
	d.skip--
	if d.skip >= 0 {
		return false
	}
	d.skip = d.below(199)
	return true
}

// search holds the plan it stands at, the one it tries, and the best it has seen.
type search struct {
	p              *problem
	dice           *dice
	budget         Budget
	left           float64 // of the budget
	cur, now, best *state
	touched        []bool
	homing         bool      // looks for room where a visit is left out
	out            float64   // how many visits a step takes out, on average
	orders         [][]int32 // by way of sorting, by visit: its key
	absent         []int64   // by visit: how often it was left out
	cut            []bool    // by tour: a string was taken out in this step
}

func (p *problem) search(from *state, seed uint64, budget Budget, out float64) *search {
	s := &search{p: p, dice: newDice(seed), budget: budget, left: 1, cur: from, now: from.clone(), best: from.clone(), out: out}
	s.touched, s.cut, s.absent = make([]bool, len(p.crews)), make([]bool, len(p.crews)), make([]int64, p.visits)
	s.now.blink = s.dice
	for range 6 {
		s.orders = append(s.orders, make([]int32, p.visits))
	}
	for v := range p.visits {
		n := &p.nodes[v]
		if p.hopeless[v] != "" {
			continue
		}
		far := p.crews[0].way[v*len(p.nodes)+p.crews[0].from]
		length := int64(0)
		for _, b := range n.begin {
			length += int64(b.until) - int64(b.from)
		}
		for i, key := range []int32{-n.load, -far, far, int32(min(length, noWay)), n.begin[0].from, -n.begin[len(n.begin)-1].until} {
			s.orders[i][v] = key
		}
	}
	return s
}

// more asks the budget whether there is another step.
func (s *search) more() bool {
	s.left = s.budget()
	return s.left > 0
}

// step takes strings of visits out and puts them back.
func (s *search) step() {
	s.ruin()
	s.recreate()
	s.now.total()
}

// keep makes the tried plan the one stood at; back gives it up.
func (s *search) keep() { s.sync(s.cur, s.now) }
func (s *search) back() { s.sync(s.now, s.cur) }

func (s *search) sync(to, from *state) {
	for _, v := range from.bank {
		to.where[v] = -1
	}
	for r, t := range s.touched {
		if t {
			to.copyTour(from, r)
			s.touched[r] = false
		}
	}
	to.bank, to.sum = append(to.bank[:0], from.bank...), from.sum
}

// longest is the most visits that are taken out of one tour in a string.
const longest = 10

// ruin takes strings out of tours near one visit: adjacent string removal.
func (s *search) ruin() {
	w, planned := s.now, s.p.visits-len(s.now.bank)
	if s.p.visits == 0 || planned == 0 {
		return
	}
	mean := float64(planned) / float64(max(1, s.now.sum.used))
	most := math.Min(longest, mean)
	strings := 1 + s.dice.below(max(1, int(4*s.out/(1+most)-1)))
	clear(s.cut)
	seed := int32(s.dice.below(s.p.visits))
	if n := len(w.bank); n > 0 && s.homing && s.dice.below(100) < 30 { // room is wanted where one is left out
		seed = w.bank[s.dice.below(n)]
	}
	for i := -1; i < len(s.p.near[seed]) && strings > 0; i++ {
		v := seed
		if i >= 0 {
			v = s.p.near[seed][i]
		}
		r := w.where[v]
		if r < 0 || s.cut[r] {
			continue
		}
		s.cut[r] = true
		strings--
		size := len(w.tours[r].seq) - 2
		s.take(r, v, 1+s.dice.below(max(1, int(math.Min(float64(size), most)))))
	}
}

// take removes a string of visits with v in it, half the time sparing one inside it.
func (s *search) take(r int, v int32, count int) {
	t := &s.now.tours[r]
	size, at := len(t.seq)-2, slices.Index(t.seq, v)
	spare, from := 0, 0
	if count > 1 && count < size && s.dice.below(2) == 0 {
		for spare = 1; count+spare < size && s.dice.below(100) == 0; spare++ {
		}
	}
	span := count + spare
	low, high := max(1, at-span+1), min(at, size-span+1)
	from = low + s.dice.below(high-low+1)
	hole := from + span
	if spare > 0 {
		hole = from + s.dice.below(count+1)
	}
	s.touched[r] = true
	s.now.remove(r, func(i int) bool { return i >= from && i < from+span && (i < hole || i >= hole+spare) })
}

// recreate puts the visits that are in no tour back, in an order thrown anew.
func (s *search) recreate() {
	s.order(s.now.bank)
	s.fill()
}

// fill puts the visits that are in no tour where each costs least, as far as they fit.
func (s *search) fill() {
	w := s.now
	rest := w.bank[:0]
	for _, v := range w.bank {
		best, tour, at := int64(math.MaxInt64), -1, 0
		for r := range w.tours {
			if len(w.tours[r].seq) == 2 && !s.p.crews[r].out {
				if w.sum.used >= w.limit || s.emptyTwin(r) {
					continue
				}
				if cost, i, ok := w.cheapest(int(v), r); ok && (tour < 0 || cost+opening < best) {
					best, tour, at = cost+opening, r, i
				}
			} else if cost, i, ok := w.cheapest(int(v), r); ok && cost < best {
				best, tour, at = cost, r, i
			}
		}
		if tour < 0 {
			rest = append(rest, v)
			continue
		}
		if len(w.tours[tour].seq) == 2 && !s.p.crews[tour].out {
			w.sum.used++
		}
		w.insert(int(v), tour, at)
		s.touched[tour] = true
		w.weigh(v, -1)
	}
	w.bank = rest
}

// opening keeps a further team at home as long as those that are out can take a visit.
const opening = int64(noWay)

// emptyTwin says that a team with no visit yet differs in nothing from an earlier one.
func (s *search) emptyTwin(r int) bool {
	for o := s.p.crews[r].alike; o < r; o++ {
		if s.p.crews[o].alike == s.p.crews[r].alike && len(s.now.tours[o].seq) == 2 {
			return true
		}
	}
	return false
}

// ways of sorting, how often each: thrown, load, far, near, narrow, early, closing late.
var ways = [...]int{-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5}

// order sorts visits for putting back: urgent ones first, those on the way last, the others by a key.
func (s *search) order(vs []int32) {
	for i := len(vs) - 1; i > 0; i-- {
		j := s.dice.below(i + 1)
		vs[i], vs[j] = vs[j], vs[i]
	}
	way := ways[s.dice.below(len(ways))]
	slices.SortStableFunc(vs, func(a, b int32) int {
		if c := cmp.Compare(s.p.nodes[b].rank, s.p.nodes[a].rank); c != 0 || way < 0 {
			return c
		}
		return cmp.Compare(s.orders[way][a], s.orders[way][b])
	})
}

// better compares two plans: what is left out first, then the teams sent out, then the way.
func (p *problem) better(a, b sum) bool {
	if p.again {
		return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.upset, b.upset), cmp.Compare(a.used, b.used), cmp.Compare(a.spare, b.spare),
			cmp.Compare(a.travel, b.travel)) < 0
	}
	return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.used, b.used), cmp.Compare(a.spare, b.spare), cmp.Compare(a.travel, b.travel)) < 0
}

// leg is the mean way from one stop to the next, the measure of what is a little longer.
func (s *search) leg() float64 {
	return float64(s.best.sum.travel+1) / float64(max(1, s.p.visits-len(s.best.bank)+s.best.sum.used))
}

// shorten looks for a shorter way until the budget is down to until. At first it also goes on from a plan that is warm legs longer, later
// from fewer and fewer. Unless it is strict, a visit may be left out for a while, at a price that rises while more are out than in the
// best plan and falls while none is: where windows are tight the way to a better plan leads past plans that lack something.
func (s *search) shorten(warm, until float64, strict bool) {
	s.restart()
	s.cur.limit, s.now.limit = s.limit(), s.limit()
	start, leg := s.left, s.leg()
	price := 3 * leg
	if strict {
		price = 1e4 * leg
	}
	soft := func(a sum) float64 { return float64(a.travel) + upsetting*float64(a.upset) + price*a.lack }
	for s.left > until && s.more() {
		heat := leg * warm * math.Pow(cold/warm, (start-s.left)/(start-until))
		s.step()
		switch {
		case s.p.better(s.now.sum, s.best.sum):
			s.best.copyAll(s.now)
			s.now.limit = s.limit()
			s.keep()
		case soft(s.now.sum) < soft(s.cur.sum)-heat*math.Log(s.dice.part()):
			s.keep()
		default:
			s.back()
		}
		switch {
		case strict:
		case s.cur.sum.left > s.best.sum.left:
			price = min(price*1.01, 1000*leg)
		default:
			price = max(price/1.01, leg/10)
		}
	}
}

// cold is how many legs longer a plan may be at the end.
const cold = 0.01

// limit is how many teams may be out: no more than in the best plan, if that leaves nobody waiting.
func (s *search) limit() int {
	if s.best.sum.left > 0 || s.p.again {
		return len(s.p.crews)
	}
	return s.best.sum.used
}

// restart goes back to the best plan.
func (s *search) restart() {
	s.cur.copyAll(s.best)
	s.now.copyAll(s.best)
	clear(s.touched)
}

// fewer closes one tour after the other until the budget is down to until or there is nothing to close. After a while without success it
// starts over from the best plan, with more patience each time.
func (s *search) fewer(until float64) {
	for patience := 100000; s.left > until && s.best.sum.used > s.p.fewest(); {
		s.restart()
		s.cur.limit, s.now.limit = s.best.sum.used-1, s.best.sum.used-1
		if !s.close() {
			return
		}
		if !s.rehouse(patience, until) {
			patience *= 2
		}
	}
}

// rehouse finds places for the visits of a closed tour, so that none is left out that was not before. A plan is gone on from when what it
// leaves out was left out less often till now; among equals by turns any, to get away from here, and the shorter, to make room.
func (s *search) rehouse(patience int, until float64) bool {
	heat := 0.3 * s.leg()
	s.homing = true
	defer func() { s.homing = false }()
	for n := 0; n < patience && s.left > until && s.more(); n++ {
		s.step()
		for _, v := range s.now.bank {
			s.absent[v]++
		}
		if s.now.sum.left <= s.best.sum.left {
			s.best.copyAll(s.now)
			return true
		}
		now, cur := s.missing(s.now), s.missing(s.cur)
		longer := float64(s.now.sum.travel - s.cur.sum.travel)
		if now < cur || now == cur && (n/3000%2 == 0 || longer < -heat*math.Log(s.dice.part())) {
			s.keep()
		} else {
			s.back()
		}
	}
	return false
}

// missing weighs the visits left out by how often they were.
func (s *search) missing(w *state) (n int64) {
	for _, v := range w.bank {
		if s.p.nodes[v].rank != OnTheWay {
			n += s.absent[v] + 1
		}
	}
	return n
}

// close empties the tour whose visits were left out least; false when there is none that may be.
func (s *search) close() bool {
	pick, least := -1, int64(math.MaxInt64)
	for r, t := range s.now.tours {
		if len(t.seq) > 2 && !s.p.crews[r].out {
			n := int64(len(t.seq))
			for _, v := range t.seq[1 : len(t.seq)-1] {
				n += s.absent[v]
			}
			if n < least {
				pick, least = r, n
			}
		}
	}
	if pick < 0 {
		return false
	}
	s.touched[pick] = true
	s.now.remove(pick, func(int) bool { return true })
	s.now.total()
	s.keep()
	return true
}

// fewest is how many teams are needed at least, by what they can carry.
func (p *problem) fewest() int {
	var load, out int64
	var carry []int64
	for v := range p.visits {
		if p.hopeless[v] == "" && p.nodes[v].rank != OnTheWay {
			load += int64(p.nodes[v].load)
		}
	}
	for _, c := range p.crews {
		carry = append(carry, int64(c.carry))
		if c.out {
			out++
		}
	}
	slices.SortFunc(carry, func(a, b int64) int { return cmp.Compare(b, a) })
	n := 0
	for ; n < len(carry) && load > 0; n++ {
		load -= carry[n]
	}
	return max(n, int(out), min(1, p.visits))
}
