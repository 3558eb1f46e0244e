package firm

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/campaign"
)

// campaign gives a campaign that somebody may see; what they may not see is not there.
func (l *teller) campaign(id string) (*campaign.Campaign, error) {
	events, err := l.s.Desk.Journal.Stream(l.Ctx(), l.Who().Station, campaign.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	c, err := campaign.Fold(events)
	if err != nil {
		return nil, err
	}
	if c.Version == 0 || !l.May("campaign.read", desk.CampaignThing(l.Who().Station, c)) {
		return nil, fault.New(fault.Missing, "campaign.not_found", nil)
	}
	return c, nil
}

// sees tells whether somebody sees one place of a campaign they may see: police and who takes part all of them, others those of their
// cells.
func (l *teller) seesPlace(c *campaign.Campaign, cell string) bool {
	return l.May("campaign.read", l.placeThing(c, cell))
}

func (l *teller) placeThing(c *campaign.Campaign, cell string) access.Thing {
	t := desk.CampaignThing(l.Who().Station, c)
	t.Cells = []string{cell}
	return t
}

// campaignPage is one campaign: how far it is, which places are left, which faults are open.
func (s Pages) campaignPage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	c, err := l.campaign(r.PathValue("id"))
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range c.Places {
		ids = append(ids, p.Firm)
	}
	named, err := l.NamesOfFirms(ids)
	if err != nil {
		return err
	}
	prog := c.Progress()
	p := page.Page{Heading: part.Heading{Title: c.Title, Kicker: l.campaignKind(c), Sub: c.From + " — " + c.Until, Back: &part.Link{Href: "/campaigns", Label: l.T("campaigns.title")}}}
	switch {
	case !c.ClosedAt.IsZero():
		p.State = append(p.State, part.Status{Tone: part.OK, Label: l.T("campaign.ended_on", "day", l.Day(c.ClosedAt))})
	case c.Until < l.Today():
		p.State = append(p.State, part.Status{Tone: part.Overdue, Label: l.T("campaign.over")})
	default:
		p.State = append(p.State, part.Status{Tone: part.Info, Label: l.T("campaigns.running")})
	}
	if c.Inspection {
		p.State = append(p.State, part.Status{Tone: part.Due, Icon: "shield-check", Label: l.T("campaign.inspection")})
	}
	p.Main = append(p.Main, part.Stats{Items: []part.Stat{{Label: l.T("campaign.checked"), Value: strconv.Itoa(prog.Checked), Unit: "/ " + strconv.Itoa(prog.Places)},
		{Label: l.T("campaign.left"), Value: strconv.Itoa(prog.Left)}, {Label: l.T("campaigns.open_faults"), Value: strconv.Itoa(prog.Open), Unit: "/ " + strconv.Itoa(prog.Faults)}}})
	faults, err := l.campaignFaults(c, named, func(f campaign.Fault) bool { return f.Open() })
	if err != nil {
		return err
	}
	p.Main = append(p.Main, l.firmItems(l.T("campaign.faults"), faults, l.T("faults.none")), l.placesTable(c, named))
	p.Aside, err = l.campaignAside(c)
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, c.Title, "services", p.Show())
}

func (l *teller) campaignKind(c *campaign.Campaign) string {
	if plan, ok := l.Book().CampaignPlan(c.Plan); ok {
		return plan.Name.In(l.Lang())
	}
	return ""
}

// placesTable are the places, those left first.
func (l *teller) placesTable(c *campaign.Campaign, named map[string]string) templ.Component {
	t := part.Table{Caption: l.T("campaign.places"), Titled: true, Columns: []part.Column{{Label: l.T("firms.name")}, {Label: l.T("firms.cell")}, {Label: l.T("faults.state")}, {Label: l.T("campaign.by")}}}
	for _, done := range []bool{false, true} {
		for i := range c.Places {
			p := &c.Places[i]
			if (p.Check != nil || p.Dropped != "") != done || !l.seesPlace(c, p.Cell) {
				continue
			}
			state, faults, by := "open", 0, ""
			switch {
			case p.Check != nil:
				state, faults, by = "checked", len(p.Check.Faults), l.Person(p.Check.By)+" "+l.Day(p.Check.At)
			case p.Dropped != "":
				state, by = "dropped", l.Person(p.Dropped)
			case len(p.Misses) > 0:
				state, by = "missed", l.T("campaign.tries", "n", len(p.Misses))
			}
			t.Rows = append(t.Rows, part.Row{Href: "/campaigns/" + c.ID + "/places/" + p.Firm, Cells: []templ.Component{part.Plainly(named[p.Firm]), part.Plainly(l.Cell(p.Cell)),
				*l.placeState(state, faults), part.Plainly(web.OrDash(by))}})
		}
	}
	return t
}

