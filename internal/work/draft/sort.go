package draft

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Urgencies are the grades of urgency a person may correct to, in the words of labelled messages.
var Urgencies = []string{"特急", "急", "一般", "无"}

// Correct (更正) says what a draft is about, how urgent it is, where it happened. What is left out stays as it was.
type Correct struct {
	On
	Label   string `json:"sorting,omitempty" form:"label"`
	Urgency string `json:"urgency,omitempty" form:"urgency"`
	Cell    string `json:"cell,omitempty" form:"cell"`
	Place   string `json:"place,omitempty" form:"line"`
}

// Corrected is such a correction. Triage learns from it.
type Corrected struct {
	Label   string `json:"sorting,omitempty"`
	Urgency string `json:"urgency,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Place   string `json:"place,omitempty"`
}

// EventKind implements work.Event.
func (Corrected) EventKind() string { return "draft.corrected/1" }

func (e Corrected) apply(d *Draft, at work.At) {
	d.step("corrected", at)
	for _, set := range []struct {
		to   *string
		from string
	}{{&d.Label, e.Label}, {&d.Urgency, e.Urgency}, {&d.Cell, e.Cell}, {&d.Where, e.Place}} {
		if set.from != "" {
			*set.to = set.from
		}
	}
}

// MaxLabel is the length of a label.
const MaxLabel = 20

// Correct decides a correction.
func (d *Draft) Correct(a Correct, mo Moment) ([]work.Event, error) {
	if err := d.waits(); err != nil {
		return nil, err
	}
	if a.Cell != "" {
		if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
			return nil, err
		}
	}
	if err := work.Must(a.Urgency == "" || slices.Contains(Urgencies, a.Urgency), "urgency", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	label, err := work.Line("sorting", a.Label, MaxLabel, false)
	if err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(label+a.Urgency+a.Cell+place != "", "sorting", "form.required", fault.Args{"field": "sorting"}); err != nil {
		return nil, err
	}
	return []work.Event{Corrected{label, a.Urgency, a.Cell, place}}, nil
}

// PutAside (放在一边) takes a draft off the list; it stays readable and can be brought back.
type PutAside struct {
	On
	Reason string `json:"reason" form:"aside,required"`
}

// SetAside is that it was set aside.
type SetAside struct {
	Reason string `json:"reason"`
}

// EventKind implements work.Event.
func (SetAside) EventKind() string { return "draft.set_aside/1" }

func (e SetAside) apply(d *Draft, at work.At) {
	d.step("aside", at)
	d.State, d.Reason = Aside, e.Reason
}

// AsideAsked (待带班核) is that somebody would set aside what rings and may not decide that alone. It goes on waiting, in front, until
// who leads the shift or a police officer sets it aside as well, or takes it on.
type AsideAsked struct {
	Reason string `json:"reason"`
}

// EventKind implements work.Event.
func (AsideAsked) EventKind() string { return "draft.aside_asked/1" }

func (e AsideAsked) apply(d *Draft, at work.At) {
	d.step("asked", at)
	d.Asked = &Asked{e.Reason, at.Actor, at.HappenedAt}
}

// PutAside decides it. What rings is never chatter: a person says that it is dealt with already, or not for this station
// (law-and-standards 9: whatever is reported is brought to an end by someone named), and who is neither police nor leads the shift only
// asks for it (13.1, 13.3: auxiliaries and grid members help, they do not decide).
func (d *Draft) PutAside(a PutAside, mo Moment) ([]work.Event, error) {
	if err := d.waits(); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Reasons, a.Reason), "reason", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Reason != Chatter || len(d.Rings()) == 0, "reason", "draft.rings", nil); err != nil {
		return nil, err
	}
	if len(d.Rings()) == 0 || mo.StandsDown {
		return []work.Event{SetAside{a.Reason}}, nil
	}
	if d.Asked != nil {
		return nil, fault.New(fault.Stale, "draft.aside_asked", nil)
	}
	return []work.Event{AsideAsked{a.Reason}}, nil
}

// Part (拆开) parts a draft that tells of several things; Cuts are where the words are cut, in characters.
type Part struct {
	On
	Cuts []int `json:"cuts" form:"hidden"`
}

// PartedInto is that it was parted.
type PartedInto struct {
	Parts []string `json:"parts"`
}

// EventKind implements work.Event.
func (PartedInto) EventKind() string { return "draft.parted/1" }

func (e PartedInto) apply(d *Draft, at work.At) {
	d.step("parted", at)
	d.State, d.Parts = Parted, e.Parts
}

// MaxParts is into how many a draft may be parted.
const MaxParts = 10

// Part decides the parting: the draft's own events, and the first event of each part. Photos stay with the first.
func (d *Draft) Part(a Part, mo Moment) (own []work.Event, parts []Taken, err error) {
	if err := d.waits(); err != nil {
		return nil, nil, err
	}
	if err := work.Must(len(d.Members) == 0, "cuts", "draft.part_after_joining", nil); err != nil {
		return nil, nil, err
	}
	words := []rune(mo.Words(d.Words))
	cuts := slices.Clone(a.Cuts)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	if err := work.Must(len(cuts) > 0 && len(cuts) < MaxParts && cuts[0] > 0 && cuts[len(cuts)-1] < len(words), "cuts", "draft.cuts", fault.Args{"max": MaxParts}); err != nil {
		return nil, nil, err
	}
	name := mo.Words(d.Name)
	var ids []string
	from := 0
	for i, to := range append(cuts, len(words)) {
		id := mo.NewID("dr")
		text, err := work.Words("text", string(words[from:to]), true)
		if err != nil {
			return nil, nil, work.Must(false, "cuts", "draft.cuts", fault.Args{"max": MaxParts})
		}
		e := Taken{ID: id, Paste: d.Paste, Place: d.Place, Channel: d.Channel, Group: d.Group, Cell: d.Cell, Person: d.Person, Name: vault.Plain(id, "name", name),
			SaidAt: d.SaidAt, Words: vault.Plain(id, "words", text), Piece: i + 1, Pieces: len(cuts) + 1, Of: d.ID, Follows: d.Follows}
		if i == 0 {
			e.Pictures, e.Photos = d.Pictures, d.Photos
			if e.Quote, err = quotation(id, mo.Words(d.Quote)); err != nil {
				return nil, nil, err
			}
		}
		ids, parts, from = append(ids, id), append(parts, e), to
	}
	return []work.Event{PartedInto{ids}}, parts, nil
}

// Join (并入) says that a draft is about the same event as another one, or goes on from it.
type Join struct {
	On
	Into string `json:"into" form:"hidden"`
}

// JoinedTo is that it was joined.
type JoinedTo struct {
	Into string `json:"into"`
}

// EventKind implements work.Event.
func (JoinedTo) EventKind() string { return "draft.joined/1" }

func (e JoinedTo) apply(d *Draft, at work.At) {
	d.step("joined", at)
	d.State, d.Into = Joined, e.Into
}

// MemberTaken is that another draft was joined to this one, which then rings for what that one rings for.
type MemberTaken struct {
	Draft   string   `json:"draft"`
	Dangers []string `json:"dangers,omitempty"`
}

// EventKind implements work.Event.
func (MemberTaken) EventKind() string { return "draft.member_taken/1" }

func (e MemberTaken) apply(d *Draft, _ work.At) {
	if !slices.Contains(d.Members, e.Draft) {
		d.Members = append(slices.Clip(d.Members), e.Draft)
	}
	if len(e.Dangers) > 0 {
		d.Brought = append(slices.Clip(d.Brought), Brought(e))
		d.Asked = nil // nobody has said yet what is to become of this
	}
	if d.Filing != nil {
		d.Filing.Added = append(d.Filing.Added, e.Draft)
	}
}

// MaxMembers is how many drafts may be joined to one.
const MaxMembers = 30

// Join decides the joining to a draft that still waits; a filed one is joined by File.
func (d *Draft) Join(a Join, into *Draft, _ Moment) (own, theirs []work.Event, err error) {
	if err := d.waits(); err != nil {
		return nil, nil, err
	}
	if err := into.waits(); err != nil {
		return nil, nil, err
	}
	if err := work.Must(into.ID != d.ID, "into", "draft.join_itself", nil); err != nil {
		return nil, nil, err
	}
	if err := work.Must(len(d.Members) == 0, "into", "draft.join_head", nil); err != nil {
		return nil, nil, err
	}
	if err := work.AtMost("into", len(into.Members)+1, MaxMembers); err != nil {
		return nil, nil, err
	}
	return []work.Event{JoinedTo{into.ID}}, []work.Event{MemberTaken{Draft: d.ID, Dangers: d.Dangers}}, nil
}
