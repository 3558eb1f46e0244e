package orgfile

import (
	"regexp"
	"strings"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/organisation"
)

// columns are the columns of every table, by the names people give them; the first name heads the column of an export.
var columns = map[Kind][]sheet.Column{
	Cells: {
		{Key: "id", Names: []string{"编号", "网格编号", "id", "key"}, Required: true}, {Key: "parent", Names: []string{"上级", "上级网格", "所属", "上级编号"}},
		{Key: "kind", Names: []string{"类别", "类型", "网格类别"}, Required: true}, {Key: "zh", Names: []string{"名称", "中文名", "网格名称", "name"}, Required: true},
		{Key: "en", Names: []string{"英文名", "name_en"}}, {Key: "code", Names: []string{"编码", "代码"}},
		{Key: "code_scheme", Names: []string{"编码规则", "编码标准"}}, {Key: "nature", Names: []string{"网格性质", "性质"}},
		{Key: "from", Names: []string{"起始日期", "启用日期", "起"}}, {Key: "until", Names: []string{"截止日期", "停用日期", "止"}},
	},
	Bodies: {
		{Key: "id", Names: []string{"编号", "单位编号", "key"}, Required: true}, {Key: "zh", Names: []string{"名称", "中文名", "单位名称"}, Required: true},
		{Key: "en", Names: []string{"英文名"}}, {Key: "kind", Names: []string{"类别", "类型"}}, {Key: "outside", Names: []string{"外单位"}},
		{Key: "may_call", Names: []string{"可以吹哨联动", "可联动", "call"}}, {Key: "may_transfer", Names: []string{"可以转办", "可转办", "transfer"}},
		{Key: "phone", Names: []string{"公开电话", "电话", "联系电话"}},
	},
	Posts: {
		{Key: "id", Names: []string{"编号", "岗编号", "岗", "post"}, Required: true}, {Key: "kind", Names: []string{"类别", "岗类别", "类型"}},
		{Key: "zh", Names: []string{"名称", "中文名", "岗名称"}}, {Key: "en", Names: []string{"英文名"}}, {Key: "cells", Names: []string{"负责的网格", "网格", "辖区"}},
		{Key: "role", Names: []string{"角色", "席位角色"}}, {Key: "count", Names: []string{"人数", "n"}}, {Key: "stand_ins", Names: []string{"可代班的角色", "代班角色"}},
		{Key: "from", Names: []string{"起始日期", "起"}}, {Key: "until", Names: []string{"截止日期", "止"}},
	},
	People: {
		{Key: "id", Names: []string{"人员编号", "编号"}}, {Key: "role", Names: []string{"角色", "岗位角色", "身份"}, Required: true},
		{Key: "call", Names: []string{"称呼", "人员"}, Required: true}, {Key: "badge", Names: []string{"警号（工号）", "警号", "工号"}},
		{Key: "user", Names: []string{"账号", "用户名"}}, {Key: "cells", Names: []string{"负责的网格", "网格", "责任网格"}},
		{Key: "seats", Names: []string{"岗位", "岗", "posts"}}, {Key: "name", Names: []string{"姓名", "全名"}}, {Key: "phone", Names: []string{"电话", "手机", "手机号", "联系电话"}},
	},
	Leads: {
		{Key: "party_cell", Names: []string{"党网格", "网格"}, Required: true}, {Key: "beat", Names: []string{"警格"}, Required: true},
		{Key: "from", Names: []string{"起始日期", "起"}}, {Key: "until", Names: []string{"截止日期", "止"}},
	},
	Duty: {
		{Key: "person", Names: []string{"人员", "人员编号", "账号", "称呼", "警号"}, Required: true}, {Key: "from", Names: []string{"上班时间", "起始时间", "开始时间", "起"}, Required: true},
		{Key: "until", Names: []string{"下班时间", "截止时间", "结束时间", "止"}, Required: true},
	},
	Calendar: {
		{Key: "on", Names: []string{"日期", "date"}, Required: true}, {Key: "kind", Names: []string{"类别", "休或班"}, Required: true}, {Key: "name", Names: []string{"名称", "节日"}},
	},
}

var titles = map[Kind]grid.Name{Cells: {Zh: "网格", En: "Cells"}, Outlines: {Zh: "网格边界", En: "Outlines"}, Bodies: {Zh: "单位", En: "Bodies"}, Posts: {Zh: "岗位与席位", En: "Posts and seats"},
	People: {Zh: "人员", En: "People"}, Leads: {Zh: "党网格带警格", En: "Party leads"}, Duty: {Zh: "排班", En: "Duty times"}, Calendar: {Zh: "节假日", En: "Calendar"}}

// Title is what a table is called.
func (k Kind) Title(lang string) string { return titles[k].In(lang) }

// Columns names the columns of a table: those it must have, then those it may have.
func (k Kind) Columns() (must, may []string) {
	for _, c := range columns[k] {
		if c.Required {
			must = append(must, c.Names[0])
		} else {
			may = append(may, c.Names[0])
		}
	}
	return must, may
}

