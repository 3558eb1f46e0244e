package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// folk is a town of disputes for boards: parties come by real acts, so that their numbers are sealed; what mediation adds is told by
// its events, so that a test says days and sums as it needs them.
type folk struct {
	*testing.T
	app  *app.App
	desk *desktest.Desk
	cast map[string]access.Who
}

// tell appends events to a matter as somebody.
func (w *folk) tell(who, id string, events ...work.Event) {
	w.Helper()
	w.desk.Tell(w.T, w.cast[who], id, events...)
}

func (w *folk) follow() {
	w.Helper()
	if _, err := w.app.Boards.CatchUp(context.Background()); err != nil {
		w.Fatal(err)
	}
}

// open makes a dispute between people given as "name phone"; "" leaves the phone out.
func (w *folk) open(by, cell, place, kind string, parties ...string) (id string, ids []string) {
	w.Helper()
	id = w.desk.Do(w.T, w.cast[by], "matter.open", &matter.Open{Kind: "dispute", Title: "地界争吵", Words: "两家为地界争吵", Cell: cell, Place: place,
		Extra: map[string]string{"dispute_type": kind}}).ID
	for i, p := range parties {
		name, phone, _ := strings.Cut(p, " ")
		w.desk.Do(w.T, w.cast[by], "matter.add_party", &matter.AddParty{On: matter.On{Matter: id}, Name: name, Phone: phone, Side: []string{"a", "b"}[i%2]})
	}
	events, err := w.app.Engine.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range events {
		if v, err := work.Decode(&e); err != nil {
			w.Fatal(err)
		} else if p, ok := v.(matter.PartyAdded); ok {
			ids = append(ids, p.Party)
		}
	}
	return id, ids
}

// agree brings a dispute to an agreement of the committee with promises of the given terms, and gives their ids.
func (w *folk) agree(who, id, track string, terms ...dispute.Terms) (list []string) {
	w.Helper()
	var clauses []dispute.Clause
	for i := range terms {
		clauses = append(clauses, dispute.Clause{Promise: &terms[i]})
		list = append(list, fmt.Sprintf("pr_%s_%d", id, i))
	}
	now := w.desk.Clock.Now()
	w.tell(who, id, dispute.TrackChosen{No: 1, Track: track, From: now},
		dispute.SessionHeld{Session: "s_" + id, Course: 1, No: 1, Track: track, At: now, Preside: w.cast[who].Person, Outcome: "agreed"},
		dispute.AgreementDrafted{Agreement: "a_" + id, Course: 1, Track: track, Number: "（2026）1号", Form: "written", No: 1, Clauses: clauses, Mediator: w.cast[who].Person},
		dispute.AgreementEffective{Agreement: "a_" + id, Promises: list})
	return list
}

func (w *folk) rebuilt() {
	w.Helper()
	before := dump(w.T, w.app)
	if _, err := w.app.Boards.Rebuild(context.Background()); err != nil {
		w.Fatal(err)
	}
	after := dump(w.T, w.app)
	for table := range before {
		if !reflect.DeepEqual(before[table], after[table]) {
			w.Errorf("a rebuild gave other rows of %s:\n%s\n\n%s", table, strings.Join(before[table], "\n"), strings.Join(after[table], "\n"))
		}
	}
}

func disputesTold(t *testing.T, a *app.App, d *desktest.Desk) *folk {
	return &folk{T: t, app: a, desk: d, cast: d.Cast(t, desktest.Station)}
}

