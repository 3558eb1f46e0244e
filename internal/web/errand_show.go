package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/board/matters"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/matter"
)

// errandActs are the acts on an errand by the step they stamp.
var errandActs = map[string]string{errand.Left: "errand.set_out", errand.Met: "errand.pick_up", errand.Arrived: "errand.arrive",
	errand.Handed: "errand.hand_over", errand.Back: "errand.bring_back"}

// showErrand adds to the page of a matter who is brought where, the stamps, and the ways to the next one.
func (l *teller) showErrand(p *page.Page, m *matter.Matter, events []journal.Event) error {
	e, err := errand.Fold(events)
	if err != nil {
		return err
	}
	body, err := l.errandFacts(e)
	if err != nil {
		return err
	}
	if acts := l.errandWays(e); acts != nil {
		p.Next, p.Own = acts, e.Next() != "" && len(e.Stamps) > 0
	}
	p.Main = append(p.Main, Around(part.Section{Title: l.t("errand.section"), ID: "errand", Card: true,
		Action: part.Button{Href: "/errand/" + m.ID, Label: l.t("errand.quick"), Icon: "timer", Kind: part.Quiet}}, l.stamps(e), body))
	if e.ChildAlone() {
		p.Notices = append(p.Notices, page.Notice{Tone: part.Due, Icon: "info", Text: l.t("errand.child_alone")})
	}
	return nil
}

func (l *teller) errandWays(e *errand.Errand) templ.Component {
	if e.State.Gone() {
		return nil
	}
	next := e.Next()
	var acts []string
	if next != "" {
		acts = append(acts, errandActs[next])
	}
	if next == errand.Met {
		acts = append(acts, "errand.arrive")
	}
	first := errandActs[next]
	if _, told := e.Reached[errand.Told]; !told {
		acts = append(acts, "errand.tell_family")
	}
	if _, handed := e.Stamp(errand.Handed); handed {
		acts = append(acts, "errand.look_in")
	}
	if len(acts) == 0 {
		return nil
	}
	return l.doActs(&e.Matter, first, acts...)
}

// stamps show how far the way has come, each with its time.
func (l *teller) stamps(e *errand.Errand) templ.Component {
	s := part.Steps{Label: l.t("errand.steps")}
	next := e.Next()
	for _, step := range errand.Steps {
		x, done := e.Stamp(step)
		s.Items = append(s.Items, part.Step{Label: l.Called("step." + step), When: l.clockOf(x), Done: done, Current: !done && step == next})
	}
	return s
}

// clockOf is when a step was done; where it was written down later, that too.
func (l *teller) clockOf(x errand.Stamp) string {
	if x.At.IsZero() {
		return ""
	}
	words := l.When(x.At)
	if late := x.Recorded.Sub(x.At); late.Minutes() >= 5 {
		words += " " + l.t("errand.recorded", "when", l.When(x.Recorded))
	}
	return words
}

