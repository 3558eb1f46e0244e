package paper

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/paper"
	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

func (s Pages) Routes() []web.Route {
	list := []web.Route{
		{Method: "GET", Pattern: "/check", Who: web.Anyone, Handler: s.checkAsk},
		{Method: "POST", Pattern: "/check", Who: web.Anyone, Handler: s.checkAsked},
		{Method: "GET", Pattern: "/check/{code}", Who: web.Anyone, Handler: s.check},
	}
	if s.Blobs == nil {
		return list
	}
	return append(list,
		web.Route{Method: "GET", Pattern: "/matters/{id}/papers", Handler: s.paperList},
		web.Route{Method: "POST", Pattern: "/matters/{id}/papers", Handler: s.paperPrint},
		web.Route{Method: "GET", Pattern: "/matters/{id}/papers/draft.pdf", Handler: s.paperDraft},
		web.Route{Method: "GET", Pattern: "/matters/{id}/papers/{file}", Handler: s.paperCopy},
		web.Route{Method: "GET", Pattern: "/matters/{id}/file.pdf", Handler: s.paperFile},
		web.Route{Method: "POST", Pattern: "/matters/{id}/file.pdf", Handler: s.paperPrintFile},
	)
}

// maker makes papers with the pictures that were sent to this station.
func (s Pages) maker(masked bool) document.Maker {
	return document.Maker{Desk: s.Desk, Masked: masked, Picture: func(ctx context.Context, station, id string) ([]byte, error) {
		b, _, err := s.Blobs.Get(ctx, station, id, keep.Shown)
		return b, err
	}}
}

// printable finds a dispute whose papers somebody may print.
func (s Pages) printable(r *http.Request) (*teller, *dispute.Dispute, error) {
	l, err := s.tell(r)
	if err != nil {
		return nil, nil, err
	}
	d, err := l.Dispute(r.PathValue("id"))
	if err == nil && !l.May("dispute.print", desk.MatterThing(l.Who().Station, &d.Matter)) {
		err = fault.New(fault.Denied, "access.denied", nil)
	}
	if err == nil {
		err = l.Among(d)
	}
	return l, d, err
}

// printing is papers on their way to the printer: each is made under the number and version that the rule will give it, and registered
// before a byte of it leaves.
type printing struct {
	*teller
	d       *dispute.Dispute
	folder  *document.Folder
	address string
	now     time.Time
}

func (l *teller) printing(r *http.Request, d *dispute.Dispute) (*printing, error) {
	f, err := l.s.maker(false).Open(l.Ctx(), l.Who().Station, d)
	return &printing{teller: l, d: d, folder: f, address: l.s.Address(r), now: l.s.Clock.Now()}, err
}

// stamp writes on a paper who prints it, when, and where it can be checked (law-and-standards 20.3).
func (p *printing) stamp(doc *paper.Document) {
	doc.Versions, doc.PrintedBy, doc.PrintedAt = doc.Version, p.Person(p.Who().Person), p.now.In(clock.Shanghai)
	doc.CheckURL = p.address + "/check/" + strings.ReplaceAll(doc.Code(), "-", "")
}

// next makes a paper as it would be printed now. The number of one that was never printed is asked of the rule.
func (p *printing) next(key, of string) (paper.Document, error) {
	number := ""
	if document.Latest(p.d, key, of) == nil {
		a, err := p.s.Desk.Do(p.Ctx(), p.Who(), desk.Envelope{Key: p.s.NewKey(), Try: true}, "dispute.print",
			&dispute.Print{On: matter.On{Matter: p.d.ID}, Paper: key, Of: of, Digest: "?"})
		if err != nil {
			return paper.Document{}, err
		}
		number = a.Number
	}
	return p.folder.Next(key, of, number)
}

// register takes the act. The key is the form's: sent twice, it is printed once.
func (p *printing) register(key string, a dispute.Print, doc paper.Document) (desk.Answer, error) {
	a.On, a.Number, a.Edition, a.Code = matter.On{Matter: p.d.ID}, doc.Number, doc.Version, strings.ReplaceAll(doc.Code(), "-", "")
	answer, err := p.s.Desk.Do(p.Ctx(), p.Who(), desk.Envelope{Key: key}, "dispute.print", &a)
	if a.Copy != "" && (err != nil || answer.Repeat) {
		_ = p.s.Blobs.Drop(p.Ctx(), p.Who().Station, a.Copy) // one that is attached stays
	} else if a.Copy != "" {
		err = p.s.Blobs.Attach(p.Ctx(), p.Who().Station, a.Copy, "matter/"+p.d.ID)
	}
	return answer, err
}

