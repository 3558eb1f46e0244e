package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// Teller says what the journal holds in the words of the people who read it: no key and no id leaves it. A room of pages puts it into
// a teller of its own, to say what only that room says.
type Teller struct {
	s     *Site
	ctx   context.Context
	lang  string
	who   access.Who
	scope access.Scope
	org   *organisation.Org
	book  *playbook.Book
	cal   *clock.Calendar
	now   time.Time
	kinds map[string]playbook.Kind
	grade map[string]int

	people *names // of the dispute the page is about
	veiled bool   // must not know of a violation record in it
	ready  Opened // what was opened already for this page

	kitNames map[string]string // what portable kits are called, once asked
}

// teller is its name in the core.
type teller = Teller

// Ctx is the context of the request.
func (l *Teller) Ctx() context.Context { return l.ctx }

// Lang is the language of the page: "zh" or "en".
func (l *Teller) Lang() string { return l.lang }

// Who is who asks.
func (l *Teller) Who() access.Who { return l.who }

// Scope is what they may see.
func (l *Teller) Scope() access.Scope { return l.scope }

// Org is the organisation of their station.
func (l *Teller) Org() *organisation.Org { return l.org }

// Book is the playbook of their station.
func (l *Teller) Book() *playbook.Book { return l.book }

// Calendar is the calendar of their station.
func (l *Teller) Calendar() *clock.Calendar { return l.cal }

// Now is when the page was asked for.
func (l *Teller) Now() time.Time { return l.now }

// Tell gives a teller for whoever asks by this request.
func (s *Site) Tell(r *http.Request) (*teller, error) { return s.TellTo(r.Context(), s.Who(r)) }

// TellTo gives a teller for somebody, where no request says who asks.
func (s *Site) TellTo(ctx context.Context, who access.Who) (*teller, error) {
	l := &teller{s: s, ctx: ctx, lang: part.Lang(ctx), who: who, scope: s.Policy.Scope(who), now: s.Clock.Now(),
		kinds: map[string]playbook.Kind{}, grade: map[string]int{}}
	var err error
	if l.org, err = s.Desk.Org(ctx, who.Station); err != nil {
		return nil, err
	}
	if l.book, err = s.Desk.Book(ctx, who.Station); err != nil {
		return nil, err
	}
	if l.cal, err = s.Desk.Calendar(ctx, who.Station); err != nil {
		return nil, err
	}
	for _, k := range l.book.Kinds() {
		l.kinds[k.Key] = k
	}
	for i, g := range l.book.Scale() {
		l.grade[g.Key] = i + 1
	}
	return l, nil
}

// Called is what a thing with a fixed key is called, as the first word of a line.
func (l *teller) Called(key string) string { return l.Capital(fault.Name(l.lang, key)) }

