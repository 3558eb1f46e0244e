package triage

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/clock"
)

func TestFollows(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, clock.Shanghai)
	x := NewIndex()
	add := func(id, sender, group string, minute int, matter bool, text string, places ...string) {
		x.Add(text, Past{ID: id, Sender: sender, Group: group, At: at.Add(time.Duration(minute) * time.Minute), Places: places, Matter: matter})
	}
	add("old", "a", "g", -200, true, "二组路灯坏了", "二组")
	add("fight", "a", "g", 0, true, "桥头有两个人打架", "桥头")
	add("chat", "a", "g", 2, false, "大家辛苦了")
	add("lamp", "b", "g", 5, true, "学校门口路灯不亮", "学校门口")
	add("else", "a", "other", 6, true, "市场丢了一头牛", "市场")
	for _, c := range []struct{ rule, text, quote, sender, group, place, want string }{
		{"本人先前说的那件", "人已经走了", "", "a", "g", "", "fight"},
		{"别人说的，看地点", "桥头还没人来", "", "c", "g", "桥头", "fight"},
		{"别人说的，看字句", "刚才那个打架的又来了", "", "c", "g", "", "fight"},
		{"都看不出，是本群最近的一件", "还没人来", "", "c", "g", "", "lamp"},
		{"引用了哪条就是哪条", "修好了", "桥头有两个人打架", "b", "g", "", "fight"},
		{"别的群不算", "人已经走了", "", "a", "third", "", ""},
		{"闲聊不算，两小时以前的不算", "修好了", "", "a", "g", "二组", "fight"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := Past{ID: "new", Sender: c.sender, Group: c.group, At: at.Add(12 * time.Minute)}
			if c.place != "" {
				p.Places = []string{c.place}
			}
			got, ok := x.Follows(c.text, c.quote, p)
			if got.ID != c.want || ok != (c.want != "") {
				t.Errorf("got %+v %v, want %s", got, ok, c.want)
			}
			if ok && len(got.Because) == 0 {
				t.Error("要说明因为什么")
			}
		})
	}
	own := Past{Sender: "a", Group: "g", At: at.Add(12 * time.Minute)}
	if got, ok := x.TakesBack("发错了", "", own); !ok || got.ID != "chat" {
		t.Errorf("收回的是本人在本群最近一条：%+v", got)
	}
	if got, ok := x.TakesBack("发错了", "", Past{Sender: "c", Group: "g", At: own.At}); ok {
		t.Errorf("别人的话收不回：%+v", got)
	}
	x.Drop("fight")
	if got, ok := x.Follows("人已经走了", "", own); ok && got.ID == "fight" {
		t.Error("删掉的不再出现")
	}
}

func TestIndexForgets(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, clock.Shanghai)
	x := NewIndex()
	text := func(i int) string {
		return fmt.Sprintf("%c%c家的羊让人牵走了", rune(0x4E00+i*7), rune(0x5000+i*11))
	}
	for _, i := range []int{5, 2, 9, 1, 7, 3, 8, 0, 6, 4} { // in any order
		x.Add(text(i), Past{ID: fmt.Sprint(i), At: at.Add(time.Duration(i) * time.Minute)})
	}
	x.Add(text(3), Past{ID: "3", At: at.Add(3 * time.Minute)}) // again: the same one
	p := Past{ID: "new", At: at.Add(time.Hour)}
	if got := x.Find(text(3), p); x.Len() != 10 || len(got) == 0 || got[0].ID != "3" {
		t.Fatalf("找得到：%+v", got)
	}
	x.Drop("3")
	x.Drop("3")
	x.Drop("none")
	for _, c := range x.Find(text(3), p) {
		if c.ID == "3" {
			t.Error("删掉的不再出现")
		}
	}
	for i := range 10 {
		x.Drop(fmt.Sprint(i))
	}
	if x.Len() != 0 || len(x.byGram) != 0 || len(x.byGroup) != 0 {
		t.Errorf("全删了就什么都不留：%d %d %d", x.Len(), len(x.byGram), len(x.byGroup))
	}
	for _, m := range x.past {
		if m.ID != "" || m.grams != nil {
			t.Errorf("还留着 %+v", m)
		}
	}
}

func TestIndexWhileOthersRead(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, clock.Shanghai)
	x := NewIndex()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := range 200 {
				p := Past{ID: "new", Group: "g", Sender: "a", At: at.Add(time.Duration(i) * time.Minute)}
				for _, c := range x.Find("羊圈里的羊丢了", p) {
					if !strings.HasPrefix(c.ID, "m") {
						t.Error(c)
					}
				}
				x.Follows("找到了", "", p)
			}
		})
	}
	for i := range 400 {
		x.Add(fmt.Sprint("羊圈里的羊丢了", i), Past{ID: fmt.Sprint("m", i), Group: "g", Sender: "a", At: at.Add(time.Duration(i/2) * time.Minute), Matter: true})
		if i%3 == 0 {
			x.Drop(fmt.Sprint("m", i/2))
		}
	}
	readers.Wait()
}
