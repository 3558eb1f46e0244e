package desk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/matter"
)

// Firms are the rows of the table of acts for firms, schools and venues, and for campaigns over them.
var Firms = []Spec{
	{Name: "firm.set", New: make_[firm.Set], do: setFirm},
	onFirm("firm.assign_officer", (*firm.Firm).AssignOfficer),
	onFirm("firm.retire", (*firm.Firm).Retire),
	onFirm("firm.brief", (*firm.Firm).Give).additive(),
	onFirm("firm.visit", (*firm.Firm).Call).additive(),
	onFirm("firm.answer", (*firm.Firm).Answer).additive(),
	onFirm("firm.advice_done", (*firm.Firm).AdviceDone).additive(),
	onFirm("firm.ask_check", (*firm.Firm).AskCheck).additive(),
	{Name: "firm.check_recruit", New: make_[firm.CheckRecruit], Additive: true, do: checkRecruit},
	onFirm("firm.set_post", (*firm.Firm).SetPost),
	onFirm("firm.stand", (*firm.Firm).Arrive).additive(),
	onFirm("firm.stand_down", (*firm.Firm).Leave).additive(),

	{Name: "campaign.start", New: make_[campaign.Start], do: startCampaign},
	onCampaign("campaign.add", (*campaign.Campaign).Add),
	onCampaign("campaign.drop", (*campaign.Campaign).Drop).additive(),
	onCampaign("campaign.check", (*campaign.Campaign).Go).additive(),
	onCampaign("campaign.miss", (*campaign.Campaign).GoneInVain).additive(),
	onCampaign("campaign.fix", (*campaign.Campaign).Fix).additive(),
	onCampaign("campaign.see_again", (*campaign.Campaign).SeeAgain).additive(),
	{Name: "campaign.grow", New: make_[campaign.Grow], Additive: true, do: growFault},
	onCampaign("campaign.close", (*campaign.Campaign).Close),
}

var (
	_ firm.Rules     = book{}
	_ campaign.Rules = book{}
)

// FirmThing is a firm as the policy sees it: it belongs to its cell, to its officers and to who stands at its gate.
func FirmThing(station string, f *firm.Firm) access.Thing {
	return access.Thing{Kind: "firm", Station: station, Cells: f.Cells(), People: f.People()}
}

// CampaignThing is a campaign as the policy sees it: all its cells, and those who take part.
func CampaignThing(station string, x *campaign.Campaign) access.Thing {
	return access.Thing{Kind: "campaign", Station: station, Cells: x.Cells(), People: x.Everybody(), Sworn: x.Inspection}
}

func (c *call) firmMoment() firm.Moment {
	return firm.Moment{Moment: c.moment, Rules: c.moment.Book.(book), Number: c.drawNumber}
}

func (c *call) campaignMoment() campaign.Moment {
	return campaign.Moment{Moment: c.moment, Rules: c.moment.Book.(book), Number: c.drawNumber, Premises: c.premises}
}

// firm loads a firm as it stands.
func (c *call) firm(id string) (*firm.Firm, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, firm.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	if id == "" || len(events) == 0 {
		return nil, fault.New(fault.Missing, "firm.not_found", nil)
	}
	return firm.Fold(events)
}

// allowed asks the policy about a firm or campaign; what may not even be seen is answered as if it were not there.
func (c *call) allowed(t access.Thing, missing string) error {
	err := c.permit(t)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Denied && !c.Policy.Scope(c.who).Sees(t) {
		return fault.New(fault.Missing, missing, nil)
	}
	return err
}

// onFirm makes the row of an act on one firm from its rule.
func onFirm[A targeted](name string, rule func(*firm.Firm, A, firm.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		f, err := c.firm(id)
		if err != nil {
			return err
		}
		if err := c.allowed(FirmThing(c.who.Station, f), "firm.not_found"); err != nil {
			return err
		}
		if err := c.fresh(firm.Stream(id), f.Version, seen); err != nil {
			return err
		}
		events, err := rule(f, a, c.firmMoment())
		if err != nil {
			return err
		}
		c.answer.ID = f.ID
		return c.change(firm.Stream(id), f.Version, events)
	}}
}

// setFirm takes a firm into the list or puts right what is known of it. Moving it to another cell is asked of both.
func setFirm(c *call) error {
	a := *c.act.(*firm.Set)
	f, thing := &firm.Firm{}, access.Thing{Kind: "firm", Station: c.who.Station, Cells: []string{a.Cell}}
	if a.Firm != "" {
		var err error
		if f, err = c.firm(a.Firm); err != nil {
			return err
		}
		thing = FirmThing(c.who.Station, f)
		if f.Cell != a.Cell {
			thing.Cells = append(thing.Cells, a.Cell)
		}
		if err := c.allowed(thing, "firm.not_found"); err != nil {
			return err
		}
		if err := c.fresh(firm.Stream(f.ID), f.Version, a.Version); err != nil {
			return err
		}
	} else if err := c.permit(thing); err != nil {
		return err
	}
	events, err := f.Set(a, c.firmMoment())
	if err != nil {
		return err
	}
	c.answer.ID = events[0].(firm.WasSet).ID
	return c.change(firm.Stream(c.answer.ID), f.Version, events)
}

