package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/draft"
)

// meant is one message of a chat and what a careful person would make of it.
type meant struct{ who, at, said, label, fate string }

// forty reads the chat of the keyboard test, and writes it as it is copied out of a group.
func forty(t *testing.T) (list []meant, chat string) {
	t.Helper()
	f, err := os.Open("testdata/talk_forty.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, x := range rows[1:] {
		list = append(list, meant{x[0], x[1], x[2], x[3], x[4]})
		fmt.Fprintf(&b, "%s %s\n%s\n", x[0], x[1], x[2])
	}
	return list, b.String()
}

// typist works through a list with the keyboard alone and counts, by the keystroke-level model (Card, Moran, Newell): a plain key
// 0.35 s, a look at a message 1.2 s, a paste 3 s.
type typist struct {
	*browser.Tab
	keys, looks, pastes, corrections int
	wrong                            []string
}

func (h *typist) press(key string) {
	h.Press(key)
	h.keys++
}

func (h *typist) time() time.Duration {
	return time.Duration((float64(h.keys)*0.35 + float64(h.looks)*1.2 + float64(h.pastes)*3) * float64(time.Second))
}

// row is what somebody sees of the message the keyboard stands on.
type row struct {
	ID, Words, Label, Missing, State, Kin string
	Cell                                  bool
}

func (h *typist) here() row {
	return browser.Eval[row](h.Tab, `new Promise(done => { const look = () => {
		if (document.querySelector("[data-busy]")) return setTimeout(look, 10);
		const r = document.querySelector("[data-draft].chosen");
		done(r ? {ID: r.dataset.draft, Words: r.querySelector(".talk-words, .talk-first").textContent.replace(/\s+/g, ""), State: r.dataset.state, Missing: r.dataset.missing || "",
			Kin: [...r.classList].find(c => c.startsWith("kin-")) || "", Label: r.dataset.label || ""} : {}) };
	look() })`)
}

// sort chooses a label by its digit.
func (h *typist) sort(label string) {
	h.press("c")
	digit := browser.Eval[int](h.Tab, fmt.Sprintf(`[...document.querySelectorAll(".chosen [data-box=c] [data-choice]")].findIndex(b => b.value === %q) + 1`, label))
	h.press(fmt.Sprint(digit))
	h.corrections++
}

// work deals with the messages that wait, one after another.
func (h *typist) work(list []meant) {
	for n := 0; n < 120; n++ {
		at := h.here()
		if at.State != "waiting" {
			return
		}
		var m meant
		for _, x := range list {
			if squeeze(x.said) == at.Words {
				m = x
			}
		}
		if m.fate != "joined" && h.corrections < 4 && at.Label != m.label {
			h.looks++
			h.sort(m.label)
			if at = h.here(); at.Label != m.label {
				panic("not sorted: " + at.Words)
			}
		} else if at.Label != m.label && m.fate != "joined" {
			h.wrong = append(h.wrong, at.Words+": "+at.Label)
		} else {
			h.looks++
		}
		switch {
		case m.fate == "joined":
			h.press("m")
		case at.Missing == "kind":
			h.press(browser.Enter)
			h.press(browser.Enter)
			h.here()
			h.press(browser.Enter)
		default:
			h.press(browser.Enter)
		}
	}
}

// squeeze takes blanks out, and the call to everybody, which is no word of the message.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "@所有人", "")), "")
}

