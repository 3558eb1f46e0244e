// Package firm is the pages of firms, schools and venues, and of campaigns that go through them by a checklist.
package firm

import (
	"net/http"

	"maplegrid/internal/web"
)

// Pages are the pages of firms and campaigns.
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
