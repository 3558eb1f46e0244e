package triage

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
)

// When is a time somebody wrote of: bytes From to To, meaning the span from Begin to End.
type When struct {
	Words      string
	From, To   int
	Begin, End time.Time
}

// Market says on which days a market is held: days of the month, or last digits of them, of the lunar calendar or the
// common one.
type Market struct {
	Days   []int
	Digits []int
	Lunar  bool
}

// LunarMarket is a market held on these days of the lunar month, as opening.csv of a playbook tells them
// (playbook.Book.MarketDays). None means that no market is known.
func LunarMarket(days []int) Market { return Market{Days: days, Lunar: true} }

// FindTimes reads the expressions of time in text as said at that moment: days (昨晚, 前天, 上周三, 腊月二十三, 逢集),
// parts of the day, hours (下午三点半, 14:05) and stretches before now (刚才, 半小时前). They point to the past where
// nothing says otherwise.
func FindTimes(text string, at time.Time, market Market) []When {
	l := fold(text)
	t := times{l: l, now: at.In(clock.Shanghai), market: market}
	var out []When
	for i := 0; i < len(l.r); {
		if !isDigit(l.r[i]) && !strings.ContainsRune(timeFirst, l.r[i]) {
			i++
			continue
		}
		begin, end, to, ok := t.at(i)
		if !ok {
			i++
			continue
		}
		out = append(out, When{l.word(text, i, to), l.at[i], l.end(to), begin, end})
		i = to
	}
	return out
}

// timeFirst are the letters with which an expression of time may begin, besides figures.
const timeFirst = "放天麻蒙鸡太日擦吃出散收下交换上夜接归羊挤麦春秋转剪暑寒开月刚方才这最上下前后昨今明大去本近周头半天凌清一早晨中晌傍晚夜黑午农阴古除年正腊冬初元端七重小逢赶集星礼当深二三四五六八九十两〇"

type times struct {
	l      letters
	now    time.Time
	market Market
}

func (t times) at(i int) (begin, end time.Time, to int, ok bool) {
	if begin, to, ok = t.ago(i); ok {
		return begin, t.now, to, true
	}
	for _, read := range []func(int) (time.Time, time.Time, int, bool){t.partOfMonth, t.monthOf, t.season, t.wide} {
		if begin, end, to, ok = read(i); ok {
			return begin, end, to, true
		}
	}
	day, to, dayOK := t.day(i)
	if !dayOK {
		day, to = midnight(t.now), i
	}
	part, to2, partOK := t.part(to)
	if narrower, further, ok := t.part(to2); partOK && ok { // 夜班凌晨
		part, to2 = narrower, further
	}
	if partOK {
		to2 += t.while(to2)
	}
	begin, end = day.Add(time.Duration(part[0])*time.Hour), day.Add(time.Duration(part[1])*time.Hour)
	if !partOK {
		begin, end, to2 = day, day.AddDate(0, 0, 1), to
	}
	hour, minute, to3, exact, hourOK := t.hour(to2)
	switch {
	case hourOK:
		if partOK && hour < 12 && part[1] > 13 && hour+12 <= part[1] {
			hour += 12
		}
		begin = day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
		end, to2 = begin.Add(time.Hour), to3
		if exact {
			end = begin.Add(time.Minute)
		}
		if until, to4, ok := t.until(to3, begin, day); ok {
			end, to2 = until, to4
		}
	case !dayOK && !partOK:
		return begin, end, i, false
	}
	if !dayOK && begin.After(t.now) { // “晚上十点” said in the morning is last night's
		begin, end = begin.AddDate(0, 0, -1), end.AddDate(0, 0, -1)
	}
	return begin, end, to2, true
}

