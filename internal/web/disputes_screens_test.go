package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/dispute"
)

// effort counts what a person does on the page by the keystroke-level model (Card, Moran, Newell), for a thumb on a phone: a tap is
// pointing and pressing, 1.3 s; a character with an input method 0.45 s, a digit 0.3 s; thinking before a field or a choice 1.2 s; a
// signature 5 s. Scrolling is one swipe of 0.8 s for every screen of the page.
type effort struct {
	fields, taps, letters, digits, thoughts, signatures int
}

func (e effort) time(screens float64) time.Duration {
	s := float64(e.taps)*1.3 + float64(e.letters)*0.45 + float64(e.digits)*0.3 + float64(e.thoughts)*1.2 + float64(e.signatures)*5 + screens*0.8
	return time.Duration(s * float64(time.Second))
}

// hand fills the page in and counts.
type hand struct {
	*browser.Tab
	effort
}

func (h *hand) typed(css, text string) {
	h.Type(css, text)
	h.fields, h.taps, h.thoughts = h.fields+1, h.taps+1, h.thoughts+1
	for _, r := range text {
		if r < utf8.RuneSelf {
			h.digits++
		} else {
			h.letters++
		}
	}
}

func (h *hand) chose(css, value string) { // a list to drop down is two taps
	h.Choose(css, value)
	h.fields, h.taps, h.thoughts = h.fields+1, h.taps+2, h.thoughts+1
}

func (h *hand) ticked(css string) {
	h.Click(css)
	h.fields, h.taps, h.thoughts = h.fields+1, h.taps+1, h.thoughts+1
}

func (h *hand) signed(name string) {
	got := browser.Eval[bool](h.Tab, fmt.Sprintf(`(name => { const pad = document.getElementById("f-" + name).querySelector("canvas"); pad.scrollIntoView();
		const box = pad.getBoundingClientRect(); const at = (type, x, y) => { const e = new PointerEvent(type, {bubbles: true, pointerId: 1, clientX: box.left + x, clientY: box.top + y});
			Object.defineProperty(e, "getCoalescedEvents", {value: null}); pad.dispatchEvent(e) };
		pad.setPointerCapture = () => {};
		for (let i = 0; i < 3; i++) { at("pointerdown", 40 + 60 * i, 40); for (let j = 0; j < 20; j++) at("pointermove", 40 + 60 * i + j * 2, 40 + 20 * Math.sin(j / 2) + j * 2); at("pointerup", 80, 80); }
		return true })(%q)`, name))
	if !got {
		panic("no pad")
	}
	h.fields, h.signatures = h.fields+1, h.signatures+1
}

// quarrelAtTheMarket fills the whole page in, as at the table.
func (h *hand) quarrelAtTheMarket(t *testing.T) {
	h.chose("#f-dispute_type", "consumer")
	h.typed("#f-place", "西门菜市场")
	h.chose("#f-offence", "disturbing")
	h.chose("#f-ground", "close")
	h.typed(`[name="parties.0.name"]`, "丁万财")
	h.typed(`[name="parties.0.phone"]`, "13900007001")
	h.typed(`[name="parties.1.name"]`, "阿不都")
	h.typed(`[name="parties.1.phone"]`, "13900007002")
	h.ticked(`label[for="f-safety_asked"]`)
	h.typed("#f-facts", "为一筐桃子的斤两争吵推搡，没有伤。")
	h.typed("#f-terms", "退五十元，互相道歉。")
	h.typed("#f-amount", "50")
	h.ticked(`label[for="f-payer_side-1"]`)
	for _, tick := range []string{"trifling", "loss_clear", "will_perform"} {
		h.ticked(`label[for="f-` + tick + `"]`)
	}
	h.ticked(`label[for="f-officers-2"]`)
	h.typed("#f-recording_ref", "0302-07")
	h.signed("parties.0.sign")
	h.signed("parties.1.sign")
}

func TestScreensOfOnTheSpot(t *testing.T) {
	for size, width := range widths {
		t.Run(size, func(t *testing.T) {
			f := &feuds{scene: quiet(t)}
			p := f.tab(t, width, "officer_1")
			p.Open(f.Server.URL + "/disputes/spot")
			picture(t, p, "spot", size)
			small := browser.Eval[string](p, `[...document.querySelectorAll(".spot label.check, .spot .card-choice, .spot .input, .spot button:not([hidden])")].filter(e => e.offsetHeight && e.getBoundingClientRect().height < 36).map(e => e.outerHTML.slice(0, 80)).join("\n")`)
			if small != "" {
				t.Errorf("too small for a thumb: %s", small)
			}
			screens := browser.Eval[float64](p, `document.scrollingElement.scrollHeight / innerHeight`)
			h := &hand{Tab: p}
			h.quarrelAtTheMarket(t)
			h.taps++ // the button
			took := h.time(screens)
			t.Logf("%s: %d fields, %d taps, %d characters, %d digits, %d signatures, %.1f screens: %s", size, h.fields, h.taps, h.letters, h.digits, h.signatures, screens, took.Round(time.Second))
			if took > 2*time.Minute {
				t.Errorf("takes a person %s, not two minutes", took)
			}
			picture(t, p, "spot-filled", size)
			// Refused: one officer, no recording. What was typed, the signatures too, comes back.
			p.Click(`label[for="f-officers-1"]`)
			p.Type("#f-recording_ref", "")
			p.Follow("[data-spot-submit]")
			p.WaitText(".error-summary", "录音录像")
			p.WaitText(".notice", "已立项，编号")
			if p.Value("#f-facts") == "" || p.Value(`[name="parties.1.name"]`) != "阿不都" || p.Value(`[name="parties.0.sign"]`) == "" {
				t.Error("what was typed or signed is lost")
			}
			picture(t, p, "spot-refused", size)
			p.Type("#f-recording_ref", "执法记录仪 0302-07")
			p.Follow("[data-spot-submit]")
			p.WaitText(".notice", "现场调解完成")
			picture(t, p, "spot-done", size)
			if n := f.opened(t); n != 1 {
				t.Errorf("%d matters opened", n)
			}
			d := f.fold(t, strings.Split(p.URL(), "/")[4])
			if len(d.Agreements) != 1 || !d.Agreements[0].Effective() || d.Track == nil && len(d.Courses) == 0 || d.Promises[0].Ended != "kept" || d.Promises[0].Amount != dispute.Fen(5000) {
				t.Errorf("agreements %+v, promises %+v", d.Agreements, d.Promises)
			}
			f.stopAtTheTable(t, p, size)
		})
	}
}

