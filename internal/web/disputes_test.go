package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// feuds is a station with quarrels in every state: one agreed on with instalments, one on its way, one stopped because somebody is
// afraid, one at the market nobody has taken down yet.
type feuds struct {
	*scene
	Agreed, Running, Stopped string
}

func quarrels(t testing.TB) *feuds {
	t.Helper()
	f := &feuds{scene: quiet(t)}
	f.Clock.Advance(2 * time.Hour)
	f.Agreed = f.quarrel(t, "officer_1", "c1", "三组两户因滴水檐尺寸争执", "三组18号", "neighbour", "李桂芳 13900001234", "欧阳建军 13900005678")
	f.agree(t)
	f.Running = f.quarrel(t, "officer_1", "c1", "两家为晒谷场争吵", "五组晒谷场", "land", "赵长贵 13900002222", "孙有田 13900003333")
	on := matter.On{Matter: f.Running}
	p := f.parties(t, f.Running)
	f.Do(t, f.Cast["officer_1"], "dispute.choose_track", &dispute.ChooseTrack{On: on, Track: dispute.Order, OrderBreach: true, Offence: "disturbing", Ground: "close", FactsFound: true, Consents: p})
	f.Do(t, f.Cast["officer_1"], "dispute.plan_session", &dispute.PlanSession{On: on, At: f.Clock.Now().Add(3 * time.Hour), Place: "所里调解室", How: "room", Preside: f.Cast["officer_1"].Person, Notice: true})
	f.Do(t, f.Cast["officer_1"], "dispute.say", &dispute.Say{On: on, Party: p[1], Willing: "no", Account: "他放话说再来就弄死我，我不去了。", Demand: "晒谷场一人一半"})
	f.Do(t, f.Cast["officer_1"], "matter.visit", &matter.Visit{On: on, At: f.Clock.Now(), Place: "五组晒谷场", Words: "两家都在场，各说各的，先劝开了。", Next: "明天请村委会一起来"})
	f.Stopped = f.quarrel(t, "officer_2", "c2", "夫妻为钱吵架", "桥头社区4幢", "family", "周大勇 13900004444", "苏小梅 13900006666")
	f.Do(t, f.Cast["officer_2"], "dispute.ask_safety", &dispute.AskSafety{On: matter.On{Matter: f.Stopped}, Party: f.parties(t, f.Stopped)[1], Alone: true, Yes: []string{"beaten"}, Words: "上个月打过两次"})
	f.settle(t)
	return f
}

// quarrel opens a dispute in hand of somebody, both sides known and, but for the family, asked and heard.
func (f *feuds) quarrel(t testing.TB, by, cell, title, place, kind string, parties ...string) string {
	t.Helper()
	who := f.Cast[by]
	id := f.Do(t, who, "matter.open", &matter.Open{Kind: "dispute", Title: title, Words: title + "，已经吵了几回。", Cell: cell, Place: place, To: who.Person,
		Extra: map[string]string{"dispute_type": kind}}).ID
	on := matter.On{Matter: id}
	f.Do(t, who, "matter.acknowledge", &matter.Acknowledge{On: on})
	f.Do(t, who, "matter.start", &matter.Start{On: on})
	for i, p := range parties {
		name, phone, _ := strings.Cut(p, " ")
		f.Do(t, who, "matter.add_party", &matter.AddParty{On: on, Name: name, Phone: phone, Side: []string{"a", "b"}[i]})
	}
	if kind == "family" {
		return id
	}
	for i, p := range f.parties(t, id) {
		f.Do(t, who, "dispute.ask_safety", &dispute.AskSafety{On: on, Party: p, Alone: true})
		f.Do(t, who, "dispute.say", &dispute.Say{On: on, Party: p, Willing: "yes", Account: []string{"雨水全落在我家墙根，墙都泡坏了。", "屋檐是照老尺寸做的，没有多伸。"}[i],
			Demand: []string{"把檐口锯回去，赔修墙的钱。", "不要天天上门吵。"}[i]})
	}
	return id
}

