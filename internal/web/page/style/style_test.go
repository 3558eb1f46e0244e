package style

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/page/part"
)

func render(t *testing.T, ctx context.Context, page templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pages(t *testing.T) map[string]string {
	return map[string]string{
		"style":  render(t, t.Context(), Page()),
		"en":     render(t, part.WithLang(t.Context(), "en"), Page()),
		"public": render(t, t.Context(), Public()),
	}
}

func TestNoPieceNeedsMoreThanThePolicyAllows(t *testing.T) {
	bad := map[string]*regexp.Regexp{
		"style attribute":   regexp.MustCompile(`<[^>]* style=`),
		"style element":     regexp.MustCompile(`<style`),
		"handler":           regexp.MustCompile(`<[^>]* on[a-z]+=`),
		"inline script":     regexp.MustCompile(`<script(?:[^>]*)>[^<]`),
		"another origin":    regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//`),
		"refused address":   regexp.MustCompile(`about:invalid`),
		"evaluated by htmx": regexp.MustCompile(`hx-(?:on|live|vals="js)`),
	}
	for name, html := range pages(t) {
		for what, pattern := range bad {
			if found := pattern.FindString(html); found != "" {
				t.Errorf("%s page: %s: %s", name, what, found)
			}
		}
	}
}

func TestEveryControlHasALabelAndEveryIDIsOnce(t *testing.T) {
	for name, html := range pages(t) {
		ids := map[string]int{}
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			if ids[m[1]]++; ids[m[1]] > 1 {
				t.Errorf("%s page: id %s twice", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(` (?:for|aria-describedby|aria-labelledby|list)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			for _, id := range strings.Fields(m[1]) {
				if ids[id] == 0 {
					t.Errorf("%s page: %s points at nothing", name, m[0])
				}
			}
		}
		for _, m := range regexp.MustCompile(`href="#(f-[^"]+)"`).FindAllStringSubmatch(html, -1) {
			if ids[m[1]] == 0 {
				t.Errorf("%s page: the error summary points at %s, which is not there", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`<img[^>]*>`).FindAllString(html, -1) {
			if !strings.Contains(m, " alt=") {
				t.Errorf("%s page: picture without alt: %s", name, m)
			}
		}
	}
}

// Every icon a template or a sample names must be in the sprite, wherever in web it is written.
func TestEveryIconUsedIsInTheSprite(t *testing.T) {
	named := regexp.MustCompile(`Icon\("([^"]+)"\)|\bIcon:\s*"([^"]+)"`)
	err := filepath.WalkDir("../..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_templ.go") ||
			!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			if name := m[1] + m[2]; !slices.Contains(asset.Icons(), name) && name != "name" {
				t.Errorf("%s: icon %q is not in the sprite; add it to icons.txt", path, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, html := range pages(t) {
		for _, m := range regexp.MustCompile(`icons\.svg\?v=[0-9a-f]+#([^"]+)"`).FindAllStringSubmatch(html, -1) {
			if !slices.Contains(asset.Icons(), m[1]) {
				t.Errorf("%s page: icon %q is not in the sprite", name, m[1])
			}
		}
	}
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	html := render(t, t.Context(), form(true))
	for _, want := range []string{"不归我们管</textarea>", `value="2026-11-31"`, `href="#f-reason"`, `aria-invalid="true"`, `role="alert"`} {
		if !strings.Contains(html, want) {
			t.Errorf("missing %s in %s", want, html)
		}
	}
}

func TestAPieceSpeaksTheLanguageOfThePage(t *testing.T) {
	all := pages(t)
	for page, want := range map[string]string{"style": "跳到正文", "en": "Skip to content", "public": "紧急情况请拨打"} {
		if !strings.Contains(all[page], want) {
			t.Errorf("%s page: missing %s", page, want)
		}
	}
	if strings.Contains(all["en"], "跳到正文") {
		t.Error("the English page says 跳到正文")
	}
}
