package web_test

import (
	"strings"
	"testing"

	"maplegrid/internal/web/browser"
)

// staffPages are the pages of the station with their names in the handbook, and who opens them.
func (s *scene) staffPages() [][3]string {
	return [][3]string{
		{"today-officer", "officer_1", "/"}, {"today-lead", "duty_lead", "/"}, {"today-free", "volunteer_1", "/"},
		{"inbox", "duty_lead", "/inbox"}, {"inbox-triaged", "duty_lead", "/inbox?state=triaged"}, {"inbox-empty", "duty_lead", "/inbox?state=withdrawn"},
		{"report", "duty_lead", "/reports/" + s.Fresh}, {"report-triaged", "duty_lead", "/reports/" + s.Report}, {"report-new", "duty_lead", "/reports/new"},
		{"matters", "duty_lead", "/matters"}, {"matters-empty", "duty_lead", "/matters?tab=overdue&kind=outreach"},
		{"matter", "officer_1", "/matters/" + s.Matter}, {"matter-verify", "duty_lead", "/matters/" + s.Waiting}, {"matter-helper", "cell_worker_1", "/matters/" + s.Matter},
		{"matter-kind", "officer_1", "/matters/new"}, {"matter-new", "officer_1", "/matters/new?kind=dispute"},
		{"ledger", "duty_lead", "/ledger"}, {"ledger-empty", "duty_lead", "/ledger?from=2020-01-01&until=2020-01-31"},
		{"search", "officer_1", "/search?q=滴水檐"}, {"search-none", "officer_1", "/search?q=没有这样的事"}, {"search-start", "officer_1", "/search"},
		{"playbook", "duty_lead", "/playbook"}, {"settings", "head", "/settings"}, {"looks", "head", "/looks"},
	}
}

func TestScreensOfTheStation(t *testing.T) {
	s := stage(t)
	s.lookOnce(t)
	for _, size := range []struct {
		name  string
		width int
	}{{"wide", 1440}, {"phone", 390}} {
		for _, script := range []bool{true, false} {
			t.Run(size.name+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				tabs := map[string]*browser.Tab{}
				for _, x := range s.staffPages() {
					p := tabs[x[1]]
					if p == nil {
						p = browser.Page(t, size.width, 900)
						p.Allow("status of 4")
						p.JSEnabled(script)
						s.enter(p, x[1])
						tabs[x[1]] = p
					}
					p.Open(s.Server.URL + x[2])
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", x[0], over)
					}
					if double := browser.Eval[string](p, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(" "))([...document.querySelectorAll("[id]")].map(e => e.id))`); double != "" && script {
						t.Errorf("%s: ids twice: %s", x[0], double)
					}
					if script {
						p.Screen("staff-" + x[0] + "-" + size.name)
					}
				}
			})
		}
	}
}

// lookOnce leaves one look at personal data and one ledger taken out, for the page that shows them.
func (s *scene) lookOnce(t *testing.T) {
	c := s.as(t, "officer_1")
	href := strings.ReplaceAll(between(c.get("/matters/"+s.Matter).Body, `href="/look?`, `"`), "&amp;", "&")
	ask := c.get("/look?" + href)
	var form []string
	for _, n := range []string{"thing", "id", "subject", "field", "v", "key"} {
		form = append(form, n, field(ask.Body, n))
	}
	c.post("/look", append(form, "purpose", "联系核实情况")...)
	s.as(t, "duty_lead").post("/ledger.xlsx", "purpose", "报县局月度台账", "key", "screens")
	s.settle(t)
}

// A step taken with script off goes the whole way: the matter page, its form, the done page.
func TestAMatterIsWorkedOnWithoutScript(t *testing.T) {
	s := stage(t)
	for _, width := range []int{1440, 390} {
		p := browser.Page(t, width, 900)
		p.JSEnabled(false)
		s.enter(p, "duty_lead")
		p.Open(s.Server.URL + "/matters/" + s.Waiting)
		if width == 1440 {
			p.Click(`.do input[name="pass"][value="true"]`)
			p.Follow(".do > .form button[type=submit]")
			p.WaitText(".flashes", "核查")
			p.WaitText(".do", "办结")
			continue
		}
		p.Follow(".do > .form button[type=submit]")
		p.WaitText("#story", "办结")
	}
}
