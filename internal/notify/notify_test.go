package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/notices"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/notify"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/notice"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// gateway is a short-message machine and a group chat on this machine.
type gateway struct {
	*httptest.Server
	mu     sync.Mutex
	got    []sent
	status int
}

type sent struct{ Path, Query, Auth, ID, To, Text string }

func newGateway(t *testing.T) *gateway {
	g := &gateway{status: 200}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m struct {
			ID, To string
			Text   json.RawMessage
		}
		if err := json.Unmarshal(body, &m); err != nil {
			w.WriteHeader(400)
			return
		}
		x := sent{Path: r.URL.Path, Query: r.URL.RawQuery, Auth: r.Header.Get("Authorization"), ID: m.ID, To: m.To}
		var inner struct{ Content string }
		if json.Unmarshal(m.Text, &x.Text) != nil && json.Unmarshal(m.Text, &inner) == nil {
			x.Text = inner.Content
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.status != 200 {
			w.WriteHeader(g.status)
			return
		}
		g.got = append(g.got, x)
		fmt.Fprint(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) answer(status int) { g.mu.Lock(); g.status = status; g.mu.Unlock() }

// taken gives what came in since the last time.
func (g *gateway) taken() []sent {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := g.got
	g.got = nil
	return list
}

// house is a station whose people are told things.
type house struct {
	*desktest.Desk
	t      *testing.T
	g      *gateway
	cast   map[string]access.Who
	boards *board.Follower
	board  *notices.Query
	post   *notify.Post
}

const phoneOfReporter, phoneOfOfficer = "13900001111", "13900002222"

func newHouse(t *testing.T, file string) *house {
	t.Helper()
	h := &house{Desk: desktest.New(t), t: t, g: newGateway(t)}
	h.cast = h.Cast(t, desktest.Station)
	officer := h.cast["officer_1"]
	h.Do(t, desk.Program(desktest.Station), "org.set_person", &organisation.SetPerson{ID: officer.Person, Role: "officer", Call: "李警官", Phone: phoneOfOfficer, Cells: []string{"c1"}, User: "officer_1"})
	var err error
	if h.boards, err = board.New(context.Background(), h.Engine, &notices.Board{}); err != nil {
		t.Fatal(err)
	}
	h.board = notices.NewQuery(h.Engine.Boards)
	path := filepath.Join(t.TempDir(), "gateways.toml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(file, "HERE", h.g.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	gateways, err := notify.Load(path, h.Clock)
	if err != nil {
		t.Fatal(err)
	}
	h.post = h.newPost(gateways)
	h.run() // from here on
	return h
}

func (h *house) newPost(g notify.Gateways) *notify.Post {
	return notify.New(h.Desk.Desk, h.board, func(station string) journal.Seq {
		seq, _ := h.boards.Reached(station)
		return seq
	}, g)
}

const both = "[sms]\nurl = \"HERE/sms\"\ntoken = \"t0\"\n[[robot]]\ncell = \"c1\"\nkind = \"wecom\"\nurl = \"HERE/wecom?key=k\"\n"

// run lets the boards catch up, tells people, and lets the boards learn of it.
func (h *house) run() {
	h.t.Helper()
	for range 2 {
		if _, err := h.boards.CatchUp(context.Background()); err != nil {
			h.t.Fatal(err)
		}
		if err := h.post.Run(context.Background()); err != nil {
			h.t.Fatal(err)
		}
	}
	if _, err := h.boards.CatchUp(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// matter is a matter of a kind that came of a report with a phone, given to the officer by the lead.
func (h *house) matter(kind, to string) string {
	h.t.Helper()
	r := h.Do(h.t, desk.Public(desktest.Station), "report.submit", &report.Submit{Channel: "page", Words: "村口有堆东西", Cell: "c1", Phone: phoneOfReporter})
	a := h.Do(h.t, h.cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: r.ID}, Open: []report.NewMatter{{Kind: kind, Title: "村口", Cell: "c1", To: to}}})
	return a.Matters[0]
}

func (h *house) mine(who access.Who) (said []string) {
	h.t.Helper()
	policy := h.Policy
	p, err := h.board.Mine(context.Background(), policy.Scope(who), "", 50)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range p.Rows {
		said = append(said, r.Telling)
	}
	return said
}

func (h *house) states() map[string]int {
	h.t.Helper()
	p, err := h.board.Out(context.Background(), access.System(desktest.Station), "", "", 200)
	if err != nil {
		h.t.Fatal(err)
	}
	m := map[string]int{}
	for _, r := range p.Rows {
		m[r.State+strings.TrimSuffix("/"+r.Why, "/")]++
	}
	return m
}

func TestTelling(t *testing.T) {
	t.Run("交办的人在页面上看到，报事人收到短信，话里没有姓名电话和案情", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", h.cast["officer_1"].Person)
		h.run()
		if got := h.mine(h.cast["officer_1"]); len(got) != 1 || got[0] != "assigned" {
			t.Fatalf("the officer was told %v", got)
		}
		h.Clock.Advance(16 * time.Minute)
		h.run()
		got := map[string]string{}
		for _, m := range h.g.taken() {
			got[m.To] = m.Text
			if m.Auth != "Bearer t0" || m.ID == "" {
				t.Errorf("message %+v without the token or an id", m)
			}
			for _, secret := range []string{"村口有堆东西", "村口", phoneOfReporter, phoneOfOfficer, "李警官"} {
				if strings.Contains(m.Text, secret) {
					t.Errorf("%q stands in %q", secret, m.Text)
				}
			}
		}
		if len(got) != 2 || !strings.Contains(got[phoneOfReporter], "受理") || !strings.Contains(got[phoneOfOfficer], "签收") {
			t.Fatalf("sent %v", got)
		}
		if s := h.states(); s["sent"] != 2 || len(s) != 1 {
			t.Fatalf("states %v", s)
		}
	})
	t.Run("自己做的事不告知自己", func(t *testing.T) {
		h := newHouse(t, "")
		h.matter("hazard", h.cast["duty_lead"].Person)
		h.run()
		if got := h.mine(h.cast["duty_lead"]); len(got) != 0 {
			t.Fatalf("told of their own: %v", got)
		}
	})
	t.Run("几条合成一条发", func(t *testing.T) {
		h := newHouse(t, both)
		for range 3 {
			h.matter("hazard", h.cast["officer_1"].Person)
			h.run()
			h.Clock.Advance(time.Minute)
		}
		if early := h.g.taken(); len(early) != 0 {
			t.Fatalf("sent before its time: %v", early)
		}
		h.Clock.Advance(15 * time.Minute)
		h.run()
		n := 0
		for _, m := range h.g.taken() {
			if m.To == phoneOfOfficer {
				if n++; !strings.HasPrefix(m.Text, "3条新消息：") {
					t.Errorf("not a digest: %q", m.Text)
				}
			}
		}
		if n != 1 {
			t.Fatalf("%d messages to the officer", n)
		}
	})
	t.Run("安静时段只发急的，早上补发其余的", func(t *testing.T) {
		h := newHouse(t, both)
		h.Clock.Set(time.Date(2026, 3, 2, 23, 30, 0, 0, time.FixedZone("", 8*3600)))
		m := h.matter("hazard", h.cast["officer_1"].Person)
		h.run()
		h.Clock.Advance(time.Hour)
		h.run()
		if got := h.g.taken(); len(got) != 0 {
			t.Fatalf("sent at night: %v", got)
		}
		h.Do(t, h.cast["head"], "matter.chase", &matter.Chase{On: matter.On{Matter: m}})
		h.run()
		if got := h.g.taken(); len(got) != 1 || got[0].To != phoneOfOfficer || !strings.Contains(got[0].Text, "催办") {
			t.Fatalf("the urgent one at night: %v", got)
		}
		h.Clock.Set(time.Date(2026, 3, 3, 7, 1, 0, 0, time.FixedZone("", 8*3600)))
		h.run()
		if got := h.g.taken(); len(got) != 2 {
			t.Fatalf("in the morning: %v", got)
		}
	})
	t.Run("网关坏了会再试，五次不成就作罢并说明", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", "")
		h.run()
		h.g.answer(503)
		for i := range 8 {
			h.Clock.Advance(time.Duration(16) * time.Minute)
			h.run()
			if s := h.states(); i == 0 && s["waiting/unreachable"] != 1 {
				t.Fatalf("after the first try: %v", s)
			}
		}
		if s := h.states(); s["failed/unreachable"] != 1 {
			t.Fatalf("in the end: %v", s)
		}
	})
	t.Run("网关恢复以后送到，只送一次", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", "")
		h.run()
		h.g.answer(500)
		h.Clock.Advance(16 * time.Minute)
		h.run()
		h.g.answer(200)
		for range 3 {
			h.Clock.Advance(2 * time.Minute)
			h.run()
		}
		if got := h.g.taken(); len(got) != 1 {
			t.Fatalf("sent %v", got)
		}
	})
	t.Run("网关不收的不再发", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", "")
		h.run()
		h.g.answer(403)
		h.Clock.Advance(16 * time.Minute)
		h.run()
		if s := h.states(); s["failed/refused"] != 1 {
			t.Fatalf("states %v", s)
		}
	})
	t.Run("隔天的旧消息不再发", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", "")
		h.run()
		h.Clock.Advance(30 * time.Hour)
		h.run()
		if s := h.states(); s["dropped/too_late"] != 1 || len(h.g.taken()) != 0 {
			t.Fatalf("states %v", s)
		}
	})
	t.Run("有家庭暴力标记的，什么也不发到群众手机上", func(t *testing.T) {
		h := newHouse(t, both)
		m := h.matter("dispute", "")
		h.run()
		h.Clock.Advance(16 * time.Minute)
		h.run()
		h.g.taken()
		h.Do(t, h.cast["officer_1"], "dispute.flag_safety", &dispute.FlagSafety{On: matter.On{Matter: m}, Reason: "邻居说常打人"})
		again := h.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Channel: "page", Words: "又在吵", Cell: "c1", Phone: phoneOfReporter})
		h.Do(t, h.cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: again.ID}, Link: []string{m}})
		h.run()
		h.Clock.Advance(20 * time.Minute)
		h.run()
		for _, got := range h.g.taken() {
			if got.To == phoneOfReporter {
				t.Fatalf("a message to the reporter's phone: %v", got)
			}
		}
	})
	t.Run("没有网关就只在页面上告知，没有东西在等", func(t *testing.T) {
		h := newHouse(t, "")
		h.matter("hazard", h.cast["officer_1"].Person)
		h.run()
		if s := h.states(); len(s) != 0 {
			t.Fatalf("states %v", s)
		}
	})
	t.Run("重启以后接着来，不漏也不重", func(t *testing.T) {
		h := newHouse(t, both)
		h.matter("hazard", h.cast["officer_1"].Person)
		h.run()
		gateways := h.post.Gateways()
		h.matter("hazard", h.cast["officer_1"].Person) // while nobody follows
		h.post = h.newPost(gateways)
		h.run()
		h.post = h.newPost(gateways)
		h.run()
		if got := h.mine(h.cast["officer_1"]); len(got) != 2 {
			t.Fatalf("told %v", got)
		}
	})
	t.Run("从前的事不翻出来告知", func(t *testing.T) {
		h := newHouse(t, both)
		before := h.mine(h.cast["officer_1"])
		if len(before) != 0 {
			t.Fatalf("told %v", before)
		}
	})
	t.Run("看过的记住看到哪里", func(t *testing.T) {
		h := newHouse(t, "")
		h.matter("hazard", h.cast["officer_1"].Person)
		h.run()
		scope := h.Policy.Scope(h.cast["officer_1"])
		n, err := h.board.Unread(context.Background(), scope)
		if err != nil || n != 1 {
			t.Fatalf("unread %d %v", n, err)
		}
		p, _ := h.board.Mine(context.Background(), scope, "", 10)
		h.Do(t, h.cast["officer_1"], "notice.read", &notice.Read{Upto: int(p.Rows[0].Seq)})
		h.run()
		if n, _ := h.board.Unread(context.Background(), scope); n != 0 {
			t.Fatalf("unread after reading: %d", n)
		}
	})
}

