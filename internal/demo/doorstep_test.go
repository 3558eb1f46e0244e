package demo

import (
	"testing"
	"time"

	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// Home visits alone are lived through in playbooks with and without a catalogue of their own: done and brought, some not at the first try.
func TestDoorsAreGoneTo(t *testing.T) {
	for _, name := range []string{"base", "shengrenjian"} {
		t.Run(name, func(t *testing.T) {
			l, begin, _ := alone(t, name, 45)
			l.kits(begin)
			for _, topic := range topics {
				for i := range 14 {
					if topic.key == "card" || topic.key == "booking" {
						l.at(begin.Add(30*hour+time.Duration(i+1)*40*hour), func() error { return l.round(topic) })
					}
				}
			}
			if err := l.run(begin, l.end); err != nil {
				t.Fatal(err)
			}
			l.goneAsTheyShould(t)
		})
	}
}

func (l *life) goneAsTheyShould(t *testing.T) {
	t.Helper()
	events, err := l.d.Journal.Read(l.ctx, l.station, 0, 20000)
	if err != nil {
		t.Fatal(err)
	}
	stages, visits, brought := map[doorstep.Stage]int{}, map[string]int{}, 0
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			t.Fatal(err)
		}
		if opened, ok := v.(matter.Opened); !ok || !l.isDoor(opened.Kind) {
			continue
		}
		stream, err := l.d.Journal.Stream(l.ctx, l.station, events[i].Stream, 0)
		if err != nil {
			t.Fatal(err)
		}
		d, err := doorstep.Fold(stream)
		if err != nil {
			t.Fatal(err)
		}
		stages[d.Stage()]++
		for _, x := range d.Visits {
			visits[x.State]++
		}
		if d.Delivered != nil {
			brought++
		}
	}
	t.Log(stages, visits, brought)
	if brought == 0 || stages[doorstep.Ended] == 0 || visits[doorstep.Served] < 10 || visits[doorstep.Nobody] == 0 {
		t.Errorf("%v, %v, %d cards brought", stages, visits, brought)
	}
}
