package round_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/round"
)

func again(t *testing.T, day round.Day, old round.Plan, now time.Time) (round.Plan, []round.Moved) {
	t.Helper()
	plan, moved, err := round.Again(day, old, now, blocks{}, 1, round.Steps(300))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range check(day, blocks{}, plan) {
		t.Error(w)
	}
	return plan, moved
}

// Doors along a street, half an hour of work at each, with slack before the last two.
func street() round.Day {
	return oneTeam(
		round.Visit{ID: "a", Place: spot(10, 0), Minutes: 30, Agreed: span(9, 0, 9, 30)},
		round.Visit{ID: "b", Place: spot(20, 0), Minutes: 30},
		round.Visit{ID: "c", Place: spot(30, 0), Minutes: 30, Agreed: span(11, 0, 11, 15)},
		round.Visit{ID: "d", Place: spot(40, 0), Minutes: 30, Agreed: span(11, 40, 12, 10)})
}

func TestAgain(t *testing.T) {
	day := street()
	old := make1(t, day, 100)
	add := func(v round.Visit) round.Day {
		d := day
		d.Visits = append(slices.Clone(day.Visits), v)
		return d
	}
	t.Run("没有变化就一处不动", func(t *testing.T) {
		if plan, moved := again(t, day, old, at(7, 0)); len(moved) > 0 || !reflect.DeepEqual(plan, old) {
			t.Errorf("%v\n%+v\n%+v", moved, plan, old)
		}
	})
	t.Run("有空档就插进去，谁都不动", func(t *testing.T) {
		plan, moved := again(t, add(round.Visit{ID: "u", Place: spot(24, 0), Minutes: 20, Rank: round.Urgent}), old, at(7, 0))
		if len(moved) > 0 || len(plan.Left) > 0 {
			t.Error(moved, plan.Left)
		}
	})
	t.Run("约好的时间不动，别家只晚必要的几分钟", func(t *testing.T) {
		// Between c and d there is no slack: whoever comes in there makes d later by the visit, and nobody else.
		plan, moved := again(t, add(round.Visit{ID: "u", Place: spot(33, 0), Minutes: 15, Rank: round.Urgent, Agreed: span(11, 30, 11, 45)}), old, at(7, 0))
		want := []round.Moved{{Visit: "d", From: "甲组", To: "甲组", By: 15 * time.Minute}}
		if !reflect.DeepEqual(moved, want) || len(plan.Left) > 0 {
			t.Error(moved, plan.Left)
		}
	})
	t.Run("已办和在途的不动", func(t *testing.T) {
		done := old
		done.Tours = slices.Clone(old.Tours)
		done.Tours[0].Stops = slices.Clone(old.Tours[0].Stops)
		first := &done.Tours[0].Stops[0]
		first.Done, first.EndAt = true, first.EndAt.Add(5*time.Minute)
		now := first.EndAt.Add(time.Minute)
		plan, _ := again(t, add(round.Visit{ID: "u", Place: spot(10, 0), Minutes: 10, Rank: round.Urgent}), done, now)
		stops := plan.Tours[0].Stops
		if stops[0] != *first || stops[1].Visit != "b" || !stops[1].ArriveAt.Equal(first.EndAt.Add(10*time.Minute)) || !stops[1].EndAt.Equal(stops[1].ArriveAt.Add(30*time.Minute)) || !plan.Tours[0].LeaveAt.Equal(old.Tours[0].LeaveAt) {
			t.Error(stops)
		}
		if s, _ := stop(t, plan, "u"); s.BeginAt.Before(now) {
			t.Error(s)
		}
	})
	t.Run("顺路的事给急事让路", func(t *testing.T) {
		day := oneTeam(round.Visit{ID: "a", Place: spot(10, 0), Minutes: 60, Agreed: span(9, 0, 9, 0)},
			round.Visit{ID: "b", Place: spot(10, 0), Minutes: 60, Agreed: span(10, 30, 10, 30)}, round.Visit{ID: "p", Place: spot(10, 0), Minutes: 20, Rank: round.OnTheWay})
		day.Teams[0].Shift = span(8, 50, 11, 40)
		old := make1(t, day, 50)
		if len(old.Left) > 0 {
			t.Fatal(old.Left)
		}
		day.Visits = append(day.Visits, round.Visit{ID: "u", Place: spot(10, 0), Minutes: 30, Rank: round.Urgent})
		plan, moved := again(t, day, old, at(7, 0))
		if !reflect.DeepEqual(moved, []round.Moved{{Visit: "p", From: "甲组"}}) || why(plan, "p") != round.WhyOutOfTheWay && why(plan, "p") != round.WhyDayFull {
			t.Error(moved, plan.Left)
		}
	})
	t.Run("取消的一家不让别家提前", func(t *testing.T) {
		d := day
		d.Visits = slices.DeleteFunc(slices.Clone(day.Visits), func(v round.Visit) bool { return v.ID == "b" })
		if _, moved := again(t, d, old, at(7, 0)); len(moved) > 0 {
			t.Error(moved)
		}
	})
	t.Run("空出的时间给急事，先到的提前一点，后面的准时", func(t *testing.T) {
		open := func(id string, lat int, w round.Window) round.Visit {
			return round.Visit{ID: id, Place: spot(lat, 0), Minutes: 30, Open: []round.Window{w}}
		}
		day := oneTeam(open("x", 10, span(8, 0, 9, 0)), open("i", 20, span(8, 0, 9, 25)), open("j", 30, span(9, 30, 12, 0)))
		old := make1(t, day, 100)
		day.Visits[0] = round.Visit{ID: "u", Place: spot(20, 0), Minutes: 20, Rank: round.Urgent, Agreed: span(9, 0, 9, 30)}
		if _, moved := again(t, day, old, at(7, 0)); !reflect.DeepEqual(moved, []round.Moved{{Visit: "i", From: "甲组", To: "甲组", By: -20 * time.Minute}}) {
			t.Error(moved)
		}
	})
	t.Run("顺路的事不让人等", func(t *testing.T) {
		d := add(round.Visit{ID: "p", Place: spot(33, 0), Minutes: 15, Rank: round.OnTheWay, Open: []round.Window{span(11, 30, 11, 50)}})
		if plan, moved := again(t, d, old, at(7, 0)); len(moved) > 0 || why(plan, "p") != round.WhyOutOfTheWay {
			t.Error(moved, plan.Left)
		}
	})
	t.Run("约好的不给急事让掉", func(t *testing.T) {
		day := oneTeam(round.Visit{ID: "a", Minutes: 120, Agreed: span(9, 0, 9, 10)})
		old := make1(t, day, 20)
		day.Visits = append(day.Visits, round.Visit{ID: "u", Minutes: 60, Rank: round.Urgent, Agreed: span(9, 0, 9, 10)})
		if plan, moved := again(t, day, old, at(7, 0)); len(moved) > 0 || why(plan, "u") != round.WhyDayFull {
			t.Error(moved, plan.Left)
		}
	})
	t.Run("宁可另派一组也不让人久等", func(t *testing.T) {
		d := add(round.Visit{ID: "u", Place: spot(-40, 0), Minutes: 90, Rank: round.Urgent})
		d.Teams = append(slices.Clone(day.Teams), round.Team{ID: "乙组", By: round.Drive, Shift: span(8, 0, 18, 0), From: spot(0, 0)})
		d.Teams[0].Shift = span(8, 0, 13, 0)
		plan, moved := again(t, d, old, at(8, 0))
		if _, team := stop(t, plan, "u"); len(moved) > 0 || team != "乙组" {
			t.Error(moved, team)
		}
	})
	t.Run("已出发的小组没带的设备带不了", func(t *testing.T) {
		d := add(round.Visit{ID: "u", Place: spot(25, 0), Minutes: 5, Kit: "card"})
		d.Kits = []round.Kit{{ID: "k1", Kind: "card"}}
		if plan, _ := again(t, d, old, at(9, 10)); why(plan, "u") != round.WhyNoKit {
			t.Error(plan)
		}
		if plan, _ := again(t, d, old, at(7, 0)); why(plan, "u") != "" {
			t.Error(plan)
		}
	})
	t.Run("晚了赶不上的按原因报出", func(t *testing.T) {
		late := old
		late.Tours = slices.Clone(old.Tours)
		late.Tours[0].Stops = slices.Clone(old.Tours[0].Stops)
		late.Tours[0].Stops[0].Done, late.Tours[0].Stops[0].EndAt = true, at(11, 10)
		plan, moved := again(t, day, late, at(11, 10))
		if why(plan, "c") != round.WhyTooFar || !slices.Contains(moved, round.Moved{Visit: "c", From: "甲组"}) {
			t.Error(plan.Left, moved)
		}
		late.Tours[0].Stops[0].EndAt = at(11, 20)
		if plan, _ := again(t, day, late, at(11, 20)); why(plan, "c") != round.WhyTooLate {
			t.Error(plan.Left)
		}
	})
	t.Run("已经回所的小组可以再出去一趟", func(t *testing.T) {
		done := old
		done.Tours = slices.Clone(old.Tours)
		done.Tours[0].Stops = slices.Clone(old.Tours[0].Stops)
		for i := range done.Tours[0].Stops {
			done.Tours[0].Stops[i].Done = true
		}
		plan, moved := again(t, add(round.Visit{ID: "u", Place: spot(15, 0), Minutes: 20, Rank: round.Urgent}), done, at(14, 0))
		if s, _ := stop(t, plan, "u"); len(moved) > 0 || !s.ArriveAt.Equal(at(14, 15)) || plan.Travel() != old.Travel()+30*time.Minute {
			t.Error(plan, moved)
		}
	})
	t.Run("撤下的小组已办的留着，没办的给别组", func(t *testing.T) {
		done := old
		done.Tours = slices.Clone(old.Tours)
		done.Tours[0].Stops = slices.Clone(old.Tours[0].Stops)
		done.Tours[0].Stops[0].Done = true
		d := day
		d.Teams = []round.Team{{ID: "乙组", By: round.Drive, Shift: span(8, 0, 18, 0), From: spot(0, 0)}}
		plan, moved, err := round.Again(d, done, at(9, 40), blocks{}, 1, round.Steps(50))
		if err != nil || len(plan.Left) > 0 || len(plan.Tours) != 2 || len(plan.Tours[0].Stops) != 3 || !reflect.DeepEqual(plan.Tours[1].Stops, done.Tours[0].Stops[:1]) || len(moved) != 3 {
			t.Error(plan, moved, err)
		}
	})
	t.Run("已办的不在名单里要说", func(t *testing.T) {
		d := day
		d.Visits = day.Visits[1:]
		done := old
		done.Tours = slices.Clone(old.Tours)
		done.Tours[0].Stops = slices.Clone(old.Tours[0].Stops)
		done.Tours[0].Stops[0].Done = true
		if _, _, err := round.Again(d, done, at(10, 0), blocks{}, 1, round.Steps(5)); fault.Code(err) != "round.done_unknown" {
			t.Error(err)
		}
	})
}

