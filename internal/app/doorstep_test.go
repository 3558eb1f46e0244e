package app_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// asked opens a home visit of which the slip is filled in and the papers are told.
func asked(t *testing.T, d *desktest.Desk, who access.Who, cell string) matter.On {
	t.Helper()
	a := d.Do(t, who, "matter.open", &matter.Open{Kind: doorstep.Base, Title: "上门办身份证", Cell: cell, Place: "下湾村五组",
		Extra: map[string]string{"service_item": "id_renew", "why_home": "old_age"}})
	on := matter.On{Matter: a.ID}
	d.Do(t, who, "doorstep.plan", &doorstep.PlanVisit{On: on, Name: "赵大爷", Phone: "13900002222", Age: "46", OpenFrom: "08:00", OpenUntil: "18:00",
		PapersTold: true, PapersToldTo: "family"})
	return on
}

func TestTwoVisitsNeverHoldOneKit(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		officer := cast["officer_1"]
		kit := d.Do(t, cast["window_clerk"], "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "一号机", Home: doorstep.AtStation}).ID
		const crowd = 12
		var visits []matter.On
		for range crowd {
			visits = append(visits, asked(t, d, officer, "c1"))
		}
		won, codes := make([]bool, crowd), make([]string, crowd)
		var all sync.WaitGroup
		for i, on := range visits {
			all.Go(func() {
				_, err := d.Desk.Do(ctx, officer, desk.Envelope{Key: fmt.Sprintf("race%d", i)}, "doorstep.agree",
					&doorstep.Agree{On: on, Day: "2026-03-03", From: "09:00", Until: "11:00", With: []string{officer.Person}, Kit: kit})
				won[i], codes[i] = err == nil, fault.Code(err)
			})
		}
		all.Wait()
		n := 0
		for i := range visits {
			if won[i] {
				n++
			} else if codes[i] != "kit.taken" {
				t.Errorf("visit %d was refused with %q", i, codes[i])
			}
		}
		t.Run("同一套设备同一时间只有一家约上", func(t *testing.T) {
			if n != 1 {
				t.Fatalf("%d visits hold one kit", n)
			}
		})
		if _, err := a.Boards.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		t.Run("设备页和当天清单说的一样", func(t *testing.T) {
			kits, err := a.Boards.Doorsteps.Kits(ctx, access.System(desktest.Station), d.Clock.Now())
			if err != nil || len(kits) != 1 || len(kits[0].Bookings) != 1 {
				t.Fatalf("%+v %v", kits, err)
			}
			day, err := a.Boards.Doorsteps.Day(ctx, access.System(desktest.Station), "2026-03-03")
			if err != nil || len(day) != 1 || day[0].Matter != kits[0].Bookings[0].Matter || day[0].KitID != kit || !day[0].Officer || day[0].Minutes == 0 {
				t.Fatalf("%+v %v", day, err)
			}
			if want := time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC); !day[0].From.Equal(want) || !day[0].OpenFrom.Equal(want.Add(-time.Hour)) {
				t.Fatalf("%s, open from %s", day[0].From, day[0].OpenFrom)
			}
		})
	})
}

func TestDoorstepLists(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		officer, scope := cast["officer_1"], access.System(desktest.Station)
		kit := d.Do(t, cast["window_clerk"], "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "一号机", Home: doorstep.AtStation}).ID
		at := func(want doorstep.Stage, id string) {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			p, err := a.Boards.Doorsteps.Stage(ctx, scope, want, "", 10)
			if err != nil || len(p.Rows) != 1 || p.Rows[0].ID != id {
				t.Fatalf("at %s: %+v %v", want, p.Rows, err)
			}
		}
		on := asked(t, d, officer, "c1")
		at(doorstep.ToPlan, on.Matter)
		d.Do(t, officer, "doorstep.agree", &doorstep.Agree{On: on, Day: "2026-03-02", From: "09:00", Until: "11:00", With: []string{officer.Person}, Kit: kit})
		at(doorstep.Agreed, on.Matter)
		d.Do(t, officer, "doorstep.depart", &doorstep.Depart{On: on})
		at(doorstep.Away, on.Matter)
		d.Do(t, officer, "doorstep.serve", &doorstep.Serve{On: on, Receipt: "F20260302"})
		at(doorstep.Waiting, on.Matter)
		d.Do(t, officer, "doorstep.card_ready", &doorstep.CardReady{On: on})
		at(doorstep.ToBring, on.Matter)
		d.Do(t, cast["cell_worker_1"], "doorstep.deliver", &doorstep.Deliver{On: on, Where: "door", Receiver: "applicant", Way: "ink"})
		at(doorstep.Completed, on.Matter)
		t.Run("别的网格的人看不到", func(t *testing.T) {
			for who, n := range map[string]int{"cell_worker_1": 1, "cell_worker_2": 0, "officer_2": 1, "volunteer_1": 0} {
				p, err := a.Boards.Doorsteps.Stage(ctx, a.Desk.Policy.Scope(cast[who]), doorstep.Completed, "", 10)
				if err != nil || len(p.Rows) != n {
					t.Errorf("%s sees %d of %d, %v", who, len(p.Rows), n, err)
				}
			}
		})
		t.Run("没有人来得及看的，一页一页往下翻不漏不重", func(t *testing.T) {
			want := map[string]bool{}
			for range 7 {
				want[asked(t, d, officer, "c1").Matter] = true
				d.Clock.Advance(time.Minute)
			}
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			seen := 0
			for cursor, pages := "", 0; pages < 9; pages++ {
				p, err := a.Boards.Doorsteps.Stage(ctx, scope, doorstep.ToPlan, cursor, 3)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Rows {
					if !want[r.ID] {
						t.Fatalf("%s came twice or is none of them", r.ID)
					}
					delete(want, r.ID)
					seen++
				}
				if cursor = p.Next; cursor == "" {
					break
				}
			}
			if seen != 7 {
				t.Fatalf("%d of 7", seen)
			}
		})
	})
}
