package matter

import (
	"slices"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Forgotten is that what is personal in the matter was destroyed because it had been kept long enough (law-and-standards 15.5); the keys
// are gone in the same transaction. Kind, cell, times, result and who did what stay: figures of past years do not change.
type Forgotten struct{}

// EventKind implements work.Event.
func (Forgotten) EventKind() string { return "matter.forgotten/1" }

func (Forgotten) apply(m *Matter, at work.At) {
	m.ForgottenAt = at.HappenedAt
	m.Title, m.Place, m.Lon, m.Lat, m.Words, m.Sealed, m.Attachments = m.Number, "", 0, 0, vault.Text{}, nil, nil
	m.Parties = slices.Clone(m.Parties)
	for i := range m.Parties {
		p := &m.Parties[i]
		p.Name, p.Phone, p.IDNo, p.Home = vault.Text{}, vault.Text{}, vault.Text{}, vault.Text{}
	}
}

// EndedAt is when the matter ended, from which the time runs that it is kept; zero while it goes on. One that went into another ended when
// that one did, which is for who has both to say.
func (m *Matter) EndedAt() time.Time {
	switch {
	case m.IsOpen():
		return time.Time{}
	case m.State.Gone():
		return m.UpdatedAt
	}
	return m.Reached["closed"]
}

// Forget is the event; whether its time is over was decided for the matter as it is kept (work/retention).
func (m Matter) Forget() []work.Event { return []work.Event{Forgotten{}} }

func init() { work.Know[Forgotten]() }
