package appointment

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/skip2/go-qrcode"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
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

func (s Pages) Routes() []web.Route {
	if s.Boards.Appointments == nil {
		return nil
	}
	return []web.Route{
		{Method: "GET", Pattern: "/book", Who: web.Anyone, Handler: s.bookPage},
		{Method: "GET", Pattern: "/book/find", Who: web.Anyone, Handler: s.bookFind},
		{Method: "POST", Pattern: "/book/find", Who: web.Anyone, Handler: s.bookFound},
		{Method: "GET", Pattern: "/book/card", Who: web.Anyone, Handler: s.cardEndPage},
		{Method: "POST", Pattern: "/book/card", Who: web.Anyone, Handler: s.cardEnd},
		{Method: "POST", Pattern: "/book/card/remind", Who: web.Anyone, Handler: s.cardRemind},
		{Method: "GET", Pattern: "/book/card/stop", Who: web.Anyone, Handler: s.cardStopPage},
		{Method: "POST", Pattern: "/book/card/stop", Who: web.Anyone, Handler: s.cardStop},
		{Method: "GET", Pattern: "/catalogue/{service}", Who: web.Anyone, Handler: s.bookItem},
		{Method: "POST", Pattern: "/catalogue/{service}", Who: web.Anyone, Handler: s.bookSlot},
		{Method: "GET", Pattern: "/book/{code}", Who: web.Anyone, Handler: s.bookOwn},
		{Method: "GET", Pattern: "/book/{code}/change", Who: web.Anyone, Handler: s.bookChange},
		{Method: "POST", Pattern: "/book/{code}/change", Who: web.Anyone, Handler: s.bookChanged},
		{Method: "POST", Pattern: "/book/{code}/cancel", Who: web.Anyone, Handler: s.bookCancel},

		{Method: "GET", Pattern: "/appointments", May: "appointment.read", Handler: s.hallDay},
		{Method: "GET", Pattern: "/appointments/book", May: "services.read", Handler: s.hallBook},
		{Method: "POST", Pattern: "/appointments/book", May: "services.read", Handler: s.hallBooked},
		{Method: "GET", Pattern: "/appointments/hours", May: "appointment.read", Handler: s.hallHours},
		{Method: "GET", Pattern: "/appointments/sheet", May: "appointment.read", Handler: s.hallSheet},
		{Method: "GET", Pattern: "/appointments/screen", Who: web.Anyone, Handler: s.hallScreen},
		{Method: "GET", Pattern: "/appointments/at/{window}/{on}/{id}", May: "appointment.read", Handler: s.hallVisit},
		{Method: "GET", Pattern: "/appointments/at/{window}/{on}/{id}/change", May: "appointment.read", Handler: s.hallChange},
	}
}

// bookPage is the catalogue: everything that can be done, by group, and the ways to what one has already.
func (s Pages) bookPage(w http.ResponseWriter, r *http.Request) error {
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	p := page.Catalogue{Heading: part.Heading{Title: l.T("book.title"), Sub: l.T("book.sub")}, Urgent: true,
		Find: part.Doors{{Href: "/book/find", Icon: "search", Label: l.T("book.find"), Note: l.T("book.find_note")},
			{Href: "/book/card", Icon: "user-round", Label: l.T("book.card"), Note: l.T("book.card_note")}}}
	for _, g := range playbook.ServiceGroups {
		group := page.Group{Name: fault.Name(l.Lang(), "servicegroup."+g)}
		for _, item := range l.Book().Services() {
			if item.Group != g {
				continue
			}
			note := l.Name(item.Who)
			if !item.Window {
				note = l.T("book.only_home")
			}
			group.Items = append(group.Items, page.Item{Href: "/catalogue/" + item.Key, Name: l.Name(item.Name), Note: note})
		}
		if len(group.Items) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return s.Public(w, r, http.StatusOK, l.T("book.title"), p.Show())
}

// bookItem is one item: what to bring, and then a day and a slot.
func (s Pages) bookItem(w http.ResponseWriter, r *http.Request) error {
	return s.bookForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s Pages) bookForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	item, ok := l.Book().Service(r.PathValue("service"))
	if !ok {
		return fault.New(fault.Missing, "appointment.no_service", nil)
	}
	p := page.Service{Heading: part.Heading{Title: l.Name(item.Name), Kicker: fault.Name(l.Lang(), "servicegroup."+item.Group),
		Back: &part.Link{Href: "/book", Label: l.T("book.title")}}, Note: l.Name(item.Note), Facts: l.factsOf(item), Papers: l.papersOf(item),
		Urgent: item.Group == "surrender"}
	if len(item.Grounds) > 0 {
		p.Door, p.DoorWhy = &part.Link{Href: "/doorstep/ask?service=" + item.Key, Label: l.T("book.door")}, l.T("book.door_why")
	}
	if !item.Window {
		return s.Public(w, r, status, l.Name(item.Name), p.Show())
	}
	on := typed.Get("on")
	c, err := l.choose(item, typed.Get("from"), on, func(key, value string) string {
		return "/catalogue/" + item.Key + "?" + key + "=" + url.QueryEscape(value)
	})
	if err != nil {
		return err
	}
	p.Days, p.Best, p.More, p.NoDays = c.days, c.best, c.more, c.none
	if on != "" {
		f := l.bookingForm(item, on, c, typed, why, "/catalogue/"+item.Key)
		p.Form, p.Chosen = &f, l.longDay(on)
	}
	return s.Public(w, r, status, l.Name(item.Name), p.Show())
}

