package dispute

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
	"maplegrid/playbooks"
)

// These tests are named by the numbers of law-and-standards that docs/rules.md lists: what the other files do not hold to the law.

// shipped is the base playbook: the clocks and lists that the law fixes.
func shipped(t testing.TB) *playbook.Book {
	t.Helper()
	b, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// guarding asks whether an act of the base life is allowed.
func guarding(act any) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) { return nil, d.Guard(act, d.by("p1")) }
}

func ending(outcome string) func(*tale) ([]work.Event, error) {
	return guarding(matter.Finish{Outcome: outcome})
}

// tells is that parties were told of the court.
func tells(parties ...string) func(*tale) *tale {
	return told(ToldOf{Ways: []string{"court"}, Parties: parties})
}

// stopped ends the course that runs for a reason, by its own act.
func stopped(reason string) func(*tale) *tale {
	return func(d *tale) *tale {
		return d.does("p1")(d.StopMediation(StopMediation{Reason: reason}, d.by("p1")))
	}
}

var (
	filed   = told(CaseFiled{Number: "1"})
	penalty = told(CaseFiled{Number: "1"}, CaseDecided{Result: "penalty"})
	paid    = told(PromiseKept{Promise: "k1", Keeping: Keeping{N: 1, Amount: 100_000}, Done: true, All: true})
	fine    = Terms{Payer: "b", Receiver: "a", What: "money", Amount: 100_000, DueOn: "2026-03-20"}
)

func TestPoliceMediationByLaw(t *testing.T) {
	t.Run("2.1 法定的九种行为、三种情形", func(t *testing.T) {
		acts := []string{"assault", "injury", "insult", "defamation", "false_accusation", "damage", "disturbing", "privacy", "home_entry"}
		keys := func(list []playbook.Offence) (keys []string) {
			for _, o := range list {
				keys = append(keys, o.Key)
			}
			return keys
		}
		if got := keys(shipped(t).Offences()); !slices.Equal(got, acts) {
			t.Error(got)
		}
		if got := keys(shipped(t).Grounds()); !slices.Equal(got, []string{"close", "injured_first", "better"}) {
			t.Error(got)
		}
	})
	again := choose(order)
	agent := told(CompanionAdded{Companion: "i", Party: "b", As: "interpreter"})
	deaf := told(PartySet{Party: "b", Interpreter: "手语"})
	rules := []ruled{
		{"2.2 没有不得调解的情形，可以调解", from(asked), again, "", nil},
		{"2.2 一方不愿而终止的，愿意了可以再调", from(orderly, stopped("party_refuses")), again, "", nil},
		{"2.2 转来的也不能把终止过的再调", from(orderly, stopped("ran_off"), people), func(d *tale) ([]work.Event, error) {
			return d.MoveTrack(MoveTrack{To: Order, Reason: "再试", Consents: []string{"a", "b"}}, d.by("p1"))
		}, "dispute.stop_ran_off", nil},
		{"2.2 重新办理后，从前的终止不挡这一次", from(orderly, stopped("new_act"), told(matter.ReopenedFor{By: "staff"})), again, "", nil},
		{"2.2 终止过的，仍可以人民调解", from(orderly, stopped("new_act")), func(d *tale) ([]work.Event, error) {
			return d.MoveTrack(MoveTrack{To: People, Host: "committee", Reason: "赔偿", Consents: []string{"a", "b"}}, d.by("p1"))
		}, "", nil},
		{"2.3 不违反治安管理，没有告知，不得结", from(orderly, stopped("not_order_breach")), ending("party_withdrew"), "dispute.not_told", nil},
		{"2.3 只告知了一方，不得结", from(orderly, stopped("not_order_breach"), tells("a")), ending("party_withdrew"), "dispute.not_told", nil},
		{"2.3 双方都告知了，可以结", from(orderly, stopped("not_order_breach"), told(ToldOf{Ways: []string{"people_mediation"}, Parties: []string{"a", "b"}})), ending("party_withdrew"), "", nil},
		{"2.3 分两次告知双方也算", from(orderly, stopped("not_order_breach"), tells("a"), tells("b")), ending("party_withdrew"), "", nil},
		{"2.4 事实查清、双方同意，可以调解", from(asked), again, "", nil},
		{"2.5 分两段办的，加起来也只有两次", from(orderly, heldAs("failed"), stopped("party_refuses"), orderly, heldAs("continue")), sitting(nil), "dispute.no_more_sessions", nil},
		{"2.5 分两段办的，第二次可以", from(orderly, heldAs("failed"), stopped("party_refuses"), orderly), sitting(nil), "", nil},
		{"2.5 分两段办的，第二次不得再“继续调解”", from(orderly, heldAs("failed"), stopped("party_refuses"), orderly), sitting(func(a *HoldSession) { a.Outcome = "continue" }), "dispute.last_session", nil},
		{"2.5 分两段办的，第三次不得约", from(orderly, heldAs("failed"), stopped("party_refuses"), orderly, heldAs("continue")), func(d *tale) ([]work.Event, error) {
			return d.PlanSession(PlanSession{At: worktest.Start.Add(d.after + 48*time.Hour), Place: "所里", How: "room", Preside: "p1"}, d.by("p1"))
		}, "dispute.no_more_sessions", nil},
		{"2.5 分两段办的，第三次不得现场调解", from(orderly, heldAs("failed"), stopped("party_refuses"), orderly, heldAs("continue")), onSpot(nil), "dispute.no_more_sessions", nil},
		{"2.8 可以邀请村委会的人参加", from(orderly), planning("village"), "", nil},
		{"2.8 邀请的单位要在名册里", from(orderly), planning("moon"), "form.unknown_body", nil},
		{"2.11 没有事实不得订", from(orderly, heldAs("agreed")), drafting(func(a *DraftAgreement) { a.Facts = " " }), "form.required", nil},
		{"2.11 要件齐全可以订", from(orderly, heldAs("agreed")), drafting(nil), "", nil},
		{"2.17 要回避的不得立案", from(orderly, told(RecusalAsked{Person: "p1"})), filing, "dispute.conflicted", nil},
		{"2.17 不用回避的可以立案", from(orderly, told(RecusalAsked{Person: "p1"}, RecusalDecided{Person: "p1"})), filing, "", nil},
		{"2.17 要回避的不得批准和解", from(filed, told(SettlementAsked{Document: "x"}, RecusalAsked{Person: "p_head"})), func(d *tale) ([]work.Event, error) {
			return d.DecideSettlement(DecideSettlement{Approve: true, Words: "同意"}, d.by("p_head"))
		}, "dispute.conflicted", nil},
		{"2.18 需要翻译的，翻译没有到场，不得调解", from(orderly, deaf, agent), sitting(nil), "dispute.interpreter_missing", nil},
		{"2.18 别人的翻译不算", from(orderly, deaf, told(CompanionAdded{Companion: "j", Party: "a", As: "interpreter"})), sitting(func(a *HoldSession) { a.Stood = []string{"j"} }), "dispute.interpreter_missing", nil},
		{"2.18 翻译到场，可以调解", from(orderly, deaf, agent), sitting(func(a *HoldSession) { a.Stood = []string{"i"} }), "", nil},
		{"2.18 需要翻译的不用现场调解那一页", from(deaf), onSpot(nil), "dispute.spot_interpreter", nil},
	}
	for _, key := range final {
		rules = append(rules, ruled{"2.2 因“" + key + "”终止的，不得再治安调解", from(orderly, stopped(key)), again, stops[key], nil})
	}
	put(t, rules)
}

