package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// last is the last line of what was said.
func last(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

func TestStoriesFromTheCommandLine(t *testing.T) {
	out := ok(t, "story", filepath.Join("..", "..", "stories", "patrol_checks_on_strangers.feature"))
	if last(out) != "2 passed, 0 failed" {
		t.Errorf("%s", out)
	}
	dir := filepath.Join(t.TempDir(), "myplace")
	file := filepath.Join(dir, "stories", "somebody_does_something.feature")
	for name, text := range map[string]string{
		filepath.Join(dir, "playbook.toml"): "name = \"myplace\"\nzh = \"试办所\"\nen = \"Trial\"\nfrom = \"2026-01-01\"\non_top_of = \"base\"\n",
		filepath.Join(dir, "kinds.csv"):     "key,zh,en,base,icon,grade,required,fields,outcomes,mediation,visit,source\nlamp,路灯不亮,street light,hazard,warning,normal,title|place,,,no,yes,本所规定\n",
		file: "# language: zh-CN\n功能: 试\n  场景: 好\n    假如 本所有这些人:\n      | 称呼 | 角色 | 网格 |\n      | 孙指导 | 值班领导 | |\n      | 李警官 | 民警 | 河东网格 |\n" +
			"    而且 网格 \"河东网格\" 有一件\"路灯不亮\"事项 \"桥头\"，由 \"李警官\" 办到 \"处理中\"\n  场景: 没有定义\n    当 太阳出来\n"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"story", "--playbook", dir}, {"story", "--playbook", dir, file}} {
		code, out, errs := line(t, "", args...)
		if code != 1 || last(out) != "1 passed, 1 failed" || last(out+errs) != "1 passed, 1 failed" || !strings.Contains(out, "太阳出来") {
			t.Errorf("%v: %d\n%s%s", args, code, out, errs)
		}
	}
	if code, out, _ := line(t, "", "story", "nowhere.feature"); code != 1 {
		t.Errorf("%d %s", code, out)
	}
}
