package playbook

import (
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// medical are words of papers that nobody is asked for when something is to be done at home: a tick and a short reason are enough
// (law-and-standards 8.8). The birth certificate a hospital issues is none of them.
var medical = []string{"病历", "诊断", "住院证明", "残疾鉴定", "medical record", "diagnosis"}

// makeServices reads the service catalogue.
func (b *builder) makeServices(layers []*folder) {
	for _, r := range b.rows("services") {
		s := Service{Ref: r.Ref, Name: b.name(r, "zh", "en"), Group: b.oneOf(r, "group", ServiceGroups), Who: b.name(r, "who", "who_en"),
			Note: b.pair(r, "note", "note_en"), Proxy: b.yes(r, "proxy"), InPerson: b.yes(r, "in_person"), MinAge: b.number(r, "min_age", 0),
			Kit: r.get("kit"), Officer: b.yes(r, "officer"), Minutes: b.number(r, "minutes", 1), Limit: b.number(r, "limit", 0),
			LimitUnit: r.get("unit"), Remote: b.number(r, "remote", 0), Fee: 100 * b.number(r, "fee", 0),
			Grounds: b.refs(r, "grounds", "上门理由", b.isGround), Window: b.yes(r, "window"), Source: b.source(r)}
		b.allowed(r, s.Name)
		b.checkService(r, s)
		b.services = append(b.services, s)
	}
	b.makeServicePapers(layers)
	for _, s := range b.services {
		if len(s.Papers) == 0 {
			b.bad.add(s.File, s.Line, "“%s”没有写要带什么（service_papers.csv）：要带的材料要一次告知齐全。", s.Key)
		}
	}
}

func (b *builder) checkService(r *row, s Service) {
	switch {
	case s.Limit > 0:
		b.oneOf(r, "unit", []string{"day", "workday", "month"})
	case s.Remote > 0 || s.LimitUnit != "":
		b.bad.at(r, "“%s”没有写法定时限（limit），就不能写单位和偏远地区延长。", s.Key)
	}
	if s.InPerson && s.Proxy {
		b.bad.at(r, "“%s”要本人到场，就不能由别人代办；未满年龄的由监护人陪同，写在 min_age。", s.Key)
	}
	if s.MinAge > 18 {
		b.bad.at(r, "“%s”的自己办理年龄是%d岁，年满18周岁的都可以自己办。", s.Key, s.MinAge)
	}
	if s.Group == "id_card" && s.InPerson && s.MinAge != 16 {
		b.bad.at(r, "居民身份证年满16周岁自己申领，未满的由监护人代为申领（《居民身份证法》第7条）：min_age 要写16。")
	}
	if s.Kit != "" {
		b.oneOf(r, "kit", b.kitKeys())
		if len(s.Grounds) == 0 {
			b.bad.at(r, "“%s”写了上门用的设备，却没有上门的理由（grounds）。", s.Key)
		}
	}
	if !s.Window && len(s.Grounds) == 0 {
		b.bad.at(r, "“%s”既不在窗口办，也没有上门的理由：没有人办得到。", s.Key)
	}
	if s.Minutes > 240 {
		b.bad.at(r, "“%s”一次要%d分钟，超过半天，预约排不下。", s.Key, s.Minutes)
	}
}

// makeServicePapers gives each item its papers, in the order of the table. A row may be for several items; one that a station retired
// is left out.
func (b *builder) makeServicePapers(layers []*folder) {
	once := func(key string) bool {
		return slices.ContainsFunc(layers, func(f *folder) bool {
			return slices.ContainsFunc(f.sheets["services"].rows, func(r *row) bool { return strings.TrimPrefix(r.Key, "-") == key })
		})
	}
	for _, r := range b.rows("service_papers") {
		p := ServicePaper{Name: b.name(r, "zh", "en"), When: b.pair(r, "when", "when_en"), Original: b.yes(r, "original")}
		b.allowed(r, p.Name)
		for _, w := range medical {
			if strings.Contains(strings.ToLower(p.Name.Zh+p.Name.En), w) {
				b.bad.at(r, "“%s”是医疗材料：上门的理由打个勾、写一句就行，不收病历。", p.Name.Zh)
			}
		}
		keys := b.refs(r, "services", "服务事项", once)
		if len(keys) == 0 {
			b.bad.at(r, "“%s”没有写是哪些事项要的（services）。", r.Key)
		}
		for i := range b.services {
			if slices.Contains(keys, b.services[i].Key) {
				b.services[i].Papers = append(b.services[i].Papers, p)
			}
		}
	}
}

// pair reads a text in both languages that may be left out, but not in one of them.
func (b *builder) pair(r *row, zh, en string) grid.Name {
	if r.get(zh) == "" && r.get(en) == "" {
		return grid.Name{}
	}
	return b.name(r, zh, en)
}

func (b *builder) isGround(key string) bool {
	return slices.ContainsFunc(b.reasons, func(x Reason) bool { return x.Use == "doorstep" && x.Key == key })
}
