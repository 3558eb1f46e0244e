package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/hotspot"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/hotspot"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
)

// Hot finds what several people of a station report between two instants, the hottest first. Somebody who may not see one message of
// a group does not learn of the group.
type Hot interface {
	Hot(ctx context.Context, station string, scope access.Scope, from, until time.Time, n int) ([]hotspot.Spot, error)
}

func (s *Site) hotspotRoutes() []Route {
	if s.Hot == nil || s.Boards.Inbox == nil {
		return nil
	}
	return []Route{{Method: "GET", Pattern: "/hotspots", May: "hotspot.see", Handler: s.hotspots}}
}

// hotSpan is a span of the page: how many days it reaches back, and how many the bars show.
type hotSpan struct {
	key        string
	back, bars int
}

var hotSpans = []hotSpan{{"day", 1, 7}, {"week", 7, 14}, {"month", 30, 30}}

const (
	hotRows    = 20 // hot spots on a page
	hotReports = 20 // reports listed of one
	hotTile    = 3  // on the page of one's day
)

// hotspots is what several people report now, by day, week or month.
func (s *Site) hotspots(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	key := r.URL.Query().Get("span")
	if key == "" {
		key = "week"
	}
	i := slices.IndexFunc(hotSpans, func(x hotSpan) bool { return x.key == key })
	if i < 0 {
		return fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	span := hotSpans[i]
	p := page.Page{Heading: part.Heading{Title: l.t("hotspot.title"), Sub: l.t("hotspot.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}}, Tabs: part.Tabs{Label: l.t("hotspot.tabs")}}
	for _, x := range hotSpans {
		p.Tabs.Items = append(p.Tabs.Items, part.Tab{Href: "/hotspots?span=" + x.key, Label: l.t("hotspot.tab_" + x.key), Count: -1, Current: x.key == span.key})
	}
	found, err := s.Hot.Hot(l.ctx, l.who.Station, l.scope, l.now.AddDate(0, 0, -span.back), l.now.Add(time.Minute), hotRows)
	if err != nil {
		return err
	}
	for _, x := range found {
		spot, err := l.hotSpot(x, span)
		if err != nil {
			return err
		}
		if x.Mixed {
			p.Places = append(p.Places, spot)
		} else {
			p.Spots = append(p.Spots, spot)
		}
	}
	if len(found) == hotRows {
		p.More = l.t("hotspot.hottest", "n", hotRows)
	}
	if len(found) == 0 {
		p.Empty = &part.Empty{Icon: "activity", Text: l.t("hotspot.none"), Hint: l.t("hotspot.none_hint")}
		if span.key != "month" {
			p.Empty.Action = part.Button{Label: l.t("hotspot.none_more"), Href: "/hotspots?span=month", Kind: part.Quiet}
		}
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "services", p.Show())
}

// hotSpot tells one of them: people are counted, never named.
func (l *teller) hotSpot(x hotspot.Spot, span hotSpan) (page.Spot, error) {
	out := page.Spot{ID: hotID(x), Title: l.hotTitle(x), Growth: l.hotGrowth(x, span), Days: l.hotDays(x, span),
		Summary: l.t("hotspot.list", "n", x.Messages)}
	where := l.Where(string(x.Cell), vault.MaskFree(x.Place))
	if x.Place == "" || x.Mixed { // the title says it
		where = l.Cell(string(x.Cell))
	}
	if strings.HasPrefix(out.Title, where) {
		where = ""
	}
	for _, fact := range []string{where, l.hotKind(x.Kind), l.t("hotspot.people", "n", x.Reporters), l.t("hotspot.messages", "n", x.Messages),
		l.t("hotspot.since", "when", l.Ago(x.First)), l.t("hotspot.latest", "when", l.Ago(x.Last))} {
		if fact != "" {
			out.Facts = append(out.Facts, fact)
		}
	}
	if len(x.Words) > 0 && !x.Mixed { // of one place many things are said
		out.Words = l.t("hotspot.words", "words", vault.MaskFree(strings.Join(x.Words, l.t("hotspot.comma"))))
	}
	var days []string
	for _, d := range out.Days {
		if d.Messages > 0 {
			days = append(days, l.t("hotspot.day_of", "day", d.Label, "n", d.Messages))
		}
	}
	out.Few = l.t("hotspot.per_day", "days", strings.Join(days, l.t("hotspot.comma")))
	if l.mayOpen() {
		out.Act = &part.Button{Label: l.t("hotspot.assign"), Icon: "arrow-right", Kind: part.Quiet, Href: l.hotOpen(x)}
	}
	err := l.hotListed(&out, x)
	if n := len(out.Matters.Items); n > 0 {
		out.Facts = append(out.Facts, l.t("hotspot.opened", "n", n))
	}
	return out, err
}

// hotID is where a hot spot stands on the page: it stays the same as long as its first message does.
func hotID(x hotspot.Spot) string {
	if x.Mixed {
		return "place-" + x.IDs[0]
	}
	return "hot-" + x.IDs[0]
}

// hotTitle is place and what is wrong: where several name no one place, their cell; where no clause says what, how many there are of which
// kind and what they have in common.
func (l *teller) hotTitle(x hotspot.Spot) string {
	title, place := x.Title, ""
	if x.Place == "" && x.Cell != "" {
		place = l.Cell(string(x.Cell))
	}
	if title == "" {
		title, place = strings.Join(x.Words[:min(2, len(x.Words))], l.t("hotspot.comma")), cmp.Or(x.Place, place)
		if kind := l.hotKind(x.Kind); kind != "" {
			title = l.t("hotspot.of_kind", "n", x.Messages, "kind", kind, "words", title)
		}
	}
	return vault.MaskFree(strings.TrimSpace(place + " " + title))
}

func (l *teller) hotKind(key string) string {
	if _, ok := l.kinds[key]; !ok {
		return ""
	}
	return l.Kind(key)
}

// hotOpen is the ordinary form of a new matter with what is known filled in.
func (l *teller) hotOpen(x hotspot.Spot) string {
	q := url.Values{}
	for name, v := range map[string]string{"place": vault.MaskFree(x.Place), "cell": string(x.Cell)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if _, ok := l.kinds[x.Kind]; ok {
		q.Set("kind", x.Kind)
	}
	return "/matters/new?" + q.Encode()
}

func (l *teller) hotGrowth(x hotspot.Spot, span hotSpan) part.Status {
	before := l.t("hotspot.span_" + span.key)
	switch d := x.Reporters - x.Before; {
	case x.Before == 0:
		return part.Status{Tone: part.Due, Icon: "activity", Label: l.t("hotspot.new")}
	case d > 0:
		return part.Status{Tone: part.Due, Icon: "activity", Label: l.t("hotspot.more", "n", d, "span", before)}
	case d < 0:
		return part.Status{Tone: part.Plain, Icon: "activity", Label: l.t("hotspot.fewer", "n", -d, "span", before)}
	}
	return part.Status{Tone: part.Plain, Icon: "activity", Label: l.t("hotspot.same", "span", before)}
}

// hotDays are the bars: every day up to today, those of the span marked.
func (l *teller) hotDays(x hotspot.Spot, span hotSpan) (out []page.Day) {
	on := map[string]int{}
	for _, d := range x.Days {
		on[d.Day] = d.Messages
	}
	first := l.now.AddDate(0, 0, -span.back).In(clock.Shanghai).Format(time.DateOnly)
	today := l.now.In(clock.Shanghai)
	for i := span.bars - 1; i >= 0; i-- {
		at := today.AddDate(0, 0, -i)
		day := at.Format(time.DateOnly)
		out = append(out, page.Day{Label: l.t("hotspot.day_label", "month", int(at.Month()), "day", at.Day()), Messages: on[day], Now: day >= first})
	}
	return out
}

// hotListed lists the latest reports of a hot spot and the matters opened for them, those the reader may see.
func (l *teller) hotListed(out *page.Spot, x hotspot.Spot) error {
	ids := x.IDs[max(0, len(x.IDs)-hotReports):]
	rows, err := l.s.Boards.Inbox.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	if out.Reports.Items, err = l.reportItems(rows); err != nil {
		return err
	}
	var opened []string
	for _, r := range rows {
		for _, id := range r.Matters {
			if !slices.Contains(opened, id) {
				opened = append(opened, id)
			}
		}
	}
	seen, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, opened...)
	if err != nil {
		return err
	}
	out.Matters.Items = l.items(seen)
	if err := l.hotDrafts(out, ids); err != nil {
		return err
	}
	if rest := x.Messages - len(out.Reports.Items); rest > 0 {
		out.More = l.t("hotspot.not_listed", "n", rest)
	}
	return nil
}

// hotDrafts are the messages of groups that nobody sorted yet.
func (l *teller) hotDrafts(out *page.Spot, ids []string) error {
	if l.s.Boards.Drafts == nil {
		return nil
	}
	drafts := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, "dr_") })
	rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, drafts...)
	if err != nil {
		return err
	}
	texts := make([]vault.Text, len(rows))
	for i, r := range rows {
		texts[i] = r.Words
	}
	o, err := l.Open(texts...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		out.Reports.Items = append(out.Reports.Items, part.Matter{Href: "/talk/" + r.ID, Title: Cut(l.Words(o, r.Words), 60), Kind: l.t("hotspot.draft"), Icon: "messages-square", Place: l.Cell(r.Cell), When: l.Ago(r.TakenAt)})
	}
	return nil
}

