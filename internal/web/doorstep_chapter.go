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
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/dispute"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// doorLooks are icon and colour of what happened at a door, by event; doorIcons those of the acts.
var doorLooks = map[string]look{
	"doorstep.planned/1": {"clipboard-list", part.Info}, "doorstep.visit_agreed/1": {"calendar", part.Info}, "doorstep.visit_called_off/1": {"circle-x", part.Paused},
	"doorstep.visit_equipped/1": {"package", part.Plain}, "doorstep.departed/1": {"route", part.Plain}, "doorstep.arrived/1": {"door-open", part.Info},
	"doorstep.served/1": {"badge-check", part.OK}, "doorstep.papers_lacked/1": {"file-text", part.Due}, "doorstep.kit_failed/1": {"triangle-alert", part.Overdue},
	"doorstep.nobody_home/1": {"house", part.Due}, "doorstep.decided/1": {"gavel", part.Info}, "doorstep.card_arrived/1": {"package", part.Info},
	"doorstep.card_delivered/1": {"user-check", part.OK}, "doorstep.opinion_heard/1": {"message-square-text", part.Info}, "doorstep.complaint_answered/1": {"reply", part.OK},
}

var doorIcons = map[string]string{"doorstep.plan": "clipboard-list", "doorstep.agree": "calendar", "doorstep.reschedule": "calendar-clock", "doorstep.equip": "package",
	"doorstep.call_off": "circle-x", "doorstep.depart": "route", "doorstep.arrive": "door-open", "doorstep.serve": "badge-check", "doorstep.lack_papers": "file-text",
	"doorstep.not_home": "house", "doorstep.fail_kit": "triangle-alert", "doorstep.decide": "gavel", "doorstep.card_ready": "package", "doorstep.deliver": "user-check",
	"doorstep.hear": "message-square-text", "doorstep.answer_complaint": "reply"}

func init() {
	for kind, x := range doorLooks {
		looksOf[kind] = x
	}
	for act, icon := range doorIcons {
		offersOf[act] = offer{icon: icon}
	}
	layouts["doorstep.plan"] = layout{fold: []string{"born_on", "agent_name", "agent_phone", "mandate"}}
	layouts["doorstep.deliver"] = layout{fold: []string{"agent_name", "mandate"}}
}

// saidAtDoor are the words of an event of a home visit that belong into its story.
func saidAtDoor(v work.Event) []vault.Text {
	switch e := v.(type) {
	case doorstep.Planned:
		return []vault.Text{e.Why}
	case doorstep.VisitAgreed:
		return []vault.Text{e.Reason}
	case doorstep.VisitCalledOff:
		return []vault.Text{e.Reason}
	case doorstep.VisitServed:
		return []vault.Text{e.Words}
	case doorstep.PapersLacked:
		return []vault.Text{e.Words}
	case doorstep.KitFailedAt:
		return []vault.Text{e.Words}
	case doorstep.NobodyHome:
		return []vault.Text{e.Words}
	case doorstep.Decided:
		return []vault.Text{e.Words}
	case doorstep.OpinionHeard:
		return []vault.Text{e.Words}
	case doorstep.ComplaintAnswered:
		return []vault.Text{e.Words}
	}
	return nil
}

// tellDoor adds to an entry of the story what an event of a home visit says besides its words.
func (l *teller) tellDoor(x *part.Entry, v work.Event) {
	more := func(words ...string) {
		if s := strings.Trim(strings.Join(words, " "), " "); s != "" {
			x.What += " · " + s
		}
	}
	switch e := v.(type) {
	case doorstep.Planned:
		more(l.serviceName(e.Service))
		more(l.groundName(e.Ground))
	case doorstep.VisitAgreed:
		if e.Moved {
			x.Icon, x.Tone = "calendar-clock", part.Due
		}
		more(fault.Name(l.lang, "doorfor."+e.For))
		more(l.windowOf(e.On, e.From, e.Until))
		more(l.persons(e.With))
	case doorstep.VisitServed:
		more(e.Receipt)
		more(l.persons(e.Present))
	case doorstep.PapersLacked:
		more(strings.Join(e.Missing, l.t("say.and")))
	case doorstep.NobodyHome:
		more(l.all("doorleft.", e.Left))
	case doorstep.Decided:
		more(fault.Name(l.lang, "doornext."+e.Next))
	case doorstep.CardDelivered:
		more(fault.Name(l.lang, "doorwhere."+e.Where), fault.Name(l.lang, "doortaker."+e.Receiver))
		more(fault.Name(l.lang, "doorsign."+e.Way))
	case doorstep.OpinionHeard:
		if e.What == "complaint" {
			x.Tone = part.Overdue
		}
		more(fault.Name(l.lang, "doorsaid."+e.What))
	}
}

