package tour

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/round"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// On is what every act on a day carries.
type On struct {
	Day     string `json:"day" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the day and the version the person saw.
func (o On) Target() (string, int) { return o.Day, o.Version }

// Plan (排一日路线) plans a day. Before anybody has left it may be done again.
type Plan struct {
	On
	Laid
}

// Replan (重排路线) plans the rest of a day anew: something urgent came in, somebody fell away, a stop was moved by hand.
type Replan struct {
	On
	Laid
	Because string `json:"because" form:"because"`
}

// How much a day takes, and how far ahead one is planned.
const (
	maxTeams  = 40
	maxVisits = 400
	maxAhead  = 60 * 24 * time.Hour
)

// Plan decides a plan.
func (d Day) Plan(a Plan, mo work.Moment) ([]work.Event, error) {
	day, err := parse(a.Day)
	if err != nil {
		return nil, err
	}
	today := mo.HappenedAt.In(clock.Shanghai).Format(time.DateOnly)
	switch {
	case a.Day < today:
		return nil, fault.New(fault.Invalid, "tour.past", nil).On("day")
	case day.Sub(mo.HappenedAt) > maxAhead:
		return nil, fault.New(fault.Invalid, "tour.far_ahead", nil).On("day")
	case !d.ClosedAt.IsZero():
		return nil, fault.New(fault.Stale, "tour.closed", nil)
	case len(d.Started)+len(d.Made) > 0:
		return nil, fault.New(fault.Stale, "tour.under_way", nil)
	}
	if err := a.sound(day, mo); err != nil {
		return nil, err
	}
	for _, b := range round.Breaches(a.Round(officers(mo)), a.Laid.Plan) {
		return nil, broken(b)
	}
	return []work.Event{Planned{a.Day, a.Laid}}, nil
}

// Replan decides a plan for the rest of a day. What is done stays with who did it; a time agreed with a household is kept, moved to
// another team or left to another day only with them, never by the plan.
func (d Day) Replan(a Replan, mo work.Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	day, err := parse(d.Day)
	if err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Becauses, a.Because), "because", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := a.sound(day, mo); err != nil {
		return nil, err
	}
	if err := d.keepsFacts(a.Laid); err != nil {
		return nil, err
	}
	for _, l := range a.Laid.Plan.Left {
		v, _ := a.Visit(l.Visit)
		if _, planned := d.stop(l.Visit); planned && !v.Agreed.IsZero() && d.Made[l.Visit].Missed == "" {
			return nil, fault.New(fault.Stale, "tour.agreed_dropped", fault.Args{"at": hour(v.Agreed.From)}).On("visits")
		}
	}
	begun := func(b round.Breach) bool { // a fact, not a plan: the team is on its way there, or has been out
		t, out := a.Tour(b.Team)
		i := slices.IndexFunc(t.Stops, func(s round.Stop) bool { return s.Visit == b.Visit })
		if b.Visit == "" {
			return out && !d.Started[b.Team].IsZero()
		}
		return i >= 0 && !d.Started[b.Team].IsZero() && t.Stops[i].ArriveAt.Add(-t.Stops[i].Travel).Before(mo.Now)
	}
	for _, b := range round.Breaches(a.Round(officers(mo)), a.Laid.Plan) {
		if !begun(b) {
			return nil, broken(b)
		}
	}
	return []work.Event{Replanned{a.Laid, a.Because, round.Changes(d.Facts(), a.Laid.Plan)}}, nil
}

// stop finds a stop of the plan as it stands.
func (d *Day) stop(visit string) (team string, planned bool) {
	for _, t := range d.Laid.Plan.Tours {
		if slices.ContainsFunc(t.Stops, func(s round.Stop) bool { return s.Visit == visit }) {
			return t.Team, true
		}
	}
	return "", false
}

// keepsFacts refuses a plan in which a stop that was made is no longer with the team that made it.
func (d *Day) keepsFacts(l Laid) error {
	for visit, m := range d.Made {
		if m.Missed != "" {
			continue
		}
		t, _ := l.Tour(m.Team)
		i := slices.IndexFunc(t.Stops, func(s round.Stop) bool { return s.Visit == visit })
		if i < 0 || !t.Stops[i].Done {
			return fault.New(fault.Stale, "tour.done_stays", nil)
		}
	}
	for _, t := range l.Plan.Tours {
		for _, s := range t.Stops {
			if m, made := d.Made[s.Visit]; s.Done && (!made || m.Missed != "") {
				return fault.New(fault.Invalid, "tour.not_done", nil)
			}
		}
	}
	return nil
}

func hour(at time.Time) string { return at.In(clock.Shanghai).Format("15:04") }

// officers tells who has police powers: who must be present as an officer cannot be an auxiliary (law-and-standards 13.1).
func officers(mo work.Moment) func(string) bool {
	return func(person string) bool { return mo.Book.Role(person).HasPolicePowers() }
}

// broken is the refusal of a plan that does not keep something.
func broken(b round.Breach) error {
	return fault.New(fault.Invalid, string(b.What), fault.Args{"id": b.Visit, "team": b.Team}).On("plan")
}

// sound checks what a plan was worked out from.
func (l *Laid) sound(day time.Time, mo work.Moment) error {
	if err := work.Must(len(l.Teams) > 0, "teams", "tour.no_team", nil); err != nil {
		return err
	}
	if err := work.AtMost("teams", len(l.Teams), maxTeams); err != nil {
		return err
	}
	if err := work.AtMost("visits", len(l.Visits), maxVisits); err != nil {
		return err
	}
	if err := work.Must(l.Roads == Estimated || l.Roads == Given, "roads", "form.unknown_choice", nil); err != nil {
		return err
	}
	if err := work.Must(l.HandOver >= 0 && l.HandOver <= 24*60, "hand_over", "form.number", nil); err != nil {
		return err
	}
	for i := range l.Teams {
		if err := l.soundTeam(i, day, mo); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for i := range l.Visits {
		if err := l.Visits[i].sound(mo); err != nil {
			return err
		}
		v := &l.Visits[i]
		if v.Matter != "" && seen[v.Matter] {
			return fault.New(fault.Invalid, "tour.matter_twice", nil).On("visits")
		}
		seen[v.Matter] = true
		if v.Agreed.IsZero() {
			continue
		}
		if err := work.Must(sameDay(v.Agreed.From, day), "visits", "tour.agreed_other_day", nil); err != nil {
			return err
		}
	}
	return nil
}

func sameDay(at, day time.Time) bool {
	return at.In(clock.Shanghai).Format(time.DateOnly) == day.Format(time.DateOnly)
}

// soundTeam checks a team: who goes is known and goes with no other team at the time; its hours lie in the day.
func (l *Laid) soundTeam(i int, day time.Time, mo work.Moment) error {
	t := &l.Teams[i]
	var err error
	if t.Name, err = work.Line("team_name", t.Name, 40, true); err != nil {
		return err
	}
	if t.Start, err = work.Line("start", t.Start, work.MaxShort, false); err != nil {
		return err
	}
	switch {
	case t.ID == "" || len(t.ID) > 40:
		return fault.New(fault.Invalid, "form.required", fault.Args{"field": "team"}).On("teams")
	case len(t.People) == 0:
		return fault.New(fault.Invalid, "tour.empty_team", fault.Args{"team": t.Name}).On("people")
	case !slices.Contains(round.Modes, t.By):
		return fault.New(fault.Invalid, "form.unknown_choice", nil).On("mode")
	case !t.Shift.Until.After(t.Shift.From) || !sameDay(t.Shift.From, day) || t.Shift.Until.Sub(t.Shift.From) > 24*time.Hour:
		return fault.New(fault.Invalid, "tour.hours", fault.Args{"team": t.Name}).On("shift")
	case t.From == (round.Place{}):
		return fault.New(fault.Invalid, "tour.no_start", fault.Args{"team": t.Name}).On("start")
	}
	for n, p := range t.People {
		if err := work.Must(mo.Book.Person(p), "people", "form.unknown_person", nil); err != nil {
			return err
		}
		if slices.Contains(t.People[:n], p) {
			return fault.New(fault.Invalid, "tour.two_teams", fault.Args{"team": t.Name, "other": t.Name}).On("people")
		}
		for _, o := range l.Teams[:i] {
			if slices.Contains(o.People, p) && o.Shift.From.Before(t.Shift.Until) && t.Shift.From.Before(o.Shift.Until) {
				return fault.New(fault.Invalid, "tour.two_teams", fault.Args{"team": t.Name, "other": o.Name}).On("people")
			}
		}
	}
	return nil
}

func (v *Visit) sound(mo work.Moment) error {
	var err error
	if v.Name, err = work.Line("stop_name", v.Name, work.MaxShort, v.Matter == ""); err != nil {
		return err
	}
	switch {
	case v.ID == "" || len(v.ID) > 60:
		return fault.New(fault.Invalid, "form.required", fault.Args{"field": "visit"}).On("visits")
	case !slices.Contains(Whats, v.What):
		return fault.New(fault.Invalid, "form.unknown_choice", nil).On("stop_for")
	case v.Cell != "" && !mo.Book.Cell(v.Cell):
		return fault.New(fault.Invalid, "form.unknown_cell", nil).On("cell")
	case v.Minutes < 0 || v.Minutes > 12*60:
		return fault.New(fault.Invalid, "tour.minutes", nil).On("visits")
	case v.Officer != "" && v.Officer != round.AnyOfficer && !mo.Book.Person(v.Officer):
		return fault.New(fault.Invalid, "form.unknown_person", nil).On("officer")
	}
	// The name of a stop lies in the record in clear, and on a sheet that is carried around.
	if slices.ContainsFunc(vault.FindPersonal(v.Name), func(s vault.Span) bool { return s.Kind != vault.Plate }) {
		return fault.New(fault.Invalid, "tour.personal", nil).On("stop_name")
	}
	return nil
}
