package dispute

import (
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Side is what mediation knows of one party besides name and numbers: each has a willingness, account, evidence, demand, offer and
// satisfaction of its own.
type Side struct {
	Body         bool // a firm, a committee
	Minor        bool // under 18 (law-and-standards 2.6, 5.2)
	OwnWages     bool // 16 or over, lives mainly on own wages and agrees that nobody is notified
	Suspect      bool // of a public-order violation: may send no agent (2.7)
	SealHome     bool // the address is hidden from everybody but those who need it (5.1)
	Interpreter  string
	People       int    // a group: how many they are
	Willing      string // "", yes, no
	Account      vault.Text
	Evidence     vault.Text
	Demand       vault.Text
	DemandAmount Fen
	Offer        vault.Text
	OfferAmount  Fen
	Evidences    []matter.Attachment
	Remind       bool   // agreed to be reminded of what they owe or are owed
	Rating       string // of attitude and process only (18.3)
}

// SetParty (补充当事人情况) says what mediation must know of a party.
type SetParty struct {
	matter.On
	Party       string `json:"party" form:"party,required"`
	Body        bool   `json:"body,omitempty" form:"yesno"`
	Minor       bool   `json:"minor,omitempty" form:"yesno"`
	OwnWages    bool   `json:"own_wages,omitempty" form:"yesno"`
	Suspect     bool   `json:"suspect,omitempty" form:"yesno"`
	SealHome    bool   `json:"seal_home,omitempty" form:"yesno"`
	Interpreter string `json:"interpreter,omitempty" form:"line"` // language or sign language (2.18)
	People      int    `json:"people,omitempty" form:"number"`
	Remind      bool   `json:"remind,omitempty" form:"yesno"`
	Home        string `json:"home,omitempty" form:"line"` // a new address, when it changed
}

// PartySet is what mediation knows of a party; all of it, each time.
type PartySet struct {
	Party       string     `json:"party"`
	Body        bool       `json:"body,omitempty"`
	Minor       bool       `json:"minor,omitempty"`
	OwnWages    bool       `json:"own_wages,omitempty"`
	Suspect     bool       `json:"suspect,omitempty"`
	SealHome    bool       `json:"seal_home,omitempty"`
	Interpreter string     `json:"interpreter,omitempty"`
	People      int        `json:"people,omitempty"`
	Remind      bool       `json:"remind,omitempty"`
	Home        vault.Text `json:"home,omitzero"`
}

// EventKind implements work.Event.
func (PartySet) EventKind() string { return "dispute.party_set/1" }

// Tell implements matter.Built.
func (e PartySet) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.Home.IsZero() {
		return
	}
	m.Rehouse(e.Party, e.Home)
}

func (e PartySet) apply(d *Dispute, _ work.At) {
	s := d.side(e.Party)
	s.Body, s.Minor, s.OwnWages, s.Suspect, s.SealHome = e.Body, e.Minor, e.OwnWages, e.Suspect, e.SealHome
	s.Interpreter, s.People, s.Remind = e.Interpreter, e.People, e.Remind
}

// Companion (同来的人) stands by a party without being one.
type Companion struct {
	ID       string
	Party    string
	As       string // agent, guardian, interpreter, payer, spokesperson
	Name     vault.Text
	Phone    vault.Text
	Relation string
	Scope    string // of an agent's mandate (2.7)
	Papers   []matter.Attachment
}

// CompanionsAs are what a companion can be.
var CompanionsAs = []string{"agent", "guardian", "interpreter", "payer", "spokesperson"}

// AddCompanion (登记代理人、监护人等) adds one: an agent with a written mandate, a guardian, an interpreter, a payer who is no party
// (employer, insurer), the spokesperson of a group.
type AddCompanion struct {
	matter.On
	Party    string   `json:"party" form:"party,required"`
	As       string   `json:"as" form:"companion,required"`
	Name     string   `json:"name" form:"line,required"`
	Phone    string   `json:"phone,omitempty" form:"phone"`
	Relation string   `json:"relation,omitempty" form:"line"`
	Scope    string   `json:"scope,omitempty" form:"line"`
	Photos   []string `json:"photos,omitempty" form:"photos"` // the mandate
}

// CompanionAdded is somebody who stands by a party.
type CompanionAdded struct {
	Companion string              `json:"companion"`
	Party     string              `json:"party"`
	As        string              `json:"as"`
	Name      vault.Text          `json:"name,omitzero"`
	Phone     vault.Text          `json:"phone,omitzero"`
	Relation  string              `json:"relation,omitempty"`
	Scope     string              `json:"scope,omitempty"`
	Papers    []matter.Attachment `json:"papers,omitempty"`
}

// EventKind implements work.Event.
func (CompanionAdded) EventKind() string { return "dispute.companion_added/1" }

// Tell implements matter.Built.
func (e CompanionAdded) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor); m.Attached(e.Papers) }

