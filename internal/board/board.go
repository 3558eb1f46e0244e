// Package board follows the journal into boards: tables that answer every list, can be deleted at any time and come back row for
// row. A board applies events and moves its position in one transaction.
package board

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/journal"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
)

// Board is one projection.
type Board interface {
	// Name is the board's name, the same as its position's.
	Name() string
	// Version changes when its tables or its way of applying change; the board is then rebuilt at the next start.
	Version() int
	// Tables gives its tables and indexes, for an engine ("sqlite" or "postgres").
	Tables(engine string) (tables []string, create []string)
	// Apply applies events of one station, in order.
	Apply(ctx context.Context, b *Batch) error
}

// Item is one event with its payload read.
type Item struct {
	*journal.Event
	Payload work.Event
}

// Batch is a run of events of one station, and the transaction they are applied in.
type Batch struct {
	Station string
	Items   []Item
	Tx      *store.Session // within a transaction
	Journal journal.Store
	Engine  string
	// Past tells that the journal is being read from the beginning: what a board keeps in memory may grow.
	Past bool
}

// Stream gives a stream's events as far as this run goes: what comes after it is another run's.
func (b *Batch) Stream(ctx context.Context, stream string) ([]journal.Event, error) {
	events, err := b.Journal.Stream(ctx, b.Station, stream, 0)
	if err != nil {
		return nil, err
	}
	last := b.Items[len(b.Items)-1].Seq
	if i := slices.IndexFunc(events, func(e journal.Event) bool { return e.Seq > last }); i >= 0 {
		events = events[:i]
	}
	return events, nil
}

// Follower keeps boards up to the journal.
type Follower struct {
	boards  []Board
	db      store.Boards
	session *store.Session
	begin   string
	journal *store.Journal

	ahead   *ahead
	mu      sync.Mutex // one apply at a time in this process
	reached sync.Mutex
	at      map[string]journal.Seq
	moved   chan struct{} // closed and replaced whenever a position moved
}

const positions = `create table if not exists board_position (
  station text not null,
  board text not null,
  version bigint not null,
  seq bigint not null,
  primary key (station, board)
)`

