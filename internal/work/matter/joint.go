package matter

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Call (联动 / 吹哨) is one body called to a joint action. Each answers, arrives and reports by itself.
type Call struct {
	Action     string // the joint action it belongs to
	Body       string
	Role       string
	CalledAt   time.Time
	CalledBy   string
	Answer     string // "", "coming", "declined"
	AnsweredAt time.Time
	ArrivedAt  time.Time
	ReportedAt time.Time
}

// Settled tells whether nothing more is expected of the body.
func (c Call) Settled() bool { return c.Answer == "declined" || !c.ReportedAt.IsZero() }

// CallBodies (吹哨) calls several bodies at once.
type CallBodies struct {
	On
	Bodies []string `json:"bodies" form:"bodies,required"`
	Role   string   `json:"role,omitempty" form:"line"`
	Words  string   `json:"words" form:"words,required"`
}

// BodiesCalled is the call.
type BodiesCalled struct {
	Action string     `json:"action"`
	Bodies []string   `json:"bodies"`
	Role   string     `json:"role,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (BodiesCalled) EventKind() string { return "matter.bodies_called/1" }

func (e BodiesCalled) apply(m *Matter, at work.At) {
	for _, b := range e.Bodies {
		m.Calls = append(m.Calls, Call{Action: e.Action, Body: b, Role: e.Role, CalledAt: at.HappenedAt, CalledBy: at.Actor})
	}
}

const maxBodies = 30

// CallBodies decides the call; a body that still owes an answer is not called twice.
func (m Matter) CallBodies(a CallBodies, mo work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	bodies := slices.Compact(slices.Sorted(slices.Values(a.Bodies)))
	if err := work.Must(len(bodies) > 0, "bodies", "form.required", fault.Args{"field": "bodies"}); err != nil {
		return nil, err
	}
	if err := work.AtMost("bodies", len(bodies), maxBodies); err != nil {
		return nil, err
	}
	for _, b := range bodies {
		if err := work.Must(mo.Book.Body(b), "bodies", "form.unknown_body", nil); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(m.Calls, func(c Call) bool { return c.Body == b && !c.Settled() }) {
			return nil, fault.New(fault.Stale, "matter.already_called", fault.Args{"body": b}).On("bodies")
		}
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	role, err := work.Line("role", a.Role, 40, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{BodiesCalled{mo.NewID("j"), bodies, role, vault.Plain(m.ID, "call", words)}}, nil
}

// AnswerCall (联动反馈) notes one step of one called body: coming, declined, arrived or reported.
type AnswerCall struct {
	On
	Body  string `json:"body" form:"called,required"`
	Step  string `json:"step" form:"callstep,required"`
	Words string `json:"words,omitempty" form:"words"`
}

// CallAnswered is that step.
type CallAnswered struct {
	Body  string     `json:"body"`
	Step  string     `json:"step"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CallAnswered) EventKind() string { return "matter.call_answered/1" }

func (e CallAnswered) apply(m *Matter, at work.At) {
	m.Calls = slices.Clone(m.Calls)
	for i := range m.Calls {
		c := &m.Calls[i]
		if c.Body != e.Body || c.Settled() {
			continue
		}
		switch e.Step {
		case "coming", "declined":
			c.Answer, c.AnsweredAt = e.Step, at.HappenedAt
		case "arrived":
			c.ArrivedAt = at.HappenedAt
		case "reported":
			c.ReportedAt = at.HappenedAt
		}
	}
}

// CallSteps are the steps of a called body, in order.
var CallSteps = []string{"coming", "declined", "arrived", "reported"}

// AnswerCall decides a step of a called body. A report must say something.
func (m Matter) AnswerCall(a AnswerCall, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(CallSteps, a.Step), "step", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, a.Step == "reported" || a.Step == "declined")
	if err != nil {
		return nil, err
	}
	for _, c := range m.Calls {
		if c.Body != a.Body || c.Settled() {
			continue
		}
		if (a.Step == "coming" || a.Step == "declined") && (c.Answer != "" || !c.ArrivedAt.IsZero()) || a.Step == "arrived" && !c.ArrivedAt.IsZero() {
			return nil, fault.New(fault.Stale, "matter.call_step_done", nil)
		}
		return []work.Event{CallAnswered{a.Body, a.Step, vault.Plain(m.ID, "call", words)}}, nil
	}
	return nil, fault.New(fault.Invalid, "matter.not_called", nil).On("body")
}
