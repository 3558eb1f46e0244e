package rights

import (
	"context"
	"fmt"

	"maplegrid/internal/access"
)

// Waits tells whether somebody asked about their own data in a thing and was not answered yet: the report itself, a party of the matter,
// an appointment of the day. of is the beginning of the names of such things: "report/r_…", "party/m_…/", "appointment/w/2026-03-01/".
func (q *Query) Waits(ctx context.Context, s access.Scope, of string) (bool, error) {
	var n int
	err := q.db.QueryRowContext(ctx, "select count(*) from board_right where station = $1 and result = '' and substr(thing, 1, length($2)) = $2", s.Station(), of).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("what is asked about %s: %w", of, err)
	}
	return n > 0, nil
}
