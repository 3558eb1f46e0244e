package matter

import (
	"cmp"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Transfer (转办) hands the matter to another cell of the station, to an outside body or to another station of the instance. The
// sender sees it until the other side acknowledges (law-and-standards 4.6, 9.3).
type Transfer struct {
	On
	ToCell string `json:"to_cell,omitempty" form:"cell"`
	ToBody string `json:"to_body,omitempty" form:"body"`
	// ToStation gets a report of its own (a station's journal is its own) and answers through it.
	ToStation string `json:"to_station,omitempty" form:"station"`
	Reason    string `json:"reason" form:"words,required"`
}

// TransferredTo is the hand-over.
type TransferredTo struct {
	ToCell    string     `json:"to_cell,omitempty"`
	ToBody    string     `json:"to_body,omitempty"`
	ToStation string     `json:"to_station,omitempty"`
	Reason    vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (TransferredTo) EventKind() string { return "matter.transferred/1" }

func (e TransferredTo) apply(m *Matter, at work.At) {
	m.SendBackTo = &Waiting{FromCell: m.Cell, FromHandler: m.Handler, ToCell: e.ToCell, ToBody: e.ToBody, ToStation: e.ToStation, At: at.HappenedAt, By: at.Actor}
	if m.Passage = nil; e.ToStation != "" {
		m.Passage = &Passage{Station: e.ToStation, Version: at.Version}
	}
	old := m.Handler
	m.Handler = ""
	if m.help(old); e.ToCell != "" {
		m.Cell = e.ToCell
	}
	m.move(VerbTransfer)
	if e.ToCell == "" { // handed out of the house; another cell is still us
		m.reach("transferred", at.HappenedAt)
	}
}

// Transfer decides the hand-over: to exactly one place, and not to where it already is.
func (m Matter) Transfer(a Transfer, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbTransfer); err != nil {
		return nil, err
	}
	if err := m.place(a, mo.Book); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{TransferredTo{a.ToCell, a.ToBody, a.ToStation, vault.Plain(m.ID, "reason", reason)}}, nil
}

// place refuses a transfer that names no place, more than one, or one that cannot be.
func (m Matter) place(a Transfer, b work.Book) error {
	named := 0
	for _, to := range []string{a.ToCell, a.ToBody, a.ToStation} {
		if to != "" {
			named++
		}
	}
	switch {
	case named != 1:
		return fault.New(fault.Invalid, "matter.transfer_one_place", nil).On("to_cell")
	case a.ToBody != "":
		return work.Must(b.Body(a.ToBody), "to_body", "form.unknown_body", nil)
	case a.ToStation != "":
		return work.Must(b.Station(a.ToStation), "to_station", "form.unknown_station", nil)
	case a.ToCell == m.Cell:
		return fault.New(fault.Invalid, "matter.same_cell", nil).On("to_cell")
	}
	return work.Must(b.Cell(a.ToCell), "to_cell", "form.unknown_cell", fault.Args{"cell": a.ToCell})
}

// Take (接收) is the other side's acknowledgement: a person of the new cell takes it over, or somebody notes that the outside body
// has, with its reference.
type Take struct {
	On
	Reference string `json:"reference,omitempty" form:"line"`
	Note      string `json:"note,omitempty" form:"words"`
}

// Taken is the acknowledgement. Handler is who has it now, "" when an outside body or another station has; the reference is theirs.
type Taken struct {
	Handler   string     `json:"handler,omitempty"`
	Body      string     `json:"body,omitempty"`
	Station   string     `json:"station,omitempty"`
	Reference string     `json:"reference,omitempty"`
	Note      vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (Taken) EventKind() string { return "matter.taken/1" }

func (e Taken) apply(m *Matter, at work.At) {
	switch {
	case e.Body != "":
		m.move(VerbTake)
		m.Handler = cmp.Or(m.SendBackTo.FromHandler, at.Actor) // somebody of ours still answers for it
	case e.Station != "":
		m.move(VerbTake)
		m.Handler = cmp.Or(m.SendBackTo.FromHandler, m.SendBackTo.By)
	default:
		m.State, m.Handler = InHand, e.Handler
		m.reach("assigned", at.HappenedAt)
		m.reach("acknowledged", at.HappenedAt)
	}
	m.SendBackTo = nil
}

// Take decides the acknowledgement of a transfer. The sender and their cell cannot acknowledge for the receiving one, and nobody for
// another station: its own acknowledgement is passed on by the program (actor "").
func (m Matter) Take(a Take, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbTake); err != nil {
		return nil, err
	}
	ref, err := work.Line("reference", a.Reference, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	e := Taken{Reference: ref, Note: vault.Plain(m.ID, "note", note)}
	if to := m.SendBackTo.ToStation; to != "" {
		if e.Station = to; mo.Actor != "" {
			return nil, fault.New(fault.Denied, "matter.take_by_station", nil)
		}
	} else if m.SendBackTo.ToBody != "" {
		e.Body = m.SendBackTo.ToBody
	} else if e.Handler = mo.Actor; mo.Actor == m.SendBackTo.FromHandler || mo.Covers != nil && !mo.Covers(m.Cell) {
		return nil, fault.New(fault.Denied, "matter.take_own_transfer", nil)
	}
	return []work.Event{e}, nil
}

// SendBack (退回) returns the matter to be assigned anew: by a handler who cannot take it, by the receiving cell, or when an outside
// body returns it. Days on other desks are not ours only where the playbook pauses for them.
type SendBack struct {
	On
	Reason string `json:"reason" form:"reason:sendback,required"`
	Words  string `json:"words" form:"words,required"`
}

// SentBack is the return.
type SentBack struct {
	Reason string     `json:"reason"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SentBack) EventKind() string { return "matter.sent_back/1" }

func (SentBack) apply(m *Matter, _ work.At) {
	if w := m.SendBackTo; w != nil && w.FromCell != "" {
		m.Cell = w.FromCell
	}
	old := m.Handler
	m.SendBackTo, m.Passage, m.Handler = nil, nil, ""
	m.help(old)
	m.move(VerbSendBack)
	delete(m.Reached, "assigned")
	delete(m.Reached, "acknowledged")
	delete(m.Reached, "transferred")
}

// SendBack decides the return.
func (m Matter) SendBack(a SendBack, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbSendBack); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Reason("sendback", a.Reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{SentBack{a.Reason, vault.Plain(m.ID, "reason", words)}}, nil
}
