package web_test

import (
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/report"
)

// What is kept for how long is told in counts; the head holds one back by its number and lets it go again (law-and-standards 15.5, 17.1).
func TestRetentionPage(t *testing.T) {
	h := open(t)
	code := h.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: "音响太吵", Cell: "c1", Name: "张三丰", Phone: "13900001234"}).Receipt
	head := signedIn(t, h, "head")
	h.settle(t)
	t.Run("15.5 每一行写明存多久、到期怎样、依据", func(t *testing.T) {
		shows(t, head.get("/retention"), 200, "保存期限", "2年", "6个月", "30年", "自动销毁", "所长同意后销毁", "档案法", "还没有到期销毁的", "没有扣住的")
		if !strings.Contains(head.get("/settings").Body, `href="/retention"`) {
			t.Error("the settings do not lead there")
		}
	})
	t.Run("17.1 凭回执码扣住，理由不写要留着已写的", func(t *testing.T) {
		if a := head.post("/retention/hold", "key", "h1", "kept_thing", code); a.StatusCode != 422 || !strings.Contains(a.Body, code) {
			t.Errorf("%d", a.StatusCode)
		}
		if a := head.post("/retention/hold", "key", "h2", "kept_thing", "没有的", "words", "法院调卷"); a.StatusCode != 404 || !strings.Contains(a.Body, "法院调卷") || !strings.Contains(words(a.Body), "没有找到这件事") {
			t.Errorf("%d", a.StatusCode)
		}
		if a := head.post("/retention/hold", "key", "h3", "kept_thing", code, "words", "法院调卷"); a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, words(a.Body))
		}
		h.settle(t)
		a := head.get("/retention")
		shows(t, a, 200, "不再扣住 报事")
		hides(t, a, "法院调卷")
		rows, err := h.Site.Boards.Retention.Held(t.Context(), access.System(desktest.Station), 5)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%+v %v", rows, err)
		}
		if a := head.post("/retention/release", "key", "h4", "kept_thing", rows[0].Thing); a.StatusCode != 303 {
			t.Fatalf("%d", a.StatusCode)
		}
		h.settle(t)
		shows(t, head.get("/retention"), 200, "没有扣住的")
	})
	t.Run("13.5 别人看不到这一页", func(t *testing.T) {
		if a := signedIn(t, h, "officer_1").get("/retention"); a.StatusCode != 403 {
			t.Errorf("%d", a.StatusCode)
		}
	})
}
