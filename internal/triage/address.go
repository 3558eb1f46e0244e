package triage

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// AddressPart is one part of a written address: bytes From to To.
type AddressPart struct {
	Label    string // one of AddressParts
	From, To int
}

// AddressParts are the parts that ParseAddress claims to tell, by the names of the Chinese address parsing set: town or street
// office, village or community, road or group, number on it, building, unit, floor, room.
var AddressParts = []string{"town", "community", "road", "roadno", "houseno", "cellno", "floorno", "roomno"}

// ParseAddress cuts the parts it is sure of out of an address written in one line, from the larger to the smaller; what it
// does not know (provinces, names of firms) it steps over.
func ParseAddress(text string) []AddressPart {
	a := address{l: fold(text)}
	for a.i < len(a.l.r) {
		if !a.division() && !a.town() && !a.number() && !a.named() {
			a.i++
		}
	}
	var out []AddressPart
	for _, p := range a.parts {
		if slices.Contains(AddressParts, p.label) {
			out = append(out, AddressPart{p.label, a.l.at[p.from], a.l.end(p.to)})
		}
	}
	return out
}

type address struct {
	l     letters
	i     int    // where we read
	open  int    // where the name being read begins
	head  int    // where the divisions end
	above string // the last division, without 市, 区, 县
	parts []labelled
}

// labelled is a part; side roads and their numbers are known as sideRoad and sideNo and not told.
type labelled struct {
	label string
	span
}

const (
	sideRoad = "side road"
	sideNo   = "number on a side road"
	sameRoad = "the road again"
)

func (a *address) part(label string, from, to int) bool {
	if label != "" {
		a.parts = append(a.parts, labelled{label, span{from, to}})
	}
	a.i, a.open = to, to
	return true
}

// last is the label of the part before, "poi" when other words stand between (the name of a house, a firm, an estate), ""
// at the head; dashed says that a dash joins the two.
func (a *address) last() (label string, dashed bool) {
	from := a.head
	if n := len(a.parts); n > 0 {
		label, from = a.parts[n-1].label, a.parts[n-1].to
	}
	for i := from; i < a.i; i++ {
		if !isStop(a.l.r[i]) && !a.dash(i) {
			return "poi", false
		}
		dashed = dashed || a.dash(i)
	}
	if label == sameRoad {
		label = "road"
	}
	return label, dashed
}

// dash joins two numbers; many write 一 for it.
func (a *address) dash(i int) bool {
	r := a.next(i)
	return strings.ContainsRune("-—_#", r) && r > 0 || r == '一' && i > 0 && isDigit(a.l.r[i-1]) && isDigit(a.next(i+1))
}

func (a *address) has(labels ...string) bool {
	return slices.ContainsFunc(a.parts, func(p labelled) bool { return slices.Contains(labels, p.label) })
}

func (a *address) is(word string, i int) bool { return a.l.has([]rune(word), i) }

func (a *address) next(i int) rune {
	if i < 0 || i >= len(a.l.r) {
		return 0
	}
	return a.l.r[i]
}

// divisions.txt names provinces, prefectures and counties; its licence lies beside it.
//
//go:embed divisions.txt
var divisionList string

// divisions are the names above the town, whole and as they are said: 浙江省, 浙江.
var divisions = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsFuncSeq(divisionList, func(r rune) bool { return r == '|' || r == '\n' }) {
		all[name] = true
		for _, end := range []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "省", "市", "区", "县", "旗", "盟"} {
			short, ok := strings.CutSuffix(name, end)
			if !ok {
				continue
			}
			for _, people := range []string{"壮族", "回族", "维吾尔", "藏族", "蒙古", "土家族苗族", "苗族侗族", "布依族苗族", "彝族", "傣族", "哈尼族彝族", "畲族", "土家族", "苗族", "满族", "朝鲜族", "白族"} {
				if s, ok := strings.CutSuffix(short, people); ok {
					short = s
				}
			}
			if len([]rune(short)) >= 2 {
				all[short] = true
			}
			break
		}
	}
	return all
})

const longestDivision, longestTown = 12, 8

// stemOfDivision leaves out the word for its sort: 余姚 for 余姚市.
func stemOfDivision(name string) string {
	for _, end := range []string{"自治州", "自治县", "自治旗", "地区", "林区", "市", "区", "县", "旗", "盟"} {
		if s, ok := strings.CutSuffix(name, end); ok && len([]rune(s)) >= 2 {
			return s
		}
	}
	return name
}

