package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
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
	Damages  bool   // of the compensation alone, beside a penalty (2.13)
	ChosenAt time.Time
	EndedAt  time.Time
	Ended    string // moved, stopped, settled, failed
	Reason   string // of mediation_stop
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
	Damages     bool     `json:"damages,omitempty" form:"yesno"`         // only the compensation, after a penalty was decided (2.13)
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
	Damages  bool      `json:"damages,omitempty"`
}

// EventKind implements work.Event.
func (TrackChosen) EventKind() string { return "dispute.track_chosen/1" }

// Tell implements matter.Built.
func (e TrackChosen) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	switch e.Track {
	case Order:
		m.Reach("order_mediation_accepted", e.From)
		if _, decided := m.Reached["case_decided"]; !decided { // its time runs when mediation has failed (2.14)
			delete(m.Reached, "case_filed")
		}
	case People:
		m.Reach("people_mediation_accepted", e.From)
	}
}

func (e TrackChosen) apply(d *Dispute, at work.At) {
	d.endCourse("moved", at.HappenedAt)
	d.Track = &Course{No: e.No, Track: e.Track, Host: e.Host, Offence: e.Offence, Ground: e.Ground, Damages: e.Damages, ChosenAt: at.HappenedAt}
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
func (e MoveAnswered) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(e.Person)
	if !e.Accept { // still ours
		delete(m.Reached, "transferred")
	}
}

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

// stops says of each hard stop of L3 §179 (law-and-standards 2.2), and of an act that breaks no public-order rule (2.3), why the police
// may not mediate.
var stops = map[string]string{
	"hired_assault": "dispute.stop_hired_assault", "gang_or_provocation": "dispute.stop_gang", "repeated_acts": "dispute.stop_repeated",
	"party_refuses": "dispute.party_refuses", "new_act": "dispute.stop_new_act", "ran_off": "dispute.stop_ran_off", "unsuitable": "dispute.stop_unsuitable",
	"not_order_breach": "dispute.not_order_breach",
}

// ChooseTrack decides the beginning of a course. While one runs it is moved, not chosen; only informal help, which is no legal act,
// simply gives way.
func (d *Dispute) ChooseTrack(a ChooseTrack, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if d.Passing != nil {
		return nil, fault.New(fault.Stale, "dispute.move_waiting", nil)
	}
	if d.Track != nil && d.Track.Track != Informal {
		return nil, fault.New(fault.Stale, "dispute.on_track", nil)
	}
	t, err := d.track("track", a.Track, a.Host, mo)
	if err != nil {
		return nil, err
	}
	a.Damages = a.Damages && t.Key == Order
	if err := d.mayBegin(t, a.Consents, a.Damages, mo); err != nil {
		return nil, err
	}
	switch {
	case a.Damages || !t.Checklist && t.Key != Order:
		a.Offence, a.Ground = "", ""
	default:
		if err := checklist(a, mo); err != nil {
			return nil, err
		}
	}
	if t.Key == People && (a.Accepted || d.tookUp()) {
		return nil, fault.New(fault.Invalid, "dispute.already_accepted", nil).On("accepted")
	}
	from, err := d.from(a.AppraisedAt, mo)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{TrackChosen{No: d.nextCourse(), Track: t.Key, Host: a.Host, Offence: a.Offence, Ground: a.Ground, Consents: a.Consents, From: from, Damages: a.Damages}}, mo), nil
}

func (d *Dispute) nextCourse() int {
	if d.Track != nil {
		return d.Track.No + 1
	}
	return len(d.Courses) + 1
}

// track finds a track that the dispute may go to from where it is or was, hosted by a body that may host it. After a reopening every
// track may be tried again.
func (d *Dispute) track(field, key, host string, mo Moment) (playbook.Track, error) {
	t, ok := mo.Track(key)
	if err := work.Must(ok, field, "form.unknown_choice", nil); err != nil {
		return t, err
	}
	body := grid.BodyID(host)
	if host == "" {
		body = playbook.HostStation
	}
	if err := work.Must(slices.Contains(t.Host, body), "host", "dispute.host_not_of_track", nil); err != nil {
		return t, err
	}
	if c := d.course(); c != nil && c.Track != key {
		from, _ := mo.Track(c.Track)
		if err := work.Must(slices.Contains(from.Moves, key), field, "dispute.no_such_move", nil); err != nil {
			return t, err
		}
	}
	return t, nil
}

