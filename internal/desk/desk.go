// Package desk is the one door for writing: every surface knocks here with the same act. The desk permits, loads, lets the rule
// decide, seals what is personal, and appends; the same key twice gives the same answer.
package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// Desk takes acts. It holds no state that cannot be read back from the journal.
type Desk struct {
	Journal journal.Store
	Clock   clock.Clock
	Rand    io.Reader
	IDs     *ident.Source
	Policy  *access.Policy
	// Books finds a playbook by name.
	Books func(name string) (*playbook.Book, error)
	// Reader reads what people wrote, for drafts; nil reads nothing.
	Reader Reader
	// Master is the station key; every station's keys are derived from it.
	Master [32]byte

	mu       sync.Mutex
	stations map[string]*station
	lanes    lanes
}

// Envelope is what comes with an act besides its content.
type Envelope struct {
	Key        string    // idempotency key; the same key and content gives the first answer again
	HappenedAt time.Time // when it happened, as claimed; zero is now
	OnBehalfOf string
	History    bool // an import: a report may have happened at any time before (set by no surface that is reached over the network)
	Try        bool // decide and answer, write nothing
}

// Answer is what an act answers, given only after its events are durable.
type Answer struct {
	Seq     journal.Seq `json:"seq"`
	ID      string      `json:"id,omitempty"`      // what was made or changed
	Receipt string      `json:"receipt,omitempty"` // of a report
	Number  string      `json:"number,omitempty"`  // of a matter
	Matters []string    `json:"matters,omitempty"` // opened by a triage
	Drafts  []string    `json:"drafts,omitempty"`  // made of a paste, or of one that was parted
	Known   int         `json:"known,omitempty"`   // messages of a paste that were taken before
	Left    int         `json:"left,omitempty"`    // messages of a paste that found no room: pasting the same again takes them
	Secret  string      `json:"-"`                 // shown once (a token); never kept
	Repeat  bool        `json:"repeat,omitempty"`  // the act had been done before
}

// call is one act on its way through the desk.
type call struct {
	*Desk
	ctx     context.Context
	st      *station
	org     *organisation.Org
	who     access.Who
	spec    *Spec
	act     any
	moment  work.Moment
	batch   journal.Batch
	answer  Answer
	things  []access.Thing
	turn    *turn                   // in the lanes of streams that crowds want; nil for acts that wait for none
	made    map[string][]work.Event // what the act adds to those streams
	orgMade bool
	into    string // the stream being written
	opens   bool   // the act opens something, so that there is nothing to hide when it is refused
}

// MaxClaimed is how far back an act may claim to have happened: a phone that was a season without signal.
const MaxClaimed = 120 * 24 * time.Hour

// Do takes one act. who has been authenticated by the caller. The answer is given after the commit is durable.
func (d *Desk) Do(ctx context.Context, who access.Who, env Envelope, name string, act any) (Answer, error) {
	spec, ok := Find(name)
	if !ok {
		return Answer{}, fault.New(fault.Missing, "act.unknown", fault.Args{"act": name})
	}
	told := act
	if k, ok := act.(interface{ Traceless() any }); ok {
		told = k.Traceless() // what may be kept nowhere is not in the digest either
	}
	body, err := json.Marshal(told)
	if err != nil {
		return Answer{}, fmt.Errorf("encode %s: %w", name, err)
	}
	if env.Key == "" || len(env.Key) > 200 {
		return Answer{}, fault.New(fault.Invalid, "act.key", nil)
	}
	mac := hmac.New(sha256.New, d.Master[:]) // keyed: a bare hash would let a short secret in the act be guessed back
	fmt.Fprintf(mac, "%s\x00%s\x00%s", name, who.Person, body)
	digest := [32]byte(mac.Sum(nil))
	tries := 8
	if spec.crowded {
		tries = 64 // in this process they go in turn; who is stale was overtaken by another process, and there are few of those
	}
	draws := 200 // whoever loses a number lost it to somebody who got it, so this ends when the crowd is through
	for try := 1; ; try++ {
		a, err := d.once(ctx, who, env, spec, act, digest)
		switch {
		case err == nil:
			return a, nil
		case fault.Code(err) == journal.CodeStale && try < tries:
			continue // somebody else appended to the stream meanwhile: look again and decide anew
		case drawnTwice(err) && draws > 0:
			draws, try = draws-1, try-1
			continue // a number or receipt code was drawn that exists: draw another; somebody took the same message in meanwhile: it is known
		}
		if first, ok := d.recall(ctx, who.Station, env.Key, digest); ok {
			return first, nil
		}
		return Answer{}, err
	}
}

