package browser

import "github.com/chromedp/chromedp"

// Enter is the Enter key, for Press.
const Enter = "\r"

// Press presses keys one after another, wherever the page has its focus: "j", Enter, "?".
func (p *Tab) Press(keys string) { p.tb.Helper(); p.do("press "+keys, chromedp.KeyEvent(keys)) }

// PressCtrl presses a key while Ctrl is held.
func (p *Tab) PressCtrl(key string) {
	p.tb.Helper()
	p.do("press Ctrl and "+key, chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}
