package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/organisation"
)

// town is the station as those who work in it know it.
type town struct {
	org    *organisation.Org
	book   *playbook.Book
	cells  []place // where matters lie
	who    map[string]access.Who
	byRole map[grid.Role][]string
}

// place is a cell with what is said about it.
type place struct {
	id, name string
	unit     string // the village or community it lies in, without that word
	scenes   []string
}

// scenesOf tells what can happen in a kind of cell; a cell of another kind is none that matters are opened in.
var scenesOf = map[grid.Kind][]string{"cell": {"home", "street", "shop", "factory", "window"}, "mall": {"market"}, "night_market": {"market"},
	"market": {"market"}, "trouble_spot": {"market", "street"}, "school": {"school"}}

var rural = []string{"village", "shop", "factory", "window"}

func look(ctx context.Context, d *desk.Desk, station string) (*town, error) {
	org, err := d.Org(ctx, station)
	if err != nil {
		return nil, err
	}
	t := &town{org: org, who: map[string]access.Who{}, byRole: map[grid.Role][]string{}}
	if t.book, err = d.Book(ctx, station); err != nil {
		return nil, err
	}
	for _, c := range org.Cells {
		up, _ := org.Cell(string(c.Parent))
		p := place{id: string(c.ID), name: c.Name.Zh, unit: strings.TrimSuffix(up.Name.Zh, "社区"), scenes: scenesOf[c.Kind]}
		if c.Kind == grid.KindCell && up.Kind == grid.KindVillage {
			p.scenes = rural
		}
		if p.scenes != nil {
			t.cells = append(t.cells, p)
		}
	}
	if len(t.cells) == 0 { // a playbook without a map of its own: the station is its only cell
		for _, c := range org.Cells {
			t.cells = append(t.cells, place{string(c.ID), c.Name.Zh, "", []string{"home", "street", "shop", "factory", "market", "school", "village", "window"}})
		}
	}
	for _, p := range org.Everyone() {
		w, ok, err := d.Known(ctx, station, p.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			t.who[p.ID], t.byRole[p.Role] = w, append(t.byRole[p.Role], p.ID)
		}
	}
	return t, nil
}

