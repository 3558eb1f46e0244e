package web_test

import (
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// secretsAtDoors are words that no list and no page shows in full.
var secretsAtDoors = []string{"赵满囤", "13900006601", "肖守业", "13900006602"}

// doors is a station that goes to people's doors: one kit of its own and one of the county unit's, one visit in hand of officer_1.
type doors struct {
	*scene
	Kit, County string
	On          matter.On
}

func goToDoors(t testing.TB) *doors {
	t.Helper()
	s := quiet(t)
	for _, name := range []string{"window_clerk", "aux_officer_1"} {
		s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast[name].Person, Password: password})
	}
	d := &doors{scene: s}
	clerk, officer := s.Cast["window_clerk"], s.Cast["officer_1"]
	d.Kit = s.Do(t, clerk, "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "便携一号机", Home: doorstep.AtStation}).ID
	d.County = s.Do(t, clerk, "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "县局户政箱", Home: doorstep.AtCounty}).ID
	a := s.Do(t, officer, "matter.open", &matter.Open{Kind: doorstep.Base, Title: "骨折老人上门办证", Cell: "c1", Place: "河东村三组", To: officer.Person,
		Extra: map[string]string{"service_item": "id_renew", "why_home": "illness"}})
	d.On = matter.On{Matter: a.ID}
	s.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: d.On})
	s.settle(t)
	return d
}

func (d *doors) hides(t *testing.T, page, body string) {
	t.Helper()
	for _, word := range secretsAtDoors {
		if strings.Contains(body, word) {
			t.Errorf("%s shows %s", page, word)
		}
	}
}

func TestTheVisitOnItsPages(t *testing.T) {
	d := goToDoors(t)
	c := d.as(t, "officer_1")
	home := "/matters/" + d.On.Matter
	look := func(path string, has ...string) string {
		t.Helper()
		d.settle(t)
		page := c.get(path)
		if page.StatusCode != 200 {
			t.Fatalf("%s: %d %s", path, page.StatusCode, words(page.Body))
		}
		for _, word := range has {
			if !strings.Contains(page.Body, word) {
				t.Errorf("%s does not say %s: %s", path, word, words(page.Body))
			}
		}
		d.hides(t, path, page.Body)
		return page.Body
	}
	do := func(act string, pairs ...string) {
		t.Helper()
		got := c.post("/act/doorstep."+act, append([]string{"matter", d.On.Matter, "key", "k-" + act + strings.Join(pairs, ""), "next", home}, pairs...)...)
		if got.StatusCode != 303 {
			t.Fatalf("%s: %d %s", act, got.StatusCode, words(got.Body))
		}
		d.settle(t)
	}
	look(home, "先填服务单", "填写服务单")
	form := look(home+"/do/plan", `value="id_renew" selected`, "不用病历", "监护人")
	if strings.Contains(form, `name="agent_name"`) {
		t.Error("an agent is asked for where nobody else may apply")
	}

	refused := c.post("/act/doorstep.plan", "matter", d.On.Matter, "key", "k1", "service", "id_renew", "name", "赵满囤", "phone", "13900006601", "age", "46",
		"home_ground", "illness", "why", "有诊断证明", "open_from", "08:00", "open_until", "18:00")
	if refused.StatusCode != 422 || !strings.Contains(refused.Body, "不要抄病历") || !strings.Contains(refused.Body, "赵满囤") || !strings.Contains(refused.Body, `value="46" checked`) {
		t.Fatalf("a refused slip: %d %s", refused.StatusCode, words(refused.Body))
	}
	do("plan", "service", "id_renew", "name", "赵满囤", "phone", "13900006601", "age", "46", "home_ground", "illness", "why", "摔断了腿", "open_from", "08:00", "open_until", "18:00")
	look(home, "打电话一次说清材料", "赵")
	do("plan", "papers_told", "true", "told_to", "family")
	look(home, "约定上门", "原居民身份证", "申请人")

	agree := look(home+"/do/agree", "便携一号机", "至少选一名民警", "08:00–18:00")
	if strings.Contains(agree, "县局户政箱 · 县局（借用） · 电量") != true {
		t.Error("the county kit is not among the choices")
	}
	officer := d.Cast["officer_1"].Person
	late := c.post("/act/doorstep.agree", "matter", d.On.Matter, "key", "k2", "on", "2026-03-03", "from", "19:00", "until", "20:00", "with", officer, "portable_kit", d.Kit)
	if late.StatusCode != 422 || !strings.Contains(late.Body, "家里没有人开门") || !strings.Contains(late.Body, `value="19:00"`) {
		t.Fatalf("a window behind a closed door: %d %s", late.StatusCode, words(late.Body))
	}
	do("agree", "on", "2026-03-03", "from", "09:00", "until", "11:00", "with", officer, "portable_kit", d.Kit)
	look(home, "按约定上门", "2026-03-03 09:00–11:00", "便携一号机")
	look("/doorsteps?view=tomorrow", "骨折老人上门办证", "09:00–11:00", "便携一号机")
	look("/kits", "便携一号机", "县局户政箱", "要先借")
	look("/kits/"+d.Kit, "已预留", "指纹采集仪")

	for _, paper := range []string{home + "/doorstep/slip.pdf"} {
		if got := c.get(paper); got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("%s: %d %s", paper, got.StatusCode, got.Header.Get("Content-Type"))
		}
	}
	do("depart")
	do("arrive")
	look(home+"/do/lack_papers", "原居民身份证")
	look(home+"/do/not_home", "留了联系卡")
	do("serve", "receipt_no", "F20260303001", "colleagues", officer)
	look(home, "等证件做好", "F20260303001", "身份证发放")
	look("/doorsteps?view=waiting", "骨折老人上门办证")
	do("card_ready")
	look("/doorsteps?view=to_bring", "骨折老人上门办证")
	do("deliver", "handed_at", "door", "card_taker", "applicant", "sign_way", "ink", "said", "thanks", "words", "谢谢你们跑一趟")
	look(home, "可以反馈结果了", "感谢", "纸上签名")
	if got := c.get(home + "/doorstep/card.pdf"); got.StatusCode != 200 {
		t.Fatalf("the receipt of the card: %d", got.StatusCode)
	}
	look("/services", "上门服务", "便携设备")
}

