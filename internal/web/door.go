package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/door"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

func (s *Site) doorRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/{$}", Who: Anyone, Handler: s.home},
		{Method: "GET", Pattern: "/sign-in", Who: Anyone, Handler: s.signInPage},
		{Method: "POST", Pattern: "/sign-in", Who: Anyone, Handler: s.signIn},
		{Method: "GET", Pattern: "/sign-in/factor", Who: HalfWay, Handler: s.factorPage},
		{Method: "POST", Pattern: "/sign-in/factor", Who: HalfWay, Handler: s.factor},
		{Method: "GET", Pattern: "/sign-in/enrol", Who: HalfWay, Handler: s.enrolPage},
		{Method: "POST", Pattern: "/sign-in/enrol", Who: HalfWay, Handler: s.enrol},
		{Method: "POST", Pattern: "/sign-out", Who: Anyone, Handler: s.signOut},
		{Method: "GET", Pattern: "/setup", Who: Anyone, Handler: s.setupPage},
		{Method: "POST", Pattern: "/setup", Who: Anyone, Handler: s.setUp},
	}
}

// home is the first page: one's own day for who is signed in, otherwise what a resident can do here.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	if s.signedIn(r) {
		return s.today(w, r)
	}
	if need, err := s.NeedsSetup(r.Context()); err != nil {
		return err
	} else if need {
		http.Redirect(w, r, "/setup", http.StatusSeeOther)
		return nil
	}
	return s.front(w, r)
}

// stageAddress is the page on which a sign-in goes on.
func stageAddress(st keep.Stage) string {
	switch st {
	case keep.Factor:
		return "/sign-in/factor"
	case keep.Enrol:
		return "/sign-in/enrol"
	case keep.Full:
	}
	return "/"
}

// mustEnrol are the roles that sign in with a second factor only.
var mustEnrol = []grid.Role{grid.Head, grid.Admin}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	if s.signedIn(r) {
		http.Redirect(w, r, inside(r.URL.Query().Get("next"), "/"), http.StatusSeeOther)
		return nil
	}
	return s.signInForm(w, r, http.StatusOK, "", r.URL.Query().Get("next"), nil)
}

// signInForm asks for account and password. The refusal is one sentence whatever was wrong.
func (s *Site) signInForm(w http.ResponseWriter, r *http.Request, status int, user, next string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Form{Action: "/sign-in", Submit: t(ctx, "sign_in.submit"), Icon: "user-round", Fields: []part.Field{
		{Name: "user", Label: t(ctx, "sign_in.user"), Value: user, Required: true, Complete: "username", Focus: user == "", MaxLen: 32},
		{Name: "password", Label: t(ctx, "sign_in.password"), Kind: part.KindPassword, Required: true, Complete: "current-password", Focus: user != ""},
		{Name: "next", Kind: part.KindHidden, Value: inside(next, "")},
	}}
	if why != nil {
		f.Errors = []part.FormError{{Text: s.Sentence(ctx, why)}}
	}
	return s.Public(w, r, status, t(ctx, "sign_in.title"), Narrow(part.Heading{Title: t(ctx, "sign_in.title"), Sub: t(ctx, "sign_in.sub")},
		Around(part.Section{Card: true}, f), Around(part.Disclosure{Summary: t(ctx, "sign_in.trouble")}, Paragraph(t(ctx, "sign_in.trouble_text")))))
}

