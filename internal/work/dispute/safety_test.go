package dispute

import (
	"testing"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

func TestTheGateIsFirst(t *testing.T) {
	ask := func(a AskSafety) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.AskSafety(a, d.by("p1")) }
	}
	put(t, []ruled{
		{"5.1 单独问过一方，记下", from(), ask(AskSafety{Party: "a", Alone: true, Words: "都好"}), "",
			[]work.Event{SafetyAsked{Party: "a", Words: vault.Plain("a", "safety", "都好")}}},
		{"5.1 旁边有人不算", from(), ask(AskSafety{Party: "a"}), "dispute.ask_alone", nil},
		{"5.1 答“是”当场亮旗", from(), ask(AskSafety{Party: "b", Alone: true, Yes: []string{"afraid"}}), "",
			[]work.Event{SafetyAsked{Party: "b", Yes: []string{"afraid"}}, SafetyFlagged{Party: "b"}}},
		{"旗已亮的不再亮第二面", from(flagged), ask(AskSafety{Party: "b", Alone: true, Yes: []string{"afraid"}}), "",
			[]work.Event{SafetyAsked{Party: "b", Yes: []string{"afraid"}}, RiskGraded{Risk: "red", Because: "可能有家庭暴力", By: "table", Facts: facts("people", "2", "family_violence", "yes")}}},
		{"只问名单里的问题", from(), ask(AskSafety{Party: "a", Alone: true, Yes: []string{"rich"}}), "form.unknown_choice", nil},
		{"不是当事人的不问", from(), ask(AskSafety{Party: "c", Alone: true}), "dispute.unknown_party", nil},
		{"单位不用问", from(told(PartySet{Party: "b", Body: true})), ask(AskSafety{Party: "b", Alone: true}), "dispute.ask_no_body", nil},
		{"情况变了可以再问", from(asked), ask(AskSafety{Party: "a", Alone: true}), "", []work.Event{SafetyAsked{Party: "a"}}},
		{"办结后不再问", from(told(matter.Finished{Outcome: "duplicate"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})), ask(AskSafety{Party: "a", Alone: true}), "matter.not_open", nil},
	})
	for _, c := range []struct {
		rule string
		d    func(testing.TB) *tale
		code string
	}{
		{"5.1 一方也没有问过，门没有开", from(), "dispute.gate_not_asked"},
		{"5.1 只问了一方，门没有开", from(told(SafetyAsked{Party: "a"})), "dispute.gate_not_asked"},
		{"双方问过，门开了", from(asked), ""},
		{"后来加的当事人也要问", from(asked, told(matter.PartyAdded{Party: "c", Side: "b"})), "dispute.gate_not_asked"},
		{"后来加的是单位，不用问", from(asked, told(matter.PartyAdded{Party: "c", Side: "b"}, PartySet{Party: "c", Body: true})), ""},
		{"5.1 旗亮着，门关上", from(asked, flagged), "dispute.gate_flagged"},
		{"5.1 所长解除后，门又开了", from(asked, flagged, told(SafetyLifted{})), ""},
		{"没有当事人，门没有开", func(t testing.TB) *tale {
			d := &tale{Dispute: &Dispute{}, t: t}
			return d.then("p1", matter.Opened{ID: "d1", Kind: "dispute", Cell: "c1"})
		}, "dispute.no_parties"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := c.d(t)
			refused(t, c.code)(nil, d.gate())
			if d.Clear() != (c.code == "") {
				t.Errorf("Clear is %v", d.Clear())
			}
		})
	}
}

func TestAFlagStopsMediation(t *testing.T) {
	shut := from(asked, flagged)
	for rule, act := range map[string]func(d *tale) ([]work.Event, error){
		"5.1 不得选定调解方式": func(d *tale) ([]work.Event, error) {
			return d.ChooseTrack(ChooseTrack{Track: People, Host: "committee", Consents: []string{"a", "b"}}, d.by("p1"))
		},
		"5.1 不得转到别的途径调解": func(d *tale) ([]work.Event, error) {
			return d.MoveTrack(MoveTrack{To: People, Host: "committee", Reason: "转", Consents: []string{"a", "b"}}, d.by("p1"))
		},
		"5.1 不得“五让”": func(d *tale) ([]work.Event, error) { return d.NoteEase(NoteEase{Ease: "song"}, d.by("p1")) },
	} {
		t.Run(rule, func(t *testing.T) { refused(t, "dispute.gate_flagged")(act(shut(t))) })
	}
	t.Run("5.1 对方也不得接收", func(t *testing.T) {
		d := begun(t).on(Informal, "").then("p1", TrackMoved{Passing: "t1", From: Informal, To: People, Host: "committee", Consents: []string{"a", "b"}}, SafetyFlagged{})
		refused(t, "dispute.gate_flagged")(d.AnswerMove(AnswerMove{Accept: true, Words: "收"}, d.by("p_mediator")))
		refused(t, "")(d.AnswerMove(AnswerMove{Words: "不收"}, d.by("p_mediator")))
	})
	put(t, []ruled{
		{"标记要写理由", from(), func(d *tale) ([]work.Event, error) { return d.FlagSafety(FlagSafety{}, d.by("p1")) }, "form.required", nil},
		{"标记一次就够", from(flagged), func(d *tale) ([]work.Event, error) {
			return d.FlagSafety(FlagSafety{Reason: "身上有伤"}, d.by("p1"))
		}, "dispute.already_flagged", nil},
		{"谁办谁都能标", from(), func(d *tale) ([]work.Event, error) {
			return d.FlagSafety(FlagSafety{Reason: "身上有伤"}, d.by("p_aux"))
		}, "", []work.Event{SafetyFlagged{Reason: vault.Plain("d1", "flag", "身上有伤")}}},
		{"解除要写理由", from(flagged), func(d *tale) ([]work.Event, error) { return d.LiftSafety(LiftSafety{}, d.by("p_head")) }, "form.required", nil},
		{"没有标记不用解除", from(), func(d *tale) ([]work.Event, error) {
			return d.LiftSafety(LiftSafety{Reason: "误会"}, d.by("p_head"))
		}, "dispute.not_flagged", nil},
		{"写明理由，解除", from(flagged), func(d *tale) ([]work.Event, error) {
			return d.LiftSafety(LiftSafety{Reason: "误会"}, d.by("p_head"))
		}, "", []work.Event{SafetyLifted{vault.Plain("d1", "lift", "误会")}}},
	})
}

