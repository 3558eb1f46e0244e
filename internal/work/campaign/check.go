package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Go (走访检查一处) goes through the checklist at one place. Every question is answered; what the playbook calls a fault is opened as
// one, with the day by which it is to be put right.
type Go struct {
	On
	Firm      string            `json:"place" form:"hidden"`
	At        time.Time         `json:"at" form:"datetime,required"`
	With      []string          `json:"with,omitempty" form:"people"`
	Answers   map[string]string `json:"answers" form:"answers"`
	Notes     map[string]string `json:"notes,omitempty" form:"answers"`
	Besides   []Besides         `json:"besides,omitempty"`
	Words     string            `json:"check_words,omitempty" form:"words"`
	Escort    string            `json:"escort,omitempty" form:"line"`
	Photos    []string          `json:"photos,omitempty" form:"photos"`
	Signature string            `json:"firm_signature,omitempty" form:"signature"`
}

// Besides is a fault that the checklist does not ask for.
type Besides struct {
	Words string `json:"fault_words" form:"line"`
	DueOn string `json:"due_on" form:"date"`
}

// Found is a fault as it was found.
type Found struct {
	Fault    string     `json:"fault"`
	Question string     `json:"question,omitempty"`
	Words    vault.Text `json:"words,omitzero"`
	DueOn    string     `json:"due_on"`
}

// Checked is a place gone through. Answers in words are sealed, with who went along on the unit's side.
type Checked struct {
	Firm      string                `json:"firm"`
	At        time.Time             `json:"at"`
	With      []string              `json:"with,omitempty"`
	Answers   map[string]string     `json:"answers,omitempty"`
	Said      map[string]vault.Text `json:"said,omitempty"`
	Faults    []Found               `json:"faults,omitempty"`
	Notice    string                `json:"notice,omitempty"` // number of the rectification notice
	Words     vault.Text            `json:"words,omitzero"`
	Escort    vault.Text            `json:"escort,omitzero"`
	Photos    []matter.Attachment   `json:"photos,omitempty"`
	Signature string                `json:"signature,omitempty"`
}

// EventKind implements work.Event.
func (Checked) EventKind() string { return "campaign.checked/1" }

// Check is what was found at a place.
type Check struct {
	Checked
	By string
}

func (e Checked) apply(c *Campaign, at work.At) {
	p, ok := c.Place(e.Firm)
	if !ok {
		return
	}
	p.Check = &Check{e, at.Actor}
	for _, f := range e.Faults {
		c.Faults = append(c.Faults, Fault{ID: f.Fault, Firm: e.Firm, Cell: p.Cell, Question: f.Question, Words: f.Words, DueOn: f.DueOn, FoundAt: e.At, FoundBy: at.Actor})
	}
}

// maxBesides is how many faults one check finds beyond its list.
const maxBesides = 20

// Go decides what was found at a place.
func (c *Campaign) Go(a Go, mo Moment) ([]work.Event, error) {
	if err := c.running(); err != nil {
		return nil, err
	}
	p, err := c.toDo(a.Firm)
	if err != nil {
		return nil, err
	}
	if err := c.may(a.With, mo); err != nil {
		return nil, err
	}
	at := a.At.UTC()
	if err := work.Must(!at.IsZero() && !at.After(mo.HappenedAt.Add(time.Minute)), "at", "form.future", nil); err != nil {
		return nil, err
	}
	if err := work.Must(work.Day(at) >= work.Day(c.StartedAt) || work.Day(at) >= c.From, "at", "campaign.before_it_began", nil); err != nil {
		return nil, err
	}
	list, ok := mo.Rules.Checklist(c.Checklist)
	if !ok {
		return nil, fault.New(fault.Stale, "campaign.no_checklist", nil)
	}
	firm, err := mo.Premises(p.Firm)
	if err != nil {
		return nil, err
	}
	e := Checked{Firm: p.Firm, At: at, With: a.With, Answers: map[string]string{}, Said: map[string]vault.Text{}}
	if err := c.answers(&e, a, list, firm.Pupils, mo); err != nil {
		return nil, err
	}
	if err := c.besides(&e, a.Besides, mo); err != nil {
		return nil, err
	}
	if err := c.paper(&e, a); err != nil {
		return nil, err
	}
	if list.Number != "" && len(e.Faults) > 0 {
		e.Notice = mo.Number(list.Number)
	}
	return []work.Event{e}, nil
}

// may refuses who does not go through this checklist.
func (c *Campaign) may(with []string, mo Moment) error {
	if err := mo.People("with", with, 50); err != nil {
		return err
	}
	plan, ok := mo.Rules.CampaignPlan(c.Plan)
	if ok && !plan.May(mo.Role) {
		return fault.New(fault.Denied, "campaign.not_for_role", nil)
	}
	return c.twoOfPolice(with, mo)
}

