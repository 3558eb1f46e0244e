package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"maplegrid/internal/access"
	"maplegrid/internal/chat"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Reader reads what people of a station wrote. It only proposes.
type Reader interface {
	Read(ctx context.Context, station string, m triage.Message) (triage.Reading, error)
}

// SaidBefore is the space of claims of what was said in group chats: from the blind print of a message to its draft.
const SaidBefore = "said"

// Drafts are the rows of drafts: what was said in group chats, on its way to becoming work.
var Drafts = []Spec{
	{Name: "draft.paste", New: make_[draft.Paste], do: pasteChat},
	{Name: "draft.hear", New: make_[draft.Hear], Internal: true, do: hearChat},
	onDraft("draft.correct", (*draft.Draft).Correct),
	onDraft("draft.put_aside", (*draft.Draft).PutAside),
	{Name: "draft.part", New: make_[draft.Part], do: partDraft},
	{Name: "draft.join", New: make_[draft.Join], do: joinDraft},
	{Name: "draft.accept", New: make_[draft.Accept], do: acceptDraft},
	{Name: "draft.undo", New: make_[draft.Undo], do: undoDraft},
	{Name: "draft.forget", New: make_[draft.Forget], Internal: true, do: forgetDraft},
}

// DraftThing is a draft as the policy sees it: it belongs to its cell and to who took it in.
func DraftThing(station string, d *draft.Draft) access.Thing {
	t := access.Thing{Kind: "draft", Station: station}
	if d.Cell != "" {
		t.Cells = []string{d.Cell}
	}
	if d.TakenBy != "" {
		t.People = []string{d.TakenBy}
	}
	return t
}

// draft loads a draft for an act: it may be done, and the person has seen it as it is.
func (c *call) draft(id string, seen int) (*draft.Draft, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		c.things = append(c.things, access.Thing{Kind: "draft"})
		return nil, fault.New(fault.Missing, "draft.not_found", nil)
	}
	d, err := draft.Fold(events)
	if err != nil {
		return nil, err
	}
	thing := DraftThing(c.who.Station, d)
	if _, ok := c.act.(*draft.Undo); ok && d.Last != nil && d.Last.By != "" { // a step may have moved it out of the cells of who took the step
		thing.People = append(thing.People, d.Last.By)
	}
	if err := c.allowed(thing, "draft.not_found"); err != nil {
		return nil, err
	}
	return d, c.fresh(draft.Stream(id), d.Version, seen)
}

// draftMoment is the moment of a rule of drafts. What cannot be opened is told by failed, after the rule.
func (c *call) draftMoment() (mo draft.Moment, failed func() error) {
	var bad error
	return draft.Moment{Moment: c.moment, Receipt: func() string { return string(ident.NewReceipt(c.Rand)) },
		Words: func(t vault.Text) string {
			open, err := c.Reveal(c.ctx, c.who.Station, t)
			bad = errors.Join(bad, err)
			return open[t.Ref()]
		}}, func() error { return bad }
}

// onDraft makes the row of an act on one draft from its rule.
func onDraft[A targeted](name string, rule func(*draft.Draft, A, draft.Moment) ([]work.Event, error)) Spec {
	return Spec{Name: name, New: make_[A], do: func(c *call) error {
		a := *c.act.(*A)
		id, seen := a.Target()
		d, err := c.draft(id, seen)
		if err != nil {
			return err
		}
		mo, failed := c.draftMoment()
		events, err := rule(d, a, mo)
		if err := errors.Join(err, failed()); err != nil {
			return err
		}
		c.answer.ID = d.ID
		return c.change(draft.Stream(d.ID), d.Version, events)
	}}
}

// pasteChat makes drafts of a copied stretch of a group chat. What was taken before adds nothing.
func pasteChat(c *call) error {
	a := *c.act.(*draft.Paste)
	c.opens = true
	if err := c.permit(access.Thing{Kind: "draft"}); err != nil {
		return err
	}
	if len(a.Text) > draft.MaxPaste {
		return fault.New(fault.Invalid, "draft.too_large", fault.Args{"mb": draft.MaxPaste >> 20}).On("text")
	}
	if strings.TrimSpace(a.Text) == "" {
		return fault.New(fault.Invalid, "form.required", fault.Args{"field": "text"}).On("text")
	}
	return c.take(a, draft.ByPaste, chat.Parse(a.Text, c.moment.Now))
}

