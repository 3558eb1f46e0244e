package right

import (
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

// book has the clock of 30 days for requests about one's own data.
type book struct{ worktest.Book }

func (book) Limits(kind, grade string) []work.Limit {
	return []work.Limit{{Limit: clock.Limit{Key: "data_right", Amount: 30, Unit: clock.Days}, From: "data_right_asked", Until: "data_right_answered"}}
}

func moment(actor string) work.Moment {
	mo := worktest.Moment(actor, 0)
	mo.Book = book{}
	return mo
}

func TestAsk(t *testing.T) {
	due := time.Date(2026, 4, 1, 23, 59, 59, 999999000, clock.Shanghai).UTC()
	for _, c := range []struct {
		rule string
		act  Ask
		code string
		want Asked
	}{
		{"15.7 要求删除，不用说理由，三十天内答复", Ask{Thing: "report/r1", Want: Erase}, "", Asked{ID: "q_00001", Thing: "report/r1", Want: Erase, DueAt: due}},
		{"15.7 更正要写成什么", Ask{Thing: "report/r1", Want: Correct, Field: "phone", Value: "13900001234"}, "",
			Asked{ID: "q_00001", Thing: "report/r1", Want: Correct, Field: "phone", Value: vault.Plain("q_00001", "phone", "13900001234"), DueAt: due}},
		{"更正没写就退回", Ask{Want: Correct, Field: "phone"}, "form.required", Asked{}},
		{"原话不改写，只能补充", Ask{Want: Correct, Field: "words", Value: "别的"}, "form.unknown_choice", Asked{}},
		{"要求解释要说想知道什么", Ask{Want: Explain}, "form.required", Asked{}},
		{"只有法律给的这几种要求", Ask{Want: "score"}, "form.unknown_choice", Asked{}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := Right{}.Ask(c.act, moment(work.Public))
			if c.code != "" {
				worktest.Check(t, got, err, c.code)
				return
			}
			worktest.Check(t, got, err, "", c.want)
		})
	}
}

func TestAnswer(t *testing.T) {
	asked := Right{ID: "q1", Version: 1, Want: Erase}
	far := worktest.Start.AddDate(1, 0, 0)
	yes := Answer{Result: Granted, Words: "已删除", Subject: "r1"}
	for _, c := range []struct {
		rule   string
		right  Right
		kept   Kept
		act    Answer
		code   string
		erased int
	}{
		{"同意删除就销毁本人和这次请求的密钥", asked, Kept{}, yes, "", 2},
		{"事情没办完不能删", asked, Kept{Running: true}, yes, "right.running", 0},
		{"15.5 法定期限内不能删，可以拒绝并说明", asked, Kept{Until: far, Source: "《档案法》"}, yes, "right.kept", 0},
		{"15.7 拒绝要说理由", asked, Kept{Until: far}, Answer{Result: Refused}, "form.required", 0},
		{"15.7 拒绝并说明理由", asked, Kept{Until: far}, Answer{Result: Refused, Words: "案卷须留存到明年"}, "", 0},
		{"期限过了可以删", asked, Kept{Until: worktest.Start.AddDate(-1, 0, 0)}, yes, "", 2},
		{"同意更正不销毁", Right{ID: "q1", Version: 1, Want: Correct, Field: "name"}, Kept{}, yes, "", 0},
		{"答复过的不再答复", Right{ID: "q1", Version: 2, Want: Erase, Result: Refused}, Kept{}, yes, "right.answered_already", 0},
		{"没有这次请求", Right{}, Kept{}, yes, "right.not_found", 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := c.act
			a.Kept = c.kept
			got, err := c.right.Answer(a, moment("p_head"))
			if fault.Code(err) != c.code {
				t.Fatalf("%v, wanted %q", err, c.code)
			}
			if err == nil && len(got[0].(Answered).Erased) != c.erased {
				t.Errorf("erases %v", got[0].(Answered).Erased)
			}
		})
	}
}
