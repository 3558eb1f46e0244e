package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/board/matters"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// matterPage is one matter with all that belongs to it, and what the person may do about it now.
func (s *Site) matterPage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	events, err := s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(r.PathValue("id")), 0)
	if err != nil {
		return err
	}
	payloads, err := decoded(events)
	if err != nil {
		return err
	}
	m, err := payloads.matter(events)
	if err != nil {
		return err
	}
	if m.Version == 0 || !l.scope.Sees(desk.MatterThing(l.who.Station, &m)) {
		return fault.New(fault.Missing, "matter.not_found", nil)
	}
	p := page.Page{Heading: part.Heading{Title: m.Title, Kicker: m.Number + " · " + l.Kind(m.Kind), Back: &part.Link{Href: "/matters", Label: l.t("nav.matters")}},
		State: l.state(string(m.State)), Grade: l.gradeOf(m.Grade)}
	var q *quarrel
	if l.kinds[m.Kind].Base == dispute.Base {
		if q, err = l.quarrelOf(payloads, events); err != nil {
			return err
		}
	}
	l.fillFacts(&p, &m)
	l.fillClocks(&p, &m)
	l.fillNotices(&p, &m)
	if err := l.fillSealed(&p, &m); err != nil {
		return err
	}
	if q != nil {
		if err := q.fill(&p); err != nil {
			return err
		}
	}
	if err := l.adorn(&p, &m, events); err != nil {
		return err
	}
	if err := l.fillTold(&p, &m); err != nil {
		return err
	}
	if err := l.fillActs(&p, &m); err != nil {
		return err
	}
	if err := l.fillTasks(&p, &m); err != nil {
		return err
	}
	if err := l.fillCalls(&p, &m); err != nil {
		return err
	}
	if err := l.fillNeighbours(&p, &m); err != nil {
		return err
	}
	var kinds []string
	if p.Story, kinds, err = l.story(&m, q, payloads, events); err != nil {
		return err
	}
	if q != nil {
		if n := len(p.Photos.Items); n > mostPhotos && !r.URL.Query().Has("photos") {
			p.Photos.Items = append(slices.Clone(p.Photos.Items[n-mostPhotos:]), part.Attachment{Href: q.home + "?photos=all", Label: l.t("photos.all", "n", n)})
		}
		if long := q.months(p.Story.Entries, kinds, r.URL.Query()); long != nil {
			p.Long = long
		}
	}
	return s.Page(w, r, http.StatusOK, m.Title, "matters", p.Show())
}

// facts are the events of a stream, each decoded once however often it is looked at for one page.
type facts []work.Event

func decoded(events []journal.Event) (facts, error) {
	list := make(facts, len(events))
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

func (t facts) matter(events []journal.Event) (m matter.Matter, err error) {
	for i, v := range t {
		if err := m.ApplyEvent(v, work.Where(&events[i])); err != nil {
			return m, err
		}
	}
	return m, nil
}

func (t facts) dispute(events []journal.Event) (*dispute.Dispute, error) {
	d := &dispute.Dispute{}
	for i, v := range t {
		if err := d.Apply(v, work.Where(&events[i])); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (l *teller) fillFacts(p *page.Page, m *matter.Matter) {
	pair := func(key, value string) {
		p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.t("matter." + key), Text: value})
	}
	if m.Handler != "" {
		pair("handler", l.Person(m.Handler))
	} else {
		pair("handler", l.t("matter.nobody"))
	}
	pair("cell", l.Cell(m.Cell))
	if m.Place != "" {
		pair("place", m.Place)
	}
	pair("opened", l.When(m.OpenedAt)+" · "+l.Person(m.OpenedBy))
	var helpers []string
	for _, h := range m.Helpers {
		helpers = append(helpers, l.Person(h))
	}
	if len(helpers) > 0 {
		pair("helpers", strings.Join(helpers, l.t("say.and")))
	}
	if m.Outcome != "" {
		pair("outcome", l.outcome(m.Kind, m.Outcome))
	}
	if m.VerifiedBy != "" {
		pair("verified_by", l.Person(m.VerifiedBy))
	}
	for _, f := range l.book.Fields(m.Kind) {
		if v, ok := m.Extra[f.Key]; ok {
			p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: l.Capital(f.Name.In(l.lang)), Text: vault.MaskFree(l.value(f.Key, m.Kind, v))})
		}
	}
}

