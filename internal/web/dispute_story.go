package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/dispute"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
)

// disputeLooks are icon and colour of what happened in a dispute, by event.
var disputeLooks = map[string]look{
	"dispute.party_set/1": {"user-check", part.Plain}, "dispute.companion_added/1": {"users-round", part.Plain}, "dispute.said/1": {"message-square-text", part.Info},
	"dispute.party_rated/1": {"star", part.Plain}, "dispute.safety_asked/1": {"shield-check", part.OK}, "dispute.safety_flagged/1": {"triangle-alert", part.Overdue},
	"dispute.safety_lifted/1": {"shield-check", part.Due}, "dispute.warned/1": {"triangle-alert", part.Overdue}, "dispute.warning_visited/1": {"footprints", part.Due},
	"dispute.referred/1": {"heart-handshake", part.Info}, "dispute.track_chosen/1": {"route", part.Info}, "dispute.track_moved/1": {"split", part.Paused},
	"dispute.move_answered/1": {"reply", part.Info}, "dispute.course_ended/1": {"flag", part.Paused}, "dispute.told/1": {"info", part.Plain},
	"dispute.recusal_asked/1": {"user-round", part.Due}, "dispute.recusal_decided/1": {"gavel", part.Info}, "dispute.session_planned/1": {"calendar", part.Plain},
	"dispute.session_cancelled/1": {"circle-x", part.Paused}, "dispute.session_held/1": {"messages-square", part.Info}, "dispute.sheet_saved/1": {"clipboard-list", part.Plain},
	"dispute.sheet_signed/1": {"pencil", part.Plain}, "dispute.agreement_drafted/1": {"file-text", part.Info}, "dispute.agreement_signed/1": {"pencil", part.Info},
	"dispute.agreement_effective/1": {"handshake", part.OK}, "dispute.agreement_voided/1": {"trash-2", part.Paused}, "dispute.promise_kept/1": {"hand-coins", part.OK},
	"dispute.promise_broken/1": {"circle-alert", part.Overdue}, "dispute.promise_waived/1": {"undo-2", part.Paused}, "dispute.reminded/1": {"bell", part.Plain},
	"dispute.confirmation_applied/1": {"gavel", part.Info}, "dispute.confirmation_recorded/1": {"gavel", part.OK}, "dispute.case_filed/1": {"gavel", part.Due},
	"dispute.case_decided/1": {"gavel", part.Due}, "dispute.settlement_asked/1": {"handshake", part.Info}, "dispute.settlement_decided/1": {"gavel", part.Info},
	"dispute.risk_graded/1": {"chart-column", part.Due}, "dispute.raised/1": {"siren", part.Overdue}, "dispute.looked_at/1": {"eye", part.Plain},
	"dispute.grown/1": {"siren", part.Overdue}, "dispute.growth_released/1": {"circle-check", part.Due}, "dispute.team_called/1": {"users-round", part.Info},
	"dispute.ease_noted/1": {"heart-handshake", part.Plain}, "dispute.back_checked/1": {"phone", part.Info}, "dispute.paper_printed/1": {"printer", part.Plain},
}

func init() {
	for kind, x := range disputeLooks {
		looksOf[kind] = x
	}
}

