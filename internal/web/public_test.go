package web_test

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/report"
)

// town is a house in which every public page has something to show.
type town struct {
	*house
	code, thing string // of a report whose page is full
	who         *caller
}

// publicTown lives a report to its end, with a look at its reporter's data, a request, a bad rating; and opens its page to one caller.
func publicTown(t *testing.T) town {
	h := open(t)
	h.renamed(t)
	c := h.caller(t)
	code := c.reported("words", "桥头两盏路灯坏了，晚上看不见路。", "name", "李四", "phone", "13900002222", "cell", "c1")
	rep := h.report(t, code)
	h.Do(t, h.Cast["officer_1"], "person.unmask", &desk.Unmask{Thing: "report", ID: rep.ID, Subject: rep.ID, Field: "phone", Purpose: "联系报事人核对地点"})
	h.Do(t, h.Cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Decline: "not_police", Answer: "路灯归城管维修，已转告，电话12345。"})
	if a := c.post("/progress/"+code+"/rate", "key", "r", "stars", "2", "words", "等了两天"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	x := town{h, code, "report/" + rep.ID, c}
	c.opens("/progress/"+code+"/data", x.thing)
	if a := c.post("/progress/"+code+"/data/explain", "key", "q", "words", "谁看过我的电话？"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	h.settle(t)
	return x
}

// publicPages are the addresses that people without an account meet. A room that adds a page for them adds it here: it is measured,
// checked and looked at like the others. PROOF and CODE stand for a signed address and a receipt code.
var publicPages = []string{"/", "/report", "/report/c1", "/progress", "/progress/CODE", "/progress/CODE/receipt", "/progress/CODE/data", "/mine", "/PROOF", "/book", "/book/find", "/k", "/found",
	"/check", "/privacy", "/doorstep/ask", "/sign-in", "/nowhere"}

func (x town) at(t *testing.T, page string) string {
	t.Helper()
	if page == "/PROOF" {
		return "/proof?for=" + url.QueryEscape(x.caller(t).proofFor(x.code))
	}
	return strings.ReplaceAll(page, "CODE", x.code)
}

// shown gives a public page as its reader gets it; the check is met by who has not passed it.
func (x town) shown(t *testing.T, page string) answer {
	t.Helper()
	c := x.who
	if page == "/PROOF" {
		c = x.caller(t)
	}
	a := c.get(x.at(t, page))
	if a.StatusCode >= 500 || a.StatusCode >= 300 && a.StatusCode < 400 {
		t.Fatalf("%s: %d", page, a.StatusCode)
	}
	return a
}

// lightest is the most that the first load of a public page may weigh, compressed: a 2G line carries it in ten seconds.
const lightest = 50 << 10

var loads = regexp.MustCompile(`(?:href|src)="/static/([a-z.]+)\?v=`)

// packed is what a page weighs on the wire.
func packed(body string) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(body))
	_ = z.Close()
	return b.Len()
}

func TestPublicPagesAreLight(t *testing.T) {
	x := publicTown(t)
	most, which := 0, ""
	for _, page := range publicPages {
		a := x.shown(t, page)
		total, seen := packed(a.Body), map[string]bool{}
		for _, m := range loads.FindAllStringSubmatch(a.Body, -1) {
			if !seen[m[1]] {
				seen[m[1]] = true
				total += asset.Size(m[1])
			}
		}
		if !seen["icons.svg"] { // asked for by <use>
			total += asset.Size("icons.svg")
		}
		if total > lightest {
			t.Errorf("%s weighs %d bytes at first load", page, total)
		}
		if total > most {
			most, which = total, page
		}
	}
	t.Logf("the heaviest is %s: %d bytes of %d", which, most, lightest)
}

var (
	heading  = regexp.MustCompile(`<h([1-6])[ >]`)
	landmark = regexp.MustCompile(`<main id="main"`)
	field_   = regexp.MustCompile(`<(?:input|select|textarea)([^>]*)>`)
)

// What a reading machine needs: one main part, headings in order, a label for every field, the language of the page.
func TestPublicPagesCanBeReadAloud(t *testing.T) {
	x := publicTown(t)
	for _, page := range publicPages {
		t.Run(page, func(t *testing.T) {
			body := x.shown(t, page).Body
			if len(landmark.FindAllString(body, -1)) != 1 || !strings.Contains(body, `<html lang="zh-CN"`) || !strings.Contains(body, `href="#main"`) {
				t.Error("no main part, no language, or no way past the head of the page")
			}
			at := 0
			main := body[strings.Index(body, `<main`):strings.Index(body, `</main>`)]
			for i, m := range heading.FindAllStringSubmatch(main, -1) {
				n := int(m[1][0] - '0')
				if i == 0 && n != 1 || n > at+1 {
					t.Errorf("a heading of level %d follows one of %d", n, at)
				}
				at = n
			}
			for _, m := range field_.FindAllStringSubmatch(main, -1) {
				id := regexp.MustCompile(` id="([^"]+)"`).FindStringSubmatch(m[1])
				if strings.Contains(m[1], `type="hidden"`) || strings.Contains(m[1], "aria-label") {
					continue
				}
				if id == nil || !strings.Contains(main, `for="`+id[1]+`"`) {
					t.Errorf("no label: %s", m[0])
				}
			}
			if !strings.Contains(body, "110") {
				t.Error("does not say whom to call in an emergency")
			}
		})
	}
}