// value is an extra field as people read it: choices by their names.
func (l *teller) value(key, kind, value string) string {
	for _, f := range l.book.Fields(kind) {
		if f.Key != key {
			continue
		}
		if f.Type == "yesno" {
			return l.t("choice." + map[bool]string{true: "yes", false: "no"}[value == "true" || value == "yes"])
		}
		if len(f.Options) == 0 {
			return value
		}
		var names []string
		for _, v := range strings.Split(value, "|") {
			for _, o := range f.Options {
				if o.Key == v {
					names = append(names, o.Name.In(l.lang))
				}
			}
		}
		return strings.Join(names, l.t("say.and"))
	}
	return value
}

func (l *teller) outcome(kind, key string) string {
	for _, o := range l.book.Outcomes(kind) {
		if o.Key != key {
			continue
		}
		if l.veiled && slices.ContainsFunc(o.Needs, func(step string) bool { return slices.Contains(ofOffence, step) }) {
			return l.t("ledger.other_procedure")
		}
		return o.Name.In(l.lang)
	}
	if name := fault.Name(l.lang, "outcome."+key); name != "outcome."+key { // of a kind that ends otherwise by now
		return name
	}
	return l.t("say.unknown_outcome")
}

func (l *teller) fillClocks(p *page.Page, m *matter.Matter) {
	var nearest time.Time
	for _, c := range m.Clocks(l.cal, l.now) {
		if l.veiled && ofViolation(m, c.Key) {
			continue
		}
		name, source := l.limit(m.Kind, m.Grade, c.Key)
		if source == "" {
			source = c.Source
		}
		chip := part.Clock{Tone: part.OK, Label: l.t("clock.stopped")}
		switch {
		case !c.StoppedAt.IsZero() && c.Late():
			chip.Tone, chip.Label = part.Overdue, l.t("clock.done_late")
		case !c.StoppedAt.IsZero():
		case c.Paused:
			chip.Tone, chip.Label = part.Paused, l.t("clock.paused")
		case c.DueAt.IsZero():
			chip.Tone, chip.Label = part.Plain, l.t("clock.none")
		default:
			chip = *l.ClockAt(c.DueAt, c.WarnAt)
			chip.Label = name + " " + chip.Label
			if nearest.IsZero() || c.DueAt.Before(nearest) {
				due := chip
				due.Source = source
				nearest, p.Due = c.DueAt, &due
			}
			chip.Label = strings.TrimPrefix(chip.Label, name+" ") + " · " + l.When(c.DueAt)
		}
		p.Clocks = append(p.Clocks, page.Limit{Name: name, Source: source, Clock: chip})
	}
}

func (l *teller) fillNotices(p *page.Page, m *matter.Matter) {
	add := func(tone part.Tone, icon, words string, link *part.Link) {
		p.Notices = append(p.Notices, page.Notice{Tone: tone, Icon: icon, Text: words, Link: link})
	}
	if m.SupervisedBy != "" && m.IsOpen() {
		add(part.Overdue, "eye", l.t("notice.supervised", "name", l.Person(m.SupervisedBy)), nil)
	}
	for _, key := range m.Escalated {
		if l.veiled && ofViolation(m, key) {
			continue
		}
		name, _ := l.limit(m.Kind, m.Grade, key)
		add(part.Overdue, "clock-alert", l.t("notice.escalated", "limit", name), nil)
	}
	if w := m.SendBackTo; w != nil {
		add(part.Paused, "reply", l.t("notice.transferred", "to", l.place(w.ToCell, w.ToBody, w.ToStation), "when", l.When(w.At)), nil)
	}
	if m.State == matter.OnHold {
		add(part.Paused, "circle-pause", l.t("notice.paused", "why", l.Reason("pause", m.PauseReason)), nil)
	}
	if m.MergedInto != "" {
		var link *part.Link // the other one may lie where they see nothing
		if _, err := l.s.Matter(l.ctx, l.who, m.MergedInto); err == nil {
			link = &part.Link{Href: "/matters/" + m.MergedInto, Label: l.t("notice.merged_link")}
		}
		add(part.Info, "merge", l.t("notice.merged"), link)
	}
	if m.Reopened > 0 {
		p.Marks = append(p.Marks, l.t("mark.reopened"))
	}
	if m.Chased > 0 && m.IsOpen() {
		p.Marks = append(p.Marks, l.t("mark.chased_n", "n", m.Chased))
	}
}

