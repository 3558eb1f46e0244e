package orgfile

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/organisation"
)

// cellRow is a row of the table of cells.
type cellRow struct {
	wish
	act organisation.SetCell
	n   int // how many rows of the file have this id
}

// cells decides cells: parents before what lies below them, versions from the first to the last.
func (c *checker) cells() error {
	rows := c.cellRows()
	byID := map[string][]*cellRow{}
	var order []string
	for _, r := range rows {
		if byID[r.act.ID] == nil {
			order = append(order, r.act.ID)
		}
		byID[r.act.ID] = append(byID[r.act.ID], r)
	}
	known := c.cellNames(rows)
	for _, r := range rows {
		if id, ok := known[r.act.Parent]; ok && byID[r.act.Parent] == nil {
			r.act.Parent = id
		}
	}
	done := map[string]bool{}
	var visit func(id string) error
	visit = func(id string) error {
		if done[id] {
			return nil
		}
		done[id] = true
		for _, r := range byID[id] {
			if err := visit(r.act.Parent); err != nil {
				return err
			}
		}
		slices.SortStableFunc(byID[id], func(a, b *cellRow) int { return cmp.Compare(a.act.From, b.act.From) })
		seen := map[string]int{}
		for _, r := range byID[id] {
			r.n = len(byID[id])
			c.once(&r.wish, seen, r.line, "id", cmp.Or(r.act.From, "0"))
			if err := c.cellVersion(r); err != nil {
				return err
			}
		}
		return nil
	}
	for _, id := range order {
		if err := visit(id); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) cellRows() (rows []*cellRow) {
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("zh"))
		a := organisation.SetCell{ID: r.Get("id"), Parent: r.Get("parent"), Kind: key("kind", r.Get("kind")), Zh: r.Get("zh"), En: r.Get("en"), Code: r.Get("code"),
			CodeScheme: r.Get("code_scheme"), Nature: key("nature", r.Get("nature")), From: c.day(&w, r.Line, "from", r.Get("from")), Until: c.day(&w, r.Line, "until", r.Get("until"))}
		if a.ID == "" {
			w.bad(r.Line, "id", "form.required", fault.Args{"field": "id"})
		}
		if a.Nature != "" && a.Nature != string(grid.Basic) && a.Nature != string(grid.Exclusive) {
			w.bad(r.Line, "nature", "orgfile.nature", fault.Args{"value": r.Get("nature")})
		}
		if was, ok := c.org.Cell(a.ID); ok { // what the file has no column for stays as it is
			c.keep(&a, organisation.ActOf(was))
		}
		rows = append(rows, &cellRow{wish: w, act: a})
	}
	return rows
}

func (c *checker) keep(a *organisation.SetCell, was organisation.SetCell) {
	for _, f := range []struct {
		column string
		to     *string
		from   string
	}{{"parent", &a.Parent, was.Parent}, {"en", &a.En, was.En}, {"code", &a.Code, was.Code}, {"code_scheme", &a.CodeScheme, was.CodeScheme},
		{"nature", &a.Nature, was.Nature}, {"from", &a.From, was.From}, {"until", &a.Until, was.Until}} {
		if !c.table.has(f.column) {
			*f.to = f.from
		}
	}
}

// cellNames gives ids by names that only one cell has, of the file and of what is there.
func (c *checker) cellNames(rows []*cellRow) map[string]string {
	ids := map[string]string{}
	add := func(name, id string) {
		if was, ok := ids[name]; ok && was != id {
			id = ""
		}
		ids[name] = id
	}
	for _, x := range c.org.Cells {
		add(x.Name.Zh, string(x.ID))
	}
	for _, r := range rows {
		add(r.act.Zh, r.act.ID)
	}
	for name, id := range ids {
		if id == "" || name == "" {
			delete(ids, name)
		}
	}
	for _, x := range c.org.Cells {
		delete(ids, string(x.ID)) // an id is meant before a name
	}
	return ids
}

// cellVersion finds out whether a row is a new cell, a new version, a correction or what is there already.
func (c *checker) cellVersion(r *cellRow) error {
	versions := c.org.Versions(r.act.ID)
	if len(versions) == 0 {
		return decide(c, r.wish, New, "org.set_cell", (*organisation.Org).SetCell, r.act)
	}
	last := versions[len(versions)-1]
	i := slices.IndexFunc(versions, func(v grid.Cell) bool { return string(v.From) == r.act.From })
	alone := r.n == 1 && len(versions) == 1
	if i < 0 && alone {
		i = 0
	}
	switch {
	case i >= 0:
		r.act.Outline = versions[i].Outline
		if len(r.wrong) == 0 && equal(r.act, organisation.ActOf(versions[i])) {
			c.same(r.wish)
			return nil
		}
		if i == len(versions)-1 {
			return decide(c, r.wish, Changed, "org.set_cell", (*organisation.Org).SetCell, r.act)
		}
	case r.act.From > string(last.From):
		a := r.act
		return decide(c, r.wish, New, "org.renew_cell", (*organisation.Org).RenewCell, organisation.RenewCell{ID: a.ID, From: a.From, Zh: a.Zh, En: a.En, Parent: a.Parent,
			Kind: a.Kind, Code: a.Code, CodeScheme: a.CodeScheme, Nature: a.Nature, Until: a.Until})
	}
	r.bad(r.line, "from", "orgfile.past_version", fault.Args{"cell": r.act.Zh, "day": last.From})
	c.refuse(r.wish)
	return nil
}

