package tour

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/round"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/tour"
)

// gathered is what could be done on a day: the doors to go to, the promises to look at on the way, the posts to pass, and the kits there are.
type gathered struct {
	date   string // 2006-01-02
	visits []tour.Visit
	doors  map[string]doorsteps.Visit // by matter
	kits   []round.Kit
}

// mostPromises is how many promises are offered to be looked at on the way.
const mostPromises = 40

// gather finds what could be done on a day, as far as the planner may see it.
func (l *teller) gather(day string) (g gathered, err error) {
	g = gathered{date: day, doors: map[string]doorsteps.Visit{}}
	if l.s.Boards.Doorsteps != nil {
		doors, err := l.s.Boards.Doorsteps.Day(l.Ctx(), l.Scope(), day)
		if err != nil {
			return g, err
		}
		for _, v := range doors {
			if g.doors[v.Matter] = v; !v.Done {
				g.visits = append(g.visits, l.doorVisit(v))
			}
		}
		// Agreed times first: they are what the day is built around.
		slices.SortStableFunc(g.visits, func(a, b tour.Visit) int {
			if a.Agreed.IsZero() != b.Agreed.IsZero() {
				return map[bool]int{true: 1, false: -1}[a.Agreed.IsZero()]
			}
			return a.Agreed.From.Compare(b.Agreed.From)
		})
		if err := l.gatherKits(&g); err != nil {
			return g, err
		}
	}
	if err := l.gatherPromises(&g); err != nil {
		return g, err
	}
	settings := l.Book().TourSettings()
	for _, p := range l.Org().Posts {
		if len(p.Cells) == 0 || !p.Covers(grid.Day(day)) {
			continue
		}
		if place, ok := l.centre(string(p.Cells[0])); ok {
			g.visits = append(g.visits, tour.Visit{Visit: round.Visit{ID: "post-" + string(p.ID), Place: place, Rank: round.OnTheWay, Minutes: settings.PatrolMinutes},
				What: tour.Patrol, Name: p.Name.Zh, Cell: string(p.Cells[0]), Near: true})
		}
	}
	return g, nil
}

// gatherKits adds the kits that can be taken along. One that is booked for a visit of the day may serve the others of its kind on the way;
// a booking for something else takes its hours from the day.
func (l *teller) gatherKits(g *gathered) error {
	kits, err := l.s.Boards.Doorsteps.Kits(l.Ctx(), l.Scope(), l.Now())
	if err != nil {
		return err
	}
	from, err := time.ParseInLocation(time.DateOnly, g.date, clock.Shanghai)
	if err != nil {
		return nil
	}
	until := from.AddDate(0, 0, 1)
	for _, k := range kits {
		lent := k.Loan == "" || k.LoanFrom.Before(until) && k.LoanUntil.After(from)
		if !k.BrokenAt.IsZero() || k.Retired || !lent {
			continue
		}
		x := round.Kit{ID: k.ID, Kind: k.Kind}
		at := from
		for _, b := range k.Bookings {
			if v, today := g.doors[b.Matter]; today && v.KitID == k.ID {
				continue
			}
			if b.Until.After(at) && b.From.Before(until) {
				if b.From.After(at) {
					x.Free = append(x.Free, round.Window{From: at, Until: b.From})
				}
				at = b.Until
			}
		}
		if at.After(from) && at.Before(until) {
			x.Free = append(x.Free, round.Window{From: at, Until: until})
		} else if at.After(from) && len(x.Free) == 0 {
			continue // booked all day
		}
		g.kits = append(g.kits, x)
	}
	return nil
}

func (l *teller) doorVisit(v doorsteps.Visit) tour.Visit {
	x := tour.Visit{Visit: round.Visit{ID: tour.StopID(v.Matter), Agreed: round.Window{From: v.From, Until: v.Until}, Minutes: v.Minutes, Kit: v.Kit},
		What: tour.Doorstep, Matter: v.Matter, Cell: v.Cell}
	if v.For == "card" {
		x.What = tour.Delivery
	}
	if x.Minutes == 0 {
		x.Minutes = l.Book().TourSettings().VisitMinutes
	}
	if v.Urgent {
		x.Rank = round.Urgent
	}
	if v.Officer {
		x.Officer = round.AnyOfficer
	}
	if !v.OpenFrom.IsZero() && v.OpenUntil.After(v.OpenFrom) {
		x.Open = []round.Window{{From: v.OpenFrom, Until: v.OpenUntil}}
	}
	x.Place, x.Near = l.placeOf(v.Lon, v.Lat, v.Cell)
	return x
}

// placeOf is where a matter is, or the middle of its cell.
func (l *teller) placeOf(lon, lat float64, cell string) (at round.Place, near bool) {
	if lon != 0 || lat != 0 {
		return round.Place{ID: cell, Lon: lon, Lat: lat}, false
	}
	at, ok := l.centre(cell)
	if !ok {
		at, _ = l.stationPlace()
		at.ID = cell
	}
	return at, true
}

