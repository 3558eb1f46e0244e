package desk

import (
	"context"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// doorsteps is the kind of matter that is done at somebody's door.
var doorsteps = builtKind[*doorstep.Doorstep, doorstep.Moment]{base: doorstep.Base, area: "doorstep", fold: doorstep.Fold,
	moment: (*call).doorstepMoment, refuse: "doorstep.not_one", steps: doorstep.Steps}

// Doorsteps are the rows of the table of acts of home visits and portable kits.
var Doorsteps = []Spec{
	on(doorsteps, "plan", (*doorstep.Doorstep).PlanVisit),
	atDoor("agree", (*doorstep.Doorstep).Agree),
	atDoor("reschedule", (*doorstep.Doorstep).Reschedule),
	atDoor("equip", (*doorstep.Doorstep).Equip),
	atDoor("call_off", (*doorstep.Doorstep).CallOff),
	atDoor("depart", (*doorstep.Doorstep).Depart).additive(),
	atDoor("arrive", (*doorstep.Doorstep).Arrive).additive(),
	atDoor("serve", (*doorstep.Doorstep).Serve),
	atDoor("lack_papers", (*doorstep.Doorstep).LackPapers),
	atDoor("not_home", (*doorstep.Doorstep).NotHome),
	atDoor("fail_kit", (*doorstep.Doorstep).FailKit),
	atDoor("decide", (*doorstep.Doorstep).Decide),
	atDoor("card_ready", (*doorstep.Doorstep).CardReady).additive(),
	atDoor("deliver", (*doorstep.Doorstep).Deliver),
	atDoor("hear", (*doorstep.Doorstep).Hear).additive(),
	atDoor("answer_complaint", (*doorstep.Doorstep).AnswerComplaint),

	{Name: "doorstep.ask", New: make_[doorstep.Ask], do: askDoorstep},

	{Name: "kit.register", New: make_[doorstep.RegisterKit], do: registerKit},
	onKit("kit.reserve", (*doorstep.Kit).Reserve),
	onKit("kit.release", (*doorstep.Kit).Release),
	onKit("kit.hand_over", (*doorstep.Kit).HandOver),
	onKit("kit.return", (*doorstep.Kit).Return),
	onKit("kit.break", (*doorstep.Kit).Break).additive(),
	onKit("kit.repair", (*doorstep.Kit).Repair),
	onKit("kit.retire", (*doorstep.Kit).Retire),
	onKit("kit.ask_loan", (*doorstep.Kit).AskLoan),
	onKit("kit.answer_loan", (*doorstep.Kit).AnswerLoan),
}

// doorstepMoment is the moment of a rule of home visits.
func (c *call) doorstepMoment() doorstep.Moment {
	b := c.moment.Book.(book)
	return doorstep.Moment{Moment: c.moment, Rules: b, Kit: c.kit, Reporter: c.reporter, Asked: c.askedAtDoor}
}

// kit loads a kit as it stands.
func (c *call) kit(id string) (*doorstep.Kit, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, doorstep.KitStream(id), 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, fault.New(fault.Missing, "kit.not_found", nil)
	}
	return doorstep.FoldKit(events)
}

// reporter opens who reported and their phone, to be sealed anew under the applicant's own key.
func (c *call) reporter(id string) (name, phone string, err error) {
	r, err := c.report(id)
	if err != nil {
		return "", "", err
	}
	words, err := c.Reveal(c.ctx, c.who.Station, r.Name, r.Phone)
	return words[r.Name.Ref()], words[r.Phone.Ref()], err
}

// askDoorstep takes down that somebody asks for a service at home: a report with its receipt, and beside it what was ticked.
func askDoorstep(c *call) error {
	a := *c.act.(*doorstep.Ask)
	thing := access.Thing{Kind: "report"}
	if a.Cell != "" {
		thing.Cells = []string{a.Cell}
	}
	if err := c.permit(thing); err != nil {
		return err
	}
	mo := c.doorstepMoment()
	asked, s, err := a.Check(mo)
	if err != nil {
		return err
	}
	r, err := report.Report{}.Submit(report.Submit{Words: c.askedAtDoorWords(a, s), Cell: a.Cell, Place: a.Place, Lon: a.Lon, Lat: a.Lat, Name: a.Name,
		Phone: a.Phone, Channel: a.Channel, Receipt: string(ident.NewReceipt(c.Rand))}, c.moment)
	if err != nil {
		return err
	}
	e := r[0].(report.Submitted)
	c.answer.ID, c.answer.Receipt = e.ID, e.Receipt
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "receipt", Value: e.Receipt, Holder: e.ID})
	if err := c.change(report.Stream(e.ID), 0, r); err != nil {
		return err
	}
	return c.change(doorstep.AskStream(e.ID), 0, []work.Event{asked.Of(e.ID)})
}

