// Package access says who may do what, and who may see what: one policy set in Cedar, deny by default, over role, seat, cell and
// station, duty and purpose. Lists are not filtered by Cedar: they demand a Scope, which only this package can make.
package access

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
)

// Who asks. The zero Who is nobody and may do nothing; Public is a person without an account.
type Who struct {
	Station string
	Person  string
	Role    grid.Role
	Cells   []string // cells covered now, stand-ins included, sorted
	OnDuty  bool
	Factor  bool   // signed in with a second factor
	Purpose string // why personal data is looked at
}

// Thing is what is acted on or looked at.
type Thing struct {
	Kind    string // matter, report, org, account, person, station, ledger
	Station string
	Cells   []string // its cells: a matter in transfer has two
	Handler string
	People  []string // who takes part
	Subject string   // the person it is about, for persons
	Sworn   bool     // a step that only police powers allow (decide, preside, approve)
	Relayed bool     // it was passed to another station of the instance, or came from one

	// What a step would do, for acts that give work to others. Scope does not look at it.
	Into     []string // cells that get work by it
	Named    []string // whom it gives the work to
	Declines bool     // it turns a report away
}

// Scope is what a person may see of a station's lists of reports and matters. Its zero value sees nothing.
type Scope struct {
	station string
	whole   bool
	cells   []string
	person  string
}

// Station is the station whose rows may be seen; "" is none.
func (s Scope) Station() string { return s.station }

// Whole tells whether every row of the station may be seen.
func (s Scope) Whole() bool { return s.whole }

// Cells are the cells whose rows may be seen, when not all.
func (s Scope) Cells() []string { return slices.Clone(s.cells) }

// Person is who asks: rows they take part in may be seen, whatever the cell.
func (s Scope) Person() string { return s.person }

// Police tells whether it is the scope of police, who may know of violation records and safety flags wherever they are
// (law-and-standards 5.1, 5.6).
func (s Scope) Police() bool { return s.whole && s.person != "" }

// Sees tells whether one thing lies within the scope; lists and this must agree.
func (s Scope) Sees(t Thing) bool {
	if s.station == "" || t.Station != s.station {
		return false
	}
	if s.whole || s.person != "" && slices.Contains(t.People, s.person) {
		return true
	}
	return slices.ContainsFunc(t.Cells, func(c string) bool { return slices.Contains(s.cells, c) })
}

// System is the scope of the program itself within a station, for followers and the command line of the machine's owner.
func System(station string) Scope { return Scope{station: station, whole: true} }

// Scope gives what somebody may see of their station's lists of reports and matters: police the whole station, those who work in
// cells theirs and what they take part in, volunteers and guards only what they take part in (law-and-standards 13.1-13.3).
// Everybody else, the program included, gets the zero Scope: System is for the program.
func (p *Policy) Scope(w Who) Scope {
	if w.Person == "" || w.Person == public {
		return Scope{}
	}
	switch {
	case in(w.Role, "police"):
		return Scope{station: w.Station, whole: true, cells: w.Cells, person: w.Person}
	case in(w.Role, "local"):
		return Scope{station: w.Station, cells: w.Cells, person: w.Person}
	case in(w.Role, "joining"):
		return Scope{station: w.Station, person: w.Person}
	}
	return Scope{}
}

// LedgerScope gives what somebody may count in ledgers: their Scope, and for the bureau and the auditor the whole station, without
// the content of any report or matter and always masked. Zero for those who may not open ledgers.
func (p *Policy) LedgerScope(w Who) Scope {
	switch {
	case w.Person == "" || w.Person == public || !in(w.Role, "counting"):
		return Scope{}
	case w.Role == grid.Bureau, w.Role == grid.Auditor:
		return Scope{station: w.Station, whole: true}
	}
	return p.Scope(w)
}

// public is the person id of somebody without an account; work.Public is the same word.
const public = "public"

func in(r grid.Role, group string) bool { return slices.Contains(roleGroups[group], r) }

// Decision is what the policy says, with the ids of the policies that said it.
type Decision struct {
	Allow   bool
	Reasons []string
}

// Refused is the refusal that a surface gives when the policy says no: what may be seen is denied, what may not is not there.
func (p *Policy) Refused(w Who, t Thing) error {
	if (t.Kind == "matter" || t.Kind == "report") && !p.Scope(w).Sees(t) {
		return fault.New(fault.Missing, t.Kind+".not_found", nil)
	}
	return fault.New(fault.Denied, "access.denied", nil)
}