// hearChat takes one message in that a vendor's webhook brought.
func hearChat(c *call) error {
	a := *c.act.(*draft.Hear)
	c.opens = true
	if err := c.permit(access.Thing{Kind: "draft"}); err != nil {
		return err
	}
	if err := work.Must(a.ID != "" && a.Channel != "" && a.Channel != draft.ByPaste, "message_id", "form.required", fault.Args{"field": "message_id"}); err != nil {
		return err
	}
	if !c.moment.Book.Cell(a.Cell) { // set up for a cell that was since merged or renamed: the message matters more
		a.Cell = ""
	}
	return c.take(draft.Paste{Group: a.Group, Cell: a.Cell}, a.Channel,
		[]chat.Line{{Sender: a.Sender, At: a.SaidAt, Text: a.Text, Pictures: a.Pictures, ID: a.Channel + "/" + a.ID}})
}

// take reads lines and makes drafts of those that are new.
func (c *call) take(p draft.Paste, channel string, lines []chat.Line) error {
	said, prints, err := c.said(p, lines)
	if err != nil {
		return err
	}
	list, err := draft.Take(p, channel, said, c.moment)
	if err != nil {
		return err
	}
	for i, e := range list {
		for _, print := range prints[i] {
			c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: SaidBefore, Value: print, Holder: e.ID})
		}
		c.answer.ID, c.answer.Drafts = e.Paste, append(c.answer.Drafts, e.ID)
		if err := c.change(draft.Stream(e.ID), 0, []work.Event{e}); err != nil {
			return err
		}
	}
	return nil
}

// said reads the lines that are new, one after another, piece by piece. prints has the blind prints of each message, and of the pictures
// that came after it, at its first piece.
func (c *call) said(p draft.Paste, lines []chat.Line) (list []draft.Said, prints [][]string, err error) {
	people, err := c.senders()
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, line := range lines {
		mine := c.prints(p.Group, line)
		known, err := c.knows(mine, seen)
		if err != nil {
			return nil, nil, err
		}
		if known {
			c.answer.Known++
			continue
		}
		if len(list) >= draft.MaxNew {
			c.answer.Left++
			continue
		}
		if mine, err = c.withoutTime(mine, p.Group, line, seen); err != nil {
			return nil, nil, err
		}
		if c.pictureOf(line, list) {
			prints[len(prints)-1] = append(prints[len(prints)-1], mine...)
			continue
		}
		pieces, err := c.pieces(p, line, people)
		if err != nil {
			return nil, nil, err
		}
		for i, s := range pieces {
			var own []string
			if i == 0 {
				own = mine
			}
			list, prints = append(list, s), append(prints, own)
		}
	}
	return list, prints, nil
}

// pictureOf adds a line that is pictures alone to what the same person said just before; false when there is nothing such.
func (c *call) pictureOf(line chat.Line, list []draft.Said) bool {
	n := len(list) - 1
	if line.Pictures == 0 || strings.TrimSpace(line.Text) != "" || n < 0 || list[n].Sender != line.Sender || list[n].Notice || list[n].Chatter {
		return false
	}
	if !line.At.IsZero() && !list[n].At.IsZero() && line.At.Sub(list[n].At).Abs() > 10*time.Minute {
		return false
	}
	list[n].Pictures += line.Pictures
	return true
}

// knows tells whether a message was said before, here or at another time.
func (c *call) knows(prints []string, seen map[string]bool) (bool, error) {
	for _, print := range prints {
		if seen[print] {
			return true, nil
		}
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, SaidBefore, print)
		if err != nil || holder != "" {
			return holder != "", err
		}
	}
	for _, print := range prints {
		seen[print] = true
	}
	return false, nil
}

// prints are the blind prints of a message: what a vendor calls it, and who said which words when, so that one that was heard and is then
// pasted is known. One without a time of its own is known by its group and its day, that of a time above it or else of the paste: the
// same words on another day are another message.
func (c *call) prints(group string, line chat.Line) (list []string) {
	if line.ID != "" {
		list = append(list, c.st.keyring.Blind(SaidBefore, line.ID))
		line.ID = ""
		if line.At.IsZero() || line.Sender == "" {
			return list
		}
	}
	if !line.At.IsZero() && !line.About {
		return append(list, c.st.keyring.Blind(SaidBefore, line.Print("")))
	}
	return append(list, c.onItsDay(group, line))
}