// Capital begins an English name with a capital; Chinese has none.
func (l *teller) Capital(s string) string {
	if l.lang != "en" || s == "" {
		return s
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// T says a text of the pages; see text.T. The core, which says a thousand of them, calls it t.
func (l *Teller) T(key string, pairs ...any) string { return t(l.ctx, key, pairs...) }

func (l *teller) t(key string, pairs ...any) string { return t(l.ctx, key, pairs...) }

// May asks the policy of one act on one thing.
func (l *teller) May(act string, thing access.Thing) bool {
	thing.Station = l.who.Station
	return l.s.Policy.May(l.who, act, thing).Allow
}

// MayUnmask asks whether a look would be allowed with a purpose.
func (l *teller) MayUnmask(thing access.Thing) bool {
	who := l.who
	who.Purpose = "?"
	thing.Station = who.Station
	return l.s.Policy.May(who, "person.unmask", thing).Allow
}

// Kind is what a kind of matter is called.
func (l *teller) Kind(key string) string {
	if k, ok := l.kinds[key]; ok {
		return l.Capital(k.Name.In(l.lang))
	}
	return l.t("say.unknown_kind")
}

// icons turn the icon a playbook names into one of ours.
var icons = map[string]string{"scales": "scale", "hand": "heart-handshake", "door": "door-open", "warning": "triangle-alert",
	"search": "package-search", "lamp": "eye", "question": "circle-question-mark", "clipboard": "clipboard-check", "box": "package",
	"megaphone": "megaphone", "arrow": "reply", "siren": "siren"}

func (l *teller) icon(kind string) string { return icons[l.kinds[kind].Icon] }

func (l *teller) gradeOf(key string) *part.Grade {
	g, ok := l.book.ScaleGrade(key)
	if !ok {
		return nil
	}
	return &part.Grade{Level: l.grade[key], Label: l.Capital(g.Name.In(l.lang))}
}

var stateTones = map[matter.State]part.Tone{matter.InHand: part.Info, matter.UnderWay: part.Info, matter.AwaitingAck: part.Info,
	matter.OnHold: part.Paused, matter.Elsewhere: part.Paused, matter.HandedOver: part.Paused, matter.OutcomeIn: part.Due,
	matter.Checked: part.Info, matter.Done: part.OK, matter.Answered: part.OK}

func (l *teller) state(key string) part.Status {
	return part.Status{Tone: stateTones[matter.State(key)], Label: l.Called("state." + key)}
}

// Person is how somebody is called. Who reports is "the reporter", and the program is "the system".
func (l *teller) Person(id string) string {
	if id == "" || id == work.Public {
		return fault.Name(l.lang, strings.TrimSuffix("by."+id, " "))
	}
	if p, ok := l.org.People[id]; ok {
		return p.Call
	}
	return l.t("say.someone")
}

// Cell is what a cell is called, "" for none.
func (l *teller) Cell(id string) string {
	if _, ok := l.org.Cell(id); !ok {
		if id == "" {
			return ""
		}
		return l.t("say.unknown_cell")
	}
	return l.org.CellName(id, l.lang)
}

func (l *teller) body(id string) string { return bodyName(l.lang, l.org, l.book, id) }

func (l *teller) limit(kind, grade, key string) (name, source string) {
	for _, x := range l.book.Limits(kind, grade) {
		if x.Key == key {
			return l.Capital(x.Name.In(l.lang)), x.Source
		}
	}
	return l.Called("limit." + key), ""
}

// span says a stretch of time in its two largest parts at most: 2 天, 3 小时, 25 分钟.
func (l *teller) span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	switch {
	case d >= 48*time.Hour:
		return l.t("span.days", "n", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return l.t("span.hours", "n", int(d/time.Hour))
	}
	return l.t("span.minutes", "n", max(1, int(d/time.Minute)))
}

// ClockAt is a clock chip for an end and its first warning; nil when nothing is due.
func (l *teller) ClockAt(due, warn time.Time) *part.Clock {
	if due.IsZero() {
		return nil
	}
	left := due.Sub(l.now)
	c := &part.Clock{Tone: part.OK, Label: l.t("clock.left", "span", l.span(left)), At: due.In(clock.Shanghai).Format(time.RFC3339)}
	switch {
	case left < 0:
		c.Tone, c.Label = part.Overdue, l.t("clock.over", "span", l.span(left))
	case left < 24*time.Hour, !warn.IsZero() && !l.now.Before(warn):
		c.Tone = part.Due
	}
	return c
}

// item is a matter in a list.
func (l *teller) item(r matters.Row) part.Matter {
	status := l.state(r.State)
	m := part.Matter{Href: "/matters/" + r.ID, Number: r.Number, Title: r.Title, Kind: l.Kind(r.Kind), Icon: l.icon(r.Kind), Place: l.Where(r.Cell, r.Place),
		Grade: l.gradeOf(r.Grade), Status: &status, When: l.Ago(r.OpenedAt), Clock: l.ClockAt(r.DueAt, r.WarnAt)}
	if r.Handler != "" {
		m.Handler = l.Person(r.Handler)
	}
	if c := m.Clock; c != nil {
		thing := access.Thing{Kind: "matter", Cells: []string{r.Cell}, Handler: r.Handler, People: append(slices.Clone(r.Helpers), r.Handler)}
		if !l.tellsOfOffence(r.Kind, r.Grade, r.DueLimit) || l.May("violation.read", thing) {
			name, source := l.limit(r.Kind, r.Grade, r.DueLimit)
			c.Source = strings.Trim(name+" · "+source, " ·")
		}
	}
	if r.Supervised != "" {
		m.Marks = append(m.Marks, l.t("mark.supervised"))
	}
	if r.Chased > 0 {
		m.Marks = append(m.Marks, l.t("mark.chased"))
	}
	if r.Reopened > 0 {
		m.Marks = append(m.Marks, l.t("mark.reopened"))
	}
	if r.Reports > 1 {
		m.Marks = append(m.Marks, l.t("mark.reports", "n", r.Reports))
	}
	if slices.Contains(r.Helpers, l.who.Person) && r.Handler != l.who.Person {
		m.Marks = append(m.Marks, l.t("mark.helping"))
	}
	return m
}

// items are matters in a list.
func (l *teller) items(rows []matters.Row) []part.Matter {
	list := make([]part.Matter, len(rows))
	for i, r := range rows {
		list[i] = l.item(r)
	}
	return list
}

// Where is a place with the cell it lies in.
func (l *teller) Where(cell, place string) string { return strings.Trim(l.Cell(cell)+" "+place, " ") }

// Ago says an instant of the last days by its distance, an older one by its date.
func (l *teller) Ago(at time.Time) string {
	d := l.now.Sub(at)
	switch {
	case at.IsZero():
		return ""
	case d < time.Minute:
		return l.t("ago.now")
	case d < 48*time.Hour:
		return l.t("ago", "span", l.span(d))
	}
	return l.Day(at)
}

// Day says a date.
func (l *teller) Day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(clock.Shanghai)
	sameYear := at.Year() == l.now.In(clock.Shanghai).Year()
	switch {
	case l.lang == "en" && sameYear:
		return at.Format("2 Jan")
	case l.lang == "en":
		return at.Format("2 Jan 2006")
	case sameYear:
		return at.Format("1月2日")
	}
	return at.Format("2006年1月2日")
}

// When says an instant; see Site.when.
func (l *teller) When(at time.Time) string { return l.s.when(l.ctx, at) }

// Opened are sealed texts opened for one page.
type Opened map[vault.Ref]string

// Open opens sealed texts. What of them is shown is masked by the caller.
func (l *teller) Open(texts ...vault.Text) (Opened, error) {
	missing := slices.DeleteFunc(slices.Clone(texts), func(t vault.Text) bool { _, ok := l.ready[t.Ref()]; return ok })
	o, err := l.s.Desk.Reveal(l.ctx, l.who.Station, missing...)
	if err != nil || l.ready == nil {
		return o, err
	}
	maps.Copy(l.ready, o)
	return l.ready, nil
}

// Words gives an opened text with the personal spans in it masked; a text that was erased is said to be so.
func (l *teller) Words(o Opened, t vault.Text) string {
	if t.Empty() {
		return ""
	}
	if s, ok := o[t.Ref()]; ok {
		return vault.MaskFree(l.Quiet(s))
	}
	return l.t("say.erased")
}

// Cut shortens a text to one line of a list.
func Cut(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimRight(string(r[:n-1]), " ，。、；：,.;:") + "…"
}

// Masked is a personal value in part, with the way to the whole of it for those who may ask.
func (l *teller) Masked(o Opened, t vault.Text, thing, id, field string, mask func(string) string, may bool) *part.Masked {
	s, ok := o[t.Ref()]
	if t.Empty() || !ok {
		return nil
	}
	m := &part.Masked{Shown: mask(s), What: fault.Name(l.lang, "field."+field)}
	if may && m.Shown != s {
		m.Href = fmt.Sprintf("/look?thing=%s&id=%s&subject=%s&field=%s&v=%d", thing, id, t.Ref().Subject, t.Ref().Field, t.Ref().Version)
	}
	return m
}

// Name is a name in the language of the page, the Chinese one where there is no other.
func (l *teller) Name(n grid.Name) string { return cmp.Or(n.In(l.lang), n.Zh) }

// Comma goes between the things of a list.
func (l *teller) Comma() string {
	if l.lang == "en" {
		return ", "
	}
	return "、"
}

// Today is the day it is, as forms and addresses write it.
func (l *teller) Today() string { return l.now.In(clock.Shanghai).Format("2006-01-02") }

// Several names many things in a row.
func (l *teller) Several(ids []string, called func(string) string) string {
	var list []string
	for _, id := range ids {
		list = append(list, called(id))
	}
	return strings.Join(list, l.t("say.and"))
}

// KitCalled is what a kit, or a kind of kits, is called.
func (l *teller) KitCalled(key string) string {
	if k, ok := l.book.KitKind(key); ok {
		return l.Capital(k.Name.In(l.lang))
	}
	if l.kitNames == nil {
		l.kitNames = map[string]string{}
		if l.s.Boards.Doorsteps != nil {
			list, err := l.s.Boards.Doorsteps.Kits(l.ctx, access.System(l.who.Station), l.now)
			if err != nil {
				l.s.Log.WarnContext(l.ctx, "names of kits not read", "error", err.Error())
			}
			for _, k := range list {
				l.kitNames[k.ID] = k.Name
			}
		}
	}
	if name := l.kitNames[key]; name != "" {
		return name
	}
	return l.t("tour.some_kit")
}

// Firm gives a firm that somebody may see; what they may not see is not there.
func (l *teller) Firm(id string) (*firm.Firm, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, firm.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	f, err := firm.Fold(events)
	if err != nil {
		return nil, err
	}
	if f.Version == 0 || !l.May("firm.read", desk.FirmThing(l.who.Station, f)) {
		return nil, fault.New(fault.Missing, "firm.not_found", nil)
	}
	return f, nil
}

// NamesOfFirms gives what firms are called, by their ids.
func (l *teller) NamesOfFirms(ids []string) (map[string]string, error) {
	rows, err := l.s.Boards.Firms.ByID(l.ctx, access.System(l.who.Station), ids...)
	names := map[string]string{}
	for _, x := range rows {
		names[x.ID] = x.Name
	}
	return names, err
}

// SendSheet sends a paper that belongs to no dispute as PDF, with who printed it and when at its foot. It stands in no register, so it
// bears no check code: whoever typed that into /check would read that there is no such paper.
func (l *teller) SendSheet(w http.ResponseWriter, template string, facts document.Facts) error {
	doc, err := document.Sheet(l.book, template, facts)
	if err != nil {
		return err
	}
	doc.Loose, doc.PrintedAt = true, l.now.In(clock.Shanghai)
	if l.who.Person != "" {
		doc.PrintedBy = l.Person(l.who.Person)
	}
	var pdf bytes.Buffer
	if err := doc.PDF(&pdf); err != nil {
		return err
	}
	SendPaper(w, "application/pdf", doc.Title+".pdf", pdf.Bytes())
	return nil
}
