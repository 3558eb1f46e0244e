package triage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/clock"
)

func modelBytes(t testing.TB, e *Engine, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, m := range []*Model{e.kind, e.urgency} {
		if err := m.Write(&out); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestLessons(t *testing.T) {
	rows := heldOut(t)
	learn := func(s *Lessons) []byte {
		e, err := s.Learn(context.Background(), Words{}, nil)
		return modelBytes(t, e, err)
	}
	var one Lessons
	one.PutRows(rows)
	whole := learn(&one)
	t.Run("先教后教，学到的一样", func(t *testing.T) {
		var s Lessons
		back := slices.Clone(rows)
		slices.Reverse(back)
		s.PutRows(back)
		if !bytes.Equal(learn(&s), whole) {
			t.Error("换了先后，模型就不同")
		}
	})
	t.Run("更正以后忘掉原来的，撤掉以后像没教过", func(t *testing.T) {
		s := &one
		s.Put("x", Row{Text: "戏台后面的老槐树今年开花了", Kind: "闲聊"})
		chat := learn(s)
		s.Put("x", Row{Text: "戏台后面的老槐树今年开花了", Kind: "线索"})
		if tip := learn(s); bytes.Equal(tip, chat) {
			t.Error("更正没有学进去")
		}
		s.Put("x", Row{Text: "戏台后面的老槐树今年开花了", Kind: "闲聊"})
		if !bytes.Equal(learn(s), chat) {
			t.Error("改回去应与改以前一样")
		}
		s.Drop("x")
		s.Put("y", Row{Text: "没有标注的不教人"})
		if s.Len() != len(rows) || !bytes.Equal(learn(s), whole) {
			t.Error("撤掉以后还留着")
		}
	})
	t.Run("训练中不时让一让，叫停就停", func(t *testing.T) {
		rests := 0
		ctx, stop := context.WithCancel(context.Background())
		if _, err := one.Learn(ctx, Words{}, func() { rests++ }); err != nil || rests < 5 {
			t.Errorf("让了%d次 %v", rests, err)
		}
		rests = 0
		if e, err := one.Learn(ctx, Words{}, func() { rests++; stop() }); e != nil || !errors.Is(err, context.Canceled) || rests != 1 {
			t.Errorf("叫停以后又让了%d次 %v", rests, err)
		}
	})
}

// Training again on 50,000 short messages: how long, how much memory stays, and the longest stretch without a rest.
func BenchmarkLearn(b *testing.B) {
	words, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		b.Fatal(err)
	}
	var s Lessons
	for i := range 50_000 {
		r := rows[i%len(rows)]
		r.Text += string(rune(0x4E00+i%20000)) + string(rune(0x4E00+i*7%20000))
		s.Put(fmt.Sprint(i), r)
	}
	longest, c := time.Duration(0), clock.System()
	var size counter
	for b.Loop() {
		last := c.Now()
		e, err := s.Learn(context.Background(), words, func() {
			now := c.Now()
			longest, last = max(longest, now.Sub(last)), now
		})
		if err != nil {
			b.Fatal(err)
		}
		size = 0
		if err := e.kind.Write(&size); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(longest.Milliseconds()), "ms-between-rests")
	b.ReportMetric(float64(size)/1e6, "MB-model")
}
