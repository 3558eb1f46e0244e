package triage

import (
	"slices"
	"strings"
	"time"
)

// saidPart is a part of the day as people of a trade say it: hours from midnight.
type saidPart struct {
	words      string
	begin, end int
	event      bool // what is done at that hour: a time only with 那会儿 or an hour behind it
}

var saidParts = []saidPart{
	{"天麻麻亮|麻麻亮|天蒙蒙亮|蒙蒙亮|天刚亮|天亮那会", 5, 7, false}, {"天不亮|天没亮|天还没亮", 3, 6, false}, {"鸡叫头遍|头遍鸡叫|鸡叫", 3, 5, false},
	{"太阳刚出来|日头刚出来|太阳出来", 6, 8, false}, {"头晌|前晌|上半晌", 8, 12, false}, {"大晌午|晌午头", 11, 14, false}, {"晌午过后|晌午后", 13, 16, false},
	{"后半晌|下半晌", 15, 19, false}, {"天擦黑|擦黑|天麻黑|麻麻黑|天快黑|天刚黑", 17, 20, false}, {"日头落山|太阳落山|日头落|太阳下山", 17, 20, false},
	{"前半夜", 20, 24, false}, {"下半夜|鸡叫前", 24, 30, false},
	{"吃早饭|吃早上饭", 6, 9, true}, {"吃晌午饭|吃午饭|吃中饭|吃晌饭", 11, 14, true}, {"吃黑饭|吃晚饭|吃夜饭|吃后晌饭", 18, 21, true},
	{"出摊|开集|上集", 5, 9, true}, {"散集|散场", 15, 18, true}, {"收摊", 16, 20, true}, {"收工|下工|下班", 17, 20, true}, {"出工|上工|上班|交班|换班", 7, 9, true},
	{"大夜班|夜班|上夜班", 20, 32, true}, {"早读|早自习", 7, 8, true}, {"上学|早上上学", 7, 9, true}, {"放学|接孩子|接娃", 16, 18, true}, {"晚自习|上晚自习", 18, 22, true},
	{"挤早奶|早上挤奶", 5, 8, true}, {"挤晚奶|晚上挤奶|归圈|羊归圈", 17, 20, true},
}

// season is a stretch of the year that people name by its work, said with 那阵 or 的时候.
type season struct {
	words      string
	begin, end [2]int // month and day; the end is not in it
}

var seasons = []season{
	{"麦收|收麦|夏收", [2]int{5, 25}, [2]int{6, 30}}, {"秋收|收秋|收苞谷", [2]int{9, 10}, [2]int{10, 31}}, {"春耕|春播", [2]int{3, 10}, [2]int{4, 30}},
	{"转场", [2]int{9, 15}, [2]int{10, 31}}, {"接羔", [2]int{3, 1}, [2]int{5, 1}}, {"剪毛", [2]int{5, 20}, [2]int{7, 1}},
	{"暑假", [2]int{7, 10}, [2]int{9, 1}}, {"寒假", [2]int{1, 20}, [2]int{2, 20}},
}

// whileWords say that what stands before them is a time.
var whileWords = []string{"那会儿", "那阵子", "那阵儿", "那阵", "那会", "那时候", "的时候", "的时辰"}

// while is how many letters say so at letter i.
func (t times) while(i int) int {
	for _, w := range whileWords {
		if t.is(w, i) {
			return len([]rune(w))
		}
	}
	return 0
}

// saidByFirst finds the parts of the day by the letter with which they begin, the longest first.
var saidByFirst = func() map[rune][]saidPart {
	out := map[rune][]saidPart{}
	for _, p := range saidParts {
		for w := range strings.SplitSeq(p.words, "|") {
			r := []rune(w)
			out[r[0]] = append(out[r[0]], saidPart{w, p.begin, p.end, p.event})
		}
	}
	for _, all := range out {
		slices.SortStableFunc(all, func(a, b saidPart) int { return len(b.words) - len(a.words) })
	}
	return out
}()

// said reads a part of the day as it is said in a trade.
func (t times) said(i int) (hours [2]int, to int, ok bool) {
	if i >= len(t.l.r) {
		return hours, i, false
	}
	for _, p := range saidByFirst[t.l.r[i]] {
		if !t.is(p.words, i) {
			continue
		}
		to = i + len([]rune(p.words))
		if p.event && t.while(to) == 0 && !t.hourOrPart(to) {
			continue
		}
		return [2]int{p.begin, p.end}, to, true
	}
	return hours, i, false
}

func (t times) hourOrPart(i int) bool {
	if _, _, ok := t.plainPart(i); ok {
		return true
	}
	_, _, _, _, ok := t.hour(i)
	return ok
}

