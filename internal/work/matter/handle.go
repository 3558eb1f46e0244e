package matter

import (
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

var shanghai = clock.Shanghai

func upper(s string) string { return strings.ToUpper(s) }

// Start (开始处置) says that work has begun.
type Start struct {
	On
	Note string `json:"note,omitempty" form:"words"`
}

// Started is that work has begun.
type Started struct {
	Note vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (Started) EventKind() string { return "matter.started/1" }

func (Started) apply(m *Matter, at work.At) { m.move(VerbStart); m.reach("started", at.HappenedAt) }

// Start decides the beginning of work: the handler's word.
func (m Matter) Start(a Start, mo work.Moment) ([]work.Event, error) {
	if err := m.byHandler(VerbStart, mo); err != nil {
		return nil, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{Started{vault.Plain(m.ID, "note", note)}}, nil
}

// byHandler refuses a verb to anyone but the named handler.
func (m Matter) byHandler(v Verb, mo work.Moment) error {
	if err := m.may(v); err != nil {
		return err
	}
	if mo.Actor != m.Handler {
		return fault.New(fault.Denied, "matter.only_handler", nil)
	}
	return nil
}

// Note (记事) adds words to the story.
type Note struct {
	On
	Words  string   `json:"words" form:"words,required"`
	Photos []string `json:"photos,omitempty" form:"photos"`
}

// Noted is words in the story.
type Noted struct {
	Words  vault.Text   `json:"words,omitzero"`
	Photos []Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Noted) EventKind() string { return "matter.noted/1" }

func (e Noted) apply(m *Matter, at work.At) {
	m.help(at.Actor)
	m.Attachments = append(m.Attachments, e.Photos...)
	if at.Actor == m.Handler {
		m.reach("contacted", at.HappenedAt)
	}
}

// Note decides words in the story.
func (m Matter) Note(a Note, _ work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{Noted{vault.Plain(m.ID, "note", words), photos}}, nil
}

// Visit (走访) is a call at a door or a look at the place: when, with whom, what was found, what comes next.
type Visit struct {
	On
	At     time.Time `json:"at" form:"datetime,required"`
	Place  string    `json:"place,omitempty" form:"line"`
	With   []string  `json:"with,omitempty" form:"people"`
	Words  string    `json:"words" form:"words,required"`
	Next   string    `json:"next,omitempty" form:"line"`
	Photos []string  `json:"photos,omitempty" form:"photos"`
	// Card is the code of a contact card left at the visit, Household where: the id or the address of a household.
	Card      string `json:"card_code,omitempty" form:"line"`
	Household string `json:"household,omitempty" form:"household"`
}

// Visited is a visit that was made.
type Visited struct {
	At     time.Time    `json:"at"`
	Place  string       `json:"place,omitempty"`
	With   []string     `json:"with,omitempty"`
	Words  vault.Text   `json:"words,omitzero"`
	Next   string       `json:"next,omitempty"`
	Photos []Attachment `json:"photos,omitempty"`
	Card   bool         `json:"card,omitempty"` // a contact card was left
}

// EventKind implements work.Event.
func (Visited) EventKind() string { return "matter.visited/1" }

func (e Visited) apply(m *Matter, at work.At) {
	m.help(at.Actor)
	for _, p := range e.With {
		m.help(p)
	}
	m.Attachments = append(m.Attachments, e.Photos...)
	if opened := m.Reached["opened"]; !e.At.Before(opened.Truncate(time.Minute)) { // not of an earlier round
		m.reach("contacted", work.Later(e.At, opened))
		m.reach("arrived", work.Later(e.At, opened))
	}
}

// Visit decides a visit; it cannot lie in the future nor before the matter.
func (m Matter) Visit(a Visit, mo work.Moment) ([]work.Event, error) {
	if err := m.may(VerbWork); err != nil {
		return nil, err
	}
	if err := work.Must(!a.At.IsZero() && !a.At.After(mo.Now.Add(time.Minute)), "at", "form.future", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!a.At.Before(m.OpenedAt.Truncate(time.Minute)), "at", "matter.visit_before_opening", nil); err != nil {
		return nil, err
	}
	if err := mo.People("with", a.With, maxWith); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	next, err := work.Line("next", a.Next, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	photos, err := Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Household == "" || a.Card != "", "card_code", "form.required", fault.Args{"field": "card_code"}); err != nil {
		return nil, err
	}
	return []work.Event{Visited{a.At.UTC(), place, a.With, vault.Plain(m.ID, "visit", words), next, photos, a.Card != ""}}, nil
}

// Attachment is a picture or paper kept sealed; its id is that of the upload.
type Attachment struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// How many pictures one act may carry, and how many people go along on a visit.
const (
	maxPhotos = 6
	maxWith   = 50
)

// Attach makes attachments of the ids of uploads.
func Attach(ids []string) ([]Attachment, error) {
	if len(ids) > maxPhotos {
		return nil, fault.New(fault.Invalid, "form.too_many_photos", fault.Args{"max": maxPhotos}).On("photos")
	}
	var list []Attachment
	for _, id := range ids {
		id, err := work.Line("photos", id, 64, true)
		if err != nil {
			return nil, err
		}
		list = append(list, Attachment{ID: id})
	}
	return list, nil
}
