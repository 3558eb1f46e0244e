package org

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

// Routes are the pages of the organisation: everybody with an account reads, head and administrator change.
func (s Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/org", May: "org.read", Handler: s.orgPage},
		{Method: "GET", Pattern: "/org/cells/{id}", May: "org.read", Handler: s.orgCell},
		{Method: "GET", Pattern: "/org/staffing", May: "org.read", Handler: s.orgStaffing},
		{Method: "GET", Pattern: "/org/do/{act}", May: "org.read", Handler: s.orgDo},
		{Method: "GET", Pattern: "/org/files", May: "org.read", Handler: s.orgFiles},
		{Method: "POST", Pattern: "/org/import", May: "org.read", Large: true, Handler: s.orgCheck},
		{Method: "POST", Pattern: "/org/import/apply", May: "org.read", Large: true, Handler: s.orgApply},
		{Method: "GET", Pattern: "/org/export/{file}", May: "org.read", Handler: s.orgExport},
		{Method: "POST", Pattern: "/org/export/{file}", May: "people.export", Handler: s.orgExport},
		{Method: "GET", Pattern: "/people", May: "people.read", Handler: s.people},
		{Method: "GET", Pattern: "/people/new", May: "people.read", Handler: s.personNew},
		{Method: "GET", Pattern: "/people/{id}", May: "people.read", Handler: s.person},
	}
}

var orgThing = access.Thing{Kind: "org"}

// organises tells whether somebody may change the organisation.
func (l *teller) organises() bool { return l.May("org.set_cell", orgThing) }

// cellsNow are the cells in force.
func (l *teller) cellsNow() []grid.Cell {
	if tree := l.Org().Tree(); tree != nil {
		return tree.Cells(l.Now())
	}
	return nil
}

// covering tells for every cell who works there: themselves, or through a post. Cells above are not counted.
func (l *teller) covering() map[string][]*organisation.Person {
	m := map[string][]*organisation.Person{}
	add := func(cell string, p *organisation.Person) {
		if !slices.Contains(m[cell], p) {
			m[cell] = append(m[cell], p)
		}
	}
	for _, p := range l.Org().Everyone() {
		if p.Gone {
			continue
		}
		for _, c := range p.Cells {
			add(c, p)
		}
		for _, post := range l.sitsAt(p, l.Now()) {
			for _, c := range post.Cells {
				add(string(c), p)
			}
		}
	}
	return m
}

// sitsAt are the posts somebody holds a seat at on a day.
func (l *teller) sitsAt(p *organisation.Person, at time.Time) (posts []grid.Post) {
	day := grid.DayOf(at)
	for _, seat := range p.Seats {
		if post, ok := l.Org().Post(string(seat.Post)); ok && seat.Covers(day) && post.Covers(day) {
			posts = append(posts, post)
		}
	}
	return posts
}

// cellNow is what a cell is called now.
func (l *teller) cellNow(id grid.CellID) string {
	if tree := l.Org().Tree(); tree != nil {
		if c, ok := tree.Cell(id, l.Now()); ok {
			return l.Name(c.Name)
		}
	}
	return l.Org().CellName(string(id), l.Lang())
}

func (l *teller) cellKind(k grid.Kind) string {
	if key := "cellkind." + string(k); l.T(key) != key {
		return l.T(key)
	}
	return string(k)
}

func (l *teller) roleName(r grid.Role) string { return r.Name().In(l.Lang()) }

// dated says a span of days.
func (l *teller) dated(s grid.Span) string {
	day := func(d grid.Day) string { return l.Day(d.Start()) }
	switch {
	case s.From != "" && s.Until != "":
		return l.T("org.span.both", "from", day(s.From), "until", day(s.Until))
	case s.From != "":
		return l.T("org.span.from", "from", day(s.From))
	case s.Until != "":
		return l.T("org.span.until", "until", day(s.Until))
	}
	return l.T("org.span.always")
}

