package web_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web"
)

func TestPasswordIsChangedWithTheOldOneAndEndsOtherSessions(t *testing.T) {
	h := open(t)
	c, other := h.caller(t), h.caller(t)
	c.signIn("officer_1")
	other.signIn("officer_1")
	change := func(old, new, again string) answer {
		return c.post("/account/password", "old", old, "password", new, "again", again, "key", field(c.get("/account").Body, "key"))
	}
	const fresh = "Neu-2026-wort!"
	for name, a := range map[string]answer{
		"wrong old":    change("wrong", fresh, fresh),
		"not the same": change(password, fresh, fresh+"x"),
		"weak":         change(password, "short", "short"),
		"as before":    change(password, password, password),
	} {
		if a.StatusCode != 422 || !strings.Contains(a.Body, "error-summary") || strings.Contains(a.Body, fresh) {
			t.Errorf("%s: %d %s", name, a.StatusCode, words(a.Body))
		}
	}
	if a := change(password, fresh, fresh); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := other.get("/account"); a.StatusCode != 303 {
		t.Errorf("another session outlives the password: %d", a.StatusCode)
	}
	if a := c.get("/account"); a.StatusCode != 200 {
		t.Errorf("one's own session ended: %d", a.StatusCode)
	}
	if a := other.post("/sign-in", "user", "officer_1", "password", password); a.StatusCode != 422 {
		t.Errorf("the old password still opens: %d", a.StatusCode)
	}
}

func TestSessionsAndTokensOfOnesOwn(t *testing.T) {
	h := open(t)
	c, other := h.caller(t), h.caller(t)
	c.signIn("officer_1")
	other.signIn("officer_1")
	stranger := h.caller(t)
	stranger.signIn("officer_2")
	id := regexp.MustCompile(`name="id" value="([0-9a-f]{16})"`).FindStringSubmatch(c.get("/account").Body)
	if id == nil {
		t.Fatal("the other session is not listed")
	}
	stranger.post("/account/sessions/end", "id", id[1])
	if a := other.get("/account"); a.StatusCode != 200 {
		t.Errorf("a stranger ended the session: %d", a.StatusCode)
	}
	c.post("/account/sessions/end", "id", id[1])
	if a := other.get("/account"); a.StatusCode != 303 {
		t.Errorf("the session goes on: %d", a.StatusCode)
	}

	a := c.post("/account/tokens", "label", "对接", "key", "tok1")
	token := regexp.MustCompile(`mg_[0-9a-f]{48}`).FindString(a.Body)
	if a.StatusCode != 200 || token == "" || strings.Contains(c.get("/account").Body, token) {
		t.Fatalf("%d token %q", a.StatusCode, token)
	}
	org, err := h.Desk.Desk.Org(context.Background(), desktest.Station)
	if err != nil || len(org.Tokens) != 1 {
		t.Fatal(err, len(org.Tokens))
	}
	for _, k := range org.Tokens {
		if a := stranger.post("/account/tokens/end", "id", k.ID, "key", "x1"); a.StatusCode != 404 {
			t.Errorf("a stranger revokes it: %d", a.StatusCode)
		}
		if a := c.post("/account/tokens/end", "id", k.ID, "key", "x2"); a.StatusCode != 303 {
			t.Errorf("revoke: %d %s", a.StatusCode, words(a.Body))
		}
	}
	if org, _ = h.Desk.Desk.Org(context.Background(), desktest.Station); len(org.Tokens) != 0 {
		t.Error("the token still opens")
	}
}

