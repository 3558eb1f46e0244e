package playbook

import (
	"slices"
	"strconv"

	"maplegrid/internal/grid"
)

// table reads a decision table and checks every condition against the facts.
func (b *builder) table(name string, check func(*row, Rule)) Table {
	t := Table{Name: name}
	for _, r := range b.rows(name) {
		rule := b.rule(name, r)
		b.source(r)
		check(r, rule)
		b.checkReached(t.Rows, rule)
		t.Rows = append(t.Rows, rule)
	}
	return t
}

func (b *builder) rule(table string, r *row) Rule {
	rule := Rule{Ref: r.Ref, Results: map[string]string{}}
	for _, col := range layouts[table].must {
		rule.Results[col] = r.get(col)
	}
	if r.get("law") != "" {
		b.yes(r, "law")
	}
	for _, fact := range b.sheets[table].conds {
		cell := r.get(fact)
		c, ok := parseCondition(fact, cell)
		if !ok {
			b.bad.at(r, "“%s”列的条件“%s”写法不对。", fact, cell)
		}
		if f, known := find(b.facts, func(f Fact) bool { return f.Key == fact }); known {
			b.checkCondition(r, f, c)
		} else if cell != "" {
			b.bad.add(r.File, r.head, "“%s”列既不是结果，也不是 facts.csv 里的事实。", fact)
		}
		if !c.asksNothing() {
			rule.Conditions = append(rule.Conditions, c)
		}
	}
	return rule
}

func (b *builder) checkCondition(r *row, f Fact, c Condition) {
	if c.num != (f.Type == "number") && !c.asksNothing() {
		b.bad.at(r, "“%s”列的条件“%s”与事实的类型（%s）不合。", f.Key, c.Wants, f.Type)
		return
	}
	for _, v := range c.any {
		known := slices.Contains(f.Vals, v)
		switch f.Type {
		case "kind":
			known = b.isKind(v)
		case "grade":
			known = b.isGrade(v)
		}
		if !known {
			b.bad.at(r, "“%s”列没有“%s”这个值。", f.Key, v)
		}
	}
}

// checkReached refuses a row that one above it in the same file always answers first. Across files it is how a
// station overrules what lies beneath.
func (b *builder) checkReached(above []Rule, r Rule) {
	for _, o := range above {
		if o.File == r.File && o.shadows(r) {
			b.bad.add(r.File, r.Line, "“%s”永远轮不到：第%d行已经先把这些情况全接走了。", r.Key, o.Line)
			return
		}
	}
}

func (b *builder) gradeRow(r *row, _ Rule) {
	if !b.isGrade(r.get("grade")) {
		b.bad.at(r, "等级“%s”不存在。", r.get("grade"))
	}
	b.name(r, "because", "because_en")
}

// Acts are what a route may do: keep it here, call others to it, hand it to another body with its own receipt
// (移送、转办), refer the parties with their consent, or tell them where to go.
var Acts = []string{"keep", "joint", "transfer", "refer", "tell"}

// policeOnly are kinds whose handler must have police powers: an auxiliary may not decide, collect evidence or hold
// property, and an inspection needs officers (law-and-standards 6.2, 12.3, 13.1).
var policeOnly = []string{"incident", "inspection", "recovery", "surrender"}

func (b *builder) routeRow(r *row, rule Rule) {
	b.name(r, "because", "because_en")
	act := b.oneOf(r, "act", Acts)
	for _, to := range b.refs(r, "to", "单位", b.isBody) {
		switch body, ok := b.Body(grid.BodyID(to)); {
		case ok && act == "joint" && !body.MayCall:
			b.bad.at(r, "“%s”不在可以吹哨的单位之列。", body.Name.Zh)
		case ok && act == "transfer" && !body.MayTransfer:
			b.bad.at(r, "“%s”不在可以转办的单位之列。", body.Name.Zh)
		}
	}
	if (act == "transfer" || act == "refer" || act == "joint") && r.get("to") == "" {
		b.bad.at(r, "“%s”要写明给哪个单位（to）。", act)
	}
	b.refs(r, "notify", "角色或单位", b.isRoleOrBody)
	b.refs(r, "team", "团队", b.isTeam)
	handlers := b.roles(r, "handler")
	if len(handlers) != 1 {
		b.bad.at(r, "“handler”列要写一个角色：件件要有人管。")
		return
	}
	for _, c := range rule.Conditions {
		for _, k := range c.any {
			if base := b.baseOf(k); c.Fact == "kind" && !c.not && slices.Contains(policeOnly, base) && handlers[0].Known() && !handlers[0].HasPolicePowers() {
				b.bad.at(r, "“%s”只能由民警主办，不能交给%s。", k, handlers[0].Name().Zh)
			}
		}
	}
}

func (b *builder) baseOf(kind string) string {
	k, _ := b.Book.Kind(kind)
	return k.Base
}

// checkLast wants the last row to take whatever is left: everything reported is brought to an end.
func (b *builder) checkLast(t Table, why string) {
	if n := len(t.Rows); n == 0 || len(t.Rows[n-1].Conditions) > 0 {
		b.bad.add(b.top.file(t.Name+".csv"), 1, "缺少兜底的一行（条件全是 *）：%s", why)
	}
}

// unitHours is the shortest a unit can be; a warning must come after the start.
var unitHours = map[string]int{"minute": 0, "hour": 1, "day": 24, "workday": 24, "month": 28 * 24}

// makeClocks reads clocks.csv: of each clock the first row that applies counts.
func (b *builder) makeClocks() {
	for _, r := range b.rows("clocks") {
		c := clockRow{rule: b.rule("clocks", r), Limit: Limit{Key: r.get("clock"), Name: b.name(r, "zh", "en"), Amount: b.number(r, "amount", 0),
			Unit: b.oneOf(r, "unit", []string{"minute", "hour", "day", "workday", "month"}), StartsAt: r.get("starts"), StopsAt: r.get("stops"),
			Source: b.source(r), StretchesOverHoliday: b.yes(r, "stretches"), Ref: r.Ref}}
		b.refs(r, "stops", "节点", b.isEvent)
		for _, col := range []string{"starts", "stops"} {
			if r.get(col) == "" || col == "starts" && !b.isEvent(r.get(col)) {
				b.bad.at(r, "“%s”列的节点“%s”不存在。", col, r.get(col))
			}
		}
		for _, w := range r.list("warn") {
			n, err := strconv.Atoi(w)
			if err != nil || n <= 0 || n >= c.Amount*unitHours[c.Unit] {
				b.bad.at(r, "提前%s小时提醒不合适：时限只有%s%s。", w, r.get("amount"), c.Unit)
			}
			c.WarnBeforeHours = append(c.WarnBeforeHours, n)
		}
		var above []Rule
		for _, o := range b.clocks {
			if o.Key == c.Key {
				above = append(above, o.rule)
			}
		}
		b.checkReached(above, c.rule)
		b.clocks = append(b.clocks, c)
	}
}
