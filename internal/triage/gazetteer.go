package triage

import (
	"bufio"
	"bytes"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
)

// Entry is a place the station knows: a cell, a village, a road, a venue or a landmark, and the cell it lies in. Parent is
// the cell above, told by entries that are cells themselves: places of one name are told apart by it.
type Entry struct {
	Name         string
	Aliases      []string
	Cell, Parent grid.CellID
}

// Gazetteer finds the known places in a text. It is built whole and never changes; safe for concurrent use.
type Gazetteer struct {
	entries []Entry
	names   map[string]called // folded
	first   map[rune]int      // the longest name that begins with a letter
	above   map[grid.CellID]grid.CellID
	near    map[nearKey]int32 // the one entry of that sort in a cell; several where more than one is
}

// called is what a name means: an entry, or several.
type called struct {
	entry int32
	exact bool // the name itself or a given alias, no shortening of ours
}

type nearKey struct {
	sort string
	cell grid.CellID
}

const several = -1

// EntriesOf lists the cells in force and the posts of one cell as entries. Of a post's name the place is what stands before
// the sort of the post: 望湖苑小学保安岗.
func EntriesOf(tree *grid.Tree, at time.Time, posts ...grid.Post) (out []Entry) {
	for _, c := range tree.Cells(at) {
		if c.Kind != grid.KindStation && c.Kind != grid.KindBeat {
			out = append(out, Entry{Name: c.Name.Zh, Cell: c.ID, Parent: c.Parent})
		}
	}
	for _, p := range posts {
		if len(p.Cells) != 1 || !p.Covers(grid.DayOf(at)) {
			continue
		}
		if c, ok := tree.Cell(p.Cells[0], at); ok && c.Kind != grid.KindStation {
			e := Entry{Name: bare(p.Name.Zh), Cell: c.ID}
			for _, end := range postEnds {
				if head, ok := strings.CutSuffix(e.Name, end); ok && len([]rune(head)) >= 3 && !strings.HasSuffix(head, "物业") {
					e.Aliases = append(e.Aliases, head)
					break
				}
			}
			out = append(out, e)
		}
	}
	return out
}

var postEnds = []string{"保安岗", "联防岗", "护学岗", "执勤点", "值守点", "警务窗口", "岗"}

