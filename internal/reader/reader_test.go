package reader_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/reader"
	"maplegrid/internal/triage"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

const station = desktest.Station

// house is a station with its reader.
type house struct {
	*desktest.Desk
	t    *testing.T
	cast map[string]access.Who
	r    *reader.Reader
}

// books and learned are shared by all tests.
var (
	books   = desktest.Books()
	learned = reader.New(nil, nil)
)

func newHouse(t *testing.T) *house {
	d := desktest.New(t)
	d.Desk.Books = books
	h := &house{Desk: d, t: t, cast: d.Cast(t, station)}
	h.r = h.reader(nil)
	d.Desk.Reader = h.r
	return h
}

func (h *house) reader(second *reader.Opinions) *reader.Reader {
	return reader.New(h.Desk.Desk, second).Borrow(learned)
}

// follow lets a reader come up to the journal, and train when it is time.
func (h *house) follow(r *reader.Reader) {
	h.t.Helper()
	for range 2 {
		if err := r.Run(context.Background()); err != nil {
			h.t.Fatal(err)
		}
		h.Clock.Advance(30 * time.Second)
		if err := r.Train(context.Background()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) read(text string) triage.Reading {
	h.t.Helper()
	got, err := h.r.Read(context.Background(), station, triage.Message{Text: text, At: h.Clock.Now()})
	if err != nil {
		h.t.Fatal(err)
	}
	return got
}

func (h *house) version(r *reader.Reader) string {
	h.t.Helper()
	v, err := r.Model(context.Background(), station)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// paste takes lines in; what was set aside at once is brought back.
func (h *house) paste(lines ...string) []string {
	h.t.Helper()
	ids := h.Do(h.t, h.cast["officer_1"], "draft.paste", &draft.Paste{Text: strings.Join(lines, "\n"), Group: "一网格群", Cell: "c1"}).Drafts
	if len(ids) != len(lines) {
		h.t.Fatalf("%d drafts of %d lines", len(ids), len(lines))
	}
	for _, id := range ids {
		if h.draft(id).State == draft.Aside {
			h.Do(h.t, h.cast["officer_1"], "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		}
	}
	return ids
}

func (h *house) like(text string) (ids []string) {
	for _, c := range h.r.Like(context.Background(), station, text, h.read(text).Past("", "", "一网格群", triage.Message{At: h.Clock.Now(), Cell: "c1"})) {
		ids = append(ids, c.ID)
	}
	return ids
}

// word is no word of any language: nothing shipped knows it.
const word = "嘞嗦咘"

func TestLearnsFromPeople(t *testing.T) {
	t.Run("三次更正之后，新词读得对；撤销之后又不认得", func(t *testing.T) {
		h := newHouse(t)
		starter := h.version(h.r)
		said := word + "又闹上了"
		if got := h.read(said); got.Kind == "安全隐患" && got.Sure {
			t.Fatalf("known before it was taught: %+v", got.Guess)
		}
		var ids []string
		for _, line := range []string{"东头" + word + "了", "仓库边上" + word + "了，大家看看", "昨天桥边也" + word + "了"} {
			ids = append(ids, h.paste(line)...)
		}
		for _, id := range ids {
			h.Do(t, h.cast["officer_1"], "draft.correct", &draft.Correct{On: draft.On{Draft: id}, Label: "安全隐患", Urgency: "急"})
		}
		h.follow(h.r)
		if got := h.read(said); got.Kind != "安全隐患" || !got.Sure {
			t.Errorf("after three corrections: %+v", got.Guess)
		}
		if h.version(h.r) == starter {
			t.Error("the model is that of the playbook still")
		}
		for _, id := range ids {
			h.Do(t, h.cast["officer_1"], "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		}
		h.follow(h.r)
		if got := h.version(h.r); got != starter {
			t.Errorf("after undoing: model %s, that of the playbook is %s", got, starter)
		}
	})
	t.Run("立成什么、放在一边、直接分流，都教", func(t *testing.T) {
		h := newHouse(t)
		ids := h.paste("东头"+word+"了", "南头"+word+"了", "北头"+word+"了")
		officer := h.cast["officer_1"]
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[0]}, Kind: "hazard", Title: "东头的事", Cell: "c1"}) // without a label: by its kind
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[1]}, Kind: "hazard", Title: "南头的事", Cell: "c1", Label: "安全隐患"})
		h.Do(t, officer, "draft.put_aside", &draft.PutAside{On: draft.On{Draft: ids[2]}, Reason: draft.Chatter})
		rep := h.Do(t, officer, "report.submit", &report.Submit{Words: "西头也" + word + "了", Cell: "c1"})
		h.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Open: []report.NewMatter{{Kind: "hazard", Title: "西头的事", Cell: "c1"}}})
		h.follow(h.r)
		if got := h.r.Taught(station); !slices.Equal(got, []string{"安全隐患", "安全隐患", "安全隐患", "闲聊"}) {
			t.Errorf("taught %v", got)
		}
		if got := h.read("那头" + word + "了"); got.Kind != "安全隐患" {
			t.Errorf("read %+v", got.Guess)
		}
	})
	t.Run("接着别人的话说的，并进那件事，不教", func(t *testing.T) {
		h := newHouse(t)
		officer := h.cast["officer_1"]
		ids := h.paste("桥头社区2幢有人打架，快来人", "人已经走了")
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[0]}, Kind: "incident", Title: "桥头打架", Cell: "c1", Label: "治安警情"})
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[1]}, Link: h.draft(ids[0]).Filing.Matter, Label: "治安警情"})
		h.follow(h.r)
		if got := h.r.Taught(station); !slices.Equal(got, []string{"治安警情"}) {
			t.Errorf("taught %v", got)
		}
	})
	t.Run("一条报事立成两类事，不教", func(t *testing.T) {
		h := newHouse(t)
		rep := h.Do(t, h.cast["officer_1"], "report.submit", &report.Submit{Words: "西头也" + word + "了", Cell: "c1"})
		h.Do(t, h.cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Open: []report.NewMatter{
			{Kind: "hazard", Title: "西头的事", Cell: "c1"}, {Kind: "dispute", Title: "西头的另一件事", Cell: "c1"}}})
		h.follow(h.r)
		if got := h.r.Taught(station); len(got) != 0 {
			t.Errorf("taught %v", got)
		}
	})
}

