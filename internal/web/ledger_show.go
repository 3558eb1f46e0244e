package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web/page/ledger"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
)

// ledgerStates are the states a ledger can be narrowed to, in the order of a matter's life.
var ledgerStates = []matter.State{matter.Unassigned, matter.AwaitingAck, matter.InHand, matter.UnderWay, matter.OnHold, matter.HandedOver, matter.Elsewhere,
	matter.OutcomeIn, matter.Checked, matter.Done, matter.Answered, matter.MergedAway, matter.Voided}

// ledgerFilter reads the range and the conditions of a ledger. Without dates it is this month.
func (l *teller) ledgerFilter(q url.Values) (matters.Filter, url.Values, *fault.Fault) {
	n := url.Values{}
	for _, k := range []string{"from", "until", "kind", "grade", "cell", "state"} {
		n.Set(k, q.Get(k))
	}
	if !q.Has("from") && !q.Has("until") {
		today := l.now.In(clock.Shanghai)
		n.Set("from", today.AddDate(0, 0, 1-today.Day()).Format(time.DateOnly))
		n.Set("until", today.Format(time.DateOnly))
	}
	f := matters.Filter{Kind: n.Get("kind"), Grade: n.Get("grade"), Cell: n.Get("cell"), State: n.Get("state")}
	for _, d := range []struct {
		name string
		into *time.Time
		days int
	}{{"from", &f.From, 0}, {"until", &f.To, 1}} {
		if v := n.Get(d.name); v != "" {
			day, err := time.ParseInLocation(time.DateOnly, v, clock.Shanghai)
			if err != nil {
				return f, n, fault.New(fault.Invalid, "form.date", nil).On(d.name)
			}
			*d.into = day.AddDate(0, 0, d.days)
		}
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, n, fault.New(fault.Invalid, "form.until_before_from", nil).On("until")
	}
	return f, n, nil
}

