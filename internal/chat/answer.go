package chat

import "strings"

// answers finds what a message answers where the program copies it behind the words, as WeChat's window does: a last row “李梅：电梯停了”, or
// “「李梅：电梯停了」”. Without brackets it is one only when 李梅 said so further up; else it is words.
func answers(lines []Line) {
	said := map[string][]string{}
	for i := range lines {
		l := &lines[i]
		if l.Notice {
			continue
		}
		if cut := strings.LastIndexByte(l.Text, '\n'); cut > 0 && l.Quote == "" {
			if last := l.Text[cut+1:]; answered(last, said) {
				l.Quote, l.Text = quoted(last), strings.TrimSpace(l.Text[:cut])
			}
		}
		if name := senderCore(l.Sender); name != "" && len(said[name]) < 200 {
			said[name] = append(said[name], letters(l.Text))
		}
	}
}

// leastAnswered is how many letters of an earlier message a row must repeat.
const leastAnswered = 2

func answered(row string, said map[string][]string) bool {
	body := strings.TrimSuffix(strings.TrimPrefix(row, "「"), "」")
	colon := colonAt(body)
	if colon < 0 || len([]rune(row)) > longestQuote {
		return false
	}
	name := strings.TrimSpace(body[:colon])
	if len(body)+len("「」") == len(row) {
		return nameLike(name) && !labels[name]
	}
	words := letters(strings.TrimRight(strings.TrimLeft(body[colon:], ":： "), ".…"))
	if len([]rune(words)) < leastAnswered {
		return false
	}
	for _, earlier := range said[senderCore(name)] {
		if strings.HasPrefix(earlier, words) {
			return true
		}
	}
	return false
}
