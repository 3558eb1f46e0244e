package dispute

import (
	"testing"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// pays is a clause of 1,000 yuan from b to a, due on 20 March 2026.
func pays(change func(*ClauseDraft)) ClauseDraft {
	c := ClauseDraft{Words: "赔偿一千元", What: "money", Payer: "b", Receiver: "a", Amount: "1000", DueOn: "2026-03-20"}
	if change != nil {
		change(&c)
	}
	return c
}

// drafting drafts an agreement of one clause that pays; change alters it.
func drafting(change func(*DraftAgreement)) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := DraftAgreement{Form: "written", Facts: "砸坏车窗", Duty: "乙方负全责", Clauses: []ClauseDraft{pays(nil)}}
		if change != nil {
			change(&a)
		}
		return d.DraftAgreement(a, d.by("p1"))
	}
}

func clause(change func(*ClauseDraft)) func(*tale) ([]work.Event, error) {
	return drafting(func(a *DraftAgreement) { a.Clauses = []ClauseDraft{pays(change)} })
}

func TestDraftAgreement(t *testing.T) {
	agreed := heldAs("agreed")
	ok := from(people, agreed)
	third := told(matter.PartyAdded{Party: "c", Side: "b"}, SafetyAsked{Party: "c"})
	insurer := told(CompanionAdded{Companion: "i", Party: "b", As: "payer"}, CompanionAdded{Companion: "w", Party: "b", As: "interpreter"})
	put(t, []ruled{
		{"3.8 谈成后拟协议", ok, drafting(nil), "", nil},
		{"5.1 没有问过安全不得拟协议", from(people, agreed, told(matter.PartyAdded{Party: "c", Side: "b"})), drafting(nil), "dispute.gate_not_asked", nil},
		{"2.4 没有谈成不得拟协议", from(people, heldAs("continue")), drafting(nil), "dispute.nothing_agreed", nil},
		{"现场劝解不用先开会", from(informal), drafting(func(a *DraftAgreement) { a.Form = "oral" }), "", nil},
		{"3.9 人民调解可以口头", ok, drafting(func(a *DraftAgreement) { a.Form, a.Duty = "oral", "" }), "", nil},
		{"2.11 治安调解不得口头", from(orderly, agreed), drafting(func(a *DraftAgreement) { a.Form = "oral" }), "dispute.form_not_allowed", nil},
		{"2.12 治安现场调解要逐项对照条件，不能在这里拟", from(orderly, agreed), drafting(func(a *DraftAgreement) { a.Form = "on_spot" }), "dispute.spot_on_its_page", nil},
		{"3.8 人民调解协议写明责任", ok, drafting(func(a *DraftAgreement) { a.Duty = "" }), "form.required", nil},
		{"没有内容的不是协议", ok, drafting(func(a *DraftAgreement) { a.Clauses = nil }), "dispute.no_clauses", nil},
		{"2.11 3.8 no due date 没有期限不得订", ok, clause(func(c *ClauseDraft) { c.DueOn = "" }), "dispute.no_due_day", nil},
		{"当场履行的不用期限", ok, clause(func(c *ClauseDraft) { c.DueOn, c.AtOnce = "", true }), "", nil},
		{"期限不得在过去", ok, clause(func(c *ClauseDraft) { c.DueOn = "2026-03-01" }), "form.past", nil},
		{"期限写法不对", ok, clause(func(c *ClauseDraft) { c.DueOn = "下月" }), "form.date", nil},
		{"promises that do not add up 总额对不上", ok, drafting(func(a *DraftAgreement) { a.Total = "1200" }), "dispute.sums_differ", nil},
		{"总额对得上", ok, drafting(func(a *DraftAgreement) {
			a.Total, a.Clauses = "1,200", append(a.Clauses, pays(func(c *ClauseDraft) { c.Amount, c.AtOnce = "200", true }))
		}), "", nil},
		{"分期：只写总额，平均分", ok, clause(func(c *ClauseDraft) { c.Every, c.Times = "month", 3 }), "", nil},
		{"分期：只写每期", ok, clause(func(c *ClauseDraft) { c.Every, c.Times, c.Each, c.Amount = "month", 24, "300", "" }), "", nil},
		{"分期：每期合计超过总额", ok, clause(func(c *ClauseDraft) { c.Every, c.Times, c.Each = "month", 3, "500" }), "dispute.instalments_differ", nil},
		{"分期：最后一期比每期多一点可以", ok, clause(func(c *ClauseDraft) { c.Every, c.Times, c.Each = "month", 3, "300" }), "", nil},
		{"分期：最后一期不能抵两期", ok, clause(func(c *ClauseDraft) { c.Every, c.Times, c.Each = "month", 3, "250" }), "dispute.instalments_differ", nil},
		{"分期：多得分不到一分", ok, clause(func(c *ClauseDraft) { c.Every, c.Times, c.Amount = "week", 600, "5" }), "dispute.instalments_differ", nil},
		{"分期要写多久一次", ok, clause(func(c *ClauseDraft) { c.Times = 3 }), "dispute.every_missing", nil},
		{"期数太多", ok, clause(func(c *ClauseDraft) { c.Every, c.Times = "week", 601 }), "dispute.times", nil},
		{"没有尽头的，每次一笔", ok, clause(func(c *ClauseDraft) { c.Every = "lunar_year" }), "", nil},
		{"付钱要有金额", ok, clause(func(c *ClauseDraft) { c.Amount = "" }), "form.required", nil},
		{"付零元不是付", ok, clause(func(c *ClauseDraft) { c.Amount = "0" }), "dispute.amount_zero", nil},
		{"an amount of 1e12 金额过大", ok, clause(func(c *ClauseDraft) { c.Amount = "1000000000000" }), "form.money_too_much", nil},
		{"道歉没有金额", ok, clause(func(c *ClauseDraft) { c.What = "apology" }), "dispute.only_money_has_amount", nil},
		{"自己不欠自己", ok, clause(func(c *ClauseDraft) { c.Receiver = "b" }), "dispute.owes_self", nil},
		{"付钱要有收款人", ok, clause(func(c *ClauseDraft) { c.Receiver = "" }), "dispute.receiver_missing", nil},
		{"为村里做事可以没有对方", ok, clause(func(c *ClauseDraft) { c.What, c.Receiver, c.Amount = "deed", "", "" }), "", nil},
		{"保险公司不是当事人也能付", from(people, agreed, insurer), clause(func(c *ClauseDraft) { c.Payer = "i" }), "", nil},
		{"翻译不能当付款人", from(people, agreed, insurer), clause(func(c *ClauseDraft) { c.Payer = "w" }), "dispute.unknown_party", nil},
		{"轮流至少两人", ok, clause(func(c *ClauseDraft) { c.What, c.Amount, c.Every, c.Turns = "rotation", "", "month", []string{"b"} }), "dispute.turns", nil},
		{"两人轮流", from(people, agreed, third), clause(func(c *ClauseDraft) {
			c.What, c.Amount, c.Every, c.Turns, c.Payer = "rotation", "", "month", []string{"b", "c"}, ""
		}), "", nil},
		{"没有这张计算单", ok, drafting(func(a *DraftAgreement) { a.Sheets = []string{"w9"} }), "dispute.unknown_sheet", nil},
		{"生效的不能再改", from(owed(loan)), drafting(func(a *DraftAgreement) { a.Agreement = "a1" }), "dispute.agreement_in_force", nil},
	})
	if _, err := drafting(func(a *DraftAgreement) { a.Total = "1200" })(ok(t)); err != nil {
		if f, _ := fault.Of(err); f.Sentence("zh") != "协议总额1,200元，各条款项合计1,000元，对不上，请核对。" || f.Field != "total" {
			t.Errorf("refusal names both sums: %s", f.Sentence("zh"))
		}
	}
}

