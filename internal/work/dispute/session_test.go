package dispute

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// orderly, people and informal put a dispute on a track, the gate passed.
func orderly(d *tale) *tale  { return d.on(Order, "") }
func people(d *tale) *tale   { return d.on(People, "committee") }
func informal(d *tale) *tale { return d.on(Informal, "") }

func heldAs(outcome string) func(*tale) *tale {
	return func(d *tale) *tale { return d.held(outcome) }
}

// sitting is a session of two officers at which both came and agreed; change alters it.
func sitting(change func(*HoldSession)) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := HoldSession{At: worktest.Start.Add(d.after), Preside: "p1", Officers: 2, Present: []string{"a", "b"}, Outcome: "agreed"}
		if d.Track != nil && d.Track.Track == People {
			a.Preside = "p_mediator"
		}
		if change != nil {
			change(&a)
		}
		return d.HoldSession(a, d.by("p1"))
	}
}

func TestHoldSession(t *testing.T) {
	guardian := told(CompanionAdded{Companion: "g", Party: "b", As: "guardian"})
	agent := told(CompanionAdded{Companion: "x", Party: "b", As: "agent"})
	put(t, []ruled{
		{"双方到场，谈成", from(orderly), sitting(nil), "", nil},
		{"session before the gate 5.1 没有问过安全不得调解", from(), sitting(nil), "dispute.gate_not_asked", nil},
		{"5.1 亮旗不得调解", from(orderly, flagged), sitting(nil), "dispute.gate_flagged", nil},
		{"没有选定调解方式不得调解", from(asked), sitting(nil), "dispute.no_track", nil},
		{"dates before the dispute began 不得早于登记", from(orderly), sitting(func(a *HoldSession) { a.At = worktest.Start }), "dispute.before_it_began", nil},
		{"不得晚于现在", from(orderly), sitting(func(a *HoldSession) { a.At = a.At.Add(48 * time.Hour) }), "form.future", nil},
		{"结束不得早于开始", from(orderly), sitting(func(a *HoldSession) { a.Until = a.At.Add(-time.Minute) }), "dispute.ends_before_it_begins", nil},
		{"2.6 治安调解由民警主持", from(orderly), sitting(func(a *HoldSession) { a.Preside = "p_mediator" }), "dispute.may_not_preside", nil},
		{"13.1 辅警不得主持", from(orderly), sitting(func(a *HoldSession) { a.Preside = "p_aux" }), "dispute.may_not_preside", nil},
		{"13.1 保安不得主持", from(orderly), sitting(func(a *HoldSession) { a.Preside = "p_guard" }), "dispute.may_not_preside", nil},
		{"13.1 网格员不得主持人民调解", from(people), sitting(func(a *HoldSession) { a.Preside = "p_grid" }), "dispute.may_not_preside", nil},
		{"3.3 人民调解由调解员主持", from(people), sitting(nil), "", nil},
		{"21.2 网格员可以现场帮忙", from(informal), sitting(func(a *HoldSession) { a.Preside = "p_grid" }), "", nil},
		{"辅警可以协助", from(orderly), sitting(func(a *HoldSession) { a.With = []string{"p_aux"} }), "", nil},
		{"2.17 与当事人有关系的不得主持 mediator related to a party", from(orderly, told(RecusalAsked{Person: "p1", Relation: "relative", Party: "a"})), sitting(nil), "dispute.must_withdraw", nil},
		{"2.17 要回避的也不得协助", from(orderly, told(RecusalAsked{Person: "p2", Relation: "interest"})), sitting(func(a *HoldSession) { a.With = []string{"p2"} }), "dispute.must_withdraw", nil},
		{"2.17 不用回避的可以主持", from(orderly, told(RecusalAsked{Person: "p1", Relation: "other"}, RecusalDecided{Person: "p1"})), sitting(nil), "", nil},
		{"2.9 一名民警没有录音录像不得调解", from(orderly), sitting(func(a *HoldSession) { a.Officers = 1 }), "dispute.recording_needed", nil},
		{"2.9 没有写几名民警按一名", from(orderly), sitting(func(a *HoldSession) { a.Officers = 0 }), "dispute.recording_needed", nil},
		{"2.9 一名民警有录音录像可以", from(orderly), sitting(func(a *HoldSession) {
			a.Officers, a.RecordingRef, a.RecordingHash = 1, "执法仪 3 号 0302", strings.Repeat("ab", 32)
		}), "", nil},
		{"21.6 校验码写法不对", from(orderly), sitting(func(a *HoldSession) { a.RecordingRef, a.RecordingHash = "x", "abc" }), "dispute.recording_hash", nil},
		{"人民调解不要求录音录像", from(people), sitting(func(a *HoldSession) { a.Officers = 0 }), "", nil},
		{"2.5 第二次治安调解可以", from(orderly, heldAs("continue")), sitting(nil), "", nil},
		{"2.5 第三次治安调解不得举行", from(orderly, heldAs("continue"), heldAs("agreed")), sitting(nil), "dispute.no_more_sessions", nil},
		{"2.5 第二次不得再“继续调解”", from(orderly, heldAs("continue")), sitting(func(a *HoldSession) { a.Outcome = "continue" }), "dispute.last_session", nil},
		{"2.5 第一次超过三个工作日也要记", from(orderly, func(d *tale) *tale { return d.days(30) }), sitting(nil), "", nil},
		{"人民调解第三次可以", from(people, heldAs("continue"), heldAs("continue")), sitting(nil), "", nil},
		{"一方没到不得调解", from(orderly), sitting(func(a *HoldSession) { a.Present = []string{"a"} }), "dispute.both_sides", nil},
		{"2.7 受害一方可以由代理人到场", from(orderly, agent), sitting(func(a *HoldSession) { a.Present, a.Stood = []string{"a"}, []string{"x"} }), "", nil},
		{"2.7 嫌疑人不得由代理人到场", from(orderly, agent, told(PartySet{Party: "b", Suspect: true})), sitting(func(a *HoldSession) { a.Present, a.Stood = []string{"a"}, []string{"x"} }), "dispute.suspect_in_person", nil},
		{"2.6 a minor without guardian 未成年人没有监护人不得调解", from(orderly, told(PartySet{Party: "b", Minor: true})), sitting(nil), "dispute.minor_alone", nil},
		{"2.6 监护人在场可以", from(orderly, guardian, told(PartySet{Party: "b", Minor: true})), sitting(func(a *HoldSession) { a.Stood = []string{"g"} }), "", nil},
		{"2.6 十六岁靠自己劳动、同意不通知的可以", from(orderly, told(PartySet{Party: "b", Minor: true, OwnWages: true})), sitting(nil), "", nil},
		{"只记当事人的话", from(orderly), sitting(func(a *HoldSession) { a.Accounts = []AccountSaid{{"z", "话"}} }), "dispute.unknown_party", nil},
		{"出价是钱", from(orderly), sitting(func(a *HoldSession) { a.Offers = []OfferSaid{{Party: "a", Amount: "多点"}} }), "form.money", nil},
		{"1e12 出价过大", from(orderly), sitting(func(a *HoldSession) { a.Offers = []OfferSaid{{Party: "a", Amount: "1000000000000"}} }), "form.money_too_much", nil},
		{"结果只能从名单里选", from(orderly), sitting(func(a *HoldSession) { a.Outcome = "great" }), "form.unknown_choice", nil},
		{"没有约过的调解不能按约记", from(orderly), sitting(func(a *HoldSession) { a.Session = "s9" }), "dispute.unknown_session", nil},
	})
}

