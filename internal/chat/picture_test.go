package chat

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/chat/chattest"
)

const withPictures = `
[[chat]]
name = "app"
vendor = "wecom"
receive = "ww1"
token = "tok"
aes_key = "` + chattest.AESKey + `"
pictures = true
app_secret = "SECxyz"
api = "API"

[[chat]]
name = "robot"
vendor = "wecom"
token = "tok"
aes_key = "` + chattest.AESKey + `"
pictures = true
api = "API"

[[chat]]
name = "ding"
vendor = "dingtalk"
secret = "SECxyz"
pictures = true
app_key = "ding1"
api = "API"
`

func load(t *testing.T, text string) ([]*Chat, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chats.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func openPictures(t *testing.T) (p *chattest.Pictures, app, robot, ding *Chat) {
	t.Helper()
	p = chattest.NewPictures()
	t.Cleanup(p.Close)
	list, err := load(t, strings.ReplaceAll(withPictures, "API", p.URL))
	if err != nil {
		t.Fatal(err)
	}
	return p, list[0], list[1], list[2]
}

var jpeg = bytes.Repeat([]byte("\xff\xd8\xff一张图"), 100)

func TestPicturesAreFetched(t *testing.T) {
	p, app, robot, ding := openPictures(t)
	p.Keep("media1", jpeg)
	p.Keep("code1", jpeg)
	env := chattest.Envelope{Token: "tok", AESKey: chattest.AESKey}
	w, ofApp := chattest.Wecom{Envelope: env}, chattest.Wecom{Envelope: chattest.Envelope{Token: "tok", AESKey: chattest.AESKey, Owner: "ww1"}}
	d := chattest.DingTalk{Secret: "SECxyz"}
	for _, x := range []struct {
		name string
		c    *Chat
		r    *http.Request
		n    int
	}{
		{"企业微信应用：media_id", app, ofApp.Request(now, said.AppPicture(now, "media1")), 1},
		{"企业微信群机器人：地址", robot, w.Request(now, said.RobotPictures(p.Put("a.jpg", jpeg), p.Put("b.jpg", jpeg))), 2},
		{"企业微信智能机器人：加密的地址", robot, w.Request(now.Add(time.Second), said.AIPictures(p.PutSealed("c", chattest.AESKey, jpeg))), 1},
		{"钉钉单图：downloadCode", ding, d.Robot(now, chattest.Said{ID: "d1", User: "u"}.DingTalkPictures(now, "ding1", "code1")), 1},
		{"钉钉图文：downloadCode", ding, d.Robot(now.Add(time.Second), said.DingTalkPictures(now, "ding1", "code1", "code1")), 2},
		{"钉钉没写robotCode的，用AppKey", ding, d.Robot(now.Add(2*time.Second), said.DingTalkPictures(now, "", "code1")), 1},
	} {
		t.Run(x.name, func(t *testing.T) {
			h, err := x.c.Hear(call(t, x.r), now)
			if err != nil || len(h.Pictures) != x.n || h.Lines[0].Pictures < x.n {
				t.Fatalf("%v %+v", err, h)
			}
			for _, one := range h.Pictures {
				if got, err := x.c.Fetch(context.Background(), one, now); err != nil || !bytes.Equal(got, jpeg) {
					t.Errorf("%v，%d字节", err, len(got))
				}
			}
		})
	}
	t.Run("钥匙只要一次，过了期再要", func(t *testing.T) {
		count := func(path string) (n int) {
			for _, a := range p.Asked() {
				if a == path {
					n++
				}
			}
			return n
		}
		was := count("/cgi-bin/gettoken")
		p.Expire()
		for _, at := range []time.Time{now, now, now.Add(3 * time.Hour)} {
			if _, err := app.Fetch(context.Background(), Picture{Code: "media1"}, at); err != nil {
				t.Error(err)
			}
		}
		p.Expire()
		if _, err := ding.Fetch(context.Background(), Picture{Code: "code1"}, now); err != nil {
			t.Error(err)
		}
		if got := count("/cgi-bin/gettoken") - was; got != 2 {
			t.Errorf("要了%d次", got)
		}
	})
	t.Run("没有这张图，再要也没有", func(t *testing.T) {
		for _, x := range []struct {
			c *Chat
			p Picture
		}{{app, Picture{Code: "gone"}}, {robot, Picture{URL: p.URL + "/file/gone"}}, {ding, Picture{Code: "gone"}}, {ding, Picture{}}, {robot, Picture{URL: p.Put("short", []byte("x")), Sealed: true}},
			{robot, Picture{URL: p.PutSealed("other", "QWFwbGVncmlkIHRlc3RzIG9ubHksIG5vdCBzZWNyZXQ", jpeg), Sealed: true}}, {robot, Picture{URL: p.Put("huge", make([]byte, mostPicture+1))}}, {&Chat{}, Picture{Code: "x"}}} {
			if b, err := x.c.Fetch(context.Background(), x.p, now); !errors.Is(err, ErrNoPicture) {
				t.Errorf("%+v：%v，%d字节", x.p, err, len(b))
			}
		}
	})
	t.Run("对方忙，是一时的；错误里没有地址和钥匙", func(t *testing.T) {
		for _, c := range []*Chat{app, robot, ding} {
			p.Break(1)
			address := p.Put("a.jpg", jpeg) + "?sign=secret"
			one := Picture{Code: "media1"}
			if c == robot {
				one = Picture{URL: address}
			}
			_, err := c.Fetch(context.Background(), one, now)
			if err == nil || errors.Is(err, ErrNoPicture) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "token-") {
				t.Errorf("%s：%v", c.Name, err)
			}
		}
	})
	t.Run("凭据写错了，是一时的", func(t *testing.T) {
		p.Secret = "changed"
		p.Expire()
		for c, one := range map[*Chat]Picture{app: {Code: "media1"}, ding: {Code: "code1"}} {
			if _, err := c.Fetch(context.Background(), one, now.Add(9*time.Hour)); !errors.Is(err, errToken) || errors.Is(err, ErrNoPicture) {
				t.Errorf("%s：%v", c.Name, err)
			}
		}
	})
}

