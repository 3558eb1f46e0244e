package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/doorstep"
)

// doorstepRoutes are the pages of home visits and portable kits.
func (s *Site) doorstepRoutes() []Route {
	list := []Route{
		{Method: "GET", Pattern: "/doorstep/ask", Who: Anyone, Handler: s.doorAsk},
		{Method: "POST", Pattern: "/doorstep/ask", Who: Anyone, Handler: s.doorAsked},
	}
	if s.Boards.Doorsteps == nil {
		return list
	}
	return append(list,
		Route{Method: "GET", Pattern: "/doorsteps", May: "doorsteps.read", Handler: s.doorstepList},
		Route{Method: "GET", Pattern: "/matters/{id}/doorstep/slip.pdf", Handler: s.doorSlip},
		Route{Method: "GET", Pattern: "/matters/{id}/doorstep/card.pdf", Handler: s.doorReceipt},
		Route{Method: "GET", Pattern: "/kits", May: "kit.read", Handler: s.kitList},
		Route{Method: "GET", Pattern: "/kits/new", May: "kit.register", Handler: s.kitNew},
		Route{Method: "GET", Pattern: "/kits/{id}", May: "kit.read", Handler: s.kitOne},
		Route{Method: "GET", Pattern: "/kits/{id}/do/{act}", May: "kit.read", Handler: s.kitDo},
		Route{Method: "GET", Pattern: "/kits/{id}/handover.pdf", May: "kit.read", Handler: s.kitReceipt},
	)
}

// doorViews are the lists of the page of home visits, in the order of its tabs.
var doorViews = []string{"to_plan", "today", "tomorrow", "third_try", "waiting", "to_bring", "completed", "complaints"}

