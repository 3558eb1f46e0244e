package sheet

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// What ParseTime refuses.
var (
	ErrTime          = errors.New("not a time")
	ErrAmbiguousTime = errors.New("time with two readings")
)

// Precision is the smallest unit a written time names.
type Precision int

// The precisions, coarse to fine.
const (
	ToDay Precision = iota + 1
	ToHour
	ToMinute
	ToSecond
)

var (
	spaces    = regexp.MustCompile(`\s+`)
	weekday   = regexp.MustCompile(`\s*[(\[]?(星期|周|礼拜)[一二三四五六日天][)\]]?`)
	ymd       = regexp.MustCompile(`^(\d{4}) ?(?:-|/|\.|年) ?(\d{1,2}) ?(?:-|/|\.|月) ?(\d{1,2}) ?[日号]?(?:[ ,T]*(\D*\d.*))?$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ ,T]+(.*))?$`)
	clockTime = regexp.MustCompile(`^(上午|下午|凌晨|清晨|早上|早晨|早|中午|傍晚|晚上|晚|夜里)? ?(\d{1,2}) ?(?:[:时点] ?(?:(\d{1,2}|半|整) ?(?:[:分] ?(?:(\d{1,2})(?:\.\d{1,9})? ?秒?)?)?)?)?(?: ?([ap])\.?m\.?)?$`)
)

// ParseTime reads a time as people and machines write it. Accepted: 2026-11-22, also with / . or 年月日, then a time of
// day such as 14:05:06, 14时05分 or 下午2点半; 20261122, 202611221405, 20261122140506; RFC 3339; an Excel serial day
// (45983.5, of 1927 to 2173); Unix seconds (10 digits) and milliseconds (13); full-width digits. 11/22/2026 and
// 22/11/2026 are accepted because only one reading exists; 01/02/2026 is ErrAmbiguousTime, as is 晚上1点. Two-digit
// years, months without a day, times without a day and years outside 1900 to 2199 are ErrTime. Without a zone in s, loc
// is meant; the answer is in loc. 24:00 is the next midnight.
func ParseTime(s string, loc *time.Location) (time.Time, Precision, error) {
	t, p, err := parseTime(s, loc)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("%q: %w", cut(s, 40), err)
	}
	return t, p, nil
}

func parseTime(s string, loc *time.Location) (time.Time, Precision, error) {
	if len(s) > 200 {
		return time.Time{}, 0, ErrTime
	}
	s = strings.TrimSpace(spaces.ReplaceAllString(width.Fold.String(s), " "))
	if t, err := time.Parse(time.RFC3339Nano, strings.Replace(strings.ToUpper(s), " ", "T", 1)); err == nil {
		return inYears(t.In(loc), ToSecond)
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && strings.Trim(s, "0123456789.") == "" {
		return digits(s, n, loc)
	}
	s = strings.TrimSpace(weekday.ReplaceAllString(s, " "))
	s = spaces.ReplaceAllString(s, " ")
	if m := ymd.FindStringSubmatch(s); m != nil {
		return compose(m[1], m[2], m[3], m[4], loc)
	}
	m := dayFirst.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, 0, ErrTime
	}
	month, day := m[1], m[2]
	switch a, b := number(month), number(day); {
	case a <= 12 && b <= 12 && a != b:
		return time.Time{}, 0, ErrAmbiguousTime
	case a > 12:
		month, day = day, month
	}
	return compose(m[3], month, day, m[4], loc)
}

// digits reads a bare number by its length.
func digits(s string, n float64, loc *time.Location) (time.Time, Precision, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(whole) == 5 && n >= 10_000 {
		return serial(n, loc)
	}
	if fraction != "" || whole != s {
		return time.Time{}, 0, ErrTime
	}
	switch len(s) {
	case 8:
		return compose(s[:4], s[4:6], s[6:], "", loc)
	case 10:
		return inYears(time.Unix(int64(n), 0).In(loc), ToSecond)
	case 12:
		return compose(s[:4], s[4:6], s[6:8], s[8:10]+":"+s[10:], loc)
	case 13:
		return inYears(time.UnixMilli(int64(n)).In(loc), ToSecond)
	case 14:
		return compose(s[:4], s[4:6], s[6:8], s[8:10]+":"+s[10:12]+":"+s[12:], loc)
	}
	return time.Time{}, 0, ErrTime
}

// serial reads Excel's day number: 1 is 1900-01-01, and Excel counts a 29 February 1900 that never was.
func serial(n float64, loc *time.Location) (time.Time, Precision, error) {
	day, part := math.Modf(n)
	seconds := int(math.Round(part * 86400))
	t := time.Date(1899, 12, 30+int(day), 0, 0, seconds, 0, loc)
	switch {
	case seconds == 0:
		return t, ToDay, nil
	case seconds%60 == 0:
		return t, ToMinute, nil
	}
	return t, ToSecond, nil
}

func compose(year, month, day, clock string, loc *time.Location) (time.Time, Precision, error) {
	y, m, d := number(year), number(month), number(day)
	date := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if date.Month() != time.Month(m) || date.Day() != d || m == 0 || d == 0 {
		return time.Time{}, 0, ErrTime
	}
	if clock = strings.ToLower(strings.TrimSpace(clock)); clock == "" {
		return inYears(time.Date(y, time.Month(m), d, 0, 0, 0, 0, loc), ToDay)
	}
	h, min, sec, p, err := timeOfDay(clock)
	if err != nil {
		return time.Time{}, 0, err
	}
	return inYears(time.Date(y, time.Month(m), d, h, min, sec, 0, loc), p)
}

func timeOfDay(s string) (h, min, sec int, p Precision, err error) {
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, 0, 0, ErrTime
	}
	h, p = number(m[2]), ToHour
	if bare := strings.TrimSpace(s) == m[2]; bare { // 2026-11-22 14 could be anything
		return 0, 0, 0, 0, ErrTime
	}
	switch m[3] {
	case "":
	case "半":
		min, p = 30, ToMinute
	case "整":
		p = ToMinute
	default:
		min, p = number(m[3]), ToMinute
	}
	if m[4] != "" {
		sec, p = number(m[4]), ToSecond
	}
	if h > 24 || min > 59 || sec > 59 || h == 24 && min+sec > 0 {
		return 0, 0, 0, 0, ErrTime
	}
	h, err = halfOfDay(m[1]+m[5], h)
	return h, min, sec, p, err
}

// halfOfDay turns an hour of twelve into one of twenty-four by the word before it (上午、下午、晚上…) or a/p after it.
func halfOfDay(word string, h int) (int, error) {
	switch word {
	case "下午", "傍晚", "p":
		if h < 12 {
			h += 12
		}
	case "晚上", "晚", "夜里":
		switch {
		case h < 5 || h == 12: // 晚上12点: the midnight before or after? 晚上1点: of which day?
			return 0, ErrAmbiguousTime
		case h < 12:
			h += 12
		}
	case "中午":
		if h < 4 {
			h += 12
		}
	case "凌晨", "a":
		if h == 12 {
			h = 0
		}
	}
	return h, nil
}

// number reads digits already matched by a pattern.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func inYears(t time.Time, p Precision) (time.Time, Precision, error) {
	if t.Year() < 1900 || t.Year() > 2199 {
		return time.Time{}, 0, ErrTime
	}
	return t, p, nil
}
