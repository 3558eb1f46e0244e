package triage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/vault"
)

// Marks are how well triage does on labelled rows. A nil figure was not asked for: the rows carry no such label.
type Marks struct {
	N                int                       `json:"n"` // rows with a kind; all rows when none has one
	Accuracy         *float64                  `json:"accuracy"`
	MacroF1          *float64                  `json:"macro_f1"`
	PerClass         map[string]Class          `json:"per_class"`
	Confusion        map[string]map[string]int `json:"confusion"` // true kind, then proposed kind
	Unsure           *float64                  `json:"unsure"`    // share for which it says 不确定
	SureAccuracy     *float64                  `json:"sure_accuracy"`
	Urgency          *Grades                   `json:"urgency"`
	PlaceF1          *float64                  `json:"place_f1"`            // of mentions found to the letter
	PlaceOverlapF1   *float64                  `json:"place_overlap_f1"`    // of mentions that overlap
	SameEventF1      *float64                  `json:"same_event_f1"`       // of pairs, when the rows came in ten minutes apart
	SameEventWordsF1 *float64                  `json:"same_event_words_f1"` // of pairs, by the words alone
	PersonalRecall   *float64                  `json:"personal_recall"`
	CalibrationError *float64                  `json:"calibration_error"` // expected, ten bins
	Microseconds     float64                   `json:"us_per_message"`
	Folds            int                       `json:"folds,omitempty"`
	Model            string                    `json:"model,omitempty"`
	ModelBytes       int                       `json:"model_bytes,omitempty"`
}

// Class is one kind's precision, recall and F1 over N rows of it.
type Class struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	N         int     `json:"n"`
}

// Grades are the marks of urgency.
type Grades struct {
	N              int              `json:"n"`
	Accuracy       float64          `json:"accuracy"`
	MacroF1        float64          `json:"macro_f1"`
	CriticalRecall *float64         `json:"critical_recall"` // of 特急
	PerClass       map[string]Class `json:"per_class"`
}

// CrossValidate trains on four fifths of the rows and marks on the last, five times over. The parts are drawn by seed,
// each kind spread evenly.
func CrossValidate(rows []Row, words Words, seed uint64, c clock.Clock) Marks {
	const folds = 5
	order := rand.New(rand.NewPCG(seed, folds)).Perm(len(rows))
	part, counted := make([]int, len(rows)), map[string]int{}
	for _, i := range order {
		part[i] = counted[rows[i].Kind] % folds
		counted[rows[i].Kind]++
	}
	m := marking{readings: make([]Reading, len(rows)), rows: rows}
	for f := range folds {
		var train []Row
		for i, r := range rows {
			if part[i] != f {
				train = append(train, r)
			}
		}
		words.places = placesOf(train)
		m.read(Learn(train, words), func(i int) bool { return part[i] == f }, c)
	}
	marks := m.marks()
	marks.Folds = folds
	return marks
}

// Evaluate marks an engine on rows it was not trained on.
func Evaluate(e *Engine, rows []Row, c clock.Clock) Marks {
	m := marking{readings: make([]Reading, len(rows)), rows: rows}
	m.read(e, func(int) bool { return true }, c)
	marks := m.marks()
	var size counter
	if e.kind.Write(&size) == nil {
		marks.Model, marks.ModelBytes = e.kind.Version(), int(size)
	}
	return marks
}

type counter int

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

type marking struct {
	rows     []Row
	readings []Reading
	took     time.Duration
}

func (m *marking) read(e *Engine, mine func(int) bool, c clock.Clock) {
	start := c.Now()
	for i, r := range m.rows {
		if mine(i) {
			m.readings[i] = e.Read(Message{Text: r.Text})
		}
	}
	m.took += c.Now().Sub(start)
}

func (m *marking) marks() Marks {
	out := Marks{N: len(m.rows), Microseconds: round2(float64(m.took.Microseconds()) / float64(max(1, len(m.rows))))}
	m.kinds(&out)
	m.urgencies(&out)
	m.places(&out)
	m.personal(&out)
	out.SameEventF1, out.SameEventWordsF1 = m.sameEventF1(10*time.Minute), m.sameEventF1(0)
	return out
}

func (m *marking) kinds(out *Marks) {
	var t tally
	sure, sureRight := 0, 0
	var bins [10]struct{ n, right, chance float64 }
	for i, r := range m.rows {
		g := m.readings[i].Guess
		if r.Kind == "" || len(g.chances) == 0 {
			continue
		}
		t.add(r.Kind, g.Kind)
		right := 0.0
		if r.Kind == g.Kind {
			right = 1
		}
		if g.Sure {
			sure, sureRight = sure+1, sureRight+int(right)
		}
		b := &bins[min(9, int(g.Chance*10))]
		b.n, b.right, b.chance = b.n+1, b.right+right, b.chance+g.Chance
	}
	if t.n == 0 {
		return
	}
	out.N, out.Confusion = t.n, t.confusion
	out.PerClass = t.classes()
	out.Accuracy, out.MacroF1 = share(t.right, t.n), figure(t.macroF1())
	out.Unsure = share(t.n-sure, t.n)
	if sure > 0 {
		out.SureAccuracy = share(sureRight, sure)
	}
	miss := 0.0
	for _, b := range bins {
		miss += math.Abs(b.right - b.chance)
	}
	out.CalibrationError = figure(miss / float64(t.n))
}

