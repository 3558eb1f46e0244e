package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// What the pages of emergency errands, of things found and of arms handed in share.

func (s *Site) keepingRoutes() []Route {
	list := []Route{
		{Method: "GET", Pattern: "/found", Who: Anyone, Handler: s.foundPage},
		{Method: "GET", Pattern: "/found/{id}/photo/{n}", Who: Anyone, Handler: s.foundPhoto},
	}
	if s.Boards.Found == nil {
		return nil
	}
	return append(list,
		Route{Method: "GET", Pattern: "/found/new", Handler: s.foundNew},
		Route{Method: "GET", Pattern: "/found/state.pdf", May: "ledger.read", Handler: s.foundStateList},
		Route{Method: "GET", Pattern: "/errand", Handler: s.errandNew},
		Route{Method: "GET", Pattern: "/errand/{id}", Handler: s.errandQuick},
		Route{Method: "GET", Pattern: "/surrender", Handler: s.surrenderNew},
		Route{Method: "GET", Pattern: "/matters/{id}/keeping/{paper}", Handler: s.keepingPaper},
	)
}

// keepingIcons are the icons of the acts of these kinds.
var keepingIcons = map[string]string{
	"errand.set_out": "play", "errand.pick_up": "user-check", "errand.arrive": "map-pin", "errand.hand_over": "handshake", "errand.tell_family": "phone",
	"errand.bring_back": "house", "errand.look_in": "footprints",
	"found.take_in": "package", "found.move": "package", "found.add_photos": "camera", "found.publish": "megaphone", "found.tell_owner": "phone",
	"found.check_card": "badge-check", "found.take_claim": "user-plus", "found.compare": "list-checks", "found.decide": "gavel", "found.settle": "hand-coins",
	"found.hand_over": "handshake", "found.sell": "banknote", "found.pass_to_state": "building-2",
	"surrender.secure": "siren", "surrender.receive": "clipboard-check", "surrender.recount": "clipboard-list", "surrender.store": "lock",
	"surrender.hand_over": "send", "surrender.destroy": "trash-2", "surrender.thank": "heart-handshake",
}

// What happened, in the story; the choices of the forms; how some forms are laid out.
func init() {
	for kind, x := range map[string]look{
		"errand.called/1": {"phone", part.Due}, "errand.set_out/1": {"play", part.Info}, "errand.picked_up/1": {"user-check", part.Info},
		"errand.arrived/1": {"map-pin", part.Info}, "errand.handed_over/1": {"handshake", part.OK}, "errand.family_told/1": {"phone", part.Info},
		"errand.brought_back/1": {"house", part.OK}, "errand.looked_in/1": {"footprints", part.OK},
		"found.taken_in/1": {"package", part.Info}, "found.moved/1": {"package", part.Plain}, "found.photos_added/1": {"camera", part.Plain},
		"found.published/1": {"megaphone", part.Info}, "found.owner_told/1": {"phone", part.Info}, "found.card_checked/1": {"badge-check", part.Info},
		"found.claim_taken/1": {"user-plus", part.Due}, "found.compared/1": {"list-checks", part.Info}, "found.decided/1": {"gavel", part.Info},
		"found.settled/1": {"hand-coins", part.Plain}, "found.handed_over/1": {"handshake", part.OK}, "found.sold/1": {"banknote", part.Plain},
		"found.passed_to_state/1": {"building-2", part.OK},
		"surrender.secured/1":     {"siren", part.Overdue}, "surrender.received/1": {"clipboard-check", part.Due}, "surrender.recounted/1": {"clipboard-list", part.Due},
		"surrender.stored/1": {"lock", part.Plain}, "surrender.handed_over/1": {"send", part.OK}, "surrender.destroyed/1": {"trash-2", part.OK},
		"surrender.thanked/1": {"heart-handshake", part.OK},
	} {
		looksOf[kind] = x
	}
	for kind, keys := range map[string][]string{"needing": errand.Needings, "athome": errand.AtHomes, "handedto": errand.Receivers, "health": errand.Healths,
		"foundsort": found.Sorts, "foundsource": found.Sources, "finderwish": found.Wishes, "cardstate": found.CardStates, "claimanswer": found.Answers,
		"armsort": surrender.Sorts} {
		fixed[kind] = keys
	}
	dropped = append(dropped, "foundsort", "armsort", "foundclaim", "armitem")
	ticked = append(ticked, "foundpoints")
	ofThisOne = append(ofThisOne, "foundclaim", "foundpoints", "armitem")
	for act, x := range map[string]layout{
		"found.take_in":       {more: []string{"proof_points"}},
		"found.compare":       {fixed: []string{"found_claim"}},
		"found.decide":        {fixed: []string{"found_claim"}},
		"surrender.receive":   {more: []string{"arm_items"}},
		"errand.set_out":      {fold: []string{"driver", "at"}},
		"errand.pick_up":      {fold: []string{"at"}},
		"errand.arrive":       {fold: []string{"at"}},
		"errand.hand_over":    {fold: []string{"at"}},
		"errand.tell_family":  {fold: []string{"at"}},
		"errand.bring_back":   {fold: []string{"at"}},
		"errand.look_in":      {fold: []string{"at"}},
		"found.tell_owner":    {fold: []string{"at"}},
		"surrender.hand_over": {fold: []string{"at"}},
	} {
		layouts[act] = x
	}
}