// knownBrowser tells whether this browser has signed in to that account before: guesses of others do not make it wait.
func (s *Site) knownBrowser(r *http.Request, user string) bool {
	c, err := r.Cookie(s.cookieName(r, "mg_known"))
	if err != nil {
		return false
	}
	v, ok := s.unsign("known", c.Value)
	return ok && string(v) == user
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, next := r.Context(), form.Get("next")
	user := strings.ToLower(strings.TrimSpace(form.Get("user")))
	gate, from := user, source(r)
	if s.knownBrowser(r, user) { // neither guesses of others nor a colleague at the same address make it wait
		gate, from = user+"\x00known", ""
	}
	if wait := max(s.gates.account.wait(gate), s.gates.source.wait(from)); wait > 0 {
		return s.signInForm(w, r, http.StatusTooManyRequests, form.Get("user"), next, tooOften(wait))
	}
	p, ok, err := s.checkPassword(ctx, s.Station, user, form.Get("password"))
	if err != nil {
		return err
	}
	if !ok {
		s.gates.account.fail(gate)
		if from != "" {
			s.gates.source.fail(from)
		}
		s.Log.InfoContext(ctx, "sign-in refused", "source", source(r))
		return s.signInForm(w, r, http.StatusUnprocessableEntity, form.Get("user"), next, fault.New(fault.Invalid, "web.sign_in_wrong", nil))
	}
	s.gates.account.pass(gate)
	stage := keep.Full
	if !p.Factor.Empty() {
		stage = keep.Factor
	} else if slices.Contains(mustEnrol, p.Role) && !s.Demo {
		stage = keep.Enrol
	}
	if err := s.begin(w, r, s.Station, p.ID, stage, false); err != nil {
		return err
	}
	s.setCookie(w, r, "mg_known", s.sign("known", []byte(user)), 365*24*3600)
	s.Log.InfoContext(ctx, "signed in", "person", p.ID, "stage", string(stage))
	to := inside(next, "/")
	if stage != keep.Full {
		to = stageAddress(stage)
		if next != "" {
			to += "?" + url.Values{"next": {inside(next, "/")}}.Encode()
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// tooOften says how long to wait, in whole minutes.
func tooOften(wait time.Duration) *fault.Fault {
	return fault.New(fault.Throttled, "web.sign_in_wait", fault.Args{"minutes": int((wait + time.Minute - 1) / time.Minute)})
}

// checkPassword compares, in the same time whether or not there is such an account.
func (s *Site) checkPassword(ctx context.Context, station, user, password string) (*organisation.Person, bool, error) {
	org, err := s.Desk.Org(ctx, station)
	if err != nil {
		return nil, false, err
	}
	hash := ""
	p := org.People[org.ByUser[user]]
	if p != nil && !p.Gone && !p.Closed && !p.Password.Empty() {
		words, err := s.Desk.Reveal(ctx, station, p.Password)
		if err != nil {
			return nil, false, err
		}
		hash = words[p.Password.Ref()]
	}
	if len(password) > 1000 {
		password = "" // no password is that long; hashing it would only cost time
	}
	return p, desk.PasswordFits(hash, password) && hash != "", nil
}

func (s *Site) codeForm(ctx context.Context, action, next string, why *fault.Fault) part.Form {
	f := part.Form{Action: action, Submit: t(ctx, "factor.submit"), Fields: []part.Field{
		{Name: "code", Label: t(ctx, "factor.code"), Hint: t(ctx, "factor.code_hint"), Required: true, Complete: "one-time-code", Kind: part.KindNumber, Focus: true, MaxLen: 10},
		{Name: "next", Kind: part.KindHidden, Value: inside(next, "")},
	}}
	if why != nil {
		f.Fields[0].Error = s.Sentence(ctx, why)
	}
	return f
}

func (s *Site) factorPage(w http.ResponseWriter, r *http.Request) error {
	if v := visitOf(r); v.session.Stage != keep.Factor {
		http.Redirect(w, r, stageAddress(v.session.Stage), http.StatusSeeOther)
		return nil
	}
	return s.factorForm(w, r, http.StatusOK, r.URL.Query().Get("next"), nil)
}

func (s *Site) factorForm(w http.ResponseWriter, r *http.Request, status int, next string, why *fault.Fault) error {
	ctx := r.Context()
	return s.Public(w, r, status, t(ctx, "factor.title"), Narrow(part.Heading{Title: t(ctx, "factor.title"), Sub: t(ctx, "factor.sub")},
		Around(part.Section{Card: true}, s.codeForm(ctx, "/sign-in/factor", next, why)),
		Around(part.Disclosure{Summary: t(ctx, "factor.lost")}, Paragraph(t(ctx, "factor.lost_text"))), door.Out{}))
}

func (s *Site) factor(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if v.session.Stage != keep.Factor {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, person := r.Context(), v.session.Person
	if wait := s.gates.code.wait(person); wait > 0 {
		return s.factorForm(w, r, http.StatusTooManyRequests, form.Get("next"), tooOften(wait))
	}
	secret, err := s.secretOf(ctx, v.session.Station, person)
	if err != nil {
		return err
	}
	if !s.codeFits(person, secret, form.Get("code")) {
		s.gates.code.fail(person)
		return s.factorForm(w, r, http.StatusUnprocessableEntity, form.Get("next"), fault.New(fault.Invalid, "web.code_wrong", nil))
	}
	s.gates.code.pass(person)
	if err := s.begin(w, r, v.session.Station, person, keep.Full, true); err != nil {
		return err
	}
	http.Redirect(w, r, inside(form.Get("next"), "/"), http.StatusSeeOther)
	return nil
}

func (s *Site) secretOf(ctx context.Context, station, person string) (string, error) {
	org, err := s.Desk.Org(ctx, station)
	if err != nil {
		return "", err
	}
	p := org.People[person]
	if p == nil || p.Factor.Empty() {
		return "", nil
	}
	words, err := s.Desk.Reveal(ctx, station, p.Factor)
	return words[p.Factor.Ref()], err
}

const codeStep = 30

// codeFits checks a code of the second factor; each code opens once.
func (s *Site) codeFits(person, secret, code string) bool {
	code = strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' {
			return -1
		}
		if c >= '０' && c <= '９' {
			return c - '０' + '0'
		}
		return c
	}, code)
	if secret == "" || len(code) != 6 {
		return false
	}
	now := s.Clock.Now()
	for _, step := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(step*codeStep) * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: codeStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil || subtle.ConstantTimeCompare([]byte(want), []byte(code)) != 1 {
			continue
		}
		s.gates.codes.Lock()
		defer s.gates.codes.Unlock()
		count := at.Unix() / codeStep
		if last, ok := s.gates.lastCode[person]; ok && count <= last {
			return false
		}
		s.gates.lastCode[person] = count
		return true
	}
	return false
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if v := visitOf(r); v.session != nil {
		if err := s.Sessions.Close(r.Context(), v.session.Hash); err != nil {
			return err
		}
	}
	s.setCookie(w, r, sessionName, "", -1)
	w.Header().Set("Clear-Site-Data", `"cache"`) // not storage: what a phone has not sent yet must survive
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// setupCode opens a station that has no accounts yet, once. Only its hash is kept.
type setupCode struct {
	mu   sync.Mutex
	hash [32]byte
	set  bool
}

// NeedsSetup tells whether the station has no account yet.
func (s *Site) NeedsSetup(ctx context.Context) (bool, error) {
	org, err := s.Desk.Org(ctx, s.Station)
	if err != nil {
		return false, err
	}
	for _, p := range org.People {
		if !p.Password.Empty() {
			return false, nil
		}
	}
	return true, nil
}

// SetupCode draws the one-time code that opens /setup, for the operator to read; "" when the station has accounts. A code drawn
// later makes the earlier one void.
func (s *Site) SetupCode(ctx context.Context) (string, error) {
	s.init()
	need, err := s.NeedsSetup(ctx)
	if err != nil || !need {
		return "", err
	}
	code := ident.NewReceipt(s.Rand)
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.hash, s.setup.set = sha256.Sum256([]byte(code)), true
	return code.String(), nil
}

func (s *Site) setupFits(typed string) bool {
	code, err := ident.ParseReceipt(typed)
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	sum := sha256.Sum256([]byte(code))
	return err == nil && s.setup.set && subtle.ConstantTimeCompare(sum[:], s.setup.hash[:]) == 1
}
