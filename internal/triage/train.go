package triage

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// How the model is trained. The figures were chosen by cross-validation on public messages to government.
const (
	penalty     = 1.0    // C of the support vector machine
	passes      = 6      // over all rows, for each kind
	ratioBase   = 0.1    // share of a gram's plain weight against its weight as a sign of the kind, with many rows
	smoothing   = 0.1    // of the counts behind that sign
	fitShare    = 5      // one row in so many is kept back to fit the temperature
	minRows     = 25     // of each kind, on average; with fewer every row is kept back once …
	leastRows   = 8      // … and with fewer than these the temperature is taken as given
	coldStart   = 2.0    // that temperature
	maxKinds    = 40     // what a model file of 20 MB holds
	rarityPower = 0.7    // how much rarity counts
	fewRows     = 2000   // fewer cannot tell signs from chance …
	longText    = 150    // … nor can messages of fewer grams on average
	minSeen     = 2      // a gram seen in fewer rows teaches only that row; but short messages need every gram …
	manyRows    = 10_000 // … until there are so many
)

// Train makes a model of the kinds of rows; rows without a kind are left out. The same rows give the same model. A row that
// stands in the list twice with different kinds counts as its last one: a correction replaces what was said before.
func Train(rows []Row) *Model {
	var s Lessons
	s.PutRows(rows)
	return (&worker{ctx: context.Background()}).train(s.sorted(), lesson.ofKind)
}

// train makes a model that tells what is asked of each lesson.
func (w *worker) train(lessons []lesson, asked func(lesson) string) *Model {
	m := &Model{}
	seen := map[string]int{}
	var bags []bag
	var y []int
	for _, l := range lessons {
		name := asked(l)
		if name == "" {
			continue
		}
		k, ok := seen[name]
		if !ok {
			k = len(m.kinds)
			seen[name], m.kinds = k, append(m.kinds, name)
		}
		bags, y = append(bags, l.bag), append(y, k)
	}
	temperature := float32(coldStart)
	switch n := len(m.kinds); {
	case len(bags) >= minRows*n:
		temperature = w.fitTemperature(bags, y, n, 1)
	case len(bags) >= leastRows*n && n > 1:
		// So few are examples that somebody thought up, more alike than what comes: what they say is believed half.
		temperature = float32(math.Sqrt(float64(temperature * w.fitTemperature(bags, y, n, fitShare))))
	}
	w.learn(m, bags, y)
	m.temperature = temperature
	m.round()
	return m
}

// learn sets vocabulary, weights and bias from the bags of grams and the number of the kind of each.
func (w *worker) learn(m *Model, bags []bag, y []int) {
	counting := telling(bags)
	least := 1
	if counting || len(bags) >= manyRows {
		least = minSeen
	}
	m.known = vocabularyOf(bags, least)
	kinds, grams := len(m.kinds), len(m.known.ids)
	m.bias, m.weights = make([]float32, kinds), make([]float32, kinds*grams)
	x := make([]counts, len(bags))
	for i := range bags {
		x[i] = m.known.weigh(bags[i])
		w.did(len(bags[i]))
	}
	plane := make([]float32, grams)
	for k := range kinds {
		sign := slices.Repeat([]float32{1}, grams)
		if counting {
			sign = w.signOf(x, y, k, grams)
		}
		m.bias[k] = w.separate(x, y, k, sign, plane)
		for g, v := range plane {
			m.weights[g*kinds+k] = v * sign[g]
		}
	}
}

// signOf tells how strongly each gram is a sign for or against kind k: the size of its naive Bayes log ratio, by which
// the machine then sees it (Wang and Manning 2012, "Baselines and Bigrams").
func (w *worker) signOf(x []counts, y []int, k, grams int) []float32 {
	sign := make([]float32, grams)
	in, out := make([]float64, grams), make([]float64, grams)
	inSum, outSum := smoothing*1000, smoothing*1000
	for i, c := range x {
		side, sum := out, &outSum
		if y[i] == k {
			side, sum = in, &inSum
		}
		for j, at := range c.at {
			side[at] += float64(c.v[j])
			*sum += float64(c.v[j])
		}
		w.did(len(c.at))
	}
	for at := range sign {
		ratio := math.Log((in[at]+smoothing)/inSum) - math.Log((out[at]+smoothing)/outSum)
		sign[at] = float32(ratioBase + (1-ratioBase)*math.Abs(ratio))
	}
	return sign
}

// telling: many long messages give enough to count by. Of short ones the machine itself learns more, from every gram.
func telling(bags []bag) bool {
	grams := 0
	for _, b := range bags {
		grams += len(b)
	}
	return len(bags) >= fewRows && grams >= len(bags)*longText
}

// separate finds the plane between kind k and the rest: a support vector machine with squared hinge loss, by
// dual coordinate descent (Hsieh and others 2008). It gives the bias.
func (w *worker) separate(x []counts, y []int, k int, sign, plane []float32) (bias float32) {
	clear(plane)
	size, alpha, cost := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	in := 0
	for _, kind := range y {
		if kind == k {
			in++
		}
	}
	order := make([]int32, len(x))
	for i, c := range x {
		order[i] = int32(i)
		cost[i] = penalty
		if y[i] == k && in > 0 {
			cost[i] *= math.Sqrt(max(1, float64(len(x)-in)/float64(in)))
		}
		size[i] = 1 + 1/(2*cost[i])
		for j, at := range c.at {
			v := float64(c.v[j] * sign[at])
			size[i] += v * v
		}
	}
	rng := rand.New(rand.NewPCG(1, uint64(k)))
	for range passes {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			c, side := x[i], float32(-1)
			if !w.did(len(c.at)) {
				return 0
			}
			if y[i] == k {
				side = 1
			}
			s := bias
			for j, at := range c.at {
				s += plane[at] * c.v[j] * sign[at]
			}
			next := max(0, alpha[i]-(float64(side*s)-1+alpha[i]/(2*cost[i]))/size[i])
			step := float32(next-alpha[i]) * side
			if alpha[i] = next; step == 0 {
				continue
			}
			for j, at := range c.at {
				plane[at] += step * c.v[j] * sign[at]
			}
			bias += step
		}
	}
	return bias
}

// fitTemperature keeps some rows back, learns from the rest, and finds the temperature under which the chances given to
// the rows kept back are most believable; turns times over, each time with other rows kept back.
func (w *worker) fitTemperature(bags []bag, y []int, kinds, turns int) float32 {
	var scores [][]float32
	var truth []int
	for turn := range turns {
		trial := &Model{kinds: make([]string, kinds)}
		var x []bag
		var known []int
		for i := range bags {
			if i%fitShare != turn {
				x, known = append(x, bags[i]), append(known, y[i])
			}
		}
		w.learn(trial, x, known)
		for i := turn; i < len(bags); i += fitShare {
			scores, truth = append(scores, trial.scores(bags[i])), append(truth, y[i])
		}
	}
	best, least := float32(coldStart), math.Inf(1)
	for t := 0.25; t < 20; t *= 1.1 {
		w.did(len(scores) * kinds * 10)
		loss := 0.0
		for i, s := range scores {
			loss -= math.Log(float64(chances(s, float32(t))[truth[i]]) + 1e-9)
		}
		if loss < least {
			best, least = float32(t), loss
		}
	}
	return best
}

// chances turns scores into shares that add up to one.
func chances(scores []float32, temperature float32) []float32 {
	top, sum := slices.Max(scores), float32(0)
	out := make([]float32, len(scores))
	for i, s := range scores {
		out[i] = float32(math.Exp(float64((s - top) * temperature)))
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
