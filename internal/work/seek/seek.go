// Package seek holds the rules of seeking somebody lost from sight (寻亲访友): a classmate, a relative, a comrade. Whoever seeks is
// known and asked about safety first; every search says its purpose; candidates are compared point by point and get no score; the
// person sought is asked first, and nothing is given without their yes (L8 §23, §25; law-and-standards 8.9). It is a matter: its events
// lie in the matter's stream.
package seek

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters these are.
const Base = "seek"

// Moment is everything a rule of seeking may know besides the matter's own history.
type Moment struct {
	work.Moment
	// Plain opens sealed texts, so that words meant for the seeker can be compared with what must not be given.
	Plain func(texts ...vault.Text) ([]string, error)
}

// Seek is a matter with all that seeking somebody adds. It is folded anew for each act.
type Seek struct {
	matter.Matter

	Seeker     *Seeker
	Safety     Safety
	Sought     []Sought
	Searches   []Search
	Candidates []Candidate
	Tellings   []Telling
	Given      []Given
	Met        []Meeting
	Thanks     []Thanked
}

// Seeker is who seeks.
type Seeker struct {
	ID          string
	Name, Phone vault.Text
	Relation    string // what they are to the person sought, in their own words
	Why         vault.Text
	Checked     string // reason key: how it was made sure who they are; "" not yet
	CheckedBy   string
	CheckedAt   time.Time
}

// Points are what is known of somebody sought, and what candidates are compared by.
var Points = []string{"name_then", "name_now", "born", "year", "place", "unit", "relatives", "marks"}

// Sought is one person sought, by what is known of them.
type Sought struct {
	ID     string
	Points map[string]vault.Text
}

// Search is one recorded look (L1 §138; law-and-standards 15.11).
type Search struct {
	Sought, Where, Purpose, Result, Reference string
	Asked, Words                              vault.Text
	By                                        string
	At                                        time.Time
}

// Candidate is somebody who may be the one sought. Standing is what people found by comparing, never a figure.
type Candidate struct {
	ID, Sought        string
	No                int // as people call them: candidate 1
	Name, Phone, Home vault.Text
	SealHome          bool // shown to nobody and never given (law-and-standards 5.1)
	Alive             string
	Compared          map[string]string // point → agree, differ, unknown
	Words             vault.Text
	RuledOut          string // reason key
	Asks              []Ask
}

// Ask is one time that the person, or for a dead one a relative, was asked.
type Ask struct {
	At         time.Time
	By, How    string
	Told       vault.Text // who seeks and why, as they were told
	Answer     string     // of Answers
	Conditions []string
	Give       []string // what they agree may be given
	Hidden     bool     // they do not want it known that they were found at all
	Relative   bool     // not the person: a relative of somebody dead
	Withdrawn  time.Time
}

// consents tells whether the last word of a candidate is a yes that stands.
func (c *Candidate) consents() (Ask, bool) {
	if len(c.Asks) == 0 || c.RuledOut != "" {
		return Ask{}, false
	}
	a := c.Asks[len(c.Asks)-1]
	return a, (a.Answer == "yes" || a.Answer == "conditions") && a.Withdrawn.IsZero()
}

// Last is the last time a candidate was asked; ok is false when they never were.
func (c *Candidate) Last() (a Ask, ok bool) {
	if len(c.Asks) == 0 {
		return a, false
	}
	return c.Asks[len(c.Asks)-1], true
}

// Agrees tells whether a candidate's yes stands.
func (c *Candidate) Agrees() bool { _, ok := c.consents(); return ok }

// Fold makes one from its stream.
func Fold(events []journal.Event) (*Seek, error) {
	s := &Seek{}
	return s, work.Replay(events, s.Apply)
}

type applier interface {
	matter.Built
	apply(s *Seek, at work.At)
}

