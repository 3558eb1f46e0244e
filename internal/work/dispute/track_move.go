package dispute

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Passing is a move to another track on its way (law-and-standards 3.2, 4.6): reason, consent of both sides, files, and the
// receiver's acknowledgement.
type Passing struct {
	ID       string
	From, To string
	Host     string
	Files    []string
	Reason   vault.Text
	By       string
	At       time.Time
}

// MoveTrack (转换调解方式) asks another host to take the dispute over.
type MoveTrack struct {
	matter.On
	To       string   `json:"to" form:"track,required"`
	Host     string   `json:"host,omitempty" form:"body"`
	Reason   string   `json:"reason" form:"words,required"`
	Consents []string `json:"consents" form:"parties,required"`
	Files    []string `json:"files,omitempty" form:"papers"` // papers handed over
}

// TrackMoved is a move that waits for the receiver.
type TrackMoved struct {
	Passing  string     `json:"passing"`
	From     string     `json:"from,omitempty"`
	To       string     `json:"to"`
	Host     string     `json:"host,omitempty"`
	Reason   vault.Text `json:"reason,omitzero"`
	Consents []string   `json:"consents"`
	Files    []string   `json:"files,omitempty"`
}

// EventKind implements work.Event.
func (TrackMoved) EventKind() string { return "dispute.track_moved/1" }

// Tell implements matter.Built.
func (TrackMoved) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("transferred", at.HappenedAt)
}

func (e TrackMoved) apply(d *Dispute, at work.At) {
	d.Passing = &Passing{e.Passing, e.From, e.To, e.Host, e.Files, e.Reason, at.Actor, at.HappenedAt}
	for _, p := range e.Consents {
		d.side(p).Willing = "yes"
	}
}

// AnswerMove (对方接收) is the receiver's word, taken down by whoever heard it or given by the receiver itself.
type AnswerMove struct {
	matter.On
	Accept bool   `json:"accept" form:"yesno,required"`
	Person string `json:"person,omitempty" form:"person"` // who takes it on there, when they have an account
	Words  string `json:"words" form:"words,required"`
}

// MoveAnswered is that word. Accepted, it is followed by TrackChosen in the same act.
type MoveAnswered struct {
	Passing string     `json:"passing"`
	Accept  bool       `json:"accept"`
	Person  string     `json:"person,omitempty"`
	Words   vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (MoveAnswered) EventKind() string { return "dispute.move_answered/1" }

// Tell implements matter.Built.
func (e MoveAnswered) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Person)
	if !e.Accept { // still ours
		delete(m.Reached, "transferred")
	}
}

func (e MoveAnswered) apply(d *Dispute, _ work.At) { d.Passing = nil }

// MoveTrack decides that another host is asked to take the dispute over (law-and-standards 3.2, 4.6): with reason, consent of both
// sides and the papers handed over.
func (d *Dispute) MoveTrack(a MoveTrack, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if d.Passing != nil {
		return nil, fault.New(fault.Stale, "dispute.move_waiting", nil)
	}
	var from string
	if c := d.course(); c != nil {
		from = c.Track
	}
	if err := work.Must(a.To != from, "to", "dispute.same_track", nil); err != nil {
		return nil, err
	}
	t, err := d.track("to", a.To, a.Host, mo)
	if err != nil {
		return nil, err
	}
	if err := d.mayBegin(t, a.Consents, false, mo); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	if err := work.AtMost("files", len(a.Files), 50); err != nil {
		return nil, err
	}
	var files []string
	for _, f := range a.Files {
		name, err := work.Line("files", f, work.MaxShort, true)
		if err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	return []work.Event{TrackMoved{Passing: mo.NewID("t"), From: from, To: a.To, Host: a.Host, Reason: d.text("move", reason), Consents: a.Consents, Files: files}}, nil
}

// AnswerMove decides what the receiver said. Accepted, the course that ran ends and one of the receiver's begins; the police choose
// theirs by the checklist first (law-and-standards 2.1-2.4), so a move to them only frees the way.
func (d *Dispute) AnswerMove(a AnswerMove, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	p := d.Passing
	if p == nil {
		return nil, fault.New(fault.Stale, "dispute.no_move", nil)
	}
	if err := work.Must(a.Person == "" || mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	events := []work.Event{MoveAnswered{p.ID, a.Accept, a.Person, d.text("moveanswer", words)}}
	if !a.Accept {
		return events, nil
	}
	t, ok := mo.Track(p.To)
	if err := work.Must(ok, "accept", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	var willing []string
	for _, party := range d.Parties {
		if d.side(party.ID).Willing == "yes" {
			willing = append(willing, party.ID)
		}
	}
	if err := d.mayBegin(t, willing, false, mo); err != nil {
		return nil, err
	}
	if d.Track != nil {
		events = append(events, d.ended("moved", "", vault.Text{}))
	}
	if !t.Checklist && t.Key != Order {
		events = append(events, TrackChosen{No: d.nextCourse(), Track: p.To, Host: p.Host, Consents: willing, From: mo.HappenedAt})
	}
	return d.regrade(events, mo), nil
}
