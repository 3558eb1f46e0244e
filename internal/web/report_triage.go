package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/report"
	"maplegrid/internal/work/report"
)

// typedTriage is a triage form that comes back: which of the three it was, what was typed, why it was refused.
type typedTriage struct {
	mode   string
	form   url.Values
	faults []*fault.Fault
}

// reportTriage takes the triage of one report. What is refused is shown again on the page of the report, with the words typed.
func (s *Site) reportTriage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	form.Set("report", id)
	typed := typedTriage{mode: form.Get("mode"), form: form}
	if form.Has("more") {
		return s.showReport(w, r, http.StatusOK, typed)
	}
	act := &report.Triage{}
	typed.faults = Decode(act, form)
	typed.faults = append(typed.faults, titleWarnings(act.Open, form)...)
	typed.faults = append(typed.faults, l.linkByNumber(act, form)...)
	if len(typed.faults) == 0 {
		answer, err := s.Do(l.ctx, l.who, form.Get("key"), "report.triage", act)
		if err == nil {
			return s.See(w, r, "/reports/"+url.PathEscape(id), l.triaged(act, len(answer.Matters)))
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		typed.faults = []*fault.Fault{f}
	}
	status := http.StatusUnprocessableEntity
	for _, f := range typed.faults {
		if f.Kind != fault.Invalid {
			status = f.Kind.Status()
		}
	}
	return s.showReport(w, r, status, typed)
}

func (l *teller) triaged(act *report.Triage, opened int) string {
	switch {
	case act.Decline != "":
		return l.t("triaged.declined")
	case opened == 0:
		return l.t("triaged.linked", "n", len(act.Link))
	}
	return l.t("triaged.opened", "n", opened)
}

// titleWarnings asks once more about a title that looks as if it held personal data: titles are kept in clear.
func titleWarnings(rows []report.NewMatter, form url.Values) (wrong []*fault.Fault) {
	for i, n := range rows {
		if f := titleWarning(n.Title, form); f != nil {
			wrong = append(wrong, f.On("open."+strconv.Itoa(i)+".title"))
		}
	}
	return wrong
}

func titleWarning(title string, form url.Values) *fault.Fault {
	if len(vault.FindPersonal(title)) == 0 || form.Get("title_ok") == title {
		return nil
	}
	form.Set("title_ok", title)
	return fault.New(fault.Invalid, "form.personal_title", nil)
}

// linkByNumber adds the matter whose number was typed.
func (l *teller) linkByNumber(act *report.Triage, form url.Values) []*fault.Fault {
	number := strings.TrimSpace(form.Get("number"))
	if number == "" {
		return nil
	}
	row, err := l.s.Boards.Matters.ByNumber(l.ctx, l.scope, number)
	if err != nil {
		return []*fault.Fault{fault.New(fault.Invalid, "form.unknown_number", nil).On("number")}
	}
	if !slices.Contains(act.Link, row.ID) {
		act.Link = append(act.Link, row.ID)
	}
	return nil
}

// triageForms are the ways a report can go; nil when it can go nowhere any more.
func (l *teller) triageForms(rep *report.Report, thing access.Thing, words string, typed typedTriage) (*page.Triage, error) {
	if rep.State == report.Withdrawn {
		return nil, nil
	}
	into := thing
	into.Into = thing.Cells
	own := thing
	own.Into, own.Named = l.who.Cells[:min(1, len(l.who.Cells))], nil
	if !l.May("report.triage", into) && !l.May("report.triage", own) {
		return nil, nil
	}
	t := &page.Triage{Title: l.t("triage.title"), Wrong: typed.mode}
	if rep.State != report.Fresh {
		t.Title, t.Folded = l.t("triage.later"), true
	}
	on := report.On{Report: rep.ID, Version: rep.Version}
	x, err := l.remarkOfReport(rep, words)
	if err != nil {
		return nil, err
	}
	t.Says = l.proposal(x)
	if t.Open, err = l.openForm(rep, thing, on, words, x, typed); err != nil {
		return nil, err
	}
	t.Open.Also = []part.Button{{Label: l.t("triage.more"), Icon: "plus", Kind: part.Quiet, Name: "more", Value: "1"}}
	if t.Link, err = l.linkForm(rep, on, words, t.Says, typed); err != nil {
		return nil, err
	}
	declines := thing
	declines.Declines = true
	if rep.State == report.Fresh && l.May("report.triage", declines) {
		t.Decline, err = l.declineForm(on, typed)
	}
	return t, err
}

