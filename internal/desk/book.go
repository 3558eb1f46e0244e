package desk

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/organisation"
)

// book is what rules may ask of the playbook in force and of the organisation.
type book struct {
	*playbook.Book
	org *organisation.Org
	at  time.Time

	station func(id string) bool // whether it is another station of the instance
}

// steps are the steps of the base life at which a clock can start or stop, as the playbook calls them and as the matter does; every
// other step has one name.
var steps = map[string]string{"opened": "opened", "assigned": "assigned", "acknowledged": "acknowledged", "in_hand": "started", "started": "started",
	"contacted": "contacted", "outcome": "outcome", "verified": "verified", "closed": "closed", "followed_up": "followed_up"}

func step(event string) string {
	if s, ok := steps[event]; ok {
		return s
	}
	return event
}

// Kind implements work.Book.
func (b book) Kind(key string) (string, bool) {
	k, ok := b.Book.Kind(key)
	return k.Grade, ok
}

// GradeOf implements work.Book.
func (b book) GradeOf(kind string, facts map[string]string) string {
	known := map[string]string{"kind": kind}
	maps.Copy(known, facts)
	return b.Book.Grade(known).Get("grade")
}

// Grade implements work.Book.
func (b book) Grade(key string) bool { _, ok := b.Book.ScaleGrade(key); return ok }

// Limits implements work.Book.
func (b book) Limits(kind, grade string) []work.Limit { return Limits(b.Book, kind, grade) }

// ofTheParties is a step whose time is the parties' own: they may let the thirty days for judicial confirmation pass, nobody is late.
// They are reminded instead (dispute.Remind, law-and-standards 4.1).
const ofTheParties = "confirmation_applied"

// Limits are the clocks of the base life that a playbook sets for a kind and grade.
func Limits(b *playbook.Book, kind, grade string) []work.Limit {
	var list []work.Limit
	for _, l := range b.Limits(kind, grade) {
		from, until := step(l.StartsAt), ""
		for _, one := range strings.Split(l.StopsAt, "|") {
			until = strings.TrimPrefix(until+"|"+step(one), "|")
		}
		if l.Amount == 0 || until == ofTheParties {
			continue
		}
		c := clock.Limit{Key: l.Key, Amount: l.Amount, Unit: clock.Unit(l.Unit), Source: l.Source, StretchesOverHoliday: l.StretchesOverHoliday}
		for _, h := range l.WarnBeforeHours {
			c.WarnBefore = append(c.WarnBefore, clock.Span{Amount: h, Unit: clock.Hours})
		}
		list = append(list, work.Limit{Limit: c, From: from, Until: until})
	}
	return list
}

// Step implements work.Book: a step of the playbook that no act reaches by itself.
func (b book) Step(kind, step string) bool {
	if steps[step] != "" || slices.Contains(own, step) {
		return false
	}
	if k := rulesOf(b.base(kind)); k != nil {
		if _, _, reached := k.of(); slices.Contains(reached, step) {
			return false
		}
	}
	return slices.ContainsFunc(b.Book.Events(), func(e playbook.Event) bool { return e.Key == step })
}

// own are steps that other acts of the base life reach.
var own = []string{"reported", "paused", "transferred", "sent_back", "reopened", "rated_bad", "rating_answered", "data_right_asked", "data_right_answered"}

// base is the basic kind a kind is built on.
func (b book) base(kind string) string {
	k, _ := b.Book.Kind(kind)
	return k.Base
}

// Needs implements work.Book.
func (b book) Needs(outcome string) []string {
	o, _ := b.Book.Outcome(outcome)
	return o.Needs
}

// ofForm are the fields of kinds that every form asks for anyway, under names of their own: title, words, place, pictures, who reports;
// and when it happened, which the report and the opening say.
var ofForm = []string{"title", "what", "when", "place", "photo", "reporter"}

// Required implements work.Book.
func (b book) Required(kind string) []work.Field {
	var list []work.Field
	for _, f := range b.Book.Fields(kind) {
		if f.Required && !slices.Contains(ofForm, f.Key) {
			list = append(list, work.Field{Key: f.Key, Name: f.Name})
		}
	}
	return list
}

// Role implements work.Book.
func (b book) Role(id string) grid.Role {
	if p, ok := b.org.People[id]; ok {
		return p.Role
	}
	return ""
}

// Reason implements work.Book.
func (b book) Reason(use, key string) bool {
	for _, r := range b.Book.Reasons(use) {
		if r.Key == key {
			return true
		}
	}
	return false
}

// StopsClock implements work.Book.
func (b book) StopsClock(reason string) bool {
	for _, r := range b.Book.Reasons("pause") {
		if r.Key == reason {
			return r.StopsClock
		}
	}
	return false
}

// Outcome implements work.Book.
func (b book) Outcome(kind, key string) bool {
	for _, o := range b.Book.Outcomes(kind) {
		if o.Key == key {
			return true
		}
	}
	return false
}

// Extra implements work.Book: only the fields of the kind, each of its type.
func (b book) Extra(kind string, values map[string]string) (clear, sealed map[string]string, err error) {
	clear, sealed = map[string]string{}, map[string]string{}
	fields := map[string]playbook.Field{}
	for _, f := range b.Book.Fields(kind) {
		fields[f.Key] = f
	}
	for key, v := range values {
		f, ok := fields[key]
		if !ok {
			return nil, nil, fault.New(fault.Invalid, "form.unknown_field", fault.Args{"field": key}).On("extra." + key)
		}
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if utf8.RuneCountInString(v) > work.MaxWords {
			return nil, nil, fault.New(fault.Invalid, "form.too_long", fault.Args{"field": key, "max": work.MaxWords}).On("extra." + key)
		}
		if len(f.Options) > 0 && !hasOption(f, v) {
			return nil, nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("extra." + key)
		}
		if f.Sealed {
			sealed[key] = v
		} else {
			clear[key] = v
		}
	}
	return clear, sealed, nil
}

func hasOption(f playbook.Field, value string) bool {
	for _, v := range strings.Split(value, "|") {
		found := false
		for _, o := range f.Options {
			found = found || o.Key == v
		}
		if !found {
			return false
		}
	}
	return true
}

// Cell implements work.Book: a cell that is in force; what was put into a retired one stays there.
func (b book) Cell(id string) bool {
	if b.org.Tree() == nil {
		_, ok := b.org.Cell(id)
		return ok
	}
	_, ok := b.org.Tree().Cell(grid.CellID(id), b.at)
	return ok
}

// Person implements work.Book: somebody who is still here.
func (b book) Person(id string) bool { p, ok := b.org.People[id]; return ok && !p.Gone }

// CanHandle implements work.Book.
func (b book) CanHandle(id string) bool {
	p, ok := b.org.People[id]
	return ok && !p.Gone && p.Role.MayHandle()
}

// Body implements work.Book.
func (b book) Body(id string) bool {
	if _, ok := b.org.Body(id); ok {
		return true
	}
	for _, x := range b.Book.Org().Bodies {
		if string(x.ID) == id {
			return true
		}
	}
	return false
}

// Station implements work.Book.
func (b book) Station(id string) bool { return b.station != nil && b.station(id) }

var _ work.Book = book{}

// inForce is the edition of the playbook at an instant.
func inForce(b *playbook.Book, at time.Time) *playbook.Book {
	if e := b.At(at); e != nil {
		return e
	}
	return b
}

// MayMark tells whether somebody may mark a step of a matter by hand: no act reaches it by itself.
func MayMark(b *playbook.Book, kind, step string) bool { return book{Book: b}.Step(kind, step) }
