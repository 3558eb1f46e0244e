package desk

import (
	"slices"
	"time"
	"unicode/utf8"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// ExportLedger (导出台账) takes a ledger out of the house, with a purpose. It is in the journal before the first byte of the file
// leaves (law-and-standards 5.6, 19.5).
//
// Ledger names which: "" that of matters, else one of Ledgers.
type ExportLedger struct {
	Ledger  string `json:"ledger,omitempty" form:"hidden"`
	Purpose string `json:"purpose" form:"purpose,required"`
	From    string `json:"from,omitempty" form:"date"`
	Until   string `json:"until,omitempty" form:"date"` // the last day, included
	Kind    string `json:"kind,omitempty" form:"kind"`
	Grade   string `json:"grade,omitempty" form:"grade"`
	Cell    string `json:"cell,omitempty" form:"cell"`
	State   string `json:"state,omitempty" form:"hidden"`
}

// Ledgers are those besides the ledger of matters: promises, and the table and the register of disputes (law-and-standards 19.1, 19.2).
var Ledgers = []string{"promises", "dispute_table", "dispute_register"}

// LedgerExported is that a ledger left the house.
type LedgerExported struct {
	ID      string `json:"id"`
	Ledger  string `json:"ledger,omitempty"`
	Purpose string `json:"purpose"`
	From    string `json:"from,omitempty"`
	Until   string `json:"until,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Grade   string `json:"grade,omitempty"`
	Cell    string `json:"cell,omitempty"`
	State   string `json:"state,omitempty"`
	Role    string `json:"role"`
}

// EventKind implements work.Event.
func (LedgerExported) EventKind() string { return "ledger.exported/1" }

func init() { work.Know[LedgerExported]() }

// MinPurpose is how many characters a purpose has at least, wherever one is asked for.
const MinPurpose = 4

// purposeOf reads what personal data is looked at or taken out for.
func purposeOf(typed string) (string, error) {
	purpose, err := work.Line("purpose", typed, work.MaxShort, true)
	if err != nil {
		return "", err
	}
	return purpose, work.Must(utf8.RuneCountInString(purpose) >= MinPurpose, "purpose", "unmask.purpose", nil)
}

func exportLedger(c *call) error {
	a := *c.act.(*ExportLedger)
	if err := c.permit(access.Thing{Kind: "ledger"}); err != nil {
		return err
	}
	if err := work.Must(a.Ledger == "" || slices.Contains(Ledgers, a.Ledger), "ledger", "form.unknown_choice", nil); err != nil {
		return err
	}
	purpose, err := purposeOf(a.Purpose)
	if err != nil {
		return err
	}
	for _, d := range []struct{ field, value string }{{"from", a.From}, {"until", a.Until}} {
		if _, err := time.Parse(time.DateOnly, d.value); d.value != "" && err != nil {
			return fault.New(fault.Invalid, "form.date", nil).On(d.field)
		}
	}
	if err := work.Must(a.From == "" || a.Until == "" || a.From <= a.Until, "until", "form.until_before_from", nil); err != nil {
		return err
	}
	id := c.moment.NewID("x")
	c.answer.ID = id
	return c.change("export/"+id, 0, []work.Event{LedgerExported{id, a.Ledger, purpose, a.From, a.Until, a.Kind, a.Grade, a.Cell, a.State, string(c.who.Role)}})
}