// hotToday are the hottest of the week, on the page of the day of those who lead.
func (l *teller) hotToday() ([]part.Matter, error) {
	if l.s.Hot == nil || !l.leads() || !l.May("hotspot.see", access.Thing{Kind: "hotspot"}) {
		return nil, nil
	}
	week := hotSpans[1]
	found, err := l.s.Hot.Hot(l.ctx, l.who.Station, l.scope, l.now.AddDate(0, 0, -week.back), l.now.Add(time.Minute), hotTile)
	if err != nil {
		return nil, err
	}
	var list []part.Matter
	for _, x := range found {
		growth, kind := l.hotGrowth(x, week), l.hotKind(x.Kind)
		if x.Mixed {
			kind = l.t("hotspot.mixed")
		}
		list = append(list, part.Matter{Href: "/hotspots?span=week#" + hotID(x), Title: l.hotTitle(x), Kind: kind, Icon: "activity",
			Place: l.Where(string(x.Cell), vault.MaskFree(x.Place)), Handler: l.t("hotspot.people", "n", x.Reporters), When: l.Ago(x.Last), Status: &growth})
	}
	return list, nil
}

// openAt fills in what a link to the form of a new matter brings: a place and a cell one may open a matter in.
func (l *teller) openAt(q url.Values) (cell, place string) {
	if place = strings.TrimSpace(q.Get("place")); len([]rune(place)) > work.MaxShort {
		place = ""
	}
	if c := q.Get("cell"); slices.ContainsFunc(l.mayOpenIn(), func(o part.Option) bool { return o.Value == c }) {
		cell = c
	}
	return cell, place
}
