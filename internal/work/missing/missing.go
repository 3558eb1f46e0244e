// Package missing holds the rules of missing persons and wandering elders (走失): taken on at once and never told to wait, who went
// out, the call to everybody on duty around, what was seen where, where was looked, the notice with the family's consent and its
// taking down, found, handed over, looked in on afterwards. It is a matter: its events lie in the matter's stream. No picture from a
// camera and no list of people who wander is kept here.
package missing

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Base is the base kind whose matters these are.
const Base = "missing"

// Moment is everything a rule of missing persons may know besides the matter's own history.
type Moment struct {
	work.Moment
	// Around gives the cells around a cell, itself among them.
	Around func(cell string) []string
	// Ready gives everybody on duty in some cells; where nobody is on duty, everybody who covers them.
	Ready func(cells []string) []string
}

// Missing is a matter with all that looking for somebody adds. It is folded anew for each act.
type Missing struct {
	matter.Matter

	Subject     string // vault subject of the person looked for; "" until described
	Who         string // of Whos
	Age         int
	Name        vault.Text
	Clothes     vault.Text
	Marks       vault.Text
	Family      vault.Text
	FamilyPhone vault.Text
	Photos      []matter.Attachment // of the person: for who works on it alone
	SeenPhotos  []matter.Attachment // that came with sightings
	LastSeen    *Spot
	Outs        []Out
	Called      []Called // each person once for each time they were called
	CalledCells []string
	CallWords   vault.Text // what the last call says
	Sightings   []Sighting
	Areas       []Area
	Cameras     []Camera
	Notice      *Notice
	Found       *Find
	Handed      *HandedTo
	LookedIn    []LookIn
}

// Whos are the groups of people who get lost: the first three are sought as critical.
var Whos = []string{"child", "elder", "ill", "adult"}

// Frail tells whether somebody of the group is in danger by being lost.
func Frail(who string) bool { return who != "" && who != "adult" }

// Spot is a place and a time.
type Spot struct {
	At       time.Time
	Place    string
	Lon, Lat float64
	Words    vault.Text
}

// Fold makes one from its stream.
func Fold(events []journal.Event) (*Missing, error) {
	x := &Missing{}
	return x, work.Replay(events, x.Apply)
}

type applier interface {
	matter.Built
	apply(x *Missing, at work.At)
}

// Apply folds one event of the stream, of the base life or of the kind, in place.
func (x *Missing) Apply(v work.Event, at work.At) error {
	if err := x.Matter.ApplyEvent(v, at); err != nil {
		return fmt.Errorf("apply %s to a missing person: %w", v.EventKind(), err)
	}
	switch e := v.(type) {
	case applier:
		e.apply(x, at)
	case matter.ReopenedFor:
		x.Found, x.Handed, x.LookedIn = nil, nil, nil // gone again
	}
	return nil
}

// looking refuses what only makes sense while the person is looked for.
func (x *Missing) looking() error {
	if err := x.Running(); err != nil {
		return err
	}
	if x.Found != nil {
		return fault.New(fault.Stale, "missing.already_found", nil)
	}
	return nil
}

// WasCalled tells whether somebody was called to look out.
func (x *Missing) WasCalled(person string) bool {
	return slices.ContainsFunc(x.Called, func(c Called) bool { return c.Person == person })
}

// CalledPeople are those who were called, each once.
func (x *Missing) CalledPeople() (list []string) {
	for _, c := range x.Called {
		if !slices.Contains(list, c.Person) {
			list = append(list, c.Person)
		}
	}
	return list
}

// Texts are the personal texts that can be looked at one by one.
func (x *Missing) Texts() []vault.Text {
	list := []vault.Text{x.Name, x.Clothes, x.Marks, x.Family, x.FamilyPhone}
	for _, s := range x.Sightings {
		list = append(list, s.From, s.FromPhone)
	}
	if x.Found != nil {
		list = append(list, x.Found.Place, x.Found.Medical)
	}
	if x.Handed != nil {
		list = append(list, x.Handed.To, x.Handed.Phone)
	}
	return list
}

// text seals words that belong to the whole matter.
func (x *Missing) text(field, words string) vault.Text { return vault.Plain(x.ID, field, words) }

// between refuses a time in the future or, when since is set, before it.
func between(field string, at, since time.Time, mo Moment) (time.Time, error) {
	if at.IsZero() {
		at = mo.HappenedAt
	}
	if err := work.Must(!at.After(mo.Now.Add(time.Minute)), field, "form.future", nil); err != nil {
		return at, err
	}
	if err := work.Must(since.IsZero() || !at.Before(since.Truncate(time.Minute)), field, "missing.before_last_seen", nil); err != nil {
		return at, err
	}
	return at.UTC(), nil
}

// since is before which nothing of the search can have happened.
func (x *Missing) since() time.Time {
	if x.LastSeen != nil {
		return x.LastSeen.At
	}
	return time.Time{}
}

func onMap(lon, lat float64) error {
	return work.Must(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90, "place", "form.position", nil)
}

func people(field string, list []string, mo Moment) ([]string, error) {
	if err := mo.People(field, list, 100); err != nil {
		return nil, err
	}
	return slices.Compact(slices.Sorted(slices.Values(list))), nil
}

// helped notes who took part.
func helped(m *matter.Matter, at work.At, others ...string) {
	m.Help(at.Actor)
	m.Help(others...)
	if at.Actor == m.Handler {
		m.Reach("contacted", at.HappenedAt)
	}
}