// bookingForm asks for a slot of a day and who comes.
func (l *booker) bookingForm(item playbook.Service, on string, c chooser, typed url.Values, why *fault.Fault, action string) part.Form {
	field := func(name string, kind part.Kind, required bool) part.Field {
		return part.Field{Name: name, Label: fault.Name(l.Lang(), "field."+name), Kind: kind, Required: required, Value: typed.Get(name)}
	}
	name, phone := field("name", part.KindText, true), field("phone", part.KindPhone, true)
	name.Complete, name.MaxLen, phone.Complete, phone.Hint = "name", 40, "tel", l.T("book.phone_hint")
	name.Label, phone.Label = l.T("book.name"), l.T("book.phone")
	fields := []part.Field{{Name: "key", Kind: part.KindHidden, Value: keyAgain(typed, l.s)}, {Name: "on", Kind: part.KindHidden, Value: on},
		l.slotField(c.on, typed.Get("slot")), name, phone}
	if item.MinAge > 0 {
		young, guardian := field("young", part.KindBool, false), field("guardian", part.KindText, false)
		young.Label, guardian.Hint, guardian.MaxLen = l.T("book.young", "age", item.MinAge), l.T("book.guardian_hint"), 40
		fields = append(fields, young, guardian)
	}
	if item.Proxy {
		agent, mandate := field("agent", part.KindText, false), field("mandate", part.KindBool, false)
		agent.Label, agent.MaxLen, agent.Fold, mandate.Fold, mandate.Label = l.T("book.agent"), 40, l.T("book.agent_fold"), l.T("book.agent_fold"), l.T("book.mandate")
		fields = append(fields, agent, mandate)
	}
	first := field("first", part.KindBool, false)
	first.Label = l.T("book.first")
	fields = append(fields, first)
	f := part.Form{Action: action, Fields: fields, Submit: l.T("book.go"), Icon: "calendar-clock"}
	if why != nil {
		f = l.withFault(f, why)
	}
	if len(fields[2].Options) == 0 {
		f.Fields, f.Errors = nil, []part.FormError{{Text: l.s.Sentence(l.Ctx(), fault.New(fault.Stale, "appointment.day_full", fault.Args{"day": l.longDay(on)}))}}
		f.Submit = l.T("book.other_day")
		f.Action, f.Get = "/catalogue/"+item.Key, true
	}
	return f
}

// keyAgain is the key of a form that came back, or a new one. A form that was refused may be sent again with another content.
func keyAgain(typed url.Values, s Pages) string { return s.NewKey() }

