package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/page/mine"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/proof"
)

func (s *Site) proofRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/proof", Who: Anyone, Handler: s.proofPage},
		{Method: "POST", Pattern: "/proof", Who: Anyone, Handler: s.proofTry},
		{Method: "POST", Pattern: "/proof/text", Who: Anyone, Handler: s.proofText},
		{Method: "POST", Pattern: "/proof/end", Who: Anyone, Handler: s.proofEnd},
		{Method: "GET", Pattern: "/proof/give", Handler: s.proofGivePage},
		{Method: "POST", Pattern: "/proof/give", Handler: s.proofGive},
	}
}

// The cookie that says which things a browser has shown to be its person's, and for how long.
const (
	proofCookie = "mg_proof"
	proofLife   = 30 * time.Minute
	maxProved   = 8 // things one browser may have open at once
)

// provedThing is one line of the cookie.
type provedThing struct {
	Thing string    `json:"t"`
	Until time.Time `json:"u"`
}

func (s *Site) provedThings(r *http.Request) (list []provedThing) {
	c, err := r.Cookie(s.cookieName(r, proofCookie))
	if err != nil {
		return nil
	}
	b, ok := s.unsign("proof", c.Value)
	if !ok || json.Unmarshal(b, &list) != nil {
		return nil
	}
	now := s.Clock.Now()
	return slices.DeleteFunc(list, func(p provedThing) bool { return !now.Before(p.Until) || p.Until.Sub(now) > proofLife })
}

// Proved tells whether the browser has passed the one-time check of a thing ("report/r_…", "party/m_…/p_…") in the last half hour.
func (s *Site) Proved(r *http.Request, thing string) bool {
	return slices.ContainsFunc(s.provedThings(r), func(p provedThing) bool { return p.Thing == thing })
}

// prove opens a thing to this browser for half an hour.
func (s *Site) prove(w http.ResponseWriter, r *http.Request, thing string) {
	list := slices.DeleteFunc(s.provedThings(r), func(p provedThing) bool { return p.Thing == thing })
	list = append(list, provedThing{thing, s.Clock.Now().Add(proofLife)})
	if len(list) > maxProved {
		list = list[len(list)-maxProved:]
	}
	b, err := json.Marshal(list)
	if err == nil {
		s.setCookie(w, r, proofCookie, s.sign("proof", b), int(proofLife/time.Second))
	}
}

// proofAddress is where the check of a thing is made; the browser comes back to an address of ours. Its blank is signed: nobody tries
// codes of things whose page they have not reached.
func (s *Site) proofAddress(thing, back string) string {
	return "/proof?" + url.Values{"for": {s.sign("proof for", []byte(thing+"\n"+back))}}.Encode()
}

// proofFor reads that blank.
func (s *Site) proofFor(signed string) (thing, back string, err error) {
	b, ok := s.unsign("proof for", signed)
	thing, back, cut := strings.Cut(string(b), "\n")
	if !ok || !cut {
		return "", "", fault.New(fault.Missing, "web.no_page", nil)
	}
	return thing, inside(back, "/"), nil
}

