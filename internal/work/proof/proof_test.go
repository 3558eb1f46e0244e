package proof

import (
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

const right = "042137"

// life runs through a story: each step a time after the start and an act; it gives the code of the last refusal.
type step struct {
	after time.Duration
	act   any
}

func run(t *testing.T, steps ...step) (p Proof, passed bool, code string) {
	t.Helper()
	mo := worktest.Moment("p_1", 0)
	start := mo.Now
	for _, s := range steps {
		mo.Now = start.Add(s.after)
		mo.HappenedAt = mo.Now
		var events []work.Event
		var err error
		switch a := s.act.(type) {
		case Give:
			events, err = p.Give(a, mo)
		case Ask:
			a.Digits = func(string) string { return right }
			events, err = p.Ask(a, mo)
		case Try:
			a.Right = right
			events, err = p.Try(a, mo)
		}
		code, passed = fault.Code(err), false
		for _, e := range events {
			_, passed = e.(Passed)
			e.(interface{ apply(*Proof, work.At) }).apply(&p, work.At{RecordedAt: mo.Now, HappenedAt: mo.Now})
			p.Version++
		}
	}
	return p, passed, code
}

func TestOneTimeCheck(t *testing.T) {
	give, ask, good, bad := Give{Thing: "report/r1"}, Ask{Thing: "report/r1", Subject: "r1", Phone: "13900001234"}, Try{Code: right}, Try{Code: "999999"}
	wrong := func(n int, from time.Duration) (list []step) {
		for i := range n {
			list = append(list, step{from + time.Duration(i)*time.Second, bad})
		}
		return list
	}
	for _, c := range []struct {
		rule   string
		steps  []step
		passed bool
		code   string
	}{
		{"民警给的验证码当天有效", []step{{0, give}, {23 * time.Hour, good}}, true, ""},
		{"过了二十四小时作废", []step{{0, give}, {24 * time.Hour, good}}, false, "proof.none"},
		{"短信验证码十分钟有效", []step{{0, ask}, {9 * time.Minute, good}}, true, ""},
		{"短信验证码过十分钟作废", []step{{0, ask}, {10 * time.Minute, good}}, false, "proof.none"},
		{"连心卡上的可用三十天", []step{{0, Give{Thing: "report/r1", Way: ByCard}}, {29 * 24 * time.Hour, good}}, true, ""},
		{"用过一次就作废", []step{{0, give}, {1, good}, {2, good}}, false, "proof.none"},
		{"新码给出旧码作废", []step{{0, give}, {1, ask}, {11 * time.Minute, good}}, false, "proof.none"},
		{"全角数字和空格也认", []step{{0, give}, {1, Try{Code: " ０４２ １３７"}}}, true, ""},
		{"位数不对不算一次", append([]step{{0, give}, {1, Try{Code: "12"}}}, append(wrong(4, 2), step{time.Minute, good})...), true, ""},
		{"输错不说错在哪，记一次", []step{{0, give}, {1, bad}}, false, ""},
		{"输错五次这个码作废", append(append([]step{{0, give}}, wrong(5, 1)...), step{time.Minute, good}), false, "proof.none"},
		{"一天输错十次锁住，短信也不再发", append(append(append([]step{{0, ask}}, wrong(5, 1)...), append([]step{{time.Minute, ask}}, wrong(5, time.Minute+1)...)...), step{time.Hour * 2, ask}), false, "proof.locked"},
		{"锁住后只有当面给的新码能打开", append(append(append([]step{{0, ask}}, wrong(5, 1)...), append([]step{{time.Minute, ask}}, wrong(5, time.Minute+1)...)...), step{2 * time.Minute, give}, step{3 * time.Minute, good}), true, ""},
		{"没留电话不能要短信", []step{{0, Ask{Thing: "report/r1"}}}, false, "proof.no_phone"},
		{"一小时最多要三条", []step{{0, ask}, {1, ask}, {2, ask}, {3, ask}}, false, "proof.texts"},
		{"过一小时可以再要", []step{{0, ask}, {1, ask}, {2, ask}, {time.Hour + 3, ask}, {time.Hour + 4, good}}, true, ""},
		{"没给过验证码就输入", []step{{0, good}}, false, "proof.none"},
		{"不能自称别的来路", []step{{0, Give{Thing: "report/r1", Way: ByText}}}, false, "form.unknown_choice"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, passed, code := run(t, c.steps...)
			if passed != c.passed || code != c.code {
				t.Errorf("passed %v, code %q; wanted %v, %q", passed, code, c.passed, c.code)
			}
		})
	}
}

func TestLock(t *testing.T) {
	t.Run("锁住的时长是一天", func(t *testing.T) {
		steps := []step{{0, Ask{Thing: "x", Subject: "r1", Phone: "1"}}}
		for i := range 5 {
			steps = append(steps, step{time.Duration(i + 1), Try{Code: "999999"}})
		}
		p, _, _ := run(t, steps...)
		now := worktest.Moment("p_1", 0).Now
		if p.WrongToday(now) != 5 || p.Good(now) || p.Locked(now) || p.WrongToday(now.Add(25*time.Hour)) != 0 {
			t.Errorf("%d wrong, good %v, locked %v", p.WrongToday(now), p.Good(now), p.Locked(now))
		}
	})
}
