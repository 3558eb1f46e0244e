package retention

import (
	"testing"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

// TestForget is the rule of what goes by itself (law-and-standards 15.5, 17.1).
func TestForget(t *testing.T) {
	mo := worktest.Moment("", 0)
	ended := mo.Now.AddDate(-2, 0, 0)
	two := Standing{Rule: "report", Months: 24, Ended: ended}
	with := func(change func(*Standing)) Standing { s := two; change(&s); return s }
	gone := Forgotten{"report/r1", "report", 24, ended.UTC(), 3}
	later := mo.Now.AddDate(0, 0, 30).UTC()
	for _, c := range []struct {
		rule  string
		keep  Keep
		stand Standing
		code  string
		want  work.Event
	}{
		{"15.5 期满当时就销毁", Keep{}, two, "", gone},
		{"15.5 差一刻也不销毁，记下到哪天", Keep{}, with(func(s *Standing) { s.Ended = ended.Add(time.Minute) }), "", Spared{"report/r1", "report", Term, ended.Add(time.Minute).AddDate(0, 24, 0).UTC()}},
		{"15.5 没办完的不动", Keep{}, with(func(s *Standing) { s.Ended = time.Time{} }), "", Spared{"report/r1", "report", Running, later}},
		{"17.1 在办的事还连着的不动", Keep{}, with(func(s *Standing) { s.Referred = true }), "", Spared{"report/r1", "report", Referred, later}},
		{"17.1 扣住的不动", Keep{Held: true}, two, "retention.held", nil},
		{"17.1 档案没人同意不销毁", Keep{}, with(func(s *Standing) { s.Ask = true }), "", Spared{"report/r1", "report", Ask, later}},
		{"17.1 档案同意了就销毁", Keep{Agreed: mo.Now}, with(func(s *Standing) { s.Ask = true }), "", gone},
		{"17.1 同意以后又办起来的，旧的同意不算", Keep{Agreed: ended.AddDate(1, 0, 0)}, with(func(s *Standing) { s.Ask = true }), "", Spared{"report/r1", "report", Ask, later}},
		{"表里没有的一直留着", Keep{}, with(func(s *Standing) { s.Months = 0 }), "retention.no_rule", nil},
		{"销毁过的不再销毁", Keep{GoneAt: ended}, two, "retention.gone", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			events, err := c.keep.Forget("report/r1", c.stand, 3, mo)
			if c.want == nil {
				worktest.Check(t, events, err, c.code)
				return
			}
			worktest.Check(t, events, err, c.code, c.want)
		})
	}
}

// TestHold is the rule of what is held back (law-and-standards 17.1: a legal hold stops deletion).
func TestHold(t *testing.T) {
	mo := worktest.Moment("p_9", 0)
	t.Run("17.1 扣住要说明理由", func(t *testing.T) {
		events, err := Keep{}.Hold(Hold{Thing: "matter/m1"}, mo)
		worktest.Check(t, events, err, "form.required")
	})
	t.Run("17.1 扣住的不再扣一次，销毁了的扣不住", func(t *testing.T) {
		events, err := Keep{Held: true}.Hold(Hold{Thing: "matter/m1", Words: "法院调卷"}, mo)
		worktest.Check(t, events, err, "retention.held")
		events, err = Keep{GoneAt: mo.Now}.Hold(Hold{Thing: "matter/m1", Words: "法院调卷"}, mo)
		worktest.Check(t, events, err, "retention.gone")
	})
	t.Run("17.1 没扣住的不用放开", func(t *testing.T) {
		events, err := Keep{}.Release(Release{Thing: "matter/m1"}, mo)
		worktest.Check(t, events, err, "retention.not_held")
		events, err = Keep{Held: true, Why: vault.Plain("h1", "hold", "调卷")}.Release(Release{Thing: "matter/m1"}, mo)
		worktest.Check(t, events, err, "", Released{})
	})
	t.Run("17.1 同意只管到期的档案", func(t *testing.T) {
		due := Standing{Rule: "case", Months: 360, Ask: true, Ended: mo.Now.AddDate(-30, 0, 0)}
		events, err := Keep{}.Agree("matter/m1", due, mo)
		worktest.Check(t, events, err, "", Agreed{"matter/m1"})
		early, byItself := due, due
		early.Ended = mo.Now.AddDate(-29, 0, 0)
		byItself.Ask = false
		for _, s := range []Standing{early, byItself} {
			events, err = Keep{}.Agree("matter/m1", s, mo)
			worktest.Check(t, events, err, "retention.not_due")
		}
		events, err = Keep{Held: true}.Agree("matter/m1", due, mo)
		worktest.Check(t, events, err, "retention.held")
	})
}
