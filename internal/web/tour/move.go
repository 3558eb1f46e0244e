package tour

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/board/matters"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/round"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/tour"
	"maplegrid/internal/work/tour"
)

// moving is a stop on its way to another place: which, to whom, after which stop.
type moving struct {
	*teller
	d           tour.Day
	visit       tour.Visit
	with        string // the team it is with, "" none
	team, after string
	rows        map[string]matters.Row
}

// out is the choice to take a stop out.
const out = "-"

func (s Pages) moving(r *http.Request, q url.Values) (*moving, error) {
	l, d, err := s.readTour(r)
	if err != nil {
		return nil, err
	}
	m := &moving{teller: l, d: d, team: q.Get("team"), after: q.Get("after")}
	var ok bool
	if m.visit, ok = d.Visit(q.Get("visit")); !ok {
		return nil, fault.New(fault.Missing, "tour.not_found", nil)
	}
	if !d.Open() || !l.May("tour.replan", desk.TourThing(&d, "")) {
		return nil, fault.New(fault.Denied, "access.denied", nil)
	}
	for _, t := range d.Laid.Plan.Tours {
		if slices.ContainsFunc(t.Stops, func(s round.Stop) bool { return s.Visit == m.visit.ID }) {
			m.with = t.Team
		}
	}
	m.rows, err = l.titles(d.Visits)
	return m, err
}

// tourMove asks where a stop is to go and says what would come of it; nothing is changed by asking.
func (s Pages) tourMove(w http.ResponseWriter, r *http.Request) error {
	m, err := s.moving(r, r.URL.Query())
	if err != nil {
		return err
	}
	return m.show(w, r, http.StatusOK, nil)
}

func (m *moving) show(w http.ResponseWriter, r *http.Request, status int, refused *fault.Fault) error {
	title, _, _ := m.stopTitle(m.visit, m.rows)
	f := part.Form{Action: "/tours/" + m.d.Day + "/move", Get: true, Submit: m.T("tour.look"), Cancel: &part.Link{Href: "/tours/" + m.d.Day, Label: m.T("act.cancel")}}
	teams := []part.Option{}
	for _, t := range m.d.Teams {
		teams = append(teams, part.Option{Value: t.ID, Label: t.Name, Hint: m.Several(t.People, m.Person)})
	}
	if m.with != "" {
		teams = append(teams, part.Option{Value: out, Label: m.T("tour.take_out"), Hint: m.T("tour.take_out_hint")})
	}
	chosen := m.team
	if chosen == "" {
		chosen = m.with
	}
	var places []part.Option
	for _, t := range m.d.Facts().Tours {
		team, _ := m.d.Team(t.Team)
		for _, s := range t.Stops {
			if s.Visit != m.visit.ID {
				v, _ := m.d.Visit(s.Visit)
				name, _, _ := m.stopTitle(v, m.rows)
				places = append(places, part.Option{Value: s.Visit, Label: m.T("tour.after_stop", "time", m.hour(s.BeginAt), "stop", name), Group: team.Name})
			}
		}
	}
	f.Fields = []part.Field{{Name: "visit", Kind: part.KindHidden, Value: m.visit.ID}, {Name: "team", Label: m.T("tour.to_team"), Kind: part.KindRadio, Required: true, Options: teams, Value: chosen},
		{Name: "after", Label: m.T("tour.after"), Hint: m.T("tour.after_hint"), Kind: part.KindSelect, Options: places, Value: m.after, Blank: m.T("tour.first")}}
	p := page.Form{Heading: part.Heading{Title: m.T("tour.move_title", "stop", title), Back: &part.Link{Href: "/tours/" + m.d.Day, Label: m.T("tour.of_day", "day", m.dayName(m.d.Day))}}, Form: f}
	if refused != nil {
		p.Form.Errors = append(p.Form.Errors, part.FormError{Text: m.s.Sentence(m.Ctx(), refused)})
	}
	if m.team != "" {
		p.Result = m.result()
	}
	return m.s.Page(w, r, status, p.Heading.Title, "services", p.Show())
}