func (e CompanionAdded) apply(d *Dispute, _ work.At) {
	d.Companions = append(d.Companions, Companion{e.Companion, e.Party, e.As, e.Name, e.Phone, e.Relation, e.Scope, e.Papers})
}

// Say (当事人陈述) takes down a party's own words: what happened, with what proof, what they want, what they offer. An empty field
// leaves what was said before.
type Say struct {
	matter.On
	Party        string   `json:"party" form:"party,required"`
	Willing      string   `json:"willing,omitempty" form:"willing"` // yes, no
	Account      string   `json:"account,omitempty" form:"words"`
	Evidence     string   `json:"evidence,omitempty" form:"words"`
	Demand       string   `json:"demand,omitempty" form:"words"`
	DemandAmount string   `json:"demand_amount,omitempty" form:"money"`
	Offer        string   `json:"offer,omitempty" form:"words"`
	OfferAmount  string   `json:"offer_amount,omitempty" form:"money"`
	Photos       []string `json:"photos,omitempty" form:"photos"`
}

// Said is a party's own words.
type Said struct {
	Party        string              `json:"party"`
	Willing      string              `json:"willing,omitempty"`
	Account      vault.Text          `json:"account,omitzero"`
	Evidence     vault.Text          `json:"evidence,omitzero"`
	Demand       vault.Text          `json:"demand,omitzero"`
	DemandAmount *Fen                `json:"demand_amount,omitempty"`
	Offer        vault.Text          `json:"offer,omitzero"`
	OfferAmount  *Fen                `json:"offer_amount,omitempty"`
	Dangers      []string            `json:"dangers,omitempty"` // threat, weapon: facts the words speak of
	Photos       []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Said) EventKind() string { return "dispute.said/1" }

// Tell implements matter.Built.
func (e Said) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Attached(e.Photos)
	m.Reach("contacted", at.HappenedAt)
}

func (e Said) apply(d *Dispute, at work.At) {
	s := d.side(e.Party)
	if e.Willing != "" {
		s.Willing = e.Willing
	}
	for _, f := range []struct{ to, from *vault.Text }{{&s.Account, &e.Account}, {&s.Evidence, &e.Evidence}, {&s.Demand, &e.Demand}, {&s.Offer, &e.Offer}} {
		if !f.from.IsZero() {
			*f.to = *f.from
		}
	}
	if e.DemandAmount != nil {
		s.DemandAmount = *e.DemandAmount
	}
	if e.OfferAmount != nil {
		s.OfferAmount = *e.OfferAmount
	}
	s.Evidences = append(s.Evidences, e.Photos...)
	d.danger(e.Dangers)
	d.LookedAt = work.Later(d.LookedAt, at.HappenedAt)
}

// danger notes facts that raise a dispute.
func (d *Dispute) danger(facts []string) {
	for _, f := range facts {
		d.Facts[f] = "yes"
	}
}

// RateParty (当事人评价) is a party's view of attitude and process, never of who won; never asked while violence at home is in
// question (law-and-standards 18.3).
type RateParty struct {
	matter.On
	Party  string `json:"party" form:"party,required"`
	Rating string `json:"rating" form:"stars,required"`
}

// PartyRated is that view. Staff cannot see who rated (18.2): the event names the party for the count only.
type PartyRated struct {
	Party  string `json:"party"`
	Rating string `json:"rating"`
}

// PartyRating is a rating as it was given.
type PartyRating struct{ Party, Rating string }

// EventKind implements work.Event.
func (PartyRated) EventKind() string { return "dispute.party_rated/1" }

// Tell implements matter.Built.
func (PartyRated) Tell(*matter.Matter, work.At) {}

func (e PartyRated) apply(d *Dispute, _ work.At) {
	d.side(e.Party).Rating = e.Rating
	d.Ratings = append(d.Ratings, PartyRating(e))
}

// mostPeople is how many people a group may have, mostCompanions how many stand by the parties of one dispute.
const (
	mostPeople     = 100_000
	mostCompanions = 200
)

