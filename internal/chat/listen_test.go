package chat

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/chat/chattest"
)

// call is a request as the web hands it on.
func call(t testing.TB, r *http.Request) Call {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Call{Method: r.Method, Query: r.URL.Query(), Header: r.Header, Body: body}
}

func listener(t testing.TB, v interface{ Listen() (*Listener, error) }) *Listener {
	t.Helper()
	l, err := v.Listen()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The samples of the WeCom documentation (加解密库 sample, 2014).
func TestWecomPublishedSamples(t *testing.T) {
	of := Wecom{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", Receive: "wx5823bf96d3bd56c7"}
	t.Run("验证回调地址", func(t *testing.T) {
		q := url.Values{"msg_signature": {"5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"}, "timestamp": {"1409659589"}, "nonce": {"263014780"},
			"echostr": {"P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="}}
		h, err := listener(t, of).Hear(Call{Method: http.MethodGet, Query: q}, time.Unix(1409659600, 0))
		if err != nil || string(h.Answer) != "1616140317555161061" || len(h.Lines) > 0 {
			t.Errorf("%v %q", err, h.Answer)
		}
	})
	message := "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>"
	post := Call{Method: http.MethodPost, Query: url.Values{"msg_signature": {"477715d11cdb4164915debcba66cb864d751f3e6"}, "timestamp": {"1409659813"}, "nonce": {"1372623149"}}, Body: []byte(message)}
	at := time.Unix(1409659820, 0)
	t.Run("收到的消息", func(t *testing.T) {
		h, err := listener(t, of).Hear(post, at)
		if err != nil || len(h.Lines) != 1 {
			t.Fatalf("%v %+v", err, h)
		}
		if l := h.Lines[0]; l.Sender != "mycreate" || l.Text != "hello" || l.ID != "4561255354251345929" || l.At.Unix() != 1409659813 {
			t.Errorf("%+v", l)
		}
	})
	t.Run("过了五分钟不收", func(t *testing.T) {
		if _, err := listener(t, of).Hear(post, at.Add(5*time.Minute)); !errors.Is(err, ErrStale) {
			t.Error(err)
		}
	})
	t.Run("不是发给本单位的不收", func(t *testing.T) {
		of.Receive = "ww0000000000000000"
		if _, err := listener(t, of).Hear(post, at); !errors.Is(err, ErrForged) {
			t.Error(err)
		}
	})
}

// The sample of the DingTalk documentation (回调接口 “调试工具”, 2015).
func TestDingTalkPublishedSample(t *testing.T) {
	of := DingTalk{Token: "123456", AESKey: "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij", Owner: "suite4xxxxxxxxxxxxxxx"}
	c := Call{Method: http.MethodPost, Query: url.Values{"signature": {"5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0"}, "timestamp": {"1445827045067"}, "nonce": {"nEXhMP4r"}},
		Body: []byte(`{"encrypt":"1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="}`)}
	e, err := newEnvelope(of.Token, of.AESKey, of.Owner)
	if err != nil {
		t.Fatal(err)
	}
	h, err := listener(t, of).Hear(c, time.UnixMilli(1445827046000))
	if err != nil || len(h.Lines) > 0 || !strings.Contains(string(h.Answer), `"encrypt"`) {
		t.Fatalf("%v %+v", err, h)
	}
	words, err := e.open("5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0", "1445827045067", "nEXhMP4r", string(c.Body[12:len(c.Body)-2]))
	if err != nil || string(words) != `{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}` {
		t.Errorf("%v %s", err, words)
	}
}

var said = chattest.Said{ID: "m1", User: "limei", Name: "李梅", Chat: "chat1", Text: "3号楼电梯停了[图片]\n有人困在里面"}

func vendors(t testing.TB) (w chattest.Wecom, wl *Listener, d chattest.DingTalk, dl *Listener) {
	env := chattest.Envelope{Token: "tok", AESKey: chattest.AESKey}
	w, d = chattest.Wecom{Envelope: env}, chattest.DingTalk{Envelope: env, Secret: "SECxyz"}
	return w, listener(t, Wecom{Token: "tok", AESKey: chattest.AESKey}), d, listener(t, DingTalk{Secret: "SECxyz", Token: "tok", AESKey: chattest.AESKey})
}

func TestMessagesOfVendors(t *testing.T) {
	w, wl, d, dl := vendors(t)
	rich := []byte(`{"msgId":"m9","msgtype":"richText","content":{"richText":[{"text":"井盖没了"},{"type":"picture","downloadCode":"x"},{"text":"快来"}]},"senderNick":"王强","conversationType":"2","conversationId":"c","createAt":"` + strconv.FormatInt(now.UnixMilli(), 10) + `"}`)
	mixed := []byte(`{"msgid":"m8","chattype":"group","chatid":"c","from":{"userid":"u"},"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"@枫格 井盖没了"}},{"msgtype":"image","image":{"url":"x"}}]},"quote":{"msgtype":"text","text":{"content":"哪儿"}}}`)
	mixedXML := []byte(`<xml><MsgId>m7</MsgId><ChatId>c</ChatId><ChatType>group</ChatType><From><UserId>u</UserId><Name>王强</Name></From><MsgType>mixed</MsgType><MixedMessage><MsgItem><MsgType>text</MsgType><Text><Content>@枫格 井盖没了</Content></Text></MsgItem><MsgItem><MsgType>image</MsgType></MsgItem></MixedMessage></xml>`)
	for _, test := range []struct {
		name string
		l    *Listener
		r    *http.Request
		want string
	}{
		{"企业微信群机器人", wl, w.Request(now, said.RobotXML()), "李梅|11-20 18:00|3号楼电梯停了⏎有人困在里面|图1"},
		{"企业微信应用", wl, w.Request(now, said.AppXML(now.Add(-time.Minute))), "limei|11-20 17:59|3号楼电梯停了⏎有人困在里面|图1"},
		{"企业微信智能机器人", wl, w.Request(now, said.RobotJSON()), "limei|11-20 18:00|3号楼电梯停了⏎有人困在里面|图1"},
		{"图文混排", wl, w.Request(now, mixed), "u|11-20 18:00|井盖没了|图1|引哪儿"},
		{"图文混排，旧式", wl, w.Request(now, mixedXML), "王强|11-20 18:00|井盖没了|图1"},
		{"入群事件没有话", wl, w.Request(now, []byte("<xml><MsgId>e</MsgId><MsgType>event</MsgType><Event><EventType>add_to_chat</EventType></Event></xml>")), ""},
		{"流式刷新没有话", wl, w.Request(now, []byte(`{"msgid":"s","msgtype":"stream","stream":{"id":"1"}}`)), ""},
		{"钉钉机器人", dl, d.Robot(now, said.DingTalk(now.Add(-time.Minute))), "李梅|11-20 17:59|3号楼电梯停了⏎有人困在里面|图1"},
		{"钉钉图文", dl, d.Robot(now.Add(time.Millisecond), rich), "王强|11-20 18:00|井盖没了⏎快来|图1"},
		{"钉钉事件里的消息", dl, d.Event(now, said.DingTalk(now)), "李梅|11-20 18:00|3号楼电梯停了⏎有人困在里面|图1"},
		{"钉钉验证地址", dl, d.Event(now, []byte(`{"EventType":"check_url"}`)), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, err := test.l.Hear(call(t, test.r), now)
			if err != nil || tell(h.Lines) != test.want {
				t.Errorf("%v\n%s\n应为\n%s", err, tell(h.Lines), test.want)
			}
			for _, l := range h.Lines {
				if l.ID == "" || h.User == "" && test.l == wl {
					t.Errorf("%+v", h)
				}
			}
		})
	}
	if h, err := wl.Hear(call(t, w.Check(now, "回显")), now); err != nil || string(h.Answer) != "回显" {
		t.Errorf("验证地址：%v %q", err, h.Answer)
	}
}

func TestWhatIsNotListenedTo(t *testing.T) {
	w, _, d, _ := vendors(t)
	altered := func(r *http.Request, change func(c *Call)) Call {
		c := call(t, r)
		change(&c)
		return c
	}
	ago := func(by time.Duration) time.Time { return now.Add(-by) }
	other := w
	other.Token = "guessed"
	foreign := d
	foreign.Secret = "guessed"
	for _, test := range []struct {
		name string
		c    Call
		want error
	}{
		{"企业微信：口令不对", call(t, other.Request(now, said.RobotXML())), ErrForged},
		{"企业微信：没有签名", altered(w.Request(now, said.RobotXML()), func(c *Call) { c.Query.Del("msg_signature") }), ErrForged},
		{"企业微信：签名改一位", altered(w.Request(now, said.RobotXML()), func(c *Call) { c.Query.Set("msg_signature", "0"+c.Query.Get("msg_signature")[1:]+"0") }), ErrForged},
		{"企业微信：时间被改", altered(w.Request(ago(time.Hour), said.RobotXML()), func(c *Call) { c.Query.Set("timestamp", strconv.FormatInt(now.Unix(), 10)) }), ErrForged},
		{"企业微信：密文被改", altered(w.Request(now, said.RobotXML()), func(c *Call) { c.Body = bytes.Replace(c.Body, []byte("[CDATA["), []byte("[CDATA[AAAA"), 2) }), ErrForged},
		{"企业微信：过期", call(t, w.Request(ago(6*time.Minute), said.RobotXML())), ErrStale},
		{"企业微信：来自将来", call(t, w.Request(ago(-6*time.Minute), said.RobotXML())), ErrStale},
		{"企业微信：太大", altered(w.Request(now, said.RobotXML()), func(c *Call) { c.Body = bytes.Repeat([]byte(" "), MaxCall+1) }), ErrTooLarge},
		{"企业微信：不是标记文本", altered(w.Request(now, said.RobotXML()), func(c *Call) { c.Body = []byte("Encrypt=1") }), ErrMalformed},
		{"企业微信：实体炸弹", altered(w.Request(now, said.RobotXML()), func(c *Call) {
			c.Body = []byte(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>`)
		}), ErrMalformed},
		{"企业微信：签了但不是消息", call(t, w.Request(now, []byte("<xml></xml>"))), ErrMalformed},
		{"企业微信：签了但没有消息号", call(t, w.Request(now, []byte("<xml><MsgType>text</MsgType><Content>a</Content></xml>"))), ErrMalformed},
		{"钉钉：密钥不对", call(t, foreign.Robot(now, said.DingTalk(now))), ErrForged},
		{"钉钉：没有签名", altered(d.Robot(now, said.DingTalk(now)), func(c *Call) { c.Header.Del("Sign") }), ErrForged},
		{"钉钉：时间被改", altered(d.Robot(ago(2*time.Hour), said.DingTalk(now)), func(c *Call) { c.Header.Set("Timestamp", strconv.FormatInt(now.UnixMilli(), 10)) }), ErrForged},
		{"钉钉：过了一小时", call(t, d.Robot(ago(61*time.Minute), said.DingTalk(now))), ErrStale},
		{"钉钉：来自将来", call(t, d.Robot(ago(-61*time.Minute), said.DingTalk(now))), ErrStale},
		{"钉钉：太大", altered(d.Robot(now, said.DingTalk(now)), func(c *Call) { c.Body = make([]byte, MaxCall+1) }), ErrTooLarge},
		{"钉钉：不是消息", call(t, d.Robot(now, []byte("[]"))), ErrMalformed},
		{"钉钉：没有消息号", call(t, d.Robot(now, []byte(`{"msgtype":"text"}`))), ErrMalformed},
		{"钉钉：不是寄来的", altered(d.Robot(now, said.DingTalk(now)), func(c *Call) { c.Method = http.MethodGet }), ErrMalformed},
		{"钉钉事件：签名不对", altered(d.Event(now, said.DingTalk(now)), func(c *Call) { c.Query.Set("nonce", "x") }), ErrForged},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, wl, _, dl := vendors(t)
			l := wl
			if strings.HasPrefix(test.name, "钉钉") {
				l = dl
			}
			if h, err := l.Hear(test.c, now); !errors.Is(err, test.want) || len(h.Lines) > 0 || len(h.Answer) > 0 {
				t.Errorf("%v %+v，应为 %v", err, h, test.want)
			}
			if c := l.Counts(); c.Refused() != 1 || c.Heard != 0 {
				t.Errorf("计数 %+v", c)
			}
		})
	}
}

func TestReplays(t *testing.T) {
	w, wl, d, dl := vendors(t)
	for name, it := range map[string]struct {
		l *Listener
		c Call
	}{"企业微信": {wl, call(t, w.Request(now, said.RobotXML()))}, "钉钉": {dl, call(t, d.Robot(now, said.DingTalk(now)))}} {
		t.Run(name+"：原样重放不收", func(t *testing.T) {
			if _, err := it.l.Hear(it.c, now); err != nil {
				t.Fatal(err)
			}
			for _, later := range []time.Duration{0, time.Second, 4 * time.Minute} {
				if _, err := it.l.Hear(it.c, now.Add(later)); !errors.Is(err, ErrReplayed) {
					t.Errorf("%s以后：%v", later, err)
				}
			}
			if c := it.l.Counts(); c.Heard != 1 || c.Replayed != 3 {
				t.Errorf("%+v", c)
			}
		})
	}
	t.Run("钉钉的签名换了正文也不收", func(t *testing.T) {
		changed := call(t, d.Robot(now, chattest.Said{ID: "m2", Text: "别的话"}.DingTalk(now)))
		if _, err := dl.Hear(changed, now); !errors.Is(err, ErrReplayed) {
			t.Error(err)
		}
	})
	t.Run("没存下的可以再来一次", func(t *testing.T) {
		c := call(t, w.Request(now.Add(time.Second), said.RobotXML()))
		h, err := wl.Hear(c, now)
		if err != nil {
			t.Fatal(err)
		}
		wl.Unheard(h)
		if _, err := wl.Hear(c, now); err != nil {
			t.Error(err)
		}
	})
	t.Run("记得的有数", func(t *testing.T) {
		for i := range maxSeen + 100 {
			wl.remember(signed{strconv.Itoa(i), now, time.Minute}, now)
		}
		if len(wl.seen) > maxSeen || len(wl.order) > maxSeen {
			t.Errorf("记了%d条", len(wl.seen))
		}
	})
}

func TestSettingsOfVendors(t *testing.T) {
	for name, v := range map[string]interface{ Listen() (*Listener, error) }{"没有口令": Wecom{AESKey: chattest.AESKey}, "密钥不是43位": Wecom{Token: "t", AESKey: "abc"}, "钉钉什么也没有": DingTalk{}, "钉钉只有口令": DingTalk{Secret: "s", Token: "t"}} {
		t.Run(name, func(t *testing.T) {
			if _, err := v.Listen(); err == nil {
				t.Error("该报错")
			}
		})
	}
}

// FuzzHear: nothing that comes in breaks it, and nothing without the vendor's signature is believed.
func FuzzHear(f *testing.F) {
	for _, seed := range [][2]string{{"", ""}, {"<xml><Encrypt>AAAA</Encrypt></xml>", "x"}, {`{"encrypt":"AAAA"}`, "1"}, {"{", "\xff"}, {"<xml>", "2"}, {`{"msgId":1}`, ""}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, body, signature string) {
		_, wl, _, dl := vendors(t)
		q := url.Values{"msg_signature": {signature}, "signature": {signature}, "timestamp": {strconv.FormatInt(now.Unix(), 10)}, "nonce": {"n"}, "echostr": {body}}
		for _, c := range []Call{{Method: http.MethodPost, Query: q, Body: []byte(body)}, {Method: http.MethodGet, Query: q}, {Method: http.MethodPost, Header: http.Header{"Sign": {signature}, "Timestamp": {"1"}}, Body: []byte(body)}} {
			for _, l := range []*Listener{wl, dl} {
				if h, err := l.Hear(c, now); err == nil {
					t.Fatalf("信了：%+v", h)
				}
			}
		}
	})
}

// FuzzWords: what is signed may still be anything.
func FuzzWords(f *testing.F) {
	f.Add("<xml><MsgType>text</MsgType></xml>")
	f.Add(string(said.RobotXML()))
	f.Add(string(said.RobotJSON()))
	f.Add(string(said.DingTalk(now)))
	f.Add(`{"msgId":"1","msgtype":"richText","content":[1]}`)
	f.Add(`{"msgId":"1","msgtype":"text","createAt":1e300}`)
	f.Fuzz(func(t *testing.T, words string) {
		for _, read := range []func([]byte) (Heard, error){func(b []byte) (Heard, error) { return wecomWords(b, now) }, func(b []byte) (Heard, error) { return dingtalkWords(b, now) }} {
			h, err := read([]byte(words))
			for _, l := range h.Lines {
				if err != nil || l.ID == "" || l.Text == "" && l.Pictures == 0 {
					t.Fatalf("%v %+v", err, l)
				}
			}
		}
	})
}
