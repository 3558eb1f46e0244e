package dispute

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Safety is the gate before any mediation (law-and-standards 5.1): violence at home and coercion, asked of each party alone.
type Safety struct {
	Asked     map[string]time.Time // by party
	Flagged   bool
	FlaggedAt time.Time
	FlaggedBy string
	LiftedAt  time.Time
	LiftedBy  string
}

// Clear tells whether mediation may start: every party was asked alone and no flag is open.
func (d *Dispute) Clear() bool {
	if d.Safety.Flagged || len(d.Parties) == 0 {
		return false
	}
	for _, p := range d.Parties {
		if _, ok := d.Safety.Asked[p.ID]; !ok && !d.side(p.ID).Body {
			return false
		}
	}
	return true
}

// AskSafety (安全询问) puts the questions to one party alone. Yes names the questions answered with yes; any of them raises the flag.
type AskSafety struct {
	matter.On
	Party string   `json:"party" form:"party,required"`
	Alone bool     `json:"alone" form:"yesno,required"`
	Yes   []string `json:"yes,omitempty" form:"safety"`
	Words string   `json:"words,omitempty" form:"words"`
}

// SafetyAsked is the answer of one party.
type SafetyAsked struct {
	Party string     `json:"party"`
	Yes   []string   `json:"yes,omitempty"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SafetyAsked) EventKind() string { return "dispute.safety_asked/1" }

// Tell implements matter.Built.
func (SafetyAsked) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e SafetyAsked) apply(d *Dispute, at work.At) {
	if d.Safety.Asked == nil {
		d.Safety.Asked = map[string]time.Time{}
	}
	d.Safety.Asked[e.Party] = at.HappenedAt
}

// FlagSafety (标记家庭暴力或胁迫) stops mediation at once; anybody who works on the dispute may.
type FlagSafety struct {
	matter.On
	Reason string `json:"reason" form:"words,required"`
}

// SafetyFlagged stops mediation. Party is the one whose answers raised it, when it was not raised by hand.
type SafetyFlagged struct {
	Party  string     `json:"party,omitempty"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SafetyFlagged) EventKind() string { return "dispute.safety_flagged/1" }

// Tell implements matter.Built.
func (SafetyFlagged) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e SafetyFlagged) apply(d *Dispute, at work.At) {
	d.Safety.Flagged, d.Safety.FlaggedAt, d.Safety.FlaggedBy = true, at.HappenedAt, at.Actor
	d.Facts["family_violence"] = "yes"
}

// LiftSafety (解除标记) lets mediation go on; a head's decision, with its reason.
type LiftSafety struct {
	matter.On
	Reason string `json:"reason" form:"words,required"`
}

// SafetyLifted is that decision.
type SafetyLifted struct {
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SafetyLifted) EventKind() string { return "dispute.safety_lifted/1" }

// Tell implements matter.Built.
func (SafetyLifted) Tell(*matter.Matter, work.At) {}

func (e SafetyLifted) apply(d *Dispute, at work.At) {
	d.Safety.Flagged, d.Safety.LiftedAt, d.Safety.LiftedBy = false, at.HappenedAt, at.Actor
	d.Facts["family_violence"] = "no"
}

// Warning is a written warning on family violence (告诫书, L24 §16-17).
type Warning struct {
	ID          string
	Party       string
	Facts       vault.Text
	Prohibition vault.Text
	Delivered   []string // parties it was handed to
	Committee   string   // body notified
	At          time.Time
	VisitedAt   []time.Time
}

// Warn (出具告诫书) warns the offender in writing: identity, facts, what is forbidden; handed to both sides and told to the
// residents' or village committee.
type Warn struct {
	matter.On
	Party       string `json:"party" form:"party,required"`
	Facts       string `json:"facts" form:"words,required"`
	Prohibition string `json:"prohibition" form:"words,required"`
	Both        bool   `json:"both" form:"yesno,required"` // handed to both sides
	Committee   string `json:"committee" form:"body,required"`
}

// Warned is a written warning.
type Warned struct {
	Warning     string     `json:"warning"`
	Party       string     `json:"party"`
	Facts       vault.Text `json:"facts,omitzero"`
	Prohibition vault.Text `json:"prohibition,omitzero"`
	Delivered   []string   `json:"delivered"`
	Committee   string     `json:"committee"`
}

// EventKind implements work.Event.
func (Warned) EventKind() string { return "dispute.warned/1" }

// Tell implements matter.Built.
func (e Warned) Tell(m *matter.Matter, at work.At) { m.Reach("dv_warning_issued", at.HappenedAt) }

func (e Warned) apply(d *Dispute, at work.At) {
	d.Warnings = append(d.Warnings, Warning{ID: e.Warning, Party: e.Party, Facts: e.Facts, Prohibition: e.Prohibition, Delivered: e.Delivered, Committee: e.Committee, At: at.HappenedAt})
}

// VisitAfterWarning (查访) looks in after a warning, with whom.
type VisitAfterWarning struct {
	matter.On
	Warning string   `json:"warning" form:"warning,required"`
	With    []string `json:"with,omitempty" form:"people"`
	Safe    bool     `json:"safe" form:"yesno,required"`
	Words   string   `json:"words" form:"words,required"`
}

// WarningVisited is a look in after a warning. Not safe raises the dispute.
type WarningVisited struct {
	Warning string     `json:"warning"`
	With    []string   `json:"with,omitempty"`
	Safe    bool       `json:"safe"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (WarningVisited) EventKind() string { return "dispute.warning_visited/1" }

// Tell implements matter.Built.
func (e WarningVisited) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	for _, p := range e.With {
		m.Help(p)
	}
	m.Reach("dv_visited", at.HappenedAt)
}

func (e WarningVisited) apply(d *Dispute, at work.At) {
	for i := range d.Warnings {
		if d.Warnings[i].ID == e.Warning {
			d.Warnings[i].VisitedAt = append(d.Warnings[i].VisitedAt, at.HappenedAt)
		}
	}
	if !e.Safe {
		d.Facts["worsening"] = "yes"
	}
	d.LookedAt = later(d.LookedAt, at.HappenedAt)
}

// Refer (转介) sends a party to a body that helps: women's federation, legal aid, shelter, hospital. A referral letter can be printed.
type Refer struct {
	matter.On
	Party string `json:"party" form:"party,required"`
	To    string `json:"to" form:"body,required"`
	Agree bool   `json:"agree" form:"yesno,required"` // the party agrees (15.3)
	Words string `json:"words" form:"words,required"`
}

// Referred is a party sent to a body that helps.
type Referred struct {
	Referral string     `json:"referral"`
	Party    string     `json:"party"`
	To       string     `json:"to"`
	Words    vault.Text `json:"words,omitzero"`
}

// Referral is a referral as it stands.
type Referral struct {
	ID, Party, To string
	Words         vault.Text
	At            time.Time
}

// EventKind implements work.Event.
func (Referred) EventKind() string { return "dispute.referred/1" }

// Tell implements matter.Built.
func (Referred) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e Referred) apply(d *Dispute, at work.At) {
	d.Referrals = append(d.Referrals, Referral{e.Referral, e.Party, e.To, e.Words, at.HappenedAt})
}
