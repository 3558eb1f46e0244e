package dispute

import (
	"testing"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// order is the checklist of 治安调解, all as it must be.
var order = ChooseTrack{Track: Order, OrderBreach: true, Offence: "assault", Ground: "close", FactsFound: true, Consents: []string{"a", "b"}}

func choose(a ChooseTrack, change ...func(*ChooseTrack)) func(*tale) ([]work.Event, error) {
	for _, c := range change {
		c(&a)
	}
	return func(d *tale) ([]work.Event, error) { return d.ChooseTrack(a, d.by("p1")) }
}

func chosen(no int, a ChooseTrack, hour int) []work.Event {
	return []work.Event{TrackChosen{No: no, Track: a.Track, Host: a.Host, Offence: a.Offence, Ground: a.Ground, Consents: a.Consents, From: worktest.Start.Add(time.Duration(hour) * time.Hour)}}
}

func TestWhatThePoliceMayMediate(t *testing.T) {
	rules := []ruled{
		{"2.1 违反治安管理、因民间纠纷引起、情节较轻，双方同意，可以治安调解", from(asked), choose(order), "", chosen(1, order, 4)},
		{"2.1 不在名单里的行为不得治安调解", from(asked), choose(order, func(a *ChooseTrack) { a.Offence = "murder" }), "dispute.offence", nil},
		{"2.1 还要有一种情形", from(asked), choose(order, func(a *ChooseTrack) { a.Ground = "" }), "dispute.ground", nil},
		{"2.3 不违反治安管理的，不作治安调解", from(asked), choose(order, func(a *ChooseTrack) { a.OrderBreach = false }), "dispute.not_order_breach", nil},
		{"2.4 事实没有查清不得调解", from(asked), choose(order, func(a *ChooseTrack) { a.FactsFound = false }), "dispute.facts_not_found", nil},
		{"2.4 一方没有同意不得调解", from(asked), choose(order, func(a *ChooseTrack) { a.Consents = []string{"a"} }), "dispute.consent_missing", nil},
		{"2.2 一方明确不愿不得调解", from(asked, told(Said{Party: "b", Willing: "no"})), choose(order), "dispute.party_refuses", nil},
		{"2.2 改口愿意了可以调解", from(asked, told(Said{Party: "b", Willing: "no"}, Said{Party: "b", Willing: "yes"})), choose(order), "", chosen(1, order, 5)},
		{"不是当事人的同意不算", from(asked), choose(order, func(a *ChooseTrack) { a.Consents = []string{"a", "b", "c"} }), "dispute.unknown_party", nil},
		{"只有一方当事人不得调解", func(t testing.TB) *tale {
			d := &tale{Dispute: &Dispute{}, t: t}
			return d.then("p1", matter.Opened{ID: "d1", Kind: "dispute", Cell: "c1"}, matter.PartyAdded{Party: "a", Side: "a"}, SafetyAsked{Party: "a"})
		}, choose(order, func(a *ChooseTrack) { a.Consents = []string{"a"} }), "dispute.side_missing", nil},
		{"5.1 没有过安全询问不得调解", from(), choose(order), "dispute.gate_not_asked", nil},
		{"2.13 已作处罚决定的不得再治安调解", from(asked, told(CaseFiled{Number: "1"}, CaseDecided{Result: "penalty"})), choose(order), "dispute.penalty_decided", nil},
		{"2.13 已作处罚决定的，赔偿可以人民调解", from(asked, told(CaseFiled{Number: "1"}, CaseDecided{Result: "penalty"})),
			choose(ChooseTrack{Track: People, Host: "committee", Consents: []string{"a", "b"}}), "", nil},
		{"治安调解由本所主持", from(asked), choose(order, func(a *ChooseTrack) { a.Host = "committee" }), "dispute.host_not_of_track", nil},
		{"没有这种调解方式", from(asked), choose(order, func(a *ChooseTrack) { a.Track = "magic" }), "form.unknown_choice", nil},
		{"2.5 鉴定意见到了才起算", from(asked), choose(order, func(a *ChooseTrack) { a.AppraisedAt = "2026-03-02T11:30:00+08:00" }), "",
			[]work.Event{TrackChosen{No: 1, Track: Order, Offence: "assault", Ground: "close", Consents: []string{"a", "b"}, From: worktest.Start.Add(150 * time.Minute)}}},
		{"鉴定意见不能在将来", from(asked), choose(order, func(a *ChooseTrack) { a.AppraisedAt = "2027-03-02T11:30:00+08:00" }), "form.future", nil},
		{"鉴定意见不能早于立项", from(asked), choose(order, func(a *ChooseTrack) { a.AppraisedAt = "2025-03-02T11:30:00+08:00" }), "matter.before_it_began", nil},
		{"时间看不懂", from(asked), choose(order, func(a *ChooseTrack) { a.AppraisedAt = "昨天" }), "form.datetime", nil},
		{"2.17 要回避的人不得主持选定", from(asked, told(RecusalAsked{Person: "p1"})), choose(order), "dispute.conflicted", nil},
		{"2.5 办过两次的，不得第三次治安调解", from(onto(Order, ""), func(d *tale) *tale {
			return d.held("continue").held("failed").then("p1", CourseEnded{No: 1, Track: Order, Result: "failed"})
		}), choose(order), "dispute.sessions_used_up", nil},
		{"2.5 只办过一次的，可以再办一次", from(onto(Order, ""), func(d *tale) *tale {
			return d.held("failed").then("p1", CourseEnded{No: 1, Track: Order, Result: "failed"})
		}), choose(order), "", chosen(2, order, 7)},
	}
	for key, stop := range map[string]struct{ name, code string }{
		"hired_assault": {"雇凶伤害", "dispute.stop_hired_assault"}, "gang_or_provocation": {"结伙斗殴、寻衅滋事", "dispute.stop_gang"},
		"repeated_acts": {"多次实施", "dispute.stop_repeated"}, "party_refuses": {"一方明确不愿", "dispute.party_refuses"}, "new_act": {"调解中又违法", "dispute.stop_new_act"},
		"ran_off": {"嫌疑人逃跑", "dispute.stop_ran_off"}, "unsuitable": {"其他不宜调解", "dispute.stop_unsuitable"}, "dam_broke": {"本所自己的情形", "dispute.stop_holds"},
		"not_order_breach": {"不违反治安管理", "dispute.not_order_breach"}, "nonsense": {"名单外的情形", "form.unknown_choice"},
	} {
		rules = append(rules, ruled{"2.2 " + stop.name + "不得调解", from(asked), choose(order, func(a *ChooseTrack) { a.Stops = []string{key} }), stop.code, nil})
	}
	put(t, rules)
}

func TestTracksAreNeverMixed(t *testing.T) {
	people := ChooseTrack{Track: People, Host: "committee", Consents: []string{"a", "b"}}
	failed := func(track string) func(*tale) *tale {
		return func(d *tale) *tale { return d.then("p1", CourseEnded{No: 1, Track: track, Result: "failed"}) }
	}
	put(t, []ruled{
		{"3.1 双方同意，调委会受理", from(asked), choose(people), "", chosen(1, people, 4)},
		{"3.1 一方明确拒绝，不得受理", from(asked, told(Said{Party: "a", Willing: "no"})), choose(people), "dispute.party_refuses", nil},
		{"3.2 公安已受理的，调委会不得直接受理", from(asked), choose(people, func(a *ChooseTrack) { a.Accepted = true }), "dispute.already_accepted", nil},
		{"3.2 已立案的，调委会不得直接受理", from(asked, told(CaseFiled{Number: "1"})), choose(people), "dispute.already_accepted", nil},
		{"3.2 治安调解过的，要转不能直接受理", from(onto(Order, ""), failed(Order)), choose(people), "dispute.already_accepted", nil},
		{"21.2 正在治安调解，不得另选", from(onto(Order, "")), choose(people), "dispute.on_track", nil},
		{"21.2 正在人民调解，不得另选", from(onto(People, "committee")), choose(order), "dispute.on_track", nil},
		{"3.1 人民调解没有成，可以再次受理", from(onto(People, "committee"), failed(People)), choose(people), "", chosen(2, people, 6)},
		{"2.5 现场劝解的次数不算治安调解的次数", from(onto(Informal, ""), func(d *tale) *tale { return d.held("continue").held("failed") }), choose(order), "", chosen(2, order, 7)},
		{"21.2 现场劝解不是法律上的调解，可以改选", from(onto(Informal, "")), choose(people), "", chosen(2, people, 5)},
		{"人民调解不问治安调解的条件", from(asked), choose(people, func(a *ChooseTrack) { a.Offence = "assault" }), "", chosen(1, people, 4)},
		{"不在可转名单里的不能选", from(onto("judicial", "court"), failed("judicial")), choose(people), "dispute.no_such_move", nil},
		{"重新办理后可以从头选", from(onto("judicial", "court"), failed("judicial"), told(matter.ReopenedFor{By: "staff"})), choose(people), "", nil},
		{"等对方接收时不得另选", from(asked, told(TrackMoved{Passing: "t1", To: People})), choose(people), "dispute.move_waiting", nil},
	})
}

func TestMovingToAnotherTrack(t *testing.T) {
	whole := MoveTrack{To: People, Host: "committee", Reason: "赔偿谈不拢", Consents: []string{"a", "b"}, Files: []string{"d_1", "照片两张"}}
	move := func(change ...func(*MoveTrack)) func(*tale) ([]work.Event, error) {
		a := whole
		for _, c := range change {
			c(&a)
		}
		return func(d *tale) ([]work.Event, error) { return d.MoveTrack(a, d.by("p1")) }
	}
	moved := TrackMoved{Passing: "t_00001", From: Order, To: People, Host: "committee", Reason: vault.Plain("d1", "move", "赔偿谈不拢"), Consents: []string{"a", "b"}, Files: []string{"d_1", "照片两张"}}
	first := moved
	first.From = ""
	put(t, []ruled{
		{"4.6 理由、双方同意、移交材料，转出等对方接收", from(onto(Order, "")), move(), "", []work.Event{moved}},
		{"3.2 受理前由公安告知转出", from(asked), move(), "", []work.Event{first}},
		{"4.6 没有理由不得转", from(onto(Order, "")), move(func(a *MoveTrack) { a.Reason = "" }), "form.required", nil},
		{"4.6 只有一方同意不得转", from(onto(Order, "")), move(func(a *MoveTrack) { a.Consents = []string{"b"} }), "dispute.consent_missing", nil},
		{"接收单位要能主持", from(onto(Order, "")), move(func(a *MoveTrack) { a.Host = "roads" }), "dispute.host_not_of_track", nil},
		{"不能转到自己", from(onto(People, "committee")), move(), "dispute.same_track", nil},
		{"不在可转名单里的不得转", from(onto(Order, "")), move(func(a *MoveTrack) { a.To, a.Host = Informal, "" }), "dispute.no_such_move", nil},
		{"一次只等一个接收", from(onto(Order, ""), told(moved)), move(), "dispute.move_waiting", nil},
		{"2.5 办过两次的，不得转回治安调解", from(onto(Order, ""), func(d *tale) *tale {
			return d.held("continue").held("failed").then("p1", CourseEnded{No: 1, Track: Order, Result: "moved"}).on(People, "committee")
		}), move(func(a *MoveTrack) { a.To, a.Host = Order, "" }), "dispute.sessions_used_up", nil},
	})
	answer := func(a AnswerMove) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.AnswerMove(a, d.by("p_mediator")) }
	}
	answered := func(accept bool) MoveAnswered {
		return MoveAnswered{Passing: "t_00001", Accept: accept, Words: vault.Plain("d1", "moveanswer", "好")}
	}
	put(t, []ruled{
		{"没有转出就没有接收", from(onto(Order, "")), answer(AnswerMove{Accept: true, Words: "好"}), "dispute.no_move", nil},
		{"接收要写话", from(onto(Order, ""), told(moved)), answer(AnswerMove{Accept: true}), "form.required", nil},
		{"对方的人要认识", from(onto(Order, ""), told(moved)), answer(AnswerMove{Accept: true, Person: "x", Words: "好"}), "form.unknown_person", nil},
		{"4.6 对方接收，旧的结束，新的开始", from(onto(Order, ""), told(moved)), answer(AnswerMove{Accept: true, Words: "好"}), "",
			[]work.Event{answered(true), CourseEnded{No: 1, Track: Order, Result: "moved"},
				TrackChosen{No: 2, Track: People, Host: "committee", Consents: []string{"a", "b"}, From: worktest.Start.Add(6 * time.Hour)}}},
		{"4.6 对方不收，留在原处", from(onto(Order, ""), told(moved)), answer(AnswerMove{Words: "好"}), "", []work.Event{answered(false)}},
		{"2.2 等接收时一方反悔，不得接收", from(onto(Order, ""), told(moved, Said{Party: "a", Willing: "no"})), answer(AnswerMove{Accept: true, Words: "好"}), "dispute.party_refuses", nil},
	})
	t.Run("不收之后，原来的调解照旧", func(t *testing.T) {
		d := begun(t).on(Order, "").then("p1", moved)
		d.does("p_mediator")(d.AnswerMove(AnswerMove{Words: "好"}, d.by("p_mediator")))
		if d.Passing != nil || d.Track == nil || d.Track.Track != Order {
			t.Error(d.Passing, d.Track)
		}
	})
	t.Run("2.1 转给公安的，公安先对照条件才能开始", func(t *testing.T) {
		d := begun(t).on(People, "committee")
		d.does("p1")(d.MoveTrack(MoveTrack{To: Order, Reason: "动了手", Consents: []string{"a", "b"}}, d.by("p1")))
		d.does("p1")(d.AnswerMove(AnswerMove{Accept: true, Words: "收"}, d.by("p1")))
		if d.Track != nil || len(d.Courses) != 1 || d.Courses[0].Ended != "moved" {
			t.Fatal(d.Track, d.Courses)
		}
		if _, stopped := d.Reached["people_mediation_ended"]; !stopped {
			t.Error("人民调解的时限没有停")
		}
		refused(t, "dispute.not_order_breach")(choose(order, func(a *ChooseTrack) { a.OrderBreach = false })(d))
		d.does("p1")(choose(order)(d))
		if d.Track == nil || d.Track.No != 2 {
			t.Error(d.Track)
		}
	})
}

