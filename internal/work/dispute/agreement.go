package dispute

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
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
// Performed tells that nothing is promised in it and no other promise is open: with its effect all is performed.
// Confirmable tells that a court may confirm it: the thirty days of 4.1 run from now, whatever ran for an earlier agreement.
type AgreementEffective struct {
	Agreement   string   `json:"agreement"`
	Promises    []string `json:"promises,omitempty"`
	Performed   bool     `json:"performed,omitempty"`
	Confirmable bool     `json:"confirmable,omitempty"`
}

// EventKind implements work.Event.
func (AgreementEffective) EventKind() string { return "dispute.agreement_effective/1" }

// Tell implements matter.Built.
func (e AgreementEffective) Tell(m *matter.Matter, at work.At) {
	if e.Confirmable {
		m.Reached["agreement_effective"] = at.HappenedAt
	}
	mediated(m, at.HappenedAt)
	if len(e.Promises) > 0 {
		delete(m.Reached, "performed") // what was performed before, this is not yet
	}
	if e.Performed {
		m.Reach("performed", at.HappenedAt)
	}
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

// AgreementVoided is its end; promises of it that are still open end with it. Performed tells that what is still in force is performed;
// ConfirmFrom is when the latest agreement took effect that is left for a court to confirm.
type AgreementVoided struct {
	Agreement   string     `json:"agreement"`
	Reason      vault.Text `json:"reason,omitzero"`
	Performed   bool       `json:"performed,omitempty"`
	ConfirmFrom time.Time  `json:"confirm_from,omitzero"`
}

// EventKind implements work.Event.
func (AgreementVoided) EventKind() string { return "dispute.agreement_voided/1" }

// Tell implements matter.Built.
func (e AgreementVoided) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.Performed {
		m.Reach("performed", at.HappenedAt)
	} else {
		delete(m.Reached, "performed")
	}
	if delete(m.Reached, "agreement_effective"); !e.ConfirmFrom.IsZero() {
		m.Reached["agreement_effective"] = e.ConfirmFrom
	}
}

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
	if c := d.Confirming; c != nil && c.AppliedAt.IsZero() {
		d.Confirming = nil // the next agreement's time is reminded of anew
	}
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

// maxClauses is how many terms one agreement may have, maxTimes how many instalments one promise.
const (
	maxClauses = 100
	maxTimes   = 600
)

