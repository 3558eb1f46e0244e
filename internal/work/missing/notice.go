package missing

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Notice (寻人启事) is what the family agreed may be said in public: as little as finds the person (L22 §103, L8 §25, §29;
// law-and-standards 5.2, 15.13). WithName and WithPhoto are each a consent of their own.
type Notice struct {
	Out                 bool // out now: not withheld, not taken down
	DecidedAt           time.Time
	By                  string
	Consenter           vault.Text // who of the family agreed
	WithName, WithPhoto bool
	Text                vault.Text
	Number              string   // of the station
	Channels            []string // where it is out
	DownAt              time.Time
}

// Channels are where a notice goes.
var Channels = []string{"poster", "chat", "screen", "media"}

// Publish (发布启事) puts the notice out, with the consent of the family.
type Publish struct {
	matter.On
	Consent   bool     `json:"family_consent" form:"yesno,required"`
	Consenter string   `json:"family_consenter" form:"line,required"`
	WithName  bool     `json:"with_name,omitempty" form:"yesno"`
	WithPhoto bool     `json:"with_photo,omitempty" form:"yesno"`
	Text      string   `json:"notice_text" form:"words,required"`
	Number    string   `json:"call_number,omitempty" form:"phone"` // of the station: who saw the person calls it
	Channels  []string `json:"notice_channels" form:"some:noticechannel,required"`
}

// Published is a notice put out.
type Published struct {
	Consenter vault.Text `json:"consenter,omitzero"`
	WithName  bool       `json:"with_name,omitempty"`
	WithPhoto bool       `json:"with_photo,omitempty"`
	Text      vault.Text `json:"text,omitzero"`
	Number    string     `json:"call_number,omitempty"`
	Channels  []string   `json:"channels"`
}

// EventKind implements work.Event.
func (Published) EventKind() string { return "missing.published/1" }

// Tell implements matter.Built.
func (Published) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_notice_decided", at.HappenedAt)
}

func (e Published) apply(x *Missing, at work.At) {
	n := Notice{Out: true, DecidedAt: at.HappenedAt, By: at.Actor, Consenter: e.Consenter, WithName: e.WithName, WithPhoto: e.WithPhoto, Text: e.Text,
		Number: e.Number, Channels: e.Channels}
	if x.Notice != nil {
		for _, c := range x.Notice.Channels { // one put out anew hangs where the old one did
			if !slices.Contains(n.Channels, c) {
				n.Channels = append(slices.Clip(n.Channels), c)
			}
		}
	}
	x.Notice = &n
}

// Publish decides a notice. Without the family's consent there is none; phone and ID numbers of people never stand in it.
func (x *Missing) Publish(a Publish, _ Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if x.Subject == "" {
		return nil, fault.New(fault.Stale, "missing.describe_first", nil)
	}
	if err := work.Must(a.Consent, "family_consent", "missing.no_consent", nil); err != nil {
		return nil, err
	}
	who, err := work.Line("family_consenter", a.Consenter, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	text, err := work.Words("notice_text", a.Text, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(vault.MaskFree(text) == text, "notice_text", "missing.notice_personal", nil); err != nil {
		return nil, err
	}
	number, err := work.Line("call_number", a.Number, 20, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(a.Channels) > 0, "notice_channels", "form.required", fault.Args{"field": "notice_channels"}); err != nil {
		return nil, err
	}
	for _, c := range a.Channels {
		if err := work.Must(slices.Contains(Channels, c), "notice_channels", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
	}
	return []work.Event{Published{vault.Plain(x.Subject, "family_consenter", who), a.WithName, a.WithPhoto, x.text("notice", text), number, a.Channels}}, nil
}

// Withhold (暂不发布) decides that no notice goes out for now, and why: the question was asked.
type Withhold struct {
	matter.On
	Words string `json:"words" form:"words,required"`
}

// Withheld is that decision.
type Withheld struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Withheld) EventKind() string { return "missing.withheld/1" }

// Tell implements matter.Built.
func (Withheld) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_notice_decided", at.HappenedAt)
}

func (Withheld) apply(*Missing, work.At) {}

// Withhold decides that no notice goes out for now.
func (x *Missing) Withhold(a Withhold, _ Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if x.noticeOut() {
		return nil, fault.New(fault.Stale, "missing.notice_is_out", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Withheld{x.text("withhold", words)}}, nil
}

func (x *Missing) noticeOut() bool { return x.Notice != nil && x.Notice.Out }

// TakeDown (撤下启事) says that the notice was taken down everywhere it was put (L8 §19, §47; law-and-standards 15.5).
type TakeDown struct {
	matter.On
	Channels []string `json:"notice_channels" form:"some:noticechannel,required"`
	Words    string   `json:"words,omitempty" form:"words"`
}

// TakenDown is that.
type TakenDown struct {
	Channels []string   `json:"channels"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (TakenDown) EventKind() string { return "missing.taken_down/1" }

// Tell implements matter.Built.
func (TakenDown) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_notice_down", at.HappenedAt)
}

func (TakenDown) apply(x *Missing, at work.At) {
	n := *x.Notice
	n.Out, n.DownAt = false, at.HappenedAt
	x.Notice = &n
}

// TakeDown decides the taking down: from every place it was put at once. The task set when the person was found is done with it.
func (x *Missing) TakeDown(a TakeDown, _ Moment) ([]work.Event, error) {
	if err := x.Running(); err != nil {
		return nil, err
	}
	if !x.noticeOut() {
		return nil, fault.New(fault.Stale, "missing.no_notice", nil)
	}
	for _, c := range x.Notice.Channels {
		if err := work.Must(slices.Contains(a.Channels, c), "notice_channels", "missing.still_hangs", fault.Args{"channel": "{noticechannel." + c + "}"}); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	events := []work.Event{TakenDown{x.Notice.Channels, x.text("take_down", words)}}
	for _, t := range x.Tasks {
		if t.DoneAt.IsZero() && t.Title == downTask {
			events = append(events, matter.TaskDone{Task: t.ID})
		}
	}
	return events, nil
}
