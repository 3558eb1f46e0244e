package triage

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// rough are texts that are no plain Chinese: what people and other programs paste.
var rough = []string{
	"", " ", "\x00", "\xff\xfe着火", "着\xed\xa0\xbd火", "\xf0\x9f\x9a", "🚨🚨", "着🔥火了🚨快来", "👨‍👩‍👧‍👦在桥头", "芦\u200b滩\u200d村\ufeff三\u2060组", "\u202e村滩芦\u202c着火", "\u200f芦滩村\u200e",
	"=HYPERLINK(\"http://x\",\"芦滩村\")", "+cmd|' /C calc'!A0", "@SUM(1+1)*昨晚", "-2+3-4号楼", "<script>alert('桥头')</script>", "<p>蘆灘村<br/>３組&nbsp;着火</p>", "<" + strings.Repeat("a", 300), "<<<>>>桥头",
	"１２-3-４０１室", "9999999999999999999号楼", "第二第二第二", "1、2、3、4、5、", "一二三四五六七八九十百千", "十十十十点", "初初初一", "昨昨晚晚", "上上上周周", "25点61分", "2026年13月45日", "腊月三十一", "逢集逢集逢集",
	"老老老家家家", "路路路路路", "村村村口口口", "号号楼楼单元单元室室", "另外另外另外另外另外另外另外另外", "。。。！！？？", "，，，，，，", strings.Repeat("桥头", 300), strings.Repeat("1-", 300), strings.Repeat("\n", 300),
	"'; DROP TABLE drafts; --", "{{.}}${x}%s%d%n", "\u0300\u0301\u0302村", "İstanbul 桥头 ſ", "ﷺ﷽村口", "𠀀𠀁村🏘️",
}

// checkRough holds whatever the text: what is told of a text stands in it, and nothing of it is lost.
func checkRough(t *testing.T, e *Engine, text string) {
	t.Helper()
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, clock.Shanghai)
	m := Message{Text: text, At: at, Cell: "g11", Group: "g21"}
	r := e.Read(m)
	last := 0
	for _, p := range r.Places {
		if p.From < last || p.To <= p.From || text[p.From:p.To] != p.Words || p.Vague && p.Cell == "" {
			t.Fatalf("%q: place %+v", text, p)
		}
		last = p.To
	}
	last = 0
	for _, w := range r.Times {
		if w.From < last || text[w.From:w.To] != w.Words || w.End.Before(w.Begin) {
			t.Fatalf("%q: time %+v", text, w)
		}
		last = w.To
	}
	for _, d := range r.Dangers {
		if text[d.From:d.To] != d.Word {
			t.Fatalf("%q: danger %+v", text, d)
		}
	}
	for what, all := range map[string][]Piece{"pieces": r.Pieces, "sentences": Sentences(text), "by hand": SplitAt(text, []int{3, 1, 7, len(text) / 2, -1, 1 << 40})} {
		next := 0
		for _, p := range all {
			if p.From != next || text[p.From:p.To] != p.Words {
				t.Fatalf("%q: %s %+v", text, what, p)
			}
			next = p.To
		}
		if next != len(text) {
			t.Fatalf("%q: %s lost what follows byte %d", text, what, next)
		}
	}
	for _, p := range ParseAddress(text) {
		if p.From >= p.To || p.To > len(text) {
			t.Fatalf("%q: address %+v", text, p)
		}
	}
	x, past := NewIndex(), r.Past("a", "s", "g", m)
	x.Add(text, past)
	past.ID = "b"
	for _, c := range x.Find(text, past) {
		if c.ID != "a" || c.Score < 0 || c.Score > 1 {
			t.Fatalf("%q: candidate %+v", text, c)
		}
	}
	x.Follows(text, text, past)
	x.TakesBack(text, text, past)
	if x.Drop("a"); x.Len() != 0 || len(x.byGram) != 0 {
		t.Fatalf("%q: something stays", text)
	}
}

func TestRoughTexts(t *testing.T) {
	e := shipped(t).At(country(t), LunarMarket([]int{1, 4, 7}))
	for _, text := range rough {
		checkRough(t, e, text)
	}
	big := strings.Repeat("芦滩村三组昨晚着火，另外村口🚨路灯坏了。\n", 2<<20/60)
	checkRough(t, e, big)
	checkRough(t, e, strings.Repeat("<b>", 2<<20/3)+"桥头")
	checkRough(t, e, strings.Repeat("\xff", 2<<20))
}