// fillSealed opens what is personal: the words, the parties, sealed fields; all masked, with the way to ask for more.
func (l *teller) fillSealed(p *page.Page, m *matter.Matter) error {
	texts := []vault.Text{m.Words}
	for _, x := range m.Parties {
		texts = append(texts, x.Name, x.Phone, x.IDNo, x.Home)
	}
	for _, x := range m.Sealed {
		texts = append(texts, x)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return err
	}
	may := l.MayUnmask(desk.MatterThing(l.who.Station, m))
	p.Words = l.Words(o, m.Words)
	if plain, ok := o[m.Words.Ref()]; ok && may && plain != p.Words {
		p.Original = &part.Link{Label: l.t("rep.original"), Href: lookAddress("matter", m.ID, m.Words)}
	}
	for _, f := range l.book.Fields(m.Kind) {
		if x, ok := m.Sealed[f.Key]; ok {
			if v := l.Masked(o, x, "matter", m.ID, "words", maskField(f.Type), may); v != nil {
				v.What = l.Capital(f.Name.In(l.lang))
				p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: v.What, Value: v})
			}
		}
	}
	for _, x := range m.Parties {
		who := strings.Trim(fault.Name(l.lang, "side."+x.Side)+" "+x.Role, " ")
		if x.Side == "" {
			who = x.Role
		}
		row := page.Party{Role: who, Name: part.Pair{Value: part.Plainly(l.t("say.erased"))}}
		if v := l.Masked(o, x.Name, "matter", m.ID, "name", vault.MaskName, may); v != nil {
			row.Name.Value = v
		}
		for _, f := range []struct {
			field string
			text  vault.Text
			mask  func(string) string
		}{{"phone", x.Phone, vault.MaskPhone}, {"id_no", x.IDNo, vault.MaskResidentID}, {"home", x.Home, vault.MaskAddress}} {
			if v := l.Masked(o, f.text, "matter", m.ID, f.field, f.mask, may); v != nil {
				row.Facts.Pairs = append(row.Facts.Pairs, part.Pair{Term: l.t("party." + f.field), Value: v})
			}
		}
		if v := l.giveLink("party/"+m.ID+"/"+x.ID, desk.MatterThing(l.who.Station, m)); v != nil {
			row.Facts.Pairs = append(row.Facts.Pairs, part.Pair{Term: l.t("proof.code"), Value: v})
		}
		p.Parties = append(p.Parties, row)
	}
	return nil
}

// maskField masks a sealed field by what it holds.
func maskField(kind string) func(string) string {
	switch kind {
	case "phone":
		return vault.MaskPhone
	case "person", "text":
		return vault.MaskName
	case "place":
		return vault.MaskAddress
	}
	return vault.MaskFree
}

