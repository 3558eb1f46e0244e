package web

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/dispute"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// quarrel is a dispute as one person sees it: what they may read of it, and all its sealed texts opened at once.
type quarrel struct {
	*teller
	d         *dispute.Dispute
	o         Opened
	n         *names
	safety    bool // may read what was answered to the safety questions
	violation bool // may know of a case (law-and-standards 5.6)
	answers   []page.Answer
	allowed   map[string]bool // what the policy said already
	home      string
}

// quarrelOf opens a dispute for a page: one reading of the vault for everything that is shown.
func (l *teller) quarrelOf(payloads facts, events []journal.Event) (*quarrel, error) {
	d, err := payloads.dispute(events)
	if err != nil {
		return nil, err
	}
	var texts []vault.Text
	var asked []work.Event
	var askedAt []time.Time
	for i, v := range payloads {
		for _, t := range vault.Collect(v) {
			texts = append(texts, *t)
		}
		switch v.(type) {
		case dispute.SafetyAsked, dispute.SafetyFlagged:
			asked, askedAt = append(asked, v), append(askedAt, events[i].HappenedAt)
		}
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	l.ready, l.people = o, callThem(l.lang, d, o)
	thing := desk.MatterThing(l.who.Station, &d.Matter)
	q := &quarrel{allowed: map[string]bool{}, teller: l, d: d, o: o, n: l.people, home: "/matters/" + d.ID,
		safety:    l.who.Role.HasPolicePowers() || l.May("dispute.ask_safety", thing),
		violation: l.May("violation.read", thing)}
	l.veiled = !q.violation
	if q.safety {
		for i, v := range asked {
			q.answers = append(q.answers, q.answer(v, askedAt[i]))
		}
	}
	return q, nil
}

// answer is what one party answered, or why the flag was raised.
func (q *quarrel) answer(v work.Event, at time.Time) page.Answer {
	a := page.Answer{When: q.teller.When(at)}
	switch e := v.(type) {
	case dispute.SafetyAsked:
		a.Who, a.Words = q.n.who(e.Party), q.said(e.Words)
		for _, x := range q.book.SafetyQuestions() {
			if slices.Contains(e.Yes, x.Key) {
				a.Yes = append(a.Yes, x.Name.In(q.lang))
			}
		}
	case dispute.SafetyFlagged:
		a.Who, a.Yes = q.t("gate.raised"), []string{q.said(e.Reason)}
		if e.Reason.Empty() {
			a.Yes = []string{q.t("gate.raised_by_answers")}
		}
	}
	return a
}

// fill adds to the page of a matter what mediation adds, in the order in which a mediator wants it.
func (q *quarrel) fill(p *mpage.Page) error {
	p.Parties, p.Heading.Title = nil, q.Quiet(p.Heading.Title)
	if g := q.gate(); g != nil {
		p.Gate = g
	}
	q.next(p)
	main := func(id, title string, action templ.Component, body ...templ.Component) {
		p.Main = append(p.Main, Around(part.Section{Title: title, ID: id, Card: true, Action: action}, body...))
	}
	aside := func(id, title string, action templ.Component, body ...templ.Component) {
		p.Aside = append(p.Aside, Around(part.Section{Title: title, ID: id, Card: true, Action: action}, body...))
	}
	if len(q.d.Parties) > 0 {
		main("parties", q.t("matter.parties"), nil, q.parties())
	}
	if o := q.offers(); o != nil {
		main("offers", q.t("dis.offers"), nil, o)
	}
	if all := q.sheets(); len(all) > 0 {
		main("sheets", q.t("dis.sheets"), q.action("dispute.save_sheet", q.t("dis.new_sheet")), all...)
	}
	if all := q.agreements(); len(all) > 0 {
		main("agreements", q.t("dis.agreements"), nil, all...)
	}
	if all := q.promises(); len(all) > 0 {
		main("promises", q.t("dis.promises"), nil, all...)
	}
	aside("risk", q.t("dis.risk"), nil, q.risk()...)
	aside("track", q.t("dis.track"), nil, q.track()...)
	if all := q.meetings(); len(all) > 0 {
		aside("sessions", q.t("dis.planned"), nil, all...)
	}
	if body := q.team(); body != nil {
		aside("team", q.t("dis.team"), nil, body)
	}
	if body, err := q.memory(); err != nil {
		return err
	} else if body != nil {
		aside("earlier", q.t("dis.earlier"), nil, body...)
	}
	if body := q.eased(); body != nil {
		aside("eased", q.t("dis.eased"), nil, body...)
	}
	if q.violation && q.d.Case != nil {
		aside("case", q.t("dis.case"), nil, q.violationRecord())
	}
	aside("papers", q.t("dis.papers"), nil, q.papers())
	return nil
}

// do is the address of the page of an act on this dispute.
func (q *quarrel) do(act string, pairs ...string) string {
	_, short, _ := strings.Cut(act, ".")
	return Address(q.home+"/do/"+short, nil, pairs...)
}

// offer is a link to an act, when it is offered now.
func (q *quarrel) offer(act, label string, pairs ...string) []part.Link {
	if !q.offered(act) {
		return nil
	}
	if label == "" {
		label = q.Called("act." + act)
	}
	return []part.Link{{Href: q.do(act, pairs...), Label: label, Icon: iconOf(act)}}
}

// action is the link of a section's head.
func (q *quarrel) action(act, label string) templ.Component {
	if all := q.offer(act, label); len(all) > 0 {
		return page.Links(all)
	}
	return nil
}

// said gives opened words, masked.
func (q *quarrel) said(t vault.Text) string { return q.Words(q.o, t) }

// gate shows the safety gate: loud while a flag is open, plain while somebody still has to be asked, one line when all is clear.
func (q *quarrel) gate() *page.Gate {
	d := q.d
	if len(d.Parties) == 0 {
		return nil
	}
	g := &page.Gate{Tone: part.OK, Icon: "shield-check", Title: q.t("gate.clear")}
	waiting := unasked(d)
	for _, p := range d.Parties {
		if _, ok := d.Safety.Asked[p.ID]; ok {
			g.Asked = append(g.Asked, q.n.party[p.ID])
		}
	}
	button := func(act string, kind part.ButtonKind, pairs ...string) {
		if q.offered(act) {
			g.Links = append(g.Links, part.Button{Href: q.do(act, pairs...), Label: q.Called("act." + act), Icon: iconOf(act), Kind: kind})
		}
	}
	switch {
	case d.Safety.Flagged:
		g.Tone, g.Icon, g.Title = part.Overdue, "triangle-alert", q.t("gate.flagged")
		g.Text = q.t("gate.flagged_text", "name", q.Person(d.Safety.FlaggedBy), "when", q.teller.When(d.Safety.FlaggedAt))
		button("dispute.warn", part.Quiet)
		button("dispute.visit_after_warning", part.Quiet)
		button("dispute.refer", part.Quiet)
		button("dispute.lift_safety", part.Danger)
	case len(waiting) > 0:
		g.Tone, g.Icon, g.Title, g.Text = part.Due, "shield-check", q.t("gate.ask"), q.t("gate.ask_text")
		g.Waiting = q.list(waiting)
	case !d.Safety.LiftedAt.IsZero():
		g.Text = q.t("gate.lifted", "name", q.Person(d.Safety.LiftedBy), "when", q.teller.When(d.Safety.LiftedAt))
		g.Asked = nil
	default:
		g.Asked = nil
	}
	if q.safety {
		g.Answers = q.answers
	}
	return g
}

// list calls several people of the dispute.
func (q *quarrel) list(ids []string) (list []string) {
	for _, id := range ids {
		list = append(list, q.n.who(id))
	}
	return list
}

// parties puts both sides beside one another, the first of one beside the first of the other.
func (q *quarrel) parties() page.Parties {
	p := page.Parties{SideA: fault.Name(q.lang, "side.a"), SideB: fault.Name(q.lang, "side.b")}
	a, b := q.d.OnSide("a"), q.d.OnSide("b")
	for i := range max(len(a), len(b)) {
		var pair page.Pair
		if i < len(a) {
			pair.A = q.oneParty(a[i])
		}
		if i < len(b) {
			pair.B = q.oneParty(b[i])
		}
		p.Pairs = append(p.Pairs, pair)
	}
	for _, x := range q.d.OnSide("") {
		p.Others = append(p.Others, *q.oneParty(x))
	}
	return p
}

func (q *quarrel) oneParty(x matter.Party) *page.Party {
	d := q.d
	s := d.Sides[x.ID]
	if s == nil {
		s = &dispute.Side{}
	}
	p := &page.Party{Name: q.n.party[x.ID], Role: x.Role}
	may := q.MayUnmask(desk.MatterThing(q.who.Station, &d.Matter))
	if !s.Minor {
		if m := q.Masked(q.o, x.Name, "matter", d.ID, "name", vault.MaskName, may); m != nil && m.Href != "" && !s.Body {
			m.Shown = ""
			p.Look = m
		}
	}
	p.Marks = q.marks(s)
	row := func(key, text, amount string) *page.Row {
		p.Rows = append(p.Rows, page.Row{Label: q.t("dis." + key), Text: text, Amount: amount})
		return &p.Rows[len(p.Rows)-1]
	}
	row("contact", "", "").Value = q.contact(x, s, may)
	row("companions", strings.Join(q.companions(x.ID), "\n"), "")
	w := row("willing", q.t("dis.not_asked"), "")
	if s.Willing != "" {
		w.Text = q.t("opt.willing." + s.Willing)
	}
	row("account", q.said(s.Account), "")
	row("evidence", strings.Trim(q.said(s.Evidence)+"\n"+q.pictures(len(s.Evidences)), "\n"), "")
	row("demand", q.said(s.Demand), yuan(s.DemandAmount))
	row("offer", q.said(s.Offer), yuan(s.OfferAmount))
	row("signature", q.signature(x.ID), "")
	for _, act := range []string{"dispute.say", "dispute.ask_safety", "dispute.set_party", "dispute.add_companion"} {
		if _, asked := d.Safety.Asked[x.ID]; act == "dispute.ask_safety" && (asked || s.Body) {
			continue
		}
		p.Links = append(p.Links, plainly(q.offer(act, q.t("short."+act), "party", x.ID))...)
	}
	if thing := desk.MatterThing(q.who.Station, &d.Matter); q.May("proof.give", thing) {
		p.Links = append(p.Links, part.Link{Href: giveAddress("party/" + d.ID + "/" + x.ID), Label: q.t("proof.give_short")})
	}
	return p
}

// plainly takes the icons off links that are there many times.
func plainly(all []part.Link) []part.Link {
	for i := range all {
		all[i].Icon = ""
	}
	return all
}

func yuan(f dispute.Fen) string {
	if f == 0 {
		return ""
	}
	return "¥" + f.String()
}

func (q *quarrel) pictures(n int) string {
	if n == 0 {
		return ""
	}
	return q.t("dis.pictures", "n", n)
}

// contact is phone, number and home in part; a sealed home is said to be sealed and nothing more (law-and-standards 5.1).
func (q *quarrel) contact(x matter.Party, s *dispute.Side, may bool) templ.Component {
	var pairs []templ.Component
	for _, f := range []struct {
		field string
		text  vault.Text
		mask  func(string) string
	}{{"phone", x.Phone, vault.MaskPhone}, {"id_no", x.IDNo, vault.MaskResidentID}, {"home", x.Home, vault.MaskAddress}} {
		if f.field == "home" && s.SealHome {
			pairs = append(pairs, Paragraph(q.t("dis.home_sealed")))
			continue
		}
		if m := q.Masked(q.o, f.text, "matter", q.d.ID, f.field, f.mask, may); m != nil {
			pairs = append(pairs, *m)
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return templ.Join(templ.Raw(`<div class="contact">`), part.Some(pairs...), templ.Raw(`</div>`))
}

// marks are what one must know at a glance to treat a party rightly; never a judgement of the person.
func (q *quarrel) marks(s *dispute.Side) (list []string) {
	for _, x := range []struct {
		on  bool
		key string
	}{{s.Minor, "mark.minor"}, {s.Body, "mark.body"}, {s.Suspect && q.violation, "mark.suspect"}, {s.Remind, "mark.remind"}} {
		if x.on {
			list = append(list, q.t(x.key))
		}
	}
	if s.People > 1 {
		list = append(list, q.t("mark.group", "n", s.People))
	}
	if s.Interpreter != "" {
		list = append(list, q.t("mark.interpreter", "language", s.Interpreter))
	}
	return list
}

func (q *quarrel) companions(party string) (list []string) {
	for _, c := range q.d.Companions {
		if c.Party == party {
			list = append(list, strings.Join(slices.DeleteFunc([]string{q.n.other[c.ID], c.Relation, c.Scope}, func(s string) bool { return s == "" }), " · "))
		}
	}
	return list
}

// signature says whether a party has signed the agreement at hand.
func (q *quarrel) signature(party string) string {
	x := drafted(q.d)
	if x == nil {
		x = inForce(q.d)
	}
	if x == nil {
		return q.t("dis.no_agreement")
	}
	for _, s := range x.Signed {
		if s.Who == party || agentOf(q.d, s.Who) == party {
			return q.t("dis.signed", "when", q.Day(s.At), "way", q.t("opt.signway."+s.Way))
		}
	}
	return q.t("dis.not_signed")
}

// risk is the grade, why, and when it is looked at; what has grown out of the dispute stands with it.
func (q *quarrel) risk() []templ.Component {
	d := q.d
	var all []templ.Component
	g, known := q.book.RiskGrade(d.Risk)
	if !known {
		all = append(all, Paragraph(q.t("dis.no_risk")))
	} else {
		level := 1 + slices.IndexFunc(q.book.RiskGrades(), func(x playbook.RiskGrade) bool { return x.Key == g.Key })
		all = append(all, templ.Join(templ.Raw(`<p class="row risk risk-`+templ.EscapeString(g.Colour)+`">`), part.Grade{Level: riskLevel(level, len(q.book.RiskGrades())), Label: q.Capital(g.Name.In(q.lang))},
			part.Plainly(" "+d.RiskWhy), templ.Raw(`</p>`)))
	}
	facts := part.Definitions{}
	pair := func(key, value string) {
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis." + key), Text: value})
	}
	if !d.LookedAt.IsZero() {
		pair("looked_at", q.Day(d.LookedAt))
	}
	if known && g.LookDays > 0 && d.IsOpen() {
		due := q.lastLook().AddDate(0, 0, g.LookDays)
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.look_due"), Value: q.due(due)})
	}
	if d.Calls > 0 {
		pair("calls", q.t("dis.calls_n", "n", d.Calls))
	}
	for _, x := range d.Growths {
		words := q.Kind(x.Kind)
		if x.Released {
			words += " · " + q.t("dis.released")
		}
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.growth"), Value: page.Links{{Href: "/matters/" + x.Matter, Label: words}}})
	}
	if len(facts.Pairs) > 0 {
		all = append(all, facts)
	}
	links := append(q.offer("dispute.look", ""), q.offer("dispute.set_risk", "")...)
	return append(all, page.Links(append(links, q.offer("dispute.release_growth", "")...)))
}

// riskLevel spreads the grades of a station's own scale over the four that a badge knows, the gravest always 1 and the lightest 4.
func riskLevel(nth, of int) int {
	if of <= 1 {
		return 4
	}
	return 1 + (nth-1)*3/(of-1)
}

func (q *quarrel) lastLook() time.Time {
	if q.d.LookedAt.IsZero() {
		return q.d.OpenedAt
	}
	return q.d.LookedAt
}

// due is a day with how far off it is.
func (q *quarrel) due(at time.Time) templ.Component {
	days := int(dayOf(at).Sub(dayOf(q.now)) / (24 * time.Hour))
	c := part.Clock{Tone: part.OK, Label: q.Day(at)}
	switch {
	case days < 0:
		c.Tone, c.Label = part.Overdue, q.t("dis.late_days", "day", q.Day(at), "n", -days)
	case days == 0:
		c.Tone, c.Label = part.Due, q.t("dis.today")
	case days <= 3:
		c.Tone = part.Due
	}
	return c
}

// dayOf is the beginning of a day in Asia/Shanghai.
func dayOf(at time.Time) time.Time {
	y, m, d := at.In(clock.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, clock.Shanghai)
}

// track is the way of settling it is on, those it was on, a move under way, recusals, what the parties were told.
func (q *quarrel) track() (all []templ.Component) {
	d := q.d
	if d.Track == nil {
		all = append(all, Paragraph(q.t("dis.no_track")))
	} else {
		all = append(all, q.course())
	}
	if x := d.Passing; x != nil {
		all = append(all, noticeOf(part.Paused, "reply", q.t("dis.passing", "to", q.trackName(x.To), "host", q.host(x.Host), "when", q.Day(x.At))))
	}
	for _, c := range d.Conflicts {
		key := "dis.recusal_open"
		if c.Decided {
			key = "dis.recusal_" + map[bool]string{true: "out", false: "stays"}[c.Out]
		}
		all = append(all, noticeOf(map[bool]part.Tone{true: part.Due, false: part.Info}[!c.Decided || c.Out], "user-round",
			q.t(key, "name", q.Person(c.Person), "why", q.t("opt.relation."+c.Reason))))
	}
	facts := part.Definitions{}
	for _, c := range slices.Backward(d.Courses) {
		words := q.Day(c.ChosenAt) + "—" + q.Day(c.EndedAt) + " · " + q.t("end."+c.Ended)
		if r := q.said(c.Result); r != "" {
			words += "\n" + r
		}
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.trackName(c.Track), Text: words})
	}
	for _, x := range d.Told {
		var ways []string
		for _, w := range x.Ways {
			ways = append(ways, q.t("opt.ways."+w))
		}
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.told"), Text: q.Day(x.At) + " · " + strings.Join(ways, q.t("say.and"))})
	}
	if n := len(d.Ratings); n > 0 {
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.ratings"), Text: q.t("dis.ratings_n", "n", n)})
	}
	if len(facts.Pairs) > 0 {
		all = append(all, facts)
	}
	return all
}

func (q *quarrel) course() templ.Component {
	c := q.d.Track
	t, _ := q.book.Track(c.Track)
	facts := part.Definitions{}
	pair := func(key, value string) {
		if value != "" {
			facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis." + key), Text: value})
		}
	}
	pair("track_now", q.trackName(c.Track))
	pair("host", q.host(c.Host))
	pair("since", q.Day(c.ChosenAt))
	held := len(q.d.Held())
	if t.MaxSessions > 0 {
		pair("held", q.t("dis.held_of", "n", held, "most", t.MaxSessions, "left", max(0, t.MaxSessions-held)))
	} else {
		pair("held", q.t("dis.held_n", "n", held))
	}
	if q.violation {
		for _, x := range q.book.Offences() {
			if x.Key == c.Offence {
				pair("offence", x.Name.In(q.lang))
			}
		}
	}
	pair("effect", t.Effect.In(q.lang))
	return facts
}

func (q *quarrel) trackName(key string) string {
	if t, ok := q.book.Track(key); ok {
		return q.Capital(t.Name.In(q.lang))
	}
	return q.t("dis.old_track")
}

func (q *quarrel) host(body string) string { return bodyOr(body, q.org.Name, q.body) }

func noticeOf(tone part.Tone, icon, words string) templ.Component {
	return templ.Join(templ.Raw(`<div class="notice tone-`+string(tone)+`">`), part.Icon(icon), Paragraph(words), templ.Raw(`</div>`))
}

// meetings are those that are set, the next first.
func (q *quarrel) meetings() (all []templ.Component) {
	list := slices.DeleteFunc(slices.Clone(q.d.Sessions), func(s dispute.Session) bool { return s.State != "planned" })
	slices.SortFunc(list, func(a, b dispute.Session) int { return a.At.Compare(b.At) })
	for _, s := range list {
		facts := part.Definitions{Pairs: []part.Pair{{Term: q.teller.When(s.At), Text: strings.Join(slices.DeleteFunc([]string{s.Place, q.t("opt.sessionhow." + s.How),
			q.t("dis.presides", "name", q.Person(s.Preside))}, func(x string) bool { return x == "" }), " · ")}}}
		all = append(all, facts, page.Links(append(q.offer("dispute.hold_session", q.t("short.dispute.hold_session"), "session", s.ID),
			q.offer("dispute.cancel_session", q.t("short.dispute.cancel_session"), "session", s.ID)...)))
	}
	return all
}

func (q *quarrel) team() templ.Component {
	if q.d.Team == nil {
		return nil
	}
	facts := part.Definitions{}
	if t, ok := q.book.Team(q.d.Team.Key); ok {
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.team_of"), Text: q.Capital(t.Name.In(q.lang))})
	}
	for _, s := range q.d.Team.Seats {
		who := q.body(s.Body)
		if s.Person != "" {
			who = q.Person(s.Person)
		}
		if s.StandIn {
			who += " · " + q.t("dis.stand_in")
		}
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.Capital(seatName(q.lang, s.Seat, q.body)), Text: who})
	}
	return facts
}

