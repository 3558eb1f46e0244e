package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"maplegrid/internal/access"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/sheet"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/disputes"
	"maplegrid/internal/web/page/part"
)

// filed is a table as the office files it: on the screen and in a workbook alike.
type filed struct {
	title   string
	heads   []string // 填报单位, 填报期间
	columns []part.Column
	rows    [][]string
	dates   []int // columns that hold a date
	sums    []int // columns that hold a number or a sum of money
	empty   bool
}

// tallied is found, taken in hand and settled, of one level.
type tallied struct{ found, handled, settled int }

func (t tallied) plus(x tallied, sign int) tallied {
	return tallied{t.found + sign*x.found, t.handled + sign*x.handled, t.settled + sign*x.settled}
}

// tally counts disputes by the types of GB/T 31000-2015; "" is all of them.
func (l *teller) tally(from, until string, cells ...string) (map[string]tallied, error) {
	rows, err := l.s.Boards.Disputes.Month(l.ctx, l.s.Policy.LedgerScope(l.who), from, until, cells...)
	if err != nil {
		return nil, err
	}
	code := map[string]string{}
	for _, t := range l.book.DisputeTypes() {
		code[t.Key] = t.Grid
	}
	m := map[string]tallied{}
	for _, r := range rows {
		c := code[r.Type]
		if c == "" {
			c = "99"
		}
		x := tallied{r.Found, r.Handled, r.Settled}
		m[c], m[""] = m[c].plus(x, 1), m[""].plus(x, 1)
	}
	return m, nil
}

// villageCells are the cells that lie in a village or community; what is found elsewhere is found by the town.
func (l *teller) villageCells() (list []string) {
	for _, c := range l.org.Cells {
		for up, ok := c, true; ok; up, ok = l.org.Cell(string(up.Parent)) {
			if up.Kind == grid.KindVillage || up.Kind == grid.KindCommunity {
				list = append(list, string(c.ID))
				break
			}
			if up.Parent == "" {
				break
			}
		}
	}
	return list
}

// monthly makes the table of disputes found (矛盾纠纷排查情况表, law-and-standards 19.1). A county's column stays blank: a station files
// what its town and its villages found. A share of nothing is blank too.
func (l *teller) monthly(x stretch) (filed, error) {
	from, until := x.days()
	all, err := l.tally(from, until)
	if err != nil {
		return filed{}, err
	}
	village := map[string]tallied{}
	if cells := l.villageCells(); len(cells) > 0 {
		if village, err = l.tally(from, until, cells...); err != nil {
			return filed{}, err
		}
	}
	year, err := l.tally(x.from.Format("2006")+"-01-01", until)
	if err != nil {
		return filed{}, err
	}
	f := filed{title: l.t("month.title"), heads: []string{l.t("month.by", "station", l.org.Name), l.t("month.of", "period", x.called(l))}, empty: all[""].found == 0,
		columns: []part.Column{{Label: l.t("month.row")}, {Label: l.t("month.county"), Num: true}, {Label: l.t("month.town"), Num: true}, {Label: l.t("month.village"), Num: true},
			{Label: l.t("month.sum"), Num: true}, {Label: l.t("month.year"), Num: true}}}
	row := func(label, code string, of func(tallied) string) {
		f.rows = append(f.rows, []string{label, "", of(all[code].plus(village[code], -1)), of(village[code]), of(all[code]), of(year[code])})
	}
	found := func(t tallied) string { return strconv.Itoa(t.found) }
	handled := func(t tallied) string { return strconv.Itoa(t.handled) }
	row(l.t("month.found"), "", found)
	row(l.t("month.handled"), "", handled)
	row(l.t("month.handled_share"), "", func(t tallied) string { return percent(t.handled, t.found, "") })
	row(l.t("month.settled"), "", func(t tallied) string { return strconv.Itoa(t.settled) })
	row(l.t("month.settled_share"), "", func(t tallied) string { return percent(t.settled, t.found, "") })
	for _, g := range playbook.GridTypes {
		if g.Key == playbook.GridBelief { // on the form for the hand; nothing is recorded under it
			blank := func(tallied) string { return "" }
			row(l.t("month.type_found", "type", g.Name.In(l.lang)), g.Key, blank)
			row(l.t("month.type_handled", "type", g.Name.In(l.lang)), g.Key, blank)
			continue
		}
		row(l.t("month.type_found", "type", g.Name.In(l.lang)), g.Key, found)
		row(l.t("month.type_handled", "type", g.Name.In(l.lang)), g.Key, handled)
	}
	return f, nil
}

