package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/reader"
	"maplegrid/internal/triage"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/report"
)

// reading is the scene with a reader that followed the journal.
func reading(t *testing.T) *scene {
	s := stage(t)
	r := reader.New(s.Desk.Desk, nil)
	s.Site.Reader, s.Desk.Desk.Reader = r, r
	if err := r.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// chosen is what a select of a page is set to.
func chosen(t *testing.T, html, name string) string {
	t.Helper()
	_, from, ok := strings.Cut(html, `name="`+name+`"`)
	if !ok {
		t.Fatalf("no field %s", name)
	}
	from, _, _ = strings.Cut(from, "</select>")
	if m := regexp.MustCompile(`<option value="([^"]*)"[^>]*selected`).FindStringSubmatch(from); m != nil {
		return m[1]
	}
	return ""
}

// unsure is a message that triage is not sure of.
func (s *scene) unsure(t *testing.T) string {
	t.Helper()
	parts := strings.Fields("嘞嗦咘 嗒唔 啵咧 有人 那边 孩子 钱 车 老人 证 怎么 灯 吵 门口 狗 今天 看见 想问 坏")
	for n := range len(parts) * len(parts) {
		text := "嘞嗦咘" + parts[n%len(parts)] + parts[n/len(parts)]
		if got, err := s.Site.Reader.Read(context.Background(), desktest.Station, triage.Message{Text: text}); err == nil && !got.Sure {
			return text
		}
	}
	t.Fatal("triage is sure of everything")
	return ""
}

func TestTriageIsProposed(t *testing.T) {
	s := reading(t)
	lead := s.as(t, "duty_lead")
	said := func(words, cell string) string {
		t.Helper()
		a := s.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: words, Cell: cell})
		s.settle(t)
		if err := s.Site.Reader.(*reader.Reader).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	t.Run("分流的表已照提议填好，说出理由", func(t *testing.T) {
		id := said("昨晚楼下电动车被人偷了，锁都撬开了，请派出所来查一下", "c1")
		got := lead.get("/reports/" + id).Body
		for _, want := range []string{"看样子是", "因为：“"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q does not stand on the page", want)
			}
		}
		if kind := chosen(t, got, "open.0.kind"); kind != "incident" {
			t.Errorf("kind %q is filled in", kind)
		}
	})
	t.Run("拿不准的给两个候选，类别空着", func(t *testing.T) {
		got := lead.get("/reports/" + said(s.unsure(t), "c1")).Body
		if !strings.Contains(got, "不确定：") || chosen(t, got, "open.0.kind") != "" {
			t.Error("two candidates and no kind are wanted")
		}
	})
	t.Run("危险词排在最前面，收件箱里响铃", func(t *testing.T) {
		id := said("三组老房子着火了，里面还有人，快来", "c1")
		if got := lead.get("/reports/" + id).Body; !strings.Contains(got, "proposal-rings") || !strings.Contains(got, "要马上处理") {
			t.Error("no red line")
		}
		got := lead.get("/inbox").Body
		rings, list, ok := strings.Cut(got, "</section>")
		if !ok || !strings.Contains(rings, "/reports/"+id) || !strings.Contains(rings, "响铃：") {
			t.Errorf("it does not ring in the inbox")
		}
		if strings.Contains(list, "/reports/"+id) {
			t.Error("it stands in the list a second time")
		}
	})
	t.Run("可能是同一件事的，只给看得见的人看", func(t *testing.T) {
		other := said("桥头社区文化广场的路灯坏了三天，晚上一片黑", "c2")
		first := said("文化广场的路灯坏了三天，晚上一片黑", "c1")
		second := said("文化广场路灯坏了，晚上一片黑，老人都不敢走", "c1")
		if got := lead.get("/reports/" + second).Body; !strings.Contains(got, "/reports/"+first) || !strings.Contains(got, "/reports/"+other) {
			t.Error("the lead is not shown the earlier reports")
		}
		got := s.as(t, "cell_worker_1").get("/reports/" + second).Body
		if strings.Contains(got, other) {
			t.Error("cell_worker_1 is shown a report of another cell")
		}
		if !strings.Contains(got, "/reports/"+first) {
			t.Error("cell_worker_1 is not shown what they may see")
		}
	})
	t.Run("人改成另一类的，就教会了它", func(t *testing.T) {
		r := s.Site.Reader.(*reader.Reader)
		before := len(r.Taught(desktest.Station))
		id := said("嘞嗦咘又来了", "c1")
		if got := lead.post("/reports/"+id+"/triage", "mode", "open", "key", "k-teach", "open.0.kind", "hazard", "open.0.title", "嘞嗦咘", "open.0.cell", "c1"); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", got.StatusCode, words(got.Body))
		}
		if err := r.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := r.Taught(desktest.Station); len(got) != before+1 {
			t.Errorf("taught %v, before %d", got, before)
		}
	})
}

func TestScreensOfProposals(t *testing.T) {
	s := reading(t)
	said := func(words string) string {
		return s.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: words, Cell: "c1"}).ID
	}
	said("三组老房子冒烟着火了，里面好像还有老人，快来人")
	rings := said("三组那边着火了，浓烟滚滚，老房子里还有老人没出来")
	plain := said("昨晚楼下电动车被人偷了，锁都撬开了，请派出所来查一下")
	unsure := said(s.unsure(t))
	s.settle(t)
	if err := s.Site.Reader.(*reader.Reader).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for size, width := range map[string]int{"wide": 1440, "phone": 390} {
		t.Run(size, func(t *testing.T) {
			p := browser.Page(t, width, 900)
			s.enter(p, "duty_lead")
			for name, path := range map[string]string{"inbox": "/inbox", "rings": "/reports/" + rings, "plain": "/reports/" + plain, "unsure": "/reports/" + unsure} {
				p.Open(s.Server.URL + path)
				if over := p.Overflow(); over != "" {
					t.Errorf("%s scrolls sideways: %s", name, over)
				}
				p.Screen("proposal-" + name + "-" + size)
				for _, f := range p.Accessibility() {
					t.Errorf("%s: %v", name, f)
				}
			}
		})
	}
}
