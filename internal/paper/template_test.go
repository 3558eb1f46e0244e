package paper

import (
	"errors"
	"strings"
	"testing"
)

// told gives all words of a document in order, a block or box a line.
func told(d Document) string {
	var lines []string
	d.Title, d.Number, d.PrintedBy = "", "", ""
	d.texts(func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	})
	return strings.Join(lines, "\n")
}

func Test当事人写的话永远是话(t *testing.T) {
	tm := parsed(t, "injection", "@标题 {{.甲}}\n{{.甲}}\n@居右 {{.甲}}\n@表 1 1\n|{{.甲}}|{{.甲}}\n@签名 {{.甲}} | {{.甲}} | {{.甲}}\n@图 {{.甲}}\n{{连写 .单}}")
	for _, evil := range []string{"# 标题", "{{.}}", "@分页", "@标题 假标题", "| 多一列 | 又一列", "|3 跨列", "^", "~", "@签名 冒名 | x | y", "{{range .单}}", "a\n@分页\nb",
		"\U0010FE80aGVsbG8\U0010FE80", "\U0010FE40分页", "<w:t>&amp;</w:t>", "1 2|3", "3", "2 列"} {
		d, err := tm.Fill(m{"甲": evil, "单": []string{evil, evil}})
		if err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
		shown := strings.Map(func(r rune) rune {
			if r >= veil {
				return '\ufffd'
			}
			return r
		}, evil)
		var kinds []string
		for _, b := range d.Blocks {
			kinds = append(kinds, string(b.Kind))
		}
		if got := strings.Join(kinds, " "); got != "title paragraph right table signs paragraph" {
			t.Errorf("%q 改变了版式：%s", evil, got)
			continue
		}
		cells := d.Blocks[3].Rows[0].Cells
		if len(d.Blocks[3].Rows) != 1 || len(cells) != 2 || cells[0].Text != shown || cells[1].Text != shown || cells[0].Up || cells[0].Open || cells[0].Span != 1 {
			t.Errorf("%q 改变了表格：%+v", evil, d.Blocks[3].Rows)
		}
		sign := d.Blocks[4].Signs
		if len(sign) != 1 || sign[0].Label != shown || sign[0].Name != shown || sign[0].Date != shown || sign[0].Image != nil {
			t.Errorf("%q 改变了签名：%+v", evil, sign)
		}
		if d.Blocks[1].Text != shown || d.Blocks[5].Text != shown+"、"+shown {
			t.Errorf("%q 走了样：%q %q", evil, d.Blocks[1].Text, d.Blocks[5].Text)
		}
	}
}

func Test没有的内容是空格子不是错误(t *testing.T) {
	type party struct{ Name string }
	tm := parsed(t, "missing", "@标题 表\n@表 1 1\n| 姓名 | {{.甲.姓名.全名}}\n| 名 | {{.丙.Name}}\n| 开户行 | ~\n{{range .名单}}| {{.}} | x\n{{end}}\n{{填 .丁}}，{{默认 \"无\" .丁}}，{{日期 .日}}，{{大写 .钱}}")
	for _, data := range []any{nil, m{}, m{"甲": nil}, m{"丙": &party{}}, m{"丙": (*party)(nil)}, struct{ X int }{1}} {
		d, err := tm.Fill(data)
		if err != nil {
			t.Fatal(err)
		}
		for i, open := range []bool{false, false, true} {
			if c := d.Blocks[1].Rows[i].Cells[1]; c.Text != "" || c.Open != open {
				t.Errorf("%v：%+v", data, c)
			}
		}
		if strings.Contains(told(d), "no value") || !strings.Contains(told(d), "／，无，，") {
			t.Error(told(d))
		}
	}
	if d, _ := tm.Fill(m{"丙": party{"李"}}); d.Blocks[1].Rows[1].Cells[1].Text != "李" {
		t.Error("结构体的字段没有填上")
	}
}

type secret struct{ Shown string }

func (secret) Password() string { return "x" }

func Test模板够不到方法(t *testing.T) {
	if d, err := parsed(t, "m", "顶{{.Password}}{{.Shown}}").Fill(secret{"看得见"}); err != nil || told(d) != "顶看得见" {
		t.Error(told(d), err)
	}
}

func Test写法(t *testing.T) {
	tm := parsed(t, "f", "{{日期 .日}} {{时间 .日}} {{元 .钱}} {{大写 .钱}} {{连写 .单}} {{连写 \"；\" .单}} {{range $i, $x := .单}}{{序号 $i}}{{编号 $i}}{{$x}}{{end}} {{勾 .是}}{{勾 .否}} {{.数}} {{日期 .文}}")
	d, err := tm.Fill(m{"日": printedAt.UTC(), "钱": "12000", "单": []string{"甲", "", "乙"}, "是": true, "否": false, "数": 3.50, "文": "下月初"})
	if want := "2026年11月22日 2026年11月22日9时30分 12,000.00 人民币壹万贰仟元整 甲、乙 甲；乙 一1甲二2三3乙 ■□ 3.5 下月初"; err != nil || told(d) != want {
		t.Errorf("%v\n%s\n%s", err, told(d), want)
	}
	if d, _ := parsed(t, "f", "{{日期 .日}}").Fill(m{"日": "2026-01-02"}); told(d) != "2026年1月2日" {
		t.Error(told(d))
	}
}

func Test模板的错误说明行号和原因(t *testing.T) {
	for text, want := range map[string]*Mistake{
		"@标题 a\n@标提 b":                         {2, "没有“@标提”"},
		"a\n\n| x | y":                         {3, "前面没有 @表"},
		"@表 1 1\n| a | b\n| a | b | c":         {3, "占了3列"},
		"@表 1 1\n| a |2 b":                     {2, "占了3列"},
		"@表 1 宽":                               {1, "列宽“宽”"},
		"@表":                                   {1, "列宽"},
		"@字号 特大":                               {1, "没有“特大”这个字号"},
		"＠标题":                                  {1, "全角"},
		"a\n{{if .x}}\nb":                      {3, "{{end}}"},
		"a\n{{年龄 .x}}":                         {2, "没有“年龄”"},
		"{{html .x}}":                          {1, "没有“html”"},
		"a\n{{if (printf \"%s\" .x)}}b{{end}}": {2, "没有“printf”"},
		"{{call .x}}":                          {1, "没有“call”"},
		"{{plain .x}}":                         {1, "没有“plain”"},
		"a\n{{.x":                              {2, "成对"},
		"{{end}}":                              {1, "多了一个"},
		"好\n坏\xff":                             {2, "UTF-8"},
		"@表头 没有竖线":                             {1, "@表头 后面"},
		"{{/* 一\n二 */}}\n@错":                   {3, "没有“@错”"},
		"{{if .x}}\n@表 1\n| a\n{{else}}\n@坏\n{{end}}": {5, "没有“@坏”"},
	} {
		_, err := ParseTemplate("t", []byte(text))
		var got *Mistake
		if !errors.As(err, &got) || got.Line != want.Line || !strings.Contains(got.Sentence, want.Sentence) {
			t.Errorf("%q：%v，应为%v", text, err, want)
		}
	}
}
