package app_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// TestTheProgramReminds: before a day, when it has passed, and of the time for judicial confirmation; each stage once (4.1, 11).
func TestTheProgramReminds(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx, w := context.Background(), disputesTold(t, a, d)
		id, ab := w.open("officer_1", "c1", "东头水渠边", "land", "赵甲 13900001001", "钱乙 13900001002")
		w.agree("officer_1", id, dispute.People, dispute.Terms{Payer: ab[0], Receiver: ab[1], What: "money", Amount: 100_00, DueOn: "2026-03-12", Every: "month", Times: 2, Each: 50_00})
		watch := func() {
			t.Helper()
			for range 2 { // the second time there is nothing new
				w.follow()
				if err := a.Watch(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		told := func() (list []string) {
			events, err := a.Engine.Journal.Stream(ctx, desktest.Station, matter.Stream(id), 0)
			if err != nil {
				t.Fatal(err)
			}
			for i := range events {
				if v, err := work.Decode(&events[i]); err != nil {
					t.Fatal(err)
				} else if e, ok := v.(dispute.Reminded); ok {
					list = append(list, fmt.Sprintf("%d %s", e.N, e.Stage))
				}
			}
			return list
		}
		for _, c := range []struct {
			on   int // of March
			rule string
			want []string
		}{
			{3, "还早不提醒", nil},
			{6, "到期前几天提醒一次", []string{"1 before_7"}},
			{11, "前一天再提醒一次", []string{"1 before_1"}},
			{14, "过期提醒一次", []string{"1 overdue"}},
			{23, "第20天提醒司法确认", []string{"0 confirm_20"}},
			{30, "第27天再提醒，过期的不再提醒", []string{"0 confirm_27"}},
			{45, "过了三十天不提醒，没付的还停在第一期", nil},
		} {
			t.Run(c.rule, func(t *testing.T) {
				before := len(told())
				d.Clock.Set(time.Date(2026, 3, c.on, 10, 0, 0, 0, time.UTC))
				watch()
				if got := told()[before:]; !slices.Equal(got, c.want) {
					t.Errorf("day %d: %v, want %v", c.on, got, c.want)
				}
			})
		}
	})
}

// TestRepeatedCallsRaise: the third call of the same two sides within the time raises the dispute, once (law-and-standards 9.9).
func TestRepeatedCallsRaise(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx, w := context.Background(), disputesTold(t, a, d)
		id, _ := w.open("officer_1", "c1", "东头水渠边", "neighbour", "赵甲 13900001001", "钱乙 13900001002")
		fold := func() *dispute.Dispute {
			events, err := a.Engine.Journal.Stream(ctx, desktest.Station, matter.Stream(id), 0)
			if err != nil {
				t.Fatal(err)
			}
			x, err := dispute.Fold(events)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		for i, want := range []int{0, 3, 4} {
			r := w.desk.Do(t, w.cast["duty_lead"], "report.submit", &report.Submit{Words: fmt.Sprintf("又吵起来了%d", i), Cell: "c1"})
			w.desk.Do(t, w.cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: r.ID}, Link: []string{id}})
			for range 2 {
				w.follow()
				if err := a.Watch(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if x := fold(); x.Calls != want {
				t.Fatalf("after %d more calls: %d calls, want %d", i+1, x.Calls, want)
			}
		}
		if x := fold(); x.Risk != "red" && x.Risk != "yellow" {
			t.Errorf("risk %s", x.Risk)
		}
	})
}
