// Package draft holds the rules of drafts (草稿): pieces of what people said in a group chat, on their way to becoming work. A message that
// tells of several things becomes several drafts. Nothing that was said is thrown away: a draft is filed as a report, joined to another
// one, parted, or set aside, and each of these steps can be undone by whoever took it.
package draft

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// On is what every act on a draft carries.
type On struct {
	Draft   string `json:"draft" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the draft's id and the version the person saw.
func (o On) Target() (id string, version int) { return o.Draft, o.Version }

// State is where a draft is.
type State string

// The states of a draft.
const (
	Waiting State = "waiting" // 待定
	Filed   State = "filed"   // 已立
	Joined  State = "joined"  // 已并入另一条
	Parted  State = "parted"  // 已拆开
	Aside   State = "aside"   // 放在一边
	Dropped State = "dropped" // a part of a message whose parting was undone
)

// States lists those a person may ask for.
var States = []State{Waiting, Filed, Joined, Aside}

// Why a draft was set aside (放在一边). A person gives chatter, known or not_ours; the others come with the taking, or with an erasure.
const (
	Chatter    = "chatter"    // 闲聊、问好
	Notice     = "notice"     // words of the platform
	Retraction = "retraction" // takes back what the sender said before
	Known      = "known"      // already dealt with
	NotOurs    = "not_ours"   // nothing for this station
	Gone       = "erased"     // its words were destroyed because who said them asked for it
)

// Reasons are those a person may give.
var Reasons = []string{Chatter, Known, NotOurs}

// Draft is one piece of what somebody said, as it stands.
type Draft struct {
	ID        string
	Version   int
	State     State
	Paste     string // the paste or call it came with
	Place     int    // its place in that paste, from 1
	Channel   string // "paste", or the vendor of a webhook
	Group     string // the group, as whoever pasted calls it
	Cell      string // where it happened, as far as is known: corrected, or of the sender, or of the group
	Person    string // who said it, when it is somebody of the organisation
	Name      vault.Text
	SaidAt    time.Time // zero when nobody knows
	TakenAt   time.Time
	ChangedAt time.Time
	TakenBy   string
	Words     vault.Text
	Quote     vault.Text // what it answers, when that is not among what was taken with it
	Pictures  int        // mentioned
	Photos    []matter.Attachment
	Missed    int // pictures that the vendor of a webhook did not give
	Piece     int // 1… of Pieces, when the message told of several things
	Pieces    int
	Of        string   // the draft it was parted from
	Follows   string   // the draft it goes on from, as far as can be told
	Retracts  string   // the draft it takes back
	Dangers   []string // what it rang for when it was taken
	Label     string   // corrected by a person
	Urgency   string
	Where     string // the place, in words, corrected
	Reason    string // why it is set aside
	Asked     *Asked // waits although somebody would set it aside
	Erased    bool   // its words, name and pictures are destroyed
	Into      string
	Members   []string  // drafts that were joined to it
	Brought   []Brought // by those of them that ring
	Parts     []string
	Filing    *Filing
	Earlier   []Filing // that were undone
	Last      *Step    // what can be undone
}

// Filing is what became of a draft that was filed.
type Filing struct {
	Report, Receipt string
	Matter          string // opened by it or tied to
	Opened          int    // the version at which the matter it opened was left; 0 when it opened none
	Others          []Other
	Pictures        int      // that came after it
	Added           []string // drafts of the same person whose words were added to the report
	Label           string
	At              time.Time
	By              string
}

// Other is the report made of a draft that was joined.
type Other struct {
	Draft   string `json:"draft"`
	Report  string `json:"report"`
	Receipt string `json:"receipt,omitempty"` // "" when its words were added to the report of the same person
}

// Brought is what a draft that was joined to another one rings for.
type Brought struct {
	Draft   string
	Dangers []string
}

// Rings lists what a draft rings for: what it tells of itself, and what those tell of that were joined to it.
func (d *Draft) Rings() []string {
	list := slices.Clone(d.Dangers)
	for _, b := range d.Brought {
		for _, danger := range b.Dangers {
			if !slices.Contains(list, danger) {
				list = append(list, danger)
			}
		}
	}
	return list
}

// Asked is that somebody who may not decide it alone would set aside what rings.
type Asked struct {
	Reason string
	By     string
	At     time.Time
}

// Step is the last step on a draft.
type Step struct {
	What   string // "filed", "joined", "parted", "aside", "asked", "corrected"
	By     string
	At     time.Time
	Before State
	Label  string // what a correction replaced
	Grade  string
	Cell   string
	Where  string
}

// Stream is the journal stream of a draft.
func Stream(id string) string { return "draft/" + id }

// Fold makes a draft from its stream; Version 0 when there are no events.
func Fold(events []journal.Event) (*Draft, error) {
	d := &Draft{}
	return d, work.Replay(events, d.Apply)
}

type applier interface{ apply(d *Draft, at work.At) }

// Apply folds one event of the draft's stream.
func (d *Draft) Apply(v work.Event, at work.At) error {
	if a, ok := v.(applier); ok {
		a.apply(d, at)
	}
	d.Version, d.ChangedAt = at.Version, at.HappenedAt
	return nil
}

// waits refuses a step on a draft that is not there or waits no more.
func (d *Draft) waits() error {
	switch {
	case d.Version == 0:
		return fault.New(fault.Missing, "draft.not_found", nil)
	case d.State != Waiting:
		return fault.New(fault.Stale, "draft.not_waiting", fault.Args{"state": "{draftstate." + string(d.State) + "}"})
	}
	return nil
}

func (d *Draft) step(what string, at work.At) {
	d.Last = &Step{What: what, By: at.Actor, At: at.HappenedAt, Before: d.State, Label: d.Label, Grade: d.Urgency, Cell: d.Cell, Where: d.Where}
}

// Moment is what rules of drafts may know besides their own history.
type Moment struct {
	work.Moment
	// Words opens what is sealed of a draft.
	Words func(vault.Text) string
	// Receipt draws a receipt code.
	Receipt func() string
	// StandsDown is that who acts may set aside what rings.
	StandsDown bool
}

func init() {
	work.Know[Taken]()
	work.Know[Corrected]()
	work.Know[SetAside]()
	work.Know[AsideAsked]()
	work.Know[PartedInto]()
	work.Know[JoinedTo]()
	work.Know[MemberTaken]()
	work.Know[FiledAs]()
	work.Know[Undone]()
	work.Know[MemberLeft]()
	work.Know[BroughtBack]()
	work.Know[Erased]()
	work.Know[Pictured]()
	work.Know[PictureMissed]()
}
