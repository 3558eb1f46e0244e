package web

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	page "maplegrid/internal/web/page/dispute"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

func (s *Site) disputeRoutes() []Route {
	return []Route{{Method: "GET", Pattern: "/matters/{id}/do/{act}", Handler: s.matterDo}}
}

// actOn finds an act on a matter by the last word of its name: an act of its kind before one of the base life.
func actOn(short, area string) (*desk.Spec, bool) {
	if area != "" {
		if x, ok := desk.Find(area + "." + short); ok && !x.Internal {
			return x, true
		}
	}
	x, ok := desk.Find("matter." + short)
	return x, ok && !x.Internal
}

// matterDo is the page of one act on a matter: its form, with all that is known already filled in. What the address says besides
// (?party=…) is filled in too.
func (s *Site) matterDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	m, d, err := l.matterAndDispute(r.PathValue("id"))
	if err != nil {
		return err
	}
	spec, ok := actOn(r.PathValue("act"), desk.Area(l.book, m.Kind))
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	if !l.mayDo(spec.Name, &m) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	act := spec.New()
	on := reflect.ValueOf(act).Elem().FieldByName("On")
	if !on.IsValid() || on.Type() != reflect.TypeFor[matter.On]() {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	on.Set(reflect.ValueOf(matter.On{Matter: m.ID, Version: m.Version}))
	ask := r.URL.Query()
	if i := slices.IndexFunc(steps, func(x step) bool { return x.act == spec.Name }); i >= 0 && len(ask) == 0 {
		a, err := l.actForm(steps[i], &m, matter.On{Matter: m.ID, Version: m.Version})
		if err != nil {
			return err
		}
		return s.showStep(w, r, l, &m, a)
	}
	asked(act, ask)
	o := FormOptions{Matter: &m, Dispute: d}
	if d != nil {
		if first := l.askFirst(spec.Name, ask, &m, d); first != nil {
			return s.Page(w, r, http.StatusOK, first.Heading.Title, "matters", first)
		}
		if err := l.prefill(act, ask, d, &o); err != nil {
			return err
		}
	}
	if err := l.ofKind(act, &m, &o); err != nil {
		return err
	}
	return s.showDo(w, r, http.StatusOK, l, act, o)
}

// showStep draws the page of one step of the base life.
func (s *Site) showStep(w http.ResponseWriter, r *http.Request, l *teller, m *matter.Matter, a mpage.Act) error {
	home := "/matters/" + m.ID
	a.Form.Cancel, a.Form.Scope = &part.Link{Href: home, Label: l.t("act.back")}, ""
	p := page.Do{Heading: part.Heading{Title: a.Title, Kicker: m.Number + " · " + l.Quiet(m.Title), Back: &part.Link{Href: home, Label: l.t("dis.back")}}, Note: a.Note, Form: a.Form}
	return s.Page(w, r, http.StatusOK, a.Title, "matters", p)
}

// mayDo asks the policy of an act on a matter.
func (l *teller) mayDo(act string, m *matter.Matter) bool {
	thing := desk.MatterThing(l.who.Station, m)
	thing.Sworn = desk.Sworn(l.book, act, m.Kind)
	return l.May(act, thing)
}

// matterAndDispute gives a matter that may be seen, and the same as a dispute when it is one.
func (l *teller) matterAndDispute(id string) (matter.Matter, *dispute.Dispute, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, nil, err
	}
	payloads, err := decoded(events)
	if err != nil {
		return matter.Matter{}, nil, err
	}
	m, err := payloads.matter(events)
	if err != nil {
		return m, nil, err
	}
	if m.Version == 0 || !l.scope.Sees(desk.MatterThing(l.who.Station, &m)) {
		return m, nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	if l.kinds[m.Kind].Base != dispute.Base {
		return m, nil, nil
	}
	d, err := payloads.dispute(events)
	if err == nil {
		l.people, err = l.s.namesOf(l.ctx, l.who.Station, l.lang, d)
	}
	return m, d, err
}

// asked fills what the address says into an act: single answers only, and nothing that cannot be read.
func asked(act any, ask url.Values) {
	blanks(reflect.ValueOf(act), "", nil, func(b blank) {
		if v := ask.Get(b.name); v != "" && b.name == b.last && b.name != "matter" && b.name != "version" && b.value.Kind() != reflect.Slice {
			_ = b.set(v)
		}
	})
}

