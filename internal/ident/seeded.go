package ident

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
)

// Seeded is a reader of reproducible bytes, safe for concurrent use: for tests, stories and the demonstration. Never for a real
// station.
func Seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &reproducible{src: rand.NewChaCha8(key)}
}

type reproducible struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

// Read implements io.Reader.
func (s *reproducible) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Read(p)
}
