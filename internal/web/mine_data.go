package web

import (
	"net/http"

	"maplegrid/internal/web/page/part"
)

// reporterData is what is held about a reporter in one report. It is opened by a one-time code.
func (s *Site) reporterData(w http.ResponseWriter, r *http.Request) error {
	rep, code, err := s.reporter(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCode(w, r, err)
	}
	if thing := "report/" + rep.ID; !s.proved(r, thing) {
		http.Redirect(w, r, s.proofAddress(thing, "/progress/"+string(code)+"/data"), http.StatusSeeOther)
		return nil
	}
	return s.public(w, r, http.StatusOK, t(r.Context(), "mine.data"), part.Heading{Title: t(r.Context(), "mine.data")})
}