func TestLargeType(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	if a := c.get("/report"); strings.Contains(a.Body, `class="large big"`) || !strings.Contains(a.Body, "大字版") {
		t.Fatal("large before it was asked for, or not offered")
	}
	if a := c.get("/report?type=big"); a.StatusCode != 303 || a.Header.Get("Location") != "/report" {
		t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
	for _, page := range []string{"/", "/report", "/mine", "/nowhere"} {
		if a := c.get(page); !strings.Contains(a.Body, `class="large big"`) || !strings.Contains(a.Body, "普通字号") {
			t.Errorf("%s is not large", page)
		}
	}
	c.get("/?type=plain")
	if a := c.get("/report"); strings.Contains(a.Body, `class="large big"`) {
		t.Error("cannot be taken back")
	}
}

// passes goes through the check in a tab, as the reporter does: the code is handed over and typed.
func (x town) passes(t *testing.T, p *browser.Tab) {
	t.Helper()
	p.Open(x.Server.URL + "/progress/" + x.code + "/data")
	p.Type("#f-proof_code", x.gives(t, x.thing))
	p.Follow(".form button[type=submit]")
	p.WaitText("h1", "我的个人信息")
}

// staffPages are some pages of the station that are checked in the same way.
var staffPages = []string{"/", "/inbox", "/matters", "/services", "/ratings", "/rights", "/search?q=路灯", "/account"}

// TestNothingKeepsPeopleOut runs axe-core over every public page and some of the station's: nothing serious and nothing critical.
func TestNothingKeepsPeopleOut(t *testing.T) {
	x := publicTown(t)
	check := func(t *testing.T, p *browser.Tab, page string) {
		t.Helper()
		for _, f := range p.Accessibility() {
			if f.Impact == "serious" || f.Impact == "critical" {
				t.Errorf("%s: %s, %s: %s\n%s", page, f.Impact, f.Rule, f.Help, strings.Join(f.Where, "\n"))
			} else {
				t.Logf("%s: %s, %s: %s %s", page, f.Impact, f.Rule, f.Help, f.Where[0])
			}
		}
	}
	t.Run("public", func(t *testing.T) {
		p := browser.Page(t, 360, 800)
		p.Allow("status of 4")
		p.Open(x.Server.URL + x.at(t, "/PROOF"))
		check(t, p, "the check")
		x.passes(t, p)
		for _, page := range publicPages {
			p.Open(x.Server.URL + x.at(t, page))
			check(t, p, page)
		}
		p.Open(x.Server.URL + "/report?type=big")
		check(t, p, "/report in large type")
		if wide := p.Overflow(); wide != "" {
			t.Errorf("large type scrolls sideways: %s", wide)
		}
	})
	t.Run("staff", func(t *testing.T) {
		p := browser.Page(t, 1440, 900)
		p.Allow("status of 4")
		p.Open(x.Server.URL + "/sign-in")
		p.Type("#f-user", "duty_lead")
		p.Type("#f-password", password)
		p.Follow(".form button[type=submit]")
		for _, page := range staffPages {
			p.Open(x.Server.URL + page)
			check(t, p, page)
		}
	})
}

// A resident at 360 px, without script, on a slow line: from the report to the answer about their data.
func TestScreensOfMyMatters(t *testing.T) {
	for name, width := range map[string]int{"phone": 360, "wide": 1440} {
		t.Run(name, func(t *testing.T) {
			x := publicTown(t)
			tab := browser.Page(t, width, 800)
			tab.Allow("status of 4")
			tab.JSEnabled(false)
			if width < 600 {
				tab.Throttle(6_000, 600) // 48 kbit/s and 600 ms: GPRS
			}
			look := func(what string) {
				t.Helper()
				if wide := tab.Overflow(); wide != "" {
					t.Errorf("%s scrolls sideways: %s", what, wide)
				}
				tab.Screen("mine-" + what + "-" + name)
			}
			tab.Open(x.Server.URL + "/mine")
			look("code")
			tab.Type("#f-receipt", strings.ToLower(x.code))
			tab.Follow(".form button[type=submit]")
			tab.WaitText("main", "已转给别的民警核查")
			look("progress")
			tab.Open(x.Server.URL + "/progress/" + x.code + "/data")
			tab.WaitText("h1", "确认是您本人")
			look("check")
			tab.Type("#f-proof_code", x.gives(t, x.thing))
			tab.Follow(".form button[type=submit]")
			tab.WaitText("main", "联系报事人核对地点")
			look("data")
			tab.Open(x.Server.URL + "/report?type=big")
			look("large")
		})
	}
}

// The station's side of it: ratings and requests about own data, as a leader sees them.
func TestScreensOfRatingsAndRights(t *testing.T) {
	for name, width := range map[string]int{"phone": 390, "wide": 1440} {
		t.Run(name, func(t *testing.T) {
			x := publicTown(t)
			p := browser.Page(t, width, 900)
			p.Open(x.Server.URL + "/sign-in")
			p.Type("#f-user", "duty_lead")
			p.Type("#f-password", password)
			p.Follow(".form button[type=submit]")
			look := func(what string) {
				t.Helper()
				if wide := p.Overflow(); wide != "" {
					t.Errorf("%s scrolls sideways: %s", what, wide)
				}
				p.Screen("mine-" + what + "-" + name)
			}
			p.Open(x.Server.URL + "/ratings")
			look("ratings")
			p.Follow(`table a[href^="/ratings/g_"]`)
			p.WaitText("main", "等了两天")
			look("rating")
			p.Open(x.Server.URL + "/rights")
			look("rights")
			p.Follow(`table a[href^="/rights/q_"]`)
			p.WaitText("main", "谁看过我的电话")
			look("right")
			p.Open(x.Server.URL + "/proof/give?thing=" + url.QueryEscape(x.thing))
			p.Follow(".form button[type=submit]")
			p.WaitVisible(".receipt-code")
			look("give")
		})
	}
}
