package triage

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestReasonsAreWholeWords(t *testing.T) {
	e := shipped(t)
	for text, want := range map[string]string{
		"楼道里那辆摩托车的车牌被人撬走了":     "摩托车",
		"充电的地方冒烟 已经看见火星":       "火星",
		"学生落户到集体户要什么时间来，能统一办吗": "集体户",
		"今年年会我抽中了一台空气炸锅":       "空气炸锅",
		"二手车过户在哪里办":            "过户",
	} {
		if got := e.Read(Message{Text: text}).Because; !slices.ContainsFunc(got, func(w string) bool { return strings.Contains(w, want) }) {
			t.Errorf("%s：理由里应有“%s”，得 %q", text, want, got)
		}
	}
	whole := strings.Split("身份证|户口本|居住证|摩托车|三轮车|电动车|面包车|煤气罐|幼儿园|派出所|养老金|银行卡|宿舍|电话|孩子|老板|已经|不见|被盗|井盖|隔壁|邻居", "|")
	reasons, cut := 0, 0
	for _, row := range shippedRows(t) {
		for _, w := range e.Read(Message{Text: row.Text}).Because {
			reasons++
			from := strings.Index(row.Text, w)
			first, last := []rune(w)[0], []rune(w)[len([]rune(w))-1]
			if strings.ContainsRune(particles, first) || strings.ContainsRune(particles, last) {
				t.Errorf("“%s”头尾是虚字：%s", w, row.Text)
			}
			for _, word := range whole {
				for at := strings.Index(row.Text, word); at >= 0 && from >= 0; at = -1 {
					if to := from + len(w); at < from && from < at+len(word) || at < to && to < at+len(word) {
						cut++
						t.Logf("“%s”切断了“%s”：%s", w, word, row.Text)
					}
				}
			}
		}
	}
	if cut*500 > reasons {
		t.Errorf("%d 条理由里有 %d 条把词切断了", reasons, cut)
	}
}

func TestWordsAreLearnedFromMessages(t *testing.T) {
	said := []string{"驼背桥下有人", "在驼背桥等", "驼背桥坏了", "快去驼背桥"}
	x := newLexicon(nil, append(said, "下雨路滑请大家出门慢一点走", "有人等车等了半个钟头还没来", "桥坏了", "背不动", "今天晚上停电不知道几时才能来", "谁家的牛跑到我家麦地来了"))
	l := fold("到驼背桥看")
	if words := x.cut(l); !slices.ContainsFunc(words, func(w word) bool { return l.word("到驼背桥看", w.from, w.to) == "驼背桥" }) {
		t.Errorf("%+v", words)
	}
}

// shippedRows are the labelled messages of the shipped playbook.
func shippedRows(t testing.TB) []Row {
	t.Helper()
	_, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
