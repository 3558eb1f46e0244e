package house

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
	"testing"
)

// rule is a row of docs/rules.md: a rule of law-and-standards, who keeps it, and the tests that show it.
type rule struct {
	no, keeper string
	tests      []string
}

var namedTest = regexp.MustCompile("`(Test[^`]+)`")

func rulesOf(text string) (list []rule) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || strings.Trim(strings.TrimSpace(cells[0]), "0123456789.") != "" {
			continue
		}
		r := rule{no: strings.TrimSpace(cells[0]), keeper: strings.TrimSpace(cells[2])}
		for _, m := range namedTest.FindAllStringSubmatch(cells[4], -1) {
			r.tests = append(r.tests, m[1])
		}
		list = append(list, r)
	}
	return list
}

// tested is every test of the house by its name, and the texts in the files that declare it: names of subtests are among them.
func tested(t *testing.T) map[string][]string {
	t.Helper()
	m := map[string][]string{}
	for _, f := range goFiles(t) {
		if !f.test {
			continue
		}
		var texts []string
		literals(f, func(_ ast.Node, text string) { texts = append(texts, text) })
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				m[fn.Name.Name] = append(m[fn.Name.Name], texts...)
			}
		}
	}
	return m
}

// shown tells whether a test named in the table is there: its function, and its subtest, or with a star one that begins so.
func shown(all map[string][]string, name string) bool {
	fn, sub, has := strings.Cut(name, "/")
	texts, ok := all[fn]
	if !ok || !has {
		return ok
	}
	begin, star := strings.CutSuffix(sub, "*")
	for _, x := range texts {
		if x == sub || star && strings.HasPrefix(x, begin) && x != begin || star && x == begin && strings.HasSuffix(begin, " ") {
			return true
		}
	}
	return false
}

func TestEveryRuleOfTheLawHasItsTests(t *testing.T) {
	rules, all := rulesOf(papers(t)["docs/rules.md"]), tested(t)
	known := map[string]bool{}
	for _, r := range rules {
		if known[r.no] {
			t.Errorf("docs/rules.md has rule %s twice", r.no)
		}
		known[r.no] = true
		if !strings.Contains(" 程序 配置 人 不做 ", " "+r.keeper+" ") {
			t.Errorf("rule %s is kept by %q", r.no, r.keeper)
		}
		for _, name := range r.tests {
			if !shown(all, name) {
				t.Errorf("docs/rules.md tells of %s under %s, which is no test", name, r.no)
			}
		}
	}
	for section, last := range map[int]int{2: 19, 3: 15, 4: 8} {
		for n := 1; n <= last; n++ {
			if no := fmt.Sprintf("%d.%d", section, n); !known[no] {
				t.Errorf("docs/rules.md does not tell of rule %s", no)
			}
		}
	}
	for _, r := range rules {
		if strings.Contains("234", r.no[:1]) && r.no[1] == '.' && r.keeper == "程序" && carried(all, r.no) < 2 {
			t.Errorf("rule %s is kept by the program, yet fewer than two tests carry its number", r.no)
		}
	}
}

// carried counts the names of subtests that carry the number of a rule at their head, alone or beside others ("1.4 2.5 …").
func carried(all map[string][]string, no string) int {
	seen := map[string]bool{}
	for _, texts := range all {
		for _, x := range texts {
			for _, word := range strings.Fields(x) {
				if strings.Trim(word, "0123456789.") != "" {
					break
				}
				if word == no && x != no {
					seen[x] = true
				}
			}
		}
	}
	return len(seen)
}

func TestTheRuleFinderBites(t *testing.T) {
	list := rulesOf("| 条 | a | 谁守 | b | 测试 |\n|---|---|---|---|---|\n| 2.1 | x | 程序 | y | `TestA/2.1 *`、`TestB` |\n")
	if len(list) != 1 || list[0].no != "2.1" || list[0].keeper != "程序" || len(list[0].tests) != 2 {
		t.Fatalf("found %+v", list)
	}
	all := map[string][]string{"TestA": {"2.1 可以", "1.4 2.1 也可以"}, "TestB": nil}
	for name, want := range map[string]bool{"TestA/2.1 *": true, "TestA/2.1 可以": true, "TestA/2.1": false, "TestA/2.2 *": false, "TestB": true, "TestC": false} {
		if got := shown(all, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n := carried(all, "2.1"); n != 2 {
		t.Errorf("carried %d times", n)
	}
}
