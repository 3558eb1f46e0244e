package dispute

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// TellWays (告知其他途径) records that the parties were told of people's mediation, arbitration, administrative remedy or court
// (2.3, 2.13, 3.7).
type TellWays struct {
	matter.On
	Ways    []string `json:"ways" form:"ways,required"`
	Parties []string `json:"parties" form:"parties,required"`
	Words   string   `json:"words,omitempty" form:"words"`
}

// Ways are what parties can be told of.
var Ways = []string{"people_mediation", "arbitration", "administrative", "court", "complaint"}

// ToldOf is that telling.
type ToldOf struct {
	Ways    []string   `json:"ways"`
	Parties []string   `json:"parties"`
	Words   vault.Text `json:"words,omitzero"`
}

// Telling is a telling as it was made.
type Telling struct {
	Ways, Parties []string
	At            time.Time
}

// EventKind implements work.Event.
func (ToldOf) EventKind() string { return "dispute.told/1" }

// Tell implements matter.Built.
func (ToldOf) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("told", at.HappenedAt)
}

func (e ToldOf) apply(d *Dispute, at work.At) {
	d.Told = append(d.Told, Telling{e.Ways, e.Parties, at.HappenedAt})
}

// TellWays decides that parties were told of other ways.
func (d *Dispute) TellWays(a TellWays, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := each("ways", a.Ways, Ways); err != nil {
		return nil, err
	}
	for field, list := range map[string][]string{"ways": a.Ways, "parties": a.Parties} {
		if len(list) == 0 {
			return nil, fault.New(fault.Invalid, "form.required", fault.Args{"field": field}).On(field)
		}
	}
	if err := work.AtMost("parties", len(a.Parties), matter.MaxParties); err != nil {
		return nil, err
	}
	for _, p := range a.Parties {
		if _, err := d.party("parties", p); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ToldOf{a.Ways, a.Parties, d.text("told", words)}}, nil
}
