package seek_test

import (
	"slices"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/seek"
	"maplegrid/internal/work/worktest"
)

// book is the invented playbook with the reasons that seeking asks of it.
type book struct{ worktest.Book }

func (book) Reason(list, key string) bool {
	return slices.Contains([]string{"identity_check/idc_shown", "seek_where/registry", "seek_where/sw_elders", "seek_way/sy_visit", "seek_safety/ss_order",
		"seek_rule_out/sr_points"}, list+"/"+key)
}

func (book) Outcome(_, key string) bool {
	return slices.Contains([]string{"seek_together", "seek_passed_on", "seek_declined", "seek_nothing"}, key)
}

// story is one seeking, hour by hour, with what was sealed kept at hand.
type story struct {
	t *testing.T
	*seek.Seek
	hours  int
	sealed map[vault.Ref]string
}

func (s *story) moment() seek.Moment {
	mo := worktest.Moment("p1", time.Duration(s.hours)*time.Hour)
	mo.Book, mo.Role = book{}, grid.Officer
	n := s.Version * 100
	mo.NewID = func(p string) string { n++; return p + "_" + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) }
	return seek.Moment{Moment: mo, Plain: func(texts ...vault.Text) (list []string, err error) {
		for _, x := range texts {
			if w, ok := s.sealed[x.Ref()]; ok {
				list = append(list, w)
			}
		}
		return list, nil
	}}
}

