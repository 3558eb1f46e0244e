package round_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/round"
)

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.FixedZone("", 8*3600))

func at(hour, minute int) time.Time {
	return midnight.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

func span(fromH, fromM, untilH, untilM int) round.Window {
	return round.Window{From: at(fromH, fromM), Until: at(untilH, untilM)}
}

// blocks is travel along streets that cross at right angles: a minute for each step of the coordinates, three on foot.
type blocks struct{}

func (blocks) Between(a, b round.Place, by round.Mode) (time.Duration, bool) {
	if a.ID == "island" || b.ID == "island" {
		return 0, false
	}
	d := max(a.Lat, b.Lat) - min(a.Lat, b.Lat) + max(a.Lon, b.Lon) - min(a.Lon, b.Lon)
	if by == round.Walk {
		d *= 3
	}
	return time.Duration(d) * time.Minute, true
}

func spot(lat, lon int) round.Place { return round.Place{Lat: float64(lat), Lon: float64(lon)} }

// check goes through a plan by itself and says what is wrong with it. It shares nothing with the search.
func check(day round.Day, travel round.Travel, plan round.Plan) (wrong []string) {
	say := func(format string, a ...any) { wrong = append(wrong, fmt.Sprintf(format, a...)) }
	visits, count := map[string]round.Visit{}, map[string]int{}
	for _, v := range day.Visits {
		visits[v.ID] = v
	}
	for _, l := range plan.Left {
		count[l.Visit]++
		if l.Why == "" {
			say("%s is left without a reason", l.Visit)
		}
	}
	out := map[string]bool{}
	for _, tour := range plan.Tours {
		at := slices.IndexFunc(day.Teams, func(t round.Team) bool { return t.ID == tour.Team })
		if at < 0 || out[tour.Team] || len(tour.Stops) == 0 {
			say("team %s is unknown, out twice or has nothing to do", tour.Team)
			continue
		}
		team := day.Teams[at]
		out[tour.Team] = true
		if tour.LeaveAt.Before(team.Shift.From) || tour.BackAt.After(team.Shift.Until) {
			say("team %s is out from %v to %v", team.ID, tour.LeaveAt, tour.BackAt)
		}
		place, now, load, travelled, either := team.From, tour.LeaveAt, 0, time.Duration(0), time.Duration(0)
		for i, s := range tour.Stops {
			v := visits[s.Visit]
			count[s.Visit]++
			load += v.Load
			travelled += s.Travel
			leg, ok := travel.Between(place, v.Place, team.By)
			if i > 0 && tour.Stops[i-1].Done { // it may have been home in between
				back, _ := travel.Between(place, home(team), team.By)
				if out, _ := travel.Between(home(team), v.Place, team.By); s.Travel != leg {
					now, travelled, leg = now.Add(back), travelled+back, out
				} else if out == leg {
					either = back
				}
			}
			if !s.Done && (!ok || s.Travel != leg || s.ArriveAt.Before(now.Add(leg)) || s.BeginAt.Before(s.ArriveAt) ||
				!s.EndAt.Equal(s.BeginAt.Add(time.Duration(v.Minutes)*time.Minute))) {
				say("times of %s: %+v after %v", s.Visit, s, now)
			}
			wrong = append(wrong, checkVisit(day, v, s, team, tour)...)
			place, now = v.Place, s.EndAt
		}
		leg, ok := travel.Between(place, home(team), team.By)
		if !ok || tour.BackAt.Before(now.Add(leg)) || tour.Travel != travelled+leg && tour.Travel != travelled+leg+either {
			say("way home of %s: %v from %v, in all %v", team.ID, tour.BackAt, now, tour.Travel)
		}
		if team.Carry > 0 && load > team.Carry {
			say("team %s carries %d", team.ID, load)
		}
	}
	for id := range visits {
		if count[id] != 1 {
			say("visit %s is there %d times", id, count[id])
		}
	}
	return append(wrong, checkKits(day, plan)...)
}

func home(t round.Team) round.Place {
	if t.To == (round.Place{}) {
		return t.From
	}
	return t.To
}

func checkVisit(day round.Day, v round.Visit, s round.Stop, team round.Team, tour round.Tour) (wrong []string) {
	if s.Done {
		return nil
	}
	if !v.Agreed.IsZero() && (s.BeginAt.Before(v.Agreed.From) || s.BeginAt.After(v.Agreed.Until)) {
		wrong = append(wrong, fmt.Sprintf("%s begins at %v, agreed was %v", v.ID, s.BeginAt, v.Agreed))
	}
	open := len(v.Open) == 0
	for _, w := range v.Open {
		open = open || !s.BeginAt.Before(w.From) && !s.EndAt.After(w.Until)
	}
	if !open {
		wrong = append(wrong, fmt.Sprintf("%s is visited from %v to %v, the door is open %v", v.ID, s.BeginAt, s.EndAt, v.Open))
	}
	if v.Officer == round.AnyOfficer && len(team.Officers) == 0 || v.Officer != "" && v.Officer != round.AnyOfficer && !slices.Contains(team.Officers, v.Officer) {
		wrong = append(wrong, fmt.Sprintf("%s needs %s, with %v", v.ID, v.Officer, team.Officers))
	}
	if v.Kit != "" && !slices.ContainsFunc(day.Kits, func(k round.Kit) bool { return k.Kind == v.Kit && slices.Contains(tour.Kits, k.ID) }) {
		wrong = append(wrong, fmt.Sprintf("%s needs a %s, there is %v", v.ID, v.Kit, tour.Kits))
	}
	return wrong
}

func checkKits(day round.Day, plan round.Plan) (wrong []string) {
	for _, k := range day.Kits {
		var with []round.Tour
		for _, t := range plan.Tours {
			if slices.Contains(t.Kits, k.ID) {
				with = append(with, t)
			}
		}
		for i, a := range with {
			free := len(k.Free) == 0
			for _, w := range k.Free {
				free = free || !a.LeaveAt.Before(w.From) && !a.BackAt.After(w.Until)
			}
			if !free {
				wrong = append(wrong, fmt.Sprintf("kit %s is with %s while it is not free", k.ID, a.Team))
			}
			for _, b := range with[:i] {
				if a.LeaveAt.Before(b.BackAt.Add(day.HandOver)) && b.LeaveAt.Before(a.BackAt.Add(day.HandOver)) {
					wrong = append(wrong, fmt.Sprintf("kit %s is with %s and %s at once", k.ID, a.Team, b.Team))
				}
			}
		}
	}
	return wrong
}

// invented makes up a day: scattered doors, some with two spans of opening hours, some agreed, kits, officers, teams of half and whole days.
func invented(seed uint64, visits, teams int) round.Day {
	r := rand.New(rand.NewPCG(seed, 7))
	day := round.Day{HandOver: 20 * time.Minute, Detour: time.Duration(r.IntN(3)) * 10 * time.Minute}
	for i := range teams {
		shift := []round.Window{span(8, 0, 18, 0), span(8, 0, 12, 0), span(13, 0, 18, 0), span(12, 10, 18, 0), span(9, 30, 21, 0)}[r.IntN(5)]
		t := round.Team{ID: fmt.Sprintf("team%d", i), By: []round.Mode{round.Drive, round.Drive, round.Walk}[r.IntN(3)], Shift: shift, From: spot(0, 0), Carry: r.IntN(2) * (3 + r.IntN(12))}
		if r.IntN(3) > 0 {
			t.Officers = []string{fmt.Sprintf("officer%d", i)}
		}
		if r.IntN(4) == 0 {
			t.To = spot(3, 3)
		}
		day.Teams = append(day.Teams, t)
	}
	for i := range r.IntN(4) {
		k := round.Kit{ID: fmt.Sprintf("kit%d", i), Kind: []string{"card", "card", "camera"}[r.IntN(3)]}
		if r.IntN(3) == 0 {
			k.Free = []round.Window{span(7, 0, 12+r.IntN(8), 0)}
		}
		day.Kits = append(day.Kits, k)
	}
	for i := range visits {
		v := round.Visit{ID: fmt.Sprintf("v%d", i), Place: spot(r.IntN(41)-20, r.IntN(41)-20), Minutes: 5 * r.IntN(8), Load: r.IntN(3)}
		switch r.IntN(8) {
		case 0, 1:
			v.Open = []round.Window{span(8, 0, 10+r.IntN(2), 30), span(14, 0, 17+r.IntN(3), 0)}
		case 2:
			v.Open = []round.Window{span(11, 0, 14, 0)} // across noon
		case 3, 4:
			h := 8 + r.IntN(9)
			v.Agreed = span(h, 0, h, 30*r.IntN(3)%60)
		}
		switch r.IntN(12) {
		case 0:
			v.Kit = "card"
		case 1:
			v.Kit = "camera"
		case 2:
			v.Officer = round.AnyOfficer
		case 3:
			v.Officer = fmt.Sprintf("officer%d", r.IntN(teams+1))
		case 4:
			v.Rank = round.OnTheWay
		case 5:
			v.Rank = round.Urgent
		}
		day.Visits = append(day.Visits, v)
	}
	return day
}

func make1(t *testing.T, day round.Day, steps int) round.Plan {
	t.Helper()
	plan, err := round.Make(day, blocks{}, 1, round.Steps(steps))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range check(day, blocks{}, plan) {
		t.Error(w)
	}
	return plan
}

func why(plan round.Plan, visit string) round.Why {
	for _, l := range plan.Left {
		if l.Visit == visit {
			return l.Why
		}
	}
	return ""
}

func stop(t *testing.T, plan round.Plan, visit string) (round.Stop, string) {
	t.Helper()
	for _, tour := range plan.Tours {
		for _, s := range tour.Stops {
			if s.Visit == visit {
				return s, tour.Team
			}
		}
	}
	t.Fatalf("%s is not in %+v", visit, plan)
	return round.Stop{}, ""
}
