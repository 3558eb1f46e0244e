package triage

import (
	"strings"
	"time"

	"maplegrid/internal/clock"
)

// lunarYears tells the months of each lunar year from firstLunar on (GB/T 33661-2017): from 0x8000 down, a bit for each
// of twelve months that has 30 days and not 29; the last four bits name the month followed by a leap month, and 0x10000
// says that the leap month has 30 days.
var lunarYears = [...]uint32{
	0x07954, 0x06aa0, 0x0ad50, 0x05b52, 0x04b60, 0x0a6e6, 0x0a4e0, 0x0d260, 0x0ea65, 0x0d530,
	0x05aa0, 0x076a3, 0x096d0, 0x04afb, 0x04ad0, 0x0a4d0, 0x1d0b6, 0x0d250, 0x0d520, 0x0dd45,
	0x0b5a0, 0x056d0, 0x055b2, 0x049b0, 0x0a577, 0x0a4b0, 0x0aa50, 0x1b255, 0x06d20, 0x0ada0,
}

const firstLunar = 2020

// lunarMonths lists the lengths of the months of a lunar year and which number each bears; a leap month bears that of
// the one before it.
func lunarMonths(year int) (lengths, numbers []int) {
	if year < firstLunar || year >= firstLunar+len(lunarYears) {
		return nil, nil
	}
	bits := lunarYears[year-firstLunar]
	for m := 1; m <= 12; m++ {
		n := 29
		if bits&(0x10000>>m) != 0 {
			n = 30
		}
		lengths, numbers = append(lengths, n), append(numbers, m)
		if int(bits&0xf) == m {
			n = 29
			if bits&0x10000 != 0 {
				n = 30
			}
			lengths, numbers = append(lengths, n), append(numbers, m)
		}
	}
	return lengths, numbers
}

func lunarNewYear(year int) (time.Time, bool) {
	m, d := clock.LunarNewYear(year)
	return time.Date(year, m, d, 0, 0, 0, 0, clock.Shanghai), d > 0
}

// lunarOf is the lunar month and day of a day; 0, 0 where the tables end.
func lunarOf(day time.Time) (month, d int) {
	day = midnight(day.In(clock.Shanghai))
	year := day.Year()
	start, ok := lunarNewYear(year)
	if ok && day.Before(start) {
		year--
		start, ok = lunarNewYear(year)
	}
	if !ok {
		return 0, 0
	}
	left := int(day.Sub(start).Hours() / 24)
	lengths, numbers := lunarMonths(year)
	for i, n := range lengths {
		if left < n {
			return numbers[i], left + 1
		}
		left -= n
	}
	return 0, 0
}

// lunar reads 正月初三, 腊月二十三, 农历八月十五, 初八 and 除夕, as the one nearest to today that is not far ahead.
func (t times) lunar(i int, today time.Time) (time.Time, int, bool) {
	to, month, said := i, 0, false
	for _, word := range []string{"农历", "阴历", "古历"} {
		if t.is(word, to) {
			to, said = to+2, true
		}
	}
	switch {
	case t.is("除夕", to), t.is("年三十", to):
		for y := today.Year() + 1; y >= today.Year()-1; y-- {
			if start, ok := lunarNewYear(y); ok && !start.AddDate(0, 0, -1).After(today.AddDate(0, 1, 0)) {
				return start.AddDate(0, 0, -1), to + len("除夕")/3 + b2i(t.is("年三十", to)), true
			}
		}
	case t.is("大年初", to):
		to, month, said = to+2, 1, true
	case t.is("正月", to):
		to, month, said = to+2, 1, true
	case t.is("腊月", to):
		to, month, said = to+2, 12, true
	case t.is("冬月", to):
		to, month, said = to+2, 11, true
	case said:
		n, end, ok := t.number(to)
		if !ok || !t.is("月", end) {
			return today, i, false
		}
		month, to = n, end+1
	}
	if end, d, m, ok := t.feast(to); ok && !said {
		return t.lunarDay(today, m, d), end, true
	}
	d, end := 0, to
	switch n, numberEnd, ok := t.number(to + b2i(t.is("初", to))); {
	case t.is("初", to) && ok && n <= 10:
		d, end = n, numberEnd
	case said && ok && n <= 30:
		d, end = n, numberEnd
	default:
		return today, i, false
	}
	if t.is("日", end) {
		end++
	}
	if month == 0 && t.atSchool(d, end) {
		return today, i, false
	}
	day := t.lunarDay(today, month, d)
	return day, end, !day.IsZero()
}

// lunarDay is the lunar day nearest to today that is not far ahead.
func (t times) lunarDay(today time.Time, month, d int) time.Time {
	for day, n := today.AddDate(0, 0, 7), 0; n < 400; day, n = day.AddDate(0, 0, -1), n+1 {
		if m, ld := lunarOf(day); ld == d && (month == 0 || m == month) {
			return day
		}
	}
	return time.Time{}
}

// atSchool: 初三 is a year of school more often than a day.
func (t times) atSchool(d, end int) bool {
	return d <= 3 && end < len(t.l.r) && strings.ContainsRune("的学生班女男年级中考家老两几一孩娃有在（(", t.l.r[end])
}

// feast reads a feast of the lunar calendar.
func (t times) feast(i int) (to, day, month int, ok bool) {
	for _, f := range []struct {
		word       string
		month, day int
	}{{"元宵节", 1, 15}, {"端午节", 5, 5}, {"端午", 5, 5}, {"七夕", 7, 7}, {"中秋节", 8, 15}, {"中秋", 8, 15}, {"重阳节", 9, 9}, {"重阳", 9, 9}, {"腊八", 12, 8}, {"小年", 12, 23}} {
		if t.is(f.word, i) {
			return i + len([]rune(f.word)), f.day, f.month, true
		}
	}
	return i, 0, 0, false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
