package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
)

// t says a text of the pages in the language of the request; see text.T.
func t(ctx context.Context, key string, pairs ...any) string { return text.T(ctx, key, pairs...) }

// tr says a text in a language given by name, where no request is at hand.
func tr(lang, key string, pairs ...any) string { return text.In(lang, key, pairs...) }

// navEntry is one entry of the navigation; look is what the policy must allow, "" for everyone with an account.
type navEntry struct{ key, href, icon, look string }

var nav = []navEntry{
	{"today", "/", "house", ""},
	{"notices", "/notices", "bell", ""},
	{"inbox", "/inbox", "inbox", "report.triage"},
	{"talk", "/talk", "messages-square", "draft.read"},
	{"matters", "/matters", "list-checks", "matter.read"},
	{"disputes", "/disputes", "scale", "promises.read"},
	{"promises", "/promises", "handshake", "promises.read"},
	{"services", "/services", "door-open", "services.read"},
	{"search", "/search", "search", "search"},
	{"ledger", "/ledger", "clipboard-list", "ledger.read"},
	{"org", "/org", "network", "org.read"},
	{"people", "/people", "users-round", "people.read"},
	{"playbook", "/playbook", "book-open", "playbook.read"},
	{"settings", "/settings", "settings", "settings.read"},
}

func (s *Site) navigation(r *http.Request, who access.Who, current string) []part.NavItem {
	ctx := r.Context()
	var counts map[string]int
	if s.Counts != nil {
		counts = s.Counts(ctx, who)
	}
	who.OnDuty = true // what one may open on duty is not hidden off duty
	var items []part.NavItem
	for _, e := range nav {
		if e.look == "" || s.May(who, e.look) {
			items = append(items, part.NavItem{Href: e.href, Label: t(ctx, "nav."+e.key), Icon: e.icon, Current: e.key == current, Count: counts[e.key]})
		}
	}
	return items
}

// Frame is what a page may set of the frame around it besides its title.
type Frame struct {
	Nav   string          // key of the navigation entry that is current
	Head  templ.Component // a stylesheet or script of its own
	Wall  bool            // for a wall screen
	Query string          // what stands in the search box
	Flash []part.Flash    // besides what the page before left
}

// Page writes a page for people with an account: body inside the frame, navigation by role.
func (s *Site) Page(w http.ResponseWriter, r *http.Request, status int, title, navKey string, body templ.Component) error {
	return s.framed(w, r, status, title, Frame{Nav: navKey}, body)
}

// framed is page with more of the frame set.
func (s *Site) framed(w http.ResponseWriter, r *http.Request, status int, title string, f Frame, body templ.Component) error {
	ctx, v := r.Context(), visitOf(r)
	if !v.signedIn() {
		return s.Public(w, r, status, title, body)
	}
	org, err := s.Desk.Org(ctx, v.who.Station)
	if err != nil {
		return err
	}
	l := part.Layout{Title: title, Station: org.Name, Product: t(ctx, "product"), Nav: s.navigation(r, v.who, f.Nav),
		Switch: switchTo(r, "lang", map[bool]string{true: "zh", false: "en"}[part.Lang(ctx) == "en"]),
		Flash:  append(f.Flash, s.flashed(w, r)...), Head: f.Head, Wall: f.Wall,
		User: &part.User{Name: v.call, Role: v.who.Role.Name().In(part.Lang(ctx)), SignOut: "/sign-out",
			Links: []part.Link{{Href: "/account", Label: t(ctx, "account.title"), Icon: "user-round"}}}}
	if s.May(v.who, "search") {
		l.Search = &part.Search{Action: "/search", Value: f.Query, Hint: t(ctx, "search.hint")}
	}
	return s.write(w, r, status, l, body)
}

// Public writes a page for residents and for whoever is not signed in yet.
func (s *Site) Public(w http.ResponseWriter, r *http.Request, status int, title string, body templ.Component) error {
	ctx := r.Context()
	org, err := s.Desk.Org(ctx, s.Station)
	if err != nil {
		return err
	}
	name := org.Name
	if name == s.Station {
		name = t(ctx, "product")
	}
	return s.write(w, r, status, part.PublicLayout{Title: title, Station: name, Product: t(ctx, "promise"), Switch: switchTo(r, "lang", map[bool]string{true: "zh", false: "en"}[part.Lang(ctx) == "en"]),
		Type: switchTo(r, "type", map[bool]string{true: "plain", false: "big"}[big(r)]), Big: big(r), Flash: s.flashed(w, r)}, body)
}

