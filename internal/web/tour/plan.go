package tour

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/round"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/tour"
	"maplegrid/internal/work/tour"
)

// seats is how many people of a team the form asks for, firstTeams how many teams.
const (
	seats      = 4
	firstTeams = 2
	mostTeams  = 12
)

// tourPlan asks who goes out and where to, on a day that is not planned yet, or for what is left of one that is.
func (s Pages) tourPlan(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planner(r)
	if err != nil {
		return err
	}
	return p.ask(w, r, http.StatusOK, nil)
}

// planner is one planning of a day: what could be done, what is planned already, what was typed.
type planner struct {
	*teller
	gathered
	d    tour.Day
	form url.Values
}

func (s Pages) planner(r *http.Request) (*planner, error) {
	l, err := s.tell(r)
	if err != nil {
		return nil, err
	}
	d, err := l.tourDay(r.PathValue("day"))
	if err != nil {
		return nil, err
	}
	act := "tour.plan"
	if d.Version > 0 {
		act = "tour.replan"
	}
	if !l.May(act, desk.TourThing(&d, "")) {
		return nil, fault.New(fault.Denied, "access.denied", nil)
	}
	p := &planner{teller: l, d: d}
	if p.gathered, err = l.gather(r.PathValue("day")); err != nil {
		return nil, err
	}
	p.merge()
	return p, nil
}

// again tells whether the day is under way: what is done or agreed then stays.
func (p *planner) again() bool { return p.d.Version > 0 && len(p.d.Started)+len(p.d.Made) > 0 }

// merge puts what is planned already before what is new; an agreed time may have changed meanwhile.
func (p *planner) merge() {
	var all []tour.Visit
	for _, v := range p.d.Visits {
		if i := slices.IndexFunc(p.visits, func(x tour.Visit) bool { return x.ID == v.ID || x.Matter != "" && x.Matter == v.Matter }); i >= 0 {
			if m, made := p.d.Made[v.ID]; !made || m.Missed != "" {
				id := v.ID
				v = p.visits[i]
				v.ID = id
			}
			p.visits = slices.Delete(p.visits, i, i+1)
		}
		all = append(all, v)
	}
	p.visits = append(all, p.visits...)
	for _, k := range p.d.Kits {
		if !slices.ContainsFunc(p.kits, func(x round.Kit) bool { return x.ID == k.ID }) {
			p.kits = append(p.kits, k)
		}
	}
}

// fill is what the form holds when it is asked for first: the teams and stops that are planned, or all that are to be made.
func (p *planner) fill() url.Values {
	f := url.Values{}
	settings := p.Book().TourSettings()
	set := func(i int, name, value string) { f.Set("team."+strconv.Itoa(i)+"."+name, value) }
	for i, t := range p.d.Teams {
		set(i, "id", t.ID)
		set(i, "name", t.Name)
		for n, who := range t.People {
			set(i, "p"+strconv.Itoa(n+1), who)
		}
		set(i, "mode", string(t.By))
		set(i, "from", p.hour(t.Shift.From))
		set(i, "until", p.hour(t.Shift.Until))
		set(i, "start", t.Start)
	}
	for i := len(p.d.Teams); i < firstTeams && p.d.Version == 0; i++ {
		set(i, "name", p.T("tour.team_n", "n", i+1))
		set(i, "mode", string(round.Drive))
		set(i, "from", settings.LeaveAt)
		set(i, "until", settings.BackAt)
	}
	for _, v := range p.visits {
		_, planned := p.d.Visit(v.ID)
		m, made := p.d.Made[v.ID]
		taken := slices.ContainsFunc(p.d.Laid.Plan.Left, func(l round.Left) bool { return l.Visit == v.ID && l.Why == round.ByHand })
		if !made && !taken && (planned || v.What != tour.Patrol && p.d.Version == 0 || v.What == tour.Doorstep || v.What == tour.Delivery) || made && m.Missed == "" {
			f.Add("visit", v.ID)
		}
	}
	for _, k := range p.kits {
		f.Add("kit", k.ID)
	}
	f.Set("teams", strconv.Itoa(max(firstTeams, len(p.d.Teams))))
	return f
}

