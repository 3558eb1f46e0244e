package firm

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
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/campaign"
)

// campaignList is the campaigns: those that run, those that ended, and those it is time to start.
func (s Pages) campaignList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if l.Scope().Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := r.URL.Query()
	ended := q.Get("view") == "ended"
	rows, next, err := s.Boards.Campaigns.List(l.Ctx(), l.Scope(), !ended, q.Get("after"), web.PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.T("campaigns.title"), Sub: l.T("campaigns.sub"), Back: &part.Link{Href: "/services", Label: l.T("services.title")}}, Pager: l.Pager("/campaigns", q, next)}
	if p.Stats, err = l.faultStats(); err != nil {
		return err
	}
	p.Tabs = part.Tabs{Label: l.T("campaigns.title"), Items: []part.Tab{{Href: "/campaigns", Label: l.T("campaigns.running"), Count: -1, Current: !ended},
		{Href: "/campaigns?view=ended", Label: l.T("campaigns.ended"), Count: -1, Current: ended}}}
	p.Table = part.Table{Caption: l.T("campaigns.title"), Empty: &part.Empty{Icon: "clipboard-list", Text: l.T("campaigns.none"), Hint: l.T("campaigns.none_hint")},
		Columns: []part.Column{{Label: l.T("campaigns.name")}, {Label: l.T("campaigns.until")}, {Label: l.T("campaign.progress")}, {Label: l.T("campaigns.open_faults"), Num: true}}}
	for _, c := range rows {
		until := templ.Component(part.Plainly(c.From + " — " + c.Until))
		if k := l.TaskClock(c.Until); k != nil && c.Running {
			until = *k
		}
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/campaigns/" + c.ID, Cells: []templ.Component{part.Plainly(c.Title), until, page.Progress{Done: c.Checked, Of: c.Places}.Show(),
			part.Plainly(strconv.Itoa(c.Open) + " / " + strconv.Itoa(c.Faults))}})
	}
	if s.May(l.Who(), "campaign.start") {
		p.Actions = append(p.Actions, part.Button{Label: l.T("campaigns.new"), Icon: "plus", Href: "/campaigns/new"})
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
		n, err := l.s.Boards.Campaigns.Count(l.Ctx(), l.Scope(), x.want)
		if err != nil {
			return nil, err
		}
		tone := x.tone
		if n == 0 {
			tone = part.Plain
		}
		stats.Items = append(stats.Items, part.Stat{Label: l.T("faults." + x.key), Value: strconv.Itoa(n), Tone: tone, Href: "/campaigns/faults?view=" + x.key})
	}
	return stats, nil
}

// dueCampaigns are the campaigns of the playbook, when each was last and when it begins anew.
func (l *teller) dueCampaigns() (templ.Component, error) {
	var items page.Items
	for _, plan := range l.Book().CampaignPlans() {
		last, ok, err := l.s.Boards.Campaigns.Last(l.Ctx(), l.Scope(), plan.Key)
		if err != nil {
			return nil, err
		}
		x := page.Item{What: plan.Name.In(l.Lang()), Marks: []string{fault.Name(l.Lang(), "campaigntime."+plan.When)},
			Acts: []part.Button{{Label: l.T("campaigns.start"), Icon: "play", Kind: part.Quiet, Href: "/campaigns/new?plan=" + plan.Key}}}
		if ok {
			x.Note = l.T("campaigns.last", "from", last.From)
		}
		if next := plan.Next(l.after(last, ok)); next != "" {
			x.Due = l.TaskClock(next)
			if next > l.Today() {
				x.Due = &part.Clock{Tone: part.OK, Label: l.T("campaigns.next", "day", next), At: next}
			}
		}
		items = append(items, x)
	}
	return web.Around(part.Section{Title: l.T("campaigns.plans"), Note: l.T("campaigns.plans_note"), Card: true}, items.Show()), nil
}

// after is the day after which a campaign begins anew: that of its last beginning, or yesterday for one that never was.
func (l *teller) after(last campaigns.Row, was bool) time.Time {
	if was {
		if at, err := time.ParseInLocation(time.DateOnly, last.From, clock.Shanghai); err == nil {
			return at
		}
	}
	return l.Now().In(clock.Shanghai).AddDate(0, 0, -1)
}

