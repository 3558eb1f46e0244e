package demo

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/store"
	"maplegrid/internal/store/sqlite"
)

// alone founds a station by a playbook some days before the end, where nothing happens yet but what the test lets happen.
func alone(t *testing.T, playbook string, days int) (l *life, begin time.Time, e *store.Engine) {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	d, err := desktest.On(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	l = newLife(ctx, d.Desk, desktest.Station, 1)
	l.clk, l.end, l.opt = d.Clock, end.UTC(), Options{Days: days, Seed: 1, End: end}
	begin = end.UTC().AddDate(0, 0, -days)
	l.clk.Set(begin.Add(-1))
	if err := l.found(playbook); err != nil {
		t.Fatal(err)
	}
	if l.town, err = look(ctx, d.Desk, desktest.Station); err != nil {
		t.Fatal(err)
	}
	return l, begin, e
}
