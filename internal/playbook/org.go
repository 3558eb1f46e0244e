package playbook

import (
	"slices"

	"maplegrid/internal/grid"
)

// makeOrg reads org.csv, outlines.geojson, posts.csv, leads.csv and staffing.csv.
func (b *builder) makeOrg(layers []*folder) {
	cells := b.makeCells()
	tree, err := grid.NewTree(cells)
	if wrong, ok := err.(grid.Mistakes); ok {
		for _, m := range wrong {
			b.bad.at(b.rows("org")[m.Row-1], "%s", m.Sentence)
		}
	}
	b.org.Tree = tree
	has := func(id string) bool {
		return slices.ContainsFunc(cells, func(c grid.Cell) bool { return string(c.ID) == id })
	}
	b.checkParents(cells, layers)
	b.makePosts(has)
	for _, r := range b.rows("leads") {
		b.refs(r, "party_cell", "网格", has)
		b.refs(r, "beat", "警格", has)
		b.org.Leads = append(b.org.Leads, grid.Lead{PartyCell: grid.CellID(r.get("party_cell")), Beat: grid.CellID(r.get("beat")), Span: b.span(r)})
	}
	for _, r := range b.rows("staffing") {
		s := b.seat(r)
		rule := grid.StaffingRule{Post: grid.PostKind(r.get("post")), Role: s.Role, Count: s.HowMany, StandIns: s.StandIns, Source: b.source(r)}
		for _, k := range r.list("for") {
			rule.For = append(rule.For, grid.Kind(k))
		}
		b.org.Rules = append(b.org.Rules, rule)
	}
}

func (b *builder) makeCells() (cells []grid.Cell) {
	stations := 0
	for _, r := range b.rows("org") {
		c := grid.Cell{ID: grid.CellID(r.get("id")), Parent: grid.CellID(r.get("parent")), Kind: grid.Kind(r.get("kind")), Name: b.name(r, "name", "name_en"),
			Code: r.get("code"), CodeScheme: r.get("code_scheme"), Span: b.span(r)}
		inherit(&c.ID, grid.CellID(r.Key), c.ID == "")
		if r.get("nature") != "" {
			c.Nature = grid.Nature(b.oneOf(r, "nature", []string{string(grid.Basic), string(grid.Exclusive)}))
		}
		for _, s := range b.shapes {
			if string(s.ID) == r.Key || s.ID == c.ID && c.Outline == nil {
				c.Outline = s.Outline
			}
		}
		if c.Kind == grid.KindStation {
			stations++
		}
		cells = append(cells, c)
	}
	for _, s := range b.shapes {
		if !slices.ContainsFunc(b.rows("org"), func(r *row) bool { return r.Key == string(s.ID) || r.get("id") == string(s.ID) }) {
			b.bad.add(s.file, s.line, "图形“%s”在 org.csv 里没有对应的行。", s.ID)
		}
	}
	if stations != 1 {
		b.bad.add(b.top.file("org.csv"), 1, "要有且只有一行派出所（kind=station），现有%d行。", stations)
	}
	return cells
}

// checkParents holds each kind of cell to the kinds that playbook.toml lets it lie under: a grid belongs to exactly one
// village or community, never directly to a town (DB6101/T 3185-2024, local; law-and-standards 10.5).
func (b *builder) checkParents(cells []grid.Cell, layers []*folder) {
	allowed := map[string][]string{}
	for _, f := range layers {
		for k, v := range f.Grid.Parents {
			allowed[k] = v
		}
	}
	for i, c := range cells {
		want, ruled := allowed[string(c.Kind)]
		up, ok := find(cells, func(o grid.Cell) bool { return o.ID == c.Parent })
		if ruled && ok && !slices.Contains(want, string(up.Kind)) {
			b.bad.at(b.rows("org")[i], "“%s”是 %s，只能放在 %v 下面，不能放在“%s”（%s）下面。", c.ID, c.Kind, want, up.ID, up.Kind)
		}
	}
}

func (b *builder) makePosts(has func(string) bool) {
	for _, r := range b.rows("posts") {
		i := slices.IndexFunc(b.org.Posts, func(p grid.Post) bool { return string(p.ID) == r.get("post") })
		if i < 0 {
			i = len(b.org.Posts)
			p := grid.Post{ID: grid.PostID(r.get("post")), Kind: grid.PostKind(r.get("kind")), Name: b.name(r, "zh", "en"), Span: b.span(r)}
			for _, c := range b.refs(r, "cells", "格子", has) {
				p.Cells = append(p.Cells, grid.CellID(c))
			}
			b.org.Posts = append(b.org.Posts, p)
		}
		b.org.Posts[i].Seats = append(b.org.Posts[i].Seats, b.seat(r))
	}
}

func (b *builder) span(r *row) grid.Span {
	for _, col := range []string{"from", "until"} {
		if d := r.get(col); d != "" {
			if _, err := grid.ParseDay(d); err != nil {
				b.bad.at(r, "“%s”列的日期“%s”要写成 2026-01-01 的样子。", col, d)
			}
		}
	}
	return grid.Span{From: grid.Day(r.get("from")), Until: grid.Day(r.get("until"))}
}
