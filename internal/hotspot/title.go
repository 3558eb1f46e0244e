package hotspot

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"maplegrid/internal/grid"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
)

const (
	spotHeard     = 24  // messages, of as many people, that a title is made from
	spotTitle     = 26  // letters of a title, at most
	spotBegan     = 40  // letters with which people begin
	spotTitleHead = 60  // letters of a message in which its title is looked for
	spotSooner    = 30  // letters later, half as good a title: people say first what it is about
	spotBrief     = 8   // letters below which a clause takes the next with it
	spotWordHead  = 150 // and the words of the group
	spotAnonymous = 3   // people who used a word, before it may stand in a title
	spotWordShare = 0.3 // share of them, for it to be a word of the group
	spotWordsTold = 5
	spotWordLong  = 12
	spotSeldom    = 8 // times as often in the group as outside, for a pair of letters to be its theme
)

// spotTalk is what the people of a group wrote, one message each, made ready for counting.
type spotTalk struct {
	s       *Spots
	g       *spotGroup
	texts   []string
	heard   []letters
	asides  [][]spotAside  // by message, the stretches that tell where and when: each has their own, and a title can do without
	known   int            // people from which something may stand in a title
	numbers map[string]int // whole numbers: how many people
	used    map[uint32]int // by pair of letters that say something: how many people
	began   map[uint32]int // and how many began with it
	said    map[uint32]int // by any pair of letters
	shared  int            // people from which a pair is a word of the group
}

// tell gives a group its place, title and words. Only letters that several reporters used come into them, so that nobody's
// own words are told; phones, numbers and names as FindPersonal and a surname's company tell them are left out before.
func (s *Spots) tell(g *spotGroup) {
	t := s.listen(g)
	s.placeOf(g)
	runs := t.runs()
	if !g.Mixed {
		divisions, places := "", fold(g.Place).String()
		for _, r := range runs {
			divisions += "," + r.division()
			places += "," + r.placePart()
		}
		if !t.theme(runs, divisions) {
			return // small talk that happens to be alike: no title, and not told
		}
		g.Mixed = strings.Trim(places, ",") != "" && !t.theme(runs, divisions+","+places)
	}
	for _, r := range runs {
		if len(g.Words) < spotWordsTold && r.word != "" && len([]rune(r.word)) <= spotWordLong && !r.maybeName() && !slices.Contains(spotPolite, r.folded) && !slices.ContainsFunc(g.Words, func(w string) bool { return strings.Contains(w, r.word) || strings.Contains(r.word, w) }) {
			g.Words = append(g.Words, r.word)
		}
	}
	switch {
	case g.Mixed && g.Place != "":
		g.Title = g.Place
	case g.Mixed && len(runs) > 0:
		g.Title = runs[0].word
	default:
		g.Title = t.title()
		if place := fold(g.Place).String(); place != "" && g.Title != "" && !t.names(fold(g.Title).String(), place) {
			g.Title = g.Place + " " + g.Title
		}
	}
}

// names tells whether a title holds a part of a place's name: 三组 of 下湾村三组, not the 小区 that any other has too.
func (t *spotTalk) names(title, place string) bool {
	l := fold(place)
	for i := 0; i+2 <= len(l.r); i++ {
		if spotEnds(l.r, i) != 2 && strings.Contains(title, string(l.r[i:i+2])) {
			return true
		}
	}
	return false
}

// placeOf is the place, the cell and the kind that most of a group have in common; a place only when several people name it, for its
// words are theirs.
func (s *Spots) placeOf(g *spotGroup) {
	places, cells, kinds := map[int32]map[string]bool{}, map[string]int{}, map[string]int{}
	for _, k := range g.now {
		m := &s.nodes[k]
		for _, p := range m.places {
			if places[p] == nil {
				places[p] = map[string]bool{}
			}
			places[p][m.reporter] = true
		}
		cells[string(m.cell)]++
		kinds[m.kind]++
	}
	need := max(int(math.Ceil(spotMost*float64(g.Reporters))), min(spotAnonymous, g.Reporters))
	best := int32(-1)
	for p, who := range places {
		if n := len(who); n >= need && (best < 0 || n > len(places[best]) || n == len(places[best]) && p < best) && len(vault.FindPersonal(s.called[p])) == 0 {
			best = p
		}
	}
	if g.Place == "" && best >= 0 {
		g.Place = s.called[best]
	}
	most := func(of map[string]int) (name string) {
		for x, n := range of {
			if n > of[name] || n == of[name] && x < name {
				name = x
			}
		}
		if of[name]*2 < len(g.now) {
			return ""
		}
		return name
	}
	g.Cell, g.Kind = grid.CellID(most(cells)), most(kinds)
}

