package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/handover"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// handover is what somebody says of one dispute to who takes it on.
type handover struct {
	*teller
	d      *dispute.Dispute
	events []journal.Event
	o      Opened
	n      *names
	masks  *strings.Replacer
	next   string // what the last session or visit left to do
	// offence tells that the asker may read a violation record (law-and-standards 5.6).
	offence bool
}

// matterHandover is the page for a new mediator: who, what each wants, what was tried, what is agreed and owed, what comes next.
func (s *Site) matterHandover(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	d, err := l.Dispute(r.PathValue("id"))
	if err != nil {
		return err
	}
	thing := desk.MatterThing(l.who.Station, &d.Matter)
	if !l.May("dispute.say", thing) && !l.May("matter.assign", thing) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	h := &handover{teller: l, d: d, offence: l.May("violation.read", thing)}
	if h.n, err = s.namesOf(l.ctx, l.who.Station, l.lang, d); err != nil {
		return err
	}
	if h.events, err = s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(d.ID), 0); err != nil {
		return err
	}
	p, err := h.page()
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, p.Sheet.Title, "matters", p.Show())
}

func (h *handover) page() (page.Page, error) {
	d := h.d
	p := page.Page{Back: part.Link{Href: "/matters/" + d.ID, Label: h.t("spot.back")}, Risk: h.risk(d.Risk), RiskWhy: h.riskWhy(),
		Sheet: part.Sheet{Station: h.org.Name, Title: h.t("handover.title", "title", MaskTitle(d.Title)), Number: d.Number, Date: h.Day(h.now), Print: true,
			Foot: h.t("handover.foot", "name", h.Person(h.who.Person), "when", h.When(h.now))}}
	p.State = fault.Name(h.lang, "state."+string(d.State))
	if d.Track != nil {
		p.State += " · " + h.track(d.Track.Track)
	}
	p.State += " · " + h.Where(d.Cell, MaskTitle(d.Place))
	tried, err := h.tried()
	if err != nil {
		return p, err
	}
	if h.o, err = h.Open(h.texts(tried)...); err != nil {
		return p, err
	}
	h.maskNames()
	for _, x := range tried {
		p.Tried = append(p.Tried, page.Line{Day: h.Day(x.at), What: x.what, Who: x.who, Words: h.say(x.words, 160)})
	}
	p.Sides, p.Offers = h.sides(), h.offers()
	h.eased(&p)
	p.Agreed, p.Promises, p.Next, p.Clocks = h.agreed(), h.owed(), h.nextSteps(), h.clocks()
	if c := d.Case; c != nil && h.offence {
		p.Offence = []string{h.t("handover.case")}
	}
	return p, nil
}

// say is somebody's words as a page may show them: personal spans masked, a minor's name and a sealed address taken out.
func (h *handover) say(t vault.Text, n int) string {
	return Cut(h.masks.Replace(h.n.hush.Replace(h.Words(h.o, t))), n)
}

// maskNames makes parties' names in anybody's words read as they are shown elsewhere.
func (h *handover) maskNames() {
	var pairs []string
	for _, y := range h.d.Parties {
		if name := h.o[y.Name.Ref()]; len([]rune(name)) > 1 && !isBody(h.d, y.ID) {
			pairs = append(pairs, name, h.n.short[y.ID])
		}
	}
	h.masks = strings.NewReplacer(pairs...)
}

// riskWhy is why the risk is graded as it is; the sentence of the table in the language of the page.
func (h *handover) riskWhy() string {
	if h.lang != "en" {
		return h.d.RiskWhy
	}
	return h.t("handover.why_en", "risk", h.risk(h.d.Risk).Label)
}

// done is one thing that was done about a dispute.
type done struct {
	at        time.Time
	what, who string
	words     vault.Text
}

