package matter

import (
	"slices"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// PartyCorrected is that name or phone of a party were put right at their own request (law-and-standards 15.7).
type PartyCorrected struct {
	Party string     `json:"party"`
	Name  vault.Text `json:"name,omitzero"`
	Phone vault.Text `json:"phone,omitzero"`
}

// EventKind implements work.Event.
func (PartyCorrected) EventKind() string { return "matter.party_corrected/1" }

func (e PartyCorrected) apply(m *Matter, _ work.At) {
	m.eachParty(e.Party, func(p *Party) {
		if !e.Name.Empty() {
			p.Name = e.Name
		}
		if !e.Phone.Empty() {
			p.Phone = e.Phone
		}
	})
}

// CorrectParty puts one of them right.
func (m Matter) CorrectParty(party, field, value string) []work.Event {
	e := PartyCorrected{Party: party}
	switch text := vault.Plain(party, field, value); field {
	case "name":
		e.Name = text
	case "phone":
		e.Phone = text
	}
	return []work.Event{e}
}

// PartyLimited is that a party's data is no longer used, or used again, at their own request (L8 §44).
type PartyLimited struct {
	Party string `json:"party"`
	On    bool   `json:"on"`
}

// EventKind implements work.Event.
func (PartyLimited) EventKind() string { return "matter.party_limited/1" }

func (e PartyLimited) apply(m *Matter, _ work.At) {
	m.eachParty(e.Party, func(p *Party) { p.Limited = e.On })
}

// LimitParty stops the use of a party's data, or lets it go on.
func (m Matter) LimitParty(party string, on bool) []work.Event {
	return []work.Event{PartyLimited{party, on}}
}

// PartyErased is that a party's data was destroyed; the key of it is gone in the same transaction.
type PartyErased struct {
	Party string `json:"party"`
}

// EventKind implements work.Event.
func (PartyErased) EventKind() string { return "matter.party_erased/1" }

func (e PartyErased) apply(m *Matter, _ work.At) {
	m.eachParty(e.Party, func(p *Party) {
		p.Name, p.Phone, p.IDNo, p.Home = vault.Text{}, vault.Text{}, vault.Text{}, vault.Text{}
	})
}

// EraseParty destroys what is personal of a party.
func (m Matter) EraseParty(party string) []work.Event { return []work.Event{PartyErased{party}} }

func (m *Matter) eachParty(id string, do func(*Party)) {
	m.Parties = slices.Clone(m.Parties)
	for i := range m.Parties {
		if m.Parties[i].ID == id {
			do(&m.Parties[i])
		}
	}
}

func init() {
	work.Know[PartyCorrected]()
	work.Know[PartyErased]()
	work.Know[PartyLimited]()
}
