package web

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/board/drafts"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/talk"
	"maplegrid/internal/work/draft"
)

// talkReply is the reply for the group: nothing in it is personal.
func (s *Site) talkReply(w http.ResponseWriter, r *http.Request) error {
	base, err := s.Tell(r)
	if err != nil {
		return err
	}
	l := base.talks()
	paste := r.URL.Query().Get("paste")
	p, err := l.replyPanel(paste)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("part") == "text" {
		return s.fragment(w, r, part.Plainly(p.Lines))
	}
	back := Address("/talk", nil, "paste", paste)
	p.Heading = part.Heading{Title: l.t("talk.reply"), Sub: l.t("talk.reply_sub"), Back: &part.Link{Href: back, Label: l.t("nav.talk")}}
	p.Empty = &part.Empty{Icon: "messages-square", Text: l.t("talk.reply_none")}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "talk", p.Show())
}

func (l *talker) hasReply(state draft.State, list []*remark) bool {
	return state == draft.Filed || state == draft.Waiting && len(list) > 0
}

// repliedFor is how far back the reply goes when it is not about one paste.
const repliedFor = 12 * time.Hour

func (l *talker) replyPanel(paste string) (*page.Reply, error) {
	rows, err := l.repliedTo(paste)
	if err != nil {
		return nil, err
	}
	lines, err := l.replyLines(rows)
	if err != nil {
		return nil, err
	}
	p := &page.Reply{Href: Address("/talk/reply", nil, "paste", paste)}
	if len(lines) > 0 {
		p.Lines = l.t("talk.reply_head") + "\n" + strings.Join(lines, "\n") + "\n" + l.t("talk.reply_foot")
	}
	return p, nil
}

// repliedTo are the drafts that a reply speaks of: filed ones, and what belongs to somebody else.
func (l *talker) repliedTo(paste string) ([]drafts.Row, error) {
	var all []drafts.Row
	if paste != "" {
		var err error
		if all, err = l.s.Boards.Drafts.Paste(l.ctx, l.scope, paste); err != nil {
			return nil, err
		}
	} else {
		for _, state := range []draft.State{draft.Filed, draft.Aside} {
			p, err := l.s.Boards.Drafts.List(l.ctx, l.scope, state, "", talkRows)
			if err != nil {
				return nil, err
			}
			for _, x := range p.Rows {
				if l.now.Sub(x.ChangedAt) < repliedFor {
					all = append(all, x)
				}
			}
		}
	}
	rows := slices.DeleteFunc(all, func(x drafts.Row) bool {
		return x.State != draft.Filed && (x.State != draft.Aside || x.Reason != draft.NotOurs && x.Reason != draft.Known)
	})
	at := func(x drafts.Row) time.Time {
		if x.SaidAt.IsZero() {
			return x.TakenAt
		}
		return x.SaidAt
	}
	slices.SortStableFunc(rows, func(a, b drafts.Row) int { return at(a).Compare(at(b)) })
	return rows, nil
}

// replyLines are one line for every thing that was filed; who told of the same thing shares the line.
func (l *talker) replyLines(rows []drafts.Row) ([]string, error) {
	list, err := l.read(rows)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, x := range list {
		if x.Matter != "" {
			ids = append(ids, x.Matter)
		}
	}
	found, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return nil, err
	}
	of := map[string]matters.Row{}
	for _, m := range found {
		of[m.ID] = m
	}
	var lines []string
	told := map[string]bool{}
	for _, x := range list {
		key := cmp.Or(x.Matter, x.ID)
		if told[key] {
			continue
		}
		told[key] = true
		if x.State == draft.Aside {
			if e := l.elsewhere(x); e != nil {
				lines = append(lines, l.replyStart(x)+e.Say)
			}
			continue
		}
		lines = append(lines, l.replyLine(x, list, of))
	}
	return lines, nil
}