// doorstepList is the home visits of the reader's cells, one list at a time.
func (s *Site) doorstepList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	view := r.URL.Query().Get("view")
	if view == "" {
		view = "today"
	}
	tabs, err := l.doorTabs(view)
	if err != nil {
		return err
	}
	rows, next, err := l.doorRows(view, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	t := part.Table{Caption: l.t("doors.view_" + view), Empty: &part.Empty{Icon: "door-open", Text: l.t("doors.none_" + view)},
		Columns: []part.Column{{Label: l.t("doors.what")}, {Label: l.t("doors.when")}, {Label: l.t("doors.where")}, {Label: l.t("doors.kit")}, {Label: l.t("doors.who")}, {Label: l.t("doors.state")}}}
	for i := range rows {
		t.Rows = append(t.Rows, l.doorRow(&rows[i]))
	}
	for _, x := range tabs.Items { // an empty day is no reason to stop while somebody waits for a time
		if len(rows) == 0 && view == "today" && x.Count > 0 && strings.HasSuffix(x.Href, "="+string(doorstep.ToPlan)) {
			t.Empty.Hint = l.t("doors.plan_first", "n", x.Count)
		}
	}
	actions := []templ.Component{}
	if l.mayOpen() {
		actions = append(actions, part.Button{Label: l.t("doors.ask"), Icon: "plus", Href: "/doorstep/ask"})
	}
	actions = append(actions, part.Button{Label: l.t("kits.title"), Icon: "package", Kind: part.Quiet, Href: "/kits"})
	if s.May(l.who, "tour.read") {
		actions = append(actions, part.Button{Label: l.t("tour.title"), Icon: "route", Kind: part.Quiet, Href: "/tours"})
	}
	body := []templ.Component{part.Heading{Title: l.t("doors.title"), Sub: l.t("doors.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}},
		beside(actions...), tabs, t}
	if p := l.Pager("/doorsteps", r.URL.Query(), next); p != nil {
		body = append(body, p)
	}
	return s.Page(w, r, http.StatusOK, l.t("doors.title"), "services", part.Some(body...))
}

// beside puts pieces side by side.
func beside(all ...templ.Component) templ.Component {
	return templ.Join(templ.Raw(`<div class="row">`), templ.Join(all...), templ.Raw(`</div>`))
}

func (l *teller) doorTabs(current string) (part.Tabs, error) {
	counts, err := l.s.Boards.Doorsteps.Counts(l.ctx, l.scope)
	if err != nil {
		return part.Tabs{}, err
	}
	tabs := part.Tabs{Label: l.t("doors.title")}
	for _, view := range doorViews {
		n, known := counts[doorstep.Stage(view)]
		if !known {
			n = -1
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: "/doorsteps?view=" + view, Label: l.t("doors.view_" + view), Count: n, Current: view == current})
	}
	return tabs, nil
}

// doorRows are the rows of a view; a day's also those of the days before that nobody said anything about.
func (l *teller) doorRows(view, after string) ([]doorsteps.Row, string, error) {
	q := l.s.Boards.Doorsteps
	today := l.now.In(clock.Shanghai)
	switch view {
	case "today":
		late, err := q.Before(l.ctx, l.scope, today.Format(time.DateOnly))
		if err != nil {
			return nil, "", err
		}
		rows, err := q.On(l.ctx, l.scope, today.Format(time.DateOnly))
		return append(late, rows...), "", err
	case "tomorrow":
		rows, err := q.On(l.ctx, l.scope, today.AddDate(0, 0, 1).Format(time.DateOnly))
		return rows, "", err
	case "complaints":
		p, err := q.Complaints(l.ctx, l.scope, after, PageRows)
		return p.Rows, p.Next, err
	case "to_plan", "third_try", "waiting", "to_bring", "completed":
		p, err := q.Stage(l.ctx, l.scope, doorstep.Stage(view), after, PageRows)
		return p.Rows, p.Next, err
	}
	return nil, "", fault.New(fault.Missing, "web.no_page", nil)
}

func (l *teller) doorRow(r *doorsteps.Row) part.Row {
	when := l.t("doors.since", "when", l.Ago(r.Since))
	if r.Day != "" {
		when = l.windowOf(r.Day, r.From, r.Until)
	}
	kit := part.Plainly("—")
	switch {
	case r.KitBroken:
		kit = part.Status{Tone: part.Overdue, Label: l.KitCalled(r.Kit) + " · " + l.t("kits.broken")}
	case r.Kit != "":
		kit = part.Plainly(l.KitCalled(r.Kit))
	case r.KitKind != "" && r.Stage == doorstep.Agreed:
		kit = part.Status{Tone: part.Due, Label: l.t("doors.no_kit")}
	}
	state := part.Status{Tone: stageTones[r.Stage], Label: fault.Name(l.lang, "doorstage."+string(r.Stage))}
	switch {
	case r.Complaint:
		state = part.Status{Tone: part.Overdue, Label: l.t("doors.complaint")}
	case r.Day != "" && r.Day < l.Today():
		state = part.Status{Tone: part.Overdue, Label: l.t("doors.past")}
	case r.Stage == doorstep.ToPlan && !r.Told:
		state.Label = l.t("doors.not_told")
	case r.Tries > 0 && r.Stage != doorstep.ThirdTry:
		state.Label += " · " + l.t("doors.tries", "n", r.Tries)
	}
	what := part.Plainly(MaskTitle(r.Title))
	service := ""
	if r.Service != "" {
		service = l.serviceName(r.Service)
	}
	place := l.Cell(r.Cell)
	if r.Place != "" {
		place += " · " + r.Place
	}
	who := ""
	if r.Handler != "" {
		who = l.Person(r.Handler)
	}
	return part.Row{Href: "/matters/" + url.PathEscape(r.ID), Cells: []templ.Component{templ.Join(what, part.Plainly(Cut(" · "+service, 40))), part.Plainly(when), part.Plainly(place), kit,
		part.Plainly(who), state}}
}

var stageTones = map[doorstep.Stage]part.Tone{doorstep.ToPlan: part.Due, doorstep.Agreed: part.Info, doorstep.Away: part.Due, doorstep.ThirdTry: part.Overdue,
	doorstep.Waiting: part.Paused, doorstep.ToBring: part.Due, doorstep.Completed: part.OK, doorstep.Ended: part.Plain}
