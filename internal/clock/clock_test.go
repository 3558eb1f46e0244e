package clock

import (
	"sync"
	"testing"
	"time"
)

func TestStepped(t *testing.T) {
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, Shanghai)
	c := NewStepped(start)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				c.Advance(time.Second)
				c.Now()
			}
		})
	}
	wg.Wait()
	if got := c.Now().Sub(start); got != 800*time.Second {
		t.Errorf("advanced by %v, want 800s", got)
	}
	c.Set(start)
	if !c.Now().Equal(start) {
		t.Error("Set did not move the clock back")
	}
}

func TestSystemIsWholeMicrosecondsUTC(t *testing.T) {
	now := System().Now()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("System().Now() = %v", now)
	}
}
