package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/talk"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
)

// rows are drafts as the list shows them.
func (l *talker) rows(list []*remark, back string) ([]page.Row, error) {
	byID := map[string]*remark{}
	for _, x := range list {
		byID[x.ID] = x
	}
	if err := l.lookUp(list); err != nil {
		return nil, err
	}
	out := make([]page.Row, len(list))
	previous := ""
	for i, x := range list {
		row := l.row(x, byID, previous, back)
		if x.State == draft.Waiting {
			previous = cmp.Or(x.under, x.ID)
		}
		out[i] = row
	}
	return out, nil
}

// lookUp asks the boards once for what the rows of drafts that are done say: the matters they became, and the heads they were joined to.
func (l *talker) lookUp(list []*remark) error {
	var heads, ids []string
	for _, x := range list {
		if x.State == draft.Joined {
			heads = append(heads, x.Into)
		}
		if x.Matter != "" {
			ids = append(ids, x.Matter)
		}
	}
	l.filed, l.matters = map[string]bool{}, map[string]matters.Row{}
	rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, heads...)
	if err != nil {
		return err
	}
	for _, x := range rows {
		l.filed[x.ID] = x.State == draft.Filed
	}
	found, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	for _, m := range found {
		l.matters[m.ID] = m
	}
	return err
}

func (l *talker) row(x *remark, byID map[string]*remark, previous, back string) page.Row {
	r := page.Row{ID: x.ID, State: string(x.State), Kin: x.kin, Ours: x.Person != "", Who: l.speaker(x), Group: x.Group, At: machineTime(x), When: l.When(x.SaidAt)}
	if r.When == "" {
		r.When = l.t("talk.no_time")
	}
	for _, d := range l.dangers(x) {
		r.Dangers = append(r.Dangers, l.dangerName(d))
	}
	r.Quote, r.Words = vault.MaskFree(x.quote), l.spans(x)
	r.Marks = l.marks(x)
	for i, id := range x.Photos {
		of := url.Values{"of": {"draft/" + x.ID}}.Encode()
		r.Photos.Items = append(r.Photos.Items, part.Attachment{Href: "/blob/" + id + "?" + of, Thumb: "/blob/" + id + "?" + of + "&thumb", Label: l.t("photo.n", "n", i+1)})
	}
	if !x.erased && vault.MaskFree(x.text) != x.text && l.MayUnmask(x.thing()) {
		r.Original = &part.Link{Label: l.t("rep.original"), Href: lookAddress("draft", x.ID, x.Row.Words)}
	}
	if l.back[x.ID] != "" {
		r.Retracted = l.t("talk.retracted")
	}
	if head := byID[x.under]; head != nil {
		r.Under = l.underWhy(x, head)
	}
	if x.State != draft.Waiting {
		l.became(&r, x, back)
		return r
	}
	l.proposal(&r, x)
	if x.Asked != "" {
		r.Closed = !l.may(desk.StandDown, x.thing())
		r.Asked = l.t("talk.asked", "who", l.Person(x.AskedBy), "why", l.Called("aside."+x.Asked))
	}
	if l.may("draft.accept", x.thing()) {
		r.Do = l.todo(x, byID[x.under], previous, back)
	}
	return r
}

// speaker is who said it: somebody of the organisation by what they are called, anybody else by the written name in part.
func (l *talker) speaker(x *remark) string {
	switch {
	case x.Person != "":
		return l.Person(x.Person)
	case x.name != "":
		return vault.MaskName(x.name)
	}
	return l.t("talk.no_name")
}

func (l *talker) dangerName(list string) string {
	if key := "talk.danger_" + list; text.Has(key) {
		return l.t(key)
	}
	return l.t("talk.danger")
}

func (l *talker) underWhy(x, head *remark) string {
	if x.kin == "follows" {
		return l.t("talk.follows", "when", l.When(head.SaidAt), "who", l.speaker(head))
	}
	return strings.TrimRight(l.t("talk.same", "when", l.When(head.SaidAt), "why", l.alikeWhy(x.alike)), "： :")
}

func (l *talker) marks(x *remark) (list []string) {
	if x.Piece > 0 {
		list = append(list, l.t("talk.piece", "n", x.Piece, "of", x.Pieces))
	}
	if x.Pictures > 0 {
		list = append(list, l.t("talk.pictures", "n", x.Pictures))
	}
	if x.Missed > 0 {
		list = append(list, l.t("chat.missed", "n", x.Missed))
	}
	if n := len(x.Members); n > 0 {
		list = append(list, l.t("talk.members", "n", n))
	}
	if x.Channel != draft.ByPaste && x.Channel != "" {
		list = append(list, l.t("talk.by_hook"))
	}
	return list
}

