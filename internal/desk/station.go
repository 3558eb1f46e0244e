package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/organisation"
)

// station is what the desk remembers of one station between acts.
type station struct {
	keyring *vault.Keyring
	mu      sync.RWMutex
	org     *organisation.Org
	book    *playbook.Book
	cal     *clock.Calendar
	stale   bool
	keys    map[string]vault.SubjectKey
	drawn   map[string]int // the last number known to be drawn, by pattern
}

// Neighbour is another station of the same instance.
type Neighbour struct{ ID, Name string }

// Neighbours lists the other stations of the instance that are set up. Their names are all that a station knows of them.
func (d *Desk) Neighbours(ctx context.Context, station string) ([]Neighbour, error) {
	ids, err := d.Journal.Stations(ctx)
	if err != nil {
		return nil, err
	}
	var list []Neighbour
	for _, id := range ids {
		if id == station {
			continue
		}
		org, err := d.Org(ctx, id)
		if err != nil {
			return nil, err
		}
		if org.Version > 0 {
			list = append(list, Neighbour{id, org.Name})
		}
	}
	return list, nil
}

// neighbourOf makes the question whether a station is another one of the instance; what cannot be found out is none.
func (d *Desk) neighbourOf(ctx context.Context, station string) func(string) bool {
	return func(id string) bool {
		list, err := d.Neighbours(ctx, station)
		return err == nil && slices.ContainsFunc(list, func(n Neighbour) bool { return n.ID == id })
	}
}

// station gives what is known of a station, its organisation up to date with what this process wrote.
func (d *Desk) station(ctx context.Context, id string) (*station, error) {
	if id == "" {
		return nil, fault.New(fault.Missing, "station.not_found", nil)
	}
	d.mu.Lock()
	st, ok := d.stations[id]
	if !ok {
		keyring, err := vault.NewKeyring(id, d.Master)
		if err != nil {
			d.mu.Unlock()
			return nil, err
		}
		st = &station{keyring: keyring, org: organisation.New(id), stale: true, keys: map[string]vault.SubjectKey{}}
		if d.stations == nil {
			d.stations = map[string]*station{}
		}
		d.stations[id] = st
	}
	d.mu.Unlock()
	st.mu.RLock()
	stale := st.stale
	st.mu.RUnlock()
	if !stale {
		return st, nil
	}
	return st, d.catchUp(ctx, st)
}

func (d *Desk) catchUp(ctx context.Context, st *station) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	events, err := d.Journal.Stream(ctx, st.org.Station, organisation.Stream, st.org.Version)
	if err != nil {
		return err
	}
	org, err := st.org.Follow(events)
	if err != nil {
		return err
	}
	if st.book == nil || org.Playbook != st.org.Playbook {
		name := org.Playbook
		if name == "" {
			name = "base"
		}
		if st.book, err = d.Books(name); err != nil {
			return fmt.Errorf("load playbook %s: %w", name, err)
		}
	}
	st.org, st.cal, st.stale = org, clock.China().With(org.Days), false
	return nil
}

// Refresh looks for changes of the organisation that another process wrote; called every second by the server.
func (d *Desk) Refresh(ctx context.Context) error {
	d.mu.Lock()
	list := make([]*station, 0, len(d.stations))
	for _, st := range d.stations {
		list = append(list, st)
	}
	d.mu.Unlock()
	var errs []error
	for _, st := range list {
		errs = append(errs, d.catchUp(ctx, st))
	}
	return errors.Join(errs...)
}

// Org gives a station's organisation as it stands.
func (d *Desk) Org(ctx context.Context, id string) (*organisation.Org, error) {
	st, err := d.station(ctx, id)
	if err != nil {
		return nil, err
	}
	st.mu.RLock()
	defer st.mu.RUnlock()
	return st.org, nil
}

// Book gives the playbook in force at a station now.
func (d *Desk) Book(ctx context.Context, id string) (*playbook.Book, error) {
	st, err := d.station(ctx, id)
	if err != nil {
		return nil, err
	}
	st.mu.RLock()
	defer st.mu.RUnlock()
	return inForce(st.book, d.Clock.Now()), nil
}

// Calendar gives a station's calendar: the built-in table with the station's own laid over it.
func (d *Desk) Calendar(ctx context.Context, id string) (*clock.Calendar, error) {
	st, err := d.station(ctx, id)
	if err != nil {
		return nil, err
	}
	st.mu.RLock()
	defer st.mu.RUnlock()
	return st.cal, nil
}

// Keyring gives a station's keys, for boards that index what is sealed.
func (d *Desk) Keyring(ctx context.Context, id string) (*vault.Keyring, error) {
	st, err := d.station(ctx, id)
	if err != nil {
		return nil, err
	}
	return st.keyring, nil
}

// Known gives a person of a station as somebody who asks; ok is false when they may not sign in (any more).
func (d *Desk) Known(ctx context.Context, stationID, person string) (access.Who, bool, error) {
	org, err := d.Org(ctx, stationID)
	if err != nil {
		return access.Who{}, false, err
	}
	p, ok := org.People[person]
	if !ok || p.Gone || p.Closed {
		return access.Who{}, false, nil
	}
	now := d.Clock.Now()
	onDuty := len(p.OnDuty) == 0
	for _, h := range p.OnDuty {
		onDuty = onDuty || !now.Before(h.From) && now.Before(h.Until)
	}
	return access.Who{Station: stationID, Person: person, Role: p.Role, Cells: org.CellsOf(person, now), OnDuty: onDuty}, true, nil
}

// Public is somebody without an account, at a station.
func Public(stationID string) access.Who {
	return access.Who{Station: stationID, Person: work.Public, Role: grid.Resident}
}

// Program is the program itself at a station: it sets up, escalates and imports for the owner of the machine. No surface that is
// reached over the network ever passes it on from outside.
func Program(stationID string) access.Who {
	return access.Who{Station: stationID, Role: access.Machine}
}
