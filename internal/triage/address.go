package triage

import (
	"slices"
	"strings"
)

// AddressPart is one part of a written address: bytes From to To.
type AddressPart struct {
	Label    string // one of AddressParts
	From, To int
}

// AddressParts are the parts that ParseAddress claims to tell, by the names of the Chinese address parsing set.
var AddressParts = []string{"town", "community", "road", "roadno", "houseno", "cellno", "floorno", "roomno"}

// ParseAddress cuts the parts it is sure of out of an address written in one line, from the larger to the smaller; what it
// does not know (provinces, names of firms) it steps over.
func ParseAddress(text string) []AddressPart {
	a := address{l: fold(text)}
	for a.i < len(a.l.r) {
		if !a.division() && !a.number() && !a.named() {
			a.i++
		}
	}
	out := make([]AddressPart, len(a.parts))
	for k, p := range a.parts {
		out[k] = AddressPart{p.label, a.l.at[p.from], a.l.end(p.to)}
	}
	return out
}

type address struct {
	l     letters
	i     int // where we read
	open  int // where the name being read begins
	parts []labelled
}

type labelled struct {
	label string
	span
}

func (a *address) part(label string, from, to int) bool {
	if label != "" {
		a.parts = append(a.parts, labelled{label, span{from, to}})
	}
	a.i, a.open = to, to
	return true
}

func (a *address) last() string {
	if len(a.parts) == 0 {
		return ""
	}
	return a.parts[len(a.parts)-1].label
}

func (a *address) has(label string) bool {
	return slices.ContainsFunc(a.parts, func(p labelled) bool { return p.label == label })
}

// divisions above the town are stepped over at the head of an address.
func (a *address) division() bool {
	if len(a.parts) > 0 || a.i-a.open > 4 {
		return false
	}
	for _, end := range []string{"自治区", "自治州", "特别行政区", "省", "市", "区", "县", "旗"} {
		n := len([]rune(end))
		if a.i-a.open >= 1 && a.l.has([]rune(end), a.i) && !(n == 1 && a.notDivision()) {
			return a.part("", a.i, a.i+n)
		}
	}
	return false
}

// notDivision: 市场, 小区, 社区, 园区 and such are no divisions.
func (a *address) notDivision() bool {
	next, before := rune(0), a.l.r[a.i-1]
	if a.i+1 < len(a.l.r) {
		next = a.l.r[a.i+1]
	}
	switch a.l.r[a.i] {
	case '市':
		return strings.ContainsRune("场政民镇乡街", next)
	case '区':
		return strings.ContainsRune("小社园发厂街库校景牧矿新东西南北", before) && a.i-a.open < 6 && strings.ContainsRune("小社园发厂校景", before) || isAlpha(before) || isDigit(before)
	case '县':
		return next == '道' || next == '镇' || next == '城' && !(a.i+2 < len(a.l.r) && strings.ContainsRune("东西南北关", a.l.r[a.i+2]))
	}
	return false
}

// Names of parks and shops end where these end; what follows is another name.
var nameParts = []struct{ end, label string }{
	{"开发区", ""}, {"新村", ""}, {"村民委员会", "community"}, {"工业园区", ""}, {"工业园", ""}, {"工业区", ""}, {"园区", ""}, {"软件园", ""}, {"产业园", ""}, {"科技园", ""}, {"商贸城", ""}, {"酒店", ""}, {"小区", ""}, {"新区", ""}, {"市场", ""}, {"十字路", ""}, {"交叉口", ""}, {"花园", ""}, {"广场", ""}, {"公寓", ""}, {"大厦", ""},
	{"街道办事处", "town"}, {"街道", "town"}, {"社区居委会", "community"}, {"村委会", "community"}, {"居委会", "community"}, {"社区", "community"}, {"行政村", "community"},
	{"自然村", "community"}, {"大道", "road"}, {"大街", "road"}, {"胡同", "road"}, {"东路", "road"}, {"西路", "road"}, {"南路", "road"}, {"北路", "road"}, {"中路", "road"},
	{"公路", "road"}, {"镇", "town"}, {"乡", "town"}, {"村", "community"}, {"路", "road"}, {"街", "road"}, {"巷", "road"}, {"弄", "road"}, {"道", "road"},
}

// named reads the end of a name: 龙港|镇, 海丰北|路.
func (a *address) named() bool {
	if a.i-a.open < 1 {
		if isStop(a.l.r[a.i]) {
			a.open = a.i + 1
		}
		return false
	}
	if isStop(a.l.r[a.i]) {
		return a.part("", a.i, a.i+1)
	}
	for _, p := range nameParts {
		end := []rune(p.end)
		if !a.l.has(end, a.i) || a.stray(p.label, len(end)) {
			continue
		}
		from := a.open
		if p.label == "community" && a.i-from > 6 || a.i-from > 9 {
			return a.part("", a.i, a.i+len(end))
		}
		return a.part(p.label, from, a.i+len(end))
	}
	return false
}

