package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
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
	err := work.Replay(events, func(v work.Event, at work.At) error { c.Apply(v, at); return nil })
	return c, err
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

// maxAgenda is how many disputes one conference can look at.
const maxAgenda = 200

// Plan decides a conference; the receiver is the zero Conference.
func (Conference) Plan(a PlanConference, mo work.Moment) ([]work.Event, error) {
	if err := work.Must(!a.At.Before(mo.HappenedAt.Add(-time.Minute)), "at", "dispute.planned_in_past", nil); err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := convened("bodies", a.Bodies, a.People, mo); err != nil {
		return nil, err
	}
	if err := work.Must(len(a.Agenda) > 0, "agenda", "conference.no_agenda", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("agenda", len(a.Agenda), maxAgenda); err != nil {
		return nil, err
	}
	agenda := slices.Compact(slices.Sorted(slices.Values(a.Agenda)))
	if err := work.Must(len(agenda) == len(a.Agenda), "agenda", "conference.twice_on_agenda", nil); err != nil {
		return nil, err
	}
	before, err := work.Line("before", a.Before, 40, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ConferencePlanned{mo.NewID("f"), a.At.UTC(), place, a.Bodies, a.People, a.Agenda, before}}, nil
}

// convened refuses bodies and people that the organisation does not know.
func convened(field string, of, people []string, mo work.Moment) error {
	if err := bodies(field, of, mo); err != nil {
		return err
	}
	return mo.People("people", people, 200)
}

// open refuses what a conference that has ended no longer decides.
func (c Conference) open() error {
	switch {
	case c.Version == 0:
		return fault.New(fault.Missing, "conference.not_found", nil)
	case !c.ClosedAt.IsZero():
		return fault.New(fault.Stale, "conference.closed", nil)
	}
	return nil
}

// Decide decides on a matter of the agenda: the decision, and the task it sets on the matter.
func (c Conference) Decide(a Decide, m *Dispute, mo work.Moment) (mine, theirs []work.Event, err error) {
	if err := c.open(); err != nil {
		return nil, nil, err
	}
	if err := work.Must(slices.Contains(c.Agenda, a.Matter) && m.ID == a.Matter, "matter", "conference.not_on_agenda", nil); err != nil {
		return nil, nil, err
	}
	if err := work.Must(a.DueOn != "", "due_on", "form.required", fault.Args{"field": "due_on"}); err != nil {
		return nil, nil, err
	}
	theirs, err = m.Matter.SetTask(matter.SetTask{On: matter.On{Matter: a.Matter}, Title: a.Title, Person: a.Person, DueOn: a.DueOn}, mo)
	if err != nil {
		return nil, nil, err
	}
	t := theirs[0].(matter.TaskSet)
	return []work.Event{ConferenceDecided{a.Matter, t.Task, t.Title, t.Person, t.DueOn}}, theirs, nil
}

// Close decides the end of a conference with its minutes.
func (c Conference) Close(a CloseConference, mo work.Moment) ([]work.Event, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	if err := convened("came", a.Came, a.People, mo); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{ConferenceClosed{a.Came, a.People, vault.Plain(c.ID, "minutes", words)}}, nil
}