func cellAt(id grid.CellID) string { return "/org/cells/" + url.PathEscape(string(id)) }

func doAt(act string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return strings.TrimSuffix("/org/do/"+act+"?"+q.Encode(), "?")
}

// people are links to people, or their names for those who may not open them.
func (l *teller) peopleCell(all []*organisation.Person) templ.Component {
	reads := l.May("people.read", access.Thing{Kind: "people"})
	var list []templ.Component
	for i, p := range all {
		if i > 0 {
			list = append(list, templ.Raw(l.Comma()))
		}
		if reads {
			list = append(list, web.Linked(web.PersonAt(p.ID), p.Call))
		} else {
			list = append(list, part.Plainly(p.Call))
		}
	}
	if len(all) == 0 {
		return templ.Raw(`<span class="soft">—</span>`)
	}
	return together(list...)
}

// together keeps several things one cell of a table.
func together(all ...templ.Component) templ.Component {
	return part.Some(templ.Raw("<span>"), part.Some(all...), templ.Raw("</span>"))
}

// orgViews are the parts of the organisation, each a page of its own.
var orgViews = []string{"cells", "leads", "posts", "bodies"}

// orgPage is the organisation, one view of it at a time: cells first.
func (s Pages) orgPage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	view := r.URL.Query().Get("view")
	if !slices.Contains(orgViews, view) {
		view = orgViews[0]
	}
	p := org.Overview{Heading: part.Heading{Title: l.T("org.title"), Sub: l.T("org.sub")}, Actions: l.orgActions(view)}
	cells := l.cellsNow()
	if len(cells) == 0 {
		p.Empty = &part.Empty{Icon: "network", Text: l.T("org.empty"), Hint: l.T("org.empty_hint")}
		return s.Page(w, r, http.StatusOK, p.Heading.Title, "org", p.Show())
	}
	for _, c := range l.Org().Ending(l.Who().Person, l.Now()) {
		p.Notices = append(p.Notices, l.told(c))
	}
	p.Tabs = l.orgTabs(view, len(cells))
	switch view {
	case "leads":
		p.Note, p.Table = l.T("org.leads_note"), l.leadsTable(cells, l.covering())
	case "posts":
		p.Table = l.postsTable()
	case "bodies":
		p.Table = l.bodiesTable()
	default:
		if err := l.orgCells(&p, cells, grid.Kind(r.URL.Query().Get("map"))); err != nil {
			return err
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "org", p.Show())
}

// orgActions are what those who organise may begin in a view.
func (l *teller) orgActions(view string) []part.Button {
	if !l.organises() {
		return nil
	}
	actions := []part.Button{{Label: l.T("org.files"), Icon: "upload", Kind: part.Quiet, Href: "/org/files"}}
	begin := map[string][2]string{"cells": {"org.new_cell", "set_cell"}, "leads": {"org.new_lead", "set_lead"}, "posts": {"org.new_post", "set_post"}, "bodies": {"org.new_body", "set_body"}}[view]
	return append(actions, part.Button{Label: l.T(begin[0]), Icon: "plus", Kind: part.Quiet, Href: doAt(begin[1])})
}

func (l *teller) orgTabs(now string, cells int) part.Tabs {
	tabs := part.Tabs{Label: l.T("org.title")}
	beats := map[grid.CellID]bool{}
	for _, x := range l.Org().Leads {
		beats[x.Beat] = true
	}
	counts := map[string]int{"cells": cells, "leads": len(beats), "posts": len(l.postsNow()), "bodies": len(l.everyBody())}
	for _, v := range orgViews {
		href := "/org?view=" + v
		if v == orgViews[0] {
			href = "/org"
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: href, Label: l.T("org.view." + v), Count: counts[v], Current: v == now})
	}
	return tabs
}

// gapsShown is how many gaps the first page lists; the page of staffing has them all.
const gapsShown = 6

