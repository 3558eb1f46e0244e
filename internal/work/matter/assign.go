package matter

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Assign (交办) names the one handler.
type Assign struct {
	On
	To   string `json:"to" form:"person,required"`
	Note string `json:"note,omitempty" form:"words"`
}

// Assigned is the new handler.
type Assigned struct {
	To   string     `json:"to"`
	Note vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (Assigned) EventKind() string { return "matter.assigned/1" }

func (e Assigned) apply(m *Matter, at work.At) {
	old := m.Handler
	m.Handler = e.To
	m.help(old)
	m.State = AwaitingAck
	delete(m.Reached, "acknowledged")
	m.Reached["assigned"] = at.HappenedAt // the new handler's time to acknowledge begins now
}

// Assign decides who handles the matter. Naming the one who already handles it is refused.
func (m Matter) Assign(a Assign, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbAssign); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.To), "to", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.CanHandle(a.To), "to", "matter.cannot_handle", nil); err != nil {
		return nil, err
	}
	if a.To == m.Handler {
		return nil, fault.New(fault.Stale, "matter.already_handler", nil).On("to")
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Assigned{a.To, vault.Plain(m.ID, "note", note)}}, nil
}

// Acknowledge (签收) is the handler's word that it is in their hands.
type Acknowledge struct{ On }

// Acknowledged is that word.
type Acknowledged struct{}

// EventKind implements work.Event.
func (Acknowledged) EventKind() string { return "matter.acknowledged/1" }

func (Acknowledged) apply(m *Matter, at work.At) {
	m.move(VerbAcknowledge)
	m.SendBackTo = nil
	m.reach("acknowledged", at.HappenedAt)
}

// Acknowledge decides the acknowledgement: only the handler can give it.
func (m Matter) Acknowledge(_ Acknowledge, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbAcknowledge); err != nil {
		return nil, err
	}
	if mo.Actor != m.Handler {
		return nil, fault.New(fault.Denied, "matter.only_handler", nil)
	}
	return []work.Event{Acknowledged{}}, nil
}