// ledger is what was opened within a range of dates.
func (s *Site) ledger(w http.ResponseWriter, r *http.Request) error {
	return s.showLedger(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s *Site) showLedger(w http.ResponseWriter, r *http.Request, status int, q url.Values, refused *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	f, q2, wrong := l.ledgerFilter(q)
	p := ledger.Page{Heading: part.Heading{Title: l.t("nav.ledger"), Sub: l.t("ledger.sub")}, Filter: l.ledgerBar(q2, wrong)}
	p.Table = part.Table{Caption: l.t("nav.ledger"), Empty: &part.Empty{Icon: "clipboard-list", Text: l.t("ledger.none"), Hint: l.t("ledger.none_hint")}}
	for _, c := range l.ledgerColumns() {
		p.Table.Columns = append(p.Table.Columns, part.Column{Label: c.title})
	}
	if wrong == nil {
		rows, err := s.Boards.Matters.Ledger(l.ctx, s.Policy.LedgerScope(l.who), f, q.Get("after"), PageRows)
		if err != nil {
			return err
		}
		for _, x := range rows.Rows {
			p.Table.Rows = append(p.Table.Rows, l.ledgerRow(x))
		}
		keep := url.Values{}
		for k, v := range q2 {
			keep[k] = v
		}
		if q.Get("after") != "" {
			keep.Set("after", q.Get("after"))
		}
		p.Pager = l.Pager("/ledger", keep, rows.Next)
	} else if status == http.StatusOK {
		status = wrong.Kind.Status()
	}
	if l.May("ledger.export", access.Thing{Kind: "ledger"}) {
		form := l.exportForm(q2, q.Get("purpose"), refused)
		p.Export, p.Open = &form, refused != nil
	}
	return s.Page(w, r, status, l.t("nav.ledger"), "ledger", p.Show())
}

func (l *teller) ledgerBar(q url.Values, wrong *fault.Fault) part.FilterBar {
	dates := []part.Field{{Name: "from", Label: l.t("ledger.from"), Kind: part.KindDate, Value: q.Get("from")},
		{Name: "until", Label: l.t("ledger.until"), Kind: part.KindDate, Value: q.Get("until")}}
	if wrong != nil {
		for i := range dates {
			if dates[i].Name == wrong.Field {
				dates[i].Error = l.s.Sentence(l.ctx, wrong)
			}
		}
	}
	bar := l.matterFilter("/ledger", q)
	states := part.Field{Name: "state", Label: fault.Name(l.lang, "field.state"), Kind: part.KindSelect, Value: q.Get("state")}
	for _, st := range ledgerStates {
		states.Options = append(states.Options, part.Option{Value: string(st), Label: fault.Name(l.lang, "state."+string(st))})
	}
	bar.Fields = slices.Concat(dates, bar.Fields, []part.Field{states})
	if q.Get("state") != "" {
		bar.Chips = append(bar.Chips, part.Link{Href: Address("/ledger", q, "state", ""), Label: fault.Name(l.lang, "state."+q.Get("state"))})
	}
	if len(bar.Chips) > 0 {
		bar.Clear = Address("/ledger", q, "kind", "", "grade", "", "cell", "", "state", "")
	}
	return bar
}

func (l *teller) exportForm(q url.Values, purpose string, refused *fault.Fault) part.Form {
	f := part.Form{Action: "/ledger.xlsx", Submit: l.t("ledger.export_submit"), Icon: "download"}
	ask := part.Field{Name: "purpose", Label: l.t("look.purpose"), Kind: part.KindText, Required: true, MaxLen: 200, Value: purpose, Hint: l.t("ledger.purpose_hint")}
	if refused != nil {
		ask.Error = l.s.Sentence(l.ctx, refused)
	}
	f.Fields = append(f.Fields, ask, part.Field{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()})
	for _, k := range []string{"from", "until", "kind", "grade", "cell", "state"} {
		f.Fields = append(f.Fields, part.Field{Name: k, Kind: part.KindHidden, Value: q.Get(k)})
	}
	return f
}

// ledgerColumn is a column of the ledger: what it is called, and what of a matter stands in it. Content is what only those read who
// may read the matter itself.
type ledgerColumn struct {
	title   string
	content bool
	short   bool // stays on its line
	text    func(l *teller, r matters.Row) string
	at      func(r matters.Row) time.Time // instead of text, for instants
}

// blind tells whether somebody counts without reading: the bureau and the auditor see no content (law-and-standards 16).
func (l *teller) blind() bool { return l.who.Role == grid.Bureau || l.who.Role == grid.Auditor }

func (l *teller) ledgerColumns() []ledgerColumn {
	all := []ledgerColumn{
		{title: l.t("ledger.number"), short: true, text: func(_ *teller, r matters.Row) string { return r.Number }},
		{title: l.t("ledger.title"), content: true, text: func(_ *teller, r matters.Row) string { return MaskTitle(r.Title) }},
		{title: l.t("ledger.kind"), short: true, text: func(l *teller, r matters.Row) string { return l.Kind(r.Kind) }},
		{title: l.t("ledger.grade"), short: true, text: func(l *teller, r matters.Row) string {
			if g := l.gradeOf(r.Grade); g != nil {
				return g.Label
			}
			return ""
		}},
		{title: l.t("ledger.cell"), text: func(l *teller, r matters.Row) string { return l.Cell(r.Cell) }},
		{title: l.t("ledger.place"), content: true, text: func(_ *teller, r matters.Row) string { return MaskTitle(r.Place) }},
		{title: l.t("ledger.handler"), short: true, text: func(l *teller, r matters.Row) string {
			if r.Handler == "" {
				return ""
			}
			return l.Person(r.Handler)
		}},
		{title: l.t("ledger.state"), text: func(l *teller, r matters.Row) string { return fault.Name(l.lang, "state."+r.State) }},
		{title: l.t("ledger.outcome"), text: func(l *teller, r matters.Row) string {
			return l.outcomeFiled(r.Kind, r.Outcome)
		}},
		{title: l.t("ledger.opened"), at: func(r matters.Row) time.Time { return r.OpenedAt }},
		{title: l.t("ledger.due"), at: func(r matters.Row) time.Time { return r.DueAt }},
		{title: l.t("ledger.closed"), at: func(r matters.Row) time.Time { return r.ClosedAt }},
	}
	if l.blind() {
		all = slices.DeleteFunc(all, func(c ledgerColumn) bool { return c.content })
	}
	return all
}

// outcomeFiled is how a matter ended as a ledger says it. Ledgers are read by many and leave the house: an outcome that tells of a case
// or of a written warning is told only as another procedure (law-and-standards 5.6).
func (l *teller) outcomeFiled(kind, key string) string {
	if key == "" {
		return ""
	}
	if o, ok := l.book.Outcome(key); ok && slices.ContainsFunc(o.Needs, func(step string) bool { return slices.Contains(ofOffence, step) }) {
		return l.t("ledger.other_procedure")
	}
	return l.outcome(kind, key)
}

func (l *teller) ledgerRow(r matters.Row) part.Row {
	row := part.Row{}
	if !l.blind() {
		row.Href = "/matters/" + r.ID
	}
	if r.Open && !r.DueAt.IsZero() && r.DueAt.Before(l.now) {
		row.Tone = part.Overdue
	}
	for _, c := range l.ledgerColumns() {
		if c.at != nil {
			row.Cells = append(row.Cells, ledger.Short(l.Day(c.at(r))))
			continue
		}
		if c.short {
			row.Cells = append(row.Cells, ledger.Short(c.text(l, r)))
			continue
		}
		row.Cells = append(row.Cells, part.Plainly(c.text(l, r)))
	}
	for i, c := range l.ledgerColumns() {
		if c.title == l.t("ledger.state") {
			row.Cells[i] = templ.Component(l.state(r.State))
		}
	}
	return row
}
