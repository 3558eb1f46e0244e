package house

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func sentences(t *testing.T, lang string) map[string]string {
	t.Helper()
	m := map[string]string{}
	files, err := filepath.Glob(filepath.Join(root, "internal/fault/messages_"+lang+"*.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := toml.DecodeFile(f, &m); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestEveryRefusalHasItsSentence(t *testing.T) {
	zh, en := sentences(t, "zh"), sentences(t, "en")
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		check := func(c *ast.CallExpr, arg int) {
			if len(c.Args) <= arg {
				return
			}
			if l, ok := c.Args[arg].(*ast.BasicLit); ok {
				if code, _ := strconv.Unquote(l.Value); zh[code] == "" || en[code] == "" {
					t.Errorf("%s:%d: %q has no sentence in messages_zh.toml or messages_en.toml", f.name, f.at(c), code)
				}
			}
		}
		for _, c := range calls(f, "fault", "New") {
			check(c, 1)
		}
		for _, c := range calls(f, "work", "Must") {
			check(c, 2)
		}
	}
}

func TestEverySentenceIsSaidSomewhere(t *testing.T) {
	said := map[string]bool{}
	for _, f := range goFiles(t) {
		if !f.test {
			literals(f, func(_ ast.Node, text string) { said[text] = true })
		}
	}
	names, err := files()
	if err != nil {
		t.Fatal(err)
	}
	var pages strings.Builder // templates name codes too
	for _, name := range names {
		if filepath.Ext(name) == ".templ" {
			text, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			pages.Write(text)
		}
	}
	for code := range sentences(t, "zh") {
		verb, made := strings.CutPrefix(code, "matter.cannot_") // made of a verb, as the next is of a problem of a row
		if problem, ok := strings.CutPrefix(code, "sheet."); ok {
			verb, made = problem, true
		}
		if !(made && said[verb]) && !said[code] && !strings.Contains(pages.String(), strconv.Quote(code)) {
			t.Errorf("nothing says %q any more; take its sentence out", code)
		}
	}
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	zh, en := sentences(t, "zh"), sentences(t, "en")
	blanks := func(s string) []string {
		b := regexp.MustCompile(`\{\w+\}`).FindAllString(s, -1)
		slices.Sort(b)
		return slices.Compact(b)
	}
	for code, s := range zh {
		if e, ok := en[code]; !ok || !slices.Equal(blanks(s), blanks(e)) {
			t.Errorf("%s: %q and %q do not have the same blanks", code, s, e)
		}
	}
	for code := range en {
		if _, ok := zh[code]; !ok {
			t.Errorf("%s has an English sentence only", code)
		}
	}
}
