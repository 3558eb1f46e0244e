package desk

import (
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// disputes is the kind of matter that is mediated.
var disputes = builtKind[*dispute.Dispute, dispute.Moment]{base: dispute.Base, area: dispute.Base, fold: dispute.Fold,
	moment: (*call).disputeMoment, refuse: "dispute.not_a_dispute", steps: []string{"order_mediation_accepted", "order_mediation_first",
		"order_mediation_second", "people_mediation_accepted", "people_mediation_ended", "agreement_effective", "confirmation_applied",
		"performed", "case_filed", "case_decided", "dv_warning_issued", "dv_visited", "told"}}

// Disputes are the rows of the table of acts that disputes add to the base life.
var Disputes = []Spec{
	on(disputes, "set_party", (*dispute.Dispute).SetParty).additive(),
	on(disputes, "add_companion", (*dispute.Dispute).AddCompanion).additive(),
	on(disputes, "say", (*dispute.Dispute).Say).additive(),
	on(disputes, "rate_party", (*dispute.Dispute).RateParty).additive(),
	on(disputes, "ask_safety", (*dispute.Dispute).AskSafety).additive(),
	on(disputes, "flag_safety", (*dispute.Dispute).FlagSafety).additive(),
	on(disputes, "lift_safety", (*dispute.Dispute).LiftSafety),
	on(disputes, "warn", (*dispute.Dispute).Warn),
	on(disputes, "visit_after_warning", (*dispute.Dispute).VisitAfterWarning).additive(),
	on(disputes, "refer", (*dispute.Dispute).Refer).additive(),
	on(disputes, "choose_track", (*dispute.Dispute).ChooseTrack),
	on(disputes, "move_track", (*dispute.Dispute).MoveTrack),
	on(disputes, "answer_move", (*dispute.Dispute).AnswerMove),
	on(disputes, "report_back", (*dispute.Dispute).ReportBack),
	on(disputes, "stop_mediation", (*dispute.Dispute).StopMediation),
	on(disputes, "tell_ways", (*dispute.Dispute).TellWays).additive(),
	on(disputes, "ask_recusal", (*dispute.Dispute).AskRecusal).additive(),
	on(disputes, "decide_recusal", (*dispute.Dispute).DecideRecusal),
	on(disputes, "plan_session", (*dispute.Dispute).PlanSession).additive(),
	on(disputes, "cancel_session", (*dispute.Dispute).CancelSession),
	on(disputes, "hold_session", (*dispute.Dispute).HoldSession),
	on(disputes, "settle_on_spot", (*dispute.Dispute).SettleOnSpot),
	on(disputes, "save_sheet", (*dispute.Dispute).SaveSheet),
	on(disputes, "sign_sheet", (*dispute.Dispute).SignSheet).additive(),
	on(disputes, "draft_agreement", (*dispute.Dispute).DraftAgreement),
	on(disputes, "sign_agreement", (*dispute.Dispute).SignAgreement).additive(),
	on(disputes, "void_agreement", (*dispute.Dispute).VoidAgreement),
	on(disputes, "keep_promise", (*dispute.Dispute).KeepPromise).additive(),
	on(disputes, "break_promise", (*dispute.Dispute).BreakPromise),
	on(disputes, "waive_promise", (*dispute.Dispute).WaivePromise),
	on(disputes, "remind", (*dispute.Dispute).Remind).internal(),
	on(disputes, "apply_confirmation", (*dispute.Dispute).ApplyConfirmation),
	on(disputes, "record_confirmation", (*dispute.Dispute).RecordConfirmation),
	on(disputes, "file_case", (*dispute.Dispute).FileCase),
	on(disputes, "decide_case", (*dispute.Dispute).DecideCase),
	on(disputes, "ask_settlement", (*dispute.Dispute).AskSettlement),
	on(disputes, "decide_settlement", (*dispute.Dispute).DecideSettlement),
	on(disputes, "set_risk", (*dispute.Dispute).SetRisk),
	on(disputes, "raise", (*dispute.Dispute).Raise).internal(),
	on(disputes, "look", (*dispute.Dispute).Look).additive(),
	{Name: "dispute.grow", Thing: "matter", New: make_[dispute.Grow], do: grow},
	on(disputes, "release_growth", (*dispute.Dispute).ReleaseGrowth),
	on(disputes, "call_team", (*dispute.Dispute).CallTeam),
	on(disputes, "note_ease", (*dispute.Dispute).NoteEase).additive(),
	on(disputes, "check_back", (*dispute.Dispute).CheckBack).additive(),
	Spec{Name: "dispute.print", Thing: "matter", New: make_[dispute.Print], do: printPaper}.additive(),

	{Name: "conference.plan", New: make_[dispute.PlanConference], do: planConference},
	{Name: "conference.decide", New: make_[dispute.Decide], do: decideAtConference},
	{Name: "conference.close", New: make_[dispute.CloseConference], do: closeConference},
}

// rules is what rules of disputes may ask of the playbook in force.
type rules struct {
	book
	draw func(pattern string) string
}

// Risk implements dispute.Rules.
func (r rules) Risk(facts map[string]string) (key, because string) {
	d := r.Book.Risk(facts)
	return d.Get("risk"), d.Get("because")
}

// Settings implements dispute.Rules.
func (r rules) Settings() playbook.DisputeSettings { return r.Book.DisputeSettings() }

// Number implements dispute.Rules.
func (r rules) Number(pattern string) string { return r.draw(pattern) }

// disputeMoment is the moment of a rule of disputes.
func (c *call) disputeMoment() dispute.Moment {
	b := c.moment.Book.(book)
	return dispute.Moment{Moment: c.moment, Rules: rules{b, c.drawNumber}, Other: c.visibleMatter}
}

// drawNumber fills a pattern of numbers with the year and the next number that nobody holds (law-and-standards 11.9). The claim
// makes sure that two who draw at once do not get the same: the later one is decided anew.
func (c *call) drawNumber(pattern string) string {
	if pattern == "" {
		return ""
	}
	text := strings.ReplaceAll(pattern, "{year}", c.moment.HappenedAt.In(clock.Shanghai).Format("2006"))
	if !strings.Contains(text, "{no}") {
		return text
	}
	for n := c.st.lastNumber(text) + 1; ; n++ {
		drawn := strings.ReplaceAll(text, "{no}", strconv.Itoa(n))
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, "paper", drawn)
		taken := slices.ContainsFunc(c.batch.Claims, func(x journal.Claim) bool { return x.Space == "paper" && x.Value == drawn })
		if err != nil || holder == "" && !taken {
			c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "paper", Value: drawn, Holder: c.batch.Key})
			c.st.drew(text, n)
			return drawn
		}
	}
}

