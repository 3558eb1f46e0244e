package dispute

import (
	"time"

	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// The tracks that rules speak of; a playbook may add others. They are never mixed (law-and-standards 2, 3, 21.2).
const (
	Order    = playbook.TrackPolice   // 治安调解, by the police
	People   = playbook.TrackPeople   // 人民调解, by a committee
	Informal = playbook.TrackInformal // 现场劝解, no legal act
)

// Course is the dispute's time on one track.
type Course struct {
	No       int // of the dispute, from 1
	Track    string
	Host     string // body; "" the station
	Offence  string
	Ground   string // a, b, c of 2.1
	ChosenAt time.Time
	EndedAt  time.Time
	Ended    string // moved, stopped, settled, failed
	Result   vault.Text
}

// ChooseTrack (选定调解方式) starts mediation on a track. For 治安调解 the checklist of law-and-standards 2.1-2.3 is asked: the act,
// the ground, whether any of the hard stops holds, whether facts are found; both sides must agree.
type ChooseTrack struct {
	matter.On
	Track       string   `json:"track" form:"track,required"`
	Host        string   `json:"host,omitempty" form:"body"`
	OrderBreach bool     `json:"order_breach,omitempty" form:"yesno"` // the act breaks public-order rules (2.3)
	Offence     string   `json:"offence,omitempty" form:"offence"`
	Ground      string   `json:"ground,omitempty" form:"ground"`
	Stops       []string `json:"stops,omitempty" form:"stops"`           // hard stops that hold (2.2)
	FactsFound  bool     `json:"facts_found,omitempty" form:"yesno"`     // facts found and evidence kept (2.4)
	Consents    []string `json:"consents,omitempty" form:"parties"`      // parties who agree
	Accepted    bool     `json:"accepted,omitempty" form:"yesno"`        // police or court have taken it up (3.2): no people's mediation without a referral
	AppraisedAt string   `json:"appraised_at,omitempty" form:"datetime"` // the appraisal result came (2.5); RFC 3339
}

// TrackChosen is the beginning of a course.
type TrackChosen struct {
	No       int       `json:"no"`
	Track    string    `json:"track"`
	Host     string    `json:"host,omitempty"`
	Offence  string    `json:"offence,omitempty"`
	Ground   string    `json:"ground,omitempty"`
	Consents []string  `json:"consents,omitempty"`
	From     time.Time `json:"from"` // acceptance, or the appraisal result
}

// EventKind implements work.Event.
func (TrackChosen) EventKind() string { return "dispute.track_chosen/1" }

// Tell implements matter.Built.
func (e TrackChosen) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	switch e.Track {
	case Order:
		m.Reach("order_mediation_accepted", e.From)
	case People:
		m.Reach("people_mediation_accepted", e.From)
	}
}

func (e TrackChosen) apply(d *Dispute, at work.At) {
	d.endCourse("moved", at.HappenedAt)
	d.Track = &Course{No: e.No, Track: e.Track, Host: e.Host, Offence: e.Offence, Ground: e.Ground, ChosenAt: at.HappenedAt}
	for _, p := range e.Consents {
		d.side(p).Willing = "yes"
	}
	d.Passing = nil
}

func (d *Dispute) endCourse(how string, at time.Time) {
	if d.Track != nil {
		c := *d.Track
		c.EndedAt, c.Ended = at, how
		d.Courses, d.Track = append(d.Courses, c), nil
	}
}

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
func (e MoveAnswered) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor); m.Help(e.Person) }

func (e MoveAnswered) apply(d *Dispute, _ work.At) { d.Passing = nil }

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
}

// EventKind implements work.Event.
func (CourseEnded) EventKind() string { return "dispute.course_ended/1" }

// Tell implements matter.Built.
func (e CourseEnded) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	if e.Track == People {
		m.Reach("people_mediation_ended", at.HappenedAt)
	}
}