// mark is a stretch of what was said that is set off: bytes from to to.
type mark struct {
	from, to    int
	sort, title string
}

// spans cut what was said into stretches, what is personal masked.
func (l *talker) spans(x *remark) []page.Span {
	if x.erased {
		return []page.Span{{Text: l.t("say.erased")}}
	}
	var all []mark
	put := func(from, to int, sort, title string) {
		if from >= 0 && from < to && to <= len(x.text) && !slices.ContainsFunc(all, func(m mark) bool { return from < m.to && m.from < to }) {
			all = append(all, mark{from, to, sort, title})
		}
	}
	for _, s := range vault.FindPersonal(x.text) {
		put(s.From, s.To, "personal", l.t("talk.personal"))
	}
	for _, d := range x.reading.Dangers {
		put(d.From, d.To, "danger", l.dangerName(d.List))
	}
	for _, p := range x.reading.Places {
		title := l.t("talk.place_unknown")
		switch string(p.Cell) {
		case "":
		case x.cell: // it stands below
			title = map[bool]string{true: l.t("talk.place_vague")}[p.Vague]
		default:
			title = l.Where(string(p.Cell), map[bool]string{true: l.t("talk.place_vague")}[p.Vague])
		}
		put(p.From, p.To, "place", title)
	}
	for i, t := range x.reading.Times {
		put(t.From, t.To, "time", map[bool]string{false: l.span2(t)}[i == 0]) // the first is told below
	}
	slices.SortFunc(all, func(a, b mark) int { return a.from - b.from })
	c := cutter{text: x.text}
	if x.State == draft.Waiting {
		c.cuts = cutsOf(x)
	}
	for _, m := range all {
		c.plain(m.from)
		words := x.text[m.from:m.to]
		if m.sort == "personal" {
			if words = vault.MaskFree(words); words == x.text[m.from:m.to] {
				words = "＊＊＊"
			}
		}
		c.list, c.done = append(c.list, page.Span{Sort: m.sort, Text: words, Title: m.title}), m.to
	}
	c.plain(len(x.text))
	return c.list
}

// cutter writes what was said from its beginning to its end, with the places where it may be cut.
type cutter struct {
	text string
	cuts []cut
	done int
	list []page.Span
}

// plain writes what stands before a place.
func (c *cutter) plain(to int) {
	for ; len(c.cuts) > 0 && c.cuts[0].at <= to; c.cuts = c.cuts[1:] {
		c.write(c.cuts[0].at)
		c.list = append(c.list, page.Span{Sort: map[bool]string{false: "cut", true: "cut-here"}[c.cuts[0].proposed], Text: c.cuts[0].offset})
	}
	c.write(to)
}

func (c *cutter) write(to int) {
	if c.done < to {
		c.list, c.done = append(c.list, page.Span{Text: c.text[c.done:to]}), to
	}
}

func (l *talker) span2(t triage.When) string {
	return l.t("talk.from_until", "from", l.When(t.Begin), "until", l.When(t.End))
}

// pressing is how many grades of the scale are shown on the list: 特急 and 急.
const pressing = 2

// chance is how likely one of the candidates is.
func chance(label string, p float64) string {
	if label == "" {
		return ""
	}
	return fmt.Sprintf("%s %.0f%%", label, 100*p)
}

// proposal says what is made of a draft and why.
func (l *talker) proposal(r *page.Row, x *remark) {
	g := x.reading
	r.Label, r.Alarm = x.label, len(x.Dangers) > 0
	if x.label == "" {
		r.Chances = strings.TrimSpace(chance(g.Kind, g.Chance) + "|" + chance(g.Second, g.SecondChance))
	}
	switch {
	case x.label == "" && g.Kind == "":
		r.Unsure, r.Sorted = true, l.t("talk.unsorted")
	case x.label == "":
		r.Unsure, r.Sorted = true, l.t("talk.unsure", "first", l.labelName(g.Kind), "second", l.labelName(g.Second))
	case x.chatter:
		r.Sorted = l.labelName(x.label)
	default:
		r.Sorted, r.Icon = l.Kind(x.kind), l.icon(x.kind)
	}
	if grade := cmp.Or(x.grade, l.kinds[x.kind].Grade); x.kind != "" && l.grade[grade] > 0 && l.grade[grade] <= pressing { // the others say nothing
		r.Urgency = l.gradeOf(grade)
	}
	if where := l.Where(x.cell, x.place); where != "" {
		r.Facts = append(r.Facts, where)
	}
	if len(g.Times) > 0 {
		r.Facts = append(r.Facts, g.Times[0].Words+" → "+l.span2(g.Times[0]))
	}
	if x.Label != "" {
		r.Why = l.t("talk.corrected")
	} else if because := l.quoted(g.Because); because != "" {
		r.Why = l.t("talk.because", "words", because)
	}
	if l.s.Reader == nil {
		return
	}
	if r.Unsure {
		if label, ok := l.s.Reader.Opinion(l.who.Station, x.text); ok {
			r.Opinion = l.t("talk.opinion", "label", l.labelName(label))
		}
	}
	r.Elsewhere = l.elsewhere(x)
	r.Like = l.likeFiled(x)
}

