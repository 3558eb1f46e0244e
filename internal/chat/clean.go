package chat

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleaned makes rows of a paste: mark-up out, one kind of line break, no invisible characters, blanks as one.
func cleaned(text string) []string {
	text = strings.ToValidUTF8(text, "")
	text = withoutMarkup(text)
	var b strings.Builder
	b.Grow(len(text))
	last := rune(0)
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		i += n
		switch {
		case r == '\r':
			if i < len(text) && text[i] == '\n' {
				continue
			}
			r = '\n'
		case r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			r = '\n'
		case r == '\n' || r == '\t':
		case r < 0x20 || r == 0x7F || invisible(r):
			continue
		case r == 0x200D && last < 0x2000: // it joins faces, letters never
			continue
		case r > 0x7F && unicode.Is(unicode.Zs, r):
			r = ' '
		}
		b.WriteRune(r)
		last = r
	}
	rows := strings.Split(b.String(), "\n")
	for i := range rows {
		rows[i] = strings.Trim(rows[i], " ")
	}
	return rows
}

func invisible(r rune) bool {
	return r == 0x200B || r == 0x200C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 ||
		r == 0xFEFF || r == 0xFFFC || r == 0xAD || r >= 0x80 && r < 0xA0 && r != 0x85 || r >= 0xE0000 && r <= 0xE007F
}

// The tags that chat programs and browsers put into what is copied. Others are words: “3 < 5”, “<紧急>”.
var (
	blockTags  = set("p div br li tr table tbody thead ul ol h1 h2 h3 h4 h5 h6 hr blockquote pre section article html body head header footer dl dt dd")
	inlineTags = set("a b i u s em strong span font img script style title meta link input button svg path iframe video audio source sup sub small big code td th img/ !doctype o:p o")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

const longestTag = 20_000 // a picture may be pasted as its own address

// withoutMarkup takes tags out: block ones part rows, pictures stay as their mark. In what was pasted as a page, scripts and
// styles go with what they hold; where somebody merely typed a tag, its words stay.
func withoutMarkup(s string) string {
	if !strings.Contains(s, "<") {
		return plainEntities.Replace(s)
	}
	page, ends := false, map[string]int{} // where the last of each tag is closed
	for t := range tags(s) {
		page = page || blockTags[t.name]
		if t.close {
			ends[t.name] = t.from
		}
	}
	var b strings.Builder
	b.Grow(len(s))
	at, until := 0, ""
	for t := range tags(s) {
		if until == "" {
			b.WriteString(s[at:t.from])
		}
		at = t.to
		switch {
		case until != "":
			if t.close && t.name == until {
				until = ""
			}
		case (t.name == "script" || t.name == "style" || t.name == "title") && page && !t.close && ends[t.name] > t.from:
			until = t.name
		case t.name == "img":
			b.WriteString("[图片]")
		case t.name == "td" || t.name == "th":
			b.WriteString(map[bool]string{true: "\t"}[t.close])
		case blockTags[t.name]:
			b.WriteByte('\n')
		}
	}
	if until == "" {
		b.WriteString(s[at:])
	}
	if page {
		return html.UnescapeString(b.String())
	}
	return plainEntities.Replace(b.String())
}

// plainEntities are those that copying leaves behind in plain text.
var plainEntities = strings.NewReplacer("&nbsp;", " ", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&")

type tag struct {
	from, to int
	name     string
	close    bool
}

// tags finds the known tags of s, in order.
func tags(s string) func(func(tag) bool) {
	return func(yield func(tag) bool) {
		end := -1        // no '>' lies between here and end
		comments := true // that end may still come
		for i := 0; i < len(s); i++ {
			if s[i] != '<' {
				j := strings.IndexByte(s[i:], '<')
				if j < 0 {
					return
				}
				i += j
			}
			if end < i {
				j := strings.IndexByte(s[i:], '>')
				if j < 0 {
					return
				}
				end = i + j
			}
			t := tag{from: i, to: end + 1}
			if t.to-t.from > longestTag || strings.IndexByte(s[i+1:min(end, i+40)], '<') >= 0 {
				continue
			}
			if t.name, t.close = tagName(s[i+1 : end]); t.name == "" {
				continue
			}
			if strings.HasPrefix(s[i:], "<!--") {
				j := -1
				if comments {
					j = strings.Index(s[i:], "-->")
				}
				if comments = j >= 0; !comments {
					continue
				}
				t.to = i + j + 3
			}
			if !yield(t) {
				return
			}
			i = t.to - 1
		}
	}
}

func tagName(s string) (name string, closing bool) {
	if s, closing = strings.CutPrefix(s, "/"); s == "" {
		return "", false
	}
	if strings.HasPrefix(s, "!--") {
		return "!--", false
	}
	n := 0
	for n < len(s) && n < 12 && (s[n] == '!' || s[n] == ':' || s[n] >= '0' && s[n] <= '9' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	if n < len(s) && s[n] != ' ' && s[n] != '/' && s[n] != '\n' && s[n] != '\t' && s[n] != '\r' {
		return "", false
	}
	if name = strings.ToLower(s[:n]); blockTags[name] || inlineTags[name] {
		return name, closing
	}
	return "", false
}
