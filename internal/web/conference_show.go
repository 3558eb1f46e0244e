package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/conference"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// conferenceList is the joint conferences of the station.
func (s *Site) conferenceList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	rows, next, err := s.Boards.Meetings.Conferences(l.ctx, l.scope, r.URL.Query().Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.t("conf.title"), Sub: l.t("conf.sub"), Back: &part.Link{Href: "/disputes", Label: l.t("nav.disputes")}},
		Pager: l.Pager("/conferences", r.URL.Query(), next)}
	p.Table = part.Table{Caption: l.t("conf.title"), Empty: &part.Empty{Icon: "users-round", Text: l.t("conf.none"), Hint: l.t("conf.none_hint")},
		Columns: []part.Column{{Label: l.t("conf.at")}, {Label: l.t("conf.place")}, {Label: l.t("conf.agenda_n"), Num: true}, {Label: l.t("conf.decisions_n"), Num: true}, {Label: l.t("ledger.state")}}}
	for _, c := range rows {
		state := l.conferenceState(c.Closed)
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/conferences/" + c.ID, Cells: append(part.Cells(l.When(c.At), MaskTitle(c.Place), strconv.Itoa(c.Agenda), strconv.Itoa(c.Decisions)), state)})
	}
	if s.May(l.who, "conference.plan") {
		p.Actions = append(p.Actions, part.Button{Label: l.t("conf.new"), Icon: "plus", Href: "/conferences/new"})
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "disputes", p.Show())
}

func (l *teller) conferenceState(closed bool) part.Status {
	if closed {
		return part.Status{Tone: part.OK, Label: l.t("conf.closed")}
	}
	return part.Status{Tone: part.Info, Label: l.t("conf.called")}
}

// conferenceNew calls a conference: its agenda is picked from the open disputes, the gravest first.
func (s *Site) conferenceNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	return l.conferenceForm(w, r, http.StatusOK, &dispute.PlanConference{}, FormOptions{})
}

func (s *Site) conferencePlan(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	act := &dispute.PlanConference{}
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		answer, err := s.Do(l.ctx, l.who, form.Get("key"), "conference.plan", act)
		if err == nil {
			return s.See(w, r, "/conferences/"+url.PathEscape(answer.ID), l.t("conf.planned"))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.conferenceForm(w, r, StatusOf(wrong), act, FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

func (l *teller) conferenceForm(w http.ResponseWriter, r *http.Request, status int, act *dispute.PlanConference, o FormOptions) error {
	agenda, err := l.agendaOptions()
	if err != nil {
		return err
	}
	if o.Values == nil {
		last, _, err := l.s.Boards.Meetings.Conferences(l.ctx, l.scope, "", 1)
		if err != nil {
			return err
		}
		if len(last) > 0 {
			act.Before = last[0].ID
		}
	}
	o.Options = map[string][]part.Option{"agenda": agenda}
	o.Labels = map[string]string{"agenda": l.t("conf.pick"), "bodies": l.t("conf.bodies"), "people": l.t("conf.people"), "at": l.t("conf.at"), "place": l.t("conf.place")}
	o.Icon, o.Only = "users-round", []string{"at", "place", "agenda", "bodies", "people"}
	o.Cancel = &part.Link{Href: "/conferences", Label: l.t("act.cancel")}
	o.Submit = l.t("conf.new")
	f, err := l.s.ActForm(l.ctx, l.who, act, o)
	if err != nil {
		return err
	}
	f.Action = "/conferences/new"
	p := page.New{Heading: part.Heading{Title: l.t("conf.new"), Back: &part.Link{Href: "/conferences", Label: l.t("conf.title")}}, Form: f}
	return l.s.Page(w, r, status, p.Heading.Title, "disputes", p.Show())
}

// mostAgenda is how many open disputes an agenda is picked from, of each risk grade.
const mostAgenda = 40

func (l *teller) agendaOptions() (list []part.Option, err error) {
	open := true
	add := func(risk, label string) error {
		rows, err := l.s.Boards.Disputes.List(l.ctx, l.scope, disputes.Filter{Open: &open, Risk: risk}, l.Today(), "", mostAgenda)
		for _, r := range rows.Rows {
			if !slices.ContainsFunc(list, func(o part.Option) bool { return o.Value == r.ID }) {
				list = append(list, part.Option{Value: r.ID, Label: MaskTitle(r.Title), Hint: strings.Trim(label+" · "+l.Cell(r.Cell)+" · "+r.Number, " ·")})
			}
		}
		return err
	}
	for _, g := range l.book.RiskGrades() {
		if err := add(g.Key, l.Capital(g.Name.In(l.lang))); err != nil {
			return nil, err
		}
	}
	return list, add("", "")
}

// conference is one with what was said when it closed.
type conference struct {
	dispute.Conference
	closed dispute.ConferenceClosed
}

func (l *teller) conference(id string) (c conference, err error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, dispute.ConferenceStream(id), 0)
	if err != nil {
		return c, err
	}
	if c.Conference, err = dispute.FoldConference(events); err != nil {
		return c, err
	}
	if c.ID == "" || !l.May("conference.read", access.Thing{Kind: "conference", People: append(slices.Clone(c.People), c.By)}) {
		return c, fault.New(fault.Missing, "conference.not_found", nil)
	}
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return c, err
		}
		if e, ok := v.(dispute.ConferenceClosed); ok {
			c.closed = e
		}
	}
	return c, nil
}

