package triage

import "strings"

// Piece is one thing of a message that tells of several: bytes From to To.
type Piece struct {
	Words    string
	From, To int
}

// leastPiece is how many letters a piece needs to stand by itself.
const leastPiece = 5

// Split parts a message that numbers what it says (1、… 2、…; 一是…二是…; 再就是…). A message about one thing comes back as
// one piece, and nothing of the text is lost: the pieces follow one another.
func Split(text string) []Piece {
	l := fold(text)
	cuts := []int{0}
	for i := 1; i < len(l.r); i++ {
		if n := cutAt(l, i); n > 0 {
			cuts = append(cuts, i)
		}
	}
	if numbered(l, cuts) {
		return pieces(text, l, cuts)
	}
	return pieces(text, l, []int{0})
}

// cutAt tells whether a new thing begins at letter i.
func cutAt(l letters, i int) int {
	before := l.r[i-1]
	fresh := isStop(before)
	for _, word := range []string{"另外", "还有就是", "还有一个事", "还有个事", "还有件事", "再就是", "再一个", "顺便说", "另一个事", "另一件", "第二", "第三", "第四", "第五", "二是", "三是", "四是", "五是", "其次", "最后一个"} {
		if fresh && l.has([]rune(word), i) {
			return len([]rune(word))
		}
	}
	_, to, ok := readNumber(l.r, i)
	if !ok || to-i > 2 || to >= len(l.r) || i > 0 && isDigit(before) || !fresh && !isHan(before) {
		return 0
	}
	switch l.r[to] {
	case '、', ')', '）', '．':
		if isDigit(l.r[i]) || fresh {
			return to + 1 - i
		}
	case '.':
		if isDigit(l.r[i]) && fresh && to+1 < len(l.r) && !isDigit(l.r[to+1]) {
			return to + 1 - i
		}
	}
	return 0
}

// numbered: the cuts part the text into at least two things long enough, or follow a list that was announced.
func numbered(l letters, cuts []int) bool {
	if len(cuts) < 2 {
		return false
	}
	long := 0
	for k, from := range cuts {
		to := len(l.r)
		if k+1 < len(cuts) {
			to = cuts[k+1]
		}
		if to-from >= leastPiece {
			long++
		}
	}
	return long >= 2
}

func pieces(text string, l letters, cuts []int) (out []Piece) {
	for k, i := range cuts {
		from, to := 0, len(text)
		if k > 0 {
			from = l.at[i]
		}
		if k+1 < len(cuts) {
			to = l.at[cuts[k+1]]
		}
		if n := len(out); n > 0 && (len([]rune(strings.TrimSpace(text[from:to]))) < leastPiece || isHeading(out[n-1].Words)) {
			out[n-1].To = to // too short for a thing of its own, or the words that announce the list
			out[n-1].Words = text[out[n-1].From:to]
			continue
		}
		out = append(out, Piece{text[from:to], from, to})
	}
	return out
}

// isHeading: words that only announce the list, 反映三个问题：
func isHeading(s string) bool {
	r := fold(s).r
	for len(r) > 0 && isStop(r[len(r)-1]) {
		r = r[:len(r)-1]
	}
	w := string(r)
	return len(r) < 14 && (strings.HasSuffix(w, "事") || strings.HasSuffix(w, "问题") || strings.HasSuffix(w, "情况") || strings.HasSuffix(w, "一下") || strings.HasSuffix(w, "如下") || len(r) < leastPiece)
}
