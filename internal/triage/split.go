package triage

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Piece is one thing of a message that tells of several, or a stretch of it: bytes From to To.
type Piece struct {
	Words    string
	From, To int
}

const (
	leastPiece = 5 // letters a piece needs to stand by itself
	leastTold  = 8 // letters it needs where nothing but a word like 另外 parts it
)

// Split parts a message that numbers what it says (1、… 2、…; 一是…二是…) or says itself that something else begins (另外,
// 再就是, 顺便说). A message about one thing comes back as one piece, and nothing of the text is lost: the pieces follow one
// another. It rather leaves two things together than takes one apart; who cuts by hand uses SplitAt.
func Split(text string) []Piece {
	return splitAt(text, fold(text))
}

// splitAt is Split of a text that is folded already.
func splitAt(text string, l letters) []Piece {
	cuts := []int{0}
	for i := 1; i < len(l.r); i++ {
		if cutAt(&l, i) {
			cuts = append(cuts, i)
		}
	}
	if parted(l, cuts) {
		return pieces(text, l, cuts)
	}
	return pieces(text, l, []int{0})
}

// SplitAt parts a text before the bytes told. Those outside it, at its ends or told twice do nothing, one inside a letter
// parts before the letter; the pieces always make up the whole text.
func SplitAt(text string, offsets []int) (out []Piece) {
	at := []int{0}
	for _, o := range offsets {
		for o > 0 && o < len(text) && !utf8.RuneStart(text[o]) {
			o--
		}
		if o > 0 && o < len(text) {
			at = append(at, o)
		}
	}
	slices.Sort(at)
	at = append(slices.Compact(at), len(text))
	for i := 0; i+1 < len(at); i++ {
		out = append(out, Piece{text[at[i]:at[i+1]], at[i], at[i+1]})
	}
	return out
}

// Sentences are the stretches between which a person may cut: each ends behind a stop, a new line or a comma. They follow one
// another and make up the whole text.
func Sentences(text string) (out []Piece) {
	from, letters, stopped := 0, 0, false
	for at, r := range text {
		if stopped && !ends(r) && letters >= leastPiece {
			out = append(out, Piece{text[from:at], from, at})
			from, letters, stopped = at, 0, false
		}
		if ends(r) {
			stopped = true
		} else if r != ' ' {
			letters++
			stopped = false
		}
	}
	if n := len(out); n > 0 && letters < leastPiece && from < len(text) {
		out[n-1].To = len(text)
		out[n-1].Words = text[out[n-1].From:]
		return out
	}
	return append(out, Piece{text[from:], from, len(text)})
}

func ends(r rune) bool {
	return strings.ContainsRune("。！？!?；;…\n\r，,　 ~～", r)
}

// other is a word that says that something else begins, and what must not follow it: 另外两个人跑了 goes on.
type other struct {
	word []rune
	not  [][]rune
}

// others by their first letter, for they are looked for behind every stop.
var others = func() map[rune][]other {
	by := map[rune][]other{}
	for _, o := range otherWords {
		w := []rune(o.word)
		x := other{word: w}
		for _, n := range o.not {
			x.not = append(x.not, []rune(n))
		}
		by[w[0]] = append(by[w[0]], x)
	}
	return by
}()

var otherWords = []struct {
	word string
	not  []string
}{
	{"另外", []string{"一个人", "一个", "两", "几", "的", "那", "一边", "一只", "一头", "一名", "一辆", "一户", "一家", "一方", "三", "四", "一拨", "一伙", "半", "一条腿", "一位", "一台"}},
	{"还有就是", nil}, {"还有一个事", nil}, {"还有个事", nil}, {"还有件事", nil}, {"还有一件事", nil}, {"还有个问题", nil}, {"还有一个问题", nil}, {"还有,", nil}, {"还有，", nil}, {"还有一点", nil}, {"还有一条", nil},
	{"再就是", nil}, {"再一个", []string{"人", "月", "小时", "钟头", "多", "星期", "礼拜"}}, {"再有就是", nil}, {"再说一个事", nil}, {"再说个事", nil}, {"再反映", nil},
	{"顺便说", nil}, {"顺便问", nil}, {"顺便反映", nil}, {"顺便提", nil}, {"顺便再", nil}, {"顺便讲", nil}, {"顺带说", nil}, {"顺带问", nil}, {"顺便报", nil},
	{"另一个事", nil}, {"另一件", nil}, {"另一个问题", nil}, {"另有一事", nil}, {"此外", nil}, {"除此之外", nil}, {"对了", []string{"吗", "没", "的", "就", "吧", "不"}},
	{"二是", nil}, {"三是", nil}, {"四是", nil}, {"五是", nil}, {"其次", nil}, {"最后一个", []string{"人", "月", "星期", "走", "学生", "孩子", "娃", "班"}}, {"最后一件", nil},
}

// cutAt tells whether a new thing begins at letter i.
func cutAt(l *letters, i int) bool {
	fresh := isStop(l.r[i-1])
	return fresh && (saysOther(l, i) || saysSecond(l, i)) || numbered(l, i, fresh)
}