func TestLastSessionFailed(t *testing.T) {
	d := from(orderly, heldAs("continue"))(t)
	events, err := sitting(func(a *HoldSession) { a.Outcome = "broken_off" })(d)
	if err != nil || len(events) < 2 || worktest.Show(events[1]) != worktest.Show(CourseEnded{No: 1, Track: Order, Result: "failed"}) {
		t.Fatalf("2.5 第二次没有谈成，调解结束: %v %v", events, err)
	}
	d.then("p1", events...)
	if d.Track != nil || len(d.Held()) != 0 {
		t.Error("the course has ended")
	}
}

func TestWordsOfASessionRaise(t *testing.T) {
	d := from(orderly)(t)
	d.does("p1")(sitting(func(a *HoldSession) {
		a.Accounts = []AccountSaid{{"a", "他拿刀来"}}
		a.Offers = []OfferSaid{{Party: "a", Asks: true, Amount: "3万"}, {Party: "b", Amount: "800.50"}}
	})(d))
	if d.Facts["weapon"] != "yes" || d.Risk != "red" || d.Sides["a"].DemandAmount != 3_000_000 || d.Sides["b"].OfferAmount != 80_050 {
		t.Errorf("%v %s %v", d.Facts, d.Risk, d.Sides["b"])
	}
}