// Forty mixed messages are filed with the keyboard alone, within ninety seconds of a person's time.
func TestForty(t *testing.T) {
	s := gossip(t)
	list, chat := forty(t)
	s.paste(t, "下湾三组群", "陈建国 06:58\n大家早上好\n") // the group and its cell are known from yesterday
	h := &typist{Tab: s.tab(t, 1440, "duty_lead")}
	h.Open(s.Server.URL + "/talk")
	h.press("p")
	h.WaitVisible("[name=text]")
	fill(h.Tab, "[name=text]", chat)
	h.press("\t")
	for _, c := range "下湾三组群" {
		h.press(string(c))
	}
	h.pastes, h.looks, h.keys = 1, 1, h.keys+2 // two keys at once
	h.PressCtrl(browser.Enter)
	h.WaitVisible("[data-draft].chosen")
	h.work(list)
	h.here()
	s.settle(t)
	if waiting := s.of(t, draft.Waiting); len(waiting) > 0 {
		t.Errorf("%d wait: %s", len(waiting), h.Text("main"))
	}
	t.Logf("%d keys, %d looks, %d corrections: %s; %d filed, %d joined, %d aside; not as meant: %q", h.keys, h.looks, h.corrections, h.time(),
		len(s.of(t, draft.Filed)), len(s.of(t, draft.Joined)), len(s.of(t, draft.Aside)), h.wrong)
	if h.time() > 90*time.Second {
		t.Errorf("a person needs %s", h.time())
	}
	if right := s.sortedRight(t, list); right < 36 || h.corrections > 4 {
		t.Errorf("%d of %d became what they should, with %d corrections", right, len(list), h.corrections)
	}
}

// sortedRight counts the messages that became what a careful person would make of them.
func (s *chatting) sortedRight(t *testing.T, list []meant) (right int) {
	t.Helper()
	fates := map[string]string{} // words to label, or "aside", "joined"
	for state, fate := range map[draft.State]string{draft.Filed: "", draft.Joined: "joined", draft.Aside: "aside"} {
		for _, x := range s.of(t, state) {
			open, err := s.Desk.Desk.Reveal(context.Background(), desktest.Station, x.Words)
			if err != nil {
				t.Fatal(err)
			}
			events, err := s.Journal.Stream(context.Background(), desktest.Station, draft.Stream(x.ID), 0)
			if err != nil {
				t.Fatal(err)
			}
			d, err := draft.Fold(events)
			if err != nil {
				t.Fatal(err)
			}
			if fates[squeeze(open[x.Words.Ref()])] = fate; fate == "" {
				fates[squeeze(open[x.Words.Ref()])] = d.Filing.Label
			}
		}
	}
	for _, m := range list {
		got, ok := fates[squeeze(m.said)]
		if !ok {
			t.Errorf("nothing became of %q", m.said)
		}
		if got == m.label || got == m.fate {
			right++
		} else {
			t.Logf("%q became %s, not %s", m.said, got, m.label)
		}
	}
	return right
}

// fill puts a text into a field as a paste does.
func fill(p *browser.Tab, css, text string) {
	browser.Eval[bool](p, fmt.Sprintf(`(([css, text]) => { const e = document.querySelector(css); e.value = text; e.dispatchEvent(new Event("input", {bubbles: true})); return true })([%q, %q])`, css, text))
}

