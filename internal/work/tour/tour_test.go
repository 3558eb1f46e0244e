package tour

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/round"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

const day = "2026-03-02" // the day of worktest.Start

func at(hour, minute int) time.Time {
	return time.Date(2026, 3, 2, hour, minute, 0, 0, clock.Shanghai).UTC()
}

func span(from, until int) round.Window { return round.Window{From: at(from, 0), Until: at(until, 0)} }

func spot(n int) round.Place {
	return round.Place{Lat: 33 + float64(n)/100, Lon: 110 + float64(n)/100}
}

// laid is a day of two teams and four stops, planned: an agreed time, a kit that there is one of, an officer who must be there.
func laid(t testing.TB) Laid {
	t.Helper()
	l := Laid{Roads: Estimated, HandOver: 20, Kits: []round.Kit{{ID: "kit1", Kind: "id_card"}},
		Teams: []Team{{ID: "t1", Name: "东片", People: []string{"p_1", "p_aux"}, By: round.Drive, Shift: span(9, 17), Start: "所里", From: spot(0)},
			{ID: "t2", Name: "西片", People: []string{"p_grid"}, By: round.Ride, Shift: span(9, 17), Start: "所里", From: spot(0)}},
		Visits: []Visit{
			{Visit: round.Visit{ID: "m1", Place: spot(1), Minutes: 30, Kit: "id_card", Officer: round.AnyOfficer, Agreed: round.Window{From: at(10, 0), Until: at(10, 30)}}, What: Doorstep, Matter: "m1", Cell: "c1"},
			{Visit: round.Visit{ID: "m2", Place: spot(2), Minutes: 20, Open: []round.Window{span(13, 17)}}, What: Delivery, Matter: "m2", Cell: "c1"},
			{Visit: round.Visit{ID: "m3", Place: spot(-2), Minutes: 10}, What: Promise, Matter: "m3", Cell: "c2"},
			{Visit: round.Visit{ID: "x1", Place: spot(-1), Minutes: 5, Rank: round.OnTheWay}, What: Patrol, Name: "村口桥"}}}
	return planned(t, l)
}

func officer(p string) bool { return officers(worktest.Moment("", 0))(p) }

func planned(t testing.TB, l Laid) Laid {
	t.Helper()
	plan, err := round.Make(l.Round(officer), round.Usual(), 1, round.Steps(2000))
	if err != nil {
		t.Fatal(err)
	}
	l.Plan = plan
	return l
}

// gone is a day planned that has had more events.
func gone(t testing.TB, more ...work.Event) Day {
	t.Helper()
	var d Day
	for i, e := range append([]work.Event{Planned{day, laid(t)}}, more...) {
		d.Apply(e, work.At{HappenedAt: at(9, i), Actor: "p_1", Version: i + 1})
	}
	return d
}

