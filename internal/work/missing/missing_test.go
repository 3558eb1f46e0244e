package missing_test

import (
	"slices"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/worktest"
)

// book is the invented playbook with what looking for people asks of it: frail people are critical.
type book struct{ worktest.Book }

func (book) Reason(list, key string) bool {
	return list == "identity_check" && key == "idc_shown" || (worktest.Book{}).Reason(list, key)
}

func (book) GradeOf(_ string, facts map[string]string) string {
	if facts["missing_vulnerable"] == "yes" {
		return "critical"
	}
	return "urgent"
}

func (book) Grade(g string) bool { return g == "critical" || g == "urgent" || g == "normal" }

func (book) Outcome(_, key string) bool {
	return slices.Contains([]string{"missing_home", "missing_adult", "missing_dead", "missing_passed", "duplicate"}, key)
}

func (book) Needs(string) []string { return nil }

func (book) Required(string) []work.Field { return nil }

// search is one search, hour by hour.
type search struct {
	t *testing.T
	*missing.Missing
	hours int
}

func (s *search) moment(actor string) missing.Moment {
	mo := worktest.Moment(actor, time.Duration(s.hours)*time.Hour)
	mo.Book, mo.Role = book{}, grid.Officer
	n := s.Version * 100
	mo.NewID = func(p string) string { n++; return p + "_" + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) }
	return missing.Moment{Moment: mo, Around: func(cell string) []string { return []string{cell, "c2"} },
		Ready: func([]string) []string { return []string{"p1", "p2", "p3"} }}
}

