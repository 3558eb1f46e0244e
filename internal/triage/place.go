package triage

import (
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// Place is where a text says something is: bytes From to To. Cell is empty when the words name no place that the station
// knows; Vague says that the cell follows from who sent it and not from the words.
type Place struct {
	Words                string
	From, To             int
	Name                 string // of the known place
	Cell                 grid.CellID
	Vague                bool
	Building, Unit, Room string
}

// FindPlaces lists the mentions of places in text, known or not. Cells are where it comes from, the sender's first, the
// group's next, each "" when not known: they decide between places of one name, and words that fit any place of their sort
// (村里, 桥头, 三组) mean the one around there, or the first cell itself.
func (g *Gazetteer) FindPlaces(text string, cells ...grid.CellID) (out []Place) {
	return g.places(text, fold(text), nil, 0, cells)
}

func (g *Gazetteer) places(text string, l letters, learned *placeModel, asking float32, cells []grid.CellID) (out []Place) {
	for _, m := range learned.choose(l, g, g.mentions(l), asking) {
		p := Place{Words: l.word(text, m.from, m.to), From: l.at[m.from], To: l.end(m.to), Building: m.building, Unit: m.unit, Room: m.room}
		m.settle(&p, cells)
		out = append(out, p)
	}
	return out
}

// mentions reads the mentions of places by the names known and by words for places.
func (g *Gazetteer) mentions(l letters) (out []mention) {
	floor := 0
	for i := 0; i < len(l.r); {
		m := mention{g: g, l: l, from: i, to: i, floor: floor}
		if !m.read() {
			i++
			continue
		}
		m.reachBack()
		out = append(out, m)
		i, floor = m.to, m.to
	}
	return out
}

// mention reads one mention of a place, part after part.
type mention struct {
	g                    *Gazetteer
	l                    letters
	from, to, floor      int
	parts                []span
	known                bool // a part is a name the station knows
	reaches              bool // the first part is the end of a longer name: 路 of 六盘路
	building, unit, room string
}

// settle finds the known place that a mention means: part after part from the larger to the smaller, 集西村 and then the
// 小学 there.
func (m *mention) settle(p *Place, cells []grid.CellID) {
	best, vague := int32(several), false
	for k, part := range m.parts {
		key := string(m.l.r[part.from:part.to])
		c, n := m.g.at(m.l, part.from)
		named := n == part.to-part.from && n > 0
		e, ok := int32(several), false
		switch {
		case named && c.entry != several:
			e, ok = c.entry, true
		case best >= 0:
			e, ok = m.g.around(key, m.g.entries[best].Cell)
			ok = ok && m.g.within(m.g.entries[e].Cell, m.g.entries[best].Cell)
		case named:
			e, ok = m.g.around(key, cells...)
		case k == 0 && part.from == m.from:
			e, ok = m.g.around(sortOf(key), cells...)
			vague = ok
		}
		if ok && (best < 0 || m.g.within(m.g.entries[e].Cell, m.g.entries[best].Cell)) {
			best = e
		}
	}
	if best >= 0 {
		p.Name, p.Cell, p.Vague = m.g.entries[best].Name, m.g.entries[best].Cell, vague
		return
	}
	for _, cell := range cells {
		if cell != "" {
			p.Cell, p.Vague = cell, true
			return
		}
	}
}

// sortOf is the sort of place that a vague word means; a word that is none stands for itself.
func sortOf(word string) string {
	if s, ok := vagueWords[word]; ok {
		return s
	}
	return word
}

func (m *mention) read() bool {
	for n := m.part(); n > 0; n = m.part() {
		m.parts = append(m.parts, span{m.to, m.to + n})
		m.to += n
	}
	if len(m.parts) == 0 {
		return false
	}
	if n := heads.at(m.l, m.to-1); n >= 2 && strings.ContainsRune("村镇乡厂桥路街巷", m.l.r[m.to-1]) {
		m.to += n - 1 // 芦滩村口: the last letter of the name is the first of 村口
	}
	for n := tailAt(m.l, m.to); n > 0; n = tailAt(m.l, m.to) {
		m.to += n
	}
	return true
}

// part reads one part at m.to: a known name, a number with its word, a household or a word for a sort of place.
func (m *mention) part() int {
	if _, n := m.g.at(m.l, m.to); n > 0 {
		m.known = true
		return n
	}
	if n := m.numbered(len(m.parts) > 0); n > 0 {
		return n
	}
	if n := household(m.l, m.to); n > 0 {
		return n
	}
	n, reaches := headAt(m.l, m.to)
	if len(m.parts) == 0 {
		m.reaches = reaches
	}
	return n
}

// reachBack takes in the letters before the end of a name, as far as they can be part of one.
func (m *mention) reachBack() {
	most := 1
	if m.reaches {
		most = 4
	}
	for n := 0; n < most && m.from > m.floor; n++ {
		r := m.l.r[m.from-1]
		if m.reaches && isHan(r) && !strings.ContainsRune(notInNames, r) || strings.ContainsRune("东西南北", r) {
			m.from--
			continue
		}
		break
	}
}

// notInNames: letters that come before a name and are no part of it.
const notInNames = "条串哪身址今昨明罚修架赔欠被在到从的我你他她它们了和有是去往把个这那被就跟让给对说找与及等为着过得地来进出上下里外前后刚才又还都也很太几两一不没请快看见听叫走坐送回过住靠离家于向朝由将要会能可人儿娃"

// numbered reads 三组, 5号楼, A区, 2单元, 402, 5-2-301; the room only behind another part.
func (m *mention) numbered(inside bool) int {
	r, i := m.l.r, m.to
	if inside && i < len(r) && (r[i] == '-' || r[i] == '#') {
		i++
	}
	start := i
	if i < len(r) && isAlpha(r[i]) && (i == 0 || !isAlpha(r[i-1])) {
		i++
	}
	n, to, ok := readNumber(r, i)
	if !ok {
		to = i
	}
	if to == start {
		return 0
	}
	number := string(r[start:to])
	for _, sort := range numberedParts {
		if !m.l.has([]rune(sort.word), to) || !ok && !sort.letter || sort.inside && !inside {
			continue
		}
		switch sort.as {
		case asBuilding:
			m.building = number
		case asUnit:
			m.unit = number
		case asRoom:
			m.room = number
		}
		return to + len([]rune(sort.word)) - m.to
	}
	digits := to - i
	switch {
	case inside && ok && isDigit(r[i]) && digits >= 3 && digits <= 4 && (m.building != "" || m.unit != "" || start > m.to) && n > 100:
		m.room = number
		return to - m.to
	case inside && ok && start > m.to && isDigit(r[i]) && digits <= 2:
		if m.building == "" {
			m.building = number
		} else {
			m.unit = number
		}
		return to - m.to
	}
	return 0
}

type partSort int

const (
	asOther partSort = iota
	asBuilding
	asUnit
	asRoom
)

var numberedParts = []struct {
	word           string
	as             partSort
	letter, inside bool
}{
	{"号楼", asBuilding, true, false}, {"栋楼", asBuilding, false, false}, {"栋", asBuilding, true, false}, {"幢", asBuilding, true, false}, {"座", asBuilding, true, true}, {"单元", asUnit, true, false},
	{"号院", asOther, true, false}, {"号厂房", asOther, true, false}, {"厂房", asOther, true, false}, {"号库", asOther, true, false}, {"号门", asOther, true, false},
	{"车间", asOther, true, false}, {"网格", asOther, true, false}, {"号圈", asOther, true, false}, {"组", asOther, false, false}, {"队", asOther, false, false}, {"社", asOther, false, false},
	{"区", asOther, true, false}, {"楼", asOther, false, false}, {"层", asOther, false, true}, {"室", asRoom, false, true}, {"号", asOther, false, true},
}

// household reads 老郭家: a family by whose house one finds the way.
func household(l letters, i int) int {
	for n := 2; n <= 4 && i+n < len(l.r) && l.r[i] == '老'; n++ {
		if l.r[i+n] == '家' && !isStop(l.r[i+1]) && n <= 3 {
			return n + 1
		}
	}
	return 0
}

type byLetter map[rune][][]rune

func byFirst(words string) byLetter {
	out := byLetter{}
	for w := range strings.SplitSeq(words, "|") {
		r := []rune(w)
		out[r[0]] = append(out[r[0]], r)
	}
	for _, all := range out {
		slices.SortFunc(all, func(a, b []rune) int { return len(b) - len(a) })
	}
	return out
}

func (b byLetter) at(l letters, i int) int {
	if i >= len(l.r) {
		return 0
	}
	for _, w := range b[l.r[i]] {
		if l.has(w, i) {
			return len(w)
		}
	}
	return 0
}

// headAt finds a word for a sort of place at letter i; reaches says that letters before it may belong to it.
func headAt(l letters, i int) (n int, reaches bool) {
	if n = heads.at(l, i); n > 0 && !notPlace(l, i, n) {
		return n, reaching.at(l, i) == n
	}
	if n = reaching.at(l, i); n > 0 {
		for _, w := range notReached {
			if l.has([]rune(w), i) {
				return 0, false
			}
		}
		if n == 1 && (i == 0 || !isHan(l.r[i-1]) || strings.ContainsRune(notInNames, l.r[i-1]) || l.r[i] == '站' && i+1 < len(l.r) && !isStop(l.r[i+1]) && tailAt(l, i+1) == 0) {
			return 0, false // the letter alone is no name
		}
		return n, true
	}
	return 0, false
}

func tailAt(l letters, i int) int { return tails.at(l, i) }

// notPlace: the word is part of another that names no place: 银行 in 银行卡.
func notPlace(l letters, i, n int) bool {
	if i+n >= len(l.r) {
		return false
	}
	switch next := l.r[i+n]; {
	case l.has([]rune("银行"), i):
		return next == '卡' || next == '账'
	case l.has([]rune("学校"), i), l.has([]rune("医院"), i):
		return strings.ContainsRune("说会让叫要给", next)
	}
	return false
}
