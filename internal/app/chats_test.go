package app_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/chat/chattest"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/draft"
)

// chatHouse is an app with two group chats configured, and the groups its robots answer in.
type chatHouse struct {
	*app.App
	t     *testing.T
	desk  *desktest.Desk
	cast  map[string]access.Who
	group *chattest.Group
	wecom chattest.Wecom
	ding  chattest.DingTalk
}

const chatsFile = `
[[chat]]
name = "dongjie"
vendor = "wecom"
group = "东街网格群"
cell = "c1"
token = "tok"
aes_key = "` + chattest.AESKey + `"
[chat.names]
limei = "李梅"

[[chat]]
name = "xijie"
vendor = "dingtalk"
group = "西街网格群"
cell = "c2"
secret = "SECxyz"
`

func openChatHouse(t *testing.T, data string, at time.Time, chats string) *chatHouse {
	t.Helper()
	h := &chatHouse{t: t, group: chattest.NewGroup()}
	t.Cleanup(h.group.Close)
	robots := "[[robot]]\ncell = \"c1\"\nkind = \"wecom\"\nurl = \"" + h.group.URL + "/wecom?key=k\"\n[[robot]]\ncell = \"c2\"\nkind = \"dingtalk\"\nsecret = \"SECout\"\nurl = \"" + h.group.URL + "/ding\"\n"
	for name, text := range map[string]string{"gateways.toml": robots, "chats.toml": chats} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := app.Config{Data: data, Clock: clock.NewStepped(at), Rand: desktest.Random(1)}
	var err error
	if h.App, err = app.Open(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.App.Close() })
	h.desk = &desktest.Desk{Desk: h.App.Desk, Clock: c.Clock.(*clock.Stepped), Engine: h.Engine}
	env := chattest.Envelope{Token: "tok", AESKey: chattest.AESKey}
	h.wecom = chattest.Wecom{Envelope: env, URL: "/chat/dongjie"}
	h.ding = chattest.DingTalk{Secret: "SECxyz", URL: "/chat/xijie"}
	return h
}

// knock sends a callback and gives status and answer.
func (h *chatHouse) knock(r *http.Request) (int, string) {
	h.t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	in := httptest.NewRequest(r.Method, "http://house"+r.URL.String(), bytes.NewReader(body))
	in.Header = r.Header
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, in)
	return w.Code, w.Body.String()
}

func (h *chatHouse) head() journal.Seq {
	h.t.Helper()
	seq, _, err := h.Engine.Journal.Head(context.Background(), desktest.Station)
	if err != nil {
		h.t.Fatal(err)
	}
	return seq
}

