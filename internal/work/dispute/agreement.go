package dispute

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Agreement (调解协议) is what the parties agreed on: written, oral (register 3.9) or on the spot (2.12).
type Agreement struct {
	ID          string
	Course      int
	Track       string
	Number      string
	Form        string // of playbook.Forms: written, oral, on_spot
	No          int    // version, from 1
	Facts       vault.Text
	Duty        vault.Text // issues and responsibility (3.8)
	Clauses     []Clause
	Total       Fen
	Sheets      []string
	Place       string // of performance
	Mediator    string // who presided
	DraftedAt   time.Time
	Signed      []Signature
	EffectiveAt time.Time
	VoidAt      time.Time
	Status      bool // marriage, parentage, adoption: no judicial confirmation (4.4), ink only (20.2)
}

// Effective tells whether an agreement is in force.
func (a *Agreement) Effective() bool { return !a.EffectiveAt.IsZero() && a.VoidAt.IsZero() }

// Clause is one term. One that somebody must do names a promise.
type Clause struct {
	Words   vault.Text `json:"words,omitzero"`
	Promise *Terms     `json:"promise,omitempty"`
}

// Terms are a promise as agreed: who owes whom what by when.
type Terms struct {
	Payer    string   `json:"payer"`            // party or companion (a payer who is no party)
	Receiver string   `json:"receiver"`         // party; "" the village, the public
	What     string   `json:"what"`             // money, deed, forbear, apology, rotation
	Amount   Fen      `json:"amount,omitempty"` // of money: the whole
	DueOn    string   `json:"due_on"`           // first or only day, Asia/Shanghai
	Every    string   `json:"every,omitempty"`  // "", week, month, quarter, year, lunar_year
	Times    int      `json:"times,omitempty"`  // instalments; 0 with Every: without end
	Each     Fen      `json:"each,omitempty"`   // of each instalment; the last takes the rest of Amount
	Turns    []string `json:"turns,omitempty"`  // parties who take turns, the first first
	Security string   `json:"security,omitempty"`
	SeenBy   string   `json:"seen_by,omitempty"` // who watches over it: person id
	AtOnce   bool     `json:"at_once,omitempty"` // performed at signing
}

// Promises are of these sorts, and recur so.
var (
	PromiseWhats = []string{"money", "deed", "forbear", "apology", "rotation"}
	PromiseEvery = []string{"week", "month", "quarter", "year", "lunar_year"}
)

// ClauseDraft is a clause as the form asks for it.
type ClauseDraft struct {
	Words    string   `json:"words" form:"words,required"`
	What     string   `json:"what,omitempty" form:"promisewhat"` // "" no promise
	Payer    string   `json:"payer,omitempty" form:"payer"`
	Receiver string   `json:"receiver,omitempty" form:"party"`
	Amount   string   `json:"amount,omitempty" form:"money"`
	DueOn    string   `json:"due_on,omitempty" form:"date"`
	Every    string   `json:"every,omitempty" form:"every"`
	Times    int      `json:"times,omitempty" form:"number"`
	Each     string   `json:"each,omitempty" form:"money"`
	Turns    []string `json:"turns,omitempty" form:"parties"`
	Security string   `json:"security,omitempty" form:"line"`
	SeenBy   string   `json:"seen_by,omitempty" form:"person"`
	AtOnce   bool     `json:"at_once,omitempty" form:"yesno"`
}

// DraftAgreement (拟定协议) composes an agreement, or a corrected version of one nobody has brought into effect.
type DraftAgreement struct {
	matter.On
	Agreement string        `json:"agreement,omitempty" form:"hidden"`
	Form      string        `json:"form" form:"agreementform,required"`
	Facts     string        `json:"facts" form:"words,required"`
	Duty      string        `json:"duty,omitempty" form:"words"`
	Clauses   []ClauseDraft `json:"clauses,omitempty"`
	Total     string        `json:"total,omitempty" form:"money"` // the agreed sum; money promises must add up to it
	Sheets    []string      `json:"sheets,omitempty" form:"sheets"`
	Place     string        `json:"place,omitempty" form:"line"`
	Status    bool          `json:"status,omitempty" form:"yesno"` // touches marriage, parentage, adoption or inheritance
}

// AgreementDrafted is a version of an agreement.
type AgreementDrafted struct {
	Agreement string     `json:"agreement"`
	Course    int        `json:"course"`
	Track     string     `json:"track"`
	Number    string     `json:"number"`
	Form      string     `json:"form"`
	No        int        `json:"no"`
	Facts     vault.Text `json:"facts,omitzero"`
	Duty      vault.Text `json:"duty,omitzero"`
	Clauses   []Clause   `json:"clauses"`
	Total     Fen        `json:"total,omitempty"`
	Sheets    []string   `json:"sheets,omitempty"`
	Place     string     `json:"place,omitempty"`
	Mediator  string     `json:"mediator"`
	Status    bool       `json:"status,omitempty"`
}

// EventKind implements work.Event.
func (AgreementDrafted) EventKind() string { return "dispute.agreement_drafted/1" }

