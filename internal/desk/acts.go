package desk

import (
	"slices"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// Spec is one row of the table of acts: its name, its struct, how it is decided. The JSON API, the OpenAPI document, the command
// line and the forms of the pages come from it.
type Spec struct {
	Name string // "matter.assign"
	// New makes an empty act to be filled in.
	New func() any
	// Additive acts add to the story and can be done on an older view of it (a note, a visit).
	Additive bool
	// Internal acts are done by the program itself only.
	Internal bool
	// Thing is what the act's target is: "matter", "report", "" where it has none or one of another sort.
	Thing string
	// Words is how many bytes of words the act takes in, where that is more than the body of an act may have in JSON.
	Words int64

	crowded bool // crowds want the same at once: decided in turn, see lane.go
	do      func(c *call) error
}

// Acts is the table of acts. A new act is one row here, one rule, one test.
var Acts = slices.Concat(base, Disputes, alongTheWay(Doorsteps), Keeping, Findings, Notices, Proofs, Rights, Retentions, Ratings, Tours, Cards, Firms, Appointments, Drafts)

var base = []Spec{
	{Name: "report.submit", New: make_[report.Submit], do: submit},
	{Name: "report.triage", Thing: "report", New: make_[report.Triage], do: triageReport},
	onReport("report.add", report.Report.Add).additive(),
	onReport("report.withdraw", report.Report.Withdraw),
	{Name: "report.rate", Thing: "report", New: make_[report.Rate], do: rate},
	{Name: "report.reopen", Thing: "report", New: make_[report.Reopen], do: reopenReport},

	{Name: "matter.open", New: make_[matter.Open], do: openMatter},
	onMatter("matter.assign", matter.Matter.Assign),
	onMatter("matter.acknowledge", matter.Matter.Acknowledge),
	onMatter("matter.start", matter.Matter.Start),
	onMatter("matter.note", matter.Matter.Note).additive(),
	withCard(onMatter("matter.visit", matter.Matter.Visit)).additive(),
	onMatter("matter.pause", matter.Matter.Pause),
	onMatter("matter.resume", matter.Matter.Resume),
	onMatter("matter.extend", matter.Matter.Extend),
	onMatter("matter.decide_extension", matter.Matter.DecideExtension),
	onMatter("matter.transfer", matter.Matter.Transfer),
	onMatter("matter.take", matter.Matter.Take),
	onMatter("matter.send_back", matter.Matter.SendBack),
	onMatter("matter.finish", matter.Matter.Finish),
	onMatter("matter.verify", matter.Matter.Verify),
	onMatter("matter.close", matter.Matter.Close),
	onMatter("matter.follow_up", matter.Matter.FollowUp),
	onMatter("matter.reopen", matter.Matter.Reopen),
	onMatter("matter.regrade", matter.Matter.Regrade),
	onMatter("matter.retitle", matter.Matter.Retitle),
	onMatter("matter.set_task", matter.Matter.SetTask).additive(),
	onMatter("matter.do_task", matter.Matter.DoTask).additive(),
	onMatter("matter.add_party", matter.Matter.AddParty).additive(),
	onMatter("matter.invite", matter.Matter.Invite).additive(),
	{Name: "matter.tie", Thing: "matter", New: make_[matter.Tie], Additive: true, do: tie},
	{Name: "matter.merge", Thing: "matter", New: make_[matter.Merge], do: merge},
	onMatter("matter.call_bodies", matter.Matter.CallBodies).additive(),
	onMatter("matter.answer_call", matter.Matter.AnswerCall).additive(),
	onMatter("matter.chase", matter.Matter.Chase).additive(),
	onMatter("matter.supervise", matter.Matter.Supervise).additive(),
	onMatter("matter.mark", matter.Matter.Mark).additive(),
	onMatter("matter.fill", matter.Matter.Fill).additive(),
	onMatter("matter.escalate", matter.Matter.Escalate).internal(),

	onOrg("org.set_station", (*organisation.Org).SetStation),
	onOrg("org.set_cell", (*organisation.Org).SetCell),
	onOrg("org.renew_cell", (*organisation.Org).RenewCell),
	onOrg("org.merge_cells", (*organisation.Org).MergeCells),
	onOrg("org.retire_cell", (*organisation.Org).RetireCell),
	onOrg("org.set_body", (*organisation.Org).SetBody),
	onOrg("org.set_post", (*organisation.Org).SetPost),
	onOrg("org.set_lead", (*organisation.Org).SetLead),
	onOrg("org.set_calendar", (*organisation.Org).SetCalendar),
	{Name: "org.adopt_playbook", New: make_[organisation.AdoptPlaybook], do: adoptPlaybook},
	onOrg("org.set_person", (*organisation.Org).SetPerson),
	onOrg("org.leave", (*organisation.Org).Leave),
	onOrg("org.set_duty", (*organisation.Org).SetDuty),
	onOrg("org.set_stand_in", (*organisation.Org).SetStandIn),
	onOrg("org.set_stand_ins", (*organisation.Org).SetStandIns),
	onOrg("org.end_stand_in", (*organisation.Org).EndStandIn),
	onOrg("org.swap_seats", (*organisation.Org).SwapSeats),
	onOrg("org.close_account", (*organisation.Org).CloseAccount),
	onOrg("org.revoke_token", (*organisation.Org).RevokeToken),
	{Name: "account.set_password", New: make_[SetPassword], do: setPassword},
	{Name: "account.set_factor", New: make_[SetFactor], do: setFactor},
	{Name: "account.make_token", New: make_[MakeToken], do: makeToken},

	{Name: "person.unmask", New: make_[Unmask], Additive: true, do: unmask},
	{Name: "people.export", New: make_[ExportPeople], do: exportPeople},
	{Name: "ledger.export", New: make_[ExportLedger], Additive: true, do: exportLedger},
}

var byName = func() map[string]*Spec {
	m := map[string]*Spec{}
	for i := range Acts {
		m[Acts[i].Name] = &Acts[i]
	}
	return m
}

var names map[string]*Spec

func init() { names = byName() }

// Find finds an act by name.
func Find(name string) (*Spec, bool) {
	s, ok := names[name]
	return s, ok
}

func make_[A any]() any { return new(A) }

func (s Spec) additive() Spec { s.Additive = true; return s }
func (s Spec) internal() Spec { s.Internal = true; return s }

type targeted interface {
	Target() (id string, version int)
}

// policeBases are the base kinds whose result is a police decision: a penalty or a case (law-and-standards 9), an inspection (13.4),
// property seized and handed back (6), arms handed in (7.7).
var policeBases = []string{"incident", "inspection", "recovery", "surrender"}

// policeSteps are the acts by which such a decision is taken or approved (law-and-standards 13.1).
var policeSteps = []string{"matter.finish", "matter.verify", "matter.close", "matter.decide_extension", "matter.regrade", "matter.merge"}

// disputePolice are the acts on a dispute that need police powers whatever the track (law-and-standards 5.1, 2.13-2.15).
var disputePolice = []string{"dispute.warn", "dispute.file_case", "dispute.decide_case", "dispute.decide_settlement"}

// policeMarks are the steps that only police take: a case, a warning, property seized and handed back (law-and-standards 5.1, 6, 9).
var policeMarks = []string{"case_filed", "case_decided", "dv_warning_issued", "evidence_registered", "evidence_decided", "seized", "seizure_ended",
	"custody_filed", "found_unrelated", "released"}

// Sworn tells whether an act on a matter of a kind needs police powers. Pages ask it to know which forms to show.
func Sworn(b *playbook.Book, act, kind string) bool {
	if slices.Contains(disputePolice, act) {
		return true
	}
	for range len(playbook.Bases) { // a kind may be built on one that is built on another; the last is built on itself
		k, ok := b.Kind(kind)
		if !ok || k.Base == "" || k.Base == kind {
			break
		}
		kind = k.Base
	}
	return slices.Contains(policeBases, kind) && slices.Contains(policeSteps, act)
}

// matterThing is a matter as the policy sees it for this act.
func (c *call) matterThing(m *matter.Matter) access.Thing {
	t := MatterThing(c.who.Station, m)
	if b, ok := c.moment.Book.(book); ok {
		t.Sworn = Sworn(b.Book, c.spec.Name, m.Kind)
	}
	return t
}

// reach adds to a thing what the act would do beyond it: the cells it puts work into, whom it names, whether it turns somebody away.
func (c *call) reach(t *access.Thing) {
	name := func(person string) {
		if person != "" {
			t.Named = append(t.Named, person)
		}
	}
	switch a := c.act.(type) {
	case *matter.Open:
		t.Into = t.Cells
		name(a.To)
	case *matter.Assign:
		t.Into = t.Cells
		name(a.To)
	case *matter.Mark:
		t.Sworn = t.Sworn || slices.Contains(policeMarks, a.Step)
	case *campaign.Grow:
		t.Into = t.Cells
		name(a.To)
	case *dispute.ChooseTrack:
		t.Sworn = t.Sworn || a.Track == dispute.Order // 治安调解 is the police's (law-and-standards 2.1, 13.1)
	case *dispute.SettleOnSpot:
		t.Sworn = t.Sworn || a.Track == dispute.Order
	case *report.Triage:
		t.Declines = a.Decline != ""
		for _, n := range a.Open {
			if n.Cell != "" {
				t.Into = append(t.Into, n.Cell)
			} else {
				t.Into = append(t.Into, t.Cells...)
			}
			name(n.To)
		}
	}
}

// onMatter makes the row of an act on one matter from its rule.
func onMatter[A targeted](name string, rule func(matter.Matter, A, work.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, Thing: "matter", New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		m, err := c.matter(id)
		if err != nil {
			return err
		}
		if err := c.permit(c.matterThing(&m)); err != nil {
			return err
		}
		if err := c.fresh(matter.Stream(id), m.Version, seen); err != nil {
			return err
		}
		after, err := c.guarded(&m, a)
		if err != nil {
			return err
		}
		events, err := rule(m, a, c.moment)
		if err != nil {
			return err
		}
		c.answer.ID, c.answer.Number = m.ID, m.Number
		return c.change(matter.Stream(id), m.Version, after(events))
	}}
}

