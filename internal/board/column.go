package board

import (
	"encoding/json"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/vault"
)

// Flag is a truth as boards keep it: 1 or 0.
func Flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Micros is an instant as boards keep it, in microseconds since 1970; 0 for none.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Day is the date of an instant in Asia/Shanghai, 2006-01-02; "" for none.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Shanghai).Format(time.DateOnly)
}

// Instant reads what Micros wrote.
func Instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// DayAfter is the date n days after one, or before it when n is negative; what is no date stays as it is.
func DayAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// Split reads a list of ids or keys that was joined by commas; none for "".
func Split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// Sealed is the reference to a sealed text as boards keep it; "" of no text.
func Sealed(t vault.Text) string {
	if t.IsZero() {
		return ""
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return "" // a reference is two words and a number
	}
	return string(raw)
}
