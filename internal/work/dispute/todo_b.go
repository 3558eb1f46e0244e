package dispute

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// gateNow and attendedNow stand for gate and attended until those are there.
func (d *Dispute) gateNow() error {
	if d.Safety.Flagged {
		return fault.New(fault.Stale, "dispute.flagged", nil)
	}
	if !d.Clear() {
		return fault.New(fault.Stale, "dispute.gate_first", nil)
	}
	return nil
}

func (d *Dispute) attendedNow(present, stood []string) error {
	for _, id := range present {
		s := d.side(id)
		guarded := !s.Minor || s.OwnWages
		for _, c := range stood {
			comp, _ := d.companion(c)
			guarded = guarded || comp.Party == id && comp.As == "guardian"
		}
		if err := work.Must(guarded, "stood", "dispute.guardian_missing", nil); err != nil {
			return err
		}
	}
	return nil
}

// SettleOnSpot is to come.
func (d *Dispute) SettleOnSpot(a SettleOnSpot, mo Moment) ([]work.Event, error) { panic("to come") }

// SaveSheet is to come.
func (d *Dispute) SaveSheet(a SaveSheet, mo Moment) ([]work.Event, error) { panic("to come") }

// SignSheet is to come.
func (d *Dispute) SignSheet(a SignSheet, mo Moment) ([]work.Event, error) { panic("to come") }

// ApplyConfirmation is to come.
func (d *Dispute) ApplyConfirmation(a ApplyConfirmation, mo Moment) ([]work.Event, error) {
	panic("to come")
}

// RecordConfirmation is to come.
func (d *Dispute) RecordConfirmation(a RecordConfirmation, mo Moment) ([]work.Event, error) {
	panic("to come")
}

// FileCase is to come.
func (d *Dispute) FileCase(a FileCase, mo Moment) ([]work.Event, error) { panic("to come") }

// DecideCase is to come.
func (d *Dispute) DecideCase(a DecideCase, mo Moment) ([]work.Event, error) { panic("to come") }

// AskSettlement is to come.
func (d *Dispute) AskSettlement(a AskSettlement, mo Moment) ([]work.Event, error) { panic("to come") }

// DecideSettlement is to come.
func (d *Dispute) DecideSettlement(a DecideSettlement, mo Moment) ([]work.Event, error) {
	panic("to come")
}

// PlanConference is to come.
func (c Conference) Plan(a PlanConference, mo work.Moment) ([]work.Event, error) { panic("to come") }

// Decide is to come: the decision, and the task it sets on the matter (m).
func (c Conference) Decide(a Decide, m *Dispute, mo work.Moment) (mine, theirs []work.Event, err error) {
	panic("to come")
}

// Close is to come.
func (c Conference) Close(a CloseConference, mo work.Moment) ([]work.Event, error) { panic("to come") }
