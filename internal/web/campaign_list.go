package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/board/campaigns"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/campaign"
)

// campaignList is the campaigns: those that run, those that ended, and those it is time to start.
func (s *Site) campaignList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if l.scope.Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := r.URL.Query()
	ended := q.Get("view") == "ended"
	rows, next, err := s.Boards.Campaigns.List(l.ctx, l.scope, !ended, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.t("campaigns.title"), Sub: l.t("campaigns.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}}, Pager: l.Pager("/campaigns", q, next)}
	if p.Stats, err = l.faultStats(); err != nil {
		return err
	}
	p.Tabs = part.Tabs{Label: l.t("campaigns.title"), Items: []part.Tab{{Href: "/campaigns", Label: l.t("campaigns.running"), Count: -1, Current: !ended},
		{Href: "/campaigns?view=ended", Label: l.t("campaigns.ended"), Count: -1, Current: ended}}}
	p.Table = part.Table{Caption: l.t("campaigns.title"), Empty: &part.Empty{Icon: "clipboard-list", Text: l.t("campaigns.none"), Hint: l.t("campaigns.none_hint")},
		Columns: []part.Column{{Label: l.t("campaigns.name")}, {Label: l.t("campaigns.until")}, {Label: l.t("campaign.progress")}, {Label: l.t("campaigns.open_faults"), Num: true}}}
	for _, c := range rows {
		until := templ.Component(part.Plainly(c.From + " — " + c.Until))
		if k := l.TaskClock(c.Until); k != nil && c.Running {
			until = *k
		}
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/campaigns/" + c.ID, Cells: []templ.Component{part.Plainly(c.Title), until, page.Progress{Done: c.Checked, Of: c.Places}.Show(),
			part.Plainly(strconv.Itoa(c.Open) + " / " + strconv.Itoa(c.Faults))}})
	}
	if s.May(l.who, "campaign.start") {
		p.Actions = append(p.Actions, part.Button{Label: l.t("campaigns.new"), Icon: "plus", Href: "/campaigns/new"})
		due, err := l.dueCampaigns()
		if err != nil {
			return err
		}
		p.Below = append(p.Below, due)
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

// faultStats count the faults that are open, late and waiting to be seen.
func (l *teller) faultStats() (*part.Stats, error) {
	stats := &part.Stats{}
	for _, x := range []struct {
		key  string
		want campaigns.Wanted
		tone part.Tone
	}{{"open", campaigns.Wanted{}, part.Info}, {"late", campaigns.Wanted{Until: l.Today()}, part.Overdue}, {"fixed", campaigns.Wanted{Fixed: true}, part.Due}} {
		n, err := l.s.Boards.Campaigns.Count(l.ctx, l.scope, x.want)
		if err != nil {
			return nil, err
		}
		tone := x.tone
		if n == 0 {
			tone = part.Plain
		}
		stats.Items = append(stats.Items, part.Stat{Label: l.t("faults." + x.key), Value: strconv.Itoa(n), Tone: tone, Href: "/campaigns/faults?view=" + x.key})
	}
	return stats, nil
}

// dueCampaigns are the campaigns of the playbook, when each was last and when it begins anew.
func (l *teller) dueCampaigns() (templ.Component, error) {
	var items page.Items
	for _, plan := range l.book.CampaignPlans() {
		last, ok, err := l.s.Boards.Campaigns.Last(l.ctx, l.scope, plan.Key)
		if err != nil {
			return nil, err
		}
		x := page.Item{What: plan.Name.In(l.lang), Marks: []string{fault.Name(l.lang, "campaigntime."+plan.When)},
			Acts: []part.Button{{Label: l.t("campaigns.start"), Icon: "play", Kind: part.Quiet, Href: "/campaigns/new?plan=" + plan.Key}}}
		if ok {
			x.Note = l.t("campaigns.last", "from", last.From)
		}
		if next := plan.Next(l.after(last, ok)); next != "" {
			x.Due = l.TaskClock(next)
			if next > l.Today() {
				x.Due = &part.Clock{Tone: part.OK, Label: l.t("campaigns.next", "day", next), At: next}
			}
		}
		items = append(items, x)
	}
	return Around(part.Section{Title: l.t("campaigns.plans"), Note: l.t("campaigns.plans_note"), Card: true}, items.Show()), nil
}

// after is the day after which a campaign begins anew: that of its last beginning, or yesterday for one that never was.
func (l *teller) after(last campaigns.Row, was bool) time.Time {
	if was {
		if at, err := time.ParseInLocation(time.DateOnly, last.From, clock.Shanghai); err == nil {
			return at
		}
	}
	return l.now.In(clock.Shanghai).AddDate(0, 0, -1)
}

// faultList is the faults that are still open, those due first.
func (s *Site) faultList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if l.scope.Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := r.URL.Query()
	want := campaigns.Wanted{Fixed: q.Get("view") == "fixed"}
	if q.Get("view") == "late" {
		want.Until = l.Today()
	}
	rows, next, err := s.Boards.Campaigns.Faults(l.ctx, l.scope, want, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.t("faults.title"), Sub: l.t("faults.sub"), Back: &part.Link{Href: "/campaigns", Label: l.t("campaigns.title")}}, Pager: l.Pager("/campaigns/faults", q, next)}
	p.Tabs.Label = l.t("faults.title")
	for _, v := range []string{"open", "late", "fixed"} {
		p.Tabs.Items = append(p.Tabs.Items, part.Tab{Href: "/campaigns/faults?view=" + v, Label: l.t("faults." + v), Count: -1, Current: v == q.Get("view") || v == "open" && q.Get("view") == ""})
	}
	p.Table = part.Table{Caption: l.t("faults.title"), Empty: &part.Empty{Icon: "circle-check", Text: l.t("faults.none")},
		Columns: []part.Column{{Label: l.t("faults.what")}, {Label: l.t("faults.where")}, {Label: l.t("faults.cell")}, {Label: l.t("faults.due")}, {Label: l.t("faults.state")}}}
	named, err := l.firmNames(rows)
	if err != nil {
		return err
	}
	for _, f := range rows {
		due := templ.Component(part.Plainly(f.DueOn))
		if c := l.TaskClock(f.DueOn); c != nil {
			due = *c
		}
		what, err := l.faultWords(f)
		if err != nil {
			return err
		}
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/campaigns/" + f.Campaign + "/places/" + f.Firm + "#" + f.ID, Cells: []templ.Component{part.Plainly(what),
			part.Plainly(named[f.Firm]), part.Plainly(l.Cell(f.Cell)), due, *l.faultState(f.State)}})
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

