package desk

import (
	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// ExportPeople (导出人员名册) takes the full names and phones of the station's own people out of the house, with a purpose. It is in
// the journal before the first byte of the file leaves; a masked list needs none of this.
type ExportPeople struct {
	Purpose string `json:"purpose" form:"purpose,required"`
}

// PeopleExported is that the list left the house.
type PeopleExported struct {
	ID      string `json:"id"`
	Purpose string `json:"purpose"`
	Role    string `json:"role"`
	People  int    `json:"people"` // how many were on it
}

// EventKind implements work.Event.
func (PeopleExported) EventKind() string { return "people.exported/1" }

func init() { work.Know[PeopleExported]() }

func exportPeople(c *call) error {
	a := *c.act.(*ExportPeople)
	if err := c.permit(access.Thing{Kind: "people"}); err != nil {
		return err
	}
	purpose, err := purposeOf(a.Purpose)
	if err != nil {
		return err
	}
	id := c.moment.NewID("x")
	c.answer.ID = id
	return c.change("export/"+id, 0, []work.Event{PeopleExported{id, purpose, string(c.who.Role), len(c.org.Everyone())}})
}

// personTexts are the sealed texts of one of the station's own people, and the person as the policy sees them.
func (c *call) personTexts(id string) (access.Thing, []vault.Text, error) {
	p, ok := c.org.People[id]
	if !ok {
		c.things = append(c.things, access.Thing{Kind: "person"})
		return access.Thing{}, nil, fault.New(fault.Missing, "org.person_not_found", nil)
	}
	return access.Thing{Kind: "person", Subject: id}, []vault.Text{p.Name, p.Phone}, nil
}
