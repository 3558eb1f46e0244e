// Package org is the pages of the organisation: cells, leads, posts and bodies on a map and in tables, the people, and all of it in and
// out as files.
package org

import (
	"net/http"

	"maplegrid/internal/web"
)

// Pages are the pages of the organisation.
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
