package triage

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
)

func TestHeldOutPlacesAndEvents(t *testing.T) {
	m := Evaluate(shipped(t), heldOut(t), clock.System())
	t.Logf("places F1 %.3f (overlap %.3f); same event F1 %.3f, by words alone %.3f", *m.PlaceF1, *m.PlaceOverlapF1, *m.SameEventF1, *m.SameEventWordsF1)
	for rule, ok := range map[string]bool{
		"地点一字不差的不退步": *m.PlaceF1 >= 0.71, "地点大致对上的不退步": *m.PlaceOverlapF1 >= 0.82,
		"同一事件不退步": *m.SameEventF1 >= 0.7, "同一事件只看字句不退步": *m.SameEventWordsF1 >= 0.5,
	} {
		if !ok {
			t.Error(rule)
		}
	}
}

func TestSameEventSpeaksFor(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, clock.Shanghai)
	x := NewIndex()
	x.Add("老周叔糊涂了出去没回来，穿灰大衣", Past{ID: "lost", At: at, Group: "g", Cell: "c1", Matter: true})
	x.Add("三组路灯坏了两盏", Past{ID: "lamp", At: at, Group: "g", Cell: "c1", Places: []string{"三组"}, Themes: []string{"安全隐患"}, Matter: true})
	best := func(text string, p Past) (string, string) {
		p.ID = "new"
		got := x.Find(text, p)
		if len(got) == 0 {
			return "", ""
		}
		return got[0].ID, strings.Join(got[0].Because, " ")
	}
	for _, c := range []struct {
		rule, text string
		p          Past
		want       string
	}{
		{"稀罕的字句对得上", "砖窑那儿有个穿灰大衣的老周叔坐着", Past{At: at.Add(20 * time.Minute), Group: "g"}, "lost"},
		{"说已经找到的接得上", "老周叔找着了，没冻着", Past{At: at.Add(30 * time.Minute), Group: "g", Follows: true}, "lost"},
		{"地点和类别一样", "三组的灯黑了一片", Past{At: at.Add(10 * time.Minute), Group: "g", Places: []string{"三组"}, Themes: []string{"安全隐患"}}, "lamp"},
		{"只是地点一样不算", "三组有人吵架", Past{At: at.Add(10 * time.Minute), Group: "g", Places: []string{"三组"}, Themes: []string{"纠纷"}}, ""},
		{"隔了两天的不算", "三组的灯黑了一片", Past{At: at.Add(50 * time.Hour), Group: "g", Places: []string{"三组"}, Themes: []string{"安全隐患"}}, ""},
	} {
		got, why := best(c.text, c.p)
		if got != c.want || got != "" && !strings.Contains(why, "“") {
			t.Errorf("%s：得“%s”，因为 %s", c.rule, got, why)
		}
	}
	p := Past{At: at.Add(20 * time.Minute), Group: "g", Cell: "c1", ID: "new"}
	near := x.Find("穿灰大衣的老周叔在砖窑坐着", p)
	p.Cell = "c9"
	if far := x.Find("穿灰大衣的老周叔在砖窑坐着", p); len(near) == 0 || len(far) > 0 && far[0].Score >= near[0].Score {
		t.Errorf("别的网格的分要低：%+v %+v", near, far)
	}
}

func TestReasonsTellNothingPersonal(t *testing.T) {
	e := shipped(t)
	index := NewIndex()
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, clock.Shanghai)
	text := "京A12345的司机打１３９００００１２３４骂人，身份证999999199001011234，桥头有人打架"
	index.Add(text, Past{ID: "a", At: at, Cell: "c1", Places: []string{"桥头"}})
	reasons := slices.Clone(e.Read(Message{Text: text, At: at, Cell: "c1"}).Because)
	found := index.Find(text, Past{ID: "b", At: at.Add(time.Minute), Cell: "c1", Places: []string{"桥头"}})
	if len(found) == 0 {
		t.Fatal("没有找到相似的一条")
	}
	for _, c := range found {
		reasons = append(reasons, c.Because...)
		reasons = append(reasons, c.Shares...)
	}
	for _, r := range reasons {
		for _, part := range []string{"12345", "23", "99", "0000", "００", "京A"} {
			if strings.Contains(r, part) {
				t.Errorf("理由里有 %q：%q", part, reasons)
			}
		}
	}
}
