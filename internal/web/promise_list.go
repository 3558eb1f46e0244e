package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/promise"
	"maplegrid/internal/web/page/today"
)

// promiseTabs are the parts of the promise ledger that the page shows.
var promiseTabs = []promises.View{promises.DueWeek, promises.Overdue, promises.Part, promises.Broken, promises.All}

// promiseList is the promise ledger (承诺台账): who owes whom what by when.
func (s *Site) promiseList(w http.ResponseWriter, r *http.Request) error {
	return s.showPromises(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s *Site) showPromises(w http.ResponseWriter, r *http.Request, status int, q url.Values, refused *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	f, err := l.promiseFilter(q)
	if err != nil {
		return err
	}
	rows, err := s.Boards.Promises.List(l.ctx, l.scope, f, l.Today(), q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: l.t("promises.title"), Sub: l.t("promises.sub")}, Filter: l.promiseBar(q)}
	if p.Tabs, err = l.promiseTabs(f.View, q); err != nil {
		return err
	}
	next := Address("/promises", q, "after", "")
	if p.List.Items, err = l.promiseItems(rows.Rows, next); err != nil {
		return err
	}
	p.List.Empty = &part.Empty{Icon: "circle-check", Text: l.t("promises.none." + string(f.View))}
	if f.Cell != "" || f.Handler != "" {
		p.List.Empty = &part.Empty{Icon: "sliders-horizontal", Text: l.t("promises.none_filtered")}
	}
	p.Pager = l.Pager("/promises", q, rows.Next)
	if l.May("ledger.export", access.Thing{Kind: "ledger"}) {
		form := l.disputeExport("/promises.xlsx", q, []string{"tab", "cell", "handler"}, refused)
		p.Export, p.Open = &form, refused != nil
	}
	return s.Page(w, r, status, p.Heading.Title, "promises", p.Show())
}

