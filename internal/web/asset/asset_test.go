package asset

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestEveryPromisedPairIsReadable(t *testing.T) {
	if len(Pairs()) < 40 {
		t.Fatalf("the stylesheet promises %d pairs: the comments are no longer read", len(Pairs()))
	}
	for _, p := range Pairs() {
		if got := p.Contrast(); got < p.Least {
			t.Errorf("%s (%s) on %s (%s): %.2f, want %.1f", p.Fore.Name, p.Fore.Hex, p.Back.Name, p.Back.Hex, got, p.Least)
		}
	}
}

func TestEveryColourIsNamedOnce(t *testing.T) {
	css := string(served["app.css"].plain)
	rules := regexp.MustCompile(`(?s):root \{.*?\n\}`).ReplaceAllString(css, "")
	rules = regexp.MustCompile(`(?s)@media print \{.*`).ReplaceAllString(rules, "")
	if found := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`).FindString(rules); found != "" {
		t.Errorf("colour %s stands outside the tokens, where its contrast is not measured", found)
	}
	for _, used := range regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, "--"+used[1]+":") {
			t.Errorf("--%s is used but not declared", used[1])
		}
	}
}

func TestNothingComesFromElsewhere(t *testing.T) {
	outside := regexp.MustCompile(`(?i)(@import|url\(["']?(https?:)?//|import\(|\beval\()`)
	for _, name := range []string{"app.css", "app.js"} {
		if found := outside.FindString(string(served[name].plain)); found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}

func TestFirstLoadIsSmall(t *testing.T) {
	total := 0
	for _, name := range []string{"app.css", "app.js", "htmx.js", "icons.svg", "mark.svg"} {
		total += Size(name)
	}
	if total > 60<<10 {
		t.Errorf("first load without the page is %d bytes; a page may weigh 100 KB with all of it", total)
	}
}

func TestHandlerKeepsAFileAsLongAsItsDigestHolds(t *testing.T) {
	get := func(url string, head ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, url, nil)
		for i := 0; i < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		name, url, cache string
		status           int
	}{
		{"with the digest", URL("app.css"), "public, max-age=31536000, immutable", 200},
		{"without", Prefix + "app.css", "no-cache", 200},
		{"with an old one", Prefix + "app.css?v=000000", "no-cache", 200},
		{"no such file", Prefix + "nothing.css", "", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(c.url)
			if w.Code != c.status || w.Header().Get("Cache-Control") != c.cache {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Header().Get("Cache-Control"), c.status, c.cache)
			}
		})
	}
	small := get(URL("htmx.js"), "Accept-Encoding", "gzip")
	if small.Header().Get("Content-Encoding") != "gzip" || small.Body.Len() > 15<<10 {
		t.Errorf("htmx: %q, %d bytes", small.Header().Get("Content-Encoding"), small.Body.Len())
	}
	again := get(URL("htmx.js"), "Accept-Encoding", "gzip", "If-None-Match", small.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("asked again: %d with %d bytes", again.Code, again.Body.Len())
	}
}

func TestURLRefusesAFileThereIsNot(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	URL("no.css")
}
