package campaign

import (
	"fmt"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"time"
)

// Fix (问题已整改) notes that a fault is said to be put right: what was done. It stays open until somebody else has seen it.
type Fix struct {
	On
	Fault  string   `json:"campaign_fault" form:"hidden"`
	Words  string   `json:"fix_words" form:"words,required"`
	Photos []string `json:"photos,omitempty" form:"photos"`
}

// WasFixed is a fault said to be put right.
type WasFixed struct {
	Fault  string              `json:"fault"`
	Words  vault.Text          `json:"words,omitzero"`
	Photos []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (WasFixed) EventKind() string { return "campaign.fixed/1" }

func (e WasFixed) apply(c *Campaign, at work.At) {
	if f, ok := c.Fault(e.Fault); ok {
		f.Fixed, f.FixedBy, f.FixWords = at.HappenedAt, at.Actor, e.Words
		f.Photos = append(f.Photos, e.Photos...)
	}
}

// opened finds a fault that is not seen to be right yet.
func (c *Campaign) opened(id string) (*Fault, error) {
	if err := c.there(); err != nil {
		return nil, err
	}
	f, ok := c.Fault(id)
	if !ok {
		return nil, fault.New(fault.Missing, "campaign.no_fault", nil).On("campaign_fault")
	}
	if !f.Open() {
		return nil, fault.New(fault.Stale, "campaign.fault_is_right", nil)
	}
	return f, nil
}

// Fix decides that a fault is said to be put right.
func (c *Campaign) Fix(a Fix, _ Moment) ([]work.Event, error) {
	f, err := c.opened(a.Fault)
	if err != nil {
		return nil, err
	}
	if f.State() == "fixed" {
		return nil, fault.New(fault.Stale, "campaign.fixed_already", nil)
	}
	words, err := work.Words("fix_words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{WasFixed{f.ID, vault.Plain(c.ID, "fix."+f.ID, words), photos}}, nil
}

// SeeAgain (复查) sees a fault again: it is right, or has a new day. Somebody else than who said it was right sees it (law-and-standards
// 10.10); in an inspection two officers do (12.2, 13.4).
type SeeAgain struct {
	On
	Fault  string   `json:"campaign_fault" form:"hidden"`
	Right  bool     `json:"put_right" form:"yesno,required"`
	Words  string   `json:"look_words" form:"words,required"`
	DueOn  string   `json:"new_due_on,omitempty" form:"date"`
	With   []string `json:"with,omitempty" form:"people"`
	Photos []string `json:"photos,omitempty" form:"photos"`
}

// SeenAgain is a fault that was seen again.
type SeenAgain struct {
	Fault  string              `json:"fault"`
	No     int                 `json:"no"`
	Right  bool                `json:"right"`
	Words  vault.Text          `json:"words,omitzero"`
	DueOn  string              `json:"due_on,omitempty"`
	With   []string            `json:"with,omitempty"`
	Photos []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (SeenAgain) EventKind() string { return "campaign.seen_again/1" }

// Look is one time a fault was seen again.
type Look struct {
	SeenAgain
	At time.Time
	By string
}

func (e SeenAgain) apply(c *Campaign, at work.At) {
	f, ok := c.Fault(e.Fault)
	if !ok {
		return
	}
	f.Looks, f.Photos = append(f.Looks, Look{e, at.HappenedAt, at.Actor}), append(f.Photos, e.Photos...)
	if e.Right {
		f.RightAt = at.HappenedAt
		return
	}
	f.DueOn, f.Fixed, f.FixedBy = e.DueOn, time.Time{}, ""
}

// SeeAgain decides what was seen.
func (c *Campaign) SeeAgain(a SeeAgain, mo Moment) ([]work.Event, error) {
	f, err := c.opened(a.Fault)
	if err != nil {
		return nil, err
	}
	if err := c.may(a.With, mo); err != nil {
		return nil, err
	}
	if err := work.Must(!a.Right || f.FixedBy != mo.Actor, "put_right", "campaign.another_looks", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("look_words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	e := SeenAgain{Fault: f.ID, No: len(f.Looks) + 1, Right: a.Right, With: a.With, Photos: photos}
	if !a.Right {
		if err := work.Must(a.DueOn != "", "new_due_on", "campaign.needs_new_day", nil); err != nil {
			return nil, err
		}
		if err := dueDay("new_due_on", a.DueOn, mo); err != nil {
			return nil, err
		}
		e.DueOn = a.DueOn
	}
	e.Words = vault.Plain(c.ID, fmt.Sprintf("look.%s.%d", f.ID, e.No), words)
	return []work.Event{e}, nil
}

// Grow (转为隐患事项) opens a matter for a fault that needs work of its own: other bodies, money, a long time. The fault keeps the link and
// is still seen again.
type Grow struct {
	On
	Fault string            `json:"campaign_fault" form:"hidden"`
	Kind  string            `json:"kind" form:"kind,required"`
	Title string            `json:"title" form:"line,required"`
	Words string            `json:"words" form:"words,required"`
	To    string            `json:"to,omitempty" form:"person"`
	Extra map[string]string `json:"extra,omitempty" form:"extra"`
}

// Grown is a fault that became a matter.
type Grown struct {
	Fault  string `json:"fault"`
	Matter string `json:"matter"`
}

// EventKind implements work.Event.
func (Grown) EventKind() string { return "campaign.grown/1" }

func (e Grown) apply(c *Campaign, _ work.At) {
	if f, ok := c.Fault(e.Fault); ok {
		f.Matter = e.Matter
	}
}

// Grow decides a matter: the events of the campaign and those that open the matter, for one batch.
func (c *Campaign) Grow(a Grow, mo Moment) (mine, theirs []work.Event, err error) {
	f, err := c.opened(a.Fault)
	if err != nil {
		return nil, nil, err
	}
	if f.Matter != "" {
		return nil, nil, fault.New(fault.Stale, "campaign.grown_already", nil)
	}
	if _, err := work.Words("words", a.Words, true); err != nil {
		return nil, nil, err
	}
	firm, err := mo.Premises(f.Firm)
	if err != nil {
		return nil, nil, err
	}
	theirs, err = matter.Matter{}.Open(matter.Open{Kind: a.Kind, Title: a.Title, Words: a.Words, Cell: f.Cell, Place: firm.Name, To: a.To, Extra: a.Extra}, "", mo.Moment)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{Grown{f.ID, theirs[0].(matter.Opened).ID}}, theirs, nil
}
