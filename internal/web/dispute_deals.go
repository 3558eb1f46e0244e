package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/clock"
	page "maplegrid/internal/web/page/dispute"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/dispute"
)

// offers are both sides' numbers over time; nil while there are too few to be a course of things.
func (q *quarrel) offers() templ.Component {
	type named struct {
		dispute.Offer
		at time.Time
	}
	var all []named
	for _, s := range q.d.Sessions {
		for _, o := range s.Offers {
			at := o.At
			if at.IsZero() {
				at = s.At
			}
			all = append(all, named{o, at})
		}
	}
	if len(all) < 2 {
		return nil
	}
	slices.SortStableFunc(all, func(x, y named) int { return x.at.Compare(y.at) })
	from, until, top := all[0].at, all[len(all)-1].at, dispute.Fen(1)
	for _, o := range all {
		top = max(top, o.Amount)
	}
	o := page.Offers{Title: q.t("dis.offers_title"), From: q.Day(from), Until: q.Day(until), Top: "¥" + top.String()}
	o.Table = part.Table{Caption: o.Title, Columns: []part.Column{{Label: q.t("col.when")}, {Label: q.t("col.who")}, {Label: q.t("col.what")}, {Label: q.t("col.amount"), Num: true}, {Label: q.t("col.words")}}}
	for i, x := range all {
		what := q.t("dis.gives")
		if x.Asks {
			what = q.t("dis.asks")
		}
		label := q.n.party[x.Party] + " " + what
		at := slices.IndexFunc(o.Lines, func(l page.Line) bool { return l.Label == label })
		if at < 0 && len(o.Lines) < mostLines {
			p, _ := q.d.Matter.Party(x.Party)
			o.Lines = append(o.Lines, page.Line{Label: label, Side: p.Side, Asks: x.Asks})
			at = len(o.Lines) - 1
		}
		if at >= 0 {
			pos := 0.5
			if d := until.Sub(from); d > 0 {
				pos = float64(x.at.Sub(from)) / float64(d)
			} else if len(all) > 1 {
				pos = float64(i) / float64(len(all)-1)
			}
			o.Lines[at].Points = append(o.Lines[at].Points, page.Point{X: pos, Y: float64(x.Amount) / float64(top)})
		}
		o.Table.Rows = append(o.Table.Rows, part.Row{Cells: part.Cells(q.Day(x.at), q.n.party[x.Party], what, "¥"+x.Amount.String(), q.said(x.Words))})
	}
	return o
}

// mostLines is how many lines the drawing of offers has; the table below has them all.
const mostLines = 6

func (q *quarrel) sheets() (all []templ.Component) {
	for _, s := range q.d.Sheets {
		all = append(all, q.sheet(&s))
	}
	return all
}

// columnsOf are the columns of a worksheet by its kind: key of the head, whether figures, what a line says there.
func columnsOf(kind string) []sheetColumn {
	item := sheetColumn{"item", false, func(x dispute.SheetLine) string { return x.Item }}
	basis := sheetColumn{"basis", false, func(x dispute.SheetLine) string { return x.Basis }}
	times := sheetColumn{"times", true, func(x dispute.SheetLine) string {
		if x.Quantity == 0 {
			return ""
		}
		return figure(x.Quantity) + " × " + x.Price
	}}
	amount := sheetColumn{"amount", true, func(x dispute.SheetLine) string { return x.Amount }}
	paid := sheetColumn{"paid", true, func(x dispute.SheetLine) string { return x.Paid }}
	switch kind {
	case "line":
		return []sheetColumn{{"point", false, item.of}, {"width", true, func(x dispute.SheetLine) string {
			if x.WidthM == 0 {
				return ""
			}
			return figure(x.WidthM) + " m"
		}}, basis}
	case "wages":
		return []sheetColumn{{"worker", false, item.of}, {"month", false, func(x dispute.SheetLine) string { return x.Month }}, {"owed", true, amount.of}, paid}
	case "account":
		return []sheetColumn{{"on", false, func(x dispute.SheetLine) string { return x.On }}, {"goods", false, item.of}, times, amount, paid}
	}
	return []sheetColumn{item, basis, times, amount}
}

type sheetColumn struct {
	key string
	num bool
	of  func(dispute.SheetLine) string
}

