package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
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

// CaseFiled is that opening. From is when its time began before it: the day mediation failed or a promise was broken (2.14).
type CaseFiled struct {
	Number string     `json:"number"`
	Words  vault.Text `json:"words,omitzero"`
	From   time.Time  `json:"from,omitzero"`
}

// EventKind implements work.Event.
func (CaseFiled) EventKind() string { return "dispute.case_filed/1" }

// Tell implements matter.Built.
func (e CaseFiled) Tell(m *matter.Matter, at work.At) {
	from := at.HappenedAt
	if !e.From.IsZero() {
		from = e.From
	}
	m.Reached["case_filed"] = from
	delete(m.Reached, "case_decided") // of a case before this one
}

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
	AskedBy   string // person who took the request down: somebody else decides
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
	d.Settlement = &Settlement{Document: e.Document, Performed: true, AskedAt: at.HappenedAt, AskedBy: at.Actor}
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

// confirmLimit is the key of the clock of judicial confirmation (clocks.csv); thirtyDays is its length by law (L2 §33, L5 §205) where
// the playbook is silent.
const confirmLimit = "judicial_confirmation"

var thirtyDays = clock.Limit{Key: confirmLimit, Amount: 30, Unit: clock.Days, Source: "《人民调解法》第33条", StretchesOverHoliday: true}

// ConfirmBy is the last instant of the joint application: 30 days from the day the agreement takes effect, that day not counted, a
// last day off moved to the next working day (law-and-standards 1.1, 1.2, 4.1).
func (d *Dispute) ConfirmBy(ag *Agreement, mo work.Moment) time.Time {
	limit := thirtyDays
	for _, l := range mo.Book.Limits(d.Kind, d.Grade) {
		if l.Key == confirmLimit {
			limit = l.Limit
		}
	}
	return clock.Due(limit, ag.EffectiveAt, nil, nil, mo.Calendar, mo.HappenedAt).DueAt
}

// ApplyConfirmation decides a joint application to the court (4.1-4.5): of an agreement in force that a committee or body mediated, by
// both sides, in time, with everything checked and handed in.
func (d *Dispute) ApplyConfirmation(a ApplyConfirmation, mo Moment) ([]work.Event, error) {
	if d.Version == 0 {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	ag := d.Agreement(a.Agreement)
	if err := work.Must(ag != nil, "agreement", "dispute.unknown_agreement", nil); err != nil {
		return nil, err
	}
	if err := d.confirmable(ag, mo); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Body(a.Court), "court", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	if err := d.together(a.Together); err != nil {
		return nil, err
	}
	if err := each("checks", a.Checks, ConfirmChecks); err != nil {
		return nil, err
	}
	for _, c := range ConfirmChecks {
		if err := work.Must(slices.Contains(a.Checks, c), "checks", "dispute.confirm_check", fault.Args{"check": "{confirmchecks." + c + "}"}); err != nil {
			return nil, err
		}
	}
	if err := each("materials", a.Materials, ConfirmMaterials); err != nil {
		return nil, err
	}
	for _, m := range d.handedIn(a) {
		if err := work.Must(slices.Contains(a.Materials, m), "materials", "dispute.confirm_material", fault.Args{"material": "{confirmmaterials." + m + "}"}); err != nil {
			return nil, err
		}
	}
	return []work.Event{ConfirmationApplied{ag.ID, a.Court, a.Together, a.Materials, a.Oral}}, nil
}

// confirmable refuses an agreement that no court confirms: not in force, of the police or of no mediation at all, of somebody's status
// (4.4), asked for already, or too late (4.1).
func (d *Dispute) confirmable(ag *Agreement, mo Moment) error {
	if !ag.Effective() {
		return fault.New(fault.Stale, "dispute.agreement_not_in_force", fault.Args{"number": ag.Number})
	}
	if err := work.Must(!ag.Status, "agreement", "dispute.status_not_confirmable", nil); err != nil {
		return err
	}
	if err := work.Must(confirmable(ag.Track, ag.Status), "agreement", "dispute.not_confirmable", nil); err != nil {
		return err
	}
	if c := d.Confirming; c != nil && !c.AppliedAt.IsZero() && (c.Result == "" || c.Agreement == ag.ID && c.Result != "withdrawn") {
		return fault.New(fault.Stale, "dispute.confirmation_asked", nil)
	}
	by := d.ConfirmBy(ag, mo.Moment)
	return work.Must(!mo.HappenedAt.After(by), "agreement", "dispute.confirmation_late", fault.Args{"by": work.Day(by)})
}

// confirmable tells whether a court confirms agreements of a track: not those of the police or of no mediation at all, nor of
// somebody's status (4.4).
func confirmable(track string, status bool) bool {
	return track != Order && track != Informal && !status
}

// together refuses an application that not everybody of both sides makes: whoever has to sign an agreement has to ask for this too.
func (d *Dispute) together(parties []string) error {
	there := map[string]bool{}
	for _, id := range parties {
		p, err := d.party("together", id)
		if err != nil {
			return err
		}
		there[p.Side] = true
	}
	if err := work.Must(there["a"] && there["b"], "together", "dispute.both_together", nil); err != nil {
		return err
	}
	for _, p := range d.Parties {
		if err := work.Must(p.Side == "" || slices.Contains(parties, p.ID), "together", "dispute.all_together", nil); err != nil {
			return err
		}
	}
	return nil
}

// handedIn are the materials an application needs (4.3): written unless the court takes it down, a mandate where an agent acts. Proof
// of property only where there is property.
func (d *Dispute) handedIn(a ApplyConfirmation) []string {
	need := []string{"agreement", "body_proof", "identity", "addresses"}
	if !a.Oral {
		need = append([]string{"application"}, need...)
	}
	if slices.ContainsFunc(d.Companions, func(c Companion) bool { return c.As == "agent" && slices.Contains(a.Together, c.Party) }) {
		need = append(need, "mandate")
	}
	return need
}

// RecordConfirmation decides the court's answer; what it confirmed has a ruling with a number (4.5).
func (d *Dispute) RecordConfirmation(a RecordConfirmation, _ Moment) ([]work.Event, error) {
	c := d.Confirming
	if c == nil || c.AppliedAt.IsZero() || c.Result != "" {
		return nil, fault.New(fault.Stale, "dispute.no_application", nil)
	}
	if err := each("result", []string{a.Result}, ConfirmResults); err != nil {
		return nil, err
	}
	ruling, err := work.Line("ruling", a.Ruling, 80, a.Result == "confirmed")
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ConfirmationRecorded{a.Result, ruling, d.text("confirmation", words)}}, nil
}

