package appointment

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// AppointmentCorrected is that name or phone were put right at the person's own request (law-and-standards 15.7).
type AppointmentCorrected struct {
	ID    string     `json:"id"`
	Name  vault.Text `json:"name,omitzero"`
	Phone vault.Text `json:"phone,omitzero"`
	// The digests of the new phone.
	PhoneKey string `json:"phone_key,omitempty"`
	MissKey  string `json:"miss_key,omitempty"`
}

// EventKind implements work.Event.
func (AppointmentCorrected) EventKind() string { return "appointment.corrected/1" }
func (e AppointmentCorrected) visit() string   { return e.ID }

func (e AppointmentCorrected) correct(v *Visit) {
	if !e.Name.Empty() {
		v.Name = e.Name
	}
	if !e.Phone.Empty() {
		v.Phone, v.PhoneKey, v.MissKey = e.Phone, e.PhoneKey, e.MissKey
	}
}

// Correct puts one of them right; a phone is one that could have been given at the booking.
func (d *Day) Correct(id, field, value string, mo Moment) ([]work.Event, error) {
	v, err := d.Visit(id)
	if err != nil {
		return nil, err
	}
	if !v.ErasedAt.IsZero() {
		return nil, fault.New(fault.Stale, "appointment.erased", nil)
	}
	e := AppointmentCorrected{ID: id}
	if field != "phone" {
		e.Name = vault.Plain(id, "name", value)
		return []work.Event{e}, nil
	}
	phone, err := Phone("right_value", value)
	if err != nil {
		return nil, err
	}
	e.Phone, e.PhoneKey, e.MissKey = vault.Plain(id, "phone", phone), mo.PhoneKey(phone, d.Place), mo.MissKey(phone, d.On[:7])
	return []work.Event{e}, nil
}

// AppointmentLimited is that what is personal of an appointment is no longer used, or used again, at the person's own request (L8 §44): it
// is not reminded of. The appointment itself stands until they call it off.
type AppointmentLimited struct {
	ID string `json:"id"`
	On bool   `json:"on"`
}

// EventKind implements work.Event.
func (AppointmentLimited) EventKind() string { return "appointment.limited/1" }
func (e AppointmentLimited) visit() string   { return e.ID }

// Limit stops the use, or lets it go on.
func (d *Day) Limit(id string, on bool) ([]work.Event, error) {
	if _, err := d.Visit(id); err != nil {
		return nil, err
	}
	return []work.Event{AppointmentLimited{id, on}}, nil
}

// AppointmentErased is that what is personal of an appointment was destroyed: at the person's own request once its day was over, or
// because it had been kept long enough. The key is gone in the same transaction.
type AppointmentErased struct {
	ID string `json:"id"`
}

// EventKind implements work.Event.
func (AppointmentErased) EventKind() string { return "appointment.erased/1" }
func (e AppointmentErased) visit() string   { return e.ID }

func (AppointmentErased) erase(v *Visit, at time.Time) {
	none := vault.Text{}
	v.Name, v.Phone, v.Code, v.Agent, v.Guardian, v.PhoneKey, v.MissKey, v.ErasedAt = none, none, none, none, none, "", "", at
}

// Over tells whether an appointment asks nothing of anybody any more: it was called off, or its day has passed (nobody is served at night).
func (d *Day) Over(v *Visit, today string) bool {
	return v.State == Cancelled || v.State == Done || v.State == Missed || d.On < today
}

// Erase destroys what is personal of one appointment.
func (d *Day) Erase(id string) ([]work.Event, error) {
	v, err := d.Visit(id)
	if err != nil {
		return nil, err
	}
	if !v.ErasedAt.IsZero() {
		return nil, fault.New(fault.Stale, "appointment.erased", nil)
	}
	return []work.Event{AppointmentErased{id}}, nil
}

// Forget destroys what is personal of every appointment of the day, and gives whose keys go. Where one moved to, it is another day's.
func (d *Day) Forget() (events []work.Event, subjects []string) {
	for _, v := range d.Visits {
		if v.State == Moved || !v.ErasedAt.IsZero() {
			continue
		}
		subjects = append(subjects, v.ID)
		if !v.Name.Empty() || v.PhoneKey != "" {
			events = append(events, AppointmentErased{v.ID})
		}
	}
	return events, subjects
}

func init() {
	work.Know[AppointmentCorrected]()
	work.Know[AppointmentErased]()
	work.Know[AppointmentLimited]()
}
