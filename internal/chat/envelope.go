package chat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" // the vendors publish this signature; what it guards is encrypted besides
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// envelope is what WeCom and DingTalk both put a callback into: signature over token, time, nonce and ciphertext;
// AES-256-CBC of 16 random bytes, the length, the words, and whom they are for.
// (developer.work.weixin.qq.com/document/path/90968; open.dingtalk.com, 事件订阅 “消息加解密”)
type envelope struct {
	token, owner string
	key          []byte
}

// newEnvelope makes one of a token and the 43 letters of EncodingAESKey; owner is whom callbacks are for: the CorpID of a WeCom
// app, "" for its robots, the AppKey or CorpID with DingTalk.
func newEnvelope(token, encodingKey, owner string) (envelope, error) {
	key, err := base64.StdEncoding.DecodeString(encodingKey + "=")
	if err != nil || len(key) != 32 || token == "" {
		return envelope{}, errors.New("token 不能空，aes_key 是 43 位字母和数字 / token must not be empty, aes_key is of 43 letters and digits")
	}
	return envelope{token, owner, key}, nil
}

// sign is the signature of a ciphertext.
func (e envelope) sign(stamp, nonce, ciphertext string) string {
	parts := []string{e.token, stamp, nonce, ciphertext}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// open checks the signature and gives the words. What is signed but cannot be read is malformed; what is for somebody else is forged.
func (e envelope) open(signature, stamp, nonce, ciphertext string) ([]byte, error) {
	if ciphertext == "" || subtle.ConstantTimeCompare([]byte(e.sign(stamp, nonce, ciphertext)), []byte(strings.ToLower(signature))) != 1 {
		return nil, ErrForged
	}
	text, err := base64.StdEncoding.DecodeString(ciphertext)
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, ErrMalformed
	}
	block, err := aes.NewCipher(e.key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, e.key[:aes.BlockSize]).CryptBlocks(text, text)
	text, ok := unpadded(text)
	if !ok || len(text) < 20 {
		return nil, ErrMalformed
	}
	n := int(binary.BigEndian.Uint32(text[16:20]))
	if n < 0 || n > len(text)-20 {
		return nil, ErrMalformed
	}
	if owner := text[20+n:]; subtle.ConstantTimeCompare(owner, []byte(e.owner)) != 1 {
		return nil, ErrForged
	}
	return text[20 : 20+n], nil
}

// padded fills up to blocks of 32 (PKCS#7), unpadded takes that away again.
const padTo = 32

func padded(b []byte) []byte {
	n := padTo - len(b)%padTo
	return append(b, slices.Repeat([]byte{byte(n)}, n)...)
}

func unpadded(b []byte) ([]byte, bool) {
	n := int(b[len(b)-1])
	if n < 1 || n > padTo || n > len(b) {
		return nil, false
	}
	for _, c := range b[len(b)-n:] {
		if int(c) != n {
			return nil, false
		}
	}
	return b[:len(b)-n], true
}

// seal encrypts words; random are 16 bytes that need not be secret. An answer is sealed, and so are the callbacks of a test.
func (e envelope) seal(words, random []byte) string {
	b := slices.Concat(random[:16], binary.BigEndian.AppendUint32(nil, uint32(len(words))), words, []byte(e.owner))
	b = padded(b)
	block, err := aes.NewCipher(e.key)
	if err != nil {
		panic("chat: the key of an envelope was checked when it was made: " + err.Error())
	}
	cipher.NewCBCEncrypter(block, e.key[:aes.BlockSize]).CryptBlocks(b, b)
	return base64.StdEncoding.EncodeToString(b)
}

// instant reads a time in seconds or thousandths of one since 1970.
func instant(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}, false
	case n > 1e11:
		return time.UnixMilli(n), true
	}
	return time.Unix(n, 0), true
}

// first is the first of some words that is not empty.
func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
