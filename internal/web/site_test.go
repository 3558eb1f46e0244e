package web_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/reader"
	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
)

// house is the pages on a real desk and a real embedded store, with a stepped clock.
type house struct {
	*desktest.Desk
	Site   *web.Site
	Server *httptest.Server
	Cast   map[string]access.Who
	Logged *bytes.Buffer
}

const password = "Maple-2026-grid"

// bare opens the pages of a station that has nobody yet.
func bare(t testing.TB) *house {
	t.Helper()
	h := &house{Desk: desktest.New(t), Logged: &bytes.Buffer{}}
	ctx := context.Background()
	sessions, err := keep.NewSessions(ctx, h.Engine.Boards.Write, h.Engine.Boards.Read)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := keep.NewBlobs(ctx, h.Engine.Blobs.Write, h.Engine.Blobs.Read, h.Desk.Desk, desktest.Random(7))
	if err != nil {
		t.Fatal(err)
	}
	h.Site = &web.Site{Desk: h.Desk.Desk, Policy: h.Desk.Policy, Clock: h.Clock, Rand: desktest.Random(9), Sessions: sessions, Blobs: blobs, Station: desktest.Station,
		Log: slog.New(slog.NewTextHandler(h.Logged, nil))}
	h.follow(t)
	h.Site.Hot = reader.NewSpots(h.Desk.Desk)
	h.Server = httptest.NewServer(h.Site.Handler())
	t.Cleanup(h.Server.Close)
	return h
}

// open is bare with the cast of a small station; everyone has a password, heads and admins a second factor.
func open(t testing.TB) *house {
	t.Helper()
	h := bare(t)
	h.Cast = h.Desk.Cast(t, desktest.Station)
	for _, name := range []string{"officer_1", "officer_2", "cell_worker_1", "head", "admin", "volunteer_1", "duty_lead"} {
		h.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: h.Cast[name].Person, Password: password})
	}
	for _, name := range []string{"head", "admin"} {
		h.Do(t, desk.Program(desktest.Station), "account.set_factor", &desk.SetFactor{Person: h.Cast[name].Person, Secret: secret})
	}
	return h
}

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// caller is a browser without a picture: it keeps cookies and follows nothing by itself.
type caller struct {
	t    testing.TB
	h    *house
	http *http.Client
}

func (h *house) caller(t testing.TB) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t, h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	*http.Response
	Body string
}

func (c *caller) send(r *http.Request) answer {
	c.t.Helper()
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{resp, string(b)}
}

func (c *caller) get(path string) answer {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodGet, c.h.Server.URL+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(r)
}

func (c *caller) post(path string, pairs ...string) answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, c.h.Server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.send(r)
}

// upload posts a form with files under photos.
func (c *caller) upload(path string, words map[string]string, files ...[]byte) answer {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range words {
		if err := w.WriteField(k, v); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, f := range files {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="photos"; filename="a.jpg"`}, "Content-Type": {"image/jpeg"}})
		if err == nil {
			_, err = p.Write(f)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, c.h.Server.URL+path, &b)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.send(r)
}

// signIn signs in as one of the cast.
func (c *caller) signIn(name string) {
	c.t.Helper()
	a := c.post("/sign-in", "user", name, "password", password)
	if a.StatusCode != 303 {
		c.t.Fatalf("sign in as %s: %d %s", name, a.StatusCode, words(a.Body))
	}
	if strings.HasPrefix(a.Header.Get("Location"), "/sign-in/factor") {
		c.h.Clock.Advance(time.Minute) // a code opens once
		if a := c.post("/sign-in/factor", "code", c.h.code(c.t)); a.StatusCode != 303 {
			c.t.Fatalf("second factor of %s: %d %s", name, a.StatusCode, words(a.Body))
		}
	}
}

func (h *house) code(t testing.TB) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, h.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// field reads the value of a hidden or text field of a page.
func field(page, name string) string {
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `"[^>]*value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		m = regexp.MustCompile(`value="([^"]*)"[^>]*name="` + regexp.QuoteMeta(name) + `"`).FindStringSubmatch(page)
	}
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// words is what a page says, without its marks.
func words(page string) string {
	page = regexp.MustCompile(`(?s)<(script|style|head).*?</(script|style|head)>`).ReplaceAllString(page, "")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "))), " ")
}