// listen takes one message of every reporter, some evenly over the span.
func (s *Spots) listen(g *spotGroup) *spotTalk {
	var first []int32
	seen := map[string]bool{}
	for _, k := range g.now {
		if r := s.nodes[k].reporter; !seen[r] {
			seen[r] = true
			first = append(first, k)
		}
	}
	t := &spotTalk{s: s, g: g, numbers: map[string]int{}, used: map[uint32]int{}, began: map[uint32]int{}, said: map[uint32]int{}}
	step := max(1, float64(len(first))/spotHeard)
	for x := 0.0; int(x) < len(first); x += step {
		m := &s.nodes[first[int(x)]]
		text := withoutDoor(cutAtRune(s.text(m.id), 4*spotWordHead))
		l := fold(text)
		l.r = l.r[:min(len(l.r), spotWordHead)]
		hush(text, l)
		t.texts, t.heard, t.asides = append(t.texts, text), append(t.heard, l), append(t.asides, s.asides(m, text, l))
	}
	for _, l := range t.heard {
		countPairs(l, len(l.r), talkPair, t.used)
		countPairs(l, min(len(l.r), spotBegan), talkPair, t.began)
		countPairs(l, len(l.r), anyPair, t.said)
		countNumbers(l, t.numbers)
	}
	t.known = min(spotAnonymous, len(t.heard))
	t.shared = max(t.known, int(math.Ceil(spotWordShare*float64(len(t.heard)))))
	return t
}

// countPairs counts every pair among the first letters of one message once.
func countPairs(l letters, head int, pair func(a, b rune) uint32, in map[uint32]int) {
	var pairs []uint32
	for i := 0; i+1 < head; i++ {
		if id := pair(l.r[i], l.r[i+1]); id != 0 {
			pairs = append(pairs, id)
		}
	}
	slices.Sort(pairs)
	for _, id := range slices.Compact(pairs) {
		in[id]++
	}
}

// countNumbers counts every whole number of one message once: 3 and 8 and 00 are no 3800.
func countNumbers(l letters, in map[string]int) {
	here := map[string]bool{}
	for i := 0; i < len(l.r); i++ {
		to := i
		for to < len(l.r) && triage.IsDigit(l.r[to]) {
			to++
		}
		if n := string(l.r[i:to]); to > i && !here[n] {
			here[n] = true
			in[n]++
		}
		i = max(i, to-1)
	}
}

// spotAside is a stretch that names a place or a time; place is its number when it is surely one, else -1.
type spotAside struct {
	from, to int
	place    int32
}

// asides finds where a message names its known places, and times.
func (s *Spots) asides(m *spotNode, text string, l letters) (out []spotAside) {
	for _, p := range m.places {
		name := fold(s.called[p]).r
		if !m.told {
			p = -1 // a name read from words may be half of one
		}
		if len(name) > 1 {
			for i := range l.r {
				if l.has(name, i) {
					out = append(out, spotAside{i, i + len(name), p})
				}
			}
		}
	}
	for _, w := range triage.FindTimes(text, m.at, triage.Market{}) {
		from, _ := slices.BinarySearch(l.at, w.From)
		to, _ := slices.BinarySearch(l.at, w.To)
		out = append(out, spotAside{from, min(to, len(l.r)), -1})
	}
	return out
}

// talkPair is spotPair with the pairs inside of numbers: 58 of 58车贷.
func talkPair(a, b rune) uint32 {
	if triage.IsDigit(a) && triage.IsDigit(b) {
		return uint32(a)<<16 | uint32(b)
	}
	return spotPair(a, b)
}

// anyPair is talkPair with the pairs of letters that say little: without 不成 half a sentence stands in a title.
func anyPair(a, b rune) uint32 {
	if triage.IsStop(a) || triage.IsStop(b) || a == ' ' || b == ' ' {
		return 0
	}
	return uint32(a)<<16 | uint32(b)&0xFFFF
}

