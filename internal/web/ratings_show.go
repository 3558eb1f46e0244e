package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/access"
	boards "maplegrid/internal/board/ratings"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/mine"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
)

func (s *Site) ratingRoutes() []Route {
	if s.Boards.Matters == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/ratings", May: "ratings.read", Handler: s.ratings},
		{Method: "GET", Pattern: "/ratings/{id}", May: "ratings.read", Handler: s.rating},
		{Method: "POST", Pattern: "/ratings/{id}/{verb}", May: "ratings.read", Handler: s.rateStep},
		{Method: "GET", Pattern: "/rights", May: "rights.read", Handler: s.rights},
		{Method: "GET", Pattern: "/rights/{id}", May: "rights.read", Handler: s.rightPage},
		{Method: "POST", Pattern: "/rights/{id}", May: "rights.read", Handler: s.rightAnswer},
	}
}

// leads tells whether somebody sees the figures and every follow-up; the others see those given to them.
func (l *teller) leads() bool { return l.May("rights.read", access.Thing{Kind: "rights"}) }

// ratings is what people think of the work: figures of a month, without names, and the bad ratings to be followed up.
func (s *Site) ratings(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := mine.Ratings{Heading: part.Heading{Title: l.t("ratings.title"), Sub: l.t("ratings.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}},
		Titles: [3]string{l.t("ratings.grades"), l.t("ratings.items"), l.t("ratings.follow")}}
	to := l.who.Person
	if l.leads() {
		to = ""
		if err := l.ratingFigures(&p, q); err != nil {
			return err
		}
	}
	over := q.Get("tab") == "over"
	p.Tabs = part.Tabs{Label: l.t("ratings.follow"), Items: []part.Tab{{Href: Address("/ratings", q, "tab", "", "after", ""), Label: l.t("ratings.open"), Count: -1, Current: !over},
		{Href: Address("/ratings", q, "tab", "over", "after", ""), Label: l.t("ratings.over"), Count: -1, Current: over}}}
	rows, err := s.Boards.Ratings.List(l.ctx, l.scope, !over, to, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p.List = part.Table{Caption: l.t("ratings.follow"), Empty: &part.Empty{Icon: "circle-check", Text: l.t("ratings.none")},
		Columns: []part.Column{{Label: l.t("ratings.when")}, {Label: l.t("ratings.grade")}, {Label: l.t("ratings.to")}, {Label: l.t("ratings.state")}, {Label: l.t("ratings.due")}}}
	for _, x := range rows.Rows {
		due := l.dueOf(x.DueAt, x.Open)
		p.List.Rows = append(p.List.Rows, part.Row{Href: "/ratings/" + x.ID, Cells: append(part.Cells(l.Day(x.OpenedAt), fault.Name(l.lang, "rating."+strconv.Itoa(x.Stars)),
			l.follower(x.To), l.t("ratings.state_"+ratingState(x))), due)})
	}
	p.Pager = l.Pager("/ratings", q, rows.Next)
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p)
}

// follower is who follows a rating up; nobody yet is no name.
func (l *teller) follower(id string) string {
	if id == "" {
		return ""
	}
	return l.Person(id)
}

// ratingState says in one word how a follow-up stands.
func ratingState(x boards.Row) string {
	switch {
	case x.Out:
		return "out"
	case !x.Open:
		return "answered"
	case x.AskedOut:
		return "asked_out"
	case x.To == "":
		return "new"
	case !x.Checked:
		return "given"
	}
	return "checked"
}

// months are how many months back the figures can be chosen.
const ratingMonths = 6

func (l *teller) ratingFigures(p *mine.Ratings, q url.Values) error {
	local := l.now.In(clock.Shanghai)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, clock.Shanghai)
	month := q.Get("month")
	if month == "" {
		month = first.Format("2006-01")
	}
	p.Months.Label = l.t("ratings.months")
	for i := range ratingMonths {
		m := first.AddDate(0, -i, 0).Format("2006-01")
		p.Months.Items = append(p.Months.Items, part.Tab{Href: Address("/ratings", q, "month", m, "after", ""), Label: m, Count: -1, Current: m == month})
	}
	m, err := l.s.Boards.Ratings.Month(l.ctx, l.scope, month, l.now)
	if err != nil {
		return err
	}
	stat := func(key, value string, tone part.Tone) {
		p.Stats.Items = append(p.Stats.Items, part.Stat{Label: l.t("ratings." + key), Value: value, Tone: tone})
	}
	stat("total", strconv.Itoa(m.Total()), part.Plain)
	stat("good", share(m.Grades[3]+m.Grades[4]+m.Grades[5], m.Total()), part.Plain)
	stat("bad", strconv.Itoa(m.Bad), part.Plain)
	stat("in_time", share(m.InTime, m.Answered), part.Plain)
	if m.Late > 0 {
		stat("late", strconv.Itoa(m.Late), part.Overdue)
	}
	stat("excluded", strconv.Itoa(m.Excluded), part.Plain)
	p.Grades = part.Table{Caption: l.t("ratings.grades"), Columns: []part.Column{{Label: l.t("ratings.grade")}, {Label: l.t("ratings.n"), Num: true}}}
	for stars := 5; stars >= 1; stars-- {
		p.Grades.Rows = append(p.Grades.Rows, part.Row{Cells: part.Cells(fault.Name(l.lang, "rating."+strconv.Itoa(stars)), strconv.Itoa(m.Grades[stars]))})
	}
	p.Items = part.Table{Caption: l.t("ratings.items"), Columns: []part.Column{{Label: l.t("ratings.item")}, {Label: l.t("ratings.mean"), Num: true}, {Label: l.t("ratings.n"), Num: true}}}
	for _, key := range slices.Concat(report.Items, report.MediationItems) {
		if x := m.Items[key]; x.N > 0 {
			p.Items.Rows = append(p.Items.Rows, part.Row{Cells: part.Cells(fault.Name(l.lang, "field.rate_"+key), fmt.Sprintf("%.1f", float64(x.Sum)/float64(x.N)), strconv.Itoa(x.N))})
		}
	}
	return nil
}

// share is a part of a whole in percent; of nothing there is none (law-and-standards 19.1).
func share(n, of int) string {
	if of <= 0 {
		return "—"
	}
	return fmt.Sprintf("%d%%", (n*100+of/2)/of)
}

// follow loads a follow-up for who may see it.
func (l *teller) follow(id string) (rating.Rating, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, rating.Stream(id), 0)
	if err != nil {
		return rating.Rating{}, err
	}
	x, err := rating.Fold(events)
	if err == nil && (x.Version == 0 || x.To != l.who.Person && !l.leads() || slices.Contains(x.Rated, l.who.Person) && x.To != l.who.Person) {
		err = fault.New(fault.Missing, "rating.not_found", nil)
	}
	return x, err
}

