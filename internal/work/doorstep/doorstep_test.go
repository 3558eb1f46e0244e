package doorstep_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

const day = 24 * time.Hour

func TestSlip(t *testing.T) {
	type slipOf = func(*doorstep.PlanVisit)
	for name, c := range map[string]struct {
		change slipOf
		code   string
	}{
		"8.8 有理由、已告知材料的可以填写": {func(*doorstep.PlanVisit) {}, ""},
		"目录里没有的不能上门办":        {func(a *doorstep.PlanVisit) { a.Service = "dance" }, "doorstep.no_service"},
		"只能在窗口办的不能上门":        {func(a *doorstep.PlanVisit) { a.Service = "hh_name" }, "doorstep.window_only"},
		"8.8 上门要勾一个理由":       {func(a *doorstep.PlanVisit) { a.Ground = "" }, "doorstep.no_ground"},
		"8.8 不收病历和诊断证明":      {func(a *doorstep.PlanVisit) { a.Why = "附诊断证明：高血压" }, "doorstep.no_medical"},
		"8.8 理由只要一句":         {func(a *doorstep.PlanVisit) { a.Why = strings.Repeat("长", 61) }, "form.too_long"},
		"要知道年龄段":             {func(a *doorstep.PlanVisit) { a.Age = "" }, "doorstep.age_needed"},
		"未满16周岁没有监护人不能申领":    {func(a *doorstep.PlanVisit) { a.Age = "under16" }, "doorstep.no_guardian"},
		"未满16周岁有监护人可以申领":     {func(a *doorstep.PlanVisit) { a.Age, a.Guardian = "under16", "parent" }, ""},
		"出生日期不能在将来":          {func(a *doorstep.PlanVisit) { a.BornOn = "2030-01-01" }, "form.date"},
		"8.2 本人要办的不能代办":      {func(a *doorstep.PlanVisit) { a.Agent, a.Mandate = "小赵", true }, "doorstep.no_proxy"},
		"8.8 代办没有委托书不行":      {func(a *doorstep.PlanVisit) { a.Service, a.Agent = "hh_book", "小赵" }, "doorstep.no_mandate"},
		"8.8 有委托书可以代办":       {func(a *doorstep.PlanVisit) { a.Service, a.Agent, a.Mandate = "hh_book", "小赵", true }, ""},
		"开门时间要有头有尾":          {func(a *doorstep.PlanVisit) { a.OpenUntil = "" }, "doorstep.clock_time"},
		"告知材料要写告诉了谁":         {func(a *doorstep.PlanVisit) { a.PapersToldTo = "" }, "doorstep.told_whom"},
		"申请人要有姓名":            {func(a *doorstep.PlanVisit) { a.Name, a.Phone = "", "13900001111" }, "form.required"},
		"申请人就是报事人的不用再写姓名电话":  {func(a *doorstep.PlanVisit) { a.Name, a.Phone, a.FromReport = "", "", true }, ""},
	} {
		t.Run(name, func(t *testing.T) { open(t, nil).want(c.code, "p_grid", slip(c.change)) })
	}
	t.Run("立项时选过的事项和理由不用再选", func(t *testing.T) {
		w := open(t, map[string]string{"service_item": "id_renew", "why_home": "illness"})
		w.must(slip(func(a *doorstep.PlanVisit) { a.Service, a.Ground = "", "" }))
		if w.d.Plan.Service != "id_renew" || w.d.Plan.Ground != "illness" {
			t.Fatalf("%+v", w.d.Plan)
		}
	})
	t.Run("申请时勾过的不用再勾", func(t *testing.T) {
		w := open(t, nil)
		w.asked = &doorstep.Asked{Service: "id_first", Ground: "disability", OpenFrom: "14:00", OpenUntil: "18:00"}
		w.must(doorstep.PlanVisit{FromReport: true, Age: "16_25", PapersTold: true, PapersToldTo: "applicant"})
		if p := w.d.Plan; p.Service != "id_first" || p.Ground != "disability" || p.OpenFrom != "14:00" {
			t.Fatalf("%+v", p)
		}
	})
	t.Run("材料一次告知齐全", func(t *testing.T) {
		w := open(t, nil).must(slip())
		if got, want := w.d.Plan.Papers, papersOf("id_renew"); len(want) == 0 || strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("told %v of %v", got, want)
		}
	})
	t.Run("再填一次没写的保持原样", func(t *testing.T) {
		w := open(t, nil).must(slip(), doorstep.PlanVisit{OpenFrom: "14:00", OpenUntil: "17:00"})
		p := w.d.Plan
		if p.Service != "id_renew" || p.Age != "46" || p.Ground != "old_age" || p.ToldTo != "family" || p.OpenFrom != "14:00" || len(w.d.Parties) != 1 || p.Applicant != w.d.Parties[0].ID {
			t.Fatalf("%+v, %d parties", p, len(w.d.Parties))
		}
	})
	t.Run("只留年龄段，不留出生日期", func(t *testing.T) {
		w := open(t, nil)
		w.must(slip(func(a *doorstep.PlanVisit) { a.Age, a.BornOn = "", "1958-07-19" }))
		raw, err := json.Marshal(w.d)
		if err != nil || w.d.Plan.Age != "46" || strings.Contains(string(raw), "1958") {
			t.Fatalf("%v: %s", err, raw)
		}
	})
	for born, want := range map[string]string{"2010-03-03": "under16", "2010-03-02": "16_25", "2000-03-03": "16_25", "2000-03-02": "26_45", "1980-03-03": "26_45", "1980-03-02": "46"} {
		t.Run("年龄按周岁算："+born, func(t *testing.T) {
			w := open(t, nil).must(slip(func(a *doorstep.PlanVisit) { a.BornOn, a.Guardian = born, "parent" }))
			if w.d.Plan.Age != want {
				t.Fatalf("%s, want %s", w.d.Plan.Age, want)
			}
		})
	}
}

