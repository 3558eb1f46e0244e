package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
)

// matterNew opens a matter without a report: first which kind, then what that kind asks.
func (s *Site) matterNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !l.mayOpen() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	kind := r.URL.Query().Get("kind")
	if _, ok := l.kinds[kind]; !ok {
		p := page.New{Heading: part.Heading{Title: l.t("matters.open"), Sub: l.t("matters.open_sub"), Back: &part.Link{Href: "/matters", Label: l.t("nav.matters")}}}
		for _, k := range l.book.Kinds() {
			p.Kinds = append(p.Kinds, page.Kind{Href: newMatter(r.URL.Query(), k.Key), Label: k.Name.In(l.lang), Icon: l.icon(k.Key)})
		}
		return s.Page(w, r, http.StatusOK, p.Heading.Title, "matters", p.Show())
	}
	act := &matter.Open{Kind: kind}
	if len(l.who.Cells) == 1 {
		act.Cell = l.who.Cells[0]
	}
	if cell, place := l.openAt(r.URL.Query()); cell != "" || place != "" {
		act.Place = place
		if cell != "" {
			act.Cell = cell
		}
	}
	return l.openPage(w, r, http.StatusOK, act, FormOptions{})
}

// newMatter is the form of one kind; what was filled in before goes along.
func newMatter(q url.Values, kind string) string {
	to := url.Values{"kind": {kind}}
	for _, name := range []string{"cell", "place"} {
		if v := q.Get(name); v != "" {
			to.Set(name, v)
		}
	}
	return "/matters/new?" + to.Encode()
}

func (l *teller) openPage(w http.ResponseWriter, r *http.Request, status int, act *matter.Open, o FormOptions) error {
	k := l.kinds[act.Kind]
	o.Kind, o.Skip, o.Focus, o.Draft, o.Icon = act.Kind, []string{"kind", "lon", "lat"}, "title", "matter-new", "check"
	thing := access.Thing{Kind: "matter", Cells: l.who.Cells}
	o.Options = map[string][]part.Option{"to": l.mayName("matter.open", thing), "cell": l.mayOpenIn()}
	o.Hints = map[string]string{"title": l.t("hint.title"), "grade": l.t("hint.grade")}
	o.Labels = map[string]string{"words": l.t("matter.words")}
	o.Cancel = &part.Link{Href: "/matters/new", Label: l.t("matters.other_kind")}
	f, err := l.s.ActForm(l.ctx, l.who, act, o)
	if err != nil {
		return err
	}
	f.Action = "/matters/new"
	f.Fields = append(f.Fields, part.Field{Name: "kind", Kind: part.KindHidden, Value: act.Kind})
	if ok := o.Values.Get("title_ok"); ok != "" {
		f.Fields = append(f.Fields, part.Field{Name: "title_ok", Kind: part.KindHidden, Value: ok})
	}
	p := page.New{Heading: part.Heading{Title: l.t("matters.open") + " · " + k.Name.In(l.lang), Back: &part.Link{Href: "/matters/new", Label: l.t("matters.other_kind")}}, Form: &f}
	return l.s.Page(w, r, status, p.Heading.Title, "matters", p.Show())
}

// mayOpenIn lists the cells somebody may open a matter in.
func (l *teller) mayOpenIn() []part.Option {
	return slices.DeleteFunc(CellOptions(l.lang, l.org), func(o part.Option) bool {
		return !l.May("matter.open", access.Thing{Kind: "matter", Cells: []string{o.Value}, Into: []string{o.Value}})
	})
}

func (s *Site) matterOpen(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	act := &matter.Open{}
	wrong := Decode(act, form)
	if f := titleWarning(act.Title, form); f != nil {
		wrong = append(wrong, f.On("title"))
	}
	if len(wrong) == 0 {
		answer, err := s.Do(l.ctx, l.who, form.Get("key"), "matter.open", act)
		if err == nil {
			return s.See(w, r, "/matters/"+url.PathEscape(answer.ID), l.t("matters.opened", "number", answer.Number))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	if _, ok := l.kinds[act.Kind]; !ok {
		return fault.New(fault.Invalid, "matter.unknown_kind", fault.Args{"kind": ""})
	}
	status := http.StatusUnprocessableEntity
	if wrong[0].Kind != fault.Invalid {
		status = wrong[0].Kind.Status()
	}
	return l.openPage(w, r, status, act, FormOptions{Values: form, Faults: wrong})
}

// numbered turns the numbers people type for another matter into what an act wants: ids are shown to nobody.
func (s *Site) numbered(r *http.Request, act any, form url.Values) *fault.Fault {
	name := map[string]string{"matter.tie": "other", "matter.merge": "into"}[ActName(act)]
	typed := strings.TrimSpace(form.Get(name))
	if name == "" || typed == "" || strings.HasPrefix(typed, "m_") || s.Boards.Matters == nil {
		return nil
	}
	row, err := s.Boards.Matters.ByNumber(r.Context(), s.Policy.Scope(s.Who(r)), typed)
	if err != nil {
		return fault.New(fault.Invalid, "form.unknown_number", nil).On(name)
	}
	switch a := act.(type) {
	case *matter.Tie:
		a.Other = row.ID
	case *matter.Merge:
		a.Into = row.ID
	}
	return nil
}