// tried is what was done, in the order it was: sessions, visits, looks. What tells of an offence is for those who may read it.
func (h *handover) tried() (list []done, err error) {
	for i := range h.events {
		v, err := work.Decode(&h.events[i])
		if err != nil {
			return nil, err
		}
		at := work.Where(&h.events[i])
		x := done{at: at.HappenedAt, who: h.Person(at.Actor)}
		switch e := v.(type) {
		case matter.Visited:
			x.at, x.what, x.words = e.At, h.Called("event.matter.visited/1"), e.Words
			h.next = e.Next
		case dispute.SessionHeld:
			x.at, x.who, x.words = e.At, h.Person(e.Preside), e.Agreed
			h.next = e.Next
			x.what = h.t("handover.session", "how", fault.Name(h.lang, "sessionend."+e.Outcome), "track", h.track(e.Track))
			if e.Agreed.Empty() {
				x.words = e.Open
			}
		case dispute.LookedAt:
			x.what, x.words = h.Called("event.dispute.looked_at/1"), e.Words
		case dispute.BackChecked:
			x.what, x.words = h.t("handover.back", "who", h.n.who(e.Party), "how", fault.Name(h.lang, "performed."+e.Performed)), e.Words
		case dispute.TrackChosen:
			x.what = h.t("handover.track", "track", h.track(e.Track))
		case dispute.TrackMoved:
			x.what, x.words = h.t("handover.moved", "track", h.track(e.To)), e.Reason
		case dispute.CourseEnded:
			x.what, x.words = h.t("handover.ended", "how", fault.Name(h.lang, "courseend."+e.Result)), e.Words
		case dispute.PromiseBroken:
			x.what, x.words = h.t("handover.broken"), e.Words
		case dispute.Warned:
			if !h.offence {
				continue
			}
			x.what = h.Called("event.dispute.warned/1")
		default:
			continue
		}
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b done) int { return a.at.Compare(b.at) })
	return list, nil
}

// texts are all sealed texts of the page.
func (h *handover) texts(tried []done) (list []vault.Text) {
	for _, x := range tried {
		list = append(list, x.words)
	}
	for _, y := range h.d.Parties {
		list = append(list, y.Name)
	}
	for _, s := range h.d.Sides {
		list = append(list, s.Account, s.Demand, s.Offer)
	}
	for _, s := range h.d.Sessions {
		list = append(list, s.Agreed, s.Open)
		for _, x := range s.Accounts {
			list = append(list, x.Words)
		}
		for _, x := range s.Offers {
			list = append(list, x.Words)
		}
	}
	for _, a := range h.d.Agreements {
		for _, c := range a.Clauses {
			list = append(list, c.Words)
		}
	}
	for _, x := range h.d.Eased {
		list = append(list, x.Words)
	}
	for _, x := range h.d.Promises {
		list = append(list, x.Words)
	}
	return list
}

// sides are who stands against whom, each with what they say, want and offer in their own words.
func (h *handover) sides() (list []page.Side) {
	for _, side := range []string{"a", "b", ""} {
		parties := h.d.OnSide(side)
		if len(parties) == 0 {
			continue
		}
		s := page.Side{Title: h.t("handover.others")}
		if side != "" {
			s.Title = h.Called("side." + side)
		}
		for _, y := range parties {
			s.Parties = append(s.Parties, h.party(y))
		}
		list = append(list, s)
	}
	return list
}

func (h *handover) party(y matter.Party) page.Party {
	x := page.Party{Name: h.n.short[y.ID], Note: y.Role}
	side := h.d.Sides[y.ID]
	if side == nil {
		return x
	}
	var notes []string
	if y.Role != "" {
		notes = append(notes, y.Role)
	}
	if side.People > 1 {
		notes = append(notes, h.t("handover.people", "n", side.People))
	}
	if side.Interpreter != "" {
		notes = append(notes, h.t("handover.interpreter", "lang", side.Interpreter))
	}
	if side.Willing != "" {
		notes = append(notes, h.t("handover.willing."+side.Willing))
	}
	for _, c := range h.d.Companions {
		if c.Party == y.ID {
			notes = append(notes, h.n.other[c.ID])
		}
	}
	x.Note = strings.Join(notes, " · ")
	add := func(key string, t vault.Text, amount dispute.Fen) {
		words := h.say(t, 300)
		if amount > 0 {
			words = strings.TrimSpace("¥" + amount.String() + " " + words)
		}
		if words != "" {
			x.Said = append(x.Said, part.Pair{Term: h.t("handover." + key), Text: words})
		}
	}
	account := side.Account
	for _, s := range h.d.Sessions {
		for _, said := range s.Accounts {
			if said.Party == y.ID && account.Empty() {
				account = said.Words
			}
		}
	}
	add("account", account, 0)
	add("demand", side.Demand, side.DemandAmount)
	add("offer", side.Offer, side.OfferAmount)
	return x
}