// drawnTwice tells whether a claim failed that the desk itself drew by chance, or that looking again finds held: what was said before.
func drawnTwice(err error) bool {
	f, ok := fault.Of(err)
	return ok && f.Code == journal.CodeClaimed && slices.Contains([]any{"number", "paper", "receipt", AppointmentCodes, ReminderCodes, CardCodes, Households, SaidBefore}, f.Args["space"])
}

// recall gives the first answer to a key: an act sent again must not be refused because it was already done.
func (d *Desk) recall(ctx context.Context, station, key string, digest [32]byte) (Answer, bool) {
	r, was, ok, err := d.Journal.Recall(ctx, station, key)
	if err != nil || !ok || was != digest {
		return Answer{}, false
	}
	return answerOf(r), true
}

func answerOf(r journal.Receipt) Answer {
	var a Answer
	_ = json.Unmarshal(r.Answer, &a)
	a.Seq, a.Repeat = r.Last, r.Repeat
	return a
}

func (d *Desk) once(ctx context.Context, who access.Who, env Envelope, spec *Spec, act any, digest [32]byte) (Answer, error) {
	st, err := d.station(ctx, who.Station)
	if err != nil {
		return Answer{}, err
	}
	now := d.Clock.Now()
	happened := env.HappenedAt.UTC().Truncate(time.Microsecond)
	if env.HappenedAt.IsZero() || happened.After(now) {
		happened = now
	}
	if happened.Before(now.Add(-MaxClaimed)) && !env.past(act) {
		return Answer{}, fault.New(fault.Invalid, "act.too_long_ago", nil)
	}
	st.mu.RLock()
	c := &call{Desk: d, ctx: ctx, st: st, org: st.org, who: who, spec: spec, act: act,
		moment: work.Moment{Now: now, HappenedAt: happened, Actor: who.Person, Role: who.Role, OnBehalfOf: env.OnBehalfOf,
			NewID: func(p string) string { return string(d.IDs.New(p)) }, Book: book{inForce(st.book, happened), st.org, happened, d.neighbourOf(ctx, who.Station)}, Calendar: st.cal,
			Covers: func(cell string) bool {
				return who.Role == grid.DutyLead || who.Role == grid.Head || slices.Contains(who.Cells, cell)
			}},
		batch: journal.Batch{Station: who.Station, Key: env.Key, Digest: digest, Actor: who.Person, OnBehalfOf: env.OnBehalfOf, RecordedAt: now}}
	st.mu.RUnlock()
	defer func() { c.turn.end(true) }() // whatever becomes of it, the next ones must have their turn
	if err := spec.do(c); err != nil {
		return Answer{}, err
	}
	if len(c.things) == 0 {
		return Answer{}, fmt.Errorf("act %s was decided without asking whether it may be done", spec.Name)
	}
	if env.Try {
		return c.answer, c.unclaimed()
	}
	if c.batch.Answer, err = json.Marshal(c.answer); err != nil {
		return Answer{}, err
	}
	r, err := c.hand()
	if err != nil {
		return Answer{}, err
	}
	if c.orgMade {
		st.mu.Lock()
		st.stale = true
		st.mu.Unlock()
	}
	if len(c.batch.Erase) > 0 {
		st.mu.Lock()
		for _, subject := range c.batch.Erase {
			delete(st.keys, subject)
		}
		st.mu.Unlock()
	}
	a := answerOf(r)
	if !a.Repeat { // what was drawn again now opens nothing
		a.Secret = c.answer.Secret
	}
	return a, nil
}