// until reads the later hour of a span, 两点到四点.
func (t times) until(i int, begin, day time.Time) (time.Time, int, bool) {
	for _, word := range []string{"到", "至", "-", "~", "—"} {
		if !t.is(word, i) {
			continue
		}
		part, from, partOK := t.part(i + 1)
		hour, minute, to, _, ok := t.hour(from)
		if !ok {
			break
		}
		if partOK && hour < 12 && part[1] > 13 {
			hour += 12
		}
		end := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
		for n := 0; n < 2 && !end.After(begin); n++ { // 晚上十点到两点 goes into the next day
			end = end.Add(12 * time.Hour)
		}
		return end, to, end.After(begin)
	}
	return begin, i, false
}

// wide reads stretches longer than a day: 上个月, 这周, 去年, 前几天, 周末.
func (t times) wide(i int) (begin, end time.Time, to int, ok bool) {
	if !strings.ContainsRune("上这本下去前今头近周", t.l.r[i]) {
		return begin, end, i, false
	}
	today := midnight(t.now)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	first := today.AddDate(0, 0, 1-today.Day())
	year := time.Date(today.Year(), 1, 1, 0, 0, 0, 0, today.Location())
	for _, w := range []struct {
		words      string
		begin, end time.Time
	}{
		{"上个月|上月", first.AddDate(0, -1, 0), first}, {"这个月|本月", first, first.AddDate(0, 1, 0)}, {"下个月|下月", first.AddDate(0, 1, 0), first.AddDate(0, 2, 0)},
		{"去年", year.AddDate(-1, 0, 0), year}, {"前年", year.AddDate(-2, 0, 0), year.AddDate(-1, 0, 0)}, {"今年", year, year.AddDate(1, 0, 0)},
		{"前几天|前些天|前两天|头几天", today.AddDate(0, 0, -7), today}, {"前阵子|前段时间|前一阵", today.AddDate(0, -2, 0), today}, {"这阵子|近来", today.AddDate(0, -1, 0), t.now},
		{"上周末|上个周末", monday.AddDate(0, 0, -2), monday}, {"这周末|周末", monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 7)},
		{"上周|上个星期|上星期|上礼拜|上个礼拜", monday.AddDate(0, 0, -7), monday}, {"这周|本周|这个星期|这星期|这礼拜", monday, monday.AddDate(0, 0, 7)}, {"下周|下个星期|下星期|下礼拜", monday.AddDate(0, 0, 7), monday.AddDate(0, 0, 14)},
	} {
		for word := range strings.SplitSeq(w.words, "|") {
			to := i + len([]rune(word))
			if t.is(word, i) && !(to < len(t.l.r) && strings.ContainsRune("一二三四五六日天", t.l.r[to]) && !strings.HasSuffix(word, "末") && strings.ContainsAny(word, "周星礼")) {
				return w.begin, w.end, to, true
			}
		}
	}
	return begin, end, i, false
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

var justNow = []struct {
	word string
	back time.Duration
}{{"刚才", 30 * time.Minute}, {"刚刚", 30 * time.Minute}, {"方才", 30 * time.Minute}, {"才将", 30 * time.Minute}, {"这会儿", 30 * time.Minute}, {"这会", 30 * time.Minute}, {"刚不大一会儿", 30 * time.Minute}, {"不大一会儿前", 30 * time.Minute}, {"刚一会儿", 30 * time.Minute},
	{"这两天", 48 * time.Hour}, {"这几天", 96 * time.Hour}, {"最近", 30 * 24 * time.Hour}}

