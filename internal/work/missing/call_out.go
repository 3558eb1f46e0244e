package missing

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Dispatch (立即派出) says who went out and where to. There is no waiting: a missing person is looked for from the first minute
// (law-and-standards 9.1, 9.5).
type Dispatch struct {
	matter.On
	People []string `json:"people" form:"people,required"`
	Words  string   `json:"words,omitempty" form:"words"`
}

// Dispatched is who went out.
type Dispatched struct {
	People []string   `json:"people"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Dispatched) EventKind() string { return "missing.dispatched/1" }

// Tell implements matter.Built.
func (e Dispatched) Tell(m *matter.Matter, at work.At) {
	helped(m, at, e.People...)
	m.Reach("missing_dispatched", at.HappenedAt)
}

func (e Dispatched) apply(x *Missing, at work.At) {
	x.Outs = append(slices.Clip(x.Outs), Out{at.HappenedAt, e.People})
}

// Out is a going out.
type Out struct {
	At     time.Time
	People []string
}

// Dispatch decides who goes out.
func (x *Missing) Dispatch(a Dispatch, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	who, err := people("people", a.People, mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(who) > 0, "people", "form.required", fault.Args{"field": "people"}); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Dispatched{who, x.text("dispatch", words)}}, nil
}

// Called is one person who was called to look out, and their answer. Called people read what the call says, nothing else.
type Called struct {
	Person    string
	CalledAt  time.Time
	Answer    string // of Answers; "" nothing heard yet
	RepliedAt time.Time
}

// Answers are what a called person says: nothing seen, looking, seen.
var Answers = []string{"seen", "not_seen", "searching"}

// CallOut (呼叫周边) calls everybody on duty in the cells around at once (联动). Words is all that they are told: what a notice would say.
type CallOut struct {
	matter.On
	Cells []string `json:"call_cells,omitempty" form:"cells"` // none: the cell itself and those around it
	Words string   `json:"words" form:"words,required"`
}

// CalledOut is the call.
type CalledOut struct {
	Cells  []string   `json:"cells"`
	People []string   `json:"people"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CalledOut) EventKind() string { return "missing.called_out/1" }

// Tell implements matter.Built.
func (CalledOut) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_called_out", at.HappenedAt)
}

func (e CalledOut) apply(x *Missing, at work.At) {
	x.CallWords = e.Words
	x.CalledCells = slices.Clip(x.CalledCells)
	for _, c := range e.Cells {
		if !slices.Contains(x.CalledCells, c) {
			x.CalledCells = append(x.CalledCells, c)
		}
	}
	x.Called = slices.Clip(x.Called)
	for _, p := range e.People {
		x.Called = append(x.Called, Called{Person: p, CalledAt: at.HappenedAt})
	}
}

const (
	mostCells = 60
	maxCalled = 400
)

// CallOut decides whom to call: who was called already and has not answered yet is not called once more.
func (x *Missing) CallOut(a CallOut, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	cells := a.Cells
	if len(cells) == 0 {
		cells = mo.Around(x.Cell)
	}
	cells = slices.Compact(slices.Sorted(slices.Values(cells)))
	if err := work.AtMost("call_cells", len(cells), mostCells); err != nil {
		return nil, err
	}
	for _, c := range cells {
		if err := work.Must(mo.Book.Cell(c), "call_cells", "form.unknown_cell", fault.Args{"cell": c}); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	// What goes to everybody is what a notice may say (law-and-standards 15.13, 15.14).
	if err := work.Must(vault.MaskFree(words) == words, "words", "missing.call_personal", nil); err != nil {
		return nil, err
	}
	var who []string
	for _, p := range mo.Ready(cells) {
		waits := slices.ContainsFunc(x.Called, func(c Called) bool { return c.Person == p && c.Answer == "" })
		if p != mo.Actor && !waits {
			who = append(who, p)
		}
	}
	if len(who) == 0 {
		return nil, fault.New(fault.Stale, "missing.nobody_to_call", nil).On("call_cells")
	}
	if err := work.AtMost("call_cells", len(who), maxCalled); err != nil {
		return nil, err
	}
	return []work.Event{CalledOut{cells, who, x.text("call", words)}}, nil
}

// Reply (回话) is the answer of one called person.
type Reply struct {
	matter.On
	Answer string `json:"heard" form:"one:calledanswer,required"`
	Words  string `json:"words,omitempty" form:"words"`
}

// Replied is that answer.
type Replied struct {
	Answer string     `json:"answer"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Replied) EventKind() string { return "missing.replied/1" }

// Tell implements matter.Built. Who only answers a call does not come to see what is sealed: no Help.
func (Replied) Tell(*matter.Matter, work.At) {}

func (e Replied) apply(x *Missing, at work.At) { x.heard(at.Actor, e.Answer, at.HappenedAt) }

// heard puts the answer of a called person into their last call.
func (x *Missing) heard(person, answer string, at time.Time) {
	x.Called = slices.Clone(x.Called)
	for i := len(x.Called) - 1; i >= 0; i-- {
		if x.Called[i].Person == person {
			x.Called[i].Answer, x.Called[i].RepliedAt = answer, at
			return
		}
	}
}

// Reply decides the answer of a called person.
func (x *Missing) Reply(a Reply, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if !x.WasCalled(mo.Actor) {
		return nil, fault.New(fault.Denied, "missing.not_called", nil)
	}
	if err := work.Must(slices.Contains(Answers, a.Answer), "heard", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Answer != "seen", "heard", "missing.say_where", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Replied{a.Answer, x.text("reply", words)}}, nil
}
