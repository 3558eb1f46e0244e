package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"
	"github.com/pquerna/otp/totp"
	"github.com/skip2/go-qrcode"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/door"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

func (s *Site) accountRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/account", Handler: s.accountPage},
		{Method: "POST", Pattern: "/account/password", Handler: s.changePassword},
		{Method: "GET", Pattern: "/account/factor", Handler: s.ownFactorPage},
		{Method: "POST", Pattern: "/account/factor", Handler: s.ownFactor},
		{Method: "POST", Pattern: "/account/factor/remove", Handler: s.removeFactor},
		{Method: "POST", Pattern: "/account/sessions/end", Handler: s.endSessions},
		{Method: "POST", Pattern: "/account/tokens", Handler: s.makeToken},
		{Method: "POST", Pattern: "/account/tokens/end", Handler: s.endToken},
		{Method: "GET", Pattern: "/people/{id}/account", Handler: s.theirAccount},
		{Method: "POST", Pattern: "/people/{id}/account/password", Handler: s.resetPassword},
		{Method: "POST", Pattern: "/people/{id}/account/factor", Handler: s.resetFactor},
	}
}

// me gives the person who is signed in.
func (s *Site) me(r *http.Request) (*organisation.Org, *organisation.Person, error) {
	who := visitOf(r).session
	org, err := s.Desk.Org(r.Context(), who.Station)
	if err != nil {
		return nil, nil, err
	}
	p := org.People[who.Person]
	if p == nil {
		return nil, nil, fault.New(fault.SignIn, "web.sign_in", nil)
	}
	return org, p, nil
}

func (s *Site) accountPage(w http.ResponseWriter, r *http.Request) error {
	return s.account(w, r, http.StatusOK, nil, "")
}

// account draws one's own account; why is a refusal of its password form, secret a new token shown once.
func (s *Site) account(w http.ResponseWriter, r *http.Request, status int, why *fault.Fault, secret string) error {
	ctx, v := r.Context(), visitOf(r)
	org, p, err := s.me(r)
	if err != nil {
		return err
	}
	sessions, err := s.Sessions.Of(ctx, v.session.Station, p.ID)
	if err != nil {
		return err
	}
	page := door.Account{Name: p.Call, Role: p.Role.Name().In(part.Lang(ctx)), User: p.User, Secret: secret, HasFactor: !p.Factor.Empty(),
		MustFactor: slices.Contains(mustEnrol, p.Role), Key: s.NewKey(), Password: s.passwordForm(ctx, p.User, why)}
	for _, c := range p.Cells {
		page.Cells = append(page.Cells, org.CellName(c, part.Lang(ctx)))
	}
	for _, n := range sessions {
		page.Sessions = append(page.Sessions, door.Session{ID: n.Hash[:16], Agent: n.Agent, Since: s.when(ctx, n.MadeAt), Seen: s.when(ctx, n.SeenAt), This: n.Hash == v.session.Hash})
	}
	for _, k := range org.Tokens {
		if k.Person == p.ID {
			page.Tokens = append(page.Tokens, door.Token{ID: k.ID, Label: k.Label, Made: s.when(ctx, k.MadeAt)})
		}
	}
	slices.SortFunc(page.Tokens, func(x, y door.Token) int { return len(x.ID) - len(y.ID) })
	return s.Page(w, r, status, t(ctx, "account.title"), "", page)
}

func (s *Site) passwordForm(ctx context.Context, user string, why *fault.Fault) part.Form {
	f := part.Form{Action: "/account/password", Submit: t(ctx, "account.change"), Fields: []part.Field{
		{Name: "user", Kind: part.KindHidden, Value: user, Complete: "username"},
		{Name: "old", Label: t(ctx, "account.old"), Kind: part.KindPassword, Required: true, Complete: "current-password"},
		{Name: "password", Label: t(ctx, "account.new"), Hint: t(ctx, "account.rule", "min", desk.MinPassword), Kind: part.KindPassword, Required: true, Complete: "new-password"},
		{Name: "again", Label: t(ctx, "account.again"), Kind: part.KindPassword, Required: true, Complete: "new-password"},
		{Name: "key", Kind: part.KindHidden, Value: s.NewKey()},
	}}
	for i := range f.Fields {
		if why != nil && f.Fields[i].Name == why.Field {
			f.Fields[i].Error = s.Sentence(ctx, why)
			return f
		}
	}
	if why != nil {
		f.Errors = []part.FormError{{Text: s.Sentence(ctx, why)}}
	}
	return f
}