// switchTo is the address of the same page in another language or size of type; a page that came by POST has none.
func switchTo(r *http.Request, name, value string) string {
	if r.Method != http.MethodGet {
		return ""
	}
	q := r.URL.Query()
	q.Set(name, value)
	return "?" + q.Encode()
}

// write draws the whole page before the first byte leaves, so that a page that cannot be drawn becomes an error page.
func (s *Site) write(w http.ResponseWriter, r *http.Request, status int, frame, body templ.Component) error {
	var b bytes.Buffer
	if err := frame.Render(templ.WithChildren(r.Context(), body), &b); err != nil {
		return fmt.Errorf("draw %s: %w", r.URL.Path, err)
	}
	send(w, r, status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// fail turns whatever went wrong into its status and a finished page. What is not a refusal is logged under a number.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = tooLarge(large.Limit)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return // they left
	}
	p := part.ErrorPage{Status: http.StatusInternalServerError}
	if f, ok := fault.Of(err); ok {
		if f.Kind == fault.SignIn && r.Method == http.MethodGet {
			s.toSignIn(w, r)
			return
		}
		if f.Kind == fault.SignIn && s.again(w, r) {
			return
		}
		p.Status, p.Text = f.Kind.Status(), s.Sentence(ctx, f)
		p.Title = t(ctx, "error."+statusKey(p.Status))
	} else {
		p.Ref = s.reference()
		s.Log.ErrorContext(ctx, "page failed", "ref", p.Ref, "method", r.Method, "route", r.Pattern, "error", err.Error())
	}
	switch {
	case p.Status == http.StatusUnauthorized:
		p.Links = []part.Link{{Href: "/sign-in", Label: t(ctx, "sign_in.submit"), Icon: "user-round"}}
	case !s.signedIn(r):
		p.Links = []part.Link{{Href: "/", Label: t(ctx, "error.home"), Icon: "house"}, {Href: "/report", Label: t(ctx, "front.report")}}
	}
	if err := s.Page(w, r, p.Status, t(ctx, "error."+statusKey(p.Status)), "", p); err != nil {
		s.Log.ErrorContext(ctx, "error page failed", "error", err.Error())
		http.Error(w, "系统暂时不可用，请稍后再试。紧急情况请拨打110。", http.StatusServiceUnavailable)
	}
}

func statusKey(status int) string {
	switch status {
	case 401, 403, 404, 409, 413, 415, 422, 429, 503:
		return fmt.Sprint(status)
	}
	return "500"
}

// toSignIn sends a browser to the sign-in page, which leads back to where it wanted to go.
func (s *Site) toSignIn(w http.ResponseWriter, r *http.Request) {
	to := "/sign-in"
	if v := visitOf(r); v.session != nil && !v.signedIn() {
		to = stageAddress(v.session.Stage)
	}
	if next := r.URL.RequestURI(); next != "/" {
		to += "?" + url.Values{"next": {next}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// Sentence says a refusal in the language of the page. Cells and bodies in it are called by their names, never by codes.
func (s *Site) Sentence(ctx context.Context, f *fault.Fault) string {
	lang := part.Lang(ctx)
	org, err := s.Desk.Org(ctx, s.Station)
	book, err2 := s.Desk.Book(ctx, s.Station)
	if err != nil || err2 != nil {
		return f.Sentence(lang)
	}
	g := *f
	g.Args = fault.Args{}
	for k, v := range f.Args {
		switch id, _ := v.(string); {
		case k == "body" && id != "":
			v = bodyName(lang, org, book, id)
		case k == "cell" && id != "":
			v = org.CellName(id, lang)
		}
		g.Args[k] = v
	}
	return g.Sentence(lang)
}

// Around puts content into a piece that goes around others, where no template is at hand.
func Around(outer templ.Component, content ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, part.Some(content...)), w)
	})
}

// Paragraph is plain words as a paragraph.
func Paragraph(words string) templ.Component {
	return templ.Raw("<p>" + templ.EscapeString(words) + "</p>")
}

// Narrow keeps a page of one form as wide as a form is.
func Narrow(all ...templ.Component) templ.Component {
	return templ.Join(templ.Raw(`<div class="narrow">`), templ.Join(all...), templ.Raw(`</div>`))
}

// Linked is a link as the cell of a table.
func Linked(href, label string) templ.Component {
	return templ.Raw(`<a href="` + templ.EscapeString(href) + `">` + templ.EscapeString(label) + `</a>`)
}

// PersonAt is the address of the page of somebody who works here.
func PersonAt(id string) string { return "/people/" + url.PathEscape(id) }

// SendPaper sends a paper that no cache on the way may keep.
func SendPaper(w http.ResponseWriter, kind, name string, body []byte) {
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(name))
	head.Set("Cache-Control", "private, no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body)
}
