package chat

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// bits are rows of all sorts; %s is a word met once in the whole paste, which must be found again.
var bits = []string{"%s", "%s", "%s漏水了", "李梅 2026/11/20 14:05\n%s", "王强 14:06\n%s", "李梅: %s", "赵敏：\n%s", "%s 2026/11/20 14:07\n话", "物业:%s 2026/11/20 14:08\n话",
	"%s，门窗 2026/11/20 14:09\n话", "「李梅：%s」\n- - - - - -\n好", "[图片]%s", "%s[图片]", "\"%s\" 撤回了一条消息", "<p>%s</p>", "<b>%s</b> <3", "1、%s\n2、好", "@%s 来一下", "=cmd|'%s'!A0",
	"%s 25:61", "王强 1970/1/1 08:00\n%s", "２０２６／１１／２０ %s", "%s：\n话", "地点：%s", "\u202e%s\u202c", "%s\u200b\x00", "————— 2026-11-20 —————\n%s", "昨天 14:05\n%s", "\n\n%s\n\n", "[钉钉] %s(网格员)\n话", "&lt;%s&gt;", "> %s\n好", "他说“%s”\n-----\n好", "%s\n停了」\n- - - - -\n好", "李梅：“%s”\n————————\n好", "%s」------\n好", "这是一条引用/回复消息：\n“李梅：\n%s”\n------\n好", "```%s```", "[%s]", "<%s>", "【%s】", "<script>%s", "\"%s\"邀请\"王强\"加入了群聊", "[语音] %s", "%s 14:05\n话"}

func TestNothingIsLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 5000 {
		var b strings.Builder
		var words []string
		for i := range 1 + rng.IntN(12) {
			w := fmt.Sprintf("词%c%c尾", 'a'+rune(i), 'a'+rune(rng.IntN(26)))
			words = append(words, w)
			fmt.Fprintf(&b, bits[rng.IntN(len(bits))]+"\n", w)
		}
		var all strings.Builder
		for _, l := range Parse(b.String(), now) {
			all.WriteString(l.Sender + "\n" + l.Text + "\n" + l.Quote + "\n")
		}
		for _, w := range words {
			if !strings.Contains(all.String(), w) {
				t.Fatalf("贴的\n%s\n少了“%s”，读作\n%s", b.String(), w, tell(Parse(b.String(), now)))
			}
		}
	}
}
