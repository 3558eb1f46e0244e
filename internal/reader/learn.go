package reader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/triage"
)

// When is trained again: as soon as nobody corrected anything for a moment, not more often than every twenty seconds, and while
// corrections go on after twenty seconds at the latest. With the training itself a correction is learned within the minute.
const (
	quiet  = 5 * time.Second
	spell  = 20 * time.Second
	pauses = 6 * time.Millisecond // after a millisecond of work: training takes a sixth of a core
)

// Rest is taken after every millisecond or so of training: the desk goes first.
func Rest() { time.Sleep(pauses) }

// due tells since when there are lessons that nothing was trained from.
type due struct {
	first, last time.Time // zero: none
	began       time.Time // the last training
	n           int       // lessons of the station's own
}

func (d *due) changed(now time.Time) {
	if d.first.IsZero() {
		d.first = now
	}
	d.last = now
}

func (d *due) now(now time.Time) bool {
	return !d.first.IsZero() && (now.Sub(d.last) >= quiet || now.Sub(d.first) >= spell) && (d.began.IsZero() || now.Sub(d.began) >= spell)
}

// teaches tells whether a thing is a lesson that the station does not have yet.
func (st *station) teaches(t *thing) bool {
	had := st.taught[t.id]
	return (t.label != "" || t.urgency != "") && (had.label != t.label || had.urgency != t.urgency)
}

// teach puts the lesson of a thing, changes it, or takes it out.
func (st *station) teach(t *thing, words string, now time.Time) {
	_, known := st.taught[t.id]
	none := t.label == "" && t.urgency == ""
	switch {
	case !none && !st.teaches(t), !known && (none || words == ""):
		return
	case none, words == "":
		delete(st.taught, t.id)
		st.lessons.Drop(t.id)
	default:
		st.turn++
		st.taught[t.id] = taught{t.label, t.urgency, st.turn}
		st.lessons.Put(t.id, triage.Row{Text: words, Kind: t.label, Urgency: t.urgency})
	}
	st.mu.Lock()
	st.due.changed(now)
	st.due.n = len(st.taught)
	st.mu.Unlock()
}

// forgetOldest keeps the latest lessons.
func (st *station) forgetOldest() {
	if len(st.taught) <= mostLessons {
		return
	}
	ids := make([]string, 0, len(st.taught))
	for id := range st.taught {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return st.taught[a].turn - st.taught[b].turn })
	for _, id := range ids[:len(ids)-mostLessons] {
		delete(st.taught, id)
		delete(st.kinds, id)
		st.lessons.Drop(id)
	}
}

// Train trains the engines of those stations whose lessons changed, one after another, and puts each in the place of the one before.
func (r *Reader) Train(ctx context.Context) error {
	r.mu.Lock()
	var list []*station
	for _, st := range r.stations {
		list = append(list, st)
	}
	r.mu.Unlock()
	var errs []error
	for _, st := range list {
		if err := r.train(ctx, st); err != nil {
			errs = append(errs, fmt.Errorf("train for %s: %w", st.id, err))
		}
	}
	return errors.Join(errs...)
}

func (r *Reader) train(ctx context.Context, st *station) error {
	now := r.desk.Clock.Now()
	st.mu.Lock()
	if !st.due.now(now) || st.ready.starter == nil {
		st.mu.Unlock()
		return nil
	}
	before, ground, own := st.due, st.ready, st.due.n
	st.due.first, st.due.last, st.due.began = time.Time{}, time.Time{}, now
	st.mu.Unlock()
	var e *triage.Engine
	if own > 0 {
		var err error
		if e, err = st.lessons.Learn(ctx, ground.starter.words, Rest); err != nil {
			st.mu.Lock()
			st.due = before
			st.mu.Unlock()
			return err
		}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.ready.starter == ground.starter { // else the playbook was changed meanwhile, and it is trained again
		st.trained = e
		st.assemble()
	}
	return nil
}

// Taught lists the labels that this station's people taught, sorted: how many lessons there are, and of what.
func (r *Reader) Taught(station string) (labels []string) {
	st := r.station(station)
	st.following.Lock()
	defer st.following.Unlock()
	for _, t := range st.taught {
		labels = append(labels, t.label)
	}
	slices.Sort(labels)
	return labels
}
