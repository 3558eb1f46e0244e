package api

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"golang.org/x/text/language"

	"maplegrid/internal/fault"
)

// Problem is a refusal as problem details (RFC 9457). Code is stable; Detail is the sentence for the user.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Field  string `json:"field,omitempty"`
}

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// Language is the language a request asks for: "en" or, by default, "zh".
func Language(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err == nil && len(tags) > 0 {
		if _, i, sure := languages.Match(tags...); i == 1 && sure != language.No {
			return "en"
		}
	}
	return "zh"
}

// refuse writes an error: the first fault in its chain, or a number under which the log tells more.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f, ok := fault.Of(err)
	if !ok {
		id := string(a.desk.IDs.New("err"))
		slog.ErrorContext(r.Context(), "request failed", "id", id, "path", r.URL.Path, "error", err)
		a.problem(w, r, fault.New(0, "api.internal", fault.Args{"id": id}), http.StatusInternalServerError)
		return
	}
	a.problem(w, r, f, f.Kind.Status())
}

func (a *API) problem(w http.ResponseWriter, r *http.Request, f *fault.Fault, status int) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Vary", "Accept-Language")
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="maplegrid"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{"about:blank", http.StatusText(status), status, f.Sentence(Language(r)), f.Code, f.Field})
}
