package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/talk"
	"maplegrid/internal/work/draft"
)

// talkRoutes are the pages of what was said in group chats; there are none without their board.
func (s *Site) talkRoutes() []Route {
	if s.Boards.Drafts == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/talk", May: "draft.read", Handler: s.talk},
		{Method: "GET", Pattern: "/talk/paste", May: "draft.paste", Handler: s.talkPaste},
		{Method: "POST", Pattern: "/talk/paste", May: "draft.paste", Large: true, Handler: s.talkPasted},
		{Method: "GET", Pattern: "/talk/reply", May: "draft.read", Handler: s.talkReply},
		{Method: "POST", Pattern: "/talk/chatter", May: "draft.read", Handler: s.talkChatter},
		{Method: "GET", Pattern: "/talk/{id}", May: "draft.read", Handler: s.talkOne},
		{Method: "POST", Pattern: "/talk/{id}/{verb}", May: "draft.read", Handler: s.talkDo},
	}
}

// talkRows is how many drafts one page of the list shows.
const talkRows = 60

// talk is the list of what was said.
func (s *Site) talk(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	p, err := l.talks().list(r.URL.Query())
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "talk", p.Show())
}

func (l *talker) list(q url.Values) (page.List, error) {
	state := cmp.Or(draft.State(q.Get("state")), draft.Waiting)
	p := page.List{Heading: part.Heading{Title: l.t("nav.talk"), Sub: l.t("talk.sub")}}
	if !slices.Contains(draft.States, state) {
		return p, fault.New(fault.Invalid, "list.unknown_tab", nil)
	}
	p.Back = Address("/talk", q, "done", "", "next", "")
	rows, err := l.rowsOf(state, q, &p)
	if err != nil {
		return p, err
	}
	list, err := l.read(rows)
	if err != nil {
		return p, err
	}
	if state == draft.Waiting {
		if list, err = l.waiting(list, q, &p); err != nil {
			return p, err
		}
	}
	if p.Rows, err = l.rows(list, p.Back); err != nil {
		return p, err
	}
	p.Empty = &part.Empty{Icon: "messages-square", Text: l.t("talk.none." + string(state))}
	if p.Tabs, err = l.talkTabs(state, q); err != nil {
		return p, err
	}
	if l.s.May(l.who, "draft.paste") {
		paste := part.Button{Label: l.t("talk.paste"), Icon: "plus", Href: "/talk/paste"}
		p.Actions = append(p.Actions, paste)
		p.Empty.Action = paste
	}
	if l.hasReply(state, list) {
		if p.Reply, err = l.replyPanel(q.Get("paste")); err != nil {
			return p, err
		}
	}
	return p, nil
}

// rowsOf gives the drafts of a state: all of them page by page, or those of one paste.
func (l *talker) rowsOf(state draft.State, q url.Values, p *page.List) ([]drafts.Row, error) {
	board := l.s.Boards.Drafts
	paste := q.Get("paste")
	if paste == "" {
		rows, err := board.List(l.ctx, l.scope, state, q.Get("after"), talkRows)
		p.Pager = l.Pager("/talk", q, rows.Next)
		return rows.Rows, err
	}
	all, err := board.Paste(l.ctx, l.scope, paste)
	if err != nil {
		return nil, err
	}
	var rows []drafts.Row
	for _, x := range all {
		if x.State == state {
			rows = append(rows, x)
		}
	}
	p.Paste = &page.Narrowed{Text: l.t("talk.of_paste", "n", len(all)), All: Address("/talk", q, "paste", "", "after", "", "done", "")}
	slices.SortStableFunc(rows, func(a, b drafts.Row) int { return boolInt(len(b.Dangers) > 0) - boolInt(len(a.Dangers) > 0) })
	if len(rows) <= talkRows {
		return rows, nil
	}
	from, _ := strconv.Atoi(q.Get("after"))
	from = min(max(from, 0), len(rows)-1)
	rest := rows[from:]
	next := ""
	if len(rest) > talkRows {
		rest, next = rest[:talkRows], strconv.Itoa(from+talkRows)
	}
	p.Pager = l.Pager("/talk", q, next)
	return rest, nil
}

// waiting arranges what waits and adds what belongs to it: what rings, what is chatter, what was just done.
func (l *talker) waiting(list []*remark, q url.Values, p *page.List) ([]*remark, error) {
	list = l.arrange(list)
	chatter := 0
	for _, x := range list {
		p.Ringing += boolInt(len(l.dangers(x)) > 0)
		chatter += boolInt(x.chatter)
		p.Asked += boolInt(x.Asked != "" && l.May(desk.StandDown, x.thing()))
	}
	if chatter > 0 {
		f := part.Form{Action: "/talk/chatter", Submit: l.t("talk.all_aside", "n", chatter), Icon: "x", Confirm: l.t("talk.all_aside_sure", "n", chatter),
			Fields: []part.Field{{Name: "back", Kind: part.KindHidden, Value: p.Back}, {Name: "paste", Kind: part.KindHidden, Value: q.Get("paste")}, {Name: "after", Kind: part.KindHidden, Value: q.Get("after")}}}
		p.Chatter = &f
	}
	if p.Keys = len(list) > 0; p.Keys {
		p.Kinds, p.Asides = l.labels(nil), l.asides(false)
		p.Cells = part.Field{Name: "cell", Kind: part.KindCell, Label: l.t("talk.cell"), Options: l.mayPut("report.triage", access.Thing{Kind: "report"})}
	}
	if done := q.Get("done"); done != "" {
		rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, done)
		if err != nil {
			return list, err
		}
		more, err := l.read(rows)
		if err != nil {
			return list, err
		}
		for _, x := range more {
			if x.State != draft.Waiting {
				list = append([]*remark{x}, list...)
			}
		}
	}
	return list, l.retracted(list)
}

