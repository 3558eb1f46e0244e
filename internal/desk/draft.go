package desk

import (
	"context"
	"errors"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
)

// Reader reads what people of a station wrote. It only proposes.
type Reader interface {
	Read(ctx context.Context, station string, m triage.Message) (triage.Reading, error)
}

// SaidBefore is the space of claims of what was said in group chats: from the blind print of a message to its draft.
const SaidBefore = "said"

// StandDown is what the policy is asked of a draft that rings: whether who acts may set it aside without anybody else agreeing.
const StandDown = "draft.stand_down"

// Drafts are the rows of drafts: what was said in group chats, on its way to becoming work.
var Drafts = []Spec{
	{Name: "draft.paste", New: make_[draft.Paste], Words: draft.MaxPaste, do: pasteChat},
	{Name: "draft.hear", New: make_[draft.Hear], Internal: true, do: hearChat},
	onDraft("draft.correct", (*draft.Draft).Correct),
	onDraft("draft.put_aside", (*draft.Draft).PutAside),
	{Name: "draft.part", New: make_[draft.Part], do: partDraft},
	{Name: "draft.join", New: make_[draft.Join], do: joinDraft},
	{Name: "draft.accept", New: make_[draft.Accept], do: acceptDraft},
	{Name: "draft.undo", New: make_[draft.Undo], do: undoDraft},
	{Name: "draft.forget", New: make_[draft.Forget], Internal: true, do: forgetDraft},
	{Name: "draft.picture", New: make_[draft.Picture], Internal: true, do: bringPicture},
}

// DraftThing is a draft as the policy sees it: it belongs to its cell and to who took it in.
func DraftThing(station string, d *draft.Draft) access.Thing {
	t := access.Thing{Kind: "draft", Station: station}
	if d.Cell != "" {
		t.Cells = []string{d.Cell}
	}
	if d.TakenBy != "" {
		t.People = []string{d.TakenBy}
	}
	return t
}

// draft loads a draft for an act: it may be done, and the person has seen it as it is.
func (c *call) draft(id string, seen int) (*draft.Draft, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "draft"})
		return nil, fault.New(fault.Missing, "draft.not_found", nil)
	}
	d, err := draft.Fold(events)
	if err != nil {
		return nil, err
	}
	thing := DraftThing(c.who.Station, d)
	if _, ok := c.act.(*draft.Undo); ok && d.Last != nil && d.Last.By != "" { // a step may have moved it out of the cells of who took the step
		thing.People = append(thing.People, d.Last.By)
	}
	if err := c.allowed(thing, "draft.not_found"); err != nil {
		return nil, err
	}
	return d, c.fresh(draft.Stream(id), d.Version, seen)
}

// draftMoment is the moment of a rule of drafts. What cannot be opened is told by failed, after the rule.
func (c *call) draftMoment() (mo draft.Moment, failed func() error) {
	var bad error
	return draft.Moment{Moment: c.moment, Receipt: func() string { return string(ident.NewReceipt(c.Rand)) },
		Words: func(t vault.Text) string {
			open, err := c.Reveal(c.ctx, c.who.Station, t)
			bad = errors.Join(bad, err)
			return open[t.Ref()]
		}}, func() error { return bad }
}

// onDraft makes the row of an act on one draft from its rule.
func onDraft[A targeted](name string, rule func(*draft.Draft, A, draft.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		d, err := c.draft(id, seen)
		if err != nil {
			return err
		}
		mo, failed := c.draftMoment()
		mo.StandsDown = c.Policy.May(c.who, StandDown, DraftThing(c.who.Station, d)).Allow
		events, err := rule(d, a, mo)
		if err := errors.Join(err, failed()); err != nil {
			return err
		}
		c.answer.ID = d.ID
		return c.change(draft.Stream(d.ID), d.Version, events)
	}}
}
