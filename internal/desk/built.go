package desk

import (
	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// built is a matter of a kind with acts of its own, as its rules see it; M is the moment they are handed.
type built[M any] interface {
	Apply(v work.Event, at work.At) error
	// Core is the base life of it.
	Core() *matter.Matter
	// Guard refuses an act of the base life that the kind does not allow now, After adds to what one decided. Acts they do not know pass.
	Guard(act any, mo M) error
	After(act any, events []work.Event, mo M) []work.Event
}

// builtKind is a kind with acts of its own over the base life.
type builtKind[K built[M], M any] struct {
	base   string   // among playbook.Bases
	area   string   // what the names of its acts begin with
	steps  []string // steps of the playbook that its acts reach: nobody marks them by hand
	fold   func([]journal.Event) (K, error)
	moment func(*call) M
	refuse string // the fault of an act on a matter of another kind
}

// kindRules is a builtKind whatever its types.
type kindRules interface {
	of() (base, area string, steps []string)
	guard(c *call, events []journal.Event, act any) (after func([]work.Event) []work.Event, err error)
	opened(c *call, events []work.Event) ([]work.Event, error)
}

// builtKinds are the kinds with acts of their own.
func builtKinds() []kindRules {
	return []kindRules{disputes, doorsteps, errands, things, surrenders, seeks, missings}
}

func (b builtKind[K, M]) of() (base, area string, steps []string) { return b.base, b.area, b.steps }

func (b builtKind[K, M]) guard(c *call, events []journal.Event, act any) (func([]work.Event) []work.Event, error) {
	k, err := b.fold(events)
	if err != nil {
		return nil, err
	}
	mo := b.moment(c)
	return func(list []work.Event) []work.Event { return k.After(act, list, mo) }, k.Guard(act, mo)
}

// opened adds to the events that open a matter what the kind makes of them.
func (b builtKind[K, M]) opened(c *call, events []work.Event) ([]work.Event, error) {
	k, err := b.fold(nil)
	if err != nil {
		return nil, err
	}
	for i, x := range events {
		if err := k.Apply(x, work.At{HappenedAt: c.moment.HappenedAt, RecordedAt: c.moment.Now, Actor: c.who.Person, Version: i + 1}); err != nil {
			return nil, err
		}
	}
	return append(events, k.After(matter.Open{}, nil, b.moment(c))...), nil
}

// on makes the row of an act on one matter of the kind from its rule.
func on[A targeted, K built[M], M any](b builtKind[K, M], name string, rule func(K, A, M) ([]work.Event, error)) Spec {
	return Spec{Name: b.area + "." + name, Thing: "matter", New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		k, err := b.open(c, id, seen)
		if err != nil {
			return err
		}
		events, err := rule(k, a, b.moment(c))
		if err != nil {
			return err
		}
		m := k.Core()
		c.answer.ID, c.answer.Number = m.ID, m.Number
		return c.change(matter.Stream(id), m.Version, events)
	}}
}

// open loads a matter of the kind for an act: it may be done, the matter is of the kind, and the person has seen it as it is.
func (b builtKind[K, M]) open(c *call, id string, seen int) (K, error) {
	var none K
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
	if err != nil {
		return none, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "matter"})
		return none, fault.New(fault.Missing, "matter.not_found", nil)
	}
	m, err := matter.Fold(events)
	if err != nil {
		return none, err
	}
	if err := c.permit(c.matterThing(&m)); err != nil {
		return none, err
	}
	if c.base(m.Kind) != b.base {
		return none, fault.New(fault.Stale, b.refuse, nil)
	}
	k, err := b.fold(events)
	if err != nil {
		return none, err
	}
	return k, c.fresh(matter.Stream(id), m.Version, seen)
}

// base is the base of a kind under the playbook in force.
func (c *call) base(kind string) string {
	if b, ok := c.moment.Book.(book); ok {
		return b.base(kind)
	}
	return ""
}

// rulesOf are the rules of a kind with acts of its own; nil for the others.
func (c *call) rulesOf(kind string) kindRules { return rulesOf(c.base(kind)) }

func rulesOf(base string) kindRules {
	for _, k := range builtKinds() {
		if b, _, _ := k.of(); b == base {
			return k
		}
	}
	return nil
}

// Area is what the names of the acts of a kind with acts of its own begin with ("dispute"); "" for a kind with none.
func Area(b *playbook.Book, kind string) string {
	if k := rulesOf((book{Book: b}).base(kind)); k != nil {
		_, area, _ := k.of()
		return area
	}
	return ""
}

// guarded refuses an act of the base life that the kind of the matter does not allow now, and gives what the kind adds to its events.
func (c *call) guarded(m *matter.Matter, act any) (after func([]work.Event) []work.Event, err error) {
	k := c.rulesOf(m.Kind)
	if k == nil {
		return func(events []work.Event) []work.Event { return events }, nil
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return nil, err
	}
	return k.guard(c, events, act)
}
