package round_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/round"
)

func TestAnyDayGivesAPlanThatHolds(t *testing.T) {
	reasons := map[round.Why]int{}
	for seed := range uint64(150) {
		day := invented(seed, int(seed%28), 1+int(seed%5))
		plan := make1(t, day, 150)
		strays(t, day, plan)
		for _, l := range plan.Left {
			reasons[l.Why]++
			alone := day
			alone.Visits = []round.Visit{day.Visits[slices.IndexFunc(day.Visits, func(v round.Visit) bool { return v.ID == l.Visit })]}
			if l.Why != round.WhyOutOfTheWay {
				alone.Visits[0].Rank = round.Ordinary
			}
			could := len(make1(t, alone, 5).Left) == 0
			ofThisPlan := slices.Contains([]round.Why{round.WhyKitTaken, round.WhyOutOfTheWay, round.WhyOfficerFull, round.WhyDayFull}, l.Why)
			if could && !ofThisPlan || !could && ofThisPlan && l.Why != round.WhyOutOfTheWay {
				t.Errorf("seed %d: %s is left because of %s; with nothing else to do it would fit: %v", seed, l.Visit, l.Why, could)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, plan)
		}
	}
	if len(reasons) < 8 {
		t.Errorf("the days made up meet too few reasons: %v", reasons)
	}
}

// strays looks for stops on the way that are not.
func strays(t *testing.T, day round.Day, plan round.Plan) {
	visits := map[string]round.Visit{}
	for _, v := range day.Visits {
		visits[v.ID] = v
	}
	for _, tour := range plan.Tours {
		team := day.Teams[slices.IndexFunc(day.Teams, func(t round.Team) bool { return t.ID == tour.Team })]
		way := []round.Place{team.From}
		for _, s := range tour.Stops {
			way = append(way, visits[s.Visit].Place)
		}
		way = append(way, home(team))
		for i, s := range tour.Stops {
			there, _ := blocks{}.Between(way[i], way[i+1], team.By)
			back, _ := blocks{}.Between(way[i+1], way[i+2], team.By)
			past, _ := blocks{}.Between(way[i], way[i+2], team.By)
			if visits[s.Visit].Rank == round.OnTheWay && day.Detour > 0 && there+back-past > day.Detour {
				t.Errorf("%s is a detour of %v", s.Visit, there+back-past)
			}
		}
	}
}

func TestSmallDaysArePlannedBest(t *testing.T) {
	for seed := range uint64(40) {
		day := invented(seed+1000, 6, 1)
		for i := range day.Visits {
			v := &day.Visits[i]
			v.Kit, v.Officer, v.Rank, v.Load = "", "", round.Ordinary, 0
		}
		day.Teams[0].Shift, day.Teams[0].By = span(6, 0, 23, 0), round.Drive
		best := time.Duration(-1)
		permute(day.Visits, func(order []round.Visit) {
			if d, ok := drive(day.Teams[0], order); ok && (best < 0 || d < best) {
				best = d
			}
		})
		if plan := make1(t, day, 400); best >= 0 && (len(plan.Left) > 0 || plan.Travel() != best) {
			t.Errorf("seed %d: travel %v with %v left, best is %v", seed, plan.Travel(), plan.Left, best)
		}
	}
}

func permute(v []round.Visit, f func([]round.Visit)) {
	var rec func(int)
	rec = func(i int) {
		if i == len(v) {
			f(v)
		}
		for j := i; j < len(v); j++ {
			v[i], v[j] = v[j], v[i]
			rec(i + 1)
			v[i], v[j] = v[j], v[i]
		}
	}
	rec(0)
}

// drive makes visits in an order, minute by minute.
func drive(team round.Team, order []round.Visit) (total time.Duration, ok bool) {
	now, place := team.Shift.From, team.From
	go1 := func(to round.Place) {
		leg, _ := blocks{}.Between(place, to, team.By)
		now, place, total = now.Add(leg), to, total+leg
	}
	for _, v := range order {
		go1(v.Place)
		may := func() bool {
			end, open := now.Add(time.Duration(v.Minutes)*time.Minute), len(v.Open) == 0
			for _, w := range v.Open {
				open = open || !now.Before(w.From) && !end.After(w.Until)
			}
			return open && (v.Agreed.IsZero() || !now.Before(v.Agreed.From) && !now.After(v.Agreed.Until))
		}
		for !may() {
			if now = now.Add(time.Minute); now.After(team.Shift.Until) {
				return 0, false
			}
		}
		now = now.Add(time.Duration(v.Minutes) * time.Minute)
	}
	go1(home(team))
	return total, !now.After(team.Shift.Until)
}

