package doorstep

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// The outcomes of home visits that rules ask about (outcomes.csv).
const (
	served        = "served"
	papersMissing = "papers_missing"
	withdrew      = "party_withdrew"
)

// idCard is the clock of issuing an identity card (clocks.csv; L12 §12).
const idCard = "id_card"

// Guard refuses an act of the base life that a home visit does not allow now: an end while a visit is agreed or a complaint is not
// answered, "served" before the service is done and the card in the person's hands, a picture (it could be of a card), more time than
// the law gives. Acts it does not know pass.
func (d *Doorstep) Guard(act any, mo Moment) error {
	switch a := act.(type) {
	case matter.Finish:
		if err := noPictures(a.Photos); err != nil {
			return err
		}
		return d.mayEnd(a.Outcome)
	case matter.Verify:
		if a.Pass {
			return d.mayEnd(d.Outcome)
		}
	case matter.Close:
		if d.complained() {
			return fault.New(fault.Stale, "doorstep.complaint_open", nil)
		}
		return d.mayEnd(d.Outcome)
	case matter.Merge:
		if d.Current() != nil {
			return fault.New(fault.Stale, "doorstep.visit_open", nil)
		}
	case matter.Note:
		return noPictures(a.Photos)
	case matter.Visit:
		return noPictures(a.Photos)
	case matter.Extend:
		return d.mayExtend(a, mo)
	}
	return nil
}

// noPictures refuses pictures: they could show a card or a face taken for one (law-and-standards 8.2).
func noPictures(photos []string) error {
	return work.Must(len(photos) == 0, "photos", "doorstep.no_pictures", nil)
}

func (d *Doorstep) mayEnd(outcome string) error {
	if d.Current() != nil {
		return fault.New(fault.Stale, "doorstep.visit_open", nil).On("outcome")
	}
	switch {
	case outcome == served && d.ServedAt.IsZero():
		return fault.New(fault.Stale, "doorstep.not_served", nil).On("outcome")
	case outcome == served && d.Card && d.Delivered == nil:
		return fault.New(fault.Stale, "doorstep.card_not_delivered", nil).On("outcome")
	case outcome != served && outcome != withdrew && d.Card && d.Delivered == nil:
		return fault.New(fault.Stale, "doorstep.card_waits", nil).On("outcome")
	case outcome == papersMissing && len(d.Missing) == 0:
		return fault.New(fault.Stale, "doorstep.nothing_missing", nil).On("outcome")
	case outcome == withdrew && d.undecided():
		return fault.New(fault.Stale, "doorstep.decide_first", nil).On("outcome")
	}
	return nil
}

// mayExtend keeps to the law's own addition to the time in which a card is issued: in remote areas, once (L12 §12; law-and-standards 8.3).
func (d *Doorstep) mayExtend(a matter.Extend, _ Moment) error {
	if a.Limit != idCard {
		return nil
	}
	most := 0
	if d.Plan != nil {
		most = d.Plan.Remote
	}
	for _, x := range d.Extensions {
		if x.Limit == idCard && x.ApprovedBy != "" {
			return fault.New(fault.Stale, "doorstep.card_extended", nil).On("limit")
		}
	}
	return work.Must(a.Days <= most, "days", "matter.extension_days", fault.Args{"max": most})
}

// After adds nothing to what the base life decides.
func (d *Doorstep) After(_ any, events []work.Event, _ Moment) []work.Event { return events }