// typedConference is a form of a conference that comes back: which, what was typed, why it was refused.
type typedConference struct {
	act    string
	form   url.Values
	faults []*fault.Fault
}

func (t typedConference) options(act string) FormOptions {
	if t.act != act {
		return FormOptions{}
	}
	return FormOptions{Values: t.form, Faults: t.faults, Key: t.form.Get("key")}
}

// conferenceOne is one conference: what was decided last time first, then the agenda.
func (s *Site) conferenceOne(w http.ResponseWriter, r *http.Request) error {
	return s.showConference(w, r, http.StatusOK, typedConference{})
}

// conferenceAct takes a decision, or the end of a conference.
func (s *Site) conferenceAct(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	t := typedConference{act: "conference." + r.PathValue("act"), form: form}
	on := dispute.OnConference{Conference: r.PathValue("id")}
	form.Set("conference", on.Conference)
	var act any
	switch t.act {
	case "conference.decide":
		act = &dispute.Decide{OnConference: on}
	case "conference.close":
		act = &dispute.CloseConference{OnConference: on}
	default:
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	if t.faults = Decode(act, form); len(t.faults) == 0 {
		_, err := s.Do(l.ctx, l.who, form.Get("key"), t.act, act)
		if err == nil {
			return s.See(w, r, "/conferences/"+url.PathEscape(on.Conference), l.t("conf.done."+r.PathValue("act")))
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		t.faults = []*fault.Fault{f}
	}
	return s.showConference(w, r, StatusOf(t.faults), t)
}

func (s *Site) showConference(w http.ResponseWriter, r *http.Request, status int, typed typedConference) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	c, err := l.conference(r.PathValue("id"))
	if err != nil {
		return err
	}
	if status == http.StatusConflict { // sending again means it as it now is
		typed.form.Set("version", strconv.Itoa(c.Version))
	}
	p := page.Page{Heading: part.Heading{Title: l.t("conf.title"), Sub: l.When(c.At) + " · " + MaskTitle(c.Place), Back: &part.Link{Href: "/conferences", Label: l.t("conf.title")}},
		State: l.conferenceState(!c.ClosedAt.IsZero())}
	l.conferenceFacts(&p, c)
	if err := l.lastDecisions(&p, c); err != nil {
		return err
	}
	rows, err := s.Boards.Disputes.ByID(l.ctx, l.scope, c.Agenda...)
	if err != nil {
		return err
	}
	items := l.disputeItems(rows)
	for i, row := range rows {
		x := page.Item{Matter: items[i]}
		for _, d := range c.Decisions {
			if d.Matter == row.ID {
				x.Decisions = append(x.Decisions, l.decided(d, false))
			}
		}
		p.Agenda = append(p.Agenda, x)
	}
	if err := l.conferenceForms(&p, c, rows, typed); err != nil {
		return err
	}
	return s.Page(w, r, status, p.Heading.Title, "disputes", p.Show())
}

func (l *teller) conferenceFacts(p *page.Page, c conference) {
	pair := func(to *part.Definitions, key, value string) {
		if value != "" {
			to.Pairs = append(to.Pairs, part.Pair{Term: l.t("conf." + key), Text: value})
		}
	}
	pair(&p.Facts, "at", l.When(c.At))
	pair(&p.Facts, "place", MaskTitle(c.Place))
	pair(&p.Facts, "by", l.Person(c.By))
	pair(&p.Facts, "bodies", l.Several(c.Bodies, l.body))
	pair(&p.Facts, "people", l.Several(c.People, l.Person))
	pair(&p.Came, "came", l.Several(c.closed.Came, l.body))
	pair(&p.Came, "people_came", l.Several(c.closed.People, l.Person))
	if o, err := l.Open(c.closed.Words); err == nil {
		p.Minutes = l.Words(o, c.closed.Words)
	}
}

// lastDecisions are those of the conference before, with what became of their tasks.
func (l *teller) lastDecisions(p *page.Page, c conference) error {
	if c.Before == "" {
		return nil
	}
	b, err := l.conference(c.Before)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Missing {
		return nil // they were not invited to that one
	}
	if err != nil {
		return err
	}
	p.Link = &part.Link{Href: "/conferences/" + b.ID, Label: l.t("conf.open_before", "when", l.When(b.At))}
	for _, d := range b.Decisions {
		p.Before = append(p.Before, l.decided(d, true))
	}
	return nil
}

// decided is a decision with the state of its task. Of a matter somebody may not see they read the decision alone.
func (l *teller) decided(d dispute.Decision, named bool) page.Decided {
	x := page.Decided{Title: vault.MaskFree(d.Title), Who: l.Person(d.Person), Due: l.TaskClock(d.DueOn)}
	m, err := l.s.Matter(l.ctx, l.who, d.Matter)
	if err != nil {
		return x
	}
	if named {
		x.Matter, x.Href = m.Number+" · "+MaskTitle(m.Title), "/matters/"+m.ID
	}
	if i := slices.IndexFunc(m.Tasks, func(t matter.Task) bool { return t.ID == d.Task }); i >= 0 && !m.Tasks[i].DoneAt.IsZero() {
		x.Done = l.t("task.done", "name", l.Person(m.Tasks[i].DoneBy), "when", l.When(m.Tasks[i].DoneAt))
	}
	return x
}

// conferenceForms are to decide and to close, while the conference is open and for who may.
func (l *teller) conferenceForms(p *page.Page, c conference, rows []disputes.Row, typed typedConference) error {
	if !c.ClosedAt.IsZero() {
		return nil
	}
	thing := access.Thing{Kind: "conference", People: append(slices.Clone(c.People), c.By)}
	on := dispute.OnConference{Conference: c.ID, Version: c.Version}
	if l.May("conference.decide", thing) && len(rows) > 0 {
		o := typed.options("conference.decide")
		var agenda []part.Option
		for _, r := range rows {
			agenda = append(agenda, part.Option{Value: r.ID, Label: MaskTitle(r.Title)})
		}
		o.Options = map[string][]part.Option{"matter": agenda}
		o.Labels = map[string]string{"matter": l.t("conf.on"), "title": l.t("conf.what"), "person": l.t("conf.who"), "due_on": l.t("conf.due")}
		o.Icon, o.Submit = "gavel", l.t("conf.decide_submit")
		f, err := l.s.ActForm(l.ctx, l.who, &dispute.Decide{OnConference: on}, o)
		if err != nil {
			return err
		}
		for i := range f.Fields {
			if f.Fields[i].Name == "matter" {
				f.Fields[i].Kind = part.KindSelect
			}
		}
		f.Action, f.Scope = "/conferences/"+c.ID+"/decide", "decide-"
		p.Decide = &f
	}
	if l.May("conference.close", thing) {
		o := typed.options("conference.close")
		o.Labels = map[string]string{"came": l.t("conf.came"), "people": l.t("conf.people_came"), "words": l.t("conf.minutes")}
		o.Icon, o.Submit = "circle-check", l.t("conf.close")
		f, err := l.s.ActForm(l.ctx, l.who, &dispute.CloseConference{OnConference: on, Came: c.Bodies, People: c.People}, o)
		if err != nil {
			return err
		}
		f.Action, f.Scope = "/conferences/"+c.ID+"/close", "close-"
		p.Close, p.Open = &f, typed.act == "conference.close"
	}
	return nil
}
