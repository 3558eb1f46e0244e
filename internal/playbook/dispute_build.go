package playbook

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// makeDisputes reads the tables by which disputes are settled.
func (b *builder) makeDisputes(layers []*folder) {
	b.makeTracks()
	b.makeRisks()
	for _, r := range b.rows("ease") {
		b.eases = append(b.eases, Ease{r.Ref, r.Key, b.oneOf(r, "use", EaseUses), b.name(r, "zh", "en"), b.name(r, "words", "words_en"), b.source(r)})
	}
	for _, r := range b.rows("safety") {
		b.law(r)
		b.safety = append(b.safety, SafetyQuestion{r.Key, b.name(r, "zh", "en"), b.source(r)})
	}
	if len(b.safety) == 0 {
		b.bad.add(b.top.file("safety.csv"), 1, "没有一个安全询问：调解前要单独问每一方有没有家庭暴力和胁迫。")
	}
	for _, r := range b.rows("offences") {
		b.law(r)
		o := Offence{r.Key, b.name(r, "zh", "en"), b.source(r)}
		if b.oneOf(r, "use", []string{"act", "ground"}) == "ground" {
			b.grounds = append(b.grounds, o)
		} else {
			b.offences = append(b.offences, o)
		}
	}
	b.makeDangers()
	b.makePapers(layers)
	b.makeTypes()
	b.makeSettings(layers)
}

// law reads the mark of a row that no station may take away.
func (b *builder) law(r *row) {
	if r.get("law") != "" {
		b.yes(r, "law")
	}
}

func (b *builder) makeTracks() {
	for _, r := range b.rows("tracks") {
		forms := b.anyOf(r, "forms", Forms)
		t := Track{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), Presides: b.roles(r, "presides"), MaxSessions: b.number(r, "max_sessions", 0),
			Written: slices.Contains(forms, "written"), Oral: slices.Contains(forms, "oral"), OnSpot: slices.Contains(forms, "on_spot"),
			Signs: b.anyOf(r, "signs", Signers), Copies: b.number(r, "copies", 0), Number: b.pattern(r, "number"),
			Effect: b.name(r, "effect", "effect_en"), Checklist: b.yes(r, "checklist"), Recording: b.yes(r, "recording"), Source: b.source(r)}
		for _, k := range b.refs(r, "host", "单位", func(k string) bool { return k == string(HostStation) || b.isBody(k) }) {
			t.Host = append(t.Host, grid.BodyID(k))
		}
		if len(t.Host) == 0 || len(t.Presides) == 0 {
			b.bad.at(r, "“%s”要写明由谁办（host）、谁主持（presides）。", r.Key)
		}
		b.tracks = append(b.tracks, t)
	}
	for i := range b.tracks {
		t := &b.tracks[i]
		r, _ := find(b.rows("tracks"), func(r *row) bool { return r.Key == t.Key })
		t.Moves = b.refs(r, "moves", "途径", b.isTrack)
		if slices.Contains(t.Moves, t.Key) {
			b.bad.at(r, "“%s”不能转给自己。", t.Key)
		}
		b.lawfulTrack(r, *t)
	}
	for _, must := range []string{TrackPolice, TrackPeople, TrackInformal} {
		if !b.isTrack(must) {
			b.bad.add(b.top.file("tracks.csv"), 1, "缺少“%s”：治安调解、人民调解、群众帮助是三种法律行为，都要有，不得混用。", must)
		}
	}
}