func (e CourseEnded) apply(d *Dispute, at work.At) {
	if d.Track != nil {
		d.Track.Result = e.Words
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

// TellWays (告知其他途径) records that the parties were told of people's mediation, arbitration, administrative remedy or court
// (2.3, 2.13, 3.7).
type TellWays struct {
	matter.On
	Ways    []string `json:"ways" form:"ways,required"`
	Parties []string `json:"parties" form:"parties,required"`
	Words   string   `json:"words,omitempty" form:"words"`
}

// Ways are what parties can be told of.
var Ways = []string{"people_mediation", "arbitration", "administrative", "court", "complaint"}

// ToldOf is that telling.
type ToldOf struct {
	Ways    []string   `json:"ways"`
	Parties []string   `json:"parties"`
	Words   vault.Text `json:"words,omitzero"`
}

// Telling is a telling as it was made.
type Telling struct {
	Ways, Parties []string
	At            time.Time
}

// EventKind implements work.Event.
func (ToldOf) EventKind() string { return "dispute.told/1" }

// Tell implements matter.Built.
func (ToldOf) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Reach("told", at.HappenedAt)
}

func (e ToldOf) apply(d *Dispute, at work.At) {
	d.Told = append(d.Told, Telling{e.Ways, e.Parties, at.HappenedAt})
}

// Conflict is a possible reason why somebody must withdraw (回避, 2.17): they are a party, a near relative, have an interest.
type Conflict struct {
	Person  string
	Reason  string // of Relations
	AskedBy string // party id, or "" declared by the person or a colleague
	Decided bool
	Out     bool // withdraws
}

// Relations are the reasons of 回避.
var Relations = []string{"party", "relative", "interest", "other"}

// AskRecusal (申请或申报回避) says that somebody may have to withdraw. Until it is decided they preside over nothing.
type AskRecusal struct {
	matter.On
	Person   string `json:"person" form:"person,required"`
	Relation string `json:"relation" form:"relation,required"`
	Party    string `json:"party,omitempty" form:"party"`
	Words    string `json:"words,omitempty" form:"words"`
}

// RecusalAsked is that question.
type RecusalAsked struct {
	Person   string     `json:"person"`
	Relation string     `json:"relation"`
	Party    string     `json:"party,omitempty"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (RecusalAsked) EventKind() string { return "dispute.recusal_asked/1" }

// Tell implements matter.Built.
func (RecusalAsked) Tell(*matter.Matter, work.At) {}

func (e RecusalAsked) apply(d *Dispute, _ work.At) {
	d.Conflicts = append(d.Conflicts, Conflict{Person: e.Person, Reason: e.Relation, AskedBy: e.Party})
}

// DecideRecusal (决定回避) is the head's decision.
type DecideRecusal struct {
	matter.On
	Person   string `json:"person" form:"person,required"`
	Withdraw bool   `json:"withdraw" form:"yesno,required"`
	Words    string `json:"words" form:"words,required"`
}

// RecusalDecided is that decision.
type RecusalDecided struct {
	Person   string     `json:"person"`
	Withdraw bool       `json:"withdraw"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (RecusalDecided) EventKind() string { return "dispute.recusal_decided/1" }

// Tell implements matter.Built.
func (RecusalDecided) Tell(*matter.Matter, work.At) {}

func (e RecusalDecided) apply(d *Dispute, _ work.At) {
	for i := range d.Conflicts {
		if d.Conflicts[i].Person == e.Person && !d.Conflicts[i].Decided {
			d.Conflicts[i].Decided, d.Conflicts[i].Out = true, e.Withdraw
		}
	}
}

// Conflicted tells whether somebody may not preside: they must withdraw, or it is not decided yet.
func (d *Dispute) Conflicted(person string) bool {
	for _, c := range d.Conflicts {
		if c.Person == person && (!c.Decided || c.Out) {
			return true
		}
	}
	return false
}
