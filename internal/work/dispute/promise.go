package dispute

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Promise (承诺) is a term of an agreement in force: who owes whom what by when.
type Promise struct {
	ID        string
	Agreement string
	Terms
	Words    vault.Text
	From     time.Time
	Kept     []Keeping // in the order they were recorded
	Broken   []Breach
	Waived   []int // instalments waived; 0 all of it
	Reminded []string
	EndedAt  time.Time
	Ended    string // kept, waived, void
}

// Keeping is one performance, of the whole or of an instalment.
type Keeping struct {
	N      int       `json:"n"` // instalment, from 1
	Amount Fen       `json:"amount,omitempty"`
	On     string    `json:"on"` // date
	SeenBy string    `json:"seen_by"`
	At     time.Time `json:"at,omitzero"`
}

// Breach is one failure to perform and what follows.
type Breach struct {
	N    int
	Next string
	At   time.Time
}

// KeepPromise (记录履行) records a performance: money paid in full or in part, a deed done, an apology made.
type KeepPromise struct {
	matter.On
	Promise string   `json:"promise" form:"promise,required"`
	N       int      `json:"n,omitempty" form:"number"` // instalment; 0 the next that is open
	Amount  string   `json:"amount,omitempty" form:"money"`
	On_     string   `json:"on" form:"date,required"`
	SeenBy  string   `json:"seen_by" form:"person,required"`
	Words   string   `json:"words,omitempty" form:"words"`
	Photos  []string `json:"photos,omitempty" form:"photos"` // receipt
}

// PromiseKept is one performance. Done tells that the promise as a whole is performed with it.
type PromiseKept struct {
	Promise string              `json:"promise"`
	Keeping Keeping             `json:"keeping"`
	Done    bool                `json:"done,omitempty"`
	All     bool                `json:"all,omitempty"` // with it every promise of the dispute is performed
	Words   vault.Text          `json:"words,omitzero"`
	Photos  []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (PromiseKept) EventKind() string { return "dispute.promise_kept/1" }

// Tell implements matter.Built.
func (e PromiseKept) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Attached(e.Photos)
	if e.All {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e PromiseKept) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		e.Keeping.At = at.HappenedAt
		p.Kept = append(p.Kept, e.Keeping)
		if e.Done {
			p.EndedAt, p.Ended = at.HappenedAt, "kept"
		}
	}
}

// BreakPromise (记录未履行) records that an instalment was not performed, and what the parties and the station do next: another
// round, judicial confirmation, court, the penalty procedure (2.13).
type BreakPromise struct {
	matter.On
	Promise string `json:"promise" form:"promise,required"`
	N       int    `json:"n,omitempty" form:"number"`
	Next    string `json:"next" form:"reason:promise_break,required"`
	Words   string `json:"words" form:"words,required"`
}

// PromiseBroken is a failure to perform.
type PromiseBroken struct {
	Promise string     `json:"promise"`
	N       int        `json:"n"`
	Next    string     `json:"next"`
	Words   vault.Text `json:"words,omitzero"`
	Runs    bool       `json:"runs,omitempty"` // the time of the case that was filed runs from now (2.14)
}

// EventKind implements work.Event.
func (PromiseBroken) EventKind() string { return "dispute.promise_broken/1" }

// Tell implements matter.Built.
func (e PromiseBroken) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.Runs {
		m.Reached["case_filed"] = at.HappenedAt
	}
}

func (e PromiseBroken) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Broken = append(p.Broken, Breach{e.N, e.Next, at.HappenedAt})
	}
}

// WaivePromise (放弃或豁免) is the receiver's word that an instalment, or all that is left, need not be performed.
type WaivePromise struct {
	matter.On
	Promise string `json:"promise" form:"promise,required"`
	N       int    `json:"n,omitempty" form:"number"` // 0 all that is left
	Words   string `json:"words" form:"words,required"`
}