// orgCells fills the view of cells: figures, tree, map, gaps.
func (l *teller) orgCells(p *org.Overview, cells []grid.Cell, kind grid.Kind) error {
	open, err := l.openCounts()
	if err != nil {
		return err
	}
	gaps, lacking := l.gapsAt(l.Now())
	stats := l.orgStats(cells, open, gaps, lacking)
	p.Stats = &stats
	p.Tree = l.orgTree(cells, l.covering(), open)
	p.Map = l.orgMap(cells, kind, "", open, "/org")
	all := slices.Concat(gaps, lacking)
	slices.SortStableFunc(all, func(a, b grid.Gap) int { return b.Open() - a.Open() })
	if len(all) > gapsShown {
		p.More = l.T("org.gaps_more", "n", len(all))
		all = all[:gapsShown]
	}
	p.Gaps = l.gapTable(all)
	return nil
}

// told says to somebody that a cell of theirs ends or has ended.
func (l *teller) told(c grid.Cell) part.Flash {
	key, tone := "org.told", part.Due
	if c.Until < grid.DayOf(l.Now()) {
		key, tone = "org.told_past", part.Info
	}
	return part.Flash{Tone: tone, Text: l.T(key, "cell", l.Name(c.Name), "day", l.Day(c.Until.Start()))}
}

// openCounts counts open matters by cell, as far as the person sees matters at all.
func (l *teller) openCounts() (map[string]int, error) {
	if l.s.Boards.Matters == nil {
		return map[string]int{}, nil
	}
	return l.s.Boards.Matters.OpenByCell(l.Ctx(), l.Scope())
}

// below counts what lies in a cell and in all cells below it.
func (l *teller) below(id grid.CellID, open map[string]int) int {
	n := open[string(id)]
	for _, d := range l.Org().Tree().Descendants(id, l.Now()) {
		n += open[string(d.ID)]
	}
	return n
}

