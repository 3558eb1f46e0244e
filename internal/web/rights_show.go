package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/mine"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/right"
)

// idOf is the id in the name of a thing: "r_…" of "report/r_…".
func idOf(thing string) string {
	_, id, _ := strings.Cut(thing, "/")
	return id
}

// dueOf is the clock of something that waits; nothing for what is over.
func (l *teller) dueOf(due time.Time, waits bool) templ.Component {
	if c := l.ClockAt(due, time.Time{}); c != nil && waits {
		return c
	}
	return part.Plainly("")
}

// rights is the list of what people ask about their own data.
func (s *Site) rights(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	over := q.Get("tab") == "over"
	rows, err := s.Boards.Rights.List(l.ctx, l.scope, !over, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := mine.Rights{Heading: part.Heading{Title: l.t("rights.title"), Sub: l.t("rights.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}}, Pager: l.Pager("/rights", q, rows.Next)}
	p.Tabs = part.Tabs{Label: l.t("rights.title"), Items: []part.Tab{{Href: "/rights", Label: l.t("rights.waiting"), Count: -1, Current: !over},
		{Href: "/rights?tab=over", Label: l.t("rights.over"), Count: -1, Current: over}}}
	p.List = part.Table{Caption: l.t("rights.title"), Empty: &part.Empty{Icon: "circle-check", Text: l.t("rights.none")},
		Columns: []part.Column{{Label: l.t("rights.when")}, {Label: l.t("rights.want")}, {Label: l.t("rights.about")}, {Label: l.t("rights.state")}, {Label: l.t("rights.due")}}}
	for _, x := range rows.Rows {
		state := l.t("rights.waiting")
		if x.Result != "" {
			state = fault.Name(l.lang, "rightresult."+x.Result)
		}
		p.List.Rows = append(p.List.Rows, part.Row{Href: "/rights/" + x.ID, Cells: append(part.Cells(l.Day(x.AskedAt), l.t("mine.want_"+x.Want), l.aboutOf(x.Thing), state), l.dueOf(x.DueAt, x.Result == ""))})
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p)
}

// aboutOf names the thing of a request without its content.
func (l *teller) aboutOf(thing string) string {
	kind, id, _ := strings.Cut(thing, "/")
	switch kind {
	case "report":
		return l.t("rights.of_report")
	case "appointment":
		return l.t("rights.of_booking")
	case "party":
		mid, _, _ := strings.Cut(id, "/")
		if rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, mid); err == nil && len(rows) > 0 {
			return l.t("rights.of_party", "number", rows[0].Number)
		}
	}
	return l.t("rights.of_party", "number", "")
}

func (l *teller) aboutLink(thing string) templ.Component {
	kind, id, _ := strings.Cut(thing, "/")
	if kind == "report" {
		return Linked("/reports/"+id, l.aboutOf(thing))
	}
	if kind == "appointment" {
		return Linked("/appointments/at/"+id, l.aboutOf(thing))
	}
	mid, _, _ := strings.Cut(id, "/")
	return Linked("/matters/"+mid, l.aboutOf(thing))
}

func (s *Site) rightPage(w http.ResponseWriter, r *http.Request) error {
	return s.showRight(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showRight(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, err := s.right(l.ctx, l.who.Station, r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := l.Open(x.Words, x.Value, x.Told)
	if err != nil {
		return err
	}
	p := mine.Case{Heading: part.Heading{Title: l.t("mine.want_" + x.Want), Back: &part.Link{Href: "/rights", Label: l.t("rights.title")}}, State: part.Status{Tone: part.Due, Label: l.t("rights.waiting")}}
	p.Facts.Pairs = []part.Pair{{Term: l.t("rights.about"), Value: l.aboutLink(x.Thing)}, {Term: l.t("rights.when"), Text: l.When(x.AskedAt)}}
	if x.Field != "" {
		mask := vault.MaskName
		if x.Field == "phone" {
			mask = vault.MaskPhone
		}
		if m := l.Masked(o, x.Value, "right", x.ID, x.Field, mask, l.MayUnmask(access.Thing{Kind: "right"})); m != nil {
			p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("rights.should_be", "field", l.t("mine."+x.Field)), Value: m})
		}
	}
	if !x.Words.Empty() {
		p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("rights.words"), Text: l.Words(o, x.Words)})
	}
	if x.Result != "" {
		p.State = part.Status{Tone: part.OK, Label: fault.Name(l.lang, "rightresult."+x.Result)}
		p.Story = part.Timeline{Label: l.t("rights.title"), Entries: []part.Entry{{Icon: "reply", What: l.Called("event.right.answered/1"), Who: l.Person(x.AnsweredBy), When: l.When(x.AnsweredAt), Text: l.Words(o, x.Told)}}}
		return s.Page(w, r, status, p.Heading.Title, "services", p)
	}
	p.Clock = l.ClockAt(x.DueAt, time.Time{})
	if l.May("right.answer", access.Thing{Kind: "right"}) {
		p.Forms = []mine.CaseForm{{Title: l.Called("act.right.answer"), Icon: "reply", Open: true, Form: l.rightForm(x, typed, why)}}
	}
	return s.Page(w, r, status, p.Heading.Title, "services", p)
}

// rightForm asks for the answer; its ready words say what the law says.
func (l *teller) rightForm(x right.Right, typed url.Values, why *fault.Fault) part.Form {
	f := part.Form{Action: "/rights/" + x.ID, Submit: l.Called("act.right.answer"), Fields: []part.Field{
		{Name: "result", Label: l.t("rights.result"), Kind: part.KindRadio, Required: true, Value: typed.Get("result")},
		{Name: "words", Label: l.t("rights.answer"), Hint: l.t("rights.answer_hint"), Kind: part.KindWords, Required: true, MaxLen: 2000, Value: typed.Get("words")},
		{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
	for _, res := range right.Results {
		f.Fields[0].Options = append(f.Fields[0].Options, part.Option{Value: res, Label: fault.Name(l.lang, "rightresult."+res), Hint: l.t("rights.does_" + x.Want + "_" + res)})
	}
	if x.Want == right.Erase {
		f.Confirm = l.t("rights.erase_sure")
	}
	if why == nil {
		return f
	}
	for i := range f.Fields {
		if f.Fields[i].Name == why.Field {
			f.Fields[i].Error = l.s.Sentence(l.ctx, why)
			return f
		}
	}
	f.Errors = []part.FormError{{Text: l.s.Sentence(l.ctx, why)}}
	return f
}

func (s *Site) rightAnswer(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	x, err := s.right(l.ctx, l.who.Station, r.PathValue("id"))
	if err != nil {
		return err
	}
	_, err = s.Do(l.ctx, l.who, form.Get("key"), "right.answer", &right.Answer{Right: x.ID, Result: form.Get("result"), Words: form.Get("words")})
	if f, ok := fault.Of(err); ok {
		return s.showRight(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	if err := s.dropErased(l.ctx); err != nil {
		return err
	}
	return s.See(w, r, "/rights/"+x.ID, l.t("done", "act", l.Called("act.right.answer")))
}
