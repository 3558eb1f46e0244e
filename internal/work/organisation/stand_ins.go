package organisation

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// SetStandIns (批量代班) lets one person take the work of several for a time, as when a team is away at a training.
type SetStandIns struct {
	People []string  `json:"people" form:"people,required"`
	By     string    `json:"by" form:"person,required"`
	From   time.Time `json:"from" form:"datetime,required"`
	Until  time.Time `json:"until" form:"datetime,required"`
}

// SetStandIns decides them all or none.
func (o *Org) SetStandIns(a SetStandIns, mo work.Moment) ([]work.Event, error) {
	people := slices.Compact(slices.Sorted(slices.Values(a.People)))
	if err := work.Must(len(people) > 0, "people", "form.required", fault.Args{"field": "people"}); err != nil {
		return nil, err
	}
	if err := work.AtMost("people", len(people), 100); err != nil {
		return nil, err
	}
	var events []work.Event
	for _, p := range people {
		e, err := o.SetStandIn(SetStandIn{Person: p, By: a.By, From: a.From, Until: a.Until}, mo)
		if err != nil {
			if f, ok := fault.Of(err); ok && f.Field == "person" {
				return nil, f.On("people")
			}
			return nil, err
		}
		events = append(events, e...)
	}
	return events, nil
}

// EndStandIn (结束代班) ends at once whatever work of somebody another one takes, as when they are back early.
type EndStandIn struct {
	Person string `json:"person" form:"person,required"`
	By     string `json:"by" form:"person,required"`
}

// StandInEnded is that end.
type StandInEnded struct {
	Person string    `json:"person"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// EventKind implements work.Event.
func (StandInEnded) EventKind() string { return "org.stand_in_ended/1" }

func (e StandInEnded) apply(o *Org, _ work.At) {
	p := o.People[e.Person]
	if p == nil {
		return
	}
	left := make([]StandIn, 0, len(p.StandIns))
	for _, s := range p.StandIns {
		switch {
		case s.By != e.By || !s.Until.After(e.At):
			left = append(left, s)
		case s.From.Before(e.At): // what was done in the time stays true
			s.Until = e.At
			left = append(left, s)
		}
	}
	p.StandIns = left
}

// EndStandIn decides it.
func (o *Org) EndStandIn(a EndStandIn, mo work.Moment) ([]work.Event, error) {
	p, ok := o.People[a.Person]
	if !ok {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil).On("person")
	}
	if !slices.ContainsFunc(p.StandIns, func(s StandIn) bool { return s.By == a.By && s.Until.After(mo.HappenedAt) }) {
		return nil, fault.New(fault.Stale, "org.no_stand_in", nil).On("by")
	}
	return []work.Event{StandInEnded{a.Person, a.By, mo.HappenedAt}}, nil
}

func init() { work.Know[StandInEnded]() }