func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, v := r.Context(), visitOf(r)
	_, p, err := s.me(r)
	if err != nil {
		return err
	}
	if wait := s.gates.code.wait("old\x00" + p.ID); wait > 0 {
		return s.account(w, r, http.StatusTooManyRequests, tooOften(wait), "")
	}
	_, ok, err := s.checkPassword(ctx, v.session.Station, p.User, form.Get("old"))
	switch {
	case err != nil:
		return err
	case !ok:
		s.gates.code.fail("old\x00" + p.ID)
		return s.account(w, r, http.StatusUnprocessableEntity, fault.New(fault.Invalid, "web.old_password", nil).On("old"), "")
	case form.Get("password") != form.Get("again"):
		return s.account(w, r, http.StatusUnprocessableEntity, fault.New(fault.Invalid, "web.passwords_differ", nil).On("again"), "")
	case form.Get("password") == form.Get("old"):
		return s.account(w, r, http.StatusUnprocessableEntity, fault.New(fault.Invalid, "web.same_password", nil).On("password"), "")
	}
	s.gates.code.pass("old\x00" + p.ID)
	if _, err := s.Desk.Do(ctx, v.who, desk.Envelope{Key: form.Get("key")}, "account.set_password", &desk.SetPassword{Person: p.ID, Password: form.Get("password")}); err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
			return s.account(w, r, http.StatusUnprocessableEntity, f, "")
		}
		return err
	}
	if err := s.Sessions.CloseOthers(ctx, v.session.Station, p.ID, ""); err != nil { // whoever knew the old one is out
		return err
	}
	if err := s.begin(w, r, v.session.Station, p.ID, keep.Full, v.session.Factor); err != nil {
		return err
	}
	return s.See(w, r, "/account", t(ctx, "account.changed"))
}

func (s *Site) endSessions(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, v := r.Context(), visitOf(r)
	if form.Get("id") == "" {
		if err := s.Sessions.CloseOthers(ctx, v.session.Station, v.session.Person, v.session.Hash); err != nil {
			return err
		}
		return s.See(w, r, "/account", t(ctx, "account.ended"))
	}
	list, err := s.Sessions.Of(ctx, v.session.Station, v.session.Person)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.Hash[:16] == form.Get("id") {
			if err := s.Sessions.Close(ctx, n.Hash); err != nil {
				return err
			}
		}
	}
	return s.See(w, r, "/account", t(ctx, "account.ended"))
}

func (s *Site) makeToken(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	v := visitOf(r)
	a, err := s.Desk.Do(r.Context(), v.who, desk.Envelope{Key: form.Get("key")}, "account.make_token", &desk.MakeToken{Person: v.who.Person, Label: form.Get("label")})
	if err != nil {
		return err
	}
	return s.account(w, r, http.StatusOK, nil, a.Secret)
}

// endToken revokes a token of one's own; the program does it on the person's behalf, since only who organises may revoke any.
func (s *Site) endToken(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, v := r.Context(), visitOf(r)
	org, p, err := s.me(r)
	if err != nil {
		return err
	}
	for _, k := range org.Tokens {
		if k.ID == form.Get("id") && k.Person == p.ID {
			if _, err := s.Desk.Do(ctx, desk.Program(v.session.Station), desk.Envelope{Key: form.Get("key"), OnBehalfOf: p.ID}, "org.revoke_token", &organisation.RevokeToken{Token: k.ID}); err != nil {
				return err
			}
			return s.See(w, r, "/account", t(ctx, "account.revoked"))
		}
	}
	return fault.New(fault.Missing, "org.token_not_found", nil)
}

// newFactor draws a secret for a second factor; it travels signed in the form until one code of it was right.
func (s *Site) newFactor() (string, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: "Maplegrid", AccountName: "x", Rand: s.Rand, SecretSize: 20})
	if err != nil {
		return "", fmt.Errorf("draw a second factor: %w", err)
	}
	return k.Secret(), nil
}

