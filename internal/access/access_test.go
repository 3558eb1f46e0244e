package access

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/grid"
)

func policy(t testing.TB) *Policy {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var everyRole = append(grid.Roles(), Machine, "", "unheard_of")

// some picks a few of the list, in order.
func some(r *rand.Rand, list ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(string) bool { return r.IntN(3) > 0 })
}

func one[E any](r *rand.Rand, list ...E) E { return list[r.IntN(len(list))] }

func randomQuestion(r *rand.Rand) (Who, Thing) {
	people := []string{"u1", "u2", "u3"}
	w := Who{Station: one(r, "s1", "s1", "s1", "s2", ""), Person: one(r, "u1", "u1", "u2", "public", ""), Role: one(r, everyRole...),
		Cells: some(r, "c1", "c2", "c3"), OnDuty: r.IntN(2) == 0, Factor: r.IntN(2) == 0, Purpose: one(r, "", "联系报事人")}
	t := Thing{Kind: one(r, "matter", "matter", "report", "report", "org", "account", "station", "conference", ""), Station: one(r, "s1", "s1", "s1", "s2", ""),
		Cells: some(r, "c1", "c2", "c3"), Handler: one(r, "", "u1", "u2"), People: some(r, people...), Subject: one(r, "", "u1", "u2"),
		Sworn: r.IntN(4) == 0, Into: some(r, "c1", "c2"), Named: some(r, people...), Declines: r.IntN(3) == 0}
	return w, t
}

func TestListAndDecisionAgree(t *testing.T) {
	p, r := policy(t), rand.New(rand.NewPCG(1, 2))
	seen := 0
	for range 100_000 {
		w, x := randomQuestion(r)
		scope := p.Scope(w)
		if x.Kind != "matter" && x.Kind != "report" {
			continue
		}
		may := p.May(w, x.Kind+".read", x).Allow
		if scope.Sees(x) != may {
			t.Fatalf("list sees %v, policy says %v\n%+v\n%+v", scope.Sees(x), may, w, x)
		}
		if may {
			seen++
		}
		if may && !in(w.Role, "police") && !in(w.Role, "local") && !in(w.Role, "joining") {
			t.Fatalf("%s reads", w.Role)
		}
	}
	if seen < 1000 {
		t.Fatalf("only %d questions were answered with yes", seen)
	}
}

func TestCutChangesNoDecision(t *testing.T) {
	p, r := policy(t), rand.New(rand.NewPCG(3, 4))
	var all rules
	for i := range p.rules {
		all = append(all, &p.rules[i])
	}
	whole := &Policy{roles: map[grid.Role]*part{}, known: p.known}
	acts := slices.Sorted(maps.Keys(p.roles[grid.Head].acts))
	for role, x := range p.roles {
		y := &part{parents: x.parents, acts: map[string]rules{}}
		for _, a := range acts {
			y.acts[a] = all
		}
		whole.roles[role] = y
	}
	for range 20_000 {
		w, x := randomQuestion(r)
		act := one(r, acts...)
		if a, b := p.May(w, act, x), whole.May(w, act, x); a.Allow != b.Allow || !slices.Equal(a.Reasons, b.Reasons) {
			t.Fatalf("%s: cut %+v, whole %+v\n%+v\n%+v", act, a, b, w, x)
		}
	}
}

