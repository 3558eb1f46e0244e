package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOrganisationInAndOut(t *testing.T) {
	dir := station(t)
	write := func(name, text string) string {
		p := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	cells := write("格子.csv", "编号,上级,类别,名称\nv1,st,村,第一村\nc2,v1,网格,第二网格\n")
	if out := ok(t, "import", "org", cells, "--as", owner, "--data", dir, "--dry-run"); !strings.Contains(out, "网格：新增 2，改动 0，没有变化 0") {
		t.Error(out)
	}
	ok(t, "import", "org", cells, "--as", owner, "--data", dir)
	if out := ok(t, "import", "org", cells, "--as", owner, "--data", dir); !strings.Contains(out, "新增 0，改动 0，没有变化 2") {
		t.Error(out)
	}
	people := write("人.csv", "角色,称呼,账号,网格,姓名,电话\n民警,李警官,li,第一村,李国强,13900001234\n")
	ok(t, "import", "org", people, "--as", owner, "--data", dir)
	refused(t, "form.unknown_cell", "import", "org", write("a.csv", "编号,上级,类别,名称\nx,nowhere,村,甲\n"), "--as", owner, "--data", dir)
	refused(t, "access.denied", "import", "org", cells, "--as", "lead", "--data", dir)
	refused(t, "orgfile.which", "import", "org", write("a.csv", "甲,乙\n1,2\n"), "--as", owner, "--data", dir)

	out := filepath.Join(t.TempDir(), "people.csv")
	ok(t, "export", "org", "people", "-o", out, "--data", dir)
	text, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(text), "李警官") || strings.Contains(string(text), "李国强") || strings.Contains(string(text), "13900001234") {
		t.Errorf("%s %v", text, err)
	}
	if said := ok(t, "import", "org", out, "--as", owner, "--data", dir); !strings.Contains(said, "新增 0，改动 0") {
		t.Error(said)
	}
	refused(t, "access.denied", "export", "org", "people", "-o", out, "--data", dir, "--purpose", "搬到新服务器")
}
