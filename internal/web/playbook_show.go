package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/playbook"
)

// playbook is the rules in force, as people read them: what is done within which time, who takes what, and on which ground.
func (s *Site) playbook(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: l.t("nav.playbook"), Sub: l.t("playbook.sub")}, Facts: part.Definitions{Wide: true, Pairs: []part.Pair{
		{Term: l.t("playbook.name"), Text: l.book.Title.In(l.lang)}, {Term: l.t("playbook.from"), Text: string(l.book.From)},
		{Term: l.t("playbook.editions"), Text: strconv.Itoa(len(l.book.Editions()))}}}}
	for _, x := range []page.Section{l.bookKinds(), l.bookGrades(), l.bookClocks(), l.bookRoutes(), l.bookOutcomes(), l.bookReasons(), l.bookTeams(), l.bookTracks(), l.bookRisks(), l.bookSafety(),
		l.bookEases(), l.bookPapers(), l.bookTexts()} {
		if len(x.Table.Rows) > 0 {
			x.Title, x.Note, x.Table.Caption = l.t("playbook."+x.ID), l.t("playbook.note."+x.ID), l.t("playbook."+x.ID)
			p.Contents, p.Sections = append(p.Contents, part.Link{Href: "#" + x.ID, Label: x.Title}), append(p.Sections, x)
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "playbook", p.Show())
}

func (l *teller) bookTable(id string, columns ...string) page.Section {
	s := page.Section{ID: id}
	for _, c := range columns {
		s.Table.Columns = append(s.Table.Columns, part.Column{Label: l.t("playbook.col." + c)})
	}
	return s
}

// Row is a row of plain texts.
func Row(texts ...string) part.Row { return part.Row{Cells: part.Cells(texts...)} }

func (l *teller) bookKinds() page.Section {
	s := l.bookTable("kinds", "kind", "grade", "asks", "outcomes", "source")
	for _, k := range l.book.Kinds() {
		var asks, ends []string
		for _, f := range l.book.Fields(k.Key) {
			asks = append(asks, f.Name.In(l.lang))
		}
		for _, o := range l.book.Outcomes(k.Key) {
			ends = append(ends, o.Name.In(l.lang))
		}
		grade := ""
		if g, ok := l.book.ScaleGrade(k.Grade); ok {
			grade = g.Name.In(l.lang)
		}
		s.Table.Rows = append(s.Table.Rows, Row(k.Name.In(l.lang), grade, strings.Join(asks, l.t("say.and")), strings.Join(ends, l.t("say.and")), k.Source))
	}
	return s
}

func (l *teller) bookGrades() page.Section {
	s := l.bookTable("grades", "grade", "arrive", "told", "source")
	for _, g := range l.book.Scale() {
		arrive := l.t("playbook.no_target")
		if g.ArriveMinutes > 0 {
			arrive = l.t("span.minutes", "n", g.ArriveMinutes)
		}
		var told []string
		for _, r := range g.Notify {
			told = append(told, r.Name().In(l.lang))
		}
		x := Row("", arrive, strings.Join(told, l.t("say.and")), g.Source)
		x.Cells[0] = *l.gradeOf(g.Key)
		s.Table.Rows = append(s.Table.Rows, x)
	}
	return s
}

func (l *teller) event(key string) string {
	if first, rest, more := strings.Cut(key, "|"); more {
		return l.event(first) + l.t("say.or") + l.event(rest)
	}
	for _, e := range l.book.Events() {
		if e.Key == key {
			return e.Name.In(l.lang)
		}
	}
	return l.t("say.unknown_event")
}

// bookClocks lists every limit once, with the kinds and grades it holds for.
func (l *teller) bookClocks() page.Section {
	s := l.bookTable("clocks", "limit", "amount", "between", "for", "source")
	type key struct{ name, amount, between, source string }
	where := map[key][]string{}
	var order []key
	for _, k := range l.book.Kinds() {
		for _, g := range l.book.Scale() {
			for _, x := range l.book.Limits(k.Key, g.Key) {
				one := key{x.Name.In(l.lang), strconv.Itoa(x.Amount) + " " + fault.Name(l.lang, "unit."+x.Unit),
					l.t("playbook.from_to", "from", l.event(x.StartsAt), "to", l.event(x.StopsAt)), x.Source}
				if where[one] == nil {
					order = append(order, one)
				}
				where[one] = append(where[one], k.Name.In(l.lang)+" · "+g.Name.In(l.lang))
			}
		}
	}
	all := len(l.book.Kinds()) * len(l.book.Scale())
	for _, one := range order {
		s.Table.Rows = append(s.Table.Rows, Row(one.name, one.amount, one.between, l.forWhich(where[one], all), one.source))
	}
	return s
}

