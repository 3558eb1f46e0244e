// Package retention holds what becomes of personal data that has been kept long enough (保存期限): when its time by the playbook is over
// the program destroys it by itself, unless it is held, something open refers to it, or it is an archive that the head must agree to
// destroy (law-and-standards 15.5, 17, 17.1; L8 §19, §47; L26 §21).
package retention

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Keep is how one thing is kept: "report/r_…", "matter/m_…", "windowday/w/2026-03-01", "rating/…", "right/…", "reminder/…", "looks/2026-03".
type Keep struct {
	Thing   string
	Version int
	Held    bool
	HeldBy  string
	HeldAt  time.Time
	Why     vault.Text // why it is held
	Agreed  time.Time  // when the head agreed that an archive is destroyed
	GoneAt  time.Time
	Rule    string // by which it went
}

// Stream is the journal stream of how a thing is kept.
func Stream(thing string) string { return "kept/" + thing }

// Fold makes it from its stream.
func Fold(events []journal.Event) (k Keep, err error) {
	return k, work.Replay(events, func(v work.Event, at work.At) error {
		if a, ok := v.(interface{ apply(*Keep, work.At) }); ok {
			a.apply(&k, at)
		}
		k.Version = at.Version
		return nil
	})
}

// Hold (扣住不删) stops that a thing is destroyed, whatever its time: a lawsuit, an inquiry, a complaint (law-and-standards 17.1).
type Hold struct {
	Thing string `json:"kept_thing" form:"line,required"`
	Words string `json:"words" form:"words,required"`
}

