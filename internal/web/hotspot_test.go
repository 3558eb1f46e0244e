package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/report"
)

// talked is a station in which several people reported the same things.
type talked struct {
	*scene
	water []string // reports of one thing in c1
}

func talking(t testing.TB) *talked {
	t.Helper()
	s := &talked{scene: stage(t)}
	s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast["cell_worker_2"].Person, Password: password})
	say := func(words, place, cell, name, phone string) string {
		s.Clock.Advance(11 * time.Minute)
		return s.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: words, Place: place, Cell: cell, Name: name, Phone: phone}).ID
	}
	for i, words := range []string{"三组又停水了，什么时候能来水", "我们三组停水一天了，电话13900001234，没人管", "三组停水，水站电话打不通，村民王大发家也没水", "三组停水两天了没人管"} {
		s.water = append(s.water, say(words, "下湾村三组", "c1", "", "1390000777"+string(rune('0'+i))))
	}
	for i, words := range []string{"夜市烧烤摊吵到半夜，油烟呛人", "东湖夜市烧烤摊油烟太大", "夜市烧烤摊半夜还在吵，油烟进屋", "夜市烧烤摊吵得睡不着"} {
		cell := "c2"
		if i == 2 {
			cell = "c1"
		}
		say(words, "", cell, "", "1390000888"+string(rune('0'+i)))
	}
	for range 4 {
		say("我家门口的下水道又堵了，臭得很，快来通一通", "下湾村六组", "c1", "", "13900006666")
	}
	s.Clock.Advance(time.Hour)
	s.settle(t)
	return s
}

func TestHotspots(t *testing.T) {
	s := talking(t)
	lead := s.as(t, "duty_lead")
	page := lead.get("/hotspots")
	t.Run("几个人说的同一件事列在热点页上，人数写明", func(t *testing.T) {
		shows(t, page, http.StatusOK, "停水", "4 人反映", "新出现", "下湾村第一网格", "烧烤摊", "组成的报事（4）")
	})
	t.Run("一个人说几遍不是热点", func(t *testing.T) {
		if strings.Contains(page.Body, "下水道") {
			t.Error("一个人的事上了热点页")
		}
	})
	t.Run("没有电话、名字和报事人", func(t *testing.T) {
		titles := strings.Join(regexp.MustCompile(`(?s)<h3>.*?</h3>|都说到.*?</p>`).FindAllString(page.Body, -1), "\n")
		for _, secret := range []string{"13900001234", "1390000777", "139****", "王大发"} {
			if strings.Contains(titles, secret) {
				t.Errorf("%q 在标题里：%s", secret, titles)
			}
		}
		if strings.Contains(page.Body, "13900001234") || strings.Contains(page.Body, "13900007770") {
			t.Error("电话在页上")
		}
	})
	t.Run("网格员只看得到全部消息都在自己网格里的", func(t *testing.T) {
		mine := s.as(t, "cell_worker_1").get("/hotspots")
		shows(t, mine, http.StatusOK, "停水")
		other := s.as(t, "cell_worker_2").get("/hotspots")
		if strings.Contains(mine.Body, "烧烤摊") || strings.Contains(other.Body, "烧烤摊") || strings.Contains(other.Body, "停水") {
			t.Error("看到了别的网格的话")
		}
	})
	t.Run("志愿者和管理员进不来", func(t *testing.T) {
		for _, name := range []string{"volunteer_1", "admin"} {
			if a := s.as(t, name).get("/hotspots"); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
	})
	t.Run("交办打开填好地点和网格的新事项", func(t *testing.T) {
		href := regexp.MustCompile(`href="(/matters/new\?[^"]*)"`).FindStringSubmatch(page.Body)
		if href == nil {
			t.Fatal("没有交办")
		}
		to := strings.ReplaceAll(href[1], "&amp;", "&")
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		raw(t, lead.get(to), "cell=c1", "kind=hazard&amp;place=")
		q := u.Query()
		q.Set("kind", "hazard")
		raw(t, lead.get("/matters/new?"+q.Encode()), `value="下湾村三组"`, `value="c1" selected`)
		if a := s.as(t, "cell_worker_2").get("/matters/new?kind=hazard&cell=c1&place=" + url.QueryEscape("某处")); strings.Contains(a.Body, `value="c1" selected`) {
			t.Error("填了不归自己的网格")
		}
	})
	t.Run("值班领导的第一页有前三个，民警的没有", func(t *testing.T) {
		shows(t, lead.get("/"), http.StatusOK, "一周来几个人都在说的事", "停水")
		if a := s.as(t, "officer_1").get("/"); strings.Contains(a.Body, "一周来几个人都在说的事") {
			t.Error("民警的第一页也有")
		}
	})
	t.Run("分流立了事项，从热点点得过去", func(t *testing.T) {
		a := s.Do(t, s.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: s.water[0]}, Open: []report.NewMatter{{Kind: "help", Title: "三组停水"}}})
		s.settle(t)
		raw(t, lead.get("/hotspots?span=day"), "已立的事项", "/matters/"+a.Matters[0])
	})
	t.Run("第一页的热点点过去，正是热点页上的那一条", func(t *testing.T) {
		links := regexp.MustCompile(`/hotspots\?span=week#([\w-]+)`).FindAllStringSubmatch(lead.get("/").Body, -1)
		if len(links) == 0 {
			t.Fatal("第一页没有热点")
		}
		week := lead.get("/hotspots?span=week").Body
		for _, l := range links {
			if !strings.Contains(week, `id="`+l[1]+`"`) {
				t.Errorf("热点页上没有 %s", l[1])
			}
		}
	})
	t.Run("没有一句是几个人都说的，标题写地点、条数、类别和共有的词", func(t *testing.T) {
		for i, words := range []string{"老段的收音机坏了", "修收音机找谁", "收音机在哪修"} {
			a := s.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: words, Place: "百货楼", Cell: "c2", Phone: "1390000999" + string(rune('0'+i))})
			s.Do(t, s.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: a.ID}, Open: []report.NewMatter{{Kind: "help", Title: "修收音机"}}})
		}
		s.settle(t)
		want := regexp.MustCompile(`<h3>百货楼 3 条[^<]+ · [^<]*收音机[^<]*</h3>`)
		if body := lead.get("/hotspots?span=day").Body; !want.MatchString(body) || !strings.Contains(body, "已立 3 件") {
			t.Error(regexp.MustCompile(`<h3>[^<]*</h3>`).FindAllString(body, -1))
		}
	})
	t.Run("没说地名而在同一网格，标题前面写网格", func(t *testing.T) {
		shows(t, lead.get("/hotspots?span=day"), http.StatusOK, "桥头社区第二网格 夜市烧烤摊")
	})
	t.Run("没有这样的时间段", func(t *testing.T) {
		if a := lead.get("/hotspots?span=year"); a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusBadRequest {
			t.Error(a.StatusCode)
		}
	})
	t.Run("过了很久，一天里没有热点，指去看一个月", func(t *testing.T) {
		s.Clock.Advance(9 * 24 * time.Hour)
		lead := s.as(t, "duty_lead")
		shows(t, lead.get("/hotspots"), http.StatusOK, "这段时间没有热点", "看一个月")
		shows(t, lead.get("/hotspots?span=month"), http.StatusOK, "停水")
	})
}