// lawfulTrack holds the two tracks of the law to what the law asks of them (law-and-standards 2.4-2.11, 3.1-3.8).
func (b *builder) lawfulTrack(r *row, t Track) {
	lacks := func(signs ...string) bool {
		return slices.ContainsFunc(signs, func(s string) bool { return !slices.Contains(t.Signs, s) })
	}
	police := slices.ContainsFunc(t.Presides, grid.Role.HasPolicePowers)
	switch {
	case t.Key == TrackPolice:
		if slices.ContainsFunc(t.Presides, func(p grid.Role) bool { return p.Known() && !p.HasPolicePowers() }) {
			b.bad.at(r, "治安调解只能由民警主持（《公安机关办理行政案件程序规定》第181条）。")
		}
		if t.MaxSessions < 1 || t.MaxSessions > 2 {
			b.bad.at(r, "治安调解一般一次，必要时再一次，不得超过两次（《公安机关办理行政案件程序规定》第183条）。")
		}
		if !t.Checklist || !t.Recording {
			b.bad.at(r, "治安调解要先对照可以调解的条件，一名民警主持要全程录音录像（《治安管理处罚法》第9条、第108条）。")
		}
		if t.Oral || lacks("parties", "organ_seal") {
			b.bad.at(r, "治安调解要有书面协议，双方签名、公安机关盖章（《公安机关办理行政案件程序规定》第184条）。")
		}
	case t.Key == TrackPeople:
		if police || slices.Contains(t.Host, HostStation) {
			b.bad.at(r, "人民调解由调解委员会的调解员主持，不能由派出所主持（《人民调解法》第8条、第19条）。")
		}
		if t.Written && lacks("parties", "mediator", "committee_seal") {
			b.bad.at(r, "人民调解协议书要双方签名、调解员签名、调解委员会盖章（《人民调解法》第29条）。")
		}
	case t.Checklist:
		b.bad.at(r, "只有治安调解才对照治安调解的条件。")
	}
}

// anyOf reads a list of which each word must be one of the given.
func (b *builder) anyOf(r *row, col string, words []string) []string {
	for _, w := range r.list(col) {
		if !slices.Contains(words, w) {
			b.bad.at(r, "“%s”列写了“%s”，只能是 %s。", col, w, strings.Join(words, "、"))
		}
	}
	return r.list(col)
}

// pattern reads the pattern of a number.
func (b *builder) pattern(r *row, col string) string {
	p := r.get(col)
	if p != "" && !slices.Equal(blanks(p), []string{"{no}", "{year}"}) {
		b.bad.at(r, "编号样式“%s”里要有且只有 {year} 和 {no} 两个空。", p)
	}
	return p
}

func (b *builder) isTrack(k string) bool { _, ok := b.Track(k); return ok }

func (b *builder) isRoleOrBody(k string) bool { return grid.Role(k).Known() || b.isBody(k) }

// makeRisks reads the steps of a dispute's risk and the table that decides them.
func (b *builder) makeRisks() {
	for _, r := range b.rows("risks") {
		g := RiskGrade{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), Colour: b.oneOf(r, "colour", Colours),
			Tell: b.refs(r, "tell", "角色或单位", b.isRoleOrBody), LookDays: b.number(r, "look_days", 1), FollowDays: b.number(r, "follow_days", 1),
			Team: r.get("team"), Source: b.source(r)}
		if lead := b.roles(r, "lead"); len(lead) == 1 {
			g.Lead = lead[0]
		} else {
			b.bad.at(r, "“lead”列要写一个角色：每一级都要有人牵头。")
		}
		b.refs(r, "team", "团队", b.isTeam)
		b.allowed(r, g.Name)
		b.risks = append(b.risks, g)
	}
	b.risk = b.table("risk", func(r *row, _ Rule) {
		if _, ok := b.RiskGrade(r.get("risk")); !ok {
			b.bad.at(r, "风险等级“%s”不存在。", r.get("risk"))
		}
		b.name(r, "because", "because_en")
	})
	b.checkLast(b.risk, "每件纠纷都要有等级。")
}

func (b *builder) isTeam(k string) bool { _, ok := b.Team(k); return ok }

func (b *builder) makeDangers() {
	for _, r := range b.rows("dangers") {
		b.source(r)
		d := danger{fact: r.get("fact")}
		if f, ok := find(b.facts, func(f Fact) bool { return f.Key == d.fact }); !ok || f.Type != "yesno" {
			b.bad.at(r, "“fact”列的“%s”不是 facts.csv 里的是非事实。", d.fact)
		}
		for _, w := range r.list("words") {
			d.words = append(d.words, fold(w))
		}
		for _, w := range r.list("except") {
			d.except = append(d.except, fold(w))
		}
		if len(d.words) == 0 {
			b.bad.at(r, "“%s”没有写一个词。", r.Key)
		}
		b.dangers = append(b.dangers, d)
	}
}