// one prints one paper: kept sealed as it is, unless the very version is kept already.
func (p *printing) one(key, paperKey, of string) (desk.Answer, error) {
	doc, err := p.next(paperKey, of)
	if err != nil {
		return desk.Answer{}, err
	}
	a := dispute.Print{Paper: paperKey, Of: of, Digest: document.Digest(doc)}
	if last := document.Latest(p.d, paperKey, of); last != nil && last.Digest == a.Digest && last.Copy != "" {
		a.Copy = last.Copy
		return p.register(key, a, doc)
	}
	p.stamp(&doc)
	var pdf, docx bytes.Buffer
	if err := doc.PDF(&pdf); err != nil {
		return desk.Answer{}, err
	}
	if err := doc.DOCX(&docx); err != nil {
		return desk.Answer{}, err
	}
	if a.Copy, err = p.s.Blobs.PutPaper(p.Ctx(), p.Who().Station, p.Who().Person, keep.Paper{PDF: pdf.Bytes(), DOCX: docx.Bytes()}, p.now); err != nil {
		return desk.Answer{}, err
	}
	return p.register(key, a, doc)
}

// file prints the whole file: what in it is new or changed is registered first, then the cover, which stands for the file.
func (p *printing) file(key string) (desk.Answer, error) {
	cover, papers, err := p.folder.File()
	if err != nil {
		return desk.Answer{}, err
	}
	var docs []paper.Document
	for _, one := range papers {
		doc, err := p.next(one.Paper.Key, one.Of)
		if err != nil {
			return desk.Answer{}, err
		}
		if digest := document.Digest(doc); digest != one.Digest {
			if _, err := p.register(p.s.NewKey(), dispute.Print{Paper: one.Paper.Key, Of: one.Of, Digest: digest}, doc); err != nil {
				return desk.Answer{}, err
			}
		}
		p.stamp(&doc)
		docs = append(docs, doc)
	}
	front, err := p.cover(cover, docs)
	if err != nil {
		return desk.Answer{}, err
	}
	a := dispute.Print{Paper: cover.Paper.Key, Digest: document.FileDigest(front, docs)}
	if last := document.Latest(p.d, cover.Paper.Key, ""); last != nil && last.Digest == a.Digest {
		a.Copy = last.Copy
		return p.register(key, a, front)
	}
	p.stamp(&front)
	var pdf bytes.Buffer
	if err := paper.Bundle(&pdf, front, docs); err != nil {
		return desk.Answer{}, err
	}
	if a.Copy, err = p.s.Blobs.PutPaper(p.Ctx(), p.Who().Station, p.Who().Person, keep.Paper{PDF: pdf.Bytes()}, p.now); err != nil {
		return desk.Answer{}, err
	}
	return p.register(key, a, front)
}

// cover makes the cover under its number and the version of the file.
func (p *printing) cover(one document.One, docs []paper.Document) (paper.Document, error) {
	last := document.Latest(p.d, one.Paper.Key, "")
	if last == nil {
		return p.next(one.Paper.Key, "")
	}
	front, err := p.folder.Make(one.Paper.Key, "", last.Number, last.Version)
	if err == nil && document.FileDigest(front, docs) != last.Digest {
		return p.folder.Make(one.Paper.Key, "", last.Number, last.Version+1)
	}
	return front, err
}

// paperPrint prints one paper, new or once more as it was, and opens it.
func (s Pages) paperPrint(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	return s.printed(w, r, func(p *printing) (desk.Answer, error) {
		if !p.seesPaper(p.d, form.Get("paper")) {
			return desk.Answer{}, fault.New(fault.Missing, "dispute.nothing_to_print", nil)
		}
		if again := form.Get("again"); again != "" {
			return p.s.Desk.Do(p.Ctx(), p.Who(), desk.Envelope{Key: form.Get("key")}, "dispute.print",
				&dispute.Print{On: matter.On{Matter: p.d.ID}, Paper: form.Get("paper"), Of: form.Get("of"), Again: again})
		}
		return p.one(form.Get("key"), form.Get("paper"), form.Get("of"))
	})
}