// PromiseWaived is that word.
type PromiseWaived struct {
	Promise string     `json:"promise"`
	N       int        `json:"n,omitempty"`
	Done    bool       `json:"done,omitempty"`
	All     bool       `json:"all,omitempty"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PromiseWaived) EventKind() string { return "dispute.promise_waived/1" }

// Tell implements matter.Built.
func (e PromiseWaived) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.All {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e PromiseWaived) apply(d *Dispute, at work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Waived = append(p.Waived, e.N)
		if e.Done || e.N == 0 {
			p.EndedAt, p.Ended = at.HappenedAt, "waived"
		}
	}
}

// Remind (提醒到期) is the program's own: an instalment is due soon or overdue, a confirmation's day is near.
type Remind struct {
	matter.On
	Promise string `json:"promise,omitempty"`
	N       int    `json:"n,omitempty"`
	Stage   string `json:"stage"` // before_7, before_1, overdue; confirm_20, confirm_27
}

// Reminded is that the handler was reminded, and the parties who agreed to it.
type Reminded struct {
	Promise string   `json:"promise,omitempty"`
	N       int      `json:"n,omitempty"`
	Stage   string   `json:"stage"`
	Parties []string `json:"parties,omitempty"`
}

// EventKind implements work.Event.
func (Reminded) EventKind() string { return "dispute.reminded/1" }

// Tell implements matter.Built.
func (Reminded) Tell(*matter.Matter, work.At) {}

func (e Reminded) apply(d *Dispute, _ work.At) {
	if p := d.Promise(e.Promise); p != nil {
		p.Reminded = append(p.Reminded, reminder(e.N, e.Stage))
		return
	}
	if c := d.Confirming; c != nil {
		c.Reminded = append(c.Reminded, e.Stage)
	} else {
		d.Confirming = &Confirmation{Reminded: []string{e.Stage}}
	}
}

// Promise finds a promise by id.
func (d *Dispute) Promise(id string) *Promise {
	for i := range d.Promises {
		if d.Promises[i].ID == id {
			return &d.Promises[i]
		}
	}
	return nil
}

// KeepPromise decides a performance. Money may come early, in parts, or for several instalments at once: what is more than an
// instalment's rest flows on to the next that is open, and what is more than all that is open is refused. A forbearance is kept by
// somebody's word when its day has come.
func (d *Dispute) KeepPromise(a KeepPromise, mo Moment) ([]work.Event, error) {
	p, err := d.running(a.Promise)
	if err != nil {
		return nil, err
	}
	today := work.Day(mo.HappenedAt)
	on, err := onDay("on", a.On_, work.Day(p.From), today, mo)
	if fault.Code(err) == "form.past" {
		err = fault.New(fault.Invalid, "dispute.before_promise", fault.Args{"on": work.Day(p.From)}).On("on")
	}
	if err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.SeenBy), "seen_by", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if err := work.Must(p.What != "forbear" || p.DueOn <= on, "on", "dispute.forbear_not_over", fault.Args{"on": p.DueOn}); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	parts, err := p.spread(a.N, a.Amount)
	if err != nil {
		return nil, err
	}
	ps := copied(d.Promises)
	now := find(ps, p.ID)
	var events []work.Event
	for i, part := range parts {
		part.On, part.SeenBy = on, a.SeenBy
		now.Kept = append(now.Kept, part)
		e := PromiseKept{Promise: p.ID, Keeping: part}
		if i == len(parts)-1 {
			e.Words, e.Photos = d.text("kept", words), photos
			e.Done, e.All = d.ends(ps, now, "kept", mo)
		}
		events = append(events, e)
	}
	return d.regrade(events, mo), nil
}

// running is a promise that still runs.
func (d *Dispute) running(id string) (*Promise, error) {
	if d.Version == 0 {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	p := d.Promise(id)
	if err := work.Must(p != nil, "promise", "dispute.unknown_promise", nil); err != nil {
		return nil, err
	}
	if !p.EndedAt.IsZero() {
		return nil, fault.New(fault.Stale, "dispute.promise_ended", fault.Args{"how": "{promiseend." + p.Ended + "}"})
	}
	return p, nil
}

// ends tells whether promise p, one of ps as they now stand, has ended with what was just done (and marks it so), and whether with it
// every promise of the agreements in force has: that is when the agreement is performed (law-and-standards 2.16). A promise without
// end (in turn among three children) never ends; it does not stand in the way once what was due of it so far is performed.
func (d *Dispute) ends(ps []Promise, p *Promise, how string, mo Moment) (done, all bool) {
	if done = p.times() > 0 && len(p.openOnes()) == 0; done {
		p.EndedAt, p.Ended = mo.HappenedAt, how
	}
	return done, settled(ps, work.Day(mo.HappenedAt))
}

// settled tells whether nothing is open on any promise, but what is not yet due of those without end.
func settled(ps []Promise, today string) bool {
	for i := range ps {
		p := &ps[i]
		switch {
		case !p.EndedAt.IsZero():
		case p.times() > 0:
			return false
		default:
			for _, in := range p.openOnes() {
				if in.DueOn <= today {
					return false
				}
			}
		}
	}
	return true
}

// copied are promises that can be looked ahead with: adding to a copy does not touch the original.
func copied(ps []Promise) []Promise {
	ps = slices.Clone(ps)
	for i := range ps {
		ps[i].Kept, ps[i].Waived = slices.Clip(ps[i].Kept), slices.Clip(ps[i].Waived)
	}
	return ps
}

func find(ps []Promise, id string) *Promise {
	i := slices.IndexFunc(ps, func(p Promise) bool { return p.ID == id })
	return &ps[i]
}

// What can follow a broken promise and has a rule of its own (reasons.csv, promise_break).
const (
	secondRound = "second_round"
	goPenalty   = "go_penalty"
)

// BreakPromise decides that a promise was not kept: its day is over, or what was to be left undone was done. Penalty procedure
// follows only where police mediated (2.13); another round only while the track allows a session more (2.5).
func (d *Dispute) BreakPromise(a BreakPromise, mo Moment) ([]work.Event, error) {
	p, err := d.running(a.Promise)
	if err != nil {
		return nil, err
	}
	in, err := p.broken(a.N, work.Day(mo.HappenedAt))
	if err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Reason("promise_break", a.Next), "next", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	ag := d.Agreement(p.Agreement)
	if err := work.Must(a.Next != goPenalty || d.penal(ag), "next", "dispute.no_penalty_here", nil); err != nil {
		return nil, err
	}
	if t, ok := mo.Track(ag.Track); a.Next == secondRound && ok {
		if err := work.Must(t.MaxSessions == 0 || d.sessionsOn(ag.Track, d.courseOf(ag).Damages) < t.MaxSessions, "next", "dispute.no_more_rounds", fault.Args{"max": t.MaxSessions}); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	runs := d.penal(ag) && d.Case != nil && d.Case.Decided.IsZero()
	return d.regrade([]work.Event{PromiseBroken{p.ID, in.N, a.Next, d.text("broken", words), runs}}, mo), nil
}

// broken finds the instalment that was not performed: n, or the first whose day is over.
func (p *Promise) broken(n int, today string) (Instalment, error) {
	open := p.openOnes()
	i := slices.IndexFunc(open, func(in Instalment) bool { return in.N == n || n == 0 })
	if err := work.Must(i >= 0, "n", "dispute.instalment_not_open", fault.Args{"n": n}); err != nil {
		return Instalment{}, err
	}
	in := open[i]
	return in, work.Must(in.DueOn < today || p.What == "forbear", "n", "dispute.not_yet_due", fault.Args{"on": in.DueOn})
}

// WaivePromise decides that an instalment, or all that is left, need not be performed: the receiver's word.
func (d *Dispute) WaivePromise(a WaivePromise, mo Moment) ([]work.Event, error) {
	p, err := d.running(a.Promise)
	if err != nil {
		return nil, err
	}
	if a.N != 0 {
		open := slices.ContainsFunc(p.openOnes(), func(in Instalment) bool { return in.N == a.N })
		if err := work.Must(open, "n", "dispute.instalment_not_open", fault.Args{"n": a.N}); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	ps := copied(d.Promises)
	now := find(ps, p.ID)
	now.Waived = append(now.Waived, a.N)
	if a.N == 0 {
		now.EndedAt, now.Ended = mo.HappenedAt, "waived"
	}
	done, all := d.ends(ps, now, "waived", mo)
	return d.regrade([]work.Event{PromiseWaived{p.ID, a.N, done || a.N == 0, all, d.text("waived", words)}}, mo), nil
}

// Remind decides the program's own reminder: each stage once for an instalment, never for what is done.
func (d *Dispute) Remind(a Remind, mo Moment) ([]work.Event, error) {
	if err := work.Must(knownStage(a.Stage, mo), "stage", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if strings.HasPrefix(a.Stage, "confirm_") {
		c := d.Confirming
		if c != nil && (!c.AppliedAt.IsZero() || slices.Contains(c.Reminded, a.Stage)) {
			return nil, fault.New(fault.Stale, "dispute.already_reminded", nil)
		}
		waits := func(ag Agreement) bool { return ag.Effective() && confirmable(ag.Track, ag.Status) }
		if !slices.ContainsFunc(d.Agreements, waits) {
			return nil, fault.New(fault.Stale, "dispute.not_confirmable", nil)
		}
		return []work.Event{Reminded{Stage: a.Stage, Parties: d.wishing(d.partyIDs()...)}}, nil
	}
	p, err := d.running(a.Promise)
	if err != nil {
		return nil, err
	}
	in, ok := p.instalment(a.N)
	if err := work.Must(ok && in.open(), "n", "dispute.instalment_not_open", fault.Args{"n": a.N}); err != nil {
		return nil, err
	}
	if slices.Contains(p.Reminded, reminder(a.N, a.Stage)) {
		return nil, fault.New(fault.Stale, "dispute.already_reminded", nil)
	}
	return []work.Event{Reminded{p.ID, a.N, a.Stage, d.wishing(in.Payer, p.Receiver)}}, nil
}

// knownStage tells whether a reminder is of a stage: so many days before as the playbook sets, overdue, or near the end of the time
// for judicial confirmation (4.1).
func knownStage(stage string, mo Moment) bool {
	for _, n := range mo.Settings().RemindBeforeDays {
		if stage == "before_"+strconv.Itoa(n) {
			return true
		}
	}
	return slices.Contains([]string{"overdue", "confirm_20", "confirm_27"}, stage)
}

// wishing are those of some parties who agreed to be reminded.
func (d *Dispute) wishing(ids ...string) []string {
	var list []string
	for _, id := range ids {
		if s := d.Sides[id]; s != nil && s.Remind && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

func (d *Dispute) partyIDs() []string {
	ids := make([]string, len(d.Parties))
	for i, p := range d.Parties {
		ids[i] = p.ID
	}
	return ids
}

func reminder(n int, stage string) string { return strconv.Itoa(n) + ":" + stage }
