package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/page/resident"
)

// codeDoors say which page a code of somebody without an account leads to, by the space that holds it. One box takes every code that a
// station hands out.
var codeDoors = []struct{ space, page string }{{"receipt", "/progress/"}, {"mine", "/mine/"}, {desk.CardCodes, "/k/"}, {desk.AppointmentCodes, "/book/"}}

func (s *Site) minePage(w http.ResponseWriter, r *http.Request) error {
	return s.mineAsk(w, r, http.StatusOK, "", nil)
}

// mineAsk asks for a code, whichever it is.
func (s *Site) mineAsk(w http.ResponseWriter, r *http.Request, status int, typed string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Field{Name: "receipt", Label: t(ctx, "mine.code"), Hint: t(ctx, "mine.code_hint"), Value: typed, Required: true, MaxLen: 40, Focus: why == nil}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	return s.Public(w, r, status, t(ctx, "mine.title"), resident.Ask{Title: t(ctx, "mine.title"), Sub: t(ctx, "mine.sub"),
		Form: part.Form{Action: "/mine", Submit: t(ctx, "mine.open"), Icon: "search", Fields: []part.Field{f}}})
}

func (s *Site) mineAsked(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	if !s.MayGuess(r) {
		f := fault.New(fault.Throttled, "web.too_many_guesses", nil)
		return s.mineAsk(w, r, f.Kind.Status(), form.Get("receipt"), f)
	}
	if code, err := ident.ParseReceipt(form.Get("receipt")); err == nil {
		for _, d := range codeDoors {
			holder, err := s.Desk.Journal.Holder(r.Context(), s.Station, d.space, string(code))
			if err != nil {
				return err
			}
			if holder != "" {
				http.Redirect(w, r, d.page+string(code), http.StatusSeeOther)
				return nil
			}
		}
	}
	s.Guessed(r)
	f := fault.New(fault.Missing, "report.receipt_wrong", nil).On("receipt")
	return s.mineAsk(w, r, f.Kind.Status(), form.Get("receipt"), f)
}

// dropErased drops the pictures of what was erased in the last days. They lie outside the journal; doing it again does no harm.
func (s *Site) dropErased(ctx context.Context) error {
	if s.Boards.Rights == nil {
		return nil
	}
	rows, err := s.Boards.Rights.Erased(ctx, access.System(s.Station), s.Clock.Now().Add(-erasedFor))
	if err != nil {
		return err
	}
	for _, x := range rows {
		if strings.HasPrefix(x.Thing, "report/") {
			if err := s.DropPictures(ctx, s.Station, x.Thing); err != nil {
				return err
			}
		}
	}
	return nil
}

// erasedFor is how long the pictures of what was erased are looked for: a server that was down comes back by then.
const erasedFor = 30 * 24 * time.Hour
