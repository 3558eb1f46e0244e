package matter

import (
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Pause (暂停) stops the clocks for a reason of the playbook's list, e.g. an appraisal (law-and-standards 1.5).
type Pause struct {
	On
	Reason string `json:"reason" form:"reason:pause,required"`
	Note   string `json:"note,omitempty" form:"words"`
}

// PausedFor is a pause and its reason.
type PausedFor struct {
	Reason     string     `json:"reason"`
	StopsClock bool       `json:"stops_clock,omitempty"`
	Note       vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (PausedFor) EventKind() string { return "matter.paused/1" }

func (e PausedFor) apply(m *Matter, at work.At) {
	m.move(VerbPause)
	if m.PauseReason = e.Reason; !e.StopsClock {
		return
	}
	m.Pauses = append(m.Pauses, clock.Pause{From: at.HappenedAt})
}

// Pause decides that the clocks stop.
func (m Matter) Pause(a Pause, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbPause); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Reason("pause", a.Reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{PausedFor{a.Reason, mo.Book.StopsClock(a.Reason), vault.Plain(m.ID, "note", note)}}, nil
}

// Resume (恢复) lets the clocks run on.
type Resume struct {
	On
	Note string `json:"note,omitempty" form:"words"`
}

// Resumed is that the clocks run on.
type Resumed struct {
	Note vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (Resumed) EventKind() string { return "matter.resumed/1" }

func (Resumed) apply(m *Matter, at work.At) {
	m.move(VerbResume)
	m.PauseReason = ""
	m.reach("started", at.HappenedAt) // it goes on as under way, also when it was paused before a start was noted
	if n := len(m.Pauses); n > 0 && m.Pauses[n-1].To.IsZero() {
		pauses := append([]clock.Pause(nil), m.Pauses...)
		pauses[n-1].To = at.HappenedAt
		m.Pauses = pauses
	}
}

// Resume decides that the clocks run on.
func (m Matter) Resume(a Resume, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbResume); err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Resumed{vault.Plain(m.ID, "note", note)}}, nil
}

// Extension is a longer time asked for, and who granted it ("" while nobody has).
type Extension struct {
	Limit      string
	By         clock.Extension
	AskedBy    string
	AskedAt    time.Time
	ApprovedBy string
	Refused    bool
}

// Extend (申请延期) asks for more time on one clock, with a reason.
type Extend struct {
	On
	Limit    string   `json:"limit" form:"limit,required"`
	Days     int      `json:"days" form:"number,required"`
	Reason   string   `json:"reason" form:"words,required"`
	Consents []string `json:"consents,omitempty" form:"parties"` // parties who agree, where it is theirs to agree to
}

// ExtensionAsked is the request.
type ExtensionAsked struct {
	Limit  string          `json:"limit"`
	By     clock.Extension `json:"by"`
	Reason vault.Text      `json:"reason,omitzero"`

	Consents []string `json:"consents,omitempty"`
}

// EventKind implements work.Event.
func (ExtensionAsked) EventKind() string { return "matter.extension_asked/1" }

func (e ExtensionAsked) apply(m *Matter, at work.At) {
	m.Extensions = append(m.Extensions, Extension{Limit: e.Limit, By: e.By, AskedBy: at.Actor, AskedAt: at.HappenedAt})
}

// MaxExtensionDays is the longest extension that may be asked for at once.
const MaxExtensionDays = 60

// Extend decides a request for more time, in the unit of the clock when that counts days.
func (m Matter) Extend(a Extend, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbExtend); err != nil {
		return nil, err
	}
	if err := work.Must(a.Days >= 1 && a.Days <= MaxExtensionDays, "days", "matter.extension_days", fault.Args{"max": MaxExtensionDays}); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	for _, x := range m.Extensions {
		if x.ApprovedBy == "" && !x.Refused {
			return nil, fault.New(fault.Stale, "matter.extension_waiting", nil)
		}
	}
	if err := work.AtMost("consents", len(a.Consents), MaxParties); err != nil {
		return nil, err
	}
	for _, id := range a.Consents {
		_, ok := m.Party(id)
		if err := work.Must(ok, "consents", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
	}
	for _, l := range m.Limits {
		if l.Key == a.Limit {
			unit := clock.Days
			if l.Unit == clock.Workdays {
				unit = clock.Workdays
			}
			return []work.Event{ExtensionAsked{a.Limit, clock.Extension{Amount: a.Days, Unit: unit}, vault.Plain(m.ID, "reason", reason), a.Consents}}, nil
		}
	}
	return nil, fault.New(fault.Invalid, "matter.unknown_limit", nil).On("limit")
}

// DecideExtension (批延期) grants or refuses the time asked for.
type DecideExtension struct {
	On
	Grant bool   `json:"grant" form:"yesno,required"`
	Note  string `json:"note,omitempty" form:"words"`
}

// ExtensionDecided is the answer to the last request.
type ExtensionDecided struct {
	Granted bool       `json:"granted"`
	Note    vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (ExtensionDecided) EventKind() string { return "matter.extension_decided/1" }

func (e ExtensionDecided) apply(m *Matter, at work.At) {
	list := append([]Extension(nil), m.Extensions...)
	if n := len(list); n > 0 {
		if e.Granted {
			list[n-1].ApprovedBy = at.Actor
		} else {
			list[n-1].Refused = true
		}
	}
	m.Extensions = list
}

// DecideExtension decides the answer; nobody grants their own request.
func (m Matter) DecideExtension(a DecideExtension, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	n := len(m.Extensions)
	if n == 0 || m.Extensions[n-1].ApprovedBy != "" || m.Extensions[n-1].Refused {
		return nil, fault.New(fault.Stale, "matter.no_extension_waiting", nil)
	}
	if m.Extensions[n-1].AskedBy == mo.Actor {
		return nil, fault.New(fault.Denied, "matter.own_extension", nil)
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ExtensionDecided{a.Grant, vault.Plain(m.ID, "note", note)}}, nil
}
