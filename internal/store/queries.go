package store

import "strings"

// Queries reads a .sql file of named statements: each begins with "-- name: Name" and ends at the next one. Comment lines are
// left in: databases skip them and readers of a slow-query log are glad of them.
func Queries(file string) map[string]string {
	m := map[string]string{}
	for _, part := range strings.Split("\n"+file, "\n-- name: ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		m[strings.TrimSpace(name)] = strings.TrimSuffix(strings.TrimSpace(body), ";")
	}
	return m
}
