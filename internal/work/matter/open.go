package matter

import (
	"maps"
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Open (立项) makes a matter of its own, without a report: something seen on a round, or a campaign's find.
type Open struct {
	Kind  string            `json:"kind" form:"kind,required"`
	Title string            `json:"title" form:"line,required"`
	Words string            `json:"words,omitempty" form:"words"`
	Cell  string            `json:"cell" form:"cell,required"`
	Place string            `json:"place,omitempty" form:"line"`
	Grade string            `json:"grade,omitempty" form:"grade"`
	Lon   float64           `json:"lon,omitempty" form:"hidden"`
	Lat   float64           `json:"lat,omitempty" form:"hidden"`
	To    string            `json:"to,omitempty" form:"person"`
	Extra map[string]string `json:"extra,omitempty" form:"extra"`
}

// Opened is the first event of a matter.
type Opened struct {
	ID     string                `json:"id"`
	Number string                `json:"number"`
	Kind   string                `json:"kind"`
	Grade  string                `json:"grade"`
	Title  string                `json:"title"`
	Place  string                `json:"place,omitempty"`
	Cell   string                `json:"cell"`
	Lon    float64               `json:"lon,omitempty"`
	Lat    float64               `json:"lat,omitempty"`
	Words  vault.Text            `json:"words,omitzero"`
	Report string                `json:"report,omitempty"`
	Extra  map[string]string     `json:"extra,omitempty"`
	Sealed map[string]vault.Text `json:"sealed,omitempty"`
	Limits []work.Limit          `json:"limits,omitempty"`
}

// EventKind implements work.Event.
func (Opened) EventKind() string { return "matter.opened/1" }

func (e Opened) apply(m *Matter, at work.At) {
	m.ID, m.Number, m.Kind, m.Grade, m.Title, m.Place, m.Cell = e.ID, e.Number, e.Kind, e.Grade, e.Title, e.Place, e.Cell
	m.Lon, m.Lat, m.Words, m.Extra, m.Sealed, m.Limits = e.Lon, e.Lat, e.Words, maps.Clone(e.Extra), e.Sealed, e.Limits
	m.State, m.OpenedAt, m.OpenedBy = Unassigned, at.HappenedAt, at.Actor
	if e.Report != "" {
		m.Reports = append(m.Reports, e.Report)
	}
	m.reach("opened", at.HappenedAt)
}

// Open decides the first event of a new matter, and its assignment when somebody is named at once. The receiver is the zero Matter.
// Report is the report it was opened from, or "".
func (Matter) Open(a Open, report string, mo work.Moment) ([]work.Event, error) {
	grade, ok := mo.Book.Kind(a.Kind)
	if err := work.Must(ok, "kind", "matter.unknown_kind", fault.Args{"kind": a.Kind}); err != nil {
		return nil, err
	}
	if a.Grade != "" {
		if err := work.Must(mo.Book.Grade(a.Grade), "grade", "matter.unknown_grade", fault.Args{"grade": a.Grade}); err != nil {
			return nil, err
		}
		grade = a.Grade
	}
	if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	if err := work.Must(inRange(a.Lon, a.Lat), "place", "form.position", nil); err != nil {
		return nil, err
	}
	title, err := work.Line("title", a.Title, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	extra, secret, err := mo.Book.Extra(a.Kind, a.Extra)
	if err != nil {
		return nil, err
	}
	if a.Grade == "" {
		facts := maps.Clone(extra)
		if facts == nil {
			facts = map[string]string{}
		}
		maps.Copy(facts, secret)
		grade = mo.Book.GradeOf(a.Kind, facts)
	}
	id := mo.NewID("m")
	events := []work.Event{Opened{ID: id, Number: number(id, mo), Kind: a.Kind, Grade: grade, Title: title, Place: place, Cell: a.Cell,
		Lon: a.Lon, Lat: a.Lat, Words: vault.Plain(id, "words", words), Report: report, Extra: extra, Sealed: sealed(id, secret), Limits: mo.Book.Limits(a.Kind, grade)}}
	if a.To != "" {
		if err := work.Must(mo.Book.Person(a.To), "to", "form.unknown_person", nil); err != nil {
			return nil, err
		}
		if err := work.Must(mo.Book.CanHandle(a.To), "to", "matter.cannot_handle", nil); err != nil {
			return nil, err
		}
		events = append(events, Assigned{To: a.To})
	}
	return events, nil
}

func sealed(id string, values map[string]string) map[string]vault.Text {
	if len(values) == 0 {
		return nil
	}
	m := map[string]vault.Text{}
	for k, v := range values {
		m[k] = vault.Plain(id, "x."+k, v)
	}
	return m
}

func inRange(lon, lat float64) bool { return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90 }

// number is the label people say on the phone: the day and five characters of the id. The desk claims it, so it is unique.
func number(id string, mo work.Moment) string {
	tail := id[max(0, len(id)-5):]
	return mo.Now.In(shanghai).Format("060102") + "-" + upper(tail)
}

// Regrade (改级) changes the grade by a person's word, with a reason.
type Regrade struct {
	On
	Grade  string `json:"grade" form:"grade,required"`
	Reason string `json:"reason" form:"words,required"`
}

// Regraded is the new grade with the clocks that now run; clocks already stopped stay as they were.
type Regraded struct {
	Grade  string       `json:"grade"`
	Limits []work.Limit `json:"limits,omitempty"`
	Reason vault.Text   `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (Regraded) EventKind() string { return "matter.regraded/1" }

func (e Regraded) apply(m *Matter, _ work.At) { m.Grade, m.Limits = e.Grade, e.Limits }

// Regrade decides a change of grade.
func (m Matter) Regrade(a Regrade, mo work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Grade(a.Grade), "grade", "matter.unknown_grade", fault.Args{"grade": a.Grade}); err != nil {
		return nil, err
	}
	if a.Grade == m.Grade {
		return nil, fault.New(fault.Invalid, "matter.same_grade", nil).On("grade")
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Regraded{a.Grade, mo.Book.Limits(m.Kind, a.Grade), vault.Plain(m.ID, "reason", reason)}}, nil
}

// Retitle (改题) corrects title, place or cell of a matter while it is open.
type Retitle struct {
	On
	Title string `json:"title" form:"line,required"`
	Place string `json:"place,omitempty" form:"line"`
}

// Retitled is the corrected title and place.
type Retitled struct {
	Title string `json:"title"`
	Place string `json:"place,omitempty"`
}

// EventKind implements work.Event.
func (Retitled) EventKind() string { return "matter.retitled/1" }

func (e Retitled) apply(m *Matter, _ work.At) { m.Title, m.Place = e.Title, e.Place }

// Retitle decides a correction of title and place.
func (m Matter) Retitle(a Retitle, _ work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	title, err := work.Line("title", a.Title, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Retitled{title, place}}, nil
}

// ReportLinked ties one more report to an open matter; its reporter is answered from it too.
type ReportLinked struct {
	Report string `json:"report"`
}

// EventKind implements work.Event.
func (ReportLinked) EventKind() string { return "matter.report_linked/1" }

func (e ReportLinked) apply(m *Matter, _ work.At) {
	if !slices.Contains(m.Reports, e.Report) {
		m.Reports = append(m.Reports, e.Report)
	}
}

// LinkReport decides the tie to a report.
func (m Matter) LinkReport(report string) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	if slices.Contains(m.Reports, report) {
		return nil, fault.New(fault.Stale, "matter.report_already_linked", nil)
	}
	return []work.Event{ReportLinked{report}}, nil
}
