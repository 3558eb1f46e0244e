package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work/proof"
)

// proofFor opens the check of a report as its reporter would, and gives the signed blank of its form.
func (c *caller) proofFor(code string) string {
	c.t.Helper()
	a := c.get("/progress/" + code + "/data")
	blank, ok := strings.CutPrefix(a.Header.Get("Location"), "/proof?for=")
	if !ok {
		c.t.Fatalf("no way to the check: %d %s", a.StatusCode, words(a.Body))
	}
	blank, err := url.QueryUnescape(blank)
	if err != nil {
		c.t.Fatal(err)
	}
	return blank
}

// tries enters a code.
func (c *caller) tries(blank, digits string) answer {
	c.t.Helper()
	return c.post("/proof", "for", blank, "key", field(c.get("/proof?for="+url.QueryEscape(blank)).Body, "key"), "proof_code", digits)
}

// gives has an officer hand a code over.
func (h *house) gives(t testing.TB, thing string) string {
	t.Helper()
	return h.Do(t, h.Cast["officer_1"], "proof.give", &proof.Give{Thing: thing}).Secret
}

func TestOneTimeCheckOnThePage(t *testing.T) {
	t.Run("验证码对了三十分钟内打开，退出就关上", func(t *testing.T) {
		h := open(t)
		c := h.caller(t)
		code := c.reported("words", "楼道堆物", "name", "张三丰", "phone", "13900001111", "cell", "c1")
		blank := c.proofFor(code)
		if a := c.tries(blank, "000000"); a.StatusCode != 409 || !strings.Contains(a.Body, "没有可用的验证码") {
			t.Fatalf("before a code was given: %d %s", a.StatusCode, words(a.Body))
		}
		digits := h.gives(t, "report/"+h.report(t, code).ID)
		wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, digits)
		if a := c.tries(blank, wrong); a.StatusCode != 422 || !strings.Contains(a.Body, "还可以试4次") {
			t.Fatalf("wrong code: %d %s", a.StatusCode, words(a.Body))
		}
		if a := c.tries(blank, digits); a.StatusCode != 303 || a.Header.Get("Location") != "/progress/"+code+"/data" {
			t.Fatalf("right code: %d %s", a.StatusCode, words(a.Body))
		}
		if a := h.caller(t).tries(blank, digits); a.StatusCode != 409 {
			t.Errorf("a code used up opened another browser: %d", a.StatusCode)
		}
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 303 {
			t.Errorf("asks again though it is open: %d", a.StatusCode)
		}
		h.Clock.Advance(31 * time.Minute)
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 200 {
			t.Errorf("open after half an hour: %d", a.StatusCode)
		}
	})
	t.Run("没有签名的地址不让试", func(t *testing.T) {
		c := open(t).caller(t)
		for _, blank := range []string{"", "cmVwb3J0L3JfMQ.x", "report/r_1"} {
			if a := c.get("/proof?for=" + url.QueryEscape(blank)); a.StatusCode != 404 {
				t.Errorf("%q: %d", blank, a.StatusCode)
			}
		}
	})
	t.Run("没开通短信时说清楚，另指办法", func(t *testing.T) {
		h := open(t)
		c := h.caller(t)
		blank := c.proofFor(c.reported("words", "楼道堆物", "phone", "13900001111"))
		if a := c.get("/proof?for=" + url.QueryEscape(blank)); !strings.Contains(a.Body, "没有开通短信") || !strings.Contains(a.Body, "窗口") || strings.Contains(a.Body, `action="/proof/text"`) {
			t.Error(words(a.Body))
		}
		if a := c.post("/proof/text", "for", blank, "key", "k"); a.StatusCode != 409 {
			t.Errorf("a message without a gateway: %d", a.StatusCode)
		}
	})
	t.Run("给码的人看得到一次，别人给不了", func(t *testing.T) {
		h := open(t)
		code := h.caller(t).reported("words", "楼道堆物", "cell", "c1")
		thing := "report/" + h.report(t, code).ID
		o := h.caller(t)
		o.signIn("officer_1")
		page := o.get("/proof/give?thing=" + url.QueryEscape(thing))
		a := o.post("/proof/give", "thing", thing, "key", field(page.Body, "key"))
		if !regexp.MustCompile(`class="receipt-code">\d{6}<`).MatchString(a.Body) {
			t.Fatal(words(a.Body))
		}
		if a := o.post("/proof/give", "thing", thing, "key", field(page.Body, "key")); a.StatusCode != 303 {
			t.Errorf("shown twice: %d", a.StatusCode)
		}
		v := h.caller(t)
		v.signIn("volunteer_1")
		if a := v.get("/proof/give?thing=" + url.QueryEscape(thing)); a.StatusCode != 404 && a.StatusCode != 403 {
			t.Errorf("a volunteer hands codes over: %d", a.StatusCode)
		}
	})
}
