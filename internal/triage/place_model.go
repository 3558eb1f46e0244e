package triage

import (
	"slices"
	"strings"
	"sync"
)

// placeModel tells from the letters around which stretches of a text name the place that it speaks of, learned from rows
// whose places are labelled. It weighs stretches of letters whole: of all ways to mark some, the best together is taken.
// The mentions that the rules read are one sign among others.
type placeModel struct {
	letter  []float32 // by feature of a letter, three each: outside, begins a place, goes on
	stretch []float32 // by feature of a stretch
}

const (
	placeBits    = 17
	placeMask    = 1<<placeBits - 1
	longestPlace = 14
	// mostModelled letters of a text are weighed; longer texts are no chat messages, and the rules read on.
	mostModelled = 400
	// placeLean leans towards naming a place: one too many is seen at once, one missing is not. askingLean leans away from it
	// the surer a message only asks or chats: there is nowhere to go. Both by cross-validation.
	placeLean  = 1.5
	askingLean = 4
)

// placesOf learns from rows when it is first asked for.
func placesOf(rows []Row) func() *placeModel {
	return sync.OnceValue(func() *placeModel { return learnPlaces(rows) })
}

func (w *Words) placeModel() *placeModel {
	if w.places == nil {
		return nil
	}
	return w.places()
}

// placeExample is a text with its features.
type placeExample struct {
	l        letters
	n        int // letters weighed
	mentions []mention
	begins   []int8  // of each letter: 0 outside, 1 begins a mention, 2 goes on
	starts   []int32 // how many mentions begin before a letter
	outside  []int32 // how many letters before one are in no mention
	sorts    []rune  // of each letter: what it may be of a place, see sortsOf
	features [][]uint32
	gold     []span
	from     []int      // of each letter: which of stretches is the first that begins there
	marks    []placeRun // all that may be places, by where they begin and end
}

func newPlaceExample(l letters, mentions []mention) *placeExample {
	x := &placeExample{l: l, n: min(len(l.r), mostModelled), mentions: mentions}
	x.begins = make([]int8, len(l.r)+1)
	for _, m := range x.mentions {
		for i := m.from; i < m.to; i++ {
			x.begins[i] = 2
		}
		x.begins[m.from] = 1
	}
	x.starts, x.outside = make([]int32, len(l.r)+1), make([]int32, len(l.r)+1)
	for i := range l.r {
		x.starts[i+1], x.outside[i+1] = x.starts[i]+int32(b2r(x.begins[i] == 1)), x.outside[i]+int32(b2r(x.begins[i] == 0))
	}
	x.sorts = sortsOf(l)
	x.features = make([][]uint32, x.n)
	for i := range x.n {
		x.features[i] = x.letterFeatures(i)
	}
	x.layOut()
	return x
}

func (x *placeExample) at(i int) rune {
	if i < 0 || i >= len(x.l.r) {
		return '^'
	}
	if isDigit(x.l.r[i]) {
		return '0'
	}
	return x.l.r[i]
}

func (x *placeExample) rule(i int) rune {
	if i < 0 || i >= len(x.begins) {
		return 0
	}
	return rune(x.begins[i])
}

// sortsOf tells of each letter what it may be of a place: h a word for a sort of place, t one for where about it, n behind
// a number, s the end of a name, p a word before places, d a figure, - a stop, o any other.
func sortsOf(l letters) []rune {
	out := make([]rune, len(l.r))
	for i := 0; i < len(l.r); {
		n, sort := 1, 'o'
		switch r := l.r[i]; {
		case isStop(r):
			sort = '-'
		case isDigit(r) || strings.ContainsRune("一二三四五六七八九十", r):
			sort = 'd'
		case heads.at(l, i) > 0:
			n, sort = heads.at(l, i), 'h'
		case tails.at(l, i) > 0:
			n, sort = tails.at(l, i), 't'
		case strings.ContainsRune("号栋幢组队排层单区期", r):
			sort = 'n'
		case strings.ContainsRune(nameEnding, r):
			sort = 's'
		case strings.ContainsRune("在到去往从来进出回于经过靠离停放掉落丢", r):
			sort = 'p'
		}
		for k := range n {
			out[i+k] = sort
		}
		i += n
	}
	return out
}

