package firm

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/firm"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/matter"
)

// firmPage is one firm: what is due, what was asked and advised, what was done.
func (s Pages) firmPage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	f, err := l.Firm(r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := l.Open(firmTexts(f)...)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: f.Name, Kicker: l.sort(f.Sort), Sub: l.Where(f.Cell, f.Place), Back: &part.Link{Href: "/firms", Label: l.T("firms.title")}}}
	if !f.Retired.IsZero() {
		p.State = append(p.State, part.Status{Tone: part.Paused, Label: l.T("firm.retired_on", "day", l.Day(f.Retired))})
	}
	for _, h := range f.Hazards {
		p.State = append(p.State, part.Status{Tone: part.Due, Icon: "triangle-alert", Label: l.Called("hazard." + h)})
	}
	p.Main = append(p.Main, l.firmDue(f), l.firmQuestions(f, o), l.firmAdvice(f, o), l.firmGate(f, o))
	campaigns, err := l.firmCampaigns(f)
	if err != nil {
		return err
	}
	p.Main = append(p.Main, campaigns, l.firmStory(f, o))
	p.Aside = append(p.Aside, l.firmFacts(f, o), l.firmWays(f), l.firmRecruits(f, o))
	return s.Page(w, r, http.StatusOK, f.Name, "services", p.Show())
}

// firmTexts are all sealed texts that the page of a firm shows.
func firmTexts(f *firm.Firm) []vault.Text {
	list := []vault.Text{f.Contact, f.ContactPhone, f.RetireReason}
	for _, b := range f.Briefs {
		list = append(list, b.Words, b.Heard)
	}
	for _, v := range f.Visits {
		list = append(list, v.Words)
	}
	for _, q := range f.Questions {
		list = append(list, q.Words, q.Answer)
	}
	for _, a := range f.Advice {
		list = append(list, a.Words, a.Done)
	}
	for _, a := range f.Asks {
		list = append(list, a.AskedBy, a.Purpose)
	}
	for _, c := range f.Checks {
		list = append(list, c.AskedBy, c.Purpose)
	}
	for _, x := range f.Stands {
		list = append(list, x.Words)
	}
	return list
}

func (l *teller) firmFacts(f *firm.Firm, o web.Opened) templ.Component {
	d := part.Definitions{}
	pair := func(key, value string) {
		if value != "" {
			d.Pairs = append(d.Pairs, part.Pair{Term: fault.Name(l.Lang(), "field."+key), Text: value})
		}
	}
	thing := desk.FirmThing(l.Who().Station, f)
	pair("enterprise_officer", l.officers(f.Officer, f.Deputy))
	pair("firm_place", f.Place)
	pair("cell", l.Cell(f.Cell))
	pair("firm_phone", f.Phone)
	pair("uscc", f.USCC)
	if f.Pupils > 0 {
		pair("pupils", strconv.Itoa(f.Pupils))
	}
	if f.Boarding {
		pair("boarding", l.T("choice.yes"))
	}
	for _, x := range []struct {
		text  vault.Text
		field string
		mask  func(string) string
	}{{f.Contact, "contact", vault.MaskName}, {f.ContactPhone, "contact_phone", vault.MaskPhone}} {
		if m := l.Masked(o, x.text, "firm", f.ID, x.field, x.mask, l.MayUnmask(thing)); m != nil {
			d.Pairs = append(d.Pairs, part.Pair{Term: fault.Name(l.Lang(), "field."+x.field), Value: *m})
		}
	}
	return web.Around(part.Section{Title: l.T("firm.facts"), Card: true}, d)
}

func (l *teller) firmDue(f *firm.Firm) templ.Component {
	if !f.Retired.IsZero() {
		return part.Some()
	}
	due := func(key, on string, last time.Time) part.Stat {
		c := l.TaskClock(on)
		s := part.Stat{Label: l.T("firm.next." + key), Note: l.T("firm.never")}
		if c != nil {
			s.Value, s.Tone = c.Label, c.Tone
		}
		if !last.IsZero() {
			s.Note = l.T("firm.last", "day", l.Day(last))
		}
		return s
	}
	return part.Stats{Items: []part.Stat{due("brief", f.BriefOn, f.Briefed), due("visit", f.VisitOn, f.Visited)}}
}

func (l *teller) doFirm(f *firm.Firm, act string, pairs ...string) string {
	q := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		q += map[bool]string{true: "?", false: "&"}[q == ""] + pairs[i] + "=" + pairs[i+1]
	}
	return "/firms/" + f.ID + "/do/" + act + q
}

