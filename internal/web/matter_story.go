package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// look is icon and colour of an entry.
type look struct {
	icon string
	tone part.Tone
}

// looksOf are icon and colour of what happened, by event.
var looksOf = map[string]look{
	"matter.opened/1": {"flag", part.Info}, "matter.assigned/1": {"send", part.Info}, "matter.acknowledged/1": {"check", part.OK},
	"matter.started/1": {"play", part.Info}, "matter.noted/1": {"message-square-text", part.Plain}, "matter.visited/1": {"footprints", part.Info},
	"matter.paused/1": {"circle-pause", part.Paused}, "matter.resumed/1": {"play", part.Info}, "matter.extension_asked/1": {"calendar-clock", part.Due},
	"matter.extension_decided/1": {"calendar-clock", part.Info}, "matter.transferred/1": {"reply", part.Paused}, "matter.taken/1": {"check", part.OK},
	"matter.sent_back/1": {"undo-2", part.Due}, "matter.outcome_reported/1": {"flag", part.OK}, "matter.verified/1": {"badge-check", part.OK},
	"matter.closed/1": {"circle-check", part.OK}, "matter.followed_up/1": {"phone", part.OK}, "matter.reopened/1": {"rotate-ccw", part.Due},
	"matter.regraded/1": {"chart-column", part.Due}, "matter.retitled/1": {"pencil", part.Plain}, "matter.report_linked/1": {"link", part.Plain},
	"matter.task_set/1": {"list-checks", part.Plain}, "matter.task_done/1": {"check", part.OK}, "matter.party_added/1": {"user-plus", part.Plain},
	"matter.invited/1": {"users-round", part.Plain}, "matter.tied/1": {"link", part.Plain}, "matter.merged/1": {"merge", part.Paused},
	"matter.merge_taken/1": {"merge", part.Plain}, "matter.bodies_called/1": {"megaphone", part.Due}, "matter.call_answered/1": {"megaphone", part.Info},
	"matter.chased/1": {"bell", part.Due}, "matter.supervised/1": {"eye", part.Overdue}, "matter.escalated/1": {"clock-alert", part.Overdue},
	"matter.marked/1": {"flag", part.Info}, "matter.filled/1": {"pencil", part.Plain},
}

// story is all that happened to a matter, the latest first: who, what, when, and the words said, masked.
// q is the same matter as a dispute, nil where it is none: what one must not know of is left out, and kinds tells of which event each
// entry is.
func (l *teller) story(m *matter.Matter, q *quarrel, payloads facts, events []journal.Event) (t part.Timeline, kinds []string, err error) {
	var texts []vault.Text
	for _, v := range payloads {
		if _, party := v.(matter.PartyAdded); !party {
			texts = append(texts, spoken(v)...)
		}
	}
	o, err := l.Open(texts...)
	if err != nil {
		return t, nil, err
	}
	t = part.Timeline{Label: l.t("matter.story"), Entries: make([]part.Entry, 0, len(events))}
	for i, v := range payloads {
		e := &events[i]
		if q != nil && q.hidden(v) {
			continue
		}
		x := looksOf[e.Kind]
		entry := part.Entry{Icon: x.icon, Tone: x.tone, What: l.Called("event." + e.Kind), Who: l.actor(e), When: l.When(e.HappenedAt),
			At: e.HappenedAt.In(clock.Shanghai).Format(time.RFC3339)}
		l.tellEvent(&entry, m, v)
		l.tellDoor(&entry, v)
		l.tellKeeping(&entry, v)
		if q != nil {
			q.tell(&entry, v)
		}
		var said []string
		for _, one := range spoken(v) {
			if w := l.Words(o, one); w != "" {
				said = append(said, w)
			}
		}
		if _, told := v.(dispute.Said); !told { // told part by part already
			entry.Text = strings.Join(said, "\n")
		}
		t.Entries, kinds = append(t.Entries, entry), append(kinds, e.Kind)
	}
	slices.Reverse(t.Entries)
	slices.Reverse(kinds)
	return t, kinds, nil
}