func planning(body string) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		return d.PlanSession(PlanSession{At: worktest.Start.Add(d.after + 24*time.Hour), Place: "村委会", How: "site", Preside: "p1", Bodies: []string{body}}, d.by("p1"))
	}
}

func filing(d *tale) ([]work.Event, error) {
	return d.FileCase(FileCase{Number: "行案1号"}, d.by("p1"))
}

// What follows when the police's mediation came to nothing, and what is left to mediate beside a penalty.
func TestPenaltyMustFollow(t *testing.T) {
	broken := told(PromiseBroken{Promise: "k1", N: 1, Next: goPenalty})
	approved := told(SettlementAsked{Document: "和解书"}, SettlementDecided{Approve: true})
	failed := told(CourseEnded{No: 1, Track: Order, Result: "failed"})
	damages := func(a *ChooseTrack) { a.Damages = true }
	again := told(matter.ReopenedFor{By: "staff"})
	beside := func(d *tale) *tale {
		return d.then("p1", TrackChosen{No: len(d.Courses) + 1, Track: Order, Consents: []string{"a", "b"}, Damages: true})
	}
	put(t, []ruled{
		{"2.13 没有谈成，不立案不得另结", from(orderly, failed, tells("a", "b")), ending("to_court"), "dispute.penalty_follows", nil},
		{"2.13 没有谈成，立了案可以结", from(orderly, failed, tells("a", "b"), filed), ending("to_penalty"), "", nil},
		{"2.13 还在调解，不立案不得另结", from(orderly), ending("party_withdrew"), "dispute.penalty_follows", nil},
		{"2.13 没有履行，不立案不得另结", from(owedOn(Order, fine), broken, tells("a", "b")), ending("to_court"), "dispute.penalty_follows", nil},
		{"2.13 没有履行，转处罚也要告知可以起诉", from(owedOn(Order, fine), broken, filed), ending("to_penalty"), "dispute.not_told", nil},
		{"2.13 没有履行，签协议前的告知不算", from(orderly, tells("a", "b"), heldAs("agreed"), told(AgreementDrafted{Agreement: "a1", Course: 1, Track: Order, Form: "written", No: 1, Clauses: []Clause{{Promise: &fine}}},
			AgreementEffective{Agreement: "a1", Promises: []string{"k1"}}), broken, filed), ending("to_penalty"), "dispute.not_told", nil},
		{"2.13 没有履行，立了案、告知了，可以转处罚", from(owedOn(Order, fine), broken, filed, tells("a", "b")), ending("to_penalty"), "", nil},
		{"2.13 治安调解不成的，只告知行政途径不够", from(orderly, failed, filed, told(ToldOf{Ways: []string{"administrative"}, Parties: []string{"a", "b"}})), ending("duplicate"), "dispute.not_told", nil},
		{"2.13 履行了，不予处罚，可以结", from(owedOn(Order, fine), paid), ending("agreement_performed"), "", nil},
		{"2.13 家庭暴力情节较轻，告诫书结", from(orderly, flagged, stopped("unsuitable"), tells("a", "b")), ending("dv_warned"), "", nil},
		{"2.13 不违反治安管理的，没有处罚可言", from(orderly, stopped("not_order_breach"), tells("a", "b")), ending("to_court"), "", nil},
		{"2.13 人民调解的不涉及处罚", from(people, told(CourseEnded{No: 1, Track: People, Result: "failed"}), tells("a", "b")), ending("to_court"), "", nil},
		{"2.15 转人民调解履行了，没有经公安批准，不得结", from(orderly, told(CourseEnded{No: 1, Track: Order, Result: "moved"}), people), ending("agreement_performed"), "dispute.penalty_follows", nil},
		{"2.15 转人民调解履行了，公安批准，可以结", from(orderly, told(CourseEnded{No: 1, Track: Order, Result: "moved"}), people, approved), ending("agreement_performed"), "", nil},
		{"2.15 没有批准的和解，不得免罚", from(orderly, told(SettlementAsked{Document: "x"}, SettlementDecided{})), ending("self_settled"), "dispute.penalty_follows", nil},
		{"2.15 作出处罚决定后，不得批准和解", from(told(SettlementAsked{Document: "x"}), penalty), func(d *tale) ([]work.Event, error) {
			return d.DecideSettlement(DecideSettlement{Approve: true, Words: "同意"}, d.by("p_head"))
		}, "dispute.case_decided", nil},

		{"2.13 重新办理后又有违法，从前的履行不免新的处罚", from(owedOn(Order, fine), paid, again, orderly, filed), func(d *tale) ([]work.Event, error) {
			return d.DecideCase(DecideCase{Result: "penalty"}, d.by("p1"))
		}, "", nil},
		{"2.13 重新办理后又有违法，从前的处罚不挡调解", from(asked, penalty, again), choose(order), "", nil},
		{"2.13 重新办理后，从前的立案不算这一次的", from(orderly, penalty, again, orderly), ending("to_penalty"), "dispute.no_case", nil},
		{"2.15 重新办理后，从前批准的和解不算", from(orderly, approved, again, orderly), ending("self_settled"), "dispute.penalty_follows", nil},
		{"2.15 重新办理后，可以再申请和解", from(orderly, approved, again), func(d *tale) ([]work.Event, error) {
			return d.AskSettlement(AskSettlement{Document: "和解书", Proof: true, Together: []string{"a", "b"}}, d.by("p1"))
		}, "", nil},

		{"2.13 处罚之外，公安可以单就赔偿调解", from(asked, penalty), choose(order, damages), "", []work.Event{TrackChosen{No: 1, Track: Order, Consents: []string{"a", "b"}, Damages: true, From: worktest.Start.Add(5 * time.Hour)}}},
		{"2.13 赔偿调解不问治安调解的条件", from(asked, penalty), choose(ChooseTrack{Track: Order, Consents: []string{"a", "b"}}, damages), "", nil},
		{"2.13 没有处罚决定，不得单就赔偿调解", from(asked, filed), choose(order, damages), "dispute.damages_beside_penalty", nil},
		{"2.13 单就赔偿也要双方同意", from(asked, penalty), choose(order, damages, func(a *ChooseTrack) { a.Consents = []string{"a"} }), "dispute.consent_missing", nil},
		{"2.13 治安调解用完两次，赔偿另算", from(orderly, heldAs("continue"), heldAs("failed"), failed, penalty), choose(order, damages), "", nil},
		{"2.13 赔偿也只调两次", from(asked, penalty, beside, heldAs("continue"), heldAs("continue")), sitting(nil), "dispute.no_more_sessions", nil},
		{"2.13 赔偿没有谈成，要告知起诉", from(asked, penalty, beside, told(CourseEnded{No: 1, Track: Order, Result: "failed"})), ending("to_penalty"), "dispute.not_told", nil},
		{"2.13 赔偿没有谈成，告知了可以结", from(asked, penalty, beside, told(CourseEnded{No: 1, Track: Order, Result: "failed"}), tells("a", "b")), ending("to_penalty"), "", nil},
		{"2.13 赔偿没有付，不再转处罚", from(asked, penalty, beside, heldAs("agreed"), told(AgreementDrafted{Agreement: "a1", Course: 1, Track: Order, Form: "written", No: 1, Clauses: []Clause{{Promise: &fine}}},
			AgreementEffective{Agreement: "a1", Promises: []string{"k1"}}), func(d *tale) *tale { return d.days(30) }), func(d *tale) ([]work.Event, error) {
			return d.BreakPromise(BreakPromise{Promise: "k1", Next: goPenalty, Words: "没有付"}, d.by("p1"))
		}, "dispute.no_penalty_here", nil},
	})
}

