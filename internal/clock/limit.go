package clock

import (
	"fmt"
	"time"
)

// A Unit is what a limit is counted in.
type Unit string

// The units of a limit.
const (
	Minutes  Unit = "minute"
	Hours    Unit = "hour"
	Days     Unit = "day"     // calendar days (日)
	Workdays Unit = "workday" // working days (工作日)
	Months   Unit = "month"   // to the same day of a later month, or to its last day (民法典第二百零二条); a year is 12
)

// ParseUnit reads a unit by its name in data (minute, hour, day, workday, month) and refuses every other word.
func ParseUnit(s string) (Unit, error) {
	switch u := Unit(s); u {
	case Minutes, Hours, Days, Workdays, Months:
		return u, nil
	}
	return "", fmt.Errorf("unit %q: want minute, hour, day, workday or month", s)
}

// UnmarshalText is [ParseUnit].
func (u *Unit) UnmarshalText(b []byte) (err error) {
	*u, err = ParseUnit(string(b))
	return err
}

// whole reports whether the unit runs to the end of a day.
func (u Unit) whole() bool { return u == Days || u == Workdays || u == Months }

// A Span is a length of time: 2 working days.
type Span struct {
	Amount int  `json:"n"`
	Unit   Unit `json:"unit"`
}

// An Extension (延期) is a span granted on top of a limit.
type Extension = Span

// A Limit (时限) is a named period within which something must be done. It is stored in events: the names of its JSON
// fields never change. The zero limit sets none.
type Limit struct {
	Key        string `json:"key"` // first_response
	Amount     int    `json:"n"`
	Unit       Unit   `json:"unit,omitempty"`
	Source     string `json:"src,omitempty"`  // law and article, or 本所规定
	WarnBefore []Span `json:"warn,omitempty"` // how long before the end someone is warned; see [Span.Before]
	// StretchesOverHoliday moves an end that falls on a day off (weekend or public holiday) to the end of the next
	// working day. It MUST be false for periods of restricted liberty (公安机关办理行政案件程序规定第三十五条).
	StretchesOverHoliday bool `json:"stretch,omitempty"`
}

// A Pause (中止) is a time for which the clock stands still, as for an appraisal. A zero To is a pause still open.
type Pause struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// A State is how a clock stands.
type State string

// The states of a clock.
const (
	Unlimited State = "unlimited" // the zero limit: never runs out
	Running   State = "running"
	DueSoon   State = "due_soon" // running, and the first warning has been reached
	Overdue   State = "overdue"  // 超时: past due and not stopped
	Paused    State = "paused"   // cannot run out until resumed
	Stopped   State = "stopped"  // what was asked was done; only [Standing.Stop] says so
)

// A Standing is how a limit stands at one instant.
type Standing struct {
	State State `json:"state"`
	// DueAt is the last instant in time, Shanghai; done at DueAt is done in time. Zero while paused: there is none.
	DueAt time.Time `json:"due_at,omitzero"`
	// WarnAt is the first warning, Shanghai; zero without warnings and while paused.
	WarnAt time.Time `json:"warn_at,omitzero"`
	// Remaining is what is left; while paused it is frozen. A limit in working days leaves only working time, 24 hours
	// for each working day, while there is some. Negative is the time since DueAt, days off included.
	Remaining time.Duration `json:"remaining"`
	Paused    bool          `json:"paused,omitempty"`
}

// Stop turns the standing at the instant at which the thing asked for was done into the last one.
func (s Standing) Stop() Standing {
	s.State, s.Paused = Stopped, false
	return s
}

// Late reports whether the limit has run out, or had when the clock was stopped.
func (s Standing) Late() bool { return s.Remaining < 0 }
