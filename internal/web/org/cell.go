package org

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

// orgCell is one cell: where it lies, who works there, which posts it has and what is missing.
func (s Pages) orgCell(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	id := grid.CellID(r.PathValue("id"))
	last, ok := l.Org().Cell(string(id))
	if !ok || l.Org().Tree() == nil {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	c := last
	if now, in := l.Org().Tree().Cell(id, l.Now()); in {
		c = now
	}
	open, err := l.openCounts()
	if err != nil {
		return err
	}
	p := org.Cell{Heading: part.Heading{Kicker: l.cellKind(c.Kind), Title: l.Name(c.Name), Sub: l.cellPathOf(id), Back: &part.Link{Href: "/org", Label: l.T("org.title")}}}
	p.Actions = []part.Button{{Label: l.T("org.cell.poster"), Icon: "qr-code", Kind: part.Quiet, Href: "/cells/" + url.PathEscape(string(id)) + "/poster"}}
	p.Notices = l.cellNotices(c)
	p.Facts = l.cellFacts(c, open)
	p.Map = l.orgMap(l.cellsNow(), c.Kind, id, open, string(cellAt(id)))
	if len(c.Outline) == 0 {
		p.Map = nil
	}
	gaps, _ := l.gapsAt(l.Now())
	for _, post := range l.Org().Posts {
		if post.Covers(grid.DayOf(l.Now())) && slices.Contains(post.Cells, id) {
			p.Posts = append(p.Posts, l.post(post, gaps, l.Now()))
		}
	}
	p.People, p.StandIns = l.cellPeople(id)
	p.Leads = l.cellLeads(id)
	p.Below = l.cellsBelow(id, open)
	p.History = l.cellHistory(string(id))
	if l.organises() {
		p.Edit = []part.Link{{Href: doAt("set_cell", "cell", string(id)), Label: l.T("org.correct"), Icon: "pencil"},
			{Href: doAt("renew_cell", "cell", string(id)), Label: fault.Name(l.Lang(), "act.org.renew_cell"), Icon: "history"}}
		if c.Kind != grid.KindStation {
			p.Edit = append(p.Edit, part.Link{Href: doAt("merge_cells", "cell", string(id)), Label: fault.Name(l.Lang(), "act.org.merge_cells"), Icon: "merge"},
				part.Link{Href: doAt("retire_cell", "cell", string(id)), Label: fault.Name(l.Lang(), "act.org.retire_cell"), Icon: "circle-x"})
		}
		p.Edit = append(p.Edit, part.Link{Href: doAt("set_post", "cell", string(id)), Label: l.T("org.new_post"), Icon: "plus"})
		if c.Kind == grid.KindBeat || c.Kind == grid.KindCell {
			p.Edit = append(p.Edit, part.Link{Href: doAt("set_lead", "cell", string(id)), Label: l.T("org.new_lead"), Icon: "plus"})
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "org", p.Show())
}

// cellPathOf says where a cell lies, from the top.
func (l *teller) cellPathOf(id grid.CellID) string {
	var up []string
	for _, c := range l.Org().Tree().Ancestors(id, l.Now()) {
		up = append([]string{l.Name(c.Name)}, up...)
	}
	return strings.Join(up, " › ")
}

func (l *teller) cellNotices(c grid.Cell) (list []part.Flash) {
	today := grid.DayOf(l.Now())
	if m, merged := l.Org().MergedInto(string(c.ID)); merged {
		list = append(list, part.Flash{Tone: part.Info, Text: l.T("org.cell.merged_into", "cell", l.cellNow(grid.CellID(m.Into)), "day", l.Day(m.From.Start()))})
	}
	switch {
	case c.Until != "" && c.Until < today:
		list = append(list, part.Flash{Tone: part.Paused, Text: l.T("org.cell.ended", "day", l.Day(c.Until.Start()))})
	case c.Until != "":
		list = append(list, part.Flash{Tone: part.Due, Text: l.T("org.cell.ends", "day", l.Day(c.Until.Start()))})
	case c.From > today:
		list = append(list, part.Flash{Tone: part.Info, Text: l.T("org.cell.starts", "day", l.Day(c.From.Start()))})
	}
	return list
}

func (l *teller) cellFacts(c grid.Cell, open map[string]int) part.Definitions {
	d := part.Definitions{Pairs: []part.Pair{{Term: l.T("org.cell.id"), Text: string(c.ID)}, {Term: l.T("org.cell.kind"), Text: l.cellKind(c.Kind)}}}
	if up, ok := l.Org().Tree().Cell(c.Parent, l.Now()); ok {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.parent"), Value: web.Linked(cellAt(up.ID), l.Name(up.Name))})
	}
	if c.Nature != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.nature"), Text: fault.Name(l.Lang(), "nature."+string(c.Nature))})
	}
	if c.Code != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.code"), Text: strings.TrimSuffix(c.Code+"（"+c.CodeScheme+"）", "（）")})
	}
	d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.span"), Text: l.dated(c.Span)})
	if from := l.Org().MergedFrom(string(c.ID)); len(from) > 0 {
		var all []templ.Component
		for i, id := range from {
			if i > 0 {
				all = append(all, templ.Raw(l.Comma()))
			}
			all = append(all, web.Linked(cellAt(grid.CellID(id)), l.cellNow(grid.CellID(id))))
		}
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.merged_from"), Value: together(all...)})
	}
	if l.Scope().Station() != "" {
		n := l.below(c.ID, open)
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.cell.matters"), Value: web.Linked("/matters?tab=open&cell="+url.QueryEscape(string(c.ID)), fmt.Sprint(n, " ", l.T("org.unit.matters")))})
	}
	return d
}

