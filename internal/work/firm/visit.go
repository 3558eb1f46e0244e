package firm

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Call (走访企业) is a visit: what the firm asked and what it was answered, what it was advised. What cannot be answered at once has
// somebody who will answer, and a day.
type Call struct {
	On
	At        time.Time `json:"at" form:"datetime,required"`
	With      []string  `json:"with,omitempty" form:"people"`
	Words     string    `json:"visit_words" form:"words,required"`
	Asked     []Asked   `json:"asked,omitempty"`
	Advice    []Advised `json:"advised,omitempty"`
	Photos    []string  `json:"photos,omitempty" form:"photos"`
	Signature string    `json:"firm_signature,omitempty" form:"signature"`
}

// Asked is a question of the firm.
type Asked struct {
	Question string `json:"question" form:"line"`
	Answer   string `json:"answered,omitempty" form:"line"`
	By       string `json:"answers,omitempty" form:"person"`
	DueOn    string `json:"due_on,omitempty" form:"date"`
}

// Advised is a piece of advice.
type Advised struct {
	Means string `json:"means" form:"means"`
	Words string `json:"advice_words" form:"line"`
	DueOn string `json:"due_on,omitempty" form:"date"`
}

// Means are by what a firm protects itself: people 人防, things 物防, technology 技防 (model station S2).
var Means = []string{"people", "things", "technology"}

// Question is a question of a firm and what became of it.
type Question struct {
	ID         string     `json:"id"`
	Words      vault.Text `json:"words,omitzero"`
	Answer     vault.Text `json:"answer,omitzero"`
	By         string     `json:"by,omitempty"`     // who is to answer
	DueOn      string     `json:"due_on,omitempty"` // by when; "" when it was answered at once
	AskedAt    time.Time  `json:"-"`
	AnsweredAt time.Time  `json:"-"`
	AnsweredBy string     `json:"-"`
}

// Open tells whether it still waits for an answer.
func (q Question) Open() bool { return q.AnsweredAt.IsZero() }

// Advice is a piece of advice and whether it was followed.
type Advice struct {
	ID     string     `json:"id"`
	Means  string     `json:"means"`
	Words  vault.Text `json:"words,omitzero"`
	DueOn  string     `json:"due_on,omitempty"`
	At     time.Time  `json:"-"`
	DoneAt time.Time  `json:"-"`
	DoneBy string     `json:"-"`
	Done   vault.Text `json:"-"`
}

// Open tells whether it was not followed yet.
func (a Advice) Open() bool { return a.DoneAt.IsZero() }

