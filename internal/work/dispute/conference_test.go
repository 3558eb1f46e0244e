package dispute

import (
	"testing"
	"time"

	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

func TestConference(t *testing.T) {
	mo := worktest.Moment("p_head", 0)
	plan := PlanConference{At: worktest.Start.Add(48 * time.Hour), Place: "综治中心", Bodies: []string{"village", "court"}, People: []string{"p1"}, Agenda: []string{"d2", "d1"}}
	for _, c := range []struct {
		rule, code string
		change     func(*PlanConference)
	}{
		{"召集", "", func(*PlanConference) {}},
		{"没有议题不得召集", "conference.no_agenda", func(a *PlanConference) { a.Agenda = nil }},
		{"同一件不写两次", "conference.twice_on_agenda", func(a *PlanConference) { a.Agenda = []string{"d1", "d1"} }},
		{"不得约在过去", "dispute.planned_in_past", func(a *PlanConference) { a.At = worktest.Start.Add(-time.Hour) }},
		{"不认识的单位", "form.unknown_body", func(a *PlanConference) { a.Bodies = []string{"moon"} }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := plan
			c.change(&a)
			refused(t, c.code)(Conference{}.Plan(a, mo))
		})
	}
	d := begun(t)
	conf := Conference{ID: "f1", Version: 1, Agenda: []string{"d1"}}
	decision := Decide{Matter: "d1", Title: "丈量界线", Person: "p1", DueOn: "2026-03-10"}
	for _, c := range []struct {
		rule, code string
		conf       Conference
		change     func(*Decide)
	}{
		{"会议决定成为任务", "", conf, func(*Decide) {}},
		{"不在议题里的不决定", "conference.not_on_agenda", Conference{Version: 1, Agenda: []string{"d9"}}, func(*Decide) {}},
		{"会议结束后不再决定", "conference.closed", Conference{Version: 2, Agenda: []string{"d1"}, ClosedAt: worktest.Start}, func(*Decide) {}},
		{"没有这次会议", "conference.not_found", Conference{}, func(*Decide) {}},
		{"期限不得在过去", "form.past", conf, func(a *Decide) { a.DueOn = "2026-03-01" }},
		{"要有期限", "form.required", conf, func(a *Decide) { a.DueOn = "" }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := decision
			c.change(&a)
			mine, theirs, err := c.conf.Decide(a, d.Dispute, mo)
			worktest.Check(t, append(mine, theirs...), err, c.code)
			if c.code == "" && (len(theirs) != 1 || theirs[0].(matter.TaskSet).Task != mine[0].(ConferenceDecided).Task) {
				t.Errorf("%v %v", mine, theirs)
			}
		})
	}
	refused(t, "form.required")(conf.Close(CloseConference{}, mo))
	refused(t, "conference.closed")(Conference{Version: 2, ClosedAt: worktest.Start}.Close(CloseConference{Words: "x"}, mo))
	events, err := conf.Close(CloseConference{Came: []string{"village"}, Words: "记录"}, mo)
	if err != nil {
		t.Fatal(err)
	}
	if conf.Apply(events[0], work.At{HappenedAt: worktest.Start, Version: 2}); conf.ClosedAt.IsZero() {
		t.Error("结束了")
	}
}