// withoutDoor leaves the numbers of buildings, entrances, flats and houses out of a text: which door it is says who lives behind it.
func withoutDoor(text string) string {
	l := fold(text)
	var b strings.Builder
	from := 0
	for i := 0; i < len(l.r); i++ {
		if n := doorAt(l, i); n > 0 {
			b.WriteString(text[from:l.at[i]])
			i += n - 1
			from = l.ends[i]
		}
	}
	if from == 0 {
		return text
	}
	b.WriteString(text[from:])
	return b.String()
}

// withoutDoorBehind is the name of a place up to its first door: people of one estate or street speak of one place. A group of
// households (上坡村2组) is a place and no door.
func withoutDoorBehind(place string) string {
	l := fold(place)
	for i := 2; i < len(l.r); i++ {
		if n := doorAt(l, i); n > 0 && l.r[i+n-1] != '组' {
			return strings.TrimSpace(place[:l.at[i]])
		}
	}
	return place
}

// doorAt is how many letters at i number a door: 3号楼, 二单元, 125号附近.
func doorAt(l letters, i int) int {
	if i > 0 && (triage.IsDigit(l.r[i]) && triage.IsDigit(l.r[i-1]) || triage.IsAlpha(l.r[i-1]) || l.r[i-1] == '第' || l.r[i-1] == '月') {
		return 0
	}
	to, ok := triage.ReadNumber(l.r, i)
	if !ok || to == len(l.r) {
		return 0
	}
	if n := doorWords(l.r, to); n > 0 {
		return to + n - i
	}
	if !triage.IsDigit(l.r[i]) {
		return 0
	}
	if n := doorDigits(l.r, to); n > 0 && !(to+1 < len(l.r) && strings.ContainsRune("线文令", l.r[to+1])) {
		return to + n - i
	}
	return 0
}

var (
	doorWords  = triage.LengthOf("号楼|栋楼|栋|幢|单元|号院|号门")
	doorDigits = triage.LengthOf("室|排|号附近|号|组|弄") // behind 一 or 两 they may be anything
)

