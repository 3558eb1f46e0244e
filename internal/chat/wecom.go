package chat

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"
)

// Wecom is what a callback of WeCom (企业微信) is checked by: of an app, of a group robot (群机器人) or of an AI robot (智能机器人).
// Docs: path/90930 and 90968 (callbacks, encryption), 96467 (messages of apps), 100719 and 101033 (AI robots).
type Wecom struct {
	Token, AESKey string
	Receive       string        // CorpID for an app; "" for robots
	Window        time.Duration // how old a signature may be; 5 minutes when 0
}

// Listen makes a Listener of it.
func (w Wecom) Listen() (*Listener, error) {
	e, err := newEnvelope(w.Token, w.AESKey, w.Receive)
	if err != nil {
		return nil, err
	}
	if w.Window == 0 {
		w.Window = 5 * time.Minute
	}
	return newListener(wecom{e, w.Window}), nil
}

type wecom struct {
	envelope
	window time.Duration
}

func (w wecom) hear(c Call, now time.Time) (Heard, signed, error) {
	q := c.Query
	ciphertext := q.Get("echostr")
	if c.Method != http.MethodGet {
		if len(c.Body) > MaxCall {
			return Heard{}, signed{}, ErrTooLarge
		}
		var ok bool
		if ciphertext, ok = wecomBody(c.Body); !ok {
			return Heard{}, signed{}, ErrMalformed
		}
	}
	words, err := w.open(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), ciphertext)
	if err != nil {
		return Heard{}, signed{}, err
	}
	s := signed{signature: strings.ToLower(q.Get("msg_signature")), window: w.window}
	var ok bool
	if s.at, ok = instant(q.Get("timestamp")); !ok {
		return Heard{}, s, ErrMalformed
	}
	if err := s.timely(now); err != nil {
		return Heard{}, s, err
	}
	if c.Method == http.MethodGet { // the address is checked: the words go back as they are
		return Heard{Answer: words, AnswerType: "text/plain; charset=utf-8"}, s, nil
	}
	h, err := wecomWords(words, s.at)
	return h, s, err
}

// wecomBody gives the ciphertext of a body: XML from apps and old robots, JSON from AI robots.
func wecomBody(body []byte) (string, bool) {
	var b struct {
		XMLName xml.Name `xml:"xml" json:"-"`
		Encrypt string   `xml:"Encrypt" json:"encrypt"`
	}
	if isJSON(body) {
		return b.Encrypt, json.Unmarshal(body, &b) == nil && b.Encrypt != ""
	}
	err := xml.Unmarshal(body, &b)
	return b.Encrypt, err == nil && b.Encrypt != ""
}

func isJSON(b []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) }

// wecomPart is a message, or a part of a mixed one, in the names of both forms.
type wecomPart struct {
	Type     string `xml:"MsgType" json:"msgtype"`
	PartType string `xml:"-" json:"msg_type"`
	Text     struct {
		Content string `xml:"Content" json:"content"`
	} `xml:"Text" json:"text"`
	Voice struct {
		Content string `json:"content"`
	} `xml:"-" json:"voice"`
	Image struct {
		URL   string `xml:"ImageUrl" json:"-"`
		URLAI string `xml:"-" json:"url"`
	} `xml:"Image" json:"image"`
	Event struct {
		Type string `xml:"EventType" json:"eventtype"`
	} `xml:"-" json:"event"`
}

