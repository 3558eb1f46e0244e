package seek

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Sayings are all that may be told to who seeks while there is no yes: it goes on; the person was asked and does not wish contact; and
// one sentence for both nobody found and somebody who does not want to be known of, so that the two cannot be told apart.
var Sayings = []string{"going_on", "declined", "nothing"}

// Telling is what who seeks was told.
type Telling struct {
	At      time.Time
	By, How string
	Saying  string
}

// TellSeeker (告知寻人者) tells who seeks how far it is, in one of the fixed sentences; free words go nowhere but into the sealed note
// of the call.
type TellSeeker struct {
	matter.On
	Saying string `json:"saying" form:"one:saying,required"`
	How    string `json:"seek_how" form:"reason:seek_way,required"`
	Words  string `json:"words,omitempty" form:"words"`
}

// SeekerTold is that.
type SeekerTold struct {
	Saying string     `json:"saying"`
	How    string     `json:"how"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SeekerTold) EventKind() string { return "seek.seeker_told/1" }

// Tell implements matter.Built. The clock of the next telling runs anew from each one.
func (e SeekerTold) Tell(m *matter.Matter, at work.At) { told(m, at) }

func told(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("contacted", at.HappenedAt)
	m.Reach("seek_answered", at.HappenedAt)
	m.Reach("told_them", at.HappenedAt)
	m.Reached["seek_told"] = at.HappenedAt
	m.Escalated = slices.DeleteFunc(slices.Clone(m.Escalated), func(key string) bool { return key == "seek_progress" })
}

func (e SeekerTold) apply(s *Seek, at work.At) {
	s.Tellings = append(slices.Clip(s.Tellings), Telling{at.HappenedAt, at.Actor, e.How, e.Saying})
}

// TellSeeker decides what is told. "Declined" says that somebody was found: only who was asked, said no and does not hide lets that be told.
func (s *Seek) TellSeeker(a TellSeeker, mo Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Sayings, a.Saying), "saying", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := s.maySay(a.Saying, "saying"); err != nil {
		return nil, err
	}
	if err := reason("seek_how", "seek_way", a.How, mo); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	if err := s.givesAway("words", words, mo); err != nil {
		return nil, err
	}
	return []work.Event{SeekerTold{a.Saying, a.How, s.text("told", words)}}, nil
}

// maySay refuses "declined" of nobody who said no openly.
func (s *Seek) maySay(saying, field string) error {
	if saying != "declined" {
		return nil
	}
	open := slices.ContainsFunc(s.Candidates, func(c Candidate) bool {
		a, ok := c.Last()
		return ok && c.RuledOut == "" && !a.Hidden && (a.Answer == "no" || !a.Withdrawn.IsZero())
	})
	if s.Hidden() || !open || s.Safety.Flagged {
		return fault.New(fault.Stale, "seek.not_declined", nil).On(field)
	}
	return nil
}

// givesAway refuses words for who seeks that carry what was found of somebody: a phone or ID number, a name, an address, unless that
// person agreed that it may be given.
func (s *Seek) givesAway(field, words string, mo Moment) error {
	if words == "" {
		return nil
	}
	free := map[string]bool{}
	for _, c := range s.Candidates {
		if a, ok := c.consents(); ok && !s.Safety.Flagged {
			for _, g := range a.Give {
				free[c.ID+"/"+g] = true
			}
		}
	}
	if vault.MaskFree(words) != words && !slices.ContainsFunc(s.Candidates, func(c Candidate) bool { return free[c.ID+"/phone"] }) {
		return fault.New(fault.Invalid, "seek.gives_away", nil).On(field)
	}
	for _, c := range s.Candidates {
		for _, x := range []struct {
			kind string
			text vault.Text
		}{{"name", c.Name}, {"phone", c.Phone}, {"address", c.Home}} {
			if x.text.Empty() || free[c.ID+"/"+x.kind] && !(x.kind == "address" && c.SealHome) {
				continue
			}
			plain, err := mo.Plain(x.text)
			if err != nil {
				return err
			}
			if len(plain) > 0 && speaksOf(words, plain[0]) {
				return fault.New(fault.Invalid, "seek.gives_away", nil).On(field)
			}
		}
	}
	return nil
}

// speaksOf tells whether words hold a value, blanks aside.
func speaksOf(words, value string) bool {
	flat := func(s string) string { return strings.Join(strings.Fields(s), "") }
	value = flat(value)
	return utf8.RuneCountInString(value) >= 2 && strings.Contains(flat(words), value)
}

// Given is what was passed on, by kind: the words themselves are not kept a second time.
type Given struct {
	Candidate string
	What      []string
	At        time.Time
	By        string
}

// Give (转告) passes on to who seeks what the person agreed to, and nothing else.
type Give struct {
	matter.On
	Candidate string   `json:"candidate" form:"one:candidate,required"`
	What      []string `json:"sought_gives" form:"some:soughtgive,required"`
	How       string   `json:"seek_how" form:"reason:seek_way,required"`
	Words     string   `json:"words,omitempty" form:"words"`
}

// PassedOn is that.
type PassedOn struct {
	Candidate string     `json:"candidate"`
	What      []string   `json:"what"`
	How       string     `json:"how"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PassedOn) EventKind() string { return "seek.passed_on/1" }