func TestAgreement(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*doorstep.Agree)
		code   string
	}{
		"8.8 约定时段和同去的人": {func(*doorstep.Agree) {}, ""},
		"不能约在过去":        {func(a *doorstep.Agree) { a.Day = "2026-03-01" }, "doorstep.past"},
		"最多提前九十天":       {func(a *doorstep.Agree) { a.Day = "2026-07-01" }, "doorstep.too_far"},
		"让人等的时间不超过四小时":  {func(a *doorstep.Agree) { a.Until = "14:30" }, "doorstep.window_too_long"},
		"要在家里有人开门的时间":   {func(a *doorstep.Agree) { a.From, a.Until = "17:00", "19:00" }, "doorstep.door_closed"},
		"8.8 要有民警同去":    {func(a *doorstep.Agree) { a.With = []string{"p_aux", "p_grid"} }, "doorstep.officer_needed"},
		"同去的人要认识":       {func(a *doorstep.Agree) { a.With = []string{"x_1"} }, "form.unknown_person"},
		"没有的设备不能带":      {func(a *doorstep.Agree) { a.Kit = "k_9" }, "kit.not_found"},
		"县局的设备没有借到不能带":  {func(a *doorstep.Agree) { a.Kit = "k_2" }, "kit.not_lent"},
		"只约日子也可以，整天有人":  {func(a *doorstep.Agree) { a.From, a.Until = "", "" }, ""},
		"辅警和网格员可以代为约定":  {func(a *doorstep.Agree) { a.With = []string{"p_1", "p_aux"} }, ""},
		"时段写法不对要说清楚":    {func(a *doorstep.Agree) { a.From = "八点" }, "doorstep.clock_time"},
	} {
		t.Run(name, func(t *testing.T) {
			a := tuesday("09:00", "11:00", "p_1", "p_aux")
			c.change(&a)
			open(t, nil).must(slip()).want(c.code, "p_grid", a)
		})
	}
	t.Run("8.8 材料没有告知不能约", func(t *testing.T) {
		w := open(t, nil).must(slip(func(a *doorstep.PlanVisit) { a.PapersTold = false }))
		w.want("doorstep.papers_not_told", "p_1", tuesday("09:00", "11:00", "p_1"))
	})
	t.Run("没有服务单不能约", func(t *testing.T) { open(t, nil).want("doorstep.no_plan", "p_1", tuesday("09:00", "11:00", "p_1")) })
	t.Run("一次只约一回", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.want("doorstep.visit_agreed_already", "p_1", tuesday("14:00", "16:00", "p_1"))
	})
	t.Run("改约时设备跟着改", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.must(doorstep.Reschedule{Agree: doorstep.Agree{Day: "2026-03-04", From: "14:00", Until: "16:00"}, Reason: "家里有事"})
		v := w.d.Current()
		live := 0
		for _, b := range w.kits["k_1"].Bookings {
			if b.State == doorstep.KitBooked {
				live++
			}
		}
		if len(w.d.Visits) != 1 || v.On != "2026-03-04" || v.Kit != "k_1" || live != 1 {
			t.Fatalf("%+v, %d bookings", v, live)
		}
	})
	t.Run("取消上门设备就空出来", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"), doorstep.CallOff{Reason: "老人住院了"})
		if w.d.Current() != nil || w.kits["k_1"].Bookings[0].State != doorstep.KitLetGo || w.d.Stage() != doorstep.ToPlan {
			t.Fatalf("%+v", w.kits["k_1"].Bookings)
		}
	})
}

