package desk

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/proof"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/retention"
	"maplegrid/internal/work/right"
)

// Retentions are the rows of the table of acts about how long data is kept.
var Retentions = []Spec{
	{Name: "retention.hold", New: make_[retention.Hold], do: holdThing},
	{Name: "retention.release", New: make_[retention.Release], do: releaseThing},
	{Name: "retention.agree", New: make_[retention.Agree], do: agreeToForget},
	Spec{Name: "retention.forget", New: make_[retention.Forget], do: forgetThing, crowded: true}.internal(),
}

var retentionThing = access.Thing{Kind: "retention"}

// KeptAs is the row of retention.csv that a matter is kept by: a case that was filed by the row of cases, else by the row of its kind or of
// what that is built on, a dispute by that of its parties, any other by that of matters.
func KeptAs(b *playbook.Book, m *matter.Matter) string {
	if _, filed := m.Reached["case_filed"]; filed {
		return "case"
	}
	base := book{Book: b}.base(m.Kind)
	for _, key := range []string{m.Kind, base} {
		if _, ok := b.Retention(key); ok {
			return key
		}
	}
	if base == dispute.Base {
		return "party"
	}
	return "matter"
}

// keep loads how a thing is kept.
func (c *call) keep(thing string) (retention.Keep, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, retention.Stream(thing), 0)
	if err != nil {
		return retention.Keep{}, err
	}
	return retention.Fold(events)
}