// table is a filed table on the screen.
func (f filed) table() part.Table {
	t := part.Table{Caption: f.title, Columns: f.columns}
	for _, r := range f.rows {
		t.Rows = append(t.Rows, part.Row{Cells: part.Cells(r...)})
	}
	return t
}

// workbook is the same as a file.
func (f filed) workbook(note string) ([]byte, error) {
	cols := make([]sheet.OutColumn, len(f.columns))
	for i, c := range f.columns {
		if cols[i].Title = c.Label; slices.Contains(f.dates, i) {
			cols[i].Kind = sheet.Date
		}
		if slices.Contains(f.sums, i) {
			cols[i].Kind = sheet.Number
		}
	}
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.XLSX, f.title, cols, strings.Join(append(slices.Clone(f.heads), note), "　"))
	if err != nil {
		return nil, err
	}
	for _, r := range f.rows {
		cells := make([]any, len(r))
		for i, v := range r {
			cells[i] = f.cell(i, v)
		}
		if err := w.Write(cells...); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close %s: %w", f.title, err)
	}
	return b.Bytes(), nil
}

// cell is what a cell of the file holds: a real date, a number to be summed, or text (19.5).
func (f filed) cell(column int, v string) any {
	if v == "" {
		return nil
	}
	if slices.Contains(f.dates, column) {
		if on, err := time.Parse(time.DateOnly, v); err == nil {
			return on
		}
	}
	if f.columns[column].Num || slices.Contains(f.sums, column) {
		if n, err := strconv.ParseFloat(strings.ReplaceAll(v, ",", ""), 64); err == nil {
			return n
		}
	}
	return v
}

// disputeMonth is the table of disputes found in a month, a quarter, half a year or a year.
func (s *Site) disputeMonth(w http.ResponseWriter, r *http.Request) error {
	return s.showMonth(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s *Site) showMonth(w http.ResponseWriter, r *http.Request, status int, q url.Values, refused *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	x, wrong := l.stretchOf(q)
	f, err := l.monthly(x)
	if err != nil {
		return err
	}
	p := page.Table{Heading: part.Heading{Title: f.title, Sub: l.t("month.sub_title"), Back: &part.Link{Href: "/disputes", Label: l.t("nav.disputes")}}, Head: f.heads, Table: f.table(),
		Filter: part.FilterBar{Action: "/disputes/month", Fields: l.periodFields(x, wrong, q.Get("on"))}, Dense: true, Flat: true}
	if f.empty {
		p.Nil = l.t("month.nil")
	}
	if l.May("ledger.export", access.Thing{Kind: "ledger"}) {
		form := l.disputeExport("/disputes/month.xlsx", q, []string{"period", "on"}, refused)
		p.Export, p.Open = &form, refused != nil
	}
	if wrong != nil && status == http.StatusOK {
		status = wrong.Kind.Status()
	}
	return s.Page(w, r, status, f.title, "disputes", p.Show())
}

// disputeExport asks for the purpose before a table leaves the house.
func (l *teller) disputeExport(to string, q url.Values, along []string, refused *fault.Fault) part.Form {
	f := part.Form{Action: to, Submit: l.t("ledger.export_submit"), Icon: "download"}
	ask := part.Field{Name: "purpose", Label: l.t("look.purpose"), Kind: part.KindText, Required: true, MaxLen: 200, Value: q.Get("purpose"), Hint: l.t("ledger.purpose_hint")}
	if refused != nil {
		ask.Error = l.s.Sentence(l.ctx, refused)
	}
	f.Fields = append(f.Fields, ask, part.Field{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()})
	for _, k := range along {
		f.Fields = append(f.Fields, part.Field{Name: k, Kind: part.KindHidden, Value: q.Get(k)})
	}
	return f
}

// leave takes a table out of the house: drawn whole, on record, then sent. back shows the page again with why it was refused.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, ledger string, draw func(l *teller, form url.Values, act *desk.ExportLedger) (filed, error),
	back func(form url.Values, refused *fault.Fault) error) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	act := &desk.ExportLedger{Ledger: ledger, Purpose: form.Get("purpose")}
	f, err := draw(l, form, act)
	if err == nil && strings.TrimSpace(act.Purpose) == "" {
		err = fault.New(fault.Invalid, "form.required", fault.Args{"field": "purpose"}).On("purpose")
	}
	if refused, ok := fault.Of(err); ok && refused.Kind == fault.Invalid {
		return back(form, refused)
	}
	if err != nil {
		return err
	}
	file, err := f.workbook(l.headLine(url.Values{"purpose": {act.Purpose}, "from": {act.From}, "until": {act.Until}}))
	if err != nil {
		return err
	}
	if _, err := s.Desk.Do(l.ctx, l.who, desk.Envelope{Key: form.Get("key")}, "ledger.export", act); err != nil {
		if refused, ok := fault.Of(err); ok && refused.Kind == fault.Invalid {
			return back(form, refused)
		}
		return err
	}
	name := f.title + "-" + l.now.In(clock.Shanghai).Format("20060102-1504") + ".xlsx"
	head := w.Header()
	head.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	head.Set("Content-Disposition", `attachment; filename="ledger.xlsx"; filename*=UTF-8''`+url.PathEscape(name))
	head.Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // who has left cannot be told
	return nil
}

