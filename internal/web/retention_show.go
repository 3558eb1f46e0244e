package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	boards "maplegrid/internal/board/retention"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/retention"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/retention"
)

func (s *Site) retentionRoutes() []Route {
	if s.Boards.Retention == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/retention", May: "retention.read", Handler: s.retention},
		{Method: "POST", Pattern: "/retention/{verb}", May: "retention.read", Handler: s.retentionDo},
	}
}

// retention is what is kept for how long: by which rule, what goes next month, what waits for the head's word, what is held, what went.
func (s *Site) retention(w http.ResponseWriter, r *http.Request) error {
	return s.showRetention(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showRetention(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: l.t("retention.title"), Sub: l.t("retention.sub"), Back: &part.Link{Href: "/settings", Label: l.t("nav.settings")}}}
	for _, fill := range []func(*page.Page) error{l.retentionRules, l.retentionWaiting, l.retentionHeld, l.retentionWent} {
		if err := fill(&p); err != nil {
			return err
		}
	}
	if l.May("retention.hold", access.Thing{Kind: "retention"}) {
		f := l.holdForm(typed, why)
		p.Hold = &f
	}
	return s.Page(w, r, status, p.Heading.Title, "settings", p.Show())
}

// whole is the scope of who may read the page: it tells counts and numbers, no content.
func (l *teller) whole() access.Scope { return access.System(l.who.Station) }

func (l *teller) columns(keys ...string) (list []part.Column) {
	for _, k := range keys {
		list = append(list, part.Column{Label: l.t("retention." + k)})
	}
	return list
}

// retentionRules says of every row how much of it goes by itself until the end of next month.
func (l *teller) retentionRules(p *page.Page) error {
	here := l.now.In(clock.Shanghai)
	next := here.AddDate(0, 0, 1-here.Day()).AddDate(0, 2, 0)
	p.Rules = part.Table{Caption: l.t("retention.rules"), Columns: l.columns("what", "months", "how", "next", "stay", "source")}
	for _, x := range l.book.Retentions() {
		due, stay, err := l.s.Boards.Retention.Count(l.ctx, l.whole(), boards.Term{Rule: x.Key, Until: next.AddDate(0, -x.Months, 0)}, l.now)
		if err != nil {
			return err
		}
		if x.Key == draft.KeptAs && l.s.Boards.Drafts != nil {
			for _, state := range []draft.State{draft.Aside, draft.Parted, draft.Dropped} {
				rows, err := l.s.Boards.Drafts.Stale(l.ctx, l.whole(), state, next.AddDate(0, -x.Months, 0), 500)
				if err != nil {
					return err
				}
				due += len(rows)
			}
		}
		how := "retention.by_itself"
		switch {
		case slices.Contains(playbook.OneKey[1:], x.Key):
			how = "retention.with_report"
		case x.Ask:
			how = "retention.when_agreed"
		}
		p.Rules.Rows = append(p.Rules.Rows, part.Row{Cells: part.Cells(x.Name.In(l.lang), l.keptFor(x.Months), l.t(how), strconv.Itoa(due), strconv.Itoa(stay), x.Source)})
	}
	return nil
}

// keptFor says how long: in years where they are whole, as laws do.
func (l *teller) keptFor(months int) string {
	if months >= 24 && months%12 == 0 {
		return l.t("retention.years_n", "n", months/12)
	}
	return l.t("retention.months_n", "n", months)
}

