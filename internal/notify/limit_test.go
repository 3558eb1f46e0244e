package notify_test

import (
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// Who limited the use of their data is called and written to no more (L8 §44; law-and-standards 15.7), until they ask for it again.
func TestNobodyIsToldWhoLimitedTheUse(t *testing.T) {
	h := newHouse(t, both)
	public, head := desk.Public(desktest.Station), h.cast["head"]
	told := func(asked ...string) bool {
		t.Helper()
		r := h.Do(t, public, "report.submit", &report.Submit{Channel: "page", Words: "村口有堆东西", Cell: "c1", Phone: phoneOfReporter})
		for _, want := range asked {
			q := h.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + r.ID, Want: want, Words: "不要再联系我"})
			h.Do(t, head, "right.answer", &right.Answer{Right: q.ID, Result: right.Granted, Words: "同意"})
		}
		h.run()
		h.g.taken()
		h.Do(t, h.cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: r.ID}, Open: []report.NewMatter{{Kind: "hazard", Title: "村口", Cell: "c1"}}})
		h.run()
		h.Clock.Advance(16 * time.Minute)
		h.run()
		for _, m := range h.g.taken() {
			if m.To == phoneOfReporter {
				return true
			}
		}
		return false
	}
	t.Run("没有提过的收到受理短信", func(t *testing.T) {
		if !told() {
			t.Error("nothing came")
		}
	})
	t.Run("15.7 停止使用的不再收到", func(t *testing.T) {
		if told(right.Limit) {
			t.Error("a message came")
		}
	})
	t.Run("15.7 恢复使用的又收到", func(t *testing.T) {
		if !told(right.Limit, right.Resume) {
			t.Error("nothing came")
		}
	})
}
