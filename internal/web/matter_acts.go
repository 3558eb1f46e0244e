package web

import (
	"slices"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// step is one act of the base life as a page offers it: when the life has it, the policy allows it and sense speaks for it.
type step struct {
	act   string
	icon  string
	group string // behind which heading, when it is not the next step
	verb  matter.Verb
	new   func(on matter.On) any
	fits  func(l *teller, m *matter.Matter) bool // beyond life and policy; nil always
}

func handles(l *teller, m *matter.Matter) bool { return m.Handler == l.who.Person }

func stillOpen(_ *teller, m *matter.Matter) bool { return m.IsOpen() }

func waitingExtension(m *matter.Matter) *matter.Extension {
	if n := len(m.Extensions); n > 0 && m.Extensions[n-1].ApprovedBy == "" && !m.Extensions[n-1].Refused {
		return &m.Extensions[n-1]
	}
	return nil
}

// steps are the acts in the order they are offered.
var steps = []step{
	{act: "matter.acknowledge", icon: "check", group: "flow", verb: matter.VerbAcknowledge, fits: handles,
		new: func(on matter.On) any { return &matter.Acknowledge{On: on} }},
	{act: "matter.take", icon: "check", group: "flow", verb: matter.VerbTake,
		new: func(on matter.On) any { return &matter.Take{On: on} },
		fits: func(l *teller, m *matter.Matter) bool {
			return m.SendBackTo != nil && m.SendBackTo.ToStation == "" && (m.SendBackTo.ToBody != "" || m.SendBackTo.FromHandler != l.who.Person)
		}},
	{act: "matter.start", icon: "play", group: "flow", verb: matter.VerbStart, fits: handles, new: func(on matter.On) any { return &matter.Start{On: on} }},
	{act: "matter.resume", icon: "play", group: "flow", verb: matter.VerbResume, new: func(on matter.On) any { return &matter.Resume{On: on} }},
	{act: "matter.finish", icon: "flag", group: "flow", verb: matter.VerbOutcome, fits: handles, new: func(on matter.On) any { return &matter.Finish{On: on} }},
	{act: "matter.verify", icon: "badge-check", group: "flow", verb: matter.VerbVerify, new: func(on matter.On) any { return &matter.Verify{On: on} },
		fits: func(l *teller, m *matter.Matter) bool {
			return m.Handler != l.who.Person && m.OutcomeBy != l.who.Person
		}},
	{act: "matter.close", icon: "circle-check", group: "flow", verb: matter.VerbClose, new: func(on matter.On) any { return &matter.Close{On: on} }},
	{act: "matter.follow_up", icon: "phone", group: "flow", verb: matter.VerbFollowUp, new: func(on matter.On) any { return &matter.FollowUp{On: on} }},
	{act: "matter.decide_extension", icon: "calendar-clock", group: "flow", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.DecideExtension{On: on} },
		fits: func(l *teller, m *matter.Matter) bool {
			x := waitingExtension(m)
			return x != nil && x.AskedBy != l.who.Person
		}},
	{act: "matter.note", icon: "message-square-text", group: "record", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.Note{On: on} }},
	{act: "matter.visit", icon: "footprints", group: "record", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.Visit{On: on} }},
	{act: "matter.add_party", icon: "user-plus", group: "record", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.AddParty{On: on} }},
	{act: "matter.mark", icon: "flag", group: "record", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.Mark{On: on} },
		fits: func(l *teller, m *matter.Matter) bool { return m.IsOpen() && len(l.markable(m)) > 0 }},
	{act: "matter.fill", icon: "pencil", group: "record", verb: matter.VerbWork, fits: stillOpen, new: func(on matter.On) any { return &matter.Fill{On: on} }},
	{act: "matter.assign", icon: "send", group: "people", verb: matter.VerbAssign, new: func(on matter.On) any { return &matter.Assign{On: on} }},
	{act: "matter.set_task", icon: "list-checks", group: "people", verb: matter.VerbWork, fits: stillOpen, new: func(on matter.On) any { return &matter.SetTask{On: on} }},
	{act: "matter.call_bodies", icon: "megaphone", group: "people", verb: matter.VerbWork, fits: stillOpen, new: func(on matter.On) any { return &matter.CallBodies{On: on} }},
	{act: "matter.invite", icon: "users-round", group: "people", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.Invite{On: on} }},
	{act: "matter.transfer", icon: "reply", group: "people", verb: matter.VerbTransfer, new: func(on matter.On) any { return &matter.Transfer{On: on} }},
	{act: "matter.send_back", icon: "undo-2", group: "people", verb: matter.VerbSendBack, new: func(on matter.On) any { return &matter.SendBack{On: on} }},
	{act: "matter.pause", icon: "circle-pause", group: "time", verb: matter.VerbPause, new: func(on matter.On) any { return &matter.Pause{On: on} }},
	{act: "matter.extend", icon: "calendar-clock", group: "time", verb: matter.VerbExtend, new: func(on matter.On) any { return &matter.Extend{On: on} },
		fits: func(_ *teller, m *matter.Matter) bool { return waitingExtension(m) == nil && len(m.Limits) > 0 }},
	{act: "matter.chase", icon: "bell", group: "time", verb: matter.VerbSupervise, new: func(on matter.On) any { return &matter.Chase{On: on} },
		fits: func(l *teller, m *matter.Matter) bool { return m.Handler != "" && m.Handler != l.who.Person }},
	{act: "matter.supervise", icon: "eye", group: "time", verb: matter.VerbSupervise, new: func(on matter.On) any { return &matter.Supervise{On: on} },
		fits: func(l *teller, m *matter.Matter) bool { return m.SupervisedBy != l.who.Person }},
	{act: "matter.retitle", icon: "pencil", group: "order", verb: matter.VerbWork, fits: stillOpen},
	{act: "matter.regrade", icon: "chart-column", group: "order", verb: matter.VerbWork, fits: stillOpen, new: func(on matter.On) any { return &matter.Regrade{On: on} }},
	{act: "matter.tie", icon: "link", group: "order", verb: matter.VerbWork, new: func(on matter.On) any { return &matter.Tie{On: on} }},
	{act: "matter.merge", icon: "merge", group: "order", verb: matter.VerbMerge, new: func(on matter.On) any { return &matter.Merge{On: on} }},
	{act: "matter.reopen", icon: "rotate-ccw", group: "order", verb: matter.VerbReopen, new: func(on matter.On) any { return &matter.Reopen{On: on} }},
}