func (s *Site) rating(w http.ResponseWriter, r *http.Request) error {
	return s.showRating(w, r, http.StatusOK, "", nil, nil)
}

// ratingSteps are the acts of a follow-up in their order, with what they are handed.
var ratingSteps = []struct {
	verb, icon string
	act        func(rating.On) any
}{
	{"assign", "user-plus", func(on rating.On) any { return &rating.Assign{On: on} }},
	{"check", "search", func(on rating.On) any { return &rating.Check{On: on} }},
	{"rectify", "badge-check", func(on rating.On) any { return &rating.Rectify{On: on} }},
	{"call_back", "phone", func(on rating.On) any { return &rating.CallBack{On: on} }},
	{"answer", "reply", func(on rating.On) any { return &rating.Answer{On: on} }},
	{"ask_exclusion", "circle-x", func(on rating.On) any { return &rating.AskExclusion{On: on} }},
	{"decide_exclusion", "gavel", func(on rating.On) any { return &rating.DecideExclusion{On: on} }},
}

// can tells whether a step makes sense now; the rule decides when it is sent.
func can(x *rating.Rating, verb string) bool {
	switch verb {
	case "assign":
		return x.AnsweredAt.IsZero()
	case "rectify", "ask_exclusion":
		return !x.CheckedAt.IsZero() && x.AskedOut == ""
	case "answer":
		return !x.CheckedAt.IsZero() && x.Called()
	case "decide_exclusion":
		return x.AskedOut != ""
	}
	return true
}

func (s *Site) showRating(w http.ResponseWriter, r *http.Request, status int, back string, typed url.Values, wrong []*fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := l.follow(r.PathValue("id"))
	if err != nil {
		return err
	}
	p := mine.Case{Heading: part.Heading{Title: l.t("ratings.one", "grade", fault.Name(l.lang, "rating."+strconv.Itoa(x.Stars))), Back: &part.Link{Href: "/ratings", Label: l.t("ratings.title")}}}
	p.State = part.Status{Tone: part.Due, Label: l.t("ratings.open")}
	if !x.Open() {
		p.State = part.Status{Tone: part.OK, Label: l.t("ratings.over")}
	} else if !x.DueAt.IsZero() {
		p.Clock = l.ClockAt(x.DueAt, time.Time{})
	}
	if err := l.ratingFacts(&p, &x); err != nil {
		return err
	}
	for _, step := range ratingSteps {
		if !x.Open() || !l.May("rating."+step.verb, desk.RatingThing(l.who.Station, &x)) || !can(&x, step.verb) && back != step.verb {
			continue
		}
		o := FormOptions{Submit: l.Called("act.rating." + step.verb), Skip: []string{"rating_id"}}
		if back == step.verb {
			o.Values, o.Faults = typed, wrong
		}
		f, err := s.ActForm(l.ctx, l.who, step.act(rating.On{Rating: x.ID}), o)
		if err != nil {
			return err
		}
		f.Action, f.Scope = "/ratings/"+x.ID+"/"+step.verb, step.verb+"-"
		l.ratingFields(&f, &x)
		p.Forms = append(p.Forms, mine.CaseForm{Title: l.Called("act.rating." + step.verb), Icon: step.icon, Open: back == step.verb, Form: f})
	}
	return s.Page(w, r, status, p.Heading.Title, "services", p)
}

