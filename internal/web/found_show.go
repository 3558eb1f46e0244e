package web

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"

	boards "maplegrid/internal/board/found"
)

// showFound adds to the page of a matter the thing, its notice, the claims and the ways to what can be done.
func (l *teller) showFound(p *page.Page, m *matter.Matter, events []journal.Event) error {
	t, err := found.Fold(events)
	if err != nil {
		return err
	}
	if t.TakenAt.IsZero() {
		if acts := l.doActs(m, "found.take_in", "found.take_in"); acts != nil {
			p.Next = acts
		}
		return nil
	}
	if acts := l.foundWays(t); acts != nil {
		p.Next, p.Own = acts, t.Ended == ""
	}
	thing, err := l.foundFacts(t)
	if err != nil {
		return err
	}
	p.Main = append(p.Main, Around(part.Section{Title: l.t("found.section"), ID: "thing", Card: true, Action: l.foundPapers(t)}, thing...))
	if len(t.Claims) > 0 {
		claims, err := l.claims(t)
		if err != nil {
			return err
		}
		p.Main = append(p.Main, Around(part.Section{Title: l.t("found.claims"), ID: "claims", Card: true, Count: len(t.OpenClaims())}, claims...))
	}
	if len(t.OpenClaims()) > 1 {
		p.Notices = append(p.Notices, page.Notice{Tone: part.Due, Icon: "users-round", Text: l.t("found.rivals")})
	}
	like, err := l.soughtLike(t)
	if err != nil || like == nil {
		return err
	}
	p.Aside = append(p.Aside, Around(part.Section{Title: l.t("found.sought"), Note: l.t("found.sought_note"), Card: true}, like))
	return nil
}

// foundWays are what can be done now.
func (l *teller) foundWays(t *found.Thing) templ.Component {
	if t.Ended != "" {
		return l.doActs(&t.Matter, "", "found.settle")
	}
	_, accepted := t.Accepted()
	known := accepted || !t.OwnerTold.IsZero()
	var acts []string
	first := ""
	switch {
	case known:
		first = "found.hand_over"
		acts = []string{first, "found.settle"}
	case t.Sort == found.IDCard && t.Card == "":
		first = "found.check_card"
		acts = []string{first, "found.tell_owner", "found.take_claim"}
	case t.NoticeAt.IsZero():
		first = "found.publish"
		acts = []string{first, "found.tell_owner", "found.take_claim"}
	default:
		acts = []string{"found.take_claim", "found.tell_owner"}
		if due := t.YearEnds(l.moment()); l.now.After(due) && len(t.OpenClaims()) == 0 {
			acts = append(acts, "found.pass_to_state")
		}
	}
	acts = append(acts, "found.add_photos", "found.move")
	if (t.Sort == found.Perishable || t.Sort == found.Animal) && t.SoldAt.IsZero() {
		acts = append(acts, "found.sell")
	}
	return l.doActs(&t.Matter, first, acts...)
}

