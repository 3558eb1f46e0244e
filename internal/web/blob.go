package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/photo"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// maxPhotos is how many pictures one form carries.
const maxPhotos = 6

// maxSigned is how many pictures of signatures one form carries besides.
const maxSigned = 20

func (s *Site) blobRoutes() []Route {
	return []Route{
		{Method: "POST", Pattern: "/uploads", Large: true, Handler: s.upload},
		{Method: "GET", Pattern: "/blob/{id}", Handler: s.blob},
	}
}

// upload takes pictures before the form they belong to is sent, and answers their ids.
func (s *Site) upload(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, s.Who(r).Person)
	if err != nil {
		return err
	}
	if f, refused := photoFault(form.Get(refusedPhoto)); refused {
		return f
	}
	ids := form["photos"]
	if len(ids) == 0 {
		return fault.New(fault.Invalid, "form.required", fault.Args{"field": "photos"}).On("photos")
	}
	body, err := json.Marshal(map[string][]string{"photos": ids})
	if err != nil {
		return err
	}
	send(w, r, http.StatusCreated, "application/json", body)
	return nil
}

// takeIn checks, turns and cleans one picture and keeps it sealed.
func (s *Site) takeIn(r *http.Request, sender string, from io.Reader) (string, error) {
	if sender == work.Public && !s.gates.photos.take(source(r)) {
		return "", fault.New(fault.Throttled, "web.too_many_photos", nil)
	}
	p, err := photo.Take(from, photo.Limits{})
	code := ""
	switch {
	case errors.Is(err, photo.ErrTooLarge), errors.Is(err, photo.ErrTooManyPixels):
		code = "photo.too_large"
	case errors.Is(err, photo.ErrNotPicture):
		code = "photo.not_picture"
	case errors.Is(err, photo.ErrBroken):
		code = "photo.broken"
	case err != nil:
		return "", errors.Join(errCut, err)
	}
	if f, refused := photoFault(code); refused {
		return "", f
	}
	return s.Blobs.Put(r.Context(), s.Who(r).Station, sender, p, s.Clock.Now())
}

// errCut marks a body that ended, or was too large, in the middle of a picture.
var errCut = errors.New("the body ended within a picture")

// BadForm is a body that broke off or is none.
func BadForm(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.New(fault.Invalid, "web.broken_form", nil)
}

// blob shows a picture to who may see what it belongs to: its id alone is no right, and neither is the thing alone.
func (s *Site) blob(w http.ResponseWriter, r *http.Request) error {
	who := s.Who(r)
	if err := s.maySeeBlob(r, who, r.PathValue("id"), r.URL.Query().Get("of")); err != nil {
		return err
	}
	return s.sendBlob(w, r, who.Station)
}

func (s *Site) maySeeBlob(r *http.Request, who access.Who, id, of string) error {
	none := fault.New(fault.Missing, "photo.gone", nil)
	m, ok, err := s.Blobs.Meta(r.Context(), who.Station, id)
	if err != nil {
		return err
	}
	if !ok || !strings.HasPrefix(m.Type, "image/") { // a kept paper is asked for by its own page
		return none
	}
	if of == "" && m.Thing == "" && m.Sender == who.Person && who.Person != work.Public {
		return nil // sent and not used yet: only who sent it
	}
	kind, thing, _ := strings.Cut(of, "/")
	var held []string
	switch kind {
	case "matter":
		held = s.heldByFinding(r, who, thing)
		if slices.Contains(held, id) {
			break // somebody called to look out sees no more of the matter than this
		}
		x, err := s.Matter(r.Context(), who, thing)
		if err != nil {
			return none
		}
		for _, a := range x.Attachments {
			held = append(held, a.ID)
		}
		signed, err := s.signatures(r.Context(), who.Station, thing)
		if err != nil {
			return err
		}
		held = append(held, signed...)
	case "draft":
		if held, err = s.draftSeen(r, who, thing); err != nil {
			return none
		}
	case "report":
		x, err := s.report(r.Context(), who, thing)
		if err != nil {
			return none
		}
		for _, a := range x.Photos {
			held = append(held, a.ID)
		}
	default:
		for _, room := range s.Rooms {
			if room, ok := room.(Album); ok {
				more, err := room.Pictures(r, kind, thing)
				if err != nil {
					return none
				}
				held = append(held, more...)
			}
		}
	}
	if !slices.Contains(held, id) || m.Thing != "" && m.Thing != of && !wentAlong(m.Thing, of) {
		return none
	}
	if m.Thing == "" { // named by an act of another surface: it is in use from now on
		return s.Blobs.Attach(r.Context(), who.Station, id, of)
	}
	return nil
}

// wentAlong tells whether a picture may be shown on another thing than its own: what came with a group message goes along to its report.
func wentAlong(own, of string) bool {
	from, to := strings.HasPrefix(own, "draft/"), strings.HasPrefix(of, "draft/")
	return from && (to || strings.HasPrefix(of, "report/")) || to && strings.HasPrefix(own, "report/")
}

// signatures are the pictures of what was signed in a matter: worksheets and agreements. A matter of another kind has none.
func (s *Site) signatures(ctx context.Context, station, id string) (list []string, err error) {
	events, err := s.Desk.Journal.Stream(ctx, station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			return nil, err
		}
		switch e := v.(type) {
		case dispute.AgreementSigned:
			list = append(list, e.Signature.Image)
		case dispute.SheetSigned:
			list = append(list, e.Signature.Image)
		case doorstep.CardDelivered:
			list = append(list, e.Image)
		}
	}
	return list, nil
}

func (s *Site) sendBlob(w http.ResponseWriter, r *http.Request, station string) error {
	size := keep.Shown
	if r.URL.Query().Has("thumb") {
		size = keep.Thumb
	}
	b, ok, err := s.Blobs.Get(r.Context(), station, r.PathValue("id"), size)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Missing, "photo.gone", nil)
	}
	head := w.Header()
	head.Set("Content-Type", "image/jpeg")
	head.Set("Content-Disposition", `inline; filename="photo.jpg"`)
	head.Set("Cache-Control", "private, max-age=3600")
	head.Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b)
	return nil
}

// DropPictures drops the pictures of a thing that was destroyed. Those of a report may still lie with the draft that it was made of, when
// the act came otherwise than from the list of group messages.
func (s *Site) DropPictures(ctx context.Context, station, thing string) error {
	if id, ok := strings.CutPrefix(thing, "report/"); ok {
		events, err := s.Desk.Journal.Stream(ctx, station, report.Stream(id), 0)
		if err != nil {
			return err
		}
		var photos []string
		err = work.Replay(events, func(v work.Event, _ work.At) error {
			switch e := v.(type) {
			case report.Submitted:
				photos = append(photos, idsOf(e.Photos)...)
			case report.Added:
				photos = append(photos, idsOf(e.Photos)...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range photos {
			b, ok, err := s.Blobs.Meta(ctx, station, id)
			if err != nil {
				return err
			}
			if !ok || !strings.HasPrefix(b.Thing, "draft/") {
				continue
			}
			if err := s.Blobs.Move(ctx, station, id, thing); err != nil {
				return err
			}
		}
	}
	return s.Blobs.DropOf(ctx, station, thing)
}

func idsOf(photos []matter.Attachment) (list []string) {
	for _, p := range photos {
		list = append(list, p.ID)
	}
	return list
}
