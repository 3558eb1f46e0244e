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
		next := ""
		for _, y := range list[i+1:] {
			if y.State == draft.Waiting {
				next = y.ID
				break
			}
		}
		row := l.row(x, byID, back)
		if row.Do != nil {
			row.Do.Hidden = append(row.Do.Hidden, part.Field{Name: "next", Value: next})
			if row.Do.Into == "" && previous != "" && x.State == draft.Waiting {
				row.Do.Into, row.Do.IntoWhy = previous, l.t("talk.join_previous")
			}
		}
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

func (l *talker) row(x *remark, byID map[string]*remark, back string) page.Row {
	r := page.Row{ID: x.ID, State: string(x.State), Kin: x.kin, Ours: x.Person != "", Who: l.speaker(x), Group: x.Group, At: machineTime(x), When: l.When(x.SaidAt)}
	if r.When == "" {
		r.When = l.t("talk.no_time")
	}
	for _, d := range l.dangers(x) {
		r.Dangers = append(r.Dangers, l.dangerName(d))
	}
	r.Words = l.spans(x)
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
	if l.May("draft.accept", x.thing()) {
		r.Do = l.todo(x, byID, back)
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
		if p.Cell != "" {
			title = l.Where(string(p.Cell), map[bool]string{true: l.t("talk.place_vague")}[p.Vague])
		}
		put(p.From, p.To, "place", title)
	}
	for _, t := range x.reading.Times {
		put(t.From, t.To, "time", l.span2(t))
	}
	slices.SortFunc(all, func(a, b mark) int { return a.from - b.from })
	var list []page.Span
	done := 0
	for _, m := range all {
		if done < m.from {
			list = append(list, page.Span{Text: x.text[done:m.from]})
		}
		words := x.text[m.from:m.to]
		if m.sort == "personal" {
			if words = vault.MaskFree(words); words == x.text[m.from:m.to] {
				words = "＊＊＊"
			}
		}
		list, done = append(list, page.Span{Sort: m.sort, Text: words, Title: m.title}), m.to
	}
	if done < len(x.text) {
		list = append(list, page.Span{Text: x.text[done:]})
	}
	return list
}

func (l *talker) span2(t triage.When) string {
	return l.t("talk.from_until", "from", l.When(t.Begin), "until", l.When(t.End))
}

