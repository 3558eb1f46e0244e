package dispute

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Confirmation (司法确认) of an agreement: both parties together, within 30 days of its effect (law-and-standards 4.1).
type Confirmation struct {
	Agreement string
	Court     string // body
	Materials []string
	AppliedAt time.Time
	Result    string // confirmed, rejected, withdrawn
	Ruling    string // number
	ResultAt  time.Time
	Reminded  []string // confirm_20, confirm_27
}

// What must be true before an application (4.4), what is handed in (4.3), what a court answers.
var (
	ConfirmChecks    = []string{"civil", "right_court", "no_status", "no_special", "lawful", "no_harm", "morals", "free_will", "clear"}
	ConfirmMaterials = []string{"application", "agreement", "body_proof", "identity", "property_proof", "addresses", "mandate"}
	ConfirmResults   = []string{"confirmed", "rejected", "withdrawn"}
)

// ApplyConfirmation (申请司法确认) records the joint application with its checklist.
type ApplyConfirmation struct {
	matter.On
	Agreement string   `json:"agreement" form:"agreement,required"`
	Court     string   `json:"court" form:"body,required"`
	Together  []string `json:"together" form:"parties,required"` // both sides
	Checks    []string `json:"checks" form:"confirmchecks,required"`
	Materials []string `json:"materials" form:"confirmmaterials,required"`
	Oral      bool     `json:"oral,omitempty" form:"yesno"`
}

// ConfirmationApplied is that application.
type ConfirmationApplied struct {
	Agreement string   `json:"agreement"`
	Court     string   `json:"court"`
	Together  []string `json:"together"`
	Materials []string `json:"materials"`
	Oral      bool     `json:"oral,omitempty"`
}

// EventKind implements work.Event.
func (ConfirmationApplied) EventKind() string { return "dispute.confirmation_applied/1" }

// Tell implements matter.Built.
func (ConfirmationApplied) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("confirmation_applied", at.HappenedAt)
}

func (e ConfirmationApplied) apply(d *Dispute, at work.At) {
	d.Confirming = &Confirmation{Agreement: e.Agreement, Court: e.Court, Materials: e.Materials, AppliedAt: at.HappenedAt}
}

// RecordConfirmation (登记确认结果) takes down the court's answer.
type RecordConfirmation struct {
	matter.On
	Result string `json:"result" form:"confirmresult,required"`
	Ruling string `json:"ruling,omitempty" form:"line"`
	Words  string `json:"words,omitempty" form:"words"`
}

// ConfirmationRecorded is the court's answer. Rejected: change the agreement, mediate again or sue (4.5).
type ConfirmationRecorded struct {
	Result string     `json:"result"`
	Ruling string     `json:"ruling,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ConfirmationRecorded) EventKind() string { return "dispute.confirmation_recorded/1" }

// Tell implements matter.Built.
func (ConfirmationRecorded) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e ConfirmationRecorded) apply(d *Dispute, at work.At) {
	if d.Confirming != nil {
		d.Confirming.Result, d.Confirming.Ruling, d.Confirming.ResultAt = e.Result, e.Ruling, at.HappenedAt
	}
}

// Case is the public-order case beside a mediation. It is a violation record: sealed, seen by police alone (law-and-standards 5.6).
type Case struct {
	Number  string
	FiledAt time.Time
	Decided time.Time
	Result  string
}

// FileCase (立案) opens the penalty procedure when mediation failed or the agreement was not performed (2.13, 2.14).
type FileCase struct {
	matter.On
	Number string `json:"number" form:"line,required"`
	Words  string `json:"words,omitempty" form:"words"`
}

// CaseFiled is that opening.
type CaseFiled struct {
	Number string     `json:"number"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CaseFiled) EventKind() string { return "dispute.case_filed/1" }

// Tell implements matter.Built.
func (CaseFiled) Tell(m *matter.Matter, at work.At) { m.Reach("case_filed", at.HappenedAt) }

func (e CaseFiled) apply(d *Dispute, at work.At) {
	d.Case = &Case{Number: e.Number, FiledAt: at.HappenedAt}
}

// DecideCase (作出处理决定) records how the case was decided; compensation alone may still be mediated beside it (2.13).
type DecideCase struct {
	matter.On
	Result string `json:"result" form:"caseresult,required"` // penalty, no_penalty, withdrawn
	Words  string `json:"words,omitempty" form:"words"`
}

// CaseResults are how a case can be decided.
var CaseResults = []string{"penalty", "no_penalty", "withdrawn"}

// CaseDecided is that decision.
type CaseDecided struct {
	Result string     `json:"result"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CaseDecided) EventKind() string { return "dispute.case_decided/1" }

// Tell implements matter.Built.
func (CaseDecided) Tell(m *matter.Matter, at work.At) { m.Reach("case_decided", at.HappenedAt) }

func (e CaseDecided) apply(d *Dispute, at work.At) {
	if d.Case != nil {
		d.Case.Decided, d.Case.Result = at.HappenedAt, e.Result
	}
}

// Settlement (自行和解, 2.15) is a settlement of the parties' own or by a committee, performed, with the written request of both.
type Settlement struct {
	Document  string
	Performed bool
	AskedAt   time.Time
	Approved  string // person
	DecidedAt time.Time
	Refused   bool
}

// AskSettlement (申请按和解处理) records the document, the proof of performance and the joint request.
type AskSettlement struct {
	matter.On
	Document string   `json:"document" form:"line,required"`
	Proof    bool     `json:"proof" form:"yesno,required"` // performed, with proof
	Together []string `json:"together" form:"parties,required"`
	Photos   []string `json:"photos,omitempty" form:"photos"`
}

// SettlementAsked is that request.
type SettlementAsked struct {
	Document string              `json:"document"`
	Together []string            `json:"together"`
	Photos   []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (SettlementAsked) EventKind() string { return "dispute.settlement_asked/1" }

// Tell implements matter.Built.
func (e SettlementAsked) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor); m.Attached(e.Photos) }

func (e SettlementAsked) apply(d *Dispute, at work.At) {
	d.Settlement = &Settlement{Document: e.Document, Performed: true, AskedAt: at.HappenedAt}
}

// DecideSettlement (批准按和解处理) is the police's approval: no penalty (L1 §9, L3 §186).
type DecideSettlement struct {
	matter.On
	Approve bool   `json:"approve" form:"yesno,required"`
	Words   string `json:"words" form:"words,required"`
}

// SettlementDecided is that decision.
type SettlementDecided struct {
	Approve bool       `json:"approve"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SettlementDecided) EventKind() string { return "dispute.settlement_decided/1" }

// Tell implements matter.Built.
func (e SettlementDecided) Tell(m *matter.Matter, at work.At) {
	if e.Approve {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e SettlementDecided) apply(d *Dispute, at work.At) {
	if s := d.Settlement; s != nil {
		s.DecidedAt, s.Approved, s.Refused = at.HappenedAt, at.Actor, !e.Approve
	}
}
