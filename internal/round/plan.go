package round

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"maplegrid/internal/fault"
)

// Make plans a day. The order of what counts: urgent visits, agreed ones, the others; then few teams out; then stops on the way; then
// little time on the road. It refuses a day that makes no sense; a visit that cannot be fitted is no refusal but in [Plan.Left].
func Make(day Day, travel Travel, seed uint64, budget Budget) (Plan, error) {
	return MakeBest(day, travel, []uint64{seed}, func() Budget { return budget })
}

// MakeBest plans a day from several seeds at once and gives the best of the plans, the first of equals: on a machine of several cores it
// costs no more time than one, and a search that closes one tour too few from here closes it from there. Each search gets a budget of its
// own; travel is asked by all of them at once.
func MakeBest(day Day, travel Travel, seeds []uint64, budget func() Budget) (Plan, error) {
	found := make([]*search, len(seeds))
	var all errgroup.Group
	for i, seed := range seeds {
		b := budget()
		all.Go(func() error {
			p, err := pose(day, travel, nil)
			if err != nil {
				return err
			}
			found[i] = p.search(p.blank(), seed, b, 10)
			if !p.idle() {
				found[i].solve()
				found[i].finish()
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return Plan{}, err
	}
	best := found[0]
	for _, s := range found[1:] {
		if s.p.better(s.best.sum, best.best.sum) {
			best = s
		}
	}
	return best.p.plan(best.best, nil), nil
}

// solve finds a first plan, closes tours, and looks for a shorter way, the second time without leaving anything out.
func (s *search) solve() {
	s.first()
	s.shorten(10, 0.97, true)
	if s.best.sum.left == 0 {
		s.fewer(0.6)
	}
	s.shorten(10, s.left/2, false)
	s.shorten(10, 0, true)
}

// first puts in what is in no tour, the weightiest first, each where it costs least.
func (s *search) first() {
	s.now.blink = nil
	slices.SortStableFunc(s.now.bank, func(a, b int32) int { return cmp.Compare(s.p.nodes[b].weight, s.p.nodes[a].weight) })
	s.fill()
	s.now.total()
	s.best.copyAll(s.now)
	s.keep()
	s.now.blink = s.dice
}

// idle says that there is nothing to search for.
func (p *problem) idle() bool {
	return len(p.crews) == 0 || !slices.Contains(p.hopeless, "")
}

// finish takes out stops that turned out not to be on the way, and looks once more, without blinking, whether something left fits.
func (s *search) finish() {
	s.restart()
	s.now.limit = len(s.now.tours)
	s.first()
	for r := range s.now.tours {
		for s.now.stray(r) {
		}
	}
	s.now.total()
	s.best.copyAll(s.now)
}

// stray takes a stop out of a tour that lengthens it by more than the detour, or the whole tour when it has only such; false when none.
func (s *state) stray(r int) bool {
	p, t := s.p, &s.tours[r]
	c, size, last := &p.crews[r], len(p.nodes), len(t.seq)-1
	inner := t.seq[1:last]
	if len(inner) > 0 && !c.out && !slices.ContainsFunc(inner, func(v int32) bool { return p.nodes[v].rank != OnTheWay }) {
		s.remove(r, func(int) bool { return true })
		return false
	}
	for i := 1; i < last; i++ {
		a, v, b := int(t.seq[i-1]), int(t.seq[i]), int(t.seq[i+1])
		if p.nodes[v].rank == OnTheWay && c.way[a*size+v]+c.way[v*size+b]-c.way[a*size+b] > p.detour {
			s.remove(r, func(j int) bool { return j == i })
			return true
		}
	}
	return false
}

// plan writes out what the search has found.
func (p *problem) plan(s *state, far map[string]afield) Plan {
	var out Plan
	for r, team := range p.day.Teams {
		if len(s.tours[r].seq) > 2 || p.crews[r].out {
			out.Tours = append(out.Tours, p.tour(s, r, far[team.ID]))
		}
	}
	for v, visit := range p.day.Visits {
		if p.hopeless[v] != "" {
			out.Left = append(out.Left, Left{visit.ID, p.hopeless[v]})
		} else if s.where[v] < 0 {
			out.Left = append(out.Left, Left{visit.ID, s.why(v)})
		}
	}
	return out
}

func (p *problem) tour(s *state, r int, had afield) Tour {
	c, t, size := &p.crews[r], &s.tours[r], len(p.nodes)
	out := Tour{Team: p.day.Teams[r].ID, Stops: slices.Clone(had.stops), LeaveAt: had.leftAt, Travel: had.homeward}
	for _, k := range t.held {
		if k != 0 {
			out.Kits = append(out.Kits, p.day.Kits[k-1].ID)
		}
	}
	for _, stop := range out.Stops {
		out.Travel += stop.Travel
	}
	begin, leave := s.hold(r), c.ready
	if !c.out { // nobody waits at the first door
		leave = begin[1] - c.way[int(t.seq[0])*size+int(t.seq[1])]
		out.LeaveAt = p.time(leave)
	}
	for i := 1; i < len(t.seq); i++ {
		leg := c.way[int(t.seq[i-1])*size+int(t.seq[i])]
		out.Travel += time.Duration(leg) * tick
		if i == len(t.seq)-1 {
			if out.BackAt = p.time(leave + leg); i == 1 && !had.backAt.IsZero() {
				out.BackAt = had.backAt
			}
			break
		}
		v := t.seq[i]
		stop := Stop{Visit: p.day.Visits[v].ID, Travel: time.Duration(leg) * tick, ArriveAt: p.time(leave + leg), BeginAt: p.time(begin[i])}
		leave = begin[i] + p.nodes[v].service
		stop.EndAt = p.time(leave)
		out.Stops = append(out.Stops, stop)
	}
	return out
}

// hold says when each visit of a tour begins: as early as can be, but for households that were told a time not before it, as far as that
// makes nobody after them later.
func (s *state) hold(r int) []int32 {
	p, t := s.p, &s.tours[r]
	c, size, last := &p.crews[r], len(p.nodes), len(t.seq)-1
	limit := make([]int32, last+1)
	limit[last] = c.until
	for i := last - 1; i > 0; i-- {
		n := &p.nodes[t.seq[i]]
		by := limit[i+1] - c.way[int(t.seq[i])*size+int(t.seq[i+1])] - n.service
		if n.told >= 0 {
			by = min(by, max(n.told, t.begin[i]))
		}
		limit[i] = latest(n.begin, by)
	}
	begin, leave := make([]int32, last+1), c.ready
	for i := 1; i < last; i++ {
		n := &p.nodes[t.seq[i]]
		begin[i] = open(n.begin, leave+c.way[int(t.seq[i-1])*size+int(t.seq[i])])
		if n.told >= 0 {
			if at := open(n.begin, max(begin[i], min(n.told, limit[i]))); at <= limit[i] {
				begin[i] = at
			}
		}
		leave = begin[i] + n.service
	}
	return begin
}

// mostVisits is what one search takes: the travel times between all of them are kept at hand.
const mostVisits = 1500

// sane refuses a day that makes no sense, with the sentence for it.
func sane(day Day) error {
	if len(day.Visits) > mostVisits {
		return fault.New(fault.Invalid, "round.too_many", fault.Args{"most": mostVisits})
	}
	seen := map[string]bool{}
	once := func(what, id string) error {
		if seen[what+id] || id == "" {
			return fault.New(fault.Invalid, "round.twice", fault.Args{"id": id})
		}
		seen[what+id] = true
		return nil
	}
	for _, v := range day.Visits {
		if err := once("visit ", v.ID); err != nil {
			return err
		}
		if v.Minutes < 0 || v.Minutes > 24*60 || v.Load < 0 || v.Load > 1e6 {
			return fault.New(fault.Invalid, "round.minutes", fault.Args{"id": v.ID})
		}
		for _, w := range append(slices.Clone(v.Open), v.Agreed) {
			if w.Until.Before(w.From) {
				return fault.New(fault.Invalid, "round.reversed", fault.Args{"id": v.ID})
			}
		}
	}
	for _, k := range day.Kits {
		if err := once("kit ", k.ID); err != nil {
			return err
		}
	}
	for i, t := range day.Teams {
		if err := once("team ", t.ID); err != nil {
			return err
		}
		if !t.Shift.Until.After(t.Shift.From) {
			return fault.New(fault.Invalid, "round.reversed", fault.Args{"id": t.ID})
		}
		for _, o := range day.Teams[:i] {
			for _, id := range t.Officers {
				if slices.Contains(o.Officers, id) && o.Shift.From.Before(t.Shift.Until) && t.Shift.From.Before(o.Shift.Until) {
					return fault.New(fault.Invalid, "round.officer_twice", fault.Args{"officer": id, "team": t.ID, "other": o.ID})
				}
			}
		}
	}
	return nil
}