func TestRobots(t *testing.T) {
	g := newGateway(t)
	d := desktest.New(t)
	path := filepath.Join(t.TempDir(), "g.toml")
	text := "[[robot]]\nkind = \"dingtalk\"\nurl = \"" + g.URL + "/robot/send?access_token=a\"\nsecret = \"SEC1\"\n[[robot]]\ncell = \"c1\"\nkind = \"plain\"\nurl = \"" + g.URL + "/plain\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	gateways, err := notify.Load(path, d.Clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("钉钉机器人带时间戳和加签", func(t *testing.T) {
		if err := gateways.Robots[""].Send(context.Background(), notify.Message{ID: "n1", Text: "第1网格有新事"}); err != nil {
			t.Fatal(err)
		}
		got := g.taken()
		// HmacSHA256 of "1772413200000\nSEC1" under SEC1, computed with another program.
		if len(got) != 1 || got[0].Text != "第1网格有新事" || !strings.Contains(got[0].Query, "timestamp=1772413200000") || !strings.Contains(got[0].Query, "sign="+signOf) {
			t.Fatalf("sent %+v", got)
		}
	})
	t.Run("群机器人说不行就是不行", func(t *testing.T) {
		bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"errcode":310000,"errmsg":"sign not match"}`)
		}))
		defer bad.Close()
		if err := os.WriteFile(path, []byte("[[robot]]\nkind = \"wecom\"\nurl = \""+bad.URL+"\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		g, err := notify.Load(path, d.Clock)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Robots[""].Send(context.Background(), notify.Message{Text: "x"}); err == nil {
			t.Fatal("taken for sent")
		}
	})
	for name, bad := range map[string]string{"网址写错": "[sms]\nurl = \"gateway\"\n", "机器人种类写错": "[[robot]]\nkind = \"qq\"\nurl = \"http://h/\"\n", "不认识的栏目": "[sms]\nurl = \"http://h/\"\nphone = \"1\"\n"} {
		t.Run("配置"+name+"，启动时就说", func(t *testing.T) {
			if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := notify.Load(path, d.Clock); err == nil {
				t.Fatal("taken")
			}
		})
	}
}

// signOf is the signature of the instant desktest.Start under "SEC1", as openssl computes it, escaped for an address.
const signOf = "cm8G3AqutsyDD2SmzvSpl%2FLVtvYLL8QoDzhEmnqlVRI%3D"

// TestRulesOfTelling: every rule shipped is of an event that happens, and its receivers can be told of it.
func TestRulesOfTelling(t *testing.T) {
	known := map[string]bool{}
	for _, k := range work.Kinds() {
		name, _, _ := strings.Cut(k, "/")
		known[name] = true
	}
	for _, name := range []string{"base", "caochuan", "lijiabao", "shengrenjian", "baihe", "hubin"} {
		book, err := desktest.Books()(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range book.Tellings() {
			if !known[r.Event] {
				t.Errorf("%s: nothing of the name %s ever happens", r.Ref, r.Event)
			}
		}
	}
}
