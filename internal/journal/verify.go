package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
)

// Broken names the first event that is not what was once written.
type Broken struct {
	Station string
	Seq     Seq
	Why     string
}

// Error says where and why.
func (b *Broken) Error() string { return fmt.Sprintf("%s event %d: %s", b.Station, b.Seq, b.Why) }

// VerifyChain reads a station's journal from the first event and recomputes every link, version and the digest of every sealed
// text that is still there. It gives *Broken for the first event that does not fit.
func VerifyChain(ctx context.Context, s Store, station string) error {
	head, headHash, err := s.Head(ctx, station)
	if err != nil {
		return err
	}
	var at Seq
	var prev Hash
	versions := map[string]int{}
	for at < head {
		events, err := s.Read(ctx, station, at, 2000)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return &Broken{station, at + 1, "missing"}
		}
		for i := range events {
			e := &events[i]
			if e.Seq > head && at == head {
				break // written while this was being read
			}
			if e.Seq != at+1 {
				return &Broken{station, at + 1, "missing"}
			}
			if e.Version != versions[e.Stream]+1 {
				return &Broken{station, e.Seq, fmt.Sprintf("version %d of %s does not follow %d", e.Version, e.Stream, versions[e.Stream])}
			}
			versions[e.Stream] = e.Version
			if e.Link(prev) != e.Hash {
				return &Broken{station, e.Seq, "its hash does not fit its content and the event before"}
			}
			if why, err := sealsFit(ctx, s, e); err != nil || why != "" {
				if err != nil {
					return err
				}
				return &Broken{station, e.Seq, why}
			}
			at, prev = e.Seq, e.Hash
		}
	}
	if prev != headHash {
		return &Broken{station, head, "the head's hash is another"}
	}
	return nothingBeyond(ctx, s, station, head)
}

// nothingBeyond finds events after the head: a commit always moves both.
func nothingBeyond(ctx context.Context, s Store, station string, head Seq) error {
	events, err := s.Read(ctx, station, head, 1)
	if err != nil || len(events) == 0 {
		return err
	}
	if now, _, err := s.Head(ctx, station); err != nil || now > head {
		return err
	}
	return &Broken{station, head + 1, "stands beyond the head"}
}

func sealsFit(ctx context.Context, s Store, e *Event) (string, error) {
	for _, seal := range e.Seals {
		sealed, _, ok, err := s.Open(ctx, e.Station, seal.Subject, seal.Field, seal.Version)
		if err != nil {
			return "", err
		}
		if !ok {
			if _, has, err := s.Key(ctx, e.Station, seal.Subject); err != nil || has {
				return fmt.Sprintf("sealed text %s/%s/%d is gone though its subject was not erased", seal.Subject, seal.Field, seal.Version), err
			}
			continue
		}
		if digest := sha256.Sum256(sealed); !bytes.Equal(digest[:], seal.Digest) {
			return fmt.Sprintf("sealed text %s/%s/%d was changed", seal.Subject, seal.Field, seal.Version), nil
		}
	}
	return "", nil
}