// words are what people write for a fixed key, first what an export writes.
var words = map[string][][2]string{
	"kind": {{"派出所", "station"}, {"乡镇、街道", "town"}, {"乡镇", "town"}, {"街道", "town"}, {"村", "village"}, {"社区", "community"}, {"网格", "cell"}, {"警格", "beat"},
		{"片区", "zone"}, {"学校", "school"}, {"市场", "market"}},
	"nature": {{"基础网格", "basic"}, {"基础", "basic"}, {"专属网格", "exclusive"}, {"专属", "exclusive"}},
	"day":    {{"休", "holiday"}, {"节假日", "holiday"}, {"假", "holiday"}, {"班", "workday"}, {"调休上班", "workday"}, {"上班", "workday"}},
	"yes":    {{"是", "yes"}, {"有", "yes"}, {"true", "yes"}, {"1", "yes"}, {"y", "yes"}, {"否", "no"}, {"无", "no"}, {"false", "no"}, {"0", "no"}, {"n", "no"}},
}

// key gives the key of a word; a word nobody knows is its own key.
func key(list, word string) string {
	for _, w := range words[list] {
		if strings.EqualFold(word, w[0]) {
			return w[1]
		}
	}
	return word
}

// word gives what an export writes for a key.
func word(list, key string) string {
	for _, w := range words[list] {
		if key == w[1] {
			return w[0]
		}
	}
	return key
}

// role gives the key of a role that may be written by its name.
func role(s string) string {
	for _, r := range grid.Roles() {
		if s == r.Name().Zh || strings.EqualFold(s, r.Name().En) {
			return string(r)
		}
	}
	switch s {
	case "社区干部", "村干部":
		return string(grid.VillageCadre)
	case "值班领导", "指挥室":
		return string(grid.DutyLead)
	case "管理员":
		return string(grid.Admin)
	}
	return s
}

var between = regexp.MustCompile(`\s*[|｜;；、,，\n]\s*`)

func list(s string) (items []string) {
	for _, x := range between.Split(strings.TrimSpace(s), -1) {
		if x != "" {
			items = append(items, x)
		}
	}
	return items
}

// day reads a date as people write it, and gives it as 2026-03-01.
func (c *checker) day(w *wish, line int, column, s string) string {
	if s == "" {
		return ""
	}
	at, p, err := sheet.ParseTime(s, clock.Shanghai)
	if err != nil || p != sheet.ToDay && at.Format("150405") != "000000" {
		w.bad(line, column, "form.date", nil)
		return ""
	}
	return at.Format("2006-01-02")
}

// yes reads 是 or 否; an empty cell is no.
func (c *checker) yes(w *wish, line int, column, s string) bool {
	switch key("yes", s) {
	case "yes":
		return true
	case "no", "":
		return false
	}
	w.bad(line, column, "orgfile.yes_no", fault.Args{"value": s})
	return false
}

// cell finds a cell by its id, or by its name where only one has it.
func (c *checker) cell(w *wish, line int, column, s string) string {
	if _, ok := c.org.Cell(s); ok || s == "" {
		return s
	}
	found := ""
	for _, x := range c.org.Cells {
		if x.Name.Zh == s || x.Name.En == s && s != "" {
			if found != "" {
				w.bad(line, column, "orgfile.two_cells", fault.Args{"cell": s})
				return s
			}
			found = string(x.ID)
		}
	}
	if found == "" {
		w.bad(line, column, "form.unknown_cell", fault.Args{"cell": s})
		return s
	}
	return found
}

// person finds somebody by id, account, badge, or by how they are called where only one is.
func (c *checker) person(w *wish, line int, s string) string {
	if p, ok := c.org.People[s]; ok && !p.Gone {
		return s
	}
	if id, ok := c.org.ByUser[strings.ToLower(s)]; ok {
		return id
	}
	found := ""
	for _, p := range c.org.Everyone() {
		if !p.Gone && (p.Call == s || p.Badge == s && s != "") {
			if found != "" {
				w.bad(line, "person", "orgfile.two_people", nil)
				return ""
			}
			found = p.ID
		}
	}
	if found == "" {
		w.bad(line, "person", "org.person_not_found", nil)
	}
	return found
}

var seatWords = regexp.MustCompile(`^(.+?)\s*(?:[(（]\s*([0-9-]*)\s*(?:~|～|至)\s*([0-9-]*)\s*[)）])?$`)

// seats reads places at posts: room_1、room_2（2026-01-01～2026-06-30）.
func (c *checker) seats(w *wish, line int, s string) (out []organisation.SeatAtPost) {
	for _, x := range list(s) {
		m := seatWords.FindStringSubmatch(x)
		post := m[1]
		if _, ok := c.org.Post(post); !ok {
			for _, p := range c.org.Posts {
				if p.Name.Zh == post {
					post = string(p.ID)
				}
			}
		}
		if _, ok := c.org.Post(post); !ok {
			w.bad(line, "seats", "org.unknown_post", fault.Args{"post": m[1]})
			continue
		}
		out = append(out, organisation.SeatAtPost{Post: post, From: m[2], Until: m[3]})
	}
	return out
}

func seatText(s grid.Sitting) string {
	if s.From == "" && s.Until == "" {
		return string(s.Post)
	}
	return string(s.Post) + "（" + string(s.From) + "～" + string(s.Until) + "）"
}
