package web

import (
	"context"
	"encoding/hex"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// FormOptions is what a page says about the form of one act, besides what the act itself says by its tags.
type FormOptions struct {
	Values  url.Values        // what was typed, when the form comes back; it wins over what the act holds
	Faults  []*fault.Fault    // why it was refused
	Next    string            // where to go when it is done; relative
	Key     string            // idempotency key; a new random one when empty
	Matter  *matter.Matter    // the matter it is about: its tasks, limits, called bodies, the outcomes and fields of its kind
	Dispute *dispute.Dispute  // the same as a dispute, where it is one: its parties, sessions, sheets, agreements, promises
	Kind    string            // the kind of matter, when there is no matter yet
	Only    []string          // ask for these only, in this order; the others go along hidden as the act holds them
	Skip    []string          // never ask for these, nor send them
	Rows    int               // how many rows of a repeated part (Triage.Open) to ask for; at least as many as the act holds
	RowsOf  map[string]int    // the same for one part by its name, where an act has several
	Fixed   []string          // settled already: they go along hidden as the act holds them, by their last name
	Fold    map[string]string // fields behind a fold of that name, by their last name
	More    []string          // repeated parts that get a button for one more row: submitted as more=NAME
	Given   []string          // "accounts.0.party=p_1": what the page filled in itself; a row with nothing else typed is an empty row
	Options map[string][]part.Option
	Labels  map[string]string
	Hints   map[string]string
	Submit  string // words of the button; the act's name when empty
	Icon    string
	Danger  bool
	Confirm string
	Cancel  *part.Link
	Focus   string
	Draft   string // prefix under which the browser keeps unsent words
	Extra   templ.Component
}

// blank is one question that an act asks, found by its tags.
type blank struct {
	name     string // as posted: "words", "open.0.kind"
	last     string // its own last name: "kind"
	kind     string // of the form tag
	use      string // after the colon: "decline" of reason:decline
	required bool
	value    reflect.Value
}

// blanks walks the questions of an act, those of embedded structs and of the rows of repeated parts too. rows says how many rows a
// repeated part has to have; nil means as many as it holds.
func blanks(v reflect.Value, prefix string, rows func(name string) int, each func(blank)) {
	v = reflect.Indirect(v)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			blanks(v.Field(i), prefix, rows, each)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		tag, must, _ := strings.Cut(f.Tag.Get("form"), ",")
		if e := f.Type; e.Kind() == reflect.Slice && e.Elem().Kind() == reflect.Struct {
			list := v.Field(i)
			n := list.Len()
			if rows != nil {
				n = min(max(n, rows(prefix+name)), MaxRows)
			}
			for list.Len() < n {
				list.Set(reflect.Append(list, reflect.Zero(e.Elem())))
			}
			for j := range list.Len() {
				blanks(list.Index(j), prefix+name+"."+strconv.Itoa(j)+".", rows, each)
			}
			continue
		}
		b := blank{name: prefix + name, last: name, kind: tag, required: must == "required", value: v.Field(i)}
		b.kind, b.use, _ = strings.Cut(b.kind, ":")
		if b.kind == "" {
			b.kind = plainKind(f.Type)
		}
		each(b)
	}
}

// plainKind is how a field without a tag is asked for: rows of a roster say no more than their types.
func plainKind(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "datetime"
	case t.Kind() == reflect.Bool:
		return "yesno"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.String:
		return "line"
	}
	return "none"
}

// MaxRows is how many rows of a repeated part a form carries: a wage sheet of a whole site.
const MaxRows = 200

// LocalTime is how a form writes day and time.
const LocalTime = "2006-01-02T15:04"

// Decode reads a posted form into an act. What cannot be read, and what is missing, comes back as faults on the fields, all at once.
func Decode(act any, form url.Values) (wrong []*fault.Fault) {
	rows := func(name string) int {
		n := 0
		for key := range form {
			if rest, ok := strings.CutPrefix(key, name+"."); ok {
				index, _, _ := strings.Cut(rest, ".")
				if i, err := strconv.Atoi(index); err == nil && i >= n && i < MaxRows {
					n = i + 1
				}
			}
		}
		return n
	}
	v := reflect.ValueOf(act)
	dropEmptyRows(form, rows)
	if f, refused := photoFault(form.Get(refusedPhoto)); refused {
		wrong = append(wrong, f.On("photos"))
	}
	form.Del(refusedPhoto)
	blanks(v, "", rows, func(b blank) {
		if f := b.read(form); f != nil {
			wrong = append(wrong, f.On(b.name))
		}
	})
	return wrong
}

