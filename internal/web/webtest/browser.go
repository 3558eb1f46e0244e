package webtest

import (
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"maplegrid/internal/web/browser"
)

// Widths are the screens a page is looked at on: an office PC and a phone.
var Widths = map[string]int{"wide": 1440, "phone": 390}

// Tab signs somebody in at a width.
func (s *Scene) Tab(t *testing.T, width int, name string) *browser.Tab {
	t.Helper()
	p := browser.Page(t, width, 900)
	p.Allow("status of 4")
	s.Enter(p, name)
	return p
}

// Enter signs a tab in through the pages themselves.
func (s *Scene) Enter(p *browser.Tab, name string) {
	p.Open(s.Server.URL + "/sign-in")
	p.Type(`input[name="user"]`, name)
	p.Type(`input[name="password"]`, Password)
	p.Follow(".form button[type=submit]")
	if strings.Contains(p.URL(), "/factor") {
		s.Clock.Advance(60e9) // a code opens once
		code := s.CodeNow()
		p.Type(`input[name="code"]`, code)
		p.Follow(".form button[type=submit]")
	}
}

// CodeNow is the code of the second factor.
func (s *Scene) CodeNow() string {
	code, err := totp.GenerateCode(Secret, s.Clock.Now())
	if err != nil {
		panic(err)
	}
	return code
}

// Picture measures a page and keeps it for the handbook.
func Picture(t *testing.T, p *browser.Tab, name, size string) {
	t.Helper()
	if over := p.Overflow(); over != "" {
		t.Errorf("%s at %s scrolls sideways: %s", name, size, over)
	}
	p.Screen("disputes-" + name + "-" + size)
}
