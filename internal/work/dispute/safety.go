package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
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
	m.Help(e.With...)
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
	d.LookedAt = work.Later(d.LookedAt, at.HappenedAt)
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

// gate refuses mediation, and what belongs to it, while a flag is open or a party is still to be asked: one that was added after the
// gate was passed, too (law-and-standards 5.1).
func (d *Dispute) gate() error {
	if d.Safety.Flagged {
		return fault.New(fault.Stale, "dispute.gate_flagged", nil)
	}
	if len(d.Parties) == 0 {
		return fault.New(fault.Stale, "dispute.no_parties", nil)
	}
	left := 0
	for _, p := range d.Parties {
		if _, ok := d.Safety.Asked[p.ID]; !ok && !d.side(p.ID).Body {
			left++
		}
	}
	if left > 0 {
		return fault.New(fault.Stale, "dispute.gate_not_asked", fault.Args{"n": left})
	}
	return nil
}

// AskSafety decides the answers of one party. The same party may be asked again when something changed; a flag stays until a head
// lifts it.
func (d *Dispute) AskSafety(a AskSafety, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if err := work.Must(!d.side(a.Party).Body, "party", "dispute.ask_no_body", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Alone, "alone", "dispute.ask_alone", nil); err != nil {
		return nil, err
	}
	var known []string
	for _, q := range mo.SafetyQuestions() {
		known = append(known, q.Key)
	}
	if err := each("yes", a.Yes, known); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	events := []work.Event{SafetyAsked{a.Party, a.Yes, vault.Plain(a.Party, "safety", words)}}
	if len(a.Yes) > 0 && !d.Safety.Flagged {
		events = append(events, SafetyFlagged{Party: a.Party})
	}
	return d.regrade(events, mo), nil
}

// FlagSafety decides a flag raised by hand.
func (d *Dispute) FlagSafety(a FlagSafety, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if d.Safety.Flagged {
		return nil, fault.New(fault.Stale, "dispute.already_flagged", nil)
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{SafetyFlagged{Reason: d.text("flag", reason)}}, mo), nil
}

// LiftSafety decides that mediation may go on. That only a head may is the access policy's.
func (d *Dispute) LiftSafety(a LiftSafety, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if !d.Safety.Flagged {
		return nil, fault.New(fault.Stale, "dispute.not_flagged", nil)
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{SafetyLifted{d.text("lift", reason)}}, mo), nil
}

// Warn decides a written warning: handed to the warned and to the other side, told to the committee (L24 §16-17).
func (d *Dispute) Warn(a Warn, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	warned, err := d.party("party", a.Party)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Both, "both", "dispute.warning_both", nil); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Body(a.Committee), "committee", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	facts, err := work.Words("facts", a.Facts, true)
	if err != nil {
		return nil, err
	}
	prohibition, err := work.Words("prohibition", a.Prohibition, true)
	if err != nil {
		return nil, err
	}
	to := []string{warned.ID}
	for _, p := range d.Parties {
		if p.ID != warned.ID && (p.Side != warned.Side || p.Side == "") {
			to = append(to, p.ID)
		}
	}
	if err := work.Must(len(to) > 1, "party", "dispute.side_missing", nil); err != nil {
		return nil, err
	}
	return []work.Event{Warned{mo.NewID("w"), a.Party, d.text("warnfacts", facts), d.text("prohibition", prohibition), to, a.Committee}}, nil
}

// VisitAfterWarning decides a look in after a warning; visits go on after the matter was closed.
func (d *Dispute) VisitAfterWarning(a VisitAfterWarning, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(d.Warnings, func(w Warning) bool { return w.ID == a.Warning })
	if err := work.Must(known, "warning", "dispute.unknown_warning", nil); err != nil {
		return nil, err
	}
	if err := mo.People("with", a.With, 50); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{WarningVisited{a.Warning, a.With, a.Safe, d.text("warnvisit", words)}}, mo), nil
}

// Refer decides that a party is sent to a body that helps, which the party must want (law-and-standards 15.3).
func (d *Dispute) Refer(a Refer, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Body(a.To), "to", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Agree, "agree", "dispute.refer_agree", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Referred{mo.NewID("r"), a.Party, a.To, vault.Plain(a.Party, "referral", words)}}, nil
}