func holdThing(c *call) error {
	a := *c.act.(*retention.Hold)
	if err := c.permit(retentionThing); err != nil {
		return err
	}
	if a.Thing = strings.TrimSpace(a.Thing); !strings.Contains(a.Thing, "/") {
		found, err := c.named(a.Thing)
		if err != nil {
			return err
		}
		a.Thing = found
	}
	if _, err := c.ending(a.Thing); err != nil {
		return err
	}
	k, err := c.keep(a.Thing)
	if err != nil {
		return err
	}
	events, err := k.Hold(a, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = a.Thing
	return c.change(retention.Stream(a.Thing), k.Version, events)
}

// named finds a thing by what people call it: the number of a matter, the receipt code of a report.
func (c *call) named(name string) (string, error) {
	receipt, _ := ident.ParseReceipt(name) // what is none finds nothing
	for _, by := range []struct{ space, kind, value string }{{"number", "matter/", name}, {"receipt", "report/", string(receipt)}} {
		id, err := c.Journal.Holder(c.ctx, c.who.Station, by.space, by.value)
		if err != nil {
			return "", err
		}
		if id != "" {
			return by.kind + id, nil
		}
	}
	return "", fault.New(fault.Missing, "retention.no_thing", nil).On("kept_thing")
}

func releaseThing(c *call) error {
	a := *c.act.(*retention.Release)
	if err := c.permit(retentionThing); err != nil {
		return err
	}
	k, err := c.keep(a.Thing)
	if err != nil {
		return err
	}
	events, err := k.Release(a, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = a.Thing
	return c.change(retention.Stream(a.Thing), k.Version, events)
}

// agreeToForget is the head's word on a list of archives; the program destroys them after it.
func agreeToForget(c *call) error {
	a := *c.act.(*retention.Agree)
	if err := c.permit(retentionThing); err != nil {
		return err
	}
	if err := work.AtMost("kept_things", len(a.Things), retention.MaxAgreed); err != nil {
		return err
	}
	if len(a.Things) == 0 {
		return fault.New(fault.Missing, "retention.no_thing", nil).On("kept_things")
	}
	things := slices.Clone(a.Things)
	slices.Sort(things)
	for _, thing := range slices.Compact(things) {
		end, err := c.ending(thing)
		if err != nil {
			return err
		}
		k, err := c.keep(thing)
		if err != nil {
			return err
		}
		events, err := k.Agree(thing, end.Standing, c.moment)
		if err != nil {
			return err
		}
		if err := c.change(retention.Stream(thing), k.Version, events); err != nil {
			return err
		}
	}
	return nil
}

// forgetThing destroys what is personal of a thing whose time is over: keys, ciphertexts and its own event in one transaction with the
// record of it.
func forgetThing(c *call) error {
	a := *c.act.(*retention.Forget)
	if err := c.permit(retentionThing); err != nil {
		return err
	}
	if p, ok := appointment.PlaceOf(a.Thing); ok {
		c.queue(p.Stream())
	}
	end, err := c.ending(a.Thing)
	if err != nil {
		return err
	}
	k, err := c.keep(a.Thing)
	if err != nil {
		return err
	}
	events, err := k.Forget(a.Thing, end.Standing, len(end.subjects), c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = a.Thing
	if _, gone := events[0].(retention.Forgotten); gone {
		c.batch.Erase = append(c.batch.Erase, end.subjects...)
		if k.Held || !k.Why.Empty() || !k.HeldAt.IsZero() {
			held, err := c.subjectsOf(retention.Stream(a.Thing))
			if err != nil {
				return err
			}
			c.batch.Erase = append(c.batch.Erase, held...)
		}
		if end.own != nil {
			if err := end.own(); err != nil {
				return err
			}
		}
	}
	return c.change(retention.Stream(a.Thing), k.Version, events)
}

// ending is a thing at its end: how it stands, whose keys go with it, and what is written of that in its own stream.
type ending struct {
	retention.Standing
	subjects []string
	own      func() error
}

// ending finds a thing and how it stands.
func (c *call) ending(thing string) (ending, error) {
	kind, id, _ := strings.Cut(thing, "/")
	find := map[string]func(string) (ending, error){"report": c.reportEnding, "matter": c.matterEnding, "windowday": c.dayEnding,
		"rating": c.ratingEnding, "right": c.rightEnding, "reminder": c.reminderEnding, "looks": c.looksEnding, "draft": c.draftEnding}[kind]
	if find == nil || id == "" {
		return ending{}, fault.New(fault.Missing, "retention.no_thing", nil).On("kept_thing")
	}
	return find(id)
}

// by makes the standing of what ended, by a row of retention.csv.
func (c *call) by(rule string, ended time.Time) retention.Standing {
	s := retention.Standing{Rule: rule, Ended: ended}
	if b, ok := c.moment.Book.(book); ok {
		x, _ := b.Retention(rule)
		s.Months, s.Ask = x.Months, x.Ask
	}
	return s
}

// subjectsOf are those whose texts were sealed in a stream, each once.
func (c *call) subjectsOf(stream string) ([]string, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, stream, 0)
	return sealedIn(events), err
}

func sealedIn(events []journal.Event) (list []string) {
	for i := range events {
		for _, s := range events[i].Seals {
			if !slices.Contains(list, s.Subject) {
				list = append(list, s.Subject)
			}
		}
	}
	return list
}

func (c *call) reportEnding(id string) (ending, error) {
	r, err := c.report(id)
	if err != nil {
		return ending{}, err
	}
	e := ending{subjects: []string{r.ID, proof.Stream("report/" + r.ID)}}
	if e.Standing, err = c.reportStanding(&r); err != nil {
		return e, err
	}
	drafts, others, err := c.saidAlso(&r)
	if err != nil {
		return e, err
	}
	for _, d := range drafts {
		e.Referred = e.Referred || d.State == draft.Waiting
	}
	for i := range others { // they go with it, and so it stays as long as any of them
		s, err := c.reportStanding(&others[i])
		if err != nil {
			return e, err
		}
		if e.Referred = e.Referred || s.Referred || s.Ended.IsZero(); s.Due().After(e.Due()) {
			e.Rule, e.Months, e.Ask, e.Ended = s.Rule, s.Months, s.Ask, s.Ended
		}
	}
	e.own = func() error {
		if !r.ErasedAt.IsZero() {
			return nil
		}
		events, err := r.Erase()
		if err != nil {
			return err
		}
		if err := c.change(report.Stream(r.ID), r.Version, events); err != nil {
			return err
		}
		return c.eraseSaid(&r)
	}
	return e, nil
}

// reportStanding is how a report stands by itself.
func (c *call) reportStanding(r *report.Report) (retention.Standing, error) {
	matters, err := c.mattersOf(r)
	if err != nil {
		return retention.Standing{}, err
	}
	s := c.by("report", r.EndedAt(matters))
	switch err := c.unheld(append(mattersToo(r, matters), report.Stream(r.ID))...); { // what was told is part of what is held
	case fault.Code(err) == "right.held":
		s.Referred = true
	case err != nil:
		return s, err
	}
	for i := range matters {
		if _, filed := matters[i].Reached["case_filed"]; filed { // what was told is a paper of the case
			if x := c.by("case", s.Ended); x.Months > s.Months {
				s.Rule, s.Months, s.Ask = x.Rule, x.Months, x.Ask
			}
		}
	}
	return s, nil
}

// mattersToo names the matters of a report as things that are kept: those it was triaged into, and those that these were merged into.
func mattersToo(r *report.Report, matters []matter.Matter) (list []string) {
	for _, id := range r.Matters {
		list = append(list, matter.Stream(id))
	}
	for i := range matters {
		list = append(list, matter.Stream(matters[i].ID))
	}
	return list
}

func (c *call) matterEnding(id string) (ending, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
	if err != nil {
		return ending{}, err
	}
	if len(events) == 0 {
		return ending{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	m, err := matter.Fold(events)
	if err != nil {
		return ending{}, err
	}
	into := m
	for into.MergedInto != "" { // it ended when that one did, and is kept as that one is
		if into, err = c.matter(into.MergedInto); err != nil {
			return ending{}, err
		}
	}
	e := ending{own: func() error { return c.change(matter.Stream(m.ID), m.Version, m.Forget()) }}
	if b, ok := c.moment.Book.(book); ok {
		e.Standing = c.by(KeptAs(b.Book, &into), into.EndedAt())
	}
	if e.Referred, err = c.referred(&m, events); err != nil {
		return e, err
	}
	for _, s := range sealedIn(events) { // a report and somebody of the station have keys of their own
		if _, staff := c.org.People[s]; !staff && !strings.HasPrefix(s, "r_") {
			e.subjects = append(e.subjects, s)
		}
	}
	for _, p := range m.Parties {
		e.subjects = append(e.subjects, proof.Stream("party/"+m.ID+"/"+p.ID))
	}
	return e, nil
}

// referred tells whether something that goes on refers to a matter: an open one that is tied to it, a promise not yet kept.
func (c *call) referred(m *matter.Matter, events []journal.Event) (bool, error) {
	for _, l := range m.Links {
		other, err := c.matter(l.Other)
		if err != nil {
			return false, err
		}
		if other.IsOpen() {
			return true, nil
		}
	}
	if c.base(m.Kind) != dispute.Base {
		return false, nil
	}
	d, err := dispute.Fold(events)
	return err == nil && slices.ContainsFunc(d.Promises, func(p dispute.Promise) bool { return p.EndedAt.IsZero() }), err
}

// dayEnding is a window's day: the appointments of a day go together, so many months after it.
func (c *call) dayEnding(id string) (ending, error) {
	p, ok := appointment.PlaceOf("windowday/" + id)
	on := appointment.Date(p.On)
	if !ok || on.IsZero() {
		return ending{}, fault.New(fault.Missing, "retention.no_thing", nil).On("kept_thing")
	}
	day, err := c.day(p)
	if err != nil {
		return ending{}, err
	}
	events, subjects := day.Forget()
	e := ending{Standing: c.by("appointment", on.Add(12*time.Hour))}
	if e.Ended.After(c.moment.Now) {
		e.Ended = time.Time{}
	}
	for _, s := range subjects {
		e.subjects = append(e.subjects, s, proof.Stream("appointment/"+id+"/"+s))
	}
	e.own = func() error { return c.change(p.Stream(), day.Version, events) }
	return e, nil
}

func (c *call) ratingEnding(id string) (ending, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, rating.Stream(id), 0)
	if err != nil {
		return ending{}, err
	}
	r, err := rating.Fold(events)
	if err != nil || r.Version == 0 {
		return ending{}, fault.New(fault.Missing, "rating.not_found", nil)
	}
	return ending{Standing: c.by("rating", r.EndedAt), subjects: sealedIn(events)}, nil
}

func (c *call) rightEnding(id string) (ending, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, right.Stream(id), 0)
	if err != nil {
		return ending{}, err
	}
	r, err := right.Fold(events)
	if err != nil || r.Version == 0 {
		return ending{}, fault.New(fault.Missing, "right.not_found", nil)
	}
	return ending{Standing: c.by("right", r.AnsweredAt), subjects: sealedIn(events)}, nil
}

// reminderEnding is a reminder of a card's end: it is kept as an appointment is, from when it was told.
func (c *call) reminderEnding(id string) (ending, error) {
	r, err := c.reminder(id)
	if err != nil || r.Version == 0 {
		return ending{}, fault.New(fault.Missing, "reminder.not_found", nil)
	}
	e := ending{Standing: c.by("appointment", time.Time{}), subjects: []string{r.ID}}
	if r.Told {
		e.Ended = r.DueAt
	}
	return e, nil
}

// looksEnding is a month of the record of who looked: nothing of it is sealed, the board drops it.
func (c *call) looksEnding(month string) (ending, error) {
	from := appointment.Date(month + "-01")
	if from.IsZero() {
		return ending{}, fault.New(fault.Missing, "retention.no_thing", nil).On("kept_thing")
	}
	e := ending{Standing: c.by("looks", from.Add(-12*time.Hour).AddDate(0, 1, 0))}
	if e.Ended.After(c.moment.Now) {
		e.Ended = time.Time{}
	}
	return e, nil
}

// draftEnding is what was said in a group chat, for it to be held; it goes by an act of its own (draft.forget).
func (c *call) draftEnding(id string) (ending, error) {
	d, err := c.draftAsItIs(id)
	if err == nil && d.Version == 0 {
		err = fault.New(fault.Missing, "draft.not_found", nil)
	}
	return ending{Standing: c.by(draft.KeptAs, time.Time{})}, err
}

// recordForgotten puts down that a draft went.
func (c *call) recordForgotten(d *draft.Draft, keep playbook.Retention, subjects int) error {
	thing := "draft/" + d.ID
	k, err := c.keep(thing)
	if err != nil {
		return err
	}
	return c.change(retention.Stream(thing), k.Version, []work.Event{retention.Forgotten{Thing: thing, Rule: draft.KeptAs, Months: keep.Months, Ended: d.ChangedAt.UTC(), Subjects: subjects}})
}

// unheld refuses what would destroy a thing that is held back.
func (c *call) unheld(things ...string) error {
	for _, thing := range things {
		k, err := c.keep(thing)
		if err != nil {
			return err
		}
		if k.Held {
			return fault.New(fault.Stale, "right.held", nil)
		}
		// An append of nothing: who holds it in the same moment has this decided anew.
		c.batch.Appends = append(c.batch.Appends, journal.Append{Stream: retention.Stream(thing), Want: k.Version})
	}
	return nil
}

// stays refuses a text of somebody whose texts were destroyed with the thing it belongs to: it would be sealed under a new key, and what
// was destroyed could not be told from what was lost.
func (c *call) stays(stream string) error {
	if strings.HasPrefix(stream, "kept/") {
		return nil
	}
	k, err := c.keep(stream)
	if err == nil && !k.GoneAt.IsZero() {
		err = fault.New(fault.Stale, "retention.gone", nil)
	}
	return err
}
