package firm

import (
	"fmt"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Give (通报周边情况) tells a firm what happened around it: kinds and numbers and roughly where, never who (law-and-standards 5.6, 15.11).
type Give struct {
	On
	Way    string     `json:"brief_way" form:"briefway,required"`
	From   string     `json:"from,omitempty" form:"date"`
	Until  string     `json:"until,omitempty" form:"date"`
	Around []Happened `json:"around,omitempty"`
	Words  string     `json:"told_words" form:"words,required"`
	Heard  string     `json:"firm_said,omitempty" form:"words"`
}

// Happened is one kind of incident around: how many, and near what.
type Happened struct {
	Kind  string `json:"kind" form:"kind"`
	Count int    `json:"how_many" form:"number"`
	Near  string `json:"near_where,omitempty" form:"line"`
}

// BriefWays are how a firm is told.
var BriefWays = []string{"visit", "phone", "meeting", "group"}

// Briefed is a briefing; NextOn is the day by which the next one is due. What the firm said is sealed.
type Briefed struct {
	Way    string     `json:"way"`
	From   string     `json:"from,omitempty"`
	Until  string     `json:"until,omitempty"`
	Around []Happened `json:"around,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
	Heard  vault.Text `json:"heard,omitzero"`
	NextOn string     `json:"next_on"`
}

// EventKind implements work.Event.
func (Briefed) EventKind() string { return "firm.briefed/1" }

// Brief is a briefing that was given.
type Brief struct {
	Briefed
	At time.Time
	By string
}

func (e Briefed) apply(f *Firm, at work.At) {
	f.Briefs = append(f.Briefs, Brief{e, at.HappenedAt, at.Actor})
	f.Briefed, f.BriefOn = at.HappenedAt, e.NextOn
}

// maxAround is how many kinds one briefing tells of.
const maxAround = 20

// Give decides a briefing.
func (f *Firm) Give(a Give, mo Moment) ([]work.Event, error) {
	if err := f.open(); err != nil {
		return nil, err
	}
	if err := oneOf("brief_way", a.Way, BriefWays); err != nil {
		return nil, err
	}
	e := Briefed{Way: a.Way, From: a.From, Until: a.Until}
	for field, d := range map[string]string{"from": a.From, "until": a.Until} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			return nil, fault.New(fault.Invalid, "form.date", nil).On(field)
		}
	}
	if err := work.Must(a.From == "" || a.Until == "" || a.From <= a.Until, "until", "firm.ends_before", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("around", len(a.Around), maxAround); err != nil {
		return nil, err
	}
	for i, h := range a.Around {
		in := fmt.Sprintf("around.%d.", i)
		if _, ok := mo.Book.Kind(h.Kind); !ok {
			return nil, fault.New(fault.Invalid, "matter.unknown_kind", fault.Args{"kind": h.Kind}).On(in + "kind")
		}
		if err := work.Must(h.Count > 0 && h.Count < 10000, in+"how_many", "firm.count", nil); err != nil {
			return nil, err
		}
		near, err := work.Line(in+"near_where", h.Near, work.MaxShort, false)
		if err == nil {
			err = noPerson(in+"near_where", near)
		}
		if err != nil {
			return nil, err
		}
		e.Around = append(e.Around, Happened{h.Kind, h.Count, near})
	}
	words, err := work.Words("told_words", a.Words, true)
	if err == nil {
		err = noPerson("told_words", words)
	}
	if err != nil {
		return nil, err
	}
	heard, err := work.Words("firm_said", a.Heard, false)
	if err != nil {
		return nil, err
	}
	sort, _ := mo.Rules.FirmSort(f.Sort)
	e.Words, e.Heard, e.NextOn = vault.Plain(f.ID, "told", words), text(f.ID, "heard", heard), work.DayWithin(mo.HappenedAt, max(1, sort.BriefDays), mo.Calendar)
	return []work.Event{e}, nil
}

// text seals words; none where there are none.
func text(subject, field, s string) vault.Text {
	if s == "" {
		return vault.Text{}
	}
	return vault.Plain(subject, field, s)
}

func oneOf(field, s string, all []string) error {
	for _, x := range all {
		if x == s {
			return nil
		}
	}
	return fault.New(fault.Invalid, "form.unknown_choice", nil).On(field)
}
