// Package campaign is the rules of campaigns (专项活动、走访检查): a checklist gone through at many places, the faults found, each put right
// and seen again by somebody else. What needs work of its own grows into a matter. A campaign has a stream of its own; law-and-standards
// 12.2, 12.3, 12.7, 13.4.
package campaign

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Campaign is a campaign as it stands.
type Campaign struct {
	ID         string
	Version    int
	Plan       string // among playbook.CampaignPlans
	Title      string
	Checklist  string // among playbook.Checklists
	Inspection bool
	From       string
	Until      string
	People     []string
	Places     []Place
	Faults     []Fault
	StartedAt  time.Time
	StartedBy  string
	ClosedAt   time.Time
	Closing    vault.Text
}

// Place is a place of a campaign and how far it is. The firm itself is in its own stream.
type Place struct {
	Firm    string `json:"firm"`
	Cell    string `json:"cell"`
	Check   *Check `json:"-"`
	Misses  []Miss `json:"-"`
	Dropped string `json:"-"` // why it was left out; "" for one that was not
}

// Fault is a fault found at a place.
type Fault struct {
	ID       string
	Firm     string
	Cell     string
	Question string // of the checklist; "" for one found besides
	Words    vault.Text
	DueOn    string
	FoundAt  time.Time
	FoundBy  string
	Fixed    time.Time // said to be put right
	FixedBy  string
	FixWords vault.Text
	Looks    []Look // how often it was seen again
	RightAt  time.Time
	Matter   string // grown into
	Photos   []matter.Attachment
}

// Open tells whether it still has to be put right.
func (f Fault) Open() bool { return f.RightAt.IsZero() }

// State is how far a fault is: "open", "fixed" (said to be put right, not seen yet), "right".
func (f Fault) State() string {
	switch {
	case !f.Open():
		return "right"
	case !f.Fixed.IsZero():
		return "fixed"
	}
	return "open"
}

// Stream is the stream of a campaign.
func Stream(id string) string { return "campaign/" + id }

// On is what every act on a campaign carries.
type On struct {
	Campaign string `json:"campaign" form:"hidden"`
	Version  int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the campaign's id and the version the person saw.
func (o On) Target() (string, int) { return o.Campaign, o.Version }

// Rules is what rules of campaigns ask of the playbook in force.
type Rules interface {
	CampaignPlan(key string) (playbook.CampaignPlan, bool)
	Checklist(key string) (playbook.Checklist, bool)
}

// Premises is what a rule knows of a firm: nothing of its people.
type Premises struct {
	ID, Name, Sort, Cell string
	Pupils               int
	Retired              bool
}

// Moment is what a rule of campaigns may know besides the campaign's own history.
type Moment struct {
	work.Moment
	Rules  Rules
	Number func(pattern string) string
	// Premises finds a firm of the station that the actor may see.
	Premises func(id string) (Premises, error)
}

type event interface{ apply(*Campaign, work.At) }

// Fold makes a campaign from its stream.
func Fold(events []journal.Event) (*Campaign, error) {
	c := &Campaign{}
	return c, work.Replay(events, func(v work.Event, at work.At) error { c.Apply(v, at); return nil })
}

// Apply folds one event.
func (c *Campaign) Apply(v work.Event, at work.At) {
	if e, ok := v.(event); ok {
		e.apply(c, at)
	}
	c.Version = at.Version
}

// Cells are the cells of its places.
func (c *Campaign) Cells() (list []string) {
	for _, p := range c.Places {
		if p.Cell != "" && !slices.Contains(list, p.Cell) {
			list = append(list, p.Cell)
		}
	}
	return list
}

// Everybody is who takes part: who started it and who was named.
func (c *Campaign) Everybody() []string {
	if slices.Contains(c.People, c.StartedBy) || c.StartedBy == "" {
		return c.People
	}
	return append(slices.Clone(c.People), c.StartedBy)
}

// Place finds a place.
func (c *Campaign) Place(firm string) (*Place, bool) {
	i := slices.IndexFunc(c.Places, func(p Place) bool { return p.Firm == firm })
	if i < 0 {
		return nil, false
	}
	return &c.Places[i], true
}

// Fault finds a fault.
func (c *Campaign) Fault(id string) (*Fault, bool) {
	i := slices.IndexFunc(c.Faults, func(f Fault) bool { return f.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.Faults[i], true
}

// Progress is how far a campaign is.
type Progress struct{ Places, Checked, Left, Faults, Open int }

// Progress counts.
func (c *Campaign) Progress() (p Progress) {
	for _, x := range c.Places {
		switch {
		case x.Dropped != "":
			continue
		case x.Check != nil:
			p.Checked++
		default:
			p.Left++
		}
		p.Places++
	}
	p.Faults = len(c.Faults)
	for _, f := range c.Faults {
		if f.Open() {
			p.Open++
		}
	}
	return p
}

// running refuses what a campaign that has ended no longer takes.
func (c *Campaign) running() error {
	if err := c.there(); err != nil {
		return err
	}
	if !c.ClosedAt.IsZero() {
		return fault.New(fault.Stale, "campaign.closed", nil)
	}
	return nil
}

func (c *Campaign) there() error {
	if c.Version == 0 {
		return fault.New(fault.Missing, "campaign.not_found", nil)
	}
	return nil
}

// text seals words; none where there are none.
func text(subject, field, s string) vault.Text {
	if s == "" {
		return vault.Text{}
	}
	return vault.Plain(subject, field, s)
}

// twoOfPolice refuses an inspection by less than two officers: guards, grid workers and auxiliaries visit, they do not inspect
// (Public Security Administration Penalties Law, article 108; law-and-standards 12.3, 13.4).
func (c *Campaign) twoOfPolice(with []string, mo Moment) error {
	if !c.Inspection {
		return nil
	}
	second := slices.ContainsFunc(with, func(p string) bool { return p != mo.Actor && mo.Book.Role(p).HasPolicePowers() })
	return work.Must(mo.Role.HasPolicePowers() && second, "with", "campaign.two_officers", nil)
}
