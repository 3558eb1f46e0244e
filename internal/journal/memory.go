package journal

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"maplegrid/internal/fault"
)

// Memory is a journal that is gone when the program ends: for tests of what is built on a journal. Its zero value is empty.
type Memory struct {
	mu       sync.RWMutex
	stations map[string]*memory
}

type memory struct {
	events   []Event
	versions map[string]int
	acts     map[string]memoryAct
	claims   map[[2]string]string
	keys     map[string][]byte
	texts    map[memoryText][]byte
}

type memoryAct struct {
	receipt Receipt
	digest  [32]byte
}

type memoryText struct {
	subject, field string
	version        int
}

func (m *Memory) station(id string) *memory {
	if m.stations[id] == nil {
		return &memory{versions: map[string]int{}, acts: map[string]memoryAct{}, claims: map[[2]string]string{}, keys: map[string][]byte{}, texts: map[memoryText][]byte{}}
	}
	return m.stations[id]
}

// Append implements Store.
func (m *Memory) Append(_ context.Context, b Batch) (Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.station(b.Station)
	if old, ok := s.acts[b.Key]; ok {
		if old.digest != b.Digest {
			return Receipt{}, fault.New(fault.Stale, CodeKeyReused, nil)
		}
		old.receipt.Repeat = true
		return old.receipt, nil
	}
	if err := s.refuse(&b); err != nil {
		return Receipt{}, err
	}
	if m.stations == nil {
		m.stations = map[string]*memory{}
	}
	m.stations[b.Station] = s
	return s.write(&b), nil
}

// refuse gives the reason why a batch cannot be written, before anything of it is.
func (s *memory) refuse(b *Batch) error {
	at, claimed, keyed, sealed := map[string]int{}, map[[2]string]bool{}, map[string]bool{}, map[memoryText]bool{}
	for _, a := range b.Appends {
		if n := s.versions[a.Stream] + at[a.Stream]; n != a.Want {
			return fault.New(fault.Stale, CodeStale, fault.Args{"stream": a.Stream, "want": a.Want, "at": n})
		}
		at[a.Stream] += len(a.Drafts)
	}
	for _, c := range b.Claims {
		key := [2]string{c.Space, c.Value}
		if holder, ok := s.claims[key]; ok || claimed[key] {
			return fault.New(fault.Stale, CodeClaimed, fault.Args{"space": c.Space, "holder": holder})
		}
		claimed[key] = true
	}
	for _, k := range b.Keys {
		if _, ok := s.keys[k.Subject]; ok || keyed[k.Subject] {
			return fault.New(fault.Stale, CodeStale, fault.Args{"subject": k.Subject})
		}
		keyed[k.Subject] = true
	}
	for _, x := range b.Sealed {
		key := memoryText{x.Subject, x.Field, x.Version}
		if _, ok := s.texts[key]; ok || sealed[key] {
			return fmt.Errorf("%w: a text is sealed twice under %v", fault.New(fault.Unavailable, "store.unavailable", nil), key)
		}
		sealed[key] = true
	}
	return nil
}

func (s *memory) write(b *Batch) Receipt {
	var link Hash
	if n := len(s.events); n > 0 {
		link = s.events[n-1].Hash
	}
	r := Receipt{First: Seq(len(s.events) + 1), Answer: b.Answer}
	for _, a := range b.Appends {
		for _, d := range a.Drafts {
			s.versions[a.Stream]++
			e := Event{Station: b.Station, Seq: Seq(len(s.events) + 1), Stream: a.Stream, Version: s.versions[a.Stream], Kind: d.Kind,
				HappenedAt: d.HappenedAt.UTC().Truncate(time.Microsecond), RecordedAt: b.RecordedAt.UTC().Truncate(time.Microsecond),
				Actor: b.Actor, OnBehalfOf: b.OnBehalfOf, Act: b.Key, Data: bytes.Clone(d.Data), Seals: slices.Clone(d.Seals)}
			e.Hash = e.Link(link)
			link = e.Hash
			s.events = append(s.events, e)
		}
	}
	for _, c := range b.Claims {
		s.claims[[2]string{c.Space, c.Value}] = c.Holder
	}
	for _, k := range b.Keys {
		s.keys[k.Subject] = k.Bytes
	}
	for _, x := range b.Sealed {
		s.texts[memoryText{x.Subject, x.Field, x.Version}] = x.Bytes
	}
	for _, subject := range b.Erase {
		delete(s.keys, subject)
		for key := range s.texts {
			if key.subject == subject {
				delete(s.texts, key)
			}
		}
	}
	r.Last = Seq(len(s.events))
	s.acts[b.Key] = memoryAct{r, b.Digest}
	return r
}

// Read implements Store.
func (m *Memory) Read(_ context.Context, station string, after Seq, limit int) ([]Event, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := m.station(station).events
	list = list[min(max(0, int(after)), len(list)):]
	return slices.Clone(list[:min(limit, len(list))]), nil
}

// Stream implements Store.
func (m *Memory) Stream(_ context.Context, station, stream string, after int) ([]Event, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var list []Event
	for _, e := range m.station(station).events {
		if e.Stream == stream && e.Version > after {
			list = append(list, e)
		}
	}
	return list, nil
}

// Head implements Store.
func (m *Memory) Head(_ context.Context, station string) (Seq, Hash, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := m.station(station).events
	if len(list) == 0 {
		return 0, Hash{}, nil
	}
	return Seq(len(list)), list[len(list)-1].Hash, nil
}

// Recall implements Store.
func (m *Memory) Recall(_ context.Context, station, key string) (Receipt, [32]byte, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	a, ok := m.station(station).acts[key]
	a.receipt.Repeat = ok
	return a.receipt, a.digest, ok, nil
}

// Holder implements Store.
func (m *Memory) Holder(_ context.Context, station, space, value string) (string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.station(station).claims[[2]string{space, value}], nil
}

// Open implements Store.
func (m *Memory) Open(_ context.Context, station, subject, field string, version int) (sealed, wrapped []byte, ok bool, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	s := m.station(station)
	if sealed, ok = s.texts[memoryText{subject, field, version}]; ok {
		wrapped, ok = s.keys[subject]
	}
	if !ok {
		return nil, nil, false, nil
	}
	return sealed, wrapped, true, nil
}

// Key implements Store.
func (m *Memory) Key(_ context.Context, station, subject string) ([]byte, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	wrapped, ok := m.station(station).keys[subject]
	return wrapped, ok, nil
}

// Stations implements Store.
func (m *Memory) Stations(context.Context) ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var list []string
	for id := range m.stations {
		list = append(list, id)
	}
	slices.Sort(list)
	return list, nil
}

var _ Store = (*Memory)(nil)