func (l *teller) orgStats(cells []grid.Cell, open map[string]int, gaps []grid.Gap, lacking []grid.Gap) part.Stats {
	var people, officers, aux, inCells, beats, all, missing, standing int
	for _, p := range l.Org().Everyone() {
		if !p.Gone {
			people++
			officers += one(p.Role.HasPolicePowers())
			aux += one(p.Role == grid.AuxOfficer)
		}
	}
	for _, c := range cells {
		inCells += one(c.Kind == grid.KindCell)
		beats += one(c.Kind == grid.KindBeat)
	}
	for _, n := range open {
		all += n
	}
	for _, g := range slices.Concat(gaps, lacking) {
		missing += g.Open()
		standing += min(g.StandIns, g.Want-g.Have)
	}
	stats := part.Stats{Items: []part.Stat{
		{Label: l.T("org.stat.people"), Value: strconv.Itoa(people), Unit: l.T("org.unit.people"), Note: l.T("org.stat.officers", "officers", officers, "aux", aux)},
		{Label: l.T("org.stat.cells"), Value: strconv.Itoa(inCells + beats), Unit: l.T("org.unit.cells"), Note: l.T("org.stat.cells_note", "cells", inCells, "beats", beats)},
		{Label: l.T("org.stat.gaps"), Value: strconv.Itoa(missing), Unit: l.T("org.unit.people"), Note: l.T("org.stat.gaps_note", "stand_ins", standing), Href: "#gaps"}}}
	if missing > 0 {
		stats.Items[2].Tone = part.Due
	}
	if l.May("people.read", access.Thing{Kind: "people"}) {
		stats.Items[0].Href = "/people"
	}
	if l.Scope().Station() != "" && l.s.Boards.Matters != nil {
		stats.Items = append(stats.Items, part.Stat{Label: l.T("org.stat.open"), Value: strconv.Itoa(all), Unit: l.T("org.unit.matters"), Href: "/matters?tab=open"})
	}
	return stats
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// orgTree nests the cells; the station and what lies right below it stands open.
func (l *teller) orgTree(cells []grid.Cell, covering map[string][]*organisation.Person, open map[string]int) part.Tree {
	children := map[grid.CellID][]grid.Cell{}
	here := map[grid.CellID]bool{}
	for _, c := range cells {
		here[c.ID] = true
	}
	for _, c := range cells {
		up := c.Parent
		if !here[up] {
			up = ""
		}
		children[up] = append(children[up], c)
	}
	var nodes func(up grid.CellID, depth int) []part.Node
	nodes = func(up grid.CellID, depth int) (list []part.Node) {
		crowd := crowd(children[up], children)
		folded := map[grid.Kind][]part.Node{}
		for _, c := range children[up] {
			var notes []string
			if c.Kind != grid.KindStation && c.Kind != grid.KindTown {
				notes = append(notes, l.cellKind(c.Kind))
			}
			if n := len(covering[string(c.ID)]); n > 0 {
				notes = append(notes, l.T("org.note.people", "n", n))
			}
			if c.Until != "" {
				notes = append(notes, l.T("org.note.ends", "day", l.Day(c.Until.Start())))
			}
			n := part.Node{Label: l.Name(c.Name), Href: cellAt(c.ID), Note: strings.Join(notes, " · "), Count: l.below(c.ID, open), Open: depth < 2, Nodes: nodes(c.ID, depth+1)}
			if crowd[c.Kind] {
				folded[c.Kind] = append(folded[c.Kind], n)
			} else {
				list = append(list, n)
			}
		}
		for _, k := range slices.Sorted(maps.Keys(folded)) {
			all := 0
			for _, n := range folded[k] {
				all += n.Count
			}
			list = append(list, part.Node{Label: l.cellKind(k), Note: l.T("org.note.cells", "n", len(folded[k])), Count: all, Nodes: folded[k]})
		}
		return list
	}
	return part.Tree{Label: l.T("org.tree_label"), Nodes: nodes("", 0)}
}

// crowd tells which kinds are so many under one cell, beside others and with nothing below them, that the tree folds them together.
func crowd(cells []grid.Cell, children map[grid.CellID][]grid.Cell) map[grid.Kind]bool {
	counts, deep := map[grid.Kind]int{}, map[grid.Kind]bool{}
	for _, c := range cells {
		counts[c.Kind]++
		deep[c.Kind] = deep[c.Kind] || len(children[c.ID]) > 0
	}
	many := map[grid.Kind]bool{}
	for k, n := range counts {
		many[k] = len(counts) > 1 && n > 8 && !deep[k]
	}
	return many
}

// seatRules are what the posts ask for: their own seats, or what the playbook asks of their kind.
func (l *teller) seatRules(p grid.Post) (rules []grid.StaffingRule) {
	for _, s := range p.Seats {
		rules = append(rules, grid.StaffingRule{Post: p.Kind, Role: s.Role, Count: s.HowMany, StandIns: s.StandIns})
	}
	if len(rules) == 0 {
		for _, r := range l.Book().Org().Rules {
			if r.Post == p.Kind {
				r.For = nil
				rules = append(rules, r)
			}
		}
	}
	return rules
}

// gapsAt are the seats not filled at a time, and the posts that the playbook asks for and that are not there at all.
func (l *teller) gapsAt(at time.Time) (gaps, lacking []grid.Gap) {
	tree, people := l.Org().Tree(), l.Org().GridPeople()
	if tree == nil {
		return nil, nil
	}
	for _, p := range l.Org().Posts {
		if !p.Covers(grid.DayOf(at)) {
			continue
		}
		for _, f := range grid.Fill(p, l.seatRules(p), people, at) {
			if f.Have < f.Want {
				gaps = append(gaps, f.Gap)
			}
		}
	}
	for _, g := range grid.Gaps(tree, l.Org().Posts, people, l.Book().Org().Rules, at) {
		if g.Post == "" {
			lacking = append(lacking, g)
		}
	}
	return gaps, lacking
}

func (l *teller) gapTable(gaps []grid.Gap) part.Table {
	t := part.Table{Caption: l.T("org.gaps"), Empty: &part.Empty{Icon: "circle-check", Text: l.T("org.no_gaps")},
		Columns: []part.Column{{Label: l.T("org.column.post")}, {Label: l.T("org.column.lack")}}}
	for _, g := range gaps {
		name, href := l.cellNow(g.Where), cellAt(g.Where)
		if post, ok := l.Org().Post(string(g.Post)); ok {
			name = l.Name(post.Name)
			if href += "#post-" + string(post.ID); g.Where == "" {
				href = "/org/staffing#post-" + string(post.ID)
			}
		}
		t.Rows = append(t.Rows, part.Row{Href: href, Cells: []templ.Component{part.Plainly(name), l.gapStatus(g)}})
	}
	return t
}

// gapStatus says what is missing at a seat, or who sits in for it.
func (l *teller) gapStatus(g grid.Gap) templ.Component {
	if n := g.Open(); n > 0 {
		return part.Status{Tone: part.Due, Label: l.T("org.lack", "n", n, "role", l.roleName(g.Role))}
	}
	return part.Status{Tone: part.Info, Label: l.T("org.stands_in") + l.T("org.seat_stand_in", "role", l.roleName(g.Role))}
}

// leadsTable tells which party cells lead which beat, many to many, with its officers.
func (l *teller) leadsTable(cells []grid.Cell, covering map[string][]*organisation.Person) part.Table {
	t := part.Table{Caption: l.T("org.leads"), Empty: &part.Empty{Icon: "network", Text: l.T("org.no_leads")}, Columns: []part.Column{{Label: l.T("org.column.beat")}, {Label: l.T("org.column.party")}, {Label: l.T("org.column.officers")}}}
	for _, c := range cells {
		var lines []templ.Component
		for _, lead := range l.Org().Leads {
			if lead.Beat == c.ID {
				lines = append(lines, l.leadLine(lead.PartyCell, lead.Span))
			}
		}
		if len(lines) == 0 {
			continue
		}
		t.Rows = append(t.Rows, part.Row{Href: cellAt(c.ID), Cells: []templ.Component{part.Plainly(l.Name(c.Name)), together(lines...), l.peopleCell(l.policeOf(c.ID, covering))}})
	}
	return t
}

func (l *teller) leadLine(cell grid.CellID, span grid.Span) templ.Component {
	class := "org-line"
	if !span.Covers(grid.DayOf(l.Now())) {
		class = "org-line soft"
	}
	return part.Some(templ.Raw(`<span class="`+class+`">`), web.Linked(cellAt(cell), l.cellNow(cell)), templ.Raw(` <span class="soft small">`), part.Plainly(l.dated(span)), templ.Raw(`</span></span>`))
}

// policeOf are the officers and auxiliaries of a cell, of its posts too; where there are none, those of the cells above.
func (l *teller) policeOf(id grid.CellID, covering map[string][]*organisation.Person) (list []*organisation.Person) {
	path := l.Org().Tree().Path(id, l.Now())
	for i := len(path) - 1; i >= 0 && len(list) == 0; i-- {
		for _, p := range covering[string(path[i].ID)] {
			if p.Role.HasPolicePowers() || p.Role == grid.AuxOfficer {
				list = append(list, p)
			}
		}
	}
	return list
}

// postsNow are the posts that have not ended.
func (l *teller) postsNow() []grid.Post {
	return slices.DeleteFunc(slices.Clone(l.Org().Posts), func(p grid.Post) bool { return p.Until != "" && p.Until < grid.DayOf(l.Now()) })
}

func (l *teller) postsTable() part.Table {
	t := part.Table{Caption: l.T("org.posts"), Empty: &part.Empty{Icon: "user-check", Text: l.T("org.no_posts")},
		Columns: []part.Column{{Label: l.T("org.column.post")}, {Label: l.T("org.column.where")}, {Label: l.T("org.column.seats")}, {Label: l.T("org.column.who")}}}
	for _, p := range l.postsNow() {
		var cells []string
		for _, c := range p.Cells {
			cells = append(cells, l.cellNow(c))
		}
		href := "/org/staffing#post-" + url.PathEscape(string(p.ID))
		t.Rows = append(t.Rows, part.Row{Href: href, Cells: []templ.Component{part.Plainly(l.Name(p.Name)), part.Plainly(strings.Join(cells, l.Comma())),
			part.Plainly(l.seatWords(p)), l.peopleCell(l.sitting(p, l.Now()))}})
	}
	return t
}

// seatWords says the seats of a post: 1 名民警、2 名辅警.
func (l *teller) seatWords(p grid.Post) string {
	var words []string
	for _, r := range l.seatRules(p) {
		words = append(words, l.T("org.seat", "n", r.Count, "role", l.roleName(r.Role)))
	}
	return strings.Join(words, l.Comma())
}

// sitting are those who hold a seat at a post on a day.
func (l *teller) sitting(post grid.Post, at time.Time) (list []*organisation.Person) {
	for _, p := range l.Org().Everyone() {
		if !p.Gone && slices.ContainsFunc(p.Seats, func(s grid.Sitting) bool { return s.Post == post.ID && s.Covers(grid.DayOf(at)) }) {
			list = append(list, p)
		}
	}
	return list
}

// everyBody are the bodies the station registered, and those its playbook brings.
func (l *teller) everyBody() []grid.Body {
	list := slices.Clone(l.Org().Bodies)
	for _, b := range l.Book().Org().Bodies {
		if _, own := l.Org().Body(string(b.ID)); !own {
			list = append(list, b)
		}
	}
	return list
}

func (l *teller) bodiesTable() part.Table {
	t := part.Table{Caption: l.T("org.bodies"), Columns: []part.Column{{Label: l.T("org.column.body")}, {Label: l.T("org.column.kind")}, {Label: l.T("org.column.call")},
		{Label: l.T("org.column.transfer")}, {Label: l.T("org.column.phone")}}}
	yes := func(b bool) string {
		if b {
			return l.T("org.yes")
		}
		return l.T("org.no")
	}
	organises := l.organises()
	for _, b := range l.everyBody() {
		where := l.T("org.body.ours")
		if b.Outside {
			where = l.T("org.body.outside")
		}
		row := web.Row(l.Name(b.Name), where, yes(b.MayCall), yes(b.MayTransfer), web.OrDash(b.Phone))
		if organises {
			row.Href = doAt("set_body", "body", string(b.ID))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Empty = &part.Empty{Icon: "building-2", Text: l.T("org.no_bodies")}
	return t
}

// dutyAt says whether somebody is on duty at a time.
func (l *teller) dutyAt(p *organisation.Person, at time.Time) templ.Component {
	if len(p.OnDuty) == 0 {
		return templ.Raw(`<span class="soft">` + templ.EscapeString(l.T("org.duty.none")) + `</span>`)
	}
	if onDuty(p, at) {
		return part.Status{Tone: part.OK, Label: l.T("org.duty.on")}
	}
	return part.Status{Tone: part.Paused, Label: l.T("org.duty.off")}
}

func onDuty(p *organisation.Person, at time.Time) bool {
	return len(p.OnDuty) == 0 || slices.ContainsFunc(p.OnDuty, func(h grid.Hours) bool { return !at.Before(h.From) && at.Before(h.Until) })
}

// orgStaffing is who sits at which post at a time, and what is missing.
func (s Pages) orgStaffing(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	q, at := r.URL.Query(), l.Now()
	field := part.Field{Name: "at", Label: l.T("org.staffing_at"), Kind: part.KindDateTime, Value: at.In(clock.Shanghai).Format(web.LocalTime)}
	if typed := q.Get("at"); typed != "" {
		field.Value = typed
		if x, err := time.ParseInLocation(web.LocalTime, strings.Replace(strings.TrimSpace(typed), " ", "T", 1), clock.Shanghai); err == nil {
			at = x
		} else {
			field.Error = l.s.Sentence(l.Ctx(), fault.New(fault.Invalid, "form.datetime", nil))
		}
	}
	p := org.Staffing{Heading: part.Heading{Title: l.T("org.staffing"), Sub: l.T("org.staffing_sub", "at", l.When(at)), Back: &part.Link{Href: "/org", Label: l.T("org.title")}},
		Filter: part.FilterBar{Action: "/org/staffing", Fields: []part.Field{field}}}
	gaps, lacking := l.gapsAt(at)
	missing, standing := 0, 0
	for _, g := range slices.Concat(gaps, lacking) {
		missing += g.Open()
		standing += min(g.StandIns, g.Want-g.Have)
	}
	tone := part.OK
	if missing > 0 {
		tone = part.Due
	}
	p.Stats.Items = []part.Stat{{Label: l.T("org.stat.gaps"), Value: strconv.Itoa(missing), Unit: l.T("org.unit.people"), Tone: tone},
		{Label: l.T("org.column.stand_ins"), Value: strconv.Itoa(standing), Unit: l.T("org.unit.people")}}
	for _, post := range l.Org().Posts {
		if post.Covers(grid.DayOf(at)) {
			p.Posts = append(p.Posts, l.post(post, gaps, at))
		}
	}
	if len(lacking) > 0 {
		t := l.gapTable(lacking)
		p.Lacking = &t
	}
	if len(p.Posts) == 0 {
		p.Empty = &part.Empty{Icon: "user-check", Text: l.T("org.no_posts")}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "org", p.Show())
}

// post is one post with its seats at a time.
func (l *teller) post(p grid.Post, gaps []grid.Gap, at time.Time) org.Post {
	out := org.Post{ID: string(p.ID), Name: l.Name(p.Name), Sub: l.seatWords(p)}
	open := 0
	for _, g := range gaps {
		if g.Post == p.ID {
			open += g.Open()
		}
	}
	out.Gap = &part.Status{Tone: part.OK, Label: l.T("org.full")}
	if open > 0 {
		out.Gap = &part.Status{Tone: part.Due, Label: fmt.Sprint(l.T("org.column.lack"), " ", open)}
	}
	if l.organises() {
		out.Edit = doAt("set_post", "post", string(p.ID))
	}
	out.Seats = part.Table{Caption: out.Name, Columns: []part.Column{{Label: l.T("org.column.role")}, {Label: l.T("org.column.who")}, {Label: l.T("org.column.lack")}}}
	sitting := l.sitting(p, at)
	seated := map[*organisation.Person]bool{}
	find := func(ids []grid.PersonID) (list []*organisation.Person) {
		for _, id := range ids {
			if x := l.Org().People[string(id)]; x != nil {
				list, seated[x] = append(list, x), true
			}
		}
		return list
	}
	for _, f := range grid.Fill(p, l.seatRules(p), l.Org().GridPeople(), at) {
		here, cover := find(f.Here), find(f.Cover)
		state := part.Some(part.Plainly(l.T("org.full")))
		if f.Have < f.Want {
			state = part.Some(l.gapStatus(f.Gap))
			if len(cover) > 0 {
				state = together(l.gapStatus(f.Gap), templ.Raw(" "), l.peopleCell(cover))
			}
		}
		out.Seats.Rows = append(out.Seats.Rows, part.Row{Cells: []templ.Component{part.Plainly(l.T("org.seat", "n", f.Want, "role", l.roleName(f.Role))), l.peopleCell(here), state}})
	}
	var others []*organisation.Person
	for _, x := range sitting {
		if !seated[x] {
			others = append(others, x)
		}
	}
	for _, x := range others {
		state := l.dutyAt(x, at)
		out.Seats.Rows = append(out.Seats.Rows, part.Row{Cells: []templ.Component{part.Plainly(l.roleName(x.Role)), l.peopleCell([]*organisation.Person{x}), state}})
	}
	return out
}
