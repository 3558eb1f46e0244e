package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"maplegrid/internal/clock"
)

// FuzzParse: whatever is pasted, lines are sound: in order, within the paste, valid text, no time ahead, and the same print only once.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "李梅 2026/11/20 14:05\n文字\n", "李梅:\n文字\n王强:\n[图片]", "李梅: 文字\n王强: 文字", "昨天 14:05\n一\n二", "————— 2026-11-20 —————\n李梅 14:05\n\n文",
		"「李梅：一\n二」\n- - - - - -\n三", "<p>李梅 14:05</p><p>a<br>b</p><script>x</script>", "[钉钉] 李梅(网格员)\n文", "2026-11-20 14:05:33\t李梅\t文", "\"李梅\"撤回了一条消息", "[语音] 12\"", "李梅\n14:05\n文",
		"<<<<>>>><!--", "[[[[((((【【【", ":：:：:：", "@所有人@所有人", "![](", "2月29日 14:05", "99:99", "今天今天", "\xff\xfe\x00", "这是一条引用/回复消息：\n“", ">\n>\n>", "1.\n2.\n①\n(1)", "李梅 下午 :", "PM 1:00 am", "\u2028\u200d\ufeff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := Parse(text, now)
		row, prints := 0, map[string]bool{}
		for _, l := range lines {
			switch {
			case l.Row < row || l.Row < 1:
				t.Fatalf("行号乱了：%+v", lines)
			case !utf8.ValidString(l.Text) || !utf8.ValidString(l.Sender) || !utf8.ValidString(l.Quote):
				t.Fatalf("不是合法文字：%+v", l)
			case l.At.After(now.Add(Slack)):
				t.Fatalf("时间在后头：%+v", l)
			case utf8.RuneCountInString(l.Text) > longestLine:
				t.Fatalf("太长：%d", len(l.Text))
			case l.Text == "" && l.Pictures == 0 && l.Quote == "":
				t.Fatalf("空的一条：%+v", l)
			case prints[l.Print("群")]:
				t.Fatalf("两条的印记一样：%+v", l)
			}
			row, prints[l.Print("群")] = l.Row, true
		}
	})
}

func TestPrint(t *testing.T) {
	prints := func(text string, at time.Time) (all []string) {
		for _, l := range Parse(text, at) {
			all = append(all, l.Print("东街群"))
		}
		return all
	}
	same := func(name string, a, b []string, n int) {
		t.Run(name, func(t *testing.T) {
			known, got := map[string]bool{}, 0
			for _, p := range a {
				known[p] = true
			}
			for _, p := range b {
				if !known[p] {
					got++
				}
			}
			if got != n {
				t.Errorf("新增%d条，应为%d：%q %q", got, n, a, b)
			}
		})
	}
	wechat := prints("李梅 2026/11/20 14:05\n3号楼电梯停了，有人！\n王强 2026/11/20 14:06\n收到", now)
	same("再贴一次不添", wechat, prints("李梅 2026/11/20 14:05\n3号楼电梯停了，有人！\n王强 2026/11/20 14:06\n收到", now), 0)
	same("别的程序复制的也认得", wechat, prints("李梅@东街网格 2026-11-20 14:05:33\n3号楼电梯停了，有人!\n\n王强(外部) 2026-11-20 14:06:01\n收到。", now), 0)
	same("只写时刻也认得", wechat, prints("李梅 14:05\n3号楼电梯停了，有人\n王强 14:06\n收到", now), 0)
	same("第二天写成昨天也认得", wechat, prints("李梅 昨天 14:05\n3号楼电梯停了，有人\n王强 昨天 14:06\n收到", now.AddDate(0, 0, 1)), 0)
	same("重叠的只添新的", wechat, prints("王强 14:06\n收到\n李梅 14:09\n人救出来了", now), 1)
	same("同一人隔一分钟再说收到，是两条", wechat, prints("王强 14:06\n收到\n王强 14:07\n收到", now), 1)
	same("同一分钟两遍也是两条", prints("王强 14:06\n收到", now), prints("王强 14:06\n收到\n王强 14:06\n收到", now), 1)
	bare := prints("李梅: 电梯停了\n王强: 收到\n李梅: 谢谢\n王强: 收到", now)
	same("没有时间，两个收到是两条", nil, bare, 4)
	same("没有时间，重叠不添", bare, prints("王强: 收到\n李梅: 谢谢\n王强: 收到\n李梅: 修好了", now), 1)
	same("人不同不算一条", wechat, prints("李梅 14:06\n收到\n王强 14:05\n收到", now), 2)
	same("只有图片的，张数时刻相同才算一条", prints("李梅 14:05\n[图片]", now), prints("李梅 14:05\nIMG_1.jpg\n李梅 14:06\n[图片]\n李梅 14:07\n[图片][图片]", now), 2)
	if a, b := (Line{Sender: "李梅", Text: "收到"}).Print("东街群"), (Line{Sender: "李梅", Text: "收到"}).Print("西街群"); a == b {
		t.Error("不同的群不该是一条")
	}
	if a, b := (Line{ID: "m1", Text: "一"}), (Line{ID: "m1", Text: "二"}); a.Print("群") != b.Print("群") {
		t.Error("平台的消息号相同就是一条")
	}
}

