package matter

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Task (任务) is one step for one person with a due date.
type Task struct {
	ID     string
	Title  string
	Person string
	DueOn  string // date, Asia/Shanghai; "" none
	SetBy  string
	SetAt  time.Time
	DoneAt time.Time
	DoneBy string
}

// SetTask (派任务) gives somebody a step.
type SetTask struct {
	On
	Title  string `json:"title" form:"line,required"`
	Person string `json:"person" form:"person,required"`
	DueOn  string `json:"due_on,omitempty" form:"date"`
}

// TaskSet is a step given.
type TaskSet struct {
	Task   string `json:"task"`
	Title  string `json:"title"`
	Person string `json:"person"`
	DueOn  string `json:"due_on,omitempty"`
}

// EventKind implements work.Event.
func (TaskSet) EventKind() string { return "matter.task_set/1" }

func (e TaskSet) apply(m *Matter, at work.At) {
	m.Tasks = append(m.Tasks, Task{ID: e.Task, Title: e.Title, Person: e.Person, DueOn: e.DueOn, SetBy: at.Actor, SetAt: at.HappenedAt})
}

// SetTask decides a step for somebody.
func (m Matter) SetTask(a SetTask, mo work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	title, err := work.Line("title", a.Title, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if a.DueOn != "" {
		_, err := time.Parse(time.DateOnly, a.DueOn)
		if err := work.Must(err == nil, "due_on", "form.date", nil); err != nil {
			return nil, err
		}
		if err := work.Must(a.DueOn >= mo.HappenedAt.In(shanghai).Format(time.DateOnly), "due_on", "form.past", nil); err != nil {
			return nil, err
		}
	}
	return []work.Event{TaskSet{mo.NewID("t"), title, a.Person, a.DueOn}}, nil
}

// DoTask (完成任务) says that a step is done, and what came of it.
type DoTask struct {
	On
	Task  string `json:"task" form:"task,required"`
	Words string `json:"words,omitempty" form:"words"`
}

// TaskDone is a step done.
type TaskDone struct {
	Task  string     `json:"task"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (TaskDone) EventKind() string { return "matter.task_done/1" }

func (e TaskDone) apply(m *Matter, at work.At) {
	m.Tasks = slices.Clone(m.Tasks)
	for i := range m.Tasks {
		if m.Tasks[i].ID == e.Task {
			m.Tasks[i].DoneAt, m.Tasks[i].DoneBy = at.HappenedAt, at.Actor
			m.help(at.Actor)
		}
	}
}

// DoTask decides that a step is done: by the person it was given to, or by the handler.
func (m Matter) DoTask(a DoTask, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	for _, t := range m.Tasks {
		if t.ID != a.Task {
			continue
		}
		if !t.DoneAt.IsZero() {
			return nil, fault.New(fault.Stale, "matter.task_already_done", nil)
		}
		if mo.Actor != t.Person && mo.Actor != m.Handler {
			return nil, fault.New(fault.Denied, "matter.task_of_another", nil)
		}
		return []work.Event{TaskDone{a.Task, vault.Plain(m.ID, "task", words)}}, nil
	}
	return nil, fault.New(fault.Invalid, "matter.unknown_task", nil).On("task")
}