func TestVisit(t *testing.T) {
	there := func(t *testing.T, change ...func(*doorstep.PlanVisit)) *world {
		w := open(t, nil).must(slip(change...), tuesday("09:00", "11:00", "p_1", "p_aux"))
		w.after = day + 30*time.Minute
		return w.must(doorstep.Depart{}, doorstep.Arrive{})
	}
	t.Run("8.8 要民警到场的由民警记录", func(t *testing.T) {
		w := there(t)
		w.want("doorstep.officer_records", "p_aux", doorstep.Serve{Receipt: "F12345"})
		w.want("doorstep.officer_was_there", "p_1", doorstep.Serve{Receipt: "F12345", Present: []string{"p_aux"}})
		w.want("", "p_1", doorstep.Serve{Receipt: "F12345"})
	})
	t.Run("辅警能记不要民警的事项", func(t *testing.T) {
		w := open(t, nil).must(slip(func(a *doorstep.PlanVisit) { a.Service = "res_endorse" }))
		w.want("", "p_grid", doorstep.Agree{Day: "2026-03-02", With: []string{"p_grid"}})
		w.want("", "p_grid", doorstep.Serve{})
	})
	t.Run("8.2 办证要有回执号", func(t *testing.T) { there(t).want("form.required", "p_1", doorstep.Serve{}) })
	t.Run("8.2 回执号不能是身份证号", func(t *testing.T) {
		there(t).want("doorstep.receipt_is_id", "p_1", doorstep.Serve{Receipt: "999999199003070039"})
	})
	t.Run("监护人不在场不能给孩子办", func(t *testing.T) {
		child := func(a *doorstep.PlanVisit) { a.Age, a.Guardian = "under16", "grandparent" }
		w := there(t, child)
		w.want("doorstep.guardian_there", "p_1", doorstep.Serve{Receipt: "F1"})
		w.want("", "p_1", doorstep.Serve{Receipt: "F1", GuardianThere: true})
	})
	t.Run("8.3 办成起算六十日", func(t *testing.T) {
		w := there(t).must(doorstep.Serve{Receipt: "F1"})
		if w.d.Reached["id_card_applied"].IsZero() || !w.d.Reached["id_card_issued"].IsZero() || w.d.Stage() != doorstep.Waiting {
			t.Fatalf("%v %s", w.d.Reached, w.d.Stage())
		}
	})
	t.Run("8.3 临时身份证不算六十日", func(t *testing.T) {
		w := there(t, func(a *doorstep.PlanVisit) { a.Service = "id_temporary" }).must(doorstep.Serve{Receipt: "F1"})
		if !w.d.Reached["id_card_applied"].IsZero() {
			t.Fatal("the clock of sixty days runs")
		}
	})
	t.Run("材料不齐一次告知，不能再加", func(t *testing.T) {
		all := papersOf("id_first")
		w := there(t, func(a *doorstep.PlanVisit) { a.Service = "id_first" })
		w.want("doorstep.not_told_before", "p_1", doorstep.LackPapers{Missing: []string{"房产证"}, ToldTo: "family"})
		w.must(doorstep.LackPapers{Missing: all[:1], ToldTo: "family"})
		if w.d.Reached["told"].IsZero() || !has(w.d.Missing, all[0]) {
			t.Fatal("not told")
		}
		w.must(doorstep.Agree{Day: "2026-03-04", With: []string{"p_1"}, Kit: "k_1"})
		w.after = 2 * day
		w.want("doorstep.told_once", "p_1", doorstep.LackPapers{Missing: all[1:2], ToldTo: "family"})
		w.want("", "p_1", doorstep.LackPapers{Missing: all[:1], ToldTo: "family"})
	})
	t.Run("设备坏了另约，设备报修", func(t *testing.T) {
		w := there(t).must(doorstep.FailKit{Words: "开不了机"})
		if w.kits["k_1"].Broken == nil || w.d.Current() != nil || w.d.Stage() != doorstep.ToPlan {
			t.Fatal("the kit still works")
		}
		w.want("kit.broken", "p_1", doorstep.Agree{Day: "2026-03-05", With: []string{"p_1"}, Kit: "k_1"})
		w.must(doorstep.RepairKit{OnKit: on("k_1"), Words: "换了电池"}, doorstep.Agree{Day: "2026-03-05", With: []string{"p_1"}, Kit: "k_1"})
	})
	t.Run("不带设备不能出发", func(t *testing.T) {
		w := open(t, nil).must(slip(), doorstep.Agree{Day: "2026-03-03", With: []string{"p_1"}})
		w.want("doorstep.no_kit", "p_1", doorstep.Depart{})
		w.must(doorstep.Equip{Kit: "k_1"}, doorstep.Depart{})
	})
}