// memory is what was settled before by the same pair or at the same place, for as long as the playbook keeps it beside a new one.
func (q *quarrel) memory() ([]templ.Component, error) {
	if q.s.Boards.Disputes == nil {
		return nil, nil
	}
	days := q.book.DisputeSettings().MemoryDays
	list, err := q.s.Boards.Disputes.Earlier(q.ctx, q.scope, q.d.ID, q.now.In(clock.Shanghai).AddDate(0, 0, -days).Format(time.DateOnly))
	if err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.Missing {
			return nil, nil // the board has not seen it yet
		}
		return nil, err
	}
	var all []templ.Component
	for _, x := range list {
		var why, worked []string
		for _, w := range x.Why {
			why = append(why, q.t("earlier."+w))
		}
		for _, e := range q.book.Eases() {
			if slices.Contains(x.Worked, e.Key) {
				worked = append(worked, e.Name.In(q.lang))
			}
		}
		words := []string{strings.Join(why, q.t("say.and")), x.On}
		if x.Kept != "" {
			words = append(words, q.t("earlier.kept."+x.Kept))
		}
		if len(worked) > 0 {
			words = append(words, q.t("earlier.worked", "what", strings.Join(worked, q.t("say.and"))))
		}
		all = append(all, page.Links{{Href: "/matters/" + x.Matter, Label: x.Number + " " + x.Title}}, softly(strings.Join(words, " · ")))
	}
	return all, nil
}

