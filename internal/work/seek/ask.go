package seek

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// What somebody found answers, on which conditions, and what they agree may be given.
var (
	Answers    = []string{"yes", "conditions", "no", "thinking"}
	Conditions = []string{"phone_only", "letter_only", "at_station", "family_along"}
	Gives      = []string{"alive", "message", "name", "phone", "address"}
)

// AskFirst (先征求本人意见) puts the question to the person found, before whoever seeks hears anything (L8 §23, §25; law-and-standards
// 8.9): who asks, how, what they were told of who seeks and why, and what they say. For somebody dead, relatives are asked.
type AskFirst struct {
	matter.On
	Candidate  string    `json:"candidate" form:"one:candidate,required"`
	At         time.Time `json:"at,omitzero" form:"datetime"`
	How        string    `json:"seek_how" form:"reason:seek_way,required"`
	Relative   bool      `json:"asked_relative,omitempty" form:"yesno"`
	Told       string    `json:"told_them" form:"words,required"`
	Answer     string    `json:"sought_answer" form:"one:soughtanswer,required"`
	Conditions []string  `json:"sought_conditions,omitempty" form:"some:soughtcondition"`
	Give       []string  `json:"sought_gives,omitempty" form:"some:soughtgive"`
	Hidden     bool      `json:"keep_unknown,omitempty" form:"yesno"`
	Danger     bool      `json:"afraid,omitempty" form:"yesno"` // they are afraid of whoever seeks
	Words      string    `json:"words,omitempty" form:"words"`
}

// AskedFirst is the question and the answer.
type AskedFirst struct {
	Candidate  string     `json:"candidate"`
	At         time.Time  `json:"at"`
	How        string     `json:"how"`
	Relative   bool       `json:"relative,omitempty"`
	Told       vault.Text `json:"told,omitzero"`
	Answer     string     `json:"answer"`
	Conditions []string   `json:"conditions,omitempty"`
	Give       []string   `json:"give,omitempty"`
	Hidden     bool       `json:"hidden,omitempty"`
	Words      vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (AskedFirst) EventKind() string { return "seek.asked_first/1" }

// Tell implements matter.Built.
func (AskedFirst) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("seek_asked", at.HappenedAt)
}

func (e AskedFirst) apply(s *Seek, at work.At) {
	c := s.change(e.Candidate)
	c.Asks = append(slices.Clip(c.Asks), Ask{At: e.At, By: at.Actor, How: e.How, Told: e.Told, Answer: e.Answer, Conditions: e.Conditions, Give: e.Give,
		Hidden: e.Hidden, Relative: e.Relative})
}

// AskFirst decides the question and the answer. Whoever is afraid raises the flag; whoever hides or says no gives nothing.
func (s *Seek) AskFirst(a AskFirst, mo Moment) ([]work.Event, error) {
	if err := s.gate(); err != nil {
		return nil, err
	}
	i, err := s.candidate(a.Candidate)
	if err != nil {
		return nil, err
	}
	if err := s.Candidates[i].askable(a); err != nil {
		return nil, err
	}
	if err := reason("seek_how", "seek_way", a.How, mo); err != nil {
		return nil, err
	}
	at, err := when(a.At, mo)
	if err != nil {
		return nil, err
	}
	if err := a.sensible(); err != nil {
		return nil, err
	}
	told, err := work.Words("told_them", a.Told, true)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	e := AskedFirst{a.Candidate, at, a.How, a.Relative, vault.Plain(a.Candidate, "told", told), a.Answer, a.Conditions, a.Give, a.Hidden || a.Danger,
		vault.Plain(a.Candidate, "answer", words)}
	if !a.Danger {
		return []work.Event{e}, nil
	}
	return []work.Event{e, SafetyFlagged{s.text("flag", "被寻人说害怕寻人者")}}, nil
}

func (c *Candidate) askable(a AskFirst) error {
	switch {
	case c.RuledOut != "":
		return fault.New(fault.Stale, "seek.ruled_out", nil)
	case len(c.Compared) == 0:
		return fault.New(fault.Stale, "seek.compare_first", nil)
	case c.Alive == "no" && !a.Relative:
		return fault.New(fault.Invalid, "seek.ask_relatives", nil).On("asked_relative")
	case c.Alive != "no" && a.Relative:
		return fault.New(fault.Invalid, "seek.ask_self", nil).On("asked_relative")
	}
	return nil
}

// sensible refuses answers that contradict themselves.
func (a AskFirst) sensible() error {
	if err := work.Must(slices.Contains(Answers, a.Answer), "sought_answer", "form.unknown_choice", nil); err != nil {
		return err
	}
	if err := each("sought_conditions", a.Conditions, Conditions); err != nil {
		return err
	}
	if err := each("sought_gives", a.Give, Gives); err != nil {
		return err
	}
	yes := a.Answer == "yes" || a.Answer == "conditions"
	if err := work.Must(!yes || !a.Hidden && !a.Danger, "keep_unknown", "seek.yes_and_hidden", nil); err != nil {
		return err
	}
	if err := work.Must((len(a.Conditions) > 0) == (a.Answer == "conditions"), "sought_conditions", "seek.which_conditions", nil); err != nil {
		return err
	}
	return work.Must(yes || len(a.Give) == 0, "sought_gives", "seek.no_gives_nothing", nil)
}

// Withdraw (撤回同意) takes the yes back; possible as long as nothing was given (L8 §15; law-and-standards 15.3).
type Withdraw struct {
	matter.On
	Candidate string `json:"candidate" form:"one:candidate,required"`
	Hidden    bool   `json:"keep_unknown,omitempty" form:"yesno"`
	Words     string `json:"words,omitempty" form:"words"`
}

// Withdrawn is that.
type Withdrawn struct {
	Candidate string     `json:"candidate"`
	Hidden    bool       `json:"hidden,omitempty"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Withdrawn) EventKind() string { return "seek.withdrawn/1" }

// Tell implements matter.Built.
func (Withdrawn) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e Withdrawn) apply(s *Seek, at work.At) {
	c := s.change(e.Candidate)
	if n := len(c.Asks); n > 0 {
		c.Asks = slices.Clone(c.Asks)
		c.Asks[n-1].Withdrawn, c.Asks[n-1].Hidden = at.HappenedAt, e.Hidden
	}
}

// Withdraw decides the taking back of a yes.
func (s *Seek) Withdraw(a Withdraw, _ Moment) ([]work.Event, error) {
	if err := s.Running(); err != nil {
		return nil, err
	}
	i, err := s.candidate(a.Candidate)
	if err != nil {
		return nil, err
	}
	if !s.Candidates[i].Agrees() {
		return nil, fault.New(fault.Stale, "seek.no_yes", nil)
	}
	if slices.ContainsFunc(s.Given, func(g Given) bool { return g.Candidate == a.Candidate }) {
		return nil, fault.New(fault.Stale, "seek.given_already", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Withdrawn{a.Candidate, a.Hidden, vault.Plain(a.Candidate, "answer", words)}}, nil
}