func TestTheEndOfACourse(t *testing.T) {
	back := func(a ReportBack) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.ReportBack(a, d.by("p1")) }
	}
	stop := func(reason string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.StopMediation(StopMediation{Reason: reason}, d.by("p1"))
		}
	}
	tell := func(a TellWays) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.TellWays(a, d.by("p1")) }
	}
	people := onto(People, "committee")
	put(t, []ruled{
		{"没有在调解，无从反馈", from(asked), back(ReportBack{Result: "failed", Words: "没谈成"}), "dispute.no_track", nil},
		{"4.6 没有生效的协议，不得反馈成功", from(people, told(agreed)), back(ReportBack{Result: "settled", Words: "成了"}), "dispute.settled_without_agreement", nil},
		{"4.6 协议生效，反馈成功", from(people, told(agreed, AgreementEffective{Agreement: "g1"})), back(ReportBack{Result: "settled", Words: "成了"}), "",
			[]work.Event{CourseEnded{No: 1, Track: People, Result: "settled", Words: vault.Plain("d1", "result", "成了")}}},
		{"作废的协议不算", from(people, told(agreed, AgreementEffective{Agreement: "g1"}, AgreementVoided{Agreement: "g1"})), back(ReportBack{Result: "settled", Words: "成了"}),
			"dispute.settled_without_agreement", nil},
		{"没有谈成照实反馈", from(people), back(ReportBack{Result: "failed", Words: "没谈成"}), "", []work.Event{CourseEnded{No: 1, Track: People, Result: "failed", Words: vault.Plain("d1", "result", "没谈成")}}},
		{"结果只能从名单里选", from(people), back(ReportBack{Result: "moved", Words: "走了"}), "form.unknown_choice", nil},
		{"2.2 终止要有理由", from(people), stop("tired"), "form.unknown_reason", nil},
		{"2.2 一方又动手，终止", from(onto(Order, "")), stop("new_act"), "", []work.Event{CourseEnded{No: 1, Track: Order, Result: "stopped", Reason: "new_act"}}},
		{"没有在调解，无从终止", from(asked), stop("new_act"), "dispute.no_track", nil},
		{"3.7 告知仲裁、行政、司法途径", from(), tell(TellWays{Ways: []string{"court", "arbitration"}, Parties: []string{"a", "b"}}), "",
			[]work.Event{ToldOf{Ways: []string{"court", "arbitration"}, Parties: []string{"a", "b"}}}},
		{"告知要说清哪条途径", from(), tell(TellWays{Parties: []string{"a"}}), "form.required", nil},
		{"告知要说清告知了谁", from(), tell(TellWays{Ways: []string{"court"}}), "form.required", nil},
		{"没有这条途径", from(), tell(TellWays{Ways: []string{"duel"}, Parties: []string{"a"}}), "form.unknown_choice", nil},
	})
}

