package board

import (
	"time"

	"maplegrid/internal/clock"
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