// given is the key under which a form says what the page itself filled into its rows.
const given = "given"

// dropEmptyRows takes out rows of a repeated part in which nothing was typed and moves the later ones up.
func dropEmptyRows(form url.Values, rows func(string) int) {
	heads := map[string]bool{}
	for key := range form {
		if head, rest, ok := strings.Cut(key, "."); ok {
			if _, err := strconv.Atoi(strings.SplitN(rest, ".", 2)[0]); err == nil {
				heads[head] = true
			}
		}
	}
	for head := range heads {
		next := 0
		for i := range rows(head) {
			old := head + "." + strconv.Itoa(i) + "."
			kept := url.Values{}
			typed := false
			for key, v := range form {
				if strings.HasPrefix(key, old) {
					kept[strings.TrimPrefix(key, old)] = v
					typed = typed || slices.ContainsFunc(v, func(s string) bool { return strings.TrimSpace(s) != "" && !slices.Contains(form[given], key+"="+s) })
					delete(form, key)
				}
			}
			if !typed {
				continue
			}
			for key, v := range kept {
				form[head+"."+strconv.Itoa(next)+"."+key] = v
			}
			next++
		}
	}
}

func (b blank) read(form url.Values) *fault.Fault {
	if b.kind == "none" {
		return nil
	}
	if b.value.Kind() == reflect.Map {
		m := map[string]string{}
		for key, v := range form {
			if k, ok := strings.CutPrefix(key, b.name+"."); ok && len(v) > 0 {
				if s := strings.Join(slices.DeleteFunc(slices.Clone(v), func(s string) bool { return s == "" }), "|"); s != "" {
					m[k] = s
				}
			}
		}
		if len(m) > 0 {
			b.value.Set(reflect.ValueOf(m))
		}
		return nil
	}
	if b.value.Kind() == reflect.Slice {
		list := slices.DeleteFunc(slices.Clone(form[b.name]), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(list) == 0 && b.required {
			return unanswered(b)
		}
		if b.value.Type().Elem().Kind() == reflect.Int {
			return b.setNumbers(list)
		}
		if len(list) > 0 {
			b.value.Set(reflect.ValueOf(list))
		}
		return nil
	}
	typed := form.Get(b.name)
	if strings.TrimSpace(typed) == "" {
		if b.required {
			return unanswered(b)
		}
		return nil
	}
	return b.set(typed)
}

// setNumbers reads a list of whole numbers.
func (b blank) setNumbers(list []string) *fault.Fault {
	for _, s := range list {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return fault.New(fault.Invalid, "form.number", nil)
		}
		b.value.Set(reflect.Append(b.value, reflect.ValueOf(n)))
	}
	return nil
}

func unanswered(b blank) *fault.Fault {
	return fault.New(fault.Invalid, "form.required", fault.Args{"field": b.last})
}

func (b blank) set(typed string) *fault.Fault {
	if b.value.Type() == reflect.TypeFor[time.Time]() {
		at, err := time.ParseInLocation(LocalTime, strings.Replace(strings.TrimSpace(typed), " ", "T", 1), clock.Shanghai)
		if err != nil {
			return fault.New(fault.Invalid, "form.datetime", nil)
		}
		b.value.Set(reflect.ValueOf(at.UTC()))
		return nil
	}
	switch b.value.Kind() {
	case reflect.String:
		b.value.SetString(typed)
	case reflect.Bool:
		b.value.SetBool(typed == "true" || typed == "on" || typed == "1")
	case reflect.Int:
		n, err := strconv.Atoi(strings.TrimSpace(typed))
		if err != nil {
			return fault.New(fault.Invalid, "form.number", nil)
		}
		b.value.SetInt(int64(n))
	case reflect.Float64:
		n, err := strconv.ParseFloat(strings.TrimSpace(typed), 64)
		if err != nil || n != n {
			return fault.New(fault.Invalid, "form.number", nil)
		}
		b.value.SetFloat(n)
	}
	return nil
}