// all are keys of one family by their names.
func (l *teller) all(family string, keys []string) string {
	var names []string
	for _, k := range keys {
		names = append(names, fault.Name(l.lang, family+k))
	}
	return strings.Join(names, l.t("say.and"))
}

func (l *teller) persons(ids []string) string {
	var names []string
	for _, p := range ids {
		names = append(names, l.Person(p))
	}
	return strings.Join(names, l.t("say.and"))
}

// windowOf is the day and window of a visit.
func (l *teller) windowOf(day string, from, until time.Time) string {
	if from.IsZero() {
		return day + " " + l.t("door.all_day")
	}
	return day + " " + from.In(clock.Shanghai).Format("15:04") + "–" + until.In(clock.Shanghai).Format("15:04")
}

// doorPage is a home visit as its page tells it.
type doorPage struct {
	*teller
	d    *doorstep.Doorstep
	home string
	o    Opened
}

// showDoor adds to the page of a matter what is done at the door: the slip, the visits, the card, what people said, and the next step.
func (l *teller) showDoor(p *mpage.Page, m *matter.Matter, events []journal.Event) error {
	d, err := doorstep.Fold(events)
	if err != nil {
		return err
	}
	q := &doorPage{teller: l, d: d, home: "/matters/" + m.ID}
	texts := []vault.Text{}
	for _, v := range d.Visits {
		texts = append(texts, v.Words)
	}
	for _, h := range d.Heard {
		texts = append(texts, h.Words, h.Answer)
	}
	if d.Plan != nil {
		texts = append(texts, d.Plan.Why)
	}
	if q.o, err = l.Open(texts...); err != nil {
		return err
	}
	q.roles(p)
	q.notices(p)
	q.next(p)
	main := func(id, title string, action templ.Component, body ...templ.Component) {
		p.Main = append(p.Main, Around(part.Section{Title: title, ID: id, Card: true, Action: action}, body...))
	}
	if d.Plan != nil {
		main("slip", q.t("door.slip"), part.Button{Label: q.t("door.print_slip"), Icon: "printer", Kind: part.Quiet, Href: q.home + "/doorstep/slip.pdf"}, q.slip())
	}
	if len(d.Visits) > 0 {
		main("visits", q.t("door.visits"), nil, q.visits())
	}
	if d.Card {
		main("card", q.t("door.card"), q.receiptLink(), q.card())
	}
	if len(d.Heard) > 0 {
		main("heard", q.t("door.heard"), nil, q.heard()...)
	}
	return nil
}

// roles says who each party is to the visit.
func (q *doorPage) roles(p *mpage.Page) {
	if q.d.Plan == nil {
		return
	}
	for i, x := range q.d.Parties {
		if i >= len(p.Parties) {
			return
		}
		switch plan := q.d.Plan; {
		case x.ID == plan.Applicant && plan.Guardian != "":
			p.Parties[i].Role = q.t("door.role_guardian", "who", fault.Name(q.lang, "doorguardian."+plan.Guardian))
		case x.ID == plan.Applicant:
			p.Parties[i].Role = q.t("door.role_applicant")
		case x.ID == plan.Agent, q.d.Delivered != nil && q.d.Delivered.Agent == x.ID:
			p.Parties[i].Role = q.t("door.role_agent")
		}
	}
}

func (q *doorPage) notices(p *mpage.Page) {
	add := func(tone part.Tone, icon, words string) {
		p.Notices = append(p.Notices, mpage.Notice{Tone: tone, Icon: icon, Text: words})
	}
	if v := q.d.Current(); v != nil {
		if v.Kit == "" && v.For == doorstep.ForService && q.d.Plan.Kit != "" {
			add(part.Due, "package", q.t("door.note_no_kit"))
		}
		if v.State == doorstep.Booked && v.On < q.Today() {
			add(part.Overdue, "clock-alert", q.t("door.note_past", "day", v.On))
		}
	}
	if n := len(q.d.Tries()); n > 0 && q.d.Stage() != doorstep.Ended {
		tone := part.Due
		if n >= doorstep.MostTries {
			tone = part.Overdue
		}
		add(tone, "house", q.t("door.note_tries", "n", n, "most", doorstep.MostTries))
	}
	if len(q.d.Missing) > 0 {
		add(part.Due, "file-text", q.t("door.note_missing", "papers", strings.Join(labels(q.paperNames(q.d.Plan.Service, q.d.Missing)), q.t("say.and"))))
	}
}

