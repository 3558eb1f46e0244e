package web

import (
	"slices"
	"strings"
	"time"

	page "maplegrid/internal/web/page/dispute"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// An offer is an act of disputes as the page offers it: behind which heading, and when there is any sense in it. What the rules
// refuse beyond that they say themselves.
type offer struct {
	icon, group string
	fits        func(q *quarrel) bool
}

func always(*quarrel) bool { return true }

func hasParties(q *quarrel) bool { return len(q.d.Parties) > 0 }

func onTrack(q *quarrel) bool { return q.d.Track != nil }

func hasPromise(q *quarrel) bool {
	return slices.ContainsFunc(q.d.Promises, func(p dispute.Promise) bool { return p.EndedAt.IsZero() })
}

// applied tells that judicial confirmation was applied for.
func applied(d *dispute.Dispute) bool { return d.Confirming != nil && !d.Confirming.AppliedAt.IsZero() }

func hasRuling(q *quarrel) bool {
	return applied(q.d) && q.d.Confirming.Result == ""
}

// offersOf are the acts of disputes; offerOrder is how they are listed.
var offersOf = map[string]offer{
	"dispute.say":           {"message-square-text", "party", hasParties},
	"dispute.ask_safety":    {"shield-check", "party", func(q *quarrel) bool { return len(unasked(q.d)) > 0 }},
	"dispute.set_party":     {"user-check", "party", hasParties},
	"dispute.add_companion": {"users-round", "party", hasParties},
	"dispute.rate_party": {"star", "party", func(q *quarrel) bool {
		return hasParties(q) && len(q.d.Sessions) > 0 && q.d.Facts["family_violence"] != "yes"
	}},
	"dispute.flag_safety": {"triangle-alert", "party", func(q *quarrel) bool { return !q.d.Safety.Flagged }},

	"dispute.choose_track":   {"route", "mediate", func(q *quarrel) bool { return q.d.Track == nil && q.d.Clear() }},
	"dispute.plan_session":   {"calendar", "mediate", onTrack},
	"dispute.hold_session":   {"messages-square", "mediate", onTrack},
	"dispute.cancel_session": {"circle-x", "mediate", func(q *quarrel) bool { return planned(q.d) != nil }},
	"dispute.move_track":     {"split", "mediate", func(q *quarrel) bool { return q.d.Passing == nil && hasParties(q) }},
	"dispute.answer_move":    {"reply", "mediate", func(q *quarrel) bool { return q.d.Passing != nil }},
	"dispute.report_back":    {"flag", "mediate", func(q *quarrel) bool { return q.d.Track != nil && len(q.d.Courses) > 0 }},
	"dispute.stop_mediation": {"circle-x", "mediate", onTrack},
	"dispute.tell_ways":      {"info", "mediate", hasParties},
	"dispute.ask_recusal":    {"user-round", "mediate", always},
	"dispute.decide_recusal": {"gavel", "mediate", func(q *quarrel) bool {
		return slices.ContainsFunc(q.d.Conflicts, func(c dispute.Conflict) bool { return !c.Decided })
	}},
	"dispute.call_team": {"users-round", "mediate", always},
	"dispute.note_ease": {"heart-handshake", "mediate", always},

	"dispute.save_sheet":      {"clipboard-list", "deal", hasParties},
	"dispute.sign_sheet":      {"pencil", "deal", func(q *quarrel) bool { return len(q.d.Sheets) > 0 }},
	"dispute.draft_agreement": {"file-text", "deal", func(q *quarrel) bool { return q.d.Track != nil && drafted(q.d) == nil }},
	"dispute.sign_agreement":  {"pencil", "deal", func(q *quarrel) bool { return drafted(q.d) != nil }},
	"dispute.keep_promise":    {"hand-coins", "deal", hasPromise},
	"dispute.break_promise":   {"circle-alert", "deal", hasPromise},
	"dispute.waive_promise":   {"undo-2", "deal", hasPromise},
	"dispute.apply_confirmation": {"gavel", "deal", func(q *quarrel) bool {
		x := inForce(q.d)
		return x != nil && x.Track == dispute.People && !applied(q.d)
	}},
	"dispute.record_confirmation": {"gavel", "deal", hasRuling},
	"dispute.check_back":          {"phone", "deal", func(q *quarrel) bool { return inForce(q.d) != nil }},
	"dispute.void_agreement":      {"trash-2", "deal", func(q *quarrel) bool { return drafted(q.d) != nil || inForce(q.d) != nil }},

	"dispute.look":                {"eye", "other", always},
	"dispute.set_risk":            {"chart-column", "other", always},
	"dispute.refer":               {"heart-handshake", "other", hasParties},
	"dispute.warn":                {"triangle-alert", "other", func(q *quarrel) bool { return q.d.Facts["family_violence"] == "yes" || q.d.Safety.Flagged }},
	"dispute.visit_after_warning": {"footprints", "other", func(q *quarrel) bool { return len(q.d.Warnings) > 0 }},
	"dispute.lift_safety":         {"shield-check", "other", func(q *quarrel) bool { return q.d.Safety.Flagged }},
	"dispute.grow":                {"siren", "other", always},
	"dispute.release_growth": {"circle-check", "other", func(q *quarrel) bool {
		return slices.ContainsFunc(q.d.Growths, func(g dispute.Growth) bool { return !g.Released })
	}},
	"dispute.file_case":         {"gavel", "other", func(q *quarrel) bool { return q.d.Case == nil && q.violation }},
	"dispute.decide_case":       {"gavel", "other", func(q *quarrel) bool { return q.d.Case != nil && q.d.Case.Decided.IsZero() && q.violation }},
	"dispute.ask_settlement":    {"handshake", "other", func(q *quarrel) bool { return q.d.Settlement == nil && hasParties(q) }},
	"dispute.decide_settlement": {"gavel", "other", func(q *quarrel) bool { return q.d.Settlement != nil && q.d.Settlement.DecidedAt.IsZero() }},
}

var offerOrder = []string{"dispute.say", "dispute.ask_safety", "dispute.set_party", "dispute.add_companion", "dispute.rate_party", "dispute.flag_safety",
	"dispute.choose_track", "dispute.plan_session", "dispute.hold_session", "dispute.cancel_session", "dispute.note_ease", "dispute.call_team", "dispute.move_track", "dispute.answer_move",
	"dispute.report_back", "dispute.stop_mediation", "dispute.tell_ways", "dispute.ask_recusal", "dispute.decide_recusal",
	"dispute.save_sheet", "dispute.sign_sheet", "dispute.draft_agreement", "dispute.sign_agreement", "dispute.keep_promise", "dispute.break_promise", "dispute.waive_promise",
	"dispute.apply_confirmation", "dispute.record_confirmation", "dispute.check_back", "dispute.void_agreement",
	"dispute.look", "dispute.set_risk", "dispute.refer", "dispute.warn", "dispute.visit_after_warning", "dispute.lift_safety", "dispute.grow", "dispute.release_growth",
	"dispute.file_case", "dispute.decide_case", "dispute.ask_settlement", "dispute.decide_settlement"}

// offered tells whether an act is offered to who asks: there is sense in it, the dispute still runs, the policy allows it.
func (q *quarrel) offered(act string) bool {
	x := offersOf[act]
	if _, known := q.allowed[act]; !known {
		q.allowed[act] = q.mayDo(act, &q.d.Matter)
	}
	if strings.HasPrefix(act, "matter.") {
		return q.allowed[act]
	}
	return q.d.IsOpen() && x.fits != nil && q.allowed[act] && x.fits(q)
}

// todo is the next step: what it is, why, and the act that takes it ("" when it is only waited for).
type todo struct {
	title, note, icon string
	act               string
	pairs             []string
	also              []string
}

// next puts the one clear step on the page, and the rest in groups. While the base life itself waits for a step (to be assigned,
// acknowledged, verified …) that one is first.
func (q *quarrel) next(p *mpage.Page) {
	n := page.Next{}
	if q.d.State == matter.UnderWay {
		if t := q.todo(); t != nil {
			n.Title, n.Note, n.Icon = t.title, t.note, t.icon
			if t.act != "" && q.offered(t.act) {
				n.Go = &part.Button{Href: q.do(t.act, t.pairs...), Label: q.Called("act." + t.act), Icon: iconOf(t.act)}
			}
			for _, act := range t.also {
				if q.offered(act) {
					n.Also = append(n.Also, part.Button{Href: q.do(act), Label: q.Called("act." + act), Icon: iconOf(act), Kind: part.Quiet})
				}
			}
		}
	}
	for _, g := range []string{"party", "mediate", "deal", "other"} {
		group := page.Group{Title: q.t("group." + g)}
		if g == "party" && q.d.IsOpen() && q.mayDo("matter.add_party", &q.d.Matter) {
			group.Links = append(group.Links, part.Link{Href: q.do("matter.add_party"), Label: q.Called("act.matter.add_party"), Icon: "user-plus"})
		}
		for _, act := range offerOrder {
			if offersOf[act].group == g {
				group.Links = append(group.Links, q.offer(act, "")...)
			}
		}
		if len(group.Links) > 0 {
			n.Groups = append(n.Groups, group)
		}
	}
	if n.Title != "" || len(n.Groups) > 0 {
		p.Next = n
	}
	p.Own = n.Title != ""
}

// todo derives the next step of mediation from what stands; nil when the outcome can be reported.
func (q *quarrel) todo() *todo {
	for _, ask := range []func() *todo{q.mustStop, q.mustKnow, q.mustPass, q.mustPerform, q.mustSign, q.mustChoose, q.mustMeet} {
		if t := ask(); t != nil {
			return t
		}
	}
	return nil
}

func (q *quarrel) mustStop() *todo {
	if !q.d.Safety.Flagged {
		return nil
	}
	t := &todo{title: q.t("todo.flagged"), note: q.t("todo.flagged_note"), icon: "triangle-alert", act: "dispute.refer", also: []string{"dispute.visit_after_warning"}}
	if q.who.Role.HasPolicePowers() && len(q.d.Warnings) == 0 {
		t.act, t.also = "dispute.warn", []string{"dispute.refer"}
	}
	return t
}

func (q *quarrel) mustKnow() *todo {
	d := q.d
	for _, side := range []string{"a", "b"} {
		if len(d.OnSide(side)) == 0 {
			return &todo{title: q.t("todo.parties"), icon: "user-plus", act: "matter.add_party", pairs: []string{"side", side}}
		}
	}
	if waiting := unasked(d); len(waiting) > 0 && !settled(d) {
		return &todo{title: q.t("todo.safety"), note: q.t("todo.safety_note", "who", strings.Join(q.list(waiting), q.t("say.and"))), icon: "shield-check",
			act: "dispute.ask_safety", pairs: []string{"party", waiting[0]}}
	}
	return nil
}

// settled tells that an agreement is in force.
func settled(d *dispute.Dispute) bool { return inForce(d) != nil }

func (q *quarrel) mustPass() *todo {
	if x := q.d.Passing; x != nil {
		return &todo{title: q.t("todo.passing", "host", q.host(x.Host)), note: q.t("todo.passing_note", "to", q.trackName(x.To), "when", q.Day(x.At)), icon: "hourglass", act: "dispute.answer_move"}
	}
	return nil
}

// mustPerform is the promise that is due next: a dispute is settled when its promises are kept.
func (q *quarrel) mustPerform() *todo {
	if !settled(q.d) {
		return nil
	}
	var best *dispute.Instalment
	var of *dispute.Promise
	for i := range q.d.Promises {
		p := &q.d.Promises[i]
		if !p.EndedAt.IsZero() || p.What == "forbear" {
			continue
		}
		if in := nextOpen(p, 0); in != nil && (best == nil || in.DueOn < best.DueOn) {
			best, of = in, p
		}
	}
	if best == nil {
		return nil
	}
	t := &todo{icon: "hand-coins", act: "dispute.keep_promise", pairs: []string{"promise", of.ID}, also: []string{"dispute.break_promise"}, note: strings.TrimRight(promiseName(q.lang, of, q.n)+" · "+Cut(q.said(of.Words), 60), " ·")}
	day, _ := time.Parse(time.DateOnly, best.DueOn)
	what := ""
	if of.Every != "" {
		what = q.t("dis.instalment", "n", best.N)
	} else {
		what = q.t("todo.promised")
	}
	switch {
	case best.DueOn < q.Today():
		t.icon, t.title = "clock-alert", q.t("todo.late", "what", what, "day", q.Day(day), "n", daysBetween(best.DueOn, q.Today()))
	case best.DueOn == q.Today():
		t.title = q.t("todo.due_today", "what", what)
	default:
		t.title, t.also = q.t("todo.due", "what", what, "day", q.Day(day)), nil
	}
	return t
}

func (q *quarrel) mustSign() *todo {
	x := drafted(q.d)
	if x == nil {
		return nil
	}
	var names []string
	missing := unsigned(q.book, q.d, x)
	for _, who := range missing {
		if s := q.n.who(who); s != "" {
			names = append(names, s)
		} else {
			names = append(names, q.t("opt.signer."+who))
		}
	}
	return &todo{title: q.t("todo.sign"), note: q.t("todo.sign_note", "who", strings.Join(names, q.t("say.and"))), icon: "pencil", act: "dispute.sign_agreement",
		pairs: []string{"agreement", x.ID, "who", first(missing)}}
}

func (q *quarrel) mustChoose() *todo {
	d := q.d
	if d.Track != nil || settled(d) {
		return nil
	}
	if n := len(d.Courses); n > 0 {
		last := d.Courses[n-1]
		if last.Ended == "settled" {
			return nil
		}
		told := slices.ContainsFunc(d.Told, func(x dispute.Telling) bool { return !x.At.Before(last.EndedAt) })
		if !told && last.Ended != "moved" {
			return &todo{title: q.t("todo.tell"), note: q.t("todo.tell_note"), icon: "info", act: "dispute.tell_ways"}
		}
		if last.Ended != "moved" {
			return nil
		}
	}
	return &todo{title: q.t("todo.track"), note: q.t("todo.track_note"), icon: "route", act: "dispute.choose_track"}
}

func (q *quarrel) mustMeet() *todo {
	d := q.d
	if d.Track == nil {
		return nil
	}
	track, _ := q.book.Track(d.Track.Track)
	if next := planned(d); next != nil {
		t := &todo{title: q.t("todo.session", "when", q.teller.When(next.At), "place", next.Place), icon: "messages-square", act: "dispute.hold_session", pairs: []string{"session", next.ID}}
		t.note = q.t("todo.session_note", "name", q.Person(next.Preside))
		return t
	}
	held := d.Held()
	if len(held) == 0 {
		return &todo{title: q.t("todo.first_session"), note: q.sessionsLeft(track.MaxSessions, 0), icon: "calendar", act: "dispute.plan_session", also: []string{"dispute.hold_session"}}
	}
	switch last := held[len(held)-1]; last.Outcome {
	case "agreed":
		return &todo{title: q.t("todo.draft"), note: q.t("todo.draft_note"), icon: "file-text", act: "dispute.draft_agreement", also: []string{"dispute.save_sheet"}}
	default:
		if track.MaxSessions > 0 && len(held) >= track.MaxSessions {
			return &todo{title: q.t("todo.no_more"), note: q.t("todo.no_more_note", "n", track.MaxSessions), icon: "circle-x", act: "dispute.stop_mediation", also: []string{"dispute.move_track"}}
		}
		return &todo{title: q.t("todo.next_session", "n", len(held)+1), note: q.sessionsLeft(track.MaxSessions, len(held)), icon: "calendar", act: "dispute.plan_session",
			also: []string{"dispute.hold_session", "dispute.stop_mediation"}}
	}
}

func (q *quarrel) sessionsLeft(most, held int) string {
	if most == 0 {
		return ""
	}
	return q.t("todo.sessions_left", "n", most-held)
}
