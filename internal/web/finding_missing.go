package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/finding"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/plan"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
)

// showMissing puts what is known of a missing person on the page of the matter.
func (l *teller) showMissing(p *mpage.Page, m *matter.Matter, events []journal.Event) error {
	x, err := missing.Fold(events)
	if err != nil {
		return err
	}
	texts := append(x.Texts(), x.CallWords)
	if x.LastSeen != nil {
		texts = append(texts, x.LastSeen.Words)
	}
	for _, s := range x.Sightings {
		texts = append(texts, s.Words)
	}
	for _, a := range x.Areas {
		texts = append(texts, a.Words)
	}
	for _, a := range x.LookedIn {
		texts = append(texts, a.Words)
	}
	if x.Notice != nil {
		texts = append(texts, x.Notice.Text, x.Notice.Consenter)
	}
	f, err := l.finding(m, texts...)
	if err != nil {
		return err
	}
	p.Next = f.missingWay(x)
	if !f.reads {
		p.Main = append(p.Main, f.hush(l.t("missing.facts"), "person"))
		if x.Found == nil && x.WasCalled(l.who.Person) {
			p.Notices = append(p.Notices, mpage.Notice{Tone: part.Due, Icon: "megaphone", Text: l.t("finding.you_are_called"), Link: &part.Link{Href: "/finding/" + m.ID, Label: l.t("finding.answer")}})
		}
		return nil
	}
	p.Main = append(p.Main, f.personFacts(x), f.sightings(x))
	if len(x.Called) > 0 {
		p.Main = append(p.Main, f.calledList(x))
	}
	if x.Found == nil || len(x.Areas) > 0 {
		p.Main = append(p.Main, f.areas(x))
	}
	if x.Notice != nil {
		p.Main = append(p.Main, f.notice(x))
	}
	if x.Found != nil {
		p.Main = append(p.Main, f.end(x))
	}
	return nil
}

func (f finding) missingWay(x *missing.Missing) page.Way {
	reached := func(step string) bool { return !x.Reached[step].IsZero() }
	done := map[string]bool{"taken": true, "sent": reached("missing_dispatched"), "called": reached("missing_called_out"), "noticed": reached("missing_notice_decided"),
		"found": x.Found != nil, "handed": x.Handed != nil, "looked_in": len(x.LookedIn) > 0}
	names := []string{"taken", "sent", "called", "noticed", "found", "handed", "looked_in"}
	if x.Found != nil { // what was not needed is not waited for
		names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains([]string{"sent", "called", "noticed"}, n) && !done[n] })
	}
	steps := f.stepsOf(f.t("missing.way"), f.m, done, names...)
	out := x.Notice != nil && x.Notice.Out
	switch {
	case x.Handed != nil && out:
		return f.way(steps, []string{"missing.take_down", "missing.look_in"}, nil)
	case x.Handed != nil:
		return f.way(steps, []string{"missing.look_in"}, nil)
	case !f.m.IsOpen():
		return f.way(steps, nil, nil)
	case x.Found != nil && out:
		return f.way(steps, []string{"missing.hand_over", "missing.take_down"}, nil)
	case x.Found != nil:
		return f.way(steps, []string{"missing.hand_over"}, nil)
	}
	var acts []string
	for _, a := range []struct {
		act  string
		done bool
	}{{"missing.dispatch", done["sent"]}, {"missing.describe", x.Subject != ""}, {"missing.set_last_seen", x.LastSeen != nil}, {"missing.call_out", done["called"]}} {
		if !a.done {
			acts = append(acts, a.act)
		}
	}
	acts = append(acts, "missing.sight", "missing.find")
	more := []string{"missing.describe", "missing.set_last_seen", "missing.dispatch", "missing.call_out", "missing.search_area", "missing.ask_camera", "missing.publish"}
	if out {
		more = append(more, "missing.take_down")
	} else if !done["noticed"] {
		more = append(more, "missing.withhold")
	}
	return f.way(steps, acts, slices.DeleteFunc(more, func(a string) bool { return slices.Contains(acts, a) }))
}

