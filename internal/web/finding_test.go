package web_test

import (
	"net/http"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/organisation"
)

// searched is a station with somebody who got lost and a seeking, and outlines to draw a map on.
type searched struct {
	*scene
	lost, seeking, candidate string
}

func searching(t testing.TB) *searched {
	t.Helper()
	s := &searched{scene: stage(t)}
	for id, west := range map[string]float64{"c1": 111.195, "c2": 111.205} {
		square := grid.Ring{{west, 34.795}, {west + 0.01, 34.795}, {west + 0.01, 34.805}, {west, 34.805}, {west, 34.795}}
		parent := "v" + id[1:]
		name := map[string]string{"c1": "下湾村第一网格", "c2": "桥头社区第二网格"}[id]
		s.Do(t, desk.Program(desktest.Station), "org.set_cell", &organisation.SetCell{ID: id, Parent: parent, Kind: "cell", Zh: name, En: "Cell " + id[1:], Outline: []grid.Ring{square}})
	}
	s.lost = s.Wander(t, s.Cast)
	s.seeking, s.candidate = s.Reunion(t, s.Cast)
	s.settle(t)
	return s
}

// sealedWords are those of desktest.Sought that somebody who does not work on it may not read in any part.
func sealedWords(t *testing.T, who, page, body string) {
	t.Helper()
	for what, words := range desktest.Sought {
		if strings.Contains(body, words) {
			t.Errorf("%s reads the %s on %s", who, what, page)
		}
	}
}

func Test找人的保密内容只给办这件事的人看(t *testing.T) {
	s := searching(t)
	for _, at := range []string{"/matters/" + s.lost, "/matters/" + s.seeking} {
		body := s.as(t, "officer_2").get(at).Body
		sealedWords(t, "officer_2", at, body)
		if !strings.Contains(body, "只有办这件事的人和值班领导能看") {
			t.Errorf("officer_2 is not told why: %s", cut200(body))
		}
	}
	body := s.as(t, "officer_1").get("/matters/" + s.lost).Body
	for _, words := range []string{desktest.Sought["clothes"], desktest.Sought["marks"], "贾*", "139****5511", "东市场南门", "桥头早点铺", "很像", "find-map", "叫了谁"} {
		if !strings.Contains(body, words) {
			t.Errorf("办理的民警看不到%q", words)
		}
	}
	if strings.Contains(body, desktest.Sought["wanderer"]) || strings.Contains(body, desktest.Sought["family_phone"]) {
		t.Error("姓名电话没有遮盖")
	}
	body = s.as(t, "officer_1").get("/matters/" + s.seeking).Body
	for _, words := range []string{"候选1", "尚*", "1955", "相符", "还没征求意见", "为来访老人找同学", "老人、老邻居"} {
		if !strings.Contains(body, words) {
			t.Errorf("办理的民警看不到%q", words)
		}
	}
	if strings.Contains(body, desktest.Sought["classmate"]) || strings.Contains(body, desktest.Sought["classmate_phone"]) || strings.Contains(body, desktest.Sought["classmate_home"]) {
		t.Error("候选人的姓名、电话、住址没有遮盖")
	}
}