// Apply folds one event of the stream, of the base life or of the kind, in place.
func (s *Seek) Apply(v work.Event, at work.At) error {
	if err := s.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to a seeking: %w", v.EventKind(), err)
	}
	if e, ok := v.(applier); ok {
		e.apply(s, at)
	}
	return nil
}

// gate refuses the search while the seeker is not known, was not asked about safety, or a flag is open.
func (s *Seek) gate() error {
	if err := s.Running(); err != nil {
		return err
	}
	switch {
	case s.Safety.Flagged:
		return fault.New(fault.Stale, "seek.flagged", nil)
	case s.Seeker == nil || s.Seeker.Checked == "":
		return fault.New(fault.Stale, "seek.who_first", nil)
	case s.Safety.AskedAt.IsZero():
		return fault.New(fault.Stale, "seek.safety_first", nil)
	}
	return nil
}

func (s *Seek) sought(id string) (int, error) {
	i := slices.IndexFunc(s.Sought, func(x Sought) bool { return x.ID == id })
	return i, work.Must(i >= 0, "sought", "seek.unknown_sought", nil)
}

func (s *Seek) candidate(id string) (int, error) {
	i := slices.IndexFunc(s.Candidates, func(x Candidate) bool { return x.ID == id })
	return i, work.Must(i >= 0, "candidate", "seek.unknown_candidate", nil)
}

// change gives a candidate to change: an earlier copy of the matter never sees it.
func (s *Seek) change(id string) *Candidate {
	s.Candidates = slices.Clone(s.Candidates)
	for i := range s.Candidates {
		if s.Candidates[i].ID == id {
			return &s.Candidates[i]
		}
	}
	return &Candidate{}
}

// agreed tells whether somebody found agrees now.
func (s *Seek) agreed() bool {
	return slices.ContainsFunc(s.Candidates, func(c Candidate) bool { return c.Agrees() })
}

// Hidden tells whether somebody found does not want it known that they were found.
func (s *Seek) Hidden() bool {
	return slices.ContainsFunc(s.Candidates, func(c Candidate) bool { a, ok := c.Last(); return ok && a.Hidden && c.RuledOut == "" })
}

// Texts are the personal texts that can be looked at one by one: of the person who seeks, and of those sought and found.
func (s *Seek) Texts() (seeker, sealed []vault.Text) {
	if s.Seeker != nil {
		seeker = []vault.Text{s.Seeker.Name, s.Seeker.Phone, s.Seeker.Why}
	}
	for _, x := range s.Sought {
		for _, p := range Points {
			if t, ok := x.Points[p]; ok {
				sealed = append(sealed, t)
			}
		}
	}
	for _, c := range s.Candidates {
		sealed = append(sealed, c.Name, c.Phone, c.Home)
	}
	return seeker, sealed
}

// HiddenHome tells whether an address may not be shown.
func (s *Seek) HiddenHome(subject string) bool {
	return slices.ContainsFunc(s.Candidates, func(c Candidate) bool { return c.ID == subject && c.SealHome })
}

// text seals words that belong to the whole matter.
func (s *Seek) text(field, words string) vault.Text { return vault.Plain(s.ID, field, words) }

// when is when something happened: now unless said, never in the future.
func when(at time.Time, mo Moment) (time.Time, error) {
	if at.IsZero() {
		at = mo.HappenedAt
	}
	return at.UTC(), work.Must(!at.After(mo.Now.Add(time.Minute)), "at", "form.future", nil)
}

func each(field string, list, known []string) error {
	for _, x := range list {
		if err := work.Must(slices.Contains(known, x), field, "form.unknown_choice", nil); err != nil {
			return err
		}
	}
	return nil
}

func reason(field, use, key string, mo Moment) error {
	return work.Must(mo.Book.Reason(use, key), field, "form.unknown_choice", nil)
}

// helped notes who took part.
func helped(m *matter.Matter, at work.At, others ...string) {
	m.Help(at.Actor)
	m.Help(others...)
}
