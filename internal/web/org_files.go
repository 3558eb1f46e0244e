package web

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
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
)

// orgFiles is the page for tables in and out.
func (s *Site) orgFiles(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !l.organises() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return l.filesPage(w, r, http.StatusOK, url.Values{}, nil)
}

func (l *teller) filesPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	p := org.Files{Heading: part.Heading{Title: l.t("orgfile.title"), Sub: l.t("orgfile.sub"), Back: &part.Link{Href: "/org", Label: l.t("org.title")}}, Form: l.fileForm(typed, why)}
	p.Tables = part.Table{Caption: l.t("orgfile.columns"), Columns: []part.Column{{Label: l.t("orgfile.column.table")}, {Label: l.t("orgfile.column.must")}, {Label: l.t("orgfile.column.may")}}}
	p.Out = part.Table{Caption: l.t("orgfile.out"), Columns: []part.Column{{Label: l.t("orgfile.column.table")}, {Label: l.t("orgfile.column.rows"), Num: true}, {Label: l.t("orgfile.column.get")}}}
	for _, k := range orgfile.Kinds {
		must, may := k.Columns()
		if k != orgfile.Outlines {
			p.Tables.Rows = append(p.Tables.Rows, Row(k.Title(l.lang), strings.Join(must, l.Comma()), strings.Join(may, l.Comma())))
		}
		get := part.Some(Linked("/org/export/"+string(k)+".xlsx", "Excel"), templ.Raw(" · "), Linked("/org/export/"+string(k)+".csv", "CSV"))
		if k == orgfile.Outlines {
			get = Linked("/org/export/outlines.geojson", "GeoJSON")
		}
		p.Out.Rows = append(p.Out.Rows, part.Row{Cells: []templ.Component{part.Plainly(k.Title(l.lang)), part.Plainly(strconv.Itoa(l.countOf(k))), get}})
	}
	if l.May("people.export", access.Thing{Kind: "people"}) {
		p.Unmask = &part.Form{Action: "/org/export/people.xlsx", Submit: l.t("orgfile.unmask_submit"), Icon: "download", Fields: []part.Field{
			{Name: "purpose", Label: l.t("orgfile.purpose"), Kind: part.KindText, Required: true, MaxLen: 200}, {Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}}
	}
	return l.s.Page(w, r, status, p.Heading.Title, "org", p.Show())
}

func (l *teller) fileForm(typed url.Values, why *fault.Fault) part.Form {
	f := part.Form{Action: "/org/import", Submit: l.t("orgfile.check"), Icon: "clipboard-check", Fields: []part.Field{
		{Name: "file", Label: l.t("orgfile.file"), Hint: l.t("orgfile.file_hint"), Kind: part.KindFile, Required: true, Accept: ".xlsx,.csv,.tsv,.jsonl,.geojson,.json"},
		{Name: "kind", Label: l.t("orgfile.table"), Hint: l.t("orgfile.table_hint"), Kind: part.KindSelect, Value: typed.Get("kind")}}}
	for _, k := range orgfile.Kinds {
		f.Fields[1].Options = append(f.Fields[1].Options, part.Option{Value: string(k), Label: k.Title(l.lang)})
	}
	if why != nil {
		for i := range f.Fields {
			if f.Fields[i].Name == why.Field {
				f.Fields[i].Error = l.s.Sentence(l.ctx, why)
				return f
			}
		}
		f.Errors = []part.FormError{{Text: l.s.Sentence(l.ctx, why)}}
	}
	return f
}