func TestAWarning(t *testing.T) {
	whole := Warn{Party: "b", Facts: "推搡", Prohibition: "不得再动手", Both: true, Committee: "village"}
	warn := func(change func(*Warn)) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { a := whole; change(&a); return d.Warn(a, d.by("p1")) }
	}
	warned := told(Warned{Warning: "w1", Party: "b", Delivered: []string{"b", "a"}, Committee: "village"})
	visit := func(a VisitAfterWarning) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.VisitAfterWarning(a, d.by("p1")) }
	}
	put(t, []ruled{
		{"5.1 告诫书写明加害人、事实、禁止事项，送双方，告知村委会", from(flagged), warn(func(*Warn) {}), "", []work.Event{Warned{Warning: "w_00001", Party: "b",
			Facts: vault.Plain("d1", "warnfacts", "推搡"), Prohibition: vault.Plain("d1", "prohibition", "不得再动手"), Delivered: []string{"b", "a"}, Committee: "village"}}},
		{"5.1 与加害人同一方的不用送", from(flagged, told(matter.PartyAdded{Party: "c", Side: "b"}, matter.PartyAdded{Party: "e"})), warn(func(*Warn) {}), "", []work.Event{Warned{Warning: "w_00001", Party: "b",
			Facts: vault.Plain("d1", "warnfacts", "推搡"), Prohibition: vault.Plain("d1", "prohibition", "不得再动手"), Delivered: []string{"b", "a", "e"}, Committee: "village"}}},
		{"5.1 没有送双方的不登记", from(flagged), warn(func(a *Warn) { a.Both = false }), "dispute.warning_both", nil},
		{"5.1 没有事实的不登记", from(flagged), warn(func(a *Warn) { a.Facts = " " }), "form.required", nil},
		{"5.1 没有禁止事项的不登记", from(flagged), warn(func(a *Warn) { a.Prohibition = "" }), "form.required", nil},
		{"5.1 要告知村（居）委会", from(flagged), warn(func(a *Warn) { a.Committee = "" }), "form.unknown_body", nil},
		{"查访要有告诫书", from(), visit(VisitAfterWarning{Warning: "w1", Safe: true, Words: "平安"}), "dispute.unknown_warning", nil},
		{"查访记下", from(warned), visit(VisitAfterWarning{Warning: "w1", With: []string{"p2"}, Safe: true, Words: "平安"}), "",
			[]work.Event{WarningVisited{"w1", []string{"p2"}, true, vault.Plain("d1", "warnvisit", "平安")}}},
		{"同去的人要认识", from(warned), visit(VisitAfterWarning{Warning: "w1", With: []string{"x"}, Safe: true, Words: "平安"}), "form.unknown_person", nil},
		{"办结后还要查访", from(warned, told(matter.Finished{Outcome: "dv_warned"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})),
			visit(VisitAfterWarning{Warning: "w1", Safe: true, Words: "平安"}), "", nil},
		{"转介要本人同意", from(), func(d *tale) ([]work.Event, error) {
			return d.Refer(Refer{Party: "a", To: "women", Words: "求助"}, d.by("p1"))
		}, "dispute.refer_agree", nil},
		{"转介要有这个单位", from(), func(d *tale) ([]work.Event, error) {
			return d.Refer(Refer{Party: "a", To: "moon", Agree: true, Words: "求助"}, d.by("p1"))
		}, "form.unknown_body", nil},
		{"同意了就转介", from(), func(d *tale) ([]work.Event, error) {
			return d.Refer(Refer{Party: "a", To: "women", Agree: true, Words: "求助"}, d.by("p1"))
		}, "", []work.Event{Referred{"r_00001", "a", "women", vault.Plain("a", "referral", "求助")}}},
	})
}
