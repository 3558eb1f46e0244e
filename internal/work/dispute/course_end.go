package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// ReportBack (反馈调解结果) is what the receiver of a dispute tells the one who passed it on; it ends the course.
type ReportBack struct {
	matter.On
	Result string `json:"result" form:"courseend,required"` // settled, failed, stopped
	Words  string `json:"words" form:"words,required"`
}

// CourseEnded is the end of a course with its result: reported back, stopped or failed.
type CourseEnded struct {
	No     int        `json:"no"`
	Track  string     `json:"track"`
	Result string     `json:"result"`           // settled, failed, stopped
	Reason string     `json:"reason,omitempty"` // of mediation_stop
	Words  vault.Text `json:"words,omitzero"`
	Runs   bool       `json:"runs,omitempty"` // the time of the case that was filed runs from now (2.14)
}

// EventKind implements work.Event.
func (CourseEnded) EventKind() string { return "dispute.course_ended/1" }

// Tell implements matter.Built.
func (e CourseEnded) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	mediated(m, at.HappenedAt)
	if e.Runs {
		m.Reached["case_filed"] = at.HappenedAt
	}
}

// mediated stops the clocks of mediation when it has come to its end, by agreement or without: a session that need no longer be held
// is not late (law-and-standards 2.5, 3.6).
func mediated(m *matter.Matter, at time.Time) {
	for begun, steps := range map[string][]string{"order_mediation_accepted": {"order_mediation_first", "order_mediation_second"},
		"people_mediation_accepted": {"people_mediation_ended"}} {
		if _, ok := m.Reached[begun]; !ok {
			continue
		}
		for _, step := range steps {
			m.Reach(step, at)
		}
	}
}

func (e CourseEnded) apply(d *Dispute, at work.At) {
	if d.Track != nil {
		d.Track.Result, d.Track.Reason = e.Words, e.Reason
	}
	d.endCourse(e.Result, at.HappenedAt)
}

// CourseEnds are the results of a course.
var CourseEnds = []string{"settled", "failed", "stopped"}

// StopMediation (终止调解) ends mediation for one of the reasons of law-and-standards 2.2 and 2.3 or because a side refuses; the
// parties must then be told of the other ways (2.13, 3.7).
type StopMediation struct {
	matter.On
	Reason string `json:"reason" form:"reason:mediation_stop,required"`
	Words  string `json:"words,omitempty" form:"words"`
}

// stops says of each hard stop of L3 §179 (law-and-standards 2.2), and of an act that breaks no public-order rule (2.3), why the police
// may not mediate.
var stops = map[string]string{
	"hired_assault": "dispute.stop_hired_assault", "gang_or_provocation": "dispute.stop_gang", "repeated_acts": "dispute.stop_repeated",
	"party_refuses": "dispute.party_refuses", "new_act": "dispute.stop_new_act", "ran_off": "dispute.stop_ran_off", "unsuitable": "dispute.stop_unsuitable",
	"not_order_breach": "dispute.not_order_breach",
}

// ReportBack decides what the receiver tells the one who passed the dispute on. Settled is only what an agreement in force says.
func (d *Dispute) ReportBack(a ReportBack, mo Moment) ([]work.Event, error) {
	if err := d.onTrack(); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(CourseEnds, a.Result), "result", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	agreed := slices.ContainsFunc(d.Agreements, func(x Agreement) bool { return x.Course == d.Track.No && x.Effective() })
	if err := work.Must(a.Result != "settled" || agreed, "result", "dispute.settled_without_agreement", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{d.ended(a.Result, "", d.text("result", words))}, mo), nil
}

// ended is the end of the course that runs. When the police filed a case before they mediated, its time runs from the day mediation
// failed (L3 §185; law-and-standards 2.14).
func (d *Dispute) ended(result, reason string, words vault.Text) CourseEnded {
	runs := d.Track.Track == Order && result != "settled" && d.Case != nil && d.Case.Decided.IsZero()
	return CourseEnded{No: d.Track.No, Track: d.Track.Track, Result: result, Reason: reason, Words: words, Runs: runs}
}

// onTrack refuses what only makes sense while a course runs.
func (d *Dispute) onTrack() error {
	if err := d.Running(); err != nil {
		return err
	}
	if d.Track == nil {
		return fault.New(fault.Stale, "dispute.no_track", nil)
	}
	return nil
}

// StopMediation decides that mediation ends without agreement (law-and-standards 2.2, 2.3).
func (d *Dispute) StopMediation(a StopMediation, mo Moment) ([]work.Event, error) {
	if err := d.onTrack(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Reason("mediation_stop", a.Reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{d.ended("stopped", a.Reason, d.text("result", words))}, mo), nil
}