// course is the course that runs, or the last one of this round of the dispute's life; nil when there is none.
func (d *Dispute) course() *Course {
	if d.Track != nil {
		return d.Track
	}
	if n := len(d.Courses); n > 0 && d.Courses[n-1].EndedAt.After(d.Reached["opened"]) {
		return &d.Courses[n-1]
	}
	return nil
}

// tookUp tells whether the police have the matter in their own procedure in this round: a case that is not decided, a course of theirs
// (law-and-standards 3.2).
func (d *Dispute) tookUp() bool {
	if d.Case != nil && d.Case.Decided.IsZero() {
		return true
	}
	return slices.ContainsFunc(d.Courses, func(c Course) bool { return c.Track == Order && c.EndedAt.After(d.Reached["opened"]) })
}

// mayBegin refuses a course before the gate, by somebody who must withdraw, without the consent of both sides, for the third time by
// the police (law-and-standards 2.4, 2.5, 2.17, 3.1, 5.1), and what is barred to the police.
func (d *Dispute) mayBegin(t playbook.Track, consents []string, damages bool, mo Moment) error {
	if err := d.gate(); err != nil {
		return err
	}
	if d.Conflicted(mo.Actor) {
		return fault.New(fault.Denied, "dispute.conflicted", nil)
	}
	if err := d.consent(consents); err != nil {
		return err
	}
	if err := d.barred(t, damages); err != nil {
		return err
	}
	if t.MaxSessions > 0 && d.sessionsOn(t.Key, damages) >= t.MaxSessions {
		return fault.New(fault.Stale, "dispute.sessions_used_up", fault.Args{"max": t.MaxSessions})
	}
	return nil
}

// final are the hard stops that no later change of mind undoes (2.2): once the police stopped for one, they do not mediate the act again.
var final = []string{"hired_assault", "gang_or_provocation", "repeated_acts", "new_act", "ran_off"}

// barred refuses the police an act that a hard stop ended or a penalty was decided for (2.2, 2.13, 2.15). Beside a penalty, and only
// there, they may still mediate the compensation alone (L3 §185).
func (d *Dispute) barred(t playbook.Track, damages bool) error {
	if t.Key != Order {
		return nil
	}
	penalty := d.Case != nil && d.Case.Result == "penalty" // in an earlier round it was of an earlier act
	switch {
	case damages && !penalty:
		return fault.New(fault.Invalid, "dispute.damages_beside_penalty", nil).On("damages")
	case damages:
		return nil
	case penalty && d.inCase():
		return fault.New(fault.Stale, "dispute.penalty_decided", nil)
	}
	for _, c := range d.Courses {
		if c.Track == Order && c.EndedAt.After(d.Reached["opened"]) && slices.Contains(final, c.Reason) {
			return fault.New(fault.Stale, stops[c.Reason], nil)
		}
	}
	return nil
}

// sessionsOn counts the sessions held on a track in all its courses; those of the compensation alone are counted by themselves.
func (d *Dispute) sessionsOn(track string, damages bool) int {
	on := map[int]bool{}
	for _, c := range d.Courses {
		on[c.No] = c.Track == track && c.Damages == damages
	}
	if d.Track != nil {
		on[d.Track.No] = d.Track.Track == track && d.Track.Damages == damages
	}
	n := 0
	for _, s := range d.Sessions {
		if s.State == "held" && on[s.Course] {
			n++
		}
	}
	return n
}

// consent refuses mediation unless somebody of each side agrees and nobody refuses: who refused says first that they are willing now.
func (d *Dispute) consent(list []string) error {
	if err := work.AtMost("consents", len(list), matter.MaxParties); err != nil {
		return err
	}
	for _, id := range list {
		if _, err := d.party("consents", id); err != nil {
			return err
		}
	}
	for _, p := range d.Parties {
		if err := work.Must(d.side(p.ID).Willing != "no", "consents", "dispute.party_refuses", nil); err != nil {
			return err
		}
	}
	return d.consentOf(list, "dispute.consent_missing")
}

// consentOf refuses with a code when nobody of a side agrees.
func (d *Dispute) consentOf(list []string, code string) error {
	for _, side := range []string{"a", "b"} {
		parties := d.OnSide(side)
		if err := work.Must(len(parties) > 0, "consents", "dispute.side_missing", nil); err != nil {
			return err
		}
		agrees := slices.ContainsFunc(parties, func(p matter.Party) bool { return slices.Contains(list, p.ID) })
		if err := work.Must(agrees, "consents", code, fault.Args{"side": side}); err != nil {
			return err
		}
	}
	return nil
}

