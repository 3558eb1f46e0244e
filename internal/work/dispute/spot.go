package dispute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// PartyOnSpot is a party as the one page of on-the-spot mediation asks for it.
type PartyOnSpot struct {
	Party string `json:"party,omitempty" form:"hidden"` // one the matter has already: nothing else of them is asked but the signature
	Name  string `json:"name,omitempty" form:"line"`    // required of a new one
	Side  string `json:"side,omitempty" form:"side"`    // the same
	Phone string `json:"phone,omitempty" form:"phone"`
	IDNo  string `json:"id_no,omitempty" form:"id"`
	Sign  string `json:"sign,omitempty" form:"signature"` // upload id of the signature on the screen
}

// SettleOnSpot (现场调解) is mediation at a market table or a roadside, done on one page: parties, safety gate, facts, terms,
// performed at once, signatures (law-and-standards 2.12). It stands for the acts it is made of and leaves the same events: parties,
// answers of the gate, the course, one session, an agreement, its promises kept. Parties are those of the matter already (by id) or
// new ones; one of the matter who is not named was not there.
type SettleOnSpot struct {
	matter.On
	Track         string        `json:"track" form:"track,required"` // Order or Informal, or a committee's
	Offence       string        `json:"offence,omitempty" form:"offence"`
	Ground        string        `json:"ground,omitempty" form:"ground"`
	Parties       []PartyOnSpot `json:"parties,omitempty"`
	SafetyAsked   bool          `json:"safety_asked" form:"yesno"` // the questions were put to each alone
	SafetyYes     []string      `json:"safety_yes,omitempty" form:"safety"`
	Trifling      bool          `json:"trifling,omitempty" form:"yesno"`     // circumstances trifling, facts and causation clear (2.12)
	LossClear     bool          `json:"loss_clear,omitempty" form:"yesno"`   // no cost or loss, or its amount undisputed
	WillPerform   bool          `json:"will_perform,omitempty" form:"yesno"` // both agree to settle and perform on the spot
	RecordingRef  string        `json:"recording_ref,omitempty" form:"line"`
	RecordingHash string        `json:"recording_hash,omitempty" form:"line"`
	NoPaper       bool          `json:"no_paper,omitempty" form:"yesno"` // the recording holds parties, facts and terms: no written agreement
	Officers      int           `json:"officers" form:"number,required"`
	Facts         string        `json:"facts" form:"words,required"`
	Terms         string        `json:"terms" form:"words,required"`
	Amount        string        `json:"amount,omitempty" form:"money"`
	PayerSide     string        `json:"payer_side,omitempty" form:"side"`
	Photos        []string      `json:"photos,omitempty" form:"photos"`
}

// SettleOnSpot decides on-the-spot mediation (2.12): everything on one page, in one act. When a safety question was answered with
// yes nothing is settled: the parties are kept, the flag is raised, and what was typed stays in the story. Who of them said yes the
// page does not know, so each is asked again alone.
func (d *Dispute) SettleOnSpot(a SettleOnSpot, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	there, events, err := d.gathered(a, mo)
	if err != nil {
		return nil, err
	}
	if len(a.SafetyYes) > 0 {
		return d.stopOnSpot(a, events, mo)
	}
	if err := work.Must(a.SafetyAsked, "safety_asked", "dispute.ask_safety_first", nil); err != nil {
		return nil, err
	}
	for _, p := range there {
		if _, asked := d.Safety.Asked[p.id]; !asked && !p.body {
			events = append(events, SafetyAsked{Party: p.id})
		}
	}
	now := d.ahead(events, mo)
	if err := now.gate(); err != nil {
		return nil, err
	}
	if err := onSpotOnly(a); err != nil {
		return nil, err
	}
	chosen, err := now.trackOnSpot(a, there, mo)
	if err != nil {
		return nil, err
	}
	events = append(events, chosen...)
	done, err := now.ahead(chosen, mo).settle(a, there, mo)
	if err != nil {
		return nil, err
	}
	return d.regrade(append(events, done...), mo), nil
}

// standing is a party at the table.
type standing struct {
	id, side, sign string
	body           bool
}

