package dispute

import "maplegrid/internal/work"

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