func (l *teller) countOf(k orgfile.Kind) (n int) {
	switch k {
	case orgfile.Cells:
		return len(l.org.Cells) + len(l.org.Past)
	case orgfile.Outlines:
		for _, c := range l.org.Cells {
			n += one(len(c.Outline) > 0)
		}
	case orgfile.Bodies:
		return len(l.org.Bodies)
	case orgfile.Posts:
		return len(l.org.Posts)
	case orgfile.Leads:
		return len(l.org.Leads)
	case orgfile.Calendar:
		return len(l.org.Days)
	case orgfile.People, orgfile.Duty:
		for _, p := range l.org.Everyone() {
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

func (s *Site) orgUpload(r *http.Request) (u orgUpload, err error) {
	if err := r.ParseMultipartForm(orgfile.MaxBytes * 2); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return u, BadForm(err)
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	u.kind, u.name = orgfile.Kind(r.FormValue("kind")), r.FormValue("name")
	if packed := r.FormValue("packed"); packed != "" {
		if u.file, err = Unpack(packed); err != nil {
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
		return u, BadForm(err)
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
func (s *Site) orgCheck(w http.ResponseWriter, r *http.Request) error { return s.orgTake(w, r, false) }

// orgApply does what a file says, after checking it again.
func (s *Site) orgApply(w http.ResponseWriter, r *http.Request) error { return s.orgTake(w, r, true) }

func (s *Site) orgTake(w http.ResponseWriter, r *http.Request, do bool) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !l.organises() {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	u, err := s.orgUpload(r)
	var plan *orgfile.Plan
	if err == nil {
		plan, err = orgfile.Check(l.ctx, s.Desk, l.who, u.kind, u.name, u.file)
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
	done, err := orgfile.Apply(l.ctx, s.Desk, l.who, plan)
	if err != nil {
		return err
	}
	to := map[orgfile.Kind]string{orgfile.People: "/people", orgfile.Duty: "/people", orgfile.Calendar: "/settings"}[u.kind]
	if to == "" {
		to = "/org"
	}
	return s.See(w, r, to, l.t("orgfile.done", "table", u.kind.Title(l.lang), "new", done.New, "changed", done.Changed, "same", done.Same))
}

var fateTones = map[orgfile.Fate]part.Tone{orgfile.New: part.OK, orgfile.Changed: part.Info, orgfile.Wrong: part.Overdue, orgfile.Same: part.Plain}

// preview tells the fate of every row, and every mistake with its line and column.
func (l *teller) preview(w http.ResponseWriter, r *http.Request, u orgUpload, plan *orgfile.Plan) error {
	p := org.Preview{Heading: part.Heading{Title: l.t("orgfile.preview", "table", u.kind.Title(l.lang)), Sub: l.t("orgfile.preview_sub", "name", u.name),
		Back: &part.Link{Href: "/org/files", Label: l.t("orgfile.title")}}}
	for _, f := range []orgfile.Fate{orgfile.New, orgfile.Changed, orgfile.Same, orgfile.Wrong} {
		tone := fateTones[f]
		if plan.Count(f) == 0 {
			tone = part.Plain
		}
		p.Stats.Items = append(p.Stats.Items, part.Stat{Label: l.t("orgfile.fate." + string(f)), Value: strconv.Itoa(plan.Count(f)), Tone: tone})
	}
	if len(plan.Unknown) > 0 {
		p.Notices = append(p.Notices, part.Flash{Tone: part.Due, Text: l.t("orgfile.unknown", "columns", strings.Join(plan.Unknown, l.Comma()))})
	}
	if len(plan.Skipped) > 0 {
		p.Notices = append(p.Notices, part.Flash{Tone: part.Info, Text: l.t("orgfile.skipped", "n", len(plan.Skipped))})
	}
	status, wrong := http.StatusOK, plan.Wrong()
	changes := plan.Count(orgfile.New) + plan.Count(orgfile.Changed)
	switch {
	case len(wrong) > 0:
		status = http.StatusUnprocessableEntity
		p.Mistakes, p.Again = l.mistakes(wrong), l.fileForm(url.Values{"kind": {string(u.kind)}}, nil)
	case changes == 0:
		p.Notices = append(p.Notices, part.Flash{Tone: part.OK, Text: l.t("orgfile.nothing")})
	default:
		p.Apply = &part.Form{Action: "/org/import/apply", Submit: l.t("orgfile.apply", "n", changes), Icon: "upload", Cancel: &part.Link{Href: "/org/files", Label: l.t("act.back")},
			Fields: []part.Field{{Name: "kind", Kind: part.KindHidden, Value: string(u.kind)}, {Name: "name", Kind: part.KindHidden, Value: u.name}, {Name: "packed", Kind: part.KindHidden, Value: Pack(u.file)}}}
	}
	p.Rows = part.Table{Caption: l.t("orgfile.rows"), Columns: []part.Column{{Label: l.t("orgfile.column.what")}, {Label: l.t("orgfile.column.line"), Num: true}, {Label: l.t("orgfile.column.fate")}}}
	for i, x := range plan.Rows {
		if i == PreviewRows {
			p.More = l.t("orgfile.more", "n", PreviewRows)
			break
		}
		p.Rows.Rows = append(p.Rows.Rows, part.Row{Cells: []templ.Component{part.Plainly(OrDash(x.Name)), part.Plainly(strconv.Itoa(x.Line)),
			part.Status{Tone: fateTones[x.Fate], Label: l.t("orgfile.fate." + string(x.Fate))}}})
	}
	return l.s.Page(w, r, status, p.Heading.Title, "org", p.Show())
}

func (l *teller) mistakes(wrong []orgfile.Mistake) *part.Table {
	t := &part.Table{Caption: l.t("orgfile.mistakes"), Columns: []part.Column{{Label: l.t("orgfile.column.line")}, {Label: l.t("orgfile.column.column")}, {Label: l.t("orgfile.column.why")}}}
	for i, m := range wrong {
		if i == PreviewRows {
			break
		}
		column := m.Header
		if column == "" && m.Column != "" {
			column = fault.Name(l.lang, "field."+m.Column)
		}
		t.Rows = append(t.Rows, Row(strconv.Itoa(m.Line), OrDash(column), l.s.Sentence(l.ctx, m.Fault)))
	}
	return t
}

// orgExport sends a table; with a purpose, by POST, that of people with full names and phones.
func (s *Site) orgExport(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	table, ext, _ := strings.Cut(r.PathValue("file"), ".")
	x := orgfile.Export{Kind: orgfile.Kind(table), Format: sheet.Kind(ext)}
	if !x.Kind.Known() || (ext == "geojson") != (x.Kind == orgfile.Outlines) || ext != "xlsx" && ext != "csv" && ext != "geojson" {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	masked := l.t("orgfile.note_masked")
	if r.Method == http.MethodPost {
		form, err := s.Form(r, l.who.Person)
		if err != nil {
			return err
		}
		x.Purpose, x.Key = form.Get("purpose"), form.Get("key")
		if strings.TrimSpace(x.Purpose) == "" || x.Kind != orgfile.People {
			return l.filesPage(w, r, http.StatusUnprocessableEntity, url.Values{}, fault.New(fault.Invalid, "unmask.purpose", nil))
		}
		masked = l.t("orgfile.note_full", "purpose", x.Purpose)
	}
	at := l.now.In(clock.Shanghai)
	if x.Kind == orgfile.People || x.Kind == orgfile.Duty {
		x.Note = l.t("orgfile.note", "station", l.org.Name, "table", x.Kind.Title(l.lang), "at", at.Format("2006-01-02 15:04"), "who", l.Person(l.who.Person), "masked", masked)
	}
	var b bytes.Buffer
	if err := orgfile.Write(l.ctx, &b, s.Desk, l.who, x); err != nil {
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