// saidInDispute are the words of an event of a dispute that belong into its story. What was answered to the safety questions, and the
// reason of a flag, stands at the gate for those who may read it, and nowhere else.
func saidInDispute(v work.Event) []vault.Text {
	switch e := v.(type) {
	case dispute.Said:
		return []vault.Text{e.Account, e.Evidence, e.Demand, e.Offer}
	case dispute.WarningVisited:
		return []vault.Text{e.Words}
	case dispute.Referred:
		return []vault.Text{e.Words}
	case dispute.TrackMoved:
		return []vault.Text{e.Reason}
	case dispute.MoveAnswered:
		return []vault.Text{e.Words}
	case dispute.CourseEnded:
		return []vault.Text{e.Words}
	case dispute.ToldOf:
		return []vault.Text{e.Words}
	case dispute.RecusalAsked:
		return []vault.Text{e.Words}
	case dispute.RecusalDecided:
		return []vault.Text{e.Words}
	case dispute.SessionCancelled:
		return []vault.Text{e.Reason}
	case dispute.AgreementVoided:
		return []vault.Text{e.Reason}
	case dispute.PromiseKept:
		return []vault.Text{e.Words}
	case dispute.PromiseBroken:
		return []vault.Text{e.Words}
	case dispute.PromiseWaived:
		return []vault.Text{e.Words}
	case dispute.ConfirmationRecorded:
		return []vault.Text{e.Words}
	case dispute.CaseFiled:
		return []vault.Text{e.Words}
	case dispute.CaseDecided:
		return []vault.Text{e.Words}
	case dispute.SettlementDecided:
		return []vault.Text{e.Words}
	case dispute.RiskGraded:
		return []vault.Text{e.Reason}
	case dispute.LookedAt:
		return []vault.Text{e.Words}
	case dispute.GrowthReleased:
		return []vault.Text{e.Reason}
	case dispute.EaseNoted:
		return []vault.Text{e.Words}
	case dispute.BackChecked:
		return []vault.Text{e.Words}
	}
	return nil
}

// hidden tells of an event that one person must not even know of: a case is a violation record (law-and-standards 5.6).
func (q *quarrel) hidden(v work.Event) bool {
	switch v.(type) {
	case dispute.CaseFiled, dispute.CaseDecided, dispute.Warned, dispute.WarningVisited:
		return !q.violation
	}
	return false
}

// talk tells of what people did together, as against what was only noted.
func talk(kind string) bool {
	return slices.Contains([]string{"matter.visited/1", "dispute.session_held/1", "dispute.said/1", "matter.followed_up/1", "dispute.back_checked/1", "dispute.agreement_effective/1", "dispute.promise_kept/1"}, kind)
}

// foldAbove is from how many entries on a story is folded by month.
const foldAbove = 15

// months folds a long story by month: one month is open, the latest or the one asked for, and the others a link away; a short story
// stays as it is. entries are newest first.
func (q *quarrel) months(entries []part.Entry, kinds []string, ask url.Values) *page.Months {
	if len(entries) <= foldAbove {
		return nil
	}
	talks, n := ask.Get("story") == "talks", 0
	for _, k := range kinds {
		n += boolInt(talk(k))
	}
	m := &page.Months{Tabs: part.Tabs{Label: q.t("matter.story"), Items: []part.Tab{{Href: q.home + "#story", Label: q.t("story.all"), Count: len(entries), Current: !talks},
		{Href: q.home + "?story=talks#story", Label: q.t("story.talks"), Count: n, Current: talks}}}}
	var keys []string
	for i, e := range entries {
		if talks && !talk(kinds[i]) {
			continue
		}
		key := e.At[:min(len(e.At), len("2006-01"))]
		at := slices.Index(keys, key)
		if at < 0 {
			keys, m.Groups, at = append(keys, key), append(m.Groups, page.Month{}), len(keys)
		}
		m.Groups[at].Story.Entries = append(m.Groups[at].Story.Entries, e)
	}
	open := max(0, slices.Index(keys, ask.Get("month")))
	for i := range m.Groups {
		g := &m.Groups[i]
		g.Title = q.month(keys[i]) + " · " + q.t("story.n", "n", len(g.Story.Entries))
		if i != open && len(entries) > foldAbove {
			g.Href, g.Story = Address(q.home, url.Values{}, "story", ask.Get("story"), "month", keys[i])+"#story", part.Timeline{}
		}
	}
	return m
}

func (q *quarrel) month(key string) string {
	t, err := time.Parse("2006-01", key)
	if err != nil {
		return ""
	}
	if q.lang == "en" {
		return t.Format("January 2006")
	}
	return t.Format("2006年1月")
}