func (l *talker) labelName(label string) string {
	for _, s := range l.book.Labels() {
		if s.Label.Zh == label {
			return l.Capital(s.Label.In(l.lang))
		}
	}
	return label
}

// likeFiled are earlier reports that may be about the same event, and that the asker may see.
func (l *talker) likeFiled(x *remark) (list []part.Link) {
	if x.chatter || x.erased {
		return nil
	}
	for _, c := range l.s.Reader.Like(l.ctx, l.who.Station, x.text, l.past(x)) {
		if !strings.HasPrefix(c.ID, "r_") || len(list) == 2 {
			continue
		}
		if link := l.likeOne(c.ID); link != nil {
			list = append(list, *link)
		}
	}
	return list
}

// likeOne is the way to a report; nil when the asker may not see it.
func (l *talker) likeOne(id string) *part.Link {
	link, known := l.seen[id]
	if !known {
		if rep, err := l.s.report(l.ctx, l.who, id); err == nil {
			link = &part.Link{Href: "/reports/" + rep.ID, Label: l.t("talk.like_at", "when", l.When(rep.At))}
		}
		l.seen[id] = link
	}
	return link
}

// became says what became of a draft that waits no more, and whether that can be undone by who looks.
func (l *talker) became(r *page.Row, x *remark, back string) {
	r.Became = l.Called("draftstate." + string(x.State))
	switch x.State {
	case draft.Filed:
		l.becameOf(r, x)
	case draft.Aside:
		r.Became += l.t("talk.aside_as", "why", l.Called("aside."+x.Reason))
	}
	r.Undo = l.may("draft.undo", x.thing()) && l.undoable(x)
	r.Do = &page.Do{At: "/talk/" + url.PathEscape(x.ID), Hidden: l.carried(x, back)}
}

// undoable tells whether the last step on a draft that waits no more can still be taken back by who looks, as far as the list knows; the
// desk has the last word.
func (l *talker) undoable(x *remark) bool {
	mine := x.LastBy == l.who.Person || l.who.Role == grid.DutyLead || l.who.Role == grid.Head
	switch {
	case x.erased:
		return false
	case x.Last == "":
		return x.State == draft.Aside // set aside when it was taken
	case x.State == draft.Filed && l.now.Sub(x.ChangedAt) > draft.UndoWithin, x.State == draft.Joined && l.filed[x.Into]:
		return false
	}
	return mine
}

func (l *talker) becameOf(r *page.Row, x *remark) {
	if m, ok := l.matters[x.Matter]; ok {
		r.Became = l.t("talk.filed_as", "kind", l.Kind(m.Kind))
		r.Links = append(r.Links, part.Link{Href: "/matters/" + m.ID, Label: m.Number + " " + m.Title})
	}
	if x.Report != "" {
		r.Links = append(r.Links, part.Link{Href: "/reports/" + url.PathEscape(x.Report), Label: l.t("talk.receipt", "code", ident.Receipt(x.Receipt).String())})
	}
}

// carried goes along with every act on a draft.
func (l *talker) carried(x *remark, back string) []part.Field {
	list := []part.Field{{Name: "version", Value: strconv.Itoa(x.Version)}}
	if back != "/talk" {
		list = append(list, part.Field{Name: "back", Value: back})
	}
	return list
}

func (x *remark) reportThing() access.Thing {
	t := x.thing()
	t.Kind = "report"
	if x.cell != "" && !slices.Contains(t.Cells, x.cell) {
		t.Cells = append(t.Cells, x.cell)
	}
	t.Into = t.Cells
	return t
}