// saidInKeeping are the words of an event of these kinds that belong into its story. Who somebody is, what proves a thing and where
// arms are kept are not among them, and thanks are kept sealed.
func saidInKeeping(v work.Event) []vault.Text {
	switch e := v.(type) {
	case errand.FamilyTold:
		return []vault.Text{e.Words}
	case errand.WentToSee:
		return []vault.Text{e.Words}
	case found.Compared:
		return []vault.Text{e.Words}
	case found.Decided:
		return []vault.Text{e.Words}
	case found.SettledWith:
		return []vault.Text{e.Words}
	case found.HandedOver:
		return []vault.Text{e.Words}
	case found.Sold:
		return []vault.Text{e.Words}
	case found.PassedToState:
		return []vault.Text{e.Words}
	case surrender.ScenesSecured:
		return []vault.Text{e.Words}
	case surrender.Recounted:
		return []vault.Text{e.Words}
	}
	return nil
}

// tellKeeping adds to an entry of the story what the event says besides its words; when a step was written down later than it was
// done, both times stand there (law-and-standards 9.5).
func (l *teller) tellKeeping(x *part.Entry, v work.Event) {
	more := func(words string) {
		if words != "" {
			x.What += " · " + words
		}
	}
	stamped := func(at interface{ IsZero() bool }, words string) {
		if !at.IsZero() {
			more(words)
		}
	}
	switch e := v.(type) {
	case errand.WentOut:
		stamped(e.At, e.At.In(clock.Shanghai).Format("15:04"))
		more(l.Person(e.Driver))
	case errand.PickedUp:
		stamped(e.At, e.At.In(clock.Shanghai).Format("15:04"))
	case errand.ArrivedAt:
		stamped(e.At, e.At.In(clock.Shanghai).Format("15:04"))
		more(e.Destination)
	case errand.HandedOver:
		stamped(e.At, e.At.In(clock.Shanghai).Format("15:04"))
		more(l.t("opt.handedto." + e.To))
	case errand.BroughtBack:
		stamped(e.At, e.At.In(clock.Shanghai).Format("15:04"))
		if e.Stays {
			more(l.t("errand.stays"))
		}
	case errand.FamilyTold:
		more(e.Relation)
		more(l.t("errand.reached." + aye(e.Reached)))
	case errand.WentToSee:
		more(l.t("opt.health." + e.Health))
	case found.TakenIn:
		more(e.Receipt)
	case found.Moved:
		more(e.KeptAt)
	case found.Published:
		more(e.Number)
	case found.CardWasChecked:
		more(l.t("opt.cardstate." + e.Card))
	case found.Compared:
		more(l.t("found.agreed", "n", len(e.Agree), "of", e.Of))
	case found.Decided:
		more(l.t("opt.claimanswer." + e.Answer))
		if e.Reason != "" {
			more(l.Reason("claim_refused", e.Reason))
		}
	case found.PassedToState:
		more(e.List)
	case surrender.ArmsReceived:
		more(e.Receipt)
	case surrender.HandedOver:
		more(strings.Trim(l.body(e.Unit)+" "+e.Letter, " "))
	case surrender.DestroyedAs:
		more(e.Reference)
	}
}

func aye(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// keepingTexts are the sealed texts of a matter of these kinds, for a look at one of them.
func (l *teller) keepingTexts(m *matter.Matter) ([]vault.Text, error) {
	if !slices.Contains([]string{errand.Base, found.Base, surrender.Base}, l.kinds[m.Kind].Base) {
		return nil, nil
	}
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return nil, err
	}
	return desk.KeepingTexts(events)
}

// doors are the ways to acts on a matter, the first of them the one that waits to be done.
func (l *teller) doActs(m *matter.Matter, first string, acts ...string) templ.Component {
	var all []templ.Component
	for _, act := range acts {
		if !l.mayDo(act, m) {
			continue
		}
		_, short, _ := strings.Cut(act, ".")
		b := part.Button{Href: "/matters/" + m.ID + "/do/" + short, Label: l.Called("act." + act), Icon: keepingIcons[act], Kind: part.Quiet}
		if act == first {
			b.Kind = part.Primary
		}
		all = append(all, b)
	}
	if len(all) == 0 {
		return nil
	}
	return templ.Join(templ.Raw(`<p class="row">`), part.Some(all...), templ.Raw(`</p>`))
}

// defined collects pairs, leaving out those with nothing to say.
type defined struct {
	part.Definitions
	l *teller
}

func (d *defined) text(key, words string) {
	if words != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: d.l.t(key), Text: words})
	}
}

func (d *defined) sealed(key string, m *part.Masked) {
	if m != nil {
		d.Pairs = append(d.Pairs, part.Pair{Term: d.l.t(key), Value: m})
	}
}

// openingForm is the form of an act that opens a matter, with the cells somebody may open one in.
func (l *teller) openingForm(act any, name string, o FormOptions) (part.Form, error) {
	cells := slices.DeleteFunc(CellOptions(l.lang, l.org), func(x part.Option) bool {
		return !l.May(name, access.Thing{Kind: "matter", Cells: []string{x.Value}})
	})
	if len(cells) == 0 {
		return part.Form{}, fault.New(fault.Denied, "access.denied", nil)
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	o.Options["cell"] = cells
	return l.s.ActForm(l.ctx, l.who, act, o)
}

// ownCell is the one cell somebody covers, "" where they cover none or several.
func (l *teller) ownCell() string {
	if len(l.who.Cells) == 1 {
		return l.who.Cells[0]
	}
	return ""
}

// moment is the moment of a page, for rules that only count time.
func (l *teller) moment() work.Moment {
	return work.Moment{Now: l.now, HappenedAt: l.now, Actor: l.who.Person, Role: l.who.Role, Calendar: l.cal}
}
