package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// fiftyFive is a page of the list as a busy morning leaves it: some of the messages tell of two things.
func (s *chatting) fiftyFive(tb testing.TB) {
	tb.Helper()
	var chat strings.Builder
	n := 0
	for round := 0; n < 50; round++ {
		for _, said := range []string{"%d组的水管漏了两天，没人来修。晚上还有人在水渠边钓鱼，怕出事", "%d组车棚有辆电瓶车被撬，锁都砸坏了", "请问%d组的身份证丢了补办要带什么材料？",
			"我和%d组的邻居因为院墙占地吵了好几天了，谁来评评理", "下湾村%d组路边高压线垂下来了，很危险", "一是%d组路口的路灯坏了，晚上看不见。二是两家人又因为地界吵起来了。",
			"%d组的楼道里堆满纸箱还给电动车充电，怕着火", "在%d组捡到一串钥匙，谁丢的来认领", "%d组这几天后半夜总有个没挂牌的面包车停在村口，不像正经人"} {
			if n++; n <= 50 {
				fmt.Fprintf(&chat, "第%d户 %02d:%02d\n"+said+"\n", n, 7+round, n%60, round+1)
			}
		}
	}
	s.paste(tb, "下湾三组群", chat.String())
}

var waitingRows = regexp.MustCompile(`data-state="waiting"`)

// A page of the list stays light enough for an old computer and a weak signal.
func TestTalkIsLight(t *testing.T) {
	s := gossip(t)
	s.fiftyFive(t)
	a := s.lead.get("/talk")
	rows := len(waitingRows.FindAllString(a.Body, -1))
	t.Logf("%d rows, %d KB", rows, len(a.Body)>>10)
	if a.StatusCode != http.StatusOK || rows < 55 || len(a.Body) > 120<<10 {
		t.Errorf("%d: %d rows in %d KB", a.StatusCode, rows, len(a.Body)>>10)
	}
}

func BenchmarkTalkList(b *testing.B) {
	s := gossip(b)
	s.fiftyFive(b)
	for b.Loop() {
		if a := s.lead.get("/talk"); a.StatusCode != http.StatusOK {
			b.Fatal(a.StatusCode)
		}
	}
}
