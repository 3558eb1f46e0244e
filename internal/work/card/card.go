// Package card holds the contact card (警民连心卡) and the register of households (户) it is carried to. Cards are printed in batches, one
// design for an officer or grid member and a cell; each card has a code of its own that leads to whoever looks after the cell now.
// Households have an address and no names, and nothing else is ever kept of them (law-and-standards 10.2, 15.6).
package card

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
)

// Moment is what rules of cards may know besides their own history.
type Moment struct {
	work.Moment
	// Contact says which cell came after a cell, and who of it is on its card now: the person wished for when they still work there.
	// "" is nobody.
	Contact func(cell, person string) (here, who string)
	// Badge is somebody's badge number; "" for none.
	Badge func(person string) string
	// Parent is the cell in which a cell lies.
	Parent func(cell string) string
}

// State is where a card is.
type State string

// The states of a card.
const (
	Printed   State = "printed"   // 未发放
	Given     State = "given"     // 已发放
	Withdrawn State = "withdrawn" // 已收回、挂失
)

// States lists them.
var States = []State{Printed, Given, Withdrawn}

// Card is one card of a batch as it stands.
type Card struct {
	Code      string
	State     State
	Household string
	Matter    string // at whose visit it was given
	GivenAt   time.Time
	GivenBy   string
	Reason    string // why it was withdrawn
	After     string // the code of the card that took its place
}

// Design is what stands on a card.
type Design struct {
	Cell        string `json:"cell"`
	Person      string `json:"person"`
	BadgeOnly   bool   `json:"badge_only,omitempty"`
	OfficePhone string `json:"office_phone,omitempty"`
	DutyPhone   string `json:"duty_phone"`
	Hours       string `json:"card_hours"`
}

// Batch is what was printed in one go, and what became of each card.
type Batch struct {
	Design
	ID      string
	Version int
	At      time.Time
	By      string
	Cards   []Card
	Asked   []Asked

	index map[string]int
}

// Stream is the journal stream of a batch.
func Stream(id string) string { return "cards/" + id }

// Fold makes a batch from its stream.
func Fold(events []journal.Event) (*Batch, error) {
	b := &Batch{index: map[string]int{}}
	return b, work.Replay(events, func(v work.Event, at work.At) error { b.Apply(v, at); return nil })
}

// Apply folds one event.
func (b *Batch) Apply(v work.Event, at work.At) {
	switch e := v.(type) {
	case CardsPrinted:
		b.ID, b.Design, b.At, b.By = e.ID, e.Design, at.HappenedAt, at.Actor
		for i, code := range e.Codes {
			b.Cards = append(b.Cards, Card{Code: code, State: Printed})
			b.index[code] = i
		}
	case CardGiven:
		if c := b.card(e.Code); c != nil {
			c.State, c.Household, c.Matter, c.GivenAt, c.GivenBy = Given, e.Household, e.Matter, at.HappenedAt, at.Actor
		}
	case CardWithdrawn:
		if c := b.card(e.Code); c != nil {
			c.State, c.Reason, c.After = Withdrawn, e.Reason, e.After
		}
	case CardAsked:
		b.Asked = append(b.Asked, Asked(e))
	}
	b.Version = at.Version
}

func (b *Batch) card(code string) *Card {
	if i, ok := b.index[code]; ok {
		return &b.Cards[i]
	}
	return nil
}

// Card finds a card of the batch.
func (b *Batch) Card(code string) (Card, error) {
	if c := b.card(code); c != nil {
		return *c, nil
	}
	return Card{}, fault.New(fault.Missing, "card.unknown", nil).On("card_code")
}

func init() {
	work.Know[CardsPrinted]()
	work.Know[CardGiven]()
	work.Know[CardWithdrawn]()
	work.Know[CardAsked]()
	work.Know[CardCalled]()
	work.Know[HouseholdSet]()
	work.Know[HouseholdRetired]()
}