// ratingFields offers who may follow a rating up, and the reasons it may be left out for.
func (l *teller) ratingFields(f *part.Form, x *rating.Rating) {
	for i := range f.Fields {
		switch one := &f.Fields[i]; one.Name {
		case "follower":
			one.Kind, one.Options = part.KindSelect, nil
			for _, p := range l.org.People {
				if p.Role.HasPolicePowers() && !p.Gone && !slices.Contains(x.Rated, p.ID) {
					one.Options = append(one.Options, part.Option{Value: p.ID, Label: l.Person(p.ID)})
				}
			}
			slices.SortFunc(one.Options, func(a, b part.Option) int { return strings.Compare(a.Label, b.Label) })
		case "exclusion":
			one.Kind, one.Label, one.Required = part.KindRadio, l.Called("field.exclusion"), true
			for _, e := range rating.Exclusions {
				one.Options = append(one.Options, part.Option{Value: e, Label: fault.Name(l.lang, "exclusion."+e)})
			}
		}
	}
}

// ratingFacts tell what was rated and what was done about it. Who rated is not among them: who calls back asks for the number with a
// purpose, and that look is recorded.
func (l *teller) ratingFacts(p *mine.Case, x *rating.Rating) error {
	rep, err := l.s.anyReport(l.ctx, l.who.Station, idOf(x.Thing))
	if err != nil {
		return err
	}
	texts := []vault.Text{x.Found, x.Better, x.Told, x.OutWords, rep.RatingWords}
	for _, c := range x.Calls {
		texts = append(texts, c.Words)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return err
	}
	pair := func(key, value string) {
		if value != "" {
			p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("ratings." + key), Text: value})
		}
	}
	pair("words", l.Words(o, rep.RatingWords))
	pair("when", l.When(x.OpenedAt))
	rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, rep.Matters...)
	if err != nil {
		return err
	}
	for _, m := range rows {
		p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("ratings.about"), Value: Linked("/matters/"+m.ID, m.Number+" "+vault.MaskFree(m.Title))})
	}
	for _, who := range x.Rated {
		pair("rated", l.Person(who))
	}
	pair("to", l.follower(x.To))
	if x.Open() && x.To == l.who.Person {
		p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("ratings.call"), Value: Linked("/reports/"+rep.ID, l.t("ratings.call_how"))})
	}
	story := func(icon, event string, at time.Time, words vault.Text) {
		if !at.IsZero() {
			p.Story.Entries = append(p.Story.Entries, part.Entry{Icon: icon, What: l.Called("event." + event), When: l.When(at), Text: l.Words(o, words)})
		}
	}
	p.Story.Label = l.t("ratings.story")
	story("search", "rating.checked/1", x.CheckedAt, x.Found)
	story("badge-check", "rating.rectified/1", x.RightedAt, x.Better)
	for _, c := range x.Calls {
		story("phone", "rating.called_back/1", c.At, c.Words)
	}
	if x.AskedOut != "" {
		pair("asked_out", fault.Name(l.lang, "exclusion."+x.OutReason)+"："+l.Words(o, x.OutWords))
	}
	story("reply", "rating.answered/1", x.AnsweredAt, x.Told)
	return nil
}

// rateStep takes one step of a follow-up.
func (s *Site) rateStep(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := l.follow(r.PathValue("id"))
	if err != nil {
		return err
	}
	verb := r.PathValue("verb")
	i := slices.IndexFunc(ratingSteps, func(step struct {
		verb, icon string
		act        func(rating.On) any
	}) bool {
		return step.verb == verb
	})
	if i < 0 {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	form.Set("rating_id", x.ID)
	act := ratingSteps[i].act(rating.On{Rating: x.ID})
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		_, err := s.Do(l.ctx, l.who, form.Get("key"), "rating."+verb, act)
		if err == nil {
			return s.See(w, r, "/ratings/"+x.ID, l.t("done", "act", l.Called("act.rating."+verb)))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return s.showRating(w, r, wrong[0].Kind.Status(), verb, form, wrong)
}