// mayPicture tells whether somebody may see the pictures of a missing person: who works on it while the person is looked for; once
// found, the handler and the leaders alone (L8 §19, §47).
func (l *teller) mayPicture(x *missing.Missing) bool {
	thing := desk.MatterThing(l.who.Station, &x.Matter)
	if !l.May("finding.read", thing) {
		return false
	}
	return x.Found == nil || x.Handler == l.who.Person || l.who.Role == grid.DutyLead || l.who.Role == grid.Head
}

func (f finding) personFacts(x *missing.Missing) page.Facts {
	p := page.Facts{Title: f.t("missing.person"), ID: "person"}
	if x.Subject == "" {
		p.Note = f.t("missing.not_described")
		return p
	}
	add := func(term, words string) {
		if words != "" {
			p.Pairs.Pairs = append(p.Pairs.Pairs, part.Pair{Term: term, Text: words})
		}
	}
	add(f.Called("field.missing_who"), fault.Name(f.lang, "missingwho."+x.Who))
	f.pair(&p.Pairs, f.Called("field.name"), x.Name, vault.MaskName)
	if x.Age > 0 {
		add(f.Called("field.person_age"), strconv.Itoa(x.Age))
	}
	add(f.Called("field.clothes"), f.Words(f.opens, x.Clothes))
	add(f.Called("field.body_marks"), f.Words(f.opens, x.Marks))
	f.pair(&p.Pairs, f.Called("field.family_name"), x.Family, vault.MaskName)
	f.pair(&p.Pairs, f.Called("field.family_phone"), x.FamilyPhone, vault.MaskPhone)
	if f.mayPicture(x) {
		p.Photos = f.attached("matter", f.m.ID, slices.Concat(x.Photos, x.SeenPhotos))
	} else if len(x.Photos) > 0 {
		p.Note = f.t("missing.photos_closed")
	}
	return p
}

// calledList is who was called and what they said, those who answered last first.
func (f finding) calledList(x *missing.Missing) page.Table {
	seen, heard := 0, 0
	t := part.Table{Caption: f.t("missing.called"), Columns: columns(f.t("finding.who"), f.Called("field.cell"), f.t("missing.called_at"), f.Called("field.heard"))}
	list := slices.Clone(x.Called)
	slices.SortStableFunc(list, func(a, b missing.Called) int { return cmp.Compare(b.RepliedAt.UnixNano(), a.RepliedAt.UnixNano()) })
	for _, c := range list {
		said, tone := f.t("missing.no_answer"), part.Plain
		if c.Answer != "" {
			heard++
			said = fault.Name(f.lang, "calledanswer."+c.Answer) + " · " + f.When(c.RepliedAt)
			tone = map[string]part.Tone{"seen": part.OK, "searching": part.Info}[c.Answer]
		}
		if c.Answer == "seen" {
			seen++
		}
		row := cells(f.Person(c.Person), f.cellsOf(c.Person), f.When(c.CalledAt), said)
		row.Tone = tone
		t.Rows = append(t.Rows, row)
	}
	return page.Table{Title: f.t("missing.called"), ID: "called", Note: f.t("missing.called_sum", "n", len(list), "heard", heard, "seen", seen), Table: t}
}

// cellsOf says which cells somebody covers, the first few.
func (l *teller) cellsOf(person string) string {
	var names []string
	if p, ok := l.org.People[person]; ok {
		for _, c := range p.Cells[:min(2, len(p.Cells))] {
			names = append(names, l.Cell(c))
		}
	}
	return strings.Join(names, l.t("say.and"))
}

