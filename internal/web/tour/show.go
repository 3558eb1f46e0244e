package tour

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/round"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/tour"
	"maplegrid/internal/web/plan"
	"maplegrid/internal/work/tour"
)

// Routes are the pages of the rounds of the days.
func (s Pages) Routes() []web.Route {
	if s.Boards.Tours == nil {
		return nil
	}
	return []web.Route{
		{Method: "GET", Pattern: "/tours", May: "tour.read", Handler: s.tourList},
		{Method: "GET", Pattern: "/tours/{day}", Handler: s.tourOne},
		{Method: "GET", Pattern: "/tours/{day}/plan", Handler: s.tourPlan},
		{Method: "POST", Pattern: "/tours/{day}/plan", Handler: s.tourPlanned},
		{Method: "GET", Pattern: "/tours/{day}/move", Handler: s.tourMove},
		{Method: "POST", Pattern: "/tours/{day}/move", Handler: s.tourMoved},
		{Method: "POST", Pattern: "/tours/{day}/close", Handler: s.tourClose},
		{Method: "GET", Pattern: "/tours/{day}/{team}", Handler: s.tourWalk},
		{Method: "POST", Pattern: "/tours/{day}/{team}/{act}", Handler: s.tourStop},
		{Method: "GET", Pattern: "/tours/{day}/{team}/sheet.pdf", Handler: s.tourSheet},
	}
}

