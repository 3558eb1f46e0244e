package part

import "strconv"

// upTo99 keeps a count narrow: beyond 99 the exact figure helps nobody at a glance.
func upTo99(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