// Of any day, at any hour: what was begun stays, the rest holds, nothing that counts as much is dropped for less, and what moved is told.
func TestAnyDayCanBePlannedAgain(t *testing.T) {
	moves := 0
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 9))
		day := invented(seed+500, 5+int(seed%20), 1+int(seed%4))
		old := make1(t, day, 100)
		now := at(7+r.IntN(9), r.IntN(60))
		began := map[string]bool{}
		for i := range old.Tours {
			for j := range old.Tours[i].Stops {
				s := &old.Tours[i].Stops[j]
				if s.Done = !s.EndAt.After(now); s.Done || s.ArriveAt.Add(-s.Travel).Before(now) {
					began[s.Visit] = true
				}
			}
		}
		if plan, moved := again(t, day, old, now); len(plan.Left) > len(old.Left) || len(plan.Left) == len(old.Left) && len(moved) > 0 {
			t.Errorf("seed %d: nothing came in, moved %v, left %v of %v", seed, moved, plan.Left, old.Left)
		}
		day.Visits = append(day.Visits, round.Visit{ID: "u", Rank: round.Urgent, Place: spot(r.IntN(41)-20, r.IntN(41)-20), Minutes: 20})
		plan, moved := again(t, day, old, now)
		moves += len(moved)
		for _, tour := range old.Tours {
			for _, s := range tour.Stops {
				m := slices.IndexFunc(moved, func(m round.Moved) bool { return m.Visit == s.Visit })
				if m >= 0 && began[s.Visit] {
					t.Errorf("seed %d: %s was begun and moved: %+v", seed, s.Visit, moved[m])
				}
				if why(plan, s.Visit) != "" {
					if m < 0 || moved[m].To != "" || why(plan, "u") != "" {
						t.Errorf("seed %d: %s was dropped for nothing or in silence", seed, s.Visit)
					}
				} else if n, team := stop(t, plan, s.Visit); (m >= 0) != (team != tour.Team || !n.BeginAt.Equal(s.BeginAt)) {
					t.Errorf("seed %d: %s was at %v and is at %v: %v", seed, s.Visit, s, n, moved)
				}
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d at %v\n%+v\n%+v\n%s", seed, now, old, plan, fmt.Sprint(moved))
		}
	}
	if moves == 0 {
		t.Error("the urgent visits never moved anything: the days are too empty to show")
	}
}

func BenchmarkAgain(b *testing.B) {
	day := ordinary(40, 6)
	old, err := round.Make(day, blocks{}, 1, round.Steps(2000))
	if err != nil {
		b.Fatal(err)
	}
	day.Visits = append(day.Visits, round.Visit{ID: "u", Rank: round.Urgent, Place: spot(9, 9), Minutes: 40})
	for b.Loop() {
		if _, _, err := round.Again(day, old, at(10, 0), blocks{}, 1, round.Steps(5000)); err != nil {
			b.Fatal(err)
		}
	}
}