// tourList is the days that were planned, and the way to plan another.
func (s Pages) tourList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if day := q.Get("day"); day != "" {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return fault.New(fault.Invalid, "tour.day", nil).On("day")
		}
		http.Redirect(w, r, "/tours/"+day, http.StatusSeeOther)
		return nil
	}
	rows, next, err := s.Boards.Tours.Days(l.Ctx(), l.Scope(), q.Get("after"), web.PageRows)
	if err != nil {
		return err
	}
	p := page.List{Heading: part.Heading{Title: l.T("tour.title"), Sub: l.T("tour.sub"), Back: &part.Link{Href: "/services", Label: l.T("services.title")}},
		Pager: l.Pager("/tours", q, next)}
	p.Table = part.Table{Caption: l.T("tour.title"), Empty: &part.Empty{Icon: "route", Text: l.T("tour.none"), Hint: l.T("tour.none_hint")},
		Columns: []part.Column{{Label: l.T("tour.day")}, {Label: l.T("tour.teams_n"), Num: true}, {Label: l.T("tour.stops_n"), Num: true}, {Label: l.T("tour.done_n"), Num: true},
			{Label: l.T("tour.missed_n"), Num: true}, {Label: l.T("tour.left_n"), Num: true}, {Label: l.T("tour.state")}}}
	for _, x := range rows {
		p.Table.Rows = append(p.Table.Rows, part.Row{Href: "/tours/" + x.Day, Cells: append(part.Cells(l.dayName(x.Day), strconv.Itoa(x.Teams), strconv.Itoa(x.Stops), strconv.Itoa(x.Done),
			strconv.Itoa(x.Missed), strconv.Itoa(x.Left)), l.tourState(x.Day, x.Closed))})
	}
	today := l.Today()
	mine, err := s.Boards.Tours.Mine(l.Ctx(), l.Scope(), today)
	if err != nil {
		return err
	}
	if len(mine) > 0 {
		d, err := l.tourDay(today)
		if err != nil {
			return err
		}
		for _, id := range mine {
			t, _ := d.Team(id)
			p.Mine = append(p.Mine, part.Link{Href: walkAt(today, id), Label: t.Name})
		}
	}
	if s.May(l.Who(), "tour.plan") {
		p.Actions = append(p.Actions, part.Button{Label: l.T("tour.today"), Icon: "route", Href: "/tours/" + today})
		p.Pick = &part.Form{Action: "/tours", Get: true, Submit: l.T("tour.pick_go"), Fields: []part.Field{{Name: "day", Label: l.T("tour.day"), Kind: part.KindDate,
			Value: l.Now().In(clock.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly), Min: today, Required: true}}}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

func walkAt(day, team string) string { return "/tours/" + day + "/" + url.PathEscape(team) }

func (l *teller) tourState(day string, closed bool) part.Status {
	today := l.Today()
	switch {
	case closed:
		return part.Status{Tone: part.OK, Label: l.T("tour.state_closed")}
	case day > today:
		return part.Status{Tone: part.Info, Label: l.T("tour.state_planned")}
	case day == today:
		return part.Status{Tone: part.Due, Label: l.T("tour.state_today")}
	}
	return part.Status{Tone: part.Plain, Label: l.T("tour.state_open")}
}

// readTour loads the round of a day for somebody who may read it; a team's own people read theirs.
func (s Pages) readTour(r *http.Request) (*teller, tour.Day, error) {
	l, err := s.tell(r)
	if err != nil {
		return nil, tour.Day{}, err
	}
	d, err := l.tourDay(r.PathValue("day"))
	if err != nil {
		return nil, d, err
	}
	if d.Version > 0 && !l.May("tour.read", desk.TourThing(&d, "")) {
		return nil, d, fault.New(fault.Missing, "tour.not_found", nil)
	}
	return l, d, nil
}

// tourOne is a day: its teams and their tours; one that is not planned leads whoever may plan it to the form.
func (s Pages) tourOne(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.readTour(r)
	if err != nil {
		return err
	}
	day := r.PathValue("day")
	if d.Version == 0 {
		if l.May("tour.plan", access.Thing{Kind: "tour"}) && day >= l.Today() {
			http.Redirect(w, r, "/tours/"+day+"/plan", http.StatusSeeOther)
			return nil
		}
		return fault.New(fault.Missing, "tour.not_found", nil)
	}
	rows, err := l.titles(d.Visits)
	if err != nil {
		return err
	}
	p := page.Day{Heading: part.Heading{Title: l.T("tour.of_day", "day", l.dayName(day)), Back: &part.Link{Href: "/tours", Label: l.T("tour.title")}},
		State: l.tourState(day, !d.ClosedAt.IsZero()), Map: l.tourMap(&d)}
	may := d.Open() && l.May("tour.replan", desk.TourThing(&d, ""))
	for i, t := range d.Teams {
		p.Teams = append(p.Teams, l.teamOf(&d, t, i, rows, may))
	}
	l.leftOut(&p, &d, rows, may)
	l.tourFacts(&p, &d)
	l.tourChanges(&p, &d, rows)
	if may {
		p.Actions = append(p.Actions, part.Button{Label: l.T("tour.again"), Icon: "rotate-ccw", Kind: part.Quiet, Href: "/tours/" + day + "/plan"})
		if day <= l.Today() {
			p.Close = &part.Form{Action: "/tours/" + day + "/close", Submit: l.T("tour.close"), Fields: []part.Field{{Name: "key", Kind: part.KindHidden, Value: s.NewKey()},
				{Name: "version", Kind: part.KindHidden, Value: strconv.Itoa(d.Version)}}}
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

// teamOf is a team with its tour.
func (l *teller) teamOf(d *tour.Day, t tour.Team, n int, rows map[string]matters.Row, may bool) page.Team {
	x := page.Team{ID: t.ID, Name: t.Name, Shade: n, People: l.Several(t.People, l.Person), By: l.Called("mode." + string(t.By)), Hours: l.hours(t.Shift), State: l.teamState(d, t.ID)}
	way, out := d.Tour(t.ID)
	if !out {
		return x
	}
	x.Href, x.Print = walkAt(d.Day, t.ID), walkAt(d.Day, t.ID)+"/sheet.pdf"
	x.Kits = l.kitsOf(way)
	x.Travel = l.T("tour.out_and_back", "leave", l.hour(way.LeaveAt), "back", l.hour(way.BackAt), "travel", l.minutes(way.Travel))
	for i, stop := range way.Stops {
		x.Stops = append(x.Stops, l.stopOf(d, stop, i+1, rows, may))
	}
	return x
}

func (l *teller) kitsOf(way round.Tour) string {
	return l.Several(way.Kits, l.KitCalled)
}

func (l *teller) teamState(d *tour.Day, team string) part.Status {
	_, out := d.Tour(team)
	switch {
	case !out:
		return part.Status{Tone: part.Plain, Label: l.T("tour.at_home")}
	case len(d.Rest(team)) == 0:
		return part.Status{Tone: part.OK, Label: l.T("tour.all_made")}
	case d.Started[team].IsZero():
		return part.Status{Tone: part.Plain, Label: l.T("tour.not_left")}
	}
	return part.Status{Tone: part.Info, Label: l.T("tour.out_since", "at", l.hour(d.Started[team]))}
}

// stopOf is a stop of a tour.
func (l *teller) stopOf(d *tour.Day, s round.Stop, n int, rows map[string]matters.Row, may bool) page.Stop {
	v, _ := d.Visit(s.Visit)
	x := page.Stop{N: n, Time: l.hour(s.BeginAt), Leg: l.T("tour.leg", "travel", l.minutes(s.Travel)), What: l.Called("stopfor." + v.What), Marks: l.marks(v)}
	x.Title, x.Href, x.Where = l.stopTitle(v, rows)
	if v.Near && v.Matter != "" {
		x.Note = l.T("tour.near")
	}
	if m, made := d.Made[s.Visit]; made {
		st := part.Status{Tone: part.OK, Label: l.T("tour.made_at", "at", l.hour(m.At))}
		if m.Missed != "" {
			st = part.Status{Tone: part.Due, Label: l.Called("missed." + m.Missed)}
		}
		x.State = &st
	} else if may {
		x.Move = moveAt(d.Day, s.Visit)
	}
	return x
}

func moveAt(day, visit string) string {
	return "/tours/" + day + "/move?" + url.Values{"visit": {visit}}.Encode()
}

func (l *teller) leftOut(p *page.Day, d *tour.Day, rows map[string]matters.Row, may bool) {
	for _, x := range d.Laid.Plan.Left {
		v, _ := d.Visit(x.Visit)
		left := page.Left{What: l.Called("stopfor." + v.What), Why: l.s.Sentence(l.Ctx(), fault.New(fault.Invalid, string(x.Why), nil))}
		if m := d.Made[x.Visit].Missed; m != "" {
			left.Why = l.Called("missed." + m)
		} else if may {
			left.Move = moveAt(d.Day, x.Visit)
		}
		left.Title, left.Href, _ = l.stopTitle(v, rows)
		p.Left = append(p.Left, left)
	}
}

func (l *teller) tourFacts(p *page.Day, d *tour.Day) {
	stops, done := 0, 0
	for _, t := range d.Laid.Plan.Tours {
		stops += len(t.Stops)
		done += len(t.Stops) - len(d.Rest(t.Team))
	}
	for _, x := range [][2]string{{"stops", l.T("tour.so_many", "done", done, "stops", stops)}, {"travel", l.minutes(d.Laid.Plan.Travel())},
		{"roads", l.Called("roads." + d.Roads)}, {"by", l.Person(d.By)}, {"at", l.When(d.PlannedAt)}, {"closed", l.When(d.ClosedAt)}} {
		if x[1] != "" {
			p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.T("tour.fact." + x[0]), Text: x[1]})
		}
	}
}

// tourChanges are the plannings anew, the latest first, with whom they put off.
func (l *teller) tourChanges(p *page.Day, d *tour.Day, rows map[string]matters.Row) {
	for _, c := range slices.Backward(d.Changes) {
		x := page.Change{When: l.hour(c.At), Why: l.T("tour.change", "who", l.Person(c.By), "why", fault.Name(l.Lang(), "because."+c.Because)), Moved: l.movedLines(d, c.Moved, rows)}
		p.Changes = append(p.Changes, x)
	}
}

// movedLines says what moved: to whom, by how much.
func (l *teller) movedLines(d *tour.Day, moved []round.Moved, rows map[string]matters.Row) (lines []string) {
	for _, m := range moved {
		v, known := d.Visit(m.Visit)
		if !known {
			continue
		}
		title, _, _ := l.stopTitle(v, rows)
		from, _ := d.Team(m.From)
		to, _ := d.Team(m.To)
		var says []string
		if m.To == "" {
			says = append(says, l.T("tour.moved_out", "from", from.Name))
		} else if m.To != m.From {
			says = append(says, l.T("tour.moved_team", "from", from.Name, "to", to.Name))
		}
		switch by := m.By.Round(time.Minute); {
		case m.To == "" || by == 0:
		case by > 0:
			says = append(says, l.T("tour.moved_later", "by", l.minutes(by)))
		default:
			says = append(says, l.T("tour.moved_earlier", "by", l.minutes(-by)))
		}
		if len(says) > 0 {
			lines = append(lines, title+l.T("tour.colon")+strings.Join(says, l.T("say.and")))
		}
	}
	return lines
}

// tourMap draws the day: cells as ground, a line for each team. Nothing is asked of any server of maps.
func (l *teller) tourMap(d *tour.Day) *page.Map {
	var points grid.Ring
	for _, t := range d.Teams {
		points = append(points, grid.Point{t.From.Lon, t.From.Lat})
	}
	for _, v := range d.Visits {
		points = append(points, grid.Point{v.Place.Lon, v.Place.Lat})
	}
	west, east, south, north := 180.0, -180.0, 90.0, -90.0
	for _, p := range points {
		west, east, south, north = min(west, p[0]), max(east, p[0]), min(south, p[1]), max(north, p[1])
	}
	if east-west < 1e-4 && north-south < 1e-4 {
		return nil
	}
	pad := max(east-west, north-south) * 0.12
	west, east, south, north = west-pad, east+pad, south-pad, north+pad
	frame := grid.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
	at, ok := plan.Of([]grid.Cell{{Outline: []grid.Ring{frame}}})
	if !ok {
		return nil
	}
	m := &page.Map{Width: at.Width, Height: at.Height, Label: l.T("tour.map_label", "teams", len(d.Laid.Plan.Tours))}
	for _, c := range l.Org().Cells {
		if c.Kind != grid.KindStation && len(c.Outline) > 0 {
			m.Ground = append(m.Ground, at.Path(c.Outline))
		}
	}
	for n, t := range d.Teams {
		way, out := d.Tour(t.ID)
		if !out {
			continue
		}
		ring := []grid.Point{{t.From.Lon, t.From.Lat}}
		for i, s := range way.Stops {
			v, _ := d.Visit(s.Visit)
			pt := grid.Point{v.Place.Lon, v.Place.Lat}
			ring = append(ring, pt)
			x, y := at.At(pt)
			_, made := d.Made[s.Visit]
			m.Dots = append(m.Dots, page.Dot{X: coordinate(x), Y: coordinate(y), Label: strconv.Itoa(i + 1), Shade: n, Done: made})
		}
		ring = append(ring, ring[0])
		var path strings.Builder
		for i, pt := range ring {
			x, y := at.At(pt)
			path.WriteByte("ML"[min(i, 1)])
			path.WriteString(coordinate(x) + " " + coordinate(y))
		}
		m.Lines = append(m.Lines, page.Line{Path: path.String(), Shade: n})
	}
	return m
}

func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// tourClose ends a day.
func (s Pages) tourClose(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.readTour(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	if _, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), "tour.close", &tour.Close{On: tour.On{Day: d.Day}}); err != nil {
		return err
	}
	return s.See(w, r, "/tours/"+d.Day, l.T("tour.closed_now"))
}
