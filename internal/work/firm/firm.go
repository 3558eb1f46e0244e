// Package firm is the rules of firms, schools and venues that an officer keeps in touch with (一企一警, law-and-standards 12): who is
// responsible, briefings on what happened around, visits with what was asked and what was advised, the check of a recruit's identity
// card, and the guard post of a school (护学岗). A firm has a stream of its own.
package firm

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Firm is a firm, school or venue as it stands.
type Firm struct {
	ID       string
	Version  int
	Name     string // of the firm, which is public
	Sort     string // among playbook.FirmSorts
	Cell     string
	Place    string // its address
	Phone    string // its public phone
	USCC     string
	Hazards  []string
	Pupils   int
	Boarding bool
	// The contact person is a person: sealed.
	Contact, ContactPhone vault.Text

	Officer, Deputy  string
	Since            time.Time // of the officer
	Briefed, Visited time.Time
	BriefOn, VisitOn string // days by which the next are due
	Briefs           []Brief
	Visits           []Visit
	Questions        []Question
	Advice           []Advice
	Asks             []Ask
	Checks           []Check
	Post             *Post
	Stands           []Stand
	Retired          time.Time
	RetireReason     vault.Text
	SetBy            string
	SetAt            time.Time
}

// Hazards are what makes a firm need more watching (law-and-standards 12.1): goods, never people.
var Hazards = []string{"explosives", "hazardous", "key"}

// Stream is the stream of a firm.
func Stream(id string) string { return "firm/" + id }

// On is what every act on a firm carries.
type On struct {
	Firm    string `json:"firm,omitempty" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the firm's id and the version the person saw.
func (o On) Target() (string, int) { return o.Firm, o.Version }

// Rules is what rules of firms ask of the playbook in force.
type Rules interface {
	FirmSort(key string) (playbook.FirmSort, bool)
}

// Moment is what a rule of firms may know besides the firm's own history.
type Moment struct {
	work.Moment
	Rules Rules
	// Number draws the next number of a pattern.
	Number func(pattern string) string
}

type event interface{ apply(*Firm, work.At) }

// Fold makes a firm from its stream.
func Fold(events []journal.Event) (*Firm, error) {
	f := &Firm{}
	return f, work.Replay(events, func(v work.Event, at work.At) error { f.Apply(v, at); return nil })
}

// Apply folds one event.
func (f *Firm) Apply(v work.Event, at work.At) {
	if e, ok := v.(event); ok {
		e.apply(f, at)
	}
	f.Version = at.Version
}

// People are those who keep in touch with the firm and those who stand at its gate.
func (f *Firm) People() (list []string) {
	add := func(person string) {
		if person != "" && !slices.Contains(list, person) {
			list = append(list, person)
		}
	}
	add(f.Officer)
	add(f.Deputy)
	if f.Post != nil {
		for _, p := range f.Post.People {
			add(p)
		}
		for _, w := range f.Post.Windows {
			add(w.Lead)
		}
	}
	return list
}

// Cells is the cell it lies in.
func (f *Firm) Cells() []string {
	if f.Cell == "" {
		return nil
	}
	return []string{f.Cell}
}

// open refuses what is no longer done with a firm that is gone.
func (f *Firm) open() error {
	switch {
	case f.Version == 0:
		return fault.New(fault.Missing, "firm.not_found", nil)
	case !f.Retired.IsZero():
		return fault.New(fault.Stale, "firm.retired", nil)
	}
	return nil
}

// dueDay reads a day by which something is to be done: not before today, not beyond a year.
func dueDay(field, s string, mo work.Moment) (string, error) {
	if err := work.Must(s != "", field, "firm.needs_day", nil); err != nil {
		return "", err
	}
	_, err := time.Parse(time.DateOnly, s)
	if err := work.Must(err == nil, field, "form.date", nil); err != nil {
		return "", err
	}
	if err := work.Must(s >= work.Day(mo.HappenedAt), field, "form.past", nil); err != nil {
		return "", err
	}
	return s, work.Must(s <= work.Day(mo.HappenedAt.AddDate(1, 0, 0)), field, "firm.too_far", nil)
}

// noPerson refuses words in which somebody could be found: what is told to a firm names kinds and places, never people.
func noPerson(field, words string) error {
	return work.Must(len(vault.FindPersonal(words)) == 0, field, "firm.names_somebody", nil)
}