// past tells whether the act may claim to have happened at any time before.
func (e Envelope) past(act any) bool {
	r, ok := act.(*report.Submit)
	return e.History && ok && r.Channel == "import"
}

// unclaimed refuses, as the journal would, what somebody else holds already.
func (c *call) unclaimed() error {
	for _, claim := range c.batch.Claims {
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, claim.Space, claim.Value)
		if err != nil {
			return err
		}
		if holder != "" {
			return fault.New(fault.Stale, journal.CodeClaimed, fault.Args{"space": claim.Space, "holder": holder})
		}
	}
	return nil
}

// permit asks the policy. What may not even be seen is answered as if it were not there; a report or matter that is still to be made
// has nothing to hide.
func (c *call) permit(t access.Thing) error {
	t.Station = c.who.Station
	c.reach(&t)
	c.things = append(c.things, t)
	who := c.who
	if a, ok := c.act.(*Unmask); ok {
		who.Purpose = strings.TrimSpace(a.Purpose)
	}
	if c.Policy.May(who, c.spec.Name, t).Allow && (!c.spec.Internal || who.Role == access.Machine) {
		return nil
	}
	if c.opens {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	switch c.act.(type) {
	case *report.Submit, *matter.Open:
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return c.Policy.Refused(who, t)
}

// matter loads a matter as it stands.
func (c *call) matter(id string) (matter.Matter, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "matter"})
		return matter.Matter{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return matter.Fold(events)
}

// report loads a report as it stands.
func (c *call) report(id string) (report.Report, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, report.Stream(id), 0)
	if err != nil {
		return report.Report{}, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "report"})
		return report.Report{}, fault.New(fault.Missing, "report.not_found", nil)
	}
	return report.Fold(events)
}

// MatterThing is a matter as the policy sees it.
func MatterThing(station string, m *matter.Matter) access.Thing {
	return access.Thing{Kind: "matter", Station: station, Cells: m.Cells(), Handler: m.Handler, People: m.People(), Relayed: m.Passage != nil}
}

// ReportThing is a report as the policy sees it: it belongs to its cell, to who took it down and to who triaged it.
func ReportThing(station string, r *report.Report) access.Thing {
	t := access.Thing{Kind: "report", Station: station, Relayed: r.Channel == report.ByTransfer}
	if r.Cell != "" {
		t.Cells = []string{r.Cell}
	}
	for _, p := range []string{r.TakenBy, r.TriagedBy} {
		if p != "" && p != work.Public {
			t.People = append(t.People, p)
		}
	}
	return t
}

// fresh refuses a step that was decided on an older view: the person is told who did what meanwhile, and keeps their words.
func (c *call) fresh(stream string, at, seen int) error {
	if seen <= 0 || seen >= at || c.spec.Additive {
		return nil
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, stream, seen)
	if err != nil {
		return err
	}
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; e.Actor != c.who.Person {
			return fault.New(fault.Stale, "act.meanwhile", fault.Args{"by": c.org.Call(e.Actor), "what": "{event." + e.Kind + "}",
				"at": e.RecordedAt.In(clock.Shanghai).Format("15:04")})
		}
	}
	return nil
}

// change adds events to a stream that is at version want: personal texts are sealed, the rest is encoded.
func (c *call) change(stream string, want int, events []work.Event) error {
	a := journal.Append{Stream: stream, Want: want}
	c.into = stream
	for i, e := range events {
		d := journal.Draft{Kind: e.EventKind(), HappenedAt: c.moment.HappenedAt}
		for _, t := range vault.Collect(e) {
			seal, err := c.seal(*t, want+i+1, want == 0)
			if err != nil {
				return err
			}
			d.Seals = append(d.Seals, seal)
		}
		var err error
		if d.Data, err = json.Marshal(e); err != nil {
			return fmt.Errorf("encode %s: %w", d.Kind, err)
		}
		a.Drafts = append(a.Drafts, d)
	}
	if c.turn.lane(stream) != nil && len(events) > 0 {
		if c.made == nil {
			c.made = map[string][]work.Event{}
		}
		c.made[stream] = append(c.made[stream], events...)
	}
	if len(a.Drafts) > 0 {
		c.batch.Appends = append(c.batch.Appends, a)
	}
	return nil
}

