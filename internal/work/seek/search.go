package seek

import (
	"maps"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Describe (被寻人情况) says what is known of one person sought, as the seeker remembers; said again for the same one, it adds.
type Describe struct {
	matter.On
	Sought    string `json:"sought,omitempty" form:"one:sought"` // none: somebody new
	NameThen  string `json:"name_then,omitempty" form:"line"`
	NameNow   string `json:"name_now,omitempty" form:"line"`
	Born      string `json:"born_when,omitempty" form:"line"`
	Year      string `json:"year_then,omitempty" form:"line"`
	Place     string `json:"place_then,omitempty" form:"line"`
	Unit      string `json:"unit_then,omitempty" form:"line"`
	Relatives string `json:"relatives,omitempty" form:"line"`
	Marks     string `json:"body_marks,omitempty" form:"words"`
}

// point is one thing known.
type point struct {
	key, field, words string
}

func (a Describe) points() []point {
	return []point{{"name_then", "name_then", a.NameThen}, {"name_now", "name_now", a.NameNow}, {"born", "born_when", a.Born}, {"year", "year_then", a.Year},
		{"place", "place_then", a.Place}, {"unit", "unit_then", a.Unit}, {"relatives", "relatives", a.Relatives}, {"marks", "body_marks", a.Marks}}
}

// Described is what is known of one person sought.
type Described struct {
	Sought string                `json:"sought"`
	Points map[string]vault.Text `json:"points"`
}

// EventKind implements work.Event.
func (Described) EventKind() string { return "seek.described/1" }

// Tell implements matter.Built.
func (Described) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e Described) apply(s *Seek, _ work.At) {
	s.Sought = slices.Clone(s.Sought)
	for i := range s.Sought {
		if s.Sought[i].ID == e.Sought {
			s.Sought[i].Points = maps.Clone(s.Sought[i].Points)
			maps.Copy(s.Sought[i].Points, e.Points)
			return
		}
	}
	s.Sought = append(s.Sought, Sought{e.Sought, maps.Clone(e.Points)})
}

const maxSought = 20

// Describe decides what is known of one person sought.
func (s *Seek) Describe(a Describe, mo Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	id := a.Sought
	if id == "" {
		if err := work.AtMost("sought", len(s.Sought)+1, maxSought); err != nil {
			return nil, err
		}
		id = mo.NewID("p")
	} else if _, err := s.sought(id); err != nil {
		return nil, err
	}
	known := map[string]vault.Text{}
	for _, p := range a.points() {
		words, err := work.Line(p.field, p.words, 500, false)
		if err != nil {
			return nil, err
		}
		if words != "" {
			known[p.key] = vault.Plain(id, "x."+p.key, words)
		}
	}
	if len(known) == 0 {
		return nil, fault.New(fault.Invalid, "seek.nothing_known", nil).On("name_then")
	}
	return []work.Event{Described{id, known}}, nil
}

// Look (查找) records one search: where it was asked, whom, under which purpose, and what came of it (L1 §138; law-and-standards
// 15.11). What a police system showed is not copied here, only its reference (15.15).
type Look struct {
	matter.On
	Sought    string    `json:"sought,omitempty" form:"one:sought"`
	At        time.Time `json:"at,omitzero" form:"datetime"`
	Where     string    `json:"where_asked" form:"reason:seek_where,required"`
	Asked     string    `json:"whom_asked,omitempty" form:"line"`
	Purpose   string    `json:"purpose" form:"line,required"`
	Result    string    `json:"look_result" form:"one:lookresult,required"`
	Reference string    `json:"look_reference,omitempty" form:"line"`
	Words     string    `json:"words,omitempty" form:"words"`
}

// Results are what comes of a search.
var Results = []string{"lead", "nothing", "waiting"}

// registry is the place only police look into.
const registry = "registry"

// Looked is one search.
type Looked struct {
	Sought    string     `json:"sought,omitempty"`
	At        time.Time  `json:"at"`
	Where     string     `json:"where"`
	Asked     vault.Text `json:"asked,omitzero"`
	Purpose   string     `json:"purpose"`
	Result    string     `json:"result"`
	Reference string     `json:"reference,omitempty"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Looked) EventKind() string { return "seek.looked/1" }

// Tell implements matter.Built.
func (Looked) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("seek_looked", at.HappenedAt)
}

func (e Looked) apply(s *Seek, at work.At) {
	s.Searches = append(slices.Clip(s.Searches), Search{e.Sought, e.Where, e.Purpose, e.Result, e.Reference, e.Asked, e.Words, at.Actor, e.At})
}

const (
	minPurpose  = 4
	maxSearches = 300
)

// Look decides one search. Only police look into the registry, and nobody searches for somebody unknown or under a flag.
func (s *Seek) Look(a Look, mo Moment) ([]work.Event, error) {
	if err := s.gate(); err != nil {
		return nil, err
	}
	if len(s.Sought) == 0 {
		return nil, fault.New(fault.Stale, "seek.describe_first", nil)
	}
	if err := work.AtMost("where_asked", len(s.Searches)+1, maxSearches); err != nil {
		return nil, err
	}
	if a.Sought == "" && len(s.Sought) == 1 {
		a.Sought = s.Sought[0].ID
	}
	if a.Sought != "" {
		if _, err := s.sought(a.Sought); err != nil {
			return nil, err
		}
	}
	if err := reason("where_asked", "seek_where", a.Where, mo); err != nil {
		return nil, err
	}
	if a.Where == registry && !mo.Role.HasPolicePowers() {
		return nil, fault.New(fault.Denied, "seek.registry_police", nil).On("where_asked")
	}
	if err := work.Must(slices.Contains(Results, a.Result), "look_result", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	at, err := when(a.At, mo)
	if err != nil {
		return nil, err
	}
	e := Looked{Sought: a.Sought, At: at, Where: a.Where, Result: a.Result}
	if e.Purpose, err = work.Line("purpose", a.Purpose, work.MaxShort, true); err != nil {
		return nil, err
	}
	if err := work.Must(len([]rune(e.Purpose)) >= minPurpose, "purpose", "seek.purpose", nil); err != nil {
		return nil, err
	}
	if err := work.Must(vault.MaskFree(e.Purpose) == e.Purpose, "purpose", "seek.purpose_personal", nil); err != nil {
		return nil, err
	}
	if e.Reference, err = work.Line("look_reference", a.Reference, 80, false); err != nil {
		return nil, err
	}
	asked, err := work.Line("whom_asked", a.Asked, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	e.Asked, e.Words = s.text("asked", asked), s.text("look", words)
	return []work.Event{e}, nil
}
