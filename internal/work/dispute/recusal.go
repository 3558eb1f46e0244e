package dispute

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Conflict is a possible reason why somebody must withdraw (回避, 2.17): they are a party, a near relative, have an interest.
type Conflict struct {
	Person  string
	Reason  string // of Relations
	AskedBy string // party id, or "" declared by the person or a colleague
	Decided bool
	Out     bool // withdraws
}

// Relations are the reasons of 回避.
var Relations = []string{"party", "relative", "interest", "other"}

// AskRecusal (申请或申报回避) says that somebody may have to withdraw. Until it is decided they preside over nothing.
type AskRecusal struct {
	matter.On
	Person   string `json:"person" form:"person,required"`
	Relation string `json:"relation" form:"relation,required"`
	Party    string `json:"party,omitempty" form:"party"`
	Words    string `json:"words,omitempty" form:"words"`
}

// RecusalAsked is that question.
type RecusalAsked struct {
	Person   string     `json:"person"`
	Relation string     `json:"relation"`
	Party    string     `json:"party,omitempty"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (RecusalAsked) EventKind() string { return "dispute.recusal_asked/1" }

// Tell implements matter.Built.
func (RecusalAsked) Tell(*matter.Matter, work.At) {}

func (e RecusalAsked) apply(d *Dispute, _ work.At) {
	d.Conflicts = append(d.Conflicts, Conflict{Person: e.Person, Reason: e.Relation, AskedBy: e.Party})
}

// DecideRecusal (决定回避) is the head's decision.
type DecideRecusal struct {
	matter.On
	Person   string `json:"person" form:"person,required"`
	Withdraw bool   `json:"withdraw" form:"yesno,required"`
	Words    string `json:"words" form:"words,required"`
}

// RecusalDecided is that decision.
type RecusalDecided struct {
	Person   string     `json:"person"`
	Withdraw bool       `json:"withdraw"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (RecusalDecided) EventKind() string { return "dispute.recusal_decided/1" }

// Tell implements matter.Built.
func (RecusalDecided) Tell(*matter.Matter, work.At) {}

func (e RecusalDecided) apply(d *Dispute, _ work.At) {
	for i := range d.Conflicts {
		if d.Conflicts[i].Person == e.Person && !d.Conflicts[i].Decided {
			d.Conflicts[i].Decided, d.Conflicts[i].Out = true, e.Withdraw
		}
	}
}

// Conflicted tells whether somebody may not preside: they must withdraw, or it is not decided yet.
func (d *Dispute) Conflicted(person string) bool {
	for _, c := range d.Conflicts {
		if c.Person == person && (!c.Decided || c.Out) {
			return true
		}
	}
	return false
}

// AskRecusal decides that a question of 回避 is put (L1 §95; law-and-standards 2.17).
func (d *Dispute) AskRecusal(a AskRecusal, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Relations, a.Relation), "relation", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if a.Party != "" {
		if _, err := d.party("party", a.Party); err != nil {
			return nil, err
		}
	}
	if d.Conflicted(a.Person) {
		return nil, fault.New(fault.Stale, "dispute.recusal_asked", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{RecusalAsked{a.Person, a.Relation, a.Party, d.text("recusal", words)}}, nil
}

// DecideRecusal decides a question of 回避; never one's own.
func (d *Dispute) DecideRecusal(a DecideRecusal, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	asked := slices.ContainsFunc(d.Conflicts, func(c Conflict) bool { return c.Person == a.Person && !c.Decided })
	if !asked {
		return nil, fault.New(fault.Stale, "dispute.no_recusal", nil)
	}
	if a.Person == mo.Actor {
		return nil, fault.New(fault.Denied, "dispute.recusal_own", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{RecusalDecided{a.Person, a.Withdraw, d.text("recusal", words)}}, nil
}
