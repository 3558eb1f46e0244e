package paper

import (
	"net/http"
	"strings"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	page "maplegrid/internal/web/page/paper"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// checkAsk asks for the code on a paper.
func (s Pages) checkAsk(w http.ResponseWriter, r *http.Request) error {
	return s.checkPage(w, r, http.StatusOK, page.Check{}, "", nil)
}

func (s Pages) checkAsked(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	code := paperCode(form.Get("code"))
	if code == "" {
		return s.checkPage(w, r, http.StatusBadRequest, page.Check{}, form.Get("code"), fault.New(fault.Invalid, "form.required", fault.Args{"field": "code"}))
	}
	http.Redirect(w, r, "/check/"+code, http.StatusSeeOther)
	return nil
}

// paperCode reads a code as people type it.
func paperCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '2' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}

// check says whether a paper is genuine and which of how many versions, and nothing else: no name, no kind, no matter. Whoever guesses
// runs out of tries, as with receipt codes.
func (s Pages) check(w http.ResponseWriter, r *http.Request) error {
	if !s.MayGuess(r) {
		return s.checkPage(w, r, http.StatusTooManyRequests, page.Check{}, "", fault.New(fault.Throttled, "web.too_many_guesses", nil))
	}
	version, versions, err := s.versionOf(r)
	if err != nil {
		return err
	}
	p := page.Check{Answer: text.T(r.Context(), "check.unknown"), Tone: part.Due, Icon: "circle-question-mark"}
	if version == 0 {
		s.Guessed(r)
		return s.checkPage(w, r, http.StatusOK, p, "", nil)
	}
	p.Tone, p.Icon, p.Answer = part.OK, "circle-check", text.T(r.Context(), "check.genuine", "version", version, "versions", versions)
	if version < versions {
		p.Tone, p.Answer = part.Due, text.T(r.Context(), "check.genuine_old", "version", version, "versions", versions)
	}
	return s.checkPage(w, r, http.StatusOK, p, "", nil)
}

// versionOf finds the paper of a code; version is 0 when there is none.
func (s Pages) versionOf(r *http.Request) (version, versions int, err error) {
	ctx, code := r.Context(), paperCode(r.PathValue("code"))
	if len(code) != 12 {
		return 0, 0, nil
	}
	holder, err := s.Desk.Journal.Holder(ctx, s.Station, desk.PaperCodes, code)
	if err != nil || holder == "" {
		return 0, 0, err
	}
	id, print, _ := strings.Cut(holder, "/")
	events, err := s.Desk.Journal.Stream(ctx, s.Station, matter.Stream(id), 0)
	if err != nil {
		return 0, 0, err
	}
	d, err := dispute.Fold(events)
	if err != nil {
		return 0, 0, err
	}
	for _, x := range d.Printed {
		if x.ID != print {
			continue
		}
		for _, y := range d.Printed {
			if y.Paper == x.Paper && y.Of == x.Of {
				version, versions = x.Version, max(versions, y.Version)
			}
		}
	}
	return version, versions, nil
}

func (s Pages) checkPage(w http.ResponseWriter, r *http.Request, status int, p page.Check, typed string, why *fault.Fault) error {
	ctx := r.Context()
	p.Form = part.Form{Action: "/check", Submit: text.T(ctx, "check.submit"), Icon: "search"}
	f := part.Field{Name: "code", Label: text.T(ctx, "check.code"), Hint: text.T(ctx, "check.hint"), Value: typed, Required: true, MaxLen: 20, Complete: "off"}
	if p.Answer != "" {
		f.Label = text.T(ctx, "check.another")
	}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	p.Form.Fields = []part.Field{f}
	w.Header().Set("Cache-Control", "no-store")
	return s.Public(w, r, status, text.T(ctx, "check.title"), p.Show())
}
