package matters

import (
	"context"
	"fmt"
	"strings"

	"maplegrid/internal/access"
)

// OpenByCell counts the open matters of every cell that has any, as far as the scope sees; a matter in transfer counts where it is.
func (q *Query) OpenByCell(ctx context.Context, s access.Scope) (map[string]int, error) {
	counts := map[string]int{}
	if s.Station() == "" || !s.Whole() && len(s.Cells()) == 0 {
		return counts, nil
	}
	args := []any{s.Station()}
	text := "select cell, count(*) from board_matter where station = $1 and is_open = 1"
	if !s.Whole() {
		var marks []string
		for _, c := range s.Cells() {
			args = append(args, c)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		text += " and cell in (" + strings.Join(marks, ", ") + ")"
	}
	rows, err := q.db.QueryContext(ctx, text+" group by cell", args...)
	if err != nil {
		return nil, fmt.Errorf("count open matters by cell: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var cell string
		var n int
		if err := rows.Scan(&cell, &n); err != nil {
			return nil, fmt.Errorf("count open matters by cell: %w", err)
		}
		counts[cell] = n
	}
	return counts, rows.Err()
}
