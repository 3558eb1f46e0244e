package web

import (
	"maplegrid/internal/journal"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
	"maplegrid/internal/work/surrender"
)

// chapter is what a kind with acts of its own brings to the pages of a matter. Either may be nil. The acts themselves are reached at
// /matters/{id}/do/{act}, "act" being the last word of the name.
type chapter struct {
	// show adds to the page of a matter what the kind knows of it: sections into p.Main and p.Aside, notices, ways to its acts.
	show func(l *teller, p *page.Page, m *matter.Matter, events []journal.Event) error
	// ask fills in the form of one act, beyond what the address says, and gives its choices.
	ask func(l *teller, act any, m *matter.Matter, events []journal.Event, o *FormOptions) error
}

// chapterOf gives the chapter of a base kind; the pages of disputes, which came first, are called by name.
func chapterOf(base string) chapter {
	switch base {
	case doorstep.Base:
		return chapter{show: (*teller).showDoor, ask: (*teller).askDoor}
	case seek.Base:
		return chapter{show: (*teller).showSeek, ask: (*teller).askSeek}
	case missing.Base:
		return chapter{show: (*teller).showMissing, ask: (*teller).askMissing}
	case errand.Base:
		return chapter{show: (*teller).showErrand}
	case found.Base:
		return chapter{show: (*teller).showFound, ask: (*teller).askFound}
	case surrender.Base:
		return chapter{show: (*teller).showSurrender, ask: (*teller).askSurrender}
	case "search":
		return chapter{show: (*teller).showSought}
	}
	return chapter{}
}

// adorn adds what the kind of a matter brings to its page.
func (l *teller) adorn(p *page.Page, m *matter.Matter, events []journal.Event) error {
	if c := chapterOf(l.kinds[m.Kind].Base); c.show != nil {
		return c.show(l, p, m, events)
	}
	return nil
}

// ofKind fills in the form of an act of the matter's kind.
func (l *teller) ofKind(act any, m *matter.Matter, o *FormOptions) error {
	c := chapterOf(l.kinds[m.Kind].Base)
	if c.ask == nil {
		return nil
	}
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return err
	}
	return c.ask(l, act, m, events, o)
}