// forWhich says kinds and grades shortly: all of them, all grades of some kinds, or each.
func (l *teller) forWhich(list []string, all int) string {
	if len(list) == all {
		return l.t("playbook.all")
	}
	grades := map[string][]string{}
	var kinds []string
	for _, x := range list {
		kind, grade, _ := strings.Cut(x, " · ")
		if grades[kind] == nil {
			kinds = append(kinds, kind)
		}
		grades[kind] = append(grades[kind], grade)
	}
	var said []string
	byGrades := map[string][]string{}
	var order []string
	for _, k := range kinds {
		g := strings.Join(grades[k], l.t("say.and"))
		if len(grades[k]) == len(l.book.Scale()) {
			g = ""
		}
		if byGrades[g] == nil {
			order = append(order, g)
		}
		byGrades[g] = append(byGrades[g], k)
	}
	for _, g := range order {
		names := strings.Join(byGrades[g], l.t("say.and"))
		if len(byGrades[g]) == len(l.book.Kinds()) {
			names = l.t("playbook.every_kind")
		}
		if g != "" {
			names += "（" + g + "）"
		}
		said = append(said, names)
	}
	return strings.Join(said, "；")
}

// bookRoutes says who takes what, kind by kind, as the table decides when nothing more is known.
func (l *teller) bookRoutes() page.Section {
	s := l.bookTable("routes", "kind", "act", "to", "handler", "because", "source")
	for _, k := range l.book.Kinds() {
		d := l.book.Route(map[string]string{"kind": k.Key})
		if !d.Matched {
			continue
		}
		var to []string
		for _, b := range strings.Split(d.Get("to"), "|") {
			if b != "" {
				to = append(to, l.body(b))
			}
		}
		handler := ""
		if r := grid.Role(d.Get("handler")); r.Known() {
			handler = r.Name().In(l.lang)
		}
		s.Table.Rows = append(s.Table.Rows, Row(k.Name.In(l.lang), l.t("route."+d.Get("act")), strings.Join(to, l.t("say.and")), handler, d.Because(l.lang), d.Get("source")))
	}
	return s
}

func (l *teller) bookOutcomes() page.Section {
	s := l.bookTable("outcomes", "outcome", "settled", "source")
	seen := map[string]bool{}
	for _, k := range l.book.Kinds() {
		for _, o := range l.book.Outcomes(k.Key) {
			if !seen[o.Key] {
				seen[o.Key] = true
				s.Table.Rows = append(s.Table.Rows, Row(o.Name.In(l.lang), l.t("choice."+yesNo(o.Settled)), o.Source))
			}
		}
	}
	return s
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (l *teller) bookReasons() page.Section {
	s := l.bookTable("reasons", "use", "reason", "stops", "source")
	for _, use := range playbook.ReasonUses {
		for _, x := range l.book.Reasons(use) {
			stops := ""
			if use == "pause" {
				stops = l.t("choice." + yesNo(x.StopsClock))
			}
			s.Table.Rows = append(s.Table.Rows, Row(l.t("reason_use."+use), x.Name.In(l.lang), stops, x.Source))
		}
	}
	return s
}

func (l *teller) bookTeams() page.Section {
	s := l.bookTable("teams", "team", "seats", "source")
	for _, x := range l.book.Teams() {
		var seats []string
		for _, seat := range x.Seats {
			one := seat.Role.Name().In(l.lang) + " × " + strconv.Itoa(seat.HowMany)
			if seat.Body != "" {
				one += "（" + l.body(string(seat.Body)) + "）"
			}
			seats = append(seats, one)
		}
		s.Table.Rows = append(s.Table.Rows, Row(x.Name.In(l.lang), strings.Join(seats, l.t("say.and")), x.Source))
	}
	return s
}

// bookTexts are what reporters are told.
func (l *teller) bookTexts() page.Section {
	s := l.bookTable("texts", "place", "text")
	keys := slices.Clone(playbook.MustTexts)
	for _, k := range keys {
		family, rest, _ := strings.Cut(k, ".")
		label := l.t("texts." + family)
		if family == "progress" {
			at := "state." + rest
			if fault.Names("zh")[at] == "" {
				at = "event.matter." + rest + "/1"
			}
			label += " · " + fault.Name(l.lang, at)
		}
		if words := l.book.Text(k, l.lang); words != "" {
			s.Table.Rows = append(s.Table.Rows, Row(label, words))
		}
	}
	return s
}
