// Package tour is the pages of the round of a day: planned, moved by hand, walked.
package tour

import (
	"net/http"

	"maplegrid/internal/web"
)

// Pages are the pages of the round of a day.
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