func on(kit string) doorstep.OnKit { return doorstep.OnKit{Kit: kit} }

// tried comes to a closed door at an hour of a day after the beginning.
func (w *world) tried(days, hour int) {
	w.t.Helper()
	w.after = time.Duration(days)*day + time.Duration(hour-9)*time.Hour - 2*time.Hour
	at := w.moment().Now.Add(2 * time.Hour).In(time.FixedZone("", 8*3600))
	a := doorstep.Agree{Day: at.Format(time.DateOnly), From: at.Add(-time.Hour).Format("15:04"), Until: at.Add(time.Hour).Format("15:04"), With: []string{"p_1"}, Kit: "k_1"}
	w.must(a)
	w.after += 2 * time.Hour
	w.must(doorstep.NotHome{Left: []string{"card", "neighbour"}})
}

func TestNobodyHome(t *testing.T) {
	t.Run("家中无人要留话", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.after = day
		w.want("doorstep.leave_word", "p_1", doorstep.NotHome{})
	})
	t.Run("三次不能都在同一时段", func(t *testing.T) {
		w := open(t, nil).must(slip())
		w.tried(1, 10)
		w.tried(2, 11)
		w.want("doorstep.other_hours", "p_1", doorstep.Agree{Day: "2026-03-06", From: "09:00", Until: "11:00", With: []string{"p_1"}, Kit: "k_1"})
		w.tried(3, 15)
	})
	third := func(t *testing.T) *world {
		w := open(t, nil).must(slip())
		w.tried(1, 10)
		w.tried(2, 11)
		w.tried(3, 15)
		return w
	}
	t.Run("三次未遇要先由所里决定", func(t *testing.T) {
		w := third(t)
		if w.d.Stage() != doorstep.ThirdTry {
			t.Fatal(w.d.Stage())
		}
		w.want("doorstep.three_tries", "p_1", doorstep.Agree{Day: "2026-03-09", With: []string{"p_1"}})
		w.guard("doorstep.decide_first", matter.Finish{Outcome: "party_withdrew"})
		w.want("doorstep.desk_decides", "p_aux", doorstep.Decide{Next: doorstep.CallAgain, Words: "再去"})
		w.want("doorstep.desk_decides", "p_grid", doorstep.Decide{Next: doorstep.CallAgain, Words: "再去"})
	})
	t.Run("决定再去可以再约", func(t *testing.T) {
		w := third(t)
		w.want("", "p_clerk", doorstep.Decide{Next: doorstep.CallAgain, Words: "儿媳说周末在家"})
		w.must(doorstep.Agree{Day: "2026-03-07", With: []string{"p_1"}, Kit: "k_1"})
	})
	t.Run("决定结案要先告知", func(t *testing.T) {
		w := third(t)
		w.want("doorstep.leave_word", "p_1", doorstep.Decide{Next: doorstep.CloseIt, Words: "结案"})
		w.must(doorstep.Decide{Next: doorstep.CloseIt, Notice: []string{"phone"}, Words: "电话告知，可随时再约"})
		w.guard("", matter.Finish{Outcome: "party_withdrew"})
		if w.d.Reached["told"].IsZero() {
			t.Fatal("not told")
		}
	})
	t.Run("见到人以后重新计次", func(t *testing.T) {
		w := open(t, nil).must(slip())
		w.tried(1, 10)
		w.tried(2, 11)
		w.after = 2*day + 3*time.Hour
		w.must(doorstep.Agree{Day: "2026-03-04", With: []string{"p_1"}, Kit: "k_1"}, doorstep.LackPapers{Missing: papersOf("id_renew")[:1], ToldTo: "family"})
		if n := len(w.d.Tries()); n != 0 {
			t.Fatalf("%d tries", n)
		}
	})
	t.Run("没有三次不用决定", func(t *testing.T) {
		open(t, nil).must(slip()).want("doorstep.nothing_to_decide", "p_1", doorstep.Decide{Next: doorstep.CallAgain, Words: "再去"})
	})
}

