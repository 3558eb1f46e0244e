package matter

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Party (当事人) is a person or body a matter is about; each has a side, a role and a key of its own in the vault.
type Party struct {
	ID    string
	Side  string // "a", "b" or ""
	Role  string
	Name  vault.Text
	Phone vault.Text
	IDNo  vault.Text
	Home  vault.Text
	// Limited is that they asked that what is held about them is no longer used.
	Limited bool
}

// AddParty (登记当事人) adds one.
type AddParty struct {
	On
	Name  string `json:"name" form:"line,required"`
	Side  string `json:"side,omitempty" form:"side"`
	Role  string `json:"role,omitempty" form:"line"`
	Phone string `json:"phone,omitempty" form:"phone"`
	IDNo  string `json:"id_no,omitempty" form:"id"`
	Home  string `json:"home,omitempty" form:"line"`
}

// PartyAdded is a party with everything personal sealed.
type PartyAdded struct {
	Party string     `json:"party"`
	Side  string     `json:"side,omitempty"`
	Role  string     `json:"role,omitempty"`
	Name  vault.Text `json:"name,omitzero"`
	Phone vault.Text `json:"phone,omitzero"`
	IDNo  vault.Text `json:"id_no,omitzero"`
	Home  vault.Text `json:"home,omitzero"`
}

// EventKind implements work.Event.
func (PartyAdded) EventKind() string { return "matter.party_added/1" }

func (e PartyAdded) apply(m *Matter, _ work.At) {
	m.Parties = append(m.Parties, Party{ID: e.Party, Side: e.Side, Role: e.Role, Name: e.Name, Phone: e.Phone, IDNo: e.IDNo, Home: e.Home})
}

// MaxParties is how many parties one matter may have.
const MaxParties = 200

// AddParty decides a new party.
func (m Matter) AddParty(a AddParty, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	if err := work.Must(len(m.Parties) < MaxParties, "name", "matter.too_many_parties", fault.Args{"max": MaxParties}); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains([]string{"", "a", "b"}, a.Side), "side", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	id := mo.NewID("p")
	e := PartyAdded{Party: id, Side: a.Side}
	for _, f := range []struct {
		name, value string
		required    bool
		into        *vault.Text
	}{{"name", a.Name, true, &e.Name}, {"phone", a.Phone, false, &e.Phone}, {"id_no", a.IDNo, false, &e.IDNo}, {"home", a.Home, false, &e.Home}} {
		s, err := work.Line(f.name, f.value, work.MaxShort, f.required)
		if err != nil {
			return nil, err
		}
		*f.into = vault.Plain(id, f.name, s)
	}
	var err error
	if e.Role, err = work.Line("role", a.Role, 40, false); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// Participant (参与人) takes part without being a party: a body or person with a role (village committee, surveyor, interpreter).
type Participant struct {
	Body, Person, Role string
}

// Invite (邀请参与) adds one.
type Invite struct {
	On
	Body   string `json:"body,omitempty" form:"body"`
	Person string `json:"person,omitempty" form:"person"`
	Role   string `json:"role" form:"line,required"`
}

// Invited is a participant.
type Invited struct {
	Body   string `json:"body,omitempty"`
	Person string `json:"person,omitempty"`
	Role   string `json:"role"`
}

// EventKind implements work.Event.
func (Invited) EventKind() string { return "matter.invited/1" }

func (e Invited) apply(m *Matter, _ work.At) {
	m.Participants = append(m.Participants, Participant(e))
	m.help(e.Person)
}

// Invite decides a new participant: a body or a person, not both.
func (m Matter) Invite(a Invite, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	if (a.Body == "") == (a.Person == "") {
		return nil, fault.New(fault.Invalid, "matter.invite_one", nil).On("body")
	}
	if a.Body != "" {
		if err := work.Must(mo.Book.Body(a.Body), "body", "form.unknown_body", nil); err != nil {
			return nil, err
		}
	} else if err := work.Must(mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	role, err := work.Line("role", a.Role, 40, true)
	if err != nil {
		return nil, err
	}
	p := Participant{a.Body, a.Person, role}
	if slices.Contains(m.Participants, p) {
		return nil, fault.New(fault.Stale, "matter.already_invited", nil)
	}
	return []work.Event{Invited(p)}, nil
}

// Rehouse puts a new address in a party's place. For events of kinds built on the base life.
func (m *Matter) Rehouse(party string, home vault.Text) {
	m.Parties = slices.Clone(m.Parties)
	for i := range m.Parties {
		if m.Parties[i].ID == party {
			m.Parties[i].Home = home
		}
	}
}
