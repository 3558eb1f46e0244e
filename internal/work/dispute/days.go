package dispute

import (
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// onDay reads a date of a form: from not before first ("" any) to last ("" a lifetime after today).
func onDay(field, s, first, last string, mo Moment) (string, error) {
	if err := work.Must(s != "", field, "form.required", fault.Args{"field": lastPart(field)}); err != nil {
		return "", err
	}
	_, err := time.Parse(time.DateOnly, s)
	if err := work.Must(err == nil, field, "form.date", nil); err != nil {
		return "", err
	}
	if last == "" {
		last = work.Day(mo.HappenedAt.AddDate(100, 0, 0))
		if err := work.Must(s <= last, field, "form.date", nil); err != nil {
			return "", err
		}
	}
	if err := work.Must(s <= last, field, "form.future", nil); err != nil {
		return "", err
	}
	return s, work.Must(s >= first, field, "form.past", nil)
}

// dueOn is the day of the nth performance of terms that begin on a day: the same day of a later month, or its last day when that
// month is shorter; each lunar New Year after the first day. "" when there is none, or the table of New Years has come to its end.
func dueOn(first, every string, n int) string {
	at, err := time.ParseInLocation(time.DateOnly, first, clock.Shanghai)
	if err != nil || n < 1 || n > 1 && every == "" {
		return ""
	}
	switch every {
	case "week":
		at = at.AddDate(0, 0, 7*(n-1))
	case "month":
		at = months(at, n-1)
	case "quarter":
		at = months(at, 3*(n-1))
	case "year":
		at = months(at, 12*(n-1))
	case "lunar_year":
		return newYearAfter(at, n-1)
	}
	return at.Format(time.DateOnly)
}

func months(at time.Time, n int) time.Time {
	first := time.Date(at.Year(), at.Month()+time.Month(n), 1, 0, 0, 0, 0, at.Location())
	return first.AddDate(0, 0, min(at.Day(), first.AddDate(0, 1, -1).Day())-1)
}

// newYearAfter is the nth lunar New Year after a day; the day itself for 0.
func newYearAfter(at time.Time, n int) string {
	if n == 0 {
		return at.Format(time.DateOnly)
	}
	year := at.Year() + n - 1
	if m, d := clock.LunarNewYear(at.Year()); m == 0 || !time.Date(at.Year(), m, d, 0, 0, 0, 0, at.Location()).After(at) {
		year++
	}
	m, d := clock.LunarNewYear(year)
	if m == 0 {
		return ""
	}
	return time.Date(year, m, d, 0, 0, 0, 0, at.Location()).Format(time.DateOnly)
}

// lastPart is the name of a field within a row: due_on of clauses.2.due_on.
func lastPart(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }
