package chat

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads a stretch that was copied out of a group chat, whatever the program and form, in time that grows with its length
// alone. Times without a day mean the day of now or the one before; one that lies more than ten minutes ahead is left out, for
// that clock was wrong. Lines stand as they stand in the paste.
func Parse(text string, now time.Time) []Line {
	rows, title := untitled(cleaned(text))
	rows = retabled(rows)
	s := look(rows)
	p := &paste{now: now, form: choose(s), rows: rows, lines: title}
	p.read()
	answers(p.lines)
	slices.SortStableFunc(p.lines, func(a, b Line) int { return a.Row - b.Row })
	number(p.lines)
	return p.lines
}

// paste is a stretch while it is read.
type paste struct {
	now   time.Time
	form  form
	rows  []string
	lines []Line

	day   time.Time // that stands above
	above time.Time // time that stands above
	open  bool
	cur   Line
	words []string
	gap   int // blank rows not yet known to lie inside a message
}

func (p *paste) read() {
	plain := p.form.plain && p.blocks()
	for i, row := range p.rows {
		if h, ok := p.form.heads[i]; ok {
			p.begin(i, h)
			continue
		}
		if t, ok := p.form.stamps[i]; ok {
			p.stand(i, t)
			continue
		}
		switch {
		case row == "":
			p.gap++
		case isPreface(row) && !p.open:
		case p.inWords() && isNotice(row) || !p.open && isNotice(row):
			p.notice(i, row)
		case p.form.plain && p.parts(row, plain):
			p.close()
			p.add(i, row)
		default:
			p.add(i, row)
		}
	}
	p.close()
}

// inWords says that the message being read has words already.
func (p *paste) inWords() bool { return p.open && len(p.words) > 0 }

// blocks says whether a paste without heads parts its messages by blank rows.
func (p *paste) blocks() bool {
	blocks, rows, last := 0, 0, ""
	for _, row := range p.rows {
		if row != "" {
			if rows++; last == "" {
				blocks++
			}
		}
		last = row
	}
	return blocks > 1 && rows > blocks
}

// parts says whether a row of a paste without heads begins a new message.
func (p *paste) parts(row string, blocks bool) bool {
	if !p.open {
		return false
	}
	last := p.words[len(p.words)-1]
	if isRule(row) || isRule(last) || p.insideQuote() {
		return false
	}
	if blocks {
		return p.gap > 0
	}
	if p.gap > 0 {
		return true
	}
	n := listNumber(row)
	if n > 1 && listNumber(last) == n-1 || n == 1 && (strings.HasSuffix(last, ":") || strings.HasSuffix(last, "：")) {
		return false
	}
	colon := colonAt(row)
	return colon < 0 || !labels[strings.TrimSpace(row[:colon])]
}

// insideQuote says that the words being read began a quotation that is not closed yet.
func (p *paste) insideQuote() bool {
	if len(p.words) < 20 && isAnswerHead(p.words[0]) {
		return !slices.ContainsFunc(p.words, isRule)
	}
	return len(p.words) < 20 && strings.HasPrefix(p.words[0], "「") &&
		!slices.ContainsFunc(p.words, func(w string) bool { return strings.Contains(w, "」") })
}

// listNumber is the number a row of a list begins with: “1、”, “2.”, “（3）”, “④”; 0 when it has none.
func listNumber(row string) int {
	if row == "" {
		return 0
	}
	r := []rune(row[:min(len(row), 12)])
	if r[0] >= '①' && r[0] <= '⑳' {
		return int(r[0]-'①') + 1
	}
	i, n := 0, 0
	if r[0] == '(' || r[0] == '（' {
		i = 1
	}
	from := i
	for i < len(r) && i < from+2 && r[i] >= '0' && r[i] <= '9' {
		n = n*10 + int(r[i]-'0')
		i++
	}
	if i == from || i == len(r) || !strings.ContainsRune(".、)）．", r[i]) || i+1 < len(r) && r[i] == '.' && r[i+1] >= '0' && r[i+1] <= '9' {
		return 0
	}
	return n
}

// begin opens the message of a head.
func (p *paste) begin(i int, h head) {
	p.close()
	p.open = true
	p.cur = Line{Sender: bareName(h.name), Row: i + 1, At: h.stamp.when(p.now, p.day)}
	if !h.stamp.clock {
		p.cur.At, p.cur.About = p.above, !p.above.IsZero()
	}
	if h.text != "" {
		p.words = append(p.words, h.text)
	}
}

// stand takes a time or day that stands above what follows.
func (p *paste) stand(i int, t stamp) {
	if h, ok := p.form.heads[i-1]; ok && h.stamp == t {
		return // the second row of a head
	}
	if p.form.plain {
		p.close()
	}
	if t.clock { // it speaks for itself: “9:10” below “昨天 14:05” is today's
		p.above = t.when(p.now, p.day)
	} else {
		p.day, p.above = t.dayOf(p.now), time.Time{}
	}
	p.gap = 0
}

func (p *paste) add(i int, row string) {
	if !p.open {
		p.open = true
		p.cur = Line{Row: i + 1, At: p.above, About: !p.above.IsZero()}
	}
	if len(p.words) > 0 {
		for range min(p.gap, 2) {
			p.words = append(p.words, "")
		}
	}
	p.gap = 0
	p.words = append(p.words, row)
}

// notice keeps a row of the platform as a line of its own; the message around it goes on.
func (p *paste) notice(i int, row string) {
	l := Line{Row: i + 1, Text: row, Notice: true, At: p.above, About: !p.above.IsZero()}
	if who, ok := recallOf(row); ok {
		l.Recalled, l.Sender = true, who
	}
	p.lines = append(p.lines, l)
}

// close ends the message being read. A head without words is none: what it stood for did not come with the copy.
func (p *paste) close() {
	p.gap = 0
	if !p.open {
		return
	}
	l := p.cur
	l.say(p.words)
	if l.Text != "" || l.Pictures > 0 || l.Quote != "" {
		p.lines = append(p.lines, l.inLengths()...)
	}
	p.open, p.cur, p.words = false, Line{}, p.words[:0]
}

// longestLine is how many letters a line has at most: what is longer goes on in another line of the same sender, nothing is lost.
const longestLine = 8000

// inLengths parts a line that is too long, where a row or at least a letter ends.
func (l Line) inLengths() []Line {
	if len(l.Text) <= longestLine {
		return []Line{l}
	}
	var list []Line
	r := []rune(l.Text)
	for len(r) > longestLine {
		cut := longestLine
		for i := cut; i > longestLine/2; i-- {
			if r[i] == '\n' {
				cut = i
				break
			}
		}
		one := l
		one.Text = strings.TrimSpace(string(r[:cut]))
		list, r = append(list, one), r[cut:]
		l.Pictures, l.Quote = 0, ""
	}
	if l.Text = strings.TrimSpace(string(r)); l.Text != "" {
		list = append(list, l)
	}
	if l.ID != "" { // each is known by its own
		for i := 1; i < len(list); i++ {
			list[i].ID += "#" + strconv.Itoa(i+1)
		}
	}
	return list
}

// say gives a line its words.
func (l *Line) say(rows []string) {
	if len(rows) == 0 {
		return
	}
	l.Quote, rows = unquote(rows)
	raw := strings.TrimSpace(strings.Join(rows, "\n"))
	clean, pictures, money, face, file := unmark(raw)
	l.Pictures, l.Text = pictures, tidy(clean)
	switch {
	case money:
		l.Notice = true
	case l.Text == "" && l.Pictures == 0 && (face || file):
		l.Text = raw
	}
	if len(rows) == 1 && isNotice(raw) {
		l.Notice = true
		if who, ok := recallOf(raw); ok {
			l.Recalled = true
			if l.Sender == "" {
				l.Sender = who
			}
		}
	}
}

// tidy takes blanks from the ends of rows and more than one blank row in a row.
func tidy(s string) string {
	rows := strings.Split(s, "\n")
	out := rows[:0]
	for _, r := range rows {
		r = strings.TrimSpace(r)
		if r == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, r)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