// SetParty decides what mediation must know of a party. While a flag is open an address that is new or was sealed stays sealed,
// whatever the form says: the other side must not learn it (law-and-standards 5.1).
func (d *Dispute) SetParty(a SetParty, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	for _, check := range []error{
		work.Must(!a.Body || !a.Minor, "minor", "dispute.body_is_no_minor", nil),
		work.Must(a.People >= 0 && a.People <= mostPeople, "people", "form.number", nil),
		work.Must(!a.Suspect || !d.stoodBy(a.Party, "agent"), "suspect", "dispute.suspect_agent", nil),
	} {
		if check != nil {
			return nil, check
		}
	}
	interpreter, err := work.Line("interpreter", a.Interpreter, 40, false)
	if err != nil {
		return nil, err
	}
	home, err := work.Line("home", a.Home, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	hide := a.SealHome || d.Safety.Flagged && (home != "" || d.Hidden(a.Party))
	return d.regrade([]work.Event{PartySet{Party: a.Party, Body: a.Body, Minor: a.Minor, OwnWages: a.Minor && a.OwnWages, Suspect: a.Suspect, SealHome: hide,
		Interpreter: interpreter, People: a.People, Remind: a.Remind, Home: vault.Plain(a.Party, "home", home)}}, mo), nil
}

// stoodBy tells whether a party has a companion of a sort.
func (d *Dispute) stoodBy(party, as string) bool {
	return slices.ContainsFunc(d.Companions, func(c Companion) bool { return c.Party == party && c.As == as })
}

// AddCompanion decides who stands by a party. The injured side's agent brings a written mandate with its scope; the suspect sends
// none (L3 §181; law-and-standards 2.7).
func (d *Dispute) AddCompanion(a AddCompanion, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(CompanionsAs, a.As), "as", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("as", len(d.Companions)+1, mostCompanions); err != nil {
		return nil, err
	}
	if err := work.Must(a.As != "agent" || !d.side(a.Party).Suspect, "as", "dispute.suspect_agent", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.As != "agent" || len(a.Photos) > 0, "photos", "dispute.mandate_photo", nil); err != nil {
		return nil, err
	}
	id := mo.NewID("c")
	e := CompanionAdded{Companion: id, Party: a.Party, As: a.As}
	var name, phone string
	for _, f := range []struct {
		name, value string
		required    bool
		into        *string
	}{{"name", a.Name, true, &name}, {"phone", a.Phone, false, &phone}, {"relation", a.Relation, a.As == "guardian", &e.Relation}, {"scope", a.Scope, a.As == "agent", &e.Scope}} {
		s, err := work.Line(f.name, f.value, work.MaxShort, f.required)
		if err != nil {
			return nil, err
		}
		*f.into = s
	}
	e.Name, e.Phone = vault.Plain(id, "name", name), vault.Plain(id, "phone", phone)
	var err error
	if e.Papers, err = matter.Attach(a.Photos); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// attended refuses a session at which a minor sits alone: a guardian of each minor who is present stands by them, unless the minor is
// 16 or over, lives mainly on own wages and agreed that nobody is notified (L3 §181; law-and-standards 2.6). Who needs an interpreter
// has one (L1 §101; 2.18).
func (d *Dispute) attended(present, stood []string) error {
	for _, party := range present {
		s := d.side(party)
		beside := func(as string) bool {
			return slices.ContainsFunc(d.Companions, func(c Companion) bool { return c.Party == party && c.As == as && slices.Contains(stood, c.ID) })
		}
		if err := work.Must(!s.Minor || s.OwnWages || beside("guardian"), "stood", "dispute.minor_alone", nil); err != nil {
			return err
		}
		if err := work.Must(s.Interpreter == "" || beside("interpreter"), "stood", "dispute.interpreter_missing", nil); err != nil {
			return err
		}
	}
	return nil
}

// Say decides a party's own words.
func (d *Dispute) Say(a Say, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains([]string{"", "yes", "no"}, a.Willing), "willing", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	e := Said{Party: a.Party, Willing: a.Willing}
	var all []string
	for _, f := range []struct {
		name, value string
		into        *vault.Text
	}{{"account", a.Account, &e.Account}, {"evidence", a.Evidence, &e.Evidence}, {"demand", a.Demand, &e.Demand}, {"offer", a.Offer, &e.Offer}} {
		words, err := work.Words(f.name, f.value, false)
		if err != nil {
			return nil, err
		}
		*f.into = vault.Plain(a.Party, f.name, words)
		all = append(all, words)
	}
	var err error
	if e.DemandAmount, err = money("demand_amount", a.DemandAmount); err != nil {
		return nil, err
	}
	if e.OfferAmount, err = money("offer_amount", a.OfferAmount); err != nil {
		return nil, err
	}
	if e.Photos, err = matter.Attach(a.Photos); err != nil {
		return nil, err
	}
	words := strings.Trim(strings.Join(all, "\n"), "\n")
	if words == "" && a.Willing == "" && e.DemandAmount == nil && e.OfferAmount == nil && len(e.Photos) == 0 {
		return nil, fault.New(fault.Invalid, "dispute.nothing_said", nil).On("account")
	}
	e.Dangers = mo.Dangers(words)
	return d.regrade([]work.Event{e}, mo), nil
}

// RateParty decides a party's rating, once; by the key of the grade or the number of its stars.
func (d *Dispute) RateParty(a RateParty, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if d.Safety.Flagged || len(d.Warnings) > 0 {
		return nil, fault.New(fault.Stale, "dispute.no_rating", nil)
	}
	if d.side(a.Party).Rating != "" {
		return nil, fault.New(fault.Stale, "dispute.already_rated", nil)
	}
	for _, r := range mo.Ratings() {
		if a.Rating == r.Key || a.Rating == strconv.Itoa(r.Stars) {
			return []work.Event{PartyRated{a.Party, r.Key}}, nil
		}
	}
	return nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("rating")
}
