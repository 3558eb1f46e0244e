package web_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/proof"
	"maplegrid/internal/work/report"
)

// proofFor opens the check of a report as its reporter would, and gives the signed blank of its form.
func (c *caller) proofFor(code string) string {
	c.t.Helper()
	a := c.get("/progress/" + code + "/data")
	blank, ok := strings.CutPrefix(a.Header.Get("Location"), "/proof?for=")
	if !ok {
		c.t.Fatalf("no way to the check: %d %s", a.StatusCode, words(a.Body))
	}
	blank, err := url.QueryUnescape(blank)
	if err != nil {
		c.t.Fatal(err)
	}
	return blank
}

// tries enters a code.
func (c *caller) tries(blank, digits string) answer {
	c.t.Helper()
	return c.post("/proof", "for", blank, "key", field(c.get("/proof?for="+url.QueryEscape(blank)).Body, "key"), "proof_code", digits)
}

// gives has an officer hand a code over.
func (h *house) gives(t testing.TB, thing string) string {
	t.Helper()
	return h.Do(t, h.Cast["officer_1"], "proof.give", &proof.Give{Thing: thing}).Secret
}

func TestOneTimeCheckOnThePage(t *testing.T) {
	t.Run("验证码对了三十分钟内打开，退出就关上", func(t *testing.T) {
		h := open(t)
		c := h.caller(t)
		code := c.reported("words", "楼道堆物", "name", "张三丰", "phone", "13900001111", "cell", "c1")
		blank := c.proofFor(code)
		if a := c.tries(blank, "000000"); a.StatusCode != 409 || !strings.Contains(a.Body, "没有可用的验证码") {
			t.Fatalf("before a code was given: %d %s", a.StatusCode, words(a.Body))
		}
		digits := h.gives(t, "report/"+h.report(t, code).ID)
		wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, digits)
		if a := c.tries(blank, wrong); a.StatusCode != 422 || !strings.Contains(a.Body, "还可以试4次") {
			t.Fatalf("wrong code: %d %s", a.StatusCode, words(a.Body))
		}
		if a := c.tries(blank, digits); a.StatusCode != 303 || a.Header.Get("Location") != "/progress/"+code+"/data" {
			t.Fatalf("right code: %d %s", a.StatusCode, words(a.Body))
		}
		if a := h.caller(t).tries(blank, digits); a.StatusCode != 409 {
			t.Errorf("a code used up opened another browser: %d", a.StatusCode)
		}
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 303 {
			t.Errorf("asks again though it is open: %d", a.StatusCode)
		}
		h.Clock.Advance(31 * time.Minute)
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 200 {
			t.Errorf("open after half an hour: %d", a.StatusCode)
		}
	})
	t.Run("没有签名的地址不让试", func(t *testing.T) {
		c := open(t).caller(t)
		for _, blank := range []string{"", "cmVwb3J0L3JfMQ.x", "report/r_1"} {
			if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 404 {
				t.Errorf("%q: %d", blank, a.StatusCode)
			}
		}
	})
	t.Run("没开通短信时说清楚，另指办法", func(t *testing.T) {
		h := open(t)
		c := h.caller(t)
		blank := c.proofFor(c.reported("words", "楼道堆物", "phone", "13900001111"))
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); !strings.Contains(a.Body, "没有开通短信") || !strings.Contains(a.Body, "窗口") || strings.Contains(a.Body, `action="/proof/text"`) {
			t.Error(words(a.Body))
		}
		if a := c.post("/proof/text", "for", blank, "key", "k"); a.StatusCode != 409 {
			t.Errorf("a message without a gateway: %d", a.StatusCode)
		}
	})
	t.Run("开通了短信，只发到报事时留的手机号，发来的码打得开", func(t *testing.T) {
		h := open(t)
		h.Site.Texts = func(string) bool { return true }
		c := h.caller(t)
		code := c.reported("words", "楼道堆物", "phone", "13900001111")
		blank := c.proofFor(code)
		if a := c.post("/proof/text", "for", blank, "key", "text-1", "phone", "13900009999"); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		events, err := h.Journal.Stream(t.Context(), desktest.Station, proof.Stream("report/"+h.report(t, code).ID), 0)
		if err != nil || len(events) != 1 {
			t.Fatal(err, len(events))
		}
		v, err := work.Decode(&events[0])
		if err != nil {
			t.Fatal(err)
		}
		asked := v.(proof.Asked)
		sent, err := h.Reveal(t.Context(), desktest.Station, asked.Phone, asked.Code)
		if err != nil || sent[asked.Phone.Ref()] != "13900001111" || strings.Contains(string(events[0].Data), sent[asked.Code.Ref()]) {
			t.Fatalf("%v %v %s", err, sent, events[0].Data)
		}
		if a := c.tries(blank, sent[asked.Code.Ref()]); a.StatusCode != 303 {
			t.Errorf("%d %s", a.StatusCode, words(a.Body))
		}
		anonymous := c.proofFor(c.reported("words", "没留电话"))
		if a := c.post("/proof/text", "for", anonymous, "key", "text-2"); a.StatusCode != 409 || !strings.Contains(a.Body, "没有留手机号") {
			t.Errorf("%d %s", a.StatusCode, words(a.Body))
		}
	})
	t.Run("给码的人看得到一次，别人给不了", func(t *testing.T) {
		h := open(t)
		code := h.caller(t).reported("words", "楼道堆物", "cell", "c1")
		thing := "report/" + h.report(t, code).ID
		o := h.caller(t)
		o.signIn("officer_1")
		page := o.get("/proof/give?thing=" + url.QueryEscape(thing))
		a := o.post("/proof/give", "thing", thing, "key", field(page.Body, "key"))
		if !regexp.MustCompile(`class="receipt-code">\d{6}<`).MatchString(a.Body) {
			t.Fatal(words(a.Body))
		}
		if a := o.post("/proof/give", "thing", thing, "key", field(page.Body, "key")); a.StatusCode != 303 {
			t.Errorf("shown twice: %d", a.StatusCode)
		}
		v := h.caller(t)
		v.signIn("volunteer_1")
		if a := v.get("/proof/give?thing=" + url.QueryEscape(thing)); a.StatusCode != 404 && a.StatusCode != 403 {
			t.Errorf("a volunteer hands codes over: %d", a.StatusCode)
		}
	})
}