// factorSetup shows the secret as a picture and in words, and asks for one code of it.
func (s *Site) factorSetup(ctx context.Context, station, user, action, person, secret, next string, why *fault.Fault) (templ.Component, error) {
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + station + ":" + user,
		RawQuery: url.Values{"secret": {secret}, "issuer": {station}, "period": {"30"}, "digits": {"6"}, "algorithm": {"SHA1"}}.Encode()}
	png, err := qrcode.Encode(address.String(), qrcode.Medium, 320)
	if err != nil {
		return nil, err
	}
	f := s.codeForm(ctx, action, next, why)
	f.Fields = append(f.Fields, part.Field{Name: "secret", Kind: part.KindHidden, Value: s.sign("enrol "+person, []byte(secret))},
		part.Field{Name: "key", Kind: part.KindHidden, Value: s.NewKey()})
	return door.Enrol{Src: "data:image/png;base64," + base64.StdEncoding.EncodeToString(png), Secret: grouped(secret), Form: f}, nil
}

// grouped writes a secret in groups of four, to be typed.
func grouped(secret string) string {
	var out []byte
	for i := range len(secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, secret[i])
	}
	return string(out)
}

func (s *Site) enrolPage(w http.ResponseWriter, r *http.Request) error {
	if v := visitOf(r); v.session.Stage != keep.Enrol {
		http.Redirect(w, r, stageAddress(v.session.Stage), http.StatusSeeOther)
		return nil
	}
	secret, err := s.newFactor()
	if err != nil {
		return err
	}
	return s.enrolForm(w, r, http.StatusOK, "/sign-in/enrol", secret, r.URL.Query().Get("next"), nil)
}

func (s *Site) enrolForm(w http.ResponseWriter, r *http.Request, status int, action, secret, next string, why *fault.Fault) error {
	ctx := r.Context()
	org, p, err := s.me(r)
	if err != nil {
		return err
	}
	body, err := s.factorSetup(ctx, org.Name, p.User, action, p.ID, secret, next, why)
	if err != nil {
		return err
	}
	all := []templ.Component{part.Heading{Title: t(ctx, "enrol.title"), Sub: t(ctx, "enrol.sub")}, body}
	if !s.signedIn(r) {
		all = append(all, door.Out{})
	}
	return s.Page(w, r, status, t(ctx, "enrol.title"), "", Narrow(all...))
}

func (s *Site) enrol(w http.ResponseWriter, r *http.Request) error {
	if v := visitOf(r); v.session.Stage != keep.Enrol {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.takeFactor(w, r, "/sign-in/enrol", "/")
}

func (s *Site) ownFactorPage(w http.ResponseWriter, r *http.Request) error {
	secret, err := s.newFactor()
	if err != nil {
		return err
	}
	return s.enrolForm(w, r, http.StatusOK, "/account/factor", secret, "", nil)
}

func (s *Site) ownFactor(w http.ResponseWriter, r *http.Request) error {
	if _, p, err := s.me(r); err != nil {
		return err
	} else if !p.Factor.Empty() {
		return fault.New(fault.Denied, "web.factor_there", nil) // a stolen session must not replace it: it is taken away first, with a code
	}
	return s.takeFactor(w, r, "/account/factor", "/account")
}

// takeFactor keeps a second factor once a code of it was right, and opens a new session: the person has become more than before.
func (s *Site) takeFactor(w http.ResponseWriter, r *http.Request, action, home string) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, v := r.Context(), visitOf(r)
	person := v.session.Person
	secret, ok := s.unsign("enrol "+person, form.Get("secret"))
	if !ok {
		return fault.New(fault.Invalid, "web.broken_form", nil)
	}
	if wait := s.gates.code.wait(person); wait > 0 {
		return s.enrolForm(w, r, http.StatusTooManyRequests, action, string(secret), form.Get("next"), tooOften(wait))
	}
	if !s.codeFits(person, string(secret), form.Get("code")) {
		s.gates.code.fail(person)
		return s.enrolForm(w, r, http.StatusUnprocessableEntity, action, string(secret), form.Get("next"), fault.New(fault.Invalid, "web.code_wrong", nil))
	}
	if _, err := s.Desk.Do(ctx, v.who, desk.Envelope{Key: form.Get("key")}, "account.set_factor", &desk.SetFactor{Person: person, Secret: string(secret)}); err != nil {
		return err
	}
	if err := s.begin(w, r, v.session.Station, person, keep.Full, true); err != nil {
		return err
	}
	return s.See(w, r, inside(form.Get("next"), home), t(ctx, "enrol.done"))
}

