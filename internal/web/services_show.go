package web

import (
	"net/http"

	"maplegrid/internal/access"
	"maplegrid/internal/web/page/part"
)

func (s *Site) serviceRoutes() []Route {
	return []Route{{Method: "GET", Pattern: "/services", Handler: s.servicesPage}}
}

// hallDoor is a way from a hall: its words are "KEY" and "KEY_note"; look is what the policy must allow, "" for everyone. What
// the page behind a door is for must be allowed, not the looking alone.
type hallDoor struct{ key, href, icon, look string }

// serviceDoors are the ways from 服务, for people with an account.
var serviceDoors = []hallDoor{
	{"hall.title", "/appointments", "calendar-clock", "appointment.read"},
	{"hall.book", "/appointments/book", "phone", "appointment.book"},
	{"doors.title", "/doorsteps", "door-open", "doorsteps.read"},
	{"kits.title", "/kits", "package", "kit.read"},
	{"ratings.title", "/ratings", "star", "ratings.read"},
	{"rights.title", "/rights", "shield-check", "rights.read"},
	{"hotspot.title", "/hotspots", "activity", "hotspot.see"},
	{"firms.title", "/firms", "building-2", "services.read"},
	{"campaigns.title", "/campaigns", "clipboard-list", "services.read"},
	{"finding.title", "/finding", "search", "findings.read"},
	{"errand.title", "/errand", "siren", "services.read"},
	{"found.title", "/found", "package-search", "services.read"},
	{"surrender.title", "/surrender", "shield-check", "surrender.register"},
	{"tour.title", "/tours", "route", "tour.read"},
	{"cards.title", "/cards", "qr-code", "card.read"},
	{"households.title", "/households", "house", "card.read"},
}

// frontDoors are the ways from the first page, for residents.
var frontDoors = []hallDoor{
	{"front.report", "/report", "message-square-text", ""},
	{"front.book", "/book", "calendar-clock", ""},
	{"front.doorstep", "/doorstep/ask", "door-open", ""},
	{"front.mine", "/mine", "search", ""},
	{"front.found", "/found", "package-search", ""},
	{"front.card", "/k", "qr-code", ""},
	{"front.staff", "/sign-in", "user-round", ""},
}

// servicesPage is the hall of the services: going to people's doors, and people coming to the window.
func (s *Site) servicesPage(w http.ResponseWriter, r *http.Request) error {
	title := t(r.Context(), "services.title")
	doors := s.doors(r, serviceDoors, s.Who(r))
	body := part.Some(part.Heading{Title: title, Sub: t(r.Context(), "services.sub")})
	if len(doors) == 0 {
		return s.Page(w, r, http.StatusOK, title, "services", part.Some(body, part.Empty{Icon: "door-open", Text: t(r.Context(), "services.none")}))
	}
	return s.Page(w, r, http.StatusOK, title, "services", part.Some(body, doors))
}

func (s *Site) doors(r *http.Request, list []hallDoor, who access.Who) (all part.Doors) {
	for _, d := range list {
		if d.look == "" || s.May(who, d.look) {
			all = append(all, part.Door{Href: d.href, Icon: d.icon, Label: t(r.Context(), d.key), Note: t(r.Context(), d.key+"_note")})
		}
	}
	return all
}