func saysOther(l *letters, i int) bool {
	return slices.ContainsFunc(others[l.r[i]], func(o other) bool {
		return l.has(o.word, i) && !slices.ContainsFunc(o.not, func(n []rune) bool { return l.has(n, i+len(o.word)) }) && (len(l.r)-i >= leastTold || o.word[1] == '是')
	})
}

// saysSecond: 第二 and so on, where a 第一 stands too.
func saysSecond(l *letters, i int) bool {
	return l.r[i] == '第' && i+2 < len(l.r) && strings.ContainsRune("二三四五六", l.r[i+1]) && l.index([]rune("第一"), 0) >= 0 &&
		(strings.ContainsRune("，,、：:是 ", l.r[i+2]) || strings.ContainsRune("个件点条", l.r[i+2]) && !l.has([]rune("个人"), i+2) && !l.has([]rune("个月"), i+2))
}

// numbered: 1、 2. 三、
func numbered(l *letters, i int, fresh bool) bool {
	before := l.r[i-1]
	if isDigit(before) || !fresh && !isHan(before) || !slices.ContainsFunc(l.r[i+1:min(len(l.r), i+3)], endsNumber) {
		return false
	}
	_, to, ok := readNumber(l.r, i)
	if !ok || to-i > 2 || to >= len(l.r) {
		return false
	}
	switch l.r[to] {
	case '、', ')', '）', '．':
		return isDigit(l.r[i]) || fresh
	case '.':
		return isDigit(l.r[i]) && fresh && to+1 < len(l.r) && !isDigit(l.r[to+1])
	}
	return false
}

func endsNumber(r rune) bool { return r == '、' || r == ')' || r == '）' || r == '．' || r == '.' }

// parted: the cuts part the text into at least two things long enough.
func parted(l letters, cuts []int) bool {
	if len(cuts) < 2 {
		return false
	}
	long := 0
	for k, from := range cuts {
		to := len(l.r)
		if k+1 < len(cuts) {
			to = cuts[k+1]
		}
		if to-from >= leastPiece {
			long++
		}
	}
	return long >= 2
}

func pieces(text string, l letters, cuts []int) (out []Piece) {
	for k, i := range cuts {
		from, to := 0, len(text)
		if k > 0 {
			from = l.at[i]
		}
		if k+1 < len(cuts) {
			to = l.at[cuts[k+1]]
		}
		if n := len(out); n > 0 && (len([]rune(strings.TrimSpace(text[from:to]))) < leastPiece || isHeading(out[n-1].Words)) {
			out[n-1].To = to // too short for a thing of its own, or the words that announce the list
			out[n-1].Words = text[out[n-1].From:to]
			continue
		}
		out = append(out, Piece{text[from:to], from, to})
	}
	return out
}

// isHeading: words that only announce the list, 反映三个问题：
func isHeading(s string) bool {
	r := fold(s).r
	colon := false
	for len(r) > 0 && isStop(r[len(r)-1]) {
		colon = colon || r[len(r)-1] == ':'
		r = r[:len(r)-1]
	}
	announces := slices.ContainsFunc([]string{"事", "问题", "情况", "一下", "如下", "几点", "反映"}, func(end string) bool { return strings.HasSuffix(string(r), end) })
	return len(r) < leastPiece || len(r) < 14 && (announces || colon) || len(r) < 60 && announces && colon
}

// goingOn: sentences that begin so speak of what was said before.
const goingOn = "他她它这那都也又但而还就后因所导结然现已人我你咱不没有在里外车"

// split parts what Split does, and where nothing else parts it, sentences that tell of different things: each surely of
// another kind, or of another danger, at another place.
func (e *Engine) split(text string, l letters, places []Place) []Piece {
	out := splitAt(text, l)
	if len(out) > 1 || len(places) < 2 || len(l.r) > 300 {
		return out
	}
	cuts := []int{}
	var kind, at string
	for _, s := range hardSentences(text) {
		sl := fold(s.Words)
		here := ""
		for _, p := range places {
			if p.From >= s.From && p.To <= s.To {
				here = p.Words
			}
		}
		if len(sl.r) < leastTold || here == "" {
			continue
		}
		g := e.guess(s.Words, sl)
		if !g.Sure || g.Kind == "咨询" || g.Kind == "闲聊" {
			continue
		}
		if kind != "" && g.Kind != kind && !strings.Contains(here, at) && !strings.Contains(at, here) && !strings.ContainsRune(goingOn, sl.r[0]) {
			cuts = append(cuts, s.From)
		}
		kind, at = g.Kind, here
	}
	return SplitAt(text, cuts)
}

// hardSentences are parted by full stops and new lines alone.
func hardSentences(text string) (out []Piece) {
	from := 0
	for at, r := range text {
		if strings.ContainsRune("。！？!?；;\n", r) {
			to := at + utf8.RuneLen(r)
			out = append(out, Piece{text[from:to], from, to})
			from = to
		}
	}
	return append(out, Piece{text[from:], from, len(text)})
}
