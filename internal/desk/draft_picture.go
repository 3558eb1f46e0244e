package desk

import (
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
)

// bringPicture adds a picture to the draft whose message mentioned it, or to its first part, and to the report that was made of it
// meanwhile. The answer names the report when there is one, else the draft.
func bringPicture(c *call) error {
	a := *c.act.(*draft.Picture)
	d, err := c.draft(a.Draft, 0)
	if err != nil {
		return err
	}
	for d.State == draft.Parted && len(d.Parts) > 0 {
		if d, err = c.draftAsItIs(d.Parts[0]); err != nil {
			return err
		}
	}
	var into *draft.Draft
	if d.Into != "" {
		if into, err = c.draftAsItIs(d.Into); err != nil {
			return err
		}
	}
	var rep *report.Report
	if id := d.ReportIn(into); id != "" {
		r, err := c.report(id)
		if err != nil {
			return err
		}
		rep = &r
	}
	own, added, err := d.Bring(a, rep)
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Drafts = d.ID, []string{d.ID}
	if len(added) > 0 {
		c.answer.ID = rep.ID
		if err := c.change(report.Stream(rep.ID), rep.Version, added); err != nil {
			return err
		}
	}
	return c.change(draft.Stream(d.ID), d.Version, own)
}
