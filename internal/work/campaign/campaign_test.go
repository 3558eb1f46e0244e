package campaign

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
	"maplegrid/playbooks"
)

var firms = map[string]Premises{
	"e1": {ID: "e1", Name: "镇小学", Sort: "school", Cell: "c1", Pupils: 1200},
	"e2": {ID: "e2", Name: "镇幼儿园", Sort: "kindergarten", Cell: "c2"},
	"e3": {ID: "e3", Name: "石料厂", Sort: "explosives", Cell: "c1"},
	"e4": {ID: "e4", Name: "老学校", Sort: "school", Cell: "c1", Retired: true},
}

// moment is somebody's moment with the base playbook and four firms.
func moment(t testing.TB, actor string, after time.Duration) Moment {
	t.Helper()
	b, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	mo := worktest.Moment(actor, after)
	mo.Role = mo.Book.Role(actor)
	n := 0
	return Moment{Moment: mo, Rules: b, Number: func(p string) string { n++; return fmt.Sprintf("%s-%d", p, n) }, Premises: func(id string) (Premises, error) {
		if f, ok := firms[id]; ok {
			return f, nil
		}
		return Premises{}, fault.New(fault.Missing, "firm.not_found", nil)
	}}
}

func then(c *Campaign, actor string, after time.Duration, events ...work.Event) *Campaign {
	at := worktest.Start.Add(after)
	for _, e := range events {
		c.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: actor, Version: c.Version + 1})
	}
	return c
}

var start = Start{Plan: "school_term", Title: "春季开学校园安全走访", From: "2026-03-02", Until: "2026-03-20", Places: []string{"e1", "e2", "e1"}, People: []string{"p_aux", "p_guard"}}

func begun(t testing.TB) *Campaign {
	t.Helper()
	got, err := (&Campaign{}).Start(start, moment(t, "p1", 0))
	worktest.Check(t, got, err, "")
	return then(&Campaign{}, "p1", 0, got...)
}

// fine is every question of the school's checklist answered well.
func fine(t testing.TB) Go {
	t.Helper()
	list, _ := moment(t, "p1", 0).Rules.Checklist("school_safety")
	a := Go{Firm: "e1", At: worktest.Start.Add(time.Hour), Answers: map[string]string{}}
	for _, q := range list.Questions {
		switch q.Answer {
		case "yesno":
			a.Answers[q.Key] = "yes"
		case "number":
			a.Answers[q.Key] = "3"
		}
	}
	return a
}

func with(a Go, key, answer string) Go {
	a.Answers = maps.Clone(a.Answers)
	a.Answers[key] = answer
	return a
}

func Test发起活动(t *testing.T) {
	t.Run("每处只列一次，记下网格", func(t *testing.T) {
		c := begun(t)
		if len(c.Places) != 2 || c.Places[0].Cell != "c1" || c.Checklist != "school_safety" || c.Inspection {
			t.Errorf("%+v", c)
		}
	})
	for name, c := range map[string]struct {
		change func(*Start)
		code   string
	}{
		"活动要在表里":     {func(s *Start) { s.Plan = "raid" }, "form.unknown_choice"},
		"至少一处":       {func(s *Start) { s.Places = nil }, "campaign.no_places"},
		"别的种类不列入":    {func(s *Start) { s.Places = []string{"e3"} }, "campaign.not_of_sort"},
		"注销的不列入":     {func(s *Start) { s.Places = []string{"e4"} }, "campaign.not_of_sort"},
		"没有的企业":      {func(s *Start) { s.Places = []string{"e9"} }, "firm.not_found"},
		"止日不能早于起日":   {func(s *Start) { s.Until = "2026-03-01" }, "campaign.ends_before"},
		"已经过去的活动不发起": {func(s *Start) { s.From, s.Until = "2026-02-01", "2026-02-02" }, "form.past"},
		"检查不派保安去":    {func(s *Start) { s.Plan, s.People = "school_inspection", []string{"p_guard"} }, "campaign.not_for_role"},
		"太多了分网格办":    {func(s *Start) { s.Places = make([]string, MaxPlaces+1) }, "campaign.too_many_places"},
	} {
		t.Run(name, func(t *testing.T) {
			x := start
			c.change(&x)
			got, err := (&Campaign{}).Start(x, moment(t, "p1", 0))
			worktest.Check(t, got, err, c.code)
		})
	}
}

