package dispute

import (
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// RiskGraded is the risk grade (风险等级) of a dispute after something was learnt: by the decision table, or by a leader's word. It
// follows in the same act whatever changed the facts. It is of the dispute and never of a person.
type RiskGraded struct {
	Risk    string            `json:"risk"`
	Because string            `json:"because,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"` // what it was decided on
	By      string            `json:"by"`              // table, leader
	Reason  vault.Text        `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (RiskGraded) EventKind() string { return "dispute.risk_graded/1" }

// Tell implements matter.Built.
func (RiskGraded) Tell(*matter.Matter, work.At) {}

func (e RiskGraded) apply(d *Dispute, at work.At) {
	d.Risk, d.RiskWhy, d.RiskAt = e.Risk, e.Because, at.HappenedAt
}

// SetRisk (改定风险等级) is a leader's word over the table.
type SetRisk struct {
	matter.On
	Risk   string `json:"risk" form:"risk,required"`
	Reason string `json:"reason" form:"words,required"`
}

// Raise (升级) is the program's own: the same two sides called for help so many times within the time the playbook sets (9.9).
type Raise struct {
	matter.On
	Calls int `json:"calls"`
}

// Raised is how many calls there were.
type Raised struct {
	Calls int `json:"calls"`
}

// EventKind implements work.Event.
func (Raised) EventKind() string { return "dispute.raised/1" }

// Tell implements matter.Built.
func (Raised) Tell(*matter.Matter, work.At) {}

func (e Raised) apply(d *Dispute, _ work.At) { d.Calls = e.Calls }

// Look (研判) is a periodic look at a dispute, as often as its risk grade wants; it may say that it is getting worse.
type Look struct {
	matter.On
	Worse bool   `json:"worse" form:"yesno,required"`
	Words string `json:"words" form:"words,required"`
}

// LookedAt is such a look.
type LookedAt struct {
	Worse bool       `json:"worse"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (LookedAt) EventKind() string { return "dispute.looked_at/1" }

// Tell implements matter.Built.
func (LookedAt) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e LookedAt) apply(d *Dispute, at work.At) {
	d.Facts["worsening"] = map[bool]string{true: "yes", false: "no"}[e.Worse]
	d.LookedAt = later(d.LookedAt, at.HappenedAt)
}

// Growth (转化) is a matter that grew out of this dispute: an offence, a hazard. The dispute cannot close while it is open unless the
// head says so.
type Growth struct {
	Matter   string
	Kind     string
	Released bool
}

// Grow (升级为案件或隐患) opens a linked matter of another kind.
type Grow struct {
	matter.On
	Kind  string `json:"kind" form:"kind,required"`
	Title string `json:"title" form:"line,required"`
	Words string `json:"words" form:"words,required"`
}

// Grown is a matter that grew out of the dispute. The other matter is tied by "grown_from".
type Grown struct {
	Matter string `json:"matter"`
	Kind   string `json:"kind"`
}

// EventKind implements work.Event.
func (Grown) EventKind() string { return "dispute.grown/1" }

// Tell implements matter.Built.
func (e Grown) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Links = append(m.Links, matter.Link{How: "grew_into", Other: e.Matter})
}

func (e Grown) apply(d *Dispute, _ work.At) {
	d.Growths = append(d.Growths, Growth{Matter: e.Matter, Kind: e.Kind})
	d.Facts["worsening"] = "yes"
}

// ReleaseGrowth (同意先行办结) is the head's word that the dispute may close though the matter that grew out of it is open.
type ReleaseGrowth struct {
	matter.On
	Other  string `json:"other" form:"growth,required"`
	Reason string `json:"reason" form:"words,required"`
}

// GrowthReleased is that word.
type GrowthReleased struct {
	Other  string     `json:"other"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (GrowthReleased) EventKind() string { return "dispute.growth_released/1" }

// Tell implements matter.Built.
func (GrowthReleased) Tell(*matter.Matter, work.At) {}

func (e GrowthReleased) apply(d *Dispute, _ work.At) {
	for i := range d.Growths {
		if d.Growths[i].Matter == e.Other {
			d.Growths[i].Released = true
		}
	}
}
