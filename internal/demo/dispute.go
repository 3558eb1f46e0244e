package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// How a dispute of the demonstration goes is its plot: the outcome it is on its way to. What comes next is read from the dispute itself.
const (
	onSpot    = "settled_on_spot"
	agreed    = "agreement_performed"
	ownTerms  = "self_settled"
	handedOn  = "to_people_mediation"
	toCourt   = "to_court"
	warned    = "dv_warned"
	longVisit = 42 // visits of the one long dispute
)

func (l *life) isDispute(kind string) bool {
	k, _ := l.town.book.Kind(kind)
	return k.Base == dispute.Base
}

// quarrel gives a dispute as it stands.
func (l *life) quarrel(id string) (*dispute.Dispute, error) {
	events, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return dispute.Fold(events)
}

// plotOf draws what will come of a dispute: what its topic mostly comes to, as far as whoever handles it can bring it there.
func (l *life) plotOf(j *job, d *dispute.Dispute) string {
	var can []string
	for _, o := range l.town.book.Outcomes(d.Kind) {
		if slices.Contains(j.topic.outs, o.Key) {
			can = append(can, o.Key)
		}
	}
	plot := ownTerms
	if len(can) > 0 {
		plot = pick(l, can)
	}
	if j.topic.family == "settle" && l.chance(35) {
		plot = agreed
	}
	role := l.town.who[d.Handler].Role
	switch {
	case plot == onSpot && role != grid.Officer, plot == handedOn && role != grid.Officer, plot == agreed && role != grid.Officer && role != grid.Mediator:
		plot = ownTerms
	}
	if !slices.ContainsFunc(l.town.book.Outcomes(d.Kind), func(o playbook.Outcome) bool { return o.Key == plot }) {
		return l.town.book.Outcomes(d.Kind)[0].Key
	}
	return plot
}

// mediate does the next thing on the way to the end of a dispute, and says how long until the one after.
func (l *life) mediate(j *job, m *matter.Matter) (time.Duration, error) {
	d, err := l.quarrel(m.ID)
	if err != nil {
		return 0, err
	}
	if j.plot == "" {
		j.plot = l.plotOf(j, d)
	}
	on := matter.On{Matter: m.ID}
	switch {
	case len(d.OnSide("a")) == 0 || len(d.OnSide("b")) == 0:
		return l.between(hour, 10*hour), l.parties(j, m)
	case d.Safety.Flagged:
		return l.violence(j, d)
	case !d.Clear():
		return l.between(hour, 10*hour), l.hear(j, d)
	}
	if _, done := d.Reached["performed"]; done && len(d.Promises) > 0 && d.Track != nil {
		_, err := l.by(d.Handler, "dispute.report_back", &dispute.ReportBack{On: on, Result: "settled", Words: "协议已经履行，双方没有异议。"})
		return l.between(hour, 8*hour), err
	}
	switch j.plot {
	case onSpot:
		return l.spotOn(j, d)
	case ownTerms:
		return l.byThemselves(j, d)
	case handedOn:
		return l.handOn(j, d)
	case toCourt:
		if len(d.Told) == 0 {
			_, err := l.by(d.Handler, "dispute.tell_ways", &dispute.TellWays{On: on, Ways: []string{"people_mediation", "court"}, Parties: ids(d), Words: l.line("told", "", j.where)})
			return l.between(hour, 10*hour), err
		}
	case agreed:
		return l.agree(j, d)
	}
	return l.finish(j, m)
}

func ids(d *dispute.Dispute) (list []string) {
	for _, p := range d.Parties {
		list = append(list, p.ID)
	}
	return list
}

