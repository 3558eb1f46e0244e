package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/part"
)

// visit is what is known of a request besides its address.
type visit struct {
	session *keep.Session
	who     access.Who
	call    string // how the person is called
	once    bool   // the password was set by somebody else: it opens nothing but the page to change it
}

func (v *visit) signedIn() bool { return v.session != nil && v.session.Stage == keep.Full }

type visitKey struct{}

func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// Who is who asks: the person signed in, or the public of the station.
func (s *Site) Who(r *http.Request) access.Who {
	if v := visitOf(r); v.signedIn() {
		return v.who
	}
	return desk.Public(s.Station)
}

// signedIn tells whether somebody is signed in, all the way.
func (s *Site) signedIn(r *http.Request) bool { v := visitOf(r); return v.signedIn() }

const (
	sessionName = "mg"
	flashName   = "mg_flash"
)

// cookieName binds a cookie to this host where the connection is safe enough for the browser to believe it.
func (s *Site) cookieName(r *http.Request, name string) string {
	if s.https(r) {
		return "__Host-" + name
	}
	return name
}

func (s *Site) setCookie(w http.ResponseWriter, r *http.Request, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(r, name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.https(r), SameSite: http.SameSiteLaxMode})
}

// recognise finds out who asks. A session ends when it was unused for too long, is too old, or its person may no longer sign in.
func (s *Site) recognise(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	v := &visit{who: desk.Public(s.Station)}
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	c, err := r.Cookie(s.cookieName(r, sessionName))
	if err != nil || c.Value == "" {
		return r, nil
	}
	ctx, now := r.Context(), s.Clock.Now()
	n, ok, err := s.Sessions.Find(ctx, keep.HashToken(c.Value))
	if err != nil {
		return r, err
	}
	// A clock that was set back must not keep a session alive: what was used in the future has ended too.
	if !ok || now.Sub(n.SeenAt) > s.Idle || now.Sub(n.MadeAt) > s.Absolute || n.SeenAt.Sub(now) > 5*time.Minute {
		if ok {
			if err := s.Sessions.Close(ctx, n.Hash); err != nil {
				return r, err
			}
		}
		s.setCookie(w, r, sessionName, "", -1)
		return r, nil
	}
	who, known, err := s.Desk.Known(ctx, n.Station, n.Person)
	if err != nil {
		return r, err
	}
	if !known {
		return r, s.Sessions.CloseOthers(ctx, n.Station, n.Person, "")
	}
	if now.Sub(n.SeenAt) > time.Minute && !background(r) {
		if err := s.Sessions.Touch(ctx, n.Hash, now); err != nil {
			return r, err
		}
	}
	who.Factor = n.Factor
	v.session, v.who = &n, who
	if org, err := s.Desk.Org(ctx, n.Station); err == nil {
		v.call = org.Call(n.Person)
		if p := org.People[n.Person]; p != nil {
			v.once = p.Once
		}
	}
	return r, nil
}

// begin opens a session with an id of its own; the one that stood in the browser before ends, so that none can be planted.
func (s *Site) begin(w http.ResponseWriter, r *http.Request, station, person string, stage keep.Stage, factor bool) error {
	if c, err := r.Cookie(s.cookieName(r, sessionName)); err == nil && c.Value != "" {
		if err := s.Sessions.Close(r.Context(), keep.HashToken(c.Value)); err != nil {
			return err
		}
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(s.Rand, raw); err != nil {
		return fmt.Errorf("draw a session: %w", err)
	}
	token, now := base64.RawURLEncoding.EncodeToString(raw), s.Clock.Now()
	if err := s.Sessions.Open(r.Context(), keep.Session{Hash: keep.HashToken(token), Station: station, Person: person, Stage: stage, Factor: factor,
		Agent: agent(r.UserAgent()), MadeAt: now, SeenAt: now}); err != nil {
		return err
	}
	s.setCookie(w, r, sessionName, token, 0)
	return nil
}

// agent says browser and system in two words, so that a person knows their own sessions apart; the rest of the string is not kept.
func agent(ua string) string {
	pick := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(ua, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := pick("MicroMessenger", "微信", "Edg/", "Edge", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := pick("HarmonyOS", "HarmonyOS", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
	return strings.Trim(browser+" · "+system, " ·")
}

// sign makes a value that only this server can have made, good for a purpose.
func (s *Site) sign(purpose string, value []byte) string {
	mac := hmac.New(sha256.New, s.cookie)
	mac.Write([]byte(purpose + "\x00"))
	mac.Write(value)
	return base64.RawURLEncoding.EncodeToString(value) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

func (s *Site) unsign(purpose, signed string) ([]byte, bool) {
	body, _, ok := strings.Cut(signed, ".")
	value, err := base64.RawURLEncoding.DecodeString(body)
	if !ok || err != nil || !hmac.Equal([]byte(s.sign(purpose, value)), []byte(signed)) {
		return nil, false
	}
	return value, true
}

// Flash leaves a sentence for the next page.
func (s *Site) Flash(w http.ResponseWriter, r *http.Request, tone part.Tone, words string) {
	b, err := json.Marshal(part.Flash{Tone: tone, Text: words})
	if err == nil && len(b) < 2000 {
		s.setCookie(w, r, flashName, s.sign("flash", b), 60)
	}
}

// flashed takes the sentence left by the page before.
func (s *Site) flashed(w http.ResponseWriter, r *http.Request) []part.Flash {
	c, err := r.Cookie(s.cookieName(r, flashName))
	if err != nil {
		return nil
	}
	s.setCookie(w, r, flashName, "", -1)
	b, ok := s.unsign("flash", c.Value)
	var f part.Flash
	if !ok || json.Unmarshal(b, &f) != nil {
		return nil
	}
	return []part.Flash{f}
}

// See sends the browser on after a POST, with a sentence for the page it comes to.
func (s *Site) See(w http.ResponseWriter, r *http.Request, to, words string) error {
	if words != "" {
		s.Flash(w, r, part.OK, words)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// inside gives an address of our own to go on to; anything that could lead elsewhere becomes fallback.
func inside(next, fallback string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t\x00") || len(next) > 1000 {
		return fallback
	}
	return next
}

// when says an instant for people: today by the hour, otherwise with its date.
func (s *Site) when(ctx context.Context, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	local, now := at.In(clock.Shanghai), s.Clock.Now().In(clock.Shanghai)
	switch {
	case local.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t(ctx, "when.today", "time", local.Format("15:04"))
	case local.Year() == now.Year() && part.Lang(ctx) == "en":
		return local.Format("2 Jan 15:04")
	case local.Year() == now.Year():
		return local.Format("1月2日 15:04")
	case part.Lang(ctx) == "en":
		return local.Format("2 Jan 2006 15:04")
	}
	return local.Format("2006年1月2日 15:04")
}