// actor is who did it, and for whom.
func (l *teller) actor(e *journal.Event) string {
	who := l.Person(e.Actor)
	if e.OnBehalfOf != "" && e.OnBehalfOf != e.Actor {
		return l.t("story.on_behalf", "name", who, "for", l.Person(e.OnBehalfOf))
	}
	return who
}

// spoken are the words of an event that belong into the story, in the order they are told.
func spoken(v work.Event) []vault.Text {
	switch e := v.(type) {
	case matter.Assigned:
		return []vault.Text{e.Note}
	case matter.Started:
		return []vault.Text{e.Note}
	case matter.Noted:
		return []vault.Text{e.Words}
	case matter.Visited:
		return []vault.Text{e.Words}
	case matter.Marked:
		return []vault.Text{e.Words}
	case matter.PausedFor:
		return []vault.Text{e.Note}
	case matter.Resumed:
		return []vault.Text{e.Note}
	case matter.ExtensionAsked:
		return []vault.Text{e.Reason}
	case matter.ExtensionDecided:
		return []vault.Text{e.Note}
	case matter.TransferredTo:
		return []vault.Text{e.Reason}
	case matter.Taken:
		return []vault.Text{e.Note}
	case matter.SentBack:
		return []vault.Text{e.Words}
	case matter.Finished:
		return []vault.Text{e.Words, e.Answer}
	case matter.VerifiedAs:
		return []vault.Text{e.Note}
	case matter.ClosedWith:
		return []vault.Text{e.Note}
	case matter.FollowedUpWith:
		return []vault.Text{e.Words}
	case matter.ReopenedFor:
		return []vault.Text{e.Reason}
	case matter.Regraded:
		return []vault.Text{e.Reason}
	case matter.TaskDone:
		return []vault.Text{e.Words}
	case matter.BodiesCalled:
		return []vault.Text{e.Words}
	case matter.CallAnswered:
		return []vault.Text{e.Words}
	case matter.ChasedWith:
		return []vault.Text{e.Words}
	case matter.SupervisedWith:
		return []vault.Text{e.Words}
	}
	if said := saidInKeeping(v); said != nil {
		return said
	}
	if said := saidAtDoor(v); said != nil {
		return said
	}
	return saidInDispute(v)
}

