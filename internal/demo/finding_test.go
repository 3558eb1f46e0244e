package demo

import (
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// People who got lost and seekings alone are lived through in every playbook: found and handed over, a meeting, and an end that tells
// nothing.
func TestPeopleAreFound(t *testing.T) {
	for _, name := range []string{"base", "shengrenjian", "caochuan"} {
		t.Run(name, func(t *testing.T) {
			l, begin, _ := alone(t, name, 60)
			l.reunions(begin)
			for _, topic := range topics {
				for i := range 8 {
					if topic.key == "elder" {
						l.at(begin.Add(time.Duration(i+1)*70*hour), func() error { return l.round(topic) })
					}
				}
			}
			if err := l.run(begin, l.end); err != nil {
				t.Fatal(err)
			}
			l.foundAsTheyShould(t)
		})
	}
}

func (l *life) foundAsTheyShould(t *testing.T) {
	t.Helper()
	events, err := l.d.Journal.Read(l.ctx, l.station, 0, 20000)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, sightings, called := map[string]int{}, 0, 0
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			t.Fatal(err)
		}
		opened, ok := v.(matter.Opened)
		if !ok {
			continue
		}
		stream, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(opened.ID), 0)
		if err != nil {
			t.Fatal(err)
		}
		switch opened.Kind {
		case missing.Base:
			x, err := missing.Fold(stream)
			if err != nil {
				t.Fatal(err)
			}
			outcomes[x.Outcome]++
			sightings, called = sightings+len(x.Sightings), called+len(x.Called)
			if x.Outcome != "" && x.Notice != nil && x.Notice.Out && strings.HasPrefix(x.Outcome, "missing") {
				t.Errorf("%s ended and its notice is still out", opened.ID)
			}
		case seek.Base:
			s, err := seek.Fold(stream)
			if err != nil {
				t.Fatal(err)
			}
			outcomes[s.Outcome]++
		}
	}
	t.Logf("outcomes %v, %d called, %d sightings", outcomes, called, sightings)
	if outcomes["missing_home"] < 4 || outcomes["seek_together"] != 1 || outcomes["seek_nothing"] != 1 || sightings == 0 || called == 0 {
		t.Errorf("outcomes %v, %d called, %d sightings", outcomes, called, sightings)
	}
}
