package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"maplegrid/internal/access"
	"maplegrid/internal/board/inbox"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/search"
)

// maxFound is how many hits are looked at for one question.
const maxFound = 60

// search finds matters and reports by their words, a matter by its number, a report by its receipt code; within what may be seen.
func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !l.May("search", access.Thing{Kind: "matter", Cells: l.who.Cells, People: []string{l.who.Person}}) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	p := page.Page{Heading: part.Heading{Title: l.t("nav.search")}, Query: q, Asked: q != ""}
	status := http.StatusOK
	if q != "" {
		to, err := l.found(&p, q)
		if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
			p.Error, status = s.Sentence(l.ctx, f), f.Kind.Status()
		} else if err != nil {
			return err
		} else if to != "" {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
	}
	return s.framed(w, r, status, l.t("nav.search"), Frame{Nav: "search", Query: q}, p.Show())
}

// found fills in what was found, or gives the one address a number or a code stands for.
func (l *teller) found(p *page.Page, q string) (to string, err error) {
	if utf8.RuneCountInString(q) > 200 {
		q = string([]rune(q)[:200])
	}
	if row, err := l.s.Boards.Matters.ByNumber(l.ctx, l.scope, q); err == nil {
		return "/matters/" + row.ID, nil
	} else if fault.Code(err) != "matter.not_found" {
		return "", err
	}
	if to, err := l.byReceipt(q); to != "" || err != nil {
		return to, err
	}
	if utf8.RuneCountInString(q) < 2 {
		return "", fault.New(fault.Invalid, "search.nothing_to_find", nil).On("q")
	}
	hits, ok, err := l.s.Boards.Search.Find(l.ctx, l.scope, q, "", maxFound+1)
	if err != nil {
		return "", err
	}
	if !ok { // nothing of it is in the index: a phone, an ID number, punctuation
		p.None = &part.Empty{Icon: "search", Text: l.t("search.none", "q", q), Hint: l.t("search.help")}
		return "", nil
	}
	p.More = len(hits) > maxFound
	var mids, rids []string
	for _, h := range hits[:min(len(hits), maxFound)] {
		if h.Thing == "matter" {
			mids = append(mids, h.ID)
		} else {
			rids = append(rids, h.ID)
		}
	}
	if err := l.foundMatters(p, q, mids); err != nil {
		return "", err
	}
	if err := l.foundReports(p, q, rids); err != nil {
		return "", err
	}
	if len(p.Matters.Items)+len(p.Reports.Items) == 0 {
		p.None = &part.Empty{Icon: "search", Text: l.t("search.none", "q", q), Hint: l.t("search.none_hint")}
	}
	return "", nil
}

// byReceipt finds the report a code was given for, when it may be seen; another one is not told from none.
func (l *teller) byReceipt(q string) (string, error) {
	code, err := ident.ParseReceipt(q)
	if err != nil {
		return "", nil
	}
	id, err := l.s.Desk.Journal.Holder(l.ctx, l.who.Station, "receipt", string(code))
	if err != nil || id == "" {
		return "", err
	}
	if _, err := l.s.report(l.ctx, l.who, id); err != nil {
		return "", nil
	}
	return "/reports/" + url.PathEscape(id), nil
}

// holds checks a text for every word asked for: the index knows pairs of characters only, and may find what does not hold the words.
func holds(q string, texts ...string) bool {
	all := fold(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(q) {
		if !strings.Contains(all, fold(word)) {
			return false
		}
	}
	return true
}

// fold makes letters comparable: full width to half, upper case to lower.
func fold(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '！' && c <= '～':
			c -= '！' - '!'
		case c == '\u3000':
			return ' '
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, strings.ToLower(s))
}

func (l *teller) foundMatters(p *page.Page, q string, ids []string) error {
	rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	var kept []matters.Row
	for _, r := range rows {
		if holds(q, r.Number, r.Title, r.Place) {
			kept = append(kept, r)
			continue
		}
		// Its sealed words are not on the board: they are opened for the few whose title does not say why they were found.
		m, err := l.s.Matter(l.ctx, l.who, r.ID)
		if err != nil {
			continue
		}
		o, err := l.Open(m.Words)
		if err != nil {
			return err
		}
		if holds(q, m.Number, m.Title, m.Place, vault.MaskFree(o[m.Words.Ref()])) {
			kept = append(kept, r)
		}
	}
	p.Matters.Items = l.items(kept)
	return nil
}

func (l *teller) foundReports(p *page.Page, q string, ids []string) error {
	rows, err := l.s.Boards.Inbox.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	var kept []inbox.Row
	for _, r := range rows {
		texts := []vault.Text{r.Words}
		if r.Additions > 0 {
			rep, err := l.s.anyReport(l.ctx, l.who.Station, r.ID)
			if err != nil {
				return err
			}
			for _, a := range rep.Additions {
				texts = append(texts, a.Words)
			}
		}
		o, err := l.Open(texts...)
		if err != nil {
			return err
		}
		said := []string{r.Place}
		for _, t := range texts {
			said = append(said, vault.MaskFree(o[t.Ref()]))
		}
		if holds(q, said...) {
			kept = append(kept, r)
		}
	}
	p.Reports.Items, err = l.reportItems(kept)
	return err
}