func TestInstalmentsOfADraft(t *testing.T) {
	d := from(people, heldAs("agreed"))(t)
	d.does("p1")(clause(func(c *ClauseDraft) { c.Every, c.Times = "month", 3 })(d))
	ag := d.Agreements[0]
	if p := ag.Clauses[0].Promise; p.Each != 33_333 || p.Sum(3) != 33_334 || ag.Total != 100_000 || ag.Number != "(2026)人调字第1号" || ag.No != 1 || ag.Mediator != "p1" {
		t.Errorf("不整除的余数在最后一期：%+v %+v", p, ag)
	}
	d.does("p1")(drafting(func(a *DraftAgreement) { a.Agreement = ag.ID })(d))
	if again := d.Agreements[0]; len(d.Agreements) != 1 || again.No != 2 || again.Number != ag.Number {
		t.Errorf("20.3 改过的是新的一版，编号不变：%+v", again)
	}
}

// signing signs a1 as somebody, on the screen and recorded for a party, by seal for a seal.
func signing(by, who string, change func(*SignAgreement)) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := SignAgreement{Agreement: "a1", Who: who, Way: "screen", Image: "u1", RecordingRef: "r1"}
		if who == organSeal || who == committeeSeal {
			a.Way = "seal"
		}
		if change != nil {
			change(&a)
		}
		return d.SignAgreement(a, d.by(by))
	}
}

