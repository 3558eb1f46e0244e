package round

import (
	"cmp"
	"slices"
	"time"

	"maplegrid/internal/fault"
)

// Moved is a stop of the plan before that is not where it was.
type Moved struct {
	Visit string        `json:"visit"`
	From  string        `json:"from"`         // the team it was with
	To    string        `json:"to,omitempty"` // the team it is with; none when it was left out, [Plan.Left] says why
	By    time.Duration `json:"later"`        // later, or earlier when below zero
}

// Again plans the rest of a day anew when something came in, fell away or took longer: day is what is now to be done, done visits
// included. Stops that are done, begun or driven to stay. The others keep their team and order as far as can be: whoever was told a time is
// put off only to make room, by as little as is found, and dropped only for an urgent visit, or because it can no longer be made; an agreed
// time is not given up even for that. It says what moved.
func Again(day Day, old Plan, now time.Time, travel Travel, seed uint64, budget Budget) (Plan, []Moved, error) {
	if err := sane(day); err != nil {
		return Plan{}, nil, err
	}
	far, fixed, err := begun(day, old, now, travel)
	if err != nil {
		return Plan{}, nil, err
	}
	disbanded := disband(day, old, fixed)
	day.Visits = slices.DeleteFunc(slices.Clone(day.Visits), func(v Visit) bool { return fixed[v.ID] })
	p, err := pose(day, travel, far)
	if err != nil {
		return Plan{}, nil, err
	}
	p.again = true
	from := p.asBefore(old, fixed)
	s := p.search(from, seed, budget, 5)
	if !p.idle() {
		s.resume(old.Left)
	}
	plan := p.plan(s.best, far)
	plan.Tours = append(plan.Tours, disbanded...)
	return plan, Changes(old, plan), nil
}

// resume puts what is new into the tours as they are; only when that leaves out somebody who was not, or puts somebody off, it looks further.
func (s *search) resume(old []Left) {
	before := s.best.sum.upset
	s.first()
	dropped := slices.ContainsFunc(s.best.bank, func(v int32) bool {
		return s.p.nodes[v].rank != OnTheWay && !slices.ContainsFunc(old, func(l Left) bool { return l.Visit == s.p.day.Visits[v].ID })
	})
	if dropped || s.best.sum.upset > before {
		s.shorten(1, 0, true)
	}
	s.finish()
}

// disband keeps what teams that are no longer out have done: the rest of their tours goes to others.
func disband(day Day, old Plan, fixed map[string]bool) (out []Tour) {
	for _, t := range old.Tours {
		if slices.ContainsFunc(day.Teams, func(o Team) bool { return o.ID == t.Team }) {
			continue
		}
		t.Stops = slices.DeleteFunc(slices.Clone(t.Stops), func(s Stop) bool { return !s.Done })
		if len(t.Stops) == 0 {
			continue
		}
		t.Travel = 0
		for _, s := range t.Stops {
			fixed[s.Visit] = true
			t.Travel += s.Travel
			t.BackAt = s.EndAt
		}
		out = append(out, t)
	}
	return out
}

// begun says of each team where and when it is free again, and which visits are done or as good as begun.
func begun(day Day, old Plan, now time.Time, travel Travel) (map[string]afield, map[string]bool, error) {
	visits := map[string]Visit{}
	for _, v := range day.Visits {
		visits[v.ID] = v
	}
	far, fixed := map[string]afield{}, map[string]bool{}
	for _, t := range day.Teams {
		a := afield{at: t.From, from: now}
		i := slices.IndexFunc(old.Tours, func(o Tour) bool { return o.Team == t.ID })
		if i >= 0 {
			a.leftAt, a.kits = old.Tours[i].LeaveAt, old.Tours[i].Kits
			a.stops = underWay(old.Tours[i], now, visits)
		}
		for _, s := range a.stops {
			v, ok := visits[s.Visit]
			if !ok {
				return nil, nil, fault.New(fault.Invalid, "round.done_unknown", fault.Args{"id": s.Visit})
			}
			fixed[s.Visit] = true
			a.at, a.load = v.Place, a.load+v.Load
			if s.EndAt.After(a.from) {
				a.from = s.EndAt
			}
		}
		if n := len(a.stops); n > 0 && n == len(old.Tours[i].Stops) && a.stops[n-1].EndAt.Before(now) {
			a.goHome(t, now, travel)
		}
		far[t.ID] = a
	}
	return far, fixed, nil
}