func softly(words string) templ.Component {
	return templ.Raw(`<p class="soft small">` + templ.EscapeString(words) + `</p>`)
}

// eased is what was tried of the five ways to ease, and where to pick from.
func (q *quarrel) eased() (all []templ.Component) {
	facts := part.Definitions{}
	for _, x := range slices.Backward(q.d.Eased) {
		for _, e := range q.book.Eases() {
			if e.Key == x.Ease {
				words := q.t("dis.helped." + map[bool]string{true: "yes", false: "no"}[x.Helped])
				if w := q.said(x.Words); w != "" {
					words += " · " + w
				}
				facts.Pairs = append(facts.Pairs, part.Pair{Term: e.Name.In(q.lang), Text: words})
			}
		}
	}
	if len(facts.Pairs) > 0 {
		all = append(all, facts)
	}
	if more := q.offer("dispute.note_ease", q.t("short.dispute.note_ease")); len(more) > 0 {
		all = append(all, page.Links(more))
	}
	return all
}

// violationRecord is the case beside the mediation; who may not know of it never comes here.
func (q *quarrel) violationRecord() templ.Component {
	c := q.d.Case
	facts := part.Definitions{Pairs: []part.Pair{{Term: q.t("dis.case_number"), Text: c.Number}, {Term: q.t("dis.case_filed"), Text: q.Day(c.FiledAt)}}}
	if !c.Decided.IsZero() {
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.t("dis.case_decided"), Text: q.Day(c.Decided) + " · " + q.t("opt.caseresult."+c.Result)})
	}
	return facts
}