func (s *search) take(actor string, events []work.Event, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	mo := s.moment(actor)
	for _, e := range events {
		if err := s.Apply(e, work.At{HappenedAt: mo.HappenedAt, RecordedAt: mo.Now, Actor: actor, Version: s.Version + 1}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// begun is a search that has begun: opened, in hand, described.
func begun(t *testing.T, who string) *search {
	t.Helper()
	s := &search{t: t, Missing: &missing.Missing{}}
	mo := s.moment("p1")
	s.take("p1", []work.Event{matter.Opened{ID: "m_1", Number: "1", Kind: "missing", Grade: "urgent", Title: "走失一人", Cell: "c1"}, matter.Assigned{To: "p1"},
		matter.Acknowledged{}, matter.Started{}}, nil)
	s.hours = 1
	events, err := s.Describe(missing.Describe{Who: who, Name: "何桂兰", Age: 78, Clothes: "深蓝棉袄", FamilyPhone: "13900001111"}, mo)
	s.take("p1", events, err)
	return s
}

func (s *search) found(condition string, private bool) *search {
	s.t.Helper()
	mo := s.moment("p1")
	events, err := s.FindPerson(missing.FindPerson{At: mo.Now, Place: "北桥下", Condition: condition, Medical: "县医院", Private: private}, mo)
	s.take("p1", events, err)
	return s
}

func (s *search) handed(relation string) *search {
	s.t.Helper()
	events, err := s.HandOver(missing.HandOver{To: "何家女儿", Relation: relation, Checked: "idc_shown", OnPaper: true}, s.moment("p1"))
	s.take("p1", events, err)
	return s
}

func (s *search) published() *search {
	s.t.Helper()
	events, err := s.Publish(missing.Publish{Consent: true, Consenter: "女儿", Text: "走失老人，七十多岁，深蓝棉袄。", Channels: []string{"chat", "poster"}}, s.moment("p1"))
	s.take("p1", events, err)
	return s
}

func code(err error) string { return fault.Code(err) }

func TestNobodyWaits(t *testing.T) {
	for _, c := range []struct {
		name string
		have *search
		act  any
		want string
	}{
		{"9.1 人没找到不能暂停，不等二十四小时", begun(t, "elder"), matter.Pause{Reason: "await_party"}, "missing.no_waiting"},
		{"9.1 找到以后可以暂停", begun(t, "elder").found("well", false), matter.Pause{Reason: "await_party"}, ""},
		{"9.1 老人走失找到以前不能降级", begun(t, "elder"), matter.Regrade{Grade: "normal"}, "missing.stays_critical"},
		{"9.1 其他成年人可以改级", begun(t, "adult"), matter.Regrade{Grade: "normal"}, ""},
		{"9.1 没找到不是结束", begun(t, "elder"), matter.Finish{Outcome: "missing_home"}, "missing.not_handed_yet"},
		{"9.1 移交继续找的单位可以结束", begun(t, "elder"), matter.Finish{Outcome: "missing_passed"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := code(c.have.Guard(c.act, c.have.moment("p1"))); got != c.want {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
	t.Run("9.1 孩子老人病人一登记就是特急", func(t *testing.T) {
		if s := begun(t, "child"); s.Grade != "critical" {
			t.Errorf("a child is %s", s.Grade)
		}
		if s := begun(t, "adult"); s.Grade != "urgent" {
			t.Errorf("an adult is %s", s.Grade)
		}
	})
}

func TestDispatch(t *testing.T) {
	s := begun(t, "elder")
	events, err := s.Dispatch(missing.Dispatch{People: []string{"p2", "p1"}}, s.moment("p1"))
	s.take("p1", events, err)
	if _, ok := s.Reached["missing_dispatched"]; !ok || len(s.Outs) != 1 || !s.Works("p2") {
		t.Errorf("dispatched: %v %v", s.Outs, s.Reached)
	}
	if _, err := s.Dispatch(missing.Dispatch{}, s.moment("p1")); code(err) != "form.required" {
		t.Errorf("派出要写明谁去: %v", err)
	}
}

func TestCallOut(t *testing.T) {
	call := missing.CallOut{Words: "走失老人，深蓝棉袄，看到请回话"}
	t.Run("呼叫本格和周边所有在岗的人，发起人不叫自己", func(t *testing.T) {
		s := begun(t, "elder")
		events, err := s.CallOut(call, s.moment("p1"))
		s.take("p1", events, err)
		if !slices.Equal(s.CalledPeople(), []string{"p2", "p3"}) || !slices.Equal(s.CalledCells, []string{"c1", "c2"}) {
			t.Errorf("called %v in %v", s.CalledPeople(), s.CalledCells)
		}
	})
	t.Run("15.14 呼叫里不能有电话证件号", func(t *testing.T) {
		s := begun(t, "elder")
		if _, err := s.CallOut(missing.CallOut{Words: "看到请打13900001111"}, s.moment("p1")); code(err) != "missing.call_personal" {
			t.Error(err)
		}
	})
	t.Run("没回话的不重复呼叫，回了话的可以再叫", func(t *testing.T) {
		s := begun(t, "elder")
		events, err := s.CallOut(call, s.moment("p1"))
		s.take("p1", events, err)
		if _, err := s.CallOut(call, s.moment("p1")); code(err) != "missing.nobody_to_call" {
			t.Error(err)
		}
		events, err = s.Reply(missing.Reply{Answer: "not_seen"}, s.moment("p2"))
		s.take("p2", events, err)
		events, err = s.CallOut(call, s.moment("p1"))
		s.take("p1", events, err)
		if n := len(s.Called); n != 3 {
			t.Errorf("%d calls, want 3", n)
		}
	})
	t.Run("没叫到的人不用回话，只答呼叫的人不因此看到保密内容", func(t *testing.T) {
		s := begun(t, "elder")
		events, err := s.CallOut(call, s.moment("p1"))
		s.take("p1", events, err)
		if _, err := s.Reply(missing.Reply{Answer: "not_seen"}, s.moment("p9")); code(err) != "missing.not_called" {
			t.Error(err)
		}
		events, err = s.Sight(missing.Sight{At: s.moment("p2").Now, Place: "桥头", Sure: "likely"}, s.moment("p2"))
		s.take("p2", events, err)
		if s.Works("p2") || s.Called[0].Answer != "seen" {
			t.Errorf("works %v, answer %q", s.Works("p2"), s.Called[0].Answer)
		}
	})
	t.Run("看到了要写时间地点", func(t *testing.T) {
		s := begun(t, "elder")
		events, err := s.CallOut(call, s.moment("p1"))
		s.take("p1", events, err)
		if _, err := s.Reply(missing.Reply{Answer: "seen"}, s.moment("p2")); code(err) != "missing.say_where" {
			t.Error(err)
		}
	})
}

func TestSight(t *testing.T) {
	s := begun(t, "elder")
	events, err := s.SetLastSeen(missing.SetLastSeen{At: worktest.Start, Place: "家门口"}, s.moment("p1"))
	s.take("p1", events, err)
	for _, c := range []struct {
		name string
		at   time.Time
		sure string
		want string
	}{
		{"目击不能早于最后见到", worktest.Start.Add(-time.Hour), "certain", "missing.before_last_seen"},
		{"目击不能在将来", worktest.Start.Add(5 * time.Hour), "certain", "form.future"},
		{"把握要选", worktest.Start.Add(time.Minute), "", "form.unknown_choice"},
		{"目击照记", worktest.Start.Add(30 * time.Minute), "unsure", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := s.Sight(missing.Sight{At: c.at, Place: "桥头", Sure: c.sure}, s.moment("p1")); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestNotice(t *testing.T) {
	good := missing.Publish{Consent: true, Consenter: "女儿", Text: "走失老人，七十多岁。", Channels: []string{"chat"}}
	with := func(change func(*missing.Publish)) missing.Publish { a := good; change(&a); return a }
	for _, c := range []struct {
		name string
		act  missing.Publish
		want string
	}{
		{"5.2 没有家属同意不发启事", with(func(a *missing.Publish) { a.Consent = false }), "missing.no_consent"},
		{"15.13 启事里没有电话", with(func(a *missing.Publish) { a.Text = "联系13900001111" }), "missing.notice_personal"},
		{"5.2 家属同意后可以发", good, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begun(t, "elder")
			if _, err := s.Publish(c.act, s.moment("p1")); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Run("15.5 找到后要撤启事：有任务、有时限，撤完任务就完成", func(t *testing.T) {
		s := begun(t, "elder").published().found("well", false)
		if _, ok := s.Reached["missing_notice_over"]; !ok || len(s.Tasks) != 1 {
			t.Fatalf("no clock or task: %v %v", s.Reached, s.Tasks)
		}
		if _, err := s.TakeDown(missing.TakeDown{Channels: []string{"chat"}}, s.moment("p1")); code(err) != "missing.still_hangs" {
			t.Errorf("张贴的还没撤: %v", err)
		}
		if got := code(s.handed("child").Guard(matter.Finish{Outcome: "missing_home"}, s.moment("p1"))); got != "missing.take_down_first" {
			t.Errorf("撤下以前不能结束: %q", got)
		}
		events, err := s.TakeDown(missing.TakeDown{Channels: []string{"chat", "poster"}}, s.moment("p1"))
		s.take("p1", events, err)
		if s.Tasks[0].DoneAt.IsZero() || s.Notice.Out {
			t.Error("task or notice still open")
		}
		if got := code(s.Guard(matter.Finish{Outcome: "missing_home"}, s.moment("p1"))); got != "" {
			t.Error(got)
		}
	})
	t.Run("没有启事的，找到后没有撤启事的任务和时限", func(t *testing.T) {
		s := begun(t, "elder").found("well", false)
		if _, ok := s.Reached["missing_notice_over"]; ok || len(s.Tasks) != 0 {
			t.Error("a task for nothing")
		}
	})
	t.Run("找到以后不再登记目击、呼叫、启事", func(t *testing.T) {
		s := begun(t, "elder").found("well", false)
		if _, err := s.Sight(missing.Sight{At: s.moment("p1").Now, Place: "桥头", Sure: "likely"}, s.moment("p1")); code(err) != "missing.already_found" {
			t.Error(err)
		}
		if _, err := s.Publish(good, s.moment("p1")); code(err) != "missing.already_found" {
			t.Error(err)
		}
	})
}

func TestHandOver(t *testing.T) {
	good := missing.HandOver{To: "何家女儿", Relation: "child", Checked: "idc_shown", OnPaper: true}
	with := func(change func(*missing.HandOver)) missing.HandOver { a := good; change(&a); return a }
	for _, c := range []struct {
		name string
		have *search
		act  missing.HandOver
		want string
	}{
		{"没找到不能交接", begun(t, "elder"), good, "missing.not_found_yet"},
		{"接走的人要核实身份", begun(t, "elder").found("well", false), with(func(a *missing.HandOver) { a.Checked = "guess" }), "form.unknown_choice"},
		{"接走的人要签名", begun(t, "elder").found("well", false), with(func(a *missing.HandOver) { a.OnPaper = false }), "missing.sign"},
		{"老人不能自己离开", begun(t, "elder").found("well", false), with(func(a *missing.HandOver) { a.Relation = "self" }), "missing.not_alone"},
		{"成年人可以自行离开", begun(t, "adult").found("well", false), with(func(a *missing.HandOver) { a.Relation = "self" }), ""},
		{"8.9 不愿让人知道的成年人不交给别人", begun(t, "adult").found("well", true), good, "missing.wants_nobody"},
		{"已不在人世的不办交接", begun(t, "elder").found("dead", false), good, "missing.hand_over_dead"},
		{"核实身份签了名就交接", begun(t, "elder").found("hurt", false), good, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.have.HandOver(c.act, c.have.moment("p1")); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Run("8.9 不愿让人知道的成年人只答复平安", func(t *testing.T) {
		s := begun(t, "adult").found("well", true).handed("self")
		if got := code(s.Guard(matter.Finish{Outcome: "missing_adult", Answer: "人在北桥打工"}, s.moment("p1"))); got != "missing.answer_private" {
			t.Error(got)
		}
		if got := code(s.Guard(matter.Finish{Outcome: "missing_adult", Answer: missing.PrivateAnswer}, s.moment("p1"))); got != "" {
			t.Error(got)
		}
	})
	t.Run("只有成年人可以要求不告知去向", func(t *testing.T) {
		s := begun(t, "elder")
		if _, err := s.FindPerson(missing.FindPerson{At: s.moment("p1").Now, Place: "桥下", Condition: "well", Private: true}, s.moment("p1")); code(err) != "missing.private_adult" {
			t.Error(err)
		}
	})
	t.Run("再次走失重新找，交接后才回访", func(t *testing.T) {
		s := begun(t, "elder")
		if _, err := s.LookInAfter(missing.LookInAfter{Card: "taken", Words: "看望"}, s.moment("p1")); code(err) != "missing.not_handed_yet" {
			t.Error(err)
		}
		s.found("well", false).handed("child")
		events, err := s.LookInAfter(missing.LookInAfter{Card: "taken", Words: "看望，联系卡缝在棉袄里"}, s.moment("p1"))
		s.take("p1", events, err)
		if len(s.LookedIn) != 1 {
			t.Error("not looked in")
		}
		s.take("p1", []work.Event{matter.ReopenedFor{}}, nil)
		if s.Found != nil || s.Handed != nil {
			t.Error("found before it was lost again")
		}
	})
}
