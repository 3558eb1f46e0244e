package round

import (
	"cmp"
	"math"
	"slices"
	"time"

	"maplegrid/internal/fault"
)

// The search reckons in whole milliseconds from the first instant of the day, so that it gives the same answer on every machine.
const (
	tick  = time.Millisecond
	noWay = 1 << 29 // longer than any day that is planned
	never = math.MaxInt32
	dayMs = 4 * 24 * int64(time.Hour/tick) // how far apart the ends of a day may lie
)

// span is when a visit may begin.
type span struct{ from, until int32 }

// node is a visit as the search sees it, or the place of a team.
type node struct {
	begin   []span
	service int32
	load    int32
	kit     int // kind, -1 none
	rank    Rank
	weight  int64   // what leaving it out costs
	price   float64 // the same while the search is under way, see [search.shorten]
	told    int32   // when the household was told it begins, -1 not yet
	toldBy  int     // and the tour
}

// What leaving a visit out costs: any number of one kind, up to [mostVisits], weighs less than one of the next. The middle one and the last
// are of households that had been told a time, [Again].
const (
	weightOrdinary     = int64(1)
	weightAgreed       = weightOrdinary * 2000
	weightTold         = weightAgreed * 2000
	weightUrgent       = weightTold * 2000
	weightToldAsAgreed = weightUrgent * 2000
)

// crew is a team as the search sees it.
type crew struct {
	from, to     int   // nodes
	shift        int32 // when its shift begins
	ready, until int32 // when it is free, and must be home
	carry        int32
	way, yaw     []int32 // travel times from node to node and the other way round, one table for all teams that move alike
	can          []bool  // by node
	hold         []bool  // by kit: could take it along
	out          bool    // it has left, or has done something: its tour is there whether anything is added or not
	alike        int     // the first team that differs in nothing
}

// problem is the day as tables.
type problem struct {
	day      Day
	origin   time.Time
	visits   int // nodes below are visits
	nodes    []node
	places   []Place // of the nodes
	crews    []crew
	kits     []int // kind of each
	clash    [][]bool
	detour   int32
	near     [][]int32 // other visits, nearest first
	again    bool      // some households have been told a time
	hopeless []Why     // by visit, where no plan can fit it
}

func (p *problem) at(t time.Time) int32 {
	return int32(min(max(int64(t.Sub(p.origin)/tick), -1), noWay))
}

func (p *problem) time(ms int32) time.Time { return p.origin.Add(time.Duration(ms) * tick) }

// pose turns the day into tables, or refuses what makes no sense.
func pose(day Day, travel Travel, far map[string]afield) (*problem, error) {
	if err := sane(day); err != nil {
		return nil, err
	}
	p := &problem{day: day, visits: len(day.Visits), detour: noWay}
	if day.Detour > 0 {
		p.detour = int32(min(int64(day.Detour/tick), noWay))
	}
	for i, t := range day.Teams {
		if i == 0 || t.Shift.From.Before(p.origin) {
			p.origin = t.Shift.From
		}
	}
	for _, t := range day.Teams {
		if int64(t.Shift.Until.Sub(p.origin)/tick) > dayMs {
			return nil, fault.New(fault.Invalid, "round.too_long", fault.Args{"team": t.ID})
		}
	}
	kinds := map[string]int{"": -1}
	for _, k := range day.Kits {
		if _, ok := kinds[k.Kind]; !ok {
			kinds[k.Kind] = len(kinds) - 1
		}
		p.kits = append(p.kits, kinds[k.Kind])
	}
	for _, v := range day.Visits {
		p.nodes, p.places = append(p.nodes, p.pose(v, kinds)), append(p.places, v.Place)
	}
	p.assemble(far)
	p.ways(travel)
	p.allowed(far)
	p.neighbours()
	return p, nil
}

func (p *problem) pose(v Visit, kinds map[string]int) node {
	n := node{service: int32(v.Minutes) * int32(time.Minute/tick), load: int32(v.Load), kit: -2, rank: v.Rank, told: -1, toldBy: -1, weight: weightOrdinary, price: 1}
	if k, ok := kinds[v.Kit]; ok {
		n.kit = k
	}
	switch {
	case v.Rank == OnTheWay:
		n.price = 0.3
	case v.Rank == Urgent:
		n.weight, n.price = weightUrgent, 30
	case !v.Agreed.IsZero():
		n.weight, n.price = weightAgreed, 5
	}
	n.begin = p.begins(v)
	return n
}

// begins is when a visit may begin: within the agreed time, and so that it ends before the door closes.
func (p *problem) begins(v Visit) (out []span) {
	all := span{0, noWay}
	if !v.Agreed.IsZero() {
		all = span{p.at(v.Agreed.From), p.at(v.Agreed.Until)}
		all.from = max(all.from, 0)
	}
	if len(v.Open) == 0 {
		return fitting([]span{all})
	}
	service := time.Duration(v.Minutes) * time.Minute
	for _, w := range merged(v.Open) {
		if last := w.Until.Add(-service); !last.Before(w.From) {
			out = append(out, span{max(all.from, p.at(w.From)), min(all.until, p.at(last))})
		}
	}
	return fitting(out)
}

func fitting(s []span) []span {
	return slices.DeleteFunc(s, func(x span) bool { return x.until < x.from || x.until < 0 })
}

