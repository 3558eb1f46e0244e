//go:build night

package demo_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/demo"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/matter"
)

// TestNinetyDays builds what `maplegrid demo` builds, for several seeds, and looks at how the work stands when it begins.
func TestNinetyDays(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(4) {
		clk := clock.NewStepped(time.Time{})
		a, err := app.Open(ctx, app.Config{Data: t.TempDir(), Clock: clk, Rand: ident.Seeded(seed + 1)})
		if err != nil {
			t.Fatal(err)
		}
		end := time.Date(2026, 6, 12, 4+int(seed)*5, 20, 0, 0, time.UTC)
		began := clock.System().Now()
		r, err := demo.Build(ctx, a.Desk, clk, app.DefaultStation, demo.Options{Seed: seed + 1, End: end, Hour: func(ctx context.Context) error {
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				return err
			}
			return errors.Join(a.Escalate(ctx), a.Watch(ctx))
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Boards.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
		took := clock.System().Now().Sub(began)
		all, count := access.System(app.DefaultStation), map[string]int{}
		for _, tab := range []matters.Tab{matters.AllOpen, matters.Overdue, matters.DueSoon, matters.Unassigned} {
			if count[string(tab)], err = a.Boards.Matters.Count(ctx, all, tab, end); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := a.Boards.Matters.WorkList(ctx, all, matters.AllOpen, matters.Filter{}, end, "", 200)
		if err != nil {
			t.Fatal(err)
		}
		states, late := map[string]int{}, map[string]int{}
		for _, row := range rows.Rows {
			if states[row.State]++; row.DueAt.Before(end) && !row.DueAt.IsZero() {
				late[row.DueLimit]++
			}
		}
		t.Logf("seed %d: %v, %d acts, %d reports, %d matters, %v, %v, late %v", seed+1, took, r.Acts, r.Reports, r.Matters, count, states, late)
		between := func(what string, n, low, high int) {
			if n < low || n > high {
				t.Errorf("seed %d: %s is %d, wanted %d to %d", seed+1, what, n, low, high)
			}
		}
		between("open", count["open"], 42, 80)
		between("late", count["overdue"], 5, 11)
		between("soon", count["due_soon"], 6, 14)
		for _, s := range []matter.State{matter.OnHold, matter.OutcomeIn, matter.HandedOver} {
			if states[string(s)] == 0 {
				t.Errorf("seed %d: none is %s (%v)", seed+1, s, slices.Sorted(maps.Keys(states)))
			}
		}
		if err := journal.VerifyChain(ctx, a.Engine.Journal, app.DefaultStation); err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