// ReadPlaces reads the places of playbooks, triage/places.tsv, the lowest layer first: name, aliases parted by |, the key of
// the cell. A place named again in a later layer is moved there. Lines beginning with # are notes.
func ReadPlaces(layers ...fs.FS) ([]Entry, error) {
	var out []Entry
	for _, layer := range layers {
		src, err := fs.ReadFile(layer, placesFile)
		if err != nil {
			continue // a playbook need not name any
		}
		lines := bufio.NewScanner(bytes.NewReader(src))
		for n := 1; lines.Scan(); n++ {
			line := strings.TrimRight(strings.TrimPrefix(lines.Text(), "\ufeff"), "\r")
			cells := append(strings.Split(line, "\t"), "", "")
			if line == "" || line[0] == '#' || cells[0] == "name" {
				continue
			}
			for i := range cells {
				cells[i] = strings.TrimSpace(unquote(cells[i]))
			}
			if len(fold(cells[0]).r) < 2 || cells[2] == "" {
				return nil, fault.New(fault.Invalid, "triage.bad_place", fault.Args{"line": n, "name": cells[0]})
			}
			e := Entry{Name: cells[0], Cell: grid.CellID(cells[2])}
			for a := range strings.SplitSeq(cells[1], "|") {
				if a = strings.TrimSpace(a); a != "" {
					e.Aliases = append(e.Aliases, a)
				}
			}
			out = slices.DeleteFunc(out, func(x Entry) bool { return x.Name == e.Name })
			out = append(out, e)
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const placesFile = "triage/places.tsv"

// isRows tells whether a .tsv of a playbook's folder triage holds labelled rows.
func isRows(name string) bool {
	base := path.Base(name)
	return base != "words.tsv" && base != path.Base(placesFile)
}

// NewGazetteer knows the entries by name, by their aliases and by the usual shortenings: 集西村 is also 集西, 李家堡牲畜交易市场
// is also 牲畜交易市场 and 牲畜市场. A shortening that is another place's own name means that place.
func NewGazetteer(entries []Entry) *Gazetteer {
	g := &Gazetteer{entries: slices.Clone(entries), names: map[string]called{}, first: map[rune]int{},
		above: map[grid.CellID]grid.CellID{}, near: map[nearKey]int32{}}
	var towns []string
	for _, e := range entries {
		if e.Parent != "" && e.Parent != e.Cell {
			g.above[e.Cell] = e.Parent
		}
		for _, end := range []string{"镇", "乡", "村", "社区", "街道"} {
			if town, ok := strings.CutSuffix(bare(e.Name), end); ok && len([]rune(town)) >= 2 {
				towns = append(towns, town)
			}
		}
	}
	stems := map[grid.CellID][]string{}
	for i, e := range entries {
		for _, name := range append([]string{e.Name}, e.Aliases...) {
			g.put(bare(name), int32(i), true)
			g.putNear(bare(name), int32(i))
		}
		if e.Parent != "" || stems[e.Cell] == nil {
			stems[e.Cell] = append(stems[e.Cell], bare(e.Name))
		}
	}
	for i, e := range entries {
		for _, name := range shortened(bare(e.Name), towns) {
			g.put(name, int32(i), false)
			g.putNear(name, int32(i))
		}
		for cell := range g.up(e.Cell) { // 渡口村 has 渡口一组, which is 一组 there
			for _, stem := range stems[cell] {
				if rest, ok := strings.CutPrefix(bare(e.Name), stemOf(stem)); ok && len([]rune(rest)) >= 2 && bare(e.Name) != stem {
					g.putNear(rest, int32(i))
				}
			}
		}
	}
	return g
}

func stemOf(name string) string {
	for _, end := range nameEnds {
		if head, ok := strings.CutSuffix(name, end); ok && len([]rune(head)) >= 2 {
			return head
		}
	}
	return name
}

// up lists a cell and those above it.
func (g *Gazetteer) up(cell grid.CellID) iter.Seq[grid.CellID] {
	return func(yield func(grid.CellID) bool) {
		for n := 0; cell != "" && n < 12; n++ { // a circle of wrong entries ends too
			if !yield(cell) {
				return
			}
			cell = g.above[cell]
		}
	}
}

func (g *Gazetteer) put(name string, entry int32, exact bool) {
	for _, name := range bothNumerals(name) {
		r := fold(name).r
		if len(r) < 2 {
			continue
		}
		if !exact && (headWords[string(r)] || strings.Contains(everyday, "|"+string(r)+"|")) {
			continue // 驿站 alone is the one for parcels, and not 驿站社区
		}
		key := string(r)
		had, ok := g.names[key]
		switch {
		case ok && had.exact && !exact:
			continue
		case ok && had.exact == exact && had.entry != entry && (had.entry == several || !g.same(had.entry, entry)):
			had.entry = several
		case !ok || had.exact != exact:
			had = called{entry, exact}
		}
		g.names[key] = had
		g.first[r[0]] = max(g.first[r[0]], len(r))
	}
}

func (g *Gazetteer) same(a, b int32) bool {
	return g.entries[a].Name == g.entries[b].Name && g.entries[a].Cell == g.entries[b].Cell
}

// putNear notes an entry under its sort, such as 桥 or 小学, and what it is called beside its village, in its cell and
// those above.
func (g *Gazetteer) putNear(name string, entry int32) {
	for _, name := range bothNumerals(name) {
		r := fold(name).r
		sorts := []string{string(r)}
		for _, s := range vagueSorts {
			for _, end := range s.ends {
				if strings.HasSuffix(name, end) && !slices.Contains(sorts, s.sort) {
					sorts = append(sorts, s.sort)
				}
			}
		}
		for _, s := range sorts {
			for cell := range g.up(g.entries[entry].Cell) {
				key := nearKey{s, cell}
				if had, ok := g.near[key]; !ok {
					g.near[key] = entry
				} else if had != several && !g.same(had, entry) {
					g.near[key] = several
				}
			}
		}
	}
}

// vagueSorts: what people call the one place of a sort around them, and how the names of such places end.
var vagueSorts = []struct {
	sort  string
	words string
	ends  []string
}{
	{"村", "村里|村口|村头|村上|村部|村委会|村西|村东|村南|村北|村子|俺村|我村|我们村|咱村", []string{"村"}},
	{"社区", "社区|居委会|我们社区|咱社区", []string{"社区"}},
	{"镇", "镇上|镇政府|街上|乡上|乡政府|街道办", []string{"镇", "乡", "街道"}},
	{"小学", "小学", []string{"小学"}},
	{"幼儿园", "幼儿园", []string{"幼儿园"}},
	{"中学", "中学|初中|高中", []string{"中学"}},
	{"学校", "学校|校门口|校门|校外|校园|操场|教学楼", []string{"小学", "中学", "学校", "幼儿园"}},
	{"桥", "桥头|桥上|桥下|桥底下|桥边|桥洞|大桥", []string{"桥", "桥头"}},
	{"市场", "市场|集上|集市|大集|交易市场", []string{"市场"}},
	{"菜市场", "菜市场|菜市|农贸市场", []string{"菜市场", "农贸市场"}},
	{"夜市", "夜市", []string{"夜市"}},
	{"商场", "商场|购物中心", []string{"商场", "购物中心", "商城"}},
	{"医院", "医院|卫生院", []string{"医院", "卫生院"}},
	{"厂", "厂里|厂门口|厂区|厂门|厂大门|工厂", []string{"厂", "有限公司"}},
	{"采石场", "采石场|石料场", []string{"采石场", "石料场"}},
	{"水库", "水库", []string{"水库"}},
	{"广场", "广场", []string{"广场"}},
	{"公园", "公园", []string{"公园"}},
	{"车站", "车站|汽车站|客运站|长途车站", []string{"车站", "客运站", "车站周边"}},
	{"检查站", "检查站|卡口|国道卡口", []string{"检查站", "卡口"}},
	{"码头", "码头|渡口", []string{"码头", "渡口"}},
	{"小区", "小区|我们小区|咱小区|小区门口", []string{"小区", "花园", "家园", "苑"}},
	{"警务室", "警务室", []string{"警务室"}},
}

var vagueWords = func() map[string]string {
	m := map[string]string{}
	for _, s := range vagueSorts {
		for w := range strings.SplitSeq(s.words, "|") {
			m[w] = s.sort
		}
	}
	return m
}()

// bare leaves out what stands in brackets.
func bare(name string) string {
	if i := strings.IndexAny(name, "（("); i > 0 {
		return name[:i]
	}
	return name
}

var nameEnds = []string{"村民委员会", "居民委员会", "社区居委会", "村委会", "社区", "小区", "村", "镇", "乡", "街道", "网格", "有限公司", "公司"}

// everyday words that villages and estates are named by: 平安 alone is a wish, and not 平安村.
const everyday = "|平安|幸福|和平|团结|光明|建设|胜利|解放|文明|友谊|前进|上坡|下坡|新建|新华|人民|东方|向阳|太平|安宁|吉祥|如意|兴旺|富强|民主|友好|新生|希望|丰收|健康|快乐|阳光|和谐|美好|繁荣|振兴|" +
	"上游|下游|中心|新兴|永久|发展|进步|跃进|先锋|创新|学院|金色|红星|东风|长青|长安|永安|安全|"

// shorter: how long names of institutions are said.
var shorter = [][2]string{{"初级中学", "初中"}, {"初级中学", "中学"}, {"高级中学", "高中"}, {"高级中学", "中学"}, {"九年制学校", "学校"}, {"职业学校", "职校"}, {"农贸市场", "菜市场"},
	{"购物中心", ""}, {"派出所", ""}, {"卫生服务站", "卫生站"}, {"人民医院", "医院"}, {"人民政府", "政府"}}

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
	for _, s := range shorter {
		if head, ok := strings.CutSuffix(name, s[0]); ok && head != "" {
			add(head + s[1])
		}
	}
	for _, town := range towns { // 李家堡镇 before 牲畜交易市场
		if rest, ok := strings.CutPrefix(name, town); ok && len([]rune(rest)) >= 3 && !strings.HasPrefix(rest, "初级") && !strings.HasPrefix(rest, "高级") {
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

// bothNumerals gives a name as it is and with its number in the other figures: 渡口一组, 渡口1组.
func bothNumerals(name string) []string {
	const han, arabic = "一二三四五六七八九", "123456789"
	r := []rune(name)
	for i := range r {
		if i+1 < len(r) && !strings.ContainsRune("组队社区网号期栋幢楼段单", r[i+1]) {
			continue
		}
		for k, h := range []rune(han) {
			a := rune(arabic[k])
			if i+1 >= len(r) || r[i] != h && r[i] != a || i > 0 && (isDigit(r[i-1]) || strings.ContainsRune(han+"十", r[i-1])) {
				continue
			}
			other := slices.Clone(r)
			if other[i] = a; r[i] == a {
				other[i] = h
			}
			return []string{name, string(other)}
		}
	}
	return []string{name}
}

// at finds the longest known name that begins at letter i.
func (g *Gazetteer) at(l letters, i int) (called, int) {
	if g == nil || i >= len(l.r) {
		return called{}, 0
	}
	for n := min(g.first[l.r[i]], len(l.r)-i); n >= 2; n-- {
		if c, ok := g.names[string(l.r[i:i+n])]; ok {
			return c, n
		}
	}
	return called{}, 0
}

// around finds the one place of a sort nearest to the cells: 桥头 is at the bridge of who writes of it.
func (g *Gazetteer) around(sort string, cells ...grid.CellID) (int32, bool) {
	if g == nil {
		return several, false
	}
	for _, from := range cells {
		for cell := range g.up(from) {
			if e, ok := g.near[nearKey{sort, cell}]; ok {
				if e != several {
					return e, true
				}
				break
			}
		}
	}
	return several, false
}

func (g *Gazetteer) within(cell, of grid.CellID) bool {
	for c := range g.up(cell) {
		if c == of {
			return true
		}
	}
	return false
}