// ago reads what ends now: 刚才, 半小时前, 三天前 (which is that day on), 这几天.
func (t times) ago(i int) (begin time.Time, to int, ok bool) {
	for _, w := range justNow {
		if t.is(w.word, i) {
			return t.now.Add(-w.back), i + len([]rune(w.word)), true
		}
	}
	n, to, ok := t.number(i)
	half := t.is("半", i)
	if half {
		n, to, ok = 0, i+1, true
	}
	if !ok || n > 1000 {
		return begin, i, false
	}
	if t.is("个", to) {
		to++
	}
	also := !half && t.is("半", to) // 一个半钟头
	if also || t.is("来", to) || t.is("多", to) && !t.is("多前", to) {
		to++
	}
	for _, unit := range []struct {
		word string
		size time.Duration
	}{{"分钟", time.Minute}, {"小时", time.Hour}, {"钟头", time.Hour}, {"天", 24 * time.Hour}, {"星期", 7 * 24 * time.Hour}, {"礼拜", 7 * 24 * time.Hour}, {"月", 30 * 24 * time.Hour}} {
		if !t.is(unit.word, to) {
			continue
		}
		end := to + len([]rune(unit.word))
		if t.is("了", end) && !half && n > 0 { // 堵了三天了
			return t.now.Add(-time.Duration(n) * unit.size), end + 1, true
		}
		if t.is("多", end) || t.is("半", end) {
			end++
		}
		if t.is("以前", end) || t.is("之前", end) {
			end++
		}
		if !t.is("前", end) {
			return begin, i, false
		}
		back := time.Duration(n) * unit.size
		if half || also {
			back += unit.size / 2
		}
		return t.now.Add(-back), end + 1, true
	}
	return begin, i, false
}

var dayWords = map[string]int{"今晨": 0, "今个": 0, "昨个": -1, "昨晨": -1, "前儿": -2, "前个": -2, "明晨": 1, "明个": 1, "昨儿个": -1, "今儿个": 0, "前儿个": -2, "明儿个": 1,
	"今天": 0, "今日": 0, "今儿": 0, "今早": 0, "今晚": 0, "今夜": 0, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "昨夜": -1,
	"夜来": -1, "前天": -2, "前日": -2, "前晚": -2, "前夜": -2, "大前天": -3, "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3,
	"当天": 0}

// day reads which day is meant. A word that also tells the part of the day (昨晚) leaves that letter for part.
func (t times) day(i int) (day time.Time, to int, ok bool) {
	today := midnight(t.now)
	for n := 3; n >= 2; n-- {
		if i+n > len(t.l.r) {
			continue
		}
		word := string(t.l.r[i : i+n])
		if off, known := dayWords[word]; known {
			to = i + n
			if strings.ContainsRune("早晚夜晨", t.l.r[to-1]) {
				to--
			}
			return today.AddDate(0, 0, off), to, true
		}
	}
	if day, to, ok = t.week(i, today); ok {
		return day, to, true
	}
	if day, to, ok = t.lunar(i, today); ok {
		return day, to, true
	}
	for _, read := range []func(int, time.Time) (time.Time, int, bool){t.marketDay, t.marketDigit, t.dayOfMonth} {
		if day, to, ok = read(i, today); ok {
			return day, to, true
		}
	}
	return t.date(i, today)
}

func (t times) week(i int, today time.Time) (time.Time, int, bool) {
	weeks, to := 0, i
	said := false
	for word, off := range map[string]int{"上上": -2, "上": -1, "下": 1, "这": 0, "本": 0} {
		if t.is(word, i) && !(word == "上" && t.is("上上", i)) {
			weeks, to, said = off, i+len([]rune(word)), true
		}
	}
	if said && t.is("个", to) {
		to++
	}
	switch {
	case t.is("周", to):
		to++
	case t.is("星期", to), t.is("礼拜", to):
		to += 2
	default:
		return today, i, false
	}
	if to >= len(t.l.r) {
		return today, i, false
	}
	n := strings.IndexRune("一二三四五六日天", t.l.r[to]) / 3
	if n < 0 || !strings.ContainsRune("一二三四五六日天", t.l.r[to]) {
		return today, i, false
	}
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	day := monday.AddDate(0, 0, min(n, 6)+7*weeks)
	if !said && day.After(today) {
		day = day.AddDate(0, 0, -7)
	}
	return day, to + 1, true
}