func (c *checker) bodies() error {
	seen := map[string]int{}
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("zh"))
		a := organisation.SetBody{ID: r.Get("id"), Kind: r.Get("kind"), Zh: r.Get("zh"), En: r.Get("en"), Phone: r.Get("phone"), Outside: c.yes(&w, r.Line, "outside", r.Get("outside")),
			MayCall: c.yes(&w, r.Line, "may_call", r.Get("may_call")), MayTransfer: c.yes(&w, r.Line, "may_transfer", r.Get("may_transfer"))}
		c.once(&w, seen, r.Line, "id", a.ID)
		if err := c.setBody(w, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) setBody(w wish, a organisation.SetBody) error {
	fate := New
	if was, ok := c.org.Body(a.ID); ok {
		fate = Changed
		if len(w.wrong) == 0 && equal(a, bodyAct(was)) {
			c.same(w)
			return nil
		}
	}
	return decide(c, w, fate, "org.set_body", (*organisation.Org).SetBody, a)
}

func bodyAct(b grid.Body) organisation.SetBody {
	return organisation.SetBody{ID: string(b.ID), Kind: b.Kind, Zh: b.Name.Zh, En: b.Name.En, Outside: b.Outside, MayCall: b.MayCall, MayTransfer: b.MayTransfer, Phone: b.Phone}
}

// once refuses a second row about the same thing.
func (c *checker) once(w *wish, seen map[string]int, line int, column, id string) {
	if first, twice := seen[id]; twice && id != "" {
		w.bad(line, column, "orgfile.twice", fault.Args{"line": first})
	}
	seen[id] = line
}

// posts decides posts: one row a seat, all rows of a post together.
func (c *checker) posts() error {
	var order []string
	acts, wishes := map[string]*organisation.SetPost{}, map[string]*wish{}
	for _, r := range c.table.rows {
		id := r.Get("id")
		w := c.begin(r, r.Get("zh"))
		if id == "" {
			w.bad(r.Line, "id", "form.required", fault.Args{"field": "id"})
			c.refuse(w)
			continue
		}
		a, ok := acts[id]
		if !ok {
			a = &organisation.SetPost{ID: id, Kind: r.Get("kind"), Zh: r.Get("zh"), En: r.Get("en"), From: c.day(&w, r.Line, "from", r.Get("from")), Until: c.day(&w, r.Line, "until", r.Get("until"))}
			for _, x := range list(r.Get("cells")) {
				a.Cells = append(a.Cells, c.cell(&w, r.Line, "cells", x))
			}
			acts[id], wishes[id], order = a, &w, append(order, id)
		} else {
			wishes[id].wrong = append(wishes[id].wrong, w.wrong...)
		}
		c.seat(wishes[id], r, a)
	}
	for _, id := range order {
		if err := c.setPost(*wishes[id], *acts[id]); err != nil {
			return err
		}
	}
	return nil
}

// seat adds the seat of a row to its post; a row without a role has none.
func (c *checker) seat(w *wish, r sheet.Row, a *organisation.SetPost) {
	if r.Get("role") == "" {
		return
	}
	n, err := strconv.Atoi(r.Get("count"))
	if r.Get("count") == "" {
		n, err = 1, nil
	}
	if err != nil {
		w.bad(r.Line, "count", "form.number", nil)
	}
	seat := organisation.PostSeat{Role: role(r.Get("role")), HowMany: n}
	if !grid.Role(seat.Role).Known() {
		w.bad(r.Line, "role", "orgfile.role", fault.Args{"value": r.Get("role")})
	}
	for _, x := range list(r.Get("stand_ins")) {
		if !grid.Role(role(x)).Known() {
			w.bad(r.Line, "stand_ins", "orgfile.role", fault.Args{"value": x})
		}
		seat.StandIns = append(seat.StandIns, role(x))
	}
	a.Seats = append(a.Seats, seat)
}

func (c *checker) setPost(w wish, a organisation.SetPost) error {
	fate := New
	if was, ok := c.org.Post(a.ID); ok {
		fate = Changed
		if len(w.wrong) == 0 && equal(a, postAct(was)) {
			c.same(w)
			return nil
		}
	}
	return decide(c, w, fate, "org.set_post", (*organisation.Org).SetPost, a)
}

