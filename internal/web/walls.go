package web

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/page/part"
)

// Bodies larger than these are refused: a form, and a form with six pictures.
const (
	maxForm  = 1 << 20
	maxLarge = 80 << 20
)

// policy lets a page load from its own server only and be framed by nobody.
const policy = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"

// walls stand before every page: headers, no writing from other sites, no crash that says nothing.
func (s *Site) walls(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Denied, "web.cross_site", nil))
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()")
		if !strings.HasPrefix(r.URL.Path, asset.Prefix) {
			head.Set("Cache-Control", "no-store")
			head.Set("X-Robots-Tag", "noindex, nofollow")
		}
		if s.https(r) {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r = r.WithContext(part.WithLang(r.Context(), langOf(r)))
		defer s.catch(w, r)
		if to, ok := switched(w, r, s.https(r)); ok {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// catch turns a crash into a page with a number to quote, and the log has the same number.
func (s *Site) catch(w http.ResponseWriter, r *http.Request) {
	trouble := recover()
	if trouble == nil {
		return
	}
	if err, ok := trouble.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(trouble)
	}
	s.fail(w, r, fmt.Errorf("crash: %v\n%s", trouble, debug.Stack()))
}

// reference is a number by which a trouble is found in the log.
func (s *Site) reference() string {
	b := make([]byte, 3)
	_, _ = io.ReadFull(s.Rand, b) // a number with zeros still finds its line by the time
	return fmt.Sprintf("%s-%x", s.Clock.Now().In(clock.Shanghai).Format("20060102-150405"), b)
}

func (s *Site) https(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(s.BaseURL, "https://")
}

// langOf reads the language a visitor chose; Chinese where none was.
func langOf(r *http.Request) string {
	if c, err := r.Cookie("lang"); err == nil && c.Value == "en" {
		return "en"
	}
	return "zh"
}

// big tells whether a visitor chose larger type (大字版).
func big(r *http.Request) bool {
	c, err := r.Cookie("type")
	return err == nil && c.Value == "big"
}

// switches are the choices an address may carry, with the values they take.
var switches = map[string][]string{"lang": {"zh", "en"}, "type": {"big", "plain"}}

// switched takes ?lang=en and ?type=big off an address: the choice is kept in a cookie and the page opened without it.
func switched(w http.ResponseWriter, r *http.Request, https bool) (string, bool) {
	q, some := r.URL.Query(), false
	for name, values := range switches {
		if v := q.Get(name); r.Method == http.MethodGet && slices.Contains(values, v) {
			http.SetCookie(w, &http.Cookie{Name: name, Value: v, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: https, SameSite: http.SameSiteLaxMode})
			q.Del(name)
			some = true
		}
	}
	if !some {
		return "", false
	}
	u := *r.URL
	u.RawQuery = q.Encode()
	return "/" + strings.TrimLeft(u.RequestURI(), "/"), true // never another site: //evil.example/ loses a stroke
}

// limit bounds the body before anything reads it. What announces itself as too large is refused unread.
func (s *Site) limit(w http.ResponseWriter, r *http.Request, large bool) (*http.Request, error) {
	most := int64(maxForm)
	if large {
		most = maxLarge
	}
	if r.ContentLength > most {
		return r, tooLarge(most)
	}
	if r.Body != nil {
		r.Body = http.MaxBytesReader(w, r.Body, most)
	}
	return r, nil
}

func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "web.too_large", fault.Args{"mib": most >> 20})
}

// source is where a request comes from, for budgets only: an address, of IPv6 the network of one subscriber.
func source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// send writes a whole body of text, compressed where it is worth it and asked for.
func send(w http.ResponseWriter, r *http.Request, status int, kind string, body []byte) {
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Add("Vary", "Accept-Encoding")
	if len(body) <= 1024 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || head.Get("Content-Encoding") != "" {
		w.WriteHeader(status)
		_, _ = w.Write(body) // who has left cannot be told
		return
	}
	head.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	_, _ = z.Write(body)
	_ = z.Close()
}
