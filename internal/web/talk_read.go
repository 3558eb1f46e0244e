package web

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/grid"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/draft"
)

// remark is one draft as it is read for a page: what was said, what is proposed, and what a person said of it already.
type remark struct {
	drafts.Row
	text, name, quote string // opened; never shown as they are
	erased            bool
	reading           triage.Reading
	label             string // what it is sorted as: corrected, or proposed for certain
	kind              string // "" for chatter, and for what is not sorted yet
	chatter           bool
	grade             string // "" leaves it to the kind
	cell              string
	place             string
	title             string
	under             string           // the remark it stands below
	alike             triage.Candidate // why it stands there
	kin               string           // "same", "follows"
	next              string           // the one that waits below it, when something is done with it
}

// talker reads drafts for a page.
type talker struct {
	*teller
	senders map[string]bool // names of the organisation and of who said something, left out of titles
	back    map[string]string
	filed   map[string]bool // heads that the drafts shown were joined to
	matters map[string]matters.Row
	seen    map[string]*part.Link // reports like those shown, by id
	allowed map[string]bool       // what may be done, by act and by whose it is
	alone   bool                  // the page shows one draft with everything that may be done
}

func (l *Teller) talks() *talker {
	return &talker{teller: l, senders: map[string]bool{}, seen: map[string]*part.Link{}, allowed: map[string]bool{}}
}

// may asks the policy, once for all drafts of a cell that the same person took in.
func (l *talker) may(act string, thing access.Thing) bool {
	key := strings.Join(slices.Concat([]string{act, thing.Kind}, thing.Cells, []string{"|"}, thing.People), " ")
	yes, known := l.allowed[key]
	if !known {
		yes = l.May(act, thing)
		l.allowed[key] = yes
	}
	return yes
}

// thing is a draft as the policy sees it.
func (x *remark) thing() access.Thing {
	t := access.Thing{Kind: "draft"}
	if x.Cell != "" {
		t.Cells = []string{x.Cell}
	}
	if x.TakenBy != "" {
		t.People = []string{x.TakenBy}
	}
	return t
}

// at is when it was said, as far as is known.
func (x *remark) at() time.Time {
	if x.SaidAt.IsZero() {
		return x.TakenAt
	}
	return x.SaidAt
}