// centre is the middle of a cell, or of the one it lies in where it has no outline of its own.
func (l *teller) centre(cell string) (round.Place, bool) {
	c, ok := l.Org().Cell(cell)
	for range 10 {
		if !ok {
			break
		}
		if p, drawn := c.Centre(); drawn {
			return round.Place{ID: cell, Lon: p[0], Lat: p[1]}, true
		}
		c, ok = l.Org().Cell(string(c.Parent))
	}
	return round.Place{}, false
}

// stationPlace is the middle of the station's ground: of its own outline, or between the middles of its cells.
func (l *teller) stationPlace() (round.Place, bool) {
	var lon, lat, n float64
	for _, c := range l.Org().Cells {
		p, ok := c.Centre()
		if ok && c.Kind == grid.KindStation {
			return round.Place{ID: string(c.ID), Lon: p[0], Lat: p[1]}, true
		}
		if ok {
			lon, lat, n = lon+p[0], lat+p[1], n+1
		}
	}
	if n == 0 {
		return round.Place{}, false
	}
	return round.Place{ID: "station", Lon: lon / n, Lat: lat / n}, true
}

// gatherPromises adds the matters whose promises fall due on the day or in the three days after it: somebody who passes looks in.
func (l *teller) gatherPromises(g *gathered) error {
	if l.s.Boards.Promises == nil || !l.s.May(l.Who(), "promises.read") {
		return nil
	}
	at, err := time.ParseInLocation(time.DateOnly, g.date, clock.Shanghai)
	if err != nil {
		return nil
	}
	due, err := l.s.Boards.Promises.Due(l.Ctx(), l.Scope(), at.AddDate(0, 0, 3).Format(time.DateOnly), "", mostPromises)
	if err != nil {
		return err
	}
	for _, p := range due.Rows {
		if slices.ContainsFunc(g.visits, func(v tour.Visit) bool { return v.Matter == p.Matter }) {
			continue
		}
		m, err := l.s.Matter(l.Ctx(), l.Who(), p.Matter)
		if err != nil {
			continue // not theirs to see
		}
		v := tour.Visit{Visit: round.Visit{ID: tour.StopID(p.Matter), Rank: round.OnTheWay, Minutes: l.Book().TourSettings().PromiseMinutes}, What: tour.Promise, Matter: p.Matter, Cell: p.Cell}
		v.Place, v.Near = l.placeOf(m.Lon, m.Lat, p.Cell)
		g.visits = append(g.visits, v)
	}
	return nil
}

// typedStops reads the stops that were typed, one a line: a name, then a cell's name or a longitude and a latitude.
func (l *teller) typedStops(text string, rank round.Rank, what string, minutes int) (list []tour.Visit, wrong []*fault.Fault) {
	for line := range strings.Lines(text) {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n,，;；、　", r) })
		if len(words) == 0 {
			continue
		}
		v := tour.Visit{Visit: round.Visit{Rank: rank, Minutes: minutes}, What: what}
		n := len(words)
		if lon, lat, ok := degrees(words); ok {
			v.Place, v.Name = round.Place{Lon: lon, Lat: lat}, strings.Join(words[:n-2], " ")
			if c, in := l.locate(lon, lat); in {
				v.Cell, v.Place.ID = c, c
			}
		} else {
			v.Cell = l.cellNamed(words[n-1])
			v.Name, v.Near = strings.Join(words[:max(1, n-1)], " "), true
			v.Place, ok = l.centre(v.Cell)
			if !ok {
				wrong = append(wrong, fault.New(fault.Invalid, "tour.where", fault.Args{"line": strings.TrimSpace(line)}).On("typed"))
				continue
			}
		}
		v.ID = "x-" + v.Name
		list = append(list, v)
	}
	return list, wrong
}

// degrees are the last two words, when both are numbers within the country.
func degrees(words []string) (lon, lat float64, ok bool) {
	if len(words) < 3 {
		return 0, 0, false
	}
	lon, err := strconv.ParseFloat(words[len(words)-2], 64)
	lat, err2 := strconv.ParseFloat(words[len(words)-1], 64)
	return lon, lat, err == nil && err2 == nil && lon > 70 && lon < 140 && lat > 3 && lat < 54
}

func (l *teller) locate(lon, lat float64) (string, bool) {
	if l.Org().Tree() == nil {
		return "", false
	}
	c, ok := l.Org().Tree().Locate(lon, lat, l.Now())
	return string(c.ID), ok
}

func (l *teller) cellNamed(name string) string {
	for _, c := range l.Org().Cells {
		if c.Name.Zh == name || c.Name.En == name || string(c.ID) == name {
			return string(c.ID)
		}
	}
	return ""
}

