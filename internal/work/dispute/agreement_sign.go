package dispute

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Signature is one signature, seal or fingerprint.
type Signature struct {
	Who       string    `json:"who"`             // party or companion id; mediator, organ_seal, committee_seal
	By        string    `json:"by,omitempty"`    // person id, of a mediator or a seal
	Way       string    `json:"way"`             // screen, ink, fingerprint, seal
	Image     string    `json:"image,omitempty"` // upload id: screen signature, or the scan
	Recording Recording `json:"recording,omitzero"`
	At        time.Time `json:"at,omitzero"`
}

// SignWays are the ways to sign.
var SignWays = []string{"screen", "ink", "fingerprint", "seal"}

// SignAgreement (签署协议) adds one signature. When all that the track demands are there the agreement takes effect (3.8) and its
// promises run; an oral one takes effect with the mediator's record (3.9).
type SignAgreement struct {
	matter.On
	Agreement     string `json:"agreement" form:"agreement,required"`
	Who           string `json:"who" form:"signer,required"`
	Way           string `json:"way" form:"signway,required"`
	Image         string `json:"image,omitempty" form:"signature"`
	RecordingRef  string `json:"recording_ref,omitempty" form:"line"` // a party's signature on the screen is recorded (20.2)
	RecordingHash string `json:"recording_hash,omitempty" form:"line"`
}

// AgreementSigned is one signature.
type AgreementSigned struct {
	Agreement string    `json:"agreement"`
	No        int       `json:"no"`
	Signature Signature `json:"signature"`
}

// EventKind implements work.Event.
func (AgreementSigned) EventKind() string { return "dispute.agreement_signed/1" }

// Tell implements matter.Built.
func (AgreementSigned) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e AgreementSigned) apply(d *Dispute, at work.At) {
	e.Signature.At = at.HappenedAt
	for i := range d.Agreements {
		if d.Agreements[i].ID == e.Agreement {
			d.Agreements[i].Signed = append(d.Agreements[i].Signed, e.Signature)
		}
	}
}

// AgreementEffective is that an agreement is in force; its promises begin. Promises has an id for each clause with terms, in order.
// Performed tells that nothing is promised in it and no other promise is open: with its effect all is performed.
// Confirmable tells that a court may confirm it: the thirty days of 4.1 run from now, whatever ran for an earlier agreement.
type AgreementEffective struct {
	Agreement   string   `json:"agreement"`
	Promises    []string `json:"promises,omitempty"`
	Performed   bool     `json:"performed,omitempty"`
	Confirmable bool     `json:"confirmable,omitempty"`
}

// EventKind implements work.Event.
func (AgreementEffective) EventKind() string { return "dispute.agreement_effective/1" }

// Tell implements matter.Built.
func (e AgreementEffective) Tell(m *matter.Matter, at work.At) {
	if e.Confirmable {
		m.Reached["agreement_effective"] = at.HappenedAt
	}
	mediated(m, at.HappenedAt)
	if len(e.Promises) > 0 {
		delete(m.Reached, "performed") // what was performed before, this is not yet
	}
	if e.Performed {
		m.Reach("performed", at.HappenedAt)
	}
}

func (e AgreementEffective) apply(d *Dispute, at work.At) {
	for i := range d.Agreements {
		a := &d.Agreements[i]
		if a.ID != e.Agreement {
			continue
		}
		a.EffectiveAt = at.HappenedAt
		n := 0
		for _, c := range a.Clauses {
			if c.Promise != nil && n < len(e.Promises) {
				d.Promises = append(d.Promises, Promise{ID: e.Promises[n], Agreement: a.ID, Terms: *c.Promise, Words: c.Words, From: at.HappenedAt})
				n++
			}
		}
	}
	d.Facts["settled"] = "yes"
}

// Who signs or seals besides parties and those who stand by them.
const (
	mediator      = "mediator"
	organSeal     = "organ_seal"
	committeeSeal = "committee_seal"
)

// SignAgreement decides one signature. With the last that the track demands the agreement takes effect in the same act (3.8), and
// what was performed at signing is kept; an oral one takes effect with the mediator's record (3.9).
func (d *Dispute) SignAgreement(a SignAgreement, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	ag, err := d.drafted(a.Agreement)
	if err != nil {
		return nil, err
	}
	if err := work.Must(ag.Course == d.Track.No, "agreement", "dispute.agreement_of_other_course", nil); err != nil {
		return nil, err
	}
	s := Signature{Who: a.Who, Way: a.Way}
	if s.Image, err = work.Line("image", a.Image, 64, false); err != nil {
		return nil, err
	}
	if s.Recording, err = recorded(a.RecordingRef, a.RecordingHash); err != nil {
		return nil, err
	}
	stamp := slices.Contains([]string{mediator, organSeal, committeeSeal}, a.Who)
	if stamp {
		s.By = mo.Actor
		err = mayStamp(ag, t, a.Who, a.Way, mo)
	} else {
		err = d.maySign(ag, s)
	}
	if err != nil {
		return nil, err
	}
	for _, other := range ag.Signed {
		if d.signsFor(other.Who) == d.signsFor(a.Who) {
			return nil, fault.New(fault.Stale, "dispute.signed_twice", nil).On("who")
		}
	}
	events := []work.Event{AgreementSigned{ag.ID, ag.No, s}}
	if !d.complete(ag, append(slices.Clip(ag.Signed), s), t) {
		return events, nil
	}
	return d.regrade(append(events, d.effect(*ag, mo)...), mo), nil
}

