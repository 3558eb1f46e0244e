package triage

import (
	"slices"
	"strings"
	"testing"
)

func words(all []Piece) (out []string) {
	for _, p := range all {
		out = append(out, p.Words)
	}
	return out
}

func TestSplitByWords(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"顺便说另起", "谢谢帮我找回三轮 顺便说一下 桥头的井盖翘起来了", "谢谢帮我找回三轮 |顺便说一下 桥头的井盖翘起来了"},
		{"另外另起", "三组路灯坏了。另外村口的桥栏杆断了两根", "三组路灯坏了。|另外村口的桥栏杆断了两根"},
		{"另外两个人是接着说", "有人打架，另外两个人跑了", "有人打架，另外两个人跑了"},
		{"还有人不是另一件", "着火了，还有人在里面没出来", "着火了，还有人在里面没出来"},
		{"还有一个事另起", "二楼漏水没人管。还有一个事，电梯门夹人", "二楼漏水没人管。|还有一个事，电梯门夹人"},
		{"再一个钟头不是另一件", "货车打不着火了，再一个钟头鱼就全完了", "货车打不着火了，再一个钟头鱼就全完了"},
		{"第二天不是第二件", "昨天来了一伙人，第二天又来了", "昨天来了一伙人，第二天又来了"},
		{"先说了第一再说第二", "第一个路灯不亮，第二个井盖翘着", "第一个路灯不亮，|第二个井盖翘着"},
		{"称呼和引子归第一件", "各位邻居，我们楼有三件事：一、电梯总困人，二、楼顶水箱没盖", "各位邻居，我们楼有三件事：一、电梯总困人，|二、楼顶水箱没盖"},
		{"太短的另外不拆", "路灯坏了，另外下雨", "路灯坏了，另外下雨"},
		{"繁体也认", "樓道燈壞了兩周。另外樓下配電箱的門開著", "樓道燈壞了兩周。|另外樓下配電箱的門開著"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := strings.Join(words(Split(c.text)), "|"); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestSplitByKinds(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		rule, text string
		pieces     int
	}{
		{"两处两样事", "6号楼楼道里的电动车电瓶被偷了。村口桥头的护栏断了一截，晚上看不见。", 2},
		{"同一处接着说不拆", "6号楼楼道里的电动车电瓶被偷了。他从6号楼后门跑的，穿黑衣服。", 1},
		{"打听的话不拆出来", "6号楼楼道里的电动车电瓶被偷了。派出所周末办身份证吗？", 1},
	} {
		if got := e.Read(Message{Text: c.text}).Pieces; len(got) != c.pieces || strings.Join(words(got), "") != c.text {
			t.Errorf("%s：%+v", c.rule, got)
		}
	}
}

func TestSplitByHand(t *testing.T) {
	text := "路灯坏了。桥断了"
	for _, c := range []struct {
		rule string
		at   []int
		want []string
	}{
		{"在哪里切就在哪里分", []int{15}, []string{"路灯坏了。", "桥断了"}},
		{"切在字中间的往前靠", []int{16}, []string{"路灯坏了。", "桥断了"}},
		{"外面的和重复的不算", []int{-5, 0, 15, 15, 99, len(text)}, []string{"路灯坏了。", "桥断了"}},
		{"不切就是一段", nil, []string{text}},
	} {
		if got := words(SplitAt(text, c.at)); !slices.Equal(got, c.want) {
			t.Errorf("%s：%q", c.rule, got)
		}
	}
	if got := words(Sentences("路灯坏了三天。桥断了没人管，快来\n还有井盖也翘起来了")); !slices.Equal(got, []string{"路灯坏了三天。", "桥断了没人管，", "快来\n还有井盖也翘起来了"}) {
		t.Errorf("可以切的地方：%q", got)
	}
}