// lastNumber is the last number this process knows to be drawn of a pattern; drew notes one. After a start the journal is asked one
// by one until a free one is found.
func (st *station) lastNumber(pattern string) int {
	st.mu.RLock()
	defer st.mu.RUnlock()
	return st.drawn[pattern]
}

func (st *station) drew(pattern string, n int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.drawn == nil {
		st.drawn = map[string]int{}
	}
	// One that was drawn and not appended leaves a gap unless it is looked at again: keep the one before it.
	st.drawn[pattern] = max(st.drawn[pattern], n-1)
}

// dispute loads a dispute as it stands.
func (c *call) dispute(id string) (*dispute.Dispute, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "matter"})
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return dispute.Fold(events)
}

// printPaper keeps a printed paper. The answer is the print and the paper's number. The code on a paper leads to its first print by a
// claim, which is all that the public check page asks (law-and-standards 20.3).
func printPaper(c *call) error {
	a := *c.act.(*dispute.Print)
	d, err := disputes.open(c, a.Matter, a.Version)
	if err != nil {
		return err
	}
	events, err := d.Print(a, c.disputeMoment())
	if err != nil {
		return err
	}
	e := events[0].(dispute.PaperPrinted)
	known := slices.ContainsFunc(d.Printed, func(x dispute.Printed) bool { return x.Digest == e.Digest })
	if a.Code != "" && !known {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: PaperCodes, Value: a.Code, Holder: d.ID + "/" + e.Print})
	}
	c.answer.ID, c.answer.Number = e.Print, e.Number
	return c.change(matter.Stream(d.ID), d.Version, events)
}

// PaperCodes is the space of claims that lead from the code on a paper to "matter/print".
const PaperCodes = "check"

// grow opens a matter that grew out of a dispute, in one batch with the link.
func grow(c *call) error {
	a := *c.act.(*dispute.Grow)
	d, err := disputes.open(c, a.Matter, a.Version)
	if err != nil {
		return err
	}
	mine, theirs, err := d.Grow(a, c.disputeMoment())
	if err != nil {
		return err
	}
	c.answer.ID, c.answer.Matters = d.ID, []string{theirs[0].(matter.Opened).ID}
	if err := c.change(matter.Stream(d.ID), d.Version, mine); err != nil {
		return err
	}
	return c.opened(theirs)
}

// conference loads a joint conference.
func (c *call) conference(id string) (dispute.Conference, error) {
	if err := c.permit(access.Thing{Kind: "conference"}); err != nil {
		return dispute.Conference{}, err
	}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, dispute.ConferenceStream(id), 0)
	if err != nil {
		return dispute.Conference{}, err
	}
	if len(events) == 0 {
		return dispute.Conference{}, fault.New(fault.Missing, "conference.not_found", nil)
	}
	return dispute.FoldConference(events)
}

func planConference(c *call) error {
	a := *c.act.(*dispute.PlanConference)
	if err := c.permit(access.Thing{Kind: "conference"}); err != nil {
		return err
	}
	for _, id := range a.Agenda {
		if _, err := c.visibleMatter(id); err != nil {
			return err
		}
	}
	events, err := dispute.Conference{}.Plan(a, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = events[0].(dispute.ConferencePlanned).ID
	return c.change(dispute.ConferenceStream(c.answer.ID), 0, events)
}

func decideAtConference(c *call) error {
	a := *c.act.(*dispute.Decide)
	conf, err := c.conference(a.Conference)
	if err != nil {
		return err
	}
	if _, err := c.visibleMatter(a.Matter); err != nil {
		return err
	}
	d, err := c.dispute(a.Matter)
	if err != nil {
		return err
	}
	mine, theirs, err := conf.Decide(a, d, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = conf.ID
	if err := c.change(dispute.ConferenceStream(conf.ID), conf.Version, mine); err != nil {
		return err
	}
	return c.change(matter.Stream(d.ID), d.Version, theirs)
}

func closeConference(c *call) error {
	a := *c.act.(*dispute.CloseConference)
	conf, err := c.conference(a.Conference)
	if err != nil {
		return err
	}
	events, err := conf.Close(a, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = conf.ID
	return c.change(dispute.ConferenceStream(conf.ID), conf.Version, events)
}

var _ dispute.Rules = rules{}
