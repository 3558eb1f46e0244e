package doorstep

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Plan (上门服务单) is what is asked for, for whom and on what ground, and that the papers were told.
type Plan struct {
	Service   string
	Kit       string // kind of kit it needs; "" for none
	Officer   bool   // an officer must be there
	InPerson  bool
	Minutes   int
	Card      bool // a card follows
	Remote    int  // days that may be added to the legal time in remote areas
	Age       string
	Applicant string // party; of a child this is the guardian: no name of a child is kept
	Guardian  string // who the guardian is to the child; "" when the applicant is of age
	Agent     string // party; "" for none
	Ground    string
	Why       vault.Text
	OpenFrom  string // "08:00", when somebody is there to open the door
	OpenUntil string
	Papers    []string // told, completely, by the catalogue of that day; nil while nobody told them
	ToldTo    string
	ToldAt    time.Time
	ToldBy    string
}

// Ages are the ages that the law on identity cards tells apart (L12 §5): how long a card is valid, and who applies on their own.
var Ages = []string{"under16", "16_25", "26_45", "46"}

// Guardians are who comes along for somebody who is not of age yet.
var Guardians = []string{"parent", "grandparent", "other"}

// ToldTo are those who may be told which papers are needed.
var ToldTo = []string{"applicant", "agent", "guardian", "family"}

// MaxWhy is how long the reason may be: a tick and a short reason are enough (law-and-standards 8.8).
const MaxWhy = 60

// PlanVisit (填写服务单) says what is asked for. It may be sent again while nothing was done; what is left empty then stays.
type PlanVisit struct {
	matter.On
	Service      string `json:"service,omitempty" form:"service"`
	FromReport   bool   `json:"from_report,omitempty" form:"yesno"`
	Name         string `json:"name,omitempty" form:"line"`
	Phone        string `json:"phone,omitempty" form:"phone"`
	Age          string `json:"age,omitempty" form:"doorage"`
	BornOn       string `json:"born_on,omitempty" form:"date"`
	Guardian     string `json:"guardian,omitempty" form:"doorguardian"`
	Agent        string `json:"agent_name,omitempty" form:"line"`
	AgentPhone   string `json:"agent_phone,omitempty" form:"phone"`
	Mandate      bool   `json:"mandate,omitempty" form:"yesno"`
	Ground       string `json:"home_ground,omitempty" form:"reason:doorstep"`
	Why          string `json:"why,omitempty" form:"line"`
	OpenFrom     string `json:"open_from,omitempty" form:"time"`
	OpenUntil    string `json:"open_until,omitempty" form:"time"`
	PapersTold   bool   `json:"papers_told,omitempty" form:"yesno"`
	PapersToldTo string `json:"told_to,omitempty" form:"doortold"`
}

// Planned is what is asked for. The date of birth is not kept, only the age the law asks about.
type Planned struct {
	Service   string     `json:"service"`
	Kit       string     `json:"kit,omitempty"`
	Officer   bool       `json:"officer,omitempty"`
	InPerson  bool       `json:"in_person,omitempty"`
	Minutes   int        `json:"minutes"`
	Card      bool       `json:"card,omitempty"`
	Remote    int        `json:"remote,omitempty"`
	Age       string     `json:"age,omitempty"`
	Applicant string     `json:"applicant"`
	Guardian  string     `json:"guardian,omitempty"`
	Agent     string     `json:"agent,omitempty"`
	Ground    string     `json:"ground"`
	Why       vault.Text `json:"why,omitzero"`
	OpenFrom  string     `json:"open_from,omitempty"`
	OpenUntil string     `json:"open_until,omitempty"`
	Papers    []string   `json:"papers,omitempty"`
	ToldTo    string     `json:"told_to,omitempty"`
}

// EventKind implements work.Event.
func (Planned) EventKind() string { return "doorstep.planned/1" }

// Tell implements matter.Built.
func (e Planned) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.ToldTo != "" {
		m.Reach("contacted", at.HappenedAt)
	}
}

func (e Planned) apply(d *Doorstep, at work.At) {
	p := Plan{Service: e.Service, Kit: e.Kit, Officer: e.Officer, InPerson: e.InPerson, Minutes: e.Minutes, Card: e.Card, Remote: e.Remote, Age: e.Age,
		Applicant: e.Applicant, Guardian: e.Guardian, Agent: e.Agent, Ground: e.Ground, Why: e.Why, OpenFrom: e.OpenFrom, OpenUntil: e.OpenUntil,
		Papers: e.Papers, ToldTo: e.ToldTo}
	switch {
	case e.ToldTo == "":
	case d.Plan != nil && d.Plan.ToldTo == e.ToldTo && d.Plan.Service == e.Service:
		p.ToldAt, p.ToldBy = d.Plan.ToldAt, d.Plan.ToldBy
	default:
		p.ToldAt, p.ToldBy = at.HappenedAt, at.Actor
	}
	if p.Why.Empty() && d.Plan != nil {
		p.Why = d.Plan.Why
	}
	d.Plan = &p
}

