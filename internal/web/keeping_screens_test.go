package web_test

import (
	"testing"

	"maplegrid/internal/web/browser"
)

// keepingPages are the pages of errands, things found and arms handed in, and who opens them; "" is nobody.
func (k *kept) keepingPages() [][3]string {
	return [][3]string{
		{"errand", "officer_1", "/errand"}, {"errand-quick", "officer_1", "/errand/" + k.Errand}, {"errand-matter", "officer_1", "/matters/" + k.Errand},
		{"found", "officer_1", "/found?tab=owner"}, {"found-empty", "officer_1", "/found?tab=over"}, {"found-new", "officer_1", "/found/new"},
		{"found-matter", "officer_1", "/matters/" + k.Purse}, {"found-handover", "officer_1", "/matters/" + k.Purse + "/do/hand_over"},
		{"surrender", "officer_1", "/surrender"}, {"surrender-matter", "head", "/matters/" + k.Rounds}, {"surrender-handover", "officer_1", "/matters/" + k.Rounds + "/do/hand_over"},
		{"found-public", "", "/found"},
	}
}

func TestScreensOfThingsKept(t *testing.T) {
	k := keeping(t)
	k.notice(t)
	for _, size := range []struct {
		name  string
		width int
	}{{"wide", 1440}, {"phone", 390}, {"small", 360}} {
		for _, script := range []bool{true, false} {
			if !script && size.name == "phone" {
				continue
			}
			t.Run(size.name+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				tabs := map[string]*browser.Tab{}
				for _, x := range k.keepingPages() {
					p := tabs[x[1]]
					if p == nil {
						p = browser.Page(t, size.width, 900)
						p.Allow("status of 4")
						p.JSEnabled(script)
						if x[1] != "" {
							k.enter(p, x[1])
						}
						tabs[x[1]] = p
					}
					p.Open(k.Server.URL + x[2])
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", x[0], over)
					}
					if script && size.name != "small" {
						p.Screen("keeping-" + x[0] + "-" + size.name)
					}
				}
			})
		}
	}
}
