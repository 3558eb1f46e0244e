package matters

import (
	"context"
	"fmt"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
)

// OpenByCell counts the open matters of every cell that has any, as far as the scope sees; a matter in transfer counts where it is.
func (q *Query) OpenByCell(ctx context.Context, s access.Scope) (map[string]int, error) {
	counts := map[string]int{}
	if s.Station() == "" || !s.Whole() && len(s.Cells()) == 0 {
		return counts, nil
	}
	args := board.Args{s.Station()}
	text := "select cell, count(*) from board_matter where station = $1 and is_open = 1"
	if !s.Whole() {
		text += " and " + args.In("cell", s.Cells())
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
