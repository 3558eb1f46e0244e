package organisation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

func parseDay(s string) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, s, clock.Shanghai)
}

// SetPerson (登记人员) adds somebody or changes them. Empty name and phone leave what is sealed as it is.
type SetPerson struct {
	ID    string       `json:"id,omitempty" form:"hidden"` // "" registers a new person
	Role  string       `json:"role" form:"role,required"`
	Call  string       `json:"call" form:"line,required"` // how colleagues and residents call them: 李警官
	Badge string       `json:"badge,omitempty" form:"line"`
	Name  string       `json:"name,omitempty" form:"line"`
	Phone string       `json:"phone,omitempty" form:"phone"`
	Cells []string     `json:"cells,omitempty" form:"cells"`
	Seats []SeatAtPost `json:"seats,omitempty"`
	User  string       `json:"user,omitempty" form:"line"`
}

// SeatAtPost is a place at a post, with dates of validity.
type SeatAtPost struct {
	Post  string `json:"post" form:"post"`
	From  string `json:"from,omitempty" form:"date"`
	Until string `json:"until,omitempty" form:"date"`
}

// PersonSet is a person as they now are.
type PersonSet struct {
	ID    string       `json:"id"`
	Role  string       `json:"role"`
	Call  string       `json:"call"`
	Badge string       `json:"badge,omitempty"`
	Name  vault.Text   `json:"name,omitzero"`
	Phone vault.Text   `json:"phone,omitzero"`
	Cells []string     `json:"cells,omitempty"`
	Seats []SeatAtPost `json:"seats,omitempty"`
	User  string       `json:"user,omitempty"`
}

// EventKind implements work.Event.
func (PersonSet) EventKind() string { return "org.person_set/1" }

func (e PersonSet) apply(o *Org, _ work.At) {
	p, ok := o.People[e.ID]
	if !ok {
		p = &Person{ID: e.ID}
		o.People[e.ID] = p
		o.order = append(o.order, e.ID)
	}
	p.Role, p.Call, p.Badge, p.Cells, p.Seats = grid.Role(e.Role), e.Call, e.Badge, e.Cells, nil
	for _, s := range e.Seats {
		p.Seats = append(p.Seats, grid.Sitting{Post: grid.PostID(s.Post), Span: span(s.From, s.Until)})
	}
	if !e.Name.Empty() {
		p.Name = e.Name
	}
	if !e.Phone.Empty() {
		p.Phone = e.Phone
	}
	if e.User != "" && p.User != e.User {
		delete(o.ByUser, p.User)
		p.User = e.User
		o.ByUser[e.User] = e.ID
	}
}