func TestRoughPlaces(t *testing.T) {
	g := country(t)
	for _, text := range []string{"芦\u200b滩\u200d村\ufeff三\u2060组", "蘆灘村３組", "<p>芦<b>滩</b>村３组</p>", "芦🚨滩村3组", "\u202a芦滩村三组\u202c", "芦\xff滩村三组"} {
		if got := g.FindPlaces(text + "着火"); len(got) == 0 || got[0].Cell != "g13" {
			t.Errorf("%q：%+v", text, got)
		}
	}
}

func FuzzRough(f *testing.F) {
	for _, text := range rough {
		f.Add(text)
	}
	e := shipped(f).At(country(f), LunarMarket([]int{1, 4, 7}))
	f.Fuzz(func(t *testing.T, text string) { checkRough(t, e, text) })
}

// town is a station of 5,000 places and an index of 100,000 messages, so far apart.
func town(b *testing.B, apart time.Duration) (*Engine, *Index, []Row, time.Time) {
	b.Helper()
	entries := []Entry{{Name: "白石镇", Cell: "town"}}
	first, second, sorts := []rune("青白红黄黑大小上下东西南北前后新老高长石"), []rune("山水河沟岭坡梁湾滩坪桥庙店庄寨塘泉岩崖柳"), []string{"村", "小学", "桥", "社区", "小区", "超市", "路", "厂", "市场", "医院", "公园", "村委会", "砖厂"}
	for i := range 5000 {
		v := grid.CellID(fmt.Sprint("v", i/13))
		e := Entry{Name: string(first[i/13%20]) + string(second[i/260%20]) + sorts[i%13], Cell: v}
		if i%13 == 0 {
			e.Parent = "town"
		}
		entries = append(entries, e)
	}
	e := shipped(b).At(NewGazetteer(entries), LunarMarket([]int{1, 4, 7}))
	_, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		b.Fatal(err)
	}
	x, at := NewIndex(), time.Date(2026, 11, 1, 0, 0, 0, 0, clock.Shanghai)
	var readings []Reading
	for _, r := range rows {
		readings = append(readings, e.Read(Message{Text: r.Text, At: at, Cell: "v7"}))
	}
	for i := range 100_000 {
		k := i * 7919 % len(rows)
		at = at.Add(apart)
		p := readings[k].Past(fmt.Sprint(i), fmt.Sprint("s", i%300), fmt.Sprint("g", i%40), Message{At: at, Cell: grid.CellID(fmt.Sprint("v", i%300))})
		x.Add(rows[k].Text+rows[i%len(rows)].Text[:min(30, len(rows[i%len(rows)].Text))/3*3], p)
	}
	return e, x, rows, at
}

// worked is how long the processors have worked for us: on a machine that others use too, hours on the wall say little.
func worked(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// All of triage for one message, the hundred thousand within the window of three days and spread over two years.
func BenchmarkTriage(b *testing.B) {
	for name, apart := range map[string]time.Duration{"three days": 2500 * time.Millisecond, "two years": 10 * time.Minute} {
		e, x, rows, at := town(b, apart)
		b.Run("all/"+name, func(b *testing.B) {
			b.ReportAllocs()
			n, before := 0, worked(b)
			for i := 0; b.Loop(); i++ {
				m := Message{Text: rows[i%len(rows)].Text, At: at, Cell: "v7", Group: "v9"}
				p := e.Read(m).Past("new", "s7", "g7", m)
				x.Find(m.Text, p)
				x.Follows(m.Text, "", p)
				n++
			}
			b.ReportMetric(float64(worked(b)-before)/float64(n), "cpu-ns/op")
		})
		b.Run("find/"+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				x.Find(rows[i%len(rows)].Text, Past{ID: "new", At: at, Cell: "v7", Places: rows[i%len(rows)].Places})
			}
		})
		b.Run("follows/"+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				x.Follows(rows[i%len(rows)].Text, "", Past{ID: "new", At: at, Sender: "s7", Group: "g7"})
			}
		})
		b.Run("read/"+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				e.Read(Message{Text: rows[i%len(rows)].Text, At: at, Cell: "v7"})
			}
		})
		b.Run("add and drop/"+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				x.Add(rows[i%len(rows)].Text, Past{ID: "new", At: at})
				x.Drop("new")
			}
		})
	}
}