func labels(list []part.Option) (words []string) {
	for _, o := range list {
		words = append(words, o.Label)
	}
	return words
}

// do is the address of the page of an act on this visit.
func (q *doorPage) do(act string) string {
	_, short, _ := strings.Cut(act, ".")
	return q.home + "/do/" + short
}

func (q *doorPage) may_(act string) bool {
	if strings.HasPrefix(act, "doorstep.") {
		return q.May(act, desk.DoorThing(q.who.Station, act, q.d))
	}
	return q.mayDo(act, &q.d.Matter)
}

// doorStep is the next step: what it is, why, the act that takes it and those beside it.
type doorStep struct {
	key  string // of the words "door.todo_KEY" and "door.todo_KEY_note"
	acts []string
}

// todo derives the next step from where the visit stands.
func (q *doorPage) todo() doorStep {
	switch stage := q.d.Stage(); stage {
	case doorstep.ToPlan:
		if q.d.Plan == nil {
			return doorStep{"plan", []string{"doorstep.plan"}}
		}
		if q.d.Plan.ToldTo == "" {
			return doorStep{"tell", []string{"doorstep.plan"}}
		}
		return doorStep{"agree", []string{"doorstep.agree", "doorstep.plan"}}
	case doorstep.Agreed:
		if q.d.Current().For == doorstep.ForCard {
			return doorStep{"bring", []string{"doorstep.deliver", "doorstep.not_home", "doorstep.depart", "doorstep.reschedule", "doorstep.call_off"}}
		}
		if q.d.Current().Kit == "" && q.d.Plan.Kit != "" {
			return doorStep{"equip", []string{"doorstep.equip", "doorstep.reschedule", "doorstep.call_off"}}
		}
		return doorStep{"go", []string{"doorstep.depart", "doorstep.serve", "doorstep.reschedule", "doorstep.equip", "doorstep.call_off"}}
	case doorstep.Away:
		if q.d.Current().For == doorstep.ForCard {
			return doorStep{"bring", []string{"doorstep.deliver", "doorstep.not_home", "doorstep.call_off"}}
		}
		acts := []string{"doorstep.serve", "doorstep.not_home", "doorstep.lack_papers", "doorstep.fail_kit", "doorstep.arrive", "doorstep.call_off"}
		if q.d.Current().Kit == "" {
			acts = slices.DeleteFunc(acts, func(a string) bool { return a == "doorstep.fail_kit" })
		}
		if !q.d.Current().ArrivedAt.IsZero() {
			acts = slices.DeleteFunc(acts, func(a string) bool { return a == "doorstep.arrive" })
		}
		return doorStep{"serve", acts}
	case doorstep.ThirdTry:
		return doorStep{"decide", []string{"doorstep.decide"}}
	case doorstep.Waiting:
		return doorStep{"wait", []string{"doorstep.card_ready"}}
	case doorstep.ToBring:
		return doorStep{"card", []string{"doorstep.agree", "doorstep.deliver"}}
	case doorstep.Completed:
		return doorStep{"finish", []string{"matter.finish"}}
	}
	return doorStep{}
}

