package firm

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// SetPost (设护学岗) says when somebody stands at a school's gate, by the school's own timetable and calendar: no national window exists
// (law-and-standards 12.8). Public holidays are left out by themselves, make-up working days are school days; exam days and what else
// is off is said here.
type SetPost struct {
	On
	Terms   []Term   `json:"school_terms,omitempty"`
	Windows []Window `json:"windows,omitempty"`
	Off     []DayOff `json:"off,omitempty"`
	People  []string `json:"post_people,omitempty" form:"people"`
}

// Term is a school term, both days included.
type Term struct {
	From  string `json:"from" form:"date"`
	Until string `json:"until" form:"date"`
}

// Window is a time at which the gate is watched: arrival, leaving. Lead answers for it.
type Window struct {
	Title string `json:"window" form:"line"`
	From  string `json:"from_time" form:"clocktime"`
	Until string `json:"until_time" form:"clocktime"`
	Lead  string `json:"gate_lead,omitempty" form:"person"`
}

// DayOff is a day on which the gate is not watched.
type DayOff struct {
	On  string `json:"on" form:"date"`
	Why string `json:"why,omitempty" form:"line"`
}

// Post is the guard post of a school.
type Post struct {
	Terms   []Term
	Windows []Window
	Off     []DayOff
	People  []string
}

// PostSet is a guard post as it is from now on.
type PostSet struct {
	Terms   []Term   `json:"terms"`
	Windows []Window `json:"windows"`
	Off     []DayOff `json:"off,omitempty"`
	People  []string `json:"people,omitempty"`
}

// EventKind implements work.Event.
func (PostSet) EventKind() string { return "firm.post_set/1" }

func (e PostSet) apply(f *Firm, _ work.At) { p := Post(e); f.Post = &p }

// How many terms, windows and days off a post has.
const (
	maxTerms   = 6
	maxWindows = 8
	maxOff     = 60
)

// SetPost decides a school's guard post.
func (f *Firm) SetPost(a SetPost, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	sort, _ := mo.Rules.FirmSort(f.Sort)
	if err := work.Must(sort.School(), "windows", "firm.post_at_school", nil); err != nil {
		return nil, err
	}
	for field, n := range map[string][2]int{"school_terms": {len(a.Terms), maxTerms}, "windows": {len(a.Windows), maxWindows}, "off": {len(a.Off), maxOff}} {
		if err := work.AtMost(field, n[0], n[1]); err != nil {
			return nil, err
		}
	}
	if err := work.Must(len(a.Terms) > 0, "school_terms.0.from", "firm.post_needs_term", nil); err != nil {
		return nil, err
	}
	if err := work.Must(len(a.Windows) > 0, "windows.0.window", "firm.post_needs_window", nil); err != nil {
		return nil, err
	}
	if err := mo.People("post_people", a.People, 50); err != nil {
		return nil, err
	}
	for i, t := range a.Terms {
		in := fmt.Sprintf("school_terms.%d.", i)
		if err := dates(in, t); err != nil {
			return nil, err
		}
	}
	for i, w := range a.Windows {
		if err := w.check(fmt.Sprintf("windows.%d.", i), a.Windows[:i], mo); err != nil {
			return nil, err
		}
		a.Windows[i].Title, _ = work.Line("window", w.Title, work.MaxShort, true)
	}
	for i, d := range a.Off {
		if _, err := time.Parse(time.DateOnly, d.On); err != nil {
			return nil, fault.New(fault.Invalid, "form.date", nil).On(fmt.Sprintf("off.%d.on", i))
		}
		why, err := work.Line(fmt.Sprintf("off.%d.why", i), d.Why, work.MaxShort, false)
		if err != nil {
			return nil, err
		}
		a.Off[i].Why = why
	}
	return []work.Event{PostSet{a.Terms, a.Windows, a.Off, a.People}}, nil
}

func dates(in string, t Term) error {
	for _, d := range [][2]string{{"from", t.From}, {"until", t.Until}} {
		if _, err := time.Parse(time.DateOnly, d[1]); err != nil {
			return fault.New(fault.Invalid, "form.date", nil).On(in + d[0])
		}
	}
	return work.Must(t.From <= t.Until, in+"until", "firm.ends_before", nil)
}

func (w Window) check(in string, before []Window, mo Moment) error {
	if _, err := work.Line(in+"window", w.Title, work.MaxShort, true); err != nil {
		return err
	}
	from, err := clockTime(w.From)
	if err != nil {
		return fault.New(fault.Invalid, "firm.clock_time", nil).On(in + "from_time")
	}
	until, err := clockTime(w.Until)
	if err != nil {
		return fault.New(fault.Invalid, "firm.clock_time", nil).On(in + "until_time")
	}
	if err := work.Must(from < until, in+"until_time", "firm.ends_before", nil); err != nil {
		return err
	}
	for _, b := range before {
		if err := work.Must(w.Until <= b.From || b.Until <= w.From, in+"from_time", "firm.windows_overlap", nil); err != nil {
			return err
		}
	}
	if w.Lead == "" {
		return nil
	}
	return work.Must(mo.Book.Person(w.Lead), in+"gate_lead", "form.unknown_person", nil)
}