// police refuses whoever has no police powers: cases and penalties are decided by police alone (13.1), and never by one who must
// withdraw (2.17).
func (d *Dispute) police(mo Moment) error {
	switch {
	case !mo.Role.HasPolicePowers():
		return fault.New(fault.Denied, "dispute.police_only", nil)
	case d.Conflicted(mo.Actor):
		return fault.New(fault.Denied, "dispute.conflicted", nil)
	}
	return nil
}

// FileCase decides that the penalty procedure is opened: where police mediated, where mediation ended without agreement, where a
// promise was broken (2.13, 2.14), or where violence at home stopped it (5.1).
func (d *Dispute) FileCase(a FileCase, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := d.police(mo); err != nil {
		return nil, err
	}
	if d.Case != nil && d.Case.Decided.IsZero() {
		return nil, fault.New(fault.Stale, "dispute.case_already_filed", nil)
	}
	if err := work.Must(d.caseGround(), "number", "dispute.no_case_ground", nil); err != nil {
		return nil, err
	}
	number, err := work.Line("number", a.Number, 80, true)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{CaseFiled{number, d.text("case", words), d.failedAt()}}, mo), nil
}

// failedAt is when mediation by the police came to nothing in this round: the end of their course without agreement, or the breach of a
// promise in theirs; zero when neither. From then the time of the case is counted (L3 §185; law-and-standards 2.14).
func (d *Dispute) failedAt() (at time.Time) {
	began := d.Reached["opened"]
	for _, c := range d.Courses {
		if c.Track == Order && !c.Damages && c.Ended != "settled" && c.EndedAt.After(began) {
			at = work.Later(at, c.EndedAt)
		}
	}
	for i := range d.Promises {
		p := &d.Promises[i]
		for _, b := range p.Broken {
			if ag := d.Agreement(p.Agreement); ag != nil && d.penal(ag) && b.At.After(began) {
				at = work.Later(at, b.At)
			}
		}
	}
	return at
}

// penal tells whether an agreement is one of the police about the act itself, whose performance spares a penalty.
func (d *Dispute) penal(ag *Agreement) bool {
	return ag.Track == Order && !d.courseOf(ag).Damages
}

