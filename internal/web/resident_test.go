package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/ident"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// reported files a report through the form and gives its code.
func (c *caller) reported(pairs ...string) string {
	c.t.Helper()
	page := c.get("/report")
	a := c.post("/report", append([]string{"key", field(page.Body, "key")}, pairs...)...)
	if a.StatusCode != 303 {
		c.t.Fatalf("report: %d %s", a.StatusCode, words(a.Body))
	}
	to := a.Header.Get("Location")
	return strings.TrimSuffix(strings.TrimPrefix(to, "/progress/"), "/receipt")
}

func TestReportGivesAReceiptAndTheSameKeyTheSameOne(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	page := c.get("/report/c1")
	if page.StatusCode != 200 || !strings.Contains(page.Body, "第1网格") || !strings.Contains(page.Body, "110") || !strings.Contains(page.Body, "/privacy") {
		t.Fatalf("%d %s", page.StatusCode, words(page.Body))
	}
	if len(page.Body) > 50<<10 {
		t.Errorf("the form weighs %d bytes", len(page.Body))
	}
	key := field(page.Body, "key")
	send := func() string {
		a := c.post("/report/c1", "key", key, "words", "桥头路灯坏了两盏", "name", "张三", "phone", "13900001111", "source", "import:1", "channel", "phone", "at", "2020-01-01T00:00")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		return a.Header.Get("Location")
	}
	to := send()
	if again := send(); again != to {
		t.Errorf("the same key gave another receipt: %s, %s", to, again)
	}
	a := c.get(to)
	code := strings.TrimSuffix(strings.TrimPrefix(to, "/progress/"), "/receipt")
	if a.StatusCode != 200 || !strings.Contains(a.Body, ident.Receipt(code).String()) || strings.Contains(a.Body, "13900001111") || strings.Contains(a.Body, "张三") {
		t.Fatalf("receipt: %d %s", a.StatusCode, words(a.Body))
	}
	rep := h.report(t, code)
	if rep.Source != "" || rep.Channel != "page" || rep.Cell != "c1" || !rep.At.Equal(h.Clock.Now()) {
		t.Errorf("a reporter set what is not theirs: %+v", rep)
	}
}

