package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Where DingTalk's interface is, and where what it gives for a downloadCode lies.
const dingtalkAPI = "https://api.dingtalk.com"

var dingtalkHosts = []string{"dingtalk.com", "aliyuncs.com", "alicdn.com"}

// dingtalkPictures gets pictures of DingTalk: a token for AppKey and AppSecret, for it and the downloadCode of the message an
// address, there the picture (open.dingtalk.com “获取企业内部应用的 accessToken”, “下载机器人接收消息的文件内容”).
type dingtalkPictures struct {
	*door
	key, secret string
}

func (d *dingtalkPictures) fetch(ctx context.Context, p Picture, now time.Time) ([]byte, error) {
	if p.Code == "" {
		return nil, ErrNoPicture
	}
	address, err := d.withToken(now, func() (string, int, error) { return d.renew(ctx) }, func(token string) ([]byte, error) {
		var a struct {
			URL string `json:"downloadUrl"`
		}
		err := d.call(ctx, "robot/messageFiles/download", token, map[string]string{"downloadCode": p.Code, "robotCode": first(p.Robot, d.key)}, &a)
		if err == nil && a.URL == "" {
			err = errors.New("DingTalk's answer has no downloadUrl")
		}
		return []byte(a.URL), err
	})
	if err != nil {
		return nil, err
	}
	return d.picture(ctx, string(address))
}

func (d *dingtalkPictures) renew(ctx context.Context) (string, int, error) {
	var a struct {
		Token   string `json:"accessToken"`
		Seconds int    `json:"expireIn"`
	}
	err := d.call(ctx, "oauth2/accessToken", "", map[string]string{"appKey": d.key, "appSecret": d.secret}, &a)
	if err == nil && a.Token == "" {
		err = errors.New("DingTalk's answer has no accessToken")
	}
	return a.Token, a.Seconds, err
}

func (d *dingtalkPictures) call(ctx context.Context, name, token string, say, answer any) error {
	body, err := json.Marshal(say)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.api.String()+"/v1.0/"+name, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("X-Acs-Dingtalk-Access-Token", token)
	}
	b, _, err := d.ask(r, mostSaid)
	if err != nil {
		return dingtalkRefusal(b, err)
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return fmt.Errorf("DingTalk's answer is not of the protocol: %w", err)
	}
	return nil
}

// dingtalkRefusal reads why the interface gives nothing. A token that ran out is told by its code, whatever the status.
func dingtalkRefusal(b []byte, err error) error {
	var a struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(b, &a) != nil {
		return err
	}
	switch a.Code {
	case "InvalidAuthentication", "invalidAuthentication", "Forbidden.AccessDenied.AccessTokenPermissionDenied":
		return fmt.Errorf("%w (%s)", errToken, a.Code)
	}
	return err
}
