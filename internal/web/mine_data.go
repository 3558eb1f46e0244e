package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/looks"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/mine"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

func (s *Site) mineRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/mine", Who: Anyone, Handler: s.minePage},
		{Method: "POST", Pattern: "/mine", Who: Anyone, Handler: s.mineAsked},
		{Method: "GET", Pattern: "/mine/{code}", Who: Anyone, Handler: s.own(s.partyOf)},
		{Method: "GET", Pattern: "/mine/{code}/copy", Who: Anyone, Handler: s.ownCopy(s.partyOf)},
		{Method: "POST", Pattern: "/mine/{code}/{want}", Who: Anyone, Handler: s.ownAsk(s.partyOf)},
		{Method: "GET", Pattern: "/progress/{code}/data", Who: Anyone, Handler: s.own(s.reporterOf)},
		{Method: "GET", Pattern: "/progress/{code}/data/copy", Who: Anyone, Handler: s.ownCopy(s.reporterOf)},
		{Method: "POST", Pattern: "/progress/{code}/data/{want}", Who: Anyone, Handler: s.ownAsk(s.reporterOf)},
	}
}

// owner is somebody who has shown that a thing is theirs, and what is held about them in it.
type owner struct {
	s     *Site
	ctx   context.Context
	lang  string
	org   *organisation.Org
	book  *playbook.Book
	now   time.Time
	thing string // "report/r_…"
	title string
	back  part.Link
	at    string // the address of the page about it
	held  []holding
	// subject is whose key it lies under.
	subject  string
	said     []string // drafts that hold what they said in a group
	promises part.Table
	contact  *bool // may they be called and written to; nil where it is not asked
	quiet    bool  // looks at a file about violence at home are not told while it goes on: they could betray who sought help
	ended    time.Time
	erased   time.Time
}

// holding is one thing held: what it is called, its value, and which rule of retention.csv says why and how long.
type holding struct{ key, name, value string }

// finder finds the thing of a code in the address.
type finder func(r *http.Request) (*owner, error)

func (s *Site) owner(r *http.Request) (*owner, error) {
	ctx := r.Context()
	o := &owner{s: s, ctx: ctx, lang: part.Lang(ctx), now: s.Clock.Now()}
	var err error
	if o.org, err = s.Desk.Org(ctx, s.Station); err != nil {
		return nil, err
	}
	o.book, err = s.Desk.Book(ctx, s.Station)
	return o, err
}