// next puts the one clear step on the page, and what else may be said.
func (q *doorPage) next(p *mpage.Page) {
	n := page.Next{}
	var more []part.Link
	waits := q.d.State == matter.Unassigned || q.d.State == matter.AwaitingAck || q.d.State == matter.OnHold
	if x := q.todo(); x.key != "" && q.d.IsOpen() {
		title, icon := q.t("door.todo_"+x.key), "door-open"
		var allowed []string
		for _, act := range x.acts {
			if q.may_(act) && (act != "matter.finish" || q.d.Can(matter.VerbOutcome) && q.d.Handler == q.who.Person) {
				allowed = append(allowed, act)
			}
		}
		if !waits {
			n.Title, n.Note, n.Icon = title, q.t("door.todo_"+x.key+"_note"), icon
			for i, act := range allowed {
				b := part.Button{Href: q.do(act), Label: q.Called("act." + act), Icon: iconOf(act)}
				if i == 0 {
					n.Go = &b
				} else {
					b.Kind = part.Quiet
					n.Also = append(n.Also, b)
				}
			}
		} else {
			for _, act := range allowed {
				more = append(more, part.Link{Href: q.do(act), Label: q.Called("act." + act), Icon: iconOf(act)})
			}
		}
	}
	if q.d.Plan != nil && q.d.ServedAt.IsZero() && q.d.IsOpen() && q.may_("doorstep.plan") && q.d.Stage() != doorstep.ToPlan {
		more = append(more, part.Link{Href: q.do("doorstep.plan"), Label: q.Called("act.doorstep.plan"), Icon: "clipboard-list"})
	}
	if q.d.Version > 0 && q.may_("doorstep.hear") && len(q.d.Visits) > 0 {
		more = append(more, part.Link{Href: q.do("doorstep.hear"), Label: q.Called("act.doorstep.hear"), Icon: "message-square-text"})
	}
	if slices.ContainsFunc(q.d.Heard, func(h doorstep.Heard) bool { return h.What == "complaint" && h.AnsweredAt.IsZero() }) && q.may_("doorstep.answer_complaint") {
		more = append(more, part.Link{Href: q.do("doorstep.answer_complaint"), Label: q.Called("act.doorstep.answer_complaint"), Icon: "reply"})
	}
	if len(more) > 0 {
		n.Groups = append(n.Groups, page.Group{Title: q.t("door.group_acts"), Links: more})
	}
	if n.Title != "" || len(n.Groups) > 0 {
		p.Next = n
	}
	p.Own = n.Title != ""
}

// slip is what is asked for.
func (q *doorPage) slip() templ.Component {
	p := q.d.Plan
	pairs := []part.Pair{{Term: q.t("door.service"), Text: q.serviceName(p.Service)}}
	ground := q.groundName(p.Ground)
	if why := q.Words(q.o, p.Why); why != "" {
		ground += " · " + why
	}
	pairs = append(pairs, part.Pair{Term: q.t("door.ground"), Text: ground})
	if p.Age != "" {
		pairs = append(pairs, part.Pair{Term: q.t("door.age"), Text: fault.Name(q.lang, "doorage."+p.Age)})
	}
	if p.OpenFrom != "" {
		pairs = append(pairs, part.Pair{Term: q.t("door.open"), Text: p.OpenFrom + "–" + p.OpenUntil})
	}
	needs := []string{q.t("door.minutes", "n", p.Minutes)}
	if p.Officer {
		needs = append(needs, q.t("door.with_officer"))
	}
	if p.Kit != "" {
		needs = append(needs, q.KitCalled(p.Kit))
	}
	pairs = append(pairs, part.Pair{Term: q.t("door.needs"), Text: strings.Join(needs, " · ")})
	told := q.t("door.not_told")
	if p.ToldTo != "" {
		told = q.t("door.told_by", "who", fault.Name(q.lang, "doortold."+p.ToldTo), "by", q.Person(p.ToldBy), "when", q.When(p.ToldAt))
		pairs = append(pairs, part.Pair{Term: q.t("door.papers"), Text: strings.Join(labels(q.paperNames(p.Service, p.Papers)), q.t("say.and"))})
	}
	return part.Definitions{Pairs: append(pairs, part.Pair{Term: q.t("door.told"), Text: told})}
}

var visitTones = map[string]part.Tone{doorstep.Booked: part.Info, doorstep.UnderWay: part.Due, doorstep.Served: part.OK, doorstep.Brought: part.OK,
	doorstep.Nobody: part.Due, doorstep.Lacking: part.Due, doorstep.KitFailed: part.Overdue, doorstep.CalledOff: part.Plain}

// visits are all calls at the door, the latest first.
func (q *doorPage) visits() templ.Component {
	t := part.Table{Caption: q.t("door.visits"), Columns: []part.Column{{Label: q.t("door.when_col")}, {Label: q.t("door.for_col")}, {Label: q.t("door.team")},
		{Label: q.t("door.kit")}, {Label: q.t("door.result")}}}
	for _, v := range slices.Backward(q.d.Visits) {
		kit, result := "", fault.Name(q.lang, "doorvisit."+v.State)
		if v.Kit != "" {
			kit = q.KitCalled(v.Kit)
		}
		people := v.With
		if len(v.Present) > 0 {
			people = v.Present
		}
		if len(v.Left) > 0 {
			result += " · " + q.all("doorleft.", v.Left)
		}
		if words := q.Words(q.o, v.Words); words != "" {
			result += " · " + words
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plainly(q.windowOf(v.On, v.From, v.Until)), part.Plainly(fault.Name(q.lang, "doorfor."+v.For)),
			part.Plainly(q.persons(people)), part.Plainly(kit), part.Status{Tone: visitTones[v.State], Label: result}}})
	}
	return t
}

