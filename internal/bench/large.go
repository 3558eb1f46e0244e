package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/desk"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// filling writes one of many things into the batch of a writer: the i-th, under a new id, by an officer.
type filling func(w *writer, i int, ids *ident.Source, officer string, limits []work.Limit) error

// filledEvery is how far apart the things lie that fill writes.
const filledEvery = 3 * time.Minute

// fill writes n things of a kind straight into the journal, ten events or so each: the shape is that of real acts, the way is short.
func fill(ctx context.Context, a *app.App, cast map[string]access.Who, station, kind string, n int, one filling) error {
	keyring, err := a.Desk.Keyring(ctx, station)
	if err != nil {
		return err
	}
	book, err := a.Desk.Book(ctx, station)
	if err != nil {
		return err
	}
	limits := desk.Limits(book, kind, "normal")
	now := a.Desk.Clock.Now()
	ids := ident.NewSource(a.Desk.Clock, rand.Reader)
	officer := cast["officer"].Person
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, 64)
	for range 64 {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				w := writer{keyring: keyring, at: now.Add(-time.Duration(n-i) * filledEvery)}
				w.b = journal.Batch{Station: station, Key: fmt.Sprintf("fill-%d", i), Actor: officer, RecordedAt: w.at, Answer: json.RawMessage("{}")}
				err := one(&w, i, ids, officer, limits)
				if err == nil {
					_, err = a.Engine.Journal.Append(ctx, w.b)
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

type writer struct {
	keyring *vault.Keyring
	at      time.Time
	b       journal.Batch
	keys    map[string]vault.SubjectKey
}

// key gives the key of a subject, new the first time in this batch.
func (w *writer) key(subject string) (vault.SubjectKey, error) {
	if k, ok := w.keys[subject]; ok {
		return k, nil
	}
	wrapped, k, err := w.keyring.NewSubjectKey(subject, rand.Reader)
	if err != nil {
		return k, err
	}
	if w.keys == nil {
		w.keys = map[string]vault.SubjectKey{}
	}
	w.keys[subject] = k
	w.b.Keys = append(w.b.Keys, journal.WrappedKey{Subject: subject, Bytes: wrapped})
	return k, nil
}

// openEvery is how many matters there are for each one still open.
const openEvery = 12

// matterFilled is a matter of ten events with the report it came from.
func matterFilled(w *writer, i int, ids *ident.Source, officer string, limits []work.Limit) error {
	r, m := string(ids.New("r")), string(ids.New("m"))
	cell := fmt.Sprintf("c%d", i%40)
	words := fmt.Sprintf("%s第%d件，麻烦尽快处理。", sentences[i%len(sentences)], i)
	err := w.stream(report.Stream(r),
		report.Submitted{ID: r, Receipt: "X" + m[len(m)-9:], Channel: "phone", Cell: cell, Place: fmt.Sprintf("第%d号院", i%900), Words: vault.Plain(r, "words", words)},
		report.TriagedInto{Matters: []string{m}})
	if err != nil {
		return err
	}
	events := []work.Event{
		matter.Opened{ID: m, Number: fmt.Sprintf("N%d", i), Kind: "hazard", Grade: "normal", Title: fmt.Sprintf("第%d号院井盖破损", i), Place: "院门口", Cell: cell, Report: r, Limits: limits},
		matter.Assigned{To: officer},
	}
	if i%openEvery != 0 {
		events = append(events, matter.Acknowledged{}, matter.Started{}, matter.Visited{At: w.at, Place: "现场"}, matter.Finished{Outcome: "hazard_removed"},
			matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
	}
	return w.stream(matter.Stream(m), events...)
}

func (w *writer) stream(stream string, events ...work.Event) error {
	a := journal.Append{Stream: stream}
	for i, e := range events {
		d := journal.Draft{Kind: e.EventKind(), HappenedAt: w.at}
		for _, t := range vault.Collect(e) {
			ref := t.Ref()
			key, err := w.key(ref.Subject)
			if err != nil {
				return err
			}
			ref.Version = i + 1
			plain, _ := t.Reveal()
			sealed, err := w.keyring.Seal(key, ref, []byte(plain), rand.Reader)
			if err != nil {
				return err
			}
			t.Sealed(ref.Version)
			digest := vault.Digest(sealed)
			w.b.Sealed = append(w.b.Sealed, journal.Sealed{Subject: ref.Subject, Field: ref.Field, Version: ref.Version, Bytes: sealed})
			d.Seals = append(d.Seals, journal.Seal{Subject: ref.Subject, Field: ref.Field, Version: ref.Version, Digest: digest[:]})
		}
		var err error
		if d.Data, err = json.Marshal(e); err != nil {
			return err
		}
		a.Drafts = append(a.Drafts, d)
	}
	w.b.Appends = append(w.b.Appends, a)
	return nil
}

// filled gives an app with n matters, its boards caught up.
func (o *Options) filled(ctx context.Context, name string, n int) (*app.App, map[string]access.Who, error) {
	return o.filledWith(ctx, name, "hazard", n, matterFilled)
}

func (o *Options) filledWith(ctx context.Context, name, kind string, n int, one filling) (*app.App, map[string]access.Who, error) {
	a, cast, err := o.station(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	start := o.Clock.Now()
	if err := fill(ctx, a, cast, name, kind, n, one); err != nil {
		return nil, nil, err
	}
	wrote := o.Clock.Now()
	events, err := a.Boards.CatchUp(ctx)
	if err != nil {
		return nil, nil, err
	}
	o.Say("%s: %d filled in, %d events; written in %.1f s, boards in %.1f s", name, n, events, wrote.Sub(start).Seconds(), o.Clock.Now().Sub(wrote).Seconds())
	return a, cast, nil
}

// timed runs f n times and gives its p50 and p99 in milliseconds.
func (o *Options) timed(n int, f func(i int) error) (p50, p99 float64, err error) {
	var times []time.Duration
	for i := range n {
		start := o.Clock.Now()
		if err := f(i); err != nil {
			return 0, 0, err
		}
		times = append(times, o.Clock.Now().Sub(start))
	}
	return quantile(times, 0.5), quantile(times, 0.99), nil
}

// question makes what is asked of a station again and again.
type question func(a *app.App, cast map[string]access.Who) func(i int) error

// filler gives an app with n of something.
type filler func(ctx context.Context, name string, n int) (*app.App, map[string]access.Who, error)

// compare measures the same questions in a small and in a large station.
func (o *Options) compare(ctx context.Context, fill filler, ask map[string]question) ([]Figure, error) {
	type sides struct{ p50, p99 map[int]float64 }
	results := map[string]sides{}
	for name := range ask {
		results[name] = sides{map[int]float64{}, map[int]float64{}}
	}
	apps := map[int]*app.App{}
	casts := map[int]map[string]access.Who{}
	for _, n := range []int{o.Small, o.Large} {
		var err error
		if apps[n], casts[n], err = fill(ctx, fmt.Sprintf("n%d", n), n); err != nil {
			return nil, err
		}
		defer apps[n].Close()
	}
	names := make([]string, 0, len(ask))
	for name := range ask {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, n := range []int{o.Small, o.Large} {
			f := ask[name](apps[n], casts[n])
			if _, _, err := o.timed(50, f); err != nil { // warm
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			p50, p99, err := o.timed(1000, f)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			results[name].p50[n], results[name].p99[n] = p50, p99
		}
	}
	var list []Figure
	for _, name := range names {
		r := results[name]
		list = append(list,
			Figure{Name: fmt.Sprintf("%s, p99 at %d against %d", name, o.Large, o.Small), Value: r.p99[o.Large], Unit: "ms", Floor: r.p99[o.Small], Ratio: r.p99[o.Large] / r.p99[o.Small], Aim: "≤ 20 ms and ≤ 1.5 ×"},
			Figure{Name: name + ", p50", Value: r.p50[o.Large], Unit: "ms", Floor: r.p50[o.Small], Ratio: r.p50[o.Large] / r.p50[o.Small]})
	}
	return list, nil
}

// Lists measures the work list and the matter page's data at two sizes.
func Lists(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	return o.compare(ctx, o.filled, map[string]question{
		"work list, whole station": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["duty_lead"])
			return func(i int) error {
				_, err := a.Boards.Matters.WorkList(ctx, s, matters.Tabs[1+i%5], matters.Filter{}, a.Desk.Clock.Now(), "", 50)
				return err
			}
		},
		"work list, one cell": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["cell_worker"])
			return func(int) error {
				_, err := a.Boards.Matters.WorkList(ctx, s, matters.AllOpen, matters.Filter{}, a.Desk.Clock.Now(), "", 50)
				return err
			}
		},
		"ledger, one cell": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["cell_worker"])
			return func(int) error {
				_, err := a.Boards.Matters.Ledger(ctx, s, matters.Filter{}, "", 50)
				return err
			}
		},
		"matter page": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["duty_lead"])
			p, err := a.Boards.Matters.Ledger(ctx, s, matters.Filter{}, "", 200)
			return func(i int) error {
				if err != nil {
					return err
				}
				events, err := a.Engine.Journal.Stream(ctx, s.Station(), matter.Stream(p.Rows[i%len(p.Rows)].ID), 0)
				if err != nil {
					return err
				}
				_, err = matter.Fold(events)
				return err
			}
		},
	})
}

