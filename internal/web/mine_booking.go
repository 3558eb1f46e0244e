package web

import (
	"net/http"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/appointment"
)

func (s *Site) bookerRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: "/book/{code}/data", Who: Anyone, Handler: s.own(s.bookerOf)},
		{Method: "GET", Pattern: "/book/{code}/data/copy", Who: Anyone, Handler: s.ownCopy(s.bookerOf)},
		{Method: "POST", Pattern: "/book/{code}/data/{want}", Who: Anyone, Handler: s.ownAsk(s.bookerOf)},
	}
}

// bookerOf is who has an appointment, by its code. The thing is named by where it was booked, so that what was asked is found after a move.
func (s *Site) bookerOf(r *http.Request) (*owner, error) {
	day, v, code, err := s.Booked(r, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	o, err := s.owner(r)
	if err != nil {
		return nil, err
	}
	holder, err := s.Desk.Journal.Holder(o.ctx, s.Station, desk.AppointmentCodes, string(code))
	if err != nil {
		return nil, err
	}
	home := "/book/" + string(code)
	o.thing, o.subject, o.at = "appointment/"+holder, v.ID, home+"/data"
	o.title, o.back = t(o.ctx, "mine.of_booking", "day", day.On), part.Link{Href: home, Label: t(o.ctx, "mine.back_booking")}
	if ended := appointment.Date(day.On).Add(12 * time.Hour); !ended.After(o.now) { // the time it is kept runs from the end of the day
		o.ended = ended
	}
	o.erased = v.ErasedAt
	words, err := s.Desk.Reveal(o.ctx, s.Station, v.Name, v.Phone, v.Agent, v.Guardian)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		name string
		text vault.Text
	}{{"name", v.Name}, {"phone", v.Phone}, {"agent", v.Agent}, {"guardian", v.Guardian}} {
		if said := words[x.text.Ref()]; said != "" && !x.text.Empty() {
			o.held = append(o.held, holding{"appointment", t(o.ctx, "mine."+x.name), said})
		}
	}
	return o, nil
}
