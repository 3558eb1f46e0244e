package dispute

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
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
	d.LookedAt = work.Later(d.LookedAt, at.HappenedAt)
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
	Paper   string `json:"paper" form:"paper,required"`
	Of      string `json:"of,omitempty" form:"hidden"`
	Again   string `json:"again,omitempty" form:"hidden"` // a paper as it was printed before, old versions too
	Digest  string `json:"-"`
	Copy    string `json:"-"`
	Code    string `json:"-"` // of Digest, for people: what the check page is asked for
	Number  string `json:"-"` // number and version the pages were made with; "" when the rule is only asked for them
	Edition int    `json:"-"`
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

// CallTeam decides a team: every seat of the template is filled by as many as it asks for, each of its role or one that may stand in;
// a seat that another body sends people to may be left to that body. Nobody sits twice.
func (d *Dispute) CallTeam(a CallTeam, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	t, ok := mo.Team(a.Team)
	if err := work.Must(ok, "team", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("seats", len(a.Seats), 100); err != nil {
		return nil, err
	}
	filled, sits := map[string]int{}, map[string]bool{}
	var seats []Seat
	for _, f := range a.Seats {
		i := slices.IndexFunc(t.Seats, func(s playbook.TeamSeat) bool { return SeatKey(s) == f.Seat })
		if err := work.Must(i >= 0, "seats", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
		s, n, err := fill(t.Seats[i], f, mo)
		if err != nil {
			return nil, err
		}
		if err := work.Must(s.Person == "" || !sits[s.Person], "seats", "dispute.seated_twice", nil); err != nil {
			return nil, err
		}
		filled[f.Seat], sits[s.Person], seats = filled[f.Seat]+n, true, append(seats, s)
	}
	for _, s := range t.Seats {
		if err := work.Must(filled[SeatKey(s)] >= s.HowMany, "seats", "dispute.seat_empty", fault.Args{"role": s.Role}); err != nil {
			return nil, err
		}
	}
	return []work.Event{TeamCalled{t.Key, seats}}, nil
}

// SeatKey names a seat of a template: its role, and the body whose person it is.
func SeatKey(s playbook.TeamSeat) string {
	if s.Body == "" {
		return string(s.Role)
	}
	return string(s.Role) + "@" + string(s.Body)
}

// fill seats a person or a body, and tells how many of the seat's places that takes.
func fill(s playbook.TeamSeat, f SeatFilled, mo Moment) (Seat, int, error) {
	if (f.Person == "") == (f.Body == "") {
		return Seat{}, 0, fault.New(fault.Invalid, "matter.invite_one", nil).On("seats")
	}
	if f.Body != "" {
		if err := work.Must(mo.Book.Body(f.Body), "seats", "form.unknown_body", nil); err != nil {
			return Seat{}, 0, err
		}
		if err := work.Must(s.Body != "", "seats", "dispute.seat_of_station", fault.Args{"role": s.Role}); err != nil {
			return Seat{}, 0, err
		}
		err := work.Must(f.Body == string(s.Body), "seats", "dispute.seat_of_body", fault.Args{"role": s.Role, "body": s.Body})
		return Seat{Seat: f.Seat, Body: f.Body}, s.HowMany, err
	}
	if err := work.Must(mo.Book.Person(f.Person), "seats", "form.unknown_person", nil); err != nil {
		return Seat{}, 0, err
	}
	role := mo.Book.Role(f.Person)
	err := work.Must(role == s.Role || slices.Contains(s.StandIns, role), "seats", "dispute.seat_role", fault.Args{"role": s.Role})
	return Seat{Seat: f.Seat, Person: f.Person, StandIn: role != s.Role}, 1, err
}

// NoteEase decides what was tried of the five ways to ease (五让); it is mediation, so the gate is first.
func (d *Dispute) NoteEase(a NoteEase, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := d.gate(); err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(mo.Eases(), func(e playbook.Ease) bool { return e.Key == a.Ease })
	if err := work.Must(known, "ease", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{EaseNoted{a.Ease, a.Helped, d.text("ease", words)}}, nil
}

// CheckBack decides a visit to a party after an agreement (law-and-standards 3.10, 3.15); also after the end.
func (d *Dispute) CheckBack(a CheckBack, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	if _, err := d.party("party", a.Party); err != nil {
		return nil, err
	}
	if err := work.Must(a.Agreement == "" || d.Agreement(a.Agreement) != nil, "agreement", "dispute.unknown_agreement", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Performances, a.Performed), "performed", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains([]string{"", "yes", "no"}, a.Satisfied), "satisfied", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{BackChecked{mo.NewID("k"), a.Party, a.Agreement, a.Performed, a.Satisfied, a.Relapse, vault.Plain(a.Party, "checkback", words)}}, mo), nil
}

// Print decides that a paper is kept as it was printed (law-and-standards 20.3). The number is drawn once for a paper and what it is
// of; content that is not the latest version's makes a new version, the same content is the same version printed again.
func (d *Dispute) Print(a Print, mo Moment) ([]work.Event, error) {
	if d.Version == 0 {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	p, ok := mo.Paper(a.Paper)
	if err := work.Must(ok, "paper", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if a.Again != "" {
		return d.printAgain(a, mo)
	}
	if err := work.Must(a.Digest != "", "paper", "dispute.print_from_page", nil); err != nil {
		return nil, err
	}
	if err := work.Must(d.printable(p.Of, a.Of), "of", "dispute.nothing_to_print", nil); err != nil {
		return nil, err
	}
	e := PaperPrinted{Print: mo.NewID("d"), Paper: a.Paper, Of: a.Of, Version: 1, Digest: a.Digest, Copy: a.Copy}
	var last *Printed
	for i := range d.Printed {
		if x := &d.Printed[i]; x.Paper == a.Paper && x.Of == a.Of && (last == nil || x.Version >= last.Version) {
			last = x
		}
	}
	switch agreement := d.Agreement(a.Of); {
	case last != nil:
		e.Number, e.Version = last.Number, last.Version
		if last.Digest != a.Digest {
			e.Version++
		}
	case p.Number != "":
		e.Number = mo.Number(p.Number)
	case agreement != nil:
		e.Number = agreement.Number
	default: // a paper without a number of its own has the dispute's, and its place among what was printed
		e.Number = fmt.Sprintf("%s-%02d", d.Number, d.papersPrinted()+1)
	}
	if a.Number != "" && (a.Number != e.Number || a.Edition != e.Version) {
		return nil, fault.New(fault.Stale, "dispute.printed_meanwhile", nil)
	}
	return []work.Event{e}, nil
}

// printAgain decides that a paper is printed once more as it was, whatever came after it.
func (d *Dispute) printAgain(a Print, mo Moment) ([]work.Event, error) {
	i := slices.IndexFunc(d.Printed, func(x Printed) bool { return x.ID == a.Again && x.Paper == a.Paper && x.Of == a.Of })
	if err := work.Must(i >= 0, "again", "dispute.nothing_to_print", nil); err != nil {
		return nil, err
	}
	x := d.Printed[i]
	return []work.Event{PaperPrinted{mo.NewID("d"), x.Paper, x.Of, x.Number, x.Version, x.Digest, x.Copy}}, nil
}

// papersPrinted is how many papers were printed, versions of one counted once.
func (d *Dispute) papersPrinted() int {
	seen := map[[2]string]bool{}
	for _, p := range d.Printed {
		seen[[2]string{p.Paper, p.Of}] = true
	}
	return len(seen)
}

// printable tells whether a paper's subject is part of the dispute. Papers of the whole dispute, and those whose page is filled by hand,
// name none.
func (d *Dispute) printable(subject, id string) bool {
	if len(id) > 64 {
		return false
	}
	if id == "" {
		return true
	}
	switch subject {
	case "session":
		return slices.ContainsFunc(d.Sessions, func(s Session) bool { return s.ID == id })
	case "agreement":
		return d.Agreement(id) != nil
	case "promise":
		return d.Promise(id) != nil
	case "party":
		_, ok := d.Matter.Party(id)
		return ok
	case "warning":
		return slices.ContainsFunc(d.Warnings, func(w Warning) bool { return w.ID == id })
	case "referral":
		return slices.ContainsFunc(d.Referrals, func(r Referral) bool { return r.ID == id })
	case "sheet":
		return slices.ContainsFunc(d.Sheets, func(s Sheet) bool { return s.ID == id })
	case "visit": // a look in after an agreement, or an inquiry of a party before it
		_, ok := d.Matter.Party(id)
		return ok || slices.ContainsFunc(d.Backs, func(b CheckedBack) bool { return b.ID == id })
	}
	return false
}