func Test走访一处(t *testing.T) {
	t.Run("样样都好没有问题", func(t *testing.T) {
		got, err := begun(t).Go(fine(t), moment(t, "p_aux", time.Hour))
		worktest.Check(t, got, err, "")
		if e := got[0].(Checked); len(e.Faults) != 0 || e.Notice != "" {
			t.Errorf("%+v", e.Faults)
		}
	})
	t.Run("报警按不响是问题，三天内整改，逢休息日顺延", func(t *testing.T) {
		a := with(fine(t), "sc_alarm_tried", "no")
		a.At = worktest.Start.Add(3 * 24 * time.Hour) // Thursday; the third day is a Sunday
		a.Notes = map[string]string{"sc_alarm_tried": "按了没有人应"}
		got, err := begun(t).Go(a, moment(t, "p_aux", 3*24*time.Hour))
		worktest.Check(t, got, err, "")
		e := got[0].(Checked)
		if len(e.Faults) != 1 || e.Faults[0].Question != "sc_alarm_tried" || e.Faults[0].DueOn != "2026-03-09" || e.Faults[0].Words.Empty() {
			t.Fatalf("%+v", e.Faults)
		}
	})
	t.Run("一千二百名学生两名保安不够", func(t *testing.T) {
		got, err := begun(t).Go(with(fine(t), "sc_guards", "2"), moment(t, "p_aux", time.Hour))
		worktest.Check(t, got, err, "")
		if e := got[0].(Checked); len(e.Faults) != 1 || e.Faults[0].Question != "sc_guards" {
			t.Errorf("%+v", e.Faults)
		}
	})
	for name, c := range map[string]struct {
		who    string
		change func(*Go)
		code   string
	}{
		"有一题没有答":       {"p_aux", func(a *Go) { *a = with(*a, "sc_closed", "") }, "campaign.yes_or_no"},
		"几名要写数":        {"p_aux", func(a *Go) { *a = with(*a, "sc_guards", "几个") }, "campaign.how_many"},
		"不在表上的题不收":     {"p_aux", func(a *Go) { *a = with(*a, "religion", "yes") }, "form.unknown_field"},
		"不在名单上的地方":     {"p_aux", func(a *Go) { a.Firm = "e3" }, "campaign.no_place"},
		"还没有发生的走访":     {"p_aux", func(a *Go) { a.At = worktest.Start.Add(9 * time.Hour) }, "form.future"},
		"表外的问题也要有整改日子": {"p_aux", func(a *Go) { a.Besides = []Besides{{Words: "围墙塌了一段"}} }, "form.date"},
		"调解员不走校园":      {"p_mediator", func(*Go) {}, "campaign.not_for_role"},
	} {
		t.Run(name, func(t *testing.T) {
			a := fine(t)
			c.change(&a)
			got, err := begun(t).Go(a, moment(t, c.who, time.Hour))
			worktest.Check(t, got, err, c.code)
		})
	}
	t.Run("同一处不走两遍", func(t *testing.T) {
		got, err := begun(t).Go(fine(t), moment(t, "p_aux", time.Hour))
		worktest.Check(t, got, err, "")
		c := then(begun(t), "p_aux", time.Hour, got...)
		_, err = c.Go(fine(t), moment(t, "p1", 2*time.Hour))
		worktest.Check(t, nil, err, "campaign.checked_already")
	})
	t.Run("去了没人可以记下，再去", func(t *testing.T) {
		c := begun(t)
		for n := range 2 {
			got, err := c.GoneInVain(GoneInVain{Firm: "e2", Words: "关门"}, moment(t, "p_aux", time.Hour))
			worktest.Check(t, got, err, "")
			c = then(c, "p_aux", time.Hour, got...)
			if p, _ := c.Place("e2"); len(p.Misses) != n+1 || p.Check != nil {
				t.Errorf("%+v", p)
			}
		}
	})
}

func Test检查要两名民警(t *testing.T) {
	s := start
	s.Plan, s.People = "school_inspection", nil
	got, err := (&Campaign{}).Start(s, moment(t, "p1", 0))
	worktest.Check(t, got, err, "")
	c := then(&Campaign{}, "p1", 0, got...)
	list, _ := moment(t, "p1", 0).Rules.Checklist("school_inspection")
	a := Go{Firm: "e1", At: worktest.Start.Add(time.Hour), Escort: "保卫科长", Answers: map[string]string{}}
	for _, q := range list.Questions {
		a.Answers[q.Key] = "yes"
	}
	for name, x := range map[string]struct {
		who  string
		with []string
		code string
	}{"一名民警不行": {"p1", nil, "campaign.two_officers"}, "自己不能又算一名": {"p1", []string{"p1"}, "campaign.two_officers"},
		"民警加辅警不行": {"p1", []string{"p_aux"}, "campaign.two_officers"}, "辅警不得检查": {"p_aux", []string{"p1", "p2"}, "campaign.not_for_role"},
		"两名民警": {"p1", []string{"p2", "p_aux"}, ""}} {
		t.Run(name, func(t *testing.T) {
			b := a
			b.With = x.with
			got, err := c.Go(b, moment(t, x.who, time.Hour))
			worktest.Check(t, got, err, x.code)
		})
	}
	t.Run("查出问题发整改通知书，有编号；单位要有人在场", func(t *testing.T) {
		b := with(a, "si_rules", "no")
		b.With = []string{"p2"}
		got, err := c.Go(b, moment(t, "p1", time.Hour))
		worktest.Check(t, got, err, "")
		if e := got[0].(Checked); e.Notice == "" || len(e.Faults) != 1 {
			t.Errorf("%+v", e)
		}
		b.Escort = ""
		_, err = c.Go(b, moment(t, "p1", time.Hour))
		worktest.Check(t, nil, err, "form.required")
	})
}

