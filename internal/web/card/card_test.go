package card_test

import (
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/organisation"
)

func TestScanningACard(t *testing.T) {
	s := webtest.Stage(t)
	_, codes := s.PrintCards(t, "officer_1", "c1", "officer_1")
	c := s.Caller(t)
	at := "/k/" + codes[0]
	t.Run("一眼看见是谁、打哪个电话、急事打110", func(t *testing.T) {
		a := c.Get(at)
		for _, want := range []string{"陈建国", "民警", "下湾村第一网格", `href="tel:03982123110"`, "0398-2123110", "周一至周五", `href="tel:110"`, `href="/report/c1"`, at + "/call", at + "/ask", at + "/wrong", `href="/book"`, `href="/progress"`, `href="/mine"`} {
			if a.StatusCode != 200 || !strings.Contains(a.Body, want) {
				t.Errorf("%d: no %s", a.StatusCode, want)
			}
		}
		if len(a.Body) > 50<<10 || strings.Contains(a.Body, "1390") {
			t.Errorf("%d bytes", len(a.Body))
		}
	})
	t.Run("照着卡片输编码也能打开，输错了说清楚", func(t *testing.T) {
		if a := c.Post("/k", "card_code", strings.ToLower(ident.Receipt(codes[0]).String())); a.StatusCode != 303 || a.Header.Get("Location") != at {
			t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
		}
		if a := c.Post("/k", "card_code", "ABCD-1234-56"); a.StatusCode != 404 || !strings.Contains(a.Body, "没有这个编码的连心卡") || !strings.Contains(a.Body, "ABCD-1234-56") {
			t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
	t.Run("请给我回电话，有回执，本格的人看得到期限", func(t *testing.T) {
		form := c.Get(at + "/call")
		if a := c.Post(at+"/call", "key", webtest.Field(form.Body, "key"), "call_when", "晚上7点以后"); a.StatusCode != 422 || !strings.Contains(a.Body, "晚上7点以后") {
			t.Errorf("%d: what was typed is lost", a.StatusCode)
		}
		a := c.Post(at+"/call", "key", webtest.Field(form.Body, "key"), "phone", "13900004321", "call_when", "晚上7点以后", "words", "想问上门办证")
		if a.StatusCode != 303 || !strings.HasPrefix(a.Header.Get("Location"), "/progress/") {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		officer := s.As(t, "officer_1")
		list := officer.Get("/cards")
		if !strings.Contains(list.Body, "由陈建国答复") || strings.Contains(list.Body, "13900004321") {
			t.Error(webtest.Words(list.Body))
		}
		href := webtest.Between(list.Body, `href="/reports/`, `"`)
		page := officer.Get("/reports/" + href)
		if !strings.Contains(page.Body, "请给我回电话") || !strings.Contains(page.Body, "登记回电") || strings.Contains(page.Body, "13900004321") {
			t.Error(webtest.Words(page.Body))
		}
		if a := officer.Post("/act/card.called", "key", "called-1", "card_code", codes[0], "report", href, "call_result", "reached"); a.StatusCode != 303 {
			t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		if strings.Contains(officer.Get("/cards").Body, "/reports/"+href) {
			t.Error("what is done is still waiting")
		}
	})
	t.Run("换了人，旧卡说明现在找谁", func(t *testing.T) {
		s.Do(t, desk.Program(desktest.Station), "org.leave", &organisation.Leave{Person: s.Cast["officer_1"].Person})
		a := c.Get(at)
		if !strings.Contains(a.Body, "卡上的陈建国现在不负责这里了，由李志强接着负责") || strings.Contains(a.Body, "0398-2123456") || !strings.Contains(a.Body, "0398-2123110") {
			t.Error(webtest.Words(a.Body))
		}
	})
	t.Run("猜编码的猜不下去", func(t *testing.T) {
		guess, refused := desktest.Random(7), 0
		for range 100 {
			if c.Get("/k/"+string(ident.NewReceipt(guess))).StatusCode == 429 {
				refused++
			}
		}
		if refused < 60 {
			t.Errorf("%d of 100 guesses were refused", refused)
		}
		if a := c.Get(at); a.StatusCode != 429 {
			t.Errorf("a right code among the guesses is told apart: %d", a.StatusCode)
		}
		s.Clock.Advance(11 * time.Minute)
		if a := c.Get(at); a.StatusCode != 200 {
			t.Errorf("later the card opens again: %d", a.StatusCode)
		}
	})
}

func TestCardsAreCarriedByTheirCells(t *testing.T) {
	s := webtest.Stage(t)
	to, codes := s.PrintCards(t, "officer_1", "c1", "officer_1")
	worker := s.As(t, "cell_worker_1")
	t.Run("整批打印成PDF，没发的可以单独打", func(t *testing.T) {
		if a := worker.Get(to + "/cards.pdf"); a.StatusCode != 200 || !strings.HasPrefix(a.Body, "%PDF") || a.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%d %.60s", a.StatusCode, a.Body)
		}
	})
	t.Run("发卡，新地址一起登记；发错了填的还在", func(t *testing.T) {
		page := worker.Get("/cards/give")
		a := worker.Post("/act/card.give", "key", webtest.Field(page.Body, "key"), "next", "/cards/give", "card_code", "ABCD-0000-00", "household", "三组12号")
		if a.StatusCode != 404 && a.StatusCode != 422 || !strings.Contains(a.Body, "三组12号") || !strings.Contains(a.Body, "没有这个编码") {
			t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		if a := worker.Post("/act/card.give", "key", webtest.Field(page.Body, "key")+"x", "next", "/cards/give", "card_code", codes[0], "household", "三组12号"); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		if list := worker.Get("/households?cell=c1&of=with"); !strings.Contains(list.Body, "三组12号") || !strings.Contains(list.Body, "1/1户") {
			t.Error(webtest.Words(list.Body))
		}
	})
	t.Run("别格的网格员看不到这一格的户和卡", func(t *testing.T) {
		s.GivePassword(t, "cell_worker_2")
		other := s.As(t, "cell_worker_2")
		for _, at := range []string{to, to + "/cards.pdf", "/households?cell=c1", "/households/sheet.pdf?cell=c1"} {
			if a := other.Get(at); a.StatusCode != 404 {
				t.Errorf("%s: %d", at, a.StatusCode)
			}
		}
		if a := other.Get("/cards"); a.StatusCode != 200 || strings.Contains(a.Body, "下湾村第一网格") {
			t.Error(webtest.Words(a.Body))
		}
	})
	t.Run("志愿者和保安不进来", func(t *testing.T) {
		s.GivePassword(t, "guard_1")
		for _, who := range []string{"volunteer_1", "guard_1"} {
			if a := s.As(t, who).Get("/cards"); a.StatusCode != 403 {
				t.Errorf("%s: %d", who, a.StatusCode)
			}
		}
	})
	t.Run("导入户：先看一看，重复的一户，有错的说哪行", func(t *testing.T) {
		file := "网格,地址,居住人数,户主姓名\n下湾村第一网格,三组13号,4,张三\n下湾村第一网格,3组十三号,4,张三\n桥头社区第二网格,一组2号,3,李四\n,没有号,2,王五\n不存在的网格,一组1号,2,赵六\n"
		look := worker.SendFile("/households/import", "户.csv", file, "cell", "c1")
		if look.StatusCode != 200 || !strings.Contains(look.Body, "户主姓名") {
			t.Fatalf("%d %s", look.StatusCode, webtest.Words(look.Body))
		}
		for _, want := range []string{"地址里没有门牌", "不存在的网格", "您的岗位没有权限"} {
			if !strings.Contains(look.Body, want) {
				t.Errorf("no “%s” in %s", want, webtest.Words(look.Body))
			}
		}
		if n := strings.Count(s.As(t, "head").Get("/households?cell=c1&of=all").Body, "三组13号"); n != 0 {
			t.Error("looking first has written something")
		}
		a := worker.Post("/households/import", "do", "1", "cell", "c1", "name", "户.csv", "packed", webtest.Field(look.Body, "packed"))
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		if list := worker.Get(a.Header.Get("Location")); strings.Count(list.Body, "三组13号") != 1 || strings.Contains(list.Body, "张三") {
			t.Error(webtest.Words(list.Body))
		}
	})
	t.Run("一户登记在两个网格，列出来等人定", func(t *testing.T) {
		for _, cell := range []string{"c1", "c2"} {
			s.Do(t, s.Cast["head"], "household.set", &card.SetHousehold{Cell: cell, Label: "东关大桥1号"})
		}
		s.Settle(t)
		if a := s.As(t, "head").Get("/households/twice"); strings.Count(a.Body, "东关大桥1号") != 2 {
			t.Error(webtest.Words(a.Body))
		}
	})
	t.Run("走访时顺手发卡", func(t *testing.T) {
		officer := s.As(t, "officer_1")
		page := officer.Get("/matters/" + s.Matter + "/do/visit")
		if !strings.Contains(page.Body, "顺手发一张连心卡") {
			t.Fatal(webtest.Words(page.Body))
		}
		a := officer.Post("/act/matter.visit", "key", "visit-card", "matter", s.Matter, "at", s.Clock.Now().In(time.FixedZone("", 8*3600)).Format("2006-01-02T15:04"), "words", "去看了", "card_code", codes[5], "household", "三组18号")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		if list := officer.Get("/households?cell=c1&of=with"); !strings.Contains(list.Body, "三组18号") {
			t.Error(webtest.Words(list.Body))
		}
	})
}