// covering lists who of some roles covers a cell; when nobody does, everybody of those roles.
func (t *town) covering(cell string, roles ...string) (list []string) {
	for _, all := range []bool{false, true} {
		for _, r := range roles {
			for _, p := range t.byRole[grid.Role(r)] {
				if all || slices.Contains(t.who[p].Cells, cell) {
					list = append(list, p)
				}
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// in lists the places where a scene can be.
func (t *town) in(scenes []string) (list []place) {
	for _, c := range t.cells {
		if slices.ContainsFunc(c.scenes, func(s string) bool { return slices.Contains(scenes, s) }) {
			list = append(list, c)
		}
	}
	if list == nil {
		return t.cells
	}
	return list
}

// kind is the first kind of a topic that the playbook knows, "" when it knows none.
func (t *town) kind(x *topic) string {
	for _, k := range x.kinds {
		if _, ok := t.book.Kind(k); ok {
			return k
		}
	}
	return ""
}

// Password is that of every account of a demonstration.
const Password = "Fengge-2026-demo"

// Account is one way to sign in and look round.
type Account struct{ User, Password, Role, Name string }

// users are the accounts to try, one for each role, and a second officer; who has one is the first of the role.
var users = []struct {
	role grid.Role
	user string
}{{grid.Head, "head"}, {grid.DutyLead, "lead"}, {grid.Officer, "officer"}, {grid.Officer, "officer2"}, {grid.AuxOfficer, "aux"}, {grid.CellWorker, "worker"},
	{grid.WindowClerk, "clerk"}, {grid.Mediator, "mediator"}, {grid.VillageCadre, "cadre"}, {grid.Guard, "guard"}, {grid.Volunteer, "volunteer"},
	{grid.Bureau, "bureau"}, {grid.Auditor, "auditor"}, {grid.Admin, "admin"}}

var title = map[grid.Role]string{grid.Officer: "警官", grid.AuxOfficer: "辅警", grid.DutyLead: "值班长", grid.Head: "所长", grid.WindowClerk: "内勤",
	grid.CellWorker: "网格员", grid.Mediator: "调解员", grid.VillageCadre: "书记", grid.Guard: "保安", grid.Volunteer: "志愿者", grid.Bureau: "科长",
	grid.Auditor: "审计员", grid.Admin: "管理员"}

// found sets the station up as its playbook tells it and fills every seat.
func (l *life) found(name string) error {
	b, err := l.d.Books(name)
	if err != nil {
		return err
	}
	org := b.At(l.clk.Now()).Org()
	if err := l.asProgram("org.adopt_playbook", &organisation.AdoptPlaybook{Name: name}); err != nil {
		return err
	}
	if _, err := orgfile.ApplyPlaybookOrg(l.ctx, l.d, l.station); err != nil {
		return err
	}
	return l.staff(org.Tree.Cells(l.clk.Now()), org)
}

// staff registers everybody: one for each seat, one grid member for each cell, and those around the station.
func (l *life) staff(cells []grid.Cell, org grid.Org) error {
	var basic, special, units, top []string
	for _, c := range cells {
		switch {
		case c.Kind == grid.KindCell:
			basic = append(basic, string(c.ID))
		case c.Nature == grid.Exclusive:
			special = append(special, string(c.ID))
		case c.Kind == grid.KindVillage || c.Kind == grid.KindCommunity:
			units = append(units, string(c.ID))
		case c.Kind == grid.KindStation:
			top = append(top, string(c.ID))
		}
	}
	if len(basic) == 0 {
		basic, units = top, top
	}
	count := map[grid.Role]int{}
	seat := func(r grid.Role, seats []organisation.SeatAtPost, cells ...string) error {
		count[r]++
		return l.person(r, count[r], seats, cells)
	}
	for _, p := range org.Posts {
		for _, s := range p.Seats {
			for range s.HowMany {
				if err := seat(s.Role, []organisation.SeatAtPost{{Post: string(p.ID)}}, l.behind(org, cells, p, s.Role)...); err != nil {
					return err
				}
			}
		}
	}
	for _, r := range []grid.Role{grid.Officer, grid.Officer, grid.AuxOfficer, grid.AuxOfficer, grid.WindowClerk, grid.DutyLead, grid.Head} {
		if len(org.Posts) == 0 || count[r] == 0 {
			if err := seat(r, nil, top...); err != nil {
				return err
			}
		}
	}
	for _, g := range []struct {
		role  grid.Role
		n     int
		cells []string
	}{{grid.CellWorker, len(basic), basic}, {grid.VillageCadre, len(units), units}, {grid.Mediator, 6, units}, {grid.Guard, 8, append(special, basic...)},
		{grid.Volunteer, 14, basic}, {grid.Bureau, 1, nil}, {grid.Auditor, 1, nil}, {grid.Admin, 1, nil}} {
		for i := range g.n {
			var mine []string
			for j := i; j < len(g.cells) && (j == i || g.role == grid.Mediator); j += g.n {
				mine = append(mine, g.cells[j])
			}
			if err := seat(g.role, nil, mine...); err != nil {
				return err
			}
		}
	}
	return nil
}

// behind are the grids behind the beats of a post: those whose party cells lead them, with the schools and markets beside them. Area
// officers share out the grids of posts that have no officer.
func (l *life) behind(org grid.Org, cells []grid.Cell, p grid.Post, r grid.Role) []string {
	now, mine := l.clk.Now(), map[grid.CellID]bool{}
	take := func(p grid.Post) {
		for _, b := range p.Cells {
			for _, c := range org.Leads.Of(b, now) {
				mine[c] = true
			}
		}
	}
	take(p)
	if r == grid.Officer && p.Kind == "area_post" {
		area, bare := 0, 0
		for _, o := range org.Posts {
			if o.ID == p.ID {
				break
			}
			if o.Kind == p.Kind {
				area++
			}
		}
		for _, o := range org.Posts {
			if o.Kind == "grid_post" {
				if bare%4 == area {
					take(o)
				}
				bare++
			}
		}
	}
	var list []string
	first := map[grid.CellID]grid.CellID{} // the first grid of every community: its people look after the school
	for _, c := range cells {
		if c.Kind == grid.KindCell && first[c.Parent] == "" {
			first[c.Parent] = c.ID
		}
	}
	for _, c := range cells {
		if mine[c.ID] || c.Nature == grid.Exclusive && mine[first[c.Parent]] {
			list = append(list, string(c.ID))
		}
	}
	return list
}

// person registers the nth of a role and opens the account of the first.
func (l *life) person(r grid.Role, n int, seats []organisation.SeatAtPost, cells []string) error {
	family := surnames[l.people%len(surnames)]
	l.people++
	a := &organisation.SetPerson{Role: string(r), Call: family + title[r], Name: family + pick(l, given), Phone: l.phone(), Cells: cells, Seats: seats}
	if r.HasPolicePowers() || r == grid.AuxOfficer {
		a.Badge = fmt.Sprintf("%s%04d", map[bool]string{true: "F", false: "J"}[r == grid.AuxOfficer], 1000+l.people)
	}
	at := 0
	for _, u := range users {
		if u.role != r {
			continue
		}
		if at++; at == n {
			a.User = u.user
		}
	}
	ans, err := l.do(desk.Program(l.station), "org.set_person", a)
	if err != nil || a.User == "" {
		return err
	}
	l.accounts = append(l.accounts, Account{a.User, Password, r.Name().Zh, a.Call})
	return l.asProgram("account.set_password", &desk.SetPassword{Person: ans.ID, Password: Password})
}

func (l *life) asProgram(name string, act any) error {
	_, err := l.do(desk.Program(l.station), name, act)
	return err
}
