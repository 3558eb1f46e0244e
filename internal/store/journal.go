// Package store keeps journal, vault and boards in SQL. What differs between engines is in store/sqlite and store/postgres:
// how a database is opened, and its table definitions. Everything else is the same SQL on both.
package store

import (
	"bytes"
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
)

//go:embed journal.sql
var journalSQL string

var q = Queries(journalSQL)

// groupMax is how many waiting acts one durable transaction takes at most.
const groupMax = 256

// Journal is a journal.Store over SQL. One goroutine writes: it takes all acts that wait, commits them in one durable
// transaction and answers each caller only after the commit.
type Journal struct {
	begin string // "begin immediate" where the engine has it, so that a writer waits at once and not half way
	write *Session
	read  *sql.DB
	reads map[string]*sql.Stmt

	queue  chan *waiting
	done   chan struct{}
	closed sync.Once

	gate    sync.RWMutex // held to read while an act enters the queue, to write while it closes
	stopped bool
	broken  atomic.Pointer[error] // a commit failed in a way that must not be tried again before the database was opened anew

	mu    sync.Mutex
	watch map[chan struct{}]struct{}
}

type waiting struct {
	batch   journal.Batch
	after   []*waiting // without which it is stale; forgotten once it was looked at
	receipt journal.Receipt
	err     error
	ready   chan struct{}
}

type journalRows struct {
	events, acts, claims, keys, texts [][]any
	erase                             []string
}

// NewJournal starts the writer on a connection of its own; reads go to read. Close stops it.
func NewJournal(ctx context.Context, write *sql.DB, read *sql.DB, engine string) (*Journal, error) {
	session, err := NewSession(ctx, write, engine)
	if err != nil {
		return nil, fmt.Errorf("open the journal's connection: %w", err)
	}
	j := &Journal{begin: Begin(engine), write: session, read: read, reads: map[string]*sql.Stmt{},
		queue: make(chan *waiting, 4*groupMax), done: make(chan struct{}), watch: map[chan struct{}]struct{}{}}
	for name, text := range q {
		if j.reads[name], err = read.PrepareContext(ctx, text); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	go j.run()
	return j, nil
}

// Begin is how a writing transaction begins: SQLite must wait for its turn at once and not half way.
func Begin(engine string) string {
	if engine == "sqlite" {
		return "begin immediate"
	}
	return "begin"
}

// Close waits for the acts under way, answers them and stops the writer.
func (j *Journal) Close() error {
	j.closed.Do(func() {
		j.gate.Lock()
		j.stopped = true
		close(j.queue)
		j.gate.Unlock()
	})
	<-j.done
	return j.write.Close()
}

// Append implements journal.Store.
func (j *Journal) Append(_ context.Context, b journal.Batch) (journal.Receipt, error) {
	return j.Queue(b).Wait()
}

// Queue implements journal.Queue.
func (j *Journal) Queue(b journal.Batch, after ...journal.Queued) journal.Queued {
	w := &waiting{batch: b, ready: make(chan struct{})}
	for _, a := range after {
		if before, ok := a.(*waiting); ok && before != nil {
			w.after = append(w.after, before)
		}
	}
	j.gate.RLock()
	defer j.gate.RUnlock()
	if err := j.Broken(); err != nil || j.stopped {
		w.err = unavailable(errors.Join(err, errClosed))
		close(w.ready)
		return w
	}
	j.queue <- w
	return w
}

// Wait implements journal.Queued. The answer is always waited for: leaving early would tell a caller "not done" of something that was.
func (w *waiting) Wait() (journal.Receipt, error) {
	<-w.ready
	return w.receipt, w.err
}

// orphaned tells that something it was decided on was not written. What it waits for stands before it in the line, so that its fate is known.
func (w *waiting) orphaned() bool {
	return slices.ContainsFunc(w.after, func(x *waiting) bool { return x.err != nil || x.receipt.Repeat })
}

var errClosed = errors.New("the journal takes no more acts")

func unavailable(err error) error {
	return fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "store.unavailable", nil), err)
}

func (j *Journal) run() {
	defer close(j.done)
	for first := range j.queue {
		group := []*waiting{first}
	gather:
		for len(group) < groupMax {
			select {
			case w, open := <-j.queue:
				if !open {
					break gather
				}
				group = append(group, w)
			default:
				break gather
			}
		}
		j.commit(group)
		for _, w := range group {
			w.after = nil
			close(w.ready)
		}
		j.tell()
	}
}