func TestPlanSession(t *testing.T) {
	plan := func(change func(*PlanSession)) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			a := PlanSession{At: worktest.Start.Add(d.after + 24*time.Hour), Place: "调解室", How: "room", Preside: "p1", Bodies: []string{"village"}}
			if change != nil {
				change(&a)
			}
			return d.PlanSession(a, d.by("p1"))
		}
	}
	planned := func(d *tale) *tale { return d.does("p1")(plan(nil)(d)) }
	put(t, []ruled{
		{"约定第一次", from(orderly), plan(nil), "", nil},
		{"5.1 没有问过安全不得约", from(), plan(nil), "dispute.gate_not_asked", nil},
		{"不得约在过去", from(orderly), plan(func(a *PlanSession) { a.At = worktest.Start }), "dispute.planned_in_past", nil},
		{"13.1 辅警不得主持", from(orderly), plan(func(a *PlanSession) { a.Preside = "p_aux" }), "dispute.may_not_preside", nil},
		{"不认识的单位", from(orderly), plan(func(a *PlanSession) { a.Bodies = []string{"moon"} }), "form.unknown_body", nil},
		{"2.10 不公开要有理由", from(orderly), plan(func(a *PlanSession) { a.Closed = "shy" }), "form.unknown_choice", nil},
		{"2.10 涉及隐私可以不公开", from(orderly), plan(func(a *PlanSession) { a.Closed = "privacy" }), "", nil},
		{"2.5 第三次治安调解不得约", from(orderly, heldAs("continue"), heldAs("agreed")), plan(nil), "dispute.no_more_sessions", nil},
		{"2.5 已约的也算次数", from(orderly, heldAs("continue"), planned), plan(nil), "dispute.no_more_sessions", nil},
		{"取消了的不能再开", from(orderly, planned, func(d *tale) *tale { return d.then("p1", SessionCancelled{Session: d.Sessions[0].ID}) }),
			sitting(func(a *HoldSession) { a.Session = "s_00001" }), "dispute.session_not_planned", nil},
	})
	d := from(orderly, planned)(t)
	d.days(1).does("p1")(sitting(func(a *HoldSession) { a.Session, a.Preside = d.Sessions[0].ID, "" })(d))
	if s := d.Sessions; len(s) != 1 || s[0].State != "held" || s[0].Preside != "p1" || s[0].Place != "调解室" || !slices.Equal(s[0].Bodies, []string{"village"}) {
		t.Errorf("what was planned is kept: %+v", s)
	}
	refused(t, "dispute.session_not_planned")(d.CancelSession(CancelSession{Session: d.Sessions[0].ID, Reason: "x"}, d.by("p1")))
	refused(t, "form.required")(from(orderly, planned)(t).CancelSession(CancelSession{Session: "s_00001"}, d.by("p1")))
}