// seal puts one text under its subject's key. The version is that of the event, so it is never used twice.
func (c *call) seal(t vault.Text, version int, fresh bool) (journal.Seal, error) {
	ref := t.Ref()
	plain, ok := t.Reveal()
	if !ok {
		return journal.Seal{}, fmt.Errorf("text %s has no words to seal", t)
	}
	key, err := c.subjectKey(ref.Subject, fresh)
	if err != nil {
		return journal.Seal{}, err
	}
	ref.Version = version
	sealed, err := c.st.keyring.Seal(key, ref, []byte(plain), c.Rand)
	if err != nil {
		return journal.Seal{}, err
	}
	t.Sealed(version)
	digest := vault.Digest(sealed)
	c.batch.Sealed = append(c.batch.Sealed, journal.Sealed{Subject: ref.Subject, Field: ref.Field, Version: version, Bytes: sealed})
	return journal.Seal{Subject: ref.Subject, Field: ref.Field, Version: version, Digest: digest[:]}, nil
}

// maxKeys is how many unwrapped subject keys a station keeps in memory.
const maxKeys = 20000

func (c *call) subjectKey(subject string, fresh bool) (vault.SubjectKey, error) {
	c.st.mu.RLock()
	key, ok := c.st.keys[subject]
	c.st.mu.RUnlock()
	if ok && !fresh {
		return key, nil
	}
	for _, k := range c.batch.Keys {
		if k.Subject == subject {
			return c.st.keyring.Unwrap(subject, k.Bytes)
		}
	}
	if !fresh {
		wrapped, ok, err := c.Journal.Key(c.ctx, c.who.Station, subject)
		if err != nil {
			return vault.SubjectKey{}, err
		}
		if ok {
			if key, err = c.st.keyring.Unwrap(subject, wrapped); err != nil {
				return vault.SubjectKey{}, fmt.Errorf("unwrap the key of %s: %w", subject, err)
			}
			c.st.mu.Lock()
			if len(c.st.keys) >= maxKeys {
				clear(c.st.keys)
			}
			c.st.keys[subject] = key
			c.st.mu.Unlock()
			return key, nil
		}
		if err := c.stays(c.into); err != nil {
			return vault.SubjectKey{}, err
		}
	}
	wrapped, key, err := c.st.keyring.NewSubjectKey(subject, c.Rand)
	if err != nil {
		return vault.SubjectKey{}, err
	}
	c.batch.Keys = append(c.batch.Keys, journal.WrappedKey{Subject: subject, Bytes: wrapped})
	return key, nil
}

// Reveal opens sealed texts for somebody who may see the thing they belong to. Erased texts are left out. It masks nothing: pages do,
// unless the field was unmasked by an act of its own.
func (d *Desk) Reveal(ctx context.Context, stationID string, texts ...vault.Text) (map[vault.Ref]string, error) {
	st, err := d.station(ctx, stationID)
	if err != nil {
		return nil, err
	}
	out := make(map[vault.Ref]string, len(texts))
	keys := map[string]vault.SubjectKey{} // most texts of a page are of few subjects
	for _, t := range texts {
		ref := t.Ref()
		if _, twice := out[ref]; twice || ref.Version == 0 {
			continue
		}
		sealed, wrapped, ok, err := d.Journal.Open(ctx, stationID, ref.Subject, ref.Field, ref.Version)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		key, known := keys[ref.Subject]
		if !known {
			if key, err = st.keyring.Unwrap(ref.Subject, wrapped); err != nil {
				return nil, fmt.Errorf("unwrap the key of %s: %w", ref.Subject, err)
			}
			keys[ref.Subject] = key
		}
		plain, err := st.keyring.Open(key, ref, sealed)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", t, err)
		}
		out[ref] = string(plain)
	}
	return out, nil
}
