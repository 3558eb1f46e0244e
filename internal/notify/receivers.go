package notify

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/notice"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// happening is one event that somebody is to be told of, with the thing it happened to.
type happening struct {
	p       *Post
	ctx     context.Context
	event   *journal.Event
	org     *organisation.Org
	book    *playbook.Book
	fields  map[string]json.RawMessage
	matter  *matter.Matter
	reports []report.Report
	parties []vault.Ref // phones of the parties the event names
	silent  bool        // nobody outside may hear of it
	group   *string     // the cell whose group chat it was said in, when a vendor brought it from there
	codes   []string    // receipt codes of what was said there
}

// of gives the notices that one event asks for.
func (p *Post) of(ctx context.Context, book *playbook.Book, e *journal.Event) (list []notice.Notice, err error) {
	kind, _, _ := strings.Cut(e.Kind, "/")
	var h *happening
	for _, t := range book.Tellings() {
		if t.Event != kind {
			continue
		}
		if h == nil {
			if h, err = p.happened(ctx, book, e); err != nil {
				return nil, err
			}
		}
		list = append(list, h.tell(t)...)
	}
	return list, nil
}

func (p *Post) happened(ctx context.Context, book *playbook.Book, e *journal.Event) (*happening, error) {
	h := &happening{p: p, ctx: ctx, event: e, book: book}
	var err error
	if h.org, err = p.desk.Org(ctx, e.Station); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(e.Data, &h.fields); err != nil {
		return nil, err
	}
	switch area, _, _ := strings.Cut(e.Stream, "/"); area {
	case "matter":
		err = h.ofMatter()
	case "report":
		err = h.ofReport()
	case "draft":
		err = h.ofDraft()
	}
	return h, err
}

func (h *happening) ofMatter() error {
	events, err := h.stream(h.event.Stream)
	if err != nil {
		return err
	}
	m, err := matter.Fold(events)
	if err != nil {
		return err
	}
	h.matter = &m
	if err := h.feared(&m, events); err != nil {
		return err
	}
	for _, id := range m.Reports {
		if _, err := h.withReport(report.Stream(id)); err != nil {
			return err
		}
	}
	var named []string
	_ = json.Unmarshal(h.fields["parties"], &named) // not there, or of another shape: nobody is named
	for _, x := range m.Parties {
		if slices.Contains(named, x.ID) && !x.Phone.Empty() && !x.Limited {
			h.parties = append(h.parties, x.Phone.Ref())
		}
	}
	return nil
}