// division steps over the divisions above the town at the head of an address.
func (a *address) division() bool {
	if len(a.parts) > 0 {
		return false
	}
	if a.i == a.open && isHan(a.l.r[a.i]) {
		for n := min(longestDivision, len(a.l.r)-a.i); n >= 2; n-- {
			name := string(a.l.r[a.i : a.i+n])
			if divisions()[name] && (strings.ContainsRune("省市区县州旗盟", a.l.r[a.i+n-1]) && !a.is("场", a.i+n) || !a.goesOn(a.i+n)) {
				if next := a.next(a.i + n); strings.ContainsRune("市县区", next) && next > 0 && !a.is("市场", a.i+n) && !strings.ContainsRune("省市区县", a.l.r[a.i+n-1]) {
					n++ // renamed since: 富阳市 is 富阳区 now
				}
				a.head = a.i + n
				a.above = stemOfDivision(name)
				return a.part("", a.i, a.i+n)
			}
		}
	}
	if a.i-a.open > 8 {
		return false
	}
	for _, end := range []string{"自治区", "自治州", "特别行政区", "省", "市", "区", "县", "旗"} {
		n := len([]rune(end))
		if a.i-a.open >= 1 && (n > 1 || a.i-a.open <= 4) && a.is(end, a.i) && !(n == 1 && a.notDivision()) {
			a.head = a.i + n
			return a.part("", a.i, a.i+n)
		}
	}
	return false
}

// towns.txt names the towns and street offices of each county without the words 镇, 乡, 街道; it comes with divisions.txt.
//
//go:embed towns.txt
var townList string

// townsOf are the lines of towns.txt by the names of the county and of the city above it.
var townsOf = sync.OnceValue(func() map[string][]string {
	by := map[string][]string{}
	for line := range strings.Lines(townList) {
		above, _, _ := strings.Cut(line, "|")
		for _, name := range strings.Fields(above) {
			by[name] = append(by[name], line)
		}
	}
	return by
})

// town reads the name of a town or street office right behind the county or city in which it lies: 九堡 for 九堡街道.
func (a *address) town() bool {
	if a.i != a.open || len(a.parts) > 0 || a.head == 0 {
		return false
	}
	lines := townsOf()[a.above]
	for n := min(longestTown, len(a.l.r)-a.i); n >= 2; n-- {
		name := "|" + string(a.l.r[a.i:a.i+n]) + "|"
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, name) }) {
			continue
		}
		for _, end := range []string{"街道", "镇", "乡"} {
			if a.is(end, a.i+n) && !a.is("中", a.i+n+len([]rune(end))) {
				return a.part("town", a.i, a.i+n+len([]rune(end)))
			}
		}
		if !a.goesOn(a.i + n) {
			return a.part("town", a.i, a.i+n)
		}
	}
	return false
}

// goesOn: what follows makes the letters before it part of a longer name: 深圳 in 深圳路, 余杭 in 余杭镇.
func (a *address) goesOn(i int) bool {
	r := a.next(i)
	for n := 3; n <= 4 && i+n <= len(a.l.r); n++ {
		if strings.ContainsRune("市区县", a.l.r[i+n-1]) && divisions()[string(a.l.r[i:i+n])] {
			return false // 宁波镇海区
		}
	}
	if strings.ContainsRune("镇路乡", a.next(i+1)) || a.is("街道", i+1) {
		return isHan(r) && !strings.ContainsRune("市县区省", r) // 白水洋镇, 余杭塘路
	}
	two := []string{"东路", "西路", "南路", "北路", "中路", "大道", "大街", "小区", "新村", "社区", "街道", "广场", "大厦", "花园", "公寓", "东街", "西街", "南街", "北街",
		"工业", "经济", "开发", "家园", "家苑", "一村", "万达"}
	return strings.ContainsRune("路街镇乡村桥弄巷道里苑", r) || strings.ContainsRune("一二三四五六七八九十", r) && strings.ContainsRune("路街巷", a.next(i+1)) ||
		slices.ContainsFunc(two, func(w string) bool { return a.is(w, i) })
}

