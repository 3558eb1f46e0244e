package web

import (
	"net/http"
	"net/url"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/board/findings"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	page "maplegrid/internal/web/page/finding"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
)

func (s *Site) findingRoutes() []Route {
	if s.Boards.Findings == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/finding", May: "findings.read", Handler: s.findingList},
		{Method: "GET", Pattern: "/finding/{id}", May: "findings.read", Handler: s.findingCall},
		{Method: "POST", Pattern: "/finding/{id}/{act}", May: "findings.read", Large: true, Handler: s.findingAnswer},
		{Method: "GET", Pattern: "/matters/{id}/finding.pdf", Handler: s.findingPrint},
	}
}

// findingList is the people sought that somebody may see, and the calls to them.
func (s *Site) findingList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	rows, next, err := s.Boards.Findings.Open(l.ctx, l.scope, r.URL.Query().Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.t("finding.title"), Sub: l.t("finding.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}},
		Pager: l.Pager("/finding", r.URL.Query(), next)}
	p.Called = part.Table{Caption: l.t("finding.called"), Columns: columns(l.t("finding.what"), l.t("finding.where"), l.t("finding.since"))}
	p.Table = part.Table{Caption: l.t("finding.title"), Empty: &part.Empty{Icon: "search", Text: l.t("finding.none"), Hint: l.t("finding.none_hint")},
		Columns: columns(l.t("finding.what"), l.t("finding.where"), l.t("finding.stage"), l.t("finding.count"), l.t("finding.since"), l.t("matter.handler"))}
	for _, x := range rows {
		if x.CalledOnly {
			p.Called.Rows = append(p.Called.Rows, part.Row{Href: "/finding/" + x.ID, Cells: part.Cells(l.Kind(x.Kind)+" · "+x.Number, l.Cell(x.Cell), l.Ago(x.OpenedAt)), Tone: part.Due})
			continue
		}
		p.Table.Rows = append(p.Table.Rows, l.findingRow(x))
	}
	if l.mayOpen() {
		for _, k := range []string{missing.Base, "seek"} {
			if _, ok := l.kinds[k]; ok {
				p.Actions = append(p.Actions, part.Button{Label: l.t("finding.new_" + k), Icon: "plus", Href: "/matters/new?kind=" + k, Kind: map[string]part.ButtonKind{"seek": part.Quiet}[k]})
			}
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

func (l *teller) findingRow(x findings.Row) part.Row {
	count := ""
	if x.Called > 0 || x.Sightings > 0 {
		count = l.t("finding.counted", "called", x.Called, "replied", x.Replied, "seen", x.Sightings)
	}
	handler := l.t("matter.nobody")
	if x.Handler != "" {
		handler = l.Person(x.Handler)
	}
	row := part.Row{Href: "/matters/" + x.ID, Cells: part.Cells(l.Kind(x.Kind)+" · "+MaskTitle(x.Title), l.Cell(x.Cell), l.t("finding.stage."+x.Stage)+" · "+l.Ago(x.StageAt), count,
		l.Ago(x.OpenedAt), handler)}
	switch {
	case x.Stage == "stopped":
		row.Tone = part.Overdue
	case x.Base == missing.Base && x.Stage != "found" && x.Stage != "handed":
		row.Tone = part.Due
	}
	return row
}

// calledTo finds a missing person for somebody who was called to look out, or who may see the matter anyway.
func (l *teller) calledTo(id string) (*missing.Missing, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	none := fault.New(fault.Missing, "matter.not_found", nil)
	if len(events) == 0 {
		return nil, none
	}
	m, err := matter.Fold(events)
	if err != nil {
		return nil, err
	}
	if l.kinds[m.Kind].Base != missing.Base {
		return nil, none
	}
	x, err := missing.Fold(events)
	if err != nil {
		return nil, err
	}
	thing := desk.CallThing(l.who.Station, x)
	if !l.May("finding.called", thing) || !x.WasCalled(l.who.Person) && !l.scope.Sees(desk.MatterThing(l.who.Station, &x.Matter)) {
		return nil, none
	}
	return x, nil
}

// findingCall is the call as the people called read it: what a notice would say, how to answer, and that it is over.
func (s *Site) findingCall(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := l.calledTo(r.PathValue("id"))
	if err != nil {
		return err
	}
	return l.callPage(w, r, http.StatusOK, x, "", FormOptions{})
}

func (l *teller) callPage(w http.ResponseWriter, r *http.Request, status int, x *missing.Missing, refused string, came FormOptions) error {
	p := page.Call{Heading: part.Heading{Title: l.Kind(x.Kind), Kicker: x.Number, Back: &part.Link{Href: "/finding", Label: l.t("finding.title")}},
		State: part.Status{Tone: part.Due, Label: l.t("finding.looking")}}
	if l.scope.Sees(desk.MatterThing(l.who.Station, &x.Matter)) {
		p.Matter = &part.Link{Href: "/matters/" + x.ID, Label: l.t("finding.to_matter")}
	}
	if x.Found != nil || !x.IsOpen() {
		p.State, p.Over = part.Status{Tone: part.OK, Label: l.t("finding.over")}, l.t("finding.over_note")
		return l.s.Page(w, r, status, p.Heading.Title, "services", p.Show())
	}
	o, err := l.Open(x.CallWords)
	if err != nil {
		return err
	}
	p.Words = l.Words(o, x.CallWords)
	if x.Notice != nil && x.Notice.Out && x.Notice.WithPhoto {
		p.Photos = l.attached("matter", x.ID, x.Photos)
	}
	p.Facts.Pairs = []part.Pair{{Term: l.Called("field.cell"), Text: l.Cell(x.Cell)}}
	if p.Reply, err = l.callForm(x, "reply", &missing.Reply{On: matter.On{Matter: x.ID}}, refused, came); err != nil {
		return err
	}
	if p.Sight, err = l.callForm(x, "sight", &missing.Sight{On: matter.On{Matter: x.ID}}, refused, came); err != nil {
		return err
	}
	return l.s.Page(w, r, status, p.Heading.Title, "services", p.Show())
}

// callForm is one of the two answers; nil for who may not give it.
func (l *teller) callForm(x *missing.Missing, short string, act any, refused string, came FormOptions) (*part.Form, error) {
	if short == "reply" && !x.WasCalled(l.who.Person) || !l.May("missing."+short, desk.CallThing(l.who.Station, x)) {
		return nil, nil
	}
	o := FormOptions{Next: "/finding/" + x.ID, Draft: "finding." + x.ID + "." + short}
	if refused == short {
		o.Values, o.Faults = came.Values, came.Faults
	}
	if short == "reply" { // what was seen has a form of its own
		o.Options = map[string][]part.Option{"heard": Named(l.lang, "calledanswer.", []string{"not_seen", "searching"})}
	}
	f, err := l.s.ActForm(l.ctx, l.who, act, o)
	f.Action, f.Scope = "/finding/"+x.ID+"/"+short, short+"-"
	return &f, err
}

// findingAnswer takes an answer to a call.
func (s *Site) findingAnswer(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := l.calledTo(r.PathValue("id"))
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	short := r.PathValue("act")
	acts := map[string]any{"reply": &missing.Reply{}, "sight": &missing.Sight{}}
	act, ok := acts[short]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	form.Set("matter", x.ID)
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		_, err := s.Do(l.ctx, l.who, form.Get("key"), "missing."+short, act)
		if err == nil {
			return s.See(w, r, "/finding/"+url.PathEscape(x.ID), l.t("finding.thanks"))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.callPage(w, r, StatusOf(wrong), x, short, FormOptions{Values: form, Faults: wrong})
}

// findingPrint prints the notice: what the family agreed to, and nothing else (law-and-standards 5.2, 15.13).
func (s *Site) findingPrint(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := l.calledTo(r.PathValue("id"))
	if err != nil {
		return err
	}
	thing := desk.MatterThing(l.who.Station, &x.Matter)
	switch {
	case !l.scope.Sees(thing): // who was only called
		return fault.New(fault.Missing, "matter.not_found", nil)
	case !l.May("finding.read", thing):
		return fault.New(fault.Denied, "access.denied", nil)
	case x.Notice == nil || !x.Notice.Out || x.Found != nil:
		return fault.New(fault.Missing, "missing.no_notice", nil)
	}
	f, err := l.finding(&x.Matter, x.Notice.Text, x.Name)
	if err != nil {
		return err
	}
	facts := document.Facts{"本所": l.org.Name, "编号": x.Number, "内容": f.opens[x.Notice.Text.Ref()], "谁": fault.Name("zh", "missingwho."+x.Who),
		"日期": l.now.In(clock.Shanghai).Format("2006-01-02"), "电话": x.Notice.Number}
	if x.Notice.WithName {
		facts["姓名"] = f.opens[x.Name.Ref()]
	}
	if x.Age > 0 {
		facts["年龄"] = strconv.Itoa(x.Age)
	}
	return l.SendSheet(w, "missing_notice", facts)
}

// heldByFinding are the pictures of a missing person that somebody may see: they are no attachments of the matter, since not everybody
// who sees the matter may see them. Who was called sees those the family let be shown, while the person is looked for.
func (s *Site) heldByFinding(r *http.Request, who access.Who, id string) []string {
	l, err := s.TellTo(r.Context(), who)
	if err != nil {
		return nil
	}
	x, err := l.calledTo(id)
	if err != nil {
		return nil
	}
	var list []string
	public := x.Found == nil && x.Notice != nil && x.Notice.Out && x.Notice.WithPhoto && x.WasCalled(who.Person)
	if l.mayPicture(x) || public {
		for _, a := range x.Photos {
			list = append(list, a.ID)
		}
	}
	if !l.mayPicture(x) {
		return list
	}
	for _, a := range x.SeenPhotos {
		list = append(list, a.ID)
	}
	if x.Handed != nil && x.Handed.Signature != "" {
		list = append(list, x.Handed.Signature)
	}
	return list
}