// ask is the page with the form.
func (p *planner) ask(w http.ResponseWriter, r *http.Request, status int, wrong []*fault.Fault) error {
	fresh := p.form == nil
	if fresh {
		p.form = p.fill()
	}
	rows, err := p.titles(p.visits)
	if err != nil {
		return err
	}
	f := part.Form{Action: "/tours/" + p.date + "/plan", Icon: "route", Submit: p.T("tour.make"), Cancel: &part.Link{Href: "/tours", Label: p.T("act.cancel")}}
	if p.again() {
		f.Fields = append(f.Fields, part.Field{Name: "because", Label: p.T("tour.because"), Kind: part.KindSelect, Required: true, Value: p.form.Get("because"),
			Options: web.Named(p.Lang(), "because.", tour.Becauses)})
		f.Submit = p.T("tour.make_again")
	}
	p.askStops(&f, rows)
	p.askTeams(&f)
	f.Fields = append(f.Fields, part.Field{Name: "key", Kind: part.KindHidden, Value: p.s.NewKey()}, part.Field{Name: "version", Kind: part.KindHidden, Value: strconv.Itoa(p.d.Version)})
	f.Also = append(f.Also, part.Button{Label: p.T("tour.more_teams"), Icon: "plus", Kind: part.Quiet, Name: "more", Value: "team"})
	p.s.place(p.Ctx(), &f, wrong)
	title := p.T("tour.plan_title", "day", p.dayName(p.date))
	body := page.Form{Heading: part.Heading{Title: title, Back: &part.Link{Href: "/tours", Label: p.T("tour.title")}}, Form: f, Notes: p.planNotes()}
	return p.s.Page(w, r, status, title, "services", body.Show())
}

// place puts refusals at the fields they speak of, or on top.
func (s Pages) place(ctx context.Context, f *part.Form, wrong []*fault.Fault) {
	for _, x := range wrong {
		at := slices.IndexFunc(f.Fields, func(y part.Field) bool { return x.Field != "" && y.Name == x.Field })
		if at >= 0 && f.Fields[at].Error == "" {
			f.Fields[at].Error = s.Sentence(ctx, x)
			continue
		}
		f.Errors = append(f.Errors, part.FormError{Text: s.Sentence(ctx, x)})
	}
}

func (p *planner) planNotes() (notes []string) {
	if p.again() {
		notes = append(notes, p.T("tour.again_note"))
	}
	if _, roads, note := p.travel(); note != "" {
		notes = append(notes, note)
	} else {
		notes = append(notes, p.T("tour.roads_"+roads))
	}
	if _, ok := p.stationPlace(); !ok {
		notes = append(notes, p.T("tour.no_outlines"))
	}
	return notes
}