// goHome is for a team that has left its last stop: it comes home before it goes anywhere else.
func (a *afield) goHome(t Team, now time.Time, travel Travel) {
	leg, ok := travel.Between(a.at, t.home(), t.By)
	if !ok {
		return
	}
	a.backAt = a.stops[len(a.stops)-1].EndAt.Add(leg)
	a.at, a.from, a.homeward = t.home(), now, leg
	if a.backAt.After(now) {
		a.from = a.backAt
	}
}

// underWay are the stops of a tour that are done, and after the last of them those that the team has begun or left for.
func underWay(t Tour, now time.Time, visits map[string]Visit) (out []Stop) {
	rest := t.Stops
	for i, s := range t.Stops {
		if s.Done {
			out, rest = append(out, s), t.Stops[i+1:]
		}
	}
	for _, s := range rest {
		if len(out) > 0 { // the one before may have taken longer
			if at := out[len(out)-1].EndAt.Add(s.Travel); at.After(s.ArriveAt) {
				s.ArriveAt = at
			}
		}
		if _, wanted := visits[s.Visit]; !wanted || !s.ArriveAt.Add(-s.Travel).Before(now) {
			break
		}
		if s.BeginAt.Before(s.ArriveAt) {
			s.BeginAt = s.ArriveAt
		}
		if end := s.BeginAt.Add(time.Duration(visits[s.Visit].Minutes) * time.Minute); end.After(s.EndAt) {
			s.EndAt = end
		}
		out = append(out, s)
	}
	return out
}

// asBefore puts every visit back where the plan before had it, the weightiest first, as far as it still fits there.
func (p *problem) asBefore(old Plan, fixed map[string]bool) *state {
	type was struct {
		v    int32
		r, i int
	}
	var all []was
	place := make([]int, len(p.nodes)) // in the tour before
	for _, t := range old.Tours {
		r := slices.IndexFunc(p.day.Teams, func(o Team) bool { return o.ID == t.Team })
		for i, stop := range t.Stops {
			v := slices.IndexFunc(p.day.Visits, func(o Visit) bool { return o.ID == stop.Visit })
			if v < 0 || fixed[stop.Visit] || p.hopeless[v] != "" {
				continue
			}
			if n := &p.nodes[v]; n.rank != OnTheWay {
				n.told, n.toldBy = max(0, p.at(stop.BeginAt)), r
				if !p.day.Visits[v].Agreed.IsZero() {
					n.weight, n.price = weightToldAsAgreed, 60
				} else {
					n.weight, n.price = max(n.weight, weightTold), max(n.price, 10)
				}
			}
			place[v] = i
			if r >= 0 {
				all = append(all, was{int32(v), r, i})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b was) int { return cmp.Compare(p.nodes[b.v].weight, p.nodes[a.v].weight) })
	s := p.blank()
	for _, w := range all {
		seq := s.tours[w.r].seq
		at := 1
		for at < len(seq)-1 && place[seq[at]] < w.i {
			at++
		}
		if s.fits(int(w.v), w.r, at) {
			s.insert(int(w.v), w.r, at)
			s.bank = slices.DeleteFunc(s.bank, func(v int32) bool { return v == w.v })
			s.weigh(w.v, -1)
		}
	}
	s.total()
	return s
}

// fits says whether a visit can be put at a place in a tour.
func (s *state) fits(v, r, at int) bool {
	p, t := s.p, &s.tours[r]
	c, n, size := &p.crews[r], &p.nodes[v], len(p.nodes)
	if _, ok := s.equipped(v, r); !ok || !c.can[v] || t.load+n.load > c.carry {
		return false
	}
	begin := open(n.begin, t.leave[at-1]+c.way[int(t.seq[at-1])*size+v])
	return begin < noWay && begin+n.service+c.way[v*size+int(t.seq[at])] <= t.late[at]
}

// Changes compares two plans stop by stop.
func Changes(old, plan Plan) (out []Moved) {
	type stand struct {
		team string
		at   time.Time
	}
	is := map[string]stand{}
	for _, t := range plan.Tours {
		for _, s := range t.Stops {
			is[s.Visit] = stand{t.Team, s.BeginAt}
		}
	}
	left := map[string]bool{}
	for _, l := range plan.Left {
		left[l.Visit] = true
	}
	for _, t := range old.Tours {
		for _, s := range t.Stops {
			n, there := is[s.Visit]
			switch {
			case there && (n.team != t.Team || !n.at.Equal(s.BeginAt)):
				out = append(out, Moved{s.Visit, t.Team, n.team, n.at.Sub(s.BeginAt)})
			case !there && left[s.Visit]:
				out = append(out, Moved{Visit: s.Visit, From: t.Team})
			}
		}
	}
	return out
}
