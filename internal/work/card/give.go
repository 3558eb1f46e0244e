package card

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Give (发放连心卡) leaves a card with a household, at a visit or at the window. A household that is not registered yet is, by its address.
type Give struct {
	Code      string `json:"card_code" form:"line,required"`
	Household string `json:"household,omitempty" form:"line"` // its id, or its address in the cell of the card
	Matter    string `json:"matter,omitempty" form:"hidden"`  // at whose visit; then the household may be left out
}

// CardGiven is a card given.
type CardGiven struct {
	Code      string `json:"code"`
	Household string `json:"household,omitempty"`
	Matter    string `json:"matter,omitempty"`
}

// EventKind implements work.Event.
func (CardGiven) EventKind() string { return "card.given/1" }

// Give decides that a card is left with a household; nil where it is only left with who was met at the visit of a matter.
func (b *Batch) Give(code string, h *Household, matter string, mo Moment) ([]work.Event, error) {
	c, err := b.Card(code)
	if err != nil {
		return nil, err
	}
	switch c.State {
	case Given:
		return nil, fault.New(fault.Stale, "card.is_given", nil).On("card_code")
	case Withdrawn:
		return nil, fault.New(fault.Stale, "card.is_withdrawn", nil).On("card_code")
	}
	if h == nil {
		if err := work.Must(matter != "", "household", "form.required", fault.Args{"field": "household"}); err != nil {
			return nil, err
		}
		return []work.Event{CardGiven{Code: code, Matter: matter}}, nil
	}
	if h.Retired {
		return nil, fault.New(fault.Stale, "household.is_retired", nil).On("household")
	}
	mine, _ := mo.Contact(b.Cell, b.Person)
	theirs, _ := mo.Contact(h.Cell, "")
	if err := work.Must(mine == theirs, "household", "card.other_cell", fault.Args{"cell": h.Cell}); err != nil {
		return nil, err
	}
	return []work.Event{CardGiven{code, h.ID, matter}}, nil
}

// Withdraw (收回、挂失连心卡) takes a card out of use: lost, spoiled, given back, printed wrong.
type Withdraw struct {
	Code   string `json:"card_code" form:"line,required"`
	Reason string `json:"reason" form:"reason:card,required"`
}

// CardWithdrawn is a card out of use. Its code goes on leading to the cell, and says that the card is no longer in use.
type CardWithdrawn struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
	After  string `json:"after,omitempty"` // the card in its place
}

// EventKind implements work.Event.
func (CardWithdrawn) EventKind() string { return "card.withdrawn/1" }

// Withdraw decides it; after is the code of the card in its place, "" for none.
func (b *Batch) Withdraw(code, reason, after string, mo Moment) ([]work.Event, error) {
	c, err := b.Card(code)
	if err != nil {
		return nil, err
	}
	if c.State == Withdrawn {
		return nil, fault.New(fault.Stale, "card.is_withdrawn", nil).On("card_code")
	}
	if err := work.Must(mo.Book.Reason("card", reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	return []work.Event{CardWithdrawn{code, reason, after}}, nil
}

// Replace (换发连心卡) takes a card out of use and leaves another with the same household. One that was reported lost before is only
// followed by the new one.
type Replace struct {
	Code   string `json:"card_code" form:"line,required"`
	New    string `json:"new_code" form:"line,required"`
	Reason string `json:"reason" form:"reason:card,required"`
}

// Replaceable gives the household of a card that another takes the place of.
func (b *Batch) Replaceable(a Replace) (household string, err error) {
	c, err := b.Card(a.Code)
	if err != nil {
		return "", err
	}
	if err := work.Must(a.New != a.Code, "new_code", "card.same_code", nil); err != nil {
		return "", err
	}
	if c.State == Printed || c.Household == "" {
		return "", fault.New(fault.Stale, "card.never_given", nil).On("card_code")
	}
	return c.Household, nil
}