// limits are what the law and the house keep from a role, whatever else is true.
var limits = map[string]func(w Who, act string, x Thing) bool{
	"别的派出所的事一律不许": func(w Who, _ string, x Thing) bool { return w.Station != x.Station || w.Station == "" },
	"没有名字的只有程序自己": func(w Who, _ string, _ Thing) bool { return (w.Person == "") != (w.Role == Machine) },
	"没有账号的人不是同事":  func(w Who, _ string, _ Thing) bool { return (w.Person == public) != (w.Role == grid.Resident) },
	"没有账号的只能报事": func(w Who, act string, _ Thing) bool {
		return w.Role == grid.Resident && !slices.Contains(reporting, act)
	},
	"超时上报只由程序做":    func(w Who, act string, _ Thing) bool { return act == "matter.escalate" && w.Role != Machine },
	"办事项要有事项":      func(_ Who, act string, x Thing) bool { return strings.HasPrefix(act, "matter.") && x.Kind != "matter" },
	"办报事要有报事":      func(_ Who, act string, x Thing) bool { return strings.HasPrefix(act, "report.") && x.Kind != "report" },
	"没有目的不得查看个人信息": func(w Who, act string, _ Thing) bool { return act == "person.unmask" && w.Purpose == "" },
	"程序自己不看个人信息": func(w Who, act string, _ Thing) bool {
		return w.Role == Machine && (act == "person.unmask" || act == "matter.read" || act == "search")
	},
	"辅警不作决定": func(w Who, act string, _ Thing) bool {
		return w.Role == grid.AuxOfficer && slices.Contains(decides, act)
	},
	"辅警不得答复不予受理": func(w Who, act string, x Thing) bool {
		return w.Role == grid.AuxOfficer && act == "report.triage" && x.Declines
	},
	"辅警不给别的网格派人": func(w Who, act string, x Thing) bool {
		return w.Role == grid.AuxOfficer && (act == "matter.assign" || act == "matter.open" || act == "report.triage") &&
			slices.ContainsFunc(x.Named, func(p string) bool { return p != w.Person }) &&
			slices.ContainsFunc(x.Into, func(c string) bool { return !slices.Contains(w.Cells, c) })
	},
	"须由民警办的步骤只由民警办": func(w Who, act string, x Thing) bool {
		return x.Sworn && strings.HasPrefix(act, "matter.") && act != "matter.read" && !w.Role.HasPolicePowers()
	},
	"保安和志愿者不核查不办结不查看": func(w Who, act string, _ Thing) bool {
		return in(w.Role, "joining") && (slices.Contains(decides, act) || slices.Contains([]string{"matter.finish", "matter.assign", "report.triage",
			"person.unmask", "search", "ledger.read", "ledger.export"}, act))
	},
	"保安和志愿者只能标记家庭暴力": func(w Who, act string, _ Thing) bool {
		return in(w.Role, "joining") && (strings.HasPrefix(act, "dispute.") && act != "dispute.flag_safety" || strings.HasPrefix(act, "conference.") || act == "promises.read")
	},
	"告诫书立案处理决定只由民警作出": func(w Who, act string, _ Thing) bool {
		return slices.Contains([]string{"dispute.warn", "dispute.file_case", "dispute.decide_case"}, act) && !w.Role.HasPolicePowers()
	},
	"解除标记回避和解先行办结只由所领导定": func(w Who, act string, _ Thing) bool {
		return slices.Contains([]string{"dispute.lift_safety", "dispute.decide_recusal", "dispute.decide_settlement", "dispute.release_growth"}, act) && w.Role != grid.Head
	},
	"辅警在纠纷中不作决定": func(w Who, act string, _ Thing) bool {
		return w.Role == grid.AuxOfficer && slices.Contains([]string{"dispute.set_risk", "dispute.move_track", "dispute.answer_move", "dispute.stop_mediation", "dispute.void_agreement",
			"conference.plan", "conference.decide", "conference.close"}, act)
	},
	"违法记录保密住址未成年人姓名只给民警": func(w Who, act string, _ Thing) bool {
		return slices.Contains([]string{"violation.read", "home.read", "minor.read"}, act) && !w.Role.HasPolicePowers()
	},
	"保密住址和未成年人姓名要说用途": func(w Who, act string, _ Thing) bool {
		return (act == "home.read" || act == "minor.read") && w.Purpose == ""
	},
	"提醒和多次求助升级只由程序做": func(w Who, act string, _ Thing) bool {
		return (act == "dispute.remind" || act == "dispute.raise") && w.Role != Machine
	},
	"管理员和审计看不到事项内容": func(w Who, act string, _ Thing) bool {
		return in(w.Role, "office") && (strings.HasPrefix(act, "matter.") || strings.HasPrefix(act, "dispute.") || strings.HasPrefix(act, "conference.") || act == "promises.read" || slices.Contains([]string{"person.unmask", "report.read", "report.triage", "search"}, act))
	},
}

var decides = []string{"matter.verify", "matter.close", "matter.decide_extension", "matter.supervise"}

var reporting = []string{"report.submit", "report.add", "report.withdraw", "report.rate", "report.reopen", "report.consent",
	"proof.ask", "proof.try", "right.ask", "appointment.book", "appointment.change", "appointment.cancel", "reminder.ask", "reminder.stop", "card.ask", "doorstep.ask"}

