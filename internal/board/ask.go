package board

import (
	"context"
	"database/sql"
	"fmt"
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
