package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Insert writes rows of one table in statements of a few fixed sizes, so that engines can keep them prepared. tail is what follows
// the values, e.g. an upsert. All rows have the width of columns.
func Insert(ctx context.Context, x *Session, table, columns, tail string, rows [][]any) error {
	for _, size := range sizes {
		for len(rows) >= size {
			args := make([]any, 0, size*len(rows[0]))
			for _, r := range rows[:size] {
				args = append(args, r...)
			}
			if _, err := x.ExecContext(ctx, x.manySQL(table, columns, tail, len(rows[0]), size), args...); err != nil {
				return fmt.Errorf("insert into %s: %w", table, err)
			}
			rows = rows[size:]
		}
	}
	return nil
}

func (s *Session) manySQL(table, columns, tail string, width, size int) string {
	key := [5]any{s.engine, table, columns, tail, size}
	if text, ok := sqlTexts.Load(key); ok {
		return text.(string)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "insert into %s (%s) values ", table, columns)
	for i := range size {
		if i > 0 {
			b.WriteString(", ")
		}
		for c := range width {
			b.WriteString([]string{", ", "("}[b2i(c == 0)] + s.hole(i*width+c+1))
		}
		b.WriteString(")")
	}
	b.WriteString(tail)
	sqlTexts.Store(key, b.String())
	return b.String()
}

// Upsert gives the tail that replaces every column but the key when the row is there.
func Upsert(columns string, key ...string) string {
	var set []string
	for _, c := range strings.Split(columns, ", ") {
		if !contains(key, c) {
			set = append(set, c+" = excluded."+c)
		}
	}
	return " on conflict (" + strings.Join(key, ", ") + ") do update set " + strings.Join(set, ", ")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Holes gives "$from, …" for n values of a list condition.
func Holes(from, n int) string {
	holes := make([]string, n)
	for i := range holes {
		holes[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(holes, ", ")
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
