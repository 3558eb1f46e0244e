package chat

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
)

// spoken is one message of a made-up chat.
type spoken struct {
	who, text string
	at        time.Time
}

// corpus are the messages that ship with the base playbook, as people write them.
func corpus(t *testing.T) (texts []string) {
	t.Helper()
	files, err := filepath.Glob("../../playbooks/base/triage/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "words.tsv") || strings.HasSuffix(name, "places.tsv") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(string(text)), "\n")
		for _, row := range rows[1:] {
			texts = append(texts, strings.ReplaceAll(strings.Split(row, "\t")[1], `\n`, "\n"))
		}
	}
	return texts
}

// members write under the names people have in groups.
var members = []string{"李梅", "王强", "3网格李梅", "A东街小卖部🌸", "幸福里物业-小赵", "张子轩妈妈", "老周", "欧阳建国（水管）", "其其格", "Li Mei", "赵敏@东街网格"}

// nicknames are what many call themselves.
var nicknames = []string{"平安是福", "阳光", "小鱼儿💪", "A水电维修", "风吹麦浪", "Lily", "ZJ", "2-1-302", "二单元302", "静待花开", "🌸", "岁月静好～", "李梅"}

// forms copy a chat as programs do.
var forms = map[string]struct {
	timed bool
	copy  func(s spoken) string
}{
	"微信多选":    {true, func(s spoken) string { return s.who + " " + s.at.Format("2006/1/2 15:04") + "\n" + s.text + "\n" }},
	"微信多选空行隔": {true, func(s spoken) string { return s.who + "  " + s.at.Format("2006/01/02 15:04") + "\n" + s.text + "\n\n" }},
	"只有时刻":    {true, func(s spoken) string { return s.who + " " + s.at.Format("15:04") + "\n" + s.text + "\n" }},
	"汉字日期": {true, func(s spoken) string {
		return s.who + " " + s.at.Format("2006年1月2日 15:04") + "\n" + s.text + "\n"
	}},
	"企业微信":    {true, func(s spoken) string { return s.who + " " + s.at.Format("2006-01-02 15:04:05") + "\n" + s.text + "\n" }},
	"企业微信短":   {true, func(s spoken) string { return s.who + " " + s.at.Format("1/2 15:04:05") + "\n" + s.text + "\n" }},
	"时间在前":    {true, func(s spoken) string { return s.at.Format("2006-01-02 15:04:05") + " " + s.who + "\n" + s.text + "\n" }},
	"方括号":     {true, func(s spoken) string { return s.at.Format("[2006-01-02 15:04] ") + s.who + ": " + s.text + "\n" }},
	"表格":      {true, func(s spoken) string { return s.at.Format("2006-01-02 15:04:05") + "\t" + s.who + "\t" + s.text + "\n" }},
	"邮件":      {true, func(s spoken) string { return s.who + "  " + s.at.Format("15:04") + "\n\n" + s.text + "\n\n" }},
	"姓名时间各一行": {true, func(s spoken) string { return s.who + "\n" + s.at.Format("15:04") + "\n" + s.text + "\n\n" }},
	"冒号":      {false, func(s spoken) string { return s.who + ": " + s.text + "\n" }},
	"全角冒号":    {false, func(s spoken) string { return s.who + "：" + s.text + "\n" }},
	"冒号另起":    {false, func(s spoken) string { return s.who + ":\n" + s.text + "\n" }},
	"钉钉标记":    {true, func(s spoken) string { return "[钉钉] " + s.who + " " + s.at.Format("15:04") + "\n" + s.text + "\n" }},
}

// Every form gives back who said what and when, with messages as people write them.
func TestEveryFormGivesBackWhatWasSaid(t *testing.T) {
	texts := corpus(t)
	for name, form := range forms {
		for kind, members := range map[string][]string{"": members, "，用网名": nicknames} {
			t.Run(name+kind, func(t *testing.T) {
				r, wrong, all := rand.New(rand.NewPCG(1, 2)), 0, 0
				for chat := range 60 {
					var said []spoken
					var b strings.Builder
					for i := range 3 + r.IntN(12) {
						s := spoken{members[r.IntN(len(members))], texts[r.IntN(len(texts))], time.Date(2026, 11, 20, 8, 0, 7*i%60, 0, clock.Shanghai).Add(time.Duration(i*7) * time.Minute)}
						said = append(said, s)
						b.WriteString(form.copy(s))
					}
					lines := Parse(b.String(), now)
					all += len(said)
					if bad := unlike(lines, said, form.timed); bad != "" {
						wrong += max(1, len(said)-len(lines))
						if wrong < 8 {
							t.Logf("聊天%d：%s", chat, bad)
						}
					}
				}
				t.Logf("%d条里错%d处", all, wrong)
				if least := map[bool]int{true: 200, false: 50}[form.timed || kind == ""]; wrong*least > all { // a nickname that comes once, before a colon, cannot always be told from words
					t.Errorf("%d条里错%d处", all, wrong)
				}
			})
		}
	}
}

// unlike says where lines are not what was said; "" when they are.
func unlike(lines []Line, said []spoken, timed bool) string {
	for i, s := range said {
		switch {
		case i >= len(lines):
			return fmt.Sprintf("少了%q", s.text)
		case lines[i].Sender != s.who:
			return fmt.Sprintf("%q是%q说的，应为%q", lines[i].Text, lines[i].Sender, s.who)
		case letters(lines[i].Text) != letters(s.text) && lines[i].Pictures == 0 && !strings.Contains(s.text, "@所有人"):
			return fmt.Sprintf("%q，应为%q", lines[i].Text, s.text)
		case timed && !lines[i].At.Equal(s.at.Truncate(time.Minute)) && !lines[i].At.Equal(s.at):
			return fmt.Sprintf("%q在%s，应为%s", s.text, lines[i].At, s.at)
		}
	}
	if len(lines) > len(said) {
		return fmt.Sprintf("多了%q", lines[len(said)].Text)
	}
	return ""
}