// notDivision: 市场, 小区, 社区, 园区 and such are no divisions.
func (a *address) notDivision() bool {
	next, before := a.next(a.i+1), a.l.r[a.i-1]
	switch a.l.r[a.i] {
	case '市':
		return strings.ContainsRune("场政民镇乡街", next)
	case '区':
		return a.i-a.open < 6 && strings.ContainsRune("小社园发厂校景", before) || isAlpha(before) || isDigit(before) || strings.ContainsRune("一二三四五六七八九十", before)
	case '县':
		return next == '道' || next == '镇' || next == '街' && a.next(a.i+2) == '道' || next == '城' && !strings.ContainsRune("东西南北关", a.next(a.i+2))
	}
	return false
}

// Names of parks and shops end where these end; what follows is another name.
var nameParts = []struct{ end, label string }{
	{"开发区", ""}, {"新村", ""}, {"村民委员会", "community"}, {"工业园区", ""}, {"区", ""}, {"工业园", ""}, {"科技园区", ""}, {"软件园区", ""}, {"产业园区", ""}, {"物流园区", ""}, {"创业园区", ""}, {"工业区", ""}, {"园区", ""}, {"软件园", ""}, {"产业园", ""}, {"科技园", ""}, {"物流园", ""}, {"创业园", ""}, {"创业中心", ""},
	{"商贸城", ""}, {"酒店", ""}, {"小区", ""}, {"新区", ""}, {"市场", ""}, {"十字路", ""}, {"交叉口", ""}, {"花园", ""}, {"广场", ""}, {"公寓", ""}, {"大厦", ""},
	{"街道办事处", "town"}, {"街道", "town"}, {"社区居委会", "community"}, {"村委会", "community"}, {"居委会", "community"}, {"社区", "community"}, {"行政村", "community"},
	{"自然村", "community"}, {"村民小组", "road"}, {"村民组", "road"}, {"大道", "road"}, {"大街", "road"}, {"胡同", "road"}, {"东路", "road"}, {"西路", "road"}, {"南路", "road"}, {"北路", "road"}, {"中路", "road"},
	{"公路", "road"}, {"镇", "town"}, {"乡", "town"}, {"村", "community"}, {"路", "road"}, {"街", "road"}, {"巷", "road"}, {"弄", "road"}, {"道", "road"}, {"组", "road"}, {"线", "road"},
}

// named reads the end of a name: 龙港|镇, 海丰北|路.
func (a *address) named() bool {
	if r := a.l.r[a.i]; isStop(r) || r == '_' {
		if a.i == a.open {
			a.open++
		}
		a.i++
		if r != '-' && r != '_' {
			a.open = a.i
		}
		return true
	}
	for _, p := range nameParts {
		if a.i == a.open && p.label != "" {
			continue
		}
		end := []rune(p.end)
		if a.l.has(end, a.i) && !a.stray(p.label, len(end)) {
			return a.name(p.label, a.i+len(end))
		}
	}
	return false
}

// name ends a name before letter to.
func (a *address) name(label string, to int) bool {
	from := a.open
	if n := a.usual(label, to); to-from > n+1 {
		from = to - n // what a place without its 镇 or a firm leaves before it: 九堡九环路
	}
	for from > a.open && isDigit(a.l.r[from]) && isDigit(a.l.r[from-1]) {
		from-- // 104国道
	}
	switch {
	case label == "road" && a.has("road") && !a.is("组", to-1):
		label = sideRoad
		for _, p := range a.parts {
			if p.label == "road" && slices.Equal(a.l.r[p.from:p.to], a.l.r[from:to]) {
				label = sameRoad
			}
		}
	}
	return a.part(label, from, to)
}

// usual is how many letters a name of that sort mostly has.
func (a *address) usual(label string, to int) int {
	before := a.next(to - 2)
	switch {
	case label == "road" && strings.ContainsRune("大东西南北中一二三四五六七八九十公", before), label == "road" && isDigit(before), label == "town" && a.is("街道", to-2):
		return 4
	case label == "community" && a.is("村", to-1):
		return 3
	case label == "road":
		return 3
	}
	return 6
}

