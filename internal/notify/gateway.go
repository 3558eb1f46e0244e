package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"

	"maplegrid/internal/clock"
	"maplegrid/internal/work/notice"
)

// Message is what a gateway is handed: ID is the same when it is handed the message again.
type Message struct{ ID, To, Text string }

// ErrRefused says that a gateway will never take the message; any other error is tried again.
var ErrRefused = errors.New("refused by the gateway")

// Gateway carries messages out of the house.
type Gateway interface {
	Send(ctx context.Context, m Message) error
}

// Gateways are the ways out of the house; a nil SMS and no robots mean that nothing leaves it.
type Gateways struct {
	SMS    Gateway
	Robots map[string]Gateway // by cell; "" is the station's own group
}

func (g Gateways) of(n notice.Notice) Gateway {
	if n.Channel == notice.SMS {
		return g.SMS
	}
	if r, ok := g.Robots[n.Cell]; ok {
		return r
	}
	return nil
}

// file is gateways.toml.
type file struct {
	SMS struct {
		URL   string `toml:"url"`
		Token string `toml:"token"`
	} `toml:"sms"`
	Robots []struct {
		Cell   string `toml:"cell"`
		Kind   string `toml:"kind"`
		URL    string `toml:"url"`
		Secret string `toml:"secret"`
	} `toml:"robot"`
}

// Load reads gateways.toml; a file that is not there means none. A mistake refuses the whole file.
func Load(path string, c clock.Clock) (Gateways, error) {
	var f file
	meta, err := toml.DecodeFile(path, &f)
	if errors.Is(err, os.ErrNotExist) {
		return Gateways{}, nil
	}
	if err != nil {
		return Gateways{}, fmt.Errorf("%s: %w", path, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return Gateways{}, fmt.Errorf("%s: 不认识“%s” / unknown key", path, extra[0])
	}
	g := Gateways{Robots: map[string]Gateway{}}
	if f.SMS.URL != "" {
		if err := address(f.SMS.URL); err != nil {
			return g, fmt.Errorf("%s: [sms] %w", path, err)
		}
		g.SMS = plain{url: f.SMS.URL, token: f.SMS.Token}
	}
	for _, r := range f.Robots {
		if err := address(r.URL); err != nil {
			return g, fmt.Errorf("%s: [[robot]] %w", path, err)
		}
		switch r.Kind {
		case "wecom":
			g.Robots[r.Cell] = robot{url: r.URL}
		case "dingtalk":
			g.Robots[r.Cell] = robot{url: r.URL, secret: r.Secret, clock: c}
		case "plain":
			g.Robots[r.Cell] = plain{url: r.URL, token: r.Secret}
		default:
			return g, fmt.Errorf("%s: [[robot]] kind “%s”：只能是 wecom、dingtalk、plain / must be wecom, dingtalk or plain", path, r.Kind)
		}
	}
	return g, nil
}

func address(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("url 要写 http:// 或 https:// 开头的地址 / url must begin with http:// or https://")
	}
	return nil
}

// patience is how long a gateway may take.
const patience = 10 * time.Second

var client = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func post(ctx context.Context, address, token string, body any) ([]byte, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("reach the gateway: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return nil, fmt.Errorf("gateway answered %d", resp.StatusCode)
	case resp.StatusCode >= 300:
		return nil, fmt.Errorf("%w: answered %d", ErrRefused, resp.StatusCode)
	}
	return answer, nil
}

// withoutURL takes the address, which holds the key of a robot, out of an error before it is logged.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// plain posts {"id","to","text"}: what a station's own short-message machine understands, or is taught to.
type plain struct{ url, token string }

// Send implements Gateway.
func (g plain) Send(ctx context.Context, m Message) error {
	_, err := post(ctx, g.url, g.token, map[string]string{"id": m.ID, "to": m.To, "text": m.Text})
	return err
}

// robot is the robot of a group chat: WeCom (企业微信) without a secret, DingTalk (钉钉) signed with one. Both answer {"errcode":0}.
type robot struct {
	url, secret string
	clock       clock.Clock
}

// Send implements Gateway.
func (g robot) Send(ctx context.Context, m Message) error {
	to := g.url
	if g.secret != "" {
		stamp := strconv.FormatInt(g.clock.Now().UnixMilli(), 10)
		mac := hmac.New(sha256.New, []byte(g.secret))
		fmt.Fprintf(mac, "%s\n%s", stamp, g.secret)
		u, err := url.Parse(g.url)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("timestamp", stamp)
		q.Set("sign", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		u.RawQuery = q.Encode()
		to = u.String()
	}
	b, err := post(ctx, to, "", map[string]any{"msgtype": "text", "text": map[string]string{"content": m.Text}})
	if err != nil {
		return err
	}
	var answer struct {
		Errcode int    `json:"errcode"`
		Errmsg  string `json:"errmsg"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return fmt.Errorf("the robot's answer: %w", err)
	}
	if answer.Errcode != 0 {
		return fmt.Errorf("%w: %d %s", ErrRefused, answer.Errcode, answer.Errmsg)
	}
	return nil
}
