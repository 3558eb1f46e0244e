package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// DingTalk is what a callback of DingTalk (钉钉) is checked by: of a robot (open.dingtalk.com “接收消息的消息协议”), or of a
// subscription to events (“事件订阅 HTTP 推送”), each with what it has.
type DingTalk struct {
	Secret        string // AppSecret of the robot
	Token, AESKey string // of the subscription
	Owner         string // AppKey or CorpID of the subscription
	Window        time.Duration
}

// robotWindow is how long DingTalk holds a signature of a robot to be good.
const robotWindow = time.Hour

// Listen makes a Listener of it.
func (d DingTalk) Listen() (*Listener, error) {
	v := dingtalk{secret: d.Secret, window: d.Window}
	if v.window == 0 {
		v.window = robotWindow
	}
	if d.Secret == "" || d.Token != "" || d.AESKey != "" {
		e, err := newEnvelope(d.Token, d.AESKey, d.Owner)
		if err != nil {
			return nil, err
		}
		v.envelope, v.events = e, true
	}
	return newListener(v), nil
}

type dingtalk struct {
	envelope
	secret string
	events bool
	window time.Duration
}

func (d dingtalk) hear(c Call, now time.Time) (Heard, signed, error) {
	switch {
	case c.Method != http.MethodPost:
		return Heard{}, signed{}, ErrMalformed
	case len(c.Body) > MaxCall:
		return Heard{}, signed{}, ErrTooLarge
	case d.events && (c.Query.Has("signature") || c.Query.Has("msg_signature")):
		return d.event(c, now)
	case d.secret == "":
		return Heard{}, signed{}, ErrForged
	}
	return d.robot(c, now)
}

