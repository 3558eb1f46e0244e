package dispute

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Team (联调小组) is the people called to a dispute by a template: five-party, three-level, one table two officers.
type Team struct {
	Key   string
	Seats []Seat
	At    time.Time
}

// Seat is one seat of a team and who sits there: a person of the station, or a body's own by name only to the body.
type Seat struct {
	Seat    string `json:"seat"` // key of the template's seat
	Person  string `json:"person,omitempty"`
	Body    string `json:"body,omitempty"`
	StandIn bool   `json:"stand_in,omitempty"`
}

// SeatFilled is a row of the form of a team.
type SeatFilled struct {
	Seat   string `json:"seat" form:"seat,required"` // role, or role@body
	Person string `json:"person,omitempty" form:"person"`
	Body   string `json:"body,omitempty" form:"body"`
}

// CallTeam (组建联调小组) fills the seats of a template.
type CallTeam struct {
	matter.On
	Team  string       `json:"team" form:"team,required"`
	Seats []SeatFilled `json:"seats,omitempty"`
}

// TeamCalled is a team with its seats.
type TeamCalled struct {
	Team  string `json:"team"`
	Seats []Seat `json:"seats"`
}

// EventKind implements work.Event.
func (TeamCalled) EventKind() string { return "dispute.team_called/1" }

// Tell implements matter.Built.
func (e TeamCalled) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	for _, s := range e.Seats {
		m.Help(s.Person)
	}
}

func (e TeamCalled) apply(d *Dispute, at work.At) { d.Team = &Team{e.Team, e.Seats, at.HappenedAt} }

// Eased is one of the five ways to ease (五让) that was tried.
type Eased struct {
	Ease   string
	Helped bool
	Words  vault.Text
	At     time.Time
}

// NoteEase (记录“五让”) notes what was tried and whether it helped.
type NoteEase struct {
	matter.On
	Ease   string `json:"ease" form:"ease,required"`
	Helped bool   `json:"helped" form:"yesno,required"`
	Words  string `json:"words,omitempty" form:"words"`
}

// EaseNoted is what was tried.
type EaseNoted struct {
	Ease   string     `json:"ease"`
	Helped bool       `json:"helped"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (EaseNoted) EventKind() string { return "dispute.ease_noted/1" }

// Tell implements matter.Built.
func (EaseNoted) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e EaseNoted) apply(d *Dispute, at work.At) {
	d.Eased = append(d.Eased, Eased{e.Ease, e.Helped, e.Words, at.HappenedAt})
}

// CheckedBack is a visit to a party after an agreement (回访记录, 3.10, 3.15).
type CheckedBack struct {
	ID        string
	Party     string
	Agreement string
	Performed string // all, part, none
	Satisfied string // yes, no, ""
	Relapse   bool   // signs that it breaks out again or grows
	Words     vault.Text
	By        string
	At        time.Time
}

// CheckBack (回访当事人) looks in on a party: performance, satisfaction, signs of relapse, steps taken.
type CheckBack struct {
	matter.On
	Party     string `json:"party" form:"party,required"`
	Agreement string `json:"agreement,omitempty" form:"agreement"`
	Performed string `json:"performed" form:"performed,required"`
	Satisfied string `json:"satisfied,omitempty" form:"willing"`
	Relapse   bool   `json:"relapse" form:"yesno,required"`
	Words     string `json:"words" form:"words,required"`
}

// Performances are how far a promise was found performed.
var Performances = []string{"all", "part", "none"}

// BackChecked is such a visit.
type BackChecked struct {
	Back      string     `json:"back"`
	Party     string     `json:"party"`
	Agreement string     `json:"agreement,omitempty"`
	Performed string     `json:"performed"`
	Satisfied string     `json:"satisfied,omitempty"`
	Relapse   bool       `json:"relapse"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (BackChecked) EventKind() string { return "dispute.back_checked/1" }

// Tell implements matter.Built.
func (BackChecked) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e BackChecked) apply(d *Dispute, at work.At) {
	d.Backs = append(d.Backs, CheckedBack{e.Back, e.Party, e.Agreement, e.Performed, e.Satisfied, e.Relapse, e.Words, at.Actor, at.HappenedAt})
	if e.Relapse {
		d.Facts["worsening"] = "yes"
	}
	d.LookedAt = later(d.LookedAt, at.HappenedAt)
}

// Printed is a paper as it was printed: versioned, with the digest of its content (law-and-standards 20.3).
type Printed struct {
	ID      string
	Paper   string // of papers.csv
	Of      string // id of the session, agreement, promise … it is of; "" the dispute
	Number  string
	Version int
	Digest  string // hex
	Copy    string // id of the kept copy
	By      string
	At      time.Time
}

// Print (打印文书) keeps a printed paper: number, version and digest. Digest and Copy are the program's: no surface takes them from
// outside.
type Print struct {
	matter.On
	Paper  string `json:"paper" form:"paper,required"`
	Of     string `json:"of,omitempty" form:"hidden"`
	Digest string `json:"-"`
	Copy   string `json:"-"`
}

// PaperPrinted is a printed paper. A corrected one is a new version; the old stays.
type PaperPrinted struct {
	Print   string `json:"print"`
	Paper   string `json:"paper"`
	Of      string `json:"of,omitempty"`
	Number  string `json:"number"`
	Version int    `json:"version"`
	Digest  string `json:"digest"`
	Copy    string `json:"copy,omitempty"`
}

// EventKind implements work.Event.
func (PaperPrinted) EventKind() string { return "dispute.paper_printed/1" }

// Tell implements matter.Built.
func (PaperPrinted) Tell(*matter.Matter, work.At) {}

func (e PaperPrinted) apply(d *Dispute, at work.At) {
	d.Printed = append(d.Printed, Printed{e.Print, e.Paper, e.Of, e.Number, e.Version, e.Digest, e.Copy, at.Actor, at.HappenedAt})
}
