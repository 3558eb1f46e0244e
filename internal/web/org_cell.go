package web

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
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

// orgCell is one cell: where it lies, who works there, which posts it has and what is missing.
func (s *Site) orgCell(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	id := grid.CellID(r.PathValue("id"))
	last, ok := l.org.Cell(string(id))
	if !ok || l.org.Tree() == nil {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	c := last
	if now, in := l.org.Tree().Cell(id, l.now); in {
		c = now
	}
	open, err := l.openCounts()
	if err != nil {
		return err
	}
	p := org.Cell{Heading: part.Heading{Kicker: l.cellKind(c.Kind), Title: l.Name(c.Name), Sub: l.cellPathOf(id), Back: &part.Link{Href: "/org", Label: l.t("org.title")}}}
	p.Actions = []part.Button{{Label: l.t("org.cell.poster"), Icon: "qr-code", Kind: part.Quiet, Href: "/cells/" + url.PathEscape(string(id)) + "/poster"}}
	p.Notices = l.cellNotices(c)
	p.Facts = l.cellFacts(c, open)
	p.Map = l.orgMap(l.cellsNow(), c.Kind, id, open, string(cellAt(id)))
	if len(c.Outline) == 0 {
		p.Map = nil
	}
	gaps, _ := l.gapsAt(l.now)
	for _, post := range l.org.Posts {
		if post.Covers(grid.DayOf(l.now)) && slices.Contains(post.Cells, id) {
			p.Posts = append(p.Posts, l.post(post, gaps, l.now))
		}
	}
	p.People, p.StandIns = l.cellPeople(id)
	p.Leads = l.cellLeads(id)
	p.Below = l.cellsBelow(id, open)
	p.History = l.cellHistory(string(id))
	if l.organises() {
		p.Edit = []part.Link{{Href: doAt("set_cell", "cell", string(id)), Label: l.t("org.correct"), Icon: "pencil"},
			{Href: doAt("renew_cell", "cell", string(id)), Label: fault.Name(l.lang, "act.org.renew_cell"), Icon: "history"}}
		if c.Kind != grid.KindStation {
			p.Edit = append(p.Edit, part.Link{Href: doAt("merge_cells", "cell", string(id)), Label: fault.Name(l.lang, "act.org.merge_cells"), Icon: "merge"},
				part.Link{Href: doAt("retire_cell", "cell", string(id)), Label: fault.Name(l.lang, "act.org.retire_cell"), Icon: "circle-x"})
		}
		p.Edit = append(p.Edit, part.Link{Href: doAt("set_post", "cell", string(id)), Label: l.t("org.new_post"), Icon: "plus"})
		if c.Kind == grid.KindBeat || c.Kind == grid.KindCell {
			p.Edit = append(p.Edit, part.Link{Href: doAt("set_lead", "cell", string(id)), Label: l.t("org.new_lead"), Icon: "plus"})
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "org", p.Show())
}

// cellPathOf says where a cell lies, from the top.
func (l *teller) cellPathOf(id grid.CellID) string {
	var up []string
	for _, c := range l.org.Tree().Ancestors(id, l.now) {
		up = append([]string{l.Name(c.Name)}, up...)
	}
	return strings.Join(up, " › ")
}

func (l *teller) cellNotices(c grid.Cell) (list []part.Flash) {
	today := grid.DayOf(l.now)
	if m, merged := l.org.MergedInto(string(c.ID)); merged {
		list = append(list, part.Flash{Tone: part.Info, Text: l.t("org.cell.merged_into", "cell", l.cellNow(grid.CellID(m.Into)), "day", l.Day(m.From.Start()))})
	}
	switch {
	case c.Until != "" && c.Until < today:
		list = append(list, part.Flash{Tone: part.Paused, Text: l.t("org.cell.ended", "day", l.Day(c.Until.Start()))})
	case c.Until != "":
		list = append(list, part.Flash{Tone: part.Due, Text: l.t("org.cell.ends", "day", l.Day(c.Until.Start()))})
	case c.From > today:
		list = append(list, part.Flash{Tone: part.Info, Text: l.t("org.cell.starts", "day", l.Day(c.From.Start()))})
	}
	return list
}

func (l *teller) cellFacts(c grid.Cell, open map[string]int) part.Definitions {
	d := part.Definitions{Pairs: []part.Pair{{Term: l.t("org.cell.id"), Text: string(c.ID)}, {Term: l.t("org.cell.kind"), Text: l.cellKind(c.Kind)}}}
	if up, ok := l.org.Tree().Cell(c.Parent, l.now); ok {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.parent"), Value: Linked(cellAt(up.ID), l.Name(up.Name))})
	}
	if c.Nature != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.nature"), Text: fault.Name(l.lang, "nature."+string(c.Nature))})
	}
	if c.Code != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.code"), Text: strings.TrimSuffix(c.Code+"（"+c.CodeScheme+"）", "（）")})
	}
	d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.span"), Text: l.dated(c.Span)})
	if from := l.org.MergedFrom(string(c.ID)); len(from) > 0 {
		var all []templ.Component
		for i, id := range from {
			if i > 0 {
				all = append(all, templ.Raw(l.Comma()))
			}
			all = append(all, Linked(cellAt(grid.CellID(id)), l.cellNow(grid.CellID(id))))
		}
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.merged_from"), Value: together(all...)})
	}
	if l.scope.Station() != "" {
		n := l.below(c.ID, open)
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("org.cell.matters"), Value: Linked("/matters?tab=open&cell="+url.QueryEscape(string(c.ID)), fmt.Sprint(n, " ", l.t("org.unit.matters")))})
	}
	return d
}