func TestCard(t *testing.T) {
	waiting := func(t *testing.T) *world {
		w := open(t, nil).must(slip(), doorstep.Agree{Day: "2026-03-02", With: []string{"p_1"}, Kit: "k_1"}, doorstep.Serve{Receipt: "F1"})
		w.after = 20 * day
		return w
	}
	sign := func(who string) doorstep.Deliver {
		return doorstep.Deliver{Where: "door", Receiver: who, Way: "screen", Image: "b_1"}
	}
	t.Run("证没有到不能送", func(t *testing.T) {
		w := waiting(t)
		w.want("doorstep.card_not_here", "p_grid", sign("applicant"))
		w.want("doorstep.card_not_here", "p_grid", doorstep.Agree{Day: "2026-03-23", With: []string{"p_grid"}})
	})
	t.Run("8.3 网格员可以送证，本人签收，六十日停算", func(t *testing.T) {
		w := waiting(t).must(doorstep.CardReady{})
		w.guard("doorstep.card_not_delivered", matter.Finish{Outcome: "served"})
		w.want("", "p_grid", doorstep.Agree{Day: "2026-03-23", From: "09:00", Until: "11:00", With: []string{"p_grid"}})
		w.guard("doorstep.visit_open", matter.Finish{Outcome: "served"})
		w.after = 21 * day
		w.want("", "p_grid", sign("applicant"))
		w.guard("", matter.Finish{Outcome: "served"})
		if w.d.Reached["id_card_issued"].IsZero() || w.d.Stage() != doorstep.Completed {
			t.Fatalf("%v %s", w.d.Reached, w.d.Stage())
		}
	})
	t.Run("8.8 屏幕签收要有签名", func(t *testing.T) {
		w := waiting(t).must(doorstep.CardReady{})
		a := sign("applicant")
		a.Image = ""
		w.want("doorstep.signature_missing", "p_grid", a)
		a.Way = "ink"
		w.want("", "p_grid", a)
	})
	t.Run("8.8 代领要委托书", func(t *testing.T) {
		w := waiting(t).must(doorstep.CardReady{})
		a := sign("agent")
		a.Agent = "小赵"
		w.want("doorstep.no_mandate", "p_grid", a)
		a.Mandate = true
		w.want("", "p_grid", a)
		if w.d.Delivered.Agent == "" || len(w.d.Parties) != 2 {
			t.Fatalf("%+v", w.d.Delivered)
		}
	})
	t.Run("送证三次未遇不能结案，可以改到窗口领", func(t *testing.T) {
		w := waiting(t).must(doorstep.CardReady{})
		for i, hour := range []int{10, 11, 15} {
			w.after = time.Duration(21+i)*day + time.Duration(hour-9)*time.Hour
			w.must(doorstep.Agree{Day: w.moment().Now.In(time.FixedZone("", 8*3600)).Format(time.DateOnly), With: []string{"p_1"}}, doorstep.NotHome{Left: []string{"card"}})
		}
		w.want("doorstep.card_waits", "p_1", doorstep.Decide{Next: doorstep.CloseIt, Notice: []string{"phone"}, Words: "不送了"})
		w.guard("doorstep.card_waits", matter.Finish{Outcome: "not_eligible"})
		a := sign("applicant")
		a.Where = "window"
		w.want("", "p_clerk", a)
	})
	t.Run("投诉起算十五个工作日，由没有参加的人答复", func(t *testing.T) {
		w := waiting(t).must(doorstep.CardReady{})
		a := sign("applicant")
		a.Said = "complaint"
		w.want("form.required", "p_1", a)
		a.Words = "等了一上午才来"
		w.must(a)
		if w.d.Reached["rated_bad"].IsZero() {
			t.Fatal("no clock")
		}
		w.guard("doorstep.complaint_open", matter.Close{})
		w.want("doorstep.own_complaint", "p_1", doorstep.AnswerComplaint{Words: "对不起"})
		w.want("", "p_lead", doorstep.AnswerComplaint{Words: "已当面道歉，改为提前电话"})
		w.guard("", matter.Close{})
		w.want("doorstep.no_complaint", "p_lead", doorstep.AnswerComplaint{Words: "再答一次"})
	})
	t.Run("感谢不用答复", func(t *testing.T) {
		w := waiting(t).must(doorstep.Hear{Said: "thanks", Words: "送来锦旗"})
		if !w.d.Reached["rated_bad"].IsZero() {
			t.Fatal("a clock runs on thanks")
		}
	})
}