func withWhom(t testing.TB, visit string) string {
	d := gone(t)
	team, _ := d.stop(visit)
	return team
}

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		rule, code string
		change     func(*Plan, *Day)
	}{
		{"排定", "", func(*Plan, *Day) {}},
		{"出发以前可以重新排", "", func(_ *Plan, d *Day) { d.Version = 1 }},
		{"出发以后只能重排余下的", "tour.under_way", func(_ *Plan, d *Day) { d.Started = map[string]time.Time{"t1": at(9, 0)} }},
		{"过去的日子不排", "tour.past", func(a *Plan, _ *Day) { a.Day = "2026-03-01" }},
		{"太远的日子不排", "tour.far_ahead", func(a *Plan, _ *Day) { a.Day = "2026-06-01" }},
		{"没有这一天", "tour.day", func(a *Plan, _ *Day) { a.Day = "2026-02-30" }},
		{"没有小组不排", "tour.no_team", func(a *Plan, _ *Day) { a.Teams = nil }},
		{"一个人不在两个小组", "tour.two_teams", func(a *Plan, _ *Day) { a.Teams[1].People = []string{"p_1"} }},
		{"同一个人上下午各一组可以", "", func(a *Plan, _ *Day) {
			a.Teams = append(a.Teams, Team{ID: "t3", Name: "晚", People: []string{"p_1"}, By: round.Walk, Shift: span(17, 20), From: spot(0)})
		}},
		{"小组里要有人", "tour.empty_team", func(a *Plan, _ *Day) { a.Teams[1].People = nil }},
		{"不认识的人", "form.unknown_person", func(a *Plan, _ *Day) { a.Teams[1].People = []string{"x"} }},
		{"班次要在当天", "tour.hours", func(a *Plan, _ *Day) { a.Teams[1].Shift = round.Window{From: at(9+24, 0), Until: at(12+24, 0)} }},
		{"出发地点要有位置", "tour.no_start", func(a *Plan, _ *Day) { a.Teams[1].From = round.Place{} }},
		{"同一件事项不排两次", "tour.matter_twice", func(a *Plan, _ *Day) { a.Visits[1].Matter = "m1" }},
		{"一处不在两条路线里", "round.breach_count", func(a *Plan, _ *Day) {
			extra := round.Tour{Team: "t9", LeaveAt: at(9, 0), BackAt: at(16, 0),
				Stops: []round.Stop{{Visit: "m3", ArriveAt: at(12, 0), BeginAt: at(12, 0), EndAt: at(12, 10)}}}
			a.Teams = append(a.Teams, Team{ID: "t9", Name: "九组", People: []string{"p_9"}, By: round.Drive, Shift: span(9, 17), From: spot(0)})
			a.Laid.Plan.Tours = append(a.Laid.Plan.Tours, extra)
		}},
		{"每一处都要说到", "round.breach_count", func(a *Plan, _ *Day) { a.Laid.Plan.Left, a.Laid.Plan.Tours = nil, a.Laid.Plan.Tours[:0] }},
		{"约定的时间要守", "round.breach_agreed", func(a *Plan, _ *Day) { a.Visits[0].Agreed = span(11, 12) }},
		{"约的是别的日子", "tour.agreed_other_day", func(a *Plan, _ *Day) {
			a.Visits[0].Agreed = round.Window{From: at(34, 0), Until: at(35, 0)}
		}},
		{"门不开不去", "round.breach_closed", func(a *Plan, _ *Day) { a.Visits[1].Open = []round.Window{span(6, 7)} }},
		{"须民警到场的要有民警", "round.breach_officer", func(a *Plan, _ *Day) { a.Teams[0].People = []string{"p_aux"} }},
		{"指定的民警要在", "round.breach_officer", func(a *Plan, _ *Day) { a.Visits[0].Officer = "p_head" }},
		{"要用的设备要带", "round.breach_kit", func(a *Plan, _ *Day) { a.Laid.Plan.Tours[0].Kits = nil }},
		{"没有的设备带不了", "round.breach_kits", func(a *Plan, _ *Day) { a.Laid.Plan.Tours[0].Kits = append(a.Laid.Plan.Tours[0].Kits, "kit9") }},
		{"一台设备不同时给两个小组", "round.breach_kits", func(a *Plan, _ *Day) {
			a.Teams = append(a.Teams, Team{ID: "t3", Name: "三组", People: []string{"p_3"}, By: round.Drive, Shift: span(9, 17), From: spot(0)})
			a.Laid.Plan.Tours = append(a.Laid.Plan.Tours, round.Tour{Team: "t3", Kits: []string{"kit1"}, LeaveAt: at(9, 0), BackAt: at(9, 0)})
		}},
		{"下班前要回来", "round.breach_shift", func(a *Plan, _ *Day) { a.Laid.Plan.Tours[0].BackAt = at(18, 0) }},
		{"路上的时间要留够", "round.breach_times", func(a *Plan, _ *Day) {
			s := &a.Laid.Plan.Tours[0].Stops[1]
			s.ArriveAt = s.ArriveAt.Add(-s.Travel)
		}},
		{"停靠点名称里不写电话", "tour.personal", func(a *Plan, _ *Day) { a.Visits[3].Name = "找13900001234" }},
		{"巡逻点要有名称", "form.required", func(a *Plan, _ *Day) { a.Visits[3].Name = "" }},
		{"不认识的网格", "form.unknown_cell", func(a *Plan, _ *Day) { a.Visits[0].Cell = "c9" }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a, d := Plan{On{Day: day}, laid(t)}, Day{}
			c.change(&a, &d)
			events, err := d.Plan(a, worktest.Moment("p_lead", 0))
			worktest.Check(t, events, err, c.code)
		})
	}
}