// showDo draws the page of one act, fresh or refused.
func (s *Site) showDo(w http.ResponseWriter, r *http.Request, status int, l *teller, act any, o FormOptions) error {
	name := ActName(act)
	l.layOut(name, act, &o)
	f, err := s.ActForm(l.ctx, l.who, act, o)
	if err != nil {
		return err
	}
	home := "/matters/" + o.Matter.ID
	f.Cancel = &part.Link{Href: home, Label: l.t("act.back")}
	if status == http.StatusConflict {
		f.Cancel.Label = l.t("act.fresh")
	}
	title := l.Called("act." + name)
	p := page.Do{Heading: part.Heading{Title: title, Kicker: o.Matter.Number + " · " + l.Quiet(o.Matter.Title), Back: &part.Link{Href: home, Label: l.t("dis.back")}}, Form: f}
	if o.Dispute == nil {
		p.Heading.Back.Label = l.t("door.back")
	}
	if key := "note." + name; text.Has(key) {
		p.Note = l.t(key)
	}
	if key := "law." + name; text.Has(key) {
		p.Law = l.t(key)
	}
	if o.Dispute != nil {
		p.Recap = l.recap(name, o.Dispute)
	}
	return s.Page(w, r, status, title, "matters", p)
}

// layOut says how the form of one act is laid out, whether it comes fresh or back.
func (l *teller) layOut(name string, act any, o *FormOptions) {
	o.Next, o.Draft = "/matters/"+o.Matter.ID, "do."+o.Matter.ID+"."+name
	extra := []templ.Component{KeptPhotos(o.Values)}
	if o.RowsOf == nil {
		o.RowsOf = map[string]int{}
	}
	x := layouts[name]
	o.Skip, o.Fixed, o.More, o.Only = append(o.Skip, x.skip...), append(o.Fixed, x.fixed...), x.more, x.order
	o.Fold = map[string]string{}
	for _, f := range x.fold {
		o.Fold[f] = l.t("fold." + name)
	}
	if sheet, ok := act.(*dispute.SaveSheet); ok {
		o.Skip = append(o.Skip, notOf(sheet.Kind)...)
	}
	if track, ok := act.(*dispute.ChooseTrack); ok && track.Track != dispute.Order {
		o.Skip = append(o.Skip, "order_breach", "offence", "ground", "stops", "facts_found", "appraised_at")
	} else if ok {
		o.Skip = append(o.Skip, "host", "accepted")
	}
	if d := o.Dispute; name == "dispute.hold_session" && d != nil && d.Track != nil && d.Track.Track == dispute.Order {
		delete(o.Fold, "officers") // one officer alone needs the recording (2.6): asked in the open
		delete(o.Fold, "recording_ref")
	}
	if name == "dispute.save_sheet" && act.(*dispute.SaveSheet).Kind == "line" {
		extra = append(extra, page.SketchPad{})
	}
	o.Extra = part.Some(extra...)
	o.Icon = iconOf(name)
}

// layout is what a page says of one act's form besides what its tags say.
type layout struct {
	skip, fixed, more, order, fold []string
}

var layouts = map[string]layout{
	"dispute.hold_session": {more: []string{"accounts", "offers"}, fold: []string{"until", "with", "stood", "officers", "recording_ref", "recording_hash"}, order: []string{"session", "at", "preside", "place", "how",
		"present", "accounts", "offers", "agreed", "open", "outcome", "next", "photos", "until", "with", "stood", "officers", "recording_ref", "recording_hash"}},
	"dispute.draft_agreement": {more: []string{"clauses"}, fold: []string{"every", "times", "each", "turns", "security", "seen_by", "at_once"}},
	"dispute.save_sheet":      {more: []string{"lines"}, fixed: []string{"kind"}, fold: []string{"lon", "lat"}},
	"dispute.call_team":       {more: []string{"seats"}, fixed: []string{"team"}},
	"dispute.choose_track":    {fixed: []string{"track"}},
	"dispute.set_party":       {fixed: []string{"party"}},
	"dispute.sign_agreement":  {fold: []string{"recording_hash"}},
	"dispute.plan_session":    {fold: []string{"with", "bodies", "closed"}},
}

// notOf are the columns of a worksheet that a kind of it has no use for.
func notOf(kind string) []string {
	switch kind {
	case "compensation":
		return []string{"on", "month", "paid", "width_m", "lon", "lat"}
	case "line":
		return []string{"on", "month", "quantity", "price", "amount", "paid", "advanced"}
	case "wages":
		return []string{"on", "basis", "quantity", "price", "width_m", "lon", "lat"}
	case "account":
		return []string{"basis", "month", "width_m", "lon", "lat"}
	}
	return nil
}

