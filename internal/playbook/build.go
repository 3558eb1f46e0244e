package playbook

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/grid"
)

// builder turns the rows of a pile of folders into a book and tells every mistake on the way.
type builder struct {
	*Book
	bad    *list
	sheets map[string]sheet
	top    *folder
	shapes []shape
	told   map[string]text
	inUse  map[string]bool // outcomes that a kind names
}

func build(layers []*folder, day grid.Day, bad *list) *Book {
	top := layers[len(layers)-1]
	b := builder{Book: &Book{Name: top.Name, Title: grid.Name{Zh: top.Zh, En: top.En}, From: day, texts: map[string]grid.Name{},
		documents: map[string][]byte{}},
		bad: bad, sheets: map[string]sheet{}, top: top, told: map[string]text{}, inUse: map[string]bool{}}
	for _, f := range layers {
		b.Layers = append(b.Layers, f.dir)
		b.folders = append(b.folders, f.files)
		for table, l := range layouts {
			b.sheets[table] = b.sheets[table].over(f.sheets[table], l.decision, bad)
		}
		b.shapes = append(b.shapes, f.shapes...)
		maps.Copy(b.told, f.texts)
	}
	b.words()
	b.makeKinds()
	b.makeOrg(layers)
	b.makeTeams()
	b.grades = b.table("grades", b.gradeRow)
	b.routes = b.table("routes", b.routeRow)
	b.checkLast(b.routes, "件件要有着落。")
	b.makeClocks()
	b.makeDisputes(layers)
	b.makeKits()
	b.makeServices(layers)
	b.fillChoices()
	b.makeWindows(layers)
	b.makeTellings(layers)
	b.makeSortings()
	b.makeCards(layers)
	b.makeTours(layers)
	b.makeFirms()
	b.makeNotices()
	b.makePoints()
	b.makeRetentions()
	b.makeTexts()
	return b.Book
}

func (b *builder) rows(table string) []*row { return b.sheets[table].rows }

func (b *builder) name(r *row, zh, en string) grid.Name {
	n := grid.Name{Zh: r.get(zh), En: r.get(en)}
	if n.Zh == "" || n.En == "" {
		b.bad.at(r, "“%s”的中英文名称要都有。", r.Key)
	}
	return n
}

func (b *builder) source(r *row) string {
	if r.get("source") == "" {
		b.bad.at(r, "“%s”没有写依据（法条，或“本所规定”）。", r.Key)
	}
	return r.get("source")
}

func (b *builder) yes(r *row, col string) bool {
	return b.oneOf(r, col, []string{"yes", "no"}) == "yes"
}

// oneOf reads a cell that must hold one of the words.
func (b *builder) oneOf(r *row, col string, words []string) string {
	if v := r.get(col); slices.Contains(words, v) {
		return v
	}
	b.bad.at(r, "“%s”列写了“%s”，只能是 %s。", col, r.get(col), strings.Join(words, "、"))
	return ""
}

// number reads a whole number; an empty cell is 0.
func (b *builder) number(r *row, col string, least int) int {
	n, err := strconv.Atoi(r.get(col))
	if r.get(col) == "" {
		n, err = 0, nil
	}
	if err != nil || n < least {
		b.bad.at(r, "“%s”列写了“%s”，要写不小于%d的整数。", col, r.get(col), least)
	}
	return n
}

// refs reads a list of keys that must exist.
func (b *builder) refs(r *row, col, what string, exists func(string) bool) []string {
	for _, k := range r.list(col) {
		if !exists(k) {
			b.bad.at(r, "“%s”列的%s“%s”不存在。", col, what, k)
		}
	}
	return r.list(col)
}

func (b *builder) roles(r *row, col string) (out []grid.Role) {
	for _, k := range b.refs(r, col, "角色", func(k string) bool { return grid.Role(k).Known() }) {
		out = append(out, grid.Role(k))
	}
	return out
}

func (b *builder) isField(k string) bool {
	return slices.ContainsFunc(b.fields, func(f Field) bool { return f.Key == k })
}

func (b *builder) isEvent(k string) bool {
	return slices.ContainsFunc(b.events, func(e Event) bool { return e.Key == k })
}

func (b *builder) isGrade(k string) bool { _, ok := b.ScaleGrade(k); return ok }

func (b *builder) isKind(k string) bool { _, ok := b.Book.Kind(k); return ok }

func (b *builder) isBody(k string) bool { _, ok := b.Body(grid.BodyID(k)); return ok }

func (b *builder) isOutcome(k string) bool {
	return slices.ContainsFunc(b.outcomes, func(o Outcome) bool { return o.Key == k })
}