var faultTones = map[string]part.Tone{"open": part.Overdue, "fixed": part.Due, "right": part.OK}

func (l *teller) faultState(state string) *part.Status {
	return &part.Status{Tone: faultTones[state], Label: l.Called("faultstate." + state)}
}

// firmNames are the names of the firms of some faults: who sees a fault sees where it is.
func (l *teller) firmNames(faults []campaigns.Fault) (map[string]string, error) {
	var ids []string
	for _, f := range faults {
		ids = append(ids, f.Firm)
	}
	return l.NamesOfFirms(ids)
}

// faultWords says a fault: what it was asked as, and what was noted.
func (l *teller) faultWords(f campaigns.Fault) (string, error) {
	o, err := l.Open(f.Words)
	if err != nil {
		return "", err
	}
	return l.faultSaid(f.Question, l.Words(o, f.Words)), nil
}

func (l *teller) faultSaid(question, words string) string {
	asked := ""
	for _, c := range l.book.Checklists() {
		if q, ok := c.Question(question); ok && question != "" {
			asked = q.Name.In(l.lang)
		}
	}
	if asked == "" && question != "" {
		asked = l.t("place.old_question")
	}
	if asked != "" && words != "" {
		return l.t("place.fault_said", "asked", asked, "words", words)
	}
	return asked + words
}

// campaignNew asks which campaign is started, where and by whom.
func (s *Site) campaignNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !s.May(l.who, "campaign.start") {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	a := &campaign.Start{Plan: r.URL.Query().Get("plan"), From: l.Today()}
	if plan, ok := l.book.CampaignPlan(a.Plan); ok {
		a.Title = l.t("campaigns.usual_title", "month", l.now.In(clock.Shanghai).Format("2006-01"), "name", plan.Name.In(l.lang))
		a.Until = l.now.In(clock.Shanghai).AddDate(0, 0, plan.RunDays).Format(time.DateOnly)
	}
	return l.campaignForm(w, r, http.StatusOK, a, FormOptions{})
}

func (l *teller) campaignForm(w http.ResponseWriter, r *http.Request, status int, a *campaign.Start, o FormOptions) error {
	o.Only = []string{"campaign_plan", "campaign_title", "from", "until", "cells", "people"}
	o.Submit, o.Icon, o.Cancel = l.t("campaigns.start"), "play", &part.Link{Href: "/campaigns", Label: l.t("act.cancel")}
	form, err := l.s.ActForm(l.ctx, l.who, a, o)
	if err != nil {
		return err
	}
	form.Action = "/campaigns/new"
	for i := range form.Fields { // the places are found by sort and cell
		if x := &form.Fields[i]; x.Name == "firms" && x.Error != "" {
			form.Errors = append(form.Errors, part.FormError{Text: x.Error})
		}
	}
	head := part.Heading{Title: l.t("campaigns.new"), Sub: l.t("campaigns.new_sub"), Back: &part.Link{Href: "/campaigns", Label: l.t("campaigns.title")}}
	return l.s.Page(w, r, status, head.Title, "services", Narrow(head, Around(part.Section{Card: true}, form)))
}

// campaignStart starts a campaign over every firm of its sorts in the cells chosen.
func (s *Site) campaignStart(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	act := &campaign.Start{}
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		if act.Places, err = l.placesOf(act); err != nil {
			return err
		}
		answer, err := s.Do(l.ctx, l.who, form.Get("key"), "campaign.start", act)
		if err == nil {
			return s.See(w, r, "/campaigns/"+url.PathEscape(answer.ID), l.t("campaigns.started", "n", len(act.Places)))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.campaignForm(w, r, StatusOf(wrong), act, FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// placesOf are the firms a campaign goes over: one more than it may have is enough to be told so.
func (l *teller) placesOf(a *campaign.Start) (list []string, err error) {
	plan, _ := l.book.CampaignPlan(a.Plan)
	f := firms.Filter{Sorts: plan.Sorts, Cells: l.withBelow(a.Cells)}
	for cursor := ""; len(list) <= campaign.MaxPlaces; {
		rows, err := l.s.Boards.Firms.List(l.ctx, l.scope, f, l.Today(), cursor, firms.MaxPage)
		if err != nil {
			return nil, err
		}
		for _, x := range rows.Rows {
			list = append(list, x.ID)
		}
		if cursor = rows.Next; cursor == "" {
			break
		}
	}
	return list, nil
}

// withBelow are cells with all that lie below them.
func (l *teller) withBelow(cells []string) (list []string) {
	below := map[string]bool{}
	for _, c := range cells {
		below[c] = true
	}
	for grew := len(cells) > 0; grew; {
		grew = false
		for _, c := range l.org.Cells {
			if below[string(c.Parent)] && !below[string(c.ID)] {
				below[string(c.ID)], grew = true, true
			}
		}
	}
	for c := range below {
		list = append(list, c)
	}
	return list
}
