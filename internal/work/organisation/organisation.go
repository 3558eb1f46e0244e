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
	Cells    []grid.Cell
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
	tree, err := grid.NewTree(n.Cells)
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

func (o *Org) clone() *Org {
	n := *o
	n.Cells, n.Bodies, n.Posts, n.Leads = slices.Clone(o.Cells), slices.Clone(o.Bodies), slices.Clone(o.Posts), slices.Clone(o.Leads)
	n.order, n.Days = slices.Clone(o.order), slices.Clone(o.Days)
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

// Cell finds a cell.
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
// every cell below them. Sorted.
func (o *Org) CellsOf(person string, at time.Time) []string {
	seen := map[string]bool{}
	o.cover(person, at, seen)
	for _, p := range o.People {
		for _, s := range p.StandIns {
			if s.By == person && !at.Before(s.From) && at.Before(s.Until) {
				o.cover(p.ID, at, seen)
			}
		}
	}
	list := make([]string, 0, len(seen))
	for c := range seen {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}

func (o *Org) cover(person string, at time.Time, seen map[string]bool) {
	p, ok := o.People[person]
	if !ok {
		return
	}
	add := func(c string) {
		seen[c] = true
		if o.tree != nil {
			for _, d := range o.tree.Descendants(grid.CellID(c), at) {
				seen[string(d.ID)] = true
			}
		}
	}
	for _, c := range p.Cells {
		add(c)
	}
	for _, s := range p.Seats {
		if post, ok := o.Post(string(s.Post)); ok && s.Covers(grid.DayOf(at)) && post.Covers(grid.DayOf(at)) {
			for _, c := range post.Cells {
				add(string(c))
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