// gathered are the parties at the table, and the events that add those who are new. Minors are not settled with on this page: it has
// no place for their guardian (2.6).
func (d *Dispute) gathered(a SettleOnSpot, mo Moment) (there []standing, events []work.Event, err error) {
	if err := work.AtMost("parties", len(a.Parties), 50); err != nil {
		return nil, nil, err
	}
	m := d.Matter
	seen := map[string]bool{}
	for i, p := range a.Parties {
		at := fmt.Sprintf("parties.%d.", i)
		if p.Party != "" {
			old, err := d.party(at+"party", p.Party)
			if err != nil {
				return nil, nil, err
			}
			if err := work.Must(!seen[old.ID], at+"party", "dispute.party_twice", nil); err != nil {
				return nil, nil, err
			}
			s := d.side(old.ID)
			if err := work.Must(!s.Minor || s.OwnWages, at+"party", "dispute.spot_minor", nil); err != nil {
				return nil, nil, err
			}
			if err := work.Must(s.Interpreter == "", at+"party", "dispute.spot_interpreter", nil); err != nil {
				return nil, nil, err
			}
			seen[old.ID] = true
			there = append(there, standing{old.ID, old.Side, p.Sign, s.Body})
			continue
		}
		if err := work.Must(!under(p.IDNo, mo.Settings().Young, mo.HappenedAt), at+"id_no", "dispute.spot_minor", nil); err != nil {
			return nil, nil, err
		}
		added, err := m.AddParty(matter.AddParty{Name: p.Name, Side: p.Side, Phone: p.Phone, IDNo: p.IDNo}, mo.Moment)
		if err != nil {
			return nil, nil, within(err, at)
		}
		e := added[0].(matter.PartyAdded)
		m.Parties = append(slices.Clip(m.Parties), matter.Party{ID: e.Party, Side: e.Side})
		there, events = append(there, standing{id: e.Party, side: e.Side, sign: p.Sign}), append(events, e)
	}
	return there, events, bothSides(there)
}

func bothSides(there []standing) error {
	for _, side := range []string{"a", "b"} {
		ok := slices.ContainsFunc(there, func(p standing) bool { return p.side == side })
		if err := work.Must(ok, "parties", "dispute.both_sides", nil); err != nil {
			return err
		}
	}
	return nil
}

// within puts a refusal on a field of a row.
func within(err error, at string) error {
	if f, ok := fault.Of(err); ok {
		return f.On(at + f.Field)
	}
	return err
}

// under tells whether an identity number (18 digits) is of somebody younger than so many years; what is no such number says nothing.
func under(idNo string, years int, at time.Time) bool {
	idNo = strings.TrimSpace(idNo)
	if len(idNo) != 18 {
		return false
	}
	born, err := time.ParseInLocation("20060102", idNo[6:14], clock.Shanghai)
	return err == nil && born.AddDate(years, 0, 0).After(at)
}