// merged puts windows in order and joins those that meet.
func merged(ws []Window) (out []Window) {
	ws = slices.Clone(ws)
	slices.SortFunc(ws, func(a, b Window) int { return a.From.Compare(b.From) })
	for _, w := range ws {
		if n := len(out); n > 0 && !w.From.After(out[n-1].Until) {
			if w.Until.After(out[n-1].Until) {
				out[n-1].Until = w.Until
			}
			continue
		}
		out = append(out, w)
	}
	return out
}

// afield is a team that has begun its tour: where and when it is free again, what it carries and what it has used up.
type afield struct {
	at       Place
	from     time.Time
	kits     []string
	load     int
	stops    []Stop
	leftAt   time.Time
	backAt   time.Time // it has left for home, and is there then
	homeward time.Duration
}

// assemble makes the crews, and a node for each place where one begins or ends.
func (p *problem) assemble(far map[string]afield) {
	known := map[Place]int{}
	node0 := func(at Place) int {
		if _, ok := known[at]; !ok {
			known[at] = len(p.nodes)
			p.nodes = append(p.nodes, node{kit: -1, told: -1, begin: []span{{0, noWay}}})
			p.places = append(p.places, at)
		}
		return known[at]
	}
	for _, t := range p.day.Teams {
		c := crew{from: node0(t.From), to: node0(t.home()), shift: p.at(t.Shift.From), ready: p.at(t.Shift.From), until: p.at(t.Shift.Until), carry: math.MaxInt32}
		if t.Carry > 0 {
			c.carry = int32(min(t.Carry, math.MaxInt32))
		}
		a, ok := far[t.ID]
		if c.out = ok && len(a.stops) > 0; c.out {
			c.from, c.carry = node0(a.at), c.carry-int32(a.load)
		}
		if ok {
			c.ready = max(c.ready, p.at(a.from))
		}
		p.crews = append(p.crews, c)
	}
	p.clash = make([][]bool, len(p.crews))
	for i, a := range p.day.Teams {
		p.clash[i] = make([]bool, len(p.crews))
		for j, b := range p.day.Teams {
			p.clash[i][j] = i != j && a.Shift.From.Before(b.Shift.Until.Add(p.day.HandOver)) && b.Shift.From.Before(a.Shift.Until.Add(p.day.HandOver))
		}
	}
}

func (t Team) home() Place {
	if t.To == (Place{}) {
		return t.From
	}
	return t.To
}

// ways asks for every travel time once, for each way of moving.
func (p *problem) ways(travel Travel) {
	there, back := map[Mode][]int32{}, map[Mode][]int32{}
	n := len(p.places)
	for i, t := range p.day.Teams {
		if there[t.By] == nil {
			there[t.By], back[t.By] = make([]int32, n*n), make([]int32, n*n)
			for a := range n {
				for b := range n {
					d := p.leg(travel, a, b, t.By)
					there[t.By][a*n+b], back[t.By][b*n+a] = d, d
				}
			}
		}
		p.crews[i].way, p.crews[i].yaw = there[t.By], back[t.By]
	}
}

func (p *problem) leg(travel Travel, a, b int, by Mode) int32 {
	if a == b || p.places[a] == p.places[b] {
		return 0
	}
	if d, ok := travel.Between(p.places[a], p.places[b], by); ok && d >= 0 {
		return int32(min(int64((d+tick-1)/tick), noWay))
	}
	return noWay
}

// allowed works out which team may make which visit and take which kit, and which visits no plan can fit.
func (p *problem) allowed(far map[string]afield) {
	for r := range p.crews {
		c, t := &p.crews[r], p.day.Teams[r]
		c.can, c.hold = make([]bool, len(p.nodes)), make([]bool, len(p.kits))
		for k, kit := range p.day.Kits {
			if c.out { // what it did not take along it does not have
				c.hold[k] = slices.Contains(far[t.ID].kits, kit.ID)
			} else {
				c.hold[k] = len(kit.Free) == 0 || slices.ContainsFunc(merged(kit.Free), func(w Window) bool {
					return !w.From.After(p.time(c.ready)) && !w.Until.Before(t.Shift.Until)
				})
			}
		}
	}
	p.hopeless = make([]Why, p.visits)
	for v := range p.visits {
		p.hopeless[v] = p.sieve(v)
	}
	for r := range p.crews {
		c := &p.crews[r]
		c.alike = slices.IndexFunc(p.crews[:r+1], func(o crew) bool { return c.same(&o) })
	}
}

func (c *crew) same(o *crew) bool {
	return c.from == o.from && c.to == o.to && c.ready == o.ready && c.until == o.until && c.carry == o.carry && c.out == o.out &&
		(len(c.way) == 0 || &c.way[0] == &o.way[0]) && slices.Equal(c.can, o.can) && slices.Equal(c.hold, o.hold)
}

// neighbours sorts the other visits by how near they are on average there and back, for the first way of moving.
func (p *problem) neighbours() {
	p.near = make([][]int32, p.visits)
	if len(p.crews) == 0 {
		return
	}
	c, n := p.crews[0], len(p.nodes)
	for v := range p.visits {
		for u := range p.visits {
			if u != v {
				p.near[v] = append(p.near[v], int32(u))
			}
		}
		far := func(u int32) int32 { return c.way[v*n+int(u)] + c.yaw[v*n+int(u)] }
		slices.SortFunc(p.near[v], func(a, b int32) int { return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a, b)) })
	}
}
