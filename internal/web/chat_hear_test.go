package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/chat"
	"maplegrid/internal/chat/chattest"
	"maplegrid/internal/desk/desktest"
)

// withChats opens the house with group chats configured.
func withChats(t *testing.T, h *house, file string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chats.toml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.Site.Chats, err = chat.Load(path); err != nil {
		t.Fatal(err)
	}
	h.Server.Close()
	h.Server = httptest.NewServer(h.Site.Handler())
	t.Cleanup(h.Server.Close)
}

func TestChatCallbacks(t *testing.T) {
	h := open(t)
	w := chattest.Wecom{Envelope: chattest.Envelope{Token: "tok", AESKey: chattest.AESKey}}
	said := chattest.Said{ID: "m1", User: "limei", Name: "李梅", Chat: "wr1", Text: "井盖没了，小孩差点掉下去，电话13900001234"}
	knock := func(r *http.Request) answer {
		t.Helper()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		out, err := http.NewRequest(r.Method, h.Server.URL+"/chat/dongjie"+r.URL.String(), bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return h.caller(t).send(out)
	}
	t.Run("没有配置，没有这一页，设置里也没有这一栏", func(t *testing.T) {
		if a := knock(w.Request(desktest.Start, said.RobotXML())); a.StatusCode != 404 {
			t.Errorf("%d", a.StatusCode)
		}
		hides(t, signedIn(t, h, "head").get("/settings"), "企业微信与钉钉")
	})
	h.Clock.Advance(time.Minute) // a code of the second factor opens once
	withChats(t, h, "[[chat]]\nname = \"dongjie\"\nvendor = \"wecom\"\ngroup = \"东街网格群\"\ncell = \"c1\"\ntoken = \"tok\"\naes_key = \""+chattest.AESKey+"\"\n")
	t.Run("信得过的收下，答200", func(t *testing.T) {
		if a := knock(w.Request(h.Clock.Now(), said.RobotXML())); a.StatusCode != 200 || a.Body != "" {
			t.Errorf("%d %s", a.StatusCode, a.Body)
		}
		if a := knock(w.Check(h.Clock.Now(), "1234")); a.StatusCode != 200 || a.Body != "1234" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%d %s", a.StatusCode, a.Body)
		}
	})
	t.Run("信不过的答401，记数，日志里没有原话", func(t *testing.T) {
		other := w
		other.Token = "guessed"
		if a := knock(other.Request(h.Clock.Now(), said.RobotXML())); a.StatusCode != 401 || a.Body != "" || a.Header.Get("Location") != "" {
			t.Errorf("%d %s", a.StatusCode, a.Body)
		}
		if a := knock(w.Request(h.Clock.Now(), said.RobotXML())); a.StatusCode != 401 {
			t.Errorf("重放：%d", a.StatusCode)
		}
		if strings.Contains(h.Logged.String(), "13900001234") || strings.Contains(h.Logged.String(), "李梅") {
			t.Error("日志里有原话")
		}
		shows(t, signedIn(t, h, "head").get("/settings"), 200, "企业微信与钉钉", "东街网格群", "签名不对 1", "重放 1")
	})
}