// Held is that it is held.
type Held struct {
	Thing string     `json:"thing"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Held) EventKind() string { return "retention.held/1" }

func (e Held) apply(k *Keep, at work.At) {
	k.Thing, k.Held, k.HeldBy, k.HeldAt, k.Why = e.Thing, true, at.Actor, at.HappenedAt, e.Words
	k.Agreed = time.Time{} // whoever agreed did not know of this
}

// Hold decides it.
func (k Keep) Hold(a Hold, mo work.Moment) ([]work.Event, error) {
	switch {
	case !k.GoneAt.IsZero():
		return nil, fault.New(fault.Stale, "retention.gone", nil)
	case k.Held:
		return nil, fault.New(fault.Stale, "retention.held", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Held{a.Thing, vault.Plain(mo.NewID("h"), "hold", words)}}, nil
}

// Release (不再扣住) lets its time run out again.
type Release struct {
	Thing string `json:"kept_thing" form:"line,required"`
}

// Released is that it is held no longer.
type Released struct{}

// EventKind implements work.Event.
func (Released) EventKind() string { return "retention.released/1" }

func (Released) apply(k *Keep, _ work.At) { k.Held, k.Why = false, vault.Text{} }

// Release decides it.
func (k Keep) Release(Release, work.Moment) ([]work.Event, error) {
	if !k.Held {
		return nil, fault.New(fault.Stale, "retention.not_held", nil)
	}
	return []work.Event{Released{}}, nil
}

// Agree (同意销毁档案) is the head's word that archives on a list may be destroyed (L26 §21: a list, an approval, a record).
type Agree struct {
	Things []string `json:"kept_things" form:"hidden"`
}

// MaxAgreed is how many things one word covers.
const MaxAgreed = 200

// Agreed is that word on one thing.
type Agreed struct {
	Thing string `json:"thing"`
}

// EventKind implements work.Event.
func (Agreed) EventKind() string { return "retention.agreed/1" }

func (e Agreed) apply(k *Keep, at work.At) { k.Thing, k.Agreed = e.Thing, at.HappenedAt }

// Agree decides it for one thing; what is not due yet, or goes by itself, is not agreed to.
func (k Keep) Agree(thing string, s Standing, mo work.Moment) ([]work.Event, error) {
	switch why, _ := s.stays(mo.Now); {
	case !k.GoneAt.IsZero():
		return nil, fault.New(fault.Stale, "retention.gone", nil)
	case k.Held:
		return nil, fault.New(fault.Stale, "retention.held", nil)
	case why != "" || !s.Ask:
		return nil, fault.New(fault.Stale, "retention.not_due", nil)
	case k.agreed(s):
		return nil, nil
	}
	return []work.Event{Agreed{thing}}, nil
}

// agreed tells whether the head agreed to it as it stands: not before its time was over, as it was of one that was taken up again since.
func (k Keep) agreed(s Standing) bool { return !k.Agreed.IsZero() && !k.Agreed.Before(s.Due()) }

// Standing is what is found out about a thing when its time seems to be over.
type Standing struct {
	Rule     string // the row of retention.csv
	Months   int    // how long that row keeps it after its end; 0: there is no such row, it is kept
	Ask      bool   // the row wants the head's word
	Ended    time.Time
	Referred bool // something that goes on refers to it
}

// Due is when its time is over.
func (s Standing) Due() time.Time { return s.Ended.AddDate(0, s.Months, 0) }

// Why a thing stays.
const (
	Running  = "running"  // it goes on
	Referred = "referred" // something that goes on refers to it
	Term     = "term"     // its time is not over
	Ask      = "ask"      // the head has not agreed
)

// lookAgain is after how many days a thing is looked at again that must stay for something else.
const lookAgain = 30

// stays says why a thing must stay, and until when at least; "" when its time is over.
func (s Standing) stays(now time.Time) (why string, until time.Time) {
	switch {
	case s.Ended.IsZero():
		return Running, now.AddDate(0, 0, lookAgain)
	case s.Referred:
		return Referred, now.AddDate(0, 0, lookAgain)
	case now.Before(s.Due()):
		return Term, s.Due()
	}
	return "", time.Time{}
}

// Forget (到期销毁) destroys what is personal of a thing when its time is over. The program does it by itself.
type Forget struct {
	Thing string `json:"kept_thing" form:"hidden"`
}

// Forgotten is that it was destroyed, by which rule; keys and ciphertexts are gone in the same transaction.
type Forgotten struct {
	Thing    string    `json:"thing"`
	Rule     string    `json:"rule"`
	Months   int       `json:"months"`
	Ended    time.Time `json:"ended"`
	Subjects int       `json:"subjects"` // how many keys were destroyed
}

// EventKind implements work.Event.
func (Forgotten) EventKind() string { return "retention.forgotten/1" }

func (e Forgotten) apply(k *Keep, at work.At) {
	k.Thing, k.Rule, k.GoneAt, k.Why = e.Thing, e.Rule, at.HappenedAt, vault.Text{}
}

// Spared is that a thing whose time seemed over must stay, why and until when at least.
type Spared struct {
	Thing string    `json:"thing"`
	Rule  string    `json:"rule"`
	Why   string    `json:"why"`
	Until time.Time `json:"until"`
}

// EventKind implements work.Event.
func (Spared) EventKind() string { return "retention.spared/1" }

func (e Spared) apply(k *Keep, _ work.At) { k.Thing = e.Thing }

// Forget decides it. subjects is how many keys would be destroyed.
func (k Keep) Forget(thing string, s Standing, subjects int, mo work.Moment) ([]work.Event, error) {
	switch {
	case !k.GoneAt.IsZero():
		return nil, fault.New(fault.Stale, "retention.gone", nil)
	case k.Held:
		return nil, fault.New(fault.Stale, "retention.held", nil)
	case s.Months == 0:
		return nil, fault.New(fault.Stale, "retention.no_rule", nil)
	}
	if why, until := s.stays(mo.Now); why != "" {
		return []work.Event{Spared{thing, s.Rule, why, until.UTC()}}, nil
	}
	if s.Ask && !k.agreed(s) {
		return []work.Event{Spared{thing, s.Rule, Ask, mo.Now.AddDate(0, 0, lookAgain).UTC()}}, nil
	}
	return []work.Event{Forgotten{thing, s.Rule, s.Months, s.Ended.UTC(), subjects}}, nil
}

func init() {
	work.Know[Held]()
	work.Know[Released]()
	work.Know[Agreed]()
	work.Know[Forgotten]()
	work.Know[Spared]()
}