// season reads 麦收那阵 and 暑假里: the last one that has begun.
func (t times) season(i int) (begin, end time.Time, to int, ok bool) {
	if t.is("开学", i) && (t.is("那天", i+2) || t.is("当天", i+2)) {
		begin = t.lastOf([2]int{3, 1})
		if autumn := t.lastOf([2]int{9, 1}); autumn.After(begin) {
			begin = autumn
		}
		return begin, begin.AddDate(0, 0, 1), i + 4, true
	}
	for _, s := range seasons {
		for w := range strings.SplitSeq(s.words, "|") {
			if !t.is(w, i) {
				continue
			}
			to = i + len([]rune(w))
			n := t.while(to)
			if n == 0 && strings.HasSuffix(w, "假") && (t.is("里", to) || t.is("期间", to)) {
				n = 1 + b2i(t.is("期间", to))
			}
			if n == 0 {
				continue
			}
			begin = t.lastOf(s.begin)
			return begin, time.Date(begin.Year(), time.Month(s.end[0]), s.end[1], 0, 0, 0, 0, begin.Location()), to + n, true
		}
	}
	return begin, end, i, false
}

// lastOf is the last time that a day of the year was.
func (t times) lastOf(day [2]int) time.Time {
	at := time.Date(t.now.Year(), time.Month(day[0]), day[1], 0, 0, 0, 0, t.now.Location())
	if at.After(t.now) {
		at = at.AddDate(-1, 0, 0)
	}
	return at
}

// partOfMonth reads 上月底, 月初: its last and its first seven days.
func (t times) partOfMonth(i int) (begin, end time.Time, to int, ok bool) {
	first := midnight(t.now).AddDate(0, 0, 1-t.now.Day())
	to = i
	for word, back := range map[string]int{"上个月": -1, "上月": -1, "这个月": 0, "这月": 0, "本月": 0} {
		if t.is(word, i) {
			first, to = first.AddDate(0, back, 0), i+len([]rune(word))
		}
	}
	named := to > i
	if !named && t.is("月", i) && (i == 0 || !isDigit(t.l.r[i-1]) && !strings.ContainsRune("一二三四五六七八九十几个每腊正", t.l.r[i-1])) {
		to = i + 1
	}
	switch {
	case to == i:
	case t.is("初", to):
		return first, first.AddDate(0, 0, 7), to + 1, true
	case named && t.is("底", to):
		return first.AddDate(0, 1, -7), first.AddDate(0, 1, 0), to + 1, true
	}
	return begin, end, i, false
}

// monthOf reads 九月份: the last that has begun.
func (t times) monthOf(i int) (begin, end time.Time, to int, ok bool) {
	n, to, ok := t.number(i)
	if !ok || n < 1 || n > 12 || !t.is("月份", to) {
		return begin, end, i, false
	}
	begin = t.lastOf([2]int{n, 1})
	return begin, begin.AddDate(0, 1, 0), to + 2, true
}

// marketDigit reads 逢五赶场那天: the last day of that digit, by the calendar of the market there, the lunar one where none
// is known.
func (t times) marketDigit(i int, today time.Time) (time.Time, int, bool) {
	if !t.is("逢", i) {
		return today, i, false
	}
	n, to, ok := t.number(i + 1)
	if !ok || n > 10 {
		return today, i, false
	}
	for _, w := range []string{"赶场", "赶集", "逢集", "赶会"} {
		if t.is(w, to) {
			to += 2
			break
		}
	}
	if !t.is("那天", to) && !t.is("那日", to) {
		return today, i, false
	}
	m := Market{Digits: []int{n % 10}, Lunar: t.market.Lunar || len(t.market.Digits)+len(t.market.Days) == 0}
	for day, n := today, 0; n < 20; day, n = day.AddDate(0, 0, -1), n+1 {
		if m.on(day) {
			return day, to + 2, true
		}
	}
	return today, i, false
}

// dayOfMonth reads 21号中午 and 21号那天: the last such day. 21号 alone is a house.
func (t times) dayOfMonth(i int, today time.Time) (time.Time, int, bool) {
	d, to, ok := t.number(i)
	if !ok || d < 1 || d > 31 || !t.is("号", to) && !t.is("日", to) {
		return today, i, false
	}
	end := to + 1
	switch {
	case t.is("那天", end), t.is("当天", end):
		end += 2
	case !t.hourOrPart(end):
		return today, i, false
	}
	for day, n := today, 0; n < 62; day, n = day.AddDate(0, 0, -1), n+1 {
		if day.Day() == d {
			return day, end, true
		}
	}
	return today, i, false
}