func (l *teller) errandFacts(e *errand.Errand) (templ.Component, error) {
	texts := []vault.Text{e.Ailing, e.Caller, e.Phone, e.Escort, e.ToName, e.BackTo, e.HealthWords}
	for _, x := range e.Tellings {
		texts = append(texts, x.Phone)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	may := l.MayUnmask(desk.MatterThing(l.who.Station, &e.Matter))
	d := &defined{l: l}
	hidden := func(key string, t vault.Text, field string, mask func(string) string) {
		d.sealed(key, l.Masked(o, t, "matter", e.ID, field, mask, may))
	}
	if e.Needing != "" {
		d.text("errand.whom", l.t("opt.needing."+e.Needing))
	}
	d.text("errand.ailing", l.Words(o, e.Ailing))
	if e.AtHome != "" {
		d.text("errand.at_home", l.t("opt.athome."+e.AtHome))
	}
	hidden("errand.caller", e.Caller, "name", vault.MaskName)
	hidden("errand.phone", e.Phone, "phone", vault.MaskPhone)
	if e.Driver != "" {
		names := []string{l.Person(e.Driver)}
		for _, p := range e.With {
			names = append(names, l.Person(p))
		}
		d.text("errand.crew", strings.Trim(strings.Join(names, l.t("say.and"))+" · "+e.Vehicle, " ·"))
	}
	hidden("errand.escort", e.Escort, "family_escort", vault.MaskName)
	d.text("errand.destination", e.Destination)
	if e.To != "" {
		d.text("errand.handed", l.t("opt.handedto."+e.To))
	}
	hidden("errand.receiver", e.ToName, "name", vault.MaskName)
	if e.Signature.ID != "" {
		d.text("errand.signed", l.t("errand.signed_yes"))
	}
	hidden("errand.back_to", e.BackTo, "name", vault.MaskName)
	for _, x := range e.Tellings {
		words := strings.Join([]string{x.Relation, l.t("errand.reached." + aye(x.Reached)), l.When(x.At), l.Person(x.By)}, " · ")
		d.text("errand.family", words)
		hidden("errand.family_phone", x.Phone, "phone", vault.MaskPhone)
	}
	if e.Health != "" {
		d.text("errand.health", l.t("opt.health."+e.Health))
	}
	return d.Definitions, nil
}

// errandNew is the page of the night: one short form, and the errands that are on their way.
func (s *Site) errandNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	title := l.t("errand.title")
	body := []templ.Component{part.Heading{Title: title, Sub: l.t("errand.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}}}
	running, err := l.runningErrands()
	if err != nil {
		return err
	}
	if len(running.Items) > 0 {
		body = append(body, Around(part.Section{Title: l.t("errand.running"), Count: len(running.Items)}, running))
	}
	act := &errand.Call{Cell: l.ownCell(), Leave: true}
	f, err := l.openingForm(act, "errand.call", FormOptions{Next: "/errand/{id}", Submit: l.t("errand.go"), Icon: "siren", Draft: "errand",
		Only: []string{"needing", "ailing", "place", "cell", "destination", "leave_now", "at_home", "phone", "caller_name", "with"},
		Fold: map[string]string{"at_home": l.t("errand.more"), "phone": l.t("errand.more"), "caller_name": l.t("errand.more"), "with": l.t("errand.more")}})
	if fault.Code(err) == "access.denied" {
		body = append(body, part.Empty{Icon: "lock", Text: l.t("errand.may_not")})
	} else if err != nil {
		return err
	} else {
		body = append(body, f)
	}
	return s.Page(w, r, http.StatusOK, title, "services", Narrow(body...))
}

// runningErrands are the open errands somebody may see, each leading to its page of few taps.
func (l *teller) runningErrands() (list part.Matters, err error) {
	for _, k := range l.book.Kinds() {
		if k.Base != errand.Base {
			continue
		}
		rows, err := l.s.Boards.Matters.WorkList(l.ctx, l.scope, matters.AllOpen, matters.Filter{Kind: k.Key}, l.now, "", 10)
		if err != nil {
			return list, err
		}
		for _, x := range l.items(rows.Rows) {
			x.Href = strings.Replace(x.Href, "/matters/", "/errand/", 1)
			list.Items = append(list.Items, x)
		}
	}
	return list, nil
}

// errandQuick is one errand for the phone in the car: the next step as one button, the family to call, the stamps so far.
func (s *Site) errandQuick(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	m, err := s.Matter(l.ctx, l.who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if l.kinds[m.Kind].Base != errand.Base {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	events, err := s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return err
	}
	e, err := errand.Fold(events)
	if err != nil {
		return err
	}
	body := []templ.Component{part.Heading{Title: m.Title, Kicker: m.Number, Sub: l.Where(m.Cell, m.Place), Back: &part.Link{Href: "/errand", Label: l.t("errand.title")}}}
	forms, err := l.errandForms(e)
	if err != nil {
		return err
	}
	body = append(body, forms...)
	facts, err := l.errandFacts(e)
	if err != nil {
		return err
	}
	body = append(body, Around(part.Section{Title: l.t("errand.steps"), Card: true}, l.stamps(e), facts))
	if e.ChildAlone() {
		body = append(body, noticeOf(part.Due, "info", l.t("errand.child_alone")))
	}
	body = append(body, part.Button{Href: "/matters/" + m.ID, Label: l.t("errand.whole"), Icon: "file-text", Kind: part.Quiet})
	return s.Page(w, r, http.StatusOK, m.Title, "services", Narrow(body...))
}

// errandForms are the next step in the open and the others folded.
func (l *teller) errandForms(e *errand.Errand) (all []templ.Component, err error) {
	add := func(act any, open bool, skip ...string) error {
		name := ActName(act)
		if !l.mayDo(name, &e.Matter) {
			return nil
		}
		f, err := l.s.ActForm(l.ctx, l.who, act, FormOptions{Matter: &e.Matter, Next: "/errand/" + e.ID, Icon: keepingIcons[name], Skip: append(skip, "at"), Submit: l.Called("act." + name)})
		f.Scope = strings.ReplaceAll(name, ".", "-") + "-"
		if open {
			all = append(all, Around(part.Section{Title: l.Called("act." + name), Card: true}, f))
		} else {
			all = append(all, Around(part.Disclosure{Summary: l.Called("act." + name), Icon: keepingIcons[name]}, f))
		}
		return err
	}
	on := matter.On{Matter: e.ID, Version: e.Version}
	next := e.Next()
	var later []any
	switch next {
	case errand.Left:
		err = add(&errand.SetOut{On: on}, true, "driver")
	case errand.Met:
		err = add(&errand.PickUp{On: on}, true)
		later = append(later, &errand.Arrive{On: on, Destination: e.Destination})
	case errand.Arrived:
		err = add(&errand.Arrive{On: on, Destination: e.Destination}, true)
	case errand.Handed:
		err = add(&errand.HandOver{On: on}, true)
	case errand.Back:
		err = add(&errand.BringBack{On: on}, true)
	}
	if err != nil {
		return nil, err
	}
	if _, told := e.Reached[errand.Told]; !told {
		later = append(later, &errand.TellFamily{On: on})
	}
	if _, looked := e.Reached[errand.LookedIn]; !looked && slices.ContainsFunc(e.Stamps, func(x errand.Stamp) bool { return x.Step == errand.Handed }) {
		later = append(later, &errand.LookIn{On: on})
	}
	for _, act := range later {
		if err := add(act, next == "", ""); err != nil {
			return nil, err
		}
	}
	return all, nil
}
