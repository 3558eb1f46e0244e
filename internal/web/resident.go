package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/page/resident"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
)

func (s *Site) residentRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/report", Who: Anyone, Handler: s.reportPage},
		{Method: "GET", Pattern: "/report/{cell}", Who: Anyone, Handler: s.reportPage},
		{Method: "POST", Pattern: "/report", Who: Anyone, Large: true, Handler: s.submit},
		{Method: "POST", Pattern: "/report/{cell}", Who: Anyone, Large: true, Handler: s.submit},
		{Method: "GET", Pattern: "/progress", Who: Anyone, Handler: s.askPage},
		{Method: "POST", Pattern: "/progress", Who: Anyone, Handler: s.asked},
		{Method: "GET", Pattern: "/progress/{code}", Who: Anyone, Handler: s.progressPage},
		{Method: "GET", Pattern: "/progress/{code}/receipt", Who: Anyone, Handler: s.receiptPage},
		{Method: "POST", Pattern: "/progress/{code}/{act}", Who: Anyone, Large: true, Handler: s.progressAct},
		{Method: "GET", Pattern: "/privacy", Who: Anyone, Handler: s.privacyPage},
	}
}

// front is the first page for who is not signed in.
func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	doors := s.doors(r, frontDoors, desk.Public(s.Station))
	doors[0].First = true
	return s.Public(w, r, http.StatusOK, t(r.Context(), "front.title"), resident.Front{Doors: doors})
}

func (s *Site) reportPage(w http.ResponseWriter, r *http.Request) error {
	if id := r.PathValue("cell"); id != "" {
		org, err := s.Desk.Org(r.Context(), s.Station)
		if err != nil {
			return err
		}
		if _, ok := org.Cell(id); !ok { // an old poster still leads to the form
			http.Redirect(w, r, "/report", http.StatusSeeOther)
			return nil
		}
	}
	return s.reportForm(w, r, http.StatusOK, &report.Submit{Cell: r.PathValue("cell")}, nil, nil)
}

// reportForm asks for a report: the words are all that must be there.
func (s *Site) reportForm(w http.ResponseWriter, r *http.Request, status int, act *report.Submit, typed url.Values, wrong []*fault.Fault) error {
	ctx, cell := r.Context(), r.PathValue("cell")
	org, err := s.Desk.Org(ctx, s.Station)
	if err != nil {
		return err
	}
	o := FormOptions{Values: typed, Faults: wrong, Only: []string{"words", "photos", "cell", "place", "name", "phone"}, Skip: []string{"lon", "lat", "source", "channel", "at"},
		Submit: t(ctx, "report.submit"), Icon: "send", Draft: "report",
		Labels: map[string]string{"words": t(ctx, "report.words"), "place": t(ctx, "report.place"), "cell": t(ctx, "report.cell"), "name": t(ctx, "report.name"), "phone": t(ctx, "report.phone")},
		Hints: map[string]string{"words": t(ctx, "report.words_hint"), "place": t(ctx, "report.place_hint"), "name": t(ctx, "report.name_hint"),
			"phone": t(ctx, "report.phone_hint")}}
	p := resident.Report{}
	if cell != "" {
		p.Place = t(ctx, "report.here", "cell", CellPath(org, cell, part.Lang(ctx), s.Clock.Now()))
		o.Skip = append(o.Skip, "cell")
	}
	if p.Form, err = s.ActForm(ctx, desk.Public(s.Station), act, o); err != nil {
		return err
	}
	for i := range p.Form.Fields {
		switch f := &p.Form.Fields[i]; f.Name {
		case "place":
			where := part.Field{Name: "position", Label: t(ctx, "report.position"), Kind: part.KindPosition, Values: []string{typed.Get("position_lat"), typed.Get("position_lng"), typed.Get("position_accuracy")}}
			p.Form.Fields = slices.Insert(p.Form.Fields, i+1, where)
		case "name":
			f.Complete = "name"
			f.Half = true
		case "phone":
			f.Complete = "tel"
		}
	}
	p.Form.Extra = KeptPhotos(typed)
	p.Form.Action = "/report"
	if cell != "" {
		p.Form.Action += "/" + url.PathEscape(cell)
	}
	return s.Public(w, r, status, t(ctx, "report.title"), p)
}

