// Package browser drives a real headless Chromium from a test, as a person would use it: one browser per test binary, a tab
// with cookies of its own per Page. A tab sends requests to this machine only, and a test fails at its end when the page
// wrote an error to the console, broke the content security policy, or asked for anything elsewhere.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take on a slow machine before the test is told.
const patience = 30 * time.Second

// phone is the width below which a tab behaves as a phone does: touch, and the page's own viewport line is obeyed.
const phone = 600

var errMissing = errors.New("未找到 Chromium：请安装 chromium（Debian、Ubuntu：apt-get install chromium） / " +
	"no Chromium found: install the package chromium, or put it on PATH")

var shared = sync.OnceValues(launch)

// launch starts the one browser. It dies with this process; the shell that holds the reading end of a pipe removes
// the profile afterwards, also when the process was killed.
func launch() (context.Context, error) {
	bin := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if p, err := exec.LookPath(name); err == nil && bin == "" {
			bin = p
		}
	}
	if bin == "" {
		return nil, errMissing
	}
	profile, err := os.MkdirTemp("", "mgweb-")
	if err != nil {
		return nil, err
	}
	tidy := exec.Command("sh", "-c", `cat >/dev/null; for try in 1 2 3; do sleep 1; rm -rf -- "$1"; done`, "sh", profile)
	if _, err := tidy.StdinPipe(); err != nil {
		return nil, err
	}
	if err := tidy.Start(); err != nil {
		return nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(bin), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"))
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("start %s: %w", bin, err)
	}
	return ctx, nil
}

// Tab is one tab of the browser. Every method fails the test when the page does not do its part in time.
type Tab struct {
	tb    testing.TB
	ctx   context.Context
	width int

	mu       sync.Mutex
	problems []string
	allowed  []string
}

// Page opens an empty tab of the given size with no cookies. Without Chromium the test is skipped, but fails where CI or
// MAPLEGRID_NEED_CHROMIUM is set.
func Page(tb testing.TB, width, height int) *Tab {
	tb.Helper()
	parent, err := shared()
	if errors.Is(err, errMissing) && os.Getenv("CI") == "" && os.Getenv("MAPLEGRID_NEED_CHROMIUM") == "" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	p := &Tab{tb: tb, width: width}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.hear))
	p.ctx = ctx
	tb.Cleanup(func() {
		cancel()
		for _, problem := range p.Problems() {
			tb.Errorf("browser: %s", problem)
		}
	})
	if err := chromedp.Do(ctx); err != nil { // opens the tab for as long as ctx lives
		tb.Fatal(err)
	}
	size := []chromedp.EmulateViewportOption{chromedp.EmulateScale(1)}
	if width < phone {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.do("size", chromedp.EmulateViewport(int64(width), int64(height), size...), listen())
	return p
}

func listen() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		return err
	})
}

func (p *Tab) hear(event any) {
	problem := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		problem = "script: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			problem += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			problem = "console:"
			for _, a := range e.Args {
				words := a.Description
				if words == "" && json.Unmarshal(a.Value, &words) != nil {
					words = string(a.Value)
				}
				problem += " " + words
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			problem = string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		if !local(e.Request.URL) {
			problem = "asks elsewhere: " + e.Request.URL
		}
	}
	if problem != "" {
		p.mu.Lock()
		p.problems = append(p.problems, problem)
		p.mu.Unlock()
	}
}

func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ws" && u.Scheme != "wss" {
		return true // data:, blob:, about: stay inside the browser
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Problems gives what went wrong in the tab so far, less what was allowed.
func (p *Tab) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.problems), func(problem string) bool {
		return slices.ContainsFunc(p.allowed, func(part string) bool { return strings.Contains(problem, part) })
	})
}

// Allow takes problems that contain part as expected: Chromium reports every answer of 400 and above, so a test that is
// refused on purpose says Allow("status of 422").
func (p *Tab) Allow(part string) {
	p.mu.Lock()
	p.allowed = append(p.allowed, part)
	p.mu.Unlock()
}

func (p *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	run(p, what, chromedp.Steps(steps...))
}

func run[T any](p *Tab, what string, a chromedp.Action[T]) T {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, a)
	if err != nil {
		at, _ := chromedp.Run(p.ctx, chromedp.Location())
		p.tb.Fatalf("browser: %s at %s: %v; so far: %q", what, at, err, p.Problems())
	}
	return out
}

// Open loads a page of this machine and waits until it has loaded.
func (p *Tab) Open(address string) {
	p.tb.Helper()
	if !local(address) {
		p.tb.Fatalf("browser: %s is not on this machine", address)
	}
	p.do("open "+address, chromedp.Navigate(address))
}

