package triage

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// How places are learned; chosen by cross-validation on the shipped rows.
const (
	placeEpochs = 6
	placeStep   = 0.03 // how far a feature moves at first; the more it has moved, the less it does
	placeSure   = 1e-4 // what is surer than that teaches nothing
)

// learnPlaces learns from rows; nil when none has a place. It is a semi-Markov conditional random field (Sarawagi and Cohen
// 2004), brought by stochastic gradient (AdaGrad) to where the ways to mark the rows that people chose are the likeliest.
func learnPlaces(rows []Row) *placeModel {
	var known []*placeExample
	some := false
	var none *Gazetteer // places are learned without names that one station alone knows
	for _, r := range rows {
		l := fold(r.Text)
		x := newPlaceExample(l, none.mentions(l))
		x.gold = x.goldPlaces(r)
		some = some || len(x.gold) > 0
		known = append(known, x)
	}
	if !some {
		return nil
	}
	m := newPlaceLearner()
	random := rand.New(rand.NewPCG(1, placeEpochs))
	for range placeEpochs {
		for _, i := range random.Perm(len(known)) {
			m.learn(known[i])
		}
	}
	return &m.placeModel
}

// goldPlaces are the places of a row as letters, in order, none over another.
func (x *placeExample) goldPlaces(r Row) (out []span) {
	l := x.l
	for _, words := range r.Places {
		at := strings.Index(r.Text, words)
		if at < 0 {
			continue
		}
		from, _ := slices.BinarySearch(l.at, at)
		to, _ := slices.BinarySearch(l.at, at+len(words))
		if from < to && to <= x.n && to-from <= longestPlace && x.ends(to) && !slices.ContainsFunc(out, func(s span) bool { return s.from < to && from < s.to }) {
			out = append(out, span{from, to})
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}

// placeLearner is a model in the making: beside each weight the sum of the squares of its steps.
type placeLearner struct {
	placeModel
	letterMoved, stretchMoved []float32
	t                         lattice
}

func newPlaceLearner() *placeLearner {
	const letters, stretches = 3 * (placeMask + 1), placeMask + 1
	return &placeLearner{placeModel: placeModel{make([]float32, letters), make([]float32, stretches)},
		letterMoved: make([]float32, letters), stretchMoved: make([]float32, stretches)}
}

// lattice holds what all ways to mark a text weigh, in logarithms: of each letter outside, as a beginning and (summed up)
// going on, of each stretch, and of all ways up to a letter and from it.
type lattice struct {
	outside, begins, on, mark, before, after []float64
}

func (t *lattice) fit(letters, marks int) {
	for _, s := range []*[]float64{&t.outside, &t.begins, &t.on, &t.before, &t.after} {
		*s = slices.Grow((*s)[:0], letters+1)[:letters+1]
	}
	t.mark = slices.Grow(t.mark[:0], marks)[:marks]
}

// logSum is log(e^a+e^b).
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// weigh fills the lattice for a text.
func (m *placeLearner) weigh(x *placeExample) *lattice {
	t := &m.t
	t.fit(x.n, len(x.marks))
	t.on[0] = 0
	for i := range x.n {
		o, b, g := m.weighLetter(x, i)
		t.outside[i], t.begins[i], t.on[i+1] = float64(o), float64(b), t.on[i]+float64(g)
	}
	never := math.Inf(-1)
	for i := range t.before {
		t.before[i] = never
	}
	t.before[0] = 0
	for i := range x.n {
		t.before[i+1] = logSum(t.before[i+1], t.before[i]+t.outside[i])
		for k := x.from[i]; k < x.from[i+1]; k++ {
			to := x.marks[k].to
			t.mark[k] = t.begins[i] + t.on[to] - t.on[i+1] + float64(m.weighStretch(&x.marks[k]))
			t.before[to] = logSum(t.before[to], t.before[i]+t.mark[k])
		}
	}
	t.after[x.n] = 0
	for i := x.n - 1; i >= 0; i-- {
		t.after[i] = t.outside[i] + t.after[i+1]
		for k := x.from[i]; k < x.from[i+1]; k++ {
			t.after[i] = logSum(t.after[i], t.mark[k]+t.after[x.marks[k].to])
		}
	}
	return t
}

// learn moves every weight by what is true of the text less what the model expects.
func (m *placeLearner) learn(x *placeExample) {
	t := m.weigh(x)
	all := t.before[x.n]
	letters := make([][3]float64, x.n) // what is left to learn of each letter: outside, begins, goes on
	for i := range letters {
		letters[i][0] = 1 - math.Exp(t.before[i]+t.outside[i]+t.after[i+1]-all)
	}
	for _, g := range x.gold {
		for i := g.from; i < g.to; i++ {
			letters[i][0]--
			letters[i][b2i(i > g.from)+1]++
		}
	}
	for i := range x.n {
		for k := x.from[i]; k < x.from[i+1]; k++ {
			to := int(x.marks[k].to)
			p := math.Exp(t.before[i] + t.mark[k] + t.after[to] - all)
			letters[i][1] -= p
			for on := i + 1; on < to; on++ {
				letters[on][2] -= p
			}
			if slices.Contains(x.gold, span{i, to}) {
				p--
			}
			for _, f := range x.marks[k].features {
				move(m.stretch, m.stretchMoved, f, -p)
			}
		}
	}
	for i, left := range letters {
		for sort, by := range left {
			for _, f := range x.features[i] {
				move(m.letter, m.letterMoved, 3*f+uint32(sort), by)
			}
		}
	}
}

func move(weights, moved []float32, f uint32, by float64) {
	if math.Abs(by) < placeSure {
		return
	}
	moved[f] += float32(by * by)
	weights[f] += float32(placeStep * by / math.Sqrt(float64(moved[f])+1e-6))
}
