package web_test

import (
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
)

// kept is a station that keeps things.
type kept struct {
	*scene
	desktest.Kept
}

func keeping(t testing.TB) *kept {
	t.Helper()
	s := quiet(t)
	for _, name := range []string{"window_clerk"} {
		if who, ok := s.Cast[name]; ok {
			s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: who.Person, Password: password})
		}
	}
	k := &kept{s, s.Keep(t, s.Cast)}
	k.settle(t)
	return k
}

// secrets are the words that no page shows to anybody without an act of its own.
var secrets = []string{"石木生", "罗根生", "童招弟", "牛二宝", "石桂兰", "白秀英", "谷满仓", "三百二十七块", "13900005501", "13900005502", "13900005503", "13900005505", "专柜上层", "老街42号", "听过讲课"}

func leaksNothing(t *testing.T, page, body string, but ...string) {
	t.Helper()
	for _, word := range secrets {
		if strings.Contains(body, word) && !strings.Contains(strings.Join(but, " "), word) {
			t.Errorf("%s shows %s", page, word)
		}
	}
}

// notice takes in a phone and publishes it.
func (k *kept) notice(t testing.TB) string {
	t.Helper()
	x := k.Do(t, k.Cast["officer_1"], "found.register", &found.Register{Cell: "c1", Find: found.Find{Sort: "phone", Looks: "蓝色手机，屏幕有裂纹", Area: "河沿公园", Spot: "公园三号长椅",
		FoundAt: k.Clock.Now(), Source: "person", Name: "罗根生", KeptAt: "接待室", Points: []found.Point{{What: "锁屏图案", Secret: "一只黄狗"}}}}).ID
	k.Do(t, k.Cast["officer_1"], "found.publish", &found.Publish{On: matter.On{Matter: x}, Where: "本所户籍窗口"})
	k.settle(t)
	return x
}

func TestPublicNoticesTellNoProof(t *testing.T) {
	k := keeping(t)
	x := k.notice(t)
	c := k.caller(t)
	page := c.get("/found")
	if page.StatusCode != 200 || !strings.Contains(page.Body, "蓝色手机") || !strings.Contains(page.Body, "河沿公园") || !strings.Contains(page.Body, "110") {
		t.Fatalf("%d %s", page.StatusCode, words(page.Body))
	}
	leaksNothing(t, "/found", page.Body)
	for _, word := range []string{"三号长椅", "黄狗", "锁屏图案", "罗", "黑色长款钱包"} { // the purse was recognised: its notice is down
		if strings.Contains(page.Body, word) {
			t.Errorf("the public list shows %s", word)
		}
	}
	if len(page.Body) > 50_000 {
		t.Errorf("the public list has %d bytes", len(page.Body))
	}
	if none := c.get("/found?sort=keys"); !strings.Contains(none.Body, "没有招领公告") {
		t.Errorf("%s", words(none.Body))
	}
	if gone := c.get("/found/" + x + "/photo/1"); gone.StatusCode != 404 {
		t.Errorf("a picture that is not marked: %d", gone.StatusCode)
	}
	if front := c.get("/"); !strings.Contains(front.Body, `href="/found"`) {
		t.Error("the front page does not lead to the notices")
	}
}

func TestPagesOfThingsKept(t *testing.T) {
	k := keeping(t)
	c := k.as(t, "officer_1")
	for _, x := range []struct{ rule, page, has string }{
		{"护送：时间、交接、家人都在", "/matters/" + k.Errand, "交给医生或亲属"},
		{"随车记录：下一步一个按钮", "/errand/" + k.Errand, "送回家"},
		{"紧急护送的首页", "/errand", "护送孩子就医"},
		{"拾得物：证明细节只说已封存", "/matters/" + k.Purse, "已封存"},
		{"拾得物：不予认领的留着理由", "/matters/" + k.Purse, "说的特征对不上"},
		{"身份证：先核查", "/matters/" + k.Card, "核查身份证"},
		{"子弹：两名民警、数量", "/matters/" + k.Rounds, "枪爆收2026-1"},
		{"子弹：存放处不给保管人以外的人看", "/matters/" + k.Rounds, "只对指定保管人可见"},
		{"待交还的列表", "/found?tab=owner", "黑色长款钱包"},
		{"待公告的列表", "/found", "居民身份证一张"},
		{"没有满一年的", "/found?tab=over", "没有满一年无人认领的东西"},
		{"收下拾得物的表单", "/found/new", "证明细节"},
		{"上交枪弹的表单", "/surrender", "不要移动"},
		{"服务大厅有路", "/services", "紧急护送"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			a := c.get(x.page)
			if a.StatusCode != 200 || !strings.Contains(a.Body, x.has) {
				t.Fatalf("%d, %q not in %s", a.StatusCode, x.has, words(a.Body))
			}
			leaksNothing(t, x.page, a.Body)
		})
	}
	t.Run("指定保管人看得到存放处", func(t *testing.T) {
		a := k.as(t, "head").get("/matters/" + k.Rounds)
		if !strings.Contains(a.Body, "专柜上层") {
			t.Error(words(a.Body))
		}
	})
	t.Run("网格员看不到上交了什么", func(t *testing.T) {
		a := k.as(t, "cell_worker_1").get("/matters/" + k.Rounds)
		if strings.Contains(a.Body, "7.62") || !strings.Contains(a.Body, "只对民警可见") {
			t.Error(words(a.Body))
		}
	})
	t.Run("文书都印得出来", func(t *testing.T) {
		for _, x := range []string{k.Purse + "/keeping/found_receipt", k.Purse + "/keeping/found_notice", k.Purse + "/keeping/found_return", k.Rounds + "/keeping/surrender_receipt"} {
			if a := c.get("/matters/" + x + ".pdf"); a.StatusCode != 200 || !strings.HasPrefix(a.Body, "%PDF") {
				t.Errorf("%s: %d %s", x, a.StatusCode, words(a.Body))
			}
		}
		if a := c.get("/matters/" + k.Rounds + "/keeping/surrender_handover.pdf"); a.StatusCode != 404 {
			t.Errorf("a hand-over list before the hand-over: %d", a.StatusCode)
		}
		if a := c.get("/found/state.pdf"); a.StatusCode != 200 {
			t.Errorf("list for the state: %d", a.StatusCode)
		}
	})
}

