// Package clock hands time in as a value: who asks for the time is given a [Clock], so that tests, stories, replays and
// phones can decide it. It knows the working days and public holidays of China ([Calendar]) and works out when a legal
// or house limit runs out ([Due]).
//
// All instants are exact to the microsecond, which is what the journal keeps; finer parts are dropped.
package clock

import (
	"sync"
	"time"
)

// Shanghai is the time of all of China, UTC+8 all year. It is fixed, so no time zone files are needed on the machine;
// the summer time of 1986–1991 is not known to it.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// A Clock tells the time. Now MUST be safe for concurrent use.
type Clock interface{ Now() time.Time }

// System is the clock of the machine, in UTC and whole microseconds. It is the one place that reads it.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Stepped is a clock that stands still until told otherwise: for tests, stories and the demonstration.
// It is safe for concurrent use; the zero value stands at the zero time.
type Stepped struct {
	mu  sync.RWMutex
	now time.Time
}

// NewStepped returns a clock that stands at now.
func NewStepped(now time.Time) *Stepped { return &Stepped{now: now} }

// Now returns the instant the clock stands at.
func (s *Stepped) Now() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.now
}

// Set moves the clock to now, forwards or back.
func (s *Stepped) Set(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// Advance moves the clock by d and returns where it then stands.
func (s *Stepped) Advance(d time.Duration) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
	return s.now
}
