package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// renamed gives the station under test names that a reader of the handbook believes.
func (h *house) renamed(t testing.TB) {
	t.Helper()
	f := desk.Program(desktest.Station)
	h.Do(t, f, "org.set_station", &organisation.SetStation{Name: "枫桥路派出所"})
	h.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "v1", Parent: "st", Kind: "village", Zh: "下湾村", En: "Xiawan"})
	h.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "c1", Parent: "v1", Kind: "cell", Zh: "下湾村一网格", En: "Xiawan cell 1"})
	h.Do(t, f, "org.set_person", &organisation.SetPerson{ID: h.Cast["officer_1"].Person, Role: "officer", Call: "陈警官", Cells: []string{"c1"}, User: "officer_1"})
	h.Do(t, f, "org.set_person", &organisation.SetPerson{ID: h.Cast["admin"].Person, Role: "admin", Call: "小周", User: "admin"})
}

type page struct {
	*browser.Tab
	t     testing.TB
	h     *house
	width string
}

func (h *house) pages(t *testing.T, each func(t *testing.T, p page)) {
	for width, name := range map[int]string{1440: "wide", 390: "phone"} {
		t.Run(name, func(t *testing.T) {
			p := page{browser.Page(t, width, 900), t, h, name}
			p.Allow("status of 4")
			each(t, p)
		})
	}
}

// look takes the picture of a page and measures it.
func (p page) look(name string) {
	p.t.Helper()
	if wide := p.Overflow(); wide != "" {
		p.t.Errorf("%s at %s scrolls sideways: %s", name, p.width, wide)
	}
	p.Screen("door-" + name + "-" + p.width)
}

func TestScreensOfResidents(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "script", false: "without"}[script], func(t *testing.T) {
			h := open(t)
			h.renamed(t)
			h.pages(t, func(t *testing.T, p page) {
				p.JSEnabled(script)
				url := h.Server.URL
				p.Open(url + "/")
				if script {
					p.look("front")
				}
				p.Open(url + "/report/c1")
				if script {
					p.look("report")
				}
				p.Type("#f-place", "桥头东侧")
				p.Follow(".form button[type=submit]")
				p.WaitText(".error-summary", "请填写")
				if p.Value("#f-place") != "桥头东侧" {
					t.Error("what was typed is lost")
				}
				if script {
					p.look("report-refused")
				}
				file := filepath.Join(t.TempDir(), "墙.jpg")
				if err := os.WriteFile(file, snap(t, 3), 0o600); err != nil {
					t.Fatal(err)
				}
				p.Type("#f-words", "桥头两盏路灯坏了，晚上看不见路。")
				p.Type("#f-photos", file)
				p.Follow(".form button[type=submit]")
				p.WaitText("h1", "已收到")
				if script {
					p.look("receipt")
				}
				code := strings.ReplaceAll(p.Text("#receipt-code"), "-", "")
				if n := len(h.report(t, code).Photos); n != 1 {
					t.Errorf("%d photos", n)
				}
				p.Open(url + "/progress")
				if script {
					p.look("ask")
				}
				p.Type("#f-receipt", strings.ToLower(code))
				p.Follow(".form button[type=submit]")
				p.WaitText("h1", "等待受理")
				if script {
					p.look("progress-received")
				}
				h.screens(t, p, code, script)
			})
		})
	}
}

func (h *house) screens(t *testing.T, p page, code string, script bool) {
	id, step := h.walk(t, code)
	on, officer := matter.On{Matter: id}, h.Cast["officer_1"]
	see := func(want, name string) {
		t.Helper()
		p.Open(h.Server.URL + "/progress/" + code)
		p.WaitText("h1", want)
		if script {
			p.look("progress-" + name)
		}
	}
	step("matter.acknowledge", officer, &matter.Acknowledge{On: on})
	step("matter.start", officer, &matter.Start{On: on})
	see("正在办理", "under-way")
	step("matter.fill", officer, &matter.Fill{On: on, Extra: map[string]string{"hazard_type": "road"}})
	step("matter.mark", officer, &matter.Mark{On: on, Step: "rechecked", Words: "复查过，灯亮。"})
	step("matter.finish", officer, &matter.Finish{On: on, Outcome: "hazard_removed", Words: "换了灯", Answer: "两盏路灯已经换好，当晚试过都亮。谢谢您提醒。"})
	step("matter.verify", h.Cast["head"], &matter.Verify{On: on, Pass: true})
	step("matter.close", h.Cast["head"], &matter.Close{On: on})
	see("已办结", "closed")
	p.Click(`label[for="f-rate-stars-0"]`)
	p.Follow("#rate button[type=submit]")
	p.WaitText(".flashes", "谢谢您的评价")
	see("已办结", "rated")
	p.Click("details.disclosure:first-of-type summary")
	p.Type("#f-add-words", "又坏了一盏")
	p.Follow(`form[action$="/add"] button[type=submit]`)
	p.WaitText(".flashes", "已收到")

	other := h.Do(t, h.Cast["duty_lead"], "report.submit", &report.Submit{Words: "借钱不还", Cell: "c1", Channel: "phone"})
	h.Do(t, h.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: other.ID}, Decline: "not_police", Answer: "这是民事纠纷，请到镇司法所申请人民调解，不收费。"})
	p.Open(h.Server.URL + "/progress/" + other.Receipt)
	p.WaitText("h1", "已答复您")
	if script {
		p.look("progress-declined")
		p.Open(h.Server.URL + "/progress/0000000000")
		p.look("wrong-code")
		p.Open(h.Server.URL + "/privacy")
		p.look("privacy")
	}
}