// triageForm makes one of the three forms: they all post the same act to the report's own address.
func (l *teller) triageForm(mode string, act *report.Triage, typed typedTriage, o FormOptions) (*part.Form, error) {
	back := typed.mode == mode
	if back {
		o.Values, o.Faults = typed.form, typed.faults
		o.Values.Set("version", strconv.Itoa(act.Version)) // sent again, it is decided knowing what happened meanwhile
	}
	fields, rest, err := l.s.ActFields(l.ctx, l.who, act, o)
	if err != nil {
		return nil, err
	}
	hidden := func(name, value string) {
		fields = append(fields, part.Field{Name: name, Kind: part.KindHidden, Value: value})
	}
	hidden("mode", mode)
	hidden("key", l.s.NewKey())
	if back && typed.form.Get("title_ok") != "" {
		hidden("title_ok", typed.form.Get("title_ok"))
	}
	return &part.Form{ID: "triage-" + mode, Scope: mode + "-", Action: "/reports/" + act.Report + "/triage", Fields: fields, Errors: rest,
		Submit: o.Submit, Icon: o.Icon, Danger: o.Danger}, nil
}

func (l *teller) openForm(rep *report.Report, thing access.Thing, on report.On, words string, x *remark, typed typedTriage) (*part.Form, error) {
	act := &report.Triage{On: on, Open: []report.NewMatter{{Title: suggestTitle(words), Cell: rep.Cell, Place: rep.Place}}}
	if err := l.asAsked(rep, &act.Open[0]); err != nil {
		return nil, err
	}
	x.prefill(&act.Open[0])
	rows := 1
	if typed.mode == "open" && typed.form.Has("more") {
		rows = rowsTyped(typed.form, "open") + 1
		for len(act.Open) < rows {
			act.Open = append(act.Open, report.NewMatter{Cell: rep.Cell, Place: rep.Place})
			n := "open." + strconv.Itoa(len(act.Open)-1) + "."
			typed.form.Set(n+"cell", rep.Cell)
			typed.form.Set(n+"place", rep.Place)
		}
	}
	o := FormOptions{Rows: rows, Skip: []string{"link", "decline", "extra", "answer"}, Submit: l.t("triage.submit"), Icon: "split",
		Options: map[string][]part.Option{}, Hints: map[string]string{}}
	people, cells := l.mayName("report.triage", thing), l.mayPut("report.triage", thing)
	for i := range max(rows, rowsTyped(typed.form, "open")) {
		n := "open." + strconv.Itoa(i) + "."
		o.Options[n+"to"], o.Options[n+"cell"] = people, cells
		o.Hints[n+"title"] = l.t("hint.title")
		o.Hints[n+"grade"] = l.t("hint.grade")
	}
	f, err := l.triageForm("open", act, typed, o)
	if err == nil && rows == 1 && rowsTyped(typed.form, "open") <= 1 {
		for i := range f.Fields {
			f.Fields[i].Section = "" // one matter needs no heading of its own
		}
	}
	return f, err
}

func rowsTyped(form url.Values, name string) (n int) {
	for key := range form {
		if rest, ok := strings.CutPrefix(key, name+"."); ok {
			index, _, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil && i < report.MaxMatters {
				n = max(n, i+1)
			}
		}
	}
	return n
}

// mayName lists whom somebody may give work to by an act: everyone, or nobody but themselves.
func (l *teller) mayName(act string, thing access.Thing) []part.Option {
	all := l.s.PeopleOptions(l.lang, l.org, l.who)
	thing.Into = thing.Cells
	thing.Named = []string{"another"}
	if l.May(act, thing) {
		return all
	}
	return slices.DeleteFunc(all, func(o part.Option) bool { return o.Value != l.who.Person })
}

// mayPut lists the cells somebody may put work into by an act: all, or their own.
func (l *teller) mayPut(act string, thing access.Thing) []part.Option {
	all := CellOptions(l.lang, l.org)
	thing.Into = []string{"another"}
	if l.May(act, thing) {
		return all
	}
	return slices.DeleteFunc(all, func(o part.Option) bool { return !slices.Contains(l.who.Cells, o.Value) })
}