// TestLimitsHold asks at random, of the policies as they are and again with one more that permits everything: a careless right must
// not open what a limit closes.
func TestLimitsHold(t *testing.T) {
	careless, err := load(bytes.Join(all("*.cedarschema"), nil), append(all("*.cedar"), []byte(`@id("careless") @source("a slip") permit (principal, action, resource);`))...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Policy{policy(t), careless} {
		r := rand.New(rand.NewPCG(5, 6))
		acts := slices.Sorted(maps.Keys(p.roles[grid.Head].acts))
		met := map[string]int{}
		for range 300_000 {
			w, x := randomQuestion(r)
			act := one(r, acts...)
			allow := p.May(w, act, x).Allow
			for name, forbidden := range limits {
				if !forbidden(w, act, x) {
					continue
				}
				if met[name]++; allow {
					t.Fatalf("%s: %s\n%+v\n%+v", name, act, w, x)
				}
			}
			if !w.Role.Known() && w.Role != Machine && allow {
				t.Fatalf("%q may %s", w.Role, act)
			}
		}
		for name := range limits {
			if met[name] < 5 {
				t.Errorf("%s: met only %d times", name, met[name])
			}
		}
	}
}

// TestLooks says in words of its own who may look over many things at once.
func TestLooks(t *testing.T) {
	p := policy(t)
	for act, who := range map[string]string{
		"search":         "cell_worker mediator village_cadre aux_officer officer window_clerk duty_lead head",
		"ledger.read":    "cell_worker mediator village_cadre aux_officer officer window_clerk duty_lead head bureau auditor",
		"ledger.export":  "duty_lead head",
		"promises.read":  "cell_worker mediator village_cadre aux_officer officer window_clerk duty_lead head",
		"people.read":    "cell_worker mediator village_cadre aux_officer officer window_clerk duty_lead head bureau auditor admin",
		"org.read":       "cell_worker volunteer guard mediator village_cadre aux_officer officer window_clerk duty_lead head bureau auditor admin",
		"playbook.read":  "cell_worker volunteer guard mediator village_cadre aux_officer officer window_clerk duty_lead head bureau auditor admin",
		"looks.read":     "head auditor",
		"journal.verify": "head auditor",
		"settings.read":  "head admin",
	} {
		for _, r := range everyRole {
			w := Who{Station: "s1", Person: "u1", Role: r}
			want := slices.Contains(strings.Fields(who), string(r))
			if got := p.May(w, act, Thing{Kind: "station", Station: "s1"}).Allow; got != want {
				t.Errorf("%s: %s %v, want %v", act, r, got, want)
			}
		}
	}
}

// TestSealedLooks: what is sealed is for the police who handle it or whose cell it is, and for leaders; an address and a minor's name
// with a purpose.
func TestSealedLooks(t *testing.T) {
	p := policy(t)
	mine := Thing{Kind: "matter", Station: "s1", Cells: []string{"c1"}, Handler: "u2", People: []string{"u1", "u2"}}
	handled := Thing{Kind: "matter", Station: "s1", Cells: []string{"c2"}, Handler: "u1", People: []string{"u1"}}
	helped := Thing{Kind: "matter", Station: "s1", Cells: []string{"c2"}, Handler: "u2", People: []string{"u1", "u2"}}
	for _, act := range []string{"violation.read", "home.read", "minor.read"} {
		for _, r := range everyRole {
			w := Who{Station: "s1", Person: "u1", Role: r, Cells: []string{"c1"}, Purpose: "核对"}
			leads := r == grid.DutyLead || r == grid.Head
			for i, c := range []struct {
				x    Thing
				want bool
			}{{mine, r.HasPolicePowers()}, {handled, r.HasPolicePowers()}, {helped, leads}, {Thing{Kind: "report", Station: "s1", Cells: []string{"c1"}}, false}} {
				if got := p.May(w, act, c.x).Allow; got != c.want {
					t.Errorf("%s %s %d: %v", r, act, i, got)
				}
			}
			if w.Purpose = ""; p.May(w, act, mine).Allow != (r.HasPolicePowers() && act == "violation.read") {
				t.Errorf("%s %s without a purpose", r, act)
			}
		}
	}
	for _, r := range everyRole {
		w := Who{Station: "s1", Person: "u1", Role: r}
		for invited, x := range map[bool]Thing{true: {Kind: "conference", Station: "s1", People: []string{"u1"}}, false: {Kind: "conference", Station: "s1"}} {
			want := r.HasPolicePowers() || invited && in(r, "reading")
			if got := p.May(w, "conference.read", x).Allow; got != want {
				t.Errorf("%s conference.read, invited %v: %v", r, invited, got)
			}
		}
	}
}

func TestReasonsComeBack(t *testing.T) {
	p := policy(t)
	w := Who{Station: "s1", Person: "u1", Role: grid.AuxOfficer, Cells: []string{"c1"}}
	d := p.May(w, "matter.verify", Thing{Kind: "matter", Station: "s1", Cells: []string{"c1"}})
	if d.Allow || !slices.Equal(d.Reasons, []string{"auxiliary_decides_nothing"}) {
		t.Fatalf("%+v", d)
	}
	for _, r := range p.Rules() {
		if r.Source == "" || r.Text == "" {
			t.Errorf("%s has no source", r.ID)
		}
	}
}

// TestMistakesAreRefused: a policy with a typing mistake never comes into force.
func TestMistakesAreRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"attribute": {"resource.handler == principal.id", "resource.handlr == principal.id"},
		"act":       {`Action::"person.unmask"`, `Action::"person.unmsk"`},
		"role":      {`Role::"head"`, `Role::"haed"`},
		"source":    {`@source("law 16")`, ""},
		"type":      {"principal.onDuty &&", "principal.id &&"},
	} {
		good := bytes.Join(all("*.cedar"), nil)
		bad := bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(bad, good) {
			t.Fatalf("%s: nothing to change", name)
		}
		if _, err := load(bytes.Join(all("*.cedarschema"), nil), bad); err == nil {
			t.Errorf("%s: a policy with a mistake was taken", name)
		}
	}
}

