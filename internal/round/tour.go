package round

import "slices"

// tour is a team's way from its first place to its last, with what the search wants to know of it at every stop.
type tour struct {
	seq    []int32 // nodes, the two ends included
	begin  []int32 // the earliest that work begins there
	leave  []int32 // and ends
	late   []int32 // the latest arrival there with which all that follows is still in time
	load   int32
	travel int64
	upset  int64   // by how much households told before are put off
	held   []int32 // by kind of kit: which, plus one
	uses   []int32 // and how many visits need it
}

// open is the first instant from at on in which a visit may begin.
func open(spans []span, at int32) int32 {
	for _, s := range spans {
		if at <= s.until {
			return max(at, s.from)
		}
	}
	return never
}

// latest is the last instant up to at in which a visit may begin, below zero when there is none.
func latest(spans []span, at int32) int32 {
	for i := len(spans) - 1; i >= 0; i-- {
		if at >= spans[i].from {
			return min(at, spans[i].until)
		}
	}
	return -1
}

// state is a plan under the hands of the search: the tours and the visits that are in none.
type state struct {
	p     *problem
	tours []tour
	bank  []int32
	where []int // the tour of each visit, -1 none
	sum   sum
	limit int // no more tours than this
	blink *dice
}

// sum is what a plan is judged by.
type sum struct {
	left   int64   // weight of the visits left out that are to be made
	lack   float64 // the same and those on the way, as it may be weighed against travel
	used   int     // tours
	spare  int     // stops on the way left out
	upset  int64
	travel int64
}

func (p *problem) blank() *state {
	s := &state{p: p, where: make([]int, p.visits), limit: len(p.crews)}
	for r, c := range p.crews {
		t := tour{seq: []int32{int32(c.from), int32(c.to)}}
		kinds := 0
		for _, k := range p.kits {
			kinds = max(kinds, k+1)
		}
		t.held, t.uses = make([]int32, kinds), make([]int32, kinds)
		for k, has := range c.hold {
			if has && c.out {
				t.held[p.kits[k]], t.uses[p.kits[k]] = int32(k)+1, 1 // it keeps what it took
			}
		}
		s.tours = append(s.tours, t)
		s.reckon(r)
	}
	for v := range p.visits {
		s.where[v] = -1
		if p.hopeless[v] == "" {
			s.drop(int32(v))
		}
	}
	s.total()
	return s
}

// drop puts a visit among those in no tour.
func (s *state) drop(v int32) {
	s.where[v] = -1
	s.bank = append(s.bank, v)
	s.weigh(v, 1)
}

func (s *state) weigh(v int32, sign int) {
	n := &s.p.nodes[v]
	if n.rank == OnTheWay {
		s.sum.spare += sign
	} else {
		s.sum.left += n.weight * int64(sign)
	}
	s.sum.lack += 1 * float64(sign)
}

// total adds up what a tour each is known.
func (s *state) total() {
	s.sum.used, s.sum.travel, s.sum.upset = 0, 0, 0
	for r := range s.tours {
		t := &s.tours[r]
		if len(t.seq) > 2 || s.p.crews[r].out {
			s.sum.used++
			s.sum.travel += t.travel
			s.sum.upset += t.upset
		}
	}
}

// reckon works a tour's times out anew; false when some window is missed.
func (s *state) reckon(r int) bool {
	p, t := s.p, &s.tours[r]
	c, size, last := &p.crews[r], len(p.nodes), len(t.seq)-1
	t.begin, t.leave, t.late = resize(t.begin, last+1), resize(t.leave, last+1), resize(t.late, last+1)
	t.begin[0], t.leave[0] = c.ready, c.ready
	t.load, t.travel, t.upset = 0, 0, 0
	ok := true
	for i := 1; i <= last; i++ {
		a, v := int(t.seq[i-1]), int(t.seq[i])
		n, leg := &p.nodes[v], c.way[a*size+v]
		begin := open(n.begin, t.leave[i-1]+leg)
		if begin == never || begin >= noWay {
			ok, begin = false, noWay
		}
		t.begin[i], t.leave[i] = begin, begin+n.service
		t.load += n.load
		t.travel += int64(leg)
		if n.told >= 0 {
			t.upset += p.upset(n, r, begin)
		}
	}
	t.late[last] = c.until
	for i := last - 1; i > 0; i-- {
		v := int(t.seq[i])
		n := &p.nodes[v]
		t.late[i] = latest(n.begin, t.late[i+1]-c.way[v*size+int(t.seq[i+1])]-n.service)
		ok = ok && t.late[i] >= 0
	}
	return ok && t.leave[last] <= c.until && t.load <= c.carry
}

// otherTeam is what another face at the door counts as, in lateness.
const otherTeam = int32(30 * 60 * 1000)

// upset is by how much a household that was told a time is put off when the visit begins then. Coming in its own order but earlier is no
// matter: the team waits.
func (p *problem) upset(n *node, r int, begin int32) int64 {
	u := int64(max(0, begin-n.told))
	if r != n.toldBy {
		u += int64(otherTeam)
	}
	return u
}

func resize(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n, n+n/2+4)
	}
	return s[:n]
}

// equipped says whether a team has the kit a visit needs, and which it would take when it has none yet (its number plus one).
func (s *state) equipped(v int, r int) (kit int32, ok bool) {
	kind := s.p.nodes[v].kit
	if kind < 0 {
		return 0, kind == -1
	}
	if k := s.tours[r].held[kind]; k != 0 {
		return k, true
	}
	best, fewest := int32(0), len(s.p.crews)+1
	for k, of := range s.p.kits {
		if of == kind && s.p.crews[r].hold[k] && !s.taken(int32(k)+1, kind, r) {
			if n := s.p.holders(k); n < fewest {
				best, fewest = int32(k)+1, n
			}
		}
	}
	return best, best != 0
}

