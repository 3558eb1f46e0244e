package dispute

import (
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// tale is a dispute in the making: rules are asked on it, events are added to it, an hour passes with each step.
type tale struct {
	*Dispute
	t      testing.TB
	after  time.Duration
	others map[string]matter.Matter
}

// begun is a dispute that p1 has in hand, between party "a" (side a) and party "b" (side b).
func begun(t testing.TB) *tale {
	d := &tale{Dispute: &Dispute{}, t: t, others: map[string]matter.Matter{}}
	return d.then("p1", matter.Opened{ID: "d1", Number: "260302-00001", Kind: "dispute", Grade: "planned", Title: "界址", Cell: "c1", Place: "东沟",
		Limits: worktest.Book{}.Limits("dispute", "planned")}, matter.Assigned{To: "p1"}, matter.Acknowledged{}, matter.Started{},
		matter.PartyAdded{Party: "a", Side: "a"}, matter.PartyAdded{Party: "b", Side: "b"})
}

// then adds events of somebody's, an hour later.
func (d *tale) then(actor string, events ...work.Event) *tale {
	d.t.Helper()
	d.after += time.Hour
	at := worktest.Start.Add(d.after)
	for _, e := range events {
		if err := d.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: actor, Version: d.Version + 1}); err != nil {
			d.t.Fatal(err)
		}
	}
	return d
}

// days lets days pass.
func (d *tale) days(n int) *tale { d.after += time.Duration(n) * 24 * time.Hour; return d }

// asked is the gate passed: every party asked alone, nobody said yes.
func (d *tale) asked() *tale {
	for _, p := range d.Parties {
		d.then("p1", SafetyAsked{Party: p.ID})
	}
	return d
}

// on puts the dispute on a track: the gate passed, both sides willing.
func (d *tale) on(track, host string) *tale {
	return d.asked().then("p1", TrackChosen{No: len(d.Courses) + 1, Track: track, Host: host, Consents: []string{"a", "b"}, From: worktest.Start.Add(d.after)})
}

// held is a session held on the present track with an outcome (agreed, continue, failed, broken_off).
func (d *tale) held(outcome string) *tale {
	return d.then("p1", SessionHeld{Session: "s" + string(rune('1'+len(d.Sessions))), Course: d.Track.No, No: len(d.Held()) + 1, Track: d.Track.Track, At: worktest.Start.Add(d.after),
		Preside: "p1", Officers: 2, Present: []string{"a", "b"}, Outcome: outcome})
}

// by is the moment of somebody's act now, an hour after the last event.
func (d *tale) by(actor string) Moment {
	mo := worktest.Moment(actor, d.after+time.Hour)
	mo.Role = mo.Book.Role(actor)
	return Moment{Moment: mo, Rules: &worktest.Rules{}, Other: func(id string) (matter.Matter, error) {
		m, ok := d.others[id]
		if !ok {
			return m, fault.New(fault.Missing, "matter.not_found", nil)
		}
		return m, nil
	}}
}

// does adds what a rule decided, which must not refuse: d.does("p1")(d.Say(Say{…}, d.by("p1"))).
func (d *tale) does(actor string) func([]work.Event, error) *tale {
	return func(events []work.Event, err error) *tale {
		d.t.Helper()
		if err != nil {
			d.t.Fatalf("refused: %v", err)
		}
		return d.then(actor, events...)
	}
}

// refused demands that a rule refuses with a code; "" that it does not.
func refused(t testing.TB, code string) func([]work.Event, error) {
	return func(events []work.Event, err error) {
		t.Helper()
		worktest.Check(t, events, err, code)
	}
}

var _ Rules = (*worktest.Rules)(nil)

// ruled is a rule put to the test: given a dispute, an act answers with a refusal or with events, the first of which are wanted.
type ruled struct {
	rule string
	d    func(testing.TB) *tale
	act  func(d *tale) ([]work.Event, error)
	code string
	want []work.Event
}

func put(t *testing.T, rules []ruled) {
	for _, r := range rules {
		t.Run(r.rule, func(t *testing.T) {
			got, err := r.act(r.d(t))
			if r.code == "" && err == nil && len(got) >= len(r.want) {
				got = got[:len(r.want)] // what follows from it, such as a risk grade, is tested there
			}
			worktest.Check(t, got, err, r.code, r.want...)
		})
	}
}

// from gives a tale made from the beginning by steps.
func from(steps ...func(*tale) *tale) func(testing.TB) *tale {
	return func(t testing.TB) *tale {
		d := begun(t)
		for _, s := range steps {
			d = s(d)
		}
		return d
	}
}

// told adds events of p1's.
func told(events ...work.Event) func(*tale) *tale {
	return func(d *tale) *tale { return d.then("p1", events...) }
}

var (
	asked   = (*tale).asked
	flagged = told(SafetyFlagged{Party: "a"})
)

// onto puts a dispute on a track of a host.
func onto(track, host string) func(*tale) *tale {
	return func(d *tale) *tale { return d.on(track, host) }
}