// Search measures two-character searches at two sizes: a common and a rare word, in the whole station and in one cell.
func Search(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	find := func(who, word string) func(*app.App, map[string]access.Who) func(int) error {
		return func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast[who])
			return func(int) error {
				_, _, err := a.Boards.Search.Find(ctx, s, word, "", 20)
				return err
			}
		}
	}
	return o.compare(ctx, o.filled, map[string]question{
		"search 井盖 (common), station": find("duty_lead", "井盖"), "search 没有 (rare), station": find("duty_lead", "没有"),
		"search 井盖 (common), one cell": find("cell_worker", "井盖"), "search 孩子 (common), one cell": find("cell_worker", "孩子"),
	})
}

// Rebuild measures how fast all boards come back from the journal.
func Rebuild(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	a, _, err := o.filled(ctx, "rebuild", o.Large)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	var rates, reads []float64
	for range o.Rounds {
		start := o.Clock.Now()
		var n int
		for at := journal.Seq(0); ; {
			events, err := a.Engine.Journal.Read(ctx, "rebuild", at, 20000)
			if err != nil {
				return nil, err
			}
			if len(events) == 0 {
				break
			}
			n, at = n+len(events), events[len(events)-1].Seq
		}
		read := o.Clock.Now()
		applied, err := a.Boards.Rebuild(ctx)
		if err != nil {
			return nil, err
		}
		rates = append(rates, float64(applied)/o.Clock.Now().Sub(read).Seconds())
		reads = append(reads, float64(n)/read.Sub(start).Seconds())
		o.Say("rebuilt %d events: %.0f/s; only reading them: %.0f/s", applied, rates[len(rates)-1], reads[len(reads)-1])
	}
	return []Figure{{Name: "rebuild of all boards", Value: median(rates), Unit: "events/s", Floor: median(reads), Ratio: median(rates) / median(reads), Aim: "≥ 50,000 events/s"}}, nil
}

