// Package paper is the pages of the papers of a dispute: printed, kept, checked by their code.
package paper

import (
	"net/http"

	"maplegrid/internal/web"
)

// Pages are the pages of papers printed and checked.
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
