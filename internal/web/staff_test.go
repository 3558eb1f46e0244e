package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/matter"
)

func TestMyDayShowsWhatWaitsForMe(t *testing.T) {
	s := stage(t)
	a := s.as(t, "officer_1").get("/")
	shows(t, a, 200, "陈建国", "待我签收", "东湖小学门口护栏松动", "登记报事")
	a = s.as(t, "duty_lead").get("/")
	shows(t, a, 200, "待分流的报事", "待我核查", "村口夜间有陌生车辆停留", "待交办")
	hides(t, a, "13900001234", "13900003111")
	shows(t, s.as(t, "volunteer_1").get("/"), 200, "手上没有待办")
	a = s.as(t, "cell_worker_1").get("/")
	shows(t, a, 200, "我的任务", "量檐口尺寸并拍照")
}

func TestNoPageShowsAKeyOrAnID(t *testing.T) {
	s := stage(t)
	for _, name := range []string{"officer_1", "duty_lead", "head", "cell_worker_1"} {
		c := s.as(t, name)
		for _, path := range []string{"/", "/inbox", "/inbox?state=triaged", "/reports/" + s.Report, "/reports/" + s.Fresh, "/matters?tab=open", "/matters/" + s.Matter, "/matters/new",
			"/matters/" + s.Waiting, "/search?q=滴水檐", "/ledger", "/playbook", "/settings", "/looks", "/reports/new"} {
			a := c.get(path)
			if a.StatusCode == 403 || a.StatusCode == 404 {
				continue
			}
			if a.StatusCode != 200 {
				t.Fatalf("%s %s: %d %s\n%s", name, path, a.StatusCode, words(a.Body), s.Logged)
			}
			said := words(a.Body)
			for _, raw := range []string{"m_0", "r_0", "u_0", "p_0", "c1", "c2", "in_hand", "under_way", "{state", "{event", "say.", "matter.", "report.", "rep.", "today.", "%!"} {
				if i := strings.Index(said, raw); i >= 0 {
					t.Errorf("%s %s shows %q: …%s…", name, path, raw, said[max(0, i-60):min(len(said), i+60)])
				}
			}
			for _, secret := range []string{"13900001234", "13900005678", "999999199003070039", "李桂芳", "欧阳建军", "13900003111"} {
				if strings.Contains(a.Body, secret) {
					t.Errorf("%s %s shows %s in full", name, path, secret)
				}
			}
		}
	}
}

func TestMatterPageTellsTheWholeStory(t *testing.T) {
	s := stage(t)
	a := s.as(t, "officer_1").get("/matters/" + s.Matter)
	shows(t, a, 200, "三组两户因滴水檐尺寸争执", "矛盾纠纷", "处理中", "反馈结果", "先单独询问双方", "王所长正在督办", "李*", "欧阳*", "139****1234",
		"下湾村委会", "正在赶来", "县司法所", "量檐口尺寸并拍照", "何大姐", "主持调解", "督办", "走访", "同去 周秀英", "下一步 请村委会一起量尺寸", "转办", "暂停", "其他办理")
	hides(t, a, "13900001234", "李桂芳")
	// Who may not do a thing is not offered it.
	a = s.as(t, "cell_worker_1").get("/matters/" + s.Matter)
	shows(t, a, 200, "记事", "填完成情况")
	hides(t, a, "/do/finish", "/do/verify", "/do/supervise", "/do/transfer", "/do/regrade", "/act/matter.finish")
	if a := s.as(t, "volunteer_1").get("/matters/" + s.Matter); a.StatusCode != 404 {
		t.Errorf("a volunteer who takes no part: %d", a.StatusCode)
	}
	if a := s.as(t, "volunteer_1").get("/reports/" + s.Report); a.StatusCode != 404 {
		t.Errorf("the report to a volunteer: %d", a.StatusCode)
	}
}