// reporterOf is the reporter of a receipt code.
func (s *Site) reporterOf(r *http.Request) (*owner, error) {
	rep, code, err := s.reporter(r, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	o, err := s.owner(r)
	if err != nil {
		return nil, err
	}
	home := "/progress/" + string(code)
	o.thing, o.subject, o.at, o.erased = "report/"+rep.ID, rep.ID, home+"/data", rep.ErasedAt
	o.title, o.back = t(o.ctx, "mine.of_report", "when", s.when(o.ctx, rep.At)), part.Link{Href: home, Label: t(o.ctx, "mine.back")}
	if o.said, err = s.saidIn(o.ctx, rep.Draft); err != nil {
		return nil, err
	}
	may := !rep.NoContact
	if !rep.Anonymous {
		o.contact = &may
	}
	v, err := s.follow(o.ctx, rep)
	if err != nil {
		return nil, err
	}
	o.quiet = v.violence() && !v.every(closed)
	for i := range v.matters {
		if at := v.matters[i].Reached["closed"]; at.After(o.ended) {
			o.ended = at
		}
	}
	if rep.State == report.Declined {
		o.ended = rep.TriagedAt
	}
	if !v.every(closed) && len(v.matters) > 0 {
		o.ended = time.Time{}
	}
	return o, o.holdReport(&rep)
}

func (o *owner) holdReport(rep *report.Report) error {
	texts := []vault.Text{rep.Words, rep.Name, rep.Phone, rep.Answer}
	for _, a := range rep.Additions {
		texts = append(texts, a.Words)
	}
	words, err := o.s.Desk.Reveal(o.ctx, o.s.Station, texts...)
	if err != nil {
		return err
	}
	hold := func(key, name, value string) {
		if value != "" {
			o.held = append(o.held, holding{key, t(o.ctx, "mine."+name), value})
		}
	}
	hold("report", "words", words[rep.Words.Ref()])
	hold("report", "place", rep.Place)
	for _, a := range rep.Additions {
		hold("report", "added", words[a.Words.Ref()])
	}
	hold("contact", "name", words[rep.Name.Ref()])
	hold("contact", "phone", words[rep.Phone.Ref()])
	if n := len(rep.Photos); n > 0 {
		hold("photos", "photos", t(o.ctx, "mine.photos_n", "n", n))
	}
	return nil
}

// partyOf is the party of a dispute whom a code was given to.
func (s *Site) partyOf(r *http.Request) (*owner, error) {
	ctx := r.Context()
	if !s.MayGuess(r) {
		return nil, fault.New(fault.Throttled, "web.too_many_guesses", nil)
	}
	code, err := ident.ParseReceipt(r.PathValue("code"))
	holder := ""
	if err == nil {
		if holder, err = s.Desk.Journal.Holder(ctx, s.Station, "mine", string(code)); err != nil {
			return nil, err
		}
	}
	mid, pid, ok := strings.Cut(strings.TrimPrefix(holder, "party/"), "/")
	if !ok {
		s.Guessed(r)
		return nil, fault.New(fault.Missing, "report.receipt_wrong", nil).On("receipt")
	}
	o, err := s.owner(r)
	if err != nil {
		return nil, err
	}
	events, err := s.Desk.Journal.Stream(ctx, s.Station, matter.Stream(mid), 0)
	if err != nil {
		return nil, err
	}
	d, err := dispute.Fold(events)
	if err != nil {
		return nil, err
	}
	o.thing, o.subject, o.at = holder, pid, "/mine/"+string(code)
	o.title, o.back = t(ctx, "mine.of_matter", "number", d.Number), part.Link{Href: "/mine", Label: t(ctx, "mine.title")}
	o.quiet = d.Safety.Flagged && !closed(&d.Matter)
	if closed(&d.Matter) {
		o.ended = d.Reached["closed"]
	}
	return o, o.holdParty(d, pid)
}

func (o *owner) holdParty(d *dispute.Dispute, pid string) error {
	i := slices.IndexFunc(d.Parties, func(p matter.Party) bool { return p.ID == pid })
	if i < 0 {
		return fault.New(fault.Missing, "report.receipt_wrong", nil).On("receipt")
	}
	p, side := d.Parties[i], d.Sides[pid]
	if side == nil {
		side = &dispute.Side{}
	}
	texts := []vault.Text{p.Name, p.Phone, p.IDNo, p.Home, side.Account, side.Demand, side.Offer}
	for _, x := range d.Promises {
		texts = append(texts, x.Words)
	}
	words, err := o.s.Desk.Reveal(o.ctx, o.s.Station, texts...)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name string
		text vault.Text
	}{{"name", p.Name}, {"phone", p.Phone}, {"id_no", p.IDNo}, {"home", p.Home}, {"account", side.Account}, {"demand", side.Demand}, {"offer", side.Offer}} {
		if v := words[x.text.Ref()]; v != "" && !x.text.Empty() {
			o.held = append(o.held, holding{"party", t(o.ctx, "mine."+x.name), v})
		}
	}
	o.promise(d, pid, words)
	return nil
}

// promise lists what the person owes and is owed: what, how much, by when, how it stands; of the other side no name.
func (o *owner) promise(d *dispute.Dispute, pid string, words map[vault.Ref]string) {
	o.promises.Caption = t(o.ctx, "mine.promises")
	for _, key := range []string{"who", "what", "amount", "due", "state"} {
		o.promises.Columns = append(o.promises.Columns, part.Column{Label: t(o.ctx, "mine.promise_"+key), Num: key == "amount"})
	}
	horizon := o.now.AddDate(1, 0, 0).Format(time.DateOnly)
	for i := range d.Promises {
		p := &d.Promises[i]
		for _, n := range p.Instalments(horizon, 60) {
			who := ""
			switch {
			case n.Payer == pid:
				who = t(o.ctx, "mine.you_owe")
			case p.Receiver == pid:
				who = t(o.ctx, "mine.owed_to_you")
			default:
				continue
			}
			said := words[p.Words.Ref()]
			if p.What == "money" || said == "" {
				said = fault.Name(o.lang, "promisewhat."+p.What)
			}
			o.promises.Rows = append(o.promises.Rows, part.Row{Cells: part.Cells(who, vault.MaskFree(said), yuan(n.Amount), n.DueOn, fault.Name(o.lang, "instalment."+n.State))})
		}
	}
}

