package paper_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/looks"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

var keys int

// newKey is the hidden key of a form.
func newKey() string { keys++; return "paper-" + strconv.Itoa(keys) }

func last(q *desktest.Quarrel) dispute.Printed {
	d := q.Now()
	return d.Printed[len(d.Printed)-1]
}

func TestPapersArePrinted(t *testing.T) {
	h := webtest.Open(t)
	q := h.Quarrel(t)
	c := h.Caller(t)
	c.SignIn("officer_1")
	at := "/matters/" + q.ID + "/papers"
	agreement := q.Now().Agreements[0]
	put := func(paper, of string) {
		t.Helper()
		if a := c.Post(at, "paper", paper, "of", of, "key", newKey()); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", a.StatusCode, a.Body)
		}
	}
	t.Run("文书编号、第一版，存下原样，扫码说真实", func(t *testing.T) {
		put("people_agreement", agreement.ID)
		x := last(q)
		if x.Number != agreement.Number || x.Version != 1 || x.Copy == "" {
			t.Fatalf("%+v", x)
		}
		a := c.Get(at + "/" + x.ID + ".pdf")
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Body, "%PDF") || a.Header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%d %v", a.StatusCode, a.Header)
		}
		text := webtest.Squeezed(webtest.PdfText(t, []byte(a.Body)))
		for _, want := range []string{"人民调解协议书", "吴大山", "999999197405120011", "12,000.00", "第1版", "打印人：周正", "扫码核对真伪", "（地址保密）", "未成年人"} {
			if !strings.Contains(text, want) {
				t.Errorf("没有 %q", want)
			}
		}
		if d := c.Get(at + "/" + x.ID + ".docx"); d.StatusCode != http.StatusOK || !strings.HasPrefix(d.Body, "PK") {
			t.Errorf("docx %d", d.StatusCode)
		}
		code := regexp.MustCompile(`校验码：([A-Z2-9-]{14})`).FindStringSubmatch(text)
		if code == nil {
			t.Fatal("no code on the paper")
		}
		checked(t, h, code[1], "真实，第1版，共1版")
	})
	t.Run("内容没变，再打还是第一版；变了是第二版，旧的也查得到", func(t *testing.T) {
		put("register_slip", "")
		first := last(q)
		put("register_slip", "")
		if x := last(q); x.Version != 1 || x.Digest != first.Digest || x.Copy != first.Copy || x.Number != first.Number {
			t.Fatalf("%+v", x)
		}
		q.Do("dispute.check_back", &dispute.CheckBack{On: matter.On{Matter: q.ID}, Party: q.Now().Parties[0].ID, Performed: "part", Words: "围墙已经拆了一半。"})
		put("register_slip", "")
		second := last(q)
		if second.Version != 2 || second.Digest == first.Digest || second.Number != first.Number || second.Copy == first.Copy {
			t.Fatalf("%+v", second)
		}
		checked(t, h, codeOf(t, h, c, at, first), "真实，第1版，共2版（已有更新的版本）")
		checked(t, h, codeOf(t, h, c, at, second), "真实，第2版，共2版")
	})
	t.Run("别人打印的要自己再打一次才能看，每次打印都是一次记录", func(t *testing.T) {
		x := last(q)
		o := h.Caller(t)
		o.SignIn("duty_lead")
		if a := o.Get(at + "/" + x.ID + ".pdf"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", a.StatusCode)
		}
		if a := o.Post(at, "paper", x.Paper, "of", x.Of, "again", x.ID, "key", newKey()); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", a.StatusCode, a.Body)
		}
		y := last(q)
		if y.Version != x.Version || y.Copy != x.Copy || y.By == x.By {
			t.Fatalf("%+v", y)
		}
		if a := o.Get(at + "/" + y.ID + ".pdf"); a.StatusCode != http.StatusOK {
			t.Fatalf("%d", a.StatusCode)
		}
		h.Settle(t)
		rows, err := h.Site.Boards.Looks.List(context.Background(), access.System(desktest.Station), y.By, "", 10)
		if err != nil || len(rows.Rows) == 0 || rows.Rows[0].What != looks.Print || rows.Rows[0].ID != q.ID || rows.Rows[0].Field != "register_slip" {
			t.Fatalf("%v %+v", err, rows)
		}
	})
	t.Run("草稿隐去姓名号码，写明草稿，不登记", func(t *testing.T) {
		n := len(q.Now().Printed)
		a := c.Get(at + "/draft.pdf?paper=people_agreement&of=" + agreement.ID)
		text := webtest.Squeezed(webtest.PdfText(t, []byte(a.Body)))
		for _, bad := range []string{"吴大山", "郑有田", "999999197405120011", "13900001201", "校验码"} {
			if strings.Contains(text, bad) {
				t.Errorf("草稿里有 %q", bad)
			}
		}
		if !strings.Contains(text, "草稿") || len(q.Now().Printed) != n {
			t.Error("no draft, or it was registered")
		}
	})
	t.Run("没有权的人看不到也打不了", func(t *testing.T) {
		for _, name := range []string{"officer_2", "volunteer_1", "cell_worker_1", "admin"} {
			o := h.Caller(t)
			o.SignIn(name)
			for _, a := range []webtest.Answer{o.Get(at), o.Get(at + "/" + last(q).ID + ".pdf"), o.Get("/matters/" + q.ID + "/file.pdf"), o.Get(at + "/draft.pdf?paper=cover"), o.Post(at, "paper", "cover", "key", "x")} {
				if a.StatusCode == http.StatusOK || strings.Contains(a.Body, "吴大山") {
					t.Errorf("%s: %d", name, a.StatusCode)
				}
			}
		}
	})
	t.Run("全卷按次序，封面目录在前，未成年人和保密地址不出现", func(t *testing.T) {
		if a := c.Post("/matters/"+q.ID+"/file.pdf", "key", newKey()); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", a.StatusCode, a.Body)
		}
		x := last(q)
		if x.Paper != "cover" || x.Version != 1 {
			t.Fatalf("%+v", x)
		}
		if a := c.Get("/matters/" + q.ID + "/file.pdf"); a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), x.ID+".pdf") {
			t.Fatalf("%d %v", a.StatusCode, a.Header)
		}
		text := webtest.Squeezed(webtest.PdfText(t, []byte(c.Get(at+"/"+x.ID+".pdf").Body)))
		from := 0
		for _, want := range []string{"人民调解卷宗", "卷内文书目录", "人民调解受理登记表", "当事人权利义务告知书", "当事人身份证明", "授权委托书", "人民调解调查记录", "人民调解证据材料", "人民调解记录", "人民调解协议书", "收条", "回访记录", "司法确认申请书"} {
			i := strings.Index(text[from:], want)
			if i < 0 {
				t.Fatalf("%q is not where it belongs", want)
			}
			from += i
		}
		for _, bad := range []string{desktest.MinorName, desktest.MinorID, desktest.MinorHome, desktest.SealedHome} {
			if strings.Contains(text, bad) {
				t.Errorf("全卷里有 %q", bad)
			}
		}
		if a := c.Post("/matters/"+q.ID+"/file.pdf", "key", newKey()); a.StatusCode != http.StatusSeeOther || last(q).Version != 1 {
			t.Errorf("没有变的全卷成了第%d版", last(q).Version)
		}
	})
}