// tell adds to an entry what an event of a dispute says besides its words.
func (q *quarrel) tell(x *part.Entry, v work.Event) {
	more := func(words ...string) {
		for _, w := range words {
			if w != "" {
				x.What += " · " + w
			}
		}
	}
	who := q.n.who
	switch e := v.(type) {
	case dispute.PartySet:
		more(who(e.Party))
	case dispute.CompanionAdded:
		more(q.n.other[e.Companion], who(e.Party))
	case dispute.Said:
		more(who(e.Party))
		q.tellSaid(x, e)
	case dispute.SafetyAsked:
		more(who(e.Party))
	case dispute.Warned:
		more(who(e.Party), q.body(e.Committee))
	case dispute.WarningVisited:
		more(q.t("visit.safe." + yesNo(e.Safe)))
	case dispute.Referred:
		more(who(e.Party), q.body(e.To))
	case dispute.TrackChosen:
		more(q.trackName(e.Track), q.host(e.Host))
	case dispute.TrackMoved:
		more(q.t("story.to", "name", q.trackName(e.To)+" "+q.host(e.Host)))
	case dispute.MoveAnswered:
		more(q.t("move." + yesNo(e.Accept)))
	case dispute.CourseEnded:
		more(q.trackName(e.Track), q.t("end."+e.Result))
		if e.Reason != "" {
			more(q.Reason("mediation_stop", e.Reason))
		}
	case dispute.ToldOf:
		var ways []string
		for _, w := range e.Ways {
			ways = append(ways, q.t("opt.ways."+w))
		}
		more(strings.Join(ways, q.t("say.and")))
	case dispute.RecusalAsked:
		more(q.Person(e.Person), q.t("opt.relation."+e.Relation))
	case dispute.RecusalDecided:
		more(q.Person(e.Person), q.t("recusal."+yesNo(e.Withdraw)))
	case dispute.SessionPlanned:
		more(q.teller.When(e.At), e.Place, q.t("dis.presides", "name", q.Person(e.Preside)))
	case dispute.SessionHeld:
		q.tellSession(x, e)
	case dispute.SheetSaved:
		more(e.Title, q.t("dis.version", "n", e.No))
		x.Attachments = q.attached("matter", q.d.ID, e.Photos).Items
	default:
		q.tellDeal(more, v)
	}
}

// tellDeal is tell for what was agreed and what became of it.
func (q *quarrel) tellDeal(more func(...string), v work.Event) {
	who := q.n.who
	switch e := v.(type) {
	case dispute.SheetSigned:
		more(who(e.Signature.Who))
	case dispute.AgreementDrafted:
		more(e.Number, q.t("dis.version", "n", e.No))
	case dispute.AgreementSigned:
		if s := who(e.Signature.Who); s != "" {
			more(s)
		} else {
			more(q.t("opt.signer." + e.Signature.Who))
		}
	case dispute.AgreementEffective:
		if a := q.d.Agreement(e.Agreement); a != nil {
			more(agreementName(q.lang, a))
		}
	case dispute.PromiseKept:
		more(q.promiseLine(e.Promise), yuan(e.Keeping.Amount), e.Keeping.On)
	case dispute.PromiseBroken:
		more(q.promiseLine(e.Promise), q.Reason("promise_break", e.Next))
	case dispute.PromiseWaived:
		more(q.promiseLine(e.Promise))
	case dispute.ConfirmationApplied:
		more(q.body(e.Court))
	case dispute.ConfirmationRecorded:
		more(q.t("opt.confirmresult."+e.Result), e.Ruling)
	case dispute.CaseDecided:
		more(q.t("opt.caseresult." + e.Result))
	case dispute.SettlementDecided:
		more(q.t("settlement." + yesNo(e.Approve)))
	case dispute.RiskGraded:
		if g, ok := q.book.RiskGrade(e.Risk); ok {
			more(q.Capital(g.Name.In(q.lang)), e.Because)
		}
	case dispute.Raised:
		more(q.t("dis.calls_n", "n", e.Calls))
	case dispute.LookedAt:
		more(q.t("look." + yesNo(e.Worse)))
	case dispute.Grown:
		more(q.Kind(e.Kind))
	case dispute.TeamCalled:
		if t, ok := q.book.Team(e.Team); ok {
			more(q.Capital(t.Name.In(q.lang)))
		}
	case dispute.EaseNoted:
		for _, w := range q.book.Eases() {
			if w.Key == e.Ease {
				more(w.Name.In(q.lang), q.t("dis.helped."+yesNo(e.Helped)))
			}
		}
	case dispute.BackChecked:
		more(who(e.Party), q.t("opt.performed."+e.Performed))
	case dispute.PaperPrinted:
		if p, ok := q.book.Paper(e.Paper); ok && (!HidesViolation(e.Paper) || q.violation) {
			more(q.Capital(p.Name.In(q.lang)), e.Number)
		}
	}
}