// The clocks of the base playbook, as a matter keeps them.
func TestClocksOfTheLaw(t *testing.T) {
	var limits []work.Limit
	for _, l := range shipped(t).Limits("dispute", "planned") {
		c := clock.Limit{Key: l.Key, Amount: l.Amount, Unit: clock.Unit(l.Unit), StretchesOverHoliday: l.StretchesOverHoliday}
		for _, h := range l.WarnBeforeHours {
			c.WarnBefore = append(c.WarnBefore, clock.Span{Amount: h, Unit: clock.Hours})
		}
		limits = append(limits, work.Limit{Limit: c, From: l.StartsAt, Until: l.StopsAt})
	}
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return x.UTC()
	}
	dated := func(d *Dispute, on string, events ...work.Event) {
		for _, e := range events {
			if err := d.Apply(e, work.At{HappenedAt: at(on), RecordedAt: at(on), Actor: "p1", Version: d.Version + 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	due := func(d *Dispute, key, now string) (string, clock.State) {
		for _, c := range d.Clocks(clock.China(), at(now)) {
			if c.Key == key {
				return work.Day(c.DueAt), c.State
			}
		}
		return "", ""
	}
	want := func(t *testing.T, d *Dispute, key, now, on string, state clock.State) {
		t.Helper()
		if got, st := due(d, key, now); got != on || st != state {
			t.Errorf("%s due %q %s, want %q %s", key, got, st, on, state)
		}
	}
	begun := func(on string, events ...work.Event) *Dispute {
		d := &Dispute{}
		dated(d, on, matter.Opened{ID: "d1", Kind: "dispute", Grade: "planned", Cell: "c1", Limits: limits}, matter.PartyAdded{Party: "a", Side: "a"}, matter.PartyAdded{Party: "b", Side: "b"})
		dated(d, on, events...)
		return d
	}
	chosen := TrackChosen{No: 1, Track: Order, From: at("2026-09-30 10:00")}
	held := func(no int, on string) SessionHeld {
		return SessionHeld{Session: "s" + on, Course: 1, No: no, Track: Order, At: at(on), Preside: "p1"}
	}
	t.Run("2.5 七天长假前一天受理，三个工作日在节后数满", func(t *testing.T) {
		want(t, begun("2026-09-30 09:00", chosen), "order_mediation_first", "2026-10-08 09:00", "2026-10-10", clock.Running)
	})
	t.Run("2.5 节后第三个工作日还没有调，超时", func(t *testing.T) {
		want(t, begun("2026-09-30 09:00", chosen), "order_mediation_first", "2026-10-11 00:01", "2026-10-10", clock.Overdue)
	})
	t.Run("1.4 2.5 七天长假前一天调过第一次，第二次七个工作日", func(t *testing.T) {
		d := begun("2026-09-30 09:00", chosen, held(1, "2026-09-30 15:00"))
		want(t, d, "order_mediation_second", "2026-10-12 09:00", "2026-10-15", clock.Running)
		want(t, d, "order_mediation_second", "2026-10-16 00:01", "2026-10-15", clock.Overdue)
	})
	t.Run("2.14 案件三十日，起算日不算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"})
		want(t, d, "case", "2026-03-03 09:00", "2026-04-01", clock.Running)
		want(t, d, "case", "2026-04-02 00:01", "2026-04-01", clock.Overdue)
	})
	t.Run("2.14 批准延长三十日、再延长三十日", func(t *testing.T) {
		more := []work.Event{matter.ExtensionAsked{Limit: "case", By: clock.Extension{Amount: 30, Unit: clock.Days}}, matter.ExtensionDecided{Granted: true, Note: vault.Text{}}}
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"})
		dated(d, "2026-03-20 09:00", more...)
		want(t, d, "case", "2026-03-20 10:00", "2026-05-06", clock.Running) // 1 May and the days after it are a holiday
		dated(d, "2026-04-20 09:00", more...)
		want(t, d, "case", "2026-04-20 10:00", "2026-06-01", clock.Running)
	})
	t.Run("2.14 没有批准的延期不算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"}, matter.ExtensionAsked{Limit: "case", By: clock.Extension{Amount: 30, Unit: clock.Days}})
		want(t, d, "case", "2026-03-03 09:00", "2026-04-01", clock.Running)
	})
	t.Run("2.14 先立案后调解，调解期间不起算，不成之日起算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"}, TrackChosen{No: 1, Track: Order, From: at("2026-03-02 09:00")})
		if on, _ := due(d, "case", "2026-04-20 09:00"); on != "" {
			t.Errorf("runs while the police mediate: %s", on)
		}
		dated(d, "2026-03-10 09:00", d.ended("failed", "", vault.Text{}))
		want(t, d, "case", "2026-03-11 09:00", "2026-04-09", clock.Running)
	})
	t.Run("2.14 不履行之日起算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"}, TrackChosen{No: 1, Track: Order, From: at("2026-03-02 09:00")})
		dated(d, "2026-03-04 09:00", AgreementDrafted{Agreement: "a1", Course: 1, Track: Order, Form: "written", No: 1, Clauses: []Clause{{Promise: &fine}}}, AgreementEffective{Agreement: "a1", Promises: []string{"k1"}})
		mo := worktest.Moment("p1", at("2026-03-23 09:00").Sub(worktest.Start))
		events, err := d.BreakPromise(BreakPromise{Promise: "k1", Next: "go_court", Words: "没有付"}, Moment{Moment: mo, Rules: &worktest.Rules{}})
		if err != nil {
			t.Fatal(err)
		}
		dated(d, "2026-03-23 09:00", events...)
		want(t, d, "case", "2026-03-24 09:00", "2026-04-22", clock.Running)
	})
	t.Run("2.14 不成之后才立案，从不成之日起算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", TrackChosen{No: 1, Track: Order, From: at("2026-03-02 09:00")})
		dated(d, "2026-03-10 09:00", CourseEnded{No: 1, Track: Order, Result: "failed"})
		dated(d, "2026-03-20 09:00", CaseFiled{Number: "1", From: d.failedAt()})
		want(t, d, "case", "2026-03-21 09:00", "2026-04-09", clock.Running)
	})
	t.Run("2.14 撤销后再立案的，重新起算", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"})
		dated(d, "2026-03-05 09:00", CaseDecided{Result: "withdrawn"})
		dated(d, "2026-03-16 09:00", CaseFiled{Number: "2"})
		want(t, d, "case", "2026-03-17 09:00", "2026-04-15", clock.Running)
		dated(d, "2026-03-20 09:00", CaseDecided{Result: "penalty"})
		want(t, d, "case", "2026-03-21 09:00", "2026-04-15", clock.Stopped)
	})
	t.Run("2.14 单就赔偿调解不成，不是案件起算的日子", func(t *testing.T) {
		d := begun("2026-03-02 09:00", CaseFiled{Number: "1"}, CaseDecided{Result: "penalty"}, TrackChosen{No: 1, Track: Order, Damages: true})
		dated(d, "2026-03-10 09:00", CourseEnded{No: 1, Track: Order, Result: "failed"})
		if at := d.failedAt(); !at.IsZero() {
			t.Error(at)
		}
	})
	t.Run("3.5 人民调解三十日", func(t *testing.T) {
		d := begun("2026-03-02 09:00", TrackChosen{No: 1, Track: People, From: at("2026-03-02 09:00")})
		want(t, d, "people_mediation", "2026-03-03 09:00", "2026-04-01", clock.Running)
		want(t, d, "people_mediation", "2026-04-02 00:01", "2026-04-01", clock.Overdue)
	})
	t.Run("4.1 三十日从生效之日起，不从登记之日起", func(t *testing.T) {
		d := begun("2026-03-02 09:00", TrackChosen{No: 1, Track: People, From: at("2026-03-02 09:00")}, AgreementDrafted{Agreement: "a1", Course: 1, Track: People, Form: "written", No: 1})
		if on, _ := due(d, "judicial_confirmation", "2026-03-05 09:00"); on != "" {
			t.Errorf("runs before the agreement takes effect: %s", on)
		}
		dated(d, "2026-03-09 09:00", AgreementEffective{Agreement: "a1", Confirmable: true})
		want(t, d, "judicial_confirmation", "2026-03-10 09:00", "2026-04-08", clock.Running)
		dated(d, "2026-03-10 09:00", AgreementVoided{Agreement: "a1"}, AgreementDrafted{Agreement: "a2", Course: 1, Track: People, Form: "written", No: 1})
		if on, _ := due(d, "judicial_confirmation", "2026-03-11 09:00"); on != "" {
			t.Errorf("runs for a void agreement: %s", on)
		}
		dated(d, "2026-03-16 09:00", AgreementEffective{Agreement: "a2", Confirmable: true})
		want(t, d, "judicial_confirmation", "2026-03-17 09:00", "2026-04-15", clock.Running)
	})
	t.Run("4.1 治安调解协议没有司法确认的期限", func(t *testing.T) {
		d := begun("2026-03-02 09:00", TrackChosen{No: 1, Track: Order, From: at("2026-03-02 09:00")})
		mo := worktest.Moment("p1", time.Hour)
		dated(d, "2026-03-09 09:00", d.effect(Agreement{ID: "a1", Track: Order}, Moment{Moment: mo, Rules: &worktest.Rules{}})...)
		if on, _ := due(d, "judicial_confirmation", "2026-03-11 09:00"); on != "" {
			t.Error(on)
		}
	})
}

