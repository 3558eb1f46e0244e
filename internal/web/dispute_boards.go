package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/board/disputes"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	page "maplegrid/internal/web/page/disputes"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
)

// disputeBoard is all open disputes by risk, how they are spread, and how those of a time went.
func (s *Site) disputeBoard(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := page.Board{Heading: part.Heading{Title: l.t("disputes.title"), Sub: l.t("disputes.sub")}, Actions: l.disputeActions()}
	counts, err := s.Boards.Disputes.Counts(l.ctx, l.scope, "")
	if err != nil {
		return err
	}
	late, err := s.lateLooks(l)
	if err != nil {
		return err
	}
	p.Risks, p.Spread = l.riskStats(counts, late, q), l.spread(counts, q)
	rows, err := s.Boards.Disputes.List(l.ctx, l.scope, l.disputeFilter(q), l.Today(), q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p.Filter, p.Pager = l.disputeBar(q), l.Pager("/disputes", q, rows.Next)
	p.Items = part.Matters{Items: l.disputeItems(rows.Rows), Empty: &part.Empty{Icon: "circle-check", Text: l.t("disputes.none")}}
	if len(p.Filter.Chips) > 0 {
		p.Items.Empty = &part.Empty{Icon: "sliders-horizontal", Text: l.t("disputes.none_filtered")}
	}
	if err := l.figures(&p, q); err != nil {
		return err
	}
	if slices.Contains([]grid.Role{grid.DutyLead, grid.Head}, l.who.Role) {
		if err := l.load(&p); err != nil {
			return err
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "disputes", p.Show())
}

// disputeActions lead to what else there is about disputes.
func (l *teller) disputeActions() (list []part.Button) {
	if l.mayOpen() && len(l.tracksOnSpot()) > 0 {
		list = append(list, part.Button{Label: l.t("spot.heading"), Icon: "handshake", Href: "/disputes/spot"})
	}
	if l.s.May(l.who, "conference.read") {
		list = append(list, part.Button{Label: l.t("conf.title"), Icon: "users-round", Href: "/conferences", Kind: part.Quiet})
	}
	if l.s.May(l.who, "ledger.read") {
		list = append(list, part.Button{Label: l.t("month.title"), Icon: "clipboard-list", Href: "/disputes/month", Kind: part.Quiet},
			part.Button{Label: l.t("register.title"), Icon: "clipboard-list", Href: "/disputes/register", Kind: part.Quiet})
	}
	return list
}

// lateLooks counts open disputes that were not looked at as often as their risk wants, as far as a list goes.
func (s *Site) lateLooks(l *teller) (int, error) {
	p, err := s.Boards.Disputes.List(l.ctx, l.scope, disputes.Filter{LookLate: true}, l.Today(), "", 100)
	return len(p.Rows), err
}

// riskTones are calm: a colour beside words, never alone.
var riskTones = map[string]part.Tone{"red": part.Overdue, "orange": part.Due, "yellow": part.Due, "green": part.OK, "blue": part.Info}

func (l *teller) riskStats(counts []disputes.Count, late int, q url.Values) part.Stats {
	n := map[string]int{}
	for _, c := range counts {
		n[c.Risk] += c.N
	}
	tile := func(label, key string, count int, tone part.Tone, note string) part.Stat {
		if count == 0 {
			tone = part.Plain
		}
		return part.Stat{Label: label, Value: strconv.Itoa(count), Unit: l.t("today.unit"), Tone: tone, Note: note, Href: Address("/disputes", q, "risk", key, "look", "", "after", "") + "#list"}
	}
	var s part.Stats
	for _, g := range l.book.RiskGrades() {
		s.Items = append(s.Items, tile(l.Capital(g.Name.In(l.lang)), g.Key, n[g.Key], riskTones[g.Colour], l.t("disputes.led_by", "role", g.Lead.Name().In(l.lang), "n", g.LookDays)))
		delete(n, g.Key)
	}
	if n[""] > 0 {
		s.Items = append(s.Items, part.Stat{Label: l.t("disputes.ungraded"), Value: strconv.Itoa(n[""]), Unit: l.t("today.unit")})
	}
	looks := tile(l.t("disputes.look_late"), "", late, part.Due, l.t("disputes.look_late_note"))
	looks.Href = Address("/disputes", q, "look", "late", "risk", "", "after", "") + "#list"
	s.Items = append(s.Items, looks)
	return s
}

// spread is how open disputes lie over tracks, states, types and cells.
func (l *teller) spread(counts []disputes.Count, q url.Values) (list []part.Bars) {
	for _, by := range []struct {
		key  string
		of   func(c disputes.Count) string
		name func(key string) string
	}{
		{"track", func(c disputes.Count) string { return c.Track }, l.track},
		{"state", func(c disputes.Count) string { return c.State }, func(k string) string { return fault.Name(l.lang, "state."+k) }},
		{"type", func(c disputes.Count) string { return c.Type }, l.disputeType},
		{"cell", func(c disputes.Count) string { return c.Cell }, l.Cell},
	} {
		n, keys := map[string]int{}, []string(nil)
		for _, c := range counts {
			if n[by.of(c)] == 0 {
				keys = append(keys, by.of(c))
			}
			n[by.of(c)] += c.N
		}
		slices.SortFunc(keys, func(a, b string) int { return 10000*(n[b]-n[a]) + strings.Compare(a, b) })
		bars := part.Bars{Title: l.t("disputes.by." + by.key), Unit: l.t("today.unit")}
		for _, k := range keys[:min(len(keys), 12)] {
			row := part.Bar{Label: by.name(k), Value: float64(n[k])}
			if k != "" {
				row.Href = Address("/disputes", q, by.key, k, "after", "") + "#list"
			}
			bars.Rows = append(bars.Rows, row)
		}
		if len(bars.Rows) > 0 {
			list = append(list, bars)
		}
	}
	return list
}

// track is what a way of settling is called.
func (l *teller) track(key string) string {
	if t, ok := l.book.Track(key); ok {
		return l.Capital(t.Name.In(l.lang))
	}
	return l.t("disputes.no_track")
}

// disputeType is what a type of dispute is called.
func (l *teller) disputeType(key string) string {
	for _, k := range l.disputeKinds() {
		for _, o := range l.typesOf(k.Value) {
			if o.Value == key {
				return o.Label
			}
		}
	}
	return l.t("disputes.no_type")
}

// risk is a risk grade as a badge.
func (l *teller) risk(key string) *part.Status {
	g, ok := l.book.RiskGrade(key)
	if !ok {
		return nil
	}
	return &part.Status{Tone: riskTones[g.Colour], Label: l.Capital(g.Name.In(l.lang)), Icon: "circle-dot"}
}

func (l *teller) disputeFilter(q url.Values) disputes.Filter {
	f := disputes.Filter{Risk: q.Get("risk"), Track: q.Get("track"), State: q.Get("state"), Type: q.Get("type"), Cell: q.Get("cell"), LookLate: q.Get("look") == "late"}
	if open := true; f.State == "" || matter.State(f.State) != matter.Done && matter.State(f.State) != matter.Answered {
		f.Open = &open
	}
	return f
}

func (l *teller) disputeBar(q url.Values) part.FilterBar {
	var risks, tracks, states, types []part.Option
	for _, g := range l.book.RiskGrades() {
		risks = append(risks, part.Option{Value: g.Key, Label: l.Capital(g.Name.In(l.lang))})
	}
	for _, t := range l.book.Tracks() {
		tracks = append(tracks, part.Option{Value: t.Key, Label: l.Capital(t.Name.In(l.lang))})
	}
	for _, st := range ledgerStates {
		states = append(states, part.Option{Value: string(st), Label: fault.Name(l.lang, "state."+string(st))})
	}
	for _, k := range l.disputeKinds() {
		types = append(types, l.typesOf(k.Value)...)
	}
	f := part.FilterBar{Action: "/disputes"}
	for _, x := range []struct {
		name, label string
		options     []part.Option
	}{{"risk", l.t("disputes.by.risk"), risks}, {"track", l.t("disputes.by.track"), tracks}, {"state", l.t("disputes.by.state"), states}, {"type", l.t("disputes.by.type"), types},
		{"cell", l.t("disputes.by.cell"), CellOptions(l.lang, l.org)}, {"look", l.t("disputes.look"), []part.Option{{Value: "late", Label: l.t("disputes.look_late")}}}} {
		f.Fields = append(f.Fields, part.Field{Name: x.name, Label: x.label, Kind: part.KindSelect, Value: q.Get(x.name), Options: x.options})
	}
	l.chips(&f, "/disputes", q)
	return f
}

// disputeItems are disputes in a list.
func (l *teller) disputeItems(rows []disputes.Row) []part.Matter {
	list := make([]part.Matter, len(rows))
	for i, r := range rows {
		status := l.state(r.State)
		if risk := l.risk(r.Risk); risk != nil {
			status = *risk
		}
		m := part.Matter{Href: "/matters/" + r.ID, Number: r.Number, Title: MaskTitle(r.Title), Kind: l.disputeType(r.Type), Icon: "scale", Place: l.Where(r.Cell, MaskTitle(r.Place)),
			Status: &status, When: l.Ago(r.OpenedAt)}
		if r.Handler != "" {
			m.Handler = l.Person(r.Handler)
		}
		if r.Track != "" {
			m.Marks = append(m.Marks, l.track(r.Track))
		}
		if r.Sessions > 0 {
			m.Marks = append(m.Marks, l.t("disputes.sessions_n", "n", r.Sessions))
		}
		if r.Flagged {
			m.Marks = append(m.Marks, l.t("disputes.flagged"))
		}
		if r.PromisesBroken > 0 {
			m.Marks = append(m.Marks, l.t("promise.broken_n", "n", r.PromisesBroken))
		}
		if day, err := time.ParseInLocation(time.DateOnly, r.LookOn, clock.Shanghai); err == nil && r.Running {
			m.Clock = &part.Clock{Tone: part.OK, Label: l.t("disputes.look_by", "day", l.Day(day)), At: r.LookOn}
			if r.LookLate {
				m.Clock.Tone, m.Clock.Label = part.Due, l.t("disputes.look_over", "day", l.Day(day))
			} else if r.LookOn == l.Today() {
				m.Clock.Tone, m.Clock.Label = part.Due, l.t("disputes.look_today")
			}
		}
		list[i] = m
	}
	return list
}

// stretches are the times figures and tables are asked for.
var stretches = []string{"month", "quarter", "half", "year"}

// stretch is a month, a quarter, half a year or a year: by the name of its sort and a day in it.
type stretch struct {
	sort        string
	from, until time.Time // days, both included
}

// stretchOf reads ?period=quarter&on=2026-03; this month without.
func (l *teller) stretchOf(q url.Values) (stretch, *fault.Fault) {
	at := l.now.In(clock.Shanghai)
	var wrong *fault.Fault
	if on := q.Get("on"); on != "" {
		day, err := time.ParseInLocation("2006-01", on[:min(len(on), 7)], clock.Shanghai)
		if err != nil || day.Year() < 2000 || day.Year() > 2999 {
			wrong = fault.New(fault.Invalid, "form.date", nil).On("on")
		} else {
			at = day
		}
	}
	x := stretch{sort: q.Get("period")}
	months := map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}[x.sort]
	if months == 0 {
		x.sort, months = "month", 1
	}
	first := (int(at.Month())-1)/months*months + 1
	x.from = time.Date(at.Year(), time.Month(first), 1, 0, 0, 0, 0, clock.Shanghai)
	x.until = x.from.AddDate(0, months, -1)
	return x, wrong
}

func (x stretch) days() (from, until string) {
	return x.from.Format(time.DateOnly), x.until.Format(time.DateOnly)
}

// called says it: 2026年3月, 2026年第1季度.
func (x stretch) called(l *teller) string {
	if x.sort == "" { // any days
		from, until := x.days()
		return from + " – " + until
	}
	m := int(x.from.Month())
	return l.t("period."+x.sort+".of", "year", x.from.Year(), "month", fmt.Sprintf("%02d", m), "n", map[string]int{"quarter": (m + 2) / 3, "half": (m + 5) / 6}[x.sort])
}

// periodFields ask for a stretch of time.
func (l *teller) periodFields(x stretch, wrong *fault.Fault, typed string) []part.Field {
	var sorts, months []part.Option
	for _, s := range stretches {
		sorts = append(sorts, part.Option{Value: s, Label: l.t("period." + s)})
	}
	at := l.now.In(clock.Shanghai)
	for i := range 36 {
		on := time.Date(at.Year(), at.Month()-time.Month(i), 1, 0, 0, 0, 0, clock.Shanghai)
		months = append(months, part.Option{Value: on.Format("2006-01"), Label: stretch{sort: "month", from: on}.called(l)})
	}
	on := part.Field{Name: "on", Label: l.t("period.in"), Kind: part.KindSelect, Value: x.from.Format("2006-01"), Options: months}
	if typed != "" && len(typed) >= 7 && wrong == nil {
		on.Value = typed[:7]
	}
	if wrong != nil {
		on.Error = l.s.Sentence(l.ctx, wrong)
	}
	if !slices.ContainsFunc(months, func(o part.Option) bool { return o.Value == on.Value }) {
		day, err := time.Parse("2006-01", on.Value)
		if err == nil {
			on.Options = append(on.Options, part.Option{Value: on.Value, Label: stretch{sort: "month", from: day}.called(l)})
		}
	}
	return []part.Field{{Name: "period", Label: l.t("period.sort"), Kind: part.KindSelect, Value: x.sort, Options: sorts}, on}
}

// figures are how disputes opened within a stretch of time went. A share of nothing is blank.
func (l *teller) figures(p *page.Board, q url.Values) error {
	x, wrong := l.stretchOf(q)
	p.Period = part.FilterBar{Action: "/disputes#figures", Fields: l.periodFields(x, wrong, q.Get("on"))}
	for _, k := range []string{"risk", "track", "state", "type", "cell", "look"} {
		if q.Get(k) != "" {
			p.Period.Fields = append(p.Period.Fields, part.Field{Name: k, Kind: part.KindHidden, Value: q.Get(k)})
		}
	}
	from, until := x.days()
	f, err := l.s.Boards.Disputes.Figures(l.ctx, l.scope, from, until, l.Today())
	if err != nil {
		return err
	}
	add := func(key, value, unit, note string) {
		p.Figures.Items = append(p.Figures.Items, part.Stat{Label: l.t("figure." + key), Value: value, Unit: unit, Note: note})
	}
	add("opened", strconv.Itoa(f.Opened), l.t("today.unit"), x.called(l))
	first := "—"
	if f.Met > 0 {
		first = l.span(f.FirstMedian)
	}
	add("first", first, "", l.t("figure.first_note", "n", f.Met))
	per := "—"
	if n, ok := f.PerCase(); ok {
		per = strconv.FormatFloat(n, 'f', 1, 64)
	}
	add("per_case", per, l.t("figure.times"), l.t("figure.per_case_note", "n", f.Sessions))
	for _, k := range []struct {
		key string
		of  disputes.Share
	}{{"kept_30", f.Kept30}, {"kept_90", f.Kept90}, {"kept_180", f.Kept180}, {"relapse", f.Relapsed}} {
		add(k.key, percent(k.of.N, k.of.Of, "—"), "", l.t("figure.of", "n", k.of.N, "of", k.of.Of))
	}
	return nil
}

// percent is a share; of nothing it is what is said instead (law-and-standards 19.1: blank, never 0 %).
func percent(n, of int, none string) string {
	if of == 0 {
		return none
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64) + "%"
}

// load is what each mediator carries, for who shares the work out: by name, not by number, so that it compares nobody.
func (l *teller) load(p *page.Board) error {
	since := l.now.In(clock.Shanghai).AddDate(0, 0, -30).Format(time.DateOnly)
	rows, err := l.s.Boards.Disputes.Load(l.ctx, l.scope, since)
	if err != nil {
		return err
	}
	t := part.Table{Caption: l.t("disputes.load"), Empty: &part.Empty{Icon: "users-round", Text: l.t("disputes.load_none")},
		Columns: []part.Column{{Label: l.t("disputes.load.who")}, {Label: l.t("disputes.load.handles"), Num: true}, {Label: l.t("disputes.load.presides"), Num: true},
			{Label: l.t("disputes.load.sessions"), Num: true}}}
	slices.SortFunc(rows, func(a, b disputes.Load) int { return strings.Compare(l.Person(a.Person), l.Person(b.Person)) })
	for _, r := range rows {
		t.Rows = append(t.Rows, part.Row{Cells: part.Cells(l.Person(r.Person), strconv.Itoa(r.Handles), strconv.Itoa(r.Presides), strconv.Itoa(r.Sessions))})
	}
	p.Load = &t
	return nil
}