// many lets three people each tell of so many things.
func (s *talked) many(t testing.TB) {
	t.Helper()
	n := 0
	for _, said := range strings.Fields("东风桥路灯不亮 幸福路井盖丢了车轮掉进去 体育馆工地施工噪音吵到半夜 老粮站垃圾堆成山没人清 金水家园电梯关人修了又坏 文化广场跳舞声音开到最大 红旗商场消防通道被堵死 南关下水道返水进屋 北岭烧秸秆浓烟呛人 柳树巷大狗没人拴追着孩子咬 长途车站黑车拉客宰人 二中门口放学挤成一团 青年公园有人偷电动车电瓶 沙河钓鱼电线碰着危险 邮局门前假冒快递骗钱 纺织厂拖欠工资讨要没结果 三岔口红绿灯灭了 开发区自来水发黄有味 医院后墙裂缝要倒 老年活动室推销保健品 西市场公平秤不准 桃园饭店后厨油烟熏人 水库大坝有人游泳 高速出口大货车乱停") {
		for _, end := range []string{"", "，好几天了", "，麻烦管管"} {
			n++
			s.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: said + end, Cell: "c1", Phone: fmt.Sprintf("1390000%04d", n)})
		}
	}
	s.settle(t)
}

func TestScreensOfHotspots(t *testing.T) {
	s := talking(t)
	s.many(t)
	t.Run("一页只列最热的二十个，并写明", func(t *testing.T) {
		a := s.as(t, "duty_lead").get("/hotspots")
		shows(t, a, http.StatusOK, "只列最热的 20 个", "东风桥路灯不亮")
		if n := strings.Count(a.Body, "<h3>"); n != 20 {
			t.Errorf("%d 个", n)
		}
	})
	s.Do(t, s.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: s.water[0]}, Open: []report.NewMatter{{Kind: "help", Title: "三组停水"}}})
	s.settle(t)
	for size, width := range map[string]int{"wide": 1440, "phone": 390} {
		for _, script := range []bool{true, false} {
			t.Run(size+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				p := browser.Page(t, width, 900)
				p.JSEnabled(script)
				s.enter(p, "duty_lead")
				for name, path := range map[string]string{"week": "/hotspots", "month": "/hotspots?span=month", "today": "/"} {
					p.Open(s.Server.URL + path)
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", name, over)
					}
					if script {
						p.Screen("hotspot-" + name + "-" + size)
						for _, f := range p.Accessibility() {
							t.Errorf("%s: %v", name, f)
						}
					}
				}
			})
		}
	}
}
