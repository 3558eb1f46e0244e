package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/door"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

func (s *Site) setupPage(w http.ResponseWriter, r *http.Request) error {
	if need, err := s.NeedsSetup(r.Context()); err != nil {
		return err
	} else if !need {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return s.setupForm(w, r, http.StatusOK, nil, nil)
}

func (s *Site) setupForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, why *fault.Fault) error {
	ctx := r.Context()
	rule := t(ctx, "account.rule", "min", desk.MinPassword)
	admin, head := t(ctx, "setup.admin"), t(ctx, "setup.head")
	f := part.Form{Action: "/setup", Submit: t(ctx, "setup.submit"), Icon: "check", Fields: []part.Field{
		{Name: "code", Label: t(ctx, "setup.code"), Hint: t(ctx, "setup.code_hint"), Required: true, MaxLen: 40, Focus: typed == nil},
		{Name: "name", Label: t(ctx, "setup.station"), Hint: t(ctx, "setup.station_hint"), Required: true, MaxLen: 80},
		{Name: "playbook", Label: t(ctx, "setup.playbook"), Hint: t(ctx, "setup.playbook_hint"), Kind: part.KindSelect, Required: true, Options: s.books(ctx)},
		{Name: "call", Label: t(ctx, "setup.call"), Hint: t(ctx, "setup.call_hint"), Required: true, MaxLen: 20, Section: admin, Half: true},
		{Name: "user", Label: t(ctx, "sign_in.user"), Hint: t(ctx, "setup.user_hint"), Required: true, MaxLen: 32, Section: admin, Half: true, Complete: "username"},
		{Name: "password", Label: t(ctx, "sign_in.password"), Hint: rule, Kind: part.KindPassword, Required: true, Section: admin, Complete: "new-password"},
		{Name: "head_call", Label: t(ctx, "setup.call"), Hint: t(ctx, "setup.call_hint"), Required: true, MaxLen: 20, Section: head, Half: true},
		{Name: "head_user", Label: t(ctx, "sign_in.user"), Hint: t(ctx, "setup.user_hint"), Required: true, MaxLen: 32, Section: head, Half: true},
		{Name: "head_password", Label: t(ctx, "sign_in.password"), Hint: rule, Kind: part.KindPassword, Required: true, Section: head, Complete: "new-password"},
		{Name: "key", Kind: part.KindHidden, Value: s.NewKey()},
	}}
	found := false
	for i := range f.Fields {
		x := &f.Fields[i]
		if x.Kind != part.KindPassword && x.Name != "key" && typed != nil {
			x.Value = typed.Get(x.Name)
		}
		if x.Name == "playbook" && x.Value == "" {
			x.Value = "base"
		}
		if why != nil && x.Name == why.Field {
			x.Error, found = s.Sentence(ctx, why), true
		}
	}
	if why != nil && !found {
		f.Errors = []part.FormError{{Text: s.Sentence(ctx, why)}}
	}
	return s.Public(w, r, status, t(ctx, "setup.title"), door.Setup{Form: f})
}

// books are the playbooks to choose from.
func (s *Site) books(ctx context.Context) (list []part.Option) {
	if s.Books == nil {
		return []part.Option{{Value: "base", Label: t(ctx, "setup.base")}}
	}
	for _, b := range s.Books(ctx) {
		label := b.Zh
		if part.Lang(ctx) == "en" && b.En != "" {
			label = b.En
		}
		list = append(list, part.Option{Value: b.Value, Label: label})
	}
	return list
}