// ofReport takes the report, and whether violence is feared in a matter that came of it.
func (h *happening) ofReport() error {
	r, err := h.withReport(h.event.Stream)
	if err != nil {
		return err
	}
	for _, id := range r.Matters {
		events, err := h.stream(matter.Stream(id))
		if err != nil {
			return err
		}
		m, err := matter.Fold(events)
		if err == nil {
			err = h.feared(&m, events)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ofDraft takes the group a draft came from through a webhook, and the receipt codes its filing gave. What was pasted is answered by who
// pasted it.
func (h *happening) ofDraft() error {
	var taken struct{ Home, Of, Channel string }
	for stream := h.event.Stream; stream != ""; {
		events, err := h.stream(stream)
		if err != nil || len(events) == 0 {
			return err
		}
		taken.Home, taken.Of, taken.Channel = "", "", ""
		if err := json.Unmarshal(events[0].Data, &taken); err != nil {
			return err
		}
		if stream = ""; taken.Of != "" { // parted from another one, which knows
			stream = draft.Stream(taken.Of)
		}
	}
	var filed draft.FiledAs
	if err := json.Unmarshal(h.event.Data, &filed); err != nil || taken.Channel == draft.ByPaste {
		return err
	}
	h.group = &taken.Home
	for _, o := range append([]draft.Other{{Receipt: filed.Receipt}}, filed.Others...) {
		if o.Receipt != "" {
			h.codes = append(h.codes, o.Receipt)
		}
	}
	return nil
}

// stream gives the events of a stream as they were when it happened.
func (h *happening) stream(name string) ([]journal.Event, error) {
	events, err := h.p.desk.Journal.Stream(h.ctx, h.event.Station, name, 0)
	last := h.event.Seq
	for i := range events { // what one act wrote belongs together
		if events[i].Act == h.event.Act {
			last = max(last, events[i].Seq)
		}
	}
	return slices.DeleteFunc(events, func(e journal.Event) bool { return e.Seq > last }), err
}

// feared notes that violence is feared: a phone at home may lie open, so that nothing is sent to anybody's (law-and-standards 5.1).
func (h *happening) feared(m *matter.Matter, events []journal.Event) error {
	if k, _ := h.book.Kind(m.Kind); k.Base != dispute.Base {
		return nil
	}
	d, err := dispute.Fold(events)
	if err != nil {
		return err
	}
	h.silent = h.silent || d.Safety.Flagged || m.Extra["family_violence"] == "yes"
	return nil
}

func (h *happening) withReport(stream string) (report.Report, error) {
	events, err := h.stream(stream)
	if err != nil {
		return report.Report{}, err
	}
	r, err := report.Fold(events)
	if err == nil && r.Version > 0 {
		h.reports = append(h.reports, r)
	}
	return r, err
}

// tell makes the notices of one rule: each receiver once in each channel, nobody of what they did themselves.
func (h *happening) tell(t playbook.Telling) (list []notice.Notice) {
	base := notice.Notice{Telling: t.Key, Thing: h.event.Stream, Urgent: t.Urgent, Blanks: h.blanks()}
	add := func(channel string, set func(n *notice.Notice)) {
		n := base
		n.Channel = channel
		set(&n)
		list = append(list, n)
	}
	for _, channel := range t.Channels {
		if channel != notice.Page && !h.p.gateways.has(channel) {
			continue // there is no such way out of this house: nothing waits for it
		}
		switch t.To {
		case "reporter", "phone", "owing":
			for _, ref := range h.phones(t.To) {
				add(channel, func(n *notice.Notice) { n.Phone, n.Code = &ref, h.ref("code") })
			}
		case "cell", "station", "group":
			for _, cell := range h.cells(t.To) {
				add(channel, func(n *notice.Notice) { n.Cell = cell })
			}
		default:
			for _, person := range h.people(t.To) {
				add(channel, func(n *notice.Notice) { n.To = person })
			}
		}
	}
	return list
}

// people are the colleagues a rule names, each once, without who did it and who is not here any more.
func (h *happening) people(to string) (list []string) {
	switch to {
	case "handler":
		if h.matter != nil {
			list = append(list, h.matter.Handler)
		}
	case "helpers":
		if h.matter != nil {
			list = append(list, h.matter.Helpers...)
		}
	case "named":
		for _, field := range []string{"to", "person", "with", "people", "follower"} {
			var one string
			var many []string
			if json.Unmarshal(h.fields[field], &one) == nil {
				list = append(list, one)
			} else if json.Unmarshal(h.fields[field], &many) == nil {
				list = append(list, many...)
			}
		}
	case "lead":
		list = h.inRole(grid.DutyLead)
	case "head":
		list = h.inRole(grid.Head)
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(id string) bool {
		p, ok := h.org.People[id]
		return !ok || p.Gone || p.Closed || id == h.event.Actor
	})
}

func (h *happening) inRole(r grid.Role) (list []string) {
	for _, p := range h.org.Everyone() {
		if p.Role == r {
			list = append(list, p.ID)
		}
	}
	return list
}

// phones are those of people outside: nothing is sent to a phone while violence at home is feared.
func (h *happening) phones(to string) (list []vault.Ref) {
	if h.silent {
		return nil
	}
	switch to {
	case "phone":
		if r := h.ref("phone"); r != nil {
			list = append(list, *r)
		}
	case "owing":
		list = h.parties
	case "reporter":
		for _, r := range h.reports {
			if !r.Phone.Empty() && !r.NoContact && !r.Limited { // who took their consent back, or limited the use of their data, is told on their own page alone (law-and-standards 15.3)
				list = append(list, r.Phone.Ref())
			}
		}
	}
	return list
}

// ref is the reference of a sealed field of the event.
func (h *happening) ref(field string) *vault.Ref {
	var t vault.Text
	if raw, ok := h.fields[field]; !ok || json.Unmarshal(raw, &t) != nil || t.Ref().Version == 0 {
		return nil
	}
	r := t.Ref()
	return &r
}

func (h *happening) cells(to string) (list []string) {
	if to == "station" {
		return []string{""}
	}
	if to == "group" {
		if h.group != nil && len(h.codes) > 0 {
			list = []string{*h.group}
		}
	} else if json.Unmarshal(h.fields["cells"], &list) != nil && h.matter != nil {
		list = []string{h.matter.Cell}
	}
	return slices.DeleteFunc(list, func(c string) bool { _, ok := h.p.gateways.Robots[c]; return !ok })
}

// blanks are what the words of a telling may hold: nothing of them is personal.
func (h *happening) blanks() map[string]string {
	b := map[string]string{"station": h.org.Name}
	if len(h.codes) > 0 {
		b["receipt"] = strings.Join(h.codes, "、")
	}
	if m := h.matter; m != nil {
		b["number"] = m.Number
		if k, ok := h.book.Kind(m.Kind); ok {
			b["kind"], b["kind_en"] = k.Name.Zh, k.Name.En
		}
		b["cell"], b["cell_en"] = h.org.CellName(m.Cell, "zh"), h.org.CellName(m.Cell, "en")
	}
	for blank, fields := range map[string][]string{"when": {"due", "at", "from"}, "day": {"due_on", "day", "on"}} {
		for _, f := range fields {
			if zh, en := moment(h.fields[f]); b[blank] == "" && zh != "" {
				b[blank], b[blank+"_en"] = zh, en
			}
		}
	}
	var n int
	if json.Unmarshal(h.fields["n"], &n) == nil && n > 0 {
		b["n"] = strconv.Itoa(n)
	}
	var key string
	if json.Unmarshal(h.fields["service"], &key) == nil {
		if s, ok := h.book.Service(key); ok {
			b["service"], b["service_en"] = s.Name.Zh, s.Name.En
		}
	}
	return b
}

// moment says an instant or a day of an event as people do.
func moment(raw json.RawMessage) (zh, en string) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "", ""
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		at = at.In(clock.Shanghai)
		return at.Format("1月2日15:04"), at.Format("2 Jan 15:04")
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.Format("1月2日"), day.Format("2 Jan")
	}
	return "", ""
}

func (g Gateways) has(channel string) bool {
	return channel == notice.SMS && g.SMS != nil || channel == notice.Robot && len(g.Robots) > 0
}
