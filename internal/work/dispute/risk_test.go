package dispute

import (
	"maps"
	"strconv"
	"testing"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// facts are what the table of risks is asked with, of a dispute just begun, and what else is known, by pairs.
func facts(pairs ...string) map[string]string {
	m := map[string]string{"kind": "dispute", "grade": "planned", "settled": "no", "people": "2", "calls": "0", "days_open": "0", "sessions": "0", "failed_sessions": "0",
		"promises_broken": "0"}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func TestWhatTheTablesAreAsked(t *testing.T) {
	for _, c := range []struct {
		rule string
		d    func(testing.TB) *tale
		want map[string]string
	}{
		{"刚立项", from(), facts()},
		{"一方是二十人", from(told(PartySet{Party: "a", People: 20})), facts("people", "21", "group", "yes")},
		{"有未成年人", from(told(PartySet{Party: "b", Minor: true})), facts("minor", "yes")},
		{"说到刀", from(told(Said{Party: "a", Dangers: []string{"weapon"}})), facts("weapon", "yes")},
		{"旗亮了", from(flagged), facts("family_violence", "yes")},
		{"旗解除了", from(flagged, told(SafetyLifted{})), facts("family_violence", "no")},
		{"第三次求助", from(told(Raised{3})), facts("calls", "3")},
		{"谈了两次没有谈成", from(onto(Order, ""), func(d *tale) *tale { return d.held("failed").held("broken_off") }), facts("sessions", "2", "failed_sessions", "2")},
		{"谈过一次还要谈", from(onto(Order, ""), func(d *tale) *tale { return d.held("continue") }), facts("sessions", "1")},
		{"过了三十一天", from(func(d *tale) *tale { return d.days(31) }), facts("days_open", "31")},
		{"越来越激烈", from(told(LookedAt{Worse: true})), facts("worsening", "yes")},
		{"2.16 签了还没有履行，不算化解", from(told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}})), facts()},
		{"2.16 履行了才算化解", from(told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, kept)), facts("settled", "yes")},
		{"协议作废，不算化解", from(told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, kept, AgreementVoided{Agreement: "g1"})), facts()},
		{"有一次没有做到", from(told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, PromiseBroken{Promise: "o1", N: 1})), facts("promises_broken", "1")},
		{"2.15 批准按和解处理，算化解", from(told(SettlementAsked{}, SettlementDecided{Approve: true})), facts("settled", "yes")},
		{"重新办理，不再算化解", from(told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, kept, matter.ReopenedFor{By: "staff"})), facts()},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := c.d(t)
			got := d.known(worktest.Start.Add(d.after))
			want := maps.Clone(c.want)
			for _, key := range []string{"worsening", "settled", "family_violence"} { // known as "no" is as good as not known
				if got[key] == "no" && want[key] == "" {
					delete(got, key)
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
	t.Run("附加栏目里的人数多，以多的为准", func(t *testing.T) {
		d := &tale{Dispute: &Dispute{}, t: t}
		d.then("p1", matter.Opened{ID: "d1", Kind: "dispute", Cell: "c1", Extra: map[string]string{"people": "12", "dispute_type": "land"}}, matter.PartyAdded{Party: "a"})
		if k := d.known(worktest.Start.Add(time.Hour)); k["people"] != "12" || k["dispute_type"] != "land" {
			t.Error(k)
		}
	})
}

var (
	agreed = AgreementDrafted{Agreement: "g1", Course: 1, Track: People, Form: "written", No: 1,
		Clauses: []Clause{{Promise: &Terms{Payer: "a", Receiver: "b", What: "money", Amount: 100, DueOn: "2026-04-01"}}}}
	kept = PromiseKept{Promise: "o1", Keeping: Keeping{N: 1, Amount: 100, On: "2026-03-20"}, Done: true, All: true}
)

func TestRiskIsGivenAnew(t *testing.T) {
	say := func(words string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.Say(Say{Party: "a", Account: words}, d.by("p1"))
		}
	}
	risk := func(r, because, by string, known map[string]string) RiskGraded {
		return RiskGraded{Risk: r, Because: because, By: by, Facts: known}
	}
	said := func(words string, dangers ...string) Said {
		return Said{Party: "a", Account: vault.Plain("a", "account", words), Dangers: dangers}
	}
	green := told(RiskGraded{Risk: "green", By: "table"})
	put(t, []ruled{
		{"第一次评定", from(), say("为一堵墙"), "", []work.Event{said("为一堵墙"), risk("green", "平稳", "table", facts())}},
		{"9.9 说到凶器，当场升为红色", from(green), say("他拿刀"), "", []work.Event{said("他拿刀", "weapon"), risk("red", "有威胁或凶器", "table", facts("weapon", "yes"))}},
		{"领导定黄，表说绿，不降", from(told(RiskGraded{Risk: "yellow", By: "leader"})), say("没事"), "", []work.Event{said("没事")}},
		{"领导定黄，表说红，升", from(told(RiskGraded{Risk: "yellow", By: "leader"})), say("弄死他"), "",
			[]work.Event{said("弄死他", "threat"), risk("red", "有威胁或凶器", "table", facts("threat", "yes"))}},
		{"5.1 亮旗的纠纷，事项也升级，时限随之", from(green), func(d *tale) ([]work.Event, error) { return d.FlagSafety(FlagSafety{Reason: "怕"}, d.by("p1")) }, "",
			[]work.Event{SafetyFlagged{Reason: vault.Plain("d1", "flag", "怕")}, risk("red", "可能有家庭暴力", "table", facts("family_violence", "yes")),
				matter.Regraded{Grade: "urgent", Limits: worktest.Book{}.Limits("dispute", "urgent")}}},
		{"改级要选别的级", from(green), func(d *tale) ([]work.Event, error) {
			return d.SetRisk(SetRisk{Risk: "green", Reason: "稳"}, d.by("p_head"))
		}, "dispute.same_risk", nil},
		{"改级要写理由", from(green), func(d *tale) ([]work.Event, error) { return d.SetRisk(SetRisk{Risk: "red"}, d.by("p_head")) }, "form.required", nil},
		{"没有这个级", from(green), func(d *tale) ([]work.Event, error) {
			return d.SetRisk(SetRisk{Risk: "black", Reason: "稳"}, d.by("p_head"))
		}, "form.unknown_choice", nil},
		{"领导改级", from(green), func(d *tale) ([]work.Event, error) {
			return d.SetRisk(SetRisk{Risk: "red", Reason: "族人多"}, d.by("p_head"))
		}, "", []work.Event{RiskGraded{Risk: "red", By: "leader", Reason: vault.Plain("d1", "risk", "族人多")}}},
		{"9.9 求助不够次数不升级", from(green), func(d *tale) ([]work.Event, error) { return d.Raise(Raise{Calls: 2}, d.by("")) }, "dispute.too_few_calls", nil},
		{"9.9 第三次求助升为红色", from(green), func(d *tale) ([]work.Event, error) { return d.Raise(Raise{Calls: 3}, d.by("")) }, "",
			[]work.Event{Raised{3}, risk("red", "第三次求助", "table", facts("calls", "3"))}},
		{"同样的次数不再升", from(green, told(Raised{3})), func(d *tale) ([]work.Event, error) { return d.Raise(Raise{Calls: 3}, d.by("")) }, "dispute.already_raised", nil},
		{"研判说更激烈，升为黄色", from(green), func(d *tale) ([]work.Event, error) { return d.Look(Look{Worse: true, Words: "骂得凶"}, d.by("p1")) }, "",
			[]work.Event{LookedAt{true, vault.Plain("d1", "look", "骂得凶")}, risk("yellow", "有风险", "table", facts("worsening", "yes"))}},
		{"研判要写内容", from(green), func(d *tale) ([]work.Event, error) { return d.Look(Look{}, d.by("p1")) }, "form.required", nil},
		{"5.1 查访不平安，升级", from(green, told(Warned{Warning: "w1", Party: "b"})), func(d *tale) ([]work.Event, error) {
			return d.VisitAfterWarning(VisitAfterWarning{Warning: "w1", Words: "又吵"}, d.by("p1"))
		}, "", []work.Event{WarningVisited{Warning: "w1", Words: vault.Plain("d1", "warnvisit", "又吵")}, risk("yellow", "有风险", "table", facts("worsening", "yes"))}},
	})
	t.Run("级没有变就不再记", func(t *testing.T) {
		d := begun(t).then("p1", RiskGraded{Risk: "green", By: "table"})
		if got, err := d.Look(Look{Words: "平静"}, d.by("p1")); err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
	})
	t.Run("承诺履行后回到绿色，领导定的也一样", func(t *testing.T) {
		d := begun(t).then("p_head", RiskGraded{Risk: "red", By: "leader"}).then("p1", agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}})
		got := d.regrade([]work.Event{kept}, d.by("p1"))
		if r, ok := got[len(got)-1].(RiskGraded); !ok || r.Risk != "green" {
			t.Fatal(got)
		}
		if _, ok := d.Reached["performed"]; ok || d.Promise("o1").Ended != "" || d.Risk != "red" {
			t.Fatal("looking ahead changed the dispute")
		}
	})
}

