package firm

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/firm"
)

// firmNew asks for a new firm.
func (s Pages) firmNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	if !l.May("firm.set", access.Thing{Kind: "firm", Cells: l.Who().Cells}) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return l.firmRegisterForm(w, r, http.StatusOK, web.FormOptions{})
}

func (l *teller) firmRegisterForm(w http.ResponseWriter, r *http.Request, status int, o web.FormOptions) error {
	o.Submit, o.Icon, o.Cancel = l.T("firms.new_submit"), "plus", &part.Link{Href: "/firms", Label: l.T("act.cancel")}
	form, err := l.s.ActForm(l.Ctx(), l.Who(), &firm.Set{}, o)
	if err != nil {
		return err
	}
	form.Action = "/firms/new"
	head := part.Heading{Title: l.T("firms.new"), Sub: l.T("firms.new_sub"), Back: &part.Link{Href: "/firms", Label: l.T("firms.title")}}
	return l.s.Page(w, r, status, head.Title, "services", web.Narrow(head, web.Around(part.Section{Card: true}, form)))
}

func (s Pages) firmRegister(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	act := &firm.Set{}
	wrong := web.Decode(act, form)
	if len(wrong) == 0 {
		answer, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), "firm.set", act)
		if err == nil {
			return s.See(w, r, "/firms/"+url.PathEscape(answer.ID), l.T("firms.new_done"))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.firmRegisterForm(w, r, web.StatusOf(wrong), web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// firmForms make the form of each act on a firm, by the last word of its name.
var firmForms = map[string]func(l *teller, f *firm.Firm, on firm.On, q url.Values, o *web.FormOptions) (any, error){
	"set":            setFirmForm,
	"assign_officer": assignOfficerForm,
	"retire": func(_ *teller, _ *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
		o.Danger = true
		return &firm.Retire{On: on}, nil
	},
	"brief": briefForm,
	"visit": visitFirmForm,
	"answer": func(_ *teller, _ *firm.Firm, on firm.On, q url.Values, _ *web.FormOptions) (any, error) {
		return &firm.Answer{On: on, Question: q.Get("question")}, nil
	},
	"advice_done": func(_ *teller, _ *firm.Firm, on firm.On, q url.Values, _ *web.FormOptions) (any, error) {
		return &firm.AdviceDone{On: on, Advice: q.Get("advice")}, nil
	},
	"ask_check": func(l *teller, _ *firm.Firm, on firm.On, _ url.Values, _ *web.FormOptions) (any, error) {
		return &firm.AskCheck{On: on, Purpose: l.T("firm.usual_purpose")}, nil
	},
	"check_recruit": checkRecruitForm,
	"set_post":      gatePostForm,
	"stand": func(l *teller, f *firm.Firm, on firm.On, q url.Values, o *web.FormOptions) (any, error) {
		o.Options = map[string][]part.Option{"post_window": l.windows(f)}
		return &firm.Arrive{On: on, Day: l.Today(), Window: q.Get("window")}, nil
	},
	"stand_down": func(l *teller, f *firm.Firm, on firm.On, q url.Values, o *web.FormOptions) (any, error) {
		o.Options = map[string][]part.Option{"post_window": l.windows(f)}
		return &firm.Leave{On: on, Day: l.Today(), Window: q.Get("window"), Fine: true}, nil
	},
}

// emptyFirm makes the struct of an act on a firm, for what was posted.
func emptyFirm(act string) (any, bool) {
	spec, ok := desk.Find("firm." + act)
	if _, has := firmForms[act]; !ok || !has {
		return nil, false
	}
	return spec.New(), true
}

func (l *teller) windows(f *firm.Firm) (list []part.Option) {
	for _, w := range f.Post.Watched(l.Today(), l.Calendar()) {
		list = append(list, part.Option{Value: w.Title, Label: w.Title, Hint: w.From + "–" + w.Until})
	}
	return list
}

func setFirmForm(_ *teller, f *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
	o.Hints = map[string]string{}
	return &firm.Set{On: on, Name: f.Name, Sort: f.Sort, Cell: f.Cell, Place: f.Place, Phone: f.Phone, USCC: f.USCC, Hazards: f.Hazards, Pupils: f.Pupils, Boarding: f.Boarding}, nil
}

func assignOfficerForm(l *teller, f *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
	var police, handling []part.Option
	for _, x := range l.s.PeopleOptions(l.Lang(), l.Org(), l.Who()) {
		if p := l.Org().People[x.Value]; p != nil && p.Role.HasPolicePowers() {
			police = append(police, x)
		}
		if p := l.Org().People[x.Value]; p != nil && p.Role.MayHandle() {
			handling = append(handling, x)
		}
	}
	o.Options = map[string][]part.Option{"enterprise_officer": police, "deputy_officer": handling}
	return &firm.AssignOfficer{On: on, Officer: f.Officer, Deputy: f.Deputy}, nil
}

// briefForm offers what happened around since the last briefing: kinds and numbers of the firm's cell, never a title or a person.
// Disputes and what is told in confidence are not offered.
func briefForm(l *teller, f *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
	a := &firm.Give{On: on, Way: "visit", Until: l.Today()}
	from := l.Now().AddDate(0, -1, 0)
	if !f.Briefed.IsZero() && f.Briefed.After(from) {
		from = f.Briefed
	}
	a.From = from.In(clock.Shanghai).Format(time.DateOnly)
	for _, k := range l.Book().Kinds() {
		if !slices.Contains(toldAround, k.Base) {
			continue
		}
		rows, err := l.s.Boards.Matters.Ledger(l.Ctx(), access.System(l.Who().Station), matters.Filter{Kind: k.Key, Cell: f.Cell, From: from, To: l.Now()}, "", matters.MaxPage)
		if err != nil {
			return nil, err
		}
		if n := len(rows.Rows); n > 0 {
			a.Around = append(a.Around, firm.Happened{Kind: k.Key, Count: n})
		}
	}
	o.RowsOf, o.More = map[string]int{"around": len(a.Around) + 1}, []string{"around"}
	return a, nil
}

// toldAround are the bases of the kinds a firm is told of: what happened in public.
var toldAround = []string{"incident", "hazard", "inspection"}

func visitFirmForm(l *teller, _ *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
	o.RowsOf, o.More = map[string]int{"asked": 1, "advised": 1}, []string{"asked", "advised"}
	o.Fold = map[string]string{"with": l.T("checklist.with")}
	o.Only = []string{"at", "with", "visit_words", "asked", "advised", "photos", "firm_signature"}
	return &firm.Call{On: on, At: l.Now()}, nil
}

func checkRecruitForm(l *teller, f *firm.Firm, on firm.On, q url.Values, o *web.FormOptions) (any, error) {
	a := &firm.CheckRecruit{On: on, Purpose: l.T("firm.usual_purpose"), Ask: q.Get("ask")}
	for _, x := range f.Asks {
		if x.Ask != a.Ask || a.Ask == "" {
			continue
		}
		open, err := l.Open(x.AskedBy, x.Purpose)
		if err != nil {
			return nil, err
		}
		a.AskedBy, a.Purpose = open[x.AskedBy.Ref()], open[x.Purpose.Ref()]
	}
	o.Only = []string{"asked_by", "purpose", "asked_question", "id_no", "recruit_consent", "recruit_signature", "genuine"}
	return a, nil
}

func gatePostForm(l *teller, f *firm.Firm, on firm.On, _ url.Values, o *web.FormOptions) (any, error) {
	a := &firm.SetPost{On: on}
	if f.Post != nil {
		a.Terms, a.Windows, a.Off, a.People = f.Post.Terms, f.Post.Windows, f.Post.Off, f.Post.People
	} else {
		a.Windows = []firm.Window{{Title: l.T("gates.arrival")}, {Title: l.T("gates.leaving")}}
	}
	o.RowsOf = map[string]int{"school_terms": max(1, len(a.Terms)), "windows": max(2, len(a.Windows)), "off": len(a.Off) + 1}
	o.More = []string{"school_terms", "windows", "off"}
	var serving []part.Option
	for _, x := range l.s.PeopleOptions(l.Lang(), l.Org(), l.Who()) {
		if p := l.Org().People[x.Value]; p != nil && !slices.Contains([]grid.Role{grid.Bureau, grid.Auditor, grid.Admin}, p.Role) {
			serving = append(serving, x)
		}
	}
	o.Options = map[string][]part.Option{"post_people": serving}
	return a, nil
}

// firmDo asks for one act on a firm.
func (s Pages) firmDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	return l.firmAsk(w, r, http.StatusOK, web.FormOptions{})
}

// firmAsk shows the form of one act on a firm, empty or as it was typed.
func (l *teller) firmAsk(w http.ResponseWriter, r *http.Request, status int, o web.FormOptions) error {
	act := r.PathValue("act")
	f, err := l.Firm(r.PathValue("id"))
	if err != nil {
		return err
	}
	make, ok := firmForms[act]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	if !l.May("firm."+act, desk.FirmThing(l.Who().Station, f)) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	a, err := make(l, f, firm.On{Firm: f.ID, Version: f.Version}, r.URL.Query(), &o)
	if err != nil {
		return err
	}
	if status == http.StatusConflict { // sending again means it as it now is
		o.Values.Set("version", strconv.Itoa(f.Version))
	}
	back := part.Link{Href: "/firms/" + f.ID, Label: f.Name}
	o.Cancel, o.Extra, o.Draft = &part.Link{Href: back.Href, Label: l.T("act.cancel")}, web.KeptPhotos(o.Values), "firm."+act+"."+f.ID
	form, err := l.s.ActForm(l.Ctx(), l.Who(), a, o)
	if err != nil {
		return err
	}
	form.Action = "/firms/" + f.ID + "/do/" + act
	section := part.Section{Card: true}
	if key := "firm.note." + act; text.Has(key) {
		section.Note = l.T(key)
	}
	head := part.Heading{Title: fault.Name(l.Lang(), "act.firm."+act), Kicker: f.Name, Back: &back}
	return l.s.Page(w, r, status, head.Title, "services", web.Narrow(head, web.Around(section, form)))
}

// firmDone takes an act on a firm.
func (s Pages) firmDone(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	act, ok := emptyFirm(r.PathValue("act"))
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	form.Set("firm", r.PathValue("id"))
	if more := form.Get("more"); more != "" {
		return l.firmAsk(w, r, http.StatusOK, oneRowMore(form, more))
	}
	wrong := web.Decode(act, form)
	if len(wrong) == 0 {
		answer, err := s.Do(l.Ctx(), l.Who(), form.Get("key"), web.ActName(act), act)
		if err == nil {
			return l.firmThanks(w, r, answer)
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	if x, ok := act.(*firm.CheckRecruit); ok && x != nil {
		form.Del("id_no") // a number that was typed is not sent back
	}
	return l.firmAsk(w, r, web.StatusOf(wrong), web.FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// oneRowMore draws the form again with one more row of a part.
func oneRowMore(form url.Values, head string) web.FormOptions {
	n := 0
	for key := range form {
		if rest, ok := strings.CutPrefix(key, head+"."); ok {
			if i, err := strconv.Atoi(strings.SplitN(rest, ".", 2)[0]); err == nil {
				n = max(n, i+1)
			}
		}
	}
	form.Del("more")
	if n < web.MaxRows {
		form.Set(head+"."+strconv.Itoa(n)+".", "") // a row of its own, with nothing in it
	}
	return web.FormOptions{Values: form, Key: form.Get("key")}
}

// firmThanks leads to where what was done is seen.
func (l *teller) firmThanks(w http.ResponseWriter, r *http.Request, answer desk.Answer) error {
	act := r.PathValue("act")
	words := l.T("done", "act", fault.Name(l.Lang(), "act.firm."+act))
	if key := "firm.done." + act; text.Has(key) {
		words = l.T(key, "number", answer.Number)
	}
	return l.s.See(w, r, "/firms/"+url.PathEscape(answer.ID), words)
}