// allowed refuses what law-and-standards lists under "What is not built".
func (b *builder) allowed(r *row, n grid.Name) {
	if f, hit := found(ForbiddenTraits, r.Key, n.Zh, n.En, r.get("options"), r.get("values")); hit {
		b.bad.at(r, "“%s”属于%s，不得登记。", r.Key, f.Reason)
	}
}

// words reads the small tables that the others refer to.
func (b *builder) words() {
	for _, r := range b.rows("facts") {
		f := Fact{r.Ref, r.Key, b.name(r, "zh", "en"), b.oneOf(r, "type", []string{"choice", "yesno", "number", "kind", "grade"}), r.list("values")}
		if f.Type == "yesno" {
			f.Vals = []string{"yes", "no"}
		}
		b.allowed(r, f.Name)
		b.facts = append(b.facts, f)
	}
	for _, r := range b.rows("fields") {
		b.fields = append(b.fields, b.field(r))
	}
	b.factsOfFields()
	for _, r := range b.rows("events") {
		b.events = append(b.events, Event{r.Key, b.name(r, "zh", "en")})
	}
	for _, r := range b.rows("scale") {
		b.scale = append(b.scale, ScaleGrade{r.Ref, r.Key, b.name(r, "zh", "en"), b.oneOf(r, "colour", Colours),
			b.number(r, "arrive_minutes", 0), b.roles(r, "notify"), b.source(r)})
	}
	for _, r := range b.rows("ratings") {
		b.ratings = append(b.ratings, Rating{r.Key, b.name(r, "zh", "en"), b.number(r, "stars", 1), b.yes(r, "bad"), b.source(r)})
	}
	for _, r := range b.rows("outcomes") {
		o := Outcome{r.Ref, r.Key, b.name(r, "zh", "en"), b.yes(r, "settled"), b.refs(r, "needs", "节点", b.isEvent), b.source(r)}
		b.allowed(r, o.Name)
		b.outcomes = append(b.outcomes, o)
	}
	for _, r := range b.rows("reasons") {
		b.reasons = append(b.reasons, Reason{r.Ref, r.Key, b.oneOf(r, "use", ReasonUses), b.name(r, "zh", "en"), b.yes(r, "stops_clock"), b.source(r)})
	}
	for _, r := range b.rows("bodies") {
		b.org.Bodies = append(b.org.Bodies, grid.Body{ID: grid.BodyID(r.Key), Kind: r.get("kind"), Name: b.name(r, "zh", "en"),
			Outside: b.yes(r, "outside"), MayCall: b.yes(r, "call"), MayTransfer: b.yes(r, "transfer"), Phone: r.get("phone")})
	}
}

// factsOfFields gives a choice without values of its own the options of the field of the same key.
func (b *builder) factsOfFields() {
	for i := range b.facts {
		f := &b.facts[i]
		if field, ok := find(b.fields, func(x Field) bool { return x.Key == f.Key }); ok && f.Type == "choice" && len(f.Vals) == 0 {
			for _, o := range field.Options {
				f.Vals = append(f.Vals, o.Key)
			}
		}
		if f.Type == "choice" && len(f.Vals) == 0 {
			b.bad.add(f.File, f.Line, "“%s”是选择，却没有可选的值（values），也没有同名的选择题。", f.Key)
		}
	}
}

// field reads options as key:中文:English|key:中文:English.
func (b *builder) field(r *row) Field {
	f := Field{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), Type: b.oneOf(r, "type", FieldTypes),
		Sealed: r.get("sealed") == "yes", Source: r.get("source")}
	b.allowed(r, f.Name)
	for _, o := range r.list("options") {
		p := strings.Split(o, ":")
		if len(p) != 3 || p[0] == "" || p[1] == "" || p[2] == "" {
			b.bad.at(r, "选项“%s”要写成 键:中文:English。", o)
			continue
		}
		f.Options = append(f.Options, Option{p[0], grid.Name{Zh: p[1], En: p[2]}})
	}
	if strings.HasPrefix(f.Type, "choice") != (r.get("options") != "") {
		b.bad.at(r, "“%s”：选择题要有选项，别的题不能有选项。", r.Key)
	}
	return f
}