func (s *Site) disputeMonthExport(w http.ResponseWriter, r *http.Request) error {
	return s.leave(w, r, "dispute_table", func(l *teller, form url.Values, act *desk.ExportLedger) (filed, error) {
		x, wrong := l.stretchOf(form)
		if wrong != nil {
			return filed{}, wrong
		}
		act.From, act.Until = x.days()
		return l.monthly(x)
	}, func(form url.Values, refused *fault.Fault) error {
		return s.showMonth(w, r, refused.Kind.Status(), form, refused)
	})
}

// promiseExport takes a part of the promise ledger along, names in part.
func (s *Site) promiseExport(w http.ResponseWriter, r *http.Request) error {
	return s.leave(w, r, "promises", func(l *teller, form url.Values, act *desk.ExportLedger) (filed, error) {
		act.Cell = form.Get("cell")
		return l.promiseTable(form)
	}, func(form url.Values, refused *fault.Fault) error {
		return s.showPromises(w, r, refused.Kind.Status(), form, refused)
	})
}

func (l *teller) promiseTable(form url.Values) (filed, error) {
	view, err := l.promiseFilter(form)
	if err != nil {
		return filed{}, err
	}
	f := filed{title: l.t("promises.title"), heads: []string{l.t("month.by", "station", l.org.Name), l.t("promises.tab." + string(view.View))}}
	for _, c := range []string{"number", "title", "cell", "payer", "receiver", "what", "amount", "left", "due", "state", "handler"} {
		f.columns = append(f.columns, part.Column{Label: l.t("promises.col." + c)})
	}
	f.sums, f.dates = []int{6, 7}, []int{8}
	for after := ""; ; {
		rows, err := l.s.Boards.Promises.List(l.ctx, l.scope, view, l.Today(), after, promises.MaxPage)
		if err != nil {
			return f, err
		}
		var texts []vault.Text
		for _, r := range rows.Rows {
			texts = append(texts, r.PayerName, r.ReceiverName)
		}
		o, err := l.Open(texts...)
		if err != nil {
			return f, err
		}
		for _, r := range rows.Rows {
			receiver, handler := "", ""
			if r.Receiver != "" {
				receiver = l.someone(o, r.ReceiverName, r.ReceiverMinor)
			}
			if r.Handler != "" {
				handler = l.Person(r.Handler)
			}
			f.rows = append(f.rows, []string{r.Number, MaskTitle(r.Title), l.Cell(r.Cell), l.someone(o, r.PayerName, r.PayerMinor), receiver, fault.Name(l.lang, "promisewhat."+r.What),
				sum(int64(r.Amount), r.Amount.String()), sum(int64(r.Left), r.Left.String()), r.DueOn, l.promiseState(r), handler})
		}
		if after = rows.Next; after == "" {
			return f, nil
		}
		if len(f.rows) > maxExport {
			return f, fault.New(fault.TooLarge, "ledger.too_long", fault.Args{"max": maxExport})
		}
	}
}

// sum is a sum of money in a table; nothing where there is none.
func sum(n int64, text string) string {
	if n == 0 {
		return ""
	}
	return text
}

func (l *teller) promiseState(r promises.Row) string {
	if r.Overdue && r.State == "open" {
		return l.t("promises.tab.overdue")
	}
	return l.t("promise.state." + r.State)
}