func oneTeam(visits ...round.Visit) round.Day {
	return round.Day{Visits: visits, Teams: []round.Team{{ID: "甲组", Officers: []string{"li"}, By: round.Drive, Shift: span(8, 0, 18, 0), From: spot(0, 0), Carry: 5}}}
}

func TestWhatIsKept(t *testing.T) {
	t.Run("中午前后都开门时整次走访落在同一段", func(t *testing.T) {
		s, _ := stop(t, make1(t, oneTeam(round.Visit{ID: "a", Place: spot(5, 0), Minutes: 60, Open: []round.Window{span(7, 0, 8, 30), span(14, 0, 17, 0)}}), 20), "a")
		if !s.BeginAt.Equal(at(14, 0)) {
			t.Error(s)
		}
	})
	t.Run("跨中午的时间段当一段用", func(t *testing.T) {
		day := oneTeam(round.Visit{ID: "a", Place: spot(1, 0), Minutes: 180, Open: []round.Window{span(10, 30, 12, 0), span(12, 0, 13, 30)}})
		plan, err := round.Make(day, blocks{}, 1, round.Steps(5))
		if err != nil || len(plan.Left) > 0 || !plan.Tours[0].Stops[0].BeginAt.Equal(at(10, 30)) {
			t.Error(plan, err)
		}
	})
	t.Run("第一家不白等，到点才出发", func(t *testing.T) {
		plan := make1(t, oneTeam(round.Visit{ID: "a", Place: spot(30, 0), Agreed: span(10, 0, 10, 30)}), 20)
		if !plan.Tours[0].LeaveAt.Equal(at(9, 30)) {
			t.Error(plan.Tours[0].LeaveAt)
		}
	})
	t.Run("能少派一组就少派一组", func(t *testing.T) {
		day := oneTeam(round.Visit{ID: "a", Place: spot(10, 0)}, round.Visit{ID: "b", Place: spot(-10, 0)})
		day.Teams = append(day.Teams, round.Team{ID: "乙组", By: round.Drive, Shift: span(8, 0, 18, 0), From: spot(-9, 0)})
		if plan := make1(t, day, 100); len(plan.Tours) != 1 {
			t.Error(plan)
		}
	})
	t.Run("同一门口的几件事一次办", func(t *testing.T) {
		var vs []round.Visit
		for i := range 5 {
			vs = append(vs, round.Visit{ID: fmt.Sprint(i), Place: spot(7, 7), Minutes: 10})
		}
		if plan := make1(t, oneTeam(vs...), 100); plan.Travel() != 28*time.Minute || len(plan.Left) > 0 {
			t.Error(plan.Travel(), plan.Left)
		}
	})
	t.Run("没有走访就没有路线", func(t *testing.T) {
		if plan := make1(t, oneTeam(), 10); len(plan.Tours)+len(plan.Left) != 0 {
			t.Error(plan)
		}
		if plan := make1(t, round.Day{}, 10); len(plan.Tours)+len(plan.Left) != 0 {
			t.Error(plan)
		}
	})
	t.Run("只有顺路的事不出车", func(t *testing.T) {
		if plan := make1(t, oneTeam(round.Visit{ID: "a", Place: spot(7, 7), Rank: round.OnTheWay}), 10); len(plan.Tours) != 0 || why(plan, "a") != round.WhyOutOfTheWay {
			t.Error(plan)
		}
	})
	t.Run("没有步数也给出可行的路线", func(t *testing.T) {
		if plan := make1(t, oneTeam(round.Visit{ID: "a", Place: spot(7, 7)}), 0); len(plan.Left) != 0 {
			t.Error(plan)
		}
	})
	t.Run("五百户也排得出", func(t *testing.T) {
		day := invented(3, 500, 14)
		if plan := make1(t, day, 60); len(plan.Left) > 400 {
			t.Error(len(plan.Left))
		}
	})
}

