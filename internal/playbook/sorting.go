package playbook

import (
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// Sorting says which kind a message becomes that triage laid under a label (分流类别): the first row that fits decides.
type Sorting struct {
	Ref
	Label   grid.Name // Zh is the label of labelled messages
	Dangers []string  // lists of danger words, one of which it rang for; none means any
	Words   []string  // one of which stands in the message; none means any
	Kind    string    // "" makes no matter: chatter
	Source  string
}

// Labels lists the labels, each once, in the order of the table's plain rows: those that ask for nothing else.
func (b *Book) Labels() []Sorting { return b.labels }

func labelsOf(all []Sorting) (list []Sorting) {
	for least := range 3 { // a label of which every row asks for something stands behind
		for _, s := range all {
			if s.asks() == least && !slices.ContainsFunc(list, func(o Sorting) bool { return o.Label.Zh == s.Label.Zh }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// asks is how much a row asks for besides its label.
func (s Sorting) asks() int { return min(len(s.Dangers), 1) + min(len(s.Words), 1) }

// Sort gives the kind of what was laid under a label, and whether the label is known; "" with true is chatter.
func (b *Book) Sort(label string, dangers []string, text string) (kind string, ok bool) {
	for _, s := range b.sortings {
		if s.Label.Zh == label && (len(s.Dangers) == 0 || slices.ContainsFunc(s.Dangers, func(d string) bool { return slices.Contains(dangers, d) })) &&
			(len(s.Words) == 0 || slices.ContainsFunc(s.Words, func(w string) bool { return strings.Contains(text, w) })) {
			return s.Kind, true
		}
	}
	return "", false
}

// LabelOf gives the label whose messages become a kind, the first one; "" when none does.
func (b *Book) LabelOf(kind string) string {
	base := kind
	if k, ok := b.Kind(kind); ok && k.Base != "" {
		base = k.Base
	}
	for _, want := range []string{kind, base} {
		for _, s := range b.sortings {
			if want != "" && s.Kind == want {
				return s.Label.Zh
			}
		}
	}
	return ""
}

// makeSortings reads sorting.csv.
func (b *builder) makeSortings() {
	any := func(r *row, col string) []string {
		if v := r.get(col); v != "*" && v != "" {
			return strings.Split(v, "|")
		}
		return nil
	}
	for _, r := range b.rows("sorting") {
		s := Sorting{Ref: r.Ref, Label: b.name(r, "zh", "en"), Dangers: any(r, "dangers"), Words: any(r, "words"), Kind: r.get("kind"), Source: b.source(r)}
		if s.Kind == "-" {
			s.Kind = ""
		} else if !b.isKind(s.Kind) {
			b.bad.at(r, "“kind”列写了“%s”，kinds.csv 里没有这一类；不立事项的写 -。", s.Kind)
		}
		b.sortings = append(b.sortings, s)
	}
	// What asks for more is asked first, so that a station may add a row without writing the others again.
	slices.SortStableFunc(b.sortings, func(x, y Sorting) int { return y.asks() - x.asks() })
	b.labels = labelsOf(b.sortings)
}