// campaignFaults are faults of a campaign with the ways to put them right.
func (l *teller) campaignFaults(c *campaign.Campaign, named map[string]string, want func(campaign.Fault) bool) (page.Items, error) {
	var items page.Items
	for _, f := range c.Faults {
		if !want(f) || !l.seesPlace(c, f.Cell) {
			continue
		}
		o, err := l.Open(f.Words, f.FixWords)
		if err != nil {
			return nil, err
		}
		x := page.Item{What: l.faultSaid(f.Question, l.Words(o, f.Words)), State: l.faultState(f.State())}
		if named != nil {
			x.Marks = []string{named[f.Firm]}
		}
		if f.Open() {
			x.Due = l.TaskClock(f.DueOn)
			x.Acts = l.faultWays(c, f)
		}
		if x.More, err = l.faultStory(f, o); err != nil {
			return nil, err
		}
		items = append(items, x)
	}
	return items, nil
}

func (l *teller) faultWays(c *campaign.Campaign, f campaign.Fault) (list []part.Button) {
	thing := l.placeThing(c, f.Cell)
	add := func(act, icon string) {
		if l.May("campaign."+act, thing) {
			list = append(list, part.Button{Label: l.T("fault.do." + act), Icon: icon, Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/do/" + act + "?fault=" + f.ID})
		}
	}
	if f.State() == "open" {
		add("fix", "check")
	}
	add("see_again", "eye")
	if f.Matter == "" {
		add("grow", "split")
	}
	return list
}

// faultStory says what became of a fault: said to be right, seen again, a matter of its own.
func (l *teller) faultStory(f campaign.Fault, o web.Opened) (templ.Component, error) {
	var lines []string
	if f.FixedBy != "" {
		lines = append(lines, l.T("fault.fixed", "who", l.Person(f.FixedBy), "day", l.Day(f.Fixed), "words", l.Words(o, f.FixWords)))
	}
	for _, x := range f.Looks {
		o, err := l.Open(x.Words)
		if err != nil {
			return nil, err
		}
		key := "fault.looked_wrong"
		if x.Right {
			key = "fault.looked_right"
		}
		lines = append(lines, l.T(key, "who", l.Person(x.By), "day", l.Day(x.At), "words", l.Words(o, x.Words)))
	}
	all := []templ.Component{}
	for _, x := range lines {
		all = append(all, templ.Raw(`<p class="soft small">`+templ.EscapeString(x)+`</p>`))
	}
	if f.Matter != "" {
		if m, err := l.s.Matter(l.Ctx(), l.Who(), f.Matter); err == nil {
			all = append(all, templ.Raw(`<p class="small">`), web.Linked("/matters/"+m.ID, l.T("fault.matter", "number", m.Number, "state", l.Called("state."+string(m.State)))), templ.Raw(`</p>`))
		} else {
			all = append(all, templ.Raw(`<p class="soft small">`+templ.EscapeString(l.T("fault.matter_elsewhere"))+`</p>`))
		}
	}
	return templ.Join(all...), nil
}

func (l *teller) campaignAside(c *campaign.Campaign) (list []templ.Component, err error) {
	d := part.Definitions{}
	pair := func(key, value string) {
		if value != "" {
			d.Pairs = append(d.Pairs, part.Pair{Term: l.T("campaign." + key), Text: value})
		}
	}
	checklist, _ := l.Book().Checklist(c.Checklist)
	pair("checklist", checklist.Name.In(l.Lang()))
	pair("source", checklist.Source)
	pair("started_by", l.Person(c.StartedBy)+" "+l.Day(c.StartedAt))
	pair("people", l.Several(c.People, l.Person))
	if !c.Closing.Empty() {
		o, err := l.Open(c.Closing)
		if err != nil {
			return nil, err
		}
		pair("closing", l.Words(o, c.Closing))
	}
	list = append(list, web.Around(part.Section{Title: l.T("campaign.facts"), Card: true}, d))
	thing := desk.CampaignThing(l.Who().Station, c)
	var ways page.Acts
	for _, x := range []struct{ act, icon string }{{"add", "plus"}, {"close", "circle-check"}} {
		if c.ClosedAt.IsZero() && l.May("campaign."+x.act, thing) {
			ways = append(ways, part.Button{Label: fault.Name(l.Lang(), "act.campaign."+x.act), Icon: x.icon, Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/do/" + x.act})
		}
	}
	if len(ways) > 0 {
		list = append(list, web.Around(part.Section{Title: l.T("firm.do"), Card: true}, ways.Show()))
	}
	return list, nil
}

// campaignForms make the form of each act on a campaign that has one of its own.
var campaignForms = map[string]func(l *teller, c *campaign.Campaign, on campaign.On, q url.Values, o *web.FormOptions) (any, error){
	"add": func(l *teller, c *campaign.Campaign, on campaign.On, _ url.Values, o *web.FormOptions) (any, error) {
		list, err := l.placesOf(&campaign.Start{Plan: c.Plan})
		if err != nil {
			return nil, err
		}
		var more []string
		for _, id := range list {
			if _, has := c.Place(id); !has {
				more = append(more, id)
			}
		}
		named, err := l.NamesOfFirms(more)
		if err != nil {
			return nil, err
		}
		var options []part.Option
		for _, id := range more {
			options = append(options, part.Option{Value: id, Label: named[id]})
		}
		o.Options = map[string][]part.Option{"firms": options}
		return &campaign.Add{On: on}, nil
	},
	"close": func(*teller, *campaign.Campaign, campaign.On, url.Values, *web.FormOptions) (any, error) {
		return nil, nil
	},
	"drop": func(_ *teller, _ *campaign.Campaign, on campaign.On, q url.Values, _ *web.FormOptions) (any, error) {
		return &campaign.Drop{On: on, Firm: q.Get("place")}, nil
	},
	"miss": func(_ *teller, _ *campaign.Campaign, on campaign.On, q url.Values, _ *web.FormOptions) (any, error) {
		return &campaign.GoneInVain{On: on, Firm: q.Get("place")}, nil
	},
	"fix": func(_ *teller, _ *campaign.Campaign, on campaign.On, q url.Values, _ *web.FormOptions) (any, error) {
		return &campaign.Fix{On: on, Fault: q.Get("fault")}, nil
	},
	"see_again": func(l *teller, c *campaign.Campaign, on campaign.On, q url.Values, o *web.FormOptions) (any, error) {
		if !c.Inspection {
			o.Skip = []string{"with"}
		}
		return &campaign.SeeAgain{On: on, Fault: q.Get("fault")}, nil
	},
	"grow": growForm,
}

func growForm(l *teller, c *campaign.Campaign, on campaign.On, q url.Values, o *web.FormOptions) (any, error) {
	a := &campaign.Grow{On: on, Fault: q.Get("fault"), Kind: "hazard"}
	if f, ok := c.Fault(a.Fault); ok {
		named, err := l.NamesOfFirms([]string{f.Firm})
		if err != nil {
			return nil, err
		}
		open, err := l.Open(f.Words)
		if err != nil {
			return nil, err
		}
		said := l.faultSaid(f.Question, l.Words(open, f.Words))
		a.Title = web.Cut(named[f.Firm]+l.T("place.colon")+said, 60)
		a.Words = l.T("fault.grown_words", "campaign", c.Title, "name", named[f.Firm], "fault", said, "day", f.DueOn)
	}
	o.Kind, o.Skip = a.Kind, []string{"extra"}
	var kinds []part.Option
	for _, k := range l.Book().Kinds() {
		if k.Base == "hazard" || k.Base == "inspection" && l.Who().Role.HasPolicePowers() {
			kinds = append(kinds, part.Option{Value: k.Key, Label: k.Name.In(l.Lang())})
		}
	}
	o.Options = map[string][]part.Option{"kind": kinds}
	return a, nil
}

func init() { // the map would speak of itself
	campaignForms["close"] = func(l *teller, c *campaign.Campaign, on campaign.On, _ url.Values, o *web.FormOptions) (any, error) {
		if n := c.Progress().Left; n > 0 {
			o.Hints = map[string]string{"words": l.T("campaign.close_hint", "n", n)}
		}
		return &campaign.Close{On: on}, nil
	}
}

// campaignDo asks for one act on a campaign.
func (s Pages) campaignDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	return l.campaignAsk(w, r, http.StatusOK, r.URL.Query(), web.FormOptions{})
}

func (l *teller) campaignAsk(w http.ResponseWriter, r *http.Request, status int, q url.Values, o web.FormOptions) error {
	act := r.PathValue("act")
	c, err := l.campaign(r.PathValue("id"))
	if err != nil {
		return err
	}
	make, ok := campaignForms[act]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	thing := desk.CampaignThing(l.Who().Station, c)
	back := part.Link{Href: "/campaigns/" + c.ID, Label: c.Title}
	section := part.Section{Card: true}
	if f, ok := c.Fault(q.Get("fault")); ok {
		thing = l.placeThing(c, f.Cell)
		back.Href += "/places/" + f.Firm
		open, err := l.Open(f.Words)
		if err != nil {
			return err
		}
		section.Title = l.faultSaid(f.Question, l.Words(open, f.Words))
	} else if p, ok := c.Place(q.Get("place")); ok {
		thing = l.placeThing(c, p.Cell)
		back.Href += "/places/" + p.Firm
	}
	if !l.May("campaign."+act, thing) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	a, err := make(l, c, campaign.On{Campaign: c.ID, Version: c.Version}, q, &o)
	if err != nil {
		return err
	}
	o.Cancel, o.Extra = &part.Link{Href: back.Href, Label: l.T("act.cancel")}, web.KeptPhotos(o.Values)
	form, err := l.s.ActForm(l.Ctx(), l.Who(), a, o)
	if err != nil {
		return err
	}
	form.Action = "/campaigns/" + c.ID + "/do/" + act
	if key := "campaign.note." + act; text.Has(key) {
		section.Note = l.T(key)
	}
	head := part.Heading{Title: fault.Name(l.Lang(), "act.campaign."+act), Kicker: c.Title, Back: &back}
	return l.s.Page(w, r, status, head.Title, "services", web.Narrow(head, web.Around(section, form)))
}

// campaignDone takes an act on a campaign.
func (s Pages) campaignDone(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	spec, ok := desk.Find("campaign." + r.PathValue("act"))
	if _, has := campaignForms[r.PathValue("act")]; !ok || !has {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	form.Set("campaign", r.PathValue("id"))
	act := spec.New()
	wrong := web.Decode(act, form)
	if len(wrong) == 0 {
		answer, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), spec.Name, act)
		if err == nil {
			return l.campaignThanks(w, r, form, answer)
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	q := url.Values{"fault": form["campaign_fault"], "place": form["place"]}
	return l.campaignAsk(w, r, web.StatusOf(wrong), q, web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

func (l *teller) campaignThanks(w http.ResponseWriter, r *http.Request, form url.Values, answer desk.Answer) error {
	act, to := r.PathValue("act"), "/campaigns/"+url.PathEscape(r.PathValue("id"))
	if c, err := l.campaign(r.PathValue("id")); err == nil {
		if f, ok := c.Fault(form.Get("campaign_fault")); ok {
			to += "/places/" + url.PathEscape(f.Firm)
		}
	}
	if act == "grow" {
		return l.s.See(w, r, "/matters/"+url.PathEscape(answer.ID), l.T("campaign.done.grow", "number", answer.Number))
	}
	return l.s.See(w, r, to, l.T("done", "act", fault.Name(l.Lang(), "act.campaign."+act)))
}

// placePage is one place of a campaign: the checklist to be gone through, or what was found.
func (s Pages) placePage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	return l.showPlace(w, r, http.StatusOK, web.FormOptions{})
}

func (l *teller) showPlace(w http.ResponseWriter, r *http.Request, status int, o web.FormOptions) error {
	c, err := l.campaign(r.PathValue("id"))
	if err != nil {
		return err
	}
	p, ok := c.Place(r.PathValue("firm"))
	if !ok || !l.seesPlace(c, p.Cell) {
		return fault.New(fault.Missing, "campaign.no_place", nil)
	}
	named, err := l.NamesOfFirms([]string{p.Firm})
	if err != nil {
		return err
	}
	name := named[p.Firm]
	if p.Check == nil && p.Dropped == "" && c.ClosedAt.IsZero() && l.May("campaign.check", l.placeThing(c, p.Cell)) {
		return l.checkForm(w, r, status, c, p, name, o)
	}
	return l.placeShow(w, r, c, p, name)
}

// placeShow is what was found at a place.
func (l *teller) placeShow(w http.ResponseWriter, r *http.Request, c *campaign.Campaign, p *campaign.Place, name string) error {
	view := page.Page{Heading: part.Heading{Title: name, Kicker: c.Title, Sub: l.Cell(p.Cell), Back: &part.Link{Href: "/campaigns/" + c.ID, Label: c.Title}}}
	if p.Check == nil {
		state := "open"
		switch {
		case p.Dropped != "":
			state = "dropped"
		case len(p.Misses) > 0:
			state = "missed"
		}
		view.State = []part.Status{*l.placeState(state, 0)}
		view.Main = []templ.Component{part.Empty{Icon: "clipboard-list", Text: l.T("place.not_yet")}}
		return l.s.Page(w, r, http.StatusOK, name, "services", view.Show())
	}
	view.State = []part.Status{*l.placeState("checked", len(p.Check.Faults))}
	items, err := l.campaignFaults(c, nil, func(f campaign.Fault) bool { return f.Firm == p.Firm })
	if err != nil {
		return err
	}
	answers, err := l.placeAnswers(c, p)
	if err != nil {
		return err
	}
	view.Main = []templ.Component{l.firmItems(l.T("place.found"), items, l.T("place.all_fine")), answers}
	facts, err := l.placeFacts(c, p)
	if err != nil {
		return err
	}
	view.Aside = []templ.Component{facts, web.Around(part.Section{Title: l.T("firm.do"), Card: true}, page.Acts{
		{Label: l.T("place.print"), Icon: "printer", Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/sheets/" + p.Firm},
		{Label: l.T("place.firm"), Icon: "building-2", Kind: part.Quiet, Href: "/firms/" + p.Firm}}.Show())}
	if list := l.pictures("campaign/"+c.ID, p.Check.Photos); len(list) > 0 {
		view.Aside = append(view.Aside, web.Around(part.Section{Title: l.T("place.photos"), Card: true}, part.Attachments{Items: list}))
	}
	return l.s.Page(w, r, http.StatusOK, name, "services", view.Show())
}

func (l *teller) placeFacts(c *campaign.Campaign, p *campaign.Place) (templ.Component, error) {
	o, err := l.Open(p.Check.Words, p.Check.Escort)
	if err != nil {
		return nil, err
	}
	d := part.Definitions{}
	pair := func(key, value string) {
		if value != "" {
			d.Pairs = append(d.Pairs, part.Pair{Term: l.T("place." + key), Text: value})
		}
	}
	pair("at", l.When(p.Check.At))
	pair("by", l.Several(append([]string{p.Check.By}, p.Check.With...), l.Person))
	if escort, ok := o[p.Check.Escort.Ref()]; ok {
		pair("escort", maskName(escort))
	}
	pair("notice", p.Check.Notice)
	pair("words", l.Words(o, p.Check.Words))
	return web.Around(part.Section{Title: l.T("place.facts"), Card: true}, d), nil
}

// placeAnswers are the answers to the checklist of that day.
func (l *teller) placeAnswers(c *campaign.Campaign, p *campaign.Place) (templ.Component, error) {
	t := part.Table{Caption: l.T("place.answers"), Titled: true, Columns: []part.Column{{Label: l.T("place.question")}, {Label: l.T("place.answer")}, {Label: l.T("checklist.note")}}}
	list, _ := l.checklistOf(c)
	for _, q := range list.Questions {
		said := p.Check.Said[q.Key]
		note := p.Check.Said["note."+q.Key]
		o, err := l.Open(said, note)
		if err != nil {
			return nil, err
		}
		answer := l.answered(q, p.Check.Answers[q.Key])
		if q.Answer == "words" {
			answer = l.Words(o, said)
		}
		t.Rows = append(t.Rows, web.Row(q.Name.In(l.Lang()), web.OrDash(answer), web.OrDash(l.Words(o, note))))
	}
	return t, nil
}

// checklistOf is the checklist of a campaign as it was when the campaign began.
func (l *teller) checklistOf(c *campaign.Campaign) (playbook.Checklist, bool) {
	book := l.Book()
	if at := book.At(c.StartedAt); at != nil {
		book = at
	}
	return book.Checklist(c.Checklist)
}

func (l *teller) answered(q playbook.Question, answer string) string {
	switch {
	case answer == "":
		return ""
	case q.Answer == "yesno":
		return l.T("checklist." + answer)
	}
	return answer
}

// placeChecked takes the checklist of one place.
func (s Pages) placeChecked(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	form.Set("campaign", r.PathValue("id"))
	form.Set("place", r.PathValue("firm"))
	act := &campaign.Go{}
	if form.Has("more") {
		return l.showPlace(w, r, http.StatusOK, oneRowMore(form, form.Get("more")))
	}
	wrong := web.Decode(act, form)
	if len(wrong) == 0 {
		_, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), "campaign.check", act)
		if err == nil {
			return s.See(w, r, r.URL.Path, l.T("place.done"))
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.showPlace(w, r, web.StatusOf(wrong), web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// checkForm is the checklist, made for a thumb.
func (l *teller) checkForm(w http.ResponseWriter, r *http.Request, status int, c *campaign.Campaign, p *campaign.Place, name string, o web.FormOptions) error {
	list, ok := l.checklistOf(c)
	if !ok {
		return fault.New(fault.Stale, "campaign.no_checklist", nil)
	}
	act := &campaign.Go{On: campaign.On{Campaign: c.ID, Version: c.Version}, Firm: p.Firm, At: l.Now()}
	o.RowsOf, o.More = map[string]int{"besides": 1}, []string{"besides"}
	o.Skip = []string{"campaign", "version", "place", "answers", "notes"}
	if !c.Inspection {
		o.Skip = append(o.Skip, "escort")
	} else {
		o.Hints = map[string]string{"with": l.T("place.two_officers")}
	}
	fields, rest, err := l.s.ActFields(l.Ctx(), l.Who(), act, o)
	if err != nil {
		return err
	}
	key := o.Key
	if key == "" {
		key = l.s.NewKey()
	}
	view := page.Check{Heading: part.Heading{Title: name, Kicker: list.Name.In(l.Lang()), Sub: c.Title, Back: &part.Link{Href: "/campaigns/" + c.ID, Label: c.Title}},
		Action: r.URL.Path, Key: key, Version: strconv.Itoa(c.Version), Back: "/campaigns/" + c.ID}
	for _, f := range fields {
		switch {
		case f.Name == "with":
			view.With, view.Open = append(view.With, f), c.Inspection || f.Error != "" || len(f.Values) > 0
		case f.Name == "at", f.Name == "escort":
			view.Before = append(view.Before, f)
		case f.Row != "" || f.Kind == part.KindMore:
			view.Besides = append(view.Besides, f)
		default:
			view.After = append(view.After, f)
		}
	}
	if len(p.Misses) > 0 {
		view.Notices = append(view.Notices, part.Flash{Tone: part.Due, Text: l.T("place.missed_note", "n", len(p.Misses))})
	}
	said := l.checkQuestions(&view, list, o)
	for _, e := range rest {
		if !said[e.Text] {
			view.Errors.Errors = append(view.Errors.Errors, e)
		}
	}
	for _, f := range fields {
		if f.Error != "" {
			view.Errors.Errors = append(view.Errors.Errors, part.FormError{Name: f.Name, Text: f.Label + l.T("place.colon") + f.Error})
		}
	}
	also := page.Acts{{Label: l.T("place.miss"), Icon: "door-open", Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/do/miss?place=" + p.Firm}}
	if l.May("campaign.drop", l.placeThing(c, p.Cell)) {
		also = append(also, part.Button{Label: fault.Name(l.Lang(), "act.campaign.drop"), Icon: "circle-x", Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/do/drop?place=" + p.Firm})
	}
	also = append(also, part.Button{Label: l.T("place.print_empty"), Icon: "printer", Kind: part.Quiet, Href: "/campaigns/" + c.ID + "/sheets/" + p.Firm})
	return l.s.Page(w, r, status, name, "services", part.Some(view.Show(), also.Show()))
}

// checkQuestions puts the questions under their headings, as they were answered; it says which sentences stand at a question.
func (l *teller) checkQuestions(view *page.Check, list playbook.Checklist, o web.FormOptions) map[string]bool {
	said := map[string]bool{}
	for _, q := range list.Questions {
		x := page.Question{Key: q.Key, Text: q.Name.In(l.Lang()), Kind: q.Answer, Value: o.Values.Get("answers." + q.Key), Note: o.Values.Get("notes." + q.Key), Source: q.Source}
		for _, f := range o.Faults {
			if f.Field == "answers."+q.Key || f.Field == "notes."+q.Key {
				x.Error = l.s.Sentence(l.Ctx(), f)
				said[x.Error] = true
				view.Errors.Errors = append(view.Errors.Errors, part.FormError{Name: "answers." + q.Key, Text: x.Text + l.T("place.colon") + x.Error})
			}
		}
		title := q.Group.In(l.Lang())
		if n := len(view.Groups); n == 0 || view.Groups[n-1].Title != title {
			view.Groups = append(view.Groups, page.Group{Title: title})
		}
		g := &view.Groups[len(view.Groups)-1]
		g.Questions = append(g.Questions, x)
	}
	return said
}

// maskName hides a name as everywhere.
func maskName(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return vault.MaskName(s)
}