// withFault puts a refusal at its field, or above the form.
func (l *booker) withFault(f part.Form, why *fault.Fault) part.Form {
	words := l.s.Sentence(l.Ctx(), why)
	at := why.Field
	if at == "hall_window" || at == "to_slot" || at == "to_on" || at == "on" {
		at = "slot"
	}
	for i := range f.Fields {
		if f.Fields[i].Name == at {
			f.Fields[i].Error = words
			return f
		}
	}
	f.Errors = append(f.Errors, part.FormError{Text: words})
	return f
}

// bookSlot books for somebody without an account.
func (s Pages) bookSlot(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	act := bookAct(form, r.PathValue("service"))
	if !s.MayBook(r) {
		return s.bookForm(w, r, http.StatusTooManyRequests, form, fault.New(fault.Throttled, "web.too_many_reports", nil))
	}
	answer, err := s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "appointment.book", act)
	if f, ok := fault.Of(err); ok {
		return s.bookForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/book/"+answer.Receipt+"?new=1", http.StatusSeeOther)
	return nil
}

// bookAct reads the form of an appointment; nothing else may be set from outside.
func bookAct(form url.Values, service string) *appointment.Book {
	window, at := splitSlot(form.Get("slot"))
	yes := func(name string) bool { v := form.Get(name); return v == "true" || v == "on" }
	return &appointment.Book{Window: window, On: form.Get("on"), Slot: at, Service: service, Name: form.Get("name"), Phone: form.Get("phone"),
		Young: yes("young"), Guardian: form.Get("guardian"), Agent: form.Get("agent"), Mandate: yes("mandate"), First: yes("first")}
}

func (s Pages) bookFind(w http.ResponseWriter, r *http.Request) error {
	return s.bookAsk(w, r, http.StatusOK, "", nil)
}

func (s Pages) bookAsk(w http.ResponseWriter, r *http.Request, status int, typed string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Field{Name: "code", Label: text.T(ctx, "book.code"), Hint: text.T(ctx, "book.code_hint"), Value: typed, Required: true, MaxLen: 40, Focus: why == nil}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	p := page.One{Heading: part.Heading{Title: text.T(ctx, "book.find"), Back: &part.Link{Href: "/book", Label: text.T(ctx, "book.title")}},
		Forms: []part.Form{{Action: "/book/find", Submit: text.T(ctx, "book.find_go"), Icon: "search", Fields: []part.Field{f}}}}
	return s.Public(w, r, status, text.T(ctx, "book.find"), p.Show())
}