// date reads 2026年3月5日, 3月5号, 5号, 3/5 and 2026-03-05; without a year the nearest past one is meant.
func (t times) date(i int, today time.Time) (time.Time, int, bool) {
	a, to, ok := t.number(i)
	if !ok {
		return today, i, false
	}
	year := 0
	if a > 1900 && a < 2200 && (t.is("年", to) || t.is("-", to) || t.is("/", to) || t.is(".", to)) {
		year = a
		if a, to, ok = t.number(to + 1); !ok {
			return today, i, false
		}
	}
	dashed := year > 0 && (t.is("-", to) || t.is("/", to) || t.is(".", to))
	if t.is("月", to) || dashed {
		d, end, ok := t.number(to + 1)
		if !ok || a < 1 || a > 12 || d < 1 || d > 31 {
			return today, i, false
		}
		if t.is("日", end) || t.is("号", end) {
			end++
		} else if !dashed {
			return today, i, false
		}
		y := year
		if y == 0 {
			y = today.Year()
		}
		day := time.Date(y, time.Month(a), d, 0, 0, 0, 0, today.Location())
		if year == 0 && day.After(today.AddDate(0, 2, 0)) {
			day = day.AddDate(-1, 0, 0)
		}
		return day, end, true
	}
	return today, i, false
}

var marketWords = []struct {
	word string
	step int
}{{"上上个集", -2}, {"上上集", -2}, {"上一场集", -1}, {"上场集", -1}, {"上个集日", -1}, {"上个集", -1}, {"上一集", -1}, {"上一个集", -1}, {"上回集", -1}, {"前一个集", -1}, {"前一集", -1}, {"上集", -1}, {"下个集日", 1}, {"下个集", 1}, {"下一个集", 1}, {"下一集", 1},
	{"下集", 1}, {"逢集那天", -1}, {"赶集那天", -1}, {"集日", -1}, {"逢集", -1}, {"赶集", -1}}

func before(l letters, i int) rune {
	if i == 0 {
		return ' '
	}
	return l.r[i-1]
}

// marketDay reads 逢集 and 上个集; the last one is meant where nothing says otherwise, today's when today is one.
func (t times) marketDay(i int, today time.Time) (time.Time, int, bool) {
	if len(t.market.Digits)+len(t.market.Days) == 0 {
		return today, i, false
	}
	if strings.ContainsRune("天个儿日一二三四五六七八九十", before(t.l, i)) { // 今天逢集 was read as 今天; 一四七逢集 tells when, and no day
		return today, i, false
	}
	for _, w := range marketWords {
		word, step := w.word, w.step
		if !t.is(word, i) {
			continue
		}
		day := today
		if !strings.HasPrefix(word, "上") && !strings.HasPrefix(word, "前") && step < 0 { // today's, when today is one
			day = day.AddDate(0, 0, 1)
		}
		left, way := max(step, -step), step/max(step, -step)
		for range 80 {
			if day = day.AddDate(0, 0, way); t.market.on(day) {
				left--
			}
			if left == 0 {
				return day, i + len([]rune(word)), true
			}
		}
	}
	return today, i, false
}

func (m Market) on(day time.Time) bool {
	d := day.Day()
	if m.Lunar {
		_, d = lunarOf(day)
	}
	return slices.Contains(m.Days, d) || slices.ContainsFunc(m.Digits, func(digit int) bool { return d%10 == digit%10 })
}

var dayParts = map[string][2]int{"凌晨": {0, 6}, "清晨": {5, 8}, "清早": {5, 9}, "一早": {5, 9}, "早上": {6, 10}, "早晨": {6, 10}, "早": {5, 10}, "上午": {8, 12},
	"中午": {11, 14}, "晌午": {11, 14}, "下午": {12, 19}, "后晌": {13, 19}, "傍晚": {17, 20}, "晚上": {18, 24}, "晚间": {18, 24}, "晚": {18, 24},
	"半夜": {22, 28}, "夜里": {20, 30}, "黑夜": {20, 30}, "夜": {20, 30}, "天亮": {5, 7}, "天黑": {18, 21},
	"一大早": {5, 9}, "大清早": {5, 9}, "大早上": {5, 9}, "大半夜": {22, 28}, "后半夜": {24, 30}, "上半夜": {20, 24}, "深夜": {22, 28}, "午夜": {23, 25}, "夜间": {20, 30}, "大中午": {11, 14}, "晨": {5, 9}}

