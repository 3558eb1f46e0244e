package chat

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
)

// stamp is a time as a chat program writes it: “2026/11/20 14:05”, “昨天 14:05”, “星期三”, “下午2:05”, “Yesterday 2:05 PM”.
type stamp struct {
	year, month, day int // 0 when it does not say
	ago              int // days before today, -1 when it does not say
	weekday          int // 0 Sunday to 6, -1 when it does not say
	lastWeek         bool
	clock            bool
	hour, min, sec   int
	seconds          bool
}

func (s stamp) dated() bool { return s.month > 0 || s.ago >= 0 || s.weekday >= 0 }

// full says that the stamp names its day wholly, which nobody types in passing.
func (s stamp) full() bool { return s.year > 0 }

var agoWords = []struct {
	word string
	days int
}{{"今天", 0}, {"今日", 0}, {"昨天", 1}, {"昨日", 1}, {"前天", 2}, {"大前天", 3}, {"today", 0}, {"yesterday", 1}}

var weekWords = []string{"星期", "礼拜", "禮拜", "周", "週"}

var weekDays = []struct {
	word string
	day  int
}{{"日", 0}, {"天", 0}, {"一", 1}, {"二", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}}

var englishDays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
var englishMonths = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// halves are the parts of the day and from which hour on an hour below 12 is meant as one after noon.
var halves = []struct {
	word string
	pm   int // hours from this one on get 12 more; 13 means none do
}{{"凌晨", 13}, {"淩晨", 13}, {"清晨", 13}, {"早上", 13}, {"早晨", 13}, {"上午", 13}, {"中午", 1}, {"下午", 1}, {"傍晚", 1}, {"晚上", 5}, {"晚间", 5}, {"晚間", 5},
	{"夜里", 7}, {"深夜", 7}, {"am", 13}, {"pm", 1}, {"a.m.", 13}, {"p.m.", 1}}

// reader walks over the head of a row.
type reader struct {
	s  string
	at int
}

// word takes a word, ASCII letters in any case.
func (r *reader) word(w string) bool {
	if len(r.s)-r.at < len(w) || !strings.EqualFold(r.s[r.at:r.at+len(w)], w) {
		return false
	}
	r.at += len(w)
	return true
}

func (r *reader) blanks() (n int) {
	for r.at < len(r.s) && (r.s[r.at] == ' ' || r.s[r.at] == '\t') {
		r.at++
		n++
	}
	return n
}

// number takes one to most digits.
func (r *reader) number(most int) (n, digits int) {
	for r.at < len(r.s) && digits < most && r.s[r.at] >= '0' && r.s[r.at] <= '9' {
		n = n*10 + int(r.s[r.at]-'0')
		r.at++
		digits++
	}
	return n, digits
}

// readStamp reads a stamp at the head of s and says how long it is; 0 when there is none.
func readStamp(s string) (stamp, int) {
	t := stamp{ago: -1, weekday: -1}
	r := &reader{s: s}
	if s == "" || !begins(s) {
		return t, 0
	}
	end := 0
	if r.date(&t) {
		end = r.at
		r.word(",")
		switch {
		case r.blanks() == 0:
			r.word("T") // 2026-11-20T14:05:33
		case r.word("at"): // Yesterday at 2:05 PM
			r.blanks()
		}
	}
	if at := r.at; t.weekday < 0 && t.ago < 0 && r.week(&t) {
		end = r.at
		r.blanks()
	} else if t.weekday < 0 {
		r.at = at
	}
	if r.time(&t) {
		end = r.at
	}
	if end == 0 || !t.sound() {
		return t, 0
	}
	return t, end
}

// begins says cheaply whether a stamp may stand at the head of s.
func begins(s string) bool {
	if c := s[0]; c < 0x80 {
		return c >= '0' && c <= '9' || strings.IndexByte("adfjmnopstwy", c|0x20) >= 0
	}
	for _, w := range [...]string{"今", "昨", "前", "大", "星", "礼", "禮", "周", "週", "凌", "淩", "清", "早", "上", "中", "下", "傍", "晚", "夜", "深"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// sound says whether a stamp is one. Beside a whole day a wrong clock still stands where a time does (“1970/1/1 08:00”, “2026/11/22 25:61”):
// it begins a message all the same, which then has no time.
func (t stamp) sound() bool {
	if t.month > 12 || t.day > 31 || t.month > 0 && t.day == 0 {
		return false
	}
	return t.year == 0 && t.onClock() || t.year >= 1900 && t.year <= 2199
}

// onClock says whether a clock can show the time of day.
func (t stamp) onClock() bool { return t.hour <= 23 && t.min <= 59 && t.sec <= 59 }

// later compares whole stamps.
func (t stamp) later(u stamp) bool {
	return slices.Compare([]int{t.year, t.month, t.day, t.hour, t.min}, []int{u.year, u.month, u.day, u.hour, u.min}) > 0
}

// earliest is the year before which nobody wrote in such a group: WeChat came in 2011.
const earliest = 2011

// date reads a day.
func (r *reader) date(t *stamp) bool {
	from := r.at
	for _, w := range agoWords {
		if r.word(w.word) {
			t.ago = w.days
			return true
		}
	}
	if r.week(t) {
		r.monthOfWords(t)
		return true
	}
	if r.monthOfWords(t) {
		return true
	}
	a, n := r.number(4)
	if n == 0 {
		return false
	}
	if r.dayOfWords(t, a, n) {
		return true
	}
	switch {
	case n == 4 && r.word("年"):
		t.year = a
		if t.month, _ = r.number(2); t.month > 0 && r.word("月") {
			if t.day, _ = r.number(2); t.day > 0 && (r.word("日") || r.word("号")) {
				return true
			}
		}
	case n <= 2 && r.word("月"):
		t.month = a
		if t.day, _ = r.number(2); t.day > 0 && (r.word("日") || r.word("号")) {
			return true
		}
	case n == 4 || n <= 2:
		if r.numbersOfDate(t, a, n) {
			return true
		}
	}
	r.at, t.year, t.month, t.day = from, 0, 0, 0
	return false
}

// numbersOfDate reads 2026/11/20, 2026-11-20, 2026.11.20, 11/20, 11-20, 11/20/26, 11/20/2026.
func (r *reader) numbersOfDate(t *stamp, a, n int) bool {
	if r.at >= len(r.s) || strings.IndexByte("/-.", r.s[r.at]) < 0 {
		return false
	}
	sep := r.s[r.at]
	r.at++
	b, k := r.number(2)
	if k == 0 {
		return false
	}
	if r.at < len(r.s) && r.s[r.at] == sep {
		r.at++
		c, m := r.number(4)
		switch {
		case n == 4 && (m == 1 || m == 2):
			t.year, t.month, t.day = a, b, c
		case n <= 2 && m == 4 && a > 12:
			t.year, t.month, t.day = c, b, a
		case n <= 2 && m == 4:
			t.year, t.month, t.day = c, a, b
		case n <= 2 && m == 2 && sep == '/':
			t.year, t.month, t.day = 2000+c, a, b
		default:
			return false
		}
		return true
	}
	t.month, t.day = a, b
	return n <= 2 && sep != '.'
}

// monthOfWords reads “Nov 20” and “November 20, 2026”.
func (r *reader) monthOfWords(t *stamp) bool {
	from := r.at
	r.word(",")
	r.blanks()
	for i, m := range englishMonths {
		if !r.word(m) && !r.word(m[:3]) {
			continue
		}
		r.word(".")
		day, n := 0, 0
		if r.blanks() > 0 {
			day, n = r.number(2)
		}
		if n == 0 {
			break
		}
		t.month, t.day = i+1, day
		if at := r.at; r.word(",") && r.blanks() > 0 {
			if y, n := r.number(4); n == 4 {
				t.year = y
			} else {
				r.at = at
			}
		}
		return true
	}
	r.at = from
	return false
}

// dayOfWords reads “20 Nov 2026” and “20 November”, behind the day.
func (r *reader) dayOfWords(t *stamp, day, digits int) bool {
	from := r.at
	if digits > 2 || r.blanks() == 0 {
		r.at = from
		return false
	}
	for i, m := range englishMonths {
		if !r.word(m) && !r.word(m[:3]) {
			continue
		}
		r.word(".")
		t.month, t.day = i+1, day
		at := r.at
		r.word(",")
		if r.blanks() > 0 {
			if y, n := r.number(4); n == 4 {
				t.year = y
				return true
			}
		}
		r.at = at
		return true
	}
	r.at = from
	return false
}

func (r *reader) week(t *stamp) bool {
	from := r.at
	last := r.word("上个") || r.word("上個") || r.word("上")
	for _, w := range weekWords {
		if !r.word(w) {
			continue
		}
		for _, d := range weekDays {
			if r.word(d.word) {
				t.weekday, t.lastWeek = d.day, last
				return true
			}
		}
	}
	r.at = from
	for i, d := range englishDays {
		if r.word(d) || r.word(d[:3]) {
			if r.at == len(r.s) || r.s[r.at] == ' ' || r.s[r.at] == ',' {
				t.weekday = i
				return true
			}
		}
		r.at = from
	}
	return false
}

// time reads the time of day, with the part of the day before or after it.
func (r *reader) time(t *stamp) bool {
	from, pm := r.at, 0
	for _, h := range halves[:len(halves)-4] {
		if r.word(h.word) {
			pm = h.pm
			r.blanks()
			break
		}
	}
	for _, h := range halves[len(halves)-4:] {
		if at := r.at; r.word(h.word) {
			if pm = h.pm; r.blanks() == 0 && r.at == len(r.s) {
				r.at, pm = at, 0
			}
			break
		}
	}
	hour, n := r.number(2)
	colon := n > 0 && (r.word(":") || r.word("：") || r.word("时") || r.word("點") || r.word("点"))
	min, k := r.number(2)
	if !colon || k != 2 {
		r.at = from
		return false
	}
	t.hour, t.min, t.clock = hour, min, true
	r.word("分")
	if at := r.at; r.word(":") || r.word("：") {
		if s, k := r.number(2); k == 2 {
			t.sec, t.seconds = s, true
		} else {
			r.at = at
		}
	} else if s, k := r.number(2); k == 2 && r.word("秒") {
		t.sec, t.seconds = s, true
	} else {
		r.at = at
	}
	r.zone(t)
	if at := r.at; pm == 0 {
		r.blanks()
		for _, h := range halves {
			if r.word(h.word) {
				pm = h.pm
				break
			}
		}
		if pm == 0 {
			r.at = at
		}
	}
	switch {
	case pm > 0 && pm < 13 && t.hour >= pm && t.hour < 12:
		t.hour += 12
	case pm == 13 && t.hour == 12: // 上午12:05, 12:05 AM
		t.hour = 0
	}
	return true
}

// zone skips what some exports write after the seconds: “.123”, “Z”, “+08:00”.
func (r *reader) zone(t *stamp) {
	if !t.seconds {
		return
	}
	if at := r.at; r.word(".") {
		if _, n := r.number(6); n == 0 {
			r.at = at
		}
	}
	r.word("+08:00")
}

// Slack is how far ahead of ours the clock of a chat may run.
const Slack = 10 * time.Minute

// when is the instant a stamp means, read at now; day is the day that stands above it, zero when none does. It is zero for a
// stamp without an hour and for one that cannot be or lies ahead: the clock of that chat is wrong.
func (t stamp) when(now, day time.Time) time.Time {
	if !t.clock || !t.onClock() || t.year > 0 && t.year < earliest {
		return time.Time{}
	}
	d, rolled := t.onDay(now, day)
	if d.IsZero() {
		return d
	}
	at := time.Date(d.Year(), d.Month(), d.Day(), t.hour, t.min, t.sec, 0, clock.Shanghai)
	for range 2 {
		if !at.After(now.Add(Slack)) {
			return at
		}
		at = rolled(at)
	}
	return time.Time{}
}

// onDay is the day a stamp means, and what it means instead when that lies ahead.
func (t stamp) onDay(now, day time.Time) (d time.Time, rolled func(time.Time) time.Time) {
	today := now.In(clock.Shanghai)
	never := func(at time.Time) time.Time { return at }
	back := func(y, m, d int) func(time.Time) time.Time {
		return func(at time.Time) time.Time { return at.AddDate(y, m, d) }
	}
	switch {
	case t.ago >= 0:
		return today.AddDate(0, 0, -t.ago), never
	case t.year > 0:
		return exactDay(t.year, t.month, t.day), never
	case t.month > 0:
		d := exactDay(today.Year(), t.month, t.day)
		if d.IsZero() { // the 29th of February of a year that has none
			return exactDay(today.Year()-1, t.month, t.day), never
		}
		return d, back(-1, 0, 0)
	case t.lastWeek:
		monday := today.AddDate(0, 0, -((int(today.Weekday()) + 6) % 7))
		return monday.AddDate(0, 0, (t.weekday+6)%7-7), never
	case t.weekday >= 0:
		return today.AddDate(0, 0, -((int(today.Weekday()) - t.weekday + 7) % 7)), back(0, 0, -7)
	case !day.IsZero():
		return day, never
	}
	return today, back(0, 0, -1)
}

// exactDay is zero for a day that is in no calendar.
func exactDay(y, m, d int) time.Time {
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, clock.Shanghai)
	if at.Day() != d {
		return time.Time{}
	}
	return at
}

// dayOf is the day a stamp names for what stands below it, zero when it names none.
func (t stamp) dayOf(now time.Time) time.Time {
	if !t.dated() {
		return time.Time{}
	}
	d, rolled := t.onDay(now, time.Time{})
	if d.IsZero() {
		return d
	}
	at := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, clock.Shanghai)
	if at.After(now.Add(Slack)) {
		if at = rolled(at); at.After(now.Add(Slack)) {
			return time.Time{}
		}
	}
	return at
}
