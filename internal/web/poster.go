package web

import (
	"net/http"
	"net/url"

	"github.com/skip2/go-qrcode"

	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/page/resident"
)

func (s *Site) posterRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/cells/{id}/qr.png", May: "org.read", Handler: s.cellQR},
		{Method: "GET", Pattern: "/cells/{id}/poster", May: "org.read", Handler: s.poster},
	}
}

// cellAddress is where a resident reports something of a cell.
func (s *Site) cellAddress(r *http.Request) (string, error) {
	org, err := s.Desk.Org(r.Context(), s.Who(r).Station)
	if err != nil {
		return "", err
	}
	if _, ok := org.Cell(r.PathValue("id")); !ok {
		return "", fault.New(fault.Missing, "web.no_page", nil)
	}
	return s.Address(r) + "/report/" + url.PathEscape(r.PathValue("id")), nil
}

func (s *Site) cellQR(w http.ResponseWriter, r *http.Request) error {
	to, err := s.cellAddress(r)
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(to, qrcode.Medium, 720)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Disposition", `inline; filename="qr.png"`)
	_, _ = w.Write(png)
	return nil
}

func (s *Site) poster(w http.ResponseWriter, r *http.Request) error {
	to, err := s.cellAddress(r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), r.PathValue("id")
	org, err := s.Desk.Org(ctx, s.Who(r).Station)
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, t(ctx, "poster.title"), "org", resident.Poster{Station: org.Name, Cell: CellPath(org, id, part.Lang(ctx), s.Clock.Now()),
		Src: "/cells/" + url.PathEscape(id) + "/qr.png", Address: to})
}
