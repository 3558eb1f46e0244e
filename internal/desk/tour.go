package desk

import (
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/work"
	"maplegrid/internal/work/tour"
)

// Tours are the rows of the table of acts of a day's round.
var Tours = []Spec{
	onTour("tour.plan", tour.Day.Plan),
	onTour("tour.replan", tour.Day.Replan),
	onTour("tour.start", tour.Day.Start).additive(),
	onTour("tour.do_stop", tour.Day.DoStop).additive(),
	onTour("tour.miss_stop", tour.Day.MissStop).additive(),
	onTour("tour.close", tour.Day.Close),
}

// TourThing is a day's round as the policy sees it; with a team it is that team's tour alone.
func TourThing(d *tour.Day, team string) access.Thing {
	thing := access.Thing{Kind: "tour", People: d.People()}
	if team != "" {
		t, _ := d.Team(team)
		thing.People = t.People
	}
	return thing
}

// onTour makes the row of an act on a day from its rule. Every matter that a plan names is one the planner may see.
func onTour[A targeted](name string, rule func(tour.Day, A, work.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		day, seen := a.Target()
		events, err := c.Journal.Stream(c.ctx, c.who.Station, tour.Stream(day), 0)
		if err != nil {
			return err
		}
		d, err := tour.Fold(events)
		if err != nil {
			return err
		}
		if err := c.permit(TourThing(&d, teamOf(c.act))); err != nil {
			return err
		}
		if err := c.fresh(tour.Stream(day), d.Version, seen); err != nil {
			return err
		}
		if err := c.visitsVisible(&d); err != nil {
			return err
		}
		made, err := rule(d, a, c.moment)
		if err != nil {
			return err
		}
		c.answer.ID = day
		return c.change(tour.Stream(day), d.Version, made)
	}}
}

// teamOf is the team an act is about, "" where it is about the day.
func teamOf(act any) string {
	switch a := act.(type) {
	case *tour.Start:
		return a.Team
	case *tour.DoStop:
		return a.Team
	case *tour.MissStop:
		return a.Team
	}
	return ""
}

// visitsVisible refuses a plan that names a matter which is not there or not for the planner to see. Those planned before are looked
// at no more: somebody else may have planned them.
func (c *call) visitsVisible(d *tour.Day) error {
	var visits []tour.Visit
	switch a := c.act.(type) {
	case *tour.Plan:
		visits = a.Visits
	case *tour.Replan:
		visits = a.Visits
	}
	for _, v := range visits {
		if _, was := d.Visit(v.ID); v.Matter == "" || was {
			continue
		}
		if _, err := c.visibleMatter(v.Matter); err != nil {
			return err
		}
	}
	return nil
}

// atTheDoor are the acts recorded at a door, and what each means for the stop of the day's round there: made, or why it came to nothing.
var atTheDoor = map[string]string{"doorstep.serve": "", "doorstep.deliver": "", "doorstep.not_home": tour.NobodyHome, "doorstep.lack_papers": tour.Papers,
	"doorstep.fail_kit": tour.KitFailed}

// alongTheWay makes what is recorded at a door tick the stop of the day's round as well: nobody types it twice.
func alongTheWay(specs []Spec) []Spec {
	list := make([]Spec, len(specs))
	for i, s := range specs {
		list[i] = s
		missed, there := atTheDoor[s.Name]
		if !there {
			continue
		}
		do := s.do
		list[i].do = func(c *call) error {
			if err := do(c); err != nil {
				return err
			}
			return c.tick(c.answer.ID, missed)
		}
	}
	return list
}

// tick says on the day's round what became of the stop at a matter. A stop that is not planned today, or is ticked already, stays as it is.
func (c *call) tick(matter, missed string) error {
	on := tour.On{Day: c.moment.HappenedAt.In(clock.Shanghai).Format(time.DateOnly)}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, tour.Stream(on.Day), 0)
	if err != nil || len(events) == 0 {
		return err
	}
	d, err := tour.Fold(events)
	if err != nil {
		return err
	}
	visit, team, planned := d.StopOf(matter)
	if !planned || !d.Open() {
		return nil
	}
	var ticked []work.Event
	if missed == "" {
		ticked, err = d.DoStop(tour.DoStop{On: on, Team: team, Visit: visit}, c.moment)
	} else {
		ticked, err = d.MissStop(tour.MissStop{On: on, Team: team, Visit: visit, Reason: missed}, c.moment)
	}
	if err != nil {
		return nil // the team has said so already
	}
	return c.change(tour.Stream(on.Day), d.Version, ticked)
}