// askStops asks which stops are to be made: those of the day are ticked.
func (p *planner) askStops(f *part.Form, rows map[string]matters.Row) {
	groups := map[string][]part.Option{}
	for _, v := range p.visits {
		if m, made := p.d.Made[v.ID]; made && m.Missed == "" {
			f.Fields = append(f.Fields, part.Field{Name: "visit", Kind: part.KindHidden, Value: v.ID})
			continue
		}
		title, _, where := p.stopTitle(v, rows)
		hint := []string{p.Called("stopfor." + v.What), where, p.minutes(time.Duration(v.Minutes) * time.Minute)}
		hint = append(hint, p.marks(v)...)
		if v.Near && v.Matter != "" {
			hint = append(hint, p.T("tour.near"))
		}
		if m := p.d.Made[v.ID].Missed; m != "" {
			hint = append(hint, p.T("tour.was_missed", "why", fault.Name(p.Lang(), "missed."+m)))
		} else if _, was := p.d.Visit(v.ID); !was && p.d.Version > 0 && v.Matter != "" {
			hint = append(hint, p.T("tour.new"))
		}
		group := "visits"
		switch v.What {
		case tour.Promise:
			group = "promises"
		case tour.Patrol, tour.Errand:
			group = "passing"
		}
		groups[group] = append(groups[group], part.Option{Value: v.ID, Label: title, Hint: strings.Join(slices.DeleteFunc(hint, func(s string) bool { return s == "" }), " · ")})
	}
	for _, g := range []string{"visits", "promises", "passing"} {
		if len(groups[g]) > 0 {
			f.Fields = append(f.Fields, part.Field{Name: "visit", Label: p.T("tour.ask_" + g), Hint: p.T("tour.ask_" + g + "_hint"), Kind: part.KindChecks, Options: groups[g],
				Values: p.form["visit"], Scope: g + "-"})
		}
	}
	f.Fields = append(f.Fields,
		part.Field{Name: "typed", Label: p.T("tour.typed"), Hint: p.T("tour.typed_hint"), Kind: part.KindWords, Value: p.form.Get("typed"), Rows: 3},
		part.Field{Name: "errands", Label: p.T("tour.errands"), Hint: p.T("tour.errands_hint"), Kind: part.KindWords, Value: p.form.Get("errands"), Rows: 2})
	var kits []part.Option
	for _, k := range p.kits {
		kits = append(kits, part.Option{Value: k.ID, Label: p.KitCalled(k.ID)})
	}
	if len(kits) > 0 {
		f.Fields = append(f.Fields, part.Field{Name: "kit", Label: p.T("tour.kits"), Hint: p.T("tour.kits_hint"), Kind: part.KindChecks, Options: kits, Values: p.form["kit"]})
	}
}

// askTeams asks who goes out, with what, when and from where.
func (p *planner) askTeams(f *part.Form) {
	people := p.s.PeopleOptions(p.Lang(), p.Org(), p.Who())
	starts := slices.DeleteFunc(web.CellOptions(p.Lang(), p.Org()), func(o part.Option) bool { _, ok := p.centre(o.Value); return !ok })
	n := p.teams()
	for i := range n {
		section := p.T("tour.team_n", "n", i+1)
		add := func(name string, x part.Field) {
			x.Name, x.Section, x.Half = "team."+strconv.Itoa(i)+"."+name, section, true
			x.Value = p.form.Get(x.Name)
			if x.Label == "" {
				x.Label = p.T("tour.team." + name)
			}
			f.Fields = append(f.Fields, x)
		}
		if id := p.form.Get("team." + strconv.Itoa(i) + ".id"); id != "" {
			f.Fields = append(f.Fields, part.Field{Name: "team." + strconv.Itoa(i) + ".id", Kind: part.KindHidden, Value: id})
		}
		add("name", part.Field{Kind: part.KindText, MaxLen: 40})
		add("mode", part.Field{Kind: part.KindSelect, Options: p.modeOptions()})
		for k := range seats {
			add("p"+strconv.Itoa(k+1), part.Field{Label: p.T("tour.seat", "n", k+1), Kind: part.KindPerson, Options: people, Blank: p.T("tour.seat_empty")})
		}
		add("from", part.Field{Kind: part.KindTime})
		add("until", part.Field{Kind: part.KindTime})
		add("start", part.Field{Kind: part.KindCell, Options: starts, Blank: p.T("tour.from_station")})
	}
	f.Fields = append(f.Fields, part.Field{Name: "teams", Kind: part.KindHidden, Value: strconv.Itoa(n)})
}

func (p *planner) teams() int {
	n, err := strconv.Atoi(p.form.Get("teams"))
	if err != nil || n < 1 {
		n = firstTeams
	}
	return min(n, mostTeams)
}

