package firm

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
)

// firmImport is the page for a file of firms.
func (s Pages) firmImport(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	return l.firmImportPage(w, r, http.StatusOK, nil)
}

func (l *teller) mayImportFirms() bool {
	return l.May("firm.set", access.Thing{Kind: "firm", Cells: l.Who().Cells})
}

func (l *teller) firmImportPage(w http.ResponseWriter, r *http.Request, status int, why *fault.Fault) error {
	if !l.mayImportFirms() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	f := part.Form{Action: "/firms/import", Submit: l.T("orgfile.check"), Icon: "clipboard-check", Fields: []part.Field{
		{Name: "file", Label: l.T("orgfile.file"), Hint: l.T("firms.file_hint"), Kind: part.KindFile, Required: true, Accept: ".xlsx,.csv,.tsv"}},
		Cancel: &part.Link{Href: "/firms", Label: l.T("act.cancel")}}
	if why != nil {
		f.Fields[0].Error = l.s.Sentence(l.Ctx(), why)
	}
	head := part.Heading{Title: l.T("firms.import"), Sub: l.T("firms.import_sub"), Back: &part.Link{Href: "/firms", Label: l.T("firms.title")}}
	columns := part.Table{Caption: l.T("orgfile.columns"), Titled: true, Columns: []part.Column{{Label: l.T("orgfile.column.column")}, {Label: l.T("firms.also_called")}}}
	for _, c := range intake.FirmColumns {
		columns.Rows = append(columns.Rows, web.Row(fault.Name(l.Lang(), "field."+c.Key), strings.Join(c.Names, l.Comma())))
	}
	return l.s.Page(w, r, status, head.Title, "services", web.Narrow(head, web.Around(part.Section{Card: true}, f), columns))
}

func (s Pages) firmImportCheck(w http.ResponseWriter, r *http.Request) error {
	return s.firmTake(w, r, true)
}

func (s Pages) firmImportApply(w http.ResponseWriter, r *http.Request) error {
	return s.firmTake(w, r, false)
}

// firmUpload reads a file sent from the page, or sent back by its preview; nothing of it is kept on the server.
func firmUpload(r *http.Request) (name string, file []byte, err error) {
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
	if len(file) > orgfile.MaxBytes {
		return "", nil, fault.New(fault.TooLarge, "web.too_large", fault.Args{"mib": orgfile.MaxBytes >> 20}).On("file")
	}
	return head.Filename, file, nil
}

// firmTake tells what a file would do, or does it.
func (s Pages) firmTake(w http.ResponseWriter, r *http.Request, try bool) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if !l.mayImportFirms() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	name, file, err := firmUpload(r)
	var result intake.Result
	if err == nil {
		known := func(name, cell string) (string, error) {
			rows, err := s.Boards.Firms.List(l.Ctx(), l.Scope(), firms.Filter{Name: name, Cells: []string{cell}}, l.Today(), "", firms.MaxPage)
			for _, x := range rows.Rows {
				if x.Name == name {
					return x.ID, err
				}
			}
			return "", err
		}
		result, err = intake.Firms(l.Ctx(), s.Desk, l.Who(), name, bytes.NewReader(file), int64(len(file)), known, intake.Options{Try: try, Lang: l.Lang()})
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Unsupported || f.Kind == fault.TooLarge) {
		return l.firmImportPage(w, r, f.Kind.Status(), f)
	}
	if err != nil {
		return err
	}
	if !try {
		return s.See(w, r, "/firms", l.T("firms.imported", "new", result.New, "same", result.Already, "refused", len(result.Refused)))
	}
	return l.firmPreview(w, r, name, file, result)
}

// firmPreview tells what a file would do: how many rows are taken, and for every row that is not, why.
func (l *teller) firmPreview(w http.ResponseWriter, r *http.Request, name string, file []byte, result intake.Result) error {
	p := page.List{Heading: part.Heading{Title: l.T("firms.preview"), Sub: l.T("orgfile.preview_sub", "name", name), Back: &part.Link{Href: "/firms/import", Label: l.T("firms.import")}}}
	tone := part.Plain
	if len(result.Refused) > 0 {
		tone = part.Overdue
	}
	p.Stats = &part.Stats{Items: []part.Stat{{Label: l.T("firms.rows_taken"), Value: strconv.Itoa(result.New), Tone: part.OK}, {Label: l.T("orgfile.fate.same"), Value: strconv.Itoa(result.Already)},
		{Label: l.T("firms.rows_refused"), Value: strconv.Itoa(len(result.Refused)), Tone: tone}}}
	p.Table = part.Table{Caption: l.T("orgfile.mistakes"), Empty: &part.Empty{Icon: "circle-check", Text: l.T("firms.no_mistakes")},
		Columns: []part.Column{{Label: l.T("orgfile.column.line"), Num: true}, {Label: l.T("orgfile.column.column")}, {Label: l.T("orgfile.column.why")}}}
	for i, f := range result.Refused {
		if i == web.PreviewRows {
			break
		}
		column := ""
		if f.Column != "" {
			column = fault.Name(l.Lang(), "field."+f.Column)
		}
		p.Table.Rows = append(p.Table.Rows, web.Row(strconv.Itoa(f.Line), web.OrDash(column), f.Sentence))
	}
	if result.New > 0 {
		apply := part.Form{Action: "/firms/import/apply", Submit: l.T("firms.apply", "n", result.New), Icon: "upload", Cancel: &part.Link{Href: "/firms/import", Label: l.T("act.back")},
			ID: "apply", Fields: []part.Field{{Name: "name", Kind: part.KindHidden, Value: name}, {Name: "packed", Kind: part.KindHidden, Value: web.Pack(file)}}}
		p.Below = append(p.Below, web.Around(part.Section{Card: true, Note: l.T("firms.apply_note")}, apply))
	}
	return l.s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}