func TestScreensOfTheDoor(t *testing.T) {
	h := open(t)
	h.renamed(t)
	h.pages(t, func(t *testing.T, p page) {
		url := h.Server.URL
		p.Open(url + "/account")
		p.look("sign-in")
		p.Type("#f-user", "officer_1")
		p.Type("#f-password", "wrong")
		p.Follow(".form button[type=submit]")
		p.WaitText(".error-summary", "账号或密码不对")
		p.look("sign-in-wrong")
		p.Type("#f-password", password)
		p.Follow(".form button[type=submit]")
		p.WaitText("h1", "我的账号")
		p.look("account")
		p.Open(url + "/account/factor")
		p.look("enrol")
		p.Open(url + "/nowhere")
		p.look("error-404")
		p.Open(url + "/settings")
		p.look("error-403")
		p.Open(url + "/cells/c1/poster")
		p.look("poster")
		m := h.opened(t, "officer_1")
		h.Do(t, h.Cast["duty_lead"], "matter.supervise", &matter.Supervise{On: matter.On{Matter: m}, Words: "抓紧"})
		p.Open(url + "/account")
		browser.Eval[bool](p.Tab, fmt.Sprintf(`(() => { const f = document.createElement("form"); f.method = "post"; f.action = "/act/matter.acknowledge";
			for (const [k, v] of Object.entries({key: "k%s", matter: "%s", version: "2"})) { const i = document.createElement("input"); i.name = k; i.value = v; f.append(i); }
			const b = document.createElement("button"); b.id = "go"; f.append(b); document.querySelector("main").prepend(f); return true })()`, p.width, m))
		p.Follow("#go")
		p.WaitText(".error-summary", "督办")
		p.look("stale")

		a := browser.Page(t, map[string]int{"wide": 1440, "phone": 390}[p.width], 900)
		q := page{a, t, h, p.width}
		h.Clock.Advance(time.Minute)
		q.Open(url + "/sign-in")
		q.Type("#f-user", "admin")
		q.Type("#f-password", password)
		q.Follow(".form button[type=submit]")
		q.WaitText("h1", "动态码")
		q.look("factor")
		q.Type("#f-code", h.code(t))
		q.Follow(".form button[type=submit]")
		q.Open(url + "/people/" + h.Cast["officer_2"].Person + "/account")
		q.look("their-account")
	})
}

func TestScreensOfSetup(t *testing.T) {
	for width, name := range map[int]string{1440: "wide", 390: "phone"} {
		t.Run(name, func(t *testing.T) {
			h := bare(t)
			code, err := h.Site.SetupCode(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			p := page{browser.Page(t, width, 900), t, h, name}
			p.JSEnabled(width == 1440)
			p.Open(h.Server.URL + "/")
			p.look("setup")
			for id, v := range map[string]string{"code": code, "name": "枫桥路派出所", "call": "小周", "user": "zhou", "password": password, "head_call": "王所长", "head_user": "wang", "head_password": password} {
				p.Type("#f-"+id, v)
			}
			p.Follow(".form button[type=submit]")
			p.WaitText("h1", "启用动态码")
			p.look("setup-enrol")
			key := strings.ReplaceAll(p.Text(".secret"), " ", "")
			now, err := totp.GenerateCode(key, h.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			p.Type("#f-code", now)
			p.Follow(".form button[type=submit]")
			p.WaitText(".flashes", "动态码已启用")
		})
	}
}

func TestResidentsPagesAreLight(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "一件事", "cell", "c1")
	h.walk(t, code)
	files := 0
	for _, name := range []string{"app.css", "app.js", "htmx.js", "icons.svg", "mark.svg"} {
		files += asset.Size(name)
	}
	for _, path := range []string{"/", "/report", "/report/c1", "/progress", "/progress/" + code, "/progress/" + code + "/receipt", "/privacy"} {
		a := c.get(path) // the client asked for gzip by itself and shows the plain size
		if len(a.Body) > 50<<10 {
			t.Errorf("%s weighs %d bytes plain", path, len(a.Body))
		}
		if first := files + len(a.Body)/3; first > 50<<10 {
			t.Errorf("%s: about %d bytes at a first visit", path, first)
		}
	}
}