func TestKitsOnTheirPages(t *testing.T) {
	d := goToDoors(t)
	c := d.as(t, "window_clerk")
	at := "/kits/" + d.Kit
	form := c.get(at + "/do/hand_over")
	if form.StatusCode != 200 || !strings.Contains(form.Body, "人像相机") || !strings.Contains(form.Body, `value="100"`) {
		t.Fatalf("%d %s", form.StatusCode, words(form.Body))
	}
	aux := d.Cast["aux_officer_1"].Person
	t.Run("少了东西要说明，填过的还在", func(t *testing.T) {
		got := c.post("/act/kit.hand_over", "kit", d.Kit, "key", "h1", "next", at, "kit_holder", aux, "charge", "82", "kit_items", "采集主机")
		if got.StatusCode != 422 || !strings.Contains(got.Body, "箱子里少了") || !strings.Contains(got.Body, `value="82"`) || !strings.Contains(got.Body, "人像相机") {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
	})
	pairs := []string{"kit", d.Kit, "key", "h2", "next", at, "kit_holder", aux, "charge", "82", "words", "其余在车上"}
	if got := c.post("/act/kit.hand_over", pairs...); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, words(got.Body))
	}
	d.settle(t)
	if page := c.get(at); !strings.Contains(page.Body, "在李志强手里") || !strings.Contains(page.Body, "82%") {
		t.Fatalf("%s", words(page.Body))
	}
	if got := c.get(at + "/handover.pdf"); got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("the hand-over on paper: %d", got.StatusCode)
	}
	t.Run("超期没还看得见", func(t *testing.T) {
		d.Clock.Advance(20 * time.Hour)
		c = d.as(t, "window_clerk") // the one before was signed out over night
		if page := c.get("/kits"); !strings.Contains(page.Body, "超期") {
			t.Fatalf("%s", words(page.Body))
		}
	})
	t.Run("向县局借，别人登记批复", func(t *testing.T) {
		county := "/kits/" + d.County
		if got := c.post("/act/kit.ask_loan", "kit", d.County, "key", "l1", "next", county, "from", "2026-03-04T08:00", "until", "2026-03-06T18:00", "reason", "两位老人要在家办证"); got.StatusCode != 303 {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
		own := c.post("/act/kit.answer_loan", "kit", d.County, "key", "l2", "lend", "true", "approver", "县局户政大队")
		if own.StatusCode != 403 && own.StatusCode != 422 || !strings.Contains(own.Body, "不能自己登记批复") {
			t.Fatalf("%d %s", own.StatusCode, words(own.Body))
		}
		lead := d.as(t, "duty_lead")
		if got := lead.post("/act/kit.answer_loan", "kit", d.County, "key", "l3", "next", county, "lend", "true", "approver", "县局户政大队"); got.StatusCode != 303 {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
		d.settle(t)
		if page := c.get(county); !strings.Contains(page.Body, "已同意") || !strings.Contains(page.Body, "林指挥登记") {
			t.Fatalf("%s", words(page.Body))
		}
	})
	t.Run("志愿者看不到设备", func(t *testing.T) {
		if got := d.as(t, "volunteer_1").get("/kits"); got.StatusCode != 403 {
			t.Fatalf("%d", got.StatusCode)
		}
	})
}

func TestAskingForAServiceAtHome(t *testing.T) {
	d := goToDoors(t)
	c := d.caller(t)
	page := c.get("/doorstep/ask?service=id_renew")
	if page.StatusCode != 200 || len(page.Body) > 50_000 || !strings.Contains(page.Body, "110") || !strings.Contains(page.Body, `value="id_renew" selected`) || strings.Contains(page.Body, `type="file"`) {
		t.Fatalf("%d, %d bytes: %s", page.StatusCode, len(page.Body), words(page.Body))
	}
	asked := []string{"service", "id_renew", "home_ground", "old_age", "place", "河东村三组8号", "open_from", "09:00", "open_until", "17:00", "name", "肖守业", "phone", "13900006602", "key", "a1"}
	t.Run("没有勾理由的不收，填过的还在", func(t *testing.T) {
		got := c.post("/doorstep/ask", append([]string{"home_ground", ""}, append(asked[:2:2], asked[4:]...)...)...)
		if got.StatusCode != 422 || !strings.Contains(got.Body, "河东村三组8号") || !strings.Contains(got.Body, "肖守业") {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
	})
	got := c.post("/doorstep/ask", asked...)
	if got.StatusCode != 303 || !strings.HasPrefix(got.Header.Get("Location"), "/progress/") {
		t.Fatalf("%d %s", got.StatusCode, words(got.Body))
	}
	d.settle(t)
	t.Run("申请变成报事，分流和服务单不用再填", func(t *testing.T) {
		lead := d.Cast["duty_lead"]
		id := d.lastReport(t)
		staff := d.as(t, "duty_lead")
		page := staff.get("/reports/" + id)
		if !strings.Contains(page.Body, `value="doorstep_service" selected`) || !strings.Contains(page.Body, "上门办居民身份证到期换领") {
			t.Fatalf("%s", words(page.Body))
		}
		d.hides(t, "/reports", page.Body)
		m := d.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: id}, Open: []report.NewMatter{{Kind: doorstep.Base, Title: "上门办身份证", Cell: "c1", Place: "河东村三组"}}}).Matters[0]
		form := staff.get("/matters/" + m + "/do/plan")
		if !strings.Contains(form.Body, `value="id_renew" selected`) || !strings.Contains(form.Body, `value="09:00"`) || !strings.Contains(form.Body, `name="from_report"`) {
			t.Fatalf("%s", words(form.Body))
		}
		d.Do(t, lead, "doorstep.plan", &doorstep.PlanVisit{On: matter.On{Matter: m}, FromReport: true, Age: "46", PapersTold: true, PapersToldTo: "applicant"})
		if page := staff.get("/matters/" + m); !strings.Contains(page.Body, "肖*") || !strings.Contains(page.Body, "年纪大") {
			t.Fatalf("%s", words(page.Body))
		}
	})
	t.Run("只能在窗口办的说清楚", func(t *testing.T) {
		got := c.post("/doorstep/ask", append([]string{"service", "hh_name"}, asked[2:]...)...)
		if got.StatusCode != 422 || !strings.Contains(got.Body, "只能到窗口办") {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
	})
}

// lastReport is the report taken down last.
func (d *doors) lastReport(t *testing.T) string {
	t.Helper()
	events, err := d.Desk.Journal.Read(t.Context(), desktest.Station, 0, 100000)
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for i := range events {
		if events[i].Kind == "report.submitted/1" {
			id = strings.TrimPrefix(events[i].Stream, "report/")
		}
	}
	return id
}
