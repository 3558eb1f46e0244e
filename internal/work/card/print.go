package card

import (
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// PerSheet is how many cards stand on a sheet of A4, MaxSheets how many sheets one act prints.
const (
	PerSheet  = 10
	MaxSheets = 20
)

// Print (印制连心卡) prints sheets of cards for a person and a cell. No sheet at all only puts right what the cards of the cell say and
// lead to: a new telephone, other hours.
type Print struct {
	Cell        string   `json:"cell" form:"cell,required"`
	Person      string   `json:"person" form:"person,required"`
	BadgeOnly   bool     `json:"badge_only,omitempty" form:"yesno"`
	OfficePhone string   `json:"office_phone,omitempty" form:"phone"`
	DutyPhone   string   `json:"duty_phone" form:"phone,required"`
	Hours       string   `json:"card_hours" form:"line,required"`
	Sheets      int      `json:"card_sheets,omitempty" form:"number"`
	Codes       []string `json:"-"` // drawn by the desk: randomness is handed in
}

// CardsPrinted is a batch of cards.
type CardsPrinted struct {
	ID string `json:"id"`
	Design
	Codes []string `json:"codes,omitempty"`
}

// EventKind implements work.Event.
func (CardsPrinted) EventKind() string { return "card.printed/1" }

// Print decides a batch; the receiver is the zero Batch. A card is of who looks after the cell, so that it does not lead to a stranger.
func (Batch) Print(a Print, mo Moment) ([]work.Event, error) {
	if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	here, who := mo.Contact(a.Cell, a.Person)
	if err := work.Must(here == a.Cell, "cell", "card.cell_ended", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	if err := work.Must(who == a.Person, "person", "card.not_of_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	if err := work.Must(!a.BadgeOnly || mo.Badge(a.Person) != "", "badge_only", "card.no_badge", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Sheets >= 0 && a.Sheets <= MaxSheets, "card_sheets", "card.sheets", fault.Args{"max": MaxSheets}); err != nil {
		return nil, err
	}
	d := Design{Cell: a.Cell, Person: a.Person, BadgeOnly: a.BadgeOnly}
	var err error
	if d.OfficePhone, err = phone("office_phone", a.OfficePhone, false); err != nil {
		return nil, err
	}
	if d.DutyPhone, err = phone("duty_phone", a.DutyPhone, true); err != nil {
		return nil, err
	}
	if d.Hours, err = work.Line("card_hours", a.Hours, 60, true); err != nil {
		return nil, err
	}
	return []work.Event{CardsPrinted{mo.NewID("k"), d, a.Codes}}, nil
}

// phone checks a number that people are to dial: digits with blanks, hyphens or an extension.
func phone(field, s string, required bool) (string, error) {
	s, err := work.Line(field, s, 30, required)
	if err != nil || s == "" {
		return "", err
	}
	digits := Digits(s)
	ok := len(digits) >= 3 && len(digits) <= 20 && strings.Trim(s, "+0123456789-－ ()（）转") == ""
	return s, work.Must(ok, field, "card.phone", nil)
}

// Digits are the digits of a telephone number, as it is dialled.
func Digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}