// stray: the letters look like the end of a name and are not: 新村路, 镇中路, 道口, 街心.
func (a *address) stray(label string, n int) bool {
	next := a.next(a.i + n)
	if n > 1 && label == "" { // 广场西路, 园区中路 are roads
		return next > 0 && strings.ContainsRune("东西南北中", next) && strings.ContainsRune("路街", a.next(a.i+n+1))
	}
	if n > 1 {
		return label == "road" && (next == '街' && a.next(a.i+n+1) == '道' || strings.ContainsRune("镇乡村社", next))
	}
	switch label {
	case "town":
		institution := slices.ContainsFunc([]string{"中路", "中街", "中学", "中心小", "中心卫", "中心幼", "小学", "政府", "府", "卫生", "镇"}, func(w string) bool { return a.is(w, a.i+n) })
		return institution || strings.ContainsRune("东西南北", next) && strings.ContainsRune("路街", a.next(a.i+n+1)) || a.has("road", "town")
	case "community":
		numbered := isDigit(next) || isAlpha(next) || strings.ContainsRune("一二三四五六七八九十东西南北", next) && next > 0
		return strings.ContainsRune("路街口镇道乡村民委", next) && next > 0 || a.has("houseno") || numbered && a.next(a.i+n+1) == '区'
	}
	if strings.ContainsRune("镇乡村", next) && next > 0 || next == '社' && a.next(a.i+2) == '区' || next == '街' && a.next(a.i+2) == '道' {
		return true
	}
	switch a.l.r[a.i] {
	case '组', '线':
		return next > 0 && !isDigit(next) || a.i-a.open < 2 || a.i-a.open > 4
	case '街':
		return strings.ContainsRune("道路心口街", next)
	case '道':
		return next == '路' || next == '街' || a.i-a.open < 2
	case '路', '巷', '弄':
		return strings.ContainsRune("口桥灯公", next)
	}
	return false
}

// number reads what begins with a number or a letter: 602号, 3幢, B座, 二单元, 5楼, 1097.
func (a *address) number() bool {
	r, i := a.l.r, a.i
	for i < len(r) && isAlpha(r[i]) && i-a.i < 2 {
		i++
	}
	letter := i > a.i
	if letter && a.i > 0 && isAlpha(r[a.i-1]) {
		return false
	}
	_, to, ok := readNumber(r, i)
	for ok && to < len(r) && (isDigit(r[to]) || isAlpha(r[to]) && !isAlpha(a.next(to+1)) && !a.floorLetter(to)) {
		to++
	}
	if !ok {
		to = i
	}
	if !ok && !letter {
		return a.floorByName()
	}
	arabic := ok && isDigit(r[i])
	if end := a.pair(to); end > 0 {
		return a.part("roadno", a.i, end)
	}
	if label, n := a.unitOf(to, arabic || letter); n > 0 {
		from := a.i
		if (label == "floorno" || label == "houseno") && from > 0 && strings.ContainsRune("第负", r[from-1]) && a.open < from {
			from--
		}
		return a.part(label, from, to+n)
	}
	if label := a.bare(to, letter); label != "" {
		return a.part(label, a.i, to)
	}
	if arabic {
		a.i = to
		return true
	}
	return false
}

// pair reads 389-399号 on a road: from one house to the next ones, and not a house and its building. It ends at the letter told.
func (a *address) pair(to int) int {
	last, _ := a.last()
	if last != "road" && last != "community" || !a.dash(to) || a.l.r[to] == '#' {
		return 0
	}
	from, _, _ := readNumber(a.l.r, a.i)
	until, end, ok := readNumber(a.l.r, to+1)
	if !ok || !isDigit(a.l.r[to+1]) || until <= from || until > from+60 {
		return 0
	}
	if a.is("号", end) {
		end++
	}
	return end
}

// floorLetter: the F of 15F.
func (a *address) floorLetter(i int) bool { return a.l.r[i] == 'f' && isDigit(a.l.r[i-1]) }

func (a *address) floorByName() bool {
	for _, word := range []string{"架空层", "底层", "顶层", "首层"} {
		if a.is(word, a.i) {
			return a.part("floorno", a.i, a.i+len([]rune(word)))
		}
	}
	return false
}

