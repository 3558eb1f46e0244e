package web

import (
	"net/http"

	"maplegrid/internal/web/page/part"
)

// today is one's own day.
func (s *Site) today(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return s.page(w, r, http.StatusOK, t(ctx, "nav.today"), "today", part.Heading{Title: t(ctx, "nav.today")})
}