func TestWithdrawal(t *testing.T) {
	ask := func(a AskRecusal) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.AskRecusal(a, d.by("p1")) }
	}
	decide := func(by string, a DecideRecusal) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.DecideRecusal(a, d.by(by)) }
	}
	put(t, []ruled{
		{"2.17 当事人可以申请回避", from(), ask(AskRecusal{Person: "p2", Relation: "relative", Party: "a"}), "", []work.Event{RecusalAsked{Person: "p2", Relation: "relative", Party: "a"}}},
		{"2.17 没有这个人", from(), ask(AskRecusal{Person: "x", Relation: "relative"}), "form.unknown_person", nil},
		{"2.17 要说明什么关系", from(), ask(AskRecusal{Person: "p2", Relation: "rich"}), "form.unknown_choice", nil},
		{"提过的不再提", from(told(RecusalAsked{Person: "p2"})), ask(AskRecusal{Person: "p2", Relation: "relative"}), "dispute.recusal_asked", nil},
		{"决定不回避后，可以再提", from(told(RecusalAsked{Person: "p2"}, RecusalDecided{Person: "p2"})), ask(AskRecusal{Person: "p2", Relation: "relative"}), "", nil},
		{"没有提过的不用决定", from(), decide("p_head", DecideRecusal{Person: "p2", Words: "行"}), "dispute.no_recusal", nil},
		{"自己的回避不能自己定", from(told(RecusalAsked{Person: "p_head"})), decide("p_head", DecideRecusal{Person: "p_head", Words: "行"}), "dispute.recusal_own", nil},
		{"2.17 所长决定回避", from(told(RecusalAsked{Person: "p2"})), decide("p_head", DecideRecusal{Person: "p2", Withdraw: true, Words: "行"}), "",
			[]work.Event{RecusalDecided{"p2", true, vault.Plain("d1", "recusal", "行")}}},
	})
	t.Run("2.17 没有决定前不得主持，决定不回避后可以", func(t *testing.T) {
		d := begun(t).then("p1", RecusalAsked{Person: "p2"})
		if !d.Conflicted("p2") || d.Conflicted("p1") {
			t.Error("未决定时")
		}
		if d.then("p_head", RecusalDecided{Person: "p2"}); d.Conflicted("p2") {
			t.Error("决定不回避后")
		}
		if d.then("p1", RecusalAsked{Person: "p2"}).then("p_head", RecusalDecided{Person: "p2", Withdraw: true}); !d.Conflicted("p2") {
			t.Error("决定回避后")
		}
	})
}
