package organisation

import (
	"slices"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
)

func span(from, until string) grid.Span {
	return grid.Span{From: grid.Day(from), Until: grid.Day(until)}
}

// dates refuses what is no date, and an end before the beginning.
func dates(from, until string) error {
	for _, d := range []struct{ field, value string }{{"from", from}, {"until", until}} {
		if _, err := grid.ParseDay(d.value); d.value != "" && err != nil {
			return fault.New(fault.Invalid, "form.date", nil).On(d.field)
		}
	}
	return work.Must(until == "" || from <= until, "until", "form.until_before_from", nil)
}

// SetStation (本所) names the station.
type SetStation struct {
	Name string `json:"name" form:"line,required"`
}

// StationSet is its name.
type StationSet struct {
	Name string `json:"name"`
}

// EventKind implements work.Event.
func (StationSet) EventKind() string { return "org.station_set/1" }

func (e StationSet) apply(o *Org, _ work.At) { o.Name = e.Name }

// SetStation decides the station's name.
func (o *Org) SetStation(a SetStation, _ work.Moment) ([]work.Event, error) {
	name, err := work.Line("name", a.Name, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{StationSet{name}}, nil
}

// SetCell (设网格) adds a cell or changes one: cells, beats, zones, villages are all cells of a kind.
type SetCell struct {
	ID         string      `json:"id" form:"line,required"`
	Parent     string      `json:"parent,omitempty" form:"cell"`
	Kind       string      `json:"kind" form:"cellkind,required"`
	Zh         string      `json:"zh" form:"line,required"`
	En         string      `json:"en,omitempty" form:"line"`
	Code       string      `json:"code,omitempty" form:"line"`
	CodeScheme string      `json:"code_scheme,omitempty" form:"line"`
	Nature     string      `json:"nature,omitempty" form:"nature"`
	From       string      `json:"from,omitempty" form:"date"`
	Until      string      `json:"until,omitempty" form:"date"`
	Outline    []grid.Ring `json:"outline,omitempty"`
}

// CellSet is a cell as it now is.
type CellSet struct{ SetCell }

// EventKind implements work.Event.
func (CellSet) EventKind() string { return "org.cell_set/1" }

func (e CellSet) apply(o *Org, _ work.At) {
	c := grid.Cell{ID: grid.CellID(e.ID), Parent: grid.CellID(e.Parent), Kind: grid.Kind(e.Kind), Name: grid.Name{Zh: e.Zh, En: e.En}, Code: e.Code,
		CodeScheme: e.CodeScheme, Outline: e.Outline, Nature: grid.Nature(e.Nature)}
	c.Span = span(e.From, e.Until)
	if i, ok := o.index[c.ID]; ok {
		o.Cells[i] = c
		return
	}
	o.index[c.ID] = len(o.Cells)
	o.Cells = append(o.Cells, c)
}

// SetCell decides a cell: its place in the tree must hold.
func (o *Org) SetCell(a SetCell, _ work.Moment) ([]work.Event, error) {
	a, err := o.checkCell(a)
	if err != nil {
		return nil, err
	}
	if was, ok := o.Cell(a.ID); ok && len(a.Outline) == 0 { // a form has no outline; another one replaces it, none does not
		a.Outline = was.Outline
	}
	e := CellSet{a} // a tree that does not hold would stop growing for everybody
	if err := o.holds(e, "parent"); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// checkCell checks the fields of a cell and that it does not lie below itself.
func (o *Org) checkCell(a SetCell) (SetCell, error) {
	var err error
	for _, f := range []struct {
		name     string
		value    *string
		max      int
		required bool
	}{{"id", &a.ID, 64, true}, {"zh", &a.Zh, work.MaxTitle, true}, {"en", &a.En, work.MaxShort, false}, {"kind", &a.Kind, 64, true},
		{"code", &a.Code, 64, false}, {"code_scheme", &a.CodeScheme, 64, false}, {"nature", &a.Nature, 64, false}} {
		if *f.value, err = work.Line(f.name, *f.value, f.max, f.required); err != nil {
			return a, err
		}
	}
	if err := dates(a.From, a.Until); err != nil {
		return a, err
	}
	if a.Parent == "" {
		return a, nil
	}
	if _, ok := o.Cell(a.Parent); !ok {
		return a, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": a.Parent}).On("parent")
	}
	for up := a.Parent; up != ""; {
		if up == a.ID {
			return a, fault.New(fault.Invalid, "org.cell_cycle", nil).On("parent")
		}
		c, _ := o.Cell(up)
		up = string(c.Parent)
	}
	return a, nil
}

// SetBody (设单位) adds or changes a body: a committee, a justice office, an outside department.
type SetBody struct {
	ID          string `json:"id" form:"line,required"`
	Kind        string `json:"kind,omitempty" form:"line"`
	Zh          string `json:"zh" form:"line,required"`
	En          string `json:"en,omitempty" form:"line"`
	Outside     bool   `json:"outside,omitempty" form:"yesno"`
	MayCall     bool   `json:"may_call,omitempty" form:"yesno"`
	MayTransfer bool   `json:"may_transfer,omitempty" form:"yesno"`
	Phone       string `json:"phone,omitempty" form:"line"` // of the office: public
}

// BodySet is a body as it now is.
type BodySet struct{ SetBody }

// EventKind implements work.Event.
func (BodySet) EventKind() string { return "org.body_set/1" }

func (e BodySet) apply(o *Org, _ work.At) {
	b := grid.Body{ID: grid.BodyID(e.ID), Kind: e.Kind, Name: grid.Name{Zh: e.Zh, En: e.En}, Outside: e.Outside, MayCall: e.MayCall,
		MayTransfer: e.MayTransfer, Phone: e.Phone}
	if i := slices.IndexFunc(o.Bodies, func(x grid.Body) bool { return x.ID == b.ID }); i >= 0 {
		o.Bodies[i] = b
		return
	}
	o.Bodies = append(o.Bodies, b)
}

// SetBody decides a body.
func (o *Org) SetBody(a SetBody, _ work.Moment) ([]work.Event, error) {
	var err error
	if a.ID, err = work.Line("id", a.ID, 64, true); err != nil {
		return nil, err
	}
	if a.Zh, err = work.Line("zh", a.Zh, work.MaxTitle, true); err != nil {
		return nil, err
	}
	if a.En, err = work.Line("en", a.En, work.MaxShort, false); err != nil {
		return nil, err
	}
	if a.Kind, err = work.Line("kind", a.Kind, 64, false); err != nil {
		return nil, err
	}
	if a.Phone, err = work.Line("phone", a.Phone, 30, false); err != nil {
		return nil, err
	}
	return []work.Event{BodySet{a}}, nil
}

// SetPost (设岗) adds or changes a post with its seats: "1 officer + 2 auxiliaries" is seats, not code.
type SetPost struct {
	ID    string     `json:"id" form:"line,required"`
	Kind  string     `json:"kind" form:"line,required"`
	Zh    string     `json:"zh" form:"line,required"`
	En    string     `json:"en,omitempty" form:"line"`
	Cells []string   `json:"cells,omitempty" form:"cells"`
	Seats []PostSeat `json:"seats,omitempty"`
	From  string     `json:"from,omitempty" form:"date"`
	Until string     `json:"until,omitempty" form:"date"`
}

// PostSeat is how many of a role a post wants, and who may stand in.
type PostSeat struct {
	Role     string   `json:"role" form:"role"`
	HowMany  int      `json:"n" form:"number"`
	StandIns []string `json:"stand_ins,omitempty" form:"roles"`
}

// PostSet is a post as it now is.
type PostSet struct{ SetPost }

// EventKind implements work.Event.
func (PostSet) EventKind() string { return "org.post_set/1" }

func (e PostSet) apply(o *Org, _ work.At) {
	p := grid.Post{ID: grid.PostID(e.ID), Kind: grid.PostKind(e.Kind), Name: grid.Name{Zh: e.Zh, En: e.En}}
	p.Span = span(e.From, e.Until)
	for _, c := range e.Cells {
		p.Cells = append(p.Cells, grid.CellID(c))
	}
	for _, s := range e.Seats {
		seat := grid.Seat{Role: grid.Role(s.Role), HowMany: s.HowMany}
		for _, r := range s.StandIns {
			seat.StandIns = append(seat.StandIns, grid.Role(r))
		}
		p.Seats = append(p.Seats, seat)
	}
	if i := slices.IndexFunc(o.Posts, func(x grid.Post) bool { return x.ID == p.ID }); i >= 0 {
		o.Posts[i] = p
		return
	}
	o.Posts = append(o.Posts, p)
}

// SetPost decides a post.
func (o *Org) SetPost(a SetPost, _ work.Moment) ([]work.Event, error) {
	var err error
	if a.ID, err = work.Line("id", a.ID, 64, true); err != nil {
		return nil, err
	}
	if a.Zh, err = work.Line("zh", a.Zh, work.MaxTitle, true); err != nil {
		return nil, err
	}
	if a.Kind, err = work.Line("kind", a.Kind, 64, true); err != nil {
		return nil, err
	}
	if a.En, err = work.Line("en", a.En, work.MaxShort, false); err != nil {
		return nil, err
	}
	if err := dates(a.From, a.Until); err != nil {
		return nil, err
	}
	for _, c := range a.Cells {
		if _, ok := o.Cell(c); !ok {
			return nil, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": c}).On("cells")
		}
	}
	for _, s := range a.Seats {
		unknown := func(r string) bool { return !grid.Role(r).Known() }
		if unknown(s.Role) || slices.ContainsFunc(s.StandIns, unknown) || s.HowMany < 0 || s.HowMany > 1000 {
			return nil, fault.New(fault.Invalid, "org.seat", fault.Args{"role": s.Role}).On("seats")
		}
	}
	return []work.Event{PostSet{a}}, nil
}

// SetLead (党网格带警格) says that a party cell leads a beat for a time; many to many (law-and-standards 10.6).
type SetLead struct {
	PartyCell string `json:"party_cell" form:"cell,required"`
	Beat      string `json:"beat" form:"cell,required"`
	From      string `json:"from,omitempty" form:"date"`
	Until     string `json:"until,omitempty" form:"date"`
}

// LeadSet is that lead.
type LeadSet struct{ SetLead }

// EventKind implements work.Event.
func (LeadSet) EventKind() string { return "org.lead_set/1" }

func (e LeadSet) apply(o *Org, _ work.At) {
	l := grid.Lead{PartyCell: grid.CellID(e.PartyCell), Beat: grid.CellID(e.Beat)}
	l.Span = span(e.From, e.Until)
	if i := slices.IndexFunc(o.Leads, func(x grid.Lead) bool { return x.PartyCell == l.PartyCell && x.Beat == l.Beat }); i >= 0 {
		o.Leads[i] = l
		return
	}
	o.Leads = append(o.Leads, l)
}

// SetLead decides a lead.
func (o *Org) SetLead(a SetLead, _ work.Moment) ([]work.Event, error) {
	for field, c := range map[string]string{"party_cell": a.PartyCell, "beat": a.Beat} {
		if _, ok := o.Cell(c); !ok {
			return nil, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": c}).On(field)
		}
	}
	if err := dates(a.From, a.Until); err != nil {
		return nil, err
	}
	return []work.Event{LeadSet{a}}, nil
}

// SetCalendar (节假日表) lays days off and make-up working days over the built-in table.
type SetCalendar struct {
	Days []CalendarDay `json:"days"`
}

// CalendarDay is one day of the table.
type CalendarDay struct {
	On   string `json:"on" form:"date"`
	Kind string `json:"kind" form:"daykind"`
	Name string `json:"name,omitempty" form:"line"`
}

// CalendarSet is the table as it now is.
type CalendarSet struct{ SetCalendar }

// EventKind implements work.Event.
func (CalendarSet) EventKind() string { return "org.calendar_set/1" }

func (e CalendarSet) apply(o *Org, _ work.At) {
	for _, d := range e.Days {
		if on, err := parseDay(d.On); err == nil {
			o.Days = append(o.Days, clock.Day{On: on, Kind: clock.Kind(d.Kind), Name: d.Name})
		}
	}
}

// maxRows is how many rows a table typed into one act may have.
const maxRows = 1000

// SetCalendar decides the table.
func (o *Org) SetCalendar(a SetCalendar, _ work.Moment) ([]work.Event, error) {
	if err := work.AtMost("days", len(a.Days), maxRows); err != nil {
		return nil, err
	}
	a.Days = slices.Clone(a.Days)
	for i, d := range a.Days {
		var err error
		if a.Days[i].Name, err = work.Line("name", d.Name, work.MaxTitle, false); err != nil {
			return nil, err
		}
		if _, err := parseDay(d.On); err != nil || clock.Kind(d.Kind) != clock.Holiday && clock.Kind(d.Kind) != clock.MakeUp {
			return nil, fault.New(fault.Invalid, "org.calendar_day", fault.Args{"day": d.On}).On("days")
		}
	}
	return []work.Event{CalendarSet{a}}, nil
}

// AdoptPlaybook (启用经验包) says by which playbook the station works from now on.
type AdoptPlaybook struct {
	Name string `json:"name" form:"line,required"`
}

// PlaybookAdopted is that.
type PlaybookAdopted struct {
	Name string `json:"name"`
}

// EventKind implements work.Event.
func (PlaybookAdopted) EventKind() string { return "org.playbook_adopted/1" }

func (e PlaybookAdopted) apply(o *Org, _ work.At) { o.Playbook = e.Name }

// AdoptPlaybook decides it; the desk has checked that the playbook loads.
func (o *Org) AdoptPlaybook(a AdoptPlaybook, _ work.Moment) ([]work.Event, error) {
	if a.Name == o.Playbook {
		return nil, fault.New(fault.Stale, "org.playbook_in_force", nil)
	}
	return []work.Event{PlaybookAdopted(a)}, nil
}