// checkRecruit records the answer to a check, and the look at a card that it is. The same card at the same firm is not checked twice a
// day: the claim that tells holds twenty-four bits of a keyed digest, which many numbers share, so that no number can be got back.
func checkRecruit(c *call) error {
	a := *c.act.(*firm.CheckRecruit)
	f, err := c.firm(a.Firm)
	if err != nil {
		return err
	}
	if err := c.allowed(FirmThing(c.who.Station, f), "firm.not_found"); err != nil {
		return err
	}
	events, err := f.CheckRecruit(a, c.firmMoment())
	if err != nil {
		return err
	}
	number, err := firm.CardNumber(a.IDNo)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, c.Master[:])
	fmt.Fprintf(mac, "recruit\x00%s\x00%s\x00%s", c.who.Station, f.ID, number)
	claim := journal.Claim{Space: "recruit", Value: f.ID + " " + c.moment.Now.In(clock.Shanghai).Format("20060102") + " " + hex.EncodeToString(mac.Sum(nil)[:3]), Holder: f.ID}
	holder, err := c.Journal.Holder(c.ctx, c.who.Station, claim.Space, claim.Value)
	if err != nil {
		return err
	}
	if holder != "" {
		return fault.New(fault.Stale, "firm.card_checked_today", nil)
	}
	c.batch.Claims = append(c.batch.Claims, claim)
	e := events[0].(firm.RecruitChecked)
	c.answer.ID, c.answer.Number = f.ID, e.Number
	if err := c.look(Looked{f.ID, "recruit", a.Purpose, "firm", f.ID, string(c.who.Role)}); err != nil {
		return err
	}
	return c.change(firm.Stream(f.ID), f.Version, events)
}

// premises is what rules of campaigns may know of a firm.
func (c *call) premises(id string) (campaign.Premises, error) {
	f, err := c.firm(id)
	if err != nil {
		return campaign.Premises{}, err
	}
	return campaign.Premises{ID: f.ID, Name: f.Name, Sort: f.Sort, Cell: f.Cell, Pupils: f.Pupils, Retired: !f.Retired.IsZero()}, nil
}

// campaign loads a campaign as it stands.
func (c *call) campaign(id string) (*campaign.Campaign, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, campaign.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	if id == "" || len(events) == 0 {
		return nil, fault.New(fault.Missing, "campaign.not_found", nil)
	}
	return campaign.Fold(events)
}

// placeThing is what an act on a campaign is asked about: the one place it is done to, where it is, else the whole.
func (c *call) placeThing(x *campaign.Campaign) access.Thing {
	t := CampaignThing(c.who.Station, x)
	firm, id := "", ""
	switch a := c.act.(type) {
	case *campaign.Go:
		firm = a.Firm
	case *campaign.GoneInVain:
		firm = a.Firm
	case *campaign.Drop:
		firm = a.Firm
	case *campaign.Fix:
		id = a.Fault
	case *campaign.SeeAgain:
		id = a.Fault
	case *campaign.Grow:
		id = a.Fault
	}
	if f, ok := x.Fault(id); ok {
		firm = f.Firm
	}
	if p, ok := x.Place(firm); ok {
		t.Cells = []string{p.Cell}
	}
	return t
}

// onCampaign makes the row of an act on one campaign from its rule.
func onCampaign[A targeted](name string, rule func(*campaign.Campaign, A, campaign.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		x, err := c.campaign(id)
		if err != nil {
			return err
		}
		if err := c.allowed(c.placeThing(x), "campaign.not_found"); err != nil {
			return err
		}
		if err := c.fresh(campaign.Stream(id), x.Version, seen); err != nil {
			return err
		}
		events, err := rule(x, a, c.campaignMoment())
		if err != nil {
			return err
		}
		c.answer.ID = x.ID
		return c.change(campaign.Stream(id), x.Version, events)
	}}
}

func startCampaign(c *call) error {
	if err := c.permit(access.Thing{Kind: "campaign", Station: c.who.Station}); err != nil {
		return err
	}
	events, err := (&campaign.Campaign{}).Start(*c.act.(*campaign.Start), c.campaignMoment())
	if err != nil {
		return err
	}
	c.answer.ID = events[0].(campaign.Started).ID
	return c.change(campaign.Stream(c.answer.ID), 0, events)
}

// growFault opens the matter that a fault became, in one batch with the link.
func growFault(c *call) error {
	a := *c.act.(*campaign.Grow)
	x, err := c.campaign(a.Campaign)
	if err != nil {
		return err
	}
	if err := c.allowed(c.placeThing(x), "campaign.not_found"); err != nil {
		return err
	}
	mine, theirs, err := x.Grow(a, c.campaignMoment())
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Number = theirs[0].(matter.Opened).ID, theirs[0].(matter.Opened).Number
	if err := c.change(campaign.Stream(x.ID), x.Version, mine); err != nil {
		return err
	}
	return c.opened(theirs)
}

// FirmTexts are the personal texts of a firm that can be looked at one by one: its contact person.
func FirmTexts(f *firm.Firm) []vault.Text { return []vault.Text{f.Contact, f.ContactPhone} }
