package desk

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

var errands = builtKind[*errand.Errand, work.Moment]{base: errand.Base, area: errand.Base, fold: errand.Fold,
	moment: func(c *call) work.Moment { return c.moment }, refuse: "errand.not_an_errand",
	steps: []string{errand.Left, errand.Met, errand.Arrived, errand.Handed, errand.Back, errand.Told, errand.LookedIn}}

var things = builtKind[*found.Thing, found.Moment]{base: found.Base, area: found.Base, fold: found.Fold, moment: (*call).foundMoment,
	refuse: "found.not_found_property", steps: []string{found.TakenInStep, found.NoticeStep, found.OwnerTold, found.CardChecked, found.ReturnedStep,
		found.DestroyedStep, found.PassedStep, found.ClaimedStep}}

var surrenders = builtKind[*surrender.Surrender, surrender.Moment]{base: surrender.Base, area: surrender.Base, fold: surrender.Fold,
	moment: (*call).surrenderMoment, refuse: "surrender.not_a_surrender",
	steps: []string{surrender.SecuredStep, surrender.ReceivedStep, surrender.HandedStep, surrender.DestroyedStep}}

// Keeping are the rows of emergency errands, of things found and of arms handed in.
var Keeping = []Spec{
	opening(errands, "call", func(a errand.Call) (string, string) { return a.Kind, a.Cell },
		func(a *errand.Call, kind string) { a.Kind = kind }, errand.Open),
	on(errands, "set_out", (*errand.Errand).SetOut).additive(),
	on(errands, "pick_up", (*errand.Errand).PickUp).additive(),
	on(errands, "arrive", (*errand.Errand).Arrive).additive(),
	on(errands, "hand_over", (*errand.Errand).HandOver).additive(),
	on(errands, "tell_family", (*errand.Errand).TellFamily).additive(),
	on(errands, "bring_back", (*errand.Errand).BringBack).additive(),
	on(errands, "look_in", (*errand.Errand).LookIn).additive(),

	opening(things, "register", func(a found.Register) (string, string) { return a.Kind, a.Cell },
		func(a *found.Register, kind string) { a.Kind = kind }, found.Open),
	on(things, "take_in", (*found.Thing).TakeIn),
	on(things, "move", (*found.Thing).Move),
	on(things, "add_photos", (*found.Thing).AddPhotos).additive(),
	on(things, "publish", (*found.Thing).Publish),
	on(things, "tell_owner", (*found.Thing).TellOwner),
	on(things, "check_card", (*found.Thing).CheckCard),
	on(things, "take_claim", (*found.Thing).TakeClaim).additive(),
	on(things, "compare", (*found.Thing).Compare),
	on(things, "decide", (*found.Thing).Decide),
	on(things, "settle", (*found.Thing).Settle),
	on(things, "hand_over", (*found.Thing).HandOver),
	on(things, "sell", (*found.Thing).Sell),
	on(things, "pass_to_state", (*found.Thing).PassToState),

	opening(surrenders, "register", func(a surrender.Register) (string, string) { return a.Kind, a.Cell },
		func(a *surrender.Register, kind string) { a.Kind = kind }, surrender.Open),
	on(surrenders, "secure", (*surrender.Surrender).Secure).additive(),
	on(surrenders, "receive", (*surrender.Surrender).Receive),
	on(surrenders, "recount", (*surrender.Surrender).Recount),
	on(surrenders, "store", (*surrender.Surrender).Store),
	on(surrenders, "hand_over", (*surrender.Surrender).HandOver),
	on(surrenders, "destroy", (*surrender.Surrender).Destroy),
	on(surrenders, "thank", (*surrender.Surrender).Thank).additive(),
}