func TestReplan(t *testing.T) {
	urgent := func(l *Laid) {
		l.Visits = append(slices.Clone(l.Visits), Visit{Visit: round.Visit{ID: "m9", Place: spot(3), Minutes: 30, Rank: round.Urgent}, What: Doorstep, Matter: "m9"})
	}
	again := func(t *testing.T, d Day, now time.Time, change func(*Laid)) Replan {
		t.Helper()
		l := d.Laid
		change(&l)
		plan, _, err := round.Again(l.Round(officer), d.Facts(), now, round.Usual(), 1, round.Steps(2000))
		if err != nil {
			t.Fatal(err)
		}
		l.Plan = plan
		return Replan{On{Day: day}, l, "urgent"}
	}
	for _, c := range []struct {
		rule, code string
		change     func(*Replan)
	}{
		{"十点四十来了急事，办过的和约好的不动", "", func(*Replan) {}},
		{"约好的不能从路线里拿掉", "tour.agreed_dropped", func(a *Replan) { drop(&a.Laid, "m1") }},
		{"没约时间的可以改日", "", func(a *Replan) { drop(&a.Laid, "m2") }},
		{"有人取消的从名单里去掉", "", func(a *Replan) {
			drop(&a.Laid, "m1")
			a.Laid.Plan.Left, a.Visits = nil, slices.DeleteFunc(a.Visits, func(v Visit) bool { return v.ID == "m1" })
		}},
		{"走过的留在原来的小组", "tour.done_stays", func(a *Replan) { drop(&a.Laid, "m3") }},
		{"没走过的不算办了", "tour.not_done", func(a *Replan) {
			for i := range a.Laid.Plan.Tours {
				for j := range a.Laid.Plan.Tours[i].Stops {
					a.Laid.Plan.Tours[i].Stops[j].Done = true
				}
			}
		}},
		{"要说为什么重排", "form.unknown_choice", func(a *Replan) { a.Because = "" }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			with := withWhom(t, "m3")
			d := gone(t, Started{with}, StopDone{with, "m3"})
			d.Made["m3"] = Made{Team: with, At: at(9, 40)}
			a := again(t, d, at(9, 45), urgent)
			c.change(&a)
			events, err := d.Replan(a, worktest.Moment("p_lead", 45*time.Minute))
			worktest.Check(t, events, err, c.code)
			if c.rule[:3] != "十" {
				return
			}
			e := events[0].(Replanned)
			if _, in := (&Day{Laid: e.Laid}).stop("m9"); !in {
				t.Errorf("the urgent one is left: %+v", e.Laid.Plan.Left)
			}
			for _, m := range e.Moved {
				if m.Visit == "m1" || m.Visit == "m3" {
					t.Errorf("%+v moved", m)
				}
			}
		})
	}
	_, err := Day{}.Replan(Replan{}, worktest.Moment("p_lead", 0))
	worktest.Check(t, nil, err, "tour.not_found")
}

// drop takes a stop out of the tours of a plan.
func drop(l *Laid, visit string) {
	tours := slices.Clone(l.Plan.Tours)
	for i := range tours {
		tours[i].Stops = slices.DeleteFunc(slices.Clone(tours[i].Stops), func(s round.Stop) bool { return s.Visit == visit })
		for j := range tours[i].Stops { // the way is longer without it at most
			tours[i].Stops[j].Travel = 0
		}
	}
	tours = slices.DeleteFunc(tours, func(t round.Tour) bool { return len(t.Stops) == 0 })
	l.Plan.Tours, l.Plan.Left = tours, append(slices.Clone(l.Plan.Left), round.Left{Visit: visit, Why: round.ByHand})
}

