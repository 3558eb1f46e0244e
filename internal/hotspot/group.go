package hotspot

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// Spot is one hot spot: what several people report, or one place from which many things are reported.
type Spot struct {
	Title     string      `json:"title"` // its place and what it is, in words that several reporters used; nothing personal; "" when no clause says it: kind and Words do
	Words     []string    `json:"words"` // on which it rests
	Place     string      `json:"place"` // that most name, as written; "" when none
	Cell      grid.CellID `json:"cell"`  // that most lie in
	Kind      string      `json:"kind"`  // of most
	Mixed     bool        `json:"mixed"` // one place, different things
	IDs       []string    `json:"ids"`   // its messages of the span, in the order of time
	Messages  int         `json:"messages"`
	Reporters int         `json:"reporters"` // different people
	Before    int         `json:"before"`    // different people in the span of the same length before
	First     time.Time   `json:"first"`     // of the span
	Last      time.Time   `json:"last"`
	Days      []Day       `json:"days"` // those with messages, of the span and of what was looked at before it
	Heat      float64     `json:"heat"`
}

// Day counts the messages of one day in Shanghai.
type Day struct {
	Day      string `json:"day"` // 2006-01-02
	Messages int    `json:"messages"`
}

const (
	spotLink1    = 0.08 // mean likeness from which messages are one group
	spotChance   = 0.3  // and by so much more, parted by their number, when there are few
	spotCrowd    = 30   // a group is not asked for more links than it would have at this size
	spotRounds   = 8
	spotStill    = 1000 // when fewer than one in so many moved, all stand where they belong
	spotMixed    = 5    // messages of one place from which it is told
	spotOneThing = 0.6  // share of a place's messages in one group, from which the group tells all of it
	spotMost     = 0.4  // share of reporters that name a place, for it to be that of the group
	spotBefore   = 31 * 24 * time.Hour
)

// Hot lists the groups with messages from (inclusive) until (exclusive), the hottest first, n at most; a zero from is the
// beginning. Messages of the span before and of a month at least help to see what belongs together and what grew. A group of
// which keep, when not nil, refuses one message is not told at all: whoever may see a part must not learn how many others there are.
func (s *Spots) Hot(from, until time.Time, keep func(id string) bool, n int) []Spot {
	back := from
	if !from.IsZero() {
		back = from.Add(-max(until.Sub(from), spotBefore))
	}
	lo, hi := s.since(back), s.since(until)
	w := spotWindow{s: s, nodes: s.byTime[lo:hi], from: from, before: from.Add(-until.Sub(from))}
	if from.IsZero() {
		w.before = from
	}
	w.cut()
	groups := w.groups()
	groups = append(groups, w.mixed()...)
	groups = slices.DeleteFunc(groups, func(g *spotGroup) bool { return g.Reporters < s.Least || g.Mixed && g.Reporters < spotAnonymous })
	if keep != nil {
		groups = slices.DeleteFunc(groups, func(g *spotGroup) bool {
			return slices.ContainsFunc(g.all, func(k int32) bool { return !keep(s.nodes[k].id) })
		})
	}
	hottest := func(a, b *spotGroup) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(b.Messages, a.Messages), strings.Compare(a.IDs[0], b.IDs[0]))
	}
	slices.SortFunc(groups, hottest)
	groups = groups[:min(len(groups), max(0, n+n/2+4))] // some of them may fall, told to be of one place alone
	for _, g := range groups {
		s.tell(g)
		g.Heat = g.heat(!from.IsZero())
	}
	groups = slices.DeleteFunc(groups, func(g *spotGroup) bool { return g.Title == "" && len(g.Words) == 0 })
	slices.SortFunc(groups, hottest)
	var out []Spot
	for _, g := range groups[:min(len(groups), max(0, n))] {
		out = append(out, g.Spot)
	}
	return out
}

// since is where in byTime the messages at t or later begin.
func (s *Spots) since(t time.Time) int {
	i, _ := slices.BinarySearchFunc(s.byTime, t, func(k int32, t time.Time) int { return s.nodes[k].at.Compare(t) })
	return i
}

// spotWindow is one span being cut into groups.
type spotWindow struct {
	s            *Spots
	nodes        []int32 // in order of time
	from, before time.Time
	links        [][]spotLink // both ways, by place in nodes
	label        []int32
	size         []int32
}