func (s *story) take(events []work.Event, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		for _, x := range vault.Collect(e) {
			words, _ := x.Reveal()
			x.Sealed(s.Version + 1)
			s.sealed[x.Ref()] = words
		}
		mo := s.moment()
		if err := s.Apply(e, work.At{HappenedAt: mo.HappenedAt, RecordedAt: mo.Now, Actor: "p1", Version: s.Version + 1}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// opened is a seeking in hand, and no more.
func opened(t *testing.T) *story {
	s := &story{t: t, Seek: &seek.Seek{}, sealed: map[vault.Ref]string{}}
	s.take([]work.Event{matter.Opened{ID: "m_1", Number: "1", Kind: "seek", Grade: "normal", Title: "找五五年的同学", Cell: "c1"}, matter.Assigned{To: "p1"},
		matter.Acknowledged{}, matter.Started{}}, nil)
	s.hours = 1
	s.take(s.Describe(seek.Describe{NameThen: "贺秀英", Year: "1955", Unit: "青石乡小学"}, s.moment()))
	return s
}

// known is one whose seeker is checked and asked about safety.
func known(t *testing.T) *story {
	s := opened(t)
	s.take(s.Identify(seek.Identify{Name: "马长庚", Phone: "13900002222", Relation: "同学", Why: "八十多岁了想再见一面", Checked: "idc_shown"}, s.moment()))
	s.take(s.AskSafety(seek.AskSafety{Looked: true}, s.moment()))
	return s
}

func (s *story) looked() *story {
	s.take(s.Look(seek.Look{Where: "sw_elders", Purpose: "为马长庚找同学", Result: "lead"}, s.moment()))
	return s
}

// compared is one with a candidate found and compared; one more change to the comparison may be given.
func compared(t *testing.T, change ...func(*seek.Compare)) *story {
	s := known(t).looked()
	a := seek.Compare{Name: "贺秀英", Phone: "13900003333", Home: "河西村二组水井边", Alive: "yes", NameThen: "agree", Year: "agree", Unit: "unknown"}
	for _, f := range change {
		f(&a)
	}
	s.take(s.Compare(a, s.moment()))
	return s
}

func (s *story) one() string { return s.Candidates[0].ID }

func (s *story) ask(answer string, change ...func(*seek.AskFirst)) *story {
	s.t.Helper()
	a := seek.AskFirst{Candidate: s.one(), How: "sy_visit", Told: "老同学马长庚在找您", Answer: answer}
	for _, f := range change {
		f(&a)
	}
	s.take(s.AskFirst(a, s.moment()))
	return s
}

func gives(what ...string) func(*seek.AskFirst) {
	return func(a *seek.AskFirst) { a.Give = what }
}

func onCondition(what ...string) func(*seek.AskFirst) {
	return func(a *seek.AskFirst) { a.Conditions = what }
}

func hidden(a *seek.AskFirst) { a.Hidden = true }

func code(err error) string { return fault.Code(err) }

func TestWhoSeeksIsKnown(t *testing.T) {
	look := seek.Look{Where: "sw_elders", Purpose: "为来人找同学", Result: "nothing"}
	for _, c := range []struct {
		name string
		have func() *story
		want string
	}{
		{"没核身份不能查找", func() *story { return opened(t) }, "seek.who_first"},
		{"核了身份没作安全询问不能查找", func() *story {
			s := opened(t)
			s.take(s.Identify(seek.Identify{Name: "马长庚", Relation: "同学", Why: "想见", Checked: "idc_shown"}, s.moment()))
			return s
		}, "seek.safety_first"},
		{"5.1 有保护令的停止查找", func() *story {
			s := opened(t)
			s.take(s.Identify(seek.Identify{Name: "马长庚", Relation: "前夫", Why: "想见", Checked: "idc_shown"}, s.moment()))
			s.take(s.AskSafety(seek.AskSafety{Looked: true, Yes: []string{"ss_order"}}, s.moment()))
			return s
		}, "seek.flagged"},
		{"5.1 所长解除标记后可以继续", func() *story {
			s := known(t)
			s.take(s.FlagSafety(seek.FlagSafety{Reason: "说法前后不一"}, s.moment()))
			s.take(s.LiftSafety(seek.LiftSafety{Reason: "核实无误"}, s.moment()))
			return s
		}, ""},
		{"身份核了、安全问了可以查找", func() *story { return known(t) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.have()
			if _, err := s.Look(look, s.moment()); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Run("5.1 不看告诫书登记和保护令不算问过", func(t *testing.T) {
		s := opened(t)
		if _, err := s.AskSafety(seek.AskSafety{}, s.moment()); code(err) != "seek.look_first" {
			t.Error(err)
		}
	})
}

func TestLook(t *testing.T) {
	good := seek.Look{Where: "registry", Purpose: "为马长庚找同学", Result: "lead", Reference: "查〔2026〕3号"}
	for _, c := range []struct {
		name string
		role grid.Role
		with func(*seek.Look)
		want string
	}{
		{"15.11 每次查找写用途", grid.Officer, func(a *seek.Look) { a.Purpose = "查" }, "seek.purpose"},
		{"15.11 用途里不写电话", grid.Officer, func(a *seek.Look) { a.Purpose = "为13900002222找人" }, "seek.purpose_personal"},
		{"15.11 户籍只由民警查", grid.AuxOfficer, func(*seek.Look) {}, "seek.registry_police"},
		{"15.11 辅警可以问老人", grid.AuxOfficer, func(a *seek.Look) { a.Where = "sw_elders" }, ""},
		{"15.11 民警查户籍照记", grid.Officer, func(*seek.Look) {}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, a := known(t), good
			c.with(&a)
			mo := s.moment()
			mo.Role = c.role
			if _, err := s.Look(a, mo); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	t.Run("没查找过不能比对", func(t *testing.T) {
		s := known(t)
		if _, err := s.Compare(seek.Compare{Name: "贺秀英", Alive: "yes"}, s.moment()); code(err) != "seek.look_before" {
			t.Error(err)
		}
	})
	t.Run("14.4 比对只记逐项相符不符不清楚", func(t *testing.T) {
		s := compared(t)
		if got := s.Candidates[0].Compared; got["year"] != "agree" || got["unit"] != "unknown" || got["born"] != "" {
			t.Error(got)
		}
		if _, err := s.Compare(seek.Compare{Candidate: s.one(), Alive: "yes", Born: "八成"}, s.moment()); code(err) != "form.unknown_choice" {
			t.Error(err)
		}
	})
	t.Run("5.1 住址一经保密不能再解开", func(t *testing.T) {
		s := compared(t, func(a *seek.Compare) { a.SealHome = true })
		s.take(s.Compare(seek.Compare{Candidate: s.one(), Alive: "yes", Born: "agree"}, s.moment()))
		if !s.HiddenHome(s.one()) {
			t.Error("opened again")
		}
	})
	t.Run("排除了的不再征求意见", func(t *testing.T) {
		s := compared(t)
		s.take(s.RuleOut(seek.RuleOut{Candidate: s.one(), Reason: "sr_points"}, s.moment()))
		if _, err := s.AskFirst(seek.AskFirst{Candidate: s.one(), How: "sy_visit", Told: "有人在找", Answer: "yes"}, s.moment()); code(err) != "seek.ruled_out" {
			t.Error(err)
		}
	})
}

func TestAskedFirst(t *testing.T) {
	for _, c := range []struct {
		name string
		have func() *story
		with func(*seek.AskFirst)
		want string
	}{
		{"8.9 没逐项比对不去打扰", func() *story {
			return compared(t, func(a *seek.Compare) { a.NameThen, a.Year, a.Unit = "", "", "" })
		}, func(*seek.AskFirst) {}, "seek.compare_first"},
		{"8.9 要说明谁在找、为什么", func() *story { return compared(t) }, func(a *seek.AskFirst) { a.Told = "" }, "form.required"},
		{"8.9 本人去世的问亲属", func() *story { return compared(t, func(a *seek.Compare) { a.Alive = "no" }) }, func(*seek.AskFirst) {}, "seek.ask_relatives"},
		{"8.9 本人在世的不由亲属代答", func() *story { return compared(t) }, func(a *seek.AskFirst) { a.Relative = true }, "seek.ask_self"},
		{"愿意联系和不让人知道不能同时选", func() *story { return compared(t) }, hidden, "seek.yes_and_hidden"},
		{"有条件的要写明条件", func() *story { return compared(t) }, func(a *seek.AskFirst) { a.Answer = "conditions" }, "seek.which_conditions"},
		{"不愿意的没有可以告诉对方的", func() *story { return compared(t) }, func(a *seek.AskFirst) { a.Answer, a.Give = "no", []string{"name"} }, "seek.no_gives_nothing"},
		{"愿意的照记", func() *story { return compared(t) }, gives("name", "phone"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.have()
			a := seek.AskFirst{Candidate: s.one(), How: "sy_visit", Told: "老同学马长庚在找您，想见一面", Answer: "yes"}
			c.with(&a)
			if _, err := s.AskFirst(a, s.moment()); code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Run("5.1 被寻人害怕来人就停", func(t *testing.T) {
		s := compared(t).ask("no", func(a *seek.AskFirst) { a.Danger = true })
		if !s.Safety.Flagged || !s.Hidden() {
			t.Error("not stopped")
		}
	})
}

func TestNothingIsGivenWithoutTheYes(t *testing.T) {
	give := func(what ...string) func(*story) error {
		return func(s *story) error {
			_, err := s.Give(seek.Give{Candidate: s.one(), What: what, How: "sy_visit"}, s.moment())
			return err
		}
	}
	meet := func(change func(*seek.BringTogether)) func(*story) error {
		return func(s *story) error {
			a := seek.BringTogether{Candidate: s.one(), At: s.moment().Now, Place: "家里", With: []string{"p2"}}
			change(&a)
			_, err := s.BringTogether(a, s.moment())
			return err
		}
	}
	plain := func(*seek.BringTogether) {}
	withdrawn := func(s *story) *story { s.take(s.Withdraw(seek.Withdraw{Candidate: s.one()}, s.moment())); return s }
	for _, c := range []struct {
		name string
		have *story
		do   func(*story) error
		want string
	}{
		{"8.9 没问过不给", compared(t), give("name"), "seek.no_yes"},
		{"8.9 说不愿意不给", compared(t).ask("no"), give("name"), "seek.no_yes"},
		{"8.9 还在想不给", compared(t).ask("thinking"), give("alive"), "seek.no_yes"},
		{"8.9 只给同意给的", compared(t).ask("yes", gives("alive", "message")), give("phone"), "seek.not_agreed"},
		{"8.9 同意给的可以给", compared(t).ask("yes", gives("phone")), give("phone"), ""},
		{"15.3 撤回同意后不给", withdrawn(compared(t).ask("yes", gives("phone"))), give("phone"), "seek.no_yes"},
		{"5.1 保密的住址同意也不给", compared(t, func(a *seek.Compare) { a.SealHome = true }).ask("yes", gives("address")), give("address"), "seek.home_sealed"},
		{"8.9 没同意不见面", compared(t), meet(plain), "seek.no_yes"},
		{"8.9 只通电话的不见面", compared(t).ask("conditions", onCondition("phone_only"), gives("phone")), meet(plain), "seek.only_so"},
		{"8.9 在所里见的要在所里", compared(t).ask("conditions", onCondition("at_station")), meet(plain), "seek.only_so"},
		{"8.9 按条件在所里见", compared(t).ask("conditions", onCondition("at_station")), meet(func(a *seek.BringTogether) { a.AtStation = true }), ""},
		{"8.9 见面不能早于同意", compared(t).ask("yes"), meet(func(a *seek.BringTogether) { a.At = worktest.Start.Add(-time.Hour) }), "seek.before_the_yes"},
		{"5.1 有危险标记一律不给", func() *story {
			s := compared(t).ask("yes", gives("phone"))
			s.take(s.FlagSafety(seek.FlagSafety{Reason: "又说要讨债"}, s.moment()))
			return s
		}(), give("phone"), "seek.flagged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := code(c.do(c.have)); got != c.want {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
	t.Run("15.3 转告以后不能撤回", func(t *testing.T) {
		s := compared(t).ask("yes", gives("phone"))
		s.take(s.Give(seek.Give{Candidate: s.one(), What: []string{"phone"}, How: "sy_visit"}, s.moment()))
		if _, err := s.Withdraw(seek.Withdraw{Candidate: s.one()}, s.moment()); code(err) != "seek.given_already" {
			t.Error(err)
		}
	})
}

func TestWhatTheSeekerHears(t *testing.T) {
	tell := func(saying, words string) func(*story) error {
		return func(s *story) error {
			_, err := s.TellSeeker(seek.TellSeeker{Saying: saying, How: "sy_visit", Words: words}, s.moment())
			return err
		}
	}
	end := func(outcome, answer string) func(*story) error {
		return func(s *story) error {
			return s.Guard(matter.Finish{Outcome: outcome, Words: "见记录", Answer: answer}, s.moment())
		}
	}
	for _, c := range []struct {
		name string
		have *story
		do   func(*story) error
		want string
	}{
		{"8.9 明确说不愿联系的可以这样告诉", compared(t).ask("no"), tell("declined", ""), ""},
		{"8.9 不让人知道的不能说不愿联系", compared(t).ask("no", hidden), tell("declined", ""), "seek.not_declined"},
		{"8.9 不让人知道的说没有可以告知的", compared(t).ask("no", hidden), tell("nothing", ""), ""},
		{"8.9 没找到的也说没有可以告知的", known(t).looked(), tell("nothing", ""), ""},
		{"8.9 没找到的不能说不愿联系", known(t).looked(), tell("declined", ""), "seek.not_declined"},
		{"8.9 告知的话里不能有名字", compared(t).ask("thinking"), tell("going_on", "可能是贺秀英"), "seek.gives_away"},
		{"8.9 告知的话里不能有电话", compared(t).ask("thinking"), tell("going_on", "电话 13900003333"), "seek.gives_away"},
		{"8.9 告知的话里不能有住址", compared(t).ask("thinking"), tell("going_on", "住河西村二组 水井边"), "seek.gives_away"},
		{"8.9 同意说名字的可以说名字", compared(t).ask("yes", gives("name")), tell("going_on", "贺秀英愿意见您"), ""},
		{"8.9 没见面不能报团聚", compared(t).ask("yes"), end("seek_together", ""), "seek.not_met"},
		{"8.9 没转告不能报已转告", compared(t).ask("yes"), end("seek_passed_on", ""), "seek.nothing_given"},
		{"8.9 没人说不愿意不能报不愿联系", compared(t).ask("no", hidden), end("seek_declined", ""), "seek.not_declined"},
		{"8.9 有人愿意不能报没有结果", compared(t).ask("yes"), end("seek_nothing", ""), "seek.somebody_agreed"},
		{"8.9 没有结果只答复固定的一句", compared(t).ask("no", hidden), end("seek_nothing", "人找到了但她不愿意"), "seek.fixed_answer"},
		{"8.9 没查找过不能报没有结果", known(t), end("seek_nothing", ""), "seek.look_before"},
		{"8.9 不让人知道的报没有可告知", compared(t).ask("no", hidden), end("seek_nothing", ""), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := code(c.do(c.have)); got != c.want {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
	t.Run("8.9 没找到和不让人知道，寻人者听到的一字不差", func(t *testing.T) {
		answers := map[string]string{}
		for name, s := range map[string]*story{"没找到": known(t).looked(), "不让人知道": compared(t).ask("no", hidden)} {
			events := s.After(matter.Finish{}, []work.Event{matter.Finished{Outcome: "seek_nothing"}}, s.moment())
			answers[name], _ = events[0].(matter.Finished).Answer.Reveal()
		}
		if answers["没找到"] != answers["不让人知道"] || answers["没找到"] != seek.NothingAnswer {
			t.Error(answers)
		}
	})
	t.Run("告知一次，下次告知的时限重新算", func(t *testing.T) {
		s := compared(t)
		s.take(s.TellSeeker(seek.TellSeeker{Saying: "going_on", How: "sy_visit"}, s.moment()))
		first, answered := s.Reached["seek_told"], s.Reached["seek_answered"]
		s.hours += 48
		s.take(s.TellSeeker(seek.TellSeeker{Saying: "going_on", How: "sy_visit"}, s.moment()))
		if !s.Reached["seek_told"].After(first) || s.Reached["seek_answered"] != answered {
			t.Errorf("told %v then %v, answered %v", first, s.Reached["seek_told"], s.Reached["seek_answered"])
		}
	})
}
