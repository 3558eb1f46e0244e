package reader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// remembered is how long what was said is looked through for messages about the same event. They lie within days of one another
// (triage.Index.Window); somebody may paste what is some weeks old.
const remembered = 30 * 24 * time.Hour

// mostLessons of a station count, the latest: memory and the time of training stay bounded.
const mostLessons = 50_000

// few is how many things are looked at between two turns of others.
const few = 200

// ledger is how far the journal was followed and what was seen on the way. It holds no words.
type ledger struct {
	at     journal.Seq
	caught bool                 // the journal was once read to its end
	waits  []string             // streams that changed and were not looked at yet, in the order of their first change
	asked  map[string]bool      // the same
	kinds  map[string]string    // of the matters opened from a report; mixed when they differ
	said   map[string]time.Time // what the index remembers, and when it was said
	taught map[string]taught    // lessons by id of report or draft
	turn   int                  // of the last lesson
	book   *playbook.Book       // by which kinds became labels
	tidied time.Time
}

// taught is what a lesson says, and its place among the others.
type taught struct {
	label, urgency string
	turn           int
}

// mixed stands for the kind of a report that became matters of several kinds: nobody can tell what its words are about.
const mixed = "*"

func newLedger() ledger {
	return ledger{asked: map[string]bool{}, kinds: map[string]string{}, said: map[string]time.Time{}, taught: map[string]taught{}}
}