// Tell implements matter.Built.
func (PassedOn) Tell(m *matter.Matter, at work.At) { told(m, at) }

func (e PassedOn) apply(s *Seek, at work.At) {
	s.Given = append(slices.Clip(s.Given), Given{e.Candidate, e.What, at.HappenedAt, at.Actor})
}

// Give decides the passing on: the yes stands, covers each thing, and no flag is open; a sealed home is never given.
func (s *Seek) Give(a Give, mo Moment) ([]work.Event, error) {
	if err := s.gate(); err != nil {
		return nil, err
	}
	i, err := s.candidate(a.Candidate)
	if err != nil {
		return nil, err
	}
	c := &s.Candidates[i]
	ask, ok := c.consents()
	if !ok {
		return nil, fault.New(fault.Stale, "seek.no_yes", nil).On("candidate")
	}
	if err := each("sought_gives", a.What, Gives); err != nil {
		return nil, err
	}
	if err := work.Must(len(a.What) > 0, "sought_gives", "form.required", fault.Args{"field": "sought_gives"}); err != nil {
		return nil, err
	}
	for _, w := range a.What {
		if err := work.Must(slices.Contains(ask.Give, w), "sought_gives", "seek.not_agreed", fault.Args{"what": "{soughtgive." + w + "}"}); err != nil {
			return nil, err
		}
	}
	if slices.Contains(a.What, "address") && c.SealHome {
		return nil, fault.New(fault.Denied, "seek.home_sealed", nil).On("sought_gives")
	}
	if err := reason("seek_how", "seek_way", a.How, mo); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	if err := s.givesAway("words", words, mo); err != nil {
		return nil, err
	}
	return []work.Event{PassedOn{a.Candidate, a.What, a.How, s.text("told", words)}}, nil
}

// Meeting is when they met.
type Meeting struct {
	Candidate  string
	At         time.Time
	Place      vault.Text
	AtStation  bool
	With       []string
	FamilyToo  bool
	Words      vault.Text
	RecordedBy string
}

// BringTogether (见面) records that they met: where, and who went along.
type BringTogether struct {
	matter.On
	Candidate string    `json:"candidate" form:"one:candidate,required"`
	At        time.Time `json:"at" form:"datetime,required"`
	Place     string    `json:"place" form:"line,required"`
	AtStation bool      `json:"at_station,omitempty" form:"yesno"`
	FamilyToo bool      `json:"family_along,omitempty" form:"yesno"`
	With      []string  `json:"with" form:"people,required"`
	Words     string    `json:"words,omitempty" form:"words"`
	Photos    []string  `json:"photos,omitempty" form:"photos"`
}

