// Package rating holds what a bad rating (差评) starts: somebody other than who was rated looks into it, puts right what was wrong,
// calls the person back and answers them, within its time; a mistaken or malicious rating is left out of the figures after a review
// whose reason is kept (law-and-standards 18.2). Nobody but who follows it up and the leaders learns which report it came from.
package rating

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Bad is the most stars that a bad rating has (law-and-standards 18.1).
const Bad = 2

// Calls is how often somebody must at least have been called when nobody was reached.
const Calls = 3

// Exclusions are the reasons why a rating is left out of the figures.
var Exclusions = []string{"mistaken", "malicious", "other_office"}

// Call is one try to call the person back.
type Call struct {
	At      time.Time
	By      string
	Reached bool
	Words   vault.Text
}

// Rating is a bad rating as its follow-up stands.
type Rating struct {
	ID, Thing  string
	Version    int
	Stars      int
	Rated      []string // who was rated: they do not follow it up
	OpenedAt   time.Time
	DueAt      time.Time
	To         string
	CheckedAt  time.Time
	Founded    bool
	Found      vault.Text
	RightedAt  time.Time
	Better     vault.Text
	Calls      []Call
	AnsweredAt time.Time
	Told       vault.Text // to the person
	AskedOut   string     // who asked that it is left out
	OutReason  string
	OutWords   vault.Text
	Out        bool
	OutBy      string
	EndedAt    time.Time // answered, or left out
}

// Stream is the journal stream of a follow-up.
func Stream(id string) string { return "rating/" + id }

// Apply folds one event.
func (r *Rating) Apply(e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	return r.ApplyEvent(v, work.Where(e))
}

// ApplyEvent folds a decoded event.
func (r *Rating) ApplyEvent(v work.Event, at work.At) error {
	a, ok := v.(interface{ apply(*Rating, work.At) })
	if !ok {
		return fmt.Errorf("event %s is not of a rating", v.EventKind())
	}
	r.Calls = slices.Clip(r.Calls)
	a.apply(r, at)
	r.Version = at.Version
	return nil
}

// Fold makes a follow-up from its stream.
func Fold(events []journal.Event) (Rating, error) {
	var r Rating
	for i := range events {
		if err := r.Apply(&events[i]); err != nil {
			return Rating{}, err
		}
	}
	return r, nil
}

// Open tells whether the follow-up still goes on.
func (r Rating) Open() bool { return r.AnsweredAt.IsZero() && !r.Out }

// Opened is that a bad rating came in.
type Opened struct {
	ID    string    `json:"id"`
	Thing string    `json:"thing"`
	Stars int       `json:"stars"`
	Rated []string  `json:"rated,omitempty"`
	DueAt time.Time `json:"due_at,omitzero"`
}

// EventKind implements work.Event.
func (Opened) EventKind() string { return "rating.opened/1" }

func (e Opened) apply(r *Rating, at work.At) {
	r.ID, r.Thing, r.Stars, r.Rated, r.DueAt, r.OpenedAt = e.ID, e.Thing, e.Stars, e.Rated, e.DueAt, at.HappenedAt
}

// Start opens the follow-up of a rating of a thing, done by the people rated; nothing for one that is not bad.
func Start(thing string, stars int, rated []string, due time.Time, mo work.Moment) []work.Event {
	if stars < 1 || stars > Bad {
		return nil
	}
	rated = slices.DeleteFunc(slices.Clone(rated), func(p string) bool { return p == "" })
	slices.Sort(rated)
	return []work.Event{Opened{ID: mo.NewID("g"), Thing: thing, Stars: stars, Rated: slices.Compact(rated), DueAt: due}}
}

// On is what every act on a follow-up carries.
type On struct {
	Rating string `json:"rating_id" form:"hidden"`
}

// Target gives its id.
func (o On) Target() (id string, version int) { return o.Rating, 0 }

// there refuses what can no longer be done.
func (r Rating) there() error {
	switch {
	case r.Version == 0:
		return fault.New(fault.Missing, "rating.not_found", nil)
	case !r.Open():
		return fault.New(fault.Stale, "rating.over", nil)
	}
	return nil
}

