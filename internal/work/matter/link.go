package matter

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Link ties two matters: same_event, follows_from, repeats, part_of, merged.
type Link struct {
	How   string
	Other string
}

// Hows are the ways two matters can be tied by hand.
var Hows = []string{"same_event", "follows_from", "repeats", "part_of"}

// Back is how the other matter sees a tie.
func Back(how string) string {
	if b, ok := map[string]string{"follows_from": "followed_by", "repeats": "repeated_by", "part_of": "has_part"}[how]; ok {
		return b
	}
	return how
}

// Tie (关联) links this matter to another.
type Tie struct {
	On
	Other string `json:"other" form:"matter,required"`
	How   string `json:"how" form:"how,required"`
}

// Tied is a link. It is written on both matters, on the other one as Back says it.
type Tied struct {
	Other string `json:"other"`
	How   string `json:"how"`
}

// EventKind implements work.Event.
func (Tied) EventKind() string { return "matter.tied/1" }

func (e Tied) apply(m *Matter, _ work.At) { m.Links = append(m.Links, Link{e.How, e.Other}) }

// Tie decides a link to another matter of the same station; the other one gets its own event in the same batch.
func (m Matter) Tie(a Tie, other Matter) ([]work.Event, error) {
	if m.Version == 0 || other.Version == 0 {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	if err := work.Must(slices.Contains(Hows, a.How), "how", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(m.ID != other.ID, "other", "matter.tie_itself", nil); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(m.Links, func(l Link) bool { return l.Other == other.ID }) {
		return nil, fault.New(fault.Stale, "matter.already_tied", nil)
	}
	return []work.Event{Tied{other.ID, a.How}}, nil
}

// Merge (并案) ends this matter in favour of another: its reports and everyone's right to an answer go with it.
type Merge struct {
	On
	Into   string `json:"into" form:"matter,required"`
	Reason string `json:"reason,omitempty" form:"line"`
}

// MergedInto is the end of the one matter.
type MergedInto struct {
	Into   string `json:"into"`
	Reason string `json:"reason,omitempty"`
}

// EventKind implements work.Event.
func (MergedInto) EventKind() string { return "matter.merged/1" }

func (e MergedInto) apply(m *Matter, _ work.At) {
	m.move(VerbMerge)
	m.MergedInto, m.Handler = e.Into, ""
	m.Links = append(m.Links, Link{"merged", e.Into})
}

// MergeTaken is what the other matter takes over.
type MergeTaken struct {
	From    string   `json:"from"`
	Reports []string `json:"reports,omitempty"`
	Helpers []string `json:"helpers,omitempty"`
}

// EventKind implements work.Event.
func (MergeTaken) EventKind() string { return "matter.merge_taken/1" }

func (e MergeTaken) apply(m *Matter, _ work.At) {
	for _, r := range e.Reports {
		if !slices.Contains(m.Reports, r) {
			m.Reports = append(m.Reports, r)
		}
	}
	for _, p := range e.Helpers {
		m.help(p)
	}
	m.Links = append(m.Links, Link{"merged", e.From})
}

// Merge decides the events of both matters: first of this one, then of the one it goes into.
func (m Matter) Merge(a Merge, into Matter) (from, to []work.Event, err error) {
	if err := m.may(VerbMerge); err != nil {
		return nil, nil, err
	}
	if err := work.Must(m.ID != into.ID, "into", "matter.tie_itself", nil); err != nil {
		return nil, nil, err
	}
	if err := into.may(VerbWork); err != nil {
		return nil, nil, err
	}
	if !into.IsOpen() {
		return nil, nil, fault.New(fault.Stale, "matter.merge_into_closed", fault.Args{"state": "{state." + string(into.State) + "}"}).On("into")
	}
	reason, err := work.Line("reason", a.Reason, work.MaxShort, false)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{MergedInto{into.ID, reason}}, []work.Event{MergeTaken{m.ID, m.Reports, sorted(m.working())}}, nil
}
