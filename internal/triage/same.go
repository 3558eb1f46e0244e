package triage

import (
	"cmp"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
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
	Follows       bool     // goes on from an earlier message, or says that it is over
}

// Past is how the index remembers a message that was read so.
func (r Reading) Past(id, sender, group string, m Message) Past {
	p := Past{ID: id, Sender: sender, Group: group, At: m.At, Cell: m.Cell, Themes: r.Themes(), Follows: r.Follows || r.Over,
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
	ID       string
	Score    float64 // 0 to 1
	At       time.Time
	Because  []string // the reasons as sentences; what follows are the same in parts
	Shares   []string // words that both have
	Place    string   // that both name
	SameCell bool
}

// Index finds earlier messages: those that may be about the same event, by the words they share, and the one that a
// follow-up goes on from. Messages may be added in any order. One may write while many read: a lock inside lets readers in
// together and a writer alone.
type Index struct {
	Window time.Duration // how far apart messages about one event may lie; 0 means three days. Set before use

	mu      sync.RWMutex
	past    []pastMessage
	free    []int32 // slots of past that were dropped
	byID    map[string]int32
	byGram  map[uint32][]int32 // by time
	byGroup map[string][]int32 // by time
	logAll  float32            // of how many there are
	sums    sync.Pool
}

type pastMessage struct {
	Past
	grams   []uint32
	ofPlace []uint32 // those of its places
	places  []string
	usual   []uint8 // of each gram: how common everyday talk makes it
}

func newPast(text string, p Past) pastMessage {
	m := pastMessage{Past: p, grams: pairGrams(fold(text))}
	m.usual = make([]uint8, len(m.grams))
	for k, id := range m.grams {
		m.usual[k] = usual()[id]
	}
	for _, place := range p.Places {
		l := fold(place)
		m.places = append(m.places, asFigures(l).String())
		m.ofPlace = append(m.ofPlace, pairGrams(l)...)
	}
	slices.Sort(m.ofPlace)
	return m
}

// NewIndex is an empty index.
func NewIndex() *Index {
	return &Index{byID: map[string]int32{}, byGram: map[uint32][]int32{}, byGroup: map[string][]int32{}}
}

const (
	defaultWindow = 3 * 24 * time.Hour
	mostLooked    = 400  // of the latest messages with one gram
	mostCompared  = 60   // of those that share most
	mostFound     = 5    // candidates told
	sameFrom      = 0.33 // score from which a candidate is told, by cross-validation
	mostGrams     = 120  // of one message, the first
)

// Len is how many messages it remembers.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Add remembers a message, in place of the one of that id.
func (x *Index) Add(text string, p Past) {
	m := newPast(text, p)
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
	x.logAll = float32(math.Log(float64(len(x.byID) + everydayTalk)))
	x.byGroup[p.Group] = x.insert(x.byGroup[p.Group], n)
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
	group := x.past[n].Group
	if x.byGroup[group] = x.remove(x.byGroup[group], n); len(x.byGroup[group]) == 0 {
		delete(x.byGroup, group)
	}
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

// figureOf is a numeral as a figure, 0 for any other letter.
func figureOf(r rune) rune {
	switch r {
	case '〇':
		return '0'
	case '一':
		return '1'
	case '二':
		return '2'
	case '三':
		return '3'
	case '四':
		return '4'
	case '五':
		return '5'
	case '六':
		return '6'
	case '七':
		return '7'
	case '八':
		return '8'
	case '九':
		return '9'
	}
	return 0
}

// asFigures writes 三 as 3 and 十二 as 12, so that 三号楼 and 3号楼 are one.
func asFigures(l letters) letters {
	out := l
	out.r = slices.Clone(l.r)
	for i, r := range out.r {
		if f := figureOf(r); f > 0 {
			out.r[i] = f
		} else if r == '十' && i+1 < len(out.r) && figureOf(out.r[i+1]) > '0' {
			out.r[i] = '1'
		}
	}
	return out
}

// pairGrams are the runs of two letters of a text, each once, in rising order.
func pairGrams(l letters) []uint32 {
	var out []uint32
	l = asFigures(l)
	for i := 0; i < len(l.r) && len(out) < mostGrams; i++ {
		a, b := l.r[i], ' '
		if isHan(a) && usual()[uint32(a)] < rareLetter && !strings.ContainsRune(empty, a) {
			out = append(out, uint32(a)) // 窖 alone says as much as many a pair
		}
		if i+1 < len(l.r) {
			b = l.r[i+1]
		}
		if isStop(a) || isStop(b) || strings.ContainsRune(empty, a) || strings.ContainsRune(empty, b) {
			continue
		}
		out = append(out, pairID(a, b))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rareLetter: a letter that fewer of a thousand messages hold tells something by itself.
const rareLetter = 8

func pairID(a, b rune) uint32 { return uint32(a)<<16 ^ uint32(b) }

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

// shared lists those that share most with a message; whole is what its grams weigh.
func (x *Index) shared(p *pastMessage) (most []sharing, whole float32) {
	t, _ := x.sums.Get().(*sums)
	if t == nil {
		t = &sums{}
	}
	defer x.sums.Put(t)
	if len(t.sum) < len(x.past) {
		t.sum = make([]float32, len(x.past)+len(x.past)/8+64)
	}
	window, at := cmp.Or(x.Window, defaultWindow), p.At
	for k, id := range p.grams {
		posts := x.byGram[id]
		weight := x.weight(id, p.usual[k])
		whole += weight
		if !at.IsZero() {
			posts = posts[:x.until(posts, at.Add(window))]
		}
		posts = posts[max(0, len(posts)-mostLooked):]
		if earliest := at.Add(-window); !at.IsZero() && len(posts) > 0 && x.past[posts[0]].At.Before(earliest) {
			posts = posts[x.until(posts, earliest):]
		}
		for k := len(posts) - 1; k >= 0; k-- {
			n := posts[k]
			if t.sum[n] == 0 {
				t.touched = append(t.touched, n)
			}
			t.sum[n] += weight
		}
	}
	for _, n := range t.touched {
		most = keep(most, sharing{n, t.sum[n]})
		t.sum[n] = 0
	}
	t.touched = t.touched[:0]
	return most, whole
}

// keep puts s among the most, the largest first, as long as it is one of them; of equals those found first stay.
func keep(most []sharing, s sharing) []sharing {
	if len(most) == mostCompared {
		if s.sum <= most[len(most)-1].sum {
			return most
		}
		most = most[:len(most)-1]
	}
	at := len(most)
	for at > 0 && most[at-1].sum < s.sum {
		at--
	}
	return slices.Insert(most, at, s)
}

// Find lists what may be the same event as a message, the likeliest first.
func (x *Index) Find(text string, p Past) []Candidate {
	l, m := fold(text), newPast(text, p)
	x.mu.RLock()
	defer x.mu.RUnlock()
	most, whole := x.shared(&m)
	var found []Candidate
	for _, s := range most {
		if c := x.compare(s, whole, &m); c.Score >= sameFrom && c.ID != p.ID {
			c.Shares = sharedWords(text, l, x.past[s.slot].grams)
			c.Because = append(quotes(c.Shares), c.Because...)
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.At.Compare(a.At), strings.Compare(a.ID, b.ID))
	})
	return found[:min(len(found), mostFound)]
}

// logs of whole numbers: rarity is asked thousands of times for one message.
var logs = func() (t [1 << 14]float32) {
	for n := range t {
		t[n] = float32(math.Log(float64(n + 1)))
	}
	return t
}()

// usual.txt lists the letters and pairs of letters that messages of every day hold, counted in the shipped rows: how many
// letters each has, in how many of a thousand messages it stands, and those that do.
//
//go:embed usual.txt
var usualList string

// everydayTalk is how many messages of that sort count as said before any other, so that an index of few messages knows
// what is common talk.
const everydayTalk = 1000

var usual = sync.OnceValue(func() map[uint32]uint8 {
	out := map[uint32]uint8{}
	for line := range strings.Lines(usualList) {
		cells := strings.Fields(line)
		often, _ := strconv.ParseUint(cells[1], 10, 8)
		n := uint8(often)
		r := []rune(cells[2])
		if cells[0] == "1" {
			for _, one := range r {
				out[uint32(one)] = n
			}
			continue
		}
		for i := 0; i+1 < len(r); i += 2 {
			pair := asFigures(letters{r: r[i : i+2]}).r
			id := pairID(pair[0], pair[1])
			out[id] = max(out[id], n)
		}
	}
	return out
})

// rarity is 1 for a gram that no message has and 0 for one that all have.
func (x *Index) rarity(id uint32, usual uint8) float32 {
	return 1 - logs[min(len(x.byGram[id])+int(usual), len(logs)-1)]/max(x.logAll, 1)
}

// weight is what a gram says that two messages share.
func (x *Index) weight(id uint32, usual uint8) float32 {
	r := x.rarity(id, usual)
	return r * r
}

func (x *Index) weightOf(m *pastMessage) (sum float32) {
	for k, id := range m.grams {
		sum += x.weight(id, m.usual[k])
	}
	return sum
}

// alike is what two messages share.
type alike struct {
	words       float64 // share of all they say, 0 to 1
	place, rest float64 // rare letters in common, within the names of places and outside
	top, second float64 // the two rarest outside
	least       float64 // share of what the one says that the other says too, the smaller of both
	samePlace   int     // which of its places the other names too, -1 for none
	elsewhere   bool    // both name places, and nothing of them is the same
	danger      bool
	kind        bool
}

func (x *Index) alike(s sharing, whole float32, m, p *pastMessage) (a alike) {
	other := float64(x.weightOf(m)) + 1e-6
	all, sum := float64(whole)+1e-6, float64(s.sum)
	a.words, a.least = sum/math.Sqrt(all*other), sum/max(all, other)
	for k, id := range p.grams {
		if _, ok := slices.BinarySearch(m.grams, id); !ok {
			continue
		}
		r := float64(x.rarity(id, p.usual[k]))
		_, inMine := slices.BinarySearch(p.ofPlace, id)
		_, inOther := slices.BinarySearch(m.ofPlace, id)
		switch {
		case inMine || inOther:
			a.place += r
		default:
			a.rest += r
			a.top, a.second = max(a.top, r), max(a.second, min(a.top, r))
		}
	}
	a.samePlace = samePlace(m, p.places)
	a.elsewhere = a.place == 0 && len(m.places) > 0 && len(p.places) > 0
	for _, t := range p.Themes {
		if slices.Contains(m.Themes, t) {
			a.danger, a.kind = a.danger || isDanger(t), a.kind || !isDanger(t)
		}
	}
	return a
}

// isDanger tells a list of dangers (fire) from a kind (纠纷) among themes.
func isDanger(theme string) bool { return theme != "" && theme[0] < 0x80 }

// signs are what speaks for one event, as numbers; the last two of messages with times alone.
type signs [16]float64

func (a alike) signs(near float64, timed, follows bool) signs {
	is := func(b bool) float64 { return float64(b2i(b)) }
	place := is(a.place > 0.3)
	s := signs{a.words, a.least, min(a.place, 3), is(a.place > 0.8), is(a.samePlace >= 0), min(a.rest, 5), a.top, a.second,
		is(a.danger), is(a.kind), is(a.elsewhere), is(follows), place * is(a.kind), place * min(a.rest, 3)}
	if timed {
		s[14], s[15] = near, near*min(a.place+a.top, 2)
	}
	return s
}

// The weights of the signs are those of a logistic regression over the shipped rows: of messages by their words alone, and of
// such minutes apart.
var (
	byWords, byWordsFrom = signs{4.11, 8.34, 0.97, 1.05, 1.03, -0.22, 1.30, 0.82, 1.41, 1.30, 0.02, 2.04, 1.08, -0.41, 0.00, 0.00}, -7.41
	byTimes, byTimesFrom = signs{0.43, 5.69, 0.42, 0.11, 0.40, -0.22, 0.70, 1.67, 1.80, 1.29, 0.24, 2.32, 1.21, -0.07, 5.35, 3.18}, -9.44
)

func (a alike) chance(near float64, timed, follows bool) float64 {
	weights, z := &byWords, byWordsFrom
	if timed {
		weights, z = &byTimes, byTimesFrom
	}
	for k, v := range a.signs(near, timed, follows) {
		z += weights[k] * v
	}
	return 1 / (1 + math.Exp(-z))
}

// nearMinutes is how soon after one another messages about one event come in.
const nearMinutes = 60

// placeAlone is as much as the place alone may say.
const placeAlone = sameFrom - 0.01

// compare scores one earlier message, and says why. Another cell or another group speaks against.
func (x *Index) compare(s sharing, whole float32, p *pastMessage) Candidate {
	m := &x.past[s.slot]
	a := x.alike(s, whole, m, p)
	timed := !m.At.IsZero() && !p.At.IsZero()
	near := math.Exp(-p.At.Sub(m.At).Abs().Minutes() / nearMinutes)
	if m.Group != p.Group && m.Group != "" && p.Group != "" {
		near /= 2
	}
	c := Candidate{ID: m.ID, At: m.At, Score: a.chance(near, timed, p.Follows)}
	if a.rest < 0.5 && !a.kind && !a.danger && !p.Follows { // nothing in common but the place
		c.Score = min(c.Score, placeAlone)
	}
	if m.Cell != "" && p.Cell != "" && m.Cell != p.Cell {
		c.Score *= 0.5
	}
	if a.samePlace >= 0 {
		c.Place = p.Places[a.samePlace]
		c.Because = append(c.Because, "同一地点“"+c.Place+"”")
	} else if m.Cell != "" && m.Cell == p.Cell {
		c.SameCell = true
		c.Because = append(c.Because, "同一网格")
	}
	if timed {
		c.Because = append(c.Because, fmt.Sprintf("与%s的一条相似", m.At.In(clock.Shanghai).Format("1月2日 15:04")))
	}
	return c
}

// samePlace tells which of some places an earlier message names too, -1 when none.
func samePlace(m *pastMessage, places []string) int {
	for k, f := range places {
		for _, other := range m.places {
			if len([]rune(f)) >= 2 && (strings.Contains(other, f) || strings.Contains(f, other) && len([]rune(other)) >= 2) {
				return k
			}
		}
	}
	return -1
}

// sharedWords are the longest runs of letters whose pairs the earlier message has too, three at most; nothing of a phone or another
// number that tells of a person.
func sharedWords(text string, l letters, grams []uint32) (out []string) {
	var runs []span
	personal := vault.FindPersonal(text)
	same := asFigures(l).r
	for i := 0; i+1 < len(l.r); i++ {
		if overlaps(personal, l.at[i], l.ends[i+1]) {
			continue
		}
		if _, ok := slices.BinarySearch(grams, pairID(same[i], same[i+1])); !ok || isStop(l.r[i]) || isStop(l.r[i+1]) {
			continue
		}
		if n := len(runs); n > 0 && runs[n-1].to == i+1 {
			runs[n-1].to = i + 2
		} else {
			runs = append(runs, span{i, i + 2})
		}
	}
	slices.SortStableFunc(runs, func(a, b span) int { return (b.to - b.from) - (a.to - a.from) })
	for _, r := range runs {
		for r.to-r.from > 2 && strings.ContainsRune(smallWords, l.r[r.to-1]) { // 的车 is half of another word
			r.to--
		}
		for r.to-r.from > 2 && strings.ContainsRune(smallWords, l.r[r.from]) {
			r.from++
		}
		if w := l.word(text, r.from, r.to); len(out) < reasons && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// overlaps tells whether one of the spans holds some of bytes from to to.
func overlaps(spans []vault.Span, from, to int) bool {
	return slices.ContainsFunc(spans, func(s vault.Span) bool { return s.From < to && s.To > from })
}

// impersonal are those of some words of a text that do not stand in what tells of a person.
func impersonal(words []string, text string, spans []vault.Span) []string {
	if len(spans) == 0 {
		return words
	}
	return slices.DeleteFunc(words, func(w string) bool {
		for at := 0; ; at++ {
			i := strings.Index(text[at:], w)
			if i < 0 {
				return false
			}
			if at += i; overlaps(spans, at, at+len(w)) {
				return true
			}
		}
	})
}

func quotes(words []string) (out []string) {
	for _, w := range words {
		out = append(out, "“"+w+"”")
	}
	return out
}
