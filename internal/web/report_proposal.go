package web

import (
	"cmp"
	"slices"
	"strings"

	"maplegrid/internal/board/drafts"
	boards "maplegrid/internal/board/inbox"
	"maplegrid/internal/grid"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/report"
	"maplegrid/internal/work/report"
)

// remarkOfReport has a report read that nobody triaged yet; nil when nobody reads here, or its words are gone.
func (l *teller) remarkOfReport(rep *report.Report, words string) (*remark, error) {
	if l.s.Reader == nil || rep.State != report.Fresh || words == "" {
		return nil, nil
	}
	x := &remark{Row: drafts.Row{ID: rep.ID, SaidAt: rep.At, TakenAt: rep.At, Cell: rep.Cell, Where: rep.Place}, text: words}
	if err := l.talks().propose(x); err != nil {
		return nil, err
	}
	for _, p := range x.reading.Places {
		if x.cell == "" && p.Cell != "" && !p.Vague {
			x.cell = string(p.Cell)
		}
	}
	return x, nil
}

// prefill fills the form with what is proposed; what the report itself says stays.
func (x *remark) prefill(n *report.NewMatter) {
	if x == nil || n.Kind != "" {
		return
	}
	n.Kind, n.Grade = x.kind, x.grade
	n.Cell, n.Place = cmp.Or(n.Cell, x.cell), cmp.Or(n.Place, x.place)
}

// proposal says on the page of a report what triage makes of it, and why.
func (l *teller) proposal(x *remark) *page.Proposal {
	if x == nil {
		return nil
	}
	t := l.talks()
	p := &page.Proposal{}
	for _, d := range t.dangers(x) {
		p.Dangers = append(p.Dangers, t.dangerName(d))
	}
	g := x.reading
	switch {
	case x.label == "" && g.Kind != "" && g.Kind != triage.Unsure:
		p.Unsure, p.Sorted = true, l.t("talk.unsure", "first", t.labelName(g.Kind), "second", t.labelName(g.Second))
		if label, ok := l.s.Reader.Opinion(l.who.Station, x.text); ok {
			p.Opinion = l.t("talk.opinion", "label", t.labelName(label))
		}
	case x.chatter:
		p.Sorted = l.t("proposal.chatter")
	case x.kind != "":
		p.Sorted = l.t("proposal.kind", "kind", l.Kind(x.kind))
	}
	if because := t.quoted(g.Because); because != "" {
		p.Why = l.t("talk.because", "words", because)
	}
	if e := t.elsewhere(x); e != nil {
		p.Body, p.Say = l.t("talk.elsewhere", "body", e.Body), e.Say
	}
	p.Like = l.likeReport(x)
	if p.Sorted == "" && len(p.Dangers)+len(p.Like) == 0 && p.Say == "" {
		return nil
	}
	return p
}

// mostLike is how many earlier messages are shown that may be about the same event.
const mostLike = 3

// likeReport are reports and waiting drafts that may be about the same event or from which this one goes on, as far as the asker may see
// them.
func (l *teller) likeReport(x *remark) (list []page.Like) {
	past := x.reading.Past(x.ID, "", "", triage.Message{Text: x.text, At: x.at(), Cell: grid.CellID(x.cell)})
	for _, c := range l.s.Reader.Like(l.ctx, l.who.Station, x.text, past) {
		if len(list) == mostLike {
			break
		}
		one := page.Like{Why: l.talks().alikeWhy(c)}
		if strings.HasPrefix(c.ID, "dr") {
			rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, c.ID)
			if err != nil || len(rows) == 0 {
				continue
			}
			one.Link = part.Link{Href: "/talk/" + c.ID, Label: l.t("proposal.like_draft", "when", l.When(c.At))}
		} else {
			rep, err := l.s.report(l.ctx, l.who, c.ID)
			if err != nil {
				continue
			}
			one.Link, one.Matters = part.Link{Href: "/reports/" + rep.ID, Label: l.t("talk.like_at", "when", l.When(rep.At))}, rep.Matters
		}
		list = append(list, one)
	}
	return list
}

// mostRinging is among how many fresh reports those that ring are looked for, and how many are asked of the reader besides.
const mostRinging = 100

// ringing are the fresh reports whose words ring, whatever page of the list is shown: those the reader knows of, and of the oldest page
// those it may not have come to.
func (l *teller) ringing() ([]boards.Row, error) {
	if l.s.Reader == nil {
		return nil, nil
	}
	rows, err := l.s.Boards.Inbox.ByID(l.ctx, l.scope, l.s.Reader.Ringing(l.who.Station, mostRinging)...)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r boards.Row) bool { return r.State != string(report.Fresh) })
	p, err := l.s.Boards.Inbox.List(l.ctx, l.scope, string(report.Fresh), "", "", mostRinging)
	if err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(p.Rows, func(r boards.Row) bool {
		return slices.ContainsFunc(rows, func(o boards.Row) bool { return o.ID == r.ID })
	})
	texts := make([]vault.Text, len(fresh))
	for i := range fresh {
		texts[i] = fresh[i].Words
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	for _, r := range fresh {
		got, err := l.s.Reader.Read(l.ctx, l.who.Station, triage.Message{Text: o[r.Words.Ref()]})
		if err != nil {
			return nil, err
		}
		if len(got.Dangers) > 0 {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b boards.Row) int { return a.At.Compare(b.At) })
	return rows, nil
}