// typed gives what a blank holds as it would be posted.
func (b blank) typed() []string {
	if b.value.IsZero() {
		return nil
	}
	switch v := b.value.Interface().(type) {
	case time.Time:
		return []string{v.In(clock.Shanghai).Format(LocalTime)}
	case []string:
		return v
	}
	switch b.value.Kind() {
	case reflect.String:
		return []string{b.value.String()}
	case reflect.Bool:
		return []string{strconv.FormatBool(b.value.Bool())}
	case reflect.Int:
		return []string{strconv.FormatInt(b.value.Int(), 10)}
	case reflect.Float64:
		return []string{strconv.FormatFloat(b.value.Float(), 'f', -1, 64)}
	}
	return nil
}

// actNames finds an act's name by its type.
var actNames = func() map[reflect.Type]string {
	m := map[reflect.Type]string{}
	for _, spec := range desk.Acts {
		m[reflect.TypeOf(spec.New())] = spec.Name
	}
	return m
}()

// ActName is the name of an act by its struct: *matter.Assign is matter.assign. It panics on what is no act: a mistake in a page.
func ActName(act any) string {
	name, ok := actNames[reflect.TypeOf(act)]
	if !ok {
		panic("web: no act has the type " + reflect.TypeOf(act).String())
	}
	return name
}

// NewKey draws an idempotency key for one drawn form.
func (s *Site) NewKey() string {
	b := make([]byte, 16)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		panic("web: read randomness: " + err.Error())
	}
	return "w-" + hex.EncodeToString(b)
}

// asker builds the fields of one form.
type asker struct {
	s    *Site
	ctx  context.Context
	lang string
	who  access.Who
	name string
	o    FormOptions
	org  *organisation.Org
	book *playbook.Book
	used map[*fault.Fault]bool

	people *names // of the dispute, once they were opened
}

// ActForm makes the form of an act for somebody: a pointer to the act's struct with what is known already (which matter, which
// version), every other tag a question with the choices of this station. It posts to /act/NAME.
func (s *Site) ActForm(ctx context.Context, who access.Who, act any, o FormOptions) (part.Form, error) {
	name := ActName(act)
	fields, rest, err := s.ActFields(ctx, who, act, o)
	if err != nil {
		return part.Form{}, err
	}
	if o.Key == "" {
		o.Key = s.NewKey()
	}
	fields = append(fields, part.Field{Name: "key", Kind: part.KindHidden, Value: o.Key})
	for _, x := range o.Given {
		fields = append(fields, part.Field{Name: given, Kind: part.KindHidden, Value: x})
	}
	if o.Next != "" {
		fields = append(fields, part.Field{Name: "next", Kind: part.KindHidden, Value: o.Next})
	}
	if o.Submit == "" {
		o.Submit = fault.Name(part.Lang(ctx), "act."+name)
	}
	return part.Form{Action: "/act/" + name, Fields: fields, Errors: rest, Submit: o.Submit, Icon: o.Icon, Danger: o.Danger, Confirm: o.Confirm,
		Cancel: o.Cancel, Extra: o.Extra}, nil
}

// ActFields gives the questions of an act, and the reasons of a refusal that belong to none of them.
func (s *Site) ActFields(ctx context.Context, who access.Who, act any, o FormOptions) ([]part.Field, []part.FormError, error) {
	a := &asker{s: s, ctx: ctx, lang: part.Lang(ctx), who: who, name: ActName(act), o: o, used: map[*fault.Fault]bool{}}
	var err error
	if a.org, err = s.Desk.Org(ctx, who.Station); err != nil {
		return nil, nil, err
	}
	if a.book, err = s.Desk.Book(ctx, who.Station); err != nil {
		return nil, nil, err
	}
	var asked, hidden []part.Field
	rows := func(name string) int {
		n := max(o.Rows, o.RowsOf[name])
		for key := range o.Values {
			if rest, ok := strings.CutPrefix(key, name+"."); ok {
				if i, err := strconv.Atoi(strings.SplitN(rest, ".", 2)[0]); err == nil {
					n = max(n, i+1)
				}
			}
		}
		return n
	}
	copied := reflect.New(reflect.TypeOf(act).Elem())
	copied.Elem().Set(reflect.ValueOf(act).Elem())
	blanks(copied, "", rows, func(b blank) {
		if slices.Contains(o.Skip, b.last) || b.kind == "none" {
			return
		}
		for _, f := range a.fields(b) {
			if f.Kind == part.KindHidden {
				hidden = append(hidden, f)
			} else {
				asked = append(asked, f)
			}
		}
	})
	if len(o.Only) > 0 {
		asked = slices.DeleteFunc(asked, func(f part.Field) bool { return place(o.Only, f.Name) < 0 })
		slices.SortStableFunc(asked, func(x, y part.Field) int { return place(o.Only, x.Name) - place(o.Only, y.Name) })
	}
	var rest []part.FormError
	for _, f := range o.Faults {
		if !a.used[f] || !slices.ContainsFunc(asked, func(x part.Field) bool { return x.Name == f.Field }) {
			rest = append(rest, part.FormError{Text: s.Sentence(ctx, f)})
		}
	}
	return append(withMore(asked, o.More, func(head string) string { return a.more(head) }), hidden...), rest, nil
}