// Start measures opening an app whose journal is long, and what it then holds of memory.
func Start(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	a, cast, err := o.filled(ctx, "start", o.Large)
	if err != nil {
		return nil, err
	}
	head, _, err := a.Engine.Journal.Head(ctx, "start")
	if err != nil {
		return nil, err
	}
	if err := a.Close(); err != nil {
		return nil, err
	}
	start := o.Clock.Now()
	a, err = app.Open(ctx, app.Config{Data: filepath.Join(o.Data, "start"), DB: o.DB, Clock: o.Clock, Station: "start"})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if _, err := a.Boards.CatchUp(ctx); err != nil {
		return nil, err
	}
	s := a.Policy.Scope(cast["duty_lead"])
	if _, err := a.Boards.Matters.WorkList(ctx, s, matters.AllOpen, matters.Filter{}, o.Clock.Now(), "", 50); err != nil {
		return nil, err
	}
	took := o.Clock.Now().Sub(start)
	return []Figure{
		{Name: fmt.Sprintf("start to the first list with %d events", head), Value: float64(took.Microseconds()) / 1000, Unit: "ms", Aim: "≤ 1,000 ms"},
		{Name: "resident memory of this process", Value: residentMB(), Unit: "MB"},
	}, nil
}

// residentMB is what the process holds in memory, as the system counts it; 0 where it does not say.
func residentMB() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident int
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return float64(resident*os.Getpagesize()) / (1 << 20)
}