func TestOnlyTheVendorsHostsAreAsked(t *testing.T) {
	p, _, robot, ding := openPictures(t)
	other := chattest.NewPictures()
	t.Cleanup(other.Close)
	inside := other.Put("a", jpeg)
	for name, address := range map[string]string{"别的端口": inside, "别的主机": "https://example.com/a.jpg", "像平台的名字": "https://notqpic.cn/a", "平台名字在前": "https://qpic.cn.example.com/a",
		"用户名里的平台": "https://p.qpic.cn@127.0.0.1/a", "另一个端口": "https://p.qpic.cn:8443/a", "文件": "file:///etc/passwd", "不是地址": "::", "空的": ""} {
		t.Run(name+"不去", func(t *testing.T) {
			if _, err := robot.Fetch(context.Background(), Picture{URL: address}, now); !errors.Is(err, ErrNoPicture) {
				t.Error(err)
			}
		})
	}
	t.Run("转到别处的不跟", func(t *testing.T) {
		p.Move(inside)
		p.Keep("code1", jpeg)
		if _, err := robot.Fetch(context.Background(), Picture{URL: p.Put("a", jpeg)}, now); !errors.Is(err, ErrNoPicture) {
			t.Error(err)
		}
		if _, err := ding.Fetch(context.Background(), Picture{Code: "code1"}, now); !errors.Is(err, ErrNoPicture) {
			t.Error(err)
		}
	})
	if len(other.Asked()) > 0 {
		t.Errorf("去了 %q", other.Asked())
	}
	t.Run("平台的名字指到内网也不去", func(t *testing.T) {
		d, err := newDoor(p.URL, []string{"localhost.localdomain", "local.host"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequest(http.MethodGet, strings.Replace(inside, "127.0.0.1", "localhost", 1), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.ask(r, 100); !errors.Is(err, errNotTheirs) || len(other.Asked()) > 0 {
			t.Error(err)
		}
	})
	t.Run("平台写http的用https问", func(t *testing.T) {
		d, err := newDoor(wecomAPI, wecomHosts)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := d.their("http://p.qpic.cn/pic_wework/1/0"); err != nil || u.String() != "https://p.qpic.cn/pic_wework/1/0" {
			t.Error(u, err)
		}
	})
}

func TestSettingsOfPictures(t *testing.T) {
	good := strings.ReplaceAll(withPictures, "API", wecomAPI)
	list, err := load(t, good)
	if err != nil || !list[0].FetchesPictures() {
		t.Fatal(err)
	}
	t.Run("不写pictures就不取", func(t *testing.T) {
		list, err := load(t, strings.ReplaceAll(good, "pictures = true", ""))
		if err != nil || list[0].FetchesPictures() || list[2].FetchesPictures() {
			t.Error(err)
		}
	})
	for name, change := range map[string][2]string{"应用没有Secret": {"app_secret = \"SECxyz\"", ""}, "钉钉没有AppKey": {"app_key = \"ding1\"", ""}, "接口不是https": {wecomAPI, "http://qyapi.weixin.qq.com"},
		"接口是内网的http": {wecomAPI, "http://192.168.1.1"}, "主机写成地址": {"pictures = true", "pictures = true\npicture_hosts = [\"https://a.example.com/\"]"}, "主机写成所有": {"pictures = true", "pictures = true\npicture_hosts = [\"*\"]"}} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(t, strings.Replace(good, change[0], change[1], 1)); err == nil {
				t.Error("该报错")
			}
		})
	}
}