// own shows what is held, after the one-time check.
func (s *Site) own(find finder) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.opened(w, r, find)
		if o == nil {
			return err
		}
		return o.show(w, r, http.StatusOK, "", nil, nil)
	}
}

// opened finds the thing of a code and asks for the check; nil when the answer has been written or is the error.
func (s *Site) opened(w http.ResponseWriter, r *http.Request, find finder) (*owner, error) {
	o, err := find(r)
	if err != nil {
		return nil, s.wrongCode(w, r, err)
	}
	if !s.Proved(r, o.thing) {
		http.Redirect(w, r, s.proofAddress(o.thing, o.at), http.StatusSeeOther)
		return nil, nil
	}
	w.Header().Set("Cache-Control", "no-store")
	return o, nil
}

// show draws the page; want is the form that was refused.
func (o *owner) show(w http.ResponseWriter, r *http.Request, status int, want string, typed url.Values, why *fault.Fault) error {
	p := mine.Own{Heading: part.Heading{Title: t(o.ctx, "mine.data"), Kicker: o.title, Sub: t(o.ctx, "mine.data_sub")}, Back: o.back, Held: o.holdings(), Open: want, Promises: o.promises}
	if !o.erased.IsZero() {
		p.Erased = t(o.ctx, "mine.erased", "when", o.s.when(o.ctx, o.erased))
	}
	rows, err := o.looks()
	if err != nil {
		return err
	}
	p.Looks = part.Table{Caption: t(o.ctx, "mine.looks"), Empty: &part.Empty{Icon: "eye-off", Text: t(o.ctx, "mine.no_looks")}}
	for _, c := range o.lookColumns() {
		p.Looks.Columns = append(p.Looks.Columns, part.Column{Label: c})
	}
	for _, row := range rows {
		p.Looks.Rows = append(p.Looks.Rows, part.Row{Cells: part.Cells(row...)})
	}
	if err := o.asked(&p); err != nil {
		return err
	}
	if o.erased.IsZero() {
		o.forms(&p, want, typed, why)
		p.Copy = []part.Link{{Href: o.copyAt(), Label: t(o.ctx, "mine.copy_page")}, {Href: o.copyAt() + "?as=json", Label: t(o.ctx, "mine.copy_data")}}
	}
	return o.s.Public(w, r, status, t(o.ctx, "mine.data"), p)
}

func (o *owner) copyAt() string { return o.at + "/copy" }

// holdings say of everything held why and until when (law-and-standards 15.2).
func (o *owner) holdings() (list []mine.Held) {
	for _, h := range o.held {
		x, _ := o.book.Retention(h.key)
		until := t(o.ctx, "mine.until_after", "months", x.Months)
		if !o.ended.IsZero() {
			until = t(o.ctx, "mine.until_day", "day", o.day(o.ended.AddDate(0, x.Months, 0)))
		}
		if x.Hold {
			until += t(o.ctx, "mine.until_law")
		}
		list = append(list, mine.Held{Name: h.name, Value: h.value, Why: x.Why.In(o.lang) + "（" + x.Source + "）", Until: until})
	}
	return list
}

func (o *owner) day(at time.Time) string {
	return at.In(clock.Shanghai).Format(map[bool]string{true: "2 January 2006", false: "2006年1月2日"}[o.lang == "en"])
}

func (o *owner) lookColumns() (list []string) {
	for _, key := range []string{"when", "who", "what", "purpose"} {
		list = append(list, t(o.ctx, "mine.look_"+key))
	}
	return list
}

