package dispute

import (
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
