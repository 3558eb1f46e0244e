package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/web/text"
)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	zh, en := text.Keys("zh"), text.Keys("en")
	blank := regexp.MustCompile(`\{[a-z_]+\}`)
	blanks := func(s string) []string {
		b := blank.FindAllString(s, -1)
		slices.Sort(b)
		return slices.Compact(b)
	}
	for key, s := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s has no English", key)
		} else if !slices.Equal(blanks(s), blanks(other)) {
			t.Errorf("%s: blanks differ: %q and %q", key, s, other)
		}
		if strings.TrimSpace(s) == "" || ok && strings.TrimSpace(other) == "" {
			t.Errorf("%s says nothing", key)
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s has no Chinese", key)
		}
	}
}

// Every key written out in the pages must have a text: a raw key on a page helps nobody.
func TestEveryKeyAskedForIsThere(t *testing.T) {
	asked := regexp.MustCompile(`(?:text\.T|[^a-zA-Z.]t)\(ctx, "([a-z_0-9.]+)"[,)]`)
	err := filepath.WalkDir("..", func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, "_templ.go") || !strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, ".templ") {
			return err
		}
		src, err := os.ReadFile(p)
		for _, m := range asked.FindAllSubmatch(src, -1) {
			if !text.Has(string(m[1])) {
				t.Errorf("%s asks for %s, which has no text", p, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