// faulty is a campaign with one fault: the alarm button of the school is dead.
func faulty(t testing.TB) (*Campaign, string) {
	t.Helper()
	got, err := begun(t).Go(with(fine(t), "sc_alarm_tried", "no"), moment(t, "p_aux", time.Hour))
	worktest.Check(t, got, err, "")
	c := then(begun(t), "p_aux", time.Hour, got...)
	return c, c.Faults[0].ID
}

func Test整改和复查(t *testing.T) {
	t.Run("整改了要由另一个人看过才算", func(t *testing.T) {
		c, id := faulty(t)
		got, err := c.Fix(Fix{Fault: id, Words: "换了电池，按响了"}, moment(t, "p_aux", 24*time.Hour))
		worktest.Check(t, got, err, "")
		c = then(c, "p_aux", 24*time.Hour, got...)
		if f, _ := c.Fault(id); f.State() != "fixed" || !f.Open() {
			t.Fatalf("%+v", f)
		}
		see := SeeAgain{Fault: id, Right: true, Words: "当面按响，指挥室应答"}
		_, err = c.SeeAgain(see, moment(t, "p_aux", 25*time.Hour))
		worktest.Check(t, nil, err, "campaign.another_looks")
		got, err = c.SeeAgain(see, moment(t, "p1", 26*time.Hour))
		worktest.Check(t, got, err, "")
		c = then(c, "p1", 26*time.Hour, got...)
		if f, _ := c.Fault(id); f.State() != "right" || c.Progress().Open != 0 {
			t.Fatalf("%+v", f)
		}
		_, err = c.SeeAgain(see, moment(t, "p1", 27*time.Hour))
		worktest.Check(t, nil, err, "campaign.fault_is_right")
	})
	t.Run("没有整改好要定新的日子", func(t *testing.T) {
		c, id := faulty(t)
		_, err := c.SeeAgain(SeeAgain{Fault: id, Words: "还是不响"}, moment(t, "p1", 24*time.Hour))
		worktest.Check(t, nil, err, "campaign.needs_new_day")
		got, err := c.SeeAgain(SeeAgain{Fault: id, Words: "还是不响", DueOn: "2026-03-12"}, moment(t, "p1", 24*time.Hour))
		worktest.Check(t, got, err, "")
		c = then(c, "p1", 24*time.Hour, got...)
		if f, _ := c.Fault(id); f.State() != "open" || f.DueOn != "2026-03-12" || len(f.Looks) != 1 {
			t.Fatalf("%+v", f)
		}
	})
	t.Run("转为隐患事项，两头对得上，只转一次", func(t *testing.T) {
		c, id := faulty(t)
		a := Grow{Fault: id, Kind: "hazard", Title: "镇小学报警按不响", Words: "线路断了，要供电所来"}
		mine, theirs, err := c.Grow(a, moment(t, "p1", 24*time.Hour))
		worktest.Check(t, mine, err, "")
		o := theirs[0].(matter.Opened)
		if mine[0].(Grown).Matter != o.ID || o.Cell != "c1" || o.Place != "镇小学" {
			t.Fatalf("%+v %+v", mine, o)
		}
		c = then(c, "p1", 24*time.Hour, mine...)
		_, _, err = c.Grow(a, moment(t, "p1", 25*time.Hour))
		worktest.Check(t, nil, err, "campaign.grown_already")
	})
}

func Test结束活动(t *testing.T) {
	c, id := faulty(t)
	t.Run("还有没走的要说明", func(t *testing.T) {
		_, err := c.Close(Close{}, moment(t, "p1", 24*time.Hour))
		worktest.Check(t, nil, err, "campaign.says_what_is_left")
	})
	got, err := c.Close(Close{Words: "幼儿园装修，下月补走"}, moment(t, "p1", 24*time.Hour))
	worktest.Check(t, got, err, "")
	c = then(c, "p1", 24*time.Hour, got...)
	t.Run("结束以后不再走新的地方", func(t *testing.T) {
		a := fine(t)
		a.Firm = "e2"
		_, err := c.Go(a, moment(t, "p1", 25*time.Hour))
		worktest.Check(t, nil, err, "campaign.closed")
	})
	t.Run("结束以后问题照样整改、复查", func(t *testing.T) {
		got, err := c.SeeAgain(SeeAgain{Fault: id, Right: true, Words: "响了"}, moment(t, "p1", 25*time.Hour))
		worktest.Check(t, got, err, "")
	})
}