// tourPlanned takes the form: the plan is worked out and handed to the desk with what it was worked out from.
func (s Pages) tourPlanned(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planner(r)
	if err != nil {
		return err
	}
	if p.form, err = s.Form(r, p.Who().Person); err != nil {
		return err
	}
	if p.form.Has("more") {
		p.form.Set("teams", strconv.Itoa(min(p.teams()+1, mostTeams)))
		return p.ask(w, r, http.StatusOK, nil)
	}
	laid, wrong := p.read()
	if len(wrong) == 0 {
		var f *fault.Fault
		if f, err = p.lay(&laid); err != nil {
			return err
		}
		if f == nil {
			f, err = p.send(laid)
		}
		switch {
		case err != nil:
			return err
		case f == nil:
			return s.See(w, r, "/tours/"+p.date, p.said(laid))
		}
		wrong = append(wrong, f)
	}
	return p.ask(w, r, web.StatusOf(wrong), wrong)
}

// said is the sentence about what came of planning.
func (p *planner) said(laid tour.Laid) string {
	stops := 0
	for _, t := range laid.Plan.Tours {
		stops += len(t.Stops)
	}
	return p.T("tour.planned", "stops", stops, "teams", len(laid.Plan.Tours), "left", len(laid.Plan.Left))
}

// read makes of the form what a plan is worked out from.
func (p *planner) read() (laid tour.Laid, wrong []*fault.Fault) {
	laid.HandOver = p.Book().TourSettings().HandOverMinutes
	for i := range p.teams() {
		t, f := p.readTeam(i)
		if f != nil {
			wrong = append(wrong, f)
		} else if len(t.People) > 0 {
			laid.Teams = append(laid.Teams, t)
		}
	}
	if len(wrong) == 0 {
		wrong = p.twice(laid.Teams)
	}
	for _, v := range p.visits {
		if slices.Contains(p.form["visit"], v.ID) || p.d.Made[v.ID].Missed != "" {
			v.Officer = p.promised(v, laid.Teams)
			laid.Visits = append(laid.Visits, v)
		}
	}
	settings := p.Book().TourSettings()
	for _, x := range []struct {
		field, what string
		rank        round.Rank
		minutes     int
	}{{"typed", tour.Patrol, round.OnTheWay, settings.PatrolMinutes}, {"errands", tour.Errand, round.Urgent, settings.VisitMinutes}} {
		typed, bad := p.typedStops(p.form.Get(x.field), x.rank, x.what, x.minutes)
		for _, f := range bad {
			wrong = append(wrong, f.On(x.field))
		}
		for _, v := range typed {
			if _, twice := laid.Visit(v.ID); !twice {
				laid.Visits = append(laid.Visits, v)
			}
		}
	}
	for _, k := range p.kits {
		if slices.Contains(p.form["kit"], k.ID) {
			laid.Kits = append(laid.Kits, k)
		}
	}
	return laid, wrong
}

// twice refuses somebody in two teams at a time, by the names of the teams.
func (p *planner) twice(teams []tour.Team) (wrong []*fault.Fault) {
	for i, t := range teams {
		for _, o := range teams[:i] {
			if o.Shift.From.Before(t.Shift.Until) && t.Shift.From.Before(o.Shift.Until) && slices.ContainsFunc(t.People, func(who string) bool { return slices.Contains(o.People, who) }) {
				wrong = append(wrong, fault.New(fault.Invalid, "tour.two_teams", fault.Args{"team": t.Name, "other": o.Name}))
			}
		}
	}
	return wrong
}

// promised is the officer who must be at a door: the one the household was told of, where they go out that day, else any.
func (p *planner) promised(v tour.Visit, teams []tour.Team) string {
	if v.Officer == "" {
		return ""
	}
	for _, who := range p.doors[v.Matter].With {
		if p.officer(who) && slices.ContainsFunc(teams, func(t tour.Team) bool { return slices.Contains(t.People, who) }) {
			return who
		}
	}
	if v.Officer != round.AnyOfficer && !slices.ContainsFunc(teams, func(t tour.Team) bool { return slices.Contains(t.People, v.Officer) }) {
		return round.AnyOfficer
	}
	return v.Officer
}