// read opens drafts and has them read, in their order.
func (l *talker) read(rows []drafts.Row) ([]*remark, error) {
	texts := make([]vault.Text, 0, 3*len(rows))
	for i := range rows {
		texts = append(texts, rows[i].Words, rows[i].Name, rows[i].Quote)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	if err := l.knowNames(rows, o); err != nil {
		return nil, err
	}
	list := make([]*remark, len(rows))
	for i := range rows {
		x := &remark{Row: rows[i]}
		if x.text, x.erased = o[x.Words.Ref()], false; x.text == "" {
			x.erased = true
		}
		x.name, x.quote = o[x.Name.Ref()], o[x.Quote.Ref()]
		if err := l.propose(x); err != nil {
			return nil, err
		}
		list[i] = x
	}
	return list, nil
}

// propose says of a draft what triage makes of it, and what a person made of that.
func (l *talker) propose(x *remark) error {
	if x.erased {
		return nil
	}
	x.cell, x.place = x.Cell, x.Where
	if l.s.Reader != nil {
		var err error
		if x.reading, err = l.s.Reader.Read(l.ctx, l.who.Station, x.message()); err != nil {
			return err
		}
	}
	if x.label = x.Label; x.label == "" && x.reading.Sure {
		x.label = x.reading.Kind
	}
	if x.label != "" {
		kind, known := l.book.Sort(x.label, l.dangers(x), x.text)
		x.kind, x.chatter = kind, known && kind == "" && len(l.dangers(x)) == 0 // what rings is never chatter
	}
	if x.chatter && x.Label == "" && x.Follows != "" { // goes on from something: to be joined, never swept away with the small talk
		x.chatter, x.label = false, ""
	}
	if x.place == "" {
		x.place = placeSaid(x.reading.Places)
	}
	x.grade = l.gradeBy(x.urgency(), x.kind)
	x.title = l.titleOf(x)
	return nil
}

func (x *remark) message() triage.Message {
	return triage.Message{Text: x.text, At: x.at(), Cell: grid.CellID(x.Cell)}
}

func (x *remark) urgency() string {
	if x.Urgency != "" {
		return x.Urgency
	}
	return x.reading.Urgency
}

// dangers are the lists it rings for: those of its taking, and of what is read now.
func (l *talker) dangers(x *remark) []string {
	list := slices.Clone(x.Dangers)
	for _, d := range x.reading.Dangers {
		if !slices.Contains(list, d.List) {
			list = append(list, d.List)
		}
	}
	return list
}

// gradeBy is the grade of an urgency: the two highest of the scale stand for 特急 and 急. The kind's own grade is never lowered.
func (l *talker) gradeBy(urgency, kind string) string {
	at := slices.Index([]string{triage.Critical, triage.Urgent}, urgency)
	if at < 0 || at >= len(l.book.Scale()) {
		return ""
	}
	if own := l.grade[l.kinds[kind].Grade]; own > 0 && own <= at+1 {
		return ""
	}
	return l.book.Scale()[at].Key
}

// placeSaid is the place in the words of the message.
func placeSaid(places []triage.Place) string {
	best := ""
	for _, p := range places {
		if p.Vague {
			continue
		}
		if n := len([]rune(p.Words)); n > len([]rune(best)) && n <= 30 {
			best = p.Words
		}
	}
	return best
}

// past is how a remark is compared with others.
func (l *talker) past(x *remark) triage.Past {
	who := x.Person
	if l.s.Reader != nil {
		who = l.s.Reader.Sender(l.ctx, l.who.Station, x.Person, x.name)
	}
	return x.reading.Past(x.ID, who, x.Group, x.message())
}

// arrange puts what may be about the same event under the first that told of it, and what goes on from a message under that one. The
// order is otherwise that of the list; a group stands where its first stands.
func (l *talker) arrange(list []*remark) []*remark {
	byID := map[string]*remark{}
	for _, x := range list {
		byID[x.ID] = x
	}
	inTime := slices.Clone(list)
	slices.SortStableFunc(inTime, func(a, b *remark) int { return a.at().Compare(b.at()) })
	index := triage.NewIndex()
	for _, x := range inTime {
		if x.erased || x.State != draft.Waiting {
			continue
		}
		if head := byID[x.Follows]; head != nil {
			x.under, x.kin = head.ID, "follows"
			continue
		}
		if x.chatter || x.label == "" && len(x.reading.Places) == 0 {
			continue
		}
		p := l.past(x)
		for _, c := range index.Find(x.text, p) {
			if head := byID[c.ID]; head != nil {
				x.under, x.kin, x.alike = head.ID, "same", c
				break
			}
		}
		index.Add(x.text, p)
	}
	return underHeads(list, byID)
}

// underHeads flattens the arrangement: every head, then all that stands under it.
func underHeads(list []*remark, byID map[string]*remark) []*remark {
	root := func(x *remark) *remark {
		for n := 0; x.under != "" && n < len(list); n++ {
			x = byID[x.under]
		}
		return x
	}
	below := map[*remark][]*remark{}
	for _, x := range list {
		if head := root(x); head != x {
			below[head] = append(below[head], x)
			x.under = head.ID
		}
	}
	var out []*remark
	done := map[*remark]bool{}
	for _, x := range list {
		head := root(x)
		if done[head] {
			continue
		}
		done[head] = true
		out = append(append(out, head), below[head]...)
	}
	return out
}

// quoted says why something is proposed, in words of the message that hold nothing personal.
func (l *talker) quoted(words []string) string {
	var list []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w == "" || len(vault.FindPersonal(w)) > 0 || digits(w) >= 3 {
			continue
		}
		if w = l.t("talk.quoted", "words", w); !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return strings.Join(list[:min(len(list), 4)], "")
}

// alikeWhy says why a message may be about the same event as another one.
func (l *talker) alikeWhy(c triage.Candidate) string {
	var why []string
	if words := strings.TrimSpace(l.quoted(c.Shares)); words != "" {
		why = append(why, words)
	}
	if c.Place != "" && len(vault.FindPersonal(c.Place)) == 0 {
		why = append(why, l.t("talk.same_place", "place", vault.MaskFree(c.Place)))
	} else if c.SameCell {
		why = append(why, l.t("talk.same_cell"))
	}
	return strings.Join(why, l.t("say.and"))
}

func digits(s string) (n int) {
	for _, c := range s {
		if c >= '0' && c <= '9' || c >= '０' && c <= '９' {
			n++
		}
	}
	return n
}