func postAct(p grid.Post) organisation.SetPost {
	a := organisation.SetPost{ID: string(p.ID), Kind: string(p.Kind), Zh: p.Name.Zh, En: p.Name.En, From: string(p.From), Until: string(p.Until)}
	for _, x := range p.Cells {
		a.Cells = append(a.Cells, string(x))
	}
	for _, s := range p.Seats {
		seat := organisation.PostSeat{Role: string(s.Role), HowMany: s.HowMany}
		for _, r := range s.StandIns {
			seat.StandIns = append(seat.StandIns, string(r))
		}
		a.Seats = append(a.Seats, seat)
	}
	return a
}

func (c *checker) leads() error {
	seen := map[string]int{}
	for _, r := range c.table.rows {
		w := c.begin(r, r.Get("party_cell")+" → "+r.Get("beat"))
		a := organisation.SetLead{PartyCell: c.cell(&w, r.Line, "party_cell", r.Get("party_cell")), Beat: c.cell(&w, r.Line, "beat", r.Get("beat")),
			From: c.day(&w, r.Line, "from", r.Get("from")), Until: c.day(&w, r.Line, "until", r.Get("until"))}
		c.once(&w, seen, r.Line, "beat", a.PartyCell+"\x00"+a.Beat)
		if err := c.setLead(w, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) setLead(w wish, a organisation.SetLead) error {
	fate := New
	for _, l := range c.org.Leads {
		if string(l.PartyCell) == a.PartyCell && string(l.Beat) == a.Beat {
			fate = Changed
			if len(w.wrong) == 0 && equal(a, leadAct(l)) {
				c.same(w)
				return nil
			}
		}
	}
	return decide(c, w, fate, "org.set_lead", (*organisation.Org).SetLead, a)
}

func leadAct(l grid.Lead) organisation.SetLead {
	return organisation.SetLead{PartyCell: string(l.PartyCell), Beat: string(l.Beat), From: string(l.From), Until: string(l.Until)}
}

// outlines draws cells from a GeoJSON FeatureCollection. A feature of an unknown cell that names its kind makes the cell.
func (c *checker) outlines(file []byte) error {
	cells, err := grid.ReadGeoJSON(bytes.NewReader(file))
	var wrong grid.Mistakes
	switch {
	case errors.As(err, &wrong):
		for _, m := range wrong {
			c.plan.Mistakes = append(c.plan.Mistakes, Mistake{Line: m.Row, Fault: fault.New(fault.Invalid, "orgfile.outline", fault.Args{"why": m.Sentence})})
		}
		return nil
	case err != nil:
		return fault.New(fault.Invalid, "orgfile.geojson", nil).On("file")
	case len(cells) > MaxRows:
		return fault.New(fault.TooLarge, "orgfile.too_big", fault.Args{"rows": MaxRows}).On("file")
	}
	seen := map[string]int{}
	for i, x := range cells {
		if err := c.outline(i+1, x, seen); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) outline(line int, x grid.Cell, seen map[string]int) error {
	w := wish{line: line, name: cmp.Or(x.Name.Zh, string(x.ID))}
	id := string(x.ID)
	if _, ok := c.org.Cell(id); !ok && x.Kind == "" {
		id = c.cell(&w, line, "id", cmp.Or(x.Name.Zh, id))
	}
	c.once(&w, seen, line, "id", id)
	was, ok := c.org.Cell(id)
	if !ok {
		a := organisation.SetCell{ID: id, Parent: string(x.Parent), Kind: string(x.Kind), Zh: x.Name.Zh, Outline: x.Outline}
		return decide(c, w, New, "org.set_cell", (*organisation.Org).SetCell, a)
	}
	a := organisation.ActOf(was)
	if len(x.Outline) == 0 || sameShape(a.Outline, x.Outline) {
		if len(w.wrong) > 0 {
			c.refuse(w)
		} else {
			c.same(w)
		}
		return nil
	}
	a.Outline = x.Outline
	return decide(c, w, Changed, "org.set_cell", (*organisation.Org).SetCell, a)
}

// sameShape compares outlines whatever ring comes first, wherever a ring begins and whichever way it turns.
func sameShape(a, b []grid.Ring) bool {
	return len(a) == len(b) && equal(canonical(a), canonical(b))
}

// canonical gives every ring in its smallest writing. A ring may pass the same point twice, so every start there is tried.
func canonical(rings []grid.Ring) []grid.Ring {
	out := make([]grid.Ring, 0, len(rings))
	for _, r := range rings {
		if len(r) < 2 {
			continue
		}
		r = r[:len(r)-1]
		first := slices.MinFunc(r, points)
		var best grid.Ring
		for i, p := range r {
			if p != first {
				continue
			}
			there := slices.Concat(r[i:], r[:i])
			back := slices.Clone(there)
			slices.Reverse(back[1:])
			for _, x := range []grid.Ring{there, back} {
				if best == nil || slices.CompareFunc(x, best, points) < 0 {
					best = x
				}
			}
		}
		out = append(out, best)
	}
	slices.SortFunc(out, func(a, b grid.Ring) int { return slices.CompareFunc(a, b, points) })
	return out
}

func points(p, q grid.Point) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) }