// withMore puts a button for one more row after the last row of each part named.
func withMore(fields []part.Field, heads []string, label func(string) string) []part.Field {
	for _, head := range heads {
		at := len(fields)
		for i, f := range fields {
			if strings.HasPrefix(f.Row, head+".") {
				at = i + 1
			}
		}
		fields = slices.Insert(fields, at, part.Field{Name: head, Kind: part.KindMore, Label: label(head)})
	}
	return fields
}

func (a *asker) more(head string) string {
	if key := "more." + a.name + "." + head; text.Has(key) {
		return t(a.ctx, key)
	}
	return t(a.ctx, "form.more")
}

// place is where a field stands in the order asked for; a part of a repeated row or of the extra fields stands where its head does.
func place(order []string, name string) int {
	head, _, _ := strings.Cut(name, ".")
	return slices.IndexFunc(order, func(s string) bool { return s == name || s == head })
}

func (a *asker) fields(b blank) []part.Field {
	if b.kind == "extra" {
		return a.extraFields(b)
	}
	f := part.Field{Name: b.name, Label: a.label(b), Hint: a.hint(b), Required: b.required, Values: b.typed(), Focus: a.o.Focus == b.name}
	if b.name != b.last {
		row, _, _ := strings.Cut(strings.TrimPrefix(b.name, strings.SplitN(b.name, ".", 2)[0]+"."), ".")
		n, _ := strconv.Atoi(row)
		f.Section = t(a.ctx, "form.row", "n", n+1)
		head, _, _ := strings.Cut(b.name, ".")
		f.Row = head + "." + row
		if key := "row." + a.name + "." + head; text.Has(key) {
			f.Section = t(a.ctx, key, "n", n+1)
		}
	}
	if v, ok := a.o.Values[b.name]; ok {
		f.Values = v
	} else if a.o.Values != nil && b.kind != "hidden" {
		f.Values = nil // an unticked box posts nothing
	}
	if len(f.Values) > 0 {
		f.Value = f.Values[0]
	}
	for _, x := range a.o.Faults {
		if x.Field == b.name || x.Field == b.last {
			f.Error = a.s.Sentence(a.ctx, x)
			if x.Code == "form.required" { // the label, which a page may have worded anew, stands right above
				f.Error = t(a.ctx, "form.needed")
			}
			a.used[x] = true
			break
		}
	}
	a.shape(&f, b)
	if given, ok := a.o.Options[b.name]; ok {
		f.Options = given
	}
	a.settle(&f)
	if slices.Contains(a.o.Fixed, b.last) {
		f.Kind = part.KindHidden
	}
	if f.Kind != part.KindHidden {
		f.Fold = a.o.Fold[b.last]
	}
	return []part.Field{f}
}

// settle drops a field nobody can answer: a choice from nothing.
func (a *asker) settle(f *part.Field) {
	choice := f.Kind == part.KindSelect || f.Kind == part.KindRadio || f.Kind == part.KindChecks || f.Kind == part.KindGrade
	if choice && len(f.Options) == 0 && !f.Required {
		f.Kind = part.KindHidden
	}
	if f.Kind == part.KindSelect || f.Kind == part.KindPerson || f.Kind == part.KindCell {
		if f.Value == "" && f.Required && len(f.Options) == 1 {
			f.Value = f.Options[0].Value
		}
	}
}

func (a *asker) label(b blank) string {
	if l, ok := a.o.Labels[b.name]; ok {
		return l
	}
	for _, key := range []string{"field." + a.name + "." + b.last} {
		if text.Has(key) {
			return t(a.ctx, key)
		}
	}
	return fault.Name(a.lang, "field."+b.last)
}

