package desktest

import (
	"fmt"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// Elsewhere is a second station on the same store, with the same cells and a cast of its own.
const Elsewhere = "s2"

// across is the other one of the two stations.
var across = map[string]string{Station: Elsewhere, Elsewhere: Station}

// Matrix is two stations full of people, to try every right of everybody against every thing (reliability-security test 27).
type Matrix struct {
	*Desk
	Cast, Foreign map[string]access.Who
	sources       int
	Spare         string // a person of the station nobody needs: they may be named, sent away, locked out
}

// Matrix sets both stations up.
func (d *Desk) Matrix(t testing.TB) *Matrix {
	t.Helper()
	m := &Matrix{Desk: d, Cast: d.Cast(t, Station), Foreign: d.Cast(t, Elsewhere)}
	m.Spare = d.Do(t, Founder(Station), "org.set_person", &organisation.SetPerson{Role: "cell_worker", Call: "spare"}).ID
	return m
}

// Asker is somebody who tries: one of every role, a person without an account and the program itself.
type Asker struct {
	Role grid.Role
	Who  access.Who
}

// HasCells tells whether they cover cell c1, the own cell of the matrix.
func (a Asker) HasCells() bool { return len(a.Who.Cells) > 0 }

// Askers lists them, from the street to the program.
func (m *Matrix) Askers() []Asker {
	list := []Asker{{grid.Resident, desk.Public(Station)}}
	for _, r := range grid.Roles() {
		for _, name := range []string{string(r) + "_1", string(r)} {
			if who, ok := m.Cast[name]; ok {
				list = append(list, Asker{r, who})
			}
		}
	}
	return append(list, Asker{access.Machine, Founder(Station)})
}

// Place is where a thing lies, seen from somebody who covers cell c1.
type Place string

// The places of the matrix.
const (
	OwnCell      Place = "own cell"
	OtherCell    Place = "other cell"
	OtherStation Place = "other station"
)

// Places lists them.
var Places = []Place{OwnCell, OtherCell, OtherStation}

// Cell is the cell of a place.
func (p Place) Cell() string {
	if p == OtherCell {
		return "c2"
	}
	return "c1"
}

// Condition is how a thing stands to the one who asks.
type Condition string

// The conditions of the matrix.
const (
	Unassigned Condition = "unassigned" // a report: fresh, from somebody without an account
	Mine       Condition = "mine"       // they handle it; a report: they took it down
	Helping    Condition = "helping"    // another handles it, they have a task in it
	Others     Condition = "others"     // another handles it; a report: another took it down
	Closed     Condition = "closed"     // another brought it to an end; a report: it was declined
	Police     Condition = "police"     // they handle it, and its kind is police business
	Relayed    Condition = "relayed"    // another passed it to the other station; a report: it came from there
)

// Conditions lists them.
var Conditions = []Condition{Unassigned, Mine, Helping, Others, Closed, Police, Relayed}

// Takes tells whether the one who asks takes part in a thing of the condition, and whether they handle it.
func (c Condition) Takes() (part, handles bool) {
	return c == Mine || c == Helping || c == Police, c == Mine || c == Police
}

// stage gives the people of the place's station; ok is false where the combination makes no sense: nobody takes part in a thing of
// another station, only people with an account take part at all, and only some roles handle anything.
func (m *Matrix) stage(a Asker, p Place, c Condition) (cast map[string]access.Who, ok bool) {
	part, handles := c.Takes()
	if handles && !a.Role.MayHandle() {
		return nil, false
	}
	if p == OtherStation {
		return m.Foreign, !part
	}
	_, isPerson := m.account(a)
	return m.Cast, !part || isPerson
}

func (m *Matrix) account(a Asker) (string, bool) {
	return a.Who.Person, a.Role != grid.Resident && a.Role != access.Machine
}

// MatterIn makes a matter in a place and a condition; ok is false where there can be none.
func (m *Matrix) MatterIn(t testing.TB, a Asker, p Place, c Condition) (id string, ok bool) {
	t.Helper()
	cast, ok := m.stage(a, p, c)
	if !ok {
		return "", false
	}
	head, other := cast["head"], cast["officer_2"]
	open := &matter.Open{Kind: "hazard", Title: "井盖缺失", Cell: p.Cell(), To: other.Person, Extra: map[string]string{"hazard_type": "road"}}
	switch c {
	case Unassigned:
		open.To = ""
	case Mine:
		open.To = a.Who.Person
	case Police:
		open.Kind, open.To, open.Extra = "incident", a.Who.Person, nil
	}
	id = m.Do(t, head, "matter.open", open).ID
	on := matter.On{Matter: id}
	switch c {
	case Helping:
		m.Do(t, head, "matter.set_task", &matter.SetTask{On: on, Title: "看一看", Person: a.Who.Person})
	case Relayed:
		m.Do(t, head, "matter.transfer", &matter.Transfer{On: on, ToStation: across[head.Station], Reason: "归他们管"})
	case Closed:
		m.Do(t, other, "matter.acknowledge", &matter.Acknowledge{On: on})
		m.Do(t, other, "matter.mark", &matter.Mark{On: on, Step: "rechecked", Words: "复查合格"})
		m.Do(t, other, "matter.finish", &matter.Finish{On: on, Outcome: "hazard_removed", Words: "已盖好"})
		m.Do(t, head, "matter.verify", &matter.Verify{On: on, Pass: true})
		m.Do(t, head, "matter.close", &matter.Close{On: on})
	}
	return id, true
}

// ReportIn makes a report in a place and a condition; ok is false where there can be none.
func (m *Matrix) ReportIn(t testing.TB, a Asker, p Place, c Condition) (id string, ok bool) {
	t.Helper()
	cast, ok := m.stage(a, p, c)
	if !ok || c == Helping || c == Police {
		return "", false
	}
	taker := desk.Public(cast["head"].Station)
	switch c {
	case Mine:
		if taker = a.Who; !m.Policy.May(taker, "report.submit", access.Thing{Kind: "report", Station: Station}).Allow {
			return "", false
		}
	case Others:
		taker = cast["officer_2"]
	}
	submit := &report.Submit{Words: "井盖不见了", Cell: p.Cell()}
	if c == Relayed {
		m.sources++
		taker, submit.Channel, submit.Source = Founder(cast["head"].Station), report.ByTransfer, fmt.Sprintf("transfer:%s:m_none:%d", Elsewhere, m.sources)
	}
	id = m.Do(t, taker, "report.submit", submit).ID
	if c == Closed {
		m.Do(t, cast["head"], "report.triage", &report.Triage{On: report.On{Report: id}, Decline: "not_police", Answer: "请找市政"})
	}
	return id, true
}