func Test叫到的人只看到呼叫的话(t *testing.T) {
	s := searching(t)
	c := s.as(t, "volunteer_1")
	if a := c.get("/matters/" + s.lost); a.StatusCode != http.StatusNotFound {
		t.Fatalf("the matter: %d", a.StatusCode)
	}
	if body := c.get("/finding").Body; !strings.Contains(body, "/finding/"+s.lost) || strings.Contains(body, "市场附近一位老人走失") {
		t.Error("清单上要有这次呼叫，没有事项标题")
	}
	call := c.get("/finding/" + s.lost)
	if call.StatusCode != http.StatusOK || !strings.Contains(call.Body, "走失老人，约七十多岁，看到请回话") {
		t.Fatalf("%d: %s", call.StatusCode, cut200(call.Body))
	}
	sealedWords(t, "volunteer_1", "the call", call.Body)
	t.Run("填错了不丢", func(t *testing.T) {
		a := c.post("/finding/"+s.lost+"/sight", "key", field(call.Body, "key"), "at", "2020-01-01T08:00", "place", "粮站后门", "sure", "likely")
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "粮站后门") || !strings.Contains(a.Body, "最后见到") {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("回话照记", func(t *testing.T) {
		if a := c.post("/finding/"+s.lost+"/reply", "key", "k-reply-1", "heard", "searching"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%d: %s", a.StatusCode, cut200(a.Body))
		}
		s.settle(t)
		if body := s.as(t, "officer_1").get("/matters/" + s.lost).Body; !strings.Contains(body, "在找 · ") {
			t.Error("not in the list of those called")
		}
	})
	t.Run("寻亲的没有这一页", func(t *testing.T) {
		if a := s.as(t, "officer_1").get("/finding/" + s.seeking); a.StatusCode != http.StatusNotFound {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("没叫到的人打不开", func(t *testing.T) {
		s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast["window_clerk"].Person, Password: password})
		if a := s.as(t, "window_clerk").get("/finding/" + s.lost); a.StatusCode != http.StatusNotFound {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("15.5 找到以后呼叫的页面只说已结束", func(t *testing.T) {
		s.Publish(t, s.Cast, s.lost)
		if a := s.as(t, "officer_1").get("/matters/" + s.lost + "/finding.pdf"); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("启事印不出: %d", a.StatusCode)
		}
		if a := c.get("/matters/" + s.lost + "/finding.pdf"); a.StatusCode == http.StatusOK {
			t.Error("叫到的人也印得出启事")
		}
		s.Do(t, s.Cast["officer_1"], "missing.find", &missing.FindPerson{On: matter.On{Matter: s.lost}, At: s.Clock.Now(), Place: "北桥下", Condition: "well"})
		s.settle(t)
		body := c.get("/finding/" + s.lost).Body
		if !strings.Contains(body, "人已找到") || strings.Contains(body, "看到请回话") || strings.Contains(body, "<textarea") {
			t.Error("还能看到呼叫的话或表单")
		}
		if body := c.get("/finding").Body; strings.Contains(body, s.lost) {
			t.Error("还在清单上")
		}
		if a := s.as(t, "officer_1").get("/matters/" + s.lost + "/finding.pdf"); a.StatusCode != http.StatusNotFound {
			t.Errorf("找到了还能印启事: %d", a.StatusCode)
		}
		if body := s.as(t, "officer_1").get("/matters/" + s.lost).Body; !strings.Contains(body, "启事要马上撤下") {
			t.Error("没有催撤启事")
		}
	})
}

func Test找人的每张表单都打得开(t *testing.T) {
	s := searching(t)
	c := s.as(t, "officer_1")
	for id, acts := range map[string][]string{
		s.lost:    {"describe", "set_last_seen", "dispatch", "call_out", "sight", "search_area", "ask_camera", "publish", "withhold", "find", "hand_over"},
		s.seeking: {"identify", "ask_safety", "flag_safety", "describe", "look", "compare?candidate=" + s.candidate, "rule_out?candidate=" + s.candidate, "ask_first?candidate=" + s.candidate, "withdraw", "tell_seeker", "give", "bring_together", "thank"},
	} {
		for _, act := range acts {
			a := c.get("/matters/" + id + "/do/" + act)
			if a.StatusCode != http.StatusOK || !strings.Contains(a.Body, "<form") {
				t.Errorf("%s: %d", act, a.StatusCode)
			}
			for _, raw := range []string{"missingwho.", "soughtanswer.", ">field.", ">seek_where"} {
				if strings.Contains(a.Body, raw) {
					t.Errorf("%s shows %q", act, raw)
				}
			}
		}
	}
	t.Run("征求意见走完：问、按条件见面", func(t *testing.T) {
		form := c.get("/matters/" + s.seeking + "/do/ask_first?candidate=" + s.candidate).Body
		a := c.post("/act/seek.ask_first", "matter", s.seeking, "key", field(form, "key"), "candidate", s.candidate, "seek_how", "sy_visit", "told_them", "老同学在找您", "sought_answer", "conditions",
			"sought_conditions", "at_station", "sought_gives", "name", "next", "/matters/"+s.seeking)
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d: %s", a.StatusCode, between(a.Body, `class="errors`, "</div>"))
		}
		a = c.post("/act/seek.bring_together", "matter", s.seeking, "key", "k-meet-1", "candidate", s.candidate, "at", s.Clock.Now().Add(8*3600e9).Format("2006-01-02T15:04"), "place", "村委会", "with", s.Cast["officer_1"].Person,
			"words", "两人都愿意再谈谈")
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "在派出所见") || !strings.Contains(a.Body, "两人都愿意再谈谈") {
			t.Errorf("条件没守住，或者没留住所填: %d", a.StatusCode)
		}
	})
	t.Run("查看走失人姓名要写用途，留痕", func(t *testing.T) {
		body := c.get("/matters/" + s.lost).Body
		if !strings.Contains(body, `href="/look?`) {
			t.Fatal("no way to look")
		}
	})
}

func Test旧的寻人结果还读得懂(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		for _, key := range []string{"found_consenting", "found_declined"} {
			if name := fault.Name(lang, "outcome."+key); strings.Contains(name, key) {
				t.Errorf("%s has no name in %s", key, lang)
			}
		}
	}
}
