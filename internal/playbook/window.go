package playbook

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// Window is a window of the service hall (窗口): what is done there, who sits at it and at how many places side by side. Read from
// windows.csv, its hours from opening.csv.
type Window struct {
	Ref
	Name   grid.Name
	Letter string      // what its waiting numbers begin with, such as A
	Items  []string    // keys of the service catalogue
	Staff  []grid.Role // who may sit at it
	Places int         // how many people are served at once
	Hours  []Opening
	Source string
}

// Opening is when a window takes people: on which days, from when until when in minutes after midnight, cut into slots.
type Opening struct {
	Ref
	On          []string // among OpeningDays
	Lunar       []int    // days of the lunar month, for markets (逢三逢八)
	Since, Till string   // from which day of the year until which, "07-01"; "" all year
	From, Until int
	Slot        int // minutes
	Capacity    int // people of each slot
}

// OpeningDays are the sorts of days a window may open on. workday: a working day, make-up days included; weekend: a Saturday or Sunday
// that is neither worked nor a public holiday; holiday: a public holiday; market: a market day by the lunar calendar; mon to sun: that
// day of the week unless it is a public holiday.
var OpeningDays = []string{"workday", "weekend", "holiday", "market", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// SortOfDay is what hours ask of a day.
type SortOfDay struct {
	weekday       string
	date          string // 01-02
	working, free bool
	end           bool // a Saturday or Sunday
	lunar         int
}

// SortOf sorts a day by the calendar.
func SortOf(day time.Time, cal *clock.Calendar) SortOfDay {
	day = day.In(clock.Shanghai)
	row, named := cal.On(day)
	return SortOfDay{weekday: weekdays[day.Weekday()], date: day.Format("01-02"), working: cal.Working(day), free: named && row.Kind == clock.Holiday,
		end: day.Weekday() == time.Saturday || day.Weekday() == time.Sunday, lunar: clock.LunarDay(day)}
}

// Holds tells whether the hours hold on a day.
func (o Opening) Holds(day SortOfDay) bool {
	if o.Since != "" && !inSeason(day.date, o.Since, o.Till) {
		return false
	}
	for _, on := range o.On {
		holds := !day.free && day.weekday == on
		switch on {
		case "workday":
			holds = day.working
		case "holiday":
			holds = day.free
		case "weekend":
			holds = day.end && !day.free && !day.working
		case "market":
			holds = slices.Contains(o.Lunar, day.lunar)
		}
		if holds {
			return true
		}
	}
	return false
}

// inSeason tells whether a day of the year lies in a season, which may go over the new year.
func inSeason(day, since, till string) bool {
	if since <= till {
		return since <= day && day <= till
	}
	return day >= since || day <= till
}

// AppointmentSettings are the numbers of [appointments] in playbook.toml. They bound what can be booked; nobody is scored.
type AppointmentSettings struct {
	AheadDays    int  `toml:"ahead_days"`    // how far ahead may be booked
	PerPhone     int  `toml:"per_phone"`     // how many for one phone at one window on one day: families share a phone
	Changes      int  `toml:"changes"`       // how often one appointment may be moved by who booked it
	LateMinutes  int  `toml:"late_minutes"`  // how late somebody may come and still be called by their slot
	InRow        int  `toml:"in_row"`        // how many with an appointment are called in a row while others wait
	Missed       int  `toml:"missed"`        // after so many appointments missed within MissedDays only numbers of the day are given; 0: never
	MissedDays   int  `toml:"missed_days"`   //
	RemindBefore int  `toml:"remind_before"` // days before a card ends at which who asked is reminded
	Remote       bool `toml:"remote"`        // a remote area, where the law gives longer (law-and-standards 8.3, 8.6)
}

// Windows lists the windows of the hall.
func (b *Book) Windows() []Window { return b.windows }

// Window finds a window.
func (b *Book) Window(key string) (Window, bool) {
	return find(b.windows, func(w Window) bool { return w.Key == key })
}

// WindowsFor lists the windows that do an item.
func (b *Book) WindowsFor(item string) (list []Window) {
	for _, w := range b.windows {
		if slices.Contains(w.Items, item) {
			list = append(list, w)
		}
	}
	return list
}

// AppointmentSettings are the numbers by which appointments go.
func (b *Book) AppointmentSettings() AppointmentSettings { return b.appointments }

// MarketDays lists the days of the lunar month on which windows open for a market (逢集), each once; none where the playbook tells of
// no market.
func (b *Book) MarketDays() (days []int) {
	for _, w := range b.windows {
		for _, o := range w.Hours {
			days = append(days, o.Lunar...)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
