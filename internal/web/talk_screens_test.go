package web_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

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
			Kin: [...r.classList].find(c => c.startsWith("kin-")) || "", Label: r.querySelector("[data-choice][aria-current]")?.value || ""} : {}) };
	look() })`)
}

// sort chooses a label by its digit.
func (h *typist) sort(label string) {
	h.press("c")
	digit := browser.Eval[int](h.Tab, fmt.Sprintf(`[...document.querySelectorAll(".chosen .talk-kinds [data-choice]")].findIndex(b => b.value === %q) + 1`, label))
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

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// Forty mixed messages are filed with the keyboard alone, within ninety seconds of a person's time.
func TestForty(t *testing.T) {
	s := gossip(t)
	list, chat := forty(t)
	h := &typist{Tab: s.tab(t, 1440, "duty_lead")}
	h.Open(s.Server.URL + "/talk")
	h.press("p")
	h.WaitVisible("[name=text]")
	fill(h.Tab, "[name=text]", chat)
	fill(h.Tab, "[name=group]", "下湾三组群")
	h.Choose("[name=cell]", "c1")
	h.pastes, h.looks = 1, 1
	h.Follow(".talk-paste form button[type=submit]")
	h.WaitVisible("[data-draft]")
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
				if browser.Eval[bool](p, `!!document.querySelector(".chosen .talk-cuts")`) {
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
			p.Follow(".talk-paste form button[type=submit]")
			p.WaitText("main", "超过")
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
