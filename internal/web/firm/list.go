package firm

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/fault"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
)

// firmList is the firms, schools and venues somebody may see: all by name, or those of which something is due.
func (s Pages) firmList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if l.Scope().Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := r.URL.Query()
	view := firms.View(q.Get("view"))
	if view == "" {
		view = firms.All
	}
	f := firms.Filter{View: view, Officer: q.Get("officer"), Sorts: l.sortsOf(q.Get("group")), Name: q.Get("name")}
	if q.Get("cell") != "" {
		f.Cells = []string{q.Get("cell")}
	}
	rows, err := s.Boards.Firms.List(l.Ctx(), l.Scope(), f, l.Today(), q.Get("after"), web.PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.T("firms.title"), Sub: l.T("firms.sub"), Back: &part.Link{Href: "/services", Label: l.T("services.title")}},
		Pager: l.Pager("/firms", q, rows.Next), Filter: l.firmFilter(q)}
	if p.Tabs, err = l.firmTabs(view, q); err != nil {
		return err
	}
	p.Table = part.Table{Caption: l.T("firms.title"), Empty: &part.Empty{Icon: "building-2", Text: l.T("firms.none." + string(view)), Hint: l.T("firms.none_hint")},
		Columns: []part.Column{{Label: l.T("firms.name")}, {Label: l.T("firms.sort")}, {Label: l.T("firms.cell")}, {Label: l.T("firms.officer")},
			{Label: l.T("firms.brief_on")}, {Label: l.T("firms.visit_on")}, {Label: l.T("firms.open")}}}
	for _, x := range rows.Rows {
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/firms/" + x.ID, Cells: []templ.Component{part.Plainly(x.Name), part.Plainly(l.sort(x.Sort)), part.Plainly(l.Cell(x.Cell)),
			part.Plainly(l.officers(x.Officer, x.Deputy)), l.dueCell(x.BriefOn, x.Live), l.dueCell(x.VisitOn, x.Live), part.Plainly(web.OrDash(l.waits(x)))}})
	}
	p.Actions = l.firmActions()
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

func (l *teller) firmActions() (list []part.Button) {
	if l.May("firm.set", access.Thing{Kind: "firm", Cells: l.Who().Cells}) {
		list = append(list, part.Button{Label: l.T("firms.new"), Icon: "plus", Href: "/firms/new"},
			part.Button{Label: l.T("firms.import"), Icon: "upload", Kind: part.Quiet, Href: "/firms/import"})
	}
	return append(list, part.Button{Label: l.T("gates.title"), Icon: "school", Kind: part.Quiet, Href: "/firms/gates"},
		part.Button{Label: l.T("campaigns.title"), Icon: "clipboard-list", Kind: part.Quiet, Href: "/campaigns"})
}

func (l *teller) firmTabs(view firms.View, q url.Values) (tabs part.Tabs, err error) {
	counts, err := l.s.Boards.Firms.Counts(l.Ctx(), l.Scope(), l.Today())
	if err != nil {
		return tabs, err
	}
	tabs.Label = l.T("firms.views")
	for _, v := range firms.Views {
		n := counts[v]
		if v == firms.All {
			n = -1
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: web.Address("/firms", q, "view", string(v), "after", ""), Label: l.T("firms.view." + string(v)), Count: n, Current: v == view})
	}
	return tabs, nil
}

func (l *teller) firmFilter(q url.Values) *part.FilterBar {
	f := &part.FilterBar{Action: "/firms", Clear: "/firms", Fields: []part.Field{
		{Name: "name", Label: l.T("firms.name"), Kind: part.KindSearch, Value: q.Get("name")},
		{Name: "group", Label: l.T("firms.group"), Kind: part.KindSelect, Value: q.Get("group"), Options: web.Named(l.Lang(), "firmgroup.", groupsOfFirms)},
		{Name: "cell", Label: l.T("firms.cell"), Kind: part.KindSelect, Value: q.Get("cell"), Options: web.CellOptions(l.Lang(), l.Org())},
		{Name: "officer", Label: l.T("firms.officer"), Kind: part.KindSelect, Value: q.Get("officer"), Options: l.s.PeopleOptions(l.Lang(), l.Org(), l.Who())},
		{Name: "view", Kind: part.KindHidden, Value: q.Get("view")}}}
	return f
}

