package firm

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Set (登记企业、学校、场所) takes a firm into the list, or puts right what is known of one. A contact person left empty stays who it was.
type Set struct {
	On
	Name         string   `json:"firm_name" form:"line,required"`
	Sort         string   `json:"firm_sort" form:"firmsort,required"`
	Cell         string   `json:"cell" form:"cell,required"`
	Place        string   `json:"firm_place" form:"line,required"`
	Phone        string   `json:"firm_phone,omitempty" form:"line"`
	USCC         string   `json:"uscc,omitempty" form:"line"`
	Contact      string   `json:"contact,omitempty" form:"line"`
	ContactPhone string   `json:"contact_phone,omitempty" form:"phone"`
	Hazards      []string `json:"hazards,omitempty" form:"hazards"`
	Pupils       int      `json:"pupils,omitempty" form:"number"`
	Boarding     bool     `json:"boarding,omitempty" form:"yesno"`
}

// WasSet is what is known of a firm. What is sealed is only there when it was said anew.
type WasSet struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Sort         string     `json:"sort"`
	Cell         string     `json:"cell"`
	Place        string     `json:"place"`
	Phone        string     `json:"phone,omitempty"`
	USCC         string     `json:"uscc,omitempty"`
	Contact      vault.Text `json:"contact,omitzero"`
	ContactPhone vault.Text `json:"contact_phone,omitzero"`
	Hazards      []string   `json:"hazards,omitempty"`
	Pupils       int        `json:"pupils,omitempty"`
	Boarding     bool       `json:"boarding,omitempty"`
	BriefOn      string     `json:"brief_on"`
	VisitOn      string     `json:"visit_on"`
}

// EventKind implements work.Event.
func (WasSet) EventKind() string { return "firm.set/1" }

func (e WasSet) apply(f *Firm, at work.At) {
	f.ID, f.Name, f.Sort, f.Cell, f.Place, f.Phone, f.USCC = e.ID, e.Name, e.Sort, e.Cell, e.Place, e.Phone, e.USCC
	f.Hazards, f.Pupils, f.Boarding, f.BriefOn, f.VisitOn = e.Hazards, e.Pupils, e.Boarding, e.BriefOn, e.VisitOn
	if !e.Contact.Empty() {
		f.Contact = e.Contact
	}
	if !e.ContactPhone.Empty() {
		f.ContactPhone = e.ContactPhone
	}
	f.SetBy, f.SetAt = at.Actor, at.HappenedAt
}

// maxPupils is more than the largest school has.
const maxPupils = 100000

