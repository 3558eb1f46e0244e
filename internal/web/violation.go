package web

import (
	"slices"
	"strings"

	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// What tells of a violation record by its name alone is shown to nobody but who may read such records (law-and-standards 5.6).

// ofOffence are the steps that are reached only where there is a violation record.
var ofOffence = []string{"case_filed", "case_decided", "dv_warning_issued", "dv_visited"}

// offenceBetween tells whether a clock between these steps says that there is a violation record; several ends have "|" between.
func offenceBetween(from, until string) bool {
	return slices.Contains(ofOffence, from) || slices.ContainsFunc(strings.Split(until, "|"), func(s string) bool { return slices.Contains(ofOffence, s) })
}

// ofViolation tells of a limit of a matter that it says so.
func ofViolation(m *matter.Matter, key string) bool {
	return slices.ContainsFunc(m.Limits, func(x work.Limit) bool { return x.Key == key && offenceBetween(x.From, x.Until) })
}

// tellsOfOffence tells of a limit of a kind of dispute that it says so, where only the row of a list is known.
func (l *teller) tellsOfOffence(kind, grade, key string) bool {
	return l.kinds[kind].Base == dispute.Base && slices.ContainsFunc(l.book.Limits(kind, grade), func(x playbook.Limit) bool {
		return x.Key == key && offenceBetween(x.StartsAt, x.StopsAt)
	})
}

// HidesViolation tells of papers that say so by their being there: a written warning.
func HidesViolation(paper string) bool { return paper == "warning" }
