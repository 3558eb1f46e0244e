package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// Past is a message as the index of same events remembers it. The words themselves are not kept.
type Past struct {
	ID            string
	Sender, Group string // who wrote it in which chat group; "" when not known
	At            time.Time
	Cell          grid.CellID
	Places        []string // as the words name them
	Themes        []string // the dangers it tells of, its kind
	Matter        bool     // tells of something to be done, so that a follow-up may go on from it
}

// Past is how the index remembers a message that was read so.
func (r Reading) Past(id, sender, group string, m Message) Past {
	p := Past{ID: id, Sender: sender, Group: group, At: m.At, Cell: m.Cell, Themes: r.Themes(),
		Matter: !r.Follows && !r.Retracts && (len(r.Dangers) > 0 || !r.Sure || r.Kind != "闲聊" && r.Kind != "咨询")}
	for _, place := range r.Places {
		p.Places = append(p.Places, place.Words)
		if p.Cell == "" || place.Cell != "" && !place.Vague {
			p.Cell = place.Cell
		}
	}
	return p
}

// Candidate is an earlier message that may be about the same event (疑似同一事件). A person decides; nothing is merged here.
type Candidate struct {
	ID      string
	Score   float64 // 0 to 1
	At      time.Time
	Because []string
}

// Index finds earlier messages: those that may be about the same event, by the words they share, and the one that a
// follow-up goes on from. Messages may be added in any order. One may write while many read: a lock inside lets readers in
// together and a writer alone.
type Index struct {
	Window time.Duration // how far apart messages about one event may lie; 0 means three days. Set before use

	mu     sync.RWMutex
	past   []pastMessage
	free   []int32 // slots of past that were dropped
	byID   map[string]int32
	byGram map[uint32][]int32 // by time
	byTime []int32
	sums   sync.Pool
}

type pastMessage struct {
	Past
	grams  []uint32
	places []string
}

// NewIndex is an empty index.
func NewIndex() *Index { return &Index{byID: map[string]int32{}, byGram: map[uint32][]int32{}} }

const (
	defaultWindow = 3 * 24 * time.Hour
	mostLooked    = 400 // of the latest messages with one gram
	mostCompared  = 60  // of those that share most
	mostFound     = 5   // candidates told
	sameFrom      = 0.5 // score from which a candidate is told
	mostGrams     = 120 // of one message, the first
)

