package card

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
)

// householdsImport asks for a table of households.
func (s Pages) householdsImport(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	return c.importForm(w, r, http.StatusOK, r.URL.Query().Get("cell"), nil)
}

func (c *carrier) importForm(w http.ResponseWriter, r *http.Request, status int, cell string, why *fault.Fault) error {
	if !c.May("household.set", access.Thing{Kind: "household", Cells: c.Who().Cells}) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	f := part.Form{Action: "/households/import", Submit: c.T("households.import_check"), Icon: "clipboard-check", Cancel: &part.Link{Href: "/households", Label: c.T("act.cancel")}, Fields: []part.Field{
		{Name: "file", Label: c.T("households.import_file"), Hint: c.T("households.import_file_hint"), Kind: part.KindFile, Required: true, Accept: ".xlsx,.csv,.tsv,.jsonl"},
		{Name: "cell", Label: c.T("households.import_cell"), Kind: part.KindSelect, Value: cell, Options: c.cellsOptions()}}}
	if why != nil {
		f.Fields[0].Error = c.s.Sentence(c.Ctx(), why)
	}
	head := part.Heading{Title: c.T("households.import"), Sub: c.T("households.import_sub"), Back: &part.Link{Href: "/households", Label: c.T("households.title")}}
	return c.s.Page(w, r, status, head.Title, "services", web.Narrow(head, f))
}

// householdFile reads the table sent, or sent back by its preview; nothing of it is kept on the server.
func householdFile(r *http.Request) (name string, file []byte, err error) {
	if err := r.ParseMultipartForm(orgfile.MaxBytes * 2); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return "", nil, web.BadForm(err)
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	if packed := r.FormValue("packed"); packed != "" {
		if file, err = web.Unpack(packed); err != nil {
			return "", nil, fault.New(fault.Invalid, "web.broken_form", nil)
		}
		return r.FormValue("name"), file, nil
	}
	f, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "form.required", fault.Args{"field": "file"}).On("file")
	}
	defer f.Close()
	if file, err = io.ReadAll(io.LimitReader(f, orgfile.MaxBytes+1)); err != nil {
		return "", nil, web.BadForm(err)
	}
	return head.Filename, file, nil
}

// householdsImported tells what a table would do, and does it once that was looked at.
func (s Pages) householdsImported(w http.ResponseWriter, r *http.Request) error {
	c, err := s.carrier(r)
	if err != nil {
		return err
	}
	name, file, err := householdFile(r)
	cell, do := r.FormValue("cell"), r.FormValue("do") == "1"
	var result intake.Result
	if err == nil {
		result, err = intake.Households(c.Ctx(), s.Desk, c.Who(), name, bytes.NewReader(file), int64(len(file)), cell, intake.Options{Try: !do, Lang: c.Lang()})
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Unsupported || f.Kind == fault.TooLarge) {
		return c.importForm(w, r, f.Kind.Status(), cell, f)
	}
	if err != nil {
		return err
	}
	if do {
		if head, _, err := s.Desk.Journal.Head(c.Ctx(), c.Who().Station); err == nil && s.Await != nil {
			s.Await(c.Ctx(), c.Who().Station, head)
		}
		return s.See(w, r, "/households?"+url.Values{"cell": {cell}, "of": {"all"}}.Encode(), c.T("households.imported", "new", result.New, "same", result.Already, "refused", len(result.Refused)))
	}
	return c.importPreview(w, r, name, file, cell, result)
}

func (c *carrier) importPreview(w http.ResponseWriter, r *http.Request, name string, file []byte, cell string, x intake.Result) error {
	tone := func(n int, t part.Tone) part.Tone {
		if n == 0 {
			return part.Plain
		}
		return t
	}
	stats := part.Stats{Items: []part.Stat{{Label: c.T("households.import_new"), Value: strconv.Itoa(x.New), Tone: tone(x.New, part.OK)},
		{Label: c.T("households.import_same"), Value: strconv.Itoa(x.Already)}, {Label: c.T("households.import_refused"), Value: strconv.Itoa(len(x.Refused)), Tone: tone(len(x.Refused), part.Overdue)}}}
	head := part.Heading{Title: c.T("households.import_preview"), Sub: name, Back: &part.Link{Href: "/households/import", Label: c.T("households.import")}}
	parts := []templ.Component{head, stats}
	if len(x.Unknown) > 0 {
		parts = append(parts, web.Paragraph(c.T("households.import_unknown", "columns", strings.Join(x.Unknown, c.Comma()))))
	}
	if len(x.Refused) > 0 {
		t := part.Table{Caption: c.T("households.import_refused"), Titled: true, Columns: []part.Column{{Label: c.T("households.import_line"), Num: true}, {Label: c.T("households.import_column")}, {Label: c.T("households.import_why")}}}
		for i, f := range x.Refused {
			if i == web.PreviewRows {
				break
			}
			t.Rows = append(t.Rows, part.Row{Cells: part.Cells(strconv.Itoa(f.Line), web.OrDash(f.Column), f.Sentence)})
		}
		parts = append(parts, t)
	}
	if x.New+x.Already > 0 {
		parts = append(parts, part.Form{Action: "/households/import", Submit: c.T("households.import_apply", "n", x.New), Icon: "upload", Cancel: &part.Link{Href: "/households/import", Label: c.T("act.back")},
			Fields: []part.Field{{Name: "do", Kind: part.KindHidden, Value: "1"}, {Name: "cell", Kind: part.KindHidden, Value: cell}, {Name: "name", Kind: part.KindHidden, Value: name}, {Name: "packed", Kind: part.KindHidden, Value: web.Pack(file)}}})
	} else {
		parts = append(parts, web.Paragraph(c.T("households.import_nothing")))
	}
	return c.s.Page(w, r, http.StatusOK, head.Title, "services", part.Some(parts...))
}
