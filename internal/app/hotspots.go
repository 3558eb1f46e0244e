package app

import (
	"context"
	"net/url"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/hotspot"
)

// hotBoard tells the hot spots of the last days, a week when none are given. A month is the longest: as long as what was said counts.
func (a *App) hotBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	scope, err := a.may(who, "hotspot.see", "hotspot")
	if err != nil {
		return nil, err
	}
	days, ok := map[string]int{"": 7, "day": 1, "week": 7, "month": 30}[q.Get("span")]
	if !ok {
		return nil, fault.New(fault.Invalid, "list.unknown_tab", nil).On("span")
	}
	now := a.Desk.Clock.Now()
	spots, err := a.Hot.Hot(ctx, who.Station, scope, now.AddDate(0, 0, -days), now.Add(time.Minute), limit(q))
	if spots == nil {
		spots = []hotspot.Spot{}
	}
	return map[string]any{"rows": spots}, err
}