// PlanVisit decides what is asked for. The form of the matter, the report and an earlier plan fill in what is not typed.
func (d *Doorstep) PlanVisit(a PlanVisit, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if !d.ServedAt.IsZero() {
		return nil, fault.New(fault.Stale, "doorstep.served_already", nil)
	}
	asked, err := d.asked(mo)
	if err != nil {
		return nil, err
	}
	d.fillIn(&a, asked)
	s, ok := mo.Service(a.Service)
	if err := work.Must(ok, "service", "doorstep.no_service", nil); err != nil {
		return nil, err
	}
	if err := work.Must(len(s.Grounds) > 0, "service", "doorstep.window_only", fault.Args{"service": s.Name}); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(s.Grounds, a.Ground), "home_ground", "doorstep.no_ground", nil); err != nil {
		return nil, err
	}
	why, err := shortReason(a.Why)
	if err != nil {
		return nil, err
	}
	e := Planned{Service: s.Key, Kit: s.Kit, Officer: s.Officer, InPerson: s.InPerson, Minutes: s.Minutes, Card: FollowsCard(s), Remote: s.Remote,
		Ground: a.Ground, Why: d.text("why", why)}
	if e.Age, e.Guardian, err = ageOf(a, s, mo); err != nil {
		return nil, err
	}
	if e.OpenFrom, e.OpenUntil, err = hours(a.OpenFrom, a.OpenUntil); err != nil {
		return nil, err
	}
	if err := told(a, s, &e); err != nil {
		return nil, err
	}
	events, err := d.people(a, s, &e, mo)
	if err != nil {
		return nil, err
	}
	return append(events, e), nil
}

// FollowsCard tells whether a card is made after the visit: of the items for which the law sets a time to issue one.
func FollowsCard(s playbook.Service) bool {
	return s.Limit > 0 && (s.Group == "id_card" || s.Group == "residence")
}

// asked is what was ticked by whoever asked; empty when nobody did.
func (d *Doorstep) asked(mo Moment) (Asked, error) {
	for _, r := range d.Reports {
		x, err := mo.Asked(r)
		if err != nil {
			return Asked{}, err
		}
		if x != nil {
			return *x, nil
		}
	}
	return Asked{}, nil
}

// fillIn takes from what is known what was not typed.
func (d *Doorstep) fillIn(a *PlanVisit, asked Asked) {
	or := func(to *string, from string) {
		if strings.TrimSpace(*to) == "" {
			*to = from
		}
	}
	or(&a.Service, d.Extra["service_item"])
	or(&a.Ground, d.Extra["why_home"])
	p := d.Plan
	if p == nil {
		or(&a.Service, asked.Service)
		or(&a.Ground, asked.Ground)
		or(&a.OpenFrom, asked.OpenFrom)
		or(&a.OpenUntil, asked.OpenUntil)
		return
	}
	or(&a.Service, p.Service)
	or(&a.Ground, p.Ground)
	if a.BornOn == "" {
		or(&a.Age, p.Age)
	}
	or(&a.Guardian, p.Guardian)
	or(&a.OpenFrom, p.OpenFrom)
	or(&a.OpenUntil, p.OpenUntil)
	if p.ToldTo != "" && p.Service == a.Service {
		a.PapersTold = true
		or(&a.PapersToldTo, p.ToldTo)
	}
}

// medical are words of papers that are not asked for (law-and-standards 8.8).
var medical = []string{"病历", "诊断证明", "诊断书", "住院证明", "化验单", "检查报告"}

// shortReason checks the few words beside the tick: short, and no medical paper copied into them.
func shortReason(words string) (string, error) {
	why, err := work.Line("why", words, MaxWhy, false)
	if err != nil {
		return "", err
	}
	for _, w := range medical {
		if err := work.Must(!strings.Contains(why, w), "why", "doorstep.no_medical", nil); err != nil {
			return "", err
		}
	}
	return why, nil
}

// ageOf is the age the law asks about, from the box ticked or the date of birth, and the guardian who comes along below the age from
// which somebody applies on their own (L12 §7; law-and-standards 8.1). The date itself is not kept.
func ageOf(a PlanVisit, s playbook.Service, mo Moment) (age, guardian string, err error) {
	if age = a.Age; a.BornOn != "" {
		if age, err = ageOn(a.BornOn, mo.HappenedAt); err != nil {
			return "", "", err
		}
	}
	if s.MinAge == 0 {
		return "", "", nil
	}
	if err := work.Must(slices.Contains(Ages, age), "age", "doorstep.age_needed", nil); err != nil {
		return "", "", err
	}
	if age != Ages[0] {
		return age, "", nil
	}
	err = work.Must(slices.Contains(Guardians, a.Guardian), "guardian", "doorstep.no_guardian", fault.Args{"age": s.MinAge})
	return age, a.Guardian, err
}

