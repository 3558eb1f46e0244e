package round_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"maplegrid/internal/round"
)

// forty is a full day of a mountain station: 40 doors, half with agreed times, three teams, two kits, an officer needed at every third door.
func forty() round.Day {
	r := rand.New(rand.NewPCG(7, 7))
	place := func() round.Place {
		return round.Place{Lon: 110.4 + r.Float64()*0.3, Lat: 33.3 + r.Float64()*0.2, HeightM: 600 + r.Float64()*500}
	}
	home := round.Place{Lon: 110.55, Lat: 33.4, HeightM: 700}
	day := round.Day{HandOver: 20 * time.Minute, Detour: 15 * time.Minute, Kits: []round.Kit{{ID: "k1", Kind: "id_card"}, {ID: "k2", Kind: "id_card"}}}
	for i := range 40 {
		v := round.Visit{ID: fmt.Sprintf("v%02d", i), Place: place(), Minutes: 10 + r.IntN(20)}
		switch {
		case i%2 == 0:
			from := at(9+r.IntN(7), 30*r.IntN(2))
			v.Agreed = round.Window{From: from, Until: from.Add(time.Hour)}
		case i%4 == 1:
			v.Open = []round.Window{span(8, 0, 11, 30), span(14, 0, 18, 0)}
		case i%8 == 3:
			v.Rank = round.OnTheWay
		}
		if i%3 == 0 {
			v.Officer = round.AnyOfficer
		}
		if i%5 == 0 {
			v.Kit = "id_card"
		}
		day.Visits = append(day.Visits, v)
	}
	for i, by := range []round.Mode{round.Drive, round.Drive, round.Ride} {
		day.Teams = append(day.Teams, round.Team{ID: fmt.Sprintf("t%d", i), By: by, Shift: span(8, 30, 18, 0), From: home, Officers: []string{fmt.Sprintf("o%d", i)}})
	}
	return day
}

// The steps that the page allows, on the day it must plan within a second.
func BenchmarkFortyVisits(b *testing.B) {
	day := forty()
	left, travel := 0, time.Duration(0)
	for b.Loop() {
		plan, err := round.Make(day, round.Usual(), 1, round.Steps(40000))
		if err != nil {
			b.Fatal(err)
		}
		left, travel = len(plan.Left), plan.Travel()
	}
	b.ReportMetric(float64(left), "left")
	b.ReportMetric(travel.Minutes(), "travel-min")
}

func TestBreachesAgreeWithTheSearch(t *testing.T) {
	day := forty()
	plan, err := round.Make(day, round.Usual(), 1, round.Steps(3000))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("排出来的路线样样守住", func(t *testing.T) {
		if wrong := round.Breaches(day, plan); len(wrong) > 0 {
			t.Errorf("%+v", wrong)
		}
	})
	t.Run("照样再走一遍，时间一样守得住", func(t *testing.T) {
		again, ok := round.Along(day, plan.Tours, plan.Left, time.Time{}, round.Usual())
		if wrong := round.Breaches(day, again); !ok || len(wrong) > 0 || len(round.Changes(plan, again)) > 0 {
			t.Errorf("%v %+v %+v", ok, wrong, round.Changes(plan, again))
		}
	})
}