func (p *planner) readTeam(i int) (t tour.Team, wrong *fault.Fault) {
	get := func(name string) string { return strings.TrimSpace(p.form.Get("team." + strconv.Itoa(i) + "." + name)) }
	t = tour.Team{ID: get("id"), Name: get("name"), By: round.Mode(get("mode")), Start: get("start")}
	for k := range seats {
		if who := get("p" + strconv.Itoa(k+1)); who != "" && !slices.Contains(t.People, who) {
			t.People = append(t.People, who)
		}
	}
	if t.ID == "" {
		t.ID = "t" + strconv.Itoa(i+1)
	}
	if t.Name == "" {
		t.Name = p.T("tour.team_n", "n", i+1)
	}
	if t.By == "" {
		t.By = round.Drive
	}
	clockTime := func(name string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", p.date+" "+get(name), clock.Shanghai)
		if err != nil && len(t.People) > 0 && wrong == nil {
			wrong = fault.New(fault.Invalid, "tour.hours", fault.Args{"team": t.Name}).On("team." + strconv.Itoa(i) + "." + name)
		}
		return at.UTC()
	}
	t.Shift = round.Window{From: clockTime("from"), Until: clockTime("until")}
	if was, ok := p.d.Team(t.ID); ok && was.Start == t.Start {
		t.From = was.From
	} else if t.Start == "" {
		t.From, _ = p.stationPlace()
	} else {
		t.From, _ = p.centre(t.Start)
	}
	return t, wrong
}

// lay works the plan out.
func (p *planner) lay(laid *tour.Laid) (*fault.Fault, error) {
	way, roads, _ := p.travel()
	laid.Roads = roads
	day := laid.Round(p.officer)
	day.Detour = time.Duration(p.Book().TourSettings().DetourMinutes) * time.Minute
	// What came to nothing today is gone to again only when it is ticked again.
	missed := func(id string) bool { return p.d.Made[id].Missed != "" && !slices.Contains(p.form["visit"], id) }
	day.Visits = slices.DeleteFunc(day.Visits, func(v round.Visit) bool { return missed(v.ID) })
	defer func() {
		for _, v := range laid.Visits {
			if missed(v.ID) {
				laid.Plan.Left = append(laid.Plan.Left, round.Left{Visit: v.ID, Why: round.ByHand})
			}
		}
	}()
	var err error
	if p.again() {
		laid.Plan, _, err = round.Again(day, p.d.Facts(), p.Now(), way, 1, p.budget())
	} else {
		laid.Plan, err = round.Make(day, way, 1, p.budget())
	}
	if f, ok := fault.Of(err); ok {
		return f, nil
	}
	return nil, err
}

// send hands the plan to the desk.
func (p *planner) send(laid tour.Laid) (*fault.Fault, error) {
	seen, _ := strconv.Atoi(p.form.Get("version"))
	on := tour.On{Day: p.date, Version: seen}
	var err error
	if p.again() {
		_, err = p.s.Do(p.Ctx(), p.Who(), p.form.Get("key"), "tour.replan", &tour.Replan{On: on, Laid: laid, Because: p.form.Get("because")})
	} else {
		_, err = p.s.Do(p.Ctx(), p.Who(), p.form.Get("key"), "tour.plan", &tour.Plan{On: on, Laid: laid})
	}
	if f, ok := fault.Of(err); ok {
		return f, nil
	}
	return nil, err
}

// dayName says a day of the calendar.
func (l *teller) dayName(day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, clock.Shanghai)
	if err != nil {
		return day
	}
	return l.Day(at) + l.T("tour.weekday."+strconv.Itoa(int(at.Weekday())))
}
