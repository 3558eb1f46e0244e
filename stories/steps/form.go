package steps

import (
	"regexp"
	"strings"
)

// Form is how a step is written in a story. A story may write a blank or none where the form has one, and a Chinese or an English
// colon at the end. What a form leaves open stands in braces: "{人}" is any words in quotes, {数} a number, {有|没有} one of these.
type Form string

var open = regexp.MustCompile(`"\{[^}]*\}"|\{[^}]*\}| |[:：]$`)

// Pattern is the regular expression of a form.
func (f Form) Pattern() string {
	text, at := string(f), 0
	var b strings.Builder
	b.WriteString("^")
	for _, span := range open.FindAllStringIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[at:span[0]]))
		switch found := text[span[0]:span[1]]; {
		case found == " ":
			b.WriteString(" ?")
		case found == ":" || found == "：":
			b.WriteString("[:：]")
		case found == "{数}":
			b.WriteString(`(\d+)`)
		case strings.HasPrefix(found, `"`):
			b.WriteString(`"([^"]*)"`)
		default:
			choices := strings.Split(strings.Trim(found, "{}"), "|")
			for i := range choices {
				choices[i] = regexp.QuoteMeta(choices[i])
			}
			b.WriteString("(" + strings.Join(choices, "|") + ")")
		}
		at = span[1]
	}
	b.WriteString(regexp.QuoteMeta(text[at:]))
	return b.String() + "$"
}