// paper is a draft that is not signed.
func paper(track, form string, status bool, terms ...Terms) func(*tale) *tale {
	return func(d *tale) *tale {
		host := ""
		if track == People {
			host = "committee"
		}
		e := AgreementDrafted{Agreement: "a1", Course: 1, Track: track, Form: form, No: 1, Mediator: "p1", Status: status}
		for i := range terms {
			e.Clauses = append(e.Clauses, Clause{Promise: &terms[i]})
		}
		return d.on(track, host).held("agreed").then("p1", e)
	}
}

func signed(who ...string) func(*tale) *tale {
	return func(d *tale) *tale {
		for _, w := range who {
			d.then("p1", AgreementSigned{Agreement: "a1", No: 1, Signature: Signature{Who: w, Way: "ink"}})
		}
		return d
	}
}

func TestSignAgreement(t *testing.T) {
	written := paper(People, "written", false, loan)
	minor := told(PartySet{Party: "b", Minor: true}, CompanionAdded{Companion: "g", Party: "b", As: "guardian"})
	agent := func(scope string, papers ...matter.Attachment) func(*tale) *tale {
		return told(CompanionAdded{Companion: "x", Party: "b", As: "agent", Scope: scope, Papers: papers})
	}
	group := told(PartySet{Party: "b", People: 12}, CompanionAdded{Companion: "s", Party: "b", As: "spokesperson"})
	put(t, []ruled{
		{"一方签字，还没有生效", from(written), signing("p1", "a", nil), "", []work.Event{AgreementSigned{"a1", 1, Signature{Who: "a", Way: "screen", Image: "u1", Recording: Recording{Ref: "r1"}}}}},
		{"a party signing twice 同一方不得签两次", from(written, signed("a")), signing("p1", "a", nil), "dispute.signed_twice", nil},
		{"代理人签过，本人不再签", from(written, agent("全权"), signed("x")), signing("p1", "b", nil), "dispute.signed_twice", nil},
		{"20.2 屏幕签名要录音录像", from(written), signing("p1", "a", func(a *SignAgreement) { a.RecordingRef = "" }), "dispute.signing_recorded", nil},
		{"20.2 屏幕签名要有签名", from(written), signing("p1", "a", func(a *SignAgreement) { a.Image = "" }), "dispute.signature_missing", nil},
		{"20.2 纸质签字不用录", from(written), signing("p1", "a", func(a *SignAgreement) { a.Way, a.Image, a.RecordingRef = "ink", "", "" }), "", nil},
		{"20.2 涉及身份关系的不得电子签", from(paper(People, "written", true, loan)), signing("p1", "a", nil), "dispute.ink_only", nil},
		{"20.2 涉及身份关系的纸质签", from(paper(People, "written", true, loan)), signing("p1", "a", func(a *SignAgreement) { a.Way = "ink" }), "", nil},
		{"2.6 未成年人不能自己签", from(written, minor), signing("p1", "b", nil), "dispute.guardian_signs", nil},
		{"2.6 监护人代签", from(written, minor), signing("p1", "g", nil), "", nil},
		{"一方多人由代表签", from(written, group), signing("p1", "b", nil), "dispute.spokesperson_signs", nil},
		{"代表签", from(written, group), signing("p1", "s", nil), "", nil},
		{"2.7 没有授权书的代理人不能签", from(written, agent("")), signing("p1", "x", nil), "dispute.mandate_missing", nil},
		{"2.7 有授权书的代理人可以签", from(written, agent("全权", matter.Attachment{ID: "u9"})), signing("p1", "x", nil), "", nil},
		{"2.7 嫌疑人的代理人不能签治安调解协议", from(paper(Order, "written", false, loan), agent("全权", matter.Attachment{ID: "u9"}), told(PartySet{Party: "b", Suspect: true})), signing("p1", "x", nil), "dispute.suspect_in_person", nil},
		{"调解员由主持人自己签", from(written), signing("p2", mediator, nil), "dispute.not_the_mediator", nil},
		{"公章由民警盖", from(paper(Order, "written", false, loan)), signing("p_aux", organSeal, nil), "dispute.police_seal", nil},
		{"章就是章", from(written), signing("p1", committeeSeal, func(a *SignAgreement) { a.Way = "screen" }), "dispute.seal_is_a_seal", nil},
		{"没有这个签名人", from(written), signing("p1", "z", nil), "dispute.unknown_party", nil},
		{"作废的不能签", from(written, told(AgreementVoided{Agreement: "a1"})), signing("p1", "a", nil), "dispute.agreement_void", nil},
		{"5.1 亮旗不得签", from(written, flagged), signing("p1", "a", nil), "dispute.gate_flagged", nil},
		{"换了途径不能接着签", from(written, told(CourseEnded{No: 1, Track: People, Result: "stopped"}), onto(Informal, "")), signing("p1", "a", nil), "dispute.agreement_of_other_course", nil},
		{"现场劝解签名不用录", from(paper(Informal, "oral", false, loan)), signing("p1", "a", func(a *SignAgreement) { a.RecordingRef = "" }), "", nil},
	})
}

