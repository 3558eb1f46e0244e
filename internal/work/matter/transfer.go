package matter

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Transfer (转办) hands the matter to another cell of the station or to an outside body. The sender sees it until the other side
// acknowledges.
type Transfer struct {
	On
	ToCell string `json:"to_cell,omitempty" form:"cell"`
	ToBody string `json:"to_body,omitempty" form:"body"`
	Reason string `json:"reason" form:"words,required"`
}

// TransferredTo is the hand-over.
type TransferredTo struct {
	ToCell string     `json:"to_cell,omitempty"`
	ToBody string     `json:"to_body,omitempty"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (TransferredTo) EventKind() string { return "matter.transferred/1" }

func (e TransferredTo) apply(m *Matter, at work.At) {
	m.SendBackTo = &Waiting{FromCell: m.Cell, FromHandler: m.Handler, ToCell: e.ToCell, ToBody: e.ToBody, At: at.HappenedAt}
	old := m.Handler
	m.Handler = ""
	if m.help(old); e.ToCell != "" {
		m.Cell = e.ToCell
	}
	m.move(VerbTransfer)
}

// Transfer decides the hand-over: to exactly one place, and not to where it already is.
func (m Matter) Transfer(a Transfer, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbTransfer); err != nil {
		return nil, err
	}
	if (a.ToCell == "") == (a.ToBody == "") {
		return nil, fault.New(fault.Invalid, "matter.transfer_one_place", nil).On("to_cell")
	}
	if a.ToCell != "" {
		if err := work.Must(mo.Book.Cell(a.ToCell), "to_cell", "form.unknown_cell", fault.Args{"cell": a.ToCell}); err != nil {
			return nil, err
		}
		if err := work.Must(a.ToCell != m.Cell, "to_cell", "matter.same_cell", nil); err != nil {
			return nil, err
		}
	} else if err := work.Must(mo.Book.Body(a.ToBody), "to_body", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{TransferredTo{a.ToCell, a.ToBody, vault.Plain(m.ID, "reason", reason)}}, nil
}

// Take (接收) is the other side's acknowledgement: a person of the new cell takes it over, or somebody notes that the outside body
// has, with its reference.
type Take struct {
	On
	Reference string `json:"reference,omitempty" form:"line"`
	Note      string `json:"note,omitempty" form:"words"`
}

// Taken is the acknowledgement. Handler is who has it now, "" when an outside body has.
type Taken struct {
	Handler   string     `json:"handler,omitempty"`
	Body      string     `json:"body,omitempty"`
	Reference string     `json:"reference,omitempty"`
	Note      vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (Taken) EventKind() string { return "matter.taken/1" }

func (e Taken) apply(m *Matter, at work.At) {
	if e.Body != "" {
		m.move(VerbTake)
		m.Handler = m.SendBackTo.FromHandler // somebody of ours still answers for it
		if m.Handler == "" {
			m.Handler = at.Actor
		}
	} else {
		m.State, m.Handler = InHand, e.Handler
		m.reach("assigned", at.HappenedAt)
		m.reach("acknowledged", at.HappenedAt)
	}
	m.SendBackTo = nil
}

// Take decides the acknowledgement of a transfer. The sender and their
// cell cannot acknowledge for the receiving one.
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
	if m.SendBackTo.ToBody != "" {
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
	m.SendBackTo, m.Handler = nil, ""
	m.help(old)
	m.move(VerbSendBack)
	delete(m.Reached, "assigned")
	delete(m.Reached, "acknowledged")
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