var groups = []string{"flow", "record", "people", "time", "order"}

// next is the step that a state waits for.
var next = map[matter.State]string{matter.Unassigned: "matter.assign", matter.AwaitingAck: "matter.acknowledge", matter.InHand: "matter.start",
	matter.UnderWay: "matter.finish", matter.OnHold: "matter.resume", matter.HandedOver: "matter.take", matter.Elsewhere: "matter.finish",
	matter.OutcomeIn: "matter.verify", matter.Checked: "matter.close", matter.Done: "matter.follow_up"}

// offers are the steps open to somebody on a matter.
func (l *teller) offers(m *matter.Matter) (list []step) {
	thing := desk.MatterThing(l.who.Station, m)
	for _, x := range steps {
		if !m.Can(x.verb) || x.fits != nil && !x.fits(l, m) {
			continue
		}
		t := thing
		t.Sworn = desk.Sworn(l.book, x.act, m.Kind)
		if x.act == "matter.assign" {
			t.Into = t.Cells
			if len(l.mayAssign(m, t)) == 0 {
				continue
			}
		}
		if l.May(x.act, t) {
			list = append(list, x)
		}
	}
	return list
}

// markable are the steps that an outcome of this kind needs, or a clock of it waits for, and that no act reaches by itself.
func (l *teller) markable(m *matter.Matter) (list []part.Option) {
	for _, e := range l.book.Events() {
		asked := slices.ContainsFunc(m.Limits, func(x work.Limit) bool { return x.From == e.Key || x.Until == e.Key }) ||
			slices.ContainsFunc(l.book.Outcomes(m.Kind), func(o playbook.Outcome) bool { return slices.Contains(o.Needs, e.Key) })
		if asked && m.Reached[e.Key].IsZero() && desk.MayMark(l.book, m.Kind, e.Key) {
			list = append(list, part.Option{Value: e.Key, Label: l.Capital(e.Name.In(l.lang))})
		}
	}
	return list
}

// mayAssign lists whom somebody may name as the handler.
func (l *teller) mayAssign(m *matter.Matter, thing access.Thing) []part.Option {
	return slices.DeleteFunc(l.mayName("matter.assign", thing), func(o part.Option) bool { return o.Value == m.Handler })
}

// fillActs puts the next step and the others on the page of a matter.
func (l *teller) fillActs(p *page.Page, m *matter.Matter) error {
	on := matter.On{Matter: m.ID, Version: m.Version}
	byGroup := map[string][]page.Act{}
	for _, x := range l.offers(m) {
		if p.Next != nil && (x.act != next[m.State] || p.Own) { // a dispute has many acts: each has a page of its own
			p.Base = append(p.Base, part.Link{Href: "/matters/" + m.ID + "/do/" + x.act[len("matter."):], Label: l.Called("act." + x.act), Icon: x.icon})
			continue
		}
		a, err := l.actForm(x, m, on)
		if err != nil {
			return err
		}
		if x.act == next[m.State] && p.Now == nil && !p.Own {
			if p.Waiting = l.nextNote(m); p.Waiting == "" {
				p.Now = &a
				continue
			}
		}
		byGroup[x.group] = append(byGroup[x.group], a)
	}
	for _, g := range groups {
		if len(byGroup[g]) > 0 {
			p.Acts = append(p.Acts, page.Group{Title: l.t("acts." + g), Acts: byGroup[g]})
		}
	}
	if p.Now == nil && p.Waiting == "" && !p.Own {
		p.Waiting = l.waiting(m)
	}
	return nil
}