// cut gives every message the label of its group: each goes where the sum of its likeness to those there, less what a group
// of that size must show, is greatest; then groups that are like enough on the mean are joined. In a fixed order, some rounds.
func (w *spotWindow) cut() {
	n := len(w.nodes)
	place := make([]int32, len(w.s.nodes)) // in nodes, from 1
	for i, k := range w.nodes {
		place[k] = int32(i) + 1
	}
	w.links, w.label, w.size = make([][]spotLink, n), make([]int32, n), make([]int32, n)
	degree, all := make([]int32, n), 0
	for i, k := range w.nodes {
		w.label[i], w.size[i] = int32(i), 1
		for _, l := range w.s.nodes[k].links {
			if j := place[l.to]; j > 0 {
				degree[i]++
				degree[j-1]++
				all += 2
			}
		}
	}
	flat := make([]spotLink, all)
	for i, d := range degree {
		w.links[i], flat = flat[:0:d], flat[d:]
	}
	for i, k := range w.nodes {
		for _, l := range w.s.nodes[k].links {
			if j := place[l.to]; j > 0 {
				w.links[i] = append(w.links[i], spotLink{j - 1, l.w})
				w.links[j-1] = append(w.links[j-1], spotLink{int32(i), l.w})
			}
		}
	}
	sum, still := make([]float32, n), make([]bool, n)
	for round := 0; round < spotRounds && w.move(sum, still) > n/spotStill; round++ {
	}
	w.join(sum)
}

func crowd(size int32) float32 { return float32(min(size, spotCrowd)) }

// move puts every message once where it belongs best and says how many moved. sum is room to count in, all zero; still are the
// messages of whose neighbours none has moved since they were looked at.
func (w *spotWindow) move(sum []float32, still []bool) (moved int) {
	var seen []int32
	for i, links := range w.links {
		if len(links) == 0 || still[i] {
			continue
		}
		still[i] = true
		seen = seen[:0]
		for _, l := range links {
			to := w.label[l.to]
			if sum[to] == 0 {
				seen = append(seen, to)
			}
			sum[to] += l.w
		}
		own := w.label[i]
		w.size[own]--
		best, gain := own, sum[own]-spotLink1*crowd(w.size[own])
		for _, to := range seen {
			if g := sum[to] - spotLink1*crowd(w.size[to]); g > gain+1e-6 || g > gain-1e-6 && to < best && best != own {
				best, gain = to, g
			}
			if to != own {
				sum[to] = 0
			}
		}
		sum[own] = 0
		if gain < 0 && w.size[i] == 0 {
			best = int32(i) // alone again
		}
		if best != own {
			w.label[i] = best
			moved++
			for _, l := range links {
				still[l.to] = false
			}
		}
		w.size[best]++
	}
	return moved
}

// spotPairing is two groups, a before b, and the likeness between their messages.
type spotPairing struct {
	a, b int32
	sum  float32
}

// join puts groups together whose messages are like one another on the mean, the likest first, each once a round.
func (w *spotWindow) join(sum []float32) {
	pairs := w.between(sum)
	into := make([]int32, len(w.label))
	for i := range into {
		into[i] = int32(i)
	}
	for round := 0; round < spotRounds; round++ {
		var near []spotPairing
		for _, p := range pairs {
			if p.sum /= crowd(w.size[p.a]) * crowd(w.size[p.b]); p.sum >= spotLink1 {
				near = append(near, p)
			}
		}
		slices.SortFunc(near, func(x, y spotPairing) int {
			return cmp.Or(cmp.Compare(y.sum, x.sum), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
		})
		used := make([]bool, len(into))
		for _, p := range near {
			if !used[p.a] && !used[p.b] {
				used[p.a], used[p.b], into[p.b] = true, true, p.a
				w.size[p.a], w.size[p.b] = w.size[p.a]+w.size[p.b], 0
			}
		}
		if len(near) == 0 {
			break
		}
		pairs = renamed(pairs, into)
	}
	for i, l := range w.label {
		for into[l] != l {
			l = into[l]
		}
		w.label[i] = l
	}
}

// renamed gives the pairs of the groups that were joined, in order; most are as they were.
func renamed(pairs []spotPairing, into []int32) []spotPairing {
	var moved []spotPairing
	kept := pairs[:0]
	for _, p := range pairs {
		a, b := into[p.a], into[p.b]
		switch {
		case a == p.a && b == p.b:
			kept = append(kept, p)
		case a != b:
			moved = append(moved, spotPairing{min(a, b), max(a, b), p.sum})
		}
	}
	slices.SortFunc(moved, inOrder)
	out := make([]spotPairing, 0, len(kept)+len(moved))
	for len(kept) > 0 || len(moved) > 0 {
		var p spotPairing
		if len(moved) == 0 || len(kept) > 0 && inOrder(kept[0], moved[0]) <= 0 {
			p, kept = kept[0], kept[1:]
		} else {
			p, moved = moved[0], moved[1:]
		}
		if n := len(out); n > 0 && inOrder(out[n-1], p) == 0 {
			out[n-1].sum += p.sum
			continue
		}
		out = append(out, p)
	}
	return out
}

func inOrder(x, y spotPairing) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) }