// stopOnSpot raises the flag instead of settling, and keeps what was typed.
func (d *Dispute) stopOnSpot(a SettleOnSpot, events []work.Event, mo Moment) ([]work.Event, error) {
	var asked []string
	for _, q := range mo.SafetyQuestions() {
		if slices.Contains(a.SafetyYes, q.Key) {
			asked = append(asked, or(q.Name.Zh, q.Key))
		}
	}
	if err := work.Must(len(asked) == len(a.SafetyYes), "safety_yes", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	facts, err := work.Words("facts", a.Facts, false)
	if err != nil {
		return nil, err
	}
	terms, err := work.Words("terms", a.Terms, false)
	if err != nil {
		return nil, err
	}
	if !d.Safety.Flagged {
		events = append(events, SafetyFlagged{Reason: d.text("flag", strings.Join(asked, "\n"))})
	}
	if said := strings.TrimSpace(strings.Join([]string{facts, terms, strings.TrimSpace(a.Amount)}, "\n")); said != "" {
		photos, err := matter.Attach(a.Photos)
		if err != nil {
			return nil, err
		}
		events = append(events, matter.Noted{Words: d.text("note", said), Photos: photos})
	}
	return d.regrade(events, mo), nil
}

// trackOnSpot chooses the track as its own act would (2.1-2.4), when the dispute is on none; on another one it must be moved first.
func (d *Dispute) trackOnSpot(a SettleOnSpot, there []standing, mo Moment) ([]work.Event, error) {
	if d.Track != nil {
		return nil, work.Must(d.Track.Track == a.Track, "track", "dispute.on_another_track", nil)
	}
	choose := ChooseTrack{Track: a.Track, Offence: a.Offence, Ground: a.Ground, OrderBreach: a.Track == Order, FactsFound: true}
	for _, p := range there {
		choose.Consents = append(choose.Consents, p.id)
	}
	if t, ok := mo.Track(a.Track); ok && !slices.Contains(t.Host, playbook.HostStation) {
		for _, host := range t.Host {
			if choose.Host == "" && mo.Book.Body(string(host)) {
				choose.Host = string(host)
			}
		}
	}
	return d.ChooseTrack(choose, mo)
}

// settle is the session, the agreement, its signatures and its performance.
func (d *Dispute) settle(a SettleOnSpot, there []standing, mo Moment) ([]work.Event, error) {
	t, err := d.mediating(mo)
	if err != nil {
		return nil, err
	}
	form := "on_spot"
	if !t.OnSpot {
		form = "oral"
	}
	if err := allowed(t, form); err != nil {
		return nil, err
	}
	held, err := d.heldOnSpot(a, t, there, mo)
	if err != nil {
		return nil, err
	}
	drafted, err := d.draftOnSpot(a, t, form, there, mo)
	if err != nil {
		return nil, err
	}
	signed, err := signOnSpot(a, form, drafted, held.Recording, there, mo)
	if err != nil {
		return nil, err
	}
	events := append([]work.Event{held, drafted}, signed...)
	return append(events, d.effect(Agreement{ID: drafted.Agreement, Track: drafted.Track, Clauses: drafted.Clauses}, mo)...), nil
}

// onSpotOnly refuses what police may not settle on the spot (2.12).
func onSpotOnly(a SettleOnSpot) error {
	for _, c := range []struct {
		ok          bool
		field, code string
	}{{a.Trifling, "trifling", "dispute.spot_trifling"}, {a.LossClear, "loss_clear", "dispute.spot_loss"}, {a.WillPerform, "will_perform", "dispute.spot_perform"}} {
		if err := work.Must(c.ok || a.Track != Order, c.field, c.code, nil); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dispute) heldOnSpot(a SettleOnSpot, t playbook.Track, there []standing, mo Moment) (SessionHeld, error) {
	e := SessionHeld{Session: mo.NewID("s"), Course: d.Track.No, No: len(d.Held()) + 1, Track: t.Key, At: mo.HappenedAt, Place: d.Place, How: "site",
		Preside: mo.Actor, Officers: a.Officers, Outcome: "agreed", OnSpot: true}
	if err := oneMore(t, d.sessionsOn(t.Key, d.Track.Damages)); err != nil {
		return e, err
	}
	if err := d.presides("track", mo.Actor, t, mo); err != nil {
		return e, err
	}
	var err error
	if e.Recording, err = recorded(a.RecordingRef, a.RecordingHash); err != nil {
		return e, err
	}
	if err := officers(t, a.Officers, e.Recording); err != nil {
		return e, err
	}
	for _, p := range there {
		e.Present = append(e.Present, p.id)
	}
	facts, err := work.Words("facts", a.Facts, true)
	if err != nil {
		return e, err
	}
	e.Agreed = d.text("session_agreed", facts)
	e.Dangers = mo.Dangers(facts + "\n" + a.Terms)
	e.Photos, err = matter.Attach(a.Photos)
	return e, err
}

// draftOnSpot is the agreement with its one promise: money when there is a sum, a deed otherwise, performed at once.
func (d *Dispute) draftOnSpot(a SettleOnSpot, t playbook.Track, form string, there []standing, mo Moment) (AgreementDrafted, error) {
	e := AgreementDrafted{Agreement: mo.NewID("a"), Course: d.Track.No, Track: t.Key, Form: form, No: 1, Place: d.Place, Mediator: mo.Actor}
	facts, err := work.Words("facts", a.Facts, true)
	if err != nil {
		return e, err
	}
	words, err := work.Words("terms", a.Terms, true)
	if err != nil {
		return e, err
	}
	sum, err := money("amount", a.Amount)
	if err != nil {
		return e, err
	}
	p := &Terms{What: "deed", DueOn: work.Day(mo.HappenedAt), SeenBy: mo.Actor, AtOnce: true}
	if sum != nil {
		if err := work.Must(*sum > 0, "amount", "dispute.amount_zero", nil); err != nil {
			return e, err
		}
		if err := work.Must(a.PayerSide != "", "payer_side", "form.required", fault.Args{"field": "payer_side"}); err != nil {
			return e, err
		}
		p.What, p.Amount, e.Total = "money", *sum, *sum
	}
	payer := or(a.PayerSide, "a")
	if err := work.Must(payer == "a" || payer == "b", "payer_side", "form.unknown_choice", nil); err != nil {
		return e, err
	}
	for _, s := range there {
		switch {
		case s.side == payer && p.Payer == "":
			p.Payer = s.id
		case s.side != payer && s.side != "" && p.Receiver == "":
			p.Receiver = s.id
		}
	}
	e.Facts, e.Clauses = d.text("agreement_facts", facts), []Clause{{d.text("clause", words), p}}
	e.Number = mo.Number(t.Number)
	return e, nil
}

// signOnSpot are the signatures: on paper of every party, on the screen and recorded (20.2). Paper may be left out when the recording
// clearly holds who, what and on which terms (2.12).
func signOnSpot(a SettleOnSpot, form string, ag AgreementDrafted, r Recording, there []standing, mo Moment) ([]work.Event, error) {
	if err := work.Must(!a.NoPaper || r.Ref != "", "recording_ref", "dispute.no_paper_no_recording", nil); err != nil {
		return nil, err
	}
	var events []work.Event
	for i, p := range there {
		at := fmt.Sprintf("parties.%d.sign", i)
		image, err := work.Line(at, p.sign, 64, false)
		if err != nil {
			return nil, err
		}
		if err := work.Must(image != "" || a.NoPaper || form != "on_spot", at, "dispute.signature_missing", nil); err != nil {
			return nil, err
		}
		if image == "" {
			continue
		}
		if err := work.Must(ag.Track == Informal || r.Ref != "", "recording_ref", "dispute.signing_recorded", nil); err != nil {
			return nil, err
		}
		events = append(events, AgreementSigned{ag.Agreement, ag.No, Signature{Who: p.id, Way: "screen", Image: image, Recording: r}})
	}
	return append(events, AgreementSigned{ag.Agreement, ag.No, Signature{Who: mediator, By: mo.Actor, Way: "screen"}}), nil
}
