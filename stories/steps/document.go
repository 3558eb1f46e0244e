package steps

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Uses tells for each row of Vocabulary which stories use it, and lists the steps that no row fits.
func Uses(list []Story) (by [][]string, undefined []string) {
	by = make([][]string, len(Vocabulary))
	patterns := make([]*regexp.Regexp, len(Vocabulary))
	for i, s := range Vocabulary {
		patterns[i] = regexp.MustCompile(s.Form.Pattern())
	}
	for _, story := range list {
		for _, scenario := range story.Scenarios {
			for _, step := range scenario.Steps {
				i := slices.IndexFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(step.Text) })
				switch {
				case i < 0:
					undefined = append(undefined, story.Path+": "+step.Text)
				case !slices.Contains(by[i], story.Path):
					by[i] = append(by[i], story.Path)
				}
			}
		}
	}
	return by, undefined
}

// WriteSteps writes docs/steps.md: every step, what it does, and the stories that use it.
func WriteSteps(w io.Writer) error {
	list, err := Shipped()
	if err != nil {
		return err
	}
	by, _ := Uses(list)
	var b strings.Builder
	b.WriteString(`# 故事怎么写 / The steps of stories

由 ` + "`maplegrid docs`" + ` 生成。/ Written by ` + "`maplegrid docs`" + `.

故事是一个 ` + "`.feature`" + ` 文件，第一行写 ` + "`# language: zh-CN`" + `，用“功能、背景、场景、场景大纲、例子”和“假如、当、那么、而且、但是”写成，
用 ` + "`maplegrid story 文件…`" + ` 运行；不写文件，就运行自带的全部故事。每个场景都从一个新设的派出所开始，钟不自己走。
引号里的名称按页面上的叫法写；几个并列的用顿号隔开。办理的一步被拒绝时，下一句必须说“被拒绝，提示包含……”，否则故事不通过。

`)
	for _, word := range []string{"假如", "当", "那么"} {
		fmt.Fprintf(&b, "## %s\n\n", word)
		for i, s := range Vocabulary {
			if s.Keyword != word {
				continue
			}
			form := strings.ReplaceAll(string(s.Form), "{"+strings.Join(actWords(), "|")+"}", "{动作}")
			fmt.Fprintf(&b, "### %s\n\n", form)
			if s.Does != "" {
				b.WriteString(s.Does + "。\n\n")
			}
			if s.Example != "" {
				fmt.Fprintf(&b, "```gherkin\n%s\n```\n\n", s.Example)
			}
			var names []string
			for _, p := range by[i] {
				names = append(names, "`"+strings.TrimSuffix(path.Base(p), ".feature")+"`")
			}
			fmt.Fprintf(&b, "见：%s\n\n", strings.Join(names, " "))
		}
	}
	b.WriteString("## 动作\n\n| 动作 | 接口里的名称 |\n|---|---|\n")
	for _, v := range verbs {
		fmt.Fprintf(&b, "| %s | `%s` |\n", v.word, v.act)
	}
	b.WriteString("\n## 自带的故事\n\n| 文件 | 功能 | 场景 |\n|---|---|---|\n")
	for _, s := range list {
		fmt.Fprintf(&b, "| `%s` | %s | %d |\n", s.Path, s.Name, len(s.Scenarios))
	}
	_, err = io.WriteString(w, b.String())
	return err
}
