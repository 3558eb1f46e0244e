package doorstep

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Visit (上门) is one call at the door: agreed, under way, and how it ended.
type Visit struct {
	ID          string
	No          int    // of the matter, from 1
	For         string // ForService or ForCard
	On          string // the day, 2006-01-02
	From, Until time.Time
	With        []string
	Kit         string // reserved
	Booking     string // of the kit
	State       string
	DepartedAt  time.Time
	ArrivedAt   time.Time
	EndedAt     time.Time
	Present     []string // colleagues at the door
	Left        []string // what was left when nobody was home
	Words       vault.Text
}

// What a visit is for.
const (
	ForService = "service"
	ForCard    = "card"
)

// The states of a visit.
const (
	Booked    = "agreed"
	UnderWay  = "under_way"
	Served    = "served"
	Brought   = "brought"
	Nobody    = "nobody_home"
	Lacking   = "papers_missing"
	KitFailed = "kit_failed"
	CalledOff = "called_off"
)

// VisitStates are those states.
var VisitStates = []string{Booked, UnderWay, Served, Brought, Nobody, Lacking, KitFailed, CalledOff}

// Open tells whether the visit is still to be made.
func (v *Visit) Open() bool { return v.State == Booked || v.State == UnderWay }

// Current is the visit that is agreed or under way; nil when there is none.
func (d *Doorstep) Current() *Visit {
	if n := len(d.Visits); n > 0 && d.Visits[n-1].Open() {
		return &d.Visits[n-1]
	}
	return nil
}

func (d *Doorstep) current() (*Visit, error) {
	if err := d.planned(); err != nil {
		return nil, err
	}
	v := d.Current()
	if v == nil {
		return nil, fault.New(fault.Stale, "doorstep.no_visit", nil)
	}
	return v, nil
}

// Agree (约定上门) sets the day, the window, who goes and with which kit. A day without a window is one on which somebody is home all
// the time.
type Agree struct {
	matter.On
	Day   string   `json:"on" form:"date,required"`
	From  string   `json:"from,omitempty" form:"time"`
	Until string   `json:"until,omitempty" form:"time"`
	With  []string `json:"with" form:"people,required"`
	Kit   string   `json:"portable_kit,omitempty" form:"portablekit"`
}

// Reschedule (改约) moves the visit agreed: what is left empty stays.
type Reschedule struct {
	Agree
	Reason string `json:"reason" form:"words,required"`
}

// VisitAgreed is a visit agreed, or agreed anew.
type VisitAgreed struct {
	Visit   string     `json:"visit"`
	For     string     `json:"for"`
	On      string     `json:"on"`
	From    time.Time  `json:"from,omitzero"`
	Until   time.Time  `json:"until,omitzero"`
	With    []string   `json:"with"`
	Kit     string     `json:"kit,omitempty"`
	Booking string     `json:"booking,omitempty"`
	Moved   bool       `json:"moved,omitempty"`
	Reason  vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (VisitAgreed) EventKind() string { return "doorstep.visit_agreed/1" }

// Tell implements matter.Built.
func (e VisitAgreed) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.With...)
	m.Reach("contacted", at.HappenedAt)
}

func (e VisitAgreed) apply(d *Doorstep, _ work.At) {
	v := Visit{ID: e.Visit, No: len(d.Visits) + 1, State: Booked}
	if e.Moved {
		v.No = len(d.Visits)
		d.Visits = d.Visits[:len(d.Visits)-1]
	}
	v.For, v.On, v.From, v.Until, v.With, v.Kit, v.Booking = e.For, e.On, e.From, e.Until, e.With, e.Kit, e.Booking
	d.Visits = append(d.Visits, v)
}

// OfKit is what an act on a visit does to a kit.
type OfKit struct {
	Kit    *Kit
	Events []work.Event
}

// The longest window people are asked to wait in, and how far ahead a visit is agreed.
const (
	longestWindow = 4 * time.Hour
	farthest      = 90 * 24 * time.Hour
)

// Agree decides a visit: the papers were told, the desk did not stop it, the window lies where somebody opens the door, an officer goes
// along where one is needed, and the kit is free.
func (d *Doorstep) Agree(a Agree, mo Moment) ([]work.Event, []OfKit, error) {
	if err := d.planned(); err != nil {
		return nil, nil, err
	}
	if d.Current() != nil {
		return nil, nil, fault.New(fault.Stale, "doorstep.visit_agreed_already", nil)
	}
	what := ForService
	if !d.ServedAt.IsZero() {
		if err := d.bringing(); err != nil {
			return nil, nil, err
		}
		what = ForCard
	} else if d.Plan.ToldTo == "" {
		return nil, nil, fault.New(fault.Stale, "doorstep.papers_not_told", nil)
	}
	if d.undecided() {
		return nil, nil, fault.New(fault.Stale, "doorstep.three_tries", nil)
	}
	v := Visit{ID: mo.NewID("v"), For: what}
	if err := d.settle(&v, a, mo); err != nil {
		return nil, nil, err
	}
	kits, err := d.book(&v, a.Kit, mo)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{agreed(v)}, kits, nil
}

