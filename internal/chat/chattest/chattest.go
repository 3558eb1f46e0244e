// Package chattest stands in for the chat vendors in tests: it sends callbacks as they publish them, written apart from the code
// that reads them, and is the group in which a robot answers.
package chattest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// AESKey is a key for tests, of 43 letters.
const AESKey = "bWFwbGVncmlkIHRlc3RzIG9ubHksIG5vdCBzZWNyZXQ"

// Envelope is what both vendors put encrypted callbacks into.
type Envelope struct{ Token, AESKey, Owner string }

// Seal encrypts words.
func (e Envelope) Seal(words []byte) string {
	key, err := base64.RawStdEncoding.DecodeString(e.AESKey)
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	b.WriteString("0123456789abcdef")
	_ = binary.Write(&b, binary.BigEndian, int32(len(words)))
	b.Write(words)
	b.WriteString(e.Owner)
	for n := 32 - b.Len()%32; b.Len()%32 != 0 || n == 32; {
		b.WriteByte(byte(n))
		if b.Len()%32 == 0 {
			break
		}
	}
	c, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := b.Bytes()
	cipher.NewCBCEncrypter(c, key[:16]).CryptBlocks(out, out)
	return base64.StdEncoding.EncodeToString(out)
}

// Sign is the signature of a ciphertext.
func (e Envelope) Sign(stamp, nonce, ciphertext string) string {
	p := []string{e.Token, stamp, nonce, ciphertext}
	sort.Strings(p)
	return fmt.Sprintf("%x", sha1.Sum([]byte(p[0]+p[1]+p[2]+p[3])))
}

// Wecom sends what WeCom sends.
type Wecom struct {
	Envelope
	URL string
}

// Check asks whether the address is ours; the answer must be echo itself.
func (w Wecom) Check(at time.Time, echo string) *http.Request {
	return w.request(http.MethodGet, at, w.Seal([]byte(echo)), nil)
}

// Request sends words, XML or JSON, in an envelope of the same form.
func (w Wecom) Request(at time.Time, words []byte) *http.Request {
	ciphertext := w.Seal(words)
	body := []byte("<xml><ToUserName><![CDATA[" + w.Owner + "]]></ToUserName><Encrypt><![CDATA[" + ciphertext + "]]></Encrypt></xml>")
	if bytes.HasPrefix(words, []byte("{")) {
		body = marshal(map[string]string{"encrypt": ciphertext})
	}
	return w.request(http.MethodPost, at, ciphertext, body)
}

func (w Wecom) request(method string, at time.Time, ciphertext string, body []byte) *http.Request {
	stamp := strconv.FormatInt(at.Unix(), 10)
	nonce := fmt.Sprintf("%x", sha256.Sum256(append([]byte(stamp), body...)))[:10]
	q := url.Values{"msg_signature": {w.Sign(stamp, nonce, ciphertext)}, "timestamp": {stamp}, "nonce": {nonce}}
	if method == http.MethodGet {
		q.Set("echostr", ciphertext)
	}
	return request(method, w.URL+"?"+q.Encode(), body)
}

func request(method, url string, body []byte) *http.Request {
	r, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	return r
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// Said is what somebody said in a group.
type Said struct{ ID, User, Name, Chat, Text string }

// RobotXML is what a group robot of WeCom is told.
func (s Said) RobotXML() []byte {
	return []byte("<xml><MsgId>" + text(s.ID) + "</MsgId><ChatId>" + text(s.Chat) + "</ChatId><ChatType>group</ChatType><From><UserId>" + text(s.User) + "</UserId><Name>" + text(s.Name) +
		"</Name></From><MsgType>text</MsgType><Text><Content>" + text("@枫格 "+s.Text) + "</Content></Text></xml>")
}

// AppXML is what an app of WeCom is told.
func (s Said) AppXML(at time.Time) []byte {
	return []byte("<xml><ToUserName>corp</ToUserName><FromUserName>" + text(s.User) + "</FromUserName><CreateTime>" + strconv.FormatInt(at.Unix(), 10) + "</CreateTime><MsgType>text</MsgType><Content>" +
		text(s.Text) + "</Content><MsgId>" + text(s.ID) + "</MsgId><AgentID>1</AgentID></xml>")
}

// RobotJSON is what an AI robot of WeCom is told.
func (s Said) RobotJSON() []byte {
	return marshal(map[string]any{"msgid": s.ID, "aibotid": "bot", "chatid": s.Chat, "chattype": "group", "from": map[string]string{"userid": s.User},
		"msgtype": "text", "text": map[string]string{"content": "@枫格 " + s.Text}})
}

func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// DingTalk sends what DingTalk sends.
type DingTalk struct {
	Envelope
	Secret, URL string
}

// Robot is what a robot is told, at is when it is sent.
func (d DingTalk) Robot(at time.Time, body []byte) *http.Request {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(d.Secret))
	_, _ = io.WriteString(mac, stamp+"\n"+d.Secret)
	r := request(http.MethodPost, d.URL, body)
	r.Header.Set("timestamp", stamp)
	r.Header.Set("sign", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return r
}

// Event is what a subscription is told.
func (d DingTalk) Event(at time.Time, words []byte) *http.Request {
	stamp, ciphertext := strconv.FormatInt(at.UnixMilli(), 10), d.Seal(words)
	q := url.Values{"signature": {d.Sign(stamp, "nonce", ciphertext)}, "timestamp": {stamp}, "nonce": {"nonce"}}
	return request(http.MethodPost, d.URL+"?"+q.Encode(), marshal(map[string]string{"encrypt": ciphertext}))
}

// DingTalk is what a robot of DingTalk is told.
func (s Said) DingTalk(at time.Time) []byte {
	return marshal(map[string]any{"msgId": s.ID, "msgtype": "text", "text": map[string]string{"content": " " + s.Text}, "senderNick": s.Name, "senderStaffId": s.User, "senderId": "$:x",
		"conversationId": s.Chat, "conversationTitle": "东街网格群", "conversationType": "2", "createAt": at.UnixMilli(), "isInAtList": true})
}

// Group is a group in which robots of either vendor answer.
type Group struct {
	*httptest.Server
	mu   sync.Mutex
	said []string
}

// NewGroup opens a group; close it after the test.
func NewGroup() *Group {
	g := &Group{}
	g.Server = httptest.NewServer(http.HandlerFunc(g.hear))
	return g
}

func (g *Group) hear(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Type string `json:"msgtype"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.Type != "text" || m.Text.Content == "" {
		_, _ = io.WriteString(w, `{"errcode":40008,"errmsg":"invalid message type"}`)
		return
	}
	g.mu.Lock()
	g.said = append(g.said, m.Text.Content)
	g.mu.Unlock()
	_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
}

// Said is what the robot said so far.
func (g *Group) Said() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.said)
}