func TestSameJournalSameModel(t *testing.T) {
	t.Run("从头再读一遍日志，模型一字不差", func(t *testing.T) {
		h := newHouse(t)
		officer := h.cast["officer_1"]
		ids := h.paste("东头"+word+"了", "三号楼电梯困人了", "昨天谁家丢了一只羊", "南头"+word+"了")
		h.Do(t, officer, "draft.correct", &draft.Correct{On: draft.On{Draft: ids[0]}, Label: "安全隐患"})
		h.follow(h.r)
		h.Do(t, officer, "draft.correct", &draft.Correct{On: draft.On{Draft: ids[2]}, Label: "线索", Urgency: "一般"})
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[3]}, Kind: "hazard", Title: "南头的事", Cell: "c1", Label: "安全隐患"})
		h.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: ids[3]}})
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: ids[3]}, Kind: "dispute", Title: "南头的事", Cell: "c1", Label: "纠纷"})
		h.follow(h.r)
		other := h.reader(nil)
		starter := h.version(other)
		h.follow(other)
		if a, b := h.version(h.r), h.version(other); a != b || a == starter {
			t.Errorf("followed step by step %s, from the start %s, starter %s", a, b, starter)
		}
	})
}

func TestForgets(t *testing.T) {
	ask := func(h *house, rep, want string) {
		q := h.Do(t, desk.Public(station), "right.ask", &right.Ask{Thing: "report/" + rep, Want: want})
		h.Do(t, h.cast["head"], "right.answer", &right.Answer{Right: q.ID, Result: right.Granted, Words: "已经删除"})
	}
	t.Run("删除个人信息的，教过的和说过的都忘掉", func(t *testing.T) {
		h := newHouse(t)
		officer := h.cast["officer_1"]
		rep := h.Do(t, officer, "report.submit", &report.Submit{Words: "东头" + word + "了，夜里闹得慌", Cell: "c1", Name: "赵某", Phone: "13900001111"})
		said := h.paste("西头" + word + "了，夜里也闹得慌")[0]
		h.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: said}, Cell: "c1", Label: "安全隐患"})
		filed := h.draft(said).Filing.Report
		h.follow(h.r)
		if h.r.Lessons(station) != 1 || h.r.Said(station) != 2 {
			t.Fatalf("%d lessons, %d said", h.r.Lessons(station), h.r.Said(station))
		}
		taught := h.version(h.r)
		for _, id := range []string{rep.ID, filed} {
			h.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: id}, Decline: "already_registered", Answer: "已经登记过"})
			ask(h, id, right.Erase)
		}
		h.follow(h.r)
		if h.r.Lessons(station) != 0 || h.r.Said(station) != 0 || len(h.like("东头"+word+"了，夜里闹得慌")) != 0 {
			t.Errorf("%d lessons, %d said", h.r.Lessons(station), h.r.Said(station))
		}
		again := h.reader(nil)
		h.follow(again)
		if a, b := h.version(h.r), h.version(again); a != b || a == taught {
			t.Errorf("followed %s, from the start %s, with what was erased %s", a, b, taught)
		}
	})
	t.Run("报事人撤回的，也忘掉", func(t *testing.T) {
		h := newHouse(t)
		rep := h.Do(t, desk.Public(station), "report.submit", &report.Submit{Words: "东头" + word + "了", Cell: "c1"})
		h.follow(h.r)
		if h.r.Said(station) != 1 {
			t.Fatalf("%d said", h.r.Said(station))
		}
		h.Do(t, desk.Public(station), "report.withdraw", &report.Withdraw{On: report.On{Report: rep.ID}})
		h.follow(h.r)
		if h.r.Said(station) != 0 {
			t.Errorf("%d said", h.r.Said(station))
		}
	})
	t.Run("太久以前说的，不再翻出来", func(t *testing.T) {
		h := newHouse(t)
		h.Do(t, desk.Public(station), "report.submit", &report.Submit{Words: "东头路灯坏了", Cell: "c1"})
		h.follow(h.r)
		h.Clock.Advance(40 * 24 * time.Hour)
		h.follow(h.r)
		if h.r.Said(station) != 0 {
			t.Errorf("%d said", h.r.Said(station))
		}
		again := h.reader(nil)
		h.follow(again)
		if again.Said(station) != 0 {
			t.Errorf("read from the start: %d said", again.Said(station))
		}
	})
}