// codeOf reads the code off a kept paper.
func codeOf(t *testing.T, h *webtest.House, c *webtest.Caller, at string, x dispute.Printed) string {
	t.Helper()
	code := regexp.MustCompile(`校验码：([A-Z2-9-]{14})`).FindStringSubmatch(webtest.Squeezed(webtest.PdfText(t, []byte(c.Get(at+"/"+x.ID+".pdf").Body))))
	if code == nil {
		t.Fatal("no code on the paper")
	}
	return code[1]
}

var answerOfCheck = regexp.MustCompile(`(?s)<div class="notice check-answer.*?<strong>(.*?)</strong>`)

// checked asks the check page as anybody.
func checked(t *testing.T, h *webtest.House, code, want string) string {
	t.Helper()
	a := h.Caller(t).Get("/check/" + code)
	m := answerOfCheck.FindStringSubmatch(a.Body)
	if a.StatusCode != http.StatusOK || m == nil || m[1] != want {
		t.Errorf("%s: %d %v, want %q", code, a.StatusCode, m, want)
	}
	return a.Body
}

func TestCheckPageSaysNothingElse(t *testing.T) {
	h := webtest.Open(t)
	q := h.Quarrel(t)
	c := h.Caller(t)
	c.SignIn("officer_1")
	at := "/matters/" + q.ID + "/papers"
	c.Post(at, "paper", "register_slip", "key", newKey())
	code := codeOf(t, h, c, at, last(q))
	genuine := checked(t, h, code, "真实，第1版，共1版")
	wrong := checked(t, h, "AAAABBBBCCCC", "查无此件")
	checked(t, h, strings.ToLower(strings.ReplaceAll(code, "-", " ")), "真实，第1版，共1版")
	t.Run("除真伪和版次外一字不同也没有", func(t *testing.T) {
		blank := regexp.MustCompile(`(?s)<div class="notice check-answer.*?</div>`)
		if blank.ReplaceAllString(genuine, "") != blank.ReplaceAllString(wrong, "") {
			t.Error("the pages differ beyond the answer")
		}
		for _, bad := range []string{q.ID, q.Now().Number, "吴大山", "登记单", "滴水沟", "人民调解"} {
			if strings.Contains(genuine, bad) {
				t.Errorf("核对页里有 %q", bad)
			}
		}
	})
	t.Run("猜多了要等，真的码也不再回答", func(t *testing.T) {
		o := h.Caller(t)
		for range 40 {
			o.Get("/check/ZZZZZZZZZZZZ")
		}
		if a := o.Get("/check/" + strings.ReplaceAll(code, "-", "")); a.StatusCode != http.StatusTooManyRequests || strings.Contains(a.Body, "真实") {
			t.Errorf("%d", a.StatusCode)
		}
		h.Clock.Advance(11 * time.Minute)
		checked(t, h, code, "真实，第1版，共1版")
	})
}

