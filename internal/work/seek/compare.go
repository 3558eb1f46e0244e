package seek

import (
	"maps"
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Compare (比对候选人) sets somebody who may be the one sought beside what is known, point by point. It makes a table, never a figure
// or a label on a person (L8 §24; law-and-standards 14.4).
type Compare struct {
	matter.On
	Candidate string `json:"candidate,omitempty" form:"one:candidate"` // none: somebody new
	Sought    string `json:"sought,omitempty" form:"one:sought"`
	Name      string `json:"name,omitempty" form:"line"`
	Phone     string `json:"phone,omitempty" form:"phone"`
	Home      string `json:"home,omitempty" form:"line"`
	SealHome  bool   `json:"seal_home,omitempty" form:"yesno"`
	Alive     string `json:"alive" form:"one:alive,required"`
	NameThen  string `json:"name_then,omitempty" form:"one:compared"`
	NameNow   string `json:"name_now,omitempty" form:"one:compared"`
	Born      string `json:"born_when,omitempty" form:"one:compared"`
	Year      string `json:"year_then,omitempty" form:"one:compared"`
	Place     string `json:"place_then,omitempty" form:"one:compared"`
	Unit      string `json:"unit_then,omitempty" form:"one:compared"`
	Relatives string `json:"relatives,omitempty" form:"one:compared"`
	Marks     string `json:"body_marks,omitempty" form:"one:compared"`
	Words     string `json:"words,omitempty" form:"words"`
}

// What a point of a candidate is, beside what is known of the person sought; and whether somebody lives.
var (
	Verdicts = []string{"agree", "differ", "unknown"}
	Alive    = []string{"yes", "no", "unknown"}
)

func (a Compare) points() []point {
	return []point{{"name_then", "name_then", a.NameThen}, {"name_now", "name_now", a.NameNow}, {"born", "born_when", a.Born}, {"year", "year_then", a.Year},
		{"place", "place_then", a.Place}, {"unit", "unit_then", a.Unit}, {"relatives", "relatives", a.Relatives}, {"marks", "body_marks", a.Marks}}
}

// Compared is a comparison.
type Compared struct {
	Candidate string            `json:"candidate"`
	Sought    string            `json:"sought"`
	Name      vault.Text        `json:"name,omitzero"`
	Phone     vault.Text        `json:"phone,omitzero"`
	Home      vault.Text        `json:"home,omitzero"`
	SealHome  bool              `json:"seal_home,omitempty"`
	Alive     string            `json:"alive"`
	Points    map[string]string `json:"points,omitempty"`
	Words     vault.Text        `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Compared) EventKind() string { return "seek.compared/1" }

// Tell implements matter.Built.
func (Compared) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e Compared) apply(s *Seek, _ work.At) {
	if i := slices.IndexFunc(s.Candidates, func(c Candidate) bool { return c.ID == e.Candidate }); i < 0 {
		s.Candidates = append(slices.Clip(s.Candidates), Candidate{ID: e.Candidate, No: len(s.Candidates) + 1})
	}
	c := s.change(e.Candidate)
	c.Sought, c.Alive = e.Sought, e.Alive
	c.SealHome = c.SealHome || e.SealHome // once sealed, it stays
	all := maps.Clone(c.Compared)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, e.Points)
	c.Compared = all
	for _, t := range []struct {
		into *vault.Text
		text vault.Text
	}{{&c.Name, e.Name}, {&c.Phone, e.Phone}, {&c.Home, e.Home}, {&c.Words, e.Words}} {
		if !t.text.Empty() {
			*t.into = t.text
		}
	}
}

const maxCandidates = 50

// Compare decides a comparison.
func (s *Seek) Compare(a Compare, mo Moment) ([]work.Event, error) {
	if err := s.gate(); err != nil {
		return nil, err
	}
	if len(s.Searches) == 0 {
		return nil, fault.New(fault.Stale, "seek.look_before", nil)
	}
	id := a.Candidate
	if id == "" {
		if err := work.AtMost("candidate", len(s.Candidates)+1, maxCandidates); err != nil {
			return nil, err
		}
		id = mo.NewID("p")
	} else {
		i, err := s.candidate(id)
		if err != nil {
			return nil, err
		}
		if a.Sought == "" {
			a.Sought = s.Candidates[i].Sought
		}
	}
	if a.Sought == "" && len(s.Sought) == 1 {
		a.Sought = s.Sought[0].ID
	}
	if _, err := s.sought(a.Sought); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Alive, a.Alive), "alive", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	e := Compared{Candidate: id, Sought: a.Sought, SealHome: a.SealHome, Alive: a.Alive, Points: map[string]string{}}
	for _, p := range a.points() {
		if p.words == "" {
			continue
		}
		if err := work.Must(slices.Contains(Verdicts, p.words), p.field, "form.unknown_choice", nil); err != nil {
			return nil, err
		}
		e.Points[p.key] = p.words
	}
	for _, f := range []struct {
		name, value string
		into        *vault.Text
	}{{"name", a.Name, &e.Name}, {"phone", a.Phone, &e.Phone}, {"home", a.Home, &e.Home}} {
		words, err := work.Line(f.name, f.value, work.MaxShort, a.Candidate == "" && f.name == "name")
		if err != nil {
			return nil, err
		}
		*f.into = vault.Plain(id, f.name, words)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	e.Words = vault.Plain(id, "compared", words)
	return []work.Event{e}, nil
}

// RuleOut (排除候选人) says that a candidate is not the one sought, and why. Somebody ruled out is asked nothing.
type RuleOut struct {
	matter.On
	Candidate string `json:"candidate" form:"one:candidate,required"`
	Reason    string `json:"why_not" form:"reason:seek_rule_out,required"`
	Words     string `json:"words,omitempty" form:"words"`
}

// RuledOut is that.
type RuledOut struct {
	Candidate string     `json:"candidate"`
	Reason    string     `json:"reason"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (RuledOut) EventKind() string { return "seek.ruled_out/1" }

// Tell implements matter.Built.
func (RuledOut) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e RuledOut) apply(s *Seek, _ work.At) { s.change(e.Candidate).RuledOut = e.Reason }

// RuleOut decides that somebody is not the one sought.
func (s *Seek) RuleOut(a RuleOut, mo Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	i, err := s.candidate(a.Candidate)
	if err != nil {
		return nil, err
	}
	if s.Candidates[i].RuledOut != "" {
		return nil, fault.New(fault.Stale, "seek.ruled_out", nil)
	}
	if err := reason("why_not", "seek_rule_out", a.Reason, mo); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{RuledOut{a.Candidate, a.Reason, vault.Plain(a.Candidate, "compared", words)}}, nil
}
