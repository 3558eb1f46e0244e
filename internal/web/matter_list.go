package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
)

// PageRows is how many rows a list shows at once.
const PageRows = 30

// matterList is the work list: a part of it by tab, narrowed by a filter, a page at a time.
func (s *Site) matterList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	tab := matters.Tab(q.Get("tab"))
	if tab == "" {
		tab = s.firstTab(l)
	}
	if !slices.Contains(matters.Tabs, tab) {
		return fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	seq := s.reached(l.who.Station) // before the rows are read: what comes in between is fetched again, never missed
	f := matters.Filter{Kind: q.Get("kind"), Grade: q.Get("grade"), Cell: q.Get("cell")}
	rows, err := s.Boards.Matters.WorkList(l.ctx, l.scope, tab, f, l.now, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := matter.List{Heading: part.Heading{Title: l.t("nav.matters")}, Items: part.Matters{Items: l.items(rows.Rows), Empty: l.noMatters(tab, f)}}
	p.Live = part.Live{ID: "rows", Stream: "/live", Href: Address("/matters", q, "part", "rows"), Seq: uint64(seq)}
	p.Pager = l.Pager("/matters", q, rows.Next)
	if q.Get("part") == "rows" {
		return s.fragment(w, r, p.Rows())
	}
	p.Filter = l.matterFilter("/matters", q)
	if p.Tabs, err = l.matterTabs(tab, q); err != nil {
		return err
	}
	if l.mayOpen() {
		p.Actions = append(p.Actions, part.Button{Label: l.t("matters.open"), Icon: "plus", Href: "/matters/new", Kind: part.Quiet})
	}
	return s.Page(w, r, http.StatusOK, l.t("nav.matters"), "matters", p.Show())
}

// firstTab is where somebody begins: those who handle with their own, who lead with all that is open.
func (s *Site) firstTab(l *teller) matters.Tab {
	if slices.Contains([]grid.Role{grid.DutyLead, grid.Head}, l.who.Role) {
		return matters.AllOpen
	}
	return matters.Mine
}

func (l *teller) mayOpen() bool {
	for _, c := range append(slices.Clone(l.who.Cells), "") {
		if l.May("matter.open", access.Thing{Kind: "matter", Cells: []string{c}, Into: []string{c}}) {
			return true
		}
	}
	return false
}

func (l *teller) matterTabs(now matters.Tab, q url.Values) (part.Tabs, error) {
	tabs := part.Tabs{Label: l.t("matters.tabs")}
	order := matters.Tabs
	if l.s.firstTab(l) == matters.AllOpen { // where they begin stands first, or a phone would not show it
		order = append([]matters.Tab{matters.AllOpen}, slices.DeleteFunc(slices.Clone(order), func(t matters.Tab) bool { return t == matters.AllOpen })...)
	}
	for _, tab := range order {
		if tab == matters.MyCell && len(l.who.Cells) == 0 {
			continue
		}
		n, err := l.s.Boards.Matters.Count(l.ctx, l.scope, tab, l.now)
		if err != nil {
			return tabs, err
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: Address("/matters", q, "tab", string(tab), "after", "", "part", ""), Label: l.t("tab." + string(tab)),
			Count: n, Current: tab == now})
	}
	return tabs, nil
}

// matterFilter narrows a list of matters by what a playbook and an organisation have.
func (l *teller) matterFilter(at string, q url.Values, more ...part.Field) part.FilterBar {
	f := part.FilterBar{Action: at, Fields: []part.Field{
		{Name: "kind", Label: fault.Name(l.lang, "field.kind"), Kind: part.KindSelect, Value: q.Get("kind"), Options: kindOptions(l.lang, l.book)},
		{Name: "grade", Label: fault.Name(l.lang, "field.grade"), Kind: part.KindSelect, Value: q.Get("grade"), Options: gradeOptions(l.lang, l.book)},
		{Name: "cell", Label: fault.Name(l.lang, "field.cell"), Kind: part.KindSelect, Value: q.Get("cell"), Options: CellOptions(l.lang, l.org)}}}
	for _, one := range f.Fields {
		for _, o := range one.Options {
			if o.Value == one.Value && one.Value != "" {
				f.Chips = append(f.Chips, part.Link{Href: Address(at, q, one.Name, "", "after", "", "part", ""), Label: o.Label})
				f.Clear = Address(at, q, "kind", "", "grade", "", "cell", "", "after", "", "part", "")
			}
		}
	}
	f.Fields = append(f.Fields, more...)
	if tab := q.Get("tab"); tab != "" {
		f.Fields = append(f.Fields, part.Field{Name: "tab", Kind: part.KindHidden, Value: tab})
	}
	return f
}

func (l *teller) noMatters(tab matters.Tab, f matters.Filter) *part.Empty {
	if f != (matters.Filter{}) {
		return &part.Empty{Icon: "sliders-horizontal", Text: l.t("matters.none_filtered")}
	}
	icon := "inbox"
	if tab == matters.Overdue || tab == matters.DueSoon || tab == matters.Unassigned {
		icon = "circle-check"
	}
	return &part.Empty{Icon: icon, Text: l.t("matters.none." + string(tab))}
}

// Pager leads on by cursor and back to the beginning; nil when all fits on one page.
func (l *teller) Pager(at string, q url.Values, next string) *part.Pager {
	if next == "" && q.Get("after") == "" {
		return nil
	}
	p := &part.Pager{}
	if next != "" {
		p.Next = Address(at, q, "after", next, "part", "")
	}
	if q.Get("after") != "" {
		p.Prev, p.Note = Address(at, q, "after", "", "part", ""), l.t("pager.later")
	}
	return p
}

// Address is a page's own address with some of its parameters set anew; "" takes one out.
func Address(at string, q url.Values, pairs ...string) string {
	n := url.Values{}
	for k, v := range q {
		if len(v) > 0 && v[0] != "" {
			n[k] = v[:1]
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if n.Del(pairs[i]); pairs[i+1] != "" {
			n.Set(pairs[i], pairs[i+1])
		}
	}
	if len(n) == 0 {
		return at
	}
	return at + "?" + n.Encode()
}

// fragment writes a stretch of a page that fetches itself again.
func (s *Site) fragment(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	return s.write(w, r, http.StatusOK, bare{}, c)
}

// bare is no frame at all.
type bare struct{}

// Render implements templ.Component.
func (bare) Render(ctx context.Context, w io.Writer) error {
	return templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), w)
}
