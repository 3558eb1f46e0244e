// Package tour holds the rules of a day's round (一日路线): which teams go out, which doors and stops each of them makes and when, what
// changed during the day, and what became of every stop. One stream holds one day of one station.
//
// How to join the stops into tours is worked out by package round, outside the rules: it takes a second, and a rule takes none. The plan
// comes with the act as a value, together with what it was worked out from, and the rules refuse one that does not keep what must be kept.
//
// Of people on the way nothing is kept but that a stop was made or not and when: no position, no track.
package tour

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/round"
	"maplegrid/internal/work"
)

// Area is what the names of the acts begin with.
const Area = "tour"

// Stream is the stream of a day, as 2006-01-02.
func Stream(day string) string { return "tour/" + day }

// What a stop is for.
const (
	Doorstep = "doorstep" // 上门服务
	Delivery = "delivery" // 送证: the finished card is handed over
	Promise  = "promise"  // 查看承诺: whether what was promised is kept
	Patrol   = "patrol"   // 巡逻点
	Errand   = "errand"   // 临时增加
)

// Whats are all of them.
var Whats = []string{Doorstep, Delivery, Promise, Patrol, Errand}

// Why a stop was not made.
const (
	NobodyHome = "nobody_home"
	PutOff     = "put_off" // the household asked for another day
	Papers     = "papers"  // something that is needed was not there
	KitFailed  = "kit_failed"
	NoWay      = "no_way" // road or weather
	NoTime     = "no_time"
)

// Misses are all of them.
var Misses = []string{NobodyHome, PutOff, Papers, KitFailed, NoWay, NoTime}

// Why a day was planned anew.
var Becauses = []string{"urgent", "fell_away", "late", "by_hand", "other"}

// Visit is a stop to be made. Titles and places of matters are read where they stand; only a stop that is no matter has a name here.
type Visit struct {
	round.Visit
	What   string `json:"stop_for"`
	Matter string `json:"matter,omitempty"`
	Name   string `json:"stop_name,omitempty"`
	Cell   string `json:"cell,omitempty"`
	Near   bool   `json:"near,omitempty"` // the place is not known: the middle of the cell stands for it
}

// Team goes out together.
type Team struct {
	ID     string       `json:"id"`
	Name   string       `json:"team_name"`
	People []string     `json:"people"`
	By     round.Mode   `json:"mode"`
	Shift  round.Window `json:"shift"`
	Start  string       `json:"start"` // what the place is called
	From   round.Place  `json:"from"`
}

// Laid is a plan and what it was worked out from.
type Laid struct {
	Teams  []Team      `json:"teams"`
	Visits []Visit     `json:"visits"`
	Kits   []round.Kit `json:"kits,omitempty"`
	// HandOver is the minutes a kit needs between two teams.
	HandOver int        `json:"hand_over,omitempty"`
	Roads    string     `json:"roads"` // where travel times are from: Estimated or Given
	Plan     round.Plan `json:"plan"`
}

// Where travel times are from.
const (
	Estimated = "estimated"
	Given     = "given"
)

// Day is the round of a day, as it stands after its events.
type Day struct {
	Laid
	Day       string
	Version   int
	PlannedAt time.Time
	By        string
	Started   map[string]time.Time // by team
	Made      map[string]Made      // by visit
	Changes   []Change
	ClosedAt  time.Time
}

// Made is what became of a stop.
type Made struct {
	Team   string
	At     time.Time
	Missed string // one of Misses; "" when it was made
	By     string
}

// Change is one planning anew.
type Change struct {
	At      time.Time
	By      string
	Because string
	Moved   []round.Moved
}

// Fold makes a day from its stream; the zero Day (Version 0) when there are no events.
func Fold(events []journal.Event) (Day, error) {
	var d Day
	err := work.Replay(events, func(v work.Event, at work.At) error { d.Apply(v, at); return nil })
	return d, err
}

// Apply folds one event.
func (d *Day) Apply(v work.Event, at work.At) {
	switch e := v.(type) {
	case Planned:
		*d = Day{Laid: e.Laid, Day: e.Day, PlannedAt: at.HappenedAt, By: at.Actor, Started: map[string]time.Time{}, Made: map[string]Made{}}
	case Replanned:
		d.Laid = e.Laid
		d.Made = maps.Clone(d.Made)
		maps.DeleteFunc(d.Made, func(visit string, m Made) bool { // it is gone to again
			_, planned := d.stop(visit)
			return planned && m.Missed != ""
		})
		d.Changes = append(slices.Clip(d.Changes), Change{at.HappenedAt, at.Actor, e.Because, e.Moved})
	case Started:
		d.Started = maps.Clone(d.Started)
		d.Started[e.Team] = at.HappenedAt
	case StopDone:
		d.Made = maps.Clone(d.Made)
		d.Made[e.Visit] = Made{Team: e.Team, At: at.HappenedAt, By: at.Actor}
	case StopMissed:
		d.Made = maps.Clone(d.Made)
		d.Made[e.Visit] = Made{Team: e.Team, At: at.HappenedAt, By: at.Actor, Missed: e.Reason}
	case Closed:
		d.ClosedAt = at.HappenedAt
	}
	d.Version = at.Version
}