func cutAtRune(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// hush puts a stop for every letter that may be personal.
func hush(text string, l letters) {
	for _, p := range vault.FindPersonal(text) {
		for i := range l.r {
			if l.at[i] >= p.From && l.at[i] < p.To {
				l.r[i] = ','
			}
		}
	}
	for i := range l.r {
		if i+1 < len(l.r) && (l.r[i] == '老' || l.r[i] == '小') && strings.ContainsRune(spotFamiliar, l.r[i+1]) {
			l.r[i], l.r[i+1] = ',', ',' // 老秦, 小刘
		}
		for _, cue := range spotPeople[l.r[i]] {
			if from, n, ok := nameBeside(l, i, cue); ok {
				for k := from; k < min(len(l.r), from+n); k++ {
					l.r[k] = ','
				}
			}
		}
	}
}

// spotPeople are words that stand beside a name: behind it (王主任) or before it (村民王某某).
var spotPeople = func() map[rune][]spotCue {
	m := map[rune][]spotCue{}
	for _, w := range strings.Split("先生|女士|小姐|主任|书记|经理|老板|老师|校长|院长|所长|局长|队长|组长|村长|会计|师傅|大爷|大妈|大哥|大姐|阿姨|叔|婶|哥|姐|嫂|爷|伯|姨|某某|某", "|") {
		r := []rune(w)
		m[r[0]] = append(m[r[0]], spotCue{r, true})
	}
	for _, w := range strings.Split("村民|邻居|住户|业主|户主|租客|老板|董事长|法人|化名|负责人|书记|主任|校长|丈夫|妻子|儿子|女儿|父亲|母亲|我叫|我是|姓名|叫做|名叫|本人", "|") {
		r := []rune(w)
		m[r[0]] = append(m[r[0]], spotCue{r, false})
	}
	return m
}()

type spotCue struct {
	word   []rune
	behind bool
}

// spotFamiliar are surnames that behind 老 or 小 are somebody, and no road or house.
const spotFamiliar = "王李张刘陈杨赵黄周吴徐孙胡朱何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪任姜范秦崔邱侯邹孟尹常武康贺"

const spotSurnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳"

// nameBeside tells where the name beside a cue stands.
func nameBeside(l letters, i int, c spotCue) (from, n int, ok bool) {
	if !l.has(c.word, i) {
		return 0, 0, false
	}
	if c.behind {
		if i > 0 && strings.ContainsRune(spotSurnames, l.r[i-1]) {
			return i - 1, 1 + len(c.word), true
		}
		return 0, 0, false
	}
	at := i + len(c.word)
	if at+1 < len(l.r) && strings.ContainsRune(spotSurnames, l.r[at]) && triage.IsHan(l.r[at+1]) {
		return at, 3, true
	}
	return 0, 0, false
}

func (t *spotTalk) count(l letters, i int) int {
	if i < 0 || i+1 >= len(l.r) {
		return 0
	}
	return t.used[talkPair(l.r[i], l.r[i+1])]
}

func (t *spotTalk) rarity(l letters, i int) float64 {
	p := t.s.posts[spotPair(l.r[i], l.r[i+1])]
	if p == nil {
		return 0
	}
	return max(0.1, math.Log(float64(len(t.s.nodes)+51)/(float64(p.seen)+0.5)))
}

// spotRun is a stretch of letters that many of a group used.
type spotRun struct {
	word   string // as one of them wrote it
	folded string
	people int
	weight float64
	place  int // how many wrote it as the name of a place
}

// maybeName tells whether a word may be somebody's name: such a one is left out of the words, and costs little.
func (r *spotRun) maybeName() bool {
	l := []rune(r.folded)
	return len(l) <= 3 && strings.ContainsRune(spotSurnames, l[0]) && r.place == 0
}

// runs lists the words of a group, the weightiest first.
func (t *spotTalk) runs() (out []*spotRun) {
	by := map[string]*spotRun{}
	for k, l := range t.heard {
		here := map[string]bool{}
		for i := 0; i+1 < len(l.r); i++ {
			if t.count(l, i) < t.shared {
				continue
			}
			if i > 0 && triage.IsDigit(l.r[i]) && triage.IsDigit(l.r[i-1]) {
				continue // not the end of a number
			}
			j, weight := i, 0.0
			for ; t.count(l, j) >= t.shared && j+1 < len(l.r); j++ {
				weight += t.rarity(l, j)
			}
			word := string(l.r[i : j+1])
			if r := by[word]; r == nil {
				by[word] = &spotRun{word: t.whole(k, i, j+1), folded: word, weight: weight}
				out = append(out, by[word])
			}
			if !here[word] {
				here[word] = true
				by[word].people++
				if spotPlaceAt(l, i, j+1) {
					by[word].place++
				}
			}
			i = j
		}
	}
	slices.SortStableFunc(out, func(a, b *spotRun) int {
		return cmp.Or(cmp.Compare(float64(b.people)*b.weight, float64(a.people)*a.weight), strings.Compare(a.folded, b.folded))
	})
	return slices.DeleteFunc(out, func(r *spotRun) bool { return r.people < t.known })
}

// whole is a run as a reader takes it: with all that as many said around it when that is short (半条路走不成), at least with the 不 that
// turns it round; without the measure of a number (一 张 …), the 从 or the 到 that belongs to other words. "" when too little is left.
func (t *spotTalk) whole(k, i, j int) string {
	l := t.heard[k]
	from, to := i, j
	for from > 0 && t.said[anyPair(l.r[from-1], l.r[from])] >= t.shared {
		from--
	}
	for to < len(l.r) && t.said[anyPair(l.r[to-1], l.r[to])] >= t.shared {
		to++
	}
	if to-from <= spotWordLong {
		i, j = from, to
	} else if i > 0 && strings.ContainsRune("不没未别无", l.r[i-1]) && t.said[anyPair(l.r[i-1], l.r[i])] >= t.shared {
		i--
	}
	if i > 0 && triage.IsDigit(l.r[i-1]) {
		for i < j && (triage.IsDigit(l.r[i]) || strings.ContainsRune(spotMeasures+"的路", l.r[i])) {
			i++
		}
	} else if i > 0 && strings.ContainsRune("一那这两几半", l.r[i-1]) && strings.ContainsRune("个块家只张条串辆位层件台间户头棵座次回", l.r[i]) {
		i++
	} else if i > 0 && !triage.IsStop(l.r[i-1]) && strings.ContainsRune("从到在号街路", l.r[i]) {
		i++
	}
	for j-i > 2 && strings.ContainsRune("的了着", l.r[i]) {
		i++
	}
	for j-i > 2 && (strings.ContainsRune("从到受只号的着把和", l.r[j-1]) || l.r[j-1] == '了' && !strings.ContainsRune("不得", l.r[j-2])) {
		j--
	}
	if j-i < 2 {
		return ""
	}
	return l.word(t.texts[k], i, j)
}

// spotPlaceAt tells whether letters i to j are written as the name of a place: behind a division, or before the end of a name.
func spotPlaceAt(l letters, i, j int) bool {
	return i > 0 && strings.ContainsRune("省市县区州镇乡", l.r[i-1]) || strings.ContainsRune("省市县区", l.r[i]) && i+2 < j || spotEnds(l.r, j) > 0 || j > i+1 && spotEnds(l.r, j-1) == 1 || j > i+2 && spotEnds(l.r, j-2) == 2
}

// placePart is as much of a run as is the name of a place: three letters behind a division (A7县松雅湖), up to the end of a name
// (丽发新城), or the head of what stands where such names stand.
func (r *spotRun) placePart() string {
	l := fold(r.folded)
	for i := 1; i <= 3 && i < len(l.r); i++ {
		if strings.ContainsRune("省市县区州", l.r[i]) {
			return string(l.r[:min(len(l.r), i+4)])
		}
	}
	for i := 1; i < len(l.r); i++ {
		if n := placeWord(l, i); n > 0 {
			return string(l.r[:i+n])
		}
	}
	if r.place*3 >= r.people {
		return string(l.r[:min(len(l.r), 4)])
	}
	return ""
}

var spotRoads = triage.LengthOf("大道|路|街|巷")

// division is the head of a run that names a division of the country (A7县, C市).
func (r *spotRun) division() string {
	l := []rune(r.folded)
	for i := 1; i <= 3 && i < len(l); i++ {
		if strings.ContainsRune("省市县区州", l[i]) {
			return string(l[:min(len(l), i+2)])
		}
	}
	return ""
}

// theme tells whether people have something in common beside what names hold: a pair of letters that a good part used and that
// is seldom otherwise.
func (t *spotTalk) theme(runs []*spotRun, names string) bool {
	for _, r := range runs {
		letters := []rune(r.folded)
		for i := 0; i+1 < len(letters); i++ {
			id := spotPair(letters[i], letters[i+1])
			p := t.s.posts[id]
			if p == nil || strings.Contains(names, string(letters[i:i+2])) {
				continue
			}
			people := t.used[id]
			inside := float64(people) / float64(len(t.heard))
			outside := max(0, float64(p.seen)-inside*float64(len(t.g.all))) / max(1, float64(len(t.s.nodes)-len(t.g.all)))
			if people >= t.known && inside >= spotMost && inside >= spotSeldom*outside {
				return true
			}
		}
	}
	return false
}

// title is the clause, of those with which the people of a group began, that tells most of what all of them say; a short one with
// the clause behind it. "" when no clause is told by several: then kind and words must do.
func (t *spotTalk) title() (best string) {
	top := 0.0
	for k, l := range t.heard {
		before, had := "", 0.0
		for _, c := range clauses(l, min(len(l.r), spotTitleHead)) {
			said, score := t.clause(k, c[0], c[1])
			score /= 1 + float64(c[0])/spotSooner
			if score > top {
				best, top = said, score
			}
			if both := before + "，" + said; before != "" && score > 0 && utf8.RuneCountInString(both) <= spotTitle && had+score/2 > top {
				best, top = both, had+score/2
			}
			if before, had = "", 0; score > 0 && utf8.RuneCountInString(said) < spotBrief {
				before, had = said, score
			}
		}
	}
	return best
}

// clauses are the stretches between stops that begin among the first letters of a text.
func clauses(l letters, head int) (out [][2]int) {
	for i := 0; i < head; {
		if triage.IsStop(l.r[i]) {
			i++
			continue
		}
		j := i
		for j < len(l.r) && !triage.IsStop(l.r[j]) && j-i < 2*spotTitle {
			j++
		}
		out = append(out, [2]int{i, j})
		i = j
	}
	return out
}

// spotGap says how letters left out of a clause are told.
type spotGap byte

const (
	gapTold spotGap = iota // as …: a reader must guess
	gapNone                // not at all: the words close up
	gapSome                // as 几: a number of things
)

// clause cuts what is only one person's out of letters i to j of message k, and says how much the rest tells: less, the more a reader
// must guess what stood between.
func (t *spotTalk) clause(k, i, j int) (string, float64) {
	l := t.heard[k]
	i = afterOpening(l, i, j)
	keep, score := t.shareOf(l, i, j)
	gaps := t.closeUp(k, i, keep)
	var b strings.Builder
	letters, guesses := 0, 0
	for x := 0; x < len(keep); {
		from := x
		for x < len(keep) && keep[x] == keep[from] && (keep[x] || gaps[x] == gaps[from]) {
			x++
		}
		switch {
		case keep[from]:
			b.WriteString(l.word(t.texts[k], i+from, i+x))
			letters += x - from
		case gaps[from] == gapSome:
			b.WriteString("几")
		case gaps[from] == gapTold:
			if guesses++; letters > 0 && x < len(keep) && !strings.HasSuffix(b.String(), "…") {
				b.WriteString("…")
			}
		}
	}
	title := trimTitle(b.String())
	if n := utf8.RuneCountInString(title); letters < 4 || n < 4 || n > spotTitle || guesses > 1 && letters < 6*guesses {
		return "", 0
	}
	return title, score / (1 + 0.5*float64(guesses)) / (1 + float64(max(0, letters-16))/16)
}

// shareOf tells which of letters i to j several people used, and how much these tell.
func (t *spotTalk) shareOf(l letters, i, j int) (keep []bool, score float64) {
	keep = make([]bool, j-i)
	for k := i; k+1 < j; k++ {
		if t.said[anyPair(l.r[k], l.r[k+1])] >= t.known {
			keep[k-i], keep[k+1-i] = true, true
		}
		if t.count(l, k) >= t.known {
			score += t.rarity(l, k) * float64(t.began[talkPair(l.r[k], l.r[k+1])]) / float64(len(t.heard))
		}
	}
	t.wholeNumbers(l, i, keep)
	bridge(l, i, keep)
	return keep, score
}

// closeUp tells how each letter left out is told. Where somebody names a place or a time of their own (刮风把[文昌街的]树刮倒了), all of it
// is left out, with the small words that tie it in, and no gap is told; a number of things becomes 几.
func (t *spotTalk) closeUp(k, i int, keep []bool) []spotGap {
	l, gaps := t.heard[k], make([]spotGap, len(keep))
	leave := func(from, to int, how spotGap) {
		for x := max(0, from); x < min(len(keep), to); x++ {
			keep[x], gaps[x] = false, how
		}
	}
	place := func(from, to int) {
		if from > 0 && strings.ContainsRune("在从到住于", l.r[i+from-1]) {
			from--
		}
		if to < len(keep) && l.r[i+to] == '的' {
			to++
		}
		leave(from, to, gapNone)
	}
	for _, a := range t.asides[k] {
		from, to := max(0, a.from-i), min(len(keep), a.to-i)
		if from < to && (slices.Contains(keep[from:to], false) || a.place >= 0 && !t.mostName(a.place)) {
			place(from, to)
		}
	}
	for x := 0; x < len(keep); x++ {
		if keep[x] || gaps[x] != gapTold {
			continue
		}
		from, to := x, x
		for to < len(keep) && !keep[to] && gaps[to] == gapTold {
			to++
		}
		rest, ok := placeEnd(l, i+from, i+to, i+len(keep))
		switch {
		case ok:
			place(from, to+rest)
		case triage.IsDigit(l.r[i+from]) && to < len(keep) && strings.ContainsRune(spotThings, l.r[i+to]):
			leave(from, to, gapSome)
		}
		x = to - 1
	}
	return gaps
}

// mostName tells whether so many of the group name a place that it may stand in the title: what nine say of three estates is told of none.
func (t *spotTalk) mostName(place int32) bool {
	n := 0
	for _, k := range t.g.now {
		if slices.Contains(t.s.nodes[k].places, place) {
			n++
		}
	}
	return float64(n) >= spotMost*float64(len(t.g.now))
}

// placeEnd tells whether letters from to to are the name of a place, or all of it but its end: 文昌街, or 文昌 before a 街 that others
// have too. rest is how many letters at to end it.
func placeEnd(l letters, from, to, end int) (rest int, ok bool) {
	if n := placeWord(l, to); n > 0 && to+n <= end && (inSpotName(l, to-1) || triage.IsDigit(l.r[to-1])) {
		return n, true
	}
	for at := max(from+1, to-3); at < to; at++ {
		if n := placeWord(l, at); n > 0 && at+n == to {
			return 0, true
		}
	}
	return 0, false
}

func placeWord(l letters, i int) int { return max(spotEnds(l.r, i), spotRoads(l.r, i)) }

// spotThings are measures of things one can have 几 of; spotMeasures are those of money, time and age too.
const (
	spotThings   = "个只张条辆头袋米件人次天台亩斤户串棵间"
	spotMeasures = spotThings + "元块万岁年月日点"
)

// wholeNumbers keeps a number that several used, or leaves it out whole; no title begins with the measure of one left out: 元的大棚不能白扔.
func (t *spotTalk) wholeNumbers(l letters, i int, keep []bool) {
	begun := false
	for k := 0; k < len(keep); k++ {
		if !triage.IsDigit(l.r[i+k]) {
			begun = begun || keep[k]
			continue
		}
		from := k
		for k < len(keep) && triage.IsDigit(l.r[i+k]) {
			k++
		}
		all := t.numbers[string(l.r[i+from:i+k])] >= t.known && !slices.Contains(keep[from:k], false)
		for x := from; x < k && !all; x++ {
			keep[x] = false
		}
		if !all && !begun && k < len(keep) && strings.ContainsRune(spotMeasures+"的", l.r[i+k]) {
			keep[k] = false
			k++
		}
		begun = begun || all
		k--
	}
}

// bridge keeps the small words between two that are kept: without 没 a sentence says the opposite.
func bridge(l letters, i int, keep []bool) {
	for k := 1; k < len(keep); k++ {
		if keep[k] || !keep[k-1] {
			continue
		}
		to := k
		for to < len(keep) && !keep[to] && spotEmpty[l.r[i+to]&0xFFFF] {
			to++
		}
		for ; to < len(keep) && keep[to] && k < to; k++ {
			keep[k] = true
		}
	}
}

// trimTitle takes off what a title neither begins nor ends with.
func trimTitle(s string) string {
	for _, w := range []string{"我们", "我家", "我的", "我"} {
		if rest, ok := strings.CutPrefix(s, w); ok && utf8.RuneCountInString(rest) > 3 {
			s = rest
			break
		}
	}
	s = strings.TrimRight(strings.TrimLeft(s, "的是了也与和及"), " …的在到与和及被为是有这那")
	if i := strings.LastIndex(s, "…"); i >= 0 && utf8.RuneCountInString(s[i:]) == 2 { // one letter behind a gap tells nothing: 妈差点…元
		s = strings.TrimRight(s[:i], "的在到与和及被为是有这那")
	}
	for again := true; again; {
		again = false
		for _, w := range spotOpenings {
			if rest, ok := strings.CutPrefix(s, string(w)); ok && len(rest) > 9 {
				s, again = strings.TrimLeft(rest, " …的年月日"), true
			}
		}
	}
	return s
}

// afterOpening steps over the words with which complaints begin.
func afterOpening(l letters, i, j int) int {
	for again := true; again; {
		again = false
		for _, w := range spotOpenings {
			if l.has(w, i) && i+len(w) < j-3 {
				i += len(w)
				again = true
			}
		}
	}
	return i
}

// spotPolite are words of any complaint.
var spotPolite = strings.Split("尊敬|领导|进行|工作|办理|问题|情况|现在|严重影响|希望|相关|附近|号附近|请帮|麻烦", "|")

var spotOpenings = func() (out [][]rune) {
	for _, w := range strings.Split("投诉|举报|已经反映|多次反映|反映|反应|关于|咨询|请问|问问|建议|恳请|请求|希望|再次|我要|坚决|反对|你好|您好|强烈|询问|想问|问|我们|我是|本人|尊敬的|领导|各位|麻烦", "|") {
		out = append(out, []rune(w))
	}
	return out
}()
