package desk

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// partDraft parts a draft where a person says.
func partDraft(c *call) error {
	a := *c.act.(*draft.Part)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	mo, failed := c.draftMoment()
	own, parts, err := d.Part(a, mo)
	if err := errors.Join(err, failed()); err != nil {
		return err
	}
	lost := slices.Clone(d.Dangers)
	for i := range parts {
		s := draft.Said{Text: revealed(parts[i].Words), Cell: parts[i].Cell, At: parts[i].SaidAt}
		if err := c.read(&s); err != nil {
			return err
		}
		parts[i].Dangers, parts[i].Cell = s.Dangers, s.Cell
		lost = slices.DeleteFunc(lost, func(danger string) bool { return slices.Contains(s.Dangers, danger) })
	}
	parts[0].Dangers = append(parts[0].Dangers, lost...) // cut through the words it rang for
	for i := range parts {
		if err := c.change(draft.Stream(parts[i].ID), 0, []work.Event{parts[i]}); err != nil {
			return err
		}
		c.answer.Drafts = append(c.answer.Drafts, parts[i].ID)
	}
	c.answer.ID = d.ID
	return c.change(draft.Stream(d.ID), d.Version, own)
}

func revealed(t vault.Text) string {
	s, _ := t.Reveal()
	return s
}

// joinDraft joins a draft to another one. To one that is filed it adds its words, when the same person said them, and else a report of
// its own tied to the same matter.
func joinDraft(c *call) error {
	a := *c.act.(*draft.Join)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	into, err := c.draft(a.Into, 0)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	mo, failed := c.draftMoment()
	same := into.State != draft.Filed || draft.Same(d, into, mo.Words)
	if err := failed(); err != nil {
		return err
	}
	if !same {
		return c.file(d, draft.Accept{On: a.On, Link: into.Filing.Matter, Label: into.Filing.Label})
	}
	var own, theirs []work.Event
	if into.State == draft.Filed {
		r, err := c.report(into.Filing.Report)
		if err != nil {
			return err
		}
		var added []work.Event
		if own, theirs, added, err = d.Add(into, r, mo); err != nil {
			return err
		}
		if err := c.change(report.Stream(r.ID), r.Version, added); err != nil {
			return err
		}
	} else if own, theirs, err = d.Join(a, into, mo); err != nil {
		return err
	}
	if err := failed(); err != nil {
		return err
	}
	if err := c.change(draft.Stream(d.ID), d.Version, own); err != nil {
		return err
	}
	return c.change(draft.Stream(into.ID), into.Version, theirs)
}

// acceptDraft makes work of a draft.
func acceptDraft(c *call) error {
	a := *c.act.(*draft.Accept)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	return c.file(d, a)
}

// file writes a filing: the reports of everyone who said it, the matter that is opened or tied to, and the draft itself.
func (c *call) file(d *draft.Draft, a draft.Accept) error {
	if a.Kind != "" || a.Link != "" {
		if err := c.mayTriage(d, a); err != nil {
			return err
		}
	}
	members, err := c.members(d)
	if err != nil {
		return err
	}
	c.perhapsViolence(d, &a)
	var linked *matter.Matter
	if a.Link != "" {
		m, err := c.visibleMatter(a.Link)
		if err != nil {
			return err
		}
		linked = &m
	}
	others := slices.ContainsFunc(members, func(m *draft.Draft) bool { return m.Person != d.Person })
	if d.Person != "" && d.Person != c.who.Person && c.batch.OnBehalfOf == "" && !others {
		c.batch.OnBehalfOf = d.Person
	}
	mo, failed := c.draftMoment()
	changes, err := d.File(a, members, linked, mo)
	if err := errors.Join(err, failed()); err != nil {
		return err
	}
	return c.filed(d, changes, linked)
}

// members loads the drafts that were joined to one.
func (c *call) members(d *draft.Draft) (list []*draft.Draft, err error) {
	for _, id := range d.Members {
		m, err := c.draftAsItIs(id)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// violence is the list of danger words of violence at home, and violenceField the field that says that there may be some.
const (
	violence      = "violence"
	violenceField = "family_violence"
)

// perhapsViolence says of what is filed that there may be violence at home when what was said rings for it and whoever files said
// nothing: then it is urgent, looked into first, and nobody is written to (law-and-standards 5.1, L24 §15).
func (c *call) perhapsViolence(d *draft.Draft, a *draft.Accept) {
	b, ok := c.moment.Book.(book)
	if !ok || a.Extra[violenceField] != "" || !slices.Contains(d.Rings(), violence) {
		return
	}
	if slices.ContainsFunc(b.Fields(a.Kind), func(f playbook.Field) bool { return f.Key == violenceField }) {
		a.Extra = maps.Clone(a.Extra)
		if a.Extra == nil {
			a.Extra = map[string]string{}
		}
		a.Extra[violenceField] = "yes"
	}
}

func (c *call) filed(d *draft.Draft, changes draft.Changes, linked *matter.Matter) error {
	e, ok := changes.Own[0].(draft.FiledAs)
	if !ok {
		return fmt.Errorf("filing draft %s gave %s", d.ID, changes.Own[0].EventKind())
	}
	for _, r := range changes.Reports {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "receipt", Value: r.Receipt, Holder: r.ID})
		if err := c.change(report.Stream(r.ID), 0, r.Events); err != nil {
			return err
		}
	}
	if len(changes.Opened) > 0 {
		if err := c.opened(changes.Opened); err != nil {
			return err
		}
		e.Opened = len(c.batch.Appends[len(c.batch.Appends)-1].Drafts) // a kind may add to what opens a matter
		c.answer.Number = changes.Opened[0].(matter.Opened).Number
	}
	if linked != nil {
		if err := c.change(matter.Stream(linked.ID), linked.Version, changes.Linked); err != nil {
			return err
		}
		c.answer.Number = linked.Number
	}
	if c.answer.Receipt = e.Receipt; e.Matter != "" {
		c.answer.Matters = []string{e.Matter}
	}
	return c.change(draft.Stream(d.ID), d.Version, []work.Event{e})
}

// mayTriage asks whether who files may also triage: a draft becomes what a report would, by the same people.
func (c *call) mayTriage(d *draft.Draft, a draft.Accept) error {
	t := DraftThing(c.who.Station, d)
	t.Kind = "report"
	cell := a.Cell
	if cell == "" {
		cell = d.Cell
	}
	if cell != "" {
		t.Cells = append(t.Cells, cell)
		if a.Kind != "" {
			t.Into = []string{cell}
		}
	}
	if a.To != "" {
		t.Named = []string{a.To}
	}
	if c.Policy.May(c.who, "report.triage", t).Allow {
		return nil
	}
	return fault.New(fault.Denied, "draft.not_triaged_by_you", nil)
}

// draftAsItIs loads a draft that goes along with another one.
func (c *call) draftAsItIs(id string) (*draft.Draft, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return draft.Fold(events)
}
