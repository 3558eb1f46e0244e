package paper

import (
	"net/http"
	"net/url"
	"slices"

	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/paper"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/dispute"
)

// paperList is what can be printed of a dispute, in the order of the file, and what was.
func (s Pages) paperList(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.printable(r)
	if err != nil {
		return err
	}
	list, err := s.maker(true).Papers(l.Ctx(), l.Who().Station, d)
	if err != nil {
		return err
	}
	home := "/matters/" + url.PathEscape(d.ID)
	p := page.Page{Heading: part.Heading{Title: l.T("papers.title"), Kicker: d.Number + " · " + l.Quiet(d.Title), Back: &part.Link{Href: home, Label: l.T("papers.back")}},
		Note: l.T("papers.note"), Empty: &part.Empty{Icon: "file-text", Text: l.T("papers.none")}}
	var in, beside []page.Item
	for _, one := range list {
		if !l.seesPaper(d, one.Paper.Key) {
			continue
		}
		item := l.paperItem(home, d, one)
		if one.Version == 0 && printedAt(list, one) {
			item.State = part.Status{Label: l.T("papers.never")}
		}
		switch {
		case one.Paper.Of == "cover":
			item.Kind = part.Primary
			item.Title, item.Label, item.Draft = l.T("papers.file"), l.T("papers.file_note"), ""
			item.Print.Action, item.Print.Submit = home+"/file.pdf", l.T("papers.file_print")
			p.File = &item
		case one.Paper.No > 0:
			in = append(in, item)
		default:
			beside = append(beside, item)
		}
	}
	for _, g := range []page.Group{{Title: l.T("papers.in_file"), Items: in}, {Title: l.T("papers.beside"), Items: beside}} {
		if p.File == nil {
			g.Title = l.T("papers.all")
		}
		if len(g.Items) > 0 {
			p.Sections = append(p.Sections, g)
		}
	}
	if p.File == nil && len(p.Sections) == 2 {
		p.Sections = []page.Group{{Title: l.T("papers.all"), Items: append(in, beside...)}}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "matters", p.Show())
}

// seesPaper tells whether somebody may know of a paper: a written warning says by being there that there is a violation record.
func (l *teller) seesPaper(d *dispute.Dispute, key string) bool {
	return !web.HidesViolation(key) || l.May("violation.read", desk.MatterThing(l.Who().Station, &d.Matter))
}

// printedAt tells whether another paper at the same place of the file was printed, which does for this one.
func printedAt(list []document.One, one document.One) bool {
	return slices.ContainsFunc(list, func(o document.One) bool {
		return o.Paper.No == one.Paper.No && o.Paper.Key != one.Paper.Key && o.Version > 0
	})
}

func (l *teller) paperItem(home string, d *dispute.Dispute, one document.One) page.Item {
	item := page.Item{ID: "p-" + one.Paper.Key + "-" + one.Of, Title: l.Capital(one.Paper.Name.In(l.Lang())), Label: l.Quiet(one.Label), No: one.Paper.No}
	if one.Missing {
		item.State = part.Status{Tone: part.Due, Label: l.T("papers.missing")}
		return item
	}
	ask := url.Values{"paper": {one.Paper.Key}, "of": {one.Of}}
	item.Draft = home + "/papers/draft.pdf?" + ask.Encode()
	item.Print, item.Kind = l.printForm(home, one, "", l.T("papers.print")), part.Quiet
	switch {
	case one.Version > 0:
		item.State = part.Status{Tone: part.OK, Label: l.T("papers.version", "version", one.Version)}
		item.Number = l.T("papers.number", "number", one.Number)
	case one.Paper.Needed == "always" && one.Paper.No > 0:
		item.State = part.Status{Tone: part.Due, Label: l.T("papers.needed") + " · " + l.T("papers.never")}
	default:
		item.State = part.Status{Label: l.T("papers.never")}
	}
	item.Printed = l.printings(home, d, one)
	return item
}

// mostPrintings is how many printings of one paper its row shows, the latest first.
const mostPrintings = 4

func (l *teller) printings(home string, d *dispute.Dispute, one document.One) (list []page.Printed) {
	again := map[int]bool{}
	for i := len(d.Printed) - 1; i >= 0 && len(list) < mostPrintings; i-- {
		x := d.Printed[i]
		if x.Paper != one.Paper.Key || x.Of != one.Of {
			continue
		}
		row := page.Printed{Text: l.T("papers.printed", "name", l.Person(x.By), "when", l.When(x.At), "version", x.Version)}
		switch {
		case x.Copy == "":
			row.Text += " · " + l.T("papers.within")
		case x.By == l.Who().Person:
			copyAt := home + "/papers/" + x.ID
			row.Open = []part.Link{{Href: copyAt + ".pdf", Label: l.T("papers.open_pdf")}}
			if one.Paper.Of != "cover" {
				row.Open = append(row.Open, part.Link{Href: copyAt + ".docx", Label: l.T("papers.open_docx")})
			}
		case !again[x.Version]:
			row.Again = l.printForm(home, one, x.ID, l.T("papers.again", "version", x.Version))
		}
		again[x.Version] = true
		list = append(list, row)
	}
	return list
}

func (l *teller) printForm(home string, one document.One, again, label string) *part.Form {
	f := &part.Form{Action: home + "/papers", Submit: label, Icon: "printer"}
	for _, x := range [][2]string{{"paper", one.Paper.Key}, {"of", one.Of}, {"again", again}, {"key", l.s.NewKey()}} {
		if x[1] != "" {
			f.Fields = append(f.Fields, part.Field{Name: x[0], Kind: part.KindHidden, Value: x[1]})
		}
	}
	return f
}
