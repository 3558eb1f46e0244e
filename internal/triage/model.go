package triage

import (
	"math"
	"slices"
	"strings"
)

// Model tells the kind of a text from its grams. It is made by Train or ReadModel and never changes; safe for
// concurrent use.
type Model struct {
	kinds       []string
	known       vocabulary
	weights     []float32 // by place of the gram, then kind
	bias        []float32 // by kind
	temperature float32
}

// Unsure (不确定) is said instead of a kind whose chance is below SureFrom; the two likeliest are then shown.
const (
	Unsure   = "不确定"
	SureFrom = 0.5
)

// Guess is a proposal of a kind. Kind is always the likeliest; a caller shows it only when Sure.
type Guess struct {
	Kind, Second         string
	Chance, SecondChance float64 // calibrated
	Sure                 bool
	Because              []string // words of the text that weighed most for Kind, heaviest first
	chances              []float32
}

// Kinds lists the kinds in the order in which they were first seen.
func (m *Model) Kinds() []string { return slices.Clone(m.kinds) }

// Guess proposes a kind for text.
func (m *Model) Guess(text string) Guess {
	if len(m.kinds) == 0 {
		return Guess{Kind: Unsure, Second: Unsure}
	}
	l := fold(text)
	grams := gramsOf(l)
	return m.guess(text, l, grams, m.scores(bagOf(grams)))
}

func (m *Model) scores(b bag) []float32 {
	s := slices.Clone(m.bias)
	x := m.known.weigh(b)
	for i, at := range x.at {
		v, at := x.v[i], int(at)*len(s)
		for k, w := range m.weights[at : at+len(s)] {
			s[k] += w * v
		}
	}
	return s
}

// guess turns scores into a proposal with its reasons.
func (m *Model) guess(text string, l letters, grams []gram, scores []float32) Guess {
	g := Guess{chances: chances(scores, m.temperature)}
	first, second := top2(g.chances)
	g.Kind, g.Chance = m.kinds[first], float64(g.chances[first])
	g.Sure = g.Chance >= SureFrom
	if second >= 0 {
		g.Second, g.SecondChance = m.kinds[second], float64(g.chances[second])
	}
	g.Because = m.because(text, l, grams, first)
	return g
}

func top2(s []float32) (first, second int) {
	second = -1
	for k := 1; k < len(s); k++ {
		switch {
		case s[k] > s[first]:
			first, second = k, first
		case second < 0 || s[k] > s[second]:
			second = k
		}
	}
	return first, second
}

const reasons = 3

// because names the stretches of two to four letters that spoke most for kind k against the mean of the others.
func (m *Model) because(text string, l letters, grams []gram, k int) []string {
	kinds := len(m.kinds)
	gain := make([][maxGram]float32, len(l.r)) // of the grams that begin at a letter, by their length
	for _, g := range grams {
		at := int(m.known.place[g.id]) - 1
		if at < 0 {
			continue
		}
		w := m.weights[at*kinds : at*kinds+kinds]
		sum := float32(0)
		for _, v := range w {
			sum += v
		}
		rest := float32(0)
		if kinds > 1 {
			rest = (sum - w[k]) / float32(kinds-1)
		}
		gain[g.at][g.n-1] = (w[k] - rest) * m.known.rarity[at]
	}
	var out []string
	var taken []phrase
	for tries := 0; len(out) < reasons && tries < 4*reasons; tries++ { // a text may say one word ten thousand times
		best := heaviest(l, gain, taken)
		if best.gain <= 0 {
			break
		}
		taken = append(taken, best)
		if word := strings.TrimSpace(l.word(text, best.from, best.to)); !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// phrase is letters of a text and how much they speak for a kind.
type phrase struct {
	from, to int
	gain     float32
}

// heaviest is the phrase of two to four letters, none of them taken, that gains most.
func heaviest(l letters, gain [][maxGram]float32, taken []phrase) (best phrase) {
	for i := range l.r {
		sum := float32(0)
		for n := 1; n <= 4 && i+n <= len(l.r); n++ {
			last := i + n - 1
			if isStop(l.r[last]) || slices.ContainsFunc(taken, func(t phrase) bool { return last >= t.from && last < t.to }) {
				break
			}
			for size := 1; size <= min(n, maxGram); size++ { // the grams that end with this letter
				sum += gain[last-size+1][size-1]
			}
			if g := sum / float32(math.Sqrt(float64(n))); n >= 2 && g > best.gain {
				best = phrase{i, i + n, g}
			}
		}
	}
	return best
}
