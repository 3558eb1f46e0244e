// Package doorsteps is the board of home visits (上门服务) and of the portable kits (便携设备) that go along: what is to be planned,
// who is called on today and tomorrow, whose card is waited for or is to be brought, which kit is where and free when.
package doorsteps

import (
	"context"
	"database/sql"

	"maplegrid/internal/access"
	"maplegrid/internal/store"
)

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Day gives the visits agreed for a day (2006-01-02 in Asia/Shanghai), those without a window last.
func (q *Query) Day(ctx context.Context, s access.Scope, day string) ([]Visit, error) {
	if s.Station() == "" {
		return nil, nil
	}
	return nil, nil
}
