package triage

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// letters is a text as the rules see it: width, case and traditional forms folded, mark-up and marks that are not seen left
// out, blanks inside kept as one. Letter i stands at bytes at[i] to ends[i] of the original.
type letters struct {
	r        []rune
	at, ends []int
	some     [16]uint64 // which letters may occur at all, so that most words of a list need not be looked for
}

const maxLetters = 20_000 // longer texts are read up to here: no message of a person is longer

func fold(text string) letters {
	n := min(len(text), maxLetters)/3 + 1
	l := letters{r: make([]rune, 0, n), at: make([]int, 0, n), ends: make([]int, 0, n)}
	skipUntil := 0
	for at, r := range text {
		if at < skipUntil {
			continue
		}
		if len(l.r) == maxLetters || at > 16*maxLetters {
			break
		}
		size := 0
		switch {
		case r < 0x80 && r != '<' && r != '&':
		case r == '<' || r == '&':
			r, size = markUp(text[at:], r)
		case isEmoji(r) && len(l.r) > 0 && isHan(l.r[len(l.r)-1]):
			if size = emojiLen(text[at:]); size > 0 {
				r = 0
			}
		}
		if skipUntil = at + size; size > 0 && r == 0 {
			continue
		} else if size == 0 {
			size = utf8.RuneLen(r)
			if r == utf8.RuneError {
				_, size = utf8.DecodeRuneInString(text[at:])
			}
		}
		if r = foldRune(r); r == 0 || r == ' ' && (len(l.r) == 0 || l.r[len(l.r)-1] == ' ') {
			continue
		}
		l.r, l.at, l.ends = append(l.r, r), append(l.at, at), append(l.ends, at+size)
		l.some[r>>6&15] |= 1 << (r & 63)
	}
	return l
}

// markUp reads a tag or a blank written &nbsp; at the head of s as nothing or a blank, with its length; else r itself.
func markUp(s string, r rune) (rune, int) {
	if r == '&' {
		if strings.HasPrefix(s, "&nbsp;") {
			return ' ', len("&nbsp;")
		}
		return r, 0
	}
	n := tagLen(s)
	if n == 0 {
		return r, 0
	}
	name := strings.ToLower(strings.Trim(s[1:min(n, 6)], "/> "))
	for _, line := range []string{"br", "p", "div", "li", "tr", "td", "h1", "h2", "h3"} {
		if name == line || strings.HasPrefix(name, line+" ") || strings.HasPrefix(name, line+"/") || strings.HasPrefix(name, line+">") {
			return ' ', n
		}
	}
	return 0, n
}

// emojiLen is the length of one or two pictures at the head of s that stand inside a word; 0 when no word goes on.
func emojiLen(s string) int {
	seen := 0
	for at, r := range s {
		switch {
		case isEmoji(r) && seen < 2:
			seen++
		case isHan(r):
			return at
		case foldRune(r) != 0 && !(r >= 0x1F3FB && r <= 0x1F3FF):
			return 0
		}
	}
	return 0
}

func isEmoji(r rune) bool { return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF }

// tagLen is the length of the HTML tag at the head of s, 0 when there is none.
func tagLen(s string) int {
	end := strings.IndexByte(s[:min(len(s), 200)], '>')
	if end < 2 {
		return 0
	}
	c := s[1]
	if c == '/' || c == '!' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return end + 1
	}
	return 0
}

func foldRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < 0x20 || r == 0x3000 || r == 0xA0:
		return ' '
	case r < 0x80:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return unicode.ToLower(r - 0xFEE0)
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F,
		r == 0xFEFF, r == 0xAD, r == 0x61C, r == 0x180E, r == utf8.RuneError:
		return 0
	}
	if r >= firstHan && r <= lastHan && simplified[r-firstHan] != 0 {
		return rune(simplified[r-firstHan])
	}
	return r
}

// word is the original stretch of letters i to j.
func (l letters) word(text string, i, j int) string { return text[l.at[i]:l.end(j)] }

// end is the byte after letter j-1.
func (l letters) end(j int) int {
	if j == 0 {
		return 0
	}
	return l.ends[j-1]
}

func (l letters) String() string { return string(l.r) }

// index gives the first place of a folded word at or after letter i, -1 when there is none.
func (l *letters) index(word []rune, i int) int {
	for _, r := range word {
		if l.some[r>>6&15]&(1<<(r&63)) == 0 {
			return -1
		}
	}
	for ; i+len(word) <= len(l.r); i++ {
		if l.r[i] == word[0] && l.has(word, i) {
			return i
		}
	}
	return -1
}

func (l *letters) has(word []rune, i int) bool {
	if i < 0 || i+len(word) > len(l.r) {
		return false
	}
	for k, r := range word {
		if l.r[i+k] != r {
			return false
		}
	}
	return true
}

func isStop(r rune) bool { return r >= 0 && int(r) < len(stops) && stops[r] }

// stops part words; a table, for every letter is asked many times.
var stops = func() (t [0x10000]bool) {
	for _, r := range " ,._。，、；;：:！!？?…（）()“”\"'‘’【】[]《》<>～~|/\\—-" {
		t[r] = true
	}
	return t
}()

func isHan(r rune) bool   { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }
func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isAlpha(r rune) bool { return r >= 'a' && r <= 'z' }

// simplified.txt pairs the traditional forms with the simplified ones in use, from OpenCC; its licence lies beside it.
//
//go:embed simplified.txt
var simplifiedPairs string

const firstHan, lastHan = 0x4E00, 0x9FFF

// simplified is a table, for every letter is looked up.
var simplified = func() (t [lastHan - firstHan + 1]uint16) {
	var from rune
	for _, r := range simplifiedPairs {
		switch {
		case r == '\n':
		case from == 0:
			from = r
		default:
			t[from-firstHan], from = uint16(r), 0
		}
	}
	return t
}()