func (l *talker) replyLine(x *remark, list []*remark, of map[string]matters.Row) string {
	codes := []string{}
	for _, y := range list {
		if y.State == draft.Filed && cmp.Or(y.Matter, y.ID) == cmp.Or(x.Matter, x.ID) {
			for _, code := range append([]string{y.Receipt}, y.Receipts...) {
				if code != "" {
					codes = append(codes, ident.Receipt(code).String())
				}
			}
		}
	}
	line := l.replyStart(x) + l.t("talk.reply_code", "codes", strings.Join(codes, l.t("say.and")))
	m, known := of[x.Matter]
	if !known {
		return line + l.t("talk.reply_sorted")
	}
	line += l.t("talk.reply_office", "office", l.office(m)) + l.within(m.Kind, m.Grade)
	if e := l.elsewhere(x); e != nil && l.kinds[m.Kind].Base == "inquiry" { // of what was taken on nobody is told that it belongs elsewhere
		line += e.Say
	}
	return line
}

// replyStart names what is meant by its time and its first telling words. Of violence, of somebody's despair and of a tip a group is told
// nothing but that the message came in.
func (l *talker) replyStart(x *remark) string {
	when := l.When(x.SaidAt)
	what := x.title
	base := l.kinds[x.kind].Base
	if slices.ContainsFunc(l.dangers(x), func(d string) bool { return d == "violence" || d == "self_harm" }) || slices.Contains([]string{"tip", "surrender", "missing", "seek"}, base) || !l.sayable(what) {
		what = l.t("talk.a_message")
	}
	return l.t("talk.reply_start", "what", strings.TrimSpace(when+" "+what))
}

// office is who looks after a matter: by their part, never by name.
func (l *talker) office(m matters.Row) string {
	if p, ok := l.org.People[m.Handler]; ok {
		return p.Role.Name().In(l.lang)
	}
	return l.t("talk.duty_office")
}

// within says the first limit that runs for a matter of a kind: 24小时内首次联系报事人.
func (l *talker) within(kind, grade string) string {
	var first *playbook.Limit
	for _, x := range l.book.Limits(kind, grade) {
		if x.StartsAt == "opened" && (first == nil || long(x) < long(*first)) {
			first = &x
		}
	}
	if first == nil {
		return l.t("talk.reply_end")
	}
	return l.t("talk.within", "span", l.t("talk.unit_"+first.Unit, "n", first.Amount), "what", first.Name.In(l.lang))
}

func long(x playbook.Limit) time.Duration {
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "workday": 34 * time.Hour, "month": 730 * time.Hour}[x.Unit]
	return time.Duration(x.Amount) * unit
}

// elsewhere says who a thing belongs to when it is not for this station, and what to tell whoever asked; nil when it stays here.
func (l *talker) elsewhere(x *remark) *page.Elsewhere {
	topic := elsewhereTopic(x)
	if topic == "" {
		return nil
	}
	d := l.book.Route(map[string]string{"kind": "non_police", "topic": topic})
	if act := d.Get("act"); !d.Matched || act != "transfer" && act != "tell" && act != "refer" {
		return nil
	}
	to, _, _ := strings.Cut(d.Get("to"), "|")
	body, phone := bracketed.ReplaceAllString(l.body(to), ""), ""
	for _, b := range l.book.Org().Bodies {
		if string(b.ID) == to {
			phone = b.Phone
		}
	}
	say := l.t("talk.tell_without_phone", "body", body)
	if phone != "" && !strings.Contains(body, phone) {
		say = l.book.Text("told.not_police", l.lang)
		say = strings.NewReplacer("{body}", body, "{phone}", phone).Replace(say)
	}
	return &page.Elsewhere{Body: body, Say: say}
}

// bracketed is what the name of a body adds in brackets; nobody is told that.
var bracketed = regexp.MustCompile(`[ 　]*[（(][^（）()]*[）)]$`)

// elsewhereTopic is the topic of the playbook's routes that a message belongs to; "" for what stays.
func elsewhereTopic(x *remark) string {
	if len(x.reading.Elsewhere) == 0 || len(x.reading.Dangers) > 0 {
		return ""
	}
	return x.reading.Elsewhere[0].List
}
