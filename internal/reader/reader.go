// Package reader reads what people wrote at the stations of a program, one engine for each: trained from the rows of the station's
// playbook and from what its people confirmed and corrected, with the places of its organisation, and an index of what was said before.
// It follows the journal and keeps everything in memory: the same journal gives the same reader. It only proposes.
package reader

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
)

// Reader reads for all stations of a program. Several programs may run on one database: each has its own, and all are alike.
type Reader struct {
	desk   *desk.Desk
	second *Opinions

	mu       sync.Mutex
	stations map[string]*station
	starters map[*playbook.Book]*starter
}

// New knows nothing yet. second is the second opinion; nil asks nobody.
func New(d *desk.Desk, second *Opinions) *Reader {
	return &Reader{desk: d, second: second, stations: map[string]*station{}, starters: map[*playbook.Book]*starter{}}
}

// starter is what a playbook alone teaches.
type starter struct {
	once   sync.Once
	words  triage.Words
	rows   []triage.Row
	engine *triage.Engine
	err    error
}

// starter trains from the rows of a playbook, once. It takes a fraction of a second, so that whoever needs it first may wait for it.
func (r *Reader) starter(book *playbook.Book) (*starter, error) {
	r.mu.Lock()
	s, ok := r.starters[book]
	if !ok {
		s = &starter{}
		r.starters[book] = s
	}
	r.mu.Unlock()
	s.once.Do(func() {
		if s.words, s.rows, s.err = triage.ReadWords(book.Folders()...); s.err != nil {
			return
		}
		s.engine = triage.Learn(s.rows, s.words)
		s.engine.Read(triage.Message{Text: "早"}) // what is only learned when it is first asked for
	})
	if s.err != nil {
		return nil, fmt.Errorf("word lists of playbook %s: %w", book.Name, s.err)
	}
	return s, nil
}

// station is what is known of one station.
type station struct {
	id     string
	index  *triage.Index
	engine atomic.Pointer[triage.Engine]

	mu      sync.Mutex
	ready   ground         // what engine was made of
	trained *triage.Engine // by this station's own lessons; nil before there are any
	lessons triage.Lessons
	rows    []string // ids of the playbook's rows among the lessons
	due     due
	rings   map[string]time.Time // reports that ring, and when they were said

	recent struct { // what was read last, for pages that show the same again
		sync.Mutex
		by   *triage.Engine
		read map[triage.Message]triage.Reading
	}

	following sync.Mutex // one at a time follows the journal
	ledger
}

// ground is what an engine is put together from besides its lessons.
type ground struct {
	book    *playbook.Book
	starter *starter
	version int    // of the organisation
	places  uint64 // print of its cells and posts
	names   *triage.Gazetteer
	market  triage.Market
}

func (r *Reader) station(id string) *station {
	r.mu.Lock()
	defer r.mu.Unlock()
	st, ok := r.stations[id]
	if !ok {
		st = &station{id: id, index: triage.NewIndex(), rings: map[string]time.Time{}, ledger: newLedger()}
		r.stations[id] = st
	}
	return st
}

// current gives the engine of a station: what was trained last, with the places and words in force. It waits for no training but that of
// the starter.
func (r *Reader) current(ctx context.Context, st *station) (*triage.Engine, error) {
	org, err := r.desk.Org(ctx, st.id)
	if err != nil {
		return nil, err
	}
	book, err := r.desk.Book(ctx, st.id)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if e := st.engine.Load(); e != nil && st.ready.book == book && st.ready.version == org.Version {
		return e, nil
	}
	if err := r.prepare(st, org, book); err != nil {
		return nil, err
	}
	return st.engine.Load(), nil
}

// assemble puts the engine together anew; st.mu is held.
func (st *station) assemble() {
	e := st.trained
	if e == nil {
		e = st.ready.starter.engine
	}
	st.engine.Store(e.At(st.ready.names, st.ready.market))
}

// Read implements desk.Reader: it proposes everything for one message.
func (r *Reader) Read(ctx context.Context, station string, m triage.Message) (triage.Reading, error) {
	st := r.station(station)
	e, err := r.current(ctx, st)
	if err != nil {
		return triage.Reading{}, err
	}
	return st.again(e, m), nil
}

// mostRecent is how many readings are kept at most.
const mostRecent = 500

// again reads a message, or gives what the same engine read of it before. Nobody changes a reading.
func (st *station) again(e *triage.Engine, m triage.Message) triage.Reading {
	m.At = m.At.UTC()
	c := &st.recent
	c.Lock()
	if c.by != e || len(c.read) >= mostRecent {
		c.by, c.read = e, map[triage.Message]triage.Reading{}
	}
	got, ok := c.read[m]
	c.Unlock()
	if ok {
		return got
	}
	got = e.Read(m)
	c.Lock()
	defer c.Unlock()
	if c.by == e {
		c.read[m] = got
	}
	return got
}

// forget lets go of what was read: words that were destroyed are kept nowhere.
func (st *station) forget() {
	st.recent.Lock()
	defer st.recent.Unlock()
	st.recent.read = map[triage.Message]triage.Reading{}
}

// Like lists what may be about the same event as a message: reports, and drafts that wait, by their ids.
func (r *Reader) Like(_ context.Context, station, text string, p triage.Past) []triage.Candidate {
	return r.station(station).index.Find(text, p)
}

// Ringing lists the reports of the last weeks that tell of danger, the latest first, at most so many. Whether they still wait is for
// the board to say.
func (r *Reader) Ringing(station string, most int) []string {
	st := r.station(station)
	st.mu.Lock()
	defer st.mu.Unlock()
	ids := slices.SortedFunc(maps.Keys(st.rings), func(a, b string) int {
		return cmp.Or(st.rings[b].Compare(st.rings[a]), strings.Compare(a, b))
	})
	return ids[:min(most, len(ids))]
}

// ring notes whether a report tells of danger.
func (st *station) ring(id string, at time.Time, rings bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if delete(st.rings, id); rings {
		st.rings[id] = at
	}
}

// Follows finds the message that a follow-up goes on from.
func (r *Reader) Follows(_ context.Context, station, text string, p triage.Past) (triage.Candidate, bool) {
	return r.station(station).index.Follows(text, "", p)
}

// Sender is the key under which a sender is known in the index: the person of the organisation, or a blind of a written name.
func (r *Reader) Sender(ctx context.Context, station, person, name string) string {
	if person != "" {
		return person
	}
	ring, err := r.desk.Keyring(ctx, station)
	if err != nil {
		return ""
	}
	return ring.Blind("sender", name)
}

// Model is the version of the model that reads at a station now.
func (r *Reader) Model(ctx context.Context, station string) (string, error) {
	e, err := r.current(ctx, r.station(station))
	if err != nil {
		return "", err
	}
	return e.Model().Version(), nil
}