func TestTheSecondPersonIsToldAndKeepsTheirText(t *testing.T) {
	s := stage(t)
	officer, lead := s.as(t, "officer_1"), s.as(t, "duty_lead")
	page := officer.get("/matters/" + s.Waiting)
	if page.StatusCode != 200 {
		t.Fatal(page.StatusCode)
	}
	old := lead.get("/matters/" + s.Waiting)
	version, key := field(old.Body, "version"), field(old.Body, "key")
	s.Do(t, s.Cast["head"], "matter.verify", &matter.Verify{On: matter.On{Matter: s.Waiting}, Pass: false, Note: "请补拍照片"})
	a := lead.post("/act/matter.verify", "matter", s.Waiting, "version", version, "key", key, "pass", "false", "note", "我也看过，照片不清楚", "next", "/matters/"+s.Waiting)
	shows(t, a, 409, "王所长", "核查")
	if !strings.Contains(a.Body, "我也看过，照片不清楚") {
		t.Error("what was typed is lost")
	}
}

func TestTriageOpensLinksAndDeclines(t *testing.T) {
	s := stage(t)
	lead := s.as(t, "duty_lead")
	page := lead.get("/reports/" + s.Fresh)
	shows(t, page, 200, "下湾村三组那两家又在为滴水檐吵架", "赵*", "139****3111", "可能是同一件事", "三组两户因滴水檐尺寸争执", "不予受理")
	if title := field(page.Body, "open.0.title"); !strings.Contains(title, "滴水檐") {
		t.Errorf("suggested title %q", title)
	}
	url := "/reports/" + s.Fresh + "/triage"
	a := lead.post(url, "mode", "open", "version", "1", "key", "k1", "open.0.kind", "dispute", "open.0.title", "滴水檐 13900001234", "open.0.cell", "c1")
	shows(t, a, 422, "个人信息")
	if !strings.Contains(a.Body, "滴水檐 13900001234") {
		t.Error("the title typed is lost")
	}
	a = lead.post(url, "mode", "open", "version", "1", "key", "k2", "open.0.title", "没有类别", "open.0.cell", "c1")
	shows(t, a, 422, "类别")
	if !strings.Contains(a.Body, "没有类别") {
		t.Error("the title typed is lost")
	}
	a = lead.post(url, "mode", "open", "more", "1", "version", "1", "open.0.kind", "dispute", "open.0.title", "第一件事")
	shows(t, a, 200, "第 2 项")
	if field(a.Body, "open.0.title") != "第一件事" {
		t.Error("one more row lost what was typed")
	}
	a = lead.post(url, "mode", "link", "version", "1", "key", "k3", "link", s.Matter)
	if a.StatusCode != 303 {
		t.Fatalf("link: %d %s", a.StatusCode, words(a.Body))
	}
	shows(t, lead.get(a.Header.Get("Location")), 200, "已关联", "三组两户因滴水檐尺寸争执")

	url = "/reports/" + s.Anonymous + "/triage"
	a = lead.post(url, "mode", "decline", "version", "1", "key", "k4", "decline", "not_police")
	shows(t, a, 422, "答复")
	a = lead.post(url, "mode", "open", "version", "1", "key", "k5", "open.0.kind", "hazard", "open.0.title", "楼道堆物和电动车充电", "open.0.cell", "c2", "open.0.to", s.Cast["officer_2"].Person,
		"open.1.kind", "help", "open.1.title", "帮老人清走纸箱", "open.1.cell", "c2")
	if a.StatusCode != 303 {
		t.Fatalf("open two: %d %s", a.StatusCode, words(a.Body))
	}
	shows(t, lead.get(a.Header.Get("Location")), 200, "楼道堆物和电动车充电", "帮老人清走纸箱", "吴晓东")
	// Volunteers triage nothing, and an auxiliary declines nothing.
	if a := s.as(t, "volunteer_1").post(url, "mode", "decline", "decline", "not_police", "answer", "不归我们管", "key", "k6"); a.StatusCode != 404 {
		t.Errorf("a volunteer declines: %d", a.StatusCode)
	}
}

