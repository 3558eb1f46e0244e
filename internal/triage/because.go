package triage

import (
	"math"
	"slices"
	"strings"
)

const (
	reasons    = 3 // told of a guess
	mostReason = 6 // letters of one
)

// because names the words of a text that spoke most for kind k against the mean of the others, the heaviest first.
func (m *Model) because(text string, l letters, grams []gram, k int, x *lexicon) []string {
	said := m.gains(l, grams, k)
	words := x.cut(l)
	var out []string
	var taken []span
	for tries := 0; len(out) < reasons && tries < 4*reasons; tries++ { // a text may say one word ten thousand times
		best, gain := span{}, float32(0)
		for i := range words {
			s, g := heaviest(l, words, i, said, taken)
			if g > gain {
				best, gain = s, g
			}
		}
		if gain <= 0 {
			break
		}
		taken = append(taken, best)
		if w := strings.TrimSpace(l.word(text, best.from, best.to)); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// gains are what the grams that begin at a letter speak for kind k, by their length.
func (m *Model) gains(l letters, grams []gram, k int) [][maxGram]float32 {
	kinds := len(m.kinds)
	gain := make([][maxGram]float32, len(l.r))
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
	return gain
}

// heaviest is the stretch of whole words from word i on, none of them taken, that gains most for its length.
func heaviest(l letters, words []word, i int, gain [][maxGram]float32, taken []span) (best span, most float32) {
	first := words[i].from
	if !words[i].whole && small(l.r[first]) || isCounted(l, first) || l.has([]rune("时候"), first) {
		return best, 0
	}
	sum := float32(0)
	for n := i; n < len(words) && words[n].to-first <= mostReason; n++ {
		w := words[n]
		if isStop(l.r[w.from]) || slices.ContainsFunc(taken, func(t span) bool { return w.from < t.to && t.from < w.to }) {
			break
		}
		for at := w.from; at < w.to; at++ {
			for size := 1; size <= min(at-first+1, maxGram); size++ { // the grams that end with this letter
				sum += gain[at-size+1][size-1]
			}
		}
		if letters := w.to - first; letters >= 2 && (w.whole || !small(l.r[w.from]) && !isCounted(l, w.from)) {
			if g := sum / float32(math.Sqrt(float64(letters+n-i))); g > most { // a word rather than two
				best, most = span{first, w.to}, g
			}
		}
	}
	return best, most
}

// isCounted: the letter is what a number before it counts: 一张, 七组.
func isCounted(l letters, i int) bool {
	return i > 0 && (isDigit(l.r[i-1]) || strings.ContainsRune(numerals, l.r[i-1]))
}

// small: no reason begins or ends with such a letter alone.
func small(r rune) bool {
	return isStop(r) || isSmall(r) || isDigit(r) || strings.ContainsRune(numerals, r)
}