var userName = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,31}$`)

// SetPerson decides a person.
func (o *Org) SetPerson(a SetPerson, mo work.Moment) ([]work.Event, error) {
	e := PersonSet{ID: a.ID, Role: a.Role, Cells: a.Cells, Seats: a.Seats, User: strings.ToLower(strings.TrimSpace(a.User))}
	var err error
	if err := work.Must(grid.Role(a.Role).Known() && grid.Role(a.Role) != grid.Resident, "role", "org.unknown_role", nil); err != nil {
		return nil, err
	}
	if e.Call, err = work.Line("call", a.Call, 20, true); err != nil {
		return nil, err
	}
	if e.Badge, err = work.Line("badge", a.Badge, 20, false); err != nil {
		return nil, err
	}
	name, err := work.Line("name", a.Name, 40, false)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 30, false)
	if err != nil {
		return nil, err
	}
	if a.ID == "" {
		e.ID = mo.NewID("u")
	} else if _, ok := o.People[a.ID]; !ok {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil)
	}
	e.Name, e.Phone = vault.Plain(e.ID, "name", name), vault.Plain(e.ID, "phone", phone)
	for _, c := range a.Cells {
		if _, ok := o.Cell(c); !ok {
			return nil, fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": c}).On("cells")
		}
	}
	for _, s := range a.Seats {
		_, ok := o.Post(s.Post)
		if err := dates(s.From, s.Until); err != nil || !ok {
			return nil, fault.New(fault.Invalid, "org.unknown_post", fault.Args{"post": s.Post}).On("seats")
		}
	}
	if e.User != "" {
		if err := work.Must(userName.MatchString(e.User), "user", "org.user_name", nil); err != nil {
			return nil, err
		}
		if other, ok := o.ByUser[e.User]; ok && other != e.ID {
			return nil, fault.New(fault.Invalid, "org.user_taken", nil).On("user")
		}
	}
	return []work.Event{e}, nil
}

// Leave (离岗) ends somebody's work here: no new work, no sign-in. What they did stays theirs.
type Leave struct {
	Person string `json:"person" form:"person,required"`
}

// Left is that.
type Left struct {
	Person string `json:"person"`
}

// EventKind implements work.Event.
func (Left) EventKind() string { return "org.person_left/1" }

func (e Left) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.Gone, p.Closed = true, true
	}
}

// Leave decides it; nobody ends their own work, so that a station never locks itself out.
func (o *Org) Leave(a Leave, mo work.Moment) ([]work.Event, error) {
	if err := o.known(a.Person); err != nil {
		return nil, err
	}
	if a.Person == mo.Actor {
		return nil, fault.New(fault.Denied, "org.leave_self", nil)
	}
	return []work.Event{Left(a)}, nil
}

func (o *Org) known(person string) error {
	if p, ok := o.People[person]; !ok || p.Gone {
		return fault.New(fault.Missing, "org.person_not_found", nil).On("person")
	}
	return nil
}

// SetDuty (排班) says when somebody is on duty; the newest roster replaces the old one.
type SetDuty struct {
	Person string      `json:"person" form:"person,required"`
	Hours  []DutyHours `json:"hours"`
}

// DutyHours is one stretch of duty.
type DutyHours struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// DutySet is a roster.
type DutySet struct{ SetDuty }

// EventKind implements work.Event.
func (DutySet) EventKind() string { return "org.duty_set/1" }

func (e DutySet) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.OnDuty = nil
		for _, h := range e.Hours {
			p.OnDuty = append(p.OnDuty, grid.Hours{From: h.From, Until: h.Until})
		}
	}
}

// SetDuty decides a roster. Volunteers are not rostered as staff (law-and-standards 13.7).
func (o *Org) SetDuty(a SetDuty, _ work.Moment) ([]work.Event, error) {
	if err := o.known(a.Person); err != nil {
		return nil, err
	}
	if o.People[a.Person].Role == grid.Volunteer {
		return nil, fault.New(fault.Invalid, "org.volunteer_not_rostered", nil).On("person")
	}
	if err := work.AtMost("hours", len(a.Hours), maxRows); err != nil {
		return nil, err
	}
	for _, h := range a.Hours {
		if !h.From.Before(h.Until) {
			return nil, fault.New(fault.Invalid, "org.duty_hours", nil).On("hours")
		}
	}
	return []work.Event{DutySet{a}}, nil
}

// SetStandIn (代班) says who takes somebody's work for a time.
type SetStandIn struct {
	Person string    `json:"person" form:"person,required"`
	By     string    `json:"by" form:"person,required"`
	From   time.Time `json:"from" form:"datetime,required"`
	Until  time.Time `json:"until" form:"datetime,required"`
}

// StandInSet is that.
type StandInSet struct{ SetStandIn }

// EventKind implements work.Event.
func (StandInSet) EventKind() string { return "org.stand_in_set/1" }

func (e StandInSet) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.StandIns = append(slices.Clone(p.StandIns), StandIn{e.By, e.From, e.Until})
	}
}

// SetStandIn decides it: somebody else, of a role that may do as much (an officer's work is not taken by an auxiliary,
// law-and-standards 13.1).
func (o *Org) SetStandIn(a SetStandIn, _ work.Moment) ([]work.Event, error) {
	if err := o.known(a.Person); err != nil {
		return nil, err
	}
	if err := o.known(a.By); err != nil {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil).On("by")
	}
	if a.Person == a.By || !a.From.Before(a.Until) {
		return nil, fault.New(fault.Invalid, "org.stand_in", nil).On("by")
	}
	if !o.People[a.Person].Role.MayStandIn(o.People[a.By].Role) {
		return nil, fault.New(fault.Invalid, "org.stand_in_role", nil).On("by")
	}
	return []work.Event{StandInSet{a}}, nil
}

// PasswordSet keeps the argon2id hash of a password, sealed. The desk makes it: rules see no password.
type PasswordSet struct {
	Person string     `json:"person"`
	Hash   vault.Text `json:"hash,omitzero"`
	Once   bool       `json:"once,omitempty"` // set by somebody else: to be changed at the first sign-in
}

// EventKind implements work.Event.
func (PasswordSet) EventKind() string { return "org.password_set/1" }

func (e PasswordSet) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.Password, p.Once, p.Closed = e.Hash, e.Once, p.Gone
	}
}

// FactorSet keeps the secret of the second factor, sealed; an empty secret takes it away.
type FactorSet struct {
	Person string     `json:"person"`
	Secret vault.Text `json:"secret,omitzero"`
}

// EventKind implements work.Event.
func (FactorSet) EventKind() string { return "org.factor_set/1" }

func (e FactorSet) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.Factor = e.Secret
	}
}

// CloseAccount (停用账号) ends somebody's sign-in without ending their work.
type CloseAccount struct {
	Person string `json:"person" form:"person,required"`
}

// AccountClosed is that.
type AccountClosed struct {
	Person string `json:"person"`
}

// EventKind implements work.Event.
func (AccountClosed) EventKind() string { return "org.account_closed/1" }

func (e AccountClosed) apply(o *Org, _ work.At) {
	if p := o.People[e.Person]; p != nil {
		p.Closed = true
	}
}

// CloseAccount decides it.
func (o *Org) CloseAccount(a CloseAccount, mo work.Moment) ([]work.Event, error) {
	if err := o.known(a.Person); err != nil {
		return nil, err
	}
	if a.Person == mo.Actor {
		return nil, fault.New(fault.Denied, "org.leave_self", nil)
	}
	return []work.Event{AccountClosed(a)}, nil
}

// TokenMade opens the API as a person; the token itself is shown once and kept only as a blind index.
type TokenMade struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	Label  string `json:"label,omitempty"`
	Blind  string `json:"blind"`
}

// EventKind implements work.Event.
func (TokenMade) EventKind() string { return "org.token_made/1" }

func (e TokenMade) apply(o *Org, at work.At) {
	o.Tokens[e.Blind] = Token{e.ID, e.Person, e.Label, at.HappenedAt}
}

// RevokeToken (吊销令牌) ends a token.
type RevokeToken struct {
	Token string `json:"token" form:"hidden"`
}

// TokenRevoked is that.
type TokenRevoked struct {
	Token string `json:"token"`
}

// EventKind implements work.Event.
func (TokenRevoked) EventKind() string { return "org.token_revoked/1" }

func (e TokenRevoked) apply(o *Org, _ work.At) {
	for blind, t := range o.Tokens {
		if t.ID == e.Token {
			delete(o.Tokens, blind)
		}
	}
}

// RevokeToken decides it.
func (o *Org) RevokeToken(a RevokeToken, _ work.Moment) ([]work.Event, error) {
	for _, t := range o.Tokens {
		if t.ID == a.Token {
			return []work.Event{TokenRevoked(a)}, nil
		}
	}
	return nil, fault.New(fault.Missing, "org.token_not_found", nil)
}

func init() {
	work.Know[StationSet]()
	work.Know[CellSet]()
	work.Know[BodySet]()
	work.Know[PostSet]()
	work.Know[LeadSet]()
	work.Know[CalendarSet]()
	work.Know[PlaybookAdopted]()
	work.Know[PersonSet]()
	work.Know[Left]()
	work.Know[DutySet]()
	work.Know[StandInSet]()
	work.Know[PasswordSet]()
	work.Know[FactorSet]()
	work.Know[AccountClosed]()
	work.Know[TokenMade]()
	work.Know[TokenRevoked]()
}