func TestLookingAheadChangesNothing(t *testing.T) {
	d := begun(t).on(Order, "").held("continue").then("p1", agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, RecusalAsked{Person: "p2"}, Grown{Matter: "m2", Kind: "hazard"},
		Warned{Warning: "w1", Party: "b"}, CaseFiled{Number: "1"}, SettlementAsked{}, ConfirmationApplied{Agreement: "g1"}, SheetSaved{Sheet: "h1"})
	before := worktest.Show(shown{d.Dispute})
	now := d.ahead([]work.Event{Said{Party: "a", Willing: "no", Dangers: []string{"weapon"}}, SafetyAsked{Party: "a"}, SafetyFlagged{}, PromiseBroken{Promise: "o1"}, kept, RecusalDecided{Person: "p2", Withdraw: true},
		GrowthReleased{Other: "m2"}, WarningVisited{Warning: "w1"}, CaseDecided{Result: "penalty"}, SettlementDecided{Approve: true}, ConfirmationRecorded{Result: "confirmed"},
		AgreementVoided{Agreement: "g1"}, SheetSigned{Sheet: "h1"}, SessionCancelled{Session: "s1"}, CourseEnded{Result: "failed"}, matter.ReopenedFor{By: "staff"}}, d.by("p1"))
	if after := worktest.Show(shown{d.Dispute}); after != before {
		t.Errorf("was\n%s\nis\n%s", before, after)
	}
	if now.Track != nil || !now.Safety.Flagged || now.Reopened != 1 {
		t.Error("the copy does not stand where the events lead")
	}
}

