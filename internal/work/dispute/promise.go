package dispute

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Promise (承诺) is a term of an agreement in force: who owes whom what by when.
type Promise struct {
	ID        string
	Agreement string
	Terms
	Words    vault.Text
	From     time.Time
	Kept     []Keeping // in the order they were recorded
	Broken   []Breach
	Waived   []int // instalments waived; 0 all of it
	Reminded []string
	EndedAt  time.Time
	Ended    string // kept, waived, void
}

// Keeping is one performance, of the whole or of an instalment.
type Keeping struct {
	N      int       `json:"n"` // instalment, from 1
	Amount Fen       `json:"amount,omitempty"`
	On     string    `json:"on"` // date
	SeenBy string    `json:"seen_by"`
	At     time.Time `json:"at,omitzero"`
}

// Breach is one failure to perform and what follows.
type Breach struct {
	N    int
	Next string
	At   time.Time
}

// KeepPromise (记录履行) records a performance: money paid in full or in part, a deed done, an apology made.
type KeepPromise struct {
	matter.On
	Promise string   `json:"promise" form:"promise,required"`
	N       int      `json:"n,omitempty" form:"number"` // instalment; 0 the next that is open
	Amount  string   `json:"amount,omitempty" form:"money"`
	On_     string   `json:"on" form:"date,required"`
	SeenBy  string   `json:"seen_by" form:"person,required"`
	Words   string   `json:"words,omitempty" form:"words"`
	Photos  []string `json:"photos,omitempty" form:"photos"` // receipt
}

// PromiseKept is one performance. Done tells that the promise as a whole is performed with it.
type PromiseKept struct {
	Promise string              `json:"promise"`
	Keeping Keeping             `json:"keeping"`
	Done    bool                `json:"done,omitempty"`
	All     bool                `json:"all,omitempty"` // with it every promise of the dispute is performed
	Words   vault.Text          `json:"words,omitzero"`
	Photos  []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (PromiseKept) EventKind() string { return "dispute.promise_kept/1" }

// Tell implements matter.Built.
func (e PromiseKept) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Attached(e.Photos)
	if e.All {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e PromiseKept) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		e.Keeping.At = at.HappenedAt
		p.Kept = append(p.Kept, e.Keeping)
		if e.Done {
			p.EndedAt, p.Ended = at.HappenedAt, "kept"
		}
	}
}

// BreakPromise (记录未履行) records that an instalment was not performed, and what the parties and the station do next: another
// round, judicial confirmation, court, the penalty procedure (2.13).
type BreakPromise struct {
	matter.On
	Promise string `json:"promise" form:"promise,required"`
	N       int    `json:"n,omitempty" form:"number"`
	Next    string `json:"next" form:"reason:promise_break,required"`
	Words   string `json:"words" form:"words,required"`
}

// PromiseBroken is a failure to perform.
type PromiseBroken struct {
	Promise string     `json:"promise"`
	N       int        `json:"n"`
	Next    string     `json:"next"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PromiseBroken) EventKind() string { return "dispute.promise_broken/1" }

// Tell implements matter.Built.
func (PromiseBroken) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e PromiseBroken) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Broken = append(p.Broken, Breach{e.N, e.Next, at.HappenedAt})
	}
}

// WaivePromise (放弃或豁免) is the receiver's word that an instalment, or all that is left, need not be performed.
type WaivePromise struct {
	matter.On
	Promise string `json:"promise" form:"promise,required"`
	N       int    `json:"n,omitempty" form:"number"` // 0 all that is left
	Words   string `json:"words" form:"words,required"`
}

// PromiseWaived is that word.
type PromiseWaived struct {
	Promise string     `json:"promise"`
	N       int        `json:"n,omitempty"`
	Done    bool       `json:"done,omitempty"`
	All     bool       `json:"all,omitempty"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PromiseWaived) EventKind() string { return "dispute.promise_waived/1" }

// Tell implements matter.Built.
func (e PromiseWaived) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.All {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e PromiseWaived) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Waived = append(p.Waived, e.N)
		if e.Done || e.N == 0 {
			p.EndedAt, p.Ended = at.HappenedAt, "waived"
		}
	}
}

// Remind (提醒到期) is the program's own: an instalment is due soon or overdue, a confirmation's day is near.
type Remind struct {
	matter.On
	Promise string `json:"promise,omitempty"`
	N       int    `json:"n,omitempty"`
	Stage   string `json:"stage"` // before_7, before_1, overdue; confirm_20, confirm_27
}

// Reminded is that the handler was reminded, and the parties who agreed to it.
type Reminded struct {
	Promise string   `json:"promise,omitempty"`
	N       int      `json:"n,omitempty"`
	Stage   string   `json:"stage"`
	Parties []string `json:"parties,omitempty"`
}

// EventKind implements work.Event.
func (Reminded) EventKind() string { return "dispute.reminded/1" }

// Tell implements matter.Built.
func (Reminded) Tell(*matter.Matter, work.At) {}

func (e Reminded) apply(d *Dispute, _ work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Reminded = append(p.Reminded, reminder(e.N, e.Stage))
		return
	}
	if c := d.Confirming; c != nil {
		c.Reminded = append(c.Reminded, e.Stage)
	} else {
		d.Confirming = &Confirmation{Reminded: []string{e.Stage}}
	}
}

// Promise finds a promise by id.
func (d *Dispute) Promise(id string) *Promise {
	for i := range d.Promises {
		if d.Promises[i].ID == id {
			return &d.Promises[i]
		}
	}
	return nil
}

// Instalment is one performance that is due, as computed from the terms; never stored.
type Instalment struct {
	N      int
	DueOn  string
	Payer  string // whose turn it is
	Amount Fen
	Paid   Fen
	State  string // open, part, kept, waived, broken (and still open)
}