func (l *teller) firmQuestions(f *firm.Firm, o web.Opened) templ.Component {
	var items page.Items
	may := l.May("firm.answer", desk.FirmThing(l.Who().Station, f)) && f.Retired.IsZero()
	for _, q := range slices.Backward(f.Questions) {
		x := page.Item{What: l.Words(o, q.Words)}
		if q.Open() {
			x.Note, x.Due = l.T("firm.answers", "who", l.Person(q.By)), l.TaskClock(q.DueOn)
			if may {
				x.Acts = []part.Button{{Label: l.T("firm.answer"), Icon: "reply", Kind: part.Quiet, Href: l.doFirm(f, "answer", "question", q.ID)}}
			}
		} else {
			x.Note = l.T("firm.answered", "who", l.Person(q.AnsweredBy), "day", l.Day(q.AnsweredAt), "words", l.Words(o, q.Answer))
			x.State = &part.Status{Tone: part.OK, Label: l.T("firm.answered_state")}
		}
		items = append(items, x)
	}
	return l.firmItems(l.T("firm.asked"), items, l.T("firm.asked_none"))
}

func (l *teller) firmItems(title string, items page.Items, none string) templ.Component {
	if len(items) == 0 {
		return web.Around(part.Section{Title: title, Card: true}, templ.Raw(`<p class="soft">`+templ.EscapeString(none)+`</p>`))
	}
	return web.Around(part.Section{Title: title, Card: true, Count: len(items)}, items.Show())
}

func (l *teller) firmAdvice(f *firm.Firm, o web.Opened) templ.Component {
	var items page.Items
	may := l.May("firm.advice_done", desk.FirmThing(l.Who().Station, f)) && f.Retired.IsZero()
	for _, a := range slices.Backward(f.Advice) {
		x := page.Item{Marks: []string{fault.Name(l.Lang(), "means."+a.Means)}, What: l.Words(o, a.Words), Note: l.T("firm.advised_on", "day", l.Day(a.At))}
		if a.Open() {
			x.Due = l.TaskClock(a.DueOn)
			x.State = &part.Status{Tone: part.Due, Label: l.T("firm.advice_open")}
			if may {
				x.Acts = []part.Button{{Label: l.T("firm.advice_done"), Icon: "check", Kind: part.Quiet, Href: l.doFirm(f, "advice_done", "advice", a.ID)}}
			}
		} else {
			x.State = &part.Status{Tone: part.OK, Label: l.T("firm.advice_done_on", "day", l.Day(a.DoneAt))}
		}
		items = append(items, x)
	}
	return l.firmItems(l.T("firm.advice"), items, l.T("firm.advice_none"))
}

// firmWays are the acts that this person may do.
func (l *teller) firmWays(f *firm.Firm) templ.Component {
	thing := desk.FirmThing(l.Who().Station, f)
	var ways page.Acts
	add := func(act, icon string, kind part.ButtonKind) {
		if f.Retired.IsZero() && l.May("firm."+act, thing) {
			ways = append(ways, part.Button{Label: fault.Name(l.Lang(), "act.firm."+act), Icon: icon, Kind: kind, Href: l.doFirm(f, act)})
		}
	}
	add("visit", "footprints", part.Primary)
	add("brief", "megaphone", part.Quiet)
	add("check_recruit", "user-check", part.Quiet)
	add("ask_check", "inbox", part.Quiet)
	if x, _ := l.Book().FirmSort(f.Sort); x.School() {
		add("set_post", "school", part.Quiet)
	}
	add("assign_officer", "user-plus", part.Quiet)
	add("set", "pencil", part.Quiet)
	if n := len(ways); n > 0 && ways[n-1].Icon == "pencil" {
		ways[n-1].Label = l.T("firm.edit")
	}
	add("retire", "trash-2", part.Quiet)
	if len(ways) == 0 {
		return part.Some()
	}
	return web.Around(part.Section{Title: l.T("firm.do"), Card: true}, ways.Show())
}

// firmRecruits are the checks of recruits' cards: yes or no and nothing else. Who may not check sees what waits.
func (l *teller) firmRecruits(f *firm.Firm, o web.Opened) templ.Component {
	var items page.Items
	check := l.May("firm.check_recruit", desk.FirmThing(l.Who().Station, f)) && f.Retired.IsZero()
	for _, a := range f.Asks {
		if a.Checked {
			continue
		}
		x := page.Item{What: l.T("firm.check_waits"), Note: l.Ago(a.At) + " · " + l.Words(o, a.Purpose)}
		if check {
			x.Acts = []part.Button{{Label: l.T("firm.check"), Icon: "user-check", Kind: part.Quiet, Href: l.doFirm(f, "check_recruit", "ask", a.Ask)}}
		}
		items = append(items, x)
	}
	if check {
		for i, c := range slices.Backward(f.Checks) {
			if i < len(f.Checks)-10 {
				break
			}
			items = append(items, page.Item{What: c.Number, Note: l.When(c.At) + " · " + l.Person(c.By) + " · " + l.Words(o, c.Purpose), State: l.genuine(c.Genuine),
				Acts: []part.Button{{Label: l.T("firm.print"), Icon: "printer", Kind: part.Quiet, Href: "/firms/" + f.ID + "/checks/" + c.Check}}})
		}
	}
	if len(items) == 0 {
		return part.Some()
	}
	return web.Around(part.Section{Title: l.T("firm.checks"), Note: l.T("firm.checks_note"), Card: true}, items.Show())
}