func (s Pages) bookFound(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	_, _, code, err := s.Booked(r, form.Get("code"))
	if f, ok := fault.Of(err); ok {
		return s.bookAsk(w, r, f.Kind.Status(), form.Get("code"), f)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/book/"+string(code), http.StatusSeeOther)
	return nil
}

// bookOwn is one appointment, for whoever holds its code: a name in part, no phone.
func (s Pages) bookOwn(w http.ResponseWriter, r *http.Request) error {
	return s.bookShow(w, r, http.StatusOK, nil)
}

func (s Pages) bookShow(w http.ResponseWriter, r *http.Request, status int, why *fault.Fault) error {
	day, v, code, err := s.Booked(r, r.PathValue("code"))
	if f, ok := fault.Of(err); ok {
		return s.bookAsk(w, r, f.Kind.Status(), r.PathValue("code"), f)
	}
	if err != nil {
		return err
	}
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	item, _ := l.Book().Service(v.Service)
	p := page.Own{Heading: part.Heading{Title: l.item(v.Service), Kicker: l.T("book.own"), Sub: l.longDay(day.On) + " " + appointment.Clock(v.Slot)},
		State: l.visitState(v), Code: code.String(), New: r.URL.Query().Get("new") != "" && v.State == appointment.Booked,
		Told: s.Texts != nil && s.Texts(l.Who().Station)}
	if p.New {
		if png, err := qrcode.Encode(s.Address(r)+"/book/"+string(code), qrcode.Medium, 240); err == nil {
			p.QR = "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
		}
	}
	if p.Facts, err = l.ownFacts(r, day, v); err != nil {
		return err
	}
	if v.State == appointment.Booked {
		papers := l.papersOf(item)
		p.Papers = &papers
		if v.Displaced {
			p.Alarm = l.T("book.displaced")
			c, err := l.choose(item, "", "", func(key, value string) string {
				return "/book/" + string(code) + "/change?" + key + "=" + url.QueryEscape(value)
			})
			if err != nil {
				return err
			}
			p.Best = c.best
		}
		p.Change = &part.Button{Label: l.T("book.change"), Icon: "calendar-clock", Href: "/book/" + string(code) + "/change", Kind: part.Quiet}
		cancel := part.Form{Action: "/book/" + string(code) + "/cancel", Submit: l.T("book.cancel"), Icon: "x", Danger: true, Confirm: l.T("book.cancel_sure"),
			Fields: []part.Field{{Name: "key", Kind: part.KindHidden, Value: s.NewKey()}}}
		if why != nil {
			cancel = l.withFault(cancel, why)
		}
		p.Cancel = &cancel
	}
	p.Links = []part.Link{{Href: "/book", Label: l.T("book.another")}, {Href: "/book/" + string(code) + "/data", Label: l.T("mine.data")}}
	return s.Public(w, r, status, l.T("book.own"), p.Show())
}

// visitState is where a visit stands, as a mark.
func (l *booker) visitState(v *appointment.Visit) part.Status {
	tone := map[appointment.State]part.Tone{appointment.Booked: part.Info, appointment.Waiting: part.Due, appointment.Serving: part.OK, appointment.Done: part.OK,
		appointment.Passed: part.Paused, appointment.Missed: part.Plain, appointment.Cancelled: part.Plain}[v.State]
	if v.Displaced {
		return part.Status{Tone: part.Overdue, Label: l.T("book.must_move")}
	}
	return part.Status{Tone: tone, Label: fault.Name(l.Lang(), "visitstate."+string(v.State))}
}

func (l *booker) ownFacts(r *http.Request, day *appointment.Day, v *appointment.Visit) (part.Definitions, error) {
	o, err := l.Open(v.Name, v.Phone, v.Agent, v.Guardian)
	if err != nil {
		return part.Definitions{}, err
	}
	name, phone := vault.MaskName(o[v.Name.Ref()]), vault.MaskPhone(o[v.Phone.Ref()])
	if l.s.Proved(r, "appointment/"+day.Window+"/"+day.On+"/"+v.ID) {
		name, phone = o[v.Name.Ref()], o[v.Phone.Ref()]
	}
	pairs := []part.Pair{{Term: l.T("book.when"), Text: l.longDay(day.On) + " " + appointment.Clock(v.Slot)},
		{Term: fault.Name(l.Lang(), "field.hall_window"), Text: l.window(day.Window)}, {Term: l.T("book.name"), Text: name}, {Term: l.T("book.phone"), Text: phone}}
	if a := o[v.Agent.Ref()]; a != "" {
		pairs = append(pairs, part.Pair{Term: l.T("book.agent"), Text: vault.MaskName(a)})
	}
	if g := o[v.Guardian.Ref()]; g != "" {
		pairs = append(pairs, part.Pair{Term: fault.Name(l.Lang(), "field.guardian"), Text: vault.MaskName(g)})
	}
	if v.Ticket != "" {
		pairs = append(pairs, part.Pair{Term: l.T("hall.ticket"), Text: v.Ticket})
	}
	return part.Definitions{Pairs: pairs}, nil
}

// bookChange offers other days and slots for an appointment.
func (s Pages) bookChange(w http.ResponseWriter, r *http.Request) error {
	return s.bookChangeForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (s Pages) bookChangeForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	day, v, code, err := s.Booked(r, r.PathValue("code"))
	if f, ok := fault.Of(err); ok {
		return s.bookAsk(w, r, f.Kind.Status(), r.PathValue("code"), f)
	}
	if err != nil {
		return err
	}
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	p, err := l.changePage(day, v, typed, why, "/book/"+string(code)+"/change", "/book/"+string(code))
	if err != nil {
		return err
	}
	return s.Public(w, r, status, l.T("book.change"), p.Show())
}

// changePage offers other days and slots of the same item.
func (l *booker) changePage(day *appointment.Day, v *appointment.Visit, typed url.Values, why *fault.Fault, action, back string) (page.Service, error) {
	item, _ := l.Book().Service(v.Service)
	p := page.Service{Heading: part.Heading{Title: l.T("book.change"), Kicker: l.Name(item.Name), Sub: l.T("book.change_from", "when", l.longDay(day.On)+" "+appointment.Clock(v.Slot)),
		Back: &part.Link{Href: back, Label: l.T("book.own")}}, Facts: part.Definitions{}}
	on := typed.Get("on")
	c, err := l.choose(item, typed.Get("from"), on, func(key, value string) string { return action + "?" + key + "=" + url.QueryEscape(value) })
	if err != nil {
		return p, err
	}
	p.Days, p.Best, p.More, p.NoDays = c.days, c.best, c.more, c.none
	f := part.Form{Action: action, Get: on == "", Submit: l.T("book.change_go"), Icon: "calendar-clock"}
	if on != "" {
		f.Fields = []part.Field{{Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}, {Name: "on", Kind: part.KindHidden, Value: on}, l.slotField(c.on, typed.Get("slot"))}
		p.Chosen = l.longDay(on)
		if why != nil {
			f = l.withFault(f, why)
		}
		p.Form = &f
	}
	return p, nil
}

func (s Pages) bookChanged(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	window, at := splitSlot(form.Get("slot"))
	act := &appointment.Change{OnVisit: appointment.OnVisit{Code: r.PathValue("code")}, ToWindow: window, ToOn: form.Get("on"), ToSlot: at}
	if _, _, _, err := s.Booked(r, act.Code); err != nil {
		return s.bookShow(w, r, http.StatusNotFound, nil)
	}
	_, err = s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "appointment.change", act)
	if f, ok := fault.Of(err); ok {
		return s.bookChangeForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/book/"+act.Code, text.T(r.Context(), "book.changed"))
}

func (s Pages) bookCancel(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	if _, _, _, err := s.Booked(r, code); err != nil {
		return s.bookShow(w, r, http.StatusNotFound, nil)
	}
	_, err = s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "appointment.cancel", &appointment.Cancel{OnVisit: appointment.OnVisit{Code: code}})
	if f, ok := fault.Of(err); ok {
		return s.bookShow(w, r, f.Kind.Status(), f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/book/"+code, text.T(r.Context(), "book.cancelled"))
}

// cardEndPage computes when an identity card ends, and offers to remind.
func (s Pages) cardEndPage(w http.ResponseWriter, r *http.Request) error {
	return s.cardForm(w, r, http.StatusOK, url.Values{}, nil)
}

func (s Pages) cardEnd(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	return s.cardForm(w, r, http.StatusOK, form, nil)
}

func (s Pages) cardForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	l, err := s.bookerFor(r)
	if err != nil {
		return err
	}
	p := page.One{Heading: part.Heading{Title: l.T("card_end.title"), Sub: l.T("card_end.sub"), Back: &part.Link{Href: "/book", Label: l.T("book.title")}}, Note: l.T("card_end.rule")}
	born, issued := appointment.Date(typed.Get("born")), appointment.Date(typed.Get("issued"))
	ask := part.Form{Action: "/book/card", Submit: l.T("card_end.go"), Icon: "calendar-clock", Fields: []part.Field{
		{Name: "born", Label: l.T("card_end.born"), Kind: part.KindDate, Required: true, Value: typed.Get("born")},
		{Name: "issued", Label: l.T("card_end.issued"), Hint: l.T("card_end.issued_hint"), Kind: part.KindDate, Required: true, Value: typed.Get("issued")}}}
	ends := typed.Get("ends_on")
	if typed.Has("born") {
		switch {
		case born.IsZero() || issued.IsZero() || issued.Before(born) || issued.After(l.Now()):
			status = http.StatusUnprocessableEntity
			ask.Fields[1].Error = l.T("card_end.wrong")
		default:
			on, forever := appointment.CardEnds(born, issued)
			if ends = ""; !forever {
				ends = on.Format(time.DateOnly)
			}
			p.Result = l.cardResult(on, forever)
		}
	}
	p.Forms = append(p.Forms, ask)
	later := ends != "" && appointment.Date(ends).After(l.Now())
	texts := s.Texts != nil && s.Texts(l.Who().Station)
	if later && !texts && why == nil { // nobody is asked for a telephone that nothing will be sent to
		p.Result += l.T("card_end.no_text")
	} else if later {
		f := part.Form{Action: "/book/card/remind", Submit: l.T("card_end.remind"), Icon: "bell", Fields: []part.Field{
			{Name: "key", Kind: part.KindHidden, Value: s.NewKey()}, {Name: "ends_on", Kind: part.KindHidden, Value: ends},
			{Name: "phone", Label: l.T("book.phone"), Hint: l.T("card_end.phone_hint", "days", l.Book().AppointmentSettings().RemindBefore), Kind: part.KindPhone, Required: true, Value: typed.Get("phone"), Complete: "tel"},
			{Name: "consent", Label: l.T("card_end.consent"), Kind: part.KindBool, Value: typed.Get("consent")}}}
		if why != nil {
			f = l.withFault(f, why)
		}
		p.Forms = append(p.Forms, f)
	}
	p.Links = []part.Link{{Href: "/catalogue/id_renew", Label: l.T("card_end.book")}, {Href: "/book/card/stop", Label: l.T("card_end.stop")}}
	return s.Public(w, r, status, l.T("card_end.title"), p.Show())
}

func (l *booker) cardResult(on time.Time, forever bool) string {
	switch {
	case forever:
		return l.T("card_end.forever")
	case on.Before(l.Now()):
		return l.T("card_end.over", "day", l.date(on))
	}
	return l.T("card_end.until", "day", l.date(on))
}

func (l *booker) date(on time.Time) string {
	if l.Lang() == "en" {
		return on.In(clock.Shanghai).Format("2 January 2006")
	}
	return on.In(clock.Shanghai).Format("2006年1月2日")
}

func (s Pages) cardRemind(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	if !s.MayBook(r) {
		return s.cardForm(w, r, http.StatusTooManyRequests, form, fault.New(fault.Throttled, "web.too_many_reports", nil))
	}
	act := &appointment.AskReminder{EndsOn: form.Get("ends_on"), Phone: form.Get("phone"), Consent: form.Get("consent") == "true"}
	answer, err := s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "reminder.ask", act)
	if f, ok := fault.Of(err); ok {
		return s.cardForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := page.One{Heading: part.Heading{Title: text.T(ctx, "card_end.asked")}, Result: ident.Receipt(answer.Receipt).String(), Note: text.T(ctx, "card_end.asked_note"),
		Links: []part.Link{{Href: "/book/card/stop", Label: text.T(ctx, "card_end.stop")}, {Href: "/book", Label: text.T(ctx, "book.title")}}}
	return s.Public(w, r, http.StatusOK, text.T(ctx, "card_end.asked"), p.Show())
}

func (s Pages) cardStopPage(w http.ResponseWriter, r *http.Request) error {
	return s.cardStopForm(w, r, http.StatusOK, "", nil)
}

func (s Pages) cardStopForm(w http.ResponseWriter, r *http.Request, status int, typed string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Field{Name: "code", Label: text.T(ctx, "card_end.code"), Required: true, MaxLen: 40, Value: typed}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	p := page.One{Heading: part.Heading{Title: text.T(ctx, "card_end.stop"), Sub: text.T(ctx, "card_end.stop_sub"), Back: &part.Link{Href: "/book/card", Label: text.T(ctx, "card_end.title")}},
		Forms: []part.Form{{Action: "/book/card/stop", Submit: text.T(ctx, "card_end.stop"), Fields: []part.Field{{Name: "key", Kind: part.KindHidden, Value: s.NewKey()}, f}}}}
	return s.Public(w, r, status, text.T(ctx, "card_end.stop"), p.Show())
}

func (s Pages) cardStop(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	if !s.MayTry(r) {
		return s.cardStopForm(w, r, http.StatusTooManyRequests, form.Get("code"), fault.New(fault.Throttled, "web.too_many_guesses", nil))
	}
	_, err = s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "reminder.stop", &appointment.StopReminder{Code: form.Get("code")})
	if f, ok := fault.Of(err); ok {
		s.Tried(r)
		return s.cardStopForm(w, r, f.Kind.Status(), form.Get("code"), f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/book/card", text.T(r.Context(), "card_end.stopped"))
}