// unitOf tells which part a number is by the words behind it, and how many letters those have.
func (a *address) unitOf(to int, arabic bool) (string, int) {
	last, _ := a.last()
	for _, u := range []struct{ word, label string }{
		{"号大街", "road"}, {"号路", "road"}, {"号大道", "road"}, {"号线", ""}, {"号库", ""}, {"号地块", ""}, {"号桥", ""}, {"号口", ""}, {"号码头", ""}, {"号楼", "houseno"}, {"号栋", "houseno"}, {"号幢", "houseno"},
		{"栋楼", "houseno"}, {"幢楼", "houseno"}, {"栋", "houseno"}, {"幢", "houseno"}, {"座", "houseno"}, {"单元", "cellno"}, {"号院", "roadno"}, {"弄", "roadno"},
		{"室", "roomno"}, {"房", "roomno"}, {"店面", "roomno"}, {"商铺", "roomno"}, {"铺", "roomno"}, {"店", "roomno"}, {"办公室", "roomno"}, {"档", "roomno"}, {"组", "road"}, {"队", "road"}, {"社区", ""}, {"社", "road"},
	} {
		if !a.is(u.word, to) {
			continue
		}
		n := len([]rune(u.word))
		switch {
		case u.label == "road" && a.has("road"):
			return "", 0
		case u.word == "弄" && last == sideRoad:
			return sideNo, n
		case u.word == "弄" && last != "road" && last != "community" && last != "town":
			return "", 0
		}
		if u.label == "" {
			return "", 0
		}
		return u.label, n
	}
	switch {
	case a.is("街", to) && arabic && (last == "poi" || last == "floorno" || last == "houseno"):
		return "cellno", 1 // rows of the stalls of a market hall
	case a.is("楼", to), a.is("层", to), a.is("f", to) && !isAlpha(a.next(to+1)):
		return "floorno", 1
	case a.is("号门", to):
		if last == "houseno" {
			return "cellno", 2
		}
		return "", 0
	case a.is("号", to):
		return a.numbered(to), 1
	}
	return "", 0
}

// numbered tells what a number with 号 is by what stands before it.
func (a *address) numbered(to int) string {
	last, _ := a.last()
	short := to-a.i <= 2
	switch last {
	case "", "road", "community", "town":
		return "roadno"
	case sideRoad:
		return sideNo
	case "roadno", sideNo:
		return "houseno"
	case "houseno":
		if short || isDigit(a.next(to+1)) {
			return "cellno"
		}
		return "roomno"
	case "cellno", "floorno", "roomno":
		return "roomno"
	}
	switch {
	case a.has("houseno", "floorno"), a.has("roadno") && !short:
		return "roomno"
	case a.has("roadno"):
		return "houseno"
	}
	return a.beside(short)
}

// beside tells what a number is behind the name of an estate or a market hall, where no road was told: a building or a stall;
// behind any other name it counts as on a road.
func (a *address) beside(short bool) string {
	before, before2 := a.next(a.i-1), a.next(a.i-2)
	switch {
	case before2 == '市' && before == '场', before2 == '商' && before == '城', before2 == '贸' && before == '城', before2 == '配' && before == '城', before2 == '大' && before == '厦', before2 == '中' && before == '心':
		if short {
			return "houseno"
		}
		return "roomno"
	case strings.ContainsRune("区园期苑院", before), before2 == '新' && before == '村', before2 == '工' && before == '业':
		return "houseno"
	}
	return "roadno"
}

// countWords: a number before one of these counts something else: 2期, 1区, 6路.
const countWords = "号期区路米排街巷国省县年月日点个人道线分院中小队届级联次寸吨公村里单环"

// bare tells what a number or letter with nothing behind it is: 12-3-1001 after a name, or the room at the end.
func (a *address) bare(to int, letter bool) string {
	last, dashed := a.last()
	next, digits := a.next(to), to-a.i
	if next != 0 && strings.ContainsRune(countWords, next) || isAlpha(next) || digits > 5 || !letter && !isDigit(a.l.r[a.i]) {
		return ""
	}
	joined := a.dash(to) && (isDigit(a.next(to+1)) || isAlpha(a.next(to+1)))
	end := next == 0 || isStop(next) || a.dash(to)
	short := digits <= 2
	if letter {
		switch {
		case last == "floorno" && digits >= 3, last == "poi" && digits > 3 && end && a.has("roadno"):
			return "roomno"
		case digits <= 3 && (last == "poi" || last == "roadno") && end:
			return "houseno"
		case last == "houseno" && dashed && short:
			return "cellno"
		}
		return ""
	}
	switch last {
	case "road", "community":
		return "roadno"
	case sideRoad:
		return sideNo
	case "roadno", sideNo:
		if dashed || short {
			return "houseno"
		}
		return "roomno"
	case "houseno":
		if short || joined {
			return "cellno"
		}
		return "roomno"
	case "cellno", "floorno":
		return "roomno"
	case "poi":
		switch {
		case short && (end || a.has("roadno")), joined:
			return "houseno"
		case end && digits <= 4:
			return "roomno"
		}
	}
	return ""
}