// ageOn is the age class of somebody born on a day.
func ageOn(born string, now time.Time) (string, error) {
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(born), clock.Shanghai)
	if err := work.Must(err == nil && !day.After(now), "born_on", "form.date", nil); err != nil {
		return "", err
	}
	at := now.In(clock.Shanghai)
	years := at.Year() - day.Year()
	if at.Month() < day.Month() || at.Month() == day.Month() && at.Day() < day.Day() {
		years--
	}
	switch {
	case years < 16:
		return Ages[0], nil
	case years <= 25:
		return Ages[1], nil
	case years <= 45:
		return Ages[2], nil
	}
	return Ages[3], nil
}

// hours checks when somebody is there to open the door.
func hours(from, until string) (string, string, error) {
	if from == "" && until == "" {
		return "", "", nil
	}
	a, errA := time.Parse("15:04", strings.TrimSpace(from))
	b, errB := time.Parse("15:04", strings.TrimSpace(until))
	if err := work.Must(errA == nil, "open_from", "doorstep.clock_time", nil); err != nil {
		return "", "", err
	}
	if err := work.Must(errB == nil, "open_until", "doorstep.clock_time", nil); err != nil {
		return "", "", err
	}
	return a.Format("15:04"), b.Format("15:04"), work.Must(b.After(a), "open_until", "doorstep.hours", nil)
}

// told notes the telling: always the whole list of the catalogue, never a part of it (law-and-standards 8.4).
func told(a PlanVisit, s playbook.Service, e *Planned) error {
	if !a.PapersTold {
		return nil
	}
	if err := work.Must(slices.Contains(ToldTo, a.PapersToldTo), "told_to", "doorstep.told_whom", nil); err != nil {
		return err
	}
	e.ToldTo = a.PapersToldTo
	for _, p := range s.Papers {
		e.Papers = append(e.Papers, p.Name.Zh)
	}
	return nil
}

// people adds who applies, and who applies for them, as parties of the matter.
func (d *Doorstep) people(a PlanVisit, s playbook.Service, e *Planned, mo Moment) ([]work.Event, error) {
	var events []work.Event
	name, phone := strings.TrimSpace(a.Name), a.Phone
	if a.FromReport {
		if err := work.Must(len(d.Reports) > 0, "from_report", "doorstep.no_report", nil); err != nil {
			return nil, err
		}
		n, p, err := mo.Reporter(d.Reports[0])
		if err != nil {
			return nil, err
		}
		if err := work.Must(n != "", "from_report", "doorstep.reporter_unnamed", nil); err != nil {
			return nil, err
		}
		if name == "" {
			name = n
		}
		if phone == "" {
			phone = p
		}
	}
	if name == "" && d.Plan != nil && phone == "" {
		e.Applicant = d.Plan.Applicant
	} else {
		id, added, err := d.party("name", name, phone, mo)
		if err != nil {
			return nil, err
		}
		e.Applicant, events = id, append(events, added)
	}
	switch agent := strings.TrimSpace(a.Agent); {
	case agent == "" && d.Plan != nil && (s.Proxy || d.Plan.Service == s.Key):
		e.Agent = d.Plan.Agent
	case agent != "":
		if err := work.Must(s.Proxy, "agent_name", "doorstep.no_proxy", fault.Args{"service": s.Name}); err != nil {
			return nil, err
		}
		if err := work.Must(a.Mandate, "mandate", "doorstep.no_mandate", nil); err != nil {
			return nil, err
		}
		id, added, err := d.party("agent_name", agent, a.AgentPhone, mo)
		if err != nil {
			return nil, err
		}
		e.Agent, events = id, append(events, added)
	}
	return events, nil
}

// party is somebody met or spoken to: a name and a phone, sealed under a key of their own.
func (d *Doorstep) party(field, name, phone string, mo Moment) (string, matter.PartyAdded, error) {
	if err := work.Must(len(d.Parties) < matter.MaxParties, field, "matter.too_many_parties", fault.Args{"max": matter.MaxParties}); err != nil {
		return "", matter.PartyAdded{}, err
	}
	name, err := work.Line(field, name, 40, true)
	if err != nil {
		return "", matter.PartyAdded{}, err
	}
	if phone, err = work.Line("phone", phone, 40, false); err != nil {
		return "", matter.PartyAdded{}, err
	}
	id := mo.NewID("p")
	return id, matter.PartyAdded{Party: id, Name: vault.Plain(id, "name", name), Phone: vault.Plain(id, "phone", phone)}, nil
}

// number checks the number of a receipt: short, and no number of an identity card.
func number(field, s string, required bool) (string, error) {
	s, err := work.Line(field, s, 40, required)
	if err != nil {
		return "", err
	}
	_, wrong := ident.CheckResidentID(s)
	err = work.Must(s == "" || wrong != nil && !(wrong == ident.ErrCheck && utf8.RuneCountInString(s) == 18), field, "doorstep.receipt_is_id", nil)
	return s, err
}