func (q *doorPage) card() templ.Component {
	d := q.d
	pairs := []part.Pair{{Term: q.t("door.receipt_no"), Text: d.Receipt}, {Term: q.t("door.applied"), Text: q.When(d.ServedAt)}}
	if !d.ReadyAt.IsZero() {
		pairs = append(pairs, part.Pair{Term: q.t("door.ready"), Text: q.When(d.ReadyAt)})
	}
	if x := d.Delivered; x != nil {
		pairs = append(pairs, part.Pair{Term: q.t("door.delivered"), Text: q.When(x.At) + " · " + fault.Name(q.lang, "doorwhere."+x.Where)},
			part.Pair{Term: q.t("door.taken_by"), Text: fault.Name(q.lang, "doortaker."+x.Receiver) + " · " + fault.Name(q.lang, "doorsign."+x.Way)},
			part.Pair{Term: q.t("door.handed_by"), Text: q.Person(x.By)})
	}
	return part.Definitions{Pairs: pairs}
}

// receiptLink prints the receipt that is signed for the card.
func (q *doorPage) receiptLink() templ.Component {
	if q.d.ReadyAt.IsZero() {
		return nil
	}
	return part.Button{Label: q.t("door.print_card"), Icon: "printer", Kind: part.Quiet, Href: q.home + "/doorstep/card.pdf"}
}

func (q *doorPage) heard() (all []templ.Component) {
	for _, h := range slices.Backward(q.d.Heard) {
		pairs := []part.Pair{{Term: fault.Name(q.lang, "doorsaid."+h.What), Text: q.Words(q.o, h.Words)}, {Term: q.t("door.heard_when"), Text: q.When(h.At) + " · " + q.Person(h.By)}}
		if h.What == "complaint" {
			answer := q.t("door.no_answer")
			if !h.AnsweredAt.IsZero() {
				answer = q.Words(q.o, h.Answer) + " · " + q.Person(h.AnsweredBy) + " " + q.When(h.AnsweredAt)
			}
			pairs = append(pairs, part.Pair{Term: q.t("door.answer"), Text: answer})
		}
		all = append(all, part.Definitions{Pairs: pairs})
	}
	return all
}