func figure(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (q *quarrel) sheet(s *dispute.Sheet) page.Sheet {
	p := page.Sheet{Title: s.Title, Note: q.t("opt.sheetkind."+s.Kind) + " · " + q.t("dis.version", "n", s.No), Sketch: q.attached("matter", q.d.ID, s.Sketch)}
	columns := columnsOf(s.Kind)
	p.Table.Caption = s.Title
	for _, c := range columns {
		p.Table.Columns = append(p.Table.Columns, part.Column{Label: q.t("col." + c.key), Num: c.num})
	}
	for _, x := range s.Lines {
		var cells []string
		for _, c := range columns {
			cells = append(cells, q.Quiet(c.of(x)))
		}
		p.Table.Rows = append(p.Table.Rows, part.Row{Cells: part.Cells(cells...)})
	}
	if s.Kind != "line" {
		if s.Advanced > 0 {
			p.Sums = append(p.Sums, part.Pair{Term: q.t("dis.advanced"), Text: yuan(s.Advanced)})
		}
		p.Sums = append(p.Sums, part.Pair{Term: q.t("dis.still_owed"), Text: "¥" + s.Total.String()})
	}
	var signed []string
	for _, x := range s.Signed {
		signed = append(signed, q.n.who(x.Who))
	}
	if len(signed) > 0 {
		p.Signed = q.t("dis.sheet_signed", "who", strings.Join(signed, q.t("say.and")))
	}
	p.Links = append(q.offer("dispute.save_sheet", q.t("dis.correct"), "sheet", s.ID, "kind", s.Kind), q.offer("dispute.sign_sheet", q.t("short.dispute.sign_sheet"), "sheet", s.ID)...)
	return p
}

func (q *quarrel) agreements() (all []templ.Component) {
	for i := range slices.Backward(q.d.Agreements) {
		all = append(all, q.agreement(&q.d.Agreements[i]))
	}
	return all
}

func (q *quarrel) agreement(x *dispute.Agreement) page.Agreement {
	p := page.Agreement{Title: agreementName(q.lang, x)}
	pair := func(key, value string) {
		if value != "" {
			p.Facts = append(p.Facts, part.Pair{Term: q.t("dis." + key), Text: value})
		}
	}
	pair("track_now", q.trackName(x.Track))
	pair("form", q.t("opt.agreementform."+x.Form)+" · "+q.t("dis.version", "n", x.No))
	pair("total", yuan(x.Total))
	pair("mediator", q.Person(x.Mediator))
	pair("place", x.Place)
	switch {
	case !x.VoidAt.IsZero():
		p.Status = part.Status{Tone: part.Plain, Label: q.t("dis.void")}
	case x.Effective():
		p.Status = part.Status{Tone: part.OK, Label: q.t("dis.effective", "when", q.Day(x.EffectiveAt))}
		p.Warn = q.confirmation(x, pair)
	default:
		p.Status = part.Status{Tone: part.Due, Label: q.t("dis.unsigned")}
	}
	for _, w := range []part.Pair{{Term: q.t("dis.facts"), Text: q.said(x.Facts)}, {Term: q.t("dis.duty"), Text: q.said(x.Duty)}} {
		if w.Text != "" {
			p.Words = append(p.Words, w)
		}
	}
	for _, c := range x.Clauses {
		t := page.Term{Words: q.said(c.Words)}
		if c.Promise != nil {
			t.Promise = q.terms(c.Promise)
		}
		p.Terms = append(p.Terms, t)
	}
	q.signs(&p, x)
	p.Links = q.agreementLinks(x)
	return p
}

// signs lists who has signed, and who has not.
func (q *quarrel) signs(p *page.Agreement, x *dispute.Agreement) {
	call := func(who, by string) string {
		if s := q.n.who(who); s != "" {
			return s
		}
		name := q.t("opt.signer." + who)
		if by != "" {
			name += " " + q.Person(by)
		}
		return name
	}
	for _, s := range x.Signed {
		one := page.Sign{Who: call(s.Who, s.By), When: q.Day(s.At) + " " + q.t("opt.signway."+s.Way)}
		if s.Image != "" {
			one.Picture = &part.Attachment{Href: "/blob/" + s.Image + "?of=matter/" + q.d.ID, Label: q.t("dis.see_signature")}
		}
		p.Signed = append(p.Signed, one)
	}
	if x.VoidAt.IsZero() && !x.Effective() {
		for _, who := range unsigned(q.book, q.d, x) {
			p.Signed = append(p.Signed, page.Sign{Who: call(who, "")})
		}
	}
}

func (q *quarrel) agreementLinks(x *dispute.Agreement) []part.Link {
	if !x.VoidAt.IsZero() {
		return nil
	}
	if x.Effective() {
		return slices.Concat(q.offer("dispute.apply_confirmation", "", "agreement", x.ID), q.offer("dispute.check_back", "", "agreement", x.ID), q.offer("dispute.void_agreement", "", "agreement", x.ID))
	}
	return slices.Concat(q.offer("dispute.sign_agreement", "", "agreement", x.ID), q.offer("dispute.draft_agreement", q.t("dis.correct"), "agreement", x.ID), q.offer("dispute.void_agreement", "", "agreement", x.ID))
}

// confirmation says how the judicial confirmation stands, and warns from the day on which the playbook does: thirty days after the
// agreement took effect it is too late (law-and-standards 4.1).
func (q *quarrel) confirmation(x *dispute.Agreement, pair func(key, value string)) string {
	if c := q.d.Confirming; c != nil && c.Agreement == x.ID {
		words := q.t("dis.applied", "when", q.Day(c.AppliedAt), "court", q.body(c.Court))
		if c.Result != "" {
			words += " · " + q.t("opt.confirmresult."+c.Result) + " " + c.Ruling
		}
		pair("confirmation", words)
		return ""
	}
	if x.Track != dispute.People || x.Status || x.Form == "on_spot" {
		return ""
	}
	last := dayOf(x.EffectiveAt).AddDate(0, 0, 30)
	left := int(last.Sub(dayOf(q.now)) / (24 * time.Hour))
	if left < 0 {
		pair("confirmation", q.t("dis.confirm_late"))
		return ""
	}
	pair("confirmation", q.t("dis.confirm_left", "n", left, "day", q.Day(last)))
	if left > 10 {
		return ""
	}
	return q.t("dis.confirm_warn", "n", left, "day", q.Day(last))
}

// terms says a promise as agreed: who, what, how much, by when, how often.
func (q *quarrel) terms(t *dispute.Terms) string {
	p := dispute.Promise{Terms: *t}
	words := []string{promiseName(q.lang, &p, q.n)}
	if t.What != "money" && t.Amount > 0 {
		words = append(words, q.t("opt.promisewhat."+t.What))
	}
	if t.DueOn != "" {
		words = append(words, q.t("dis.due_on", "day", t.DueOn))
	}
	if t.Every != "" {
		key := "dis.every_n"
		if t.Times == 0 {
			key = "dis.every"
		}
		words = append(words, q.t(key, "every", q.t("opt.every."+t.Every), "n", t.Times))
	}
	if len(t.Turns) > 0 {
		words = append(words, q.t("dis.turns", "who", q.n.all(t.Turns, q.t("say.and"))))
	}
	if t.Security != "" {
		words = append(words, q.t("dis.security", "what", t.Security))
	}
	return strings.Join(words, "；")
}

// mostShown is how many instalments of one promise the page shows: those open now, and the last ones done.
const mostShown = 6

// mostFull is how many open promises are shown in full, those due soonest; the others take a line each.
const mostFull = 8

func (q *quarrel) promises() (all []templ.Component) {
	var open, ended []*dispute.Promise
	for i := range q.d.Promises {
		if p := &q.d.Promises[i]; p.EndedAt.IsZero() {
			open = append(open, p)
		} else {
			ended = append(ended, p)
		}
	}
	due := map[string]string{}
	for _, p := range open {
		due[p.ID] = "9"
		if in := nextOpen(p, 0); in != nil && p.What != "forbear" {
			due[p.ID] = in.DueOn
		}
	}
	slices.SortStableFunc(open, func(x, y *dispute.Promise) int { return strings.Compare(due[x.ID], due[y.ID]) })
	for _, p := range open[:min(len(open), mostFull)] {
		all = append(all, q.promise(p))
	}
	var lines page.Lines
	for _, p := range append(open[min(len(open), mostFull):], ended...) {
		x := page.PromiseLine{Title: promiseName(q.lang, p, q.n), Status: q.standing(p).Label, Tone: q.standing(p).Tone}
		if d := due[p.ID]; len(d) > 1 {
			x.Due = q.t("dis.due_on", "day", d)
		}
		if p.EndedAt.IsZero() {
			x.Links = plainly(q.offer("dispute.keep_promise", q.t("dis.record"), "promise", p.ID))
		}
		lines = append(lines, x)
	}
	if len(lines) > 0 {
		all = append(all, lines)
	}
	return all
}

func (q *quarrel) promise(p *dispute.Promise) page.Promise {
	x := page.Promise{Title: promiseName(q.lang, p, q.n), Words: q.said(p.Words), Status: q.standing(p)}
	var notes []string
	if p.SeenBy != "" {
		notes = append(notes, q.t("dis.seen_by", "name", q.Person(p.SeenBy)))
	}
	if p.Security != "" {
		notes = append(notes, q.t("dis.security", "what", p.Security))
	}
	if n := len(p.Broken); n > 0 {
		b := p.Broken[n-1]
		notes = append(notes, q.t("dis.broken_n", "n", n, "next", q.Reason("promise_break", b.Next)))
	}
	x.Note = strings.Join(notes, " · ")
	list := p.Instalments(q.Today(), 400)
	if n := len(list); n > mostShown {
		x.More = q.t("dis.more_before", "n", n-mostShown)
		list = list[n-mostShown:]
	}
	if p.What == "forbear" {
		list = nil
	}
	for _, in := range list {
		x.Rows = append(x.Rows, q.instalment(p, in))
	}
	if p.EndedAt.IsZero() {
		id := []string{"promise", p.ID}
		x.Links = plainly(slices.Concat(q.offer("dispute.keep_promise", q.t("short.dispute.keep_promise"), id...), q.offer("dispute.break_promise", q.t("short.dispute.break_promise"), id...),
			q.offer("dispute.waive_promise", q.t("short.dispute.waive_promise"), id...)))
	}
	return x
}

func (q *quarrel) instalment(p *dispute.Promise, in dispute.Instalment) page.Instalment {
	row := page.Instalment{Due: in.DueOn, Amount: yuan(in.Amount), Label: q.n.who(in.Payer)}
	if p.Every != "" {
		row.Label = q.t("dis.instalment", "n", in.N)
		if len(p.Turns) > 0 {
			row.Label += " " + q.n.who(in.Payer)
		}
	}
	if in.Paid > 0 && in.Paid < in.Amount {
		row.Paid = q.t("dis.paid", "amount", yuan(in.Paid))
	}
	row.Status = q.instalmentState(in)
	return row
}

func (q *quarrel) instalmentState(in dispute.Instalment) part.Status {
	switch {
	case in.State == "kept":
		return part.Status{Tone: part.OK, Label: q.t("inst.kept")}
	case in.State == "waived":
		return part.Status{Tone: part.Plain, Label: q.t("inst.waived")}
	case in.DueOn < q.Today():
		return part.Status{Tone: part.Overdue, Label: q.t("inst.late", "n", daysBetween(in.DueOn, q.Today()))}
	case in.DueOn == q.Today():
		return part.Status{Tone: part.Due, Label: q.t("inst.today")}
	case in.State == "part":
		return part.Status{Tone: part.Due, Label: q.t("inst.part")}
	}
	return part.Status{Tone: part.Info, Label: q.t("inst.in", "n", daysBetween(q.Today(), in.DueOn)), Icon: "calendar"}
}

// daysBetween counts from one date to a later one.
func daysBetween(from, until string) int {
	a, _ := time.ParseInLocation(time.DateOnly, from, clock.Shanghai)
	b, _ := time.ParseInLocation(time.DateOnly, until, clock.Shanghai)
	return int(b.Sub(a) / (24 * time.Hour))
}

// standing says how a promise as a whole stands.
func (q *quarrel) standing(p *dispute.Promise) part.Status {
	switch {
	case p.Ended == "kept":
		return part.Status{Tone: part.OK, Label: q.t("prom.kept", "when", q.Day(p.EndedAt))}
	case p.Ended != "":
		return part.Status{Tone: part.Plain, Label: q.t("prom." + p.Ended)}
	}
	if n := p.Overdue(q.Today()); n > 0 {
		return part.Status{Tone: part.Overdue, Label: q.t("prom.late", "n", n)}
	}
	if p.What == "forbear" {
		return part.Status{Tone: part.Info, Label: q.t("prom.holds")}
	}
	done := 0
	for _, in := range p.Instalments(q.Today(), 400) {
		done += boolInt(in.State == "kept" || in.State == "waived")
	}
	if p.Times > 1 {
		return part.Status{Tone: part.Info, Label: q.t("prom.of", "n", done, "of", p.Times)}
	}
	return part.Status{Tone: part.Info, Label: q.t("prom.open")}
}