// mine refuses who does not follow it up.
func (r Rating) mine(mo work.Moment) error {
	if err := r.there(); err != nil {
		return err
	}
	if r.To != mo.Actor {
		return fault.New(fault.Denied, "rating.not_yours", nil)
	}
	return nil
}

// Assign (指定核查人) gives it to somebody who was not rated.
type Assign struct {
	On
	To string `json:"follower" form:"person,required"`
}

// Assigned is who follows it up.
type Assigned struct {
	To string `json:"to"`
}

// EventKind implements work.Event.
func (Assigned) EventKind() string { return "rating.assigned/1" }

func (e Assigned) apply(r *Rating, _ work.At) { r.To = e.To }

// Assign decides it.
func (r Rating) Assign(a Assign, mo work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	role := mo.Book.Role(a.To)
	if err := work.Must(role == grid.Officer || role == grid.DutyLead || role == grid.Head, "follower", "rating.police", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!slices.Contains(r.Rated, a.To), "follower", "rating.rated_themselves", nil); err != nil {
		return nil, err
	}
	return []work.Event{Assigned{a.To}}, nil
}

// Check (登记核查情况) says what was found: whether the person was right to be dissatisfied.
type Check struct {
	On
	Founded bool   `json:"founded" form:"yesno"`
	Words   string `json:"words" form:"words,required"`
}

// Checked is what was found.
type Checked struct {
	Founded bool       `json:"founded"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Checked) EventKind() string { return "rating.checked/1" }

func (e Checked) apply(r *Rating, at work.At) {
	r.CheckedAt, r.Founded, r.Found = at.HappenedAt, e.Founded, e.Words
}

// Check decides it.
func (r Rating) Check(a Check, mo work.Moment) ([]work.Event, error) {
	words, err := r.said(a.Words, mo)
	if err != nil {
		return nil, err
	}
	return []work.Event{Checked{a.Founded, vault.Plain(r.ID, "found", words)}}, nil
}

// said reads the words of an act of who follows it up.
func (r Rating) said(words string, mo work.Moment) (string, error) {
	if err := r.mine(mo); err != nil {
		return "", err
	}
	return work.Words("words", words, true)
}

// Rectify (登记整改) says what was put right.
type Rectify struct {
	On
	Words string `json:"words" form:"words,required"`
}

// Rectified is what was put right.
type Rectified struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Rectified) EventKind() string { return "rating.rectified/1" }

func (e Rectified) apply(r *Rating, at work.At) { r.RightedAt, r.Better = at.HappenedAt, e.Words }

// Rectify decides it: it was looked into first.
func (r Rating) Rectify(a Rectify, mo work.Moment) ([]work.Event, error) {
	words, err := r.said(a.Words, mo)
	if err != nil {
		return nil, err
	}
	if r.CheckedAt.IsZero() {
		return nil, fault.New(fault.Stale, "rating.check_first", nil)
	}
	return []work.Event{Rectified{vault.Plain(r.ID, "righted", words)}}, nil
}

// CallBack (登记回访) is a call to the person; every one of them is called (18.2).
type CallBack struct {
	On
	Reached bool   `json:"was_reached" form:"yesno"`
	Words   string `json:"words" form:"words,required"`
}

// CalledBack is a call.
type CalledBack struct {
	Reached bool       `json:"reached"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CalledBack) EventKind() string { return "rating.called_back/1" }

func (e CalledBack) apply(r *Rating, at work.At) {
	r.Calls = append(r.Calls, Call{at.HappenedAt, at.Actor, e.Reached, e.Words})
}

// CallBack decides it.
func (r Rating) CallBack(a CallBack, mo work.Moment) ([]work.Event, error) {
	words, err := r.said(a.Words, mo)
	if err != nil {
		return nil, err
	}
	return []work.Event{CalledBack{a.Reached, vault.Plain(r.ID, "call", words)}}, nil
}

