package draft

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Accept (立) makes work of a draft: a report, and with Kind a matter of that kind, with Link a tie to an open one; with neither the report
// waits for triage like any other. Label and Said are what the draft is about and what triage had proposed.
type Accept struct {
	On
	Kind  string            `json:"kind,omitempty" form:"kind"`
	Title string            `json:"title,omitempty" form:"line"`
	Cell  string            `json:"cell,omitempty" form:"cell"`
	Place string            `json:"place,omitempty" form:"line"`
	Grade string            `json:"grade,omitempty" form:"grade"`
	To    string            `json:"to,omitempty" form:"person"`
	Link  string            `json:"link,omitempty" form:"matter"`
	Label string            `json:"sorting,omitempty" form:"label"`
	Said  string            `json:"proposed,omitempty" form:"hidden"`
	Extra map[string]string `json:"extra,omitempty" form:"extra"`
}

// FiledAs is that work was made of a draft. Triage learns from it: Label is what a person confirmed.
type FiledAs struct {
	Report  string  `json:"report,omitempty"`
	Receipt string  `json:"receipt,omitempty"`
	Matter  string  `json:"matter,omitempty"`
	Opened  int     `json:"opened,omitempty"`
	Others  []Other `json:"others,omitempty"`
	Label   string  `json:"sorting,omitempty"`
	Said    string  `json:"proposed,omitempty"`
	Urgency string  `json:"urgency,omitempty"`
	Cell    string  `json:"cell,omitempty"`
	Place   string  `json:"place,omitempty"`
}

// EventKind implements work.Event.
func (FiledAs) EventKind() string { return "draft.filed/1" }

func (e FiledAs) apply(d *Draft, at work.At) {
	d.step("filed", at)
	d.State = Filed
	d.Filing = &Filing{Report: e.Report, Receipt: e.Receipt, Matter: e.Matter, Opened: e.Opened, Others: e.Others, Label: e.Label, At: at.HappenedAt, By: at.Actor}
	for _, o := range e.Others {
		if o.Receipt == "" {
			d.Filing.Added = append(d.Filing.Added, o.Draft)
		}
	}
	if e.Cell != "" {
		d.Cell = e.Cell
	}
}

// NewReport is a report made of a draft.
type NewReport struct {
	ID, Receipt string
	Events      []work.Event
}

// Changes is what a filing writes.
type Changes struct {
	Own     []work.Event
	Reports []NewReport
	Opened  []work.Event // of the matter that was opened, its id in the first
	Linked  []work.Event // of the open matter it was tied to
}

// File decides an acceptance. members are the drafts that were joined to this one: what the same person said is added to the report,
// everyone else gets a report and a receipt of their own, tied to the same matter; one whose words were destroyed gives nothing. linked
// is the open matter named in Link.
func (d *Draft) File(a Accept, members []*Draft, linked *matter.Matter, mo Moment) (Changes, error) {
	if err := d.waits(); err != nil {
		return Changes{}, err
	}
	if err := work.Must(a.Kind == "" || a.Link == "", "kind", "report.triage_one_way", nil); err != nil {
		return Changes{}, err
	}
	label, err := work.Line("sorting", a.Label, MaxLabel, false)
	if err != nil {
		return Changes{}, err
	}
	said, err := work.Line("proposed", a.Said, MaxLabel, false)
	if err != nil {
		return Changes{}, err
	}
	f := filing{draft: d, act: a, mo: mo, linked: linked}
	if f.act.Cell == "" {
		f.act.Cell = d.Cell
	}
	if f.act.Place == "" {
		f.act.Place = d.Where
	}
	if err := f.first(); err != nil {
		return Changes{}, err
	}
	e := FiledAs{Report: f.rep.ID, Receipt: f.rep.Receipt, Label: label, Said: said, Urgency: d.Urgency, Cell: f.act.Cell, Place: f.act.Place}
	for _, m := range members {
		if m.Erased {
			continue
		}
		o, err := f.other(m)
		if err != nil {
			return Changes{}, err
		}
		e.Others = append(e.Others, o)
	}
	e.Matter, e.Opened = f.matter.ID, len(f.out.Opened)
	f.out.Own = []work.Event{e}
	return f.out, nil
}

// filing is a filing under way.
type filing struct {
	draft  *Draft
	act    Accept
	mo     Moment
	linked *matter.Matter
	rep    report.Report
	matter matter.Matter
	out    Changes
}

