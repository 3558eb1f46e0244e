package chat

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"maplegrid/internal/clock"
)

// Line is one message of a group chat.
type Line struct {
	Sender   string    // as written; "" when the form carries no names
	At       time.Time // zero when the form carries no time, or one that cannot be
	Text     string    // cleaned: marks of pictures, mentions of everybody and mark-up taken out; line breaks kept
	Pictures int       // pictures, videos and voices the line mentions or is
	Quote    string    // the beginning of the message this one answers, when it was copied with it
	Recalled bool      // the platform says that the sender took a message back
	Notice   bool      // words of the platform, not of a person (入群, 拍了拍, 红包 …)
	Row      int       // first row of the paste it stands on, from 1; of its words, when it was pasted as HTML
	ID       string    // the vendor's message id, from a webhook; "" in a paste
	Nth      int       // the how manieth line of the same sender, words and minute in its paste, from 1

	// About says that At is only the time that stands above several messages.
	About bool
}

// Print gives the canonical words of a line in a group. The same message copied again, in another stretch, another form
// or on another day gives the same print; the desk makes a blind digest of it. Two equal lines of one sender differ by
// their minute, and where the form has no times, or within one minute, by which of them it is.
func (l Line) Print(group string) string {
	if l.ID != "" {
		return strings.Join([]string{"id", group, l.ID}, "\x1f")
	}
	at := ""
	if !l.At.IsZero() && !l.About {
		at = l.At.In(clock.Shanghai).Format("200601021504")
	}
	return strings.Join([]string{"line", letters(group), senderCore(l.Sender), at, l.words(), strconv.Itoa(max(l.Nth, 1))}, "\x1f")
}

// words are the letters and digits of a line; of one without any, its pictures or marks.
func (l Line) words() string {
	if w := letters(l.Text); w != "" {
		return w
	}
	if l.Pictures > 0 {
		return "\x1e" + strconv.Itoa(l.Pictures)
	}
	return "\x1e" + strings.Join(strings.Fields(l.Text), "")
}

// letters are the letters and digits of a text, width and case folded: forms differ in blanks, marks and faces.
func letters(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// senderCore is a name without what some forms add to it: “李梅@东街网格”, “李梅(外部)”.
func senderCore(s string) string {
	core := s
	if i := strings.IndexByte(core, '@'); i > 0 {
		core = core[:i]
	}
	core = strings.TrimSpace(core)
	if strings.HasSuffix(core, ")") || strings.HasSuffix(core, "）") {
		if i := strings.LastIndexAny(core, "(（"); i > 0 {
			core = core[:i]
		}
	}
	if w := letters(core); w != "" {
		return w
	}
	return strings.Join(strings.Fields(s), "")
}

// number tells equal lines of one paste apart.
func number(lines []Line) {
	seen := map[string]int{}
	for i := range lines {
		lines[i].Nth = 1
		key := lines[i].Print("")
		seen[key]++
		lines[i].Nth = seen[key]
	}
}