// Nobody but police presides over 治安调解, whatever a playbook says (13.1).
func TestMayPreside(t *testing.T) {
	all := grid.Roles()
	for _, r := range all {
		if got, want := MayPreside(playbook.Track{Key: Order, Presides: all}, r), r.HasPolicePowers(); got != want {
			t.Errorf("13.1 %s presides over 治安调解: %v", r, got)
		}
	}
	if MayPreside(playbook.Track{Key: People, Presides: all}, grid.CellWorker) || !MayPreside(playbook.Track{Key: People, Presides: all}, grid.Mediator) {
		t.Error("3.3")
	}
}

// onSpot is a quarrel over a smashed window, settled and paid on the spot.
func onSpot(change func(*SettleOnSpot)) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := SettleOnSpot{Track: Order, Offence: "damage", Ground: "close", Parties: []PartyOnSpot{{Party: "a", Sign: "u1"}, {Party: "b", Sign: "u2"}}, SafetyAsked: true,
			Trifling: true, LossClear: true, WillPerform: true, RecordingRef: "执法仪 7 号", Officers: 1, Facts: "砸坏车窗", Terms: "当场赔偿", Amount: "800", PayerSide: "b"}
		if change != nil {
			change(&a)
		}
		return d.SettleOnSpot(a, d.by("p1"))
	}
}

func TestSettleOnSpot(t *testing.T) {
	put(t, []ruled{
		{"2.12 当场谈妥、当场付清", from(), onSpot(nil), "", nil},
		{"5.1 没有分别问过不得现场调解", from(), onSpot(func(a *SettleOnSpot) { a.SafetyAsked = false }), "dispute.ask_safety_first", nil},
		{"5.1 亮旗不得现场调解", from(flagged), onSpot(nil), "dispute.gate_flagged", nil},
		{"2.12 情节不轻微不得现场调解", from(), onSpot(func(a *SettleOnSpot) { a.Trifling = false }), "dispute.spot_trifling", nil},
		{"2.12 损失有争议不得现场调解", from(), onSpot(func(a *SettleOnSpot) { a.LossClear = false }), "dispute.spot_loss", nil},
		{"2.12 不能当场履行不得现场调解", from(), onSpot(func(a *SettleOnSpot) { a.WillPerform = false }), "dispute.spot_perform", nil},
		{"2.9 一名民警要录音录像", from(), onSpot(func(a *SettleOnSpot) { a.RecordingRef = "" }), "dispute.recording_needed", nil},
		{"20.2 屏幕签名要录音录像", from(), onSpot(func(a *SettleOnSpot) { a.RecordingRef, a.Officers = "", 2 }), "dispute.signing_recorded", nil},
		{"2.12 书面协议要双方签名", from(), onSpot(func(a *SettleOnSpot) { a.Parties[1].Sign = "" }), "dispute.signature_missing", nil},
		{"2.12 录音录像记清的可以不写书面协议", from(), onSpot(func(a *SettleOnSpot) { a.NoPaper, a.Parties[0].Sign, a.Parties[1].Sign = true, "", "" }), "", nil},
		{"2.12 没有录音录像不得省去书面协议", from(), onSpot(func(a *SettleOnSpot) { a.NoPaper, a.RecordingRef, a.Officers = true, "", 2 }), "dispute.no_paper_no_recording", nil},
		{"要有双方", from(), onSpot(func(a *SettleOnSpot) { a.Parties = a.Parties[:1] }), "dispute.both_sides", nil},
		{"同一人不写两次", from(), onSpot(func(a *SettleOnSpot) { a.Parties = append(a.Parties, a.Parties[0]) }), "dispute.party_twice", nil},
		{"2.6 登记过的未成年人不在这一页办", from(told(PartySet{Party: "b", Minor: true})), onSpot(nil), "dispute.spot_minor", nil},
		{"2.6 证件看出是未成年人的不在这一页办", from(), onSpot(func(a *SettleOnSpot) {
			a.Parties = append(a.Parties, PartyOnSpot{Name: "小林", Side: "b", IDNo: "999999201501010012", Sign: "u3"})
		}), "dispute.spot_minor", nil},
		{"13.1 辅警不得办治安现场调解", from(), func(d *tale) ([]work.Event, error) {
			a := SettleOnSpot{Track: Order, Offence: "damage", Ground: "close", Parties: []PartyOnSpot{{Party: "a", Sign: "u1"}, {Party: "b", Sign: "u2"}}, SafetyAsked: true, Trifling: true,
				LossClear: true, WillPerform: true, RecordingRef: "r", Officers: 2, Facts: "x", Terms: "y"}
			return d.SettleOnSpot(a, d.by("p_aux"))
		}, "dispute.may_not_preside", nil},
		{"有钱要写哪方付", from(), onSpot(func(a *SettleOnSpot) { a.PayerSide = "" }), "form.required", nil},
		{"1e12 太大", from(), onSpot(func(a *SettleOnSpot) { a.Amount = "1000000000000" }), "form.money_too_much", nil},
		{"在别的途径上要先转换", from(people), onSpot(nil), "dispute.on_another_track", nil},
		{"现场劝解是口头的，不用签名", from(), onSpot(func(a *SettleOnSpot) {
			a.Track, a.Offence, a.Ground, a.RecordingRef, a.Amount, a.PayerSide = Informal, "", "", "", "", ""
			a.Parties[0].Sign, a.Parties[1].Sign = "", ""
		}), "", nil},
	})
}