// part reads a part of the day as hours from midnight; past 24 it is the small hours of the next day.
func (t times) part(i int) ([2]int, int, bool) {
	if i > 0 && i < len(t.l.r) && strings.ContainsRune("早晚", t.l.r[i]) && t.dayBefore(i) { // 今早天不亮
		if hours, to, ok := t.said(i + 1); ok {
			return hours, to, true
		}
	}
	if hours, to, ok := t.said(i); ok {
		return hours, to, true
	}
	return t.plainPart(i)
}

func (t times) plainPart(i int) ([2]int, int, bool) {
	for n := 3; n >= 1; n-- {
		if i+n > len(t.l.r) || n == 1 && (i == 0 || !t.dayBefore(i)) && !t.hourAfter(i) {
			continue
		}
		if p, ok := dayParts[string(t.l.r[i:i+n])]; ok {
			return p, i + n, true
		}
	}
	return [2]int{}, i, false
}

// hourAfter: 晚8点, 早七点半.
func (t times) hourAfter(i int) bool {
	if !strings.ContainsRune("早晚", t.l.r[i]) {
		return false
	}
	_, _, _, _, ok := t.hour(i + 1)
	return ok
}

// dayBefore: one letter alone tells the part of a day only behind the day (昨晚, 明早).
func (t times) dayBefore(i int) bool { return strings.ContainsRune("今昨前明天", t.l.r[i-1]) }

// hour reads 三点半, 3点20, 十点多, 14:05.
func (t times) hour(i int) (hour, minute, to int, exact, ok bool) {
	hour, to, ok = t.number(i)
	if !ok || hour > 24 {
		return 0, 0, i, false, false
	}
	if t.is(":", to) && to-i <= 2 {
		m, end, ok := t.number(to + 1)
		if !ok || m > 59 || end-to != 3 {
			return 0, 0, i, false, false
		}
		return hour, m, end, true, true
	}
	if !t.is("点", to) || t.is("点点", to) {
		return 0, 0, i, false, false
	}
	if to++; t.is("钟", to) {
		return hour, 0, to + 1, false, true
	}
	switch m, end, numbered := t.number(to); {
	case t.is("半", to):
		return hour, 30, to + 1, true, true
	case t.is("一刻", to):
		return hour, 15, to + 2, true, true
	case t.is("来钟", to), t.is("多钟", to):
		return hour, 0, to + 2, false, true
	case t.is("多", to), t.is("左右", to):
		return hour, 0, to + 1, false, true
	case numbered && m < 60 && (t.is("分", end) || end-to >= 2):
		if t.is("分", end) {
			end++
		}
		return hour, m, end, true, true
	}
	return hour, 0, to, false, true
}

func (t times) is(word string, i int) bool { return t.l.has([]rune(word), i) }

// number reads 12, 三, 十二, 二十三, 两.
func (t times) number(i int) (n, to int, ok bool) { return readNumber(t.l.r, i) }

func readNumber(r []rune, i int) (n, to int, ok bool) {
	to = i
	for to < len(r) && isDigit(r[to]) && to-i < 5 {
		n = n*10 + int(r[to]-'0')
		to++
	}
	if to > i {
		return n, to, true
	}
	for to < len(r) && to-i < 4 {
		d := strings.IndexRune("〇一二三四五六七八九", r[to])
		switch {
		case d >= 0:
			n, d = n-n%10+d/3, 0
		case r[to] == '两':
			n += 2
		case r[to] == '十' && n == 0:
			n = 10
		case r[to] == '十' && n < 10:
			n *= 10
		case r[to] == '百' && n > 0 && n < 10:
			n *= 100
		default:
			return n, to, to > i
		}
		to++
	}
	return n, to, to > i
}
