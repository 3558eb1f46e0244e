package campaign

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Start (发起活动) starts a campaign of the playbook over places.
type Start struct {
	Plan   string   `json:"campaign_plan" form:"campaignplan,required"`
	Title  string   `json:"campaign_title" form:"line,required"`
	From   string   `json:"from" form:"date,required"`
	Until  string   `json:"until" form:"date,required"`
	Cells  []string `json:"cells,omitempty" form:"cells"`
	Places []string `json:"firms,omitempty" form:"firms"`
	People []string `json:"people,omitempty" form:"people"`
}

// Started is a campaign's first event: the list of its places.
type Started struct {
	ID         string   `json:"id"`
	Plan       string   `json:"plan"`
	Title      string   `json:"title"`
	Checklist  string   `json:"checklist"`
	Inspection bool     `json:"inspection,omitempty"`
	From       string   `json:"from"`
	Until      string   `json:"until"`
	Places     []Place  `json:"places"`
	People     []string `json:"people,omitempty"`
}

// EventKind implements work.Event.
func (Started) EventKind() string { return "campaign.started/1" }

func (e Started) apply(c *Campaign, at work.At) {
	c.ID, c.Plan, c.Title, c.Checklist, c.Inspection, c.From, c.Until = e.ID, e.Plan, e.Title, e.Checklist, e.Inspection, e.From, e.Until
	c.Places, c.People, c.StartedAt, c.StartedBy = slices.Clone(e.Places), e.People, at.HappenedAt, at.Actor
}

// MaxPlaces is how many places one campaign goes over: what a team can keep in view. More are split by cells.
const MaxPlaces = 500

// Start decides a campaign; the receiver is the zero Campaign.
func (*Campaign) Start(a Start, mo Moment) ([]work.Event, error) {
	plan, ok := mo.Rules.CampaignPlan(a.Plan)
	if err := work.Must(ok, "campaign_plan", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	list, _ := mo.Rules.Checklist(plan.Checklist)
	title, err := work.Line("campaign_title", a.Title, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	for _, d := range [][2]string{{"from", a.From}, {"until", a.Until}} {
		if _, err := time.Parse(time.DateOnly, d[1]); err != nil {
			return nil, fault.New(fault.Invalid, "form.date", nil).On(d[0])
		}
	}
	if err := work.Must(a.From <= a.Until, "until", "campaign.ends_before", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Until >= work.Day(mo.HappenedAt), "until", "form.past", nil); err != nil {
		return nil, err
	}
	if err := mo.People("people", a.People, 50); err != nil {
		return nil, err
	}
	for _, p := range a.People {
		if err := work.Must(plan.May(mo.Book.Role(p)), "people", "campaign.not_for_role", nil); err != nil {
			return nil, err
		}
	}
	e := Started{ID: mo.NewID("l"), Plan: plan.Key, Title: title, Checklist: plan.Checklist, Inspection: list.Inspection, From: a.From, Until: a.Until, People: a.People}
	if e.Places, err = places(nil, a.Places, plan.Over, mo); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// places checks the firms that come to a campaign.
func places(have []Place, firms []string, over func(sort string) bool, mo Moment) (list []Place, err error) {
	if err := work.Must(len(firms) > 0, "firms", "campaign.no_places", nil); err != nil {
		return nil, err
	}
	if err := work.Must(len(have)+len(firms) <= MaxPlaces, "firms", "campaign.too_many_places", fault.Args{"max": MaxPlaces}); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, p := range have {
		seen[p.Firm] = true
	}
	for _, id := range firms {
		f, err := mo.Premises(id)
		if err != nil {
			return nil, err
		}
		if err := work.Must(!f.Retired && over(f.Sort), "firms", "campaign.not_of_sort", fault.Args{"name": f.Name}); err != nil {
			return nil, err
		}
		if !seen[id] {
			seen[id], list = true, append(list, Place{Firm: id, Cell: f.Cell})
		}
	}
	return list, nil
}

// Add (增加走访对象) brings more places into a campaign that runs.
type Add struct {
	On
	Places []string `json:"firms" form:"firms"`
}

// Added is more places.
type Added struct {
	Places []Place `json:"places"`
}

// EventKind implements work.Event.
func (Added) EventKind() string { return "campaign.added/1" }

func (e Added) apply(c *Campaign, _ work.At) { c.Places = append(c.Places, e.Places...) }

// Add decides more places.
func (c *Campaign) Add(a Add, mo Moment) ([]work.Event, error) {
	if err := c.running(); err != nil {
		return nil, err
	}
	plan, _ := mo.Rules.CampaignPlan(c.Plan)
	list, err := places(c.Places, a.Places, plan.Over, mo)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Stale, "campaign.already_among", nil)
	}
	return []work.Event{Added{list}}, nil
}

// Drop (不再列入) leaves a place out, with the reason.
type Drop struct {
	On
	Firm   string `json:"place" form:"hidden"`
	Reason string `json:"reason" form:"words,required"`
}

// Dropped is a place left out.
type Dropped struct {
	Firm   string     `json:"firm"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (Dropped) EventKind() string { return "campaign.dropped/1" }

func (e Dropped) apply(c *Campaign, at work.At) {
	if p, ok := c.Place(e.Firm); ok {
		p.Dropped = at.Actor
	}
}

// Drop decides that a place is left out.
func (c *Campaign) Drop(a Drop, _ Moment) ([]work.Event, error) {
	if err := c.running(); err != nil {
		return nil, err
	}
	p, err := c.toDo(a.Firm)
	if err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Dropped{p.Firm, vault.Plain(c.ID, "dropped."+p.Firm, reason)}}, nil
}

// toDo finds a place that is still to be gone to.
func (c *Campaign) toDo(firm string) (*Place, error) {
	p, ok := c.Place(firm)
	switch {
	case !ok:
		return nil, fault.New(fault.Missing, "campaign.no_place", nil).On("place")
	case p.Check != nil:
		return nil, fault.New(fault.Stale, "campaign.checked_already", nil)
	case p.Dropped != "":
		return nil, fault.New(fault.Stale, "campaign.left_out", nil)
	}
	return p, nil
}

// Close (结束活动) ends a campaign. What was not gone to is told in the closing words; faults that are open stay open and are still put
// right and seen again.
type Close struct {
	On
	Words string `json:"words,omitempty" form:"words"`
}

// Closed is a campaign's end.
type Closed struct {
	Left  int        `json:"left,omitempty"`
	Open  int        `json:"open,omitempty"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Closed) EventKind() string { return "campaign.closed/1" }

func (e Closed) apply(c *Campaign, at work.At) { c.ClosedAt, c.Closing = at.HappenedAt, e.Words }

// Close decides the end: with places left it needs words that say why.
func (c *Campaign) Close(a Close, _ Moment) ([]work.Event, error) {
	if err := c.running(); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	p := c.Progress()
	if err := work.Must(p.Left == 0 || words != "", "words", "campaign.says_what_is_left", fault.Args{"n": p.Left}); err != nil {
		return nil, err
	}
	return []work.Event{Closed{p.Left, p.Open, text(c.ID, "closing", words)}}, nil
}
