package web_test

import (
	"net/http"
	"testing"

	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/webtest"
)

// The tests of the core say what they share with those of the rooms (webtest) by short names, and add steps of their own.

const (
	password = webtest.Password
	secret   = webtest.Secret
	canary   = webtest.Canary
)

var (
	field   = webtest.Field
	words   = webtest.Words
	shows   = webtest.Shows
	hides   = webtest.Hides
	between = webtest.Between
	widths  = webtest.Widths
	raw     = webtest.Raw
	snap    = webtest.Snap
	cut200  = webtest.Cut200
	picture = webtest.Picture
)

type house struct{ *webtest.House }

func bare(t testing.TB) *house { t.Helper(); return &house{webtest.Bare(t)} }
func open(t testing.TB) *house { t.Helper(); return &house{webtest.Open(t)} }

func calls(t testing.TB, h *house) { t.Helper(); webtest.Calls(t, h.House) }

func (h *house) code(t testing.TB) string { t.Helper(); return h.Code(t) }
func (h *house) settle(t testing.TB)      { t.Helper(); h.Settle(t) }

func (h *house) caller(t testing.TB) *caller {
	t.Helper()
	c := h.Caller(t)
	return &caller{c, t, h, c.HTTP}
}

type answer = webtest.Answer

type caller struct {
	*webtest.Caller
	t    testing.TB
	h    *house
	http *http.Client
}

func (c *caller) send(r *http.Request) answer { c.t.Helper(); return c.Send(r) }
func (c *caller) get(path string) answer      { c.t.Helper(); return c.Get(path) }
func (c *caller) post(path string, pairs ...string) answer {
	c.t.Helper()
	return c.Post(path, pairs...)
}
func (c *caller) signIn(name string) { c.t.Helper(); c.SignIn(name) }
func (c *caller) upload(path string, words map[string]string, files ...[]byte) answer {
	c.t.Helper()
	return c.Upload(path, words, files...)
}

func signedIn(t testing.TB, h *house, user string) *caller {
	t.Helper()
	c := h.caller(t)
	c.signIn(user)
	return c
}

// scene is webtest.Scene, of a house that knows the steps of these tests.
type scene struct {
	*house
	Report, Fresh, Anonymous, Matter, Waiting, Receipt string
}

func sceneOf(s *webtest.Scene) *scene {
	return &scene{&house{s.House}, s.Report, s.Fresh, s.Anonymous, s.Matter, s.Waiting, s.Receipt}
}

func stage(t testing.TB) *scene { t.Helper(); return sceneOf(webtest.Stage(t)) }
func quiet(t testing.TB) *scene { t.Helper(); return sceneOf(webtest.Quiet(t)) }

func (s *scene) as(t testing.TB, name string) *caller { t.Helper(); return signedIn(t, s.house, name) }

func (s *scene) seen() *webtest.Scene { return &webtest.Scene{House: s.House} }

func (s *scene) tab(t *testing.T, width int, name string) *browser.Tab {
	t.Helper()
	return s.seen().Tab(t, width, name)
}
func (s *scene) enter(p *browser.Tab, name string) { s.seen().Enter(p, name) }