func (l *teller) fillTasks(p *page.Page, m *matter.Matter) error {
	thing := desk.MatterThing(l.who.Station, m)
	may := m.Can(matter.VerbWork) && l.May("matter.do_task", thing)
	for _, x := range m.Tasks {
		t := page.Task{Title: x.Title, Who: l.Person(x.Person)}
		if !x.DoneAt.IsZero() {
			t.Done = l.t("task.done", "name", l.Person(x.DoneBy), "when", l.When(x.DoneAt))
		} else {
			t.Due = l.TaskClock(x.DueOn)
			if may && (x.Person == l.who.Person || m.Handler == l.who.Person) {
				f, err := l.inner(&matter.DoTask{On: matter.On{Matter: m.ID, Version: m.Version}}, m, "task", x.ID)
				if err != nil {
					return err
				}
				t.Finish = &f
			}
		}
		p.Tasks = append(p.Tasks, t)
	}
	slices.SortStableFunc(p.Tasks, func(a, b page.Task) int { return boolInt(a.Done != "") - boolInt(b.Done != "") })
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inner makes the form of an act on one part of a matter, which goes along hidden.
func (l *teller) inner(act any, m *matter.Matter, name, value string) (part.Form, error) {
	f, err := l.s.ActForm(l.ctx, l.who, act, FormOptions{Matter: m, Next: "/matters/" + m.ID, Skip: []string{name}})
	f.Scope = name + "-" + value + "-"
	f.Fields = append(f.Fields, part.Field{Name: name, Kind: part.KindHidden, Value: value})
	return f, err
}

func (l *teller) fillCalls(p *page.Page, m *matter.Matter) error {
	may := m.Can(matter.VerbWork) && l.May("matter.answer_call", desk.MatterThing(l.who.Station, m))
	for _, c := range m.Calls {
		row := page.Call{Body: l.body(c.Body), Role: c.Role, Steps: l.callSteps(c)}
		if may && !c.Settled() {
			f, err := l.inner(&matter.AnswerCall{On: matter.On{Matter: m.ID, Version: m.Version}}, m, "body", c.Body)
			if err != nil {
				return err
			}
			row.Answer = &f
		}
		p.Calls = append(p.Calls, row)
	}
	return nil
}

// callSteps shows how far a called body has come.
func (l *teller) callSteps(c matter.Call) []part.Step {
	steps := []part.Step{{Label: l.t("call.called"), When: l.When(c.CalledAt), Done: true}}
	if c.Answer == "declined" {
		return append(steps, part.Step{Label: fault.Name(l.lang, "callstep.declined"), When: l.When(c.AnsweredAt), Done: true})
	}
	came := !c.ArrivedAt.IsZero() || !c.ReportedAt.IsZero()
	for _, x := range []struct {
		key  string
		at   time.Time
		done bool
	}{{"coming", c.AnsweredAt, c.Answer != "" || came}, {"arrived", c.ArrivedAt, came}, {"reported", c.ReportedAt, !c.ReportedAt.IsZero()}} {
		label := l.t("call.to." + x.key)
		if x.done {
			label = fault.Name(l.lang, "callstep."+x.key)
		}
		steps = append(steps, part.Step{Label: label, When: l.When(x.at), Done: x.done})
	}
	for i := range steps {
		if !steps[i].Done {
			steps[i].Current = true
			break
		}
	}
	return steps
}

// mostPhotos is how many pictures of a long dispute its page shows at first, the latest.
const mostPhotos = 24

// maxReports is how many reports of a matter its page shows.
const maxReports = 20

// fillNeighbours adds who takes part, the reports it came from, the matters it is tied to, and pictures.
func (l *teller) fillNeighbours(p *page.Page, m *matter.Matter) error {
	for _, x := range m.Participants {
		who := l.body(x.Body)
		if x.Person != "" {
			who = l.Person(x.Person)
		}
		p.Partners.Pairs = append(p.Partners.Pairs, part.Pair{Term: x.Role, Text: who})
	}
	p.Photos = l.attached("matter", m.ID, m.Attachments)
	for _, id := range m.Reports[:min(len(m.Reports), maxReports)] {
		rep, err := l.s.anyReport(l.ctx, l.who.Station, id)
		if err != nil {
			return err
		}
		o, err := l.Open(rep.Words)
		if err != nil {
			return err
		}
		item := part.Matter{Href: "/reports/" + id, Title: Cut(l.Words(o, rep.Words), 60), Kind: fault.Name(l.lang, "channel."+rep.Channel),
			Icon: channelIcons[rep.Channel], When: l.Ago(rep.At)}
		p.Reports.Items = append(p.Reports.Items, item)
		for i, a := range l.attached("report", id, rep.Photos).Items {
			a.Label = l.t("photo.of_report", "n", i+1)
			p.Photos.Items = append(p.Photos.Items, a)
		}
	}
	var ids []string
	for _, x := range m.Links {
		ids = append(ids, x.Other)
	}
	rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	for _, x := range m.Links {
		if i := slices.IndexFunc(rows, func(r matters.Row) bool { return r.ID == x.Other }); i >= 0 {
			p.Links = append(p.Links, page.Link{How: fault.Name(l.lang, "how."+x.How), Matter: part.Matters{Items: l.items(rows[i : i+1])}})
		}
	}
	return nil
}