// robotSign is the signature of a robot's callback. It does not cover the body: therefore one signature is good for one message.
func robotSign(secret, stamp string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (d dingtalk) robot(c Call, now time.Time) (Heard, signed, error) {
	s := signed{signature: c.Header.Get("Sign"), window: d.window}
	stamp := c.Header.Get("Timestamp")
	if subtle.ConstantTimeCompare([]byte(robotSign(d.secret, stamp)), []byte(s.signature)) != 1 {
		return Heard{}, s, ErrForged
	}
	var ok bool
	if s.at, ok = instant(stamp); !ok {
		return Heard{}, s, ErrMalformed
	}
	if err := s.timely(now); err != nil {
		return Heard{}, s, err
	}
	h, err := dingtalkWords(c.Body, now)
	return h, s, err
}

// event reads the push of a subscription: the check of the address, or a message that an app was told of.
func (d dingtalk) event(c Call, now time.Time) (Heard, signed, error) {
	var body struct {
		Encrypt string `json:"encrypt"`
	}
	if json.Unmarshal(c.Body, &body) != nil {
		return Heard{}, signed{}, ErrMalformed
	}
	q := c.Query
	signature, stamp, nonce := first(q.Get("msg_signature"), q.Get("signature")), first(q.Get("timestamp"), q.Get("timeStamp")), q.Get("nonce")
	words, err := d.open(signature, stamp, nonce, body.Encrypt)
	if err != nil {
		return Heard{}, signed{}, err
	}
	s := signed{signature: strings.ToLower(signature), window: d.window}
	var ok bool
	if s.at, ok = instant(stamp); !ok {
		return Heard{}, s, ErrMalformed
	}
	if err := s.timely(now); err != nil {
		return Heard{}, s, err
	}
	h := Heard{}
	var kind struct {
		EventType string `json:"EventType"`
		MsgType   string `json:"msgtype"`
	}
	if json.Unmarshal(words, &kind) != nil {
		return Heard{}, s, ErrMalformed
	}
	if kind.MsgType != "" {
		if h, err = dingtalkWords(words, now); err != nil {
			return Heard{}, s, err
		}
	}
	h.Answer, h.AnswerType = d.success(now, nonce), "application/json"
	return h, s, nil
}

// success is the encrypted “success” without which DingTalk sends an event again.
func (d dingtalk) success(now time.Time, nonce string) []byte {
	stamp := strconv.FormatInt(now.UnixMilli(), 10)
	random := sha256.Sum256([]byte(stamp + nonce + d.token))
	ciphertext := d.seal([]byte("success"), random[:])
	answer, err := json.Marshal(map[string]string{"msg_signature": d.sign(stamp, nonce, ciphertext), "timeStamp": stamp, "nonce": nonce, "encrypt": ciphertext})
	if err != nil {
		return nil // strings always marshal
	}
	return answer
}

type dingtalkMessage struct {
	ID      string `json:"msgId"`
	Type    string `json:"msgtype"`
	Nick    string `json:"senderNick"`
	Staff   string `json:"senderStaffId"`
	Sender  string `json:"senderId"`
	Chat    string `json:"conversationId"`
	Title   string `json:"conversationTitle"`
	Kind    string `json:"conversationType"` // "1" to the robot alone, "2" in a group
	Robot   string `json:"robotCode"`
	Created any    `json:"createAt"` // a number in what is sent, a string in what is documented
	Text    struct {
		Content string `json:"content"`
	} `json:"text"`
	Content json.RawMessage `json:"content"`
}

// dingtalkWords reads a robot's message.
func dingtalkWords(body []byte, now time.Time) (Heard, error) {
	var m dingtalkMessage
	if json.Unmarshal(body, &m) != nil || m.ID == "" || m.Type == "" {
		return Heard{}, ErrMalformed
	}
	h := Heard{Group: m.Chat, Title: m.Title, User: first(m.Staff, m.Sender)}
	if m.Kind == "1" {
		h.Group = ""
	}
	l := Line{ID: m.ID, Sender: first(m.Nick, h.User), At: m.at(now), Row: 1, Nth: 1}
	words, pictures := m.words()
	h.Pictures = m.pictures()
	l.say(cleaned(strings.Join(words, "\n")))
	l.Pictures += pictures
	if l.Text != "" || l.Pictures > 0 {
		h.Lines = l.inLengths()
	}
	return h, nil
}

// at is when a message was written; its signature may be younger.
func (m dingtalkMessage) at(now time.Time) time.Time {
	s := ""
	switch v := m.Created.(type) {
	case string:
		s = v
	case float64:
		s = strconv.FormatInt(int64(v), 10)
	}
	if at, ok := instant(s); ok && !at.After(now.Add(Slack)) {
		return at
	}
	return now
}

// pictures are those of a message: alone, or between its words.
func (m dingtalkMessage) pictures() (list []Picture) {
	type part struct {
		Type string `json:"type"`
		Code string `json:"downloadCode"`
	}
	var c struct {
		part
		Rich []part `json:"richText"`
	}
	if json.Unmarshal(m.Content, &c) != nil {
		return nil
	}
	if m.Type == "picture" {
		c.Type = "picture"
		c.Rich = append(c.Rich, c.part)
	}
	for _, p := range c.Rich {
		if p.Type == "picture" && p.Code != "" {
			list = append(list, Picture{Code: p.Code, Robot: m.Robot})
		}
	}
	return list
}

// words are those of a message and how many pictures it has.
func (m dingtalkMessage) words() (words []string, pictures int) {
	var c struct {
		Rich []struct {
			Text string `json:"text"`
			Type string `json:"type"`
		} `json:"richText"`
		Recognition string `json:"recognition"` // what was said, as DingTalk understood it
		FileName    string `json:"fileName"`
	}
	if len(m.Content) > 0 && json.Unmarshal(m.Content, &c) != nil {
		return []string{m.Text.Content}, 0
	}
	switch m.Type {
	case "picture", "video":
		return nil, 1
	case "audio":
		if c.Recognition != "" {
			return []string{c.Recognition}, 0
		}
		return nil, 1
	case "file":
		return []string{first(c.FileName, "[文件]")}, 0
	case "richText":
		for _, r := range c.Rich {
			if r.Type == "picture" {
				pictures++
			} else {
				words = append(words, r.Text)
			}
		}
		return words, pictures
	}
	return []string{m.Text.Content}, 0
}
