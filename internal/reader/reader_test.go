package reader_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/reader"
	"maplegrid/internal/triage"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
)

const station = desktest.Station

// house is a station with its reader.
type house struct {
	*desktest.Desk
	t    *testing.T
	cast map[string]access.Who
	r    *reader.Reader
}

func newHouse(t *testing.T) *house {
	d := desktest.New(t)
	h := &house{Desk: d, t: t, cast: d.Cast(t, station), r: reader.New(d.Desk, nil)}
	d.Desk.Reader = h.r
	return h
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
		events, err := h.Journal.Stream(context.Background(), station, draft.Stream(id), 0)
		if err != nil {
			h.t.Fatal(err)
		}
		if d, err := draft.Fold(events); err != nil || d.State == draft.Aside {
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
		other := reader.New(h.Desk.Desk, nil)
		starter := h.version(other)
		h.follow(other)
		if a, b := h.version(h.r), h.version(other); a != b || a == starter {
			t.Errorf("followed step by step %s, from the start %s, starter %s", a, b, starter)
		}
	})
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
