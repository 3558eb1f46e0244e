package desk_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/work/appointment"
)

// crowd has 200 clients race for the last 50 places of a window's day, spread over the given desks, and gives how long each waited.
func crowd(tb testing.TB, on string, desks ...*desktest.Desk) (waits []time.Duration) {
	tb.Helper()
	ctx := context.Background()
	first := desks[0]
	p := appointment.Place{Window: "household", On: on}
	book, err := first.Book(ctx, desktest.Station)
	if err != nil {
		tb.Fatal(err)
	}
	cal, err := first.Calendar(ctx, desktest.Station)
	if err != nil {
		tb.Fatal(err)
	}
	w, _ := book.Window("household")
	var slots []appointment.Slot
	free := 0
	for _, s := range appointment.Slots(w, on, cal, appointment.Changes{}) {
		slots, free = append(slots, s), free+s.Capacity
	}
	act := func(i, slot int) *appointment.Book {
		return &appointment.Book{Window: p.Window, On: on, Slot: appointment.Clock(slot), Service: "id_renew", Name: "李某", Phone: fmt.Sprintf("1390000%04d", i)}
	}
	// Fill the day until 50 places are left: the last 25 slots of two.
	n := 0
	for ; free > 50; free-- {
		s := slots[n/2]
		if _, err := first.Desk.Do(ctx, desk.Public(desktest.Station), desk.Envelope{Key: fmt.Sprintf("fill-%s-%d", on, n)}, "appointment.book", act(1000+n, s.Start)); err != nil {
			tb.Fatal(err)
		}
		n++
	}
	open := slots[n/2:]
	var mu sync.Mutex
	booked, told := 0, 0
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 200 {
		d := desks[i%len(desks)]
		wg.Go(func() {
			<-start
			began := time.Now()
			a, err := d.Desk.Do(ctx, desk.Public(desktest.Station), desk.Envelope{Key: fmt.Sprintf("race-%s-%d", on, i)}, "appointment.book", act(i, open[i%len(open)].Start))
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, took)
			switch f, _ := fault.Of(err); {
			case err == nil && a.Receipt != "":
				booked++
			case f != nil && slices.Contains([]string{"appointment.taken", "appointment.day_full"}, f.Code):
				told++
			default:
				tb.Errorf("client %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if booked != 50 || told != 150 {
		tb.Fatalf("%d booked, %d told that it is full", booked, told)
	}
	day, err := first.WindowDay(ctx, desktest.Station, p)
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range day.Slots(w, cal) {
		if s.Taken != s.Capacity {
			tb.Errorf("%s: %d of %d", appointment.Clock(s.Start), s.Taken, s.Capacity)
		}
	}
	slices.Sort(waits)
	return waits
}

// engineFor opens an engine and a second desk on the same database, as another process would.
func engineFor(tb testing.TB, name string) []*desktest.Desk {
	tb.Helper()
	ctx := context.Background()
	var engines []*store.Engine
	if name == "sqlite" {
		e, err := sqlite.Open(ctx, tb.TempDir())
		if err != nil {
			tb.Fatal(err)
		}
		engines = append(engines, e)
	} else {
		url := pgtest.Start(tb)
		for range 3 {
			e, err := postgres.Open(ctx, url)
			if err != nil {
				tb.Fatal(err)
			}
			engines = append(engines, e)
		}
	}
	var desks []*desktest.Desk
	for i, e := range engines {
		tb.Cleanup(func() { _ = e.Close() })
		d, err := desktest.On(e, uint64(i+1))
		if err != nil {
			tb.Fatal(err)
		}
		desks = append(desks, d)
	}
	return desks
}

func TestRaceForAppointments(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine+"：二百人同抢五十个位子，正好约出五十个，没抢到的都有一句明白话", func(t *testing.T) {
			desks := engineFor(t, engine)
			crowd(t, "2026-03-03", desks[0])
		})
	}
	t.Run("postgres：三个进程一起约，也不会重约", func(t *testing.T) {
		crowd(t, "2026-03-03", engineFor(t, "postgres")...)
	})
}

// BenchmarkRaceForAppointments reports how long the slowest but one in a hundred waited when 200 clients want the last 50 places.
func BenchmarkRaceForAppointments(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			desks := engineFor(b, engine)
			var worst []time.Duration
			day := time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC)
			for range b.N {
				for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
					day = day.AddDate(0, 0, 1)
				}
				waits := crowd(b, day.Format(time.DateOnly), desks[0])
				worst = append(worst, waits[len(waits)*99/100])
				day = day.AddDate(0, 0, 1)
			}
			slices.Sort(worst)
			b.ReportMetric(float64(worst[len(worst)/2].Microseconds())/1000, "ms-p99-median")
			b.ReportMetric(float64(worst[len(worst)-1].Microseconds())/1000, "ms-p99-worst")
		})
	}
}