// holders is how many teams could take a kit: the one that is of least use to others is taken first.
func (p *problem) holders(k int) (n int) {
	for r := range p.crews {
		if p.crews[r].hold[k] {
			n++
		}
	}
	return n
}

func (s *state) taken(kit int32, kind, r int) bool {
	for o := range s.tours {
		if s.p.clash[r][o] && s.tours[o].held[kind] == kit {
			return true
		}
	}
	return false
}

// cheapest finds where in a tour a visit costs least.
func (s *state) cheapest(v, r int) (cost int64, at int, ok bool) {
	p, t := s.p, &s.tours[r]
	c, n := &p.crews[r], &p.nodes[v]
	if !c.can[v] || t.load+n.load > c.carry {
		return 0, 0, false
	}
	if n.kit != -1 {
		if _, ok := s.equipped(v, r); !ok {
			return 0, 0, false
		}
	}
	size := len(p.nodes)
	out, back := c.way[v*size:v*size+size], c.yaw[v*size:v*size+size]
	first, last := n.begin[0].from, n.begin[len(n.begin)-1].until
	most := int64(noWay)
	if n.rank == OnTheWay {
		most = int64(p.detour)
		if len(t.seq) == 2 && !c.out {
			return 0, 0, false
		}
	}
	cost = most + 1
	for i := 1; i < len(t.seq); i++ {
		if t.late[i] < first+n.service {
			continue
		}
		if t.leave[i-1] > last {
			break
		}
		if s.blink != nil && s.blink.blinks() {
			continue
		}
		a, b := int(t.seq[i-1]), int(t.seq[i])
		begin := t.leave[i-1] + back[a]
		if begin > last {
			continue
		}
		if len(n.begin) == 1 {
			begin = max(begin, first)
		} else {
			begin = open(n.begin, begin)
		}
		if begin+n.service+out[b] > t.late[i] {
			continue
		}
		more := int64(back[a]) + int64(out[b]) - int64(c.way[a*size+b])
		if more > most {
			continue
		}
		if p.again {
			upset := s.upsets(v, r, i, begin)
			if upset > 0 && n.rank == OnTheWay {
				continue
			}
			more += upsetting * upset
		}
		if more < cost || !ok {
			cost, at, ok = more, i, true
		}
	}
	return cost, at, ok
}

// upsetting is how much travel is spent to spare a household as much waiting.
const upsetting = 10

// upsets is by how much more households are put off when a visit comes in at i and begins then.
func (s *state) upsets(v, r, i int, begin int32) (more int64) {
	p, t := s.p, &s.tours[r]
	c, size := &p.crews[r], len(p.nodes)
	if n := &p.nodes[v]; n.told >= 0 {
		more = p.upset(n, r, begin)
	}
	leave, a := begin+p.nodes[v].service, v
	for ; i < len(t.seq)-1; i++ {
		u := int(t.seq[i])
		n := &p.nodes[u]
		begin = open(n.begin, leave+c.way[a*size+u])
		if begin <= t.begin[i] {
			break
		}
		if n.told >= 0 {
			more += int64(max(0, begin-n.told) - max(0, t.begin[i]-n.told))
		}
		leave, a = begin+n.service, u
	}
	return more
}

// insert puts a visit into a tour; it has been found to fit.
func (s *state) insert(v, r, at int) {
	kind := s.p.nodes[v].kit
	if kind >= 0 {
		t := &s.tours[r]
		t.held[kind], _ = s.equipped(v, r)
		t.uses[kind]++
	}
	s.tours[r].seq = slices.Insert(s.tours[r].seq, at, int32(v))
	s.where[v] = r
	s.reckon(r)
}

// remove takes the visits out of a tour that f names by their place in it.
func (s *state) remove(r int, f func(i int) bool) {
	t := &s.tours[r]
	kept := t.seq[:1]
	last := len(t.seq) - 1
	for i := 1; i < last; i++ {
		v := t.seq[i]
		if !f(i) {
			kept = append(kept, v)
			continue
		}
		if kind := s.p.nodes[v].kit; kind >= 0 {
			if t.uses[kind]--; t.uses[kind] == 0 {
				t.held[kind] = 0
			}
		}
		s.drop(v)
	}
	if len(kept) == 1 && last > 1 && !s.p.crews[r].out {
		s.sum.used--
	}
	t.seq = append(kept, t.seq[last])
	s.reckon(r)
}

// copyTour makes a tour of s the same as that of o.
func (s *state) copyTour(o *state, r int) {
	a, b := &s.tours[r], &o.tours[r]
	a.seq, a.begin, a.leave, a.late = append(a.seq[:0], b.seq...), append(a.begin[:0], b.begin...), append(a.leave[:0], b.leave...), append(a.late[:0], b.late...)
	a.held, a.uses = append(a.held[:0], b.held...), append(a.uses[:0], b.uses...)
	a.load, a.travel, a.upset = b.load, b.travel, b.upset
	for _, v := range a.seq[1 : len(a.seq)-1] {
		s.where[v] = r
	}
}

// copyAll makes s the same plan as o.
func (s *state) copyAll(o *state) {
	copy(s.where, o.where)
	for r := range s.tours {
		s.copyTour(o, r)
	}
	s.bank, s.sum = append(s.bank[:0], o.bank...), o.sum
}

func (s *state) clone() *state {
	n := &state{p: s.p, tours: make([]tour, len(s.tours)), where: make([]int, len(s.where)), limit: s.limit}
	n.copyAll(s)
	return n
}
