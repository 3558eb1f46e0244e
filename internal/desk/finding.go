package desk

import (
	"slices"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// seeks is the kind of matter in which somebody seeks somebody lost from sight, missings that of people who got lost.
var (
	seeks = builtKind[*seek.Seek, seek.Moment]{base: seek.Base, area: seek.Base, fold: seek.Fold, moment: (*call).seekMoment,
		refuse: "seek.not_a_seek", steps: []string{"seek_answered", "seek_told", "seek_looked", "seek_asked", "seek_together", "told"}}
	missings = builtKind[*missing.Missing, missing.Moment]{base: missing.Base, area: missing.Base, fold: missing.Fold, moment: (*call).missingMoment,
		refuse: "missing.not_a_missing", steps: []string{"missing_dispatched", "missing_called_out", "missing_sighted", "missing_notice_decided", "missing_notice_over",
			"missing_notice_down", "missing_found", "missing_handed_over", "missing_taken_home", "missing_looked_in"}}
)

// Findings are the rows of the table of acts by which people are found.
var Findings = []Spec{
	on(seeks, "identify", (*seek.Seek).Identify),
	on(seeks, "ask_safety", (*seek.Seek).AskSafety).additive(),
	on(seeks, "flag_safety", (*seek.Seek).FlagSafety).additive(),
	on(seeks, "lift_safety", (*seek.Seek).LiftSafety),
	on(seeks, "describe", (*seek.Seek).Describe).additive(),
	on(seeks, "look", (*seek.Seek).Look).additive(),
	on(seeks, "compare", (*seek.Seek).Compare).additive(),
	on(seeks, "rule_out", (*seek.Seek).RuleOut),
	on(seeks, "ask_first", (*seek.Seek).AskFirst),
	on(seeks, "withdraw", (*seek.Seek).Withdraw),
	on(seeks, "tell_seeker", (*seek.Seek).TellSeeker),
	on(seeks, "give", (*seek.Seek).Give),
	on(seeks, "bring_together", (*seek.Seek).BringTogether),
	on(seeks, "thank", (*seek.Seek).Thank).additive(),

	on(missings, "describe", (*missing.Missing).Describe).additive(),
	on(missings, "set_last_seen", (*missing.Missing).SetLastSeen).additive(),
	on(missings, "dispatch", (*missing.Missing).Dispatch).additive(),
	on(missings, "call_out", (*missing.Missing).CallOut).additive(),
	onCalled("reply", (*missing.Missing).Reply),
	onCalled("sight", (*missing.Missing).Sight),
	on(missings, "search_area", (*missing.Missing).SearchArea).additive(),
	on(missings, "ask_camera", (*missing.Missing).AskCamera).additive(),
	on(missings, "publish", (*missing.Missing).Publish),
	on(missings, "withhold", (*missing.Missing).Withhold),
	on(missings, "take_down", (*missing.Missing).TakeDown),
	on(missings, "find", (*missing.Missing).FindPerson),
	on(missings, "hand_over", (*missing.Missing).HandOver),
	on(missings, "look_in", (*missing.Missing).LookInAfter).additive(),
}

// seekMoment is the moment of a rule of seeking.
func (c *call) seekMoment() seek.Moment {
	return seek.Moment{Moment: c.moment, Plain: func(texts ...vault.Text) ([]string, error) {
		o, err := c.Reveal(c.ctx, c.who.Station, texts...)
		if err != nil {
			return nil, err
		}
		var list []string
		for _, t := range texts {
			if s, ok := o[t.Ref()]; ok {
				list = append(list, s)
			}
		}
		return list, nil
	}}
}

// missingMoment is the moment of a rule of missing persons.
func (c *call) missingMoment() missing.Moment {
	return missing.Moment{Moment: c.moment, Around: c.around, Ready: c.ready}
}

func (c *call) around(cell string) (list []string) {
	tree := c.org.Tree()
	if tree == nil {
		return []string{cell}
	}
	for _, x := range tree.Around(grid.CellID(cell), c.moment.HappenedAt) {
		list = append(list, string(x.ID))
	}
	return list
}

// farFromTheStreet are roles that nobody calls out to look for somebody.
var farFromTheStreet = []grid.Role{grid.Bureau, grid.Auditor, grid.Admin, grid.Resident}

// ready gives who covers a cell and is on duty; everybody who covers one when nobody is.
func (c *call) ready(cells []string) []string {
	var duty, all []string
	for _, p := range c.org.Everyone() {
		if p.Gone || p.Closed || slices.Contains(farFromTheStreet, p.Role) {
			continue
		}
		covers := c.org.CellsOf(p.ID, c.moment.HappenedAt)
		if !slices.ContainsFunc(cells, func(x string) bool { return slices.Contains(covers, x) }) {
			continue
		}
		all = append(all, p.ID)
		if len(p.OnDuty) == 0 || slices.ContainsFunc(p.OnDuty, func(h grid.Hours) bool {
			return !c.moment.HappenedAt.Before(h.From) && c.moment.HappenedAt.Before(h.Until)
		}) {
			duty = append(duty, p.ID)
		}
	}
	if len(duty) > 0 {
		return duty
	}
	return all
}

// onCalled makes the row of an act that whoever was called to look out may do too: they read what the call says and answer, without
// seeing the matter.
func onCalled[A targeted](name string, rule func(*missing.Missing, A, missing.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: missing.Base + "." + name, Thing: "matter", Additive: true, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, _ := a.Target()
		events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			c.things = append(c.things, access.Thing{Kind: "matter"})
			return fault.New(fault.Missing, "matter.not_found", nil)
		}
		m, err := matter.Fold(events)
		if err != nil {
			return err
		}
		if c.base(m.Kind) != missing.Base {
			if err := c.permit(c.matterThing(&m)); err != nil {
				return err
			}
			return fault.New(fault.Stale, missings.refuse, nil)
		}
		x, err := missing.Fold(events)
		if err != nil {
			return err
		}
		if err := c.permit(CallThing(c.who.Station, x)); err != nil {
			return err
		}
		list, err := rule(x, a, c.missingMoment())
		if err != nil {
			return err
		}
		c.answer.ID, c.answer.Number = m.ID, m.Number
		return c.change(matter.Stream(id), m.Version, list)
	}}
}