// Pictures of the pages of group chats.
func TestScreensOfTalk(t *testing.T) {
	for size, width := range widths {
		t.Run(size, func(t *testing.T) {
			s := gossip(t)
			p := s.tab(t, width, "duty_lead")
			look := func(name string) {
				t.Helper()
				if over := p.Overflow(); over != "" {
					t.Errorf("%s scrolls sideways: %s", name, over)
				}
				if small := browser.Eval[string](p, `[...document.querySelectorAll("main button:not([hidden]), main a.button, main summary")].filter(e => e.offsetHeight && e.getBoundingClientRect().height < 36).map(e => e.outerHTML.slice(0, 80)).join("\n")`); small != "" {
					t.Errorf("%s: too small for a thumb: %s", name, small)
				}
				for _, f := range p.Accessibility() {
					t.Errorf("%s: %s (%s): %v", name, f.Rule, f.Help, f.Where)
				}
				p.Screen("talk-" + name + "-" + size)
			}
			p.Open(s.Server.URL + "/talk")
			look("empty")
			p.Open(s.Server.URL + "/talk/paste")
			fill(p, "[name=text]", someChat)
			fill(p, "[name=group]", "下湾三组群")
			p.Choose("[name=cell]", "c1")
			look("paste")
			p.Follow(".talk-paste form button[type=submit]")
			p.WaitVisible("[data-draft].chosen")
			look("list")
			p.Press("c")
			look("correct")
			p.Press("\x1b")
			s.paste(t, "下湾三组群", severalThings)
			p.Open(s.Server.URL + "/talk")
			p.Press("j")
			for range 9 {
				if browser.Eval[bool](p, `!!document.querySelector(".chosen [data-cut]")`) {
					break
				}
				p.Press("j")
			}
			p.Press("s")
			look("split")
			p.Press("\x1b")
			for range 12 {
				p.Press(browser.Enter)
				browser.Eval[bool](p, `new Promise(done => { const look = () => document.querySelector("[data-busy]") ? setTimeout(look, 10) : done(true); look() })`)
			}
			p.Open(s.Server.URL + "/talk?state=filed")
			look("filed")
			p.Open(s.Server.URL + "/talk/reply")
			look("reply")
			p.Open(s.Server.URL + "/talk/paste")
			fill(p, "[name=text]", strings.Repeat("太长了", 240000))
			browser.Eval[bool](p, `(document.querySelector(".talk-paste form button[type=submit]").click(), true)`)
			p.WaitText("main", "超过")
			if n := browser.Eval[int](p, `document.querySelector("[name=text]").value.length`); n != 720000 {
				t.Errorf("%d letters are left in the box", n)
			}
			browser.Eval[bool](p, `(document.querySelector("[name=text]").value = document.querySelector("[name=text]").value.slice(0, 4000), true)`)
			look("refused")
		})
	}
}

const severalThings = `周秀英 14:31
一是三组路口的路灯坏了，晚上看不见。二是李家和王家又因为地界吵起来了。
赵大海 14:33
三组的水管漏了两天。没人来修。晚上还有人在水渠边钓鱼，怕出事。
`

// Each key does what the strip says, and none while somebody types.
func TestKeysOfTalk(t *testing.T) {
	s := gossip(t)
	s.paste(t, "下湾三组群", someChat+severalThings)
	h := &typist{Tab: s.tab(t, 1440, "duty_lead")}
	h.Open(s.Server.URL + "/talk")
	to := func(words string) {
		t.Helper()
		for range 20 {
			if strings.Contains(h.here().Words, words) {
				return
			}
			h.press("j")
		}
		for range 20 {
			if strings.Contains(h.here().Words, words) {
				return
			}
			h.press("k")
		}
		t.Fatalf("no way to %q: %+v", words, h.here())
	}
	state := func(words, want string) {
		t.Helper()
		got := browser.Eval[string](h.Tab, fmt.Sprintf(`new Promise(done => { const look = () => { if (document.querySelector("[data-busy]")) return setTimeout(look, 10);
			done([...document.querySelectorAll("[data-draft]")].filter(r => r.querySelector(".talk-words, .talk-first").textContent.replace(/\s+/g, "").includes(%q)).map(r => r.dataset.state).join(" ")) }; look() })`, words))
		if got != want {
			t.Errorf("%q is %q, want %q", words, got, want)
		}
	}
	t.Run("x 后按数字选理由，u 撤销", func(t *testing.T) {
		to("身份证丢了")
		h.press("x")
		h.press("2")
		state("身份证丢了", "aside")
		h.press("u")
		state("身份证丢了", "waiting")
	})
	t.Run("c 后按数字改，类别跟着变", func(t *testing.T) {
		to("身份证丢了")
		h.sort("便民服务")
		if at := h.here(); at.Label != "便民服务" {
			t.Errorf("%+v", at)
		}
	})
	t.Run("c 后打字母筛选", func(t *testing.T) {
		to("身份证丢了")
		for _, key := range []string{"c", "i", "n", "q", browser.Enter} {
			h.press(key)
		}
		if at := h.here(); at.Label != "咨询" {
			t.Errorf("%+v", at)
		}
	})
	t.Run("s 拆开，u 合回去", func(t *testing.T) {
		to("没人来修")
		proposed := browser.Eval[bool](h.Tab, `!!document.querySelector(".chosen button[data-key=s]")`)
		if h.press("s"); !proposed {
			h.press("1")
			h.press(browser.Enter)
		}
		if at := h.here(); at.State != "waiting" {
			t.Errorf("the keyboard stands on %+v", at)
		}
		if n := browser.Eval[int](h.Tab, `document.querySelectorAll("[data-state=parted]").length`); n != 1 {
			t.Errorf("%d parted", n)
		}
		h.press("u")
		h.here()
		if n := browser.Eval[int](h.Tab, `document.querySelectorAll("[data-state=parted]").length`); n != 0 {
			t.Errorf("%d parted", n)
		}
	})
	t.Run("m 并入同一件事的头一条", func(t *testing.T) {
		to("锁都砸坏了")
		h.press("m")
		state("锁都砸坏了", "joined")
	})
	t.Run("打字时按键不算", func(t *testing.T) {
		to("落水")
		browser.Eval[bool](h.Tab, `(document.querySelector(".chosen [data-title]").focus(), true)`)
		h.press("x")
		h.press("j")
		state("落水", "waiting")
		h.press("\x1b")
		if at := h.here(); !strings.Contains(at.Words, "落水") {
			t.Errorf("%+v", at)
		}
	})
	t.Run("Enter 立，r 取回话", func(t *testing.T) {
		to("落水")
		h.press(browser.Enter)
		state("落水", "filed")
		h.press("r")
		h.WaitText("[data-reply]", "查询码")
	})
	t.Run("? 看按键", func(t *testing.T) {
		h.press("?")
		h.WaitVisible("#talk-keys[open]")
	})
}

