package part

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Kind says how a field is asked for.
type Kind string

// The kinds of fields. An unknown kind is asked for as Text.
const (
	KindText      Kind = "text"     // one line
	KindWords     Kind = "words"    // several lines
	KindDate      Kind = "date"     // 2026-11-22
	KindDateTime  Kind = "datetime" // 2026-11-22T08:30
	KindTime      Kind = "time"     // 08:30
	KindSelect    Kind = "select"
	KindPerson    Kind = "person"   // choice from Options; without any, a typed name
	KindCell      Kind = "cell"     // choice from Options; without any, a typed code
	KindPlace     Kind = "place"    // one line with Options as suggestions
	KindNumber    Kind = "number"   // whole or decimal
	KindMoney     Kind = "money"    // yuan with two decimals
	KindPhone     Kind = "phone"    // number keys on a phone
	KindBool      Kind = "bool"     // a check box; sends "true"
	KindRadio     Kind = "radio"    // cards, one of Options
	KindGrade     Kind = "grade"    // the same, coloured by the value 1 to 4
	KindChecks    Kind = "checks"   // cards, any of Options; Values holds what is chosen
	KindHidden    Kind = "hidden"   // sent along
	KindPhotos    Kind = "photos"   // pictures; MaxLen is how many
	KindFile      Kind = "file"     // any file
	KindPosition  Kind = "position" // sends Name_lat, Name_lng and Name_accuracy, after a press of the button
	KindPassword  Kind = "password"
	KindSearch    Kind = "search"
	KindMore      Kind = "more"      // no question: a button that asks for one more row of Name
	KindSignature Kind = "signature" // see Signature; the value is an upload id
)

// Field is one question of a form. Set Value, or Values, from what was typed when a form comes back refused:
// it is shown again as it was.
type Field struct {
	Name, Label, Hint string
	Kind              Kind
	Value             string
	Values            []string
	Options           []Option
	Required          bool
	Error             string
	MaxLen            int    // characters; for photos how many
	Fold              string // consecutive fields of one name are folded up behind it until they hold something
	Row               string // "clauses.0" of a field in a row of a repeated part: script adds rows by it
	Section           string // consecutive fields of one section are put in a fieldset of that title
	Half              bool   // may stand beside another half on a wide screen
	Rows              int    // of Words, 4 when zero
	Draft             string // key under which the browser keeps unsent words until they are sent
	Complete          string // autocomplete token; off when empty
	Min, Max          string // of number, date and datetime
	Accept            string // of File
	Focus             bool   // the first thing to type
	ReadOnly          bool
	Blank             string // words of the empty choice of a select; 请选择 when empty
	Scope             string // before the name in the ids of the page, where several forms ask for the same
}

// Option is one answer to choose.
type Option struct {
	Value, Label string
	Hint         string // second line of a card
	Icon         string // of a card
	Group        string // consecutive options of one group are put under its name, in a select
}

// Form is a form, whole: the summary of its errors, its fields in order, its buttons.
type Form struct {
	ID      string
	Action  string
	Get     bool // sent as a query instead of a post
	Fields  []Field
	Errors  []FormError // beyond those of the fields
	Submit  string      // words of the button; 提交 when empty
	Icon    string      // of the button
	Danger  bool
	Confirm string // asked before sending, where there is script
	Cancel  *Link
	Also    []Button        // beside the one that submits
	Extra   templ.Component // after the fields, before the buttons
	Target  string          // id of the element a posted form's answer replaces, where there is script
	Scope   string          // of all its fields, where several forms of a page ask for the same
}

// FormError is a reason for a refusal, at a field or, with an empty Name, of the whole form.
type FormError struct {
	Name, Text string
}

// ErrorSummary names everything that must be corrected, at the top of a refused form.
type ErrorSummary struct {
	Errors []FormError
}

// Fieldset groups fields written one by one; its children are the fields.
type Fieldset struct {
	Legend, Hint string
}

// Button is a button, or a link that looks like one when Href is set.
type Button struct {
	Label, Icon string
	Kind        ButtonKind
	Href        string
	Name, Value string
	Form        string // id of the form it sends, when it stands outside
	Action      string // another address for the same form
	Confirm     string // asked before, where there is script
	Off         bool
	Wide        bool // full width
	Type        string
}

// ButtonKind is how a button weighs.
type ButtonKind string

// One primary button in a view; danger for what cannot be taken back.
const (
	Primary ButtonKind = ""
	Quiet   ButtonKind = "quiet"
	Danger  ButtonKind = "danger"
)

// FilterBar is a form of few fields that narrows a list, and what it is narrowed by now.
type FilterBar struct {
	Action string
	Fields []Field
	Chips  []Link // label of a condition in force, address without it
	Clear  string // address without any
}

// any says 全部 where a filter narrows by nothing.
func (f Field) any(ctx context.Context) Field {
	if f.Blank == "" {
		f.Blank = word(ctx, "any")
	}
	return f
}

func (f Field) id() string { return "f-" + f.Scope + f.Name }

// alone says that the whole form was refused for one reason, which then needs no list.
func (e ErrorSummary) alone() bool { return len(e.Errors) == 1 && e.Errors[0].Name == "" }

func (f Field) hintID() string { return f.id() + "-hint" }

func (f Field) errorID() string { return f.id() + "-error" }

// described lists the ids of what a screen reader says after the label.
func (f Field) described() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	return strings.Join(ids, " ")
}

// grouped says that the field is several controls under one legend.
func (f Field) grouped() bool {
	return f.Kind == KindRadio || f.Kind == KindGrade || f.Kind == KindChecks
}

func (f Field) chosen(value string) bool {
	if f.Kind == KindChecks {
		return slices.Contains(f.Values, value)
	}
	return f.Value == value
}