// nameEnding are letters with which names of places end.
const nameEnding = "埂塬洼川间矿林岩窖位科塔峁岔垴窑堡厢馆场店厅楼棚库站点坡沟桥门院池塔行所室亭街路巷道园坊铺摊厂房屋宫寺庙山河湖塘渠坝井洞头边角处段苑城寨庄村镇乡县市湾梁岭滩坪崖沿牌柜机圈"

func (x *placeExample) sort(i int) rune {
	if i < 0 || i >= len(x.sorts) {
		return '-'
	}
	return x.sorts[i]
}

// ends tells whether a place may end before letter j.
func (x *placeExample) ends(j int) bool {
	return strings.ContainsRune("htnsd", x.sorts[j-1]) || x.begins[j-1] > 0 || j == len(x.l.r) || isStop(x.l.r[j])
}

func placeFeature(sort rune, parts ...rune) uint32 {
	h := mix(seed, sort)
	for _, p := range parts {
		h = mix(h, p)
	}
	return uint32(h*0x9E3779B97F4A7C15>>40) & placeMask
}

func (x *placeExample) letterFeatures(i int) []uint32 {
	a, b, c, d, e := x.at(i-2), x.at(i-1), x.at(i), x.at(i+1), x.at(i+2)
	r := x.rule(i)
	return []uint32{placeFeature(1, a), placeFeature(2, b), placeFeature(3, c), placeFeature(4, d), placeFeature(5, e),
		placeFeature(6, a, b), placeFeature(7, b, c), placeFeature(8, c, d), placeFeature(9, d, e),
		placeFeature(10, b, c, d), placeFeature(11, a, b, c), placeFeature(12, c, d, e),
		placeFeature(13, r), placeFeature(14, x.rule(i-1), r, x.rule(i+1)), placeFeature(15, r, c),
		placeFeature(16, r, x.rule(i+1), d), placeFeature(17, r, x.rule(i-1), b)}
}

// placeRun is letters that may be a place, with their features.
type placeRun struct {
	to       int32
	features [stretchFeatures]uint32
}

const stretchFeatures = 22

// lay out all stretches once: they are weighed again and again while learning.
func (x *placeExample) layOut() {
	x.from = make([]int, x.n+1)
	for i := range x.n {
		x.from[i] = len(x.marks)
		if isStop(x.l.r[i]) {
			continue
		}
		for j := i + 1; j <= x.n && j-i <= longestPlace && !isHardStop(x.l.r[j-1]); j++ {
			if x.ends(j) {
				x.marks = append(x.marks, placeRun{int32(j), x.stretchFeatures(i, j)})
			}
		}
	}
	x.from[x.n] = len(x.marks)
}

// stretchFeatures are those of letters i to j as one place.
func (x *placeExample) stretchFeatures(i, j int) [stretchFeatures]uint32 {
	p2, p, n, n2 := x.at(i-2), x.at(i-1), x.at(j), x.at(j+1)
	last, last2, first := x.at(j-1), rune(0), x.at(i)
	if j-i > 1 {
		last2 = x.at(j - 2)
	}
	relation := x.relation(i, j)
	stopBefore, stopAfter := b2r(p == '^' || isStop(p)), b2r(n == '^' || isStop(n))
	whole := seed
	for k := i; k < j; k++ {
		whole = mix(whole, x.at(k))
	}
	shape, was := seed, rune(0)
	for k := i; k < j; k++ {
		if r := x.sorts[k]; r != was {
			shape, was = mix(shape, r), r
		}
	}
	return [...]uint32{
		placeFeature(20, rune(whole&0x7FFFFFFF)),
		placeFeature(21, last2, last),
		placeFeature(22, last),
		placeFeature(23, first),
		placeFeature(24, rune(j-i)),
		placeFeature(25, p),
		placeFeature(26, p2, p),
		placeFeature(27, n),
		placeFeature(28, n, n2),
		placeFeature(29, stopBefore, stopAfter),
		placeFeature(30, relation),
		placeFeature(31, relation, stopBefore, stopAfter),
		placeFeature(32, relation, last),
		placeFeature(33, last, n),
		placeFeature(34, p, last2, last),
		placeFeature(35, b2r(j >= len(x.l.r)), b2r(i == 0), p),
		placeFeature(38, x.sort(j-1), x.sort(j)),
		placeFeature(39, x.sort(i-1), x.sort(i)),
		placeFeature(40, rune(shape&0x7FFFFFFF)),
		placeFeature(46, b2r(j == len(x.l.r)), b2r(i == 0), stopBefore, stopAfter, x.sort(j-1)),
		placeFeature(47, rune(shape&0x7FFFFFFF), relation),
		placeFeature(49, p2, p, x.sort(i), x.sort(j-1)),
	}
}

