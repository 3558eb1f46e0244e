package dispute

import (
	"time"

	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Conference (联席会议) is a joint conference of several bodies over open disputes: agenda, decisions that become tasks, last time's
// decisions reported first. It has a stream of its own.
type Conference struct {
	ID        string
	Version   int
	At        time.Time
	Place     string
	Bodies    []string
	People    []string
	Agenda    []string // matters
	Before    string   // the conference before this one, whose decisions are reported first
	Decisions []Decision
	ClosedAt  time.Time
	By        string
}

// Decision is what a conference decided on a matter; it is a task there.
type Decision struct {
	Matter, Task, Title, Person, DueOn string
}

// ConferenceStream is the stream of a conference.
func ConferenceStream(id string) string { return "conference/" + id }

// OnConference is what every act on a conference carries.
type OnConference struct {
	Conference string `json:"conference" form:"hidden"`
	Version    int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the conference's id and the version the person saw.
func (o OnConference) Target() (string, int) { return o.Conference, o.Version }

// PlanConference (召集联席会议) calls one.
type PlanConference struct {
	At     time.Time `json:"at" form:"datetime,required"`
	Place  string    `json:"place" form:"line,required"`
	Bodies []string  `json:"bodies,omitempty" form:"bodies"`
	People []string  `json:"people,omitempty" form:"people"`
	Agenda []string  `json:"agenda,omitempty" form:"matters"`
	Before string    `json:"before,omitempty" form:"hidden"`
}

// ConferencePlanned is a conference called.
type ConferencePlanned struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Place  string    `json:"place"`
	Bodies []string  `json:"bodies,omitempty"`
	People []string  `json:"people,omitempty"`
	Agenda []string  `json:"agenda,omitempty"`
	Before string    `json:"before,omitempty"`
}

// EventKind implements work.Event.
func (ConferencePlanned) EventKind() string { return "conference.planned/1" }

// Decide (会议决定) decides on one matter of the agenda: a task for somebody, set on the matter in the same act.
type Decide struct {
	OnConference
	Matter string `json:"matter" form:"agenda,required"`
	Title  string `json:"title" form:"line,required"`
	Person string `json:"person" form:"person,required"`
	DueOn  string `json:"due_on" form:"date,required"`
}

// ConferenceDecided is a decision.
type ConferenceDecided struct {
	Matter string `json:"matter"`
	Task   string `json:"task"`
	Title  string `json:"title"`
	Person string `json:"person"`
	DueOn  string `json:"due_on"`
}

// EventKind implements work.Event.
func (ConferenceDecided) EventKind() string { return "conference.decided/1" }

// CloseConference (会议结束) ends it with its minutes and who came.
type CloseConference struct {
	OnConference
	Came   []string `json:"came,omitempty" form:"bodies"`
	People []string `json:"people,omitempty" form:"people"`
	Words  string   `json:"words" form:"words,required"`
}

// ConferenceClosed is its end.
type ConferenceClosed struct {
	Came   []string   `json:"came,omitempty"`
	People []string   `json:"people,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ConferenceClosed) EventKind() string { return "conference.closed/1" }

// FoldConference makes a conference from its stream.
func FoldConference(events []journal.Event) (Conference, error) {
	var c Conference
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return Conference{}, err
		}
		c.Apply(v, work.Where(&events[i]))
	}
	return c, nil
}

// Apply folds one event.
func (c *Conference) Apply(v work.Event, at work.At) {
	switch e := v.(type) {
	case ConferencePlanned:
		c.ID, c.At, c.Place, c.Bodies, c.People, c.Agenda, c.Before, c.By = e.ID, e.At, e.Place, e.Bodies, e.People, e.Agenda, e.Before, at.Actor
	case ConferenceDecided:
		c.Decisions = append(c.Decisions, Decision(e))
	case ConferenceClosed:
		c.ClosedAt = at.HappenedAt
	}
	c.Version = at.Version
}
