// Package organisation holds who is there: cells and beats, bodies, posts, people with role and duty times, who stands in for whom,
// their accounts, and what the station works by (calendar, playbook). All of it is one stream, "org": it is small and read whole.
package organisation

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Stream is the journal stream of the organisation.
const Stream = "org"

// Org is the organisation as it stands after its events. A value is never changed once handed out.
type Org struct {
	Station  string
	Name     string
	Version  int
	Cells    []grid.Cell // the last version of each
	Past     []grid.Cell // the versions before
	Merged   []Merger
	Bodies   []grid.Body
	Posts    []grid.Post
	Leads    grid.Leads
	People   map[string]*Person
	ByUser   map[string]string // account name → person
	Tokens   map[string]Token  // blind index of a token → what it opens
	Playbook string
	Days     []clock.Day // the station's own calendar table, on top of the built-in one

	order []string // people in the order they came
	index map[grid.CellID]int
	tree  *grid.Tree
}

// Person is somebody of the station or around it. Call is how they are called on every page (李警官): it is public; the full name is
// sealed.
type Person struct {
	ID       string
	Role     grid.Role
	Call     string
	Badge    string
	Name     vault.Text
	Phone    vault.Text
	Cells    []string // cells they cover themselves, besides those of their posts
	Seats    []grid.Sitting
	OnDuty   []grid.Hours
	StandIns []StandIn
	User     string
	Password vault.Text // argon2id, sealed
	Once     bool       // the password was set by somebody else and is to be changed
	Factor   vault.Text // secret of the second factor, sealed
	Closed   bool       // the account may not sign in
	Gone     bool       // left: no new work
}

// StandIn says who takes somebody's work for a time.
type StandIn struct {
	By          string
	From, Until time.Time
}

// Token opens the API as a person.
type Token struct {
	ID, Person, Label string
	MadeAt            time.Time
}

// New gives an organisation without anything.
func New(station string) *Org {
	return &Org{Station: station, Name: station, People: map[string]*Person{}, ByUser: map[string]string{}, Tokens: map[string]Token{},
		index: map[grid.CellID]int{}}
}

type applier interface{ apply(o *Org, at work.At) }

// Follow gives a new Org with more events folded in; the receiver stays as it was.
func (o *Org) Follow(events []journal.Event) (*Org, error) {
	if len(events) == 0 {
		return o, nil
	}
	n := o.clone()
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return nil, err
		}
		if err := n.ApplyEvent(v, work.Where(&events[i])); err != nil {
			return nil, err
		}
	}
	tree, err := grid.NewTree(n.everyCell())
	if err == nil {
		n.tree = tree
	}
	return n, nil
}

// ApplyEvent folds one decoded event into the receiver.
func (o *Org) ApplyEvent(v work.Event, at work.At) error {
	a, ok := v.(applier)
	if !ok {
		return fmt.Errorf("event %s is not of the organisation", v.EventKind())
	}
	a.apply(o, at)
	o.Version = at.Version
	return nil
}

// Draft gives a copy to try out on what acts would do; its tree is that of the receiver.
func (o *Org) Draft() *Org { return o.clone() }

func (o *Org) clone() *Org {
	n := *o
	n.Cells, n.Bodies, n.Posts, n.Leads = slices.Clone(o.Cells), slices.Clone(o.Bodies), slices.Clone(o.Posts), slices.Clone(o.Leads)
	n.order, n.Days = slices.Clone(o.order), slices.Clone(o.Days)
	n.Past, n.Merged = slices.Clone(o.Past), slices.Clone(o.Merged)
	n.People, n.ByUser, n.Tokens, n.index = map[string]*Person{}, map[string]string{}, map[string]Token{}, map[grid.CellID]int{}
	for id, p := range o.People {
		c := *p
		n.People[id] = &c
	}
	for k, v := range o.ByUser {
		n.ByUser[k] = v
	}
	for k, v := range o.Tokens {
		n.Tokens[k] = v
	}
	for k, v := range o.index {
		n.index[k] = v
	}
	return &n
}