// Called tells whether the person was called back: reached once, or not reached in as many calls as Calls.
func (r Rating) Called() bool {
	return len(r.Calls) >= Calls || slices.ContainsFunc(r.Calls, func(c Call) bool { return c.Reached })
}

// Answer (答复评价人) ends it: the words stand on the person's own page.
type Answer struct {
	On
	Words string `json:"words" form:"words,required"`
}

// Answered is the answer.
type Answered struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Answered) EventKind() string { return "rating.answered/1" }

func (e Answered) apply(r *Rating, at work.At) {
	r.AnsweredAt, r.Told, r.EndedAt = at.HappenedAt, e.Words, at.HappenedAt
}

// Answer decides it: looked into, put right where there was something to, and called back.
func (r Rating) Answer(a Answer, mo work.Moment) ([]work.Event, error) {
	words, err := r.said(a.Words, mo)
	switch {
	case err != nil:
		return nil, err
	case r.CheckedAt.IsZero():
		return nil, fault.New(fault.Stale, "rating.check_first", nil)
	case r.Founded && r.RightedAt.IsZero():
		return nil, fault.New(fault.Stale, "rating.rectify_first", nil)
	case !r.Called():
		return nil, fault.New(fault.Stale, "rating.call_first", fault.Args{"n": Calls})
	}
	return []work.Event{Answered{vault.Plain(r.ID, "answer", words)}}, nil
}

// AskExclusion (申请不计入) asks that a mistaken or malicious rating is left out of the figures.
type AskExclusion struct {
	On
	Reason string `json:"exclusion" form:"hidden,required"`
	Words  string `json:"words" form:"words,required"`
}

// ExclusionAsked is that request.
type ExclusionAsked struct {
	Reason string     `json:"reason"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ExclusionAsked) EventKind() string { return "rating.exclusion_asked/1" }

func (e ExclusionAsked) apply(r *Rating, at work.At) {
	r.AskedOut, r.OutReason, r.OutWords = at.Actor, e.Reason, e.Words
}

// AskExclusion decides it: only who looked into it may ask, and only after that.
func (r Rating) AskExclusion(a AskExclusion, mo work.Moment) ([]work.Event, error) {
	words, err := r.said(a.Words, mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Exclusions, a.Reason), "exclusion", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if r.CheckedAt.IsZero() {
		return nil, fault.New(fault.Stale, "rating.check_first", nil)
	}
	return []work.Event{ExclusionAsked{a.Reason, vault.Plain(r.ID, "exclusion", words)}}, nil
}

// DecideExclusion (审核不计入) is the review by somebody else; the reason is kept.
type DecideExclusion struct {
	On
	Agree bool   `json:"leave_out" form:"yesno"`
	Words string `json:"words" form:"words,required"`
}

// ExclusionDecided is the review.
type ExclusionDecided struct {
	Agree bool       `json:"agree"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ExclusionDecided) EventKind() string { return "rating.exclusion_decided/1" }

func (e ExclusionDecided) apply(r *Rating, at work.At) {
	r.OutBy, r.Out, r.EndedAt = at.Actor, e.Agree, at.HappenedAt
	if !e.Agree {
		r.AskedOut, r.OutReason, r.EndedAt = "", "", time.Time{}
	}
}

// DecideExclusion decides it.
func (r Rating) DecideExclusion(a DecideExclusion, mo work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	switch {
	case r.AskedOut == "":
		return nil, fault.New(fault.Stale, "rating.nothing_asked", nil)
	case r.AskedOut == mo.Actor, slices.Contains(r.Rated, mo.Actor):
		return nil, fault.New(fault.Denied, "rating.another_reviews", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{ExclusionDecided{a.Agree, vault.Plain(r.ID, "review", words)}}, nil
}

func init() {
	work.Know[Opened]()
	work.Know[Assigned]()
	work.Know[Checked]()
	work.Know[Rectified]()
	work.Know[CalledBack]()
	work.Know[Answered]()
	work.Know[ExclusionAsked]()
	work.Know[ExclusionDecided]()
}
