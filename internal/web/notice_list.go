package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/board/notices"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/notice"
)

func (s *Site) noticeRoutes() []Route {
	if s.Boards.Notices == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/notices", Handler: s.noticeList},
		{Method: "GET", Pattern: "/notices/sent", May: "notices.read", Handler: s.noticesSent},
	}
}

// noticeList is what somebody was told, the latest first; what is new since they last said that they read it is marked.
func (s *Site) noticeList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	list, err := s.Boards.Notices.Mine(l.ctx, l.scope, r.URL.Query().Get("after"), PageRows)
	if err != nil {
		return err
	}
	upto, err := s.Boards.Notices.ReadTo(l.ctx, l.scope)
	if err != nil {
		return err
	}
	title := l.t("notices.title")
	table := part.Table{Caption: title, Empty: &part.Empty{Icon: "bell", Text: l.t("notices.none"), Hint: l.t("notices.none_hint")},
		Columns: []part.Column{{Label: l.t("notices.when")}, {Label: l.t("notices.what")}, {Label: l.t("notices.new")}}}
	fresh := 0
	for _, n := range list.Rows {
		state := part.Cells("")[0]
		if n.Seq > upto {
			state = part.Status{Tone: part.Info, Label: l.t("notices.unread")}
			fresh = max(fresh, int(n.Seq))
		}
		table.Rows = append(table.Rows, part.Row{Href: whereIs(n.Thing), Cells: append(part.Cells(l.When(n.At), l.saidTo(n)), state)})
	}
	h := part.Heading{Title: title, Sub: l.t("notices.sub")}
	if s.May(l.who, "notices.read") {
		h.Back = &part.Link{Href: "/notices/sent", Label: l.t("notices.sent_title")}
	}
	pieces := []templ.Component{h}
	if fresh > 0 {
		f, err := s.ActForm(l.ctx, l.who, &notice.Read{Upto: fresh}, FormOptions{Next: "/notices", Submit: l.t("notices.read_all"), Icon: "check"})
		if err != nil {
			return err
		}
		pieces = append(pieces, f)
	}
	pieces = append(pieces, table)
	if next := l.Pager("/notices", r.URL.Query(), list.Next); next != nil {
		pieces = append(pieces, next)
	}
	return s.Page(w, r, http.StatusOK, title, "notices", part.Some(pieces...))
}

// saidTo is what a notice says, in the words of the playbook in force.
func (l *teller) saidTo(n notices.Row) string {
	t, ok := l.book.Telling(n.Telling)
	if !ok {
		return l.t("notices.old_rule")
	}
	return l.Capital(t.Fill(l.lang, n.Blanks))
}

// whereIs is the page of the thing a notice is about; "" for one that has none.
func whereIs(thing string) string {
	area, id, _ := strings.Cut(thing, "/")
	switch area {
	case "matter":
		return "/matters/" + url.PathEscape(id)
	case "report":
		return "/reports/" + url.PathEscape(id)
	}
	return ""
}

// noticesSent is what left the house and what became of it.
func (s *Site) noticesSent(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	state := r.URL.Query().Get("state")
	list, err := s.Boards.Notices.Out(l.ctx, l.scope, state, r.URL.Query().Get("after"), PageRows)
	if err != nil {
		return err
	}
	title := l.t("notices.sent_title")
	tabs := part.Tabs{Label: title, Items: []part.Tab{{Href: "/notices/sent", Label: l.t("notices.all"), Current: state == ""}}}
	for _, x := range notice.States {
		tabs.Items = append(tabs.Items, part.Tab{Href: "/notices/sent?state=" + x, Label: l.Called("noticestate." + x), Current: state == x})
	}
	table := part.Table{Caption: title, Empty: &part.Empty{Icon: "send", Text: l.t("notices.none_sent"), Hint: l.t("notices.none_sent_hint")},
		Columns: []part.Column{{Label: l.t("notices.when")}, {Label: l.t("notices.whom")}, {Label: l.t("notices.what")}, {Label: l.t("notices.state")}}}
	for _, n := range list.Rows {
		table.Rows = append(table.Rows, part.Row{Href: whereIs(n.Thing), Cells: append(part.Cells(l.When(n.At), l.whom(n), l.saidTo(n)), l.delivery(n))})
	}
	pieces := []templ.Component{part.Heading{Title: title, Sub: l.t("notices.sent_sub"), Back: &part.Link{Href: "/notices", Label: l.t("notices.title")}}, tabs, table}
	if next := l.Pager("/notices/sent", r.URL.Query(), list.Next); next != nil {
		pieces = append(pieces, next)
	}
	return s.Page(w, r, http.StatusOK, title, "notices", part.Some(pieces...))
}

// whom is who a notice goes to: a colleague by their call, a group by its cell, somebody outside never by name or number.
func (l *teller) whom(n notices.Row) string {
	switch {
	case n.Channel == notice.Robot && n.Cell == "":
		return l.t("notices.station_group")
	case n.Channel == notice.Robot:
		return l.t("notices.cell_group", "cell", l.Cell(n.Cell))
	case n.To != "":
		return l.t("notices.colleague", "name", l.Person(n.To))
	}
	return l.t("notices.outside")
}

var noticeTones = map[string]part.Tone{notice.Waiting: part.Due, notice.Sent: part.OK, notice.Failed: part.Overdue, notice.Dropped: part.Paused}

// delivery is what became of a notice, with the reason where it did not arrive.
func (l *teller) delivery(n notices.Row) part.Status {
	label := l.Called("noticestate." + n.State)
	if n.Why != "" {
		label += " · " + l.Called("noticewhy."+n.Why)
	}
	if n.State == notice.Waiting && n.Tries > 0 {
		label += " · " + l.t("notices.tries", "n", strconv.Itoa(n.Tries))
	}
	return part.Status{Tone: noticeTones[n.State], Label: label}
}

// mostTold is how many messages are shown beside a matter.
const mostTold = 6

// fillTold shows beside a matter what was told of it outside the house, and whether it arrived, to who handles or leads it.
func (l *teller) fillTold(p *page.Page, m *matter.Matter) error {
	if l.s.Boards.Notices == nil || m.Handler != l.who.Person && !l.s.May(l.who, "notices.read") {
		return nil
	}
	list, err := l.s.Boards.Notices.About(l.ctx, l.scope, matter.Stream(m.ID), mostTold)
	if err != nil || len(list.Rows) == 0 {
		return err
	}
	table := part.Table{Caption: l.t("notices.told"), Columns: []part.Column{{Label: l.t("notices.whom")}, {Label: l.t("notices.state")}}}
	for _, n := range list.Rows {
		table.Rows = append(table.Rows, part.Row{Cells: append(part.Cells(l.whom(n)+" · "+l.When(n.At)), l.delivery(n))})
	}
	p.Aside = append(p.Aside, Around(part.Section{Title: l.t("notices.told"), Card: true}, table))
	return nil
}