// commit writes a group in one transaction. When it fails nobody was acknowledged: each is tried alone, so that one that cannot be
// written does not take the others along, and who fails alone is told.
func (j *Journal) commit(group []*waiting) {
	err := j.attempt(group)
	if err == nil {
		return
	}
	j.write.Rollback(context.Background())
	if len(group) > 1 && j.Broken() == nil {
		for i := range group {
			j.commit(group[i : i+1])
		}
		return
	}
	for _, w := range group {
		w.receipt, w.err = journal.Receipt{}, unavailable(err)
	}
}

// Broken says why the journal refuses to write, nil while it does not. A failed sync is never tried again: what reached the
// disk is unknown until the database has been opened anew.
func (j *Journal) Broken() error {
	if p := j.broken.Load(); p != nil {
		return *p
	}
	return nil
}

func (j *Journal) attempt(group []*waiting) error {
	ctx := context.Background()
	if err := j.exec(ctx, j.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for len(group) > 0 {
		station, n := group[0].batch.Station, 0
		for n < len(group) && group[n].batch.Station == station {
			n++
		}
		if err := j.station(ctx, station, group[:n]); err != nil {
			return fmt.Errorf("append to %s: %w", station, err)
		}
		group = group[n:]
	}
	if err := j.exec(ctx, "commit"); err != nil {
		// A lost connection to a server is no failed sync: the server recovers by itself, and the act's key tells what became of it.
		if j.write.engine == "sqlite" && !diskFull(err) {
			failed := fmt.Errorf("commit: %w", err)
			j.broken.Store(&failed)
		}
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func diskFull(err error) bool {
	s := err.Error()
	return strings.Contains(s, "disk is full") || strings.Contains(s, "database or disk is full") || strings.Contains(s, "53100")
}

// station appends the batches of one station, in the order they came.
func (j *Journal) station(ctx context.Context, station string, group []*waiting) error {
	var head journal.Seq
	var prev []byte
	if err := j.write.Scan(ctx, q["LockHead"], []any{station, make([]byte, 32)}, &head, &prev); err != nil {
		return err
	}
	known, err := j.look(ctx, station, group)
	if err != nil {
		return err
	}
	link, start := journal.Hash(prev), head
	var rows journalRows
	for _, w := range group {
		if w.orphaned() {
			w.receipt, w.err = journal.Receipt{}, fault.New(fault.Stale, journal.CodeStale, nil)
			continue
		}
		w.receipt, w.err = known.admit(&w.batch, head)
		if w.err != nil || w.receipt.Repeat {
			continue
		}
		if link, err = rows.add(&w.batch, head, link); err != nil {
			return err
		}
		head = w.receipt.Last
	}
	if head == start && len(rows.acts) == 0 {
		return nil
	}
	if err := j.insertAll(ctx, rows); err != nil {
		return err
	}
	for _, subject := range rows.erase {
		if err := errors.Join(j.exec(ctx, q["EraseTexts"], station, subject), j.exec(ctx, q["EraseKey"], station, subject)); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return j.exec(ctx, q["MoveHead"], station, int64(head), link[:])
}

func (j *Journal) insertAll(ctx context.Context, r journalRows) error {
	for _, t := range []struct {
		table, columns string
		rows           [][]any
	}{
		{"journal_event", "station, seq, stream, version, kind, happened_at, recorded_at, actor, on_behalf, act, data, seals, hash", r.events},
		{"journal_act", "station, key, digest, first_seq, last_seq, answer", r.acts},
		{"journal_claim", "station, space, value, holder", r.claims},
		{"vault_key", "station, subject, wrapped", r.keys},
		{"vault_text", "station, subject, field, version, sealed", r.texts},
	} {
		if err := Insert(ctx, j.write, t.table, t.columns, "", t.rows); err != nil {
			return err
		}
	}
	return nil
}

// known is what the database holds of the keys, streams and claims that a group is about, kept up while the group is admitted.
type known struct {
	acts     map[string]keptAct
	versions map[string]int
	claims   map[[2]string]string
	keys     map[string]bool
}

type keptAct struct {
	receipt journal.Receipt
	digest  journal.Hash
}

// admit decides whether a batch may be written at head; it changes known as if it were.
func (k *known) admit(b *journal.Batch, head journal.Seq) (journal.Receipt, error) {
	digest := journal.Hash(b.Digest)
	if old, ok := k.acts[b.Key]; ok {
		if old.digest != digest {
			return journal.Receipt{}, fault.New(fault.Stale, journal.CodeKeyReused, nil)
		}
		r := old.receipt
		r.Repeat = true
		return r, nil
	}
	more := make(map[string]int, len(b.Appends))
	for _, a := range b.Appends {
		if at := k.versions[a.Stream] + more[a.Stream]; at != a.Want {
			return journal.Receipt{}, fault.New(fault.Stale, journal.CodeStale, fault.Args{"stream": a.Stream, "want": a.Want, "at": at})
		}
		more[a.Stream] += len(a.Drafts)
	}
	for i, c := range b.Claims {
		twice := slices.ContainsFunc(b.Claims[:i], func(x journal.Claim) bool { return x.Space == c.Space && x.Value == c.Value })
		if holder, ok := k.claims[[2]string{c.Space, c.Value}]; ok || twice {
			return journal.Receipt{}, fault.New(fault.Stale, journal.CodeClaimed, fault.Args{"space": c.Space, "holder": holder})
		}
	}
	for i, w := range b.Keys {
		if k.keys[w.Subject] || slices.ContainsFunc(b.Keys[:i], func(x journal.WrappedKey) bool { return x.Subject == w.Subject }) {
			return journal.Receipt{}, fault.New(fault.Stale, journal.CodeStale, fault.Args{"subject": w.Subject})
		}
	}
	r := journal.Receipt{First: head + 1, Last: head, Answer: b.Answer}
	for _, w := range b.Keys {
		k.keys[w.Subject] = true
	}
	for _, c := range b.Claims {
		k.claims[[2]string{c.Space, c.Value}] = c.Holder
	}
	for _, a := range b.Appends {
		k.versions[a.Stream] += len(a.Drafts)
		r.Last += journal.Seq(len(a.Drafts))
	}
	k.acts[b.Key] = keptAct{r, digest}
	return r, nil
}

// add turns an admitted batch into rows and gives the hash of its last event.
func (r *journalRows) add(b *journal.Batch, head journal.Seq, link journal.Hash) (journal.Hash, error) {
	first := head + 1
	recorded := b.RecordedAt.UTC().Truncate(time.Microsecond)
	for _, a := range b.Appends {
		for i, d := range a.Drafts {
			head++
			e := journal.Event{Station: b.Station, Seq: head, Stream: a.Stream, Version: a.Want + i + 1, Kind: d.Kind,
				HappenedAt: d.HappenedAt, RecordedAt: recorded, Actor: b.Actor, OnBehalfOf: b.OnBehalfOf, Act: b.Key, Data: d.Data, Seals: d.Seals}
			link = e.Link(link)
			seals := []byte("[]")
			if len(d.Seals) > 0 {
				var err error
				if seals, err = json.Marshal(d.Seals); err != nil {
					return link, err
				}
			}
			r.events = append(r.events, []any{b.Station, int64(head), a.Stream, e.Version, d.Kind, d.HappenedAt.UnixMicro(),
				recorded.UnixMicro(), b.Actor, b.OnBehalfOf, b.Key, string(d.Data), string(seals), bytes.Clone(link[:])})
		}
	}
	r.acts = append(r.acts, []any{b.Station, b.Key, b.Digest[:], int64(first), int64(head), string(b.Answer)})
	for _, c := range b.Claims {
		r.claims = append(r.claims, []any{b.Station, c.Space, c.Value, c.Holder})
	}
	for _, k := range b.Keys {
		r.keys = append(r.keys, []any{b.Station, k.Subject, k.Bytes})
	}
	for _, s := range b.Sealed {
		r.texts = append(r.texts, []any{b.Station, s.Subject, s.Field, s.Version, s.Bytes})
	}
	r.erase = append(r.erase, b.Erase...)
	return link, nil
}

// look reads, in three queries, what the database knows of the keys, streams and claims of a group.
func (j *Journal) look(ctx context.Context, station string, group []*waiting) (*known, error) {
	k := &known{acts: map[string]keptAct{}, versions: map[string]int{}, claims: map[[2]string]string{}, keys: map[string]bool{}}
	var keys, streams, subjects []any
	claims := map[string][]any{}
	for _, w := range group {
		keys = append(keys, w.batch.Key)
		for _, a := range w.batch.Appends {
			streams = append(streams, a.Stream)
		}
		for _, w := range w.batch.Keys {
			subjects = append(subjects, w.Subject)
		}
		for _, c := range w.batch.Claims {
			claims[c.Space] = append(claims[c.Space], c.Value)
		}
	}
	err := j.in(ctx, "select key, first_seq, last_seq, answer, digest from journal_act where station = $1 and key in (", ")", []any{station}, keys,
		func(rows *sql.Rows) error {
			var key, answer string
			var digest []byte
			var r journal.Receipt
			if err := rows.Scan(&key, &r.First, &r.Last, &answer, &digest); err != nil {
				return err
			}
			r.Answer = json.RawMessage(answer)
			k.acts[key] = keptAct{r, journal.Hash(digest)}
			return nil
		})
	if err != nil {
		return nil, err
	}
	err = j.in(ctx, "select stream, max(version) from journal_event where station = $1 and stream in (", ") group by stream", []any{station}, streams,
		func(rows *sql.Rows) error {
			var stream string
			var version int
			if err := rows.Scan(&stream, &version); err != nil {
				return err
			}
			k.versions[stream] = version
			return nil
		})
	if err != nil {
		return nil, err
	}
	err = j.in(ctx, "select subject from vault_key where station = $1 and subject in (", ")", []any{station}, subjects,
		func(rows *sql.Rows) error {
			var subject string
			if err := rows.Scan(&subject); err != nil {
				return err
			}
			k.keys[subject] = true
			return nil
		})
	if err != nil {
		return nil, err
	}
	for space, values := range claims {
		err = j.in(ctx, "select value, holder from journal_claim where station = $1 and space = $2 and value in (", ")", []any{station, space}, values,
			func(rows *sql.Rows) error {
				var value, holder string
				if err := rows.Scan(&value, &holder); err != nil {
					return err
				}
				k.claims[[2]string{space, value}] = holder
				return nil
			})
		if err != nil {
			return nil, err
		}
	}
	return k, nil
}

// sizes are how many rows or values one prepared statement takes; a group is cut into the largest that fit.
var sizes = []int{64, 32, 16, 8, 4, 2, 1}

// in runs a query whose last condition is a list, cut into prepared statements of a few sizes.
func (j *Journal) in(ctx context.Context, head, tail string, fixed, values []any, each func(*sql.Rows) error) error {
	for _, size := range sizes {
		for len(values) >= size {
			rows, err := j.write.QueryContext(ctx, j.write.listSQL(head, tail, len(fixed), size), append(append(make([]any, 0, len(fixed)+size), fixed...), values[:size]...)...)
			if err != nil {
				return err
			}
			for rows.Next() {
				if err := each(rows); err != nil {
					rows.Close()
					return err
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			rows.Close()
			values = values[size:]
		}
	}
	return nil
}

var sqlTexts sync.Map // [head+tail, size] → text, so that the same string is found again without building it

func (s *Session) listSQL(head, tail string, fixed, size int) string {
	key := [3]any{s.engine, head, size}
	if text, ok := sqlTexts.Load(key); ok {
		return text.(string)
	}
	var b strings.Builder
	b.WriteString(head)
	for i := range size {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.hole(fixed + i + 1))
	}
	b.WriteString(tail)
	sqlTexts.Store(key, b.String())
	return b.String()
}

func (j *Journal) exec(ctx context.Context, text string, args ...any) error {
	_, err := j.write.ExecContext(ctx, text, args...)
	return err
}

// Watch gives a channel that is signalled (without waiting) after commits of this process, until stop is called.
func (j *Journal) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	j.mu.Lock()
	j.watch[c] = struct{}{}
	j.mu.Unlock()
	return c, func() {
		j.mu.Lock()
		delete(j.watch, c)
		j.mu.Unlock()
	}
}

func (j *Journal) tell() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for c := range j.watch {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