func TestPromiseBoard(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx, w := context.Background(), disputesTold(t, a, d)
		whole := access.System(desktest.Station)
		worker := a.Policy.Scope(w.cast["cell_worker_1"])
		other := a.Policy.Scope(w.cast["cell_worker_2"])

		one, ab := w.open("officer_1", "c1", "东头水渠边", "land", "赵甲 13900001001", "钱乙 13900001002")
		two, cd := w.open("officer_2", "c2", "市场西门", "wages", "孙丙 13900001003", "李丁 13900001004")
		w.follow()
		// Twenty-four instalments with an uneven last one, a wall to be taken down, a quarrel to be left off; and turns without end.
		p1 := w.agree("officer_1", one, dispute.People,
			dispute.Terms{Payer: ab[0], Receiver: ab[1], What: "money", Amount: 1_000_00, DueOn: "2026-03-10", Every: "month", Times: 24, Each: 41_00},
			dispute.Terms{Payer: ab[1], Receiver: ab[0], What: "deed", DueOn: "2026-03-20"},
			dispute.Terms{Payer: ab[1], What: "forbear", DueOn: "2026-03-03"})
		p2 := w.agree("officer_2", two, dispute.Order, dispute.Terms{Payer: cd[0], Receiver: cd[1], What: "rotation", DueOn: "2026-04-01", Every: "month", Turns: cd})
		w.follow()
		list := func(s access.Scope, f promises.Filter, today string) []promises.Row {
			t.Helper()
			p, err := a.Boards.Promises.List(ctx, s, f, today, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			return p.Rows
		}
		row := func(id string) promises.Row {
			t.Helper()
			rows := list(whole, promises.Filter{View: promises.All}, "2026-03-02")
			i := slices.IndexFunc(rows, func(r promises.Row) bool { return r.ID == id })
			if i < 0 {
				t.Fatalf("no promise %s", id)
			}
			return rows[i]
		}

		t.Run("每条承诺一行，下一期、欠数、轮到谁", func(t *testing.T) {
			r := row(p1[0])
			if r.N != 1 || r.DueOn != "2026-03-10" || r.Open != 41_00 || r.Left != 1_000_00 || r.State != "open" || r.Track != dispute.People || r.AgreementNumber == "" {
				t.Fatalf("%+v", r)
			}
			if r := row(p2[0]); r.Payer != cd[0] || r.DueOn != "2026-04-01" {
				t.Fatalf("%+v", r)
			}
			if r.PayerName.Ref().Subject != ab[0] || r.PayerMinor {
				t.Fatalf("payer %v", r.PayerName)
			}
		})
		w.tell("officer_1", one, dispute.PromiseKept{Promise: p1[0], Keeping: dispute.Keeping{N: 1, Amount: 41_00, On: "2026-03-02"}},
			dispute.PromiseKept{Promise: p1[0], Keeping: dispute.Keeping{N: 2, Amount: 10_00, On: "2026-03-02"}})
		w.tell("officer_2", two, dispute.PromiseKept{Promise: p2[0], Keeping: dispute.Keeping{N: 1, On: "2026-03-02"}})
		w.follow()
		t.Run("付了一部分，轮到下一人", func(t *testing.T) {
			if r := row(p1[0]); r.N != 2 || r.DueOn != "2026-04-10" || r.Open != 31_00 || r.Left != 949_00 || r.State != "part" || r.Kept != 1 {
				t.Fatalf("%+v", r)
			}
			if r := row(p2[0]); r.Payer != cd[1] || r.DueOn != "2026-05-01" || r.N != 2 {
				t.Fatalf("%+v", r)
			}
		})
		t.Run("到期、逾期、部分、全部各归各页；不作为没有逾期", func(t *testing.T) {
			for _, c := range []struct {
				view  promises.View
				today string
				want  []string
			}{
				{promises.DueWeek, "2026-03-13", []string{p1[1]}},
				{promises.DueWeek, "2026-03-12", nil},
				{promises.Overdue, "2026-03-20", nil},
				{promises.Overdue, "2026-03-21", []string{p1[1]}},
				{promises.Overdue, "2026-05-02", []string{p1[1], p1[0], p2[0]}},
				{promises.Part, "2026-03-02", []string{p1[0]}},
				{promises.Open, "2026-03-02", []string{p1[2], p1[1], p1[0], p2[0]}},
			} {
				var got []string
				for _, r := range list(whole, promises.Filter{View: c.view}, c.today) {
					got = append(got, r.ID)
					if late := c.view == promises.Overdue; late && !r.Overdue {
						t.Errorf("%s not marked overdue", r.ID)
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%s on %s: %v, want %v", c.view, c.today, got, c.want)
				}
				counts, err := a.Boards.Promises.Counts(ctx, whole, c.today)
				if err != nil || counts[c.view] != len(c.want) {
					t.Errorf("count of %s on %s: %d %v", c.view, c.today, counts[c.view], err)
				}
			}
		})
		t.Run("网格员只看本网格的承诺，条件再窄也一样", func(t *testing.T) {
			for _, f := range []promises.Filter{{View: promises.All}, {View: promises.All, Cell: "c1"}, {View: promises.All, Payer: ab[0]}, {View: promises.All, Matter: one}} {
				if n := len(list(other, f, "2026-03-02")); f.Cell == "" && f.Payer == "" && f.Matter == "" && n != 1 || (f.Cell != "" || f.Payer != "" || f.Matter != "") && n != 0 {
					t.Errorf("%+v: %d rows of another cell", f, n)
				}
				if n := len(list(worker, f, "2026-03-02")); n == 0 {
					t.Errorf("%+v: nothing of the own cell", f)
				}
			}
			if rows := list(access.Scope{}, promises.Filter{View: promises.All}, "2026-03-02"); len(rows) != 0 {
				t.Error("nobody sees promises")
			}
		})
		t.Run("翻页不漏不重", func(t *testing.T) {
			for _, s := range []access.Scope{whole, worker} {
				var got []string
				for cursor := ""; ; {
					p, err := a.Boards.Promises.List(ctx, s, promises.Filter{View: promises.All}, "2026-03-02", cursor, 1)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range p.Rows {
						got = append(got, r.ID)
					}
					if cursor = p.Next; cursor == "" {
						break
					}
				}
				if all := list(s, promises.Filter{View: promises.All}, "2026-03-02"); len(got) != len(all) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
					t.Errorf("%v of %d", got, len(all))
				}
			}
		})
		t.Run("提醒过逾期的和不作为的不再列入待提醒", func(t *testing.T) {
			due := func() (ids []string) {
				p, err := a.Boards.Promises.Due(ctx, whole, "2026-04-10", "", 0)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Rows {
					ids = append(ids, r.ID)
				}
				return ids
			}
			if got := due(); !slices.Equal(got, []string{p1[1], p1[0]}) {
				t.Fatalf("due %v", got)
			}
			w.tell("officer_1", one, dispute.Reminded{Promise: p1[1], N: 1, Stage: "before_7"}, dispute.Reminded{Promise: p1[0], N: 2, Stage: "overdue"})
			w.follow()
			if got := due(); !slices.Equal(got, []string{p1[1]}) {
				t.Fatalf("due after reminding %v", got)
			}
			if r := row(p1[1]); !slices.Equal(r.Reminded, []string{"1:before_7"}) {
				t.Fatalf("reminded %v", r.Reminded)
			}
		})
		t.Run("司法确认：调委会协议生效后待申请，治安调解的没有", func(t *testing.T) {
			now := d.Clock.Now()
			got, next, err := a.Boards.Promises.Confirmations(ctx, whole, time.Time{}, now.Add(time.Minute), "", 0)
			if err != nil || len(got) != 1 || next != "" || got[0].Matter != one || !got[0].EffectiveAt.Equal(now) {
				t.Fatalf("%+v %q %v", got, next, err)
			}
			if got, _, _ := a.Boards.Promises.Confirmations(ctx, other, time.Time{}, now.Add(time.Minute), "", 0); len(got) != 0 {
				t.Fatal("another cell sees it")
			}
			w.tell("officer_1", one, dispute.ConfirmationApplied{Agreement: "a_" + one, Court: "court"})
			w.follow()
			if got, _, _ := a.Boards.Promises.Confirmations(ctx, whole, time.Time{}, now.Add(time.Minute), "", 0); len(got) != 0 {
				t.Fatal("applied for and still waited for")
			}
		})
		t.Run("没做到、作废、做到", func(t *testing.T) {
			w.tell("officer_1", one, dispute.PromiseBroken{Promise: p1[1], N: 1, Next: "second_round"})
			w.tell("officer_2", two, dispute.AgreementVoided{Agreement: "a_" + two})
			w.follow()
			if r := row(p1[1]); r.State != "broken" || r.Broken != 1 || !r.Running {
				t.Fatalf("%+v", r)
			}
			if r := row(p2[0]); r.State != "void" || r.Running || r.N != 0 {
				t.Fatalf("%+v", r)
			}
			w.tell("officer_1", one, dispute.PromiseKept{Promise: p1[1], Keeping: dispute.Keeping{N: 1, On: "2026-03-25"}, Done: true})
			w.follow()
			if r := row(p1[1]); r.State != "kept" || r.Running || r.DueOn != "2026-03-25" || r.Kept != 1 {
				t.Fatalf("%+v", r)
			}
			if rows := list(whole, promises.Filter{View: promises.Kept}, "2026-03-02"); len(rows) != 1 {
				t.Fatalf("kept: %d", len(rows))
			}
		})
		t.Run("换了网格，原网格的人看不到", func(t *testing.T) {
			w.desk.Do(t, w.cast["duty_lead"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: one}, ToCell: "c2", Reason: "属二网格"})
			w.follow()
			if len(list(other, promises.Filter{View: promises.Open}, "2026-03-02")) == 0 {
				t.Fatal("the receiving cell sees nothing")
			}
		})
		w.T = t
		w.rebuilt()
	})
}