// courseOf is the course on which an agreement was made.
func (d *Dispute) courseOf(ag *Agreement) Course {
	if d.Track != nil && d.Track.No == ag.Course {
		return *d.Track
	}
	for _, c := range d.Courses {
		if c.No == ag.Course {
			return c
		}
	}
	return Course{}
}

func (d *Dispute) caseGround() bool {
	if d.Safety.Flagged || d.Track != nil && d.Track.Track == Order {
		return true
	}
	over := func(c Course) bool { return c.Track == Order || c.Ended == "failed" || c.Ended == "stopped" }
	return slices.ContainsFunc(d.Courses, over) || slices.ContainsFunc(d.Promises, func(p Promise) bool { return len(p.Broken) > 0 })
}

// DecideCase decides how a case ended. Where the police's agreement is performed, or a settlement was approved, there is no penalty
// (2.13, 2.15).
func (d *Dispute) DecideCase(a DecideCase, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := d.police(mo); err != nil {
		return nil, err
	}
	if d.Case == nil || !d.Case.Decided.IsZero() {
		return nil, fault.New(fault.Stale, "dispute.no_case_filed", nil)
	}
	if err := each("result", []string{a.Result}, CaseResults); err != nil {
		return nil, err
	}
	if err := work.Must(a.Result != "penalty" || !d.spared(), "result", "dispute.performed_no_penalty", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{CaseDecided{a.Result, d.text("case_result", words)}}, mo), nil
}

// spared tells whether the law forbids a penalty: in this round an agreement of the police was performed to the last promise, or a
// performed settlement approved.
func (d *Dispute) spared() bool {
	if d.approved() {
		return true
	}
	for i := range d.Agreements {
		ag := &d.Agreements[i]
		open := slices.ContainsFunc(d.Promises, func(p Promise) bool { return p.Agreement == ag.ID && p.open() })
		done := ag.EffectiveAt
		for _, p := range d.Promises {
			if p.Agreement == ag.ID {
				done = work.Later(done, p.EndedAt)
			}
		}
		if d.penal(ag) && ag.Effective() && !open && d.thisRound(done) {
			return true
		}
	}
	return false
}

// approved tells whether a settlement of the parties' own was approved in this round (2.15).
func (d *Dispute) approved() bool {
	s := d.Settlement
	return s != nil && !s.DecidedAt.IsZero() && !s.Refused && d.thisRound(s.DecidedAt)
}

// thisRound tells whether something was in the present round of the dispute's life: what was performed, approved or decided before it
// broke out again was about an earlier act.
func (d *Dispute) thisRound(at time.Time) bool { return !at.Before(d.Reached["opened"]) }

// inCase tells whether the police have filed a case that is open, or was decided in this round.
func (d *Dispute) inCase() bool {
	return d.Case != nil && (d.Case.Decided.IsZero() || d.thisRound(d.Case.Decided))
}

// AskSettlement decides a request to treat the case as settled (2.15): performed and proven, asked in writing by both sides, before a
// decision was made.
func (d *Dispute) AskSettlement(a AskSettlement, _ Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := d.undecided(); err != nil {
		return nil, err
	}
	if s := d.Settlement; s != nil && d.thisRound(s.AskedAt) && (s.DecidedAt.IsZero() || !s.Refused) {
		return nil, fault.New(fault.Stale, "dispute.settlement_asked_already", nil)
	}
	document, err := work.Line("document", a.Document, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Proof, "proof", "dispute.settlement_proof", nil); err != nil {
		return nil, err
	}
	if err := d.together(a.Together); err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{SettlementAsked{document, a.Together, photos}}, nil
}

func (d *Dispute) undecided() error {
	if d.inCase() && !d.Case.Decided.IsZero() {
		return fault.New(fault.Stale, "dispute.case_decided", nil)
	}
	return nil
}

// DecideSettlement decides on that request: police, and never who took it down.
func (d *Dispute) DecideSettlement(a DecideSettlement, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := d.police(mo); err != nil {
		return nil, err
	}
	s := d.Settlement
	if s == nil || !s.DecidedAt.IsZero() {
		return nil, fault.New(fault.Stale, "dispute.no_settlement_asked", nil)
	}
	if err := d.undecided(); err != nil {
		return nil, err
	}
	if mo.Actor == s.AskedBy {
		return nil, fault.New(fault.Denied, "dispute.settlement_own", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{SettlementDecided{a.Approve, d.text("settlement", words)}}, mo), nil
}
