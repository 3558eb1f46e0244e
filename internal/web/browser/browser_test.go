package browser

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const page = `<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><title>报事</title>
<h1>报事</h1><noscript><p id="plain">不用脚本</p></noscript>
<form method="post"><input name="words" value="旧"><select name="kind"><option value="a">甲<option value="b">乙</select>
<input type="file" name="photo"><button>提交</button></form><p id="late"></p>%s`

func serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, page, `<script>fetch("/slow").then(r => r.text()).then(t => late.textContent = t)</script>`)
	})
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<p id="answer">%s %s</p>`, r.FormValue("words"), r.FormValue("kind"))
	})
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "到了") })
	mux.HandleFunc("GET /wide", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, page, `<table style="width:2000px"><tr><td>台账</table>`)
	})
	mux.HandleFunc("GET /bad", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		fmt.Fprint(w, `<script>inline()</script><script src="/bad.js"></script><img src="http://elsewhere.example/x.png">`)
	})
	mux.HandleFunc("GET /bad.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `console.error("坏了", 7); setTimeout(() => { document.title = "done"; nosuch() })`)
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAFormAtDeskAndPhoneWidth(t *testing.T) {
	base := serve(t)
	for _, width := range []int{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := Page(t, width, 800)
			p.Open(base + "/")
			p.WaitText("#late", "到了")
			if got := Eval[int](p, "innerWidth"); got != width {
				t.Errorf("the page is %d wide", got)
			}
			if over := p.Overflow(); over != "" {
				t.Errorf("scrolls sideways: %s", over)
			}
			shot := filepath.Join(t.TempDir(), "page.png")
			p.Screenshot(shot)
			f, err := os.Open(shot)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if img, err := png.DecodeConfig(f); err != nil || img.Width != width || img.Height < 800 {
				t.Errorf("the picture is %d×%d, %v", img.Width, img.Height, err)
			}
			p.Type("[name=words]", "井盖坏了")
			p.Choose("[name=kind]", "b")
			if got := p.Value("[name=words]"); got != "井盖坏了" {
				t.Errorf("the field holds %q", got)
			}
			p.Follow("button")
			if got := p.Text("#answer"); got != "井盖坏了 b" {
				t.Errorf("the answer is %q", got)
			}
		})
	}
}

func TestOverflowNamesWhatIsTooWide(t *testing.T) {
	p := Page(t, 390, 800)
	p.Open(serve(t) + "/wide")
	if over := p.Overflow(); !strings.Contains(over, "<table") {
		t.Fatalf("overflow is %q", over)
	}
}

func TestThePageWithoutScript(t *testing.T) {
	p := Page(t, 390, 800)
	p.JSEnabled(false)
	p.Open(serve(t) + "/")
	if got := p.Text("#plain"); got != "不用脚本" {
		t.Fatalf("without script the page says %q", got)
	}
	p.Type("[name=words]", "路灯")
	p.Follow("button")
	if got := p.Text("#answer"); got != "路灯 a" {
		t.Fatalf("the answer is %q", got)
	}
}

func TestWhatGoesWrongInAPageIsHeard(t *testing.T) {
	p := Page(t, 1440, 800)
	p.Open(serve(t) + "/bad")
	p.WaitVisible("html")
	Eval[string](p, `new Promise(done => { const look = () => document.title ? done("") : setTimeout(look); look() })`)
	for _, part := range []string{"Content Security Policy", "坏了", "nosuch", "elsewhere.example"} {
		if !slices.ContainsFunc(p.Problems(), func(problem string) bool { return strings.Contains(problem, part) }) {
			t.Errorf("nothing about %s in %q", part, p.Problems())
		}
		p.Allow(part)
	}
	if left := p.Problems(); len(left) > 0 {
		t.Errorf("unexpected: %q", left)
	}
}

func TestAccessibilityFindsWhatIsWrong(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!DOCTYPE html><html lang="zh-CN"><head><title>页</title><link rel="icon" href="data:,"></head><body><main><h1>页</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
			<input type="text"><p style="color:#ccc;background:#fff">看不清</p></main></body></html>`))
	}))
	defer s.Close()
	p := Page(t, 390, 800)
	p.Open(s.URL)
	found := map[string]bool{}
	for _, f := range p.Accessibility() {
		found[f.Rule] = f.Impact == "serious" || f.Impact == "critical"
	}
	for _, rule := range []string{"image-alt", "label", "color-contrast"} {
		if !found[rule] {
			t.Errorf("%s was not found: %v", rule, found)
		}
	}
}