func TestAnotherAdministratorHelpsWhoIsLockedOut(t *testing.T) {
	h := open(t)
	head := "/people/" + h.Cast["head"].Person + "/account"
	for _, name := range []string{"officer_1", "head"} {
		c := h.caller(t)
		c.signIn(name)
		if a := c.get("/people/" + h.Cast["officer_2"].Person + "/account"); a.StatusCode != 403 {
			t.Errorf("%s opens somebody's account: %d", name, a.StatusCode)
		}
	}
	c := h.caller(t)
	c.signIn("admin")
	if a := c.get("/people/" + h.Cast["admin"].Person + "/account"); a.StatusCode != 403 {
		t.Errorf("an administrator goes around their own second factor: %d", a.StatusCode)
	}
	a := c.post(head+"/password", "key", field(c.get(head).Body, "key"))
	first := regexp.MustCompile(`id="first">([^<]+)<`).FindStringSubmatch(a.Body)
	if a.StatusCode != 200 || first == nil {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := c.post(head+"/factor", "key", "f1"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	locked := h.caller(t)
	if a := locked.post("/sign-in", "user", "head", "password", first[1]); a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in/enrol") {
		t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestSecondFactorIsNotReplacedByAStolenSession(t *testing.T) {
	h := open(t)
	h.Do(t, desk.Program(desktest.Station), "account.set_factor", &desk.SetFactor{Person: h.Cast["officer_1"].Person, Secret: secret})
	c := h.caller(t)
	c.signIn("officer_1")
	page := c.get("/account/factor")
	if a := c.post("/account/factor", "secret", field(page.Body, "secret"), "code", "123456", "key", "k"); a.StatusCode != 403 {
		t.Errorf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := c.post("/account/factor/remove", "code", "000000", "key", "k1"); a.StatusCode != 422 {
		t.Errorf("removed without a code: %d", a.StatusCode)
	}
	h.Clock.Advance(time.Minute)
	if a := c.post("/account/factor/remove", "code", h.code(t), "key", "k2"); a.StatusCode != 303 {
		t.Errorf("removed with a code: %d %s", a.StatusCode, words(a.Body))
	}
	head := h.caller(t)
	head.signIn("head")
	h.Clock.Advance(time.Minute)
	if a := head.post("/account/factor/remove", "code", h.code(t), "key", "k3"); a.StatusCode != 403 {
		t.Errorf("a head goes without: %d", a.StatusCode)
	}
}

func TestACrashIsAFinishedPageWithANumber(t *testing.T) {
	h := bare(t)
	site := &web.Site{Desk: h.Site.Desk, Policy: h.Site.Policy, Clock: h.Clock, Rand: desktest.Random(4), Sessions: h.Site.Sessions, Blobs: h.Site.Blobs, Station: desktest.Station,
		BaseURL: "https://fengge.example/", Log: h.Site.Log, More: map[string]http.Handler{"GET /crash": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("张三的电话") })}}
	w := httptest.NewRecorder()
	site.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/crash", nil))
	ref := regexp.MustCompile(`<code>([0-9a-f-]+)</code>`).FindStringSubmatch(w.Body.String())
	if w.Code != 500 || ref == nil || strings.Contains(w.Body.String(), "张三") || strings.Contains(w.Body.String(), "goroutine") {
		t.Fatalf("%d %s", w.Code, words(w.Body.String()))
	}
	if !strings.Contains(h.Logged.String(), ref[1]) || w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("the number is not in the log, or a safe site does not ask to be kept safe")
	}
}

func TestOverTLSCookiesAreBoundToTheHost(t *testing.T) {
	h := open(t)
	h.Server.Close()
	h.Server = httptest.NewTLSServer(h.Site.Handler())
	t.Cleanup(h.Server.Close)
	c := h.caller(t)
	c.http.Transport = h.Server.Client().Transport
	a := c.post("/sign-in", "user", "officer_1", "password", password)
	k := cookie(a, "__Host-mg")
	if k == nil || !k.Secure || !k.HttpOnly || k.Path != "/" || k.Domain != "" {
		t.Fatalf("%+v", a.Cookies())
	}
	if a := c.get("/account"); a.StatusCode != 200 {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestPagesAreCompressedWhereAskedFor(t *testing.T) {
	h := open(t)
	r, err := http.NewRequest(http.MethodGet, h.Server.URL+"/report", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	z, err := gzip.NewReader(resp.Body)
	if err != nil || resp.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatal(err, resp.Header)
	}
	if b, err := io.ReadAll(z); err != nil || !strings.Contains(string(b), "</html>") {
		t.Error(err)
	}
	if b, err := json.Marshal(resp.Header); err != nil || strings.Contains(string(b), "Server") {
		t.Errorf("%s", b)
	}
}