// answers reads the answers, question by question; the first that is missing or makes no sense is told at its place.
func (c *Campaign) answers(e *Checked, a Go, list playbook.Checklist, pupils int, mo Moment) error {
	for key := range maps.Keys(a.Answers) {
		if _, ok := list.Question(key); !ok {
			return fault.New(fault.Invalid, "form.unknown_field", fault.Args{"field": key}).On("answers." + key)
		}
	}
	for _, q := range list.Questions {
		field := "answers." + q.Key
		answer, err := work.Line(field, a.Answers[q.Key], work.MaxShort, false)
		if err != nil {
			return err
		}
		note, err := work.Line("notes."+q.Key, a.Notes[q.Key], work.MaxShort, false)
		if err != nil {
			return err
		}
		if err := readable(field, q, answer); err != nil {
			return err
		}
		switch {
		case q.Answer == "words" && answer != "":
			e.Said[q.Key] = vault.Plain(c.ID, "said."+e.Firm+"."+q.Key, answer)
		case q.Answer != "words":
			e.Answers[q.Key] = answer
		}
		if q.IsFault(answer, pupils) {
			id := mo.NewID("q")
			e.Faults = append(e.Faults, Found{id, q.Key, text(c.ID, "fault."+id, note), work.DayWithin(e.At, q.DueDays, mo.Calendar)})
		} else if note != "" {
			e.Said["note."+q.Key] = vault.Plain(c.ID, "note."+e.Firm+"."+q.Key, note)
		}
	}
	return nil
}

// readable refuses an answer that is none.
func readable(field string, q playbook.Question, answer string) error {
	switch q.Answer {
	case "yesno":
		return work.Must(slices.Contains([]string{"yes", "no"}, answer), field, "campaign.yes_or_no", nil)
	case "number":
		n, err := strconv.Atoi(answer)
		return work.Must(err == nil && n >= 0 && n < 100000, field, "campaign.how_many", nil)
	}
	return nil
}

func (c *Campaign) besides(e *Checked, rows []Besides, mo Moment) error {
	if err := work.AtMost("besides", len(rows), maxBesides); err != nil {
		return err
	}
	for i, b := range rows {
		in := fmt.Sprintf("besides.%d.", i)
		words, err := work.Line(in+"fault_words", b.Words, work.MaxShort, true)
		if err != nil {
			return err
		}
		if err := dueDay(in+"due_on", b.DueOn, mo); err != nil {
			return err
		}
		id := mo.NewID("q")
		e.Faults = append(e.Faults, Found{id, "", vault.Plain(c.ID, "fault."+id, words), b.DueOn})
	}
	return nil
}

// dueDay checks a day by which a fault is to be put right.
func dueDay(field, s string, mo Moment) error {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return fault.New(fault.Invalid, "form.date", nil).On(field)
	}
	if err := work.Must(s >= work.Day(mo.HappenedAt), field, "form.past", nil); err != nil {
		return err
	}
	return work.Must(s <= work.Day(mo.HappenedAt.AddDate(1, 0, 0)), field, "campaign.too_far", nil)
}

// paper reads what stands around the answers.
func (c *Campaign) paper(e *Checked, a Go) error {
	words, err := work.Words("check_words", a.Words, false)
	if err != nil {
		return err
	}
	escort, err := work.Line("escort", a.Escort, work.MaxShort, c.Inspection) // law-and-standards 12.2
	if err != nil {
		return err
	}
	if e.Photos, err = matter.Attach(a.Photos); err != nil {
		return err
	}
	e.Words, e.Escort = text(c.ID, "check."+e.Firm, words), text(c.ID, "escort."+e.Firm, escort)
	e.Signature, err = work.Line("firm_signature", a.Signature, 64, false)
	return err
}

// Miss (去了没有走成) notes that somebody went and it could not be done: closed, nobody there.
type Miss struct {
	Words vault.Text `json:"-"`
	At    time.Time  `json:"-"`
	By    string     `json:"-"`
}

// GoneInVain (去了没有走成) is the act.
type GoneInVain struct {
	On
	Firm  string `json:"place" form:"hidden"`
	Words string `json:"words" form:"words,required"`
}

// Missed is a way made in vain.
type Missed struct {
	Firm  string     `json:"firm"`
	N     int        `json:"n"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Missed) EventKind() string { return "campaign.missed/1" }

func (e Missed) apply(c *Campaign, at work.At) {
	if p, ok := c.Place(e.Firm); ok {
		p.Misses = append(p.Misses, Miss{e.Words, at.HappenedAt, at.Actor})
	}
}

// GoneInVain decides that a way was made in vain.
func (c *Campaign) GoneInVain(a GoneInVain, mo Moment) ([]work.Event, error) {
	if err := c.running(); err != nil {
		return nil, err
	}
	p, err := c.toDo(a.Firm)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	n := len(p.Misses) + 1
	return []work.Event{Missed{p.Firm, n, vault.Plain(c.ID, fmt.Sprintf("missed.%s.%d", p.Firm, n), words)}}, nil
}
