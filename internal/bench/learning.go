package bench

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/reader"
	"maplegrid/internal/triage"
	"maplegrid/internal/work/report"
	"maplegrid/playbooks"
)

// How much a station is given to learn and to remember (issue "Intake").
const (
	lessonsLearned = 50_000
	placesKnown    = 5_000
	saidBefore     = 100_000
	actsEvery      = 20 * time.Millisecond // by each of eight clients: a busy hour, not a flood
	busyClients    = 8
)

// Learning measures what triage costs a busy station: acts while it trains, training itself, and reading one message.
func Learning(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	base, err := fs.Sub(playbooks.FS, "base")
	if err != nil {
		return nil, err
	}
	words, rows, err := triage.ReadWords(base)
	if err != nil {
		return nil, err
	}
	learned := &triage.Lessons{}
	for i := range lessonsLearned { // two messages said in one breath, by the kind of the first
		first, second := rows[i%len(rows)], rows[(i*7+i/len(rows)*131)%len(rows)]
		learned.Put(fmt.Sprintf("l%06d", i), triage.Row{Text: first.Text + "，" + second.Text, Kind: first.Kind, Urgency: first.Urgency})
	}
	began := o.Clock.Now()
	engine, err := learned.Learn(ctx, words, nil)
	if err != nil {
		return nil, err
	}
	figures := []Figure{{Name: fmt.Sprintf("training on %d lessons, one core", lessonsLearned), Value: o.Clock.Now().Sub(began).Seconds(), Unit: "s", Aim: "≤ 60 s"}}
	o.Say("trained in %.1f s", figures[0].Value)
	busy, err := o.whileLearning(ctx, learned, words)
	if err != nil {
		return nil, err
	}
	read, err := o.reading(engine, rows)
	return append(append(figures, busy...), read...), err
}

// whileLearning measures acts with and without a training in the background, in turns.
func (o *Options) whileLearning(ctx context.Context, learned *triage.Lessons, words triage.Words) ([]Figure, error) {
	a, cast, err := o.station(ctx, "learning")
	if err != nil {
		return nil, err
	}
	defer a.Close()
	follow, stop := context.WithCancel(ctx)
	defer stop()
	go a.Run(follow)
	var calm, busy, took []float64
	for round := range o.Rounds {
		slow, err := o.acting(ctx, a, cast["officer"], fmt.Sprintf("calm-%d", round))
		if err != nil {
			return nil, err
		}
		learn, done := context.WithCancel(ctx)
		ended := make(chan error, 1)
		began := o.Clock.Now()
		go func() {
			_, err := learned.Learn(learn, words, reader.Rest)
			took = append(took, o.Clock.Now().Sub(began).Seconds())
			ended <- err
		}()
		slower, err := o.acting(ctx, a, cast["officer"], fmt.Sprintf("busy-%d", round))
		if round < o.Rounds-1 {
			done() // how long it takes to its end is measured once
		}
		if learnErr := <-ended; err == nil && round == o.Rounds-1 {
			err = learnErr
		}
		done()
		if err != nil {
			return nil, err
		}
		o.Say("round %d: a hundredth of acts takes longer than %.1f ms, %.1f ms while it learns", round+1, slow, slower)
		calm, busy = append(calm, slow), append(busy, slower)
	}
	c, b := median(calm), median(busy)
	return []Figure{{Name: "slowest of a hundred acts while it learns", Value: b, Unit: "ms", Floor: c, Ratio: b / c, Aim: "ratio ≤ 1.5"},
		{Name: "the same training in the background", Value: took[len(took)-1], Unit: "s"}}, nil
}

// acting sends acts at the pace of a busy hour and gives the 99th percentile in milliseconds.
func (o *Options) acting(ctx context.Context, a *app.App, who access.Who, name string) (float64, error) {
	var mu sync.Mutex
	var took []float64
	var bad error
	var all sync.WaitGroup
	until := o.Clock.Now().Add(o.For)
	for client := range busyClients {
		all.Go(func() {
			tick := time.NewTicker(actsEvery)
			defer tick.Stop()
			for n := 0; o.Clock.Now().Before(until); n++ {
				began := o.Clock.Now()
				_, err := a.Desk.Do(ctx, who, desk.Envelope{Key: fmt.Sprintf("%s-%d-%d", name, client, n)}, "report.submit",
					&report.Submit{Words: sentences[n%len(sentences)], Cell: "c1", Place: fmt.Sprintf("第%d号院", n)})
				mu.Lock()
				if took = append(took, float64(o.Clock.Now().Sub(began).Microseconds())/1000); err != nil {
					bad = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
				<-tick.C
			}
		})
	}
	all.Wait()
	if bad != nil || len(took) == 0 {
		return 0, bad
	}
	slices.Sort(took)
	return took[len(took)*99/100], nil
}

// reading measures all of triage for one message, with many places known and many messages remembered.
func (o *Options) reading(engine *triage.Engine, rows []triage.Row) ([]Figure, error) {
	entries := make([]triage.Entry, placesKnown)
	for i := range entries {
		entries[i] = triage.Entry{Name: fmt.Sprintf("%c%c%c村%d组", '一'+rune(i*37%2000), '丁'+rune(i*91%3000), '上'+rune(i%500), i%9), Cell: grid.CellID(fmt.Sprintf("c%d", i%40))}
	}
	engine = engine.At(triage.NewGazetteer(entries), triage.Market{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	index := triage.NewIndex()
	at := o.Clock.Now()
	said := func(i int) (string, triage.Message) {
		text := rows[i%len(rows)].Text + "，在" + entries[i*13%len(entries)].Name + strings.Repeat("那边", i%3)
		return text, triage.Message{Text: text, At: at.Add(time.Duration(i-saidBefore) * 26 * time.Second), Cell: entries[i*13%len(entries)].Cell}
	}
	for i := range saidBefore { // over thirty days
		text, m := said(i)
		index.Add(text, engine.Read(m).Past(fmt.Sprintf("r%d", i), fmt.Sprintf("p%d", i%900), "", m))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	const n = 2000
	began := o.Clock.Now()
	for i := range n {
		text, m := said(saidBefore + i)
		p := engine.Read(m).Past("", "", "", m)
		index.Find(text, p)
	}
	each := float64(o.Clock.Now().Sub(began).Microseconds()) / n
	size := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	runtime.KeepAlive(index)
	return []Figure{{Name: fmt.Sprintf("reading a message, %d places, %d earlier messages", placesKnown, saidBefore), Value: each, Unit: "µs", Aim: "≤ 1000 µs"},
		{Name: fmt.Sprintf("memory of %d earlier messages", saidBefore), Value: size, Unit: "MB"}}, nil
}