// long makes a paste of n messages.
func long(n int) string {
	var b strings.Builder
	names := []string{"李梅", "王强@物业", "3网格张敏", "东街小卖部"}
	for i := range n {
		at := time.Date(2026, 11, 1, 6, 0, 0, 0, clock.Shanghai).Add(time.Duration(i) * time.Minute)
		fmt.Fprintf(&b, "%s %s\n%d号楼电梯又停了，有人困在里面 [图片]\n电话：1390000%04d\n", names[i%4], at.Format("2006/1/2 15:04"), i%40, i%10000)
	}
	return b.String()
}

func TestLongPastes(t *testing.T) {
	if lines := Parse(long(500), now); len(lines) != 500 || lines[499].Pictures != 1 || lines[499].Sender != "东街小卖部" {
		t.Errorf("读出%d条", len(lines))
	}
	whole := long(20_000)
	if lines := Parse(whole, now); len(lines) != 20_000 {
		t.Errorf("%d字节读出%d条", len(whole), len(lines))
	}
	t.Run("太长的一条接着另起，一个字不少", func(t *testing.T) {
		words := strings.Repeat(strings.Repeat("水", 99)+"\n", 300)
		lines, all := Parse("李梅 14:05\n"+words+"王强 14:06\n好", now), ""
		for _, l := range lines[:len(lines)-1] {
			if n := utf8.RuneCountInString(l.Text); n > longestLine || l.Sender != "李梅" || l.At.IsZero() {
				t.Errorf("%d字 %s", n, l.Sender)
			}
			all += letters(l.Text)
		}
		if all != letters(words) {
			t.Errorf("%d条，少了字", len(lines))
		}
	})
	for name, text := range map[string]string{"一行到底": strings.Repeat("水", 700_000), "全是空行": strings.Repeat("\n", 2_000_000), "全是括号": strings.Repeat("<[【(「", 200_000), "全是开标签": strings.Repeat("<p ", 700_000),
		"全是冒号": strings.Repeat("：", 700_000), "全是短行": strings.Repeat("水\n", 500_000), "全是头": strings.Repeat("李 1:00\n", 200_000), "没有完的引用": strings.Repeat("「一\n", 400_000), "全是注释": strings.Repeat("<!-- >", 300_000),
		"全是图": strings.Repeat("![", 500_000), "一条四十行": "李梅 14:05\n" + strings.Repeat(strings.Repeat("水", 15_000)+"\n", 40)} {
		t.Run(name, func(t *testing.T) { Parse(text, now) })
	}
}

func BenchmarkParse500(b *testing.B) { benchmark(b, long(500)) }
func BenchmarkParse2MB(b *testing.B) { benchmark(b, long(30_000)[:2<<20]) }
func BenchmarkParsePlain2MB(b *testing.B) {
	benchmark(b, strings.Repeat("3号楼的电梯又停了，谁来看看\n", 2<<20/40))
}

func benchmark(b *testing.B, text string) {
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Parse(text, now)
	}
}