// between lists the pairs of groups with links between them.
func (w *spotWindow) between(sum []float32) (pairs []spotPairing) {
	order := make([]int32, len(w.label))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(w.label[a] - w.label[b]) })
	var seen []int32
	for i := 0; i < len(order); {
		a := w.label[order[i]]
		for ; i < len(order) && w.label[order[i]] == a; i++ {
			for _, l := range w.links[order[i]] {
				if b := w.label[l.to]; b > a {
					if sum[b] == 0 {
						seen = append(seen, b)
					}
					sum[b] += l.w
				}
			}
		}
		slices.Sort(seen)
		for _, b := range seen {
			if sum[b] >= spotLink1/4*crowd(w.size[a])*crowd(w.size[b]) { // joined groups are as like as their parts on the mean
				pairs = append(pairs, spotPairing{a, b, sum[b]})
			}
			sum[b] = 0
		}
		seen = seen[:0]
	}
	return pairs
}

// spotGroup is a group on its way to be told: all of its messages, those before the span too.
type spotGroup struct {
	Spot
	all, now []int32
	midnight time.Time // at the end of the day being counted
	days     int       // of the span, with messages
	counted  bool      // the one being counted is among them
}

// groups are those whose messages are like one another: the fewer, the liker, for two or three may be so by chance.
func (w *spotWindow) groups() (out []*spotGroup) {
	by := make(map[int32][]int32)
	like := make([]float64, len(w.label)) // by label, each link from both ends
	for i, l := range w.label {
		if w.size[l] > 1 {
			by[l] = append(by[l], w.nodes[i])
		}
		for _, link := range w.links[i] {
			if w.label[link.to] == l {
				like[l] += float64(link.w)
			}
		}
	}
	for i, l := range w.label { // in order of time
		all, ok := by[l]
		if !ok || w.nodes[i] != all[0] {
			continue
		}
		n := float64(len(all))
		if like[l]/n/min(n-1, spotCrowd) < spotLink1+spotChance/n {
			continue
		}
		if g := w.group(all); g.Messages > 1 {
			out = append(out, g)
		}
	}
	return out
}

// group counts one group.
func (w *spotWindow) group(all []int32) *spotGroup {
	g := &spotGroup{all: all}
	people, before := map[string]bool{}, map[string]bool{}
	for _, k := range all {
		m := &w.s.nodes[k]
		g.day(m.at, !m.at.Before(w.from))
		switch {
		case !m.at.Before(w.from):
			g.now = append(g.now, k)
			g.IDs = append(g.IDs, m.id)
			people[m.reporter] = true
		case !m.at.Before(w.before):
			before[m.reporter] = true
		}
	}
	if g.Messages = len(g.now); g.Messages == 0 {
		return g
	}
	g.Reporters, g.Before = len(people), len(before)
	g.First, g.Last = w.s.nodes[g.now[0]].at, w.s.nodes[g.now[g.Messages-1]].at
	g.Heat = g.heat(!w.from.IsZero())
	return g
}

// day counts a message to its day; they come in the order of time. now says that it is of the span.
func (g *spotGroup) day(at time.Time, now bool) {
	if len(g.Days) > 0 && at.Before(g.midnight) {
		g.Days[len(g.Days)-1].Messages++
	} else {
		at = at.In(clock.Shanghai)
		g.midnight = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, clock.Shanghai)
		g.Days = append(g.Days, Day{at.Format(time.DateOnly), 1})
		g.counted = false
	}
	if now && !g.counted {
		g.days, g.counted = g.days+1, true
	}
}

// heat: different reporters count in full, what one writes again by its logarithm; lasting over days and growing against
// the span before raise it, growing by half to double. It measures talk, never a person.
func (g *spotGroup) heat(grows bool) float64 {
	r, m, d := float64(g.Reporters), float64(g.Messages), float64(g.days)
	heat := r * (1 + math.Log(m/r)) * (1 + math.Log(d)/4)
	if grows {
		heat *= min(2, max(0.5, 1+math.Log2((r+1)/(float64(g.Before)+1))/2))
	}
	if g.Mixed {
		heat /= 2
	}
	return math.Round(heat*10) / 10
}

// mixed are the places from which many things are reported. A place that one group tells of is not told again.
func (w *spotWindow) mixed() (out []*spotGroup) {
	by := map[int32][]int32{}
	var order []int32
	for i, k := range w.nodes {
		for _, p := range w.s.nodes[k].places {
			if by[p] == nil {
				order = append(order, p)
			}
			by[p] = append(by[p], int32(i))
		}
	}
	for _, p := range order {
		members := by[p]
		if len(members) < spotMixed {
			continue
		}
		most := map[int32]int{}
		all := make([]int32, len(members))
		for j, i := range members {
			most[w.label[i]]++
			all[j] = w.nodes[i]
		}
		largest := 0
		for _, c := range most {
			largest = max(largest, c)
		}
		if float64(largest) >= spotOneThing*float64(len(members)) {
			continue
		}
		if g := w.group(all); g.Messages >= spotMixed {
			g.Mixed, g.Place = true, w.s.called[p]
			g.Heat = g.heat(!w.from.IsZero())
			out = append(out, g)
		}
	}
	return out
}