// areas are the cells called, ticked off where somebody looked, and each spot that was searched or asked.
func (f finding) areas(x *missing.Missing) page.Table {
	t := part.Table{Caption: f.t("missing.areas"), Columns: columns(f.Called("field.cell"), f.t("missing.spot"), f.t("finding.by"), f.Called("field.at")),
		Empty: &part.Empty{Icon: "map-pin", Text: f.t("missing.no_areas")}}
	for _, c := range x.CalledCells {
		if !slices.ContainsFunc(x.Areas, func(a missing.Area) bool { return a.Cell == c }) {
			t.Rows = append(t.Rows, cells(f.Cell(c), f.t("missing.not_searched"), "", ""))
		}
	}
	for _, a := range slices.Backward(x.Areas) {
		what := f.t("missing.whole")
		if a.Place != "" {
			what = a.Place
		}
		if w := f.Words(f.opens, a.Words); w != "" {
			what += " · " + w
		}
		row := cells(f.Cell(a.Cell), "✓ "+what, f.names(a.People), f.When(a.At))
		row.Tone = part.OK
		t.Rows = append(t.Rows, row)
	}
	for _, a := range slices.Backward(x.Cameras) {
		t.Rows = append(t.Rows, cells(f.t("missing.camera"), vault.MaskFree(a.Place+" · "+a.Whose), "", f.When(a.At)))
	}
	return page.Table{Title: f.t("missing.areas"), ID: "areas", Table: t}
}

func (f finding) notice(x *missing.Missing) page.Notice {
	n := page.Notice{Title: f.t("missing.notice"), State: part.Status{Tone: part.OK, Label: f.t("missing.notice_down", "when", f.When(x.Notice.DownAt))}}
	if !x.Notice.Out {
		return n
	}
	if x.Found != nil {
		n.State = part.Status{Tone: part.Overdue, Label: f.t("missing.notice_over")}
		return n
	}
	var where []string
	for _, c := range x.Notice.Channels {
		where = append(where, fault.Name(f.lang, "noticechannel."+c))
	}
	n.State = part.Status{Tone: part.Due, Label: f.t("missing.notice_out", "where", strings.Join(where, f.t("say.and")))}
	n.Note = f.t("missing.notice_by", "name", vault.MaskName(f.opens[x.Notice.Consenter.Ref()]), "when", f.When(x.Notice.DecidedAt))
	n.Text = f.noticeText(x)
	n.Print = &part.Link{Href: "/matters/" + f.m.ID + "/finding.pdf", Label: f.t("missing.print")}
	return n
}

// noticeText is the notice as it is pasted into a chat: what the family agreed to, whom to call, and nothing else.
func (f finding) noticeText(x *missing.Missing) string {
	text := f.opens[x.Notice.Text.Ref()]
	if name := f.opens[x.Name.Ref()]; x.Notice.WithName && name != "" && !strings.Contains(text, name) {
		text = f.t("missing.named", "name", name) + text
	}
	call := f.t("missing.call_110")
	if x.Notice.Number != "" {
		call = f.t("missing.call_number", "station", f.org.Name, "number", x.Notice.Number)
	}
	return f.t("missing.notice_head") + "\n" + text + "\n" + call + "\n" + f.t("missing.notice_foot", "number", f.m.Number)
}

func (f finding) end(x *missing.Missing) page.Facts {
	p := page.Facts{Title: f.t("missing.end"), ID: "found"}
	add := func(term, words string) {
		if words != "" {
			p.Pairs.Pairs = append(p.Pairs.Pairs, part.Pair{Term: term, Text: words})
		}
	}
	add(f.t("missing.found_at"), f.When(x.Found.At))
	if x.Found.Private {
		p.Note = f.t("missing.private")
	}
	f.pair(&p.Pairs, f.Called("field.place"), x.Found.Place, maskHome)
	add(f.Called("field.found_condition"), fault.Name(f.lang, "foundcondition."+x.Found.Condition))
	add(f.Called("field.taken_to"), f.Words(f.opens, x.Found.Medical))
	if h := x.Handed; h != nil {
		f.pair(&p.Pairs, f.Called("field.taker"), h.To, vault.MaskName)
		add(f.Called("field.taker_relation"), fault.Name(f.lang, "takerelation."+h.Relation))
		add(f.Called("field.identity_checked"), f.Reason("identity_check", h.Checked))
		add(f.t("missing.handed_at"), f.When(h.At)+" · "+f.Person(h.By))
		if h.Signature != "" && f.mayPicture(x) {
			p.Photos = f.attached("matter", f.m.ID, []matter.Attachment{{ID: h.Signature}})
			p.Photos.Items[0].Label = f.Called("field.taker_signature")
		}
	}
	for _, one := range x.LookedIn {
		add(f.Called("act.missing.look_in"), f.When(one.At)+" · "+f.Called("field.sewn_card")+f.t("say.colon")+fault.Name(f.lang, "cardanswer."+one.Card)+" · "+f.Words(f.opens, one.Words))
	}
	return p
}