// Len is how many messages it remembers.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Add remembers a message, in place of the one of that id.
func (x *Index) Add(text string, p Past) {
	m := pastMessage{p, pairGrams(fold(text)), nil}
	for _, place := range p.Places {
		m.places = append(m.places, fold(place).String())
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(p.ID)
	n := int32(len(x.past))
	if k := len(x.free); k > 0 {
		n, x.free = x.free[k-1], x.free[:k-1]
		x.past[n] = m
	} else {
		x.past = append(x.past, m)
	}
	x.byID[p.ID] = n
	x.byTime = x.insert(x.byTime, n)
	for _, id := range m.grams {
		x.byGram[id] = x.insert(x.byGram[id], n)
	}
}

// Drop forgets a message: erased, withdrawn or taken back. Nothing of it stays.
func (x *Index) Drop(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(id)
}

func (x *Index) drop(id string) {
	n, ok := x.byID[id]
	if !ok {
		return
	}
	x.byTime = x.remove(x.byTime, n)
	for _, gram := range x.past[n].grams {
		if left := x.remove(x.byGram[gram], n); len(left) > 0 {
			x.byGram[gram] = left
		} else {
			delete(x.byGram, gram)
		}
	}
	delete(x.byID, id)
	x.past[n] = pastMessage{}
	x.free = append(x.free, n)
}

// order is that of time, and of ids where the time is one.
func (x *Index) order(a, b int32) int {
	p, q := &x.past[a], &x.past[b]
	return cmp.Or(p.At.Compare(q.At), strings.Compare(p.ID, q.ID))
}

func (x *Index) insert(list []int32, n int32) []int32 {
	if k := len(list); k == 0 || x.order(list[k-1], n) < 0 {
		return append(list, n)
	}
	at, _ := slices.BinarySearchFunc(list, n, x.order)
	return slices.Insert(list, at, n)
}

func (x *Index) remove(list []int32, n int32) []int32 {
	if at, ok := slices.BinarySearchFunc(list, n, x.order); ok {
		return slices.Delete(list, at, at+1)
	}
	return list
}

// until is how many of a list lie at or before a time.
func (x *Index) until(list []int32, at time.Time) int {
	if k := len(list); k > 0 && !x.past[list[k-1]].At.After(at) {
		return k
	}
	n, _ := slices.BinarySearchFunc(list, at, func(n int32, at time.Time) int {
		if x.past[n].At.After(at) {
			return 1
		}
		return -1
	})
	return n
}

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

// sums adds up what earlier messages share, by slot.
type sums struct {
	sum     []float32
	touched []int32
}

// sharing is how much an earlier message shares.
type sharing struct {
	slot int32
	sum  float32
}

// shared lists those that share most with the grams; whole is what the grams weigh.
func (x *Index) shared(grams []uint32, at time.Time) (most []sharing, whole float32) {
	t, _ := x.sums.Get().(*sums)
	if t == nil {
		t = &sums{}
	}
	defer x.sums.Put(t)
	if len(t.sum) < len(x.past) {
		t.sum = make([]float32, len(x.past)+len(x.past)/8+64)
	}
	window := cmp.Or(x.Window, defaultWindow)
	for _, id := range grams {
		posts := x.byGram[id]
		weight := x.weight(len(posts))
		whole += weight
		if !at.IsZero() {
			posts = posts[:x.until(posts, at.Add(window))]
		}
		for k, looked := len(posts)-1, 0; k >= 0 && looked < mostLooked; k, looked = k-1, looked+1 {
			n := posts[k]
			if !at.IsZero() && at.Sub(x.past[n].At) > window {
				break
			}
			if t.sum[n] == 0 {
				t.touched = append(t.touched, n)
			}
			t.sum[n] += weight
		}
	}
	for _, n := range t.touched {
		most = x.keep(most, sharing{n, t.sum[n]})
		t.sum[n] = 0
	}
	t.touched = t.touched[:0]
	return most, whole
}

// keep puts s among the most, the largest first, as long as it is one of them.
func (x *Index) keep(most []sharing, s sharing) []sharing {
	above := func(a, b sharing) int { return cmp.Or(cmp.Compare(b.sum, a.sum), x.order(b.slot, a.slot)) }
	if len(most) == mostCompared {
		if above(most[len(most)-1], s) < 0 {
			return most
		}
		most = most[:len(most)-1]
	}
	at, _ := slices.BinarySearchFunc(most, s, above)
	return slices.Insert(most, at, s)
}

// Find lists what may be the same event as a message, the likeliest first.
func (x *Index) Find(text string, p Past) []Candidate {
	l := fold(text)
	places := p.Places
	p.Places = nil
	for _, place := range places {
		p.Places = append(p.Places, fold(place).String())
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	most, whole := x.shared(pairGrams(l), p.At)
	var found []Candidate
	for _, s := range most {
		if c := x.compare(s, whole, p); c.Score >= sameFrom && c.ID != p.ID {
			c.Because = append(sharedWords(text, l, x.past[s.slot].grams), c.Because...)
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), strings.Compare(a.ID, b.ID))
	})
	return found[:min(len(found), mostFound)]
}

// weight is what a gram says that n messages have: the rarer, the more.
func (x *Index) weight(n int) float32 {
	r := math.Log(float64(len(x.byID)+10)/float64(n+1)) / 2
	return float32(r * r)
}

func (x *Index) weightOf(grams []uint32) (sum float32) {
	for _, id := range grams {
		sum += x.weight(len(x.byGram[id]))
	}
	return sum
}

// compare scores one earlier message. Words alone must agree in large part; the same place, and a theme in common there,
// make up for different words. Hours between and another cell speak against.
func (x *Index) compare(s sharing, whole float32, p Past) Candidate {
	m := &x.past[s.slot]
	scale := math.Sqrt(float64(whole*x.weightOf(m.grams)) + 1e-9)
	words := float64(s.sum) / scale
	c := Candidate{ID: m.ID, At: m.At, Score: words * 0.9}
	if place := samePlace(m, p); place != "" { // folded, as Find hands them in
		c.Because = append(c.Because, "同一地点“"+strings.ToUpper(place)+"”")
		c.Score = 0.3 + 1.6*max(0, words-float64(x.weightOf(pairGrams(fold(place))))/scale)
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