func TestGroupsKnowTheirRoles(t *testing.T) {
	for _, r := range grid.Roles() {
		if in(r, "police") != r.HasPolicePowers() {
			t.Errorf("%s: police powers", r)
		}
		if in(r, "account") == (r == grid.Resident) {
			t.Errorf("%s: account", r)
		}
	}
	p := policy(t)
	for group := range roleGroups {
		if grid.Role(group).Known() {
			t.Errorf("group %s is called like a role", group)
		}
		if !slices.ContainsFunc(p.rules, func(r Rule) bool { return strings.Contains(r.Text, `Role::"`+group+`"`) }) {
			t.Errorf("no policy speaks of group %s", group)
		}
	}
}

func TestLedgerScope(t *testing.T) {
	p := policy(t)
	for _, r := range everyRole {
		w := Who{Station: "s1", Person: "u1", Role: r, Cells: []string{"c1"}}
		scope := p.LedgerScope(w)
		if may := p.May(w, "ledger.read", Thing{Kind: "ledger", Station: "s1"}).Allow; may != (scope.Station() != "") {
			t.Errorf("%s: may open ledgers %v, sees rows of %q", r, may, scope.Station())
		}
		if scope.Whole() != (r.HasPolicePowers() || r == grid.Bureau || r == grid.Auditor) {
			t.Errorf("%s: whole %v", r, scope.Whole())
		}
	}
}

// BenchmarkMay asks a usual question and the worst one: an officer of a big town, a matter with many hands.
func BenchmarkMay(b *testing.B) {
	p := policy(b)
	w := Who{Station: "s1", Person: "u1", Role: grid.CellWorker, Cells: []string{"c1", "c2"}, OnDuty: true}
	x := Thing{Kind: "matter", Station: "s1", Cells: []string{"c1"}, Handler: "u1", People: []string{"u1", "u2"}}
	b.Run("usual", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.May(w, "matter.note", x)
		}
	})
	big := w
	big.Role, big.Cells = grid.Officer, nil
	for i := range 300 {
		big.Cells = append(big.Cells, "c"+string(rune('a'+i)))
	}
	many := x
	for i := range 30 {
		many.People = append(many.People, "u"+string(rune('a'+i)))
	}
	b.Run("big", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.May(big, "matter.finish", many)
		}
	})
}
