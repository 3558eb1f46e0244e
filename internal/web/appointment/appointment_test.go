package appointment_test

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/webtest"
)

// The clock of the scene stands on Monday 2 March 2026, nine in the morning.
const nextDay = "2026-03-03"

var slotValues = regexp.MustCompile(`name="slot" value="([^"]+)"|value="([^"]+)"[^>]*name="slot"`)

// slots are the slots a page offers.
func slots(page string) (list []string) {
	for _, m := range slotValues.FindAllStringSubmatch(page, -1) {
		list = append(list, html.UnescapeString(m[1]+m[2]))
	}
	return list
}

// bookOne books by the page of residents and gives the code.
func bookOne(t testing.TB, c *webtest.Caller, service, on string, more ...string) (code string, a webtest.Answer) {
	t.Helper()
	page := c.Get("/catalogue/" + service + "?on=" + on)
	list := slots(page.Body)
	if page.StatusCode != 200 || len(list) == 0 {
		t.Fatalf("%d, no slots on %s: %s", page.StatusCode, on, webtest.Words(page.Body))
	}
	pairs := append([]string{"key", webtest.Field(page.Body, "key"), "on", on, "slot", list[0]}, more...)
	a = c.Post("/catalogue/"+service, pairs...)
	to := a.Header.Get("Location")
	code, _, _ = strings.Cut(strings.TrimPrefix(to, "/book/"), "?")
	return code, a
}

