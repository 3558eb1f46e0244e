// Package demo fills a station with invented people and invented work, by real acts alone: a county seat of 31 cells and 28 beats at
// the size of the second model station. Everything follows from the seed; the same seed gives the same journal, hash for hash.
package demo

import (
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/matter"
)

// Options say what to build. Zero fields get the usual value.
type Options struct {
	Playbook string    // shengrenjian
	Days     int       // 90
	Seed     uint64    // 1
	End      time.Time // where the clock stands afterwards; required
	// Hour is called each simulated hour: the owner lets boards follow and tells of clocks that ran out.
	Hour func(context.Context) error
	// Day is told how many days are done.
	Day func(done, of int)
}

// Result is what was built.
type Result struct {
	Accounts []Account
	Receipts []string // three to try: closed, under way, just come in
	Acts     int
	Reports  int
	Matters  int
}

// life is a station being lived in. The demonstration is built with one, and kept alive with another.
type life struct {
	ctx      context.Context
	d        *desk.Desk
	clk      *clock.Stepped
	station  string
	rng      *rand.Rand
	town     *town
	end      time.Time
	opt      Options
	keys     string
	acts     int
	stills   int // acts that draw nothing
	people   int
	accounts []Account

	queue   queue
	order   int
	jobs    map[string]*job
	jobList []*job
	reports []*arrival
	held    map[string]int // by the clock that ran out

	conference string // the last joint conference
	flagged    bool   // violence at home was told of once
	kitIDs     []string
	long       *job // the one dispute that takes most of the time
}

// Build founds a station and lets it live for some days, up to opt.End.
func Build(ctx context.Context, d *desk.Desk, clk *clock.Stepped, station string, opt Options) (Result, error) {
	if opt.Playbook == "" {
		opt.Playbook = "shengrenjian"
	}
	if opt.Days <= 0 {
		opt.Days = 90
	}
	if opt.Seed == 0 {
		opt.Seed = 1
	}
	opt.End = opt.End.UTC().Truncate(time.Microsecond)
	l := newLife(ctx, d, station, opt.Seed)
	l.clk, l.end, l.opt = clk, opt.End, opt
	begin := opt.End.AddDate(0, 0, -opt.Days)
	clk.Set(begin.Add(-time.Hour))
	if err := l.found(opt.Playbook); err != nil {
		return Result{}, fmt.Errorf("found the station: %w", err)
	}
	var err error
	if l.town, err = look(ctx, d, station); err != nil {
		return Result{}, err
	}
	l.plan(begin)
	l.goRound()
	l.cards(begin)
	l.keepFirms(begin)
	l.reunions(begin)
	l.kits(begin)
	l.keepThings(begin)
	l.windows()
	l.ownData(begin)
	l.talk()
	if err := l.run(begin, opt.End.Add(-tidying)); err != nil {
		return Result{}, err
	}
	if err := l.tidy(); err != nil {
		return Result{}, err
	}
	if err := l.run(opt.End.Add(-tidying), opt.End); err != nil {
		return Result{}, err
	}
	clk.Set(opt.End)
	return Result{l.accounts, l.samples(), l.acts, len(l.reports), len(l.jobs)}, nil
}

func newLife(ctx context.Context, d *desk.Desk, station string, seed uint64) *life {
	return &life{ctx: ctx, d: d, station: station, rng: rand.New(rand.NewPCG(seed, 0x5eed)), jobs: map[string]*job{}, held: map[string]int{}, keys: "demo"}
}

func (l *life) now() time.Time { return l.d.Clock.Now() }

// do takes an act. A refusal is a mistake of the demonstration, or of the house, and ends it.
func (l *life) do(who access.Who, name string, act any) (desk.Answer, error) {
	l.acts++
	a, err := l.d.Do(l.ctx, who, desk.Envelope{Key: fmt.Sprintf("%s-%d", l.keys, l.acts)}, name, act)
	if err != nil {
		return a, fmt.Errorf("%s by %s %s on %v: %w", name, who.Role, who.Person, act, err)
	}
	if l.clk != nil {
		l.clk.Advance(time.Duration(1+l.rng.IntN(5_000_000)) * time.Microsecond)
	}
	return a, nil
}

// by takes an act of a person.
func (l *life) by(person, name string, act any) (desk.Answer, error) {
	return l.do(l.town.who[person], name, act)
}

// load gives a matter as it stands.
func (l *life) load(id string) (matter.Matter, error) {
	events, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, err
	}
	return matter.Fold(events)
}

// at puts something on the list of what is to happen.
func (l *life) at(t time.Time, do func() error) {
	l.order++
	heap.Push(&l.queue, happening{t, l.order, do})
}

// after does so some time from now, between two bounds.
func (l *life) after(low, high time.Duration, do func() error) {
	l.at(l.now().Add(l.between(low, high)), do)
}

func (l *life) between(low, high time.Duration) time.Duration {
	return low + time.Duration(l.rng.Int64N(int64(high-low)+1))
}

// run lets everything happen up to a time, hour by hour.
func (l *life) run(from, until time.Time) error {
	for hour := from.Add(time.Hour); ; hour = hour.Add(time.Hour) {
		stop := hour
		if stop.After(until) {
			stop = until
		}
		for len(l.queue) > 0 && l.queue[0].at.Before(stop) {
			h := heap.Pop(&l.queue).(happening)
			l.step(h.at)
			if err := h.do(); err != nil {
				return fmt.Errorf("%s: %w", l.now().In(clock.Shanghai).Format(time.DateTime), err)
			}
		}
		l.step(stop)
		if l.opt.Hour != nil {
			if err := l.opt.Hour(l.ctx); err != nil {
				return err
			}
		}
		if days := int(stop.Sub(l.end.AddDate(0, 0, -l.opt.Days)) / (24 * time.Hour)); l.opt.Day != nil && stop.Equal(hour) && int(hour.Sub(from)/time.Hour)%24 == 0 {
			l.opt.Day(days, l.opt.Days)
		}
		if !stop.Before(until) {
			return nil
		}
	}
}

// step moves the clock on, never back.
func (l *life) step(t time.Time) {
	if t.After(l.now()) {
		l.clk.Set(t)
	}
}

// refused tells whether an act was refused rather than failed: somebody at a screen was faster.
func refused(err error) bool { _, ok := fault.Of(err); return ok }

type happening struct {
	at time.Time
	n  int
	do func() error
}

type queue []happening

// Len implements heap.Interface.
func (q queue) Len() int { return len(q) }

// Less implements heap.Interface: what was put there first comes first.
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}

// Swap implements heap.Interface.
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(happening)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
