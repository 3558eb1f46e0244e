// Package matter holds the base life that every kind of matter (事项) shares: opened, assigned, acknowledged, in hand, paused,
// transferred, sent back, outcome, verified by someone else, closed, followed up, reopened; its tasks, parties, links and clocks.
package matter

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// On is what every act on a matter carries: which one, and the version the person saw (0: whatever it is now).
type On struct {
	Matter  string `json:"matter" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the matter's id and the version the person saw.
func (o On) Target() (id string, version int) { return o.Matter, o.Version }

// Matter is one thing to be brought to an end, as it stands after its events.
type Matter struct {
	ID, Number         string
	Version            int
	Kind, Grade        string
	State              State
	Title, Place, Cell string
	Lon, Lat           float64 // 0,0 when not known
	Extra              map[string]string
	Sealed             map[string]vault.Text // extra fields that are personal
	Words              vault.Text
	OpenedAt           time.Time
	OpenedBy           string
	Handler            string // the one named person
	Helpers            []string
	SendBackTo         *Waiting // a transfer or send-back that nobody has taken yet: the sender still sees it
	Passage            *Passage // the transfer to another station that is waited for, or that brought it there
	Reports            []string
	Parties            []Party
	Participants       []Participant
	Tasks              []Task
	Calls              []Call
	Links              []Link
	MergedInto         string
	Attachments        []Attachment
	Limits             []work.Limit
	Reached            map[string]time.Time
	Pauses             []clock.Pause
	PauseReason        string
	Extensions         []Extension
	Outcome            string
	OutcomeBy          string
	VerifiedBy         string
	FollowedUpBy       string
	Chased             int
	SupervisedBy       string
	Escalated          []string // keys of limits for which the head was told
	Reopened           int
	UpdatedAt          time.Time
	ForgottenAt        time.Time // it had been kept long enough: what was personal is destroyed
}

// Waiting is a transfer that the other side has not acknowledged.
type Waiting struct {
	FromCell, FromHandler string
	ToCell, ToBody        string
	ToStation             string
	At                    time.Time
	By                    string // who handed it over
}

// Passage is a transfer to another station of the instance, until the matter is sent back, passed on elsewhere or opened again.
// Version is that of the transfer's event: it tells one transfer from the next.
type Passage struct {
	Station string
	Version int
}

// Core gives the base life of a kind built on it.
func (m *Matter) Core() *Matter { return m }

// Stream is the journal stream of a matter.
func Stream(id string) string { return "matter/" + id }

type applier interface{ apply(m *Matter, at work.At) }

// Built is an event of a kind built on the base life (a dispute's session, a promise kept). It lies in the stream of its matter and
// says itself what it means for the base life: a step reached, somebody who helped, a paper attached.
type Built interface {
	work.Event
	Tell(m *Matter, at work.At)
}

// Apply folds one event of the matter's stream.
func (m *Matter) Apply(e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	return m.ApplyEvent(v, work.Where(e))
}

// ApplyEvent folds a decoded event.
func (m *Matter) ApplyEvent(v work.Event, at work.At) error {
	m.own()
	switch e := v.(type) {
	case applier:
		e.apply(m, at)
	case Built:
		e.Tell(m, at)
	default:
		return fmt.Errorf("event %s is not of a matter", v.EventKind())
	}
	m.Version, m.UpdatedAt = at.Version, at.HappenedAt
	return nil
}

// own makes sure that what an event adds is never seen in an earlier copy of the matter: lists grow into new memory, and the map
// of steps is the copy's own. An event that changes an element of a list clones that list itself.
func (m *Matter) own() {
	if m.Reached = maps.Clone(m.Reached); m.Reached == nil {
		m.Reached = map[string]time.Time{}
	}
	m.Helpers, m.Reports, m.Escalated, m.Links = slices.Clip(m.Helpers), slices.Clip(m.Reports), slices.Clip(m.Escalated), slices.Clip(m.Links)
	m.Parties, m.Participants, m.Attachments = slices.Clip(m.Parties), slices.Clip(m.Participants), slices.Clip(m.Attachments)
	m.Tasks, m.Calls, m.Pauses, m.Extensions = slices.Clip(m.Tasks), slices.Clip(m.Calls), slices.Clip(m.Pauses), slices.Clip(m.Extensions)
}

// Fold makes a matter from its stream; the zero Matter (Version 0) when there are no events.
func Fold(events []journal.Event) (Matter, error) {
	var m Matter
	for i := range events {
		if err := m.Apply(&events[i]); err != nil {
			return Matter{}, err
		}
	}
	return m, nil
}

// IsOpen tells whether the matter still wants something from its handler.
func (m *Matter) IsOpen() bool {
	switch m.State {
	case Done, Answered, MergedAway, Voided:
		return false
	}
	return m.Version > 0
}

// Involves tells whether a person takes part: handler, helper, with a task, or called.
func (m *Matter) Involves(person string) bool {
	return person != "" && slices.Contains(m.People(), person)
}

// People are the persons who take part and may see the matter for that reason: handler, helpers, those with an open task, and the
// sender of a transfer that was not acknowledged; and who opened it. Sorted, each once.
func (m *Matter) People() []string {
	list := m.working()
	if m.OpenedBy != work.Public {
		list = append(list, m.OpenedBy)
	}
	return sorted(list)
}

// Works tells whether a person has something to do with the matter now or had: everyone of People but who only opened it.
func (m *Matter) Works(person string) bool { return slices.Contains(m.working(), person) }

func (m *Matter) working() []string {
	list := append([]string{m.Handler}, m.Helpers...)
	for _, t := range m.Tasks {
		if t.DoneAt.IsZero() {
			list = append(list, t.Person)
		}
	}
	if m.SendBackTo != nil {
		list = append(list, m.SendBackTo.FromHandler)
	}
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(p string) bool { return p == "" })
}

// Cells are the cells whose people see the matter: its own, and the sender's until the other side acknowledges.
func (m *Matter) Cells() []string {
	if w := m.SendBackTo; w != nil && w.FromCell != "" && w.FromCell != m.Cell {
		return []string{m.Cell, w.FromCell}
	}
	return []string{m.Cell}
}

// reach notes the first time a step was reached in this round of the matter's life.
func (m *Matter) reach(step string, at time.Time) {
	if _, ok := m.Reached[step]; !ok {
		m.Reached[step] = at
	}
}

// Reach notes that a step of the playbook was reached (events.csv), the first time in this round: clocks start and stop at it. For
// events of kinds built on the base life.
func (m *Matter) Reach(step string, at time.Time) { m.reach(step, at) }

// Help notes who took part. For events of kinds built on the base life.
func (m *Matter) Help(people ...string) {
	for _, p := range people {
		m.help(p)
	}
}

// Attached adds pictures and papers. For events of kinds built on the base life.
func (m *Matter) Attached(list []Attachment) { m.Attachments = append(m.Attachments, list...) }

// Party finds a party by id.
func (m *Matter) Party(id string) (Party, bool) {
	i := slices.IndexFunc(m.Parties, func(p Party) bool { return p.ID == id })
	if i < 0 {
		return Party{}, false
	}
	return m.Parties[i], true
}

func (m *Matter) help(person string) {
	if person != "" && person != work.Public && person != m.Handler && !slices.Contains(m.Helpers, person) {
		m.Helpers = append(m.Helpers, person)
	}
}

// Clock is a limit of a matter and how it stands.
type Clock struct {
	work.Limit
	clock.Standing
	StartedAt time.Time
	StoppedAt time.Time // zero while it runs
}

// Clocks gives how every limit that has started stands at now, computed from what happened and the calendar.
func (m *Matter) Clocks(cal *clock.Calendar, now time.Time) []Clock {
	var list []Clock
	for _, l := range m.Limits {
		start, ok := m.Reached[l.From]
		if !ok {
			continue
		}
		c := Clock{Limit: l, StartedAt: start}
		if end, ok := l.Stopped(start, m.Reached); ok {
			c.StoppedAt = end
			c.Standing = clock.Due(l.Limit, start, m.Pauses, m.extended(l.Key), cal, end).Stop()
		} else if m.State.Gone() {
			continue // the clocks of the matter it went into run on
		} else {
			c.Standing = clock.Due(l.Limit, start, m.Pauses, m.extended(l.Key), cal, now)
		}
		list = append(list, c)
	}
	return list
}

// Due is the earliest end of a running clock, and its key; zero when none runs (nothing due, or paused).
func (m *Matter) Due(cal *clock.Calendar) (time.Time, string) {
	var at time.Time
	var key string
	for _, c := range m.Clocks(cal, m.UpdatedAt) {
		if c.StoppedAt.IsZero() && !c.DueAt.IsZero() && (at.IsZero() || c.DueAt.Before(at)) {
			at, key = c.DueAt, c.Key
		}
	}
	return at, key
}

func (m *Matter) extended(key string) []clock.Extension {
	var list []clock.Extension
	for _, x := range m.Extensions {
		if x.Limit == key && x.ApprovedBy != "" {
			list = append(list, x.By)
		}
	}
	return list
}