func TestALookAsksForItsPurposeAndIsShownOnce(t *testing.T) {
	s := stage(t)
	c := s.as(t, "officer_1")
	page := c.get("/matters/" + s.Matter)
	href := between(page.Body, `href="/look?`, `"`)
	if href == "" {
		t.Fatal("no way to look")
	}
	ask := c.get("/look?" + strings.ReplaceAll(href, "&amp;", "&"))
	shows(t, ask, 200, "用途", "查看会记下您的姓名")
	hides(t, ask, "李桂芳")
	form := []string{}
	for _, n := range []string{"thing", "id", "subject", "field", "v", "key"} {
		form = append(form, n, field(ask.Body, n))
	}
	a := c.post("/look", append(form, "purpose", "看")...)
	shows(t, a, 422, "至少4个字")
	hides(t, a, "李桂芳")
	a = c.post("/look", append(form, "purpose", "联系核实情况")...)
	shows(t, a, 200, "李桂芳")
	if !strings.Contains(a.Body, `http-equiv="refresh"`) || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Error("the value stays")
	}
	if a := c.post("/look", append(form, "purpose", "联系核实情况")...); a.StatusCode != 303 {
		t.Errorf("sent again: %d", a.StatusCode)
	}
	if a := s.as(t, "cell_worker_1").get("/look?" + strings.ReplaceAll(href, "&amp;", "&")); a.StatusCode != 403 {
		t.Errorf("who does not handle it may look: %d", a.StatusCode)
	}
	s.settle(t)
	shows(t, s.as(t, "head").get("/looks"), 200, "陈建国（民警）", "联系核实情况", "姓名")
	if a := c.get("/looks"); a.StatusCode != 403 {
		t.Errorf("an officer reads who looked: %d", a.StatusCode)
	}
}