func (s *Site) proofPage(w http.ResponseWriter, r *http.Request) error {
	thing, back, err := s.proofFor(r.URL.Query().Get("for"))
	if err != nil {
		return err
	}
	if s.Proved(r, thing) {
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
	return s.proofAsk(w, r, http.StatusOK, r.URL.Query().Get("for"), nil)
}

// proofAsk draws the check. What was typed does not come back: a code that was wrong is of no use.
func (s *Site) proofAsk(w http.ResponseWriter, r *http.Request, status int, signed string, why *fault.Fault) error {
	ctx := r.Context()
	hidden := func() []part.Field {
		return []part.Field{{Name: "for", Kind: part.KindHidden, Value: signed}, {Name: "key", Kind: part.KindHidden, Value: s.NewKey()}}
	}
	code := part.Field{Name: "proof_code", Label: t(ctx, "proof.code"), Hint: t(ctx, "proof.code_hint"), Required: true, Complete: "one-time-code",
		Kind: part.KindNumber, MaxLen: 12, Focus: true}
	p := mine.Check{Form: part.Form{Action: "/proof", Submit: t(ctx, "proof.submit"), Icon: "lock", Fields: append(hidden(), code)}, Why: t(ctx, "proof.no_text")}
	if why != nil && why.Field != "" {
		p.Form.Fields[len(p.Form.Fields)-1].Error = s.Sentence(ctx, why)
	} else if why != nil {
		p.Form.Errors = []part.FormError{{Text: s.Sentence(ctx, why)}}
	}
	if s.Texts != nil && s.Texts(s.Station) {
		p.Text = &part.Form{Action: "/proof/text", Scope: "text-", Submit: t(ctx, "proof.text_submit"), Icon: "send", Fields: hidden()}
	}
	return s.Public(w, r, status, t(ctx, "proof.title"), p)
}

// proofTry takes a code. Who tries too often from one place waits; who tries too often at one thing finds it locked.
func (s *Site) proofTry(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	thing, back, err := s.proofFor(form.Get("for"))
	if err != nil {
		return err
	}
	if !s.gates.proofs.take(source(r)) {
		return s.proofAsk(w, r, http.StatusTooManyRequests, form.Get("for"), fault.New(fault.Throttled, "proof.wait", nil))
	}
	answer, err := s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "proof.try", &proof.Try{Thing: thing, Code: form.Get("proof_code")})
	if f, ok := fault.Of(err); ok {
		return s.proofAsk(w, r, f.Kind.Status(), form.Get("for"), f)
	}
	if err != nil {
		return err
	}
	now, after := s.Clock.Now(), time.Duration(0)
	p, err := s.Desk.Proof(r.Context(), s.Station, thing)
	if err != nil {
		return err
	}
	if answer.Repeat { // the same form sent again: a lost answer on a slow line, or somebody else going back in the browser
		after = now.Sub(p.PassedAt)
	}
	if answer.ID == "" || after > resendFor {
		return s.proofAsk(w, r, http.StatusUnprocessableEntity, form.Get("for"), s.wrongProof(p, now))
	}
	s.prove(w, r, thing)
	return s.See(w, r, back, t(r.Context(), "proof.passed"))
}

// resendFor is how long a form that passed may be sent again, as a browser does when the answer was lost on the way.
const resendFor = 2 * time.Minute

func (s *Site) wrongProof(p proof.Proof, now time.Time) *fault.Fault {
	switch {
	case p.Locked(now):
		return fault.New(fault.Throttled, "proof.locked", nil)
	case p.Good(now):
		return fault.New(fault.Invalid, "proof.wrong", fault.Args{"left": proof.Tries - p.Code.Wrong}).On("proof_code")
	}
	return fault.New(fault.Stale, "proof.none", nil).On("proof_code")
}

// proofText asks for a text message to the phone that stands with the thing.
func (s *Site) proofText(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	thing, _, err := s.proofFor(form.Get("for"))
	if err != nil {
		return err
	}
	if s.Texts == nil || !s.Texts(s.Station) {
		return s.proofAsk(w, r, http.StatusConflict, form.Get("for"), fault.New(fault.Stale, "proof.no_gateway", nil))
	}
	if !s.gates.proofs.take(source(r)) {
		return s.proofAsk(w, r, http.StatusTooManyRequests, form.Get("for"), fault.New(fault.Throttled, "proof.wait", nil))
	}
	_, err = s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "proof.ask", &proof.Ask{Thing: thing})
	if f, ok := fault.Of(err); ok {
		return s.proofAsk(w, r, f.Kind.Status(), form.Get("for"), f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, "/proof?"+url.Values{"for": {form.Get("for")}}.Encode(), t(r.Context(), "proof.text_sent"))
}

// proofEnd closes what was opened: on a phone that goes from hand to hand half an hour is long.
func (s *Site) proofEnd(w http.ResponseWriter, r *http.Request) error {
	s.setCookie(w, r, proofCookie, "", -1)
	return s.See(w, r, "/mine", t(r.Context(), "proof.ended"))
}

// giver draws the page on which a code is handed over.
type giver struct {
	*teller
	thing, back, title string
	proof              proof.Proof
}

