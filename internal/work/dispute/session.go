package dispute

import (
	"time"

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

// PlanSession (约定调解) sets a meeting.
type PlanSession struct {
	matter.On
	At      time.Time `json:"at" form:"datetime,required"`
	Place   string    `json:"place" form:"line,required"`
	How     string    `json:"how" form:"sessionhow,required"`
	Preside string    `json:"preside" form:"person,required"`
	With    []string  `json:"with,omitempty" form:"people"`
	Bodies  []string  `json:"bodies,omitempty" form:"bodies"`
	Closed  string    `json:"closed,omitempty" form:"closed"`
	Notice  bool      `json:"notice,omitempty" form:"yesno"`
}

// SessionPlanned is a meeting set.
type SessionPlanned struct {
	Session string    `json:"session"`
	Course  int       `json:"course"`
	At      time.Time `json:"at"`
	Place   string    `json:"place"`
	How     string    `json:"how"`
	Preside string    `json:"preside"`
	With    []string  `json:"with,omitempty"`
	Bodies  []string  `json:"bodies,omitempty"`
	Closed  string    `json:"closed,omitempty"`
	Notice  bool      `json:"notice,omitempty"`
}

// EventKind implements work.Event.
func (SessionPlanned) EventKind() string { return "dispute.session_planned/1" }

// Tell implements matter.Built.
func (e SessionPlanned) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Preside)
	for _, p := range e.With {
		m.Help(p)
	}
}

func (e SessionPlanned) apply(d *Dispute, _ work.At) {
	d.Sessions = append(d.Sessions, Session{ID: e.Session, Course: e.Course, State: "planned", At: e.At, Place: e.Place, How: e.How, Preside: e.Preside,
		With: e.With, Bodies: e.Bodies, Closed: e.Closed, Notice: e.Notice})
}

// CancelSession (取消调解) calls a planned meeting off.
type CancelSession struct {
	matter.On
	Session string `json:"session" form:"session,required"`
	Reason  string `json:"reason" form:"words,required"`
}

// SessionCancelled is a meeting called off.
type SessionCancelled struct {
	Session string     `json:"session"`
	Reason  vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SessionCancelled) EventKind() string { return "dispute.session_cancelled/1" }

// Tell implements matter.Built.
func (SessionCancelled) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e SessionCancelled) apply(d *Dispute, _ work.At) {
	for i := range d.Sessions {
		if d.Sessions[i].ID == e.Session {
			d.Sessions[i].State = "cancelled"
		}
	}
}

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
	for _, p := range e.With {
		m.Help(p)
	}
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
		if !contains(e.Present, p.ID) {
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
	d.LookedAt = later(d.LookedAt, e.At)
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
