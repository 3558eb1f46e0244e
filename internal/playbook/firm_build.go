package playbook

import (
	"regexp"
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// makeFirms reads the tables of firms, checklists and campaigns.
func (b *builder) makeFirms() {
	for _, r := range b.rows("checklists") {
		c := Checklist{Ref: r.Ref, Name: b.name(r, "zh", "en"), Inspection: b.yes(r, "inspection"), Number: b.pattern(r, "number"), Source: b.source(r)}
		if (c.Number != "") != c.Inspection {
			b.bad.at(r, "“%s”：检查要写整改通知书的编号样式（number），走访不发通知书。", r.Key)
		}
		b.checklists = append(b.checklists, c)
	}
	for _, r := range b.rows("questions") {
		b.question(r)
	}
	for _, c := range b.checklists {
		if len(c.Questions) == 0 {
			b.bad.add(c.File, c.Line, "“%s”没有一道问题（questions.csv）。", c.Key)
		}
	}
	for _, r := range b.rows("firms") {
		s := FirmSort{Ref: r.Ref, Name: b.name(r, "zh", "en"), Group: b.oneOf(r, "group", FirmGroups), BriefDays: b.number(r, "brief_days", 1),
			VisitDays: b.number(r, "visit_days", 1), Checklist: r.get("checklist"), Source: b.source(r)}
		b.refs(r, "checklist", "检查表", b.isChecklist)
		if s.BriefDays < 1 || s.VisitDays < 1 {
			b.bad.at(r, "“%s”要写几天通报一次、几天走访一次（brief_days、visit_days）。", r.Key)
		}
		b.allowed(r, s.Name)
		b.firmSorts = append(b.firmSorts, s)
	}
	for _, r := range b.rows("campaigns") {
		b.campaign(r)
	}
}

func (b *builder) isChecklist(k string) bool { _, ok := b.Checklist(k); return ok }

func (b *builder) isFirmSort(k string) bool { _, ok := b.FirmSort(k); return ok }

func (b *builder) question(r *row) {
	i := slices.IndexFunc(b.checklists, func(c Checklist) bool { return c.Key == r.get("checklist") })
	if i < 0 {
		b.bad.at(r, "“checklist”列的检查表“%s”不存在。", r.get("checklist"))
		return
	}
	q := Question{Ref: r.Ref, Name: b.name(r, "zh", "en"), Group: grid.Name{Zh: r.get("group"), En: r.get("group_en")}, Answer: b.oneOf(r, "answer", AnswerKinds),
		Fault: r.get("fault"), DueDays: b.number(r, "due_days", 0), Source: b.source(r)}
	b.allowed(r, q.Name)
	if !rightFault(q) {
		b.bad.at(r, "“fault”列写了“%s”：是非题写 yes 或 no，数字题写 <3 的样子或 guards，文字题空着。", q.Fault)
	}
	if (q.Fault != "") != (q.DueDays > 0) {
		b.bad.at(r, "“%s”：算问题的要写几天内整改（due_days），不算问题的空着。", r.Key)
	}
	b.checklists[i].Questions = append(b.checklists[i].Questions, q)
}

func rightFault(q Question) bool {
	switch {
	case q.Fault == "" || q.Answer == "":
		return true
	case q.Answer == "yesno":
		return q.Fault == "yes" || q.Fault == "no"
	case q.Answer == "number":
		c, ok := parseCondition(q.Key, q.Fault)
		return q.Fault == faultGuards || ok && c.num
	}
	return false
}

var (
	monthDay   = regexp.MustCompile(`^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
	weekDay    = regexp.MustCompile(`^[1-7]$`)
	marketTail = regexp.MustCompile(`^[0-9]$`)
)

func (b *builder) campaign(r *row) {
	p := CampaignPlan{Ref: r.Ref, Name: b.name(r, "zh", "en"), Checklist: r.get("checklist"), Sorts: b.refs(r, "sorts", "种类", b.isFirmSort),
		When: b.oneOf(r, "when", CampaignTimes), Days: r.list("days"), RunDays: b.number(r, "run_days", 1), Who: b.roles(r, "who"), Source: b.source(r)}
	c, ok := b.Checklist(p.Checklist)
	if !ok {
		b.bad.at(r, "“checklist”列的检查表“%s”不存在。", p.Checklist)
	}
	if c.Inspection && slices.ContainsFunc(p.Who, func(w grid.Role) bool { return w.Known() && !w.HasPolicePowers() }) {
		b.bad.at(r, "“%s”用的是检查（inspection），只能由民警进行；别的人只能走访（《治安管理处罚法》第103条）。", r.Key)
	}
	if len(p.Who) == 0 || p.RunDays < 1 {
		b.bad.at(r, "“%s”要写谁去（who）、几天办完（run_days）。", r.Key)
	}
	form, says := map[string]*regexp.Regexp{"weekly": weekDay, "market": marketTail, "term": monthDay}[p.When],
		map[string]string{"weekly": "星期几，1 到 7", "market": "农历逢几，0 到 9", "term": "开学的日子，03-01 的样子"}[p.When]
	if form == nil && len(p.Days) > 0 {
		b.bad.at(r, "“days”列：只办一次的不写日子。")
	}
	if form != nil && (len(p.Days) == 0 || slices.ContainsFunc(p.Days, func(d string) bool { return !form.MatchString(d) })) {
		b.bad.at(r, "“days”列写了“%s”，要写%s。", strings.Join(p.Days, "|"), says)
	}
	b.campaigns = append(b.campaigns, p)
}