func (l *teller) linkForm(rep *report.Report, on report.On, words string, says *page.Proposal, typed typedTriage) (*part.Form, error) {
	near, err := l.alike(rep, words, says)
	if err != nil {
		return nil, err
	}
	f, err := l.triageForm("link", &report.Triage{On: on}, typed, FormOptions{Skip: []string{"open", "decline", "link", "answer"}, Submit: l.t("triage.link_submit"), Icon: "link"})
	if err != nil {
		return nil, err
	}
	number := part.Field{Name: "number", Label: l.t("triage.number"), Kind: part.KindText, MaxLen: 40, Half: true}
	if typed.mode == "link" {
		number.Value = typed.form.Get("number")
		for _, x := range typed.faults {
			if x.Field == "number" {
				number.Error = l.s.Sentence(l.ctx, x)
				f.Errors = nil
			}
		}
	}
	own := []part.Field{number}
	if len(near) > 0 {
		own = []part.Field{{Name: "link", Label: l.t("triage.alike"), Kind: part.KindChecks, Options: near, Values: typed.form["link"]}, number}
	}
	f.Fields = append(own, f.Fields...)
	return f, nil
}

func (l *teller) declineForm(on report.On, typed typedTriage) (*part.Form, error) {
	return l.triageForm("decline", &report.Triage{On: on}, typed, FormOptions{Skip: []string{"open", "link"}, Submit: l.t("triage.decline"), Icon: "circle-x", Danger: true,
		Hints: map[string]string{"answer": l.t("hint.decline_answer")}})
}

// alike suggests open matters: those that came of messages about the same event, then those of the same cell whose title or place shares
// words with the report, the most alike first.
func (l *teller) alike(rep *report.Report, words string, says *page.Proposal) ([]part.Option, error) {
	first, err := l.cameOfLike(says)
	if err != nil {
		return nil, err
	}
	page, err := l.s.Boards.Matters.WorkList(l.ctx, l.scope, matters.AllOpen, matters.Filter{Cell: rep.Cell}, l.now, "", matters.MaxPage)
	if err != nil {
		return nil, err
	}
	said := bigrams(words + " " + rep.Place)
	type near struct {
		row   matters.Row
		score int
	}
	var list []near
	for _, r := range page.Rows {
		if slices.Contains(rep.Matters, r.ID) || rep.Cell == "" || slices.ContainsFunc(first, func(f matters.Row) bool { return f.ID == r.ID }) {
			continue
		}
		score := 0
		for b := range bigrams(r.Title + " " + r.Place) {
			if said[b] {
				score++
			}
		}
		if score >= 2 {
			list = append(list, near{r, score})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return b.score - a.score })
	for _, n := range list {
		first = append(first, n.row)
	}
	var options []part.Option
	for _, r := range first[:min(len(first), 5)] {
		options = append(options, part.Option{Value: r.ID, Label: r.Title, Hint: r.Number + " · " + fault.Name(l.lang, "state."+r.State) + " · " + l.Ago(r.OpenedAt)})
	}
	return options, nil
}

// cameOfLike are the open matters that came of reports about the same event, as far as the asker may see them.
func (l *teller) cameOfLike(says *page.Proposal) (list []matters.Row, err error) {
	if says == nil {
		return nil, nil
	}
	var ids []string
	for _, x := range says.Like {
		for _, id := range x.Matters {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	if list, err = l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(r matters.Row) bool { return !r.ClosedAt.IsZero() }), nil
}

// bigrams are the pairs of letters that follow one another in a text.
func bigrams(s string) map[[2]rune]bool {
	m := map[[2]rune]bool{}
	var last rune
	for _, c := range strings.ToLower(s) {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			last = 0
			continue
		}
		if last != 0 {
			m[[2]rune{last, c}] = true
		}
		last = c
	}
	return m
}

// maxSuggested is how long a suggested title may be before it ends at its first comma.
const maxSuggested = 24

// suggestTitle makes a title of the first sentence, without what looks personal.
func suggestTitle(words string) string {
	var b strings.Builder
	done := 0
	for _, x := range vault.FindPersonal(words) {
		b.WriteString(words[done:x.From])
		done = x.To
	}
	b.WriteString(words[done:])
	for _, one := range strings.FieldsFunc(b.String(), func(c rune) bool { return strings.ContainsRune("。！？；\n!?;", c) }) {
		one = strings.Trim(strings.Join(strings.Fields(one), " "), "，,、：: （()）")
		for _, cue := range []string{"电话", "手机", "身份证", "联系方式", "身份证号"} {
			one = strings.TrimRight(strings.TrimSuffix(one, cue), "，,、：: ")
		}
		if len([]rune(one)) > maxSuggested {
			if first, _, ok := strings.Cut(one, "，"); ok && len([]rune(first)) >= 6 {
				one = first
			}
		}
		if len([]rune(one)) >= 4 {
			return Cut(one, 40)
		}
	}
	return ""
}