// makeKinds reads kinds.csv. A kind built on another takes over what it leaves empty.
func (b *builder) makeKinds() {
	for _, r := range b.rows("kinds") {
		k := Kind{Ref: r.Ref, Key: r.Key, Base: r.get("base"), Icon: r.get("icon"), Name: b.name(r, "zh", "en"), Grade: r.get("grade"),
			Required: b.refs(r, "required", "字段", b.isField), Extra: b.refs(r, "fields", "字段", b.isField),
			Outcomes:  b.refs(r, "outcomes", "结果", b.isOutcome),
			Mediation: b.yes(r, "mediation"), Visit: b.yes(r, "visit"), Source: b.source(r)}
		b.allowed(r, k.Name)
		b.kinds = append(b.kinds, k)
	}
	for i := range b.kinds {
		k := &b.kinds[i]
		up, ok := b.Book.Kind(k.Base)
		switch {
		case !ok:
			b.bad.add(k.File, k.Line, "“%s”的基类“%s”不存在。", k.Key, k.Base)
			continue
		case k.Base == k.Key && !slices.Contains(Bases, k.Key):
			b.bad.add(k.File, k.Line, "“%s”不能自成一类，要建在 %s 之一上面。", k.Key, strings.Join(Bases, "、"))
		case up.Base != up.Key:
			b.bad.add(k.File, k.Line, "“%s”只能建在基本类上，“%s”本身建在“%s”上。", k.Key, up.Key, up.Base)
		}
		inherit(&k.Grade, up.Grade, k.Grade == "")
		inherit(&k.Icon, up.Icon, k.Icon == "")
		inherit(&k.Required, up.Required, len(k.Required) == 0)
		inherit(&k.Extra, up.Extra, len(k.Extra) == 0)
		inherit(&k.Outcomes, up.Outcomes, len(k.Outcomes) == 0)
		if !b.isGrade(k.Grade) {
			b.bad.add(k.File, k.Line, "“%s”的默认等级“%s”不存在。", k.Key, k.Grade)
		}
		if len(k.Outcomes) == 0 {
			b.bad.add(k.File, k.Line, "“%s”没有一种结果，永远办不结。", k.Key)
		}
		for _, o := range k.Outcomes {
			b.inUse[o] = true
		}
	}
	for _, o := range b.outcomes {
		if !b.inUse[o.Key] {
			b.bad.add(o.File, o.Line, "结果“%s”没有任何一类事项使用。", o.Key)
		}
	}
}

func inherit[T any](to *T, from T, empty bool) {
	if empty {
		*to = from
	}
}

func (b *builder) makeTeams() {
	for _, r := range b.rows("teams") {
		i := slices.IndexFunc(b.teams, func(t Team) bool { return t.Key == r.get("team") })
		if i < 0 {
			i = len(b.teams)
			t := Team{Key: r.get("team"), Name: b.name(r, "zh", "en"), Level: b.number(r, "level", 1), Source: b.source(r)}
			if t.Level > 3 {
				b.bad.at(r, "“%s”是第%d级，团队只有一、二、三级。", t.Key, t.Level)
			}
			b.teams = append(b.teams, t)
		}
		if body := r.get("body"); body != "" && !b.isBody(body) {
			b.bad.at(r, "单位“%s”不存在。", body)
		}
		b.teams[i].Seats = append(b.teams[i].Seats, TeamSeat{b.seat(r), grid.BodyID(r.get("body"))})
	}
}

// seat reads role, count and stand_ins; a seat with police powers is stood in for only by police (13.1, 13.2).
func (b *builder) seat(r *row) grid.Seat {
	s := grid.Seat{HowMany: b.number(r, "count", 1), StandIns: b.roles(r, "stand_ins")}
	if roles := b.roles(r, "role"); len(roles) == 1 {
		s.Role = roles[0]
	} else {
		b.bad.at(r, "“role”列要写一个角色。")
	}
	for _, by := range s.StandIns {
		if by.Known() && !s.Role.MayStandIn(by) {
			b.bad.at(r, "%s没有执法权，不能替%s。", by.Name().Zh, s.Role.Name().Zh)
		}
	}
	return s
}

func (b *builder) makePoints() {
	p := b.top.Points
	b.points = Points{Enabled: p.Enabled, Scope: p.Scope, LegalBasis: p.LegalBasis, Approver: p.Approver, VisibleTo: p.VisibleTo}
	inherit(&b.points.VisibleTo, "person_and_head", p.VisibleTo == "")
	for _, r := range b.rows("points") {
		x := PointRule{r.Ref, r.get("indicator"), b.name(r, "zh", "en"), b.number(r, "points", -100), b.source(r)}
		if f, hit := found(ForbiddenIndicators, r.Key, x.Indicator, x.Name.Zh, x.Name.En); hit {
			b.bad.at(r, "“%s”属于%s，禁止作为考核指标。", x.Name.Zh, f.Reason)
		}
		b.points.Rules = append(b.points.Rules, x)
	}
}

func (b *builder) makeTexts() {
	for key, t := range b.told {
		b.texts[key] = t.Name
	}
	for _, key := range MustTexts {
		if b.texts[key].Zh == "" {
			b.bad.add(b.top.file("texts.toml"), 1, "缺少给群众看的文字“%s”。", key)
		}
	}
}