func Test预约(t *testing.T) {
	s := webtest.Stage(t)
	c := s.Caller(t)
	t.Run("目录里每件事都说清要带什么、多少钱、多久，来不了的有上门的路", func(t *testing.T) {
		list := c.Get("/book")
		for _, want := range []string{"居民身份证到期换领", "出生登记", "居住证签注", "上交枪支、弹药", "紧急情况", "/catalogue/id_renew"} {
			if !strings.Contains(list.Body, want) {
				t.Errorf("the catalogue lacks %q", want)
			}
		}
		page := c.Get("/catalogue/id_renew")
		for _, want := range []string{"原居民身份证", "20元", "60日", "/doorstep/ask?service=id_renew", "宽松", "未满16周岁"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the item lacks %q: %s", want, webtest.Words(page.Body))
			}
		}
		if bomb := c.Get("/catalogue/sur_explosives").Body; !strings.Contains(bomb, "不要碰") || strings.Contains(bomb, `name="slot"`) {
			t.Error("explosives are to be brought to a window")
		}
		if len(page.Body) > 50<<10 || len(list.Body) > 50<<10 {
			t.Errorf("pages of %d and %d bytes", len(list.Body), len(page.Body))
		}
	})
	code, a := bookOne(t, c, "id_renew", nextDay, "name", "赵桂兰", "phone", "13900001234")
	if a.StatusCode != http.StatusSeeOther || len(code) != 10 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	s.Settle(t)
	t.Run("凭码看自己的预约：名字电话只露一部分，要带什么再说一遍", func(t *testing.T) {
		own := c.Get("/book/" + code + "?new=1").Body
		for _, want := range []string{"赵*", "139****1234", "08:30", "原居民身份证", code[:4] + "-" + code[4:8] + "-" + code[8:]} {
			if !strings.Contains(own, want) {
				t.Errorf("lacks %q: %s", want, webtest.Words(own))
			}
		}
		if strings.Contains(own, "赵桂兰") || strings.Contains(own, "13900001234") {
			t.Error("name or phone stand open")
		}
	})
	t.Run("填错了不丢已填的字，话说明白", func(t *testing.T) {
		for _, x := range []struct{ want, name, phone string }{{"电话号码写得不对", "钱多多", "12"}, {"请填写", "", "13900001235"}} {
			page := c.Get("/catalogue/id_renew?on=" + nextDay)
			a := c.Post("/catalogue/id_renew", "key", webtest.Field(page.Body, "key"), "on", nextDay, "slot", slots(page.Body)[1], "name", x.name, "phone", x.phone)
			if a.StatusCode != 422 || !strings.Contains(a.Body, x.want) || !strings.Contains(a.Body, html.EscapeString(x.name)) || !strings.Contains(a.Body, x.phone) {
				t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
			}
		}
		_, a := bookOne(t, c, "id_renew", nextDay, "name", "孙小宝", "phone", "13900001236", "young", "true")
		if a.StatusCode != 422 || !strings.Contains(a.Body, "监护人陪同") {
			t.Errorf("a child alone: %d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
	t.Run("被别人抢先的时段，告诉最近的空位", func(t *testing.T) {
		page := c.Get("/catalogue/id_renew?on=" + nextDay)
		first := slots(page.Body)[0]
		for i, want := range []int{303, 409} {
			a := s.Caller(t).Post("/catalogue/id_renew", "key", "k"+string(rune('a'+i)), "on", nextDay, "slot", first, "name", "李某", "phone", "1390000200"+string(rune('0'+i)))
			if a.StatusCode != want || i == 1 && (!strings.Contains(a.Body, "刚刚约满") || !strings.Contains(a.Body, "08:45")) {
				t.Fatalf("%d: %d %s", i, a.StatusCode, webtest.Words(a.Body))
			}
		}
	})
	t.Run("自己改、自己取消", func(t *testing.T) {
		page := c.Get("/book/" + code + "/change?on=2026-03-04")
		a := c.Post("/book/"+code+"/change", "key", webtest.Field(page.Body, "key"), "on", "2026-03-04", "slot", "household/10:00")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		if own := c.Get("/book/" + code).Body; !strings.Contains(own, "3月4日") || !strings.Contains(own, "10:00") {
			t.Errorf("%s", webtest.Words(own))
		}
		other, _ := bookOne(t, c, "hh_book", nextDay, "name", "周某", "phone", "13900001239")
		a = c.Post("/book/"+other+"/cancel", "key", webtest.Field(c.Get("/book/"+other).Body, "key"))
		if a.StatusCode != 303 || !strings.Contains(c.Get("/book/"+other).Body, "已取消") {
			t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
	t.Run("乱猜预约码，猜不到也猜不久", func(t *testing.T) {
		thief := s.Caller(t)
		last := 0
		for range 40 {
			last = thief.Get("/book/0000000000").StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("after 40 guesses: %d", last)
		}
	})
}

func Test窗口一天(t *testing.T) {
	s := webtest.Stage(t)
	c := s.Caller(t)
	code, _ := bookOne(t, c, "id_renew", nextDay, "name", "赵桂兰", "phone", "13900001234")
	s.Settle(t)
	s.Clock.Set(time.Date(2026, 3, 3, 8, 40, 0, 0, clock.Shanghai))
	s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast["window_clerk"].Person, Password: webtest.Password})
	s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast["guard_1"].Person, Password: webtest.Password})
	clerk := s.As(t, "window_clerk")
	press := func(act string, pairs ...string) webtest.Answer {
		t.Helper()
		s.Settle(t)
		a := clerk.Post("/act/"+act, append([]string{"key", act + strings.Join(pairs, ""), "next", "/appointments"}, pairs...)...)
		if a.StatusCode != 303 {
			t.Fatalf("%s: %d %s", act, a.StatusCode, webtest.Words(a.Body))
		}
		return a
	}
	_, v, err := s.Desk.Appointment(context.Background(), desktest.Station, code)
	if err != nil {
		t.Fatal(err)
	}
	at := []string{"hall_window", "household", "on", nextDay, "id", v.ID}
	t.Run("当天：谁约了，名字只露一部分", func(t *testing.T) {
		page := clerk.Get("/appointments").Body
		if !strings.Contains(page, "赵*") || strings.Contains(page, "赵桂兰") || !strings.Contains(page, "报到取号") {
			t.Error(webtest.Words(page))
		}
	})
	t.Run("看全名要写明用途，查看留痕", func(t *testing.T) {
		page := clerk.Get("/appointments/at/household/" + nextDay + "/" + v.ID).Body
		href := strings.ReplaceAll(webtest.Between(page, `href="/look?`, `"`), "&amp;", "&")
		if ask := clerk.Get("/look?" + href); ask.StatusCode != 200 {
			t.Fatalf("%d %s", ask.StatusCode, webtest.Words(ask.Body))
		}
	})
	t.Run("约的、现场的按规矩叫号，大屏只有号没有名", func(t *testing.T) {
		press("visit.take_number", "hall_window", "household", "service", "cert_kin")
		press("appointment.arrive", at...)
		press("visit.call", "hall_window", "household", "counter", "1")
		s.Settle(t)
		screen := s.Caller(t).Get("/appointments/screen")
		if !strings.Contains(screen.Body, "AY01") || !strings.Contains(screen.Body, "A01") || strings.Contains(screen.Body, "赵") || screen.Header.Get("Refresh") == "" {
			t.Error(webtest.Words(screen.Body))
		}
		if page := clerk.Get("/appointments").Body; !strings.Contains(page, "办完") || !strings.Contains(page, "AY01") {
			t.Error(webtest.Words(page))
		}
	})
	t.Run("材料不齐要写明缺什么，字不丢", func(t *testing.T) {
		a := clerk.Post("/act/visit.finish", append(at, "key", "f1", "next", "/appointments", "result", "papers")...)
		if a.StatusCode != 422 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		press("visit.finish", append(at, "result", "papers", "note", "缺户口簿，其他都齐了")...)
	})
	t.Run("停办：约了的进入要改的名单，本人看得到，改了才下名单", func(t *testing.T) {
		other, _ := bookOne(t, c, "id_renew", "2026-03-05", "name", "钱某", "phone", "13900001240")
		s.Settle(t)
		press("window.close", "hall_window", "household", "on", "2026-03-05", "reason", "停电检修")
		s.Settle(t)
		if page := clerk.Get("/appointments").Body; !strings.Contains(page, "要改时段的人") || !strings.Contains(page, "3月5日") {
			t.Error(webtest.Words(page))
		}
		own := c.Get("/book/" + other).Body
		if !strings.Contains(own, "要改时段") || !strings.Contains(own, "人少的时段") {
			t.Error(webtest.Words(own))
		}
		page := c.Get("/book/" + other + "/change?on=2026-03-06")
		if a := c.Post("/book/"+other+"/change", "key", webtest.Field(page.Body, "key"), "on", "2026-03-06", "slot", slots(page.Body)[0]); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		if page := clerk.Get("/appointments").Body; strings.Contains(page, "要改时段的人") {
			t.Error("still on the list")
		}
		if page := clerk.Get("/appointments/hours").Body; !strings.Contains(page, "停电检修") || !strings.Contains(page, "窗口恢复办理") {
			t.Error(webtest.Words(page))
		}
	})
	t.Run("电话里代约，日程单打得出来", func(t *testing.T) {
		page := clerk.Get("/appointments/book?service=id_renew&on=2026-03-06")
		a := clerk.Post("/appointments/book", "key", webtest.Field(page.Body, "key"), "service", "id_renew", "on", "2026-03-06", "slot", slots(page.Body)[0], "name", "吴老汉", "phone", "0599-6123456", "channel", "phone")
		if a.StatusCode != 303 || !strings.Contains(a.Header.Get("Location"), "/appointments/at/household/2026-03-06/") {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		sheet := clerk.Get("/appointments/sheet?day=2026-03-06")
		if sheet.StatusCode != 200 || !bytes.HasPrefix([]byte(sheet.Body), []byte("%PDF")) {
			t.Errorf("%d %s", sheet.StatusCode, webtest.Cut200(sheet.Body))
		}
	})
	t.Run("志愿者和审计看不到窗口", func(t *testing.T) {
		for _, who := range []string{"volunteer_1", "guard_1", "cell_worker_1"} {
			if a := s.As(t, who).Get("/appointments"); a.StatusCode != 403 {
				t.Errorf("%s: %d", who, a.StatusCode)
			}
		}
	})
}

func Test身份证到期(t *testing.T) {
	s := webtest.Stage(t)
	c := s.Caller(t)
	for _, x := range []struct{ rule, born, issued, want string }{
		{"十五岁领的管五年", "2010-03-02", "2026-03-01", "2031年3月1日"},
		{"二十六岁领的管二十年", "1999-05-01", "2025-06-01", "2045年6月1日"},
		{"四十六岁起长期", "1970-01-01", "2020-01-01", "长期有效"},
		{"日期填反了，话说明白", "2020-01-01", "2010-01-01", "日期不对"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if a := c.Post("/book/card", "born", x.born, "issued", x.issued); !strings.Contains(a.Body, x.want) || !strings.Contains(a.Body, x.born) {
				t.Error(webtest.Words(a.Body))
			}
		})
	}
	t.Run("没有开通短信的所不要电话、不说提醒", func(t *testing.T) {
		ask := func() string { return c.Post("/book/card", "born", "1999-05-01", "issued", "2025-06-01").Body }
		if body := ask(); strings.Contains(body, "/book/card/remind") || !strings.Contains(body, "没有开通短信") {
			t.Error(webtest.Words(body))
		}
		s.Site.Texts = func(string) bool { return true }
		if body := ask(); !strings.Contains(body, "/book/card/remind") || strings.Contains(body, "没有开通短信") {
			t.Error(webtest.Words(body))
		}
	})
	t.Run("要提醒的留电话，不同意不留；凭码取消，电话删掉", func(t *testing.T) {
		if a := c.Post("/book/card/remind", "key", "r0", "ends_on", "2031-03-01", "phone", "13900001234"); a.StatusCode != 422 || !strings.Contains(a.Body, "13900001234") {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		a := c.Post("/book/card/remind", "key", "r1", "ends_on", "2031-03-01", "phone", "13900001234", "consent", "true")
		code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}`).FindString(a.Body)
		if a.StatusCode != 200 || code == "" {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		if a := c.Post("/book/card/stop", "key", "r2", "code", code); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		if a := c.Post("/book/card/stop", "key", "r3", "code", code); a.StatusCode != 409 {
			t.Errorf("twice: %d", a.StatusCode)
		}
	})
}

func TestHallScreenOfClosedWindows(t *testing.T) {
	s := webtest.Stage(t)
	for _, x := range []struct {
		name, say string
		at        time.Time
	}{
		{"早上还没开门，写明几点开始叫号", "开始叫号", time.Date(2026, 3, 3, 6, 0, 0, 0, clock.Shanghai)},
		{"下班以后不让人再等", "今天已停止叫号", time.Date(2026, 3, 3, 23, 30, 0, 0, clock.Shanghai)},
	} {
		t.Run(x.name, func(t *testing.T) {
			s.Clock.Set(x.at)
			if body := s.Caller(t).Get("/appointments/screen").Body; !strings.Contains(body, x.say) || strings.Contains(body, "请到窗口") {
				t.Error(webtest.Words(body))
			}
		})
	}
}