func TestScreensOfPapers(t *testing.T) {
	h := webtest.Open(t)
	q := h.Quarrel(t)
	s := &webtest.Scene{House: h}
	h.Settle(t)
	for size, width := range webtest.Widths {
		t.Run(size, func(t *testing.T) {
			p := s.Tab(t, width, "officer_1")
			p.Open(h.Server.URL + "/matters/" + q.ID + "/papers")
			p.Follow(`form[action$="/file.pdf"] button[type=submit]`)
			p.WaitText("h1", "文书")
			webtest.Picture(t, p, "papers", size)
			c := h.Caller(t)
			c.SignIn("officer_1")
			p.Open(h.Server.URL + "/check/" + codeOf(t, h, c, "/matters/"+q.ID+"/papers", last(q)))
			p.WaitText(".check-answer", "真实")
			webtest.Picture(t, p, "check", size)
			p.Open(h.Server.URL + "/check/AAAABBBBCCCC")
			webtest.Picture(t, p, "check-unknown", size)
		})
	}
	pagesOf(t, h, q)
}

// pagesOf draws the printed file page by page for the handbook.
func pagesOf(t *testing.T, h *webtest.House, q *desktest.Quarrel) {
	t.Helper()
	folder, tool := os.Getenv("MAPLEGRID_SCREENS"), "pdftoppm"
	if folder == "" {
		return
	}
	if _, err := exec.LookPath(tool); err != nil {
		t.Skip("pdftoppm (poppler-utils) is not installed: the printed file is not drawn")
	}
	c := h.Caller(t)
	c.SignIn("officer_1")
	a := c.Get("/matters/" + q.ID + "/papers/" + last(q).ID + ".pdf")
	cmd := exec.Command(tool, "-r", "64", "-png", "-", filepath.Join(folder, "paper-file"))
	cmd.Stdin = strings.NewReader(a.Body)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}
