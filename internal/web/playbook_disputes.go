package web

import (
	"strconv"
	"strings"

	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	page "maplegrid/internal/web/page/playbook"
)

// bookTracks are the ways of settling a dispute, never mixed: who hosts, who presides, how often, with which effect.
func (l *teller) bookTracks() page.Section {
	s := l.bookTable("tracks", "track", "hosts", "presides", "sessions", "effect", "source")
	for _, t := range l.book.Tracks() {
		var hosts []string
		for _, b := range t.Host {
			if b == playbook.HostStation {
				hosts = append(hosts, l.org.Name)
			} else {
				hosts = append(hosts, l.body(string(b)))
			}
		}
		sessions := l.t("playbook.no_limit")
		if t.MaxSessions > 0 {
			sessions = strconv.Itoa(t.MaxSessions)
		}
		s.Table.Rows = append(s.Table.Rows, Row(t.Name.In(l.lang), strings.Join(hosts, l.t("say.and")), l.roles(t.Presides), sessions, t.Effect.In(l.lang), t.Source))
	}
	return s
}

func (l *teller) roles(list []grid.Role) string {
	var names []string
	for _, r := range list {
		names = append(names, r.Name().In(l.lang))
	}
	return strings.Join(names, l.t("say.and"))
}

// bookRisks are the grades of a dispute's risk: who leads, who is told, how often it is looked at and followed up.
func (l *teller) bookRisks() page.Section {
	s := l.bookTable("risks", "risk", "leads", "told", "looks", "follows", "source")
	for _, g := range l.book.RiskGrades() {
		var told []string
		for _, x := range g.Tell {
			if r := grid.Role(x); r.Known() {
				told = append(told, r.Name().In(l.lang))
			} else {
				told = append(told, l.body(x))
			}
		}
		s.Table.Rows = append(s.Table.Rows, Row(g.Name.In(l.lang), g.Lead.Name().In(l.lang), strings.Join(told, l.t("say.and")), l.t("span.days", "n", g.LookDays),
			l.t("span.days", "n", g.FollowDays), g.Source))
	}
	return s
}

// bookSafety is what is asked of each party alone before any mediation.
func (l *teller) bookSafety() page.Section {
	s := l.bookTable("safety", "question", "source")
	for _, q := range l.book.SafetyQuestions() {
		s.Table.Rows = append(s.Table.Rows, Row(q.Name.In(l.lang), q.Source))
	}
	return s
}

// bookEases are the five ways to ease a dispute.
func (l *teller) bookEases() page.Section {
	s := l.bookTable("eases", "ease", "text", "source")
	for _, e := range l.book.Eases() {
		s.Table.Rows = append(s.Table.Rows, Row(e.Name.In(l.lang), e.Words.In(l.lang), e.Source))
	}
	return s
}

// bookPapers are the papers that can be printed, those of the file in its order first.
func (l *teller) bookPapers() page.Section {
	s := l.bookTable("papers", "paper", "needed", "source")
	for _, p := range l.book.Papers() {
		s.Table.Rows = append(s.Table.Rows, Row(p.Name.In(l.lang), l.t("playbook.needed."+p.Needed), p.Source))
	}
	return s
}
