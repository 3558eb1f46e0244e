package triage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
)

// Lessons (教过的消息) are labelled messages kept as numbers, from which an engine can be trained again and again without
// their words: the rows of playbooks, and what people of this station confirmed or corrected. The same lessons give the
// same engine, in whatever order they were put. The zero value is ready; safe for concurrent use.
type Lessons struct {
	mu  sync.Mutex
	all map[string]lesson
}

type lesson struct {
	id, kind, urgency string
	bag               bag
}

// Put takes a message in under an id, or replaces the one of that id: a correction replaces what was said before. A row
// without kind and urgency teaches nothing and takes the lesson of that id out. The words are not kept.
func (s *Lessons) Put(id string, r Row) {
	if r.Kind == "" && r.Urgency == "" {
		s.Drop(id)
		return
	}
	one := lesson{id, r.Kind, r.Urgency, bagOf(gramsOf(fold(r.Text)))}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]lesson{}
	}
	s.all[id] = one
}

// Drop forgets the lesson of an id, as when its words are purged from the vault.
func (s *Lessons) Drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
}

// Len is how many lessons there are.
func (s *Lessons) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

// PutRows takes rows in under their own ids; one without is known by its words.
func (s *Lessons) PutRows(rows []Row) {
	for _, r := range rows {
		s.Put(r.key(), r)
	}
}

func (r Row) key() string {
	if r.ID != "" {
		return r.ID
	}
	return fmt.Sprintf("%q", r.Text)
}

func (s *Lessons) sorted() []lesson {
	s.mu.Lock()
	out := make([]lesson, 0, len(s.all))
	for _, l := range s.all {
		out = append(out, l)
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b lesson) int { return cmp.Compare(a.id, b.id) })
	return out
}

// Learn trains an engine from the lessons and the word lists of playbooks. Without a single lesson the words of each list
// are taken for examples of its kind. Lessons may be put and dropped meanwhile; they count the next time. rest, which may
// be nil, is called after every millisecond or so of work, so that a caller can keep training out of others' way. A ctx
// that is done ends it with its error.
func (s *Lessons) Learn(ctx context.Context, words Words, rest func()) (*Engine, error) {
	w := &worker{ctx: ctx, rest: rest}
	lessons := s.sorted()
	kind, urgency := w.train(lessons, lesson.ofKind), w.train(lessons, lesson.ofUrgency)
	if len(lessons) == 0 { // nothing but lists: learn from them, and claim less
		var examples Lessons
		examples.PutRows(words.examples())
		kind = w.train(examples.sorted(), lesson.ofKind)
		kind.temperature = coldStart / 2
	}
	if w.err != nil {
		return nil, w.err
	}
	return NewEngine(kind, urgency, words, nil, Market{}), nil
}

func (l lesson) ofKind() string    { return l.kind }
func (l lesson) ofUrgency() string { return l.urgency }

// worker trains models, resting in between.
type worker struct {
	ctx  context.Context
	rest func()
	done int
	err  error // of ctx: what is trained from then on is thrown away
}

const shift = 100_000 // grams looked at between two rests

// did counts n grams looked at and rests when it is time; false says to stop.
func (w *worker) did(n int) bool {
	if w.done += n; w.done < shift || w.err != nil {
		return w.err == nil
	}
	w.done = 0
	if w.rest != nil {
		w.rest()
	}
	w.err = w.ctx.Err()
	return w.err == nil
}