func TestEveryReason(t *testing.T) {
	far := round.Visit{ID: "x", Place: spot(10, 0), Minutes: 30}
	with := func(f func(*round.Visit)) round.Visit { v := far; f(&v); return v }
	for _, c := range []struct {
		name string
		day  round.Day
		why  round.Why
	}{
		{"门开不够长", oneTeam(with(func(v *round.Visit) { v.Open = []round.Window{span(9, 0, 9, 20)} })), round.WhyClosed},
		{"约的时间门不开", oneTeam(with(func(v *round.Visit) { v.Open, v.Agreed = []round.Window{span(9, 0, 11, 0)}, span(12, 0, 13, 0) })), round.WhyClosed},
		{"没有这种设备", oneTeam(with(func(v *round.Visit) { v.Kit = "card" })), round.WhyNoKit},
		{"民警不在任何小组", oneTeam(with(func(v *round.Visit) { v.Officer = "wang" })), round.WhyNoOfficer},
		{"一趟带不下", oneTeam(with(func(v *round.Visit) { v.Load = 6 })), round.WhyTooMuch},
		{"路程不明", oneTeam(with(func(v *round.Visit) { v.Place.ID = "island" })), round.WhyNoWay},
		{"不在班", oneTeam(with(func(v *round.Visit) { v.Agreed = span(19, 0, 20, 0) })), round.WhyOffShift},
		{"没有小组", round.Day{Visits: []round.Visit{far}}, round.WhyOffShift},
		{"太远", oneTeam(with(func(v *round.Visit) { v.Agreed = span(8, 0, 8, 5) })), round.WhyTooFar},
		{"民警当天已满", oneTeam(with(func(v *round.Visit) { v.Officer, v.Minutes = "li", 300 }),
			round.Visit{ID: "y", Rank: round.Urgent, Minutes: 400}), round.WhyOfficerFull},
		{"都已排满", oneTeam(with(func(v *round.Visit) { v.Minutes = 300 }), round.Visit{ID: "y", Rank: round.Urgent, Minutes: 400}), round.WhyDayFull},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := why(make1(t, c.day, 50), "x"); got != c.why {
				t.Errorf("%s, not %s", got, c.why)
			}
		})
	}
	t.Run("不顺路", func(t *testing.T) {
		day := oneTeam(round.Visit{ID: "a", Place: spot(10, 0)}, round.Visit{ID: "near", Place: spot(5, 2), Rank: round.OnTheWay},
			round.Visit{ID: "off", Place: spot(5, 9), Rank: round.OnTheWay})
		day.Detour = 10 * time.Minute
		plan := make1(t, day, 100)
		if why(plan, "off") != round.WhyOutOfTheWay || why(plan, "near") != "" {
			t.Error(plan.Left)
		}
	})
}

// Urgent before agreed before ordinary, whatever the number.
func TestWhoGoesFirst(t *testing.T) {
	var vs []round.Visit
	for i := range 6 {
		vs = append(vs, round.Visit{ID: fmt.Sprint("short", i), Minutes: 90})
	}
	vs = append(vs, round.Visit{ID: "agreed", Minutes: 300, Agreed: span(8, 0, 12, 0)}, round.Visit{ID: "urgent", Minutes: 280, Rank: round.Urgent})
	plan := make1(t, oneTeam(vs...), 300)
	if why(plan, "agreed") != "" || why(plan, "urgent") != "" || len(plan.Left) != 6 {
		t.Error(plan.Left)
	}
}

func TestKits(t *testing.T) {
	card := func(id string, lat int, agreed round.Window) round.Visit {
		return round.Visit{ID: id, Place: spot(lat, 0), Minutes: 30, Kit: "card", Agreed: agreed}
	}
	teams := func(a, b round.Window) []round.Team {
		return []round.Team{{ID: "甲组", By: round.Drive, Shift: a, From: spot(0, 0)}, {ID: "乙组", By: round.Drive, Shift: b, From: spot(0, 0)}}
	}
	one := []round.Kit{{ID: "k1", Kind: "card"}}
	for _, c := range []struct {
		name     string
		a, b     round.Window
		kits     []round.Kit
		handOver time.Duration
		left     round.Why
	}{
		{"一套设备不能同时在两组", span(8, 0, 18, 0), span(8, 0, 18, 0), one, 0, round.WhyKitTaken},
		{"两套设备各带一套", span(8, 0, 18, 0), span(8, 0, 18, 0), append(one, round.Kit{ID: "k2", Kind: "card"}), 0, ""},
		{"设备在外借就不能带", span(8, 0, 18, 0), span(8, 0, 18, 0), append(one, round.Kit{ID: "k2", Kind: "card", Free: []round.Window{span(10, 0, 18, 0)}}), 0, round.WhyKitTaken},
		{"上午用完下午接着用", span(8, 0, 11, 0), span(11, 30, 18, 0), one, 30 * time.Minute, ""},
		{"交接来不及就不能接着用", span(8, 0, 11, 0), span(11, 30, 18, 0), one, 31 * time.Minute, round.WhyKitTaken},
	} {
		t.Run(c.name, func(t *testing.T) {
			late := span(9, 0, 9, 0) // at once, so that one team cannot make both
			if c.b.From.After(at(11, 0)) {
				late = span(13, 0, 13, 0)
			}
			plan := make1(t, round.Day{Visits: []round.Visit{card("east", 40, span(9, 0, 9, 0)), card("west", -40, late)}, Teams: teams(c.a, c.b), Kits: c.kits, HandOver: c.handOver}, 100)
			if c.left == "" && len(plan.Left) > 0 || c.left != "" && (len(plan.Left) != 1 || plan.Left[0].Why != c.left) {
				t.Error(plan.Left)
			}
		})
	}
}