// mayStamp checks the mediator's signature and the seals: who presided signs, police put the organ's seal on their own paper.
func mayStamp(ag *Agreement, t playbook.Track, who, way string, mo Moment) error {
	switch who {
	case mediator:
		if err := work.Must(mo.Actor == ag.Mediator, "who", "dispute.not_the_mediator", nil); err != nil {
			return err
		}
		if err := work.Must(!ag.Status || way != "screen", "way", "dispute.ink_only", nil); err != nil {
			return err
		}
		return each("way", []string{way}, SignWays)
	case organSeal:
		if err := work.Must(t.Key != Order || mo.Role.HasPolicePowers(), "who", "dispute.police_seal", nil); err != nil {
			return err
		}
	}
	return work.Must(way == "seal", "way", "dispute.seal_is_a_seal", nil)
}

// maySign checks the signature of a party or of who signs in a party's stead: on the screen only with its image and, but for informal
// help, the recording of the signing (20.2); never on the screen where marriage, parentage, adoption or inheritance is touched.
func (d *Dispute) maySign(ag *Agreement, s Signature) error {
	if err := d.signer("who", s.Who, ag.Track); err != nil {
		return err
	}
	if err := each("way", []string{s.Way}, SignWays); err != nil {
		return err
	}
	if err := work.Must(!ag.Status || s.Way == "ink", "way", "dispute.ink_only", nil); err != nil {
		return err
	}
	if s.Way != "screen" {
		return nil
	}
	if err := work.Must(s.Image != "", "image", "dispute.signature_missing", nil); err != nil {
		return err
	}
	return work.Must(ag.Track == Informal || s.Recording.Ref != "", "recording_ref", "dispute.signing_recorded", nil)
}

// signer checks who may sign: an adult party; the guardian of a minor; the spokesperson of a group; an agent with a written mandate,
// but not for the suspect of a public-order violation (2.7); a payer who is no party.
func (d *Dispute) signer(field, who, track string) error {
	c, ok := d.companion(who)
	if !ok {
		if _, err := d.party(field, who); err != nil {
			return err
		}
		s := d.side(who)
		if err := work.Must(!s.Minor || s.OwnWages, field, "dispute.guardian_signs", nil); err != nil {
			return err
		}
		return work.Must(s.People < 2 || !d.has(who, "spokesperson"), field, "dispute.spokesperson_signs", nil)
	}
	switch c.As {
	case "guardian", "spokesperson", "payer":
		return nil
	case "agent":
		if err := work.Must(c.Scope != "" && len(c.Papers) > 0, field, "dispute.mandate_missing", nil); err != nil {
			return err
		}
		return work.Must(track != Order || !d.side(c.Party).Suspect, field, "dispute.suspect_in_person", nil)
	}
	return work.Must(false, field, "dispute.cannot_sign", nil)
}

func (d *Dispute) has(party, as string) bool {
	return slices.ContainsFunc(d.Companions, func(c Companion) bool { return c.Party == party && c.As == as })
}

// signsFor is the party a signature stands for; a payer who is no party, a mediator or a seal stands for itself.
func (d *Dispute) signsFor(who string) string {
	if c, ok := d.companion(who); ok && c.As != "payer" {
		return c.Party
	}
	return who
}

// complete tells whether the signatures are all that the track demands: every party of both sides, the mediator, the seals.
func (d *Dispute) complete(ag *Agreement, signed []Signature, t playbook.Track) bool {
	by := map[string]bool{}
	for _, s := range signed {
		by[d.signsFor(s.Who)] = true
	}
	if ag.Form == "oral" {
		return by[mediator]
	}
	for _, p := range d.Parties {
		if slices.Contains(t.Signs, "parties") && p.Side != "" && !by[p.ID] {
			return false
		}
	}
	return !slices.ContainsFunc(t.Signs, func(s string) bool { return s != "parties" && !by[s] })
}

// effect brings an agreement into force: its promises begin, and those performed at signing are kept with it.
func (d *Dispute) effect(ag Agreement, mo Moment) []work.Event {
	e := AgreementEffective{Agreement: ag.ID, Confirmable: confirmable(ag.Track, ag.Status)}
	id, clauses := ag.ID, ag.Clauses
	ps := copied(d.Promises)
	for _, c := range clauses {
		if c.Promise != nil {
			e.Promises = append(e.Promises, mo.NewID("k"))
			ps = append(ps, Promise{ID: e.Promises[len(e.Promises)-1], Agreement: id, Terms: *c.Promise, From: mo.HappenedAt})
		}
	}
	e.Performed = len(e.Promises) == 0 && settled(ps, work.Day(mo.HappenedAt))
	events := []work.Event{nil}
	for i := range ps {
		if p := &ps[i]; p.Agreement == id && p.AtOnce && p.EndedAt.IsZero() {
			k := Keeping{N: 1, Amount: p.Amount, On: work.Day(mo.HappenedAt), SeenBy: mo.Actor}
			p.Kept = append(p.Kept, k)
			done, all := d.ends(ps, p, "kept", mo)
			events = append(events, PromiseKept{Promise: p.ID, Keeping: k, Done: done, All: all})
		}
	}
	events[0] = e
	return events
}
