package paper

import (
	"strings"
	"unicode"
)

// Marks that may not begin a line, and marks that may not end one (GB/T 15834, appendix on position of marks).
const (
	noStart = "，。、；：？！）》】」』〕〉〗”’％‰℃％…—～·,.;:?!)]}%〞"
	noEnd   = "（《【「『〔〈〖“‘([{〝￥¥№$"
)

// style is a size in points and a weight.
type style struct {
	size  float64
	heavy bool
}

// line is one line of a paragraph as it will stand.
type line struct {
	text  string
	width float64
	end   bool // of the paragraph: not stretched
}

func (f faces) runeWidth(r rune, s style) float64 {
	if font := f.of(r, s.heavy); font != nil {
		return font.width(r) * s.size
	}
	return s.size
}

func (f faces) textWidth(text string, s style) (w float64) {
	for _, r := range text {
		w += f.runeWidth(r, s)
	}
	return w
}

// wrap breaks text into lines no wider than room, the first line of each paragraph shortened by indent. No character is lost
// but the blanks at a break. (The library's own MultiCell drops one at every break of Chinese.)
func (f faces) wrap(text string, s style, indent, room float64) (lines []line) {
	text, _ = f.printable(text)
	for _, paragraph := range strings.Split(text, "\n") {
		runes := []rune(strings.TrimRight(paragraph, " "))
		for first := true; first || len(runes) > 0; first = false {
			space := room
			if first {
				space -= indent
			}
			n := f.fit(runes, s, space)
			shown := strings.TrimRight(string(runes[:n]), " ")
			for n < len(runes) && runes[n] == ' ' {
				n++
			}
			runes = runes[n:]
			lines = append(lines, line{text: shown, width: f.textWidth(shown, s), end: len(runes) == 0})
		}
	}
	return lines
}

// fit says how many characters go on a line: as many as there is room for, less what the rules of marks and words move on.
func (f faces) fit(runes []rune, s style, room float64) int {
	n, used := 0, 0.0
	for n < len(runes) {
		w := f.runeWidth(runes[n], s)
		if used+w > room+0.01 && n > 0 {
			break
		}
		used += w
		n++
	}
	if n == len(runes) {
		return n
	}
	for cut := n; cut > 0; cut-- {
		if mayBreak(runes, cut) {
			return cut
		}
	}
	return n // one word longer than the line, or nothing but marks: it breaks where it must
}

func mayBreak(runes []rune, at int) bool {
	before, after := runes[at-1], runes[at]
	switch {
	case after == ' ':
		return true
	case before == ' ':
		return !strings.ContainsRune(noStart, after)
	case strings.ContainsRune(noStart, after) || strings.ContainsRune(noEnd, before):
		return false
	}
	return !(latin(before) && latin(after))
}

// latin is a character of a word or number that is not broken.
func latin(r rune) bool {
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-/@:#&+*=,", r))
}
