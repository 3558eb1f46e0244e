// Package webtest is what tests of pages share: a station on a real desk and store with every page, people who sign in, and a browser.
package webtest

import (
	"bytes"
	"context"
	"html"
	"image"
	"image/jpeg"
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
	"maplegrid/internal/web/rooms"
)

// House is the pages on a real desk and a real embedded store, with a stepped clock.
type House struct {
	*desktest.Desk
	Site   *web.Site
	Server *httptest.Server
	Cast   map[string]access.Who
	Logged *bytes.Buffer
}

// Password is everybody's.
const Password = "Maple-2026-grid"

// Bare opens the pages of a station that has nobody yet.
func Bare(t testing.TB) *House {
	t.Helper()
	h := &House{Desk: desktest.New(t), Logged: &bytes.Buffer{}}
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
	h.Follow(t)
	h.Site.Rooms = rooms.All(h.Site)
	h.Site.Hot = reader.NewSpots(h.Desk.Desk)
	h.Server = httptest.NewServer(h.Site.Handler())
	t.Cleanup(h.Server.Close)
	return h
}

// Open is bare with the cast of a small station; everyone has a password, heads and admins a second factor.
func Open(t testing.TB) *House {
	t.Helper()
	h := Bare(t)
	h.Cast = h.Desk.Cast(t, desktest.Station)
	for _, name := range []string{"officer_1", "officer_2", "cell_worker_1", "head", "admin", "volunteer_1", "duty_lead"} {
		h.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: h.Cast[name].Person, Password: Password})
	}
	for _, name := range []string{"head", "admin"} {
		h.Do(t, desk.Program(desktest.Station), "account.set_factor", &desk.SetFactor{Person: h.Cast[name].Person, Secret: Secret})
	}
	return h
}

// Secret is that of every second factor.
const Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// Caller is a browser without a picture: it keeps cookies and follows nothing by itself.
type Caller struct {
	T     testing.TB
	House *House
	HTTP  *http.Client
}

// Caller is a browser nobody is signed in with.
func (h *House) Caller(t testing.TB) *Caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Caller{t, h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Answer is what came back, read whole.
type Answer struct {
	*http.Response
	Body string
}

// Send sends a request as it is.
func (c *Caller) Send(r *http.Request) Answer {
	c.T.Helper()
	resp, err := c.HTTP.Do(r)
	if err != nil {
		c.T.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	return Answer{resp, string(b)}
}

// Get asks for a page.
func (c *Caller) Get(path string) Answer {
	c.T.Helper()
	r, err := http.NewRequest(http.MethodGet, c.House.Server.URL+path, nil)
	if err != nil {
		c.T.Fatal(err)
	}
	return c.Send(r)
}

// Post sends a form of names and values.
func (c *Caller) Post(path string, pairs ...string) Answer {
	c.T.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, c.House.Server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Send(r)
}

// Upload posts a form with files under photos.
func (c *Caller) Upload(path string, words map[string]string, files ...[]byte) Answer {
	c.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range words {
		if err := w.WriteField(k, v); err != nil {
			c.T.Fatal(err)
		}
	}
	for _, f := range files {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="photos"; filename="a.jpg"`}, "Content-Type": {"image/jpeg"}})
		if err == nil {
			_, err = p.Write(f)
		}
		if err != nil {
			c.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.T.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, c.House.Server.URL+path, &b)
	if err != nil {
		c.T.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Send(r)
}

// SignIn signs in as one of the cast.
func (c *Caller) SignIn(name string) {
	c.T.Helper()
	a := c.Post("/sign-in", "user", name, "password", Password)
	if a.StatusCode != 303 {
		c.T.Fatalf("sign in as %s: %d %s", name, a.StatusCode, Words(a.Body))
	}
	if strings.HasPrefix(a.Header.Get("Location"), "/sign-in/factor") {
		c.House.Clock.Advance(time.Minute) // a code opens once
		if a := c.Post("/sign-in/factor", "code", c.House.Code(c.T)); a.StatusCode != 303 {
			c.T.Fatalf("second factor of %s: %d %s", name, a.StatusCode, Words(a.Body))
		}
	}
}

// Code is the code of the second factor now.
func (h *House) Code(t testing.TB) string {
	t.Helper()
	code, err := totp.GenerateCode(Secret, h.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Field reads the value of a hidden or text field of a page.
func Field(page, name string) string {
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `"[^>]*value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		m = regexp.MustCompile(`value="([^"]*)"[^>]*name="` + regexp.QuoteMeta(name) + `"`).FindStringSubmatch(page)
	}
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// Words is what a page says, without its marks.
func Words(page string) string {
	page = regexp.MustCompile(`(?s)<(script|style|head).*?</(script|style|head)>`).ReplaceAllString(page, "")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "))), " ")
}

// SendFile posts a file as the import page does.
func (c *Caller) SendFile(path, name, file string, pairs ...string) Answer {
	c.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if name != "" {
		p, err := w.CreateFormFile("file", name)
		if err != nil {
			c.T.Fatal(err)
		}
		_, _ = p.Write([]byte(file))
	}
	_ = w.Close()
	r, err := http.NewRequest(http.MethodPost, c.House.Server.URL+path, &b)
	if err != nil {
		c.T.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Send(r)
}

// SignedIn is a browser in which somebody is signed in.
func SignedIn(t testing.TB, h *House, user string) *Caller {
	t.Helper()
	c := h.Caller(t)
	c.SignIn(user)
	return c
}

// Snap is a photo with a position in it and bytes that are found again wherever it lies open.
func Snap(t testing.TB, seed byte) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range m.Pix {
		m.Pix[i] = byte(i*int(seed)) ^ byte(i>>9)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return append(append([]byte{0xff, 0xd8}, exif()...), b.Bytes()[2:]...)
}

// Canary is found again wherever the position of a photo lies open.
const Canary = "GPS-CANARY-30.2741N-120.1551E"

// exif is an APP1 segment with an IFD that points to a GPS IFD, and a maker's name.
func exif() []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00" + "\x02\x00" +
		"\x0f\x01\x02\x00\x1e\x00\x00\x00\x32\x00\x00\x00" + // Make, 30 characters at 50
		"\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00" + // GPS IFD at 38
		"\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + Canary + "\x00")
	body := append([]byte("Exif\x00\x00"), tiff...)
	return append([]byte{0xff, 0xe1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}
