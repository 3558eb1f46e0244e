// Package dispute holds the rules of disputes (矛盾纠纷): the safety gate, the parties' own words, the tracks that are never mixed,
// sessions, worksheets, agreements and the promises in them, judicial confirmation. A dispute is a matter: its events lie in the
// matter's stream, between those of the base life. A dispute is settled when its promises are kept, not when it is signed.
package dispute

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters are disputes.
const Base = "dispute"

// Rules is what the playbook in force says of disputes. Answers are data; a rule never asks which station it is in.
type Rules interface {
	Track(key string) (playbook.Track, bool)
	RiskGrade(key string) (playbook.RiskGrade, bool)
	RiskGrades() []playbook.RiskGrade // the gravest first
	// Risk is the grade that the decision table gives a dispute with what is known of it, and the sentence why.
	Risk(facts map[string]string) (key, because string)
	SafetyQuestions() []playbook.SafetyQuestion
	// Dangers are the facts (threat, weapon …) that words speak of.
	Dangers(text string) []string
	Offences() []playbook.Offence
	Grounds() []playbook.Offence
	Eases() []playbook.Ease
	Paper(key string) (playbook.Paper, bool)
	Team(key string) (playbook.Team, bool)
	Settings() playbook.DisputeSettings
	Scale() []playbook.ScaleGrade // of matters, the gravest first
	Ratings() []playbook.Rating
	Reasons(use string) []playbook.Reason
	Outcomes(kind string) []playbook.Outcome
	Kinds() []playbook.Kind
	// Number draws the next text of a numbered paper or agreement: pattern with {year} and {no} filled in. The desk claims it.
	Number(pattern string) string
}

// Moment is everything a rule of disputes may know besides the dispute's own history.
type Moment struct {
	work.Moment
	Rules
	// Other finds another matter of the station that the actor may see; for links.
	Other func(id string) (matter.Matter, error)
}

// Dispute is a matter with all that mediation adds. It is folded anew for each act; boards keep one and apply in place.
type Dispute struct {
	matter.Matter

	Sides      map[string]*Side // by party id
	Companions []Companion
	Safety     Safety
	Warnings   []Warning
	Facts      map[string]string // what the risk table may ask besides the extra fields: threat, weapon, calls …
	Risk       string
	RiskWhy    string
	RiskAt     time.Time
	RiskSet    string    // what a leader said; the table only ever raises it
	LookedAt   time.Time // last visit, session or look
	Calls      int       // calls for help by the same two sides within the time the playbook sets
	Track      *Course   // the track it is on now; nil before one was chosen
	Courses    []Course  // those it was on before
	Passing    *Passing  // a move to another track that the receiver has not answered
	Conflicts  []Conflict
	Sessions   []Session
	Sheets     []Sheet
	Agreements []Agreement
	Promises   []Promise
	Confirming *Confirmation
	Case       *Case
	Team       *Team
	Eased      []Eased
	Told       []Telling
	Referrals  []Referral
	Printed    []Printed
	Backs      []CheckedBack
	Growths    []Growth
	Ratings    []PartyRating
	Settlement *Settlement // self-settlement, 2.15
}

// Fold makes a dispute from its stream.
func Fold(events []journal.Event) (*Dispute, error) {
	d := &Dispute{}
	return d, work.Replay(events, d.Apply)
}

// applier is an event of a dispute: it changes what mediation adds, and by Tell the base life.
type applier interface {
	matter.Built
	apply(d *Dispute, at work.At)
}

// Apply folds one event of the stream, of the base life or of the dispute, in place.
func (d *Dispute) Apply(v work.Event, at work.At) error {
	if d.Sides == nil {
		d.Sides, d.Facts = map[string]*Side{}, map[string]string{}
	}
	if err := d.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to a dispute: %w", v.EventKind(), err)
	}
	switch e := v.(type) {
	case applier:
		e.apply(d, at)
	case matter.PartyAdded:
		d.Sides[e.Party] = &Side{}
	case matter.Visited:
		d.LookedAt = work.Later(d.LookedAt, e.At)
	case matter.ReopenedFor:
		d.relapse(at)
	}
	return nil
}

// side gives what is known of a party; never nil for a party of the matter.
func (d *Dispute) side(party string) *Side {
	s := d.Sides[party]
	if s == nil {
		s = &Side{}
		d.Sides[party] = s
	}
	return s
}

// ahead is the dispute as it stands after events of an act that are not appended yet; the dispute itself stays as it is.
func (d *Dispute) ahead(events []work.Event, mo Moment) *Dispute {
	c := d.clone()
	for _, e := range events {
		at := work.At{HappenedAt: mo.HappenedAt, RecordedAt: mo.Now, Actor: mo.Actor, OnBehalfOf: mo.OnBehalfOf, Version: c.Version + 1}
		if err := c.Apply(e, at); err != nil {
			panic(err) // a rule that decides events of another stream for this one
		}
	}
	return c
}

// clone copies what events change in place; the base life takes care of its own.
func (d *Dispute) clone() *Dispute {
	c := *d
	c.Sides = make(map[string]*Side, len(d.Sides))
	for id, s := range d.Sides {
		side := *s
		c.Sides[id] = &side
	}
	c.Facts, c.Safety.Asked = maps.Clone(d.Facts), maps.Clone(d.Safety.Asked)
	c.Warnings, c.Conflicts, c.Sessions, c.Growths = slices.Clone(d.Warnings), slices.Clone(d.Conflicts), slices.Clone(d.Sessions), slices.Clone(d.Growths)
	c.Sheets, c.Agreements, c.Promises = slices.Clone(d.Sheets), slices.Clone(d.Agreements), slices.Clone(d.Promises)
	c.Track, c.Confirming, c.Case, c.Settlement = another(d.Track), another(d.Confirming), another(d.Case), another(d.Settlement)
	return &c
}

func another[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// party refuses an id that is no party of the dispute.
func (d *Dispute) party(field, id string) (matter.Party, error) {
	p, ok := d.Matter.Party(id)
	return p, work.Must(ok, field, "dispute.unknown_party", nil)
}

// OnSide are the parties of a side, in the order they were added.
func (d *Dispute) OnSide(side string) []matter.Party {
	var list []matter.Party
	for _, p := range d.Parties {
		if p.Side == side {
			list = append(list, p)
		}
	}
	return list
}

// Minor tells whether a party is a minor: their name is never shown.
func (d *Dispute) Minor(party string) bool { s := d.Sides[party]; return s != nil && s.Minor }

// Hidden tells whether a party's address is sealed: shown on no page, print, export or answer but to those the access policy names.
func (d *Dispute) Hidden(party string) bool { s := d.Sides[party]; return s != nil && s.SealHome }

// MayPreside tells whether a role may preside on the track: only police on their own (law-and-standards 2.6), an auxiliary, guard,
// volunteer or grid member on none (3.3, 13.1). Informal help is no mediation and nobody presides there (21.2): whoever the playbook
// names may help.
func MayPreside(t playbook.Track, r grid.Role) bool {
	switch r {
	case grid.AuxOfficer, grid.Guard, grid.Volunteer, grid.CellWorker:
		return t.Key == Informal && slices.Contains(t.Presides, r)
	}
	return slices.Contains(t.Presides, r) && (t.Key != Order || r.HasPolicePowers())
}

// Text seals words that belong to the whole dispute.
func (d *Dispute) text(field, words string) vault.Text { return vault.Plain(d.ID, field, words) }
