package report

import (
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Corrected is that name or phone of the reporter were put right at their own request (law-and-standards 15.7).
type Corrected struct {
	Name  vault.Text `json:"name,omitzero"`
	Phone vault.Text `json:"phone,omitzero"`
}

// EventKind implements work.Event.
func (Corrected) EventKind() string { return "report.corrected/1" }

func (e Corrected) apply(r *Report, _ work.At) {
	if !e.Name.Empty() {
		r.Name = e.Name
	}
	if !e.Phone.Empty() {
		r.Phone = e.Phone
	}
	r.Anonymous = r.Name.Empty() && r.Phone.Empty()
}

// Correct puts one of them right.
func (r Report) Correct(field, value string) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	e := Corrected{}
	switch text := vault.Plain(r.ID, field, value); field {
	case "name":
		e.Name = text
	case "phone":
		e.Phone = text
	}
	return []work.Event{e}, nil
}

// Limited is that the reporter's data is no longer used, or used again, at their own request (L8 §44): nobody is told by their phone, and
// nobody but the head opens what is masked.
type Limited struct {
	On bool `json:"on"`
}

// EventKind implements work.Event.
func (Limited) EventKind() string { return "report.limited/1" }

func (e Limited) apply(r *Report, _ work.At) { r.Limited = e.On }

// Limit stops the use, or lets it go on.
func (r Report) Limit(on bool) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	return []work.Event{Limited{on}}, nil
}

// Erased is that the reporter's data was destroyed: the key of everything they said is gone in the same transaction. What was decided,
// when and by whom stays.
type Erased struct{}

// EventKind implements work.Event.
func (Erased) EventKind() string { return "report.erased/1" }

func (Erased) apply(r *Report, at work.At) {
	none := vault.Text{}
	r.Words, r.Name, r.Phone, r.Answer, r.RatingWords, r.Anonymous, r.ErasedAt = none, none, none, none, none, true, at.HappenedAt
	r.Place, r.Lon, r.Lat, r.Photos = "", 0, 0, nil
	for i := range r.Additions {
		r.Additions[i].Words = none
	}
}

// Erase decides it.
func (r Report) Erase() ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	return []work.Event{Erased{}}, nil
}

// EndedAt is when nothing of the report went on any more, from which the time runs that it is kept; zero while something does. matters are
// those that were made of it, wherever they went.
func (r Report) EndedAt(matters []matter.Matter) time.Time {
	ended := r.TriagedAt
	switch {
	case r.State == Fresh:
		return time.Time{}
	case r.State == Withdrawn:
		ended = r.WithdrawnAt
	}
	for i := range matters {
		at := matters[i].EndedAt()
		if at.IsZero() {
			return time.Time{}
		}
		if at.After(ended) {
			ended = at
		}
	}
	return ended
}

// Consent (联系同意) says whether the reporter wants to be called and written to about this report. It is taken back as easily as it was
// given (law-and-standards 15.3; L8 §15).
type Consent struct {
	On
	Contact bool `json:"may_contact" form:"yesno"`
}

// ConsentSet is what they said last.
type ConsentSet struct {
	Contact bool `json:"may_contact"`
}

// EventKind implements work.Event.
func (ConsentSet) EventKind() string { return "report.consent_set/1" }

func (e ConsentSet) apply(r *Report, _ work.At) { r.NoContact = !e.Contact }

// Consent decides it.
func (r Report) Consent(a Consent, _ work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	return []work.Event{ConsentSet{a.Contact}}, nil
}

func init() {
	work.Know[Corrected]()
	work.Know[Erased]()
	work.Know[ConsentSet]()
	work.Know[Limited]()
}