// hear puts the safety questions to each alone and takes down what each says.
func (l *life) hear(j *job, d *dispute.Dispute) error {
	on := matter.On{Matter: d.ID}
	hit := j.topic.key == "family" && (!l.flagged || l.chance(20)) && slices.ContainsFunc(l.town.book.Outcomes(d.Kind), func(o playbook.Outcome) bool { return o.Key == warned })
	l.flagged = l.flagged || hit
	for i, p := range d.Parties {
		ask := &dispute.AskSafety{On: on, Party: p.ID, Alone: true}
		if i == 0 && hit {
			ask.Yes, ask.Words = []string{"beaten"}, l.line("flag", "", j.where)
		}
		if _, err := l.by(d.Handler, "dispute.ask_safety", ask); err != nil {
			return err
		}
		say := &dispute.Say{On: on, Party: p.ID, Willing: "yes", Account: l.line("account", or(p.Side, "a"), j.where)}
		if p.Side == "a" {
			say.Demand, say.DemandAmount = l.line("demand", "", j.where), fmt.Sprint((4+l.rng.IntN(40))*100)
		} else {
			say.Offer, say.OfferAmount = l.line("offer", "", j.where), fmt.Sprint((1+l.rng.IntN(6))*100)
		}
		if _, err := l.by(d.Handler, "dispute.say", say); err != nil {
			return err
		}
		if l.chance(40) {
			if _, err := l.by(d.Handler, "dispute.set_party", &dispute.SetParty{On: on, Party: p.ID, Remind: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// violence is the other path: a written warning, a sealed address, visits, somebody who helps.
func (l *life) violence(j *job, d *dispute.Dispute) (time.Duration, error) {
	on, j0 := matter.On{Matter: d.ID}, d.OnSide("a")[0]
	j.plot = warned
	switch {
	case len(d.Warnings) == 0:
		if _, err := l.by(l.leader(), "dispute.warn", &dispute.Warn{On: on, Party: d.OnSide("b")[0].ID, Facts: l.line("warnfacts", "", j.where),
			Prohibition: l.line("prohibition", "", j.where), Both: true, Committee: "village_committee"}); err != nil {
			return 0, err
		}
		_, err := l.by(d.Handler, "dispute.set_party", &dispute.SetParty{On: on, Party: j0.ID, SealHome: true, Home: l.where(j.cell, []string{"home"}) + "亲戚家"})
		return l.between(day, 4*day), err
	case len(d.Warnings[0].VisitedAt) < 2:
		v := &dispute.VisitAfterWarning{On: on, Warning: d.Warnings[0].ID, Safe: true, Words: l.line("warnvisit", "", j.where)}
		if w := l.town.covering(d.Cell, "cell_worker"); len(w) > 0 {
			v.With = []string{pick(l, w)}
		}
		_, err := l.by(d.Handler, "dispute.visit_after_warning", v)
		return l.between(day, 3*day), err
	case len(d.Referrals) == 0:
		to := "village_committee"
		if l.body("womens_federation") {
			to = "womens_federation"
		}
		_, err := l.by(d.Handler, "dispute.refer", &dispute.Refer{On: on, Party: j0.ID, To: to, Agree: true, Words: l.line("refer", "", j.where)})
		return l.between(hour, 20*hour), err
	}
	return l.finish(j, &d.Matter)
}

// body tells whether the station knows a body.
func (l *life) body(id string) bool {
	if _, ok := l.town.org.Body(id); ok {
		return true
	}
	_, ok := l.town.book.Body(grid.BodyID(id))
	return ok
}

// host is who hosts a track: "" the station itself.
func (l *life) host(t playbook.Track) string {
	for _, h := range t.Host {
		if h == playbook.HostStation {
			return ""
		}
		if l.body(string(h)) {
			return string(h)
		}
	}
	return ""
}

// spotOn settles on one page, at a stall or a roadside.
func (l *life) spotOn(j *job, d *dispute.Dispute) (time.Duration, error) {
	if len(d.Agreements) > 0 {
		return l.finish(j, &d.Matter)
	}
	a := &dispute.SettleOnSpot{On: matter.On{Matter: d.ID}, Track: dispute.Order, Offence: "disturbing", Ground: "close", SafetyAsked: true, Trifling: true, LossClear: true,
		WillPerform: true, NoPaper: true, RecordingRef: "执法记录仪" + d.Number, Officers: 1 + l.rng.IntN(2), Facts: l.line("facts", "", j.where), Terms: l.line("clause", "deed", j.where)}
	for _, p := range d.Parties {
		a.Parties = append(a.Parties, dispute.PartyOnSpot{Party: p.ID})
	}
	if l.chance(60) {
		a.Amount, a.PayerSide, a.Terms = fmt.Sprint((1+l.rng.IntN(9))*50), "b", l.line("clause", "money", j.where)
	}
	_, err := l.by(d.Handler, "dispute.settle_on_spot", a)
	return l.between(20*minute, 5*hour), err
}

// byThemselves is a settlement of the parties' own, performed and asked for by both.
func (l *life) byThemselves(j *job, d *dispute.Dispute) (time.Duration, error) {
	on, head, asks := matter.On{Matter: d.ID}, l.town.byRole["head"][0], d.Handler
	if asks == head { // nobody approves their own
		asks = l.town.byRole["duty_lead"][0]
	}
	switch s := d.Settlement; {
	case s == nil:
		_, err := l.by(asks, "dispute.ask_settlement", &dispute.AskSettlement{On: on, Document: "双方自愿和解书", Proof: true, Together: ids(d)})
		return l.between(2*hour, 20*hour), err
	case s.DecidedAt.IsZero():
		_, err := l.by(head, "dispute.decide_settlement", &dispute.DecideSettlement{On: on, Approve: true, Words: l.line("settlement", "", j.where)})
		return l.between(hour, 10*hour), err
	}
	return l.finish(j, &d.Matter)
}

// handOn moves a dispute from the police to the committee.
func (l *life) handOn(j *job, d *dispute.Dispute) (time.Duration, error) {
	on := matter.On{Matter: d.ID}
	people, _ := l.town.book.Track(dispute.People)
	switch {
	case d.Passing != nil:
		_, err := l.by(d.Handler, "dispute.answer_move", &dispute.AnswerMove{On: on, Accept: true, Person: pick(l, l.town.covering(d.Cell, "mediator")), Words: l.line("received", "", j.where)})
		return l.between(5*hour, day), err
	case d.Track != nil && d.Track.Track == dispute.People:
		if l.chance(60) { // the committee settles it
			j.plot = agreed
			return l.agree(j, d)
		}
		return l.finish(j, &d.Matter)
	}
	_, err := l.by(d.Handler, "dispute.move_track", &dispute.MoveTrack{On: on, To: dispute.People, Host: l.host(people), Reason: l.line("moved", "", j.where), Consents: ids(d),
		Files: []string{"双方陈述", "现场照片"}})
	return l.between(2*hour, day), err
}

// agree is mediation: a track, one or two sessions, worksheets, an agreement, and the promises in it kept one after the other.
func (l *life) agree(j *job, d *dispute.Dispute) (time.Duration, error) {
	held := d.Held()
	switch {
	case d.Track == nil && len(d.Agreements) == 0:
		return l.begin(j, d)
	case d.Track != nil && (len(held) == 0 || held[len(held)-1].Outcome == "continue"):
		return l.session(j, d, len(held))
	case len(d.Sheets) == 0 && d.Track != nil && len(d.Agreements) == 0:
		return l.between(hour, 6*hour), l.sheet(j, d)
	case len(d.Agreements) == 0:
		return l.between(hour, 5*hour), l.draft(j, d)
	case !d.Agreements[0].Effective():
		return l.signAll(d)
	}
	return l.perform(j, d)
}

// begin chooses the track: the police's own when an officer handles it and both sides were at fault, the committee's otherwise.
func (l *life) begin(j *job, d *dispute.Dispute) (time.Duration, error) {
	a := &dispute.ChooseTrack{On: matter.On{Matter: d.ID}, Track: dispute.People, Consents: ids(d)}
	if l.town.who[d.Handler].Role == grid.Officer && (l.chance(40) || len(l.town.covering(d.Cell, "mediator")) == 0) {
		a.Track, a.OrderBreach, a.Offence, a.Ground, a.FactsFound = dispute.Order, true, pick(l, []string{"damage", "disturbing", "insult"}), "close", true
	}
	t, _ := l.town.book.Track(a.Track)
	a.Host = l.host(t)
	if _, err := l.by(d.Handler, "dispute.choose_track", a); err != nil {
		return 0, err
	}
	if !l.chance(70) {
		return l.between(5*hour, day), nil
	}
	at := awake(l, l.now().Add(l.between(20*hour, 40*hour)))
	_, err := l.by(d.Handler, "dispute.plan_session", &dispute.PlanSession{On: a.On, At: at, Place: pick(l, []string{"派出所调解室", "村委会", j.where}), How: "room",
		Preside: l.presider(d, a.Track), Notice: true})
	return at.Sub(l.now()) + l.between(0, hour), err
}

// presider is who presides: the handler when the track lets them, otherwise a mediator of the place.
func (l *life) presider(d *dispute.Dispute, track string) string {
	t, _ := l.town.book.Track(track)
	if n := len(d.Sessions); n > 0 {
		return d.Sessions[n-1].Preside
	}
	if dispute.MayPreside(t, l.town.who[d.Handler].Role) {
		return d.Handler
	}
	return pick(l, l.town.covering(d.Cell, "mediator"))
}

func (l *life) session(j *job, d *dispute.Dispute, before int) (time.Duration, error) {
	a := &dispute.HoldSession{On: matter.On{Matter: d.ID}, At: l.now().Truncate(time.Minute), Preside: l.presider(d, d.Track.Track), Officers: 2, Present: ids(d),
		Place: "派出所调解室", How: "room", Outcome: "agreed", Agreed: l.line("facts", "", j.where)}
	for _, s := range d.Sessions {
		if s.State == "planned" {
			a.Session = s.ID
		}
	}
	want, give := int(d.Sides[d.OnSide("a")[0].ID].DemandAmount)/100, int(d.Sides[d.OnSide("b")[0].ID].OfferAmount)/100
	for _, p := range d.Parties {
		a.Accounts = append(a.Accounts, dispute.AccountSaid{Party: p.ID, Words: l.line("account", or(p.Side, "a"), j.where)})
	}
	if want > give {
		a.Offers = []dispute.OfferSaid{{Party: d.OnSide("a")[0].ID, Asks: true, Amount: fmt.Sprint(want - (want-give)/4)}, {Party: d.OnSide("b")[0].ID, Amount: fmt.Sprint(give + (want-give)/3)}}
	}
	wait := l.between(hour, 8*hour)
	if before == 0 && l.chance(35) {
		a.Outcome, a.Open, a.Next, wait = "continue", l.line("session", "open", j.where), l.line("session", "next", j.where), l.between(day, 4*day)
	}
	_, err := l.by(d.Handler, "dispute.hold_session", a)
	return wait, err
}

// sheet is the worksheet of the topic.
func (l *life) sheet(j *job, d *dispute.Dispute) error {
	a := &dispute.SaveSheet{On: matter.On{Matter: d.ID}, Kind: "compensation", Title: "赔偿计算单"}
	yuan := func() string { return fmt.Sprint((2 + l.rng.IntN(15)) * 100) }
	switch j.topic.key {
	case "wage":
		a.Kind, a.Title = "wages", "欠薪明细"
		month := l.now().In(clock.Shanghai).AddDate(0, -1, 0).Format("2006-01")
		for i := range 2 + l.rng.IntN(4) {
			a.Lines = append(a.Lines, dispute.SheetLine{Item: fmt.Sprintf("工人%d", i+1), Month: month, Amount: fmt.Sprint((30 + l.rng.IntN(30)) * 100)})
		}
	case "land":
		a.Kind, a.Title = "line", "地界丈量记录"
		for _, p := range []string{"东头界石", "中段水沟", "西头路边"} {
			a.Lines = append(a.Lines, dispute.SheetLine{Item: p, Basis: "承包证", WidthM: float64(20+l.rng.IntN(30)) / 10})
		}
	default:
		for _, item := range []string{"材料费", "人工费"} {
			a.Lines = append(a.Lines, dispute.SheetLine{Item: item, Basis: "票据", Amount: yuan()})
		}
	}
	_, err := l.by(d.Handler, "dispute.save_sheet", a)
	if err != nil {
		return err
	}
	d, err = l.quarrel(d.ID)
	if err != nil {
		return err
	}
	for _, p := range d.Parties {
		if _, err := l.by(d.Handler, "dispute.sign_sheet", &dispute.SignSheet{On: a.On, Sheet: d.Sheets[0].ID, Party: p.ID, Way: "ink"}); err != nil {
			return err
		}
	}
	return nil
}

// draft composes the agreement: money at once, by a day or in instalments, a deed, what is left undone, a rotation among children.
func (l *life) draft(j *job, d *dispute.Dispute) error {
	a, b := d.OnSide("a")[0].ID, d.OnSide("b")
	in := func(days int) string { return l.now().In(clock.Shanghai).AddDate(0, 0, days).Format(time.DateOnly) }
	draft := &dispute.DraftAgreement{On: matter.On{Matter: d.ID}, Form: "written", Facts: l.line("facts", "", j.where), Duty: l.line("duty", "", j.where), Place: j.where}
	for _, s := range d.Sheets {
		draft.Sheets = append(draft.Sheets, s.ID)
	}
	sum := d.Sheets[0].Total
	pay := dispute.ClauseDraft{Words: l.line("clause", "money", j.where), What: "money", Payer: b[0].ID, Receiver: a, Amount: strings.ReplaceAll(sum.String(), ",", "")}
	switch n := l.rng.IntN(100); {
	case sum == 0:
		pay = dispute.ClauseDraft{Words: l.line("clause", "deed", j.where), What: "deed", Payer: b[0].ID, Receiver: a, DueOn: in(3 + l.rng.IntN(6))}
	case n < 45:
		pay.AtOnce = true
	case n < 72:
		pay.DueOn = in(2 + l.rng.IntN(8))
	default:
		pay.DueOn, pay.Every, pay.Times = in(10+l.rng.IntN(10)), "month", 3+l.rng.IntN(4)
	}
	draft.Clauses = []dispute.ClauseDraft{pay}
	if j.topic.key == "family" && len(b) > 1 {
		draft.Clauses = append(draft.Clauses, dispute.ClauseDraft{Words: l.line("clause", "rotation", j.where), What: "rotation", Receiver: a, DueOn: in(20), Every: "month",
			Turns: []string{b[0].ID, b[1].ID}})
	}
	draft.Clauses = append(draft.Clauses, dispute.ClauseDraft{Words: l.line("clause", "forbear", j.where)})
	_, err := l.by(d.Handler, "dispute.draft_agreement", draft)
	return err
}

// signAll has everybody sign whom the track wants.
func (l *life) signAll(d *dispute.Dispute) (time.Duration, error) {
	ag := d.Agreements[0]
	t, _ := l.town.book.Track(ag.Track)
	sign := func(by, who, way string) error {
		_, err := l.by(by, "dispute.sign_agreement", &dispute.SignAgreement{On: matter.On{Matter: d.ID}, Agreement: ag.ID, Who: who, Way: way})
		return err
	}
	for _, p := range d.Parties {
		if err := sign(d.Handler, p.ID, "ink"); err != nil {
			return 0, err
		}
	}
	for _, s := range t.Signs {
		var err error
		switch s {
		case "mediator":
			err = sign(ag.Mediator, s, "ink")
		case "organ_seal", "committee_seal":
			err = sign(d.Handler, s, "seal")
		}
		if err != nil {
			return 0, err
		}
	}
	return l.between(hour, 10*hour), nil
}

// perform waits for what was promised and takes down that it was done, or that it was not.
func (l *life) perform(j *job, d *dispute.Dispute) (time.Duration, error) {
	now := l.now().In(clock.Shanghai)
	today := now.Format(time.DateOnly)
	for i := range d.Promises {
		p := &d.Promises[i]
		if !p.EndedAt.IsZero() || p.Every != "" && p.Times == 0 {
			continue
		}
		for _, in := range p.Instalments(today, 40) {
			if in.State == "kept" || in.State == "waived" {
				continue
			}
			on := matter.On{Matter: d.ID}
			due, err := time.ParseInLocation(time.DateOnly, in.DueOn, clock.Shanghai)
			switch late := in.DueOn < today; {
			case err != nil:
				return 0, err
			case in.DueOn > today:
				if err := l.lateFor(j, d, due); err != nil {
					return 0, err
				}
				return max(due.Add(9*hour).Sub(now), 0) + l.between(0, 8*hour), nil
			case !late && l.chance(35):
				return l.between(26*hour, 50*hour), nil // the day passes and nothing comes
			case late && len(p.Broken) == 0:
				_, err := l.by(d.Handler, "dispute.break_promise", &dispute.BreakPromise{On: on, Promise: p.ID, N: in.N, Next: "new_date", Words: l.line("broken", "", j.where)})
				return l.between(2*day, 6*day), err
			}
			k := &dispute.KeepPromise{On: on, Promise: p.ID, N: in.N, On_: today, SeenBy: d.Handler, Words: l.line("kept", "", j.where)}
			if in.Amount > 0 {
				k.Amount = strings.ReplaceAll((in.Amount - in.Paid).String(), ",", "")
			}
			_, err = l.by(d.Handler, "dispute.keep_promise", k)
			return l.between(hour, 10*hour), err
		}
	}
	if len(d.Backs) == 0 {
		_, err := l.by(d.Handler, "dispute.check_back", &dispute.CheckBack{On: matter.On{Matter: d.ID}, Party: d.OnSide("a")[0].ID, Agreement: d.Agreements[0].ID, Performed: "all",
			Satisfied: "yes", Words: l.line("back", "", j.where)})
		return l.between(hour, 10*hour), err
	}
	return l.finish(j, &d.Matter)
}

// lateFor asks for more time when a promise is due about when the matter is, or after.
func (l *life) lateFor(j *job, d *dispute.Dispute, due time.Time) error {
	cal, err := l.d.Calendar(l.ctx, l.station)
	if err != nil {
		return err
	}
	if end, _ := d.Due(cal); end.IsZero() || due.Add(4*day).Before(end) {
		return nil
	}
	return l.moreTime(j, d)
}

// moreTime asks once for as long as instalments run, and the head grants it.
func (l *life) moreTime(j *job, d *dispute.Dispute) error {
	if len(d.Extensions) > 0 || d.Handler == l.town.byRole["head"][0] || !slices.ContainsFunc(d.Limits, func(x limit) bool { return x.Key == "finish" }) {
		return nil
	}
	on := matter.On{Matter: d.ID}
	if _, err := l.by(d.Handler, "matter.extend", &matter.Extend{On: on, Limit: "finish", Days: matter.MaxExtensionDays, Reason: "协议分期履行，等最后一期付清。"}); err != nil {
		return err
	}
	_, err := l.by(l.town.byRole["head"][0], "matter.decide_extension", &matter.DecideExtension{On: on, Grant: true, Note: l.line("grant", "", j.where)})
	return err
}

// confer is the joint conference of a month: open disputes are looked at, decisions become tasks, the last one's come first.
func (l *life) confer() error {
	var agenda []string
	for i := len(l.jobList) - 1; i >= 0 && len(agenda) < 6; i-- {
		m, err := l.load(l.jobList[i].id)
		if err != nil {
			return err
		}
		if l.isDispute(m.Kind) && m.IsOpen() && m.State == matter.UnderWay {
			agenda = append(agenda, m.ID)
		}
	}
	if len(agenda) == 0 {
		return nil
	}
	head := l.town.byRole["head"][0]
	plan := &dispute.PlanConference{At: l.now().Add(2 * hour).Truncate(time.Minute), Place: "派出所会议室", Agenda: agenda, Before: l.conference}
	for _, b := range []string{"justice_office", "village_committee", "mediation_committee"} {
		if l.body(b) {
			plan.Bodies = append(plan.Bodies, b)
		}
	}
	ans, err := l.by(head, "conference.plan", plan)
	if err != nil {
		return err
	}
	l.conference = ans.ID
	l.after(2*hour, 3*hour, func() error { return l.decide(head, ans.ID, agenda, plan.Bodies) })
	return nil
}

func (l *life) decide(head, id string, agenda, came []string) error {
	on := dispute.OnConference{Conference: id}
	for _, a := range agenda[:min(3, len(agenda))] {
		m, err := l.load(a)
		if err != nil {
			return err
		}
		if !m.Can(matter.VerbWork) || !m.IsOpen() {
			continue
		}
		if _, err := l.by(head, "conference.decide", &dispute.Decide{OnConference: on, Matter: a, Title: pick(l, lines["task"]), Person: pick(l, l.town.covering(m.Cell, "cell_worker", "village_cadre")),
			DueOn: l.now().In(clock.Shanghai).AddDate(0, 0, 5).Format(time.DateOnly)}); err != nil {
			return err
		}
	}
	_, err := l.by(head, "conference.close", &dispute.CloseConference{OnConference: on, Came: came, Words: l.line("minutes", "", "")})
	return err
}