// Team finds a team.
func (d *Day) Team(id string) (Team, bool) {
	i := slices.IndexFunc(d.Teams, func(t Team) bool { return t.ID == id })
	if i < 0 {
		return Team{}, false
	}
	return d.Teams[i], true
}

// StopID is what a stop at a matter is called in a round. It does not say which matter it is: who plans a round may not see them all.
func StopID(matter string) string {
	sum := sha256.Sum256([]byte("stop " + matter))
	return "v" + hex.EncodeToString(sum[:6])
}

// StopOf finds the stop that is planned for a matter: which visit, and with which team.
func (d *Day) StopOf(matter string) (visit, team string, planned bool) {
	i := slices.IndexFunc(d.Visits, func(v Visit) bool { return v.Matter == matter })
	if i < 0 || matter == "" {
		return "", "", false
	}
	team, planned = d.stop(d.Visits[i].ID)
	return d.Visits[i].ID, team, planned
}

// Visit finds a visit.
func (l *Laid) Visit(id string) (Visit, bool) {
	i := slices.IndexFunc(l.Visits, func(v Visit) bool { return v.ID == id })
	if i < 0 {
		return Visit{}, false
	}
	return l.Visits[i], true
}

// Tour gives the tour of a team; false when it stays in.
func (l *Laid) Tour(team string) (round.Tour, bool) {
	i := slices.IndexFunc(l.Plan.Tours, func(t round.Tour) bool { return t.Team == team })
	if i < 0 {
		return round.Tour{}, false
	}
	return l.Plan.Tours[i], true
}

// People are all who go out that day, each once.
func (l *Laid) People() (all []string) {
	for _, t := range l.Teams {
		for _, p := range t.People {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// Open tells whether something can still be done on the day.
func (d *Day) Open() bool { return d.Version > 0 && d.ClosedAt.IsZero() }

// Rest are the stops of a team that are neither made nor missed, in their order.
func (d *Day) Rest(team string) (rest []round.Stop) {
	t, _ := d.Tour(team)
	for _, s := range t.Stops {
		if _, made := d.Made[s.Visit]; !made {
			rest = append(rest, s)
		}
	}
	return rest
}

// Round is the day as package round sees it. Officers are the people who have police powers, told by officer.
func (l *Laid) Round(officer func(person string) bool) round.Day {
	r := round.Day{Kits: l.Kits, HandOver: time.Duration(l.HandOver) * time.Minute}
	for _, v := range l.Visits {
		r.Visits = append(r.Visits, v.Visit)
	}
	for _, t := range l.Teams {
		x := round.Team{ID: t.ID, By: t.By, Shift: t.Shift, From: t.From}
		for _, p := range t.People {
			if officer(p) {
				x.Officers = append(x.Officers, p)
			}
		}
		r.Teams = append(r.Teams, x)
	}
	return r
}

// Facts is the plan with what has happened written into it, as [round.Again] and [round.Along] want it: stops that were made are done
// with the times they had, those that were missed are left.
func (d *Day) Facts() round.Plan {
	plan := round.Plan{Left: slices.Clone(d.Laid.Plan.Left)}
	for _, t := range d.Laid.Plan.Tours {
		var stops []round.Stop
		for _, s := range t.Stops {
			m, is := d.Made[s.Visit]
			if is && m.Missed != "" {
				plan.Left = append(plan.Left, round.Left{Visit: s.Visit, Why: round.ByHand})
				continue
			}
			if is && !s.Done {
				s.Done = true
				s.BeginAt, s.ArriveAt = earlier(s.BeginAt, m.At), earlier(s.ArriveAt, m.At)
				s.EndAt = m.At
			}
			stops = append(stops, s)
		}
		// Done in another order than planned: what is done stands first, by the time it was.
		slices.SortStableFunc(stops, func(a, b round.Stop) int {
			switch {
			case a.Done && b.Done:
				return a.EndAt.Compare(b.EndAt)
			case a.Done:
				return -1
			case b.Done:
				return 1
			}
			return 0
		})
		t.Stops = stops
		plan.Tours = append(plan.Tours, t)
	}
	return plan
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// on refuses a day that does not exist.
func parse(day string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, day, clock.Shanghai)
	if err != nil {
		return at, fault.New(fault.Invalid, "tour.day", nil).On("day")
	}
	return at, nil
}

// open refuses what a day that is not planned, or has ended, no longer takes.
func (d *Day) open() error {
	switch {
	case d.Version == 0:
		return fault.New(fault.Missing, "tour.not_found", nil)
	case !d.ClosedAt.IsZero():
		return fault.New(fault.Stale, "tour.closed", nil)
	}
	return nil
}