// setUp makes a station of an empty folder: its name, its playbook with the cells and bodies that come with it, its administrator and
// its head. They are two accounts, since who runs the system reads nothing of what people bring (law-and-standards 16).
func (s *Site) setUp(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	need, err := s.NeedsSetup(ctx)
	if err != nil {
		return err
	}
	if !need {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	if wait := s.gates.setup.wait(""); wait > 0 {
		return s.setupForm(w, r, http.StatusTooManyRequests, form, tooOften(wait))
	}
	if !s.setupFits(form.Get("code")) {
		s.gates.setup.fail("")
		return s.setupForm(w, r, http.StatusUnprocessableEntity, form, fault.New(fault.Invalid, "web.setup_code", nil).On("code"))
	}
	for _, name := range []string{"name", "playbook", "call", "user", "password", "head_call", "head_user", "head_password"} {
		if strings.TrimSpace(form.Get(name)) == "" {
			return s.setupForm(w, r, http.StatusUnprocessableEntity, form, fault.New(fault.Invalid, "web.needed", nil).On(name))
		}
	}
	if strings.EqualFold(strings.TrimSpace(form.Get("user")), strings.TrimSpace(form.Get("head_user"))) {
		return s.setupForm(w, r, http.StatusUnprocessableEntity, form, fault.New(fault.Invalid, "org.user_taken", nil).On("head_user"))
	}
	admin, err := s.found(ctx, form)
	if f, ok := fault.Of(err); ok {
		return s.setupForm(w, r, f.Kind.Status(), form, f)
	}
	if err != nil {
		return err
	}
	s.setup.mu.Lock()
	s.setup.set = false
	s.setup.mu.Unlock()
	if err := s.begin(w, r, s.Station, admin, keep.Enrol, false); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in/enrol", http.StatusSeeOther)
	return nil
}

// founding does the acts of a setup one after another, each under a key of its own.
type founding struct {
	s   *Site
	ctx context.Context
	key string
	try bool // decide only
	err error
}

func (f *founding) do(step, name string, act any, field string) desk.Answer {
	if f.err != nil {
		return desk.Answer{}
	}
	a, err := f.s.Desk.Do(f.ctx, desk.Program(f.s.Station), desk.Envelope{Key: f.key + "-" + step, Try: f.try}, name, act)
	if x, ok := fault.Of(err); ok && field != "" {
		err = x.On(field)
	}
	f.err = err
	return a
}

func (s *Site) found(ctx context.Context, form url.Values) (admin string, err error) {
	f := &founding{s: s, ctx: ctx, key: form.Get("key")}
	f.do("station", "org.set_station", &organisation.SetStation{Name: form.Get("name")}, "name")
	if org, err := s.Desk.Org(ctx, s.Station); err != nil {
		return "", err
	} else if org.Playbook != form.Get("playbook") { // an earlier try may have got this far
		f.do("playbook", "org.adopt_playbook", &organisation.AdoptPlaybook{Name: form.Get("playbook")}, "playbook")
	}
	if f.err == nil {
		_, f.err = orgfile.ApplyPlaybookOrg(ctx, s.Desk, s.Station)
	}
	// Passwords last, and tried before either is kept: a station with a password is a station set up.
	head := f.person("head", grid.Head, form.Get("head_call"), form.Get("head_user"))
	admin = f.person("", grid.Admin, form.Get("call"), form.Get("user"))
	for _, try := range []bool{true, false} {
		f.try = try
		f.do("password", "account.set_password", &desk.SetPassword{Person: admin, Password: form.Get("password")}, "password")
		f.do("head-password", "account.set_password", &desk.SetPassword{Person: head, Password: form.Get("head_password")}, "head_password")
	}
	return admin, f.err
}

// person registers somebody, or finds them again when an earlier try got as far as that.
func (f *founding) person(prefix string, role grid.Role, call, user string) string {
	if f.err != nil {
		return ""
	}
	org, err := f.s.Desk.Org(f.ctx, f.s.Station)
	if err != nil {
		f.err = err
		return ""
	}
	act := &organisation.SetPerson{Role: string(role), Call: call, User: user}
	if p := org.People[org.ByUser[strings.ToLower(strings.TrimSpace(user))]]; p != nil && p.Role == role && p.Password.Empty() {
		act.ID = p.ID
	}
	a := f.do("person-"+string(role), "org.set_person", act, "")
	if x, ok := fault.Of(f.err); ok && prefix != "" {
		f.err = x.On(prefix + "_" + x.Field)
	}
	return a.ID
}
