package app_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/matter"
)

// What is passed to another station arrives there by itself while the program runs.
func TestRunPassesMattersOnBetweenStations(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	a, err := app.Open(ctx, app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	d := &desktest.Desk{Desk: a.Desk, Engine: a.Engine}
	cast := d.Cast(t, desktest.Station)
	d.Cast(t, desktest.Elsewhere)
	done := make(chan struct{})
	go func() { a.Run(ctx); close(done) }()
	defer func() {
		cancel()
		<-done
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	changed, stop := a.Engine.Journal.Watch()
	defer stop()
	o := d.Do(t, cast["head"], "matter.open", &matter.Open{Kind: "hazard", Title: "河边倒垃圾", Cell: "c1"})
	d.Do(t, cast["head"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: o.ID}, ToStation: desktest.Elsewhere, Reason: "在那边"})
	for {
		id, err := a.Desk.Journal.Holder(ctx, desktest.Elsewhere, "source", "transfer:"+desktest.Station+":"+o.ID+":2")
		if err != nil {
			t.Fatal(err)
		}
		if id != "" {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatal("the report never came")
		}
	}
	if _, err := d.Try(desk.Public(desktest.Elsewhere), "matter.note", &matter.Note{On: matter.On{Matter: o.ID}, Words: "x"}); err == nil {
		t.Fatal("the matter itself stays where it is")
	}
}