// CellPath names a cell with the place it lies in.
func CellPath(org *organisation.Org, id, lang string, at time.Time) string {
	tree := org.Tree()
	if tree == nil {
		return org.CellName(id, lang)
	}
	var names []string
	for _, c := range tree.Path(grid.CellID(id), at) {
		if c.Kind != grid.KindStation {
			names = append(names, org.CellName(string(c.ID), lang))
		}
	}
	return strings.Join(names, " · ")
}

func (s *Site) submit(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := s.Form(r, work.Public)
	if err != nil {
		return err
	}
	act := &report.Submit{}
	asked := url.Values{}
	for _, k := range []string{"words", "cell", "place", "name", "phone", "photos", refusedPhoto} { // nothing else may be set from outside
		if v, ok := form[k]; ok {
			asked[k] = v
		}
	}
	wrong := Decode(act, asked)
	s.locate(ctx, act, form)
	if cell := r.PathValue("cell"); cell != "" {
		act.Cell = cell
	}
	if len(wrong) == 0 && !s.gates.reports.take(source(r)) {
		wrong = []*fault.Fault{fault.New(fault.Throttled, "web.too_many_reports", nil)}
	}
	if len(wrong) > 0 {
		return s.reportForm(w, r, wrong[0].Kind.Status(), act, form, wrong)
	}
	answer, err := s.Do(ctx, desk.Public(s.Station), form.Get("key"), "report.submit", act)
	if err != nil {
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		return s.reportForm(w, r, f.Kind.Status(), act, form, []*fault.Fault{f})
	}
	http.Redirect(w, r, "/progress/"+answer.Receipt+"/receipt", http.StatusSeeOther)
	return nil
}

// locate takes the position that the phone gave, and the cell it lies in when nobody named one.
func (s *Site) locate(ctx context.Context, act *report.Submit, form url.Values) {
	lat, err1 := strconv.ParseFloat(form.Get("position_lat"), 64)
	lon, err2 := strconv.ParseFloat(form.Get("position_lng"), 64)
	if err1 != nil || err2 != nil {
		return // a position is never asked for twice: without it the words are enough
	}
	act.Lat, act.Lon = lat, lon
	org, err := s.Desk.Org(ctx, s.Station)
	if err != nil || act.Cell != "" || org.Tree() == nil {
		return
	}
	if c, ok := org.Tree().Locate(lon, lat, s.Clock.Now(), grid.KindCell); ok {
		act.Cell = string(c.ID)
	}
}

// reporter finds the report of a receipt code. Whoever guesses runs out of tries, and from then on a right code looks like any other.
func (s *Site) reporter(r *http.Request, typed string) (report.Report, ident.Receipt, error) {
	if !s.MayGuess(r) {
		return report.Report{}, "", fault.New(fault.Throttled, "web.too_many_guesses", nil)
	}
	ctx := r.Context()
	code, err := ident.ParseReceipt(typed)
	holder := ""
	if err == nil {
		if holder, err = s.Desk.Journal.Holder(ctx, s.Station, "receipt", string(code)); err != nil {
			return report.Report{}, "", err
		}
	}
	if holder == "" {
		s.Guessed(r)
		return report.Report{}, "", fault.New(fault.Missing, "report.receipt_wrong", nil).On("receipt")
	}
	rep, err := s.anyReport(ctx, s.Station, holder)
	return rep, code, err
}

func (s *Site) askPage(w http.ResponseWriter, r *http.Request) error {
	return s.ask(w, r, http.StatusOK, "", nil)
}

func (s *Site) ask(w http.ResponseWriter, r *http.Request, status int, typed string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Field{Name: "receipt", Label: t(ctx, "receipt.code"), Hint: t(ctx, "ask.hint"), Value: typed, Required: true, MaxLen: 40, Focus: why == nil}
	form := part.Form{Action: "/progress", Submit: t(ctx, "ask.submit"), Icon: "search"}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	form.Fields = []part.Field{f}
	return s.Public(w, r, status, t(ctx, "front.progress"), resident.Ask{Form: form})
}

