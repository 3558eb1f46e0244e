package style

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/page/part"
)

const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:"

// station is a server with the style page, a form to send and a stretch that changes.
type station struct {
	url string
	seq atomic.Uint64
	sum atomic.Int64 // forms that arrived
}

func (s *station) live() templ.Component {
	at := s.seq.Load()
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		text := part.Plainly(fmt.Sprintf("第 %d 条", at))
		return part.Live{ID: "now", Stream: "/live", Href: "/now", Seq: at}.Render(templ.WithChildren(ctx, text), w)
	})
}

func open(t *testing.T) *station {
	t.Helper()
	s := &station{}
	s.seq.Store(1)
	changed := make(chan struct{})
	mux := http.NewServeMux()
	show := func(path string, page func() templ.Component) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = page().Render(r.Context(), w)
		})
	}
	framed := func(child func() templ.Component) func() templ.Component {
		return func() templ.Component {
			return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				return part.Layout{Title: "试", Station: "派出所"}.Render(templ.WithChildren(ctx, child()), w)
			})
		}
	}
	show("/{$}", Page)
	show("/public", Public)
	show("/changing", framed(s.live))
	show("/now", s.live)
	show("/form", framed(func() templ.Component {
		return part.Form{Action: "/form", Confirm: "确定吗？", Submit: "不予受理", Danger: true, Fields: []part.Field{
			{Name: "words", Label: "理由", Kind: part.KindWords, Draft: "reason", MaxLen: 30}}}
	}))
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) {
		s.sum.Add(1)
		http.Redirect(w, r, "/form", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /change", func(http.ResponseWriter, *http.Request) { s.seq.Store(7); close(changed) })
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %d\n\n", s.seq.Load())
		_ = http.NewResponseController(w).Flush()
		select {
		case <-changed:
			fmt.Fprintf(w, "data: %d\n\n", s.seq.Load())
			_ = http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
		<-r.Context().Done()
	})
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	server := httptest.NewServer(mux)
	t.Cleanup(server.CloseClientConnections)
	s.url = server.URL
	return s
}

func TestEveryPieceFitsEveryScreen(t *testing.T) {
	s := open(t)
	for _, width := range []int{1920, 1366, 768, 390, 360} {
		for _, path := range []string{"/", "/public"} {
			t.Run(fmt.Sprint(width, path), func(t *testing.T) {
				p := browser.Page(t, width, 800)
				p.Open(s.url + path)
				if over := p.Overflow(); over != "" {
					t.Errorf("scrolls sideways: %s", over)
				}
				if width > 400 {
					return
				}
				small := browser.Eval[[]string](p, `[...document.querySelectorAll(
					".button, .input, .nav-link, .card-choice, .check, .photo-pick, .tabs a, .chip, .disclosure > summary, .menu > summary, .masked a, .masked button")]
					.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9)
					.map(e => e.className + " " + e.textContent.trim().slice(0, 20) + " " + e.getBoundingClientRect().height)`)
				if len(small) > 0 {
					t.Errorf("too small for a thumb: %s", strings.Join(small, "; "))
				}
			})
		}
	}
}

func TestALiveStretchFetchesItself(t *testing.T) {
	s := open(t)
	p := browser.Page(t, 390, 800)
	p.Open(s.url + "/changing")
	p.WaitText("#now", "第 1 条")
	browser.Eval[bool](p, `fetch("/change", {method: "POST"}).then(() => true)`)
	p.WaitText("#now", "第 7 条")
	if got := browser.Eval[string](p, `document.querySelectorAll("[data-live]").length + " " + document.getElementById("now").dataset.seq`); got != "1 7" {
		t.Errorf("stretches and seq: %s", got)
	}
}

func TestADangerousFormAsksOnceAndKeepsUnsentWords(t *testing.T) {
	s := open(t)
	p := browser.Page(t, 1366, 700)
	p.Open(s.url + "/form")
	browser.Eval[bool](p, `(area => (area.value = "不归我们管，请到司法所", area.dispatchEvent(new Event("input"))))(document.querySelector("textarea"))`)
	p.Open(s.url + "/form")
	p.WaitText("#toasts", "已恢复")
	if got := p.Value("textarea"); got != "不归我们管，请到司法所" {
		t.Errorf("kept %q", got)
	}
	p.Click(".form .button.danger")
	p.WaitVisible("#sure")
	p.Click("#sure .button.quiet")
	if s.sum.Load() != 0 {
		t.Error("sent although cancelled")
	}
	p.Click(".form .button.danger")
	p.WaitVisible("#sure")
	p.Follow("#sure [data-yes]")
	if s.sum.Load() != 1 {
		t.Errorf("sent %d times", s.sum.Load())
	}
	if got := p.Value("textarea"); got != "" {
		t.Errorf("still kept after it was sent: %q", got)
	}
}

func TestTheListIsWalkedByKeys(t *testing.T) {
	s := open(t)
	p := browser.Page(t, 1366, 700)
	p.Open(s.url + "/")
	press := func(key string) string {
		return browser.Eval[string](p, fmt.Sprintf(`(document.activeElement || document.body).dispatchEvent(
			new KeyboardEvent("keydown", {key: %q, bubbles: true})), (document.activeElement.textContent || document.activeElement.id)`, key))
	}
	if got := press("j"); !strings.Contains(got, "滴水檐") {
		t.Errorf("j: %s", got)
	}
	if got := press("j"); !strings.Contains(got, "卧床") {
		t.Errorf("j again: %s", got)
	}
	if got := press("k"); !strings.Contains(got, "滴水檐") {
		t.Errorf("k: %s", got)
	}
	press("?")
	p.WaitVisible("#keys")
	p.Click("#keys .button")
	if got := press("/"); got != "find" {
		t.Errorf("/: %s", got)
	}
}

func TestWithoutScriptNothingUselessIsShown(t *testing.T) {
	s := open(t)
	p := browser.Page(t, 390, 800)
	p.JSEnabled(false)
	p.Open(s.url + "/form")
	if got := p.Text(".foot"); !strings.Contains(got, "110") {
		t.Errorf("footer: %s", got)
	}
	p.Follow(".form .button.danger")
	if s.sum.Load() != 1 {
		t.Errorf("sent %d times", s.sum.Load())
	}
}
