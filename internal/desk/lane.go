package desk

import (
	"slices"
	"sync"
)

// lanes let the acts on one stream pass one after another. Where a crowd wants the same thing at once, everybody would otherwise decide
// on the same version and all but one decide anew, again and again. A lane is of one process: acts of other processes still meet at the
// journal, which takes the first and has the others decided anew; right stays right, lanes only spare the storm.
type lanes struct {
	mu   sync.Mutex
	open map[string]*lane
}

type lane struct {
	sync.Mutex
	users int
}

// enter waits for its turn in every lane and gives what leaves them. Lanes are entered in one order, so that nobody waits in a circle.
func (l *lanes) enter(streams ...string) (leave func()) {
	names := slices.Compact(slices.Sorted(slices.Values(streams)))
	held := make([]*lane, len(names))
	for i, name := range names {
		l.mu.Lock()
		if l.open == nil {
			l.open = map[string]*lane{}
		}
		x := l.open[name]
		if x == nil {
			x = &lane{}
			l.open[name] = x
		}
		x.users++
		l.mu.Unlock()
		x.Lock()
		held[i] = x
	}
	return func() {
		for i, x := range held {
			x.Unlock()
			l.mu.Lock()
			if x.users--; x.users == 0 {
				delete(l.open, names[i])
			}
			l.mu.Unlock()
		}
	}
}

// queue waits for the act's turn on streams that crowds want. It is asked once in an act, before anything of them is read; the turn
// ends when the act is written or refused.
func (c *call) queue(streams ...string) { c.leave = c.lanes.enter(streams...) }
