package web

import (
	"net/http"
	"sync"
	"time"

	"maplegrid/internal/clock"
)

// gates hold back who tries too often. They count in memory and forget when the server starts again.
type gates struct {
	account  *slow   // wrong passwords by account name
	source   *slow   // wrong passwords by where they come from
	code     *slow   // wrong codes of the second factor, by person
	guesses  *budget // receipt codes asked for, by source
	all      *budget // the same, from everywhere
	proofs   *budget // one-time codes tried or asked for, by source
	reports  *budget // reports without an account, by source
	photos   *budget // pictures without an account, by source
	bookings *budget // appointments without an account, by source
	setup    *slow   // wrong setup codes
	codes    *sync.Mutex
	lastCode map[string]int64 // the step of the last code of each person
}

func newGates(c clock.Clock) gates {
	return gates{
		codes: &sync.Mutex{}, lastCode: map[string]int64{},
		account:  &slow{clock: c, free: 5, first: 15 * time.Minute, most: 4 * time.Hour},
		source:   &slow{clock: c, free: 20, first: 15 * time.Minute, most: 4 * time.Hour},
		code:     &slow{clock: c, free: 5, first: 15 * time.Minute, most: 4 * time.Hour},
		setup:    &slow{clock: c, free: 10, first: 15 * time.Minute, most: time.Hour},
		guesses:  &budget{clock: c, most: 30, every: 10 * time.Minute},
		all:      &budget{clock: c, most: 2000, every: 10 * time.Minute},
		proofs:   &budget{clock: c, most: 20, every: 10 * time.Minute},
		reports:  &budget{clock: c, most: 30, every: time.Hour},
		photos:   &budget{clock: c, most: 60, every: time.Hour},
		bookings: &budget{clock: c, most: 40, every: time.Hour}, // a village behind one address books a summer's cards
	}
}

// MayGuess tells whether another code may be asked for by whoever sent a request: not when they had too many wrong ones, nor, for who
// had one, when there were too many from everywhere.
func (s *Site) MayGuess(r *http.Request) bool {
	from := source(r)
	return s.gates.guesses.left(from) && (s.gates.all.left("") || !s.gates.guesses.began(from))
}

// Guessed counts a code that was wrong.
func (s *Site) Guessed(r *http.Request) {
	s.gates.guesses.take(source(r))
	s.gates.all.take("")
}

// MayTry is MayGuess by where the request comes from alone, and Tried counts there alone.
func (s *Site) MayTry(r *http.Request) bool { return s.gates.guesses.left(source(r)) }

// Tried counts a code that was wrong where MayTry was asked.
func (s *Site) Tried(r *http.Request) { s.gates.guesses.take(source(r)) }

// MayReport spends one of the reports that may be made without an account from one place.
func (s *Site) MayReport(r *http.Request) bool { return s.gates.reports.take(source(r)) }

// MayBook spends one of the appointments that may be made without an account from one place.
func (s *Site) MayBook(r *http.Request) bool { return s.gates.bookings.take(source(r)) }

// most is how many names a gate remembers; beyond that the ones long quiet are forgotten.
const mostNames = 50_000

// slow lets a few tries fail and then makes each further one wait, longer every time, but never for ever.
type slow struct {
	clock       clock.Clock
	free        int
	first, most time.Duration

	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	failed int
	until  time.Time
	last   time.Time
}

// wait says how long a name has to wait before its next try; zero when it may try now.
func (g *slow) wait(name string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	x := g.tries[name]
	if x == nil {
		return 0
	}
	return max(0, x.until.Sub(g.clock.Now()))
}

// fail counts a wrong try.
func (g *slow) fail(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	if g.tries == nil {
		g.tries = map[string]*tries{}
	}
	if len(g.tries) >= mostNames {
		for k, x := range g.tries {
			if now.Sub(x.last) > g.first && now.After(x.until) {
				delete(g.tries, k)
			}
		}
		if len(g.tries) >= mostNames {
			clear(g.tries)
		}
	}
	x := g.tries[name]
	if x == nil || now.Sub(x.last) > 2*g.most {
		x = &tries{}
		g.tries[name] = x
	}
	x.failed++
	x.last = now
	if x.failed >= g.free {
		wait := g.first << min(x.failed-g.free, 8)
		x.until = now.Add(min(wait, g.most))
	}
}

// pass forgets the wrong tries of a name that has got it right.
func (g *slow) pass(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tries, name)
}

// budget lets so many through in a stretch of time.
type budget struct {
	clock clock.Clock
	most  int
	every time.Duration

	mu    sync.Mutex
	spent map[string]*spent
}

type spent struct {
	n     int
	since time.Time
}

// take spends one; false when nothing is left.
func (b *budget) take(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if b.spent == nil {
		b.spent = map[string]*spent{}
	}
	if len(b.spent) >= mostNames {
		for k, x := range b.spent {
			if now.Sub(x.since) >= b.every {
				delete(b.spent, k)
			}
		}
		if len(b.spent) >= mostNames {
			clear(b.spent)
		}
	}
	x := b.spent[name]
	if x == nil || now.Sub(x.since) >= b.every || now.Before(x.since) {
		x = &spent{since: now}
		b.spent[name] = x
	}
	x.n++
	return x.n <= b.most
}

// left tells whether something is left, without spending it.
func (b *budget) left(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.spent[name]
	return x == nil || b.clock.Now().Sub(x.since) >= b.every || x.n < b.most
}

// began tells whether something was spent in the present stretch.
func (b *budget) began(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.spent[name]
	return x != nil && x.n > 0 && b.clock.Now().Sub(x.since) < b.every
}