// Click waits until the element can be seen and clicks it.
func (p *Tab) Click(css string) { p.tb.Helper(); p.do("click "+css, chromedp.Click(chromedp.CSS(css))) }

// Follow clicks what leads to another page, a link or the button of a form, and waits until that page has loaded.
func (p *Tab) Follow(css string) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(css))); err != nil {
		p.tb.Fatalf("browser: follow %s: %v; so far: %q", css, err, p.Problems())
	}
}

// Type replaces what a field holds with text, key by key; "\n" is the Enter key. On a file field, text is the file's path.
func (p *Tab) Type(css, text string) {
	p.tb.Helper()
	sel := chromedp.CSS(css)
	if run(p, "type into "+css, chromedp.Attributes(sel))["type"] != "file" {
		quoted, _ := json.Marshal(css) // not chromedp.Clear, which stumbles over an empty textarea
		p.do("empty "+css, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const e = document.querySelector(%s);
			if (e.value) { e.value = ""; e.dispatchEvent(new Event("input", {bubbles: true})) } })()`, quoted)))
	}
	p.do("type into "+css, chromedp.SendKeys(sel, text))
}

// Choose picks the option of a select by its value.
func (p *Tab) Choose(css, value string) {
	p.tb.Helper()
	quoted, _ := json.Marshal([]string{css, value})
	p.do("choose "+css, chromedp.WaitVisible(chromedp.CSS(css)), chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`(([css, value]) => { const s = document.querySelector(css); s.value = value;
		if (s.value !== value) throw new Error("no such option: " + value);
		s.dispatchEvent(new Event("input", {bubbles: true})); s.dispatchEvent(new Event("change", {bubbles: true})) })(%s)`, quoted)))
}

// Text gives the words of the first such element as they are shown.
func (p *Tab) Text(css string) string {
	p.tb.Helper()
	return run(p, "text of "+css, chromedp.Text(chromedp.CSS(css)))
}

// Value gives what a field holds.
func (p *Tab) Value(css string) string {
	p.tb.Helper()
	return run(p, "value of "+css, chromedp.Value(chromedp.CSS(css)))
}

// WaitVisible waits until the element is there and can be seen.
func (p *Tab) WaitVisible(css string) {
	p.tb.Helper()
	p.do("wait for "+css, chromedp.WaitVisible(chromedp.CSS(css)))
}

// WaitText waits until the first such element shows text somewhere in it.
func (p *Tab) WaitText(css, text string) {
	p.tb.Helper()
	quoted, _ := json.Marshal([]string{css, text})
	p.do("wait for "+text+" in "+css, chromedp.Poll[chromedp.Void](fmt.Sprintf(
		`(([css, text]) => document.querySelector(css)?.innerText.includes(text))(%s)`, quoted), chromedp.WithPollingMutation()))
}

// URL gives the address of the page that is open.
func (p *Tab) URL() string { p.tb.Helper(); return run(p, "address", chromedp.Location()) }

// Eval runs an expression in the page, waits for it when it is a promise, and decodes its JSON into a T.
func Eval[T any](p *Tab, js string) T {
	p.tb.Helper()
	return run(p, "eval "+js, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// JSEnabled switches the page's own script off or on, from the next Open.
func (p *Tab) JSEnabled(on bool) {
	p.tb.Helper()
	p.do("script", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	}))
}

// Overflow names what makes the page scroll sideways, or gives "" when nothing does.
func (p *Tab) Overflow() string {
	p.tb.Helper()
	return run(p, "overflow", chromedp.Evaluate[string](fmt.Sprintf(`(width => {
		const wide = document.scrollingElement.scrollWidth;
		if (wide <= width) return "";
		const worst = [...document.body.querySelectorAll("*")].find(e => e.getBoundingClientRect().right > width + 1);
		return wide + " > " + width + " px" + (worst ? ": " + worst.cloneNode(false).outerHTML : "");
	})(%d)`, p.width)))
}

// Screenshot writes the whole page, below the fold too, as a PNG of at most 256 colours.
func (p *Tab) Screenshot(path string) {
	p.tb.Helper()
	full := run(p, "screenshot", chromedp.FullScreenshot(100))
	small, err := quantise(full)
	if err == nil {
		err = os.WriteFile(path, small, 0o644)
	}
	if err != nil {
		p.tb.Fatalf("browser: screenshot %s: %v", path, err)
	}
}

// Screen keeps the page as a picture of the handbook, docs/screens/<name>.png, when `make screens` asks for pictures.
// In any other run it only proves that the picture can be taken.
func (p *Tab) Screen(name string) {
	p.tb.Helper()
	dir := os.Getenv("MAPLEGRID_SCREENS")
	if dir == "" {
		dir = p.tb.TempDir()
	}
	p.Screenshot(filepath.Join(dir, name+".png"))
}
