package appointment

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	page "maplegrid/internal/web/page/appointment"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/appointment"
)

// appointmentThing is what the policy is asked about for everything at the window.
var appointmentThing = access.Thing{Kind: "appointment"}

func (s Pages) hallTeller(r *http.Request) (*booker, error) {
	l, err := s.tell(r)
	return &booker{l}, err
}

// hallDay is the day of the windows: whom to call, who is expected, who must be moved.
func (s Pages) hallDay(w http.ResponseWriter, r *http.Request) error {
	l, err := s.hallTeller(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	on, only := q.Get("day"), q.Get("window")
	if appointment.Date(on).IsZero() {
		on = appointment.Today(l.Now())
	}
	p := page.Hall{Heading: part.Heading{Title: l.T("hall.title"), Sub: l.longDay(on), Back: &part.Link{Href: "/services", Label: l.T("services.title")}}, Actions: l.hallActions(on, only), Pick: l.hallPick(on, only)}
	if on == appointment.Today(l.Now()) {
		s := l.Book().AppointmentSettings()
		p.Notes = []string{l.T("hall.rule", "late", s.LateMinutes, "row", s.InRow)}
	}
	if p.Homeless, err = l.homeless(on); err != nil {
		return err
	}
	stats := map[appointment.State]int{}
	for _, win := range l.Book().Windows() {
		if only != "" && only != win.Key {
			continue
		}
		day, err := s.Desk.WindowDay(l.Ctx(), l.Who().Station, appointment.Place{Window: win.Key, On: on})
		if err != nil {
			return err
		}
		for _, v := range day.Visits {
			stats[v.State]++
		}
		one, err := l.windowDay(win, day, r.URL.RequestURI())
		if err != nil {
			return err
		}
		p.Windows = append(p.Windows, one)
	}
	for _, state := range []appointment.State{appointment.Booked, appointment.Waiting, appointment.Serving, appointment.Done, appointment.Missed} {
		p.Stats.Items = append(p.Stats.Items, part.Stat{Label: fault.Name(l.Lang(), "visitstate."+string(state)), Value: strconv.Itoa(stats[state])})
	}
	return s.Page(w, r, http.StatusOK, l.T("hall.title"), "services", p.Show())
}

func (l *booker) hallActions(on, window string) []part.Button {
	q := url.Values{"day": {on}}
	if window != "" {
		q.Set("window", window)
	}
	list := []part.Button{{Label: l.T("hall.book"), Icon: "phone", Href: "/appointments/book"},
		{Label: l.T("hall.sheet"), Icon: "printer", Kind: part.Quiet, Href: "/appointments/sheet?" + q.Encode()},
		{Label: l.T("hall.screen"), Icon: "monitor", Kind: part.Quiet, Href: "/appointments/screen"}}
	if l.May("window.close", appointmentThing) {
		list = append(list, part.Button{Label: l.T("hall.hours"), Icon: "clock", Kind: part.Quiet, Href: "/appointments/hours"})
	}
	return list
}

func (l *booker) hallPick(on, window string) part.FilterBar {
	f := part.Field{Name: "window", Label: fault.Name(l.Lang(), "field.hall_window"), Kind: part.KindSelect, Value: window}
	for _, w := range l.Book().Windows() {
		f.Options = append(f.Options, part.Option{Value: w.Key, Label: l.Name(w.Name)})
	}
	return part.FilterBar{Action: "/appointments", Fields: []part.Field{{Name: "day", Label: fault.Name(l.Lang(), "field.on"), Kind: part.KindDate, Value: on}, f}}
}

// homeless are the appointments that must be moved, from today on: nobody of them is lost.
func (l *booker) homeless(string) (*part.Table, error) {
	rows, err := l.s.Boards.Appointments.Displaced(l.Ctx(), l.Scope(), appointment.Today(l.Now()), 200)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	t := part.Table{Caption: l.T("hall.homeless"), Columns: []part.Column{{Label: l.T("book.when")}, {Label: fault.Name(l.Lang(), "field.hall_window")}, {Label: fault.Name(l.Lang(), "field.service")}, {Label: ""}}}
	for _, x := range rows {
		at := "/appointments/at/" + x.Window + "/" + x.On + "/" + x.ID
		t.Rows = append(t.Rows, part.Row{Href: at, Cells: append(part.Cells(l.longDay(x.On)+" "+appointment.Clock(x.Slot), l.window(x.Window), l.item(x.Service)),
			page.Acts{Links: []part.Link{{Href: at + "/change", Label: l.T("book.change")}}}.Show()), Tone: part.Due})
	}
	return &t, nil
}

// act is a button that does an act of the window and comes back to where it was pressed.
func (l *booker) act(name, label string, kind part.ButtonKind, next string, values url.Values) part.Form {
	fields := []part.Field{{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}, {Name: "next", Kind: part.KindHidden, Value: next}}
	for _, k := range []string{"hall_window", "on", "id", "counter", "result", "closure"} {
		if v := values.Get(k); v != "" {
			fields = append(fields, part.Field{Name: k, Kind: part.KindHidden, Value: v})
		}
	}
	return part.Form{Action: "/act/" + name, Fields: fields, Submit: label, Danger: kind == part.Danger, Scope: values.Get("id") + name}
}

// windowDay is one window on a day.
func (l *booker) windowDay(win playbook.Window, day *appointment.Day, next string) (page.WindowDay, error) {
	p := page.WindowDay{Name: l.Name(win.Name)}
	for _, c := range day.Closures {
		if c.Fewer == 0 {
			p.Closed = l.T("hall.closed_at", "from", appointment.Clock(c.From), "until", clockEnd(c.Until), "reason", c.Reason)
		}
	}
	var texts []vault.Text
	for _, v := range day.Visits {
		texts = append(texts, v.Name)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return p, err
	}
	today := day.On == appointment.Today(l.Now()) && l.May("visit.call", appointmentThing)
	if today {
		l.callForms(&p, win, day, next)
	}
	l.tables(&p, day, o, today, next)
	if len(day.Visits) == 0 {
		p.Nobody = &part.Empty{Icon: "users-round", Text: l.T("hall.nobody")}
	}
	return p, nil
}

func clockEnd(minutes int) string {
	if minutes >= 24*60 {
		return "24:00"
	}
	return appointment.Clock(minutes)
}

// callForms are what is done with the queue: call the next, give a number, finish.
func (l *booker) callForms(p *page.WindowDay, win playbook.Window, day *appointment.Day, next string) {
	busy := map[int]*appointment.Visit{}
	for _, v := range day.Visits {
		if v.State == appointment.Serving {
			busy[v.Counter] = v
		}
	}
	for n := 1; n <= win.Places; n++ {
		if v := busy[n]; v != nil {
			p.Serving = append(p.Serving, l.serving(day, v, next))
			continue
		}
		label := l.T("hall.call")
		if win.Places > 1 {
			label = l.T("hall.call_at", "n", n)
		}
		p.Calls = append(p.Calls, l.act("visit.call", label, part.Primary, next, url.Values{"hall_window": {win.Key}, "counter": {strconv.Itoa(n)}}))
	}
	take := l.act("visit.take_number", l.T("hall.take"), part.Quiet, next, url.Values{"hall_window": {win.Key}})
	take.Scope = "take-" + win.Key
	service := part.Field{Name: "service", Label: fault.Name(l.Lang(), "field.service"), Kind: part.KindSelect, Required: true}
	for _, key := range win.Items {
		service.Options = append(service.Options, part.Option{Value: key, Label: l.item(key)})
	}
	take.Fields = append(take.Fields, service, part.Field{Name: "first", Label: fault.Name(l.Lang(), "field.first"), Kind: part.KindBool})
	p.Take = &take
}

func (l *booker) serving(day *appointment.Day, v *appointment.Visit, next string) page.Called {
	at := url.Values{"hall_window": {day.Window}, "on": {day.On}, "id": {v.ID}}
	finish := l.act("visit.finish", l.T("hall.finish"), part.Primary, next, at)
	finish.Fields = append(finish.Fields, part.Field{Name: "result", Label: fault.Name(l.Lang(), "field.result"), Kind: part.KindSelect, Required: true, Value: "done",
		Options: web.Named(l.Lang(), "windowresult.", appointment.Results)},
		part.Field{Name: "receipt_no", Label: fault.Name(l.Lang(), "field.receipt_no"), Kind: part.KindText, MaxLen: 40},
		part.Field{Name: "note", Label: l.T("hall.missing_papers"), Kind: part.KindWords, Rows: 2, Hint: l.T("hall.missing_hint")})
	return page.Called{Ticket: v.Ticket, What: l.item(v.Service), Finish: finish, Pass: l.act("visit.pass", fault.Name(l.Lang(), "act.visit.pass"), part.Quiet, next, at)}
}

// tables are who waits, who is expected and who was there.
func (l *booker) tables(p *page.WindowDay, day *appointment.Day, o web.Opened, today bool, next string) {
	at := func(v *appointment.Visit) url.Values {
		return url.Values{"hall_window": {day.Window}, "on": {day.On}, "id": {v.ID}}
	}
	href := func(v *appointment.Visit) string { return "/appointments/at/" + day.Window + "/" + day.On + "/" + v.ID }
	slot := func(v *appointment.Visit) string {
		if v.Slot < 0 {
			return l.T("hall.walk_in")
		}
		return appointment.Clock(v.Slot)
	}
	p.Waiting = part.Table{Titled: true, Caption: l.T("hall.waiting"), Columns: []part.Column{{Label: l.T("hall.ticket")}, {Label: fault.Name(l.Lang(), "field.slot")}, {Label: fault.Name(l.Lang(), "field.service")}, {Label: l.T("hall.since")}, {Label: ""}}}
	line := day.Line(l.Now(), l.Book().AppointmentSettings())
	for _, v := range day.Visits {
		if v.State == appointment.Passed {
			line = append(line, v)
		}
	}
	for _, v := range line {
		acts := page.Acts{}
		if today {
			acts.Forms = append(acts.Forms, l.act("visit.call", l.T("hall.call_this"), part.Quiet, next, at(v)))
			if v.State == appointment.Passed {
				acts.Forms = append(acts.Forms, l.act("appointment.arrive", l.T("hall.back"), part.Quiet, next, at(v)))
			}
		}
		mark := v.Ticket
		if v.First {
			mark += " " + l.T("hall.first")
		}
		if v.State == appointment.Passed {
			mark += " " + fault.Name(l.Lang(), "visitstate.passed")
		}
		p.Waiting.Rows = append(p.Waiting.Rows, part.Row{Href: href(v), Cells: append(part.Cells(mark, slot(v), l.item(v.Service), v.ArrivedAt.In(clock.Shanghai).Format("15:04")), acts.Show())})
	}
	p.Booked = part.Table{Titled: true, Caption: l.T("hall.expected"), Columns: []part.Column{{Label: fault.Name(l.Lang(), "field.slot")}, {Label: l.T("book.name")}, {Label: fault.Name(l.Lang(), "field.service")}, {Label: l.T("hall.through")}, {Label: ""}}}
	p.Over = part.Table{Columns: []part.Column{{Label: fault.Name(l.Lang(), "field.slot")}, {Label: l.T("hall.ticket")}, {Label: fault.Name(l.Lang(), "field.service")}, {Label: l.T("hall.state")}}}
	visits := slices.Clone(day.Visits)
	slices.SortStableFunc(visits, func(a, b *appointment.Visit) int { return a.Slot - b.Slot })
	for _, v := range visits {
		switch v.State {
		case appointment.Booked:
			acts := page.Acts{Links: []part.Link{{Href: href(v) + "/change", Label: l.T("book.change")}}}
			if today && !v.Displaced {
				acts.Forms = append(acts.Forms, l.act("appointment.arrive", fault.Name(l.Lang(), "act.appointment.arrive"), part.Primary, next, at(v)))
				if late := time.Duration(l.Book().AppointmentSettings().LateMinutes) * time.Minute; l.Now().After(day.At(v.Slot).Add(late)) {
					acts.Forms = append(acts.Forms, l.act("appointment.no_show", fault.Name(l.Lang(), "act.appointment.no_show"), part.Quiet, next, at(v)))
				}
			}
			cells := part.Cells(slot(v), vault.MaskName(o[v.Name.Ref()]), l.item(v.Service), fault.Name(l.Lang(), "bookedby."+v.Channel))
			if v.Displaced {
				cells[0] = part.Some(cells[0], part.Plainly(" "), l.visitState(v))
			}
			p.Booked.Rows = append(p.Booked.Rows, part.Row{Href: href(v), Cells: append(cells, acts.Show())})
		case appointment.Done, appointment.Missed, appointment.Cancelled, appointment.Moved:
			what := templ.Component(l.visitState(v))
			if v.Result != "" {
				what = part.Plainly(fault.Name(l.Lang(), "windowresult."+v.Result))
			}
			p.Over.Rows = append(p.Over.Rows, part.Row{Href: href(v), Cells: append(part.Cells(slot(v), v.Ticket, l.item(v.Service)), what)})
		}
	}
	p.Over.Caption = strconv.Itoa(len(p.Over.Rows))
}

// hallBook books for somebody on the phone, at the counter, or through a grid member.
func (s Pages) hallBook(w http.ResponseWriter, r *http.Request) error {
	return s.hallBookForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s Pages) hallBookForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	l, err := s.hallTeller(r)
	if err != nil {
		return err
	}
	if !l.May("appointment.book", appointmentThing) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	item, ok := l.Book().Service(typed.Get("service"))
	if !ok || !item.Window {
		return s.Page(w, r, status, l.T("hall.book"), "services", l.pickItem().Show())
	}
	p := page.Service{Heading: part.Heading{Title: l.T("hall.book"), Kicker: l.Name(item.Name), Back: &part.Link{Href: "/appointments/book", Label: l.T("hall.other_item")}},
		Note: l.Name(item.Note), Facts: l.factsOf(item), Papers: l.papersOf(item)}
	on := typed.Get("on")
	c, err := l.choose(item, typed.Get("from"), on, func(key, value string) string {
		return "/appointments/book?service=" + item.Key + "&" + key + "=" + url.QueryEscape(value)
	})
	if err != nil {
		return err
	}
	p.Days, p.Best, p.More, p.NoDays = c.days, c.best, c.more, c.none
	if on != "" {
		f := l.bookingForm(item, on, c, typed, why, "/appointments/book")
		how := "phone"
		if !slices.Contains([]string{"window_clerk", "aux_officer"}, string(l.Who().Role)) {
			how = "grid"
		}
		if v := typed.Get("channel"); v != "" {
			how = v
		}
		f.Fields = append(f.Fields, part.Field{Name: "service", Kind: part.KindHidden, Value: item.Key},
			part.Field{Name: "channel", Label: l.T("hall.through"), Kind: part.KindSelect, Required: true, Value: how, Options: web.Named(l.Lang(), "bookedby.", []string{"phone", "counter", "grid"})})
		p.Form, p.Chosen = &f, l.longDay(on)
	}
	return s.Page(w, r, status, l.T("hall.book"), "services", p.Show())
}