func (a *asker) hint(b blank) string {
	if h, ok := a.o.Hints[b.name]; ok {
		return h
	}
	if key := "hint." + a.name + "." + b.last; text.Has(key) {
		return t(a.ctx, key)
	}
	return ""
}

// shape sets how a blank is asked for, by the kind of its tag.
func (a *asker) shape(f *part.Field, b blank) {
	switch b.kind {
	case "hidden":
		f.Kind = part.KindHidden
	case "words":
		f.Kind, f.MaxLen = part.KindWords, 20000
		if a.o.Draft != "" {
			f.Draft = a.o.Draft + "." + b.name
		}
	case "number":
		f.Kind, f.Half = part.KindNumber, true
	case "phone":
		f.Kind, f.Half = part.KindPhone, true
	case "password":
		f.Kind, f.Complete, f.Value, f.Values = part.KindPassword, "new-password", "", nil
	case "date":
		f.Kind, f.Half = part.KindDate, true
	case "time":
		f.Kind, f.Half = part.KindTime, true
	case "datetime":
		f.Kind, f.Half = part.KindDateTime, true
		if f.Value == "" && b.required && a.o.Values == nil {
			f.Value = a.s.Clock.Now().In(clock.Shanghai).Format(LocalTime)
		}
	case "photos":
		f.Kind, f.MaxLen, f.Hint = part.KindPhotos, maxPhotos, t(a.ctx, "photos.hint", "max", maxPhotos)
		a.sent(f)
	case "signature":
		f.Kind = part.KindSignature
	case "money":
		f.Kind, f.Half, f.MaxLen = part.KindMoney, true, 40
	case "yesno":
		f.Kind = part.KindBool
		if b.required {
			f.Kind, f.Half = part.KindRadio, true
			f.Options = []part.Option{{Value: "true", Label: a.choice("yes", b)}, {Value: "false", Label: a.choice("no", b)}}
		}
	default:
		a.choose(f, b)
	}
}

// choice is what yes or no means in one act: 通过, 退回.
func (a *asker) choice(answer string, b blank) string {
	if key := "choice." + a.name + "." + b.last + "." + answer; text.Has(key) {
		return t(a.ctx, key)
	}
	return t(a.ctx, "choice."+answer)
}

// sent notes which pictures a refused form has brought already: they are kept and go along.
func (a *asker) sent(f *part.Field) {
	if len(f.Values) > 0 {
		f.Hint = t(a.ctx, "photos.kept", "n", len(f.Values))
	}
	f.Value = ""
}

