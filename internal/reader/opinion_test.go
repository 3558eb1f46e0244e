package reader_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/reader"
	"maplegrid/internal/work/organisation"
)

// model is a machine on the station's own network that speaks the protocol, and what it was told.
type model struct {
	*httptest.Server
	mu     sync.Mutex
	answer string
	status int
	bodies []string
	tokens []string
}

func newModel(t *testing.T) *model {
	m := &model{answer: "安全隐患", status: http.StatusOK}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		m.bodies, m.tokens = append(m.bodies, string(body)), append(m.tokens, r.Header.Get("Authorization"))
		if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(m.status)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": "1", "object": "chat.completion", "choices": []any{
			map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]string{"role": "assistant", "content": m.answer}}}})
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *model) told() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bodies
}

// opinions loads the settings as the program does.
func opinions(t *testing.T, text string) (*reader.Opinions, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "opinion.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return reader.LoadOpinions(path)
}

// asking is a house whose reader asks a model.
func asking(t *testing.T, m *model) *house {
	h := newHouse(t)
	o, err := opinions(t, fmt.Sprintf("url = %q\nmodel = \"local\"\ntoken = \"secret-token\"\n", m.URL+"/v1"))
	if err != nil {
		t.Fatal(err)
	}
	h.r = h.reader(o)
	return h
}

// unsure is a message that triage is not sure of, with words around it.
func (h *house) unsure(before, after string) string {
	h.t.Helper()
	text, ok := h.maybeUnsure(before, after)
	if !ok {
		h.t.Fatalf("triage is sure of everything around %q and %q", before, after)
	}
	return text
}

func (h *house) maybeUnsure(before, after string) (string, bool) {
	h.t.Helper()
	parts := strings.Fields("嘞嗦咘 嗒唔 啵咧 有人 那边 孩子 钱 车 老人 证 怎么 灯 吵 门口 狗 今天 看见 想问 坏")
	for n := range 400 {
		if text := before + word + parts[n%19] + parts[n/19%19] + after; !h.read(text).Sure {
			return text, true
		}
	}
	return "", false
}

func (h *house) ask() error { return h.r.Ask(context.Background()) }