// givable finds the thing a code is to be given for, as somebody of the station may see it.
func (s *Site) givable(r *http.Request, thing string) (giver, error) {
	l, err := s.Tell(r)
	if err != nil {
		return giver{}, err
	}
	g := giver{teller: l, thing: thing}
	kind, id, _ := strings.Cut(thing, "/")
	var seen access.Thing
	switch kind {
	case "report":
		rep, err := s.report(l.ctx, l.who, id)
		if err != nil {
			return g, err
		}
		g.back, g.title, seen = "/reports/"+rep.ID, l.t("proof.of_report", "when", l.When(rep.At)), desk.ReportThing(l.who.Station, &rep)
	case "party":
		mid, pid, _ := strings.Cut(id, "/")
		m, err := s.Matter(l.ctx, l.who, mid)
		if err != nil {
			return g, err
		}
		i := slices.IndexFunc(m.Parties, func(p matter.Party) bool { return p.ID == pid })
		if i < 0 {
			return g, fault.New(fault.Missing, "proof.no_thing", nil)
		}
		g.back, g.title, seen = "/matters/"+m.ID, l.t("proof.of_party", "number", m.Number, "n", i+1), desk.MatterThing(l.who.Station, &m)
	default:
		return g, fault.New(fault.Missing, "proof.no_thing", nil)
	}
	if !s.Policy.May(l.who, "proof.give", seen).Allow {
		return g, fault.New(fault.Denied, "access.denied", nil)
	}
	g.proof, err = s.Desk.Proof(l.ctx, l.who.Station, thing)
	return g, err
}

// giveAddress is where a code is handed over for a thing.
func giveAddress(thing string) string { return "/proof/give?" + url.Values{"thing": {thing}}.Encode() }

// giveLink leads to where a code is handed over; nil for who may not.
func (l *teller) giveLink(thing string, seen access.Thing) templ.Component {
	if !l.May("proof.give", seen) {
		return nil
	}
	return Linked(giveAddress(thing), l.t("proof.give_link"))
}

func (s *Site) proofGivePage(w http.ResponseWriter, r *http.Request) error {
	g, err := s.givable(r, r.URL.Query().Get("thing"))
	if err != nil {
		return err
	}
	return g.show(w, r, http.StatusOK, desk.Answer{})
}

func (g giver) show(w http.ResponseWriter, r *http.Request, status int, a desk.Answer) error {
	p := mine.Hand{Heading: part.Heading{Title: g.t("proof.give"), Sub: g.t("proof.give_sub"), Back: &part.Link{Href: g.back, Label: g.title}}, Digits: a.Secret}
	p.Form = part.Form{Action: "/proof/give", Submit: g.t("proof.give_submit"), Icon: "lock", Fields: []part.Field{
		{Name: "thing", Kind: part.KindHidden, Value: g.thing}, {Name: "key", Kind: part.KindHidden, Value: g.s.NewKey()}}}
	p.Facts.Pairs = []part.Pair{{Term: g.t("proof.for"), Text: g.title}}
	if n := g.proof.WrongToday(g.now); n > 0 {
		p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: g.t("proof.wrong_today"), Text: g.t("proof.times", "n", n)})
	}
	if c := g.proof.Code; c != nil {
		until := g.t("proof.until", "when", g.When(c.Until))
		if p.Digits != "" {
			p.Until = until
		} else if g.proof.Good(g.now) {
			p.Facts.Pairs = append(p.Facts.Pairs, part.Pair{Term: g.t("proof.now"), Text: until})
		}
	}
	if g.proof.Receipt != "" && p.Digits != "" {
		p.Receipt = ident.Receipt(g.proof.Receipt).String()
	}
	return g.s.Page(w, r, status, p.Heading.Title, "", p)
}

// proofGive hands a code over and shows it once.
func (s *Site) proofGive(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	g, err := s.givable(r, form.Get("thing"))
	if err != nil {
		return err
	}
	a, err := s.Do(g.ctx, g.who, form.Get("key"), "proof.give", &proof.Give{Thing: g.thing})
	if err != nil {
		return err
	}
	if a.Secret == "" {
		return s.See(w, r, giveAddress(g.thing), g.t("proof.given_before"))
	}
	if g.proof, err = s.Desk.Proof(g.ctx, g.who.Station, g.thing); err != nil {
		return err
	}
	return g.show(w, r, http.StatusOK, a)
}
