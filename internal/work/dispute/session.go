package dispute

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Session (调解会) is a meeting: planned, held or broken off, or called off.
type Session struct {
	ID        string
	Course    int    // Course.No
	No        int    // of the sessions held on its course, from 1; 0 while planned
	State     string // planned, held, cancelled
	At, Until time.Time
	Place     string
	How       string // room, site, video
	Preside   string
	With      []string // colleagues
	Bodies    []string
	Closed    string // why not public: "" public (2.10)
	Notice    bool   // notice was sent
	Officers  int
	Recording Recording
	Present   []string // party ids
	Absent    []string
	Stood     []string // companion ids present
	Agreed    vault.Text
	Open      vault.Text
	Accounts  []Account
	Offers    []Offer
	Outcome   string // agreed, continue, failed, broken_off
	Next      string
	OnSpot    bool
}

// Recording names an audio or video recording; it is never kept here (law-and-standards 21.6: hash and place, no edit function).
type Recording struct {
	Ref  string `json:"ref,omitempty"`
	Hash string `json:"hash,omitempty"`
}

// Account is what a party said at a session.
type Account struct {
	Party string     `json:"party"`
	Words vault.Text `json:"words,omitzero"`
}

// Offer is an offer or counter-offer: whose, how much, and words.
type Offer struct {
	Party  string     `json:"party"`
	Amount Fen        `json:"amount"`
	Asks   bool       `json:"asks,omitempty"` // what they want to get, not give
	Words  vault.Text `json:"words,omitzero"`
	At     time.Time  `json:"at,omitzero"`
}

// The ways a session is held, why it is closed to the public, and how it ended.
var (
	SessionHows     = []string{"room", "site", "video"}
	SessionClosed   = []string{"state_secret", "trade_secret", "privacy", "both_ask"}
	SessionOutcomes = []string{"agreed", "continue", "failed", "broken_off"}
)

// AccountSaid and OfferSaid are rows of the form of a session.
type (
	// AccountSaid is what one party said.
	AccountSaid struct {
		Party string `json:"party" form:"party,required"`
		Words string `json:"words" form:"words,required"`
	}
	// OfferSaid is one offer or counter-offer.
	OfferSaid struct {
		Party  string `json:"party" form:"party,required"`
		Asks   bool   `json:"asks,omitempty" form:"yesno"`
		Amount string `json:"amount" form:"money,required"`
		Words  string `json:"words,omitempty" form:"line"`
	}
)

// HoldSession (记录调解) records a meeting that was held, planned before (Session) or not.
type HoldSession struct {
	matter.On
	Session       string        `json:"session,omitempty" form:"session"`
	At            time.Time     `json:"at" form:"datetime,required"`
	Until         time.Time     `json:"until,omitzero" form:"datetime"`
	Place         string        `json:"place,omitempty" form:"line"`
	How           string        `json:"how,omitempty" form:"sessionhow"`
	Preside       string        `json:"preside,omitempty" form:"person"`
	Officers      int           `json:"officers,omitempty" form:"number"`
	RecordingRef  string        `json:"recording_ref,omitempty" form:"line"`
	RecordingHash string        `json:"recording_hash,omitempty" form:"line"`
	With          []string      `json:"with,omitempty" form:"people"`
	Present       []string      `json:"present" form:"parties,required"`
	Stood         []string      `json:"stood,omitempty" form:"companions"`
	Accounts      []AccountSaid `json:"accounts,omitempty"`
	Offers        []OfferSaid   `json:"offers,omitempty"`
	Agreed        string        `json:"agreed,omitempty" form:"words"`
	Open          string        `json:"open,omitempty" form:"words"`
	Outcome       string        `json:"outcome" form:"sessionend,required"`
	Next          string        `json:"next,omitempty" form:"line"`
	Photos        []string      `json:"photos,omitempty" form:"photos"`
}