// shown lets a dispute be written out.
type shown struct{ *Dispute }

func (shown) EventKind() string { return strconv.Quote("dispute") }

func TestWhatGrowsOutOfADispute(t *testing.T) {
	grow := func(t testing.TB, kind string) (*tale, []work.Event, []work.Event, error) {
		d := begun(t).then("p1", RiskGraded{Risk: "yellow", By: "leader"})
		mine, theirs, err := d.Grow(Grow{Kind: kind, Title: "墙要倒", Words: "裂了"}, d.by("p1"))
		return d, mine, theirs, err
	}
	t.Run("开一件别类的事项，两边关联", func(t *testing.T) {
		d, mine, theirs, err := grow(t, "hazard")
		if err != nil {
			t.Fatal(err)
		}
		o := theirs[0].(matter.Opened)
		if o.Cell != "c1" || o.Place != "东沟" || o.Kind != "hazard" || theirs[1] != (matter.Tied{Other: "d1", How: "grown_from"}) {
			t.Error(theirs)
		}
		if d.then("p1", mine...); d.Growths[0] != (Growth{Matter: o.ID, Kind: "hazard"}) || d.Links[0] != (matter.Link{How: "grew_into", Other: o.ID}) {
			t.Error(d.Growths, d.Links)
		}
	})
	for _, kind := range []string{"dispute", "boundary"} {
		t.Run("不能还是纠纷："+kind, func(t *testing.T) {
			_, mine, _, err := grow(t, kind)
			refused(t, "dispute.grow_other_kind")(mine, err)
		})
	}
	grown := from(told(Grown{Matter: "m2", Kind: "hazard"}))
	release := func(a ReleaseGrowth) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.ReleaseGrowth(a, d.by("p_head")) }
	}
	put(t, []ruled{
		{"先行办结要写理由", grown, release(ReleaseGrowth{Other: "m2"}), "form.required", nil},
		{"没有引出的不用同意", grown, release(ReleaseGrowth{Other: "m3", Reason: "行"}), "dispute.unknown_growth", nil},
		{"所长同意先行办结", grown, release(ReleaseGrowth{Other: "m2", Reason: "行"}), "", []work.Event{GrowthReleased{"m2", vault.Plain("d1", "release", "行")}}},
		{"同意过的不再同意", from(told(Grown{Matter: "m2"}, GrowthReleased{Other: "m2"})), release(ReleaseGrowth{Other: "m2", Reason: "行"}), "dispute.already_released", nil},
	})
}