func (l *teller) actForm(x step, m *matter.Matter, on matter.On) (page.Act, error) {
	name := l.Called("act." + x.act)
	o := FormOptions{Matter: m, Next: "/matters/" + m.ID, Icon: x.icon, Submit: name, Options: map[string][]part.Option{}, Labels: map[string]string{},
		Danger: x.act == "matter.merge"}
	var act any
	if x.act == "matter.retitle" {
		act = &matter.Retitle{On: on, Title: m.Title, Place: m.Place}
	} else {
		act = x.new(on)
	}
	switch x.act {
	case "matter.assign":
		o.Options["to"] = l.mayAssign(m, desk.MatterThing(l.who.Station, m))
	case "matter.mark":
		o.Options["step"] = l.markable(m)
	case "matter.visit":
		o.Options["with"] = l.nearby(m)
		o.Fold = map[string]string{"card_code": l.t("cards.visit"), "household": l.t("cards.visit")}
		if !l.May("card.give", access.Thing{Kind: "card", Cells: m.Cells()}) {
			o.Skip = append(o.Skip, "card_code", "household")
		}
	case "matter.tie":
		o.Labels["other"] = l.t("acts.other_number")
	case "matter.merge":
		o.Labels["into"], o.Confirm = l.t("acts.other_number"), l.t("acts.merge_sure")
	case "matter.extend": // the parties of a dispute agree to more time (law-and-standards 3.5); nobody else has to
		if l.kinds[m.Kind].Base != dispute.Base {
			o.Skip = append(o.Skip, "consents")
			break
		}
		_, d, err := l.matterAndDispute(m.ID)
		if err != nil {
			return page.Act{}, err
		}
		o.Dispute = d
	case "matter.decide_extension":
		if e := waitingExtension(m); e != nil {
			limit, _ := l.limit(m.Kind, m.Grade, e.Limit)
			name += " · " + l.t("acts.extension", "name", l.Person(e.AskedBy), "limit", limit, "n", e.By.Amount, "unit", fault.Name(l.lang, "unit."+string(e.By.Unit)))
		}
	}
	f, err := l.s.ActForm(l.ctx, l.who, act, o)
	f.Scope = x.act[len("matter."):] + "-"
	return page.Act{Title: name, Icon: x.icon, Form: f}, err
}

// nearby lists who could have come along: those who take part, and those who cover the cell.
func (l *teller) nearby(m *matter.Matter) []part.Option {
	return slices.DeleteFunc(l.s.PeopleOptions(l.lang, l.org, l.who), func(o part.Option) bool {
		return o.Value == l.who.Person || !m.Involves(o.Value) && !slices.Contains(l.org.CellsOf(o.Value, l.now), m.Cell)
	})
}

// nextNote says what stands in the way of the next step.
func (l *teller) nextNote(m *matter.Matter) string {
	if next[m.State] != "matter.finish" {
		return ""
	}
	open := 0
	for _, t := range m.Tasks {
		if t.DoneAt.IsZero() {
			open++
		}
	}
	for _, c := range m.Calls {
		if !c.Settled() {
			open++
		}
	}
	if open > 0 {
		return l.t("acts.open_first", "n", open)
	}
	return ""
}

// place is where a transfer goes: a cell, a body or another station.
func (l *teller) place(cell, body, station string) string {
	switch {
	case body != "":
		return l.body(body)
	case station != "":
		return l.s.stationName(l.ctx, station)
	}
	return l.Cell(cell)
}

// waiting says whose word a matter waits for.
func (l *teller) waiting(m *matter.Matter) string {
	switch m.State {
	case matter.Answered, matter.MergedAway, matter.Voided:
		return ""
	case matter.HandedOver:
		to := ""
		if w := m.SendBackTo; w != nil {
			to = l.place(w.ToCell, w.ToBody, w.ToStation)
		}
		return l.t("wait.transferred", "to", to)
	case matter.AwaitingAck, matter.InHand, matter.UnderWay, matter.Elsewhere:
		return l.t("wait."+string(m.State), "name", l.Person(m.Handler))
	}
	return l.t("wait." + string(m.State))
}
