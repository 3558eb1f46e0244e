package bench

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/reader"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
	"maplegrid/playbooks"
)

// reportEvery is how far apart reports come in at a busy station: forty a day.
const reportEvery = 36 * time.Minute

// Following measures what those cost who read the whole journal at a start, the reader and the hot spots, against reading it alone; what
// they keep in memory, and what one more report costs each.
func Following(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	base, err := fs.Sub(playbooks.FS, "base")
	if err != nil {
		return nil, err
	}
	_, rows, err := triage.ReadWords(base)
	if err != nil {
		return nil, err
	}
	n := o.Large / 5
	a, cast, err := o.filledWith(ctx, "following", "hazard", n, saidFilled(rows, n))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	events := 0
	alone, _, err := o.starting(func() (any, error) { return nil, o.readOnly(ctx, a, &events) })
	if err != nil {
		return nil, err
	}
	followers := []struct {
		name string
		make func() any
		run  func(any) error
	}{
		{"reader", func() any { return reader.New(a.Desk, nil) }, func(x any) error { return x.(*reader.Reader).Run(ctx) }},
		{"hot spots", func() any { return reader.NewSpots(a.Desk) }, func(x any) error { return x.(*reader.Spots).Follow(ctx) }},
	}
	var figures []Figure
	var kept []any
	for _, f := range followers {
		x := f.make()
		took, size, err := o.starting(func() (any, error) { return x, f.run(x) })
		if err != nil {
			return nil, err
		}
		kept = append(kept, x)
		figures = append(figures, Figure{Name: fmt.Sprintf("start of the %s, %d events", f.name, events), Value: took, Unit: "s", Floor: alone, Ratio: took / max(alone, 1e-6)},
			Figure{Name: "memory of the " + f.name, Value: size, Unit: "MB"})
	}
	const more = 200
	for i := range more {
		if _, err := a.Desk.Do(ctx, cast["officer"], desk.Envelope{Key: fmt.Sprintf("more-%d", i)}, "report.submit",
			&report.Submit{Words: rows[i%len(rows)].Text, Cell: "c1", Place: fmt.Sprintf("第%d号院", i)}); err != nil {
			return nil, err
		}
	}
	for i, f := range followers {
		took, _, err := o.starting(func() (any, error) { return nil, f.run(kept[i]) })
		if err != nil {
			return nil, err
		}
		figures = append(figures, Figure{Name: "one more report to the " + f.name, Value: took * 1e6 / more, Unit: "µs"})
	}
	return figures, nil
}

// starting gives how many seconds something takes, and by how many megabytes what it makes is larger than before.
func (o *Options) starting(f func() (any, error)) (seconds, size float64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := o.Clock.Now()
	made, err := f()
	seconds = o.Clock.Now().Sub(began).Seconds()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(made)
	return seconds, (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / (1 << 20), err
}

// readOnly reads the journal to its end and does nothing with it.
func (o *Options) readOnly(ctx context.Context, a *app.App, events *int) error {
	for at := journal.Seq(0); ; {
		some, err := a.Engine.Journal.Read(ctx, "following", at, 500)
		if err != nil || len(some) == 0 {
			return err
		}
		*events, at = *events+len(some), some[len(some)-1].Seq
	}
}

// saidFilled is a report in the words of the shipped rows, signed by two of three, and the matter of eight events it became; n of them
// lie so far back as reports come in.
func saidFilled(rows []triage.Row, n int) filling {
	return func(w *writer, i int, ids *ident.Source, officer string, limits []work.Limit) error {
		w.at = w.at.Add(-time.Duration(n-i) * (reportEvery - filledEvery))
		w.b.RecordedAt = w.at
		r, m := string(ids.New("r")), string(ids.New("m"))
		cell := fmt.Sprintf("c%d", i%40)
		s := report.Submitted{ID: r, Receipt: "X" + m[len(m)-9:], Channel: "phone", Cell: cell, Place: fmt.Sprintf("第%d号院", i%900),
			Words: vault.Plain(r, "words", rows[i*7%len(rows)].Text+"，"+rows[i*13%len(rows)].Text)}
		if i%3 > 0 {
			s.Phone = vault.Plain(r, "phone", fmt.Sprintf("1390000%04d", i%3000))
		}
		if err := w.stream(report.Stream(r), s, report.TriagedInto{Matters: []string{m}}); err != nil {
			return err
		}
		return w.stream(matter.Stream(m), matter.Opened{ID: m, Number: fmt.Sprintf("N%d", i), Kind: "hazard", Grade: "normal", Title: "隐患", Place: "院门口", Cell: cell, Report: r, Limits: limits},
			matter.Assigned{To: officer}, matter.Acknowledged{}, matter.Started{}, matter.Visited{At: w.at, Place: "现场"}, matter.Finished{Outcome: "hazard_removed"},
			matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
	}
}
