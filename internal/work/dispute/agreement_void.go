package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

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

// VoidAgreement decides that an agreement holds no more. What a court has confirmed is not undone here (4.5).
func (d *Dispute) VoidAgreement(a VoidAgreement, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
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
			e.ConfirmFrom = work.Later(e.ConfirmFrom, x.EffectiveAt)
		}
	}
	left := slices.DeleteFunc(slices.Clone(d.Promises), func(p Promise) bool { return p.Agreement == ag.ID })
	e.Performed = d.approved() || len(rest) > 0 && settled(left, work.Day(mo.HappenedAt))
	return d.regrade([]work.Event{e}, mo), nil
}