// CallThing is a missing person as who was called to look out meets it: theirs as long as they were called.
func CallThing(station string, x *missing.Missing) access.Thing {
	t := MatterThing(station, &x.Matter)
	t.People = append(slices.Clone(t.People), x.CalledPeople()...)
	return t
}

// findingTexts are the personal texts of a matter about finding somebody, and the look that one of them needs besides the right to
// unmask: only who works on it may (L8 §28; law-and-standards 15.6, 15.11), and a sealed home has its own (5.1).
func findingTexts(base string, events []journal.Event, subject, field string) (texts []vault.Text, guard string, err error) {
	switch base {
	case seek.Base:
		s, err := seek.Fold(events)
		if err != nil {
			return nil, "", err
		}
		open, sealed := s.Texts()
		if slices.ContainsFunc(sealed, func(t vault.Text) bool { return t.Ref().Subject == subject && t.Ref().Field == field }) {
			guard = "finding.read"
		}
		if field == "home" && s.HiddenHome(subject) {
			guard = "home.read"
		}
		return append(open, sealed...), guard, nil
	case missing.Base:
		x, err := missing.Fold(events)
		if err != nil {
			return nil, "", err
		}
		return x.Texts(), "finding.read", nil
	}
	return nil, "", nil
}

// ofFinding gives the texts of a matter about finding somebody, for a look at one of them.
func (c *call) ofFinding(m *matter.Matter, a *Unmask) ([]vault.Text, string, error) {
	base := c.base(m.Kind)
	if base != seek.Base && base != missing.Base {
		return nil, "", nil
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return nil, "", err
	}
	return findingTexts(base, events, a.Subject, a.Field)
}
