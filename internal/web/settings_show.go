package web

import (
	"net/http"
	"strconv"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/settings"
	"maplegrid/internal/web/page/style"
	"maplegrid/internal/work/organisation"
)

// settings is what this station runs with, and what somebody must look after.
func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	seq, _, err := s.Desk.Journal.Head(l.ctx, l.who.Station)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: l.t("nav.settings")}}
	pair := func(key, value string) part.Pair { return part.Pair{Term: l.t("settings." + key), Text: value} }
	p.Station.Pairs = []part.Pair{pair("name", l.org.Name), pair("playbook", l.book.Title.In(l.lang)), pair("cells", strconv.Itoa(len(l.org.Cells))),
		pair("people", strconv.Itoa(len(l.org.Everyone()))), pair("events", strconv.FormatInt(int64(seq), 10)), pair("address", OrDash(s.BaseURL))}
	if l.May("org.set_station", access.Thing{Kind: "org"}) {
		f, err := s.ActForm(l.ctx, l.who, &organisation.SetStation{Name: l.org.Name}, FormOptions{Next: "/settings"})
		if err != nil {
			return err
		}
		p.Rename = &f
	}
	p.Keys.Pairs = []part.Pair{pair("key", l.t("settings.key_text")), pair("backup", l.t("settings.backup_text")), pair("verify", l.t("settings.verify_text"))}
	l.fillCalendar(&p)
	l.fillKeep(&p)
	if len(s.Chats) > 0 {
		table := l.chatCounts()
		p.Chats = &table
	}
	p.Links = []part.Link{{Href: "/playbook", Label: l.t("nav.playbook"), Icon: "book-open"}, {Href: "/org", Label: l.t("nav.org"), Icon: "network"},
		{Href: "/people", Label: l.t("nav.people"), Icon: "users-round"}}
	if l.May("looks.read", access.Thing{Kind: "looks"}) {
		p.Links = append(p.Links, part.Link{Href: "/looks", Label: l.t("looks.title"), Icon: "eye"})
	}
	if s.Boards.Retention != nil && l.May("retention.read", access.Thing{Kind: "retention"}) {
		p.Links = append(p.Links, part.Link{Href: "/retention", Label: l.t("retention.title"), Icon: "trash-2"})
	}
	p.Links = append(p.Links, part.Link{Href: "/style", Label: l.t("settings.style"), Icon: "image"})
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "settings", p.Show())
}

// fillCalendar says how far public holidays are known: limits in working days that reach further may still move.
func (l *teller) fillCalendar(p *page.Page) {
	year := l.now.In(clock.Shanghai).Year()
	last := 0
	for y := year - 1; l.cal.Knows(y); y++ {
		last = y
	}
	known := l.t("settings.unknown")
	if last > 0 {
		known = l.t("settings.known_text", "year", last)
	}
	p.Calendar.Pairs = []part.Pair{{Term: l.t("settings.known"), Text: known}, {Term: l.t("settings.own_days"), Text: strconv.Itoa(len(l.org.Days))}}
	if last <= year && (last < year || l.now.In(clock.Shanghai).Month() >= time.December) {
		p.Notices = append(p.Notices, part.Flash{Tone: part.Due, Text: l.t("settings.calendar_short", "year", last+1)})
	}
	p.Days = part.Table{Caption: l.t("settings.days"), Columns: []part.Column{{Label: l.t("settings.day")}, {Label: l.t("settings.day_kind")}, {Label: l.t("settings.day_name")}},
		Empty: &part.Empty{Icon: "calendar", Text: l.t("settings.no_days")}}
	today := l.now.In(clock.Shanghai)
	for d := today; d.Before(today.AddDate(0, 6, 0)) && len(p.Days.Rows) < 12; d = d.AddDate(0, 0, 1) {
		if x, ok := l.cal.On(d); ok {
			p.Days.Rows = append(p.Days.Rows, Row(l.Day(d)+" "+l.t("weekday."+d.Format("Mon")), l.t("settings.kind."+string(x.Kind)), x.Name))
		}
	}
}

// fillKeep says how long what is kept, and on which ground.
func (l *teller) fillKeep(p *page.Page) {
	p.Keep = part.Table{Caption: l.t("settings.keep"), Columns: []part.Column{{Label: l.t("settings.keep_what")}, {Label: l.t("settings.keep_how")}, {Label: l.t("settings.keep_why")}}}
	for _, k := range []string{"journal", "personal", "photos", "looks", "sessions", "loose"} {
		p.Keep.Rows = append(p.Keep.Rows, Row(l.t("keep."+k+".what"), l.t("keep."+k+".how"), l.t("keep."+k+".why")))
	}
}

// stylePage shows every piece of the interface in every state.
func (s *Site) stylePage(w http.ResponseWriter, r *http.Request) error {
	return s.write(w, r, http.StatusOK, bare{}, style.Page())
}
