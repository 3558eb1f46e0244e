package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"maplegrid/internal/access"
	boards "maplegrid/internal/board/inbox"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/inbox"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/report"
)

var inboxTabs = []report.State{report.Fresh, report.Triaged, report.Declined, report.Withdrawn}

// inbox is what came in, by what became of it.
func (s *Site) inbox(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	state := report.State(q.Get("state"))
	if state == "" {
		state = report.Fresh
	}
	if !slices.Contains(inboxTabs, state) {
		return fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	seq := s.reached(l.who.Station)
	rows, err := s.Boards.Inbox.List(l.ctx, l.scope, string(state), "", q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	var rings []boards.Row
	if state == report.Fresh {
		if rings, err = l.ringing(); err != nil {
			return err
		}
	}
	loud := map[string]bool{}
	for _, r := range rings {
		loud[r.ID] = true
	}
	items, err := l.reportItems(slices.DeleteFunc(rows.Rows, func(r boards.Row) bool { return loud[r.ID] }))
	if err != nil {
		return err
	}
	p := inbox.Page{Heading: part.Heading{Title: l.t("nav.inbox"), Sub: l.t("inbox.sub")}, Pager: l.Pager("/inbox", q, rows.Next),
		Items: part.Matters{Items: items, Empty: &part.Empty{Icon: "inbox", Text: l.t("inbox.none." + string(state))}},
		Live:  part.Live{ID: "rows", Stream: "/live", Href: Address("/inbox", q, "part", "rows"), Seq: uint64(seq)}}
	if p.Tabs, err = l.inboxTabs(state, q); err != nil {
		return err
	}
	if q.Get("after") == "" {
		if p.Rings.Items, err = l.reportItems(rings); err != nil {
			return err
		}
	}
	if len(items) == 0 && len(rings) > 0 {
		p.Items.Empty = nil
	}
	if q.Get("part") == "rows" {
		return s.fragment(w, r, p.List())
	}
	if l.May("report.submit", access.Thing{Kind: "report"}) {
		p.Actions = append(p.Actions, part.Button{Label: l.t("today.take_down"), Icon: "plus", Href: "/reports/new"})
	}
	return s.Page(w, r, http.StatusOK, l.t("nav.inbox"), "inbox", p.Show())
}

// inboxOne leads on to the report: acts go back to the address of what they changed.
func (s *Site) inboxOne(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/reports/"+url.PathEscape(r.PathValue("id")), http.StatusSeeOther)
	return nil
}

func (l *teller) inboxTabs(now report.State, q url.Values) (part.Tabs, error) {
	tabs := part.Tabs{Label: l.t("nav.inbox")}
	for _, state := range inboxTabs {
		page, err := l.s.Boards.Inbox.List(l.ctx, l.scope, string(state), "", "", 100)
		if err != nil {
			return tabs, err
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: Address("/inbox", q, "state", string(state), "after", "", "part", ""),
			Label: l.Called("state." + string(state)), Count: len(page.Rows), Current: state == now})
	}
	return tabs, nil
}

var channelIcons = map[string]string{"page": "send", "phone": "phone", "walkin": "users-round", "patrol": "footprints", "import": "upload",
	"chat": "messages-square", "card": "qr-code"}

// reportItems are reports in a list: the beginning of their words, masked.
func (l *teller) reportItems(rows []boards.Row) ([]part.Matter, error) {
	texts, matters := make([]vault.Text, len(rows)), []string{}
	for i, r := range rows {
		texts[i], matters = r.Words, append(matters, r.Matters...)
	}
	seen, err := l.s.Boards.Matters.Seen(l.ctx, l.scope, matters)
	if err != nil {
		return nil, err
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	list := make([]part.Matter, len(rows))
	for i, r := range rows {
		m := part.Matter{Href: "/reports/" + r.ID, Title: Cut(l.Words(o, r.Words), 60), Kind: l.Called("channel." + r.Channel),
			Icon: channelIcons[r.Channel], Place: l.Where(r.Cell, r.Place), When: l.Ago(r.At), Unread: r.State == string(report.Fresh)}
		if r.Cell == "" {
			m.Marks = append(m.Marks, l.t("inbox.no_cell"))
		}
		cameOf := 0 // a report of one's own cell may have become a matter of another
		for _, id := range r.Matters {
			cameOf += boolInt(seen(id))
		}
		for _, x := range []struct {
			key string
			n   int
		}{{"inbox.photos", r.Photos}, {"inbox.additions", r.Additions}, {"inbox.matters", cameOf}} {
			if x.n > 0 {
				m.Marks = append(m.Marks, l.t(x.key, "n", x.n))
			}
		}
		if r.Anonymous {
			m.Marks = append(m.Marks, l.t("inbox.anonymous"))
		}
		if r.TakenBy != "" && r.TakenBy != work.Public {
			m.Handler = l.t("inbox.taken_by", "name", l.Person(r.TakenBy))
		}
		if r.State == string(report.Fresh) && l.now.Sub(r.At) > untriagedLate {
			m.Clock = &part.Clock{Tone: part.Due, Label: l.t("inbox.waits", "span", l.span(l.now.Sub(r.At)))}
		}
		list[i] = m
	}
	return list, nil
}

// untriagedLate is when a report that nobody looked at catches the eye.
const untriagedLate = 4 * time.Hour
