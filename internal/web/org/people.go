package org

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/org"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

// peopleRows is how many people a list shows at once.
const peopleRows = 50

// people is everybody here: what they are, where, and whether they are on duty; never more of them than that.
func (s Pages) people(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	list := l.peopleWith(q.Get("role"), q.Get("cell"), q.Get("duty") == "true")
	p := org.People{Heading: part.Heading{Title: l.T("people.title"), Sub: l.T("people.sub", "n", len(list))}, Note: l.T("people.note")}
	if l.organises() {
		p.Actions = []part.Button{{Label: l.T("people.new"), Icon: "user-plus", Href: "/people/new"}, {Label: l.T("people.stand_ins"), Icon: "users-round", Kind: part.Quiet, Href: doAt("set_stand_ins")},
			{Label: l.T("people.swap"), Icon: "rotate-ccw", Kind: part.Quiet, Href: doAt("swap_seats")}, {Label: l.T("org.files"), Icon: "upload", Kind: part.Quiet, Href: "/org/files"}}
	}
	p.Filter = part.FilterBar{Action: "/people", Fields: []part.Field{
		{Name: "role", Label: l.T("people.role"), Kind: part.KindSelect, Value: q.Get("role"), Options: web.RoleOptions(l.Lang())},
		{Name: "cell", Label: l.T("people.cell"), Kind: part.KindSelect, Value: q.Get("cell"), Options: web.CellOptions(l.Lang(), l.Org())},
		{Name: "duty", Label: l.T("people.duty_filter"), Kind: part.KindBool, Value: q.Get("duty")}}}
	for _, f := range p.Filter.Fields[:2] {
		for _, o := range f.Options {
			if o.Value == f.Value && f.Value != "" {
				p.Filter.Chips = append(p.Filter.Chips, part.Link{Href: web.Address("/people", q, f.Name, "", "from", ""), Label: o.Label})
				p.Filter.Clear = "/people"
			}
		}
	}
	from, _ := strconv.Atoi(q.Get("from"))
	from = max(0, min(from, len(list)))
	to := min(from+peopleRows, len(list))
	if len(list) > peopleRows {
		p.Pager = &part.Pager{Note: l.T("people.page", "from", from+1, "to", to, "n", len(list))}
		if from > 0 {
			p.Pager.Prev = web.Address("/people", q, "from", strconv.Itoa(max(0, from-peopleRows)))
		}
		if to < len(list) {
			p.Pager.Next = web.Address("/people", q, "from", strconv.Itoa(to))
		}
	}
	p.Table = l.peopleTable(list[from:to])
	return s.Page(w, r, http.StatusOK, p.Heading.Title, "people", p.Show())
}

// peopleWith are those of a role, who cover a cell, who are on duty now; by role, the office first.
func (l *teller) peopleWith(role, cell string, duty bool) (list []*organisation.Person) {
	order := grid.Roles()
	for _, p := range l.Org().Everyone() {
		if p.Gone || role != "" && string(p.Role) != role || duty && !onDuty(p, l.Now()) {
			continue
		}
		if cell != "" && !slices.Contains(l.Org().CellsOf(p.ID, l.Now()), cell) {
			continue
		}
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b *organisation.Person) int { return slices.Index(order, b.Role) - slices.Index(order, a.Role) })
	return list
}

func (l *teller) peopleTable(list []*organisation.Person) part.Table {
	t := part.Table{Caption: l.T("people.title"), Empty: &part.Empty{Icon: "users-round", Text: l.T("people.none")},
		Columns: []part.Column{{Label: l.T("people.column.call")}, {Label: l.T("people.column.role")}, {Label: l.T("people.column.cells")}, {Label: l.T("people.column.posts")},
			{Label: l.T("people.column.duty")}, {Label: l.T("people.column.account")}}}
	for _, p := range list {
		var posts []string
		for _, x := range l.sitsAt(p, l.Now()) {
			posts = append(posts, l.Name(x.Name))
		}
		t.Rows = append(t.Rows, part.Row{Href: web.PersonAt(p.ID), Cells: []templ.Component{part.Plainly(p.Call), part.Plainly(l.roleName(p.Role)), part.Plainly(l.few(l.cellNames(p.Cells))),
			part.Plainly(l.few(posts)), l.dutyAt(p, l.Now()), l.accountState(p)}})
	}
	return t
}

func (l *teller) cellNames(ids []string) (names []string) {
	for _, c := range ids {
		names = append(names, l.cellNow(grid.CellID(c)))
	}
	return names
}

// few says a list in a line: the first three, and how many more.
func (l *teller) few(names []string) string {
	switch {
	case len(names) == 0:
		return "—"
	case len(names) > 4:
		return strings.Join(names[:3], l.Comma()) + " +" + strconv.Itoa(len(names)-3)
	}
	return strings.Join(names, l.Comma())
}