func TestTheSameInputGivesTheSamePlan(t *testing.T) {
	day := invented(42, 40, 4)
	if a, b := make1(t, day, 300), make1(t, day, 300); !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestADayThatMakesNoSense(t *testing.T) {
	for _, c := range []struct {
		name, code string
		change     func(*round.Day)
	}{
		{"编号重复", "round.twice", func(d *round.Day) { d.Visits = append(d.Visits, d.Visits[0]) }},
		{"没有编号", "round.twice", func(d *round.Day) { d.Teams[0].ID = "" }},
		{"用时为负", "round.minutes", func(d *round.Day) { d.Visits[0].Minutes = -1 }},
		{"时间倒着写", "round.reversed", func(d *round.Day) { d.Visits[0].Open = []round.Window{span(12, 0, 9, 0)} }},
		{"班次倒着写", "round.reversed", func(d *round.Day) { d.Teams[0].Shift = span(12, 0, 9, 0) }},
		{"一人同时在两组", "round.officer_twice", func(d *round.Day) {
			d.Teams = append(d.Teams, round.Team{ID: "乙组", Officers: []string{"li"}, Shift: span(17, 0, 20, 0)})
		}},
		{"班次差几天", "round.too_long", func(d *round.Day) {
			d.Teams = append(d.Teams, round.Team{ID: "乙组", Shift: span(200, 0, 220, 0)})
		}},
		{"户数太多", "round.too_many", func(d *round.Day) { d.Visits = make([]round.Visit, 1501) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			day := oneTeam(round.Visit{ID: "a"})
			c.change(&day)
			if _, err := round.Make(day, blocks{}, 1, round.Steps(1)); fault.Code(err) != c.code {
				t.Error(err)
			}
		})
	}
}

// ordinary is a day as they are: everybody could be visited, some in narrow windows, a few with the one kit or their own officer.
func ordinary(visits, teams int) round.Day {
	day := invented(5, visits, teams)
	day.Kits, day.Detour = []round.Kit{{ID: "kit", Kind: "card"}}, 0
	for i := range day.Teams {
		t := &day.Teams[i]
		t.By, t.Shift, t.Carry, t.Officers = round.Drive, span(8, 0, 18, 0), 0, []string{fmt.Sprintf("officer%d", i)}
	}
	for i := range day.Visits {
		v := &day.Visits[i]
		v.Kit, v.Officer = "", ""
		if !v.Agreed.IsZero() {
			v.Agreed.Until = v.Agreed.From.Add(time.Hour)
		}
		switch i % 10 {
		case 0:
			v.Kit = "card"
		case 1:
			v.Officer = fmt.Sprintf("officer%d", i%teams)
		}
	}
	return day
}

func BenchmarkMake(b *testing.B) {
	for _, n := range []struct{ visits, teams, steps int }{{40, 6, 20000}, {500, 40, 2000}} {
		b.Run(fmt.Sprintf("%d visits, %d steps", n.visits, n.steps), func(b *testing.B) {
			day := ordinary(n.visits, n.teams)
			var plan round.Plan
			for b.Loop() {
				var err error
				if plan, err = round.Make(day, blocks{}, 1, round.Steps(n.steps)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(plan.Left)), "left")
			b.ReportMetric(float64(len(plan.Tours)), "teams")
			b.ReportMetric(plan.Travel().Minutes(), "travel-min")
		})
	}
}

// From several seeds the plan is never worse than from any of them, and the same on every run.
func Test几个起点里取最好的(t *testing.T) {
	day, travel := ordinary(30, 4), blocks{}
	budget := func() round.Budget { return round.Steps(3000) }
	best, err := round.MakeBest(day, travel, []uint64{1, 2, 3}, budget)
	if err != nil {
		t.Fatal(err)
	}
	again, err := round.MakeBest(day, travel, []uint64{1, 2, 3}, budget)
	if err != nil || !reflect.DeepEqual(best, again) {
		t.Fatalf("another plan from the same seeds: %v", err)
	}
	for seed := range uint64(3) {
		one, err := round.Make(day, travel, seed+1, budget())
		if err != nil {
			t.Fatal(err)
		}
		if len(one.Left) < len(best.Left) || len(one.Left) == len(best.Left) && len(one.Tours) < len(best.Tours) {
			t.Errorf("seed %d alone: %d left, %d tours; of all three: %d, %d", seed+1, len(one.Left), len(one.Tours), len(best.Left), len(best.Tours))
		}
	}
}