// cellPeople are those who look after a cell: their own, by a post, from above; and who stands in for whom there.
func (l *teller) cellPeople(id grid.CellID) (part.Table, *part.Table) {
	t := part.Table{Caption: l.t("org.people"), Empty: &part.Empty{Icon: "users-round", Text: l.t("org.cell.people_none")},
		Columns: []part.Column{{Label: l.t("org.column.who")}, {Label: l.t("org.column.role")}, {Label: l.t("org.column.how")}, {Label: l.t("org.column.now")}}}
	stand := part.Table{Caption: l.t("org.stand_ins"), Columns: []part.Column{{Label: l.t("org.column.for")}, {Label: l.t("org.column.by")}, {Label: l.t("org.column.span")}}}
	path := l.org.Tree().Path(id, l.now)
	for _, p := range l.org.Everyone() {
		how := l.why(p, path)
		if p.Gone || how == "" {
			continue
		}
		r := part.Row{Cells: []templ.Component{l.peopleCell([]*organisation.Person{p}), part.Plainly(l.roleName(p.Role)), part.Plainly(how), l.dutyAt(p, l.now)}}
		t.Rows = append(t.Rows, r)
		for _, x := range p.StandIns {
			if x.Until.After(l.now) {
				by := l.org.People[x.By]
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
				return l.t("org.how.own")
			}
			return l.t("org.how.above", "cell", l.Name(c.Name))
		}
		for _, post := range l.sitsAt(p, l.now) {
			if slices.Contains(post.Cells, c.ID) {
				return l.t("org.how.post", "post", l.Name(post.Name))
			}
		}
	}
	return ""
}

func (l *teller) cellLeads(id grid.CellID) *part.Table {
	t := part.Table{Caption: l.t("org.leads"), Columns: []part.Column{{Label: l.t("org.column.beat")}, {Label: l.t("org.column.party")}, {Label: l.t("org.column.span")}}}
	for _, x := range l.org.Leads {
		if x.Beat == id || x.PartyCell == id {
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{Linked(cellAt(x.Beat), l.cellNow(x.Beat)), Linked(cellAt(x.PartyCell), l.cellNow(x.PartyCell)), part.Plainly(l.dated(x.Span))}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

func (l *teller) cellsBelow(id grid.CellID, open map[string]int) *part.Table {
	t := part.Table{Caption: l.t("org.below"), Columns: []part.Column{{Label: l.t("org.column.name")}, {Label: l.t("org.column.kind")}, {Label: l.t("org.column.people"), Num: true},
		{Label: l.t("org.column.open"), Num: true}}}
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
	versions := l.org.Versions(id)
	if len(versions) < 2 {
		return nil
	}
	t := part.Table{Caption: l.t("org.history"), Columns: []part.Column{{Label: l.t("org.column.name")}, {Label: l.t("org.column.span")}, {Label: l.t("org.cell.parent")}}}
	for _, v := range slices.Backward(versions) {
		t.Rows = append(t.Rows, Row(l.Name(v.Name), l.dated(v.Span), l.org.CellName(string(v.Parent), l.lang)))
	}
	return &t
}