func (h *house) report(t testing.TB, code string) report.Report {
	t.Helper()
	ctx := context.Background()
	id, err := h.Engine.Journal.Holder(ctx, desktest.Station, "receipt", code)
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	events, err := h.Engine.Journal.Stream(ctx, desktest.Station, report.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := report.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestRefusedReportKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	a := h.caller(t).post("/report", "key", "k", "words", "", "place", "3 号楼 <b>东侧</b>", "name", "李四", "phone", "13900002222", "cell", "c2")
	if a.StatusCode != 422 || field(a.Body, "place") != "3 号楼 <b>东侧</b>" || field(a.Body, "name") != "李四" || field(a.Body, "phone") != "13900002222" {
		t.Fatalf("%d %s", a.StatusCode, a.Body)
	}
	if !strings.Contains(a.Body, `<option value="c2" selected>`) || !strings.Contains(a.Body, "请填写") || field(a.Body, "key") == "" {
		t.Errorf("choice or sentence lost: %s", words(a.Body))
	}
}

func TestReportsFromOneSourceAreBounded(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	for i := range 30 {
		if a := c.post("/report", "key", fmt.Sprint("k", i), "words", "事"); a.StatusCode != 303 {
			t.Fatalf("report %d: %d", i, a.StatusCode)
		}
	}
	a := c.post("/report", "key", "k99", "words", "第三十一件")
	if a.StatusCode != 429 || !strings.Contains(a.Body, "第三十一件") || !strings.Contains(a.Body, "110") {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	h.Clock.Advance(time.Hour)
	if a := c.post("/report", "key", "k99", "words", "第三十一件"); a.StatusCode != 303 {
		t.Errorf("an hour later: %d", a.StatusCode)
	}
}

func TestGuessingReceiptsEndsAndTellsNothing(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "一件事")
	guess := desktest.Random(99)
	wrong := map[string]bool{}
	refused := 0
	for i := range 1000 {
		a := c.get("/progress/" + string(ident.NewReceipt(guess)))
		switch a.StatusCode {
		case 404:
			wrong[field(a.Body, "nothing")+words(a.Body)[:20]] = true
		case 429:
			if refused++; refused == 1 && !strings.Contains(a.Body, "十分钟后再试") {
				t.Errorf("guess %d: %s", i, words(a.Body))
			}
		default:
			t.Fatalf("guess %d: %d", i, a.StatusCode)
		}
	}
	if refused < 900 || len(wrong) != 1 {
		t.Errorf("%d of 1,000 guesses were refused, %d different answers", refused, len(wrong))
	}
	if a := c.get("/progress/" + code); a.StatusCode != 429 {
		t.Errorf("a right code among the guesses is told apart: %d", a.StatusCode)
	}
	h.Clock.Advance(11 * time.Minute)
	if a := c.get("/progress/" + code); a.StatusCode != 200 {
		t.Errorf("later the code opens again: %d", a.StatusCode)
	}
	if a := c.post("/progress", "receipt", strings.ToLower(ident.Receipt(code).String())); a.StatusCode != 303 || a.Header.Get("Location") != "/progress/"+code {
		t.Errorf("typed in small letters: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
}

// walk takes a report to the end of its matter.
func (h *house) walk(t testing.TB, code string) (id string, step func(name string, who access.Who, act any)) {
	t.Helper()
	rep := h.report(t, code)
	lead := h.Cast["duty_lead"]
	a := h.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Open: []report.NewMatter{{Kind: "hazard", Title: "桥头路灯不亮", Cell: "c1", To: h.Cast["officer_1"].Person}}})
	return a.Matters[0], func(name string, who access.Who, act any) { t.Helper(); h.Do(t, who, name, act) }
}

func TestProgressTellsTheStepsAndNobodysData(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "桥头路灯坏了，找张三", "cell", "c1", "name", "李四", "phone", "13900002222")
	see := func(status int, parts ...string) string {
		t.Helper()
		a := c.get("/progress/" + code)
		said := words(a.Body)
		if a.StatusCode != status || a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(a.Header.Get("X-Robots-Tag"), "noindex") {
			t.Fatalf("%d %v", a.StatusCode, a.Header)
		}
		for _, p := range parts {
			if !strings.Contains(said, p) {
				t.Errorf("does not say %q: %s", p, said)
			}
		}
		for _, secret := range []string{"张三", "李四", "13900002222", "桥头路灯不亮"} {
			if strings.Contains(said, secret) {
				t.Errorf("says %q", secret)
			}
		}
		return a.Body
	}
	see(200, "已收到，等待受理", "撤回这条报事")
	id, step := h.walk(t, code)
	on, officer := matter.On{Matter: id}, h.Cast["officer_1"]
	see(200, "正在办理", "民警 officer_1", "前联系您", "已交办")
	step("matter.acknowledge", officer, &matter.Acknowledge{On: on})
	step("matter.start", officer, &matter.Start{On: on})
	step("matter.pause", officer, &matter.Pause{On: on, Reason: "await_party"})
	see(200, "暂停：等当事人", "条件具备后继续办理")
	step("matter.resume", officer, &matter.Resume{On: on})
	step("matter.fill", officer, &matter.Fill{On: on, Extra: map[string]string{"hazard_type": "other"}})
	step("matter.mark", officer, &matter.Mark{On: on, Step: "rechecked", Words: "复查过，灯亮。"})
	step("matter.finish", officer, &matter.Finish{On: on, Outcome: "hazard_removed", Words: "换了灯，王五签收", Answer: "两盏路灯已经换好，谢谢您。"})
	if said := see(200, "等待核查"); strings.Contains(said, "两盏路灯") || strings.Contains(said, "王五") {
		t.Error("an answer that was not checked is told, or inner words are")
	}
	step("matter.verify", h.Cast["head"], &matter.Verify{On: on, Pass: true})
	step("matter.close", h.Cast["head"], &matter.Close{On: on})
	page := see(200, "已办结，等待回访", "两盏路灯已经换好", "请您评价", "自愿评价", "非常满意", "要求重新办理")
	if strings.Contains(page, "撤回这条报事") {
		t.Error("a closed report can be withdrawn")
	}

	post := func(verb string, want int, pairs ...string) answer {
		t.Helper()
		a := c.post("/progress/"+code+"/"+verb, append(pairs, "key", fmt.Sprint(verb, len(pairs), want))...)
		if a.StatusCode != want {
			t.Fatalf("%s: %d %s", verb, a.StatusCode, words(a.Body))
		}
		return a
	}
	post("rate", 422, "words", "很好")
	if a := post("rate", 422, "stars", "9", "words", "很好"); !strings.Contains(a.Body, "很好") {
		t.Error("the words of a refused rating are lost")
	}
	post("rate", 303, "stars", "5", "words", "很好")
	see(200, "您的评价：非常满意")
	post("rate", 409, "stars", "1")
	post("add", 303, "words", "又坏了一盏")
	post("reopen", 422)
	post("reopen", 303, "words", "没修好")
	see(200, "正在办理", "等待交办", "已补充 2 次")
	post("erase", 404)
	if a := h.caller(t).post("/progress/0000000000/add", "words", "x", "key", "k"); a.StatusCode != 404 {
		t.Errorf("without the code: %d", a.StatusCode)
	}
}

