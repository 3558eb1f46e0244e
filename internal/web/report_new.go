package web

import (
	"net/http"
	"net/url"

	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/report"
	"maplegrid/internal/work/report"
)

// reportNew is taking a report down for somebody on the phone or at the desk.
func (s *Site) reportNew(w http.ResponseWriter, r *http.Request) error {
	return s.takeDownForm(w, r, http.StatusOK, &report.Submit{Channel: "phone"}, FormOptions{})
}

func (s *Site) takeDownForm(w http.ResponseWriter, r *http.Request, status int, act *report.Submit, o FormOptions) error {
	ctx := r.Context()
	o.Only = []string{"words", "place", "cell", "channel", "at", "name", "phone", "photos"}
	o.Submit, o.Icon, o.Focus, o.Draft = t(ctx, "rep.take"), "check", "words", "report-new"
	o.Cancel = &part.Link{Href: "/inbox", Label: t(ctx, "act.cancel")}
	o.Hints = map[string]string{"words": t(ctx, "hint.take_words"), "at": t(ctx, "hint.take_at"), "phone": t(ctx, "hint.take_phone")}
	o.Labels = map[string]string{"words": t(ctx, "rep.what"), "name": t(ctx, "rep.name"), "at": t(ctx, "rep.happened")}
	f, err := s.ActForm(ctx, s.Who(r), act, o)
	if err != nil {
		return err
	}
	f.Action = "/reports/new"
	for i := range f.Fields {
		if n := f.Fields[i].Name; n == "place" || n == "name" {
			f.Fields[i].Half = true
		}
	}
	p := page.New{Heading: part.Heading{Title: t(ctx, "rep.new"), Sub: t(ctx, "rep.new_sub"), Back: &part.Link{Href: "/inbox", Label: t(ctx, "nav.inbox")}}, Form: f}
	return s.Page(w, r, status, t(ctx, "rep.new"), "inbox", p.Show())
}

// reportTakeDown takes it and shows the receipt, to be read out. The same form sent twice shows the same receipt.
func (s *Site) reportTakeDown(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), s.Who(r)
	form, err := s.Form(r, who.Person)
	if err != nil {
		return err
	}
	act := &report.Submit{}
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		answer, err := s.Do(ctx, who, form.Get("key"), "report.submit", act)
		if err == nil {
			return s.takenPage(w, r, answer.ID, answer.Receipt)
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	status := http.StatusUnprocessableEntity
	if wrong[0].Kind != fault.Invalid {
		status = wrong[0].Kind.Status()
	}
	return s.takeDownForm(w, r, status, act, FormOptions{Values: form, Faults: wrong, Extra: KeptPhotos(form)})
}

func (s *Site) takenPage(w http.ResponseWriter, r *http.Request, id, code string) error {
	ctx := r.Context()
	p := page.Done{Heading: part.Heading{Title: t(ctx, "rep.taken")}, Code: ident.Receipt(code).String(),
		Links: []part.Button{{Label: t(ctx, "rep.open_it"), Icon: "arrow-right", Href: "/reports/" + url.PathEscape(id)},
			{Label: t(ctx, "rep.another"), Icon: "plus", Kind: part.Quiet, Href: "/reports/new"}}}
	return s.Page(w, r, http.StatusOK, t(ctx, "rep.taken"), "inbox", p.Show())
}