func TestMoreTime(t *testing.T) {
	extend := func(limit string, days int, consents ...string) func(*tale) ([]work.Event, error) {
		return guarding(matter.Extend{Limit: limit, Days: days, Reason: "x", Consents: consents})
	}
	asked := told(matter.ExtensionAsked{Limit: "case", By: clock.Extension{Amount: 30, Unit: clock.Days}})
	granted := told(matter.ExtensionAsked{Limit: "case", By: clock.Extension{Amount: 30, Unit: clock.Days}}, matter.ExtensionDecided{Granted: true})
	refusedOnce := told(matter.ExtensionAsked{Limit: "case"}, matter.ExtensionDecided{})
	grant := func(note string) func(*tale) ([]work.Event, error) {
		return guarding(matter.DecideExtension{Grant: true, Note: note})
	}
	put(t, []ruled{
		{"2.14 案件可以申请延长三十日", from(filed), extend("case", 30), "", nil},
		{"2.14 一次不得超过三十日", from(filed), extend("case", 31), "matter.extension_days", nil},
		{"2.14 延长过一次，可以再一次", from(filed, granted), extend("case", 30), "", nil},
		{"2.14 没有批准的不占次数", from(filed, granted, refusedOnce), extend("case", 30), "", nil},
		{"2.14 延长过两次，不得再延", from(filed, granted, granted), extend("case", 30), "dispute.case_extended_twice", nil},
		{"2.14 批准要写明上级机关和文号", from(filed, asked), grant(" "), "dispute.parent_approves", nil},
		{"2.14 写明了可以批", from(filed, asked), grant("县局批〔2026〕3号"), "", nil},
		{"2.14 不批不用写文号", from(filed, asked), guarding(matter.DecideExtension{}), "", nil},
		{"办结时限不是案件时限，批准不问上级", from(told(matter.ExtensionAsked{Limit: "finish"})), grant(""), "", nil},
		{"办结时限照本所的规定延", from(), extend("finish", 60), "", nil},
		{"2.5 三个工作日不得延", from(orderly), extend("order_mediation_first", 1), "dispute.time_is_fixed", nil},
		{"2.5 七个工作日不得延", from(orderly), extend("order_mediation_second", 1), "dispute.time_is_fixed", nil},
		{"4.1 三十日不得延", from(owed(loan)), extend("judicial_confirmation", 1), "dispute.time_is_fixed", nil},
		{"3.5 人民调解双方同意，可以延长", from(people), extend("people_mediation", 15, "a", "b"), "", nil},
		{"3.5 人民调解一方不同意，不得延长", from(people), extend("people_mediation", 15, "a"), "dispute.longer_by_consent", nil},
		{"3.5 没有问过双方，不得延长", from(people), extend("people_mediation", 15), "dispute.longer_by_consent", nil},
	})
}