func TestDisputeBoard(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx, w := context.Background(), disputesTold(t, a, d)
		q := a.Boards.Disputes
		lead := a.Policy.Scope(w.cast["duty_lead"])
		worker := a.Policy.Scope(w.cast["cell_worker_1"])
		other := a.Policy.Scope(w.cast["cell_worker_2"])
		today := func() string { return d.Clock.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly) }

		one, ab := w.open("officer_1", "c1", "东头水渠边", "land", "赵甲 13900001001", "钱乙 13900001002")
		w.tell("officer_1", one, dispute.RiskGraded{Risk: "yellow", By: "table"})
		w.follow()
		d.Clock.Advance(6 * time.Hour)
		p1 := w.agree("officer_1", one, dispute.People, dispute.Terms{Payer: ab[0], Receiver: ab[1], What: "money", Amount: 200_00, DueOn: "2026-03-20"})
		w.tell("officer_1", one, dispute.EaseNoted{Ease: "six_feet_lane", Helped: true}, dispute.EaseNoted{Ease: "song", Helped: false},
			dispute.PromiseKept{Promise: p1[0], Keeping: dispute.Keeping{N: 1, Amount: 200_00, On: "2026-03-15"}, Done: true, All: true},
			matter.Assigned{To: w.cast["officer_1"].Person}, matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "agreement_performed"},
			matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
		w.follow()
		d.Clock.Advance(24 * time.Hour)
		// The same two again, the sides changed and a blank in the number; and two others at the same place.
		two, _ := w.open("officer_1", "c1", "别处", "neighbour", "钱乙 139 0000 1002", "赵甲 +8613900001001")
		three, _ := w.open("officer_1", "c1", "东头 水渠边", "neighbour", "周戊 13900001005", "吴己 13900001006")
		four, _ := w.open("officer_2", "c2", "北村口", "wages", "赵甲", "钱乙") // names alone
		w.follow()

		earlier := func(s access.Scope, id, since string) []disputes.Earlier {
			t.Helper()
			list, err := q.Earlier(ctx, s, id, since)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		t.Run("同一双方、同一地方的从前的纠纷和当时管用的办法", func(t *testing.T) {
			got := earlier(lead, two, "2025-01-01")
			if len(got) != 1 || got[0].Matter != one || !slices.Equal(got[0].Why, []string{disputes.SamePair}) || got[0].Kept != "all" ||
				!slices.Equal(got[0].Worked, []string{"six_feet_lane"}) || got[0].Outcome != "agreement_performed" {
				t.Fatalf("%+v", got)
			}
			if got := earlier(lead, three, "2025-01-01"); len(got) != 1 || got[0].Matter != one || !slices.Equal(got[0].Why, []string{disputes.SamePlace}) {
				t.Fatalf("%+v", got)
			}
			if got := earlier(lead, one, "2025-01-01"); len(got) != 0 {
				t.Fatalf("a later one is no earlier one: %+v", got)
			}
		})
		t.Run("只凭姓名不相连，出了范围看不到，过期不再显示", func(t *testing.T) {
			if got := earlier(lead, four, "2025-01-01"); len(got) != 0 {
				t.Fatalf("by name alone: %+v", got)
			}
			if got := earlier(lead, two, "2026-03-10"); len(got) != 0 {
				t.Fatalf("expired: %+v", got)
			}
			if _, err := q.Earlier(ctx, other, two, "2025-01-01"); err == nil {
				t.Fatal("asked from a matter they may not see")
			}
		})
		t.Run("有案件的不作为从前的纠纷", func(t *testing.T) {
			five, _ := w.open("officer_1", "c1", "别的地方", "neighbour", "赵甲 13900001001", "钱乙 13900001002")
			w.tell("officer_1", two, dispute.CaseFiled{Number: "1"})
			w.follow()
			if got := earlier(lead, five, "2025-01-01"); len(got) != 1 || got[0].Matter != one {
				t.Fatalf("%+v", got)
			}
		})
		t.Run("同一双方三次求助", func(t *testing.T) {
			got, err := q.Repeats(ctx, access.System(desktest.Station), desktest.Start.Add(-time.Hour), 3)
			if err != nil || len(got) != 2 || got[0].Calls != 3 || got[1].Calls != 3 {
				t.Fatalf("%+v %v", got, err)
			}
			if got, _ := q.Repeats(ctx, access.System(desktest.Station), desktest.Start.Add(-time.Hour), 4); len(got) != 0 {
				t.Fatalf("%+v", got)
			}
			w.tell("officer_1", two, dispute.Raised{Calls: 3}, matter.ReportLinked{Report: "r1"})
			w.follow()
			got, _ = q.Repeats(ctx, access.System(desktest.Station), desktest.Start.Add(-time.Hour), 4)
			if len(got) != 2 || got[0].Calls != 4 {
				t.Fatalf("with a report more: %+v", got)
			}
			if got, _ := q.Repeats(ctx, worker, desktest.Start, 1); len(got) != 0 {
				t.Fatal("only the program asks")
			}
		})
		t.Run("清单按范围、等级、待研看", func(t *testing.T) {
			list := func(s access.Scope, f disputes.Filter, today string) (ids []string) {
				t.Helper()
				p, err := q.List(ctx, s, f, today, "", 0)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Rows {
					ids = append(ids, r.ID)
				}
				return ids
			}
			open := true
			if got := list(worker, disputes.Filter{Open: &open}, today()); len(got) != 3 {
				t.Fatalf("%v", got)
			}
			if got := list(other, disputes.Filter{}, today()); !slices.Equal(got, []string{four}) {
				t.Fatalf("%v", got)
			}
			if got := list(lead, disputes.Filter{Risk: "yellow"}, today()); !slices.Equal(got, []string{one}) {
				t.Fatalf("%v", got)
			}
			w.tell("officer_2", four, dispute.RiskGraded{Risk: "yellow", By: "table"})
			w.follow()
			if got := list(lead, disputes.Filter{LookLate: true}, "2026-03-10"); len(got) != 0 {
				t.Fatalf("too early: %v", got)
			}
			if got := list(lead, disputes.Filter{LookLate: true}, "2026-03-11"); !slices.Equal(got, []string{four}) {
				t.Fatalf("look late: %v", got)
			}
			w.tell("officer_2", four, dispute.SafetyFlagged{})
			w.follow()
			if got := list(lead, disputes.Filter{Flagged: true}, today()); !slices.Equal(got, []string{four}) {
				t.Fatalf("flagged: %v", got)
			}
			for _, s := range []access.Scope{worker, a.Policy.LedgerScope(w.cast["bureau"])} {
				if got := list(s, disputes.Filter{Flagged: true}, today()); len(got) != 0 {
					t.Fatal("flags are not for everybody")
				}
			}
		})
		t.Run("有案件的，处理结果不告诉无权的人", func(t *testing.T) {
			w.tell("officer_1", two, matter.Assigned{To: w.cast["officer_1"].Person}, matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "to_penalty"})
			w.follow()
			if r, err := q.One(ctx, lead, two); err != nil || r.Outcome != "to_penalty" {
				t.Fatalf("%+v %v", r, err)
			}
			if r, err := q.One(ctx, worker, two); err != nil || r.Outcome != "" {
				t.Fatalf("%+v %v", r, err)
			}
		})
		t.Run("首次调解用时、场次、履行率、反复率", func(t *testing.T) {
			f, err := q.Figures(ctx, lead, "2026-03-01", "2026-03-31", "2026-04-05")
			if err != nil || f.Opened != 5 || f.Met != 1 || f.Sessions != 1 || f.FirstMedian != 6*time.Hour {
				t.Fatalf("%+v %v", f, err)
			}
			if f.Kept30 != (disputes.Share{N: 1, Of: 1}) || f.Kept90 != (disputes.Share{}) || f.Relapsed != (disputes.Share{N: 0, Of: 1}) {
				t.Fatalf("%+v", f)
			}
			if n, ok := f.PerCase(); !ok || n != 1 {
				t.Fatalf("per case %v", n)
			}
			w.tell("officer_1", one, matter.ReopenedFor{By: "staff"})
			w.follow()
			if f, _ := q.Figures(ctx, lead, "2026-03-01", "2026-03-31", "2026-04-05"); f.Relapsed != (disputes.Share{N: 1, Of: 1}) {
				t.Fatalf("%+v", f)
			}
		})
		t.Run("月报按类计数，零报告也是一张全表", func(t *testing.T) {
			got, err := q.Month(ctx, a.Policy.LedgerScope(w.cast["bureau"]), "2026-03-01", "2026-03-31")
			want := []disputes.Tally{{Type: "land", Found: 1, Handled: 1}, {Type: "neighbour", Found: 3}, {Type: "wages", Found: 1}}
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%+v %v", got, err)
			}
			if got, err := q.Month(ctx, lead, "2026-02-01", "2026-02-28"); err != nil || len(got) != 0 {
				t.Fatalf("%+v %v", got, err)
			}
		})
		t.Run("分布与调解员在手的事", func(t *testing.T) {
			counts, err := q.Counts(ctx, lead, "")
			n, flagged := 0, 0
			for _, c := range counts {
				n, flagged = n+c.N, flagged+c.Flagged
			}
			if err != nil || n != 5 || flagged != 1 {
				t.Fatalf("%+v %v", counts, err)
			}
			load, err := q.Load(ctx, lead, "2026-03-01")
			i := slices.IndexFunc(load, func(l disputes.Load) bool { return l.Person == w.cast["officer_1"].Person })
			if err != nil || i < 0 || load[i].Handles != 1 || load[i].Presides != 1 || load[i].Sessions != 1 {
				t.Fatalf("%+v %v", load, err)
			}
			if load, _ := q.Load(ctx, other, "2026-03-01"); len(load) != 0 {
				t.Fatalf("another cell: %+v", load)
			}
		})
		w.T = t
		w.rebuilt()
		t.Run("删除个人信息后重建，不再相连", func(t *testing.T) {
			if _, err := a.Engine.Journal.Append(ctx, journal.Batch{Station: desktest.Station, Key: "erase", RecordedAt: d.Clock.Now(), Answer: json.RawMessage("{}"),
				Erase: []string{ab[0]}, Appends: []journal.Append{}}); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			if got := earlier(lead, two, "2025-01-01"); len(got) != 0 {
				t.Fatalf("the pair is still known: %+v", got)
			}
		})
		t.Run("板上没有姓名电话和原话", func(t *testing.T) {
			for table, rows := range dump(t, a) {
				for _, secret := range []string{"13900001", "赵甲", "两家为地界"} {
					if strings.Contains(strings.Join(rows, "\n"), secret) {
						t.Errorf("%s holds %s", table, secret)
					}
				}
			}
		})
	})
}