func TestSearchFindsByWordsNumberAndCode(t *testing.T) {
	s := stage(t)
	c := s.as(t, "officer_1")
	shows(t, c.get("/search?q=滴水檐"), 200, "三组两户因滴水檐尺寸争执", "报事")
	shows(t, c.get("/search?q=檐滴"), 200, "没有找到")
	shows(t, c.get("/search?q=滴"), 422, "两个字以上")
	shows(t, c.get("/search"), 200, "可以搜事项编号")
	row, err := s.Site.Boards.Matters.One(context.Background(), access.System(desktest.Station), s.Matter)
	if err != nil {
		t.Fatal(err)
	}
	if a := c.get("/search?q=" + strings.ToLower(row.Number)); a.Header.Get("Location") != "/matters/"+s.Matter {
		t.Errorf("by number: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := c.get("/search?q=" + s.Receipt); a.Header.Get("Location") != "/reports/"+s.Report {
		t.Errorf("by receipt: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	shows(t, c.get("/search?q=13900001234"), 200, "没有找到")
	// Somebody of another cell finds neither, and cannot tell a code from none.
	other := s.as(t, "cell_worker_1")
	shows(t, other.get("/search?q=护栏"), 200, "没有找到")
	if a := s.as(t, "volunteer_1").get("/search?q=滴水檐"); a.StatusCode != 403 {
		t.Errorf("a volunteer searches: %d", a.StatusCode)
	}
}

func TestALedgerLeavesWithAPurposeOnly(t *testing.T) {
	s := stage(t)
	lead := s.as(t, "duty_lead")
	shows(t, lead.get("/ledger"), 200, "三组两户因滴水檐尺寸争执", "导出 Excel")
	before, _, _ := s.Engine.Journal.Head(context.Background(), desktest.Station)
	a := lead.post("/ledger.xlsx", "purpose", "看", "key", "e1", "from", "2026-03-01", "until", "2026-03-31")
	shows(t, a, 422, "至少4个字")
	a = lead.post("/ledger.xlsx", "purpose", "报县局月度台账", "key", "e2", "from", "2026-03-01", "until", "2026-03-31")
	if a.StatusCode != 200 || !strings.HasPrefix(a.Body, "PK") {
		t.Fatalf("export: %d %.200s", a.StatusCode, a.Body)
	}
	if after, _, _ := s.Engine.Journal.Head(context.Background(), desktest.Station); after != before+1 {
		t.Errorf("%d events for one export", after-before)
	}
	a = lead.post("/ledger.xlsx", "purpose", "报县局月度台账", "key", "e3", "from", "2020-01-01", "until", "2020-01-31")
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("nil return: %d", a.StatusCode)
	}
	shows(t, lead.get("/ledger?from=2026-13-01"), 422, "日期")
	officer := s.as(t, "officer_1")
	hides(t, officer.get("/ledger"), "/ledger.xlsx")
	if a := officer.post("/ledger.xlsx", "purpose", "报县局月度台账", "key", "e4"); a.StatusCode != 403 {
		t.Errorf("an officer exports: %d", a.StatusCode)
	}
	s.settle(t)
	shows(t, s.as(t, "head").get("/looks"), 200, "导出台账", "报县局月度台账")
}

func TestADeskTakesAReportDownAndReadsTheCodeOut(t *testing.T) {
	s := stage(t)
	c := s.as(t, "duty_lead")
	page := c.get("/reports/new")
	shows(t, page, 200, "登记报事", "什么事")
	key := field(page.Body, "key")
	a := c.post("/reports/new", "key", key, "words", "", "channel", "phone")
	shows(t, a, 422, "请填写")
	a = c.post("/reports/new", "key", key, "words", "有人在河边钓鱼落水，已经自己上岸", "channel", "phone", "cell", "c1", "name", "孙某", "phone", "13300001111")
	shows(t, a, 200, "回执码", "打开这条报事")
	again := c.post("/reports/new", "key", key, "words", "有人在河边钓鱼落水，已经自己上岸", "channel", "phone", "cell", "c1", "name", "孙某", "phone", "13300001111")
	if between(a.Body, `receipt-code">`, "<") != between(again.Body, `receipt-code">`, "<") || between(a.Body, `receipt-code">`, "<") == "" {
		t.Error("the same form gave two codes")
	}
	s.settle(t)
	shows(t, c.get("/inbox"), 200, "有人在河边钓鱼落水", "林指挥代记")
}

func TestAMatterIsOpenedWithItsOwnFields(t *testing.T) {
	s := stage(t)
	c := s.as(t, "officer_1")
	shows(t, c.get("/matters/new"), 200, "安全隐患", "矛盾纠纷")
	page := c.get("/matters/new?kind=dispute")
	shows(t, page, 200, "立项 · 矛盾纠纷", "标题")
	a := c.post("/matters/new", "kind", "dispute", "key", field(page.Body, "key"), "title", "两家为晒谷场争吵", "cell", "c1", "words", "王某说李某占了晒谷场，电话13900008888")
	if a.StatusCode != 303 {
		t.Fatalf("open: %d %s", a.StatusCode, words(a.Body))
	}
	got := c.get(a.Header.Get("Location"))
	shows(t, got, 200, "已立项，编号", "两家为晒谷场争吵", "139****8888", "查看原文")
	a = c.post("/matters/new", "kind", "dispute", "key", "kk", "title", "外格的事", "cell", "c2")
	if a.StatusCode != 403 {
		t.Errorf("opened in another's cell: %d", a.StatusCode)
	}
}

func TestTheListIsNarrowedAndPaged(t *testing.T) {
	s := stage(t)
	for i := range 70 {
		s.Do(t, s.Cast["duty_lead"], "matter.open", &matter.Open{Kind: "hazard", Title: "井盖破损" + string(rune('一'+i)), Cell: "c1"})
	}
	s.settle(t)
	c := s.as(t, "duty_lead")
	a := c.get("/matters")
	shows(t, a, 200, "全部在办", "待交办", "下一页")
	seen := 0
	for path := "/matters?tab=unassigned"; path != ""; {
		a = c.get(path)
		seen += strings.Count(a.Body, `<li class="matter"`)
		path = strings.ReplaceAll(between(a.Body, `rel="next" href="`, `"`), "&amp;", "&")
	}
	if seen != 72 {
		t.Errorf("%d rows over all pages", seen)
	}
	shows(t, c.get("/matters?tab=open&kind=dispute"), 200, "三组两户因滴水檐尺寸争执", "清除条件")
	shows(t, c.get("/matters?tab=overdue&kind=outreach"), 200, "没有符合条件的事项")
	if a := c.get("/matters?tab=nonsense"); a.StatusCode != 422 {
		t.Errorf("a tab there is none of: %d", a.StatusCode)
	}
	part := c.get("/matters?tab=open&part=rows")
	if strings.Contains(part.Body, "<html") || !strings.HasPrefix(strings.TrimSpace(part.Body), `<div id="rows"`) {
		t.Errorf("fragment: %.200s", part.Body)
	}
	if a := c.get("/live"); !strings.Contains(a.Body, "data: ") || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("stream: %q", a.Body)
	}
}
