// Package work is what all rules share: the moment a rule is handed, events and how they are read back, and the checks of a form.
// Rules are pure: they decide from what happened and from the Moment, and know no clock, database, network or policy file.
package work

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
)

// Moment is everything a rule may know besides its own history.
type Moment struct {
	Now        time.Time // ours
	HappenedAt time.Time // claimed, perhaps by a phone; never after Now
	Actor      string    // person id; "" the program itself, Public somebody without an account
	Role       grid.Role
	OnBehalfOf string
	NewID      func(prefix string) string
	Book       Book
	Calendar   *clock.Calendar
	// Covers tells whether the actor answers for a cell; nil knows of none that they do not.
	Covers func(cell string) bool
}

// Public is the actor of somebody without an account: a reporter with a receipt code.
const Public = "public"

// Book is what the playbook in force at HappenedAt says. Answers are data; a rule never asks which station it is in.
type Book interface {
	// Kind tells whether a kind of matter exists, and its default grade.
	Kind(kind string) (grade string, ok bool)
	// Grade tells whether a grade exists.
	Grade(grade string) bool
	// GradeOf is the grade that the decision table gives a kind with what is known of it; the kind's own when no row speaks of it.
	GradeOf(kind string, facts map[string]string) string
	// Limits are the clocks of a kind in a grade.
	Limits(kind, grade string) []Limit
	// Extra checks the extra fields of a kind and gives those kept in clear and those to be sealed; the error is a fault on the field.
	Extra(kind string, values map[string]string) (clear, sealed map[string]string, err error)
	// Reason tells whether a reason exists in a list (pause, decline, send_back …).
	Reason(list, key string) bool
	// StopsClock tells whether a pause for that reason stops the clocks.
	StopsClock(reason string) bool
	// Step tells whether a step may be marked by hand for a kind: the playbook has it, no act of its own reaches it.
	Step(kind, step string) bool
	// Needs are the steps without which an outcome may not be chosen.
	Needs(outcome string) []string
	// Required are the extra fields without which a matter of a kind cannot have a result.
	Required(kind string) []Field
	// Outcome tells whether an outcome exists for a kind.
	Outcome(kind, key string) bool
	// Cell, Person and Body tell whether the organisation knows an id at that moment.
	Cell(id string) bool
	Person(id string) bool
	// Role is what a person is here; "" for nobody known.
	Role(id string) grid.Role
	// CanHandle tells whether a person may be a matter's named handler: a role that can acknowledge, work and report.
	CanHandle(id string) bool
	Body(id string) bool
	// Station tells whether an id is another station of the instance; never the own one.
	Station(id string) bool
}

// Field is an extra field of a kind's form, and what it is called.
type Field struct {
	Key  string
	Name grid.Name
}

// Limit is a clock with the steps between which it runs: "opened", "assigned", "acknowledged", "started", "contacted",
// "outcome", "verified", "closed", "followed_up".
type Limit struct {
	clock.Limit
	From  string `json:"from"`
	Until string `json:"until"` // several with "|" between: the first that is reached
}

// Ends tells whether a step stops the clock.
func (l Limit) Ends(step string) bool { return slices.Contains(l.steps(), step) }

func (l Limit) steps() []string { return strings.Split(l.Until, "|") }

// Stopped is when the clock stopped, by the steps that were reached; ok is false while it runs.
func (l Limit) Stopped(start time.Time, reached map[string]time.Time) (at time.Time, ok bool) {
	for _, step := range l.steps() {
		if end, has := reached[step]; has && !end.Before(start) && (!ok || end.Before(at)) {
			at, ok = end, true
		}
	}
	return at, ok
}

// Event is a payload of the journal. Its kind is "area.verb_ed/number" and stays readable for ever.
type Event interface{ EventKind() string }

// At says when, by whom and at which place in the stream an event was recorded.
type At struct {
	HappenedAt, RecordedAt time.Time
	Actor, OnBehalfOf      string
	Version                int
	Seq                    journal.Seq
}

var decoders = map[string]func(json.RawMessage) (Event, error){}

