package stories_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/stories/steps"
)

var update = flag.Bool("update", false, "write docs/steps.md anew")

func shipped(t *testing.T) []steps.Story {
	t.Helper()
	list, err := steps.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestStories(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var out strings.Builder
			o := steps.Options{Out: &out}
			if engine == "postgres" {
				o.DB = pgtest.Start(t)
			}
			passed, failed, err := steps.RunStories(context.Background(), shipped(t), o)
			t.Logf("%d passed, %d failed\n%s", passed, failed, out.String())
			if err != nil || failed > 0 || passed == 0 {
				t.Fatal("a story does not hold: ", err)
			}
		})
	}
}

func TestEveryStepServesMoreThanOneStory(t *testing.T) {
	by, undefined := steps.Uses(shipped(t))
	for i, s := range steps.Vocabulary {
		if len(by[i]) < 2 {
			t.Errorf("%s serves %d stories", s.Form, len(by[i]))
		}
	}
	for _, u := range undefined {
		t.Errorf("undefined: %s", u)
	}
	if n := len(steps.Vocabulary); n > 45 { // the 45th: what became of a group message, which is no matter yet and no report
		t.Errorf("%d steps are more than anybody learns", n)
	}
}

// The cast is the same in every story: who reads two of them meets the same people.
func TestThePeopleAreTheSameInEveryStory(t *testing.T) {
	first := map[string][2]string{} // name: role, and the story that said so
	for _, s := range shipped(t) {
		for _, scenario := range s.Scenarios {
			for _, step := range scenario.Steps {
				if !strings.HasSuffix(step.Text, "有这些人:") || step.Argument == nil {
					continue
				}
				for _, row := range step.Argument.DataTable.Rows[1:] {
					name, role := row.Cells[0].Value, row.Cells[1].Value
					if was, ok := first[name]; ok && was[0] != role {
						t.Errorf("%s is %s in %s and %s in %s", name, was[0], was[1], role, s.Path)
					} else if !ok {
						first[name] = [2]string{role, s.Path}
					}
				}
			}
		}
	}
}

var fileName = regexp.MustCompile(`^[a-z]+(_[a-z]+)+\.feature$`)

func TestStoriesAreNamedByWhoDoesWhat(t *testing.T) {
	for _, s := range shipped(t) {
		if !fileName.MatchString(filepath.Base(s.Path)) || s.Name == "" {
			t.Errorf("%s: %q", s.Path, s.Name)
		}
	}
}

func TestStepsAreDocumented(t *testing.T) {
	var b bytes.Buffer
	if err := steps.WriteSteps(&b); err != nil {
		t.Fatal(err)
	}
	const file = "../docs/steps.md"
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(file); err != nil || !bytes.Equal(was, b.Bytes()) {
		t.Errorf("docs/steps.md is not fresh: run maplegrid docs (%v)", err)
	}
}

// What a wrong story gets: every one of these must fail, or passing would mean nothing.
func TestAWrongStoryFails(t *testing.T) {
	const head = "# language: zh-CN\n功能: 试\n  背景:\n    假如 本所有这些人:\n      | 称呼 | 角色 | 网格 |\n      | 孙指导 | 值班领导 | |\n      | 李警官 | 民警 | 河东网格 |\n" +
		"    而且 网格 \"河东网格\" 有一件\"安全隐患\"事项 \"井盖\"，由 \"李警官\" 办到 \"待签收\"\n  场景: 试\n    "
	for name, text := range map[string]string{
		"没有定义的步骤":   "当 太阳出来\n",
		"末尾没有定义":    "当 \"李警官\" 对事项 \"井盖\" 签收\n    那么 大家高兴\n",
		"状态不对":      "那么 事项 \"井盖\" 的状态是 \"已回访\"\n",
		"被拒绝却没有说":   "当 \"孙指导\" 对事项 \"井盖\" 签收\n    那么 日志可核验\n",
		"末尾被拒绝":     "当 \"孙指导\" 对事项 \"井盖\" 签收\n",
		"没有被拒绝却说了":  "当 \"李警官\" 对事项 \"井盖\" 签收\n    那么 被拒绝，提示包含 \"签收\"\n",
		"提示不是这一句":   "当 \"孙指导\" 对事项 \"井盖\" 签收\n    那么 被拒绝，提示包含 \"天气\"\n",
		"提示写空":      "当 \"孙指导\" 对事项 \"井盖\" 签收\n    那么 被拒绝，提示包含 \"\"\n",
		"没有登记的人":    "当 \"王五\" 对事项 \"井盖\" 签收\n",
		"没有的栏目":     "当 \"李警官\" 对事项 \"井盖\" 退回，填写:\n      | 心情 | 好 |\n",
		"缺了表":       "当 \"李警官\" 对事项 \"井盖\" 退回，填写:\n",
		"空场景":       "\n  场景: 空的\n",
		"经过少写了一步":   "那么 事项 \"井盖\" 的经过依次是:\n      | 谁 | 做了什么 |\n      | 孙指导 | 立项 |\n",
		"找得到的字说找不到": "那么 清单、台账和日志里找不到 \"井盖\"\n",
		"钟往回拨":      "当 到了 \"2020-01-01 09:00\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "wrong_story.feature")
			if err := os.WriteFile(file, []byte(head+text), 0o644); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if _, failed, err := steps.Run(context.Background(), []string{file}, steps.Options{Out: &out}); failed == 0 && err == nil {
				t.Fatal("passed")
			}
			t.Log(out.String())
		})
	}
	for name, text := range map[string]string{"不是故事": "你好\n", "没有场景": "# language: zh-CN\n功能: 空\n", "语法错": "# language: zh-CN\n功能: 试\n  场景: 试\n    假如 现在\n    胡说\n"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "wrong_story.feature")
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, _, err := steps.Run(context.Background(), []string{file}, steps.Options{}); err == nil {
				t.Fatal("taken")
			}
		})
	}
	if _, _, err := steps.Run(context.Background(), []string{"nowhere.feature"}, steps.Options{}); err == nil {
		t.Error("a missing file was run")
	}
}