func TestSaidBefore(t *testing.T) {
	t.Run("待定的群消息找得到，立了就换成报事，撤销了又回来", func(t *testing.T) {
		h := newHouse(t)
		text := "文化广场那边的下水道井盖不见了，黑灯瞎火容易掉下去"
		id := h.paste(text)[0]
		h.follow(h.r)
		if got := h.like("文化广场下水道井盖不见了，容易掉下去"); !slices.Equal(got, []string{id}) {
			t.Errorf("while it waits: %v", got)
		}
		h.Do(t, h.cast["officer_1"], "draft.accept", &draft.Accept{On: draft.On{Draft: id}, Kind: "hazard", Title: "井盖不见", Cell: "c1"})
		h.follow(h.r)
		if got := h.like("文化广场下水道井盖不见了，容易掉下去"); !slices.Equal(got, []string{h.draft(id).Filing.Report}) {
			t.Errorf("filed: %v", got)
		}
		h.Do(t, h.cast["officer_1"], "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		h.follow(h.r)
		if got := h.like("文化广场下水道井盖不见了，容易掉下去"); !slices.Equal(got, []string{id}) {
			t.Errorf("undone: %v", got)
		}
		h.Do(t, h.cast["officer_1"], "draft.put_aside", &draft.PutAside{On: draft.On{Draft: id}, Reason: draft.Known})
		h.follow(h.r)
		if got := h.like("文化广场下水道井盖不见了，容易掉下去"); len(got) != 0 || h.r.Lessons(station) != 0 {
			t.Errorf("set aside: %v, %d lessons", got, h.r.Lessons(station))
		}
	})
	t.Run("接着说的，找得到接的是哪一条", func(t *testing.T) {
		h := newHouse(t)
		id := h.paste("桥头社区2幢有人打架，快来人")[0]
		h.follow(h.r)
		m := triage.Message{Text: "人已经走了", At: h.Clock.Now(), Cell: "c1"}
		got, ok := h.r.Follows(context.Background(), station, m.Text, h.read(m.Text).Past("", "", "一网格群", m))
		if !ok || got.ID != id {
			t.Errorf("%v %v, want %s", got, ok, id)
		}
	})
}

func TestRinging(t *testing.T) {
	h := newHouse(t)
	submit := func(words string) string {
		return h.Do(t, h.cast["officer_1"], "report.submit", &report.Submit{Words: words, Cell: "c1", Channel: "phone"}).ID
	}
	fire, _, knife := submit("东街粮油店着火了，冒黑烟"), submit("路灯不亮"), submit("有人拿刀追人")
	h.follow(h.r)
	t.Run("说到危险的报事响铃，后说的在前，平常的不响", func(t *testing.T) {
		if got := h.r.Ringing(station, 10); len(got) != 2 || !slices.Contains(got, fire) || !slices.Contains(got, knife) {
			t.Errorf("%v, want %s and %s", got, knife, fire)
		}
		if got := h.r.Ringing(station, 1); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
	t.Run("撤回的不再响", func(t *testing.T) {
		h.Do(t, desk.Public(station), "report.withdraw", &report.Withdraw{On: report.On{Report: fire}})
		h.follow(h.r)
		if got := h.r.Ringing(station, 10); !slices.Equal(got, []string{knife}) {
			t.Errorf("%v, want %s", got, knife)
		}
	})
}

func TestPlacesOfTheOrganisation(t *testing.T) {
	t.Run("网格改名、新设，马上认得", func(t *testing.T) {
		h := newHouse(t)
		text := "荷花塘小区有人打架"
		for _, p := range h.read(text).Places {
			if p.Cell == "c9" {
				t.Fatal("known before it was set")
			}
		}
		h.Do(t, desktest.Founder(station), "org.set_cell", &organisation.SetCell{ID: "c9", Parent: "v1", Kind: "cell", Zh: "荷花塘小区", En: "Lotus Pond"})
		found := false
		for _, p := range h.read(text).Places {
			found = found || p.Cell == "c9"
		}
		if !found {
			t.Errorf("places %v", h.read(text).Places)
		}
	})
}

func TestPace(t *testing.T) {
	t.Run("更正停了才学，连着更正也不超过一分钟，不比二十秒更勤", func(t *testing.T) {
		h := newHouse(t)
		ids := h.paste("东头"+word+"了", "南头"+word+"了", "北头"+word+"了", "西头"+word+"了")
		correct := func(id, label string) {
			h.Do(t, h.cast["officer_1"], "draft.correct", &draft.Correct{On: draft.On{Draft: id}, Label: label})
		}
		step := func(d time.Duration) (trained bool) {
			before := h.version(h.r)
			h.Clock.Advance(d)
			for _, do := range []func(context.Context) error{h.r.Run, h.r.Train} {
				if err := do(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			return h.version(h.r) != before
		}
		correct(ids[0], "安全隐患")
		if step(0) || step(time.Second) {
			t.Error("trained while somebody is still at it")
		}
		if !step(10 * time.Second) {
			t.Error("not trained after ten quiet seconds")
		}
		correct(ids[1], "安全隐患")
		if step(0) || step(6*time.Second) {
			t.Error("trained again within twenty seconds")
		}
		if !step(20 * time.Second) {
			t.Error("not trained after twenty seconds")
		}
		labels := []string{"线索", "纠纷", "求助", "咨询", "治安警情", "便民服务", "寻人寻物"}
		trained := 0
		for n := range 15 { // a correction every four seconds for a minute
			correct(ids[2], labels[n%7])
			if step(4 * time.Second) {
				trained++
			}
		}
		if trained < 2 || trained > 3 {
			t.Errorf("trained %d times in a minute of corrections", trained)
		}
		if step(time.Hour); step(time.Hour) {
			t.Error("trained though nothing changed")
		}
	})
}

func (h *house) draft(id string) *draft.Draft {
	h.t.Helper()
	events, err := h.Journal.Stream(context.Background(), station, draft.Stream(id), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := draft.Fold(events)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func TestStationsApart(t *testing.T) {
	t.Run("一个所教的，别的所不知道", func(t *testing.T) {
		h := newHouse(t)
		h.Cast(t, "s2")
		ids := h.paste("东头" + word + "了，变压器冒烟")
		h.Do(t, h.cast["officer_1"], "draft.correct", &draft.Correct{On: draft.On{Draft: ids[0]}, Label: "线索"})
		h.follow(h.r)
		if got := h.r.Taught("s2"); len(got) != 0 {
			t.Errorf("s2 was taught %v", got)
		}
		mine := h.version(h.r)
		other, err := h.r.Model(context.Background(), "s2")
		if err != nil || other == mine {
			t.Errorf("s2 has model %s %v, s1 %s", other, err, mine)
		}
		p := triage.Past{At: h.Clock.Now()}
		if got := h.r.Like(context.Background(), "s2", "东头"+word+"了，变压器冒烟", p); len(got) != 0 {
			t.Errorf("s2 finds %v", got)
		}
	})
}

func TestWhileOthersRead(t *testing.T) {
	t.Run("一边重学、一边收，读的人读到的总是完整的", func(t *testing.T) {
		h := newHouse(t)
		ids := h.paste("东头"+word+"了", "南头"+word+"了", "北头"+word+"了")
		h.follow(h.r)
		ctx, stop := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for ctx.Err() == nil {
					m := triage.Message{Text: "那头" + word + "了，桥头社区2幢", At: desktest.Start}
					got, err := h.r.Read(ctx, station, m)
					if err != nil && ctx.Err() == nil || err == nil && got.Kind == "" {
						t.Errorf("%+v %v", got, err)
						return
					}
					h.r.Like(ctx, station, m.Text, got.Past("", "", "", m))
					h.r.Follows(ctx, station, m.Text, got.Past("", "", "", m))
					h.r.Opinion(station, m.Text)
				}
			})
		}
		for i, label := range []string{"线索", "纠纷", "求助"} {
			h.Do(t, h.cast["officer_1"], "draft.correct", &draft.Correct{On: draft.On{Draft: ids[i]}, Label: label})
			h.Do(t, desktest.Founder(station), "org.set_cell", &organisation.SetCell{ID: "n" + label, Parent: "v1", Kind: "cell", Zh: label + "小区", En: "x"})
			h.follow(h.r)
		}
		stop()
		all.Wait()
	})
}

// BenchmarkRead is reading as the desk asks for it: organisation and playbook looked at, every place of a large station known.
func BenchmarkRead(b *testing.B) {
	d := desktest.New(b)
	d.Cast(b, station)
	for i := range 200 {
		d.Do(b, desktest.Founder(station), "org.set_cell", &organisation.SetCell{ID: fmt.Sprintf("n%d", i), Parent: "v1", Kind: "cell", Zh: fmt.Sprintf("%c%c村第%d网格", '一'+rune(i), '丁'+rune(i*3), i), En: "x"})
	}
	r := reader.New(d.Desk, nil)
	if err := r.Run(context.Background()); err != nil {
		b.Fatal(err)
	}
	m := triage.Message{Text: "昨晚十点多A区3号楼楼下电动车又被人撬了锁，电话13900001234，麻烦派出所来看看监控", At: desktest.Start, Cell: "c1"}
	for b.Loop() {
		if _, err := r.Read(context.Background(), station, m); err != nil {
			b.Fatal(err)
		}
	}
}
