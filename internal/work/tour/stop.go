package tour

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Start (出发) says that a team has gone out.
type Start struct {
	On
	Team string `json:"team" form:"hidden"`
}

// DoStop (到访) says that a stop was made. Nothing but the time is kept.
type DoStop struct {
	On
	Team  string `json:"team" form:"hidden"`
	Visit string `json:"visit" form:"hidden"`
}

// MissStop (未成) says that a stop came to nothing. What follows from it for the matter is the matter's own.
type MissStop struct {
	On
	Team   string `json:"team" form:"hidden"`
	Visit  string `json:"visit" form:"hidden"`
	Reason string `json:"reason" form:"missed,required"`
}

// Close (收工) ends the day.
type Close struct{ On }

// Start decides a team's leaving.
func (d Day) Start(a Start, mo work.Moment) ([]work.Event, error) {
	if err := d.out(a.Team, mo); err != nil {
		return nil, err
	}
	if !d.Started[a.Team].IsZero() {
		return nil, fault.New(fault.Stale, "tour.started", nil)
	}
	return []work.Event{Started{a.Team}}, nil
}

// DoStop decides a stop made. A team that forgot to say it left has left.
func (d Day) DoStop(a DoStop, mo work.Moment) ([]work.Event, error) {
	events, err := d.check(a.Team, a.Visit, mo)
	if err != nil {
		return nil, err
	}
	return append(events, StopDone{a.Team, a.Visit}), nil
}

// MissStop decides a stop that came to nothing.
func (d Day) MissStop(a MissStop, mo work.Moment) ([]work.Event, error) {
	if err := work.Must(slices.Contains(Misses, a.Reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	if d.Made[a.Visit].Missed != "" {
		return nil, fault.New(fault.Stale, "tour.stop_missed", nil)
	}
	events, err := d.check(a.Team, a.Visit, mo)
	if err != nil {
		return nil, err
	}
	return append(events, StopMissed{a.Team, a.Visit, a.Reason}), nil
}

// Close decides the end of a day.
func (d Day) Close(_ Close, mo work.Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if mo.HappenedAt.In(clock.Shanghai).Format(time.DateOnly) < d.Day {
		return nil, fault.New(fault.Stale, "tour.not_yet", nil)
	}
	var open []string
	for _, t := range d.Laid.Plan.Tours {
		for _, s := range d.Rest(t.Team) {
			open = append(open, s.Visit)
		}
	}
	return []work.Event{Closed{open}}, nil
}

// out refuses what a team that is not of the day, or not on this day, would do.
func (d *Day) out(team string, mo work.Moment) error {
	if err := d.open(); err != nil {
		return err
	}
	if _, ok := d.Team(team); !ok {
		return fault.New(fault.Missing, "tour.no_such_team", nil)
	}
	if mo.HappenedAt.In(clock.Shanghai).Format(time.DateOnly) != d.Day {
		return fault.New(fault.Stale, "tour.other_day", nil)
	}
	return nil
}

// check refuses a stop that is not the team's or is done; it gives what comes before it.
func (d *Day) check(team, visit string, mo work.Moment) ([]work.Event, error) {
	if err := d.out(team, mo); err != nil {
		return nil, err
	}
	if with, ok := d.stop(visit); !ok || with != team {
		return nil, fault.New(fault.Stale, "tour.not_yours", nil)
	}
	if m, made := d.Made[visit]; made && m.Missed == "" {
		return nil, fault.New(fault.Stale, "tour.stop_done", nil)
	}
	if d.Started[team].IsZero() {
		return []work.Event{Started{team}}, nil
	}
	return nil, nil
}
