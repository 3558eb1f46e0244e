package desk

import (
	"slices"
	"sync"
	"sync/atomic"

	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
)

// lanes let the acts on one stream pass one after another. Where a crowd wants the same thing at once, everybody would otherwise decide
// on the same version and all but one decide anew, again and again. In a lane the next one decides on what the one before has handed to
// the journal, so that a whole crowd is written in a few commits; nobody is answered before their own commit.
//
// A lane is of one process: acts of other processes still meet at the journal, which takes the first and has the others decided anew.
// When one that was handed over is not written after all, what was decided on it is refused with it by the journal and decided anew on
// what is read again. Right does not rest on lanes; they spare the storm.
type lanes struct {
	mu   sync.Mutex
	open map[string]*lane
}

// lane is one stream's. It is forgotten when nobody is in it.
type lane struct {
	turn  sync.Mutex
	users int
	day   *appointment.Day // as handed to the journal so far; only read and changed by whose turn it is
	last  journal.Queued   // the last that was handed over: who decides on day decides on it
	wrong atomic.Bool      // something handed over was not written: day must be read again
}

// turn is an act's turn in its lanes.
type turn struct {
	of    *lanes
	names []string
	lanes []*lane
	over  bool // the next ones decide
	left  bool
}

// enter waits for its turn in every lane. Lanes are entered in one order, so that nobody waits in a circle.
func (l *lanes) enter(streams ...string) *turn {
	t := &turn{of: l, names: slices.Compact(slices.Sorted(slices.Values(streams)))}
	for _, name := range t.names {
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
		x.turn.Lock()
		t.lanes = append(t.lanes, x)
	}
	return t
}

// lane gives the lane of a stream the turn is in, nil for none.
func (t *turn) lane(stream string) *lane {
	if t == nil {
		return nil
	}
	if i := slices.Index(t.names, stream); i >= 0 {
		return t.lanes[i]
	}
	return nil
}

// next lets the next ones decide.
func (t *turn) next() {
	if t == nil || t.over {
		return
	}
	t.over = true
	for _, x := range t.lanes {
		x.turn.Unlock()
	}
}

// end leaves the lanes, once; written tells whether what was handed over is in the journal now.
func (t *turn) end(written bool) {
	if t == nil || t.left {
		return
	}
	t.next()
	t.left = true
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	for i, x := range t.lanes {
		if !written {
			x.wrong.Store(true)
		}
		if x.users--; x.users == 0 {
			delete(t.of.open, t.names[i])
		}
	}
}

// queue waits for the act's turn on streams that crowds want. It is asked once in an act, before anything of them is read.
func (c *call) queue(streams ...string) { c.turn = c.lanes.enter(streams...) }

// day loads a window's day as it stands, in the act's turn: what the lane remembers and what other processes wrote since.
func (c *call) day(p appointment.Place) (*appointment.Day, error) {
	x := c.turn.lane(p.Stream())
	if x == nil {
		return c.WindowDay(c.ctx, c.who.Station, p)
	}
	if x.wrong.Swap(false) {
		x.day, x.last = nil, nil
	}
	day := x.day
	if day == nil {
		day = appointment.NewDay(p)
	}
	x.day = nil // until it is whole
	events, err := c.Journal.Stream(c.ctx, c.who.Station, p.Stream(), day.Version)
	if err != nil {
		return nil, err
	}
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return nil, err
		}
		day.Apply(v, work.Where(&events[i]))
	}
	x.day = day
	return day, nil
}

// hand gives the batch to the journal and lets the next ones decide on it; the answer is waited for. A journal that keeps no line is
// waited for within the turn.
func (c *call) hand() (journal.Receipt, error) {
	line, ok := c.Journal.(journal.Queue)
	if c.turn == nil || !ok {
		r, err := c.Journal.Append(c.ctx, c.batch)
		c.turn.end(false) // nothing was foreseen: what the lane remembers is read again
		return r, err
	}
	queued := line.Queue(c.batch, c.turn.before()...)
	c.foresee(queued)
	c.turn.next()
	r, err := queued.Wait()
	c.turn.end(err == nil && !r.Repeat)
	return r, err
}

// before is what the lanes were last handed: the act was decided on it.
func (t *turn) before() (list []journal.Queued) {
	for _, x := range t.lanes {
		if x.last != nil {
			list = append(list, x.last)
		}
	}
	return list
}

// foresee puts what was handed over into what the lanes remember.
func (c *call) foresee(q journal.Queued) {
	for stream, events := range c.made {
		x := c.turn.lane(stream)
		if x == nil || x.day == nil {
			continue
		}
		x.last = q
		for _, e := range events {
			x.day.Apply(e, work.At{HappenedAt: c.moment.HappenedAt, RecordedAt: c.moment.Now, Actor: c.who.Person, OnBehalfOf: c.moment.OnBehalfOf, Version: x.day.Version + 1})
		}
	}
}
