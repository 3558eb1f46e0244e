// Package proof holds the one-time check (一次性验证) by which somebody without an account shows that a thing is theirs: a report, a
// party of a dispute, an appointment. The digits are a keyed digest of the id they were given under: the journal and a copy of it tell
// nobody what to type.
package proof

import (
	"crypto/subtle"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// The ways a code reaches the person.
const (
	ByOfficer = "officer" // said or shown by who serves them
	ByCard    = "card"    // written on what was left at the door
	ByText    = "text"    // sent to the phone that stands with the thing
)

// Ways are the ways a code reaches the person.
var Ways = []string{ByOfficer, ByCard, ByText}

// How long a code is good for, by way, and how much may be tried and asked for. A code of six digits met with five tries is guessed
// once in two hundred thousand.
const (
	OfficerLife = 24 * time.Hour
	CardLife    = 30 * 24 * time.Hour
	TextLife    = 10 * time.Minute
	Tries       = 5  // wrong tries for one code
	DayTries    = 10 // wrong tries for one thing in a day: then only a code handed over by a person opens it again
	HourTexts   = 3
	DayTexts    = 6
	Digits      = 6
)

// life is how long a code of a way is good for.
func life(way string) time.Duration {
	switch way {
	case ByCard:
		return CardLife
	case ByText:
		return TextLife
	}
	return OfficerLife
}

// Code is the code that is good now, without its digits.
type Code struct {
	ID    string
	Way   string
	Until time.Time
	Wrong int
}

// Proof is what was given and tried for one thing.
type Proof struct {
	Thing    string
	Version  int
	Receipt  string // by which a person finds a thing that has no receipt of its own
	Code     *Code  // nil when there is none to be tried
	Wrong    []time.Time
	Texts    []time.Time
	PassedAt time.Time
}

// Stream is the journal stream of the checks of a thing ("report/r_…").
func Stream(thing string) string { return "proof/" + thing }

// Apply folds one event.
func (p *Proof) Apply(e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	if a, ok := v.(interface{ apply(*Proof, work.At) }); ok {
		a.apply(p, work.Where(e))
	}
	p.Version = e.Version
	return nil
}

// Fold makes it from its stream.
func Fold(events []journal.Event) (Proof, error) {
	var p Proof
	for i := range events {
		if err := p.Apply(&events[i]); err != nil {
			return Proof{}, err
		}
	}
	return p, nil
}

// within counts the times that lie less than d back.
func within(list []time.Time, d time.Duration, now time.Time) (n int) {
	for _, at := range list {
		if now.Sub(at) < d {
			n++
		}
	}
	return n
}

// WrongToday is how many wrong codes were tried in the last day.
func (p Proof) WrongToday(now time.Time) int { return within(p.Wrong, 24*time.Hour, now) }

// Locked tells whether nothing is taken any more before a person hands over a new code.
func (p Proof) Locked(now time.Time) bool { return p.WrongToday(now) >= DayTries }

// Good tells whether there is a code to be tried.
func (p Proof) Good(now time.Time) bool {
	return p.Code != nil && p.Code.Wrong < Tries && now.Before(p.Code.Until) && !p.Locked(now)
}

// Give (给验证码) hands a code to the person of a thing.
type Give struct {
	Thing string `json:"thing" form:"hidden"`
	Way   string `json:"proof_way,omitempty" form:"hidden"` // officer when empty
	// Receipt is drawn by the desk for a thing that has none: randomness is handed in.
	Receipt string `json:"-"`
}

// Given is that a code was handed over.
type Given struct {
	Thing   string    `json:"thing"`
	Check   string    `json:"check"` // the id the digits are made from
	Way     string    `json:"way"`
	Until   time.Time `json:"until"`
	Receipt string    `json:"receipt,omitempty"`
}

// EventKind implements work.Event.
func (Given) EventKind() string { return "proof.given/1" }

func (e Given) apply(p *Proof, _ work.At) {
	p.Thing, p.Code = e.Thing, &Code{ID: e.Check, Way: e.Way, Until: e.Until}
	if e.Receipt != "" {
		p.Receipt = e.Receipt
	}
	p.Wrong = nil // who serves the person has seen them: guesses of others no longer shut them out
}

// Give decides it. A new code makes the one before void.
func (p Proof) Give(a Give, mo work.Moment) ([]work.Event, error) {
	way := a.Way
	if way == "" {
		way = ByOfficer
	}
	if err := work.Must(way == ByOfficer || way == ByCard, "proof_way", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	e := Given{Thing: a.Thing, Check: mo.NewID("c"), Way: way, Until: mo.Now.Add(life(way))}
	if p.Receipt == "" {
		e.Receipt = a.Receipt
	}
	return []work.Event{e}, nil
}

// Ask (要短信验证码) asks that a code is sent to the phone that stands with the thing. Nobody may name another phone.
type Ask struct {
	Thing string `json:"thing" form:"hidden"`
	// Subject and Phone are what the desk found with the thing.
	Subject string `json:"-"`
	Phone   string `json:"-"`
	// Digits makes the digits of a check from its id.
	Digits func(check string) string `json:"-"`
}

// Asked is that a code is to be sent. Phone and digits are sealed under the person's own key, for who sends it.
type Asked struct {
	Thing string     `json:"thing"`
	Check string     `json:"check"`
	Until time.Time  `json:"until"`
	Phone vault.Text `json:"phone,omitzero"`
	Code  vault.Text `json:"code,omitzero"`
}

// EventKind implements work.Event.
func (Asked) EventKind() string { return "proof.asked/1" }

func (e Asked) apply(p *Proof, at work.At) {
	p.Thing, p.Code = e.Thing, &Code{ID: e.Check, Way: ByText, Until: e.Until}
	p.Texts = append(p.Texts, at.RecordedAt)
}

// Ask decides it.
func (p Proof) Ask(a Ask, mo work.Moment) ([]work.Event, error) {
	switch {
	case p.Locked(mo.Now):
		return nil, fault.New(fault.Throttled, "proof.locked", nil)
	case a.Phone == "":
		return nil, fault.New(fault.Stale, "proof.no_phone", nil)
	case within(p.Texts, time.Hour, mo.Now) >= HourTexts || within(p.Texts, 24*time.Hour, mo.Now) >= DayTexts:
		return nil, fault.New(fault.Throttled, "proof.texts", nil)
	}
	check := mo.NewID("c")
	return []work.Event{Asked{Thing: a.Thing, Check: check, Until: mo.Now.Add(TextLife), Phone: vault.Plain(a.Subject, "proof_phone", a.Phone),
		Code: vault.Plain(a.Subject, "proof_code", a.Digits(check))}}, nil
}

// Try (输入验证码) is a code as somebody typed it.
type Try struct {
	Thing string `json:"thing" form:"hidden"`
	Code  string `json:"proof_code" form:"line,required"`
	// Right is what the code is, as the desk made it.
	Right string `json:"-"`
}

// Passed is that a code was right; it is used up.
type Passed struct {
	Thing string `json:"thing"`
	Check string `json:"check"`
}

// EventKind implements work.Event.
func (Passed) EventKind() string { return "proof.passed/1" }

func (e Passed) apply(p *Proof, at work.At) {
	p.Code, p.Wrong, p.PassedAt = nil, nil, at.RecordedAt
}

// Failed is that a code was wrong. It is recorded, so that no restart forgets how often somebody guessed.
type Failed struct {
	Thing string `json:"thing"`
	Check string `json:"check"`
}

// EventKind implements work.Event.
func (Failed) EventKind() string { return "proof.failed/1" }

func (e Failed) apply(p *Proof, at work.At) {
	p.Wrong = append(p.Wrong, at.RecordedAt)
	if p.Code != nil {
		p.Code.Wrong++
	}
}

// Try decides it. A code of the wrong shape was mistyped and is no try.
func (p Proof) Try(a Try, mo work.Moment) ([]work.Event, error) {
	typed := Clean(a.Code)
	switch {
	case p.Locked(mo.Now):
		return nil, fault.New(fault.Throttled, "proof.locked", nil)
	case len(typed) != Digits:
		return nil, fault.New(fault.Invalid, "proof.shape", fault.Args{"n": Digits}).On("proof_code")
	case p.Code == nil, p.Code.Wrong >= Tries, !mo.Now.Before(p.Code.Until):
		return nil, fault.New(fault.Stale, "proof.none", nil).On("proof_code")
	case subtle.ConstantTimeCompare([]byte(typed), []byte(a.Right)) != 1:
		return []work.Event{Failed{p.Thing, p.Code.ID}}, nil
	}
	return []work.Event{Passed{p.Thing, p.Code.ID}}, nil
}

// Clean takes what people put between digits out of a typed code.
func Clean(typed string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '０' && c <= '９':
			return c - '０' + '0'
		case c >= '0' && c <= '9':
			return c
		case c == ' ' || c == '-' || c == '　' || c == '\t':
			return -1
		}
		return 'x'
	}, typed)
}

func init() {
	work.Know[Given]()
	work.Know[Asked]()
	work.Know[Passed]()
	work.Know[Failed]()
}
