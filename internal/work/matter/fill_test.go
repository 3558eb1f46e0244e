package matter

import (
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

func TestStepsAndForm(t *testing.T) {
	hazard := []step{by("p_lead", Opened{ID: "m1", Number: "260302-00001", Kind: "hazard", Grade: "planned", Title: "井盖", Cell: "c1"}), by("p_lead", Assigned{To: "p_1"}),
		by("p_1", Acknowledged{}), by("p_1", Started{})}
	filled := given(hazard, []step{by("p_1", Filled{Extra: map[string]string{"sum": "300"}})})
	arrived := given(underWay, []step{by("p_2", Visited{At: worktest.Start.Add(4 * hour)})})
	finish := func(o string) rule { return does(Matter.Finish, Finish{Outcome: o, Words: "看过"}) }
	mark := func(a Mark) rule { return does(Matter.Mark, a) }
	for _, c := range []struct {
		rule  string
		given []step
		do    rule
		want  []work.Event
		code  string
	}{
		{"必填的要素没填不能报结果", hazard, finish("settled"), nil, "form.required"},
		{"补齐了可以报结果", filled, finish("settled"), nil, ""},
		{"缺了节点不能选这个结果", underWay, finish("unfounded"), nil, "matter.outcome_needs"},
		{"走访就是到过场", arrived, finish("unfounded"), nil, ""},
		{"记了到场也可以", given(underWay, []step{by("p_1", Marked{Step: "arrived", At: worktest.Start.Add(3 * hour)})}), finish("unfounded"), nil, ""},
		{"什么都没填不算补充", underWay, does(Matter.Fill, Fill{}), nil, "matter.nothing_filled"},
		{"没有的要素不收", underWay, does(Matter.Fill, Fill{Extra: map[string]string{"zz": "1"}}), nil, "form.unknown_field"},
		{"补充要素，个人的密封", underWay, does(Matter.Fill, Fill{Extra: map[string]string{"sum": "5", "wish": "道歉"}}),
			[]work.Event{Filled{map[string]string{"sum": "5"}, map[string]vault.Text{"wish": text("x.wish", "道歉")}}}, ""},
		{"办结后不再补充", done, does(Matter.Fill, Fill{Extra: map[string]string{"sum": "5"}}), nil, "matter.not_open"},
		{"自动走的节点不能手记", underWay, mark(Mark{Step: "transferred", Words: "x"}), nil, "form.unknown_choice"},
		{"记节点要写明", underWay, mark(Mark{Step: "told"}), nil, "form.required"},
		{"记节点不能早于开始", underWay, mark(Mark{Step: "told", At: worktest.Start.Add(-hour), Words: "x"}), nil, "matter.before_it_began"},
		{"记节点不能在将来", underWay, mark(Mark{Step: "told", At: worktest.Start.Add(99 * hour), Words: "x"}), nil, "form.future"},
		{"记过的节点不再记", arrived, mark(Mark{Step: "arrived", Words: "x"}), nil, "matter.already_marked"},
		{"记节点", underWay, mark(Mark{Step: "told", At: worktest.Start.Add(2 * hour), Words: "电话告知"}), []work.Event{Marked{"told", worktest.Start.Add(2 * hour), text("mark", "电话告知")}}, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m, at := tell(c.given...)
			got, err := c.do(m, worktest.Moment("p_1", at+hour))
			worktest.Check(t, got, err, c.code, c.want...)
		})
	}
	t.Run("缺的要素说得出名字，两种语言", func(t *testing.T) {
		m, at := tell(hazard...)
		_, err := finish("settled")(m, worktest.Moment("p_1", at+hour))
		f, _ := fault.Of(err)
		if f == nil || f.Field != "extra.sum" || f.Sentence("zh") != "请填写「金额」。" || f.Sentence("en") != "Please fill in: sum." {
			t.Fatalf("%+v", f)
		}
	})
	t.Run("告知报事人就是告知", func(t *testing.T) {
		m, at := tell(underWay...)
		mo := worktest.Moment("p_1", at+hour)
		mo.Book = needsTold{}
		got, err := m.Finish(Finish{Outcome: "settled", Words: "x", Answer: "请向法院起诉"}, mo)
		worktest.Check(t, got, err, "")
		_, err = m.Finish(Finish{Outcome: "settled", Words: "x"}, mo)
		worktest.Check(t, nil, err, "matter.outcome_needs")
	})
	t.Run("补充不改别人手里的旧样子", func(t *testing.T) {
		m, _ := tell(filled...)
		before := m
		if err := m.ApplyEvent(Filled{Extra: map[string]string{"sum": "900"}}, work.At{Version: 9, HappenedAt: worktest.Start.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if before.Extra["sum"] != "300" || m.Extra["sum"] != "900" {
			t.Fatal(before.Extra, m.Extra)
		}
	})
	t.Run("转出本所才是转出，退回就不算", func(t *testing.T) {
		for _, c := range []struct {
			steps []step
			want  bool
		}{{toCell, false}, {toBody, true}, {toStation, true}, {elsewhere, true}, {given(toBody, []step{by("p_1", SentBack{Reason: "wrong_cell"})}), false}} {
			m, _ := tell(c.steps...)
			if _, ok := m.Reached["transferred"]; ok != c.want {
				t.Errorf("%v: transferred %v", m.SendBackTo, ok)
			}
		}
	})
}

// needsTold is a playbook whose outcomes need a telling.
type needsTold struct{ worktest.Book }

// Needs implements work.Book.
func (needsTold) Needs(string) []string { return []string{"told"} }