// retentionWaiting lists the archives whose time is over, for the head to agree to.
func (l *teller) retentionWaiting(p *page.Page) error {
	p.Waiting = part.Table{Caption: l.t("retention.waiting"), Columns: l.columns("thing", "rule", "ended")}
	form := part.Form{Action: "/retention/agree", Submit: l.Called("act.retention.agree"), Danger: true, Confirm: l.t("retention.agree_sure"),
		Fields: []part.Field{{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
	for _, x := range l.book.Retentions() {
		if !x.Ask {
			continue
		}
		rows, err := l.s.Boards.Retention.Waiting(l.ctx, l.whole(), boards.Term{Rule: x.Key, Until: l.now.AddDate(0, -x.Months, 0)}, l.now, retention.MaxAgreed-len(p.Waiting.Rows))
		if err != nil {
			return err
		}
		for _, row := range rows {
			p.Waiting.Rows = append(p.Waiting.Rows, part.Row{Cells: part.Cells(l.keptName(row.Thing), x.Name.In(l.lang), l.Day(row.EndedAt))})
			form.Fields = append(form.Fields, part.Field{Name: "kept_things", Kind: part.KindHidden, Value: row.Thing})
		}
	}
	if l.May("retention.agree", access.Thing{Kind: "retention"}) {
		p.Agree = &form
	}
	return nil
}

// maxHeld is how many things held back the page lists.
const maxHeld = 200

func (l *teller) retentionHeld(p *page.Page) error {
	p.Held = part.Table{Caption: l.t("retention.held"), Columns: l.columns("thing", "since", "by"), Empty: &part.Empty{Icon: "circle-check", Text: l.t("retention.none_held")}}
	rows, err := l.s.Boards.Retention.Held(l.ctx, l.whole(), maxHeld)
	if err != nil {
		return err
	}
	may := l.May("retention.release", access.Thing{Kind: "retention"})
	for i, row := range rows {
		p.Held.Rows = append(p.Held.Rows, part.Row{Cells: part.Cells(l.keptName(row.Thing), l.Day(row.HeldAt), l.Person(row.HeldBy))})
		if may {
			p.Release = append(p.Release, part.Form{Action: "/retention/release", Scope: "release" + strconv.Itoa(i) + "-", Submit: l.t("retention.release_n", "thing", l.keptName(row.Thing)), Fields: []part.Field{
				{Name: "kept_thing", Kind: part.KindHidden, Value: row.Thing}, {Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}})
		}
	}
	return nil
}

// maxWent is how many lines of what went the page lists.
const maxWent = 60

func (l *teller) retentionWent(p *page.Page) error {
	p.Went = part.Table{Caption: l.t("retention.went"), Columns: l.columns("on", "rule", "months", "n"), Empty: &part.Empty{Icon: "trash-2", Text: l.t("retention.none_went")}}
	rows, err := l.s.Boards.Retention.Went(l.ctx, l.whole(), maxWent)
	if err != nil {
		return err
	}
	for _, x := range rows {
		name := x.Rule
		if rule, ok := l.book.Retention(x.Rule); ok {
			name = rule.Name.In(l.lang)
		}
		p.Went.Rows = append(p.Went.Rows, part.Row{Cells: part.Cells(x.On, name, l.keptFor(x.Months), strconv.Itoa(x.N))})
	}
	return nil
}

// keptName is what a thing is called in a list, without its content: the number of a matter, the sort of anything else.
func (l *teller) keptName(thing string) string {
	kind, id, _ := strings.Cut(thing, "/")
	switch kind {
	case "matter":
		if rows, err := l.s.Boards.Matters.ByID(l.ctx, l.whole(), id); err == nil && len(rows) > 0 {
			return rows[0].Number
		}
	case "windowday":
		return l.t("retention.kind_"+kind) + " " + id
	case "looks":
		return l.t("retention.kind_"+kind) + " " + id
	}
	return l.t("retention.kind_"+kind) + " " + id[max(0, len(id)-6):]
}

func (l *teller) holdForm(typed url.Values, why *fault.Fault) part.Form {
	f := part.Form{Action: "/retention/hold", Submit: l.Called("act.retention.hold"), Fields: []part.Field{
		{Name: "kept_thing", Label: fault.Name(l.lang, "field.kept_thing"), Required: true, MaxLen: 60, Value: typed.Get("kept_thing")},
		{Name: "words", Label: l.t("retention.hold_why"), Kind: part.KindWords, Required: true, MaxLen: 2000, Value: typed.Get("words")},
		{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
	if why == nil {
		return f
	}
	for i := range f.Fields {
		if f.Fields[i].Name == why.Field {
			f.Fields[i].Error = l.s.Sentence(l.ctx, why)
		}
	}
	f.Errors = []part.FormError{{Text: l.s.Sentence(l.ctx, why)}}
	return f
}

// retentionDo holds, releases, or agrees.
func (s *Site) retentionDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	acts := map[string]any{"hold": &retention.Hold{Thing: form.Get("kept_thing"), Words: form.Get("words")},
		"release": &retention.Release{Thing: form.Get("kept_thing")}, "agree": &retention.Agree{Things: form["kept_things"]}}
	act, ok := acts[r.PathValue("verb")]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	name := "retention." + r.PathValue("verb")
	_, err = s.Do(l.ctx, l.who, form.Get("key"), name, act)
	if f, refused := fault.Of(err); refused && f.Kind != fault.Denied {
		return s.showRetention(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/retention", l.t("done", "act", l.Called("act."+name)))
}
