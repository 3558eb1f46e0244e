package dispute

import (
	"testing"

	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

func TestWhatADisputeDoesNotAllowYet(t *testing.T) {
	finish := func(outcome string) any { return matter.Finish{Outcome: outcome} }
	people := onto(People, "committee")
	inForce := told(agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}})
	endless := agreed
	endless.Clauses = []Clause{{Promise: &Terms{Payer: "a", What: "rotation", DueOn: "2026-04-01", Every: "lunar_year"}}}
	failed := told(CourseEnded{No: 1, Track: People, Result: "failed"})
	grown := told(Grown{Matter: "m2", Kind: "hazard"})
	with := func(m matter.Matter) func(*tale) *tale {
		return func(d *tale) *tale { d.others["m2"] = m; return d }
	}
	open, ended := with(matter.Matter{Number: "260302-M2", Version: 1, State: matter.UnderWay}), with(matter.Matter{Version: 9, State: matter.Done})
	reported := func(outcome string) func(*tale) *tale { return told(matter.Finished{Outcome: outcome}) }
	for _, c := range []struct {
		rule string
		d    func(testing.TB) *tale
		act  any
		code string
	}{
		{"2.16 承诺没有履行完，不得按已履行报结果", from(people, inForce), finish("agreement_performed"), "dispute.open_promises"},
		{"2.16 履行完了可以", from(people, inForce, told(kept)), finish("agreement_performed"), ""},
		{"2.16 放弃的也算完", from(people, inForce, told(PromiseWaived{Promise: "o1"})), finish("agreement_performed"), ""},
		{"没有尽头的承诺等不到头，不拦", from(people, told(endless, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}})), finish("agreement_performed"), ""},
		{"没有履行，可以转诉讼", from(people, inForce), finish("to_court"), ""},
		{"5.1 旗亮着，不得按调解成功报结果", from(asked, flagged), finish("self_settled"), "dispute.end_flagged"},
		{"5.1 旗亮着，出了告诫书可以报", from(asked, flagged), finish("dv_warned"), ""},
		{"5.1 旗亮着，不得并案", from(flagged), matter.Merge{Into: "d2"}, "dispute.merge_flagged"},
		{"没有旗可以并案", from(), matter.Merge{Into: "d2"}, ""},
		{"2.13 没有立案不得转处罚", from(), finish("to_penalty"), "dispute.no_case"},
		{"2.13 立了案可以转处罚", from(told(CaseFiled{Number: "1"})), finish("to_penalty"), ""},
		{"3.7 没有谈成，没有告知其他途径，不得报结果", from(people, failed), finish("to_court"), "dispute.not_told"},
		{"2.13 终止的也要告知", from(onto(Order, ""), told(CourseEnded{No: 1, Track: Order, Result: "stopped"})), finish("to_penalty"), "dispute.no_case"},
		{"2.13 终止的也要告知，立了案也一样", from(onto(Order, ""), told(CourseEnded{No: 1, Track: Order, Result: "stopped"}, CaseFiled{Number: "1"})), finish("to_penalty"), "dispute.not_told"},
		{"3.7 失败之前的告知不算", from(people, told(ToldOf{Ways: []string{"court"}, Parties: []string{"a", "b"}}), failed), finish("to_court"), "dispute.not_told"},
		{"3.7 告知之后可以报", from(people, failed, told(ToldOf{Ways: []string{"court"}, Parties: []string{"a", "b"}})), finish("to_court"), ""},
		{"失败后又调成了，不用再告知", from(people, failed, people, told(CourseEnded{No: 2, Track: People, Result: "settled"})), finish("self_settled"), ""},
		{"引出的事项还没有办结，不得报结果", from(grown, open), finish("duplicate"), "dispute.growth_open"},
		{"引出的事项还没有办结，不得办结", from(grown, open, reported("duplicate")), matter.Close{}, "dispute.growth_open"},
		{"引出的事项看不到，也不得办结", from(grown), finish("duplicate"), "dispute.growth_open"},
		{"引出的事项办结了，可以", from(grown, ended), finish("duplicate"), ""},
		{"所长同意先行办结，可以", from(grown, open, told(GrowthReleased{Other: "m2"})), finish("duplicate"), ""},
		{"报结果之后亮旗，不得核查通过", from(reported("self_settled"), flagged), matter.Verify{Pass: true}, "dispute.end_flagged"},
		{"报结果之后亮旗，可以退回重办", from(reported("self_settled"), flagged), matter.Verify{}, ""},
		{"核查之后亮旗，不得办结", from(reported("self_settled"), flagged), matter.Close{}, "dispute.end_flagged"},
		{"别的办理动作不拦", from(flagged, grown, open), matter.Transfer{ToCell: "c2"}, ""},
		{"加当事人不拦", from(flagged), matter.AddParty{Name: "某"}, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := c.d(t)
			refused(t, c.code)([]work.Event(nil), d.Guard(c.act, d.by("p1")))
		})
	}
}

func TestRelapse(t *testing.T) {
	d := begun(t).on(People, "committee").then("p1", agreed, AgreementEffective{Agreement: "g1", Promises: []string{"o1"}}, TrackMoved{Passing: "t1", To: "judicial"}, Said{Party: "a", Dangers: []string{"threat"}})
	d.then("p1", matter.ReopenedFor{By: "staff"})
	if d.Track != nil || d.Passing != nil || d.Courses[0].Ended != "settled" || d.Facts["threat"] != "yes" || len(d.Promises) != 1 {
		t.Errorf("%+v", d.Dispute)
	}
	if d.untold() {
		t.Error("重新办理本身不用先告知其他途径")
	}
}
