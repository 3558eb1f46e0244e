package orgfile

import (
	"context"
	"fmt"
	"slices"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/organisation"
)

// ApplyPlaybookOrg adds what a station lacks of the cells, bodies, posts and leads that the playbook in force tells of. What is there
// already makes no event and keeps what the station changed.
func ApplyPlaybookOrg(ctx context.Context, d *desk.Desk, station string) (Done, error) {
	book, err := d.Book(ctx, station)
	if err != nil {
		return Done{}, err
	}
	org, who := book.Org(), desk.Program(station)
	c, err := newChecker(ctx, d, who, "playbook", []byte(book.Name))
	if err != nil {
		return Done{}, err
	}
	line := 0
	next := func(name string) wish {
		line++
		return wish{line: line, name: name}
	}
	if org.Tree != nil {
		if err := c.playbookCells(org.Tree.All(), next); err != nil {
			return Done{}, err
		}
	}
	for _, b := range org.Bodies {
		if _, there := c.org.Body(string(b.ID)); there {
			c.same(next(b.Name.Zh))
			continue
		}
		if err := c.setBody(next(b.Name.Zh), bodyAct(b)); err != nil {
			return Done{}, err
		}
	}
	for _, p := range org.Posts {
		if _, there := c.org.Post(string(p.ID)); there {
			c.same(next(p.Name.Zh))
			continue
		}
		if err := c.setPost(next(p.Name.Zh), postAct(p)); err != nil {
			return Done{}, err
		}
	}
	for _, l := range org.Leads {
		if slices.ContainsFunc(c.org.Leads, func(x grid.Lead) bool { return x.PartyCell == l.PartyCell && x.Beat == l.Beat }) {
			c.same(next(string(l.Beat)))
			continue
		}
		if err := c.setLead(next(string(l.Beat)), leadAct(l)); err != nil {
			return Done{}, err
		}
	}
	for _, m := range c.plan.Wrong() { // a playbook was checked when it was loaded
		return Done{}, fmt.Errorf("playbook %s, %s: %w", book.Name, fault.Code(m.Fault), m.Fault)
	}
	done, err := Apply(ctx, d, who, c.plan)
	if err != nil {
		return done, err
	}
	return done, nameStation(ctx, d, station, c.plan.key)
}

// playbookCells decides cells, parents before what lies below them.
func (c *checker) playbookCells(cells []grid.Cell, next func(string) wish) error {
	versions := map[grid.CellID]int{}
	for _, x := range cells {
		versions[x.ID]++
	}
	done := map[grid.CellID]bool{}
	var visit func(id grid.CellID) error
	visit = func(id grid.CellID) error {
		if done[id] {
			return nil
		}
		done[id] = true
		var mine []grid.Cell
		for _, x := range cells {
			if x.ID == id {
				mine = append(mine, x)
				if err := visit(x.Parent); err != nil {
					return err
				}
			}
		}
		slices.SortStableFunc(mine, func(a, b grid.Cell) int { return compareDays(a.From, b.From) })
		for _, x := range mine {
			if err := c.playbookCell(x, versions[id], next(x.Name.Zh)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, x := range cells {
		if err := visit(x.ID); err != nil {
			return err
		}
	}
	return nil
}

// playbookCell sets one version of a cell. What a station has changed since keeps its change: only what is missing is added.
func (c *checker) playbookCell(x grid.Cell, n int, w wish) error {
	there := c.org.Versions(string(x.ID))
	a := organisation.ActOf(x)
	switch {
	case len(there) == 0:
		return decide(c, w, New, "org.set_cell", (*organisation.Org).SetCell, a)
	case n == 1, slices.ContainsFunc(there, func(v grid.Cell) bool { return v.From >= x.From }):
		c.same(w)
		return nil
	}
	return decide(c, w, New, "org.renew_cell", (*organisation.Org).RenewCell, organisation.RenewCell{ID: a.ID, From: a.From, Zh: a.Zh, En: a.En, Parent: a.Parent, Kind: a.Kind,
		Code: a.Code, CodeScheme: a.CodeScheme, Nature: a.Nature, Until: a.Until, Outline: a.Outline})
}

func compareDays(a, b grid.Day) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// nameStation calls a station that has no name yet as its first cell is called.
func nameStation(ctx context.Context, d *desk.Desk, station, key string) error {
	org, err := d.Org(ctx, station)
	if err != nil || org.Name != station {
		return err
	}
	for _, c := range org.Cells {
		if c.Kind == grid.KindStation {
			_, err := d.Do(ctx, desk.Program(station), desk.Envelope{Key: key + "-name"}, "org.set_station", &organisation.SetStation{Name: c.Name.Zh})
			return err
		}
	}
	return nil
}
