package desk

import (
	"maplegrid/internal/access"
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
