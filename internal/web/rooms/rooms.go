// Package rooms puts the rooms of pages together with the core they stand on.
package rooms

import (
	"maplegrid/internal/web"
	"maplegrid/internal/web/appointment"
	"maplegrid/internal/web/card"
	"maplegrid/internal/web/firm"
	"maplegrid/internal/web/org"
	"maplegrid/internal/web/paper"
	"maplegrid/internal/web/tour"
)

// All gives every room of pages to a site.
func All(s *web.Site) []web.Room {
	return []web.Room{appointment.Pages{Site: s}, card.Pages{Site: s}, firm.Pages{Site: s}, org.Pages{Site: s}, paper.Pages{Site: s}, tour.Pages{Site: s}}
}