func TestDeclinedReportIsAnsweredWithItsReason(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "邻居欠钱不还")
	rep := h.report(t, code)
	h.Do(t, h.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Decline: "not_police", Answer: "请到司法所申请调解，电话 0571-00000001。"})
	said := words(c.get("/progress/" + code).Body)
	for _, want := range []string{"已答复您", "不属公安职责", "请到司法所申请调解", "请您评价", "要求重新办理"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q: %s", want, said)
		}
	}
	if a := c.post("/progress/"+code+"/withdraw", "key", "w"); a.StatusCode != 303 {
		t.Errorf("withdraw: %d", a.StatusCode)
	}
	if said := words(c.get("/progress/" + code).Body); !strings.Contains(said, "已撤回") {
		t.Error(said)
	}
}

func TestPosterLeadsToTheCell(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("cell_worker_1")
	if a := c.get("/cells/c1/qr.png"); a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(a.Body, "\x89PNG") {
		t.Errorf("qr: %d", a.StatusCode)
	}
	if a := c.get("/cells/c1/poster"); a.StatusCode != 200 || !strings.Contains(a.Body, h.Server.URL+"/report/c1") {
		t.Errorf("poster: %d", a.StatusCode)
	}
	if a := c.get("/cells/none/poster"); a.StatusCode != 404 {
		t.Errorf("no such cell: %d", a.StatusCode)
	}
}

func TestEnglishIsComplete(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	a := c.get("/report/c1?lang=en")
	if a.StatusCode != 303 || a.Header.Get("Location") != "/report/c1" {
		t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := c.get("//evil.example/%2e%2e?lang=en"); a.StatusCode == 303 && !strings.HasPrefix(a.Header.Get("Location"), "/") || strings.HasPrefix(a.Header.Get("Location"), "//") {
		t.Errorf("leads elsewhere: %s", a.Header.Get("Location"))
	}
	code := c.reported("words", "a lamp is broken", "cell", "c1")
	h.walk(t, code)
	for _, path := range []string{"/", "/report/c1", "/progress", "/progress/" + code, "/progress/" + code + "/receipt", "/sign-in", "/nowhere"} {
		said := words(c.get(path).Body)
		said = strings.NewReplacer("测试派出所", "", "中文", "").Replace(said)
		for _, r := range said {
			if r >= 0x4e00 && r < 0xa000 {
				t.Errorf("%s says in English: %s", path, said)
				break
			}
		}
	}
}