func (l *teller) genuine(yes bool) *part.Status {
	if yes {
		return &part.Status{Tone: part.OK, Label: l.T("firm.genuine_yes")}
	}
	return &part.Status{Tone: part.Overdue, Label: l.T("firm.genuine_no")}
}

// firmGate is a school's guard post: today's windows, who stands there, the ways to check in and out.
func (l *teller) firmGate(f *firm.Firm, o web.Opened) templ.Component {
	if f.Post == nil {
		return part.Some()
	}
	today := l.Today()
	var items page.Items
	for _, win := range f.Post.Watched(today, l.Calendar()) {
		x := page.Item{What: win.Title + " " + win.From + "–" + win.Until, Note: l.T("gates.lead") + " " + l.Person(win.Lead)}
		if win.Lead == "" {
			x.Note = l.T("gates.no_lead")
		}
		mine := false
		for _, st := range f.Standing(today, win.Title) {
			if st.Person == l.Who().Person {
				mine = st.LeftAt.IsZero()
			}
		}
		if who, _, err := l.stood(f, today, win.Title); err == nil {
			x.More = who
		}
		thing := desk.FirmThing(l.Who().Station, f)
		switch {
		case mine && l.May("firm.stand_down", thing):
			x.Acts = []part.Button{{Label: fault.Name(l.Lang(), "act.firm.stand_down"), Icon: "log-out", Kind: part.Quiet, Href: l.doFirm(f, "stand_down", "window", win.Title)}}
		case len(f.Standing(today, win.Title)) == 0 && l.May("firm.stand", thing), personAmong(f.Post.People, l.Who().Person) && l.May("firm.stand", thing):
			x.Acts = []part.Button{{Label: fault.Name(l.Lang(), "act.firm.stand"), Icon: "map-pin", Kind: part.Quiet, Href: l.doFirm(f, "stand", "window", win.Title)}}
		}
		items = append(items, x)
	}
	none := l.T("gates.not_today")
	body := items.Show()
	if len(items) == 0 {
		body = templ.Raw(`<p class="soft">` + templ.EscapeString(none) + `</p>`)
	}
	return web.Around(part.Section{Title: l.T("gates.today"), ID: "gate", Note: l.T("gates.people", "who", l.Several(f.Post.People, l.Person)), Card: true}, body)
}

// stood says who stood at a window of a day, and what was out of the ordinary.
func (l *teller) stood(f *firm.Firm, day, window string) (who templ.Component, odd string, err error) {
	var lines []string
	for _, st := range f.Standing(day, window) {
		line := l.T("gates.on", "who", l.Person(st.Person), "at", st.At.In(clock.Shanghai).Format("15:04"))
		if st.LateM > 0 {
			line += l.T("gates.late", "n", st.LateM)
		}
		if !st.LeftAt.IsZero() {
			line += l.T("gates.off", "at", st.LeftAt.In(clock.Shanghai).Format("15:04"))
		}
		lines = append(lines, line)
		if !st.LeftAt.IsZero() && !st.Fine {
			o, err := l.Open(st.Words)
			if err != nil {
				return nil, "", err
			}
			odd = strings.TrimSpace(odd + " " + l.Words(o, st.Words))
		}
	}
	if len(lines) == 0 {
		return part.Plainly(l.T("gates.nobody")), "", nil
	}
	return part.Plainly(strings.Join(lines, l.T("gates.and"))), odd, nil
}

func (l *teller) firmCampaigns(f *firm.Firm) (templ.Component, error) {
	rows, err := l.s.Boards.Campaigns.Of(l.Ctx(), l.Scope(), f.ID, 10)
	if err != nil || len(rows) == 0 {
		return part.Some(), err
	}
	var items page.Items
	for _, x := range rows {
		item := page.Item{What: x.Title, Note: l.Day(x.At), State: l.placeState(x.State, x.Faults), Acts: []part.Button{{Label: l.T("firm.see"), Icon: "eye", Kind: part.Quiet, Href: "/campaigns/" + x.Campaign + "/places/" + f.ID}}}
		items = append(items, item)
	}
	return web.Around(part.Section{Title: l.T("firm.campaigns"), Card: true}, items.Show()), nil
}