// Run follows the journal of every station to its end: lessons, index, places. What fails is tried again by the next call.
func (r *Reader) Run(ctx context.Context) error {
	stations, err := r.desk.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range stations {
		if err := r.follow(ctx, r.station(id)); err != nil {
			errs = append(errs, fmt.Errorf("read what was said at %s: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

func (r *Reader) follow(ctx context.Context, st *station) error {
	st.following.Lock()
	defer st.following.Unlock()
	if _, err := r.current(ctx, st); err != nil {
		return err
	}
	book, err := r.desk.Book(ctx, st.id)
	if err != nil {
		return err
	}
	if st.book != book {
		st.relabel(book)
	}
	now := r.desk.Clock.Now()
	for {
		events, err := r.desk.Journal.Read(ctx, st.id, st.at, 500)
		if err != nil {
			return err
		}
		for i := range events {
			if err := st.note(&events[i], now); err != nil {
				return err
			}
			st.at = events[i].Seq
		}
		st.skip()
		if len(events) == 0 || st.caught {
			if err := r.settle(ctx, st); err != nil {
				return err
			}
		}
		if len(events) == 0 {
			st.caught = true
			st.tidy(now)
			return nil
		}
		if !st.caught {
			Rest() // a long journal, read at the start: whoever works already goes first
		}
	}
}

// skip leaves out, while the journal is read for the first time, what is too far back to count: nothing of it need be opened.
func (l *ledger) skip() {
	if l.caught {
		return
	}
	for len(l.waits) > mostLessons {
		delete(l.asked, l.waits[0])
		l.waits = l.waits[1:]
	}
}

// relabel lets everything be looked at again: another playbook calls kinds by other labels.
func (st *station) relabel(book *playbook.Book) {
	st.book = book
	for id := range st.taught {
		stream := report.Stream(id)
		if isDraft(id) {
			stream = draft.Stream(id)
		}
		st.wait(stream)
	}
	slices.Sort(st.waits) // maps have no order
}

func isDraft(id string) bool { return strings.HasPrefix(id, "dr") }

func (l *ledger) wait(stream string) {
	if !l.asked[stream] {
		l.asked[stream] = true
		l.waits = append(l.waits, stream)
	}
}

// note notes which things an event changes.
func (l *ledger) note(e *journal.Event, now time.Time) error {
	switch kind, _, _ := strings.Cut(e.Kind, "/"); {
	case strings.HasPrefix(kind, "draft."):
		l.wait(e.Stream)
	case kind == "report.submitted":
		if now.Sub(e.HappenedAt) < remembered {
			l.wait(e.Stream)
		}
	case kind == "report.withdrawn", kind == "report.erased":
		l.wait(e.Stream)
	case kind == "matter.opened":
		v, err := work.Decode(e)
		if err != nil {
			return err
		}
		if m := v.(matter.Opened); m.Report != "" {
			if had, ok := l.kinds[m.Report]; ok && had != m.Kind {
				m.Kind = mixed
			}
			l.kinds[m.Report] = m.Kind
			l.wait(report.Stream(m.Report))
		}
	}
	return nil
}

// thing is a report or a draft as it stands: what of it is to be remembered, and what it teaches.
type thing struct {
	id             string
	words, name    vault.Text
	person         string // who said it, when it is somebody of the organisation
	group, cell    string
	at             time.Time
	hear           bool // it is to be found as something said before
	label, urgency string
	place          string
	tied           bool // to a matter that others opened
}

// settle looks at everything that changed: it is read as it stands now, which may be ahead of the events noted.
func (r *Reader) settle(ctx context.Context, st *station) error {
	for len(st.waits) > 0 {
		some := st.waits[:min(few, len(st.waits))]
		var things []thing
		for _, stream := range some {
			more, err := r.look(ctx, st, stream)
			if err != nil {
				return err
			}
			things = append(things, more...)
		}
		if err := r.remember(ctx, st, things); err != nil {
			return err
		}
		for _, stream := range some {
			delete(st.asked, stream)
		}
		st.waits = st.waits[len(some):]
	}
	st.waits = nil
	st.forgetOldest()
	return nil
}

// look reads one stream.
func (r *Reader) look(ctx context.Context, st *station, stream string) ([]thing, error) {
	events, err := r.desk.Journal.Stream(ctx, st.id, stream, 0)
	if err != nil {
		return nil, err
	}
	if _, ok := strings.CutPrefix(stream, "report/"); ok {
		rep, err := report.Fold(events)
		if err != nil {
			return nil, err
		}
		t, err := r.ofReport(ctx, st, &rep)
		return []thing{t}, err
	}
	d, err := draft.Fold(events)
	if err != nil {
		return nil, err
	}
	t, err := r.ofDraft(ctx, st, d)
	return []thing{t}, err
}

// ofReport is a report. One that was made of a draft was said by whom the draft names, where and when it does, and the draft is the lesson.
func (r *Reader) ofReport(ctx context.Context, st *station, rep *report.Report) (thing, error) {
	t := thing{id: rep.ID, words: rep.Words, name: rep.Phone, cell: rep.Cell, at: rep.At, place: rep.Place}
	if rep.State == report.Withdrawn || !rep.ErasedAt.IsZero() {
		delete(st.kinds, rep.ID)
		return thing{id: rep.ID}, nil
	}
	t.hear = true
	if t.name.Empty() {
		t.name = rep.Name
	}
	if t.name.Empty() && rep.Channel != "page" && rep.TakenBy != work.Public {
		t.person = rep.TakenBy
	}
	if rep.Draft == "" {
		if kind := st.kinds[rep.ID]; kind != mixed {
			t.label = st.book.LabelOf(kind)
		}
		return t, nil
	}
	events, err := r.desk.Journal.Stream(ctx, st.id, draft.Stream(rep.Draft), 0)
	if err != nil {
		return t, err
	}
	d, err := draft.Fold(events)
	if err != nil {
		return t, err
	}
	t.person, t.name, t.group = d.Person, d.Name, d.Group
	if !d.SaidAt.IsZero() {
		t.at = d.SaidAt
	}
	return t, nil
}

// ofDraft is a draft. It is found as long as it waits; then the report is that was made of it, or the draft it was joined to.
func (r *Reader) ofDraft(ctx context.Context, st *station, d *draft.Draft) (thing, error) {
	if d.Erased {
		return thing{id: d.ID}, nil
	}
	t := thing{id: d.ID, words: d.Words, name: d.Name, person: d.Person, group: d.Group, cell: d.Cell, at: d.SaidAt, place: d.Where,
		hear: d.State == draft.Waiting, label: d.Label, urgency: d.Urgency}
	if t.at.IsZero() {
		t.at = d.TakenAt
	}
	switch {
	case d.State == draft.Filed:
		t.tied = d.Filing.Matter != "" && d.Filing.Opened == 0
		if t.label = d.Filing.Label; t.label == "" && d.Filing.Opened > 0 {
			kind, err := r.kindOf(ctx, st, d.Filing.Matter)
			if err != nil {
				return t, err
			}
			t.label = st.book.LabelOf(kind)
		}
	case d.State == draft.Aside && d.Reason == draft.Chatter && d.Last != nil: // by a person, not when it was taken
		t.label = chatterOf(st.book)
	case d.State == draft.Aside, d.State == draft.Dropped, d.State == draft.Parted: // of several things: its parts teach
		t.label, t.urgency = "", ""
	}
	return t, nil
}

func (r *Reader) kindOf(ctx context.Context, st *station, id string) (string, error) {
	events, err := r.desk.Journal.Stream(ctx, st.id, matter.Stream(id), 0)
	if err != nil || len(events) == 0 {
		return "", err
	}
	m, err := matter.Fold(events[:1])
	return m.Kind, err
}

// chatterOf is the label of what becomes no matter; "" when the playbook has none.
func chatterOf(book *playbook.Book) string {
	for _, s := range book.Labels() {
		if kind, ok := book.Sort(s.Label.Zh, nil, ""); ok && kind == "" {
			return s.Label.Zh
		}
	}
	return ""
}

// remember opens the words of things and takes them in. What was erased opens nothing and is forgotten.
func (r *Reader) remember(ctx context.Context, st *station, things []thing) error {
	now := r.desk.Clock.Now()
	var texts []vault.Text
	for i := range things {
		t := &things[i]
		t.hear = t.hear && now.Sub(t.at) < remembered
		if t.hear || st.teaches(t) {
			texts = append(texts, t.words)
		}
		if t.hear && t.person == "" {
			texts = append(texts, t.name)
		}
	}
	open, err := r.desk.Reveal(ctx, st.id, texts...)
	if err != nil {
		return err
	}
	engine, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	for i := range things {
		t := &things[i]
		words := open[t.words.Ref()]
		if words == "" {
			st.forget()
		}
		if t.hear && words != "" {
			m := triage.Message{Text: words, At: t.at, Cell: grid.CellID(t.cell)}
			got := engine.Read(m)
			st.ring(t.id, t.at, len(got.Dangers) > 0 && !isDraft(t.id))
			p := got.Past(t.id, r.Sender(ctx, st.id, t.person, open[t.name.Ref()]), t.group, m)
			if t.place != "" {
				p.Places = append(p.Places, t.place)
			}
			st.index.Add(words, p)
			st.said[t.id] = t.at
		} else if _, ok := st.said[t.id]; ok {
			st.index.Drop(t.id)
			delete(st.said, t.id)
			st.ring(t.id, t.at, false)
		}
		if t.tied && engine.Read(triage.Message{Text: words}).Follows { // 人已经走了 is of no kind by itself
			t.label, t.urgency = "", ""
		}
		st.teach(t, words, now)
	}
	return nil
}

// tidy forgets what is too old to be looked for, once in a while.
func (st *station) tidy(now time.Time) {
	if now.Sub(st.tidied) < time.Hour {
		return
	}
	st.tidied = now
	for id, at := range st.said {
		if now.Sub(at) >= remembered {
			st.index.Drop(id)
			delete(st.said, id)
			st.ring(id, at, false)
		}
	}
}