// retracted finds what the sender took back afterwards.
func (l *talker) retracted(list []*remark) error {
	aside, err := l.s.Boards.Drafts.List(l.ctx, l.scope, draft.Aside, "", drafts.MaxPage)
	if err != nil {
		return err
	}
	l.back = map[string]string{}
	for _, x := range aside.Rows {
		if x.Retracts != "" {
			l.back[x.Retracts] = x.ID
		}
	}
	for _, x := range list {
		if x.Retracts != "" && x.State == draft.Waiting {
			l.back[x.Retracts] = x.ID
		}
	}
	return nil
}

func (l *talker) talkTabs(now draft.State, q url.Values) (part.Tabs, error) {
	tabs := part.Tabs{Label: l.t("nav.talk")}
	counts := map[draft.State]int{}
	if paste := q.Get("paste"); paste != "" {
		rows, err := l.s.Boards.Drafts.Paste(l.ctx, l.scope, paste)
		if err != nil {
			return tabs, err
		}
		for _, x := range rows {
			counts[x.State]++
		}
	} else {
		for _, state := range draft.States {
			var err error
			if counts[state], err = l.s.Boards.Drafts.Count(l.ctx, l.scope, state); err != nil {
				return tabs, err
			}
		}
	}
	for _, state := range draft.States {
		tabs.Items = append(tabs.Items, part.Tab{Label: l.Called("draftstate." + string(state)), Count: counts[state], Current: state == now,
			Href: Address("/talk", q, "state", map[bool]string{false: string(state)}[state == draft.Waiting], "after", "", "done", "")})
	}
	return tabs, nil
}

// talkOne is one draft alone, with everything of it to be filled in.
func (s *Site) talkOne(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	return l.talks().one(w, r, http.StatusOK, url.Values{}, nil)
}

func (l *talker) one(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong []*fault.Fault) error {
	x, err := l.remarkOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	back := inside(cmp.Or(typed.Get("back"), r.URL.Query().Get("back")), "/talk")
	p := page.One{Heading: part.Heading{Title: l.t("talk.one"), Back: &part.Link{Href: back, Label: l.t("nav.talk")}}}
	if err := l.retracted([]*remark{x}); err != nil {
		return err
	}
	l.alone = r.URL.Query().Get("part") == ""
	rows, err := l.rows([]*remark{x}, back)
	if err != nil {
		return err
	}
	p.Row = rows[0]
	if r.URL.Query().Get("part") == "row" {
		return l.changed(w, r, status, []string{x.ID}, url.Values{"back": {back}}, "")
	}
	if x.State == draft.Waiting && l.May("draft.accept", x.thing()) {
		p.Hidden, p.Kinds, p.Cuts, p.Asides = l.carried(x, back), l.labels(x), pieces(x), l.asides(len(x.Dangers) > 0)
		f, err := l.wholeForm(x, back, typed, wrong)
		if err != nil {
			return err
		}
		p.Form = &f
		if r.URL.Query().Get("part") == "edit" {
			return l.s.fragment(w, r, page.Edit(f))
		}
	}
	return l.s.Page(w, r, status, p.Heading.Title, "talk", p.Show())
}

// remarkOf reads one draft that may be seen.
func (l *talker) remarkOf(id string) (*remark, error) {
	rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.Missing, "draft.not_found", nil)
	}
	list, err := l.read(rows)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// wholeForm asks for everything an acceptance may carry.
func (l *talker) wholeForm(x *remark, back string, typed url.Values, wrong []*fault.Fault) (part.Form, error) {
	act := &draft.Accept{On: draft.On{Draft: x.ID, Version: x.Version}, Kind: x.kind, Title: x.title, Cell: x.cell, Place: x.place, Grade: x.grade, Label: x.label, Said: x.reading.Kind}
	o := FormOptions{Only: []string{"title", "kind", "cell", "place", "grade", "to"}, Skip: []string{"extra", "sorting", "link"}, Submit: l.t("talk.accept"), Icon: "check",
		Hints: map[string]string{"title": l.t("hint.title")}, Faults: wrong, Focus: "title"}
	if len(typed) > 0 {
		typed.Set("version", strconv.Itoa(x.Version))
		o.Values = typed
	}
	o.Options = map[string][]part.Option{"to": l.mayName("report.triage", x.reportThing())}
	fields, rest, err := l.s.ActFields(l.ctx, l.who, act, o)
	if err != nil {
		return part.Form{}, err
	}
	for _, h := range [][2]string{{"sorting", x.label}, {"back", back}, {"key", l.s.NewKey()}} {
		fields = append(fields, part.Field{Name: h[0], Kind: part.KindHidden, Value: h[1]})
	}
	return part.Form{ID: "edit-" + x.ID, Scope: "edit-", Action: "/talk/" + url.PathEscape(x.ID) + "/accept", Fields: fields, Errors: rest, Submit: o.Submit, Icon: o.Icon,
		Cancel: &part.Link{Href: back, Label: l.t("act.cancel")}}, nil
}

// said at an instant, for machines.
func machineTime(x *remark) string {
	if x.SaidAt.IsZero() {
		return ""
	}
	return x.SaidAt.In(clock.Shanghai).Format("2006-01-02T15:04:05Z07:00")
}