// onReport makes the row of an act on one report from its rule.
func onReport[A targeted](name string, rule func(report.Report, A, work.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, Thing: "report", New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		r, err := c.report(id)
		if err != nil {
			return err
		}
		if err := c.permit(ReportThing(c.who.Station, &r)); err != nil {
			return err
		}
		if err := c.fresh(report.Stream(id), r.Version, seen); err != nil {
			return err
		}
		events, err := rule(r, a, c.moment)
		if err != nil {
			return err
		}
		c.answer.ID = r.ID
		return c.change(report.Stream(id), r.Version, events)
	}}
}

// onOrg makes the row of an act on the organisation from its rule.
func onOrg[A any](name string, rule func(*organisation.Org, A, work.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		if err := c.permit(access.Thing{Kind: "org"}); err != nil {
			return err
		}
		events, err := rule(c.org, *c.act.(*A), c.moment)
		if err != nil {
			return err
		}
		for _, e := range events {
			if p, ok := e.(organisation.PersonSet); ok {
				c.answer.ID = p.ID
			}
		}
		return c.changeOrg(events)
	}}
}

func (c *call) changeOrg(events []work.Event) error {
	c.orgMade = true
	// Personal texts of people lie under the person's own key, though the stream is one for all.
	a := journal.Append{Stream: organisation.Stream, Want: c.org.Version}
	if err := c.change(a.Stream, a.Want, events); err != nil {
		return err
	}
	return nil
}

