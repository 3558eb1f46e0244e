package desk

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// undoDraft takes the last step on a draft back, with all that came of it.
func undoDraft(c *call) error {
	a := *c.act.(*draft.Undo)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	if d.Last != nil && d.Last.By != c.who.Person && c.who.Role != grid.DutyLead && c.who.Role != grid.Head {
		return fault.New(fault.Denied, "draft.not_your_step", fault.Args{"by": c.org.Call(d.Last.By)})
	}
	var into *draft.Draft
	if d.Into != "" {
		if into, err = c.draftAsItIs(d.Into); err != nil {
			return err
		}
	}
	var parts []*draft.Draft
	for _, id := range d.Parts {
		p, err := c.draftAsItIs(id)
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	var opened *matter.Matter
	if d.Filing != nil && d.Filing.Opened > 0 {
		m, err := c.matter(d.Filing.Matter)
		if err != nil {
			return err
		}
		opened = &m
	}
	made, err := c.reportsOf(d.Filing)
	if err != nil {
		return err
	}
	mo, _ := c.draftMoment()
	back, err := d.Undo(into, parts, opened, made, mo)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	if into != nil && len(back.Into) > 0 {
		if err := c.change(draft.Stream(into.ID), into.Version, back.Into); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := c.change(draft.Stream(p.ID), p.Version, back.Parts); err != nil {
			return err
		}
	}
	if opened != nil {
		if err := c.change(matter.Stream(opened.ID), opened.Version, back.Matter); err != nil {
			return err
		}
	}
	for i := range made {
		if made[i].State == report.Withdrawn {
			continue
		}
		if err := c.change(report.Stream(made[i].ID), made[i].Version, back.Withdrawn); err != nil {
			return err
		}
	}
	return c.change(draft.Stream(d.ID), d.Version, back.Own)
}

// reportsOf loads every report that a filing made; none when there was no filing.
func (c *call) reportsOf(f *draft.Filing) ([]report.Report, error) {
	if f == nil {
		return nil, nil
	}
	ids := []string{f.Report}
	for _, o := range f.Others {
		if o.Receipt != "" {
			ids = append(ids, o.Report)
		}
	}
	list := make([]report.Report, 0, len(ids))
	for _, id := range ids {
		r, err := c.report(id)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// forgetDraft destroys the words of a draft of which nothing was made, when the time for which the playbook keeps such words is over.
func forgetDraft(c *call) error {
	a := *c.act.(*draft.Forget)
	d, err := c.draft(a.Draft, 0)
	if err != nil {
		return err
	}
	book, err := c.Book(c.ctx, c.who.Station)
	if err != nil {
		return err
	}
	keep, _ := book.Retention(draft.KeptAs)
	events, err := d.Forget(keep.Months, c.moment)
	if err != nil {
		return err
	}
	if err := c.unheld(streamsOf(append(d.Members, d.ID))...); err != nil {
		return err
	}
	c.batch.Erase = append(c.batch.Erase, d.ID)
	c.answer.ID = d.ID
	if err := c.change(draft.Stream(d.ID), d.Version, events); err != nil {
		return err
	}
	if err := c.recordForgotten(d, keep, 1+len(d.Members)); err != nil {
		return err
	}
	members, err := c.members(d) // what was joined to it came to nothing with it
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Erased {
			continue
		}
		c.batch.Erase = append(c.batch.Erase, m.ID)
		if err := c.change(draft.Stream(m.ID), m.Version, m.Erase()); err != nil {
			return err
		}
	}
	return nil
}

func streamsOf(ids []string) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, draft.Stream(id))
	}
	return list
}

// saidAlso finds where else the words of a report stand: in the draft it was made of, in those of the same person that were added to it, in
// the messages these were parted from, and in other reports that were made of them, before it or after its filing was undone. What is
// erased already is left out.
func (c *call) saidAlso(r *report.Report) (drafts []*draft.Draft, reports []report.Report, err error) {
	seen := map[string]bool{r.ID: true, "": true}
	for next := []string{r.Draft}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		d, err := c.draftAsItIs(next[0])
		if err != nil {
			return nil, nil, err
		}
		var into *draft.Draft
		if d.Into != "" {
			if into, err = c.draftAsItIs(d.Into); err != nil {
				return nil, nil, err
			}
		}
		seen[d.ID], drafts = true, append(drafts, d)
		made, more := d.Copies(into)
		next = append(next, more...)
		for _, id := range made {
			if seen[id] {
				continue
			}
			seen[id] = true
			other, err := c.report(id)
			if err != nil {
				return nil, nil, err
			}
			if other.ErasedAt.IsZero() {
				reports = append(reports, other)
			}
		}
	}
	return drafts, reports, nil
}

// eraseSaid destroys the copies of a report whose reporter has their data erased.
func (c *call) eraseSaid(r *report.Report) error {
	drafts, reports, err := c.saidAlso(r)
	if err != nil {
		return err
	}
	var own []string
	for _, d := range drafts {
		own = append(own, d.ID)
	}
	if err := c.unheld(streamsOf(own)...); err != nil {
		return err
	}
	for _, d := range drafts {
		c.batch.Erase = append(c.batch.Erase, d.ID)
		left, err := c.leave(d, own)
		if err != nil {
			return err
		}
		if err := c.change(draft.Stream(d.ID), d.Version, append(left, d.Erase()...)); err != nil {
			return err
		}
	}
	for i := range reports {
		events, err := reports[i].Erase()
		if err != nil {
			return err
		}
		c.batch.Erase = append(c.batch.Erase, reports[i].ID)
		if err := c.change(report.Stream(reports[i].ID), reports[i].Version, events); err != nil {
			return err
		}
	}
	return nil
}

// leave lets what others said wait by itself again, when the draft it was joined to is erased and nothing was made of it; own are those
// of who has their data erased.
func (c *call) leave(d *draft.Draft, own []string) (left []work.Event, err error) {
	if d.State != draft.Waiting {
		return nil, nil
	}
	members, err := c.members(d)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.Erased || slices.Contains(own, m.ID) {
			continue
		}
		left = append(left, draft.MemberLeft{Draft: m.ID})
		if err := c.change(draft.Stream(m.ID), m.Version, []work.Event{draft.Undone{What: "joined"}}); err != nil {
			return nil, err
		}
	}
	return left, nil
}