func (s *Site) removeFactor(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	ctx, v := r.Context(), visitOf(r)
	_, p, err := s.me(r)
	if err != nil {
		return err
	}
	if slices.Contains(mustEnrol, p.Role) {
		return fault.New(fault.Denied, "web.factor_needed", nil)
	}
	if wait := s.gates.code.wait(p.ID); wait > 0 {
		return tooOften(wait)
	}
	secret, err := s.secretOf(ctx, v.session.Station, p.ID)
	if err != nil {
		return err
	}
	if !s.codeFits(p.ID, secret, form.Get("code")) {
		s.gates.code.fail(p.ID)
		return fault.New(fault.Invalid, "web.code_wrong", nil)
	}
	if _, err := s.Desk.Do(ctx, v.who, desk.Envelope{Key: form.Get("key")}, "account.set_factor", &desk.SetFactor{Person: p.ID}); err != nil {
		return err
	}
	return s.See(w, r, "/account", t(ctx, "account.factor_removed"))
}

// other gives the person whose account an administrator looks after.
func (s *Site) other(r *http.Request, act string) (*organisation.Person, error) {
	who := s.Who(r)
	org, err := s.Desk.Org(r.Context(), who.Station)
	if err != nil {
		return nil, err
	}
	p := org.People[r.PathValue("id")]
	if p == nil || p.Gone {
		return nil, fault.New(fault.Missing, "org.person_not_found", nil)
	}
	if who.Role != grid.Admin || p.ID == who.Person || !s.Policy.May(who, act, access.Thing{Kind: "account", Station: who.Station, Subject: p.ID}).Allow {
		return nil, fault.New(fault.Denied, "access.denied", nil)
	}
	return p, nil
}

func (s *Site) theirAccount(w http.ResponseWriter, r *http.Request) error {
	p, err := s.other(r, "account.set_password")
	if err != nil {
		return err
	}
	return s.theirs(w, r, p, "")
}

func (s *Site) theirs(w http.ResponseWriter, r *http.Request, p *organisation.Person, secret string) error {
	ctx := r.Context()
	return s.Page(w, r, http.StatusOK, t(ctx, "theirs.title", "name", p.Call), "people", door.Theirs{ID: p.ID, Name: p.Call, User: p.User, Role: p.Role.Name().In(part.Lang(ctx)),
		HasPassword: !p.Password.Empty() && !p.Closed, HasFactor: !p.Factor.Empty(), Secret: secret, Key: s.NewKey()})
}

// passwordLetters are without look-alikes: a first password is read off one paper and typed once.
const passwordLetters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// firstPassword draws one of 15 characters that keeps the rules for passwords.
func (s *Site) firstPassword() (string, error) {
	out := []byte{}
	b := make([]byte, 1)
	for len(out) < 15 {
		if len(out) == 5 || len(out) == 10 {
			out = append(out, '-')
			continue
		}
		if _, err := io.ReadFull(s.Rand, b); err != nil {
			return "", err
		}
		if int(b[0]) < 256/len(passwordLetters)*len(passwordLetters) {
			out = append(out, passwordLetters[int(b[0])%len(passwordLetters)])
		}
	}
	out[0], out[1], out[2] = "ABCDEFGHJKLMNPQRSTUVWXYZ"[out[0]%24], "abcdefghjkmnpqrstuvwxyz"[out[1]%23], "23456789"[out[2]%8]
	return string(out), nil
}

func (s *Site) resetPassword(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	p, err := s.other(r, "account.set_password")
	if err != nil {
		return err
	}
	ctx, who := r.Context(), s.Who(r)
	first, err := s.firstPassword()
	if err != nil {
		return err
	}
	if _, err := s.Desk.Do(ctx, who, desk.Envelope{Key: form.Get("key")}, "account.set_password", &desk.SetPassword{Person: p.ID, Password: first}); err != nil {
		return err
	}
	if err := s.Sessions.CloseOthers(ctx, who.Station, p.ID, ""); err != nil {
		return err
	}
	return s.theirs(w, r, p, first)
}

func (s *Site) resetFactor(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	p, err := s.other(r, "account.set_factor")
	if err != nil {
		return err
	}
	ctx, who := r.Context(), s.Who(r)
	if _, err := s.Desk.Do(ctx, who, desk.Envelope{Key: form.Get("key")}, "account.set_factor", &desk.SetFactor{Person: p.ID}); err != nil {
		return err
	}
	if err := s.Sessions.CloseOthers(ctx, who.Station, p.ID, ""); err != nil {
		return err
	}
	return s.See(w, r, "/people/"+p.ID+"/account", t(ctx, "theirs.factor_removed"))
}