func (l *teller) accountState(p *organisation.Person) part.Status {
	say := func(tone part.Tone, key string) part.Status {
		return part.Status{Tone: tone, Label: l.T("people.account." + key)}
	}
	switch {
	case p.User == "":
		return say(part.Plain, "none")
	case p.Closed:
		return say(part.Paused, "closed")
	case p.Password.Empty():
		return say(part.Plain, "no_password")
	case p.Once:
		return say(part.Due, "once")
	}
	return say(part.OK, "open")
}

// personNew registers somebody.
func (s Pages) personNew(w http.ResponseWriter, r *http.Request) error {
	r.SetPathValue("act", "set_person")
	return s.orgDo(w, r)
}

// person is somebody: where they work and when, who takes their work, and the state of their account.
func (s Pages) person(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	x, ok := l.Org().People[r.PathValue("id")]
	if !ok {
		return fault.New(fault.Missing, "org.person_not_found", nil)
	}
	p := org.Person{Heading: part.Heading{Kicker: l.roleName(x.Role), Title: x.Call, Back: &part.Link{Href: "/people", Label: l.T("people.title")}}}
	if x.Gone {
		p.Heading.Sub = l.T("people.gone")
	}
	for _, c := range l.Org().Ending(x.ID, l.Now()) {
		p.Notices = append(p.Notices, l.told(c))
	}
	if p.Facts, err = l.personFacts(x); err != nil {
		return err
	}
	p.Account = l.personAccount(x)
	p.Seats, p.Duty = l.seatTable(x), l.dutyTable(x)
	p.For, p.By = l.standInTables(x)
	p.Tokens = l.tokenTable(x)
	if l.organises() && !x.Gone {
		link := func(act, label, icon string) part.Link {
			return part.Link{Href: doAt(act, "person", x.ID), Label: l.T(label), Icon: icon}
		}
		p.Edit = []part.Link{link("set_person", "people.edit", "pencil"), link("set_stand_in", "people.set_stand_in", "users-round"), link("swap_seats", "people.swap", "rotate-ccw")}
		if x.Role != grid.Volunteer {
			p.Edit = slices.Insert(p.Edit, 1, link("set_duty", "people.set_duty", "calendar-clock"))
		}
		if x.ID != l.Who().Person {
			if x.User != "" && !x.Closed {
				p.Edit = append(p.Edit, link("close_account", "people.close", "lock"))
			}
			p.Edit = append(p.Edit, link("leave", "people.leave", "log-out"))
		}
	}
	return s.Page(w, r, http.StatusOK, x.Call, "people", p.Show())
}

func (l *teller) personFacts(x *organisation.Person) (part.Definitions, error) {
	thing := access.Thing{Kind: "person", Subject: x.ID}
	o, err := l.Open(x.Name, x.Phone)
	if err != nil {
		return part.Definitions{}, err
	}
	may := l.MayUnmask(thing)
	show := func(t vault.Text, field string, mask func(string) string) part.Pair {
		pair := part.Pair{Term: l.T("people." + field)}
		if m := l.Masked(o, t, "person", x.ID, field, mask, may); m != nil {
			pair.Value = *m
		}
		return pair
	}
	d := part.Definitions{Pairs: []part.Pair{show(x.Name, "name", vault.MaskName), show(x.Phone, "phone", vault.MaskPhone), {Term: l.T("people.badge"), Text: x.Badge},
		{Term: l.T("people.own_cells"), Value: l.cellLinks(x.Cells)}, {Term: l.T("people.covers"), Text: l.T("people.covers_n", "n", len(l.Org().CellsOf(x.ID, l.Now())))},
		{Term: l.T("people.column.duty"), Value: l.dutyAt(x, l.Now())}}}
	return d, nil
}

func (l *teller) cellLinks(ids []string) templ.Component {
	var all []templ.Component
	for i, c := range ids {
		if i > 0 {
			all = append(all, templ.Raw(l.Comma()))
		}
		all = append(all, web.Linked(cellAt(grid.CellID(c)), l.cellNow(grid.CellID(c))))
	}
	if len(all) == 0 {
		return nil
	}
	return together(all...)
}

// personAccount is for those who look after accounts: how it stands, and the way to password and second factor.
func (l *teller) personAccount(x *organisation.Person) *part.Definitions {
	if !l.organises() {
		return nil
	}
	factor := l.T("people.factor.no")
	if !x.Factor.Empty() {
		factor = l.T("people.factor.yes")
	}
	d := &part.Definitions{Pairs: []part.Pair{{Term: l.T("people.account_user"), Text: x.User}, {Term: l.T("people.account_state"), Value: l.accountState(x)},
		{Term: l.T("people.account_factor"), Text: factor}}}
	if l.Who().Role == grid.Admin && x.ID != l.Who().Person && !x.Gone && x.User != "" {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.change"), Value: web.Linked(web.PersonAt(x.ID)+"/account", l.T("people.account_manage"))})
	} else if l.Who().Role != grid.Admin {
		d.Pairs = append(d.Pairs, part.Pair{Term: l.T("org.change"), Text: l.T("people.account_hint")})
	}
	return d
}

