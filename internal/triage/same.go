package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// Past is a message as the index of same events remembers it. The words themselves are not kept.
type Past struct {
	ID, Sender string
	At         time.Time
	Cell       grid.CellID
	Places     []string // as the words name them
	Themes     []string // the dangers it tells of, its kind
}

// Candidate is an earlier message that may be about the same event (疑似同一事件). A person decides; nothing is merged here.
type Candidate struct {
	ID      string
	Score   float64 // 0 to 1
	At      time.Time
	Because []string
}

// Index finds candidates by the words they share, through an inverted index; what is older than Window is never looked
// at. Messages are added in the order of their time. It is not safe for concurrent use.
type Index struct {
	Window time.Duration // 0 means three days
	past   []pastMessage
	byGram map[uint32][]int32
}

type pastMessage struct {
	Past
	grams  []uint32
	places []string
}

// NewIndex is an empty index.
func NewIndex() *Index { return &Index{byGram: map[uint32][]int32{}} }

const (
	defaultWindow = 3 * 24 * time.Hour
	mostLooked    = 400 // of the latest messages with one gram
	mostFound     = 5   // candidates told
	sameFrom      = 0.5 // score from which a candidate is told
	mostGrams     = 120 // of one message, the first
)

// pairGrams are the runs of two letters of a text, each once, in rising order.
func pairGrams(l letters) []uint32 {
	var out []uint32
	for i := 0; i+1 < len(l.r) && len(out) < mostGrams; i++ {
		a, b := l.r[i], l.r[i+1]
		if isStop(a) || isStop(b) || strings.ContainsRune(empty, a) || strings.ContainsRune(empty, b) {
			continue
		}
		out = append(out, gramID(mix(seed, a), b))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const empty = "的了着过吗呢吧啊呀哦嘛么就都也还又很太在是有和跟把被让给我你他她它们这那个一不没去来说"

// Add remembers a message.
func (x *Index) Add(text string, p Past) {
	n := int32(len(x.past))
	m := pastMessage{p, pairGrams(fold(text)), nil}
	for _, place := range p.Places {
		m.places = append(m.places, fold(place).String())
	}
	x.past = append(x.past, m)
	for _, id := range m.grams {
		x.byGram[id] = append(x.byGram[id], n)
	}
}

// Find lists what may be the same event as a message, the likeliest first.
func (x *Index) Find(text string, p Past) []Candidate {
	l := fold(text)
	grams := pairGrams(l)
	window := cmp.Or(x.Window, defaultWindow)
	shared := map[int32]float64{}
	whole := 0.0
	for _, id := range grams {
		posts := x.byGram[id]
		weight := x.rarity(len(posts))
		whole += weight * weight
		for k, looked := len(posts)-1, 0; k >= 0 && looked < mostLooked; k, looked = k-1, looked+1 {
			if p.At.Sub(x.past[posts[k]].At) > window {
				break
			}
			shared[posts[k]] += weight * weight
		}
	}
	var found []Candidate
	for i, place := range p.Places {
		if i == 0 {
			p.Places = slices.Clone(p.Places)
		}
		p.Places[i] = fold(place).String()
	}
	for n, sum := range shared {
		if c := x.compare(n, sum, whole, p); c.Score >= sameFrom && c.ID != p.ID {
			c.Because = append(sharedWords(text, l, x.past[n].grams), c.Because...)
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), strings.Compare(a.ID, b.ID))
	})
	return found[:min(len(found), mostFound)]
}

func (x *Index) rarity(n int) float64 {
	return math.Log(float64(len(x.past)+10)/float64(n+1)) / 2
}

// compare scores one earlier message. Words alone must agree in large part; the same place, and a theme in common there,
// make up for different words. Hours between and another cell speak against.
func (x *Index) compare(n int32, sum, whole float64, p Past) Candidate {
	m := &x.past[n]
	other := 0.0
	for _, id := range m.grams {
		w := x.rarity(len(x.byGram[id]))
		other += w * w
	}
	words := sum / math.Sqrt(whole*other+1e-9)
	c := Candidate{ID: m.ID, At: m.At, Score: words * 0.9}
	if place := samePlace(m, p); place != "" { // folded, as Find hands them in
		c.Because = append(c.Because, "同一地点“"+strings.ToUpper(place)+"”")
		c.Score = 0.3 + 1.6*max(0, words-x.told(place, whole, other))
		for _, t := range p.Themes {
			if slices.Contains(m.Themes, t) {
				c.Score += 0.1
			}
		}
	} else if m.Cell != "" && m.Cell == p.Cell {
		c.Score += 0.1
		c.Because = append(c.Because, "同一网格")
	}
	if m.Cell != "" && p.Cell != "" && m.Cell != p.Cell {
		c.Score *= 0.5
	}
	if !m.At.IsZero() && !p.At.IsZero() {
		c.Score *= 1 - 0.4*min(1, p.At.Sub(m.At).Abs().Hours()/cmp.Or(x.Window, defaultWindow).Hours())
		c.Because = append(c.Because, fmt.Sprintf("与%s的一条相似", m.At.In(clock.Shanghai).Format("1月2日 15:04")))
	}
	c.Score = min(1, c.Score)
	return c
}

// told is how much of the likeness the name of the place alone makes up.
func (x *Index) told(place string, whole, other float64) float64 {
	sum := 0.0
	for _, id := range pairGrams(fold(place)) {
		w := x.rarity(len(x.byGram[id]))
		sum += w * w
	}
	return sum / math.Sqrt(whole*other+1e-9)
}

func samePlace(m *pastMessage, p Past) string {
	for _, f := range p.Places {
		for _, other := range m.places {
			if len([]rune(f)) >= 2 && (strings.Contains(other, f) || strings.Contains(f, other) && len([]rune(other)) >= 2) {
				return f
			}
		}
	}
	return ""
}

// sharedWords are the longest runs of letters whose pairs the earlier message has too, three at most.
func sharedWords(text string, l letters, grams []uint32) (out []string) {
	var runs []span
	for i := 0; i+1 < len(l.r); i++ {
		if _, ok := slices.BinarySearch(grams, gramID(mix(seed, l.r[i]), l.r[i+1])); !ok || isStop(l.r[i]) || isStop(l.r[i+1]) {
			continue
		}
		if n := len(runs); n > 0 && runs[n-1].to == i+1 {
			runs[n-1].to = i + 2
		} else {
			runs = append(runs, span{i, i + 2})
		}
	}
	slices.SortStableFunc(runs, func(a, b span) int { return (b.to - b.from) - (a.to - a.from) })
	for _, r := range runs[:min(len(runs), reasons)] {
		out = append(out, "“"+l.word(text, r.from, r.to)+"”")
	}
	return out
}