// travel is how long ways take: the table where one is given, the estimate of the terrain for the rest, both by the pace of the station.
// A table that cannot be read is said so, and the estimate is taken.
func (l *teller) travel() (way round.Travel, roads, note string) {
	settings := l.Book().TourSettings()
	estimate := round.Usual()
	estimate.Relief = *settings.Relief
	way, roads = estimate, tour.Estimated
	if l.s.Ways != nil {
		given, ok, err := l.s.Ways(l.Ctx(), l.Who().Station)
		if err != nil {
			note = l.T("tour.ways_wrong", "why", err.Error())
		} else if ok {
			way, roads = round.Roads{Given: given, Estimate: estimate}, tour.Given
		}
	}
	return pace{way, settings.Pace}, roads, note
}

// pace makes every way longer or shorter by a part.
type pace struct {
	way     round.Travel
	percent int
}

// Between implements round.Travel.
func (p pace) Between(from, to round.Place, by round.Mode) (time.Duration, bool) {
	d, ok := p.way.Between(from, to, by)
	return d * time.Duration(p.percent) / 100, ok
}

// planSteps and planFor bound the search for a plan: the steps make the answer the same every time, the time keeps a busy machine from
// keeping anybody waiting.
const (
	planSteps = 100000
	planFor   = 700 * time.Millisecond
)

func (l *teller) budget() round.Budget {
	steps, start := round.Steps(planSteps), l.s.Clock.Now()
	return func() float64 { return min(steps(), 1-float64(l.s.Clock.Now().Sub(start))/float64(planFor)) }
}

// officer tells who has police powers here.
func (l *teller) officer(person string) bool {
	p, ok := l.Org().People[person]
	return ok && p.Role.HasPolicePowers()
}

// titles are the matters of visits as the reader may see them; one they may not see is missing.
func (l *teller) titles(visits []tour.Visit) (map[string]matters.Row, error) {
	var ids []string
	for _, v := range visits {
		if v.Matter != "" {
			ids = append(ids, v.Matter)
		}
	}
	rows, err := l.s.Boards.Matters.ByID(l.Ctx(), l.Scope(), ids...)
	if err != nil {
		return nil, err
	}
	m := map[string]matters.Row{}
	for _, r := range rows {
		m[r.ID] = r
	}
	return m, nil
}

// stopTitle is what a stop is called for the reader, and where its matter is.
func (l *teller) stopTitle(v tour.Visit, rows map[string]matters.Row) (title, href, where string) {
	if v.Matter == "" {
		return vault.MaskFree(v.Name), "", l.Cell(v.Cell)
	}
	if r, ok := rows[v.Matter]; ok {
		return web.MaskTitle(r.Title), "/matters/" + r.ID, web.MaskTitle(l.Where(r.Cell, r.Place))
	}
	return l.T("tour.not_yours_to_see"), "", l.Cell(v.Cell)
}

// marks are what must be known of a stop besides its time.
func (l *teller) marks(v tour.Visit) (marks []string) {
	if !v.Agreed.IsZero() {
		marks = append(marks, l.T("tour.agreed", "span", l.hours(v.Agreed)))
	}
	for _, w := range v.Open {
		marks = append(marks, l.T("tour.open", "span", l.hours(w)))
	}
	if v.Rank == round.Urgent {
		marks = append(marks, l.T("tour.urgent"))
	}
	if v.Officer == round.AnyOfficer {
		marks = append(marks, l.T("tour.officer"))
	} else if v.Officer != "" {
		marks = append(marks, l.T("tour.this_officer", "name", l.Person(v.Officer)))
	}
	if v.Kit != "" {
		marks = append(marks, l.KitCalled(v.Kit))
	}
	return marks
}

func (l *teller) hours(w round.Window) string { return l.hour(w.From) + "–" + l.hour(w.Until) }

func (l *teller) hour(at time.Time) string { return at.In(clock.Shanghai).Format("15:04") }

// minutes says a way by road or a stay.
func (l *teller) minutes(d time.Duration) string {
	return l.T("tour.minutes", "n", int((d+time.Minute-1)/time.Minute))
}

// tourDay loads the round of a day.
func (l *teller) tourDay(day string) (tour.Day, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return tour.Day{}, fault.New(fault.Missing, "web.no_page", nil)
	}
	events, err := l.s.Desk.Journal.Stream(l.Ctx(), l.Who().Station, tour.Stream(day), 0)
	if err != nil {
		return tour.Day{}, fmt.Errorf("read the round of %s: %w", day, err)
	}
	return tour.Fold(events)
}

// modeOptions are the ways a team goes.
func (l *teller) modeOptions() (list []part.Option) {
	for _, m := range round.Modes {
		list = append(list, part.Option{Value: string(m), Label: l.Called("mode." + string(m))})
	}
	return list
}