func TestWhereMediationByThePoliceStands(t *testing.T) {
	broken := told(PromiseBroken{Promise: "k1", N: 1})
	void := told(AgreementVoided{Agreement: "a1"})
	for _, c := range []struct {
		rule string
		d    func(testing.TB) *tale
		want Standing
	}{
		{"2.16 没有治安调解的，没有状态", from(people), ""},
		{"2.16 待调解", from(orderly), Awaiting},
		{"2.16 调解中", from(orderly, heldAs("continue")), Mediating},
		{"2.16 谈成了还没有签，仍在调解中", from(orderly, heldAs("agreed")), Mediating},
		{"2.16 已达成待履行", from(owedOn(Order, fine)), Agreed},
		{"2.16 协议作废，回到调解中", from(owedOn(Order, fine), void), Mediating},
		{"2.16 履行了才是已履行结案", from(owedOn(Order, fine), paid), Performed},
		{"2.16 有一次没有做到，还没有转处罚，仍待履行", from(owedOn(Order, fine), broken), Agreed},
		{"2.16 不履行转处罚", from(owedOn(Order, fine), broken, filed), Unperformed},
		{"2.16 没有做到，调解又终止了，也是不履行转处罚", from(owedOn(Order, fine), broken, stopped("unsuitable")), Unperformed},
		{"2.16 反馈过调解成功的，有一次没有做到，仍待履行", from(owedOn(Order, fine), told(CourseEnded{No: 1, Track: Order, Result: "settled"}), broken), Agreed},
		{"2.16 没有做到后又做到了，是已履行", from(owedOn(Order, fine), broken, filed, paid), Performed},
		{"2.16 未达成转处罚", from(orderly, heldAs("failed"), stopped("party_refuses")), NotAgreed},
		{"2.16 批准按和解处理的，不予处罚", from(orderly, stopped("party_refuses"), told(SettlementAsked{}, SettlementDecided{Approve: true})), Performed},
		{"2.16 单就赔偿的调解不算", from(asked, penalty, told(TrackChosen{No: 1, Track: Order, Damages: true})), ""},
		{"2.16 重新办理后再治安调解，从待调解起", from(owedOn(Order, fine), paid, told(matter.ReopenedFor{By: "staff"}), orderly), Awaiting},
		{"2.16 重新办理后从头", from(owedOn(Order, fine), paid, told(matter.ReopenedFor{By: "staff"})), ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := c.d(t).Standing(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestPerformedIsOfWhatIsInForce(t *testing.T) {
	next := func(id string, promises ...string) func(*tale) *tale {
		e := AgreementDrafted{Agreement: id, Course: 1, Track: People, Form: "written", No: 1}
		for range promises {
			e.Clauses = append(e.Clauses, Clause{Promise: &fine})
		}
		return told(e, AgreementEffective{Agreement: id, Promises: promises})
	}
	void := func(d *tale) *tale {
		return d.does("p1")(d.VoidAgreement(VoidAgreement{Agreement: "a1", Reason: "重谈"}, d.by("p1")))
	}
	for _, c := range []struct {
		rule string
		d    func(testing.TB) *tale
		want bool
	}{
		{"2.16 履行了", from(owed(fine), paid), true},
		{"2.16 履行后作废，不再算履行", from(owed(fine), paid, void), false},
		{"2.16 作废后另订，没有履行不算", from(owed(fine), paid, void, next("a2", "k2")), false},
		{"2.16 履行后又订一份，没有履行不算", from(owed(fine), paid, next("a2", "k2")), false},
		{"2.16 作废没有履行的一份，履行了的一份还算", from(owed(fine), next("a2", "k2"), told(PromiseKept{Promise: "k2", Keeping: Keeping{N: 1, Amount: 100_000}, Done: true}), void), true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := c.d(t)
			if _, ok := d.Reached["performed"]; ok != c.want || d.Settled() != c.want {
				t.Errorf("performed %v, settled %v, want %v", ok, d.Settled(), c.want)
			}
		})
	}
}

func TestPeoplesMediationByLaw(t *testing.T) {
	book := shipped(t)
	t.Run("3.1 3.4 权利义务告知书人人一份，写明四项权利、不收费、不挡其他途径", func(t *testing.T) {
		p, ok := book.Paper("rights_notice")
		src, _ := book.PaperTemplate(p.Template)
		if !ok || p.Of != "party" || p.Needed != "always" {
			t.Errorf("%+v", p)
		}
		for _, right := range []string{"选择或者接受调解员", "接受调解、拒绝调解或者要求终止调解", "公开进行或者不公开进行", "自主表达意愿", "不收取任何费用", "不得因调解而阻止当事人"} {
			if !strings.Contains(string(src), right) {
				t.Errorf("the notice does not say %s", right)
			}
		}
	})
	t.Run("3.12 登记、调解记录、协议书必须入卷", func(t *testing.T) {
		for _, key := range []string{"acceptance", "mediation_record", "people_agreement"} {
			if p, ok := book.Paper(key); !ok || p.No == 0 || p.Needed != "always" {
				t.Errorf("%s: %+v", key, p)
			}
		}
	})
	t.Run("3.13 编号是（年）人调字第N号", func(t *testing.T) {
		if p, _ := book.Track(People); p.Number != "({year})人调字第{no}号" {
			t.Error(p.Number)
		}
	})
	grow := func(d *tale) ([]work.Event, error) {
		mine, theirs, err := d.Grow(Grow{Kind: "hazard", Title: "扬言动手", Words: "请所里马上来"}, d.by("p_mediator"))
		return append(mine, theirs...), err
	}
	refuses := told(Said{Party: "b", Willing: "no"})
	void := func(d *tale) ([]work.Event, error) {
		return d.VoidAgreement(VoidAgreement{Agreement: "a1", Reason: "法院驳回"}, d.by("p1"))
	}
	put(t, []ruled{
		{"3.1 调解中一方拒绝，可以终止", from(people, refuses), func(d *tale) ([]work.Event, error) {
			return d.StopMediation(StopMediation{Reason: "party_refuses"}, d.by("p_mediator"))
		}, "", nil},
		{"3.3 委员会不能派民警主持人民调解", from(people), sitting(func(a *HoldSession) { a.Preside = "p1" }), "dispute.may_not_preside", nil},
		{"3.3 当事人不接受的调解员，未决定前不得主持", from(people, told(RecusalAsked{Person: "p_mediator", Relation: "other", Party: "a"})), sitting(nil), "dispute.must_withdraw", nil},
		{"3.6 调解员一步报公安，开一件关联的事项", from(people), grow, "", nil},
		{"3.6 说到动刀，当场升级", from(people, told(RiskGraded{Risk: "green", By: "table"})), says("他拿刀来"), "", []work.Event{
			Said{Party: "a", Account: vault.Plain("a", "account", "他拿刀来"), Dangers: []string{"weapon"}},
			RiskGraded{Risk: "red", Because: "有威胁或凶器", By: "table", Facts: facts("weapon", "yes")}}},
		{"3.6 平常的话不升级", from(people, told(RiskGraded{Risk: "green", By: "table"})), says("为一堵墙"), "", []work.Event{Said{Party: "a", Account: vault.Plain("a", "account", "为一堵墙")}}},
		{"3.6 引出的案件没有办结，调解不得办结", from(people, told(Grown{Matter: "m2", Kind: "hazard"}), func(d *tale) *tale {
			d.others["m2"] = matter.Matter{Version: 1, State: matter.UnderWay}
			return d
		}), ending("duplicate"), "dispute.growth_open", nil},
		{"3.7 没有谈成，只告知了一方，不得结", from(people, told(CourseEnded{No: 1, Track: People, Result: "failed"}), tells("b")), ending("to_court"), "dispute.not_told", nil},
		{"3.7 没有谈成，告知了双方仲裁途径，可以结", from(people, told(CourseEnded{No: 1, Track: People, Result: "failed"}, ToldOf{Ways: []string{"arbitration"}, Parties: []string{"a", "b"}})), ending("to_court"), "", nil},
		{"3.7 告知再次人民调解，不算告知途径", from(people, told(CourseEnded{No: 1, Track: People, Result: "failed"}, ToldOf{Ways: []string{"people_mediation"}, Parties: []string{"a", "b"}})), ending("to_court"), "dispute.not_told", nil},
		{"3.9 协议没有形式的不行", from(people, heldAs("agreed")), drafting(func(a *DraftAgreement) { a.Form = "nod" }), "form.unknown_choice", nil},
		{"3.10 没有写明看到什么的回访不算", from(owed(fine)), func(d *tale) ([]work.Event, error) {
			return d.CheckBack(CheckBack{Party: "b", Performed: "all"}, d.by("p1"))
		}, "form.required", nil},
		{"5.5 治安调解协议不必写双方都有责任", from(orderly, heldAs("agreed")), drafting(func(a *DraftAgreement) { a.Duty = "" }), "", nil},
		{"20.2 治安调解的计算单，屏幕签名要录音录像", from(orderly, measured), signsSheet(""), "dispute.signing_recorded", nil},
		{"20.2 治安调解的计算单，录了可以屏幕签", from(orderly, measured), signsSheet("执法仪 3 号"), "", nil},
		{"20.2 人民调解的计算单，不要求录", from(people, measured), signsSheet(""), "", nil},
		{"20.2 涉及身份关系的，调解员也不得电子签", from(paper(People, "written", true, loan)), signing("p1", mediator, nil), "dispute.ink_only", nil},
		{"20.2 涉及身份关系的，调解员纸质签", from(paper(People, "written", true, loan)), signing("p1", mediator, func(a *SignAgreement) { a.Way = "ink" }), "", nil},
		{"4.5 法院驳回的，可以作废重订", from(owed(loan), told(ConfirmationApplied{Agreement: "a1"}, ConfirmationRecorded{Result: "rejected"})), void, "", nil},
		{"4.5 法院确认的，不得作废", from(owed(loan), told(ConfirmationApplied{Agreement: "a1"}, ConfirmationRecorded{Result: "confirmed"})), void, "dispute.already_confirmed", nil},
	})
}

func TestTheListBeforeTheCourt(t *testing.T) {
	third := told(matter.PartyAdded{Party: "c", Side: "b"})
	apply := applying
	put(t, []ruled{
		{"4.1 一方有两人，缺一人不得申请", from(owed(loan), third), apply(nil), "dispute.all_together", nil},
		{"4.1 一方有两人，都来了可以申请", from(owed(loan), third), apply(func(a *ApplyConfirmation) { a.Together = []string{"a", "b", "c"} }), "", nil},
		{"4.1 没有可以确认的协议，不提醒", from(owedOn(Order, loan)), func(d *tale) ([]work.Event, error) {
			return d.Remind(Remind{Stage: "confirm_20"}, d.by(""))
		}, "dispute.not_confirmable", nil},
		{"4.1 第二十七天再提醒一次", from(owed(loan), told(Reminded{Stage: "confirm_20"})), func(d *tale) ([]work.Event, error) {
			return d.Remind(Remind{Stage: "confirm_27"}, d.by(""))
		}, "", []work.Event{Reminded{Stage: "confirm_27"}}},
		{"4.2 向名册里的法院申请", from(owed(loan)), apply(nil), "", nil},
		{"4.2 不是名册里的法院，不得申请", from(owed(loan)), apply(func(a *ApplyConfirmation) { a.Court = "moon" }), "form.unknown_body", nil},
	})
	var rules []ruled
	for _, check := range ConfirmChecks {
		rules = append(rules, ruled{"4.4 没有核对“" + check + "”不得申请", from(owed(loan)), apply(func(a *ApplyConfirmation) { a.Checks = without(a.Checks, check) }), "dispute.confirm_check", nil})
	}
	for _, m := range []string{"application", "agreement", "body_proof", "identity", "addresses"} {
		rules = append(rules, ruled{"4.3 缺“" + m + "”不得申请", from(owed(loan)), apply(func(a *ApplyConfirmation) { a.Materials = without(a.Materials, m) }), "dispute.confirm_material", nil})
	}
	put(t, rules)
}

func says(words string) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) { return d.Say(Say{Party: "a", Account: words}, d.by("p_mediator")) }
}

var measured = told(SheetSaved{Sheet: "w1", Kind: "line", No: 1, Lines: []SheetLine{{}, {}}})

func signsSheet(recording string) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		return d.SignSheet(SignSheet{Sheet: "w1", Party: "a", Way: "screen", Image: "u1", RecordingRef: recording}, d.by("p1"))
	}
}