// Visited is a visit; NextOn is the day by which the next one is due.
type Visited struct {
	Visit     string              `json:"visit"`
	At        time.Time           `json:"at"`
	With      []string            `json:"with,omitempty"`
	Words     vault.Text          `json:"words,omitzero"`
	Asked     []Question          `json:"asked,omitempty"`
	Advice    []Advice            `json:"advice,omitempty"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
	Signature string              `json:"signature,omitempty"`
	NextOn    string              `json:"next_on"`
}

// EventKind implements work.Event.
func (Visited) EventKind() string { return "firm.visited/1" }

// Visit is a visit that was made.
type Visit struct {
	Visited
	By string
}

func (e Visited) apply(f *Firm, at work.At) {
	f.Visits = append(f.Visits, Visit{e, at.Actor})
	f.Visited, f.VisitOn = e.At, e.NextOn
	for _, q := range e.Asked {
		q.AskedAt = e.At
		if !q.Answer.Empty() {
			q.AnsweredAt, q.AnsweredBy = e.At, at.Actor
		}
		f.Questions = append(f.Questions, q)
	}
	for _, a := range e.Advice {
		a.At = e.At
		f.Advice = append(f.Advice, a)
	}
}

// How many questions and pieces of advice one visit has.
const maxRows = 20

// Call decides a visit.
func (f *Firm) Call(a Call, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	at := a.At.UTC()
	if err := work.Must(!at.IsZero() && !at.After(mo.HappenedAt.Add(time.Minute)), "at", "form.future", nil); err != nil {
		return nil, err
	}
	if err := work.Must(at.After(mo.HappenedAt.AddDate(0, -4, 0)), "at", "act.too_long_ago", nil); err != nil {
		return nil, err
	}
	if err := mo.People("with", a.With, 50); err != nil {
		return nil, err
	}
	words, err := work.Words("visit_words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	signature, err := work.Line("firm_signature", a.Signature, 64, false)
	if err != nil {
		return nil, err
	}
	sort, _ := mo.Rules.FirmSort(f.Sort)
	e := Visited{Visit: mo.NewID("v"), At: at, With: a.With, Photos: photos, Signature: signature, NextOn: work.DayWithin(at, max(1, sort.VisitDays), mo.Calendar)}
	e.Words = vault.Plain(f.ID, "visit", words)
	if e.Asked, err = f.asked(a.Asked, mo); err != nil {
		return nil, err
	}
	if e.Advice, err = f.advised(a.Advice, mo); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

func (f *Firm) asked(rows []Asked, mo Moment) (list []Question, err error) {
	if err := work.AtMost("asked", len(rows), maxRows); err != nil {
		return nil, err
	}
	for i, r := range rows {
		in := fmt.Sprintf("asked.%d.", i)
		words, err := work.Line(in+"question", r.Question, work.MaxShort, true)
		if err != nil {
			return nil, err
		}
		answer, err := work.Line(in+"answered", r.Answer, work.MaxShort, false)
		if err != nil {
			return nil, err
		}
		id := mo.NewID("q")
		q := Question{ID: id, Words: vault.Plain(f.ID, "question."+id, words), Answer: text(f.ID, "answer."+id, answer)}
		if answer == "" {
			if err := work.Must(mo.Book.CanHandle(r.By), in+"answers", "firm.who_answers", nil); err != nil {
				return nil, err
			}
			if q.DueOn, err = dueDay(in+"due_on", r.DueOn, mo.Moment); err != nil {
				return nil, err
			}
			q.By = r.By
		}
		list = append(list, q)
	}
	return list, nil
}

func (f *Firm) advised(rows []Advised, mo Moment) (list []Advice, err error) {
	if err := work.AtMost("advised", len(rows), maxRows); err != nil {
		return nil, err
	}
	for i, r := range rows {
		in := fmt.Sprintf("advised.%d.", i)
		if err := oneOf(in+"means", r.Means, Means); err != nil {
			return nil, err
		}
		words, err := work.Line(in+"advice_words", r.Words, work.MaxShort, true)
		if err != nil {
			return nil, err
		}
		id := mo.NewID("v")
		x := Advice{ID: id, Means: r.Means, Words: vault.Plain(f.ID, "advice."+id, words)}
		if r.DueOn != "" {
			if x.DueOn, err = dueDay(in+"due_on", r.DueOn, mo.Moment); err != nil {
				return nil, err
			}
		}
		list = append(list, x)
	}
	return list, nil
}

// Answer (答复企业) answers a question that was left open.
type Answer struct {
	On
	Question string `json:"firm_question" form:"hidden"`
	Words    string `json:"words" form:"words,required"`
}

// Answered is the answer to a question.
type Answered struct {
	Question string     `json:"question"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Answered) EventKind() string { return "firm.answered/1" }

func (e Answered) apply(f *Firm, at work.At) {
	for i := range f.Questions {
		if q := &f.Questions[i]; q.ID == e.Question {
			q.Answer, q.AnsweredAt, q.AnsweredBy = e.Words, at.HappenedAt, at.Actor
		}
	}
}

// Answer decides an answer.
func (f *Firm) Answer(a Answer, _ Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Questions, func(q Question) bool { return q.ID == a.Question })
	if err := work.Must(i >= 0, "firm_question", "firm.no_question", nil); err != nil {
		return nil, err
	}
	if !f.Questions[i].Open() {
		return nil, fault.New(fault.Stale, "firm.answered", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Answered{a.Question, vault.Plain(f.ID, "answer."+a.Question, words)}}, nil
}

// AdviceDone (建议已落实) notes that advice was followed.
type AdviceDone struct {
	On
	Advice string `json:"advice" form:"hidden"`
	Words  string `json:"words,omitempty" form:"words"`
}

// AdviceFollowed is advice that was followed.
type AdviceFollowed struct {
	Advice string     `json:"advice"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (AdviceFollowed) EventKind() string { return "firm.advice_done/1" }

func (e AdviceFollowed) apply(f *Firm, at work.At) {
	for i := range f.Advice {
		if x := &f.Advice[i]; x.ID == e.Advice {
			x.DoneAt, x.DoneBy, x.Done = at.HappenedAt, at.Actor, e.Words
		}
	}
}

// AdviceDone decides that advice was followed.
func (f *Firm) AdviceDone(a AdviceDone, _ Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Advice, func(x Advice) bool { return x.ID == a.Advice })
	if err := work.Must(i >= 0, "advice", "firm.no_advice", nil); err != nil {
		return nil, err
	}
	if !f.Advice[i].Open() {
		return nil, fault.New(fault.Stale, "firm.advice_was_done", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{AdviceFollowed{a.Advice, text(f.ID, "done."+a.Advice, words)}}, nil
}