// Set decides what is known of a firm; the zero Firm is a new one.
func (f *Firm) Set(a Set, mo Moment) ([]work.Event, error) {
	if a.Firm != "" {
		if err := f.open(); err != nil {
			return nil, err
		}
	}
	sort, ok := mo.Rules.FirmSort(a.Sort)
	if err := work.Must(ok, "firm_sort", "firm.unknown_sort", nil); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	e := WasSet{ID: f.ID, Sort: a.Sort, Cell: a.Cell, Boarding: a.Boarding, Pupils: a.Pupils}
	if e.ID == "" {
		e.ID = mo.NewID("e")
	}
	if err := e.words(a); err != nil {
		return nil, err
	}
	if err := e.school(a, sort); err != nil {
		return nil, err
	}
	for _, h := range a.Hazards {
		if err := work.Must(slices.Contains(Hazards, h), "hazards", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
	}
	e.Hazards = slices.Compact(slices.Sorted(slices.Values(a.Hazards)))
	from := func(last, registered time.Time) time.Time {
		switch {
		case !last.IsZero():
			return last
		case !registered.IsZero():
			return registered
		}
		return mo.HappenedAt
	}
	e.BriefOn = work.DayWithin(from(f.Briefed, f.SetAt), sort.BriefDays, mo.Calendar)
	e.VisitOn = work.DayWithin(from(f.Visited, f.SetAt), sort.VisitDays, mo.Calendar)
	return []work.Event{e}, nil
}

// words checks what was typed.
func (e *WasSet) words(a Set) (err error) {
	line := func(to *string, field, s string, must bool) {
		if err == nil {
			*to, err = work.Line(field, s, work.MaxShort, must)
		}
	}
	var contact, phone string
	line(&e.Name, "firm_name", a.Name, true)
	line(&e.Place, "firm_place", a.Place, true)
	line(&e.Phone, "firm_phone", a.Phone, false)
	line(&contact, "contact", a.Contact, false)
	line(&phone, "contact_phone", a.ContactPhone, false)
	if err != nil {
		return err
	}
	if code := strings.TrimSpace(a.USCC); code != "" {
		checked, err := ident.CheckUSCC(code)
		if err := work.Must(err == nil, "uscc", "firm.uscc", nil); err != nil {
			return err
		}
		e.USCC = checked
	}
	if contact != "" {
		e.Contact = vault.Plain(e.ID, "contact", contact)
	}
	if phone != "" {
		e.ContactPhone = vault.Plain(e.ID, "contact_phone", phone)
	}
	return nil
}

// school refuses pupils where there are none.
func (e *WasSet) school(a Set, sort playbook.FirmSort) error {
	if err := work.Must(a.Pupils >= 0 && a.Pupils <= maxPupils, "pupils", "firm.pupils", nil); err != nil {
		return err
	}
	return work.Must(sort.School() || a.Pupils == 0 && !a.Boarding, "pupils", "firm.no_school", nil)
}

// AssignOfficer (明确联系民警) says who keeps in touch with a firm: an officer, and somebody who stands in.
type AssignOfficer struct {
	On
	Officer string `json:"enterprise_officer" form:"person,required"`
	Deputy  string `json:"deputy_officer,omitempty" form:"person"`
}

// OfficerAssigned is who keeps in touch from now on.
type OfficerAssigned struct {
	Officer string `json:"officer"`
	Deputy  string `json:"deputy,omitempty"`
}

// EventKind implements work.Event.
func (OfficerAssigned) EventKind() string { return "firm.officer_assigned/1" }

func (e OfficerAssigned) apply(f *Firm, at work.At) {
	f.Officer, f.Deputy, f.Since = e.Officer, e.Deputy, at.HappenedAt
}

// AssignOfficer decides who keeps in touch. The officer has police powers: what a firm is told and checked for is the police's.
func (f *Firm) AssignOfficer(a AssignOfficer, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	if err := mo.People("enterprise_officer", []string{a.Officer}, 50); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Role(a.Officer).HasPolicePowers(), "enterprise_officer", "firm.officer_is_police", nil); err != nil {
		return nil, err
	}
	if a.Deputy != "" {
		if err := mo.People("deputy_officer", []string{a.Deputy}, 50); err != nil {
			return nil, err
		}
		if err := work.Must(a.Deputy != a.Officer, "deputy_officer", "firm.deputy_is_another", nil); err != nil {
			return nil, err
		}
		if err := work.Must(mo.Book.CanHandle(a.Deputy), "deputy_officer", "firm.deputy_handles", nil); err != nil {
			return nil, err
		}
	}
	if a.Officer == f.Officer && a.Deputy == f.Deputy {
		return nil, fault.New(fault.Stale, "firm.same_officer", nil)
	}
	return []work.Event{OfficerAssigned{a.Officer, a.Deputy}}, nil
}

// Retire (注销) takes a firm off the list: closed, moved away, entered twice.
type Retire struct {
	On
	Reason string `json:"reason" form:"words,required"`
}

// Retired is its end.
type Retired struct {
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (Retired) EventKind() string { return "firm.retired/1" }

func (e Retired) apply(f *Firm, at work.At) { f.Retired, f.RetireReason = at.HappenedAt, e.Reason }

// Retire decides that a firm is no longer kept in touch with.
func (f *Firm) Retire(a Retire, _ Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Retired{vault.Plain(f.ID, "retired", reason)}}, nil
}