// seenAt is one place of the map.
type seenAt struct {
	page.Point
	lon, lat float64
	at       time.Time
}

// sightings draws where the person was last seen, was sighted and found, in the order of time, and says the same in words.
func (f finding) sightings(x *missing.Missing) page.Map {
	m := page.Map{Title: f.t("missing.sightings")}
	var points []seenAt
	entry := func(icon string, tone part.Tone, what, who string, at time.Time, text string) {
		m.List.Entries = append(m.List.Entries, part.Entry{Icon: icon, Tone: tone, What: what, Who: who, When: f.When(at), At: at.In(clock.Shanghai).Format(time.RFC3339), Text: text})
	}
	if s := x.LastSeen; s != nil {
		points = append(points, seenAt{page.Point{Mark: f.t("missing.mark_begin"), Class: "is-begin", Title: s.Place}, s.Lon, s.Lat, s.At})
		entry("map-pin", part.Info, f.t("missing.last_seen")+" · "+vault.MaskFree(s.Place), "", s.At, f.Words(f.opens, s.Words))
	}
	list := slices.Clone(x.Sightings)
	slices.SortStableFunc(list, func(a, b missing.Sighting) int { return a.At.Compare(b.At) })
	for i, s := range list {
		class := ""
		if s.Sure == "unsure" {
			class = "is-unsure"
		}
		points = append(points, seenAt{page.Point{Mark: strconv.Itoa(i + 1), Class: class, Title: s.Place}, s.Lon, s.Lat, s.At})
		who := f.Person(s.By)
		if from := f.opens[s.From.Ref()]; from != "" {
			who = vault.MaskName(from) + " → " + who
		}
		toward := ""
		if s.Toward != "" {
			toward = " · " + f.Called("field.toward") + f.t("say.colon") + vault.MaskFree(s.Toward)
		}
		entry("eye", part.Due, fmt.Sprintf("%d · %s · %s%s", i+1, vault.MaskFree(s.Place), fault.Name(f.lang, "sure."+s.Sure), toward), who, s.At, f.Words(f.opens, s.Words))
	}
	if x.Found != nil {
		if !x.Found.Private {
			points = append(points, seenAt{page.Point{Mark: f.t("missing.mark_found"), Class: "is-found", Title: f.t("missing.found")}, x.Found.Lon, x.Found.Lat, x.Found.At})
		}
		entry("circle-check", part.OK, f.t("missing.found"), f.Person(x.Found.By), x.Found.At, "")
	}
	if len(m.List.Entries) == 0 {
		m.Empty = &part.Empty{Icon: "map-pin", Text: f.t("missing.no_sightings")}
	}
	m.List.Label = m.Title
	f.draw(&m, x, points)
	return m
}

