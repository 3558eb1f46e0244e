package matter

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// VoidedFor is that the matter should never have been opened: the one who opened it took that back at once. Draft is what it was
// opened from.
type VoidedFor struct {
	Draft string `json:"draft"`
}

// EventKind implements work.Event.
func (VoidedFor) EventKind() string { return "matter.voided/1" }

func (VoidedFor) apply(m *Matter, _ work.At) {
	m.move(VerbVoid)
	m.Handler = ""
}

// Void takes the opening of the matter back (误立). It is no act of its own: it goes with the undoing of what opened it, and only while
// nothing else has happened to the matter; version is the one it was left at.
func (m Matter) Void(draft string, version int) ([]work.Event, error) {
	if m.Version > 0 && m.Version != version {
		return nil, fault.New(fault.Stale, "draft.taken_up", fault.Args{"number": m.Number})
	}
	if err := m.may(VerbVoid); err != nil {
		return nil, err
	}
	return []work.Event{VoidedFor{draft}}, nil
}
