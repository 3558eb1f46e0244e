// Package right holds what somebody asks about their own data (个人信息权利请求): to see it, correct it, have it explained, erased or no
// longer used (or used again); and the answer, with its reasons, within its time (law-and-standards 15.7; L8 §44-50).
package right

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// What can be asked.
const (
	Access  = "access"  // 查阅、复制
	Correct = "correct" // 更正、补充
	Erase   = "erase"   // 删除
	Explain = "explain" // 解释说明处理规则
	Limit   = "limit"   // 限制、停止使用
	Resume  = "resume"  // 恢复使用
)

// Wants are the things that can be asked.
var Wants = []string{Correct, Erase, Explain, Limit, Resume, Access}

// What can be answered.
const (
	Granted = "granted"
	Refused = "refused" // with reasons (L8 §50)
)

// Results are the answers there are.
var Results = []string{Granted, Refused}

// Corrigible are the fields that can be corrected in place; what was told is added to, never rewritten.
var Corrigible = []string{"name", "phone"}

// Right is one request as it stands.
type Right struct {
	ID, Thing  string
	Version    int
	Want       string
	Field      string
	Words      vault.Text
	Value      vault.Text // what the field should say
	AskedAt    time.Time
	DueAt      time.Time
	Result     string
	Told       vault.Text
	AnsweredBy string
	AnsweredAt time.Time
}

// Stream is the journal stream of a request.
func Stream(id string) string { return "right/" + id }

// Apply folds one event.
func (r *Right) Apply(e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	r.ApplyEvent(v, work.Where(e))
	return nil
}

// ApplyEvent folds a decoded event.
func (r *Right) ApplyEvent(v work.Event, at work.At) {
	if a, ok := v.(interface{ apply(*Right, work.At) }); ok {
		a.apply(r, at)
	}
	r.Version = at.Version
}

// Fold makes a request from its stream.
func Fold(events []journal.Event) (Right, error) {
	var r Right
	for i := range events {
		if err := r.Apply(&events[i]); err != nil {
			return Right{}, err
		}
	}
	return r, nil
}

// Ask (个人信息请求) is what somebody wants done with their data in one thing: "report/r_…", "party/m_…/p_…". Who calls the desk has
// checked that it is theirs.
type Ask struct {
	Thing string `json:"thing" form:"hidden"`
	Want  string `json:"want" form:"hidden,required"`
	Field string `json:"wrong_field,omitempty" form:"hidden"`
	Value string `json:"right_value,omitempty" form:"line"`
	Words string `json:"words,omitempty" form:"words"`
}

// Asked is a request.
type Asked struct {
	ID    string     `json:"id"`
	Thing string     `json:"thing"`
	Want  string     `json:"want"`
	Field string     `json:"field,omitempty"`
	Value vault.Text `json:"value,omitzero"`
	Words vault.Text `json:"words,omitzero"`
	DueAt time.Time  `json:"due_at,omitzero"`
}

// EventKind implements work.Event.
func (Asked) EventKind() string { return "right.asked/1" }

func (e Asked) apply(r *Right, at work.At) {
	r.ID, r.Thing, r.Want, r.Field, r.Value, r.Words, r.DueAt, r.AskedAt = e.ID, e.Thing, e.Want, e.Field, e.Value, e.Words, e.DueAt, at.HappenedAt
}

// Ask decides a request. When it must be answered is the playbook's clock from 'data_right_asked'.
func (Right) Ask(a Ask, mo work.Moment) ([]work.Event, error) {
	if err := work.Must(slices.Contains(Wants, a.Want), "want", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	id := mo.NewID("q")
	e := Asked{ID: id, Thing: a.Thing, Want: a.Want, DueAt: Due(mo, "data_right_asked")}
	words, err := work.Words("words", a.Words, a.Want == Explain || a.Want == Limit || a.Want == Correct && a.Field == "")
	if err != nil {
		return nil, err
	}
	e.Words = vault.Plain(id, "words", words) // not under the thing's own key: that may be gone, and must not come back
	if a.Want != Correct || a.Field == "" {
		return []work.Event{e}, nil
	}
	if err := work.Must(slices.Contains(Corrigible, a.Field), "wrong_field", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	value, err := work.Line("right_value", a.Value, 40, true)
	if err != nil {
		return nil, err
	}
	e.Field, e.Value = a.Field, vault.Plain(id, a.Field, value)
	return []work.Event{e}, nil
}

// Due is the end of the clock that starts with a step of the playbook now; zero when the playbook sets none.
func Due(mo work.Moment, step string) time.Time {
	for _, l := range mo.Book.Limits("", "") {
		if l.From == step {
			return clock.Due(l.Limit, mo.HappenedAt, nil, nil, mo.Calendar, mo.HappenedAt).DueAt.UTC()
		}
	}
	return time.Time{}
}

// Kept is why data may not be erased yet.
type Kept struct {
	Running bool      // a matter it belongs to goes on
	Until   time.Time // the law keeps it until then
	Source  string
}

// Answer (答复个人信息请求) is what the head decides (15.7: correction and deletion need approval).
type Answer struct {
	Right  string `json:"right" form:"hidden"`
	Result string `json:"result" form:"hidden,required"`
	Words  string `json:"words" form:"words,required"`
	// Kept and Subject are what the desk found with the thing.
	Kept    Kept   `json:"-"`
	Subject string `json:"-"`
}

// Answered is the decision. Erased names the subjects whose keys were destroyed in the same transaction.
type Answered struct {
	Result string     `json:"result"`
	Words  vault.Text `json:"words,omitzero"`
	Erased []string   `json:"erased,omitempty"`
}

// EventKind implements work.Event.
func (Answered) EventKind() string { return "right.answered/1" }

func (e Answered) apply(r *Right, at work.At) {
	r.Result, r.Told, r.AnsweredBy, r.AnsweredAt = e.Result, e.Words, at.Actor, at.HappenedAt
	if len(e.Erased) > 0 {
		r.Words, r.Value = vault.Text{}, vault.Text{}
	}
}

// Answer decides the answer. What is erased takes the words of the request along; the answer lies under a key of its own, so that it can
// still be read.
func (r Right) Answer(a Answer, mo work.Moment) ([]work.Event, error) {
	switch {
	case r.Version == 0:
		return nil, fault.New(fault.Missing, "right.not_found", nil)
	case r.Result != "":
		return nil, fault.New(fault.Stale, "right.answered_already", nil)
	case !slices.Contains(Results, a.Result):
		return nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("result")
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	e := Answered{Result: a.Result, Words: vault.Plain(r.ID+".a", "answer", words)}
	if r.Want != Erase || a.Result != Granted {
		return []work.Event{e}, nil
	}
	if a.Kept.Running {
		return nil, fault.New(fault.Stale, "right.running", nil)
	}
	if a.Kept.Until.After(mo.Now) {
		return nil, fault.New(fault.Stale, "right.kept", fault.Args{"until": a.Kept.Until.In(clock.Shanghai).Format("2006-01-02"), "source": a.Kept.Source})
	}
	e.Erased = []string{a.Subject, r.ID}
	return []work.Event{e}, nil
}

func init() {
	work.Know[Asked]()
	work.Know[Answered]()
}