// disputeRegister is the register of disputes (矛盾纠纷排查台账, law-and-standards 19.2).
func (s *Site) disputeRegister(w http.ResponseWriter, r *http.Request) error {
	return s.showRegister(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s *Site) showRegister(w http.ResponseWriter, r *http.Request, status int, q url.Values, refused *fault.Fault) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if l.blind() { // content is not theirs to read
		return fault.New(fault.Denied, "access.denied", nil)
	}
	x, wrong := l.stretchOf(q)
	rows, next, err := s.Boards.Disputes.Register(l.ctx, l.scope, registerFilter(x, q), q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	f, err := l.registered(x, rows, 0)
	if err != nil {
		return err
	}
	p := page.Table{Heading: part.Heading{Title: f.title, Sub: l.t("register.sub"), Back: &part.Link{Href: "/disputes", Label: l.t("nav.disputes")}}, Head: f.heads, Dense: true,
		Filter: part.FilterBar{Action: "/disputes/register", Fields: append(l.periodFields(x, wrong, q.Get("on")), part.Field{Name: "cell", Label: fault.Name(l.lang, "field.cell"),
			Kind: part.KindSelect, Value: q.Get("cell"), Options: CellOptions(l.lang, l.org)})}, Pager: l.Pager("/disputes/register", q, next)}
	p.Table = registerOnScreen(f, rows)
	p.Table.Empty = &part.Empty{Icon: "clipboard-list", Text: l.t("month.nil")}
	if l.May("ledger.export", access.Thing{Kind: "ledger"}) {
		form := l.disputeExport("/disputes/register.xlsx", q, []string{"period", "on", "cell"}, refused)
		p.Export, p.Open = &form, refused != nil
	}
	if wrong != nil && status == http.StatusOK {
		status = wrong.Kind.Status()
	}
	return s.Page(w, r, status, f.title, "disputes", p.Show())
}

func registerFilter(x stretch, q url.Values) disputes.Filter {
	from, until := x.days()
	return disputes.Filter{From: from, Until: until, Cell: q.Get("cell")}
}

// onScreen are the columns of the register that the screen shows; the file has all of them.
var onScreen = []int{1, 2, 3, 6, 7, 8, 15, 20, 21, 22, 23, 25}

func registerOnScreen(f filed, rows []disputes.Registered) part.Table {
	t := part.Table{Caption: f.title}
	for _, i := range onScreen {
		t.Columns = append(t.Columns, f.columns[i])
	}
	for n, r := range f.rows {
		row := part.Row{Href: "/matters/" + rows[n].ID}
		for _, i := range onScreen {
			row.Cells = append(row.Cells, part.Plainly(r[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *Site) disputeRegisterExport(w http.ResponseWriter, r *http.Request) error {
	return s.leave(w, r, "dispute_register", func(l *teller, form url.Values, act *desk.ExportLedger) (filed, error) {
		x, wrong := l.stretchOf(form)
		if wrong != nil {
			return filed{}, wrong
		}
		act.From, act.Until = x.days()
		act.Cell = form.Get("cell")
		return l.register(x, act.Cell)
	}, func(form url.Values, refused *fault.Fault) error {
		return s.showRegister(w, r, refused.Kind.Status(), form, refused)
	})
}

// register is the whole register of a stretch of time.
func (l *teller) register(x stretch, cell string) (filed, error) {
	var all filed
	for after := ""; ; {
		rows, next, err := l.s.Boards.Disputes.Register(l.ctx, l.scope, registerFilter(x, url.Values{"cell": {cell}}), after, disputes.MaxPage)
		if err != nil {
			return all, err
		}
		f, err := l.registered(x, rows, len(all.rows))
		if err != nil {
			return all, err
		}
		f.rows = append(all.rows, f.rows...)
		if all = f; next == "" {
			return all, nil
		}
		if len(all.rows) > maxExport {
			return all, fault.New(fault.TooLarge, "ledger.too_long", fault.Args{"max": maxExport})
		}
		after = next
	}
}

// registerColumns are those of the register, in the order it is filed.
var registerColumns = []string{"no", "number", "found_on", "cell", "found_by", "source", "type", "risk", "parties", "involved", "amount", "words", "appeal", "body", "leader", "handler",
	"mediators", "due", "steps", "calming", "method", "settled", "agreement", "performed", "back", "closed", "note"}

// registered makes rows of the register. Names, numbers and addresses are masked; a minor and a sealed address never appear; of a
// dispute with a case or a warning only that another procedure runs (5.2, 5.4, 5.6).
func (l *teller) registered(x stretch, rows []disputes.Registered, n int) (filed, error) {
	f := filed{title: l.t("register.title"), heads: []string{l.t("month.by", "station", l.org.Name), l.t("month.of", "period", x.called(l))}}
	for _, c := range registerColumns {
		f.columns = append(f.columns, part.Column{Label: l.t("register.col." + c)})
		switch c {
		case "found_on", "due", "closed":
			f.dates = append(f.dates, len(f.columns)-1)
		case "no", "involved", "amount":
			f.sums = append(f.sums, len(f.columns)-1)
		}
	}
	due, err := l.settleBy(rows)
	if err != nil {
		return f, err
	}
	var texts []vault.Text
	for _, r := range rows {
		texts = append(texts, r.Words, r.Appeal)
		for _, p := range r.Parties {
			texts = append(texts, p.Name, p.Phone, p.Home)
		}
	}
	o, err := l.Open(texts...)
	if err != nil {
		return f, err
	}
	for _, r := range rows {
		n++
		f.rows = append(f.rows, l.registerRow(n, r, due[r.ID], o))
	}
	return f, nil
}

func (l *teller) registerRow(n int, r disputes.Registered, due string, o Opened) []string {
	var parties, hush []string
	for _, p := range r.Parties {
		parties = append(parties, l.registerParty(p, o))
		switch name := o[p.Name.Ref()]; {
		case name == "":
		case p.Minor:
			hush = append(hush, name, l.t("promise.minor"))
		case utf8.RuneCountInString(name) > 1: // the words of a file name people too (15.13)
			hush = append(hush, name, vault.MaskName(name))
		}
		if home := o[p.Home.Ref()]; p.Seal && home != "" {
			hush = append(hush, home, l.t("register.sealed_home"))
		}
	}
	quiet := strings.NewReplacer(hush...)
	var presiders []string
	for _, id := range r.Presiders {
		presiders = append(presiders, l.Person(id))
	}
	risk, method, settled := "", "", l.t("choice.no")
	if s := l.risk(r.Risk); s != nil {
		risk = s.Label
	}
	if r.Method != "" {
		method = l.track(r.Method)
	}
	if r.PerformedOn != "" {
		settled = l.t("choice.yes")
	}
	steps, outcome := "", ""
	if r.Sessions > 0 {
		steps = l.t("disputes.sessions_n", "n", r.Sessions)
	}
	if r.Outcome != "" {
		outcome = l.outcome(r.Kind, r.Outcome)
	}
	if r.Sealed {
		method, outcome = l.t("register.other_procedure"), ""
	}
	performed, back, leader := "", "", ""
	if r.Promises > 0 {
		performed = l.t("register.performed", "kept", r.PromisesKept, "of", r.Promises)
	}
	if r.BackOn != "" {
		back = r.BackOn + " " + fault.Name(l.lang, "performed."+r.Back)
	}
	if g, ok := l.book.RiskGrade(r.Risk); ok {
		leader = g.Lead.Name().In(l.lang)
	}
	money := sum(int64(r.Amount), r.Amount.String())
	handler, host := "", l.org.Name
	if r.Host != "" {
		host = l.body(r.Host)
	}
	if r.Handler != "" {
		handler = l.Person(r.Handler)
	}
	return []string{strconv.Itoa(n), r.Number, r.OpenedOn, l.Cell(r.Cell), l.Person(r.OpenedBy), l.t("register.source." + r.Source), l.disputeType(r.Type), risk,
		strings.Join(parties, "；"), strconv.Itoa(r.Involved), money, Cut(quiet.Replace(l.Words(o, r.Words)), 200), Cut(quiet.Replace(l.Words(o, r.Appeal)), 200), host, leader, handler,
		strings.Join(presiders, l.t("say.and")), due, steps, l.calming(r), method, settled, r.AgreementNumber, performed, back, r.ClosedOn, outcome}
}

// settleBy is by when disputes are to be settled (化解时限): the day their running clock ends.
func (l *teller) settleBy(rows []disputes.Registered) (map[string]string, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	list, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return nil, err
	}
	due := map[string]string{}
	for _, m := range list {
		if m.Open && !m.DueAt.IsZero() {
			due[m.ID] = m.DueAt.In(clock.Shanghai).Format(time.DateOnly)
		}
	}
	return due, nil
}

// calming is what keeps a dispute calm until it is settled: how often it is looked at.
func (l *teller) calming(r disputes.Registered) string {
	g, ok := l.book.RiskGrade(r.Risk)
	if !ok || g.LookDays == 0 || !r.Running {
		return ""
	}
	return l.t("register.look", "n", g.LookDays)
}

func (l *teller) registerParty(p disputes.Party, o Opened) string {
	side := ""
	if p.Side != "" {
		side = fault.Name(l.lang, "side."+p.Side)
	}
	if p.Minor {
		return strings.TrimSpace(side + " " + l.t("promise.minor"))
	}
	words := []string{side, l.someone(o, p.Name, false)}
	if s, ok := o[p.Phone.Ref()]; ok && !p.Phone.Empty() {
		words = append(words, vault.MaskPhone(s))
	}
	switch s, ok := o[p.Home.Ref()]; {
	case p.Seal:
		words = append(words, l.t("register.sealed_home"))
	case ok && !p.Home.Empty():
		words = append(words, vault.MaskAddress(s))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}
