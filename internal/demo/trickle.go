package demo

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Trickle keeps a built station alive until ctx ends: about every so often a report comes in, or somebody does the next step of a
// matter. What is late, and what a visitor has just touched, is left to the visitor.
func Trickle(ctx context.Context, d *desk.Desk, station string, every time.Duration) error {
	began := d.Clock.Now()
	l := newLife(ctx, d, station, uint64(began.UnixMicro()))
	l.keys = "trickle-" + strconv.FormatInt(began.UnixMicro(), 36)
	if err := l.remember(); err != nil {
		return err
	}
	for {
		wait := time.NewTimer(l.between(every*2/3, every*4/3))
		select {
		case <-ctx.Done():
			wait.Stop()
			return nil
		case <-wait.C:
		}
		if err := l.stir(); err != nil && !refused(err) && !errors.Is(err, context.Canceled) {
			return err
		}
	}
}

// remember reads which matters there are.
func (l *life) remember() error {
	var err error
	if l.town, err = look(l.ctx, l.d, l.station); err != nil {
		return err
	}
	for at := journal.Seq(0); ; {
		events, err := l.d.Journal.Read(l.ctx, l.station, at, 2000)
		if err != nil || len(events) == 0 {
			return err
		}
		for i := range events {
			at = events[i].Seq
			if !strings.HasPrefix(events[i].Stream, "matter/") || events[i].Version != 1 {
				continue
			}
			v, err := work.Decode(&events[i])
			if err != nil {
				return err
			}
			e := v.(matter.Opened)
			if t := l.topicOf(e.Kind); t != nil {
				j := &job{id: e.ID, where: e.Place, topic: t, cell: place{id: e.Cell, scenes: t.scenes}, left: 1}
				l.jobs[j.id], l.jobList = j, append(l.jobList, j)
			}
		}
	}
}

// topicOf is a topic that such a matter can be about.
func (l *life) topicOf(kind string) *topic {
	i := slices.IndexFunc(topics, func(t *topic) bool { return l.town.kind(t) == kind })
	if i < 0 {
		return nil
	}
	return topics[i]
}

// mostWaiting is how many reports of its own the trickle lets wait before it only works.
const mostWaiting = 12

// stir lets what is due happen, and one thing more.
func (l *life) stir() error {
	var err error
	if l.town, err = look(l.ctx, l.d, l.station); err != nil {
		return err
	}
	for len(l.queue) > 0 && !l.queue[0].at.After(l.now()) {
		if err := heap.Pop(&l.queue).(happening).do(); err != nil && !refused(err) {
			return err
		}
	}
	waiting := 0
	for _, a := range l.reports {
		if a.matters == nil && !a.gone {
			waiting++
		}
	}
	if waiting < mostWaiting && l.chance(40) {
		var can []*topic
		for _, t := range topics {
			if !t.own && l.town.kind(t) != "" && hours[t.hours][l.now().In(clock.Shanghai).Hour()] > 0 {
				can = append(can, t)
			}
		}
		if can == nil {
			return nil
		}
		a := &arrival{at: l.now(), topic: l.weighted(can)}
		l.tell(a, nil)
		return l.arrive(a)
	}
	return l.move()
}

// move does the next step of some matter that is neither late nor just touched.
func (l *life) move() error {
	cal, err := l.d.Calendar(l.ctx, l.station)
	if err != nil || len(l.jobList) == 0 {
		return err
	}
	newest := l.jobList[max(0, len(l.jobList)-150):]
	for range 20 {
		j := pick(l, newest)
		m, err := l.load(j.id)
		if err != nil {
			return err
		}
		if late, _ := stands(m.Clocks(cal, l.now()), l.now()); late || !m.IsOpen() || l.now().Sub(m.UpdatedAt) < 5*minute {
			continue
		}
		_, err = l.act(j, &m)
		return err
	}
	return nil
}