func TestStops(t *testing.T) {
	with := withWhom(t, "m1")
	other := "t2"
	if with == other {
		other = "t1"
	}
	mo := worktest.Moment("p_1", time.Hour)
	tomorrow := worktest.Moment("p_1", 24*time.Hour)
	on := On{Day: day}
	for _, c := range []struct {
		rule, code string
		do         func() ([]work.Event, error)
		want       []work.Event
	}{
		{"出发", "", func() ([]work.Event, error) { return gone(t).Start(Start{on, with}, mo) }, []work.Event{Started{with}}},
		{"不出发两次", "tour.started", func() ([]work.Event, error) { return gone(t, Started{with}).Start(Start{on, with}, mo) }, nil},
		{"没有这个小组", "tour.no_such_team", func() ([]work.Event, error) { return gone(t).Start(Start{on, "t9"}, mo) }, nil},
		{"只在当天", "tour.other_day", func() ([]work.Event, error) { return gone(t).Start(Start{on, with}, tomorrow) }, nil},
		{"到访", "", func() ([]work.Event, error) { return gone(t, Started{with}).DoStop(DoStop{on, with, "m1"}, mo) }, []work.Event{StopDone{with, "m1"}}},
		{"忘了点出发，到访就算出发", "", func() ([]work.Event, error) { return gone(t).DoStop(DoStop{on, with, "m1"}, mo) }, []work.Event{Started{with}, StopDone{with, "m1"}}},
		{"一处不办两次", "tour.stop_done", func() ([]work.Event, error) { return gone(t, StopDone{with, "m1"}).DoStop(DoStop{on, with, "m1"}, mo) }, nil},
		{"别的小组的点不能记", "tour.not_yours", func() ([]work.Event, error) { return gone(t).DoStop(DoStop{on, other, "m1"}, mo) }, nil},
		{"家中无人", "", func() ([]work.Event, error) {
			return gone(t, Started{with}).MissStop(MissStop{on, with, "m1", NobodyHome}, mo)
		}, []work.Event{StopMissed{with, "m1", NobodyHome}}},
		{"未办成要有原因", "form.unknown_reason", func() ([]work.Event, error) { return gone(t).MissStop(MissStop{on, with, "m1", ""}, mo) }, nil},
		{"未办成不记两次", "tour.stop_missed", func() ([]work.Event, error) {
			return gone(t, StopMissed{with, "m1", NoTime}).MissStop(MissStop{on, with, "m1", NoTime}, mo)
		}, nil},
		{"回头又办成了", "", func() ([]work.Event, error) {
			return gone(t, Started{with}, StopMissed{with, "m1", NobodyHome}).DoStop(DoStop{on, with, "m1"}, mo)
		}, []work.Event{StopDone{with, "m1"}}},
		{"收工时记下没走到的", "", func() ([]work.Event, error) {
			return gone(t, Started{with}, StopDone{with, "m1"}).Close(Close{on}, mo)
		}, nil},
		{"收工以后不再记", "tour.closed", func() ([]work.Event, error) { return gone(t, Closed{}).DoStop(DoStop{on, with, "m1"}, mo) }, nil},
		{"没排过的不收工", "tour.not_found", func() ([]work.Event, error) { return Day{}.Close(Close{on}, mo) }, nil},
		{"没到那天不收工", "tour.not_yet", func() ([]work.Event, error) {
			d := gone(t)
			d.Day = "2026-03-03"
			return d.Close(Close{on}, mo)
		}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			events, err := c.do()
			worktest.Check(t, events, err, c.code, c.want...)
			if e, ok := events0(events).(Closed); ok && (slices.Contains(e.Open, "m1") || len(e.Open) != 3-len(gone(t).Laid.Plan.Left)) {
				t.Errorf("open at the end: %v", e.Open)
			}
		})
	}
}

func events0(events []work.Event) work.Event {
	if len(events) == 0 {
		return nil
	}
	return events[0]
}

// Whoever arranges by hand gets times that hold, and hears what does not.
func TestByHand(t *testing.T) {
	d := gone(t)
	from, _ := d.stop("m2")
	to := "t2"
	if from == to {
		to = "t1"
	}
	move := func(visit string) (round.Plan, []round.Breach) {
		plan := d.Facts()
		for i := range plan.Tours {
			plan.Tours[i].Stops = slices.DeleteFunc(slices.Clone(plan.Tours[i].Stops), func(s round.Stop) bool { return s.Visit == visit })
		}
		with, _ := d.stop(visit)
		target := "t2"
		if with == target {
			target = "t1"
		}
		i := slices.IndexFunc(plan.Tours, func(t round.Tour) bool { return t.Team == target })
		if i < 0 {
			plan.Tours, i = append(plan.Tours, round.Tour{Team: target}), len(plan.Tours)
		}
		plan.Tours[i].Stops = append(plan.Tours[i].Stops, round.Stop{Visit: visit})
		r := d.Round(officer)
		got, ok := round.Along(r, plan.Tours, plan.Left, time.Time{}, round.Usual())
		if !ok {
			t.Fatal("no way is known")
		}
		return got, round.Breaches(r, got)
	}
	t.Run("挪到别的小组，时间重新算", func(t *testing.T) {
		plan, wrong := move("m2")
		if len(wrong) > 0 {
			t.Fatalf("%+v", wrong)
		}
		l := d.Laid
		l.Plan = plan
		events, err := d.Replan(Replan{On{Day: day}, l, "by_hand"}, worktest.Moment("p_lead", -time.Hour))
		worktest.Check(t, events, err, "")
		if got := fmt.Sprint(events[0].(Replanned).Moved); len(events[0].(Replanned).Moved) == 0 {
			t.Errorf("nothing moved: %s", got)
		}
	})
	t.Run("挪到没有民警的小组，说出不合", func(t *testing.T) {
		_, wrong := move("m1")
		if !slices.ContainsFunc(wrong, func(b round.Breach) bool { return b.What == round.BreachOfficer && b.Visit == "m1" }) {
			t.Errorf("%+v", wrong)
		}
	})
}