// papers lists what was printed, and leads to the page that prints.
func (q *quarrel) papers() templ.Component {
	facts := part.Definitions{}
	for _, x := range slices.Backward(q.d.Printed) {
		p, ok := q.book.Paper(x.Paper)
		if !ok || HidesViolation(x.Paper) && !q.violation {
			continue
		}
		facts.Pairs = append(facts.Pairs, part.Pair{Term: q.Capital(p.Name.In(q.lang)), Text: strings.Trim(x.Number+" · "+q.t("dis.version", "n", x.Version)+" · "+q.Day(x.At), " ·")})
	}
	links := page.Links{}
	if q.May("dispute.print", desk.MatterThing(q.who.Station, &q.d.Matter)) {
		links = append(links, part.Link{Href: q.home + "/papers", Label: q.t("dis.to_papers"), Icon: "printer"})
	}
	if q.mayDo("dispute.say", &q.d.Matter) || q.mayDo("matter.assign", &q.d.Matter) {
		links = append(links, part.Link{Href: q.home + "/handover", Label: q.t("handover.link"), Icon: "file-text"})
	}
	if len(q.d.Sessions) == 0 && q.d.IsOpen() && !q.d.Safety.Flagged && len(q.tracksOnSpot()) > 0 && q.mayDo("dispute.settle_on_spot", &q.d.Matter) {
		links = append(links, part.Link{Href: q.home + "/spot", Label: q.t("spot.heading"), Icon: "handshake"})
	}
	return part.Some(facts, links)
}
