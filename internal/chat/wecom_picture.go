package chat

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Where WeCom's interface is, and where the pictures of its robots lie.
const wecomAPI = "https://qyapi.weixin.qq.com"

var wecomHosts = []string{"weixin.qq.com", "qpic.cn", "qlogo.cn", "myqcloud.com"}

// wecomPictures gets pictures of WeCom: of an app by gettoken and media/get (path/91039, 90254), of a robot by the address in the
// message, which an AI robot's are encrypted at (path/100719 “图片消息”).
type wecomPictures struct {
	*door
	key          []byte
	corp, secret string
}

func (w *wecomPictures) fetch(ctx context.Context, p Picture, now time.Time) ([]byte, error) {
	if p.Code == "" {
		b, err := w.picture(ctx, p.URL)
		if err != nil || !p.Sealed {
			return b, err
		}
		return w.unseal(b)
	}
	return w.withToken(now, func() (string, int, error) { return w.renew(ctx) }, func(token string) ([]byte, error) {
		b, head, err := w.call(ctx, "media/get", url.Values{"access_token": {token}, "media_id": {p.Code}}, mostPicture)
		if err != nil || !strings.Contains(head.Get("Content-Type"), "json") && !isJSON(b[:min(len(b), 16)]) {
			return b, err
		}
		return nil, wecomRefusal(b)
	})
}

func (w *wecomPictures) renew(ctx context.Context) (string, int, error) {
	b, _, err := w.call(ctx, "gettoken", url.Values{"corpid": {w.corp}, "corpsecret": {w.secret}}, mostSaid)
	if err != nil {
		return "", 0, err
	}
	var a struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
	}
	if err := json.Unmarshal(b, &a); err != nil || a.Token == "" {
		return "", 0, wecomRefusal(b)
	}
	return a.Token, a.Seconds, nil
}

func (w *wecomPictures) call(ctx context.Context, name string, q url.Values, most int64) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.api.String()+"/cgi-bin/"+name+"?"+q.Encode(), http.NoBody)
	if err != nil {
		return nil, nil, err
	}
	return w.ask(r, most)
}

// wecomRefusal reads why the interface gives nothing (path/90313). The words of the vendor are left out: they may quote the request.
func wecomRefusal(b []byte) error {
	var a struct {
		Code int `json:"errcode"`
	}
	err := json.Unmarshal(b, &a)
	switch {
	case err != nil:
		return fmt.Errorf("WeCom's answer is not of the protocol: %w", err)
	case slices.Contains([]int{40001, 40013, 40014, 41001, 42001}, a.Code):
		return fmt.Errorf("%w (errcode %d)", errToken, a.Code)
	case a.Code == 40007 || a.Code == 41006: // media_id: wrong, or older than three days
		return fmt.Errorf("%w: errcode %d", ErrNoPicture, a.Code)
	}
	return fmt.Errorf("WeCom refuses: errcode %d", a.Code)
}

// unseal decrypts the picture of an AI robot: AES-256-CBC under the key of the callbacks, filled up to blocks of 32.
func (w *wecomPictures) unseal(b []byte) ([]byte, error) {
	if len(b) == 0 || len(b)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("%w: not encrypted as published", ErrNoPicture)
	}
	block, err := aes.NewCipher(w.key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, w.key[:aes.BlockSize]).CryptBlocks(b, b)
	plain, ok := unpadded(b)
	if !ok {
		return nil, fmt.Errorf("%w: not encrypted with aes_key", ErrNoPicture)
	}
	return plain, nil
}
