package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// PlanSession (约定调解) sets a meeting.
type PlanSession struct {
	matter.On
	At      time.Time `json:"at" form:"datetime,required"`
	Place   string    `json:"place" form:"line,required"`
	How     string    `json:"how" form:"sessionhow,required"`
	Preside string    `json:"preside" form:"person,required"`
	With    []string  `json:"with,omitempty" form:"people"`
	Bodies  []string  `json:"bodies,omitempty" form:"bodies"`
	Closed  string    `json:"closed,omitempty" form:"closed"`
	Notice  bool      `json:"notice,omitempty" form:"yesno"`
}

// SessionPlanned is a meeting set.
type SessionPlanned struct {
	Session string    `json:"session"`
	Course  int       `json:"course"`
	At      time.Time `json:"at"`
	Place   string    `json:"place"`
	How     string    `json:"how"`
	Preside string    `json:"preside"`
	With    []string  `json:"with,omitempty"`
	Bodies  []string  `json:"bodies,omitempty"`
	Closed  string    `json:"closed,omitempty"`
	Notice  bool      `json:"notice,omitempty"`
}

// EventKind implements work.Event.
func (SessionPlanned) EventKind() string { return "dispute.session_planned/1" }

// Tell implements matter.Built.
func (e SessionPlanned) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Preside)
	m.Help(e.With...)
}

func (e SessionPlanned) apply(d *Dispute, _ work.At) {
	d.Sessions = append(d.Sessions, Session{ID: e.Session, Course: e.Course, State: "planned", At: e.At, Place: e.Place, How: e.How, Preside: e.Preside,
		With: e.With, Bodies: e.Bodies, Closed: e.Closed, Notice: e.Notice})
}

// CancelSession (取消调解) calls a planned meeting off.
type CancelSession struct {
	matter.On
	Session string `json:"session" form:"session,required"`
	Reason  string `json:"reason" form:"words,required"`
}

// SessionCancelled is a meeting called off.
type SessionCancelled struct {
	Session string     `json:"session"`
	Reason  vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (SessionCancelled) EventKind() string { return "dispute.session_cancelled/1" }

// Tell implements matter.Built.
func (SessionCancelled) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e SessionCancelled) apply(d *Dispute, _ work.At) {
	for i := range d.Sessions {
		if d.Sessions[i].ID == e.Session {
			d.Sessions[i].State = "cancelled"
		}
	}
}

// PlanSession decides a meeting to come: the gate passed, a track chosen, somebody who may preside, and no more sessions than the
// track allows (2.5).
func (d *Dispute) PlanSession(a PlanSession, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(!a.At.Before(mo.HappenedAt.Add(-time.Minute)), "at", "dispute.planned_in_past", nil); err != nil {
		return nil, err
	}
	planned := 0
	for _, s := range d.Sessions {
		if s.State == "planned" && s.Course == d.Track.No {
			planned++
		}
	}
	if err := oneMore(t, d.sessionsOn(t.Key, d.Track.Damages)+planned); err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := each("how", []string{a.How}, SessionHows); err != nil {
		return nil, err
	}
	if err := d.presides("preside", a.Preside, t, mo); err != nil {
		return nil, err
	}
	if err := d.helpers(a.With, mo); err != nil {
		return nil, err
	}
	if err := bodies("bodies", a.Bodies, mo.Moment); err != nil {
		return nil, err
	}
	if err := work.Must(a.Closed == "" || slices.Contains(SessionClosed, a.Closed), "closed", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	return []work.Event{SessionPlanned{mo.NewID("s"), d.Track.No, a.At.UTC(), place, a.How, a.Preside, a.With, a.Bodies, a.Closed, a.Notice}}, nil
}

// CancelSession decides that a planned meeting does not take place.
func (d *Dispute) CancelSession(a CancelSession, _ Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if _, err := d.planned(a.Session); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{SessionCancelled{a.Session, d.text("session_cancelled", reason)}}, nil
}

// planned finds a meeting that is still to come.
func (d *Dispute) planned(id string) (Session, error) {
	i := slices.IndexFunc(d.Sessions, func(s Session) bool { return s.ID == id })
	if err := work.Must(i >= 0, "session", "dispute.unknown_session", nil); err != nil {
		return Session{}, err
	}
	if s := d.Sessions[i]; s.State != "planned" {
		return s, fault.New(fault.Stale, "dispute.session_not_planned", fault.Args{"state": "{sessionstate." + s.State + "}"})
	}
	return d.Sessions[i], nil
}