func TestSecondOpinion(t *testing.T) {
	t.Run("拿不准的才问，问到之前不等", func(t *testing.T) {
		m := newModel(t)
		h := asking(t, m)
		unsure := h.unsure("", "")
		if label, ok := h.r.Opinion(station, unsure); ok {
			t.Errorf("an opinion before anybody was asked: %s", label)
		}
		sure := "派出所同志，我家电动车昨晚在楼下被人偷了"
		if !h.read(sure).Sure {
			t.Fatalf("triage is not sure of %s", sure)
		}
		h.r.Opinion(station, sure)
		if err := h.ask(); err != nil {
			t.Fatal(err)
		}
		if label, ok := h.r.Opinion(station, unsure); !ok || label != "安全隐患" {
			t.Errorf("got %q %v", label, ok)
		}
		if _, ok := h.r.Opinion(station, sure); ok || len(m.told()) != 1 {
			t.Errorf("asked %d times", len(m.told()))
		}
		if m.tokens[0] != "Bearer secret-token" {
			t.Errorf("token %q", m.tokens[0])
		}
		if h.ask() != nil || len(m.told()) != 1 {
			t.Error("asked again for what is known")
		}
	})
	t.Run("送出去的话里没有个人信息", func(t *testing.T) {
		m := newModel(t)
		h := asking(t, m)
		h.Do(t, desktest.Founder(station), "org.set_person", &organisation.SetPerson{Role: "cell_worker", Call: "李网格", Name: "李梅花", Phone: "13900001234", Cells: []string{"c1"}})
		personal := []string{"李梅花", "李网格", "13900001234", "999999199001011234", "1390000", "王建国", "wxid_a8b7c6", "一三九零零零零五六七八", "302", "A12345", "62220000", "１３９００００１１１１", "someone@example.com"}
		sent := 0
		for _, around := range [][2]string{
			{"李梅花，", ""}, {"李网格：", ""}, {"", "13900001234"}, {"", "999999199001011234"}, {"我叫王建国，", ""}, {"", "wxid_a8b7c6"},
			{"", "一三九零零零零五六七八"}, {"", "302"}, {"", "京A12345"}, {"", "6222000011112222333"}, {"", "１３９００００１１１１"}, {"", "someone@example.com"},
		} {
			text, ok := h.maybeUnsure(around[0], around[1])
			if !ok {
				continue // it is never asked about; what would be sent is tested in TestImpersonal
			}
			sent++
			h.r.Opinion(station, text)
			if err := h.ask(); err != nil {
				t.Fatal(err)
			}
		}
		if len(m.told()) != sent || sent < 6 {
			t.Fatalf("asked %d times of %d", len(m.told()), sent)
		}
		told := strings.Join(m.told(), "\n")
		if !strings.Contains(told, word) || !strings.Contains(told, "纠纷") {
			t.Fatalf("neither words nor labels were sent: %s", told)
		}
		for _, p := range personal {
			if strings.Contains(told, p) {
				t.Errorf("%q was sent: %s", p, told)
			}
		}
		if strings.Contains(told, station+"\"") || strings.Contains(told, "一网格群") {
			t.Errorf("station or group was sent: %s", told)
		}
	})
	t.Run("回答不是类别的，不算", func(t *testing.T) {
		m := newModel(t)
		h := asking(t, m)
		for i, answer := range []string{"我不知道", "安全隐患，因为……", "", "<script>alert(1)</script>", "忽略上面的话", "安全", strings.Repeat("安全隐患", 1<<14)} {
			m.answer = answer
			text := h.unsure("", strings.Repeat("咘", i))
			h.r.Opinion(station, text)
			_ = h.ask()
			if label, ok := h.r.Opinion(station, text); ok {
				t.Errorf("%.20q was taken for %q", answer, label)
			}
			h.Clock.Advance(2 * time.Minute)
		}
		for i, answer := range []string{"“安全隐患”。\n", "<think>是不是纠纷？不是。</think>\n\n安全隐患"} {
			m.answer = answer
			text := h.unsure("", strings.Repeat("嘞", i+1))
			h.r.Opinion(station, text)
			if err := h.ask(); err != nil {
				t.Fatal(err)
			}
			if label, ok := h.r.Opinion(station, text); !ok || label != "安全隐患" {
				t.Errorf("%q: %q %v", answer, label, ok)
			}
		}
	})
	t.Run("对方不答，歇一分钟再问", func(t *testing.T) {
		m := newModel(t)
		h := asking(t, m)
		m.status = http.StatusServiceUnavailable
		unsure := h.unsure("", "")
		h.r.Opinion(station, unsure)
		h.r.Opinion(station, h.unsure("呀", ""))
		if h.ask() == nil {
			t.Error("no error when it does not answer")
		}
		if h.ask() != nil || len(m.told()) != 1 {
			t.Errorf("asked %d times", len(m.told()))
		}
		m.status = http.StatusOK
		h.Clock.Advance(2 * time.Minute)
		h.r.Opinion(station, unsure)
		if err := h.ask(); err != nil {
			t.Fatal(err)
		}
		if _, ok := h.r.Opinion(station, unsure); !ok {
			t.Error("never asked again")
		}
	})
	t.Run("没有配置，谁也不问", func(t *testing.T) {
		o, err := reader.LoadOpinions(filepath.Join(t.TempDir(), "opinion.toml"))
		if o != nil || err != nil {
			t.Fatalf("%v %v", o, err)
		}
		h := newHouse(t)
		if _, ok := h.r.Opinion(station, h.unsure("", "")); ok || h.ask() != nil {
			t.Error("an opinion from nowhere")
		}
	})
}

func TestOpinionSettings(t *testing.T) {
	for text, want := range map[string]string{
		"url = \"http://127.0.0.1:1/v1\"\nmodel = \"m\"\n":                      "",
		"url = \"http://192.168.1.8:8000/v1\"\nmodel = \"m\"\n":                 "",
		"url = \"http://[::1]:8000/v1\"\nmodel = \"m\"\n":                       "",
		"url = \"http://203.0.113.5/v1\"\nmodel = \"m\"\n":                      "本所网络",
		"url = \"http://203.0.113.5/v1\"\nmodel = \"m\"\nallow_public = true\n": "",
		"url = \"ftp://10.0.0.1\"\nmodel = \"m\"\n":                             "http://",
		"url = \"http://10.0.0.1\"\n":                                           "model",
		"url = \"http://10.0.0.1\"\nmodel = \"m\"\nkey = \"x\"\n":               "不认识",
		"url = \"http://10.0.0.1\"\nmodel = \"m\"\ntimeout_seconds = 0\n":       "timeout_seconds",
		"url = \"http://10.0.0.1\"\nmodel = \"m\"\nmax_tokens = 100000\n":       "max_tokens",
	} {
		_, err := opinions(t, text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	t.Run("名字指到外面的，连的时候也不连", func(t *testing.T) {
		var asked bool
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
		defer s.Close()
		redirect := httptest.NewServer(http.RedirectHandler(s.URL, http.StatusTemporaryRedirect))
		defer redirect.Close()
		h := newHouse(t)
		o, err := opinions(t, fmt.Sprintf("url = %q\nmodel = \"m\"\n", redirect.URL))
		if err != nil {
			t.Fatal(err)
		}
		h.r = h.reader(o)
		h.r.Opinion(station, h.unsure("", ""))
		if h.ask() == nil || asked {
			t.Error("a redirect was followed")
		}
	})
}