// stopAtTheTable answers one question with yes: the page says calmly that mediation stops, before anything is sent.
func (f *feuds) stopAtTheTable(t *testing.T, p *browser.Tab, size string) {
	p.Open(f.Server.URL + "/disputes/spot")
	if browser.Eval[bool](p, `document.querySelector(".spot-stop").offsetHeight > 0`) {
		t.Error("says stop before anybody said yes")
	}
	p.Choose("#f-dispute_type", "family")
	p.Type("#f-place", "桥头社区")
	p.Type(`[name="parties.0.name"]`, "周大勇")
	p.Type(`[name="parties.1.name"]`, "苏小梅")
	p.Click(`label[for="f-safety_yes-3"]`)
	p.WaitText(".spot-stop", "调解到这里停下")
	p.WaitText("[data-spot-submit]", "停止调解")
	if browser.Eval[bool](p, `document.querySelector(".spot-after").offsetHeight > 0`) {
		t.Error("still asks for terms and signatures")
	}
	picture(t, p, "spot-yes", size)
	p.Follow("[data-spot-submit]")
	p.WaitText(".notice", "调解已停下")
	picture(t, p, "spot-stopped", size)
}

func TestOnTheSpotWithoutScript(t *testing.T) {
	f := &feuds{scene: quiet(t)}
	p := browser.Page(t, 390, 900)
	p.Allow("status of 4")
	p.JSEnabled(false)
	f.enter(p, "officer_1")
	p.Open(f.Server.URL + "/disputes/spot")
	for css, text := range map[string]string{"#f-place": "西门菜市场", `[name="parties.0.name"]`: "丁万财", `[name="parties.1.name"]`: "阿不都", "#f-facts": "互相推了几下，没有伤。", "#f-terms": "互相道歉。",
		"#f-recording_ref": "0302-07"} {
		p.Type(css, text)
	}
	p.Choose("#f-dispute_type", "consumer")
	p.Choose("#f-offence", "disturbing")
	p.Choose("#f-ground", "close")
	for _, tick := range []string{"f-safety_asked", "f-trifling", "f-loss_clear", "f-will_perform", "f-officers-2", "f-no_paper"} {
		p.Click(`label[for="` + tick + `"]`)
	}
	p.Follow("[data-spot-submit]")
	p.WaitText(".notice", "现场调解完成")
}

func TestScreensAroundDisputes(t *testing.T) {
	f := quarrels(t)
	first := f.conference(t)
	for size, width := range widths {
		t.Run(size, func(t *testing.T) {
			tabs := map[string]*browser.Tab{}
			for _, x := range [][3]string{{"promises", "officer_1", "/promises"}, {"promises-overdue", "officer_1", "/promises?tab=overdue"}, {"promises-all", "officer_1", "/promises?tab=all"},
				{"board", "head", "/disputes"}, {"board-filtered", "head", "/disputes?risk=red"}, {"month", "head", "/disputes/month"}, {"month-nil", "head", "/disputes/month?on=2025-01"},
				{"register", "head", "/disputes/register"}, {"handover", "officer_1", "/matters/" + f.Agreed + "/handover"}, {"handover-running", "officer_1", "/matters/" + f.Running + "/handover"},
				{"conferences", "head", "/conferences"}, {"conference-new", "head", "/conferences/new"}, {"conference", "head", first}, {"spot-known", "officer_1", "/matters/" + f.Running + "/spot"},
				{"today", "officer_1", "/"}} {
				p := tabs[x[1]]
				if p == nil {
					f.Clock.Advance(time.Minute) // a code opens once
					p = f.tab(t, width, x[1])
					tabs[x[1]] = p
				}
				p.Open(f.Server.URL + x[2])
				if double := browser.Eval[string](p, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(" "))([...document.querySelectorAll("[id]")].map(e => e.id))`); double != "" {
					t.Errorf("%s: ids twice: %s", x[0], double)
				}
				if x[0] == "promises-all" {
					p.Click(".owed-acts details summary")
				}
				picture(t, p, x[0], size)
			}
			if width > 1000 { // English names are long: the navigation must still fit a small office screen
				narrow := f.tab(t, 1100, "officer_1")
				narrow.Open(f.Server.URL + "/?lang=en")
				if over := narrow.Overflow(); over != "" {
					t.Errorf("navigation at 1100: %s", over)
				}
			}
			p := tabs["head"]
			p.Open(f.Server.URL + "/disputes?lang=en")
			picture(t, p, "board-english", size)
			p.Open(f.Server.URL + "/?lang=zh")
		})
	}
}