func (s *Site) asked(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	_, code, err := s.reporter(r, form.Get("receipt"))
	if f, ok := fault.Of(err); ok {
		return s.ask(w, r, f.Kind.Status(), form.Get("receipt"), f)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/progress/"+string(code), http.StatusSeeOther)
	return nil
}

// wrongCode answers a code that opens nothing: the page that asks for it again, with one sentence for all cases.
func (s *Site) wrongCode(w http.ResponseWriter, r *http.Request, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Code != "report.receipt_wrong" && f.Code != "web.too_many_guesses" {
		return err
	}
	return s.ask(w, r, f.Kind.Status(), r.PathValue("code"), f)
}

func (s *Site) receiptPage(w http.ResponseWriter, r *http.Request) error {
	rep, code, err := s.reporter(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCode(w, r, err)
	}
	ctx := r.Context()
	p := resident.Receipt{Code: code.String(), Href: "/progress/" + string(code), At: t(ctx, "receipt.at", "when", s.when(ctx, rep.At))}
	if png, err := qrcode.Encode(s.Address(r)+p.Href, qrcode.Medium, 320); err == nil {
		p.QR = "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
	}
	p.Next = []string{t(ctx, "receipt.next1"), t(ctx, "receipt.next2"), t(ctx, "receipt.next3")}
	if rep.Anonymous {
		p.Next[1] = t(ctx, "receipt.next2_anonymous")
	}
	return s.Public(w, r, http.StatusOK, t(ctx, "receipt.title"), p)
}

// Address is where residents reach this station, as the operator said or else as this request came.
func (s *Site) Address(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	if s.https(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *Site) progressPage(w http.ResponseWriter, r *http.Request) error {
	rep, code, err := s.reporter(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCode(w, r, err)
	}
	return s.progress(w, r, http.StatusOK, rep, code, refusal{})
}

// refusal is a form of the progress page that comes back.
type refusal struct {
	act    string
	typed  url.Values
	faults []*fault.Fault
}

// progressAct takes what a reporter does with the receipt: add, withdraw, rate, reopen.
func (s *Site) progressAct(w http.ResponseWriter, r *http.Request) error {
	verb := r.PathValue("act")
	if !slices.Contains([]string{"add", "withdraw", "rate", "reopen"}, verb) {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	rep, code, err := s.reporter(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCode(w, r, err)
	}
	form, err := s.Form(r, work.Public)
	if err != nil {
		return err
	}
	name := "report." + verb
	spec, _ := desk.Find(name)
	act := spec.New()
	form.Set("report", rep.ID)
	form.Del("version")
	wrong := Decode(act, form)
	if len(wrong) == 0 {
		_, err := s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), name, act)
		if err == nil {
			return s.See(w, r, "/progress/"+string(code), t(r.Context(), "progress.done_"+verb))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return s.progress(w, r, wrong[0].Kind.Status(), rep, code, refusal{verb, form, wrong})
}

// progress draws how a report stands, for its reporter: roles and call names, never personal data of others.
func (s *Site) progress(w http.ResponseWriter, r *http.Request, status int, rep report.Report, code ident.Receipt, back refusal) error {
	ctx := r.Context()
	v, err := s.follow(ctx, rep)
	if err != nil {
		return err
	}
	p := resident.Progress{Code: code.String(), Href: "/progress/" + string(code), At: t(ctx, "receipt.at", "when", s.when(ctx, rep.At)), OpenForm: back.act}
	p.Data = p.Href + "/data"
	v.tell(&p)
	if err := v.followed(&p); err != nil {
		return err
	}
	if err := v.offer(&p, back); err != nil {
		return err
	}
	return s.Public(w, r, status, t(ctx, "front.progress"), p)
}

// view is a report with all that came of it, as its reporter may see it.
type view struct {
	s       *Site
	ctx     context.Context
	lang    string
	rep     report.Report
	matters []matter.Matter
	answers map[string]told // by matter
	answer  string          // of the triage
	org     *organisation.Org
	book    *playbook.Book
	cal     *clock.Calendar
	now     time.Time
}

func (v *view) every(is func(*matter.Matter) bool) bool {
	for i := range v.matters {
		if !is(&v.matters[i]) {
			return false
		}
	}
	return len(v.matters) > 0
}

func closed(m *matter.Matter) bool { return m.State == matter.Done || m.State == matter.Answered }

// tell fills in what the reporter reads.
func (v *view) tell(p *resident.Progress) {
	p.Lead, p.Steps = v.steps()
	if v.answer != "" {
		p.Answer = v.answer
	}
	for _, x := range v.book.Reasons("decline") {
		if x.Key == v.rep.Reason && v.rep.State == report.Declined {
			p.Reason = x.Name.In(v.lang)
		}
	}
	for i := range v.matters {
		p.Matters = append(p.Matters, v.matter(&v.matters[i]))
	}
	if n := len(v.rep.Additions); n > 0 {
		p.Added = t(v.ctx, "progress.added", "n", n)
	}
	if v.rep.Rating > 0 {
		for _, o := range ratingOptions(v.lang, v.book) {
			if o.Value == strconv.Itoa(v.rep.Rating) {
				p.Rated = t(v.ctx, "progress.rated", "rating", o.Label)
			}
		}
	}
}

// steps are 已收到 → 已受理 → 处理中 → 已办结 → 已回访, and the sentence over them.
func (v *view) steps() (lead string, list []part.Step) {
	ctx := v.ctx
	when := func(at time.Time) string { return v.s.when(ctx, at) }
	received := part.Step{Label: t(ctx, "step.received"), When: when(v.rep.At), Done: true}
	switch v.rep.State {
	case report.Withdrawn:
		return t(ctx, "lead.withdrawn"), []part.Step{received, {Label: t(ctx, "step.withdrawn"), Done: true}}
	case report.Declined:
		return t(ctx, "lead.declined"), []part.Step{received, {Label: t(ctx, "step.answered"), When: when(v.rep.TriagedAt), Done: true}}
	case report.Fresh, report.Triaged:
	}
	accepted := part.Step{Label: t(ctx, "step.accepted")}
	handled := part.Step{Label: t(ctx, "step.handled")}
	done := part.Step{Label: t(ctx, "step.closed")}
	asked := part.Step{Label: t(ctx, "step.followed_up")}
	switch {
	case len(v.matters) == 0:
		lead, accepted.Current = t(ctx, "lead.received"), true
	case v.every(func(m *matter.Matter) bool { return m.State == matter.Answered }):
		lead = t(ctx, "lead.followed_up")
		accepted.Done, handled.Done, done.Done, asked.Done = true, true, true, true
	case v.every(closed):
		lead, asked.Current = t(ctx, "lead.closed"), true
		accepted.Done, handled.Done, done.Done = true, true, true
	default:
		lead, handled.Current = t(ctx, "lead.under_way"), true
		accepted.Done = true
	}
	if accepted.Done {
		accepted.When = when(v.rep.TriagedAt)
	}
	if done.Done {
		var last time.Time
		for i := range v.matters {
			if at := v.matters[i].Reached["closed"]; at.After(last) {
				last = at
			}
		}
		done.When = when(last)
	}
	return lead, []part.Step{received, accepted, handled, done, asked}
}

func (v *view) matter(m *matter.Matter) resident.Matter {
	kind, _ := v.book.Kind(m.Kind)
	x := resident.Matter{Kind: kind.Name.In(v.lang), Number: m.Number, Next: v.next(m)}
	x.State = part.Status{Tone: part.Info, Label: v.state(m)}
	switch m.State {
	case matter.Done, matter.Answered:
		x.State.Tone = part.OK
	case matter.OnHold:
		x.State.Tone = part.Paused
	}
	if p := v.org.People[m.Handler]; p != nil {
		x.Who = p.Role.Name().In(v.lang) + " " + p.Call
	}
	if a, ok := v.answers[m.ID]; ok && closed(m) {
		x.Answer, x.AnswerWhen = a.words, v.s.when(v.ctx, a.at)
	}
	return x
}

// state says a matter's state in the words the station has for residents.
func (v *view) state(m *matter.Matter) string {
	said := v.book.Text("progress."+string(m.State), v.lang)
	if said == "" {
		said = fault.Name(v.lang, "state."+string(m.State))
	}
	body := ""
	if m.Passage != nil {
		body = v.s.stationName(v.ctx, m.Passage.Station)
	} else if m.SendBackTo != nil {
		if body = m.SendBackTo.ToBody; body != "" {
			body = bodyName(v.lang, v.org, v.book, body)
		} else {
			body = v.org.CellName(m.SendBackTo.ToCell, v.lang)
		}
	}
	if body == "" {
		body = t(v.ctx, "progress.other_body")
	}
	reason := t(v.ctx, "progress.no_reason")
	for _, x := range v.book.Reasons("pause") {
		if x.Key == m.PauseReason {
			reason = x.Name.In(v.lang)
		}
	}
	return strings.NewReplacer("{body}", body, "{reason}", reason).Replace(said)
}

// next says when the reporter hears next, from the clocks that run: the first contact, then the end, then the follow-up.
func (v *view) next(m *matter.Matter) string {
	if m.State == matter.OnHold {
		return t(v.ctx, "next.paused")
	}
	clocks := m.Clocks(v.cal, v.now)
	for _, want := range [][2]string{{"contacted", "next.contact"}, {"closed", "next.close"}, {"followed_up", "next.follow_up"}} {
		if want[0] == "contacted" && v.rep.Anonymous {
			continue // nobody to call
		}
		for _, c := range clocks {
			if !c.Ends(want[0]) || !c.StoppedAt.IsZero() || c.DueAt.IsZero() {
				continue
			}
			if v.now.After(c.DueAt) {
				return t(v.ctx, want[1]+"_late")
			}
			return t(v.ctx, want[1], "when", v.s.when(v.ctx, c.DueAt))
		}
	}
	return ""
}

// offer puts the forms on the page that make sense now.
func (v *view) offer(p *resident.Progress, back refusal) error {
	open := v.rep.State == report.Fresh || v.rep.State == report.Triaged && !v.every(closed)
	ended := v.rep.State == report.Declined || slices.ContainsFunc(v.matters, func(m matter.Matter) bool { _, ok := m.Reached["closed"]; return ok })
	again := v.rep.State == report.Declined || slices.ContainsFunc(v.matters, func(m matter.Matter) bool { return m.Can(matter.VerbReopen) })
	for _, x := range []struct {
		verb string
		show bool
		into **part.Form
		act  any
	}{
		{"add", v.rep.State != report.Withdrawn, &p.Add, &report.Add{}},
		{"withdraw", open, &p.Withdraw, &report.Withdraw{}},
		{"rate", ended && v.rep.Rating == 0 && !v.violence(), &p.Rate, &report.Rate{}},
		{"reopen", again && v.rep.Reopens < report.MaxReopens, &p.Reopen, &report.Reopen{}},
	} {
		if !x.show && back.act != x.verb {
			continue
		}
		o := FormOptions{Skip: []string{"report", "version"}, Submit: t(v.ctx, "progress.submit_"+x.verb), Danger: x.verb == "withdraw"}
		if back.act == x.verb {
			o.Values, o.Faults, o.Extra = back.typed, back.faults, KeptPhotos(back.typed)
		}
		f, err := v.s.ActForm(v.ctx, desk.Public(v.s.Station), x.act, o)
		if err != nil {
			return err
		}
		f.Action, f.Scope = p.Href+"/"+x.verb, x.verb+"-"
		if x.verb == "rate" {
			v.rateItems(&f)
		}
		*x.into = &f
	}
	return nil
}

// rateItems asks for the items of a rating, all of them left to the person: of a mediation attitude and course only, and nothing about
// who won (law-and-standards 18.1, 18.3).
func (v *view) rateItems(f *part.Form) {
	asked := report.Items
	if slices.ContainsFunc(v.matters, func(m matter.Matter) bool { k, _ := v.book.Kind(m.Kind); return k.Base == dispute.Base }) {
		asked = report.MediationItems
	}
	f.Fields = slices.DeleteFunc(f.Fields, func(x part.Field) bool {
		key, item := strings.CutPrefix(x.Name, "rate_")
		return item && !slices.Contains(asked, key)
	})
	for i := range f.Fields {
		if x := &f.Fields[i]; strings.HasPrefix(x.Name, "rate_") {
			if x.Kind, x.Label, x.Fold, x.Options = part.KindSelect, fault.Name(v.lang, "field."+x.Name), t(v.ctx, "progress.rate_items"), ratingOptions(v.lang, v.book); x.Value == "0" {
				x.Value = ""
			}
			x.Blank = t(v.ctx, "progress.rate_skip")
		}
	}
}

// followed tells what became of a bad rating: that somebody else looks into it, by when, and the answer.
func (v *view) followed(p *resident.Progress) error {
	if v.s.Boards.Ratings == nil {
		return nil
	}
	rows, err := v.s.Boards.Ratings.Of(v.ctx, access.System(v.s.Station), "report/"+v.rep.ID)
	if err != nil {
		return err
	}
	for _, x := range rows {
		switch {
		case !x.AnsweredAt.IsZero():
			events, err := v.s.Desk.Journal.Stream(v.ctx, v.s.Station, rating.Stream(x.ID), 0)
			if err != nil {
				return err
			}
			one, err := rating.Fold(events)
			if err != nil {
				return err
			}
			words, err := v.s.Desk.Reveal(v.ctx, v.s.Station, one.Told)
			if err != nil {
				return err
			}
			p.Followed = append(p.Followed, t(v.ctx, "progress.rating_answered", "words", words[one.Told.Ref()]))
		case x.Open:
			p.Followed = append(p.Followed, t(v.ctx, "progress.rating_open", "when", v.s.when(v.ctx, x.DueAt)))
		}
	}
	return nil
}

// violence tells whether the report is about violence at home: nobody is asked for a rating then (law-and-standards 18.3).
func (v *view) violence() bool {
	return slices.ContainsFunc(v.matters, report.AtHome)
}

// told is what the reporter was told at the end of a matter.
type told struct {
	words string
	at    time.Time
}

// follow gathers what came of a report. A matter that was merged away is followed to the one it went into: the right to an answer
// goes with it.
func (s *Site) follow(ctx context.Context, rep report.Report) (*view, error) {
	v := &view{s: s, ctx: ctx, lang: part.Lang(ctx), rep: rep, answers: map[string]told{}, now: s.Clock.Now()}
	var errs [3]error
	v.org, errs[0] = s.Desk.Org(ctx, s.Station)
	v.book, errs[1] = s.Desk.Book(ctx, s.Station)
	v.cal, errs[2] = s.Desk.Calendar(ctx, s.Station)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range rep.Matters {
		for id != "" && !seen[id] {
			seen[id] = true
			into, err := v.load(id)
			if err != nil {
				return nil, err
			}
			id = into
		}
	}
	if rep.Answer.Empty() {
		return v, nil
	}
	words, err := s.Desk.Reveal(ctx, s.Station, rep.Answer)
	v.answer = words[rep.Answer.Ref()]
	return v, err
}

// load adds a matter with the last answer that was given on it, or says into which it was merged.
func (v *view) load(id string) (into string, err error) {
	events, err := v.s.Desk.Journal.Stream(v.ctx, v.s.Station, matter.Stream(id), 0)
	if err != nil {
		return "", err
	}
	m, err := matter.Fold(events)
	if err != nil || m.State.Gone() {
		return m.MergedInto, err
	}
	v.matters = append(v.matters, m)
	for i := len(events) - 1; i >= 0; i-- {
		e, err := work.Decode(&events[i])
		if err != nil {
			return "", err
		}
		f, ok := e.(matter.Finished)
		if !ok {
			continue
		}
		if !f.Answer.Empty() {
			words, err := v.s.Desk.Reveal(v.ctx, v.s.Station, f.Answer)
			if err != nil {
				return "", err
			}
			v.answers[id] = told{words[f.Answer.Ref()], events[i].HappenedAt}
		}
		break
	}
	return "", nil
}

func (s *Site) privacyPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	org, err := s.Desk.Org(ctx, s.Station)
	if err != nil {
		return err
	}
	book, err := s.Desk.Book(ctx, s.Station)
	if err != nil {
		return err
	}
	fill := strings.NewReplacer("{station}", org.Name, "{phone}", t(ctx, "privacy.phone"), "{address}", t(ctx, "privacy.address"), "{years}", "2")
	var lines []string
	for _, key := range []string{"who", "contact", "purpose", "basis", "manner", "kinds", "recipients", "retention", "rights"} {
		if said := book.Text("privacy."+key, part.Lang(ctx)); said != "" {
			lines = append(lines, fill.Replace(said))
		}
	}
	return s.Public(w, r, http.StatusOK, t(ctx, "privacy.title"), resident.Privacy{Lines: lines})
}

// Booked finds the appointment of a code. Whoever guesses runs out of tries, as with receipt codes.
func (s *Site) Booked(r *http.Request, typed string) (*appointment.Day, *appointment.Visit, ident.Receipt, error) {
	if !s.MayGuess(r) {
		return nil, nil, "", fault.New(fault.Throttled, "web.too_many_guesses", nil).On("code")
	}
	day, v, err := s.Desk.Appointment(r.Context(), s.Station, typed)
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Missing || f.Kind == fault.Invalid) {
		s.Guessed(r)
		return nil, nil, "", fault.New(fault.Missing, "appointment.not_found", nil).On("code")
	}
	if err != nil {
		return nil, nil, "", err
	}
	code, err := ident.ParseReceipt(typed)
	return day, v, code, err
}