// tellEvent adds to an entry what the event says besides its words: to whom, where to, why, with which result.
func (l *teller) tellEvent(x *part.Entry, m *matter.Matter, v work.Event) {
	more := func(all ...string) {
		for _, words := range all {
			if words != "" {
				x.What += " · " + words
			}
		}
	}
	switch e := v.(type) {
	case matter.Opened:
		if e.Report != "" {
			more(l.t("story.from_report"))
		}
	case matter.Assigned:
		more(l.t("story.to", "name", l.Person(e.To)))
	case matter.Noted:
		x.Attachments = l.attached("matter", m.ID, e.Photos).Items
	case matter.Visited:
		x.Attachments = l.attached("matter", m.ID, e.Photos).Items
		more(strings.Trim(l.When(e.At)+" "+e.Place, " "))
		l.visitDetail(x, e)
	case matter.Marked:
		more(fault.Name(l.lang, "step."+e.Step), l.When(e.At))
	case matter.Filled:
		var names []string
		for _, f := range l.book.Fields(m.Kind) {
			_, open := e.Extra[f.Key]
			if _, sealed := e.Sealed[f.Key]; open || sealed {
				names = append(names, f.Name.In(l.lang))
			}
		}
		more(strings.Join(names, l.t("say.and")))
	case matter.PausedFor:
		more(l.Reason("pause", e.Reason))
		if e.StopsClock {
			more(l.t("story.clock_stops"))
		}
	case matter.ExtensionAsked:
		name, _ := l.limit(m.Kind, m.Grade, e.Limit)
		more(name + " " + l.t("story.plus", "n", e.By.Amount, "unit", fault.Name(l.lang, "unit."+string(e.By.Unit))))
	case matter.ExtensionDecided:
		more(l.t("choice.matter.decide_extension.grant." + map[bool]string{true: "yes", false: "no"}[e.Granted]))
	case matter.TransferredTo:
		more(l.t("story.to", "name", l.place(e.ToCell, e.ToBody, e.ToStation)))
	case matter.Taken:
		if e.Body != "" || e.Station != "" {
			more(strings.Trim(l.place("", e.Body, e.Station)+" "+e.Reference, " "))
		}
	case matter.SentBack:
		more(l.Reason("sendback", e.Reason))
	case matter.Finished:
		more(l.outcome(m.Kind, e.Outcome))
		x.Attachments = l.attached("matter", m.ID, e.Photos).Items
	case matter.VerifiedAs:
		if !e.Pass {
			x.Icon, x.Tone = "undo-2", part.Overdue
		}
		more(l.t("story.verified." + map[bool]string{true: "yes", false: "no"}[e.Pass]))
	case matter.FollowedUpWith:
		if !e.Held {
			x.Tone = part.Overdue
		}
		more(fault.Name(l.lang, "way."+e.Way) + " · " + l.t("story.held."+map[bool]string{true: "yes", false: "no"}[e.Held]))
	case matter.ReopenedFor:
		more(l.t("story.reopened." + e.By))
	case matter.Regraded:
		if g := l.gradeOf(e.Grade); g != nil {
			more(g.Label)
		}
	case matter.Retitled:
		more(e.Title)
	case matter.TaskSet:
		more(l.t("story.task", "name", l.Person(e.Person), "title", e.Title))
	case matter.TaskDone:
		for _, t := range m.Tasks {
			if t.ID == e.Task {
				more(t.Title)
			}
		}
	case matter.PartyAdded:
		more(strings.Trim(fault.Name(l.lang, "side."+e.Side)+" "+e.Role, " "))
		if e.Side == "" {
			x.What = l.Called("event." + e.EventKind())
			more(e.Role)
		}
	case matter.Invited:
		who := l.body(e.Body)
		if e.Person != "" {
			who = l.Person(e.Person)
		}
		more(who + "（" + e.Role + "）")
	case matter.BodiesCalled:
		var names []string
		for _, b := range e.Bodies {
			names = append(names, l.body(b))
		}
		more(strings.Join(names, l.t("say.and")))
	case matter.CallAnswered:
		more(l.body(e.Body) + " " + fault.Name(l.lang, "callstep."+e.Step))
	case matter.EscalatedFor:
		name, _ := l.limit(m.Kind, m.Grade, e.Limit)
		more(name)
	case matter.Tied:
		more(fault.Name(l.lang, "how."+e.How))
	case matter.MergedInto:
		more(e.Reason)
	case matter.MergeTaken:
		more(l.t("story.took", "n", strconv.Itoa(len(e.Reports))))
	}
}

// visitDetail says who came along and what comes next.
func (l *teller) visitDetail(x *part.Entry, e matter.Visited) {
	var pairs []part.Pair
	if len(e.With) > 0 {
		var names []string
		for _, p := range e.With {
			names = append(names, l.Person(p))
		}
		pairs = append(pairs, part.Pair{Term: l.t("story.with"), Text: strings.Join(names, l.t("say.and"))})
	}
	if e.Next != "" {
		pairs = append(pairs, part.Pair{Term: l.t("story.next"), Text: vault.MaskFree(e.Next)})
	}
	if e.Card {
		pairs = append(pairs, part.Pair{Term: l.t("cards.title"), Text: fault.Name(l.lang, "cardstate.given")})
	}
	if len(pairs) > 0 {
		x.Detail = part.Definitions{Pairs: pairs}
	}
}