// The whole of a night by forms alone: registered, on the way, arrived, handed over, home again; nothing typed is lost when refused.
func TestErrandByItsForms(t *testing.T) {
	k := keeping(t)
	c := k.as(t, "officer_1")
	form := c.get("/errand")
	bad := c.post("/act/errand.call", "key", field(form.Body, "key"), "next", "/errand/{id}", "needing", "elder", "ailing", "摔了一跤", "place", "", "cell", "c1")
	if bad.StatusCode != 422 || !strings.Contains(bad.Body, "摔了一跤") {
		t.Fatalf("%d %s", bad.StatusCode, words(bad.Body))
	}
	a := c.post("/act/errand.call", "key", "night-1", "next", "/errand/{id}", "needing", "elder", "ailing", "摔了一跤", "place", "下湾村三组", "cell", "c1", "destination", "县医院", "leave_now", "true")
	at := a.Header.Get("Location")
	if a.StatusCode != 303 || !strings.HasPrefix(at, "/errand/m_") {
		t.Fatalf("%d %s %s", a.StatusCode, at, words(a.Body))
	}
	id := strings.TrimPrefix(at, "/errand/")
	step := func(act string, pairs ...string) {
		t.Helper()
		pairs = append([]string{"key", act + id, "matter", id, "next", at}, pairs...)
		if a := c.post("/act/errand."+act, pairs...); a.StatusCode != 303 {
			t.Fatalf("%s: %d %s", act, a.StatusCode, words(a.Body))
		}
	}
	step("pick_up")
	step("arrive", "destination", "县医院")
	refused := c.post("/act/errand.hand_over", "key", "x1", "matter", id, "handed_to", "doctor")
	if refused.StatusCode != 422 || !strings.Contains(refused.Body, "请写接收人的姓名") {
		t.Fatalf("%d %s", refused.StatusCode, words(refused.Body))
	}
	step("hand_over", "handed_to", "doctor", "receiver_name", "白秀英")
	step("tell_family", "relation_to", "儿子", "reached", "true", "got_through", "true")
	step("bring_back", "stays_there", "true")
	page := c.get(at)
	if !strings.Contains(page.Body, "次日回访") {
		t.Error(words(page.Body))
	}
}

// A thing is taken in, claimed and handed back by forms; the details are shown to who compares and to nobody else.
func TestFoundByItsForms(t *testing.T) {
	k := keeping(t)
	c := k.as(t, "officer_1")
	base := []string{"key", "f1", "next", "/matters/{id}", "cell", "c1", "thing_sort", "purse", "found_area", "车站", "found_at", "2026-03-02T08:00", "brought_by", "person",
		"finder", "罗根生", "kept_at", "柜一", "proof_points.0.proof_point", "金额", "proof_points.0.proof_detail", "八百块"}
	bad := c.post("/act/found.register", append(base, "public_looks", "红钱包，内有800元")...)
	if bad.StatusCode != 422 || !strings.Contains(bad.Body, "不要写金额") || !strings.Contains(bad.Body, "八百块") {
		t.Fatalf("%d %s", bad.StatusCode, words(bad.Body))
	}
	a := c.post("/act/found.register", append(base, "public_looks", "红色钱包")...)
	at := a.Header.Get("Location")
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	id := strings.TrimPrefix(at, "/matters/")
	for _, verb := range []string{"publish", "tell_owner", "take_claim", "add_photos", "move"} {
		if p := c.get(at + "/do/" + verb); p.StatusCode != 200 {
			t.Errorf("%s: %d %s", verb, p.StatusCode, words(p.Body))
		}
	}
	if a := c.post("/act/found.take_claim", "key", "f2", "matter", id, "claimant", "童招弟", "told_of_it", "八百块", "identity_checked", "true"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	claim := k.Thing(t, id).Claims[0].ID
	p := c.get(at + "/do/compare?found_claim=" + claim)
	if p.StatusCode != 200 || !strings.Contains(p.Body, "八百块") {
		t.Fatalf("%d %s", p.StatusCode, words(p.Body))
	}
	if a := c.post("/act/found.compare", "key", "f3", "matter", id, "found_claim", claim, "agreeing", "1", "identity_checked", "true"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := c.post("/act/found.decide", "key", "f4", "matter", id, "found_claim", claim, "claim_answer", "accept"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := c.post("/act/found.hand_over", "key", "f5", "matter", id, "identity_checked", "true", "signed_name", "童招弟"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if page := c.get(at); !strings.Contains(page.Body, "交还失主") {
		t.Error(words(page.Body))
	}
}