// Tree is the tree of cells; nil while there are none.
func (o *Org) Tree() *grid.Tree { return o.tree }

// Cell finds a cell in its last version.
func (o *Org) Cell(id string) (grid.Cell, bool) {
	if i, ok := o.index[grid.CellID(id)]; ok {
		return o.Cells[i], true
	}
	return grid.Cell{}, false
}

// CellName is what a cell is called in a language, its id when it is not known.
func (o *Org) CellName(id, lang string) string {
	c, ok := o.Cell(id)
	if !ok {
		return id
	}
	if lang == "en" && c.Name.En != "" {
		return c.Name.En
	}
	return c.Name.Zh
}

// Body finds a body.
func (o *Org) Body(id string) (grid.Body, bool) {
	for _, b := range o.Bodies {
		if string(b.ID) == id {
			return b, true
		}
	}
	return grid.Body{}, false
}

// Post finds a post.
func (o *Org) Post(id string) (grid.Post, bool) {
	for _, p := range o.Posts {
		if string(p.ID) == id {
			return p, true
		}
	}
	return grid.Post{}, false
}

// Everyone lists all people, in the order they were registered.
func (o *Org) Everyone() []*Person {
	list := make([]*Person, 0, len(o.order))
	for _, id := range o.order {
		list = append(list, o.People[id])
	}
	return list
}

// Call is how a person is called; the id when nobody knows them.
func (o *Org) Call(id string) string {
	if p, ok := o.People[id]; ok {
		return p.Call
	}
	return id
}

// CellsOf are the cells a person covers at a time: their own, those of their posts, and those of whoever they stand in for; with
// every cell below them, and what was merged into them. Sorted.
func (o *Org) CellsOf(person string, at time.Time) []string {
	c := coverage{o, at, map[string]bool{}, map[string]bool{}}
	c.person(person)
	for _, p := range o.People {
		for _, s := range p.StandIns {
			if s.By == person && !at.Before(s.From) && at.Before(s.Until) {
				c.person(p.ID)
			}
		}
	}
	list := make([]string, 0, len(c.seen))
	for c := range c.seen {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}

// coverage gathers the cells somebody covers.
type coverage struct {
	*Org
	at         time.Time
	seen, done map[string]bool
}

func (c coverage) person(id string) {
	p, ok := c.People[id]
	if !ok {
		return
	}
	for _, cell := range p.Cells {
		c.cell(cell)
	}
	day := grid.DayOf(c.at)
	for _, s := range p.Seats {
		if post, ok := c.Post(string(s.Post)); ok && s.Covers(day) && post.Covers(day) {
			for _, cell := range post.Cells {
				c.cell(string(cell))
			}
		}
	}
}

// cell adds a cell with all below it. A cell that was merged goes on as the new one, and whoever has the new one has what was written
// under the old ones.
func (c coverage) cell(id string) {
	if c.done[id] {
		return
	}
	c.done[id], c.seen[id] = true, true
	if c.tree != nil {
		for _, d := range c.tree.Descendants(grid.CellID(id), c.at) {
			c.seen[string(d.ID)] = true
		}
	}
	day := grid.DayOf(c.at)
	for more := true; more && len(c.Merged) > 0; {
		more = false
		for _, m := range c.Merged {
			if m.From > day {
				continue
			}
			if c.seen[m.Into] && !c.seen[m.Cell] {
				c.seen[m.Cell], more = true, true
			}
			if m.Cell == id && !c.done[m.Into] {
				c.cell(m.Into)
			}
		}
	}
}

// GridPeople gives everyone in the form the staffing rules ask for.
func (o *Org) GridPeople() []grid.Person {
	var list []grid.Person
	for _, p := range o.Everyone() {
		if !p.Gone {
			list = append(list, grid.Person{ID: grid.PersonID(p.ID), Role: p.Role, Seats: p.Seats, OnDuty: p.OnDuty})
		}
	}
	return list
}