// stray: the letters look like the end of a name and are not: 新村路, 镇中路, 道口, 街心.
func (a *address) stray(label string, n int) bool {
	next := rune(0)
	if a.i+n < len(a.l.r) {
		next = a.l.r[a.i+n]
	}
	if n > 1 {
		return false
	}
	r := a.l.r[a.i]
	switch label {
	case "town":
		return strings.ContainsRune("中小政路街府卫市镇", next) || strings.ContainsRune("东西南北", next) && a.i+n+1 < len(a.l.r) && strings.ContainsRune("路街", a.l.r[a.i+n+1]) || a.has("road") || a.has("town")
	case "community":
		return strings.ContainsRune("路街口镇道乡", next) || a.has("houseno")
	default:
		switch r {
		case '街':
			return next == '道' || next == '路' || next == '心' || next == '口'
		case '道':
			return next == '路' || next == '街' || a.i-a.open < 2
		case '路', '巷', '弄':
			return next == '口' || next == '桥' || next == '灯'
		}
		return false
	}
}

// number reads what begins with a number or a letter: 602号, 3幢, B座, 二单元, 5楼, 1097.
func (a *address) number() bool {
	r, i := a.l.r, a.i
	for i < len(r) && isAlpha(r[i]) && i-a.i < 2 {
		i++
	}
	letter := i > a.i
	_, to, ok := readNumber(r, i)
	for ok && to < len(r) && (isDigit(r[to]) || isAlpha(r[to])) {
		to++
	}
	if !ok && !letter {
		return false
	}
	if !ok {
		to = i
	}
	for ok && to+1 < len(r) && r[to] == '-' && isDigit(r[to+1]) && a.joined(to) { // 12-3号 is one number
		for to++; to < len(r) && isDigit(r[to]); to++ {
		}
	}
	if label, n := a.unitOf(to, ok && isDigit(r[i]) || letter); n > 0 {
		return a.part(label, a.i, to+n)
	}
	if !ok || !isDigit(r[i]) {
		return false
	}
	return a.plain(to)
}

// joined: the dash at letter to joins two numbers of one house number, as in 12-3号.
func (a *address) joined(to int) bool {
	end := to + 1
	for end < len(a.l.r) && isDigit(a.l.r[end]) {
		end++
	}
	return end < len(a.l.r) && a.l.r[end] == '号'
}

// unitOf tells which part a number is by the words behind it, and how many letters those have.
func (a *address) unitOf(to int, arabic bool) (string, int) {
	is := func(w string) bool { return a.l.has([]rune(w), to) }
	switch {
	case is("号楼"), is("号栋"), is("号幢"):
		return "houseno", 2
	case is("栋楼"), is("幢楼"):
		return "houseno", 2
	case is("栋"), is("幢"), is("座"):
		return "houseno", 1
	case is("号门") && a.has("houseno"):
		return "cellno", 2
	case is("单元"):
		return "cellno", 2
	case is("楼"), is("层"), is("f") && a.edge(to+1):
		if is("楼") && a.last() != "houseno" && a.last() != "cellno" && a.last() != "roadno" && to-a.i > 2 {
			return "", 0
		}
		return "floorno", 1
	case is("室"):
		return "roomno", 1
	case is("组"), is("队"), is("社") && !is("社区"):
		return "road", 1
	case is("号院"):
		return "roadno", 1
	case is("号线"), is("号桥"), is("号口"), is("号码头"):
		return "", 0
	case is("号"):
		switch {
		case a.last() == "road" || a.last() == "community" || a.last() == "town" || len(a.parts) == 0:
			return "roadno", 1
		case a.last() == "houseno" && to+1 < len(a.l.r) && isDigit(a.l.r[to+1]):
			return "cellno", 1
		case a.last() == "houseno" || a.last() == "cellno" || a.last() == "floorno":
			return "roomno", 1
		}
		return "roadno", 1
	case is("弄"):
		return "roadno", 1
	case is("店面"), is("商铺"):
		return "roomno", 2
	}
	return "", 0
}

func (a *address) edge(i int) bool { return i >= len(a.l.r) || !isAlpha(a.l.r[i]) }

// plain reads a number with nothing behind it: 12-3-1001 after a name, or the room at the end.
func (a *address) plain(to int) bool {
	r := a.l.r
	var groups []span
	for from := a.i; ; {
		groups = append(groups, span{from, to})
		if to+1 >= len(r) || r[to] != '-' && r[to] != '#' || !isDigit(r[to+1]) || len(groups) == 4 {
			break
		}
		from = to + 1
		for to = from; to < len(r) && isDigit(r[to]); to++ {
		}
	}
	labels := map[int][]string{2: {"houseno", "roomno"}, 3: {"houseno", "cellno", "roomno"}, 4: {"houseno", "cellno", "floorno", "roomno"}}[len(groups)]
	switch last := a.last(); {
	case groups[0].to-groups[0].from > 4:
		a.i = to
		return true
	case len(groups) == 1 && to < len(r) && r[to] == '#':
		return a.part("houseno", a.i, to+1)
	case len(groups) == 1 && (last == "houseno" || last == "cellno" || last == "floorno" || to-a.i >= 3 && to-a.i <= 4 && to == len(r)):
		return a.part("roomno", a.i, to)
	case len(groups) == 1:
		a.i = to
		return true
	case last == "houseno" && len(groups) == 2:
		labels = []string{"cellno", "roomno"}
	case last == "houseno" || last == "cellno":
		return a.part("roomno", a.i, to)
	}
	for k, g := range groups {
		a.part(labels[k], g.from, g.to)
	}
	return true
}