// onItsDay is the print of a message by its group and day.
func (c *call) onItsDay(group string, line chat.Line) string {
	return c.st.keyring.Blind(SaidBefore, string(grid.DayOf(orNow(line.At, c.moment.Now)))+"|"+line.Print(group))
}

// sameWords is how often on one day somebody may say the same words and each is still known by a copy without times.
const sameWords = 8

// withoutTime adds the print under which a message that has a time is known when the stretch is copied again in a form without times.
func (c *call) withoutTime(mine []string, group string, line chat.Line, seen map[string]bool) ([]string, error) {
	if line.At.IsZero() || line.About {
		return mine, nil
	}
	line.ID, line.About = "", true
	for line.Nth = 1; line.Nth <= sameWords; line.Nth++ {
		print := c.onItsDay(group, line)
		if seen[print] {
			continue
		}
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, SaidBefore, print)
		if err != nil {
			return nil, err
		}
		if seen[print] = true; holder == "" {
			return append(mine, print), nil
		}
	}
	return mine, nil
}

// pieces reads a line and parts it where it tells of several things.
func (c *call) pieces(p draft.Paste, line chat.Line, people map[string]string) ([]draft.Said, error) {
	s := draft.Said{Sender: line.Sender, Person: senderOf(people, line.Sender), At: line.At, Text: line.Text, Quote: line.Quote, Pictures: line.Pictures,
		Notice: line.Notice, Recalled: line.Recalled}
	home := p.Cell
	if s.Person != "" {
		cells := c.org.CellsOf(s.Person, c.moment.Now)
		if len(cells) == 1 || len(cells) > 0 && home == "" {
			home = cells[0]
		}
	}
	if line.Notice || line.Recalled {
		return []draft.Said{s}, nil
	}
	parts := triage.Split(line.Text)
	list := make([]draft.Said, 0, len(parts))
	for i, part := range parts {
		one := s
		one.Text, one.Cell, one.Piece, one.Pieces = part.Words, home, i+1, len(parts)
		if i > 0 {
			one.Pictures, one.Quote = 0, ""
		}
		if err := c.read(&one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// read lets the reader say what of a piece the taking must know.
func (c *call) read(s *draft.Said) error {
	if c.Reader == nil {
		return nil
	}
	r, err := c.Reader.Read(c.ctx, c.who.Station, triage.Message{Text: s.Text, At: orNow(s.At, c.moment.Now), Cell: grid.CellID(s.Cell)})
	if err != nil {
		return err
	}
	for _, d := range r.Dangers {
		if !slices.Contains(s.Dangers, d.List) {
			s.Dangers = append(s.Dangers, d.List)
		}
	}
	for _, p := range r.Places {
		if p.Cell != "" && !p.Vague {
			s.Cell = string(p.Cell)
			break
		}
	}
	s.Follows, s.Retracts = r.Follows, r.Retracts
	if b, ok := c.moment.Book.(book); ok {
		kind, known := b.Sort(r.Kind, nil, s.Text)
		s.Chatter = r.Sure && known && kind == "" && len(s.Dangers) == 0
	}
	return nil
}

func orNow(at, now time.Time) time.Time {
	if at.IsZero() {
		return now
	}
	return at
}

// senders are the people of the organisation by the names they write under: their name and what they are called. A name of two is nobody's.
func (c *call) senders() (map[string]string, error) {
	names := make([]vault.Text, 0, len(c.org.People))
	for _, p := range c.org.People {
		if !p.Gone && !p.Name.Empty() {
			names = append(names, p.Name)
		}
	}
	open, err := c.Reveal(c.ctx, c.who.Station, names...)
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	put := func(name, id string) {
		if had, ok := m[name]; ok && had != id {
			id = ""
		}
		if len([]rune(name)) >= 2 {
			m[name] = id
		}
	}
	for _, p := range c.org.People {
		if !p.Gone {
			put(p.Call, p.ID)
			put(open[p.Name.Ref()], p.ID)
		}
	}
	return m, nil
}

// titles are what people put before or after a name in a group (网格员李梅, 李梅书记).
var titles = strings.Fields("网格员 网格长 网格 民警 警官 辅警 书记 主任 组长 楼长 调解员 社区 村")

// senderOf finds who of the organisation writes under a name: it is theirs, or one of its parts is, a title taken off (3网格-李梅). A part
// that only holds a name is somebody else's: 王李梅 is not 李梅.
func senderOf(people map[string]string, sender string) string {
	if id, ok := people[sender]; ok {
		return id
	}
	found := ""
	for _, part := range strings.FieldsFunc(sender, func(r rune) bool { return !unicode.IsLetter(r) }) {
		id, ok := people[part]
		for _, title := range titles {
			if ok {
				break
			}
			if id, ok = people[strings.TrimPrefix(part, title)]; !ok {
				id, ok = people[strings.TrimSuffix(part, title)]
			}
		}
		if ok && (id == "" || found != "" && found != id) {
			return ""
		}
		if ok {
			found = id
		}
	}
	return found
}

// partDraft parts a draft where a person says.
func partDraft(c *call) error {
	a := *c.act.(*draft.Part)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	mo, failed := c.draftMoment()
	own, parts, err := d.Part(a, mo)
	if err := errors.Join(err, failed()); err != nil {
		return err
	}
	lost := slices.Clone(d.Dangers)
	for i := range parts {
		s := draft.Said{Text: revealed(parts[i].Words), Cell: parts[i].Cell, At: parts[i].SaidAt}
		if err := c.read(&s); err != nil {
			return err
		}
		parts[i].Dangers, parts[i].Cell = s.Dangers, s.Cell
		lost = slices.DeleteFunc(lost, func(danger string) bool { return slices.Contains(s.Dangers, danger) })
	}
	parts[0].Dangers = append(parts[0].Dangers, lost...) // cut through the words it rang for
	for i := range parts {
		if err := c.change(draft.Stream(parts[i].ID), 0, []work.Event{parts[i]}); err != nil {
			return err
		}
		c.answer.Drafts = append(c.answer.Drafts, parts[i].ID)
	}
	c.answer.ID = d.ID
	return c.change(draft.Stream(d.ID), d.Version, own)
}

func revealed(t vault.Text) string {
	s, _ := t.Reveal()
	return s
}

// joinDraft joins a draft to another one. To one that is filed it adds its words, when the same person said them, and else a report of
// its own tied to the same matter.
func joinDraft(c *call) error {
	a := *c.act.(*draft.Join)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	into, err := c.draft(a.Into, 0)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	mo, failed := c.draftMoment()
	same := into.State != draft.Filed || draft.Same(d, into, mo.Words)
	if err := failed(); err != nil {
		return err
	}
	if !same {
		return c.file(d, draft.Accept{On: a.On, Link: into.Filing.Matter, Label: into.Filing.Label})
	}
	var own, theirs []work.Event
	if into.State == draft.Filed {
		r, err := c.report(into.Filing.Report)
		if err != nil {
			return err
		}
		var added []work.Event
		if own, theirs, added, err = d.Add(into, r, mo); err != nil {
			return err
		}
		if err := c.change(report.Stream(r.ID), r.Version, added); err != nil {
			return err
		}
	} else if own, theirs, err = d.Join(a, into, mo); err != nil {
		return err
	}
	if err := failed(); err != nil {
		return err
	}
	if err := c.change(draft.Stream(d.ID), d.Version, own); err != nil {
		return err
	}
	return c.change(draft.Stream(into.ID), into.Version, theirs)
}

// acceptDraft makes work of a draft.
func acceptDraft(c *call) error {
	a := *c.act.(*draft.Accept)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	return c.file(d, a)
}

// file writes a filing: the reports of everyone who said it, the matter that is opened or tied to, and the draft itself.
func (c *call) file(d *draft.Draft, a draft.Accept) error {
	if a.Kind != "" || a.Link != "" {
		if err := c.mayTriage(d, a); err != nil {
			return err
		}
	}
	members, err := c.members(d)
	if err != nil {
		return err
	}
	c.perhapsViolence(d, &a)
	var linked *matter.Matter
	if a.Link != "" {
		m, err := c.visibleMatter(a.Link)
		if err != nil {
			return err
		}
		linked = &m
	}
	others := slices.ContainsFunc(members, func(m *draft.Draft) bool { return m.Person != d.Person })
	if d.Person != "" && d.Person != c.who.Person && c.batch.OnBehalfOf == "" && !others {
		c.batch.OnBehalfOf = d.Person
	}
	mo, failed := c.draftMoment()
	changes, err := d.File(a, members, linked, mo)
	if err := errors.Join(err, failed()); err != nil {
		return err
	}
	return c.filed(d, changes, linked)
}

// members loads the drafts that were joined to one.
func (c *call) members(d *draft.Draft) (list []*draft.Draft, err error) {
	for _, id := range d.Members {
		m, err := c.draftAsItIs(id)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// violence is the list of danger words of violence at home, and violenceField the field that says that there may be some.
const (
	violence      = "violence"
	violenceField = "family_violence"
)

// perhapsViolence says of what is filed that there may be violence at home when what was said rings for it and whoever files said
// nothing: then it is urgent, looked into first, and nobody is written to (law-and-standards 5.1, L24 §15).
func (c *call) perhapsViolence(d *draft.Draft, a *draft.Accept) {
	b, ok := c.moment.Book.(book)
	if !ok || a.Extra[violenceField] != "" || !slices.Contains(d.Rings(), violence) {
		return
	}
	if slices.ContainsFunc(b.Fields(a.Kind), func(f playbook.Field) bool { return f.Key == violenceField }) {
		a.Extra = maps.Clone(a.Extra)
		if a.Extra == nil {
			a.Extra = map[string]string{}
		}
		a.Extra[violenceField] = "yes"
	}
}

func (c *call) filed(d *draft.Draft, changes draft.Changes, linked *matter.Matter) error {
	e, ok := changes.Own[0].(draft.FiledAs)
	if !ok {
		return fmt.Errorf("filing draft %s gave %s", d.ID, changes.Own[0].EventKind())
	}
	for _, r := range changes.Reports {
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "receipt", Value: r.Receipt, Holder: r.ID})
		if err := c.change(report.Stream(r.ID), 0, r.Events); err != nil {
			return err
		}
	}
	if len(changes.Opened) > 0 {
		if err := c.opened(changes.Opened); err != nil {
			return err
		}
		e.Opened = len(c.batch.Appends[len(c.batch.Appends)-1].Drafts) // a kind may add to what opens a matter
		c.answer.Number = changes.Opened[0].(matter.Opened).Number
	}
	if linked != nil {
		if err := c.change(matter.Stream(linked.ID), linked.Version, changes.Linked); err != nil {
			return err
		}
		c.answer.Number = linked.Number
	}
	if c.answer.Receipt = e.Receipt; e.Matter != "" {
		c.answer.Matters = []string{e.Matter}
	}
	return c.change(draft.Stream(d.ID), d.Version, []work.Event{e})
}

// mayTriage asks whether who files may also triage: a draft becomes what a report would, by the same people.
func (c *call) mayTriage(d *draft.Draft, a draft.Accept) error {
	t := DraftThing(c.who.Station, d)
	t.Kind = "report"
	cell := a.Cell
	if cell == "" {
		cell = d.Cell
	}
	if cell != "" {
		t.Cells = append(t.Cells, cell)
		if a.Kind != "" {
			t.Into = []string{cell}
		}
	}
	if a.To != "" {
		t.Named = []string{a.To}
	}
	if c.Policy.May(c.who, "report.triage", t).Allow {
		return nil
	}
	return fault.New(fault.Denied, "draft.not_triaged_by_you", nil)
}

// draftAsItIs loads a draft that goes along with another one.
func (c *call) draftAsItIs(id string) (*draft.Draft, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return draft.Fold(events)
}

// undoDraft takes the last step on a draft back, with all that came of it.
func undoDraft(c *call) error {
	a := *c.act.(*draft.Undo)
	d, err := c.draft(a.Draft, a.Version)
	if err != nil {
		return err
	}
	if d.Last != nil && d.Last.By != c.who.Person && c.who.Role != grid.DutyLead && c.who.Role != grid.Head {
		return fault.New(fault.Denied, "draft.not_your_step", fault.Args{"by": c.org.Call(d.Last.By)})
	}
	var into *draft.Draft
	if d.Into != "" {
		if into, err = c.draftAsItIs(d.Into); err != nil {
			return err
		}
	}
	var parts []*draft.Draft
	for _, id := range d.Parts {
		p, err := c.draftAsItIs(id)
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	var opened *matter.Matter
	if d.Filing != nil && d.Filing.Opened > 0 {
		m, err := c.matter(d.Filing.Matter)
		if err != nil {
			return err
		}
		opened = &m
	}
	made, err := c.reportsOf(d.Filing)
	if err != nil {
		return err
	}
	mo, _ := c.draftMoment()
	back, err := d.Undo(into, parts, opened, made, mo)
	if err != nil {
		return err
	}
	c.answer.ID = d.ID
	if into != nil && len(back.Into) > 0 {
		if err := c.change(draft.Stream(into.ID), into.Version, back.Into); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := c.change(draft.Stream(p.ID), p.Version, back.Parts); err != nil {
			return err
		}
	}
	if opened != nil {
		if err := c.change(matter.Stream(opened.ID), opened.Version, back.Matter); err != nil {
			return err
		}
	}
	for i := range made {
		if made[i].State == report.Withdrawn {
			continue
		}
		if err := c.change(report.Stream(made[i].ID), made[i].Version, back.Withdrawn); err != nil {
			return err
		}
	}
	return c.change(draft.Stream(d.ID), d.Version, back.Own)
}

// reportsOf loads every report that a filing made; none when there was no filing.
func (c *call) reportsOf(f *draft.Filing) ([]report.Report, error) {
	if f == nil {
		return nil, nil
	}
	ids := []string{f.Report}
	for _, o := range f.Others {
		if o.Receipt != "" {
			ids = append(ids, o.Report)
		}
	}
	list := make([]report.Report, 0, len(ids))
	for _, id := range ids {
		r, err := c.report(id)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// forgetDraft destroys the words of a draft of which nothing was made, when the time for which the playbook keeps such words is over.
func forgetDraft(c *call) error {
	a := *c.act.(*draft.Forget)
	d, err := c.draft(a.Draft, 0)
	if err != nil {
		return err
	}
	book, err := c.Book(c.ctx, c.who.Station)
	if err != nil {
		return err
	}
	keep, _ := book.Retention(draft.KeptAs)
	events, err := d.Forget(keep.Months, c.moment)
	if err != nil {
		return err
	}
	c.batch.Erase = append(c.batch.Erase, d.ID)
	c.answer.ID = d.ID
	if err := c.change(draft.Stream(d.ID), d.Version, events); err != nil {
		return err
	}
	members, err := c.members(d) // what was joined to it came to nothing with it
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Erased {
			continue
		}
		c.batch.Erase = append(c.batch.Erase, m.ID)
		if err := c.change(draft.Stream(m.ID), m.Version, m.Erase()); err != nil {
			return err
		}
	}
	return nil
}

// eraseSaid destroys what stands in drafts of a report whose reporter has their data erased: in the draft it was made of, in those of the
// same person that were added to it, in the messages these were parted from, and in reports that an undone filing made of them.
func (c *call) eraseSaid(r *report.Report) error {
	seen := map[string]bool{r.ID: true, "": true}
	for next := []string{r.Draft}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		d, err := c.draftAsItIs(next[0])
		if err != nil {
			return err
		}
		seen[d.ID] = true
		var into *draft.Draft
		if d.Into != "" {
			if into, err = c.draftAsItIs(d.Into); err != nil {
				return err
			}
		}
		reports, drafts := d.Copies(into)
		next = append(next, drafts...)
		c.batch.Erase = append(c.batch.Erase, d.ID)
		left, err := c.leave(d, drafts)
		if err != nil {
			return err
		}
		if err := c.change(draft.Stream(d.ID), d.Version, append(left, d.Erase()...)); err != nil {
			return err
		}
		for _, id := range reports {
			if seen[id] {
				continue
			}
			seen[id] = true
			if err := c.eraseReport(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// leave lets what others said wait by itself again, when the draft it was joined to is erased and nothing was made of it; own are those
// of who has their data erased.
func (c *call) leave(d *draft.Draft, own []string) (left []work.Event, err error) {
	if d.State != draft.Waiting {
		return nil, nil
	}
	members, err := c.members(d)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.Erased || slices.Contains(own, m.ID) {
			continue
		}
		left = append(left, draft.MemberLeft{Draft: m.ID})
		if err := c.change(draft.Stream(m.ID), m.Version, []work.Event{draft.Undone{What: "joined"}}); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// eraseReport destroys the words of a report that an undone filing made.
func (c *call) eraseReport(id string) error {
	r, err := c.report(id)
	if err != nil || !r.ErasedAt.IsZero() {
		return err
	}
	events, err := r.Erase()
	if err != nil {
		return err
	}
	c.batch.Erase = append(c.batch.Erase, r.ID)
	return c.change(report.Stream(r.ID), r.Version, events)
}