type wecomMessage struct {
	wecomPart
	ID       string `xml:"MsgId" json:"msgid"`
	ChatID   string `xml:"ChatId" json:"chatid"`
	ChatType string `xml:"ChatType" json:"chattype"`
	From     struct {
		User string `xml:"UserId" json:"userid"`
		Name string `xml:"Name" json:"name"`
	} `xml:"From" json:"from"`
	Mixed struct {
		Parts []wecomPart `xml:"MsgItem" json:"msg_item"`
	} `xml:"MixedMessage" json:"mixed_message"`
	MixedOfAI struct {
		Parts []wecomPart `json:"msg_item"`
	} `xml:"-" json:"mixed"`
	Quote struct {
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	} `xml:"-" json:"quote"`
	// Of apps.
	FromUser    string `xml:"FromUserName" json:"-"`
	Created     int64  `xml:"CreateTime" json:"create_time"`
	Content     string `xml:"Content" json:"-"`
	Label       string `xml:"Label" json:"-"`
	Title       string `xml:"Title" json:"-"`
	Description string `xml:"Description" json:"-"`
	MediaID     string `xml:"MediaId" json:"-"`
}

// wecomWords reads what an envelope of WeCom holds. at is when it was signed, which is when a robot's message was said.
func wecomWords(words []byte, at time.Time) (Heard, error) {
	var m wecomMessage
	var err error
	if isJSON(words) {
		err = json.Unmarshal(words, &m)
	} else {
		err = xml.Unmarshal(words, &m)
	}
	if err != nil || m.Type == "" {
		return Heard{}, ErrMalformed
	}
	h := Heard{Group: m.ChatID, User: first(m.From.User, m.FromUser)}
	if m.ChatType == "single" {
		h.Group = ""
	}
	if m.Created > 0 {
		at = time.Unix(m.Created, 0)
	}
	l := Line{ID: m.ID, At: at, Sender: first(m.From.Name, h.User), Row: 1, Nth: 1}
	parts := append(append(m.Mixed.Parts, m.MixedOfAI.Parts...), m.wecomPart)
	said := m.fill(&l, parts)
	h.Pictures = m.pictures(parts)
	if said && m.ID == "" {
		return Heard{}, ErrMalformed
	}
	if l.Text = withoutAddress(l.Text, m.ChatType == "group"); said && (l.Text != "" || l.Pictures > 0) {
		h.Lines = l.inLengths()
	}
	return h, nil
}

// pictures are those of a message, as far as it says where they are.
func (m *wecomMessage) pictures(parts []wecomPart) (list []Picture) {
	for _, p := range parts {
		if first(p.PartType, p.Type) != "image" {
			continue
		}
		switch {
		case p.Image.URLAI != "":
			list = append(list, Picture{URL: p.Image.URLAI, Sealed: true})
		case p.Image.URL != "":
			list = append(list, Picture{URL: p.Image.URL})
		case m.MediaID != "":
			list = append(list, Picture{Code: m.MediaID})
		}
	}
	return list
}

// fill puts the words of a message into a line; false for an event, the refreshing of an answer, the press of a button.
func (m *wecomMessage) fill(l *Line, parts []wecomPart) bool {
	var words []string
	said := false
	for _, p := range parts {
		switch first(p.PartType, p.Type) {
		case "text", "markdown":
			words = append(words, first(p.Text.Content, m.Content))
		case "image", "video":
			l.Pictures++
		case "voice":
			if words = append(words, p.Voice.Content); p.Voice.Content == "" {
				l.Pictures++
			}
		case "location":
			words = append(words, m.Label)
		case "link":
			words = append(words, m.Title, m.Description)
		case "file":
			words = append(words, "[文件]")
		case "mixed":
		default:
			continue
		}
		said = true
	}
	pictures := l.Pictures
	l.say(cleaned(strings.Join(words, "\n")))
	l.Pictures += pictures
	if q := []rune(strings.TrimSpace(m.Quote.Text.Content)); len(q) > 0 {
		l.Quote = string(q[:min(len(q), longestQuote)])
	}
	return said
}

// withoutAddress takes “@枫格 ” from the head of what was said to a robot in a group.
func withoutAddress(s string, group bool) string {
	if !group || !strings.HasPrefix(s, "@") {
		return s
	}
	_, rest, _ := strings.Cut(s, " ")
	if i := strings.IndexByte(s, '\n'); i >= 0 && i < len(s)-len(rest) {
		rest = s[i+1:]
	}
	return strings.TrimSpace(rest)
}
