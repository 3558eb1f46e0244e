package chattest

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Pictures is where either vendor keeps the pictures of its messages, with the interface that gives them.
type Pictures struct {
	*httptest.Server
	// Corp and Secret are what WeCom's gettoken believes, Key and Secret what DingTalk's accessToken does.
	Corp, Key, Secret string

	mu     sync.Mutex
	codes  map[string][]byte
	files  map[string][]byte
	tokens int
	asked  []string
	broken int
	moved  string
}

// NewPictures opens it; close it after the test.
func NewPictures() *Pictures {
	p := &Pictures{Corp: "ww1", Key: "ding1", Secret: "SECxyz", codes: map[string][]byte{}, files: map[string][]byte{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cgi-bin/gettoken", p.wecomToken)
	mux.HandleFunc("GET /cgi-bin/media/get", p.wecomMedia)
	mux.HandleFunc("POST /v1.0/oauth2/accessToken", p.dingtalkToken)
	mux.HandleFunc("POST /v1.0/robot/messageFiles/download", p.dingtalkCode)
	mux.HandleFunc("GET /file/{name}", p.file)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.URL.Path)
		broken, moved := p.broken > 0, p.moved
		if broken {
			p.broken--
		}
		p.mu.Unlock()
		switch {
		case broken:
			http.Error(w, "busy", http.StatusBadGateway)
		case moved != "" && strings.HasPrefix(r.URL.Path, "/file/"):
			http.Redirect(w, r, moved, http.StatusFound)
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	return p
}

// Keep keeps a picture under a code: a media_id, a downloadCode.
func (p *Pictures) Keep(code string, picture []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[code] = picture
}

// Put puts a picture at an address, as for a group robot of WeCom.
func (p *Pictures) Put(name string, picture []byte) (address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[name] = picture
	return p.URL + "/file/" + name
}

// PutSealed puts it there as for an AI robot: encrypted with the key of the callbacks, 43 letters.
func (p *Pictures) PutSealed(name, aesKey string, picture []byte) (address string) {
	key, err := base64.RawStdEncoding.DecodeString(aesKey)
	if err != nil {
		panic(err)
	}
	fill := 32 - len(picture)%32
	b := append(append([]byte{}, picture...), strings.Repeat(string(rune(fill)), fill)...)
	c, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(c, key[:16]).CryptBlocks(b, b)
	return p.Put(name, b)
}

// Break lets the next n requests fail.
func (p *Pictures) Break(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = n
}

// Move lets every address of a picture lead elsewhere.
func (p *Pictures) Move(to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moved = to
}

// Expire lets the token that was given be good no longer.
func (p *Pictures) Expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens++
}

// Asked gives the paths that were asked for so far.
func (p *Pictures) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.asked...)
}

func (p *Pictures) token() string { return fmt.Sprintf("token-%d", p.tokens) }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(marshal(v))
}

type fields = map[string]any

func (p *Pictures) wecomToken(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if q := r.URL.Query(); q.Get("corpid") != p.Corp || q.Get("corpsecret") != p.Secret {
		answer(w, http.StatusOK, fields{"errcode": 40001, "errmsg": "invalid credential"})
		return
	}
	p.tokens++
	answer(w, http.StatusOK, fields{"errcode": 0, "errmsg": "ok", "access_token": p.token(), "expires_in": 7200})
}

func (p *Pictures) wecomMedia(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	picture, ok := p.codes[r.URL.Query().Get("media_id")]
	switch {
	case r.URL.Query().Get("access_token") != p.token():
		answer(w, http.StatusOK, fields{"errcode": 42001, "errmsg": "access_token expired"})
	case !ok:
		answer(w, http.StatusOK, fields{"errcode": 40007, "errmsg": "invalid media_id"})
	default:
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(picture)
	}
}

func (p *Pictures) dingtalkToken(w http.ResponseWriter, r *http.Request) {
	var a struct{ AppKey, AppSecret string }
	p.mu.Lock()
	defer p.mu.Unlock()
	if json.NewDecoder(r.Body).Decode(&a) != nil || a.AppKey != p.Key || a.AppSecret != p.Secret {
		answer(w, http.StatusBadRequest, fields{"code": "invalidClientIdOrSecret", "message": "无效的clientId或者clientSecret"})
		return
	}
	p.tokens++
	answer(w, http.StatusOK, fields{"accessToken": p.token(), "expireIn": 7200})
}