// clockTime reads a time of day as the stretch since midnight.
func clockTime(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// Watched are the windows of a day: none outside the terms, on days off and on days on which nobody works.
func (p *Post) Watched(day string, cal *clock.Calendar) []Window {
	at, err := time.ParseInLocation(time.DateOnly, day, clock.Shanghai)
	switch {
	case err != nil, p == nil,
		!slices.ContainsFunc(p.Terms, func(t Term) bool { return t.From <= day && day <= t.Until }),
		slices.ContainsFunc(p.Off, func(d DayOff) bool { return d.On == day }),
		!cal.Working(at):
		return nil
	}
	return p.Windows
}

// Stand is somebody at the gate for a window of a day.
type Stand struct {
	Day    string
	Window string // its title
	Person string
	At     time.Time
	LateM  int // minutes after the beginning
	LeftAt time.Time
	Fine   bool
	Words  vault.Text // what happened and what was done about it
}

// Arrive (护学岗到岗) checks in.
type Arrive struct {
	On
	Day    string `json:"post_day" form:"hidden"`
	Window string `json:"post_window" form:"postwindow,required"`
}

// Stood is somebody at the gate.
type Stood struct {
	Day    string `json:"day"`
	Window string `json:"window"`
	LateM  int    `json:"late_m,omitempty"`
}

// EventKind implements work.Event.
func (Stood) EventKind() string { return "firm.stood/1" }

func (e Stood) apply(f *Firm, at work.At) {
	f.Stands = append(f.Stands, Stand{Day: e.Day, Window: e.Window, Person: at.Actor, At: at.HappenedAt, LateM: e.LateM})
}

// early is how long before a window somebody may come.
const early = 90 * time.Minute

// Arrive decides that somebody stands at the gate.
func (f *Firm) Arrive(a Arrive, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	today := work.Day(mo.HappenedAt)
	if err := work.Must(a.Day == "" || a.Day == today, "post_day", "firm.only_today", nil); err != nil {
		return nil, err
	}
	w, ok := window(f.Post.Watched(today, mo.Calendar), a.Window)
	if err := work.Must(ok, "post_window", "firm.no_post_today", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(f.Post.People, mo.Actor) || w.Lead == mo.Actor || mo.Role.HasPolicePowers() || mo.Role == grid.AuxOfficer,
		"", "firm.not_on_post", nil); err != nil {
		return nil, err
	}
	if f.standing(today, w.Title, mo.Actor) >= 0 {
		return nil, fault.New(fault.Stale, "firm.stands_already", nil)
	}
	from, until := onDay(today, w.From), onDay(today, w.Until)
	if err := work.Must(!mo.HappenedAt.Before(from.Add(-early)) && !mo.HappenedAt.After(until), "post_window", "firm.not_the_time",
		fault.Args{"from": w.From, "until": w.Until}); err != nil {
		return nil, err
	}
	return []work.Event{Stood{today, w.Title, max(0, int(mo.HappenedAt.Sub(from)/time.Minute))}}, nil
}

func onDay(day, at string) time.Time {
	midnight, _ := time.ParseInLocation(time.DateOnly, day, clock.Shanghai)
	d, _ := clockTime(at)
	return midnight.Add(d)
}

func window(all []Window, title string) (Window, bool) {
	i := slices.IndexFunc(all, func(w Window) bool { return w.Title == title })
	if i < 0 {
		return Window{}, false
	}
	return all[i], true
}

// standing finds somebody's check-in.
func (f *Firm) standing(day, window, person string) int {
	return slices.IndexFunc(f.Stands, func(s Stand) bool { return s.Day == day && s.Window == window && s.Person == person })
}

// Standing lists who stood at a window of a day.
func (f *Firm) Standing(day, window string) (list []Stand) {
	for _, s := range f.Stands {
		if s.Day == day && s.Window == window {
			list = append(list, s)
		}
	}
	return list
}

// Leave (护学岗离岗) notes that somebody leaves the gate, and what was out of the ordinary.
type Leave struct {
	On
	Day    string `json:"post_day" form:"hidden"`
	Window string `json:"post_window" form:"postwindow,required"`
	Fine   bool   `json:"all_fine" form:"yesno"`
	Words  string `json:"post_words,omitempty" form:"words"`
}

// StoodDown is the end of somebody's time at the gate.
type StoodDown struct {
	Day    string     `json:"day"`
	Window string     `json:"window"`
	Fine   bool       `json:"fine"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (StoodDown) EventKind() string { return "firm.stood_down/1" }

func (e StoodDown) apply(f *Firm, at work.At) {
	if i := f.standing(e.Day, e.Window, at.Actor); i >= 0 {
		f.Stands[i].LeftAt, f.Stands[i].Fine, f.Stands[i].Words = at.HappenedAt, e.Fine, e.Words
	}
}

// Leave decides the end. What was not fine is told, with what was done about it (护学岗台账, law-and-standards 19.4).
func (f *Firm) Leave(a Leave, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	on := a.Day
	if on == "" {
		on = work.Day(mo.HappenedAt)
	}
	i := f.standing(on, a.Window, mo.Actor)
	if err := work.Must(i >= 0, "post_window", "firm.stands_not", nil); err != nil {
		return nil, err
	}
	if !f.Stands[i].LeftAt.IsZero() {
		return nil, fault.New(fault.Stale, "firm.left_already", nil)
	}
	words, err := work.Words("post_words", a.Words, !a.Fine)
	if err != nil {
		return nil, err
	}
	return []work.Event{StoodDown{on, a.Window, a.Fine, text(f.ID, "post", words)}}, nil
}
