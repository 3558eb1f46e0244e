package triage

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/grid"
)

// Entry is a place the station knows: a cell, a village, a road, a venue or a landmark, and the cell it lies in.
type Entry struct {
	Name    string
	Aliases []string
	Cell    grid.CellID
}

// Gazetteer finds the known places in a text. It is built whole and never changes; safe for concurrent use.
type Gazetteer struct {
	names map[string]entryName // folded
	first map[rune]int         // the longest name that begins with a letter
}

type entryName struct {
	entry     Entry
	exact     bool // the name itself or a given alias, no shortening of ours
	ambiguous bool // two places are called so
}

// EntriesOf lists the cells in force as entries.
func EntriesOf(tree *grid.Tree, at time.Time) (out []Entry) {
	for _, c := range tree.Cells(at) {
		if c.Kind != grid.KindStation && c.Kind != grid.KindBeat {
			out = append(out, Entry{Name: c.Name.Zh, Cell: c.ID})
		}
	}
	return out
}

// NewGazetteer knows the entries by name, by their aliases and by the usual shortenings: 集西村 is also 集西, 李家堡牲畜交易市场
// is also 牲畜交易市场 and 牲畜市场. A shortening that two places share names neither cell.
func NewGazetteer(entries []Entry) *Gazetteer {
	g := &Gazetteer{map[string]entryName{}, map[rune]int{}}
	for _, e := range entries {
		for _, name := range append([]string{e.Name}, e.Aliases...) {
			g.put(bare(name), e, true)
		}
	}
	var towns []string
	for _, e := range entries {
		for _, end := range []string{"镇", "乡", "村", "社区"} {
			if town, ok := strings.CutSuffix(bare(e.Name), end); ok && len([]rune(town)) >= 2 {
				towns = append(towns, town)
			}
		}
	}
	for _, e := range entries {
		for _, name := range shortened(bare(e.Name), towns) {
			g.put(name, e, false)
		}
	}
	return g
}

func (g *Gazetteer) put(name string, e Entry, exact bool) {
	r := fold(name).r
	if len(r) < 2 {
		return
	}
	key := string(r)
	had, ok := g.names[key]
	switch {
	case ok && had.exact && !exact, ok && had.entry.Name == e.Name && had.entry.Cell == e.Cell:
		return
	case ok && had.exact == exact && had.entry.Cell != e.Cell:
		had.ambiguous = true
		g.names[key] = had
	default:
		g.names[key] = entryName{entry: e, exact: exact}
	}
	g.first[r[0]] = max(g.first[r[0]], len(r))
}

// bare leaves out what stands in brackets.
func bare(name string) string {
	if i := strings.IndexAny(name, "（("); i > 0 {
		return name[:i]
	}
	return name
}

var nameEnds = []string{"村民委员会", "居民委员会", "社区", "小区", "村", "镇", "乡", "街道", "网格", "有限公司", "公司"}

