package house

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	fenced = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	spans  = regexp.MustCompile("`[^`\n]*`")
	linked = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)`)
	images = regexp.MustCompile(`<img\s[^>]*src="([^"]+)"`)
)

// papers gives the text of every document of the project by its name.
func papers(t *testing.T) map[string]string {
	t.Helper()
	names, err := files()
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, name := range names {
		if filepath.Ext(name) != ".md" || strings.Contains(name, "/vendor/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		m[name] = string(text)
	}
	return m
}

// targets gives where the relative links and pictures of a document lead, as names from the root.
func targets(name, text string) (list []string) {
	text = spans.ReplaceAllString(fenced.ReplaceAllString(text, ""), "")
	for _, m := range append(linked.FindAllStringSubmatch(text, -1), images.FindAllStringSubmatch(text, -1)...) {
		to, _, _ := strings.Cut(m[1], "#")
		if to == "" || strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
			continue
		}
		if plain, err := url.PathUnescape(to); err == nil {
			to = plain
		}
		list = append(list, path.Join(path.Dir(name), to))
	}
	return list
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for name, text := range papers(t) {
		for _, to := range targets(name, text) {
			if _, err := os.Stat(filepath.Join(root, to)); err != nil || strings.HasPrefix(to, "..") {
				t.Errorf("%s leads to %s, which is not there", name, to)
			}
		}
	}
}

var (
	listedCommand = regexp.MustCompile("(?m)^\\| `maplegrid ([^`]*)`")
	toldCommand   = regexp.MustCompile(`(?:^|[\s` + "`" + `/(])maplegrid ((?:[a-z]+ ?){1,2})`)
)

// commandNames are the commands of the program, as docs/commands.md lists them; that it is up to date is for `make fresh`.
func commandNames(t *testing.T) map[string]bool {
	t.Helper()
	m := map[string]bool{}
	for _, line := range listedCommand.FindAllStringSubmatch(papers(t)["docs/commands.md"], -1) {
		var words []string
		for _, w := range strings.Fields(line[1]) {
			if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
				break // an argument
			}
			words = append(words, w)
		}
		m[strings.Join(words, " ")] = true
	}
	if len(m) < 10 {
		t.Fatalf("docs/commands.md lists %d commands", len(m))
	}
	return m
}

func TestEveryCommandOfTheDocumentsExists(t *testing.T) {
	known := commandNames(t)
	for name, text := range papers(t) {
		if name == "docs/commands.md" {
			continue
		}
		var code strings.Builder // English prose says maplegrid too
		for _, piece := range append(fenced.FindAllString(text, -1), spans.FindAllString(fenced.ReplaceAllString(text, ""), -1)...) {
			code.WriteString(piece + "\n")
		}
		for _, m := range toldCommand.FindAllStringSubmatch(code.String(), -1) {
			words := strings.Fields(m[1])
			if !known[words[0]] && !known[strings.Join(words, " ")] {
				t.Errorf("%s tells of “maplegrid %s”, which is no command", name, strings.Join(words, " "))
			}
		}
	}
}

func TestReadmeShowsFourPictures(t *testing.T) {
	n := 0
	for _, name := range targets("README.md", papers(t)["README.md"]) {
		if ext := path.Ext(name); ext != ".png" && ext != ".jpg" {
			continue
		}
		n++
		head, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !strings.HasPrefix(string(head), "\x89PNG") && !strings.HasPrefix(string(head), "\xff\xd8") {
			t.Errorf("README.md shows %s, which is no picture: run `make screens` (%v)", name, err)
		}
	}
	if n != 4 {
		t.Errorf("README.md shows %d pictures, not 4", n)
	}
}

func TestTheLinkFinderBites(t *testing.T) {
	text := "[a](b.md#c) [h](https://example.org) ![p](x/%E5%9B%BE.png \"t\") `[n](no.md)`\n```\n[n](no.md)\n```\n[up](../z.md)\n<img width=3 src=\"y.png\">\n"
	if got := strings.Join(targets("docs/a.md", text), " "); got != "docs/b.md docs/x/图.png z.md docs/y.png" {
		t.Errorf("found %s", got)
	}
	if m := toldCommand.FindStringSubmatch("bin/maplegrid import org 网格.xlsx"); m == nil || strings.TrimSpace(m[1]) != "import org" {
		t.Errorf("found %q", m)
	}
}