// checklist asks what L1 §9 and L3 §178-180 ask before the police mediate (law-and-standards 2.1-2.4).
func checklist(a ChooseTrack, mo Moment) error {
	if err := work.Must(a.OrderBreach, "order_breach", "dispute.not_order_breach", nil); err != nil {
		return err
	}
	is := func(key string) func(playbook.Offence) bool {
		return func(o playbook.Offence) bool { return o.Key == key }
	}
	if err := work.Must(slices.ContainsFunc(mo.Offences(), is(a.Offence)), "offence", "dispute.offence", nil); err != nil {
		return err
	}
	if err := work.Must(slices.ContainsFunc(mo.Grounds(), is(a.Ground)), "ground", "dispute.ground", nil); err != nil {
		return err
	}
	if len(a.Stops) > 0 {
		key := a.Stops[0]
		i := slices.IndexFunc(mo.Reasons("mediation_stop"), func(r playbook.Reason) bool { return r.Key == key })
		if err := work.Must(i >= 0, "stops", "form.unknown_choice", nil); err != nil {
			return err
		}
		code, ok := stops[key]
		if !ok { // one of the station's own
			return fault.New(fault.Invalid, "dispute.stop_holds", fault.Args{"why": mo.Reasons("mediation_stop")[i].Name}).On("stops")
		}
		return fault.New(fault.Invalid, code, nil).On("stops")
	}
	return work.Must(a.FactsFound, "facts_found", "dispute.facts_not_found", nil)
}

// from is when the time for the first session begins: now, or when the result of an appraisal came (law-and-standards 2.5).
func (d *Dispute) from(appraised string, mo Moment) (time.Time, error) {
	if appraised == "" {
		return mo.HappenedAt, nil
	}
	at, err := time.Parse(time.RFC3339, appraised)
	if err := work.Must(err == nil, "appraised_at", "form.datetime", nil); err != nil {
		return at, err
	}
	if err := work.Must(!at.After(mo.Now.Add(time.Minute)), "appraised_at", "form.future", nil); err != nil {
		return at, err
	}
	return at.UTC(), work.Must(!at.Before(d.OpenedAt.Truncate(time.Minute)), "appraised_at", "matter.before_it_began", nil)
}

// MoveTrack decides that another host is asked to take the dispute over (law-and-standards 3.2, 4.6): with reason, consent of both
// sides and the papers handed over.
func (d *Dispute) MoveTrack(a MoveTrack, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
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
	if err := d.open(); err != nil {
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
	if err := d.open(); err != nil {
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

// TellWays decides that parties were told of other ways.
func (d *Dispute) TellWays(a TellWays, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := each("ways", a.Ways, Ways); err != nil {
		return nil, err
	}
	for field, list := range map[string][]string{"ways": a.Ways, "parties": a.Parties} {
		if len(list) == 0 {
			return nil, fault.New(fault.Invalid, "form.required", fault.Args{"field": field}).On(field)
		}
	}
	if err := work.AtMost("parties", len(a.Parties), matter.MaxParties); err != nil {
		return nil, err
	}
	for _, p := range a.Parties {
		if _, err := d.party("parties", p); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{ToldOf{a.Ways, a.Parties, d.text("told", words)}}, nil
}

// AskRecusal decides that a question of 回避 is put (L1 §95; law-and-standards 2.17).
func (d *Dispute) AskRecusal(a AskRecusal, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Person(a.Person), "person", "form.unknown_person", nil); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Relations, a.Relation), "relation", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if a.Party != "" {
		if _, err := d.party("party", a.Party); err != nil {
			return nil, err
		}
	}
	if d.Conflicted(a.Person) {
		return nil, fault.New(fault.Stale, "dispute.recusal_asked", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{RecusalAsked{a.Person, a.Relation, a.Party, d.text("recusal", words)}}, nil
}

// DecideRecusal decides a question of 回避; never one's own.
func (d *Dispute) DecideRecusal(a DecideRecusal, mo Moment) ([]work.Event, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	asked := slices.ContainsFunc(d.Conflicts, func(c Conflict) bool { return c.Person == a.Person && !c.Decided })
	if !asked {
		return nil, fault.New(fault.Stale, "dispute.no_recusal", nil)
	}
	if a.Person == mo.Actor {
		return nil, fault.New(fault.Denied, "dispute.recusal_own", nil)
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{RecusalDecided{a.Person, a.Withdraw, d.text("recusal", words)}}, nil
}