func agreed(v Visit) VisitAgreed {
	return VisitAgreed{Visit: v.ID, For: v.For, On: v.On, From: v.From, Until: v.Until, With: v.With, Kit: v.Kit, Booking: v.Booking}
}

// Reschedule decides that the visit agreed is at another time, by others or with another kit; its kit is booked anew.
func (d *Doorstep) Reschedule(a Reschedule, mo Moment) ([]work.Event, []OfKit, error) {
	old, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	if old.State != Booked {
		return nil, nil, fault.New(fault.Stale, "doorstep.on_the_way", nil)
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, nil, err
	}
	v := Visit{ID: old.ID, For: old.For}
	if len(a.With) == 0 {
		a.With = old.With
	}
	if err := d.settle(&v, a.Agree, mo); err != nil {
		return nil, nil, err
	}
	kit := a.Kit
	if kit == "" {
		kit = old.Kit
	}
	freed, err := d.free(old, mo)
	if err != nil {
		return nil, nil, err
	}
	kits, err := d.book(&v, kit, mo, freed...)
	if err != nil {
		return nil, nil, err
	}
	e := agreed(v)
	e.Moved, e.Reason = true, d.text("reason", reason)
	return []work.Event{e}, kits, nil
}

// settle checks day, window and team of a visit and puts them in.
func (d *Doorstep) settle(v *Visit, a Agree, mo Moment) error {
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(a.Day), clock.Shanghai)
	if err := work.Must(err == nil, "on", "form.date", nil); err != nil {
		return err
	}
	today := mo.HappenedAt.In(clock.Shanghai).Format(time.DateOnly)
	v.On = day.Format(time.DateOnly)
	if err := work.Must(v.On >= today, "on", "doorstep.past", nil); err != nil {
		return err
	}
	if err := work.Must(day.Before(mo.HappenedAt.Add(farthest)), "on", "doorstep.too_far", fault.Args{"days": int(farthest.Hours() / 24)}); err != nil {
		return err
	}
	if v.From, v.Until, err = d.window(day, a.From, a.Until, mo); err != nil {
		return err
	}
	if err := d.otherHours(v); err != nil {
		return err
	}
	if v.With, err = d.team(a.With, v.For, mo); err != nil {
		return err
	}
	return nil
}

// window reads the agreed window of a day: not over yet, no longer than people should wait, and while somebody opens the door.
func (d *Doorstep) window(day time.Time, from, until string, mo Moment) (a, b time.Time, err error) {
	if strings.TrimSpace(from) == "" && strings.TrimSpace(until) == "" {
		return a, b, nil
	}
	if from, until, err = hours(from, until); err != nil {
		return a, b, renamed(err, map[string]string{"open_from": "from", "open_until": "until"})
	}
	a, b = on(day, from), on(day, until)
	if err := work.Must(b.After(mo.HappenedAt), "until", "doorstep.past", nil); err != nil {
		return a, b, err
	}
	if err := work.Must(b.Sub(a) <= longestWindow, "until", "doorstep.window_too_long", fault.Args{"hours": int(longestWindow.Hours())}); err != nil {
		return a, b, err
	}
	p := d.Plan
	open := p.OpenFrom == "" || from >= p.OpenFrom && until <= p.OpenUntil
	return a.UTC(), b.UTC(), work.Must(open, "from", "doorstep.door_closed", fault.Args{"from": p.OpenFrom, "until": p.OpenUntil})
}

// renamed puts a refusal on the field of the act at hand.
func renamed(err error, names map[string]string) error {
	if f, ok := fault.Of(err); ok && names[f.Field] != "" {
		return f.On(names[f.Field])
	}
	return err
}

// on is a clock time of a day in Asia/Shanghai.
func on(day time.Time, hm string) time.Time {
	t, err := time.Parse("15:04", hm)
	if err != nil {
		return day
	}
	return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, clock.Shanghai)
}

// Opens is when somebody opens the door on a day; zero when it is not known.
func (p *Plan) Opens(of string) (from, until time.Time) {
	day, err := time.ParseInLocation(time.DateOnly, of, clock.Shanghai)
	if err != nil || p.OpenFrom == "" {
		return from, until
	}
	return on(day, p.OpenFrom).UTC(), on(day, p.OpenUntil).UTC()
}