// placeState is how far a place of a campaign is.
func (l *teller) placeState(state string, faults int) *part.Status {
	switch {
	case state == "checked" && faults > 0:
		return &part.Status{Tone: part.Due, Label: l.T("place.faults", "n", faults)}
	case state == "checked":
		return &part.Status{Tone: part.OK, Label: l.T("place.fine")}
	}
	return &part.Status{Tone: map[string]part.Tone{"missed": part.Due, "dropped": part.Paused}[state], Label: l.T("place." + state)}
}

// firmStory is what was done, the latest first.
func (l *teller) firmStory(f *firm.Firm, o web.Opened) templ.Component {
	type told struct {
		at time.Time
		e  part.Entry
	}
	var all []told
	add := func(at time.Time, e part.Entry) {
		e.When, e.At = l.When(at), at.In(clock.Shanghai).Format(time.RFC3339)
		all = append(all, told{at, e})
	}
	for _, b := range f.Briefs {
		e := part.Entry{Icon: "megaphone", What: l.T("firm.briefed", "way", fault.Name(l.Lang(), "briefway."+b.Way)), Who: l.Person(b.By), Text: l.Words(o, b.Words)}
		var lines []string
		for _, h := range b.Around {
			lines = append(lines, l.T("firm.happened", "kind", l.Kind(h.Kind), "n", h.Count, "near", h.Near))
		}
		if heard := l.Words(o, b.Heard); heard != "" {
			lines = append(lines, l.T("firm.heard", "words", heard))
		}
		if len(lines) > 0 {
			e.Detail = part.Plainly(strings.Join(lines, l.T("gates.and")))
		}
		add(b.At, e)
	}
	for _, v := range f.Visits {
		who := l.Person(v.By)
		if len(v.With) > 0 {
			who += l.Comma() + l.Several(v.With, l.Person)
		}
		add(v.At, part.Entry{Icon: "footprints", What: l.T("firm.visited"), Who: who, Text: l.Words(o, v.Words), Attachments: l.firmPhotos(f.ID, v.Photos),
			Detail: web.Linked("/firms/"+f.ID+"/visits/"+v.Visit, l.T("firm.print_visit"))})
	}
	if !f.Retired.IsZero() {
		add(f.Retired, part.Entry{Icon: "trash-2", What: fault.Name(l.Lang(), "event.firm.retired/1"), Text: l.Words(o, f.RetireReason)})
	}
	if len(all) == 0 {
		return web.Around(part.Section{Title: l.T("firm.story"), Card: true}, templ.Raw(`<p class="soft">`+templ.EscapeString(l.T("firm.story_none"))+`</p>`))
	}
	slices.SortStableFunc(all, func(a, b told) int { return b.at.Compare(a.at) })
	line := part.Timeline{Label: l.T("firm.story")}
	for i, x := range all {
		if i == maxStory {
			break
		}
		line.Entries = append(line.Entries, x.e)
	}
	return web.Around(part.Section{Title: l.T("firm.story")}, line)
}

// maxStory is how much of a firm's story its page tells.
const maxStory = 60

func (l *teller) firmPhotos(id string, photos []matter.Attachment) []part.Attachment {
	return l.pictures("firm/"+id, photos)
}

// pictures are pictures of a thing side by side.
func (l *teller) pictures(of string, photos []matter.Attachment) (list []part.Attachment) {
	for i, p := range photos {
		at := "/blob/" + p.ID + "?of=" + of
		list = append(list, part.Attachment{Href: at, Thumb: at + "&thumb", Label: l.T("firm.photo", "n", i+1)})
	}
	return list
}

// Pictures are those of a firm or campaign that somebody may see: of places they may see alone, and the signatures of recruits only for
// who may check them.
func (s Pages) Pictures(r *http.Request, kind, id string) (held []string, err error) {
	if kind != "firm" && kind != "campaign" {
		return nil, nil
	}
	l, err := s.tell(r)
	if err != nil {
		return nil, err
	}
	add := func(photos []matter.Attachment, signature string) {
		for _, p := range photos {
			held = append(held, p.ID)
		}
		if signature != "" {
			held = append(held, signature)
		}
	}
	if kind == "campaign" {
		c, err := l.campaign(id)
		if err != nil {
			return nil, err
		}
		for _, p := range c.Places {
			if p.Check != nil && l.seesPlace(c, p.Cell) {
				add(p.Check.Photos, p.Check.Signature)
			}
		}
		for _, f := range c.Faults {
			if l.seesPlace(c, f.Cell) {
				add(f.Photos, "")
			}
		}
		return held, nil
	}
	f, err := l.Firm(id)
	if err != nil {
		return nil, err
	}
	for _, v := range f.Visits {
		add(v.Photos, v.Signature)
	}
	if l.May("firm.check_recruit", desk.FirmThing(l.Who().Station, f)) {
		for _, c := range f.Checks {
			add(nil, c.Signature)
		}
	}
	return held, nil
}