// cellPeople are those who look after a cell: their own, by a post, from above; and who stands in for whom there.
func (l *teller) cellPeople(id grid.CellID) (part.Table, *part.Table) {
	t := part.Table{Caption: l.T("org.people"), Empty: &part.Empty{Icon: "users-round", Text: l.T("org.cell.people_none")},
		Columns: []part.Column{{Label: l.T("org.column.who")}, {Label: l.T("org.column.role")}, {Label: l.T("org.column.how")}, {Label: l.T("org.column.now")}}}
	stand := part.Table{Caption: l.T("org.stand_ins"), Columns: []part.Column{{Label: l.T("org.column.for")}, {Label: l.T("org.column.by")}, {Label: l.T("org.column.span")}}}
	path := l.Org().Tree().Path(id, l.Now())
	for _, p := range l.Org().Everyone() {
		how := l.why(p, path)
		if p.Gone || how == "" {
			continue
		}
		r := part.Row{Cells: []templ.Component{l.peopleCell([]*organisation.Person{p}), part.Plainly(l.roleName(p.Role)), part.Plainly(how), l.dutyAt(p, l.Now())}}
		t.Rows = append(t.Rows, r)
		for _, x := range p.StandIns {
			if x.Until.After(l.Now()) {
				by := l.Org().People[x.By]
				if by != nil {
					stand.Rows = append(stand.Rows, part.Row{Cells: []templ.Component{part.Plainly(p.Call), l.peopleCell([]*organisation.Person{by}), part.Plainly(l.When(x.From) + " – " + l.When(x.Until))}})
				}
			}
		}
	}
	if len(stand.Rows) == 0 {
		return t, nil
	}
	return t, &stand
}

// why says why somebody looks after the last cell of a path; "" when they do not. Those who have the whole station are left out.
func (l *teller) why(p *organisation.Person, path []grid.Cell) string {
	for i := len(path) - 1; i >= 0; i-- {
		c := path[i]
		if c.Kind == grid.KindStation && i < len(path)-1 {
			return ""
		}
		if slices.Contains(p.Cells, string(c.ID)) {
			if i == len(path)-1 {
				return l.T("org.how.own")
			}
			return l.T("org.how.above", "cell", l.Name(c.Name))
		}
		for _, post := range l.sitsAt(p, l.Now()) {
			if slices.Contains(post.Cells, c.ID) {
				return l.T("org.how.post", "post", l.Name(post.Name))
			}
		}
	}
	return ""
}

func (l *teller) cellLeads(id grid.CellID) *part.Table {
	t := part.Table{Caption: l.T("org.leads"), Columns: []part.Column{{Label: l.T("org.column.beat")}, {Label: l.T("org.column.party")}, {Label: l.T("org.column.span")}}}
	for _, x := range l.Org().Leads {
		if x.Beat == id || x.PartyCell == id {
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{web.Linked(cellAt(x.Beat), l.cellNow(x.Beat)), web.Linked(cellAt(x.PartyCell), l.cellNow(x.PartyCell)), part.Plainly(l.dated(x.Span))}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

func (l *teller) cellsBelow(id grid.CellID, open map[string]int) *part.Table {
	t := part.Table{Caption: l.T("org.below"), Columns: []part.Column{{Label: l.T("org.column.name")}, {Label: l.T("org.column.kind")}, {Label: l.T("org.column.people"), Num: true},
		{Label: l.T("org.column.open"), Num: true}}}
	covering := l.covering()
	for _, c := range l.cellsNow() {
		if c.Parent == id {
			t.Rows = append(t.Rows, part.Row{Href: cellAt(c.ID), Cells: part.Cells(l.Name(c.Name), l.cellKind(c.Kind), strconv.Itoa(len(covering[string(c.ID)])), strconv.Itoa(l.below(c.ID, open)))})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

func (l *teller) cellHistory(id string) *part.Table {
	versions := l.Org().Versions(id)
	if len(versions) < 2 {
		return nil
	}
	t := part.Table{Caption: l.T("org.history"), Columns: []part.Column{{Label: l.T("org.column.name")}, {Label: l.T("org.column.span")}, {Label: l.T("org.cell.parent")}}}
	for _, v := range slices.Backward(versions) {
		t.Rows = append(t.Rows, web.Row(l.Name(v.Name), l.dated(v.Span), l.Org().CellName(string(v.Parent), l.Lang())))
	}
	return &t
}