// opens passes the check of an address that asks for it, with a code handed over for the thing.
func (c *caller) opens(at, thing string) {
	c.t.Helper()
	a := c.get(at)
	blank, ok := strings.CutPrefix(a.Header.Get("Location"), "/proof?for=")
	if !ok {
		c.t.Fatalf("%s asks for no check: %d %s", at, a.StatusCode, words(a.Body))
	}
	blank, _ = url.QueryUnescape(blank)
	if a := c.tries(blank, c.h.gives(c.t, thing)); a.StatusCode != 303 {
		c.t.Fatalf("check: %d %s", a.StatusCode, words(a.Body))
	}
}

func TestOwnData(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "楼道堆物，一点就着", "name", "张三丰", "phone", "13900001111", "cell", "c1")
	rep := h.report(t, code)
	thing, at := "report/"+rep.ID, "/progress/"+code+"/data"
	h.Do(t, h.Cast["officer_1"], "person.unmask", &desk.Unmask{Thing: "report", ID: rep.ID, Subject: rep.ID, Field: "phone", Purpose: "联系报事人核对地点"})
	h.settle(t)
	t.Run("15.13 没有验证什么个人信息都不给", func(t *testing.T) {
		for _, a := range []answer{c.get(at), c.get(at + "/copy"), c.get(at + "/copy?as=json"), c.post(at+"/erase", "key", "x")} {
			if a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/proof") || strings.Contains(a.Body, "张三丰") {
				t.Errorf("%d %s", a.StatusCode, words(a.Body))
			}
		}
	})
	c.opens(at, thing)
	t.Run("15.2 存了什么、为什么、到什么时候、谁看过都说", func(t *testing.T) {
		a := c.get(at)
		said := words(a.Body)
		for _, want := range []string{"张三丰", "13900001111", "楼道堆物", "为与您联系和答复", "办结后24个月", "民警", "联系报事人核对地点", "要求删除"} {
			if !strings.Contains(said, want) {
				t.Errorf("does not say %q: %s", want, said)
			}
		}
		if strings.Contains(said, "officer_1") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("names who looked, or may be kept: %v", a.Header)
		}
	})
	t.Run("15.7 可以复制带走，网页和数据同样内容", func(t *testing.T) {
		a, j := c.get(at+"/copy"), c.get(at+"/copy?as=json")
		for _, x := range []answer{a, j} {
			if !strings.HasPrefix(x.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(x.Body, "张三丰") || !strings.Contains(x.Body, "联系报事人核对地点") {
				t.Errorf("%d %s", x.StatusCode, x.Body)
			}
		}
		if !json.Valid([]byte(j.Body)) {
			t.Error(j.Body)
		}
	})
	t.Run("15.3 同意撤回和给出一样容易", func(t *testing.T) {
		if a := c.post(at+"/contact", "key", "c1", "may_contact", "false"); a.StatusCode != 303 || !h.report(t, code).NoContact {
			t.Fatalf("%d", a.StatusCode)
		}
		if said := words(c.get(at).Body); !strings.Contains(said, "可以联系我") {
			t.Error(said)
		}
		if a := c.post(at+"/contact", "key", "c2", "may_contact", "true"); a.StatusCode != 303 || h.report(t, code).NoContact {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("15.7 要求更正，所长同意后改好并答复，填错的留着", func(t *testing.T) {
		if a := c.post(at+"/correct", "key", "e1", "wrong_field", "name", "words", "名字写错了"); a.StatusCode != 422 || !strings.Contains(a.Body, "名字写错了") || !strings.Contains(a.Body, "请填写「应当是」") {
			t.Errorf("%d %s", a.StatusCode, words(a.Body))
		}
		if a := c.post(at+"/correct", "key", "e2", "wrong_field", "name", "right_value", "张三峰"); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		if said := words(c.get(at).Body); !strings.Contains(said, "等答复") || !strings.Contains(said, "前答复") {
			t.Error(said)
		}
		head := h.caller(t)
		head.signIn("head")
		list := head.get("/rights").Body
		m := regexp.MustCompile(`/rights/(q_[^"]+)"`).FindStringSubmatch(list)
		if m == nil {
			t.Fatal(words(list))
		}
		if said := words(head.get("/rights/" + m[1]).Body); !strings.Contains(said, "张*") || strings.Contains(said, "张三峰") { // opened in full by a recorded look
			t.Error(said)
		}
		if a := head.post("/rights/"+m[1], "key", "r1", "result", "granted"); a.StatusCode != 422 {
			t.Errorf("without words: %d", a.StatusCode)
		}
		if a := head.post("/rights/"+m[1], "key", "r2", "result", "granted", "words", "已经改好"); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		h.settle(t)
		if said := words(c.get(at).Body); !strings.Contains(said, "张三峰") || !strings.Contains(said, "已经改好") || strings.Contains(said, "张三丰") {
			t.Error(said)
		}
	})
	t.Run("不是所领导看不到别人的请求", func(t *testing.T) {
		o := h.caller(t)
		o.signIn("officer_1")
		if a := o.get("/rights"); a.StatusCode != 403 {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("看完退出就关上", func(t *testing.T) {
		if a := c.post("/proof/end"); a.StatusCode != 303 {
			t.Fatal(a.StatusCode)
		}
		if a := c.get(at); a.StatusCode != 303 {
			t.Errorf("still open: %d", a.StatusCode)
		}
	})
}

func TestPartySeesOwnPromises(t *testing.T) {
	h := open(t)
	q := h.Quarrel(t)
	d := q.Now()
	payer := d.Promises[0].Payer
	thing := "party/" + q.ID + "/" + payer
	a := h.Do(t, h.Cast["officer_1"], "proof.give", &proof.Give{Thing: thing})
	h.settle(t)
	c := h.caller(t)
	t.Run("查询码从我的事进，先验证", func(t *testing.T) {
		x := c.post("/mine", "receipt", a.Receipt)
		if x.StatusCode != 303 || x.Header.Get("Location") != "/mine/"+a.Receipt {
			t.Fatalf("%d %s", x.StatusCode, x.Header.Get("Location"))
		}
		if x := c.get("/mine/" + a.Receipt); x.StatusCode != 303 {
			t.Fatalf("open without a check: %d", x.StatusCode)
		}
	})
	c.opens("/mine/"+a.Receipt, thing)
	said := words(c.get("/mine/" + a.Receipt).Body)
	t.Run("自己要做的和别人答应的都列出，没有对方的信息", func(t *testing.T) {
		if !strings.Contains(said, "您要做的") || !strings.Contains(said, "存了您的什么") {
			t.Error(said)
		}
		words, err := h.Reveal(t.Context(), desktest.Station, d.Parties[0].Name, d.Parties[0].Phone, d.Parties[1].Name, d.Parties[1].Phone)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			for _, x := range []vault.Text{d.Parties[i].Name, d.Parties[i].Phone} {
				if v := words[x.Ref()]; v != "" && strings.Contains(said, v) != (d.Parties[i].ID == payer) {
					t.Errorf("%s of party %d", x.Ref().Field, i)
				}
			}
		}
	})
	t.Run("猜码的没有答案", func(t *testing.T) {
		if x := h.caller(t).post("/mine", "receipt", "0000000000"); x.StatusCode != 404 || !strings.Contains(x.Body, "回执码不对") {
			t.Errorf("%d %s", x.StatusCode, words(x.Body))
		}
	})
}

func TestRatingsAreFollowedUpByAnother(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	code := c.reported("words", "邻居欠钱不还", "name", "李四", "phone", "13900002222", "cell", "c1")
	rep := h.report(t, code)
	h.Do(t, h.Cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Decline: "not_police", Answer: "请到司法所"})
	page := c.get("/progress/" + code).Body
	t.Run("18.1 网上办的问四个分项，可以不填", func(t *testing.T) {
		for _, item := range []string{"rate_efficiency", "rate_guide", "rate_convenience", "rate_operation"} {
			if !strings.Contains(page, item) {
				t.Errorf("no %s", item)
			}
		}
		if strings.Contains(page, "rate_attitude") {
			t.Error("asks what a mediation is asked")
		}
	})
	if a := c.post("/progress/"+code+"/rate", "key", "s1", "stars", "1", "rate_guide", "2", "words", "推来推去"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	h.settle(t)
	t.Run("18.2 评价人看到转给别人核查和期限", func(t *testing.T) {
		if said := words(c.get("/progress/" + code).Body); !strings.Contains(said, "已转给别的民警核查") || !strings.Contains(said, "前答复您") {
			t.Error(said)
		}
	})
	rated := h.caller(t)
	rated.signIn("officer_1")
	t.Run("18.2 工作人员看不到谁评的", func(t *testing.T) {
		for _, at := range []string{"/inbox", "/inbox?tab=declined", "/reports/" + rep.ID} {
			if said := words(rated.get(at).Body); strings.Contains(said, "非常不满意") || strings.Contains(said, "推来推去") {
				t.Errorf("%s tells: %s", at, said)
			}
		}
		if said := words(rated.get("/ratings").Body); strings.Contains(said, "非常不满意") || strings.Contains(said, "满意率") {
			t.Error(said)
		}
	})
	head := h.caller(t)
	head.signIn("head")
	list := head.get("/ratings").Body
	m := regexp.MustCompile(`/ratings/(g_[^"]+)"`).FindStringSubmatch(list)
	if m == nil {
		t.Fatal(words(list))
	}
	at := "/ratings/" + m[1]
	t.Run("18.2 统计按级，没有姓名", func(t *testing.T) {
		said := words(list)
		if !strings.Contains(said, "非常不满意") || strings.Contains(said, "李四") || strings.Contains(said, "13900002222") {
			t.Error(said)
		}
	})
	t.Run("18.2 被评的人不能核查，名单里就没有他", func(t *testing.T) {
		if a := rated.get(at); a.StatusCode != 404 {
			t.Errorf("who was rated opens it: %d", a.StatusCode)
		}
		if form := head.get(at).Body; strings.Contains(form, `value="`+h.Cast["officer_1"].Person+`"`) || !strings.Contains(form, `value="`+h.Cast["officer_2"].Person+`"`) {
			t.Error("offers who was rated, or not who was not")
		}
		if a := head.post(at+"/assign", "key", "a1", "follower", h.Cast["officer_1"].Person); a.StatusCode != 422 || !strings.Contains(a.Body, "被评的人不能核查") {
			t.Errorf("%d %s", a.StatusCode, words(a.Body))
		}
	})
	t.Run("18.2 核查、整改、回访、答复，评价人看得到答复", func(t *testing.T) {
		if a := head.post(at+"/assign", "key", "a2", "follower", h.Cast["officer_2"].Person); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		o := h.caller(t)
		o.signIn("officer_2")
		for _, step := range [][]string{{"check", "founded", "true", "words", "没有说清去哪里"}, {"rectify", "words", "已当面指路"}, {"call_back", "was_reached", "true", "words", "表示理解"}, {"answer", "words", "以后一次说清"}} {
			if a := o.post(at+"/"+step[0], append(step[1:], "key", "k"+step[0])...); a.StatusCode != 303 {
				t.Fatalf("%s: %d %s", step[0], a.StatusCode, words(a.Body))
			}
		}
		h.settle(t)
		if said := words(c.get("/progress/" + code).Body); !strings.Contains(said, "以后一次说清") {
			t.Error(said)
		}
		if said := words(head.get("/ratings?tab=over").Body); !strings.Contains(said, "已答复") || !strings.Contains(said, "按时答复 100%") {
			t.Error(said)
		}
	})
	t.Run("18.2 只能评一次", func(t *testing.T) {
		if a := c.post("/progress/"+code+"/rate", "key", "s2", "stars", "5"); a.StatusCode != 409 {
			t.Errorf("%d", a.StatusCode)
		}
	})
}