// askFirst is the page that asks what the form depends on: which way of settling, which worksheet, whose party, which team. Nil when
// that is known.
func (l *teller) askFirst(name string, ask url.Values, m *matter.Matter, d *dispute.Dispute) *page.First {
	first := map[string]string{"dispute.choose_track": "track", "dispute.save_sheet": "kind", "dispute.set_party": "party", "dispute.call_team": "team"}[name]
	if first == "" || ask.Get(first) != "" || ask.Get("sheet") != "" {
		return nil
	}
	kind := map[string]string{"kind": "sheetkind"}[first]
	if kind == "" {
		kind = first
	}
	a := &asker{s: l.s, ctx: l.ctx, lang: l.lang, who: l.who, name: name, o: FormOptions{Matter: m, Dispute: d}, org: l.org, book: l.book}
	_, options, _ := a.ofDispute(blank{kind: kind})
	p := &page.First{Heading: part.Heading{Title: l.Called("act." + name), Kicker: m.Number + " · " + l.Quiet(m.Title),
		Back: &part.Link{Href: "/matters/" + m.ID, Label: l.t("dis.back")}}, Note: l.t("first." + first)}
	here := "/matters/" + m.ID + "/do/" + strings.TrimPrefix(name, dispute.Base+".")
	for _, o := range options {
		p.Choices = append(p.Choices, page.Choice{Href: here + "?" + url.Values{first: {o.Value}}.Encode(), Label: o.Label, Hint: o.Hint})
	}
	return p
}

// onPage shows the page of an act on a dispute once more: refused, or with one more row asked for. It says false for any other act.
func (s *Site) onPage(w http.ResponseWriter, r *http.Request, status int, act any, form url.Values, wrong []*fault.Fault) (bool, error) {
	on, ok := act.(interface{ Target() (string, int) })
	if spec, known := desk.Find(ActName(act)); !ok || !known || spec.Thing != "matter" || strings.HasPrefix(spec.Name, "matter.") {
		return false, nil
	}
	l, err := s.Tell(r)
	if err != nil {
		return true, err
	}
	id, _ := on.Target()
	m, d, err := l.matterAndDispute(id)
	if err != nil {
		return true, err
	}
	if status == http.StatusConflict {
		form.Set("version", strconv.Itoa(m.Version))
	}
	o := FormOptions{Matter: &m, Dispute: d, Values: form, Faults: wrong, Given: form[given], RowsOf: map[string]int{}}
	if head := form.Get("more"); head != "" {
		o.RowsOf[head] = rowsIn(form, head) + 1
	}
	if err := l.ofKind(act, &m, &o); err != nil {
		return true, err
	}
	return true, s.showDo(w, r, status, l, act, o)
}

// rowsIn is how many rows of a repeated part a form carries.
func rowsIn(form url.Values, head string) (n int) {
	for key := range form {
		if rest, ok := strings.CutPrefix(key, head+"."); ok {
			index, _, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil {
				n = max(n, i+1)
			}
		}
	}
	return min(n, MaxRows)
}

// oneMore answers a form that asks for one more row: nothing is done, and nothing typed is lost.
func (s *Site) oneMore(w http.ResponseWriter, r *http.Request, act any, form url.Values) (bool, error) {
	_ = Decode(act, maps.Clone(form))
	return s.onPage(w, r, http.StatusOK, act, form, nil)
}

// Quiet takes out of words what may not be read on a page of this dispute.
func (l *teller) Quiet(words string) string {
	if l.people == nil {
		return words
	}
	return l.people.hush.Replace(words)
}

// iconOf is the icon of an act, wherever it is offered.
func iconOf(act string) string {
	if i := slices.IndexFunc(steps, func(x step) bool { return x.act == act }); i >= 0 {
		return steps[i].icon
	}
	return offersOf[act].icon
}

// recap shows what each party wants and gives beside the forms that are filled in while they talk.
func (l *teller) recap(act string, d *dispute.Dispute) (list []page.Standing) {
	if act != "dispute.hold_session" && act != "dispute.draft_agreement" {
		return nil
	}
	for _, p := range d.Parties {
		if s := d.Sides[p.ID]; s != nil && p.Side != "" && len(list) < mostAsked {
			list = append(list, page.Standing{Name: l.people.party[p.ID], Demand: yuan(s.DemandAmount), Offer: yuan(s.OfferAmount)})
		}
	}
	return list
}