// opening makes the row of an act that opens a matter of a kind and does the first thing to it, in one batch. What the form leaves
// empty as the kind is the base kind itself.
func opening[A any, K built[M], M any](b builtKind[K, M], name string, where func(A) (kind, cell string), set func(*A, string),
	rule func(A, M) ([]work.Event, error)) Spec {
	return Spec{Name: b.area + "." + name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		kind, cell := where(a)
		if kind == "" {
			kind = b.base
			set(&a, kind)
		}
		c.opens = true
		if err := c.permit(access.Thing{Kind: "matter", Cells: []string{cell}}); err != nil {
			return err
		}
		if c.base(kind) != b.base {
			return fault.New(fault.Stale, b.refuse, nil)
		}
		events, err := rule(a, b.moment(c))
		if err != nil {
			return err
		}
		e := events[0].(matter.Opened)
		c.answer.ID, c.answer.Number = e.ID, e.Number
		return c.opened(events)
	}}
}

// reveal opens a sealed text for a rule that must hold something public against it.
func (c *call) reveal(t vault.Text) string {
	if plain, ok := t.Reveal(); ok || t.IsZero() {
		return plain
	}
	open, err := c.Desk.Reveal(c.ctx, c.who.Station, t)
	if err != nil {
		return ""
	}
	return open[t.Ref()]
}

func (c *call) foundMoment() found.Moment {
	return found.Moment{Moment: c.moment, Number: c.drawNumber, Reveal: c.reveal}
}

func (c *call) surrenderMoment() surrender.Moment {
	notice := func(time.Time) (playbook.ArmsNotice, bool) { return playbook.ArmsNotice{}, false }
	if b, ok := c.moment.Book.(book); ok {
		notice = b.Book.ArmsNotice
	}
	return surrender.Moment{Moment: c.moment, Notice: notice, Number: c.drawNumber, Reveal: c.reveal}
}

// ProofField tells whether a field of the vault holds a detail by which an owner proves that a thing is theirs.
func ProofField(field string) bool { return strings.HasPrefix(field, "proof.") }

// toldOfIt is the field of what a claimant said of a thing: as good as the proof itself.
const toldOfIt = "told_of_it"

// KeepingGuard is the look that a text of these kinds needs besides the right to unmask it: "custody.read" for where arms are kept,
// "proof.read" for a proof detail; "" for none.
func KeepingGuard(field string) string {
	switch {
	case field == surrender.PlaceField:
		return "custody.read"
	case ProofField(field), field == toldOfIt:
		return "proof.read"
	}
	return ""
}

// KeepingTexts are the personal texts of an errand, of a thing found or of arms handed in that can be looked at one by one: all that
// its events sealed beyond those of the base life.
func KeepingTexts(events []journal.Event) (list []vault.Text, err error) {
	for i := range events {
		area, _, _ := strings.Cut(events[i].Kind, ".")
		if area != errand.Base && area != found.Base && area != surrender.Base {
			continue
		}
		v, err := work.Decode(&events[i])
		if err != nil {
			return nil, err
		}
		for _, t := range vault.Collect(v) {
			list = append(list, *t)
		}
	}
	return list, nil
}

// Custody is a matter of arms as the policy sees it when it is asked where they are kept: the custodians are named.
func Custody(station string, s *surrender.Surrender) access.Thing {
	t := MatterThing(station, &s.Matter)
	t.Named = slices.Clone(s.Custody)
	return t
}

// ofKeeping gives the texts of these kinds for a look, and the look they need besides; the thing gets the custodians of arms.
func (c *call) ofKeeping(thing *access.Thing, m *matter.Matter, a *Unmask) ([]vault.Text, string, error) {
	base := c.base(m.Kind)
	if base != errand.Base && base != found.Base && base != surrender.Base {
		return nil, "", nil
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return nil, "", err
	}
	if base == surrender.Base {
		s, err := surrender.Fold(events)
		if err != nil {
			return nil, "", err
		}
		*thing = Custody(c.who.Station, s)
	}
	list, err := KeepingTexts(events)
	return list, KeepingGuard(a.Field), err
}
