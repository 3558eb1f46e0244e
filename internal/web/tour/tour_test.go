package tour_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/grid"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/tour"
)

// rounds is a station among hills with visits agreed for the day after the scene's.
type rounds struct {
	*webtest.Scene
	day    string
	doors  []string // matters
	kit    string
	office *webtest.Caller // of the duty lead
	sent   int
}

func abroad(t testing.TB, n int) *rounds {
	t.Helper()
	s := &rounds{Scene: webtest.Stage(t), day: "2026-03-03"}
	ring := func(x, y, side float64) grid.Ring {
		return grid.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
	}
	for i, id := range []string{"c1", "c2"} {
		s.Do(t, desk.Program(desktest.Station), "org.set_cell", &organisation.SetCell{ID: id, Parent: "v" + id[1:], Kind: "cell", Zh: []string{"下湾村第一网格", "桥头社区第二网格"}[i], En: "Cell " + id[1:],
			Outline: []grid.Ring{ring(110.5+0.05*float64(i), 33.4, 0.04)}})
	}
	officer := s.Cast["officer_1"]
	s.kit = s.Do(t, s.Cast["window_clerk"], "kit.register", &doorstep.RegisterKit{Kind: "id_card_kit", Name: "一号制证箱", Home: doorstep.AtStation}).ID
	for i := range n {
		id := s.Do(t, s.Cast["duty_lead"], "matter.open", &matter.Open{Kind: "doorstep_service", Title: fmt.Sprintf("为%d组老人上门办身份证", i+1), Place: fmt.Sprintf("%d组%d号", i%9+1, i+1), Cell: []string{"c1", "c2"}[i%2],
			To: officer.Person, Lon: 110.5 + 0.08*float64(i%7)/7, Lat: 33.4 + 0.04*float64(i%5)/5}).ID
		s.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: id}})
		s.Do(t, officer, "doorstep.plan", &doorstep.PlanVisit{On: matter.On{Matter: id}, Service: "id_renew", Name: "赵大爷", Phone: "13900002222", Age: "46", Ground: "old_age", OpenFrom: "08:00", OpenUntil: "18:00", PapersTold: true, PapersToldTo: "applicant"})
		a := doorstep.Agree{On: matter.On{Matter: id}, Day: s.day, With: []string{officer.Person}}
		if i == 0 {
			a.From, a.Until, a.Kit = "10:00", "11:00", s.kit
		}
		s.Do(t, officer, "doorstep.agree", &a)
		s.doors = append(s.doors, id)
	}
	s.Settle(t)
	s.office = s.As(t, "duty_lead")
	return s
}

// send posts a form of somebody, under a key of its own, and goes on to the page it leads to.
func (s *rounds) send(who *webtest.Caller, path string, pairs ...string) webtest.Answer {
	s.sent++
	a := who.Post(path, append([]string{"key", fmt.Sprintf("k-%04d", s.sent)}, pairs...)...)
	if a.StatusCode == http.StatusSeeOther {
		return who.Get(a.Header.Get("Location"))
	}
	return a
}

// form is the planning form as it would be sent: two teams, every visit that is ticked.
func (s *rounds) form(t testing.TB, more ...string) []string {
	t.Helper()
	a := s.office.Get("/tours/" + s.day + "/plan")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.Body, "要去的户") {
		t.Fatalf("%d %s", a.StatusCode, a.Body)
	}
	pairs := []string{"teams", "2", "kit", s.kit, "because", "urgent",
		"team.0.name", "东片", "team.0.mode", "drive", "team.0.from", "09:00", "team.0.until", "17:00", "team.0.p1", s.Cast["officer_1"].Person, "team.0.p2", s.Cast["aux_officer_1"].Person,
		"team.1.name", "西片", "team.1.mode", "ride", "team.1.from", "09:00", "team.1.until", "17:00", "team.1.p1", s.Cast["officer_2"].Person}
	for _, d := range s.doors {
		pairs = append(pairs, "visit", tour.StopID(d))
	}
	return append(append(pairs, "version", regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(a.Body)[1]), more...)
}

