// Package ident makes and checks the names of things: ids that sort by time, receipt codes a person can read out, and the
// official numbers a person or body already has.
package ident

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/clock"
)

// An ID names one thing: a prefix that says what it is, an underscore, and 26 characters of lower-case Crockford base32
// (a ULID): 48 bits of Unix milliseconds, then 80 bits of randomness. IDs of one prefix sort by the time they were made.
// An ID is a name, not a secret: who knows one may guess the next.
type ID string

const (
	crockford = "0123456789abcdefghjkmnpqrstvwxyz"
	idLength  = 26
)

// A Source makes ids. It is safe for concurrent use.
type Source struct {
	clock  clock.Clock
	random io.Reader

	mu     sync.Mutex
	hi, lo uint64 // the last id: 48 bits of time and 16 random, then 64 random
}

// NewSource returns a source that takes the time from c and randomness from random, which no one else may read. The same
// clock and the same random bytes make the same ids.
func NewSource(c clock.Clock, random io.Reader) *Source { return &Source{clock: c, random: random} }

// New returns an id greater than every id of that prefix the source has made before, also within a millisecond and when
// the clock was set back (it then keeps to the latest time it has seen). The prefix is lower-case letters: m for m_01j….
// It panics when the randomness fails, as there is no id to give then.
func (s *Source) New(prefix string) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b [10]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		panic(fmt.Sprintf("ident: read randomness: %v", err))
	}
	ms := uint64(max(0, s.clock.Now().UnixMilli())) & (1<<48 - 1)
	lo := binary.BigEndian.Uint64(b[2:])
	if ms > s.hi>>16 {
		s.hi, s.lo = ms<<16|uint64(b[0])<<8|uint64(b[1]), lo
	} else {
		var carry uint64
		s.lo, carry = bits.Add64(s.lo, lo>>32+1, 0)
		s.hi += carry // a full millisecond runs over into the next
	}
	return encode(prefix, s.hi, s.lo)
}

func encode(prefix string, hi, lo uint64) ID {
	b := make([]byte, len(prefix)+1+idLength)
	copy(b, prefix)
	b[len(prefix)] = '_'
	for i := len(b) - 1; i > len(prefix); i-- {
		b[i] = crockford[lo&31]
		lo, hi = lo>>5|hi<<59, hi>>5
	}
	return ID(b)
}

// ParseID takes s, as from an address bar, for an id of that prefix. The error says which was wanted.
func ParseID(prefix, s string) (ID, error) {
	rest, ok := strings.CutPrefix(s, prefix+"_")
	if !ok || len(rest) != idLength || rest[0] > '7' || strings.Trim(rest, crockford) != "" {
		return "", fmt.Errorf("id %q: want %s_ and 26 characters", s, prefix)
	}
	return ID(s), nil
}

// MadeAt is the time in the id, in UTC and whole milliseconds; zero for what is no id.
func (id ID) MadeAt() time.Time {
	_, rest, _ := strings.Cut(string(id), "_")
	if len(rest) != idLength {
		return time.Time{}
	}
	var ms int64
	for _, c := range rest[:10] {
		ms = ms<<5 | int64(strings.IndexRune(crockford, c))
	}
	return time.UnixMilli(ms).UTC()
}
