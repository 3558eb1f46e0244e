package triage

import "slices"

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
	return m.guess(text, l, grams, m.scores(bagOf(grams)), plainLexicon())
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
func (m *Model) guess(text string, l letters, grams []gram, scores []float32, x *lexicon) Guess {
	g := Guess{chances: chances(scores, m.temperature)}
	first, second := top2(g.chances)
	g.Kind, g.Chance = m.kinds[first], float64(g.chances[first])
	g.Sure = g.Chance >= SureFrom
	if second >= 0 {
		g.Second, g.SecondChance = m.kinds[second], float64(g.chances[second])
	}
	g.Because = m.because(text, l, grams, first, x)
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
