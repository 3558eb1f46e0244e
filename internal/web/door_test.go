package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/organisation"
)

func TestEveryRouteCarriesTheWalls(t *testing.T) {
	h := open(t)
	in := h.caller(t)
	in.signIn("head")
	for _, route := range h.Site.Routes() {
		path := strings.NewReplacer("{$}", "", "{name}", "matter.note", "{id}", "c1", "{cell}", "c1", "{code}", "0000000000", "{act}", "add").Replace(route.Pattern)
		for _, c := range []*caller{h.caller(t), in} {
			var a answer
			if route.Method == http.MethodPost {
				if c == in && path == "/sign-out" {
					continue
				}
				a = c.post(path)
			} else {
				a = c.get(path)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
				"Content-Security-Policy": "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s %s: %s is %q", route.Method, path, name, got)
				}
			}
			if a.StatusCode >= 500 {
				t.Errorf("%s %s: %d %s\n%s", route.Method, path, a.StatusCode, words(a.Body), h.Logged)
			}
			if cache := a.Header.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
				t.Errorf("%s %s may be cached: %q", route.Method, path, cache)
			}
		}
	}
	for _, path := range []string{"/nowhere", "/static/nothing.css"} {
		if a := in.get(path); a.StatusCode != 404 || a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

func TestNobodyWithoutAnAccountOpensStaffPages(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	for _, route := range h.Site.Routes() {
		if route.Who == 1 {
			continue
		}
		path := strings.NewReplacer("{name}", "matter.note", "{id}", "x").Replace(route.Pattern)
		if route.Method == http.MethodPost {
			if a := c.post(path); a.StatusCode != 401 {
				t.Errorf("POST %s: %d", path, a.StatusCode)
			}
		} else if a := c.get(path); a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
			t.Errorf("GET %s: %d to %s", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	for _, head := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		for _, route := range h.Site.Routes() {
			if route.Method != http.MethodPost {
				continue
			}
			path := strings.NewReplacer("{name}", "matter.open", "{id}", "x", "{cell}", "c1", "{code}", "0", "{act}", "add").Replace(route.Pattern)
			r, err := http.NewRequest(http.MethodPost, h.Server.URL+path, strings.NewReader("words=x"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(head[0], head[1])
			if a := c.send(r); a.StatusCode != 403 || !strings.Contains(a.Body, "本站页面") {
				t.Errorf("POST %s with %s: %d", path, head, a.StatusCode)
			}
		}
	}
}

func cookie(a answer, name string) *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestSessionIsNewAtEveryRiseAndEndsByItself(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	planted := &http.Cookie{Name: "mg", Value: "planted-by-somebody-else"}
	r, _ := http.NewRequest(http.MethodPost, h.Server.URL+"/sign-in", strings.NewReader("user=head&password="+password))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(planted)
	a := c.send(r)
	half := cookie(a, "mg")
	if half == nil || half.Value == planted.Value || !half.HttpOnly || half.SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookie after the password: %+v", half)
	}
	if a := c.get("/account"); a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in/factor") {
		t.Fatalf("half-way in, /account gave %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := c.post("/act/org.set_station", "name", "x", "key", "k"); a.StatusCode != 401 {
		t.Fatalf("half-way in, an act gave %d", a.StatusCode)
	}
	if a := c.post("/sign-in/factor", "code", "000000"); a.StatusCode != 422 {
		t.Fatalf("wrong code: %d", a.StatusCode)
	}
	code := h.code(t)
	a = c.post("/sign-in/factor", "code", code)
	full := cookie(a, "mg")
	if a.StatusCode != 303 || full == nil || full.Value == half.Value {
		t.Fatalf("after the code: %d %+v", a.StatusCode, full)
	}
	if a := c.get("/account"); a.StatusCode != 200 {
		t.Fatalf("/account: %d", a.StatusCode)
	}
	again := h.caller(t)
	again.post("/sign-in", "user", "head", "password", password)
	if a := again.post("/sign-in/factor", "code", code); a.StatusCode != 422 {
		t.Errorf("a code opened twice: %d", a.StatusCode)
	}
	old := h.caller(t)
	r, _ = http.NewRequest(http.MethodGet, h.Server.URL+"/account", nil)
	r.AddCookie(half)
	if a := old.send(r); a.StatusCode != 303 {
		t.Errorf("the half-way session still opens: %d", a.StatusCode)
	}

	h.Clock.Advance(29 * time.Minute)
	if a := c.get("/account"); a.StatusCode != 200 {
		t.Errorf("29 idle minutes: %d", a.StatusCode)
	}
	h.Clock.Advance(29 * time.Minute)
	if a := c.get("/account"); a.StatusCode != 200 {
		t.Errorf("another 29 idle minutes: %d", a.StatusCode)
	}
	h.Clock.Advance(31 * time.Minute)
	if a := c.get("/account"); a.StatusCode != 303 {
		t.Errorf("31 idle minutes: %d", a.StatusCode)
	}
	c.signIn("officer_1")
	for range 24 {
		h.Clock.Advance(29 * time.Minute)
		if a := c.get("/account"); a.StatusCode != 200 {
			t.Fatalf("a session in use ended early: %d", a.StatusCode)
		}
	}
	h.Clock.Advance(29 * time.Minute)
	if a := c.get("/account"); a.StatusCode != 303 {
		t.Errorf("a session older than 12 hours: %d", a.StatusCode)
	}

	c.signIn("officer_1")
	kept := ""
	for _, x := range c.http.Jar.Cookies(mustURL(t, h.Server.URL)) {
		if x.Name == "mg" {
			kept = x.Value
		}
	}
	if s, ok, _ := h.Site.Sessions.Find(context.Background(), kept); ok {
		t.Errorf("the token itself is kept: %+v", s)
	}
	if _, ok, _ := h.Site.Sessions.Find(context.Background(), keep.HashToken(kept)); !ok {
		t.Error("the hash of the token is not kept")
	}
	if a := c.post("/sign-out"); a.StatusCode != 303 {
		t.Errorf("sign-out: %d", a.StatusCode)
	}
	r, _ = http.NewRequest(http.MethodGet, h.Server.URL+"/account", nil)
	r.AddCookie(&http.Cookie{Name: "mg", Value: kept})
	if a := old.send(r); a.StatusCode != 303 {
		t.Errorf("a signed-out session still opens: %d", a.StatusCode)
	}
	h.Clock.Set(desktest.Start.AddDate(10, 0, 0))
	c.signIn("officer_1")
	h.Clock.Set(desktest.Start)
	if a := c.get("/account"); a.StatusCode != 303 {
		t.Errorf("a session of the future still opens after the clock was set back: %d", a.StatusCode)
	}
}

func TestClosingAnAccountBitesAtTheNextRequest(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	h.Do(t, desk.Program(desktest.Station), "org.close_account", &organisation.CloseAccount{Person: h.Cast["officer_1"].Person})
	if a := c.get("/account"); a.StatusCode != 303 {
		t.Errorf("a closed account still opens pages: %d", a.StatusCode)
	}
	if a := c.post("/sign-in", "user", "officer_1", "password", password); a.StatusCode != 422 {
		t.Errorf("a closed account signs in: %d", a.StatusCode)
	}
}

func TestWrongPasswordsWaitButNeverForEver(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	says := map[string]bool{}
	for _, user := range []string{"officer_1", "nobody", "bureau"} { // right name, no such name, no password yet
		for i := range 5 {
			a := c.post("/sign-in", "user", user, "password", "wrong")
			if a.StatusCode != 422 {
				t.Fatalf("%s try %d: %d", user, i+1, a.StatusCode)
			}
			says[words(a.Body[strings.Index(a.Body, "error-summary"):strings.Index(a.Body, "</strong>")])] = true
		}
		if a := c.post("/sign-in", "user", user, "password", password); a.StatusCode != 429 || !strings.Contains(a.Body, "15分钟") {
			t.Fatalf("%s after five: %d %s", user, a.StatusCode, words(a.Body))
		}
	}
	if len(says) != 1 {
		t.Errorf("wrong account and wrong password are told apart: %v", says)
	}
	h.Clock.Advance(16 * time.Minute)
	if a := c.post("/sign-in", "user", "officer_1", "password", "wrong"); a.StatusCode != 422 {
		t.Errorf("after the wait: %d", a.StatusCode)
	}
	if a := c.post("/sign-in", "user", "officer_1", "password", password); a.StatusCode != 429 || !strings.Contains(a.Body, "30分钟") {
		t.Errorf("the wait does not grow: %d", a.StatusCode)
	}
	for range 20 {
		h.Clock.Advance(5 * time.Hour)
		c.post("/sign-in", "user", "officer_1", "password", "wrong")
	}
	h.Clock.Advance(5 * time.Hour)
	if a := c.post("/sign-in", "user", "officer_1", "password", password); a.StatusCode != 303 {
		t.Errorf("the right password after all waits: %d", a.StatusCode)
	}

	other := h.caller(t) // somebody else guesses at the same account: the browser that knows it need not wait
	for range 6 {
		other.post("/sign-in", "user", "officer_1", "password", "wrong")
	}
	if a := c.post("/sign-in", "user", "officer_1", "password", password); a.StatusCode != 303 {
		t.Errorf("the known browser has to wait: %d", a.StatusCode)
	}
}

func TestTwentyNamesFromOneSource(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	for i := range 20 {
		c.post("/sign-in", "user", "guess"+string(rune('a'+i)), "password", "wrong")
	}
	if a := c.post("/sign-in", "user", "officer_2", "password", password); a.StatusCode != 429 {
		t.Errorf("the source may go on guessing names: %d", a.StatusCode)
	}
}

func TestSetupOpensAStationOnce(t *testing.T) {
	h := bare(t)
	ctx := context.Background()
	c := h.caller(t)
	if a := c.get("/"); a.StatusCode != 303 || a.Header.Get("Location") != "/setup" {
		t.Fatalf("first page of an empty station: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	code, err := h.Site.SetupCode(ctx)
	if err != nil || code == "" {
		t.Fatal(code, err)
	}
	pairs := func(code, pass string) []string {
		return []string{"code", code, "key", "k1", "name", "枫桥路派出所", "playbook", "base", "call", "管理员小周", "user", "zhou", "password", pass,
			"head_call", "王所长", "head_user", "wang", "head_password", password}
	}
	if a := c.post("/setup", pairs("0000-0000-00", password)...); a.StatusCode != 422 || !strings.Contains(a.Body, "枫桥路派出所") || !strings.Contains(a.Body, "开通码不对") {
		t.Fatalf("a wrong code: %d %s", a.StatusCode, words(a.Body))
	}
	a := c.post("/setup", pairs(code, "short")...)
	if a.StatusCode != 422 || !strings.Contains(a.Body, "至少12位") || strings.Contains(a.Body, password) {
		t.Fatalf("a weak password: %d %s", a.StatusCode, words(a.Body))
	}
	p := pairs(code, password)
	p[3] = field(a.Body, "key")
	if a = c.post("/setup", p...); a.StatusCode != 303 || a.Header.Get("Location") != "/sign-in/enrol" {
		t.Fatalf("setup: %d %s", a.StatusCode, words(a.Body))
	}
	org, err := h.Desk.Desk.Org(ctx, desktest.Station)
	if err != nil || org.Name != "枫桥路派出所" || org.Playbook != "base" || len(org.People) != 2 || len(org.Cells) == 0 {
		t.Fatalf("%v: %s %s, %d people, %d cells", err, org.Name, org.Playbook, len(org.People), len(org.Cells))
	}
	if a := c.post("/setup", pairs(code, password)...); a.StatusCode != 404 {
		t.Errorf("the code opened twice: %d", a.StatusCode)
	}
	if code, err := h.Site.SetupCode(ctx); code != "" || err != nil {
		t.Errorf("a station with accounts gets another code: %q %v", code, err)
	}
	if a := c.get("/account"); a.StatusCode != 303 {
		t.Errorf("without a second factor the administrator is in: %d", a.StatusCode)
	}
	a = c.get("/sign-in/enrol")
	if a.StatusCode != 200 || field(a.Body, "secret") == "" || !strings.Contains(a.Body, "data:image/png;base64,") {
		t.Fatalf("enrol page: %d", a.StatusCode)
	}
	if a := c.post("/sign-in/enrol", "code", "123456", "secret", field(a.Body, "secret")+"x", "key", "k2"); a.StatusCode != 422 {
		t.Errorf("a secret of one's own: %d", a.StatusCode)
	}
}

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWordsOutliveTheSession(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	m := h.opened(t, "officer_1")
	h.Clock.Advance(time.Hour)
	for name, a := range map[string]answer{
		"plain":      c.post("/act/matter.note", "key", "k", "matter", m, "words", "走访记了 <很久>"),
		"with photo": c.upload("/act/matter.note", map[string]string{"key": "k", "matter": m, "words": "走访记了 <很久>"}, snap(t, 3)),
	} {
		if a.StatusCode != 401 || field(a.Body, "words") != "走访记了 <很久>" || field(a.Body, "key") != "k" || !strings.Contains(a.Body, `action="/act/matter.note"`) {
			t.Errorf("%s: %d %s", name, a.StatusCode, words(a.Body))
		}
	}
	if a := c.post("/account/password", "old", password, "password", "Geheim-12345-x"); a.StatusCode != 401 || strings.Contains(a.Body, password) {
		t.Errorf("a password is shown again: %d", a.StatusCode)
	}
	c.signIn("officer_1")
	if a := c.post("/act/matter.note", "key", "k", "matter", m, "words", "走访记了 <很久>"); a.StatusCode != 303 {
		t.Errorf("sent again: %d", a.StatusCode)
	}
}
