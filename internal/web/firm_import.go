package web

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
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
)

// firmImport is the page for a file of firms.
func (s *Site) firmImport(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	return l.firmImportPage(w, r, http.StatusOK, nil)
}

func (l *teller) mayImportFirms() bool {
	return l.May("firm.set", access.Thing{Kind: "firm", Cells: l.who.Cells})
}

func (l *teller) firmImportPage(w http.ResponseWriter, r *http.Request, status int, why *fault.Fault) error {
	if !l.mayImportFirms() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	f := part.Form{Action: "/firms/import", Submit: l.t("orgfile.check"), Icon: "clipboard-check", Fields: []part.Field{
		{Name: "file", Label: l.t("orgfile.file"), Hint: l.t("firms.file_hint"), Kind: part.KindFile, Required: true, Accept: ".xlsx,.csv,.tsv"}},
		Cancel: &part.Link{Href: "/firms", Label: l.t("act.cancel")}}
	if why != nil {
		f.Fields[0].Error = l.s.Sentence(l.ctx, why)
	}
	head := part.Heading{Title: l.t("firms.import"), Sub: l.t("firms.import_sub"), Back: &part.Link{Href: "/firms", Label: l.t("firms.title")}}
	columns := part.Table{Caption: l.t("orgfile.columns"), Titled: true, Columns: []part.Column{{Label: l.t("orgfile.column.column")}, {Label: l.t("firms.also_called")}}}
	for _, c := range intake.FirmColumns {
		columns.Rows = append(columns.Rows, Row(fault.Name(l.lang, "field."+c.Key), strings.Join(c.Names, l.Comma())))
	}
	return l.s.Page(w, r, status, head.Title, "services", Narrow(head, Around(part.Section{Card: true}, f), columns))
}

func (s *Site) firmImportCheck(w http.ResponseWriter, r *http.Request) error {
	return s.firmTake(w, r, true)
}

func (s *Site) firmImportApply(w http.ResponseWriter, r *http.Request) error {
	return s.firmTake(w, r, false)
}

// firmUpload reads a file sent from the page, or sent back by its preview; nothing of it is kept on the server.
func firmUpload(r *http.Request) (name string, file []byte, err error) {
	if err := r.ParseMultipartForm(orgfile.MaxBytes * 2); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return "", nil, BadForm(err)
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	if packed := r.FormValue("packed"); packed != "" {
		if file, err = Unpack(packed); err != nil {
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
		return "", nil, BadForm(err)
	}
	if len(file) > orgfile.MaxBytes {
		return "", nil, fault.New(fault.TooLarge, "web.too_large", fault.Args{"mib": orgfile.MaxBytes >> 20}).On("file")
	}
	return head.Filename, file, nil
}

// firmTake tells what a file would do, or does it.
func (s *Site) firmTake(w http.ResponseWriter, r *http.Request, try bool) error {
	l, err := s.Tell(r)
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
			rows, err := s.Boards.Firms.List(l.ctx, l.scope, firms.Filter{Name: name, Cells: []string{cell}}, l.Today(), "", firms.MaxPage)
			for _, x := range rows.Rows {
				if x.Name == name {
					return x.ID, err
				}
			}
			return "", err
		}
		result, err = intake.Firms(l.ctx, s.Desk, l.who, name, bytes.NewReader(file), int64(len(file)), known, intake.Options{Try: try, Lang: l.lang})
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Unsupported || f.Kind == fault.TooLarge) {
		return l.firmImportPage(w, r, f.Kind.Status(), f)
	}
	if err != nil {
		return err
	}
	if !try {
		return s.See(w, r, "/firms", l.t("firms.imported", "new", result.New, "same", result.Already, "refused", len(result.Refused)))
	}
	return l.firmPreview(w, r, name, file, result)
}

// firmPreview tells what a file would do: how many rows are taken, and for every row that is not, why.
func (l *teller) firmPreview(w http.ResponseWriter, r *http.Request, name string, file []byte, result intake.Result) error {
	p := page.List{Heading: part.Heading{Title: l.t("firms.preview"), Sub: l.t("orgfile.preview_sub", "name", name), Back: &part.Link{Href: "/firms/import", Label: l.t("firms.import")}}}
	tone := part.Plain
	if len(result.Refused) > 0 {
		tone = part.Overdue
	}
	p.Stats = &part.Stats{Items: []part.Stat{{Label: l.t("firms.rows_taken"), Value: strconv.Itoa(result.New), Tone: part.OK}, {Label: l.t("orgfile.fate.same"), Value: strconv.Itoa(result.Already)},
		{Label: l.t("firms.rows_refused"), Value: strconv.Itoa(len(result.Refused)), Tone: tone}}}
	p.Table = part.Table{Caption: l.t("orgfile.mistakes"), Empty: &part.Empty{Icon: "circle-check", Text: l.t("firms.no_mistakes")},
		Columns: []part.Column{{Label: l.t("orgfile.column.line"), Num: true}, {Label: l.t("orgfile.column.column")}, {Label: l.t("orgfile.column.why")}}}
	for i, f := range result.Refused {
		if i == PreviewRows {
			break
		}
		column := ""
		if f.Column != "" {
			column = fault.Name(l.lang, "field."+f.Column)
		}
		p.Table.Rows = append(p.Table.Rows, Row(strconv.Itoa(f.Line), OrDash(column), f.Sentence))
	}
	if result.New > 0 {
		apply := part.Form{Action: "/firms/import/apply", Submit: l.t("firms.apply", "n", result.New), Icon: "upload", Cancel: &part.Link{Href: "/firms/import", Label: l.t("act.back")},
			ID: "apply", Fields: []part.Field{{Name: "name", Kind: part.KindHidden, Value: name}, {Name: "packed", Kind: part.KindHidden, Value: Pack(file)}}}
		p.Below = append(p.Below, Around(part.Section{Card: true, Note: l.t("firms.apply_note")}, apply))
	}
	return l.s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}