// todo is what may be done with a waiting draft. head is the one it stands below, previous the last one that stands by itself.
func (l *talker) todo(x, head *remark, previous, back string) *page.Do {
	at := "/talk/" + url.PathEscape(x.ID)
	d := &page.Do{At: at, Title: x.title, Hidden: l.carried(x, back)}
	hide := func(name, value string) {
		if value != "" {
			d.Hidden = append(d.Hidden, part.Field{Name: name, Value: value})
		}
	}
	triages := l.may("report.triage", x.reportThing()) && !x.chatter
	d.Titled = triages
	if triages {
		hide("place", x.place)
		hide("grade", x.grade)
	}
	hide("sorted", x.label)
	if x.reading.Kind != x.label {
		hide("proposed", x.reading.Kind)
	}
	d.Missing = l.missing(x, triages)
	d.Celled = triages && x.cell == ""
	one := at
	if back != "/talk" {
		one = Address(at, nil, "back", back)
	}
	l.steps(d, x, triages, head, previous, one)
	return d
}

// missing is what has to be said before a draft can be filed. Of what rings nobody chooses twice: the likelier of the two kinds is taken.
func (l *talker) missing(x *remark, triages bool) string {
	switch {
	case !triages:
		return ""
	case x.kind == "" && (len(l.either(x)) == 0 || len(l.dangers(x)) == 0):
		return "kind"
	case x.cell == "":
		return "cell"
	case x.title == "":
		return "title"
	}
	return ""
}

// atOnce is how many of the things that may be done stand beside each other on a phone; the others are behind 更多.
const atOnce = 2

// steps are what may be done with a draft, by how often it is done: the ways to file it; what is proposed besides, to agree that it is set
// aside, to part it, to join it to the one above; then everything else. A choice leads to the page of the draft, one; the script opens it
// within the row.
func (l *talker) steps(d *page.Do, x *remark, triages bool, head *remark, previous, one string) {
	all := l.filings(x, triages, d.Missing)
	put := func(s page.Step) { all = append(all, s) }
	if x.Asked != "" && l.may(desk.StandDown, x.thing()) {
		put(page.Step{Label: l.t("talk.agree", "why", l.Called("aside."+x.Asked)), Verb: "put_aside", Name: "reason", Value: x.Asked})
	}
	cuts := cutsOf(x)
	if proposed := proposedOf(cuts); len(proposed) > 0 {
		put(page.Step{Label: l.t("talk.part_in", "n", len(proposed)+1), Verb: "part", Name: "cuts", Value: strings.Join(proposed, ","), Key: "s"})
	}
	if head != nil {
		put(page.Step{Label: l.t("talk.join_head", "when", l.When(head.SaidAt)), Verb: "join", Name: "into", Value: head.ID, Key: "m"})
	}
	aside := page.Step{Label: l.t("talk.aside"), Open: "x", Href: one + "#aside", Shared: true}
	correct := page.Step{Label: l.t("talk.correct"), Open: "c", Href: one + "#kinds", Shared: true}
	switch {
	case x.Asked != "" && !l.may(desk.StandDown, x.thing()): // it is for others to agree
		if x.Last == "asked" && x.LastBy == l.who.Person {
			put(page.Step{Label: l.t("talk.undo"), Verb: "undo"})
		}
		put(correct)
	case x.chatter || d.Missing == "kind":
		all = append(all, correct, aside)
	default:
		all = append(all, aside, correct)
	}
	if triages {
		put(page.Step{Label: l.t("talk.only_report"), Name: "alone", Value: "1", Shared: true})
	}
	if head == nil && previous != "" {
		put(page.Step{Label: l.t("talk.join_previous"), Verb: "join", Name: "into", Value: previous, Key: "m"})
	}
	if len(cuts) > 0 {
		put(page.Step{Label: l.t("talk.part"), Open: "s", Href: one + "#cuts", Shared: true})
	}
	put(page.Step{Label: l.t("talk.edit"), Key: "e", Href: one, Shared: true})
	d.Steps, d.More = all[:atOnce], all[atOnce:]
	if !l.alone { // the list sends once what is the same for all of its rows; the page of the draft has it without script
		d.More = append(slices.DeleteFunc(d.More, func(s page.Step) bool { return s.Shared }), page.Step{Label: l.t("talk.on_its_page"), Key: "e", Href: one})
	}
}