func (q *quarrel) promiseLine(id string) string {
	if p := q.d.Promise(id); p != nil {
		return promiseName(q.lang, p, q.n)
	}
	return ""
}

// tellSaid names which of a party's words are which: the story does not run them together.
func (q *quarrel) tellSaid(x *part.Entry, e dispute.Said) {
	var pairs []part.Pair
	for _, f := range []struct {
		key    string
		text   vault.Text
		amount *dispute.Fen
	}{{"account", e.Account, nil}, {"evidence", e.Evidence, nil}, {"demand", e.Demand, e.DemandAmount}, {"offer", e.Offer, e.OfferAmount}} {
		words := q.said(f.text)
		if f.amount != nil {
			words = strings.TrimSpace("¥" + f.amount.String() + " " + words)
		}
		if words != "" {
			pairs = append(pairs, part.Pair{Term: q.t("dis." + f.key), Text: words})
		}
	}
	x.Attachments = q.attached("matter", q.d.ID, e.Photos).Items
	if len(pairs) > 0 {
		x.Detail = part.Definitions{Pairs: pairs}
	}
}

// tellSession tells a meeting whole: when, where, who came, what each said, what they offered, where they stand, what is next.
func (q *quarrel) tellSession(x *part.Entry, e dispute.SessionHeld) {
	x.What = q.t("story.session", "n", e.No) + " · " + q.t("opt.sessionend."+e.Outcome)
	x.When, x.At = q.teller.When(e.At), e.At.In(clock.Shanghai).Format(time.RFC3339)
	x.Tone = map[string]part.Tone{"agreed": part.OK, "failed": part.Overdue, "broken_off": part.Overdue}[e.Outcome]
	if x.Tone == part.Plain {
		x.Tone = part.Info
	}
	var pairs []part.Pair
	pair := func(key, value string) {
		if value != "" {
			pairs = append(pairs, part.Pair{Term: q.t("dis." + key), Text: value})
		}
	}
	pair("place", strings.Trim(e.Place+" · "+q.t("dis.presides", "name", q.Person(e.Preside)), " ·"))
	pair("present", q.n.all(append(slices.Clone(e.Present), e.Stood...), q.t("say.and")))
	for _, a := range e.Accounts {
		pairs = append(pairs, part.Pair{Term: q.n.who(a.Party), Text: q.said(a.Words)})
	}
	for _, o := range e.Offers {
		what := q.t("dis.gives")
		if o.Asks {
			what = q.t("dis.asks")
		}
		pairs = append(pairs, part.Pair{Term: q.n.who(o.Party), Text: strings.TrimSpace(what + " ¥" + o.Amount.String() + " " + q.said(o.Words))})
	}
	pair("agreed", q.said(e.Agreed))
	pair("open", q.said(e.Open))
	pair("next", q.Quiet(vault.MaskFree(e.Next)))
	pair("recording", e.Recording.Ref)
	x.Detail = part.Definitions{Pairs: pairs}
	x.Attachments = q.attached("matter", q.d.ID, e.Photos).Items
}