// team checks who goes: known here, and an officer among them where one is needed (law-and-standards 8.8, 13.1). A card may be brought
// by anybody of the station or the grid.
func (d *Doorstep) team(people []string, what string, mo Moment) ([]string, error) {
	if err := mo.People("with", people, 20); err != nil {
		return nil, err
	}
	if err := work.Must(len(people) > 0, "with", "form.required", fault.Args{"field": "with"}); err != nil {
		return nil, err
	}
	var list []string
	for _, p := range people {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	if what == ForService && d.Plan.Officer {
		if err := work.Must(police(list, mo), "with", "doorstep.officer_needed", nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func police(people []string, mo Moment) bool {
	return slices.ContainsFunc(people, func(p string) bool { return mo.Book.Role(p).HasPolicePowers() })
}

// CallOff (取消上门) calls the visit agreed off; its kit is free again.
type CallOff struct {
	matter.On
	Reason string `json:"reason" form:"words,required"`
}

// VisitCalledOff is a visit called off.
type VisitCalledOff struct {
	Visit  string     `json:"visit"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (VisitCalledOff) EventKind() string { return "doorstep.visit_called_off/1" }

// Tell implements matter.Built.
func (VisitCalledOff) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e VisitCalledOff) apply(d *Doorstep, at work.At) { d.end(e.Visit, CalledOff, at, e.Reason) }

// end closes a visit in a state.
func (d *Doorstep) end(visit, state string, at work.At, words vault.Text) *Visit {
	for i := range d.Visits {
		if v := &d.Visits[i]; v.ID == visit {
			v.State, v.EndedAt, v.Words = state, at.HappenedAt, words
			return v
		}
	}
	return &Visit{}
}

// CallOff decides that the visit agreed is not made.
func (d *Doorstep) CallOff(a CallOff, mo Moment) ([]work.Event, []OfKit, error) {
	v, err := d.current()
	if err != nil {
		return nil, nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, nil, err
	}
	kits, err := d.free(v, mo)
	return []work.Event{VisitCalledOff{v.ID, d.text("called_off", reason)}}, kits, err
}

// kitLead is how long before and after a visit its kit is taken up: the way there and back.
const kitLead = time.Hour

// span is the time for which a visit takes up its kit: the window with the way, or the whole day.
func (v *Visit) span(minutes int) (from, until time.Time) {
	if v.From.IsZero() {
		day, _ := time.ParseInLocation(time.DateOnly, v.On, clock.Shanghai)
		return day.UTC(), day.AddDate(0, 0, 1).UTC()
	}
	return v.From.Add(-kitLead), v.Until.Add(time.Duration(minutes)*time.Minute + kitLead)
}

// book books a kit for a visit. freed is what the same act gives back before.
func (d *Doorstep) book(v *Visit, id string, mo Moment, freed ...OfKit) ([]OfKit, error) {
	if id == "" || v.For == ForCard {
		return freed, nil
	}
	k, err := mo.Kit(id)
	if err != nil {
		return nil, err
	}
	var before []work.Event
	for _, f := range freed {
		if f.Kit.ID == id {
			before = f.Events
		}
	}
	after := k.ahead(before, mo)
	from, until := v.span(d.Plan.Minutes)
	if err := work.Must(after.Kind == d.Plan.Kit, "portable_kit", "doorstep.other_kit", nil); err != nil {
		return nil, err
	}
	if err := after.freeFor(from, until, mo); err != nil {
		return nil, renamed(err, map[string]string{"from": "portable_kit", "": "portable_kit"})
	}
	b := KitReserved{Booking: mo.NewID("b"), Matter: d.ID, Visit: v.ID, From: from, Until: until}
	v.Kit, v.Booking = id, b.Booking
	if before != nil {
		for i := range freed {
			if freed[i].Kit.ID == id {
				freed[i].Events = append(freed[i].Events, b)
			}
		}
		return freed, nil
	}
	return append(freed, OfKit{k, []work.Event{b}}), nil
}

// free gives the kit of a visit back to others, unless somebody has it in hand: then it has to be returned.
func (d *Doorstep) free(v *Visit, mo Moment) ([]OfKit, error) {
	if v.Kit == "" {
		return nil, nil
	}
	k, err := mo.Kit(v.Kit)
	if err != nil {
		return nil, err
	}
	if b := k.booking(v.Booking); b == nil || b.State != KitBooked {
		return nil, nil
	}
	return []OfKit{{k, []work.Event{KitReleased{Booking: v.Booking}}}}, nil
}
