package dispute

import (
	"slices"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

// applying applies for confirmation of a1 with everything checked and handed in.
func applying(change func(*ApplyConfirmation)) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := ApplyConfirmation{Agreement: "a1", Court: "court", Together: []string{"a", "b"}, Checks: ConfirmChecks, Materials: []string{"application", "agreement", "body_proof", "identity", "addresses"}}
		if change != nil {
			change(&a)
		}
		return d.ApplyConfirmation(a, d.by("p1"))
	}
}

func without(list []string, key string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return x == key })
}

func TestApplyConfirmation(t *testing.T) {
	force := owed(loan)
	agent := told(CompanionAdded{Companion: "x", Party: "b", As: "agent"})
	days := func(n int) func(*tale) *tale { return func(d *tale) *tale { return d.days(n) } }
	put(t, []ruled{
		{"4.1 双方共同申请", from(force), applying(nil), "", nil},
		{"4.1 一方不得单独申请", from(force), applying(func(a *ApplyConfirmation) { a.Together = []string{"a"} }), "dispute.both_together", nil},
		{"1.1 4.1 第三十天可以", from(force, days(30)), applying(nil), "", nil},
		{"4.1 过了三十天不得申请", from(force, days(32)), applying(nil), "dispute.confirmation_late", nil},
		{"4.4 核对不全不得申请", from(force), applying(func(a *ApplyConfirmation) { a.Checks = without(a.Checks, "free_will") }), "dispute.confirm_check", nil},
		{"4.3 缺材料不得申请", from(force), applying(func(a *ApplyConfirmation) { a.Materials = without(a.Materials, "body_proof") }), "dispute.confirm_material", nil},
		{"4.3 口头申请不用申请书", from(force), applying(func(a *ApplyConfirmation) { a.Materials, a.Oral = without(a.Materials, "application"), true }), "", nil},
		{"4.3 有代理人要授权书", from(force, agent), applying(nil), "dispute.confirm_material", nil},
		{"4.3 有代理人，交了授权书", from(force, agent), applying(func(a *ApplyConfirmation) { a.Materials = append(slices.Clip(a.Materials), "mandate") }), "", nil},
		{"治安调解协议不得申请", from(owedOn(Order, loan)), applying(nil), "dispute.not_confirmable", nil},
		{"现场劝解不得申请", from(owedOn(Informal, loan)), applying(nil), "dispute.not_confirmable", nil},
		{"4.4 身份关系不得申请", from(people, heldAs("agreed"), told(AgreementDrafted{Agreement: "a1", Track: People, Form: "written", No: 1, Status: true}, AgreementEffective{Agreement: "a1"})), applying(nil), "dispute.status_not_confirmable", nil},
		{"没有生效的不得申请", from(paper(People, "written", false, loan)), applying(nil), "dispute.agreement_not_in_force", nil},
		{"申请过的不再申请", from(force, told(ConfirmationApplied{Agreement: "a1"})), applying(nil), "dispute.confirmation_asked", nil},
		{"撤回的可以再申请", from(force, told(ConfirmationApplied{Agreement: "a1"}, ConfirmationRecorded{Result: "withdrawn"})), applying(nil), "", nil},
		{"没有这家法院", from(force), applying(func(a *ApplyConfirmation) { a.Court = "moon" }), "form.unknown_body", nil},
	})
}

// The day of effect does not count, and a last day off moves on: from Friday 28 August 2026 thirty days end on Sunday 27 September,
// in the Mid-Autumn holiday.
func TestConfirmBy(t *testing.T) {
	d := from()(t)
	mo := worktest.Moment("p1", 0)
	for effect, want := range map[string]string{"2026-03-02": "2026-04-01", "2026-08-28": "2026-09-28", "2026-09-01": "2026-10-08"} {
		at, _ := time.ParseInLocation(time.DateOnly, effect, clock.Shanghai)
		if got := work.Day(d.ConfirmBy(&Agreement{EffectiveAt: at.Add(20 * time.Hour)}, mo)); got != want {
			t.Errorf("1.2 4.1 %s: %s, want %s", effect, got, want)
		}
	}
}