func shortened(name string, towns []string) (out []string) {
	add := func(s string) {
		if len([]rune(s)) >= 2 && s != name && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, end := range nameEnds {
		if head, ok := strings.CutSuffix(name, end); ok {
			add(head)
		}
	}
	for _, town := range towns { // 李家堡镇 before 牲畜交易市场
		if rest, ok := strings.CutPrefix(name, town); ok && len([]rune(rest)) >= 3 {
			add(rest)
		}
	}
	for _, s := range append([]string{name}, out...) {
		for _, middle := range []string{"交易", "批发", "综合", "中心", "人民", "第一", "农副产品"} {
			if strings.Contains(s, middle) && len([]rune(s)) >= len([]rune(middle))+4 {
				add(strings.Replace(s, middle, "", 1))
			}
		}
	}
	return out
}

// at finds the longest known name that begins at letter i.
func (g *Gazetteer) at(l letters, i int) (entryName, int) {
	if g == nil || i >= len(l.r) {
		return entryName{}, 0
	}
	for n := min(g.first[l.r[i]], len(l.r)-i); n >= 2; n-- {
		if e, ok := g.names[string(l.r[i:i+n])]; ok {
			return e, n
		}
	}
	return entryName{}, 0
}

// Place is where a text says something is: bytes From to To. Cell is empty when the words name no place that the station
// knows; Vague says that the cell is the sender's and not of the words.
type Place struct {
	Words                string
	From, To             int
	Name                 string // of the known place
	Cell                 grid.CellID
	Vague                bool
	Building, Unit, Room string
}

// FindPlaces lists the mentions of places in text, known or not. Words that fit any place of their sort (村里, 桥头) are laid
// to the cell of who sent it, when one is handed in.
func (g *Gazetteer) FindPlaces(text string, sender grid.CellID) (out []Place) {
	l := fold(text)
	for i := 0; i < len(l.r); {
		m := mention{g: g, l: l, from: i, to: i, floor: i}
		if !m.read() {
			i++
			continue
		}
		if n := len(out); n > 0 {
			m.floor = 0
			for m.floor < len(l.r) && l.at[m.floor] < out[n-1].To {
				m.floor++
			}
		} else {
			m.floor = 0
		}
		m.reachBack()
		p := Place{Words: l.word(text, m.from, m.to), From: l.at[m.from], To: l.end(m.to), Building: m.building, Unit: m.unit, Room: m.room}
		if m.known.entry.Name != "" {
			p.Name = m.known.entry.Name
			if !m.known.ambiguous {
				p.Cell = m.known.entry.Cell
			}
		}
		if p.Cell == "" && sender != "" {
			p.Cell, p.Vague = sender, true
		}
		out = append(out, p)
		i = m.to
	}
	return out
}

// mention reads one mention of a place, part after part.
type mention struct {
	g                    *Gazetteer
	l                    letters
	from, to, floor      int
	known                entryName
	reaches              bool // the first part is the end of a longer name: 路 of 六盘路
	building, unit, room string
}

func (m *mention) read() bool {
	parts := 0
	for {
		if e, n := m.g.at(m.l, m.to); n > 0 {
			if m.known.entry.Name == "" || m.known.ambiguous {
				m.known = e
			}
			m.to += n
			parts++
			continue
		}
		if n := m.numbered(parts > 0); n > 0 {
			m.to += n
			parts++
			continue
		}
		if n := household(m.l, m.to); n > 0 {
			m.to += n
			parts++
			continue
		}
		n, reaches := headAt(m.l, m.to)
		if n == 0 {
			break
		}
		if parts == 0 {
			m.reaches = reaches
		}
		m.to += n
		parts++
	}
	if parts == 0 {
		return false
	}
	for n := tailAt(m.l, m.to); n > 0; n = tailAt(m.l, m.to) {
		m.to += n
	}
	return true
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

var (
	// Heads are words for sorts of places; those that reach are the end of longer names.
	heads      = byFirst("南头|北头|东头|西头|巷子|巷道|坟地|麻将馆|小卖部|打麦场|菜园子|闸口|窑洞|后墙根|夜市|商场|手机店|烧烤店|便利店|理发店|美容店|药店|酒吧|商贸城|售楼部|政府门口|病房|人民路口|湖边|草坪|长椅|单元门|棋牌室|门面|冷库|桥洞|饭摊|豆腐摊|凉粉摊|肉摊|菜摊|布摊|水果摊|摊位|摊子|交易厅|厕所|棚顶|后院|厂大门|门卫室|油罐|地磅房|生产线|园区|锅炉房|食堂|基坑|后河|后山|后沟|教室|操场|门外|校外|河堤|牛头坡|水源|毡房|达坂|戈壁|定居点|饲草垛|棚圈|矿坑|湖上|河谷|夏牧场|夏牧道|保护区|国道卡口|卡口|检查站|客栈|地下车库|政府|东门|西门|南门|北门|配电房|传达室|宿舍楼|实验室|实验楼|走廊|电梯口|雨水沟|水站|网格站|便民服务站|麦地|柴火垛|柴垛|灶房|粪坑|铁皮房|玉米地|苹果园|泵房|涵洞|隧道|桥墩|堤坝|晒场|谷场|打谷场|祠堂|教堂|寺里|清真寺|酒馆|茶馆|烟酒店|彩票店|修理铺|铁匠铺|磨坊|油坊|粮库|料场|堆场|村委会|居委会|村部|队部|桥头|桥下|河边|河滩|河心|河里|水渠|渠边|水库|水坝|大坝|水塔|水源地|鱼塘|井里|井边|沟里|山沟|山梁|山上|山下|塬上|林子|地头|地里|校门口|厂门口|村口|路口|十字路口|三岔路口|十字口|街口|巷口|路边|公路|省道|国道|铁路|铁路边|牧道|草场|夏窝子|冬窝子|牧点|羊圈|牛圈|猪圈|大棚|果园|楼道|楼顶|天台|地下室|地窖|车棚|车库|停车场|消防通道|小区|广场|操场|食堂|宿舍|教学楼|集上|集市|市场|菜场|菜市场|农贸市场|牛市|羊市|牛市院|羊市院|交易大厅|超市|商店|门市部|饭馆|饭店|餐馆|烧烤摊|小吃街|网吧|麻将馆|棋牌室|足疗店|旅馆|旅店|宾馆|浴池|金店|银行|信用社|邮局|供销社|粮站|老粮站|加油站|加气站|收购点|废品站|车站|汽车站|客运站|火车站|公交站|医院|卫生院|卫生室|诊所|药店|敬老院|幼儿园|学校|小学|中学|托管班|派出所|警务室|街道办|镇政府|便民大厅|办事大厅|工地|项目部|厂区|厂房|车间|仓库|炸药库|工棚|砖厂|石料场|沙场|煤矿|矿上|化工厂|养殖场|屠宰场|变电站|戏台|庙里|祠堂|坟地|公墓|游乐园|公园|吊桥|便桥|大桥|高速口|收费站|出租屋|大门口|院子|河道|码头|渡口|堤上|保安室|塌陷区|化粪池|垃圾站|垃圾点|快递点|驿站")
	reaching   = byFirst("路|街|巷|大道|胡同|弄堂|小区|社区|花园|家园|公寓|大厦|广场|超市|市场|村|镇|桥|小学|中学|幼儿园|医院|饭店|宾馆|工地|厂|站|沟|湾|坡|梁|滩|坪|岭|庄|屯|寨|苑|里小区|收购点|弯道|宿舍")
	tails      = byFirst("出口|入口|东侧|外头|墙外|二楼|三楼|后门|前门|侧门|门面|那一片|那一带|那排|附近|路口|草坪|长椅|门口|大门口|门前|门外|旁边|边上|附近|跟前|后头|后面|后边|前头|前面|前边|对面|斜对面|里面|里头|里|上面|上头|上|下面|底下|下头|下|东门|西门|南门|北门|东口|西口|南口|北口|东头|西头|南头|北头|东边|西边|南边|北边|东侧|西侧|北墙|南墙|墙角|拐角|弯道|大厅|一楼|院里|院子|那边|这边|那条路|那院子|那里|那儿|一带|路段|靠沟边|靠河边|工棚|宿舍|空地|外头|外面|后沟|河滩|厂房|园区|中间|第二家|头一家|隔壁|楼下|楼上")
	notReached = []string{"店门", "站长", "站岗", "村子", "修路", "哪条路", "厂商", "厂名", "路人", "路上", "路过", "路灯", "路滑", "路面", "站着", "站在", "厂家", "厂长", "桥牌", "里程", "村民", "村长", "村里人", "街坊", "坡度", "路障"}
)

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