// draw puts the places on the outlines of the cells called; nothing where no outline or no place is known.
func (f finding) draw(m *page.Map, x *missing.Missing, points []seenAt) {
	points = slices.DeleteFunc(points, func(p seenAt) bool { return p.lon == 0 && p.lat == 0 })
	var drawn []grid.Cell
	frame := []grid.Cell{}
	for _, id := range append([]string{f.m.Cell}, x.CalledCells...) {
		c, ok := f.org.Cell(id)
		if ok && len(c.Outline) > 0 && !slices.ContainsFunc(drawn, func(o grid.Cell) bool { return o.ID == c.ID }) {
			drawn, frame = append(drawn, c), append(frame, c)
		}
	}
	for _, p := range points { // a place beyond the cells widens the frame
		const d = 0.002
		frame = append(frame, grid.Cell{Outline: []grid.Ring{{{p.lon - d, p.lat - d}, {p.lon + d, p.lat + d}}}})
	}
	on, ok := plan.Of(frame)
	if !ok || len(points) == 0 {
		return
	}
	m.Width, m.Height = on.Width, on.Height
	for _, c := range drawn {
		class := ""
		if slices.Contains(x.CalledCells, string(c.ID)) {
			class = "find-called"
		}
		if slices.ContainsFunc(x.Areas, func(a missing.Area) bool { return a.Cell == string(c.ID) }) {
			class = "find-searched"
		}
		m.Shapes = append(m.Shapes, page.Shape{Path: on.Path(c.Outline), Class: class, Title: f.Cell(string(c.ID))})
	}
	slices.SortStableFunc(points, func(a, b seenAt) int { return a.at.Compare(b.at) })
	var track strings.Builder
	for i, p := range points {
		p.X, p.Y = on.At(grid.Point{p.lon, p.lat})
		fmt.Fprintf(&track, "%c%.1f %.1f", "ML"[min(i, 1)], p.X, p.Y)
		m.Points = append(m.Points, p.Point)
	}
	if len(points) > 1 {
		m.Track = track.String()
	}
	m.Legend = append(m.Legend, []page.Point{{Mark: f.t("missing.mark_begin"), Class: "is-begin", Title: f.t("missing.last_seen")}, {Mark: "1", Title: f.t("missing.sighting")},
		{Mark: "1", Class: "is-unsure", Title: fault.Name(f.lang, "sure.unsure")}, {Mark: f.t("missing.mark_found"), Class: "is-found", Title: f.t("missing.found")},
		{Class: "find-called", Title: f.t("missing.legend_called")}, {Class: "find-searched", Title: f.t("missing.legend_searched")}}...)
}

// askMissing fills in the forms of a missing person: what the call and the notice would say, who is near, where the notice hangs.
func (l *teller) askMissing(act any, m *matter.Matter, events []journal.Event, o *FormOptions) error {
	x, err := missing.Fold(events)
	if err != nil {
		return err
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	fresh := o.Values == nil
	switch a := act.(type) {
	case *missing.CallOut, *missing.Publish:
		f, err := l.finding(m, x.Clothes, x.Marks)
		if err != nil {
			return err
		}
		if p, ok := a.(*missing.Publish); ok && fresh {
			p.Text = f.description(x)
		}
		if c, ok := a.(*missing.CallOut); ok && fresh {
			c.Words = f.description(x)
		}
	case *missing.Describe:
		if fresh && l.May("finding.read", desk.MatterThing(l.who.Station, m)) {
			a.Who, a.Age = x.Who, x.Age
		}
	case *missing.TakeDown:
		if x.Notice != nil {
			o.Options["notice_channels"] = Named(l.lang, "noticechannel.", x.Notice.Channels)
		}
	case *missing.SearchArea:
		if fresh && a.Cell == "" {
			a.Cell = m.Cell
		}
	case *missing.Dispatch:
		o.Options["people"] = l.s.PeopleOptions(l.lang, l.org, l.who)
	}
	if ActName(act) == "matter.finish" && x.Found != nil && x.Found.Private {
		o.Hints = map[string]string{"answer": missing.PrivateAnswer}
	}
	return nil
}

// description is what may be said of the person to many: group, about how old, clothes and marks, when and where last seen. No name, and
// nothing for who may not read it.
func (f finding) description(x *missing.Missing) string {
	if x.Subject == "" || !f.reads {
		return ""
	}
	parts := []string{fault.Name(f.lang, "missingwho."+x.Who)}
	if x.Age > 0 {
		parts = append(parts, f.t("missing.about_age", "n", x.Age))
	}
	for _, t := range []vault.Text{x.Clothes, x.Marks} {
		if w := f.Words(f.opens, t); w != "" {
			parts = append(parts, w)
		}
	}
	text := f.t("missing.lost") + strings.Join(parts, f.t("missing.comma"))
	if s := x.LastSeen; s != nil {
		text += f.t("missing.lost_at", "when", f.When(s.At), "place", vault.MaskFree(s.Place))
	}
	return text + f.t("missing.stop")
}