// faultList is the faults that are still open, those due first.
func (s Pages) faultList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if l.Scope().Station() == "" {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	q := r.URL.Query()
	want := campaigns.Wanted{Fixed: q.Get("view") == "fixed"}
	if q.Get("view") == "late" {
		want.Until = l.Today()
	}
	rows, next, err := s.Boards.Campaigns.Faults(l.Ctx(), l.Scope(), want, q.Get("after"), web.PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.T("faults.title"), Sub: l.T("faults.sub"), Back: &part.Link{Href: "/campaigns", Label: l.T("campaigns.title")}}, Pager: l.Pager("/campaigns/faults", q, next)}
	p.Tabs.Label = l.T("faults.title")
	for _, v := range []string{"open", "late", "fixed"} {
		p.Tabs.Items = append(p.Tabs.Items, part.Tab{Href: "/campaigns/faults?view=" + v, Label: l.T("faults." + v), Count: -1, Current: v == q.Get("view") || v == "open" && q.Get("view") == ""})
	}
	p.Table = part.Table{Caption: l.T("faults.title"), Empty: &part.Empty{Icon: "circle-check", Text: l.T("faults.none")},
		Columns: []part.Column{{Label: l.T("faults.what")}, {Label: l.T("faults.where")}, {Label: l.T("faults.cell")}, {Label: l.T("faults.due")}, {Label: l.T("faults.state")}}}
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
	for _, c := range l.Book().Checklists() {
		if q, ok := c.Question(question); ok && question != "" {
			asked = q.Name.In(l.Lang())
		}
	}
	if asked == "" && question != "" {
		asked = l.T("place.old_question")
	}
	if asked != "" && words != "" {
		return l.T("place.fault_said", "asked", asked, "words", words)
	}
	return asked + words
}

// campaignNew asks which campaign is started, where and by whom.
func (s Pages) campaignNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if !s.May(l.Who(), "campaign.start") {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	a := &campaign.Start{Plan: r.URL.Query().Get("plan"), From: l.Today()}
	if plan, ok := l.Book().CampaignPlan(a.Plan); ok {
		a.Title = l.T("campaigns.usual_title", "month", l.Now().In(clock.Shanghai).Format("2006-01"), "name", plan.Name.In(l.Lang()))
		a.Until = l.Now().In(clock.Shanghai).AddDate(0, 0, plan.RunDays).Format(time.DateOnly)
	}
	return l.campaignForm(w, r, http.StatusOK, a, web.FormOptions{})
}

func (l *teller) campaignForm(w http.ResponseWriter, r *http.Request, status int, a *campaign.Start, o web.FormOptions) error {
	o.Only = []string{"campaign_plan", "campaign_title", "from", "until", "cells", "people"}
	o.Submit, o.Icon, o.Cancel = l.T("campaigns.start"), "play", &part.Link{Href: "/campaigns", Label: l.T("act.cancel")}
	form, err := l.s.ActForm(l.Ctx(), l.Who(), a, o)
	if err != nil {
		return err
	}
	form.Action = "/campaigns/new"
	for i := range form.Fields { // the places are found by sort and cell
		if x := &form.Fields[i]; x.Name == "firms" && x.Error != "" {
			form.Errors = append(form.Errors, part.FormError{Text: x.Error})
		}
	}
	head := part.Heading{Title: l.T("campaigns.new"), Sub: l.T("campaigns.new_sub"), Back: &part.Link{Href: "/campaigns", Label: l.T("campaigns.title")}}
	return l.s.Page(w, r, status, head.Title, "services", web.Narrow(head, web.Around(part.Section{Card: true}, form)))
}

// campaignStart starts a campaign over every firm of its sorts in the cells chosen.
func (s Pages) campaignStart(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	act := &campaign.Start{}
	wrong := web.Decode(act, form)
	if len(wrong) == 0 {
		if act.Places, err = l.placesOf(act); err != nil {
			return err
		}
		answer, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), "campaign.start", act)
		if err == nil {
			return s.See(w, r, "/campaigns/"+url.PathEscape(answer.ID), l.T("campaigns.started", "n", len(act.Places)))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.campaignForm(w, r, web.StatusOf(wrong), act, web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// placesOf are the firms a campaign goes over: one more than it may have is enough to be told so.
func (l *teller) placesOf(a *campaign.Start) (list []string, err error) {
	plan, _ := l.Book().CampaignPlan(a.Plan)
	f := firms.Filter{Sorts: plan.Sorts, Cells: l.withBelow(a.Cells)}
	for cursor := ""; len(list) <= campaign.MaxPlaces; {
		rows, err := l.s.Boards.Firms.List(l.Ctx(), l.Scope(), f, l.Today(), cursor, firms.MaxPage)
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
		for _, c := range l.Org().Cells {
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