// first makes the report of the draft itself, and opens or ties its matter.
func (f *filing) first() error {
	rep, events, err := f.report(f.draft)
	if err != nil {
		return err
	}
	t := report.Triage{On: report.On{Report: rep.ID}}
	var linked []matter.Matter
	switch {
	case f.linked != nil:
		t.Link, linked = []string{f.linked.ID}, []matter.Matter{*f.linked}
	case f.act.Kind != "":
		t.Open = []report.NewMatter{{Kind: f.act.Kind, Title: f.act.Title, Cell: f.act.Cell, Place: f.act.Place, Grade: f.act.Grade, To: f.act.To, Extra: f.act.Extra}}
	}
	if len(t.Link)+len(t.Open) > 0 {
		c, err := rep.Triage(t, linked, f.mo.Moment)
		if err != nil {
			return err
		}
		events = append(events, c.Report...)
		if f.linked != nil {
			f.matter, f.out.Linked = *f.linked, c.Linked[f.linked.ID]
			err = f.fold(f.out.Linked, f.matter.Version)
		} else {
			f.out.Opened = c.Opened[c.Order[0]]
			err = f.fold(f.out.Opened, 0)
		}
		if err != nil {
			return err
		}
	}
	f.rep = rep
	f.out.Reports = append(f.out.Reports, NewReport{rep.ID, rep.Receipt, events})
	return nil
}

func (f *filing) fold(events []work.Event, version int) error {
	for i, e := range events {
		if err := f.matter.ApplyEvent(e, f.at(version+i+1)); err != nil {
			return err
		}
	}
	return nil
}

func (f *filing) at(version int) work.At {
	return work.At{HappenedAt: f.mo.HappenedAt, RecordedAt: f.mo.Now, Actor: f.mo.Actor, OnBehalfOf: f.mo.OnBehalfOf, Version: version}
}

// report makes the report of a draft, as it stands after its first event.
func (f *filing) report(d *Draft) (report.Report, []work.Event, error) {
	a := report.Submit{Words: f.mo.Words(d.Words), Cell: f.act.Cell, Place: f.act.Place, Name: f.mo.Words(d.Name), Channel: "chat", Receipt: f.mo.Receipt(), Draft: d.ID}
	for _, p := range d.Photos {
		a.Photos = append(a.Photos, p.ID)
	}
	events, err := report.Report{}.Submit(a, f.mo.Moment)
	if err != nil {
		return report.Report{}, nil, err
	}
	var r report.Report
	return r, events, r.ApplyEvent(events[0], f.at(1))
}

// other files a draft that was joined.
func (f *filing) other(m *Draft) (Other, error) {
	first := &f.out.Reports[0]
	if f.same(m) {
		e := report.Added{Words: vault.Plain(f.rep.ID, "added", f.mo.Words(m.Words)), Photos: m.Photos}
		first.Events = append(first.Events, e)
		return Other{Draft: m.ID, Report: f.rep.ID}, nil
	}
	rep, events, err := f.report(m)
	if err != nil {
		return Other{}, err
	}
	if f.matter.Version > 0 {
		link, err := f.matter.LinkReport(rep.ID)
		if err != nil {
			return Other{}, err
		}
		events = append(events, report.TriagedInto{Matters: []string{f.matter.ID}})
		if f.linked != nil {
			f.out.Linked = append(f.out.Linked, link...)
		} else {
			f.out.Opened = append(f.out.Opened, link...)
		}
	}
	f.out.Reports = append(f.out.Reports, NewReport{rep.ID, rep.Receipt, events})
	return Other{m.ID, rep.ID, rep.Receipt}, nil
}

func (f *filing) same(m *Draft) bool { return Same(f.draft, m, f.mo.Words) }

// Same tells whether two drafts were said by one person, as far as the names tell.
func Same(a, b *Draft, words func(vault.Text) string) bool {
	if a.Person != "" || b.Person != "" {
		return a.Person == b.Person
	}
	name := words(a.Name)
	return name != "" && name == words(b.Name)
}

// Add decides that a draft goes on from one that was filed by the same person: its words are added to that report.
func (d *Draft) Add(into *Draft, rep report.Report, mo Moment) (own, theirs, added []work.Event, err error) {
	if err := d.waits(); err != nil {
		return nil, nil, nil, err
	}
	if err := work.Must(len(d.Members) == 0, "into", "draft.join_head", nil); err != nil {
		return nil, nil, nil, err
	}
	var photos []string
	for _, p := range d.Photos {
		photos = append(photos, p.ID)
	}
	if added, err = rep.Add(report.Add{Words: mo.Words(d.Words), Photos: photos}, mo.Moment); err != nil {
		return nil, nil, nil, err
	}
	return []work.Event{JoinedTo{into.ID}}, []work.Event{MemberTaken{Draft: d.ID, Dangers: d.Dangers}}, added, nil
}

// UndoWithin is how long a filing may be undone: what people were told has a receipt code, and somebody may be on the way.
// The robot of a group says the code after fifteen.
const UndoWithin = 10 * time.Minute