// A draft without a cell is not filed: the keyboard goes to the cell, and what was typed stays.
func TestEnterGoesToWhatIsMissing(t *testing.T) {
	s := gossip(t)
	a := s.lead.upload("/talk/paste", map[string]string{"key": "nowhere", "text": "卖鱼的 14:02\n楼道里的灯坏了，晚上看不见路\n卖肉的 14:20\n请问身份证在哪里补办？\n"})
	h := &typist{Tab: s.tab(t, 1440, "duty_lead")}
	h.Open(s.Server.URL + a.Header.Get("Location"))
	if h.here().Missing == "kind" {
		h.sort("安全隐患")
		h.here()
	}
	h.press(browser.Enter)
	if on := browser.Eval[string](h.Tab, `document.activeElement.name`); on != "cell" {
		t.Fatalf("the keyboard stands on %q", on)
	}
	h.Choose("[name=cell]", "c2")
	h.press("\x1b") // the choices have dropped down
	h.press("\x1b")
	h.press(browser.Enter)
	h.here()
	if filed := s.of(t, draft.Filed); len(filed) != 1 || filed[0].Cell != "c2" {
		t.Errorf("%+v: %s", filed, h.Text("main"))
	}
}

// BenchmarkPaste500 takes five hundred messages in and shows the first of them: at most a second together.
func BenchmarkPaste500(b *testing.B) {
	s := gossip(b)
	for n := 0; b.Loop(); n++ {
		var chat strings.Builder
		for i := range 500 {
			fmt.Fprintf(&chat, "第%d户 %02d:%02d\n%d组%d号门口的路灯坏了，第%d回说了，快来修\n", i, 6+i/60, i%60, i%9+1, i, n)
		}
		a := s.lead.upload("/talk/paste", map[string]string{"key": fmt.Sprintf("b%d", n), "text": chat.String(), "group": "大群", "cell": "c1"})
		if a = s.lead.get(a.Header.Get("Location")); !strings.Contains(words(a.Body), "共 500 条") {
			b.Fatal(a.StatusCode)
		}
	}
}
