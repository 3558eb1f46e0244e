package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/draft"
)

// copied writes a stretch as programs copy it, with times from a minute of the 2nd of March on and without.
func copied(from int, said ...string) (timed, bare string) {
	for i, s := range said {
		who, words, _ := strings.Cut(s, " ")
		at := 9*60 + from + i
		timed += fmt.Sprintf("%s 2026/3/2 %02d:%02d\n%s\n", who, at/60, at%60, words)
		bare += who + "：" + words + "\n"
	}
	return timed, bare
}

func TestCopiesOfOneStretch(t *testing.T) {
	talkOf := []string{"李梅 电梯停了", "王强 有人吗", "赵敏 马上到", "李梅 修好了", "王强 谢谢"}
	// The station's day begins at 9:00; what is pasted at 10:00 was said since.
	open := func(t *testing.T) *talk {
		k := newTalk(t)
		k.Clock.Advance(time.Hour)
		return k
	}
	t.Run("先不带时间、后带时间复制同一段，什么也不添", func(t *testing.T) {
		k := open(t)
		timed, bare := copied(0, talkOf...)
		k.added(bare, 5, 0)
		k.added(timed, 0, 5)
		before := k.head()
		k.added(timed, 0, 5)
		k.added(bare, 0, 5)
		if k.head() != before {
			t.Error("something was written")
		}
	})
	t.Run("前后两段只重一截的，只收新的", func(t *testing.T) {
		k := open(t)
		_, bare := copied(0, talkOf[:4]...)
		timed, _ := copied(1, append(talkOf[1:], "孙洁 好")...)
		k.added(bare, 4, 0)
		k.added(timed, 2, 3)
	})
	t.Run("两行的整段相同也认得，重两行的长段不认", func(t *testing.T) {
		k := open(t)
		timed, bare := copied(0, talkOf[:2]...)
		k.added(bare, 2, 0)
		k.added(timed, 0, 2)
		k = open(t)
		long, _ := copied(0, append([]string{"孙洁 早"}, talkOf[:2]...)...)
		k.added(bare, 2, 0)
		k.added(long, 3, 0)
	})
	t.Run("单单一条，前后不同，是另一条", func(t *testing.T) {
		k := open(t)
		_, bare := copied(0, talkOf...)
		k.added(bare, 5, 0)
		timed, _ := copied(30, "孙洁 电梯又停了", "王强 有人吗", "孙洁 有")
		k.added(timed, 3, 0)
	})
	t.Run("真的又说了一遍同样三句，是第二回", func(t *testing.T) {
		k := open(t)
		three := talkOf[:3]
		first, bare := copied(0, three...)
		second, _ := copied(20, three...)
		k.added(bare, 3, 0)
		k.added(first, 0, 3)
		k.added(second, 3, 0)
		k.added(first+second, 0, 6)
	})
	t.Run("两回一起贴的，不带时间时也是两回", func(t *testing.T) {
		k := open(t)
		first, bare := copied(0, talkOf[:3]...)
		second, _ := copied(20, talkOf[:3]...)
		k.added(bare+bare, 6, 0)
		k.added(first+second, 0, 6)
	})
	t.Run("贴了以后才说的，不在里面", func(t *testing.T) {
		k := open(t)
		_, bare := copied(0, talkOf...)
		k.added(bare, 5, 0)
		k.Clock.Advance(2 * time.Hour)
		timed, _ := copied(150, talkOf...)
		k.added(timed, 5, 0)
	})
	t.Run("隔天再贴不带时间的，五行相同才算同一段", func(t *testing.T) {
		for n, known := range map[int]int{4: 0, 5: 5} {
			k := open(t)
			timed, bare := copied(0, talkOf[:n]...)
			k.added(timed, n, 0)
			k.Clock.Advance(24 * time.Hour)
			k.added("孙洁：早上好\n"+bare+"孙洁：再见\n", 2+n-known, known)
		}
	})
	t.Run("隔天贴的整段相同，四行也算", func(t *testing.T) {
		k := open(t)
		timed, bare := copied(0, talkOf[:4]...)
		k.added(timed, 4, 0)
		k.Clock.Advance(24 * time.Hour)
		k.added(bare, 0, 4)
	})
	t.Run("隔了三天，不算", func(t *testing.T) {
		k := open(t)
		timed, bare := copied(0, talkOf...)
		k.added(timed, 5, 0)
		k.Clock.Advance(72 * time.Hour)
		k.added(bare, 5, 0)
	})
	t.Run("换了次序、换了人、换了群，不算", func(t *testing.T) {
		for _, other := range [][]string{{"王强 有人吗", "李梅 电梯停了", "赵敏 马上到"}, {"李梅 电梯停了", "孙洁 有人吗", "赵敏 马上到"}} {
			k := open(t)
			_, bare := copied(0, talkOf[:3]...)
			timed, _ := copied(0, other...)
			k.added(bare, 3, 0)
			k.added(timed, 3, 0)
		}
		k := open(t)
		timed, bare := copied(0, talkOf...)
		k.added(bare, 5, 0)
		if a := k.Do(t, k.cast["officer_1"], "draft.paste", &draft.Paste{Text: timed, Group: "西街群"}); a.Known != 0 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("时间写在上面一行的，也是没有时间", func(t *testing.T) {
		k := open(t)
		timed, bare := copied(0, talkOf...)
		k.added("2026/3/2 09:00\n"+bare, 5, 0)
		k.added(timed, 0, 5)
	})
}

// BenchmarkPasteOfCopies pastes 500 messages with times that were pasted without them before.
func BenchmarkPasteOfCopies(b *testing.B) {
	var said []string
	for i := range 500 {
		said = append(said, fmt.Sprintf("李梅%d 三号楼%d单元电梯停了", i%9, i))
	}
	timed, bare := copied(-500, said...)
	for b.Loop() {
		b.StopTimer()
		d := desktest.New(b)
		cast := d.Cast(b, desktest.Station)
		d.Clock.Advance(time.Hour)
		d.Do(b, cast["officer_1"], "draft.paste", &draft.Paste{Text: bare, Group: "东街群", Cell: "c1"})
		b.StartTimer()
		if a := d.Do(b, cast["officer_1"], "draft.paste", &draft.Paste{Text: timed, Group: "东街群", Cell: "c1"}); a.Known != 500 {
			b.Fatalf("%d known, %d new", a.Known, len(a.Drafts))
		}
	}
}
