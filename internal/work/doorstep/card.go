package doorstep

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// CardReady (证件已到) says that the finished card came to the station.
type CardReady struct {
	matter.On
}

// CardArrived is that it came.
type CardArrived struct{}

// EventKind implements work.Event.
func (CardArrived) EventKind() string { return "doorstep.card_arrived/1" }

// Tell implements matter.Built.
func (CardArrived) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (CardArrived) apply(d *Doorstep, at work.At) { d.ReadyAt = at.HappenedAt }

// CardReady decides that the card is here.
func (d *Doorstep) CardReady(_ CardReady, _ Moment) ([]work.Event, []OfKit, error) {
	if err := d.planned(); err != nil {
		return nil, nil, err
	}
	if !d.Card || d.Delivered != nil {
		return nil, nil, fault.New(fault.Stale, "doorstep.no_card_waited", nil)
	}
	if !d.ReadyAt.IsZero() {
		return nil, nil, fault.New(fault.Stale, "doorstep.card_here_already", nil)
	}
	return []work.Event{CardArrived{}}, nil, nil
}

// bringing refuses what only makes sense while a finished card waits to be handed over.
func (d *Doorstep) bringing() error {
	switch {
	case !d.Card || d.Delivered != nil:
		return fault.New(fault.Stale, "doorstep.no_card_waited", nil)
	case d.ReadyAt.IsZero():
		return fault.New(fault.Stale, "doorstep.card_not_here", nil)
	}
	return nil
}

// Receivers are who may take the card, DeliveredAt where, SignedBy how it was signed for.
var (
	Receivers   = []string{"applicant", "guardian", "agent"}
	DeliveredAt = []string{"door", "window"}
	SignedBy    = []string{"screen", "ink", "fingerprint_ink"}
)

// Delivery (送证) is the hand-over of the card.
type Delivery struct {
	At       time.Time
	By       string // who handed it over
	Receiver string
	Agent    string // party; "" when it was not an agent
	Where    string
	Way      string
	Image    string // the drawn signature
}

// Deliver (送证签收) records the hand-over of the card, with the signature of who took it, and what they said.
type Deliver struct {
	matter.On
	At       time.Time `json:"at,omitzero" form:"datetime"`
	Where    string    `json:"handed_at" form:"doorwhere,required"`
	Receiver string    `json:"card_taker" form:"doortaker,required"`
	Agent    string    `json:"agent_name,omitempty" form:"line"`
	Mandate  bool      `json:"mandate,omitempty" form:"yesno"`
	Way      string    `json:"sign_way" form:"doorsign,required"`
	Image    string    `json:"image,omitempty" form:"signature"`
	Said     string    `json:"said,omitempty" form:"doorsaid"`
	Words    string    `json:"words,omitempty" form:"words"`
}

// CardDelivered is that hand-over. The legal time to issue a card ends when it is in the person's hands (L12 §12).
type CardDelivered struct {
	Visit    string    `json:"visit,omitempty"`
	At       time.Time `json:"at"`
	Where    string    `json:"where"`
	Receiver string    `json:"receiver"`
	Agent    string    `json:"agent,omitempty"`
	Way      string    `json:"way"`
	Image    string    `json:"image,omitempty"`
}

// EventKind implements work.Event.
func (CardDelivered) EventKind() string { return "doorstep.card_delivered/1" }

// Tell implements matter.Built.
func (e CardDelivered) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("id_card_issued", e.At)
}

func (e CardDelivered) apply(d *Doorstep, at work.At) {
	d.Delivered = &Delivery{At: e.At, By: at.Actor, Receiver: e.Receiver, Agent: e.Agent, Where: e.Where, Way: e.Way, Image: e.Image}
	if e.Visit != "" {
		v := d.end(e.Visit, Brought, at, vault.Text{})
		v.EndedAt = e.At
	}
}

// Deliver decides the hand-over: to the applicant, the guardian, or an agent with a mandate, against a signature.
func (d *Doorstep) Deliver(a Deliver, mo Moment) ([]work.Event, []OfKit, error) {
	if err := d.planned(); err != nil {
		return nil, nil, err
	}
	if err := d.bringing(); err != nil {
		return nil, nil, err
	}
	v := d.Current()
	at, err := d.when(a.At, v, mo)
	if err != nil {
		return nil, nil, err
	}
	if err := work.Must(!at.Before(d.ReadyAt.Truncate(time.Minute)), "at", "doorstep.before_card", nil); err != nil {
		return nil, nil, err
	}
	for _, c := range []struct {
		field, value string
		of           []string
	}{{"handed_at", a.Where, DeliveredAt}, {"card_taker", a.Receiver, Receivers}, {"sign_way", a.Way, SignedBy}} {
		if err := work.Must(slices.Contains(c.of, c.value), c.field, "form.unknown_choice", nil); err != nil {
			return nil, nil, err
		}
	}
	if err := work.Must(d.Plan.Guardian == "" || a.Receiver != "applicant", "card_taker", "doorstep.guardian_takes", nil); err != nil {
		return nil, nil, err
	}
	image, err := work.Line("image", a.Image, 64, false)
	if err != nil {
		return nil, nil, err
	}
	if err := work.Must(a.Way != "screen" || image != "", "image", "doorstep.signature_missing", nil); err != nil {
		return nil, nil, err
	}
	e := CardDelivered{At: at, Where: a.Where, Receiver: a.Receiver, Way: a.Way, Image: image}
	if v != nil {
		e.Visit = v.ID
	}
	events, err := d.taker(a, &e, mo)
	if err != nil {
		return nil, nil, err
	}
	events = append(events, e)
	said, err := d.hear(a.Said, a.Words)
	if err != nil {
		return nil, nil, err
	}
	return append(events, said...), nil, nil
}