// pickItem asks what is to be done.
func (l *booker) pickItem() page.Catalogue {
	p := page.Catalogue{Heading: part.Heading{Title: l.T("hall.book"), Sub: l.T("hall.book_sub"), Back: &part.Link{Href: "/services", Label: l.T("services.title")}}}
	for _, g := range playbook.ServiceGroups {
		group := page.Group{Name: fault.Name(l.Lang(), "servicegroup."+g)}
		for _, item := range l.Book().Services() {
			if item.Group == g && item.Window {
				group.Items = append(group.Items, page.Item{Href: "/appointments/book?service=" + item.Key, Name: l.Name(item.Name), Note: l.Name(item.Who)})
			}
		}
		if len(group.Items) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return p
}

func (s Pages) hallBooked(w http.ResponseWriter, r *http.Request) error {
	who := s.Who(r)
	form, err := s.Form(r, who.Person)
	if err != nil {
		return err
	}
	act := bookAct(form, form.Get("service"))
	act.Channel = form.Get("channel")
	answer, err := s.Do(r.Context(), who, form.Get("key"), "appointment.book", act)
	if f, ok := fault.Of(err); ok && f.Kind != fault.Denied {
		return s.hallBookForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	code := ident.Receipt(answer.Receipt).String()
	words := text.T(r.Context(), "hall.booked", "code", code, "day", act.On, "time", act.Slot)
	if s.May(who, "appointment.read") {
		return s.See(w, r, "/appointments/at/"+act.Window+"/"+act.On+"/"+answer.ID, words)
	}
	return s.See(w, r, "/appointments/book", words)
}

// visitAt loads one visit of a window's day.
func (s Pages) visitAt(r *http.Request) (*booker, *appointment.Day, *appointment.Visit, error) {
	l, err := s.hallTeller(r)
	if err != nil {
		return nil, nil, nil, err
	}
	day, err := s.Desk.WindowDay(l.Ctx(), l.Who().Station, appointment.Place{Window: r.PathValue("window"), On: r.PathValue("on")})
	if err != nil {
		return nil, nil, nil, err
	}
	v, err := day.Visit(r.PathValue("id"))
	return l, day, v, err
}

// hallVisit is one visit: what it is for, what to bring, name and phone in part.
func (s Pages) hallVisit(w http.ResponseWriter, r *http.Request) error {
	l, day, v, err := s.visitAt(r)
	if err != nil {
		return err
	}
	item, _ := l.Book().Service(v.Service)
	o, err := l.Open(v.Name, v.Phone, v.Agent, v.Guardian)
	if err != nil {
		return err
	}
	id, may := day.Window+"/"+day.On+"/"+v.ID, l.MayUnmask(appointmentThing)
	pairs := []part.Pair{{Term: l.T("book.when"), Text: l.longDay(day.On) + " " + slotWords(l, v)}, {Term: fault.Name(l.Lang(), "field.hall_window"), Text: l.window(day.Window)},
		{Term: l.T("hall.through"), Text: fault.Name(l.Lang(), "bookedby."+v.Channel)}}
	for _, x := range []struct {
		field, term string
		text        vault.Text
		mask        func(string) string
	}{{"name", l.T("book.name"), v.Name, vault.MaskName}, {"phone", l.T("book.phone"), v.Phone, vault.MaskPhone}, {"agent", l.T("book.agent"), v.Agent, vault.MaskName},
		{"guardian", fault.Name(l.Lang(), "field.guardian"), v.Guardian, vault.MaskName}} {
		if m := l.Masked(o, x.text, "appointment", url.QueryEscape(id), x.field, x.mask, may); m != nil {
			pairs = append(pairs, part.Pair{Term: x.term, Value: m})
		}
	}
	if v.Ticket != "" {
		pairs = append(pairs, part.Pair{Term: l.T("hall.ticket"), Text: v.Ticket})
	}
	if v.State == appointment.Moved {
		pairs = append(pairs, part.Pair{Term: l.T("hall.moved_to"), Text: l.longDay(v.Place.On) + " " + l.window(v.Place.Window)})
	}
	papers := l.papersOf(item)
	p := page.Own{Heading: part.Heading{Title: l.item(v.Service), Kicker: l.T("hall.visit"), Back: &part.Link{Href: "/appointments?day=" + day.On, Label: l.longDay(day.On)}},
		State: l.visitState(v), Facts: part.Definitions{Pairs: pairs}, Papers: &papers}
	if v.State == appointment.Booked {
		here := "/appointments/at/" + id
		if v.Displaced {
			p.Alarm = l.T("hall.displaced")
		}
		p.Change = &part.Button{Label: l.T("book.change"), Icon: "calendar-clock", Href: here + "/change", Kind: part.Quiet}
		if l.May("appointment.cancel", appointmentThing) {
			f := l.act("appointment.cancel", l.T("book.cancel"), part.Danger, here, url.Values{"hall_window": {day.Window}, "on": {day.On}, "id": {v.ID}})
			f.Fields = append(f.Fields, part.Field{Name: "reason", Label: fault.Name(l.Lang(), "field.reason"), Kind: part.KindText, MaxLen: 200})
			p.Cancel = &f
		}
	}
	if v.State == appointment.Moved {
		p.Links = []part.Link{{Href: "/appointments/at/" + v.Place.Window + "/" + v.Place.On + "/" + v.ID, Label: l.T("hall.moved_to")}}
	}
	return s.Page(w, r, http.StatusOK, l.item(v.Service), "services", p.Show())
}

func slotWords(l *booker, v *appointment.Visit) string {
	if v.Slot < 0 {
		return l.T("hall.walk_in")
	}
	return appointment.Clock(v.Slot)
}

// hallChange moves an appointment for somebody: the same choice of days and slots as on the page of residents.
func (s Pages) hallChange(w http.ResponseWriter, r *http.Request) error {
	l, day, v, err := s.visitAt(r)
	if err != nil {
		return err
	}
	here := "/appointments/at/" + day.Window + "/" + day.On + "/" + v.ID
	p, err := l.changePage(day, v, r.URL.Query(), nil, here+"/change", here)
	if err != nil {
		return err
	}
	if p.Form != nil { // every slot is a button of its own act: window, day and time are fixed by it
		var forms []part.Form
		for _, o := range p.Form.Fields[2].Options {
			window, at := splitSlot(o.Value)
			f := l.act("appointment.change", o.Label+" "+o.Hint, part.Quiet, "/appointments?day="+r.URL.Query().Get("on"), url.Values{"hall_window": {day.Window}, "on": {day.On}, "id": {v.ID}})
			f.Scope = strings.ReplaceAll(o.Value, "/", "-")
			f.Fields = append(f.Fields, part.Field{Name: "to_window", Kind: part.KindHidden, Value: window}, part.Field{Name: "to_on", Kind: part.KindHidden, Value: r.URL.Query().Get("on")},
				part.Field{Name: "to_slot", Kind: part.KindHidden, Value: at})
			forms = append(forms, f)
		}
		chosen := p.Chosen
		p.Form, p.Chosen = nil, ""
		p.Facts = part.Definitions{Pairs: []part.Pair{{Term: chosen, Value: page.Acts{Forms: forms}.Show()}}}
	}
	item, _ := l.Book().Service(v.Service)
	p.Papers = l.papersOf(item)
	return s.Page(w, r, http.StatusOK, l.T("book.change"), "services", p.Show())
}

// hallHours closes windows and opens them longer.
func (s Pages) hallHours(w http.ResponseWriter, r *http.Request) error {
	l, err := s.hallTeller(r)
	if err != nil {
		return err
	}
	if !l.May("window.close", appointmentThing) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	windows := map[string][]part.Option{"hall_window": nil}
	for _, x := range l.Book().Windows() {
		windows["hall_window"] = append(windows["hall_window"], part.Option{Value: x.Key, Label: l.Name(x.Name)})
	}
	p := page.One{Heading: part.Heading{Title: l.T("hall.hours"), Sub: l.T("hall.hours_sub"), Back: &part.Link{Href: "/appointments", Label: l.T("hall.title")}}}
	today := appointment.Today(l.Now())
	shut, err := s.ActForm(l.Ctx(), l.Who(), &appointment.Close{OnWindow: appointment.OnWindow{On: today}}, web.FormOptions{Next: "/appointments/hours", Options: windows, Submit: fault.Name(l.Lang(), "act.window.close"), Danger: true, Icon: "circle-pause"})
	if err != nil {
		return err
	}
	more, err := s.ActForm(l.Ctx(), l.Who(), &appointment.Extend{OnWindow: appointment.OnWindow{On: today}, Minutes: 15, Capacity: 1}, web.FormOptions{Next: "/appointments/hours", Options: windows, Submit: fault.Name(l.Lang(), "act.window.extend"), Icon: "plus"})
	if err != nil {
		return err
	}
	shut.Scope, more.Scope = "shut", "more"
	for _, f := range []*part.Form{&shut, &more} {
		for i := range f.Fields {
			if f.Fields[i].Name == "hall_window" {
				f.Fields[i].Kind, f.Fields[i].Options = part.KindSelect, windows["hall_window"]
			}
			if n := f.Fields[i].Name; n == "from_time" || n == "until_time" {
				f.Fields[i].Kind = part.KindTime
			}
		}
	}
	p.Forms = []part.Form{shut, more}
	until := appointment.Date(today).AddDate(0, 0, 90).Format(time.DateOnly)
	days, err := s.Boards.Appointments.Days(l.Ctx(), l.Scope(), today, until)
	if err != nil {
		return err
	}
	var rows []part.Row
	var places []appointment.Place
	for at := range days {
		places = append(places, at)
	}
	slices.SortFunc(places, func(a, b appointment.Place) int { return strings.Compare(a.On+a.Window, b.On+b.Window) })
	for _, at := range places {
		for _, c := range days[at].Changes.Closures {
			words := l.T("hall.closed_at", "from", appointment.Clock(c.From), "until", clockEnd(c.Until), "reason", c.Reason)
			if c.Fewer > 0 {
				words = l.T("hall.fewer_at", "n", c.Fewer, "from", appointment.Clock(c.From), "until", clockEnd(c.Until), "reason", c.Reason)
			}
			undo := l.act("window.reopen", fault.Name(l.Lang(), "act.window.reopen"), part.Quiet, "/appointments/hours", url.Values{"hall_window": {at.Window}, "on": {at.On}, "closure": {c.ID}})
			undo.Scope = c.ID
			rows = append(rows, part.Row{Cells: append(part.Cells(l.longDay(at.On), l.window(at.Window), words), page.Acts{Forms: []part.Form{undo}}.Show())})
		}
		for _, x := range days[at].Changes.Extras {
			rows = append(rows, part.Row{Cells: part.Cells(l.longDay(at.On), l.window(at.Window),
				l.T("hall.extra_at", "from", appointment.Clock(x.From), "until", clockEnd(x.Until), "n", x.Capacity, "reason", x.Reason), "")})
		}
	}
	table := part.Table{Titled: true, Caption: l.T("hall.changes"), Columns: []part.Column{{Label: fault.Name(l.Lang(), "field.on")}, {Label: fault.Name(l.Lang(), "field.hall_window")}, {Label: l.T("hall.change")}, {Label: ""}},
		Rows: rows, Empty: &part.Empty{Icon: "clock", Text: l.T("hall.no_changes")}}
	return s.Page(w, r, http.StatusOK, l.T("hall.hours"), "services", part.Some(p.Show(), table))
}

// hallScreen hangs in the hall: numbers called and waiting, and no names. It fetches itself again.
func (s Pages) hallScreen(w http.ResponseWriter, r *http.Request) error {
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	on := appointment.Today(l.Now())
	p := page.Screen{Title: l.Org().Name, Clock: l.Now().In(clock.Shanghai).Format("15:04"), Foot: l.T("screen.rule", "row", l.Book().AppointmentSettings().InRow, "late", l.Book().AppointmentSettings().LateMinutes)}
	for _, win := range l.Book().Windows() {
		day, err := s.Desk.WindowDay(l.Ctx(), s.Station, appointment.Place{Window: win.Key, On: on})
		if err != nil {
			return err
		}
		x := page.ScreenWindow{Name: l.Name(win.Name), Closed: l.shut(day, win)}
		for _, v := range day.Visits {
			if v.State == appointment.Serving {
				n := v.Ticket
				if win.Places > 1 {
					n += " → " + strconv.Itoa(v.Counter)
				}
				x.Now = append(x.Now, n)
			}
		}
		for _, v := range day.Line(l.Now(), l.Book().AppointmentSettings()) {
			if len(x.Waiting) == 8 {
				x.More++
				continue
			}
			x.Waiting = append(x.Waiting, v.Ticket)
		}
		for _, c := range day.Closures {
			minute := l.Now().In(clock.Shanghai).Hour()*60 + l.Now().In(clock.Shanghai).Minute()
			if c.Fewer == 0 && c.From <= minute && minute < c.Until {
				x.Closed = l.T("screen.closed", "reason", c.Reason)
			}
		}
		p.Windows = append(p.Windows, x)
	}
	w.Header().Set("Refresh", "8")
	return s.Public(w, r, http.StatusOK, l.T("screen.title"), p.Show())
}

// shut says why a window calls nobody just now, and when it does again; nothing while it is open.
func (l *booker) shut(day *appointment.Day, win playbook.Window) string {
	at := l.Now().In(clock.Shanghai)
	minute := at.Hour()*60 + at.Minute()
	slots := day.Slots(win, l.Calendar())
	next := slices.IndexFunc(slots, func(s appointment.Slot) bool { return s.Capacity > 0 && minute < s.Start+s.Minutes })
	switch {
	case !slices.ContainsFunc(slots, func(s appointment.Slot) bool { return s.Capacity > 0 }):
		return l.T("screen.shut_today")
	case next < 0:
		return l.T("screen.shut_now")
	case minute < slots[next].Start:
		return l.T("screen.opens", "time", appointment.Clock(slots[next].Start))
	}
	return ""
}
