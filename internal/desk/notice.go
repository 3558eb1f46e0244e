package desk

import (
	"maplegrid/internal/access"
	"maplegrid/internal/work/notice"
)

// Notices are the rows of what people are told.
var Notices = []Spec{
	Spec{Name: "notice.make", New: make_[notice.Make], do: func(c *call) error {
		if err := c.permit(access.Thing{Kind: "notice"}); err != nil {
			return err
		}
		id, events, err := c.act.(*notice.Make).Decide(c.moment)
		if err != nil {
			return err
		}
		c.answer.ID = id
		return c.change(notice.Stream(id), 0, events)
	}}.internal(),
	Spec{Name: "notice.deliver", New: make_[notice.Deliver], do: func(c *call) error {
		if err := c.permit(access.Thing{Kind: "notice"}); err != nil {
			return err
		}
		id, events, err := c.act.(*notice.Deliver).Decide(c.moment)
		if err != nil {
			return err
		}
		c.answer.ID = id
		return c.change(notice.Stream(id), 0, events)
	}}.internal(),
	{Name: "notice.read", New: make_[notice.Read], do: func(c *call) error {
		if err := c.permit(access.Thing{Kind: "notice", Subject: c.who.Person}); err != nil {
			return err
		}
		events, err := c.act.(*notice.Read).Decide(c.moment)
		if err != nil {
			return err
		}
		stream := notice.ReadStream(c.who.Person)
		before, err := c.Journal.Stream(c.ctx, c.who.Station, stream, 0)
		if err != nil {
			return err
		}
		return c.change(stream, len(before), events)
	}},
}