// New makes the tables of boards that are new or changed; Follow then fills them.
func New(ctx context.Context, e *store.Engine, boards ...Board) (*Follower, error) {
	session, err := store.NewSession(ctx, e.Boards.Write, e.Boards.Engine)
	if err != nil {
		return nil, fmt.Errorf("open the boards' connection: %w", err)
	}
	e.OnClose(session.Close)
	f := &Follower{boards: boards, db: e.Boards, session: session, begin: store.Begin(e.Boards.Engine), journal: e.Journal, at: map[string]journal.Seq{}, moved: make(chan struct{})}
	if _, err := session.ExecContext(ctx, positions); err != nil {
		return nil, fmt.Errorf("make board positions: %w", err)
	}
	for _, b := range boards {
		var version int
		err := session.Scan(ctx, "select version from board_position where station = '' and board = $1", []any{b.Name()}, &version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("read the version of board %s: %w", b.Name(), err)
		}
		if version != b.Version() {
			if err := f.reset(ctx, b); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// reset drops a board's tables and makes them anew, empty, at position 0.
func (f *Follower) reset(ctx context.Context, b Board) error {
	f.session.Forget()
	tables, create := b.Tables(f.db.Engine)
	err := f.within(ctx, func() error {
		for _, t := range tables {
			if _, err := f.session.ExecContext(ctx, "drop table if exists "+t); err != nil {
				return fmt.Errorf("drop %s: %w", t, err)
			}
		}
		for _, ddl := range create {
			if _, err := f.session.ExecContext(ctx, ddl); err != nil {
				return err
			}
		}
		if _, err := f.session.ExecContext(ctx, "delete from board_position where board = $1", b.Name()); err != nil {
			return err
		}
		_, err := f.session.ExecContext(ctx, "insert into board_position (station, board, version, seq) values ('', $1, $2, 0)", b.Name(), b.Version())
		return err
	})
	if err != nil {
		return fmt.Errorf("make board %s: %w", b.Name(), err)
	}
	forget(b)
	return nil
}

// within runs f in a transaction.
func (f *Follower) within(ctx context.Context, do func() error) error {
	if _, err := f.session.ExecContext(ctx, f.begin); err != nil {
		return err
	}
	err := do()
	if err == nil {
		if _, err = f.session.ExecContext(ctx, "commit"); err == nil {
			return nil
		}
	}
	f.session.Rollback(context.WithoutCancel(ctx))
	return err
}

// forget tells a board that what it keeps in memory may be wrong.
func forget(b Board) {
	if r, ok := b.(interface{ Forget() }); ok {
		r.Forget()
	}
}

// Rebuild throws boards away (all when none is named) and reads the whole journal again. It gives the number of events applied.
func (f *Follower) Rebuild(ctx context.Context, names ...string) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.boards {
		if len(names) == 0 || slices.Contains(names, b.Name()) {
			if err := f.reset(ctx, b); err != nil {
				return 0, err
			}
		}
	}
	return f.catchUp(ctx)
}

// Tables are the tables of all boards that are the same on every engine; an engine's own search index is not among them.
func (f *Follower) Tables() []string {
	var list []string
	for _, b := range f.boards {
		tables, _ := b.Tables(f.db.Engine)
		list = append(list, tables...)
	}
	return slices.DeleteFunc(list, func(t string) bool { return strings.HasSuffix(t, "_fts") })
}

// Names are the names of the boards.
func (f *Follower) Names() []string {
	var list []string
	for _, b := range f.boards {
		list = append(list, b.Name())
	}
	return list
}

// CatchUp applies everything the journal has and the boards have not, and gives how many events that were.
func (f *Follower) CatchUp(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.catchUp(ctx)
}

func (f *Follower) catchUp(ctx context.Context) (int, error) {
	stations, err := f.journal.Stations(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range stations {
		for {
			did, err := f.step(ctx, s)
			n += did
			if err != nil {
				return n, fmt.Errorf("boards of %s: %w", s, err)
			}
			if did == 0 {
				break
			}
		}
	}
	return n, nil
}

// run sizes: live, and when reading the past.
const (
	liveRun = 2000
	pastRun = 20000
)

// step applies the next run of events of a station to every board that has not seen them.
func (f *Follower) step(ctx context.Context, station string) (int, error) {
	pos, low, err := f.positions(ctx, station)
	if err != nil {
		return 0, err
	}
	head, _, err := f.journal.Head(ctx, station)
	if err != nil {
		return 0, err
	}
	if low >= head {
		f.reach(station, low)
		return 0, nil
	}
	size := liveRun
	past := head-low > liveRun
	if past {
		size = pastRun
	}
	items, err := f.read(ctx, station, low, size)
	if err != nil {
		return 0, err
	}
	last := items[len(items)-1].Seq
	if past {
		f.ahead = f.readAhead(ctx, station, last, size)
	}
	err = f.within(ctx, func() error {
		for _, b := range f.boards {
			at := pos[b.Name()]
			if at >= last {
				continue
			}
			if err := f.move(ctx, station, b, at, last); err != nil {
				return err
			}
			batch := &Batch{Station: station, Items: items[at-low:], Tx: f.session, Journal: f.journal, Engine: f.db.Engine, Past: past}
			if err := b.Apply(ctx, batch); err != nil {
				return fmt.Errorf("board %s: %w", b.Name(), err)
			}
		}
		return nil
	})
	if err != nil {
		for _, b := range f.boards {
			forget(b)
		}
		if errors.Is(err, errFaster) {
			return 0, nil
		}
		return 0, err
	}
	f.reach(station, last)
	return len(items), nil
}

// ahead is the next run of the past, read and decoded while the one before it is applied.
type ahead struct {
	station string
	after   journal.Seq
	done    chan struct{}
	items   []Item
	err     error
}

func (f *Follower) readAhead(ctx context.Context, station string, after journal.Seq, size int) *ahead {
	a := &ahead{station: station, after: after, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		events, err := f.journal.Read(ctx, station, after, size)
		if a.err = err; err == nil {
			a.items, a.err = decode(events)
		}
	}()
	return a
}

// read gives the events after a seq: those read ahead, when they are the ones and there are any.
func (f *Follower) read(ctx context.Context, station string, after journal.Seq, size int) ([]Item, error) {
	a := f.ahead
	f.ahead = nil
	if a != nil {
		<-a.done
		if a.station == station && a.after == after && a.err == nil && len(a.items) > 0 {
			return a.items, nil
		}
	}
	events, err := f.journal.Read(ctx, station, after, size)
	if err != nil {
		return nil, err
	}
	return decode(events)
}

// errFaster says that another process follows the same journal and moved a board on meanwhile.
var errFaster = errors.New("another process was faster")

// decode reads the payloads, on two goroutines: a rebuild is mostly this.
func decode(events []journal.Event) ([]Item, error) {
	items := make([]Item, len(events))
	half := func(from, to int) error {
		for i := from; i < to; i++ {
			v, err := work.Decode(&events[i])
			if err != nil {
				return err
			}
			items[i] = Item{&events[i], v}
		}
		return nil
	}
	if len(events) < 256 {
		return items, half(0, len(events))
	}
	other := make(chan error, 1)
	go func() { other <- half(len(events)/2, len(events)) }()
	return items, errors.Join(half(0, len(events)/2), <-other)
}

func (f *Follower) positions(ctx context.Context, station string) (map[string]journal.Seq, journal.Seq, error) {
	pos := map[string]journal.Seq{}
	rows, err := f.session.QueryContext(ctx, "select board, seq from board_position where station = $1", station)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var seq journal.Seq
		if err := rows.Scan(&name, &seq); err != nil {
			return nil, 0, err
		}
		pos[name] = seq
	}
	low := journal.Seq(1<<62 - 1)
	for _, b := range f.boards {
		low = min(low, pos[b.Name()])
	}
	return pos, low, rows.Err()
}

// move puts a board's position forward; errFaster when another process did so first.
func (f *Follower) move(ctx context.Context, station string, b Board, from, to journal.Seq) error {
	text := "update board_position set seq = $4, version = $5 where station = $1 and board = $2 and seq = $3"
	if from == 0 {
		text = `insert into board_position (station, board, version, seq) select $1, $2, $5, $4 where $3 = 0
			on conflict (station, board) do nothing`
	}
	r, err := f.session.ExecContext(ctx, text, station, b.Name(), int64(from), int64(to), b.Version())
	if err != nil {
		return fmt.Errorf("move board %s: %w", b.Name(), err)
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errFaster, err)
	}
	return nil
}

func (f *Follower) reach(station string, seq journal.Seq) {
	f.reached.Lock()
	defer f.reached.Unlock()
	if f.at[station] != seq {
		f.at[station] = seq
		close(f.moved)
		f.moved = make(chan struct{})
	}
}

// Reached gives how far the boards of a station have come, and a channel closed when any position moves on.
func (f *Follower) Reached(station string) (journal.Seq, <-chan struct{}) {
	f.reached.Lock()
	defer f.reached.Unlock()
	return f.at[station], f.moved
}

// Wait waits until the boards of a station have reached seq, at most until ctx ends or limit has passed: a page that just wrote
// shows what it wrote.
func (f *Follower) Wait(ctx context.Context, station string, seq journal.Seq, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		at, moved := f.Reached(station)
		if at >= seq {
			return true
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return false
		case <-timer.C:
			return false
		}
	}
}

// breath is how long boards let commits gather when they come thick: the first is followed at once, and under load many are applied
// in one transaction.
const breath = 20 * time.Millisecond

// Run follows until ctx ends: after every commit of this process, and every quarter of a second for those of others.
func (f *Follower) Run(ctx context.Context, failed func(error)) {
	changed, stop := f.journal.Watch()
	defer stop()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
		}
		if _, err := f.CatchUp(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		rest.Reset(breath)
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-tick.C:
		}
	}
}