func (p *Pictures) dingtalkCode(w http.ResponseWriter, r *http.Request) {
	var a struct{ DownloadCode, RobotCode string }
	p.mu.Lock()
	defer p.mu.Unlock()
	err := json.NewDecoder(r.Body).Decode(&a)
	picture, ok := p.codes[a.DownloadCode]
	switch {
	case r.Header.Get("X-Acs-Dingtalk-Access-Token") != p.token():
		answer(w, http.StatusUnauthorized, fields{"code": "InvalidAuthentication", "message": "不合法的access_token"})
	case err != nil || !ok || a.RobotCode != p.Key:
		answer(w, http.StatusBadRequest, fields{"code": "invalidParameter.downloadCode.invalid", "message": "downloadCode invalid"})
	default:
		p.files[a.DownloadCode] = picture
		answer(w, http.StatusOK, fields{"downloadUrl": p.URL + "/file/" + a.DownloadCode})
	}
}

func (p *Pictures) file(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	picture, ok := p.files[r.PathValue("name")]
	if !ok {
		http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
		return
	}
	_, _ = w.Write(picture)
}

// AppPicture is what an app of WeCom is told of a picture.
func (s Said) AppPicture(at time.Time, mediaID string) []byte {
	return []byte(fmt.Sprintf("<xml><ToUserName>corp</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>image</MsgType><PicUrl>http://example.com/x</PicUrl><MediaId>%s</MediaId><MsgId>%s</MsgId><AgentID>1</AgentID></xml>",
		text(s.User), at.Unix(), text(mediaID), text(s.ID)))
}

// RobotPictures is what a group robot of WeCom is told of words with pictures.
func (s Said) RobotPictures(addresses ...string) []byte {
	items := "<MsgItem><MsgType>text</MsgType><Text><Content>" + text("@枫格 "+s.Text) + "</Content></Text></MsgItem>"
	for _, a := range addresses {
		items += "<MsgItem><MsgType>image</MsgType><Image><ImageUrl>" + text(a) + "</ImageUrl></Image></MsgItem>"
	}
	return []byte("<xml><MsgId>" + text(s.ID) + "</MsgId><ChatId>" + text(s.Chat) + "</ChatId><ChatType>group</ChatType><From><UserId>" + text(s.User) + "</UserId><Name>" + text(s.Name) +
		"</Name></From><MsgType>mixed</MsgType><MixedMessage>" + items + "</MixedMessage></xml>")
}

// AIPictures is what an AI robot of WeCom is told of words with pictures.
func (s Said) AIPictures(addresses ...string) []byte {
	items := []any{fields{"msgtype": "text", "text": fields{"content": "@枫格 " + s.Text}}}
	for _, a := range addresses {
		items = append(items, fields{"msgtype": "image", "image": fields{"url": a}})
	}
	return marshal(fields{"msgid": s.ID, "aibotid": "bot", "chatid": s.Chat, "chattype": "group", "from": fields{"userid": s.User}, "msgtype": "mixed", "mixed": fields{"msg_item": items}})
}

// DingTalkPictures is what a robot of DingTalk is told of words with pictures; with no words, of one picture alone.
func (s Said) DingTalkPictures(at time.Time, robot string, codes ...string) []byte {
	m := fields{"msgId": s.ID, "senderNick": s.Name, "senderStaffId": s.User, "conversationId": s.Chat, "conversationType": "2", "createAt": at.UnixMilli(), "robotCode": robot}
	if s.Text == "" {
		m["msgtype"], m["content"] = "picture", fields{"downloadCode": codes[0], "pictureDownloadCode": "old"}
		return marshal(m)
	}
	rich := []any{fields{"text": s.Text}}
	for _, c := range codes {
		rich = append(rich, fields{"type": "picture", "downloadCode": c})
	}
	m["msgtype"], m["content"] = "richText", fields{"richText": rich}
	return marshal(m)
}