// saidIn are the drafts that hold the words of one who has a report made of a draft: a look at them is a look at that person's data.
func (s *Site) saidIn(ctx context.Context, id string) ([]string, error) {
	if id == "" {
		return nil, nil
	}
	events, err := s.Desk.Journal.Stream(ctx, s.Station, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	d, err := draft.Fold(events)
	if err != nil {
		return nil, err
	}
	_, more := d.Copies(nil)
	return append([]string{id}, more...), nil
}

// looks are those at the person's own data: time, role and badge, field, purpose. Nobody else's data is in them.
func (o *owner) looks() ([][]string, error) {
	if o.quiet || o.s.Boards.Looks == nil {
		return nil, nil
	}
	rows, err := o.s.Boards.Looks.Of(o.ctx, access.System(o.s.Station), append([]string{o.subject}, o.said...)...)
	if err != nil {
		return nil, err
	}
	var list [][]string
	for _, x := range rows {
		list = append(list, []string{o.s.when(o.ctx, x.At), o.looker(x), o.lookedAt(x), vault.MaskFree(x.Purpose)})
	}
	return list, nil
}

// looker is how the station lets residents see who looked: the words "mine.looker" of the playbook, by default role and badge.
func (o *owner) looker(x looks.Row) string {
	said := o.book.Text("mine.looker", o.lang)
	if said == "" {
		said = "{role} {badge}"
	}
	badge, surname := "", ""
	if p := o.org.People[x.Person]; p != nil {
		badge = p.Badge
		if r := []rune(p.Call); len(r) > 0 {
			surname = string(r[:1])
		}
	}
	return strings.TrimSpace(strings.NewReplacer("{role}", fault.Name(o.lang, "role."+x.Role), "{badge}", badge, "{surname}", surname).Replace(said))
}

func (o *owner) lookedAt(x looks.Row) string {
	if x.What != looks.Look {
		return t(o.ctx, "mine.looked_paper")
	}
	if strings.HasPrefix(x.Field, "x.") {
		return t(o.ctx, "mine.looked_field")
	}
	if x.Field == "added" {
		return t(o.ctx, "mine.added")
	}
	return fault.Name(o.lang, "field."+x.Field)
}

// asked lists the requests made before, with their answers.
func (o *owner) asked(p *mine.Own) error {
	if o.s.Boards.Rights == nil {
		return nil
	}
	rows, err := o.s.Boards.Rights.Of(o.ctx, access.System(o.s.Station), o.thing)
	if err != nil {
		return err
	}
	for _, x := range rows {
		a := mine.Asked{What: t(o.ctx, "mine.want_"+x.Want), When: t(o.ctx, "mine.asked_at", "when", o.s.when(o.ctx, x.AskedAt)), State: part.Status{Tone: part.Due, Label: t(o.ctx, "mine.waiting")}}
		if x.Result == "" && !x.DueAt.IsZero() {
			a.When += t(o.ctx, "mine.answer_by", "day", o.day(x.DueAt))
		}
		if x.Result != "" {
			one, err := o.s.right(o.ctx, o.s.Station, x.ID)
			if err != nil {
				return err
			}
			words, err := o.s.Desk.Reveal(o.ctx, o.s.Station, one.Told)
			if err != nil {
				return err
			}
			a.Answer, a.State = words[one.Told.Ref()], part.Status{Tone: part.OK, Label: fault.Name(o.lang, "rightresult."+x.Result)}
		}
		p.Asked = append(p.Asked, a)
	}
	return nil
}

// right loads one request.
func (s *Site) right(ctx context.Context, station, id string) (right.Right, error) {
	events, err := s.Desk.Journal.Stream(ctx, station, right.Stream(id), 0)
	if err != nil {
		return right.Right{}, err
	}
	if len(events) == 0 {
		return right.Right{}, fault.New(fault.Missing, "right.not_found", nil)
	}
	return right.Fold(events)
}

// forms are what can be asked.
func (o *owner) forms(p *mine.Own, want string, typed url.Values, why *fault.Fault) {
	form := func(key string, fields ...part.Field) *part.Form {
		f := part.Form{Action: o.at + "/" + key, Scope: key + "-", Submit: t(o.ctx, "mine.submit_"+key), Fields: append(fields, part.Field{Name: "key", Kind: part.KindHidden, Value: o.s.NewKey()})}
		if key != want || why == nil {
			return &f
		}
		general := []part.FormError{{Text: o.s.Sentence(o.ctx, why)}}
		for i := range f.Fields {
			if f.Fields[i].Kind != part.KindHidden {
				f.Fields[i].Value = typed.Get(f.Fields[i].Name)
			}
			if f.Fields[i].Name == why.Field {
				f.Fields[i].Error, general = o.s.Sentence(o.ctx, why), nil
			}
		}
		f.Errors = general
		return &f
	}
	words := part.Field{Name: "words", Label: t(o.ctx, "mine.words_correct"), Kind: part.KindWords, Rows: 3, MaxLen: 2000}
	which := part.Field{Name: "wrong_field", Label: t(o.ctx, "mine.wrong"), Kind: part.KindRadio, Options: []part.Option{{Value: "", Label: t(o.ctx, "mine.wrong_other")}}}
	for _, f := range right.Corrigible {
		which.Options = append(which.Options, part.Option{Value: f, Label: t(o.ctx, "mine."+f)})
	}
	p.Correct = form("correct", which, part.Field{Name: "right_value", Label: t(o.ctx, "mine.right_value"), Hint: t(o.ctx, "mine.right_value_hint"), MaxLen: 40}, words)
	words.Label, words.Required = t(o.ctx, "mine.words_explain"), true
	p.Explain = form("explain", words)
	words.Label, words.Required = t(o.ctx, "mine.words_erase"), false
	p.Erase = form("erase", words)
	p.Erase.Danger, p.Erase.Confirm = true, t(o.ctx, "mine.erase_sure")
	words.Label, words.Required = t(o.ctx, "mine.words_limit"), true
	p.Limit = form("limit", words)
	words.Label, words.Required = t(o.ctx, "mine.words_resume"), false
	p.Resume = form("resume", words)
	if o.contact != nil {
		next := "yes"
		p.Contact = t(o.ctx, "mine.contact_no")
		if *o.contact {
			next, p.Contact = "no", t(o.ctx, "mine.contact_yes")
		}
		p.Consent = form("contact", part.Field{Name: "may_contact", Kind: part.KindHidden, Value: map[string]string{"yes": "true", "no": "false"}[next]})
		p.Consent.Submit = t(o.ctx, "mine.contact_to_"+next)
	}
}

// ownAsk takes a request, or a change of consent.
func (s *Site) ownAsk(find finder) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.opened(w, r, find)
		if o == nil {
			return err
		}
		form, err := s.Form(r, "")
		if err != nil {
			return err
		}
		want := r.PathValue("want")
		name, act := "right.ask", any(&right.Ask{Thing: o.thing, Want: want, Field: form.Get("wrong_field"), Value: form.Get("right_value"), Words: form.Get("words")})
		done := t(o.ctx, "mine.done_asked")
		switch {
		case want == "contact" && o.contact != nil:
			_, id, _ := strings.Cut(o.thing, "/")
			name, act = "report.consent", &report.Consent{On: report.On{Report: id}, Contact: form.Get("may_contact") == "true"}
			done = t(o.ctx, "mine.done_contact")
		case !slices.Contains([]string{right.Correct, right.Erase, right.Explain, right.Limit, right.Resume}, want):
			return fault.New(fault.Missing, "web.no_page", nil)
		}
		if !s.gates.reports.take(source(r)) {
			return o.show(w, r, http.StatusTooManyRequests, want, form, fault.New(fault.Throttled, "web.too_many_reports", nil))
		}
		_, err = s.Do(o.ctx, desk.Public(s.Station), form.Get("key"), name, act)
		if f, ok := fault.Of(err); ok {
			return o.show(w, r, f.Kind.Status(), want, form, f)
		}
		if err != nil {
			return err
		}
		return s.See(w, r, o.at, done)
	}
}

// ownCopy hands out everything that is held, to be kept: a page that reads by itself, or bare data for another system.
func (s *Site) ownCopy(find finder) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.opened(w, r, find)
		if o == nil {
			return err
		}
		rows, err := o.looks()
		if err != nil {
			return err
		}
		c := mine.Copy{Lang: o.lang, Title: o.title + " · " + o.org.Name, Made: t(o.ctx, "mine.copy_made", "when", s.when(o.ctx, o.now)), Held: o.holdings(), Looks: rows, Columns: o.lookColumns()}
		data, err := json.MarshalIndent(map[string]any{"station": o.org.Name, "thing": o.title, "made": o.now.Format(time.RFC3339), "held": c.Held, "looks": rows}, "", "  ")
		if err != nil {
			return err
		}
		if r.URL.Query().Get("as") == "json" {
			w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
			send(w, r, http.StatusOK, "application/json; charset=utf-8", data)
			return nil
		}
		c.JSON = string(data)
		var b bytes.Buffer
		if err := c.Render(o.ctx, &b); err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", `attachment; filename="my-data.html"`)
		send(w, r, http.StatusOK, "text/html; charset=utf-8", b.Bytes())
		return nil
	}
}