// paperPrintFile prints the whole file.
func (s Pages) paperPrintFile(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	return s.printed(w, r, func(p *printing) (desk.Answer, error) { return p.file(form.Get("key")) })
}

// printed prints and leads back to the list, where the copy can be opened. A paper that somebody else printed meanwhile is made anew.
func (s Pages) printed(w http.ResponseWriter, r *http.Request, do func(p *printing) (desk.Answer, error)) error {
	const tries = 3
	for try := 1; ; try++ {
		l, d, err := s.printable(r)
		if err != nil {
			return err
		}
		p, err := l.printing(r, d)
		if err != nil {
			return err
		}
		answer, err := do(p)
		if fault.Code(err) == "dispute.printed_meanwhile" && try < tries {
			continue
		}
		if err != nil {
			return err
		}
		if s.Await != nil {
			s.Await(l.Ctx(), l.Who().Station, answer.Seq)
		}
		return s.See(w, r, "/matters/"+url.PathEscape(d.ID)+"/papers?printed="+url.QueryEscape(answer.ID), l.T("papers.done"))
	}
}

// paperDraft shows a paper before it is printed: masked, and marked as a draft across every page.
func (s Pages) paperDraft(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.printable(r)
	if err != nil {
		return err
	}
	f, err := s.maker(true).Open(l.Ctx(), l.Who().Station, d)
	if err != nil {
		return err
	}
	if !l.seesPaper(d, r.URL.Query().Get("paper")) {
		return fault.New(fault.Missing, "dispute.nothing_to_print", nil)
	}
	doc, err := f.Next(r.URL.Query().Get("paper"), r.URL.Query().Get("of"), "")
	if err != nil {
		return err
	}
	doc.Draft = true
	var pdf bytes.Buffer
	if err := doc.PDF(&pdf); err != nil {
		return err
	}
	web.SendPaper(w, "application/pdf", doc.Title+"（草稿）.pdf", pdf.Bytes())
	return nil
}

// paperCopy gives a kept copy to who printed it: anybody else prints it once more first, so that every look at full names is recorded.
func (s Pages) paperCopy(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.printable(r)
	if err != nil {
		return err
	}
	id, docx := strings.CutSuffix(r.PathValue("file"), ".docx")
	id, pdf := strings.CutSuffix(id, ".pdf")
	for _, x := range d.Printed {
		if x.ID != id || docx == pdf || x.Copy == "" || !l.seesPaper(d, x.Paper) {
			continue
		}
		if x.By != l.Who().Person {
			return s.notYours(w, r, d.ID)
		}
		size, kind, ending := keep.PDF, "application/pdf", ".pdf"
		if docx {
			size, kind, ending = keep.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"
		}
		b, ok, err := s.Blobs.Get(l.Ctx(), l.Who().Station, x.Copy, size)
		if err != nil {
			return err
		}
		if ok && len(b) > 0 {
			p, _ := l.Book().Paper(x.Paper)
			web.SendPaper(w, kind, p.Name.Zh+" "+x.Number+ending, b)
			return nil
		}
	}
	return fault.New(fault.Missing, "dispute.nothing_to_print", nil)
}

func (s Pages) notYours(w http.ResponseWriter, r *http.Request, id string) error {
	s.Flash(w, r, "due", text.T(r.Context(), "papers.not_yours"))
	http.Redirect(w, r, "/matters/"+url.PathEscape(id)+"/papers", http.StatusSeeOther)
	return nil
}

// paperFile opens the whole file as this person last printed it.
func (s Pages) paperFile(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.printable(r)
	if err != nil {
		return err
	}
	for i := len(d.Printed) - 1; i >= 0; i-- {
		if p, ok := l.Book().Paper(d.Printed[i].Paper); ok && p.Of == "cover" && d.Printed[i].By == l.Who().Person {
			http.Redirect(w, r, "/matters/"+url.PathEscape(d.ID)+"/papers/"+d.Printed[i].ID+".pdf", http.StatusSeeOther)
			return nil
		}
	}
	return s.notYours(w, r, d.ID)
}
