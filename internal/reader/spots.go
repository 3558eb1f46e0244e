package reader

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/hotspot"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Spots are the hot spots (热点) of the stations of one program: every report, and every draft that waits, of the last two months, in the
// order of the journal. Words stay in the vault and are opened when a group is told.
type Spots struct {
	desk *desk.Desk
	mu   sync.Mutex
	of   map[string]*spotsOf
}

// NewSpots has read nothing yet; it reads on with every Follow and every question.
func NewSpots(d *desk.Desk) *Spots { return &Spots{desk: d, of: map[string]*spotsOf{}} }

// heardFor is how long what was said counts: a month, and the month before it that it is compared with.
const heardFor = 62 * 24 * time.Hour

// leastPeople is how many different people make a hot spot: what one or two say is theirs.
const leastPeople = 3

// Hot lists the hot spots of a station between two instants, the hottest first. Somebody who may not see one message of a group does
// not learn of the group.
func (s *Spots) Hot(ctx context.Context, station string, scope access.Scope, from, until time.Time, n int) ([]hotspot.Spot, error) {
	if scope.Station() != station || station == "" {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, more, err := s.step(ctx, station)
	for n := 1; more && err == nil && n < stepsAsked; n++ {
		o, more, err = s.step(ctx, station)
	}
	if err != nil {
		return nil, err
	}
	ask := spanAsked{from.Truncate(time.Minute), until.Truncate(time.Minute), n}
	if told, ok := o.told[ask]; ok && scope.Whole() {
		return told, nil
	}
	var keep func(id string) bool
	if !scope.Whole() {
		keep = func(id string) bool { return scope.Sees(o.things[id]) }
	}
	spots := o.spots.Hot(ask.from, until, keep, n)
	for _, spot := range spots {
		for i, id := range spot.IDs {
			if r := o.reports[id]; r != "" {
				spot.IDs[i] = r
			}
		}
	}
	if scope.Whole() && o.failed == nil {
		if len(o.told) >= mostTold {
			clear(o.told)
		}
		o.told[ask] = spots
	}
	return spots, o.failed
}

// Follow reads on in the journal of every station. It holds nobody up for longer than one step takes.
func (s *Spots) Follow(ctx context.Context) error {
	stations, err := s.desk.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	for _, station := range stations {
		for more := true; more; {
			s.mu.Lock()
			_, more, err = s.step(ctx, station)
			s.mu.Unlock()
			if err != nil {
				return fmt.Errorf("hot spots of %s: %w", station, err)
			}
		}
	}
	return nil
}

// spotsOf is what is known of one station.
type spotsOf struct {
	s       *Spots
	ctx     context.Context // of the question being answered: words are opened while it lasts
	failed  error           // the first that could not be opened
	station string
	at      journal.Seq
	spots   *hotspot.Spots
	words   map[string]vault.Text   // by id of a report or draft
	things  map[string]access.Thing // the same, as the policy sees them
	reports map[string]string       // reports by the id under which they are counted
	kinds   map[string]string       // of matters
	tidied  time.Time
	told    map[spanAsked][]hotspot.Spot // answers for the whole station, until something is added
}

// spanAsked is a span to the minute and how many are asked for: whoever leads asks the same with every look at their day.
type spanAsked struct {
	from, until time.Time
	n           int
}

const (
	readAtOnce = 500 // events of one step
	mostTold   = 16  // answers kept
	stepsAsked = 10  // for one question: after a start it is answered from what was read so far
)

// step reads some more of a station's journal; more tells whether there may be more.
func (s *Spots) step(ctx context.Context, station string) (o *spotsOf, more bool, err error) {
	if o = s.of[station]; o == nil {
		o = &spotsOf{s: s, station: station, words: map[string]vault.Text{}, things: map[string]access.Thing{}, reports: map[string]string{}, kinds: map[string]string{}, told: map[spanAsked][]hotspot.Spot{}}
		o.spots = hotspot.New(o.text)
		o.spots.Least = leastPeople
		s.of[station] = o
	}
	o.ctx, o.failed = ctx, nil
	o.tidy()
	events, err := s.desk.Journal.Read(ctx, station, o.at, readAtOnce)
	if err != nil || len(events) == 0 {
		return o, false, err
	}
	if err := o.take(events); err != nil {
		return o, false, err
	}
	o.at = events[len(events)-1].Seq
	return o, len(events) == readAtOnce, nil
}

// take looks once at every report and draft that some events changed.
func (o *spotsOf) take(events []journal.Event) error {
	changed := map[string]bool{}
	var order []string
	past := o.s.desk.Clock.Now().Add(-heardFor)
	for i := range events {
		e := &events[i]
		if e.RecordedAt.Before(past) { // what it is about was said before: a long journal is read, and nothing of it opened
			continue
		}
		switch area, _, _ := strings.Cut(e.Stream, "/"); area {
		case "report", "draft":
			if !changed[e.Stream] {
				changed[e.Stream] = true
				order = append(order, e.Stream)
			}
		case "matter":
			if e.Version == 1 {
				if v, err := work.Decode(e); err != nil {
					return err
				} else if m, ok := v.(matter.Opened); ok {
					o.kinds[m.ID] = m.Kind
				}
			}
		}
	}
	for _, stream := range order {
		history, err := o.s.desk.Journal.Stream(o.ctx, o.station, stream, 0)
		if err != nil {
			return err
		}
		if strings.HasPrefix(stream, "report/") {
			err = o.report(history)
		} else {
			err = o.draft(history)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", stream, err)
		}
	}
	return nil
}

func (o *spotsOf) report(history []journal.Event) error {
	r, err := report.Fold(history)
	if err != nil {
		return err
	}
	m := hotspot.Message{ID: r.ID, At: r.At, Cell: grid.CellID(r.Cell)}
	if r.Draft != "" { // the same words, said by the same: it goes on under its first id
		d, err := o.drafted(r.Draft)
		if err != nil {
			return err
		}
		if d.State == draft.Waiting || d.State == draft.Joined && r.State == report.Withdrawn {
			delete(o.reports, d.ID)
			return nil // undone: it is a draft again
		}
		m.ID, m.At, m.Reporter = d.ID, said(d), o.speaker(d)
	}
	if r.State == report.Withdrawn || !r.ErasedAt.IsZero() || r.Words.Empty() || o.forgotten(m.At) {
		o.drop(m.ID)
		return nil
	}
	if r.Place != "" {
		m.Places = []string{r.Place}
	}
	for _, id := range r.Matters {
		if m.Kind == "" {
			m.Kind = o.kinds[id]
		}
	}
	if m.Reporter == "" {
		if m.Reporter, err = o.reporter(&r); err != nil {
			return err
		}
	}
	o.reports[m.ID] = r.ID
	return o.add(m, r.Words, desk.ReportThing(o.station, &r))
}

// forgotten tells whether something said then counts no more.
func (o *spotsOf) forgotten(at time.Time) bool { return o.s.desk.Clock.Now().Sub(at) > heardFor }

// tidy drops, once a day, what counts no more.
func (o *spotsOf) tidy() {
	now := o.s.desk.Clock.Now()
	if now.Sub(o.tidied) < 24*time.Hour {
		return
	}
	o.tidied = now
	for _, id := range o.spots.Before(now.Add(-heardFor)) {
		o.drop(id)
	}
}

func (o *spotsOf) drafted(id string) (*draft.Draft, error) {
	history, err := o.s.desk.Journal.Stream(o.ctx, o.station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return draft.Fold(history)
}

// said is when something was said; when nobody knows, when it was taken in.
func said(d *draft.Draft) time.Time {
	if d.SaidAt.IsZero() {
		return d.TakenAt
	}
	return d.SaidAt
}

// reporter is a key that tells people apart and nothing else: by phone, by name, by who saw it on patrol.
// What nobody signed is of somebody of its own.
func (o *spotsOf) reporter(r *report.Report) (string, error) {
	for field, t := range map[string]vault.Text{"phone": r.Phone, "name": r.Name} {
		if field == "name" && !r.Phone.Empty() || t.Empty() {
			continue
		}
		words, err := o.s.desk.Reveal(o.ctx, o.station, t)
		if err != nil {
			return "", err
		}
		if said := words[t.Ref()]; said != "" {
			return o.blind(field, said)
		}
	}
	if r.Channel == "patrol" && r.TakenBy != "" && r.TakenBy != work.Public {
		return "p:" + r.TakenBy, nil
	}
	return r.ID, nil
}

func (o *spotsOf) speaker(d *draft.Draft) string {
	if d.Person != "" {
		return "p:" + d.Person
	}
	words, err := o.s.desk.Reveal(o.ctx, o.station, d.Name)
	if said := words[d.Name.Ref()]; err == nil && said != "" {
		if key, err := o.blind("speaker/"+d.Group, said); err == nil {
			return key
		}
	}
	return d.ID
}

func (o *spotsOf) blind(field, value string) (string, error) {
	k, err := o.s.desk.Keyring(o.ctx, o.station)
	if err != nil {
		return "", err
	}
	return k.Blind("hot/"+field, value), nil
}

// draft counts what was said in a group until it is a report, or is set aside.
func (o *spotsOf) draft(history []journal.Event) error {
	d, err := draft.Fold(history)
	if err != nil {
		return err
	}
	switch {
	case d.Erased || d.Words.Empty() || d.Retracts != "" || o.forgotten(said(d)):
		o.drop(d.ID)
		return nil
	case d.State == draft.Filed, d.State == draft.Joined && o.reports[d.ID] != "":
		return nil // its report tells
	case d.State != draft.Waiting && d.State != draft.Joined:
		o.drop(d.ID)
		return nil
	}
	m := hotspot.Message{ID: d.ID, Reporter: o.speaker(d), At: said(d), Cell: grid.CellID(d.Cell)}
	book, err := o.s.desk.Book(o.ctx, o.station)
	if err != nil {
		return err
	}
	m.Kind, _ = book.Sort(d.Label, nil, "") // as the matter would be that it becomes
	delete(o.reports, d.ID)
	if d.Where != "" {
		m.Places = []string{d.Where}
	}
	return o.add(m, d.Words, desk.DraftThing(o.station, d))
}

func (o *spotsOf) add(m hotspot.Message, t vault.Text, thing access.Thing) error {
	text, err := o.typed(t)
	if err != nil {
		return err
	}
	if m.Text = text; text == "" {
		o.drop(m.ID)
		return nil
	}
	o.words[m.ID], o.things[m.ID] = t, thing
	o.spots.Add(m)
	clear(o.told)
	return nil
}

func (o *spotsOf) drop(id string) {
	o.spots.Drop(id)
	clear(o.told)
	delete(o.words, id)
	delete(o.things, id)
	delete(o.reports, id)
}

// text opens the words of a message while a group is told.
func (o *spotsOf) text(id string) string {
	t, ok := o.words[id]
	if !ok {
		return ""
	}
	text, err := o.typed(t)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return text
}

// typed is what somebody said, without what a form of the station wrote before it: three who want to be called back do not speak of
// one thing.
func (o *spotsOf) typed(t vault.Text) (string, error) {
	words, err := o.s.desk.Reveal(o.ctx, o.station, t)
	if err != nil {
		return "", err
	}
	book, err := o.s.desk.Book(o.ctx, o.station)
	if err != nil {
		return "", err
	}
	text := words[t.Ref()]
	for _, key := range []string{"card.call_back", "card.inquiry", "card.wrong"} {
		text = strings.TrimPrefix(text, book.Text(key, "zh"))
	}
	if head, tail, ok := strings.Cut(book.Text("card.call_when", "zh"), "{when}"); ok && strings.HasPrefix(text, head) {
		_, text, _ = strings.Cut(text, tail)
	}
	if head, _, ok := strings.Cut(book.Text("doorstep.asked", "zh"), "{service}"); ok && strings.HasPrefix(text, head) {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.TrimSpace(text), nil
}
