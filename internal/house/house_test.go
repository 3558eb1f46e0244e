// Package house tests the house itself: what a reviewer would otherwise have to look for in every change.
package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

type goFile struct {
	name    string // from the root, with slashes
	test    bool
	imports []string
	tree    *ast.File
	at      func(ast.Node) int
}

// files names every file of the project, less the folders and endings that .gitignore leaves out.
var files = sync.OnceValues(func() ([]string, error) {
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return nil, err
	}
	left := map[string]bool{".git": true}
	for line := range strings.Lines(string(ignored)) {
		left[strings.Trim(strings.TrimSpace(line), "/")] = true
	}
	var names []string
	return names, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, p)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && left[name]:
			return fs.SkipDir
		case !d.Type().IsRegular() || left["*"+filepath.Ext(name)]:
			return nil
		}
		names = append(names, name)
		return nil
	})
})

var parsed = sync.OnceValues(func() ([]goFile, error) {
	names, err := files()
	var out []goFile
	for _, name := range names {
		if err != nil {
			break
		}
		if filepath.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
			continue
		}
		set := token.NewFileSet()
		var tree *ast.File
		tree, err = parser.ParseFile(set, filepath.Join(root, name), nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			break
		}
		f := goFile{name: name, test: strings.HasSuffix(name, "_test.go"), tree: tree,
			at: func(n ast.Node) int { return set.Position(n.Pos()).Line }}
		for _, i := range tree.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			f.imports = append(f.imports, p)
		}
		out = append(out, f)
	}
	return out, err
})

func goFiles(t *testing.T) []goFile {
	t.Helper()
	f, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// calls finds the calls pkg.name(…) of a file, by the words alone.
func calls(f goFile, pkg string, names ...string) (found []*ast.CallExpr) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if s, ok := c.Fun.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
				for _, name := range names {
					if s.Sel.Name == name {
						found = append(found, c)
					}
				}
			}
		}
		return true
	})
	return found
}

func literals(f goFile, each func(n ast.Node, text string)) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				each(l, text)
			}
		}
		return true
	})
}

func TestTimeIsHandedIn(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || strings.HasPrefix(f.name, "cmd/") || strings.HasPrefix(f.name, "internal/clock/") {
			continue
		}
		for _, c := range calls(f, "time", "Now", "Since", "Until") {
			t.Errorf("%s:%d: asks the machine for the time; take it from a clock handed in", f.name, f.at(c))
		}
	}
}

func TestTestsDoNotSleep(t *testing.T) {
	for _, f := range goFiles(t) {
		if !f.test {
			continue
		}
		for _, c := range calls(f, "time", "Sleep") {
			t.Errorf("%s:%d: sleeps; wait for what is meant, or hand in the time", f.name, f.at(c))
		}
	}
}

var sqlText = regexp.MustCompile(`(?is)^\s*(--.*?\n\s*)*(select\s.+\sfrom\s|insert\s+into\s|delete\s+from\s|update\s+\w+\s+set\s|create\s+(unique\s+)?(table|index)\s|with\s+\w+\s+as\s*\()`)

func TestSQLLiesInFilesOfItsOwn(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || strings.HasPrefix(f.name, "internal/store/") || strings.HasPrefix(f.name, "internal/board/") {
			continue
		}
		literals(f, func(n ast.Node, text string) {
			if sqlText.MatchString(text) {
				t.Errorf("%s:%d: SQL in a Go string; put it in a .sql file of store or board", f.name, f.at(n))
			}
		})
	}
}

// What names one person's machine, or where that machine fetches its packages, helps nobody else. The words are cut in two
// so that this file does not find itself.
func TestNoFileNamesSomebodysMachine(t *testing.T) {
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"registry.npm" + "js.org", "registry.npm" + "mirror.com", "proxy.go" + "lang.org", "sum.go" + "lang.org", "goproxy" + ".cn",
		"deb.debian" + ".org", "archive.ubuntu" + ".com", "pypi" + ".org", "files.python" + "hosted.org"}
	home := regexp.MustCompile(`(^|[\s"'=(` + "`" + `])(/ho` + `me/[a-z]|/Us` + `ers/[A-Za-z]|/ro` + `ot/|[A-Z]:\\Us` + `ers\\)`)
	names, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
			continue // a picture, a font
		}
		for _, bad := range append(hosts, here+"/") {
			if bytes.Contains(text, []byte(bad)) {
				t.Errorf("%s: names %s", name, bad)
			}
		}
		if m := home.Find(text); m != nil {
			t.Errorf("%s: names a home folder: %s", name, m)
		}
	}
}

// A thing made by others lies beside its licence: LICENSE for a whole folder, or NAME.LICENSE for NAME.*.
func TestVendoredThingsKeepTheirLicence(t *testing.T) {
	names, err := files()
	if err != nil {
		t.Fatal(err)
	}
	licence := regexp.MustCompile(`^(LICEN[CS]E|COPYING|OFL)(\.|$)|\.LICEN[CS]E$`)
	foreign := regexp.MustCompile(`/vendor(ed)?/|\.min\.(js|mjs|css)$|\.(woff2?|ttf|otf|ttc)$`)
	licensed := map[string]bool{}
	for _, name := range names {
		if dir, base := filepath.Split(name); licence.MatchString(base) {
			licensed[dir] = licensed[dir] || !strings.HasSuffix(base, ".LICENSE")
			licensed[strings.TrimSuffix(name, ".LICENSE")] = true
		}
	}
	for _, name := range names {
		dir, base := filepath.Split(name)
		stem, _, _ := strings.Cut(base, ".")
		if foreign.MatchString(name) && !licence.MatchString(base) && !licensed[dir] && !licensed[dir+stem] {
			t.Errorf("%s is the work of others and has no licence beside it", name)
		}
	}
}