// filings are the ways to file a draft as it stands, the one that Enter means first.
func (l *talker) filings(x *remark, triages bool, missing string) []page.Step {
	switch {
	case x.chatter:
		return []page.Step{{Label: l.t("talk.aside_chatter"), Verb: "put_aside", Name: "reason", Value: draft.Chatter, Key: "Enter"}}
	case !triages:
		return []page.Step{{Label: l.t("talk.only_report"), Name: "alone", Value: "1", Key: "Enter"}}
	case x.kind == "":
		list := l.either(x)
		if missing != "kind" {
			list[0].Key = "Enter"
		}
		return list
	}
	return []page.Step{{Label: l.t("talk.file_as", "kind", l.Kind(x.kind)), Key: "Enter"}}
}

// either are the two ways in which a draft of which nobody is sure may be filed.
func (l *talker) either(x *remark) (list []page.Step) {
	for _, label := range []string{x.reading.Kind, x.reading.Second} {
		if kind, ok := l.book.Sort(label, l.dangers(x), x.text); ok && kind != "" {
			list = append(list, page.Step{Label: l.t("talk.file_as", "kind", l.Kind(kind)), Name: "sorted", Value: label})
		}
	}
	return list
}

// labels are the ways to sort; of one draft, with what it is sorted as and how likely its candidates are.
func (l *talker) labels(x *remark) (list []page.Label) {
	for _, s := range l.book.Labels() {
		k := page.Label{Value: s.Label.Zh, Name: l.Capital(s.Label.In(l.lang)), Latin: strings.ToLower(s.Label.En)}
		if x != nil {
			k.Now = k.Value == x.label
			if x.label == "" && k.Value == x.reading.Kind {
				k.Chance = fmt.Sprintf("%.0f%%", 100*x.reading.Chance)
			} else if x.label == "" && k.Value == x.reading.Second {
				k.Chance = fmt.Sprintf("%.0f%%", 100*x.reading.SecondChance)
			}
		}
		list = append(list, k)
	}
	return list
}

// asides are the reasons for which a draft may be set aside; what tells of danger is never chatter.
func (l *talker) asides(alarm bool) (list []page.Choice) {
	for _, reason := range draft.Reasons {
		if !alarm || reason != draft.Chatter {
			list = append(list, page.Choice{Value: reason, Label: l.Called("aside." + reason)})
		}
	}
	return list
}

// cut is a place between two sentences of a draft: its byte, its offset in letters, and whether it is proposed to cut there.
type cut struct {
	at       int
	offset   string
	proposed bool
}

// cutsOf are the places where a person may cut a draft.
func cutsOf(x *remark) (list []cut) {
	if x.erased {
		return nil
	}
	proposed := map[int]bool{}
	var at []int
	for _, p := range x.reading.Pieces {
		proposed[p.From], at = true, append(at, p.From)
	}
	for _, s := range triage.Sentences(x.text) {
		at = append(at, s.From)
	}
	for i, s := range triage.SplitAt(x.text, at) {
		if i > 0 {
			list = append(list, cut{s.From, strconv.Itoa(utf8.RuneCountInString(x.text[:s.From])), proposed[s.From]})
		}
	}
	return list
}

func proposedOf(cuts []cut) (list []string) {
	for _, c := range cuts {
		if c.proposed {
			list = append(list, c.offset)
		}
	}
	return list
}

// pieces are the sentences of a draft, and the places before them where a person may cut.
func pieces(x *remark) (list []page.Piece) {
	from, p := 0, page.Piece{}
	put := func(to int) {
		p.Words = strings.TrimSpace(vault.MaskFree(x.text[from:to]))
		list, from = append(list, p), to
	}
	for _, c := range cutsOf(x) {
		put(c.at)
		p = page.Piece{Cut: c.offset, On: c.proposed}
	}
	put(len(x.text))
	return list
}

// withTalk adds to the facts of a report the way back to the group message that it was made of.
func (l *teller) withTalk(rep *report.Report, pairs []part.Pair) ([]part.Pair, error) {
	if l.s.Boards.Drafts == nil || !l.s.May(l.who, "draft.read") {
		return pairs, nil
	}
	x, ok, err := l.s.Boards.Drafts.OfReport(l.ctx, l.scope, rep.ID)
	if err != nil || !ok {
		return pairs, err
	}
	from := strings.TrimSpace(x.Group + " " + l.When(x.SaidAt))
	if from == "" {
		from = l.t("talk.one")
	}
	link := part.Button{Label: from, Kind: part.Quiet, Icon: "messages-square", Href: "/talk/" + url.PathEscape(x.ID)}
	return append(pairs, part.Pair{Term: l.t("talk.from"), Value: link}), nil
}