// Undo (撤销) takes the last step on a draft back. Whoever took the step may undo it, and those who lead.
type Undo struct{ On }

// Undone is that the last step was taken back.
type Undone struct {
	What string `json:"what"`
}

// EventKind implements work.Event.
func (Undone) EventKind() string { return "draft.undone/1" }

func (e Undone) apply(d *Draft, _ work.At) {
	if e.What == "dropped" { // this one is a part, and its whole came back
		d.State, d.Last = Dropped, nil
		return
	}
	s := d.Last
	if s == nil {
		return
	}
	if d.Filing != nil {
		d.Earlier = append(d.Earlier, *d.Filing)
	}
	if s.What == "asked" {
		d.Asked = nil
	}
	d.State, d.Label, d.Urgency, d.Cell, d.Where = s.Before, s.Label, s.Grade, s.Cell, s.Where
	d.Into, d.Parts, d.Filing, d.Last = "", nil, nil, nil
	if d.State == Waiting {
		d.Reason = ""
	}
}

// MemberLeft is that a draft that was joined to this one is its own again.
type MemberLeft struct {
	Draft string `json:"draft"`
}

// EventKind implements work.Event.
func (MemberLeft) EventKind() string { return "draft.member_left/1" }

func (e MemberLeft) apply(d *Draft, _ work.At) {
	d.Members = slices.DeleteFunc(slices.Clone(d.Members), func(id string) bool { return id == e.Draft })
	d.Brought = slices.DeleteFunc(slices.Clone(d.Brought), func(b Brought) bool { return b.Draft == e.Draft })
}

// Reversal is what undoing writes besides on the draft itself.
type Reversal struct {
	Own       []work.Event
	Into      []work.Event // on the draft it was joined to
	Parts     []work.Event // on each of its parts
	Withdrawn []work.Event // on each report that was made
	Matter    []work.Event // on the matter that was opened
}

// Undo decides it. into is the draft it was joined to, parts those it was parted into, opened the matter that its filing opened, made the
// reports that its filing made.
func (d *Draft) Undo(into *Draft, parts []*Draft, opened *matter.Matter, made []report.Report, mo Moment) (Reversal, error) {
	r := Reversal{Own: []work.Event{Undone{}}}
	switch {
	case d.Version == 0:
		return r, fault.New(fault.Missing, "draft.not_found", nil)
	case d.Erased:
		return r, fault.New(fault.Stale, "draft.nothing_to_undo", nil)
	case d.State == Aside && d.Last == nil: // set aside when it was taken
		r.Own = []work.Event{BroughtBack{}}
		return r, nil
	case d.Last == nil:
		return r, fault.New(fault.Stale, "draft.nothing_to_undo", nil)
	case d.Last.What == "filed" && mo.Now.Sub(d.Last.At) > UndoWithin:
		return r, fault.New(fault.Stale, "draft.too_late", fault.Args{"minutes": int(UndoWithin.Minutes())})
	}
	r.Own = []work.Event{Undone{d.Last.What}}
	switch d.Last.What {
	case "joined":
		if into.State == Filed {
			return r, fault.New(fault.Stale, "draft.joined_is_filed", nil)
		}
		r.Into = []work.Event{MemberLeft{d.ID}}
	case "parted":
		for _, p := range parts {
			if p.State != Waiting || len(p.Members) > 0 {
				return r, fault.New(fault.Stale, "draft.part_is_dealt_with", nil)
			}
		}
		r.Parts = []work.Event{Undone{"dropped"}}
	case "filed":
		for i := range made {
			if d.Filing.wentOn(&made[i]) {
				return r, fault.New(fault.Stale, "draft.report_went_on", fault.Args{"receipt": made[i].Receipt})
			}
		}
		if opened != nil {
			events, err := opened.Void(d.ID, d.Filing.Opened)
			if err != nil {
				return r, err
			}
			r.Matter = events
		}
		r.Withdrawn = []work.Event{report.WithdrawnWith{}}
	}
	return r, nil
}

// wentOn tells whether somebody did more with a report than the filing did: triaged it, declined it, added to it, rated it.
func (f *Filing) wentOn(r *report.Report) bool {
	tied, added := 0, 0
	if f.Matter != "" {
		tied = 1
	}
	if r.ID == f.Report {
		added = len(f.Added) + f.Pictures
	}
	return r.State == report.Declined || len(r.Matters) != tied || len(r.Additions) != added || r.Rating > 0 || r.Reopens > 0
}

// BroughtBack is that a draft that was set aside when it was taken is looked at after all.
type BroughtBack struct{}

// EventKind implements work.Event.
func (BroughtBack) EventKind() string { return "draft.brought_back/1" }

func (BroughtBack) apply(d *Draft, _ work.At) { d.State, d.Reason = Waiting, "" }