// relation of letters i to j to the mentions of the rules: the same, the same end, the same beginning, inside, around, none.
func (x *placeExample) relation(i, j int) rune {
	begins, ends := x.begins[i] == 1, x.begins[j-1] > 0 && x.rule(j) != 2
	switch {
	case begins && ends && x.starts[j]-x.starts[i] == 1 && x.outside[j] == x.outside[i]:
		return 1
	case ends && begins:
		return 2
	case ends:
		return 3
	case begins:
		return 4
	case x.starts[j] > x.starts[i]:
		return 5
	case x.begins[i] == 2:
		return 6
	}
	return 0
}

func b2r(b bool) rune {
	if b {
		return 1
	}
	return 0
}

// weighLetter is what letter i weighs outside, as a beginning and going on.
func (m *placeModel) weighLetter(x *placeExample, i int) (outside, begins, on float32) {
	for _, f := range x.features[i] {
		outside, begins, on = outside+m.letter[3*f], begins+m.letter[3*f+1], on+m.letter[3*f+2]
	}
	return outside, begins, on
}

func (m *placeModel) weighStretch(c *placeRun) (sum float32) {
	for _, f := range c.features {
		sum += m.stretch[f]
	}
	return sum
}

// best marks the stretches that together weigh most; lean is added for each.
func (m *placeModel) best(x *placeExample, lean float32) []span {
	n := x.n
	outside, begins, on := make([]float32, n+1), make([]float32, n), make([]float32, n+1)
	for i := range n {
		o, b, g := m.weighLetter(x, i)
		outside[i], begins[i], on[i+1] = o, b, on[i]+g
	}
	total, from := make([]float32, n+1), make([]int, n+1)
	for i := range n { // total[i]: the best for letters 0 to i
		if s := total[i] + outside[i]; i+1 > 0 && (from[i+1] == 0 || s > total[i+1]) {
			total[i+1], from[i+1] = s, -1
		}
		for k := x.from[i]; k < x.from[i+1]; k++ {
			c := &x.marks[k]
			j := int(c.to)
			s := total[i] + begins[i] + on[j] - on[i+1] + m.weighStretch(c) + lean
			if from[j] == 0 || s > total[j] {
				total[j], from[j] = s, i+1
			}
		}
	}
	var out []span
	for i := n; i > 0; {
		if from[i] < 0 {
			i--
			continue
		}
		out = append(out, span{from[i] - 1, i})
		i = from[i] - 1
	}
	slices.Reverse(out)
	return out
}

// isHardStop: no place goes over it. A dash or a blank may stand in one.
func isHardStop(r rune) bool { return isStop(r) && !strings.ContainsRune("-—~ ", r) }

// choose keeps of the mentions that the rules found those the model takes for the place spoken of, with the bounds it gives
// them, and adds what it finds itself; asking is how likely the message only asks or chats. A name that the station knows is
// kept always.
func (m *placeModel) choose(l letters, g *Gazetteer, found []mention, asking float32) (out []mention) {
	if m == nil {
		return found
	}
	x := newPlaceExample(l, found)
	for _, f := range found {
		if f.known || f.room != "" || f.from >= x.n {
			out = append(out, f)
		}
	}
	kept := len(out)
	for _, s := range m.best(x, placeLean-askingLean*asking) {
		if slices.ContainsFunc(out[:kept], func(f mention) bool { return f.from < s.to && s.from < f.to }) {
			continue
		}
		one := mention{g: g, l: l, from: s.from, to: s.to}
		for _, f := range found {
			for _, part := range f.parts {
				if part.from >= s.from && part.to <= s.to {
					one.parts = append(one.parts, part)
					one.building, one.unit, one.room = f.building, f.unit, f.room
				}
			}
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b mention) int { return a.from - b.from })
	return out
}