// many says that the cards are too many to stand open: they scroll in a box of their own.
func (f Field) many() bool { return len(f.Options) > 24 }

// cards are the options, in a box that scrolls those that are chosen first.
func (f Field) cards() []Option {
	if !f.many() {
		return f.Options
	}
	list := slices.Clone(f.Options)
	slices.SortStableFunc(list, func(a, b Option) int {
		switch x, y := f.chosen(a.Value), f.chosen(b.Value); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return list
}

// sentences tells whether the choices are whole sentences: one a line reads better than columns.
func (f Field) sentences() bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return utf8.RuneCountInString(o.Label) > 16 })
}

func (f Field) cardType() string {
	if f.Kind == KindChecks {
		return "checkbox"
	}
	return "radio"
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

func (f Field) complete() string {
	if f.Complete == "" {
		return "off"
	}
	return f.Complete
}

// layouts are what a browser takes as the value of a picker.
var layouts = map[Kind]string{KindDate: time.DateOnly, KindTime: "15:04", KindDateTime: "2006-01-02T15:04"}

// unfit says that a picker would drop the value: a date no calendar has, typed where there is no picker.
func (f Field) unfit() bool {
	layout, picker := layouts[f.Kind]
	if !picker || f.Value == "" {
		return false
	}
	_, err := time.Parse(layout, f.Value)
	return err != nil
}

func (f Field) inputType() string {
	if f.unfit() {
		return "text"
	}
	switch f.Kind {
	case KindDate, KindTime, KindPassword, KindSearch:
		return string(f.Kind)
	case KindDateTime:
		return "datetime-local"
	case KindPhone:
		return "tel"
	default:
		return "text"
	}
}

// inputMode brings up the right keys on a phone; the type stays text, so that what was typed wrongly is kept.
func (f Field) inputMode() string {
	switch f.Kind {
	case KindNumber, KindMoney:
		return "decimal"
	case KindPhone:
		return "tel"
	default:
		return ""
	}
}

func (f Field) yes() bool { return f.Value == "true" || f.Value == "on" || f.Value == "1" }

// part of the position: name_lat and so on, kept in Values in the order lat, lng, accuracy.
func (f Field) position(i int) string {
	if i < len(f.Values) {
		return f.Values[i]
	}
	return ""
}

// group is a run of options or fields under one name.
type group[T any] struct {
	name string
	all  []T
}

func runs[T any](all []T, name func(T) string) []group[T] {
	var groups []group[T]
	for _, one := range all {
		if n := len(groups); n > 0 && groups[n-1].name == name(one) {
			groups[n-1].all = append(groups[n-1].all, one)
			continue
		}
		groups = append(groups, group[T]{name(one), []T{one}})
	}
	return groups
}

func (f Field) optionGroups() []group[Option] {
	return runs(f.Options, func(o Option) string { return o.Group })
}

func (f Form) sections() []group[Field] {
	all := slices.Clone(f.Fields)
	for i := range all {
		all[i].Scope = f.Scope + all[i].Scope
	}
	return runs(all, func(one Field) string { return one.Section })
}

// folded are the runs of fields that fold up together.
func folded(all []Field) []group[Field] { return runs(all, func(one Field) string { return one.Fold }) }

// point says that the fields ask for a point: the phone can be asked where it is.
func point(all []Field) bool {
	return slices.ContainsFunc(all, func(f Field) bool { return strings.HasSuffix(f.Name, ".lon") })
}

// filled says that one of the fields holds or lacks something, so that they must not be hidden.
func filled(all []Field) bool {
	return slices.ContainsFunc(all, func(f Field) bool {
		return f.Error != "" || f.Value != "" || len(f.Values) > 0
	})
}

// asksMore says that the form has buttons before the one that sends it.
func (f Form) asksMore() bool {
	return slices.ContainsFunc(f.Fields, func(one Field) bool { return one.Kind == KindMore })
}

func (f Form) method() string {
	if f.Get {
		return "get"
	}
	return "post"
}

func (f Form) multipart() bool {
	return slices.ContainsFunc(f.Fields, func(one Field) bool {
		return one.Kind == KindPhotos || one.Kind == KindFile || one.Kind == KindSignature
	})
}

// errors are those of the form, then those of the fields in order.
func (f Form) errors() []FormError {
	all := slices.Clone(f.Errors)
	for _, one := range f.Fields {
		if one.Error != "" {
			all = append(all, FormError{f.Scope + one.Name, one.Label + "：" + one.Error})
		}
	}
	return all
}

func (b Button) class() string {
	if b.Kind == Primary {
		return "button"
	}
	return "button " + string(b.Kind)
}

func (b Button) kind() string {
	if b.Type == "" {
		return "submit"
	}
	return b.Type
}

// Render writes the field with its label, hint and error.
func (f Field) Render(ctx context.Context, w io.Writer) error { return field(f).Render(ctx, w) }

// Render writes the piece.
func (f Form) Render(ctx context.Context, w io.Writer) error { return form(f).Render(ctx, w) }

// Render writes the piece, or nothing where nothing is wrong.
func (e ErrorSummary) Render(ctx context.Context, w io.Writer) error {
	return errorSummary(e).Render(ctx, w)
}

// Render writes the piece.
func (f Fieldset) Render(ctx context.Context, w io.Writer) error { return fieldset(f).Render(ctx, w) }

// Render writes the piece.
func (b Button) Render(ctx context.Context, w io.Writer) error { return button(b).Render(ctx, w) }

// Render writes the piece.
func (f FilterBar) Render(ctx context.Context, w io.Writer) error { return filterBar(f).Render(ctx, w) }