func TestTours(t *testing.T) {
	s := abroad(t, 6)
	t.Run("没排过的日子先问谁去、去哪里", func(t *testing.T) {
		webtest.Shows(t, s.office.Get("/tours"), http.StatusOK, "还没有排过路线")
		webtest.Shows(t, s.office.Get("/tours/"+s.day+"/plan"), http.StatusOK, "第1组", "按距离和地势估算")
		if a := s.office.Get("/tours/" + s.day); a.Header.Get("Location") != "/tours/"+s.day+"/plan" {
			t.Errorf("%d to %s", a.StatusCode, a.Header.Get("Location"))
		}
	})
	t.Run("写不清在哪里的巡逻点说出来，写过的都还在", func(t *testing.T) {
		a := s.send(s.office, "/tours/"+s.day+"/plan", s.form(t, "typed", "村口桥")...)
		webtest.Shows(t, a, http.StatusUnprocessableEntity, "“村口桥”不知道在哪里")
		webtest.Raw(t, a, `value="东片"`)
	})
	t.Run("一个人不在两个小组", func(t *testing.T) {
		pairs := s.form(t)
		pairs[slices.Index(pairs, "team.1.p1")+1] = s.Cast["officer_1"].Person
		webtest.Shows(t, s.send(s.office, "/tours/"+s.day+"/plan", pairs...), http.StatusUnprocessableEntity, "同时在“西片”和“东片”")
	})
	t.Run("排好以后看得见先后、时间、设备", func(t *testing.T) {
		a := s.send(s.office, "/tours/"+s.day+"/plan", s.form(t, "typed", "村口桥 下湾村第一网格")...)
		webtest.Shows(t, a, http.StatusOK, "东片", "一号制证箱", "约定 10:00–11:00", "示意图", "村口桥")
		webtest.Raw(t, a, "<svg", "tour-line")
		webtest.Hides(t, a, s.doors[0]+"<", "id_card_kit", "13900002222", "赵大爷")
	})
	t.Run("日子列在表里", func(t *testing.T) {
		webtest.Shows(t, s.office.Get("/tours"), http.StatusOK, "3月3日（周二）", "已排好")
	})
	t.Run("别人看不到不归他走的路线", func(t *testing.T) {
		if a := s.As(t, "cell_worker_1").Get("/tours/" + s.day); a.StatusCode != http.StatusNotFound {
			t.Errorf("a cell worker who stays at home gets %d", a.StatusCode)
		}
		webtest.Shows(t, s.As(t, "officer_2").Get("/tours/"+s.day), http.StatusOK, "东片")
	})
	s.Clock.Advance(15 * time.Hour) // the morning of the day
	var walker *webtest.Caller
	s.office, walker = s.As(t, "duty_lead"), s.As(t, "officer_1")
	team := "/tours/" + s.day + "/t1"
	t.Run("手机页上下一处在最前，电话遮着", func(t *testing.T) {
		a := walker.Get(team)
		webtest.Shows(t, a, http.StatusOK, "下一处", "到了，办完了", "出发")
		webtest.Raw(t, a, "/look?")
		webtest.Hides(t, a, "13900002222")
	})
	first := regexp.MustCompile(`name="visit"[^>]*value="([^"]+)"`)
	next := func() string {
		m := first.FindStringSubmatch(walker.Get(team).Body)
		if m == nil {
			t.Fatal("no stop is next")
		}
		return m[1]
	}
	t.Run("出发、办完一处、一处没人", func(t *testing.T) {
		webtest.Shows(t, s.send(walker, team+"/start", "visit", ""), http.StatusOK, "已记出发")
		webtest.Shows(t, s.send(walker, team+"/do_stop", "visit", next()), http.StatusOK, "已记到访", "走过的")
		webtest.Shows(t, s.send(walker, team+"/miss_stop", "visit", next()), http.StatusUnprocessableEntity, "为什么没办成")
	})
	t.Run("重排时走过的不动，要说为什么", func(t *testing.T) {
		a := s.office.Get("/tours/" + s.day + "/plan")
		webtest.Shows(t, a, http.StatusOK, "为什么重排", "已经走过的和约好的时间不动")
		a = s.send(s.office, "/tours/"+s.day+"/plan", s.form(t, "team.0.id", "t1", "team.1.id", "t2", "errands", "涵洞积水 桥头社区第二网格")...)
		webtest.Shows(t, a, http.StatusOK, "重排记录", "来了急事", "涵洞积水")
	})
	t.Run("挪动先看后果再定", func(t *testing.T) {
		visit := ""
		for _, d := range s.doors[1:] { // one that is still with the first team
			if a := walker.Get(team); strings.Contains(a.Body, "/matters/"+d) && tour.StopID(d) != next() {
				visit = tour.StopID(d)
			}
		}
		there := "/tours/" + s.day + "/move?visit=" + visit
		webtest.Shows(t, s.office.Get(there), http.StatusOK, "给哪个小组", "从路线里拿掉")
		a := s.office.Get(there + "&team=t2")
		webtest.Shows(t, a, http.StatusOK, "会怎样", "没有带所需的设备") // the kit is with the first team
		webtest.Hides(t, a, "就这样排")
		webtest.Shows(t, s.office.Get(there+"&team=-"), http.StatusOK, "就这样排")
		webtest.Shows(t, s.send(s.office, "/tours/"+s.day+"/move", "visit", visit, "team", "-"), http.StatusOK, "路线已调整", "人工拿掉的")
	})
	t.Run("巡访单不印姓名和电话", func(t *testing.T) {
		a := walker.Get(team + "/sheet.pdf")
		if a.StatusCode != http.StatusOK || !bytes.HasPrefix([]byte(a.Body), []byte("%PDF")) {
			t.Fatalf("%d %.80s", a.StatusCode, a.Body)
		}
	})
	t.Run("收工", func(t *testing.T) {
		webtest.Shows(t, s.send(s.office, "/tours/"+s.day+"/close", "version", "0"), http.StatusOK, "已收工")
		webtest.Shows(t, s.send(s.office, team+"/do_stop", "visit", tour.StopID(s.doors[5])), http.StatusConflict, "已经收工")
	})
}