func TestGuard(t *testing.T) {
	t.Run("没有上门办成不能选办成", func(t *testing.T) {
		open(t, nil).must(slip()).guard("doorstep.not_served", matter.Finish{Outcome: "served"})
	})
	t.Run("没有记过缺材料不能按材料不全结", func(t *testing.T) {
		open(t, nil).must(slip()).guard("doorstep.nothing_missing", matter.Finish{Outcome: "papers_missing"})
	})
	t.Run("8.2 不收证件影像", func(t *testing.T) {
		w := open(t, nil).must(slip())
		for _, act := range []any{matter.Note{Photos: []string{"b_1"}}, matter.Visit{Photos: []string{"b_1"}}, matter.Finish{Photos: []string{"b_1"}}} {
			w.guard("doorstep.no_pictures", act)
		}
	})
	t.Run("8.3 发证时限偏远地区最多延长三十日，一次", func(t *testing.T) {
		w := open(t, nil).must(slip())
		w.guard("matter.extension_days", matter.Extend{Limit: "id_card", Days: 31})
		w.guard("", matter.Extend{Limit: "id_card", Days: 30})
		w.apply(matter.ExtensionAsked{Limit: "id_card"}, matter.ExtensionDecided{Granted: true})
		w.guard("doorstep.card_extended", matter.Extend{Limit: "id_card", Days: 5})
		w.guard("", matter.Extend{Limit: "finish", Days: 31})
	})
	t.Run("重新办理要再上门一次", func(t *testing.T) {
		w := open(t, nil).must(slip(func(a *doorstep.PlanVisit) { a.Service = "res_endorse" }), doorstep.Agree{Day: "2026-03-02", With: []string{"p_1"}}, doorstep.Serve{})
		w.guard("", matter.Finish{Outcome: "served"})
		w.apply(matter.ReopenedFor{By: "reporter"})
		w.guard("doorstep.not_served", matter.Finish{Outcome: "served"})
	})
}