// SessionHeld is a meeting that was held.
type SessionHeld struct {
	Session   string              `json:"session"`
	Course    int                 `json:"course"`
	No        int                 `json:"no"`
	Track     string              `json:"track"`
	At        time.Time           `json:"at"`
	Until     time.Time           `json:"until,omitzero"`
	Place     string              `json:"place,omitempty"`
	How       string              `json:"how,omitempty"`
	Preside   string              `json:"preside"`
	Officers  int                 `json:"officers,omitempty"`
	Recording Recording           `json:"recording,omitzero"`
	With      []string            `json:"with,omitempty"`
	Present   []string            `json:"present"`
	Stood     []string            `json:"stood,omitempty"`
	Accounts  []Account           `json:"accounts,omitempty"`
	Offers    []Offer             `json:"offers,omitempty"`
	Agreed    vault.Text          `json:"agreed,omitzero"`
	Open      vault.Text          `json:"open,omitzero"`
	Outcome   string              `json:"outcome"`
	Next      string              `json:"next,omitempty"`
	OnSpot    bool                `json:"on_spot,omitempty"`
	Dangers   []string            `json:"dangers,omitempty"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (SessionHeld) EventKind() string { return "dispute.session_held/1" }

// Tell implements matter.Built.
func (e SessionHeld) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Preside)
	m.Help(e.With...)
	m.Attached(e.Photos)
	m.Reach("contacted", at.HappenedAt)
	if e.Track == Order && e.No <= 2 {
		m.Reach(map[int]string{1: "order_mediation_first", 2: "order_mediation_second"}[e.No], e.At)
	}
}

func (e SessionHeld) apply(d *Dispute, _ work.At) {
	s := Session{ID: e.Session}
	at := -1
	for i := range d.Sessions {
		if d.Sessions[i].ID == e.Session {
			s, at = d.Sessions[i], i
		}
	}
	s.Course, s.No, s.State, s.At, s.Until, s.Place, s.How, s.Preside = e.Course, e.No, "held", e.At, e.Until, e.Place, e.How, e.Preside
	s.Officers, s.Recording, s.With, s.Present, s.Stood, s.Accounts, s.Offers = e.Officers, e.Recording, e.With, e.Present, e.Stood, e.Accounts, e.Offers
	s.Agreed, s.Open, s.Outcome, s.Next, s.OnSpot = e.Agreed, e.Open, e.Outcome, e.Next, e.OnSpot
	for _, p := range d.Parties {
		if !slices.Contains(e.Present, p.ID) {
			s.Absent = append(s.Absent, p.ID)
		}
	}
	if at >= 0 {
		d.Sessions[at] = s
	} else {
		d.Sessions = append(d.Sessions, s)
	}
	for _, o := range e.Offers {
		if side := d.side(o.Party); o.Asks {
			side.DemandAmount = o.Amount
		} else {
			side.OfferAmount = o.Amount
		}
	}
	d.danger(e.Dangers)
	d.LookedAt = work.Later(d.LookedAt, e.At)
}

// Held are the sessions held on a track in the present course.
func (d *Dispute) Held() []Session {
	var list []Session
	for _, s := range d.Sessions {
		if d.Track != nil && s.State == "held" && s.Course == d.Track.No {
			list = append(list, s)
		}
	}
	return list
}

// mediating is the track a dispute is on, when mediation may go on there now: the dispute is open, the gate passed (5.1).
func (d *Dispute) mediating(mo Moment) (playbook.Track, error) {
	if err := d.Running(); err != nil {
		return playbook.Track{}, err
	}
	if err := d.gate(); err != nil {
		return playbook.Track{}, err
	}
	if d.Track == nil {
		return playbook.Track{}, fault.New(fault.Stale, "dispute.no_track", nil)
	}
	t, ok := mo.Track(d.Track.Track)
	return t, work.Must(ok, "track", "form.unknown_choice", nil)
}

// oneMore refuses a session when as many as the track allows were held: a third of the police is never held, the parties are told of
// the other tracks (2.5).
func oneMore(t playbook.Track, held int) error {
	if t.MaxSessions == 0 || held < t.MaxSessions {
		return nil
	}
	return fault.New(fault.Stale, "dispute.no_more_sessions", fault.Args{"max": t.MaxSessions})
}

// presides refuses somebody who may not preside: by role (2.6, 3.3, 13.1), or because they must withdraw or it is not decided (2.17).
func (d *Dispute) presides(field, person string, t playbook.Track, mo Moment) error {
	if err := work.Must(mo.Book.Person(person), field, "form.unknown_person", nil); err != nil {
		return err
	}
	role := mo.Book.Role(person)
	if err := work.Must(MayPreside(t, role), field, "dispute.may_not_preside", fault.Args{"role": "{role." + string(role) + "}"}); err != nil {
		return err
	}
	return work.Must(!d.Conflicted(person), field, "dispute.must_withdraw", nil)
}

// helpers refuses colleagues who are not known or must withdraw.
func (d *Dispute) helpers(people []string, mo Moment) error {
	if err := mo.People("with", people, 50); err != nil {
		return err
	}
	for _, p := range people {
		if err := work.Must(!d.Conflicted(p), "with", "dispute.must_withdraw", nil); err != nil {
			return err
		}
	}
	return nil
}

func bodies(field string, list []string, mo work.Moment) error {
	if err := work.AtMost(field, len(list), 50); err != nil {
		return err
	}
	for _, b := range list {
		if err := work.Must(mo.Book.Body(b), field, "form.unknown_body", nil); err != nil {
			return err
		}
	}
	return nil
}

// HoldSession decides what came of a meeting, planned before or not. When the last session a track allows fails, the course has ended
// in the same act: what follows is another track or, on the police's, the penalty procedure (2.5, 2.13).
func (d *Dispute) HoldSession(a HoldSession, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	e := SessionHeld{Session: a.Session, Course: d.Track.No, No: len(d.Held()) + 1, Track: t.Key, Outcome: a.Outcome}
	before := d.sessionsOn(t.Key, d.Track.Damages) // in an earlier course too: two in all
	if err := oneMore(t, before); err != nil {
		return nil, err
	}
	if a.Session == "" {
		e.Session = mo.NewID("s")
	} else {
		s, err := d.planned(a.Session)
		if err != nil {
			return nil, err
		}
		if err := work.Must(s.Course == d.Track.No, "session", "dispute.session_of_other_course", nil); err != nil {
			return nil, err
		}
		a.Place, a.How, a.Preside = or(a.Place, s.Place), or(a.How, s.How), or(a.Preside, s.Preside)
		if a.With == nil {
			a.With = s.With
		}
	}
	if err := d.sat(a, t, &e, mo); err != nil {
		return nil, err
	}
	if err := d.came(a.Present, a.Stood, t); err != nil {
		return nil, err
	}
	e.Present, e.Stood = a.Present, a.Stood
	if err := d.said(a, &e, mo); err != nil {
		return nil, err
	}
	events := []work.Event{e}
	last := t.MaxSessions > 0 && before+1 >= t.MaxSessions
	switch {
	case last && a.Outcome == "continue":
		return nil, fault.New(fault.Invalid, "dispute.last_session", fault.Args{"max": t.MaxSessions}).On("outcome")
	case last && a.Outcome != "agreed":
		events = append(events, d.ended("failed", "", vault.Text{}))
	}
	return d.regrade(events, mo), nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// sat checks when, where, under whom and with which recording a session was held.
func (d *Dispute) sat(a HoldSession, t playbook.Track, e *SessionHeld, mo Moment) (err error) {
	if e.At, err = d.wasAt("at", a.At, mo); err != nil {
		return err
	}
	if !a.Until.IsZero() {
		e.Until = a.Until.UTC()
		if err := work.Must(!e.Until.Before(e.At), "until", "dispute.ends_before_it_begins", nil); err != nil {
			return err
		}
		if err := work.Must(!e.Until.After(mo.Now.Add(time.Minute)), "until", "form.future", nil); err != nil {
			return err
		}
	}
	if e.Place, err = work.Line("place", a.Place, work.MaxShort, false); err != nil {
		return err
	}
	if e.How = a.How; a.How != "" {
		if err := each("how", []string{a.How}, SessionHows); err != nil {
			return err
		}
	}
	if err := d.presides("preside", a.Preside, t, mo); err != nil {
		return err
	}
	if err := d.helpers(a.With, mo); err != nil {
		return err
	}
	e.Preside, e.With, e.Officers = a.Preside, a.With, a.Officers
	if e.Recording, err = recorded(a.RecordingRef, a.RecordingHash); err != nil {
		return err
	}
	return officers(t, a.Officers, e.Recording)
}

// wasAt checks an instant that is said to have been: not before the dispute began, not after now. A form knows minutes only.
func (d *Dispute) wasAt(field string, at time.Time, mo Moment) (time.Time, error) {
	at = at.UTC()
	if err := work.Must(!at.After(mo.Now.Add(time.Minute)), field, "form.future", nil); err != nil {
		return at, err
	}
	began := d.Reached["opened"]
	if err := work.Must(at.After(began.Add(-time.Minute)), field, "dispute.before_it_began", fault.Args{"began": began.In(clock.Shanghai).Format("2006-01-02 15:04")}); err != nil {
		return at, err
	}
	return work.Later(at, began), nil
}

var sha256Hex = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// recorded reads where a recording lies and its digest.
func recorded(ref, hash string) (r Recording, err error) {
	if r.Ref, err = work.Line("recording_ref", ref, work.MaxShort, false); err != nil {
		return r, err
	}
	r.Hash = strings.ToLower(strings.TrimSpace(hash))
	return r, work.Must(r.Hash == "" || sha256Hex.MatchString(r.Hash) && r.Ref != "", "recording_hash", "dispute.recording_hash", nil)
}

// officers refuses one officer alone without a recording of the whole session (2.9, L1 §108).
func officers(t playbook.Track, n int, r Recording) error {
	if err := work.Must(n >= 0 && n <= 50, "officers", "form.number", nil); err != nil {
		return err
	}
	alone := n <= 1 && (t.Recording || t.Key == Order)
	return work.Must(!alone || r.Ref != "", "recording_ref", "dispute.recording_needed", nil)
}

// came checks who was there: somebody for each side, in person or by an agent; a suspect of a public-order violation sends no agent
// (2.7); minors with their guardian (2.6).
func (d *Dispute) came(present, stood []string, t playbook.Track) error {
	there := map[string]bool{}
	for _, id := range present {
		p, err := d.party("present", id)
		if err != nil {
			return err
		}
		there[p.Side] = true
	}
	for _, id := range stood {
		c, ok := d.companion(id)
		if err := work.Must(ok, "stood", "dispute.unknown_companion", nil); err != nil {
			return err
		}
		if c.As != "agent" {
			continue
		}
		if err := work.Must(t.Key != Order || !d.side(c.Party).Suspect, "stood", "dispute.suspect_in_person", nil); err != nil {
			return err
		}
		p, _ := d.Matter.Party(c.Party)
		there[p.Side] = true
	}
	if err := work.Must(there["a"] && there["b"], "present", "dispute.both_sides", nil); err != nil {
		return err
	}
	return d.attended(present, stood)
}

func (d *Dispute) companion(id string) (Companion, bool) {
	i := slices.IndexFunc(d.Companions, func(c Companion) bool { return c.ID == id })
	if i < 0 {
		return Companion{}, false
	}
	return d.Companions[i], true
}

// said checks what was said at a session and how it ended, and notes the dangers the words speak of.
func (d *Dispute) said(a HoldSession, e *SessionHeld, mo Moment) error {
	if err := each("outcome", []string{a.Outcome}, SessionOutcomes); err != nil {
		return err
	}
	var all []string
	seal := func(field, words string) (vault.Text, error) {
		words, err := work.Words(field, words, false)
		all = append(all, words)
		return d.text("session_"+lastPart(field), words), err
	}
	var err error
	if e.Agreed, err = seal("agreed", a.Agreed); err != nil {
		return err
	}
	if e.Open, err = seal("open", a.Open); err != nil {
		return err
	}
	if e.Next, err = work.Line("next", a.Next, work.MaxShort, false); err != nil {
		return err
	}
	if err := work.AtMost("accounts", len(a.Accounts)+len(a.Offers), 400); err != nil {
		return err
	}
	for i, s := range a.Accounts {
		field := fmt.Sprintf("accounts.%d.", i)
		if _, err := d.party(field+"party", s.Party); err != nil {
			return err
		}
		words, err := work.Words(field+"words", s.Words, true)
		if err != nil {
			return err
		}
		all = append(all, words)
		e.Accounts = append(e.Accounts, Account{s.Party, vault.Plain(s.Party, fmt.Sprintf("account.%d", i), words)})
	}
	for i, s := range a.Offers {
		field := fmt.Sprintf("offers.%d.", i)
		if _, err := d.party(field+"party", s.Party); err != nil {
			return err
		}
		sum, err := ParseMoney(field+"amount", s.Amount)
		if err != nil {
			return err
		}
		words, err := work.Line(field+"words", s.Words, work.MaxShort, false)
		if err != nil {
			return err
		}
		all = append(all, words)
		e.Offers = append(e.Offers, Offer{s.Party, sum, s.Asks, vault.Plain(s.Party, fmt.Sprintf("offer.%d", i), words), e.At})
	}
	e.Dangers = mo.Dangers(strings.Join(append(all, e.Next), "\n"))
	e.Photos, err = matter.Attach(a.Photos)
	return err
}
