// Package card is the pages of contact cards and the households they are carried to.
package card

import (
	"net/http"

	"maplegrid/internal/web"
)

// Pages are the pages of contact cards and households.
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