func (f *feuds) fold(t testing.TB, id string) *dispute.Dispute {
	t.Helper()
	events, err := f.Engine.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dispute.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (f *feuds) parties(t testing.TB, id string) (list []string) {
	t.Helper()
	for _, p := range f.fold(t, id).Parties {
		list = append(list, p.ID)
	}
	return list
}

// agree brings the first quarrel to an agreement with three instalments and a deed.
func (f *feuds) agree(t testing.TB) {
	t.Helper()
	who, on, p := f.Cast["officer_1"], matter.On{Matter: f.Agreed}, f.parties(t, f.Agreed)
	in := func(days int) string {
		return f.Clock.Now().AddDate(0, 0, days).In(clock.Shanghai).Format(time.DateOnly)
	}
	f.Do(t, who, "dispute.choose_track", &dispute.ChooseTrack{On: on, Track: dispute.Order, OrderBreach: true, Offence: "disturbing", Ground: "close", FactsFound: true, Consents: p})
	f.Clock.Advance(time.Hour)
	f.Do(t, who, "dispute.hold_session", &dispute.HoldSession{On: on, At: f.Clock.Now(), Place: "所里调解室", How: "room", Preside: who.Person, Officers: 2, Present: p, Outcome: "agreed",
		Agreed: "檐口锯短十八公分，赔修墙的钱九百元。", RecordingRef: "执法记录仪-0302-01",
		Offers: []dispute.OfferSaid{{Party: p[0], Asks: true, Amount: "1500", Words: "墙要重新粉"}, {Party: p[1], Amount: "600"}, {Party: p[1], Amount: "900", Words: "分三次给"}}})
	f.Do(t, who, "dispute.note_ease", &dispute.NoteEase{On: on, Ease: f.ease(t), Helped: true, Words: "说了六尺巷的故事，两家都笑了"})
	a := f.Do(t, who, "dispute.draft_agreement", &dispute.DraftAgreement{On: on, Form: "written", Facts: "檐口伸出约十八公分，雨水落在对方墙根。", Total: "900", Place: "下湾村",
		Clauses: []dispute.ClauseDraft{{Words: "欧阳建军分三次赔九百元。", What: "money", Payer: p[1], Receiver: p[0], Amount: "900", DueOn: in(2), Every: "month", Times: 3, Each: "300"},
			{Words: "欧阳建军把檐口锯短十八公分。", What: "deed", Payer: p[1], Receiver: p[0], DueOn: in(0)}}})
	_ = a
	agreement := f.fold(t, f.Agreed).Agreements[0].ID
	for _, s := range []dispute.SignAgreement{{Who: p[0], Way: "ink"}, {Who: p[1], Way: "ink"}, {Who: "organ_seal", Way: "seal"}} {
		s.On, s.Agreement = on, agreement
		f.Do(t, who, "dispute.sign_agreement", &s)
	}
	if n := len(f.fold(t, f.Agreed).Promises); n != 2 {
		t.Fatalf("%d promises", n)
	}
}

func (f *feuds) ease(t testing.TB) string {
	t.Helper()
	b, err := f.Desk.Desk.Book(context.Background(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	return b.Eases()[0].Key
}

// atTheTable is the form of a quarrel at the market, filled in; pairs change it ("" takes a field out).
func atTheTable(key string, pairs ...string) []string {
	form := map[string]string{"key": key, "cell": "c1", "place": "西门菜市场", "dispute_type": "consumer", "track": "police", "offence": "disturbing", "ground": "close",
		"parties.0.side": "a", "parties.0.name": "丁万财", "parties.0.phone": "13900007001", "parties.1.side": "b", "parties.1.name": "阿不都", "safety_asked": "true",
		"facts": "为一筐桃子的斤两吵起来，互相推了几下，没有伤。", "terms": "退五十元，互相道歉。", "amount": "50", "payer_side": "b", "trifling": "true", "loss_clear": "true",
		"will_perform": "true", "officers": "2", "recording_ref": "执法记录仪-0302-07", "no_paper": "true"}
	for i := 0; i < len(pairs); i += 2 {
		if form[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(form, pairs[i])
		}
	}
	var list []string
	for k, v := range form {
		list = append(list, k, v)
	}
	return list
}

// opened counts the matters there are.
func (f *feuds) opened(t testing.TB) int {
	t.Helper()
	events, err := f.Engine.Journal.Read(context.Background(), desktest.Station, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range events {
		if e.Kind == "matter.opened/1" {
			n++
		}
	}
	return n
}

func TestOnTheSpot(t *testing.T) {
	f := &feuds{scene: quiet(t)}
	c := f.as(t, "officer_1")
	t.Run("一次提交，立项并办结", func(t *testing.T) {
		shows(t, c.get("/disputes/spot"), 200, "现场调解", "治安调解", "群众帮助", "对方有没有打过您", "签名")
		a := c.post("/disputes/spot", atTheTable("k1")...)
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		done := c.get(a.Header.Get("Location"))
		shows(t, done, 200, "现场调解完成", "事项编号", "协议编号", "公治调字〔2026〕第1号", "¥ 50", "打印协议", "接下来", "回访双方")
		hides(t, done, "丁万财", "13900007001")
		if n := f.opened(t); n != 1 {
			t.Errorf("%d matters", n)
		}
	})
	t.Run("第二步被拒，接着办已立的那件，不立第二件", func(t *testing.T) {
		before := f.opened(t)
		a := c.post("/disputes/spot", atTheTable("k2", "officers", "1", "recording_ref", "", "no_paper", "")...)
		shows(t, a, 422, "已立项，编号", "录音录像")
		for _, typed := range []string{"丁万财", "阿不都", "互相推了几下", "退五十元", `value="50"`} {
			if !strings.Contains(a.Body, typed) {
				t.Errorf("lost %q", typed)
			}
		}
		action := between(a.Body, `class="form spot" action="`, `"`)
		if !strings.HasPrefix(action, "/matters/m_") || f.opened(t) != before+1 {
			t.Fatalf("goes on at %q, %d opened", action, f.opened(t)-before)
		}
		// The page before, sent once more with something else in it, opens no second one either.
		if b := c.post("/disputes/spot", atTheTable("k2", "officers", "1", "recording_ref", "", "no_paper", "", "place", "东门")...); b.StatusCode != 422 || f.opened(t) != before+1 {
			t.Errorf("sent again: %d, %d opened", b.StatusCode, f.opened(t)-before)
		}
		a = c.post(action, atTheTable("k2", "version", field(a.Body, "version"))...)
		if a.StatusCode != 303 || f.opened(t) != before+1 {
			t.Fatalf("corrected: %d %s", a.StatusCode, words(a.Body))
		}
		shows(t, c.get(a.Header.Get("Location")), 200, "现场调解完成")
	})
	t.Run("缺地点、缺类型，什么也不立，填过的都在", func(t *testing.T) {
		before := f.opened(t)
		a := c.post("/disputes/spot", atTheTable("k3", "place", "", "dispute_type", "")...)
		shows(t, a, 422, "地点", "纠纷类型", "请填写")
		if !strings.Contains(a.Body, "丁万财") || f.opened(t) != before {
			t.Errorf("%d opened", f.opened(t)-before)
		}
	})
	t.Run("有一句答是，停下调解，说清接下来怎么办", func(t *testing.T) {
		a := c.post("/disputes/spot", atTheTable("k4", "safety_yes", "afraid", "safety_asked", "", "facts", "", "terms", "", "amount", "", "officers", "", "track", "")...)
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		shows(t, c.get(a.Header.Get("Location")), 200, "调解已停下", "先把两人分开", "告诫书", "只有所长")
		id := strings.Split(a.Header.Get("Location"), "/")[2]
		if d := f.fold(t, id); !d.Safety.Flagged || len(d.Agreements) > 0 {
			t.Errorf("flagged %v, %d agreements", d.Safety.Flagged, len(d.Agreements))
		}
	})
	t.Run("再加一位当事人，填过的都在", func(t *testing.T) {
		a := c.post("/disputes/spot", atTheTable("k5", "more", "1")...)
		shows(t, a, 200, "当事人 3")
		if !strings.Contains(a.Body, "丁万财") || !strings.Contains(a.Body, `name="parties.2.name"`) {
			t.Error("lost what was typed, or no third party")
		}
	})
	t.Run("辅警只能群众帮助，志愿者不能", func(t *testing.T) {
		aux := f.as(t, "aux_officer_1")
		page := aux.get("/disputes/spot")
		shows(t, page, 200, "群众帮助")
		hides(t, page, `value="police"`)
		before := f.opened(t)
		if a := aux.post("/disputes/spot", atTheTable("k6")...); a.StatusCode != 422 || f.opened(t) != before {
			t.Errorf("%d, %d opened", a.StatusCode, f.opened(t)-before)
		}
		if a := f.as(t, "volunteer_1").get("/disputes/spot"); a.StatusCode != 403 {
			t.Errorf("a volunteer: %d", a.StatusCode)
		}
	})
}

func TestPagesAroundDisputesHideWhoIsWho(t *testing.T) {
	f := quarrels(t)
	for _, name := range []string{"officer_1", "head", "duty_lead", "cell_worker_1", "mediator_1", "village_cadre_1", "bureau", "volunteer_1"} {
		c := f.as(t, name)
		for _, path := range []string{"/", "/promises", "/promises?tab=all", "/disputes", "/disputes/month", "/disputes/register", "/conferences", "/matters/" + f.Agreed + "/handover",
			"/matters/" + f.Running + "/handover", "/matters/" + f.Running + "/spot"} {
			for _, lang := range []string{"zh", "en"} {
				at := path + " " + lang
				c.get("/?lang=" + lang)
				a := c.get(path)
				if a.StatusCode == 403 || a.StatusCode == 404 {
					continue
				}
				if a.StatusCode != 200 {
					t.Fatalf("%s %s: %d %s", name, at, a.StatusCode, words(a.Body))
				}
				said := words(a.Body)
				for _, raw := range []string{"m_0", "p_0", "u_0", "in_hand", "under_way", "{", "promises.", "disputes.", "promise.", "spot.", "handover.", "opt.", "month.", "register.", "period.", "%!", "{name"} {
					if i := strings.Index(said, raw); i >= 0 {
						t.Errorf("%s %s shows %q: …%s…", name, at, raw, said[max(0, i-60):min(len(said), i+60)])
					}
				}
				hides(t, a, "13900001234", "13900005678", "李桂芳", "欧阳建军", "赵长贵", "苏小梅")
			}
		}
	}
}

func TestPromiseLedger(t *testing.T) {
	f := quarrels(t)
	c := f.as(t, "officer_1")
	a := c.get("/promises")
	shows(t, a, 200, "本周到期", "¥900", "欧阳* → 李*", "还有 ¥900", "第 1/3 期", "今天到期", "三组两户因滴水檐尺寸争执", "已履行", "未履行")
	hides(t, a, "/promises.xlsx")
	shows(t, c.get("/"), 200, "到期的承诺", "欧阳*把檐口锯短十八公分", "今天的调解会", "两家为晒谷场争吵")
	d := f.fold(t, f.Agreed)
	var deed, money string
	for _, p := range d.Promises {
		if p.What == "deed" {
			deed = p.ID
		} else {
			money = p.ID
		}
	}
	t.Run("一点就记已履行", func(t *testing.T) {
		a := c.post("/act/dispute.keep_promise", "matter", f.Agreed, "promise", deed, "n", "1", "on", "2026-03-02", "seen_by", f.Cast["officer_1"].Person, "key", "p1", "next", "/promises")
		if a.StatusCode != 303 || a.Header.Get("Location") != "/promises" {
			t.Fatalf("%d %s %s", a.StatusCode, a.Header.Get("Location"), words(a.Body))
		}
		f.settle(t)
		if strings.Contains(words(c.get("/promises").Body), "锯短") {
			t.Error("a kept promise is still due")
		}
	})
	t.Run("只付一部分，到部分履行里", func(t *testing.T) {
		a := c.post("/act/dispute.keep_promise", "matter", f.Agreed, "promise", money, "n", "1", "amount", "100", "on", "2026-03-02", "seen_by", f.Cast["officer_1"].Person, "key", "p2", "next", "/promises")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		f.settle(t)
		shows(t, c.get("/promises?tab=part"), 200, "还有 ¥800", "部分履行")
	})
	t.Run("没做到，要说接下来怎么办", func(t *testing.T) {
		f.Clock.Advance(4 * 24 * time.Hour)
		c := f.as(t, "officer_1")
		shows(t, c.get("/promises?tab=overdue"), 200, "已逾期", "¥900")
		a := c.post("/act/dispute.break_promise", "matter", f.Agreed, "promise", money, "n", "1", "next", "", "words", "说手头紧", "key", "p3")
		if a.StatusCode != 422 || !strings.Contains(a.Body, "说手头紧") {
			t.Errorf("%d: %s", a.StatusCode, words(a.Body))
		}
		a = c.post("/act/dispute.break_promise", "matter", f.Agreed, "promise", money, "n", "1", "next", "second_round", "words", "说手头紧", "key", "p4")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		f.settle(t)
		shows(t, c.get("/promises?tab=broken"), 200, "未履行 1 次")
	})
	t.Run("空的也说清楚，筛选有清除", func(t *testing.T) {
		c := f.as(t, "officer_1")
		shows(t, c.get("/promises?tab=part&cell=c2"), 200, "没有符合条件的承诺", "清除条件")
		if a := c.get("/promises?tab=nonsense"); a.StatusCode != 422 {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("导出写明用途，没有用途不给", func(t *testing.T) {
		head := f.as(t, "head")
		if a := head.post("/promises.xlsx", "tab", "all", "key", "e1", "purpose", "看"); a.StatusCode != 422 {
			t.Errorf("%d", a.StatusCode)
		}
		a := head.post("/promises.xlsx", "tab", "all", "key", "e2", "purpose", "报县局月度台账")
		if a.StatusCode != 200 || !strings.HasPrefix(a.Body, "PK") {
			t.Errorf("%d", a.StatusCode)
		}
		f.settle(t)
		shows(t, head.get("/looks"), 200, "导出承诺台账")
	})
}

func TestDisputeBoards(t *testing.T) {
	f := quarrels(t)
	head := f.as(t, "head")
	a := head.get("/disputes")
	shows(t, a, 200, "红色", "所长牵头", "夫妻为钱吵架", "安全标记", "治安调解", "到第一次调解", "手上的工作", "不排名次", "陈建国")
	shows(t, head.get("/disputes?risk=green"), 200, "三组两户因滴水檐尺寸争执", "清除条件")
	hides(t, head.get("/disputes?risk=green"), "夫妻为钱吵架")
	hides(t, f.as(t, "officer_1").get("/disputes"), "手上的工作")
	shows(t, f.as(t, "cell_worker_1").get("/disputes"), 200, "三组两户因滴水檐尺寸争执")
	hides(t, f.as(t, "cell_worker_1").get("/disputes"), "夫妻为钱吵架", "安全标记")
	if a := f.as(t, "volunteer_1").get("/disputes"); a.StatusCode != 403 {
		t.Errorf("a volunteer: %d", a.StatusCode)
	}
	t.Run("没有排查出来也有零报告", func(t *testing.T) {
		shows(t, head.get("/disputes/month?on=2025-01"), 200, "零报告", "县市区", "乡镇街道", "村居", "年度累计", "填报单位（盖章）：枫桥路派出所", "2025年01月")
		a := head.post("/disputes/month.xlsx", "period", "month", "on", "2025-01", "purpose", "报县综治中心", "key", "z1")
		if a.StatusCode != 200 || !strings.HasPrefix(a.Body, "PK") {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("台账只有能看内容的人看", func(t *testing.T) {
		shows(t, head.get("/disputes/register"), 200, "矛盾纠纷排查台账", "李*", "139****1234")
		if a := f.as(t, "bureau").get("/disputes/register"); a.StatusCode != 403 {
			t.Errorf("the bureau reads the register: %d", a.StatusCode)
		}
		shows(t, f.as(t, "bureau").get("/disputes/month"), 200, "排查数")
	})
}

func TestJointConference(t *testing.T) {
	f := quarrels(t)
	head := f.as(t, "head")
	hold := func(key, place string, agenda ...string) string {
		t.Helper()
		page := head.get("/conferences/new")
		shows(t, page, 200, "议题（风险高的在前）", "夫妻为钱吵架", "红色")
		form := []string{"key", key, "before", field(page.Body, "before"), "at", "2026-03-02T14:00", "place", place, "bodies", "village_committee", "people", f.Cast["officer_1"].Person}
		for _, m := range agenda {
			form = append(form, "agenda", m)
		}
		a := head.post("/conferences/new", form...)
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		f.settle(t)
		return a.Header.Get("Location")
	}
	first := hold("c1", "镇政府会议室", f.Running, f.Stopped)
	shows(t, head.get(first), 200, "镇政府会议室", "两家为晒谷场争吵", "没有上次会议的决定", "下湾村委会", "陈建国")
	a := head.post(first+"/decide", "key", "c2", "matter", f.Running, "title", "量晒谷场并立界桩", "person", "", "due_on", "2026-03-10")
	shows(t, a, 422, "请填写")
	if !strings.Contains(a.Body, "量晒谷场并立界桩") {
		t.Error("what was typed is lost")
	}
	a = head.post(first+"/decide", "key", "c3", "matter", f.Running, "title", "量晒谷场并立界桩", "person", f.Cast["officer_1"].Person, "due_on", "2026-03-10")
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	shows(t, head.get(first), 200, "量晒谷场并立界桩", "3月10日前")
	if d := f.fold(t, f.Running); len(d.Tasks) != 1 || d.Tasks[0].Title != "量晒谷场并立界桩" {
		t.Fatalf("the decision is no task: %+v", d.Tasks)
	}
	a = head.post(first+"/close", "key", "c4", "came", "village_committee", "words", "村里出人量地，电话13900001234。")
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	closed := head.get(first)
	shows(t, closed, 200, "已结束", "村里出人量地", "139****1234")
	hides(t, closed, "13900001234", first+"/decide")
	f.Do(t, f.Cast["officer_1"], "matter.do_task", &matter.DoTask{On: matter.On{Matter: f.Running}, Task: f.fold(t, f.Running).Tasks[0].ID})
	second := hold("c5", "司法所", f.Running)
	shows(t, head.get(second), 200, "上次会议定的事", "量晒谷场并立界桩", "完成")
	shows(t, head.get("/conferences"), 200, "镇政府会议室", "司法所", "已结束", "已召集")
	if a := f.as(t, "volunteer_1").get(first); a.StatusCode != 404 {
		t.Errorf("a volunteer reads a conference: %d", a.StatusCode)
	}
}

func TestHandover(t *testing.T) {
	f := quarrels(t)
	a := f.as(t, "officer_1").get("/matters/" + f.Agreed + "/handover")
	shows(t, a, 200, "交接单", "李*", "欧阳*", "雨水全落在我家墙根", "调解：", "¥1,500", "¥600", "¥900", "墙要重新粉", "六尺巷", "欧阳*分三次赔九百元", "还没有履行的承诺", "简单平稳")
	a = f.as(t, "officer_1").get("/matters/" + f.Running + "/handover")
	shows(t, a, 200, "有人威胁要伤人", "今天 15:00在所里调解室调解，陈建国主持", "明天请村委会一起来", "走访", "不愿调解")
	if a := f.as(t, "volunteer_1").get("/matters/" + f.Agreed + "/handover"); a.StatusCode != 404 {
		t.Errorf("a volunteer: %d", a.StatusCode)
	}
}

// conference holds one on what is open and begins the next; it gives the address of the second.
func (f *feuds) conference(t testing.TB) string {
	t.Helper()
	head := f.Cast["head"]
	first := f.Do(t, head, "conference.plan", &dispute.PlanConference{At: f.Clock.Now(), Place: "镇政府会议室", Bodies: []string{"village_committee", "commerce"}, People: []string{f.Cast["officer_1"].Person},
		Agenda: []string{f.Running, f.Stopped}}).ID
	on := dispute.OnConference{Conference: first}
	f.Do(t, head, "conference.decide", &dispute.Decide{OnConference: on, Matter: f.Running, Title: "量晒谷场并立界桩", Person: f.Cast["officer_1"].Person, DueOn: "2026-03-10"})
	f.Do(t, head, "conference.decide", &dispute.Decide{OnConference: on, Matter: f.Stopped, Title: "联系妇联上门", Person: f.Cast["officer_2"].Person, DueOn: "2026-03-04"})
	f.Do(t, head, "conference.close", &dispute.CloseConference{OnConference: on, Came: []string{"village_committee"}, Words: "村里出人一起量地。"})
	f.Do(t, f.Cast["officer_1"], "matter.do_task", &matter.DoTask{On: matter.On{Matter: f.Running}, Task: f.fold(t, f.Running).Tasks[0].ID})
	second := f.Do(t, head, "conference.plan", &dispute.PlanConference{At: f.Clock.Now().Add(time.Hour), Place: "县司法所", Bodies: []string{"commerce"}, Before: first, Agenda: []string{f.Running, f.Agreed}}).ID
	f.Do(t, head, "conference.decide", &dispute.Decide{OnConference: dispute.OnConference{Conference: second}, Matter: f.Running, Title: "请法律顾问讲清地界规定", Person: f.Cast["mediator_1"].Person, DueOn: "2026-03-12"})
	f.settle(t)
	return "/conferences/" + second
}

func TestSealedThingsStaySealedAroundDisputes(t *testing.T) {
	f := quarrels(t)
	p := f.parties(t, f.Running)
	on := matter.On{Matter: f.Running}
	officer := f.Cast["officer_1"]
	f.Do(t, officer, "dispute.set_party", &dispute.SetParty{On: on, Party: p[0], Minor: true})
	f.Do(t, officer, "dispute.set_party", &dispute.SetParty{On: on, Party: p[1], SealHome: true, Home: "湖东花园暂住处九号楼"})
	f.Do(t, officer, "dispute.say", &dispute.Say{On: on, Party: p[1], Account: "赵长贵先动手，我现在躲在湖东花园暂住处九号楼。"})
	f.Do(t, officer, "matter.invite", &matter.Invite{On: on, Person: f.Cast["mediator_1"].Person, Role: "协助"})
	f.Do(t, f.Cast["head"], "dispute.file_case", &dispute.FileCase{On: on, Number: "枫公（治）受案〔2026〕7号", Words: "一方动手，另案处理"})
	f.settle(t)
	for _, name := range []string{"officer_1", "head", "mediator_1", "village_cadre_1", "cell_worker_1"} {
		c := f.as(t, name)
		for _, path := range []string{"/", "/promises?tab=all", "/disputes", "/disputes/register", "/matters/" + f.Running + "/handover", "/matters/" + f.Running + "/spot"} {
			a := c.get(path)
			hides(t, a, "赵长贵", "赵*", "暂住处", "九号楼", "受案〔2026〕7号")
		}
	}
	handover := "/matters/" + f.Running + "/handover"
	shows(t, f.as(t, "officer_1").get(handover), 200, "未成年人", "治安案件")
	a := f.as(t, "mediator_1").get(handover)
	shows(t, a, 200, "未成年人")
	hides(t, a, "治安案件")
	for _, path := range []string{"/", "/matters?tab=mine", "/matters?tab=open", "/matters/" + f.Running, handover} {
		hides(t, f.as(t, "mediator_1").get(path), "治安案件")
	}
	head := f.as(t, "head")
	shows(t, head.get("/disputes/register"), 200, "其他程序", "住址保密")
}

func TestThePromiseLedgerIsPaged(t *testing.T) {
	f := &feuds{scene: quiet(t)}
	for i := range 16 {
		f.Agreed = f.quarrel(t, "officer_1", "c1", "滴水檐争执"+string(rune('一'+i)), "三组", "neighbour", "李桂芳 13900001234", "欧阳建军 13900005678")
		f.agree(t)
	}
	f.settle(t)
	c := f.as(t, "officer_1")
	seen := 0
	var first answer
	for path := "/promises?tab=all"; path != ""; {
		a := c.get(path)
		if seen == 0 {
			first = a
		}
		seen += strings.Count(a.Body, `class="matter owed"`)
		path = strings.ReplaceAll(between(a.Body, `rel="next" href="`, `"`), "&amp;", "&")
	}
	if n := strings.Count(first.Body, `class="matter owed"`); seen != 32 || n != 30 {
		t.Errorf("%d on the first page, %d in all", n, seen)
	}
	if size := len(first.Body); size > 150<<10 {
		t.Errorf("30 promises weigh %d bytes", size)
	}
}