// askedAtDoorWords are the words of the report, in those of the playbook.
func (c *call) askedAtDoorWords(a doorstep.Ask, s playbook.Service) string {
	b := c.moment.Book.(book)
	ground, hours := a.Ground, ""
	for _, r := range b.Reasons("doorstep") {
		if r.Key == a.Ground {
			ground = r.Name.Zh
		}
	}
	if a.OpenFrom != "" {
		hours = strings.NewReplacer("{from}", a.OpenFrom, "{until}", a.OpenUntil).Replace(b.Text("doorstep.asked_hours", "zh"))
	}
	said := strings.NewReplacer("{service}", s.Name.Zh, "{ground}", ground, "{hours}", hours).Replace(b.Text("doorstep.asked", "zh"))
	return strings.TrimSpace(said + "\n" + a.Why)
}

// askedAtDoor is what was ticked beside a report; nil when nothing was.
func (c *call) askedAtDoor(report string) (*doorstep.Asked, error) {
	return AskedAtDoor(c.ctx, c.Journal, c.who.Station, report)
}

// AskedAtDoor is what was ticked beside a report; nil when nothing was.
func AskedAtDoor(ctx context.Context, j journal.Store, station, report string) (*doorstep.Asked, error) {
	events, err := j.Stream(ctx, station, doorstep.AskStream(report), 0)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	v, err := work.Decode(&events[0])
	if err != nil {
		return nil, err
	}
	asked, _ := v.(doorstep.Asked)
	return &asked, nil
}

// atDoor makes the row of an act on a visit from its rule: what it does to the matter and to kits is one batch, so that no two visits
// ever hold one kit. To record what needs an officer is a step for police alone (law-and-standards 13.1).
func atDoor[A targeted](name string, rule func(*doorstep.Doorstep, A, doorstep.Moment) ([]work.Event, []doorstep.OfKit, error)) Spec {
	return Spec{Name: "doorstep." + name, Thing: "matter", New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		d, err := c.door(id, seen)
		if err != nil {
			return err
		}
		events, kits, err := rule(d, a, c.doorstepMoment())
		if err != nil {
			return err
		}
		c.answer.ID, c.answer.Number = d.ID, d.Number
		if err := c.change(matter.Stream(id), d.Version, events); err != nil {
			return err
		}
		for _, k := range kits {
			if err := c.change(doorstep.KitStream(k.Kit.ID), k.Kit.Version, k.Events); err != nil {
				return err
			}
		}
		return nil
	}}
}

// door loads a home visit for an act.
func (c *call) door(id string, seen int) (*doorstep.Doorstep, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	m, err := matter.Fold(events)
	if err != nil {
		return nil, err
	}
	if m.Version == 0 || c.base(m.Kind) != doorstep.Base {
		return doorsteps.open(c, id, seen)
	}
	d, err := doorstep.Fold(events)
	if err != nil {
		return nil, err
	}
	if err := c.permit(DoorThing(c.who.Station, c.spec.Name, d)); err != nil {
		return nil, err
	}
	return d, c.fresh(matter.Stream(id), d.Version, seen)
}

// DoorThing is a home visit as the policy sees it for an act: what an officer must do at the door is a police step.
func DoorThing(station, act string, d *doorstep.Doorstep) access.Thing {
	t := MatterThing(station, &d.Matter)
	t.Sworn = act == "doorstep.serve" && d.Plan != nil && d.Plan.Officer
	return t
}

// KitThing is a kit as the policy sees it.
func KitThing() access.Thing { return access.Thing{Kind: "kit"} }

// onKit makes the row of an act on one kit from its rule.
func onKit[A targeted](name string, rule func(*doorstep.Kit, A, doorstep.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		if err := c.permit(KitThing()); err != nil {
			return err
		}
		k, err := c.kit(id)
		if err != nil {
			return err
		}
		if err := c.fresh(doorstep.KitStream(id), k.Version, seen); err != nil {
			return err
		}
		events, err := rule(k, a, c.doorstepMoment())
		if err != nil {
			return err
		}
		c.answer.ID = k.ID
		return c.change(doorstep.KitStream(id), k.Version, events)
	}}
}

// registerKit brings a kit into use; its name is taken once, so that two boxes are never mixed up.
func registerKit(c *call) error {
	a := *c.act.(*doorstep.RegisterKit)
	if err := c.permit(KitThing()); err != nil {
		return err
	}
	events, err := doorstep.Kit{}.Register(a, c.doorstepMoment())
	if err != nil {
		return err
	}
	e := events[0].(doorstep.KitRegistered)
	holder, err := c.Journal.Holder(c.ctx, c.who.Station, kitNames, e.Name)
	if err != nil {
		return err
	}
	if err := work.Must(holder == "", "kit_name", "kit.name_taken", fault.Args{"kit": e.Name}); err != nil {
		return err
	}
	c.answer.ID = e.ID
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: kitNames, Value: e.Name, Holder: e.ID})
	return c.change(doorstep.KitStream(e.ID), 0, events)
}

// kitNames is the space of claims of the names of kits.
const kitNames = "kit"

var _ doorstep.Rules = book{}