func TestTakesEffect(t *testing.T) {
	for _, c := range []struct {
		rule   string
		d      func(*tale) *tale
		signed []string
		last   string
		want   bool
	}{
		{"3.8 双方、调解员、印章都有才生效", paper(People, "written", false, loan), []string{"a", "b", mediator}, committeeSeal, true},
		{"3.8 没有印章不生效", paper(People, "written", false, loan), []string{"a", "b"}, mediator, false},
		{"3.8 缺一方不生效", paper(People, "written", false, loan), []string{"a", committeeSeal}, mediator, false},
		{"2.11 治安调解协议双方签字、盖章生效", paper(Order, "written", false, loan), []string{"a", "b"}, organSeal, true},
		{"3.9 口头协议调解员记录即生效", paper(People, "oral", false, loan), nil, mediator, true},
		{"3.9 口头协议当事人签了也要调解员记录", paper(People, "oral", false, loan), nil, "a", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := from(c.d, signed(c.signed...))(t)
			d.does("p1")(signing("p1", c.last, nil)(d))
			if got := d.Agreements[0].Effective(); got != c.want || len(d.Promises) == 1 != c.want {
				t.Errorf("effective %v, promises %d", got, len(d.Promises))
			}
		})
	}
	atOnce := loan
	atOnce.Every, atOnce.Times, atOnce.Each, atOnce.AtOnce = "", 0, 0, true
	d := from(paper(People, "oral", false, atOnce))(t)
	d.does("p1")(signing("p1", mediator, nil)(d))
	if d.Promises[0].Ended != "kept" || d.Reached["performed"].IsZero() {
		t.Errorf("签时履行的即履行：%+v", d.Promises[0])
	}
	d = from(paper(People, "oral", false))(t)
	d.does("p1")(signing("p1", mediator, nil)(d))
	if d.Reached["performed"].IsZero() {
		t.Error("没有要做的事，生效就是履行")
	}
	d = from(paper(People, "oral", false, loan))(t)
	d.does("p1")(signing("p1", mediator, nil)(d))
	if !d.Reached["performed"].IsZero() || d.Settled() {
		t.Error("2.16 签字不等于履行")
	}
}

func TestVoidAgreement(t *testing.T) {
	void := func(reason string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.VoidAgreement(VoidAgreement{Agreement: "a1", Reason: reason}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"作废要有理由", from(owed(loan)), void(""), "form.required", nil},
		{"不能作废两次", from(owed(loan), told(AgreementVoided{Agreement: "a1"})), void("x"), "dispute.agreement_void", nil},
		{"4.5 法院确认了的不能作废", from(owed(loan), told(ConfirmationApplied{Agreement: "a1"}, ConfirmationRecorded{Result: "confirmed"})), void("x"), "dispute.already_confirmed", nil},
		{"没有这份协议", from(people), void("x"), "dispute.unknown_agreement", nil},
	})
	d := from(owed(loan))(t)
	d.does("p1")(void("双方重新谈")(d))
	if d.Promises[0].Ended != "void" || d.Agreements[0].Effective() {
		t.Errorf("承诺随协议作废：%+v", d.Promises[0])
	}
	refused(t, "dispute.promise_ended")(keep("k1", "1", 0)(d))
}