func (b *builder) makePapers(layers []*folder) {
	for _, f := range layers {
		maps.Copy(b.documents, f.documents)
	}
	for _, r := range b.rows("papers") {
		p := Paper{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), Template: r.get("template"), Tracks: b.refs(r, "tracks", "途径", b.isTrack),
			No: b.number(r, "no", 0), Needed: b.oneOf(r, "needed", PaperNeeds), Of: b.oneOf(r, "of", PaperSubjects), Number: b.pattern(r, "number"),
			Source: b.source(r)}
		if _, ok := b.PaperTemplate(p.Template); !ok {
			b.bad.at(r, "“%s”的模板 documents/%s.tmpl 不存在。", p.Key, p.Template)
		}
		b.papers = append(b.papers, p)
	}
	last := func(p Paper) int {
		switch {
		case p.Of == "cover":
			return -2
		case p.Of == "contents":
			return -1
		case p.No == 0:
			return 1 << 20
		}
		return p.No
	}
	slices.SortStableFunc(b.papers, func(x, y Paper) int { return cmp.Compare(last(x), last(y)) })
}

// makeTypes holds types.csv to the options of the field dispute_type: each must have its place on both lists.
func (b *builder) makeTypes() {
	field, _ := find(b.fields, func(f Field) bool { return f.Key == "dispute_type" })
	for _, o := range field.Options {
		r, ok := find(b.rows("types"), func(r *row) bool { return r.Key == o.Key })
		if !ok {
			b.bad.add(field.File, field.Line, "纠纷类型“%s”在 types.csv 里没有对应的行，报表不知道归到哪一类。", o.Key)
			continue
		}
		b.types = append(b.types, DisputeType{o.Key, o.Name, r.get("grid"), r.get("mediation")})
	}
	for _, r := range b.rows("types") {
		b.source(r)
		if !slices.ContainsFunc(field.Options, func(o Option) bool { return o.Key == r.Key }) {
			b.bad.at(r, "“%s”不是 fields.csv 里纠纷类型（dispute_type）的选项。", r.Key)
		}
		switch code := r.get("grid"); {
		case !slices.ContainsFunc(GridTypes, func(o Option) bool { return o.Key == code }):
			b.bad.at(r, "“grid”列的“%s”不是 GB/T 31000 的纠纷类别代码（01至24、99）。", code)
		case code == GridBelief:
			b.bad.at(r, "“%s”归到代码%s，等于按民族信仰列名单，不得登记。", r.Key, code)
		}
		b.oneOf(r, "mediation", MediationTypes)
	}
}

// makeSettings reads [disputes] of playbook.toml, each number from the uppermost layer that states it.
func (b *builder) makeSettings(layers []*folder) {
	s := &b.settings
	for _, f := range layers {
		d := f.Disputes
		inherit(&s.Calls, d.Calls, d.Calls != 0)
		inherit(&s.WithinDays, d.WithinDays, d.WithinDays != 0)
		inherit(&s.MemoryDays, d.MemoryDays, d.MemoryDays != 0)
		inherit(&s.RemindBeforeDays, d.RemindBeforeDays, len(d.RemindBeforeDays) != 0)
		inherit(&s.Young, d.Young, d.Young != 0)
	}
	miss := func(key, format string, a ...any) {
		b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, key), format, a...)
	}
	for i, n := range []int{s.Calls, s.WithinDays, s.MemoryDays} {
		if key := []string{"calls", "within_days", "memory_days"}[i]; n < 1 {
			miss(key, "[disputes] 的 %s 要写不小于1的整数。", key)
		}
	}
	if len(s.RemindBeforeDays) == 0 || slices.Min(s.RemindBeforeDays) < 1 {
		miss("remind_before_days", "[disputes] 的 remind_before_days 要写提前几天提醒，如 [7, 1]。")
	}
	if s.Young < 18 {
		miss("young", "[disputes] 的 young 不能小于18：未满十八周岁要通知监护人到场（《公安机关办理行政案件程序规定》第181条）。")
	}
}