func TestOnSpotLeavesTheSameEvents(t *testing.T) {
	d := from()(t)
	d.does("p1")(onSpot(func(a *SettleOnSpot) {
		a.Parties = append(a.Parties, PartyOnSpot{Name: "王某", Side: "b", Phone: "13900000001", Sign: "u3"})
	})(d))
	if len(d.Parties) != 3 || !d.Clear() || len(d.Held()) != 1 || !d.Sessions[0].OnSpot || len(d.Agreements) != 1 {
		t.Fatalf("%+v", d.Dispute)
	}
	ag, p := d.Agreements[0], d.Promises[0]
	if !ag.Effective() || ag.Form != "on_spot" || ag.Number == "" || len(ag.Signed) != 4 || ag.Total != 80_000 {
		t.Errorf("%+v", ag)
	}
	if p.Ended != "kept" || p.Payer != "b" || p.Receiver != "a" || d.Reached["performed"].IsZero() || !d.Settled() {
		t.Errorf("%+v", p)
	}
}

func TestOnSpotFlagKeepsTheWords(t *testing.T) {
	d := from()(t)
	events, err := onSpot(func(a *SettleOnSpot) { a.SafetyYes = []string{"beaten"} })(d)
	if err != nil {
		t.Fatal(err)
	}
	var noted, flag bool
	for _, e := range events {
		switch e := e.(type) {
		case matter.Noted:
			words, _ := e.Words.Reveal()
			noted = strings.Contains(words, "砸坏车窗") && strings.Contains(words, "当场赔偿")
		case SafetyFlagged:
			flag = true
		case SessionHeld, AgreementDrafted, SafetyAsked, TrackChosen:
			t.Errorf("5.1 亮旗后不得有 %s", e.EventKind())
		}
	}
	if !noted || !flag {
		t.Errorf("noted %v flag %v", noted, flag)
	}
	if f, _ := fault.Of(func() error {
		_, err := onSpot(func(a *SettleOnSpot) { a.SafetyYes = []string{"rich"} })(d)
		return err
	}()); f == nil || f.Field != "safety_yes" {
		t.Error("only the questions of the playbook")
	}
}