func TestRecordConfirmation(t *testing.T) {
	applied := told(ConfirmationApplied{Agreement: "a1"})
	record := func(result, ruling string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.RecordConfirmation(RecordConfirmation{Result: result, Ruling: ruling}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"4.5 确认有裁定书", from(owed(loan), applied), record("confirmed", "（2026）民特1号"), "", nil},
		{"4.5 确认没有裁定书号不行", from(owed(loan), applied), record("confirmed", ""), "form.required", nil},
		{"4.5 驳回", from(owed(loan), applied), record("rejected", ""), "", nil},
		{"没有申请", from(owed(loan), told(Reminded{Stage: "confirm_20"})), record("rejected", ""), "dispute.no_application", nil},
		{"结果从名单里选", from(owed(loan), applied), record("maybe", ""), "form.unknown_choice", nil},
	})
}

func TestCase(t *testing.T) {
	filed := told(CaseFiled{Number: "1"})
	file := func(who string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.FileCase(FileCase{Number: "行案1号"}, d.by(who)) }
	}
	decide := func(result string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.DecideCase(DecideCase{Result: result}, d.by("p1")) }
	}
	done := told(PromiseWaived{Promise: "k1", Done: true, All: true})
	put(t, []ruled{
		{"2.13 治安调解的可以立案", from(orderly), file("p1"), "", nil},
		{"2.13 没有谈成的可以立案", from(people, told(CourseEnded{No: 1, Track: People, Result: "failed"})), file("p1"), "", nil},
		{"2.13 没有履行的可以立案", from(owed(loan), told(PromiseBroken{Promise: "k1", N: 1})), file("p1"), "", nil},
		{"纯民事的没有依据立案", from(people), file("p1"), "dispute.no_case_ground", nil},
		{"13.1 辅警不得立案", from(orderly), file("p_aux"), "dispute.police_only", nil},
		{"不重复立案", from(orderly, filed), file("p1"), "dispute.case_already_filed", nil},
		{"没有立案不能决定", from(orderly), decide("penalty"), "dispute.no_case_filed", nil},
		{"2.13 没有履行的可以处罚", from(owedOn(Order, loan), filed), decide("penalty"), "", nil},
		{"2.13 履行完的不予处罚", from(owedOn(Order, loan), filed, done), decide("penalty"), "dispute.performed_no_penalty", nil},
		{"2.13 履行完的作不予处罚", from(owedOn(Order, loan), filed, done), decide("no_penalty"), "", nil},
	})
}

func TestSettlement(t *testing.T) {
	askFor := func(proof bool, who ...string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.AskSettlement(AskSettlement{Document: "和解书", Proof: proof, Together: who}, d.by("p1"))
		}
	}
	decide := func(who string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.DecideSettlement(DecideSettlement{Approve: true, Words: "同意"}, d.by(who))
		}
	}
	filed, over := told(CaseFiled{Number: "1"}), told(CaseDecided{Result: "penalty"})
	inquired := told(SettlementAsked{Document: "和解书"})
	put(t, []ruled{
		{"2.15 双方申请、已履行", from(filed), askFor(true, "a", "b"), "", nil},
		{"2.15 没有履行不行", from(filed), askFor(false, "a", "b"), "dispute.settlement_proof", nil},
		{"2.15 一方不行", from(filed), askFor(true, "a"), "dispute.both_together", nil},
		{"2.15 作出决定后不行", from(filed, over), askFor(true, "a", "b"), "dispute.case_decided", nil},
		{"不重复申请", from(filed, inquired), askFor(true, "a", "b"), "dispute.settlement_asked_already", nil},
		{"2.15 另一位民警批准", from(filed, inquired), decide("p_head"), "", nil},
		{"自己记的不能自己批", from(filed, inquired), decide("p1"), "dispute.settlement_own", nil},
		{"13.1 调解员不能批", from(filed, inquired), decide("p_mediator"), "dispute.police_only", nil},
		{"没有申请不能批", from(filed), decide("p_head"), "dispute.no_settlement_asked", nil},
	})
	d := from(orderly, filed, inquired)(t)
	d.does("p_head")(decide("p_head")(d))
	refused(t, "dispute.performed_no_penalty")(d.DecideCase(DecideCase{Result: "penalty"}, d.by("p1")))
}