// follow lets the boards catch up and the post go out, until nothing is left.
func (h *chatHouse) follow() {
	h.t.Helper()
	for range 3 {
		if _, err := h.Boards.CatchUp(context.Background()); err != nil {
			h.t.Fatal(err)
		}
		if err := h.Notify.Run(context.Background()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestWebhooksOfChats(t *testing.T) {
	data := t.TempDir()
	h := openChatHouse(t, data, desktest.Start, chatsFile)
	h.cast = h.desk.Cast(t, desktest.Station)
	h.follow()
	now := h.desk.Clock.Now()
	said := chattest.Said{ID: "m1", User: "limei", Name: "limei", Chat: "wr1", Text: "3号楼电梯停了，有人困在里面"}
	good := func() *http.Request { return h.wecom.Request(now, said.RobotXML()) }

	t.Run("平台验证地址，原样答回", func(t *testing.T) {
		if status, answer := h.knock(h.wecom.Check(now, "1616140317555161061")); status != 200 || answer != "1616140317555161061" {
			t.Errorf("%d %q", status, answer)
		}
	})
	before := h.head()
	t.Run("伪造、过期、太大的一律401，记数，什么也不存", func(t *testing.T) {
		forged := good()
		q := forged.URL.Query()
		q.Set("msg_signature", strings.Repeat("0", 40))
		forged.URL.RawQuery = q.Encode()
		big := good()
		big.Body = io.NopCloser(bytes.NewReader(bytes.Repeat([]byte("x"), 65<<10)))
		huge := good()
		huge.Body = io.NopCloser(bytes.NewReader(bytes.Repeat([]byte("x"), 3<<20)))
		bare := httptest.NewRequest(http.MethodPost, "/chat/xijie", strings.NewReader(string(said.DingTalk(now))))
		for name, r := range map[string]*http.Request{"伪造": forged, "过期": h.wecom.Request(now.Add(-time.Hour), said.RobotXML()), "太大": big, "大得多": huge, "没有签名": bare} {
			if status, answer := h.knock(r); status != 401 || answer != "" {
				t.Errorf("%s：%d %q", name, status, answer)
			}
		}
		if n := h.Site.Chats[0].Counts(); n.Forged != 1 || n.Stale != 1 || n.TooLarge != 2 {
			t.Errorf("%+v", n)
		}
		if n := h.Site.Chats[1].Counts(); n.Forged != 1 {
			t.Errorf("%+v", n)
		}
		if h.head() != before {
			t.Error("日志里多了东西")
		}
	})
	t.Run("真的成了群消息里的一条草稿，重放401不再存", func(t *testing.T) {
		r := good()
		copied := r.Clone(context.Background())
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		r.Body, copied.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		if status, answer := h.knock(r); status != 200 || answer != "" {
			t.Fatalf("%d %q", status, answer)
		}
		after := h.head()
		if status, _ := h.knock(copied); status != 401 {
			t.Errorf("重放：%d", status)
		}
		if h.head() != after || after == before {
			t.Error("存得不对")
		}
		row := h.waiting("m1")
		words, err := h.desk.Reveal(context.Background(), desktest.Station, row.Words, row.Name)
		if err != nil {
			t.Fatal(err)
		}
		if words[row.Words.Ref()] != said.Text || words[row.Name.Ref()] != "李梅" || row.Group != "东街网格群" || row.Cell != "c1" || row.Channel != "wecom" {
			t.Errorf("%+v %v", row, words)
		}
	})
	t.Run("同一条用新签名再来，只有一条", func(t *testing.T) {
		h.desk.Clock.Advance(time.Minute)
		again := h.wecom.Request(h.desk.Clock.Now(), said.RobotXML())
		if status, _ := h.knock(again); status != 200 {
			t.Errorf("%d", status)
		}
		h.waiting("m1")
	})
	t.Run("钉钉的也收", func(t *testing.T) {
		if status, _ := h.knock(h.ding.Robot(h.desk.Clock.Now(), chattest.Said{ID: "d1", User: "u1", Name: "王强", Chat: "c", Text: "路灯不亮"}.DingTalk(h.desk.Clock.Now()))); status != 200 {
			t.Errorf("%d", status)
		}
		h.follow()
		p, err := h.Boards.Drafts.List(context.Background(), access.System(desktest.Station), draft.Waiting, "", 10)
		if err != nil || len(p.Rows) != 2 {
			t.Errorf("%v %+v", err, p.Rows)
		}
	})
	t.Run("没有这个群，就是没有这一页", func(t *testing.T) {
		r := good()
		r.URL.Path = "/chat/nobody"
		if status, _ := h.knock(r); status != 404 {
			t.Errorf("%d", status)
		}
	})
	t.Run("采纳以后，机器人在原来的群里回回执码，没有原话和姓名", func(t *testing.T) {
		row := h.waiting("m1")
		done := h.desk.Do(t, h.cast["duty_lead"], "draft.accept", &draft.Accept{On: draft.On{Draft: row.ID}, Kind: "hazard", Title: "电梯困人", Cell: "c1"})
		h.follow()
		h.desk.Clock.Advance(31 * time.Minute)
		h.follow()
		said := strings.Join(h.group.Said(), "\n")
		if !strings.Contains(said, done.Receipt) || done.Receipt == "" {
			t.Errorf("群里说了 %q，没有回执码 %s", said, done.Receipt)
		}
		for _, secret := range []string{"李梅", "电梯", "3号楼", "limei"} {
			if strings.Contains(said, secret) {
				t.Errorf("群里说了%s：%s", secret, said)
			}
		}
	})
	t.Run("贴进来的，机器人不开口", func(t *testing.T) {
		before := len(h.group.Said())
		taken := h.desk.Do(t, h.cast["duty_lead"], "draft.paste", &draft.Paste{Text: "李梅 10:05\n井盖没了", Group: "东街网格群", Cell: "c1"})
		h.desk.Do(t, h.cast["duty_lead"], "draft.accept", &draft.Accept{On: draft.On{Draft: taken.Drafts[0]}, Kind: "hazard", Title: "井盖", Cell: "c1"})
		h.follow()
		h.desk.Clock.Advance(31 * time.Minute)
		h.follow()
		if now := len(h.group.Said()); now != before {
			t.Errorf("多说了%d句", now-before)
		}
	})
	t.Run("收了几条、拒了几条，各有数", func(t *testing.T) {
		if n := h.Site.Chats[0].Counts(); n.Heard != 2 || n.Refused() != 5 {
			t.Errorf("%+v", n)
		}
	})
	t.Run("重启以后重放，仍只有一条", func(t *testing.T) {
		h.follow()
		at, count := h.desk.Clock.Now(), h.head()
		if err := h.App.Close(); err != nil {
			t.Fatal(err)
		}
		h = openChatHouse(t, data, at, chatsFile)
		if status, _ := h.knock(h.wecom.Request(at, said.RobotXML())); status != 200 {
			t.Errorf("%d", status)
		}
		if h.head() != count {
			t.Error("又存了一遍")
		}
	})
}

// waiting is the one draft of the first group.
func (h *chatHouse) waiting(id string) (found drafts.Row) {
	h.t.Helper()
	h.follow()
	p, err := h.Boards.Drafts.List(context.Background(), access.System(desktest.Station), draft.Waiting, "", 50)
	if err != nil {
		h.t.Fatal(err)
	}
	n := 0
	for _, r := range p.Rows {
		if r.Group == "东街网格群" {
			found, n = r, n+1
		}
	}
	if n != 1 {
		h.t.Fatalf("%s：%d条草稿", id, n)
	}
	return found
}

func TestChatsAreOffUntilConfigured(t *testing.T) {
	h := openChatHouse(t, t.TempDir(), desktest.Start, "")
	h.desk.Cast(t, desktest.Station)
	for _, r := range []*http.Request{h.wecom.Check(desktest.Start, "x"), h.wecom.Request(desktest.Start, chattest.Said{ID: "m1", Text: "x"}.RobotXML())} {
		if status, _ := h.knock(r); status != 404 {
			t.Errorf("%s：%d", r.Method, status)
		}
	}
}

func TestChatsOfNoCellAreTold(t *testing.T) {
	h := openChatHouse(t, t.TempDir(), desktest.Start, strings.Replace(chatsFile, `"c2"`, `"c99"`, 1))
	h.desk.Cast(t, desktest.Station)
	if got := h.StrayChats(context.Background()); len(got) != 1 || got[0] != "xijie" {
		t.Errorf("%q", got)
	}
}

func TestMistakesInChatsRefuseTheStart(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "chats.toml"), []byte("[[chat]]\nname = \"a\"\nvendor = \"qq\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a, err := app.Open(context.Background(), app.Config{Data: data, Clock: clock.NewStepped(desktest.Start), Rand: desktest.Random(1)}); err == nil {
		_ = a.Close()
		t.Error("写错了也启动了")
	} else if !strings.Contains(err.Error(), "vendor") {
		t.Error(err)
	}
}
