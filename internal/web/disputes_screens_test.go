package web_test

import (
	"testing"

	"maplegrid/internal/web/browser"
)

var widths = map[string]int{"wide": 1440, "phone": 390}

// tab signs somebody in at a width.
func (s *scene) tab(t *testing.T, width int, name string) *browser.Tab {
	t.Helper()
	p := browser.Page(t, width, 900)
	p.Allow("status of 4")
	s.enter(p, name)
	return p
}

// picture measures a page and keeps it for the handbook.
func picture(t *testing.T, p *browser.Tab, name, size string) {
	t.Helper()
	if over := p.Overflow(); over != "" {
		t.Errorf("%s at %s scrolls sideways: %s", name, size, over)
	}
	p.Screen("disputes-" + name + "-" + size)
}

func TestScreensOfOnTheSpot(t *testing.T) {
	s := quiet(t)
	for size, width := range widths {
		t.Run(size, func(t *testing.T) {
			p := s.tab(t, width, "officer_1")
			p.Open(s.Server.URL + "/disputes/spot")
			picture(t, p, "spot", size)
		})
	}
}

func TestScreensAroundDisputes(t *testing.T) {
	f := quarrels(t)
	for size, width := range widths {
		t.Run(size, func(t *testing.T) {
			for _, x := range [][3]string{{"promises", "officer_1", "/promises"}, {"promises-overdue", "officer_1", "/promises?tab=overdue"}, {"promises-all", "officer_1", "/promises?tab=all"},
				{"board", "head", "/disputes"}, {"month", "head", "/disputes/month"}, {"month-nil", "head", "/disputes/month?on=2025-01"}, {"register", "head", "/disputes/register"},
				{"handover", "officer_1", "/matters/" + f.Agreed + "/handover"}, {"handover-running", "officer_1", "/matters/" + f.Running + "/handover"},
				{"conferences", "head", "/conferences"}, {"conference-new", "head", "/conferences/new"}, {"spot-known", "officer_1", "/matters/" + f.Running + "/spot"},
				{"spot-stopped", "officer_2", "/matters/" + f.Stopped + "/spot"}, {"today", "officer_1", "/"}} {
				p := f.tab(t, width, x[1])
				p.Open(f.Server.URL + x[2])
				picture(t, p, x[0], size)
			}
		})
	}
}