// Tell implements matter.Built.
func (AgreementDrafted) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e AgreementDrafted) apply(d *Dispute, at work.At) {
	a := Agreement{ID: e.Agreement, Course: e.Course, Track: e.Track, Number: e.Number, Form: e.Form, No: e.No, Facts: e.Facts, Duty: e.Duty, Clauses: e.Clauses,
		Total: e.Total, Sheets: e.Sheets, Place: e.Place, Mediator: e.Mediator, DraftedAt: at.HappenedAt, Status: e.Status}
	for i := range d.Agreements {
		if d.Agreements[i].ID == e.Agreement {
			d.Agreements[i] = a // signatures were for the earlier version
			return
		}
	}
	d.Agreements = append(d.Agreements, a)
}

// Signature is one signature, seal or fingerprint.
type Signature struct {
	Who       string    `json:"who"`             // party or companion id; mediator, organ_seal, committee_seal
	By        string    `json:"by,omitempty"`    // person id, of a mediator or a seal
	Way       string    `json:"way"`             // screen, ink, fingerprint, seal
	Image     string    `json:"image,omitempty"` // upload id: screen signature, or the scan
	Recording Recording `json:"recording,omitzero"`
	At        time.Time `json:"at,omitzero"`
}

// SignWays are the ways to sign.
var SignWays = []string{"screen", "ink", "fingerprint", "seal"}

// SignAgreement (签署协议) adds one signature. When all that the track demands are there the agreement takes effect (3.8) and its
// promises run; an oral one takes effect with the mediator's record (3.9).
type SignAgreement struct {
	matter.On
	Agreement     string `json:"agreement" form:"agreement,required"`
	Who           string `json:"who" form:"signer,required"`
	Way           string `json:"way" form:"signway,required"`
	Image         string `json:"image,omitempty" form:"signature"`
	RecordingRef  string `json:"recording_ref,omitempty" form:"line"` // a party's signature on the screen is recorded (20.2)
	RecordingHash string `json:"recording_hash,omitempty" form:"line"`
}

// AgreementSigned is one signature.
type AgreementSigned struct {
	Agreement string    `json:"agreement"`
	No        int       `json:"no"`
	Signature Signature `json:"signature"`
}

// EventKind implements work.Event.
func (AgreementSigned) EventKind() string { return "dispute.agreement_signed/1" }

// Tell implements matter.Built.
func (AgreementSigned) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e AgreementSigned) apply(d *Dispute, at work.At) {
	e.Signature.At = at.HappenedAt
	for i := range d.Agreements {
		if d.Agreements[i].ID == e.Agreement {
			d.Agreements[i].Signed = append(d.Agreements[i].Signed, e.Signature)
		}
	}
}

// AgreementEffective is that an agreement is in force; its promises begin. Promises has an id for each clause with terms, in order.
type AgreementEffective struct {
	Agreement string   `json:"agreement"`
	Promises  []string `json:"promises,omitempty"`
}

// EventKind implements work.Event.
func (AgreementEffective) EventKind() string { return "dispute.agreement_effective/1" }

// Tell implements matter.Built.
func (AgreementEffective) Tell(m *matter.Matter, at work.At) {
	m.Reach("agreement_effective", at.HappenedAt)
}

func (e AgreementEffective) apply(d *Dispute, at work.At) {
	for i := range d.Agreements {
		a := &d.Agreements[i]
		if a.ID != e.Agreement {
			continue
		}
		a.EffectiveAt = at.HappenedAt
		n := 0
		for _, c := range a.Clauses {
			if c.Promise != nil && n < len(e.Promises) {
				d.Promises = append(d.Promises, Promise{ID: e.Promises[n], Agreement: a.ID, Terms: *c.Promise, Words: c.Words, From: at.HappenedAt})
				n++
			}
		}
	}
	d.Facts["settled"] = "yes"
}

// VoidAgreement (作废协议) ends an agreement that the parties change or a court refused; the number is never used again (11.9).
type VoidAgreement struct {
	matter.On
	Agreement string `json:"agreement" form:"agreement,required"`
	Reason    string `json:"reason" form:"words,required"`
}

// AgreementVoided is its end; promises of it that are still open end with it.
type AgreementVoided struct {
	Agreement string     `json:"agreement"`
	Reason    vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (AgreementVoided) EventKind() string { return "dispute.agreement_voided/1" }

// Tell implements matter.Built.
func (AgreementVoided) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e AgreementVoided) apply(d *Dispute, at work.At) {
	for i := range d.Agreements {
		if d.Agreements[i].ID == e.Agreement {
			d.Agreements[i].VoidAt = at.HappenedAt
		}
	}
	for i := range d.Promises {
		if d.Promises[i].Agreement == e.Agreement && d.Promises[i].EndedAt.IsZero() {
			d.Promises[i].EndedAt, d.Promises[i].Ended = at.HappenedAt, "void"
		}
	}
	d.Facts["settled"] = "no"
}

// Agreement finds an agreement by id.
func (d *Dispute) Agreement(id string) *Agreement {
	for i := range d.Agreements {
		if d.Agreements[i].ID == id {
			return &d.Agreements[i]
		}
	}
	return nil
}