// Know makes an event kind readable. Called once for each kind when the program starts.
func Know[E Event]() {
	var e E
	decoders[e.EventKind()] = func(data json.RawMessage) (Event, error) {
		var e E
		err := json.Unmarshal(data, &e)
		return e, err
	}
}

// Kinds lists the event kinds that can be read; golden payloads must exist for each.
func Kinds() []string {
	list := make([]string, 0, len(decoders))
	for k := range decoders {
		list = append(list, k)
	}
	return list
}

// Decode reads an event's payload.
func Decode(e *journal.Event) (Event, error) {
	d, ok := decoders[e.Kind]
	if !ok {
		return nil, fmt.Errorf("event %s/%d: unknown kind %q", e.Station, e.Seq, e.Kind)
	}
	v, err := d(e.Data)
	if err != nil {
		return nil, fmt.Errorf("event %s/%d %s: %w", e.Station, e.Seq, e.Kind, err)
	}
	return v, nil
}

// Replay reads a stream back: every event decoded and handed on, in order, until one is not taken.
func Replay(events []journal.Event, apply func(v Event, at At) error) error {
	for i := range events {
		v, err := Decode(&events[i])
		if err != nil {
			return err
		}
		if err := apply(v, Where(&events[i])); err != nil {
			return err
		}
	}
	return nil
}

// Where gives an event's At.
func Where(e *journal.Event) At {
	return At{e.HappenedAt, e.RecordedAt, e.Actor, e.OnBehalfOf, e.Version, e.Seq}
}

// Lengths of what may be typed, in characters.
const (
	MaxTitle = 80
	MaxWords = 20000
	MaxShort = 200
)

// Line checks a one-line field: control characters and line breaks become blanks, ends are trimmed, the length is checked.
func Line(field, s string, max int, required bool) (string, error) {
	s = strings.Join(strings.Fields(strings.Map(printable, s)), " ")
	return bounded(field, s, max, required)
}

// Words checks a field of free words: control characters other than line breaks are dropped.
func Words(field, s string, required bool) (string, error) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if p := printable(r); p != ' ' || r == ' ' {
			return p
		}
		return -1
	}, s))
	return bounded(field, s, MaxWords, required)
}

func printable(r rune) rune {
	switch {
	case r == utf8.RuneError:
		return -1
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	case unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
		return -1
	}
	return r
}

func bounded(field, s string, max int, required bool) (string, error) {
	if s == "" && required {
		return "", fault.New(fault.Invalid, "form.required", fault.Args{"field": field}).On(field)
	}
	if n := utf8.RuneCountInString(s); n > max {
		return "", fault.New(fault.Invalid, "form.too_long", fault.Args{"field": field, "max": max, "length": n}).On(field)
	}
	return s, nil
}

// AtMost refuses a list that is too long.
func AtMost(field string, n, max int) error {
	return Must(n <= max, field, "form.too_many", fault.Args{"field": field, "max": max})
}

// People refuses more people than most, and those the organisation does not know.
func (mo Moment) People(field string, list []string, most int) error {
	if err := AtMost(field, len(list), most); err != nil {
		return err
	}
	for _, p := range list {
		if err := Must(mo.Book.Person(p), field, "form.unknown_person", nil); err != nil {
			return err
		}
	}
	return nil
}

// Must refuses with an "invalid" fault on a field unless ok.
func Must(ok bool, field, code string, args fault.Args) error {
	if ok {
		return nil
	}
	return fault.New(fault.Invalid, code, args).On(field)
}

// Day is the date of an instant in Asia/Shanghai, 2006-01-02.
func Day(at time.Time) string { return at.In(clock.Shanghai).Format(time.DateOnly) }

// DayWithin is the last day of a limit in days (law-and-standards 1.1, 1.2): the day it begins on does not count, and a last day that
// is a holiday moves on.
func DayWithin(at time.Time, days int, cal *clock.Calendar) string {
	return Day(clock.Due(clock.Limit{Amount: days, Unit: clock.Days, StretchesOverHoliday: true}, at, nil, nil, cal, at).DueAt)
}

// Later is the later of two instants.
func Later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
