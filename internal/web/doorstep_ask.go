package web

import (
	"net/http"
	"net/url"
	"slices"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	page "maplegrid/internal/web/page/doorstep"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/report"
)

// doorAsk is the page on which a service at home is asked for: by a resident without an account, or by a colleague for one. What the
// address says (?service=…, ?cell=…) is filled in.
func (s *Site) doorAsk(w http.ResponseWriter, r *http.Request) error {
	act := &doorstep.Ask{}
	asked(act, r.URL.Query())
	return s.doorAskForm(w, r, http.StatusOK, act, FormOptions{})
}

func (s *Site) doorAskForm(w http.ResponseWriter, r *http.Request, status int, act *doorstep.Ask, o FormOptions) error {
	ctx, who := r.Context(), s.Who(r)
	outside := who.Role == grid.Resident
	o.Only = []string{"service", "home_ground", "why", "place", "cell", "open_from", "open_until", "name", "phone", "channel"}
	o.Skip = []string{"lon", "lat"}
	o.Submit, o.Icon = t(ctx, "door.ask_submit"), "send"
	o.Hints = map[string]string{"why": t(ctx, "door.why_hint"), "place": t(ctx, "door.place_hint"), "phone": t(ctx, "door.phone_hint"), "service": t(ctx, "door.service_hint")}
	o.Labels = map[string]string{"service": t(ctx, "door.ask_service"), "home_ground": t(ctx, "door.ask_ground"), "why": t(ctx, "door.ask_why"), "place": t(ctx, "door.ask_place"),
		"cell": t(ctx, "report.cell"), "name": t(ctx, "door.ask_name"), "phone": t(ctx, "door.ask_phone")}
	if outside {
		o.Skip = append(o.Skip, "channel")
	} else if act.Channel == "" && o.Values == nil {
		if act.Channel = "phone"; who.Role == grid.CellWorker || who.Role == grid.AuxOfficer {
			act.Channel = "patrol"
		}
		if len(who.Cells) == 1 && act.Cell == "" {
			act.Cell = who.Cells[0]
		}
	}
	f, err := s.ActForm(ctx, who, act, o)
	if err != nil {
		return err
	}
	f.Action = "/doorstep/ask"
	for i := range f.Fields {
		switch x := &f.Fields[i]; x.Name {
		case "home_ground":
			x.Kind = part.KindRadio
		case "name":
			x.Half, x.Complete = true, "off"
		}
	}
	title := t(ctx, "door.ask_title")
	if !outside {
		return s.Page(w, r, status, title, "services", part.Some(part.Heading{Title: title, Sub: t(ctx, "door.ask_for_sub"), Back: &part.Link{Href: "/doorsteps", Label: t(ctx, "doors.title")}},
			Narrow(Around(part.Section{Card: true}, f))))
	}
	return s.Public(w, r, status, title, page.Ask{Title: title, Sub: t(ctx, "door.ask_sub"), Notes: []string{t(ctx, "door.ask_note_papers"), t(ctx, "door.ask_note_never")}, Form: f}.Show())
}

// doorAsked takes what was asked for; a resident gets the receipt, a colleague the report, to open the visit from.
func (s *Site) doorAsked(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), s.Who(r)
	form, err := s.Form(r, who.Person)
	if err != nil {
		return err
	}
	act := &doorstep.Ask{}
	typed := url.Values{}
	for key, v := range form {
		if slices.Contains([]string{"service", "home_ground", "why", "place", "cell", "open_from", "open_until", "name", "phone", "channel"}, key) {
			typed[key] = v
		}
	}
	if who.Role == grid.Resident {
		who = desk.Public(s.Station)
		typed.Del("channel")
	}
	wrong := Decode(act, typed)
	if len(wrong) == 0 && who.Person == work.Public && !s.gates.reports.take(source(r)) {
		wrong = []*fault.Fault{fault.New(fault.Throttled, "web.too_many_reports", nil)}
	}
	if act.Cell == "" {
		at := report.Submit{}
		s.locate(ctx, &at, form)
		act.Cell, act.Lon, act.Lat = at.Cell, at.Lon, at.Lat
	}
	if len(wrong) == 0 {
		answer, err := s.Do(ctx, who, form.Get("key"), "doorstep.ask", act)
		if err == nil {
			if who.Person == work.Public {
				http.Redirect(w, r, "/progress/"+answer.Receipt+"/receipt", http.StatusSeeOther)
				return nil
			}
			return s.See(w, r, "/reports/"+url.PathEscape(answer.ID), t(ctx, "door.asked"))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return s.doorAskForm(w, r, StatusOf(wrong), act, FormOptions{Values: form, Faults: wrong, Key: form.Get("key")})
}

// asAsked fills in the matter that a report asks for when a service at home was asked for: its kind, and the service as its title.
func (l *teller) asAsked(rep *report.Report, n *report.NewMatter) error {
	asked, err := desk.AskedAtDoor(l.ctx, l.s.Desk.Journal, l.who.Station, rep.ID)
	if err != nil || asked == nil {
		return err
	}
	n.Kind, n.Title = doorstep.Base, l.t("door.ask_matter", "service", l.serviceName(asked.Service))
	return nil
}
