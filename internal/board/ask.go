package board

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Asked is what a board's tables are asked through: the database, or the transaction of a Batch.
type Asked interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// Ask gives the rows of a query, each as scan reads it. what says what is asked, for errors: "list matters".
func Ask[R any](ctx context.Context, db Asked, what, text string, args []any, scan func(*sql.Rows) (R, error)) ([]R, error) {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	defer rows.Close()
	var list []R
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

// Word reads a row of one word, as an id.
func Word(rows *sql.Rows) (word string, err error) {
	err = rows.Scan(&word)
	return word, err
}

// Args are the arguments of a query that is put together from fixed pieces: what people type only ever becomes one of them.
type Args []any

// Add appends an argument and gives the place it has in the query: "$3".
func (a *Args) Add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

// In is the condition that a column is one of some values.
func (a *Args) In(column string, values []string) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = a.Add(v)
	}
	return column + " in (" + strings.Join(places, ", ") + ")"
}