var groupsOfFirms = []string{"firm", "school", "kindergarten", "venue"}

// sortsOf are the sorts of a group; none for every group. A group without sorts finds nothing rather than everything.
func (l *teller) sortsOf(group string) (list []string) {
	if group == "" {
		return nil
	}
	for _, x := range l.Book().FirmSorts() {
		if x.Group == group {
			list = append(list, x.Key)
		}
	}
	if len(list) == 0 {
		list = []string{"-"}
	}
	return list
}

// sort is what a sort of firm is called.
func (l *teller) sort(key string) string {
	if x, ok := l.Book().FirmSort(key); ok {
		return l.Capital(x.Name.In(l.Lang()))
	}
	return l.T("firms.old_sort")
}

func (l *teller) officers(officer, deputy string) string {
	switch {
	case officer == "":
		return l.T("firms.nobody")
	case deputy == "":
		return l.Person(officer)
	}
	return l.Person(officer) + l.Comma() + l.Person(deputy)
}

// dueCell is a day in a table, as a clock when it is over or near.
func (l *teller) dueCell(on string, live bool) templ.Component {
	c := l.TaskClock(on)
	if c == nil || !live {
		return part.Plainly("—")
	}
	return *c
}

// waits says what of a firm waits.
func (l *teller) waits(x firms.Row) (s string) {
	add := func(key string, n int) {
		if n > 0 {
			if s != "" {
				s += l.Comma()
			}
			s += l.T("firms.waits."+key, "n", strconv.Itoa(n))
		}
	}
	add("questions", x.Questions)
	add("advice", x.Advice)
	add("asks", x.Asks)
	return s
}

// gateList is who stands at which school's gate today (护学岗), and the day's record.
func (s Pages) gateList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if l.Scope().Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	day := r.URL.Query().Get("day")
	if day == "" {
		day = l.Today()
	}
	rows, err := s.Boards.Firms.List(l.Ctx(), l.Scope(), firms.Filter{Post: true}, l.Today(), r.URL.Query().Get("after"), web.PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.T("gates.title"), Sub: l.T("gates.sub"), Back: &part.Link{Href: "/firms", Label: l.T("firms.title")}},
		Filter: &part.FilterBar{Action: "/firms/gates", Clear: "/firms/gates", Fields: []part.Field{{Name: "day", Label: l.T("gates.day"), Kind: part.KindDate, Value: day}}},
		Pager:  l.Pager("/firms/gates", r.URL.Query(), rows.Next)}
	p.Table = part.Table{Caption: l.T("gates.title"), Empty: &part.Empty{Icon: "school", Text: l.T("gates.none"), Hint: l.T("gates.none_hint")},
		Columns: []part.Column{{Label: l.T("gates.school")}, {Label: l.T("gates.window")}, {Label: l.T("gates.lead")}, {Label: l.T("gates.who")}, {Label: l.T("gates.odd")}}}
	for _, x := range rows.Rows {
		f, err := l.Firm(x.ID)
		if err != nil {
			return err
		}
		for _, win := range f.Post.Watched(day, l.Calendar()) {
			lead := l.T("gates.no_lead")
			if win.Lead != "" {
				lead = l.Person(win.Lead)
			}
			who, odd, err := l.stood(f, day, win.Title)
			if err != nil {
				return err
			}
			p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/firms/" + x.ID + "#gate", Cells: []templ.Component{part.Plainly(x.Name),
				part.Plainly(win.Title + " " + win.From + "–" + win.Until), part.Plainly(lead), who, part.Plainly(web.OrDash(odd))}})
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

// personAmong tells whether somebody is among people.
func personAmong(list []string, person string) bool { return slices.Contains(list, person) }
