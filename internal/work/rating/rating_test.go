package rating

import (
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

// book knows who is police: p_1 and p_2 are officers, p_head the head, p_aux no police.
type book struct{ worktest.Book }

func (book) Role(id string) grid.Role {
	switch id {
	case "p_1", "p_2":
		return grid.Officer
	case "p_head":
		return grid.Head
	}
	return grid.AuxOfficer
}

type step struct {
	by  string
	act any
}

func run(t *testing.T, steps ...step) (r Rating, code string) {
	t.Helper()
	apply := func(events []work.Event, by string) {
		for _, e := range events {
			if err := r.ApplyEvent(e, work.At{HappenedAt: worktest.Start, Actor: by, Version: r.Version + 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	mo := worktest.Moment("public", 0)
	apply(Start("report/r1", 1, []string{"p_2", "", "p_2"}, worktest.Start.Add(15*24*time.Hour), mo), "public")
	for _, s := range steps {
		mo := worktest.Moment(s.by, 0)
		mo.Book = book{}
		var events []work.Event
		var err error
		switch a := s.act.(type) {
		case Assign:
			events, err = r.Assign(a, mo)
		case Check:
			events, err = r.Check(a, mo)
		case Rectify:
			events, err = r.Rectify(a, mo)
		case CallBack:
			events, err = r.CallBack(a, mo)
		case Answer:
			events, err = r.Answer(a, mo)
		case AskExclusion:
			events, err = r.AskExclusion(a, mo)
		case DecideExclusion:
			events, err = r.DecideExclusion(a, mo)
		}
		code = fault.Code(err)
		apply(events, s.by)
	}
	return r, code
}

func TestFollowUp(t *testing.T) {
	give := step{"p_head", Assign{To: "p_1"}}
	founded, unfounded := step{"p_1", Check{Founded: true, Words: "确实晚了三天"}}, step{"p_1", Check{Words: "按期办结"}}
	better := step{"p_1", Rectify{Words: "当面道歉，补办"}}
	reached, missed := step{"p_1", CallBack{Reached: true, Words: "说清楚了"}}, step{"p_1", CallBack{Words: "没人接"}}
	answer := step{"p_1", Answer{Words: "已改正，谢谢您"}}
	out := step{"p_1", AskExclusion{Reason: "mistaken", Words: "点错了星"}}
	for _, c := range []struct {
		rule  string
		steps []step
		code  string
		open  bool
	}{
		{"18.2 差评先核查再整改再回访再答复", []step{give, founded, better, reached, answer}, "", false},
		{"18.2 查实的差评没有整改不能答复", []step{give, founded, reached, answer}, "rating.rectify_first", true},
		{"18.2 没有核查不能答复", []step{give, reached, answer}, "rating.check_first", true},
		{"18.2 没有核查不能整改", []step{give, better}, "rating.check_first", true},
		{"18.2 没有回访不能答复", []step{give, unfounded, answer}, "rating.call_first", true},
		{"18.2 打了三次没打通算回访过", []step{give, unfounded, missed, missed, missed, answer}, "", false},
		{"18.2 打了两次没打通还要再打", []step{give, unfounded, missed, missed, answer}, "rating.call_first", true},
		{"18.2 被评的人自己不能核查", []step{{"p_head", Assign{To: "p_2"}}}, "rating.rated_themselves", true},
		{"13.1 辅警不核查差评", []step{{"p_head", Assign{To: "p_aux"}}}, "rating.police", true},
		{"不是指定的人不能核查", []step{give, {"p_head", Check{Words: "看过"}}}, "rating.not_yours", true},
		{"18.2 恶意或误评经审核不计入", []step{give, unfounded, out, {"p_head", DecideExclusion{Agree: true, Words: "通话录音可证"}}}, "", false},
		{"18.2 申请人自己不能审核", []step{give, unfounded, out, {"p_1", DecideExclusion{Agree: true, Words: "是"}}}, "rating.another_reviews", true},
		{"18.2 被评的人不能审核", []step{give, unfounded, out, {"p_2", DecideExclusion{Agree: true, Words: "是"}}}, "rating.another_reviews", true},
		{"不予排除的继续办", []step{give, unfounded, out, {"p_head", DecideExclusion{Words: "理由不足"}}, reached, answer}, "", false},
		{"没人申请就没有可审核的", []step{give, {"p_head", DecideExclusion{Agree: true, Words: "是"}}}, "rating.nothing_asked", true},
		{"不计入的理由只能选所列的", []step{give, unfounded, {"p_1", AskExclusion{Reason: "annoying", Words: "是"}}}, "form.unknown_choice", true},
		{"办完了不能再改", []step{give, unfounded, reached, answer, better}, "rating.over", false},
		{"每一步都要写明", []step{give, {"p_1", Check{Founded: true}}}, "form.required", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r, code := run(t, c.steps...)
			if code != c.code || r.Open() != c.open {
				t.Errorf("code %q, open %v; wanted %q, %v", code, r.Open(), c.code, c.open)
			}
		})
	}
	t.Run("18.1 只有后两级是差评", func(t *testing.T) {
		for stars, want := range map[int]int{0: 0, 1: 1, 2: 1, 3: 0, 5: 0} {
			if n := len(Start("report/r1", stars, nil, time.Time{}, worktest.Moment("public", 0))); n != want {
				t.Errorf("%d stars: %d", stars, n)
			}
		}
	})
}
