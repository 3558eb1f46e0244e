package desk_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/round"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/tour"
)

// abroad is a day of one team with one door to go to, planned.
func abroad(t *testing.T) (d *desktest.Desk, cast map[string]access.Who, on tour.On, m matter.On) {
	t.Helper()
	d = desktest.New(t)
	cast = d.Cast(t, desktest.Station)
	officer, now := cast["officer_1"], d.Clock.Now()
	day := now.In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	m = matter.On{Matter: d.Do(t, officer, "matter.open", &matter.Open{Kind: doorstep.Base, Title: "上门办身份证", Cell: "c1", Place: "五组",
		Extra: map[string]string{"service_item": "id_renew", "why_home": "old_age"}}).ID}
	d.Do(t, officer, "doorstep.plan", &doorstep.PlanVisit{On: m, Name: "赵大爷", Phone: "13900002222", Age: "46", OpenFrom: "08:00", OpenUntil: "18:00", PapersTold: true, PapersToldTo: "family"})
	d.Do(t, officer, "doorstep.agree", &doorstep.Agree{On: m, Day: day, With: []string{officer.Person}})
	on = tour.On{Day: day}
	l := tour.Laid{Roads: tour.Estimated, Teams: []tour.Team{{ID: "t1", Name: "一组", People: []string{officer.Person, cast["guard_1"].Person}, By: round.Drive,
		Shift: round.Window{From: now, Until: now.Add(8 * time.Hour)}, From: round.Place{Lon: 110, Lat: 33}}},
		Visits: []tour.Visit{{Visit: round.Visit{ID: m.Matter, Place: round.Place{Lon: 110.1, Lat: 33}, Minutes: 20, Officer: round.AnyOfficer}, What: tour.Doorstep, Matter: m.Matter}}}
	plan, err := round.Make(l.Round(func(p string) bool { return p == officer.Person }), round.Usual(), 1, round.Steps(100))
	if err != nil {
		t.Fatal(err)
	}
	l.Plan = plan
	d.Do(t, cast["duty_lead"], "tour.plan", &tour.Plan{On: on, Laid: l})
	return d, cast, on, m
}

func TestTours(t *testing.T) {
	t.Run("事项里记了家中无人，路线上不用再点", func(t *testing.T) {
		d, cast, on, m := abroad(t)
		d.Clock.Advance(30 * time.Minute)
		d.Do(t, cast["officer_1"], "doorstep.not_home", &doorstep.NotHome{On: m, Left: []string{"card"}})
		events, err := d.Journal.Stream(context.Background(), desktest.Station, tour.Stream(on.Day), 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tour.Fold(events)
		if err != nil || got.Made[m.Matter].Missed != tour.NobodyHome || got.Started["t1"].IsZero() {
			t.Errorf("%+v %v", got.Made, err)
		}
	})
	for _, x := range []struct{ rule, who, code string }{
		{"同去的保安可以记到访", "guard_1", ""},
		{"没去的保安不能记", "guard_2", "access.denied"},
		{"县局不能记", "bureau", "access.denied"},
		{"值班领导可以记", "duty_lead", ""},
	} {
		t.Run(x.rule, func(t *testing.T) {
			d, cast, on, m := abroad(t)
			_, err := d.Try(cast[x.who], "tour.do_stop", &tour.DoStop{On: on, Team: "t1", Visit: m.Matter})
			if fault.Code(err) != x.code {
				t.Errorf("%v, want %q", err, x.code)
			}
		})
	}
	t.Run("看不见的事项排不进路线", func(t *testing.T) {
		d, cast, on, m := abroad(t)
		clerk := cast["window_clerk"]
		_, err := d.Try(clerk, "tour.plan", &tour.Plan{On: tour.On{Day: on.Day}, Laid: tour.Laid{Visits: []tour.Visit{{Visit: round.Visit{ID: "z"}, Matter: "m_none"}}}})
		if fault.Code(err) != "matter.not_found" {
			t.Errorf("%v for %s", err, m.Matter)
		}
	})
}
