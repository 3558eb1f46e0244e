package desk_test

import (
	"context"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

func TestReportIsBroughtToAnEnd(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	ctx := context.Background()
	r := d.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: "村口有陌生人转悠，电话13900001234", Cell: "c1"})
	if len(r.Receipt) < 8 {
		t.Fatalf("receipt %q", r.Receipt)
	}
	tri := d.Do(t, cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: r.ID},
		Open: []report.NewMatter{{Kind: "tip", Title: "村口陌生人转悠", To: cast["officer_1"].Person}}})
	m := matter.On{Matter: tri.Matters[0]}
	officer := cast["officer_1"]
	d.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: m})
	d.Do(t, officer, "matter.start", &matter.Start{On: m})
	if _, err := d.Try(officer, "matter.verify", &matter.Verify{On: m, Pass: true}); fault.Code(err) != "matter.cannot_verify" {
		t.Fatalf("verify too early: %v", err)
	}
	book, _ := d.Book(ctx, desktest.Station)
	outcome := book.Outcomes("tip")[0].Key
	d.Do(t, officer, "matter.finish", &matter.Finish{On: m, Outcome: outcome, Words: "是收粮的，已登记"})
	if _, err := d.Try(officer, "matter.verify", &matter.Verify{On: m, Pass: true}); fault.Code(err) != "matter.verify_own" && fault.Code(err) != "access.denied" {
		t.Fatalf("own verification: %v", err)
	}
	d.Do(t, cast["duty_lead"], "matter.verify", &matter.Verify{On: m, Pass: true})
	d.Do(t, cast["duty_lead"], "matter.close", &matter.Close{On: m})
	d.Do(t, desk.Public(desktest.Station), "report.rate", &report.Rate{On: report.On{Report: r.ID}, Stars: 5})
	d.Do(t, cast["cell_worker_1"], "matter.follow_up", &matter.FollowUp{On: m, Held: true, Way: "visit", Words: "再没见过"})

	events, err := d.Journal.Stream(ctx, desktest.Station, matter.Stream(m.Matter), 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := matter.Fold(events)
	if err != nil || got.State != matter.Answered {
		t.Fatalf("state %q %v", got.State, err)
	}
	all, err := d.Journal.Read(ctx, desktest.Station, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if strings.Contains(string(e.Data), "13900001234") || strings.Contains(string(e.Data), "收粮") {
			t.Fatalf("words in clear in event %d: %s", e.Seq, e.Data)
		}
	}
	if err := journal.VerifyChain(ctx, d.Journal, desktest.Station); err != nil {
		t.Fatal(err)
	}
}

func TestSameKeySameAnswer(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	ctx := context.Background()
	o := d.Do(t, cast["duty_lead"], "matter.open", &matter.Open{Kind: "hazard", Title: "井盖坏了", Cell: "c1", To: cast["officer_1"].Person})
	act := &matter.Acknowledge{On: matter.On{Matter: o.ID}}
	first, err := d.Desk.Do(ctx, cast["officer_1"], desk.Envelope{Key: "once"}, "matter.acknowledge", act)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Desk.Do(ctx, cast["officer_1"], desk.Envelope{Key: "once"}, "matter.acknowledge", act)
	if err != nil || !again.Repeat || again.Seq != first.Seq || again.ID != first.ID {
		t.Fatalf("again %+v %v, first %+v", again, err, first)
	}
	_, err = d.Desk.Do(ctx, cast["officer_1"], desk.Envelope{Key: "twice"}, "matter.acknowledge", act)
	if fault.Code(err) != "matter.cannot_acknowledge" {
		t.Fatalf("another key: %v", err)
	}
}

func TestGradeComesFromTheDecisionTable(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	for _, x := range []struct {
		rule, grade, want string
		extra             map[string]string
	}{
		{"危及人身即为特急", "", "critical", map[string]string{"danger": "life"}},
		{"没有特别情况用该类默认等级", "", "urgent", nil},
		{"人定了等级就按人定的", "normal", "normal", map[string]string{"danger": "life"}},
	} {
		t.Run(x.rule, func(t *testing.T) {
			a := d.Do(t, cast["duty_lead"], "matter.open", &matter.Open{Kind: "incident", Title: "有人打架", Cell: "c1", Grade: x.grade, Extra: x.extra})
			events, err := d.Journal.Stream(context.Background(), desktest.Station, matter.Stream(a.ID), 0)
			if err != nil {
				t.Fatal(err)
			}
			m, err := matter.Fold(events)
			if err != nil || m.Grade != x.want {
				t.Fatalf("grade %q, want %q (%v)", m.Grade, x.want, err)
			}
		})
	}
}