// BroughtTogether is that they met.
type BroughtTogether struct {
	Candidate string              `json:"candidate"`
	At        time.Time           `json:"at"`
	Place     vault.Text          `json:"place,omitzero"`
	AtStation bool                `json:"at_station,omitempty"`
	FamilyToo bool                `json:"family_along,omitempty"`
	With      []string            `json:"with"`
	Words     vault.Text          `json:"words,omitzero"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (BroughtTogether) EventKind() string { return "seek.brought_together/1" }

// Tell implements matter.Built.
func (e BroughtTogether) Tell(m *matter.Matter, at work.At) {
	told(m, at)
	helped(m, at, e.With...)
	m.Attached(e.Photos)
	m.Reach("seek_together", at.HappenedAt)
}

func (e BroughtTogether) apply(s *Seek, at work.At) {
	s.Met = append(slices.Clip(s.Met), Meeting{e.Candidate, e.At, e.Place, e.AtStation, e.With, e.FamilyToo, e.Words, at.Actor})
}

// BringTogether decides that they met, on the conditions that were made.
func (s *Seek) BringTogether(a BringTogether, mo Moment) ([]work.Event, error) {
	if err := s.gate(); err != nil {
		return nil, err
	}
	i, err := s.candidate(a.Candidate)
	if err != nil {
		return nil, err
	}
	ask, ok := s.Candidates[i].consents()
	if !ok {
		return nil, fault.New(fault.Stale, "seek.no_yes", nil).On("candidate")
	}
	if err := a.keeps(ask); err != nil {
		return nil, err
	}
	at, err := when(a.At, mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(!at.Before(ask.At.Truncate(time.Minute)), "at", "seek.before_the_yes", nil); err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(a.With) > 0, "with", "form.required", fault.Args{"field": "with"}); err != nil {
		return nil, err
	}
	if err := mo.People("with", a.With, 50); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{BroughtTogether{a.Candidate, at, s.text("met_place", place), a.AtStation, a.FamilyToo, a.With, s.text("met", words), photos}}, nil
}

// keeps refuses a meeting that breaks a condition.
func (a BringTogether) keeps(ask Ask) error {
	for _, c := range ask.Conditions {
		switch {
		case c == "phone_only", c == "letter_only":
			return fault.New(fault.Stale, "seek.only_so", fault.Args{"condition": "{soughtcondition." + c + "}"}).On("candidate")
		case c == "at_station" && !a.AtStation:
			return fault.New(fault.Invalid, "seek.only_so", fault.Args{"condition": "{soughtcondition." + c + "}"}).On("at_station")
		case c == "family_along" && !a.FamilyToo:
			return fault.New(fault.Invalid, "seek.only_so", fault.Args{"condition": "{soughtcondition." + c + "}"}).On("family_along")
		}
	}
	return nil
}

// Thanked is a thanks that came.
type Thanked struct {
	At    time.Time
	Words vault.Text
}

// Thank (致谢) notes the thanks that came, for whoever helped to read. It is published only with the consent of both (law-and-standards 21.14).
type Thank struct {
	matter.On
	Words   string   `json:"words" form:"words,required"`
	Publish bool     `json:"both_agree,omitempty" form:"yesno"`
	Photos  []string `json:"photos,omitempty" form:"photos"`
}

// ThanksNoted is that.
type ThanksNoted struct {
	Words   vault.Text          `json:"words,omitzero"`
	Publish bool                `json:"both_agree,omitempty"`
	Photos  []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (ThanksNoted) EventKind() string { return "seek.thanked/1" }

// Tell implements matter.Built.
func (e ThanksNoted) Tell(m *matter.Matter, _ work.At) { m.Attached(e.Photos) }

func (e ThanksNoted) apply(s *Seek, at work.At) {
	s.Thanks = append(slices.Clip(s.Thanks), Thanked{at.HappenedAt, e.Words})
}

// Thank decides the note of thanks; it may come when the matter is closed.
func (s *Seek) Thank(a Thank, _ Moment) ([]work.Event, error) {
	switch {
	case s.Version == 0:
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	case s.State.Gone():
		return nil, s.Here()
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{ThanksNoted{s.text("thanks", words), a.Publish, photos}}, nil
}