func (l *teller) seatTable(x *organisation.Person) part.Table {
	t := part.Table{Caption: l.T("people.seats"), Empty: &part.Empty{Icon: "user-check", Text: l.T("people.no_seats")},
		Columns: []part.Column{{Label: l.T("org.column.post")}, {Label: l.T("org.column.where")}, {Label: l.T("org.column.span")}}}
	for _, s := range x.Seats {
		post, ok := l.Org().Post(string(s.Post))
		if !ok {
			continue
		}
		var cells []string
		for _, c := range post.Cells {
			cells = append(cells, string(c))
		}
		r := part.Row{Cells: []templ.Component{part.Plainly(l.Name(post.Name)), part.Plainly(l.few(l.cellNames(cells))), part.Plainly(l.dated(s.Span))}}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func (l *teller) dutyTable(x *organisation.Person) part.Table {
	t := part.Table{Caption: l.T("people.duty"), Empty: &part.Empty{Icon: "calendar-clock", Text: l.T("people.no_duty")},
		Columns: []part.Column{{Label: l.T("people.duty_from")}, {Label: l.T("people.duty_until")}}}
	hours := slices.Clone(x.OnDuty)
	slices.SortFunc(hours, func(a, b grid.Hours) int { return a.From.Compare(b.From) })
	for _, h := range hours {
		if h.Until.After(l.Now().AddDate(0, 0, -7)) && len(t.Rows) < 30 {
			r := web.Row(l.When(h.From), l.When(h.Until))
			if !l.Now().Before(h.From) && l.Now().Before(h.Until) {
				r.Tone = part.OK
			}
			t.Rows = append(t.Rows, r)
		}
	}
	return t
}

// standInTables are who takes somebody's work, and whose work they take.
func (l *teller) standInTables(x *organisation.Person) (part.Table, *part.Table) {
	columns := func(who string) []part.Column {
		return []part.Column{{Label: l.T(who)}, {Label: l.T("org.column.span")}, {Label: l.T("org.column.action")}}
	}
	mine := part.Table{Caption: l.T("people.stand_in_for"), Columns: columns("org.column.by"), Empty: &part.Empty{Icon: "users-round", Text: l.T("people.no_stand_in")}}
	theirs := part.Table{Caption: l.T("people.stands_in"), Columns: columns("org.column.for")}
	line := func(who, by *organisation.Person, st organisation.StandIn, shown *organisation.Person) part.Row {
		var end templ.Component = part.Plainly("")
		if l.organises() && st.Until.After(l.Now()) {
			end = web.Linked(doAt("end_stand_in", "person", who.ID, "by", by.ID), l.T("people.end_stand_in"))
		}
		r := part.Row{Cells: []templ.Component{l.peopleCell([]*organisation.Person{shown}), part.Plainly(l.When(st.From) + " – " + l.When(st.Until)), end}}
		if !l.Now().Before(st.From) && l.Now().Before(st.Until) {
			r.Tone = part.OK
		}
		return r
	}
	for _, p := range l.Org().Everyone() {
		for _, st := range p.StandIns {
			by := l.Org().People[st.By]
			if by == nil || st.Until.Before(l.Now().AddDate(0, -1, 0)) {
				continue
			}
			if p == x {
				mine.Rows = append(mine.Rows, line(p, by, st, by))
			} else if by == x {
				theirs.Rows = append(theirs.Rows, line(p, by, st, p))
			}
		}
	}
	if len(theirs.Rows) == 0 {
		return mine, nil
	}
	return mine, &theirs
}

// tokenTable lists somebody's tokens of the API; nil when there are none or the asker does not look after them.
func (l *teller) tokenTable(x *organisation.Person) *part.Table {
	if !l.organises() {
		return nil
	}
	t := &part.Table{Caption: l.T("people.tokens"), Columns: []part.Column{{Label: l.T("people.token_label")}, {Label: l.T("people.token_made")}, {Label: l.T("org.column.action")}}}
	for _, k := range l.Org().Tokens {
		if k.Person != x.ID {
			continue
		}
		f := part.Form{Action: "/act/org.revoke_token", Danger: true, Submit: l.T("people.token_end"), Fields: []part.Field{{Name: "token", Kind: part.KindHidden, Value: k.ID},
			{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}, {Name: "next", Kind: part.KindHidden, Value: web.PersonAt(x.ID)}}}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plainly(web.OrDash(k.Label)), part.Plainly(l.When(k.MadeAt)), f}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}
