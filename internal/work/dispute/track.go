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

// ChooseTrack decides the beginning of a course. While one runs it is moved, not chosen; only informal help, which is no legal act,
// simply gives way.
func (d *Dispute) ChooseTrack(a ChooseTrack, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
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