// offers are the sums asked and offered over time.
func (h *handover) offers() part.Table {
	t := part.Table{Caption: h.t("handover.offers"), Columns: []part.Column{{Label: h.t("handover.day")}, {Label: h.t("handover.who")}, {Label: h.t("handover.asks")},
		{Label: h.t("handover.amount"), Num: true}, {Label: h.t("handover.words")}}}
	for _, s := range h.d.Sessions {
		for _, x := range s.Offers {
			asks := h.t("handover.gives")
			if x.Asks {
				asks = h.t("handover.wants")
			}
			at := x.At
			if at.IsZero() {
				at = s.At
			}
			t.Rows = append(t.Rows, part.Row{Cells: part.Cells(h.Day(at), h.n.who(x.Party), asks, "¥"+x.Amount.String(), h.say(x.Words, 80))})
		}
	}
	return t
}

// eased are the ways to ease that helped, and those that did not.
func (h *handover) eased(p *page.Page) {
	for _, x := range h.d.Eased {
		for _, e := range h.book.Eases() {
			if e.Key != x.Ease {
				continue
			}
			line := strings.Trim(h.Capital(e.Name.In(h.lang))+" · "+h.say(x.Words, 80), " ·")
			if x.Helped {
				p.Helped = append(p.Helped, line)
			} else {
				p.NotYet = append(p.NotYet, line)
			}
		}
	}
}

// agreed are the clauses in force; before there is an agreement what the last session found agreed.
func (h *handover) agreed() (list []string) {
	for _, a := range h.d.Agreements {
		if a.Effective() {
			for _, c := range a.Clauses {
				list = append(list, strings.TrimSpace(a.Number+"　"+h.say(c.Words, 200)))
			}
		}
	}
	if len(list) > 0 {
		return list
	}
	for i := len(h.d.Sessions) - 1; i >= 0; i-- {
		if s := h.d.Sessions[i]; s.State == "held" && !s.Agreed.Empty() {
			return []string{h.say(s.Agreed, 300)}
		}
	}
	return nil
}

// owed are the promises that run.
func (h *handover) owed() part.Table {
	t := part.Table{Caption: h.t("handover.promises"), Columns: []part.Column{{Label: h.t("promises.col.due")}, {Label: h.t("promises.col.payer")}, {Label: h.t("promises.col.receiver")},
		{Label: h.t("promises.col.what")}, {Label: h.t("promises.col.left"), Num: true}}}
	for i := range h.d.Promises {
		x := &h.d.Promises[i]
		if !x.EndedAt.IsZero() {
			continue
		}
		due, left := x.DueOn, ""
		for _, one := range x.Instalments(h.Today(), 1000) {
			if one.State == "open" || one.State == "part" || one.State == "broken" {
				due = one.DueOn
				break
			}
		}
		if x.Amount > 0 {
			rest := x.Amount
			for _, k := range x.Kept {
				rest -= k.Amount
			}
			left = "¥" + max(0, rest).String()
		}
		if day, err := time.ParseInLocation(time.DateOnly, due, clock.Shanghai); err == nil {
			due = h.Day(day)
		}
		t.Rows = append(t.Rows, part.Row{Cells: part.Cells(due, h.n.who(x.Payer), h.n.who(x.Receiver), fault.Name(h.lang, "promisewhat."+x.What)+"　"+h.say(x.Words, 60), left)})
	}
	return t
}

// nextSteps are what comes: sessions set, what the last one left to do, tasks that are open.
func (h *handover) nextSteps() (list []string) {
	for _, s := range h.d.Sessions {
		if s.State == "planned" {
			list = append(list, h.t("handover.planned", "when", h.When(s.At), "place", MaskTitle(s.Place), "name", h.Person(s.Preside)))
		}
	}
	if h.next != "" {
		list = append(list, vault.MaskFree(h.masks.Replace(h.n.hush.Replace(h.next))))
	}
	for _, t := range h.d.Tasks {
		if t.DoneAt.IsZero() {
			list = append(list, h.t("handover.task", "title", vault.MaskFree(t.Title), "name", h.Person(t.Person), "day", t.DueOn))
		}
	}
	return list
}

// clocks are the limits that run.
func (h *handover) clocks() (list []string) {
	for _, c := range h.d.Clocks(h.cal, h.now) {
		if !c.StoppedAt.IsZero() || c.DueAt.IsZero() {
			continue
		}
		if !h.offence && h.tellsOfOffence(h.d.Kind, h.d.Grade, c.Key) {
			continue
		}
		name, source := h.limit(h.d.Kind, h.d.Grade, c.Key)
		line := name + "　" + h.Day(c.DueAt) + "　" + h.ClockAt(c.DueAt, c.WarnAt).Label
		if source != "" {
			line += "（" + source + "）"
		}
		list = append(list, line)
	}
	return list
}
