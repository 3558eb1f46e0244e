// Package appointment is the pages of appointments: what is done at the window, booked by residents, the day at the hall.
package appointment

import (
	"context"
	"net/http"

	"maplegrid/internal/access"
	"maplegrid/internal/web"
)

// Pages are the pages of appointments at the window.
type Pages struct{ *web.Site }

// teller says besides what only these pages say.
type teller struct {
	*web.Teller
	s Pages
}

func (s Pages) tell(r *http.Request) (*teller, error) {
	l, err := s.Tell(r)
	return &teller{l, s}, err
}

func (s Pages) tellTo(ctx context.Context, who access.Who) (*teller, error) {
	l, err := s.TellTo(ctx, who)
	return &teller{l, s}, err
}
