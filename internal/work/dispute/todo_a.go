package dispute

import "maplegrid/internal/work"

// ChooseTrack is to come.
func (d *Dispute) ChooseTrack(a ChooseTrack, mo Moment) ([]work.Event, error) { panic("to come") }

// MoveTrack is to come.
func (d *Dispute) MoveTrack(a MoveTrack, mo Moment) ([]work.Event, error) { panic("to come") }

// AnswerMove is to come.
func (d *Dispute) AnswerMove(a AnswerMove, mo Moment) ([]work.Event, error) { panic("to come") }

// ReportBack is to come.
func (d *Dispute) ReportBack(a ReportBack, mo Moment) ([]work.Event, error) { panic("to come") }

// StopMediation is to come.
func (d *Dispute) StopMediation(a StopMediation, mo Moment) ([]work.Event, error) { panic("to come") }

// TellWays is to come.
func (d *Dispute) TellWays(a TellWays, mo Moment) ([]work.Event, error) { panic("to come") }

// AskRecusal is to come.
func (d *Dispute) AskRecusal(a AskRecusal, mo Moment) ([]work.Event, error) { panic("to come") }

// DecideRecusal is to come.
func (d *Dispute) DecideRecusal(a DecideRecusal, mo Moment) ([]work.Event, error) { panic("to come") }

// SetRisk is to come.
func (d *Dispute) SetRisk(a SetRisk, mo Moment) ([]work.Event, error) { panic("to come") }

// Raise is to come.
func (d *Dispute) Raise(a Raise, mo Moment) ([]work.Event, error) { panic("to come") }

// Look is to come.
func (d *Dispute) Look(a Look, mo Moment) ([]work.Event, error) { panic("to come") }

// ReleaseGrowth is to come.
func (d *Dispute) ReleaseGrowth(a ReleaseGrowth, mo Moment) ([]work.Event, error) { panic("to come") }

// CallTeam is to come.
func (d *Dispute) CallTeam(a CallTeam, mo Moment) ([]work.Event, error) { panic("to come") }

// NoteEase is to come.
func (d *Dispute) NoteEase(a NoteEase, mo Moment) ([]work.Event, error) { panic("to come") }

// CheckBack is to come.
func (d *Dispute) CheckBack(a CheckBack, mo Moment) ([]work.Event, error) { panic("to come") }

// Print is to come.
func (d *Dispute) Print(a Print, mo Moment) ([]work.Event, error) { panic("to come") }

// Grow is to come: events of this dispute, and of the matter that grew out of it (the first is matter.Opened).
func (d *Dispute) Grow(a Grow, mo Moment) (mine, theirs []work.Event, err error) { panic("to come") }