// choose fills in the choices of a station.
func (a *asker) choose(f *part.Field, b blank) {
	pick := func(kind part.Kind, options []part.Option) { f.Kind, f.Options = kind, options }
	switch b.kind {
	case "person":
		pick(part.KindPerson, a.s.PeopleOptions(a.lang, a.org, a.who))
		f.Half = true
	case "people":
		pick(part.KindChecks, a.s.PeopleOptions(a.lang, a.org, a.who))
	case "cell":
		pick(part.KindCell, a.cellsNow(f.Values))
		f.Half = true
	case "cells":
		pick(part.KindChecks, a.cellsNow(f.Values))
	case "kind":
		pick(part.KindSelect, kindOptions(a.lang, a.book))
	case "grade":
		pick(part.KindSelect, gradeOptions(a.lang, a.book))
		f.Half = true
	case "reason":
		pick(part.KindSelect, reasonOptions(a.lang, a.book, b.use))
	case "outcome":
		pick(part.KindSelect, outcomeOptions(a.lang, a.book, a.kindOf()))
	case "body":
		pick(part.KindSelect, bodyOptions(a.lang, a.org, a.book))
	case "station":
		pick(part.KindSelect, a.stationOptions())
	case "bodies":
		pick(part.KindChecks, bodyOptions(a.lang, a.org, a.book))
	case "called":
		pick(part.KindSelect, a.calledOptions())
	case "task":
		pick(part.KindSelect, a.taskOptions())
	case "limit":
		pick(part.KindSelect, a.limitOptions())
	case "stars":
		pick(part.KindRadio, ratingOptions(a.lang, a.book))
	case "way":
		pick(part.KindRadio, Named(a.lang, "way.", matter.Ways))
	case "callstep":
		pick(part.KindRadio, Named(a.lang, "callstep.", matter.CallSteps))
	case "how":
		pick(part.KindSelect, Named(a.lang, "how.", matter.Hows))
	case "side":
		pick(part.KindSelect, Named(a.lang, "side.", []string{"a", "b"}))
		f.Half = true
	case "nature":
		pick(part.KindSelect, Named(a.lang, "nature.", []string{string(grid.Basic), string(grid.Exclusive)}))
	case "role":
		pick(part.KindSelect, RoleOptions(a.lang))
	case "roles":
		pick(part.KindChecks, standInOptions(a.lang, f.Values))
	case "post":
		pick(part.KindSelect, postOptions(a.lang, a.org))
		f.Half = true
	case "daykind":
		pick(part.KindSelect, []part.Option{{Value: string(clock.Holiday), Label: t(a.ctx, "org.day.holiday")}, {Value: string(clock.MakeUp), Label: t(a.ctx, "org.day.workday")}})
		f.Half = true
	case "cellkind":
		pick(part.KindSelect, cellKindOptions(a.ctx))
	case "channel":
		pick(part.KindSelect, Named(a.lang, "channel.", []string{"phone", "walkin", "patrol", "page", "card", "chat"}))
		f.Half = true
	case "matters":
		f.Kind = part.KindChecks
	case "household":
		pick(part.KindPlace, a.householdOptions())
	case "one":
		pick(oneOf(choicesOf[b.use]), Named(a.lang, b.use+".", choicesOf[b.use]))
	case "some":
		pick(part.KindChecks, Named(a.lang, b.use+".", choicesOf[b.use]))
	case "reasons":
		pick(part.KindChecks, reasonOptions(a.lang, a.book, b.use))
	default: // line, id, matter, purpose
		if a.ofFirm(f, b) {
			return
		}
		if kind, options, ok := a.ofDispute(b); ok {
			pick(kind, options)
			f.Half = kind == part.KindSelect
			return
		}
		if kind, options, ok := a.atDoor(b); ok {
			pick(kind, options)
			return
		}
		f.Kind, f.MaxLen = part.KindText, 200
	}
}

// cellsNow are the cells that something new may be put into, and those chosen already.
func (a *asker) cellsNow(chosen []string) []part.Option {
	tree, now := a.org.Tree(), a.s.Clock.Now()
	return slices.DeleteFunc(CellOptions(a.lang, a.org), func(o part.Option) bool {
		if tree == nil || slices.Contains(chosen, o.Value) {
			return false
		}
		_, in := tree.Cell(grid.CellID(o.Value), now)
		return !in
	})
}

func (a *asker) kindOf() string {
	if a.o.Matter != nil {
		return a.o.Matter.Kind
	}
	return a.o.Kind
}

// extraFields asks for what the playbook wants to know of a kind.
func (a *asker) extraFields(b blank) (list []part.Field) {
	kind := a.kindOf()
	if v := a.o.Values.Get(strings.TrimSuffix(b.name, b.last) + "kind"); v != "" {
		kind = v
	}
	have, _ := b.value.Interface().(map[string]string)
	for _, x := range a.book.Fields(kind) {
		if slices.Contains([]string{"title", "place", "photo", "what", "reporter"}, x.Key) {
			continue // asked for by the act itself
		}
		f := part.Field{Name: b.name + "." + x.Key, Label: x.Name.In(a.lang), Value: have[x.Key], Required: false}
		if v, ok := a.o.Values[f.Name]; ok {
			f.Values = v
			f.Value = strings.Join(v, "|")
		} else if f.Value != "" {
			f.Values = strings.Split(f.Value, "|")
		}
		for _, w := range a.o.Faults {
			if w.Field == f.Name || w.Field == "extra."+x.Key {
				f.Error = a.s.Sentence(a.ctx, w)
				a.used[w] = true
			}
		}
		for _, o := range x.Options {
			f.Options = append(f.Options, part.Option{Value: o.Key, Label: o.Name.In(a.lang)})
		}
		f.Kind = map[string]part.Kind{"longtext": part.KindWords, "number": part.KindNumber, "money": part.KindMoney, "date": part.KindDate,
			"time": part.KindTime, "choice": part.KindSelect, "choices": part.KindChecks, "yesno": part.KindBool, "phone": part.KindPhone}[x.Type]
		if f.Kind == "" {
			f.Kind = part.KindText
		}
		if x.Sealed && f.Kind == part.KindText {
			f.Hint = t(a.ctx, "form.sealed")
		}
		list = append(list, f)
	}
	return list
}
