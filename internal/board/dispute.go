package board

import (
	"context"
	"strings"

	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// Disputes keeps the disputes that a board follows folded between events. W is what the board remembers of what it last wrote.
type Disputes[W any] struct {
	// Is tells whether a kind of a station is built on disputes.
	Is   func(ctx context.Context, station, kind string) (bool, error)
	seen map[string]*Followed[W]
	none map[string]bool // matters that are none
}

// Followed is one dispute of the run at hand.
type Followed[W any] struct {
	*dispute.Dispute
	Fresh   bool // opened in this run: nothing was written of it before
	Written W
	dirty   bool
}

// How many disputes are kept in memory while following and while reading the past, and how many ids of other matters.
const (
	seenLive = 4000
	seenPast = 50000
	maxNone  = 400000
)

// Forget drops what is kept in memory.
func (f *Disputes[W]) Forget() { f.seen, f.none = nil, nil }

// Apply folds the events of disputes of a run in place and gives those that changed, each once, in the order of their first event.
// each, when there is one, is told every event.
func (f *Disputes[W]) Apply(ctx context.Context, b *Batch, each func(*Followed[W], Item) error) ([]*Followed[W], error) {
	limit := seenLive
	if b.Past {
		limit = seenPast
	}
	if f.seen == nil || len(f.seen) > limit {
		f.seen = map[string]*Followed[W]{}
	}
	if f.none == nil || len(f.none) > maxNone {
		f.none = map[string]bool{}
	}
	var changed []*Followed[W]
	for _, item := range b.Items {
		if !strings.HasPrefix(item.Stream, "matter/") {
			continue
		}
		e, err := f.find(ctx, b, item)
		if err != nil {
			return nil, err
		}
		if e == nil {
			continue
		}
		if item.Version == e.Version+1 {
			if err := e.Dispute.Apply(item.Payload, work.Where(item.Event)); err != nil {
				return nil, err
			}
		}
		if !e.dirty {
			e.dirty = true
			changed = append(changed, e)
		}
		if each != nil {
			if err := each(e, item); err != nil {
				return nil, err
			}
		}
	}
	return changed, nil
}

// Done is called when what changed was written. Little more will come to what is closed: it is read again when something does.
func (f *Disputes[W]) Done(b *Batch, changed []*Followed[W]) {
	for _, e := range changed {
		if e.dirty, e.Fresh = false, false; !e.IsOpen() {
			delete(f.seen, b.Station+"/"+matter.Stream(e.ID))
		}
	}
}

// find gives a dispute from memory or from its stream; nil when the matter is none.
func (f *Disputes[W]) find(ctx context.Context, b *Batch, item Item) (*Followed[W], error) {
	key := b.Station + "/" + item.Stream
	if e, ok := f.seen[key]; ok {
		return e, nil
	}
	if f.none[key] {
		return nil, nil
	}
	var events []journal.Event
	first := item.Payload
	if item.Version > 1 {
		var err error
		if events, err = b.Journal.Stream(ctx, b.Station, item.Stream, 0); err != nil {
			return nil, err
		}
		if first, err = work.Decode(&events[0]); err != nil {
			return nil, err
		}
	}
	opened, _ := first.(matter.Opened)
	is, err := f.Is(ctx, b.Station, opened.Kind)
	if err != nil {
		return nil, err
	}
	if !is {
		f.none[key] = true
		return nil, nil
	}
	e := &Followed[W]{Dispute: &dispute.Dispute{}, Fresh: item.Version == 1}
	if !e.Fresh {
		if e.Dispute, err = dispute.Fold(events); err != nil {
			return nil, err
		}
	}
	f.seen[key] = e
	return e, nil
}