// proposal says what is made of a draft and why.
func (l *talker) proposal(r *page.Row, x *remark) {
	g := x.reading
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
	if grade := cmp.Or(x.grade, l.kinds[x.kind].Grade); x.kind != "" {
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
		if rep, err := l.s.report(l.ctx, l.who, c.ID); err == nil {
			list = append(list, part.Link{Href: "/reports/" + rep.ID, Label: l.t("talk.like_at", "when", l.When(rep.At))})
		}
	}
	return list
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
	r.Undo = l.May("draft.undo", x.thing()) && l.undoable(x)
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
	return []part.Field{{Name: "version", Value: strconv.Itoa(x.Version)}, {Name: "key", Value: l.s.NewKey()}, {Name: "back", Value: back}}
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

// todo is what may be done with a waiting draft.
func (l *talker) todo(x *remark, byID map[string]*remark, back string) *page.Do {
	at := "/talk/" + url.PathEscape(x.ID)
	d := &page.Do{At: at, Title: x.title, Edit: Address(at, nil, "back", back), Hidden: l.carried(x, back)}
	hide := func(name, value string) {
		if value != "" {
			d.Hidden = append(d.Hidden, part.Field{Name: name, Value: value})
		}
	}
	hide("kind", x.kind)
	hide("place", x.place)
	hide("grade", x.grade)
	hide("sorted", x.label)
	hide("proposed", x.reading.Kind)
	triages := l.May("report.triage", x.reportThing())
	switch {
	case x.chatter:
		d.Accept = &part.Button{Label: l.t("talk.aside_chatter"), Icon: "x", Action: at + "/put_aside", Name: "reason", Value: draft.Chatter}
	case !triages:
		d.Accept = &part.Button{Label: l.t("talk.only_report"), Icon: "check", Action: at + "/accept", Name: "alone", Value: "1"}
	case x.kind == "":
		d.Missing = "kind"
		if d.Either = l.either(x, at); len(d.Either) > 0 && len(l.dangers(x)) > 0 { // of what rings nobody chooses twice
			d.Accept, d.Either, d.Missing = &d.Either[0], d.Either[1:], ""
		}
	default:
		d.Accept = &part.Button{Label: l.t("talk.file_as", "kind", l.Kind(x.kind)), Icon: "check", Action: at + "/accept"}
	}
	if triages && !x.chatter && d.Missing == "" {
		if x.cell == "" {
			d.Missing = "cell"
		} else if x.title == "" {
			d.Missing = "title"
		}
	}
	if triages && !x.chatter && x.cell == "" && (d.Accept != nil || len(d.Either) > 0) {
		d.Cells = &part.Field{Name: "cell", Scope: x.ID + "-", Kind: part.KindCell, Label: l.t("talk.cell"), Options: l.mayPut("report.triage", x.reportThing())}
	}
	if d.Cells == nil {
		hide("cell", x.cell)
	}
	if triages && !x.chatter {
		d.Report = &part.Button{Label: l.t("talk.only_report"), Action: at + "/accept", Name: "alone", Value: "1"}
	}
	for _, reason := range draft.Reasons {
		if reason == draft.Chatter && len(x.Dangers) > 0 {
			continue // the desk refuses it
		}
		d.Aside = append(d.Aside, part.Button{Value: reason, Label: l.Called("aside." + reason)})
	}
	d.Kinds, d.Cuts = l.labels(x), cuts(x)
	d.Cut = slices.ContainsFunc(d.Cuts, func(p page.Piece) bool { return p.On })
	if head := byID[x.under]; head != nil {
		d.Into, d.IntoWhy = head.ID, l.t("talk.join_head", "when", l.When(head.SaidAt))
	}
	return d
}

// either are the two ways in which a draft of which nobody is sure may be filed.
func (l *talker) either(x *remark, at string) (list []part.Button) {
	for _, label := range []string{x.reading.Kind, x.reading.Second} {
		if kind, ok := l.book.Sort(label, l.dangers(x), x.text); ok && kind != "" {
			list = append(list, part.Button{Label: l.t("talk.file_as", "kind", l.Kind(kind)), Icon: "check", Action: at + "/accept", Name: "sorted", Value: label})
		}
	}
	return list
}

func (l *talker) labels(x *remark) (list []page.Label) {
	for _, s := range l.book.Labels() {
		k := page.Label{Value: s.Label.Zh, Name: l.Capital(s.Label.In(l.lang)), Latin: strings.ToLower(s.Label.En), Now: s.Label.Zh == x.label}
		if x.label == "" {
			for _, c := range []struct {
				kind   string
				chance float64
			}{{x.reading.Kind, x.reading.Chance}, {x.reading.Second, x.reading.SecondChance}} {
				if c.kind == k.Value {
					k.Candidate, k.Chance = true, fmt.Sprintf("%.0f%%", 100*c.chance)
				}
			}
		}
		list = append(list, k)
	}
	return list
}

// cuts are the sentences of a draft, and the places before them where a person may cut; those of the proposed parting are set.
func cuts(x *remark) (list []page.Piece) {
	proposed := map[int]bool{}
	var at []int
	for _, p := range x.reading.Pieces {
		proposed[p.From], at = true, append(at, p.From)
	}
	for _, s := range triage.Sentences(x.text) {
		at = append(at, s.From)
	}
	for i, s := range triage.SplitAt(x.text, at) {
		p := page.Piece{Words: strings.TrimSpace(vault.MaskFree(s.Words))}
		if i > 0 {
			p.Cut, p.On = strconv.Itoa(utf8.RuneCountInString(x.text[:s.From])), proposed[s.From]
		}
		list = append(list, p)
	}
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