// laid is the plan as it would be.
func (m *moving) laid() (tour.Laid, []round.Breach) {
	now := m.d.Facts()
	tours, placed := []round.Tour{}, false
	for _, t := range now.Tours {
		t.Stops = slices.DeleteFunc(slices.Clone(t.Stops), func(s round.Stop) bool { return s.Visit == m.visit.ID })
		if t.Team == m.team {
			t.Stops, placed = m.put(t.Stops), true
		}
		tours = append(tours, t)
	}
	if !placed && m.team != out {
		tours = append(tours, round.Tour{Team: m.team, Stops: m.put(nil)})
	}
	left := slices.DeleteFunc(slices.Clone(now.Left), func(l round.Left) bool { return l.Visit == m.visit.ID })
	if m.team == out {
		left = append(left, round.Left{Visit: m.visit.ID, Why: round.ByHand})
	}
	l := m.d.Laid
	day := l.Round(m.officer)
	way, _, _ := m.travel()
	start := m.Now()
	if len(m.d.Started) == 0 {
		start = l.Teams[0].Shift.From
		for _, t := range l.Teams {
			if t.Shift.From.Before(start) {
				start = t.Shift.From
			}
		}
	}
	var ok bool
	l.Plan, ok = round.Along(day, tours, left, start, way)
	wrong := m.fresh(round.Breaches(day, l.Plan))
	if !ok {
		wrong = append(wrong, round.Breach{What: round.WhyNoWay, Visit: m.visit.ID})
	}
	return l, wrong
}

// put places the stop after the one that was chosen, or first among those that are not done.
func (m *moving) put(stops []round.Stop) []round.Stop {
	at := slices.IndexFunc(stops, func(s round.Stop) bool { return s.Visit == m.after }) + 1
	for at < len(stops) && stops[at].Done {
		at++
	}
	return slices.Insert(slices.Clone(stops), at, round.Stop{Visit: m.visit.ID})
}

// fresh leaves out what was not kept before either: a delay of the day is no reason against moving a stop.
func (m *moving) fresh(wrong []round.Breach) []round.Breach {
	before := round.Breaches(m.d.Round(m.officer), m.d.Facts())
	return slices.DeleteFunc(wrong, func(b round.Breach) bool { return slices.Contains(before, b) })
}

func (m *moving) result() *page.Result {
	laid, wrong := m.laid()
	r := &page.Result{OK: m.T("tour.nobody_moves")}
	for _, b := range wrong {
		line := m.s.Sentence(m.Ctx(), fault.New(fault.Invalid, string(b.What), nil))
		if v, ok := m.d.Visit(b.Visit); ok {
			title, _, _ := m.stopTitle(v, m.rows)
			line = title + m.T("tour.colon") + line
		} else if t, ok := m.d.Team(b.Team); ok {
			line = t.Name + m.T("tour.colon") + line
		}
		r.Wrong = append(r.Wrong, line)
	}
	if m.team == out && !m.visit.Agreed.IsZero() && m.with != "" {
		r.Wrong = append(r.Wrong, m.s.Sentence(m.Ctx(), fault.New(fault.Stale, "tour.agreed_dropped", fault.Args{"at": m.hour(m.visit.Agreed.From)})))
	}
	r.Moved = m.movedLines(&m.d, round.Changes(m.d.Facts(), laid.Plan), m.rows)
	if m.with == "" {
		if t, ok := laid.Tour(m.team); ok {
			i := slices.IndexFunc(t.Stops, func(s round.Stop) bool { return s.Visit == m.visit.ID })
			r.OK = m.T("tour.comes_at", "time", m.hour(t.Stops[i].BeginAt))
		}
	}
	if len(r.Wrong) == 0 {
		f := part.Form{Action: "/tours/" + m.d.Day + "/move", Submit: m.T("tour.so_be_it"), Icon: "check"}
		for name, value := range map[string]string{"visit": m.visit.ID, "team": m.team, "after": m.after, "key": m.s.NewKey(), "version": strconv.Itoa(m.d.Version)} {
			f.Fields = append(f.Fields, part.Field{Name: name, Kind: part.KindHidden, Value: value, Scope: "go-"})
		}
		slices.SortFunc(f.Fields, func(a, b part.Field) int { return len(a.Name) - len(b.Name) })
		r.Go = &f
	}
	return r
}

// tourMoved moves a stop.
func (s Pages) tourMoved(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, s.Who(r).Person)
	if err != nil {
		return err
	}
	m, err := s.moving(r, form)
	if err != nil {
		return err
	}
	laid, _ := m.laid()
	seen, _ := strconv.Atoi(form.Get("version"))
	_, err = s.Do(m.Ctx(), m.Who(), form.Get("key"), "tour.replan", &tour.Replan{On: tour.On{Day: m.d.Day, Version: seen}, Laid: laid, Because: "by_hand"})
	if f, ok := fault.Of(err); ok && f.Kind != fault.Missing {
		return m.show(w, r, web.StatusOf([]*fault.Fault{f}), f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/tours/"+m.d.Day, m.T("tour.moved_now"))
}