// DraftAgreement decides a version of an agreement: after a session that ended in agreement, in a form the track allows (2.11, 3.8,
// 3.9), every promise with its day, the sums adding up.
func (d *Dispute) DraftAgreement(a DraftAgreement, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	e := AgreementDrafted{Agreement: a.Agreement, Course: d.Track.No, Track: t.Key, Form: a.Form, Sheets: a.Sheets, Status: a.Status}
	if e.Mediator, err = d.agreedUnder(t, mo); err != nil {
		return nil, err
	}
	if err := allowed(t, a.Form); err != nil {
		return nil, err
	}
	// What must hold before the police settle on the spot is asked by that act alone (2.12).
	if err := work.Must(a.Form != "on_spot" || t.Key != Order, "form", "dispute.spot_on_its_page", nil); err != nil {
		return nil, err
	}
	if err := d.wording(a, &e); err != nil {
		return nil, err
	}
	if err := d.clauses(a, &e, mo); err != nil {
		return nil, err
	}
	if err := d.version(&e, t, mo); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// agreedUnder is who presided when the parties agreed. Informal help needs no session: who helps takes it down.
func (d *Dispute) agreedUnder(t playbook.Track, mo Moment) (string, error) {
	held := d.Held()
	for i := len(held) - 1; i >= 0; i-- {
		if held[i].Outcome == "agreed" {
			return held[i].Preside, nil
		}
	}
	if t.Key != Informal {
		return "", fault.New(fault.Stale, "dispute.nothing_agreed", nil)
	}
	return mo.Actor, d.presides("mediator", mo.Actor, t, mo)
}

// allowed refuses a form that the track does not know.
func allowed(t playbook.Track, form string) error {
	if err := each("form", []string{form}, playbook.Forms); err != nil {
		return err
	}
	ok := map[string]bool{"written": t.Written, "oral": t.Oral, "on_spot": t.OnSpot}[form]
	return work.Must(ok, "form", "dispute.form_not_allowed", fault.Args{"form": "{agreementform." + form + "}"})
}

// wording reads what is no clause: facts, responsibility (asked of a committee's paper, 3.8), place, worksheets.
func (d *Dispute) wording(a DraftAgreement, e *AgreementDrafted) error {
	facts, err := work.Words("facts", a.Facts, true)
	if err != nil {
		return err
	}
	duty, err := work.Words("duty", a.Duty, e.Track == People && a.Form == "written")
	if err != nil {
		return err
	}
	e.Facts, e.Duty = d.text("agreement_facts", facts), d.text("agreement_duty", duty)
	if e.Place, err = work.Line("place", a.Place, work.MaxShort, false); err != nil {
		return err
	}
	if err := work.AtMost("sheets", len(a.Sheets), 50); err != nil {
		return err
	}
	for _, id := range a.Sheets {
		if err := work.Must(d.Sheet(id) != nil, "sheets", "dispute.unknown_sheet", nil); err != nil {
			return err
		}
	}
	return nil
}

// clauses reads the terms and checks that the money in them adds up to the agreed sum. Money without end has no sum.
func (d *Dispute) clauses(a DraftAgreement, e *AgreementDrafted, mo Moment) error {
	if err := work.Must(len(a.Clauses) > 0, "clauses", "dispute.no_clauses", nil); err != nil {
		return err
	}
	if err := work.AtMost("clauses", len(a.Clauses), maxClauses); err != nil {
		return err
	}
	var sum Fen
	for i, c := range a.Clauses {
		at := fmt.Sprintf("clauses.%d.", i)
		words, err := work.Words(at+"words", c.Words, true)
		if err != nil {
			return err
		}
		clause := Clause{Words: d.text(fmt.Sprintf("clause.%d", i), words)}
		if c.What != "" {
			if clause.Promise, err = d.terms(at, c, mo); err != nil {
				return err
			}
			if p := clause.Promise; p.What == "money" && (p.Every == "" || p.Times > 0) {
				sum += p.Amount
			}
		}
		e.Clauses = append(e.Clauses, clause)
	}
	total, err := money("total", a.Total)
	if err != nil || total == nil {
		e.Total = sum
		return err
	}
	e.Total = *total
	return work.Must(*total == sum, "total", "dispute.sums_differ", fault.Args{"total": *total, "sum": sum})
}

// terms reads the promise in a clause; at is the place of its fields.
func (d *Dispute) terms(at string, c ClauseDraft, mo Moment) (*Terms, error) {
	p := &Terms{Payer: c.Payer, Receiver: c.Receiver, What: c.What, DueOn: c.DueOn, Every: c.Every, Times: c.Times, Turns: c.Turns, AtOnce: c.AtOnce, SeenBy: c.SeenBy}
	if err := each(at+"what", []string{c.What}, PromiseWhats); err != nil {
		return nil, err
	}
	for _, check := range []func(string, *Terms, Moment) error{d.recurs, d.who, d.when} {
		if err := check(at, p, mo); err != nil {
			return nil, err
		}
	}
	if err := p.sums(at, c); err != nil {
		return nil, err
	}
	var err error
	if p.Security, err = work.Line(at+"security", c.Security, work.MaxShort, false); err != nil {
		return nil, err
	}
	return p, work.Must(c.SeenBy == "" || mo.Book.Person(c.SeenBy), at+"seen_by", "form.unknown_person", nil)
}

// recurs checks how often: instalments have a rhythm, a rotation has one and at least two who take turns.
func (d *Dispute) recurs(at string, p *Terms, _ Moment) error {
	if err := work.Must(p.Every == "" || slices.Contains(PromiseEvery, p.Every), at+"every", "form.unknown_choice", nil); err != nil {
		return err
	}
	if err := work.Must(p.Times >= 0 && p.Times <= maxTimes, at+"times", "dispute.times", fault.Args{"max": maxTimes}); err != nil {
		return err
	}
	if p.Every == "" && p.Times == 1 {
		p.Times = 0
	}
	turns := p.What == "rotation" || len(p.Turns) > 0
	if err := work.Must(p.Every != "" || p.Times == 0 && !turns, at+"every", "dispute.every_missing", nil); err != nil {
		return err
	}
	if err := work.Must(!p.AtOnce || p.Every == "", at+"at_once", "dispute.at_once_recurs", nil); err != nil {
		return err
	}
	return work.Must(!turns || len(p.Turns) >= 2 && len(p.Turns) <= 50, at+"turns", "dispute.turns", nil)
}

// who checks who owes whom: the payer a party or a payer who is none (employer, insurer); nobody owes themselves. What is done or
// left undone may be for the village: no receiver.
func (d *Dispute) who(at string, p *Terms, _ Moment) error {
	for _, id := range p.Turns {
		if _, err := d.party(at+"turns", id); err != nil {
			return err
		}
		if err := work.Must(id != p.Receiver, at+"receiver", "dispute.owes_self", nil); err != nil {
			return err
		}
	}
	if len(p.Turns) > 0 {
		p.Payer = p.Turns[0]
	}
	if c, ok := d.companion(p.Payer); !ok || c.As != "payer" {
		if _, err := d.party(at+"payer", p.Payer); err != nil {
			return err
		}
	}
	if err := work.Must(p.Payer != p.Receiver, at+"receiver", "dispute.owes_self", nil); err != nil {
		return err
	}
	if p.Receiver == "" {
		return work.Must(p.What == "deed" || p.What == "forbear", at+"receiver", "dispute.receiver_missing", nil)
	}
	_, err := d.party(at+"receiver", p.Receiver)
	return err
}

// when checks the day: every promise has one (2.11, 3.8), and it is still to come.
func (d *Dispute) when(at string, p *Terms, mo Moment) error {
	today := day(mo.HappenedAt)
	if p.AtOnce {
		p.DueOn = today
		return nil
	}
	if err := work.Must(p.DueOn != "", at+"due_on", "dispute.no_due_day", nil); err != nil {
		return err
	}
	_, err := onDay(at+"due_on", p.DueOn, today, "", mo)
	return err
}

// sums reads the money of terms: the whole, or what each instalment comes to, or both; they must agree.
func (t *Terms) sums(at string, c ClauseDraft) error {
	whole, err := money(at+"amount", c.Amount)
	if err != nil {
		return err
	}
	one, err := money(at+"each", c.Each)
	if err != nil {
		return err
	}
	if err := work.Must(whole == nil || *whole > 0, at+"amount", "dispute.amount_zero", nil); err != nil {
		return err
	}
	if t.What != "money" && t.What != "rotation" {
		return work.Must(whole == nil && one == nil, at+"amount", "dispute.only_money_has_amount", nil)
	}
	switch n := Fen(t.Times); {
	case whole == nil && one == nil:
		return work.Must(t.What == "rotation", at+"amount", "form.required", fault.Args{"field": "amount"})
	case t.Every == "" || n == 0: // once, or each time without end
		if whole == nil {
			whole = one
		}
		t.Amount = *whole
		return work.Must(t.Amount > 0 && (one == nil || *one == *whole), at+"each", "dispute.instalments_differ", fault.Args{"total": *whole, "sum": pick(one, whole)})
	default:
		if whole == nil {
			product := *one * n
			whole = &product
		}
		if one == nil {
			share := *whole / n
			one = &share
		}
		t.Amount, t.Each = *whole, *one
	}
	last := t.Sum(t.Times)
	uneven := c.Each == "" || last < 2*t.Each // a last one that holds another whole instalment is a slip of the hand
	return work.Must(t.Each > 0 && last > 0 && uneven && t.Amount <= MostYuan*100, at+"each", "dispute.instalments_differ",
		fault.Args{"total": t.Amount, "sum": t.Each * Fen(t.Times)})
}

func pick(a, b *Fen) Fen {
	if a != nil {
		return *a
	}
	return *b
}

// version numbers a draft: a new agreement draws its number (11.9); a corrected one keeps it, while nobody brought it into effect.
func (d *Dispute) version(e *AgreementDrafted, t playbook.Track, mo Moment) error {
	if e.Agreement == "" {
		e.Agreement, e.No, e.Number = mo.NewID("a"), 1, mo.Number(t.Number)
		return nil
	}
	old, err := d.drafted(e.Agreement)
	if err != nil {
		return err
	}
	if err := work.Must(old.Course == e.Course, "agreement", "dispute.agreement_of_other_course", nil); err != nil {
		return err
	}
	e.No, e.Number = old.No+1, old.Number
	return nil
}

// drafted is an agreement that is neither in force nor void.
func (d *Dispute) drafted(id string) (*Agreement, error) {
	ag := d.Agreement(id)
	if err := work.Must(ag != nil, "agreement", "dispute.unknown_agreement", nil); err != nil {
		return nil, err
	}
	switch {
	case !ag.VoidAt.IsZero():
		return nil, fault.New(fault.Stale, "dispute.agreement_void", fault.Args{"number": ag.Number})
	case ag.Effective():
		return nil, fault.New(fault.Stale, "dispute.agreement_in_force", fault.Args{"number": ag.Number})
	}
	return ag, nil
}

// Who signs or seals besides parties and those who stand by them.
const (
	mediator      = "mediator"
	organSeal     = "organ_seal"
	committeeSeal = "committee_seal"
)

// SignAgreement decides one signature. With the last that the track demands the agreement takes effect in the same act (3.8), and
// what was performed at signing is kept; an oral one takes effect with the mediator's record (3.9).
func (d *Dispute) SignAgreement(a SignAgreement, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	ag, err := d.drafted(a.Agreement)
	if err != nil {
		return nil, err
	}
	if err := work.Must(ag.Course == d.Track.No, "agreement", "dispute.agreement_of_other_course", nil); err != nil {
		return nil, err
	}
	s := Signature{Who: a.Who, Way: a.Way}
	if s.Image, err = work.Line("image", a.Image, 64, false); err != nil {
		return nil, err
	}
	if s.Recording, err = recorded(a.RecordingRef, a.RecordingHash); err != nil {
		return nil, err
	}
	stamp := slices.Contains([]string{mediator, organSeal, committeeSeal}, a.Who)
	if stamp {
		s.By = mo.Actor
		err = mayStamp(ag, t, a.Who, a.Way, mo)
	} else {
		err = d.maySign(ag, s)
	}
	if err != nil {
		return nil, err
	}
	for _, other := range ag.Signed {
		if d.signsFor(other.Who) == d.signsFor(a.Who) {
			return nil, fault.New(fault.Stale, "dispute.signed_twice", nil).On("who")
		}
	}
	events := []work.Event{AgreementSigned{ag.ID, ag.No, s}}
	if !d.complete(ag, append(slices.Clip(ag.Signed), s), t) {
		return events, nil
	}
	return d.regrade(append(events, d.effect(*ag, mo)...), mo), nil
}

// mayStamp checks the mediator's signature and the seals: who presided signs, police put the organ's seal on their own paper.
func mayStamp(ag *Agreement, t playbook.Track, who, way string, mo Moment) error {
	switch who {
	case mediator:
		if err := work.Must(mo.Actor == ag.Mediator, "who", "dispute.not_the_mediator", nil); err != nil {
			return err
		}
		if err := work.Must(!ag.Status || way != "screen", "way", "dispute.ink_only", nil); err != nil {
			return err
		}
		return each("way", []string{way}, SignWays)
	case organSeal:
		if err := work.Must(t.Key != Order || mo.Role.HasPolicePowers(), "who", "dispute.police_seal", nil); err != nil {
			return err
		}
	}
	return work.Must(way == "seal", "way", "dispute.seal_is_a_seal", nil)
}

// maySign checks the signature of a party or of who signs in a party's stead: on the screen only with its image and, but for informal
// help, the recording of the signing (20.2); never on the screen where marriage, parentage, adoption or inheritance is touched.
func (d *Dispute) maySign(ag *Agreement, s Signature) error {
	if err := d.signer("who", s.Who, ag.Track); err != nil {
		return err
	}
	if err := each("way", []string{s.Way}, SignWays); err != nil {
		return err
	}
	if err := work.Must(!ag.Status || s.Way == "ink", "way", "dispute.ink_only", nil); err != nil {
		return err
	}
	if s.Way != "screen" {
		return nil
	}
	if err := work.Must(s.Image != "", "image", "dispute.signature_missing", nil); err != nil {
		return err
	}
	return work.Must(ag.Track == Informal || s.Recording.Ref != "", "recording_ref", "dispute.signing_recorded", nil)
}

// signer checks who may sign: an adult party; the guardian of a minor; the spokesperson of a group; an agent with a written mandate,
// but not for the suspect of a public-order violation (2.7); a payer who is no party.
func (d *Dispute) signer(field, who, track string) error {
	c, ok := d.companion(who)
	if !ok {
		if _, err := d.party(field, who); err != nil {
			return err
		}
		s := d.side(who)
		if err := work.Must(!s.Minor || s.OwnWages, field, "dispute.guardian_signs", nil); err != nil {
			return err
		}
		return work.Must(s.People < 2 || !d.has(who, "spokesperson"), field, "dispute.spokesperson_signs", nil)
	}
	switch c.As {
	case "guardian", "spokesperson", "payer":
		return nil
	case "agent":
		if err := work.Must(c.Scope != "" && len(c.Papers) > 0, field, "dispute.mandate_missing", nil); err != nil {
			return err
		}
		return work.Must(track != Order || !d.side(c.Party).Suspect, field, "dispute.suspect_in_person", nil)
	}
	return work.Must(false, field, "dispute.cannot_sign", nil)
}

func (d *Dispute) has(party, as string) bool {
	return slices.ContainsFunc(d.Companions, func(c Companion) bool { return c.Party == party && c.As == as })
}

// signsFor is the party a signature stands for; a payer who is no party, a mediator or a seal stands for itself.
func (d *Dispute) signsFor(who string) string {
	if c, ok := d.companion(who); ok && c.As != "payer" {
		return c.Party
	}
	return who
}

// complete tells whether the signatures are all that the track demands: every party of both sides, the mediator, the seals.
func (d *Dispute) complete(ag *Agreement, signed []Signature, t playbook.Track) bool {
	by := map[string]bool{}
	for _, s := range signed {
		by[d.signsFor(s.Who)] = true
	}
	if ag.Form == "oral" {
		return by[mediator]
	}
	for _, p := range d.Parties {
		if slices.Contains(t.Signs, "parties") && p.Side != "" && !by[p.ID] {
			return false
		}
	}
	return !slices.ContainsFunc(t.Signs, func(s string) bool { return s != "parties" && !by[s] })
}

// effect brings an agreement into force: its promises begin, and those performed at signing are kept with it.
func (d *Dispute) effect(ag Agreement, mo Moment) []work.Event {
	e := AgreementEffective{Agreement: ag.ID, Confirmable: confirmable(ag.Track, ag.Status)}
	id, clauses := ag.ID, ag.Clauses
	ps := copied(d.Promises)
	for _, c := range clauses {
		if c.Promise != nil {
			e.Promises = append(e.Promises, mo.NewID("k"))
			ps = append(ps, Promise{ID: e.Promises[len(e.Promises)-1], Agreement: id, Terms: *c.Promise, From: mo.HappenedAt})
		}
	}
	e.Performed = len(e.Promises) == 0 && settled(ps, day(mo.HappenedAt))
	events := []work.Event{nil}
	for i := range ps {
		if p := &ps[i]; p.Agreement == id && p.AtOnce && p.EndedAt.IsZero() {
			k := Keeping{N: 1, Amount: p.Amount, On: day(mo.HappenedAt), SeenBy: mo.Actor}
			p.Kept = append(p.Kept, k)
			done, all := d.ends(ps, p, "kept", mo)
			events = append(events, PromiseKept{Promise: p.ID, Keeping: k, Done: done, All: all})
		}
	}
	events[0] = e
	return events
}

// VoidAgreement decides that an agreement holds no more. What a court has confirmed is not undone here (4.5).
func (d *Dispute) VoidAgreement(a VoidAgreement, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	ag := d.Agreement(a.Agreement)
	if err := work.Must(ag != nil, "agreement", "dispute.unknown_agreement", nil); err != nil {
		return nil, err
	}
	if !ag.VoidAt.IsZero() {
		return nil, fault.New(fault.Stale, "dispute.agreement_void", fault.Args{"number": ag.Number})
	}
	if c := d.Confirming; c != nil && c.Agreement == ag.ID && c.Result == "confirmed" {
		return nil, fault.New(fault.Stale, "dispute.already_confirmed", nil)
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	e := AgreementVoided{Agreement: ag.ID, Reason: d.text("voided", reason)}
	rest := slices.DeleteFunc(slices.Clone(d.Agreements), func(x Agreement) bool { return x.ID == ag.ID || !x.Effective() })
	for _, x := range rest {
		if confirmable(x.Track, x.Status) {
			e.ConfirmFrom = later(e.ConfirmFrom, x.EffectiveAt)
		}
	}
	left := slices.DeleteFunc(slices.Clone(d.Promises), func(p Promise) bool { return p.Agreement == ag.ID })
	e.Performed = d.approved() || len(rest) > 0 && settled(left, day(mo.HappenedAt))
	return d.regrade([]work.Event{e}, mo), nil
}
