package desk

import (
	"maplegrid/internal/access"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// Ratings are the rows of the table of acts that follow up bad ratings.
var Ratings = []Spec{
	onRating("rating.assign", rating.Rating.Assign),
	onRating("rating.check", rating.Rating.Check),
	onRating("rating.rectify", rating.Rating.Rectify),
	onRating("rating.call_back", rating.Rating.CallBack),
	onRating("rating.answer", rating.Rating.Answer),
	onRating("rating.ask_exclusion", rating.Rating.AskExclusion),
	onRating("rating.decide_exclusion", rating.Rating.DecideExclusion),
}

// RatingThing is a follow-up as the policy sees it: it is handled by who follows it up.
func RatingThing(station string, r *rating.Rating) access.Thing {
	return access.Thing{Kind: "rating", Station: station, Handler: r.To}
}

// onRating makes the row of an act on one follow-up from its rule.
func onRating[A targeted](name string, rule func(rating.Rating, A, work.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, _ := a.Target()
		events, err := c.Journal.Stream(c.ctx, c.who.Station, rating.Stream(id), 0)
		if err != nil {
			return err
		}
		r, err := rating.Fold(events)
		if err != nil {
			return err
		}
		if err := c.permit(RatingThing(c.who.Station, &r)); err != nil {
			return err
		}
		made, err := rule(r, a, c.moment)
		if err != nil {
			return err
		}
		c.answer.ID = r.ID
		return c.change(rating.Stream(id), r.Version, made)
	}}
}

// follow opens the follow-up of a bad rating of a report, in the same transaction. Who handled its matters, or turned it away, was rated.
func (c *call) follow(r *report.Report, stars int, matters []matter.Matter) error {
	rated := []string{}
	for i := range matters {
		rated = append(rated, matters[i].Handler)
	}
	if len(matters) == 0 {
		rated = append(rated, r.TriagedBy)
	}
	events := rating.Start("report/"+r.ID, stars, rated, right.Due(c.moment, "rated_bad"), c.moment)
	if len(events) == 0 {
		return nil
	}
	return c.change(rating.Stream(events[0].(rating.Opened).ID), 0, events)
}
