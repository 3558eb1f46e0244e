package tour

import (
	"maplegrid/internal/round"
	"maplegrid/internal/work"
)

func init() {
	work.Know[Planned]()
	work.Know[Replanned]()
	work.Know[Started]()
	work.Know[StopDone]()
	work.Know[StopMissed]()
	work.Know[Closed]()
}

// Planned is a day planned, or planned anew before anybody left.
type Planned struct {
	Day string `json:"day"`
	Laid
}

// EventKind implements work.Event.
func (Planned) EventKind() string { return "tour.planned/1" }

// Replanned is the rest of a day planned anew.
type Replanned struct {
	Laid
	Because string        `json:"because"`
	Moved   []round.Moved `json:"moved,omitempty"`
}

// EventKind implements work.Event.
func (Replanned) EventKind() string { return "tour.replanned/1" }

// Started is a team gone out.
type Started struct {
	Team string `json:"team"`
}

// EventKind implements work.Event.
func (Started) EventKind() string { return "tour.started/1" }

// StopDone is a stop made.
type StopDone struct {
	Team  string `json:"team"`
	Visit string `json:"visit"`
}

// EventKind implements work.Event.
func (StopDone) EventKind() string { return "tour.stop_done/1" }

// StopMissed is a stop that came to nothing.
type StopMissed struct {
	Team   string `json:"team"`
	Visit  string `json:"visit"`
	Reason string `json:"reason"`
}

// EventKind implements work.Event.
func (StopMissed) EventKind() string { return "tour.stop_missed/1" }

// Closed is the end of a day; Open are the stops that nobody came to.
type Closed struct {
	Open []string `json:"open,omitempty"`
}

// EventKind implements work.Event.
func (Closed) EventKind() string { return "tour.closed/1" }
