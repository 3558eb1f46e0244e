package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/report"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// staffReport is one report: what was said, who said it, what became of it, and the triage.
func (s *Site) staffReport(w http.ResponseWriter, r *http.Request) error {
	return s.showReport(w, r, http.StatusOK, typedTriage{})
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, status int, typed typedTriage) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	rep, err := s.report(l.ctx, l.who, r.PathValue("id"))
	if err != nil {
		return err
	}
	p, err := l.reportPage(&rep, typed)
	if err != nil {
		return err
	}
	return s.Page(w, r, status, p.Heading.Title, "inbox", p.Show())
}

func (l *teller) reportPage(rep *report.Report, typed typedTriage) (page.Page, error) {
	thing := desk.ReportThing(l.who.Station, rep)
	texts := []vault.Text{rep.Words, rep.Name, rep.Phone, rep.Answer}
	for _, a := range rep.Additions {
		texts = append(texts, a.Words)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return page.Page{}, err
	}
	words := l.Words(o, rep.Words)
	p := page.Page{Words: words, State: l.reportState(rep), Answer: l.Words(o, rep.Answer), Photos: l.attached("report", rep.ID, rep.Photos),
		Heading: part.Heading{Title: Cut(words, 28), Kicker: l.t("rep.kicker", "channel", fault.Name(l.lang, "channel."+rep.Channel)),
			Back: &part.Link{Href: "/inbox", Label: l.t("nav.inbox")}}}
	if rep.State == report.Fresh && l.now.Sub(rep.At) > untriagedLate {
		p.Clock = &part.Clock{Tone: part.Due, Label: l.t("inbox.waits", "span", l.span(l.now.Sub(rep.At)))}
	}
	unmask := l.MayUnmask(thing)
	if plain, ok := o[rep.Words.Ref()]; ok && unmask && plain != words {
		p.Original = &part.Link{Label: l.t("rep.original"), Href: lookAddress("report", rep.ID, rep.Words)}
	}
	p.Facts, p.Story = l.reportFacts(rep, o, unmask), l.reportStory(rep, o)
	if p.Facts.Pairs, err = l.withTalk(rep, p.Facts.Pairs); err != nil {
		return p, err
	}
	rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, rep.Matters...)
	if err != nil {
		return p, err
	}
	p.Matters.Items = l.items(rows)
	if p.Triage, err = l.triageForms(rep, thing, o[rep.Words.Ref()], typed); err != nil {
		return p, err
	}
	if rep.Channel == "card" {
		if p.Wish, err = l.cardWish(rep, thing); err != nil {
			return p, err
		}
	}
	if rep.State != report.Fresh && l.triages() {
		p.Next = &part.Button{Label: l.t("inbox.next"), Icon: "inbox", Href: "/inbox", Kind: part.Quiet}
	}
	return p, nil
}

func lookAddress(thing, id string, t vault.Text) string {
	return "/look?" + url.Values{"thing": {thing}, "id": {id}, "subject": {t.Ref().Subject}, "field": {t.Ref().Field}, "v": {strconv.Itoa(t.Ref().Version)}}.Encode()
}

func (l *teller) reportState(rep *report.Report) part.Status {
	tone := map[report.State]part.Tone{report.Fresh: part.Due, report.Triaged: part.OK, report.Declined: part.Plain, report.Withdrawn: part.Paused}[rep.State]
	return part.Status{Tone: tone, Label: l.Called("state." + string(rep.State))}
}

func (l *teller) reportFacts(rep *report.Report, o Opened, unmask bool) part.Definitions {
	pair := func(key, value string) part.Pair { return part.Pair{Term: l.t("rep." + key), Text: value} }
	d := part.Definitions{Pairs: []part.Pair{pair("at", l.When(rep.At)), pair("cell", l.Cell(rep.Cell)), pair("place", rep.Place)}}
	if rep.Lon != 0 || rep.Lat != 0 {
		d.Pairs = append(d.Pairs, pair("position", fmt.Sprintf("%.5f, %.5f", rep.Lon, rep.Lat)))
	}
	if rep.Anonymous {
		d.Pairs = append(d.Pairs, pair("reporter", l.t("rep.anonymous")))
	}
	for _, x := range []struct {
		key  string
		text vault.Text
		mask func(string) string
	}{{"name", rep.Name, vault.MaskName}, {"phone", rep.Phone, vault.MaskPhone}} {
		if m := l.Masked(o, x.text, "report", rep.ID, x.key, x.mask, unmask); m != nil {
			d.Pairs = append(d.Pairs, part.Pair{Term: l.t("rep." + x.key), Value: m})
		}
	}
	if x := l.giveLink("report/"+rep.ID, desk.ReportThing(l.who.Station, rep)); x != nil {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.t("proof.code"), Value: x})
	}
	if rep.TakenBy != work.Public {
		d.Pairs = append(d.Pairs, pair("taken_by", l.Person(rep.TakenBy)))
	}
	if rep.Source != "" {
		d.Pairs = append(d.Pairs, pair("source", rep.Source))
	}
	return d
}

func (l *teller) reportStory(rep *report.Report, o Opened) part.Timeline {
	t := part.Timeline{Label: l.t("rep.story")}
	add := func(e part.Entry) { t.Entries = append(t.Entries, e) }
	add(part.Entry{Icon: channelIcons[rep.Channel], Tone: part.Info, What: l.t("rep.came"), Who: l.Person(rep.TakenBy), When: l.When(rep.At),
		At: rep.At.In(clock.Shanghai).Format("2006-01-02T15:04:05Z07:00")})
	for _, a := range rep.Additions {
		add(part.Entry{Icon: "message-square-text", What: fault.Name(l.lang, "event.report.added/1"), Who: l.Person(work.Public), When: l.When(a.At), Text: l.Words(o, a.Words)})
	}
	if !rep.TriagedAt.IsZero() {
		e := part.Entry{Icon: "split", Tone: part.OK, What: fault.Name(l.lang, "event.report.triaged/1"), Who: l.Person(rep.TriagedBy), When: l.When(rep.TriagedAt)}
		if rep.Reason != "" {
			e.Icon, e.Tone, e.What, e.Text = "circle-x", part.Plain, fault.Name(l.lang, "state.declined"), l.Reason("decline", rep.Reason)
		}
		add(e)
	}
	if rep.State == report.Withdrawn {
		add(part.Entry{Icon: "undo-2", Tone: part.Paused, What: fault.Name(l.lang, "state.withdrawn"), Who: l.Person(work.Public)})
	}
	return t
}

// Reason is what a ready-made reason of the playbook is called.
func (l *teller) Reason(use, key string) string {
	for _, r := range l.book.Reasons(use) {
		if r.Key == key {
			return r.Name.In(l.lang)
		}
	}
	return l.t("say.unknown_reason")
}

// attached are pictures, shown small.
func (l *teller) attached(thing, id string, list []matter.Attachment) (a part.Attachments) {
	for i, x := range list {
		of := url.Values{"of": {thing + "/" + id}}.Encode()
		a.Items = append(a.Items, part.Attachment{Href: "/blob/" + x.ID + "?" + of, Thumb: "/blob/" + x.ID + "?" + of + "&thumb", Label: l.t("photo.n", "n", i+1)})
	}
	return a
}