// taker adds an agent who takes the card and is not known yet.
func (d *Doorstep) taker(a Deliver, e *CardDelivered, mo Moment) ([]work.Event, error) {
	if a.Receiver != "agent" {
		return nil, nil
	}
	if err := work.Must(a.Mandate || d.Plan.Agent != "" && strings.TrimSpace(a.Agent) == "", "mandate", "doorstep.no_mandate", nil); err != nil {
		return nil, err
	}
	if strings.TrimSpace(a.Agent) == "" {
		e.Agent = d.Plan.Agent
		return nil, work.Must(e.Agent != "", "agent_name", "form.required", fault.Args{"field": "agent_name"})
	}
	id, added, err := d.party("agent_name", a.Agent, "", mo)
	if err != nil {
		return nil, err
	}
	e.Agent = id
	return []work.Event{added}, nil
}

// Heard (听到的意见) is thanks or a complaint, and what was answered.
type Heard struct {
	ID         string
	What       string
	Words      vault.Text
	At         time.Time
	By         string
	AnsweredAt time.Time
	AnsweredBy string
	Answer     vault.Text
}

// Saids are what people may say of a visit.
var Saids = []string{"thanks", "complaint"}

// Hear (记感谢或投诉) takes down thanks or a complaint.
type Hear struct {
	matter.On
	Said  string `json:"said" form:"doorsaid,required"`
	Words string `json:"words" form:"words,required"`
}

// OpinionHeard is what was said. A complaint opens the clock in which it is answered (law-and-standards 9.1, 18.2).
type OpinionHeard struct {
	Opinion string     `json:"opinion"`
	What    string     `json:"what"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (OpinionHeard) EventKind() string { return "doorstep.opinion_heard/1" }

// Tell implements matter.Built.
func (e OpinionHeard) Tell(m *matter.Matter, at work.At) {
	if e.What == "complaint" {
		m.Reach("rated_bad", at.HappenedAt)
	}
}

func (e OpinionHeard) apply(d *Doorstep, at work.At) {
	d.Heard = append(d.Heard, Heard{ID: e.Opinion, What: e.What, Words: e.Words, At: at.HappenedAt, By: at.Actor})
}

// Hear decides what was heard.
func (d *Doorstep) Hear(a Hear, _ Moment) ([]work.Event, []OfKit, error) {
	if d.Version == 0 {
		return nil, nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	events, err := d.hear(a.Said, a.Words)
	if err == nil && len(events) == 0 {
		err = fault.New(fault.Invalid, "form.required", fault.Args{"field": "said"}).On("said")
	}
	if err != nil {
		return nil, nil, err
	}
	return events, nil, nil
}

func (d *Doorstep) hear(said, words string) ([]work.Event, error) {
	words, err := work.Words("words", words, said == "complaint")
	if err != nil || said == "" {
		return nil, err
	}
	if err := work.Must(slices.Contains(Saids, said), "said", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	id := "o" + string(rune('1'+len(d.Heard)%9))
	return []work.Event{OpinionHeard{id, said, d.text("heard", words)}}, nil
}

// AnswerComplaint (答复投诉) answers a complaint: by somebody who did not go and does not handle the matter (law-and-standards 18.2).
type AnswerComplaint struct {
	matter.On
	Words string `json:"words" form:"words,required"`
}

// ComplaintAnswered is that answer.
type ComplaintAnswered struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ComplaintAnswered) EventKind() string { return "doorstep.complaint_answered/1" }

// Tell implements matter.Built.
func (ComplaintAnswered) Tell(m *matter.Matter, at work.At) {
	m.Reach("rating_answered", at.HappenedAt)
}

func (e ComplaintAnswered) apply(d *Doorstep, at work.At) {
	for i := range d.Heard {
		if h := &d.Heard[i]; h.What == "complaint" && h.AnsweredAt.IsZero() {
			h.AnsweredAt, h.AnsweredBy, h.Answer = at.HappenedAt, at.Actor, e.Words
		}
	}
}

// complained tells whether a complaint waits for its answer.
func (d *Doorstep) complained() bool {
	return slices.ContainsFunc(d.Heard, func(h Heard) bool { return h.What == "complaint" && h.AnsweredAt.IsZero() })
}

// AnswerComplaint decides the answer to what was complained of.
func (d *Doorstep) AnswerComplaint(a AnswerComplaint, mo Moment) ([]work.Event, []OfKit, error) {
	if !d.complained() {
		return nil, nil, fault.New(fault.Stale, "doorstep.no_complaint", nil)
	}
	went := mo.Actor == d.Handler || slices.ContainsFunc(d.Visits, func(v Visit) bool {
		return slices.Contains(v.With, mo.Actor) || slices.Contains(v.Present, mo.Actor)
	})
	if went {
		return nil, nil, fault.New(fault.Denied, "doorstep.own_complaint", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, nil, err
	}
	return []work.Event{ComplaintAnswered{d.text("answered", words)}}, nil, nil
}