// How a matter ended tells of a violation record when a case or a warning is tied to it (law-and-standards 5.6).
func TestHowItEndedIsSealedWithTheCase(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx, w, q := context.Background(), disputesTold(t, a, d), a.Boards.Matters
		now := d.Clock.Now()
		begun := []work.Event{matter.Assigned{To: w.cast["officer_1"].Person}, matter.Acknowledged{}, matter.Started{}}
		punished, _ := w.open("officer_1", "c1", "东头", "neighbour", "赵甲", "钱乙")
		w.tell("officer_1", punished, append(begun, dispute.CaseFiled{Number: "公受字1号", From: now}, matter.Finished{Outcome: "to_penalty"})...)
		warned, _ := w.open("officer_1", "c1", "西头", "neighbour", "孙丙", "李丁")
		w.tell("officer_1", warned, append(begun, dispute.Warned{Warning: "w1"}, matter.Finished{Outcome: "dv_warned"})...)
		settled, _ := w.open("officer_1", "c1", "南头", "neighbour", "周戊", "吴己")
		w.tell("officer_1", settled, append(begun, matter.Finished{Outcome: "agreement_performed"})...)
		w.follow()

		outcomes := func(s access.Scope, f matters.Filter) map[string]string {
			t.Helper()
			page, err := q.Ledger(ctx, s, f, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]string{}
			for _, r := range page.Rows {
				found[r.ID] = r.Outcome + r.DueLimit
			}
			return found
		}
		police := a.Policy.LedgerScope(w.cast["officer_2"])
		if got := outcomes(police, matters.Filter{Outcome: "to_penalty"}); !strings.HasPrefix(got[punished], "to_penalty") || len(got) != 1 {
			t.Errorf("民警查得到转处罚的：%v", got)
		}
		for _, who := range []string{"cell_worker_1", "bureau"} {
			s := a.Policy.LedgerScope(w.cast[who])
			if got := outcomes(s, matters.Filter{}); got[punished] != "" || got[warned] != "" || !strings.HasPrefix(got[settled], "agreement_performed") {
				t.Errorf("%s 看到了怎么了结的：%v", who, got)
			}
			for _, o := range []string{"to_penalty", "dv_warned"} {
				if got := outcomes(s, matters.Filter{Outcome: o}); len(got) != 0 {
					t.Errorf("%s 按结果 %s 筛得出来：%v", who, o, got)
				}
			}
		}
	})
}