func (l *teller) promiseFilter(q url.Values) (promises.Filter, error) {
	f := promises.Filter{View: promises.View(q.Get("tab")), Cell: q.Get("cell"), Handler: q.Get("handler")}
	if f.View == "" {
		f.View = promises.DueWeek
	}
	if !slices.Contains(promiseTabs, f.View) {
		return f, fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	return f, nil
}

func (l *teller) promiseTabs(now promises.View, q url.Values) (part.Tabs, error) {
	tabs := part.Tabs{Label: l.t("promises.tabs")}
	counts, err := l.s.Boards.Promises.Counts(l.ctx, l.scope, l.Today())
	for _, v := range promiseTabs {
		tabs.Items = append(tabs.Items, part.Tab{Href: Address("/promises", q, "tab", string(v), "after", ""), Label: l.t("promises.tab." + string(v)),
			Count: counts[v], Current: v == now})
	}
	return tabs, err
}

func (l *teller) promiseBar(q url.Values) part.FilterBar {
	f := part.FilterBar{Action: "/promises", Fields: []part.Field{
		{Name: "cell", Label: fault.Name(l.lang, "field.cell"), Kind: part.KindSelect, Value: q.Get("cell"), Options: CellOptions(l.lang, l.org)},
		{Name: "handler", Label: l.t("matter.handler"), Kind: part.KindSelect, Value: q.Get("handler"), Options: l.s.PeopleOptions(l.lang, l.org, l.who)}}}
	l.chips(&f, "/promises", q)
	if tab := q.Get("tab"); tab != "" {
		f.Fields = append(f.Fields, part.Field{Name: "tab", Kind: part.KindHidden, Value: tab})
	}
	return f
}

// chips shows what a list is narrowed by, each with the way to take it out.
func (l *teller) chips(f *part.FilterBar, at string, q url.Values) {
	var out []string
	for _, one := range f.Fields {
		for _, o := range one.Options {
			if o.Value == one.Value && one.Value != "" {
				f.Chips = append(f.Chips, part.Link{Href: Address(at, q, one.Name, "", "after", ""), Label: o.Label})
				out = append(out, one.Name, "")
			}
		}
	}
	if len(out) > 0 {
		f.Clear = Address(at, q, append(out, "after", "")...)
	}
}

// promiseItems are promises in a list, names in part and those of minors not at all; next is where their forms lead back to.
func (l *teller) promiseItems(rows []promises.Row, next string) ([]page.Item, error) {
	var texts []vault.Text
	for _, r := range rows {
		texts = append(texts, r.PayerName, r.ReceiverName, r.Words)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	items := make([]page.Item, len(rows))
	for i, r := range rows {
		if items[i], err = l.promiseItem(r, o, next); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (l *teller) promiseItem(r promises.Row, o Opened, next string) (page.Item, error) {
	x := page.Item{Href: "/matters/" + r.Matter + "#promises", Due: *l.promiseClock(r), What: fault.Name(l.lang, "promisewhat."+r.What)}
	if r.Amount > 0 {
		x.What = "¥" + r.Amount.String()
	}
	x.Who = l.someone(o, r.PayerName, r.PayerMinor)
	if to := l.someone(o, r.ReceiverName, r.ReceiverMinor); r.Receiver != "" {
		x.Who += " → " + to
	}
	handler := ""
	if r.Handler != "" {
		handler = l.Person(r.Handler)
	}
	x.Words = Cut(l.hushed(o, r).Replace(l.Words(o, r.Words)), 60)
	x.Facts = []string{MaskTitle(r.Title), r.Number, l.Cell(r.Cell), handler}
	if r.Running && r.Amount > 0 {
		x.Left = l.t("promise.left", "left", r.Left.String())
	}
	if r.Running && r.Times > 1 {
		x.Marks = append(x.Marks, l.t("promise.nth", "n", r.N, "of", r.Times))
	}
	if r.Broken > 0 {
		x.Marks = append(x.Marks, l.t("promise.broken_n", "n", r.Broken))
	}
	if tone, ok := promiseTones[r.State]; ok {
		x.State = &part.Status{Tone: tone, Label: l.t("promise.state." + r.State)}
	}
	if !r.Running {
		return x, nil
	}
	thing := access.Thing{Kind: "matter", Cells: []string{r.Cell}, Handler: r.Handler, People: []string{r.Handler}}
	if l.May("dispute.keep_promise", thing) {
		x.Kept = l.keepForm(r, next)
	}
	if l.May("dispute.break_promise", thing) {
		x.Broken = l.breakForm(r)
	}
	return x, nil
}

// promiseTones are those of the states worth a badge; that one is open the day it is due says.
var promiseTones = map[string]part.Tone{"part": part.Info, "broken": part.Overdue, "kept": part.OK, "waived": part.Paused, "void": part.Paused}

// someone is how a list calls the party of a promise.
func (l *teller) someone(o Opened, name vault.Text, minor bool) string {
	s, ok := o[name.Ref()]
	switch {
	case minor:
		return l.t("promise.minor")
	case name.Empty() || !ok:
		return l.t("say.erased")
	}
	return vault.MaskName(s)
}

// hushed takes the names of a promise out of its words.
func (l *teller) hushed(o Opened, r promises.Row) *strings.Replacer {
	var pairs []string
	for _, x := range []struct {
		name  vault.Text
		minor bool
	}{{r.PayerName, r.PayerMinor}, {r.ReceiverName, r.ReceiverMinor}} {
		if s := o[x.name.Ref()]; s != "" {
			pairs = append(pairs, s, l.someone(o, x.name, x.minor))
		}
	}
	return strings.NewReplacer(pairs...)
}

// promiseClock is the day a promise is due; of one that ended, the day it ended.
func (l *teller) promiseClock(r promises.Row) *part.Clock {
	c := l.TaskClock(r.DueOn)
	day, err := time.ParseInLocation(time.DateOnly, r.DueOn, clock.Shanghai)
	if c == nil || err != nil {
		return &part.Clock{Tone: part.Plain, Label: l.t("clock.none")}
	}
	switch {
	case !r.Running:
		c.Tone, c.Label = part.OK, l.Day(day)
	case r.Overdue:
		c.Label = l.t("promise.late", "day", l.Day(day))
	case c.Tone == part.Due:
		c.Label = l.t("promise.today")
	default:
		c.Label = l.t("promise.by", "day", l.Day(day))
	}
	return c
}

// promiseForm is what both forms begin with; scope keeps their ids apart.
func (l *teller) promiseForm(act string, r promises.Row) part.Form {
	return part.Form{Action: "/act/" + act, Submit: l.t("promise." + strings.TrimPrefix(act, "dispute.")), Scope: act[len("dispute."):] + "-" + r.ID + "-", Fields: []part.Field{
		{Name: "matter", Kind: part.KindHidden, Value: r.Matter}, {Name: "promise", Kind: part.KindHidden, Value: r.ID},
		{Name: "n", Kind: part.KindHidden, Value: strconv.Itoa(r.N)}, {Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
}

// keepForm says it was kept today, in full, seen by the asker: one press where that is so.
func (l *teller) keepForm(r promises.Row, next string) *part.Form {
	f := l.promiseForm("dispute.keep_promise", r)
	f.Icon = "check"
	f.Fields = append(f.Fields, part.Field{Name: "next", Kind: part.KindHidden, Value: next}, part.Field{Name: "seen_by", Kind: part.KindHidden, Value: l.who.Person},
		part.Field{Name: "on", Label: l.t("promise.on"), Kind: part.KindDate, Value: l.Today(), Required: true, Half: true})
	if r.Amount > 0 {
		f.Fields = append(f.Fields, part.Field{Name: "amount", Label: l.t("promise.amount"), Kind: part.KindMoney, Value: strings.ReplaceAll(r.Open.String(), ",", ""), Half: true,
			Hint: l.t("promise.amount_hint")})
	}
	f.Fields = append(f.Fields, part.Field{Name: "words", Label: l.t("promise.words"), Kind: part.KindText, MaxLen: 200})
	return &f
}

// breakForm says it was not kept, and what follows (law-and-standards 2.13); it leads to the dispute, where that begins.
func (l *teller) breakForm(r promises.Row) *part.Form {
	f := l.promiseForm("dispute.break_promise", r)
	f.Icon, f.Danger = "circle-x", true
	f.Fields = append(f.Fields, part.Field{Name: "next", Label: l.t("promise.then"), Kind: part.KindSelect, Required: true, Options: reasonOptions(l.lang, l.book, "promise_break")},
		part.Field{Name: "words", Label: l.t("promise.why"), Kind: part.KindWords, Rows: 2, Required: true, MaxLen: 20000})
	return &f
}

// myDisputes is what of disputes waits for somebody today: sessions they are to be at, promises of their disputes, looks that are due.
func (l *teller) myDisputes(p *today.Page) error {
	if l.s.Boards.Disputes == nil || !l.s.May(l.who, "promises.read") {
		return nil
	}
	if err := l.mySessions(p); err != nil {
		return err
	}
	owed, err := l.s.Boards.Promises.List(l.ctx, l.scope, promises.Filter{View: promises.Open, Handler: l.who.Person, Until: l.Today()}, l.Today(), "", todayRows)
	if err != nil {
		return err
	}
	if p.Promises.Items, err = l.promiseItems(owed.Rows, "/"); err != nil {
		return err
	}
	p.AllOwed = "/promises?" + url.Values{"tab": {"all"}, "handler": {l.who.Person}}.Encode()
	late, err := l.s.Boards.Disputes.List(l.ctx, l.scope, disputes.Filter{LookLate: true, Handler: l.who.Person}, l.Today(), "", todayRows)
	if err != nil || len(late.Rows) == 0 {
		return err
	}
	p.Sections = append([]today.Section{{Title: l.t("today.looks"), Count: len(late.Rows), Items: part.Matters{Items: l.disputeItems(late.Rows)}, More: l.t("today.all"),
		MoreHref: "/disputes?look=late#list"}}, p.Sections...)
	return nil
}

// mySessions are the meetings of disputes somebody is to be at today.
func (l *teller) mySessions(p *today.Page) error {
	at := l.now.In(clock.Shanghai)
	from := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, clock.Shanghai)
	set, err := l.s.Boards.Meetings.Mine(l.ctx, l.scope, from, from.AddDate(0, 0, 1), 20)
	if err != nil {
		return err
	}
	var ids []string
	for _, x := range set {
		ids = append(ids, x.Matter)
	}
	rows, err := l.s.Boards.Disputes.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	for _, x := range set {
		i := slices.IndexFunc(rows, func(r disputes.Row) bool { return r.ID == x.Matter && r.Running })
		if i < 0 {
			continue
		}
		due := part.Clock{Tone: part.Info, Label: l.When(x.At), At: x.At.In(clock.Shanghai).Format(time.RFC3339)}
		if x.At.Before(l.now) {
			due.Tone = part.Due
		}
		p.Sessions = append(p.Sessions, today.Task{Title: MaskTitle(rows[i].Title), Href: "/matters/" + x.Matter, Matter: rows[i].Number + " · " + MaskTitle(x.Place), Due: &due})
	}
	return nil
}