func (l *teller) foundFacts(t *found.Thing) (all []templ.Component, err error) {
	texts := []vault.Text{t.Spot, t.Name, t.Phone, t.OwnerName, t.OwnerTel}
	for _, x := range t.Proofs {
		texts = append(texts, x.Secret)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	thing := desk.MatterThing(l.who.Station, &t.Matter)
	may := l.MayUnmask(thing)
	d := &defined{l: l}
	hidden := func(key string, x vault.Text, field string, mask func(string) string) {
		d.sealed(key, l.Masked(o, x, "matter", t.ID, field, mask, may))
	}
	d.text("found.receipt", t.Receipt)
	d.text("found.sort", l.t("opt.foundsort."+t.Sort))
	d.text("found.looks", t.Looks)
	d.text("found.area", t.Area)
	d.text("found.found_at", l.When(t.FoundAt))
	hidden("found.spot", t.Spot, "spot", func(string) string { return l.t("found.sealed") })
	if t.Unnamed {
		d.text("found.finder", l.t("found.unnamed"))
	}
	d.text("found.source", l.t("opt.foundsource."+t.Source))
	hidden("found.finder", t.Name, "name", vault.MaskName)
	hidden("found.phone", t.Phone, "phone", vault.MaskPhone)
	if t.Wish != "" {
		d.text("found.wish", l.t("opt.finderwish."+t.Wish))
	}
	d.text("found.kept", t.KeptAt+" · "+l.Person(t.Keeper))
	if !t.NoticeAt.IsZero() {
		d.text("found.notice", t.Notice+" · "+l.When(t.NoticeAt))
		d.text("found.until", l.Day(t.YearEnds(l.moment())))
	}
	if t.Card != "" {
		d.text("found.card", strings.Trim(l.t("opt.cardstate."+t.Card)+" · "+t.CardEntry, " ·"))
	}
	hidden("found.owner", t.OwnerName, "name", vault.MaskName)
	hidden("found.owner_phone", t.OwnerTel, "phone", vault.MaskPhone)
	if t.Settled {
		words := l.t("found.money", "costs", t.Costs.String(), "reward", t.Reward.String())
		if t.Forfeited {
			words = l.t("found.forfeited")
		}
		d.text("found.settled", words+" · "+l.t("found.paid."+aye(t.Paid)))
	}
	if t.SoldFor > 0 {
		d.text("found.sold", "¥"+t.SoldFor.String())
	}
	if t.Ended != "" {
		d.text("found.end", strings.Trim(l.Called("step."+t.Ended)+" · "+l.When(t.EndedAt)+" · "+t.ListNo, " ·"))
	}
	all = append(all, d.Definitions)
	return append(all, l.proofs(t, o, thing)), nil
}

// proofs lists what is known to be a detail; the details themselves are looked at one by one, by those who may, with a purpose.
func (l *teller) proofs(t *found.Thing, o Opened, thing access.Thing) templ.Component {
	d := &defined{l: l}
	may := l.May("proof.read", thing) && l.MayUnmask(thing)
	for _, x := range t.Proofs {
		m := l.Masked(o, x.Secret, "matter", t.ID, "proof_detail", func(string) string { return l.t("found.sealed") }, may)
		if m != nil {
			d.Pairs = append(d.Pairs, part.Pair{Term: x.What, Value: m})
		}
	}
	if len(d.Pairs) == 0 {
		return softly(l.t("found.no_proofs"))
	}
	return part.Some(softly(l.t("found.proofs_note")), d.Definitions)
}

// claims are those who say it is theirs: what they said, how it compared, what they were answered.
func (l *teller) claims(t *found.Thing) (all []templ.Component, err error) {
	var texts []vault.Text
	for _, c := range t.Claims {
		texts = append(texts, c.Name, c.Phone, c.Told, c.ResultText)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	thing := desk.MatterThing(l.who.Station, &t.Matter)
	may := l.MayUnmask(thing)
	proof := may && l.May("proof.read", thing) // what a claimant said is the proof itself
	for _, c := range slices.Backward(t.Claims) {
		d := &defined{l: l}
		d.sealed("found.claimant", l.Masked(o, c.Name, "matter", t.ID, "name", vault.MaskName, may))
		d.sealed("found.phone", l.Masked(o, c.Phone, "matter", t.ID, "phone", vault.MaskPhone, may))
		d.sealed("found.told", l.Masked(o, c.Told, "matter", t.ID, "told_of_it", func(string) string { return l.t("found.sealed") }, proof))
		d.text("found.when", l.When(c.At)+" · "+l.t("found.identity."+aye(c.Identity)))
		if c.Compared {
			d.text("found.compared", l.t("found.agreed", "n", len(c.Agree), "of", len(t.Proofs)))
		}
		if c.Result != "" {
			words := l.t("opt.claimanswer."+c.Result) + " · " + l.Person(c.DecidedBy) + " · " + l.When(c.DecidedAt)
			if c.Reason != "" {
				words += " · " + l.Reason("claim_refused", c.Reason)
			}
			d.text("found.answer", words)
		}
		all = append(all, d.Definitions)
		if c.Open() && t.Ended == "" {
			all = append(all, l.claimWays(t, c))
		}
	}
	return all, nil
}

func (l *teller) claimWays(t *found.Thing, c found.Claim) templ.Component {
	var list []templ.Component
	for _, act := range []string{"found.compare", "found.decide"} {
		if l.mayDo(act, &t.Matter) {
			_, short, _ := strings.Cut(act, ".")
			b := part.Button{Href: "/matters/" + t.ID + "/do/" + short + "?found_claim=" + c.ID, Label: l.Called("act." + act), Icon: keepingIcons[act], Kind: part.Quiet}
			if (act == "found.decide") == c.Compared {
				b.Kind = part.Primary
			}
			list = append(list, b)
		}
	}
	return templ.Join(templ.Raw(`<p class="row">`), part.Some(list...), templ.Raw(`</p>`))
}

// foundPapers are the papers that can be printed of the thing.
func (l *teller) foundPapers(t *found.Thing) templ.Component {
	var papers []string
	if !t.NoticeAt.IsZero() {
		papers = append(papers, "found_notice")
	}
	if l.mayPrint(t) {
		papers = append(papers, "found_receipt")
		if _, accepted := t.Accepted(); accepted || !t.OwnerTold.IsZero() || t.Ended == found.ReturnedStep {
			papers = append(papers, "found_return")
		}
	}
	return l.paperLinks(t.ID, papers)
}

func (l *teller) paperLinks(id string, papers []string) templ.Component {
	var list []templ.Component
	for _, x := range papers {
		list = append(list, part.Button{Href: "/matters/" + id + "/keeping/" + x + ".pdf", Label: l.t("paper." + x), Icon: "printer", Kind: part.Quiet})
	}
	return templ.Join(templ.Raw(`<span class="row">`), part.Some(list...), templ.Raw(`</span>`))
}

// soughtLike are things that owners seek and that this may be: suggested with the reason, never joined.
func (l *teller) soughtLike(t *found.Thing) (templ.Component, error) {
	if l.s.Boards.Found == nil || t.Ended != "" {
		return nil, nil
	}
	list, err := l.s.Boards.Found.Sought(l.ctx, l.scope, t.Sort, t.Cell, t.FoundAt)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return l.likely(list, t.Sort), nil
}

func (l *teller) likely(list []boards.Likely, sort string) templ.Component {
	d := part.Definitions{Wide: true}
	for _, x := range list {
		why := []string{l.t("found.like.sort", "sort", l.t("opt.foundsort."+sort))}
		if x.Cell {
			why = append(why, l.t("found.like.cell"))
		}
		why = append(why, l.t("found.like.days", "n", x.Days))
		d.Pairs = append(d.Pairs, part.Pair{Term: strings.Join(why, " · "),
			Value: part.Button{Href: "/matters/" + x.Matter, Label: x.Number + " " + MaskTitle(x.Title), Icon: "link", Kind: part.Quiet}})
	}
	return d
}

// showSought adds to the page of a search what was found that may be what is sought.
func (l *teller) showSought(p *page.Page, m *matter.Matter, _ []journal.Event) error {
	sort := m.Extra[boards.LostSort]
	if l.s.Boards.Found == nil || sort == "" || !m.IsOpen() {
		return nil
	}
	list, err := l.s.Boards.Found.Found(l.ctx, l.scope, sort, m.Cell, m.Extra[boards.LostOn])
	if err != nil || len(list) == 0 {
		return err
	}
	p.Aside = append(p.Aside, Around(part.Section{Title: l.t("found.found_like"), Note: l.t("found.sought_note"), Card: true}, l.likely(list, sort)))
	return nil
}

// askFound gives the choices of a form about a thing found.
func (l *teller) askFound(act any, m *matter.Matter, events []journal.Event, o *FormOptions) error {
	t, err := found.Fold(events)
	if err != nil {
		return err
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	switch a := act.(type) {
	case *found.TakeIn:
		if o.RowsOf == nil {
			o.RowsOf = map[string]int{}
		}
		o.RowsOf["proof_points"] = max(o.RowsOf["proof_points"], 2)
	case *found.Publish:
		if a.Looks == "" {
			a.Looks = t.Looks
		}
		if a.Where == "" {
			a.Where = l.org.Name
		}
	case *found.Compare:
		o.Options["found_claim"] = l.claimOptions(t)
		return l.proofOptions(t, a.Claim, o)
	case *found.Decide:
		o.Options["found_claim"] = l.claimOptions(t)
		if len(t.OpenClaims()) < 2 {
			o.Options["claim_answer"] = slices.DeleteFunc(called(l.lang, "opt.claimanswer.", found.Answers), func(x part.Option) bool { return x.Value == "court" })
		}
	case *found.HandOver:
		if t.Valuable() {
			o.Hints = map[string]string{"identity_checked": l.t("found.identity_hint")}
		}
	}
	return nil
}

func (l *teller) claimOptions(t *found.Thing) (list []part.Option) {
	for i, c := range t.Claims {
		if c.Open() {
			list = append(list, part.Option{Value: c.ID, Label: l.t("found.claim_n", "n", i+1, "when", l.When(c.At))})
		}
	}
	return list
}

// proofOptions are the details to tick, with what is sealed of them and what the claimant said: only for those who may read it.
func (l *teller) proofOptions(t *found.Thing, claim string, o *FormOptions) error {
	if !l.May("proof.read", desk.MatterThing(l.who.Station, &t.Matter)) {
		return fault.New(fault.Denied, "unmask.proof", nil)
	}
	var texts []vault.Text
	for _, x := range t.Proofs {
		texts = append(texts, x.Secret)
	}
	c, _ := t.Claim(claim)
	open, err := l.Open(append(texts, c.Told)...)
	if err != nil {
		return err
	}
	if said := open[c.Told.Ref()]; said != "" {
		o.Hints = map[string]string{"agreeing": l.t("found.they_said", "words", said)}
	}
	for _, x := range t.Proofs {
		o.Options["agreeing"] = append(o.Options["agreeing"], part.Option{Value: x.ID, Label: x.What, Hint: open[x.Secret.Ref()]})
	}
	return nil
}
