// Package round joins a day's visits into one tour per team that can be driven and walked (上门服务的一日路线): appointments at people's
// doors, patrol stops and looks at whether a promise is kept. It keeps the hours a door is open and the times that were agreed, sends the
// officer who must be there, lets a kit ride with one team at a time, and says of each visit that cannot be fitted why not. When something
// urgent comes in, [Again] fits it in with what is done or agreed left as it is.
//
// Everything is a pure function of what is handed in: the same day, travel times, seed and number of steps give the same plan. How long to
// search is the caller's, see [Budget].
//
// The search takes strings of neighbouring visits out of tours and puts them back where they cost least, with a cooling tolerance for
// worse plans, and closes tours by counting how often each visit was left out: Christiaens and Vanden Berghe, "Slack induction by string
// removals for vehicle routing problems", Transportation Science 54 (2020). That a visit may be left out for a while at a moving price,
// and that room is sought where one is left out, are additions.
package round

import "time"

// Window is a span of time, both ends included.
type Window struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// IsZero says that no window is given.
func (w Window) IsZero() bool { return w.From.IsZero() && w.Until.IsZero() }

// Place is where a door, a stop or a station is. With a [Matrix] only its ID counts; [Estimate] reads the others.
type Place struct {
	ID      string  `json:"id,omitempty"`
	Lat     float64 `json:"lat,omitempty"`
	Lon     float64 `json:"lon,omitempty"`
	HeightM float64 `json:"height_m,omitempty"`
	// OffRoadM is the path from where a car must stop to the door, walked by every team.
	OffRoadM float64 `json:"off_road_m,omitempty"`
}

// Rank orders visits where not all can be fitted: no number of lower ones outweighs a higher one.
type Rank int

const (
	// OnTheWay (顺路) is made only by a team that passes anyway, within [Day.Detour]: a patrol stop, a look at a promise with days to go.
	OnTheWay Rank = iota - 1
	// Ordinary visits are to be made this day. An agreed time raises them above the others, and once planned above all, see [Again].
	Ordinary
	// Urgent visits came in for today and go before everything but what is done.
	Urgent
)

// AnyOfficer asks for a team with some officer (民警) in it, no matter who: what may not be done by auxiliaries or cell workers alone.
const AnyOfficer = "*"

// Visit is one door to go to, or one stop to make.
type Visit struct {
	ID    string `json:"id"`
	Place Place  `json:"place"`
	Rank  Rank   `json:"rank,omitempty"`
	// Open are the hours the door is open (门开着的时间): the whole visit lies in one of them. None means always.
	Open []Window `json:"open_hours,omitempty"`
	// Agreed is the time agreed with the household: the visit begins in it. It is kept or the visit is reported as left, never moved.
	Agreed  Window `json:"agreed_time,omitzero"`
	Minutes int    `json:"minutes"`
	// Kit is the kind of kit that is needed (制证设备), see [Kit].
	Kit string `json:"kit,omitempty"`
	// Officer must be present: a person's id or [AnyOfficer].
	Officer string `json:"officer,omitempty"`
	// Load is what the visit takes of what a team can carry, see [Team].
	Load int `json:"load,omitempty"`
}

// Kit is one thing to be carried that there are few of. It rides with a team from the beginning to the end of the team's shift.
type Kit struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Free are the spans it can be taken (charged, not on loan). None means always.
	Free []Window `json:"free,omitempty"`
}

// Team goes out together in one shift. A team that comes home at noon and goes out again is two teams.
type Team struct {
	ID       string   `json:"id"`
	Officers []string `json:"officers,omitempty"` // ids of those who are officers
	By       Mode     `json:"mode"`
	Shift    Window   `json:"shift"`
	From     Place    `json:"from"`
	To       Place    `json:"to,omitzero"`     // where it ends; where it began when empty
	Carry    int      `json:"carry,omitempty"` // the load it can take; 0 is no limit
}

// Day is what is to be planned.
type Day struct {
	Visits []Visit
	Teams  []Team
	Kits   []Kit
	// HandOver is the time a kit needs between two shifts: count, charge, sign.
	HandOver time.Duration
	// Detour is how much longer a tour may become for a stop on the way; 0 is no limit.
	Detour time.Duration
}

// Stop is a visit in a tour.
type Stop struct {
	Visit    string        `json:"visit"`
	Travel   time.Duration `json:"travel"` // from the stop before
	ArriveAt time.Time     `json:"arrive_at"`
	BeginAt  time.Time     `json:"begin_at"` // later than the arrival where the door is not open yet
	EndAt    time.Time     `json:"end_at"`
	// Done stops stay as they are; the caller sets it, with the real times, before [Again].
	Done bool `json:"done,omitempty"`
}

// Tour is the round of one team. A team with no visit has none.
type Tour struct {
	Team    string        `json:"team"`
	Kits    []string      `json:"kits,omitempty"` // to be taken along
	LeaveAt time.Time     `json:"leave_at"`
	Stops   []Stop        `json:"stops"`
	BackAt  time.Time     `json:"back_at"`
	Travel  time.Duration `json:"travel"` // in all
}

// Left is a visit that could not be fitted.
type Left struct {
	Visit string `json:"visit"`
	Why   Why    `json:"why"`
}

// Plan is the day's tours, in the order of the teams, and what was left, in the order of the visits.
type Plan struct {
	Tours []Tour `json:"tours"`
	Left  []Left `json:"left,omitempty"`
}

// Travel is the whole time on the road.
func (p Plan) Travel() (d time.Duration) {
	for _, t := range p.Tours {
		d += t.Travel
	}
	return d
}

// Budget says how much of the search is left, from 1 down to 0, and is asked once a step: of steps in tests, of a clock where people wait.
// At 0 the best plan found so far is the answer.
type Budget func() float64

// Steps is a budget of n steps. It is used up by one search.
func Steps(n int) Budget {
	done := -1
	return func() float64 {
		done++
		return max(0, 1-float64(done)/float64(max(n, 1)))
	}
}

// Why says by the code of a sentence why a visit was left.
type Why string

// The reasons, from what no plan could change to what only this one could not do.
const (
	WhyClosed      Why = "round.closed"         // the door is never open long enough, or not at the time agreed
	WhyNoKit       Why = "round.no_kit"         // no kit of the kind can be had in the shift of a team that could go
	WhyNoOfficer   Why = "round.no_officer"     // no team has the officer who must be there
	WhyTooMuch     Why = "round.too_much"       // more than any of these teams can carry
	WhyNoWay       Why = "round.no_way"         // no travel time is known
	WhyOffShift    Why = "round.off_shift"      // no team that could go is on shift then
	WhyTooLate     Why = "round.too_late"       // when such a team is free again, its time is past
	WhyTooFar      Why = "round.too_far"        // on shift, but not there and back in time even with nothing else to do
	WhyKitTaken    Why = "round.kit_taken"      // a team could still go, but the kits are with others
	WhyOutOfTheWay Why = "round.out_of_the_way" // meant for on the way, but too long a detour for everyone
	WhyOfficerFull Why = "round.officer_full"   // the officer's day is full
	WhyDayFull     Why = "round.day_full"       // everyone's is
)