// submit takes a report down: a receipt code is drawn and claimed.
func submit(c *call) error {
	a := *c.act.(*report.Submit)
	thing := access.Thing{Kind: "report", Relayed: a.Channel == report.ByTransfer}
	if a.Cell != "" {
		thing.Cells = []string{a.Cell}
	}
	if err := c.permit(thing); err != nil {
		return err
	}
	a.Receipt = string(ident.NewReceipt(c.Rand))
	if c.who.Person == work.Public { // nobody outside may take the place of a row that is yet to be imported
		a.Source = ""
	}
	events, err := report.Report{}.Submit(a, c.moment)
	if err != nil {
		return err
	}
	e := events[0].(report.Submitted)
	if c.answer.ID, c.answer.Receipt = e.ID, e.Receipt; a.Source != "" {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "source", Value: a.Source, Holder: e.ID})
	}
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "receipt", Value: e.Receipt, Holder: e.ID})
	return c.change(report.Stream(e.ID), 0, events)
}

// triageReport opens matters from a report or ties it to open ones, all in one batch.
func triageReport(c *call) error {
	a := *c.act.(*report.Triage)
	r, err := c.report(a.Report)
	if err != nil {
		return err
	}
	if err := c.permit(ReportThing(c.who.Station, &r)); err != nil {
		return err
	}
	if err := c.fresh(report.Stream(r.ID), r.Version, a.Version); err != nil {
		return err
	}
	var linked []matter.Matter
	for _, id := range a.Link {
		m, err := c.visibleMatter(id)
		if err != nil {
			return err
		}
		linked = append(linked, m)
	}
	changes, err := r.Triage(a, linked, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Matters = r.ID, changes.Order
	if err := c.change(report.Stream(r.ID), r.Version, changes.Report); err != nil {
		return err
	}
	for _, id := range changes.Order {
		if err := c.opened(changes.Opened[id]); err != nil {
			return err
		}
	}
	for _, m := range linked {
		if err := c.change(matter.Stream(m.ID), m.Version, changes.Linked[m.ID]); err != nil {
			return err
		}
	}
	return nil
}

// visibleMatter loads a matter that the caller may see; another one is not there.
func (c *call) visibleMatter(id string) (matter.Matter, error) {
	m, err := c.matter(id)
	if err != nil {
		return m, err
	}
	if !c.Policy.Scope(c.who).Sees(MatterThing(c.who.Station, &m)) {
		return matter.Matter{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return m, nil
}

// opened appends the events of a new matter and claims its number.
func (c *call) opened(events []work.Event) error {
	e := events[0].(matter.Opened)
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "number", Value: e.Number, Holder: e.ID})
	if k := c.rulesOf(e.Kind); k != nil {
		var err error
		if events, err = k.opened(c, events); err != nil {
			return err
		}
	}
	return c.change(matter.Stream(e.ID), 0, events)
}

func openMatter(c *call) error {
	a := *c.act.(*matter.Open)
	if err := c.permit(access.Thing{Kind: "matter", Cells: []string{a.Cell}}); err != nil {
		return err
	}
	events, err := matter.Matter{}.Open(a, "", c.moment)
	if err != nil {
		return err
	}
	e := events[0].(matter.Opened)
	c.answer.ID, c.answer.Number = e.ID, e.Number
	return c.opened(events)
}

// mattersOf loads the matters of a report for the report's own acts: the reporter's receipt is the right to them.
func (c *call) mattersOf(r *report.Report) ([]matter.Matter, error) {
	var list []matter.Matter
	seen := map[string]bool{}
	for _, id := range r.Matters {
		m, err := c.matter(id)
		for err == nil && m.MergedInto != "" { // the right to an answer went along
			m, err = c.matter(m.MergedInto)
		}
		if err != nil {
			return nil, err
		}
		if !seen[m.ID] {
			seen[m.ID], list = true, append(list, m)
		}
	}
	return list, nil
}

func rate(c *call) error {
	a := *c.act.(*report.Rate)
	r, err := c.report(a.Report)
	if err != nil {
		return err
	}
	if err := c.permit(ReportThing(c.who.Station, &r)); err != nil {
		return err
	}
	matters, err := c.mattersOf(&r)
	if err != nil {
		return err
	}
	events, err := r.Rate(a, matters, c.moment)
	if err != nil {
		return err
	}
	if err := c.follow(&r, a.Stars, matters); err != nil {
		return err
	}
	c.answer.ID = r.ID
	return c.change(report.Stream(r.ID), r.Version, events)
}

func reopenReport(c *call) error {
	a := *c.act.(*report.Reopen)
	r, err := c.report(a.Report)
	if err != nil {
		return err
	}
	if err := c.permit(ReportThing(c.who.Station, &r)); err != nil {
		return err
	}
	matters, err := c.mattersOf(&r)
	if err != nil {
		return err
	}
	mine, theirs, err := r.Reopen(a, matters, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = r.ID
	if err := c.change(report.Stream(r.ID), r.Version, mine); err != nil {
		return err
	}
	for _, m := range matters {
		if err := c.change(matter.Stream(m.ID), m.Version, theirs[m.ID]); err != nil {
			return err
		}
	}
	return nil
}

func tie(c *call) error {
	a := *c.act.(*matter.Tie)
	m, err := c.matter(a.Matter)
	if err != nil {
		return err
	}
	if err := c.permit(c.matterThing(&m)); err != nil {
		return err
	}
	other, err := c.visibleMatter(a.Other)
	if err != nil {
		return err
	}
	events, err := m.Tie(a, other)
	if err != nil {
		return err
	}
	c.answer.ID = m.ID
	if err := c.change(matter.Stream(m.ID), m.Version, events); err != nil {
		return err
	}
	return c.change(matter.Stream(other.ID), other.Version, []work.Event{matter.Tied{Other: m.ID, How: matter.Back(a.How)}})
}

func merge(c *call) error {
	a := *c.act.(*matter.Merge)
	m, err := c.matter(a.Matter)
	if err != nil {
		return err
	}
	if err := c.permit(c.matterThing(&m)); err != nil {
		return err
	}
	if err := c.fresh(matter.Stream(m.ID), m.Version, a.Version); err != nil {
		return err
	}
	if _, err := c.guarded(&m, a); err != nil {
		return err
	}
	into, err := c.visibleMatter(a.Into)
	if err != nil {
		return err
	}
	from, to, err := m.Merge(a, into)
	if err != nil {
		return err
	}
	c.answer.ID = into.ID
	if err := c.change(matter.Stream(m.ID), m.Version, from); err != nil {
		return err
	}
	return c.change(matter.Stream(into.ID), into.Version, to)
}

func adoptPlaybook(c *call) error {
	a := *c.act.(*organisation.AdoptPlaybook)
	if err := c.permit(access.Thing{Kind: "org"}); err != nil {
		return err
	}
	if _, err := c.Books(a.Name); err != nil {
		return fault.New(fault.Invalid, "org.playbook_refused", fault.Args{"why": err.Error()}).On("name")
	}
	events, err := c.org.AdoptPlaybook(a, c.moment)
	if err != nil {
		return err
	}
	return c.changeOrg(events)
}