// askDoor fills in the form of an act at the door: nothing that is known is asked again.
func (l *teller) askDoor(act any, m *matter.Matter, events []journal.Event, o *FormOptions) error {
	d, err := doorstep.Fold(events)
	if err != nil {
		return err
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	if o.Hints == nil {
		o.Hints = map[string]string{}
	}
	v := d.Current()
	switch a := act.(type) {
	case *doorstep.PlanVisit:
		return l.askSlip(a, d, o)
	case *doorstep.Agree:
		return l.askAgreement(a, d, nil, o)
	case *doorstep.Reschedule:
		return l.askAgreement(&a.Agree, d, v, o)
	case *doorstep.Equip:
		if v != nil {
			if o.Options["portable_kit"], err = l.kitOptions(d.Plan.Kit, v.On); a.Kit == "" {
				a.Kit = v.Kit
			}
			return err
		}
	case *doorstep.Serve:
		l.askServe(a, d, v, o)
	case *doorstep.LackPapers:
		if d.Plan != nil {
			papers := d.Plan.Papers
			if d.Missing != nil {
				papers = d.Missing
			}
			if o.Options["missing"] = l.paperNames(d.Plan.Service, papers); a.ToldTo == "" {
				a.ToldTo = d.Plan.ToldTo
			}
		}
	case *doorstep.NotHome:
		if a.At.IsZero() {
			a.At = l.now
		}
	case *doorstep.Deliver:
		l.askDelivery(a, d, o)
	}
	return nil
}

func (l *teller) askSlip(a *doorstep.PlanVisit, d *doorstep.Doorstep, o *FormOptions) error {
	if a.Service == "" {
		a.Service = d.Service()
	}
	if a.Ground == "" {
		a.Ground = d.Extra["why_home"]
	}
	for _, id := range d.Reports {
		asked, err := desk.AskedAtDoor(l.ctx, l.s.Desk.Journal, l.who.Station, id)
		if err != nil {
			return err
		}
		if asked != nil && d.Plan == nil && a.Service == "" {
			a.Service, a.Ground, a.OpenFrom, a.OpenUntil = asked.Service, asked.Ground, asked.OpenFrom, asked.OpenUntil
		}
	}
	if p := d.Plan; p != nil && o.Values == nil {
		a.Service, a.Ground, a.Age, a.Guardian, a.OpenFrom, a.OpenUntil = p.Service, p.Ground, p.Age, p.Guardian, p.OpenFrom, p.OpenUntil
		a.PapersTold, a.PapersToldTo = p.ToldTo != "", p.ToldTo
		o.Hints["name"], o.Hints["why"] = l.t("door.keep_name"), l.t("door.keep_why")
	} else {
		o.Hints["name"] = l.t("door.name_hint")
		o.Hints["why"] = l.t("door.why_hint")
		if len(d.Reports) > 0 && o.Values == nil {
			a.FromReport = true
		}
	}
	if len(d.Reports) == 0 || d.Plan != nil {
		o.Skip = append(o.Skip, "from_report")
	}
	s, ok := l.book.Service(a.Service)
	if !ok {
		return nil
	}
	if !s.Proxy {
		o.Skip = append(o.Skip, "agent_name", "agent_phone", "mandate")
	}
	if s.MinAge == 0 {
		o.Skip = append(o.Skip, "age", "born_on", "guardian")
	}
	var names []string
	for _, p := range s.Papers {
		names = append(names, p.Name.Zh)
	}
	o.Hints["papers_told"] = l.t("door.told_hint", "papers", strings.Join(labels(l.paperNames(s.Key, names)), l.t("say.and")))
	return nil
}

func (l *teller) askAgreement(a *doorstep.Agree, d *doorstep.Doorstep, v *doorstep.Visit, o *FormOptions) (err error) {
	if v != nil && o.Values == nil {
		a.Day, a.With, a.Kit = v.On, v.With, v.Kit
		if !v.From.IsZero() {
			a.From, a.Until = v.From.In(clock.Shanghai).Format("15:04"), v.Until.In(clock.Shanghai).Format("15:04")
		}
	}
	if len(a.With) == 0 && o.Values == nil {
		a.With = []string{l.who.Person}
	}
	o.Options["with"] = l.s.PeopleOptions(l.lang, l.org, l.who)
	if d.Plan == nil {
		return nil
	}
	if d.Plan.OpenFrom != "" {
		o.Hints["from"] = l.t("door.open_hint", "from", d.Plan.OpenFrom, "until", d.Plan.OpenUntil)
	}
	if d.Plan.Officer && d.ServedAt.IsZero() {
		o.Hints["with"] = l.t("door.officer_hint")
	}
	if d.Plan.Kit == "" || !d.ServedAt.IsZero() {
		o.Skip = append(o.Skip, "portable_kit")
		return nil
	}
	if o.Options["portable_kit"], err = l.kitOptions(d.Plan.Kit, a.Day); len(o.Options["portable_kit"]) == 1 && o.Values == nil && a.Kit == "" {
		a.Kit = o.Options["portable_kit"][0].Value
	}
	o.Hints["portable_kit"] = l.t("door.kit_hint")
	return err
}

func (l *teller) askServe(a *doorstep.Serve, d *doorstep.Doorstep, v *doorstep.Visit, o *FormOptions) {
	if v == nil || d.Plan == nil {
		return
	}
	if a.At.IsZero() {
		a.At = l.now
	}
	if len(a.Present) == 0 && o.Values == nil {
		a.Present = v.With
	}
	o.Options["colleagues"] = l.s.PeopleOptions(l.lang, l.org, l.who)
	if d.Plan.Guardian == "" {
		o.Skip = append(o.Skip, "guardian_there")
	}
	if d.Plan.Card {
		o.Hints["receipt_no"] = l.t("door.receipt_hint")
	}
}

func (l *teller) askDelivery(a *doorstep.Deliver, d *doorstep.Doorstep, o *FormOptions) {
	if a.At.IsZero() {
		a.At = l.now
	}
	if o.Values != nil {
		return
	}
	if a.Where == "" {
		a.Where = "door"
	}
	if a.Receiver == "" && d.Plan != nil {
		if a.Receiver = "applicant"; d.Plan.Guardian != "" {
			a.Receiver = "guardian"
		}
	}
	if a.Way == "" {
		a.Way = "screen"
	}
}
