// Package journal is the only thing believed: events, appended once, in one order per station, each linked by hash to the one
// before. This package has the types, the hash and the contract; engines are in store.
package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"
)

// Seq counts the events of one station, 1, 2, 3 … without a gap, in commit order.
type Seq int64

// Hash is the SHA-256 link of an event: over the previous event's hash and everything in this one.
type Hash [32]byte

// Seal says which sealed text an event brought into the vault, and the SHA-256 of its ciphertext, so that the journal stays
// provable after the text itself has been erased.
type Seal struct {
	Subject string `json:"s"`
	Field   string `json:"f"`
	Version int    `json:"v"`
	Digest  []byte `json:"d"`
}

// Event is one fact. HappenedAt is claimed (perhaps by a phone), RecordedAt is ours; both in UTC to the microsecond.
type Event struct {
	Station    string
	Seq        Seq
	Stream     string // "matter/m_01…": what it is about
	Version    int    // 1, 2, 3 … within the stream
	Kind       string // "matter.assigned/1"
	HappenedAt time.Time
	RecordedAt time.Time
	Actor      string // person id; "" is the program itself, "public" somebody without an account
	OnBehalfOf string // person id or "", when taken down for somebody else
	Act        string // idempotency key of the act that caused it
	Data       json.RawMessage
	Seals      []Seal
	Prev, Hash Hash
}

// Link computes the hash of an event from the hash before it. Every field but Hash itself is covered, each with its length,
// so that nothing can be moved from one field to another.
func (e *Event) Link(prev Hash) Hash {
	buf := make([]byte, 0, 512+len(e.Data))
	buf = append(buf, prev[:]...)
	text := func(s string) {
		buf = binary.BigEndian.AppendUint32(buf, uint32(len(s)))
		buf = append(buf, s...)
	}
	num := func(n int64) { buf = binary.BigEndian.AppendUint64(buf, uint64(n)) }
	text(e.Station)
	num(int64(e.Seq))
	text(e.Stream)
	num(int64(e.Version))
	text(e.Kind)
	num(e.HappenedAt.UnixMicro())
	num(e.RecordedAt.UnixMicro())
	text(e.Actor)
	text(e.OnBehalfOf)
	text(e.Act)
	text(string(e.Data))
	num(int64(len(e.Seals)))
	for _, s := range e.Seals {
		text(s.Subject)
		text(s.Field)
		num(int64(s.Version))
		text(string(s.Digest))
	}
	return sha256.Sum256(buf)
}

// Draft is an event before it is appended.
type Draft struct {
	Kind       string
	HappenedAt time.Time
	Data       json.RawMessage
	Seals      []Seal
}

// Append is what one act adds to one stream, and the version that stream must be at (0: it must be new).
type Append struct {
	Stream string
	Want   int
	Drafts []Draft
}

// Sealed is a ciphertext for the vault. It is kept in the same transaction as the event that refers to it.
type Sealed struct {
	Subject string
	Field   string
	Version int
	Bytes   []byte
}

// WrappedKey is a subject's key, wrapped by the station key. Destroying it erases everything sealed under it.
type WrappedKey struct {
	Subject string
	Bytes   []byte
}

// Claim is a value that must be unique across streams of a station (a receipt code, an account name, a row of an import).
// Holder is the id that holds it from now on.
type Claim struct {
	Space, Value, Holder string
}

// Batch is everything one act writes: all of it or none.
type Batch struct {
	Station    string
	Key        string   // the act's id: same key, same first answer
	Digest     [32]byte // of the act as sent: the same key with other content is refused
	Actor      string
	OnBehalfOf string
	RecordedAt time.Time
	Appends    []Append
	Claims     []Claim
	Sealed     []Sealed
	Keys       []WrappedKey
	Erase      []string        // subjects whose keys and texts are destroyed in the same transaction
	Answer     json.RawMessage // what the act answers, kept with the key
}

// Receipt is the answer to an append.
type Receipt struct {
	First, Last Seq
	Answer      json.RawMessage
	Repeat      bool // the key was seen before; nothing was written now
}

// Faults of a store; every engine answers with these codes.
const (
	CodeStale     = "journal.stale"      // a stream was not at the wanted version
	CodeKeyReused = "journal.key_reused" // same key, other content
	CodeClaimed   = "journal.claimed"    // a claim is held by somebody else; blanks: space, holder
)

// Store is a journal of many stations.
//
// Append writes a batch, all or none, and returns only after the commit is durable. A batch that brings a wrapped key for a subject
// that already has one is refused with CodeStale: texts sealed under the other key would be lost. Append MUST refuse with CodeStale when a stream
// is not at its wanted version, with CodeClaimed when a claim is held by another, and MUST return the first answer when the key
// was seen before, also after a restart. Seq order is commit order: a follower that has read n never finds n-1 later.
type Store interface {
	Append(ctx context.Context, b Batch) (Receipt, error)
	// Read gives up to limit events of a station after seq, in order.
	Read(ctx context.Context, station string, after Seq, limit int) ([]Event, error)
	// Stream gives the events of one stream with a version above after, in order.
	Stream(ctx context.Context, station, stream string, after int) ([]Event, error)
	// Head gives the last seq and hash of a station; zero when it has no event.
	Head(ctx context.Context, station string) (Seq, Hash, error)
	// Recall gives the receipt kept under a key.
	Recall(ctx context.Context, station, key string) (Receipt, [32]byte, bool, error)
	// Holder says who holds a claim, "" when nobody does.
	Holder(ctx context.Context, station, space, value string) (string, error)
	// Open gives a ciphertext and the wrapped key it is sealed under. ok is false when it was erased or never there.
	Open(ctx context.Context, station, subject, field string, version int) (sealed, wrapped []byte, ok bool, err error)
	// Key gives a subject's wrapped key.
	Key(ctx context.Context, station, subject string) (wrapped []byte, ok bool, err error)
	// Stations lists the stations that have a journal.
	Stations(ctx context.Context) ([]string, error)
}

// Queue is a Store that keeps a line: who waits for nothing but their place in it may put the next batch in before the first is written.
//
// Queue puts b in the line. Batches MUST be looked at in the order in which they came. b MUST be refused with CodeStale when one of
// after, which came before it, was not written now: it was decided on what that one would have written.
type Queue interface {
	Queue(b Batch, after ...Queued) Queued
}

// Queued is a batch in the line.
type Queued interface {
	// Wait gives what Append would, once it is durable.
	Wait() (Receipt, error)
}
