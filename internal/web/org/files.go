package org

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
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/sheet"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
)

// orgFiles is the page for tables in and out.
func (s Pages) orgFiles(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if !l.organises() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return l.filesPage(w, r, http.StatusOK, url.Values{}, nil)
}

func (l *teller) filesPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	p := org.Files{Heading: part.Heading{Title: l.T("orgfile.title"), Sub: l.T("orgfile.sub"), Back: &part.Link{Href: "/org", Label: l.T("org.title")}}, Form: l.fileForm(typed, why)}
	p.Tables = part.Table{Caption: l.T("orgfile.columns"), Columns: []part.Column{{Label: l.T("orgfile.column.table")}, {Label: l.T("orgfile.column.must")}, {Label: l.T("orgfile.column.may")}}}
	p.Out = part.Table{Caption: l.T("orgfile.out"), Columns: []part.Column{{Label: l.T("orgfile.column.table")}, {Label: l.T("orgfile.column.rows"), Num: true}, {Label: l.T("orgfile.column.get")}}}
	for _, k := range orgfile.Kinds {
		must, may := k.Columns()
		if k != orgfile.Outlines {
			p.Tables.Rows = append(p.Tables.Rows, web.Row(k.Title(l.Lang()), strings.Join(must, l.Comma()), strings.Join(may, l.Comma())))
		}
		get := part.Some(web.Linked("/org/export/"+string(k)+".xlsx", "Excel"), templ.Raw(" · "), web.Linked("/org/export/"+string(k)+".csv", "CSV"))
		if k == orgfile.Outlines {
			get = web.Linked("/org/export/outlines.geojson", "GeoJSON")
		}
		p.Out.Rows = append(p.Out.Rows, part.Row{Cells: []templ.Component{part.Plainly(k.Title(l.Lang())), part.Plainly(strconv.Itoa(l.countOf(k))), get}})
	}
	if l.May("people.export", access.Thing{Kind: "people"}) {
		p.Unmask = &part.Form{Action: "/org/export/people.xlsx", Submit: l.T("orgfile.unmask_submit"), Icon: "download", Fields: []part.Field{
			{Name: "purpose", Label: l.T("orgfile.purpose"), Kind: part.KindText, Required: true, MaxLen: 200}, {Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
	}
	return l.s.Page(w, r, status, p.Heading.Title, "org", p.Show())
}

func (l *teller) fileForm(typed url.Values, why *fault.Fault) part.Form {
	f := part.Form{Action: "/org/import", Submit: l.T("orgfile.check"), Icon: "clipboard-check", Fields: []part.Field{
		{Name: "file", Label: l.T("orgfile.file"), Hint: l.T("orgfile.file_hint"), Kind: part.KindFile, Required: true, Accept: ".xlsx,.csv,.tsv,.jsonl,.geojson,.json"},
		{Name: "kind", Label: l.T("orgfile.table"), Hint: l.T("orgfile.table_hint"), Kind: part.KindSelect, Value: typed.Get("kind")}}}
	for _, k := range orgfile.Kinds {
		f.Fields[1].Options = append(f.Fields[1].Options, part.Option{Value: string(k), Label: k.Title(l.Lang())})
	}
	if why != nil {
		for i := range f.Fields {
			if f.Fields[i].Name == why.Field {
				f.Fields[i].Error = l.s.Sentence(l.Ctx(), why)
				return f
			}
		}
		f.Errors = []part.FormError{{Text: l.s.Sentence(l.Ctx(), why)}}
	}
	return f
}

func (l *teller) countOf(k orgfile.Kind) (n int) {
	switch k {
	case orgfile.Cells:
		return len(l.Org().Cells) + len(l.Org().Past)
	case orgfile.Outlines:
		for _, c := range l.Org().Cells {
			n += one(len(c.Outline) > 0)
		}
	case orgfile.Bodies:
		return len(l.Org().Bodies)
	case orgfile.Posts:
		return len(l.Org().Posts)
	case orgfile.Leads:
		return len(l.Org().Leads)
	case orgfile.Calendar:
		return len(l.Org().Days)
	case orgfile.People, orgfile.Duty:
		for _, p := range l.Org().Everyone() {
			n += one(!p.Gone && (k == orgfile.People || len(p.OnDuty) > 0))
		}
	}
	return n
}

// orgUpload reads a file sent from the page, or sent back by its preview; nothing of it is kept on the server.
type orgUpload struct {
	kind orgfile.Kind
	name string
	file []byte
}

func (s Pages) orgUpload(r *http.Request) (u orgUpload, err error) {
	if err := r.ParseMultipartForm(orgfile.MaxBytes * 2); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return u, web.BadForm(err)
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	u.kind, u.name = orgfile.Kind(r.FormValue("kind")), r.FormValue("name")
	if packed := r.FormValue("packed"); packed != "" {
		if u.file, err = web.Unpack(packed); err != nil {
			return u, fault.New(fault.Invalid, "web.broken_form", nil)
		}
		return u, nil
	}
	f, head, err := r.FormFile("file")
	if err != nil {
		return u, fault.New(fault.Invalid, "form.required", fault.Args{"field": "file"}).On("file")
	}
	defer f.Close()
	u.name = head.Filename
	if u.file, err = io.ReadAll(io.LimitReader(f, orgfile.MaxBytes+1)); err != nil {
		return u, web.BadForm(err)
	}
	if u.kind == "" {
		k, ok := orgfile.Guess(u.name, u.file)
		if !ok && len(bytes.TrimSpace(u.file)) > 0 {
			return u, fault.New(fault.Invalid, "orgfile.which", nil).On("kind")
		}
		u.kind = k
		if !ok {
			return u, fault.New(fault.Invalid, "orgfile.empty", nil).On("file")
		}
	}
	return u, nil
}

// orgCheck tells what a file would do and does nothing.
func (s Pages) orgCheck(w http.ResponseWriter, r *http.Request) error { return s.orgTake(w, r, false) }

// orgApply does what a file says, after checking it again.
func (s Pages) orgApply(w http.ResponseWriter, r *http.Request) error { return s.orgTake(w, r, true) }

func (s Pages) orgTake(w http.ResponseWriter, r *http.Request, do bool) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if !l.organises() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	u, err := s.orgUpload(r)
	var plan *orgfile.Plan
	if err == nil {
		plan, err = orgfile.Check(l.Ctx(), s.Desk, l.Who(), u.kind, u.name, u.file)
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Unsupported || f.Kind == fault.TooLarge) {
		return l.filesPage(w, r, f.Kind.Status(), url.Values{"kind": {string(u.kind)}}, f)
	}
	if err != nil {
		return err
	}
	if !do || len(plan.Wrong()) > 0 {
		return l.preview(w, r, u, plan)
	}
	done, err := orgfile.Apply(l.Ctx(), s.Desk, l.Who(), plan)
	if err != nil {
		return err
	}
	to := map[orgfile.Kind]string{orgfile.People: "/people", orgfile.Duty: "/people", orgfile.Calendar: "/settings"}[u.kind]
	if to == "" {
		to = "/org"
	}
	return s.See(w, r, to, l.T("orgfile.done", "table", u.kind.Title(l.Lang()), "new", done.New, "changed", done.Changed, "same", done.Same))
}

var fateTones = map[orgfile.Fate]part.Tone{orgfile.New: part.OK, orgfile.Changed: part.Info, orgfile.Wrong: part.Overdue, orgfile.Same: part.Plain}

// preview tells the fate of every row, and every mistake with its line and column.
func (l *teller) preview(w http.ResponseWriter, r *http.Request, u orgUpload, plan *orgfile.Plan) error {
	p := org.Preview{Heading: part.Heading{Title: l.T("orgfile.preview", "table", u.kind.Title(l.Lang())), Sub: l.T("orgfile.preview_sub", "name", u.name),
		Back: &part.Link{Href: "/org/files", Label: l.T("orgfile.title")}}}
	for _, f := range []orgfile.Fate{orgfile.New, orgfile.Changed, orgfile.Same, orgfile.Wrong} {
		tone := fateTones[f]
		if plan.Count(f) == 0 {
			tone = part.Plain
		}
		p.Stats.Items = append(p.Stats.Items, part.Stat{Label: l.T("orgfile.fate." + string(f)), Value: strconv.Itoa(plan.Count(f)), Tone: tone})
	}
	if len(plan.Unknown) > 0 {
		p.Notices = append(p.Notices, part.Flash{Tone: part.Due, Text: l.T("orgfile.unknown", "columns", strings.Join(plan.Unknown, l.Comma()))})
	}
	if len(plan.Skipped) > 0 {
		p.Notices = append(p.Notices, part.Flash{Tone: part.Info, Text: l.T("orgfile.skipped", "n", len(plan.Skipped))})
	}
	status, wrong := http.StatusOK, plan.Wrong()
	changes := plan.Count(orgfile.New) + plan.Count(orgfile.Changed)
	switch {
	case len(wrong) > 0:
		status = http.StatusUnprocessableEntity
		p.Mistakes, p.Again = l.mistakes(wrong), l.fileForm(url.Values{"kind": {string(u.kind)}}, nil)
	case changes == 0:
		p.Notices = append(p.Notices, part.Flash{Tone: part.OK, Text: l.T("orgfile.nothing")})
	default:
		p.Apply = &part.Form{Action: "/org/import/apply", Submit: l.T("orgfile.apply", "n", changes), Icon: "upload", Cancel: &part.Link{Href: "/org/files", Label: l.T("act.back")},
			Fields: []part.Field{{Name: "kind", Kind: part.KindHidden, Value: string(u.kind)}, {Name: "name", Kind: part.KindHidden, Value: u.name}, {Name: "packed", Kind: part.KindHidden, Value: web.Pack(u.file)}}}
	}
	p.Rows = part.Table{Caption: l.T("orgfile.rows"), Columns: []part.Column{{Label: l.T("orgfile.column.what")}, {Label: l.T("orgfile.column.line"), Num: true}, {Label: l.T("orgfile.column.fate")}}}
	for i, x := range plan.Rows {
		if i == web.PreviewRows {
			p.More = l.T("orgfile.more", "n", web.PreviewRows)
			break
		}
		p.Rows.Rows = append(p.Rows.Rows, part.Row{Cells: []templ.Component{part.Plainly(web.OrDash(x.Name)), part.Plainly(strconv.Itoa(x.Line)),
			part.Status{Tone: fateTones[x.Fate], Label: l.T("orgfile.fate." + string(x.Fate))}}})
	}
	return l.s.Page(w, r, status, p.Heading.Title, "org", p.Show())
}

func (l *teller) mistakes(wrong []orgfile.Mistake) *part.Table {
	t := &part.Table{Caption: l.T("orgfile.mistakes"), Columns: []part.Column{{Label: l.T("orgfile.column.line")}, {Label: l.T("orgfile.column.column")}, {Label: l.T("orgfile.column.why")}}}
	for i, m := range wrong {
		if i == web.PreviewRows {
			break
		}
		column := m.Header
		if column == "" && m.Column != "" {
			column = fault.Name(l.Lang(), "field."+m.Column)
		}
		t.Rows = append(t.Rows, web.Row(strconv.Itoa(m.Line), web.OrDash(column), l.s.Sentence(l.Ctx(), m.Fault)))
	}
	return t
}

// orgExport sends a table; with a purpose, by POST, that of people with full names and phones.
func (s Pages) orgExport(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	table, ext, _ := strings.Cut(r.PathValue("file"), ".")
	x := orgfile.Export{Kind: orgfile.Kind(table), Format: sheet.Kind(ext)}
	if !x.Kind.Known() || (ext == "geojson") != (x.Kind == orgfile.Outlines) || ext != "xlsx" && ext != "csv" && ext != "geojson" {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	masked := l.T("orgfile.note_masked")
	if r.Method == http.MethodPost {
		form, err := s.Form(r, l.Who().Person)
		if err != nil {
			return err
		}
		x.Purpose, x.Key = form.Get("purpose"), form.Get("key")
		if strings.TrimSpace(x.Purpose) == "" || x.Kind != orgfile.People {
			return l.filesPage(w, r, http.StatusUnprocessableEntity, url.Values{}, fault.New(fault.Invalid, "unmask.purpose", nil))
		}
		masked = l.T("orgfile.note_full", "purpose", x.Purpose)
	}
	at := l.Now().In(clock.Shanghai)
	if x.Kind == orgfile.People || x.Kind == orgfile.Duty {
		x.Note = l.T("orgfile.note", "station", l.Org().Name, "table", x.Kind.Title(l.Lang()), "at", at.Format("2006-01-02 15:04"), "who", l.Person(l.Who().Person), "masked", masked)
	}
	var b bytes.Buffer
	if err := orgfile.Write(l.Ctx(), &b, s.Desk, l.Who(), x); err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
			return l.filesPage(w, r, f.Kind.Status(), url.Values{}, f)
		}
		return err
	}
	kind := map[string]string{"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}[ext]
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", "attachment; filename=\""+table+"-"+at.Format("20060102")+"."+ext+"\"; filename*=UTF-8''"+url.PathEscape(x.Kind.Title("zh")+"-"+at.Format("20060102")+"."+ext))
	_, _ = w.Write(b.Bytes())
	return nil
}