func (m *marking) urgencies(out *Marks) {
	var t tally
	for i, r := range m.rows {
		if r.Urgency != "" {
			t.add(r.Urgency, m.readings[i].Urgency)
		}
	}
	if t.n == 0 {
		return
	}
	out.Urgency = &Grades{N: t.n, Accuracy: *share(t.right, t.n), MacroF1: *figure(t.macroF1()), PerClass: t.classes()}
	if c, ok := out.Urgency.PerClass[Critical]; ok && c.N > 0 {
		out.Urgency.CriticalRecall = &c.Recall
	}
}

func (m *marking) places(out *Marks) {
	gold, said, exact, overlap, covered := 0, 0, 0, 0, 0
	for i, r := range m.rows {
		gold, said = gold+len(r.Places), said+len(m.readings[i].Places)
		for _, want := range r.Places {
			at := strings.Index(r.Text, want)
			got := m.readings[i].Places
			if slices.ContainsFunc(got, func(p Place) bool { return p.Words == want }) {
				exact++
			}
			if at >= 0 && slices.ContainsFunc(got, func(p Place) bool { return p.From < at+len(want) && at < p.To }) {
				overlap++
			}
		}
		for _, p := range m.readings[i].Places {
			if slices.ContainsFunc(r.Places, func(want string) bool {
				at := strings.Index(r.Text, want)
				return at >= 0 && p.From < at+len(want) && at < p.To
			}) {
				covered++
			}
		}
	}
	if gold > 0 {
		out.PlaceF1 = figure(2 * float64(exact) / float64(gold+said))
		out.PlaceOverlapF1 = figure(2 * float64(overlap) * float64(covered) / max(1, float64(overlap*said+covered*gold)))
	}
}

func (m *marking) personal(out *Marks) {
	gold, found := 0, 0
	for i, r := range m.rows {
		for _, want := range r.Personal {
			at := strings.Index(r.Text, want)
			gold++
			if slices.ContainsFunc(m.readings[i].Personal, func(s vault.Span) bool { return at >= 0 && s.From <= at && s.To >= at+len(want) }) {
				found++
			}
		}
	}
	if gold > 0 {
		out.PersonalRecall = share(found, gold)
	}
}

// sameEventF1 compares the pairs of rows about one event with the pairs proposed, both closed over chains, for rows that
// were written so far apart in their order; 0: by their words alone.
func (m *marking) sameEventF1(apart time.Duration) *float64 {
	truth, proposed := newGroups(len(m.rows)), newGroups(len(m.rows))
	number, any := map[string]int{}, false
	index := NewIndex()
	for i, r := range m.rows {
		id := r.ID
		if id == "" {
			id = fmt.Sprint("#", i)
		}
		if j, ok := number[r.SameAs]; ok && r.SameAs != "" {
			truth.join(i, j)
			any = true
		}
		number[id] = i
		p := m.readings[i].Past(id, "", "", Message{})
		if apart > 0 {
			p.At = time.Unix(0, 0).Add(time.Duration(i) * apart)
		}
		for _, c := range index.Find(r.Text, p) {
			proposed.join(i, number[c.ID])
		}
		index.Add(r.Text, p)
	}
	if !any {
		return nil
	}
	both, want, said := pairsOf(truth, proposed, len(m.rows))
	return figure(2 * float64(both) / float64(max(1, want+said)))
}

type groups []int

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = i
	}
	return g
}

func (g groups) root(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) join(i, j int) { g[max(g.root(i), g.root(j))] = min(g.root(i), g.root(j)) }

func pairsOf(a, b groups, n int) (both, inA, inB int) {
	sizes := func(key func(i int) [2]int) (pairs int) {
		count := map[[2]int]int{}
		for i := range n {
			pairs += count[key(i)]
			count[key(i)]++
		}
		return pairs
	}
	both = sizes(func(i int) [2]int { return [2]int{a.root(i), b.root(i)} })
	inA = sizes(func(i int) [2]int { return [2]int{a.root(i), -1} })
	inB = sizes(func(i int) [2]int { return [2]int{-1, b.root(i)} })
	return both, inA, inB
}

// tally counts what was said against what is true.
type tally struct {
	n, right  int
	confusion map[string]map[string]int
}

func (t *tally) add(truth, said string) {
	if t.confusion == nil {
		t.confusion = map[string]map[string]int{}
	}
	if t.confusion[truth] == nil {
		t.confusion[truth] = map[string]int{}
	}
	t.confusion[truth][said]++
	if t.n++; truth == said {
		t.right++
	}
}

// classes gives the marks of every kind that is true of some row.
func (t *tally) classes() map[string]Class {
	out, said := map[string]Class{}, map[string]int{}
	for _, row := range t.confusion {
		for kind, n := range row {
			said[kind] += n
		}
	}
	for truth, row := range t.confusion {
		n := 0
		for _, k := range row {
			n += k
		}
		hit := float64(row[truth])
		c := Class{Recall: round4(hit / float64(n)), F1: round4(2 * hit / float64(n+said[truth])), N: n}
		if said[truth] > 0 {
			c.Precision = round4(hit / float64(said[truth]))
		}
		out[truth] = c
	}
	return out
}

func (t *tally) macroF1() float64 {
	sum, classes := 0.0, t.classes()
	for _, c := range classes {
		sum += c.F1
	}
	return sum / float64(max(1, len(classes)))
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }
func round4(v float64) float64 { return math.Round(v*10000) / 10000 }

func figure(v float64) *float64 {
	v = round4(v)
	return &v
}

func share(n, of int) *float64 { return figure(float64(n) / float64(of)) }
