package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	boards "maplegrid/internal/board/looks"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/looks"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/seek"
)

// looked is one personal value and where it was met.
type looked struct {
	thing, id, subject, field string
	version                   int
	back                      string
	text                      vault.Text
	where                     string
	rights                    access.Thing
}

// lookOf finds the value an address or a form names, on a thing the person may see.
func (l *teller) lookOf(q url.Values) (looked, error) {
	k := looked{thing: q.Get("thing"), id: q.Get("id"), subject: q.Get("subject"), field: q.Get("field")}
	k.version, _ = strconv.Atoi(q.Get("v"))
	var texts []vault.Text
	switch k.thing {
	case "matter":
		m, err := l.s.Matter(l.ctx, l.who, k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, k.rights, texts = "/matters/"+m.ID, m.Number+" "+m.Title, desk.MatterThing(l.who.Station, &m), []vault.Text{m.Words}
		for _, p := range m.Parties {
			texts = append(texts, p.Name, p.Phone, p.IDNo, p.Home)
		}
		for _, t := range m.Sealed {
			texts = append(texts, t)
		}
		kept, err := l.keepingTexts(&m)
		if err != nil {
			return k, err
		}
		texts = append(texts, kept...)
	case "report":
		rep, err := l.s.report(l.ctx, l.who, k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, k.rights, texts = "/reports/"+rep.ID, l.t("look.report", "when", l.When(rep.At)), desk.ReportThing(l.who.Station, &rep), []vault.Text{rep.Name, rep.Phone, rep.Words}
		for _, a := range rep.Additions {
			texts = append(texts, a.Words)
		}
	case "draft":
		x, err := l.talks().remarkOf(k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, k.rights, texts = "/talk/"+x.ID, l.t("talk.one")+" "+l.When(x.SaidAt), x.thing(), []vault.Text{x.Name, x.Words}
	case "firm":
		f, err := l.Firm(k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, k.rights, texts = "/firms/"+f.ID, f.Name, desk.FirmThing(l.who.Station, f), desk.FirmTexts(f)
	case "appointment":
		if k.rights = (access.Thing{Kind: "appointment"}); !l.MayUnmask(k.rights) { // before it is looked for: whether it is there is not told either
			return k, fault.New(fault.Denied, "access.denied", nil)
		}
		day, v, err := l.s.VisitOn(l.ctx, l.who.Station, k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, texts = "/appointments/at/"+k.id, day.On, []vault.Text{v.Name, v.Phone, v.Agent, v.Guardian}
	case "right":
		if k.rights = (access.Thing{Kind: "right"}); !l.MayUnmask(k.rights) {
			return k, fault.New(fault.Denied, "access.denied", nil)
		}
		x, err := l.s.right(l.ctx, l.who.Station, k.id)
		if err != nil {
			return k, err
		}
		k.back, k.where, texts = "/rights/"+x.ID, l.t("mine.want_"+x.Want), []vault.Text{x.Value, x.Words}
	case "person":
		p, ok := l.org.People[k.id]
		if !ok {
			return k, fault.New(fault.Missing, "org.person_not_found", nil)
		}
		k.back, k.where, k.rights, texts = PersonAt(p.ID), p.Call, access.Thing{Kind: "person", Subject: p.ID}, []vault.Text{p.Name, p.Phone}
	}
	for _, t := range texts {
		if ref := t.Ref(); !t.Empty() && ref.Subject == k.subject && ref.Field == k.field && (k.version == 0 || k.version == ref.Version) {
			k.text = t
			if !l.MayUnmask(k.rights) {
				return k, fault.New(fault.Denied, "access.denied", nil)
			}
			return k, nil
		}
	}
	return k, fault.New(fault.Missing, "unmask.not_found", nil)
}

func (l *teller) lookWhat(k looked) part.Definitions {
	return part.Definitions{Pairs: []part.Pair{{Term: l.t("look.on"), Text: vault.MaskFree(k.where)}, {Term: l.t("look.field"), Text: l.fieldWord(k.field)}}}
}

// fieldWord is what a field of the vault is called; that of an extra field goes by its own name in the playbook.
func (l *teller) fieldWord(field string) string {
	if len(field) > 2 && field[:2] == "x." {
		for _, k := range l.book.Kinds() {
			for _, f := range l.book.Fields(k.Key) {
				if f.Key == field[2:] {
					return f.Name.In(l.lang)
				}
			}
		}
	}
	if len(field) > 2 && field[:2] == "x." && slices.Contains(seek.Points, field[2:]) {
		return fault.Name(l.lang, "point."+field[2:])
	}
	if field == "added" {
		return fault.Name(l.lang, "event.report.added/1")
	}
	return fault.Name(l.lang, "field."+field)
}

// lookAsk asks for the purpose of a look.
func (s *Site) lookAsk(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	return l.lookForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (l *teller) lookForm(w http.ResponseWriter, r *http.Request, status int, q url.Values, why *fault.Fault) error {
	k, err := l.lookOf(q)
	if err != nil {
		return err
	}
	f := part.Form{Action: "/look", Submit: l.t("look.submit"), Icon: "eye", Cancel: &part.Link{Href: k.back, Label: l.t("act.back")}}
	purpose := part.Field{Name: "purpose", Label: l.t("look.purpose"), Kind: part.KindText, Required: true, MaxLen: 200, Focus: true, Value: q.Get("purpose"),
		Hint: l.t("look.purpose_hint")}
	for _, p := range []string{"contact", "verify", "mediate", "answer"} {
		purpose.Options = append(purpose.Options, part.Option{Value: l.t("look.usual." + p)})
	}
	if why != nil {
		purpose.Error = l.s.Sentence(l.ctx, why)
	}
	f.Fields = []part.Field{purpose}
	for name, value := range map[string]string{"thing": k.thing, "id": k.id, "subject": k.subject, "field": k.field, "v": strconv.Itoa(k.version), "key": l.s.NewKey()} {
		f.Fields = append(f.Fields, part.Field{Name: name, Kind: part.KindHidden, Value: value})
	}
	p := page.Ask{Heading: part.Heading{Title: l.t("look.title"), Back: &part.Link{Href: k.back}}, What: l.lookWhat(k), Form: f}
	return l.s.Page(w, r, status, p.Heading.Title, "", p.Show())
}

// look records the look and shows the value once. Sending the form again shows nothing: a second look has a purpose of its own.
func (s *Site) look(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	k, err := l.lookOf(form)
	if err != nil {
		return err
	}
	who := l.who
	who.Purpose = form.Get("purpose")
	answer, err := s.Desk.Do(l.ctx, who, desk.Envelope{Key: form.Get("key")}, "person.unmask",
		&desk.Unmask{Thing: k.thing, ID: k.id, Subject: k.subject, Field: k.field, Purpose: who.Purpose})
	if f, ok := fault.Of(err); ok && f.Field == "purpose" {
		return l.lookForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	if answer.Repeat {
		s.Flash(w, r, part.Due, l.t("look.again"))
		http.Redirect(w, r, k.back, http.StatusSeeOther)
		return nil
	}
	o, err := l.Open(k.text)
	if err != nil {
		return err
	}
	value, ok := o[k.text.Ref()]
	if !ok {
		return fault.New(fault.Missing, "unmask.not_found", nil)
	}
	p := page.Seen{Heading: part.Heading{Title: l.t("look.seen")}, What: l.lookWhat(k), Value: value, Long: len([]rune(value)) > 40,
		Back: part.Button{Label: l.t("act.back"), Icon: "chevron-left", Kind: part.Quiet, Href: k.back}}
	return s.framed(w, r, http.StatusOK, p.Heading.Title, Frame{Head: page.Leave(k.back)}, p.Show())
}

// looks is who looked at somebody's data, and which ledgers left the house.
func (s *Site) looks(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	// The policy has said that this person watches over looks: of those the whole station's may be seen.
	rows, err := s.Boards.Looks.List(l.ctx, access.System(l.who.Station), q.Get("person"), q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.t("looks.title"), Sub: l.t("looks.sub"), Back: &part.Link{Href: "/people", Label: l.t("nav.people")}},
		Pager: l.Pager("/looks", q, rows.Next), Filter: part.FilterBar{Action: "/looks", Fields: []part.Field{{Name: "person", Label: l.t("looks.who"),
			Kind: part.KindSelect, Value: q.Get("person"), Options: s.PeopleOptions(l.lang, l.org, l.who)}}}}
	p.Table = part.Table{Caption: l.t("looks.title"), Empty: &part.Empty{Icon: "eye-off", Text: l.t("looks.none")},
		Columns: []part.Column{{Label: l.t("looks.when")}, {Label: l.t("looks.who")}, {Label: l.t("looks.what")}, {Label: l.t("looks.on")}, {Label: l.t("looks.purpose")}}}
	for _, x := range rows.Rows {
		p.Table.Rows = append(p.Table.Rows, part.Row{Cells: part.Cells(l.When(x.At), l.looker(x),
			l.lookedAt(x), l.lookedOn(x), vault.MaskFree(x.Purpose))})
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "people", p.Show())
}

// looker is who looked, and as what where that was taken down.
func (l *teller) looker(x boards.Row) string {
	if x.Role == "" {
		return l.Person(x.Person)
	}
	return l.Person(x.Person) + "（" + fault.Name(l.lang, "role."+x.Role) + "）"
}

func (l *teller) lookedAt(x boards.Row) string {
	if x.What == boards.Export && x.ID != "" {
		return l.t("looks.export_of", "ledger", l.t("ledgers."+x.ID))
	}
	if x.What == boards.Export {
		return l.t("looks.export")
	}
	if x.What == boards.Print {
		p, _ := l.book.Paper(x.Field)
		return l.t("looks.print", "paper", p.Name.In(l.lang))
	}
	return l.fieldWord(x.Field)
}

// lookedOn names the thing a look was taken on: a matter by its number, without its content.
func (l *teller) lookedOn(x boards.Row) string {
	switch x.Thing {
	case "matter":
		if rows, err := l.s.Boards.Matters.ByID(l.ctx, access.System(l.who.Station), x.ID); err == nil && len(rows) > 0 {
			return l.t("looks.matter", "number", rows[0].Number)
		}
		return l.t("looks.matter", "number", "")
	case "report":
		return l.t("looks.report")
	case "appointment":
		return l.t("hall.visit")
	case "right":
		return l.t("rights.title")
	case "firm": // by its name only to who may read of firms: an auditor sees that one was looked at
		if !l.May("firm.read", access.Thing{Kind: "firm"}) {
			return l.t("firms.title")
		}
		if named, err := l.NamesOfFirms([]string{x.ID}); err == nil && named[x.ID] != "" {
			return named[x.ID]
		}
		return l.t("firms.title")
	}
	return x.Field
}

// VisitOn finds the visit that "window/day/id" names.
func (s *Site) VisitOn(ctx context.Context, station, name string) (*appointment.Day, *appointment.Visit, error) {
	part := strings.Split(name, "/")
	if len(part) != 3 {
		return nil, nil, fault.New(fault.Missing, "appointment.not_found", nil)
	}
	day, err := s.Desk.WindowDay(ctx, station, appointment.Place{Window: part[0], On: part[1]})
	if err != nil {
		return nil, nil, err
	}
	v, err := day.Visit(part[2])
	return day, v, err
}
